"""What a column of a person's table may hold: text, numbers, one of a few words, yes or no.

Each `as_` function takes a column of any kind and gives its values and a mask of the cells that
hold something else. They look at the different values only, so a long table costs little more
than a short one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "Codes",
    "Mask",
    "Numbers",
    "as_boolean",
    "as_choice",
    "as_coded_text",
    "as_numbers",
    "as_text",
    "looks_like_a_date",
    "normal_name",
    "number_of",
    "texts_at",
    "with_guessed_types",
]

Codes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

MISSING = frozenset(
    (
        *("", "na", "n/a", "n.a.", "#n/a", "#null!", "nan", "null", "none", "<na>", "nat"),
        *("-", "--", "–", "—", ".", ".."),
    )
)

# Compiled by `re` with their first use, and kept there.
_PLAIN = r"(?ai)[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?"
_DECIMAL_COMMA = r"(?a)[+-]?(\d+,\d*|,\d+)"
_COMMA_THOUSANDS = r"(?a)[+-]?\d{1,3}(,\d{3})+(\.\d+)?"
_POINT_THOUSANDS = r"(?a)[+-]?\d{1,3}([. '’\u00a0\u202f]\d{3})+(,\d+)?"
_LEADING_ZERO = r"[+-]?0\d"

# Short names of months as spreadsheets write them, in the languages of most readers.
_MONTHS = (
    "(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mrz|mai|okt|dez|fév|fev|avr|jui|aoû|aou"
    "|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|mrt|mei|maj|out"
)
_NAMED_DATE = r"\d{0,4}[\s./-]*([^\W\d_]{3,10})[\s./,-]*\d{0,4}"
_NUMBERED_DATE = r"\d{1,4}([./-])\d{1,2}\1(\d{1,4})?([ T]\d{1,2}:\d{2}\S*)?"

_YES = ("yes", "y", "true", "t", "1")
_NO = ("no", "n", "false", "f", "0")


def normal_name(text: object) -> str:
    """`text` as names are compared: trimmed, in lower case, blanks and hyphens as underscores,
    without what cannot be seen, and in one of the ways in which Unicode writes a letter."""
    plain = str(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
        plain = "".join(each for each in plain if unicodedata.category(each) != "Cf")
    return re.sub(r"[\s-]+", "_", plain.strip().lower())


def looks_like_a_date(value: object) -> bool:
    """Whether `value` is what a spreadsheet makes of a number that it takes for a date."""
    text = _text(value)
    if re.fullmatch(_NUMBERED_DATE, text):
        return True
    named = re.fullmatch(_NAMED_DATE, text)
    return (
        named is not None
        and any(character.isdigit() for character in text)
        and re.match(_MONTHS, named[1]) is not None
    )


def number_of(text: str) -> float:
    """The number that `text` writes, with decimal point or comma; NaN if it writes none.

    A single comma is a decimal comma ("1,250" is 1.25); thousands are understood where they
    cannot be mistaken ("1.234,5", "1,234.5", "1,234,567").
    """
    text = text.replace("−", "-")
    if re.fullmatch(_PLAIN, text):
        return float(text)
    if re.fullmatch(_DECIMAL_COMMA, text):
        return float(text.replace(",", "."))
    if re.fullmatch(_COMMA_THOUSANDS, text):
        return float(text.replace(",", ""))
    if re.fullmatch(_POINT_THOUSANDS, text):
        return float(re.sub(r"[^\d,+-]", "", text).replace(",", "."))
    return float("nan")


def as_text(column: pd.Series) -> pd.Series:
    """The column as trimmed text; a whole number loses its ".0", a blank cell is missing."""
    return texts_at(*as_coded_text(column))


def as_coded_text(column: pd.Series) -> tuple[list[str], Codes]:
    """The different texts in the column, trimmed, and each cell's place among them; blank: -1."""
    codes, values = _different(column)
    all_text = {*map(type, values)} <= {str}
    texts = [*map(str.strip if all_text else _text, values)]
    different = [*filter(None, dict.fromkeys(texts))]
    if len(different) < len(texts):  # some are blank, or differ in their blanks only
        place = {text: i for i, text in enumerate(different)}
        codes = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.intp)[codes]
    return different, codes


