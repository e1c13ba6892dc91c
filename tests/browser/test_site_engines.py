"""The site in three engines: every lesson runs by itself, and what is rated is kept.

WebKitGTK has no JSPI, as Safari has none. Where an engine is not there, the test says so. With `-s`
the seconds and the bytes of a first visit are printed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import engines
import pytest
from conftest import QUIET
from test_site_bad_days import Breaking, address_of, running
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


@pytest.fixture
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    """What starts that browser, on the same folder each time; it can reach this machine alone."""
    if absent := engines.missing(request.param):
        pytest.skip(f"not on this machine: {absent}")
    with ExitStack() as stack:
        kind: Callable[..., engines.Engine]
        if request.param == "chromium":
            launch = request.getfixturevalue("browser_type").launch_persistent_context
            options = request.getfixturevalue("browser_type_launch_args")
            kind = partial(engines.Chromium, partial(launch, **{**options, "args": QUIET}))
        elif request.param == "webkit":
            kind = partial(engines.WebKit, stack.enter_context(engines.screen()))
        else:
            kind = engines.Firefox
        world = stack.enter_context(engines.outside())

        def begin() -> engines.Engine:
            engine = kind(tmp_path / "own", world)
            stack.callback(engine.close)
            return engine

        yield begin
    assert {*world.asked} == set()


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


@pytest.mark.parametrize("start", ["firefox", "webkit"], indirect=True)
def test_an_hour_is_rated_twice_and_is_there_in_the_next_browser(
    start: Start, address: str
) -> None:
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
    engine.close()
    again = start()
    opened(again, address)
    assert again.run(HOUR) == "The story is told"


PROSE = "return document.querySelector('.aw-early h1, .jp-RenderedMarkdown h1')?.textContent"
LINE = f"return Boolean({FORM} && document.querySelector('.aw-book svg'))"
BEGIN = "document.querySelector('.aw-cover a.aw-lesson-primary')"
BEGINS = f"setTimeout(() => {BEGIN}.click())"  # the page is left once the script is over


@pytest.mark.parametrize("start", ["chromium", "firefox", "webkit"], indirect=True)
def test_from_the_link_an_hour_is_rated_within_two_minutes_and_found_again(
    start: Start, request: pytest.FixtureRequest
) -> None:
    with running(Breaking) as server:
        Breaking.cut, Breaking.sent, Breaking.asked = "", 0, 0
        engine = start()
        engine.go(address_of(server))
        engine.wait(f"return Boolean({BEGIN})")
        seen: dict[str, float] = {}
        clicked = time.monotonic()

        def see(what: str, script: str) -> None:
            engine.wait(script, STARTS)
            seen[what] = time.monotonic() - clicked

        engine.run(BEGINS)
        see("prose", PROSE)
        see("form", f"return Boolean({FORM})")
        see("its line", LINE)
        to_form = Breaking.sent
        rate(engine, "2")
        seen["rated"] = time.monotonic() - clicked
        see("every cell", READY)
        assert engine.run(VISIBLE_CODE) == 0
        engines.until(lambda: bonds(engine) == [2.0], 60, "the store has not the rating")
        said = ", ".join(f"{what} {seconds:.1f} s" for what, seconds in seen.items())
        sent = f"{to_form / 1e6:.1f} MB to the form, {Breaking.sent / 1e6:.1f} in all"
        load = f"{Breaking.asked} requests; load {os.getloadavg()[0]:.1f}"
        print(f"\n{request.node.callspec.id}: {said}; {sent}; {load}")
        assert seen["rated"] < 120
        engine.close()
        again = start()
        again.go(address_of(server))
        again.wait(f"return Boolean({BEGIN})")
        again.run(BEGINS)
        again.wait(READY, STARTS)
        assert again.run(HOUR) == "The story is told"


@pytest.mark.parametrize("start", ["firefox", "webkit"], indirect=True)
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_of_the_site_runs_to_its_end(start: Start, address: str, lesson: str) -> None:
    engine = start()  # a new one: WebKit keeps the Python of a page that was left
    engine.go(f"{address}notebooks/index.html?path={lesson}")
    assert engine.wait(ENDED, STARTS) == "ready"
    assert engine.run(f"return ({FAULTS})()") == []
    assert engine.run(VISIBLE_CODE) == 0
    assert engine.run("return document.querySelectorAll('.jp-OutputArea-output').length") > 0
