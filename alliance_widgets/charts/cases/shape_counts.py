"""How many clients have a path of which shape: a bar for each shape, with its count."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, INK, NOTE, RATERS
from alliance_widgets.charts._drawing.picture import Form, Picture
from alliance_widgets.errors import AllianceError
from alliance_widgets.trajectories import SHAPES
from alliance_widgets.words import say

__all__ = ["counts_form", "counts_picture", "counts_tables", "counts_words", "shape_counts"]

ROW = 28
BLUE = RATERS["client"][0]
NONE = ("stable", "too_short")
"""What `summarise_trajectories` says where no shape held, or none could."""


def shape_counts(paths: pd.DataFrame) -> Form:
    """A bar for each shape that a path can have: so many clients have it.

    Read with care: where no shape held nothing is shown to have stayed the same, and how many have
    a shape depends on how far the rule lets a path move before it says so.

    Parameters
    ----------
    paths : DataFrame
        What `summarise_trajectories` gives.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    AllianceError
        For a table without shapes, or without rows.
    """
    if "shape" not in paths or not {*paths["shape"]} <= {*SHAPES} or paths.empty:
        raise AllianceError([say("shapecounts.no_shapes")])
    return counts_picture(paths["shape"]).chart()


def counts_picture(shapes: pd.Series) -> Picture:
    """`shape_counts`, taken apart."""
    tables = counts_tables(shapes)
    return Picture(counts_form(), tables, counts_words(tables["counts"]))


@lru_cache(maxsize=1)
def counts_form() -> alt.LayerChart:
    """A row per shape: data `counts` (shape, clients, held)."""
    rows = [say(f"shapecounts.{shape}") for shape in SHAPES]
    axis = alt.Axis(ticks=False, domain=False, labelFontSize=NOTE, labelLimit=190, labelPadding=6)
    counts = alt.Chart(alt.NamedData(name="counts")).encode(
        x=alt.X(
            "clients:Q",
            title=say("shapecounts.clients"),
            axis=alt.Axis(format="d", tickMinStep=1, tickCount=4),
        ),
        y=alt.Y("shape:N", title=None, scale=alt.Scale(domain=rows), axis=axis),
    )
    bars = counts.mark_bar(height=16).encode(
        color=alt.condition("datum.held", alt.value(BLUE), alt.value(GREY))
    )
    said = counts.mark_text(align="left", baseline="middle", dx=6, fontSize=NOTE, color=INK)
    columns = {"shape": say("shapecounts.shape"), "clients": say("shapecounts.clients")}
    return layered(
        bars,
        said.encode(text="clients:Q"),
        height=ROW * len(rows),
        room={"left": 4, "right": 36, "top": 4, "bottom": 4},
        read=("counts", columns),
    )


def counts_tables(shapes: pd.Series) -> dict[str, pd.DataFrame]:
    """The table of `counts_form`, from one shape per client."""
    counts = shapes.value_counts().reindex(list(SHAPES), fill_value=0)
    names = [say(f"shapecounts.{shape}") for shape in SHAPES]
    held = [shape not in NONE for shape in SHAPES]
    return {"counts": pd.DataFrame({"shape": names, "clients": counts.tolist(), "held": held})}


def counts_words(counts: pd.DataFrame) -> str:
    """How many have a shape, and then every count."""
    each = [
        say("shapecounts.each", shape=shape, n=n)
        for shape, n in zip(counts["shape"], counts["clients"].tolist(), strict=True)
    ]
    told = {"n": int(counts.loc[counts["held"], "clients"].sum()), "of": counts["clients"].sum()}
    return say("shapecounts.words", **told, every=say("shapecounts.and").join(each))
