"""Ruptures put into noise, and where: lines of which it is known what happened in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_widgets.rules.sessions import Numbers

__all__ = ["plant_ruptures"]

SHALLOWEST, DEEPEST = 0.8, 1.3  # points of the 1–5 scale
LONGEST = 3  # sessions


def plant_ruptures(
    cases: Numbers, n: int, seed: int | Sequence[int]
) -> tuple[Numbers, pd.DataFrame]:
    """The cases with one rupture each in `n` of them, and the truth about these.

    `cases` has a row per case and a column per session, and is left as it is. The truth has a row
    per planted rupture, by case: `case` (its row, from 0), `onset` and `last`, the sessions in
    which it begins and in which the alliance is low for the last time (from 1), and `depth`, by
    how many points every rating from `onset` to `last` is lower. Depth is even from 0.8 to 1.3
    points, length from one session to three. Where there are sessions enough, two come before a
    rupture and one comes after it.

    Read with care: so deep a fall stands out of noise of .3 more often than the small ones of real
    life would; whoever finds all of these has not shown that nothing escapes.
    """
    draw = np.random.default_rng(seed)
    rows, sessions = cases.shape
    low = cases.copy()
    roomy = sessions >= 5
    planted = []
    for case in sorted(draw.choice(rows, n, replace=False).tolist()):
        end = sessions - 1 if roomy else sessions
        onset = int(draw.integers(3 if roomy else 2, end + 1))
        last = min(onset + int(draw.integers(LONGEST)), end)
        depth = float(draw.uniform(SHALLOWEST, DEEPEST))
        low[case, onset - 1 : last] -= depth
        planted.append((case, onset, last, depth))
    return low, pd.DataFrame(planted, columns=["case", "onset", "last", "depth"])
