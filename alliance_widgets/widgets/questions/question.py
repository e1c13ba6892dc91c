"""A question with feedback for every answer, kept in the work file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import traitlets as tl

from alliance_widgets.arguments import check_flag, check_text
from alliance_widgets.errors import QuestionError
from alliance_widgets.widgets.page.question import Asking
from alliance_widgets.widgets.questions.kinds import (
    Choice,
    Kind,
    NoAnswer,
    Number,
    Session,
    Verdict,
    Written,
)
from alliance_widgets.widgets.questions.number_units import Range
from alliance_widgets.words import say

__all__ = ["CONFIDENCE", "Question", "builds_all"]

CONFIDENCE = ("guess", "fairly_sure", "certain")

Key = str | int | Iterable[str | int]


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

    levels: ClassVar[tuple[str, ...]] = CONFIDENCE

    answer = tl.Any(None, allow_none=True)
    confidence = tl.Enum(CONFIDENCE, default_value=None, allow_none=True)
    tries = tl.Int(0, read_only=True)
    hints_used = tl.Int(0, read_only=True)
    correct = tl.Bool(None, allow_none=True, read_only=True)
    skipped = tl.Bool(False, read_only=True)
    done = tl.Bool(False, read_only=True)
    prediction = tl.Bool(False, help="Committed once, to see something that waits for it.")

    def __init__(
        self,
        key: Key,
        text: str,
        kind: Kind,
        *,
        hints: Sequence[str] = (),
        confidence: bool = False,
        explanation: str = "",
        work: Any = None,
        **traits: Any,
    ) -> None:
        from alliance_widgets.widgets.page.desk import WorkDesk

        blank = isinstance(key, str) and not key.strip()  # said with the other faults
        self.key = key if isinstance(key, str) and blank else question_key(key)
        check_flag("confidence", confidence, QuestionError)
        self.explanation = check_text("explanation", explanation, QuestionError)
        self.text, self.kind, self.hints = text, kind, tuple(hints)
        _check(self.key, text, kind, self.hints)
        self._kept: dict[str, Any] | None = None
        self._quiet = True
        levels = [[name, say(f"question.confidence.{name}")] for name in self.levels]
        ask = {**kind.page(), "text": text, "levels": levels if confidence else []}
        super().__init__(_ask=ask, description=say("question.described", text=text), **traits)
        self._quiet = False
        desk = WorkDesk.of(work)
        self.keep_work_at(desk)
        self.place = desk.place_of("answer", self.key)
        self._restore()
        desk.watch(self, self._restore)
        self._show()

    @classmethod
    def choice(
        cls,
        key: Key,
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
        key: Key,
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
            What is said to the right number.
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
        kind = Number(right, within, unit, feedback, because, between)
        return cls(key, text, kind, **settings)

    @classmethod
    def session(
        cls,
        key: Key,
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
    def _known_answer(self, proposal: Any) -> Any:
        if proposal["value"] is None:
            return None
        try:
            return self.kind.read(proposal["value"])
        except NoAnswer as fault:
            raise tl.TraitError(str(fault)) from None

    @tl.observe("answer")
    def _commit(self, change: Any) -> None:
        if self._quiet:
            return
        with self.hold_sync():
            if change["new"] is not None:
                self.set_trait("tries", self.tries + 1)
                self.set_trait("skipped", False)
            self._keep()
            self._show()

    @tl.observe("confidence", "prediction")
    def _settle(self, change: Any) -> None:
        if not self._quiet:
            if change["name"] == "confidence" and self.done:
                self._keep()
            self._show()

    @tl.observe("_request")
    def _act(self, change: Any) -> None:
        press = change["new"]
        acts = {"check": self._check, "hint": self._hint, "skip": self._skip, "again": self._again}
        known = press.get("kind") in [each["kind"] for each in self._buttons]
        try:
            with self.hold_sync():
                if known:
                    acts[press["kind"]]()
        finally:
            self._answer(press.get("count"), taken=known)

    def _check(self) -> None:
        """Commit what stands in the page's inputs, or say what is missing in it."""
        try:
            answer = self._read_entered()
        except NoAnswer as fault:
            self.message, self._outcome = str(fault), ""
            return
        if self._confidence in self.levels:
            with self._quietly():
                self.confidence = self._confidence
        if answer != self.answer:
            self.answer = answer
        else:
            self._keep()
            self._show()

    def _read_entered(self) -> Any:
        return self.kind.read(self._entered)

    def _hint(self) -> None:
        self.set_trait("hints_used", self.hints_used + 1)
        self._keep()
        self._show_hints()

    def _skip(self) -> None:
        self.set_trait("skipped", True)
        self._keep()
        self._show()

    def _again(self) -> None:
        """Take the answer back, to give another."""
        with self._quietly():
            self.set_trait("skipped", False)
            self.answer = None
        self._keep()
        self._show()

    # ---- the work file ---------------------------------------------------------------------

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    def _keep(self) -> None:
        if self.desk is None:
            return
        self._kept = {
            "value": self._to_keep(),
            "correct": None if self.answer is None else self.kind.judge(self.answer).correct,
            "tries": self.tries,
            "hints": self.hints_used,
            "confidence": self.confidence,
            "skipped": self.skipped,
        }
        with self.desk.changing() as work:
            work.record("answer", self.key, **self._kept)

    def _to_keep(self) -> Any:
        """The answer under the name that the work file knows it by."""
        kept = getattr(self.kind, "kept", None)
        return kept(self.answer) if kept and self.answer is not None else self.answer

    def _restore(self, _change: Any = None) -> None:
        """Take over what the work file holds; what is no answer to this question counts as none."""
        if self.desk is None:
            return
        data = self.desk.work.get("answer", self.key)
        if data == self._kept:
            return
        self._kept, told = data, data or {}
        with self._quietly(), self.hold_sync():
            try:
                self.answer = None if told.get("value") is None else self.kind.read(told["value"])
            except NoAnswer:
                self.answer = None
                self.desk.name_unfit("answer", self.key)
            if not _sound(told, self.levels):
                self.desk.name_unfit("answer", self.key)
            sure = told.get("confidence")
            self.confidence = sure if sure in self.levels else None
            self.set_trait("tries", max(_count(told.get("tries")), int(self.answer is not None)))
            self.set_trait("hints_used", min(_count(told.get("hints")), len(self.hints)))
            self.set_trait("skipped", told.get("skipped") is True and self.answer is None)
            self._show()

    # ---- what the page shows ---------------------------------------------------------------

    def _show(self) -> None:
        """Everything that follows from answer, tries and hints; `done` last, for who waits."""
        with self.hold_sync():
            answer = self.answer
            verdict = Verdict(None) if answer is None else self.kind.judge(answer)
            self.set_trait("correct", verdict.correct)
            self._entered = None if answer is None else self.kind.shown(answer)
            self._confidence = self.confidence or ""
            self._saved = {"value": self._entered, "confidence": self._confidence}
            self._outcome = "" if answer is None else _outcome(verdict)
            self.message = self._words(verdict)
            self._locked = self._is_locked()
            self._show_hints()
            if answer is not None:
                told = {"answer": self._spoken(), "message": self.message}
                self.description = say("question.answered", text=self.text, **told)
            else:
                self.description = say("question.described", text=self.text)
        self.set_trait("done", answer is not None or self.skipped)

    def _show_hints(self) -> None:
        self._hints = list(self.hints[: self.hints_used])
        self._buttons = self._offered()

    def _is_locked(self) -> bool:
        return self.prediction and (self.answer is not None or self.skipped)

    def _offered(self) -> list[dict[str, Any]]:
        """The buttons of this moment."""
        if self._is_locked():
            return []
        usual = "keep" if self.kind.opinion else "check"
        waits = "keep_and_see" if isinstance(self.kind, Written) else "predict"
        label = waits if self.prediction else usual
        offered = [{"kind": "check", "label": say(f"question.{label}"), "primary": True}]
        if self.hints_used < len(self.hints) and self.correct is not True:
            hint = say("question.hint", i=self.hints_used + 1, n=len(self.hints))
            offered.append({"kind": "hint", "label": hint})
        if self.prediction:
            offered.append({"kind": "skip", "label": say("question.skip"), "small": True})
        return offered

    def _words(self, verdict: Verdict) -> str:
        if self.answer is None:
            return say("question.skipped") if self.skipped else ""
        outcome = _outcome(verdict)
        if outcome == "noted" and self.prediction and not isinstance(self.kind, Written):
            outcome = "predicted"
        said = say(f"question.{outcome}", feedback=verdict.feedback).strip()
        if outcome == "wrong":
            ends = {"answer": self.kind.solution} if self.prediction else {}
            said += " " + say("question.solution" if ends else "question.another_try", **ends)
        return said

    def _spoken(self) -> str:
        spoken = getattr(self.kind, "spoken", None)
        return spoken(self.answer) if spoken else str(self.kind.shown(self.answer))


def _outcome(verdict: Verdict) -> str:
    return {True: "right", False: "wrong", None: "noted"}[verdict.correct]


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _sound(told: Mapping[str, Any], levels: Iterable[str]) -> bool:
    """Whether what an entry says beside the answer can be so; what it does not say is sound."""
    sure, counts = told.get("confidence"), [told.get("tries", 0), told.get("hints", 0)]
    counted = all(_count(each) == each and not isinstance(each, bool) for each in counts)
    return counted and sure in (None, *levels) and isinstance(told.get("skipped", False), bool)


def _check(key: Any, text: str, kind: Any, hints: Sequence[str]) -> None:
    problems = []
    parts = (key,) if isinstance(key, str | int) else key
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
