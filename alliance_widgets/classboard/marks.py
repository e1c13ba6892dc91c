"""How far the raters of a class agree on where a possible rupture begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from alliance_widgets.classboard.shares import FEWEST, Share, share_of
from alliance_widgets.spotting import drawn_cases

__all__ = ["MarkedCase", "kappa_of", "marked_cases"]


@dataclass(frozen=True)
class MarkedCase:
    """A case that at least five students have committed marks for.

    `sessions` are those that anybody marked, each with how many did; `kappa` is the agreement
    beyond chance of all pairs of raters (Fleiss, 1971), missing where all say the same of
    everything. It is over the sessions that could be marked: those of the kit's own cases are
    known; of another's they are taken from the second to the last that anybody marked, `whole` is
    false, and fewer calm sessions are counted than there were.
    """

    activity: str
    case: str
    n: int
    none: Share
    sessions: tuple[tuple[int, Share], ...]
    kappa: float
    whole: bool


def marked_cases(marks: pd.DataFrame) -> list[MarkedCase]:
    """The cases, by activity and name; taps of lines are no marks of sessions."""
    there = marks[marks["committed"].astype(bool) & (marks["mark"] != "tapped")]
    made = []
    for (activity, case), rows in there.groupby(["activity", "case"], sort=True):
        students = rows["student"].unique()
        if len(students) < FEWEST:
            continue
        begun = rows[(rows["mark"] == "rupture") & rows["session"].notna()]
        if begun.empty and not (rows["mark"] == "none").any():
            continue
        counts = begun.groupby("session")["student"].nunique()
        none = share_of(len(students) - begun["student"].nunique(), len(students))
        sessions = tuple((int(str(s)), share_of(int(k), len(students))) for s, k in counts.items())
        latest = int(counts.index.max()) if len(counts) else 0
        own = _own_cases().get(str(case))
        marked = counts.reindex(own or range(2, latest + 1), fill_value=0).to_numpy()
        made.append(
            MarkedCase(
                str(activity),
                str(case),
                len(students),
                none,
                sessions,
                kappa_of(marked, len(students)),
                own is not None,
            )
        )
    return made


@cache
def _own_cases() -> dict[str, tuple[int, ...]]:
    """The sessions that can be marked in the cases of the lessons, by the case."""
    return {case.id: case.markable for case in drawn_cases(0)}


def kappa_of(marked: np.ndarray, raters: int) -> float:
    """Fleiss' kappa of a mark or none, from how many of the raters marked each session.

    Missing where every rater says the same of every session, or there are none.
    """
    if len(marked) == 0 or raters < 2:
        return math.nan
    yes = np.asarray(marked, dtype="float64")
    no = raters - yes
    agree = (yes * (yes - 1) + no * (no - 1)) / (raters * (raters - 1))
    share = yes.sum() / (raters * len(yes))
    chance = share**2 + (1 - share) ** 2
    return math.nan if chance >= 1 else float((agree.mean() - chance) / (1 - chance))
