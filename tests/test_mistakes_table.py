"""The table of classic mistakes points to places that are there, and to their figures."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "mistakes.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.read_text("utf-8").splitlines()
    if re.match(r"\| \d", line)
]


def test_there_are_sixteen() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 17))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_mistake_is_made_where_the_table_says(row: list[str]) -> None:
    found = re.fullmatch(r"\[(\d\d), (.+)\]\((.+)\)", row[2])
    assert found is not None
    number, heading, path = found.groups()
    lesson = (TABLE.parent / path).resolve()
    assert lesson.name.startswith(number)
    cells = nbformat.read(lesson, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = [re.sub(r"^#+ (\d\. )?", "", line) for line in re.findall(r"^#+ .+$", text, re.M)]
    assert heading in headings
    whole = "\n".join(cell.source for cell in cells).replace("0.", ".")
    for figure in re.findall(r"\.\d\d", row[3] + row[4]):
        assert figure in whole, f"{figure} does not stand in {lesson.name}"
