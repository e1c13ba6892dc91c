"""A rule that compares every session with the same score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from alliance_widgets.rules.base import (
    LOWEST,
    Rule,
    judge_levels,
    same_for_all,
    unless_on_the_scale,
)
from alliance_widgets.rules.sessions import TIE, Numbers, ObservedSessions

__all__ = ["BelowCutoff"]


@dataclass(frozen=True)
class BelowCutoff(Rule):
    """A score below a fixed point of the 1–5 scale.

    Mechanism: each session is compared with one score, the same for every client.
    Formula: flag if x_t < cutoff, strictly: a score on the cut-off is not flagged. An episode may
    start at a flagged session whose predecessor was not flagged.
    Source: none. Some session scales come with such a mark; the alliance has no validated one,
    so the cut-off is yours, and there is no default.
    Trap: it confuses low with falling. A client who uses the scale modestly is flagged at every
    session from the first, and one who falls from 5 to just above the cut-off never.

    Parameters
    ----------
    cutoff : float
        The score below which a session is flagged, in points of the 1–5 scale.
    """

    cutoff: float

    name: ClassVar[str] = "below_cutoff"

    @property
    def in_points(self) -> bool:
        """Always."""
        return True

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the cut-off; see `Rule.judge`."""
        cutoff = np.full(len(sessions.alliance), float(self.cutoff))
        return judge_levels(sessions, cutoff, cutoff)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """One session, unless nothing on the scale lies below the cut-off."""
        return same_for_all(sessions, 1 if self.cutoff > LOWEST + TIE else math.inf)

    def _faults(self) -> list[str]:
        return unless_on_the_scale(self.name, "cutoff", self.cutoff)
