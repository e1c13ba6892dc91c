"""Rules that remember: small shortfalls add up over sessions, so that slow erosion is seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from alliance_widgets.rules.base import (
    HIGHEST,
    LOWEST,
    Rule,
    fewest,
    judge_levels,
    same_for_all,
    unless_above_zero,
    unless_on_the_scale,
    unless_share,
    unless_zero_or_more,
)
from alliance_widgets.rules.charts import MOVING_RANGE_TO_SIGMA
from alliance_widgets.rules.sessions import TIE, Numbers, ObservedSessions, ratio, unless_zero
from alliance_widgets.words import say

__all__ = ["CUSUM", "EWMA"]

WHOLE_SCALE = HIGHEST - LOWEST


@dataclass(frozen=True)
class EWMA(Rule):
    """A smoothed alliance below the lower limit of its chart.

    Mechanism: an exponentially weighted moving average: each session counts with `weight`, and
    what came before with the rest, so that it fades but is not forgotten.
    Formula: z_t = weight·x_t + (1 - weight)·z_(t-1), z_0 = centre; flag if z_t < centre -
    sigmas·σ·√(weight/(2 - weight)·(1 - (1 - weight)^(2t))), strictly; t counts observed sessions.
    No flag where σ is 0. `limit` is turned back into a score: the one this session had to stay
    below to be flagged, after those before it; it can lie outside the scale. An episode may start
    at a flagged session whose predecessor was not flagged.
    Source: Roberts (1959), the chart of geometric moving averages.
    Trap: it flags late, stays on for a while after the ratings are back, and hardly sees one deep
    dip. With the client's own mean and σ it knows the future, and a good beginning alone can put
    the end below the mean.

    Parameters
    ----------
    weight : float, default 0.2
        The share with which a session counts, above 0 and up to 1.
    sigmas : float, default 3
        How many of its own sigmas below the centre the limit lies, above 0.
    center : float, optional
        The centre, in points of the 1–5 scale; left out, the mean of all the client's sessions.
    sigma : float, optional
        How much σ is, in points of the 1–5 scale, above 0; left out, mean |x_t - x_(t-1)| / 1.128
        over all the client's sessions.
    """

    weight: float = 0.2
    sigmas: float = 3.0
    center: float | None = None
    sigma: float | None = None

    name: ClassVar[str] = "ewma"

    @property
    def in_points(self) -> bool:
        """If centre or sigma is given."""
        return self.center is not None or self.sigma is not None

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session's smoothed score with the chart's limit; see `Rule.judge`."""
        center, sigma = _center_and_sigma(sessions, self.center, self.sigma)
        kept = 1 - self.weight
        away = sessions.alliance - center
        carried, width = np.empty_like(away), np.empty_like(away)
        smoothed = np.zeros(len(sessions.counts))
        for t, rows in enumerate(sessions.place_by_place(), start=1):
            carried[rows] = left = kept * smoothed[: len(rows)]
            smoothed = left + self.weight * away[rows]
            width[rows] = self._width * math.sqrt(1 - kept ** (2 * t))
        return judge_levels(sessions, center, center - (width * sigma + carried) / self.weight)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """The smallest n with which the most telling series of n sessions crosses the limit.

        Let S(m) = √((1 - q^m)/(1 + q^m)), q = 1 - weight, and R = sigmas·√(weight/(2 - weight)).
        In units of the limit the smoothed score of a case is a weighted sum of its scores, so the
        extreme case is a step. Centre and σ given: all scores are 1, and (centre - 1)·S(n) > R·σ.
        Only σ given: m scores of 1, then 5s, and 4·(1 - m/n)·S(m) > R·σ. Neither: the same step,
        whose moving ranges have a mean of 1/(n - 1), and 1.128·(n - 1)·(1 - m/n)·S(m) > R. (A
        step down for the last m gives (1 - q^m - (m/n)·(1 - q^n))/√(1 - q^(2n)), which grows with
        q^n and so is no larger than with q^m in its place, where it is (1 - m/n)·S(m).) Only the
        centre given: two scores below it, as close together as one likes.
        """
        return same_for_all(sessions, self._fewest())

    def _fewest(self) -> float:
        q, narrow = 1 - self.weight, self._width
        if self.center is not None:
            below = self.center - LOWEST
            if self.sigma is None:
                return 2 if below > TIE else math.inf
            wide = narrow * self.sigma + TIE
            return fewest(lambda n: below * math.sqrt((1 - q**n) / (1 + q**n)) > wide, least=1)

        def step(n: int) -> float:
            m = np.arange(1, n)
            return float(((1 - m / n) * np.sqrt((1 - q**m) / (1 + q**m))).max())

        if self.sigma is not None:
            wide = narrow * self.sigma + TIE
            if wide >= WHOLE_SCALE:
                return math.inf
            return fewest(lambda n: WHOLE_SCALE * step(n) > wide, least=2)
        return fewest(lambda n: MOVING_RANGE_TO_SIGMA * (n - 1) * step(n) > narrow + TIE, least=2)

    @property
    def _width(self) -> float:
        """How far below the centre the limit lies in the long run, in σ."""
        return self.sigmas * math.sqrt(self.weight / (2 - self.weight))

    def _faults(self) -> list[str]:
        return [
            *unless_share(self.name, "weight", self.weight),
            *unless_above_zero(self.name, "sigmas", self.sigmas),
            *_center_and_sigma_faults(self.name, self.center, self.sigma),
        ]

    def _say(self, what: str, **values: object) -> str:
        return super()._say(what, **_in_words(self.center, self.sigma), **values)


