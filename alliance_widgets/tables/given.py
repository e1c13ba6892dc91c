"""A table that a person gave: its header understood, and every fault in it collected in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.columns import (
    Codes,
    Mask,
    Numbers,
    as_choice,
    as_numbers,
    looks_like_a_date,
    normal_name,
    texts_at,
)
from alliance_widgets.tables.reading.conventions import (
    codes_among_counts,
    nearest_names,
    summary_clients,
)
from alliance_widgets.tables.reading.frames import Unreadable, as_frame
from alliance_widgets.words import say

__all__ = ["MOST_SESSIONS", "ROUNDING", "GivenTable", "number_in_words", "table_of"]

MOST_SESSIONS = 1000

ROUNDING = 1e-9  # what sums of decimals may miss an end of the scale by

LONGEST_CELL = 40


class GivenTable:
    """A fresh copy of a table, with its rows as its owner counts them and the faults found so far.

    `known` are the column names that mean something: they are found whatever their capitals and
    blanks; other columns keep their names. `rows` are the row numbers to name; without them the
    first row below the header is row 1. `missing` are the numbers that stand for a missing one; if
    it is None, numbers that look so are asked about. Nothing is raised before `raise_faults`,
    except for what is no table at all and for a header in which a name stands twice.
    """

    def __init__(
        self,
        given: object,
        error: type[AllianceError],
        known: Sequence[str],
        rows: Sequence[int] | npt.NDArray[np.int64] | None = None,
        missing: Sequence[float] | None = None,
    ) -> None:
        self.error, self.known, self.missing = error, known, _as_codes(missing, error)
        table = table_of(given, error)
        if table.empty:
            raise error([say("table.empty", known=", ".join(known))])
        self.index_names = _index_names(given)
        self.has_names = not isinstance(table.columns, pd.RangeIndex)
        self.rows = np.arange(1, len(table) + 1) if rows is None else np.asarray(rows)
        self._faults: list[tuple[int, str]] = []
        self._shown: dict[str, npt.NDArray[np.object_]] = {}
        names = {name: normal_name(name) for name in table.columns}
        columns = [names[name] if names[name] in known else name for name in table.columns]
        twice = [name for name in dict.fromkeys(columns) if columns.count(name) > 1]
        if twice:
            raise error([say("table.column_twice", column=name) for name in twice])
        self.given = table.set_axis(columns, axis=1)
        self.columns: dict[str, Any] = {str(name): column for name, column in self.given.items()}

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def raise_unless(
        self,
        complete: bool,
        needed: Sequence[str],
        sentence: str,
        advice: Callable[[], Mapping[str, Sequence[str]]] = dict,
    ) -> None:
        """Raise what the header lacks, with what was found, and what to do: `advice`, and to
        rename what is nearly right, save for the columns that the advice settles."""
        if complete:
            return
        if not self.has_names:
            raise self.error([say("table.nameless", known=", ".join(self.known))])
        found = [str(name) for name in self.columns]
        problems = [say(sentence, found=", ".join(map(_short, found)) or say("table.nothing"))]
        lacking = [name for name in needed if name not in self.columns]
        in_index = [name for name in lacking if name in self.index_names]
        said: dict[str, Sequence[str]] = {
            say("table.in_the_index", column=name): (name,) for name in in_index
        } or {**advice()}
        settled = {name for names in said.values() for name in names}
        spare = [name for name in found if name not in self.known]
        nearest = nearest_names([name for name in lacking if name not in settled], spare)
        renames = [
            say("table.rename", found=_short(near), column=name)
            for name, near in nearest.items()
            if normal_name(_short(near)) != name
        ]
        raise self.error([*problems, *said, *renames])

    def place_of(self, column: str) -> str:
        """The name under which `column` stands in `columns`, whatever its capitals and blanks."""
        wanted = normal_name(column)
        for name in self.columns:
            if name == column or normal_name(name) == wanted:
                return name
        found = ", ".join(map(_short, self.columns))
        raise self.error([say("table.no_column", column=_short(column), found=found)])

    def no_summaries(self, clients: Sequence[str], client: Codes) -> None:
        """A fault for each client that is called as a summary row is: Mean, Total, Summe."""
        for name in summary_clients(clients):
            first = int(np.flatnonzero(client == clients.index(name))[0])
            at = np.arange(len(client)) == first
            self.at(at, lambda place: say("table.summary", client=self.cell("client", place)))

    def about_all(self, sentence: str) -> None:
        """A fault of the whole table; stands before those of its rows."""
        self._faults.append((-1, sentence))

    def at(self, strange: Mask, sentence: Callable[[int], str]) -> None:
        """A fault in each row where `strange` is true, in the words of `sentence(place)`."""
        for place in np.flatnonzero(strange).tolist():
            fault = say("table.fault", row=self.name_of_row(place), fault=sentence(place))
            self._faults.append((place, fault))

    def cell(self, column: str, place: int) -> str:
        """What stands in a cell, short enough for a sentence."""
        value = self._cells(column)[place]
        return say("table.blank") if _is_blank(value) else _short(value)

    def name_of_row(self, place: int) -> str:
        """The row as its owner knows it: its number, its client and its session."""
        values = {"row": self.rows[place]}
        for name in ("client", "session"):
            if name in self.columns and not _is_blank(self._cells(name)[place]):
                values[name] = self.cell(name, place)
        return say(f"table.{'_'.join(values)}", **values)

    def numbers(self, column: str, low: float, high: float) -> Numbers:
        """The column as numbers from `low` to `high`, NaN if missing; all else is a fault."""
        numbers, strange = self._as_numbers(column)
        strange |= (numbers < low - ROUNDING) | (numbers > high + ROUNDING)
        expected = say("table.from_to", low=number_in_words(low), high=number_in_words(high))
        self.at(strange, self._unlike(column, expected))
        return numbers

    def whole_numbers(self, column: str, low: int, high: int, needed: bool = False) -> Numbers:
        """The column as whole numbers from `low` to `high`, NaN if missing or faulty; all else,
        and a blank one if `needed`, is a fault."""
        numbers, strange = self._as_numbers(column)
        strange |= (numbers < low) | (numbers > high)
        if self.columns[column].dtype.kind not in "iu":
            strange |= (numbers != np.floor(numbers)) & ~np.isnan(numbers)
        blank = np.isnan(numbers) & needed
        expected = say("table.whole_from_to", low=low, high=high)
        self.at(strange | blank, self._unlike(column, expected, whole=True))
        if self.missing is None:
            self.at(
                codes_among_counts(numbers) & ~strange,
                lambda place: say("table.a_code", column=column, value=self.cell(column, place)),
            )
        return np.where(strange, np.nan, numbers) if strange.any() else numbers

    def _as_numbers(self, column: str) -> tuple[Numbers, Mask]:
        numbers, strange = as_numbers(self.columns[column])
        if self.missing:
            numbers = np.where(np.isin(numbers, self.missing), np.nan, numbers)
        return numbers, strange

    def choices(self, column: str, choices: Sequence[str], needed: bool = False) -> pd.Series:
        """The column as one of `choices`; all else, and a blank one if `needed`, is a fault."""
        return texts_at(choices, self.coded_choices(column, choices, needed)[0])

    def coded_choices(
        self, column: str, choices: Sequence[str], needed: bool = False
    ) -> tuple[Codes, Mask]:
        """The same as each cell's place in `choices`, -1 if missing or faulty; and which are."""
        codes, strange = as_choice(self.columns[column], choices)
        expected = say("table.one_of", choices=", ".join(choices))
        strange |= (codes < 0) & needed
        self.at(strange, self._unlike(column, expected))
        return codes, strange

    def twice(self, keys: pd.DataFrame, sentence: Callable[[int, str], str]) -> None:
        """A fault for each combination of `keys` that stands in more than one row."""
        again = keys.duplicated(keep=False)  # groups leave out rows with a missing key
        if not again.any():
            return
        groups = keys[again].groupby(list(keys.columns), sort=False).indices
        places = np.flatnonzero(again)
        for group in groups.values():
            rows = self.rows[places[group]]
            shown = ", ".join(map(str, rows[:10])) + (", …" if len(rows) > 10 else "")
            first = int(places[group[0]])
            self._faults.append((first, sentence(first, shown)))

    def raise_faults(self) -> None:
        """Raise every fault found, in the order of the rows; nothing if there is none."""
        if self._faults:
            ordered = sorted(self._faults, key=lambda fault: fault[0])
            raise self.error([sentence for _, sentence in ordered])

    def _cells(self, column: str) -> npt.NDArray[np.object_]:
        if column not in self._shown:
            self._shown[column] = self.given[column].to_numpy(object)
        return self._shown[column]

    def _unlike(self, column: str, expected: str, whole: bool = False) -> Callable[[int], str]:
        def sentence(place: int) -> str:
            dated = looks_like_a_date(self._cells(column)[place])
            a_date = "table.a_date_for_a_count" if whole else "table.a_date"
            return say(
                a_date if dated else "table.unlike",
                column=column,
                value=self.cell(column, place),
                expected=expected,
            )

        return sentence


