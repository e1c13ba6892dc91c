"""The rules as raters: what each of four marks in a case, in the words of a rater."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alliance_widgets import rules
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import judge
from alliance_widgets.spotting.cases import Case
from alliance_widgets.spotting.marks import Marks

__all__ = ["RULES", "RuleMarks", "rule_marks"]

RULES: tuple[Rule, ...] = (
    rules.DropSD(),
    rules.ReliableDrop(),
    rules.IMRChart(),
    rules.SuddenDrop(cutoff=round(rules.ReliableDrop().threshold, 2), floor=1),
)
"""Four rules that differ in kind, with the settings they have in every picker."""


@dataclass(frozen=True)
class RuleMarks:
    """What one rule marks in one case; `marks` is None, and `why_not` says why, if it cannot."""

    rule: Rule
    marks: Marks | None
    why_not: str = ""


def rule_marks(case: Case, chosen: Iterable[Rule] = RULES) -> tuple[RuleMarks, ...]:
    """The marks of each rule: where an episode of its begins and where it ends repaired."""
    return tuple(_one(case, rule) for rule in chosen)


def _one(case: Case, rule: Rule) -> RuleMarks:
    try:
        judged = judge(case.rated, rule)
    except RuleError as fault:
        return RuleMarks(rule, None, " ".join(fault.problems))
    if judged.why_not:
        return RuleMarks(rule, None, judged.why_not)
    found = judged.ruptures
    onsets = tuple(found["onset"].tolist())
    backs = tuple(int(session) for session in found["repair_session"].dropna())
    return RuleMarks(rule, Marks(onsets, backs, none=not onsets))
