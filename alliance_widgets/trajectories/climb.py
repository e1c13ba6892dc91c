"""Why the mean of a clinic climbs: what its clients gained, and who was there to be counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.arguments import check_whole
from alliance_widgets.dropout.checked import rated_sessions, tidy_courses
from alliance_widgets.errors import RatingError
from alliance_widgets.tables.courses import ENDINGS
from alliance_widgets.words import say

__all__ = ["PARTS", "PLACES", "climb_parts", "whereabouts"]

PARTS = ("growth", *ENDINGS, "unrated")
PLACES = ("rated", "unrated", *ENDINGS)


def climb_parts(
    ratings: pd.DataFrame,
    courses: pd.DataFrame,
    first: int = 1,
    last: int = 12,
    rater: str = "client",
) -> pd.DataFrame:
    """One row per part of the climb of the mean from session `first` to `last`, in points.

    Read with care: the parts are arithmetic. A part says whose rating moved the mean; why they
    left or stayed it does not say, and in a table of 200 clients a part of .05 can be luck.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    first : int, default 1
        The session from which the climb is counted.
    last : int, default 12
        The session up to which it is counted.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `part`, `clients` and `points` (of the ratings' scale); the points add up to the
        whole climb, exactly. `growth` is what those who rated both sessions gained. The rest is who
        was counted: `completed` and `dropped_out` had rated `first` and were gone by `last`,
        `ongoing` have not come so far yet, and `unrated` were there and left one of the two forms
        blank.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater, if the two sessions are not in
        that order, or if nobody rated both.
    CourseError
        As `whereabouts`.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """
    first, last = check_whole("first", first, 1), check_whole("last", last, 1)
    if not first < last:
        raise RatingError([say("trajectories.ends", first=first, last=last)])
    clients, scores = _scores(ratings, courses, (first, last), rater)
    start, end = scores.T
    began, ended = ~np.isnan(start), ~np.isnan(end)
    both = began & ended
    if not both.any():
        raise RatingError([say("trajectories.nobody_rated_both", first=first, last=last)])
    usual = start[both].mean()
    there = clients["sessions_attended"].to_numpy() >= last
    ending = clients["ending"].to_numpy(object)
    groups = {name: began & ~there & (ending == name) for name in ENDINGS}
    groups["unrated"] = began & there & ~ended
    points = {name: (usual - start[gone]).sum() / began.sum() for name, gone in groups.items()}
    points["unrated"] += end[ended].mean() - end[both].mean()
    counts = {name: int(gone.sum()) for name, gone in groups.items()}
    counts["unrated"] += int((ended & ~began).sum())
    points["growth"], counts["growth"] = (end - start)[both].mean(), int(both.sum())
    return pd.DataFrame(
        {
            "part": pd.array(PARTS, dtype="str"),
            "clients": [counts[part] for part in PARTS],
            "points": [float(points[part]) for part in PARTS],
        }
    )


def whereabouts(
    ratings: pd.DataFrame, courses: pd.DataFrame, rater: str = "client"
) -> pd.DataFrame:
    """One row per session: `session`, and where the clients of `courses` are by then.

    Read with care: only the first column is in the clinic's mean.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `session` and, in clients, `rated` (who rated the session); `unrated` (were there,
        and nobody filled in the form); `completed`, `dropped_out` and `ongoing` (not come so far
        yet), who had their last session before. Each row adds up to all clients.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    CourseError
        For courses that break their contract or hardly share a client with the ratings, and for a
        rating after the last session attended.

    Warns
    -----
    MatchWarning
        Of clients who stand in one table only.
    """
    known = tidy_courses(courses)
    longest = int(known["sessions_attended"].max())
    sessions = np.arange(1, longest + 1)
    rated = np.bincount(rated_sessions(ratings, known, rater).session, minlength=longest + 1)[1:]
    table: dict[str, Any] = {"session": sessions, "rated": rated}
    attended = known["sessions_attended"].to_numpy()
    table["unrated"] = _at_least(attended, sessions) - rated
    for ending in ENDINGS:
        theirs = attended[known["ending"].to_numpy(object) == ending]
        table[ending] = len(theirs) - _at_least(theirs, sessions)
    return pd.DataFrame(table)


def _at_least(attended: npt.NDArray[np.int64], sessions: npt.NDArray[np.int64]) -> Any:
    """How many attended each of these sessions."""
    return len(attended) - np.searchsorted(np.sort(attended), sessions, side="left")


def _scores(
    ratings: pd.DataFrame, courses: pd.DataFrame, sessions: tuple[int, ...], rater: str
) -> tuple[pd.DataFrame, npt.NDArray[np.float64]]:
    """The courses, and for each client the rating of each of these sessions, NaN where none."""
    known = tidy_courses(courses)
    rated = rated_sessions(ratings, known, rater)
    scores = np.full((len(known), len(sessions)), np.nan)
    for place, session in enumerate(sessions):
        here = rated.session == session
        scores[rated.owner[here], place] = rated.alliance[here]
    return known, scores
