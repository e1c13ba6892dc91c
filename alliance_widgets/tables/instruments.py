"""Instruments: range, step, subscales and scoring key, never the wording of an item.

The keys stand in `instruments.toml`, each with a `verified` flag; an instrument of one's own is a
TOML file with the same fields, given by its path.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_widgets.arguments import nearest
from alliance_widgets.errors import InstrumentError
from alliance_widgets.words import say

__all__ = ["Instrument", "instrument", "instrument_of", "instruments"]


@dataclass(frozen=True)
class Instrument:
    """How an instrument is built: `items` of them, each from `low` to `high` in steps of `step`.

    Parameters
    ----------
    name : str
        The name by which ratings refer to it.
    title : str
        What it is called in words.
    items : int
        How many items it has, 1 to 200.
    low : float
        The lowest response to an item.
    high : float
        The highest response to an item.
    step : float
        From one possible response to the next, in points.
    licence : str, optional
        Under which terms its items may be used, in words.
    measures : {"alliance", "outcome"}, default "alliance"
        What it is about.
    subscales : mapping of str to tuple of int, optional
        The item numbers (from 1) that belong together, by the subscale's name.
    reversed : tuple of int, optional
        The numbers of the items that are turned round before scoring.
    total : {"sum", "mean"}, default "sum"
        How it is scored.
    cutoff : float, optional
        A cut-off, in units of the summed total.
    cutoff_verified : bool, default False
        Whether the cut-off could be checked against a source.
    verified : bool, default False
        Whether the key could be checked against a source.
    licensed : bool, default False
        Whether the items belong to somebody else and may not be shown.

    Raises
    ------
    InstrumentError
        Its `problems` name every fault of the description.
    """

    name: str
    title: str
    items: int
    low: float
    high: float
    step: float
    licence: str = ""
    measures: str = "alliance"
    subscales: Mapping[str, tuple[int, ...]] = field(default_factory=dict, hash=False)
    reversed: tuple[int, ...] = ()
    total: str = "sum"
    cutoff: float | None = None
    cutoff_verified: bool = False
    verified: bool = False
    licensed: bool = False

    def __post_init__(self) -> None:
        problems = [say(key, name=self.name, **values) for key, values in self._faults()]
        if problems:
            raise InstrumentError(problems)

    def _faults(self) -> Iterator[tuple[str, dict[str, Any]]]:
        if not 1 <= self.items <= MOST_ITEMS:
            yield "instruments.items", {"items": self.items, "most": MOST_ITEMS}
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            yield "instruments.range", {"low": self.low, "high": self.high}
        elif not 0 < self.step <= self.high - self.low:
            yield "instruments.step", {"step": self.step}
        for setting, choices in (("total", ("sum", "mean")), ("measures", ("alliance", "outcome"))):
            value = getattr(self, setting)
            if value not in choices:
                shown = {"setting": setting, "value": repr(value), "choices": ", ".join(choices)}
                yield "instruments.one_of", shown
        for part in self.subscales:
            if part in RESERVED:
                yield "instruments.reserved", {"part": part}
            if not self.subscales[part]:
                yield "instruments.no_items", {"part": part}
        for part, numbers in {**self.subscales, "reversed": self.reversed}.items():
            strange = [n for n in numbers if not 1 <= n <= self.items]
            if strange:
                there = {"part": part, "items": self.items}
                yield "instruments.numbers", {"numbers": ", ".join(map(str, strange)), **there}
        together = [number for numbers in self.subscales.values() for number in numbers]
        twice = sorted({number for number in together if together.count(number) > 1})
        if twice:
            yield "instruments.item_twice", {"numbers": ", ".join(map(str, twice))}


MOST_ITEMS = 200
RESERVED = ("total", "alliance", "client", "session", "rater", "instrument")
FIELDS = {  # each with the kind of value it takes
    **dict.fromkeys(("title", "licence", "measures", "total"), "text"),
    **dict.fromkeys(("low", "high", "step", "cutoff"), "number"),
    **dict.fromkeys(("verified", "cutoff_verified", "licensed"), "flag"),
    **{"items": "whole", "reversed": "numbers", "subscales": "parts"},
}
NEEDED = ("title", "items", "low", "high", "step")
_read_here: dict[str, Instrument] = {}


def instrument(name: str | PathLike[str] | Instrument = "own") -> Instrument:
    """The instrument of that name, or the one described in a TOML file at that path.

    A file is known by its own name afterwards: `instrument("my_scale.toml")`, then `my_scale` in a
    column `instrument`.

    Read with care: where `verified` is false we could not check the key against the paper.

    Parameters
    ----------
    name : str, path or Instrument, default "own"
        The name, whatever its capitals ("WAI-SR" is `wai_sr`), or the path of a TOML file; an
        instrument is given back as it is.

    Returns
    -------
    Instrument
        Range, step and scoring key, never the wording of an item.

    Raises
    ------
    InstrumentError
        For an unknown name (with the nearest known ones), a file that cannot be read, and a
        description with faults: every one of them is listed.
    """
    if isinstance(name, Instrument):
        if name.name not in _known():
            _read_here[name.name] = name
        return name
    if isinstance(name, PathLike) or str(name).lower().endswith(".toml"):
        return _from_file(Path(name))
    known = {**_known(), **_read_here}
    wanted = str(name).strip().lower().replace("-", "_").replace(" ", "_")
    by_name = {own.lower(): scale for own, scale in known.items()}
    if wanted in by_name:
        return by_name[wanted]
    near = nearest(wanted, by_name, n=3) or list(known)
    raise InstrumentError([say("instruments.unknown", name=str(name)[:60], near=", ".join(near))])


def instruments() -> pd.DataFrame:
    """One row per known instrument: range, step and scoring key.

    Read with care: a cut-off belongs to the total of that instrument, never to a mean item, and
    where a `verified` is false we could not check it against the paper.

    Returns
    -------
    DataFrame
        With columns `name`, `title`, `measures`, `items`, `low`, `high`, `step` (points of one
        item), `subscales`, `reversed`, `total`, `cutoff` (in units of the summed total),
        `cutoff_verified`, `verified` and `licence`, as `Instrument` has them.
    """
    columns = ["name", "title", "measures", "items", "low", "high", "step", "subscales", "reversed"]
    columns += ["total", "cutoff", "cutoff_verified", "verified", "licence"]
    rows = [
        {
            **{column: getattr(scale, column) for column in columns},
            "subscales": ", ".join(scale.subscales),
            "reversed": ", ".join(map(str, scale.reversed)),
        }
        for scale in {**_known(), **_read_here}.values()
    ]
    return pd.DataFrame(rows, columns=columns).astype({"cutoff": "float64"})


def instrument_of(ratings: pd.DataFrame) -> Instrument:
    """The one instrument that checked ratings are in: their `instrument` column's, or our own."""
    if "instrument" not in ratings or ratings.empty:
        return instrument("own")
    return instrument(ratings["instrument"].iloc[0])


