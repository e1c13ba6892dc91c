"""A rule that compares a session with the client's own trend."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from alliance_widgets.rules.base import Rule, fewest, judge_levels, unless_above_zero
from alliance_widgets.rules.sessions import (
    TIE,
    Numbers,
    ObservedSessions,
    ratio,
    sd,
    unless_zero,
)
from alliance_widgets.words import say

__all__ = ["TrendResidual"]

FEWEST_SESSIONS = 6
"""With fewer a line or curve is not worth a residual."""


@dataclass(frozen=True)
class TrendResidual(Rule):
    """A score far below the client's own line or curve.

    Mechanism: a least-squares line or quadratic in the session number is laid through all the
    client's sessions, and each is compared with it.
    Formula: flag if x_t - fitted_t < -k·s_e, strictly; s_e = √(Σ residual² / (n - p)), p = 2 for
    a line and 3 for a quadratic. Not judged with fewer than 6 observed sessions, no flag where
    s_e is 0. An episode may start at a flagged session whose predecessor was not flagged.
    Source: regression is one of four families in Eubanks-Carter, Gorman & Muran (2012).
    Trap: the dip pulls the line towards itself and swells s_e, so that of a case this short
    little can stand out; it knows the future; and a slow slide *is* the line, never below it.

    Parameters
    ----------
    k : float, default 2
        How many s_e below the fit a session must lie, above 0.
    degree : {1, 2}, default 1
        1 for a line, 2 for a quadratic.
    """

    k: float = 2.0
    degree: int = 1

    name: ClassVar[str] = "trend_residual"

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the fitted line or curve; see `Rule.judge`."""
        enough = np.where(sessions.counts >= FEWEST_SESSIONS, 1.0, np.nan)
        mean = enough * sessions.total(sessions.alliance) / sessions.counts
        fitted = sessions.spread(mean)
        away = sessions.alliance - fitted
        for term, squared in _terms(sessions, self.degree):
            fitted = fitted + sessions.spread(ratio(sessions.total(term * away), squared)) * term
        misfit = sessions.total((sessions.alliance - fitted) ** 2)
        error = sessions.spread(unless_zero(sd(misfit, self._free(sessions.counts))))
        return judge_levels(sessions, fitted, fitted - self.k * error)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """The smallest n >= 6 with (1 - h)·(n - p) > k², h the smallest leverage of a session.

        No residual can be larger than √((1 - h)·Σ residual²), where h is the leverage of its
        session, and one case reaches it. The number is for sessions 1, 2, 3, ... without a gap.
        Gaps change leverages a little: a client whose own session numbers allow a flag does not
        need more than there are, and one whose own do not needs one more at least.
        """
        consecutive = fewest(self._can_flag_consecutive, least=FEWEST_SESSIONS)
        able = (sessions.counts >= FEWEST_SESSIONS) & (self._reach(sessions) > self.k**2 + TIE)
        return np.where(
            able,
            np.minimum(consecutive, sessions.counts),
            np.maximum(consecutive, sessions.counts + 1),
        ).astype(np.float64)

    def _can_flag_consecutive(self, n: int) -> bool:
        numbers = pd.DataFrame({"client": 0, "session": np.arange(n), "alliance": 0.0})
        return bool(self._reach(ObservedSessions(numbers))[0] > self.k**2 + TIE)

    def _reach(self, sessions: ObservedSessions) -> Numbers:
        """Per client, the square of the largest |residual| / s_e that any scores could give."""
        leverage = sessions.spread(1 / sessions.counts)
        for term, squared in _terms(sessions, self.degree):
            leverage = leverage + term**2 * sessions.spread(ratio(1.0, squared))
        least = np.minimum.reduceat(leverage, sessions.first_rows) if len(leverage) else leverage
        found: Numbers = (1 - least) * self._free(sessions.counts)
        return found

    def _free(self, counts: Any) -> Any:
        """Degrees of freedom that the fit leaves."""
        return counts - self.degree - 1

    def _faults(self) -> list[str]:
        problems = unless_above_zero(self.name, "k", self.k)
        whole = isinstance(self.degree, Integral) and not isinstance(self.degree, bool)
        if not whole or self.degree not in (1, 2):
            problems.append(say("rules.degree", owner=self.name, value=repr(self.degree)))
        return problems

    def _say(self, what: str, **values: object) -> str:
        return super()._say(f"{what}_{self.degree}" if what == "explanation" else what, **values)


def _terms(sessions: ObservedSessions, degree: int) -> list[tuple[Numbers, Numbers]]:
    """What a line and a quadratic add to the mean, each at right angles to those before it.

    Per term its value in each session, and per client the sum of its squares.
    """
    number, n = sessions.session.astype(np.float64), sessions.counts
    line = number - sessions.spread(sessions.total(number) / n)
    squared = sessions.total(line**2)
    if degree == 1:
        return [(line, squared)]
    tilt = sessions.spread(ratio(sessions.total(line * line * line), squared))
    curve = line * (line - tilt) - sessions.spread(squared / n)
    return [(line, squared), (curve, sessions.total(curve**2))]
