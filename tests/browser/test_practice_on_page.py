"""The practice of replies by keyboard: written, checked, seen, and there again."""

from __future__ import annotations

import json

import pytest
from conftest import PATIENCE, Lab
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SAID = "Selam, I talked about you <b>and not</b> with you."


def opened(lab: Lab, page: Page) -> None:
    path = lab.write_notebook(
        "practice.ipynb", "import alliance_widgets as aw\naw.ReplyPractice(moment='market')"
    )
    lab.open(page, path)
    lab.run_all(page)
    page.locator(".aw-write").wait_for(timeout=PATIENCE)


def test_a_sentence_is_written_checked_and_kept_and_then_the_replies_are_there(
    lab: Lab, page: Page
) -> None:
    opened(lab, page)
    box = page.get_by_label("What do you say next?")
    box.focus()
    page.keyboard.type(SAID)
    page.keyboard.press("Enter")
    page.keyboard.type("I'm sorry, 1 2 3.")
    expect(box).to_have_value(f"{SAID}\nI'm sorry, 1 2 3.")
    expect(page.get_by_text("of at most 600 characters")).to_contain_text("68 of")
    expect(page.get_by_text("carried it")).to_have_count(0)
    page.get_by_role("button", name="Keep it, and see three replies").click()
    expect(page.locator(".aw-question .aw-message")).to_contain_text("Still to check: stays with")
    expect(box).to_have_value(f"{SAID}\nI'm sorry, 1 2 3.")
    for group in page.locator(".aw-write [role=radiogroup]").all():
        group.locator("label").first.click()
    page.get_by_role("button", name="Keep it, and see three replies").click()
    report = page.locator(".aw-report")
    expect(report).to_contain_text("But nobody carried the bag. I carried it.")
    expect(report.locator("h3")).to_have_count(3)
    expect(report).to_contain_text("Nobody knows which reply is best")
    assert box.evaluate("box => box.readOnly")
    kept = json.loads(lab.work.read_text("utf-8"))["entries"]
    last = [each["data"] for each in kept if each["id"].startswith("text/practice/market/first")]
    assert last[-1]["value"]["text"] == f"{SAID}\nI'm sorry, 1 2 3."
    assert len(last) <= 12, "a version is kept when the hand rests, and not at every key"
    page.reload()
    lab.run_all(page)
    expect(page.get_by_label("What do you say next?")).to_have_value(
        f"{SAID}\nI'm sorry, 1 2 3.", timeout=PATIENCE
    )
