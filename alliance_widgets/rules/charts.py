"""Rules that compare a session with the lower limit of a control chart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from alliance_widgets.rules.base import (
    Rule,
    judge_levels,
    same_for_all,
    unless_above_zero,
    unless_one_of,
    unless_whole,
)
from alliance_widgets.rules.sessions import (
    TIE,
    Numbers,
    ObservedSessions,
    ratio,
    sd,
    squares,
    unless_zero,
)
from alliance_widgets.words import say

__all__ = ["IMRChart", "SDChart"]

MOVING_RANGE_TO_SIGMA = 1.128
"""Expected moving range of two neighbours, in standard deviations, under a normal curve."""

EXPANDING_MINIMUM = 5
"""Sessions that an expanding chart must have seen before it judges the next."""


@dataclass(frozen=True)
class IMRChart(Rule):
    """A score below the lower limit of a control chart with limits from moving ranges.

    Mechanism: each session is compared with the mean of the limits' sessions.
    Formula: σ = mean |x_t - x_(t-1)| / 1.128; flag if x_t < mean - sigmas·σ, strictly. Mean and σ
    come from all sessions (`limits="all"`: it knows the future), from the first m
    (`limits="first", first=m`: these are judged too; a case with fewer is not judged), or from
    the sessions before each one (`limits="expanding"`: judges from the sixth observed session
    on). No flag where all moving ranges are 0. An episode may start at a flagged session whose
    predecessor was not flagged.
    Source: individuals chart as in SAS/QC's SHEWHART procedure (IRCHART); control charts are one
    of four families in Eubanks-Carter, Gorman & Muran (2012).
    Trap: large drops widen the limits that should catch them, a level shift leaves everything
    after it flagged (2σ) or only the lowest point (3σ), and at the ceiling of the scale a wobble
    of 0.1 is 3σ.

    Parameters
    ----------
    sigmas : float, default 3
        How many σ below the mean the limit lies, above 0.
    limits : {"all", "first", "expanding"}, default "all"
        Which sessions mean and σ come from.
    first : int, optional
        From how many first sessions, 2 or more; with `limits="first"` only, and needed there.
    """

    sigmas: float = 3.0
    limits: str = "all"
    first: int | None = None

    name: ClassVar[str] = "imr_chart"
    bases: ClassVar[tuple[str, ...]] = ("all", "first", "expanding")

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the chart's lower limit; see `Rule.judge`."""
        if self.limits == "expanding":
            center, mean_move = self._before_each(sessions)
        else:
            center, mean_move = map(sessions.spread, self._per_client(sessions))
        return _judge_chart(sessions, center, mean_move / MOVING_RANGE_TO_SIGMA, self.sigmas)

    def _per_client(self, sessions: ObservedSessions) -> tuple[Numbers, Numbers]:
        """Mean score and mean moving range of all or of the first sessions."""
        score, moves, n = sessions.alliance, sessions.moves, sessions.counts
        if self.first is not None:
            used = sessions.place <= self.first
            score, moves = np.where(used, score, 0.0), np.where(used, moves, 0.0)
            n = np.where(n >= self.first, self.first, 0)
        return ratio(sessions.total(score), n), ratio(sessions.total(moves), n - 1)

    def _before_each(self, sessions: ObservedSessions) -> tuple[Numbers, Numbers]:
        """Mean score and mean moving range of the sessions before each, if they are enough."""
        n = np.where(sessions.place > EXPANDING_MINIMUM, sessions.place - 1, 0)
        return (
            ratio(sessions.total_before(sessions.alliance), n),
            ratio(sessions.total_before(sessions.moves), n - 1),
        )

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """The smallest n with (n - 1)²/n > sigmas/1.128: a flat line and one dip at its end.

        For 3 sigmas that is 5. A dip in between makes two moving ranges, not one, and must exceed
        twice that ratio: 8 sessions. A session outside the limits' base needs one more than the
        base, and no more: a nearly flat base makes the limits as narrow as one likes.
        """
        fewest = _fewest_for_one_dip(self.sigmas / MOVING_RANGE_TO_SIGMA)
        if self.limits == "expanding":
            fewest = EXPANDING_MINIMUM + 1
        elif self.first is not None:
            fewest = self.first if self.first >= fewest else self.first + 1
        return same_for_all(sessions, fewest)

    def _faults(self) -> list[str]:
        problems = [
            *unless_above_zero(self.name, "sigmas", self.sigmas),
            *unless_one_of(self.name, "limits", self.limits, self.bases),
        ]
        if self.limits == "first":
            return problems + unless_whole(self.name, "first", self.first, least=2)
        if self.first is not None:
            problems.append(say("rules.first_unused", first=self.first))
        return problems

    def _say(self, what: str, **values: object) -> str:
        return super()._say(f"{what}_{self.limits}" if what == "explanation" else what, **values)


@dataclass(frozen=True)
class SDChart(Rule):
    """A score below the lower limit of a chart with limits from the client's own SD.

    Mechanism: each session is compared with the mean of all the client's sessions.
    Formula: flag if x_t < mean - sigmas·SD, strictly; SD with n - 1 over all observed sessions.
    No flag where the SD is 0. An episode may start at a flagged session whose predecessor was not
    flagged.
    Source: control charts are one of four families in Eubanks-Carter, Gorman & Muran (2012).
    Trap: the dip itself swells the SD. No score can lie more than (n - 1)/√n SDs from its mean,
    so with 3 sigmas nothing can be flagged before the eleventh session, however deep it falls.

    Parameters
    ----------
    sigmas : float, default 3
        How many of the client's own SDs below the mean the limit lies, above 0.
    """

    sigmas: float = 3.0

    name: ClassVar[str] = "sd_chart"

    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """Compare each session with the chart's lower limit; see `Rule.judge`."""
        center = sessions.spread(sessions.total(sessions.alliance) / sessions.counts)
        sigma = sessions.spread(sd(squares(sessions), sessions.counts - 1))
        return _judge_chart(sessions, center, sigma, self.sigmas)

    def needed(self, sessions: ObservedSessions) -> Numbers:
        """The smallest n with (n - 1)/√n > sigmas."""
        return same_for_all(sessions, _fewest_for_one_dip(self.sigmas**2))

    def _faults(self) -> list[str]:
        return unless_above_zero(self.name, "sigmas", self.sigmas)


def _judge_chart(
    sessions: ObservedSessions, center: Numbers, sigma: Numbers, sigmas: float
) -> pd.DataFrame:
    """Every session more than so many sigmas below the centre; none where sigma is 0."""
    return judge_levels(sessions, center, center - sigmas * unless_zero(sigma))


def _fewest_for_one_dip(ratio: float) -> int:
    """The smallest n >= 2 with (n - 1)²/n > ratio."""
    n = max(2, math.ceil(1 + ratio / 2 + math.sqrt(ratio * (ratio + 4)) / 2))
    return n if (n - 1) ** 2 / n > ratio + TIE else n + 1
