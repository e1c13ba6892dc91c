"""What a study of one clinic would report: r of alliance and outcome, d of alliance and dropout."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.errors import AllianceError, CourseError
from alliance_widgets.tables.courses import check_courses
from alliance_widgets.tables.matching import tell_unmatched
from alliance_widgets.tables.ratings import check_ratings, of_rater
from alliance_widgets.words import say

__all__ = ["dropout_difference", "outcome_correlation"]

Z = 1.959963984540054
FEWEST = 5


def outcome_correlation(
    ratings: pd.DataFrame, courses: pd.DataFrame, session: int = 3, rater: str = "client"
) -> pd.Series:
    """How the alliance at one session goes with the outcome: `r`, `lower`, `upper` (95 %), `n`.

    The outcome is `symptoms_last` of `courses` given `symptoms_first` (partial correlation),
    turned so that a positive r says: the stronger the alliance, the fewer symptoms are left. All
    clients of `courses` count who rated that session and have both measures; leave clients out of
    `courses` to look at the others only.

    Read with care: with completers only, or with a late session, it answers for those who stayed.
    And r comes out the same whether the alliance does something or only goes along with what does.

    Raises `RatingError` and `CourseError` for tables that break their contract or lack those
    columns or hardly share a client, and `AllianceError` if fewer than five clients can be used or
    nothing varies among them. Warns (`MatchWarning`) of clients who stand in one table only.
    Interval: Fisher (1924), by z with one degree of freedom less for the first measure.
    """
    table = check_courses(courses)
    missing = [name for name in ("symptoms_first", "symptoms_last") if name not in table]
    if missing:
        raise CourseError([say("observed.no_column", column=name) for name in missing])
    theirs = of_rater(ratings, rater)
    tell_unmatched(check_ratings(ratings)["client"].unique(), table)
    then = theirs[theirs["session"] == session].set_index("client")["alliance"]
    values = pd.DataFrame(
        {
            "alliance": table["client"].map(then),
            "first": table["symptoms_first"],
            "better": -table["symptoms_last"],
        }
    )
    used = values.dropna().astype("float64")
    if len(used) < FEWEST:
        raise AllianceError([say("observed.too_few", n=len(used), session=session, needed=FEWEST)])
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.corrcoef(used.to_numpy(), rowvar=False)
        free = (1 - each[0, 1] ** 2) * (1 - each[1, 2] ** 2)
        r = (each[0, 2] - each[0, 1] * each[1, 2]) / np.sqrt(free)
    if not abs(r) < 1:
        raise AllianceError([say("observed.no_spread")])
    half = Z / math.sqrt(len(used) - 4)
    ends = np.tanh(np.arctanh(r) + np.array([-half, half]))
    return pd.Series({"r": r, "lower": ends[0], "upper": ends[1], "n": len(used)})


def dropout_difference(scores: pd.Series, courses: pd.DataFrame) -> pd.Series:
    """How far those who completed and those who dropped out are apart: `d` and its interval.

    `scores` has a number per client, the client as its index: a mean alliance, a last rating, the
    alliance known at a landmark. What comes back: `d` (mean of those who completed minus mean of
    those who dropped out, in pooled standard deviations), `lower`, `upper` (95 %), `completed` and
    `dropped_out` (clients with a score). `ongoing` clients are left out: what becomes of them is
    not known.

    Read with care: it matters when the scores were taken. The mean of a whole course and the last
    rating come from other times for those who left than for those who stayed.

    Raises `CourseError` for courses that break their contract, and `AllianceError` for scores that
    are no numbers by client, a client scored twice, or a group with fewer than two scores. Warns
    (`MatchWarning`) of clients with a score and no course, and raises where these are most. Source:
    Cohen (1988); interval as in Hedges and Olkin (1985).
    """
    table = check_courses(courses)
    given = _by_client(scores)
    tell_unmatched(given.index, table, "scored", both_ways=False)
    ending = table.set_index("client")["ending"].reindex(given.index)
    stayed, left = given[ending == "completed"], given[ending == "dropped_out"]
    n = len(stayed), len(left)
    if min(n) < 2:
        raise AllianceError([say("observed.small_groups", completed=n[0], dropped_out=n[1])])
    squares = (n[0] - 1) * stayed.var() + (n[1] - 1) * left.var()
    if not squares > 0:
        raise AllianceError([say("observed.no_spread")])
    d = float((stayed.mean() - left.mean()) / math.sqrt(squares / (sum(n) - 2)))
    se = math.sqrt(sum(n) / (n[0] * n[1]) + d**2 / (2 * sum(n)))
    columns = {"d": d, "lower": d - Z * se, "upper": d + Z * se}
    return pd.Series({**columns, "completed": n[0], "dropped_out": n[1]})


def _by_client(scores: Any) -> pd.Series:
    """The scores as numbers by client (text), without those that are missing."""
    if not isinstance(scores, pd.Series) or scores.dtype.kind not in "iuf":
        raise AllianceError([say("observed.no_scores", given=type(scores).__name__)])
    given = scores.astype("float64").dropna()
    given.index = given.index.astype("str")
    twice = given.index[given.index.duplicated()]
    if len(twice):
        raise AllianceError([say("observed.twice", client=twice[0])])
    return given
