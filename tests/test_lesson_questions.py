"""All number questions of all lessons: units told apart, no number given away, none unexplained."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
from lesson_asks import LESSONS, asked_in, cells_of

from alliance_widgets.lessons.texts import QuestionText, question_text
from alliance_widgets.widgets.questions.ask import kind_of
from alliance_widgets.widgets.questions.kinds import NoAnswer, Number
from alliance_widgets.words import say

COUNTED = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven"),
    *("eight", "nine", "ten", "eleven", "twelve"),
]
NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?![\w])")
# Written with a number, and no number that was given: which session, of how many, which lesson.
BESIDE = r"(?i)\bsessions? \d+|\bhours? \d+|\blessons? \d+|\bof (100|a hundred)\b|\d+_\w+\.ipynb"
DIRECTION = {
    *("a", "all", "as", "away", "be", "bit", "by", "clinic", "even", "far", "few", "fewer"),
    *("further", "here", "higher", "in", "is", "it", "less", "little", "lot", "lower", "many"),
    *("more", "much", "not", "number", "of", "off", "quite", "really", "so", "still", "than"),
    *("that", "the", "there", "this", "to", "too", "well", "you", "your"),
}


@dataclass(frozen=True)
class Asked:
    """A number question as it stands in a lesson, with what is read before it."""

    key: str
    kind: Number
    before: str

    def wrong(self) -> list[float]:
        """Numbers over the whole range that can be answered, those that are right left out."""
        right, (low, high) = float(self.kind.right or 0), self.kind.limits
        reach = 5 * max(abs(right), 1)
        first = right - reach if low is None else low
        last = right + reach if high is None else high
        ends = [end for region in self.kind.feedback or () for end in region if end is not None]
        near = [end + step for end in [*ends, right] for step in (-0.005, 0, 0.005)]
        tried = [*np.linspace(first, last, 801).round(3), *near]
        if re.search(r"sessions|clients|\bof (?!100$)\d+$", self.kind.unit):
            tried = [round(x) for x in tried]  # nobody is half a client
        possible = [x for x in map(float, tried) if first <= x <= last]
        return [x for x in possible if not self.kind.judge(x).correct]


def numbers_asked() -> list[Asked]:
    """The number questions of all lessons, each with the text of its section up to there."""
    found: list[Asked] = []
    for path in LESSONS:
        section = ""
        for cell in cells_of(path):
            if cell.cell_type == "markdown":
                section = re.split(r"(?m)^(?=## )", f"{section}\n{cell.source}")[-1]
                continue
            texts = [question_text(key) for key in asked_in(cell.source)]
            found += [_asked(each, section) for each in texts if each.fields["kind"] == "number"]
    return found


def _asked(text: QuestionText, before: str) -> Asked:
    kind = kind_of(text)
    assert isinstance(kind, Number)
    return Asked(text.key, kind, f"{before}\n{text.fields['question']}")


ASKED = numbers_asked()
each = pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.key)
judged = pytest.mark.parametrize(
    "asked", [a for a in ASKED if not a.kind.opinion], ids=lambda asked: asked.key
)


def told_before(text: str) -> list[float]:
    """The numbers that can be read in a text, written in digits or in words."""
    text = re.sub(r"<details>.*?</details>", " ", text, flags=re.DOTALL)
    text = re.sub(BESIDE, " ", text)
    numbers = [float(found.replace("−", "-").replace(",", "")) for found in NUMBER.findall(text)]
    words = re.findall(r"[a-z]+", text.lower())
    return numbers + [float(COUNTED.index(w)) for w in words if w in COUNTED[2:]]


def test_numbers_are_read_in_digits_and_in_words() -> None:
    text = (
        "About −2 and .278, or 7.7 of 100; at session 10, three of them. (05_the_noise_lab.ipynb)"
    )
    assert told_before(text) == [-2, 0.278, 7.7, 3]


def test_the_lessons_ask_for_numbers() -> None:
    assert len(ASKED) >= 8
    assert len({asked.key for asked in ASKED}) == len(ASKED)


@judged
def test_no_number_that_was_given_is_right(asked: Asked) -> None:
    given = [number for number in told_before(asked.before) if asked.kind.judge(number).correct]
    assert given == [], f"{asked.key}: whoever repeats it has learned nothing"


@judged
def test_every_wrong_number_is_answered_with_a_misconception(asked: Asked) -> None:
    bare = {say("question.too_high"), say("question.too_low")}
    unnamed = {x for x in asked.wrong() if asked.kind.judge(x).feedback in bare}
    assert not unnamed, f"{asked.key}: nothing is said to {min(unnamed):g} ... {max(unnamed):g}"
    for said in (asked.kind.feedback or {}).values():
        more = set(re.findall(r"[a-z]+", said.lower())) - DIRECTION
        assert len(more) >= 2, f"{asked.key}: “{said}” says where to go, not what went wrong"


@each
def test_impossible_numbers_are_named(asked: Asked) -> None:
    low, high = asked.kind.limits
    assert (low, high) != (None, None), f"{asked.key}: give between=(least, most)"
    for impossible in (None if low is None else low - 7, None if high is None else high + 1):
        if impossible is not None:
            with pytest.raises(NoAnswer, match="is not possible"):
                asked.kind.read(impossible)


@judged
def test_a_share_a_per_cent_and_a_count_are_told_apart(asked: Asked) -> None:
    right, unit = float(asked.kind.right or 0), asked.kind.unit
    if unit in ("%", "of 100", "points", "percentage points") and 1 <= right < 100:
        said = asked.kind.judge(round(right / 100, 6)).feedback
        assert said == f"You have it as a share: {right:g} {unit}."
    if unit in ("%", "of 100"):
        for written in (f"{right:g}%", f"{right:g} %", f"{right:g} of 100"):
            assert asked.kind.judge(asked.kind.read(written)).correct
