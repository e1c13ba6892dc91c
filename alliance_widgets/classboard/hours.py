"""The same hour, rated by many: how far apart a class is, in each of the two chairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.classboard.shares import FEWEST, Share, share_of
from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.instruments import instrument

__all__ = ["Chair", "Hour", "hours"]

BINS = 8


@dataclass(frozen=True)
class Chair:
    """The ratings given from one chair: bins with their shares, and the middle of them."""

    rater: str
    bins: tuple[Share, ...]
    median: float
    lower_quarter: float
    upper_quarter: float
    lowest: float
    highest: float

    @property
    def n(self) -> int:
        """How many students rated."""
        return self.bins[0].n


@dataclass(frozen=True)
class Hour:
    """One session of one client on one instrument; `edges` are those of the bins."""

    case: str
    client: str
    session: int
    edges: tuple[float, ...]
    chairs: tuple[Chair, ...]


def hours(ratings: pd.DataFrame) -> list[Hour]:
    """The sessions that at least five students rated from one chair; those of most come first."""
    rated = ratings[ratings["alliance"].notna()]
    made = []
    by = ["case", "client", "session", "instrument"]
    for key, rows in rated.groupby(by, sort=False, dropna=False):
        case, client, session, scale = key
        edges = np.linspace(*_ends(scale, rows["alliance"]), BINS + 1)
        chairs = [
            _chair(str(rater), part.drop_duplicates("student", keep="last")["alliance"], edges)
            for rater, part in rows.groupby("rater", sort=False)
            if part["student"].nunique() >= FEWEST
        ]
        if chairs:
            order = sorted(
                chairs,
                key=lambda chair: (
                    ("client", "therapist").index(chair.rater)
                    if chair.rater in ("client", "therapist")
                    else 2
                ),
            )
            made.append(
                Hour(str(case), str(client), int(str(session)), tuple(edges.tolist()), tuple(order))
            )
    return sorted(made, key=lambda hour: -max(chair.n for chair in hour.chairs))


def _ends(scale: Any, scores: pd.Series) -> tuple[float, float]:
    """Both ends of the scale; of one that is not known here, what was given."""
    try:
        known = instrument(scale)
    except AllianceError:
        return float(scores.min()), float(scores.max())
    return float(known.low), float(known.high)


def _chair(rater: str, scores: pd.Series, edges: np.ndarray) -> Chair:
    counts, _ = np.histogram(scores, edges)
    quarters = np.quantile(scores, [0, 0.25, 0.5, 0.75, 1]).tolist()
    lowest, lower, median, upper, highest = quarters
    shares = tuple(share_of(int(count), len(scores)) for count in counts)
    return Chair(rater, shares, median, lower, upper, lowest, highest)
