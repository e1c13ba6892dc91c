"""Courses and ratings ready for counting, without a second check of tables that are tidy already.

A clinic of a hundred thousand clients is checked once, when it is read; the functions here then
only make sure, from whole columns, that nothing is left to mend. Any other table goes the long
way through `check_courses` or `of_rater`, which name every fault.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.errors import CourseError
from alliance_widgets.repeating import repeated
from alliance_widgets.tables.columns import normal_name
from alliance_widgets.tables.courses import COLUMNS, ENDED_BY, ENDINGS, VIEWS, check_courses
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.tables.matching import tell_unmatched
from alliance_widgets.tables.ratings import COLUMNS as RATING_COLUMNS
from alliance_widgets.tables.ratings import SUBSCALES, check_ratings, of_rater
from alliance_widgets.words import say

__all__ = [
    "Groups",
    "Rated",
    "ended",
    "groups_of",
    "named_clients",
    "rated_sessions",
    "tidy_courses",
]

Whole = npt.NDArray[np.int64]

_TEXTS = {"ending": ENDINGS, "therapist_view": VIEWS, "ending_by": ENDED_BY}
_KINDS = {"missed_last": "boolean", "reliable_change": "boolean", "planned_sessions": "Int64"}


def tidy_courses(courses: Any) -> pd.DataFrame:
    """The checked courses with an index 0..n-1, to be read and not changed."""
    if _is_tidy(courses):
        found: pd.DataFrame = courses.reset_index(drop=True)
        return found
    return check_courses(courses)


def ended(courses: pd.DataFrame, ending: str) -> npt.NDArray[np.bool_]:
    """For each client, whether treatment ended so."""
    found: npt.NDArray[np.bool_] = courses["ending"].to_numpy(object) == ending
    return found


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group each client belongs to: `code` per client, and the groups' `labels`."""

    code: Whole
    labels: list[Any]


def groups_of(courses: pd.DataFrame, by: str | None) -> Groups:
    """The groups named by a column, in their order; without one, all clients as one group.

    Raises `CourseError` for a column that is not there, and for clients without a group: what
    became of them belongs to some curve, and only their owner knows to which.
    """
    if by is None:
        return Groups(np.zeros(len(courses), dtype=np.int64), [say("dropout.all")])
    if not isinstance(by, str) or by not in courses:
        found = ", ".join(map(str, courses.columns))
        raise CourseError([say("dropout.no_column", column=by, found=found)])
    column = courses[by]
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories()
        code, labels = used.cat.codes.to_numpy(np.int64), list(used.cat.categories)
    else:
        code, values = pd.factorize(column, sort=True)
        labels = list(values)
    missing = code < 0
    if missing.any():
        some = named_clients(courses["client"][missing])
        raise CourseError([say("dropout.no_group", column=by, n=int(missing.sum()), clients=some)])
    return Groups(np.asarray(code, dtype=np.int64), labels)


def named_clients(clients: pd.Series) -> str:
    """The first ten of these clients, for a sentence."""
    return ", ".join(clients.head(10)) + (", …" if len(clients) > 10 else "")


@dataclass(frozen=True, eq=False)
class Rated:
    """One rater's observed ratings of clients whose courses are known, in any order.

    `owner` is the row of the client's course, `session` and `alliance` what was rated;
    `instrument` the one column of that name, if there is any.
    """

    owner: Whole
    session: Whole
    alliance: npt.NDArray[np.float64]
    instrument: str | None


def rated_sessions(ratings: object, courses: pd.DataFrame, rater: str) -> Rated:
    """The observed ratings of the clients in `courses`; those of other clients are left out.

    Raises `RatingError` as `of_rater` does, and `CourseError` if fewer than half of the clients
    stand in both tables, if none of these has a rating, or if a session is rated that lies after
    the last one attended. Warns (`MatchWarning`) of clients who stand in one table only.
    """
    rated = _quickly(ratings, courses, rater) or _carefully(ratings, courses, rater)
    if not len(rated.owner):
        raise CourseError([say("dropout.no_client_in_both")])
    late = rated.session > courses["sessions_attended"].to_numpy()[rated.owner]
    if late.any():
        some = courses["client"][np.unique(rated.owner[late])]
        raise CourseError([say("dropout.rated_later", n=len(some), clients=named_clients(some))])
    return rated


