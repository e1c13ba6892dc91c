"""Every lesson as a student opens it: it runs, without fault, and no answer before its question."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import PATIENCE, Lab
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
# What stands on the page before anything was answered: charts that are no answer, and questions.
OPEN = {
    "00_start_here": (3, 2),
    "03_the_path_of_the_alliance": (1, 6),
    "04_ruptures_and_repairs": (0, 6),
    "05_the_noise_lab": (2, 4),
    "06_within_or_between": (3, 5),
    "07_alliance_and_outcome": (5, 7),
    "08_alliance_and_dropout": (2, 5),
    "09_two_worlds": (2, 6),
}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_shows_everything_but_the_answers(lab: Lab, page: Page, lesson: Path) -> None:
    shutil.copy(lesson, lab.folder / "notebooks" / lesson.name)
    lab.open(page, f"notebooks/{lesson.name}")
    lab.run_all(page)
    widgets = ".aw-form, .aw-question, .aw-chart"
    page.locator(widgets).first.wait_for(timeout=PATIENCE)
    page.locator(".jp-StatusBar-Widget").get_by_text("| Idle").wait_for(timeout=PATIENCE)
    shown, asked = OPEN[lesson.stem]
    expect(page.locator(".aw-chart")).to_have_count(shown, timeout=PATIENCE)
    expect(page.locator(".aw-question")).to_have_count(asked, timeout=PATIENCE)
    errors = (
        "[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText[data-mime-type*=error]"
    )
    assert page.locator(errors).all_inner_texts() == []
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.get_by_text("Error displaying widget")).to_have_count(0)
    text = page.locator(".jp-Notebook").inner_text()
    for feedback in feedbacks(lesson):
        assert feedback not in text


def feedbacks(lesson: Path) -> list[str]:
    """The sentences after the answers of every choice in a lesson."""
    cells = nbformat.read(lesson, as_version=4).cells
    lines = [
        line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()
    ]
    parts = [line.strip().split('": "', 1) for line in lines if line.strip().startswith('"')]
    return [part[1].split('"')[0] for part in parts if len(part) == 2]


def test_the_feedback_of_a_lesson_is_found_for_the_test_above() -> None:
    assert len(feedbacks(next(p for p in LESSONS if p.stem.startswith("03")))) >= 6


def test_the_last_line_of_the_first_lesson_opens_the_next_one(lab: Lab, page: Page) -> None:
    lab.open(page, f"notebooks/{LESSONS[0].name}")
    lab.run_all(page)
    page.get_by_role("link", name="When does a dip become a rupture?").last.click()
    tab = page.locator(".lm-TabBar-tab.lm-mod-current", has_text="04_ruptures_and_repairs")
    expect(tab).to_be_visible()
    lab.run_all(page)
