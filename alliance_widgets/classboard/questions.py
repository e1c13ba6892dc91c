"""How a class answered a question, first of all: before anybody said what is right."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from alliance_widgets.classboard.shares import FEWEST, Share, share_of
from alliance_widgets.errors import QuestionError
from alliance_widgets.lessons.texts import lesson_files, question_text, read_questions
from alliance_widgets.words import say

__all__ = ["Answered", "Option", "answered", "asked_questions"]

FEW_VALUES, BINS = 8, 6
SHOWN_KINDS = ("choice", "number", "session", "match")


@dataclass(frozen=True)
class Option:
    """An answer, or a range of numbers: how many gave it, and how many of those were certain.

    Of a thing that is to be matched: how many did so rightly; `matched` is what belongs to it.
    """

    text: str
    given: Share
    right: bool | None  # None where no answer is right or wrong
    certain: int = 0
    feedback: str = ""
    matched: str = ""

    @property
    def told(self) -> str:
        """With what is right, where that is hidden at first."""
        return f"{self.text} → {self.matched}" if self.matched else self.text


@dataclass(frozen=True)
class Answered:
    """A question and its options.

    `n` gave an answer, `wrong` of them a wrong one; `said_sure` said how sure they were,
    `certain_wrong` of those were certain and wrong; `unsaid` looked without an answer. `slips` are
    the wrong answers by what is behind them, `right` the right one in words where it is a number.
    """

    key: str
    text: str
    kind: str
    options: tuple[Option, ...] = field(repr=False)
    slips: tuple[Option, ...] = field(repr=False)
    right: str
    n: int
    unsaid: int
    wrong: int
    said_sure: int
    certain_wrong: int

    @property
    def enough(self) -> bool:
        """Whether so many answered that it may be shown."""
        return self.n >= FEWEST

    @property
    def sure_and_wrong(self) -> Share:
        """How many were certain of a wrong answer, of those who said how sure they were."""
        return share_of(self.certain_wrong, max(self.said_sure, 1))

    @property
    def can_be_wrong(self) -> bool:
        """Whether the question has a right answer that is known here."""
        return self.kind == "match" or any(each.right is not None for each in self.options)


def asked_questions(answers: pd.DataFrame) -> list[Answered]:
    """The questions of the lessons that a class answered: confident misconceptions first.

    Those that enough have answered are ordered by how many were certain of a wrong answer, then by
    how many gave one, then by lesson; the rest are left out.
    """
    order = {key: place for place, key in enumerate(_keys())}
    keys = [key for key in answers["question"].unique() if key in order]
    found = [answered(key, answers[answers["question"] == key]) for key in keys]
    shown = [each for each in found if each is not None and each.enough]

    def place(each: Answered) -> tuple[float, float, int]:
        return -each.sure_and_wrong.share, -each.wrong / each.n, order[each.key]

    return sorted(shown, key=place)


def answered(key: str, rows: pd.DataFrame) -> Answered | None:
    """How one question was answered, from a class's rows for it; None for what has no options."""
    fields = _fields_of(key)
    kind = str(fields["kind"])
    if kind not in SHOWN_KINDS:
        return None
    given = rows[rows["first_value"].notna()]
    make = {"choice": _choices, "number": _numbers, "session": _sessions, "match": _matches}[kind]
    options = make(fields, given)
    if kind == "number":
        slips, right = _slips(fields, given), _right_number(fields)
    else:
        slips, right = tuple(option for option in options if option.right is False), ""
    wrong = _wrong(given)
    certain = given["first_confidence"] == "certain"
    return Answered(
        key=key,
        text=str(fields["question"]),
        kind=kind,
        options=options,
        slips=slips,
        right=right,
        n=len(given),
        unsaid=len(rows) - len(given),
        wrong=int(wrong.sum()),
        said_sure=int(given["first_confidence"].notna().sum()),
        certain_wrong=int((certain & wrong).sum()),
    )


# ---- kinds ---------------------------------------------------------------------------------------

Fields = Mapping[str, Any]


def _choices(fields: Fields, given: pd.DataFrame) -> tuple[Option, ...]:
    """Every answer that could be given, in its order, also those that nobody gave."""
    marked = any(each.get("right") for each in fields["answers"])
    told = _right_values(given)
    known = pd.Series(False, index=given.index)
    made = []
    for each in fields["answers"]:
        name = each.get("kept_as", each["answer"])
        right = bool(each.get("right")) if marked else (name in told if told else None)
        theirs = given["first_value"].isin({name, each["answer"]})
        known |= theirs
        made.append(_option(each["answer"], given, theirs, right, each.get("feedback", "")))
    if not known.all():  # of an earlier version of the lesson, or changed by hand
        made.append(_option(say("board.another"), given, ~known, None))
    return tuple(made)


