"""Rated sessions as columns, and arithmetic inside each client without a loop over clients."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.repeating import repeated

__all__ = ["TIE", "Numbers", "ObservedSessions", "ratio", "sd", "squares", "unless_zero"]

Numbers = npt.NDArray[np.float64]

PART = 1 << 16
"""Rows judged at a time: few enough for a processor's cache, many enough to be worth a call."""

TIE = 1e-9
"""Two scores or thresholds closer than this are equal: float noise never decides a tie."""


@dataclass(frozen=True, eq=False)
class ObservedSessions:
    """One rater's rated sessions, client after client, with arithmetic inside each client.

    Missing sessions are simply not there, so "previous" is the last *observed* session. Arrays are
    per session (one value per row) or per client (one value per client, in the order of the table);
    `spread` turns the second into the first.

    Parameters
    ----------
    table : DataFrame
        With the columns `client`, `session` and `alliance`, sorted by client and session, without
        missing scores, with index 0..n-1.
    """

    table: pd.DataFrame

    @cached_property
    def alliance(self) -> Numbers:
        """The score of each session."""
        return self.table["alliance"].to_numpy(dtype=np.float64)

    @cached_property
    def session(self) -> npt.NDArray[np.int64]:
        """The session number of each row."""
        return self.table["session"].to_numpy(dtype=np.int64)

    @cached_property
    def first_rows(self) -> npt.NDArray[np.intp]:
        """Per client, the row of the first session."""
        client = self.table["client"].to_numpy(dtype=object)
        changes = np.flatnonzero(client[1:] != client[:-1]) + 1
        return np.concatenate(([0], changes)) if len(client) else changes

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Per client, how many sessions were observed."""
        return np.diff(self.first_rows, append=len(self.table))

    @cached_property
    def case(self) -> npt.NDArray[np.int64]:
        """Per session, the client's number: 0, 1, ..."""
        return self.spread(np.arange(len(self.counts)))

    @cached_property
    def place(self) -> npt.NDArray[np.int64]:
        """Per session, its place among the client's observed sessions: 1, 2, ..."""
        found: npt.NDArray[np.int64] = np.arange(len(self.table)) - self.spread(self.first_rows) + 1
        return found

    @cached_property
    def previous(self) -> Numbers:
        """Per session, the last observed score before it; missing for a client's first."""
        before = np.concatenate(([np.nan], self.alliance))[:-1]
        before[self.first_rows] = np.nan
        return before

    @cached_property
    def moves(self) -> Numbers:
        """Per session, the size of the change since the previous one; 0 for a client's first."""
        return np.nan_to_num(np.abs(self.alliance - self.previous))

    def spread(self, per_client: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Each client's value, once per session of that client.

        Parameters
        ----------
        per_client : array, one value per client
            In the order of the table.

        Returns
        -------
        array, one value per session
            In the order of the table.
        """
        return repeated(per_client, self.counts)

    def total(self, per_session: Numbers) -> Numbers:
        """The sum over each client's sessions: one value per client.

        Parameters
        ----------
        per_session : array, one number per session
            In the order of the table.

        Returns
        -------
        array, one number per client
            In the order of the table.
        """
        return np.add.reduceat(per_session, self.first_rows)

    def parts(self) -> Iterator[ObservedSessions]:
        """The same sessions in parts of some thousand rows each, no client in two of them.

        What is worked out part by part stays in the processor's cache, so that a long table takes
        no more time per row than a short one.

        Yields
        ------
        ObservedSessions
            A part, in the order of the table; its `whole` is this one.
        """
        if len(self.table) <= PART:
            yield self
            return
        starts, rows = self.first_rows, len(self.table)
        cuts = np.unique(np.searchsorted(starts, np.arange(0, rows, PART)))
        for first, last in itertools.pairwise([*cuts[cuts < len(starts)], len(starts)]):
            begin, end = starts[first], starts[last] if last < len(starts) else rows
            part = ObservedSessions(self.table.iloc[begin:end])
            # Known already, and comparing names of clients is half the work of a simple rule.
            vars(part).update(first_rows=starts[first:last] - begin, whole=self)
            yield part

    @cached_property
    def whole(self) -> ObservedSessions:
        """The sessions that these are a part of, or these themselves."""
        return self

    @cached_property
    def pooled_sd(self) -> Numbers:
        """The SD within clients, pooled over the whole table."""
        squared = sum(float(squares(part).sum()) for part in self.parts())
        return sd(squared, len(self.table) - len(self.counts))

    def place_by_place(self) -> Iterator[npt.NDArray[np.intp]]:
        """The rows of all first sessions, then of all second ones, and so on.

        Clients come in the same order every time, the longest case first, so that those who are
        still there are always the first ones of the last time.

        Yields
        ------
        array of int
            Places in the table: of each client's first session, then of each one's second.
        """
        longest_first = np.argsort(-self.counts, kind="stable")
        counts, rows = self.counts[longest_first], self.first_rows[longest_first]
        for place in range(counts.max(initial=0)):
            there = np.searchsorted(-counts, -place)  # how many have more sessions than that
            yield rows[:there] + place

    def total_before(self, per_session: Numbers) -> Numbers:
        """The sum over the client's sessions before each session: one value per session.

        Parameters
        ----------
        per_session : array, one number per session
            In the order of the table.

        Returns
        -------
        array, one number per session
            In the order of the table; 0 at a client's first.
        """
        running = pd.Series(per_session).groupby(self.case).cumsum()
        return running.to_numpy() - per_session


def squares(sessions: ObservedSessions) -> Numbers:
    """Per client, the sum of squared distances from the client's mean."""
    mean = sessions.total(sessions.alliance) / sessions.counts
    return sessions.total((sessions.alliance - sessions.spread(mean)) ** 2)


def sd(squared: object, degrees: object) -> Numbers:
    """A standard deviation from a sum of squares; missing without degrees of freedom."""
    return np.sqrt(ratio(squared, degrees))


def ratio(above: Any, below: Any) -> Numbers:
    """Division that says "missing", not a warning, where there is nothing to divide by."""
    found: Numbers = np.divide(above, np.where(np.greater(below, 0), below, np.nan))
    return found


def unless_zero(scale: Numbers) -> Numbers:
    """A spread, or missing where it is 0: with no spread there is nothing to judge by."""
    return np.where(scale > TIE, scale, np.nan)
