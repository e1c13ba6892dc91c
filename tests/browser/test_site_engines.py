"""The site in Firefox and WebKit: every lesson runs by itself, and what is rated is kept.

WebKitGTK has no JSPI, as Safari has none. Where an engine is not there, the test says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import engines
import pytest
from test_site_on_page import FAULTS, LESSONS, SITE, served

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(not SITE.is_dir(), reason="there is no site: `make site` builds it"),
]

STARTS = 900  # seconds; on a loaded machine Python in a browser starts slowly
FORM = "document.querySelector('.aw-form')"
HOUR = f"return {FORM}?.querySelector('legend')?.textContent"
STATE = "return document.querySelector('[data-aw-lesson]')?.dataset.awLesson"
READY = f"{STATE} === 'ready'"
ENDED = f"{STATE}?.match(/^(ready|failed)$/)?.[0]"
STATUS = "return document.querySelector('.aw-status')?.textContent.includes('Saved')"
MESSAGE = "return document.querySelector('.aw-message')?.textContent"
VISIBLE_CODE = """return [...document.querySelectorAll(
  '.jp-CodeCell .jp-InputArea-editor, #menu-panel, .jp-NotebookPanel-toolbar')]
  .filter((node) => node.getClientRects().length).length"""
KEPT = """return new Promise((done) => { const ask = indexedDB.open("alliance-workbook");
  ask.onsuccess = () => { const get = ask.result.transaction("work").objectStore("work")
    .get("alliance_work.json");
    get.onsuccess = () => done(get.result ? new TextDecoder().decode(get.result) : ""); }; })"""
Start = Callable[[], engines.Engine]


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine() -> None:
    """Not the browser that `conftest.py` watches: these can reach this machine alone."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("server")) as there:
        yield there


@contextmanager
def started(name: str, home: Path) -> Iterator[Start]:
    """Gives what starts that browser, on the same profile each time."""
    if absent := engines.missing(name):
        pytest.skip(f"not on this machine: {absent}")
    with ExitStack() as stack:
        display = stack.enter_context(engines.screen()) if name == "webkit" else ""

        def begin() -> engines.Engine:
            engine = engines.Firefox(home) if name == "firefox" else engines.WebKit(display)
            stack.callback(engine.close)
            return engine

        yield begin


@pytest.fixture(params=["firefox", "webkit"])
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    with started(request.param, tmp_path / "own") as begin:
        yield begin


def opened(engine: engines.Engine, address: str) -> None:
    engine.go(f"{address}?lesson=00")
    engine.wait(f"return Boolean({FORM})", STARTS)
    engine.wait(READY, STARTS)
    assert engine.run(VISIBLE_CODE) == 0
    assert engine.run(f"return ({FAULTS})()") == []


def rate(engine: engines.Engine, digit: str) -> None:
    for name in ("goals", "tasks", "bond"):
        engine.press(f".aw-form input[type=range][name={name}]", digit)
    engine.press(".aw-form input[type=range][name=bond]", "\ue007")
    engine.wait(f"{MESSAGE} === 'Session 10 is on the line.'")
    engine.wait(STATUS)


def bonds(engine: engines.Engine) -> list[float | None]:
    """The bond of every rating that the browser keeps, in the order in which they were saved."""
    kept = json.loads(engine.run(KEPT))["entries"]
    rated = [entry["data"] for entry in kept if entry["id"].startswith("rating/")]
    return [data and data["bond"] for data in rated]


def test_an_hour_is_rated_twice_and_is_there_after_a_reload(start: Start, address: str) -> None:
    engine = start()
    opened(engine, address)
    rate(engine, "2")
    undo = "[...document.querySelectorAll('.aw-form button')].find((b) => b.textContent === 'Undo')"
    engine.run(f"{undo}.click()")
    engine.wait(f"{MESSAGE.replace('textContent', 'textContent.includes')}('is back in the form')")
    rate(engine, "4")
    # The browser's store is written once Python rests.
    engines.until(lambda: bonds(engine) == [2.0, None, 4.0], 60, "the store has not both ratings")
    opened(engine, address)
    assert engine.run(HOUR) == "The story is told"
    if isinstance(engine, engines.Firefox):  # WebKit's driver keeps nothing over a restart
        engine.close()
        again = start()
        opened(again, address)
        assert again.run(HOUR) == "The story is told"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_of_the_site_runs_to_its_end(start: Start, address: str, lesson: str) -> None:
    engine = start()  # a new one: WebKit keeps the Python of a page that was left
    engine.go(f"{address}notebooks/index.html?path={lesson}")
    assert engine.wait(ENDED, STARTS) == "ready"
    assert engine.run(f"return ({FAULTS})()") == []
    assert engine.run(VISIBLE_CODE) == 0
    assert engine.run("return document.querySelectorAll('.jp-OutputArea-output').length") > 0
