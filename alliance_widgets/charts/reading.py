"""A case read once: its ratings and what a rule makes of them, for the line and for the words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from alliance_widgets.instruments import instrument_of
from alliance_widgets.ratings import check_ratings
from alliance_widgets.rules import Rule
from alliance_widgets.rules import rule as rule_of
from alliance_widgets.ruptures import find_ruptures, rule_limits, session_limits

__all__ = ["CaseReading", "read_case"]


@dataclass(frozen=True)
class CaseReading:
    """Rated sessions in order, and what one rule finds in the ratings of one rater."""

    rated: pd.DataFrame
    rater: str
    rule: Rule | None
    low: float
    high: float
    found: pd.DataFrame
    limits: pd.DataFrame
    needed: int
    can_flag: bool

    @property
    def judged(self) -> pd.DataFrame:
        """The rows that the rule judges."""
        return self.rated[self.rated["rater"] == self.rater]

    @property
    def several(self) -> bool:
        """Whether there is more than one client."""
        return self.rated["client"].nunique() > 1

    @property
    def span(self) -> float:
        """From one end of the scale to the other."""
        return self.high - self.low


def read_case(
    ratings: pd.DataFrame | CaseReading,
    rule: str | Rule | None = "reliable_drop",
    rater: str = "client",
) -> CaseReading:
    """Check the ratings and ask the rule, once; a reading is given back as it is.

    Raises `RatingError` for faulty ratings and `RuleError` for a rule that cannot judge them.
    """
    if isinstance(ratings, CaseReading):
        return ratings
    checked = check_ratings(ratings)
    rated = checked.dropna(subset=["alliance"])
    rated = rated.sort_values(["client", "rater", "session"], ignore_index=True)
    scale = instrument_of(rated)
    chosen = None if rule is None else rule_of(rule)
    judged = rated[rated["rater"] == rater]
    if chosen is None or judged.empty:
        nothing = pd.DataFrame(columns=["client", "session", "reference", "limit", "flagged"])
        return CaseReading(rated, rater, chosen, scale.low, scale.high, nothing, nothing, 0, False)
    needs = rule_limits(judged, chosen, rater)
    return CaseReading(
        rated=rated,
        rater=rater,
        rule=chosen,
        low=scale.low,
        high=scale.high,
        found=find_ruptures(judged, chosen, rater=rater),
        limits=session_limits(judged, chosen, rater),
        needed=int(needs["needed"].fillna(0).iloc[0]),
        can_flag=bool(needs["can_flag"].any()),
    )