def _numbers(fields: Fields, given: pd.DataFrame) -> tuple[Option, ...]:
    """The numbers, or ranges of them where there are many different ones."""
    numbers = given["first_number"].astype("float64")
    right = fields.get("right")
    judged = right is not None or given["first_correct"].notna().any()
    values = sorted(set(numbers.dropna()))
    if len(values) <= FEW_VALUES:
        spans = [(value, value) for value in values]
    else:
        spans = _spans(values[0], values[-1])
    near = float(fields.get("within", 0))
    made = []
    for low, high in spans:
        inside = (
            numbers.between(low, high)
            if low == high or high == spans[-1][1]
            else ((numbers >= low) & (numbers < high))
        )
        correct = bool(given.loc[inside, "first_correct"].fillna(False).astype(bool).any())
        if right is not None:
            correct = correct or low - near <= float(right) <= high + near
        said = _in_units(low, high, fields)
        made.append(_option(said, given, inside, correct if judged else None))
    return tuple(made)


def _slips(fields: Fields, given: pd.DataFrame) -> tuple[Option, ...]:
    """The numbers that were given and are wrong, by what the lesson says of them."""
    numbers = given["first_number"].astype("float64")
    wrong = _wrong(given)
    made, known = [], pd.Series(False, index=given.index)
    for each in fields.get("feedback", ()):
        low, high = (
            float(each.get(end, far)) for end, far in (("from", -math.inf), ("to", math.inf))
        )
        inside = wrong & numbers.between(low, high) & ~known
        known |= inside
        if inside.any():
            said = _in_units(numbers[inside].min(), numbers[inside].max(), fields)
            made.append(_option(said, given, inside, False, each["say"]))
    return tuple(made)


def _right_number(fields: Fields) -> str:
    """What is right, and what counts as right; empty where the file does not know it."""
    if fields.get("right") is None:
        return ""
    right, near = float(fields["right"]), float(fields.get("within", 0))
    told = _in_units(right, right, fields)
    if not near:
        return say("board.right_is", right=told)
    return say("board.right_within", right=told, low=f"{right - near:g}", high=f"{right + near:g}")


def _in_units(low: float, high: float, fields: Fields) -> str:
    text = f"{low:g}" if low == high else say("board.span", low=f"{low:g}", high=f"{high:g}")
    return f"{text} {fields.get('unit', '')}".strip()


def _spans(low: float, high: float) -> list[tuple[float, float]]:
    """About six ranges of one round width that hold everything from `low` to `high`."""
    raw = (high - low) / BINS
    power = 10.0 ** math.floor(math.log10(raw))
    width = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= raw - 1e-12)
    first = math.floor(low / width)
    last = max(math.ceil(high / width - 1e-9), first + 1)
    return [(round(n * width, 10), round((n + 1) * width, 10)) for n in range(first, last)]


def _sessions(fields: Fields, given: pd.DataFrame) -> tuple[Option, ...]:
    """The sessions that were named."""
    numbers = given["first_number"].astype("float64")
    right = fields.get("right")
    known = set([right] if isinstance(right, int) else right or ()) | {
        float(each) for each in _right_values(given, "first_number")
    }
    return tuple(
        _option(f"{value:g}", given, numbers == value, (value in known) if known else None)
        for value in sorted(set(numbers.dropna()))
    )


def _matches(fields: Fields, given: pd.DataFrame) -> tuple[Option, ...]:
    """For every row how many matched it rightly."""
    chosen = [_object(value) for value in given["first_value"]]
    made = []
    for each in fields["rows"]:
        rightly = sum(one.get(each["name"]) == each["right"] for one in chosen)
        given_so = share_of(rightly, max(len(given), 1))
        made.append(Option(each["row"], given_so, None, matched=each["right"]))
    return tuple(made)


def _option(
    text: str, given: pd.DataFrame, theirs: Any, right: bool | None, feedback: str = ""
) -> Option:
    certain = int((theirs & (given["first_confidence"] == "certain")).sum())
    return Option(text, share_of(int(theirs.sum()), max(len(given), 1)), right, certain, feedback)


def _wrong(given: pd.DataFrame) -> pd.Series:
    """Whose first answer was judged to be wrong."""
    return (given["first_correct"] == False).fillna(False)  # noqa: E712


def _right_values(given: pd.DataFrame, column: str = "first_value") -> set[Any]:
    """The answers that were judged to be right where they were given."""
    correct = given["first_correct"].fillna(False).astype(bool)
    return set(given.loc[correct, column].dropna())


def _object(value: Any) -> dict[str, Any]:
    try:
        read = json.loads(value)
    except (TypeError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


# ---- texts ---------------------------------------------------------------------------------------


@cache
def _keys() -> tuple[str, ...]:
    """The questions of all lessons, in their order."""
    return tuple(key for file in lesson_files().values() for key in read_questions(file))


def _fields_of(key: str) -> Fields:
    try:
        return question_text(key).fields
    except QuestionError:
        return {"kind": "unknown"}
