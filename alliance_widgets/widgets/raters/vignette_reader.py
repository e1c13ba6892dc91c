"""Reading a dialogue, coding what happens in it, and only then seeing what others made of it."""

from __future__ import annotations

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
from alliance_widgets.widgets.page.report import Report, heading, text
from alliance_widgets.widgets.questions.question import builds_all
from alliance_widgets.words import say

__all__ = ["VignetteReader"]

CHOICES = ("family", "marker", "onset", "strategy")


class VignetteReader(AtDesk, ipw.VBox):
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
    committed = tl.Bool(False, read_only=True)

    def __init__(self, work: Any = None, key: str = "vignettes", **traits: Any) -> None:
        # Dialogues, charts and work file are loaded when somebody wants to read: charts too, so
        # that nobody waits for them after the commit.
        from alliance_widgets import charts, dialogues
        from alliance_widgets.widgets.page.desk import WorkDesk

        self._form = charts.span_form()
        self._coded_as, self.key = dialogues.Coded, str(key)
        self._known = {marker.name: marker for marker in dialogues.markers()}
        self._all = {each.id: each for each in dialogues.vignettes()}
        self._coded: dict[str, tuple[Any, bool]] = {}
        self._settling = True
        self.desk = WorkDesk.of(work)
        self._place = ("reader", self.key)
        last = self.desk.value_of("setting", self._place, "vignette", self._is_known)
        first = last or next(iter(self._all))
        self.controls = Controls([], say("reader.tools"), vignette=first)
        self.form = AskForm(self._ask(first))
        self.chart: ChartView | None = None
        self.report: Report | None = None
        super().__init__(children=(self.controls, self.form), **{"vignette": first, **traits})
        self.form.keep_work_at(self.desk)
        self._settling = False
        self._take_in()
        if builds_all():
            for each in self._all.values():
                entered = {"marker": each.marker, "onset": each.onset, "strategy": "explore"}
                self._results(each, dialogues.Coded.of(entered, each, self._known))
        self.controls.observe(self._choose, "values")
        self.form.on_enter(self._enter)
        self.form.on_act(self._act)
        self.desk.watch(self, self._take_in)
        close_earlier_run(self)

    def __repr__(self) -> str:
        shown = self._shown
        turns = [f"{turn.number} {self._speaker(turn)}: {turn.text}" for turn in shown.turns]
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
        from alliance_widgets.widgets.raters.vignette_report import answer_table

        return answer_table((self._all[id], coded) for id, coded in self._done().items())

    # ---- coding ----------------------------------------------------------------------------

    def commit(self) -> None:
        """Commit the coding of this vignette; then the author's and the ratings are shown.

        Raises
        ------
        QuestionError
            Naming everything that is not chosen yet.
        """
        if self.committed:
            return
        coded = self._now
        missing = coded.missing()
        if missing:
            raise QuestionError([say("reader.incomplete", missing=", ".join(missing))])
        self._keep(coded, committed=True)

    @tl.validate("vignette")
    def _known_vignette(self, proposal: Any) -> str:
        if proposal["value"] not in self._all:
            known = ", ".join(self._all)
            raise tl.TraitError(say("reader.no_vignette", given=proposal["value"], known=known))
        return str(proposal["value"])

    def _is_known(self, id: Any) -> bool:
        return isinstance(id, str) and id in self._all

    @tl.observe("vignette")
    def _turn_to(self, _change: Any) -> None:
        if not self._settling:
            with self.desk.changing() as work:
                work.keep_draft("setting", self._place, vignette=self.vignette)
            self._show()

    @tl.observe(*CHOICES)
    def _assign(self, change: Any) -> None:
        """What a program assigns; another marker than the family's changes the family."""
        if self._settling:
            return
        told = {**self._now.data, change["name"]: change["new"]}
        if change["name"] == "marker":
            told.pop("family")
        coded = self._coded_as.of(told, self._shown, self._known)
        refused = getattr(coded, change["name"]) != change["new"]
        if self.committed or refused:
            self._show()  # back to what it was
            key = "reader.is_committed" if self.committed else "reader.not_possible"
            raise tl.TraitError(say(key, name=change["name"], given=repr(change["new"])))
        self._keep(coded)

    def _choose(self, change: Any) -> None:
        wanted = change["new"].get("vignette", self.vignette)
        if wanted != self.vignette:
            self.vignette = wanted

    def _enter(self, entered: Any) -> None:
        if not self.committed:
            self._keep(self._coded_as.of(entered, self._shown, self._known))

    def _act(self, kind: str) -> None:
        if kind == "commit":
            try:
                self.commit()
            except QuestionError as fault:
                self.form.message = " ".join(fault.problems)
            return
        ids = list(self._all)
        self.vignette = ids[ids.index(self.vignette) + (1 if kind == "next" else -1)]

    # ---- the work file ---------------------------------------------------------------------

    def _keep(self, coded: Any, *, committed: bool = False) -> None:
        self._coded[self.vignette] = (coded, committed)
        with self.desk.changing() as work:
            # No undo stops at a coding: a commit is not taken back, for what was seen stays seen.
            work.keep_draft(
                "answer", (self.key, self.vignette), value=coded.data, committed=committed
            )
        self._show()

    def _take_in(self, _change: Any = None) -> None:
        """Take over what the work file holds; what is no coding of these vignettes is passed by."""
        coded = {}
        for id, each in self._all.items():
            data = self.desk.work.get("answer", (self.key, id)) or {}
            theirs = self._coded_as.of(data.get("value"), each, self._known)
            committed = data.get("committed", False)
            if data and (data.get("value") != theirs.data or not isinstance(committed, bool)):
                self.desk.name_unfit("answer", (self.key, id))
            if theirs.started:
                coded[id] = (theirs, committed is True and not theirs.missing())
        if coded != self._coded or not self.form.buttons:
            self._coded = coded
            self._show()

    # ---- what is shown ---------------------------------------------------------------------

    @property
    def _shown(self) -> Any:
        return self._all[self.vignette]

    @property
    def _now(self) -> Any:
        return self._coded.get(self.vignette, (self._coded_as(), False))[0]

    def _done(self) -> dict[str, Any]:
        """The committed codings by vignette, in the order of the vignettes."""
        found = {id: self._coded[id] for id in self._all if id in self._coded}
        return {id: coded for id, (coded, committed) in found.items() if committed}

    def _speaker(self, turn: Any) -> str:
        return self._shown.client if turn.speaker == "client" else say("reader.therapist")

    def _ask(self, id: str) -> dict[str, Any]:
        shown, known = self._all[id], self._known.values()
        signs = [each for each in known if each.family != "resolution"]
        ways = [each for each in known if each.family == "resolution"]
        names = {"client": shown.client, "therapist": say("reader.therapist")}
        note = ""
        if shown.turns_on_difference:
            note = say("reader.content_note", difference=_difference(shown.difference))
        kinds = ("withdrawal", "confrontation")
        return {
            "kind": "dialogue",
            "text": say(
                "reader.legend",
                number=[*self._all].index(id) + 1,
                n=len(self._all),
                title=shown.title,
            ),
            "setting": shown.setting,
            "note": note,
            "help": say("reader.onset_help"),
            "turns_label": say("reader.turns"),
            "turns": [
                {"number": t.number, "speaker": t.speaker, "who": names[t.speaker], "text": t.text}
                for t in shown.turns
            ],
            "begins": say("reader.begins"),
            "family": say("reader.family"),
            "families": [
                {"value": f, "label": say(f"reader.{f}"), "meaning": say(f"reader.{f}_means")}
                for f in kinds
            ],
            "marker": {**_options("marker", signs), "label": say("reader.marker")},
            "strategy": {**_options("strategy", ways), "label": say("reader.strategy")},
            "source": next(iter(known)).source,
        }

    def _buttons(self) -> list[dict[str, Any]]:
        ids, buttons = list(self._all), []
        if not self.committed:
            buttons.append({"kind": "commit", "label": say("reader.commit"), "primary": True})
        if self.vignette != ids[-1]:
            label = {"kind": "next", "label": say("reader.next"), "primary": self.committed}
            buttons.append(label)
        if self.vignette != ids[0]:
            buttons.append({"kind": "previous", "label": say("reader.previous")})
        return buttons

    def _show(self) -> None:
        """Everything that follows from vignette and coding."""
        if self._settling:
            return
        shown, coded, done = self._shown, self._now, self._done()
        committed = self.vignette in done
        with self._settle():
            for name in CHOICES:
                setattr(self, name, getattr(coded, name))
            self.set_trait("committed", committed)
        self._list(done)
        message = say("reader.progress", done=len(done), n=len(self._all)) if committed else ""
        truth = {"onset": shown.onset, "says": say("reader.author_here")} if committed else None
        if committed:
            self._draw(shown, coded, done)
        ask, buttons = self._ask(self.vignette), self._buttons()
        place = self.desk.place_of("answer", (self.key, self.vignette))
        told = {"place": place, "locked": committed, "truth": truth}
        self.form.show(ask, coded.data, buttons, message, **told)
        results = (self.report, self.chart) if committed else ()
        self.children = (self.controls, self.form, *(each for each in results if each))

    def _list(self, done: dict[str, Any]) -> None:
        options = []
        for number, (id, each) in enumerate(self._all.items(), 1):
            ending = say("reader.done") if id in done else ""
            label = say("reader.option", number=number, title=each.title, done=ending)
            options.append((id, label))
        with self.controls.hold_sync():
            self.controls.items = [make.choice("vignette", say("reader.vignette"), options)]
            self.controls.values = {"vignette": self.vignette}

    def _results(self, shown: Any, coded: Any) -> tuple[Any, Any, str]:
        """What came of it: the blocks of the report, the chart's tables and their words."""
        from alliance_widgets.widgets.raters import vignette_report

        return (
            vignette_report.blocks(shown, coded, self._known),
            *vignette_report.hour_chart(shown),
        )

    def _draw(self, shown: Any, coded: Any, done: dict[str, Any]) -> None:
        from alliance_widgets.widgets.raters.vignette_report import so_far

        blocks, tables, words = self._results(shown, coded)
        blocks.append(text(so_far((self._all[id] for id in done), len(self._all))))
        blocks.append(heading(say("reader.heading_chart", client=shown.client)))
        if self.report is None or self.chart is None:
            self.report, self.chart = Report(), ChartView(self._form)
        self.report.show(blocks, say("reader.report", title=shown.title))
        with self.chart.hold_sync():
            self.chart.update(**tables)
            self.chart.description = words


def _options(name: str, markers: list[Any]) -> dict[str, Any]:
    options = [
        {"value": each.name, "label": each.title, "meaning": each.sign, "family": each.family}
        for each in markers
    ]
    return {"name": name, "empty": say("reader.choose"), "options": options}


def _difference(name: str) -> str:
    """The difference in words; one of somebody's own vignettes as it is called there."""
    try:
        return say(f"reader.difference.{name}")
    except KeyError:
        return name
