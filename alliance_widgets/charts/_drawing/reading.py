"""A case read once: its ratings and what a rule makes of them, for the line and for the words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from alliance_widgets.errors import RatingError
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import Judgement, judge
from alliance_widgets.tables.instruments import instrument_of
from alliance_widgets.tables.ratings import RATERS, check_ratings, none_of_rater, unknown_rater

__all__ = ["CaseReading", "read_case"]


@dataclass(frozen=True)
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
    judgement : judgement or None
        What the rule finds; None without a rule, or without a rating to judge.

    Attributes
    ----------
    judged : DataFrame
    several : bool
    span : float
    """

    rated: pd.DataFrame
    rater: str
    low: float
    high: float
    judgement: Judgement | None

    @property
    def judged(self) -> pd.DataFrame:
        """The rows that the rule judges."""
        found: pd.DataFrame = self.rated[self.rated["rater"].to_numpy() == self.rater]
        return found

    @property
    def several(self) -> bool:
        """Whether there is more than one client."""
        return len(self.rated["client"].unique()) > 1

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
    checked = check_ratings(ratings)
    rated = checked.dropna(subset=["alliance"])
    rated = rated.sort_values(["client", "rater", "session"], ignore_index=True)
    scale = instrument_of(rated)
    judged = rated[rated["rater"].to_numpy() == rater]
    if rule is not None and rater not in set(checked["rater"]):
        raise RatingError([none_of_rater(rater, checked)])
    judgement = None if rule is None or judged.empty else judge(judged, rule)
    return CaseReading(rated, rater, scale.low, scale.high, judgement)
