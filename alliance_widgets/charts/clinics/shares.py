"""How many of each group left, with how sure one can be: a dot and an interval for every group."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, row_axis, row_scale, share_axis
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, GROUPS, INK, NOTE, SMALL
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = ["shares_form", "shares_picture", "shares_tables"]

ROW = 56
ROOM = 0.66  # up to so high a share the words have room right of the marks


def shares_picture(shares: pd.DataFrame, words: str = "") -> Picture:
    """The share of each group that left, from what `left_by_group` gives."""
    return Picture(shares_form(tuple(shares["group"])), shares_tables(shares), words)


@lru_cache(maxsize=32)
def shares_form(groups: tuple[str, ...]) -> alt.LayerChart:
    """A row per group: data `shares` (group, clients, left, share, lower, upper, word) and `all`
    (share: of everybody, where there are several groups)."""
    looks = GROUPS[: len(groups)]
    domain = list(groups)
    y = alt.Y(
        "group:N",
        title=None,
        scale=row_scale(domain),
        axis=row_axis(ROW, labelFontSize=NOTE, labelLimit=190),
    )

    def at(field: str) -> alt.X:
        scale = alt.Scale(domain=[0, 1], nice=False)
        axis = share_axis()
        return alt.X(f"{field}:Q", title=say("shares.share"), scale=scale, axis=axis)

    shares = alt.Chart(alt.NamedData(name="shares")).encode(y=y)
    there = shares.transform_filter("isValid(datum.share)")
    colour = alt.Color(
        "group:N", scale=alt.Scale(domain=domain, range=[look[0] for look in looks]), legend=None
    )
    shape = alt.Shape(
        "group:N", scale=alt.Scale(domain=domain, range=[look[2] for look in looks]), legend=None
    )
    interval = there.mark_rule(strokeWidth=3, opacity=0.5).encode(
        x=at("lower"), x2="upper:Q", color=colour
    )
    dots = there.mark_point(size=120, filled=True, opacity=1).encode(
        x=at("share"), color=colour, shape=shape
    )
    # In a column of their own right of every mark, or at the end where the marks leave no room.
    written: dict[str, Any] = {"baseline": "middle", "fontSize": NOTE, "color": INK}
    beside = shares.transform_filter("!narrow && isValid(datum.column)").mark_text(
        align="left", dx=14, **written
    )
    at_end = shares.transform_filter("!narrow && !isValid(datum.column)").mark_text(
        align="right", **written
    )
    words = shares.transform_filter("narrow").mark_text(
        align="left", baseline="middle", dx=10, fontSize=NOTE, color=INK
    )
    base = alt.Chart(alt.NamedData(name="all"))
    whole = base.mark_rule(color=GREY, strokeDash=[4, 4]).encode(x=at("share"))
    # Where names stand over the dots it is at the dots alone.
    at_dots = shares.transform_filter("narrow").mark_tick(
        orient="vertical", color=GREY, thickness=1, size=14
    )
    clear = alt.ExprRef("narrow ? -22 : -14")  # of the names and the frame
    whole_word = base.mark_text(
        align="left", baseline="top", dx=4, dy=clear, color=GREY, fontSize=SMALL
    )
    columns = {
        "group": say("retention.group"),
        "clients": say("shares.clients"),
        "left": say("retention.left"),
        "share": say("shares.share"),
        "lower": say("forest.lower"),
        "upper": say("forest.upper"),
    }
    drawing = layered(
        whole.transform_filter("!narrow"),
        at_dots.encode(x=at("whole")),
        whole_word.encode(x=at("share"), y=alt.value(0), text="word:N"),
        interval,
        dots,
        beside.encode(x=at("column"), text="word:N"),
        at_end.encode(x=alt.value("width"), text="word:N"),
        words.encode(x=at("right"), text="word:N"),
        height=ROW * len(groups) + 14,
        room={"left": 4, "right": 20, "top": 22, "bottom": 4},
        read=("shares", columns),
    )
    return for_narrow(drawing)


def shares_tables(shares: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `shares_form` from group, clients, left, share, lower and upper."""
    rows = zip(shares["share"].tolist(), shares["clients"].tolist(), strict=True)
    words = [
        say("shares.word", share=f"{100 * share:.0f}", clients=f"{clients:,}")
        if clients
        else say("shares.nobody")
        for share, clients in rows
    ]
    whole = float(shares["left"].sum()) / max(int(shares["clients"].sum()), 1)
    word = say("shares.all", share=f"{100 * whole:.0f}")
    several = len(shares) > 1
    # Right of the interval, and of the line of everybody.
    ends = shares["upper"].fillna(0.0).clip(lower=whole if several else 0.0)
    right, last = ends.clip(upper=0.62), float(ends.max())
    column = last if last < ROOM else None
    everybody = [{"share": whole, "word": word}] if several else []
    return {
        "shares": shares.assign(
            word=words, right=right, column=column, whole=whole if several else None
        ),
        "all": pd.DataFrame(everybody, columns=["share", "word"]),
    }
