"""League tables over the years: a line per therapist from place to place, and who has the prize."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.layers import layered, word_at
from alliance_widgets.charts._drawing.palette import GREY, INK, NOTE, PAPER, RATERS
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = ["league_form", "league_picture", "league_tables", "league_words"]

LINE, NAME = RATERS["therapist"][:2]


def league_picture(league: pd.DataFrame, names: list[str], years: int, until: int) -> Picture:
    """The places of `years` years up to year `until`, from one league of `simulate_leagues`."""
    tables, words = league_tables(league, names, until), league_words(league, names, until)
    return Picture(league_form(len(names), years), tables, words)


@lru_cache(maxsize=2)
def league_form(therapists: int, years: int) -> alt.LayerChart:
    """Places over years: data `places`, and `names` at the ends of the lines."""
    x = alt.X(
        "year:Q",
        title=say("leagues.year"),
        scale=alt.Scale(domain=[0.8, years + 0.2], nice=False),
        axis=alt.Axis(format="d", values=list(range(1, years + 1)), grid=False),
    )
    y = alt.Y(
        "place:Q",
        title=say("leagues.place"),
        scale=alt.Scale(domain=[therapists + 0.5, 0.5], nice=False, zero=False),
        axis=alt.Axis(format="d", values=list(range(1, therapists + 1)), grid=False),
    )
    places = alt.Chart(alt.NamedData(name="places")).encode(x=x, y=y, detail="name:N")
    others = places.transform_filter("!datum.first").mark_line(
        color=GREY, strokeWidth=1, opacity=0.6
    )
    first = places.transform_filter("datum.first").mark_line(color=LINE, strokeWidth=3.5)
    dots = places.mark_point(shape="circle", size=45, opacity=1, strokeWidth=1.2).encode(
        fill=alt.condition("datum.first", alt.value(LINE), alt.value(PAPER)),
        stroke=alt.condition("datum.first", alt.value(LINE), alt.value(GREY)),
    )
    prize = places.transform_filter("datum.place == 1").mark_point(
        shape="diamond", size=240, strokeWidth=2, stroke=INK, fill=None, opacity=1
    )
    named = alt.Chart(alt.NamedData(name="names")).encode(x=x, y=y, text="name:N")
    written: dict[str, Any] = {"align": "left", "dx": 14, "fontSize": NOTE}
    names = [
        named.transform_filter("!datum.first").mark_text(color=INK, **written),
        named.transform_filter("datum.first").mark_text(color=NAME, fontWeight=600, **written),
    ]
    columns = {
        "name": say("leagues.therapist"),
        "year": say("leagues.year"),
        "place": say("leagues.place"),
        "mean": say("leagues.mean"),
    }
    return layered(
        *(others, first, dots, prize, *names),
        word_at(0, -12, say("leagues.key")),
        height=290,
        room={"left": 4, "right": 70, "top": 24, "bottom": 4},
        read=("places", columns),
    )


def league_tables(league: pd.DataFrame, names: list[str], until: int) -> dict[str, pd.DataFrame]:
    """The tables of `league_form` up to year `until`, from one league of `simulate_leagues`."""
    shown = league[league["year"] <= until]
    named = [names[therapist - 1] for therapist in shown["therapist"].tolist()]
    first = _in_order(league, 1)[0][0]
    places = shown.assign(
        name=named, first=shown["therapist"] == first, mean=shown["mean"].round(2)
    )[["name", "year", "place", "mean", "first"]]
    ends = places.loc[places["year"] == until, ["name", "year", "place", "first"]]
    return {
        "places": places.sort_values(["year", "place"], ignore_index=True),
        "names": ends.reset_index(drop=True),
    }


def league_words(league: pd.DataFrame, names: list[str], until: int) -> str:
    """Who has the prize of the last year shown, and what became of who had the first."""
    now = _in_order(league, until)
    winner, first = now[0][0], _in_order(league, 1)[0][0]
    place = 1 + [therapist for therapist, _ in now].index(first)
    values = {
        **{"year": until, "n": len(now), "place": place},
        **{"winner": names[winner - 1], "first": names[first - 1]},
        **{"mean": f"{now[0][1]:.2f}", "last": f"{now[-1][1]:.2f}"},
    }
    if until == 1:
        return say("leagues.first_year", **values)
    return say("leagues.same" if winner == first else "leagues.other", **values)


def _in_order(league: pd.DataFrame, year: int) -> list[tuple[int, float]]:
    """The therapists of a year from the first place to the last, each with the mean."""
    table = league[league["year"] == year].sort_values("place")
    return list(zip(table["therapist"].tolist(), table["mean"].tolist(), strict=True))
