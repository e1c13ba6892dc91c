"""Where the clients of a mean are, session by session, and what the climb of the mean is made of.

As in `trajectory`, a form is the drawing, built once, and a function of tables is pure pandas.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import (
    figure_axis,
    for_narrow,
    row_axis,
    row_scale,
    session_x,
)
from alliance_widgets.charts._drawing.layers import layered, word_at
from alliance_widgets.charts._drawing.palette import (
    ACCENT,
    COMPLETED,
    GREY,
    INK,
    LEFT,
    NOTE,
    PAPER,
    SMALL,
)
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import figure, say

__all__ = [
    "climb_form",
    "climb_picture",
    "climb_tables",
    "climb_words",
    "places_form",
    "places_picture",
    "places_tables",
    "places_words",
]

PLACES_HEIGHT, ROW = 170, 34
NARROW_ROW = 52  # pixels of a row with its name over it
KEY_UP = -10  # pixels over the rows: what a hollow mark is
WIDE, NARROW = 0.42, 0.26
"""Half the width of a column, in sessions: narrow where clients are not in the room any more."""

LOOKS = {
    "rated": (ACCENT, WIDE),
    "unrated": (PAPER, WIDE),
    "completed": (COMPLETED, NARROW),
    "dropped_out": (LEFT, NARROW),
    "ongoing": (GREY, NARROW),
}
"""Place, from the bottom up: its colour and half its width."""
LOWEST = -0.1  # points, the left end of the climb's axis


def places_picture(counts: pd.DataFrame) -> Picture:
    """Where all clients are, session by session, from what `whereabouts` gives."""
    return Picture(places_form(), places_tables(counts), places_words(counts))


def climb_picture(
    parts: pd.DataFrame, as_it_is: pd.DataFrame, last: int, off: Collection[str], high: float
) -> Picture:
    """The climb of a clinic's mean and its parts, without what is `off`, on an axis to `high`."""
    tables = climb_tables(parts, as_it_is)
    return Picture(climb_form(LOWEST, high), tables, climb_words(parts, last, off))


@lru_cache(maxsize=1)
def places_form() -> alt.LayerChart:
    """A column of all clients per session: data `places`, `names` and `counts`, which is read."""
    scale = alt.Scale(domain=list(LOOKS), range=[colour for colour, _ in LOOKS.values()])
    y = alt.Y(
        "bottom:Q",
        title=say("paths.clients"),
        scale=alt.Scale(nice=False),
        axis=alt.Axis(tickCount=4, grid=False),
    )
    columns = (
        alt.Chart(alt.NamedData(name="places"))
        .mark_rect(stroke=INK, strokeWidth=0.6, opacity=1)
        .encode(
            x=session_x("left"),
            x2="right:Q",
            y=y,
            y2="top:Q",
            fill=alt.Fill("place:N", scale=scale, legend=None),
            tooltip=["session:Q", "name:N", "clients:Q"],
        )
    )
    named = alt.Chart(alt.NamedData(name="names"))
    written: dict[str, Any] = {"align": "left", "baseline": "middle", "color": INK}
    beside = named.transform_filter("!narrow").mark_text(**written, dx=6, fontSize=NOTE)
    # Without room beside the columns a key over them, in their order.
    listed = named.transform_filter("narrow").encode(
        y=alt.value(alt.ExprRef("-12 - 16 * datum.key"))
    )
    head = listed.transform_filter("datum.head != ''").encode(
        y=alt.value(alt.ExprRef("-12 - 16 * (datum.key + 1)"))
    )
    signs = listed.mark_point(shape="square", size=90, stroke=INK, strokeWidth=0.6, opacity=1)
    fill = alt.Fill("place:N", scale=scale, legend=None)
    titles = {name: say(f"climb.place.{name}") for name in LOOKS}
    chart = layered(
        columns,
        beside.encode(x=session_x(), y=alt.Y("at:Q"), text="word:N"),
        signs.encode(x=alt.value(6), fill=fill),
        listed.mark_text(**written, fontSize=SMALL).encode(x=alt.value(18), text="word:N"),
        head.mark_text(**written, fontSize=SMALL).encode(x=alt.value(1), text="head:N"),
        height=PLACES_HEIGHT,
        room={"left": 4, "right": 140, "top": 6, "bottom": 4},
        read=("counts", {"session": say("charts.session"), **titles}),
    )
    return for_narrow(chart)


