"""Marking a case and coding a dialogue, in a real JupyterLab: by mouse, by key, restarted."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, choose, heard_by, revision
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SPOTTER = "import alliance_widgets as aw\naw.RuptureSpotter(seed=0)"
BEGINS, BACK = "possible rupture begins", "back up"
READER = "import alliance_widgets as aw\naw.VignetteReader()"


def opened(lab: Lab, page: Page, name: str, cell: str) -> Locator:
    lab.open(page, lab.write_notebook(f"{name}.ipynb", cell))
    lab.run_all(page)
    form = page.locator(".aw-question")
    form.wait_for(timeout=PATIENCE)
    return form


def restarted(lab: Lab, page: Page) -> Locator:
    lab.restart(page)
    form = page.locator(".aw-question")
    form.wait_for(timeout=PATIENCE)
    return form


def axe(page: Page, *parts: str) -> list[dict]:
    return [each for part in parts for each in Axe().run(page, context=part).response["violations"]]


def axe_in_both_themes(lab: Lab, page: Page, *parts: str) -> list[dict]:
    found = []
    for theme in ("Dark", "Light"):
        lab.theme(page, theme)
        expect(page.locator(parts[0]).first).to_have_attribute("data-theme", theme.lower())
        found += axe(page, *parts)
    return found


def nothing_is_clipped(page: Page) -> None:
    page.keyboard.press("Control+b")
    page.set_viewport_size({"width": 768, "height": 1000})
    page.wait_for_timeout(400)
    for part in page.locator(".aw-question, .aw-report, .aw-chart").all():
        assert part.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    for label in page.locator(".aw-question label:has(input)").all():
        box = label.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def click_session(page: Page, place: int, away: int = 0) -> None:
    """Click beside the point at that place of the line, as a hand would, and wait for the mark."""
    chart = charts(page)
    before = revision(chart)
    point = chart.locator(".aw-plot svg .mark-symbol path").nth(place).bounding_box()
    assert point is not None
    page.mouse.click(point["x"] + point["width"] / 2 + away, point["y"] - 20)
    page.wait_for_function(
        "before => Number(document.querySelector('.aw-chart').dataset.revision) > before",
        arg=before,
    )


def test_a_case_is_marked_by_mouse_and_by_key_and_nothing_is_told_before(
    lab: Lab, page: Page
) -> None:
    heard = heard_by(page)
    form = opened(lab, page, "spotter", SPOTTER)
    charts(page).wait_for(timeout=PATIENCE)
    form.get_by_role("button", name="Next case").click()
    expect(form.locator("legend")).to_contain_text("Case 2 of 8")

    def box(mark: str, session: int) -> Locator:
        return form.get_by_label(f"{mark}: session {session}", exact=True)

    click_session(page, 4, away=8)
    expect(box(BEGINS, 5)).to_be_checked()
    click_session(page, 4)
    expect(box(BACK, 5)).to_be_checked()
    expect(box(BEGINS, 5)).not_to_be_checked()
    click_session(page, 4)
    expect(box(BACK, 5)).not_to_be_checked()
    box(BEGINS, 3).focus()
    page.keyboard.press("Enter")
    expect(box(BEGINS, 3)).to_be_checked()
    page.locator(".aw-frame").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".aw-reading")).to_contain_text("Session: 4")
    page.keyboard.press("Enter")
    expect(page.locator(".aw-reading")).to_contain_text("possible rupture")
    page.keyboard.press("Enter")
    expect(page.locator(".aw-reading")).to_contain_text("back up")
    expect(box(BACK, 4)).to_be_checked()
    expect(page.locator(".aw-describe")).to_contain_text("at session 3, back up at session 4")
    choose(page, "Show as table")
    lesson = page.locator(".jp-NotebookPanel").inner_html()
    everything = lesson.encode() + b"".join(heard)
    assert b"possible rupture at session 3" in everything
    for told in (b"planted", b"own SDs", b"control chart", b"simulated"):
        place = everything.find(told)
        assert place < 0, everything[max(0, place - 500) : place + 200]
    violations = axe(page, ".aw-question", ".aw-chart")

    form.get_by_role("button", name="Commit my marks").focus()
    page.keyboard.press("Enter")
    message = form.locator(".aw-message")
    expect(message).to_contain_text("You marked 1 of 2 planted ruptures.")
    expect(message).to_be_focused()
    report = page.locator(".aw-report")
    expect(report.get_by_role("row").filter(has_text="Planted truth").first).to_be_visible()
    report.locator("summary").click()
    violations += axe_in_both_themes(lab, page, ".aw-question", ".aw-chart", ".aw-report")
    assert violations == [], json.dumps(violations, indent=1)[:3000]

    form = restarted(lab, page)
    expect(form.locator("legend")).to_contain_text("Case 2 of 8")
    expect(form.locator(".aw-message")).to_contain_text("You marked 1 of 2 planted ruptures.")
    expect(form.get_by_label("possible rupture begins: session 3")).to_be_checked()
    expect(form.get_by_label("possible rupture begins: session 3")).to_be_disabled()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Compare with a second rater").click()
    chooser.value.set_files(
        {"name": "photo.json", "mimeType": "application/json", "buffer": b"\x89PNG"}
    )
    expect(page.locator(".aw-controls .aw-said")).to_contain_text("this is no work file")
    nothing_is_clipped(page)
    form.get_by_role("button", name="Next case").focus()
    page.keyboard.press("Enter")
    expect(form.locator("legend")).to_contain_text("Case 3 of")
    expect(form.locator("legend")).to_be_focused()
    expect(charts(page).first).to_be_in_viewport()


def test_a_dialogue_is_coded_by_key_and_read_by_axe_and_a_restart_brings_it_back(
    lab: Lab, page: Page
) -> None:
    heard = heard_by(page)
    form = opened(lab, page, "reader", READER)
    expect(form.get_by_role("listitem")).to_have_count(12)
    lesson = page.locator(".jp-NotebookPanel").inner_html()
    everything = lesson.encode() + b"".join(heard)
    assert "The boiler".lower().encode() in everything
    for told in (b"The author", b"Nobody knows", b"Nothing shows", b"hotel is out of the question"):
        assert told not in everything
    form.get_by_role("button", name="Commit my coding").click()
    expect(form.locator(".aw-message")).to_contain_text("Still to choose: withdrawal or")
    expect(form.get_by_label("begins here: 2", exact=True)).to_be_focused()
    expect(form.get_by_label("Which marker?")).to_be_hidden()
    expect(form.get_by_label("begins here: 3")).to_have_count(0)  # the therapist's turn
    form.get_by_label("begins here: 2", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(form.get_by_label("begins here: 4")).to_be_checked()
    form.get_by_role("radio", name="Withdrawal").check()
    form.get_by_label("Which marker?").select_option("Denial")
    expect(form.get_by_text("although something in this hour plainly went wrong")).to_be_visible()
    form.get_by_label("What would you do about it?").select_option("Own your part")
    violations = axe(page, ".aw-question", ".aw-controls")
    form.get_by_role("button", name="Commit my coding").click()
    report = page.locator(".aw-report")
    expect(report).to_contain_text("You coded Denial.")
    expect(report).to_contain_text("r = .11, 95 % interval −.09 to .30")
    expect(form.get_by_text("The author: it begins here.")).to_be_visible()
    charts(page).wait_for()
    violations += axe_in_both_themes(lab, page, ".aw-question", ".aw-report", ".aw-chart")
    assert violations == [], json.dumps(violations, indent=1)[:3000]

    form = restarted(lab, page)
    expect(page.locator(".aw-report")).to_contain_text("You coded Denial.")
    expect(form.get_by_label("begins here: 4")).to_be_checked()
    expect(form.get_by_label("Which marker?")).to_have_value("denial")
    nothing_is_clipped(page)
    page.get_by_label("Vignette", exact=True).select_option(index=3)
    expect(form.locator("legend")).to_contain_text("4 of 8: At his own front door")
    expect(page.locator(".aw-report")).to_have_count(0)
    expect(form.get_by_label("begins here: 4")).not_to_be_checked()
