"""What can be asked, and what an answer is worth: no page, no widget, nothing to watch."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Protocol

from alliance_widgets.errors import QuestionError
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.words import say

__all__ = ["Choice", "Kind", "NoAnswer", "Number", "Session", "Verdict", "session_numbers"]

TOLERANCE = 1e-9
Range = tuple[float | None, float | None]


class NoAnswer(ValueError):
    """What was entered is no answer yet; the message says what is missing."""


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right (None: there is no right one) and what is said to it."""

    correct: bool | None
    feedback: str = ""


class Kind(Protocol):
    """A way of asking."""

    def page(self) -> dict[str, Any]:
        """What the page may know before anything is answered."""

    def read(self, entered: Any) -> Any:
        """The answer that was entered, by a page or a program. Raises `NoAnswer`."""

    def shown(self, answer: Any) -> Any:
        """An answer as the page's inputs show it."""

    def judge(self, answer: Any) -> Verdict:
        """What an answer is worth."""

    @property
    def opinion(self) -> bool:
        """Whether no answer is right or wrong."""

    @property
    def solution(self) -> str:
        """The right answer, in words; empty where there is none."""


@dataclass(frozen=True)
class Choice:
    """One of several answers; `feedback` by answer, `right` is None for an opinion.

    Raises `QuestionError` for fewer than two answers, a right one that is none of them, and a
    wrong one without feedback.
    """

    feedback: Mapping[str, str]
    right: str | None = None

    @classmethod
    def of(cls, options: Mapping[str, str] | Iterable[str], right: str | None = None) -> Choice:
        """From answers with their feedback, or from bare answers, which ask for an opinion."""
        feedback = options if isinstance(options, Mapping) else dict.fromkeys(options, "")
        return cls({str(option): str(said) for option, said in feedback.items()}, right)

    def __post_init__(self) -> None:
        problems = []
        if len(self.feedback) < 2:
            problems.append(say("question.few_options"))
        if any(not option.strip() for option in self.feedback):
            problems.append(say("question.blank", field="an answer"))
        if self.right is not None:
            if self.right not in self.feedback:
                given = {"right": repr(self.right), "options": self._options}
                problems.append(say("question.right_unknown", **given))
            problems += [
                say("question.no_feedback", option=repr(option))
                for option, said in self.feedback.items()
                if option != self.right and not said.strip()
            ]
        if problems:
            raise QuestionError(problems)

    @property
    def opinion(self) -> bool:
        return self.right is None

    @property
    def solution(self) -> str:
        return self.right or ""

    @property
    def _options(self) -> str:
        return ", ".join(repr(option) for option in self.feedback)

    def page(self) -> dict[str, Any]:
        return {"kind": "choice", "options": list(self.feedback)}

    def read(self, entered: Any) -> str:
        if entered is None or entered == "":
            raise NoAnswer(say("question.choose_first"))
        if not isinstance(entered, str) or entered not in self.feedback:
            given = repr(entered)[:60]
            raise NoAnswer(say("question.not_an_option", given=given, options=self._options))
        return entered

    def shown(self, answer: str) -> str:
        return answer

    def judge(self, answer: str) -> Verdict:
        correct = None if self.opinion else answer == self.right
        return Verdict(correct, self.feedback[answer])


@dataclass(frozen=True)
class Number:
    """A number, right if it is not more than `within` from `right`; in `unit`.

    `feedback` by range (both ends belong to it, None stands for no end); the first range that
    holds the number is said. `because` is said to the right one.
    """

    right: float | None = None
    within: float = 0.0
    unit: str = ""
    feedback: Mapping[Range, str] | None = None
    because: str = ""

    def __post_init__(self) -> None:
        problems = []
        if self.right is not None and not _finite(self.right):
            problems.append(say("question.number_right", right=repr(self.right)))
        if not _finite(self.within) or self.within < 0:
            problems.append(say("question.number_within", within=repr(self.within)))
        ranges = [each for each in self.feedback or () if not _range(each)]
        problems += [say("question.number_range", given=repr(each)) for each in ranges]
        if not problems and self.right is not None:
            ends = self.right - self.within, self.right + self.within
            problems += [
                say("question.number_range_right", given=repr(each), right=f"{self.right:g}")
                for each in self.feedback or ()
                if _holds(each, ends[0]) or _holds(each, self.right) or _holds(each, ends[1])
            ]
        if problems:
            raise QuestionError(problems)

    @property
    def opinion(self) -> bool:
        return self.right is None

    @property
    def solution(self) -> str:
        return "" if self.right is None else f"{self.right:g} {self.unit}".strip()

    def page(self) -> dict[str, Any]:
        return {"kind": "number", "unit": self.unit}

    def read(self, entered: Any) -> float:
        if entered is None or entered == "":
            raise NoAnswer(say("question.number_first"))
        number = _number_in(entered, self.unit)
        if number is None:
            raise NoAnswer(say("question.no_number", given=str(entered).strip()[:40]))
        return number

    def shown(self, answer: float) -> str:
        return f"{answer:.12g}"

    def judge(self, answer: float) -> Verdict:
        said = next((s for each, s in (self.feedback or {}).items() if _holds(each, answer)), "")
        if self.right is None:
            return Verdict(None, said)
        if abs(answer - self.right) <= self.within + TOLERANCE:
            return Verdict(True, self.because)
        way = "too_high" if answer > self.right else "too_low"
        return Verdict(False, said or say(f"question.{way}"))


