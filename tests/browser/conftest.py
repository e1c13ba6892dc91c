"""A real JupyterLab and a real Chromium, for every browser test.

`lab` is a running server on a fresh folder with the lessons in it; `page` is pytest-playwright's,
in a context that fails the test if anything is asked of another machine.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = "browser-tests"
PATIENCE = 60_000  # milliseconds; a loaded machine starts a kernel slowly
expect.set_options(timeout=20_000)  # the first picture of a kernel brings Altair with it


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium where there is one; elsewhere the one Playwright installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    found = {"executable_path": chromium} if chromium else {}
    return {**browser_type_launch_args, **found, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 1280, "height": 1000}}


def is_here(url: str) -> bool:
    parts = urlsplit(url)
    # `attachment:` is a picture inside a notebook, before JupyterLab puts its data there.
    return parts.scheme in ("data", "blob", "about", "attachment") or parts.hostname == "127.0.0.1"


def open_work(page: Page) -> None:
    """Unfold what a form says of the student's work, with its download and upload."""
    work = page.locator(".aw-form .aw-work").first
    if work.get_attribute("open") is None:
        work.locator("summary").first.click()


# What `make test` tries in the page: each way in, each activity, each promise once. Everything
# else that needs a page is `prove`, so that a change is judged soon.
EVERY_TIME = {
    "test_a_case_is_marked_by_mouse_and_by_key_and_nothing_is_told_before",
    "test_a_download_brings_the_work_to_another_computer",
    "test_a_foreign_notebook_that_calls_itself_a_lesson_runs_nothing_until_it_is_asked",
    "test_a_key_moves_the_line_the_marks_and_the_sentence",
    "test_a_lesson_shows_everything_but_the_answers[chromium-00_start_here]",
    "test_a_lesson_shows_everything_but_the_answers[chromium-08_alliance_and_dropout]",
    "test_a_reload_with_the_kernel_alive_shows_everything_again",
    "test_a_sentence_is_written_checked_and_kept_and_then_the_replies_are_there",
    "test_a_shipped_lesson_runs_once_stays_at_the_top_and_leaves_nothing_to_save",
    "test_after_run_all_nothing_of_an_answer_has_reached_the_page",
    "test_an_hour_is_rated_twice_and_is_there_in_the_next_browser",
    "test_axe_finds_nothing_in_any_state_of_the_book[chromium-Light]",
    "test_axe_finds_nothing_to_mend[chromium-Dark]",
    "test_bare_charts_and_those_of_others_are_drawn_offline",
    "test_chart_and_form_work_without_eval",
    "test_in_a_shipped_lesson_foreign_and_changed_cells_wait_and_the_others_run",
    "test_lines_are_tapped_by_mouse_and_key_and_nothing_tells_before_the_truth",
    "test_nothing_is_clipped",
    "test_one_key_begins_and_the_cards_tell_how_far_the_student_is",
    "test_only_data_moves_on_a_live_change",
    "test_saved_is_said_once_it_is_on_the_disk_and_the_download_is_the_file",
    "test_ten_sessions_by_keyboard_alone_corrected_undone_and_there_again",
    "test_the_keyboard_alone_answers_and_draws_and_a_restart_brings_it_back",
    "test_the_whole_path_by_key",
    "test_two_raters_rate_blind_and_are_revealed_together",
    "test_two_tabs_on_one_case_see_each_other_and_lose_nothing",
    "test_who_leaves_is_explored_by_key_and_the_charts_are_sound",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    named = {item.name for item in here} | {getattr(item, "originalname", "") for item in here}
    if config.args == ["tests"] and (gone := EVERY_TIME - named):
        raise pytest.UsageError(f"EVERY_TIME names tests that are not there: {sorted(gone)}")
    for item in here:
        if not {item.name, getattr(item, "originalname", "")} & EVERY_TIME:
            item.add_marker(pytest.mark.prove)


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(context: BrowserContext) -> Iterator[list[str]]:
    """Every request and every socket of every page; one to another machine fails the test."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: asked.append(socket.url)))
    yield asked
    assert [url for url in asked if not is_here(url)] == []


def heard_by(page: Page) -> list[bytes]:
    """Everything that any socket brings to the page from now on."""
    heard: list[bytes] = []

    def hear(frame: str | bytes) -> None:
        heard.append(frame.encode() if isinstance(frame, str) else frame)

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    return heard


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """A JupyterLab server on `folder`, started as a student would start it."""

    def __init__(self, folder: Path, home: Path, python: str = sys.executable) -> None:
        self.folder, self.home, self.python = folder, home, python
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        return [
            *(self.python, "-m", "alliance_widgets", "start", str(self.folder)),
            "--no-browser",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.ip=127.0.0.1",
            f"--IdentityProvider.token={TOKEN}",
            # A kernel that a test kills comes again, however young it was and however often.
            "--KernelRestarter.restart_limit=1000",
        ]

    def environment(self) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "ALLIANCE"))},
            "HOME": str(self.home),
            "IPYTHONDIR": str(self.home / "ipython"),
        }

    def start(self, *options: str) -> None:
        # What an earlier test ran is told to a page that asks for the kernel's history.
        profile = self.home / "ipython" / "profile_default"
        profile.mkdir(parents=True, exist_ok=True)
        settings = 'c.HistoryManager.hist_file = ":memory:"\n'
        (profile / "ipython_kernel_config.py").write_text(settings)
        log = (self.home / "server.log").open("a")
        self.process = subprocess.Popen(
            [*self.command(), *options],
            env=self.environment(),
            cwd=self.folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/api?token={TOKEN}", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError("JupyterLab did not start:\n" + (self.home / "server.log").read_text())

    def stop(self) -> None:
        if self.process is None:
            return
        group = os.getpgid(self.process.pid)
        os.killpg(group, signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(group, signal.SIGKILL)
            self.process.wait()
        self.process = None

    @property
    def work(self) -> Path:
        """Where the notebooks keep the student's work."""
        return self.folder / "notebooks" / "my_work" / "alliance_work.json"

    def forget_work(self) -> None:
        """Start again as a student who has recorded nothing, no kernel and no tab open."""
        for session in json.loads(self._ask("sessions")):
            self._ask(f"sessions/{session['id']}", "DELETE")
        shutil.rmtree(self.work.parent, ignore_errors=True)
        shutil.rmtree(self.home / ".jupyter" / "lab" / "workspaces", ignore_errors=True)

    def _ask(self, what: str, method: str = "GET") -> bytes:
        address = f"{self.address}/api/{what}?token={TOKEN}"
        with urllib.request.urlopen(urllib.request.Request(address, method=method)) as answer:
            return answer.read()

    def write_notebook(self, name: str, *cells: str) -> str:
        """A notebook of these code cells under `notebooks/`; gives its path in the server."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.folder / "notebooks" / name)
        return f"notebooks/{name}"

    def open(self, page: Page, path: str, *, reset: bool = True) -> None:
        # Out of breath, a machine starts the kernel too late, and JupyterLab asks for one.
        page.add_locator_handler(
            page.locator(".jp-Dialog").filter(has_text="Select kernel for"),
            lambda asks: asks.get_by_role("button", name="Select Kernel", exact=True).click(),
        )
        query = f"?token={TOKEN}" + ("&reset" if reset else "")
        page.goto(f"{self.address}/lab/tree/{path}{query}")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)
        if "alliance" in nbformat.read(self.folder / path, as_version=4).metadata:
            page.locator("[data-aw-lesson]").wait_for(state="attached", timeout=PATIENCE)
        page.locator(".jp-StatusBar-Widget").get_by_text("| Idle").wait_for(timeout=PATIENCE)

    def run_all(self, page: Page) -> None:
        """Run all cells; a lesson does that by itself when it is opened, and is waited for."""
        if page.locator("[data-aw-lesson]").count():
            page.locator("[data-aw-lesson=ready]:visible").wait_for(timeout=3 * PATIENCE)
            return
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def restart(self, page: Page) -> None:
        """Restart the kernel and run all cells, as a student does the next day."""
        page.locator(".jp-OutputArea-child").evaluate_all(
            "(shown) => shown.forEach((each) => (each.dataset.old = 1))"
        )
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name=re.compile("Restart Kernel and Run All")).click()
        page.get_by_role("button", name="Confirm Kernel Restart").click()
        # Not the star of a cell that runs: it may be gone before anyone looked.
        expect(page.locator(".jp-OutputArea-child[data-old]")).to_have_count(0, timeout=PATIENCE)
        expect(page.locator(".jp-InputPrompt").last).to_have_text(
            re.compile(r"\[\d+\]"), timeout=PATIENCE
        )

    def theme(self, page: Page, name: str) -> None:
        """Change JupyterLab's theme from its menu: "Light" or "Dark"."""
        page.get_by_role("menuitem", name="Settings", exact=True).click()
        items = page.locator(".lm-Menu-item")
        items.filter(has_text="Theme").first.hover()
        items.filter(has_text=f"JupyterLab {name}").first.click()
        light = "true" if name == "Light" else "false"
        page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One server for the whole run; a test that stops it starts it again."""
    server = Lab(tmp_path_factory.mktemp("student"), tmp_path_factory.mktemp("home"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def nothing_recorded_yet(request: pytest.FixtureRequest) -> None:
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").forget_work()


def charts(page: Page) -> Locator:
    """The charts that have been painted."""
    return page.locator(".aw-chart[data-ready='true']")


def choose(part: Page | Locator, name: str) -> None:
    """Choose from the menu of the first chart there."""
    part.get_by_role("button", name="Save this chart").first.click()
    part.get_by_role("button", name=name, exact=True).first.click()


CLIPPED = """() => [...document.querySelectorAll('.jp-OutputArea-output *')]
    .filter((node) => node instanceof HTMLElement && node.checkVisibility() && node.clientWidth > 1)
    .filter((node) => node.scrollWidth > node.clientWidth + 1
        && !['auto', 'scroll'].includes(getComputedStyle(node).overflowX)
        && getComputedStyle(node).display !== 'inline')
    .map((node) => `${node.tagName} ${node.className}`)"""


def clipped(page: Page) -> list[str]:
    """What can be seen of the outputs and is wider than the room it has."""
    return page.evaluate(CLIPPED)


def revision(chart: Locator) -> int:
    return int(chart.get_attribute("data-revision") or 0)


@pytest.fixture(autouse=True)
def no_long_waits(context: BrowserContext) -> None:
    """What has not happened after fifteen seconds will not happen."""
    context.set_default_timeout(15_000)
