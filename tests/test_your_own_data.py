"""The page `docs/your-own-data.md`: each of its lines is run on the table that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import alliance_widgets as aw

PAGE = (Path(__file__).parent.parent / "docs" / "your-own-data.md").read_text("utf-8")
FILES = re.findall(r"```csv (\S+) ?(\S*)\n(.*?)```", PAGE, re.DOTALL)
LINES = re.findall(r"```python\n(.*?)\n```", PAGE, re.DOTALL)
SHOWN = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
EXPECTED = pd.DataFrame(SHOWN[1:], columns=SHOWN[0]).astype({"session": "int64", "alliance": float})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Every file that the page shows or names."""
    openpyxl = pytest.importorskip("openpyxl")
    pyreadstat = pytest.importorskip("pyreadstat")
    monkeypatch.chdir(tmp_path)
    for name, encoding, content in FILES:
        (tmp_path / name).write_bytes(content.encode(encoding or "utf-8"))
    book = openpyxl.Workbook()
    page = book.create_sheet("Ratings")
    for row in [list(EXPECTED.columns), *EXPECTED.to_numpy().tolist()]:
        page.append(row)
    book.save("clinic.xlsx")
    pyreadstat.write_sav(EXPECTED, "clinic.sav")
    return tmp_path


def tables():
    polars = pytest.importorskip("polars")
    columns = EXPECTED.to_dict("list")
    return [EXPECTED, polars.DataFrame(columns), columns, EXPECTED.to_dict("records")]


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("ratings")])
@pytest.mark.usefixtures("folder")
def test_each_line_of_the_page_gives_the_table_that_it_shows(line):
    for table in tables() if "table" in line else [None]:
        there = {"aw": aw, "table": table}
        exec(line, there)
        rated = aw.check_ratings(there["ratings"]).dropna(subset="alliance")
        rated = rated.sort_values(["client", "session"], ignore_index=True)
        pd.testing.assert_frame_equal(rated[list(EXPECTED.columns)], EXPECTED)


@pytest.mark.usefixtures("folder")
def test_the_line_for_other_letters_reads_the_name_that_the_page_shows():
    [line] = [line for line in LINES if line.startswith("zoe")]
    there = {"aw": aw}
    exec(line, there)
    assert there["zoe"]["client"].tolist() == ["Zoë"]


def test_the_page_shows_ten_shapes_and_a_line_for_each():
    headings = re.findall(r"^## (\d+)\. ", PAGE, re.MULTILINE)
    assert [int(number) for number in headings] == list(range(1, 11))
    assert sum(line.startswith("ratings") for line in LINES) == 10


def test_what_needs_an_option_says_so_without_it(folder):
    said = {
        "wide.csv": "wide=True",
        "dates.csv": 'dates="date"',
        "titled.csv": "header=3",
        "codes.csv": "missing=[-9, 99]",
        "named.csv": "'Chiffre' meant to be 'client'",
        "items.csv": 'score(table, "wai_sr")',
        "mac.csv": 'encoding="mac_roman"',
    }
    assert {*said} <= {name for name, _, _ in FILES}
    for name, option in said.items():
        with pytest.raises(aw.RatingError) as caught:
            aw.read_ratings(folder / name)
        assert option in " ".join(caught.value.problems)
