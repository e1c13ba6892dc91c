"""Instruments: range, step, subscales and scoring key, never the wording of an item.

The keys stand in `instruments.toml`, each with a `verified` flag; an instrument of one's own is a
TOML file with the same fields, given by its path.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.errors import InstrumentError
from alliance_widgets.words import say

__all__ = ["Instrument", "instrument", "instrument_of", "instruments", "score"]


@dataclass(frozen=True)
class Instrument:
    """How an instrument is built: `items` of them, each from `low` to `high` in steps of `step`.

    `subscales` names the item numbers (from 1) that belong together, `reversed` those that are
    turned round before scoring. `total` is "sum" or "mean". `verified` is false where the key
    could not be checked against the paper, `licensed` true where items may not be shown.
    """

    name: str
    title: str
    items: int
    low: float
    high: float
    step: float
    licence: str
    subscales: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    reversed: tuple[int, ...] = ()
    total: str = "sum"
    cutoff: float | None = None
    verified: bool = False
    licensed: bool = False

    def __post_init__(self) -> None:
        problems = list(self._faults())
        if problems:
            raise InstrumentError(problems)

    def _faults(self) -> Iterable[str]:
        if not self.low < self.high:
            yield say("instruments.range", name=self.name, low=self.low, high=self.high)
        if not 0 < self.step <= self.high - self.low:
            yield say("instruments.step", name=self.name, step=self.step)
        if self.items < 1:
            yield say("instruments.items", name=self.name, items=self.items)
        if self.total not in ("sum", "mean"):
            yield say("instruments.total", name=self.name, total=self.total)
        named = {**self.subscales, "reversed": self.reversed}
        for part, numbers in named.items():
            strange = [n for n in numbers if not 1 <= n <= self.items]
            if strange:
                yield say(
                    "instruments.numbers",
                    name=self.name,
                    part=part,
                    numbers=", ".join(map(str, strange)),
                    items=self.items,
                )


_FIELDS: dict[str, Any] = {
    "title": str,
    "items": int,
    "low": (int, float),
    "high": (int, float),
    "step": (int, float),
    "licence": str,
}
_OPTIONAL: dict[str, Any] = {
    "subscales": dict,
    "reversed": list,
    "total": str,
    "cutoff": (int, float),
    "verified": bool,
    "licensed": bool,
}


def _build(name: str, entry: Mapping[str, Any]) -> Instrument:
    problems = [
        say("instruments.missing", name=name, field=wanted)
        for wanted in _FIELDS
        if wanted not in entry
    ]
    for key, value in entry.items():
        kind = {**_FIELDS, **_OPTIONAL}.get(key)
        if kind is None:
            near = difflib.get_close_matches(key, [*_FIELDS, *_OPTIONAL], n=1)
            problems.append(
                say("instruments.unknown_field", name=name, field=key, near="".join(near) or "-")
            )
        elif not isinstance(value, kind):
            problems.append(say("instruments.wrong_type", name=name, field=key, value=repr(value)))
    if problems:
        raise InstrumentError(problems)
    entry = dict(entry)
    parts = {part: tuple(numbers) for part, numbers in entry.pop("subscales", {}).items()}
    turned = tuple(entry.pop("reversed", ()))
    return Instrument(name=name, subscales=parts, reversed=turned, **entry)


@cache
def _known() -> dict[str, Instrument]:
    text = (resources.files("alliance_widgets") / "instruments.toml").read_text("utf-8")
    return {name: _build(name, entry) for name, entry in tomllib.loads(text).items()}


def instrument(name: str | Path | Instrument = "own") -> Instrument:
    """The instrument of that name, or the one described in a TOML file at that path.

    Raises `InstrumentError` for an unknown name (with the nearest known one), a file that cannot
    be read, and a description with faults: every one of them is listed.
    """
    if isinstance(name, Instrument):
        return name
    if str(name).lower().endswith(".toml"):
        return _from_file(Path(name))
    wanted = str(name).strip().lower().replace("-", "_").replace(" ", "_")
    known = _known()
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=1) or list(known)
    raise InstrumentError([say("instruments.unknown", name=name, near=", ".join(near))])


def _from_file(path: Path) -> Instrument:
    try:
        entry = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InstrumentError([say("instruments.file", path=path, fault=fault)]) from None
    return _build(path.stem, entry)


def instruments() -> pd.DataFrame:
    """One row per known instrument: `name`, `title`, `items`, `low`, `high`, `step`, `subscales`,
    `cutoff`, `verified` and `licence`.

    Read with care: a cut-off belongs to the total of that instrument, never to a mean item.
    """
    rows = [
        {
            **{"name": each.name, "title": each.title, "items": each.items},
            **{"low": each.low, "high": each.high, "step": each.step},
            "subscales": ", ".join(each.subscales),
            **{"cutoff": each.cutoff, "verified": each.verified, "licence": each.licence},
        }
        for each in _known().values()
    ]
    return pd.DataFrame(rows)


def instrument_of(ratings: pd.DataFrame) -> Instrument:
    """The one instrument that checked ratings are in: their `instrument` column's, or our own."""
    if "instrument" not in ratings or ratings.empty:
        return instrument("own")
    return instrument(ratings["instrument"].iloc[0])


def score(responses: Any, instrument_name: str | Path | Instrument) -> pd.DataFrame:
    """One row per response row: `total`, `alliance` (the mean item) and each subscale.

    `responses` is a table or plain rows with one column per item, in the items' order. Reversed
    items are turned round. At most one item in four may be missing per subscale (or per
    instrument without subscales): the score is then prorated; with more it is missing. `total`
    and subscales are sums, or means where the instrument is scored so.

    Raises `InstrumentError` naming every row and item that is out of range or not a number.

    Read with care: a total of one instrument is not comparable with that of another.
    """
    scale = instrument(instrument_name)
    table = pd.DataFrame(responses)
    if table.shape[1] != scale.items:
        raise InstrumentError(
            [say("instruments.columns", title=scale.title, items=scale.items, n=table.shape[1])]
        )
    numbers = table.apply(pd.to_numeric, errors="coerce").to_numpy(float, copy=True)
    strange = (np.isnan(numbers) & table.notna().to_numpy()) | (
        (numbers < scale.low) | (numbers > scale.high)
    )
    if strange.any():
        raise InstrumentError(
            [
                say(
                    "instruments.response",
                    row=row + 1,
                    item=item + 1,
                    value=repr(table.iloc[row, item]),
                    low=scale.low,
                    high=scale.high,
                )
                for row, item in np.argwhere(strange)
            ]
        )
    turned = [number - 1 for number in scale.reversed]
    numbers[:, turned] = scale.low + scale.high - numbers[:, turned]
    parts = scale.subscales or {"all": tuple(range(1, scale.items + 1))}
    means = {}
    for part, items in parts.items():
        answers = numbers[:, [item - 1 for item in items]]
        given = ~np.isnan(answers)
        enough = given.sum(axis=1) >= len(items) - len(items) // 4
        sums = np.where(given, answers, 0).sum(axis=1)
        means[part] = np.where(enough, sums / np.maximum(given.sum(axis=1), 1), np.nan)
    sizes = {part: len(items) for part, items in parts.items()}
    alliance = sum(means[part] * sizes[part] for part in parts) / sum(sizes.values())
    in_sums = scale.total == "sum"
    scores = {"total": alliance * scale.items if in_sums else alliance, "alliance": alliance}
    for part in scale.subscales:
        scores[part] = means[part] * sizes[part] if in_sums else means[part]
    return pd.DataFrame(scores, index=table.index)
