"""The work of a page without a server: kept in the browser's own store, on top of what is there.

The disk of a browser's Python goes with the page. What is written to the work file there is put
into the browser's store as well, together with what other tabs have put there meanwhile; and what
they put there comes to this disk, where the work file sees it as it sees another notebook's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from alliance_widgets.words import say
from alliance_widgets.workfile.document import Document
from alliance_widgets.workfile.reading import read_work
from alliance_widgets.workfile.storage import Storage

if TYPE_CHECKING:
    import asyncio

__all__ = ["BrowserStore", "Kept", "on_news", "start", "together"]

_listeners: list[Callable[[], Any]] = []


class BrowserStore(Protocol):
    """What is asked of a browser's store."""

    def announce(self) -> None:
        """Say to the page that something is not there yet: who leaves now would lose it."""

    async def load(self) -> bytes:
        """What is kept; empty where nothing is."""

    async def keep(
        self, content: bytes, together: Callable[[bytes, bytes], bytes]
    ) -> tuple[bytes, str]:
        """In one step that no other tab can divide: put `together(kept, content)` there.

        Gives what stands there then, and why nothing could be put there: "full", "closed" or "".
        """


def on_news(handler: Callable[[], Any]) -> None:
    """Call `handler()` when the browser's store brought something, or takes nothing any more."""
    _listeners.append(handler)


def together(kept: bytes, here: bytes) -> bytes:
    """One work file with the entries of both; what cannot be read of either adds nothing."""
    document = Document()
    for content in (kept, here):
        for entry in read_work(content).entries if content else ():
            document.add(entry)
    return document.to_bytes()


class Kept:
    """The work file at `path`, and the browser's store behind it."""

    def __init__(self, store: BrowserStore, path: Path) -> None:
        self.store, self.path = store, path
        self.fault = ""
        self._again = self._waits = False
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Bring what the store holds to the disk, before any work file is opened there."""
        await self.look()
        Storage.keeper = self

    def wrote(self, path: Path) -> None:
        """A file was written: if it is the work file, the store gets it, once Python rests."""
        import asyncio  # where there is no browser, nobody waits for it

        if path == self.path:
            self._again = self._waits = True
            self.store.announce()
            if self._task is None or self._task.done():
                self._task = asyncio.ensure_future(self._put())

    def waits_for(self, path: Path) -> bool:
        """Whether what was written there is not in the store yet."""
        return self._waits and path == self.path

    async def look(self) -> None:
        """Bring what other tabs have put into the store to this disk."""
        kept = await self.store.load()
        if kept:
            self._bring(kept)

    async def _put(self) -> None:
        while self._again:
            self._again = False
            kept, fault = await self.store.keep(self._here(), together)
            self.fault = say(f"workfile.browser.{fault}") if fault else ""
            if not fault:
                self._bring(kept)
        self._waits = False
        _tell()

    def _here(self) -> bytes:
        return self.path.read_bytes() if self.path.is_file() else b""

    def _bring(self, kept: bytes) -> None:
        here = self._here()
        both = together(kept, here)
        if {entry.line for entry in read_work(both).entries} - {
            entry.line for entry in (read_work(here).entries if here else ())
        }:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(both)
            _tell()


def _tell() -> None:
    for handler in _listeners:
        with contextlib.suppress(Exception):  # one that fails keeps no news from the others
            handler()


class _PageStore:
    """The store as the page's module `store.js` gives it."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def announce(self) -> None:
        self._module.announce()

    async def load(self) -> bytes:
        found = await self._module.load()
        return bytes(found.to_bytes()) if found else b""

    async def keep(
        self, content: bytes, together: Callable[[bytes, bytes], bytes]
    ) -> tuple[bytes, str]:
        from pyodide.ffi import create_proxy, to_js  # type: ignore[import-not-found]

        def both(kept: Any) -> Any:
            return to_js(together(kept.to_bytes() if kept else b"", content))

        merge = create_proxy(both)
        try:
            kept, fault = await self._module.keep(merge)
        finally:
            merge.destroy()
        return (bytes(kept.to_bytes()) if kept else content), fault


async def start(address: str) -> None:
    """Keep the student's own work in the browser, through the module at `address`."""
    import asyncio

    from pyodide.code import run_js  # type: ignore[import-not-found]
    from pyodide.ffi import create_proxy

    from alliance_widgets.workfile import work_place

    if Storage.keeper is not None:
        return
    module = await run_js("address => import(address)")(address)
    kept = Kept(_PageStore(module), Path(work_place(None)))
    await kept.begin()
    module.listen(create_proxy(lambda: asyncio.ensure_future(kept.look())))
