"""How many have not dropped out, if nobody completed: Kaplan and Meier's curve, and its test."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.dropout.checked import Groups, ended, groups_of, tidy_courses
from alliance_widgets.dropout.intervals import Interval, share_interval
from alliance_widgets.errors import CourseError
from alliance_widgets.words import say

__all__ = ["compare_retention", "retention", "session_grid"]

Whole = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def retention(
    courses: pd.DataFrame, by: str | None = None, interval: Interval = "log-log"
) -> pd.DataFrame:
    """One row per group and session: the share that has not dropped out, were leaving the only end.

    Who never came and is called dropped out leaves at session 0; who never came and is called
    anything else is at risk at session 0 only. `ongoing` and `completed` clients are at risk up to
    and including their last attended session and then no longer counted (censored).

    The interval is Greenwood's, with the names of R's `conf.type`. While nobody has left it is 1 to
    1, and it is missing once everybody has; neither means certainty.

    Read with care: treating a completed course as merely censored asks what would happen if nobody
    ever completed (and takes those who did to have been as likely to leave as the rest), so 1 minus
    retention overstates how many drop out; `cumulative_incidence` does not.

    Estimator: Kaplan and Meier (1958); the tests hold it to R's `survfit` and to statsmodels.

    Parameters
    ----------
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    by : str, optional
        The column whose values are the groups; left out, all clients are one.
    interval : {"log-log", "log", "plain"}, default "log-log"
        On which scale the interval is symmetric: log(-log), log, or that of the share.

    Returns
    -------
    DataFrame
        Columns `group` (the values of the column `by`; "all" without one), `session` (each one from
        1 to the group's longest course; from 0 if somebody never came), `at_risk` (clients who
        attended at least so many sessions), `left` (those of them who dropped out after exactly so
        many), `retention` (0 to 1), `lower` and `upper` (95 % interval).

    Raises
    ------
    CourseError
        For courses that break their contract, for a column `by` that is not there and for clients
        without a group.
    """
    table = tidy_courses(courses)
    groups = groups_of(table, by)
    attended = table["sessions_attended"].to_numpy()
    dropped = ended(table, "dropped_out")
    curves = []
    for group in range(len(groups.labels)):
        mine = groups.code == group
        time, event = attended[mine], dropped[mine]
        session, at_risk = session_grid(time)
        left = np.bincount(time[event], minlength=session[-1] + 1)[session]
        share, se = _product_limit(at_risk, left)
        lower, upper = share_interval(share, se, interval)
        curves.append((session, at_risk, left, share, lower, upper))
    names = ("session", "at_risk", "left", "retention", "lower", "upper")
    return stacked(groups, [dict(zip(names, curve, strict=True)) for curve in curves])


def _product_limit(at_risk: Whole, left: Whole) -> tuple[Numbers, Numbers]:
    """The share that has not left, and its standard error (Greenwood), after each session."""
    stayed = at_risk - left
    share = np.cumprod(stayed / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(np.cumsum(left / (at_risk * stayed), dtype=np.float64))
        return share, share * relative


def compare_retention(courses: pd.DataFrame, by: str) -> pd.Series:
    """The log-rank test of whether the groups leave at different rates: `chi2`, `df` and `p`.

    Groups of which nobody was left when the first client dropped out say nothing and do not count
    in `df`, as in R's `survdiff`.

    Read with care: it compares groups that were formed before treatment, or by a landmark. Groups
    formed by what happened later differ even where nothing matters, because a client must stay to
    be put into them.

    Test: Mantel (1966), from statsmodels.

    Parameters
    ----------
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    by : str
        The column whose values are the groups.

    Returns
    -------
    Series
        `chi2`, `df` (degrees of freedom) and `p` (0 to 1).

    Raises
    ------
    CourseError
        As `retention`, and if there is nothing to compare: a single group, nobody dropped out, or
        no moment at which clients of two groups could both still leave.
    """
    from scipy.stats import chi2
    from statsmodels.duration.survfunc import survdiff

    table = tidy_courses(courses)
    groups = groups_of(table, by)
    attended = table["sessions_attended"].to_numpy()
    dropped = ended(table, "dropped_out")
    if len(groups.labels) < 2:
        raise CourseError([say("dropout.one_group", column=by, group=groups.labels[0])])
    if not dropped.any():
        raise CourseError([say("dropout.nobody_left")])
    reached = attended >= attended[dropped].min()
    different = len(np.unique(groups.code[reached]))
    try:
        statistic, _ = survdiff(
            attended[reached], dropped[reached].astype(np.int64), groups.code[reached]
        )
    except (np.linalg.LinAlgError, ValueError):
        statistic = np.nan
    if different < 2 or not np.isfinite(statistic):
        raise CourseError([say("dropout.not_comparable", column=by)])
    degrees = different - 1
    return pd.Series(
        {"chi2": float(statistic), "df": degrees, "p": float(chi2.sf(statistic, degrees))}
    )


def session_grid(attended: Whole) -> tuple[Whole, Whole]:
    """The sessions up to the longest course, and how many clients came at least so often."""
    ended = np.bincount(attended)
    at_risk = np.cumsum(ended[::-1])[::-1]
    session = np.arange(0 if ended[0] else 1, len(ended))
    return session, at_risk[session]


def stacked(groups: Groups, tables: list[dict[str, Any]]) -> pd.DataFrame:
    """The groups' columns below each other, with the group's label first."""
    lengths = [len(table["session"]) for table in tables]
    label = pd.Series(groups.labels).repeat(lengths).reset_index(drop=True)
    columns = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    return pd.DataFrame({"group": label, **columns})
