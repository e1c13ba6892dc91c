"""The same clients by every definition of a dropout: a dot for each, and how far apart they lie."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, row_axis, row_scale, share_axis
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import INK, LEFT, NOTE
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = ["definitions_form", "definitions_picture", "definitions_tables", "definitions_words"]

ROW = 48
FOOT = 34  # pixels under the rows, for the distance between the two ends


def definitions_picture(shares: pd.DataFrame) -> Picture:
    """The share that each definition calls dropouts, from what `left_by_definition` gives."""
    form = definitions_form(tuple(shares["group"]))
    return Picture(form, definitions_tables(shares), definitions_words(shares))


@lru_cache(maxsize=8)
def definitions_form(definitions: tuple[str, ...]) -> alt.LayerChart:
    """A row per definition: data `shares` (what `left_by_definition` gives, and `word`) and `apart`
    (low, high, middle, word: of the two ends; and in which rows they are)."""
    foot = ROW * len(definitions)

    def row(field: str) -> alt.Y:
        scale = row_scale(definitions, range=[0, foot])
        axis = row_axis(ROW, labelFontSize=NOTE, labelLimit=260)
        return alt.Y(f"{field}:N", title=None, scale=scale, axis=axis)

    def at(field: str) -> alt.X:
        scale = alt.Scale(domain=[0, 1], nice=False)
        return alt.X(
            f"{field}:Q", title=say("shares.share"), scale=scale, axis=share_axis(grid=False)
        )

    shares = alt.Chart(alt.NamedData(name="shares")).encode(y=row("group"))
    dots = shares.mark_point(size=120, filled=True, opacity=1, color=LEFT, shape="square")
    words = shares.mark_text(align="left", baseline="middle", dx=12, fontSize=NOTE, color=INK)
    ends = alt.Chart(alt.NamedData(name="apart"))
    under = alt.value(foot + FOOT / 2 + 6)
    reach = ends.mark_rule(color=INK, strokeWidth=2).encode(x=at("low"), x2="high:Q", y=under)
    stops = [
        ends.transform_filter("!narrow")
        .mark_rule(color=INK, strokeDash=[2, 3])
        .encode(x=at(end), y=row(f"{end}_in"), y2=under)
        for end in ("low", "high")
    ]
    said = ends.mark_text(baseline="bottom", dy=-5, fontSize=NOTE, fontWeight=600, color=INK)
    columns = {
        "group": say("definitions.definition"),
        "clients": say("shares.clients"),
        "left": say("retention.left"),
        "share": say("shares.share"),
    }
    drawing = layered(
        *stops,
        reach,
        said.encode(x=at("middle"), y=under, text="word:N"),
        dots.encode(x=at("share")),
        words.encode(x=at("share"), text="word:N"),
        height=foot + FOOT,
        room={"left": 4, "right": 20, "top": 10, "bottom": 4},
        read=("shares", columns),
    )
    return for_narrow(drawing)


def definitions_tables(shares: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `definitions_form`, from what `left_by_definition` gives."""
    low, high = shares["share"].min(), shares["share"].max()
    points = round(100 * (high - low))
    rows = shares.set_index("group")["share"]
    ends = {"low": low, "high": high, "middle": (low + high) / 2}
    ends |= {"low_in": rows.idxmin(), "high_in": rows.idxmax()}
    words = [say("definitions.word", share=f"{100 * share:.0f}") for share in shares["share"]]
    return {
        "shares": shares.assign(word=words),
        "apart": pd.DataFrame([{**ends, "word": say("definitions.apart", points=points)}]),
    }


def definitions_words(shares: pd.DataFrame) -> str:
    """The two ends and the distance between them, then every definition."""
    least, most = shares.iloc[0], shares.iloc[-1]
    low, high = 100 * least["share"], 100 * most["share"]
    every = "; ".join(
        say("definitions.each", definition=definition, share=f"{100 * share:.0f}")
        for definition, share in zip(shares["group"], shares["share"], strict=True)
    )
    return say(
        "definitions.words",
        least=least["group"],
        most=most["group"],
        low=f"{low:.0f}",
        high=f"{high:.0f}",
        points=f"{high - low:.0f}",
        every=every,
    )
