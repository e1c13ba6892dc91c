"""What somebody gave as an answer so far, from the file and back, and what is said to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from alliance_widgets.widgets.page.protocol import Button, Mark
from alliance_widgets.widgets.questions.kinds import Kind, Marked, NoAnswer, Verdict, Written
from alliance_widgets.words import say

__all__ = ["Given"]


@dataclass(frozen=True)
class Given:
    """An answer (None: none yet) to a question of that kind, and how it came to be."""

    kind: Kind
    answer: Any = None
    tries: int = 0
    hints: int = 0
    confidence: str | None = None
    skipped: bool = False

    @classmethod
    def of(
        cls, entry: Mapping[str, Any], kind: Kind, levels: Collection[str], hints: int
    ) -> tuple[Given, bool]:
        """What an entry holds, as far as it can be so, and whether all of it can."""
        answer, told, sure = None, entry.get("value"), entry.get("confidence")
        fits = sure in (None, *levels) and isinstance(entry.get("skipped", False), bool)
        for counted in (entry.get("tries", 0), entry.get("hints", 0)):
            fits = fits and not isinstance(counted, bool) and _count(counted) == counted
        try:
            answer = None if told is None else kind.read(told)
        except NoAnswer:
            fits = False
        tries = max(_count(entry.get("tries")), int(answer is not None))
        given = min(_count(entry.get("hints")), hints)
        skipped = entry.get("skipped") is True and answer is None
        return cls(kind, answer, tries, given, sure if sure in levels else None, skipped), fits

    @property
    def entry(self) -> dict[str, Any]:
        """What the work file keeps: the answer under the name that the file knows it by."""
        kept = getattr(self.kind, "kept", None)
        own_words = {"written": True} if isinstance(self.kind, Written) else {}
        return {
            "value": kept(self.answer) if kept and self.answer is not None else self.answer,
            "correct": self.verdict.correct,
            "tries": self.tries,
            "hints": self.hints,
            "confidence": self.confidence,
            "skipped": self.skipped,
            **own_words,
        }

    @property
    def done(self) -> bool:
        """Whether there is an answer, or none was wanted."""
        return self.answer is not None or self.skipped

    @property
    def verdict(self) -> Verdict:
        """What the answer is worth."""
        return Verdict(None) if self.answer is None else self.kind.judge(self.answer)

    @property
    def entered(self) -> Any:
        """The answer as the page's inputs show it."""
        return None if self.answer is None else self.kind.shown(self.answer)

    @property
    def outcome(self) -> str:
        """ "right", "wrong", or "noted" where nothing is either; empty without an answer."""
        named = {True: "right", False: "wrong", None: "noted"}
        return "" if self.answer is None else named[self.verdict.correct]

    # ---- words -----------------------------------------------------------------------------

    def said(self, *, prediction: bool) -> str:
        """What is said to it.

        The verdict has a line of its own, which ends where nothing follows it, too: on a page a
        mark beside the answer says it already.
        """
        solution = say("question.solution", answer=self.kind.solution)
        if self.answer is None:
            told = prediction and self.kind.solution
            skipped = say("question.skipped") if self.skipped else ""
            if self.skipped and isinstance(self.kind, Written):
                return say("question.skipped_writing")
            return f"{solution}\n{skipped}" if skipped and told else skipped
        opening, feedback = self.verdict.opening, self.verdict.feedback
        if self.outcome == "right":
            right = say("question.right", feedback="").strip()
            return f"{opening if prediction and opening else right}\n{feedback}"
        if self.outcome == "noted":
            predicted = prediction and not isinstance(self.kind, Written)
            noted = "question.predicted" if predicted else "question.noted"
            return say(noted, feedback=feedback).strip()
        opening = opening or say("question.wrong")
        if prediction:
            return f"{opening} {solution}\n{feedback}"
        return f"{opening}\n{feedback} {say('question.another_try')}"

    def marks(self, *, prediction: bool) -> list[Mark]:
        """What stands beside the answers: what is right only when it cannot be tried any more."""
        if not self.done or not isinstance(self.kind, Marked):
            return []
        return self.kind.marks(self.answer, tells=prediction)

    def remind(self, answer: Any, message: str, *, prediction: bool) -> None:
        """Before a `prediction` takes a text out of reach: once, what to think of before.

        Raises `NoAnswer` with the reminder, unless that is the `message` that stands there.
        """
        remind = getattr(self.kind, "reminder", None)
        if reminder := remind(answer) if remind and prediction else "":
            said = say("question.press_again", reminder=reminder)
            if message != said:
                raise NoAnswer(said)

    def described(self, text: str, message: str) -> str:
        """The question and, if there is one, the answer with what was said to it."""
        if self.answer is None:
            return say("question.described", text=text)
        spoken = getattr(self.kind, "spoken", None)
        answer = spoken(self.answer) if spoken else str(self.entered)
        return say("question.answered", text=text, answer=answer, message=message)

    def buttons(self, hints: int, *, prediction: bool) -> list[Button]:
        """What can be pressed now, of a question with so many hints."""
        if prediction and self.done:
            return []
        label = say("question.keep") if self.kind.opinion else say("question.check")
        written = isinstance(self.kind, Written)
        if prediction:
            label = say("question.keep_and_see") if written else say("question.predict")
        offered: list[Button] = [{"kind": "check", "label": label, "primary": True}]
        if self.hints < hints and self.verdict.correct is not True:
            hint = say("question.hint", i=self.hints + 1, n=hints)
            offered.append({"kind": "hint", "label": hint})
        if prediction:
            skip = say("question.skip_writing" if written else "question.skip")
            offered.append({"kind": "skip", "label": skip, "small": True})
        return offered


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
