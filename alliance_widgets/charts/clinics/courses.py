"""Clinics beside one another: how long each third stays, and how many of a hundred leave.

As in `trajectory`, a form is the drawing, built once, and a function of tables is pure pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, share_axis
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, GROUPS, INK, NOTE, PAPER, SMALL
from alliance_widgets.charts._drawing.people import PITCH, people
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = [
    "clinics_form",
    "clinics_picture",
    "clinics_tables",
    "clinics_words",
    "hundreds_form",
    "hundreds_picture",
    "hundreds_tables",
]

HEIGHT = 280
FLOORS = (0.5, 0.25)  # where an axis may begin in place of 0, if every curve stays above it,
CLEAR = 0.02  # by so much
LINE = 0.075  # of the height of the curves: one clinic's numbers at risk under them
COUNTED = (4, 8, 12, 16)  # the sessions under which the clients still at risk are counted

SIDE, GAP = 10, 2  # a hundred as ten by ten, and the room to the next hundred
BLOCK = SIDE + GAP
HEAD = 3.6  # in icons: a clinic's name, and two lines for each hundred
ROW = HEAD + SIDE + 1
AWAY = {"highest": -14, "middle": 13, "lowest": 14}  # of a curve's name from the curve, in pixels


@lru_cache(maxsize=8)
def clinics_form(clinics: tuple[str, ...], floor: float = 0.0) -> alt.LayerChart:
    """The share not dropped out, by third of alliance and clinic: data `curves`, `thirds` and
    `at_risk`. The axis begins at `floor`, and says so."""
    colours, dashes, shapes = (list(each) for each in zip(*GROUPS, strict=True))
    n = len(clinics)
    named: dict[str, Any] = {
        "title": None,
        "legend": alt.Legend(orient="top", labelFontSize=NOTE, symbolSize=120, symbolStrokeWidth=2),
    }
    domain = list(clinics)
    colour = alt.Color("clinic:N", scale=alt.Scale(domain=domain, range=colours[:n]), **named)
    dash = alt.StrokeDash("clinic:N", scale=alt.Scale(domain=domain, range=dashes[:n]), **named)
    shape = alt.Shape("clinic:N", scale=alt.Scale(domain=domain, range=shapes[:n]), **named)
    session = alt.X(
        "session:Q",
        title=say("charts.session"),
        scale=alt.Scale(domain=[0, 16.3], nice=False),
        axis=alt.Axis(values=[0, 4, 8, 12, 16], format="d", grid=False),
    )
    title = say("clinics.still_there_from", floor=floor) if floor else ""
    foot = LINE * (n + 1.5)  # under the curves, as a share of their height
    lowest = floor - foot * (1 - floor)
    share = alt.Y(
        "retention:Q",
        title=title or say("clinics.still_there"),
        scale=alt.Scale(domain=[lowest, 1], nice=False),
        axis=share_axis(domain=False, titleAnchor="end"),
    )
    ground = alt.Chart(alt.NamedData(name="thirds")).mark_rule(color=GREY)
    ground = ground.encode(y=alt.datum(floor))
    curves = alt.Chart(alt.NamedData(name="curves")).encode(
        x=session, y=share, color=colour, detail=["third:N", "clinic:N"]
    )
    lines = curves.mark_line(strokeWidth=2, interpolate="step-after").encode(strokeDash=dash)
    points = (
        curves.transform_filter("datum.session % 4 == 0 && datum.session > 0")
        .mark_point(size=55, strokeWidth=2, opacity=1, fill=PAPER)
        .encode(shape=shape)
    )
    names = (
        alt.Chart(alt.NamedData(name="thirds"))
        .mark_text(
            align="right",
            baseline="middle",
            color=INK,
            fontSize=NOTE,
            yOffset=alt.ExprRef("datum.away"),
        )
        .transform_filter("!narrow")
        .encode(x=session, y=share, text="word:N")
    )
    # On a narrow page the names are a list in the room under the curves.
    listed = (
        alt.Chart(alt.NamedData(name="thirds"))
        .transform_filter("narrow")
        .mark_text(align="right", color=INK, fontSize=NOTE)
        .encode(x=alt.value(alt.ExprRef("width")), y=alt.Y("listed:Q"), text="order:N")
    )
    at_risk = alt.Chart(alt.NamedData(name="at_risk"))
    written = at_risk.mark_text(
        baseline="middle", fontSize=SMALL, align=alt.ExprRef("datum.align")
    ).encode(x=session, y=share, text="word:N")
    head = written.transform_filter("!isValid(datum.clinic)").encode(color=alt.value(INK))
    # On a narrow page the first count gives its place to the clinic's name.
    numbers = written.transform_filter(f"!narrow || datum.session != {COUNTED[0]}")
    counts = [
        numbers.transform_filter(alt.datum.clinic == clinic).encode(color=alt.value(its))
        for clinic, its in zip(domain, colours, strict=False)
    ]
    columns = {
        "clinic": say("clinics.clinic"),
        "third_word": say("clinics.third"),
        "session": say("charts.session"),
        "retention": say("clinics.still_there"),
        "at_risk": say("clinics.at_risk"),
    }
    drawing = layered(
        lines,
        ground,
        points,
        names,
        listed,
        head,
        *counts,
        height=round(HEIGHT * (1 + foot)),
        room={"left": 4, "right": 12, "top": 6, "bottom": 4},
        read=("curves", columns),
    )
    return for_narrow(drawing)


def clinics_floor(curves: Mapping[str, pd.DataFrame]) -> float:
    """Where the axis begins: as high as one of `FLOORS` below every curve, else at 0."""
    least = min(float(table["retention"].min()) for table in curves.values())
    return next((floor for floor in FLOORS if least > floor + CLEAR), 0.0)


def clinics_tables(curves: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of `clinics_form`, from each clinic's `retention` by third."""
    parts = []
    for clinic, table in curves.items():
        first = table.drop_duplicates("group").assign(session=0, retention=1.0, left=0)
        parts.append(pd.concat([first, table]).assign(clinic=clinic))
    every = pd.concat(parts).rename(columns={"group": "third"})
    every["third"] = every["third"].astype("str")
    every["third_word"] = every["third"].map(_third_words())
    every = every.sort_values(["clinic", "third", "session"], kind="stable").reset_index(drop=True)
    ends = every.drop_duplicates(["clinic", "third"], keep="last")
    # The name of the strongest stands over its curves, each other one under them.
    thirds = ends.groupby("third", as_index=False).agg(
        session=("session", "mean"), over=("retention", "max"), retention=("retention", "min")
    )
    thirds["retention"] = thirds["retention"].mask(thirds["third"] == "highest", thirds["over"])
    thirds["word"], thirds["away"] = (
        thirds["third"].map(_third_words()),
        thirds["third"].map(AWAY),
    )
    rank = thirds["third"].map({third: n for n, third in enumerate(AWAY)})
    floor = clinics_floor(curves)
    thirds["listed"] = floor + (1 - floor) * (0.2 - 0.08 * rank)
    words = say("clinics.from_the_top") + " " + thirds["word"]
    thirds["order"] = thirds["word"].mask(rank == 0, words)
    columns = ["clinic", "third", "third_word", "session", "retention", "at_risk"]
    return {"curves": every[columns], "thirds": thirds, "at_risk": _at_risk(every, floor)}


