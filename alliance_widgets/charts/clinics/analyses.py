"""The same data by several analyses: one row for each that was tried, one dot for each data set."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Literal

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import figure_axis, for_narrow, row_axis
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, GROUPS, INK, NOTE
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = ["analyses_form", "analyses_picture", "analyses_words"]

DOT, GAP, NAME = 16, 14, 22  # of a row: each of its dots, the room to the next, a name over it


def analyses_picture(
    tried: pd.DataFrame,
    analyses: tuple[str, ...],
    data: tuple[str, ...],
    figure: str,
    ends: tuple[float, float],
) -> Picture:
    """The figures of the analyses `tried` so far, in rows for all of them."""
    form = analyses_form(analyses, data, figure, *ends)
    table = tried[["analysis", "data", "value", "word"]]
    return Picture(form, {"tried": table}, analyses_words(tried, figure))


@lru_cache(maxsize=8)
def analyses_form(
    analyses: tuple[str, ...], data: tuple[str, ...], figure: str, low: float, high: float
) -> alt.LayerChart:
    """Named rows, empty until the table `tried` (analysis, data, value, word) has them."""
    row = DOT * len(data) + GAP
    tried = alt.Chart(alt.NamedData(name="tried"))
    rows = alt.Y(
        "analysis:N",
        title=None,
        scale=alt.Scale(domain=list(analyses)),
        axis=row_axis(row + NAME, labelLimit=300, labelFontSize=NOTE),
    )
    beside = alt.YOffset("data:N", scale=alt.Scale(domain=list(data), paddingOuter=0.35))
    x_scale = alt.Scale(domain=[low, high], nice=False)
    x = alt.X("value:Q", title=figure, scale=x_scale, axis=figure_axis(grid=False))
    looks = GROUPS[: len(data)]
    shape = alt.Scale(domain=list(data), range=[look[2] for look in looks])
    colour = alt.Scale(domain=list(data), range=[look[0] for look in looks])
    base = tried.encode(x=x, y=rows, yOffset=beside)
    dots = base.mark_point(size=110, filled=True, opacity=1).encode(
        shape=alt.Shape("data:N", scale=shape, legend=None),
        color=alt.Color("data:N", scale=colour, legend=None),
    )
    middle = (low + high) / 2
    sides: tuple[tuple[str, Literal["left", "right"], int], ...]
    sides = (("<=", "left", 11), (">", "right", -11))
    names = [
        base.transform_filter(f"datum.value {side} {middle}")
        .transform_calculate(
            told=f"narrow && {len(data)} > 1 ? split(datum.word, ' · ')[0] : datum.word"
        )
        .mark_text(align=align, baseline="middle", dx=away, fontSize=NOTE, color=INK)
        .encode(text="told:N")
        for side, align, away in sides
    ]
    # On a narrow page the data are a key over the drawing.
    key = alt.Chart(alt.sequence(len(data), as_="place"))
    key = key.transform_filter(f"narrow && {len(data)} > 1").transform_calculate(
        data=f"{json.dumps(data)}[datum.place]"
    )
    above = alt.value(alt.ExprRef(f"-14 - {DOT} * ({len(data) - 1} - datum.place)"))
    signs = key.mark_point(size=90, filled=True, opacity=1).encode(
        x=alt.value(6), y=above, shape=dots.encoding.shape, color=dots.encoding.color
    )
    listed = key.mark_text(align="left", baseline="middle", fontSize=NOTE, color=INK).encode(
        x=alt.value(18), y=above, text="data:N"
    )
    nothing = (
        tried.transform_filter("!narrow")
        .mark_rule(strokeDash=[4, 4], color=GREY)
        .encode(x=alt.datum(0))
    )
    # Where names stand over the dots the line of nothing is at the dots alone.
    at_dots = (
        tried.transform_filter("narrow")
        .mark_tick(orient="vertical", color=GREY, thickness=1, size=DOT)
        .encode(x=alt.datum(0), y=rows, yOffset=beside)
    )
    columns = {
        "analysis": say("analyses.analysis"),
        "data": say("analyses.data"),
        "value": figure,
    }
    drawing = layered(
        nothing,
        at_dots,
        dots,
        *names,
        signs,
        listed,
        height=row * len(analyses),
        room={"left": 4, "right": 24, "top": 10, "bottom": 4},
        read=("tried", columns),
    )
    return for_narrow(drawing, (row + NAME) * len(analyses))


def analyses_words(tried: pd.DataFrame, figure: str) -> str:
    """The analysis tried last, in a sentence with every data set's figure."""
    if tried.empty:
        return say("analyses.none_yet")
    last = tried[tried["analysis"] == tried["analysis"].iloc[-1]]
    figures = say("analyses.and").join(
        say("analyses.in_data", value=row.shown, data=row.data) for row in last.itertuples()
    )
    return say("analyses.words", analysis=last["analysis"].iloc[0], figure=figure, figures=figures)
