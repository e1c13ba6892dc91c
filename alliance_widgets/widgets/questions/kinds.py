"""What can be asked, and what an answer is worth: no page, no widget, nothing to watch."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from alliance_widgets.arguments import as_shown, is_number, is_text_among
from alliance_widgets.errors import QuestionError
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.widgets.page.protocol import Mark
from alliance_widgets.widgets.questions.number_units import (
    Range,
    holds,
    in_hundredths,
    limits_of,
    number_in,
    one_in_hundred,
)
from alliance_widgets.words import figure, say
from alliance_widgets.workfile.privacy import warn_identifying

__all__ = [
    "Choice",
    "Kind",
    "Match",
    "NoAnswer",
    "Number",
    "Rows",
    "Session",
    "Several",
    "Verdict",
    "Written",
    "session_numbers",
]

TOLERANCE = 1e-9
Drawn: TypeAlias = dict[str, Any]
"""What a page draws a question from: fields of `Ask` in `page/protocol.py`."""


class NoAnswer(ValueError):
    """What was entered is no answer yet; the message says what is missing."""


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right (None: there is no right one) and what is said to it.

    `opening` stands where an answer is otherwise told “Not so.”, or “Right.” once it is committed.
    """

    correct: bool | None
    feedback: str = ""
    opening: str = ""


class Kind(Protocol):
    """A way of asking."""

    def page(self) -> Drawn:
        """What the page may know before anything is answered."""

    def read(self, entered: object) -> Any:
        """The answer that was entered, by a page or a program. Raises `NoAnswer`."""

    def shown(self, answer: Any) -> object:
        """An answer as the page's inputs show it."""

    def judge(self, answer: Any) -> Verdict:
        """What an answer is worth."""

    @property
    def opinion(self) -> bool:
        """Whether no answer is right or wrong."""

    @property
    def solution(self) -> str:
        """The right answer, in words; empty where there is none."""


@runtime_checkable
class Marked(Kind, Protocol):
    """A way of asking that says beside each answer, row or number what it is worth."""

    def marks(self, answer: Any, *, tells: bool) -> list[Mark]:
        """What stands there; what is right, too, if it may be told."""


