"""The same association said as r, d, r², odds ratio or AUC, and as risks in three thirds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.arguments import as_shown, check_number, is_number, is_text_among
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["MEASURES", "convert_effect", "risk_by_third"]

Numbers = npt.NDArray[np.float64]

MOST_D = 100.0
"""Beyond this the two groups have long nothing in common."""

_LOGISTIC_SD = math.pi / math.sqrt(3)

# What a measure may be (open ends, except that r² may be 0).
_LIMITS = {
    "r": (-1, 1),
    "d": (-math.inf, math.inf),
    "r2": (0, 1),
    "odds_ratio": (0, math.inf),
    "auc": (0, 1),
}
MEASURES = tuple(_LIMITS)


def convert_effect(value: Any, from_: str, to: str, base_rate: float = 0.5) -> Any:
    """`value`, an effect measured as `from_`, said as `to`: a number, or a column of numbers.

    Read with care: r² makes an association look smaller than it is for people's lives, d and the
    odds ratio larger; look at several faces of the same number.

    Sources: Cohen (1988); Hasselblad and Hedges (1995) for the odds ratio, ln(odds ratio) = d·π/√3;
    Ruscio (2008) for AUC = Φ(d/√2), which holds for normal distributions of equal spread.

    Parameters
    ----------
    value : number, or column of numbers
        The effect.
    from_, to : {"r", "d", "r2", "odds_ratio", "auc"}
        The measure that `value` is in, and the one that is wanted: `r` (correlation of the alliance
        with a two-way outcome), `d` (difference of the two groups' means in standard deviations),
        `r2` (r squared; its sign is lost, so from `r2` comes a positive effect), `odds_ratio` (per
        standard deviation of a logistic variable), `auc` (share of pairs, one client of each group,
        in which the one in the better group has the stronger alliance).
    base_rate : float, default 0.5
        The share of clients in the smaller group, between 0 and 1; it matters for r and r² only,
        and .5 gives the textbook r = d / √(d² + 4).

    Returns
    -------
    number, or column of numbers
        Of the shape of `value`.

    Raises
    ------
    AllianceError
        For an unknown measure, a value that the measure cannot have, or a `base_rate` not between 0
        and 1.
    """
    problems = [
        say("effects.measure", measure=shown, known=", ".join(MEASURES))
        for shown in dict.fromkeys(
            as_shown(measure) for measure in (from_, to) if not is_text_among(measure, MEASURES)
        )
    ]
    if not _is_share(base_rate):
        problems.append(say("effects.base_rate", given=as_shown(base_rate)))
    if problems:
        raise AllianceError(problems)
    values = _as_numbers(value)
    low, high = _LIMITS[from_]
    wrong = (values <= low) | (values >= high)
    if from_ == "r2":
        wrong &= values != 0
    if wrong.any():
        shown = f"{values[wrong].flat[0]:g}"
        low_shown, high_shown = f"{low:g}", f"{high:g}"
        raise AllianceError(
            [say("effects.value", measure=from_, value=shown, low=low_shown, high=high_shown)]
        )
    if from_ == to:
        result = values
    elif {from_, to} == {"r", "r2"}:
        result = values**2 if to == "r2" else np.sqrt(values)
    else:
        result = _from_d(base_rate)[to](_to_d(base_rate)[from_](values))
    if isinstance(value, pd.Series):
        return pd.Series(result, index=value.index, name=value.name)
    return float(result) if np.ndim(value) == 0 else result


def risk_by_third(d: float, base_rate: float) -> pd.DataFrame:
    """One row per third of the clients by alliance: the share that drops out of each.

    Both groups are taken as normal with equal spread. With d = .55 and 19.7 % it is .296, .184,
    .111: of 100 clients in each third about 30, 18 and 11 leave.

    Read with care: it says how clients differ who have these alliances, not how a client's risk
    would change with the alliance.

    Parameters
    ----------
    d : float
        The difference in alliance between those who stay and those who drop out, in standard
        deviations.
    base_rate : float
        The share that drops out of all, between 0 and 1.

    Returns
    -------
    DataFrame
        Columns `third` (`lowest`, `middle`, `highest`) and `risk` (0 to 1).

    Raises
    ------
    AllianceError
        For a `base_rate` not between 0 and 1 or a `d` that is no number from -100 to 100.
    """
    from scipy.optimize import brentq
    from scipy.stats import norm

    problems = []
    if not _is_share(base_rate):
        problems.append(say("effects.base_rate", given=as_shown(base_rate)))
    try:
        d = check_number("d", d, -MOST_D, MOST_D)
    except AllianceError as fault:
        problems += fault.problems
    if problems:
        raise AllianceError(problems)

    def below(x: float) -> float:
        return float(base_rate * norm.cdf(x) + (1 - base_rate) * norm.cdf(x - d))

    ends = (-10 - abs(d), 10 + abs(d))
    cuts = [brentq(lambda x, share=share: below(x) - share, *ends) for share in (1 / 3, 2 / 3)]
    dropped_below = norm.cdf([-np.inf, *cuts, np.inf])
    return pd.DataFrame(
        {
            "third": pd.array(["lowest", "middle", "highest"], dtype="str"),
            "risk": 3 * base_rate * np.diff(dropped_below),
        }
    )


def _is_share(value: object) -> bool:
    """Whether it is a number above 0 and below 1."""
    return is_number(value) and 0 < value < 1


def _as_numbers(value: object) -> Numbers:
    """The value or values to convert; text, even "0,5", is no number."""
    if isinstance(value, pd.Series) and value.dtype.kind in "iuf":
        return value.to_numpy("float64", na_value=np.nan)
    try:
        given = np.asarray(value)
        is_number = given.dtype.kind in "iuf" and not isinstance(value, pd.DataFrame)
    except (TypeError, ValueError):
        is_number = False
    if not is_number:
        raise AllianceError([say("effects.no_numbers", given=as_shown(value))])
    return given.astype(np.float64)


def _to_d(base_rate: float) -> dict[str, Callable[[Numbers], Numbers]]:
    from scipy.special import ndtri

    split = base_rate * (1 - base_rate)
    return {
        "r": lambda r: r / np.sqrt(split * (1 - r**2)),
        "d": lambda d: d,
        "r2": lambda r2: np.sqrt(r2) / np.sqrt(split * (1 - r2)),
        "odds_ratio": lambda ratio: np.log(ratio) / _LOGISTIC_SD,
        "auc": lambda auc: math.sqrt(2) * ndtri(auc),
    }


def _from_d(base_rate: float) -> dict[str, Callable[[Numbers], Numbers]]:
    from scipy.special import ndtr

    split = base_rate * (1 - base_rate)
    return {
        "r": lambda d: d / np.sqrt(d**2 + 1 / split),
        "d": lambda d: d,
        "r2": lambda d: d**2 / (d**2 + 1 / split),
        "odds_ratio": lambda d: np.exp(d * _LOGISTIC_SD),
        "auc": lambda d: ndtr(d / math.sqrt(2)),
    }
