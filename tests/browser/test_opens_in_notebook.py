"""Lessons that run by themselves in Notebook 7, where every document has a tab of the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import PATIENCE, TOKEN, Lab
from playwright.sync_api import BrowserContext, Page, expect
from test_opens_ready import (
    TestAgain,
    TestForeign,
    lesson,
    put,
    shipped,
    test_a_widget_of_an_earlier_visit_is_its_text_until_the_live_one_is_there,
)

__all__ = [
    "TestAgain",
    "TestForeign",
    "test_a_widget_of_an_earlier_visit_is_its_text_until_the_live_one_is_there",
]

pytestmark = [pytest.mark.browser, pytest.mark.prove]


class Notebook7(Lab):
    """The same server, looked at through Notebook 7."""

    def open(self, page: Page, path: str, **_options: bool) -> None:
        page.goto(f"{self.address}/notebooks/{path}?token={TOKEN}")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Notebook7(tmp_path_factory.mktemp("student"), tmp_path_factory.mktemp("home"))
    server.start()
    yield server
    server.stop()


def test_of_two_lessons_in_two_tabs_each_starts_when_it_is_looked_at(
    lab: Lab, page: Page, context: BrowserContext
) -> None:
    lab.open(page, put(lab, shipped()))
    lesson(page, "ready")
    other = context.new_page()
    lab.open(other, put(lab, shipped("09_two_worlds.ipynb"), "second.ipynb"))
    lesson(other, "ready")
    expect(page.locator("[data-aw-lesson=ready]")).to_have_count(1)
    expect(page.locator(".aw-form").first).to_be_attached()
