"""The student, the rules and a second rater beside the planted truth, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from alliance_widgets.spotting.cases import Case
from alliance_widgets.spotting.marks import Marks
from alliance_widgets.spotting.scores import score

__all__ = ["COUNTS", "SECOND", "YOU", "comparison_table", "marks_table", "so_far"]

YOU, SECOND = "you", "second_rater"
MARKS = {"case": "int64", "rater": "str", "session": "Int64", "mark": "str", "committed": "bool"}
COUNTS = ("planted", "hits", "misses", "false_alarms", "repairs_planted", "repairs_found")

Numbered = Iterable[tuple[int, Case]]


def marks_table(marked: Iterable[tuple[int, str, Marks, bool]]) -> pd.DataFrame:
    """One row per mark: `case` (its number), `rater`, `session`, `mark` and `committed`.

    `mark` is "possible_rupture", "back_up", or "none" for a case in which the rater sees no
    possible rupture; `session` is missing then. Rows by case, rater and session.
    """
    rows: list[tuple[int, str, int | None, str, bool]] = []
    for case, rater, marks, committed in marked:
        found = [(session, "possible_rupture") for session in marks.ruptures]
        found += [(session, "back_up") for session in marks.repairs]
        rows += [(case, rater, session, mark, committed) for session, mark in sorted(found)]
        if marks.none:
            rows.append((case, rater, None, "none", committed))
    return pd.DataFrame(rows, columns=list(MARKS)).astype(MARKS)


def comparison_table(numbered: Numbered, marked: Mapping[str, Mapping[str, Marks]]) -> pd.DataFrame:
    """One row per case and rater: `case`, `rater`, `marked` (possible ruptures marked) and, where
    ruptures were planted or known to be none, `planted`, `hits`, `misses`, `false_alarms`,
    `repairs_planted` and `repairs_found`, as `Score` counts them; missing where no truth is known.

    `marked` has, by rater, the marks by the id of the case; who did not mark a case has no row.
    """
    rows = []
    for number, case in numbered:
        for rater, theirs in marked.items():
            if case.id in theirs:
                marks = theirs[case.id]
                rows.append((number, rater, len(marks.ruptures), *_counts(case, marks)))
    columns = ["case", "rater", "marked", *COUNTS]
    kinds = {"case": "int64", "rater": "str", "marked": "int64", **dict.fromkeys(COUNTS, "Int64")}
    return pd.DataFrame(rows, columns=columns).astype(kinds)


def _counts(case: Case, marks: Marks) -> tuple[int | None, ...]:
    if case.planted is None:
        return (None,) * len(COUNTS)
    found = score(case, marks)
    return (
        *(len(case.planted), len(found.hits), len(found.misses), len(found.false_alarms)),
        *(found.repairs_planted, found.repairs_found),
    )


def so_far(comparison: pd.DataFrame) -> pd.DataFrame:
    """One row per rater over the cases with known truth, in the order of the comparison.

    `cases`; the sums of `marked` and of the counts; `calm`, how many of these cases had nothing
    planted, and `left_alone`, in how many of those the rater marked nothing.
    """
    known = comparison.dropna(subset=["planted"])
    calm = known["planted"] == 0
    counted = known.assign(
        cases=1,
        calm=calm.astype("int64"),
        left_alone=(calm & known["marked"].eq(0)).astype("int64"),
    )
    columns = ["cases", "marked", *COUNTS, "calm", "left_alone"]
    return counted.groupby("rater", sort=False)[columns].sum().reset_index()
