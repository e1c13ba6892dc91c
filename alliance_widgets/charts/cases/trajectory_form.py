"""The drawing of the line, without its tables: how Altair makes it.

`trajectory_form.json` is what comes out for one case on the kit's own scale, so that the first line
of a lesson need not wait for Altair. `python tests/test_written_form.py` writes it anew.
"""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from alliance_widgets.charts._drawing.axes import for_narrow, scale_axis, session_x
from alliance_widgets.charts._drawing.layers import layered
from alliance_widgets.charts._drawing.palette import (
    BAND,
    GREY,
    INK,
    NO_RIM,
    NOTE,
    PAPER,
    RATERS,
    SMALL,
)
from alliance_widgets.words import say

__all__ = ["trajectory_form"]

HEIGHT = 300
NARROW_HEIGHT = 136  # so that a phone shows the line and a slider at once
ASIDE = 13  # pixels from a point to a word beside it
LINE, NAME = 16, 96  # pixels from one name to the next, up and across, above a narrow drawing
MARGIN = 40  # pixels left of the plot, where the axis has its figures
SESSIONS = [f"pluck(data('{name}'), 'session')" for name in ("ratings", "marks")]  # all there are
TWO_LINES = 190  # pixels of a narrow drawing in which “open: the record ends” has room
SHADE = "▒"
SIGNS = {"client": "●", "therapist": "■", "observer": "▲", "ring": "◌"}


