"""Lines to tap, the noise lab and rules side by side, in a real JupyterLab."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, choose, heard_by, revision
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

OURS = ".aw-controls, .aw-chart, .aw-fold"


def faults(lab: Lab, page: Page) -> list:
    """What axe finds in both themes."""
    found = []
    for theme in ("Dark", "Light"):
        lab.theme(page, theme)
        expect(page.locator(".aw-controls").first).to_have_attribute("data-theme", theme.lower())
        found += Axe().run(page, context=OURS).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


def clipped(page: Page) -> list[str]:
    """Our parts and controls that reach beyond the cell they stand in."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
             '.aw-controls, .aw-chart, .aw-fold, .aw-tile, .aw-control, .aw-plot svg')]
           .filter((each) => {
             const cell = each.closest('.jp-OutputArea-output')?.getBoundingClientRect();
             const box = each.getBoundingClientRect();
             return cell && box.width && (box.right > cell.right + 1 || box.left < cell.left - 1);
           }).map((each) => each.className.baseVal ?? each.className)"""
    )


def test_lines_are_tapped_by_mouse_and_key_and_nothing_tells_before_the_truth(
    lab: Lab, page: Page
) -> None:
    heard = heard_by(page)
    cells = (
        "import alliance_widgets as aw",
        "aw.NoiseLab(seed=3, key='lab')",
        "aw.RegressionToTheMean(key='five')",
    )
    lab.open(page, lab.write_notebook("taps.ipynb", *cells))
    lab.run_all(page)
    tiles = page.locator(".aw-tile")
    expect(tiles).to_have_count(12, timeout=PATIENCE)
    charts(page).first.wait_for(timeout=PATIENCE)
    expect(charts(page)).to_have_count(1)

    third = page.get_by_role("checkbox", name=re.compile("^Line 3: from 4.* lowest .* at session"))
    read = re.compile(r"^not tapped Session by session: 4\.0, 4\.5, ")
    expect(third).to_have_accessible_description(read)
    tiles.nth(2).locator("svg").click()
    expect(third).to_be_checked()
    expect(third).to_have_accessible_description(re.compile("^tapped Session by session"))
    sixth = tiles.nth(5).get_by_role("checkbox")
    sixth.focus()
    page.keyboard.press("Space")
    expect(sixth).to_be_checked()
    box = tiles.nth(5).bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    page.wait_for_timeout(300)
    outputs = " ".join(page.locator(".jp-OutputArea-output").all_inner_texts()).lower()
    said = outputs.encode() + b"".join(heard).lower()
    assert b"tap every line" in said
    for giveaway in (
        b"all twelve",
        b"are dice",
        b"new dice",
        b"nothing happened",
        b"the same dice",
    ):
        assert giveaway not in said, giveaway

    page.get_by_role("button", name="Show the truth").focus()
    page.keyboard.press("Enter")
    message = page.locator(".aw-taps .aw-message")
    expect(message).to_contain_text("None. All twelve are dice")
    expect(message).to_contain_text("You tapped 2 lines.")
    expect(message).to_be_focused()
    expect(third).to_have_accessible_description(re.compile("tapped; ▼\\ssession"))
    assert page.locator(".aw-flag").count() > 0
    expect(charts(page)).to_have_count(2)

    rates = charts(page).first
    before = revision(rates)
    page.get_by_label("Sessions", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(rates.locator(".aw-describe")).to_contain_text("rule in 11 sessions")
    expect(rates).not_to_have_attribute("data-revision", str(before))
    page.get_by_label("Rule", exact=True).select_option("sd_chart")
    page.get_by_label("Sessions", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    expect(rates.locator(".aw-describe")).to_contain_text("needs at least 11 sessions")

    five = charts(page).nth(1).locator(".aw-describe")
    page.get_by_role("button", name="Send the five lowest").click()
    expect(five).to_contain_text("You sent the five to supervision")
    page.get_by_role("button", name="Send nobody").click()
    expect(five).to_contain_text("It is the same, to the point")

    assert faults(lab, page) == []
    page.set_viewport_size({"width": 768, "height": 1000})
    page.wait_for_timeout(500)
    assert clipped(page) == []

    lab.restart(page)
    expect(page.locator(".aw-taps .aw-message")).to_contain_text("You tapped 2 lines.")
    expect(page.locator(".aw-tile").nth(2).get_by_role("checkbox")).to_be_checked()
    expect(page.locator(".aw-tile").nth(1).get_by_role("checkbox")).not_to_be_checked()
    expect(charts(page).nth(1).locator(".aw-describe")).to_contain_text("It is the same")


def test_planted_ruptures_are_framed_with_the_truth_and_taps_then_stand(
    lab: Lab, page: Page
) -> None:
    cells = (
        "import alliance_widgets as aw",
        "aw.TapTheRuptures(seed=3, planted=3, key='planted')",
        "clinic = aw.simulate_clinic(500, 'causal', seed=1)\n"
        "found = aw.hits_and_false_alarms(clinic.ratings, clinic.truth.ruptures)\n"
        "aw.BaseRateLab({'reliable drop': found})",
    )
    lab.open(page, lab.write_notebook("framed.ipynb", *cells))
    lab.run_all(page)
    tiles = page.locator(".aw-tile")
    expect(tiles).to_have_count(12, timeout=PATIENCE)
    rare = charts(page).first
    rare.wait_for(timeout=PATIENCE)  # the kernel is free
    tiles.nth(3).locator("svg").click()
    tiles.nth(0).locator("svg").click()
    expect(page.locator(".aw-planted")).to_have_count(0)
    page.get_by_role("button", name="Show the truth").click()
    message = page.locator(".aw-taps .aw-message")
    expect(message).to_contain_text("Hits: 1 of 3. False alarms: 1.")
    expect(page.locator(".aw-planted")).to_have_count(3)
    hit, alarm = (tiles.nth(n).get_by_role("checkbox") for n in (3, 0))
    expect(hit).to_have_accessible_description(re.compile("^tapped; a hit; planted rupture in"))
    expect(alarm).to_have_accessible_description(re.compile("^tapped; a false alarm"))
    expect(hit).to_be_disabled()
    tiles.nth(3).locator("svg").click(force=True)
    expect(hit).to_be_checked()

    page.get_by_label("Clients with a planted rupture", exact=True).focus()
    page.keyboard.press("End")
    expect(rare.locator(".aw-describe")).to_contain_text("Where one client in 100 has")
    choose(page, "Show as table")
    expect(rare.locator("tbody tr")).to_have_count(4)

    assert faults(lab, page) == []
    page.set_viewport_size({"width": 768, "height": 1000})
    page.wait_for_timeout(500)
    assert clipped(page) == []


def limit_height(chart: Locator) -> float:
    """Where the limit's last tick stands in the drawing, wherever that is scrolled to."""
    ticks = chart.locator(".mark-rect.role-mark path[aria-roledescription='tick']")
    box, plot = ticks.last.bounding_box(), chart.locator(".aw-plot").bounding_box()
    assert box is not None
    assert plot is not None
    return box["y"] - plot["y"]


