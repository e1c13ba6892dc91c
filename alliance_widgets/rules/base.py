"""What every rule can do, and how its settings are checked."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from numbers import Integral
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.arguments import is_number
from alliance_widgets.errors import RuleError
from alliance_widgets.rules.sessions import TIE, Numbers, ObservedSessions
from alliance_widgets.words import say

__all__ = ["Rule"]

LOWEST, HIGHEST = 1.0, 5.0
"""The ends of the kit's own scale, which settings in points count on."""

MOST_SESSIONS = 1_000_000
"""A rule that needs a longer case than this to flag anything is said never to flag."""


@dataclass(frozen=True)
class Rule(ABC):
    """What every rule can do. Settings are checked when the rule is made.

    Attributes
    ----------
    name : str
        The snake_case name by which the kit's functions know the rule.
    title, explanation, trap : str
    in_points : bool

    Raises
    ------
    RuleError
        Naming every impossible setting, with what is allowed.
    """

    name: ClassVar[str]

    def __post_init__(self) -> None:
        problems = self._faults()
        if problems:
            raise RuleError(problems)

    @property
    def in_points(self) -> bool:
        """Whether a setting counts points of the 1–5 scale, so that no other range will do."""
        return False

    @property
    def title(self) -> str:
        """What the rule is called on a page: "reliable drop"."""
        return self._say("title")

    @property
    def explanation(self) -> str:
        """One sentence: what is flagged, with these settings."""
        return self._say("explanation")

    @property
    def trap(self) -> str:
        """One sentence: how this rule misleads."""
        return self._say("trap")

    def cannot_flag(self, sessions: int, needed: int | None) -> str:
        """Why a case with so many `sessions` cannot be flagged, in a sentence.

        Parameters
        ----------
        sessions : int
            How many sessions of the case were observed.
        needed : int or None
            How many the rule needs to flag anything; None or NA is never.

        Returns
        -------
        str
            A sentence that ends with a full stop.
        """
        if needed is None or pd.isna(needed):
            return self._say("never")
        return self._say("cannot_flag", sessions=sessions, needed=needed)

    def judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """One row per session, in order: `reference`, `limit`, `flagged`, `start`.

        Parameters
        ----------
        sessions : ObservedSessions
            The rated sessions of one rater, of any number of clients.

        Returns
        -------
        DataFrame
            As many rows as `sessions` has. `reference` is what the session is compared with,
            `limit` the score below which it is flagged (for an inclusive rule: at or below),
            missing where the rule cannot judge, both in points of the ratings; `flagged` is true or
            false; `start` says where an episode may start.
        """
        judged = [self._judge(part) for part in sessions.parts()]
        return judged[0] if len(judged) == 1 else pd.concat(judged, ignore_index=True)

    @abstractmethod
    def _judge(self, sessions: ObservedSessions) -> pd.DataFrame:
        """What `judge` gives, for one part of the sessions."""

    @abstractmethod
    def needed(self, sessions: ObservedSessions) -> Numbers:
        """Per client, the fewest sessions with which any flag is possible; infinite: never.

        Parameters
        ----------
        sessions : ObservedSessions
            The rated sessions of one rater, of any number of clients.

        Returns
        -------
        array of float, one number per client
            Numbers of observed sessions, in the order of the clients.
        """

    @abstractmethod
    def _faults(self) -> list[str]:
        """Every impossible setting, in words, with what is allowed."""

    def _say(self, what: str, **values: object) -> str:
        return say(f"rules.{self.name}.{what}", **asdict(self), **values)


def verdict(
    reference: Numbers,
    limit: Numbers,
    flagged: npt.NDArray[np.bool_],
    start: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """The table that `Rule.judge` gives."""
    return pd.DataFrame(
        {"reference": reference, "limit": limit, "flagged": flagged, "start": start}
    )


def judge_levels(sessions: ObservedSessions, reference: Numbers, limit: Numbers) -> pd.DataFrame:
    """Every session below its limit, strictly; an episode may start where a run of them does."""
    flagged = sessions.alliance < limit - TIE
    # Before a client's first session stands another client's last: no matter, since a first
    # session has nothing to fall from and never starts an episode.
    before = np.concatenate(([False], flagged))[:-1]
    return verdict(reference, limit, flagged, start=flagged & ~before)


def same_for_all(sessions: ObservedSessions, fewest: object) -> Numbers:
    """`Rule.needed` where it does not depend on the client."""
    return np.full(len(sessions.counts), fewest, dtype=np.float64)


def fewest(enough: Callable[[int], bool], least: int) -> float:
    """The smallest number of sessions from `least` on that is enough; infinite if none is.

    More sessions than enough must be enough too.
    """
    below, n = least - 1, least
    while not enough(n):
        if n >= MOST_SESSIONS:
            return math.inf
        below, n = n, 2 * n
    while n - below > 1:
        middle = (below + n) // 2
        below, n = (below, middle) if enough(middle) else (middle, n)
    return n


def unless_above_zero(owner: str, setting: str, value: object) -> list[str]:
    """No sentence, or one that says that only a number above 0 will do."""
    if is_number(value) and value > 0:
        return []
    return [say("rules.above_zero", owner=owner, setting=setting, value=repr(value))]


def unless_zero_or_more(owner: str, setting: str, value: object) -> list[str]:
    """No sentence, or one that says that only a number of 0 or more will do."""
    if is_number(value) and value >= 0:
        return []
    return [say("rules.zero_or_more", owner=owner, setting=setting, value=repr(value))]


def unless_on_the_scale(owner: str, setting: str, value: object) -> list[str]:
    """No sentence, or one that says that only a score of the 1–5 scale will do."""
    if is_number(value) and LOWEST <= value <= HIGHEST:
        return []
    return [say("rules.on_the_scale", owner=owner, setting=setting, value=repr(value))]


def unless_from_0_to_1(owner: str, setting: str, value: object) -> list[str]:
    """No sentence, or one that says that only a number from 0 to 1 will do."""
    if is_number(value) and 0 <= value <= 1:
        return []
    return [say("rules.from_0_to_1", owner=owner, setting=setting, value=repr(value))]


def unless_one_of(owner: str, setting: str, value: object, allowed: tuple[str, ...]) -> list[str]:
    """No sentence, or one that lists the words that will do."""
    if value in allowed:
        return []
    choices = ", ".join(f'"{choice}"' for choice in allowed)
    return [say("rules.one_of", owner=owner, setting=setting, value=repr(value), choices=choices)]


def unless_whole(owner: str, setting: str, value: object, least: int) -> list[str]:
    """No sentence, or one that says which whole numbers are allowed."""
    if isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least:
        return []
    return [say("rules.whole", owner=owner, setting=setting, value=repr(value), least=least)]


def unless_share(owner: str, setting: str, value: object) -> list[str]:
    """No sentence, or one that says that only a share above 0 and up to 1 will do."""
    if is_number(value) and 0 < value <= 1:
        return []
    return [say("rules.share", owner=owner, setting=setting, value=repr(value))]
