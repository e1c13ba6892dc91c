"""The sessions of a case as a table that can be corrected in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets as tl

from alliance_widgets.errors import AllianceError
from alliance_widgets.widgets.page._seam import Pressed
from alliance_widgets.widgets.page.runtime import Change, KitWidget
from alliance_widgets.words import say

__all__ = ["SessionGrid"]


class SessionGrid(Pressed, KitWidget):
    """One row per session, numbers in boxes where a session is the student's own.

    `rated` are the columns that are rated (name, label, low, high, step). `show(rows)` takes rows
    of `session`, `own`, `values` (column name to number or None), `note`. `on_correct(handler)`
    hears (session, column, value or None), `on_remove(handler)` a session; an `AllianceError` they
    raise becomes `message`, and the page keeps what stood there.
    """

    part = "grid"

    title = tl.Unicode(help="The line that opens and closes the table.").tag(sync=True)
    opened = tl.Bool(False).tag(sync=True)
    message = tl.Unicode(help="What a correction came to, read out politely.").tag(sync=True)

    _columns: tl.List[Any] = tl.List().tag(sync=True)
    _rows: tl.List[Any] = tl.List().tag(sync=True)

    def __init__(self, rated: Sequence[Mapping[str, object]], **traits: object) -> None:
        editable = [{**column, "editable": True} for column in rated]
        alliance = {"name": "alliance", "label": say("charts.alliance"), "editable": False}
        self._correct: Callable[[int, str, float | None], None] | None = None
        self._remove: Callable[[int], None] | None = None
        super().__init__(_columns=[*editable, alliance], **traits)

    def on_correct(self, handler: Callable[[int, str, float | None], None]) -> None:
        """Who hears of a number that was corrected."""
        self._correct = handler

    def on_remove(self, handler: Callable[[int], None]) -> None:
        """Who hears that a session is to be removed."""
        self._remove = handler

    def show(self, rows: Sequence[Mapping[str, object]], title: str) -> None:
        """Show these sessions; rows that are the same are not sent again."""
        with self.hold_sync():
            self.title = self.description = title
            self._rows = [dict(row) for row in rows]

    @tl.observe("_request")
    def _act(self, change: Change) -> None:
        press = change["new"]
        self.message, taken = "", False
        try:
            session = press["session"]
            if session not in self._own():
                return
            if press["kind"] == "remove" and self._remove is not None:
                self._remove(session)
                taken = True
            elif press["kind"] == "correct" and self._correct is not None:
                column = self._column(press.get("name"))
                if column is not None and "value" in press and _on_scale(press["value"], column):
                    self._correct(session, column["name"], press["value"])
                    taken = True
        except AllianceError as fault:
            self.message = str(fault)
        finally:
            self._answer(press.get("count"), taken=taken)

    def _own(self) -> set[int]:
        return {row["session"] for row in self._rows if row["own"]}

    def _column(self, name: str | None) -> dict[str, Any] | None:
        """The column of that name, if it can be corrected."""
        editable = (each for each in self._columns if each["editable"])
        return next((each for each in editable if each["name"] == name), None)


def _on_scale(value: float | None, column: Mapping[str, Any]) -> bool:
    """Whether this is a number of the column's scale, or none."""
    return value is None or bool(column["low"] <= value <= column["high"])
