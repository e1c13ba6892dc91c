"""The site on bad days and in other ways: two tabs, no network, a full store, a tablet.

`make site` builds what is looked at; without it these tests are skipped.
"""

from __future__ import annotations

import http.server
import json
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from conftest import clipped, is_here, open_work
from playwright.sync_api import Browser, BrowserContext, BrowserType, Locator, Page, Route, expect
from test_site_on_page import FAULTS, SITE, STARTS, bonds, opened, rate, visit

import alliance_widgets as aw

sys.path.insert(0, str(Path(__file__).parents[2] / "lite"))
from serve import Handler

pytestmark = [
    pytest.mark.browser,
    pytest.mark.prove,
    pytest.mark.skipif(not SITE.is_dir(), reason="there is no site: `make site` builds it"),
]

FIRST = "notebooks/index.html?path=00_start_here.ipynb"
SOON = 60_000  # milliseconds
OLD = Path(__file__).parents[1] / "data" / "work_version_1.json"
COVER = json.loads((SITE / "cover.json").read_text("utf-8")) if SITE.is_dir() else {}
KEPT = """() => new Promise((done) => { const ask = indexedDB.open("alliance-workbook");
  ask.onsuccess = () => { const get = ask.result.transaction("work").objectStore("work")
    .get("alliance_work.json");
    get.onsuccess = () => done(new TextDecoder().decode(get.result)); }; })"""


