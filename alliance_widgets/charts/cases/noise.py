"""How often a rule finds something where nothing is, and who comes back up by itself.

As in `trajectory`, a form is the drawing, built once, and a function of tables is pure pandas.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import altair as alt
import pandas as pd

from alliance_widgets.charts._drawing.palette import GREY, INK, PAPER, RATERS, usermeta
from alliance_widgets.words import say

__all__ = [
    "rates_form",
    "rates_tables",
    "rates_words",
    "regression_form",
    "regression_tables",
]

ACROSS, DOWN = 25, 4
ICON, HEAD = 20, 30  # pixels: a row of icons, and the line above them
BLUE, VERMILION = RATERS["client"][0], RATERS["therapist"][0]


@lru_cache(maxsize=1)
def rates_form() -> alt.LayerChart:
    """Two fields of a hundred icons, one under the other: data `icons` and `heads`."""
    field = HEAD + ICON * DOWN
    x = alt.X(
        "column:Q", axis=None, scale=alt.Scale(domain=[0.5, ACROSS + 0.5], nice=False, zero=False)
    )
    y = alt.Y(
        "height:Q", axis=None, scale=alt.Scale(domain=[0, 2 * field + 12], reverse=True, nice=False)
    )
    icons = alt.Chart(alt.NamedData(name="icons")).encode(x=x, y=y, tooltip="word:N")

    def icon(kind: str, **mark: Any) -> Any:
        wanted = icons.transform_filter(alt.datum.kind == kind)
        return wanted.mark_point(opacity=1, **mark)

    heads = (
        alt.Chart(alt.NamedData(name="heads"))
        .mark_text(align="left", baseline="middle", fontSize=13, fontWeight=600, color=INK)
        .encode(x=alt.value(2), y=y, text="word:N")
    )
    layers = [
        icon("flagged", shape="triangle-down", size=110, fill=INK, strokeWidth=0),
        icon("clear", shape="circle", size=50, fill=PAPER, stroke=GREY, strokeWidth=1.2),
        icon("back", shape="triangle-up", size=110, fill=BLUE, strokeWidth=0),
        icon("not_back", shape="circle", size=50, fill=PAPER, stroke=GREY, strokeWidth=1.2),
        heads,
    ]
    columns = {"word": say("noiselab.of_100"), "clients": say("noiselab.so_many")}
    chart = alt.layer(
        *layers,
        width="container",
        height=2 * field + 12,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 4, "right": 4, "top": 4, "bottom": 4},
        usermeta=usermeta("counts", columns),
    )
    return cast(alt.LayerChart, chart)


def rates_tables(rates: pd.Series) -> dict[str, pd.DataFrame]:
    """The tables of `rates_form`, from what `false_alarms` gives.

    `counts` says the same in two rows per field, for who reads it as a table.
    """
    any_flag, back = rates["any_flag"], rates["repaired_episodes"]
    fields = [("clients", any_flag, "flagged", "clear"), ("episodes", back, "back", "not_back")]
    icons, heads, counts = [], [], []
    for place, (name, share, yes, no) in enumerate(fields):
        top = place * (HEAD + ICON * DOWN + 12)
        if share != share:
            heads.append((top + HEAD / 2, say(f"noiselab.head.{_why_unsaid(rates)}")))
            continue
        heads.append((top + HEAD / 2, say(f"noiselab.head.{name}", n=_of_100(share))))
        n = round(100 * share)
        words = {kind: say(f"noiselab.icon.{kind}") for kind in (yes, no)}
        for i in range(100):
            kind = yes if i < n else no
            row, column = divmod(i, ACROSS)
            icons.append((column + 1, top + HEAD + ICON * (row + 0.5), kind, words[kind]))
        counts += [(words[yes], n), (words[no], 100 - n)]
    return {
        "icons": pd.DataFrame(icons, columns=["column", "height", "kind", "word"]),
        "heads": pd.DataFrame(heads, columns=["height", "word"]),
        "counts": pd.DataFrame(counts, columns=["word", "clients"]),
    }


def rates_words(rates: pd.Series, title: str, n_sessions: int, replicates: int) -> str:
    """The same in sentences, in natural frequencies."""
    any_flag, back = rates["any_flag"], rates["repaired_episodes"]
    thousands = f"{replicates:,}".replace(",", " ")
    told = {"rule": title, "sessions": n_sessions, "replicates": thousands}
    error = f"{196 * rates['standard_error']:.1f}"
    exactly = "share_sure" if error == "0.0" else "share"
    share = say(f"noiselab.{exactly}", percent=f"{100 * any_flag:.1f}", error=error)
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


@lru_cache(maxsize=4)
def regression_form(sessions: int, at: int) -> alt.LayerChart:
    """Everybody's line, the lowest in colour and their mean: data `lines`, `means`, `words`."""
    x = alt.X(
        "session:Q",
        title=say("charts.session"),
        scale=alt.Scale(domain=[0.75, sessions + 0.25], nice=False),
        axis=alt.Axis(format="d", values=list(range(1, sessions + 1)), grid=False),
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
    mean = means.mark_line(color=VERMILION, strokeWidth=4)
    mean_points = means.mark_point(
        shape="square", size=110, color=VERMILION, fill=VERMILION, opacity=1
    )
    words = alt.Chart(alt.NamedData(name="words")).encode(x=x, y=height("alliance"), text="word:N")
    halo: dict[str, Any] = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    name: dict[str, Any] = {"align": "right", "dx": 8, "fontSize": 12, "fontWeight": 600}
    written = [
        words.mark_text(**name, color=RATERS["therapist"][1], **under) for under in (halo, {})
    ]
    columns = {
        "what": say("regression.column.what"),
        "session": say("charts.session"),
        "alliance": say("paths.mean"),
    }
    chart = alt.layer(
        *(others, low, points, chosen, mean, mean_points, *written),
        width="container",
        height=300,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 4, "right": 12, "top": 10, "bottom": 4},
        usermeta=usermeta("means", columns),
    )
    return cast(alt.LayerChart, chart)


def regression_tables(
    ratings: pd.DataFrame, lowest: list[str], until: int
) -> dict[str, pd.DataFrame]:
    """The tables of `regression_form`, with nothing shown after session `until`."""
    shown = ratings[ratings["session"] <= until]
    low = shown["client"].isin(lowest)
    means = shown[low].groupby("session", as_index=False)["alliance"].mean()
    means["what"] = say("regression.these")
    ends = means.tail(1).assign(word=say("regression.these"))
    below = shown.loc[low & (shown["session"] == ends["session"].iloc[0]), "alliance"].min() - 0.3
    ends["alliance"] = max(below, 1.1)
    return {
        "lines": shown.assign(low=low),
        "means": means,
        "words": ends[["session", "alliance", "word"]],
    }
