"""The same data by several analyses: one row for each that was tried, one dot for each data set."""

from __future__ import annotations

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

ROW = 64


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
    tried = alt.Chart(alt.NamedData(name="tried"))
    rows = alt.Y(
        "analysis:N",
        title=None,
        scale=alt.Scale(domain=list(analyses)),
        axis=row_axis(ROW, labelLimit=300, labelFontSize=NOTE),
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
        .mark_text(align=align, baseline="middle", dx=away, fontSize=NOTE, color=INK)
        .encode(text="word:N")
        for side, align, away in sides
    ]
    nothing = (
        alt.Chart(alt.NamedData(name="tried"))
        .mark_rule(strokeDash=[4, 4], color=GREY)
        .encode(x=alt.datum(0))
    )
    columns = {
        "analysis": say("analyses.analysis"),
        "data": say("analyses.data"),
        "value": figure,
    }
    drawing = layered(
        nothing,
        dots,
        *names,
        height=ROW * len(analyses),
        room={"left": 4, "right": 24, "top": 10, "bottom": 4},
        read=("tried", columns),
    )
    return for_narrow(drawing)


def analyses_words(tried: pd.DataFrame, figure: str) -> str:
    """The analysis tried last, in a sentence with every data set's figure."""
    if tried.empty:
        return say("analyses.none_yet")
    last = tried[tried["analysis"] == tried["analysis"].iloc[-1]]
    figures = say("analyses.and").join(
        say("analyses.in_data", value=row.shown, data=row.data) for row in last.itertuples()
    )
    return say("analyses.words", analysis=last["analysis"].iloc[0], figure=figure, figures=figures)