def _third_words() -> dict[str, str]:
    return {third: say(f"clinics.{third}") for third in ("lowest", "middle", "highest")}


def _at_risk(every: pd.DataFrame, floor: float) -> pd.DataFrame:
    """How many clients of each clinic are still at risk, in rows under the curves."""
    sums = every.groupby(["clinic", "session"])["at_risk"].sum()
    row = LINE * (1 - floor)
    rows = [(0.2, floor - 0.8 * row, say("retention.head"), "left", None)]
    for place, clinic in enumerate(dict.fromkeys(every["clinic"])):
        height = floor - row * (place + 1.8)
        rows.append((0.2, height, clinic, "left", clinic))
        for session in COUNTED:
            if (clinic, session) in sums.index:
                count = f"{int(sums[clinic, session]):,}"
                align = "center" if session < 16 else "right"
                rows.append((session, height, count, align, clinic))
    columns = ["session", "retention", "word", "align", "clinic"]
    return pd.DataFrame(rows, columns=columns)


def clinics_words(curves: Mapping[str, pd.DataFrame]) -> str:
    """What `clinics_form` shows: per clinic, how many of each third are left at the end."""
    parts = []
    for clinic, table in curves.items():
        ends = table.drop_duplicates("group", keep="last").set_index("group")["retention"]
        shares = {str(third): f"{100 * share:.0f}" for third, share in ends.items()}
        parts.append(say("clinics.words_of", clinic=clinic, **shares))
    said = say("clinics.words", clinics=say("clinics.and").join(parts))
    return f"{said} {say('clinics.of_whom')}"


