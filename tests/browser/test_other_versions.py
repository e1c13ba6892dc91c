"""Lessons that run by themselves on older JupyterLabs, from an installed wheel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PATIENCE, TOKEN, Lab, charts
from playwright.sync_api import Page, expect
from test_opens_ready import (
    TestAgain,
    TestForeign,
    test_a_shipped_lesson_runs_once_stays_at_the_top_and_leaves_nothing_to_save,
    test_a_widget_of_an_earlier_visit_is_its_text_until_the_live_one_is_there,
    test_no_key_takes_a_part_of_a_lesson_away_or_shows_its_source,
    test_of_two_lessons_the_one_behind_starts_when_it_is_looked_at,
)

__all__ = [
    "TestAgain",
    "TestForeign",
    "test_a_shipped_lesson_runs_once_stays_at_the_top_and_leaves_nothing_to_save",
    "test_a_widget_of_an_earlier_visit_is_its_text_until_the_live_one_is_there",
    "test_no_key_takes_a_part_of_a_lesson_away_or_shows_its_source",
    "test_of_two_lessons_the_one_behind_starts_when_it_is_looked_at",
]

pytestmark = [pytest.mark.browser, pytest.mark.prove]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["4.4.9", "4.5.*"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The kit's wheel beside an older JupyterLab, in an environment and a home of its own."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    packages = [f"jupyterlab=={request.param}", "notebook>=7", ROOT]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    folder, home = tmp_path_factory.mktemp("student"), tmp_path_factory.mktemp("home")
    older = Lab(folder, home, python=str(python))
    older.start()
    yield older
    older.stop()


def test_the_start_page_leads_to_the_first_line(lab: Lab, page: Page) -> None:
    assert (lab.folder / "notebooks" / "00_start_here.ipynb").is_file()
    page.goto(f"{lab.address}/?token={TOKEN}")
    page.get_by_role("button", name="Begin").click(timeout=PATIENCE)
    page.locator("[data-aw-lesson=ready]:visible").wait_for(timeout=3 * PATIENCE)
    charts(page).first.wait_for(timeout=PATIENCE)
    page.locator("input[name=bond]").first.focus()
    page.keyboard.press("2")
    expect(page.locator(".aw-headline").first).to_contain_text("1.83 lower")
    lab.theme(page, "Dark")
    line = page.locator(".mark-line path[stroke-width='2.5']").first
    expect(line).to_have_attribute("stroke", "#56B4E9")
