"""One row per client and session attended: what was known by then, and whether the client left."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.arguments import check_flag
from alliance_widgets.dropout.checked import Rated, ended, rated_sessions, tidy_courses
from alliance_widgets.dropout.open_ruptures import open_by_then
from alliance_widgets.errors import CourseError
from alliance_widgets.repeating import repeated
from alliance_widgets.rules import Rule
from alliance_widgets.words import say

__all__ = ["EARLY", "person_period"]

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

EARLY = 3


def person_period(
    ratings: pd.DataFrame,
    courses: pd.DataFrame,
    rule: str | Rule | None = "reliable_drop",
    recover: float = 0.75,
    so_far: bool = True,
    carry: bool = False,
    rater: str = "client",
) -> pd.DataFrame:
    """One row per client and session attended, with what was known right after that session.

    `fit_hazard` leaves sessions without a rating out. Clients who are about to leave rate less
    often, so this lowers the base rate; what goes with leaving within a client it changes little,
    as long as clients stop rating because they leave and not because the alliance is low.
    `completed` and `ongoing` clients have no event. Clients who never came have no row; clients
    without any rating have rows without alliance; ratings of clients without a course are left out.

    No column knows the future: a rule that draws its limits from a whole case (`imr_chart`,
    `drop_sd`) is asked again after every session, with the ratings up to then.

    Read with care: `so_far=False` compares with the mean of the *whole* course, as one often sees.
    That mean knows the future, and then the within part is associated with leaving even in a
    world where the alliance does nothing.

    Design: discrete-time survival as in Singer and Willett (1993); centring as in Wang and Maxwell
    (2015).

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    rule : str, Rule or None, default "reliable_drop"
        The rule by which a possible rupture begins; None leaves `open_rupture` out.
    recover : float or Recovery, default 0.75
        What counts as back, as in `find_ruptures`: the share of the fall, or one of `aw.recovery`.
    so_far : bool, default True
        Whether the usual level is the mean of the ratings up to each session, not of the whole
        course.
    carry : bool, default False
        Whether a session without a rating keeps the last observed one in `alliance_within`: all
        departures count then, but a stale rating waters the within part down.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Clients in the order of `courses`. Columns `client`; `session`; `rated` (whether this
        session was); `alliance` (its rating, missing if not rated); `alliance_between`, the
        client's mean of the ratings up to and with this session, missing before the first;
        `alliance_within`, this session's rating minus that mean, missing if it was not rated;
        `early` (sessions 1 to 3); `open_rupture`, whether a possible rupture by `rule` has begun
        and the alliance is not yet back; and `event`, whether the client dropped out after this
        session and before the next. Alliance in the ratings' own units.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    CourseError
        For courses that break their contract, if nobody came, if fewer than half of the clients
        stand in both tables, if none of these has a rating, or if a session is rated that was not
        attended.
    RuleError
        For an impossible rule or `recover`, as `find_ruptures`.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """
    check_flag("so_far", so_far)
    check_flag("carry", carry)
    table = tidy_courses(courses)
    attended = table["sessions_attended"].to_numpy()
    if not attended.any():
        raise CourseError([say("dropout.nobody_came")])
    rated = rated_sessions(ratings, table, rater)

    first = np.cumsum(attended) - attended
    client = repeated(np.arange(len(table)), attended)
    session = np.arange(len(client)) - first[client] + 1
    score = np.full(len(client), np.nan)
    score[first[rated.owner] + rated.session - 1] = rated.alliance
    seen = ~np.isnan(score)

    usual = _mean_so_far(score, seen, client) if so_far else _mean(score, seen, client)
    now = _last_seen(score, seen, first[client]) if carry else score
    event = np.zeros(len(client), dtype=bool)
    left = ended(table, "dropped_out") & (attended > 0)
    event[(first + attended - 1)[left]] = True

    columns = {
        "client": table["client"].take(client).array,
        "session": session,
        "rated": seen,
        "alliance": score,
        "alliance_between": usual,
        "alliance_within": now - usual,
        "early": session <= EARLY,
    }
    if rule is not None:
        observed = _in_order(score, seen, client, session, rated)
        columns["open_rupture"] = open_by_then(observed, attended, rule, recover)
    return pd.DataFrame({**columns, "event": event}, copy=False)


def _mean_so_far(score: Numbers, seen: npt.NDArray[np.bool_], client: Whole) -> Numbers:
    cases = pd.DataFrame({"sum": np.where(seen, score, 0), "n": seen.astype(float)})
    running = cases.groupby(client, sort=False).cumsum().to_numpy()
    found: Numbers = np.divide(
        running[:, 0], running[:, 1], out=np.full(len(score), np.nan), where=running[:, 1] > 0
    )
    return found


def _mean(score: Numbers, seen: npt.NDArray[np.bool_], client: Whole) -> Numbers:
    total = np.bincount(client, weights=np.where(seen, score, 0))
    n = np.bincount(client, weights=seen)
    found: Numbers = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)[client]
    return found


def _last_seen(score: Numbers, seen: npt.NDArray[np.bool_], first: Whole) -> Numbers:
    row = np.maximum.accumulate(np.where(seen, np.arange(len(seen)), -1))
    return np.where(row >= first, score[row], np.nan)


def _in_order(
    score: Numbers, seen: npt.NDArray[np.bool_], client: Whole, session: Whole, rated: Rated
) -> pd.DataFrame:
    columns = {"client": client[seen], "session": session[seen], "alliance": score[seen]}
    table = pd.DataFrame(columns, copy=False)
    return table if rated.instrument is None else table.assign(instrument=rated.instrument)
