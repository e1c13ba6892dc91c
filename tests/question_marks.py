"""What stands beside the answers of a question, as a person reads it."""

from __future__ import annotations

import alliance_widgets as aw

__all__ = ["marks"]


def marks(question: aw.Question) -> dict[str, str]:
    """Each mark with its sign, by the answer or row it stands at; by nothing beside a number."""
    return {mark["at"]: f"{'✗✓'[mark['right']]} {mark['says']}" for mark in question._marks}
