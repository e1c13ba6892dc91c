"""Layers on one another: what the forms of nearly all charts end with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import altair as alt

from alliance_widgets.charts._drawing.palette import usermeta

__all__ = ["layered"]


def layered(
    *layers: alt.Chart | alt.LayerChart | alt.FacetChart,
    height: float,
    room: Mapping[str, float],
    read: tuple[str, dict[str, str]],
    **more: Any,
) -> alt.LayerChart:
    """Layers of `height` pixels and as wide as the page lets them be, with `room` around them.

    `read` is what a person reads instead: the name of a table, and its columns with their titles.
    """
    chart = alt.layer(
        *layers,
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding=dict(room),
        usermeta=usermeta(*read),
        **more,
    )
    return cast(alt.LayerChart, chart)
