"""One column of a table at a time: text into numbers, whole numbers, words, with faults by row."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.words import say

__all__ = ["Faults", "as_choice", "as_numbers", "as_text", "as_yes_no", "named_columns"]

_MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "–", ".", "<na>"}
_MONTHS = (
    "jan feb mar mär apr may mai jun jul aug sep oct okt nov dec dez "
    "fév avr juin aoû déc ene abr ago dic"
)
_MONTH = "(?:" + "|".join(_MONTHS.split()) + r")\w*\.?"
_DATE = re.compile(
    rf"^(?:\d{{1,2}}[-/. ]+{_MONTH}(?:[-/. ]+\d{{2,4}})?|{_MONTH}[-/. ]+\d{{1,4}}"
    r"|\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}[./-]\d{1,2}[./-](?:\d{2,4})?)$",
    re.IGNORECASE,
)
_YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "1.0"), True),
    **dict.fromkeys(("no", "n", "false", "0", "0.0"), False),
}

Mask = npt.NDArray[np.bool_]


class Faults:
    """Every fault of a table, by row; `lines` lists them in the order of the rows."""

    def __init__(self, rows: Sequence[int], who: Callable[[int], str]) -> None:
        self._rows, self._who = rows, who
        self._found: list[tuple[int, str]] = []

    def add(self, mask: Mask, key: str, values: Any = None, **words: Any) -> None:
        """One line for each row where `mask` holds; `values` gives each its {value}."""
        for i in np.flatnonzero(mask):
            shown = "" if values is None else _shown(values[i])
            fault = say(key, value=shown, **words)
            self._found.append(
                (
                    int(i),
                    say("faults.row", row=self._rows[int(i)], who=self._who(int(i)), fault=fault),
                )
            )

    @property
    def lines(self) -> list[str]:
        return [line for _, line in sorted(self._found, key=lambda found: found[0])]


def _shown(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:g}"
    return repr(value) if isinstance(value, str) else str(value)


def as_text(column: pd.Series) -> npt.NDArray[np.object_]:
    """Trimmed text, "" where missing; whole numbers lose their ".0", so 7.0 becomes "7"."""
    if column.dtype.kind in "iu":
        return column.astype(str).to_numpy(object)
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("").str.strip().to_numpy(object)
    return np.array(
        [
            ""
            if value is None or value is pd.NA or value != value
            else f"{value:.0f}"
            if isinstance(value, float) and value.is_integer()
            else str(value).strip()
            for value in column.to_numpy(object)
        ],
        dtype=object,
    )


def as_numbers(column: pd.Series, faults: Faults, name: str) -> npt.NDArray[np.float64]:
    """Numbers, NaN where missing; a text that is no number, and a date, are faults."""
    if column.dtype.kind in "iuf" and not isinstance(
        column.dtype, pd.api.extensions.ExtensionDtype
    ):
        numbers = column.to_numpy(float)
        faults.add(np.isinf(numbers), "faults.no_number", numbers, name=name)
        return np.where(np.isinf(numbers), np.nan, numbers)
    if isinstance(column.dtype, pd.StringDtype):
        plain = column.str.strip().str.replace(",", ".")
        tried = pd.to_numeric(plain, errors="coerce").to_numpy(float, na_value=np.nan)
        if not (np.isnan(tried) & ~column.str.strip().str.lower().isin(_MISSING)).any():
            return tried
    values = column.to_numpy(object)
    numbers = np.full(len(values), np.nan)
    strange = np.zeros(len(values), dtype=bool)
    dated = np.zeros(len(values), dtype=bool)
    for i, value in enumerate(values):
        if value is None or value is pd.NA or (isinstance(value, float) and value != value):
            continue
        if hasattr(value, "strftime"):
            dated[i] = True
        elif isinstance(value, bool | np.bool_):
            strange[i] = True
        else:
            text = str(value).strip()
            if text.lower() in _MISSING:
                continue
            try:
                numbers[i] = float(text.replace(",", "."))
            except ValueError:
                dated[i] = bool(_DATE.match(text))
                strange[i] = not dated[i]
    strange |= np.isinf(numbers)
    faults.add(strange, "faults.no_number", values, name=name)
    faults.add(dated, "faults.date", values, name=name)
    return np.where(np.isinf(numbers), np.nan, numbers)


def as_choice(
    column: pd.Series, faults: Faults, name: str, allowed: Iterable[str], default: str = ""
) -> npt.NDArray[np.object_]:
    """Words out of `allowed`, whatever their case; missing becomes `default`."""
    choices = list(allowed)
    given = as_text(column)
    words = np.array([w.lower().replace(" ", "_").replace("-", "_") for w in given], dtype=object)
    words[[w.strip("_") in _MISSING or w in _MISSING for w in words]] = default
    strange = np.array([w not in choices and w != default for w in words], dtype=bool)
    faults.add(strange, "faults.choice", given, name=name, choices=", ".join(choices))
    return words


def as_yes_no(column: pd.Series, faults: Faults, name: str) -> pd.arrays.BooleanArray:
    """Yes and no, however written; missing stays missing."""
    given = as_text(column)
    answers: list[Any] = [
        None if word.lower() in _MISSING else _YES_NO.get(word.lower(), "?") for word in given
    ]
    strange = np.array([answer == "?" for answer in answers], dtype=bool)
    faults.add(strange, "faults.yes_no", given, name=name)
    return pd.array([None if a == "?" else a for a in answers], dtype="boolean")


def named_columns(table: Any, needed: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """A copy with trimmed lower-case column names, and what is wrong with its header, in words."""
    table = pd.DataFrame(table) if table is not None else pd.DataFrame()
    table = table.rename(columns=lambda name: str(name).strip().lower())
    names = list(table.columns)
    problems = [say("csv.twice", name=n) for n in dict.fromkeys(names) if names.count(n) > 1]
    for wanted in needed:
        if wanted in names:
            continue
        near = difflib.get_close_matches(wanted, [n for n in names if n not in needed], n=1)
        hint = say("faults.rename", near=near[0]) if near else ""
        found = ", ".join(names) or say("faults.none")
        problems.append(say("faults.column", wanted=wanted, found=found, hint=hint).strip())
    return table.reset_index(drop=True), problems
