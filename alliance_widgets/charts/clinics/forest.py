"""Effects beside one another, each with its interval; under them what they come to together."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from functools import partial
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.charts._drawing.axes import figure_axis, for_narrow
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import FAINT, GREY, INK, NOTE, PAPER, RATERS
from alliance_widgets.charts._drawing.picture import Form, Picture
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import coefficient, figure, of_coefficient, say

__all__ = ["forest", "forest_picture"]

ROW, LINE = 40, 15
LETTERS = 34  # of a name in a line: what the names have beside the plot, and a narrow page over it
OVER, BETWEEN = 9, 34  # on a narrow page: a name above its mark, and room from one row to the next
AT_MARK = 24  # pixels of the line of nothing at a mark, where names stand over the marks
TOGETHER = 44  # letters of a line of a name and of the figures that stand beside it there
VIEW = 600  # pixels of height that a phone shows
GROUND = 8  # of paper around a name, on which no line is seen
DIGIT = 8  # pixels, in a figure beside a row
NORMAL = 1.96
NOTHING: dict[str, float | None] = {"rate": None, "hazard_ratio": 1.0}  # elsewhere it is 0
TINY = 1e-9
MOST_SAID = 16  # rows that are said one by one: of more a table is read
NAMED = 3  # rows that a sentence names; of more it says how many
BLUE = RATERS["client"][0]


def forest(table: pd.DataFrame, pooled: pd.Series | None = None) -> Form:
    """A forest plot: a mark and an interval per row, both in figures too, and what it rests on.

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
    labels = [
        "|".join(filter(None, (label, weight)))
        for label, weight in zip(rows["label"], rows["weight"], strict=True)
    ]
    figures = rows[["effect", "lower", "upper"]].to_numpy(float)
    exact = pooled is None and all(map(_has_thousandths, figures))
    write = partial(_writer(rows), form=".3f" if exact else ".2f")
    values = [_in_figures(write, *each) for each in figures.tolist()]
    if pooled is not None:
        tables |= _pooled(pooled, len(rows))
        many = say("forest.studies", n=int(pooled["k"]))
        labels += [f"{say('forest.pooled')}|{many}", say("forest.next")]
        ends = pooled[["prediction_lower", "prediction_upper"]]
        known = pooled[["effect", "lower", "upper"]]
        values += [_in_figures(write, *known), _in_figures(write, None, *ends)]
    names = pd.DataFrame({"row": range(len(labels)), "name": labels, "value": values})
    tables["names"] = _listed(names)
    said = _words(rows, pooled)
    if len(labels) <= MOST_SAID:
        said = f"{said} {_row_by_row(labels, values)}"
    return Picture(_form(labels, rows, tables), tables, said)


def _listed(names: pd.DataFrame) -> pd.DataFrame:
    """How a narrow page lists names, their figures beside a line that has room for them in all."""
    up = names["name"].str.count(r"\|") * LINE
    first, last = names["name"].str.partition("|")[0], names["name"].str.rpartition("|")[2]
    for beside, end_up in ((last, 0), (first, up)):
        if (beside.str.len() + names["value"].str.len()).max() <= TOGETHER:
            return names.assign(end=names["value"], up=up, end_up=end_up)
    under = names["name"] + "|" + names["value"]
    return names.assign(name=under, end="", up=up + LINE, end_up=0)


def _published(table: pd.DataFrame) -> pd.DataFrame:
    measures = table["measure"].unique().tolist()
    if len(measures) > 1:
        raise AllianceError([say("forest.measures", measures=", ".join(measures))])
    common = _common(table["finding"])
    rows = table.assign(
        weight=[_counts(k, n) for k, n in zip(table["k"], table["n"], strict=True)],
        hollow=~table["verified"].astype(bool),
    )
    rows["label"] = [
        "|".join(filter(None, (_short(source), own) if common else (own, _short(source))))
        for source, own in zip(rows["source"], _own(table["finding"]), strict=True)
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
            "row": [row, row - 0.15, row, row + 0.15, row],
            "order": range(5),
        }
    )
    ends = [float(pooled["prediction_lower"]), float(pooled["prediction_upper"])]
    following = pd.DataFrame({"lower": ends[:1], "upper": ends[1:], "row": [row + 1]})
    return {"diamond": diamond, "next": following}


