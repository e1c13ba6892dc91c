"""Who counts as a dropout: the same clients under every definition in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from numbers import Integral

import numpy as np
import pandas as pd

from alliance_widgets.dropout.checked import tidy_courses
from alliance_widgets.errors import CourseError
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.words import say

__all__ = ["definition_agreement", "dropout_by_definition", "dropout_definitions"]

DOSE = 8


@dataclass(frozen=True)
class _Definition:
    """A way to call a client a dropout. `judge` gives true, false, or missing: not known (yet)."""

    name: str
    column: str
    judge: Callable[[pd.DataFrame], pd.Series]

    def words(self, dose: int) -> str:
        key = "min_dose" if self.name.startswith("min_dose") else self.name
        return say(f"dropout.definition.{key}", dose=dose)


def dropout_definitions(courses: pd.DataFrame, dose: int = DOSE) -> pd.DataFrame:
    """One row per definition: which of the same clients it calls dropouts, and how many.

    `ending`: as recorded in the table. `therapist`: the therapist's judgement (`therapist_view`).
    `missed_last`: the last appointment was missed. `median_split`: fewer sessions than the median
    of the ended treatments. `intake_only`: one session at most. `min_dose_8`: fewer than `dose`
    sessions. `planned_sessions`: fewer sessions than planned. `no_reliable_change`: no reliable
    improvement by the end. The definitions that count sessions or change cannot judge clients who
    are `ongoing` and not there yet: they may still come. `ending` cannot judge `ongoing` clients
    either, nor can any definition a client whose column is blank. Clients who never came have
    attended 0 sessions, and count.

    Read with care: a rate of dropout without its definition says little; of the same simulated
    clients one definition calls 6 of 100 dropouts, and another 62.

    The four oldest definitions are those compared by Hatchett and Park (2003).

    Parameters
    ----------
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    dose : int, default 8
        The fewest sessions that `min_dose_8` calls enough, 1 or more.

    Returns
    -------
    DataFrame
        Columns `definition`; `meaning` (in words); `judged` (clients it can judge), `dropped_out`,
        `rate` (their share, 0 to 1); `who` (their names); and `missing_column`, the column of
        `courses` that this definition needs and that is not there (then the rest is missing), empty
        otherwise.

    Raises
    ------
    CourseError
        For courses that break their contract or a `dose` below 1.
    """
    table = tidy_courses(courses)
    rows = []
    for each in _definitions(dose):
        there = each.column in table
        judged = each.judge(table) if there else pd.Series([], dtype="boolean")
        who = table["client"][judged.fillna(False).astype(bool)] if there else None
        n = int(judged.notna().sum())
        rows.append(
            {
                "definition": each.name,
                "meaning": each.words(dose),
                "judged": n if there else pd.NA,
                "dropped_out": len(who) if who is not None else pd.NA,
                "rate": len(who) / n if who is not None and n else np.nan,
                "who": tuple(who) if who is not None else (),
                "missing_column": "" if there else each.column,
            }
        )
    kinds = dict.fromkeys(("judged", "dropped_out"), "Int64")
    kinds |= dict.fromkeys(("definition", "meaning", "missing_column"), "str")
    return pd.DataFrame(rows).astype(kinds)


def dropout_by_definition(courses: pd.DataFrame, dose: int = DOSE) -> pd.DataFrame:
    """One row per client: `client`, and under each definition that the columns allow yes or no.

    Parameters
    ----------
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    dose : int, default 8
        The fewest sessions that `min_dose_8` calls enough, 1 or more.

    Returns
    -------
    DataFrame
        `client`, and columns named as in `dropout_definitions`, true or false; missing where the
        definition cannot judge.

    Raises
    ------
    CourseError
        For courses that break their contract or a `dose` below 1.
    """
    table = tidy_courses(courses)
    possible = [each for each in _definitions(dose) if each.column in table]
    return table[["client"]].assign(**{each.name: each.judge(table) for each in possible})


def definition_agreement(courses: pd.DataFrame, dose: int = DOSE) -> pd.DataFrame:
    """One row per pair of definitions: how far they agree beyond chance about the same clients.

    Source: Cohen (1960).

    Parameters
    ----------
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    dose : int, default 8
        The fewest sessions that `min_dose_8` calls enough, 1 or more.

    Returns
    -------
    DataFrame
        Columns `first`, `second`, `clients` (judged by both), `agreement` (share on which they
        agree, 0 to 1) and `kappa` (Cohen's: 1 full agreement, 0 as much as chance would make;
        missing where one of the two calls all or none a dropout, so that chance explains
        everything).

    Raises
    ------
    CourseError
        For courses that break their contract or a `dose` below 1.
    """
    judged = dropout_by_definition(courses, dose).drop(columns="client")
    rows = []
    for first, second in combinations(judged, 2):
        both = judged[[first, second]].dropna().astype(bool)
        one, other = both[first], both[second]
        agreement = (one == other).mean() if len(both) else np.nan
        chance = one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean())
        varied = len(both) and one.nunique() == 2 and other.nunique() == 2
        kappa = (agreement - chance) / (1 - chance) if varied else np.nan
        rows.append((first, second, len(both), agreement, kappa))
    columns = ["first", "second", "clients", "agreement", "kappa"]
    kinds = {"first": "str", "second": "str", "clients": "int64"}
    kinds |= dict.fromkeys(("agreement", "kappa"), "float64")
    return pd.DataFrame(rows, columns=columns).astype(kinds)


def _definitions(dose: int) -> tuple[_Definition, ...]:
    if not isinstance(dose, Integral) or isinstance(dose, bool) or dose < 1:
        raise CourseError([say("dropout.dose", given=repr(dose))])
    most = min(int(dose), MOST_SESSIONS + 1)  # no course is longer
    return (
        _Definition("ending", "ending", _as_recorded),
        _Definition("therapist", "therapist_view", lambda t: _is(t["therapist_view"])),
        _Definition("missed_last", "missed_last", lambda t: t["missed_last"]),
        _Definition("median_split", "sessions_attended", lambda t: _below(t, _median(t))),
        _Definition("intake_only", "sessions_attended", lambda t: _below(t, 2)),
        _Definition(f"min_dose_{dose}", "sessions_attended", lambda t: _below(t, most)),
        _Definition("planned_sessions", "planned_sessions", _short_of_plan),
        _Definition("no_reliable_change", "reliable_change", _unchanged),
    )


def _is(ending: pd.Series) -> pd.Series:
    return (ending == "dropped_out").astype("boolean").mask(ending.isna())


def _as_recorded(courses: pd.DataFrame) -> pd.Series:
    return _is(courses["ending"].mask(_ongoing(courses)))


def _ongoing(courses: pd.DataFrame) -> pd.Series:
    return courses["ending"] == "ongoing"


def _median(courses: pd.DataFrame) -> float:
    return float(courses.loc[~_ongoing(courses), "sessions_attended"].median())


def _below(courses: pd.DataFrame, sessions: float) -> pd.Series:
    below = (courses["sessions_attended"] < sessions).astype("boolean")
    undecided = _ongoing(courses) & (below.to_numpy(bool) | np.isnan(sessions))
    return below.mask(undecided)


def _short_of_plan(courses: pd.DataFrame) -> pd.Series:
    planned = courses["planned_sessions"]
    below = (courses["sessions_attended"] < planned).astype("boolean")
    return below.mask((_ongoing(courses) & below.fillna(False).astype(bool)) | planned.isna())


def _unchanged(courses: pd.DataFrame) -> pd.Series:
    unchanged = ~courses["reliable_change"]
    return unchanged.mask(_ongoing(courses) & unchanged.fillna(False).astype(bool))
