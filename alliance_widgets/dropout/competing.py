"""How treatments end, when dropping out and completing compete for the same client."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.dropout.checked import ended, groups_of, tidy_courses
from alliance_widgets.dropout.intervals import Interval, share_interval
from alliance_widgets.dropout.kaplan_meier import session_grid, stacked

__all__ = ["cumulative_incidence"]

Numbers = npt.NDArray[np.float64]

COMPETING = ("dropped_out", "completed")


def cumulative_incidence(
    courses: pd.DataFrame, by: str | None = None, interval: Interval = "log-log"
) -> pd.DataFrame:
    """One row per group, session and ending: the share of treatments that have ended so by then.

    Only `ongoing` clients are censored, after their last attended session; who never came ends at
    session 0. The interval is Aalen's, with the names of R's `conf.type` as in `retention`; it is
    missing while nobody has ended so.

    Read with care: this is the share to expect in a clinic in which some complete; it says
    nothing about what anybody would do if completing were not possible.

    Estimator: Aalen and Johansen (1978). statsmodels has it, but its standard errors are missing
    from the session on after which nobody is left.

    Parameters
    ----------
    courses : DataFrame
        Courses of treatment, as `check_courses` takes them.
    by : str, optional
        The column whose values are the groups; left out, all clients are one.
    interval : {"log-log", "log", "plain"}, default "log-log"
        On which scale the interval is symmetric, as in `retention`.

    Returns
    -------
    DataFrame
        Columns `group`, `session` (as in `retention`), `ending` (`dropped_out` and `completed`),
        `incidence` (0 to 1), `lower` and `upper` (95 % interval). The two incidences of a session
        and the share still in treatment add up to 1.

    Raises
    ------
    CourseError
        For courses that break their contract, for a column `by` that is not there and for clients
        without a group.
    """
    table = tidy_courses(courses)
    groups = groups_of(table, by)
    attended = table["sessions_attended"].to_numpy()
    left = [ended(table, ending) for ending in COMPETING]
    curves = []
    for group in range(len(groups.labels)):
        mine = groups.code == group
        session, at_risk = session_grid(attended[mine])
        counts = np.array(
            [np.bincount(attended[mine & so], minlength=session[-1] + 1)[session] for so in left]
        )
        share, se = _aalen_johansen(counts, at_risk)
        lower, upper = share_interval(share, se, interval)
        curves.append(
            {
                "session": np.repeat(session, len(COMPETING)),
                "ending": np.tile(COMPETING, len(session)),
                "incidence": share.T.ravel(),
                "lower": lower.T.ravel(),
                "upper": upper.T.ravel(),
            }
        )
    result = stacked(groups, curves)
    return result.assign(ending=result["ending"].astype("str"))


def _aalen_johansen(
    counts: npt.NDArray[np.int64], at_risk: npt.NDArray[np.int64]
) -> tuple[Numbers, Numbers]:
    """Incidence and standard error per ending (rows) and session (columns).

    The incidence F sums chance times still there; its variance comes from the multinomial
    variance of the chances at each session by the delta method:
    dF(t)/dp_j(s) = S(s-)·[j is this ending] - (F(t) - F(s)) / (1 - p(s)).
    """
    chance = counts / at_risk
    any_end = counts.sum(axis=0) / at_risk
    there = np.concatenate(([1.0], np.cumprod(1 - any_end)[:-1]))
    share = np.cumsum(there * chance, axis=1)

    stays = 1 - any_end
    odds = np.divide(any_end, stays, out=np.zeros_like(stays), where=stays > 0)
    so_far = np.tri(len(at_risk))  # row t, column s: whether s <= t
    variance = np.empty_like(share)
    for row, (mine, total) in enumerate(zip(chance, share, strict=True)):
        later = total[:, None] - total
        terms = (
            there**2 * mine * (1 - mine) + later**2 * odds - 2 * there * later * mine
        ) / at_risk
        variance[row] = (terms * so_far).sum(axis=1)
    return share, np.sqrt(np.maximum(variance, 0))
