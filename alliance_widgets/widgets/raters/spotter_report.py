"""What came of marking a case: truth, rules and raters side by side, in words and in tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from alliance_widgets.spotting import (
    RULES,
    SECOND,
    YOU,
    Case,
    Marks,
    RuleMarks,
    agreement,
    comparison_table,
    open_sessions,
    rule_marks,
    score,
    so_far,
)
from alliance_widgets.widgets.page import report
from alliance_widgets.words import coefficient, say

__all__ = ["SpotterReport", "marks_ask"]

TRUTH = "planted"
Marked = Mapping[str, Mapping[str, Marks]]  # rater -> id of a committed case -> marks


class SpotterReport:
    """The results of a row of cases; what the rules mark in a case is worked out once."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases
        self._rules: dict[str, tuple[RuleMarks, ...]] = {}

    # ---- tables ----------------------------------------------------------------------------

    def comparison(self, marked: Marked) -> pd.DataFrame:
        """`comparison_table` of you, the rules and a second rater, over your committed cases."""
        done = [(n, case) for n, case in enumerate(self._cases, 1) if case.id in marked[YOU]]
        return comparison_table(done, self._everybody(marked))

    def agreement(self, marked: Marked) -> pd.DataFrame:
        """`agreement` of each pair, over the cases that both of them have judged."""
        done = [case for case in self._cases if case.id in marked[YOU]]
        planted = {
            case.id: Marks(tuple(case.planted["onset"].tolist()))
            for case in done
            if case.planted is not None
        }
        everybody = {YOU: marked[YOU], TRUTH: planted, **self._everybody(marked)}
        pairs = [
            agreement(done, {one: everybody[one], other: everybody[other]})
            for one, other in combinations(everybody, 2)
        ]
        found = [pair for pair in pairs if len(pair)]
        return pd.concat(found, ignore_index=True) if found else pairs[0]

    def _everybody(self, marked: Marked) -> dict[str, dict[str, Marks]]:
        """Your marks, those of each rule in the same cases, and a second rater's."""
        done = [case for case in self._cases if case.id in marked[YOU]]
        by_rule: dict[str, dict[str, Marks]] = {rule.name: {} for rule in RULES}
        for case in done:
            for each in self._by_rules(case):
                if each.marks is not None:
                    by_rule[each.rule.name][case.id] = each.marks
        second = {SECOND: dict(marked[SECOND])} if SECOND in marked else {}
        return {YOU: dict(marked[YOU]), **by_rule, **second}

    def _by_rules(self, case: Case) -> tuple[RuleMarks, ...]:
        if case.id not in self._rules:
            self._rules[case.id] = rule_marks(case)
        return self._rules[case.id]

    # ---- words -----------------------------------------------------------------------------

    def marked(self, marks: Marks) -> str:
        """What was marked, in a sentence; nothing where nothing was."""
        if marks.none:
            return say("spotter.yours_none")
        said = [
            say("spotter.episode_back", session=session, back=back)
            if back
            else say("spotter.episode", session=session)
            for session, back in marks.episodes()
        ]
        return say("spotter.yours", marks=say("spotter.and").join(said)) if said else ""

    def message(self, number: int, marks: Marks) -> str:
        """What became of the marks of a committed case, in a few sentences."""
        case = self._cases[number - 1]
        if case.planted is None:
            return say("spotter.no_truth")
        found, planted = score(case, marks), len(case.planted)
        alarms = ", ".join(map(str, found.false_alarms))
        if not planted:
            if not found.false_alarms:
                return say("spotter.right_none")
            return say("spotter.alarms_calm", n=len(found.false_alarms), sessions=alarms)
        said = [say("spotter.found", hits=len(found.hits), n=planted)]
        for span in open_sessions(case):
            late = [session - span.start for session in found.hits if session in span]
            if late and late[0]:
                said.append(say("spotter.late", n=late[0], session=span.start + late[0]))
        if found.misses:
            missed = say("spotter.and").join(map(str, found.misses))
            said.append(say("spotter.missed", sessions=missed))
        if found.false_alarms:
            said.append(say("spotter.alarms", n=len(found.false_alarms), sessions=alarms))
        if found.repairs_planted:
            n, seen = found.repairs_planted, found.repairs_found
            said.append(say("spotter.repairs", n=n, found=seen))
        return " ".join(said)

    def stretches(self, case: Case) -> list[tuple[int, int, str]]:
        """First session, last session and name of each planted rupture, to be shaded."""
        word = say("spotter.stretch")
        return [(span.start, span.stop - 1, word) for span in open_sessions(case)]

    # ---- the page --------------------------------------------------------------------------

    def blocks(self, number: int, marked: Marked) -> list[dict[str, Any]]:
        """Everything that is shown of a committed case, and of those before it."""
        case = self._cases[number - 1]
        key = "spotter.heading_no_truth" if case.planted is None else "spotter.heading"
        return [
            report.heading(say(key, case=number)),
            report.text(_planted(case)),
            report.text(case.about),
            self._matrix(case, marked),
            *self._silent(case),
            *self._so_far(marked),
            *self._second(marked),
            *self._curious(marked),
        ]

    def _matrix(self, case: Case, marked: Marked) -> dict[str, object]:
        sessions = range(case.sessions[0], case.sessions[-1] + 1)
        rows: list[list[Any]] = []
        if case.planted is not None:
            rows.append([say("spotter.truth"), *_truth_cells(case, sessions)])
        raters = {YOU: marked[YOU], **({SECOND: marked[SECOND]} if SECOND in marked else {})}
        for rater, theirs in raters.items():
            if case.id in theirs:
                rows.append([_who(rater), *_cells(theirs[case.id], sessions)])
        rows += [
            [_who(each.rule.name), *_cells(each.marks, sessions)]
            for each in self._by_rules(case)
            if each.marks is not None
        ]
        columns = [say("spotter.who"), *map(str, sessions)]
        return report.table(say("spotter.matrix"), columns, rows, signs=True)

    def _silent(self, case: Case) -> Iterator[dict[str, object]]:
        for each in self._by_rules(case):
            if each.marks is None:
                title = each.rule.title
                yield report.note(say("spotter.cannot", title=title, why=each.why_not))

    def _so_far(self, marked: Marked) -> Iterator[dict[str, object]]:
        sums = so_far(self.comparison(marked))
        yield report.heading(say("spotter.so_far"))
        if sums.empty:
            yield report.text(say("spotter.no_known_yet"))
            return
        rows = [
            (
                _who(row["rater"]),
                say("spotter.of", part=row["hits"], whole=row["planted"])
                if row["planted"]
                else "–",
                str(row["misses"]),
                str(row["false_alarms"]),
                say("spotter.of", part=row["left_alone"], whole=row["calm"])
                if row["calm"]
                else "–",
            )
            for row in sums.to_dict("records")
        ]
        mine = sums.iloc[0]
        shares = {"planted": "hits", "marked": "false_alarms", "calm": "left_alone"}
        said = [
            say(f"spotter.so_far_{whole}", n=mine[whole], part=mine[part])
            for whole, part in shares.items()
            if mine[whole]
        ]
        yield report.text(" ".join(said))
        names = ("who", "column_found", "column_missed", "column_alarms", "column_calm")
        columns = [say(f"spotter.{name}") for name in names]
        yield report.table(say("spotter.so_far_table", n=int(mine["cases"])), columns, rows)
        yield report.note(say("spotter.counting"))
        yield report.note(say("spotter.limits"))

    def _second(self, marked: Marked) -> Iterator[dict[str, object]]:
        if SECOND not in marked:
            return
        both = [case for case in self._cases if case.id in marked[SECOND]]
        pair = agreement(both, {YOU: marked[YOU], SECOND: marked[SECOND]}).iloc[0]
        yield report.heading(say("spotter.second.heading"))
        values = {
            "cases": say("spotter.second.cases", n=len(both)),
            "sessions": pair["sessions"],
            "both": pair["both"],
            "neither": pair["neither"],
        }
        only = {"mine": pair["only_rule"], "theirs": pair["only_other"]}
        yield report.text(say("spotter.second.words", **values, **only))

    def _curious(self, marked: Marked) -> Iterator[dict[str, object]]:
        pairs = self.agreement(marked)
        first = (YOU, TRUTH, SECOND)
        shown = pairs[pairs["rule"].isin(first) | pairs["other"].isin(first)]
        counts = ("sessions", "both", "neither", "only_rule", "only_other")
        rows = [
            (
                say("spotter.pair", one=_who(row["rule"]), other=_who(row["other"])),
                *(str(row[name]) for name in counts),
                "–" if pd.isna(row["kappa"]) else coefficient(row["kappa"]),
            )
            for row in shown.to_dict("records")
        ]
        names = ("pair", "sessions", "both", "neither", "first", "other", "kappa")
        columns = [say(f"spotter.column_{name}") for name in names]
        table = report.table(say("spotter.curious_table"), columns, rows)
        note = report.note(say("spotter.curious_note"))
        yield report.fold(say("spotter.curious"), [note, table])


