"""From the responses to a questionnaire to its total, its mean item and its subscales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from alliance_widgets.errors import InstrumentError, RatingError
from alliance_widgets.tables.columns import Numbers, as_numbers, as_text, normal_name
from alliance_widgets.tables.instruments import Instrument
from alliance_widgets.tables.instruments import instrument as instrument_named
from alliance_widgets.tables.reading.frames import Unreadable, as_frame
from alliance_widgets.words import say

if TYPE_CHECKING:
    from alliance_widgets.tables.reading.numbered import NumberedColumns

__all__ = ["answers_of", "rows_of", "score", "scores_of", "turned"]

_BESIDE = ("client", "session", "rater", "instrument", "note")


def score(responses: object, instrument: str | PathLike[str] | Instrument) -> pd.DataFrame:
    """One row per response row: `total`, `alliance` (the mean item) and each subscale.

    In a table the items are known by the numbers in their names, from 1 or from 0, whatever the
    order of the columns: `1`, `item_1`, `q1`, or names that share their beginning, as `WAI_1`,
    `WAI_10`, `WAI_2` do. The items of plain rows are known by their order. Blank cells are missing
    responses.

    Reversed items are turned round: (lowest + highest) - response. In each subscale, and among
    items in no subscale, at most one response in four may be missing; the scores are then prorated,
    else that subscale, `total` and `alliance` are missing.

    Read with care: totals of different instruments do not compare, nor do mean items of scales
    with other ranges; and of a symptom questionnaire `alliance` is no more than its mean item.

    Parameters
    ----------
    responses : table, path of a file, or rows
        A table (pandas, polars, Arrow), the path of a file with one (read as `read_ratings` reads
        files), or plain rows; one plain row will do.
    instrument : str, path or Instrument
        Whose items they are, as `instrument` takes it.

    Returns
    -------
    DataFrame
        As many rows as `responses` has, with a new index. The table's other columns stand in front
        of the scores. `total` and subscales are sums, or means for an instrument that is scored so
        (`instrument(...).total`); `alliance` is always in the units of one item.

    Raises
    ------
    RatingError
        Naming every response that is no number or out of range (the first row is row 1), or items
        of which nobody can tell which is which: a wrong number of them, two sets, names without
        numbers.
    InstrumentError
        For an unknown instrument, and for one whose key is not here (`Instrument.scored`).
    """
    scale = instrument_named(instrument)
    answers, others = answers_of(responses, scale)
    scores = scores_of(turned(answers, scale), scale)
    return others.drop(columns=scores, errors="ignore").assign(**scores)


def answers_of(responses: object, scale: Instrument) -> tuple[Numbers, pd.DataFrame]:
    """The responses as they were given, in the order of the items, and the other columns."""
    if not scale.scored:
        raise InstrumentError([say("instruments.no_key", title=scale.title)])
    table = rows_of(responses)
    places = _items(table, scale)
    return _answers(table, places, scale), table.drop(columns=table.columns[places])


def scores_of(answers: Numbers, scale: Instrument) -> dict[str, Numbers]:
    """Total, mean item and subscales of answers that are turned round already."""
    answers = answers.copy()
    parts = {name: np.array(numbers) - 1 for name, numbers in scale.subscales.items()}
    in_parts = np.concatenate([*parts.values(), np.array([], dtype=int)])
    for items in (*parts.values(), np.setdiff1d(np.arange(scale.items), in_parts)):
        answers[:, items] = _prorated(answers[:, items])
    unit = 1 if scale.total == "sum" else 1 / scale.items
    scores = {
        "total": answers.sum(axis=1) * unit,
        "alliance": answers.sum(axis=1) / scale.items,
    }
    for name, items in parts.items():
        scores[name] = answers[:, items].sum(axis=1) / (1 if unit == 1 else len(items))
    return scores


def rows_of(responses: Any) -> pd.DataFrame:
    """What was given (a table, the path of a file, or plain rows) as a table with a new index."""
    if isinstance(responses, str | PathLike | bytes) or hasattr(responses, "read"):
        from alliance_widgets.tables.reading.csv_files import read_cells  # with the first file

        return read_cells(responses, RatingError).reset_index(drop=True)
    try:
        frame = as_frame(responses)
    except Unreadable:
        kind = type(responses).__name__
        raise RatingError([say("table.unreadable", kind=kind)]) from None
    try:
        table = pd.DataFrame(_rows(responses) if frame is None else frame)
    except (TypeError, ValueError):
        raise RatingError([say("score.none")]) from None
    if table.empty:
        raise RatingError([say("score.none")])
    return table.reset_index(drop=True)


def _rows(responses: Any) -> Any:
    """Rows of responses; one row becomes a list of one, and keeps its names if it has any."""
    if isinstance(responses, pd.Series):
        named = not pd.api.types.is_integer_dtype(responses.index)
        return [responses.to_dict() if named else responses.to_list()]
    if isinstance(responses, Mapping):
        one = not any(np.ndim(value) for value in responses.values())
        return [responses] if one else responses
    flat = isinstance(responses, list | tuple | np.ndarray) and np.ndim(responses) == 1
    rows_of_cells = flat and not any(isinstance(row, Mapping | pd.Series) for row in responses)
    return [responses] if rows_of_cells else responses


def _items(table: pd.DataFrame, scale: Instrument) -> list[int]:
    """The places of the items' columns, in the order of the items."""
    from alliance_widgets.tables.reading.numbered import numbered_columns

    names = list(table.columns)
    if isinstance(table.columns, pd.RangeIndex) and len(names) == scale.items:
        return list(range(scale.items))  # plain rows
    found = [each for each in numbered_columns(names) if _is_complete(each, scale.items)]
    if len(found) == 1 and not _other_items(found[0], names):
        return [place for _, place in found[0].by_number]
    together = [pair for each in numbered_columns(names) for pair in each.by_number]
    in_order = sorted(together, key=lambda pair: pair[1])
    if not found and [number for number, _ in in_order] == [*range(1, scale.items + 1)]:
        return [place for _, place in in_order]  # goals_1, tasks_2, bond_3, ...
    raise RatingError([_why_not(names, found, scale)])


