"""The share that has not dropped out, session by session, with how many that is a share of."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, share_axis
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import GREY, GROUPS, INK, NOTE, SMALL
from alliance_widgets.charts._drawing.picture import Form, Picture
from alliance_widgets.errors import CourseError
from alliance_widgets.words import say

__all__ = [
    "names_apart",
    "retention_curve",
    "retention_form",
    "retention_picture",
    "retention_share",
    "retention_tables",
    "retention_words",
]

HEIGHT = 260
ROW = 0.085  # of the height of the curves: one group's numbers at risk
NAME = 0.07  # of the same: what a name at a line's end needs
LETTER = 8  # pixels, in a name,
BESIDE = 28  # and from the middle of the last number at risk to one beside it
MOST_COUNTS = 4


def retention_curve(table: pd.DataFrame, unit: str = "session") -> Form:
    """Kaplan and Meier's curves with their intervals and the numbers at risk under them.

    Each group is a line named at its end. The axis says "still in treatment" only where that is
    what is drawn: where nobody leaves the count but by dropping out. Elsewhere it says what Kaplan
    and Meier estimate, the share that has not dropped out, with who completed counted up to there.

    Read with care: towards the right a curve rests on few clients; the numbers under it say on
    how many. 1 minus the curve overstates dropout wherever treatment can be completed.

    Parameters
    ----------
    table : DataFrame
        What `retention` gives: one row per group and session, of at most six groups.
    unit : {"session", "week"}, default "session"
        What is counted on the x axis.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    CourseError
        For a table without these columns, without rows, or with more groups than can be told apart
        (six).
    """
    return retention_picture(table, unit).chart()


def retention_picture(table: pd.DataFrame, unit: str = "session") -> Picture:
    """`retention_curve`, taken apart."""
    tables = retention_tables(table)
    groups = tuple(tables["ends"]["group"])
    form = retention_form(groups, int(table["session"].max()), unit, retention_share(table))
    return Picture(form, tables, retention_words(table, unit))


@lru_cache(maxsize=32)
def retention_form(
    groups: tuple[str, ...], last: int, unit: str = "session", share: str = "not_left"
) -> alt.LayerChart:
    """The drawing of `retention_curve`: data `curves`, `ends` and `counts`.

    `share` is the name of what the curves are shares of, as `retention_share` gives it.
    """
    share_title = say(f"retention.{share}")
    looks = GROUPS[: len(groups)]
    domain = list(groups)
    colour = alt.Color(
        "group:N", scale=alt.Scale(domain=domain, range=[look[0] for look in looks]), legend=None
    )
    dash = alt.StrokeDash(
        "group:N", scale=alt.Scale(domain=domain, range=[look[1] for look in looks]), legend=None
    )
    # On a narrow page those under which clients are counted, from the first to the last.
    figures = f"narrow ? {_count_at(last)} : sequence(0, {last + 1}, {math.ceil(last / 16)})"
    x = alt.X(
        "session:Q",
        title=say(f"retention.{unit}"),
        scale=alt.Scale(domain=[0, last], nice=False, padding=6),
        axis=alt.Axis(format="d", values=alt.ExprRef(figures), grid=False),
    )
    lowest = -ROW * (len(groups) + 1.6)
    y_scale = alt.Scale(domain=[lowest, 1], nice=False)
    axis = share_axis(domain=False, titleAnchor="end")

    def height(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=share_title, scale=y_scale, axis=axis)

    curves = alt.Chart(alt.NamedData(name="curves")).encode(x=x, color=colour)
    band = curves.mark_area(interpolate="step-after", opacity=0.2).encode(
        y=height("lower"), y2="upper:Q"
    )
    line = curves.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
        y=height("retention"), strokeDash=dash
    )
    of_100 = "format(100 * datum.retention, '.0f') + ' of 100'"
    hit = curves.transform_calculate(of_100=of_100).mark_point(size=60, opacity=0)
    read = hit.encode(
        y=height("retention"),
        tooltip=[
            alt.Tooltip("group:N", title=say("retention.group")),
            alt.Tooltip("session:Q", title=say(f"retention.{unit}")),
            alt.Tooltip("of_100:N", title=share_title),
            alt.Tooltip("at_risk:Q", title=say("retention.at_risk")),
        ],
    )
    ends = alt.Chart(alt.NamedData(name="ends")).encode(x=x)
    written: dict[str, Any] = {"align": "left", "baseline": "middle", "fontWeight": 600}
    named = ends.transform_filter("!narrow").mark_text(**written, dx=8, fontSize=NOTE)
    named = named.encode(y=height("at"), text="group:N", color=colour)
    # Without room beside the ends, a key where no curve is: each dash with its name.
    inside = ends.transform_filter("narrow").encode(y=height("key"), color=colour)
    wide = 46 + LETTER * max(len(group) for group in groups)

    def across(away: int) -> Any:
        return alt.value(alt.ExprRef(f"(datum.on_top ? width - {wide} : 0) + {away}"))

    dashes = inside.mark_rule(strokeWidth=2.5).encode(x=across(6), x2=across(34), strokeDash=dash)
    key = inside.mark_text(**written, fontSize=NOTE).encode(x=across(40), text="group:N")
    counts = alt.Chart(alt.NamedData(name="counts")).encode(x=x)
    numbers = counts.mark_text(baseline="middle", fontSize=SMALL).encode(
        y=height("row"), text="clients:Q", color=colour
    )
    beside = ends.transform_filter("!narrow")  # without room their colours and order tell
    rows = beside.mark_text(align="left", baseline="middle", dx=BESIDE, fontSize=SMALL)
    rows = rows.encode(y=height("row"), text="group:N", color=colour)
    floor = alt.Chart(alt.NamedData(name="ends")).mark_rule(color=GREY).encode(y=alt.datum(0))
    # The axis ends where the shares do: the numbers under it stand clear of it.
    wall = alt.Chart(alt.NamedData(name="head")).mark_rule(color=GREY)
    wall = wall.encode(x=x, y=alt.datum(0), y2=alt.datum(1))
    head = (
        alt.Chart(alt.NamedData(name="head"))
        .mark_text(align="left", baseline="middle", fontSize=SMALL, color=INK)
        .encode(x=x, y=height("row"), text="word:N")
    )
    columns = {
        "group": say("retention.group"),
        "session": say(f"retention.{unit}"),
        "at_risk": say("retention.at_risk"),
        "left": say("retention.left"),
        "retention": share_title,
    }
    drawing = layered(
        *(band, floor, wall, line, read, named, dashes, key, numbers, rows, head),
        height=HEIGHT + 22 * (len(groups) + 1),
        room={"left": 4, "right": wide - 46 + BESIDE, "top": 10, "bottom": 4},
        read=("curves", columns),
    )
    return for_narrow(drawing)


def retention_tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `retention_form`: every curve from session 0 on, its name, and its counts."""
    needed = ("group", "session", "at_risk", "left", "retention")
    missing = [name for name in needed if name not in table]
    groups = [] if missing else list(dict.fromkeys(table["group"].astype(str)))
    if missing or not 1 <= len(groups) <= len(GROUPS):
        key = "retention.columns" if missing else "retention.groups"
        most = len(GROUPS)
        raise CourseError([say(key, missing=", ".join(missing), n=len(groups), most=most)])
    curves = table.assign(group=table["group"].astype(str))
    curves = curves.reindex(columns=[*needed, "lower", "upper"])
    start = curves.drop_duplicates("group")
    start = start[start["session"] > 0].assign(session=0, left=0, retention=1.0, lower=1.0)
    start = start.assign(upper=1.0, at_risk=start["at_risk"])
    curves = pd.concat([start, curves], ignore_index=True)
    curves = curves.sort_values(["group", "session"], key=_in_order(groups), kind="stable")
    last = int(curves["session"].max())
    ends = curves.drop_duplicates("group", keep="last")[["group", "retention"]]
    ends = ends.assign(session=last, at=names_apart(ends["retention"].to_numpy()))
    from_the_top = ends.sort_values("retention", ascending=False, kind="stable")["group"]
    row = {group: -ROW * (number + 1.9) for number, group in enumerate(from_the_top)}
    ends["row"] = ends["group"].map(row)
    ends["on_top"] = _is_low(curves, last, len(groups))
    ends["key"] = ends["row"].rank() * NAME - 0.02
    ends["key"] += np.where(ends["on_top"], 1 - NAME * (len(groups) + 0.3), 0)
    shown = _count_at(last)
    counted = curves[curves["session"].isin(shown)]
    grid = pd.MultiIndex.from_product([groups, shown], names=["group", "session"])
    clients = counted.set_index(["group", "session"])["at_risk"].reindex(grid, fill_value=0)
    counts = clients.rename("clients").reset_index()
    head = pd.DataFrame({"session": [0], "row": [-ROW * 0.9], "word": [say("retention.head")]})
    return {
        "curves": curves.reset_index(drop=True),
        "ends": ends.reset_index(drop=True),
        "counts": counts.assign(row=counts["group"].map(row)),
        "head": head,
    }


