"""The form a person rates a session with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import traitlets as tl

from alliance_widgets.errors import RatingError
from alliance_widgets.instruments import Instrument
from alliance_widgets.instruments import instrument as instrument_named
from alliance_widgets.ratings import RATERS, unknown_rater
from alliance_widgets.widgets.runtime import KitWidget
from alliance_widgets.words import say

__all__ = ["SessionRatingForm"]

ROWS = ("goals", "tasks", "bond")


class SessionRatingForm(KitWidget):
    """Rate one session: goals, tasks and bond, each unset until touched.

    `value` is what stands in the form now: a dict of row name to number, `None` where nothing was
    touched. Assign to `value` to fill the form. Callables given to `on_action` are called with
    "save", "undo" or "skip" when such a button is pressed (Enter saves).

    `instrument` gives range and step; `rater` is "client", "therapist" or "observer"; `rows`
    leaves rows out; `actions` names the buttons, of "save", "undo" and "skip".

    Raises `RatingError` for an unknown rater or row, `InstrumentError` for an unknown instrument,
    and `TraitError` if a value off the scale is assigned.

    Read with care: an untouched row is `None`, never the middle of the scale.
    """

    part = "form"

    value = tl.Dict(help="What stands in the form: row name to number or None.")
    session = tl.Int(1, min=1)
    rater = tl.Enum(RATERS, default_value="client")
    message = tl.Unicode(help="A sentence to the student, read out politely.").tag(sync=True)
    status = tl.Unicode(help="What is saved, and where.").tag(sync=True)

    _value = tl.Dict().tag(sync=True)
    _rows: tl.List[Any] = tl.List().tag(sync=True)
    _legend = tl.Unicode().tag(sync=True)
    _buttons: tl.List[Any] = tl.List().tag(sync=True)
    _request = tl.Dict().tag(sync=True)
    _answered = tl.Int(0).tag(sync=True)

    def __init__(
        self,
        instrument: str | Instrument = "own",
        rater: str = "client",
        *,
        session: int = 1,
        rows: Sequence[str] = ROWS,
        actions: Sequence[str] = ("save",),
        **traits: Any,
    ) -> None:
        self._handlers: list[Callable[[str], None]] = []
        self._actions = tuple(actions)
        self.instrument = instrument_named(instrument)
        problems = [say("form.unknown_row", row=name) for name in rows if name not in ROWS]
        if rater not in RATERS:
            problems.append(unknown_rater(rater))
        if problems:
            raise RatingError(problems)
        described = [_row(name, rater, self.instrument) for name in rows]
        unset = dict.fromkeys(rows)
        super().__init__(
            rater=rater, session=session, _rows=described, value=unset, _value=unset, **traits
        )
        self._relabel()
        self.observe(self._relabel, ["session", "rater"])

    def on_action(self, handler: Callable[[str], None]) -> None:
        """Call `handler(kind)` for each press of a button, after `value` has been brought up."""
        self._handlers.append(handler)

    @tl.validate("value", "_value")
    def _known_rows(self, proposal: Any) -> dict[str, float | None]:
        given = proposal["value"]
        taken = {row["name"]: _number(given.get(row["name"]), row) for row in self._rows}
        refused = [name for name, value in taken.items() if value is None and given.get(name)]
        # What a page sends is never trusted; what a program assigns is refused in words.
        if refused and proposal["trait"].name == "value":
            raise tl.TraitError(
                say(
                    "form.refused",
                    rows=", ".join(f"{name}={given[name]!r}" for name in refused),
                    low=self.instrument.low,
                    high=self.instrument.high,
                )
            )
        return taken

    @tl.observe("value")
    def _show(self, change: Any) -> None:
        self._value = change["new"]

    @tl.observe("_value")
    def _read(self, _change: Any) -> None:
        # What stands there now, not what the change brought: a press of Save that came in the
        # same message may have emptied the form meanwhile.
        self.value = self._value

    @tl.observe("_request")
    def _act(self, change: Any) -> None:
        request = change["new"]
        self._read(change)
        try:
            for handler in self._handlers:
                handler(str(request["kind"]))
        finally:
            self._answered = int(request["count"])

    def _relabel(self, _change: Any = None) -> None:
        values = {"session": self.session, "rater": say(f"form.rater.{self.rater}")}
        with self.hold_sync():
            self._legend = say("form.legend", **values)
            self._rows = [_row(row["name"], self.rater, self.instrument) for row in self._rows]
            self._buttons = [
                {"kind": kind, "label": say(f"form.{kind}", **values), "primary": kind == "save"}
                for kind in self._actions
            ]
            self.description = say("form.description", **values)


def _row(name: str, rater: str, scale: Instrument) -> dict[str, Any]:
    return {
        "name": name,
        "label": say(f"form.{name}.label"),
        "sentence": say(f"form.{name}.{rater}"),
        "low": scale.low,
        "high": scale.high,
        "step": scale.step,
        "low_word": say("form.low"),
        "high_word": say("form.high"),
    }


def _number(value: Any, row: dict[str, Any]) -> float | None:
    """A number on the row's scale, or nothing."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    return float(value) if row["low"] <= value <= row["high"] else None
