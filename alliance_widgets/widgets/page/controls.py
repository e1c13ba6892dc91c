"""A row of labelled controls: choices, check boxes, sliders, boxes, buttons and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import traitlets as tl
from ipywidgets import Layout

from alliance_widgets.errors import AllianceError
from alliance_widgets.widgets.page._seam import Pressed
from alliance_widgets.widgets.page.runtime import Change, KitWidget

__all__ = ["Controls", "button", "check", "choice", "file", "seldom", "slider", "typed"]

Item = dict[str, Any]
MOST_FILE = 5_000_000  # bytes


def choice(name: str, label: str, options: Iterable[tuple[str, ...]]) -> Item:
    """A native select; an option is (value, label) or (value, label, group)."""
    keys = ("value", "label", "group")
    made = [dict(zip(keys, option, strict=False)) for option in options]
    return {"kind": "choice", "name": name, "label": label, "options": made}


def check(name: str, label: str) -> Item:
    """A check box."""
    return {"kind": "check", "name": name, "label": label}


def slider(name: str, label: str, low: float, high: float, step: float, unit: str = "") -> Item:
    """A slider that says its value beside it; `unit` is a sentence with {value} in it."""
    item = {"kind": "range", "name": name, "label": label, "low": low, "high": high, "step": step}
    return {**item, "unit": unit or "{value}"}


def typed(name: str, label: str, most: int) -> Item:
    """A box of one line for at most so many signs, sent with Enter."""
    return {"kind": "typed", "name": name, "label": label, "most": most}


def button(name: str, label: str, *, primary: bool = False, done: str | None = None) -> Item:
    """A button; `on_press` hears its name. With a word for `done` it has a tick that says so.

    An empty word keeps the place of a tick that may come.
    """
    return {"kind": "button", "name": name, "label": label, "primary": primary, "done": done}


def file(name: str, label: str, accept: str) -> Item:
    """A button that asks for a file; `on_file` gets its bytes."""
    return {
        **{"kind": "file", "name": name, "label": label},
        **{"accept": accept, "most_bytes": MOST_FILE},
    }


def seldom(item: Item) -> Item:
    """The same control, folded away with the others that are seldom moved."""
    return {**item, "seldom": True}


class Controls(Pressed, KitWidget):
    """Labelled native controls in a row; `values` holds what each choice, check or slider says.

    Assign `values` to move them. `on_press(handler)` hears the name of a pressed button,
    `on_file(handler)` a file button's name and the bytes. An `AllianceError` of a handler becomes
    `message`, beside the controls.
    """

    part = "controls"

    values = tl.Dict(help="Name to value of every choice, check box and slider.")
    title = tl.Unicode(help="Under which the controls are folded away, if any.").tag(sync=True)
    note = tl.Unicode(help="A sentence under the controls.").tag(sync=True)
    note_title = tl.Unicode(help="Under which the note is folded away, if any.").tag(sync=True)
    warning = tl.Unicode(help="How what is chosen misleads, folded away.").tag(sync=True)
    warning_title = tl.Unicode(help="What the fold is called, if not as usual.").tag(sync=True)
    message = tl.Unicode(help="What a press came to, read out politely.").tag(sync=True)

    _items: tl.List[Any] = tl.List().tag(sync=True)
    _values = tl.Dict().tag(sync=True)

    def __init__(
        self,
        items: Sequence[Item],
        description: str,
        layout: Layout | None = None,
        **values: object,
    ) -> None:
        self._press_handlers: list[Callable[[str], None]] = []
        self._file_handlers: list[Callable[[str, bytes], None]] = []
        traits = {} if layout is None else {"layout": layout}
        super().__init__(
            _items=list(items),
            _values=dict(values),
            values=dict(values),
            description=description,
            **traits,
        )

    @property
    def items(self) -> list[Item]:
        """The controls, as `choice`, `check`, `slider`, `button` and `file` describe them."""
        return self._items

    @items.setter
    def items(self, items: Sequence[Item]) -> None:
        self._items = list(items)

    def on_press(self, handler: Callable[[str], None]) -> None:
        """Call `handler(name)` when a button is pressed."""
        self._press_handlers.append(handler)

    def on_file(self, handler: Callable[[str, bytes], None]) -> None:
        """Call `handler(name, content)` when a file was chosen."""
        self._file_handlers.append(handler)

    @tl.validate("_values")
    def _known(self, proposal: Change) -> dict[str, Any]:
        """What a page sends is never trusted: an unknown name or value changes nothing."""
        given, kept = proposal["value"], dict(self.values)
        for item in self._items:
            value = given.get(item["name"])
            if item["name"] in kept and _fits(value, item):
                kept[item["name"]] = value
        return kept

    @tl.observe("values")
    def _show(self, change: Change) -> None:
        self._values = change["new"]

    @tl.observe("_values")
    def _read(self, _change: object) -> None:
        self.values = self._values

    @tl.observe("_request")
    def _press(self, change: Change) -> None:
        press = change["new"]
        self._read(change)
        known = press.get("name") in self._named("button")
        handlers = self._press_handlers if known else []
        self._call([partial(each, press["name"]) for each in handlers], press)

    def _take_press(self, press: dict[str, Any], buffers: list[bytes]) -> None:
        if "values" in press:
            self._values = press["values"]  # what stood there when the button was pressed
        if press.get("file") in self._named("file") and buffers:
            given = press["file"], buffers[0]
            self._call([partial(each, *given) for each in self._file_handlers], press)
        else:
            super()._take_press(press, buffers)

    def _named(self, kind: str) -> list[str]:
        return [item["name"] for item in self._items if item["kind"] == kind]

    def _call(self, calls: Sequence[Callable[[], None]], press: Mapping[str, object]) -> None:
        self.message, taken = "", False
        try:
            for call in calls:
                call()
            taken = bool(calls)
        except AllianceError as fault:
            self.message = str(fault)
        finally:
            self._answer(press.get("count"), taken=taken)


def _fits(value: object, item: Item) -> bool:
    if item["kind"] == "choice":
        return any(value == option["value"] for option in item["options"])
    if item["kind"] == "check":
        return isinstance(value, bool)
    if item["kind"] == "range":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and item["low"] <= value <= item["high"]
    if item["kind"] == "typed":
        return isinstance(value, str) and len(value) <= item["most"]
    return False