@lru_cache(maxsize=16)
def trajectory_form(low: float = 1, high: float = 5, several: bool = False) -> alt.LayerChart:
    """The drawing without its tables: data `ratings`, `ends`, `marks`, `limits` and `usual`.

    Altair takes some 60 ms to build and check it, so it is made once per scale.
    """
    domain = [low, high]
    session, axis = session_x(), scale_axis(low, high, titlePadding=12)

    def height(field: str) -> alt.Y:
        scale = alt.Scale(domain=domain, nice=False, zero=False)
        return alt.Y(f"{field}:Q", title=say("charts.alliance"), scale=scale, axis=axis)

    raters = list(RATERS)
    colours, inks, dashes, shapes = (list(part) for part in zip(*RATERS.values(), strict=True))
    colour = alt.Color("rater:N", scale=alt.Scale(domain=raters, range=colours), legend=None)
    said = [
        alt.Tooltip("line:N", title=say("charts.rated_by")),
        alt.Tooltip("session:Q", title=say("charts.session")),
        alt.Tooltip("alliance:Q", title=say("charts.rating"), format=".2f"),
        alt.Tooltip("note:N", title=say("charts.note")),
    ]
    limits = alt.Chart(alt.NamedData(name="limits")).encode(x=session)
    band = limits.mark_area(color=BAND, opacity=0.85).encode(y=height("limit"), y2="above:Q")
    limit = limits.mark_line(color=GREY, strokeWidth=1, strokeDash=[3, 3]).encode(y=height("limit"))
    named = (
        limits.transform_filter("isValid(datum.label)")
        .transform_filter("!narrow")
        .mark_text(align="left", baseline="middle", dx=4, color=GREY, fontSize=SMALL, stroke=NO_RIM)
        .encode(y=height("label"), text="name:N")
    )
    named_over = (
        limits.transform_filter("isValid(datum.label)")
        .transform_filter("narrow")
        .mark_text(align="right", baseline="bottom", color=GREY, fontSize=SMALL)
        .encode(
            x=alt.value(alt.ExprRef("width")),
            y=alt.value(-6 - LINE),
            text=alt.value(f"{SHADE} {say('charts.could_be_noise')}"),
        )
    )
    usual = alt.Chart(alt.NamedData(name="usual")).encode(x=session, y=height("level"))
    level = usual.mark_line(color=INK, strokeWidth=1, strokeDash=[1, 3])
    level_name = (
        usual.transform_filter("!narrow")
        .mark_text(align="left", baseline="middle", dx=4, color=INK, fontSize=SMALL)
        .encode(text="word:N", y=height("at"))
    )
    over_names = alt.value(alt.ExprRef(f"-6 - {LINE} * datum.row"))
    level_over = (
        usual.transform_filter("narrow")
        .transform_filter("datum.word != ''")
        .transform_calculate(told="'┈ ' + datum.word")
        .mark_text(align="right", baseline="bottom", color=INK, fontSize=SMALL)
        .encode(text="told:N", x=alt.value(alt.ExprRef("width")), y=over_names)
    )
    # The axis goes by two figures and not by all layers: while they stay, a press moves marks only.
    ends_of = [[f"extent({each})[{end}]" for each in SESSIONS] for end in (0, 1)]
    span = [alt.ExprRef(f"extent([{', '.join(of)}])[{end}]") for end, of in enumerate(ends_of)]
    ratings = alt.Chart(alt.NamedData(name="ratings")).encode(
        x=session_x(domain=span), y=height("alliance"), color=colour
    )
    lines = ratings.mark_line(strokeWidth=1.2 if several else 2.5).encode(
        detail=["client:N", "stretch:N"],
        strokeDash=alt.StrokeDash(
            "rater:N", scale=alt.Scale(domain=raters, range=dashes), legend=None
        ),
    )
    size = alt.ExprRef("narrow ? 36 : 75")
    points = ratings.mark_point(size=40 if several else size, strokeWidth=2, opacity=1).encode(
        shape=alt.Shape("rater:N", scale=alt.Scale(domain=raters, range=shapes), legend=None),
        fill=alt.condition("datum.draft", alt.value(PAPER), colour),
        tooltip=said,
    )
    ends = alt.Chart(alt.NamedData(name="ends"))
    # Beside the lines' ends; on a page without room for that, above the drawing, one over another.
    row, column = ("datum.key", "0") if several else ("floor(datum.key / 2)", "datum.key % 2")
    above = alt.value(alt.ExprRef(f"-6 - {LINE} * {row}"))
    across = alt.value(alt.ExprRef(f"{NAME} * ({column})"))
    names = []
    mine_of = {rater: f"datum.own && datum.rater == '{rater}'" for rater in raters}
    for sign, ink in [*zip(raters, inks, strict=True), ("ring", GREY)]:
        mine = ends.transform_filter(mine_of.get(sign, "!datum.own"))
        beside = mine.transform_filter("!narrow").mark_text(
            align="left", baseline="middle", dx=11, color=ink, fontWeight=600
        )
        listed = mine.transform_filter("narrow").transform_calculate(
            told=f"'{SIGNS[sign]} ' + datum.line"
        )
        over = listed.mark_text(align="left", baseline="bottom", color=ink, fontWeight=600)
        names.append(beside.encode(x=session, y=height("at"), text="line:N"))
        place = alt.value(-MARGIN) if sign == "ring" else across  # clear of the band's name
        names.append(over.encode(x=place, y=above, text="told:N"))
    marked = alt.Chart(alt.NamedData(name="marks")).encode(x=session, y=height("alliance"))
    side, away, below = (
        f"(narrow ? datum.narrow_{name} : datum.{name})" for name in ("side", "away", "below")
    )
    marks = [
        marked.transform_filter(f"datum.kind == '{kind}' && datum.label")
        .mark_point(
            shape=shape,
            size=110,
            filled=kind != "open",
            fill=PAPER if kind == "open" else INK,
            stroke=INK,
            strokeWidth=2 if kind == "open" else 0,
            opacity=1,
            yOffset=alt.ExprRef(f"{side} ? {below} : {away}"),
        )
        .encode(tooltip=["word:N", "session:Q"])
        for kind, shape in (
            ("rupture", "triangle-down"),
            ("back", "triangle-up"),
            ("open", "diamond"),
        )
    ]
    ring = marked.transform_filter(alt.datum.kind == "ring").mark_point(
        size=190, filled=False, stroke=GREY, strokeWidth=2, strokeDash=[3, 3], opacity=1
    )
    lines_of = "length(split(datum.written, '\\n'))"
    beyond = f"{away} + ({side} ? 8 - 8 * {lines_of} : {away} > 0 ? 15 : -15)"
    # On a narrow page a word at the line's end has no room to its right.
    at_the_end = "(narrow && scale('x', datum.session) > width - 50)"
    leans = "(!narrow && datum.leans)"
    centred = f"{at_the_end} || {leans} ? 'right' : 'center'"
    # Two lines of words need the room left of the last point.
    one = f"narrow && (datum.narrow_side >= 0 || width < {TWO_LINES})"
    written = f"{one} ? split(datum.label, '\\n')[0] : datum.label"
    words = (
        marked.transform_filter(
            "!narrow || datum.narrow_word && !test(/^(open|other_gap)$/, datum.kind)"
        )
        .transform_calculate(written=written)
        .mark_text(
            fontSize=NOTE,
            lineBreak="\n",
            lineHeight=16,
            color=INK,
            dx=alt.ExprRef(f"{side} ? {ASIDE} * {side} : {at_the_end} ? 12 : {leans} ? 9 : 0"),
            dy=alt.ExprRef(beyond),
            align=alt.ExprRef(f"{side} < 0 ? 'right' : {side} > 0 ? 'left' : {centred}"),
        )
        .encode(text="written:N")
    )
    columns = {
        "line": say("charts.rated_by"),
        "session": say("charts.session"),
        "alliance": say("charts.rating"),
        "note": say("charts.note"),
    }
    layers = [band, limit, named, named_over, level, level_name, level_over, lines, points]
    layers += [*marks, ring, words, *names]
    for layer in layers:  # every row has its place: looking for one without costs each press time
        layer.mark.invalid = None
    drawing = layered(
        *layers,
        height=HEIGHT,
        room={"left": 4, "right": 78, "top": 10, "bottom": 4},
        read=("ratings", columns),
    )
    return for_narrow(drawing, NARROW_HEIGHT)
