"""Session ratings as entries: client, session and rater are the key, the numbers are the data.

A session rated again is the same entry with new data, so it can never stand there twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_widgets.errors import InstrumentError, RatingError
from alliance_widgets.tables.columns import normal_name
from alliance_widgets.tables.given import ROUNDING, table_of
from alliance_widgets.tables.instruments import Instrument, instrument
from alliance_widgets.tables.ratings import MOST_SESSIONS, RATERS, SUBSCALES, check_ratings
from alliance_widgets.tables.session_rating import KEY_COLUMNS, RatingKey
from alliance_widgets.words import say
from alliance_widgets.workfile.document import Data, Entry, plain

__all__ = [
    "COLUMNS",
    "instruments_used",
    "rating_fault",
    "rating_remark",
    "ratings_data",
    "ratings_table",
]

MEAN_ROUNDING = 0.06  # a mean that was written with one decimal is the mean
RATED = (*SUBSCALES, "alliance")
COLUMNS = ("client", "session", "rater", *RATED, "instrument")


def ratings_data(
    ratings: pd.DataFrame | Mapping[str, Sequence[object]],
) -> list[tuple[RatingKey, Data]]:
    """Key and plain data of each row of a table, checked by `check_ratings`.

    Raises `RatingError`, `InstrumentError` or `WorkFileError`, which name every fault.
    """
    columns: dict[Any, Any] = {
        normal_name(str(name))
        if normal_name(str(name)) in (*COLUMNS, *KEY_COLUMNS)
        else name: column
        for name, column in table_of(ratings, RatingError).items()
    }
    rows = max((len(column) for column in columns.values()), default=0)
    studies = [str(study or "").strip() for study in columns.pop("case", [""] * rows)]
    named = columns.get("instrument", [None] * rows)
    columns = {"alliance": [None] * rows, **columns}
    columns["instrument"] = [
        instrument("own" if name is None or pd.isna(name) else name).name for name in named
    ]
    checked = check_ratings(pd.DataFrame(columns, dtype=object))
    result: list[tuple[RatingKey, Data]] = []
    for study, row in zip(studies, checked.to_dict("records"), strict=True):
        key = RatingKey(study, *(row.pop(name) for name in KEY_COLUMNS[1:]))
        result.append((key, plain({str(name): value for name, value in row.items()})))
    return result


def rating_fault(entry: Entry) -> str | None:
    """Why a rating from another hand cannot stand in the table, in words; None if it can."""
    key, data = entry.key, entry.data or {}
    if len(key) != len(KEY_COLUMNS):
        return say("workfile.rating.key", id=entry.id[:80])
    _study, client, session, rater = key
    values = {"client": client[:40], "session": session[:40]}
    whole = session.isdecimal() and session.isascii() and str(int(session[:9])) == session
    if not client.strip() or client != client.strip():
        return say("workfile.rating.client", id=entry.id[:80])
    if not whole or not 1 <= int(session) <= MOST_SESSIONS:
        return say("workfile.rating.session", **values, most=MOST_SESSIONS)
    if rater not in RATERS:
        return say("workfile.rating.rater", **values, rater=rater[:40], raters=", ".join(RATERS))
    scale = _scale(data)
    if scale is None:
        return say("workfile.rating.instrument", **values, name=str(data.get("instrument"))[:40])
    for name in RATED:
        if not _on_scale(data.get(name), scale):
            shown = {"column": name, "value": str(data[name])[:40]}
            return say("workfile.rating.number", **values, **shown, low=scale.low, high=scale.high)
    return None


def rating_remark(entry: Entry) -> str | None:
    """What is odd about a rating that can stand in the table: its parts contradict its mean."""
    data = entry.data or {}
    scale = _scale(data)
    if rating_fault(entry) is not None or scale is None or scale.name != "own":
        return None  # where items are weighted or added up, three parts do not give the whole
    rated = [float(data[name]) for name in SUBSCALES if data.get(name) is not None]
    alliance = data.get("alliance")
    if alliance is None or len(rated) < len(SUBSCALES):
        return None
    mean = sum(rated) / len(rated)
    if abs(mean - alliance) <= MEAN_ROUNDING:
        return None
    _study, client, session, _rater = entry.key
    values = {"client": client[:40], "session": session, "mean": f"{mean:.2f}"}
    return say("workfile.rating.mean", alliance=f"{alliance:.2f}", **values)


def instruments_used(entries: Iterable[Entry]) -> list[str]:
    """The instruments of these ratings: the kit's own first, then by how often they were used."""
    scales = (_scale(entry.data or {}) for entry in entries if rating_fault(entry) is None)
    used = Counter(scale.name for scale in scales if scale is not None)
    return sorted(used, key=lambda name: (name != "own", -used[name], name))


def ratings_table(
    entries: Iterable[Entry], name: str | None = None, case: str | None = None
) -> pd.DataFrame:
    """The ratings as a table that passes `check_ratings`: by case, client, session and rater.

    One instrument (`name`; without it the first of `instruments_used`), since numbers on two
    scales do not compare. Clients of one name in different cases are told apart. Without any
    rating the table has the columns and no rows.
    """
    sound = [entry for entry in entries if rating_fault(entry) is None]
    used = instruments_used(sound)
    wanted = name if name is not None else (used[0] if used else "own")
    rows = []
    for entry in sound:
        data = dict(entry.data or {})
        scale = _scale(data)
        if scale is None or scale.name != wanted or case not in (None, entry.key[0]):
            continue
        key = RatingKey.of(entry.key).columns
        others = {k: v for k, v in data.items() if normal_name(k) not in (*COLUMNS, *KEY_COLUMNS)}
        rated = {part: data.get(part) for part in RATED}
        rows.append({**key, **rated, "instrument": wanted, **others})
    if not rows:
        return pd.DataFrame({column: _empty(column) for column in COLUMNS})
    rows.sort(key=_place)
    _tell_apart(rows)
    table = pd.DataFrame(rows)
    if (table["case"] == "").all() or case is not None:
        table = table.drop(columns="case")
    checked = check_ratings(table)
    return checked[[*COLUMNS, *(column for column in checked if column not in COLUMNS)]]


def _place(row: Mapping[str, Any]) -> tuple[str, str, int, int]:
    return row["case"], row["client"], row["session"], RATERS.index(row["rater"])


def _tell_apart(rows: list[Data]) -> None:
    """Give clients who share a name the name of their case as well."""
    cases: dict[str, set[str]] = {}
    for row in rows:
        cases.setdefault(row["client"], set()).add(row["case"])
    taken = set(cases)
    names: dict[tuple[str, str], str] = {}
    for client in sorted(cases):
        for case in sorted(cases[client]) if len(cases[client]) > 1 else ():
            name = f"{client} ({case})" if case else client
            while name in taken and name != client:
                name += "*"
            taken.add(name)
            names[client, case] = name
    for row in rows:
        row["client"] = names.get((row["client"], row["case"]), row["client"])


def _scale(data: Mapping[str, object]) -> Instrument | None:
    name = data.get("instrument", "own")
    if not isinstance(name, str) or name.lower().endswith(".toml"):
        return None  # a file's word alone never makes the kit open another file
    try:
        scale = instrument(name)
    except InstrumentError:
        return None
    return scale if scale.measures == "alliance" else None


def _on_scale(value: object, scale: Instrument) -> bool:
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return bool(scale.low - ROUNDING <= value <= scale.high + ROUNDING)


def _empty(column: str) -> pd.Series:
    kind = {"session": "int64"} | dict.fromkeys(RATED, "float64")
    return pd.Series([], dtype=kind.get(column, "str"))
