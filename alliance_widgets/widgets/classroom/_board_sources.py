"""Where a board's work comes from: files, several times over, and class codes from chats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance_widgets.classwork.pool import Pool

__all__ = ["Sources", "by_name"]


def by_name(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Files by name; one that has the name of an earlier one gets a number in front."""
    named: dict[str, bytes] = {}
    for name, content in files:
        free = name if name not in named else f"{len(named) + 1} {name}"
        named[free] = content
    return named


@dataclass(frozen=True)
class Sources:
    """Pools, the earlier ones first; who stands in two of them is one student."""

    pools: tuple[Pool, ...] = ()

    @classmethod
    def of(cls, source: object) -> Sources:
        """With this source, or none."""
        return cls() if source is None else cls().with_files(source)

    def with_files(self, source: Any) -> Sources:
        """And with this: a pool, or what `pool` takes."""
        from alliance_widgets.classwork.pool import Pool, pool

        return Sources((*self.pools, source if isinstance(source, Pool) else pool(source)))

    def with_chat(self, chat: str) -> Sources:
        """And with the class codes of a chat."""
        from alliance_widgets.classwork.pool import pool_codes

        return Sources((*self.pools, pool_codes(chat)))

    @cached_property
    def pool(self) -> Pool:
        """All of it as one."""
        from alliance_widgets.classwork.pool import joined

        return self.pools[0] if len(self.pools) == 1 else joined(self.pools)
