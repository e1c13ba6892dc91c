"""A drop that is large in three ways at once: sudden gains, turned round."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.rules.base import (
    HIGHEST,
    LOWEST,
    Rule,
    same_for_all,
    unless_above_zero,
    unless_from_0_to_1,
    verdict,
)
from alliance_widgets.rules.sessions import TIE, Numbers, ObservedSessions

__all__ = ["SuddenDrop"]

SHARE = 0.25
"""The part of the score above the floor that must be lost."""

WINDOW, FEWEST = 3, 2
"""Sessions looked at on each side of the drop, and how many of them must be observed."""

T_QUANTILES = {2: 4.302652729911275, 3: 3.182446305284263, 4: 2.7764451051977987}
"""The .975 quantile of Student's t by degrees of freedom: 4.303, 3.182, 2.776."""


@dataclass(frozen=True)
class SuddenDrop(Rule):
    """A drop that is large in points, in proportion, and beside the sessions around it.

    Mechanism: the criteria for sudden gains, turned round. Session n is compared with the next
    observed one, which is the one flagged.
    Formula: (1) x_n - x_(n+1) >= cutoff; (2) x_n - x_(n+1) >= .25·(x_n - floor), both inclusive;
    (3) mean before - mean after > t·s, strictly, over up to three observed sessions up to n and
    as many from n + 1 on, at least two on each side; s is the SD pooled over both sides and t the
    .975 quantile with n_before + n_after - 2 degrees of freedom: 2.776 / 3.182 / 4.303 with 6 / 5
    / 4 values. `limit` is what (1) and (2) ask for, missing where (3) cannot be judged. Where all
    values of a side are equal s may be 0, and any fall in the mean fulfils (3).
    Source: Tang & DeRubeis (1999), for sudden gains in symptoms; turned round from the definition.
    Trap: criterion 3 leaves out √(1/n_before + 1/n_after), so it is 1.22 times stricter than a t
    test with six values. Criterion 2 depends on where the scale starts: a drop of 1 from 4.5 is
    22 % of the score, but 29 % of what lies above the floor of a 1–5 scale. It needs the session
    after the drop as well, so the last rated session is never flagged, and no slow erosion.

    Parameters
    ----------
    cutoff : float
        The smallest drop that is flagged, in points of the 1–5 scale, above 0.
    floor : float, default 1
        Where the scale starts, from 0 to 1: criterion 2 counts from there.
    """

    cutoff: float
    floor: float = LOWEST

    name: ClassVar[str] = "sudden_drop"

    @property
    def in_points(self) -> bool:
        """Always."""
        return True

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the previous one and both sides of it; see `Rule.judge`."""
        previous = sessions.previous
        limit = previous - np.maximum(self.cutoff, SHARE * (previous - self.floor))
        limit[~self._observed_on_both_sides(sessions)] = np.nan
        flagged = sessions.alliance <= limit + TIE
        candidates = np.flatnonzero(flagged)
        flagged[candidates] = _stands_out(sessions, candidates)
        return verdict(previous, limit, flagged, start=flagged)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """Four sessions, two on each side, unless the drop is larger than the whole scale."""
        whole_scale = HIGHEST - LOWEST
        fewest = 2 * FEWEST if self.cutoff <= whole_scale + TIE else math.inf
        return same_for_all(sessions, fewest)

    def _observed_on_both_sides(self, sessions: ObservedSessions) -> npt.NDArray[np.bool_]:
        """Whether two sessions come before, and one after, each session."""
        enough = sessions.place > FEWEST
        enough[sessions.first_rows + sessions.counts - 1] = False
        return enough

    def _faults(self) -> list[str]:
        return [
            *unless_above_zero(self.name, "cutoff", self.cutoff),
            *unless_from_0_to_1(self.name, "floor", self.floor),
        ]

    def _say(self, what: str, **values: object) -> str:
        return super()._say(what, share=SHARE, **values)


def _stands_out(sessions: ObservedSessions, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Whether the means on the two sides of each row differ as criterion 3 asks for."""
    ends = sessions.first_rows + sessions.counts
    case = sessions.case[rows]
    first, end = sessions.first_rows[case], ends[case]
    n_before, before, squared_before = _side(
        sessions.alliance, np.maximum(rows - WINDOW, first), rows
    )
    n_after, after, squared_after = _side(sessions.alliance, rows, np.minimum(rows + WINDOW, end))
    degrees = n_before + n_after - 2
    pooled = np.sqrt((squared_before + squared_after) / degrees)
    quantile = np.array([T_QUANTILES.get(each, np.nan) for each in range(2 * WINDOW - 1)])
    found: npt.NDArray[np.bool_] = before - after > quantile[degrees] * pooled + TIE
    return found


def _side(
    score: Numbers, start: npt.NDArray[np.intp], end: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], Numbers, Numbers]:
    """Of the rows from start to before end: how many, their mean, their squared distances."""
    n = end - start
    row = start[:, np.newaxis] + np.arange(WINDOW)
    inside = row < end[:, np.newaxis]
    values = np.where(inside, score[np.where(inside, row, 0)], 0.0)
    mean = values.sum(axis=1) / n
    squared = np.where(inside, (values - mean[:, np.newaxis]) ** 2, 0.0).sum(axis=1)
    return n, mean, squared
