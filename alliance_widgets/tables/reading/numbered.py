"""Columns that are numbered: s1 … s20, WAI_1, WAI_10, WAI_2, item 1, 1.

A column is known by the number in its name, never by its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from alliance_widgets.tables.columns import normal_name

__all__ = ["ITEM_NAMES", "NumberedColumns", "numbered_columns"]

_NUMBERED = re.compile(r"(.*?)(\d{1,9})(\D*)", re.DOTALL)
_BETWEEN = "_.:#()[]"

# What an item is called when it is called nothing else.
ITEM_NAMES = frozenset(("", "item", "items", "i", "q", "question", "frage"))


@dataclass(frozen=True)
class NumberedColumns:
    """Columns whose names share their beginning and their end, and the number of each.

    `beginning` and `ending` are the shared parts in small letters without what separates them
    from the number; `places` are the columns' places in the table, in the table's order.
    """

    beginning: str
    ending: str
    names: tuple[str, ...]
    places: tuple[int, ...]
    numbers: tuple[int, ...]

    @property
    def by_number(self) -> list[tuple[int, int]]:
        """Number and place of each column, in the order of the numbers."""
        return sorted(zip(self.numbers, self.places, strict=True))

    @property
    def twice(self) -> list[str]:
        """The names of the columns whose number another column has too."""
        return [
            name
            for name, number in zip(self.names, self.numbers, strict=True)
            if self.numbers.count(number) > 1
        ]

    @property
    def start(self) -> str:
        """What stands before the number, as it is written."""
        match = _NUMBERED.fullmatch(self.names[0])
        return match[1] if match else ""

    @property
    def in_words(self) -> str:
        """The first and the last of the columns, by number."""
        named = dict(zip(self.places, self.names, strict=True))
        ordered = [named[place] for _, place in self.by_number]
        return f"{ordered[0]} … {ordered[-1]}" if len(ordered) > 1 else ordered[0]


def numbered_columns(names: Iterable[object]) -> list[NumberedColumns]:
    """The sets of numbered columns among `names`, in the order in which they begin.

    Names such as item_1, q1 and 1 are one set: each says no more than that it is an item.
    """
    sets: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for place, name in enumerate(names):
        text = str(name).strip()
        match = _NUMBERED.fullmatch(text)
        if match is None:
            continue
        beginning, ending = (normal_name(part).strip(_BETWEEN) for part in match.group(1, 3))
        key = ("", ending) if beginning in ITEM_NAMES else (beginning, ending)
        sets.setdefault(key, []).append((text, place, int(match[2])))
    return [
        NumberedColumns(*key, *(tuple(part) for part in zip(*found, strict=True)))
        for key, found in sets.items()
    ]
