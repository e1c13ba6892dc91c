"""Session ratings: one row per client, session and rater.

Whatever a person brings, a table from a spreadsheet or rows typed by hand, leaves here in one
shape, or with every fault in it named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.errors import InstrumentError, RatingError
from alliance_widgets.tables._remembered import Remembered
from alliance_widgets.tables.columns import (
    Codes,
    Mask,
    Numbers,
    as_coded_text,
    as_text,
    normal_name,
    texts_at,
    with_guessed_types,
)
from alliance_widgets.tables.given import MOST_SESSIONS, ROUNDING, GivenTable, number_in_words
from alliance_widgets.tables.instruments import Instrument, instrument
from alliance_widgets.tables.reading.conventions import codes_outside
from alliance_widgets.tables.reading.dates import AmbiguousDates, as_days, holds_dates, number_days
from alliance_widgets.words import say

if TYPE_CHECKING:
    from alliance_widgets.tables.reading.csv_files import Source

__all__ = [
    "MOST_SESSIONS",
    "RATERS",
    "SUBSCALES",
    "CodedRatings",
    "by_rater",
    "check_ratings",
    "coded_ratings",
    "none_of_rater",
    "of_rater",
    "read_ratings",
    "unknown_rater",
]

RATERS = ("client", "therapist", "observer")
SUBSCALES = ("goals", "tasks", "bond")
COLUMNS = ("client", "session", "rater", "instrument", *SUBSCALES, "alliance")
LABELLED = ("rater", "instrument")  # in SPSS: the words that stand for the numbers


def check_ratings(
    table: object, *, dates: str | None = None, missing: Sequence[float] | None = None
) -> pd.DataFrame:
    """A fresh, tidy copy of session ratings, rows in the order given.

    Column names are found whatever their capitals and blanks. Missing is missing, never 0. A
    missing `alliance` is the mean of goals, tasks and bond if all three are there; a row without
    any rating is a session that nobody rated. Values between the steps of a scale are accepted:
    means lie there.

    Read with care: a session that was not rated is not a session rated low, and leaving such
    rows out shortens the record by which ruptures are judged. Sessions numbered by `dates` count
    those that are in the table only.

    Parameters
    ----------
    table : DataFrame, any other table of columns (polars, Arrow, DuckDB), or what makes one
        The ratings; a list of dicts or a dict of lists will do. Its index is ignored and it is
        never changed.
    dates : str, optional
        A column of dates by which sessions are numbered 1, 2, 3, ... within each client (all raters
        of a day rated the same session).
    missing : sequence of numbers, optional
        The numbers that stand for a missing rating (`[99, -9]`). Left out, a session that looks
        like such a code (999) is a fault; `missing=[]` says that it is none.

    Returns
    -------
    DataFrame
        As many rows as `table` has: `client` (text: 7 becomes "7", "007" stays), `session` (int64,
        1 to 1000), `rater` (`client`, `therapist` or `observer`; `client` where it is left out),
        `instrument` (text; only if it was there), `goals`, `tasks`, `bond` (float64; those that
        were there), `alliance` (float64), and all other columns as they were. Ratings are in the
        units of the instrument's items, higher = stronger; without a column `instrument` in those
        of the kit's own scale, 1 to 5.

    Raises
    ------
    RatingError
        Its `problems` name every faulty row, the first row below the header being row 1: a value
        that is no number or out of range, a session that is not a whole number from 1 to 1000, a
        client that is missing or called as a summary row is (Mean, Total), an unknown rater, a
        client, session and rater that stand twice, more than one instrument. Also for a header
        without the needed columns and for a table without rows.
    """
    return _checked(table, dates=dates, missing=missing)


def read_ratings(
    path_or_buffer: Source,
    instrument: str | Path | Instrument | None = None,
    *,
    wide: bool | str | Sequence[str] = False,
    client: str | None = None,
    dates: str | None = None,
    missing: Sequence[float] | None = None,
    sheet: str | int | None = None,
    header: int | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """The session ratings in a file, checked by `check_ratings`.

    A CSV file may be written in many ways (comma, semicolon, tab or pipe, decimal comma, UTF-8 or
    what Excel writes). Blank, NA, N/A, NaN, #NULL!, "-" and "." are missing ratings; only a blank
    cell is a missing client, since somebody may be called "NA". Further columns become numbers, or
    true and false, if they hold nothing else.

    Read with care: a number that a spreadsheet took for a date (3.5 became 3 May) cannot be guessed
    back; such cells are named, to be entered again.

    Parameters
    ----------
    path_or_buffer : path, bytes, or open file
        A CSV file, an Excel workbook (.xlsx; needs openpyxl) or an SPSS file (.sav; needs
        pyreadstat).
    instrument : str, path or Instrument, optional
        The scale of a file that does not say it in a column `instrument`; left out, the kit's own,
        1 to 5.
    wide : bool, str or sequence of str, default False
        Whether a row is a client and the columns are sessions; or which columns, as in
        `from_wide(columns=...)`.
    client : str, optional
        The column that names the client, if it is not called `client`.
    dates : str, optional
        A column of dates that number the sessions, as in `check_ratings`.
    missing : sequence of numbers, optional
        The numbers that stand for a missing rating, as in `check_ratings`.
    sheet : str or int, optional
        The name or number (from 1) of a workbook's sheet; the first if left out.
    header : int, optional
        The number of the row with the names; the first that is not blank if left out.
    encoding : str, optional
        How the letters of a CSV file are written ("mac_roman", "gbk"), where nothing in it tells.

    Returns
    -------
    DataFrame
        One row per client, session and rater, as `check_ratings` gives it.

    Raises
    ------
    RatingError
        Its `problems` name every faulty row by its number in a spreadsheet (the header is row 1).
    InstrumentError
        For an unknown `instrument`.
    """
    from alliance_widgets.tables.reading.csv_files import read_cells  # with the first file
    from alliance_widgets.tables.reading.unfolding import unfold

    how: dict[str, Any] = {"sheet": sheet, "header": header, "encoding": encoding}
    named = {normal_name(client)} if client is not None else set()
    cells = read_cells(
        path_or_buffer, RatingError, known={*COLUMNS, *named}, labelled=LABELLED, **how
    )
    rows = cells.index.to_numpy()
    if wide:
        cells, places = unfold(cells, client, None if wide is True else wide)
        rows = rows[places]
    elif client is not None:
        cells = _with_client(cells, client)
    return _checked(cells, rows, instrument, dates, missing, from_text=True)


def _with_client(cells: pd.DataFrame, client: str) -> pd.DataFrame:
    """The table with the column that was named called `client`."""
    wanted = normal_name(client)
    found = [place for place, name in enumerate(cells.columns) if normal_name(name) == wanted]
    others = [normal_name(name) for place, name in enumerate(cells.columns) if place not in found]
    if len(found) != 1 or "client" in others:
        key = "ratings.two_clients" if found else "table.no_column"
        there = ", ".join(map(str, cells.columns))
        raise RatingError([say(key, column=client, found=there)])
    names = ["client" if place in found else name for place, name in enumerate(cells.columns)]
    return cells.set_axis(names, axis=1)


def of_rater(ratings: object, rater: str = "client") -> pd.DataFrame:
    """The checked ratings by one rater, sorted by client and session, with a fresh index.

    Raises `RatingError` for faulty ratings, for an unknown rater, and if that rater rated
    nothing: it says who did.
    """
    wanted = _rater(rater)
    read = _read(ratings)
    theirs = _rows_of(read, wanted)
    # By the clients' places, which are numbers: comparing a million names costs more than a rule.
    _, place = _in_order(read.clients, range(len(read.clients)))
    row = (place * (MOST_SESSIONS + 1))[read.client[theirs]] + read.session[theirs]
    tidy = _tidy(read)[theirs]
    if not (row[1:] > row[:-1]).all():  # most tables are in order already
        tidy = tidy.take(row.argsort())
    return tidy.reset_index(drop=True)


def by_rater(ratings: object, rater: str = "client") -> pd.DataFrame:
    """The checked ratings by one rater in the order given; raises what `of_rater` raises."""
    wanted = _rater(rater)
    read = _read(ratings)
    theirs = _tidy(read)[_rows_of(read, wanted)]
    return theirs.reset_index(drop=True)


class CodedRatings(NamedTuple):
    """One rater's sessions as plain columns, rows in the order given.

    For arithmetic over many clients at once, which needs no text: `client` is each row's place in
    `clients`, the different clients in alphabetical order. `alliance` is NaN where nobody rated.
    """

    clients: list[str]
    client: Codes
    session: npt.NDArray[np.int64]
    alliance: Numbers
    scale: Instrument


def coded_ratings(ratings: object, rater: str = "client") -> CodedRatings:
    """What `of_rater` gives, as numbers in the order given; raises what `of_rater` raises."""
    wanted = _rater(rater)
    read = _read(ratings)
    theirs = _rows_of(read, wanted)
    client, session, alliance = read.client, read.session, _alliance(read.rated)
    if not theirs.all():
        client, session, alliance = client[theirs], session[theirs], alliance[theirs]
    there = np.flatnonzero(np.bincount(client, minlength=len(read.clients)))
    ordered, place = _in_order(read.clients, there.tolist())
    names = [read.clients[i] for i in ordered]
    return CodedRatings(names, place[client], session, alliance, read.scale)


def _in_order(clients: list[str], those: Iterable[int]) -> tuple[list[int], Codes]:
    """Those of the clients in alphabetical order, and each one's place in it."""
    ordered = sorted(those, key=clients.__getitem__)
    place = np.empty(len(clients), dtype=np.intp)
    place[ordered] = np.arange(len(ordered))
    return ordered, place


