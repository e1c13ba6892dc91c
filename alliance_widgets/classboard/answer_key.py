"""Every question of the lessons with its right answer, for who teaches them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from alliance_widgets.lessons.texts import lesson_files, question_text, read_questions

__all__ = ["answer_key"]

OPINION = "opinion"
JUDGED = ("choice", "number", "session", "match")


def answer_key() -> pd.DataFrame:
    """One row per question of the lessons, in their order.

    Columns `question` (its key), `kind`, `text`, `right` (the right answer as text; "opinion" where
    none is), `number` (the same as a number, or
    missing) and `within` (how far an answer may lie from it).
    """
    keys = [key for file in lesson_files().values() for key in read_questions(file)]
    rows = [_row(key, question_text(key).fields) for key in keys]
    return pd.DataFrame(rows, columns=["question", "kind", "text", "right", "number", "within"])


def _row(key: str, fields: Mapping[str, Any]) -> tuple[Any, ...]:
    kind, right = str(fields["kind"]), _right(fields)
    number = float(right) if isinstance(right, int | float) else None
    within = float(fields.get("within", 0)) if number is not None else None
    said = right if isinstance(right, str) else f"{right:g} {fields.get('unit', '')}".strip()
    return key, kind, str(fields.get("question", "")), said, number, within


def _right(fields: Mapping[str, Any]) -> Any:
    """The right answer as the file has it, or "opinion"."""
    kind = fields["kind"]
    if kind not in JUDGED:
        return OPINION
    if kind == "choice":
        right_ones = [each["answer"] for each in fields["answers"] if each.get("right")]
        return right_ones[0] if right_ones else OPINION
    if kind == "match":
        return "; ".join(f"{each['row']}: {each['right']}" for each in fields["rows"])
    right = fields.get("right")
    if isinstance(right, list):
        return ", ".join(map(str, right))
    return OPINION if right is None else right
