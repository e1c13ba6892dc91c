"""Files that are dropped or chosen, and a text that is pasted, handed to the kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets as tl

from alliance_widgets.errors import AllianceError
from alliance_widgets.widgets.page._seam import Pressed
from alliance_widgets.widgets.page.runtime import KitWidget

__all__ = ["Intake"]

MOST = 5_000_000  # bytes of one message
MOST_WAITING = 200_000_000  # bytes of one hand

Files = list[tuple[str, bytes]]


class Intake(Pressed, KitWidget):
    """A place to drop or choose files, and a box for a text.

    `on_files(handler)` hears of files as pairs of a name and bytes, all of one hand together;
    `on_text(handler)` of a text. An `AllianceError` of a handler becomes `message`.
    """

    part = "intake"

    message = tl.Unicode(help="What became of it, read out politely.").tag(sync=True)
    most_bytes = tl.Int(MOST).tag(sync=True)

    _labels = tl.Dict().tag(sync=True)

    def __init__(self, labels: Mapping[str, str], description: str) -> None:
        self._file_handlers: list[Callable[[Files], None]] = []
        self._text_handlers: list[Callable[[str], None]] = []
        self._waiting: Files = []
        super().__init__(_labels=dict(labels), description=description)

    def on_files(self, handler: Callable[[Files], None]) -> None:
        """Call `handler(files)` when files were handed over."""
        self._file_handlers.append(handler)

    def on_text(self, handler: Callable[[str], None]) -> None:
        """Call `handler(text)` when a text was."""
        self._text_handlers.append(handler)

    def _take_press(self, press: dict[str, Any], buffers: list[bytes]) -> None:
        taken = False
        try:
            taken = self._take(press, buffers)
        except AllianceError as fault:
            self.message = " ".join(fault.problems)
        finally:
            self._answer(press.get("count"), taken=taken)

    def _take(self, press: Mapping[str, Any], buffers: list[bytes]) -> bool:
        names = press["names"]
        if not names:
            text = b"".join(buffers[:1]).decode("utf-8", "replace")
            for handler in self._text_handlers:
                handler(text)
            return bool(text)
        room = MOST_WAITING - sum(len(content) for _, content in self._waiting)
        if len(names) != len(buffers) or sum(map(len, buffers)) > room:
            self._waiting = []
            return False
        self._waiting += zip(names, buffers, strict=True)
        if not press["more"]:
            files, self._waiting = self._waiting, []
            for taker in self._file_handlers:
                taker(files)
        return True
