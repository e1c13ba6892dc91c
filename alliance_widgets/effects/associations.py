"""The two associations that studies of the alliance report: with outcome, and with leaving."""

from __future__ import annotations

import math

import pandas as pd

from alliance_widgets.courses import ENDINGS, check_courses
from alliance_widgets.errors import CourseError
from alliance_widgets.ratings import of_rater
from alliance_widgets.words import say

__all__ = ["leaver_difference", "outcome_correlation"]

FEWEST = 4  # a partial correlation of three columns has n - 3 degrees of freedom


def outcome_correlation(
    ratings: pd.DataFrame,
    courses: pd.DataFrame,
    session: int = 3,
    ending: str | None = None,
    rater: str = "client",
) -> float:
    """r of the alliance at one session with how little is left of the symptoms at the end.

    The partial correlation, given the symptoms at first, of `alliance` with `symptoms_last`, its
    sign turned so that higher means a better outcome. `courses` need `symptoms_first` and
    `symptoms_last`. With `ending` ("completed", "dropped_out" or "ongoing") only clients whose
    course ended so are taken. NaN where fewer than four clients have all three numbers or one of
    the columns does not vary.

    Raises `RatingError` for faulty ratings, `CourseError` for faulty courses, courses without
    symptoms, or an unknown `ending`.

    Read with care: who has no rating at that session, because the client had left before or did
    not rate, is not in it.
    """
    checked = check_courses(courses)
    problems = [
        say("effects.no_column", column=name)
        for name in ("symptoms_first", "symptoms_last")
        if name not in checked
    ]
    if ending is not None and ending not in ENDINGS:
        problems.append(say("effects.ending", given=repr(ending), known=", ".join(ENDINGS)))
    if problems:
        raise CourseError(problems)
    if ending is not None:
        checked = checked[checked["ending"] == ending]
    rated = of_rater(ratings, rater)
    here = rated.loc[rated["session"] == session, ["client", "alliance"]]
    columns = here.merge(checked, on="client")[["alliance", "symptoms_last", "symptoms_first"]]
    columns = columns.astype("float64").dropna()
    if len(columns) < FEWEST:
        return math.nan
    r = columns.corr().to_numpy()
    unshared = (1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2)
    return float(-(r[0, 1] - r[0, 2] * r[1, 2]) / math.sqrt(unshared)) if unshared > 0 else math.nan


def leaver_difference(scores: pd.Series, courses: pd.DataFrame) -> float:
    """Cohen's d of the scores of those who did not drop out against those who did.

    `scores` has one number per client, its index the clients; clients without a score
    or a course are left out. Positive where those who stayed scored higher; in pooled standard
    deviations (ddof 1). NaN where one of the groups has fewer than two scores, or nobody differs.

    Raises `CourseError` for faulty courses. Source: Cohen (1988).

    Read with care: everything depends on when the score was taken. A mean of the whole course is
    of different sessions in those who left.
    """
    ended = check_courses(courses).set_index("client")["ending"]
    given = scores.astype("float64").dropna()
    endings = ended.reindex(given.index.astype(str)).to_numpy()
    gone, stayed = (
        given[endings == "dropped_out"],
        given[pd.notna(endings) & (endings != "dropped_out")],
    )
    if min(len(stayed), len(gone)) < 2:
        return math.nan
    squares = (len(stayed) - 1) * stayed.var() + (len(gone) - 1) * gone.var()
    pooled = math.sqrt(squares / (len(stayed) + len(gone) - 2))
    return float((stayed.mean() - gone.mean()) / pooled) if pooled > 0 else math.nan
