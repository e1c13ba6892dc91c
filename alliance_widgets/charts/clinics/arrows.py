"""What may be behind an association, as arrows between two words and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, INK, NOTE, PAPER, RATERS
from alliance_widgets.charts._drawing.picture import Form, Picture
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = [
    "REASONS",
    "arrow_sketches",
    "arrows_form",
    "arrows_picture",
    "arrows_tables",
    "arrows_words",
]

REASONS: dict[str, tuple[tuple[str, str], ...]] = {
    "keeps": (("alliance", "leaving"),),
    "person": (("person", "alliance"), ("person", "leaving")),
    "event": (("event", "alliance"), ("event", "leaving")),
    "reverse": (("leaving", "alliance"),),
}
"""The arrows of each reason why a stronger alliance and staying may go together."""

PLACES = {
    "alliance": (0.0, 0.0),
    "leaving": (3.0, 0.0),
    "person": (1.5, 0.9),
    "event": (1.5, -1.0),
}
SHAFTS = ["x", "y", "x2", "y2", "from_letters", "to_letters", "number"]
APART = 0.14  # how far an arrow and the one against it are drawn from one another
WIDE, HIGH, ACROSS = 4.8, 2.9, 2  # of one sketch, and how many stand side by side
ROW = 190  # pixels
BOX, LETTER = 28, 7.2  # of a word: its box is so high, and a letter of it so wide
CLEAR, HEAD = 3, 5  # pixels between an arrow and a box, and of its head before its end


def arrow_sketches(sketches: Mapping[str, Iterable[str]], note: str = "") -> Form:
    """Sketches beside one another, by title; each is drawn from names of `REASONS`.

    Read with care: arrows are what somebody believes, or what was planted; no table shows them.

    Parameters
    ----------
    sketches : mapping of str to names
        The reasons of each sketch ("keeps", "person", "event", "reverse"), by its title.
    note : str, optional
        A sentence that is added to the description.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    AllianceError
        For a reason that is none of them.
    """
    return arrows_picture(sketches, note).chart()


def arrows_picture(sketches: Mapping[str, Iterable[str]], note: str = "") -> Picture:
    """`arrow_sketches`, taken apart."""
    chosen = {title: tuple(reasons) for title, reasons in sketches.items()}
    words = f"{arrows_words(chosen)} {note}".strip()
    return Picture(arrows_form(len(chosen)), arrows_tables(chosen), words)


@lru_cache(maxsize=4)
def arrows_form(sketches: int) -> alt.LayerChart:
    """The drawing of that many sketches: data `shafts`, `names` and, for readers, `sketches`.

    On a narrow page all of them stand under one another.
    """
    rows = -(-sketches // ACROSS)
    wide = f"(narrow ? {WIDE} : {WIDE * min(sketches, ACROSS)})"
    high = f"({HIGH} * (narrow ? {sketches} : {rows}))"
    across: dict[str, Any] = {"axis": None, "title": None}
    down = dict(across)
    plain: dict[str, Any] = {"nice": False, "zero": False}
    far = alt.ExprRef(f"{wide} - 0.9"), alt.ExprRef(f"1.6 - {high}")
    across["scale"] = alt.Scale(domainMin=-0.9, domainMax=far[0], **plain)
    down["scale"] = alt.Scale(domainMin=far[1], domainMax=1.6, **plain)
    x, y = alt.X("at_x:Q", **across), alt.Y("at_y:Q", **down)
    colour = RATERS["client"][0]
    aside = f"(narrow ? {WIDE} * (datum.number % {ACROSS}) : 0)"
    under = f"(narrow ? {HIGH} * (datum.number - floor(datum.number / {ACROSS})) : 0)"
    at = {"at_x": f"datum.x - {aside}", "at_y": f"datum.y - {under}"}
    run = f"(datum.x2 - datum.x) * width / {wide}"
    rise = f"(datum.y2 - datum.y) * height / {high}"
    # From the edge of one box to the edge of the other, as shares of the way between their middles.
    margins = "(narrow ? 8 : 20)"

    def edge(letters: str, gap: int) -> str:
        half = f"({LETTER} * datum.{letters} + {margins}) / 2"
        beyond = f"min({half} / abs({run}), {BOX / 2} / abs({rise}))"
        return f"({beyond} + {gap} / hypot({run}, {rise}))"

    start, end = edge("from_letters", CLEAR), edge("to_letters", CLEAR + HEAD)
    ends = {
        "at_x": f"datum.x + {start} * (datum.x2 - datum.x) - {aside}",
        "at_y": f"datum.y + {start} * (datum.y2 - datum.y) - {under}",
        "to_x": f"datum.x2 - {end} * (datum.x2 - datum.x) - {aside}",
        "to_y": f"datum.y2 - {end} * (datum.y2 - datum.y) - {under}",
    }
    shafts = alt.Chart(alt.NamedData(name="shafts")).transform_calculate(**ends)
    shafts = shafts.encode(x=x, y=y)
    head: dict[str, Any] = {
        "shape": "triangle-up",
        "filled": True,
        "size": 110,
        "opacity": 1,
        "color": colour,
    }
    turned = alt.ExprRef(f"atan2({run}, {rise}) * 180 / PI")
    heads = shafts.mark_point(**head, angle=turned).encode(
        x=alt.X("to_x:Q", **across), y=alt.Y("to_y:Q", **down)
    )
    names = alt.Chart(alt.NamedData(name="names")).transform_calculate(**at)
    names = names.encode(x=x, y=y, text="word:N")
    titles = names.transform_filter("datum.title").mark_text(
        align="left", baseline="middle", fontSize=NOTE, fontWeight=600, color=INK
    )
    boxes = names.transform_filter("!datum.title").mark_rect(
        width=alt.ExprRef(f"{LETTER} * length(datum.word) + {margins}"),
        height=BOX,
        cornerRadius=6,
        fill=PAPER,
        stroke=GREY,
        opacity=1,
    )
    used = names.transform_filter("!datum.title").mark_text(
        align="center", baseline="middle", fontSize=NOTE, color=INK
    )
    read = {"sketch": say("arrows.sketch"), "drawn": say("arrows.drawn")}
    chart = layered(
        shafts.mark_rule(strokeWidth=2, color=colour).encode(x2="to_x:Q", y2="to_y:Q"),
        heads,
        boxes,
        used,
        titles,
        alt.Chart(alt.NamedData(name="sketches")).mark_point(opacity=0, size=0, color=GREY),
        height=ROW * rows,
        room={"left": 4, "right": 4, "top": 4, "bottom": 4},
        read=("sketches", read),
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
    return for_narrow(chart, ROW * sketches)


def arrows_tables(sketches: Mapping[str, Iterable[str]]) -> dict[str, pd.DataFrame]:
    """The tables of `arrows_form`: a row per arrow, per word, and per sketch."""
    shafts, names, read = [], [], []
    for number, (title, reasons) in enumerate(sketches.items()):
        left, down = WIDE * (number % ACROSS), -HIGH * (number // ACROSS)
        arrows = _arrows(reasons)
        words = {"alliance", "leaving", *(start for start, _ in arrows)}
        names.append((left - 0.85, down + 1.42, title, True, number))
        names += [
            (left + x, down + y, say(f"arrows.{word}"), False, number)
            for word, (x, y) in PLACES.items()
            if word in words
        ]
        both = {arrow for arrow in arrows if arrow[::-1] in arrows}
        shafts += [(*_shaft(left, down, *arrow, arrow in both), number) for arrow in arrows]
        read.append((title, _in_words(arrows)))
    return {
        "shafts": pd.DataFrame(shafts, columns=SHAFTS, dtype=float),
        "names": pd.DataFrame(names, columns=["x", "y", "word", "title", "number"]),
        "sketches": pd.DataFrame(read, columns=["sketch", "drawn"]),
    }


def arrows_words(sketches: Mapping[str, Iterable[str]]) -> str:
    """What the sketches show, arrow by arrow."""
    return " ".join(
        say("arrows.words", title=title, arrows=_in_words(_arrows(reasons)))
        for title, reasons in sketches.items()
    )


def _arrows(reasons: Iterable[str]) -> list[tuple[str, str]]:
    chosen = list(reasons)
    unknown = [each for each in chosen if each not in REASONS]
    if unknown:
        known = ", ".join(REASONS)
        raise AllianceError([say("arrows.unknown", given=each, known=known) for each in unknown])
    return [arrow for reason in REASONS if reason in chosen for arrow in REASONS[reason]]


def _in_words(arrows: Iterable[tuple[str, str]]) -> str:
    told = [
        say("arrows.arrow", start=say(f"arrows.{start}"), end=say(f"arrows.{end}"))
        for start, end in arrows
    ]
    return say("arrows.and").join(told) or say("arrows.none")


def _shaft(left: float, down: float, start: str, end: str, beside: bool) -> tuple[float, ...]:
    """From the middle of a word to that of another; two against one another lie `beside`."""
    (x, y), (x2, y2) = PLACES[start], PLACES[end]
    aside = (APART if x2 > x else -APART) if beside else 0.0
    letters = (len(say(f"arrows.{word}")) for word in (start, end))
    return (left + x, down + y + aside, left + x2, down + y2 + aside, *letters)
