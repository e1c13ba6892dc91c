"""How much of dice a curve accounts for: every throw so far, by how many sessions it saw."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import INK, NOTE, RATERS
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = ["tally_form", "tally_picture", "tally_tables", "tally_words"]

HEIGHT = 220
BLUE = RATERS["client"][0]
ENOUGH = 20
"""Of fewer throws no middle is said."""


def tally_picture(throws: pd.DataFrame, kept: pd.Series, name: str) -> Picture:
    """How much of each throw a curve accounts for, and where the kept case lies among them."""
    tables = tally_tables(throws, kept, name)
    return Picture(tally_form(tuple(throws.columns)), tables, tally_words(throws, kept, name))


@lru_cache(maxsize=4)
def tally_form(firsts: tuple[int, ...]) -> alt.LayerChart:
    """A point per throw and number of sessions: data `throws`, `kept`, `middles`."""
    x_scale = alt.Scale(domain=[0.5, len(firsts) + 0.5], nice=False)
    labels = " : ".join(f"datum.value == {i} ? '{n}'" for i, n in enumerate(firsts, 1))
    axis = alt.Axis(values=list(range(1, len(firsts) + 1)), labelExpr=labels + " : ''", grid=False)
    y_scale = alt.Scale(domain=[0, 100], nice=False)

    def at(field: str) -> dict[str, Any]:
        return {
            "x": alt.X(f"{field}:Q", title=say("tally.sessions"), scale=x_scale, axis=axis),
            "y": alt.Y("curve:Q", title=say("tally.curve"), scale=y_scale),
        }

    throws = alt.Chart(alt.NamedData(name="throws")).encode(**at("place"))
    points = throws.mark_point(size=26, filled=True, color=BLUE, opacity=0.35)
    newest = throws.transform_filter("datum.newest").mark_point(
        size=120, strokeWidth=2, color=INK, opacity=1, shape="circle"
    )
    kept = alt.Chart(alt.NamedData(name="kept"))
    square = kept.mark_point(size=90, shape="square", filled=True, color=INK, opacity=1)
    name = kept.transform_filter("datum.word != ''").mark_text(
        align=alt.ExprRef("narrow ? 'right' : 'left'"),
        dx=alt.ExprRef("narrow ? 12 : 9"),
        dy=alt.ExprRef("narrow ? -15 : 0"),
        fontSize=NOTE,
        fontWeight=600,
        color=INK,
    )
    middles = alt.Chart(alt.NamedData(name="middles"))
    bar = middles.mark_rule(strokeWidth=3, color=INK).encode(**at("left"), x2="right:Q")
    word = middles.mark_text(
        align=alt.ExprRef("narrow ? 'right' : 'left'"),
        dx=alt.ExprRef("narrow ? 0 : 4"),
        dy=alt.ExprRef("narrow ? -10 : 0"),
        baseline="middle",
        fontSize=NOTE,
        color=INK,
    )
    columns = {
        "sessions": say("tally.sessions"),
        "curve": say("tally.middle"),
        "tenth": say("tally.tenth"),
        "kept": say("tally.kept"),
    }
    drawing = layered(
        points,
        newest,
        bar,
        square.encode(**at("place")),
        name.encode(**at("place"), text="word:N"),
        word.encode(**at("right"), text="word:N"),
        height=HEIGHT,
        room={"left": 4, "right": 30, "top": 10, "bottom": 4},
        read=("middles", columns),
    )
    return for_narrow(drawing)


def tally_tables(throws: pd.DataFrame, kept: pd.Series, name: str) -> dict[str, pd.DataFrame]:
    """The tables of `tally_form`.

    `throws` has a row per throw, in the order thrown, and a column per number of sessions with
    the share, in per cent, that the curve accounts for; `kept` the same of the case `name`.
    """
    firsts = list(throws.columns)
    places = dict(zip(firsts, range(1, len(firsts) + 1), strict=True))
    aside = 0.44 * (0.618034 * np.arange(len(throws)) % 1 - 0.5)  # points lie side by side
    rows = throws.assign(aside=aside, newest=np.arange(len(throws)) == len(throws) - 1)
    long = rows.melt(id_vars=["aside", "newest"], var_name="sessions", value_name="curve")
    long["place"] = long["sessions"].map(places).astype(float) + long["aside"]
    x = np.arange(1.0, len(firsts) + 1)
    enough = len(throws) >= ENOUGH
    middle = throws.median().to_numpy() if enough else np.full(len(firsts), np.nan)
    tenth = throws.quantile(0.9).to_numpy() if enough else np.full(len(firsts), np.nan)
    words = [say("tally.at", share=f"{each:.0f}") if enough else "" for each in middle]
    return {
        "throws": long[["place", "curve", "newest"]],
        "kept": pd.DataFrame(
            {"place": x, "curve": kept.to_numpy(), "word": [""] * (len(firsts) - 1) + [name]}
        ),
        "middles": pd.DataFrame(
            {
                **{"sessions": firsts, "curve": middle, "tenth": tenth, "kept": kept.to_numpy()},
                **{"left": x - 0.28, "right": x + 0.28, "word": words},
            }
        ),
    }


def tally_words(throws: pd.DataFrame, kept: pd.Series, name: str) -> str:
    """How well the curve does with dice, and where the kept case lies among them."""
    firsts = list(throws.columns)
    own = {"name": name, "share": f"{kept.iloc[-1]:.0f}", "sessions": firsts[-1]}
    if throws.empty:
        return say("tally.none", **own)
    newest = [say("tally.of", sessions=n, share=f"{throws[n].iloc[-1]:.0f}") for n in firsts]
    said = [say("tally.newest", shares=say("tally.and").join(newest))]
    if len(throws) >= ENOUGH:
        middle = [say("tally.of", sessions=n, share=f"{throws[n].median():.0f}") for n in firsts]
        said.append(say("tally.middles", n=len(throws), shares=say("tally.and").join(middle)))
        as_good = int((throws[firsts[-1]] >= kept.iloc[-1] - 1e-9).sum())
        said.append(say("tally.as_good", n=as_good, of=len(throws), **own))
    return " ".join(said)
