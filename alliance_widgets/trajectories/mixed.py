"""A line per client around one average line, by restricted maximum likelihood (REML).

The likelihood needs only six sums per client, and its shape is known: with the spread of the
clients' own lines written as L·Lᵀ (L a lower triangle, in units of the residual's SD), the
average line and the residual follow from L. So the search is for three numbers, as in R's lme4,
and it can be repeated from many starts until nothing more is gained. statsmodels' `MixedLM` has
the same model, but in small clinics its search stops early and calls that convergence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_widgets.tables.columns import Codes, Numbers

__all__ = ["MixedLine", "fit_mixed_line"]

STARTS = ((1.0, 0.0, 1.0), (0.1, 0.0, 0.1), (5.0, 0.0, 1.0), (1.0, 0.0, 0.05), (1.0, -0.7, 0.3))
"""Where the search begins: clients who differ much, little, in where they are, in how they move."""

GAINED = 1e-9
"""A fall of the deviance smaller than this is none."""

ROUNDS = 20
EDGE = 1e-4
"""A diagonal of L below this, in units of the residual's SD, is at the edge (as lme4 has it)."""

EXACT = 1e-12
"""Share of the variance that is left as rounding where every client's line is exact."""


@dataclass(frozen=True, eq=False)
class MixedLine:
    """What was fitted: intercept at time 0 and slope per unit of time, in the scores' own units.

    `coefficients` and their covariance `covariance`; `between`, the covariance of the clients' own
    intercepts and slopes around them; `residual`, the variance that is left; `deviance`, -2 times
    the restricted log-likelihood; `settled`, whether the last searches found nothing better.
    """

    coefficients: Numbers
    covariance: Numbers
    between: Numbers
    residual: float
    deviance: float
    settled: bool
    edge: str
    """Empty inside; else what lies at the edge: "intercept", "slope", "both" or "correlation"."""


class _Sums:
    """What the likelihood needs of each client, for scores and times of the order of 1."""

    def __init__(self, client: Codes, time: Numbers, score: Numbers) -> None:
        n = int(client.max()) + 1

        def total(values: Numbers) -> Numbers:
            return np.bincount(client, weights=values, minlength=n).astype(np.float64)

        self.rows = len(score)
        count, t1, t2 = total(np.ones_like(time)), total(time), total(time**2)
        self.square = np.array([[count, t1], [t1, t2]])
        self.product = np.array([total(score), total(time * score)])
        self.total = float(score @ score)
        self.whole = self.square.sum(axis=2)

    def solved(self, theta: Numbers) -> tuple[Numbers, Numbers, float, float]:
        """X'V⁻¹X, the coefficients, the residual sum and log|V|, V in units of the residual."""
        a, b, c = theta
        left = np.array([[a, 0.0], [b, c]])
        half = np.einsum("ijn,jk->ikn", self.square, left)
        inner = np.einsum("ji,jkn->ikn", left, half)
        p, q, r = inner[0, 0] + 1, inner[0, 1], inner[1, 1] + 1
        determinant = p * r - q * q
        inverse = np.array([[r, -q], [-q, p]]) / determinant
        turned = np.einsum("ji,jn->in", left, self.product)
        weighed = np.einsum("ijn,jkn->ikn", half, inverse)
        square = self.whole - np.einsum("ijn,kjn->ik", weighed, half)
        product = self.product.sum(axis=1) - np.einsum("ijn,jn->i", weighed, turned)
        rest = self.total - np.einsum("in,ijn,jn->", turned, inverse, turned)
        coefficients = np.linalg.solve(square, product)
        return square, coefficients, rest - coefficients @ product, np.log(determinant).sum()

    def deviance(self, theta: Numbers) -> float:
        """-2 log restricted likelihood at L = [[a, 0], [b, c]], all else at its best."""
        with np.errstate(all="ignore"):
            try:
                square, _, left, logged = self.solved(theta)
            except np.linalg.LinAlgError:
                return float("inf")
            sign, size = np.linalg.slogdet(square)
            free = self.rows - 2
            value = logged + size + free * (1 + np.log(2 * np.pi * left / free))
        return float(value) if sign > 0 and np.isfinite(value) else float("inf")


