"""Where a board's work comes from: files, several times over, and class codes from chats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alliance_widgets.classboard.figures import Pooled

__all__ = ["Sources", "by_name"]

TABLES = ("ratings", "answers", "predictions", "marks", "beliefs", "texts")


def by_name(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Files by name; one that has the name of an earlier one gets a number in front."""
    named: dict[str, bytes] = {}
    for name, content in files:
        free = name if name not in named else f"{len(named) + 1} {name}"
        named[free] = content
    return named


@dataclass(frozen=True, eq=False)
class Sources:
    """Pools, the earlier ones first; who stands in one is not counted again in another."""

    pools: tuple[Pooled, ...] = ()

    @classmethod
    def of(cls, source: object) -> Sources:
        """With this source, or none."""
        return cls() if source is None else cls().with_files(source)

    def with_files(self, source: Any) -> Sources:
        """And with this: a pool, or what `pool` takes."""
        from alliance_widgets.classwork import pool

        ready = all(hasattr(source, name) for name in (*TABLES, "problems"))
        return Sources((*self.pools, source if ready else pool(source)))

    def with_chat(self, chat: str) -> Sources:
        """And with the class codes of a chat."""
        from alliance_widgets.classwork import pool_codes

        return Sources((*self.pools, pool_codes(chat)))

    @property
    def pool(self) -> Pooled:
        """All of it as one."""
        from alliance_widgets.classwork import Pool

        if not self.pools:
            return Pool(())
        return self.pools[0] if len(self.pools) == 1 else _joined(self.pools)


@dataclass(frozen=True, eq=False)
class _Joined:
    ratings: pd.DataFrame
    answers: pd.DataFrame
    predictions: pd.DataFrame
    marks: pd.DataFrame
    beliefs: pd.DataFrame
    texts: pd.DataFrame
    problems: pd.DataFrame


def _joined(pools: tuple[Pooled, ...]) -> _Joined:
    """The tables under one another, each student from the first pool that has any of theirs."""
    known: set[str] = set()
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for each in pools:
        theirs = set().union(*(getattr(each, name)["student"].unique() for name in TABLES))
        for name in TABLES:
            table = getattr(each, name)
            parts[name].append(table[~table["student"].isin(known)])
        known |= theirs
    problems = pd.concat([each.problems for each in pools], ignore_index=True)
    tables = {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}
    return _Joined(problems=problems.drop_duplicates(), **tables)
