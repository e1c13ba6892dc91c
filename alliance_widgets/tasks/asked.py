"""What a task asks, and what answers to it are worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

__all__ = ["Asked", "Task", "checked"]


@dataclass(frozen=True)
class Asked:
    """A question for a number: right is what is at most `within` from `right`, in `unit`."""

    name: str
    text: str
    right: float
    within: float
    unit: str = ""
    between: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Task:
    """One student's data and questions; `tables` are named as the kit names them."""

    name: str
    seed: str
    dice: int
    asked: tuple[Asked, ...]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def key_of(self, asked: Asked) -> tuple[str, str, str, str]:
        """Under which the work file keeps the answer."""
        return ("task", self.name, self.seed, asked.name)

    @property
    def sheet(self) -> pd.DataFrame:
        """One row per question: `question`, `text`, `right`, `within`, `unit`."""
        rows = [(each.name, each.text, each.right, each.within, each.unit) for each in self.asked]
        return pd.DataFrame(rows, columns=["question", "text", "right", "within", "unit"])


def checked(task: Task, given: Mapping[str, object]) -> pd.DataFrame:
    """The answer sheet with what was `given` to each question, and whether it is right.

    Missing where nothing was given.
    """
    sheet = task.sheet.drop(columns="text")
    numbers = [_number(given.get(name)) for name in sheet["question"]]
    near = [
        pd.NA if math.isnan(number) else abs(number - each.right) <= each.within + 1e-9
        for number, each in zip(numbers, task.asked, strict=True)
    ]
    return sheet.assign(given=numbers, correct=pd.array(near, dtype="boolean"))


def _number(value: Any) -> float:
    """The number; missing for what is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan
