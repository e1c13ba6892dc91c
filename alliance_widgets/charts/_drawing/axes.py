"""The two axes of a case's line: its sessions, and the instrument's whole scale."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from alliance_widgets.words import of_coefficient, say

__all__ = [
    "figure_axis",
    "for_narrow",
    "has_figure",
    "row_axis",
    "row_scale",
    "scale_axis",
    "session_axis",
    "session_x",
    "share_axis",
]


EDGE = 18  # pixels from the ends of an axis of sessions to the first and the last
FIGURE = 24  # and from one of its figures to the next, at least


def session_x(field: str = "session", room: int = FIGURE, **options: Any) -> alt.X:
    """Sessions from left to right, as far as the data go; `field` holds their numbers."""
    scale = alt.Scale(nice=False, zero=False, padding=EDGE, **options)
    return alt.X(
        f"{field}:Q", title=say("charts.session"), scale=scale, axis=session_axis(room=room)
    )


def session_axis(
    width: str = "width", edge: int = EDGE, room: int = FIGURE, **options: Any
) -> alt.Axis:
    """A tick for every session, and a figure for the first, the last and some between.

    The first and the last stand `edge` pixels from the ends of the axis, figures at least `room`
    from one another.
    """
    first, last = _ends(width, edge)
    figured = f"{has_figure('datum.value', room, width, edge)} ? format(datum.value, 'd') : ''"
    values = alt.ExprRef(f"sequence(max(1, {first}), {last} + 1)")
    return alt.Axis(values=values, labelExpr=figured, labelOverlap=False, grid=False, **options)


def has_figure(session: str, room: int, width: str = "width", edge: int = EDGE) -> str:
    """Whether a session has its figure where each takes so much `room`: a Vega expression.

    In even steps. Where a step near at hand divides the way from first to last, both have theirs;
    else where one divides the last, all that it divides, and the first if it is as far from them;
    else steps from the first on, and the last.
    """
    first, last = _ends(width, edge)
    way = f"({last} - {first})"
    least = f"max(1, ceil({way} * {room} / max(1, {width} - {2 * edge})))"
    steps = [f"({least} + {more})" for more in range(3)]
    even = " : ".join(
        f"{way} % {step} == 0 ? ({session} - {first}) % {step} == 0" for step in steps
    )
    begins = [f"{session} == {first} && {step} - {first} % {step} >= {least}" for step in steps]
    round_ones = " : ".join(
        f"{last} % {step} == 0 ? {session} % {step} == 0 || {begin}"
        for step, begin in zip(steps, begins, strict=True)
    )
    others = f"({session} - {first}) % {least} == 0 && {last} - {session} >= {least}"
    return f"({even} : {round_ones} : {session} == {last} || {others})"


def _ends(width: str, edge: int) -> tuple[str, str]:
    """The first session and the last."""
    return f"round(invert('x', {edge}))", f"round(invert('x', {width} - {edge}))"


def for_narrow(chart: alt.LayerChart, height: float | None = None) -> alt.LayerChart:
    """A form that is told by the page whether it is `narrow`: too narrow for names beside it.

    There it is `height` pixels high, where that is not what it is elsewhere.
    """
    if height is not None:
        chart.usermeta["alliance"]["narrow_height"] = height
    told: alt.LayerChart = chart.add_params(alt.param(name="narrow", value=False))
    return told


def figure_axis(of: str = "", **options: Any) -> alt.Axis:
    """Round figures as far apart as they can be read, however wide the page.

    Where they are figures `of` what is named by a letter, such as r, they have no zero before the
    point.
    """
    if of_coefficient(of):
        plain = "replace(datum.label, regexp('^(−?)0[.]'), '$1.')"
        options["labelExpr"] = f"datum.value == 0 ? '0' : {plain}"
    spread: dict[str, Any] = {"tickCount": alt.ExprRef("ceil(width / 90)"), "labelFlush": False}
    return alt.Axis(**spread, **options)


def row_axis(row: int, **options: Any) -> alt.Axis:
    """Names of bands `row` pixels high: beside them, and over them where the page is narrow.

    The lines are between the rows: none strikes what is written in one, or over it.
    """
    placed: dict[str, Any] = {
        "labelAlign": alt.ExprRef("narrow ? 'left' : 'right'"),
        "labelPadding": alt.ExprRef("narrow ? -4 : 6"),
        "labelOffset": alt.ExprRef(f"narrow ? {8 - row // 2} : 0"),
    }
    return alt.Axis(ticks=False, domain=False, grid=True, tickBand="extent", **placed, **options)


def row_scale(rows: Sequence[str] | None = None, **options: Any) -> alt.Scale:
    """Rows that fill the height, each beginning where the one before it ends."""
    if rows is not None:
        options["domain"] = list(rows)
    return alt.Scale(type="band", paddingInner=0, paddingOuter=0, **options)


def share_axis(**options: Any) -> alt.Axis:
    """Shares from 0 to 100 % in quarters, written as in prose: “25 %”."""
    written = "format(100 * datum.value, '.0f') + ' %'"
    shares = [0, 0.25, 0.5, 0.75, 1]
    return alt.Axis(values=shares, labelExpr=written, labelFlush=False, **options)


def scale_axis(low: float, high: float, **options: Any) -> alt.Axis:
    """The scale from `low` to `high` in quarters, its two ends in words too: “weak 1”."""
    worded = {low: say("charts.weak"), high: say("charts.strong")}
    labels = "".join(
        f"datum.value == {end} ? {json.dumps(f'{word} {end:g}')} : " for end, word in worded.items()
    )
    ticks = [low + (high - low) / 4 * i for i in range(5)]
    return alt.Axis(values=ticks, labelExpr=labels + "datum.label", **options)
