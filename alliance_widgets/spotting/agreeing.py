"""How far raters of the same sessions agree, with the arithmetic that compares rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_widgets.ruptures.agreement import marks_agreement
from alliance_widgets.spotting.cases import Case
from alliance_widgets.spotting.marks import Marks

__all__ = ["agreement"]


def agreement(cases: Sequence[Case], marked: Mapping[str, Mapping[str, Marks]]) -> pd.DataFrame:
    """What `rule_agreement` gives for each pair of raters, on where a possible rupture begins.

    `marked` has, by a rater's name, that rater's marks by the id of the case; only cases that all
    of them marked count. No rows where there is no such case, or a single rater.
    """
    common = [case for case in cases if all(case.id in theirs for theirs in marked.values())]
    if len(marked) < 2 or not common:
        return pd.DataFrame(columns=COLUMNS)
    tables = {}
    for rater, theirs in marked.items():
        rows = [
            (case.id, session, session in theirs[case.id].ruptures)
            for case in common
            for session in case.sessions
        ]
        tables[rater] = pd.DataFrame(rows, columns=["client", "session", "flagged"])
    return marks_agreement(tables)


COLUMNS = [
    *("rule", "other", "sessions", "both", "neither", "only_rule", "only_other", "kappa"),
]
