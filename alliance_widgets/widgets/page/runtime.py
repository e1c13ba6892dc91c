"""The browser side of every widget: sent to the page once per kernel, shared by all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakSet

import anywidget
import traitlets as tl
from ipywidgets import Widget

from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page._seam import Seam, fits
from alliance_widgets.words import browser_words, say

if TYPE_CHECKING:
    from alliance_widgets.widgets.page.desk import WorkDesk

__all__ = ["Change", "Described", "KitWidget", "OfParts"]

Change: TypeAlias = Mapping[str, Any]
"""What traitlets tells who observes a trait, or validates one: `name`, `old`, `new`, `value`."""

_alive: WeakSet[KitWidget] = WeakSet()


@cache
def _static(name: str) -> bytes:
    file = resources.files("alliance_widgets") / "static" / name
    if not file.is_file():
        raise RuntimeError(say("widgets.not_built"))
    return file.read_bytes()


class _Runtime(Widget):
    """A model without a view that carries the gzipped runtime; one per kernel."""

    code = tl.Bytes().tag(sync=True)
    words = tl.Dict().tag(sync=True)
    hash = ""

    current: _Runtime | None = None

    @classmethod
    def shared(cls, *, anew: bool = False) -> _Runtime:
        """The kernel's one runtime, made (and so sent) when first asked for, or `anew`."""
        if anew or cls.current is None or cls.current.comm is None:
            code, words = _static("runtime.js.gz"), browser_words()
            cls.current = cls(code=code, words=words)
            cls.current.hash = hashlib.sha256(code + repr(words).encode()).hexdigest()[:16]
        return cls.current


class Described(Seam):
    """A widget whose plain text, in a printout or without a page, is its description in full.

    Its guard: while it settles, what it changes itself is not answered as if a hand had done it.
    """

    _settling = False

    @contextmanager
    def _settle(self) -> Iterator[None]:
        """Several parts change together; the page sees only the end of it."""
        before, self._settling = self._settling, True
        try:
            yield
        finally:
            self._settling = before

    def _repr_mimebundle_(self, **options: object) -> Any:
        bundle = super()._repr_mimebundle_(**options)  # type: ignore[misc]
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = repr(self)
        return bundle


class OfParts(Described):
    """A box of widgets that leave the page together with it."""

    def close(self) -> None:
        """Leave the page, with all that is in it."""
        for child in self.children:  # type: ignore[attr-defined]
            child.close()
        super().close()  # type: ignore[misc]


class KitWidget(Described, anywidget.AnyWidget):
    """A widget drawn by the shared runtime: the page's part named by `part` shows it."""

    desk: WorkDesk | None = None
    large: tuple[str, ...] = ()
    """Traits of which the page need not hold on to anything once the widget is closed."""

    _part = tl.Unicode().tag(sync=True)
    _runtime = tl.Unicode().tag(sync=True)
    _hash = tl.Unicode().tag(sync=True)
    _unavailable = tl.Unicode().tag(sync=True)
    _desk = tl.Unicode(help="The model id of the work this widget keeps.").tag(sync=True)
    description = tl.Unicode().tag(sync=True)

    def __init__(self, **traits: object) -> None:
        runtime = _Runtime.shared()
        super().__init__(
            _esm=_static("stub.js").decode(),
            _part=self.part,
            _runtime=runtime.model_id,
            _hash=runtime.hash,
            _unavailable=say("widgets.unavailable"),
            **traits,
        )
        self.on_msg(self._hear)
        _alive.add(self)
        close_earlier_run(self)

    def close(self) -> None:
        """Leave the page, and stop hearing of the work file."""
        _alive.discard(self)
        if self.desk is not None:
            self.desk.forget(self)
        # JupyterLab keeps the models of a cell that was run again, and what they were before the
        # last message too: so they are told twice that they are empty.
        empty = {name: type(getattr(self, name))() for name in self.large}
        for _ in range(2 if empty else 0):
            self._send({"method": "update", "state": empty, "buffer_paths": []})
        super().close()

    def keep_work_at(self, desk: WorkDesk) -> None:
        """Show that desk's status, download and upload in this widget."""
        self.desk, self._desk = desk, desk.model_id

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        from alliance_widgets.widgets.page.protocol import ANY_PART

        # A page opened beside a living kernel normally gets every model back; where JupyterLab
        # gave up on that (cells were run meanwhile), the page asks, and a new copy reaches it.
        if fits(content, ANY_PART):
            lost, copy = _Runtime.shared(), _Runtime.shared(anew=True)
            for desk in {widget.desk for widget in _alive if widget.desk is not None}:
                desk.reopen()
            for widget in tuple(_alive):
                widget._runtime = copy.model_id
                if widget.desk is not None:
                    widget._desk = widget.desk.model_id
            lost.close()

    def __repr__(self) -> str:
        return self.description or type(self).__name__