@dataclass(frozen=True)
class Choice:
    """One of several answers; `feedback` by answer, `right` is None for an opinion.

    `kept_as` names answers in the work file otherwise than by their text: one that is worded anew
    or translated goes by the name it had.

    Raises `QuestionError` for fewer than two answers, a right one that is none of them, and a
    wrong one without feedback.
    """

    feedback: Mapping[str, str]
    right: str | None = None
    kept_as: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Mapping[str, str] | Iterable[str], right: str | None = None) -> Choice:
        """From answers with their feedback, or from bare answers, which ask for an opinion."""
        try:
            feedback = options if isinstance(options, Mapping) else dict.fromkeys(options, "")
        except TypeError:
            given = as_shown(options)
            problem = say("arguments.names", name="options", given=given)
            raise QuestionError([problem]) from None
        return cls({str(option): str(said) for option, said in feedback.items()}, right)

    def __post_init__(self) -> None:
        problems = []
        if len(self.feedback) < 2:
            problems.append(say("question.few_options"))
        if any(not option.strip() for option in self.feedback):
            problems.append(say("question.blank", field="an answer"))
        if self.right is not None:
            known = is_text_among(self.right, self.feedback)
            if not known:
                given = {"right": as_shown(self.right), "options": self._options}
                problems.append(say("question.right_unknown", **given))
            problems += [
                say("question.no_feedback", option=repr(option))
                for option, said in self.feedback.items()
                if not (known and option == self.right) and not said.strip()
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

    def page(self) -> Drawn:
        return {"kind": "choice", "options": list(self.feedback)}

    def read(self, entered: object) -> str:
        if entered is None or entered == "":
            raise NoAnswer(say("question.choose_first"))
        if isinstance(entered, str) and entered not in self.feedback:
            entered = {name: answer for answer, name in self.kept_as.items()}.get(entered, entered)
        if not isinstance(entered, str) or entered not in self.feedback:
            given = repr(entered)[:60]
            raise NoAnswer(say("question.not_an_option", given=given, options=self._options))
        return entered

    def shown(self, answer: str) -> str:
        return answer

    def kept(self, answer: str) -> str:
        """The name of an answer in the work file."""
        return self.kept_as.get(answer, answer)

    def judge(self, answer: str) -> Verdict:
        correct = None if self.opinion else answer == self.right
        return Verdict(correct, self.feedback[answer])

    def marks(self, answer: str | None, *, tells: bool) -> list[Mark]:
        """What stands beside the answers, the right one among them if it may be told."""
        return [] if self.right is None else _marked(answer, {self.right}, tells=tells)


@dataclass(frozen=True)
class Number:
    """A number, right if it is not more than `within` from `right`; in `unit`.

    `feedback` by range (None stands for no end); the first range that holds the number is said,
    and the right one is right even where a range begins at its edge. Ends written as 29.9 and 30
    leave no gap: a number between them is read as one of the two. `because` is said to the right
    one, or to each where none is right: {answer} in it is what was answered. `between` are the
    least and the most that are possible; left out, the unit says it. `told` says the right answer
    where the bare number would be more exact than what is known.

    Read with care: an impossible number is no answer, so it takes no try and reveals nothing; a
    share written where hundredths are asked for (0.07 for 7 %) is told so.
    """

    right: float | None = None
    within: float = 0.0
    unit: str = ""
    feedback: Mapping[Range, str] | None = None
    because: str = ""
    between: Range | None = None
    told: str = ""

    def __post_init__(self) -> None:
        problems = []
        if self.right is not None and not is_number(self.right):
            problems.append(say("question.number_right", right=repr(self.right)))
        if not is_number(self.within) or self.within < 0:
            problems.append(say("question.number_within", within=repr(self.within)))
        ranges = [each for each in self.feedback or () if not _range(each)]
        problems += [say("question.number_range", given=repr(each)) for each in ranges]
        if self.between is not None and not _range(self.between):
            problems.append(say("question.number_between", given=repr(self.between)))
        if not problems and self.right is not None:
            problems += [
                say("question.number_range_right", given=repr(each), right=f"{self.right:g}")
                for each in self.feedback or ()
                if self._scolds_the_right(each)
            ]
            if self.between is not None and not holds(self.between, self.right):
                given = {"given": repr(self.between), "right": f"{self.right:g}"}
                problems.append(say("question.number_between_right", **given))
        if problems:
            raise QuestionError(problems)

    @property
    def opinion(self) -> bool:
        return self.right is None

    @property
    def solution(self) -> str:
        return "" if self.right is None else self.told or self._in_unit(self.right)

    @property
    def limits(self) -> Range:
        """The least and the most that can be answered; None where there is no end."""
        return limits_of(self.unit, self.right) if self.between is None else self.between

    def page(self) -> Drawn:
        return {"kind": "number", "unit": self.unit}

    def read(self, entered: object) -> float:
        if entered is None or entered == "":
            raise NoAnswer(say("question.number_first"))
        number = number_in(entered, self.unit)
        if number is None:
            raise NoAnswer(say("question.no_number", given=str(entered).strip()[:40]))
        if not holds(self.limits, number):
            raise NoAnswer(self._impossible(number))
        return number

    def shown(self, answer: float) -> str:
        return f"{answer:.12g}"

    def judge(self, answer: float) -> Verdict:
        if self.right is None:
            beside = self.because.replace("{answer}", figure(answer, ".6g"))
            return Verdict(None, self._said(answer) or beside)
        if self._is_right(answer):
            near = answer != self.right
            told = say("question.near", answer=self.solution) if near else ""
            return Verdict(True, self.because, told)
        meant = one_in_hundred(answer, self.unit)
        if meant is not None and (self._is_right(meant) or in_hundredths(self.unit)):
            return Verdict(False, self._as_a_share(answer, meant))
        if self._asks_a_share() and self._is_right(answer / 100):
            return Verdict(False, say("question.in_hundredths", share=self._in_unit(answer / 100)))
        return Verdict(False, self._said(answer) or self._way(answer))

    def marks(self, answer: float | None, *, tells: bool) -> list[Mark]:
        """What stands beside the number, with the right one if it may be told."""
        if self.right is None or (answer is None and not tells):
            return []
        fits = answer is None or self._is_right(answer)
        if answer is None:
            said = say("question.mark_told", answer=self.solution)
        elif not tells or answer == self.right:
            said = say("question.mark_right" if fits else "question.mark_wrong")
        else:
            meant = one_in_hundred(answer, self.unit)
            is_share = meant is not None and self._is_right(meant)
            other = "question.mark_share" if is_share else "question.mark_other"
            said = say("question.mark_near" if fits else other, answer=self.solution)
        return [{"at": "", "right": fits, "says": said}]

    def _is_right(self, answer: float) -> bool:
        return self.right is not None and abs(answer - self.right) <= self.within + TOLERANCE

    def _asks_a_share(self) -> bool:
        return self.right is not None and 0 < self.right < 1 and not in_hundredths(self.unit)

    def _way(self, answer: float) -> str:
        return say("question.too_high" if answer > (self.right or 0) else "question.too_low")

    def _said(self, answer: float) -> str:
        """What is said to the region that holds the number, read as finely as regions are."""
        read = self._as_regions_are_written(answer)
        return next((s for each, s in (self.feedback or {}).items() if holds(each, read)), "")

    def _as_regions_are_written(self, answer: float) -> float:
        """Rounded, away from the right answer, to the decimals in which the regions are given."""
        ends = [end for each in self.feedback or () for end in each if end is not None]
        unit = 10 ** max((_decimals(end) for end in ends), default=0)
        right = answer if self.right is None else self.right
        round_it = round if answer == right else math.ceil if answer > right else math.floor
        found: float = round_it(round(answer * unit, 6)) / unit
        return found

    def _as_a_share(self, answer: float, meant: float) -> str:
        """What is said to 0.07 where 7 is asked for; it may be meant, and then it is just low."""
        in_unit = self._in_unit(meant)
        if self._is_right(meant):
            return say("question.as_a_share", answer=in_unit)
        said = self._said(meant) or self._way(meant)
        values = {"given": self._in_unit(answer), "answer": in_unit, "feedback": said}
        return say("question.perhaps_a_share", **values)

    def _impossible(self, number: float) -> str:
        low, high = self.limits
        beyond = "above" if high is not None and number > high else "below"
        ends = {"low": _plain(low), "high": _plain(high), "given": _plain(number)}
        said = say(f"question.impossible_{beyond}", **ends)
        if high == 1 and holds(self.limits, number / 100):
            said += " " + say("question.write_share", share=_plain(number / 100))
        return said

    def _in_unit(self, number: float) -> str:
        return f"{figure(number, '.6g')} {self.unit}".strip()

    def _scolds_the_right(self, region: Range) -> bool:
        """Whether a region reaches further into the right numbers than to their edge."""
        assert self.right is not None
        low, high = region
        least, most = self.right - self.within, self.right + self.within
        begins_before = low is None or low < most - TOLERANCE
        ends_after = high is None or high > least + TOLERANCE
        return (begins_before and ends_after) or holds(region, self.right)


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
        case: object,
        right: int | Iterable[int] | None = None,
        feedback: Mapping[int, str] | None = None,
        because: str = "",
    ) -> Session:
        """From a table of ratings, a number of sessions or their numbers."""
        named: list[Any] = [] if right is None else [right]
        if isinstance(right, list | tuple | set | frozenset | range):
            named = [*right]
        if not all(isinstance(n, Integral) and not isinstance(n, bool) for n in named):
            raise QuestionError([say("question.session_rights", given=as_shown(right))])
        rights = frozenset(map(int, named))
        return cls(session_numbers(case), rights, feedback, because)

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

    def page(self) -> Drawn:
        return {"kind": "session", "sessions": list(self.sessions)}

    def read(self, entered: object) -> int:
        if entered is None or entered == "":
            raise NoAnswer(say("question.session_first"))
        number = number_in(entered)
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

    def marks(self, answer: int | None, *, tells: bool) -> list[Mark]:
        """What stands beside the sessions, the right ones among them if they may be told."""
        return _marked(answer, self.right, tells=tells) if self.right else []


