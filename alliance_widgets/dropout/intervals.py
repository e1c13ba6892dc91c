"""95 % intervals for a share that is estimated session by session."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from alliance_widgets.arguments import as_shown, is_text_among
from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.given import ROUNDING
from alliance_widgets.words import say

__all__ = ["Interval", "Z", "share_interval"]

Numbers = npt.NDArray[np.float64]
Interval = Literal["log-log", "log", "plain"]

Z = 1.959963984540054
KINDS = ("log-log", "log", "plain")


def share_interval(share: Numbers, se: Numbers, kind: str = "log-log") -> tuple[Numbers, Numbers]:
    """The lower and upper end of the 95 % interval of each share, from its standard error.

    `kind` says on which scale the interval is symmetric, with the names of R's `survival`:
    "log-log" is log(-log(share)), which stays between 0 and 1 by itself; "log" and "plain" are
    cut off there. A share of 1 has the ends 1 and 1; a share of 0 has none, except for "plain",
    where both depend on the standard error alone.

    Raises `AllianceError` for another `kind`.
    """
    if not is_text_among(kind, KINDS):
        known = ", ".join(KINDS)
        raise AllianceError([say("dropout.interval", given=as_shown(kind), kinds=known)])
    if kind == "plain":
        return np.maximum(share - Z * se, 0), np.minimum(share + Z * se, 1)
    inside = (share > ROUNDING) & (share < 1 - ROUNDING)
    end = np.where(share <= ROUNDING, np.nan, 1.0)
    safe, width = np.where(inside, share, 0.5), np.where(inside, Z * se, 0)
    if kind == "log":
        ratio = np.exp(width / safe)
        lower, upper = safe / ratio, np.minimum(safe * ratio, 1)
    else:
        power = np.exp(width / (safe * np.log(safe)))
        upper, lower = safe**power, safe ** (1 / power)
    return np.where(inside, lower, end), np.where(inside, upper, end)
