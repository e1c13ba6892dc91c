"""Courses of treatment: one row per client, how long it lasted and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.errors import CourseError
from alliance_widgets.tables.columns import as_boolean, as_text, with_guessed_types
from alliance_widgets.tables.csv_files import Source, read_cells
from alliance_widgets.tables.given import MOST_SESSIONS, GivenTable
from alliance_widgets.words import say

__all__ = ["ENDINGS", "check_courses", "read_courses"]

ENDINGS = ("completed", "dropped_out", "ongoing")
VIEWS = ("completed", "dropped_out")
ENDED_BY = ("mutual", "client", "therapist", "outside")
NEEDED = ("client", "sessions_attended", "ending")
OPTIONAL = ("missed_last", "therapist_view", "planned_sessions", "reliable_change", "ending_by")
COLUMNS = (*NEEDED, *OPTIONAL)


def check_courses(table: Any) -> pd.DataFrame:
    """A fresh, tidy copy of courses of treatment, one row per client, rows in the order given.

    `table` is a DataFrame or anything that makes one; its index is ignored and it is never
    changed. Column names are found whatever their capitals and blanks. What comes back:

    `client` (text: 7 becomes "7", "007" stays), `sessions_attended` (int64, 0 to 1000), `ending`
    (`completed`, `dropped_out` or `ongoing`); of the optional columns those that were there:
    `missed_last` and `reliable_change` (boolean, from yes/no, true/false or 1/0),
    `therapist_view` (`completed` or `dropped_out`), `planned_sessions` (Int64, 1 to 1000),
    `ending_by` (`mutual`, `client`, `therapist` or `outside`), each with missing where nothing
    is known; and all other columns, such as `therapist` or `treatment`, as they were.

    Raises `CourseError`, whose `problems` name every faulty row, the first row below the header
    being row 1: a client that is missing or stands twice, a number or a word that is not among
    the possible ones; also for a header without the needed columns and a table without rows.

    Read with care: `ending` is somebody's definition of dropout; other columns can tell another
    story of the same client, and a course that is `ongoing` has not been completed.
    """
    return _checked(table)


def read_courses(path_or_buffer: Source) -> pd.DataFrame:
    """The courses of treatment in a CSV file, checked by `check_courses`.

    `path_or_buffer` is a path, bytes, or an open file; what is understood as CSV, and what
    becomes of further columns, is said in `read_ratings`.

    Raises `CourseError`, whose `problems` name every faulty row by its number in a spreadsheet
    (the header is row 1).
    """
    cells = read_cells(path_or_buffer, CourseError)
    return _checked(cells, cells.index.to_numpy(), from_text=True)


def _checked(
    table: Any, rows: Sequence[int] | npt.NDArray[np.int64] | None = None, from_text: bool = False
) -> pd.DataFrame:
    given = GivenTable(table, CourseError, COLUMNS, rows)
    given.raise_unless(all(name in given for name in NEEDED), COLUMNS, "courses.columns")
    client = as_text(given.columns["client"])
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