def unknown_rater(rater: object) -> str:
    """The sentence for a rater that nobody knows: it names those there are."""
    return say("ratings.unknown_rater", rater=rater, raters=", ".join(RATERS))


def none_of_rater(rater: str, checked: pd.DataFrame) -> str:
    """The sentence for a rater who rated nothing in these ratings: it says who did."""
    there = ", ".join(checked["rater"].unique())
    return say("ratings.none_of_rater", rater=rater, there=there)


def _rater(rater: str) -> str:
    """The rater that is meant, whatever its capitals and blanks."""
    wanted = normal_name(rater)
    if wanted not in RATERS:
        raise RatingError([unknown_rater(rater)])
    return wanted


def _rows_of(read: _Read, rater: str) -> Mask:
    theirs = read.rater == RATERS.index(rater)
    if not theirs.any():
        raise RatingError([none_of_rater(rater, _tidy(read))])
    found: Mask = theirs
    return found


class _Read(NamedTuple):
    """A table without faults, its columns understood and not yet put together again."""

    clients: list[str]
    client: Codes
    session: npt.NDArray[np.int64]
    rater: Codes
    rated: dict[str, Numbers]
    scale: Instrument
    says_its_scale: bool
    others: dict[str, object]
    is_tidy: bool = False


_read_before: Remembered[_Read] = Remembered()


