"""How far the raters of a class agree on where a possible rupture begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from alliance_widgets.classboard.shares import FEWEST, Share, share_of
from alliance_widgets.spotting import drawn_cases

__all__ = ["MarkedCase", "kappa_interval", "kappa_of", "marked_cases"]


@dataclass(frozen=True)
class MarkedCase:
    """A case that at least five students have committed marks for.

    `sessions` are those that anybody marked, each with how many did; `kappa` is the agreement
    beyond chance of all pairs of raters (Fleiss, 1971), missing where all say the same of
    everything, and `interval` its 95 % interval over students. It is over the sessions that could
    be marked: those of the kit's own cases are known; of another's they are taken from the second
    to the last that anybody marked, `whole` is false, and fewer calm sessions are counted than
    there were.
    """

    activity: str
    case: str
    n: int
    none: Share
    sessions: tuple[tuple[int, Share], ...]
    kappa: float
    interval: tuple[float, float]
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
        places = list(own or range(2, latest + 1))
        table = begun.assign(yes=True).pivot_table(
            index="student", columns="session", values="yes", aggfunc="any"
        )
        yes = table.reindex(index=students, columns=places).notna().to_numpy()
        made.append(
            MarkedCase(
                str(activity),
                str(case),
                len(students),
                none,
                sessions,
                kappa_of(yes.sum(axis=0), len(students)),
                kappa_interval(yes),
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
    return float(_kappas(np.asarray(marked, dtype="float64"), raters))


def kappa_interval(marks: np.ndarray) -> tuple[float, float]:
    """How far kappa would vary with other students: a 95 % interval, from the jackknife.

    `marks` has a row for each student and a column for each session. Kappa is taken again without
    each student in turn; its standard error follows from how much that changes it (Efron and
    Tibshirani, 1993, chapter 11), and the interval has t with one degree of freedom less than
    students. Missing where nothing varies.
    """
    n = len(marks)
    if n < 3 or not marks.shape[1]:
        return math.nan, math.nan
    without = _kappas((marks.sum(axis=0) - marks).astype("float64"), n - 1)
    spread = math.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    if not spread > 0:  # also where one of them is missing
        return math.nan, math.nan
    kappa, reach = kappa_of(marks.sum(axis=0), n), float(stats.t.ppf(0.975, n - 1)) * spread
    return max(kappa - reach, -1.0), min(kappa + reach, 1.0)


def _kappas(yes: np.ndarray, raters: int) -> np.ndarray:
    """Fleiss' kappa over the last axis; missing where chance explains everything."""
    no = raters - yes
    agree = ((yes * (yes - 1) + no * (no - 1)) / (raters * (raters - 1))).mean(axis=-1)
    share = yes.mean(axis=-1) / raters
    chance = share**2 + (1 - share) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance >= 1, np.nan, (agree - chance) / (1 - chance))
