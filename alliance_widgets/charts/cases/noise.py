"""How often a rule finds something where nothing is, how often it is right, and who comes back up.

As in `trajectory`, a form is the drawing, built once, and a function of tables is pure pandas.
"""

from __future__ import annotations

import textwrap
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.axes import for_narrow, session_axis
from alliance_widgets.charts._drawing.layers import layered, word_at
from alliance_widgets.charts._drawing.palette import GREY, INK, LEAD, PAPER, RATERS, SMALL
from alliance_widgets.charts._drawing.picture import Picture
from alliance_widgets.words import say

__all__ = [
    "base_rate_form",
    "base_rate_picture",
    "base_rate_tables",
    "base_rate_words",
    "rates_form",
    "rates_picture",
    "rates_tables",
    "rates_words",
    "regression_form",
    "regression_picture",
    "regression_tables",
]

ACROSS, DOWN = 25, 4
ICON, HEAD, LINE = 20, 22, 13  # pixels: a row of icons, what stands above them, a line of it
LINES = 26  # more for a head of up to three lines, on a narrow page
LARGER, SMALLER = 1.3, 0.8  # times so large on a wide page, and on a narrow one
NARROW = 30  # letters in such a line on a narrow page, where there are up to three
KEY, CLEAR = 16, 16  # of the key over a drawing: a line of it, and the last above the drawing
BLUE = RATERS["client"][0]


FULL, HOLLOW = {"size": 110, "strokeWidth": 0}, {"fill": PAPER, "stroke": GREY, "strokeWidth": 1.2}
RATES = {
    "flagged": {"shape": "triangle-down", "fill": INK, **FULL},
    "clear": {"shape": "circle", "size": 50, **HOLLOW},
    "back": {"shape": "triangle-up", "fill": BLUE, **FULL},
    "not_back": {"shape": "circle", "size": 50, **HOLLOW},
}
BASE_RATE = {
    "right": {"shape": "triangle-down", "fill": INK, **FULL},
    "wrong": {"shape": "triangle-down", "size": 80, **HOLLOW},
    "found": {"shape": "square", "fill": BLUE, **FULL},
    "missed": {"shape": "circle", "size": 50, **HOLLOW},
}
"""By kind of icon: how it is drawn."""


@lru_cache(maxsize=1)
def rates_form() -> alt.LayerChart:
    """Two fields of a hundred icons, one under the other: data `icons` and `heads`."""
    return _fields_form(RATES)


@lru_cache(maxsize=1)
def base_rate_form() -> alt.LayerChart:
    """A hundred marks, and a hundred planted ruptures under them: data `icons` and `heads`."""
    return _fields_form(BASE_RATE)


def _fields_form(kinds: dict[str, dict[str, Any]]) -> alt.LayerChart:
    high = 2 * (HEAD + ICON * DOWN) + 12
    highest = f"(narrow ? {high + 2 * LINES} : {high})"
    across = f"min(width, {ACROSS * ICON} * height / {highest})"  # as far apart across as down
    wide = alt.ExprRef(across)
    columns = alt.Scale(domain=[0.5, ACROSS + 0.5], range=[0, wide], nice=False, zero=False)
    x = alt.X("column:Q", axis=None, scale=columns)
    down = alt.Scale(domainMin=0, domainMax=alt.ExprRef(highest), reverse=True, nice=False)
    y = alt.Y("at:Q", axis=None, scale=down)
    at = f"datum.height + (narrow ? {LINES} * (datum.field + 1) : 0)"
    icons = alt.Chart(alt.NamedData(name="icons")).transform_calculate(at=at)
    icons = icons.encode(x=x, y=y, tooltip="word:N")
    heads = (
        alt.Chart(alt.NamedData(name="heads"))
        .transform_calculate(at=at, told="narrow ? datum.short_word : datum.word")
        .transform_calculate(
            lines="length(split(datum.told, '\\n'))", sign="slice(datum.told, 0, 1)"
        )
        .encode(x=alt.value(2), y=y)
    )
    written: dict[str, Any] = {"align": "left", "baseline": "bottom", "fontWeight": 600}
    written |= {"fontSize": alt.ExprRef(f"narrow ? {SMALL} : {LEAD}"), "lineBreak": "\n"}
    written |= {"lineHeight": LINE, "dy": alt.ExprRef(f"{LINE} * (1 - datum.lines)")}
    # A head begins with what it counts, in its colour.
    signs = [
        heads.transform_filter(alt.datum.kind == kind)
        .mark_text(**written, color=mark["fill"])
        .encode(text="sign:N")
        for kind, mark in kinds.items()
        if mark["fill"] != PAPER
    ]
    larger = f"pow({across} / {ACROSS * ICON}, 2)"
    fitting = f"max({larger}, min(1, 1.6 * {larger}))"
    drawn = [
        icons.transform_filter(alt.datum.kind == kind).mark_point(
            opacity=1, **mark | {"size": alt.ExprRef(f"{mark['size']} * {fitting}")}
        )
        for kind, mark in kinds.items()
    ]
    read = {"word": say("noiselab.of_100"), "clients": say("noiselab.so_many")}
    drawing = layered(
        *drawn,
        heads.mark_text(**written, color=INK).encode(text="told:N"),
        *signs,
        height=round(LARGER * high),
        room={"left": 4, "right": 4, "top": 4, "bottom": 4},
        read=("counts", read),
    )
    return for_narrow(drawing, round(SMALLER * (high + 2 * LINES)))


