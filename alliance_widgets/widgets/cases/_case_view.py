"""What may be seen of a case at the moment: by whom, and up to which session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from alliance_widgets.tables.session_rating import SessionRating

__all__ = ["CaseView"]


@dataclass(frozen=True, eq=False)
class CaseView:
    """One client's sessions, with one rater at the form in this session.

    `told_after` are ratings that are told once the rater has rated the same session. With
    `hide_future` nothing after the session in the form is seen, and `blind` to the other raters.
    """

    ratings: pd.DataFrame
    told_after: pd.DataFrame | None
    client: str
    rater: str
    session: int
    blind: bool = False
    hide_future: bool = False

    def shows_the_same(self, other: CaseView) -> bool:
        """Whether the other is made of the very same tables and choices."""
        same_tables = self.ratings is other.ratings and self.told_after is other.told_after
        return same_tables and self._choices == other._choices

    @property
    def _choices(self) -> tuple[str, str, int, bool, bool]:
        return self.client, self.rater, self.session, self.blind, self.hide_future

    @cached_property
    def case(self) -> pd.DataFrame:
        """All sessions that are given or rated."""
        return self.ratings[self.ratings["client"] == self.client]

    @cached_property
    def told(self) -> pd.DataFrame:
        """What others rated in sessions that are rated now; no rows where nothing may be told."""
        if self.told_after is None:
            return pd.DataFrame()
        told, mine = self.told_after, self.case
        rated = mine.loc[mine["rater"] == self.rater, "session"]
        return told[(told["client"] == self.client) & told["session"].isin(rated)]

    @cached_property
    def ringed(self) -> tuple[int, float] | None:
        """The last told session, and what the rater's own chair rated in it in the story."""
        told = self.told
        own = told[told["rater"] == self.rater] if len(told) else told
        if own.empty:
            return None
        last = own.sort_values("session").iloc[-1]
        return int(last["session"]), float(last["alliance"])

    @cached_property
    def visible(self) -> pd.DataFrame:
        """The sessions that may be seen now."""
        shown = self.case
        if len(self.told):
            told = self.told[self.told["rater"] != self.rater]
            shown = pd.concat([shown, told], ignore_index=True)
            shown = shown.drop_duplicates(["session", "rater"])
        if self.blind:
            shown = shown[shown["rater"] == self.rater]
        if self.hide_future:
            shown = shown[shown["session"] <= self.session]
        return shown

    @property
    def hidden(self) -> int:
        """How many later sessions are not shown, where only the future is hidden."""
        if self.blind or not self.hide_future:
            return 0
        return sum(session > self.session for session in set(self.case["session"].tolist()))

    @cached_property
    def _others(self) -> dict[str, list[Any]]:
        """All that may be seen but the session in the form, as columns."""
        seen = self.visible
        kept = seen[(seen["session"] != self.session) | (seen["rater"] != self.rater)]
        return {str(name): column.tolist() for name, column in kept.items()}

    def with_draft(self, draft: SessionRating, instrument: str) -> pd.DataFrame:
        """What may be seen and, if anything is touched, the session in the form."""
        if draft.alliance is None:
            return self.visible
        touched = {name: value for name, value in draft.scores.items() if value is not None}
        place = {"client": self.client, "session": self.session, "rater": self.rater}
        row = {**place, "alliance": draft.alliance, **touched}
        if "instrument" in self.visible:
            row["instrument"] = instrument
        # Columns as lists: to join tables would take as long as to judge them.
        others = self._others
        unknown = [None] * len(others["session"])
        return pd.DataFrame(
            {name: [*others.get(name, unknown), row.get(name)] for name in {**others, **row}}
        )
