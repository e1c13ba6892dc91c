"""Effects beside one another, each with its interval; under them what they come to together."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import figure_axis, for_narrow
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, INK, PAPER, RATERS
from alliance_widgets.charts._drawing.picture import Form, Picture
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["forest", "forest_picture"]

ROW, LINE = 38, 14
LETTERS = 34  # of a name in a line: what the names have beside the plot, and a narrow page over it
OVER, BETWEEN = 11, 30  # on a narrow page: a name above its mark, and room from one row to the next
NORMAL = 1.96
BLUE = RATERS["client"][0]


def forest(table: pd.DataFrame, pooled: pd.Series | None = None) -> Form:
    """A forest plot: a mark and an interval per row, with how many studies and people it rests on.

    Read with care: a narrow interval says that the average is known well, not that the effect is
    strong, nor that the next study will find it.

    Parameters
    ----------
    table : DataFrame
        What `evidence` gives (one measure at a time; a hollow mark could not be checked against the
        paper) or a table of studies with `study`, `n` and `r`, whose intervals are then computed
        with Fisher's z.
    pooled : Series, optional
        What `pool_effects` gives: a diamond as wide as its interval, and under it the line in which
        the true effect of a next study may lie.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    AllianceError
        For a table of neither kind, without rows, or with several measures.
    """
    return forest_picture(table, pooled).chart()


def forest_picture(table: pd.DataFrame, pooled: pd.Series | None = None) -> Picture:
    """`forest`, taken apart."""
    rows = _published(table) if {"effect", "measure"} <= set(table) else _studies(table)
    if rows.empty:
        raise AllianceError([say("forest.empty")])
    tables = {"effects": rows.assign(row=range(len(rows)))}
    labels = [_in_lines(label) for label in rows["label"]]
    labels = [
        f"{label}|{weight}".strip("|") for label, weight in zip(labels, rows["weight"], strict=True)
    ]
    if pooled is not None:
        tables |= _pooled(pooled, len(rows))
        labels += [say("forest.pooled"), say("forest.next")]
    lines = max(label.count("|") for label in labels)
    over = ["|" * (lines - label.count("|")) + label for label in labels]
    names = pd.DataFrame({"row": range(len(labels)), "name": over})
    form = _form(labels, say(f"forest.measure.{rows['measure'].iloc[0]}"), tables)
    return Picture(form, {**tables, "names": names}, _words(rows, pooled))


def _published(table: pd.DataFrame) -> pd.DataFrame:
    measures = table["measure"].unique().tolist()
    if len(measures) > 1:
        raise AllianceError([say("forest.measures", measures=", ".join(measures))])
    one_finding = len(set(table["finding"])) == 1
    rows = table.assign(
        source_short=[_short(source) for source in table["source"]],
        weight=[_counts(k, n) for k, n in zip(table["k"], table["n"], strict=True)],
        hollow=~table["verified"].astype(bool),
    )
    rows["label"] = [
        short if one_finding else f"{finding}|{short}"
        for short, finding in zip(rows["source_short"], rows["finding"], strict=True)
    ]
    rows["note"] = [say("forest.unverified") if hollow else "" for hollow in rows["hollow"]]
    names = ["label", "finding", "source", "measure", "effect", "lower", "upper", "weight"]
    return rows[[*names, "hollow", "note"]].reset_index(drop=True)


def _studies(table: pd.DataFrame) -> pd.DataFrame:
    if not {"study", "n", "r"} <= set(table):
        raise AllianceError([say("forest.columns", found=", ".join(map(str, table.columns)))])
    z, half = np.arctanh(table["r"]), NORMAL / np.sqrt(table["n"] - 3)
    rows = pd.DataFrame(
        {
            "label": table["study"],
            "finding": table["study"],
            "source": table["study"],
            "measure": "r",
            "effect": table["r"],
            "lower": np.tanh(z - half),
            "upper": np.tanh(z + half),
            "weight": [say("forest.people", n=f"{n:,}") for n in table["n"]],
            "hollow": False,
            "note": "",
        }
    )
    return rows.reset_index(drop=True)


def _pooled(pooled: pd.Series, row: int) -> dict[str, pd.DataFrame]:
    middle, low, high = (float(pooled[name]) for name in ("effect", "lower", "upper"))
    diamond = pd.DataFrame(
        {
            "effect": [low, middle, high, middle, low],
            "row": [row, row - 0.28, row, row + 0.28, row],
            "order": range(5),
        }
    )
    ends = [float(pooled["prediction_lower"]), float(pooled["prediction_upper"])]
    following = pd.DataFrame({"lower": ends[:1], "upper": ends[1:], "row": [row + 1]})
    return {"diamond": diamond, "next": following}


def _form(labels: list[str], measure: str, tables: dict[str, pd.DataFrame]) -> alt.LayerChart:
    lines = json.dumps([label.split("|") for label in labels])
    lines_each = max(label.count("|") for label in labels) + 1
    axis = alt.Axis(
        values=list(range(len(labels))),
        labelExpr=f"narrow ? '' : {lines}[datum.value]",
        labelLimit=220,
        labelFontSize=12,
        labelLineHeight=LINE,
        labelOffset=-LINE / 2 * (lines_each - 1),  # the middle of a name beside its row
        ticks=False,
        domain=False,
        grid=False,
        titlePadding=0,
    )
    y = alt.Y(
        "row:Q",
        title=None,
        axis=axis,
        # under a name of three lines the axis needs a little more room than half a row
        scale=alt.Scale(domain=[len(labels) - 0.5 + 0.2 * (lines_each > 2), -0.6], nice=False),
    )
    everything = pd.concat(list(tables.values()))[["effect", "lower", "upper"]].to_numpy(float)
    low, high = min(0.0, float(np.nanmin(everything))), max(0.0, float(np.nanmax(everything)))
    room = 0.06 * (high - low)
    x_scale = alt.Scale(domain=[low - room, high + room], nice=False)

    def at(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=measure, scale=x_scale, axis=figure_axis())

    effects = alt.Chart(alt.NamedData(name="effects")).encode(y=y)
    nothing = (
        alt.Chart(alt.NamedData(name="effects"))
        .mark_rule(strokeDash=[4, 4], color=GREY)
        .encode(x=alt.datum(0))
    )
    said = [
        alt.Tooltip("finding:N", title=say("forest.finding")),
        alt.Tooltip("source:N", title=say("forest.source")),
        alt.Tooltip("effect:Q", title=measure, format=".3f"),
        alt.Tooltip("note:N", title=say("charts.note")),
    ]
    interval = effects.transform_filter("isValid(datum.lower)").mark_rule(color=BLUE, strokeWidth=2)
    marks = effects.mark_point(shape="square", size=90, strokeWidth=2, opacity=1, stroke=BLUE)
    layers = [
        nothing,
        interval.encode(x=at("lower"), x2="upper:Q"),
        marks.encode(
            x=at("effect"),
            fill=alt.condition("datum.hollow", alt.value(PAPER), alt.value(BLUE)),
            tooltip=said,
        ),
    ]
    if "diamond" in tables:
        diamond = alt.Chart(alt.NamedData(name="diamond")).mark_line(
            interpolate="linear-closed", fill=INK, stroke=INK
        )
        following = alt.Chart(alt.NamedData(name="next")).mark_rule(
            color=INK, strokeWidth=2, strokeDash=[7, 4]
        )
        layers += [
            diamond.encode(x=at("effect"), y=y, order="order:Q"),
            following.encode(x=at("lower"), x2="upper:Q", y=y),
        ]
    # Beside a narrow plot a name would leave it no room.
    listed = alt.Chart(alt.NamedData(name="names")).transform_filter("narrow")
    above: dict[str, Any] = {"limit": alt.ExprRef("width"), "dy": -OVER - LINE * (lines_each - 1)}
    name = listed.mark_text(
        align="left", baseline="bottom", lineBreak="|", lineHeight=LINE, color=INK, **above
    )
    layers.append(name.encode(x=alt.value(0), y=y, text="name:N"))
    columns = {
        "finding": say("forest.finding"),
        "source": say("forest.source"),
        "effect": measure,
        "lower": say("forest.lower"),
        "upper": say("forest.upper"),
        "weight": say("forest.weight"),
        "note": say("charts.note"),
    }
    chart = layered(
        *layers,
        height=(ROW + LINE * (lines_each - 2 + (lines_each > 2))) * len(labels),
        room={"left": 4, "right": 16, "top": 6, "bottom": 4},
        read=("effects", columns),
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
    chart.usermeta["alliance"]["narrow_height"] = (LINE * lines_each + BETWEEN) * len(labels)
    return for_narrow(chart)


def _words(rows: pd.DataFrame, pooled: pd.Series | None) -> str:
    if pooled is None:
        values = rows["effect"]
        said = say(
            "forest.words",
            n=len(rows),
            low=f"{values.min():.2f}",
            high=f"{values.max():.2f}",
            measure=say(f"forest.measure.{rows['measure'].iloc[0]}"),
        )
        unsure = int(rows["hollow"].sum())
        return f"{said} {say('forest.hollow', n=unsure)}" if unsure else said
    figures = {
        name: f"{float(pooled[name]):.2f}"
        for name in ("effect", "lower", "upper", "prediction_lower", "prediction_upper")
    }
    return say("forest.words_pooled", n=len(rows), k=int(pooled["k"]), **figures)


def _in_lines(label: str) -> str:
    """A name as many lines long as it takes to be read whole; lines are parted by “|”."""
    lines = [line for part in label.split("|") for line in textwrap.wrap(part, LETTERS)]
    return "|".join(lines)


def _short(source: str) -> str:
    """A source as a text cites it: one author or two, or the first of several, and the year."""
    authors, _, rest = source.partition("(")
    year = re.match(r"\d{4}", rest)
    names = re.split(r", | & | et al\.?| and ", authors.strip())
    two = len(names) == 2 and all(names)
    several = say("forest.et_al", name=names[0])
    first = " & ".join(names) if two or len(names) == 1 else several
    return f"{first} ({year.group()})" if year else first


def _counts(k: Any, n: Any) -> str:
    parts = [] if pd.isna(k) or k <= 1 else [say("forest.studies", n=f"{k:,}")]
    parts += [] if pd.isna(n) else [say("forest.people", n=f"{n:,}")]
    return ", ".join(parts)