def _carefully(ratings: object, courses: pd.DataFrame, rater: str) -> Rated:
    theirs = of_rater(ratings, rater)
    tell_unmatched(check_ratings(ratings)["client"].unique(), courses)
    observed = theirs.dropna(subset="alliance")
    owner = pd.Index(courses["client"]).get_indexer(observed["client"])
    known = owner >= 0
    return Rated(
        owner[known].astype(np.int64),
        observed["session"].to_numpy(np.int64)[known],
        observed["alliance"].to_numpy(np.float64)[known],
        theirs["instrument"].iloc[0] if "instrument" in theirs else None,
    )


def _quickly(ratings: Any, courses: pd.DataFrame, rater: str) -> Rated | None:
    """The same from ratings that need no mending; None if any column leaves a doubt."""
    if not _has_only(ratings, ("client", "session", "alliance"), RATING_COLUMNS):
        return None
    if not isinstance(rater, str):
        return None
    if "instrument" in ratings or ratings["client"].dtype != "str":
        return None
    parts = [name for name in (*SUBSCALES, "alliance") if name in ratings]
    if ratings["session"].dtype != np.int64 or any(ratings[p].dtype != float for p in parts):
        return None
    session = ratings["session"].to_numpy()
    alliance = ratings["alliance"].to_numpy()
    if not _within(session, 1, MOST_SESSIONS):
        return None
    if not all(_within(ratings[part].to_numpy(), 1, 5) for part in parts):
        return None
    if len(parts) == 4 and np.isnan(alliance).any():
        return None
    if "rater" in ratings and not (ratings["rater"].to_numpy(object) == rater).all():
        return None
    if "rater" not in ratings and rater != "client":
        return None
    owner = _owners(ratings["client"].to_numpy(object), courses)
    if owner is None:
        return None
    key = owner * (MOST_SESSIONS + 1) + session
    if not (np.diff(key) > 0).all() and len(pd.unique(key)) < len(key):
        return None
    observed = ~np.isnan(alliance)
    if observed.all():
        return Rated(owner, session, alliance, None)
    if not observed.any():
        return None
    return Rated(owner[observed], session[observed], alliance[observed], None)


def _owners(client: npt.NDArray[np.object_], courses: pd.DataFrame) -> Whole | None:
    """Each rating's row in the courses, looked up once per run of rows of the same client.

    None if a client has no course, or came to a session and is not among the ratings.
    """
    starts = np.concatenate(([0], np.flatnonzero(client[1:] != client[:-1]) + 1))
    found = pd.Index(courses["client"]).get_indexer(pd.Index(client[starts]))
    if (found < 0).any():
        return None
    alone = courses["sessions_attended"].to_numpy() > 0
    alone[found] = False
    if alone.any():
        return None
    return repeated(found.astype(np.int64), np.diff(starts, append=len(client)))


def _is_tidy(courses: Any) -> bool:
    if not _has_only(courses, ("client", "sessions_attended", "ending"), COLUMNS):
        return False
    attended = courses["sessions_attended"]
    if attended.dtype != np.int64 or not _within(attended.to_numpy(), 0, MOST_SESSIONS):
        return False
    if any(name in courses and courses[name].dtype != kind for name, kind in _KINDS.items()):
        return False
    if "planned_sessions" in courses:
        planned = courses["planned_sessions"].dropna().to_numpy(np.int64)
        if not _within(planned, 1, MOST_SESSIONS):
            return False
    return all(
        _is_one_of(courses[name], choices, name != "ending")
        for name, choices in _TEXTS.items()
        if name in courses
    ) and _are_plain_names(courses["client"])


def _has_only(table: object, needed: Collection[str], known: Collection[str]) -> bool:
    """Whether the needed columns are there, and no column is another writing of a known one."""
    if not isinstance(table, pd.DataFrame) or table.empty or not table.columns.is_unique:
        return False
    names = [name for name in table.columns if normal_name(name) in known]
    return set(needed) <= set(names) <= set(known)


def _within(values: npt.NDArray[Any], low: float, high: float) -> bool:
    """Whether all the values there are lie within the limits; missing ones do not count."""
    inside = (values >= low) & (values <= high)
    return bool(inside.all() or (inside | (values != values)).all())


def _is_one_of(column: pd.Series, choices: Collection[str], or_missing: bool) -> bool:
    if column.dtype != "str":
        return False
    known = column.isin(choices)
    return bool(known.all() or (or_missing and (known | column.isna()).all()))


def _are_plain_names(client: pd.Series) -> bool:
    """Whether all names differ, none is missing or empty, and none has a blank to trim."""
    if client.dtype != "str":
        return False
    names = client.tolist()
    different = set(names)
    if len(different) < len(names) or "" in different:
        return False
    try:
        together = "".join(names)
    except TypeError:  # a missing name
        return False
    return len(together.split(maxsplit=1)) == 1 and together.strip() == together
