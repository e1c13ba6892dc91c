"""What a class believed before and after, of those who said both."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from alliance_widgets.classboard.shares import FEWEST, Share, share_of
from alliance_widgets.lessons.beliefs import LEVELS

__all__ = ["ORDER", "Believed", "believed"]

ORDER = tuple(LEVELS)


@dataclass(frozen=True)
class Believed:
    """One claim: the levels before and after of the same students, and how they moved.

    Where too few said both, `after` is empty and `before` has all who said the first.
    """

    claim: str
    before: tuple[Share, ...]
    after: tuple[Share, ...]
    less: int
    more: int
    same: int

    @property
    def n(self) -> int:
        """How many students stand behind it."""
        return self.before[0].n


def believed(beliefs: pd.DataFrame, claims: tuple[str, ...]) -> list[Believed]:
    """The claims of which enough students said something, in the order of `claims`."""
    made = (_believed(beliefs[beliefs["claim"] == claim], claim) for claim in claims)
    return [each for each in made if each is not None]


def _believed(rows: pd.DataFrame, claim: str) -> Believed | None:
    wide = {
        when: part.drop_duplicates("student", keep="last").set_index("student")["level"]
        for when, part in rows.groupby("when")
    }
    before = wide.get("before", pd.Series(dtype="str"))
    both = pd.DataFrame({"before": before, "after": wide.get("after", pd.Series(dtype="str"))})
    both = both.dropna()
    if len(both) < FEWEST:
        if len(before) < FEWEST:
            return None
        return Believed(claim, _levels(before), (), 0, 0, 0)
    place = {level: n for n, level in enumerate(ORDER)}
    moved = both["after"].map(place).astype(int) - both["before"].map(place).astype(int)
    ways = int((moved > 0).sum()), int((moved < 0).sum()), int((moved == 0).sum())
    return Believed(claim, _levels(both["before"]), _levels(both["after"]), *ways)


def _levels(said: pd.Series) -> tuple[Share, ...]:
    return tuple(share_of(int((said == level).sum()), len(said)) for level in ORDER)
