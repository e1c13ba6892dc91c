"""Layers on one another: what the forms of nearly all charts end with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

import altair as alt

from alliance_widgets.charts._drawing.palette import INK, NOTE, usermeta

__all__ = ["layered", "word_at"]

Layer: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart


def word_at(x: float, y: float | alt.ExprRef, text: str, **look: Any) -> alt.Chart:
    """A word that stands at this place whatever the data are, as in a key over a drawing."""
    looks = {"align": "left", "baseline": "middle", "fontSize": NOTE, "color": INK, **look}
    word = alt.Chart(alt.sequence(1)).mark_text(**looks, text=text)
    placed: alt.Chart = word.encode(x=alt.value(x), y=alt.value(y))
    return placed


def layered(
    *layers: Layer,
    height: float,
    room: Mapping[str, float],
    read: tuple[str, dict[str, str]],
    **more: Any,
) -> alt.LayerChart:
    """Layers of `height` pixels and as wide as the page lets them be, with `room` around them.

    `read` is what a person reads instead: the name of a table, and its columns with their titles.
    An axis that several layers share is written in the first of them.
    """
    chart = alt.layer(
        *_each_axis_once(layers, []),
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding=dict(room),
        usermeta=usermeta(*read),
        **more,
    )
    return cast(alt.LayerChart, chart)


def _each_axis_once(layers: Iterable[Any], seen: list[tuple[str, alt.Axis]]) -> list[Layer]:
    """The layers without axes that were `seen` in an earlier one: each would be some kilobytes."""
    lighter = []
    for layer in layers:
        if isinstance(layer, alt.LayerChart):
            layer = layer.copy(deep=False)
            layer.layer = list(_each_axis_once(layer.layer, seen))
        if isinstance(layer.encoding, alt.FacetedEncoding):
            layer, encoding = layer.copy(deep=False), layer.encoding.copy(deep=False)
            for name in ("x", "y"):
                channel = encoding[name]
                axis = channel["axis"] if isinstance(channel, alt.X | alt.Y) else None
                if not isinstance(axis, alt.Axis):
                    continue
                if (name, axis) in seen:
                    # Without its values a layer would say how many figures it wants instead.
                    given = axis["values"] is not alt.Undefined
                    encoding[name] = channel.copy(deep=False)
                    encoding[name]["axis"] = (
                        alt.Axis(values=axis["values"]) if given else alt.Undefined
                    )
                else:
                    seen.append((name, axis))
            layer.encoding = encoding
        lighter.append(layer)
    return lighter
