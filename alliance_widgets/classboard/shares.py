"""A share of the class with its interval, and how few are too few to be shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["FEWEST", "Share", "share_of"]

FEWEST = 5
"""Of fewer students nothing is shown: in a small group everybody knows who it was."""

Z = 1.959963984540054


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
        p, n, z2 = self.share, self.n, Z * Z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(middle - half, 0.0), min(middle + half, 1.0)


def share_of(count: int, n: int) -> Share:
    """So many of n; n is at least 1."""
    return Share(int(count), int(n))
