"""How treatments end: dropping out and completing fill the picture to a hundred per cent."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, share_axis
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import BAND, COMPLETED, GREY, INK, LEFT, NOTE, PAPER
from alliance_widgets.charts._drawing.picture import Form, Picture
from alliance_widgets.charts.clinics.retention import names_apart
from alliance_widgets.errors import CourseError
from alliance_widgets.words import say

__all__ = [
    "incidence_curve",
    "incidence_form",
    "incidence_picture",
    "incidence_tables",
    "incidence_words",
]

HEIGHT = 280
ROOM = 170  # pixels for names on the right
LINE = 18  # pixels of the key over a narrow drawing
BANDS = ("dropped_out", "still_there", "completed")
LEAST = 0.005  # a share that is more than none of 100
STAY = 0.6  # sessions after the last one through which its shares are drawn


def incidence_curve(
    table: pd.DataFrame, group: str | None = None, retention: pd.DataFrame | None = None
) -> Form:
    """Three bands that fill to 100 %: dropped out, still in treatment, completed.

    Read with care: the bands count clients at their ends, so the lowest is the share that a
    clinic sees drop out. Where the dashed line runs above it, that is not dropout: it is what
    would be if nobody could complete, and if those who completed had been as likely to leave as
    the rest.

    Parameters
    ----------
    table : DataFrame
        What `cumulative_incidence` gives.
    group : str, optional
        The group that is drawn, where there are several.
    retention : DataFrame, optional
        What `retention` gives of the same courses: 1 minus the curve of staying is drawn over the
        bands, dashed.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    CourseError
        For a table that is none of these, several groups without a choice, and a group that is not
        there.
    """
    return incidence_picture(table, group, retention).chart()


def incidence_picture(
    table: pd.DataFrame, group: str | None = None, retention: pd.DataFrame | None = None
) -> Picture:
    """`incidence_curve`, taken apart."""
    tables = incidence_tables(table, group, retention)
    last = round(tables["bands"]["session"].max() - STAY)
    return Picture(incidence_form(last), tables, incidence_words(tables))


@lru_cache(maxsize=8)
def incidence_form(last: int) -> alt.LayerChart:
    """The drawing of `incidence_curve`.

    Its data: `bands`, `names`, `key`, `curve`, and `told` to read.
    """
    colours = [LEFT, BAND, COMPLETED]
    scale = alt.Scale(domain=list(BANDS), range=colours)
    x = alt.X(
        "session:Q",
        title=say("retention.session"),
        scale=alt.Scale(domain=[0, last + STAY], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, grid=False),
    )
    axis = share_axis(grid=False)
    y_scale = alt.Scale(domain=[0, 1], nice=False)

    def height(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=say("incidence.share"), scale=y_scale, axis=axis)

    bands = alt.Chart(alt.NamedData(name="bands")).encode(x=x)
    areas = bands.mark_area(interpolate="step-after", opacity=0.9, stroke=PAPER, strokeWidth=1)
    areas = areas.encode(
        y=height("bottom"), y2="top:Q", color=alt.Color("band:N", scale=scale, legend=None)
    )
    # Names stand on the ground of the page: at the right of their bands, on a narrow page over all.
    beside = alt.Chart(alt.NamedData(name="names")).encode(x=x, y=height("at"))
    label: dict[str, Any] = {"baseline": "middle", "fontSize": NOTE, "color": INK}
    names = beside.transform_filter("!narrow").mark_text(
        **label,
        align=alt.ExprRef("datum.align"),
        dx=alt.ExprRef("datum.align == 'left' ? 8 : 0"),
        fontWeight=alt.ExprRef("datum.band ? 600 : 400"),
    )
    curve = alt.Chart(alt.NamedData(name="curve")).encode(x=x, y=height("overstated"))
    steps = curve.mark_line(interpolate="step-after", color=PAPER, strokeWidth=6)
    dashed = curve.mark_line(interpolate="step-after", color=INK, strokeWidth=2, strokeDash=[6, 4])
    key = alt.Chart(alt.NamedData(name="key")).transform_filter("narrow")
    above = alt.value(alt.ExprRef(f"-14 - {LINE} * datum.place"))
    filled = key.transform_filter("datum.band").mark_point(
        shape="square", size=110, filled=True, opacity=1, stroke=GREY, strokeWidth=1
    )
    filled = filled.encode(
        x=alt.value(8), y=above, fill=alt.Fill("band:N", scale=scale, legend=None)
    )
    stroke = key.transform_filter("!datum.band").mark_rule(
        color=INK, strokeWidth=2, strokeDash=[6, 4]
    )
    listed = key.mark_text(**label, align="left").encode(x=alt.value(24), y=above, text="word:N")
    columns = {
        "session": say("retention.session"),
        "name": say("incidence.band"),
        "share": say("incidence.share"),
    }
    drawing = layered(
        areas,
        steps,
        dashed,
        names.encode(text="word:N"),
        filled,
        stroke.encode(x=alt.value(0), x2=alt.value(16), y=above),
        listed,
        height=HEIGHT,
        room={"left": 4, "right": ROOM, "top": 10, "bottom": 4},
        read=("told", columns),
    )
    return for_narrow(drawing)


def incidence_tables(
    table: pd.DataFrame, group: str | None = None, retention: pd.DataFrame | None = None
) -> dict[str, pd.DataFrame]:
    """The tables of `incidence_form`, for one group."""
    needed = {"group", "session", "ending", "incidence"}
    if not needed <= set(table):
        missing = ", ".join(sorted(needed - set(table)))
        raise CourseError([say("incidence.columns", missing=missing)])
    groups = list(dict.fromkeys(table["group"].astype(str)))
    chosen = groups[0] if group is None and len(groups) == 1 else str(group)
    if chosen not in groups:
        raise CourseError([say("incidence.choose", groups=", ".join(groups))])
    mine = table[table["group"].astype(str) == chosen]
    ends = mine.set_index(["session", "ending"])["incidence"].unstack()  # noqa: PD010
    if ends.index[0] > 0:
        ends.loc[0] = 0.0
        ends = ends.sort_index()
    ends.loc[ends.index[-1] + STAY] = ends.iloc[-1]
    gone, done = ends["dropped_out"].to_numpy(float), ends["completed"].to_numpy(float)
    edges = {
        "dropped_out": (np.zeros_like(gone), gone),
        "still_there": (gone, 1 - done),
        "completed": (1 - done, np.ones_like(done)),
    }
    bands = pd.concat(
        [
            pd.DataFrame(
                {
                    **{"band": band, "name": say(f"incidence.{band}"), "session": ends.index},
                    **{"bottom": bottom, "top": top, "share": np.maximum(top - bottom, 0)},
                }
            )
            for band, (bottom, top) in edges.items()
        ],
        ignore_index=True,
    )
    curve = _overstated(retention, chosen)
    # The last stretch is drawn, and is no session: who reads the table meets none of it.
    told = bands[bands["session"] < bands["session"].max()]
    return {
        "bands": bands,
        "told": told[["session", "name", "share"]],
        **_named(bands, curve),
        "curve": curve,
    }


def _named(bands: pd.DataFrame, curve: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The names beside the bands, and the key of a page that has no room for them."""
    ends = bands.drop_duplicates("band", keep="last")
    lines = []
    for end in ends.to_dict("records"):
        word = end["name"]
        if end["share"] >= LEAST:
            word = say("incidence.end", band=word, share=f"{100 * end['share']:.0f}")
        lines.append((end["band"], (end["bottom"] + end["top"]) / 2, word))
    if len(curve):
        value = curve["overstated"].iloc[-1]
        lines.insert(0, ("", value, say("incidence.curve", value=f"{100 * value:.0f}")))
    named = pd.DataFrame(lines, columns=["band", "at", "word"])
    names = named.assign(session=ends["session"].max(), align="left")
    empty = ends.loc[ends["share"] < LEAST, "band"]
    names = names[~names["band"].isin(empty)]
    names["at"] = names_apart(names["at"].to_numpy())
    if "still_there" in set(empty):
        names = pd.concat([names, _widest(bands)], ignore_index=True)
    key = named[["band", "word"]].assign(place=range(len(named)))
    return {"names": names, "key": key}


