"""The two axes of a case's line: its sessions, and the instrument's whole scale."""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from alliance_widgets.words import say

__all__ = ["scale_axis", "session_x"]


def session_x(field: str = "session") -> alt.X:
    """Sessions from left to right, as far as the data go; `field` holds their numbers."""
    scale = alt.Scale(nice=False, zero=False, padding=18)
    axis = alt.Axis(
        format="d",
        tickMinStep=1,
        grid=False,
        labelOverlap=True,
        labelExpr="datum.value < 1 ? '' : datum.label",
    )
    return alt.X(f"{field}:Q", title=say("charts.session"), scale=scale, axis=axis)


def scale_axis(low: float, high: float, **options: Any) -> alt.Axis:
    """The scale from `low` to `high` in quarters, with its two ends in words too."""
    worded = {low: say("charts.weak"), high: say("charts.strong")}
    labels = "".join(
        f"datum.value == {end} ? {json.dumps([f'{end:g}', word])} : "
        for end, word in worded.items()
    )
    ticks = [low + (high - low) / 4 * i for i in range(5)]
    return alt.Axis(values=ticks, labelExpr=labels + "datum.label", **options)
