"""Wide tables, one row per client and a column per session: recognised, and made long."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.arguments import as_shown
from alliance_widgets.errors import RatingError
from alliance_widgets.tables.columns import MISSING, normal_name
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.tables.reading.conventions import CLIENT_NAMES
from alliance_widgets.tables.reading.numbered import ITEM_NAMES, NumberedColumns, numbered_columns
from alliance_widgets.words import say

__all__ = ["client_column", "sets_of_sessions", "unfold"]

MEASURES = ("alliance", "goals", "tasks", "bond")


def sets_of_sessions(names: Sequence[object]) -> list[NumberedColumns]:
    """The sets of columns whose numbers may be those of sessions; none that names an item, and
    none of a single column unless it says what it is (session_1, goals_1)."""
    return [
        each
        for each in numbered_columns(names)
        if (len(each.names) > 1 or {each.beginning, each.ending} & {"session", *MEASURES})
        and (each.beginning not in ITEM_NAMES or all(name.isdecimal() for name in each.names))
    ]


def client_column(names: Sequence[object]) -> list[object]:
    """The columns that name the client by what they are called: `client`, or any such."""
    meant = {name: normal_name(name) for name in names}
    exact = [name for name in names if meant[name] == "client"]
    return exact or [name for name in names if meant[name] in CLIENT_NAMES]


def unfold(
    table: pd.DataFrame, client: object = None, columns: str | Sequence[object] | None = None
) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """One row per client and session, and the place in `table` that each comes from.

    Raises `RatingError` for a table that is not wide, or in more than one way. What is done with
    clients, columns and blank cells is said in `from_wide`.
    """
    problems = []
    if not (client is None or isinstance(client, Hashable)) or client is pd.NA:
        problems.append(say("arguments.column", name="client", given=as_shown(client)))
    if not (columns is None or isinstance(columns, str | list | tuple | pd.Index)):
        problems.append(say("arguments.names", name="columns", given=as_shown(columns)))
    if problems:
        raise RatingError(problems)
    if table.columns.has_duplicates:
        twice = table.columns[table.columns.duplicated()].unique()
        raise RatingError([say("table.column_twice", column=name) for name in twice])
    names = list(table.columns)
    if "session" in map(normal_name, names):
        raise RatingError([say("wide.has_session")])
    measures = _measures(names, columns)
    identity = _client(table, client, measures)
    numbers = sorted({number for numbered in measures.values() for number, _ in numbered})
    wrong = [number for number in numbers if not 1 <= number <= MOST_SESSIONS]
    if wrong:
        raise RatingError([say("wide.numbers", number=wrong[0], most=MOST_SESSIONS)])
    cells = {
        measure: _by_session(table, dict(numbered), numbers)
        for measure, numbered in measures.items()
    }
    kept = _worth_a_row([*cells.values()])
    place, at = np.nonzero(kept)
    used = {place for numbered in measures.values() for _, place in numbered}
    others = [name for i, name in enumerate(names) if i not in used and name != identity.name]
    long = pd.DataFrame({"client": identity.to_numpy()[place], "session": np.array(numbers)[at]})
    for measure, values in cells.items():
        long[measure] = pd.Series(values[kept]).infer_objects()
    rest = table[[name for name in others if name not in long]].iloc[place]
    return pd.concat([long, rest.reset_index(drop=True)], axis=1), place


def _measures(
    names: Sequence[object], columns: str | Sequence[object] | None
) -> dict[str, list[tuple[int, int]]]:
    """What is measured, and the session and the place of each of its columns."""
    if columns is not None and not isinstance(columns, str):
        return {"alliance": _listed(names, columns)}
    found = sets_of_sessions(names)
    if columns is not None:
        wanted = normal_name(columns).strip("_.:#")
        found = [
            each
            for each in numbered_columns(names)
            if len(each.names) > 1 and wanted in (each.beginning, each.ending)
        ]
    if not found:
        raise RatingError([say("wide.none", found=", ".join(map(str, names))[:200])])
    for each in found:
        if each.twice:
            raise RatingError([say("wide.twice", names=", ".join(each.twice))])
    known = {_measure(each): each for each in found if _measure(each)}
    if known:
        return {measure: each.by_number for measure, each in known.items()}
    if len(found) > 1:
        ways = "; ".join(each.in_words for each in found[:6])
        example = found[0].start
        raise RatingError([say("wide.several", sets=ways, example=example)])
    return {"alliance": found[0].by_number}


def _measure(each: NumberedColumns) -> str:
    return next((name for name in MEASURES if name in (each.beginning, each.ending)), "")


def _listed(names: Sequence[object], columns: Sequence[object]) -> list[tuple[int, int]]:
    """The columns that were named: numbered as they are, or in the order in which they stand."""
    by_name = {normal_name(name): place for place, name in enumerate(names)}
    lacking = [str(name) for name in columns if normal_name(name) not in by_name]
    if lacking or not len(columns):
        found = ", ".join(map(str, names))[:200]
        raise RatingError([say("wide.no_column", column=", ".join(lacking)[:80], found=found)])
    places = [by_name[normal_name(name)] for name in columns]
    if len(set(places)) < len(places):
        raise RatingError([say("wide.twice", names=", ".join(map(str, columns))[:200])])
    numbered = numbered_columns(columns)
    if len(numbered) == 1 and len(numbered[0].names) == len(places) and not numbered[0].twice:
        return sorted(zip(numbered[0].numbers, places, strict=True))
    return list(enumerate(places, 1))


def _client(
    table: pd.DataFrame, client: object, measures: dict[str, list[tuple[int, int]]]
) -> pd.Series:
    """Who each row is: the column that was named, or is called so; else rows are numbered."""
    used = {place for numbered in measures.values() for _, place in numbered}
    names = [name for place, name in enumerate(table.columns) if place not in used]
    if client is None:
        found = client_column(names)
        if len(found) > 1:
            raise RatingError([say("wide.clients", names=", ".join(map(str, found)))])
    else:
        wanted = normal_name(client)
        found = [name for name in names if name == client or normal_name(name) == wanted]
        if not found:
            there = ", ".join(map(str, names)) or say("table.nothing")
            raise RatingError([say("wide.no_column", column=client, found=there[:200])])
    if not found:
        return pd.Series(np.arange(1, len(table) + 1))
    who: pd.Series = table[found[0]]
    again = who[who.duplicated() & who.notna()].unique()
    if len(again):
        shown = ", ".join(map(str, again[:10]))
        raise RatingError([say("wide.client_twice", column=found[0], clients=shown)])
    return who


def _by_session(
    table: pd.DataFrame, places: dict[int, int], numbers: Sequence[int]
) -> npt.NDArray[Any]:
    """One column's worth of cells per session; missing where the table has no such column."""
    there = table.iloc[:, [places[number] for number in numbers if number in places]]
    if len(places) == len(numbers):
        return there.to_numpy()
    cells = np.full((len(table), len(numbers)), None, dtype=object)
    cells[:, [i for i, number in enumerate(numbers) if number in places]] = there.to_numpy(object)
    return cells


def _worth_a_row(measures: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.bool_]:
    """Every session up to a client's last rated one; the first of a client without any."""
    rated = np.zeros(measures[0].shape, dtype=bool)
    for cells in measures:
        blank = pd.isna(cells)
        if cells.dtype == object:
            blank = blank | np.vectorize(_is_blank, otypes=[bool])(cells)
        rated |= ~blank
    until = rated[:, ::-1].cumsum(axis=1)[:, ::-1] > 0
    until[:, 0] = True
    return until


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() in MISSING
