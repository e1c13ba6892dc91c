"""The path of one class: steps of the lessons, in a time that adds up, and nothing of its own."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from lesson_asks import LESSONS, asked_in, keys_of

ROOT = Path(__file__).parent.parent
PATH = ROOT / "notebooks" / "one_class.ipynb"
CELLS = nbformat.read(PATH, as_version=4).cells
TEXT = "\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
CODE = [cell for cell in CELLS if cell.cell_type == "code"]
LINKS = sorted(set(re.findall(r"\]\((\S+\.ipynb)\)", TEXT)))


def minutes(text: str) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in re.findall(r"(\d+)–(\d+)", text)]


def test_the_ninety_minutes_add_up_and_are_those_of_the_headings() -> None:
    rows = re.findall(r"(?m)^\| (\d+–\d+) \| (.+) \| (.+) \|$", TEXT)
    steps = [minutes(row[0])[0] for row in rows]
    assert steps[0][0] == 0
    assert steps[-1][1] == 90
    assert all(before[1] == after[0] for before, after in pairwise(steps))
    headed = re.findall(r"(?m)^## (\d+–\d+) · (.+)$", TEXT)
    assert headed == [(row[0], row[1]) for row in rows]


def test_the_fifty_minutes_add_up_and_what_is_left_out_says_so() -> None:
    rows = re.findall(r"(?m)^\| \d+–\d+ \| (.+) \| (.+) \|$", TEXT)
    kept = [span for _, column in rows for span in minutes(column)]
    assert kept[0][0] == 0
    assert kept[-1][1] == 50
    assert all(before[1] == after[0] for before, after in pairwise(kept))
    for name, column in rows:
        part = TEXT.split(f"· {name}\n")[1].split("\n## ")[0]
        assert ("Left out in fifty minutes" in part) == (column == "left out")


def test_every_step_links_the_lesson_it_comes_from() -> None:
    for part in re.split(r"(?m)^## ", TEXT)[1:]:
        assert re.search(r"\*From \[?lessons? .*\]\(\d\d_\w+\.ipynb\)", part), part[:40]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_to_a_lesson(link: str) -> None:
    assert (PATH.parent / link).is_file()


def test_it_asks_only_what_a_lesson_asks_and_makes_what_the_lesson_makes() -> None:
    asked = [key for cell in CODE for key in asked_in(cell.source)]
    assert len(asked) == len(set(asked)) >= 7
    for key in asked:
        [lesson] = [each for each in LESSONS if each.stem[:2] == key[:2]]
        assert key in keys_of(lesson)
    for key in re.findall(r'key="([^"]+)"', "\n".join(cell.source for cell in CODE)):
        [lesson] = [each for each in LESSONS if each.stem[:2] == key[:2]]
        assert f'key="{key}"' in lesson.read_text("utf-8").replace('\\"', '"')


def test_it_is_committed_without_outputs_and_runs_by_itself() -> None:
    notebook = nbformat.read(PATH, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["alliance"] == {"lesson": "class"}
    assert not any(cell.outputs or cell.execution_count for cell in CODE)
    assert CELLS[0].source.splitlines()[-1].startswith('<p class="aw-run-all">')
    assert "teaching material" in TEXT.lower()