def rates_tables(rates: pd.Series) -> dict[str, pd.DataFrame]:
    """The tables of `rates_form`, from what `false_alarms` gives.

    `counts` says the same in two rows per field, for who reads it as a table.
    """
    any_flag, back = rates["any_flag"], rates["repaired_episodes"]
    fields = [("clients", any_flag, "flagged", "clear"), ("episodes", back, "back", "not_back")]
    return _fields_tables("noiselab", fields, _why_unsaid(rates))


def base_rate_tables(right: float, found: float) -> dict[str, pd.DataFrame]:
    """The tables of `base_rate_form`: of all marks the share that are right, and of all planted
    ruptures the share that are found.

    `counts` says the same in two rows per field, for who reads it as a table.
    """
    fields = [("marks", right, "right", "wrong"), ("planted", found, "found", "missed")]
    return _fields_tables("baserate", fields, "none")


def base_rate_words(rule: str, one_in: str, right: float, found: float) -> str:
    """The same in a sentence or two, in natural frequencies."""
    if right != right:
        return say("baserate.no_marks", rule=rule)
    return say(
        "baserate.words",
        **{"rule": rule, "one_in": one_in, "n": round(100 * right), "right": _of_100(right)},
        found=_of_100(found),
    )


def _fields_tables(
    words_of: str, fields: list[tuple[str, float, str, str]], unsaid: str
) -> dict[str, pd.DataFrame]:
    """Icons, heads and counts of fields that are each a name, a share and two kinds of icon."""
    icons, heads, counts = [], [], []
    for place, (name, share, yes, no) in enumerate(fields):
        top = place * (HEAD + ICON * DOWN + 12)
        if share != share:
            heads.append((place, top + HEAD - 4, say(f"{words_of}.head.{unsaid}"), ""))
            continue
        word = say(f"{words_of}.head.{name}", n=_of_100(share))
        heads.append((place, top + HEAD - 4, word, yes))
        n = round(100 * share)
        words = {kind: say(f"{words_of}.icon.{kind}") for kind in (yes, no)}
        for i in range(100):
            kind = yes if i < n else no
            row, column = divmod(i, ACROSS)
            height = top + HEAD + ICON * (row + 0.5)
            icons.append((place, column + 1, height, kind, words[kind]))
        counts += [(words[yes], n), (words[no], 100 - n)]
    named = pd.DataFrame(heads, columns=["field", "height", "word", "kind"])
    return {
        "icons": pd.DataFrame(icons, columns=["field", "column", "height", "kind", "word"]),
        "heads": named.assign(short_word=[textwrap.fill(word, NARROW) for word in named["word"]]),
        "counts": pd.DataFrame(counts, columns=["word", "clients"]),
    }


def rates_words(rates: pd.Series, title: str, n_sessions: int, replicates: int) -> str:
    """The same in sentences, in natural frequencies."""
    any_flag, back = rates["any_flag"], rates["repaired_episodes"]
    told = {"rule": title, "sessions": n_sessions, "replicates": f"{replicates:,}"}
    error = f"{196 * rates['standard_error']:.1f}"
    exactly = "share_sure" if error == "0.0" else "share"
    # With so many decimals that nearly all is not all, and nearly none not none.
    nearly = 0 < min(any_flag, 1 - any_flag) < 0.0005
    percent = f"{100 * any_flag:.2f}" if nearly else f"{100 * any_flag:.1f}"
    share = say(f"noiselab.{exactly}", percent=percent, error=error)
    few = rates["mean_flags"] < 0.005
    if not any_flag:
        return say("noiselab.not_one", **told)
    said = [
        say(
            "noiselab.any",
            n=round(100 * any_flag),
            so_many=_of_100(any_flag),
            share=share,
            mean=say("noiselab.hardly_any") if few else f"{rates['mean_flags']:.2g}",
            **told,
        )
    ]
    if back == back:
        said.append(say("noiselab.back", n=round(100 * back), so_many=_of_100(back)))
    else:
        said.append(say(f"noiselab.{_why_unsaid(rates)}"))
    if rates["repaired_cases"] == rates["repaired_cases"]:
        repaired, still = round(100 * rates["repaired_cases"]), round(100 * rates["open_cases"])
        left = 100 - repaired - still
        said.append(say("noiselab.cases", repaired=repaired, open=still, left=left))
    return " ".join(said)


