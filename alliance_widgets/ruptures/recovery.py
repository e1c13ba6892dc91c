"""When a fall counts as made good: what a rating must come back to for an episode to end.

Nobody has settled this either, so `find_ruptures` takes each of these as its `recover`; a plain
number there is `RegainShare` of that share. All of them ask for a rise above the lowest score so
far, and none looks at what two people did.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from alliance_widgets import rules
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import IMRChart, Rule, SDChart
from alliance_widgets.rules.base import unless_above_zero, unless_share
from alliance_widgets.rules.sessions import Numbers, ObservedSessions, sd, squares
from alliance_widgets.words import say

__all__ = ["AboveLimit", "Falls", "Recovery", "RegainShare", "ReturnTo", "WithinSD", "recovery"]

Rows = npt.NDArray[np.intp]

Aim: TypeAlias = Callable[[Rows, Rows], Numbers]
"""The score to come back to, from the rows looked at and the rows of the lowest scores so far."""


@dataclass(frozen=True, eq=False)
class Falls:
    """Every fall with which an episode may start: its row in `sessions`, and what `rule` said.

    Parameters
    ----------
    sessions : ObservedSessions
        The rated sessions of one rater.
    onset : array of int
        Per fall, the row of its first session.
    rule : Rule
        The rule by which these are falls.
    limit : array of float
        Each session's limit by the rule, of all sessions, in points of the ratings.

    Attributes
    ----------
    pre : array of float
    """

    sessions: ObservedSessions
    onset: Rows
    rule: Rule
    limit: Numbers
    """Each session's limit by the rule, of all sessions."""

    @property
    def pre(self) -> Numbers:
        """Per fall, the last observed score before it."""
        return self.sessions.alliance[self.onset - 1]


@dataclass(frozen=True)
class Recovery(ABC):
    """What every recovery can do. Settings are checked when it is made.

    Raises
    ------
    RuleError
        Naming every impossible setting, with what is allowed.
    """

    def __post_init__(self) -> None:
        problems = self._faults()
        if problems:
            raise RuleError(problems)

    @abstractmethod
    def aim(self, falls: Falls) -> Aim:
        """How high a later score must be, for all falls at once; missing where nobody can tell.

        Parameters
        ----------
        falls : Falls
            The falls from which somebody may be back.

        Returns
        -------
        function
            From the rows looked at, and per such row that of the lowest score so far, to the scores
            to come back to, in points of the ratings.
        """

    @abstractmethod
    def _faults(self) -> list[str]:
        """Every impossible setting, in words, with what is allowed."""


@dataclass(frozen=True)
class RegainShare(Recovery):
    """Back once a share of what was lost is regained; `recover=0.75` is short for this.

    Formula: x_s - lowest so far >= share·(pre - lowest so far), inclusive.
    Source: none for the share; it is this kit's setting.
    Trap: the smaller the fall, the sooner noise regains it: after a single drop of one SD in pure
    noise 64 % of the ratings "recover" within three sessions.

    Parameters
    ----------
    share : float, default 0.75
        The share of the fall that must be regained, above 0 and up to 1.
    """

    share: float = 0.75

    def aim(self, falls: Falls) -> Aim:
        """The lowest score so far and a share of the way up; see `Recovery.aim`."""
        score, pre = falls.sessions.alliance, falls.pre

        def regained(_row: Rows, trough: Rows) -> Numbers:
            lowest = score[trough]
            return lowest + self.share * (pre - lowest)

        return regained

    def _faults(self) -> list[str]:
        return unless_share("RegainShare", "share", self.share)


