"""What the page says of a student's work is true while the kernel is busy, stopped or gone."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import PATIENCE, TOKEN, Lab
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.prove]

IMPORT = "import alliance_widgets as aw"
BOOK = "aw.CaseBook()"
PID = "import os; open('kernel.pid', 'w').write(str(os.getpid()))"
ROWS = ("goals", "tasks", "bond")


def open_book(lab: Lab, page: Page, *cells: str) -> None:
    lab.open(page, lab.write_notebook("bad_day.ipynb", IMPORT, PID, BOOK, *cells))
    lab.run_all(page)
    page.locator(".aw-form").wait_for(timeout=3 * PATIENCE)
    expect(page.locator(".aw-form .aw-status")).not_to_be_empty()


def kernel(lab: Lab) -> int:
    return int((lab.folder / "notebooks" / "kernel.pid").read_text())


def message(page: Page):
    return page.locator(".aw-form .aw-message")


def rate(page: Page, *values: int) -> None:
    """One session by key, as a fast hand enters it: three digits and Enter."""
    for name, value in zip(ROWS, values, strict=True):
        page.locator(f".aw-form input[name={name}]").focus()
        page.keyboard.press(str(value))
    page.keyboard.press("Enter")


def saved(lab: Lab) -> dict[int, tuple[float, ...]]:
    """The ratings in the work file, by session."""
    if not lab.work.is_file():
        return {}
    shown: dict[str, dict] = {}
    for entry in json.loads(lab.work.read_text())["entries"]:
        if entry["id"].startswith("rating/"):
            known = shown.get(entry["id"])
            if known is None or known["counter"] < entry["counter"]:
                shown[entry["id"]] = entry
    return {
        int(entry["id"].split("/")[3]): tuple(entry["data"][name] for name in ROWS)
        for entry in shown.values()
        if entry["data"] is not None
    }


def until(what: Callable[[], object], seconds: float = 30) -> object:
    deadline = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


TEN = {n: (float(n % 5 + 1), float(n % 4 + 1), float(n % 3 + 1)) for n in range(1, 11)}


def enter_ten(page: Page) -> None:
    for values in TEN.values():
        rate(page, *map(int, values))


class TestBusy:
    def test_ten_sessions_entered_while_another_cell_runs_are_ten_right_ratings(
        self, lab: Lab, page: Page
    ) -> None:
        open_book(lab, page, "import time; time.sleep(20)")
        enter_ten(page)
        expect(message(page)).to_contain_text("Not saved yet, by session: 1, 2, 3")
        expect(message(page)).to_contain_text("You can go on with session 11")
        expect(page.locator(".aw-form .aw-status")).to_have_text("Not all of it is saved yet.")
        assert saved(lab) == {}
        expect(message(page)).to_have_text("Session 10 is on the line.", timeout=PATIENCE)
        assert saved(lab) == TEN
        expect(page.locator(".aw-form legend")).to_contain_text("Session 11")
        expect(page.locator(".aw-left")).to_be_hidden()

    def test_a_stopped_kernel_gets_all_of_it_when_it_goes_on(self, lab: Lab, page: Page) -> None:
        open_book(lab, page)
        os.kill(kernel(lab), signal.SIGSTOP)
        try:
            enter_ten(page)
            expect(message(page)).to_contain_text("Not saved yet, by session: 1, 2, 3")
        finally:
            os.kill(kernel(lab), signal.SIGCONT)
        expect(message(page)).to_have_text("Session 10 is on the line.", timeout=PATIENCE)
        assert saved(lab) == TEN

    def test_what_is_entered_while_the_connection_is_cut_is_saved_when_it_is_back(
        self, lab: Lab, page: Page
    ) -> None:
        page.add_init_script(
            """window.sockets = []; const Real = WebSocket;
            window.WebSocket = class extends Real {
              constructor(...given) {
                if (window.cut && given[0].includes("/channels")) given[0] = "ws://127.0.0.1:9/";
                super(...given); window.sockets.push(this);
              }
            };"""
        )
        open_book(lab, page)
        page.evaluate("window.cut = true; window.sockets.forEach((each) => each.close())")
        enter_ten(page)
        expect(message(page)).to_contain_text("The connection to the notebook is cut")
        expect(page.locator(".aw-form .aw-offline")).to_be_visible()
        assert saved(lab) == {}
        page.evaluate("window.cut = false")
        expect(message(page)).to_have_text("Session 10 is on the line.", timeout=PATIENCE)
        expect(page.locator(".aw-form .aw-offline")).to_be_hidden()
        assert saved(lab) == TEN

    def test_a_press_that_needs_an_answer_first_takes_nothing_until_it_has_one(
        self, lab: Lab, page: Page
    ) -> None:
        open_book(lab, page)
        os.kill(kernel(lab), signal.SIGSTOP)
        try:
            page.locator(".aw-form input[name=goals]").focus()
            page.keyboard.press("2")
            page.keyboard.press("Enter")  # two rows are blank: the kernel has a question
            page.locator(".aw-form input[name=goals]").focus()
            page.keyboard.press("5")
            page.keyboard.press("Enter")
            expect(message(page)).to_contain_text("does not answer yet")
            expect(page.locator(".aw-form input[name=goals]")).to_have_value("2")
        finally:
            os.kill(kernel(lab), signal.SIGCONT)
        expect(message(page)).to_contain_text("not rated yet")
        assert saved(lab) == {}
        page.locator(".aw-form .aw-blank button").click()
        expect(message(page)).to_have_text("Session 1 is on the line.")
        assert saved(lab) == {1: (2.0, None, None)}

    def test_a_session_that_another_notebook_saved_meanwhile_hands_the_later_ones_back(
        self, lab: Lab, page: Page
    ) -> None:
        open_book(lab, page)
        rate(page, 3, 3, 3)
        expect(message(page)).to_have_text("Session 1 is on the line.")
        os.kill(kernel(lab), signal.SIGSTOP)
        try:
            import alliance_widgets as aw

            other = aw.WorkFile(lab.work)
            numbers = {"goals": 5, "tasks": 5, "bond": 5, "alliance": 5}
            other.record_rating(client="Case 1", session=2, **numbers)
            for value in (2, 4, 1):
                rate(page, value, value, value)
        finally:
            os.kill(kernel(lab), signal.SIGCONT)
        expect(message(page)).to_contain_text("Session 2 was saved in another window meanwhile")
        left = page.locator(".aw-form .aw-left").first
        expect(left).to_contain_text("Session 3: Goals 4, Tasks 4, Bond 4")
        expect(left.locator("li")).to_have_count(2)
        assert saved(lab) == {1: (3.0,) * 3, 2: (5.0,) * 3}
        page.locator(".aw-form input[name=goals]").focus()
        page.keyboard.press("Enter")
        expect(message(page)).to_have_text("Session 2 is on the line.")
        left.get_by_role("button", name="Save these now").click()
        expect(message(page)).to_have_text("Session 4 is on the line.")
        assert saved(lab) == {n: (float(v),) * 3 for n, v in enumerate((3, 2, 4, 1), 1)}
        expect(left).to_be_hidden()


class TestGone:
    def test_a_kernel_that_died_is_said_within_three_seconds_and_nothing_looks_saved(
        self, lab: Lab, page: Page
    ) -> None:
        open_book(lab, page, "aw.Question.choice('q', 'Which?', ['a', 'b'])")
        rate(page, 4, 4, 4)
        expect(message(page)).to_have_text("Session 1 is on the line.")
        page.locator(".aw-form input[name=goals]").focus()
        for digit in "23":
            page.keyboard.press(digit)
            page.locator(".aw-form input[name=tasks]").focus()
        os.kill(kernel(lab), signal.SIGKILL)
        said = page.locator(".aw-form .aw-ended")
        expect(said).to_contain_text("The notebook's kernel has stopped", timeout=3_000)
        expect(said).to_contain_text("choose Run All Cells")
        expect(said).to_be_in_viewport()
        assert page.locator("[role=alert]", has_text="kernel has stopped").count() == 1
        expect(page.locator(".aw-question .aw-ended")).to_be_visible()
        for status in page.locator(".aw-status").all():
            assert "Saved" not in status.inner_text()
            expect(status).to_have_class(re.compile("aw-unsaved"))
        left = page.locator(".aw-form .aw-left").first
        expect(left.locator("li")).to_have_count(1)
        expect(left).to_contain_text("Session 2")
        # What is entered now is not taken, and nobody says that it is.
        page.keyboard.press("5")
        page.keyboard.press("Enter")
        expect(left.locator("li")).to_have_count(1)
        expect(message(page)).to_be_empty()

    def test_an_hour_half_entered_behind_two_that_waited_for_a_new_server_is_kept(
        self, lab: Lab, page: Page
    ) -> None:
        lab.open(page, "notebooks/00_start_here.ipynb")
        lab.run_all(page)
        own = page.locator(".aw-form").nth(2)

        def rate_own(*values: int) -> None:
            for name, value in zip(ROWS, values, strict=False):
                own.locator(f"input[type=range][name={name}]").focus()
                page.keyboard.press(str(value))
            if len(values) == len(ROWS):
                page.keyboard.press("Enter")

        rate_own(4, 4, 4)
        expect(own.locator(".aw-message")).to_have_text("Session 1 is on the line.")
        lab.stop()
        try:
            rate_own(2, 3, 2)
            rate_own(5, 5, 5)
            said = "Not saved yet, by session: 2, 3"
            expect(own.locator(".aw-message")).to_contain_text(said, timeout=PATIENCE)
            expect(own.locator(".aw-message")).to_contain_text("You can go on with session 4")
            rate_own(1, 2)
        finally:
            lab.start()
        page.get_by_role("button", name="Start the lesson").click(timeout=3 * PATIENCE)
        offered = page.locator(".aw-left", has_text="Entered in this tab before")
        expect(offered.locator("li")).to_have_count(3, timeout=3 * PATIENCE)
        offered.get_by_role("button", name="Save these now").click()
        expect(own.locator("legend")).to_contain_text("Session 4", timeout=PATIENCE)
        expect(own.locator("input[type=range][name=goals]")).to_have_value("1")
        expect(own.locator(".aw-status")).to_contain_text("kept as a draft")
        page.reload()
        lab.run_all(page)
        expect(own.locator("input[type=range][name=goals]")).to_have_value("1", timeout=PATIENCE)
        expect(own.locator("input[type=range][name=tasks]")).to_have_value("2")

    def test_notebook_7_says_it_too(self, lab: Lab, page: Page) -> None:
        path = lab.write_notebook("bad_day.ipynb", IMPORT, PID, BOOK)
        page.goto(f"{lab.address}/notebooks/{path}?token={TOKEN}")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)
        page.locator("[data-status=idle]").first.wait_for(timeout=PATIENCE)
        page.wait_for_timeout(3_000)  # it is idle before it is connected
        lab.run_all(page)
        page.locator(".aw-form").wait_for(timeout=3 * PATIENCE)
        rate(page, 4, 4, 4)
        expect(message(page)).to_have_text("Session 1 is on the line.")
        os.kill(kernel(lab), signal.SIGKILL)
        said = page.locator(".aw-form .aw-ended")
        expect(said).to_contain_text("The notebook's kernel has stopped", timeout=3_000)

    def test_a_lesson_says_itself_that_its_server_is_gone_and_no_box_takes_the_keys(
        self, lab: Lab, page: Page
    ) -> None:
        lab.open(page, "notebooks/00_start_here.ipynb")
        lab.run_all(page)
        form = page.locator(".aw-form").first
        form.locator("input[name=goals]").focus()
        page.keyboard.press("4")
        lab.stop()
        try:
            for key in ("Tab", "2", "Tab"):
                page.keyboard.press(key)
            expect(form.locator(".aw-offline")).to_contain_text("The connection", timeout=5_000)
            expect(page.locator(".aw-lesson-said")).to_contain_text("leave this page open")
            heard = page.locator(".aw-voice[role=status]", has_text="What was saved is kept")
            expect(heard).to_have_count(1)
            page.wait_for_timeout(15_000)  # JupyterLab's own look at its server
            expect(page.locator(".jp-Dialog")).to_have_count(0)
            page.keyboard.press("3")
            expect(form.locator("input[name=bond]")).to_be_focused()
        finally:
            lab.start()
        page.reload()
        lab.run_all(page)
        offered = page.locator(".aw-left", has_text="Entered in this tab before")
        said = "Session 10: Goals 4, Tasks 2, Bond 3"
        expect(offered.locator("li")).to_have_text(said, timeout=PATIENCE)

    def test_what_was_not_saved_can_be_taken_along_and_is_offered_again(
        self, lab: Lab, page: Page
    ) -> None:
        open_book(lab, page)
        rate(page, 4, 4, 4)
        expect(message(page)).to_have_text("Session 1 is on the line.")
        os.kill(kernel(lab), signal.SIGSTOP)
        rate(page, 2, 3, 2)
        rate(page, 5, 5, 5)
        page.locator(".aw-form input[name=goals]").focus()
        page.keyboard.press("1")
        os.kill(kernel(lab), signal.SIGKILL)
        left = page.locator(".aw-form .aw-left").first
        expect(left.locator("li")).to_have_count(3)
        page.get_by_role("button", name="Ok", exact=True).click()  # JupyterLab's own word on it
        with page.expect_download() as waiting:
            left.get_by_role("button", name="Download as CSV").click()
        rows = Path(waiting.value.path()).read_text("utf-8-sig").splitlines()
        assert rows == ["session,goals,tasks,bond,note", "2,2,3,2,", "3,5,5,5,", "4,1,,,"]
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        left.get_by_role("button", name="Copy").click()
        assert page.evaluate("navigator.clipboard.readText()").splitlines() == rows

        lab.run_all(page)
        offered = page.locator(".aw-left", has_text="Entered in this tab before")
        expect(offered.locator("li")).to_have_count(3, timeout=PATIENCE)
        offered.get_by_role("button", name="Save these now").click()
        said = "These sessions are saved: 2, 3. Session 4 is back in the form, not saved yet."
        expect(message(page)).to_have_text(said, timeout=PATIENCE)
        assert saved(lab) == {1: (4.0,) * 3, 2: (2.0, 3.0, 2.0), 3: (5.0,) * 3}
        expect(page.locator(".aw-form input[name=goals]")).to_have_value("1")
        expect(page.locator(".aw-form legend")).to_contain_text("Session 4")
        page.reload()
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)


FULL = """import errno, os
def synced(handle, sync=os.fsync):
    if os.path.exists("full"):
        raise OSError(errno.ENOSPC, "No space left on device")
    sync(handle)
