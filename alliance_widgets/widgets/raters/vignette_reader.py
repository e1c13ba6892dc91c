"""Reading a dialogue, coding what happens in it, and only then seeing what others made of it."""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd
import traitlets as tl

from alliance_widgets.charts import Picture
from alliance_widgets.dialogues import Coded, Vignette, markers, vignettes
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.question import AskForm
from alliance_widgets.widgets.page.report import Block, Report, heading, text
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.widgets.questions.question import builds_all
from alliance_widgets.widgets.raters import vignette_report as words
from alliance_widgets.widgets.raters._one_by_one import OneByOne
from alliance_widgets.words import say

__all__ = ["VignetteReader"]

CHOICES = ("family", "marker", "onset", "strategy")


class VignetteReader(OneByOne):
    """The eight vignettes, to be read and coded; then the author's coding and the client's rating.

    Codings are kept as kind "answer", under `key` and the vignette.

    Read with care: people, talk and ratings are invented. The author's coding is one reader's,
    and nobody knows which reply is best.

    Parameters
    ----------
    work : WorkFile or path, optional
        Where codings are kept; the student's own work file if left out.
    key : str, default "vignettes"
        The name under which they are kept.
    **traits : traits by name
        Any trait of the widget, such as `vignette` or `layout`.

    Attributes
    ----------
    vignette : str
        The id of the vignette shown.
    family : {"withdrawal", "confrontation"} or None
        What the reader chose; can be assigned until `commit()`, as can the three that follow.
    marker : str or None
        The name of the marker.
    onset : int or None
        The number of the turn at which it shows first.
    strategy : str or None
        What the therapist might say next.
    committed : bool
        Whether this vignette is committed; read-only.
    answers : DataFrame

    Raises
    ------
    TraitError
        If a vignette is assigned that is not there.
    """

    vignette = tl.Unicode(help="The id of the vignette shown.")
    family = tl.Unicode(None, allow_none=True)
    marker = tl.Unicode(None, allow_none=True)
    onset = tl.Int(None, allow_none=True)
    strategy = tl.Unicode(None, allow_none=True)

    kind: ClassVar = "answer"
    shows: ClassVar = "vignette"
    under: ClassVar = "value"

    def __init__(self, work: WorkGiven = None, key: str = "vignettes", **traits: Any) -> None:
        self.key = str(key)
        self._known = {marker.name: marker for marker in markers()}
        self._things = {each.id: each for each in vignettes()}
        self._order = list(self._things)
        self._settling = True
        first = self._last(work, ("reader", self.key), self._is_known) or self._order[0]
        self.controls = Controls([], say("reader.tools"), vignette=first)
        self.form = AskForm(self._ask(first))
        self.chart: ChartView | None = None
        self.report: Report | None = None
        super().__init__(children=(self.controls, self.form), **{"vignette": first, **traits})
        self._begin()
        if builds_all():
            for each in self._things.values():
                entered = {"marker": each.marker, "onset": each.onset, "strategy": "explore"}
                self._results(each, self._read(each.id, entered))
        self.controls.observe(self._choose, "values")

    def __repr__(self) -> str:
        shown = self._shown
        turns = [f"{t.number} {words.speaker(shown, t)}: {t.text}" for t in shown.turns]
        said = [self.form.asked["text"], shown.setting, *turns, self.form.message]
        if self.committed and self.report is not None and self.chart is not None:
            said += [self.report.description, self.chart.description]
        return "\n".join(each for each in said if each)

    @property
    def answers(self) -> pd.DataFrame:
        """One row per committed vignette: the chosen coding and the author's.

        Columns `vignette`, the chosen `family`, `marker`, `onset` and `strategy`, the author's
        `author_family`, `author_marker` and `author_onset`, and `verdict`: "marker" (the same),
        "also" (fits as well), "family" or "other_family".
        """
        done = self._answers.done
        coded = [(each, done[id]) for id, each in self._things.items() if id in done]
        return words.answer_table(coded)

    @tl.validate("vignette")
    def _known_vignette(self, proposal: Change) -> str:
        if proposal["value"] not in self._things:
            known = ", ".join(self._things)
            raise tl.TraitError(say("reader.no_vignette", given=proposal["value"], known=known))
        return str(proposal["value"])

    @tl.observe(*CHOICES)
    def _assign(self, change: Change) -> None:
        """What a program assigns; another marker than the family's changes the family."""
        if self._settling:
            return
        told = {**self._now.data, change["name"]: change["new"]}
        if change["name"] == "marker":
            told.pop("family")
        coded, refusal = self._read(self._id, told), ""
        values = {"name": change["name"], "given": repr(change["new"])}
        if self.committed:
            refusal = say("reader.is_committed", **values)
        elif getattr(coded, change["name"]) != change["new"]:
            refusal = say("reader.not_possible", **values)
        self._assigned(coded, refusal)

    def _choose(self, change: Change) -> None:
        wanted = change["new"].get("vignette", self.vignette)
        if wanted != self.vignette:
            self.vignette = wanted

    # ---- what the machine asks -------------------------------------------------------------

    @property
    def _shown(self) -> Vignette:
        shown: Vignette = self._things[self.vignette]
        return shown

    def _read(self, id: str, entered: object) -> Coded:
        return Coded.of(entered, self._things[id], self._known)

    def _ask(self, id: str = "") -> dict[str, Any]:
        number = self._order.index(id or self.vignette) + 1
        shown = self._things[self._order[number - 1]]
        return words.dialogue_ask(shown, number, len(self._order), self._known.values())

    def _labels(self) -> dict[str, str]:
        return {
            "commit": say("reader.commit"),
            "next": say("reader.next"),
            "previous": say("reader.previous"),
        }

    def _render(self) -> tuple[str, dict[str, object] | None]:
        done = self._answers.done
        self._list(done)
        results = self._draw(done) if self.committed else ()
        self.children = (self.controls, self.form, *results)
        if not results:
            return "", None
        here = {"onset": self._shown.onset, "says": say("reader.author_here")}
        return say("reader.progress", done=len(done), n=len(self._order)), here

    def _list(self, done: dict[str, object]) -> None:
        options = []
        for number, (id, each) in enumerate(self._things.items(), 1):
            ending = say("reader.done") if id in done else ""
            label = say("reader.option", number=number, title=each.title, done=ending)
            options.append((id, label))
        with self.controls.hold_sync():
            self.controls.items = [make.choice("vignette", say("reader.vignette"), options)]
            self.controls.values = {"vignette": self.vignette}

    def _results(self, shown: Vignette, coded: Coded) -> tuple[list[Block], Picture]:
        """What came of it: the blocks of the report, and the chart."""
        return words.blocks(shown, coded, self._known), words.hour_picture(shown)

    def _draw(self, done: dict[str, object]) -> tuple[Report, ChartView]:
        shown = self._shown
        blocks, picture = self._results(shown, self._now)
        blocks.append(text(words.so_far((self._things[id] for id in done), len(self._order))))
        blocks.append(heading(say("reader.heading_chart", client=shown.client)))
        if self.report is None or self.chart is None:
            self.report, self.chart = Report(), ChartView()
        self.report.show(blocks, say("reader.report", title=shown.title))
        self.chart.show(picture)
        return self.report, self.chart

    def _is_known(self, id: object) -> bool:
        return isinstance(id, str) and id in self._things
