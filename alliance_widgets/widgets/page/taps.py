"""Small lines to tap, and what became of it under each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import traitlets as tl

from alliance_widgets.widgets.page._buttons import WithButtons
from alliance_widgets.widgets.page.protocol import Button, Line, Score
from alliance_widgets.widgets.page.runtime import Change

__all__ = ["Taps", "known_lines"]


def known_lines(given: Iterable[object], lines: int) -> list[int]:
    """The numbers of lines among what was given, each once and in order."""
    return sorted({n for n in given if type(n) is int and 1 <= n <= lines})


class Taps(WithButtons):
    """Lines on one scale, each a check box, with buttons and a sentence under them.

    An activity is one of these: it says with `_put` what is on the page, observes `_tapped`, the
    numbers of the tapped lines from 1, and acts on a button in `_pressed`.
    """

    part = "taps"

    message = tl.Unicode(help="What came of it, read out politely.").tag(sync=True)
    place = tl.Unicode(help="Where the taps of this round are kept.").tag(sync=True)

    _legend = tl.Unicode().tag(sync=True)
    _told = tl.Bool(False, help="Whether there is nothing to tap.").tag(sync=True)
    _settled = tl.Bool(False, help="Whether nothing more can be tapped.").tag(sync=True)
    _lines: tl.List[object] = tl.List().tag(sync=True)
    _scale = tl.Dict().tag(sync=True)
    _score: tl.List[object] = tl.List(help="Who found what, as rows.").tag(sync=True)
    _tapped: tl.List[object] = tl.List().tag(sync=True)
    _saved = tl.Dict(help="The taps that are kept.").tag(sync=True)

    def _put(
        self,
        lines: Sequence[Line],
        tapped: Sequence[int],
        buttons: Sequence[Button],
        *,
        legend: str,
        message: str,
        score: Sequence[Score],
        settled: bool,
    ) -> None:
        """Show these lines, in one message to the page."""
        with self.hold_sync():
            self._legend, self._score = legend, list(score)
            self._lines = list(lines)
            self._tapped, self._settled = list(tapped), settled
            self._buttons = list(buttons)
            self.message = message

    @tl.validate("_tapped")
    def _known_lines(self, proposal: Change) -> list[int]:
        """Only numbers of lines, each once."""
        return known_lines(proposal["value"], len(self._lines))

    def _take_press(self, press: dict[str, Any], buffers: list[bytes]) -> None:
        self._tapped = press["tapped"]  # what was tapped when the button was pressed
        super()._take_press(press, buffers)