def _checked(
    table: Any,
    rows: Sequence[int] | npt.NDArray[np.int64] | None = None,
    assumed: str | Path | Instrument | None = None,
    dates: str | None = None,
    missing: Sequence[float] | None = None,
    from_text: bool = False,
) -> pd.DataFrame:
    read = _read(table, rows, assumed, dates, missing)
    if read.is_tidy:
        return pd.DataFrame(table.reset_index(drop=True))
    tidy = _tidy(read, from_text)
    others = _others({str(name): column for name, column in tidy.items()})
    _read_before.keep(tidy, read._replace(others=others, is_tidy=True))
    return tidy


def _read(
    table: object,
    rows: Sequence[int] | npt.NDArray[np.int64] | None = None,
    assumed: str | Path | Instrument | None = None,
    dates: str | None = None,
    missing: Sequence[float] | None = None,
) -> _Read:
    """The table understood, or every fault in it; the same table is not looked at twice."""
    if not isinstance(table, pd.DataFrame) or not all(
        each is None for each in (rows, assumed, dates, missing)
    ):
        return _read_anew(table, rows, assumed, dates, missing)
    read = _read_before.of(table)
    if read is None:
        read = _read_anew(table)
        _read_before.keep(table, read)
    return read


def _read_anew(
    table: object,
    rows: Sequence[int] | npt.NDArray[np.int64] | None = None,
    assumed: str | Path | Instrument | None = None,
    dates: str | None = None,
    missing: Sequence[float] | None = None,
) -> _Read:
    given = GivenTable(table, RatingError, COLUMNS, rows, missing)
    has_session = "session" in given or dates is not None
    has_alliance = "alliance" in given or all(part in given for part in SUBSCALES)
    given.raise_unless(
        "client" in given and has_session and has_alliance,
        ("client", "session", "alliance", "rater", "instrument", *SUBSCALES),
        "ratings.columns",
        lambda: _advice_on(given),
    )
    clients, client = as_coded_text(given.columns["client"])
    given.at(client < 0, lambda _place: say("table.no_client"))
    given.no_summaries(clients, client)
    session = _sessions(given) if dates is None else _numbered(given, client, dates)
    rater = _raters(given)
    scale = _scale(given, assumed)
    rated = {
        name: given.numbers(name, scale.low, scale.high)
        for name in (*SUBSCALES, "alliance")
        if name in given
    }
    _hint_at_another_range(given, scale, rated)
    _name_those_twice(given, clients, client, session, rater)
    given.raise_faults()
    says_its_scale = assumed is not None or (
        "instrument" in given and not given.columns["instrument"].isna().all()
    )
    whole = session.astype(np.int64)
    others = _others(given.columns)
    return _Read(clients, client, whole, rater, rated, scale, says_its_scale, others)


