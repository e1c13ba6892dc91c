"""The CSV files of a folder of vignettes, read cell by cell, with every fault named by its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.columns import as_boolean, as_text
from alliance_widgets.tables.datasets import travelling_folder
from alliance_widgets.tables.given import GivenTable
from alliance_widgets.tables.ratings import read_ratings
from alliance_widgets.tables.reading.csv_files import read_cells
from alliance_widgets.words import say

__all__ = ["ANY", "FLAG", "TEXT", "Folder", "Kind", "VignetteFiles"]

Folder = str | PathLike[str] | None
Kind = str | range | tuple[str, ...]

TEXT, ANY, FLAG = "text", "any text", "yes or no"  # kinds of cells besides numbers and words


class VignetteFiles:
    """The files of a folder, the shipped one by default, and the faults found in them so far."""

    def __init__(self, folder: Folder = None) -> None:
        self._folder = travelling_folder("data") if folder is None else Path(folder)
        self._problems: list[str] = []

    def table(self, name: str, columns: Mapping[str, Kind], key: Sequence[str]) -> pd.DataFrame:
        """The file as a table of `columns`, each of its kind: a range of whole numbers, a tuple
        of words, `TEXT` (needed), `ANY` text or none, a `FLAG`. No two rows share their `key`.

        Its faults are kept for `raise_faults`; the table of a faulty file has no rows.
        """
        try:
            return self._checked(name, columns, key)
        except AllianceError as fault:
            self._keep(name, fault)
            return pd.DataFrame(columns=list(columns))

    def ratings(self, name: str) -> pd.DataFrame:
        """The session ratings in the file; its faults are kept for `raise_faults`."""
        try:
            return read_ratings(self._source(name))
        except AllianceError as fault:
            self._keep(name, fault)
            return pd.DataFrame()

    def raise_faults(self) -> None:
        """Raise `AllianceError` with every fault of every file; nothing if there is none."""
        if self._problems:
            raise AllianceError(self._problems)

    def _keep(self, name: str, fault: AllianceError) -> None:
        file = f"{name}.csv"
        self._problems += [say("vignettes.in_file", file=file, fault=p) for p in fault.problems]

    def _source(self, name: str) -> Path | bytes:
        file = self._folder / f"{name}.csv"
        return file if isinstance(file, Path) else file.read_bytes()

    def _checked(self, name: str, columns: Mapping[str, Kind], key: Sequence[str]) -> pd.DataFrame:
        cells = read_cells(self._source(name), AllianceError)
        given = GivenTable(cells, AllianceError, tuple(columns), cells.index.to_numpy())
        for column in columns:
            if column not in given:
                given.about_all(say("vignettes.no_column", column=column))
        given.raise_faults()
        table = pd.DataFrame({column: _cells(given, column, columns[column]) for column in columns})
        given.twice(
            table[list(key)],
            lambda place, rows: say(
                "vignettes.twice",
                rows=rows,
                row_of=", ".join(given.cell(column, place) for column in key),
            ),
        )
        given.raise_faults()
        numbers = [column for column in columns if isinstance(columns[column], range)]
        return table.astype(dict.fromkeys(numbers, "int64"))


def _cells(given: GivenTable, column: str, kind: Kind) -> Any:
    if isinstance(kind, range):
        return given.whole_numbers(column, kind.start, kind.stop - 1, needed=True)
    if isinstance(kind, tuple):
        return given.choices(column, kind, needed=True)
    if kind == FLAG:
        values, strange = as_boolean(given.columns[column])
        faulty, expected = strange | values.isna().to_numpy(), say("vignettes.yes_or_no")
    else:
        values = as_text(given.columns[column])
        faulty, expected = values.isna().to_numpy() & (kind == TEXT), say("vignettes.a_text")
        values = values.fillna("")
    given.at(
        faulty,
        lambda place: say(
            "table.unlike", column=column, value=given.cell(column, place), expected=expected
        ),
    )
    return values.to_numpy()
