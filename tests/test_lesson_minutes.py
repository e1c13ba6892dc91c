"""The minutes that a lesson says it takes, held to those that are counted in it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from lesson_asks import LESSONS, cells_of
from lesson_minutes import (
    A_QUESTION,
    ACTIVITIES,
    NOTEBOOKS,
    activities_of,
    minutes_of,
    of_activity,
    of_question,
    parts_of,
    words_in,
)

CLASS = NOTEBOOKS / "one_class.ipynb"
MOST = 35
each = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


def said_by(lesson: Path) -> int:
    return int(nbformat.read(lesson, as_version=4).metadata["alliance"]["minutes"])


@each
def test_a_lesson_takes_the_minutes_it_says_rounded_up_to_five(lesson: Path) -> None:
    counted, said = minutes_of(cells_of(lesson)).all, said_by(lesson)
    assert said % 5 == 0
    assert said - 6 <= counted <= min(said + 1, MOST + 1), f"{counted:.1f} were counted"


@each
def test_the_opening_says_the_same_minutes_as_the_cover(lesson: Path) -> None:
    text = "\n".join(cell.source for cell in cells_of(lesson) if cell.cell_type == "markdown")
    [(halves, told)] = re.findall(r"(?i)\*[^*\n]*?(halves of )?about (\d+) minutes", text)
    assert int(told) * (2 if halves else 1) == said_by(lesson)


def test_the_stop_in_lesson_08_stands_half_way() -> None:
    [lesson] = [path for path in LESSONS if path.stem.startswith("08")]
    halves = [minutes_of(half).all for half in parts_of(cells_of(lesson), r"\*\*Half-way stop")]
    assert len(halves) == 2
    assert halves == pytest.approx([said_by(lesson) / 2] * 2, abs=3)


def test_each_step_of_the_class_leaves_time_to_talk() -> None:
    steps = parts_of(cells_of(CLASS), r"## \d+–\d+ · ")[1:]
    spans = [re.match(r"## (\d+)–(\d+)", step[0].source) for step in steps]
    slots = [int(span[2]) - int(span[1]) for span in spans if span]
    assert len(slots) == len(steps) == 6
    for step, slot in zip(steps, slots, strict=True):
        assert minutes_of(step).all <= 0.75 * slot, step[0].source.splitlines()[0]


def test_the_last_four_of_fifty_minutes_hold_one_verdict() -> None:
    last = parts_of(cells_of(CLASS), r"## \d+–\d+ · ")[-1]
    code = [cell for cell in last if cell.cell_type == "code"]
    assert minutes_of([last[0], code[0]]).all <= 4


@pytest.mark.parametrize("notebook", [*LESSONS, CLASS], ids=lambda path: path.stem)
def test_nothing_that_is_put_on_a_page_is_forgotten(notebook: Path) -> None:
    free = ("Reveal(", "Beliefs()")  # what waits behind it counts, and what was asked before
    for call in activities_of(cells_of(notebook)):
        assert call.startswith(free) or of_activity(call) > 0, call


def test_no_activity_is_counted_that_no_lesson_has() -> None:
    calls = [call for path in [*LESSONS, CLASS] for call in activities_of(cells_of(path))]
    for pattern in ACTIVITIES:
        assert any(re.match(pattern, call) for call in calls), pattern


def test_words_are_those_to_be_read_and_asides_are_left_out() -> None:
    assert words_in("Two *words*, [a link](01_what.ipynb), doi 10.1/x-y.") == 4
    explain = "<details><summary><b>Explain</b></summary>\n\nThree more words\n</details>"
    aside = explain.replace("Explain", "For the curious: why")
    assert words_in(explain) == 4
    assert words_in(aside) == 0
    assert words_in(f"{aside} One. {explain}") == 5


def test_what_is_written_or_worked_out_takes_longer_than_a_choice() -> None:
    assert of_question("07/verdict") == A_QUESTION
    assert min(map(of_question, ("12/to_noor", "01/sheet_1"))) > 1


def test_the_first_that_fits_says_how_long_an_activity_takes() -> None:
    assert of_activity('CaseBook.of_story("Dragan")') > of_activity("CaseBook(")
    assert of_activity('Beliefs("01/beliefs", again=True, claims=["warmth"])') < 1
    assert of_activity("ask(") == of_activity("simulate_clinic(20_000)") == 0
