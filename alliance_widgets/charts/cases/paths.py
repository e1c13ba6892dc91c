"""Charts of lessons 03 and 06: the mean and who is missing, lines and curves, three slopes.

As in `trajectory`, a form is the drawing, built once, and a function of tables is pure pandas.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, has_figure, session_x
from alliance_widgets.charts._drawing.layers import layered, word_at
from alliance_widgets.charts._drawing.palette import GREY, GROUPS, INK, NOTE, PAPER, RATERS, SMALL
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.trajectories import hold_session_constant
from alliance_widgets.words import figure, say

__all__ = [
    "fit_form",
    "fit_picture",
    "fit_tables",
    "mean_form",
    "mean_picture",
    "mean_tables",
    "mean_words",
    "slopes_form",
    "slopes_picture",
    "slopes_tables",
    "slopes_words",
]

HEIGHT = 280
POINTS = 45  # of a fit: enough for a curve to be seen as one
BLUE, MODEL = RATERS["client"][0], GROUPS[0][0]
SHAPES = ["circle", "square", "triangle-up"]
NOTHING = 1e-9  # a share of the spread this small is rounding
COUNT = 52  # pixels from one number of clients to the next, at least
FEW = 10  # clients: a session with fewer is no point of the drift


def _alliance(field: str) -> alt.Y:
    scale = alt.Scale(domain=[1, 5], nice=False, zero=False)
    axis = alt.Axis(values=[1, 2, 3, 4, 5], format="d")
    return alt.Y(f"{field}:Q", title=say("charts.alliance"), scale=scale, axis=axis)


def _over(upper: str) -> Any:
    """The place of a name over a narrow drawing: the upper or the lower of two lines of text."""
    return alt.value(alt.ExprRef(f"{upper} ? -24 : -6"))


def _framed(
    layers: list[alt.Chart], table: str, columns: dict[str, str], **more: object
) -> alt.LayerChart:
    room = {"left": 4, "right": 90, "top": 10, "bottom": 4}
    return layered(*layers, height=HEIGHT, room=room, read=(table, columns), **more)


@lru_cache(maxsize=1)
def mean_form() -> alt.LayerChart:
    """The mean over sessions with how many it is the mean of: data `means` and `names`."""
    means = alt.Chart(alt.NamedData(name="means"))
    session = session_x(room=COUNT)  # a number of clients over each figure
    colour = alt.Color(
        "who:N", scale=alt.Scale(domain=["shown", "everyone"], range=[BLUE, GREY]), legend=None
    )
    dash = alt.StrokeDash(
        "who:N",
        scale=alt.Scale(domain=["shown", "everyone"], range=[[1, 0], [3, 3]]),
        legend=None,
    )
    base = means.encode(x=session, y=_alliance("mean"), color=colour)
    line = base.mark_line(strokeWidth=2.5).encode(strokeDash=dash)
    shown = base.transform_filter("datum.who == 'shown'")
    points = shown.mark_point(size=60, filled=True, opacity=1)
    roomy = alt.ExprRef(f"{has_figure('datum.session', COUNT)} ? 1 : 0")
    clear = alt.ExprRef("max(0, 26 - scale('x', datum.session))")  # of the axis
    counts = shown.mark_text(fontSize=SMALL, dx=clear, dy=14, opacity=roomy).encode(
        y=alt.datum(1.35), text=alt.Text("clients:Q", format=","), color=alt.value(INK)
    )
    ends = alt.Chart(alt.NamedData(name="names")).encode(color=colour)
    written: dict[str, Any] = {"align": "left", "fontSize": NOTE}
    counted = ends.transform_filter("datum.who == 'shown'").mark_text(
        align="left", color=INK, fontSize=SMALL, dx=6
    )
    counted = counted.encode(
        x=alt.value(0),
        y=alt.datum(1.55),
        text=alt.value(say("paths.counted")),
        color=alt.value(INK),
    )
    beside = ends.transform_filter("!narrow").mark_text(
        **written, baseline="middle", dx=10, yOffset=alt.ExprRef("datum.away")
    )
    listed = ends.transform_filter("narrow").transform_calculate(
        told="(datum.who == 'shown' ? '● ' : '┄ ') + datum.word"
    )
    over = listed.mark_text(**written, baseline="bottom").encode(
        x=alt.value(0), y=_over("datum.who == 'shown'"), text="told:N"
    )
    beside = beside.encode(x=session, y=_alliance("mean"), text="word:N")
    columns = {
        "name": say("paths.line"),
        "session": say("charts.session"),
        "mean": say("paths.mean"),
        "clients": say("paths.clients"),
    }
    return for_narrow(_framed([line, points, counts, counted, beside, over], "means", columns))


def mean_tables(shown: pd.DataFrame, everyone: pd.DataFrame, who: str) -> dict[str, pd.DataFrame]:
    """The tables of `mean_form`: the mean that is looked at, and everyone's for comparison."""
    parts = [shown.assign(who="shown", name=say(f"paths.who.{who}"))]
    if who != "everyone":
        parts.append(everyone.assign(who="everyone", name=say("paths.who.everyone")))
    means = pd.concat(parts, ignore_index=True)
    ends = means.drop_duplicates("who", keep="last")
    names = ends[["who", "session", "mean"]].assign(
        word=[say(f"paths.end.{w}") for w in ends["who"]]
    )
    order = names["mean"].rank(method="first", ascending=False)
    names = names.assign(away=(order - order.mean()) * 16)  # two names never on one another
    return {"means": means, "names": names.reset_index(drop=True)}


