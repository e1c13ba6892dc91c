"""Who was still there at a session, what was known by then, and what became of them."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import pandas as pd

from alliance_widgets.dropout.checked import named_clients, tidy_courses
from alliance_widgets.errors import CourseError
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import case_patterns
from alliance_widgets.tables.matching import tell_unmatched
from alliance_widgets.tables.ratings import check_ratings, of_rater
from alliance_widgets.words import say

__all__ = ["PATTERNS", "dropout_by_pattern", "landmark"]

PATTERNS = ("no_rupture", "repaired", "unrepaired", "open")
THIRDS = ("lowest", "middle", "highest")
ADDED = ("sessions_after", "rated", "alliance", "alliance_last", "third", "pattern")


def landmark(
    ratings: pd.DataFrame,
    courses: pd.DataFrame,
    session: int,
    rule: str | Rule = "reliable_drop",
    window: int = 3,
    recover: float = 0.75,
    rater: str = "client",
) -> pd.DataFrame:
    """One row per client who attended session `session`, judged by what was known right after it.

    The result is a table of courses itself: `retention(result, by="pattern")` is the landmark
    curve; nobody in it can have left before the landmark.

    Read with care: it answers only for those who lasted so long; who left before is not in it, and
    where most leave early that is the price of the method. `ongoing` clients have not left
    *yet*; a curve takes care of that, a share does not.

    Method: Anderson, Cain and Gelber (1983).

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    session : int
        The landmark, a session from 1 on.
    rule : str or Rule, default "reliable_drop"
        The rule by which a possible rupture begins.
    window : int, default 3
        How many sessions after the onset a repair is looked for, as in `find_ruptures`.
    recover : float or Recovery, default 0.75
        What counts as back, as in `find_ruptures`.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Clients in the order of `courses`. The columns of `courses` (`ending` now says what happened
        afterwards) and `sessions_after` (sessions attended after the landmark); `rated` (how many
        sessions were, up to it); `alliance` (their mean), `alliance_last` (the last of them), in
        the ratings' own units; `third` (of the clients rated by then: `lowest`, `middle`, `highest`
        by `alliance`, equal values together); and `pattern`, what `case_patterns` says of the
        ratings up to then. Who was not rated by then is there with `pattern` `no_rupture` and the
        alliance columns missing.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    CourseError
        For courses that break their contract, for a session that is no whole number from 1 on, if
        nobody attended that session, if fewer than half of the clients stand in both tables, if
        none of these has a rating, if a session is rated that was not attended, or if courses have
        a column that the result needs.
    RuleError
        For an impossible rule, `window` or `recover`.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """
    table = tidy_courses(courses)
    _check_session(session, table)
    taken = [name for name in ADDED if name in table]
    if taken:
        raise CourseError([say("dropout.taken", column=name) for name in taken])
    theirs = _observed(ratings, table, rater)
    there = table[table["sessions_attended"] >= session].reset_index(drop=True)
    known = theirs[theirs["session"] <= session]
    summary = known.groupby("client")["alliance"].agg(
        rated="count", alliance="mean", alliance_last="last"
    )
    found = there.assign(sessions_after=there["sessions_attended"] - session).join(
        summary, on="client"
    )
    return found.assign(
        rated=found["rated"].fillna(0).astype("int64"),
        third=_thirds(found["alliance"]),
        pattern=_patterns(known, found["client"], rule, window, recover, rater),
    )


def dropout_by_pattern(
    ratings: pd.DataFrame,
    courses: pd.DataFrame,
    session: int | None = None,
    rule: str | Rule = "reliable_drop",
    window: int = 3,
    recover: float = 0.75,
    rater: str = "client",
) -> pd.DataFrame:
    """Always four rows, `no_rupture`, `repaired`, `unrepaired`, `open`: how many dropped out.

    Read with care: without `session` the table is wrong on purpose. A client must last to get any
    label but the first, so `unrepaired` looks as safe as `repaired` even where the alliance does
    nothing (immortal time).

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    session : int, optional
        The landmark: the pattern is the one known then, of the clients still there. Left out, it is
        the pattern of the whole record, of all clients, those never rated counting as `no_rupture`.
    rule : str or Rule, default "reliable_drop"
        The rule by which a possible rupture begins.
    window : int, default 3
        How many sessions after the onset a repair is looked for, as in `find_ruptures`.
    recover : float or Recovery, default 0.75
        What counts as back, as in `find_ruptures`.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `pattern`, `clients`, `dropped_out` (how many of them), `share` (0 to 1; missing
        without clients), `lower`, `upper` (95 % interval, Wilson).

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    CourseError
        As `landmark`, for faulty courses and for tables that hardly match.
    RuleError
        For an impossible rule, `window` or `recover`.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """
    from statsmodels.stats.proportion import proportion_confint

    if session is None:
        table = tidy_courses(courses)
        known = _observed(ratings, table, rater)
        pattern = _patterns(known, table["client"], rule, window, recover, rater)
    else:
        table = landmark(ratings, courses, session, rule, window, recover, rater)
        pattern = table["pattern"]
    left = (table["ending"] == "dropped_out").groupby(pattern)
    clients = left.size().reindex(PATTERNS, fill_value=0).to_numpy()
    dropped = left.sum().reindex(PATTERNS, fill_value=0).to_numpy()
    some = np.where(clients > 0, clients, np.nan)
    lower, upper = proportion_confint(dropped, some, method="wilson")
    return pd.DataFrame(
        {
            "pattern": pd.array(PATTERNS, dtype="str"),
            "clients": clients,
            "dropped_out": dropped,
            "share": dropped / some,
            "lower": lower,
            "upper": upper,
        }
    )


def _check_session(session: object, courses: pd.DataFrame) -> None:
    if not isinstance(session, Integral) or isinstance(session, bool) or int(session) < 1:
        raise CourseError([say("dropout.landmark_session", given=repr(session))])
    longest = int(courses["sessions_attended"].max())
    if int(session) > longest:
        raise CourseError([say("dropout.landmark_late", session=session, longest=longest)])


def _observed(ratings: pd.DataFrame, courses: pd.DataFrame, rater: str) -> pd.DataFrame:
    """The rater's observed ratings of the clients in `courses`."""
    theirs = of_rater(ratings, rater).dropna(subset="alliance")
    tell_unmatched(check_ratings(ratings)["client"].unique(), courses)
    attended = theirs["client"].map(courses.set_index("client")["sessions_attended"])
    if attended.isna().all():
        raise CourseError([say("dropout.no_client_in_both")])
    late = theirs.loc[theirs["session"] > attended, "client"].drop_duplicates()
    if len(late):
        raise CourseError([say("dropout.rated_later", n=len(late), clients=named_clients(late))])
    return theirs[attended.notna()]


def _thirds(alliance: pd.Series) -> pd.Series:
    low, high = alliance.quantile([1 / 3, 2 / 3])
    code = np.select([alliance <= low, alliance <= high, alliance > high], [0, 1, 2], default=-1)
    thirds = pd.Index(THIRDS)
    return pd.Series(pd.Categorical.from_codes(code.astype(np.int64), thirds, ordered=True))


def _patterns(
    known: pd.DataFrame,
    clients: pd.Series,
    rule: str | Rule,
    window: int,
    recover: float,
    rater: str,
) -> pd.Series:
    if known.empty:
        return pd.Series("no_rupture", index=clients.index, dtype="str")
    pattern = case_patterns(known, rule, window, recover, rater).set_index("client")["pattern"]
    return clients.map(pattern).fillna("no_rupture").astype("str")