@dataclass(frozen=True)
class ReturnTo(Recovery):
    """Back once the rating is at least a share of the score before the fall.

    Formula: x_s >= share·pre, inclusive, and above the lowest so far.
    Source: none for the share; it is this kit's setting.
    Trap: a share of a score hangs on where the scale has its zero. 95 % of 4 is 3.8 on a 1–5
    scale; the same answers counted from 0 to 4 would have to come back to 2.85, that is 3.85. And
    a fall smaller than the rest (here 5 %) counts as made good by the first rise.

    Parameters
    ----------
    share : float, default 0.95
        The share of the score before the fall, above 0 and up to 1.
    """

    share: float = 0.95

    def aim(self, falls: Falls) -> Aim:
        """The same for all sessions of an episode; see `Recovery.aim`."""
        return _fixed(self.share * falls.pre)

    def _faults(self) -> list[str]:
        return unless_share("ReturnTo", "share", self.share)


@dataclass(frozen=True)
class WithinSD(Recovery):
    """Back once the rating is within so many of the client's own SDs of the score before.

    Formula: x_s >= pre - m·s, inclusive, and above the lowest so far; s is the SD over all the
    client's observed sessions (n - 1).
    Source: none for m; thresholds of 1 and 2 SD are Gumz et al.'s (2012), for the fall.
    Trap: s knows the future, and the fall itself swells it: one deep dip can make any later score
    "within one SD". With m as large as the rule's own k the first rise is enough.

    Parameters
    ----------
    m : float, default 1
        How many of the client's own SDs the rating may stay below the score before, above 0.
    """

    m: float = 1.0

    def aim(self, falls: Falls) -> Aim:
        """The same for all sessions of an episode; see `Recovery.aim`."""
        sessions = falls.sessions
        spread = sd(squares(sessions), sessions.counts - 1)
        return _fixed(falls.pre - self.m * spread[sessions.case[falls.onset]])

    def _faults(self) -> list[str]:
        return unless_above_zero("WithinSD", "m", self.m)


@dataclass(frozen=True)
class AboveLimit(Recovery):
    """Back once the rating is no longer below the lower limit of a control chart.

    Formula: x_s >= lower limit at s (a score on the limit is not below it), and above the lowest
    so far. Where the chart cannot judge a session in the window and nothing before it was a return,
    the episode is open: nobody can know.
    Source: control charts as in Eubanks-Carter, Gorman & Muran (2012).
    Trap: a fall that never went below the limit is made good by the first rise, and the deeper the
    fall the lower the limit that it has to come back to.

    Parameters
    ----------
    chart : IMRChart, SDChart or such a rule's name, optional
        Whose limit it is. Left out, that of the rule itself if it is such a chart, else of
        `IMRChart()`.
    """

    chart: Rule | str | None = None

    def aim(self, falls: Falls) -> Aim:
        """Each session's own limit; see `Recovery.aim`."""
        limit = falls.limit
        if self.chart is not None or not isinstance(falls.rule, CHARTS):
            limit = self._chart().judge(falls.sessions)["limit"].to_numpy()
        return lambda row, _trough: limit[row]

    def _chart(self) -> Rule:
        return IMRChart() if self.chart is None else rules.rule(self.chart)

    def _faults(self) -> list[str]:
        try:
            chart = self._chart()
        except RuleError as fault:
            return list(fault.problems)
        if isinstance(chart, CHARTS):
            return []
        return [say("recovery.not_a_chart", chart=repr(self.chart))]


CHARTS = (IMRChart, SDChart)
"""The rules whose limit is one that the score itself must not be below."""


def recovery(share_or_recovery: Any) -> Recovery:
    """What is meant by `recover`: a share stands for `RegainShare`.

    Parameters
    ----------
    share_or_recovery : float or Recovery
        A share above 0 and up to 1, or a recovery, which is given back as it is.

    Returns
    -------
    Recovery
        The recovery, with its settings.

    Raises
    ------
    RuleError
        For anything but a share above 0 and up to 1 or a `Recovery`.
    """
    if isinstance(share_or_recovery, Recovery):
        return share_or_recovery
    if unless_share("", "", share_or_recovery):
        raise RuleError([say("recovery.neither", value=repr(share_or_recovery))])
    return RegainShare(float(share_or_recovery))


def _fixed(score: Numbers) -> Aim:
    return lambda _row, _trough: score