def _form(labels: list[str], rows: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> alt.LayerChart:
    measure = say(f"forest.measure.{rows['measure'].iloc[0]}")
    common = _common(rows["finding"])
    titled = say("forest.titled", measure=measure, finding=common) if common else measure
    nowhere = _nothing(rows)
    lines = json.dumps([label.split("|") for label in labels])
    lines_each = max(label.count("|") for label in labels) + 1
    axis = alt.Axis(
        values=list(range(len(labels))),
        labelExpr=f"narrow ? '' : {lines}[datum.value]",
        labelLimit=240,
        labelFontSize=NOTE,
        labelLineHeight=LINE,
        labelOffset=-LINE / 2 * (lines_each - 1),  # the middle of a name beside its row
        ticks=False,
        domain=False,
        grid=False,
        titlePadding=0,
    )
    # under a name of three lines the axis needs a little more room than half a row
    lowest = len(labels) - 0.5 + 0.2 * (lines_each > 2)
    rows_scale = alt.Scale(domain=[lowest, -0.6], nice=False)
    # A narrow page gives each row the room that its own name takes over the mark.
    ends = (tables["names"]["up"] + LINE + BETWEEN).cumsum()
    narrow_height = int(ends.iloc[-1])
    places = ((ends - BETWEEN / 2) * (lowest + 0.6) / narrow_height - 0.6).round(3).tolist()
    place = f"narrow ? {places}[round(datum.row)] + datum.row - round(datum.row) : datum.row"
    y = alt.Y("place:Q", title=None, axis=axis, scale=rows_scale)

    def rows_of(table: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=table)).transform_calculate(place=place)

    drawn = pd.concat([table for name, table in tables.items() if name != "names"])
    everything = [*drawn[["effect", "lower", "upper"]].to_numpy(float).ravel(), nowhere or 0.0]
    low, high = float(np.nanmin(everything)), float(np.nanmax(everything))
    room = 0.06 * (high - low)
    x_scale = alt.Scale(domain=[low - room, high + room], nice=False)

    def at(field: str, axis: alt.Axis | None = None) -> alt.X:
        return alt.X(f"{field}:Q", title=titled, scale=x_scale, axis=axis)

    # What is higher than a phone's view has its figures over it too.
    bare: dict[str, Any] = {"title": None, "grid": False, "domain": False, "ticks": False}
    high_up = figure_axis(measure, orient="top", offset=8, **bare)
    over_it = high_up if narrow_height > VIEW else None
    effects, listed = rows_of("effects").encode(y=y), rows_of("names").encode(y=y)
    said = [
        alt.Tooltip("finding:N", title=say("forest.finding")),
        alt.Tooltip("source:N", title=say("forest.source")),
        alt.Tooltip("effect:Q", title=measure, format=".3f"),
        alt.Tooltip("note:N", title=say("charts.note")),
    ]
    interval = effects.transform_filter("isValid(datum.lower)").mark_rule(color=BLUE, strokeWidth=2)
    marks = effects.mark_point(shape="square", size=90, strokeWidth=2, opacity=1, stroke=BLUE)
    layers = []
    if nowhere is not None:
        # Where names stand over the marks it is at the marks alone, and strikes no name.
        at_nothing = alt.XDatum(nowhere, axis=None)
        whole = alt.Chart(alt.NamedData(name="effects")).transform_filter("!narrow")
        whole = whole.mark_rule(strokeDash=[4, 4], color=GREY)
        at_marks = listed.transform_filter("narrow")
        at_marks = at_marks.mark_tick(orient="vertical", color=GREY, thickness=1, size=AT_MARK)
        layers += [whole.encode(x=at_nothing), at_marks.encode(x=at_nothing)]
    layers += [
        interval.encode(x=at("lower", figure_axis(measure)), x2="upper:Q"),
        marks.encode(
            x=at("effect", over_it),
            fill=alt.condition("datum.hollow", alt.value(PAPER), alt.value(BLUE)),
            tooltip=said,
        ),
    ]
    if "diamond" in tables:
        diamond = rows_of("diamond").mark_line(interpolate="linear-closed", fill=INK, stroke=INK)
        following = rows_of("next").mark_rule(color=INK, strokeWidth=2, strokeDash=[7, 4])
        layers += [
            diamond.encode(x=at("effect"), y=y, order="order:Q"),
            following.encode(x=at("lower"), x2="upper:Q", y=y),
        ]
    # Beside a narrow plot they would leave it no room: there they stand over the marks.
    over = listed.transform_filter("narrow")
    above: dict[str, Any] = {"baseline": "bottom", "lineBreak": "|", "lineHeight": LINE}
    above |= {"color": INK, "limit": alt.ExprRef("width")}
    up, end_up = (alt.ExprRef(f"-{OVER} - datum.{field}") for field in ("up", "end_up"))
    between = over.transform_filter("datum.row > 0").mark_rule(
        color=FAINT, yOffset=alt.ExprRef(f"-{OVER + LINE + 5} - datum.up")
    )
    layers.append(between.encode(x=alt.value(0), x2=alt.value("width")))
    ground: dict[str, Any] = {"stroke": PAPER, "strokeWidth": GROUND, "strokeJoin": "round"}
    sides: Any = (("left", 0, "name:N", up), ("right", alt.ExprRef("width"), "end:N", end_up))
    layers += [
        over.mark_text(align=side, dy=dy, **above, **under).encode(x=alt.value(x), text=field)
        for under in (ground, {})
        for side, x, field, dy in sides
    ]
    beside: dict[str, Any] = {"align": "left", "color": INK, "fontSize": NOTE}
    at_end = alt.value(alt.ExprRef("width + 12"))
    figures = listed.transform_filter("!narrow").mark_text(baseline="middle", **beside)
    head = alt.Chart(alt.NamedData(name="names")).transform_filter("!narrow && datum.row == 0")
    head = head.mark_text(baseline="bottom", fontWeight=600, dy=2, **beside)
    layers += [
        figures.encode(x=at_end, text="value:N"),
        head.encode(x=at_end, y=alt.value(0), text=alt.value(say("forest.head"))),
    ]
    longest = max(tables["names"]["value"].str.len().max(), len(say("forest.head")))
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
        room={"left": 4, "right": 12 + DIGIT * int(longest), "top": 12, "bottom": 4},
        read=("effects", columns),
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
    return for_narrow(chart.resolve_axis(x="independent"), narrow_height)


