"""How treatments end: dropping out and completing fill the picture to a hundred per cent."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, share_axis
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import BAND, COMPLETED, INK, LEFT, NOTE, PAPER, SMALL
from alliance_widgets.charts._drawing.picture import Form, Picture
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
BANDS = ("dropped_out", "still_there", "completed")
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
    """The drawing of `incidence_curve`: data `bands`, `names`, `curve`, and `told` to read."""
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
    names = alt.Chart(alt.NamedData(name="names")).encode(x=x, y=height("at"))
    # Inside the bands, at their end: there is room on a page of any width.
    inside: dict[str, Any] = {"align": alt.ExprRef("datum.align || 'right'"), "color": INK}
    inside |= {"dx": alt.ExprRef("narrow ? -4 : -10")}
    inside |= {"fontSize": alt.ExprRef(f"narrow ? {SMALL} : {NOTE}")}
    names = names.transform_calculate(told="narrow ? datum.name : datum.word")
    words = names.mark_text(**inside, fontWeight=600).encode(text="told:N")
    curve = alt.Chart(alt.NamedData(name="curve")).encode(x=x, y=height("overstated"))
    dashed = curve.mark_line(interpolate="step-after", color=INK, strokeWidth=2, strokeDash=[6, 4])
    named = curve.transform_filter("!narrow && datum.word != ''")
    named = named.mark_text(**inside, baseline="bottom", dy=-4)
    columns = {
        "session": say("retention.session"),
        "name": say("incidence.band"),
        "share": say("incidence.share"),
    }
    drawing = layered(
        areas,
        dashed,
        words,
        named.encode(text="word:N"),
        height=HEIGHT,
        room={"left": 4, "right": 12, "top": 10, "bottom": 4},
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
    last = bands.drop_duplicates("band", keep="last")
    last = last[last["share"] >= 0.005]
    at = (last["bottom"] + last["top"]) / 2
    word = [
        say("incidence.end", band=name, share=f"{100 * share:.0f}")
        for name, share in zip(last["name"].tolist(), last["share"].tolist(), strict=True)
    ]
    names = pd.DataFrame({"session": last["session"], "at": at, "name": last["name"], "word": word})
    if "still_there" not in set(last["band"]):
        names = pd.concat([names, _widest(bands)], ignore_index=True)
    # The last stretch is drawn, and is no session: who reads the table meets none of it.
    told = bands[bands["session"] < bands["session"].max()]
    return {
        "bands": bands,
        "told": told[["session", "name", "share"]],
        "names": names,
        "curve": _overstated(retention, chosen),
    }


def _widest(bands: pd.DataFrame) -> pd.DataFrame:
    """The name of the band that is empty at the end: in the middle of it."""
    there = bands[bands["band"] == "still_there"]
    half = there["session"].max() / 2
    row = there[there["session"] <= half].iloc[-1]
    at = (row["bottom"] + row["top"]) / 2
    name = row["name"]
    return pd.DataFrame(
        {"session": [row["session"]], "at": [at], "name": name, "word": name, "align": "center"}
    )


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
        return pd.DataFrame({"session": [], "overstated": [], "word": []})
    mine = retention[retention["group"].astype(str) == group]
    curve = pd.DataFrame({"session": mine["session"], "overstated": 1 - mine["retention"]})
    final = curve.iloc[-1:].assign(session=lambda row: row["session"] + STAY)
    curve = pd.concat([curve, final], ignore_index=True)
    last = curve["session"] == curve["session"].max()
    words = say("incidence.curve", value=f"{100 * curve['overstated'].iloc[-1]:.0f}")
    return curve.assign(word=[words if each else "" for each in last])
