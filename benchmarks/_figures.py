"""What every benchmark ends with: its figures, each with its bound, and whether it is kept.

`python benchmarks` runs them all, each in an interpreter of its own, and prints one table.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass

__all__ = ["KEPT_IN", "Figure", "report", "table_of"]

KEPT_IN = "ALLIANCE_BENCHMARK_FIGURES"
"""The environment variable that names the file to which a benchmark adds its figures."""


@dataclass(frozen=True)
class Figure:
    """One measured figure, which may be as large as its bound."""

    name: str
    value: float
    bound: float
    unit: str = "times"

    @property
    def within(self) -> bool:
        """Whether it keeps its bound; what could not be measured does not."""
        return self.value <= self.bound

    def row(self) -> str:
        """Name, figure, bound, and within or over."""
        verdict = "within" if self.within else "OVER"
        return f"{self.name:<64.64}{self.value:>10.4g}{self.bound:>8.4g} {self.unit:<6}{verdict}"


def table_of(figures: Iterable[Figure]) -> str:
    """A row per figure under one heading."""
    heading = f"{'':<64}{'figure':>10}{'bound':>8}"
    return "\n".join([heading, *(figure.row() for figure in figures)])


def report(figures: Iterable[Figure]) -> int:
    """Print the table, and keep it for who runs them all; 1 if a figure is over its bound."""
    figures = list(figures)
    print(table_of(figures))
    if path := os.environ.get(KEPT_IN):
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(figure)) + "\n" for figure in figures)
    return int(not figures or not all(figure.within for figure in figures))
