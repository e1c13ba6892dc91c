"""The browser side of every widget: sent to the page once per kernel, shared by all of them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Any

import anywidget
import traitlets as tl
from ipywidgets import Widget

from alliance_widgets.widgets.cells import close_earlier_run
from alliance_widgets.words import browser_words, say

__all__ = ["KitWidget"]


@cache
def _static(name: str) -> bytes:
    file = resources.files("alliance_widgets") / "static" / name
    if not file.is_file():
        raise RuntimeError(say("widgets.not_built"))
    return file.read_bytes()


class _Runtime(Widget):
    """A model without a view that carries the gzipped runtime; one per kernel."""

    code = tl.Bytes().tag(sync=True)
    hash = tl.Unicode().tag(sync=True)
    words = tl.Dict().tag(sync=True)

    current: _Runtime | None = None

    @classmethod
    def shared(cls) -> _Runtime:
        """The kernel's one runtime, made (and so sent) when first asked for."""
        if cls.current is None or cls.current.comm is None:
            code = _static("runtime.js.gz")
            digest = hashlib.sha256(code).hexdigest()[:16]
            cls.current = cls(code=code, hash=digest, words=browser_words())
        return cls.current


class KitWidget(anywidget.AnyWidget):
    """A widget drawn by the shared runtime: the page's part named by `part` shows it."""

    part = ""

    _part = tl.Unicode().tag(sync=True)
    _runtime = tl.Unicode().tag(sync=True)
    _unavailable = tl.Unicode().tag(sync=True)
    description = tl.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(
            _esm=_static("stub.js").decode(),
            _part=self.part,
            _runtime=_Runtime.shared().model_id,
            _unavailable=say("widgets.unavailable"),
            **traits,
        )
        close_earlier_run(self)

    def __repr__(self) -> str:
        return self.description or type(self).__name__

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = repr(self)
        return bundle