def _toml(text: str) -> dict[str, Any]:
    import tomllib  # with the first instrument that is asked for, not with the package

    return tomllib.loads(text)


@cache
def _known() -> dict[str, Instrument]:
    text = (resources.files("alliance_widgets.tables") / "instruments.toml").read_text("utf-8")
    return {name: _build(name, entry) for name, entry in _toml(text).items()}


def _from_file(path: Path) -> Instrument:
    try:
        entry = _toml(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise InstrumentError([say("instruments.file", path=path, fault=fault)]) from None
    name = path.stem.lower()
    if name in _known():
        raise InstrumentError([say("instruments.taken", name=name, path=path)])
    _read_here[name] = _build(name, entry)
    return _read_here[name]


def _build(name: str, entry: Mapping[str, Any]) -> Instrument:
    problems = [
        say("instruments.missing", name=name, field=wanted, kind=_kind(wanted))
        for wanted in NEEDED
        if wanted not in entry
    ]
    for key, value in entry.items():
        if key not in FIELDS:
            near = nearest(key, FIELDS, n=1)
            sentence = "instruments.unknown_field_near" if near else "instruments.unknown_field"
            known = ", ".join(FIELDS)
            problems.append(say(sentence, name=name, field=key, near="".join(near), known=known))
        elif not _is_kind(value, FIELDS[key]):
            shown = {"value": repr(value)[:60], "kind": _kind(key)}
            problems.append(say("instruments.wrong_type", name=name, field=key, **shown))
    if problems:
        raise InstrumentError(problems)
    settings = dict(entry)
    parts = {part: tuple(numbers) for part, numbers in settings.pop("subscales", {}).items()}
    turned = tuple(settings.pop("reversed", ()))
    return Instrument(name=name, subscales=parts, reversed=turned, **settings)


def _kind(field_name: str) -> str:
    return say(f"instruments.kind.{FIELDS[field_name]}")


def _is_kind(value: Any, kind: str) -> bool:
    if kind == "text":
        return isinstance(value, str)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "numbers":
        return isinstance(value, list) and all(_is_kind(each, "whole") for each in value)
    if kind == "parts":
        return isinstance(value, dict) and all(_is_kind(each, "numbers") for each in value.values())
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (kind == "number" and isinstance(value, float))
