"""The seam between page and kernel: what a page sends is looked at here, once, for every widget.

A page is a stranger: it may be out of date, cut off half-way, or not the kit's at all. What does
not fit its part of the `protocol` is as good as not sent. Nothing raises, nothing of it is kept,
and the page is told what stands instead.

JupyterLab gives what pages say to a thread of its own (a subshell of the kernel), as soon as there
is one, and to the kernel's first thread before that. So two messages can be here at once, and a
later one before an earlier one. They are acted on one at a time, and presses in their order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import cache
from threading import RLock
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    NotRequired,
    TypeGuard,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import traitlets as tl
from ipywidgets import Widget

if TYPE_CHECKING:
    from alliance_widgets.widgets.page.protocol import Part

__all__ = [
    "MOST_PARTS",
    "MOST_TEXT",
    "ONE_AT_A_TIME",
    "Pressed",
    "Seam",
    "fields",
    "fits",
    "plain_enough",
    "said_by",
]

MOST_TEXT = 20_000  # signs in one text
MOST_PARTS = 5_000  # values in one message
MOST_DEPTH = 12
HIGHEST_COUNT = 2**53  # the whole numbers that a page can tell apart
REMEMBERED = 500  # presses
MOST_EARLY = 100  # presses that came before the one they build on

ONE_AT_A_TIME = RLock()  # held by whoever acts on what a page says, or changes what pages share


def plain_enough(value: object) -> bool:
    """Whether this is plain JSON of a size and depth that a hand can have made."""
    left, parts = [(value, 0)], 0
    while left:
        each, depth = left.pop()
        parts += 1
        if parts > MOST_PARTS or depth > MOST_DEPTH:
            return False
        if isinstance(each, str):
            if len(each) > MOST_TEXT:
                return False
        elif isinstance(each, Mapping):
            left += [(inner, depth + 1) for pair in each.items() for inner in pair]
        elif isinstance(each, list):
            left += [(inner, depth + 1) for inner in each[: MOST_PARTS + 1]]
        elif isinstance(each, int):
            if abs(each) > HIGHEST_COUNT:
                return False
        elif not (each is None or isinstance(each, float)):
            return False
    return True


def is_count(value: object) -> TypeGuard[int]:
    """Whether this is a whole number, 0 or above, that a page can have counted to."""
    return type(value) is int and 0 <= value <= HIGHEST_COUNT


@cache
def said_by(part: str) -> Part:
    """What the protocol has on that part; its many types are made with the first thing said."""
    from alliance_widgets.widgets.page.protocol import PARTS

    return PARTS[part]


@cache
def fields(table: type | None) -> dict[str, Any]:
    """The names in a table of the protocol, each with its type."""
    return {} if table is None else get_type_hints(table, include_extras=True)


def fits(value: Any, kind: Any) -> bool:
    """Whether `value` is of that kind: a type of the protocol, or one of its tables.

    A table has all that it requires; what it does not name is passed over.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if is_typeddict(kind):
        return isinstance(value, Mapping) and all(
            fits(value[name], each) if name in value else get_origin(each) is NotRequired
            for name, each in fields(kind).items()
        )
    if origin is NotRequired:
        return fits(value, inner[0])
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in inner)
    if origin is Literal:
        return isinstance(value, str) and value in inner
    if origin is list:
        return isinstance(value, list) and all(fits(each, inner[0]) for each in value)
    if origin is dict:
        return isinstance(value, Mapping) and all(
            isinstance(name, str) and fits(each, inner[1]) for name, each in value.items()
        )
    if kind is int:
        return is_count(value)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind)


class Seam:
    """A widget that takes from a page only what its `part` of the protocol lets a page set.

    What is refused changes nothing, and the page is sent what stands here.
    """

    part: ClassVar[str] = ""

    @property
    def page_sets(self) -> dict[str, object]:
        """The traits that a page may set, each with its type."""
        return fields(said_by(self.part).sets) if self.part else {}

    def _handle_msg(self, message: Any) -> None:
        content = message.get("content") if isinstance(message, Mapping) else None
        data = content.get("data") if isinstance(content, Mapping) else None
        if not isinstance(data, Mapping):
            return
        method, buffers = data.get("method"), message.get("buffers") or []
        with ONE_AT_A_TIME:
            if method == "update" and isinstance(data.get("state"), Mapping):
                # No trait that a page may set holds bytes: buffers of an update are passed over.
                self.set_state(dict(data["state"]))
            elif method == "request_state" or (method == "custom" and "content" in data):
                super()._handle_msg({**message, "buffers": buffers})  # type: ignore[misc]

    def set_state(self, sync_data: dict[str, object]) -> None:
        """Take what fits; send back what stands where something did not."""
        taken = {
            name: value for name, value in sync_data.items() if self._page_may_set(name, value)
        }
        if taken:
            super().set_state(taken)  # type: ignore[misc]
        refused = [name for name in sync_data if name not in taken and name in self.keys]  # type: ignore[attr-defined]
        if refused:
            self.send_state(refused)  # type: ignore[attr-defined]

    def _page_may_set(self, name: object, value: object) -> bool:
        kinds = self.page_sets
        return name in kinds and plain_enough(value) and fits(value, kinds[name])


class Pressed(Widget):
    """A widget with things to press: each press is a message of its own, with all that it means.

    What comes with it stands in the protocol; of what does not fit nothing is acted on.

    A press that is sent as a trait can be overtaken by the next one while the kernel is busy; a
    message cannot. One that comes before the press it builds on waits for it. `_request` holds the
    press that is being acted on, `_answered` its number when that is over, and `_taken` whether
    what came with it was taken. A press that comes again, because the page could not know that it
    had come, is not acted on again.
    """

    part: ClassVar[str]

    _request = tl.Dict(help="The press that is acted on now, as `_hear_press` let it in.")
    _answered = tl.Int(0).tag(sync=True)
    _taken = tl.Bool(True).tag(sync=True)

    def __init__(self, **traits: object) -> None:
        self._presses: deque[int] = deque(maxlen=REMEMBERED)
        self._refused: deque[int] = deque(maxlen=REMEMBERED)
        # Content and buffers, by what they build on.
        self._early: dict[int, tuple[object, object]] = {}
        super().__init__(**traits)
        self.on_msg(self._hear_press)

    def _hear_press(self, _widget: Any, content: Any, buffers: Any) -> None:
        press = content.get("press") if isinstance(content, Mapping) else None
        if not isinstance(press, Mapping) or not is_count(press.get("count")):
            return
        if press["count"] in self._presses:
            self._answer(press["count"], taken=press["count"] not in self._refused)
            return
        says = said_by(self.part).press
        if not (plain_enough(press) and fits(press, says)):
            self._answer(press["count"], taken=False)
            return
        if is_count(press.get("after")) and press["after"] not in self._presses:
            if len(self._early) < MOST_EARLY:
                self._early[press["after"]] = content, buffers
            return
        self._presses.append(press["count"])
        known = {name: press[name] for name in fields(says) if name in press}
        self._take_press(known, [bytes(each) for each in buffers or ()])
        if early := self._early.pop(press["count"], None):
            self._hear_press(self, *early)

    def _take_press(self, press: dict[str, object], _buffers: list[bytes]) -> None:
        """Act on a press that is new here."""
        self._request = press

    def _answer(self, count: object, *, taken: bool = True) -> None:
        if not taken and is_count(count):
            self._refused.append(count)
        with self.hold_sync():  # together: a page that hears of the one acts on the other
            self._taken = taken
            if is_count(count):
                self._answered = count
