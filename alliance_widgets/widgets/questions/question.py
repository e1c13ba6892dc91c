"""A question with feedback for every answer, kept in the work file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import traitlets as tl

from alliance_widgets.arguments import check_flag, check_text
from alliance_widgets.errors import QuestionError
from alliance_widgets.lessons.beliefs import CONFIDENCE
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.widgets.page.protocol import Button
from alliance_widgets.widgets.page.question import Asking
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.widgets.questions._given import Given
from alliance_widgets.widgets.questions.kinds import (
    Choice,
    Kind,
    NoAnswer,
    Number,
    Session,
)
from alliance_widgets.widgets.questions.number_units import Range
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["CONFIDENCE", "Question", "builds_all"]


def question_key(key: Any) -> str | int | tuple[str | int, ...]:
    """The name under which an answer is kept: a text, a number, or some of these in a row.

    Raises `QuestionError` for anything else, and for a blank one.
    """
    parts = (key,) if isinstance(key, str | int) else key
    listed = isinstance(parts, list | tuple | range) and all(type(p) in (str, int) for p in parts)
    if not listed or not parts or not "".join(map(str, parts)).strip():
        raise QuestionError([say("question.key")])
    return key if isinstance(key, str | int) else tuple(parts)


def builds_all() -> bool:
    """Whether everything that waits for an answer is made at once, so that none of it can rot.

    The environment variable `ALLIANCE_BUILD_ALL=1` says so; the tests of the lessons set it. What
    a page shows stays the same.
    """
    return os.environ.get("ALLIANCE_BUILD_ALL", "") not in ("", "0")


class Question(Asking):
    """A question that takes an answer as often as the student likes, and says what it shows.

    Make one with `Question.choice`, `Question.number` or `Question.session`; a line is drawn in a
    `TrajectorySketch`. Answer, tries, hints and confidence are there again when the notebook is run
    again.

    Read with care: nothing of the feedback reaches the page before the answer; where it stands in a
    notebook's code, fold the cell.

    Parameters
    ----------
    key : str, int, or several of them
        The name under which the work file keeps the answer; never reuse or change it.
    text : str
        The question.
    kind : kind of question
        What an answer is, and what is said to it; `choice`, `number` and `session` make it.
    hints : sequence of str, optional
        Given one by one.
    confidence : bool, default False
        Whether the student also says how sure.
    explanation : str, optional
        A text for afterwards: `Reveal` shows it where nothing else is to be shown.
    work : WorkFile or path, optional
        Where the answer is kept; the student's own work file if left out.
    **traits : traits by name
        Any trait of the widget, such as `layout`.

    Attributes
    ----------
    answer : answer or None
        The committed answer (None: none yet); assigning to it commits.
    confidence : {"guess", "fairly_sure", "certain"} or None
        How sure the student is.
    tries : int
        How many different answers there were; read-only, as are the four that follow.
    hints_used : int
        How many hints were given.
    correct : bool or None
        Whether the answer is right; None for an opinion and before an answer.
    skipped : bool
        Whether what waits for the answer was shown without one.
    done : bool
        Whether there was an answer, or it was `skipped`.
    prediction : bool
        Whether it is committed once, to see something that waits for it.
    message : str
        What is said to the answer, read out politely.
    key, text, kind, hints, explanation
        As given.

    Raises
    ------
    QuestionError
        Naming every fault of the question.
    TraitError
        If something is assigned that is no answer to it.
    """

    desk: WorkDesk
    levels: ClassVar[tuple[str, ...]] = CONFIDENCE
    needs_confidence: ClassVar[bool] = False

    answer = tl.Any(None, allow_none=True)
    confidence = tl.Enum(CONFIDENCE, default_value=None, allow_none=True)
    tries = tl.Int(0, read_only=True)
    hints_used = tl.Int(0, read_only=True)
    correct = tl.Bool(None, allow_none=True, read_only=True)
    skipped = tl.Bool(False, read_only=True)
    done = tl.Bool(False, read_only=True)

    def __init__(
        self,
        key: KeyGiven,
        text: str,
        kind: Kind,
        *,
        hints: Sequence[str] = (),
        confidence: bool = False,
        explanation: str = "",
        work: WorkGiven = None,
        **traits: Any,
    ) -> None:
        check_flag("confidence", confidence, QuestionError)
        self.explanation = check_text("explanation", explanation, QuestionError)
        self.text, self.kind, self.hints = text, kind, tuple(hints)
        self.key = _checked_key(key, text, kind, self.hints)
        self._kept: dict[str, Any] | None = None
        levels = [[name, say(f"question.confidence.{name}")] for name in self.levels]
        ask = {**kind.page(), "text": text, "levels": levels if confidence else []}
        ask |= {"sure": True} if self.needs_confidence else {}
        with self._settle():
            super().__init__(_ask=ask, description=say("question.described", text=text), **traits)
        desk = WorkDesk.of(work)
        self.keep_work_at(desk)
        self.place = desk.place_of("answer", self.key)
        self._restore()
        desk.watch(self, self._restore)
        self._show()

    @classmethod
    def choice(
        cls,
        key: KeyGiven,
        text: str,
        options: Mapping[str, str] | Iterable[str],
        right: str | None = None,
        **settings: Any,
    ) -> Question:
        """A question with answers to choose from: each with its feedback, or bare for an opinion.

        Parameters
        ----------
        key : str, int, or several of them
            The name under which the work file keeps the answer; never reuse or change it.
        text : str
            The question.
        options : mapping of str to str, or several str
            The answers, each with its feedback; that of a wrong answer names the misconception
            behind it. Bare answers make an opinion.
        right : str, optional
            The right answer, as it stands in `options`; left out, it is an opinion.
        **settings : settings by name
            `hints`, `confidence`, `explanation` and `work`, as in `Question`.

        Returns
        -------
        Question
            Its `answer` is a text of `options`.

        Raises
        ------
        QuestionError
            Naming every fault of the question.
        """
        return cls(key, text, Choice.of(options, right), **settings)

    @classmethod
    def number(
        cls,
        key: KeyGiven,
        text: str,
        right: float | None = None,
        *,
        within: float = 0.0,
        unit: str = "",
        feedback: Mapping[Range, str] | None = None,
        because: str = "",
        between: Range | None = None,
        **settings: Any,
    ) -> Question:
        """A question for a number in `unit`, right if not more than `within` from `right`.

        Parameters
        ----------
        key : str, int, or several of them
            The name under which the work file keeps the answer; never reuse or change it.
        text : str
            The question.
        right : float, optional
            The right number, in `unit`; left out, it is an opinion.
        within : float, default 0
            How far an answer may lie from `right`, in `unit`.
        unit : str, optional
            What is counted: "%", "of 100", "(r)", "sessions", ...
        feedback : mapping of (low, high) to str, optional
            What is said to a wrong number, by range, such as `{(None, 0.5): "...", (1, 5): "..."}`.
        because : str, optional
            What is said to the right number; where none is right, to each, with {answer} for it.
        between : (low, high), optional
            The least and the most that are possible: "%" and "of 100" say it themselves, points on
            a scale do not.
        **settings : settings by name
            `hints`, `confidence`, `explanation` and `work`, as in `Question`.

        Returns
        -------
        Question
            Its `answer` is a number in `unit`.

        Raises
        ------
        QuestionError
            Naming every fault of the question.
        """
        return cls(key, text, Number(right, within, unit, feedback, because, between), **settings)

    @classmethod
    def session(
        cls,
        key: KeyGiven,
        text: str,
        case: Any,
        right: int | Iterable[int] | None = None,
        *,
        feedback: Mapping[int, str] | None = None,
        because: str = "",
        **settings: Any,
    ) -> Question:
        """A question for a session of `case` (its ratings, a number of sessions, or a list).

        Parameters
        ----------
        key : str, int, or several of them
            The name under which the work file keeps the answer; never reuse or change it.
        text : str
            The question.
        case : DataFrame, int, or sequence of int
            One client's ratings, how many sessions there are, or their numbers.
        right : int or several, optional
            The right sessions; left out, it is an opinion.
        feedback : mapping of int to str, optional
            What is said to a wrong session, by its number.
        because : str, optional
            What is said to the right one.
        **settings : settings by name
            `hints`, `confidence`, `explanation` and `work`, as in `Question`.

        Returns
        -------
        Question
            Its `answer` is the number of a session.

        Raises
        ------
        QuestionError
            Naming every fault of the question.
        """
        return cls(key, text, Session.of(case, right, feedback, because), **settings)

    # ---- answering -------------------------------------------------------------------------

    @tl.validate("answer")
    def _known_answer(self, proposal: Change) -> Any:
        if proposal["value"] is None:
            return None
        try:
            return self.kind.read(proposal["value"])
        except NoAnswer as fault:
            raise tl.TraitError(str(fault)) from None

    @tl.observe("answer")
    def _commit(self, change: Change) -> None:
        if self._settling:
            return
        with self.hold_sync():
            if change["new"] is not None:
                self.set_trait("tries", self.tries + 1)
                self.set_trait("skipped", False)
            self._keep()

    @tl.observe("confidence", "prediction")
    def _say_otherwise(self, change: Change) -> None:
        if not self._settling:
            kept = change["name"] == "confidence" and self.done
            (self._keep if kept else self._show)()

    def _pressed(self, kind: str) -> None:
        {"check": self._check, "hint": self._hint, "skip": self._skip, "again": self._again}[kind]()

    def _check(self) -> None:
        """Commit what stands in the page's inputs, or say what is missing in it."""
        try:
            answer = self._read_entered()
            self._given.remind(answer, self.message, prediction=self.prediction)
        except NoAnswer as fault:
            self.message, self._outcome = str(fault), ""
            return
        if self._confidence in self.levels:
            with self._settle():
                self.confidence = self._confidence
        if answer != self.answer:
            self.answer = answer
        else:
            self._keep()

    def _read_entered(self) -> object:
        return self.kind.read(self._entered)

    def _hint(self) -> None:
        self.set_trait("hints_used", self.hints_used + 1)
        self._keep(self._show_hints)

    def _skip(self) -> None:
        self.set_trait("skipped", True)
        self._keep()

    def _again(self) -> None:
        """Take the answer back, to give another."""
        with self._settle():
            self.set_trait("skipped", False)
            self.answer = None
        self._keep()

    # ---- the work file ---------------------------------------------------------------------

    @property
    def _given(self) -> Given:
        told = self.tries, self.hints_used, self.confidence, self.skipped
        return Given(self.kind, self.answer, *told)

    def _keep(self, then: Callable[[], None] | None = None) -> None:
        """Record what was given, and show what follows from it."""
        self._kept = self._given.entry | ({"prediction": True} if self.prediction else {})
        with self.desk.changing() as work:
            work.record("answer", self.key, **self._kept)
        (then or self._show)()

    def _restore(self, _change: object = None) -> None:
        """Take over what the work file holds; what is no answer to this question counts as none."""
        data = self.desk.work.get("answer", self.key)
        if data == self._kept:
            return
        self._kept = data
        given, fits = Given.of(data or {}, self.kind, self.levels, len(self.hints))
        if not fits:
            self.desk.name_unfit("answer", self.key)
        with self._settle(), self.hold_sync():
            self.answer, self.confidence = given.answer, given.confidence
            self.set_trait("tries", given.tries)
            self.set_trait("hints_used", given.hints)
            self.set_trait("skipped", given.skipped)
            self._show()

    # ---- what the page shows ---------------------------------------------------------------

    def _show(self) -> None:
        """Everything that follows from answer, tries and hints; `done` last, for who waits."""
        given = self._given
        with self.hold_sync():
            self.set_trait("correct", given.verdict.correct)
            self._entered, self._confidence = given.entered, self.confidence or ""
            self._saved = {"value": self._entered, "confidence": self._confidence}
            self._outcome = given.outcome
            self._marks = given.marks(prediction=self.prediction)
            self.message = self._said(given)
            self._locked = self.prediction and given.done
            self._show_hints()
            self.description = given.described(self.text, self.message)
        self.set_trait("done", given.done)

    def _show_hints(self) -> None:
        self._hints, self._buttons = [*self.hints[: self.hints_used]], self._offered()

    def _said(self, given: Given) -> str:
        """What is said to the answer."""
        return given.said(prediction=self.prediction)

    def _offered(self) -> list[Button]:
        """The buttons of this moment."""
        return self._given.buttons(len(self.hints), prediction=self.prediction)


def _checked_key(
    key: KeyGiven, text: str, kind: object, hints: Sequence[str]
) -> str | int | tuple[str | int, ...]:
    """The question's key. Raises `QuestionError` that names every fault of the question."""
    problems = []
    blank = isinstance(key, str) and not key.strip()  # said with the other faults
    known = "" if blank else question_key(key)
    parts = (known,) if isinstance(known, str | int) else known
    if not parts or any(not str(part).strip() for part in parts):
        problems.append(say("question.key"))
    if not isinstance(text, str) or not text.strip():
        problems.append(say("question.blank", field="the text"))
    if not hasattr(kind, "judge"):
        problems.append(say("question.kind", given=type(kind).__name__))
    problems += [
        say("question.blank", field=f"hint {n}")
        for n, hint in enumerate(hints, 1)
        if not isinstance(hint, str) or not hint.strip()
    ]
    if problems:
        raise QuestionError(problems)
    return known
