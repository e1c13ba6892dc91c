"""Dates in place of the numbers of sessions: understood, and numbered within each client."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd

from alliance_widgets.tables.columns import (
    MISSING,
    Codes,
    Numbers,
    as_coded_text,
    looks_like_a_date,
)

__all__ = ["AmbiguousDates", "as_days", "holds_dates", "number_days"]

LOOKED_AT = 20  # cells that tell whether a column holds dates
SERIAL = (20_000, 80_000)  # the days that Excel counts for the years 1954 to 2119
CENTURY = 2000

_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ].*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:[T ].*)?", re.ASCII)
_NAMED = ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d. %B %Y")


class AmbiguousDates(ValueError):
    """Dates such as 03/04/2024, which are in March here and in April there; the first of them."""


def holds_dates(column: pd.Series) -> bool:
    """Whether the first cells that hold anything all hold dates."""
    if column.dtype.kind == "M":
        return True
    first = [value for value in column.head(10 * LOOKED_AT) if not _is_blank(value)][:LOOKED_AT]
    return bool(first) and all(looks_like_a_date(value) or _is_serial(value) for value in first)


def as_days(column: pd.Series) -> Numbers:
    """The dates in a column as days since 1 January of year 1, NaN where a cell holds none. The
    time of day is left out.

    2024-01-31, 31.01.2024, 31/01/2024 and 01/31/2024, a month by its name, and the numbers Excel
    keeps for dates. Raises `AmbiguousDates` where nothing tells day from month.
    """
    texts, codes = as_coded_text(column)
    slashed = [match for match in map(_YEAR_LAST.fullmatch, texts) if match and match[2] != "."]
    first_parts = max((int(match[1]) for match in slashed), default=0)
    second_parts = max((int(match[3]) for match in slashed), default=0)
    if slashed and first_parts <= 12 and second_parts <= 12:
        unclear = [match[0] for match in slashed if match[1] != match[3]]
        if unclear:
            raise AmbiguousDates(unclear[0])
    days = [_day(text, month_first=second_parts > 12) for text in texts]
    return np.array([*days, np.nan])[codes]


def number_days(client: Codes, days: Numbers) -> Numbers:
    """1 for each client's first day, 2 for the next, ...; NaN where there is none."""
    known = (client >= 0) & ~np.isnan(days)
    table = pd.DataFrame({"client": client[known], "day": days[known]})
    numbers = np.full(len(days), np.nan)
    numbers[known] = table.groupby("client")["day"].rank("dense").to_numpy()
    return numbers


def _day(text: str, month_first: bool) -> float:
    first, last = _YEAR_FIRST.fullmatch(text), _YEAR_LAST.fullmatch(text)
    try:
        if first:
            return _ordinal(int(first[1]), int(first[3]), int(first[4]))
        if last:
            year = int(last[4]) + (CENTURY if len(last[4]) == 2 else 0)
            parts = int(last[1]), int(last[3])
            day, month = parts if last[2] == "." or not month_first else parts[::-1]
            return _ordinal(year, month, day)
    except ValueError:
        return np.nan
    if _is_serial(text):
        return _ordinal(1899, 12, 30) + float(text)
    for named in _NAMED:
        try:
            return float(datetime.datetime.strptime(text, named).toordinal())
        except ValueError:
            continue
    return np.nan


def _ordinal(year: int, month: int, day: int) -> float:
    return float(datetime.date(year, month, day).toordinal())


def _is_serial(value: object) -> bool:
    text = str(value).strip().removesuffix(".0")
    return text.isdecimal() and SERIAL[0] <= int(text) <= SERIAL[1]


def _is_blank(value: object) -> bool:
    return value is None or value is pd.NaT or str(value).strip().lower() in MISSING
