"""The same data by several analyses: one row for each that was tried, one dot for each data set."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import figure_axis, for_narrow, row_axis, row_scale
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, GROUPS, INK, NOTE, SMALL
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = ["analyses_form", "analyses_picture", "analyses_words"]

DOT, GAP = 15, 14  # of a row: each of its dots, the room to the next
NARROW_DOT, NAME = 11, 22  # of a row on a narrow page: the same, and a name over them
LINE, CLEAR = 16, 22  # of the key over the drawing: a line of it, and the last above the rows
BESIDE = 50  # pixels that a dot and its figure take to one side


def analyses_picture(
    tried: pd.DataFrame,
    analyses: tuple[str, ...],
    data: tuple[str, ...],
    figure: str,
    ends: tuple[float, float],
) -> Picture:
    """The figures of the analyses `tried` so far, in rows for all of them."""
    form = analyses_form(analyses, data, figure, *ends)
    table = tried[["analysis", "data", "value", "shown"]]
    return Picture(form, {"tried": table}, analyses_words(tried, figure))


@lru_cache(maxsize=8)
def analyses_form(
    analyses: tuple[str, ...],
    data: tuple[str, ...],
    figure: str,
    low: float,
    high: float,
) -> alt.LayerChart:
    """Named rows, as high before the table `tried` (analysis, data, value, shown) has them."""
    row, narrow_row = DOT * len(data) + GAP, NARROW_DOT * len(data) + NAME
    tried = alt.Chart(alt.NamedData(name="tried"))
    rows = alt.Y(
        "analysis:N",
        title=None,
        scale=row_scale(analyses),
        axis=row_axis(narrow_row, labelLimit=300, labelFontSize=NOTE),
    )
    under: dict[str, Any] = {  # under the name of the row, where that stands over it
        "paddingOuter": alt.ExprRef(f"narrow ? {NAME / (2 * NARROW_DOT)} : {GAP / (2 * DOT)}"),
        "align": alt.ExprRef("narrow ? 0.85 : 0.5"),
    }
    beside = alt.YOffset("data:N", scale=alt.Scale(domain=list(data), **under))
    x_scale = alt.Scale(domain=[low, high], nice=False)
    x = alt.X("value:Q", title=figure, scale=x_scale, axis=figure_axis(figure, grid=False))
    looks = GROUPS[: len(data)]
    shape = alt.Scale(domain=list(data), range=[look[2] for look in looks])
    colour = alt.Scale(domain=list(data), range=[look[0] for look in looks])
    base = tried.encode(x=x, y=rows, yOffset=beside)
    size = alt.ExprRef("narrow ? 70 : 110")
    dots = base.mark_point(size=size, filled=True, opacity=1).encode(
        shape=alt.Shape("data:N", scale=shape, legend=None),
        color=alt.Color("data:N", scale=colour, legend=None),
    )
    # Away from the line of nothing, wherever there is room.
    at = "scale('x', datum.value)"
    left = f"({at} > width - {BESIDE} || datum.value < 0 && {at} > {BESIDE})"
    figures = base.mark_text(
        align=alt.ExprRef(f"{left} ? 'right' : 'left'"),
        baseline="middle",
        dx=alt.ExprRef(f"{left} ? -11 : 11"),
        fontSize=alt.ExprRef(f"narrow ? {SMALL} : {NOTE}"),
        color=INK,
    ).encode(text="shown:N")
    # What the dots are is said once, over the drawing.
    key = alt.Chart(alt.sequence(len(data), as_="place"))
    key = key.transform_calculate(data=f"{json.dumps(data)}[datum.place]")
    above = alt.value(alt.ExprRef(f"-{CLEAR} - {LINE} * ({len(data) - 1} - datum.place)"))
    signs = key.mark_point(size=90, filled=True, opacity=1).encode(
        x=alt.value(6), y=above, shape=dots.encoding.shape, color=dots.encoding.color
    )
    listed = key.mark_text(align="left", baseline="middle", fontSize=NOTE).encode(
        x=alt.value(18), y=above, text="data:N", color=dots.encoding.color
    )
    nothing = (
        tried.transform_filter("!narrow")
        .mark_rule(strokeDash=[4, 4], color=GREY)
        .encode(x=alt.datum(0))
    )
    # Where names stand over the dots the line of nothing is at the dots alone.
    at_dots = (
        tried.transform_filter("narrow")
        .mark_tick(orient="vertical", color=GREY, thickness=1, size=NARROW_DOT)
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
        figures,
        signs,
        listed,
        height=row * len(analyses),
        room={"left": 4, "right": 24, "top": 10, "bottom": 4},
        read=("tried", columns),
    )
    return for_narrow(drawing, narrow_row * len(analyses))


def analyses_words(tried: pd.DataFrame, figure: str) -> str:
    """The analysis tried last, in a sentence with every data set's figure."""
    if tried.empty:
        return say("analyses.none_yet")
    last = tried[tried["analysis"] == tried["analysis"].iloc[-1]]
    *others, figures = [
        say("analyses.in_data", value=row.shown, data=row.data) for row in last.itertuples()
    ]
    if others:
        figures = say("analyses.and").join([", ".join(others), figures])
    return say("analyses.words", analysis=last["analysis"].iloc[0], figure=figure, figures=figures)
