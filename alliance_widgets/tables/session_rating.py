"""One session as one person rated it, as a value: from the form to the file and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, NamedTuple

from alliance_widgets.tables.ratings import SUBSCALES

__all__ = ["KEY_COLUMNS", "RatingKey", "SessionRating", "number_or_none"]

ITEM = "item_"
KEY_COLUMNS = ("case", "client", "session", "rater")


def number_or_none(value: object) -> float | None:
    """A number, or None for whatever is missing or none."""
    if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value):
        return None
    return float(value)


class RatingKey(NamedTuple):
    """What a rating is about; `study` tells the same client in two lessons apart.

    In a table of ratings the study is the column `case`.
    """

    study: str
    client: str
    session: int
    rater: str

    @classmethod
    def of(cls, parts: tuple[str, ...]) -> RatingKey:
        """From the texts that an entry of the work file has as its key."""
        study, client, session, rater = parts
        return cls(study, client, int(session), rater)

    @property
    def columns(self) -> dict[str, Any]:
        """The key by the names of its columns in a table of ratings."""
        return dict(zip(KEY_COLUMNS, self, strict=True))


@dataclass(frozen=True)
class SessionRating:
    """What is recorded of one session, on the instrument's scale; None where nothing is rated.

    `scores` are by row ("goals"), `items` by number ("1"), `others` by column: what else was
    recorded with it. Without an `alliance` it is the mean of the scores.
    """

    scores: Mapping[str, float | None]
    items: Mapping[str, float | None] = field(default_factory=dict)
    note: str = ""
    others: Mapping[str, object] = field(default_factory=dict)
    alliance: float | None = None

    def __post_init__(self) -> None:
        rated = [value for value in self.scores.values() if value is not None]
        if self.alliance is None and rated:
            object.__setattr__(self, "alliance", sum(rated) / len(rated))

    @classmethod
    def of(cls, data: Mapping[str, object]) -> SessionRating:
        """From the data of an entry: nothing that stands in it is left out."""
        scores = {name: number_or_none(data.get(name)) for name in SUBSCALES}
        items = {
            name.removeprefix(ITEM): number
            for name, value in data.items()
            if name.startswith(ITEM) and (number := number_or_none(value)) is not None
        }
        read = {*SUBSCALES, "alliance", "instrument", "note", *(f"{ITEM}{n}" for n in items)}
        others = {name: value for name, value in data.items() if name not in read}
        note, alliance = str(data.get("note") or ""), number_or_none(data.get("alliance"))
        return cls(scores, items, note, others, alliance)

    @property
    def is_rated(self) -> bool:
        """Whether any row is rated."""
        return any(value is not None for value in self.scores.values())

    @property
    def columns(self) -> dict[str, Any]:
        """The values by the names of their columns in a table of ratings."""
        rated = {f"{ITEM}{n}": value for n, value in self.items.items() if value is not None}
        note = {"note": self.note.strip()} if self.note.strip() else {}
        return {**self.others, **self.scores, "alliance": self.alliance, **rated, **note}