def _is_complete(each: NumberedColumns, items: int) -> bool:
    """Whether there is one column for each item; numbered from 1, or from 0."""
    numbers = sorted(each.numbers)
    return numbers in ([*range(1, items + 1)], [*range(items)])


def _other_items(found: NumberedColumns, names: Sequence[object]) -> list[NumberedColumns]:
    """Other columns that say of themselves that they are items."""
    from alliance_widgets.tables.reading.numbered import ITEM_NAMES, numbered_columns

    return [
        each
        for each in numbered_columns(names)
        if each.names != found.names and each.beginning in ITEM_NAMES and len(each.names) > 1
    ]


def _why_not(names: Sequence[object], found: list[NumberedColumns], scale: Instrument) -> str:
    """Why these columns are not known to be the items of the scale."""
    from alliance_widgets.tables.reading.numbered import numbered_columns

    if found:
        sets = [*found, *(_other_items(found[0], names) if len(found) == 1 else [])]
        return say("score.two_sets", sets="; ".join(each.in_words for each in sets))
    numbered = max(numbered_columns(names), key=lambda each: len(each.names), default=None)
    wanted = {"title": scale.title, "items": scale.items}
    if numbered is not None and numbered.twice:
        twice = ", ".join(numbered.twice)
        return say("score.item_twice", names=twice, **wanted)
    rest = [name for name in names if normal_name(name) not in _BESIDE]
    if numbered is None or (len(rest) == scale.items and len(numbered.names) < 2):
        shown = ", ".join(map(str, rest))[:200] or say("table.nothing")
        return say("score.no_numbers", found=shown, **wanted)
    return say("score.columns", n=len(numbered.names), **wanted)


def _answers(table: pd.DataFrame, places: list[int], scale: Instrument) -> Numbers:
    answers = np.empty((len(table), scale.items))
    strange = np.zeros(answers.shape, dtype=bool)
    for item, place in enumerate(places):
        answers[:, item], strange[:, item] = as_numbers(table.iloc[:, place])
    strange |= (answers < scale.low) | (answers > scale.high)
    limits = {"low": f"{scale.low:g}", "high": f"{scale.high:g}"}
    faults = [
        say("score.response", row=row + 1, item=item + 1, value=_shown(table, row, place), **limits)
        for row, item in np.argwhere(strange).tolist()
        for place in [places[item]]
    ]
    if faults:
        raise RatingError(faults)
    return answers


def _shown(table: pd.DataFrame, row: int, place: int) -> str:
    return str(as_text(table.iloc[[row], place]).iloc[0])[:40]


def turned(answers: Numbers, scale: Instrument) -> Numbers:
    """The answers with the reversed items turned round: (lowest + highest) - response."""
    answers, items = answers.copy(), np.array(scale.reversed, dtype=int) - 1
    answers[:, items] = scale.low + scale.high - answers[:, items]
    return answers


def _prorated(answers: Numbers) -> Numbers:
    """Missing responses as the mean of the row, or all missing where too many are."""
    missing = np.isnan(answers)
    given = (~missing).sum(axis=1, keepdims=True)
    mean = np.where(missing, 0, answers).sum(axis=1, keepdims=True) / np.maximum(given, 1)
    too_few = 4 * missing.sum(axis=1, keepdims=True) > answers.shape[1]
    return np.where(too_few, np.nan, np.where(missing, mean, answers))
