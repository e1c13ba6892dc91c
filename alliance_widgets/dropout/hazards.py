"""What goes with leaving after a session: logistic regression on sessions, and Cox's model."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.dropout.intervals import Z
from alliance_widgets.dropout.terms import Units, design
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["TERMS", "fit_cox", "fit_hazard"]

Numbers = npt.NDArray[np.float64]

TERMS = ("early", "alliance_between", "alliance_within", "open_rupture")
COX_TERMS = TERMS[1:]  # who is at risk at a session shares its `early`, so Cox cannot judge it

CERTAIN = 1e-8  # a fitted chance this near to 0 or 1 has run away
WIDEST_SE = 50.0  # in standard deviations of the term: nothing was learned about it
MOST_STEPS, SMALLEST_STEP = 100, 1e-8  # of Newton's method
RIDGE = 1e-10


@dataclass(frozen=True, eq=False)
class Fit:
    """What a model gave for terms in standard units; `certain` if a fitted chance ran away."""

    coefficients: Numbers
    covariance: Numbers
    certain: bool = False


def fit_hazard(table: pd.DataFrame, terms: Sequence[str] = TERMS) -> pd.DataFrame:
    """One row per term: how the chance of leaving after a session goes with it (log odds).

    Read with care: a coefficient says how things go together among these clients, given the other
    terms; with no experiment it does not say what raising the alliance would do, not even within
    a client.

    Units do not matter: inside, every term is brought to mean 0 and SD 1. A term in other units
    has the same p, and its coefficient is that of the new unit.

    Model: discrete-time hazard with logit link (Singer and Willett, 1993), by Newton's method; the
    tests hold it to statsmodels' `Logit` and to R's `glm`.

    Parameters
    ----------
    table : DataFrame
        One row per client and session, as `person_period` makes it.
    terms : sequence of str, optional
        Columns of `table`: numbers, yes and no, or words (a column of words becomes one term per
        word but the first: `treatment[CBT]`; `table.assign(session=table["session"].astype("str"))`
        gives every session its own level). Left out: `early`, `alliance_between`, `alliance_within`
        and `open_rupture`.

    Returns
    -------
    DataFrame
        Columns `term` (first `intercept`), `coefficient` (log odds ratio per unit), `se`, `z`, `p`,
        `odds_ratio`, `lower`, `upper` (95 %, of the odds ratio), and, the same in every row, `rows`
        (sessions used), `events` (departures among them) and `left_out` (sessions without a value
        in some term).

    Raises
    ------
    AllianceError
        For a column that is not there or holds what it cannot (infinite values, numbers written as
        text, an `event` that is not true or false), for a table in which nobody or everybody
        leaves, for a term that does not vary or is made up of others, and for one that tells
        leaving from staying without an exception, so that no finite estimate exists.
    """
    columns, event, used = design(table, terms)
    units = Units.of(columns)
    _check_rank(units.standard, units.names)
    with_intercept = np.column_stack([np.ones(len(columns)), units.standard])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fitted, covariance, chance = _logit(event, with_intercept)
        except np.linalg.LinAlgError:
            raise AllianceError([_no_estimate(units.names, None)]) from None
    certain = min(chance.min(), 1 - chance.max()) < CERTAIN
    fit = Fit(fitted, covariance, certain=bool(certain))
    return _estimates(units, fit, "odds_ratio", used, len(table))


def _logit(event: Numbers, columns: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Coefficients of greatest likelihood, their covariance, and each row's fitted chance."""
    coefficients: Numbers = np.zeros(columns.shape[1])
    chance: Numbers = np.full(len(event), 0.5)
    for _ in range(MOST_STEPS):
        step = np.linalg.solve(_information(columns, chance), columns.T @ (event - chance))
        coefficients = coefficients + step
        chance = 1 / (1 + np.exp(-(columns @ coefficients)))
        if np.abs(step).max() < SMALLEST_STEP:
            break
    covariance = np.linalg.inv(_information(columns, chance)).astype(np.float64)
    return coefficients, covariance, chance


def _information(columns: Numbers, chance: Numbers) -> Numbers:
    """Fisher's; with next to nothing added, so that it has an inverse where chances run away."""
    information: Numbers = columns.T @ (columns * (chance * (1 - chance))[:, None])
    return information + len(columns) * RIDGE * np.eye(columns.shape[1])


