"""What passes between the page's question and the kernel."""

from __future__ import annotations

from typing import Any

import traitlets as tl

from alliance_widgets.widgets.runtime import KitWidget

__all__ = ["Asking"]


class Asking(KitWidget):
    """Inputs, a row of buttons and a sentence; whoever asks says what an entry comes to."""

    part = "question"

    message = tl.Unicode(help="What is said to the answer, read out politely.").tag(sync=True)

    _ask = tl.Dict().tag(sync=True)
    _entered = tl.Any(None, allow_none=True).tag(sync=True)
    _confidence = tl.Unicode().tag(sync=True)
    _hints: tl.List[Any] = tl.List().tag(sync=True)
    _buttons: tl.List[Any] = tl.List().tag(sync=True)
    _outcome = tl.Unicode().tag(sync=True)
    _locked = tl.Bool(False).tag(sync=True)
    _truth = tl.Any(None, allow_none=True).tag(sync=True)
    _request = tl.Dict().tag(sync=True)
    _answered = tl.Int(0).tag(sync=True)
