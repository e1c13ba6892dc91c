"""A case read once: its ratings and what a rule makes of them, for the line and for the words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from alliance_widgets.errors import RatingError
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import Judgement, judge
from alliance_widgets.tables.instruments import instrument_of
from alliance_widgets.tables.ratings import RATERS, check_ratings, none_of_rater, unknown_rater

__all__ = ["CaseReading", "read_case", "read_checked"]


@dataclass(frozen=True, eq=False)
class CaseReading:
    """Rated sessions in order, and what one rule finds in the ratings of one rater.

    Parameters
    ----------
    rated : DataFrame
        The rated sessions of all raters, by client, rater and session.
    rater : str
        Whose ratings the rule judges.
    low, high : float
        The ends of the instrument's scale.
    rule : str, Rule or None
        The rule that judges; None for none.

    Attributes
    ----------
    judged : DataFrame
    judgement : judgement or None
    several : bool
    has_limits : bool
    span : float
    """

    rated: pd.DataFrame
    rater: str
    low: float
    high: float
    rule: str | Rule | None

    @cached_property
    def judged(self) -> pd.DataFrame:
        """The rows that the rule judges."""
        found: pd.DataFrame = self.rated[self.rated["rater"].to_numpy() == self.rater]
        return found

    @cached_property
    def judgement(self) -> Judgement | None:
        """What the rule finds; None without a rule, or without a rating to judge."""
        if self.rule is None or self.judged.empty:
            return None
        return judge(self.judged, self.rule)

    @cached_property
    def several(self) -> bool:
        """Whether there is more than one client."""
        return len(self.rated["client"].unique()) > 1

    @property
    def has_limits(self) -> bool:
        """Whether the rule can flag anything in this one case: limits it cannot cross mislead."""
        judgement = self.judgement
        return judgement is not None and not self.several and not judgement.why_not

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

    Parameters
    ----------
    ratings : DataFrame or CaseReading
        Session ratings, as `check_ratings` takes them.
    rule : str, Rule or None, default "reliable_drop"
        The rule that is asked; None for none.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings the rule judges.

    Returns
    -------
    CaseReading
        What pictures and sentences of the same case share.

    Raises
    ------
    RatingError
        For faulty ratings, and where a rule shall judge a rater who rated nothing.
    RuleError
        For a rule that cannot judge them.
    """
    if isinstance(ratings, CaseReading):
        return ratings
    if rater not in RATERS:
        raise RatingError([unknown_rater(rater)])
    return read_checked(check_ratings(ratings), rule, rater)


def read_checked(checked: pd.DataFrame, rule: str | Rule | None, rater: str) -> CaseReading:
    """`read_case` of rows that are checked already, for a page that reads one at every movement."""
    if rule is not None and rater not in set(checked["rater"]):
        raise RatingError([none_of_rater(rater, checked)])
    rated = _in_order(checked)
    scale = instrument_of(rated)
    reading = CaseReading(rated, rater, scale.low, scale.high, rule)
    _ = reading.judgement  # what the rule cannot judge is said here, and not by the first picture
    return reading


def _in_order(checked: pd.DataFrame) -> pd.DataFrame:
    """The rated rows by client, rater and session: one look at them, as a slider feels each."""
    known = np.flatnonzero(checked["alliance"].notna().to_numpy())
    keys = (checked[name].to_numpy(dtype=object)[known] for name in ("session", "rater", "client"))
    return checked.take(known[np.lexsort(tuple(keys))]).reset_index(drop=True)
