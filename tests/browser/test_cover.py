"""The start page: the lessons as cards, how far the student is, and one button to begin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import PATIENCE, TOKEN, Lab
from playwright.sync_api import Page, expect

import alliance_widgets as aw

pytestmark = pytest.mark.browser

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))


def start(lab: Lab, page: Page) -> None:
    page.goto(f"{lab.address}/?token={TOKEN}")
    expect(page.locator(".aw-cover-card")).to_have_count(len(LESSONS) + 2, timeout=PATIENCE)


def ready(page: Page) -> None:
    page.locator("[data-aw-lesson=ready]:visible").wait_for(timeout=3 * PATIENCE)


def test_one_key_begins_and_the_cards_tell_how_far_the_student_is(lab: Lab, page: Page) -> None:
    start(lab, page)
    begin = page.get_by_role("button", name="Begin")
    expect(begin).to_be_focused()
    expect(page.locator(".aw-cover-far")).to_have_count(0)
    page.keyboard.press("Enter")
    ready(page)
    expect(page.locator(".aw-form").first).to_be_visible()

    work = aw.WorkFile(lab.work)
    work.record_rating(case="story Noor", client="Noor", session=10, rater="client", bond=2.0)
    page.get_by_role("button", name="All lessons").click()
    first = page.locator(".aw-cover-card").filter(has_text="Start here")
    expect(first).to_contain_text("You stopped at “Noor's tenth hour”.")
    page.get_by_role("button", name="Go on: Start here").click()
    ready(page)
    for key in ("00/like_this", "04/fall"):
        work.record("answer", key, value="anything")
    work.record("answer", "04/eleven", confidence="guess")  # sure of nothing yet
    page.get_by_role("button", name="All lessons").click()
    cards = page.locator(".aw-cover-card")
    expect(cards.filter(has_text="Start here")).to_contain_text("2 of 5 parts done.")
    dip = cards.filter(has_text="When does a dip become a rupture?")
    expect(dip).to_contain_text("1 of 6 parts done. You stopped at “")
    for session in range(1, 11):
        work.record_rating(
            case="story Dragan", client="Dragan", session=session, rater="client", bond=2.0
        )
    work.record("taps", "00/taps", value={"shown": True})
    work.record("answer", "00/beliefs", value={"warmth": "unsure"})
    page.get_by_role("button", name="Go on: ").click()
    ready(page)
    page.get_by_role("button", name="All lessons").click()
    expect(cards.filter(has_text="Start here")).to_contain_text("Done: all 5 parts.")
    expect(page.locator(".aw-cover-far")).to_have_count(2)
    page.get_by_role("button", name="Go on: What is the alliance?").click()
    ready(page)
    expect(page.locator(".lm-mod-current .lm-TabBar-tabLabel")).to_have_text(LESSONS[1].name)
    page.reload()  # what was looked at is looked at again, and not the start page
    ready(page)
    # The start page stands beside it: whoever closes every lesson is among the lessons.
    page.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel", has_text="Lessons").click()
    expect(page.locator(".aw-cover-card").first).to_be_visible()


def test_an_address_of_a_lesson_opens_it_and_a_damaged_work_file_keeps_nobody_out(
    lab: Lab, page: Page
) -> None:
    lab.work.parent.mkdir(exist_ok=True)
    lab.work.write_text('{"entries": [{"id"', "utf-8")
    page.goto(f"{lab.address}/lab/tree/notebooks/{LESSONS[0].name}?token={TOKEN}")
    ready(page)
    expect(page.locator(".aw-cover:visible")).to_have_count(0)
    page.get_by_role("button", name="All lessons").click()
    expect(page.get_by_role("button", name="Begin")).to_be_focused()
    card = page.get_by_role(
        "link", name=json.loads(LESSONS[0].read_text())["cells"][0]["source"][0][2:].strip()
    )
    assert card.get_attribute("href") == f"{lab.address}/lab/tree/notebooks/{LESSONS[0].name}"


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_of_it_is_clipped(lab: Lab, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    start(lab, page)
    box = page.locator(".aw-cover")
    assert box.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    for theme in ("Dark", "Light"):
        if width > 400:
            lab.theme(page, theme)
        for card in page.locator(".aw-cover-card h3").all():
            assert card.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