def _words(rows: pd.DataFrame, pooled: pd.Series | None) -> str:
    if pooled is not None:
        figures = {name: coefficient(pooled[name]) for name in ("effect", "lower", "upper")}
        ends = {"low": coefficient(pooled["prediction_lower"])}
        ends["high"] = coefficient(pooled["prediction_upper"])
        return say("forest.words_pooled", n=len(rows), k=int(pooled["k"]), **figures, **ends)
    said = _finding(rows)
    unsure = int(rows["hollow"].sum())
    return f"{said} {say('forest.hollow', n=unsure)}" if unsure else said


def _row_by_row(labels: list[str], values: list[str]) -> str:
    """Each row with its figures, as the drawing has them."""
    rows = [
        say("forest.row", name=label.replace("|", ", "), value=value)
        for label, value in zip(labels, values, strict=True)
    ]
    return say("forest.rows", rows="; ".join(rows))


def _finding(rows: pd.DataFrame) -> str:
    """The one thing to see: whether all lie on one side of nothing, and which might not."""
    nowhere, values = _nothing(rows), rows["effect"]
    write = _writer(rows)
    ends = {"n": len(rows), "low": write(values.min()), "high": write(values.max())}
    if nowhere is None:
        return say("forest.words", **ends)
    known = rows[rows["lower"].notna()]
    holding = known[(known["lower"] <= nowhere) & (nowhere <= known["upper"])]
    if holding.empty:
        above = "forest.both_above" if len(rows) == 2 else "forest.all_above"
        return say(above if values.min() > nowhere else "forest.words", **ends)
    own = zip(_own(rows["finding"]), rows["source"], strict=True)
    named = [finding or source for finding, source in own]
    names = pd.Series(named, index=rows.index)[holding.index].tolist()
    told = {"n": len(names), "of": len(known), "names": say("forest.and").join(names)}
    return say("forest.holding" if len(names) <= NAMED else "forest.many_holding", **told)


def _nothing(rows: pd.DataFrame) -> float | None:
    """Where nothing would be found; a share has no such place."""
    return NOTHING.get(rows["measure"].iloc[0], 0.0)


def _common(findings: pd.Series) -> str:
    """What all rows are about, said once: up to a comma, where each goes on by itself."""
    heads = {finding.partition(", ")[0] for finding in findings}
    return heads.pop() if len(heads) == 1 else ""


def _own(findings: pd.Series) -> list[str]:
    """What a row says of itself beside what all are about."""
    common = _common(findings)
    return [finding.partition(", ")[2] if common else finding for finding in findings]


def _has_thousandths(figures: npt.NDArray[np.float64]) -> bool:
    """Whether a source gives them to three decimals; what is computed has more."""
    known = [float(each) for each in figures if pd.notna(each)]
    thousandths = [round(each, 3) != round(each, 2) for each in known]
    return any(thousandths) and all(abs(each - round(each, 3)) < TINY for each in known)


def _writer(rows: pd.DataFrame) -> Callable[..., str]:
    """How figures of this measure are written."""
    measure = say(f"forest.measure.{rows['measure'].iloc[0]}")
    return coefficient if of_coefficient(measure) else figure


def _in_figures(
    write: Callable[[float], str], effect: float | None, lower: float, upper: float
) -> str:
    """An effect with its interval, as far as known: a column has all of them in one way."""
    known = [float(each) for each in (effect, lower, upper) if each is not None and pd.notna(each)]
    written = [write(each) for each in known]
    interval = [] if pd.isna(lower) else [f"[{written[-2]}, {written[-1]}]"]
    return " ".join([*([] if effect is None else written[:1]), *interval])


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
