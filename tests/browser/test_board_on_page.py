"""The class board on a projector: files dropped, all topics shown, in both themes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, clipped
from playwright.sync_api import Page, expect

sys.path.insert(0, str(Path(__file__).parent.parent))
from board_class import board_class

pytestmark = [pytest.mark.browser, pytest.mark.prove]

DROP = """([place, files]) => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name));
    const what = { dataTransfer: data, bubbles: true, cancelable: true };
    place.dispatchEvent(new DragEvent("drop", what));
}"""


@pytest.mark.parametrize(("wide", "high"), [(1920, 1080), (1280, 800)])
def test_a_class_is_dropped_and_shown(
    lab: Lab, page: Page, tmp_path: Path, wide: int, high: int
) -> None:
    page.set_viewport_size({"width": wide, "height": high})
    cells = ("import alliance_widgets as aw\nboard = aw.ClassBoard()\nboard",)
    lab.open(page, lab.write_notebook("board.ipynb", *cells))
    lab.run_all(page)
    place = page.locator(".aw-drop")
    place.wait_for(timeout=PATIENCE)
    members = board_class(30)
    files = [(f"{each.code}.json", each.file.decode()) for each in members]
    place.evaluate(f"(place, files) => ({DROP})([place, files])", [*files, ("odd.json", "{")])
    said = page.locator(".aw-intake .aw-said")
    expect(said).to_contain_text("30 students are on the board", timeout=PATIENCE)
    board = page.locator(".aw-report.aw-large")
    expect(board.locator(".aw-bars tbody tr").first).to_be_visible()
    expect(board.locator(".aw-mark")).to_have_count(0)
    shot = {"animations": "disabled"}
    board.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / f"question-{wide}.png", **shot)
    page.get_by_role("button", name="Show the right answer").click()
    expect(board).to_contain_text("certain")
    page.screenshot(path=tmp_path / f"right-{wide}.png", **shot)
    for topic in ("beliefs", "hours", "marks", "staying", "texts"):
        page.get_by_label("Show", exact=True).select_option(topic)
        expect(page.get_by_label("Show", exact=True)).to_have_value(topic)
        if topic == "staying":
            expect(charts(page)).to_have_count(1, timeout=PATIENCE)
        page.wait_for_timeout(1_500)
        page.screenshot(path=tmp_path / f"{topic}-{wide}.png", **shot)
        assert clipped(page) == []
    shown = page.locator(".jp-OutputArea-output").all_inner_texts()
    folded = page.locator(".aw-fold").all_inner_texts()
    text = json.dumps(shown) if not folded else json.dumps(shown).replace(json.dumps(folded), "")
    assert not [each.code for each in members if each.code in text]
    page.get_by_label("Show", exact=True).select_option("questions")
    for theme in ("Light", "Dark"):
        lab.theme(page, theme)
        page.wait_for_timeout(500)
        page.screenshot(path=tmp_path / f"{theme}-{wide}.png", **shot)
        found = Axe().run(page, context=".aw-report, .aw-intake, .aw-controls")
        assert found.response["violations"] == [], found.generate_report()
