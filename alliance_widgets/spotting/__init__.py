"""Marking possible ruptures as a rater would: the cases, the marks, and what became of them."""

from __future__ import annotations

from alliance_widgets.spotting.agreeing import agreement
from alliance_widgets.spotting.cases import Case, cases_of, drawn_cases
from alliance_widgets.spotting.marks import Marks
from alliance_widgets.spotting.raters import RULES, RuleMarks, rule_marks
from alliance_widgets.spotting.results import SECOND, YOU, comparison_table, marks_table, so_far
from alliance_widgets.spotting.scores import Score, open_sessions, score
from alliance_widgets.spotting.second import read_marks

__all__ = [
    "RULES",
    "SECOND",
    "YOU",
    "Case",
    "Marks",
    "RuleMarks",
    "Score",
    "agreement",
    "cases_of",
    "comparison_table",
    "drawn_cases",
    "marks_table",
    "open_sessions",
    "read_marks",
    "rule_marks",
    "score",
    "so_far",
]