@dataclass(frozen=True)
class CUSUM(Rule):
    """A running sum of shortfalls that has grown too large.

    Mechanism: what a session falls short of the centre, beyond a small allowance, is added up;
    a session above it pays back; the sum never goes below 0.
    Formula: C_t = max(0, C_(t-1) + (centre - allowance·σ) - x_t), C_0 = 0; flag if C_t >
    decision·σ, strictly. The sum goes on after a flag. No flag where σ is 0. `limit` is turned back
    into a score: the one this session had to stay below to be flagged, after those before it; it
    can lie outside the scale. An episode may start at a flagged session whose predecessor was not
    flagged.
    Source: Page (1954), continuous inspection schemes.
    Trap: it says that the level has sunk, not when: the flag comes sessions after the slide began
    and stays on after the ratings are back. With the client's own mean and σ it knows the future,
    and a good beginning alone can put the end below the mean.

    Parameters
    ----------
    allowance : float, default 0.5
        How many σ a session may fall short without any of it being added, 0 or more.
    decision : float, default 4
        How many σ the sum must exceed, above 0.
    center : float, optional
        The centre, in points of the 1–5 scale; left out, the mean of all the client's sessions.
    sigma : float, optional
        How much σ is, in points of the 1–5 scale, above 0; left out, mean |x_t - x_(t-1)| / 1.128
        over all the client's sessions.
    """

    allowance: float = 0.5
    decision: float = 4.0
    center: float | None = None
    sigma: float | None = None

    name: ClassVar[str] = "cusum"

    @property
    def in_points(self) -> bool:
        """If centre or sigma is given."""
        return self.center is not None or self.sigma is not None

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session's running sum with the decision; see `Rule.judge`."""
        center, sigma = _center_and_sigma(sessions, self.center, self.sigma)
        short = center - self.allowance * sigma - sessions.alliance
        carried = np.empty_like(short)
        running = np.zeros(len(sessions.counts))
        for rows in sessions.place_by_place():
            carried[rows] = left = running[: len(rows)]
            running = np.maximum(left + short[rows], 0)
        limit = center + carried - (self.allowance + self.decision) * sigma
        return judge_levels(sessions, center, limit)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """The smallest n with which the most telling series of n sessions passes the decision.

        The sum is that of some m sessions in a row, m·(centre - allowance·σ) - Σx, so the extreme
        case is a step. Centre and σ given: all scores are 1. Only σ given: the first (or last) m
        scores are 1 and the others 5, and m·(4·(1 - m/n) - allowance·σ) > decision·σ. Neither:
        the moving ranges of a single step have a mean of 1/(n - 1), and 1.128·(n - 1)·m·(1 - m/n)
        - m·allowance > decision. Only the centre given: two scores below it, as close together as
        one likes.
        """
        return same_for_all(sessions, self._fewest())

    def _fewest(self) -> float:
        if self.center is not None:
            below = self.center - LOWEST
            if self.sigma is None:
                return 2 if below > TIE else math.inf
            gain = below - self.allowance * self.sigma
            most = self.decision * self.sigma + TIE
            return fewest(lambda n: n * gain > most, least=1) if gain > TIE else math.inf

        def step(n: int, height: float) -> float:
            m = np.arange(1, n)
            return float((m * (height * (1 - m / n) - self.allowance)).max())

        if self.sigma is not None:
            in_sigmas = WHOLE_SCALE / self.sigma
            if in_sigmas <= self.allowance:
                return math.inf
            return fewest(lambda n: step(n, in_sigmas) > self.decision + TIE, least=2)
        return fewest(
            lambda n: step(n, MOVING_RANGE_TO_SIGMA * (n - 1)) > self.decision + TIE, least=2
        )

    def _faults(self) -> list[str]:
        return [
            *unless_zero_or_more(self.name, "allowance", self.allowance),
            *unless_above_zero(self.name, "decision", self.decision),
            *_center_and_sigma_faults(self.name, self.center, self.sigma),
        ]

    def _say(self, what: str, **values: object) -> str:
        return super()._say(what, **_in_words(self.center, self.sigma), **values)


def _center_and_sigma(
    sessions: ObservedSessions, center: float | None, sigma: float | None
) -> tuple[Numbers, Numbers]:
    """Per session, what is given or else the client's mean and sigma from moving ranges."""
    if center is None:
        centers = sessions.spread(sessions.total(sessions.alliance) / sessions.counts)
    else:
        centers = np.full(len(sessions.alliance), float(center))
    if sigma is None:
        mean_move = ratio(sessions.total(sessions.moves), sessions.counts - 1)
        sigmas = sessions.spread(unless_zero(mean_move / MOVING_RANGE_TO_SIGMA))
    else:
        sigmas = np.full(len(sessions.alliance), float(sigma))
    return centers, sigmas


def _center_and_sigma_faults(owner: str, center: object, sigma: object) -> list[str]:
    return [
        *([] if center is None else unless_on_the_scale(owner, "center", center)),
        *([] if sigma is None else unless_above_zero(owner, "sigma", sigma)),
    ]


def _in_words(center: float | None, sigma: float | None) -> dict[str, str]:
    return {
        "around": say("rules.around_own" if center is None else "rules.around", center=center),
        "spread": say("rules.spread_own" if sigma is None else "rules.spread", sigma=sigma),
    }
