"""Instruments: range, step, subscales and scoring key, never the wording of an item.

The keys stand in `instruments.toml`, each with a `verified` flag; an instrument of one's own is a
TOML file with the same fields, given by its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_widgets.arguments import nearest
from alliance_widgets.errors import InstrumentError
from alliance_widgets.words import say

__all__ = ["Instrument", "instrument", "instrument_of", "instruments", "known_instruments"]


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
        A cut-off, in units of the total: of a sum or of a mean, as `total` says.
    cutoff_verified : bool, default False
        Whether the cut-off could be checked against a source.
    verified : bool, default False
        Whether the key could be checked against a source.
    licensed : bool, default False
        Whether the items belong to somebody else and may not be shown.
    sizes : mapping of str to int, optional
        How many items a subscale has of which it is not known here which they are.
    scored : bool, default True
        Whether the key is here; without it nothing can be scored.
    statements : tuple of str, optional
        What the items say, in words of one's own, one for each; the form shows them.

    Attributes
    ----------
    badge : str

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

    sizes: Mapping[str, int] = field(default_factory=dict, hash=False)
    scored: bool = True
    statements: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        from alliance_widgets.tables.instrument_faults import faults_of  # with the first one

        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "name"}
        if self.cutoff is None:
            del given["cutoff"]
        problems = faults_of(self.name, given)
        if problems:
            raise InstrumentError(problems)

    @property
    def badge(self) -> str:
        """A sentence to be shown with it: what could not be checked; blank where nothing is."""
        if not self.scored:
            return say("instruments.badge.structure")
        unsure = self.licensed and not self.verified  # of one's own there is no paper
        return say("instruments.badge.unverified") if unsure else ""


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
    known = known_instruments()
    wanted = _plain(str(name))
    by_name = {_plain(own): scale for own, scale in known.items()}
    if wanted in by_name:
        return by_name[wanted]
    near = nearest(wanted, by_name, n=3) or list(known)
    raise InstrumentError([say("instruments.unknown", name=str(name)[:60], near=", ".join(near))])


def instruments() -> pd.DataFrame:
    """One row per known instrument: range, step and scoring key.

    Read with care: a cut-off belongs to the total of that instrument, not to its mean item, and
    where a `verified` is false we could not check it against the paper.

    Returns
    -------
    DataFrame
        With columns `name`, `title`, `measures`, `items`, `low`, `high`, `step` (points of one
        item), `subscales`, `reversed`, `total`, `cutoff` (in units of the total),
        `cutoff_verified`, `verified`, `licence`, `scored` and `badge`, as `Instrument` has them.
    """
    columns = ["name", "title", "measures", "items", "low", "high", "step", "subscales", "reversed"]
    columns += ["total", "cutoff", "cutoff_verified", "verified", "licence", "scored", "badge"]
    rows = [
        {
            **{column: getattr(scale, column) for column in columns},
            "subscales": ", ".join([*scale.subscales, *scale.sizes]),
            "reversed": ", ".join(map(str, scale.reversed)),
        }
        for scale in known_instruments().values()
    ]
    return pd.DataFrame(rows, columns=columns).astype({"cutoff": "float64"})


def known_instruments() -> dict[str, Instrument]:
    """Those that came with the kit and those that were read here, by their names."""
    return {**_known(), **_read_here}


def instrument_of(ratings: pd.DataFrame) -> Instrument:
    """The one instrument that checked ratings are in: their `instrument` column's, or our own."""
    if "instrument" not in ratings or ratings.empty:
        return instrument("own")
    return instrument(ratings["instrument"].iloc[0])


def _plain(name: str) -> str:
    """A name as it is looked up: "WAI-SR" and "wai sr" are `wai_sr`."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _unreadable(fault: Exception) -> str:
    """Why a file could not be read: the disk, its letters, or no TOML."""
    if isinstance(fault, OSError):
        return "disk"
    return "letters" if isinstance(fault, UnicodeError) else "toml"


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
    except (OSError, ValueError, RecursionError) as fault:
        fix = say(f"instruments.fix.{_unreadable(fault)}")
        raise InstrumentError([say("instruments.file", path=path, fault=fault, fix=fix)]) from None
    name = _plain(path.stem)
    if name in _known():
        raise InstrumentError([say("instruments.taken", name=name, path=path)])
    _read_here[name] = _build(name, entry)
    return _read_here[name]


def _build(name: str, entry: Mapping[str, Any]) -> Instrument:
    from alliance_widgets.tables.instrument_faults import faults_of  # with the first description

    problems = faults_of(name, entry)
    if problems:
        raise InstrumentError(problems)
    settings = dict(entry)
    parts = {part: tuple(numbers) for part, numbers in settings.pop("subscales", {}).items()}
    for each in ("reversed", "statements"):
        settings[each] = tuple(settings.get(each, ()))
    return Instrument(name=name, subscales=parts, **settings)
