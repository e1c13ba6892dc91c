"""A case's line with stretches of sessions shaded and named: a planted rupture, this hour."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import session_x
from alliance_widgets.charts._drawing.palette import INK, SMALL, SPAN
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.charts._drawing.reading import CaseReading
from alliance_widgets.charts._drawing.sentences import falls_in_words, read_aloud
from alliance_widgets.charts.cases.marks import AWAY, Kind
from alliance_widgets.charts.cases.trajectory import trajectory_tables
from alliance_widgets.charts.cases.trajectory_form import trajectory_form
from alliance_widgets.words import say

__all__ = ["span_form", "span_picture", "span_table", "spans_in_words"]

SPANS = ["start", "end", "word", "side", "away"]
REACH = 13  # pixels by which a stretch reaches beyond its first and last session


def span_picture(
    reading: CaseReading,
    stretches: Iterable[tuple[int, int, str]],
    by_hand: Iterable[Kind] | None = None,
    pick: bool = False,
) -> Picture:
    """One client's line over shaded stretches; `by_hand` as in `trajectory_tables`.

    With `pick` a session can be picked, as `span_form` says, and the words do not say which.
    """
    tables = trajectory_tables(reading, by_hand=by_hand)
    shaded = list(stretches)
    tables["spans"] = span_table(shaded, reading.judged["session"].tolist())
    if shaded:  # their names stand at the head, near to high points on a narrow page
        marks = tables["marks"]
        high = (marks["kind"] == "back") & (marks["alliance"] > reading.low + 0.55 * reading.span)
        tables["marks"] = marks.assign(narrow_away=marks["narrow_away"].mask(high, AWAY))
    words = read_aloud(reading, events=not pick)
    picture = Picture(span_form(reading.low, reading.high, pick), tables, words)
    return picture.adding(falls_in_words(reading), *spans_in_words(shaded))


def spans_in_words(stretches: Iterable[tuple[int, int, str]]) -> list[str]:
    """A sentence for each shaded stretch."""
    said = []
    for start, end, word in stretches:
        key = "describe.span_one" if start == end else "describe.span"
        said.append(say(key, start=start, end=end, word=word))
    return said


@lru_cache(maxsize=16)
def span_form(low: float = 1, high: float = 5, pick: bool = False) -> alt.LayerChart:
    """`trajectory_form` over shaded stretches: its data, and `spans` as `span_table` makes them.

    With `pick` a click on a session, or Enter while walking the chart by key, tells the kernel
    which session it was.
    """
    chart = trajectory_form(low, high).copy()
    start = session_x("start")  # another axis would thin out the sessions' ticks
    spans = alt.Chart(alt.NamedData(name="spans")).encode(x=start, x2="end:Q")
    shade = spans.mark_rect(color=SPAN, opacity=0.8, xOffset=-REACH, x2Offset=REACH)
    named = alt.Chart(alt.NamedData(name="spans")).encode(x=start, y=alt.value(3), text="word:N")
    words = named.mark_text(
        align=alt.ExprRef("datum.side"),
        baseline="top",
        xOffset=alt.ExprRef("datum.away"),
        fontSize=SMALL,
        color=INK,
    )
    # Over the band of noise, which would hide it, and under every line.
    chart.layer = [*chart.layer[:2], shade, *chart.layer[2:], words]
    if pick:
        ours = chart.usermeta["alliance"]
        chart.usermeta = {"alliance": {**ours, "pick": "session"}}
    return chart


def span_table(
    stretches: Iterable[tuple[int, int, str]], sessions: Iterable[int] = ()
) -> pd.DataFrame:
    """One row per stretch (first session, last session, its name) of a line with these sessions.

    The name begins at the stretch's start, or ends there where the line has little room left.
    """
    shown = list(sessions)
    middle = (shown[0] + shown[-1]) / 2 if shown else float("inf")
    rows = [
        (start, end, word, *(("right", REACH) if start > middle else ("left", -REACH + 3)))
        for start, end, word in stretches
    ]
    return pd.DataFrame(rows, columns=SPANS)