os.fsync = synced"""
READ_ONLY = """import errno, os, tempfile
def refused(*_given, **_more):
    raise OSError(errno.EROFS, "Read-only file system")
os.access, tempfile.mkstemp = lambda *_given, **_more: False, refused"""


class TestRefused:
    """A disk that does not take the work, in a window of 1280 by 800."""

    def open(self, lab: Lab, page: Page, *cells: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 800})
        lab.open(page, lab.write_notebook("bad_day.ipynb", *cells, IMPORT, BOOK))
        lab.run_all(page)
        page.locator(".aw-form").wait_for(timeout=3 * PATIENCE)

    def stays(self, page: Page, reason: str) -> None:
        """It is said, and stands where the hand is, whatever is saved in vain after it."""
        banner = page.locator(".aw-form .aw-refused")
        for session in (1, 2):
            rate(page, 4, 3, 4)
            expect(page.locator(".aw-form legend")).to_contain_text(
                f"Session {session + 1}", timeout=PATIENCE
            )
            expect(banner).to_contain_text(f"Not saved: {reason}", timeout=PATIENCE)
            expect(banner).to_contain_text("choose “Download my work” now")
            expect(banner).to_be_in_viewport(ratio=0.95)
            expect(banner.get_by_role("button", name="Download my work")).to_be_in_viewport()
            status = page.locator(".aw-form .aw-status")
            expect(status).to_contain_text(f"Not saved: {reason}")
            expect(status).to_have_class(re.compile("aw-unsaved"))

    def goes(self, lab: Lab, page: Page) -> None:
        """It is over: all is saved, and nothing says otherwise."""
        rate(page, 5, 5, 5)
        expect(message(page)).to_contain_text("everything that was waiting is in the file now")
        expect(page.locator(".aw-form .aw-refused")).to_be_hidden()
        assert sorted(saved(lab)) == [1, 2, 3]

    def test_a_folder_that_is_read_only_is_said_before_anything_is_entered(
        self, lab: Lab, page: Page
    ) -> None:
        self.open(lab, page, READ_ONLY)
        expect(message(page)).to_contain_text("This folder may not be written to")
        banner = page.locator(".aw-form .aw-refused")
        expect(banner).to_contain_text("This folder may not be written to")
        expect(banner).to_be_in_viewport(ratio=0.95)
        heard = page.locator("body > .aw-voice[aria-live=polite]")
        expect(heard.filter(has_text="This folder may not be written to")).to_have_count(1)
        self.stays(page, "This folder may not be written to")

    def test_a_full_disk_is_said_and_stays_and_room_on_it_saves_all(
        self, lab: Lab, page: Page
    ) -> None:
        block = lab.folder / "notebooks" / "full"
        block.touch()
        self.open(lab, page, FULL)
        self.stays(page, "The disk is full")
        assert saved(lab) == {}
        block.unlink()
        self.goes(lab, page)

    def test_a_lock_that_another_program_holds_is_said_and_stays(
        self, lab: Lab, page: Page
    ) -> None:
        from filelock import FileLock

        self.open(lab, page)
        lab.work.parent.mkdir(exist_ok=True)
        with FileLock(lab.work.with_name(f".{lab.work.name}.lock")):
            self.stays(page, "Another program has held the work file")
        self.goes(lab, page)


NOOR = "noor = aw.load_data('single_cases').query(\"client == 'Noor' and session < 5\")"
ASKED = (
    NOOR,
    "aw.Question.choice('which', 'Which?', ['this', 'that'])",
    "aw.Question.number('many', 'How many?', unit='sessions', confidence=True)",
    "aw.TrajectorySketch(noor, key='line')",
    "aw.TapTheRuptures(key='mine')",
)


def stand_unsaved(lab: Lab, page: Page) -> None:
    """Something stands in a question, a drawing and among taps, and then the kernel dies."""
    open_book(lab, page, *ASKED)
    page.locator(".aw-taps").wait_for(timeout=PATIENCE)
    page.get_by_role("radio", name="that").check()
    asked = page.locator(".aw-question").nth(1)
    asked.locator(".aw-number").fill("12")
    asked.locator("select").select_option("guess")
    points = page.locator(".aw-sketch-keys input")
    for place, digit in enumerate("243"):
        points.nth(place).focus()
        page.keyboard.press(digit)
    page.wait_for_timeout(500)
    os.kill(kernel(lab), signal.SIGSTOP)
    for line in (2, 5):
        page.locator(f".aw-taps input[name=line-{line}]").check()
    os.kill(kernel(lab), signal.SIGKILL)
    page.get_by_role("button", name="Ok", exact=True).click()  # JupyterLab's own word on it


def test_answers_that_were_not_saved_can_be_taken_along_and_are_offered_again(
    lab: Lab, page: Page
) -> None:
    stand_unsaved(lab, page)
    left = page.locator(".aw-left:visible")
    expect(left).to_have_count(4)
    choice, number, line, taps = (left.nth(place) for place in range(4))
    expect(choice.locator("li")).to_have_text(["that"])
    expect(number.locator("li")).to_have_text(["12 sessions", "How sure are you? a guess"])
    expect(line.locator("li")).to_have_text(["Session 1: 2, 2: 4, 3: 3"])
    expect(taps.locator("li")).to_have_text(["tapped: 2, 5"])
    with page.expect_download() as waiting:
        line.get_by_role("button", name="Download as text").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig").splitlines()
    assert text[1:] == ["Session 1: 2, 2: 4, 3: 3"]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    number.get_by_role("button", name="Copy").click()
    expect(number.locator(".aw-said")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied == ["How many?", "12 sessions", "How sure are you? a guess"]

    page.evaluate("document.querySelectorAll('.aw-over').forEach((old) => (old.dataset.old = 1))")
    lab.run_all(page)
    page.locator(".aw-taps:not([data-old])").wait_for(timeout=3 * PATIENCE)
    offered = page.locator(".aw-left:visible", has_text="Entered in this tab before")
    expect(offered).to_have_count(4, timeout=PATIENCE)
    offered.first.get_by_role("button", name="Leave it out").click()
    for _ in range(3):
        offered.first.get_by_role("button", name="Put it back in").click()
    asked = page.locator(".aw-question")
    expect(asked.nth(0).locator("input:checked")).to_have_count(0)
    expect(asked.nth(1).locator(".aw-number")).to_have_value("12")
    expect(asked.nth(1).locator("select")).to_have_value("guess")
    asked.nth(1).locator("[data-kind=check]").click()
    for _ in range(2):  # a line with a gap is asked about once
        asked.nth(2).locator("[data-kind=check]").click()
        page.wait_for_timeout(500)
    kept = until(lambda: len(answers(lab)) == 3 and answers(lab))
    assert kept["answer/many"]["value"] == 12
    assert kept["answer/many"]["confidence"] == "guess"
    assert kept["answer/line"]["value"] == [2, 4, 3, None]
    assert kept["taps/mine"]["value"]["tapped"] == [2, 5]
    # What was put back and saved, and what was left out, is not offered a second time.
    kept_in_the_tab = "Object.keys(sessionStorage).filter((key) => key.includes('unsaved'))"
    assert until(lambda: page.evaluate(kept_in_the_tab) == [])


def answers(lab: Lab) -> dict[str, dict]:
    """What the work file holds besides ratings, by its id."""
    if not lab.work.is_file():
        return {}
    entries = json.loads(lab.work.read_text())["entries"]
    kinds = ("answer", "taps")
    shown = sorted(entries, key=lambda entry: entry["counter"])
    return {each["id"]: each["data"] for each in shown if each["id"].split("/")[0] in kinds}


def kill_in_mid_entry(lab: Lab, page: Page, presses: int) -> Iterator[str]:
    """Enter sessions by key, kill the kernel at some point, and say where the page was wrong."""
    said: set[int] = set()
    begun = max(saved(lab), default=0)
    entered = {}
    for n in range(begun + 1, begun + 1 + presses):
        entered[n] = tuple(float(each) for each in (n % 5 + 1, n % 4 + 1, n % 3 + 1))
        rate(page, *map(int, entered[n]))
        told = message(page).inner_text()
        if found := re.fullmatch(r"Session (\d+) is on the line\.", told):
            said |= set(range(begun + 1, int(found[1]) + 1))
    os.kill(kernel(lab), signal.SIGKILL)
    expect(page.locator(".aw-form .aw-ended")).to_be_visible()
    there = saved(lab)
    left = {
        int(re.match(r"Session (\d+)", line)[1])
        for line in page.locator(".aw-left li").all_inner_texts()
    }
    for n in said - set(there):
        yield f"session {n} was called saved and is not in the file"
    for n, values in entered.items():
        if n in there and there[n] != values:
            yield f"session {n} is {there[n]} in the file, and was entered as {values}"
        if n not in there and n not in left:
            yield f"session {n} is neither in the file nor on the page"


BUSY = "import time; time.sleep(4)"


@pytest.mark.parametrize("busy", [False, True])
def test_after_a_kill_every_session_is_in_the_file_or_on_the_page(
    lab: Lab, page: Page, busy: bool
) -> None:
    open_book(lab, page, *([BUSY] if busy else []))
    assert list(kill_in_mid_entry(lab, page, 6)) == []


@pytest.mark.prove
@pytest.mark.parametrize("part", range(20))
def test_two_hundred_kills(lab: Lab, page: Page, part: int) -> None:
    """Ten in one page, in half of the parts while another cell runs."""
    open_book(lab, page, *([BUSY] if part % 2 else []))
    for turn in range(10):
        assert list(kill_in_mid_entry(lab, page, 2 + (part + turn) % 9)) == []
        page.get_by_role("button", name="Ok", exact=True).click()  # JupyterLab's own word on it
        page.locator(".jp-StatusBar-Widget").get_by_text("| Idle").wait_for(timeout=PATIENCE)
        page.evaluate("sessionStorage.clear()")  # what this turn left is not the next one's
        (lab.folder / "notebooks" / "kernel.pid").unlink()
        run_again(lab, page, 0, wait=False)


def used(page: Page) -> dict[str, float]:
    """What the page holds after its rubbish was collected: bytes of heap, nodes, listeners."""
    tool = page.context.new_cdp_session(page)
    tool.send("Performance.enable")
    for _ in range(3):
        tool.send("HeapProfiler.collectGarbage")
    found = {each["name"]: each["value"] for each in tool.send("Performance.getMetrics")["metrics"]}
    tool.detach()
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def run_again(lab: Lab, page: Page, charts: int, *, wait: bool = True) -> None:
    """Run all cells, and wait until the form of this run is there and its charts are painted."""
    page.evaluate("document.querySelectorAll('.aw-form').forEach((form) => (form.dataset.old = 1))")
    lab.run_all(page)
    page.locator(".aw-form:not([data-old])").wait_for(timeout=3 * PATIENCE)
    if not wait:
        return
    page.locator(".aw-chart[data-ready='true']").nth(charts).wait_for(timeout=PATIENCE)
    page.locator(".jp-StatusBar-Widget").get_by_text("| Idle").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(500)


def after_three_and_after_twenty_runs(
    lab: Lab, page: Page, charts: int
) -> tuple[dict[str, float], dict[str, float]]:
    """What page and kernel (pages of memory) hold after the third and after the last run."""
    measured = []
    for _ in range(2, 21):
        run_again(lab, page, charts)
        pages = Path(f"/proc/{kernel(lab)}/statm").read_text().split()[1]
        measured.append({**used(page), "kernel": int(pages)})
    return measured[1], measured[-1]


@pytest.mark.prove
def test_twenty_runs_of_all_cells_leave_page_and_kernel_as_they_were_after_three(
    lab: Lab, page: Page
) -> None:
    open_book(lab, page)
    third, last = after_three_and_after_twenty_runs(lab, page, 0)
    grown = {name: last[name] / third[name] for name in third}
    assert all(factor < 1.1 for factor in grown.values()), grown


# A widget of anywidget's own that draws nothing: what is kept of it is not the kit's.
BARE = """import anywidget
class Bare(anywidget.AnyWidget):
    _esm = "export default { render() {} }" """
FLUSH = "get_ipython().displayhook.flush()"  # IPython keeps what every cell gave, in `Out`


@pytest.mark.prove
def test_charts_that_were_run_again_leave_no_more_behind_than_widgets_without_a_drawing(
    lab: Lab, page: Page
) -> None:
    open_book(lab, page, BARE, *["Bare()"] * 8, FLUSH)
    bare_third, bare_last = after_three_and_after_twenty_runs(lab, page, 0)
    lab.forget_work()
    noor = "noor = aw.load_data('single_cases').query(\"client == 'Noor'\")"
    charts = ["aw.charts.alliance_trajectory(noor)"] * 6
    open_book(lab, page, noor, *charts, "aw.NoiseLab()", "aw.TapTheRuptures(key='t')", FLUSH)
    third, last = after_three_and_after_twenty_runs(lab, page, 6)
    figures = {"bare": (bare_third, bare_last), "charts": (third, last)}
    for name in ("Nodes", "JSEventListeners", "kernel"):
        assert last[name] < 1.1 * third[name], (name, figures)
    # JupyterLab and anywidget keep something of every output that was there, drawn or not.
    theirs = bare_last["JSHeapUsedSize"] - bare_third["JSHeapUsedSize"]
    ours = last["JSHeapUsedSize"] - third["JSHeapUsedSize"] - theirs
    assert ours < 0.1 * third["JSHeapUsedSize"], figures