def texts_at(texts: Sequence[str | None], codes: Codes) -> pd.Series:
    """A column of text from the different texts and each cell's place among them; -1: missing."""
    return pd.Series(pd.array([*texts], dtype="str").take(codes, allow_fill=True), copy=False)


def as_numbers(column: pd.Series) -> tuple[Numbers, Mask]:
    """The column as float64, NaN where a cell is empty, and the cells that hold no number."""
    if column.dtype.kind in "iuf":
        numbers = column.to_numpy("float64", na_value=np.nan)
        if str(column.dtype).lower() == "float32":
            numbers = numbers.round(6)  # 3.7 in single precision is 3.70000005
        return numbers, np.zeros(len(numbers), dtype=bool)
    codes, values = _different(column)
    texts = [_text(value) for value in values]
    meant = np.array([*map(number_of, texts), np.nan])  # code -1, an empty cell, is the last
    empty = np.array([*(text.lower() in MISSING for text in texts), True])
    return meant[codes], (np.isnan(meant) & ~empty)[codes]


def as_choice(column: pd.Series, choices: Sequence[str]) -> tuple[Codes, Mask]:
    """Each cell's place in `choices`, whatever its capitals and blanks, and the other cells.

    The place of a missing cell, and of one that holds something else, is -1.
    """
    meanings, codes, strange = _looked_up(
        column, {choice: i for i, choice in enumerate(choices)}.get
    )
    places = [-1 if meaning is None else meaning for meaning in meanings]
    return np.array([*places, -1], dtype=np.intp)[codes], strange


def as_boolean(column: pd.Series) -> tuple[pd.Series, Mask]:
    """The column as `boolean` (yes/no, true/false, 1/0, missing), and the other cells."""
    answers = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
    values, codes, strange = _looked_up(column, answers.get)
    return pd.Series(pd.array([*values, None], dtype="boolean").take(codes)), strange


def with_guessed_types(table: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The table with those text columns turned to numbers, or to true and false, that hold
    nothing else. A column with a leading zero anywhere ("007") stays text."""
    guessed: dict[str, Any] = {}
    for name in names:
        texts = [_text(value) for value in table[name].dropna().unique()]
        full = [text for text in texts if text.lower() not in MISSING]
        if not full:
            continue
        if {text.lower() for text in full} <= {"true", "false"}:
            answers, _ = as_boolean(table[name])
            guessed[name] = answers if answers.isna().any() else answers.astype("bool")
        elif not any(re.match(_LEADING_ZERO, text) for text in full):
            numbers, strange = as_numbers(table[name])
            whole = all(re.fullmatch(r"[+-]?\d{1,15}", text) for text in full)
            if not strange.any():
                complete = whole and not np.isnan(numbers).any()
                guessed[name] = numbers.astype("int64") if complete else numbers
    return table.assign(**guessed)


def _text(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(value).strip()


def _different(column: pd.Series) -> tuple[Codes, list[Any]]:
    """Each cell's place in the list of different values (-1 where it is empty), and the list."""
    cells: Any = column
    if getattr(column.dtype, "storage", None) == "python":
        cells = column.to_numpy(object)  # no copy, and half the time of the column itself
        if len(cells) and cells[0] is cells[-1] and isinstance(cells[0], str):
            same = cells == cells[0]
            if same.all():  # one word in every row, as in most columns of raters
                return np.zeros(len(cells), dtype=np.intp), [cells[0]]
    try:
        codes, values = pd.factorize(cells)
    except TypeError:  # cells that hold lists
        codes, values = pd.factorize(column.astype("str"))
    return codes, np.asarray(values, dtype=object).tolist()


def _looked_up(
    column: pd.Series, meaning: Callable[[str], object]
) -> tuple[list[Any], Codes, Mask]:
    codes, values = _different(column)
    names = [normal_name(_text(value)) for value in values]
    meanings = [meaning(name) for name in names]
    strange = [
        meant is None and _text(value).lower() not in MISSING
        for value, meant in zip(values, meanings, strict=True)
    ]
    return meanings, codes, np.array([*strange, False])[codes]
