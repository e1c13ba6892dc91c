"""A row of buttons under a part: only one that is there now can be pressed."""

from __future__ import annotations

from typing import Any

import traitlets as tl

from alliance_widgets.widgets.page._seam import Pressed
from alliance_widgets.widgets.page.runtime import Change, KitWidget

__all__ = ["WithButtons"]


class WithButtons(Pressed, KitWidget):
    """A part with buttons; what they do is said in `_pressed`."""

    _buttons: tl.List[Any] = tl.List().tag(sync=True)

    @property
    def buttons(self) -> list[str]:
        """The kinds of the buttons that can be pressed now."""
        return [each["kind"] for each in self._buttons]

    def press(self, kind: str) -> None:
        """Press a button, as the page does.

        Parameters
        ----------
        kind : str
            Which; nothing happens if it is none of `buttons`.
        """
        self._request = {"kind": kind, "count": self._answered + 1}

    def _pressed(self, kind: str) -> None:
        """Act on a button."""
        raise NotImplementedError

    @tl.observe("_request")
    def _act(self, change: Change) -> None:
        press = change["new"]
        known = press["kind"] in self.buttons
        try:
            with self.hold_sync():
                if known:
                    self._pressed(press["kind"])
        finally:
            self._answer(press["count"], taken=known)
