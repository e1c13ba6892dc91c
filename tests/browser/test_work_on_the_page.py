"""The student's work on the page: saved, downloaded, uploaded, merged, and never lost quietly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, open_work
from playwright.sync_api import Page, expect

import alliance_widgets as aw

pytestmark = pytest.mark.browser

IMPORT = "import alliance_widgets as aw"
BOOK = "book = aw.CaseBook(); book"
PUBLIC = "import os; os.environ['BINDER_LAUNCH_HOST'] = 'https://example.org/'"


def open_book(lab: Lab, page: Page, *cells: str, name: str = "work.ipynb") -> None:
    lab.open(page, lab.write_notebook(name, *(cells or (IMPORT, BOOK))))
    lab.run_all(page)
    page.locator(".aw-form").wait_for(timeout=PATIENCE)
    expect(page.locator(".aw-status")).not_to_be_empty()
    open_work(page)


def message(page: Page):
    return page.locator(".aw-form .aw-message")


def rate(page: Page, value: int) -> None:
    for name in ("goals", "tasks", "bond"):
        page.locator(f".aw-form input[name={name}]").focus()
        page.keyboard.press(str(value))
    page.keyboard.press("Enter")


def sessions(lab: Lab) -> list[str]:
    entries = json.loads(lab.work.read_text())["entries"]
    return sorted({e["id"] for e in entries if e["id"].startswith("rating/")})


def upload(page: Page, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "upload.json"
    file.write_bytes(content)
    page.locator("input[type=file][accept*=json]").set_input_files(file)


def downloaded(page: Page) -> bytes:
    open_work(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download my work").first.click()
    name = waiting.value.suggested_filename
    assert re.fullmatch(r"alliance_work_[a-z]+-[a-z]+-\d\d\.json", name)
    return Path(waiting.value.path()).read_bytes()


def test_saved_is_said_once_it_is_on_the_disk_and_the_download_is_the_file(
    lab: Lab, page: Page
) -> None:
    open_book(lab, page)
    expect(page.locator(".aw-status")).to_have_text("Nothing is recorded yet.")
    rate(page, 4)
    expect(page.locator(".aw-status")).to_have_text(
        re.compile(r"^Saved \d\d:\d\d on this computer\.$")
    )
    expect(message(page)).to_have_text("Session 1 is on the line.")
    assert sessions(lab) == ["rating//Case%201/1/client"]
    assert downloaded(page) == lab.work.read_bytes()
    expect(message(page)).to_contain_text("Your work is in alliance_work_")


def test_a_download_brings_the_work_to_another_computer(
    lab: Lab, page: Page, tmp_path: Path
) -> None:
    open_book(lab, page)
    rate(page, 4)
    expect(message(page)).to_have_text("Session 1 is on the line.")
    kept = downloaded(page)
    lab.forget_work()
    open_book(lab, page)
    rate(page, 2)
    expect(message(page)).to_have_text("Session 1 is on the line.")
    rate(page, 3)
    expect(message(page)).to_have_text("Session 2 is on the line.")
    upload(page, kept, tmp_path)
    page.get_by_role("button", name="Mine too: merge both").first.click()
    # Session 1 was rated here and there: one of the two is shown, and both are kept.
    expect(message(page)).to_contain_text(
        re.compile("0 entries were added to your work. 1 (stays|was)")
    )
    upload(page, kept, tmp_path)
    expect(message(page)).to_contain_text("0 entries were added to your work. 1 stays as it is")
    assert len(sessions(lab)) == 2


def test_another_student_s_file_is_asked_about_and_read_apart_and_work_is_handed_in(
    lab: Lab, page: Page, tmp_path: Path
) -> None:
    open_book(lab, page)
    rate(page, 4)
    expect(message(page)).to_have_text("Session 1 is on the line.")
    other = aw.WorkFile(tmp_path / "other.json")
    other.record_rating(client="A", session=1, alliance=3)
    before = lab.work.read_bytes()
    upload(page, other.download_bytes(), tmp_path)
    asked = page.locator(".aw-desk .aw-ask:visible")
    expect(asked).to_contain_text(f"another student code ({other.student}")
    expect(asked.get_by_role("button").first).to_be_focused()
    assert Axe().run(page, ".aw-form").violations_count == 0
    asked.get_by_role("button", name="Somebody else's: read it apart").click()
    expect(message(page)).to_contain_text(f"Read as the work of {other.student}")
    expect(asked).to_have_count(0)
    assert lab.work.read_bytes() == before
    folder = lab.work.parent / "others"
    assert sorted(p.suffix for p in folder.glob("*.*") if p.name[0] != ".") == [".html", ".json"]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Hand in").first.click()
    assert re.fullmatch(r"hand_in_[a-z]+-[a-z]+-\d\d\.zip", waiting.value.suggested_filename)
    assert len(aw.pool(waiting.value.path()).ratings) == 1
    expect(message(page)).to_contain_text("Hand-in code: ")
    page.locator(".aw-student summary").click()
    page.get_by_label("A code you have already").fill("amber finch 27")
    page.get_by_role("button", name="Use this code").click()
    expect(page.locator(".aw-student summary")).to_have_text("Student code amber-finch-27")
    page.get_by_role("button", name="Show class code").click()
    expect(page.get_by_label("Class code, to paste into the chat")).to_have_value(
        aw.class_code(lab.work)
    )


REFUSED = {
    b"\x89PNG\r\n": "this is no work file",
    b'{"nbformat": 4, "cells": []}': "this file comes from another program",
    b'{"kit":"alliance_widgets","schema_version":99,"entries":[]}': "newer version of the kit",
    b"": "the file is empty",
}


def test_a_file_that_is_no_work_is_refused_in_words(lab: Lab, page: Page, tmp_path: Path) -> None:
    open_book(lab, page)
    rate(page, 4)
    expect(message(page)).to_have_text("Session 1 is on the line.")
    before = lab.work.read_bytes()
    for content, sentence in REFUSED.items():
        upload(page, content, tmp_path)
        expect(message(page)).to_contain_text(sentence)
    large = tmp_path / "large.json"
    with large.open("wb") as handle:
        handle.truncate(100_000_000)
    page.locator("input[type=file][accept*=json]").set_input_files(large)
    expect(message(page)).to_contain_text("above 20 MB")
    assert lab.work.read_bytes() == before


def test_half_a_download_gives_back_every_whole_entry(lab: Lab, page: Page, tmp_path: Path) -> None:
    open_book(lab, page)
    for session in (1, 2):
        rate(page, 4)
        expect(message(page)).to_have_text(f"Session {session} is on the line.")
    kept = downloaded(page)
    lab.forget_work()
    open_book(lab, page)
    upload(page, kept[: kept.index(b"Case%201/2")], tmp_path)
    expect(message(page)).to_contain_text("The file was damaged")
    expect(page.get_by_role("button", name="Save session 2")).to_be_visible()
    expect(page.locator(".aw-describe")).to_contain_text("in session 1")


def test_a_public_server_asks_for_no_real_clients_data_before_the_file(
    lab: Lab, page: Page
) -> None:
    open_book(lab, page, PUBLIC, IMPORT, BOOK)
    page.get_by_role("button", name="Upload my work").press("Enter")
    warning = page.locator(".aw-warning")
    expect(warning).to_contain_text("Do not upload real clients' data to a public server")
    assert Axe().run(page, context=".aw-form").response["violations"] == []
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(warning).to_be_hidden()
    expect(page.get_by_role("button", name="Upload my work")).to_be_focused()
    page.get_by_role("button", name="Upload my work").press("Enter")
    with page.expect_file_chooser():
        page.get_by_role("button", name="Choose a file").press("Enter")


def test_a_public_session_warns_of_idleness_and_stays_awake_while_it_is_seen(
    lab: Lab, page: Page
) -> None:
    note = "book.desk.observe(lambda c: open('pings.txt', 'w').write(str(c.new)), 'heard')"
    idle = "book = aw.CaseBook(); book.desk.idle_after = 3"
    open_book(lab, page, PUBLIC, IMPORT, idle, note, "book")
    banner = page.locator(".aw-banner")
    expect(banner).to_be_hidden()
    expect(banner).to_be_visible(timeout=10_000)
    expect(banner).to_contain_text("Download your work before a break")
    assert Axe().run(page, context=".aw-banner").response["violations"] == []
    page.get_by_role("button", name="I am still here").press("Enter")
    expect(banner).to_be_hidden()
    page.wait_for_timeout(4000)
    assert int((lab.work.parent.parent / "pings.txt").read_text()) >= 1


def test_a_local_session_never_shows_the_banner(lab: Lab, page: Page) -> None:
    open_book(lab, page, IMPORT, "book = aw.CaseBook(); book.desk.idle_after = 1", "book")
    page.wait_for_timeout(3000)
    assert page.locator(".aw-banner").count() == 0


def test_the_download_still_works_when_the_server_is_gone(lab: Lab, page: Page) -> None:
    open_book(lab, page)
    rate(page, 4)
    expect(message(page)).to_have_text("Session 1 is on the line.")
    saved = lab.work.read_bytes()
    lab.stop()
    try:
        button = page.locator(".aw-work, .aw-desk").get_by_role(
            "button", name="Download my work", include_hidden=True
        )
        with page.expect_download() as waiting:
            button.dispatch_event("click")  # JupyterLab's own words on the server may lie over it
        assert Path(waiting.value.path()).read_bytes() == saved
    finally:
        lab.start()


def test_two_tabs_on_one_case_see_each_other_and_lose_nothing(lab: Lab, page: Page) -> None:
    open_book(lab, page, name="first.ipynb")
    other = page.context.new_page()
    other.set_default_timeout(15_000)
    open_book(lab, other, name="second.ipynb")
    page.bring_to_front()
    rate(page, 4)
    expect(message(page)).to_have_text("Session 1 is on the line.")
    other.bring_to_front()
    rate(other, 2)
    expect(message(other)).to_contain_text("Session 1 was saved in another window meanwhile")
    assert len(sessions(lab)) == 1
    other.keyboard.press("Enter")
    expect(message(other)).to_have_text("Session 1 is on the line.")
    rate(other, 3)
    expect(message(other)).to_have_text("Session 2 is on the line.")
    page.bring_to_front()
    page.wait_for_timeout(5500)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("button", name="Save session 3")).to_be_visible()
    expect(page.locator(".aw-describe")).to_contain_text("rises from 2.0 to 3.0")
    other.close()


def test_who_comes_back_to_a_lesson_finds_what_was_answered_in_another(
    lab: Lab, page: Page
) -> None:
    lab.write_notebook("first.ipynb", IMPORT, "aw.Beliefs()")
    then_and_now = "aw.Reveal(now, lambda: aw.Verdicts(before, now))"
    asked = 'before, now = aw.Beliefs(), aw.Beliefs("12/beliefs", again=True)'
    lab.open(page, lab.write_notebook("last.ipynb", IMPORT, asked, then_and_now))
    lab.run_all(page)
    page.get_by_role("button", name="Show me without guessing").click()
    expect(page.get_by_text("is not in your work file")).to_be_visible()
    page.get_by_role("listitem", name="first.ipynb").dblclick()
    page.get_by_role("tab", name="first.ipynb").wait_for()
    first = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    first.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=PATIENCE)
    lab.run_all(page)
    first.locator("input[value=rather_true]").first.focus(timeout=PATIENCE)
    page.keyboard.press("Space")
    first.get_by_role("button", name="Keep my answer").click()
    expect(first.get_by_text("1 of 10 are answered.")).to_be_visible()
    page.get_by_role("tab", name="last.ipynb").click()
    expect(page.get_by_role("cell", name="rather true")).to_be_visible()


def test_a_disk_that_refuses_is_said_and_the_work_can_be_downloaded(lab: Lab, page: Page) -> None:
    block = "os.makedirs('my_work', exist_ok=True); os.makedirs('my_work/alliance_work.json')"
    open_book(lab, page, "import os", block, IMPORT, BOOK)
    rate(page, 4)
    expect(message(page)).to_have_text(re.compile("Session 1 is on the line.|Not saved"))
    expect(page.locator(".aw-status")).to_contain_text("Not saved")
    expect(page.locator(".aw-status.aw-unsaved")).to_be_visible()
    assert b"rating//Case%201/1/client" in downloaded(page)
    lab.work.rmdir()


def test_a_reload_with_the_kernel_alive_keeps_the_work_at_hand(lab: Lab, page: Page) -> None:
    open_book(lab, page)
    rate(page, 4)
    expect(message(page)).to_have_text("Session 1 is on the line.")
    page.locator(".jp-mod-dirty").first.wait_for()
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    lab.open(page, "notebooks/work.ipynb", reset=False)
    expect(page.locator(".aw-status")).to_contain_text("Saved", timeout=PATIENCE)
    assert downloaded(page) == lab.work.read_bytes()
