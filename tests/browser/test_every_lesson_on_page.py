"""Every lesson with every fold open, before and after every reveal: axe, and nothing clipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Lab, clipped
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.prove]

ALL = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LESSON = ".jp-Notebook"
OURS = ".jp-OutputArea, .jp-RenderedMarkdown"  # what is around them is JupyterLab's
OPEN = """() => document.querySelectorAll(".jp-Notebook details:not([open])")
  .forEach((fold) => fold.checkVisibility() && fold.querySelector("summary").click())"""
WITHOUT = "Show me without guessing"
SIZES = ((1280, 1000), (768, 1024), (640, 500), (320, 640))  # 640 is 1280 at 200 %
SIDEWAYS = """() => {
  const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
  const page = panel.querySelector(".jp-WindowedPanel-outer");
  return page.scrollWidth - page.clientWidth;
}"""


def open_folds(page: Page) -> None:
    for _ in range(3):  # a fold in a fold, and what is made when a fold is opened
        page.evaluate(OPEN)
        page.wait_for_timeout(500)


def faults(page: Page, state: str) -> list[tuple[str, str, str]]:
    found = Axe().run(page, context=OURS).response["violations"]
    return [(state, each["id"], node["html"][:200]) for each in found for node in each["nodes"]]


def reveal_all(page: Page) -> int:
    """Press every *Show me without guessing*, those that come after another one too."""
    buttons = page.locator(LESSON).get_by_role("button", name=WITHOUT, exact=True)
    asked = buttons.count()
    for _ in range(40):
        # One that the answer to an earlier press has taken away by now is not waited for.
        for button in buttons.element_handles():
            button.evaluate("(button) => button.isConnected && button.click()")
        page.wait_for_timeout(3_000)
        if not buttons.count():
            break
    expect(buttons).to_have_count(0)
    page.wait_for_timeout(4_000)
    return asked


@pytest.mark.parametrize("lesson", ALL, ids=lambda path: path.stem)
def test_axe_finds_nothing_and_nothing_is_clipped_with_all_open(
    lab: Lab, page: Page, lesson: Path
) -> None:
    lab.open(page, f"notebooks/{lesson.name}")
    lab.run_all(page)
    page.wait_for_timeout(2_000)
    open_folds(page)
    found = faults(page, "before")
    assert reveal_all(page) > 0 or "aw.Reveal" not in lesson.read_text("utf-8")
    open_folds(page)
    found += faults(page, "after")
    lab.theme(page, "Dark")
    page.wait_for_timeout(2_000)
    found += faults(page, "dark")
    lab.theme(page, "Light")
    page.keyboard.press("Control+b")  # the list of files would leave 320 pixels nothing
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(1_500)
        found += [(f"{width} px", "clipped", each) for each in clipped(page)]
        if page.evaluate(SIDEWAYS) > 1:
            found.append((f"{width} px", "sideways", str(page.evaluate(SIDEWAYS))))
    assert found == [], "\n".join(map(str, found))
