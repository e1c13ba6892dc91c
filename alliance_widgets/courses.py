"""Courses of treatment: one row per client, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.columns import (
    Faults,
    as_choice,
    as_numbers,
    as_text,
    as_yes_no,
    named_columns,
)
from alliance_widgets.csv_files import read_text_table
from alliance_widgets.errors import CourseError
from alliance_widgets.words import say

__all__ = ["ENDINGS", "check_courses", "read_courses"]

ENDINGS = ("completed", "dropped_out", "ongoing")
_OPTIONAL_CHOICES = {
    "therapist_view": ("completed", "dropped_out"),
    "ending_by": ("mutual", "client", "therapist", "outside"),
}
_YES_NO = ("missed_last", "reliable_change")


def read_courses(source: Any) -> pd.DataFrame:
    """Courses of treatment from a CSV file: a path, an open file, or bytes.

    Gives what `check_courses` gives; raises `CourseError` that names every faulty row.
    """
    table, rows = read_text_table(source, CourseError)
    return _check(table, rows)


def check_courses(table: Any) -> pd.DataFrame:
    """The courses as a fresh table that keeps the contract; the table given is not changed.

    `client` is text, `sessions_attended` a whole number from 0, `ending` one of "completed",
    "dropped_out" and "ongoing". Optional: `missed_last` and `reliable_change` (yes or no),
    `therapist_view`, `planned_sessions` (from 1), `ending_by` ("mutual", "client", "therapist",
    "outside"). Other columns, for example `therapist` or `treatment`, pass through as groups.

    Raises `CourseError` whose `problems` names every faulty row (counted from 1), in words.

    Read with care: "ongoing" means that nobody knows the ending yet; it is not a completion.
    """
    return _check(table, None)


def _check(given: Any, rows: Sequence[int] | None) -> pd.DataFrame:
    table, problems = named_columns(given, ("client", "sessions_attended", "ending"))
    if problems:
        raise CourseError(problems)
    if table.empty:
        raise CourseError([say("courses.empty")])
    client = as_text(table["client"])
    faults = Faults(
        rows or range(1, len(table) + 1), lambda i: say("courses.who", client=client[i] or "?")
    )
    faults.add(client == "", "courses.no_client")
    faults.add(pd.Series(client).duplicated().to_numpy() & (client != ""), "courses.twice")
    columns: dict[str, Any] = {"client": pd.array(client, dtype="str")}
    for name, least in (("sessions_attended", 0), ("planned_sessions", 1)):
        if name not in table:
            continue
        numbers = as_numbers(table[name], faults, name)
        strange = (numbers % 1 != 0) | (numbers < least)
        faults.add(strange & ~np.isnan(numbers), "courses.whole", numbers, name=name, least=least)
        columns[name] = pd.array(np.where(strange, np.nan, numbers), dtype="Int64")
    attended = columns["sessions_attended"]
    said = as_text(table["sessions_attended"]) == ""
    faults.add(said, "courses.no_sessions")
    ending = as_choice(table["ending"], faults, "ending", ENDINGS)
    faults.add(ending == "", "courses.no_ending", choices=", ".join(ENDINGS))
    columns["ending"] = pd.array(ending, dtype="str")
    for name, choices in _OPTIONAL_CHOICES.items():
        if name in table:
            words = as_choice(table[name], faults, name, choices)
            columns[name] = pd.array([word or None for word in words], dtype="str")
    for name in _YES_NO:
        if name in table:
            columns[name] = as_yes_no(table[name], faults, name)
    if faults.lines:
        raise CourseError(faults.lines)
    columns["sessions_attended"] = attended.to_numpy("int64")
    return table.assign(**columns)
