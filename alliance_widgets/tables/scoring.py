"""From the responses to a questionnaire to its total, its mean item and its subscales."""

from __future__ import annotations

import re
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.errors import RatingError
from alliance_widgets.tables.columns import Numbers, as_numbers, as_text
from alliance_widgets.tables.instruments import Instrument
from alliance_widgets.tables.instruments import instrument as instrument_named
from alliance_widgets.words import say

__all__ = ["score"]

_BESIDE = ("client", "session", "rater", "instrument", "note")
_ITEM = re.compile(r"(?:item|q|i)?[ _.-]?0*(\d+)", re.IGNORECASE)


def score(responses: Any, instrument: str | PathLike[str] | Instrument) -> pd.DataFrame:
    """One row per response row: `total`, `alliance` (the mean item) and each subscale.

    `responses` is a table or plain rows; one plain row will do. Its items are the columns named
    by a number (`1`, `item_1`, `q1`; from 1, or from 0) if each item has one, else all in order
    but client, session, rater, instrument and note. Other columns then stand in front of the
    scores, and the index is new. Blank cells are missing responses.

    Reversed items are turned round: (lowest + highest) - response. In each subscale, and among
    items in no subscale, at most one response in four may be missing; the scores are then
    prorated, else that subscale, `total` and `alliance` are missing. `total` and subscales are
    sums, or means for an instrument that is scored so (`instrument(...).total`); `alliance` is
    always in the units of one item.

    Raises `RatingError` naming every response that is no number or out of range (the first row
    is row 1), or a wrong number of items; `InstrumentError` for an unknown instrument.

    Read with care: totals of different instruments do not compare, nor do mean items of scales
    with other ranges; and of a symptom questionnaire `alliance` is no more than its mean item.
    """
    scale = instrument_named(instrument)
    table = _table(responses)
    places = _items(table, scale)
    answers = _turned(_answers(table, places, scale), scale)
    parts = {name: np.array(numbers) - 1 for name, numbers in scale.subscales.items()}
    in_parts = np.concatenate([*parts.values(), np.array([], dtype=int)])
    for items in (*parts.values(), np.setdiff1d(np.arange(scale.items), in_parts)):
        answers[:, items] = _prorated(answers[:, items])
    unit = 1 if scale.total == "sum" else 1 / scale.items
    scores: dict[str, Any] = {
        "total": answers.sum(axis=1) * unit,
        "alliance": answers.sum(axis=1) / scale.items,
    }
    for name, items in parts.items():
        scores[name] = answers[:, items].sum(axis=1) / (1 if unit == 1 else len(items))
    others = table.drop(columns=table.columns[places]).drop(columns=scores, errors="ignore")
    return others.assign(**scores)


def _table(responses: Any) -> pd.DataFrame:
    if not isinstance(responses, pd.DataFrame):
        if isinstance(responses, pd.Series):
            responses = responses.to_list()
        flat = isinstance(responses, list | tuple | np.ndarray) and np.ndim(responses) == 1
        rows_of_cells = flat and not any(isinstance(row, dict | pd.Series) for row in responses)
        responses = [responses] if rows_of_cells else responses
    try:
        table = pd.DataFrame(responses).reset_index(drop=True)
    except (TypeError, ValueError):
        raise RatingError([say("score.none")]) from None
    if table.empty:
        raise RatingError([say("score.none")])
    return table


def _items(table: pd.DataFrame, scale: Instrument) -> list[int]:
    """The places of the items' columns, in the order of the items."""
    numbered = [_ITEM.fullmatch(str(name).strip()) for name in table.columns]
    named = {int(match[1]): place for place, match in enumerate(numbered) if match}
    if sorted(named) in (list(range(1, scale.items + 1)), list(range(scale.items))):
        return [named[number] for number in sorted(named)]
    rest = [i for i, name in enumerate(table.columns) if str(name).strip().lower() not in _BESIDE]
    if len(rest) == scale.items:
        return rest
    n = len(named) or len(rest)
    raise RatingError([say("score.columns", title=scale.title, items=scale.items, n=n)])


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


def _turned(answers: Numbers, scale: Instrument) -> Numbers:
    turned = np.array(scale.reversed, dtype=int) - 1
    answers[:, turned] = scale.low + scale.high - answers[:, turned]
    return answers


def _prorated(answers: Numbers) -> Numbers:
    """Missing responses as the mean of the row, or all missing where too many are."""
    missing = np.isnan(answers)
    given = (~missing).sum(axis=1, keepdims=True)
    mean = np.where(missing, 0, answers).sum(axis=1, keepdims=True) / np.maximum(given, 1)
    too_few = 4 * missing.sum(axis=1, keepdims=True) > answers.shape[1]
    return np.where(too_few, np.nan, np.where(missing, mean, answers))
