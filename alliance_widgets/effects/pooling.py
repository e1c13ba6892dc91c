"""One estimate from many studies that need not share one true effect, and studies to try it on."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.arguments import as_shown, check_number, check_whole, is_text_among
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["pool_effects", "synthetic_studies"]

MOST_STUDIES, MOST_PEOPLE = 1_000_000, 1e9

Numbers = npt.NDArray[np.float64]
Method = Literal["reml", "dersimonian_laird"]


def pool_effects(studies: pd.DataFrame, method: Method = "reml") -> pd.Series:
    """The average effect of studies whose true effects differ, and how much they differ.

    Read with care: the interval is about the average, the prediction interval about the next
    study, and the second is the wider one wherever studies differ. Neither knows of studies that
    were never published.

    Sources: REML as in Viechtbauer (2005); DerSimonian and Laird (1986), from statsmodels; Hartung
    and Knapp (2001); Higgins, Thompson and Spiegelhalter (2009) for the prediction interval.

    Parameters
    ----------
    studies : DataFrame
        One row per study with `r` and `n` (people): correlations are pooled as Fisher's z and said
        as r again; or with `effect` and `se`, pooled as they are.
    method : {"reml", "dersimonian_laird"}, default "reml"
        How the spread of the true effects is estimated.

    Returns
    -------
    Series
        `k` (studies); `effect`, `lower`, `upper` (95 % interval of the average, Hartung–Knapp);
        `prediction_lower`, `prediction_upper` (where the true effect of a further study is
        expected, 95 %; missing for two studies); `tau` (SD of the true effects, on the scale that
        was pooled); `i2` (share of the observed variance that is not sampling error, 0 to 1); `q`
        and `q_p` (test of no difference).

    Raises
    ------
    AllianceError
        For missing columns, fewer than two studies, numbers that cannot be, or an unknown `method`.
    """
    import statsmodels.api as sm
    from scipy.stats import chi2, t

    methods = {"reml": _reml, "dersimonian_laird": _dersimonian_laird}
    if not is_text_among(method, methods):
        known = ", ".join(methods)
        raise AllianceError([say("effects.method", given=as_shown(method), known=known)])
    effect, variance, as_given = _effects(studies)
    k = len(effect)
    between = methods[method](effect, variance)
    # Weighted least squares with an estimated scale has the Hartung–Knapp standard error.
    fit = sm.WLS(effect, np.ones(k), weights=1 / (variance + between)).fit()
    mean = float(fit.params[0])
    lower, upper = fit.conf_int()[0]
    weight = 1 / variance
    q = float(weight @ (effect - weight @ effect / weight.sum()) ** 2)
    half = t.ppf(0.975, k - 2) * np.hypot(np.sqrt(between), fit.bse[0]) if k > 2 else np.nan
    return pd.Series(
        {
            "k": k,
            "effect": as_given(mean),
            "lower": as_given(lower),
            "upper": as_given(upper),
            "prediction_lower": as_given(mean - half),
            "prediction_upper": as_given(mean + half),
            "tau": np.sqrt(between),
            "i2": max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0,
            "q": q,
            "q_p": float(chi2.sf(q, k - 1)),
        }
    )


def synthetic_studies(
    k: int = 295,
    mean_z: float = 0.2855,
    tau: float = 0.096,
    n: float = 103,
    seed: int = 0,
) -> pd.DataFrame:
    """SYNTHETIC studies of alliance and outcome, one row each: `study`, `n`, `r`, `true_r`.

    No such study was ever done. The defaults make tables like the one behind the published average
    of r = .278 (Flückiger et al., 2018, a review of 295 samples), whose single studies are not in
    this kit: about 2 % of the observed r are negative, as reported.

    Read with care: what is found here was put in.

    Parameters
    ----------
    k : int, default 295
        How many studies.
    mean_z : float, default 0.2855
        The mean of the true effects, as Fisher's z; they are normal.
    tau : float, default 0.096
        The SD of the true effects, as Fisher's z.
    n : float, default 103
        About how many people a study has (Poisson).
    seed : int, default 0
        The dice; same seed, same table.

    Returns
    -------
    DataFrame
        Columns `study`, `n` (people), `r` (observed, with sampling error) and `true_r`.

    Raises
    ------
    AllianceError
        For settings that cannot be.
    """
    try:
        k, seed = check_whole("k", k, 1, MOST_STUDIES), check_whole("seed", seed, 0)
        mean_z, tau = check_number("mean_z", mean_z, -10, 10), check_number("tau", tau, 0, 10)
        n = check_number("n", n, 4, MOST_PEOPLE)
    except AllianceError:
        raise AllianceError([say("effects.synthetic")]) from None
    random = np.random.default_rng(seed)
    people = np.maximum(random.poisson(n, k), 4)
    true_z = mean_z + tau * random.standard_normal(k)
    observed = true_z + random.standard_normal(k) / np.sqrt(people - 3)
    names = [say("effects.study", number=number) for number in range(1, k + 1)]
    return pd.DataFrame(
        {
            "study": pd.array(names, dtype="str"),
            "n": people,
            "r": np.tanh(observed),
            "true_r": np.tanh(true_z),
        }
    )


def _effects(studies: pd.DataFrame) -> tuple[Numbers, Numbers, Any]:
    """The effects to pool, their sampling variances, and the way back to what was given."""
    if not isinstance(studies, pd.DataFrame):
        raise AllianceError([say("effects.not_studies", given=as_shown(studies))])
    if {"effect", "se"} <= set(studies):
        table = _numbers_of(studies, ("effect", "se"))
        good = np.isfinite(table["effect"]) & (table["se"] > 0) & np.isfinite(table["se"])
    elif {"r", "n"} <= set(studies):
        table = _numbers_of(studies, ("r", "n"))
        good = (table["r"].abs() < 1) & (table["n"] > 3) & np.isfinite(table["n"])
    else:
        raise AllianceError([say("effects.columns", found=", ".join(map(str, studies)))])
    problems = []
    if not good.all():
        problems.append(say("effects.impossible", n=int((~good).sum())))
    if len(table) < 2:
        problems.append(say("effects.too_few", n=len(table)))
    if problems:
        raise AllianceError(problems)
    first, second = table.to_numpy().T
    if "se" in table:
        return first, second**2, lambda effect: effect
    return np.arctanh(first), 1 / (second - 3), np.tanh


def _numbers_of(studies: pd.DataFrame, names: tuple[str, str]) -> pd.DataFrame:
    """These columns as numbers, without studies that lack one; text is named, never guessed at."""
    columns = {}
    for name in names:
        column = studies[name]
        if isinstance(column, pd.DataFrame):
            raise AllianceError([say("table.column_twice", column=name)])
        if column.dtype.kind not in "iuf":
            value = column.dropna().iloc[0] if column.notna().any() else ""
            shown = {"column": name, "value": as_shown(value)}
            raise AllianceError([say("effects.not_a_column_of_numbers", **shown)])
        columns[name] = column.to_numpy("float64", na_value=np.nan)
    return pd.DataFrame(columns).dropna()


def _dersimonian_laird(effect: Numbers, variance: Numbers) -> float:
    from statsmodels.stats.meta_analysis import combine_effects

    with np.errstate(invalid="ignore"):  # studies more alike than chance have a variance below 0
        return max(0.0, float(combine_effects(effect, variance, method_re="dl").tau2))


def _reml(effect: Numbers, variance: Numbers) -> float:
    """The variance of the true effects at which the restricted likelihood has no slope."""
    from scipy.optimize import brentq

    def slope(between: float) -> float:
        weight = 1 / (variance + between)
        distance = effect - weight @ effect / weight.sum()
        square = weight**2
        return float(square @ distance**2 - weight.sum() + square.sum() / weight.sum())

    if slope(0) <= 0:
        return 0.0
    most = float(np.var(effect, ddof=1)) + 1e-12
    while slope(most) > 0:
        most *= 2
    return float(brentq(slope, 0, most, xtol=1e-14))