def marks_ask(case: Case, number: int, n: int) -> dict[str, object]:
    """What is asked of a case, one of `n`, as the page knows it."""
    return {
        "kind": "marks",
        "text": say("spotter.legend", case=number, n=n),
        "hint": " ".join(
            filter(None, [say("spotter.hint", first=case.sessions[0]), _unrated(case)])
        ),
        "none": say("spotter.none"),
        "sessions": [[each, say("spotter.session", session=each)] for each in case.markable],
        "kinds": [
            {"name": "ruptures", "sign": "▼", "label": say("spotter.begins")},
            {"name": "repairs", "sign": "▲", "label": say("spotter.back")},
        ],
    }


def _unrated(case: Case) -> str:
    """Which sessions between the first and the last are not there to be marked, and why."""
    missing = [n for n in range(case.sessions[0], case.sessions[-1]) if n not in case.sessions]
    listed = ", ".join(map(str, missing))
    return say("spotter.unrated", n=len(missing), sessions=listed) if missing else ""


def _planted(case: Case) -> str:
    """What was planted, or that nobody knows."""
    if case.planted is None:
        return say("spotter.no_truth")
    if case.planted.empty:
        return say("spotter.nothing_planted")
    said = []
    for row in case.planted.to_dict("records"):
        back = row["repair_session"]
        ending = say("spotter.never") if pd.isna(back) else say("spotter.repaired", session=back)
        values = {"session": row["onset"], "depth": f"{row['depth']:.1f}"}
        said.append(say("spotter.planted_one", ending=ending, **values))
    return say("spotter.planted", ruptures="; ".join(said))


def _who(rater: str) -> str:
    for rule in RULES:
        if rule.name == rater:
            return say("spotter.rule", title=rule.title)
    return say({YOU: "spotter.you", SECOND: "spotter.second_rater"}.get(rater, "spotter.truth"))


def _cells(marks: Marks, sessions: range) -> list[object]:
    begins = report.sign("▼", say("spotter.sign_begins"))
    back = report.sign("▲", say("spotter.sign_back"))
    signs = {**dict.fromkeys(marks.ruptures, begins), **dict.fromkeys(marks.repairs, back)}
    return [signs.get(session, "") for session in sessions]


def _truth_cells(case: Case, sessions: range) -> list[object]:
    signs: dict[int, object] = {}
    for span in open_sessions(case):
        if span.stop in sessions:
            signs[span.stop] = report.sign("▲", say("spotter.sign_repaired"))
        signs |= dict.fromkeys(span[1:], report.sign("", say("spotter.sign_open"), "open"))
        signs[span.start] = report.sign("▼", say("spotter.sign_planted"), "open")
    return [signs.get(session, "") for session in sessions]