def mean_words(shown: pd.DataFrame, who: str) -> str:
    """What `mean_form` shows, in two sentences."""
    first, last = shown.iloc[0], shown.iloc[-1]
    return say(
        f"paths.mean_words.{who}",
        start=f"{first['mean']:.2f}",
        end=f"{last['mean']:.2f}",
        session=int(last["session"]),
        began=f"{int(first['clients']):,}",
        left=f"{int(last['clients']):,}",
    )


def mean_picture(shown: pd.DataFrame, everyone: pd.DataFrame, who: str) -> Picture:
    """The mean of those in `who`, beside everybody's."""
    return Picture(mean_form(), mean_tables(shown, everyone, who), mean_words(shown, who))


@lru_cache(maxsize=1)
def fit_form() -> alt.LayerChart:
    """Ratings with a line and a curve through the first few: data `ratings` and `fits`."""
    session = session_x()
    ratings = alt.Chart(alt.NamedData(name="ratings"))
    points = ratings.mark_point(size=75, strokeWidth=2, opacity=1, color=BLUE).encode(
        x=session,
        y=_alliance("alliance"),
        fill=alt.condition("datum.used", alt.value(BLUE), alt.value(PAPER)),
        opacity=alt.condition("datum.used", alt.value(1), alt.value(0.55)),
    )
    fits = alt.Chart(alt.NamedData(name="fits")).encode(
        x=session,
        color=alt.Color(
            "fit:N", scale=alt.Scale(domain=["line", "curve"], range=[INK, MODEL]), legend=None
        ),
    )
    drawn = fits.mark_line(strokeWidth=2.2, clip=True).encode(
        y=_alliance("height"),
        strokeDash=alt.StrokeDash(
            "fit:N", scale=alt.Scale(domain=["line", "curve"], range=[[1, 0], [7, 4]]), legend=None
        ),
        detail="fit:N",
    )
    named = fits.transform_filter("datum.word != ''")
    written: dict[str, Any] = {"align": "left", "fontSize": NOTE, "fontWeight": 600}
    beside = named.transform_filter("!narrow").mark_text(**written, dx=8)
    listed = named.transform_filter("narrow").transform_calculate(
        told="(datum.fit == 'line' ? '━ ' : '┅ ') + datum.word"
    )
    over = listed.mark_text(**written, baseline="bottom").encode(
        x=alt.value(0), y=_over("datum.fit == 'curve'"), text="told:N"
    )
    above = alt.ExprRef("narrow ? -42 : -6")
    key = word_at(0, above, say("paths.key_used"), baseline="bottom", color=BLUE)
    columns = {
        "session": say("charts.session"),
        "alliance": say("charts.rating"),
        "used_word": say("paths.used"),
    }
    beside = beside.encode(y=_alliance("at"), text="word:N")
    return for_narrow(_framed([points, drawn, beside, over, key], "ratings", columns))


