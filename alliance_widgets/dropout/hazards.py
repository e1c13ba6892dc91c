"""What goes with leaving after a session: logistic regression on sessions, and Cox's model."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.dropout.intervals import Z
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["TERMS", "fit_cox", "fit_hazard"]

Numbers = npt.NDArray[np.float64]

TERMS = ("early", "alliance_between", "alliance_within", "open_rupture")
COX_TERMS = TERMS[1:]  # who is at risk at a session shares its `early`, so Cox cannot judge it
NEEDED = ("client", "session", "event")

CERTAIN = 1e-8  # a fitted chance this near to 0 or 1 has run away
WIDEST_SE = 50.0  # in standard deviations of the term: nothing was learned about it


def fit_hazard(table: pd.DataFrame, terms: Sequence[str] = TERMS) -> pd.DataFrame:
    """One row per term: how the chance of leaving after a session goes with it (log odds).

    `table` has a row per client and session as `person_period` makes it; `terms` are columns of
    it, numbers, yes and no, or words (a column of words becomes one term per word but the first:
    `treatment[CBT]`; `table.assign(session=table["session"].astype("str"))` gives every session
    its own level). Columns `term` (first `intercept`), `coefficient` (log odds ratio per unit),
    `se`, `z`, `p`, `odds_ratio`, `lower`, `upper` (95 %, of the odds ratio), and, the same in
    every row, `rows` (sessions used), `events` (departures among them) and `left_out` (sessions
    without a value in some term).

    Read with care: a coefficient says how things go together among these clients, given the other
    terms; with no experiment it does not say what raising the alliance would do, not even within
    a client.

    Raises `AllianceError`, in words, for a column that is not there, for a table in which nobody
    or everybody leaves, for a term that does not vary or is made up of others, and for one that
    tells leaving from staying without an exception, so that no finite estimate exists. Model:
    discrete-time hazard with logit link (Singer and Willett, 1993), by statsmodels.
    """
    from statsmodels.discrete.discrete_model import Logit

    design, event, used = _design(table, terms)
    design = pd.concat([pd.Series(1.0, index=design.index, name="intercept"), design], axis=1)
    _check_rank(design)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fit = Logit(event, design.to_numpy()).fit(disp=0, maxiter=100)
        except (np.linalg.LinAlgError, ValueError):
            raise AllianceError([_no_estimate(design, None)]) from None
    chance = fit.predict()
    certain = min(chance.min(), 1 - chance.max()) < CERTAIN
    return _estimates(design, fit, "odds_ratio", bool(certain), used, len(table))


def fit_cox(table: pd.DataFrame, terms: Sequence[str] = COX_TERMS) -> pd.DataFrame:
    """One row per term: Cox's model with an alliance that changes from session to session.

    `table` and `terms` as in `fit_hazard`; each row is at risk from the session before to its own.
    Columns as there, with `hazard_ratio` in the place of `odds_ratio` and without an intercept:
    what all clients share at a session, such as `early`, cancels out and cannot be a term. A
    table that begins later (`table[table["session"] > 3]`) gives a late entry its due.

    Read with care: sessions come in whole numbers, so many clients leave at the same one (Efron's
    correction is used); the discrete-time model is made for that, and this one is for comparison.

    Raises what `fit_hazard` raises. Model: Cox (1972), by statsmodels.
    """
    from statsmodels.duration.hazard_regression import PHReg

    design, event, used = _design(table, terms)
    session = used["session"].to_numpy(dtype=float)
    _check_shared(design, used["session"])
    _check_rank(design - design.mean())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            # statsmodels has who enters at the moment of a departure already at risk of it, so
            # a row begins halfway, not at the session before.
            fit = PHReg(
                session, design.to_numpy(), status=event, entry=session - 0.5, ties="efron"
            ).fit(disp=0)
        except (np.linalg.LinAlgError, ValueError):
            raise AllianceError([_no_estimate(design, None)]) from None
    return _estimates(design, fit, "hazard_ratio", False, used, len(table))


def _design(
    table: pd.DataFrame, terms: Sequence[str]
) -> tuple[pd.DataFrame, Numbers, pd.DataFrame]:
    """The terms as numbers, the events, and the rows used; faults in words."""
    wanted = [terms] if isinstance(terms, str) else list(terms)
    missing = [name for name in (*NEEDED, *wanted) if name not in table]
    if missing or not wanted:
        found = ", ".join(map(str, table.columns))
        raise AllianceError(
            [say("dropout.no_term", column=name, found=found) for name in missing]
            or [say("dropout.no_terms")]
        )
    twice = [name for name in dict.fromkeys(wanted) if wanted.count(name) > 1]
    if twice:
        raise AllianceError([say("dropout.term_twice", term=name) for name in twice])
    used = table.dropna(subset=[*NEEDED, *wanted]).reset_index(drop=True)
    event = used["event"].to_numpy(dtype=float)
    if not len(used) or not event.any():
        raise AllianceError([say("dropout.no_events", n=len(used))])
    if event.all():
        raise AllianceError([say("dropout.all_events", n=len(used))])
    design = pd.concat([_as_terms(used[name]) for name in wanted], axis=1)
    still = [str(name) for name in design if design[name].nunique() < 2]
    if still:
        raise AllianceError([say("dropout.constant", term=name) for name in still])
    return design, event, used


def _as_terms(column: pd.Series) -> pd.DataFrame:
    if column.dtype.kind in "biuf":
        return column.astype("float64").to_frame()
    words = pd.get_dummies(column, drop_first=True, dtype=float)
    if words.empty:
        return pd.DataFrame({column.name: np.zeros(len(column))})
    return words.rename(columns={word: f"{column.name}[{word}]" for word in words})


def _check_rank(design: pd.DataFrame) -> None:
    scaled = design / np.sqrt((design**2).mean())
    if np.linalg.matrix_rank(scaled.T @ scaled / len(design), tol=1e-10) < design.shape[1]:
        raise AllianceError([say("dropout.collinear", terms=", ".join(map(str, design)))])


def _check_shared(design: pd.DataFrame, session: pd.Series) -> None:
    differs = design.groupby(session.to_numpy()).nunique().gt(1).any()
    shared = [str(name) for name in differs.index[~differs]]
    if shared:
        raise AllianceError([say("dropout.shared", term=name) for name in shared])


def _estimates(
    design: pd.DataFrame, fit: Any, ratio: str, certain: bool, used: pd.DataFrame, given: int
) -> pd.DataFrame:
    from scipy.stats import norm

    coefficient, se = np.asarray(fit.params), np.asarray(fit.bse)
    spread = design.std().to_numpy()
    lost = ~np.isfinite(se) | (se * np.where(spread > 0, spread, 0) > WIDEST_SE)
    if certain or lost.any() or not np.isfinite(coefficient).all():
        raise AllianceError([_no_estimate(design, se * spread)])
    z = coefficient / se
    with np.errstate(over="ignore"):
        ratios = {
            ratio: np.exp(coefficient),
            "lower": np.exp(coefficient - Z * se),
            "upper": np.exp(coefficient + Z * se),
        }
    return pd.DataFrame(
        {
            "term": pd.array([str(name) for name in design], dtype="str"),
            "coefficient": coefficient,
            "se": se,
            "z": z,
            "p": 2 * norm.sf(np.abs(z)),
            **ratios,
            "rows": len(used),
            "events": int(used["event"].sum()),
            "left_out": given - len(used),
        }
    )


def _no_estimate(design: pd.DataFrame, doubt: Numbers | None) -> str:
    """The sentence for terms that tell leaving from staying; names the likeliest one."""
    if doubt is None or not np.isfinite(doubt).any():
        return say("dropout.separated_somewhere", terms=", ".join(map(str, design)))
    return say("dropout.separated", term=design.columns[int(np.nanargmax(doubt))])