class Breaking(Handler):
    """Sends half of what `cut` names, and then nothing; counts all that it sends."""

    cut = ""
    sent = asked = 0

    def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def]
        content = source.read()
        type(self).sent += len(content)
        type(self).asked += 1
        if self.cut and self.cut in self.path:
            outputfile.write(content[: len(content) // 2])
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        outputfile.write(content)


@contextmanager
def running(handler: type[Handler] = Handler) -> Iterator[http.server.ThreadingHTTPServer]:
    """A server of the site, which may be stopped early."""
    made = partial(handler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), made) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address_of(server: http.server.ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/"


@pytest.fixture
def address() -> Iterator[str]:
    with running() as server:
        yield address_of(server)


@pytest.fixture
def own(
    browser_type: BrowserType, browser_type_launch_args: dict, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A browser with a profile of its own, which keeps what it is told to keep."""
    context = visit(browser_type, browser_type_launch_args, tmp_path / "own")
    yield context
    asked = context.asked  # type: ignore[attr-defined]
    context.close()
    assert [url for url in asked if not is_here(url)] == []


def status(page: Page) -> Locator:
    return page.locator(".aw-status").first


def downloaded(page: Page, folder: Path) -> Path:
    open_work(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my work").first.click()
    place = folder / "carried.json"
    download.value.save_as(place)
    return place


def test_two_tabs_on_one_case_lose_nothing(own: BrowserContext, address: str) -> None:
    here, there = opened(own, address), opened(own, address)
    hours = {tab: tab.locator(".aw-form legend").first for tab in (here, there)}
    there.bring_to_front()
    rate(there, "2")
    here.bring_to_front()
    expect(hours[here]).to_have_text("The story is told", timeout=SOON)
    there.bring_to_front()
    there.get_by_role("button", name="Undo").first.click()
    expect(there.locator(".aw-message").first).to_contain_text("back in the form", timeout=SOON)
    here.bring_to_front()
    expect(hours[here]).not_to_have_text("The story is told", timeout=SOON)
    rate(here, "4")
    # What stands in the form of the tab that undid stays in its hand; the store has all of it.
    entries = json.loads(there.evaluate(KEPT))["entries"]
    rated = [each["data"] for each in entries if each["id"].startswith("rating/")]
    assert [data and data["bond"] for data in rated] == [2.0, None, 4.0]


def test_the_lessons_are_stored_once_asked_and_run_without_a_server(own: BrowserContext) -> None:
    with running(Breaking) as server:
        Breaking.cut, Breaking.sent = "", 0
        page = own.new_page()
        page.goto(address_of(server))
        store = page.get_by_role("button", name="Store the lessons")
        expect(store).to_contain_text(f"({COVER['all'] / 1e6:.0f} MB)")
        assert Breaking.sent < 500_000, "nothing is stored that nobody asked for"
        store.click()
        ready = page.locator(".aw-cover-offline")
        expect(ready).to_contain_text("Ready for offline", timeout=STARTS)
        assert Breaking.sent <= COVER["sent"] + 500_000
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address_of(server))
    page.reload()
    expect(page.locator(".aw-cover-offline")).to_contain_text("Ready for offline", timeout=SOON)
    page.get_by_role("link", name="Begin").click()
    page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
    assert page.evaluate(FAULTS) == []
    rate(page, "3")
    page.goto(f"{address_of(server)}?lesson=08")  # nothing of it was ever opened
    page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
    assert page.evaluate(FAULTS) == []


def test_a_download_that_is_cut_in_the_middle_is_said_and_taken_up_again(page: Page) -> None:
    with running(Breaking) as server:
        Breaking.cut, Breaking.sent = "asm.wasm", 0
        page.goto(address_of(server) + FIRST, wait_until="commit")
        said = page.locator(".aw-lesson-said")
        expect(said).to_contain_text("did not arrive (pyodide.asm.wasm", timeout=STARTS)
        Breaking.cut = "first.pack"
        page.reload()
        expect(said).to_contain_text("did not arrive (first.pack", timeout=STARTS)
        Breaking.cut = "scipy-"
        page.reload()
        page.locator("[data-aw-lesson=failed]").wait_for(timeout=STARTS)
        expect(page.locator(".aw-form").first).to_be_visible()  # what needs it not is there
        expect(said).to_contain_text("did not arrive (scipy)")
        Breaking.cut, Breaking.sent = "", 0
        page.reload()
        page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
        assert page.evaluate(FAULTS) == []
        assert Breaking.sent < COVER["sent"], "a first visit takes what the cover says, or less"


FULL = (
    "\nIDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); };"
)
NONE = "\nIDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };"


@pytest.mark.parametrize(
    ("fault", "says"), [(FULL, "store is full"), (NONE, "keeps nothing")], ids=["full", "none"]
)
def test_a_browser_that_keeps_no_work_says_so_and_the_download_has_it(
    browser: Browser, address: str, tmp_path: Path, fault: str, says: str
) -> None:
    def broken(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + fault)

    context = browser.new_context(service_workers="block")  # as a private window has none
    page = context.new_page()
    page.route("**/store.js", broken)  # what Python asks has a world of its own
    said = page.locator(".aw-lesson-said")
    if fault == NONE:
        page.add_init_script(NONE)
        page.goto(address)
        expect(page.get_by_role("alert")).to_contain_text("keeps nothing", timeout=SOON)
    page.goto(address + FIRST)
    if fault == NONE:
        expect(said).to_contain_text("keeps nothing", timeout=STARTS)
    page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
    form = page.locator(".aw-form").first
    for name in ("goals", "tasks", "bond"):
        form.locator(f"input[type=range][name={name}]").focus()
        page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".aw-message").first).to_contain_text(
        "Session 10 is on the line.", timeout=SOON
    )
    expect(status(page)).to_contain_text(says, timeout=SOON)
    assert bonds(downloaded(page, tmp_path)) == [2.0]
    context.close()


def test_an_older_work_file_is_taken(own: BrowserContext, address: str, tmp_path: Path) -> None:
    page = opened(own, address)
    open_work(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload my work").first.click()
    chooser.value.set_files(OLD)
    expect(status(page)).to_contain_text("Saved", timeout=SOON)
    kept = json.loads(page.evaluate(KEPT))
    assert (
        kept["schema_version"]
        > json.loads(OLD.read_text().replace("NaN", "null"))["schema_version"]
    )
    assert bonds(downloaded(page, tmp_path))[:3] == [4.25, 4.5, 4.5]


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (768, 1024)])
def test_a_tablet_shows_all_of_it_and_an_hour_is_rated_by_touch(
    browser: Browser, address: str, width: int, height: int
) -> None:
    screen = {"width": width, "height": height}
    context = browser.new_context(viewport=screen, has_touch=True, device_scale_factor=2)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="Begin").tap()
    page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
    assert clipped(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    form = page.locator(".aw-form").first
    for name in ("goals", "tasks", "bond"):
        slider = form.locator(f"input[type=range][name={name}]")
        slider.scroll_into_view_if_needed()
        room = slider.bounding_box()
        assert room is not None
        assert room["height"] >= 24
        slider.tap(position={"x": room["width"] / 2, "y": room["height"] / 2})
    save = form.get_by_role("button", name="Save session 10")
    save.tap()
    expect(page.locator(".aw-message").first).to_have_text(
        "Session 10 is on the line.", timeout=SOON
    )
    expect(status(page)).to_contain_text("Saved", timeout=SOON)
    context.close()


def test_a_link_leads_to_a_lesson_and_to_a_picture_in_it(page: Page, address: str) -> None:
    lab = aw.RuleComparator(client="Lucía")
    plain = lab.code
    lab.controls.values = {**lab.controls.values, "client": "Ama"}
    assert lab.code != plain
    page.goto(f"{address}?lesson=04&code={lab.code.lower()}")
    page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
    asked = page.get_by_role("button", name="Show me without guessing", exact=True)
    for place in reversed(range(asked.count())):
        asked.nth(place).press("Enter")
    page.get_by_text("Code of this picture").first.click()
    box = page.get_by_label("Code of a picture, from").first
    expect(box).to_have_value(lab.code.lower(), timeout=SOON)
    expect(page.get_by_text("This is the picture of that code.").first).to_be_visible()
    page.goto(f"{address}?lesson=one_class")
    page.wait_for_url("**/notebooks/index.html?path=one_class.ipynb")
