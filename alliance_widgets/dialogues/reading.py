"""Markers and vignettes as they stand in the data folder, or in a folder of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from alliance_widgets.dialogues.files import ANY, FLAG, TEXT, Folder, Kind, VignetteFiles
from alliance_widgets.dialogues.parts import (
    FAMILIES,
    REPLIES,
    SHOWS,
    SPEAKERS,
    STANDINGS,
    Advice,
    Coding,
    Marker,
    Reply,
    Turn,
    Vignette,
)
from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.columns import normal_name
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.words import say

__all__ = ["markers", "vignettes"]

FEWEST_TURNS, MOST_TURNS = 8, 12
Tables = Mapping[str, pd.DataFrame]


def markers(family: str | None = None, folder: Folder = None) -> tuple[Marker, ...]:
    """The withdrawal and confrontation markers and the resolution strategies.

    As a table: `load_data("markers")`. Source: the Rupture Resolution Rating System (3RS) of
    Eubanks and colleagues, restated in the kit's own words; `Marker.verified` says whether it could
    be checked.

    Parameters
    ----------
    family : {"withdrawal", "confrontation", "resolution"}, optional
        Keeps those of one family.
    folder : path, optional
        Where `markers.csv` is read from instead of the shipped one.

    Returns
    -------
    tuple of Marker
        In the order of the file.

    Raises
    ------
    AllianceError
        For an unknown family, and naming every fault of the file.
    """
    if family is not None and normal_name(family) not in FAMILIES:
        choices = ", ".join(FAMILIES)
        raise AllianceError([say("vignettes.unknown_family", family=family, choices=choices)])
    columns: dict[str, Kind] = {
        **{"marker": TEXT, "title": TEXT, "family": FAMILIES},
        **{"sign": TEXT, "example": TEXT, "verified": FLAG},
    }
    files = VignetteFiles(folder)
    table = files.table("markers", columns, ["marker"])
    files.raise_faults()
    every = [Marker(*row) for row in table.itertuples(index=False)]
    return tuple(m for m in every if family is None or m.family == normal_name(family))


def vignettes(folder: Folder = None) -> tuple[Vignette, ...]:
    """The shipped vignettes, or those in a folder of one's own with files of the same names.

    Each shipped file is also a table of `load_data`.

    Read with care: they are invented, and the ratings simulated; see `Vignette`.

    Parameters
    ----------
    folder : path, optional
        Where the files are: `markers.csv`, `vignettes.csv`, `vignette_turns.csv`,
        `vignette_codings.csv`, `vignette_strategies.csv`, `vignette_replies.csv` and
        `vignette_ratings.csv`.

    Returns
    -------
    tuple of Vignette
        In the order of the file.

    Raises
    ------
    AllianceError
        Its `problems` name file, row and cell of all that is faulty; and if every cell is sound,
        all that does not fit together: turns that are not 8 to 12 or do not alternate, a marker
        that does not begin at a client's turn, strategies and replies that lack, an hour that the
        client did not rate.
    """
    families = {marker.name: marker.family for marker in markers(folder=folder)}
    files = VignetteFiles(folder)
    tables = {name: files.table(name, *layout) for name, layout in _layouts(families).items()}
    ratings = files.ratings("vignette_ratings")
    files.raise_faults()
    outlines = tables.pop("vignettes")
    problems = [*_strangers(outlines, tables)]
    together = []
    for row in outlines.to_dict("records"):
        outline = {str(column): value for column, value in row.items()}
        parts = {name: _of(table, outline["vignette"]) for name, table in tables.items()}
        course = ratings[ratings["client"] == outline["client"]].reset_index(drop=True)
        for key, values in _misfits(outline, parts, course):
            problems.append(say(key, vignette=outline["vignette"], **values))
        together.append((outline, parts, course))
    if problems:
        raise AllianceError(problems)
    return tuple(_vignette(*each, families) for each in together)


def _layouts(families: Mapping[str, str]) -> dict[str, tuple[dict[str, Kind], list[str]]]:
    """The columns of each file with the kind of their cells, and those that tell rows apart."""
    strategies = tuple(name for name in families if families[name] == "resolution")
    signs = tuple(name for name in families if families[name] != "resolution")
    turn = range(1, MOST_TURNS + 1)
    return {
        "vignettes": (
            {
                **dict.fromkeys(("vignette", "title", "client", "setting"), TEXT),
                **{"session": range(1, MOST_SESSIONS + 1), "marker": signs},
                **{"onset": turn, "pause": turn, "difference": ANY, "therapist_repairs": FLAG},
                **{"rating_shows": SHOWS, "rating_note": TEXT, "why": TEXT},
                **{"wrong_withdrawal": TEXT, "wrong_confrontation": TEXT},
            },
            ["vignette"],
        ),
        "vignette_turns": (
            {"vignette": TEXT, "turn": turn, "speaker": SPEAKERS, "text": TEXT},
            ["vignette", "turn"],
        ),
        "vignette_codings": (
            {"vignette": TEXT, "marker": signs, "feedback": TEXT},
            ["vignette", "marker"],
        ),
        "vignette_strategies": (
            {"vignette": TEXT, "strategy": strategies, "standing": STANDINGS, "why": TEXT},
            ["vignette", "strategy"],
        ),
        "vignette_replies": (
            {
                **{"vignette": TEXT, "strategy": REPLIES},
                **dict.fromkeys(("therapist_says", "client_says", "may_cost"), TEXT),
            },
            ["vignette", "strategy"],
        ),
    }


def _of(table: pd.DataFrame, vignette: str) -> pd.DataFrame:
    return table[table["vignette"] == vignette].drop(columns="vignette")


def _strangers(outlines: pd.DataFrame, tables: Tables) -> Iterator[str]:
    """A sentence for each vignette that another file names and vignettes.csv does not."""
    for name, table in tables.items():
        for stranger in dict.fromkeys(table["vignette"]):
            if stranger not in set(outlines["vignette"]):
                yield say("vignettes.stranger", file=f"{name}.csv", vignette=stranger)


def _misfits(
    outline: Mapping[str, Any], parts: Tables, course: pd.DataFrame
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What does not fit together in one vignette: keys of the catalogue with their values."""
    turns = parts["vignette_turns"].sort_values("turn")
    speakers = dict(zip(turns["turn"], turns["speaker"], strict=True))
    if not FEWEST_TURNS <= len(turns) <= MOST_TURNS:
        yield "vignettes.turns", {"n": len(turns), "fewest": FEWEST_TURNS, "most": MOST_TURNS}
    if list(speakers) != list(range(1, len(turns) + 1)):
        yield "vignettes.numbers", {"numbers": ", ".join(map(str, speakers))}
    for number in turns["turn"][turns["speaker"] == turns["speaker"].shift()]:
        yield "vignettes.twice_in_a_row", {"turn": number, "speaker": speakers[number]}
    for column in ("onset", "pause"):
        if speakers.get(outline[column]) != "client":
            yield "vignettes.not_the_client", {"column": column, "turn": outline[column]}
    if outline["pause"] < outline["onset"]:
        yield "vignettes.pause", {"pause": outline["pause"], "onset": outline["onset"]}
    if outline["marker"] in set(parts["vignette_codings"]["marker"]):
        yield "vignettes.own_marker", {"marker": outline["marker"]}
    standings = Counter(parts["vignette_strategies"]["standing"])
    if standings["best"] != 1 or not standings["plausible"]:
        yield "vignettes.strategies", {"best": standings["best"], "more": standings["plausible"]}
    lacking = [name for name in REPLIES if name not in set(parts["vignette_replies"]["strategy"])]
    if lacking:
        yield "vignettes.replies", {"strategies": ", ".join(lacking)}
    by_client = course[(course["rater"] == "client") & course["alliance"].notna()]
    if outline["session"] not in set(by_client["session"]):
        yield "vignettes.not_rated", {"client": outline["client"], "session": outline["session"]}


def _vignette(
    outline: Mapping[str, Any], parts: Tables, course: pd.DataFrame, families: Mapping[str, str]
) -> Vignette:
    whole = dict(outline)
    family = families[whole["marker"]]
    wrong = {name: whole.pop(f"wrong_{name}") for name in ("withdrawal", "confrontation")}
    why = whole.pop("why")
    codings = {
        name: Coding(name, "family" if kind == family else "other_family", wrong[kind])
        for name, kind in families.items()
        if kind in wrong
    }
    for name, feedback in parts["vignette_codings"].itertuples(index=False):
        codings[name] = Coding(name, "also", feedback)
    codings[whole["marker"]] = Coding(whole["marker"], "marker", why)
    turns = parts["vignette_turns"].sort_values("turn")
    return Vignette(
        id=whole.pop("vignette"),
        family=family,
        turns=tuple(Turn(*row) for row in turns.itertuples(index=False)),
        codings=codings,
        advice=tuple(Advice(*row) for row in parts["vignette_strategies"].itertuples(index=False)),
        replies=tuple(Reply(*row) for row in parts["vignette_replies"].itertuples(index=False)),
        ratings=course,
        **whole,
    )
