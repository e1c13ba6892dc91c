"""Writing the next sentence where something goes wrong, checking it oneself, and seeing others."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets import dialogues
from alliance_widgets.errors import QuestionError
from alliance_widgets.widgets.page._at_desk import AtDesk, WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.widgets.page.question import AskForm
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.widgets.questions.question import builds_all
from alliance_widgets.widgets.raters import practice_report
from alliance_widgets.words import say

__all__ = ["ReplyPractice"]


class ReplyPractice(AtDesk, ipw.VBox):
    """Eight moments at which something goes wrong: write what you would say, twice.

    A sentence is written, checked by its writer against four criteria, and committed; then three
    authored replies are there, with what the client may say to each and what it may cost. After
    another moment the same one can be written once more. Tries are kept as kind "text", under
    `key`, the moment and "first" or "again", in the work file and nowhere else.

    Read with care: nothing is judged, for nobody knows which reply is best. The criteria are
    expert advice, and two tries of one person show no effect of anything.

    Parameters
    ----------
    work : WorkFile or path, optional
        Where tries are kept; the student's own work file if left out.
    key : str, default "practice"
        The name under which they are kept.
    **traits : traits by name
        Any trait of the widget, such as `moment` or `layout`.

    Attributes
    ----------
    moment : str
        The id of the vignette whose moment is shown.
    text : str
        What the student would say; can be assigned until `commit()`, as can `checks`.
    checks : dict
        "yes" or "no" for each criterion that was checked: "stays", "undefended", "free", "mine".
    step : {"writing", "seen", "writing_again", "done"}
        How far the student is with this moment; read-only.
    tries : DataFrame

    Raises
    ------
    TraitError
        If a moment is assigned that is not there, or a text where it stands already.
    """

    moment = tl.Unicode(help="The id of the vignette whose moment is shown.")
    text = tl.Unicode(help="What the student would say.")
    checks = tl.Dict(help="Criterion to yes or no.")
    step = tl.Unicode("writing", read_only=True)

    def __init__(self, work: WorkGiven = None, key: str = "practice", **traits: Any) -> None:
        self.key = str(key)
        self._all = {each.id: each for each in dialogues.vignettes()}
        self._ways = {each.name: each.title for each in dialogues.markers("resolution")}
        self._practice = dialogues.Practice(tuple(self._all))
        self._settling = True
        self.desk = WorkDesk.of(work)
        self._place = ("practice", self.key)
        last = self.desk.value_of("setting", self._place, "moment", [*self._all].__contains__)
        first = last or next(iter(self._all))
        self.controls = Controls([], say("practice.tools"), moment=first)
        self.form = AskForm(practice_report.ask(self._all[first], 1, len(self._all)))
        self.report = Report()
        super().__init__(children=(self.controls, self.form), **{"moment": first, **traits})
        self.form.keep_work_at(self.desk)
        self._settling = False
        self._take_in()
        if builds_all():
            for each in self._all.values():
                practice_report.blocks(each, self._practice, self._ways)
        self.controls.observe(self._choose, "values")
        self.form.on_enter(self._enter)
        self.form.on_act(self._act)
        self.desk.watch(self, self._take_in)
        close_earlier_run(self)

    def __repr__(self) -> str:
        said = [*practice_report.talk(self._all[self.moment]), self.text, self.form.message]
        return "\n".join(each for each in [*said, self.report.description] if each)

    @property
    def tries(self) -> pd.DataFrame:
        """One row per committed try, in the order of the moments.

        Columns `moment`, `round` ("first" or "again"), `text`, and "yes" or "no" to each criterion:
        `stays`, `undefended`, `free`, `mine`.
        """
        return practice_report.try_table(self._practice)

    # ---- writing -----------------------------------------------------------------------------

    def commit(self) -> None:
        """Commit what is written; then the authored replies are shown.

        Raises
        ------
        QuestionError
            Naming all that is missing, or too much.
        """
        now = self._practice
        written = now.at(self.moment, now.round(self.moment))
        if not written.committed:
            if missing := written.missing():
                raise QuestionError(missing)
            self._keep(now.committed(self.moment))

    def again(self) -> None:
        """Open the second try of this moment, where it is time for one."""
        self._keep(self._practice.repeated(self.moment))

    @tl.validate("moment")
    def _known_moment(self, proposal: Change) -> str:
        if proposal["value"] not in self._all:
            known = ", ".join(self._all)
            raise tl.TraitError(say("practice.no_moment", given=proposal["value"], known=known))
        return str(proposal["value"])

    @tl.observe("moment")
    def _turn_to(self, _change: object) -> None:
        if not self._settling:
            with self.desk.changing() as work:
                work.keep_draft("setting", self._place, moment=self.moment)
            self._show()

    @tl.observe("text", "checks")
    def _assign(self, change: Change) -> None:
        if self._settling:
            return
        told = {"text": self.text, "checks": self.checks}
        written, locked = dialogues.Try.of(told), self.step in ("seen", "done")
        if written is None or written.data != told or locked:
            self._show()  # back to what it was
            key = "practice.is_committed" if locked else "practice.not_possible"
            raise tl.TraitError(say(key, name=change["name"]))
        self._keep(self._practice.put(self.moment, written))

    def _choose(self, change: Change) -> None:
        self.moment = change["new"].get("moment", self.moment)

    def _enter(self, entered: object) -> None:
        written = dialogues.Try.of(entered)
        self._keep(self._practice if written is None else self._practice.put(self.moment, written))

    def _act(self, kind: str) -> None:
        if kind == "commit":
            try:
                self.commit()
            except QuestionError as fault:
                self.form.message = " ".join(fault.problems)
        elif kind == "again":
            self.again()
        else:
            ids = list(self._all)
            self.moment = ids[ids.index(self.moment) + (1 if kind == "next" else -1)]

    # ---- the work file -----------------------------------------------------------------------

    def _keep(self, practice: Any) -> None:
        with self.desk.changing() as work:
            for place, entry in practice.since(self._practice):
                # No undo stops here: what was seen after a commit stays seen.
                work.keep_draft("text", (self.key, *place), **entry)
        self._practice = practice
        self._show()

    def _take_in(self, _change: object = None) -> None:
        """Take over what the work file holds; what is no try at these moments is passed by."""
        kept = {p: self.desk.work.get("text", (self.key, *p)) for p in self._practice.places}
        there = {place: entry for place, entry in kept.items() if entry is not None}
        found, unfit = self._practice.restored(there)
        for place in unfit:
            self.desk.name_unfit("text", (self.key, *place))
        if found != self._practice or not self.form.buttons:
            self._practice = found
            self._show()

    # ---- what is shown -----------------------------------------------------------------------

    def _show(self) -> None:
        """Everything that follows from the moment and from what is written."""
        if self._settling:
            return
        now, shown = self._practice, self._all[self.moment]
        round, step = now.round(self.moment), now.step(self.moment).value
        written, number = now.at(self.moment, round), list(self._all).index(self.moment) + 1
        seen = step in ("seen", "done")
        with self._settle():
            self.text, self.checks = written.text, dict(written.checks)
            self.set_trait("step", step)
        with self.controls.hold_sync():
            self.controls.items = practice_report.choices(self._all.values(), now)
            self.controls.values = {"moment": self.moment}
        self.report.show(
            practice_report.blocks(shown, now, self._ways) if seen else [],
            say("practice.report", title=shown.title),
        )
        place = self.desk.place_of("text", (self.key, self.moment, round))
        ask = practice_report.ask(shown, number, len(self._all), again=round == "again")
        buttons = practice_report.buttons(now, self.moment)
        message = practice_report.message(now, self.moment)
        self.form.show(ask, written.data, buttons, message, place=place, locked=seen)
        self.children = (self.controls, self.form, *([self.report] if seen else []))