@dataclass(frozen=True)
class Several:
    """Any of several statements, by name; always an opinion. An answer is a list of names.

    Raises `QuestionError` for fewer than two statements, and for a blank one.
    """

    labels: Mapping[str, str]

    opinion = True
    solution = ""

    def __post_init__(self) -> None:
        problems = [say("question.few_options")] if len(self.labels) < 2 else []
        if any(not label.strip() for label in self.labels.values()):
            problems.append(say("question.blank", field="an answer"))
        if problems:
            raise QuestionError(problems)

    def page(self) -> Drawn:
        return {"kind": "several", "options": [list(each) for each in self.labels.items()]}

    def read(self, entered: Any) -> list[str]:
        if not entered:
            raise NoAnswer(say("question.several_first"))
        known = isinstance(entered, list | tuple) and all(
            isinstance(each, str) and each in self.labels for each in entered
        )
        if not known:
            given, options = repr(entered)[:60], ", ".join(self.labels)
            raise NoAnswer(say("question.not_an_option", given=given, options=options))
        return [name for name in self.labels if name in entered]

    def shown(self, answer: list[str]) -> list[str]:
        return answer

    def spoken(self, answer: list[str]) -> str:
        """An answer in words."""
        return " ".join(self.labels[name] for name in answer)

    def judge(self, answer: list[str]) -> Verdict:  # noqa: ARG002
        return Verdict(None)


