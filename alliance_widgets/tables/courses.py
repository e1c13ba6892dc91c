"""Courses of treatment: one row per client, how long it lasted and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.errors import CourseError
from alliance_widgets.tables.columns import (
    as_boolean,
    as_coded_text,
    texts_at,
    with_guessed_types,
)
from alliance_widgets.tables.given import MOST_SESSIONS, GivenTable
from alliance_widgets.tables.reading.csv_files import Source, read_cells
from alliance_widgets.words import say

__all__ = ["ENDINGS", "check_courses", "read_courses"]

ENDINGS = ("completed", "dropped_out", "ongoing")
VIEWS = ("completed", "dropped_out")
ENDED_BY = ("mutual", "client", "therapist", "outside")
NEEDED = ("client", "sessions_attended", "ending")
OPTIONAL = ("missed_last", "therapist_view", "planned_sessions", "reliable_change", "ending_by")
COLUMNS = (*NEEDED, *OPTIONAL)
LABELLED = tuple(  # in SPSS: the words that stand for the numbers
    name for name in COLUMNS if name not in ("client", "sessions_attended", "planned_sessions")
)


def check_courses(table: object, *, missing: Sequence[float] | None = None) -> pd.DataFrame:
    """A fresh, tidy copy of courses of treatment, one row per client, rows in the order given.

    Column names are found whatever their capitals and blanks.

    Read with care: `ending` is somebody's definition of dropout; other columns can tell another
    story of the same client, and a course that is `ongoing` has not been completed.

    Parameters
    ----------
    table : DataFrame, any other table of columns (polars, Arrow, DuckDB), or what makes one
        The courses. Its index is ignored and it is never changed.
    missing : sequence of numbers, optional
        The numbers that stand for a missing one (`[99, 999]`). Left out, a number of sessions that
        looks like such a code is a fault; `missing=[]` says that it is none.

    Returns
    -------
    DataFrame
        As many rows as `table` has: `client` (text: 7 becomes "7", "007" stays),
        `sessions_attended` (int64, 0 to 1000), `ending` (`completed`, `dropped_out` or `ongoing`);
        of the optional columns those that were there: `missed_last` and `reliable_change` (boolean,
        from yes/no, true/false or 1/0), `therapist_view` (`completed` or `dropped_out`),
        `planned_sessions` (Int64, 1 to 1000), `ending_by` (`mutual`, `client`, `therapist` or
        `outside`), each with missing where nothing is known; and all other columns, such as
        `therapist` or `treatment`, as they were.

    Raises
    ------
    CourseError
        Its `problems` name every faulty row, the first row below the header being row 1: a client
        that is missing, stands twice, or is called as a summary row is (Mean, Total), a number or a
        word that is not among the possible ones; also for a header without the needed columns and a
        table without rows.
    """
    return _checked(table, missing=missing)


def read_courses(
    path_or_buffer: Source,
    *,
    missing: Sequence[float] | None = None,
    sheet: str | int | None = None,
    header: int | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """The courses of treatment in a file, checked by `check_courses`.

    Which files are understood, and what becomes of further columns, is said in `read_ratings`.

    Parameters
    ----------
    path_or_buffer : path, bytes, or open file
        A CSV file, an Excel workbook or an SPSS file.
    missing : sequence of numbers, optional
        The numbers that stand for a missing one, as in `check_courses`.
    sheet : str or int, optional
        The name or number (from 1) of a workbook's sheet; the first if left out.
    header : int, optional
        The number of the row with the names; the first that is not blank if left out.
    encoding : str, optional
        How the letters of a CSV file are written, where nothing in it tells.

    Returns
    -------
    DataFrame
        One row per client, as `check_courses` gives it.

    Raises
    ------
    CourseError
        Its `problems` name every faulty row by its number in a spreadsheet (the header is row 1).
    """
    how: dict[str, Any] = {"sheet": sheet, "header": header, "encoding": encoding}
    cells = read_cells(path_or_buffer, CourseError, known=COLUMNS, labelled=LABELLED, **how)
    return _checked(cells, cells.index.to_numpy(), missing, from_text=True)


def _checked(
    table: object,
    rows: Sequence[int] | npt.NDArray[np.int64] | None = None,
    missing: Sequence[float] | None = None,
    from_text: bool = False,
) -> pd.DataFrame:
    given = GivenTable(table, CourseError, COLUMNS, rows, missing)
    given.raise_unless(all(name in given for name in NEEDED), COLUMNS, "courses.columns")
    clients, codes = as_coded_text(given.columns["client"])
    given.no_summaries(clients, codes)
    client = texts_at(clients, codes)
    given.at(client.isna().to_numpy(), lambda _place: say("table.no_client"))
    columns: dict[str, Any] = {
        "client": client,
        "sessions_attended": given.whole_numbers(
            "sessions_attended", 0, MOST_SESSIONS, needed=True
        ),
        "ending": given.choices("ending", ENDINGS, needed=True),
    }
    for name in OPTIONAL:
        if name in given:
            columns[name] = _optional(given, name)
    given.twice(
        pd.DataFrame({"client": client}),
        lambda place, there: say("courses.twice", rows=there, client=client[place]),
    )
    given.raise_faults()
    columns["sessions_attended"] = columns["sessions_attended"].astype("int64")
    others = {name: column for name, column in given.columns.items() if name not in COLUMNS}
    tidy = pd.DataFrame({**columns, **others}).reset_index(drop=True)
    return with_guessed_types(tidy, others) if from_text else tidy


def _optional(given: GivenTable, name: str) -> pd.Series:
    if name == "planned_sessions":
        return pd.Series(given.whole_numbers(name, 1, MOST_SESSIONS)).astype("Int64")
    if name == "therapist_view":
        return given.choices(name, VIEWS)
    if name == "ending_by":
        return given.choices(name, ENDED_BY)
    values, strange = as_boolean(given.columns[name])
    given.at(
        strange,
        lambda place: say("courses.yes_or_no", column=name, value=given.cell(name, place)),
    )
    return values
