"""Marking possible ruptures as a rater would, before anybody says what is there."""

from __future__ import annotations

from os import PathLike
from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.errors import QuestionError
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._at_desk import AtDesk
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.question import AskForm
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.questions.question import builds_all
from alliance_widgets.words import say

__all__ = ["RuptureSpotter"]


class RuptureSpotter(AtDesk, ipw.VBox):
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
    committed = tl.Bool(False, read_only=True)

    def __init__(
        self,
        seed: int = 0,
        ratings: pd.DataFrame | None = None,
        work: Any = None,
        key: str = "spotter",
        **traits: Any,
    ) -> None:
        # Simulator, charts and work file are loaded with the first case to mark.
        from alliance_widgets import charts, spotting
        from alliance_widgets.widgets.page.desk import WorkDesk
        from alliance_widgets.widgets.raters.spotter_report import SpotterReport

        self._charts, self._spotting, self.key = charts, spotting, str(key)
        self._cases = spotting.drawn_cases(seed) if ratings is None else spotting.cases_of(ratings)
        self._marked: dict[str, tuple[Any, bool]] = {}
        self._second: dict[str, Any] = {}
        self._words = SpotterReport(self._cases)
        self._settling = True
        first = self._cases[0]
        self.chart = ChartView(charts.span_form(first.low, first.high, pick=True))
        self.form = AskForm(self._ask())
        self.report = Report()
        self.tools = Controls(
            [make.file("second", say("spotter.second.button"), ".json,application/json")],
            say("spotter.second.tools"),
        )
        self.tools.note = say("spotter.second.note")
        super().__init__(children=(self.chart, self.form, self.report, self.tools), **traits)
        self.desk = WorkDesk.of(work)
        self.form.keep_work_at(self.desk)
        self._place = ("spotter", self.key, "own" if ratings is not None else str(seed))
        most = len(self._cases) if ratings is None else None
        last = self.desk.value_of("setting", self._place, "case", lambda n: _is_case(n, most))
        if last is not None and last <= len(self._cases):
            self.case = last
        self._settling = False
        self._take_in()
        if builds_all():
            for number, case in enumerate(self._cases, 1):
                self._words.blocks(number, {spotting.YOU: {case.id: spotting.Marks(none=True)}})
        self.chart.on_pick(self._click)
        self.form.on_enter(self._enter)
        self.form.on_act(self._act)
        self.tools.on_file(lambda _name, content: self._say_compared(self.compare(content)))
        self.desk.watch(self, self._take_in)
        close_earlier_run(self)

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
        rows = []
        for number, case in enumerate(self._cases, 1):
            if case.id in self._marked:
                rows.append((number, self._spotting.YOU, *self._marked[case.id]))
            if case.id in self._theirs:
                rows.append((number, self._spotting.SECOND, self._theirs[case.id], True))
        return self._spotting.marks_table(rows)

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

    def commit(self) -> None:
        """Commit the marks of this case; then the truth and the rules are shown.

        Raises
        ------
        QuestionError
            If nothing is marked yet, or a “back up” has nothing before it.
        """
        if self.committed:
            return
        marks = self._now
        faults = marks.faults()
        if faults:
            raise QuestionError(faults)
        self._keep(marks, committed=True)

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
        self._second = self._spotting.read_marks(file, self.key, self._cases, own)
        self._show()
        together = len(self._theirs)
        return say("spotter.second.read", n=len(self._second), together=together)

    @tl.validate("case")
    def _known_case(self, proposal: Any) -> int:
        number = int(proposal["value"])
        if not 1 <= number <= len(self._cases):
            raise tl.TraitError(say("spotter.no_case", case=number, n=len(self._cases)))
        return number

    @tl.observe("case")
    def _turn(self, _change: Any) -> None:
        if not self._settling:
            with self.desk.changing() as work:
                work.keep_draft("setting", self._place, case=self.case)
            self._show()

    @tl.observe("ruptures", "repairs", "no_rupture")
    def _assign(self, change: Any) -> None:
        """What a program assigns: a mark takes “none” back, and the other mark of its session."""
        if self._settling:
            return
        told = {"ruptures": self.ruptures, "repairs": self.repairs, "none": self.no_rupture}
        if change["name"] == "no_rupture" and change["new"]:
            told = {"none": True}
        elif change["name"] == "repairs":
            told["ruptures"] = [each for each in self.ruptures if each not in change["new"]]
        wanted = change["new"] if change["name"] != "no_rupture" else []
        strange = sorted({*wanted} - {*self._case.markable})
        if self.committed or strange:
            self._show()  # back to what it was
            key = "spotter.is_committed" if self.committed else "spotter.not_markable"
            sessions = ", ".join(map(str, self._case.markable))
            values = {"given": ", ".join(map(str, strange)), "sessions": sessions}
            raise tl.TraitError(say(key, **values))
        self._keep(self._spotting.Marks.of(told, self._case.markable))

    def _click(self, session: Any) -> None:
        if not self.committed and session in self._case.markable:
            self._keep(self._now.after_a_click(int(session)))

    def _enter(self, entered: Any) -> None:
        if not self.committed:
            self._keep(self._spotting.Marks.of(entered, self._case.markable))

    def _act(self, kind: str) -> None:
        if kind == "commit":
            try:
                self.commit()
            except QuestionError as fault:
                self.form.message = " ".join(fault.problems)
        else:
            self.case += 1 if kind == "next" else -1

    def _say_compared(self, sentence: str) -> None:
        self.tools.message = sentence

    # ---- the work file ---------------------------------------------------------------------

    def _keep(self, marks: Any, *, committed: bool = False) -> None:
        self._marked[self._case.id] = (marks, committed)
        with self.desk.changing() as work:
            # No undo stops at a mark: a commit is not taken back, for what was seen stays seen.
            work.keep_draft("mark", (self.key, self._case.id), **marks.data, committed=committed)
        self._show()

    def _take_in(self, _change: Any = None) -> None:
        """Take over what the work file holds; what is no mark of these cases counts as none."""
        marked = {}
        for case in self._cases:
            data = self.desk.work.get("mark", (self.key, case.id)) or {}
            marks = self._spotting.Marks.of(data, case.markable)
            committed = data.get("committed", False)
            known = {**marks.data, "committed": committed is True}
            if any(data.get(name, told) != told for name, told in known.items()):
                self.desk.name_unfit("mark", (self.key, case.id))
            if marks.answered:
                marked[case.id] = (marks, committed is True and not marks.faults())
        if marked != self._marked or not self.form.buttons:
            self._marked = marked
            self._show()

    # ---- what is shown ---------------------------------------------------------------------

    @property
    def _case(self) -> Any:
        return self._cases[self.case - 1]

    @property
    def _now(self) -> Any:
        """The marks of the case shown."""
        return self._marked.get(self._case.id, (self._spotting.Marks(), False))[0]

    @property
    def _theirs(self) -> dict[str, Any]:
        """The second rater's marks, of the cases in which they can no longer sway anybody."""
        done = {id for id, (_, committed) in self._marked.items() if committed}
        return {id: marks for id, marks in self._second.items() if id in done}

    def _raters(self) -> dict[str, dict[str, Any]]:
        """The committed marks of the student and, of the same cases, those of a second rater."""
        mine = {id: marks for id, (marks, committed) in self._marked.items() if committed}
        theirs = {self._spotting.SECOND: self._theirs} if self._theirs else {}
        return {self._spotting.YOU: mine, **theirs}

    def _ask(self) -> dict[str, Any]:
        case = self._case
        return {
            "kind": "marks",
            "text": say("spotter.legend", case=self.case, n=len(self._cases)),
            "hint": say("spotter.hint", first=case.sessions[0]),
            "none": say("spotter.none"),
            "sessions": [[n, say("spotter.session", session=n)] for n in case.markable],
            "kinds": [
                {"name": "ruptures", "sign": "▼", "label": say("spotter.begins")},
                {"name": "repairs", "sign": "▲", "label": say("spotter.back")},
            ],
        }

    def _buttons(self) -> list[dict[str, Any]]:
        """Commit, and to the neighbours; once committed the next case is what comes."""
        buttons = []
        if not self.committed:
            buttons.append({"kind": "commit", "label": say("spotter.commit"), "primary": True})
        if self.case < len(self._cases):
            label = {"kind": "next", "label": say("spotter.next"), "primary": self.committed}
            buttons.append(label)
        if self.case > 1:
            buttons.append({"kind": "previous", "label": say("spotter.previous")})
        return buttons

    def _show(self) -> None:
        """Everything that follows from case and marks."""
        if self._settling:
            return
        case, marks = self._case, self._now
        committed = self._marked.get(case.id, (marks, False))[1]
        with self._settle():
            self.ruptures, self.repairs = list(marks.ruptures), list(marks.repairs)
            self.no_rupture = marks.none
            self.set_trait("committed", committed)
        self._draw(case, marks)
        done = sum(done for _, done in self._marked.values())
        message = self._words.message(self.case, marks) if committed else ""
        if committed:
            message += " " + say("spotter.progress", done=done, n=len(self._cases))
        told = {"place": self.desk.place_of("mark", (self.key, case.id)), "locked": committed}
        self.form.show(self._ask(), marks.data, self._buttons(), message, **told)
        blocks = self._words.blocks(self.case, self._raters()) if committed else []
        self.report.show(blocks, say("spotter.report", case=self.case) if blocks else "")

    def _draw(self, case: Any, marks: Any) -> None:
        charts = self._charts
        name = say("spotter.case", case=self.case)
        reading = charts.read_case(case.rated.assign(client=name), None)
        kinds = [(name, session, "rupture") for session in marks.ruptures]
        kinds += [(name, session, "back") for session in marks.repairs]
        tables = charts.trajectory_tables(reading, by_hand=kinds)
        stretches = self._words.stretches(case) if self.committed else []
        form = charts.span_form(case.low, case.high, pick=True)
        with self.chart.hold_sync():
            if self.chart.chart is not form:
                self.chart.chart = form
            self.chart.update(**tables, spans=charts.span_table(stretches, case.sessions))
            said = [charts.describe(reading), self._words.marked(marks)]
            self.chart.description = " ".join(each for each in said if each)


def _is_case(number: Any, most: int | None) -> bool:
    """Whether this can be the number of a case, of `most` where it is known how many there are."""
    return type(number) is int and number >= 1 and (most is None or number <= most)
