"""A share as icons: a filled square for whoever leaves, or does so, else a hollow circle."""

from __future__ import annotations

import altair as alt

from alliance_widgets.charts._drawing.palette import GREY, INK, LEFT, PAPER

__all__ = ["PITCH", "people"]

PITCH = 16  # pixels from one icon to the next, across and down, on a narrow page at most
SQUARE, CIRCLE = 95, 60  # square pixels of an icon, with so many from one to the next


def people(
    icons: alt.Chart, do_so: str, room: str, leave: bool = True
) -> tuple[alt.Chart, alt.Chart]:
    """The two layers of `icons`, which has its places: those for whom the field `do_so` is true.

    `room` is a Vega expression: the pixels from one icon to the next; the icons grow with it. Only
    who leaves has the colour of leaving; whatever else is counted is ink.
    """

    def fits(size: int) -> alt.ExprRef:
        larger = f"{size} * pow(max({PITCH}, {room}) / {PITCH}, 2)"
        return alt.ExprRef(f"min({larger}, pow(0.72 * {room}, 2))")

    gone = icons.transform_filter(f"datum.{do_so}").mark_point(
        shape="square", size=fits(SQUARE), filled=True, opacity=1
    )
    there = icons.transform_filter(f"!datum.{do_so}").mark_point(
        shape="circle", size=fits(CIRCLE), strokeWidth=1.3, opacity=1, fill=PAPER
    )
    return (
        gone.encode(color=alt.value(LEFT if leave else INK)),
        there.encode(stroke=alt.value(GREY)),
    )
