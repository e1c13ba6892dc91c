"""Marking possible ruptures as a rater would, before anybody says what is there."""

from __future__ import annotations

from os import PathLike
from typing import Any, ClassVar

import pandas as pd
import traitlets as tl

from alliance_widgets.charts import read_case
from alliance_widgets.charts.cases.spans import span_picture
from alliance_widgets.spotting import (
    SECOND,
    YOU,
    Case,
    Marks,
    cases_of,
    drawn_cases,
    marks_table,
    read_marks,
)
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.question import AskForm
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.widgets.questions.question import builds_all
from alliance_widgets.widgets.raters._one_by_one import OneByOne
from alliance_widgets.widgets.raters.spotter_report import SpotterReport, marks_ask
from alliance_widgets.words import say

__all__ = ["RuptureSpotter"]


class RuptureSpotter(OneByOne):
    """Cases to mark as a rater would; then truth, rules and rater stand side by side.

    Marks are kept as kind "mark", under `key` and the case. A second rater's, which `compare`
    reads, are shown beside those committed here and never become part of the own work.

    Read with care: a simulated case has a truth because somebody planted it. A real case has
    none that a rating could be checked against, only other raters.

    Parameters
    ----------
    seed : int, default 0
        The dice. Without `ratings` there are eight cases, the same for the same seed: six simulated
        ones, some with planted ruptures and some without, and two shipped ones of which no truth
        exists.
    ratings : DataFrame, optional
        Cases of one's own: one for each client with at least three rated sessions, without a truth.
    work : WorkFile or path, optional
        Where the marks are kept; the student's own work file if left out.
    key : str, default "spotter"
        The name under which they are kept.
    **traits : traits by name
        Any trait of the widget, such as `case` or `layout`.

    Attributes
    ----------
    case : int
        The number of the case shown, from 1.
    ruptures : list of int
        The sessions marked in it as the beginning of a possible rupture; can be assigned until
        `commit()`, as can the two that follow.
    repairs : list of int
        The sessions marked in it as back up.
    no_rupture : bool
        That there is no possible rupture, as an answer.
    committed : bool
        Whether this case is committed; read-only.
    marks : DataFrame
    comparison : DataFrame
    agreement : DataFrame

    Raises
    ------
    RatingError
        For faulty ratings.
    SimulationError
        For an impossible seed.
    """

    case = tl.Int(1, help="The number of the case shown, from 1.")
    ruptures: tl.List[int] = tl.List(tl.Int(), help="Where possible ruptures begin.")
    repairs: tl.List[int] = tl.List(tl.Int(), help="Where the client is back up.")
    no_rupture = tl.Bool(False, help="That there is no possible rupture, as an answer.")

    kind: ClassVar = "mark"
    shows: ClassVar = "case"

    def __init__(
        self,
        seed: int = 0,
        ratings: pd.DataFrame | None = None,
        work: WorkGiven = None,
        key: str = "spotter",
        **traits: Any,
    ) -> None:
        self.key = str(key)
        self._cases = drawn_cases(seed) if ratings is None else cases_of(ratings)
        self._things = {case.id: case for case in self._cases}
        self._order = range(1, len(self._cases) + 1)
        self._second: dict[str, Marks] = {}
        self._words = SpotterReport(self._cases)
        self._settling = True
        self.chart = ChartView()
        self.form = AskForm(self._ask())
        self.report = Report()
        self.tools = Controls(
            [make.file("second", say("spotter.second.button"), ".json,application/json")],
            say("spotter.second.tools"),
        )
        self.tools.note = say("spotter.second.note")
        super().__init__(children=(self.chart, self.form, self.report, self.tools), **traits)
        place = ("spotter", self.key, "own" if ratings is not None else str(seed))
        most = len(self._cases) if ratings is None else None
        last = self._last(work, place, lambda n: _is_case(n, most))
        if last in self._order:
            self.case = last
        self._begin()
        if builds_all():
            for number, case in enumerate(self._cases, 1):
                self._words.blocks(number, {YOU: {case.id: Marks(none=True)}})
        self.chart.on_pick(self._click)
        self.tools.on_file(lambda _name, content: self._say_compared(self.compare(content)))

    def __repr__(self) -> str:
        asked = self.form.asked["text"]
        said = (asked, self.chart.description, self.form.message, self.report.description)
        return " ".join(each for each in said if each)

    # ---- results ---------------------------------------------------------------------------

    @property
    def marks(self) -> pd.DataFrame:
        """One row per mark, your own and a second rater's.

        Columns `case`, `rater` ("you", "second_rater"), `session`, `mark` ("possible_rupture",
        "back_up" or "none", then without a session) and `committed`. A second rater's marks are
        there for the cases that are committed here.
        """
        mine, theirs, rows = self._answers, self._theirs, []
        for number, id in zip(self._order, self._things, strict=True):
            if id in mine.given:
                rows.append((number, YOU, mine.given[id], id in mine.committed))
            if id in theirs:
                rows.append((number, SECOND, theirs[id], True))
        return marks_table(rows)

    @property
    def comparison(self) -> pd.DataFrame:
        """One row per committed case and rater ("you", four rules, "second_rater").

        Columns `case`, `rater`, `marked` (possible ruptures marked), and, missing where no truth is
        known, `planted`, `hits`, `misses`, `false_alarms`, `repairs_planted`, `repairs_found`.

        A hit is a mark in a planted rupture, between its beginning and its repair; only the first
        in each counts. `repairs_planted` counts the planted repairs of ruptures that were hit,
        `repairs_found` those with a “back up” at most one session away.
        """
        return self._words.comparison(self._raters())

    @property
    def agreement(self) -> pd.DataFrame:
        """What `rule_agreement` gives, for each two of you, truth, rules and a second rater.

        They agree on a session where both say that a possible rupture begins. Every pair over the
        committed cases that both have judged, and for the planted truth that have one; no rows
        before a case is committed.
        """
        return self._words.agreement(self._raters())

    # ---- marking ---------------------------------------------------------------------------

    def compare(self, file: str | PathLike[str] | bytes) -> str:
        """Read a second rater's work file, by path or as bytes; gives what it holds, in words.

        Parameters
        ----------
        file : path or bytes
            The work file.

        Returns
        -------
        str
            How many cases are marked in it, and how many of them here too.

        Raises
        ------
        WorkFileError
            If it holds no work, no committed marks of these cases, or is the student's own.
            Everything is left as it is then.
        """
        own = {
            entry.line
            for case in self._cases
            for entry in self.desk.work.history("mark", (self.key, case.id))
        }
        self._second = read_marks(file, self.key, self._cases, own)
        self._show()
        together = len(self._theirs)
        return say("spotter.second.read", n=len(self._second), together=together)

    @tl.validate("case")
    def _known_case(self, proposal: Change) -> int:
        number = int(proposal["value"])
        if not 1 <= number <= len(self._cases):
            raise tl.TraitError(say("spotter.no_case", case=number, n=len(self._cases)))
        return number

    @tl.observe("ruptures", "repairs", "no_rupture")
    def _assign(self, change: Change) -> None:
        """What a program assigns: a mark takes “none” back, and the other mark of its session."""
        if self._settling:
            return
        told = {"ruptures": self.ruptures, "repairs": self.repairs, "none": self.no_rupture}
        if change["name"] == "no_rupture" and change["new"]:
            told = {"none": True}
        elif change["name"] == "repairs":
            told["ruptures"] = [each for each in self.ruptures if each not in change["new"]]
        wanted = change["new"] if change["name"] != "no_rupture" else []
        strange, refusal = sorted({*wanted} - {*self._case.markable}), ""
        if self.committed:
            refusal = say("spotter.is_committed")
        elif strange:
            given, sessions = (", ".join(map(str, each)) for each in (strange, self._case.markable))
            refusal = say("spotter.not_markable", given=given, sessions=sessions)
        self._assigned(self._read(self._id, told), refusal)

    def _click(self, session: object) -> None:
        if self.committed:
            return
        if session in self._case.markable:
            self._keep(self._now.after_a_click(int(session)))
        elif session in self._case.rated["session"].tolist():
            self.form.message = say("spotter.no_mark", session=session)

    def _say_compared(self, sentence: str) -> None:
        self.tools.message = sentence

    # ---- what the machine asks -------------------------------------------------------------

    @property
    def _case(self) -> Case:
        return self._cases[self.case - 1]

    def _read(self, id: str, entered: object) -> Marks:
        return Marks.of(entered, self._things[id].markable)

    def _traits_of(self, answer: Any) -> dict[str, Any]:
        marks = {"ruptures": list(answer.ruptures), "repairs": list(answer.repairs)}
        return {**marks, "no_rupture": answer.none}

    def _ask(self) -> dict[str, Any]:
        return marks_ask(self._case, self.case, len(self._cases))

    def _labels(self) -> dict[str, str]:
        return {
            "commit": say("spotter.commit"),
            "next": say("spotter.next"),
            "previous": say("spotter.previous"),
        }

    def _render(self) -> tuple[str, None]:
        case, marks = self._case, self._now
        self._draw(case, marks)
        if not self.committed:
            self.report.show([])
            return "", None
        self.report.show(
            self._words.blocks(self.case, self._raters()), say("spotter.report", case=self.case)
        )
        done, n = len(self._answers.done), len(self._cases)
        said = self._words.message(self.case, marks)
        return f"{said} {say('spotter.progress', done=done, n=n)}", None

    @property
    def _theirs(self) -> dict[str, Marks]:
        """The second rater's marks, of the cases in which they can no longer sway anybody."""
        done = self._answers.done
        return {id: marks for id, marks in self._second.items() if id in done}

    def _raters(self) -> dict[str, dict[str, Marks]]:
        """The committed marks of the student and, of the same cases, those of a second rater."""
        theirs = {SECOND: self._theirs} if self._theirs else {}
        return {YOU: self._answers.done, **theirs}

    def _draw(self, case: Case, marks: Marks) -> None:
        name = say("spotter.case", case=self.case)
        reading = read_case(case.rated.assign(client=name), None)
        kinds = [(name, session, "rupture") for session in marks.ruptures]
        kinds += [(name, session, "back") for session in marks.repairs]
        stretches = self._words.stretches(case) if self.committed else []
        shown = span_picture(reading, stretches, kinds, pick=True)
        self.chart.show(shown.adding(self._words.marked(marks)))


def _is_case(number: object, most: int | None) -> bool:
    """Whether this can be the number of a case, of `most` where it is known how many there are."""
    return type(number) is int and number >= 1 and (most is None or number <= most)
