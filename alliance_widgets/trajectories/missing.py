"""The mean over sessions, and who is missing from it."""

from __future__ import annotations

import pandas as pd

from alliance_widgets.arguments import as_shown, is_text_among
from alliance_widgets.errors import RatingError
from alliance_widgets.tables.courses import check_courses
from alliance_widgets.tables.matching import tell_unmatched
from alliance_widgets.tables.ratings import check_ratings, of_rater
from alliance_widgets.words import say

__all__ = ["MEANS", "mean_over_time"]

MEANS = ("everyone", "same", "completers", "weighted")
THIRDS = 3


def mean_over_time(
    ratings: pd.DataFrame,
    courses: pd.DataFrame | None = None,
    who: str = "everyone",
    rater: str = "client",
) -> pd.DataFrame:
    """One row per session: `session`, `mean` alliance and `clients`, how many it is the mean of.

    Read with care: a mean that climbs need not be anybody's climb. Whoever leaves takes a rating
    out of it, and weighting by the first rating brings back only what that rating knew.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame, optional
        Courses of treatment, as `check_courses` takes them; needed for completers.
    who : {"everyone", "same", "completers", "weighted"}, default "everyone"
        Whose mean: whoever is still there and rated the session; only clients who rated both the
        first and the last session of the table; only clients whose treatment was completed; or
        everyone, but each third of the clients by the first session that they rated counts as much
        as it did at the start, for as long as all three thirds have somebody left.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `session`, `mean` (in the ratings' own units) and `clients`.

    Raises
    ------
    RatingError
        For faulty ratings, an unknown `who`, completers without courses, or if nobody rated both
        ends.
    CourseError
        For faulty courses, and for such as hardly share a client with the ratings.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """
    if not is_text_among(who, MEANS):
        raise RatingError([say("trajectories.who", given=as_shown(who), known=", ".join(MEANS))])
    rated = of_rater(ratings, rater).dropna(subset=["alliance"])
    if who == "completers" and courses is None:
        raise RatingError([say("trajectories.completers")])
    if courses is not None:
        checked = check_courses(courses)
        tell_unmatched(check_ratings(ratings)["client"].unique(), checked)
    if who == "completers":
        completed = checked.loc[checked["ending"] == "completed", "client"]
        rated = rated[rated["client"].isin(completed)]
    if who == "same":
        rated = _of_both_ends(rated)
    by_session = rated.groupby("session")["alliance"]
    table = by_session.agg(mean="mean", clients="size").reset_index()
    return table if who != "weighted" else _weighted(rated, table)


def _of_both_ends(rated: pd.DataFrame) -> pd.DataFrame:
    first, last = int(rated["session"].min()), int(rated["session"].max())
    at_first = rated.loc[rated["session"] == first, "client"]
    at_last = rated.loc[rated["session"] == last, "client"]
    kept = rated[rated["client"].isin(at_first) & rated["client"].isin(at_last)]
    if kept.empty:
        raise RatingError([say("trajectories.nobody_rated_both", first=first, last=last)])
    return kept


def _weighted(rated: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    first = rated.drop_duplicates("client")
    third = pd.Series(
        pd.cut(first["alliance"].rank(method="first"), THIRDS, labels=False).to_numpy(),
        index=first["client"].to_numpy(),
    )
    share = third.value_counts(normalize=True)
    parts = rated.assign(third=rated["client"].map(third))
    means = parts.pivot_table(index="session", columns="third", values="alliance")
    whole = means.dropna()  # a third without anybody left cannot be weighted up
    weighted = (whole * share).sum(axis=1).rename("mean")
    kept = table.drop(columns="mean").merge(weighted, left_on="session", right_index=True)
    return kept[["session", "mean", "clients"]].reset_index(drop=True)
