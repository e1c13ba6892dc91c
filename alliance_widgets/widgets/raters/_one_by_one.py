"""The machine behind marking cases and coding dialogues: answer, commit, see, go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as ipw
import traitlets as tl

from alliance_widgets.errors import QuestionError
from alliance_widgets.widgets.page._at_desk import AtDesk, WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.protocol import Button
from alliance_widgets.widgets.page.question import AskForm
from alliance_widgets.widgets.raters._answers import Answer, Answers

if TYPE_CHECKING:
    from alliance_widgets.workfile import KeyGiven

__all__ = ["OneByOne"]


class OneByOne(AtDesk, ipw.VBox):
    """Things that are answered one at a time, each committed once; then others' answers are shown.

    An activity says which things there are, what an answer to one of them is and what is shown
    around the form; everything that is entered, kept and taken in again goes through here.
    """

    committed = tl.Bool(False, read_only=True)

    kind: ClassVar[str]  # of the entries that hold the answers
    shows: ClassVar[str]  # the trait that says which thing is shown
    under: ClassVar[str] = ""  # the name of an answer within its entry, if it has one

    form: AskForm
    key: str
    _things: Mapping[str, Any]  # by id, in order
    _order: Sequence[Any]  # what `shows` is for each of them
    _answers = Answers()

    def commit(self) -> None:
        """Commit the answer to what is shown; it stands then, and what others say is shown.

        Raises
        ------
        QuestionError
            Naming what is missing in the answer, or wrong with it.
        """
        if self.committed:
            return
        faults = self._now.faults()
        if faults:
            raise QuestionError(faults)
        self._keep(self._now, committed=True)

    # ---- what an activity says -------------------------------------------------------------

    def _read(self, id: str, entered: object) -> Answer:
        """What a page, a file or a program says, as far as it can be said of that thing."""
        raise NotImplementedError

    def _traits_of(self, answer: Answer) -> dict[str, Any]:
        """The traits by which a program reads and gives the answer."""
        return answer.data

    def _ask(self) -> dict[str, Any]:
        """What is asked of the thing that is shown."""
        raise NotImplementedError

    def _labels(self) -> dict[str, str]:
        """What the buttons are called: commit, next, previous."""
        raise NotImplementedError

    def _render(self) -> tuple[str, dict[str, object] | None]:
        """Show what is around the form; what is said to the answer, and the truth beside it."""
        raise NotImplementedError

    # ---- the machine -----------------------------------------------------------------------

    @property
    def _number(self) -> int:
        """The place of what is shown, from 1."""
        return self._order.index(getattr(self, self.shows)) + 1

    @property
    def _id(self) -> str:
        return [*self._things][self._number - 1]

    @property
    def _now(self) -> Any:
        """The answer to what is shown."""
        return self._answers.given.get(self._id, self._read(self._id, None))

    def _last(
        self,
        work: WorkGiven,
        place: KeyGiven,
        fits: Callable[[object], bool],
    ) -> Any:
        """Which thing an earlier run showed, as its work file says."""
        from alliance_widgets.widgets.page.desk import WorkDesk

        self.desk, self._place = WorkDesk.of(work), place
        return self.desk.value_of("setting", place, self.shows, fits)

    def _begin(self) -> None:
        """Show what is kept, and listen."""
        self.form.keep_work_at(self.desk)
        self._settling = False
        self._take_in()
        self.form.on_enter(self._enter)
        self.form.on_act(self._act)
        self.observe(self._turn, self.shows)
        self.desk.watch(self, self._take_in)
        close_earlier_run(self)

    def _turn(self, _change: object) -> None:
        with self.desk.changing() as work:
            work.keep_draft("setting", self._place, **{self.shows: getattr(self, self.shows)})
        self._show()

    def _enter(self, entered: object) -> None:
        if not self.committed:
            self._keep(self._read(self._id, entered))

    def _assigned(self, answer: Answer, refusal: str) -> None:
        """What a program assigned; all is as it was, and it is told, where that cannot be."""
        if not refusal:
            self._keep(answer)
            return
        self._show()
        raise tl.TraitError(refusal)

    def _act(self, kind: str) -> None:
        if kind == "commit":
            try:
                self.commit()
            except QuestionError as fault:
                self.form.message = " ".join(fault.problems)
        else:
            self.set_trait(self.shows, self._order[self._number - (0 if kind == "next" else 2)])

    def _entry(self, answer: Answer, committed: bool) -> dict[str, Any]:
        """What is kept of an answer."""
        kept = {self.under: answer.data} if self.under else answer.data
        return {**kept, "committed": committed}

    def _keep(self, answer: Answer, *, committed: bool = False) -> None:
        self._answers = self._answers.with_one(self._id, answer, committed=committed)
        with self.desk.changing() as work:
            # No undo stops here: a commit is not taken back, for what was seen stays seen.
            work.keep_draft(self.kind, (self.key, self._id), **self._entry(answer, committed))
        self._show()

    def _take_in(self, _change: object = None) -> None:
        """Take over what the work file holds; what is no answer to these counts as none."""
        given, done = {}, set()
        for id in self._things:
            entry = self.desk.work.get(self.kind, (self.key, id)) or {}
            answer = self._read(id, entry.get(self.under) if self.under else entry)
            committed = entry.get("committed", False) is True
            known = self._entry(answer, committed)
            if any(entry.get(name, told) != told for name, told in known.items()):
                self.desk.name_unfit(self.kind, (self.key, id))
            if answer.answered:
                given[id] = answer
                done |= {id} if committed and not answer.faults() else set()
        found = Answers(given, frozenset(done))
        if found != self._answers or not self.form.buttons:
            self._answers = found
            self._show()

    def _buttons(self) -> list[Button]:
        """Commit, and to the neighbours; once committed the next is what comes."""
        shown = {
            "commit": not self.committed,
            "next": self._number < len(self._order),
            "previous": self._number > 1,
        }
        primary = "next" if self.committed else "commit"
        return [
            {"kind": kind, "label": label, "primary": kind == primary}
            for kind, label in self._labels().items()
            if shown[kind]
        ]

    def _show(self) -> None:
        """Everything that follows from which thing is shown and what is answered."""
        if self._settling:
            return
        now = self._now
        with self._settle():
            for name, value in self._traits_of(now).items():
                self.set_trait(name, value)
            self.set_trait("committed", self._id in self._answers.committed)
        said, truth = self._render()
        place = self.desk.place_of(self.kind, (self.key, self._id))
        told = {"place": place, "locked": self.committed, "truth": truth}
        self.form.show(self._ask(), now.data, self._buttons(), said, **told)