def _widest(bands: pd.DataFrame) -> pd.DataFrame:
    """The name of the band that is empty at the end: where it is still wide."""
    there = bands[bands["band"] == "still_there"]
    third = there["session"].max() / 3
    row = there[there["session"] <= third].iloc[-1]
    at = {"session": row["session"], "at": (row["bottom"] + row["top"]) / 2}
    return pd.DataFrame([{**at, "band": row["band"], "word": row["name"], "align": "center"}])


def incidence_words(tables: dict[str, pd.DataFrame]) -> str:
    """What the bands come to at the last session, and what 1 minus the curve would say."""
    last = tables["bands"].drop_duplicates("band", keep="last")
    ends = dict(zip(last["band"].tolist(), last["share"].tolist(), strict=True))
    shares = {band: f"{100 * ends[band]:.0f}" for band in BANDS}
    session = round(last["session"].max() - STAY)
    said = say("incidence.words", session=session, **shares)
    if tables["curve"].empty:
        return said
    value = f"{100 * tables['curve']['overstated'].iloc[-1]:.0f}"
    return f"{said} {say('incidence.overstated', value=value)}"


def _overstated(retention: pd.DataFrame | None, group: str) -> pd.DataFrame:
    if retention is None:
        return pd.DataFrame({"session": [], "overstated": []})
    mine = retention[retention["group"].astype(str) == group]
    curve = pd.DataFrame({"session": mine["session"], "overstated": 1 - mine["retention"]})
    final = curve.iloc[-1:].assign(session=lambda row: row["session"] + STAY)
    return pd.concat([curve, final], ignore_index=True)