def fit_cox(table: pd.DataFrame, terms: Sequence[str] = COX_TERMS) -> pd.DataFrame:
    """One row per term: Cox's model with an alliance that changes from session to session.

    What all clients share at a session, such as `early`, cancels out and cannot be a term. A table
    that begins later (`table[table["session"] > 3]`) gives a late entry its due.

    Read with care: sessions come in whole numbers, so many clients leave at the same one (Efron's
    correction is used); the discrete-time model is made for that, and this one is for comparison.

    Model: Cox (1972), by statsmodels.

    Parameters
    ----------
    table : DataFrame
        One row per client and session, as `person_period` makes it; each row is at risk from the
        session before to its own.
    terms : sequence of str, default ("alliance_between", "alliance_within", "open_rupture")
        Columns of `table`, as in `fit_hazard`.

    Returns
    -------
    DataFrame
        Columns as in `fit_hazard`, with `hazard_ratio` in the place of `odds_ratio` and without an
        intercept.

    Raises
    ------
    AllianceError
        As `fit_hazard`.
    """
    from statsmodels.duration.hazard_regression import PHReg

    columns, event, used = design(table, terms)
    session = _session_numbers(used["session"])
    _check_shared(columns, used["session"])
    units = Units.of(columns)
    _check_rank(units.standard, units.names)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            # statsmodels has who enters at the moment of a departure already at risk of it, so
            # a row begins halfway, not at the session before.
            fit = PHReg(
                session, units.standard, status=event, entry=session - 0.5, ties="efron"
            ).fit(disp=0)
        except (np.linalg.LinAlgError, ValueError):
            raise AllianceError([_no_estimate(units.names, None)]) from None
    found = Fit(np.asarray(fit.params), np.asarray(fit.cov_params()))
    return _estimates(units, found, "hazard_ratio", used, len(table))


def _session_numbers(column: pd.Series) -> Numbers:
    if column.dtype.kind not in "iuf":
        raise AllianceError([say("dropout.text_session", value=column.iloc[0])])
    session = column.to_numpy("float64")
    if not np.isfinite(session).all():
        infinite = int((~np.isfinite(session)).sum())
        raise AllianceError([say("dropout.infinite", term="session", n=infinite)])
    return session


def _check_rank(standard: Numbers, names: Sequence[str]) -> None:
    together = standard.T @ standard / len(standard)
    if np.linalg.matrix_rank(together, tol=1e-10) < standard.shape[1]:
        raise AllianceError([say("dropout.collinear", terms=", ".join(names))])


def _check_shared(columns: pd.DataFrame, session: pd.Series) -> None:
    differs = columns.groupby(session.to_numpy()).nunique().gt(1).any()
    shared = [str(name) for name in differs.index[~differs]]
    if shared:
        raise AllianceError([say("dropout.shared", term=name) for name in shared])


def _estimates(units: Units, fit: Fit, ratio: str, used: pd.DataFrame, given: int) -> pd.DataFrame:
    from scipy.special import ndtr  # the normal distribution: all of scipy.stats takes a second

    standard, covariance = fit.coefficients, fit.covariance
    spread = np.sqrt(np.where(np.diag(covariance) >= 0, np.diag(covariance), np.nan))
    lost = ~np.isfinite(spread) | (spread > WIDEST_SE)
    if fit.certain or lost.any() or not np.isfinite(standard).all():
        raise AllianceError([_no_estimate(units.names, spread[-len(units.names) :])])
    coefficient, se = units.back(standard, covariance)
    names = units.names if len(standard) == len(units.names) else ["intercept", *units.names]
    z = coefficient / se
    with np.errstate(over="ignore"):
        ratios = {
            ratio: np.exp(coefficient),
            "lower": np.exp(coefficient - Z * se),
            "upper": np.exp(coefficient + Z * se),
        }
    return pd.DataFrame(
        {
            "term": pd.array(names, dtype="str"),
            "coefficient": coefficient,
            "se": se,
            "z": z,
            "p": 2 * ndtr(-np.abs(z)),
            **ratios,
            "rows": len(used),
            "events": int(used["event"].sum()),
            "left_out": given - len(used),
        }
    )


def _no_estimate(names: Sequence[str], doubt: Numbers | None) -> str:
    """The sentence for terms that tell leaving from staying; names the likeliest one."""
    if doubt is None or not np.isfinite(doubt).any():
        return say("dropout.separated_somewhere", terms=", ".join(names))
    return say("dropout.separated", term=names[int(np.nanargmax(doubt))])
