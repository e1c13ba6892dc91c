"""Clinics that report the same, in a real JupyterLab: the whole path by key, seen and restarted."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, choose, clipped, revision
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

TRUTHS = ("causal", "confounded", "shared_events", "ease with people", "exactly as before")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).last


def forecast(page: Page, clinic: str) -> Locator:
    return page.locator(".aw-question").filter(has_text=clinic)


def tab_to(page: Page, wanted: Locator) -> None:
    """By Tab from where the focus is, as somebody without a mouse goes."""
    for _ in range(30):
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the focus never came there")


def commit_by_key(page: Page, clinic: str, number: str, sure: str) -> None:
    asked = forecast(page, clinic)
    tab_to(page, asked.locator("input.aw-number"))
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(sure)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(asked.locator(".aw-message")).to_have_text("Your answer is noted.")
    expect(asked.locator(".aw-message")).to_be_focused()
    expect(asked.locator("select")).to_have_value(sure)


def test_the_whole_path_by_key(lab: Lab, page: Page) -> None:
    path = lab.write_notebook("worlds.ipynb", "import alliance_widgets as aw\naw.TwoWorlds()")
    lab.open(page, path)
    lab.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)

    button(page, "Fit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("How far to trust it").first).to_be_visible()
    expect(button(page, "Fit")).to_be_focused()
    commit_by_key(page, "Clinic A", "15", "80")
    commit_by_key(page, "Clinic B", "19", "60")
    seen = page.locator(".jp-OutputArea").inner_text()
    assert [truth for truth in TRUTHS if truth in seen] == []
    tab_to(page, button(page, "Intervene: half a point more for everyone"))
    page.keyboard.press("Space")
    expect(charts(page)).to_have_count(2)
    expect(page.get_by_text("What was planted")).to_be_visible()
    expect(page.get_by_text("exactly as before. Not one client's course")).to_have_count(1)
    expect(button(page, "Intervene: half a point more for everyone")).to_be_focused()
    tab_to(page, button(page, "Meet a third clinic"))
    page.keyboard.press("Enter")
    expect(charts(page)).to_have_count(3)
    tab_to(page, button(page, "Fit"))
    page.keyboard.press("Enter")
    commit_by_key(page, "Clinic C", "14", "90")
    assert "events in life" not in page.locator(".jp-OutputArea").inner_text()
    tab_to(page, button(page, "Intervene: half a point more for everyone"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("What would tell?")).to_be_visible()
    expect(charts(page)).to_have_count(4)

    choose(charts(page).nth(1), "Show as table")
    rows = charts(page).nth(1).locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("15")

    page.keyboard.press("Control+b")  # the file browser folds away
    found = []
    for theme in ("Dark", "Light"):
        before = revision(charts(page).last)
        lab.theme(page, theme)
        expect(page.locator(".aw-chart").last).to_have_attribute("data-theme", theme.lower())
        page.wait_for_timeout(1500 if before else 0)
        found += Axe().run(page, context=".jp-OutputArea").response["violations"]
    assert found == [], json.dumps(found, indent=1)[:3000]

    for width in (768, 420):
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(500)
        assert clipped(page) == []

    page.set_viewport_size({"width": 1280, "height": 1000})
    lab.open(page, path)
    page.keyboard.press("Control+b")
    lab.run_all(page)
    expect(page.get_by_text("What would tell?")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("You said 14, 90 % sure")).to_have_count(1)
    expect(forecast(page, "Clinic A").locator("input.aw-number")).to_have_value("15")
    button(page, "Other clinics").click()
    expect(page.get_by_text("Clinics of seed 2")).to_be_visible()
    expect(page.get_by_text("What would tell?")).to_have_count(0)
    expect(button(page, "Other clinics")).to_be_focused()


def test_two_inputs_changed_within_one_frame_are_both_kept(lab: Lab, page: Page) -> None:
    needed = "from alliance_widgets.widgets.questions.forecast import Forecast"
    asked = "Forecast('quick', 'How many of 100?')"
    lab.open(page, lab.write_notebook("quick.ipynb", f"{needed}\n{asked}"))
    lab.run_all(page)
    page.locator(".aw-question").wait_for(timeout=PATIENCE)
    page.evaluate(
        """() => {
          const [number, sure] = ["input.aw-number", ".aw-question select"]
            .map((name) => document.querySelector(name));
          number.value = "12";
          number.dispatchEvent(new Event("input", { bubbles: true }));
          sure.value = "70";
          sure.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    page.get_by_role("button", name="Commit my prediction").click()
    expect(page.locator(".aw-message")).to_have_text("Your answer is noted.")
    expect(page.locator(".aw-question select")).to_have_value("70")
