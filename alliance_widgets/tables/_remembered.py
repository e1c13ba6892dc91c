"""What was found in a table, kept for as long as the table stays as it was."""

from __future__ import annotations

import weakref
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

__all__ = ["Remembered"]

Found = TypeVar("Found")


class Remembered(Generic[Found]):
    """The last few tables, each with what was found in it; a table changed since is forgotten.

    A shallow copy is kept beside each. Under pandas' copy-on-write, whoever changes the table then
    writes into memory of its own, which no longer is that of the copy. Columns that are no plain
    NumPy arrays (masked numbers, categories, Arrow) are as good as changed.
    """

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._kept: dict[int, tuple[weakref.ReferenceType[pd.DataFrame], pd.DataFrame, Found]] = {}

    def keep(self, table: pd.DataFrame, found: Found) -> None:
        """Remember `found` of `table`, as it is now."""
        key = id(table)
        self._kept.pop(key, None)
        gone = weakref.ref(table, lambda _gone: self._kept.pop(key, None))
        self._kept[key] = (gone, table.copy(deep=False), found)
        while len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept)), None)

    def of(self, table: pd.DataFrame) -> Found | None:
        """What was found in `table`; None if it is not known, or not any more."""
        kept = self._kept.get(id(table))
        if kept is None:
            return None
        known, copy, found = kept
        return found if known() is table and _alike(table, copy) else None


def _alike(table: pd.DataFrame, copy: pd.DataFrame) -> bool:
    """Whether both have the same columns, in the same memory."""
    if not (table.shape == copy.shape and table.columns.equals(copy.columns)):
        return False
    if not all(map(_is_plain, table.dtypes)):
        return False
    return all(
        _same_memory(table.iloc[:, place].to_numpy(), copy.iloc[:, place].to_numpy())
        for place in range(table.shape[1])
    )


def _is_plain(dtype: object) -> bool:
    """Whether a column of this kind is a NumPy array that can be looked at without a copy."""
    return isinstance(dtype, np.dtype) or getattr(dtype, "storage", None) == "python"


def _same_memory(one: np.ndarray, other: np.ndarray) -> bool:
    same = one.__array_interface__["data"][0] == other.__array_interface__["data"][0]
    return same and one.dtype == other.dtype and one.strides == other.strides
