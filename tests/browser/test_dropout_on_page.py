"""Who leaves, on the page: by key and by mouse, in both themes, and nothing clipped."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, choose, clipped, revision
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CELLS = (
    """import alliance_widgets as aw
clinic = aw.simulate_clinic(600, "no_effect", seed=0)
aw.DropoutExplorer(clinic)""",
    "aw.charts.icon_array(aw.risk_by_third(0.55, 0.197))",
    "aw.charts.forest(aw.evidence('outcome'))",
    """aw.ManyAnalyses({"first": lambda c: 0.5, "second": lambda c: -0.25},
    {"here": 1, "there": 2}, "points", -1, 1)""",
)


def test_who_leaves_is_explored_by_key_and_the_charts_are_sound(lab: Lab, page: Page) -> None:
    lab.open(page, lab.write_notebook("leave.ipynb", *CELLS))
    lab.run_all(page)
    expect(charts(page)).to_have_count(4, timeout=PATIENCE)
    chart, says = charts(page).first, page.locator(".aw-describe").first
    expect(says).to_contain_text("count as dropped out: recorded as dropped out")

    group = page.get_by_label("Compare", exact=True)
    group.focus()
    for _ in range(4):  # to the last of the groupings: ruptures by a landmark
        page.keyboard.press("ArrowDown")
    expect(group).to_have_value("landmark_pattern")
    expect(says).to_contain_text("Still there at session 6, by what they had had by then")
    expect(group).to_be_focused()
    slider = page.get_by_label("Landmark", exact=True)
    slider.focus()
    before = revision(chart)
    page.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("Still there at session 5")
    expect(slider).to_have_attribute("aria-valuetext", "session 5")
    assert revision(chart) > before
    page.get_by_text("What is wrong with this picture?").click()
    expect(page.get_by_text("It answers only for those who came so far")).to_be_visible()
    page.get_by_label("Show", exact=True).select_option("curve")
    expect(says).to_contain_text("Counted at the start")
    expect(slider).to_have_attribute("aria-valuetext", "session 5")
    choose(page, "Show as table")
    expect(page.locator(".aw-table th").nth(2)).to_have_text("Clients still counted")

    page.get_by_role("button", name="second").click()
    expect(page.locator(".aw-describe").last).to_contain_text(
        "With “second” it is \N{MINUS SIGN}0.25 (here)"
    )
    expect(page.get_by_role("button", name="second")).to_be_focused()

    page.keyboard.press("Control+b")  # the file browser folds away
    found = []
    for theme in ("Dark", "Light"):
        lab.theme(page, theme)
        expect(page.locator(".aw-chart").last).to_have_attribute("data-theme", theme.lower())
        page.wait_for_timeout(600)
        for part in (".aw-chart", ".aw-controls"):
            found += Axe().run(page, context=part).response["violations"]
    assert found == [], json.dumps(found, indent=1)[:3000]
    for width in (768, 420):
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(500)
        assert clipped(page) == []
