"""What a rule said of each session when it was the last one known, and what it says later."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from alliance_widgets.repeating import repeated
from alliance_widgets.rules.base import Rule
from alliance_widgets.rules.sessions import Numbers, ObservedSessions

__all__ = ["Hindsight", "Moment", "hindsight"]


@dataclass(frozen=True)
class Moment:
    """One rule's verdicts with nothing known after a session: a value per session known by then.

    `reference`, `limit` and `flagged` as in `session_limits`; `late` are the sessions flagged now
    and not when each was the last one known, `gone` the other way round; `needed` is the fewest
    sessions with which any flag is possible (infinite: never).
    """

    sessions: list[int]
    alliance: list[float]
    reference: list[float]
    limit: list[float]
    flagged: list[bool]
    late: list[int]
    gone: list[int]
    needed: float

    @property
    def can_flag(self) -> bool:
        """Whether any session could have been flagged in a case this short."""
        return len(self.sessions) >= self.needed

    @property
    def flags(self) -> list[int]:
        """The sessions that are flagged."""
        return [each for each, flag in zip(self.sessions, self.flagged, strict=True) if flag]


class Hindsight:
    """One rule's verdicts on one case, for every session that could have been the last one known.

    `at(known)` gives them as they stood with nothing known after session `known`.
    """

    def __init__(
        self, rule: Rule, sessions: list[int], alliance: list[float], judged: pd.DataFrame,
        needed: Numbers,
    ) -> None:  # fmt: skip
        self.rule = rule
        self._sessions, self._alliance, self._needed = sessions, alliance, needed.tolist()
        self._judged = {name: judged[name].tolist() for name in ("reference", "limit", "flagged")}
        self._moments: dict[int, Moment] = {}

    @cached_property
    def at_the_time(self) -> list[bool]:
        """Per session: was it flagged when it was the last one known?"""
        flagged = self._judged["flagged"]
        return [flagged[size * (size + 1) // 2 - 1] for size in range(1, len(self._sessions) + 1)]

    def at(self, known: int) -> Moment:
        """The verdicts with nothing known after session `known`."""
        size = bisect_right(self._sessions, known)
        if size not in self._moments:
            self._moments[size] = self._moment(size)
        return self._moments[size]

    def _moment(self, size: int) -> Moment:
        begin = size * (size - 1) // 2
        part = {name: column[begin : begin + size] for name, column in self._judged.items()}
        sessions = self._sessions[:size]
        pairs = list(zip(sessions, part["flagged"], self.at_the_time, strict=False))
        return Moment(
            sessions,
            self._alliance[:size],
            **part,
            late=[session for session, now, then in pairs if now > then],
            gone=[session for session, now, then in pairs if now < then],
            needed=self._needed[size - 1] if size else np.inf,
        )


def hindsight(
    case: pd.DataFrame, rules: Sequence[Rule], others: pd.DataFrame | None = None
) -> list[Hindsight]:
    """Each rule's verdicts on one client's rated sessions, as one further session after another
    came in.

    `case` holds `session` and `alliance`, in order and without missing scores, on a scale that
    the rules can judge. `others` are the rows of other clients, with `client` too, for a rule that
    pools their spread; they are taken as known from the start.

    Read with care: a rule without look-ahead (a drop in points, an expanding chart) never takes a
    verdict back; one whose limits come from the whole case does, and on the page of a finished
    case nobody can see that.
    """
    observed = case[["session", "alliance"]].reset_index(drop=True)
    n = len(observed)
    numbers, scores = observed["session"].tolist(), observed["alliance"].tolist()
    if not n:
        nothing = pd.DataFrame({"reference": [], "limit": [], "flagged": []})
        return [Hindsight(rule, [], [], nothing, np.empty(0)) for rule in rules]
    # The case cut off after each session, all as if they were clients of one table.
    sizes = np.arange(1, n + 1)
    row = np.concatenate([np.arange(size) for size in sizes])
    grown = observed.take(row).reset_index(drop=True)
    grown.insert(0, "client", repeated(np.arange(n), sizes))
    sessions = ObservedSessions(grown)
    told = []
    for rule in rules:
        pools = getattr(rule, "scale", "person") != "person"
        if pools and others is not None and not others.empty:
            judged, needed = _beside_others(rule, grown, others)
        elif pools:
            judged, needed = _beside_others(rule, grown, grown[:0])
        else:
            judged, needed = rule.judge(sessions), rule.needed(sessions)
        told.append(Hindsight(rule, numbers, scores, judged, needed))
    return told


def _beside_others(
    rule: Rule, grown: pd.DataFrame, others: pd.DataFrame
) -> tuple[pd.DataFrame, Numbers]:
    """Verdicts and needed sessions of a rule that looks at the spread of other clients too."""
    beside = others[["client", "session", "alliance"]].dropna(subset="alliance")
    parts, needed = [], []
    for _, known in grown.groupby("client"):
        table = pd.concat([known.assign(client=""), beside], ignore_index=True)
        sessions = ObservedSessions(table)
        parts.append(rule.judge(sessions).head(len(known)))
        needed.append(rule.needed(sessions)[0])
    return pd.concat(parts, ignore_index=True), np.array(needed)
