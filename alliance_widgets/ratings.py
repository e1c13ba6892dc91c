"""Session ratings: one row per client, session and rater.

Whatever a person brings, a table from a spreadsheet or rows typed by hand, leaves here in one
shape, or with every fault in it named.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.columns import Numbers, as_text, normal_name, with_guessed_types
from alliance_widgets.csv_files import Source, read_cells
from alliance_widgets.errors import InstrumentError, RatingError
from alliance_widgets.instruments import Instrument, instrument
from alliance_widgets.tables import MOST_SESSIONS, ROUNDING, GivenTable, number_in_words
from alliance_widgets.words import say

__all__ = [
    "MOST_SESSIONS",
    "RATERS",
    "SUBSCALES",
    "check_ratings",
    "none_of_rater",
    "of_rater",
    "read_ratings",
    "unknown_rater",
]

RATERS = ("client", "therapist", "observer")
SUBSCALES = ("goals", "tasks", "bond")
COLUMNS = ("client", "session", "rater", "instrument", *SUBSCALES, "alliance")


def check_ratings(table: Any) -> pd.DataFrame:
    """A fresh, tidy copy of session ratings, rows in the order given.

    `table` is a DataFrame or anything that makes one (a list of dicts, a dict of lists); its
    index is ignored and it is never changed. Column names are found whatever their capitals and
    blanks. What comes back:

    `client` (text: 7 becomes "7", "007" stays), `session` (int64, 1 to 1000), `rater` (`client`,
    `therapist` or `observer`; `client` where it is left out), `instrument` (text; only if it was
    there), `goals`, `tasks`, `bond` (float64; those that were there), `alliance` (float64), and
    all other columns as they were. Ratings are in the units of the instrument's items, higher =
    stronger; without a column `instrument` in those of the kit's own scale, 1 to 5.

    Missing is missing, never 0. A missing `alliance` is the mean of goals, tasks and bond if all
    three are there; a row without any rating is a session that nobody rated. Values between the
    steps of a scale are accepted: means lie there.

    Raises `RatingError`, whose `problems` name every faulty row, the first row below the header
    being row 1: a value that is no number or out of range, a session that is not a whole number
    from 1 to 1000, a missing client, an unknown rater, a client, session and rater that stand
    twice, more than one instrument. Also for a header without the needed columns and for a
    table without rows.

    Read with care: a session that was not rated is not a session rated low, and leaving such
    rows out shortens the record by which ruptures are judged.
    """
    return _checked(table)


def read_ratings(
    path_or_buffer: Source, instrument: str | Path | Instrument | None = None
) -> pd.DataFrame:
    """The session ratings in a CSV file, checked by `check_ratings`.

    `path_or_buffer` is a path, bytes, or an open file; see `csv_files.read_cells` for the many
    ways of writing CSV that are understood (comma, semicolon or tab, decimal comma, UTF-8 or
    what Excel writes). Blank, NA, N/A, NaN, "-" and "." are missing ratings; only a blank cell
    is a missing client, since somebody may be called "NA". Further columns become numbers, or
    true and false, if they hold nothing else. `instrument` names the scale of a file that does
    not say it in a column `instrument`.

    Raises `RatingError`, whose `problems` name every faulty row by its number in a spreadsheet
    (the header is row 1), and `InstrumentError` for an unknown `instrument`.

    Read with care: a number that a spreadsheet took for a date (3.5 became 3 May) cannot be
    guessed back; such cells are named, to be entered again.
    """
    cells = read_cells(path_or_buffer, RatingError)
    return _checked(cells, cells.index.to_numpy(), instrument, from_text=True)


def of_rater(ratings: Any, rater: str = "client") -> pd.DataFrame:
    """The checked ratings by one rater, sorted by client and session, with a fresh index.

    Raises `RatingError` for faulty ratings, for an unknown rater, and if that rater rated
    nothing: it says who did.
    """
    wanted = normal_name(rater)
    if wanted not in RATERS:
        raise RatingError([unknown_rater(rater)])
    checked = check_ratings(ratings)
    theirs = checked[checked["rater"] == wanted]
    if theirs.empty:
        raise RatingError([none_of_rater(wanted, checked)])
    return theirs.sort_values(["client", "session"], ignore_index=True)


def unknown_rater(rater: object) -> str:
    """The sentence for a rater that nobody knows: it names those there are."""
    return say("ratings.unknown_rater", rater=rater, raters=", ".join(RATERS))


def none_of_rater(rater: str, checked: pd.DataFrame) -> str:
    """The sentence for a rater who rated nothing in these ratings: it says who did."""
    there = ", ".join(checked["rater"].unique())
    return say("ratings.none_of_rater", rater=rater, there=there)


def _checked(
    table: Any,
    rows: Sequence[int] | npt.NDArray[np.int64] | None = None,
    assumed: str | Path | Instrument | None = None,
    from_text: bool = False,
) -> pd.DataFrame:
    given = GivenTable(table, RatingError, COLUMNS, rows)
    has_alliance = "alliance" in given or all(part in given for part in SUBSCALES)
    given.raise_unless(
        "client" in given and "session" in given and has_alliance,
        ("client", "session", "alliance", "rater", "instrument", *SUBSCALES),
        "ratings.columns",
    )
    client = as_text(given.columns["client"])
    given.at(client.isna().to_numpy(), lambda _place: say("table.no_client"))
    columns: dict[str, Any] = {
        "client": client,
        "session": given.whole_numbers("session", 1, MOST_SESSIONS, needed=True),
        "rater": _raters(given),
    }
    scale = _scale(given, assumed)
    if "instrument" in given or assumed is not None:
        columns["instrument"] = pd.Series(scale.name, index=client.index, dtype="str")
    rated = {
        name: given.numbers(name, scale.low, scale.high)
        for name in (*SUBSCALES, "alliance")
        if name in given
    }
    _hint_at_another_range(given, scale, rated)
    given.twice(
        pd.DataFrame({name: columns[name] for name in ("client", "session", "rater")}),
        lambda place, there: say(
            "ratings.twice",
            rows=there,
            client=client[place],
            session=int(columns["session"][place]),
        ),
    )
    given.raise_faults()
    columns["session"] = columns["session"].astype("int64")
    columns |= rated
    columns["alliance"] = _alliance(rated)
    others = {name: column for name, column in given.columns.items() if name not in COLUMNS}
    tidy = pd.DataFrame({**columns, **others}).reset_index(drop=True)
    if "instrument" in given and assumed is None and given.columns["instrument"].isna().all():
        tidy = tidy.drop(columns="instrument")
    return with_guessed_types(tidy, others) if from_text else tidy


def _raters(given: GivenTable) -> pd.Series:
    if "rater" not in given:
        return pd.Series("client", index=given.given.index, dtype="str")
    return given.choices("rater", RATERS).fillna("client")


def _alliance(rated: dict[str, Numbers]) -> Numbers:
    """The alliance that was given; else the mean of goals, tasks and bond if all are there."""
    if not all(part in rated for part in SUBSCALES):
        return rated["alliance"]
    mean = (rated["goals"] + rated["tasks"] + rated["bond"]) / 3
    given = rated.get("alliance")
    return mean if given is None else np.where(np.isnan(given), mean, given)


def _scale(given: GivenTable, assumed: str | Path | Instrument | None) -> Instrument:
    """The one instrument of the table; faults are collected, and then judged by our own scale."""
    scale = instrument("own" if assumed is None else assumed)
    if "instrument" not in given:
        return scale
    named = as_text(given.columns["instrument"])
    blank = named.isna().to_numpy()
    if blank.all():
        return scale
    different = list(dict.fromkeys(normal_name(name) for name in named[~blank].unique()))
    if len(different) > 1:
        given.about_all(say("ratings.mixed_instruments", names=", ".join(different)))
    elif assumed is not None and different != [scale.name]:
        given.about_all(say("ratings.other_instrument", name=different[0], assumed=scale.name))
    elif blank.any():
        first = given.name_of_row(int(np.flatnonzero(blank)[0]))
        given.about_all(
            say("ratings.blank_instrument", n=int(blank.sum()), row=first, name=different[0])
        )
    try:
        scales = [instrument(name) for name in different]
    except InstrumentError as fault:
        for problem in fault.problems:
            given.about_all(problem)
        return scale
    if scales[0].measures != "alliance":
        given.about_all(say("ratings.not_alliance", title=scales[0].title))
    return scales[0]


def _hint_at_another_range(given: GivenTable, scale: Instrument, rated: dict[str, Numbers]) -> None:
    """Say once what many ratings out of range have in common: another scale, or totals."""
    values = np.concatenate(list(rated.values()))
    values = values[np.isfinite(values)]
    outside = (values < scale.low - ROUNDING) | (values > scale.high + ROUNDING)
    if outside.sum() > 1 and outside.mean() > 0.1:
        given.about_all(
            say(
                "ratings.another_range",
                least=number_in_words(values.min()),
                most=number_in_words(values.max()),
                title=scale.title,
                low=number_in_words(scale.low),
                high=number_in_words(scale.high),
            )
        )
