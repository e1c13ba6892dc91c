"""Marks against the planted truth, counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from alliance_widgets.spotting.cases import Case
from alliance_widgets.spotting.marks import Marks

__all__ = ["Score", "open_sessions", "score"]

NEAR = 1  # sessions by which "back up" may differ from the planted repair


@dataclass(frozen=True)
class Score:
    """How marks compare with what was planted in one case.

    `hits` are the sessions marked in a planted rupture, the first mark in each, `misses` the
    onsets of planted ruptures in which nothing is marked, `false_alarms` the sessions marked
    outside of any. A further mark inside the same rupture counts as neither. `repairs_planted`
    counts the planted repairs of ruptures that were hit, and `repairs_found` those of them with a
    “back up” at most one session away.
    """

    hits: tuple[int, ...]
    misses: tuple[int, ...]
    false_alarms: tuple[int, ...]
    repairs_planted: int
    repairs_found: int


def open_sessions(case: Case) -> list[range]:
    """The sessions of each planted rupture: from its onset to the last one before its repair."""
    if case.planted is None:
        return []
    after_the_end = case.sessions[-1] + 1
    ends = case.planted["repair_session"].fillna(after_the_end).astype(int).tolist()
    onsets = case.planted["onset"].tolist()
    return [range(onset, end) for onset, end in zip(onsets, ends, strict=True)]


def score(case: Case, marks: Marks) -> Score:
    """Count these marks against the planted truth of a case that has one."""
    spans = open_sessions(case)
    inside = [[s for s in marks.ruptures if s in span] for span in spans]
    repairs = [] if case.planted is None else case.planted["repair_session"].tolist()
    known = [back for back, found in zip(repairs, inside, strict=True) if found and pd.notna(back)]
    return Score(
        hits=tuple(found[0] for found in inside if found),
        misses=tuple(span.start for span, found in zip(spans, inside, strict=True) if not found),
        false_alarms=tuple(s for s in marks.ruptures if not any(s in span for span in spans)),
        repairs_planted=len(known),
        repairs_found=sum(any(abs(s - b) <= NEAR for s in marks.repairs) for b in known),
    )
