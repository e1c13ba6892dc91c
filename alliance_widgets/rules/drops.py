"""Rules that compare a session with the one before it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from alliance_widgets.rules.base import (
    Rule,
    same_for_all,
    unless_above_zero,
    unless_from_0_to_1,
    unless_one_of,
    verdict,
)
from alliance_widgets.rules.sessions import (
    TIE,
    Numbers,
    ObservedSessions,
    sd,
    squares,
    unless_zero,
)

__all__ = ["DropSD", "PointDrop", "ReliableDrop"]


@dataclass(frozen=True)
class ReliableDrop(Rule):
    """A drop from the previous session larger than measurement error usually makes.

    Mechanism: each session is compared with the last observed one.
    Formula: flag if drop > z·√2·sd·√(1 - reliability), strictly: an equal drop is not flagged.
    The defaults give .7012 points of the 1–5 scale.
    Source: reliable change from one session to the next, as in Humer et al. (2021).
    Trap: reliability between people is not reliability of change in one person. A scale that
    tells people apart very well says nothing of how far one client's rating swings from week to
    week with nothing the matter. In ten-session cases of pure noise a threshold of .70 flags 1 %
    of the cases if the noise SD is .16 and 55 % if it is .35; slow erosion it never flags.

    Parameters
    ----------
    sd : float, default 0.8
        The spread *between people*, in points of the 1–5 scale, above 0.
    reliability : float, default 0.9
        How well one rating tells people apart, from 0 to 1.
    z : float, default 1.96
        How many standard errors of a difference the drop must exceed, above 0.

    Attributes
    ----------
    wobble, threshold : float
    """

    sd: float = 0.8
    reliability: float = 0.90
    z: float = 1.96

    name: ClassVar[str] = "reliable_drop"

    @property
    def in_points(self) -> bool:
        """Always: `sd` is in points."""
        return True

    @property
    def wobble(self) -> float:
        """The standard error of one rating, in points: the wobble that the rule expects."""
        return self.sd * math.sqrt(1 - self.reliability)

    @property
    def threshold(self) -> float:
        """The drop, in points of the scale that `sd` is in, that must be exceeded."""
        return self.z * math.sqrt(2) * self.wobble

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the previous one; see `Rule.judge`."""
        return _judge_drops(sessions, self.threshold, inclusive=False)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """Two sessions, unless the threshold is no smaller than the whole scale."""
        return same_for_all(sessions, 2 if self.threshold < 4 - TIE else math.inf)

    def _faults(self) -> list[str]:
        return [
            *unless_above_zero(self.name, "sd", self.sd),
            *unless_from_0_to_1(self.name, "reliability", self.reliability),
            *unless_above_zero(self.name, "z", self.z),
        ]

    def _say(self, what: str, **values: object) -> str:
        return super()._say(what, threshold=self.threshold, **values)


@dataclass(frozen=True)
class PointDrop(Rule):
    """A drop from the previous session of at least so many points of the 1–5 scale.

    Mechanism: each session is compared with the last observed one.
    Formula: flag if drop >= points, inclusive: an equal drop is flagged.
    Source: none. It is the plainest threshold, here to hold the others against; published rules
    count SDs (Gumz et al., 2012) or measurement error (Humer et al., 2021).
    Trap: the same drop is much for a steady client and little for a lively one; slow erosion is
    never flagged.

    Parameters
    ----------
    points : float, default 1
        The smallest drop that is flagged, in points of the 1–5 scale, above 0.
    """

    points: float = 1.0

    name: ClassVar[str] = "point_drop"

    @property
    def in_points(self) -> bool:
        """Always."""
        return True

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the previous one; see `Rule.judge`."""
        return _judge_drops(sessions, self.points, inclusive=True)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """Two sessions, unless the drop is larger than the whole scale."""
        return same_for_all(sessions, 2 if self.points <= 4 + TIE else math.inf)

    def _faults(self) -> list[str]:
        return unless_above_zero(self.name, "points", self.points)


@dataclass(frozen=True)
class DropSD(Rule):
    """A drop from the previous session of at least k standard deviations.

    Mechanism: each session is compared with the last observed one.
    Formula: flag if drop >= k·s, inclusive; s is the client's own SD over all observed sessions
    (`scale="person"`), the SD within clients pooled over the table, √(ΣSS / Σ(n - 1))
    (`"pooled"`), or the larger of the two (`"larger"`). No flag where s is 0.
    Source: thresholds of 1 and 2 SD as restated by Gumz et al. (2012), who used the larger.
    Trap: a client's own SD is unstable (with 6 sessions it lies between .41 and 1.60 of the true
    one) and it knows the future. In ten-session cases of pure noise k = 1 flags 99 % of the cases
    and k = 2 flags 65 %.

    Parameters
    ----------
    k : float, default 1
        How many SDs a drop must reach, above 0.
    scale : {"person", "pooled", "larger"}, default "person"
        Whose SD: the client's own, that within all clients of the table, or the larger.
    """

    k: float = 1.0
    scale: str = "person"

    name: ClassVar[str] = "drop_sd"
    scales: ClassVar[tuple[str, ...]] = ("person", "pooled", "larger")

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the previous one; see `Rule.judge`."""
        return _judge_drops(sessions, self.k * unless_zero(self._spread(sessions)), inclusive=True)

    def _spread(self, sessions: ObservedSessions) -> Numbers:
        if self.scale == "pooled":
            return sessions.whole.pooled_sd
        person = sessions.spread(sd(squares(sessions), sessions.counts - 1))
        return person if self.scale == "person" else np.fmax(person, sessions.whole.pooled_sd)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """Per client: a drop of d costs a sum of squares of d²/2 at least, so k² <= 2·Σ(n - 1).

        With a pooled SD the sessions of the other clients count too (their number, whatever
        their scores).
        """
        own = self.k**2 / 2 + 1
        if self.scale == "pooled":
            degrees = sessions.counts - 1
            own = own - (degrees.sum() - degrees)
        return np.maximum(2.0, np.ceil(same_for_all(sessions, own) - TIE))

    def _faults(self) -> list[str]:
        return [
            *unless_above_zero(self.name, "k", self.k),
            *unless_one_of(self.name, "scale", self.scale, self.scales),
        ]

    def _say(self, what: str, **values: object) -> str:
        return super()._say(f"{what}_{self.scale}" if what == "explanation" else what, **values)


def _judge_drops(
    sessions: ObservedSessions, threshold: float | Numbers, *, inclusive: bool
) -> pd.DataFrame:
    """Every session whose drop from the previous one reaches (or exceeds) the threshold."""
    drop = sessions.previous - sessions.alliance
    flagged = drop >= threshold - TIE if inclusive else drop > threshold + TIE
    limit = sessions.previous - threshold
    return verdict(sessions.previous, limit, flagged, start=flagged)
