"""The first line of a lesson is there without Altair, and is what Altair would have made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import altair as alt

import alliance_widgets as aw
from alliance_widgets.charts.cases.trajectory_form import trajectory_form

FILE = Path(aw.__file__).parent / "charts" / "cases" / "trajectory_form.json"
FIRST_LINE = """
import sys, tempfile
import alliance_widgets as aw
book = aw.CaseBook.of_story("Noor", work=tempfile.mkdtemp() + "/work.json")
book._repr_mimebundle_()
print(len(book.chart.tables["ratings"]), "altair" in sys.modules)
print(type(book.chart.chart).__name__, "altair" in sys.modules)
"""


def test_the_form_that_is_written_out_is_the_one_that_altair_makes() -> None:
    written, made = json.loads(FILE.read_text("utf-8")), trajectory_form().to_dict()
    for spec in (written, made):
        del spec["$schema"]  # another Altair names another release of the same language
    assert written == made, f"python {Path(__file__).name} writes {FILE.name} anew"


def test_the_first_line_of_a_lesson_waits_for_no_altair() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_LINE], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["18 False", "LayerChart True"]


def test_a_written_form_answers_as_the_chart_that_it_stands_for() -> None:
    noor = aw.load_data("single_cases").query("client == 'Noor'")
    book = aw.CaseBook(noor, read_only=True)
    assert isinstance(book.chart.chart, alt.LayerChart)
    chart = aw.charts.alliance_trajectory(noor)
    assert isinstance(chart, alt.LayerChart)
    assert "ratings" in chart.to_dict()["datasets"]


if __name__ == "__main__":
    FILE.write_text(json.dumps(trajectory_form().to_dict(), indent=1) + "\n", "utf-8")