@dataclass(frozen=True)
class Rows:
    """Statements, each answered by one of the same levels; always an opinion.

    An answer is a statement's name to the name of a level; statements may be left out.
    """

    labels: Mapping[str, str]
    levels: Mapping[str, str]

    opinion = True
    solution = ""

    def page(self) -> Drawn:
        rows = [list(each) for each in self.labels.items()]
        return {"kind": "rows", "rows": rows, "levels_of": [list(e) for e in self.levels.items()]}

    def read(self, entered: Any) -> dict[str, str]:
        if not entered:
            raise NoAnswer(say("question.several_first"))
        known = isinstance(entered, Mapping) and all(
            name in self.labels and isinstance(level, str) and level in self.levels
            for name, level in entered.items()
        )
        if not known:
            given, options = repr(entered)[:60], ", ".join(self.levels)
            raise NoAnswer(say("question.not_an_option", given=given, options=options))
        return {name: entered[name] for name in self.labels if name in entered}

    def shown(self, answer: dict[str, str]) -> dict[str, str]:
        return answer

    def spoken(self, answer: dict[str, str]) -> str:
        """An answer in words."""
        told = [f"{self.labels[name]} {self.levels[level]}." for name, level in answer.items()]
        return " ".join(told)

    def judge(self, answer: dict[str, str]) -> Verdict:
        if len(self.labels) == 1:
            return Verdict(None)
        counts = {"n": len(answer), "of": len(self.labels)}
        return Verdict(None, say("question.rows_kept", **counts))


@dataclass(frozen=True)
class Match:
    """Each of the rows (name: text) goes with one of the `choices`; `right` says with which.

    An answer is a row's name to a choice, for every row. A choice may be right for several rows or
    for none. `feedback` by row is said when it is matched wrongly, `because` to the right answer.

    Raises `QuestionError` for fewer than two rows or choices, a blank or repeated one, and for a
    row whose right choice or feedback is missing.
    """

    labels: Mapping[str, str]
    choices: tuple[str, ...]
    right: Mapping[str, str]
    feedback: Mapping[str, str]
    because: str = ""

    opinion = False

    def __post_init__(self) -> None:
        problems = []
        if len(self.labels) < 2 or len({*self.choices}) < 2:
            problems.append(say("question.few_options"))
        if any(not text.strip() for text in (*self.labels.values(), *self.choices)):
            problems.append(say("question.blank", field="a row or a choice"))
        known = ", ".join(map(repr, self.choices))
        for name in self.labels:
            right = self.right.get(name)
            if right not in self.choices:
                given = {"row": repr(name), "right": as_shown(right), "options": known}
                problems.append(say("question.match_right", **given))
            if not self.feedback.get(name, "").strip():
                problems.append(say("question.match_feedback", row=repr(name)))
        if problems:
            raise QuestionError(problems)

    @property
    def solution(self) -> str:
        return "; ".join(f"{text}: {self.right[name]}" for name, text in self.labels.items())

    def page(self) -> Drawn:
        levels = [[choice, choice] for choice in self.choices]
        return {"kind": "rows", "rows": [list(e) for e in self.labels.items()], "levels_of": levels}

    def read(self, entered: object) -> dict[str, str]:
        if not isinstance(entered, Mapping | None):
            entered = {"": entered}
        answer = dict(entered or {})
        unfit = [each for name, each in answer.items() if not self._is_known(name, each)]
        if unfit:
            given, options = repr(unfit[0])[:60], ", ".join(self.choices)
            raise NoAnswer(say("question.not_an_option", given=given, options=options))
        missing = len(self.labels) - len(answer)
        if missing:
            raise NoAnswer(say("question.match_first", n=missing, of=len(self.labels)))
        return {name: answer[name] for name in self.labels}

    def shown(self, answer: dict[str, str]) -> dict[str, str]:
        return answer

    def spoken(self, answer: dict[str, str]) -> str:
        """An answer in words."""
        return "; ".join(f"{self.labels[name]}: {choice}" for name, choice in answer.items())

    def judge(self, answer: dict[str, str]) -> Verdict:
        wrong = [name for name in self.labels if answer[name] != self.right[name]]
        if not wrong:
            return Verdict(True, self.because)
        counts = {"n": len(self.labels) - len(wrong), "of": len(self.labels)}
        said = " ".join(self.feedback[name] for name in wrong)
        return Verdict(False, said, say("question.match_some", **counts))

    def marks(self, answer: dict[str, str] | None, *, tells: bool) -> list[Mark]:
        """What stands beside each row, with its right choice if it may be told."""
        if answer is None and not tells:
            return []
        return [self._mark(name, (answer or {}).get(name), tells=tells) for name in self.labels]

    def _mark(self, name: str, choice: str | None, *, tells: bool) -> Mark:
        right = self.right[name]
        if choice == right:
            said = say("question.mark_fits")
        elif choice is None:
            said = say("question.mark_told", answer=right)
        else:
            said = say("question.mark_other" if tells else "question.mark_wrong", answer=right)
        mark: Mark = {"at": name, "right": choice in (right, None), "says": said}
        return {**mark, "answer": right} if tells else mark

    def _is_known(self, name: object, choice: object) -> bool:
        return isinstance(choice, str) and choice in self.choices and name in self.labels