def places_tables(counts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `places_form`, from what `whereabouts` gives."""
    heights = counts[list(LOOKS)]
    tops = heights.cumsum(axis=1)
    long = heights.melt(var_name="place", value_name="clients", ignore_index=False)
    long["top"] = tops.melt(ignore_index=False)["value"]
    long["session"] = counts["session"].reindex(long.index)
    half = long["place"].map({place: width for place, (_, width) in LOOKS.items()})
    long = long.assign(
        name=[say(f"climb.place.{place}") for place in long["place"]],
        bottom=long["top"] - long["clients"],
        left=long["session"] - half,
        right=long["session"] + half,
    )
    long = long[long["clients"] > 0].reset_index(drop=True)
    return {"places": long, "names": _names(long), "counts": counts}


def _names(places: pd.DataFrame) -> pd.DataFrame:
    """What stands beside the last column: its places, none on another."""
    last = places[places["session"] == places["session"].max()].sort_values("bottom")
    room = last["top"].max() * 15 / PLACES_HEIGHT
    at = np.array((last["bottom"] + last["top"]) / 2, dtype=float)
    for i in range(1, len(at)):
        at[i] = max(at[i], at[i - 1] + room)
    words = [
        say("climb.named", name=name, clients=f"{n:,.0f}")
        for name, n in zip(last["name"].tolist(), last["clients"].tolist(), strict=True)
    ]
    return pd.DataFrame(
        {
            **{"session": last["session"] + WIDE, "at": at, "word": words},
            **{"place": last["place"], "key": range(len(last))},
            "head": [""] * (len(last) - 1) + [say("climb.at", session=int(last["session"].max()))],
        }
    )


def places_words(counts: pd.DataFrame) -> str:
    """Where everybody is at the last session shown."""
    last = counts.iloc[-1]
    told = {place: f"{last[place]:,.0f}" for place in LOOKS}
    clients = f"{last[list(LOOKS)].sum():,.0f}"
    said = say("climb.places_words", session=int(last["session"]), clients=clients, **told)
    return f"{said} {say('climb.places_ongoing', **told)}" if last["ongoing"] else said


@lru_cache(maxsize=8)
def climb_form(low: float, high: float) -> alt.LayerChart:
    """The climb and its parts as bars from 0: data `parts`; a hollow mark is the world as it is."""
    axis = row_axis(NARROW_ROW, labelFontSize=NOTE, labelLimit=170)
    order = alt.EncodingSortField(field="order")
    y = alt.Y("name:N", title=None, sort=order, scale=row_scale(), axis=axis)

    def x(field: str) -> alt.X:
        scale = alt.Scale(domain=[low, high], nice=False)
        return alt.X(f"{field}:Q", title=say("climb.points"), scale=scale, axis=figure_axis())

    parts = alt.Chart(alt.NamedData(name="parts")).encode(y=y)
    bars = parts.mark_bar(height=16).encode(
        x=x("points"),
        color=alt.condition("datum.whole", alt.value(INK), alt.value(ACCENT)),
    )
    asis = parts.mark_point(shape="diamond", size=90, strokeWidth=1.6, opacity=1, fill=PAPER)
    # In a column of their own: beside a mark they would be read as that mark's.
    words = parts.mark_text(align="right", baseline="middle", dx=-6, fontSize=NOTE, color=INK)
    # Where names stand over the bars the line of nothing is at the bars alone.
    zero = parts.mark_tick(
        orient="vertical", color=GREY, thickness=1, size=alt.ExprRef(f"narrow ? 20 : {ROW}")
    )
    key = alt.Chart(alt.sequence(1)).encode(x=alt.value(6), y=alt.value(KEY_UP))
    sign = key.mark_point(shape="diamond", size=90, strokeWidth=1.6, opacity=1, fill=PAPER)
    columns = {
        "name": say("climb.part_of"),
        "points": say("climb.points"),
        "as_it_is": say("climb.as_it_is"),
    }
    chart = layered(
        bars,
        zero.encode(x=alt.XDatum(0)),
        asis.encode(x=x("as_it_is"), stroke=alt.value(GREY)),
        words.encode(x=alt.value("width"), text="word:N"),
        sign.encode(stroke=alt.value(GREY)),
        word_at(18, KEY_UP, say("climb.as_it_is_key")),
        height=ROW * 5,
        room={"left": 4, "right": 16, "top": 6, "bottom": 4},
        read=("parts", columns),
    )
    return for_narrow(chart, NARROW_ROW * 5)


def climb_tables(parts: pd.DataFrame, as_it_is: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The table of `climb_form`, from what `climb_parts` gives now and with nothing switched off.

    A part that has nobody in either run is left out.
    """
    now, then = (_with_whole(each) for each in (parts, as_it_is))
    kept = [name for name in now.index if name != "ongoing" or now[name] or then[name]]
    now, then = now[kept], then[kept]
    return {
        "parts": pd.DataFrame(
            {
                "part": kept,
                "name": [say(f"climb.part.{part}") for part in kept],
                "order": range(len(kept)),
                "whole": [part == "climb" for part in kept],
                "points": now.round(4).to_numpy(),
                "as_it_is": then.round(4).to_numpy(),
                "word": [_signed(points) for points in now],
            }
        )
    }


def climb_words(parts: pd.DataFrame, last: int, off: Collection[str] = ()) -> str:
    """The climb and its parts in words, and what is switched off."""
    points = {str(name): _signed(value) for name, value in _with_whole(parts).items()}
    said = [say("climb.words", last=last, **points)]
    switched = [say(f"climb.off.{name}") for name in off]
    said.append(say("climb.switched", off=say("climb.and").join(switched)) if switched else "")
    return " ".join(each for each in said if each)


def _with_whole(parts: pd.DataFrame) -> pd.Series:
    points = parts.set_index("part")["points"]
    found: pd.Series = pd.concat([pd.Series({"climb": points.sum()}), points])
    return found


def _signed(points: Any) -> str:
    """Points to two digits with a sign; a rounded nought has none."""
    rounded = round(float(points), 2)
    return figure(rounded, "+.2f") if rounded else "0.00"
