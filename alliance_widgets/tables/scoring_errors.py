"""A score that somebody reported: which of five known errors makes it what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from os import PathLike

import numpy as np
import pandas as pd

from alliance_widgets.arguments import check_number
from alliance_widgets.errors import RatingError
from alliance_widgets.tables.columns import Mask, Numbers, as_numbers, as_text
from alliance_widgets.tables.instruments import Instrument, known_instruments
from alliance_widgets.tables.instruments import instrument as instrument_named
from alliance_widgets.tables.scoring import answers_of, rows_of, scores_of, turned
from alliance_widgets.words import say

__all__ = ["find_scoring_errors"]

Scores = Mapping[str, Numbers]


def find_scoring_errors(
    responses: object,
    reported: object,
    instrument: str | PathLike[str] | Instrument,
    within: float = 0.005,
) -> pd.DataFrame:
    """One row per reported score that is not what `score` gives, with the error that makes it so.

    Five errors are known, each looked for alone: items that count the other way were not turned
    round (`not_reversed`), or turned by the highest response minus the response (`turned_from_top`,
    which is right only on a scale that begins at 0); the key of another instrument was used
    (`other_key`); a blank was counted as 0 (`blank_as_zero`); a sum stands where a mean belongs, or
    a mean where a sum does (`other_unit`).

    Read with care: that an error makes this number does not prove that it was made. Two slips at
    once, or a response that was typed wrongly, are not found.

    Parameters
    ----------
    responses : table, path of a file, or rows
        The responses, as `score` takes them.
    reported : table, path of a file, or mapping of str to numbers
        What was reported: one row per row of `responses`, and a column for each score that was
        reported, named as those of `score`. A blank is a score that was not reported.
    instrument : str, path or Instrument
        Whose items they are, as `instrument` takes it.
    within : float, default 0.005
        How far a score may be off by rounding: half a unit of the last decimal, 0 or above.

    Returns
    -------
    DataFrame
        Columns `row` (the first row is row 1), `score` (its name), `reported`, `right` (missing
        where too many responses are blank for a score), `error` (one of the five; several, joined
        by " or ", where each of them alone makes all wrong scores of the row; missing where none
        does) and `words`, the same in a sentence.

    Raises
    ------
    RatingError
        Naming every reported score that is no number, responses that `score` refuses, and
        a table of another length or without a score.
    InstrumentError
        For an unknown instrument, and for one whose key is not here (`Instrument.scored`).
    AllianceError
        If `within` is no number of 0 or above.
    """
    scale = instrument_named(instrument)
    within = check_number("within", within, 0)
    answers, _ = answers_of(responses, scale)
    right = scores_of(turned(answers, scale), scale)
    given = _reported(reported, right, len(answers))
    wrong = {name: ~_fits(figures, right[name], within) for name, figures in given.items()}
    slips = [each for each in _slips(answers, scale) if _explains(each, given, wrong, within).any()]
    explains = [_explains(each, given, wrong, within) for each in slips]
    rows = []
    for row in np.flatnonzero(np.any([*wrong.values()], axis=0)).tolist():
        made = [each for each, explained in zip(slips, explains, strict=True) if explained[row]]
        for name in [name for name in given if wrong[name][row]]:
            figures = (name, given[name][row], right[name][row])
            rows.append((row + 1, *figures, _named(made), _sentence(row + 1, *figures, made)))
    columns = ["row", "score", "reported", "right", "error", "words"]
    kinds = {"row": "int64", "score": "str", "reported": "float64", "right": "float64"}
    return pd.DataFrame(rows, columns=columns).astype({**kinds, "error": "str", "words": "str"})


@dataclass(frozen=True)
class _Slip:
    """An error, the scores that it makes, and what it did, in words."""

    error: str
    scores: Scores
    words: str


def _slips(answers: Numbers, scale: Instrument) -> Iterator[_Slip]:
    """Each known error, made alone."""
    items = ", ".join(map(str, scale.reversed))
    ends = {"low": f"{scale.low:g}", "high": f"{scale.high:g}"}
    right = turned(answers, scale)
    if items:
        words = say("score.slip.not_reversed", items=items)
        yield _Slip("not_reversed", scores_of(answers, scale), words)
        short = right.copy()
        short[:, np.array(scale.reversed) - 1] -= scale.low
        words = say("score.slip.turned_from_top", items=items, **ends)
        yield _Slip("turned_from_top", scores_of(short, scale), words)
    for title, other in _other_keys(scale):
        words = say("score.slip.other_key", title=title)
        yield _Slip("other_key", scores_of(turned(answers, other), other), words)
    words = say("score.slip.blank_as_zero")
    for filled in (np.nan_to_num(right), turned(np.nan_to_num(answers), scale)):
        yield _Slip("blank_as_zero", scores_of(filled, scale), words)
    words = say(f"score.slip.other_unit.{scale.total}")
    yield _Slip("other_unit", _in_other_unit(scores_of(right, scale), scale), words)


def _other_keys(scale: Instrument) -> Iterator[tuple[str, Instrument]]:
    """The same form by the keys of other instruments of as many items."""
    for other in known_instruments().values():
        parts = {name: other.subscales[name] for name in scale.subscales if name in other.subscales}
        if other.items != scale.items or other.name == scale.name or not other.scored:
            continue
        for turns in {scale.reversed, other.reversed}:
            key = replace(scale, subscales=parts, reversed=turns)
            if (key.subscales, key.reversed) != (scale.subscales, scale.reversed):
                yield other.title, key


def _in_other_unit(right: Scores, scale: Instrument) -> Scores:
    """Sums for means, and means for sums; the mean item as a sum."""
    lengths = {name: len(items) for name, items in scale.subscales.items()} | {"total": scale.items}
    changed = {
        name: right[name] * lengths[name] if scale.total == "mean" else right[name] / lengths[name]
        for name in lengths
    }
    return {**changed, "alliance": right["alliance"] * scale.items}


def _fits(given: Numbers, expected: Numbers, within: float) -> Mask:
    """Whether a figure is the expected one; what was not reported always is."""
    with np.errstate(invalid="ignore"):
        return np.isnan(given) | (np.abs(given - expected) <= within + 1e-9)


def _explains(slip: _Slip, given: Scores, wrong: Mapping[str, Mask], within: float) -> Mask:
    """The rows whose wrong scores are all as this error makes them."""
    fits = [
        ~wrong[name] | (_fits(given[name], slip.scores[name], within))
        for name in given
        if name in slip.scores
    ]
    unknown = [~wrong[name] for name in given if name not in slip.scores]
    return np.asarray(np.all([*fits, *unknown], axis=0))


def _named(made: list[_Slip]) -> str | None:
    """The errors that each make a row, in their order; none if there is none."""
    return " or ".join(dict.fromkeys(slip.error for slip in made)) or None


def _sentence(row: int, name: str, given: float, right: float, made: list[_Slip]) -> str:
    key = "score.reported_none" if np.isnan(right) else "score.reported"
    shown = {"given": f"{round(given, 2):g}", "right": f"{round(right, 2):g}"}
    head = say(key, row=row, score=name, **shown)
    reasons = [*dict.fromkeys(slip.words for slip in made)] or [say("score.slip.none")]
    return f"{head} {say('score.slip.or').join(reasons)}"


def _reported(reported: object, right: Scores, rows: int) -> dict[str, Numbers]:
    """The reported scores as numbers, by their names; every fault at once."""
    table = rows_of(reported)
    named = {str(column).strip().lower(): place for place, column in enumerate(table.columns)}
    there = {name: named[name] for name in right if name in named}
    problems = []
    if not there:
        found = ", ".join(map(str, table.columns))[:200]
        problems.append(say("score.no_scores", found=found, known=", ".join(right)))
    if len(table) != rows:
        problems.append(say("score.other_length", n=len(table), rows=rows))
    figures = {}
    for name, place in there.items():
        figures[name], strange = as_numbers(table.iloc[:, place])
        for row in np.flatnonzero(strange).tolist():
            cell = str(as_text(table.iloc[[row], place]).iloc[0])[:40]
            problems.append(say("score.no_figure", row=row + 1, score=name, value=cell))
    if problems:
        raise RatingError(problems)
    return figures