@dataclass(frozen=True)
class Session:
    """One of the sessions of a case; `right` are those that are right, none for an opinion."""

    sessions: tuple[int, ...]
    right: frozenset[int] = frozenset()
    feedback: Mapping[int, str] | None = None
    because: str = ""

    @classmethod
    def of(
        cls,
        case: Any,
        right: int | Iterable[int] | None = None,
        feedback: Mapping[int, str] | None = None,
        because: str = "",
    ) -> Session:
        """From a table of ratings, a number of sessions or their numbers."""
        named = [right] if isinstance(right, Integral) else right or ()
        right = frozenset(int(each) for each in named)  # type: ignore[union-attr]
        return cls(session_numbers(case), right, feedback, because)

    def __post_init__(self) -> None:
        unknown = sorted({*self.right, *(self.feedback or ())} - {*self.sessions})
        if unknown:
            raise QuestionError([say("question.session_right", session=n) for n in unknown])

    @property
    def opinion(self) -> bool:
        return not self.right

    @property
    def solution(self) -> str:
        return ", ".join(map(str, sorted(self.right)))

    def page(self) -> dict[str, Any]:
        return {"kind": "session", "sessions": list(self.sessions)}

    def read(self, entered: Any) -> int:
        if entered is None or entered == "":
            raise NoAnswer(say("question.session_first"))
        number = _number_in(entered)
        if number is None or number not in self.sessions:
            ends = {"first": self.sessions[0], "last": self.sessions[-1]}
            raise NoAnswer(say("question.not_a_session", given=repr(entered)[:40], **ends))
        return int(number)

    def shown(self, answer: int) -> int:
        return answer

    def judge(self, answer: int) -> Verdict:
        said = (self.feedback or {}).get(answer, "")
        if self.opinion:
            return Verdict(None, said)
        if answer in self.right:
            return Verdict(True, said or self.because)
        return Verdict(False, said or say("question.another_session", session=answer))


def session_numbers(case: Any) -> tuple[int, ...]:
    """The sessions of a table of ratings, of a count (1, 2, 3, ...) or of a list, in order.

    Raises `QuestionError` if there are none, or numbers that no session has.
    """
    if isinstance(case, Integral) and not isinstance(case, bool):
        given: Sequence[Any] = range(1, min(int(case), MOST_SESSIONS + 1) + 1)
    elif hasattr(case, "columns"):
        from alliance_widgets.tables.ratings import check_ratings

        given = sorted({*check_ratings(case)["session"].tolist()})
    else:
        given = list(case) if isinstance(case, Iterable) and not isinstance(case, str) else []
    if not given:
        raise QuestionError([say("question.no_sessions")])
    whole = all(isinstance(n, Integral) and 1 <= int(n) <= MOST_SESSIONS for n in given)
    if not whole or len({*given}) < len(given):
        shown = repr(list(given))[:80]
        raise QuestionError([say("question.session_numbers", given=shown, most=MOST_SESSIONS)])
    return tuple(sorted(int(n) for n in given))


def _finite(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _range(given: Any) -> bool:
    if not isinstance(given, tuple) or len(given) != 2:
        return False
    low, high = given
    known = [end for end in given if end is not None]
    return all(map(_finite, known)) and (None in given or low <= high)


def _holds(given: Range, number: float) -> bool:
    low, high = given
    return (low is None or low <= number) and (high is None or number <= high)


def _number_in(entered: Any, unit: str = "") -> float | None:
    """A number, or text as people type it: 0.7, 0,7, 12 %, −3; None for anything else.

    1,000 and 1.000,5 stay unread: they are different numbers in different countries.
    """
    if isinstance(entered, Real) and not isinstance(entered, bool):
        return float(entered) if math.isfinite(entered) else None
    if not isinstance(entered, str):
        return None
    text = entered.strip().replace("−", "-")
    if unit and text.endswith(unit):
        text = text.removesuffix(unit).strip()
    text = text.removesuffix("%").strip() if unit.startswith(("%", "percent")) else text
    if not re.fullmatch(r"[+-]?(\d{1,15}([.,]\d{0,15})?|[.,]\d{1,15})", text):
        return None
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        return None
    return float(text.replace(",", "."))
