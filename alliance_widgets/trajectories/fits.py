"""Least-squares line and quadratic of every client at once, from sums over whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_widgets.rules.sessions import TIE, ratio, sd
from alliance_widgets.tables.columns import Codes, Numbers
from alliance_widgets.tables.ratings import CodedRatings

__all__ = ["PathFits", "fit_paths"]

LINE_PARAMETERS, CURVE_PARAMETERS = 3, 4
"""Coefficients and the residual variance, as AICc counts them."""


@dataclass(frozen=True, eq=False)
class SessionSums:
    """Sums over each client's rated sessions, and the polynomials that are fitted to them.

    The rows are rated sessions in any order: `client` is each row's place among `clients`. `u` is
    the distance of a session from the client's mean session, and `v` what is left of u² once a
    constant and u are taken out.
    """

    clients: list[str]
    client: Codes
    session: Numbers

    def total(self, per_row: Numbers) -> Numbers:
        """The sum over each client's rows: one value per client."""
        sums = np.bincount(self.client, weights=per_row, minlength=len(self.clients))
        return sums.astype(np.float64)

    def spread(self, per_client: Numbers) -> Numbers:
        """Each client's value, once per row of that client."""
        return per_client[self.client]

    @cached_property
    def count(self) -> Numbers:
        """How many sessions were rated."""
        return np.bincount(self.client, minlength=len(self.clients)).astype(np.float64)

    @cached_property
    def mid(self) -> Numbers:
        """The mean session."""
        return ratio(self.total(self.session), self.count)

    @cached_property
    def u(self) -> Numbers:
        """Per row, the distance from it."""
        return self.session - self.spread(self.mid)

    @cached_property
    def u2(self) -> Numbers:
        """The sum of u², where there are two sessions."""
        return np.where(self.count >= 2, self.total(self.u**2), np.nan)

    @cached_property
    def u3(self) -> Numbers:
        """The sum of u³."""
        return self.total(self.u * self.u**2)  # a cube by ** takes ten times as long

    @cached_property
    def v(self) -> Numbers:
        """Per row, the quadratic polynomial, where there are three sessions."""
        u = self.u
        flat, tilt = ratio(self.u2, self.count), ratio(self.u3, self.u2)
        return np.where(
            self.spread(self.count) >= 3, u**2 - self.spread(flat) - self.spread(tilt) * u, np.nan
        )


@dataclass(frozen=True, eq=False)
class PathFits(SessionSums):
    """Line and quadratic of every client, by orthogonal polynomials in the session number.

    The line is mean + slope·u and the quadratic mean + slope·u + curvature·v; so `curvature` is
    the coefficient of session² as well. What a client has too few sessions for (2 for a line, 3
    for a quadratic) is missing.
    """

    alliance: Numbers

    @cached_property
    def mean(self) -> Numbers:
        """The mean rating."""
        return ratio(self.total(self.alliance), self.count)

    @cached_property
    def sd(self) -> Numbers:
        """The standard deviation of the ratings, n - 1."""
        return sd(self.total(self._score**2), self.count - 1)

    @cached_property
    def first(self) -> Numbers:
        """The number of the first rated session."""
        first = np.full(len(self.clients), np.inf)
        np.minimum.at(first, self.client, self.session)
        return np.where(self.count > 0, first, np.nan)

    @cached_property
    def last(self) -> Numbers:
        """The number of the last rated session."""
        last = np.full(len(self.clients), -np.inf)
        np.maximum.at(last, self.client, self.session)
        return np.where(self.count > 0, last, np.nan)

    @cached_property
    def slope(self) -> Numbers:
        """Points per session along the line."""
        return ratio(self.total(self.u * self._score), self.u2)

    @cached_property
    def curvature(self) -> Numbers:
        """The quadratic's coefficient of session²."""
        return ratio(self.total(self.v * self._score), self.total(self.v**2))

    @cached_property
    def change(self) -> Numbers:
        """What the line gains from the first to the last rated session."""
        return self.slope * (self.last - self.first)

    @cached_property
    def vertex(self) -> Numbers:
        """The session number at which the quadratic turns; missing for a straight one."""
        bend = np.where(np.abs(self.curvature) > TIE**2, self.curvature, np.nan)
        return self.mid + (self.u3 / self.u2 - self.slope / bend) / 2

    @cached_property
    def line(self) -> Numbers:
        """Per row, the height of the line."""
        return self.spread(self.mean) + self.spread(self.slope) * self.u

    @cached_property
    def curve(self) -> Numbers:
        """Per row, the height of the quadratic."""
        return self.line + self.spread(self.curvature) * self.v

    @cached_property
    def aicc_difference(self) -> Numbers:
        """AICc of the line minus AICc of the quadratic: above 0 the quadratic is better."""
        return self._aicc(self.line, LINE_PARAMETERS) - self._aicc(self.curve, CURVE_PARAMETERS)

    def depth(self, session: Numbers) -> Numbers:
        """How far the quadratic's turning point lies below its height at that session."""
        return self.curvature * (session - self.vertex) ** 2

    def _aicc(self, fitted: Numbers, k: int) -> Numbers:
        n = self.count
        # A perfect fit leaves float noise, whose logarithm means nothing: residuals below TIE
        # count as equally small.
        variance = np.fmax(ratio(self.total((self.alliance - fitted) ** 2), n), TIE**2)
        return n * np.log(variance) + 2 * k + ratio(2 * k * (k + 1), n - k - 1)

    @cached_property
    def _score(self) -> Numbers:
        return self.alliance - self.spread(self.mean)


def fit_paths(rated: CodedRatings) -> PathFits:
    """The fits of every client of these ratings; sessions that nobody rated are passed over."""
    seen = ~np.isnan(rated.alliance)
    client, session, alliance = rated.client, rated.session, rated.alliance
    if not seen.all():
        client, session, alliance = client[seen], session[seen], alliance[seen]
    return PathFits(rated.clients, client, session.astype(np.float64), alliance)
