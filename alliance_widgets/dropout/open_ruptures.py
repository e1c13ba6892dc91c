"""Which possible ruptures were open at each session, judged by what was known by then."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets import rules
from alliance_widgets.rules import PointDrop, ReliableDrop, Rule
from alliance_widgets.rules.sessions import TIE
from alliance_widgets.ruptures.episodes import episodes
from alliance_widgets.tables.given import MOST_SESSIONS

__all__ = ["open_by_then"]

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LOOK_BACK_ONLY = (ReliableDrop, PointDrop)
"""Rules whose verdict on a session stays the same, whatever is rated later, here or elsewhere."""


def open_by_then(rated: pd.DataFrame, attended: Whole, rule: str | Rule, recover: float) -> Flags:
    """For each session attended, client after client: whether an episode was open after it.

    `rated` holds the observed ratings by client and session; `client` is the client's place in
    `attended`, the sessions that each one came to. An episode is open from its onset to the
    session before the alliance is back, however long that takes.
    """
    chosen = rules.rule(rule)
    first = np.cumsum(attended) - attended
    if isinstance(chosen, LOOK_BACK_ONLY):
        return _from_onset_to_repair(rated, attended, first, chosen, recover)
    open_then = np.zeros(int(attended.sum()), dtype=bool)
    for session in range(1, int(attended.max()) + 1):
        known = rated[rated["session"] <= session].reset_index(drop=True)
        found = episodes(known, chosen, MOST_SESSIONS, recover)
        client = found.loc[found["repair_session"].isna(), "client"].to_numpy(np.int64)
        client = client[attended[client] >= session]
        open_then[first[client] + session - 1] = True
    return open_then


def _from_onset_to_repair(
    rated: pd.DataFrame,
    attended: Whole,
    first: Whole,
    rule: ReliableDrop | PointDrop,
    recover: float,
) -> Flags:
    found = episodes(_of_clients_with_a_drop(rated, attended, rule), rule, MOST_SESSIONS, recover)
    client = found["client"].to_numpy(np.int64)
    onset = found["onset"].to_numpy()
    back = found["repair_session"].to_numpy(float, na_value=np.nan)
    back = np.where(np.isnan(back), attended[client] + 1, back).astype(np.int64)
    rows = int(attended.sum()) + 1
    begun = np.bincount(first[client] + onset - 1, minlength=rows)
    over = np.bincount(first[client] + back - 1, minlength=rows)
    return np.cumsum(begun - over)[:-1] > 0


def _of_clients_with_a_drop(
    rated: pd.DataFrame, attended: Whole, rule: ReliableDrop | PointDrop
) -> pd.DataFrame:
    """The ratings of clients in whom the rule can find anything; most clients have no such drop."""
    least = rule.threshold if isinstance(rule, ReliableDrop) else rule.points
    client, score = rated["client"].to_numpy(), rated["alliance"].to_numpy()
    drops = (score[:-1] - score[1:] >= least - TIE) & (client[:-1] == client[1:])
    chosen = np.zeros(len(attended), dtype=bool)
    chosen[client[1:][drops]] = True
    chosen[client[0]] = True  # so that the rule sees the instrument and can refuse it
    found: pd.DataFrame = rated[chosen[client]].reset_index(drop=True)
    return found