def clinics_picture(curves: Mapping[str, pd.DataFrame]) -> Picture:
    """Each clinic's retention by third, side by side."""
    form = clinics_form(tuple(curves), clinics_floor(curves))
    return Picture(form, clinics_tables(curves), clinics_words(curves))


def hundreds_picture(counts: pd.DataFrame, words: str) -> Picture:
    """How many of a hundred leave now, were said to, and then did: a row per clinic."""
    moved = [
        say("clinics.moved", clinic=clinic, now=f"{now:g}", then=f"{then:g}")
        for clinic, now, then in zip(counts["clinic"], counts["now"], counts["then"], strict=True)
    ]
    said = f"{say('clinics.and').join(moved)}. {words}"
    return Picture(hundreds_form(len(counts)), hundreds_tables(counts), said)


@lru_cache(maxsize=4)
def hundreds_form(clinics: int) -> alt.LayerChart:
    """Rows of a hundred clients each, those who leave filled: data `icons` and `names`."""
    columns, rows = 3 * BLOCK - GAP, clinics * ROW - 1
    wide = alt.ExprRef(f"min(width, {columns * PITCH})")
    across = alt.X(
        "x:Q",
        axis=None,
        scale=alt.Scale(domain=[-0.6, columns - 0.4], range=[0, wide], nice=False, zero=False),
    )
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[rows, -0.6], nice=False, zero=False))
    icons = alt.Chart(alt.NamedData(name="icons")).encode(x=across, y=down)
    room = f"min({PITCH}, width / {columns})"
    names = (
        alt.Chart(alt.NamedData(name="names"))
        .mark_text(align="left", baseline="middle", color=INK, fontSize=NOTE, dx=-5)
        .encode(x=across, y=down, text="word:N")
    )
    bold = names.transform_filter("datum.bold").mark_text(
        align="left", baseline="middle", color=INK, fontSize=NOTE, fontWeight=600, dx=-5
    )
    read = {
        "clinic": say("clinics.clinic"),
        "now": say("clinics.now"),
        "said": say("clinics.said"),
        "then": say("clinics.then"),
    }
    return layered(
        *people(icons, "leaves", room),
        names.transform_filter("!datum.bold"),
        bold,
        alt.Chart(alt.NamedData(name="counts")).mark_point(opacity=0, size=0),
        height=round(rows * PITCH),
        room={"left": 4, "right": 4, "top": 6, "bottom": 2},
        read=("counts", read),
    )


def hundreds_tables(counts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `hundreds_form`.

    `counts` has a row per clinic: `clinic`, and how many of a hundred leave `now`, were `said` to
    leave (missing without a prediction) and `then` did.
    """
    icons, names = [], []
    place = np.arange(100)
    for row, each in enumerate(counts.to_dict("records")):
        top = row * ROW
        names.append((0.0, top, str(each["clinic"]), True))
        for block, moment in enumerate(("now", "said", "then")):
            left, many = block * BLOCK, each[moment]
            names.append((left, top + 1.15, say(f"clinics.{moment}_name"), False))
            if pd.isna(many):
                names.append((left, top + 2.3, say("clinics.unsaid"), False))
                continue
            names.append((left, top + 2.3, say("clinics.many", many=f"{many:g}"), True))
            icons.append(
                pd.DataFrame(
                    {
                        "x": left + place % SIDE,
                        "y": top + HEAD + place // SIDE,
                        "leaves": place < round(many),
                    }
                )
            )
    return {
        "icons": pd.concat(icons, ignore_index=True),
        "names": pd.DataFrame(names, columns=["x", "y", "word", "bold"]),
        "counts": counts,
    }
