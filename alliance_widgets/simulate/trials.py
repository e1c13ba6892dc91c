"""Trials of a training: therapists are allotted to it by lot, and their clients are counted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from alliance_widgets.errors import SimulationError
from alliance_widgets.simulate.draws import MOST_SEEDS
from alliance_widgets.simulate.knobs import unless_fits
from alliance_widgets.words import say

__all__ = ["simulate_trials"]

MOST_CLIENTS = 20_000_000  # in all trials together


def simulate_trials(
    therapists: int,
    clients_each: int,
    *,
    leaving: float = 0.19,
    leaving_trained: float | None = None,
    between: float = 0.05,
    trials: int = 2_000,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per trial in which half of the therapists, by lot, were trained.

    Read with care: therapists were allotted, so therapists are the units. `p_clients` is the
    common mistake; clients of one therapist leave alike, and a few therapists differ by chance.

    Parameters
    ----------
    therapists : int
        How many therapists, an even number from 4 on; half of them are trained.
    clients_each : int
        How many clients each of them has.
    leaving : float, default 0.19
        The share of clients that leaves a therapist without training.
    leaving_trained : float, optional
        The share that leaves a trained therapist; left out, training does nothing.
    between : float, default 0.05
        The share of the differences in leaving that lies between therapists (intraclass
        correlation). The default is assumed, not a finding.
    trials : int, default 2000
        How many trials.
    seed : int, default 0
        The dice; same seed, same table.

    Returns
    -------
    DataFrame
        Columns `trial` (from 1); `trained` and `untrained`, the shares of clients who left;
        `p_clients`, the p-value of their difference if every client counts as one independent unit;
        and `p_therapists`, if every therapist does (a t test on the therapists' shares).

    Raises
    ------
    SimulationError
        Naming every impossible number.
    """
    after = leaving if leaving_trained is None else leaving_trained
    _check(therapists, clients_each, leaving, after, between, trials, seed)
    rng = np.random.default_rng(seed)
    usual = np.repeat([after, leaving], therapists // 2)
    spread = (1 - between) / between
    own = rng.beta(usual * spread, (1 - usual) * spread, size=(trials, therapists))
    shares = (rng.binomial(clients_each, own) / clients_each).reshape(trials, 2, -1)
    means = shares.mean(axis=2)
    return pd.DataFrame(
        {
            "trial": np.arange(1, trials + 1),
            "trained": means[:, 0],
            "untrained": means[:, 1],
            "p_clients": _p_of_clients(means, clients_each * therapists // 2),
            "p_therapists": _p_of_therapists(shares),
        }
    )


def _p_of_clients(means: np.ndarray, each_arm: int) -> np.ndarray:
    """Two shares compared as if all clients were independent."""
    from scipy.stats import norm

    together = means.mean(axis=1)
    error = np.sqrt(together * (1 - together) * 2 / each_arm)
    return _two_sided(means[:, 0] - means[:, 1], error, norm.sf)


def _p_of_therapists(shares: np.ndarray) -> np.ndarray:
    """The therapists' own shares compared."""
    from scipy.stats import t

    n = shares.shape[2]
    error = np.sqrt(shares.var(axis=2, ddof=1).sum(axis=1) / n)
    difference = shares[:, 0].mean(axis=1) - shares[:, 1].mean(axis=1)
    return _two_sided(difference, error, lambda z: t.sf(z, 2 * n - 2))


def _two_sided(
    difference: np.ndarray, error: np.ndarray, beyond: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """The p-value of a difference; without any spread it is 1 if there is none, else 0."""
    z = np.divide(
        np.abs(difference),
        error,
        out=np.where(difference == 0, 0.0, np.inf),
        where=error > 0,
    )
    return np.asarray(2 * beyond(z))


def _check(
    therapists: int,
    clients_each: int,
    leaving: float,
    after: float,
    between: float,
    trials: int,
    seed: int,
) -> None:
    problems = [
        *unless_fits("therapists", therapists, 4, 10_000, whole=True),
        *unless_fits("clients_each", clients_each, 1, 10_000, whole=True),
        *unless_fits("leaving", leaving, 0.01, 0.99),
        *unless_fits("leaving_trained", after, 0.01, 0.99),
        *unless_fits("between", between, 0.001, 0.9),
        *unless_fits("trials", trials, 1, 100_000, whole=True),
        *unless_fits("seed", seed, 0, MOST_SEEDS - 1, whole=True),
    ]
    if not problems and therapists % 2:
        problems.append(say("simulate.half", therapists=therapists))
    if not problems and trials * therapists * clients_each > MOST_CLIENTS:
        problems.append(say("simulate.too_many", most=f"{MOST_CLIENTS:,}"))
    if problems:
        raise SimulationError(problems)