def _why_unsaid(rates: pd.Series) -> str:
    """Why nothing is said of how the episodes go on: there are few, or the record ends too soon."""
    return "too_few" if rates["repaired_cases"] != rates["repaired_cases"] else "too_soon"


def _of_100(share: float) -> str:
    """How many of 100, in words: nearly none is not none, and nearly all is not all."""
    if 0 < share < 0.005:
        return say("noiselab.fewer")
    if 0.995 <= share < 1:
        return say("noiselab.more")
    return f"{100 * share:.0f}" if share else say("noiselab.none")


def rates_picture(rates: pd.Series, title: str, n_sessions: int, replicates: int) -> Picture:
    """What noise alone does under a rule, from what `false_alarms` gives."""
    words = rates_words(rates, title, n_sessions, replicates)
    return Picture(rates_form(), rates_tables(rates), words)


def base_rate_picture(rule: str, one_in: str, right: float, found: float) -> Picture:
    """A hundred marks, the right ones filled, where one in `one_in` clients has a rupture."""
    words = base_rate_words(rule, one_in, right, found)
    return Picture(base_rate_form(), base_rate_tables(right, found), words)


def regression_picture(
    ratings: pd.DataFrame, lowest: list[str], at: int, until: int, words: str
) -> Picture:
    """Everybody's line up to session `until`, with those in colour who were lowest at `at`."""
    form = regression_form(int(ratings["session"].max()), at)
    return Picture(form, regression_tables(ratings, lowest, until), words)


@lru_cache(maxsize=4)
def regression_form(sessions: int, at: int) -> alt.LayerChart:
    """Everybody's line, the lowest in colour and their mean: data `lines`, `means`."""
    x = alt.X(
        "session:Q",
        title=say("charts.session"),
        scale=alt.Scale(domain=[0.75, sessions + 0.25], nice=False),
        axis=session_axis(edge=0),
    )
    axis = alt.Axis(values=[1, 2, 3, 4, 5], format="d")

    def height(field: str) -> alt.Y:
        scale = alt.Scale(domain=[1, 5], nice=False, zero=False)
        return alt.Y(f"{field}:Q", title=say("charts.alliance"), scale=scale, axis=axis)

    lines = alt.Chart(alt.NamedData(name="lines")).encode(
        x=x, y=height("alliance"), detail="client:N"
    )
    others = lines.transform_filter("!datum.low").mark_line(
        color=GREY, strokeWidth=0.8, opacity=0.35
    )
    low = lines.transform_filter("datum.low").mark_line(color=BLUE, strokeWidth=1.4, opacity=0.8)
    points = lines.transform_filter("datum.low").mark_point(
        color=BLUE, fill=BLUE, size=36, opacity=1, shape="circle"
    )
    chosen = lines.transform_filter(f"datum.low && datum.session == {at}").mark_point(
        color=INK, size=190, strokeWidth=1.5, opacity=1, fill=None, shape="circle"
    )
    means = alt.Chart(alt.NamedData(name="means")).encode(x=x, y=height("alliance"))
    mean = means.mark_line(color=INK, strokeWidth=4)
    mean_points = means.mark_point(shape="square", size=110, color=INK, fill=INK, opacity=1)
    # What the lines are is said once, over the drawing.
    key = [("■", "these", INK), ("●", "low", BLUE), ("—", "others", GREY)]
    listed = []
    for up, (sign, name, colour) in enumerate(reversed(key)):
        y = -CLEAR - KEY * up
        listed += [
            word_at(0, y, sign, color=colour),
            word_at(18, y, say(f"regression.{name}", at=at)),
        ]
    columns = {
        "what": say("regression.column.what"),
        "session": say("charts.session"),
        "alliance": say("paths.mean"),
    }
    drawing = layered(
        *(others, low, points, chosen, mean, mean_points, *listed),
        height=240,
        room={"left": 4, "right": 12, "top": 10, "bottom": 4},
        read=("means", columns),
    )
    return for_narrow(drawing, 180)


def regression_tables(
    ratings: pd.DataFrame, lowest: list[str], until: int
) -> dict[str, pd.DataFrame]:
    """The tables of `regression_form`, with nothing shown after session `until`."""
    shown = ratings[ratings["session"] <= until]
    low = shown["client"].isin(lowest)
    means = shown[low].groupby("session")[["alliance"]].mean().reset_index()
    return {"lines": shown.assign(low=low), "means": means.assign(what=say("regression.these"))}