def number_in_words(number: float) -> str:
    """A number without needless digits."""
    return f"{number:g}"


def table_of(given: Any, error: type[AllianceError]) -> pd.DataFrame:
    """`given` as a DataFrame with a fresh index, its column names kept; raises `error` for what
    is no table."""
    if given is None:
        raise error([say("table.none")])
    if isinstance(given, str | bytes | PathLike):
        raise error([say("table.a_path", value=_short(given))])
    kind = type(given).__name__
    try:
        table = as_frame(given)
    except Unreadable:
        raise error([say("table.unreadable", kind=kind)]) from None
    if table is not None:
        return table.reset_index(drop=True)
    try:
        return pd.DataFrame(given).reset_index(drop=True)
    except (TypeError, ValueError, KeyError, AttributeError):
        raise error([say("table.no_table", kind=kind)]) from None


def _index_names(given: object) -> list[str]:
    names = given.index.names if isinstance(given, pd.DataFrame) else ()
    return [normal_name(name) for name in names if name is not None]


def _as_codes(missing: Any, error: type[AllianceError]) -> list[float] | None:
    """The numbers that stand for a missing one, from a list of them or from one."""
    if missing is None:
        return None
    one = isinstance(missing, int | float | str)
    try:
        return [float(code) for code in ([missing] if one else missing)]
    except (TypeError, ValueError):
        raise error([say("table.missing_codes", given=_short(missing))]) from None


def _is_blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _short(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.10g}"
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
