"""A share of the class with its interval, and how few are too few to be shown."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FEWEST", "Share", "share_of"]

FEWEST = 5
"""Of fewer students nothing is shown: in a small group everybody knows who it was."""


@dataclass(frozen=True)
class Share:
    """So many of n, and the 95 % interval of the share (Wilson), 0 to 1."""

    count: int
    n: int

    @property
    def share(self) -> float:
        """The share, 0 to 1."""
        return self.count / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Both ends (Wilson, 1927)."""
        from statsmodels.stats.proportion import proportion_confint

        lower, upper = proportion_confint(self.count, self.n, method="wilson")
        return max(float(lower), 0.0), min(float(upper), 1.0)


def share_of(count: int, n: int) -> Share:
    """So many of n; n is at least 1."""
    return Share(int(count), int(n))
