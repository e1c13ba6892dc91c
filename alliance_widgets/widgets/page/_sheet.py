"""The rows that a form rates on one instrument, and the items behind them: what counts as entered.

No page, no widget: the form shows what stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from alliance_widgets.tables.instruments import Instrument, instrument
from alliance_widgets.tables.session_rating import SessionRating, number_or_none
from alliance_widgets.words import say

__all__ = ["RatingSheet"]

FINEST = 0.25
OWN_ITEMS = "own_items"  # the six statements behind the kit's own three rows
SAME = 1e-6

Numbers = Mapping[str, float | None]
Described = dict[str, Any]


@dataclass(frozen=True)
class RatingSheet:
    """What can be rated on this instrument in these rows."""

    instrument: Instrument
    rows: tuple[str, ...]

    @cached_property
    def scored_by(self) -> Instrument:
        """The instrument that the items belong to."""
        return instrument(OWN_ITEMS) if self.instrument.name == "own" else self.instrument

    @cached_property
    def item_names(self) -> tuple[str, ...]:
        """The items by number, all of them; none where no row has any."""
        scale = self.scored_by
        scored = any(scale.subscales.get(row) for row in self.rows)
        return tuple(str(n) for n in range(1, scale.items + 1)) if scored else ()

    def scores_of(self, given: Mapping[str, object]) -> dict[str, float | None]:
        """A value for each row: what a page says is never trusted, and counts as unset."""
        return {row: _on_scale(given.get(row), self.instrument) for row in self.rows}

    def items_of(self, given: Mapping[str, object]) -> dict[str, float | None]:
        """A value for each item, in the same way."""
        return {name: _on_scale(given.get(name), self.scored_by) for name in self.item_names}

    def scored(self, items: Numbers) -> dict[str, float]:
        """The rows that rated items give; a row with too few of them is left out."""
        answers = list(self.items_of(items).values())
        if all(value is None for value in answers):
            return {}
        from alliance_widgets.tables.scoring import score  # with the first item

        scale = self.scored_by
        scores = score([answers], scale).iloc[0]
        summed = scale.total == "sum"
        return {
            name: round(float(scores[name]) / (len(numbers) if summed else 1), 4)
            for name, numbers in scale.subscales.items()
            if name in self.rows and pd.notna(scores[name])
        }

    def rows_of(self, items: set[str]) -> set[str]:
        """The rows that any of these items belong to."""
        return {
            row
            for row, numbers in self.scored_by.subscales.items()
            if items & {str(n) for n in numbers}
        }

    def items_behind(self, scores: Numbers, items: Numbers) -> dict[str, float | None]:
        """The items, without those of a row that was moved by hand and has left them behind."""
        moved = {
            str(n) for row in self._moved(scores, items) for n in self.scored_by.subscales[row]
        }
        return {name: None if name in moved else value for name, value in items.items()}

    def corrected(self, rating: SessionRating, row: str, value: float | None) -> SessionRating:
        """The rating with another number in one row; all else that was recorded with it stays."""
        scores = {**rating.scores, row: value}
        if scores == rating.scores:
            return rating
        items = self.items_behind(scores, rating.items)
        return replace(rating, scores=scores, items=items, alliance=None)

    def _moved(self, scores: Numbers, items: Numbers) -> list[str]:
        """The rows that stand otherwise than their items say."""
        by_items = self.scored(items).items()
        stand = [(row, scores.get(row), number) for row, number in by_items]
        return [row for row, now, number in stand if now is None or abs(now - number) > SAME]

    # ---- words -----------------------------------------------------------------------------

    def described(self, rater: str) -> list[Described]:
        """The rows as a page shows them."""
        scale = self.instrument
        return [
            {
                **_ends(scale, row, step=min(scale.step, FINEST)),
                "label": say(f"form.{row}.label"),
                "sentence": say(f"form.{row}.{rater}"),
                "low_word": say("form.low"),
                "high_word": say("form.high"),
            }
            for row in self.rows
        ]

    def detailed(self, rater: str) -> Described:
        """The items: our own and a teacher's in words, a licensed instrument's by number only."""
        scale, names = self.scored_by, self.item_names
        if not names:
            return {}
        if scale.name == OWN_ITEMS:
            note, labels = say("form.own_note"), [say(f"form.item.{rater}.i{n}") for n in names]
        elif scale.statements:
            note, labels = _statements_note(scale), [*scale.statements]
        else:
            note = say("form.licensed_note", licence=scale.licence)
            labels = [say("form.item.read", n=n) for n in names]
        items = [
            {**_ends(scale, name, step=scale.step), "label": label}
            for name, label in zip(names, labels, strict=True)
        ]
        return {"note": f"{note} {scale.badge}".strip(), "items": items}


def _statements_note(scale: Instrument) -> str:
    turned = say("form.statements_none")
    if scale.reversed:
        turned = say("form.statements_turned", numbers=", ".join(map(str, scale.reversed)))
    ends = {"low": f"{scale.low:g}", "high": f"{scale.high:g}"}
    return say("form.statements_note", turned=turned, **ends)


def _ends(scale: Instrument, name: str, step: float) -> Described:
    return {"name": name, "low": scale.low, "high": scale.high, "step": step}


def _on_scale(value: object, scale: Instrument) -> float | None:
    """A number on the scale, or nothing."""
    number = number_or_none(value)
    return number if number is not None and scale.low <= number <= scale.high else None
