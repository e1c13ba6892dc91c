"""What a study of one clinic would report: r of alliance and outcome, d of alliance and dropout."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype

from alliance_widgets.arguments import are_names, as_shown, check_whole
from alliance_widgets.errors import AllianceError, CourseError
from alliance_widgets.tables.courses import check_courses
from alliance_widgets.tables.matching import tell_unmatched
from alliance_widgets.tables.ratings import check_ratings, of_rater
from alliance_widgets.words import say

__all__ = ["dropout_difference", "outcome_correlation"]

Numbers = npt.NDArray[np.float64]

Z = 1.959963984540054
FEWEST = 5
TINY = 1e-9
"""Less than this share of a measure is nothing left of it, but the rounding of the machine."""


def outcome_correlation(
    ratings: pd.DataFrame,
    courses: pd.DataFrame,
    session: int = 3,
    rater: str = "client",
    given: Sequence[str] = ("symptoms_first",),
) -> pd.Series:
    """How the alliance at one session goes with the outcome: `r`, `lower`, `upper` (95 %), `n`.

    The outcome is `symptoms_last` of `courses`, turned so that a positive r says: the stronger the
    alliance, the fewer symptoms are left. All clients of `courses` count who rated that session and
    have every measure; leave clients out of `courses` to look at the others only.

    Read with care: with completers only, or with a late session, it answers for those who stayed.
    Holding a measure constant takes away no more than that measure knows: one with error leaves
    part of the truth behind. And r comes out the same whether the alliance does something or only
    goes along with what does.

    Interval: Fisher (1924), by z with one degree of freedom less for each measure held constant.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them, with `symptoms_last`.
    session : int, default 3
        The session whose alliance counts.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.
    given : sequence of str, default ("symptoms_first",)
        What is held constant (partial correlation): columns of `courses`, or of that session's
        `ratings`; `given=()` holds nothing constant.

    Returns
    -------
    Series
        `r` (-1 to 1), `lower`, `upper` (95 % interval) and `n` (clients).

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    CourseError
        For courses that break their contract or hardly share a client with the ratings, and for a
        column that neither has.
    AllianceError
        If too few clients can be used or nothing varies among them.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """
    check_whole("session", session, 1)
    if not are_names(given):
        raise CourseError([say("arguments.names", name="given", given=as_shown(given))])
    table, names = check_courses(courses), list(dict.fromkeys(given))
    theirs = of_rater(ratings, rater)
    tell_unmatched(check_ratings(ratings)["client"].unique(), table)
    then = theirs[theirs["session"] == session].set_index("client")
    missing = ["symptoms_last"] if "symptoms_last" not in table else []
    missing += [name for name in names if name not in table and name not in then]
    if missing:
        raise CourseError([say("observed.no_column", column=name) for name in missing])
    values = {"symptoms_last": table["symptoms_last"]}
    for name in names:
        values[name] = table[name] if name in table else table["client"].map(then[name])
    text = [name for name in values if not is_numeric_dtype(values[name])]
    if text:
        raise CourseError([say("observed.no_numbers", column=name) for name in text])
    values |= {
        "alliance": table["client"].map(then["alliance"]),
        "better": -values["symptoms_last"],
    }
    used = pd.DataFrame(values).dropna().astype("float64")
    needed = FEWEST + max(0, len(names) - 1)
    if len(used) < needed:
        raise AllianceError([say("observed.too_few", n=len(used), session=session, needed=needed)])
    r = _partial(used["alliance"].to_numpy(), used["better"].to_numpy(), used[names].to_numpy())
    if not abs(r) < 1:
        raise AllianceError([say("observed.no_spread")])
    half = Z / math.sqrt(len(used) - 3 - len(names))
    ends = np.tanh(np.arctanh(r) + np.array([-half, half]))
    return pd.Series({"r": r, "lower": ends[0], "upper": ends[1], "n": len(used)})


def _partial(one: Numbers, other: Numbers, given: Numbers) -> float:
    """The correlation of what a plane through `given` leaves of each; nan if nothing is left."""
    held = np.column_stack([np.ones(len(one)), given])
    both = np.column_stack([one, other])
    left = both - held @ np.linalg.lstsq(held, both, rcond=None)[0]
    size = np.sqrt((left**2).sum(axis=0))
    if (size <= TINY * np.sqrt((both**2).sum(axis=0))).any():
        return math.nan
    return float(left[:, 0] @ left[:, 1] / size.prod())


def dropout_difference(scores: pd.Series, courses: pd.DataFrame) -> pd.Series:
    """How far those who completed and those who dropped out are apart: `d` and its interval.

    `ongoing` clients are left out: what becomes of them is not known.

    Read with care: it matters when the scores were taken. The mean of a whole course and the last
    rating come from other times for those who left than for those who stayed.

    Source: Cohen (1988); interval as in Hedges and Olkin (1985).

    Parameters
    ----------
    scores : Series
        A number per client, the client as its index: a mean alliance, a last rating, the alliance
        known at a landmark.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.

    Returns
    -------
    Series
        `d` (mean of those who completed minus mean of those who dropped out, in pooled standard
        deviations), `lower`, `upper` (95 % interval), `completed` and `dropped_out` (clients with a
        score).

    Raises
    ------
    CourseError
        For courses that break their contract, and where most clients with a score have no course.
    AllianceError
        For scores that are no numbers by client, a client scored twice, or a group with fewer than
        two scores.

    Warns
    -----
    MatchWarning
        Of clients with a score and no course.
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


def _by_client(scores: object) -> pd.Series:
    """The scores as numbers by client (text), without those that are missing."""
    if not isinstance(scores, pd.Series) or scores.dtype.kind not in "iuf":
        raise AllianceError([say("observed.no_scores", given=type(scores).__name__)])
    given = scores.astype("float64").dropna()
    given.index = given.index.astype("str")
    twice = given.index[given.index.duplicated()]
    if len(twice):
        raise AllianceError([say("observed.twice", client=twice[0])])
    return given
