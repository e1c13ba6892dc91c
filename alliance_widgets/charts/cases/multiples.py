"""Many cases at a glance: one small line each, all on the same scale."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import session_axis
from alliance_widgets.charts._drawing.palette import INK, NOTE, RATERS, SMALL, usermeta
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.charts._drawing.sentences import lines_in_words
from alliance_widgets.errors import RatingError
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import judge
from alliance_widgets.tables.instruments import instrument_of
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.words import say

__all__ = ["multiples_form", "multiples_picture", "multiples_tables", "small_multiples"]

WIDTH, HEIGHT = 150, 84
WIDE, HIGH = 270, 130  # where two lines at most stand beside one another
MOST_LINES = 60
EDGE = 8  # pixels from the ends of an axis to the first and the last session


def small_multiples(
    ratings: pd.DataFrame,
    rule: str | Rule | None = None,
    rater: str = "client",
    columns: int = 4,
) -> alt.FacetChart:
    """One small line per client, on the instrument's whole scale, in `columns` across.

    Read with care: the eye finds a story in every line. Decide what counts before you look.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings of at most 60 clients, as `check_ratings` takes them.
    rule : str or Rule, optional
        The sessions that it flags are marked ▼.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.
    columns : int, default 4
        How many lines stand side by side.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    RatingError
        For faulty ratings or more than 60 clients.
    RuleError
        For a rule that cannot judge them.
    """
    rated = of_rater(ratings, rater)
    n = rated["client"].nunique()
    if n > MOST_LINES:
        raise RatingError([say("multiples.too_many", n=n, most=MOST_LINES)])
    return cast(alt.FacetChart, multiples_picture(rated, rule, columns).chart())


def multiples_picture(rated: pd.DataFrame, rule: str | Rule | None, columns: int) -> Picture:
    """`small_multiples` of rows as `of_rater` gives them, taken apart."""
    scale, tables = instrument_of(rated), multiples_tables(rated, rule)
    form = multiples_form(scale.low, scale.high, columns)
    return Picture(form, tables, _words(tables["ratings"], rule))


def multiples_tables(
    rated: pd.DataFrame, rule: str | Rule | None = None
) -> dict[str, pd.DataFrame]:
    """The table of `multiples_form`, from rows as `of_rater` gives them."""
    shown = rated.dropna(subset="alliance")[["client", "session", "alliance"]]
    shown = shown.reset_index(drop=True)
    flagged = False if rule is None or shown.empty else judge(rated, rule).limits["flagged"]
    table = shown.assign(flagged=flagged)
    word = say("charts.mark.rupture")
    return {"ratings": table.assign(note=table["flagged"].map({True: word, False: ""}))}


@lru_cache(maxsize=8)
def multiples_form(low: float = 1, high: float = 5, columns: int = 4) -> alt.FacetChart:
    """The drawing without its table: data `ratings`."""
    blue = RATERS["client"][0]
    size = (WIDTH, HEIGHT) if columns > 2 else (WIDE, HIGH)
    base = alt.Chart().encode(
        x=alt.X(
            "session:Q",
            title=say("charts.session"),
            scale=alt.Scale(nice=False, zero=False, padding=EDGE),
            axis=session_axis("child_width", EDGE, labelFontSize=SMALL),
        ),
        y=alt.Y(
            "alliance:Q",
            title=say("charts.alliance"),
            scale=alt.Scale(domain=[low, high], nice=False, zero=False),
            axis=alt.Axis(values=[low, (low + high) / 2, high], labelFontSize=SMALL),
        ),
        tooltip=["client:N", "session:Q", alt.Tooltip("alliance:Q", format=".2f"), "note:N"],
    )
    line = base.mark_line(color=blue, strokeWidth=1.6)
    points = base.mark_point(color=blue, fill=blue, size=16, opacity=1)
    marks = base.transform_filter("datum.flagged").mark_point(
        shape="triangle-down", size=60, fill=INK, strokeWidth=0, opacity=1, yOffset=11
    )
    # A name of its own: a header would stand as high as the points under it let it.
    name = (
        alt.Chart()
        .transform_aggregate(n="count()", groupby=["client"])
        .mark_text(align="left", baseline="bottom", fontSize=NOTE, fontWeight=600, color=INK)
        .encode(x=alt.value(0), y=alt.value(-8), text="client:N")
    )
    named = {
        "client": say("paths.client"),
        "session": say("charts.session"),
        "alliance": say("charts.rating"),
        "note": say("charts.note"),
    }
    chart = (
        alt.layer(line, points, marks, name, data=alt.NamedData(name="ratings"))
        .properties(width=size[0], height=size[1])
        .facet(
            facet=alt.Facet("client:N", title=None, sort=None, header=alt.Header(labelExpr="''")),
            columns=columns,
        )
        .properties(usermeta=usermeta("ratings", named))
    )
    return cast(alt.FacetChart, chart)


def _words(table: pd.DataFrame, rule: str | Rule | None) -> str:
    if table.empty:
        return say("describe.no_ratings")
    said = lines_in_words(table)
    if rule is None:
        return said
    from alliance_widgets.rules import rule as rule_named

    flagged = table.loc[table["flagged"], "client"].nunique()
    told = {
        "flagged": flagged,
        "clients": table["client"].nunique(),
        "rule": rule_named(rule).title,
    }
    return f"{said} " + say("describe.clients_with_ruptures", **told)