def fit_tables(rated: pd.DataFrame, first: int) -> tuple[dict[str, pd.DataFrame], str]:
    """The tables of `fit_form`, and in words how well line and curve fit the first sessions.

    Both fits are drawn on to the last session, beyond what they have seen.

    Parameters
    ----------
    rated : DataFrame
        The sessions of one client, in order, with `session` and `alliance`.
    first : int
        How many of them the fits see.

    Returns
    -------
    tuple of dict and str
        The tables `ratings` and `fits`, and the sentence.
    """
    rated = rated[["session", "alliance"]].dropna().reset_index(drop=True)
    seen = rated.head(first)
    used = rated.index < len(seen)
    words = [say("paths.yes") if each else say("paths.no") for each in used]
    rows, explained = [], {}
    for fit, degree in (("line", 1), ("curve", 2)):
        degree = min(degree, len(seen) - 1)
        made = np.polynomial.Polynomial.fit(seen["session"], seen["alliance"], degree)
        drawn = np.linspace(rated["session"].iloc[0], rated["session"].iloc[-1], POINTS)
        height = made(drawn)
        spread = ((seen["alliance"] - seen["alliance"].mean()) ** 2).sum()
        rest = ((seen["alliance"] - made(seen["session"].to_numpy())) ** 2).sum()
        explained[fit] = 100 * (1 - rest / spread) if spread else 100.0
        ends = [""] * (POINTS - 1) + [say(f"paths.{fit}")]
        at = np.clip(height, 1, 5)
        rows.append(
            pd.DataFrame({"session": drawn, "fit": fit, "height": height, "at": at, "word": ends})
        )
    said = say(
        "paths.fit_words",
        n=len(seen),
        line=f"{explained['line']:.0f}",
        curve=f"{explained['curve']:.0f}",
        free=max(len(seen) - 3, 0),
    )
    if len(seen) < len(rated):
        said += " " + say("paths.fit_beyond")
    tables = {
        "ratings": rated.assign(used=used, used_word=words),
        "fits": pd.concat(rows, ignore_index=True),
    }
    return tables, said


def fit_picture(rated: pd.DataFrame, first: int) -> Picture:
    """A line and a curve through a client's first sessions, drawn on to the last."""
    tables, words = fit_tables(rated, first)
    return Picture(fit_form(), tables, words)


@lru_cache(maxsize=8)
def slopes_form(
    x_title: str,
    y_title: str,
    low: float,
    high: float,
    clients: tuple[str, ...],
    named: bool = True,
) -> alt.LayerChart:
    """A cloud of points and lines through it: data `points`, `lines`, `names` and `drift`.

    With `named` each client has a shape and a name; without, the points are small and all alike.
    """
    x = alt.X(
        "x:Q",
        title=x_title,
        scale=alt.Scale(domain=[low, high], nice=False),
        axis=alt.Axis(tickMinStep=1),
    )
    y = alt.Y("y:Q", title=y_title, scale=alt.Scale(zero=False, padding=8))
    shapes = [SHAPES[i % len(SHAPES) if named else 0] for i in range(len(clients))]
    points = (
        alt.Chart(alt.NamedData(name="points"))
        .mark_point(
            size=110 if named else 18,
            strokeWidth=2 if named else 1,
            opacity=0.9 if named else 0.45,
            color=BLUE,
        )
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "client:N", scale=alt.Scale(domain=list(clients), range=shapes), legend=None
            ),
            tooltip=["client:N", "x:Q", "y:Q"],
        )
    )
    # Beside its point, and on a narrow page over it.
    place: dict[str, Any] = {
        "align": alt.ExprRef("narrow ? 'center' : 'left'"),
        "dx": alt.ExprRef("narrow ? 0 : 10"),
        "dy": alt.ExprRef("narrow ? -14 : 0"),
    }
    names = (
        alt.Chart(alt.NamedData(name="names"))
        .mark_text(color=INK, fontSize=NOTE, **place)
        .encode(x=x, y=y, text="client:N")
    )
    lines = (
        alt.Chart(alt.NamedData(name="lines"))
        .mark_line(color=MODEL, strokeWidth=2.5 if named else 1.2)
        .encode(x=x, y=y, detail="line:N")
    )
    drift = alt.Chart(alt.NamedData(name="drift")).encode(x=x, y=y)
    path = drift.mark_line(color=INK, strokeWidth=3).encode(order="session:Q")
    ends = drift.mark_text(color=INK, fontSize=NOTE, fontWeight=600, **place)
    columns = {"client": say("paths.client"), "x": x_title, "y": y_title}
    layers = [lines, points, names, path, ends.encode(text="word:N")]
    return for_narrow(_framed(layers, "points", columns))