def fit_mixed_line(client: Codes, time: Numbers, score: Numbers) -> MixedLine | None:
    """The mixed model of lines; None where every client's scores lie on a line of their own.

    `client` is each row's place among the clients, each of whom has a row; `time` and `score` are
    in any units: they are brought to mean 0 and SD 1 for the search and back again.
    """
    middle, unit = time.mean(), time.std()
    mean, spread = score.mean(), score.std()
    u, v = (time - middle) / unit, (score - mean) / spread
    sums = _Sums(client, u, v)
    if _left_over(client, u, v) < EXACT * len(v):
        return None
    # Intercepts belong to time 0: L is found for the mean time and turned at the end.
    theta, deviance, settled = _search(sums)
    theta, deviance = _snapped(sums, theta, deviance)
    square, coefficients, rest, _ = sums.solved(theta)
    residual = rest / (len(v) - 2)
    left = np.array([[theta[0], 0.0], [theta[1], theta[2]]])
    turn = np.array([[1.0, -middle / unit], [0.0, 1 / unit]]) * spread
    between = turn @ (residual * left @ left.T) @ turn.T
    return MixedLine(
        coefficients=turn @ coefficients + np.array([mean, 0.0]),
        covariance=turn @ (residual * np.linalg.inv(square)) @ turn.T,
        between=between,
        residual=residual * spread**2,
        deviance=deviance + (len(v) - 2) * 2 * np.log(spread) + np.log(unit**2),
        settled=settled,
        edge=_edge(theta, between, residual * spread**2, float(unit)),
    )


def _left_over(client: Codes, time: Numbers, score: Numbers) -> float:
    """The squares left once every client has a line of their own."""
    n = np.bincount(client)
    t = time - (np.bincount(client, time) / n)[client]
    s = score - (np.bincount(client, score) / n)[client]
    squares = np.bincount(client, t * t)
    slope = np.bincount(client, t * s) / np.where(squares > EXACT, squares, np.inf)
    return float(((s - slope[client] * t) ** 2).sum())


def _search(sums: _Sums) -> tuple[Numbers, float, bool]:
    """The best L: by gradient from every start, then by simplex and gradient in turn until the
    deviance no longer falls."""
    from scipy.optimize import minimize

    def by_gradient(start: Numbers) -> tuple[Numbers, float]:
        found = minimize(
            sums.deviance, start, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-8}
        )
        return found.x, float(found.fun)

    def by_simplex(start: Numbers) -> tuple[Numbers, float]:
        # Around the start, never flat: at c = 0 the deviance has no slope, only a bend.
        corners = start + np.vstack([np.zeros(3), np.diag(0.1 + 0.2 * np.abs(start))])
        options = {"initial_simplex": corners, "xatol": 1e-9, "fatol": 1e-12, "maxfev": 2000}
        found = minimize(sums.deviance, start, method="Nelder-Mead", options=options)
        return found.x, float(found.fun)

    best = min((by_gradient(np.array(start)) for start in STARTS), key=lambda found: found[1])
    for _ in range(ROUNDS):
        tried = by_gradient(by_simplex(best[0])[0])
        gained = best[1] - tried[1]
        best = min(best, tried, key=lambda found: found[1])
        if gained <= GAINED:
            return *best, True
    return *best, False


def _snapped(sums: _Sums, theta: Numbers, deviance: float) -> tuple[Numbers, float]:
    """L with what is as good as 0 set to 0, and its diagonal above 0."""
    theta = theta * np.repeat([np.sign(theta[0]) or 1, np.sign(theta[2]) or 1], [2, 1])
    for flat in ([0, 1], [0], [2], [0, 1, 2], [1, 2]):
        tried = theta.copy()
        tried[flat] = 0
        value = sums.deviance(tried)
        if value <= deviance + GAINED:
            theta, deviance = tried, value
    return theta, deviance


def _edge(theta: Numbers, between: Numbers, residual: float, unit: float) -> str:
    if min(theta[0], theta[2]) >= EDGE:
        return ""
    intercepts, slopes = np.diag(between) * np.array([1, unit**2]) < EDGE**2 * residual
    if intercepts and slopes:
        return "both"
    return "intercept" if intercepts else "slope" if slopes else "correlation"