def retention_share(table: pd.DataFrame) -> str:
    """What these curves are shares of: "still_there", or "not_left" where some end otherwise.

    Who ends at a group's last session does not count: no later share rests on them.

    Parameters
    ----------
    table : DataFrame
        What `retention` gives.

    Returns
    -------
    {"still_there", "not_left"}
        Whether the share that has not dropped out is also the share that is still in treatment.
    """
    for _, curve in table.groupby(table["group"].astype(str), sort=False):
        at_risk, left = curve["at_risk"].to_numpy(), curve["left"].to_numpy()
        if (at_risk[1:] < (at_risk - left)[:-1]).any():
            return "not_left"
    return "still_there"


def retention_words(table: pd.DataFrame, unit: str = "session") -> str:
    """What a retention curve shows: each group's share at the end, then of how many."""
    last, share = int(table["session"].max()), retention_share(table)
    parts, counts = [], []
    for group, curve in table.groupby(table["group"].astype(str), sort=False):
        at_risk = curve["at_risk"].to_numpy()
        ends = int(curve["session"].iloc[-1])
        told = say(
            "retention.words.each",
            group=group,
            share=f"{100 * curve['retention'].iloc[-1]:.0f}",
        )
        counted = {"began": f"{int(at_risk[0]):,}", "left": f"{int(at_risk[-1]):,}"}
        counts.append(say("retention.words.count", group=group, **counted))
        parts.append(told if ends == last else say("retention.words.until", told=told, ends=ends))
    facts = {"share": say(f"retention.{share}"), "unit": say(f"retention.{unit}").lower()}
    said = say(f"retention.words.{share}", last=last, groups="; ".join(parts), **facts)
    return f"{said} {say('retention.words.counted', counts='; '.join(counts))}"


def _is_low(curves: pd.DataFrame, last: int, groups: int) -> bool:
    """Whether curves come down early to where a key would stand, at the foot of their left half."""
    early = curves[curves["session"] <= last / 2]
    lowest = early["lower"].fillna(early["retention"]).min()
    return bool(lowest < NAME * (groups + 1))


def _in_order(groups: list[str]) -> Any:
    place = {group: number for number, group in enumerate(groups)}
    return lambda column: column.map(place) if column.name == "group" else column


def _count_at(last: int) -> list[int]:
    """Evenly spaced sessions, from the start on, at which the clients at risk are written."""
    return list(range(0, last + 1, max(1, int(np.ceil(last / MOST_COUNTS)))))


def names_apart(heights: Any) -> list[float]:
    """Where names at these heights can stand without touching one another, in their order."""
    order = np.argsort(-heights, kind="stable")
    placed = heights[order].astype(float)
    for number in range(1, len(placed)):
        placed[number] = min(placed[number], placed[number - 1] - NAME)
    lift = max(0.0, 0.02 - placed[-1])  # never among the numbers at risk
    result = np.empty(len(placed))
    result[order] = placed + lift
    return [float(value) for value in result]
