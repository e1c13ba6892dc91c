"""The work of a page without a server: kept in the browser's store, and nothing lost between tabs.

The store is the test's own here; that a real browser's does the same,
`tests/browser/test_site_on_page.py` tries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import alliance_widgets as aw
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.workfile import browser_store
from alliance_widgets.workfile.browser_store import Kept, together
from alliance_widgets.workfile.storage import Storage


class OneBrowser:
    """What all tabs of a browser share."""

    def __init__(self) -> None:
        self.content, self.fault = b"", ""
        self.announced = 0

    def announce(self) -> None:
        self.announced += 1

    async def load(self) -> bytes:
        return self.content

    async def keep(
        self, content: bytes, together: Callable[[bytes, bytes], bytes]
    ) -> tuple[bytes, str]:
        await asyncio.sleep(0)  # another tab may come first
        if self.fault:
            return content, self.fault
        self.content = together(self.content, content)
        return self.content, ""


@pytest.fixture(autouse=True)
def nobody_keeps_or_listens_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(browser_store, "_listeners", [])
    yield
    Storage.keeper = None


async def tab(browser: OneBrowser, folder: Path) -> Kept:
    """A page with a disk of its own."""
    kept = Kept(browser, folder / "my_work" / "alliance_work.json")
    await kept.begin()
    return kept


async def settled(kept: Kept) -> None:
    while kept._task is not None and not kept._task.done():
        await asyncio.sleep(0)


def test_what_was_saved_is_there_for_a_page_with_an_empty_disk(tmp_path: Path) -> None:
    async def visit() -> None:
        browser = OneBrowser()
        first = await tab(browser, tmp_path / "first")
        work = aw.WorkFile(first.path)
        for session in (1, 2):  # saved twice: no lock of the first save stands in the way
            assert work.record_rating(client="Noor", session=session, goals=4, tasks=3.25, bond=2)
            await settled(first)
        second = await tab(browser, tmp_path / "second")
        back = aw.WorkFile(second.path)
        assert back.ratings["session"].tolist() == [1, 2]
        assert back.download_bytes() == work.download_bytes()

    asyncio.run(visit())


def test_two_tabs_on_one_case_lose_nothing(tmp_path: Path) -> None:
    async def visit() -> None:
        browser = OneBrowser()
        tabs = [await tab(browser, tmp_path / name) for name in ("one", "other")]
        works = [aw.WorkFile(each.path) for each in tabs]
        for session in range(1, 7):
            at = session % 2
            Storage.keeper = tabs[at]  # each tab has a Python of its own
            works[at].record_rating(client="Noor", session=session, goals=3, tasks=3, bond=3)
        Storage.keeper = None
        await asyncio.gather(*(settled(each) for each in tabs))
        for kept, work in zip(tabs, works, strict=True):
            await kept.look()
            work.flush()
            assert work.ratings["session"].tolist() == [1, 2, 3, 4, 5, 6]
        # The same hour in both tabs: one is shown in both, and both are in the file.
        for kept, work, bond in zip(tabs, works, (2, 5), strict=True):
            Storage.keeper = kept
            work.record_rating(client="Noor", session=7, goals=3, tasks=3, bond=bond)
        await asyncio.gather(*(settled(each) for each in tabs))
        for kept, work in zip(tabs, works, strict=True):
            await kept.look()
            work.flush()
        assert works[0].ratings.equals(works[1].ratings)
        assert browser.content.count(b'"bond": 2') + browser.content.count(b'"bond":2') == 1

    asyncio.run(visit())


def test_what_another_tab_saved_reaches_the_page_that_is_open(tmp_path: Path) -> None:
    async def visit() -> None:
        browser = OneBrowser()
        here = await tab(browser, tmp_path / "here")
        desk = WorkDesk(aw.WorkFile(here.path))
        there = await tab(browser, tmp_path / "there")
        aw.WorkFile(there.path).record_rating(client="Noor", session=1, goals=4, tasks=4, bond=4)
        await settled(there)
        before = desk.revision
        await here.look()
        assert desk.revision > before
        assert len(desk.work.ratings) == 1

    asyncio.run(visit())


@pytest.mark.parametrize(("fault", "says"), [("full", "full"), ("closed", "private window")])
def test_a_browser_that_keeps_nothing_says_so_and_the_download_works(
    tmp_path: Path, fault: str, says: str
) -> None:
    async def visit() -> None:
        browser = OneBrowser()
        browser.fault = fault
        kept = await tab(browser, tmp_path)
        desk = WorkDesk(aw.WorkFile(kept.path))
        with desk.changing() as work:
            work.record_rating(client="Noor", session=1, goals=4, tasks=4, bond=4)
        await settled(kept)
        assert desk.refused
        assert says in desk.status
        assert b"Noor" in work.download_bytes()
        with desk.changing() as work:
            work.record_rating(client="Noor", session=1, goals=5, tasks=4, bond=4)
        await settled(kept)
        assert work.notices == (kept.fault,), "said once, however often something is saved"
        browser.fault = ""
        with desk.changing() as work:
            work.record_rating(client="Noor", session=2, goals=4, tasks=4, bond=4)
        await settled(kept)
        assert not desk.refused
        assert browser.content == work.download_bytes()

    asyncio.run(visit())


def test_saved_is_said_once_the_browsers_store_has_it(tmp_path: Path) -> None:
    async def visit() -> None:
        browser = OneBrowser()
        kept = await tab(browser, tmp_path)
        desk = WorkDesk(aw.WorkFile(kept.path))
        with desk.changing() as work:
            work.record_rating(client="Noor", session=1, goals=4, tasks=4, bond=4)
        assert browser.announced == 1, "who leaves now is asked"
        assert (browser.content, desk.unsaved) == (b"", False)
        assert "leave the page open" in desk.status
        elsewhere = aw.WorkFile(tmp_path / "elsewhere.json")
        elsewhere.record_rating(client="Noor", session=1, goals=4, tasks=4, bond=4)
        assert elsewhere.status.startswith("Saved"), "no browser keeps that one"
        await settled(kept)
        assert b"Noor" in browser.content
        assert desk.status.startswith("Saved")

    asyncio.run(visit())


def test_a_store_that_was_damaged_keeps_nobody_out(tmp_path: Path) -> None:
    async def visit() -> None:
        browser = OneBrowser()
        browser.content = b'{"entries": [{"id"'
        kept = await tab(browser, tmp_path)
        work = aw.WorkFile(kept.path)
        work.record_rating(client="Noor", session=1, goals=4, tasks=4, bond=4)
        await settled(kept)
        assert len(aw.WorkFile((await tab(browser, tmp_path / "new")).path).ratings) == 1

    asyncio.run(visit())


def test_one_file_of_both_has_the_entries_of_both_whichever_comes_first(tmp_path: Path) -> None:
    works = [aw.WorkFile(tmp_path / f"{n}.json") for n in range(2)]
    for n, work in enumerate(works):
        work.record_rating(client="Noor", session=n + 1, goals=4, tasks=4, bond=4)
    one, other = (work.download_bytes() for work in works)
    assert together(one, other) == together(other, one)
    assert together(one, b"") == together(b"", one) == together(one, one)
    assert together(together(one, other), one) == together(one, other)