def slopes_tables(
    points: pd.DataFrame, compare: str, named: bool = True
) -> tuple[dict[str, pd.DataFrame], float]:
    """The tables of a `ThreeSlopes` and the slope that is drawn.

    Where nothing differs in x, or every client moves alike, the slope is missing and no line drawn.

    Parameters
    ----------
    points : DataFrame
        One row per point, with columns `client`, `x` and `y`, and `session` if it is to be held
        constant.
    compare : {"all", "between", "within", "session"}
        One line through all points; through each client's mean; each client compared with itself
        (one slope, a line per client); or the same with the session held constant.
    named : bool, default True
        Whether each client's name is written.

    Returns
    -------
    tuple of dict and float
        The tables `points`, `lines`, `names` and `drift` (with "session": how far clients are from
        their own means at each session, drawn from the mean of all points), and the slope, in
        units of y per unit of x.
    """
    usual = points.groupby("client")[["x", "y"]].transform("mean")
    if compare in ("within", "session"):
        own = points[["x", "y"]] - usual
        away = own if compare == "within" else hold_session_constant(points, ["x", "y"])
        left = (away["x"] ** 2).sum() > NOTHING * (own["x"] ** 2).sum()
        slope = _through_the_middle(away) if left else math.nan
        through = points.assign(mid_x=usual["x"], mid_y=usual["y"], line=points["client"])
    else:
        means = points.groupby("client")[["x", "y"]].mean()
        cloud = points[["x", "y"]] if compare == "all" else means
        slope = _through_the_middle(cloud - cloud.mean())
        mid = cloud.mean()
        through = points.assign(mid_x=mid["x"], mid_y=mid["y"], line=compare)
    ends = through.groupby("line")["x"].transform
    drawn = through[(through["x"] == ends("min")) | (through["x"] == ends("max"))]
    drawn = drawn[:0] if math.isnan(slope) else drawn
    drawn = drawn.assign(y=drawn["mid_y"] + slope * (drawn["x"] - drawn["mid_x"]))
    last = points.sort_values("x").drop_duplicates("client", keep="last") if named else points[:0]
    tables = {
        "points": points,
        "names": last[["client", "x", "y"]],
        "lines": drawn[["line", "x", "y"]].dropna().drop_duplicates(),
        "drift": _drift(points, usual) if compare == "session" else NO_DRIFT,
    }
    return tables, slope


def slopes_words(points: pd.DataFrame, compare: str, slope: float) -> str:
    """What the slope of that comparison says; where there is none, why."""
    key = f"paths.slope_words.{compare}"
    if math.isnan(slope):
        key = f"paths.no_slope.{compare}"
        if compare == "session":
            key = "paths.slope_words.nothing_left"
    values = {"slope": figure(slope, "+.2f"), "clients": points["client"].nunique()}
    return say(key, n=f"{len(points):,}", **values)


def slopes_picture(
    points: pd.DataFrame, compare: str, titles: tuple[str, str], named: bool = True
) -> Picture:
    """A cloud of points and the slope of one comparison, with room beside the outermost."""
    tables, slope = slopes_tables(points, compare, named)
    room = 0.15 * (points["x"].max() - points["x"].min())
    ends = points["x"].min() - room, points["x"].max() + room
    form = slopes_form(*titles, *ends, tuple(points["client"].unique()), named)
    return Picture(form, tables, slopes_words(points, compare, slope))


def _through_the_middle(away: pd.DataFrame) -> float:
    """The least-squares slope of points given as distances from their middle."""
    spread = float((away["x"] ** 2).sum())
    return float((away["x"] * away["y"]).sum()) / spread if spread > 0 else math.nan


NO_DRIFT = pd.DataFrame({"session": [], "x": [], "y": [], "word": pd.Series([], dtype="str")})


def _drift(points: pd.DataFrame, usual: pd.DataFrame) -> pd.DataFrame:
    """Where clients are at each session, counted from their own means; its ends are named."""
    own = (points[["x", "y"]] - usual).groupby(points["session"])
    means = own.mean()[own.size() >= min(FEW, points["client"].nunique())]
    path = (means + points[["x", "y"]].mean()).rename_axis("session").reset_index()
    ends = path["session"].isin([path["session"].min(), path["session"].max()])
    words = [say("paths.at_session", session=each) for each in path["session"]]
    return path.assign(word=np.where(ends, words, ""))
