"""The clients of a clinic in groups, rightly and wrongly formed, by any definition of dropout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.dropout.checked import tidy_courses
from alliance_widgets.dropout.definitions import dropout_by_definition, dropout_definitions
from alliance_widgets.dropout.landmarks import PATTERNS, THIRDS, landmark
from alliance_widgets.errors import CourseError
from alliance_widgets.ruptures.episodes import case_patterns
from alliance_widgets.tables.courses import COLUMNS
from alliance_widgets.tables.matching import tell_unmatched
from alliance_widgets.tables.ratings import check_ratings
from alliance_widgets.words import say

__all__ = [
    "GROUPINGS",
    "grouped_courses",
    "grouping_columns",
    "left_by_definition",
    "left_by_group",
]

GROUPINGS = ("none", "first_third", "landmark_third", "ever_pattern", "landmark_pattern")
MOST_GROUPS = 6


def grouped_courses(
    ratings: pd.DataFrame | None,
    courses: pd.DataFrame,
    by: str = "none",
    session: int = 3,
    definition: str = "ending",
    rater: str = "client",
) -> pd.DataFrame:
    """The courses with a column `group`, and with `ending` as the definition has it.

    `by` is "none" (one group), "first_third" (thirds of the first session's rating),
    "landmark_third" and "landmark_pattern" (thirds of the alliance, and rupture status, known by
    `session`, of those still there), "ever_pattern" (rupture status in the whole record), or the
    name of a column with up to six values. `group` is a category with every group in its order,
    empty ones too. Clients without a rating are in no third and are left out of these. `ending`
    becomes `dropped_out` or `completed` by `definition` (as in `dropout_definitions`), and
    `ongoing` where it cannot judge yet.

    Raises what `landmark`, `case_patterns` and `dropout_definitions` raise, and `CourseError` for
    an unknown grouping or definition, and for groupings by ratings without ratings.

    Read with care: "ever_pattern" is wrong on purpose. It uses what happened later to group those
    who might have left before.
    """
    table = _by_definition(tidy_courses(courses), definition)
    if by == "none":
        return _with(table, [say("dropout.everybody")] * len(table), (say("dropout.everybody"),))
    if by in GROUPINGS:
        if ratings is None or not len(ratings):
            raise CourseError([say("dropout.no_ratings")])
        if by == "ever_pattern":
            tell_unmatched(check_ratings(ratings)["client"].unique(), table)
            patterns = case_patterns(ratings, "reliable_drop", rater=rater)
            named = patterns.set_index("client")["pattern"]
            return _with(table, table["client"].map(named).fillna("no_rupture"), PATTERNS)
        there = landmark(ratings, table, 1 if by == "first_third" else session, rater=rater)
        if by == "landmark_pattern":
            return _with(there, there["pattern"], PATTERNS)
        rated = there[there["third"].notna()]
        return _with(rated, rated["third"].astype(str), THIRDS)
    if by not in grouping_columns(courses):
        found = ", ".join((*GROUPINGS, *grouping_columns(courses)))
        raise CourseError([say("dropout.grouping", by=repr(by), found=found)])
    values = table[by].astype("str").fillna(say("dropout.unknown"))
    return _with(table, values, tuple(sorted(values.unique())))


def grouping_columns(courses: pd.DataFrame) -> list[str]:
    """The columns of courses that name two to six groups."""
    others = [name for name in courses.columns if name not in COLUMNS]
    few = {name: courses[name].dropna().astype(str).nunique() for name in others}
    return [name for name, values in few.items() if 2 <= values <= MOST_GROUPS]


def left_by_group(grouped: pd.DataFrame) -> pd.DataFrame:
    """How many of each group left: `group`, `clients`, `left`, `share`, `lower`, `upper`.

    `grouped` is what `grouped_courses` gives. `clients` are those of whom it is known whether
    they left; who is `ongoing` is not counted. The 95 % interval is Wilson's; share and interval
    are missing where nobody is counted.
    """
    known = grouped[grouped["ending"] != "ongoing"]
    left = (known["ending"] == "dropped_out").groupby(known["group"], observed=False)
    groups = known["group"].cat.categories.astype("str")
    return _shares(groups, left.size().to_numpy(), left.sum().to_numpy())


def left_by_definition(courses: pd.DataFrame) -> pd.DataFrame:
    """How many left by each definition that the columns allow, the lowest share first.

    The columns are those of `left_by_group`; `group` is the definition in words.
    """
    known = dropout_definitions(courses).query("judged > 0").sort_values("rate", kind="stable")
    counts = (known[name].to_numpy("int64") for name in ("judged", "dropped_out"))
    return _shares(known["meaning"], *counts)


def _shares(groups: Iterable[str], clients: np.ndarray, gone: np.ndarray) -> pd.DataFrame:
    from statsmodels.stats.proportion import proportion_confint

    some = np.where(clients > 0, clients, np.nan)
    lower, upper = proportion_confint(gone, some, method="wilson")
    return pd.DataFrame(
        {
            "group": list(groups),
            "clients": clients,
            "left": gone.astype("int64"),
            "share": gone / some,
            "lower": lower,
            "upper": upper,
        }
    ).astype({"group": "str"})


def _by_definition(table: pd.DataFrame, definition: str) -> pd.DataFrame:
    if definition == "ending":
        return table
    judged = dropout_by_definition(table)
    if definition not in judged:
        found = ", ".join(judged.columns.drop("client"))
        raise CourseError([say("dropout.no_definition", given=repr(definition), found=found)])
    judgement = judged[definition]
    ending = np.where(judgement.fillna(False).astype(bool), "dropped_out", "completed")
    return table.assign(ending=pd.Series(ending, dtype="str").mask(judgement.isna(), "ongoing"))


def _with(table: pd.DataFrame, values: Any, groups: tuple[str, ...]) -> pd.DataFrame:
    group = pd.Categorical(list(values), categories=list(groups), ordered=True)
    return table.assign(group=group).reset_index(drop=True)