def test_rules_side_by_side_by_mouse_and_key(lab: Lab, page: Page) -> None:
    cells = ("import alliance_widgets as aw", "aw.RuleComparator(client='Tomasz')")
    lab.open(page, lab.write_notebook("rules.ipynb", *cells))
    lab.run_all(page)
    chart = charts(page).first
    chart.wait_for(timeout=PATIENCE)
    words = chart.locator(".aw-describe")
    expect(words).to_contain_text("Session 5 was not flagged when it was the last one known")
    expect(chart.get_by_text("Control chart: session 5").last).to_be_visible()

    by_drop = limit_height(chart)
    row = chart.get_by_text("Control chart: session 5").last
    row.hover(force=True)
    page.wait_for_timeout(300)
    by_chart = limit_height(chart)
    assert abs(by_chart - by_drop) > 5
    chart.locator("path[aria-roledescription='point'][fill='#0072B2']").nth(2).hover()
    page.wait_for_timeout(300)
    assert abs(limit_height(chart) - by_drop) < 1
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    assert abs(limit_height(chart) - by_drop) < 1
    page.get_by_text("What this rule does").click()
    page.get_by_label("Show the limit of").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("3 sigmas below the client's mean")).to_be_visible()
    page.wait_for_timeout(300)
    assert abs(limit_height(chart) - by_chart) < 1

    known = page.get_by_label("Known up to session")
    known.focus()
    width = chart.locator(".aw-plot svg").bounding_box()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("Known are the sessions up to 5; 5 later ones are hidden.")
    expect(words).not_to_contain_text("was not flagged when")
    expect(known).to_be_focused()
    assert chart.locator(".aw-plot svg").bounding_box() == width
    rules_lab = page.get_by_role("group", name="Which case, which rules")
    rules_lab.get_by_text("More settings", exact=True).click()
    page.get_by_label("Reliability, for the reliable drop").select_option("0.70")
    expect(page.get_by_text("a drop of more than 1.21 points")).to_be_visible()
    page.get_by_label("More rules").check()
    expect(chart.get_by_text("SD chart", exact=True).last).to_be_visible()
    expect(chart.get_by_text("needs 11 sessions, has 5").last).to_be_visible()
    page.get_by_label("Case", exact=True).select_option("Ama")
    expect(known).to_have_value("5")  # what is hidden stays hidden
    known.press("End")
    expect(words).to_contain_text("Sessions 7 and 8 were flagged when each was the last one known")

    page.locator(".aw-fold > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".aw-fold tbody tr")).to_have_count(36)  # of ten rules one cannot flag
    page.get_by_label("Agreement over").select_option("all")
    expect(page.locator(".aw-fold tbody tr")).to_have_count(45)
    expect(page.locator(".aw-fold .aw-note")).to_contain_text("every session of every case")
    chart.locator(".aw-frame").focus()
    page.keyboard.press("ArrowRight")
    read = "Session: 1, Alliance: 4.42, Flagged by: no rule"
    expect(chart.locator(".aw-reading")).to_have_text(read)
    expect(chart.locator(".aw-here")).to_be_visible()

    assert faults(lab, page) == []
    page.set_viewport_size({"width": 768, "height": 1000})
    page.wait_for_timeout(500)
    assert clipped(page) == []