def _advice_on(given: GivenTable) -> dict[str, tuple[str, ...]]:
    from alliance_widgets.tables.reading.advice import advice_on_ratings  # with the first fault

    return advice_on_ratings(given)


def _sessions(given: GivenTable) -> Numbers:
    if holds_dates(given.columns["session"]):
        given.about_all(say("ratings.dates", column="session"))
        return np.full(len(given.given), np.nan)
    return given.whole_numbers("session", 1, MOST_SESSIONS, needed=True)


def _numbered(given: GivenTable, client: Codes, dates: str) -> Numbers:
    """Sessions numbered by their dates, which stay beside them as they were."""
    column = given.place_of(dates)
    if column == "session":
        column = "date"
        given.columns.setdefault(column, given.columns["session"])
    elif "session" in given:
        raise RatingError([say("ratings.session_and_dates", column=column)])
    try:
        days = as_days(given.columns[column])
    except AmbiguousDates as unclear:
        raise RatingError([say("ratings.unclear_dates", column=column, date=unclear)]) from None
    given.at(
        np.isnan(days),
        lambda place: say(
            "table.unlike",
            column=column,
            value=given.cell(dates if column == "date" else column, place),
            expected=say("ratings.a_date"),
        ),
    )
    return number_days(client, days)


def _tidy(read: _Read, from_text: bool = False) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "client": texts_at(read.clients, read.client),
        "session": read.session,
        "rater": texts_at(RATERS, read.rater),
    }
    if read.says_its_scale:
        columns["instrument"] = pd.Series(
            read.scale.name, index=range(len(read.client)), dtype="str"
        )
    columns |= read.rated | {"alliance": _alliance(read.rated)}
    # A copy of the numbers alone: they may still be those of the table that was given.
    columns |= {name: column.copy() for name, column in columns.items() if name in read.rated}
    tidy = pd.DataFrame({**columns, **read.others}, copy=False).reset_index(drop=True)
    return with_guessed_types(tidy, read.others) if from_text else tidy


def _others(columns: dict[str, object]) -> dict[str, object]:
    """The columns that mean nothing to the kit, as they are."""
    return {name: column for name, column in columns.items() if name not in COLUMNS}


def _raters(given: GivenTable) -> Codes:
    """Each row's rater by place; the client where none is named, -1 where nobody knows it."""
    if "rater" not in given:
        return np.zeros(len(given.given), dtype=np.intp)
    codes, strange = given.coded_choices("rater", RATERS)
    return np.where(strange, -1, np.maximum(codes, 0))


def _name_those_twice(
    given: GivenTable, clients: list[str], client: Codes, session: Numbers, rater: Codes
) -> None:
    known = (client >= 0) & ~np.isnan(session) & (rater >= 0)
    whole = known.all()
    place = (session if whole else np.where(known, session, 0)).astype(np.int64)
    row = (client * (MOST_SESSIONS + 1) + place) * len(RATERS) + rater
    if whole and (row[1:] > row[:-1]).all():
        return  # in order already, as most tables are: nothing stands twice
    if pd.Series(row[known]).is_unique:
        return
    keys = {"client": client, "session": session, "rater": rater}
    given.twice(
        pd.DataFrame({name: np.where(known, key, np.nan) for name, key in keys.items()}),
        lambda place, there: say(
            "ratings.twice",
            rows=there,
            client=clients[client[place]],
            session=int(session[place]),
        ),
    )


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
    """Say once what ratings out of range have in common: codes for missing, another scale, or
    totals."""
    low, high = scale.low - ROUNDING, scale.high + ROUNDING
    if not any((column < low).any() or (column > high).any() for column in rated.values()):
        return
    values = np.concatenate(list(rated.values()))
    values = values[np.isfinite(values)]
    codes = codes_outside(values[(values < low) | (values > high)])
    if codes:
        shown = ", ".join(number_in_words(code) for code in codes)
        given.about_all(say("ratings.codes", n=len(codes), codes=shown))
        values = values[~np.isin(values, codes)]
    outside = (values < low) | (values > high)
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
