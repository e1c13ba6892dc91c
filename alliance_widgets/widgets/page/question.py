"""Native inputs, a row of buttons and a sentence: what a widget asks of a person on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets as tl

from alliance_widgets.widgets.page._buttons import WithButtons
from alliance_widgets.widgets.page.protocol import Button, Mark

__all__ = ["AskForm", "Asking"]


class Asking(WithButtons):
    """Inputs, a row of buttons and a sentence; whoever asks says what an entry comes to."""

    part = "question"

    message = tl.Unicode(help="What is said to the answer, read out politely.").tag(sync=True)
    prediction = tl.Bool(False, help="Committed once, to see something that waits for it.").tag(
        sync=True
    )
    place = tl.Unicode(help="Where what is entered here is kept, and nothing else.").tag(sync=True)

    _ask = tl.Dict().tag(sync=True)
    _entered = tl.Any(None, allow_none=True).tag(sync=True)
    _confidence = tl.Unicode().tag(sync=True)
    _hints: tl.List[object] = tl.List().tag(sync=True)
    _outcome = tl.Unicode().tag(sync=True)
    _marks: tl.List[Mark] = tl.List(help="What stands beside the answers.").tag(sync=True)
    _locked = tl.Bool(False).tag(sync=True)
    _truth = tl.Any(None, allow_none=True).tag(sync=True)
    _saved = tl.Dict(help="What of it is kept, as the page's inputs say it.").tag(sync=True)

    def _take_press(self, press: dict[str, Any], buffers: list[bytes]) -> None:
        with self.hold_trait_notifications():  # what stood there when the button was pressed
            if "entered" in press:
                self._entered = press["entered"]
            if "confidence" in press:
                self._confidence = press["confidence"]
        super()._take_press(press, buffers)


class AskForm(Asking):
    """What is asked (`ask`), what is entered, and buttons; the owner says what they do.

    `on_enter(handler)` hears what the person entered, `on_act(handler)` the kind of a pressed
    button. `show` says everything that follows from it, in one message to the page. What a page
    sends is never trusted: the owner reads it as it would a stranger's.
    """

    def __init__(self, ask: dict[str, object], **traits: object) -> None:
        self._enter_handlers: list[Callable[[object], None]] = []
        self._act_handlers: list[Callable[[str], None]] = []
        self._known: Any = None
        super().__init__(_ask={**ask, "levels": []}, **traits)

    def on_enter(self, handler: Callable[[object], None]) -> None:
        """Call `handler(entered)` when the person entered something else."""
        self._enter_handlers.append(handler)

    def on_act(self, handler: Callable[[str], None]) -> None:
        """Call `handler(kind)` when a button that is there was pressed."""
        self._act_handlers.append(handler)

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked, as the page knows it."""
        return dict(self._ask)

    def show(
        self,
        ask: dict[str, object],
        entered: object,
        buttons: list[Button],
        message: str = "",
        *,
        place: str = "",
        locked: bool = False,
        truth: object = None,
    ) -> None:
        """Ask this, with that entered; `locked` inputs can only be read, beside the `truth`.

        `place` says where it is kept, so that a page knows again what it could not save.
        """
        self._known = entered
        with self.hold_sync():
            self.place, self._saved = place, {"value": entered}
            self._ask = {**ask, "levels": []}
            self._entered = entered
            self._buttons = buttons
            self._locked, self._truth = locked, truth
            self.message = message

    @tl.observe("_entered")
    def _enter(self, _change: object = None) -> None:
        if self._entered != self._known:
            self._known = self._entered
            for handler in self._enter_handlers:
                handler(self._entered)

    def _pressed(self, kind: str) -> None:
        for handler in self._act_handlers:
            handler(kind)