@dataclass(frozen=True)
class Written:
    """A few sentences in one's own words; always an opinion. An answer is a text.

    It is kept as it was written, but for blanks at its ends; more than `most` signs are refused,
    and a reminder is said where it seems to tell who somebody is.
    """

    lines: int = 4
    most: int = 2_000

    opinion = True
    solution = ""

    def page(self) -> Drawn:
        return {"kind": "text", "lines": self.lines}

    def read(self, entered: object) -> str:
        written = entered.replace("\r\n", "\n").strip() if isinstance(entered, str) else ""
        if not written:
            raise NoAnswer(say("question.write_first"))
        if len(written) > self.most:
            raise NoAnswer(say("question.too_long", n=len(written), most=self.most))
        return written

    def shown(self, answer: str) -> str:
        return answer

    def judge(self, answer: str) -> Verdict:
        return Verdict(None, self.reminder(answer))

    def reminder(self, answer: str) -> str:
        """What to think of before a text is kept that seems to tell who somebody is."""
        return warn_identifying(answer) or ""


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
        flat = not isinstance(case, np.ndarray) or case.ndim == 1
        many = isinstance(case, Iterable) and not isinstance(case, str)
        given = list(case) if many and flat else []
    if not given:
        raise QuestionError([say("question.no_sessions")])
    whole = all(isinstance(n, Integral) and 1 <= int(n) <= MOST_SESSIONS for n in given)
    if not whole or len({*given}) < len(given):
        shown = repr(list(given))[:80]
        raise QuestionError([say("question.session_numbers", given=shown, most=MOST_SESSIONS)])
    return tuple(sorted(int(n) for n in given))


def _marked(answer: object, right: Collection[object], *, tells: bool) -> list[Mark]:
    """The mark of an answer, and those of the right ones if they may be told."""
    marked = [] if answer is None else [answer]
    marked += [each for each in sorted(right, key=str) if tells and each not in marked]
    return [
        {
            "at": str(each),
            "right": each in right,
            "says": say("question.mark_right" if each in right else "question.mark_wrong"),
        }
        for each in marked
    ]


def _range(given: object) -> bool:
    if not isinstance(given, tuple) or len(given) != 2:
        return False
    low, high = given
    known = [end for end in given if end is not None]
    return all(map(is_number, known)) and (None in given or low <= high)


def _decimals(end: float) -> int:
    """How many decimals an end of a region is written with, six at most."""
    return len(f"{end:.6f}".rstrip("0").partition(".")[2])


def _plain(number: float | None) -> str:
    return "" if number is None else figure(number, ".12g")
