"""Session ratings: one row per client, session and rater."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.columns import Faults, as_choice, as_numbers, as_text, named_columns
from alliance_widgets.csv_files import read_text_table
from alliance_widgets.errors import InstrumentError, RatingError
from alliance_widgets.instruments import Instrument, instrument
from alliance_widgets.words import say

__all__ = ["MOST_SESSIONS", "RATERS", "SUBSCALES", "check_ratings", "of_rater", "read_ratings"]

RATERS = ("client", "therapist", "observer")
SUBSCALES = ("goals", "tasks", "bond")
MOST_SESSIONS = 1000


def read_ratings(source: Any, instrument: str | Path | Instrument | None = None) -> pd.DataFrame:
    """Session ratings from a CSV file: a path, an open file, or bytes.

    Gives what `check_ratings` gives. `instrument` names the instrument of a file that does not
    say so itself. Rows are numbered as a spreadsheet numbers them, the header being row 1.

    Raises `RatingError` whose `problems` names every fault of the file, in words, with its fix.
    """
    table, rows = read_text_table(source, RatingError)
    if instrument is not None and "instrument" not in table:
        table = table.assign(instrument=_instrument(instrument).name)
    return _check(table, rows)


def check_ratings(table: Any) -> pd.DataFrame:
    """The ratings as a fresh table that keeps the contract; the table given is not changed.

    `client` is text ("007" stays), `session` a whole number from 1, `rater` "client" unless it
    says "therapist" or "observer", `goals`, `tasks`, `bond` and `alliance` numbers on the scale of
    the `instrument` column (one per table; without it the kit's own, 1 to 5). Without `alliance`
    it is the mean of goals, tasks and bond where all three are there. Missing stays missing.
    Other columns pass through. Rows keep their order and are numbered anew.

    Raises `RatingError` whose `problems` names every faulty row (counted from 1), in words.

    Read with care: a row without a rating is a session that was not rated, not a rating of 0.
    """
    return _check(table, None)


def of_rater(ratings: Any, rater: str = "client") -> pd.DataFrame:
    """The checked rows of one rater, by client and session; `RatingError` if none remain."""
    checked = check_ratings(ratings)
    mine = checked[checked["rater"].to_numpy() == rater]
    if mine.empty:
        there = ", ".join(dict.fromkeys(checked["rater"]))
        raise RatingError([say("ratings.no_rater", rater=rater, there=there)])
    return mine.sort_values(["client", "session"], ignore_index=True)


def _instrument(name: str | Path | Instrument) -> Instrument:
    try:
        return instrument(name)
    except InstrumentError as fault:
        raise RatingError(fault.problems) from None


def _check(given: Any, rows: Sequence[int] | None) -> pd.DataFrame:
    table, problems = named_columns(given, ("client", "session"))
    rated = [name for name in (*SUBSCALES, "alliance") if name in table]
    if "alliance" not in table and not set(SUBSCALES) <= set(rated):
        problems.append(say("ratings.no_alliance", found=", ".join(table.columns) or "-"))
    if problems:
        raise RatingError(problems)
    if table.empty:
        raise RatingError([say("ratings.empty")])

    client = as_text(table["client"])
    shown = as_text(table["session"])
    faults = Faults(
        rows or range(1, len(table) + 1),
        lambda i: say("ratings.who", client=client[i] or "?", session=shown[i] or "?"),
    )
    faults.add(client == "", "ratings.no_client")
    scale = _scale(table)
    session = as_numbers(table["session"], faults, "session")
    whole = (session % 1 == 0) & (session >= 1)
    faults.add(_missing(table["session"], session, shown), "ratings.no_session")
    faults.add(~whole & ~np.isnan(session), "ratings.session", session)
    faults.add(whole & (session > MOST_SESSIONS), "ratings.many", session, most=MOST_SESSIONS)

    columns: dict[str, Any] = {"client": pd.array(client, dtype="str")}
    if "rater" in table:
        rater = as_choice(table["rater"], faults, "rater", RATERS, default="client")
    else:
        rater = np.full(len(table), "client", dtype=object)
    columns["rater"] = pd.array(rater, dtype="str")
    for name in rated:
        numbers = as_numbers(table[name], faults, name)
        off = (numbers < scale.low - 1e-9) | (numbers > scale.high + 1e-9)
        limits = {"low": f"{scale.low:g}", "high": f"{scale.high:g}"}
        faults.add(off, "ratings.range", numbers, name=name, scale=scale.title, **limits)
        columns[name] = numbers
    if "alliance" not in table:
        columns["alliance"] = np.mean([columns[name] for name in SUBSCALES], axis=0)
    faults.add(_repeated(client, session, rater), "ratings.twice")
    if faults.lines:
        raise RatingError(faults.lines)
    columns["session"] = session.astype("int64")
    return table.assign(**columns)


def _missing(column: pd.Series, numbers: Any, shown: Any) -> Any:
    """Where nothing was given at all, as against something that is no number."""
    if column.dtype.kind in "iuf":
        return np.isnan(numbers)
    return np.array([text.lower() in ("", "na", "nan", "none") for text in shown], dtype=bool)


def _repeated(client: Any, session: Any, rater: Any) -> Any:
    codes, _ = pd.factorize(client)
    raters, _ = pd.factorize(rater)
    keys = (codes * len(RATERS) * 2.0 + raters) * (MOST_SESSIONS * 10) + session
    return pd.Series(keys).duplicated().to_numpy() & ~np.isnan(session)


def _scale(table: pd.DataFrame) -> Instrument:
    """The table's one instrument; its column is filled where it was left blank."""
    if "instrument" not in table:
        return instrument("own")
    names = [name for name in dict.fromkeys(as_text(table["instrument"])) if name]
    if len(names) > 1:
        raise RatingError([say("ratings.mixed", names=", ".join(names))])
    table["instrument"] = names[0] if names else "own"
    return _instrument(table["instrument"].iloc[0])
