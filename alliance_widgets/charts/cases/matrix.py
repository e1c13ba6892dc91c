"""Who flags what: a case's line with one rule's limits, and under it a row for every rule.

As in `trajectory`, `matrix_form` is the drawing, built once per number of rules, and
`matrix_tables` is pure pandas. Every session of the line stands over its column of the matrix.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import altair as alt
import pandas as pd

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
from alliance_widgets.charts._drawing.picture import Picture, spec_of
from alliance_widgets.errors import RatingError
from alliance_widgets.rules import ReliableDrop, Rule
from alliance_widgets.rules import rule as rule_named
from alliance_widgets.ruptures.agreement import names_of
from alliance_widgets.ruptures.episodes import other_range
from alliance_widgets.ruptures.hindsight import Hindsight, Moment, hindsight
from alliance_widgets.tables.instruments import Instrument, instrument_of
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.words import say

__all__ = [
    "RuleRow",
    "matrix_form",
    "matrix_picture",
    "matrix_tables",
    "matrix_words",
    "prepare_matrix",
    "rule_matrix",
    "rule_rows",
    "rule_titles",
]

LINE, GAP, ROW = 230, 42, 44
# On a phone line and rows together stay in view.
NARROW_LINE, NARROW_GAP, NARROW_ROW = 112, 34, 29
KEY = 14  # of what the marks mean: a line
HIDDEN = 104  # pixels that the word for what is not known yet takes, and its distance
ROWS = ["name", "label", "verdict", "later", "said", "silent", "focus"]
POINTS = ["session", "alliance", "stretch", "limit", "flags"]
FLAGS = ["session", "alliance", "name", "focus", "side"]
LIMITS = ["session", "limit", "name", "focus", "word", "side"]
KINDS = ("flagged", "late", "gone", "clear", "unjudged")
MOST_LISTED = 3


@dataclass(frozen=True, eq=False)
class RuleRow:
    """One rule of a matrix: its name among the others, its title, and what it says of the case.

    `hindsight` is None where the rule cannot judge these ratings, and `fault` says why.
    """

    name: str
    title: str
    hindsight: Hindsight | None
    fault: str = ""


def rule_matrix(
    ratings: pd.DataFrame,
    rules: Sequence[str | Rule] = ("drop_sd", "reliable_drop", "imr_chart"),
    rater: str = "client",
) -> alt.LayerChart:
    """One case's line, and under it which of the rules flags which session.

    The limits drawn on the line are those of the first rule, or of the one whose row the mouse is
    on. A ring marks a flag that came only when later sessions were known, a hollow mark one that
    was taken back.

    Read with care: several rules are several chances to flag a session; each mark is a possible
    rupture by the rule of that row.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings of one client, as `check_ratings` takes them.
    rules : sequence of str or Rule, default ("drop_sd", "reliable_drop", "imr_chart")
        The rules, a row each.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    Altair chart
        Its description says the same in words.

    Raises
    ------
    RatingError
        For faulty ratings or more than one client.
    RuleError
        For an unknown rule or one without settings.
    """
    rated = of_rater(ratings, rater)
    clients = len(rated["client"].unique())
    if clients != 1:
        raise RatingError([say("case.one_client", n=clients)])
    chosen = [rule_named(each) for each in rules]
    rows = rule_rows(rated, dict(zip(names_of(chosen), chosen, strict=True)))
    return cast(alt.LayerChart, matrix_picture(rated, rows).chart())


def matrix_picture(
    case: pd.DataFrame,
    rows: Sequence[RuleRow],
    known: int | None = None,
    focus: str | None = None,
) -> Picture:
    """`rule_matrix`, taken apart, as it was after session `known`, with the limits of one rule."""
    scale = instrument_of(case)
    form = matrix_form(len(rows), scale.low, scale.high)
    tables = matrix_tables(case, rows, known, focus)
    return Picture(form, tables, matrix_words(case, rows, known, focus))


def prepare_matrix(rows: Iterable[int], scale: Instrument) -> None:
    """Make the forms of so many rows, so that no movement waits for one."""
    for n in rows:
        spec_of(matrix_form(n, scale.low, scale.high))


def rule_rows(
    case: pd.DataFrame, rules: Mapping[str, Rule], others: pd.DataFrame | None = None
) -> list[RuleRow]:
    """What every rule says of one client's rows, as `of_rater` gives them; by name, in order."""
    scale = instrument_of(case)
    faults = {name: other_range(rule, scale) for name, rule in rules.items()}
    able = [rule for name, rule in rules.items() if not faults[name]]
    told = iter(hindsight(case.dropna(subset="alliance"), able, others))
    titles = rule_titles(rules)
    return [
        RuleRow(name, titles[name], None if fault else next(told), fault)
        for name, fault in faults.items()
    ]


def rule_titles(rules: Mapping[str, Rule]) -> dict[str, str]:
    """What each rule is called on a page; with its settings where another is called the same."""
    titles = [rule.title for rule in rules.values()]
    made = {}
    for name, rule in rules.items():
        settings = name[len(rule.name) :].strip("()")
        twice = settings and titles.count(rule.title) > 1
        title = f"{rule.title} ({settings})" if twice else rule.title
        made[name] = title[:1].upper() + title[1:]
    return made


def matrix_tables(
    case: pd.DataFrame,
    rows: Sequence[RuleRow],
    known: int | None = None,
    focus: str | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables of `matrix_form`, with nothing shown after session `known`.

    `ratings`: the rated sessions, with the limit of the rule of the name `focus` (the first one if
    left out) and, in words, who flags them; `cells`: what each rule says of each; `rows`: the same
    in words; `limits`: every rule's, with `focus` true for those of that rule; `marks`: its flags,
    on the line; `span`: the first and last session of the case; `now`: the last one known, if more
    follow.
    """
    rated = case.dropna(subset="alliance")
    sessions, scores = rated["session"].tolist(), rated["alliance"].tolist()
    last = sessions[-1] if known is None else known
    focus = rows[0].name if focus is None else focus
    scale = instrument_of(case)
    # Lists, not columns: pandas' fixed costs on a dozen rows are what a moving slider would feel.
    cells: list[tuple[str, str, int, str, str]] = []
    limits: list[tuple[int, float, str, bool, str, int]] = []
    marks: list[tuple[int, float, str, bool, int]] = []
    said: dict[str, dict[int, list[str]]] = {kind: {} for kind in KINDS}
    words = {kind: say(f"matrix.kind.{kind}") for kind in KINDS}
    for row in rows:
        if row.hindsight is None:
            continue
        now = row.hindsight.at(last)
        focused = row.name == focus
        for session, kind in zip(now.sessions, _kinds(now), strict=True):
            cells.append((row.name, row.title, session, kind, words[kind]))
            said[kind].setdefault(session, []).append(row.title)
        limits += _limits(now, row.name, focused, scale.low, scale.high)
        marks += _marks(now, row.name, focused, scale.low, scale.high)
    shown = [(session, score) for session, score in zip(sessions, scores, strict=True)]
    shown = [point for point in shown if point[0] <= last]
    limit_at = {session: limit for session, limit, _, focused, *_ in limits if focused}
    points, stretch, before = [], 0, None
    for session, score in shown:
        stretch += before is not None and session != before + 1
        before = session
        flags = _flags({kind: found.get(session, []) for kind, found in said.items()})
        points.append((session, score, stretch, limit_at.get(session), flags))
    more = bool(sessions) and last < sessions[-1]
    return {
        "ratings": pd.DataFrame(points, columns=POINTS),
        "cells": pd.DataFrame(cells, columns=["name", "label", "session", "kind", "word"]),
        "rows": pd.DataFrame([_row(row, last, row.name == focus) for row in rows], columns=ROWS),
        "limits": pd.DataFrame(limits, columns=LIMITS),
        "marks": pd.DataFrame(marks, columns=FLAGS),
        "span": pd.DataFrame({"session": [*sessions[:1], *sessions[-1:]]}),
        "now": pd.DataFrame(
            [(last, say("matrix.hidden"))] if more else [], columns=["session", "word"]
        ),
    }


def matrix_words(
    case: pd.DataFrame,
    rows: Sequence[RuleRow],
    known: int | None = None,
    focus: str | None = None,
) -> str:
    """What `rule_matrix` shows: who flags what, and what was said otherwise at the time.

    First the rule whose limit is drawn, with the drop that it asks for where that can be chosen,
    and whose case it is.
    """
    sessions = case.dropna(subset="alliance")["session"].tolist()
    if not sessions:
        return say("describe.no_ratings")
    last = sessions[-1] if known is None else known
    hidden = sum(session > last for session in sessions)
    client = case["client"].iloc[0]
    said: list[str] = []
    for row in sorted(rows, key=lambda each: each.name != focus):
        told = dict(zip(ROWS, _row(row, last), strict=True))
        title = _asking(row, focus)
        title = title if said else say("matrix.of", title=title, client=client)
        said.append(say("matrix.row", title=title, verdict=told["verdict"]))
        said += [told["later"]] if told["later"] else []
    so_far = say("matrix.known", last=last, n=hidden)
    said.insert(1, so_far if hidden else say("matrix.all_known", n=len(sessions)))
    return " ".join(said)


def _asking(row: RuleRow, focus: str | None) -> str:
    """The title, and of the chosen reliable drop how much it asks for."""
    rule = row.hindsight.rule if row.hindsight is not None and row.name == focus else None
    if not isinstance(rule, ReliableDrop):
        return row.title
    return say("matrix.asks", title=row.title, points=f"{rule.threshold:.2f}")


def _kinds(now: Moment) -> list[str]:
    """Per session one of `KINDS`."""
    kinds = []
    for session, flagged, limit in zip(now.sessions, now.flagged, now.limit, strict=True):
        if flagged:
            kinds.append("late" if session in now.late else "flagged")
        elif session in now.gone:
            kinds.append("gone")
        else:
            kinds.append("clear" if now.can_flag and not math.isnan(limit) else "unjudged")
    return kinds


def _row(row: RuleRow, last: int, focus: bool = False) -> list[Any]:
    """One rule in words: the columns `ROWS`."""
    if row.hindsight is None:
        silent = say("matrix.cannot_judge")
        return [row.name, row.title, row.fault, "", row.title, silent, focus]
    now = row.hindsight.at(last)
    flags, n, silent, said = now.flags, len(now.sessions), "", row.title
    if not now.can_flag:
        needed = int(now.needed) if math.isfinite(now.needed) else None
        verdict = row.hindsight.rule.cannot_flag(n, needed)
        key = "matrix.never" if needed is None else "matrix.too_short"
        silent = say(key, needed=needed, n=n)
    elif flags:
        verdict = say("matrix.flags", n=len(flags), sessions=_listed(flags))
        short = say("matrix.short", n=len(flags), sessions=_short(flags))
        said = say("matrix.row", title=row.title, verdict=short)
    else:
        verdict = say("matrix.flags_gone") if now.gone else say("matrix.flags_none")
        short = say("matrix.short_gone") if now.gone else say("matrix.short_none")
        said = say("matrix.row", title=row.title, verdict=short)
    return [row.name, row.title, verdict, _later(now), said, silent, focus]


def _flags(titles: Mapping[str, Sequence[str]]) -> str:
    """Who flags one session, by what each says of it."""
    parts = [
        say(f"matrix.by.{kind}", rules=", ".join(titles[kind]))
        for kind in ("flagged", "late", "gone")
        if titles[kind]
    ]
    return "; ".join(parts) or say("matrix.by.nobody")


def _later(now: Moment) -> str:
    said = [
        say(f"matrix.{key}", n=len(found), sessions=_listed(found))
        for key, found in (("late", now.late), ("gone", now.gone))
        if found
    ]
    return " ".join(said)


def _listed(sessions: Sequence[int]) -> str:
    """Session numbers as words: 5, 5 and 8, 5, 8 and 9."""
    said = [str(session) for session in sessions]
    return say("case.and").join([part for part in (", ".join(said[:-1]), *said[-1:]) if part])


def _short(sessions: Sequence[int]) -> str:
    """Session numbers in little room: 5, 5, 8, 6–9; of many only the first few."""
    runs: list[list[int]] = []
    for session in sessions:
        if runs and session == runs[-1][-1] + 1:
            runs[-1].append(session)
        else:
            runs.append([session])
    said = [
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(str(session) for session in run)
        for run in runs
    ]
    return ", ".join(said[:MOST_LISTED]) + (" …" if len(said) > MOST_LISTED else "")


def _limits(
    now: Moment, name: str, focus: bool, low: float, high: float
) -> list[tuple[int, float, str, bool, str, int]]:
    """The rule's limit at every session that it judges; none where nothing could cross them.

    The last is named on the side where its point is not, unless there is no room below.
    """
    known = [
        (session, min(max(limit, low), high))
        for session, limit in zip(now.sessions, now.limit, strict=True)
        if now.can_flag and not math.isnan(limit)
    ]
    words = [""] * (len(known) - 1) + [say("matrix.limit")]
    score = dict(zip(now.sessions, now.alliance, strict=True))
    over = bool(known) and score[known[-1][0]] >= known[-1][1] > low + 0.1 * (high - low)
    side = 1 if over else -1
    return [(*each, name, focus, word, side) for each, word in zip(known, words, strict=False)]


def _marks(
    now: Moment, name: str, focus: bool, low: float, high: float
) -> list[tuple[int, float, str, bool, int]]:
    """A rule's flags on the line: below the point, or above it where there is no room below."""
    points = zip(now.sessions, now.alliance, now.flagged, strict=True)
    return [
        (session, score, name, focus, 1 if score - low > 0.3 * (high - low) else -1)
        for session, score, flagged in points
        if flagged
    ]


@lru_cache(maxsize=16)
def matrix_form(rules: int, low: float = 1, high: float = 5) -> alt.LayerChart:
    """The drawing for so many rules without its tables; see `matrix_tables`."""
    top, bottom = LINE + GAP, LINE + GAP + ROW * rules
    narrow_bottom = NARROW_LINE + NARROW_GAP + NARROW_ROW * rules
    line_high = alt.ExprRef(f"narrow ? {NARROW_LINE} : {LINE}")
    middle = alt.ExprRef(f"narrow ? {NARROW_LINE / 2} : {LINE / 2}")
    x, axis = session_x(), scale_axis(low, high, orient="left", titleY=middle)

    def height(field: str) -> alt.Y:
        scale = alt.Scale(domain=[low, high], range=[line_high, 0], nice=False, zero=False)
        return alt.Y(f"{field}:Q", title=say("charts.alliance"), scale=scale, axis=axis)

    def named(table: str) -> Any:
        return alt.Chart(alt.NamedData(name=table))

    blue = RATERS["client"][0]
    over = alt.selection_point(
        name="over", fields=["name"], on="pointerover", clear="pointerout", empty=False
    )
    # The line's points are in no row: with the mouse on one of them the chosen rule stays.
    row_of = "over_tuple.values[0]"
    looked_at = f"over_tuple && isValid({row_of}) ? datum.name === {row_of} : datum.focus"
    limits = named("limits").transform_filter(looked_at).encode(x=x, y=height("limit"))
    limit = limits.mark_line(color=GREY, strokeWidth=1, strokeDash=[2, 4])
    ticks = limits.mark_tick(color=INK, thickness=2, width=22, orient="horizontal")
    # No word reaches beyond the plot: the page would make room for it, and the plot would jump.
    limit_name = limits.mark_text(
        align="right",
        baseline="middle",
        dx=7,
        dy=alt.ExprRef("10 * datum.side"),
        color=INK,
        fontSize=SMALL,
    ).encode(text="word:N")
    ratings = named("ratings").encode(x=x, y=height("alliance"))
    line = ratings.mark_line(color=blue, strokeWidth=2.5).encode(detail="stretch:N")
    points = ratings.mark_point(
        size=75, strokeWidth=2, opacity=1, color=blue, fill=blue, shape="circle"
    ).encode(tooltip=["session:Q", alt.Tooltip("alliance:Q", format=".2f")])
    marks = (
        named("marks")
        .transform_filter(looked_at)
        .mark_point(
            shape="triangle-down",
            size=110,
            fill=INK,
            opacity=1,
            strokeWidth=0,
            yOffset=alt.ExprRef("18 * datum.side"),
        )
        .encode(x=x, y=height("alliance"))
    )
    now = named("now").encode(x=x)
    border = now.mark_rule(color=GREY, strokeDash=[2, 3], xOffset=10, y=0, y2=line_high)
    roomy = alt.ExprRef(f"width - scale('x', datum.session) > {HIDDEN} ? 1 : 0")
    border_name = now.mark_text(
        align="left", baseline="top", dx=16, dy=2, color=INK, fontSize=SMALL, opacity=roomy
    ).encode(text="word:N", y=alt.value(0))
    span = named("span").mark_point(opacity=0, size=0).encode(x=x)
    upper = alt.layer(span, limit, ticks, line, points, marks, limit_name, border, border_name)

    first_row = alt.ExprRef(f"narrow ? {NARROW_LINE + NARROW_GAP} : {top}")
    y = alt.Y(
        "label:N",
        sort=None,
        scale=alt.Scale(type="band", range=[first_row, alt.ExprRef("height")], padding=0),
        axis=None,
    )
    row = named("rows").encode(y=y)
    name_up, mark_down = (
        alt.ExprRef(f"narrow ? {near} : {far}") for near, far in ((-7, -11), (7, 9))
    )
    back = row.mark_rect(stroke=BAND, strokeWidth=1).encode(
        x=alt.value(0),
        x2=alt.value("width"),
        fill=alt.condition(looked_at, alt.value(BAND), alt.value(PAPER)),
        tooltip=[alt.Tooltip("verdict:N", title=" ")],
    )
    back = back.add_params(over)
    # The words stand over the marks, not beside them; a narrow page has room for the name alone.
    said = (
        row.transform_calculate(told="narrow ? datum.label : datum.said")
        .mark_text(
            align="left",
            dx=8,
            dy=name_up,
            color=INK,
            stroke=NO_RIM,
            fontSize=NOTE,
            limit=alt.ExprRef("width - 12"),
        )
        .encode(x=alt.value(0), text="told:N")
    )
    silent = row.mark_text(
        align="left",
        dx=8,
        dy=mark_down,
        color=INK,
        stroke=NO_RIM,
        fontSize=NOTE,
        fontStyle="italic",
        limit=alt.ExprRef("width - 12"),
    ).encode(x=alt.value(0), text="silent:N")
    # What the marks mean stands once, over the rows.
    short, whole = (json.dumps(each) for each in (say("matrix.short_key"), say("matrix.key")))
    key = (
        named("rows")
        .transform_filter("datum.focus")
        .transform_calculate(key=f"narrow ? {short} : {whole}")
        .mark_text(
            align="left",
            baseline="bottom",
            dx=8,
            color=INK,
            fontSize=SMALL,
            lineBreak="|",
            lineHeight=KEY,
            y=alt.ExprRef(f"narrow ? {NARROW_LINE + NARROW_GAP - 4 - KEY} : {top - 6 - KEY}"),
        )
        .encode(x=alt.value(0), text="key:N")
    )
    cells = named("cells").encode(x=x, y=y, tooltip=["label:N", "session:Q", "word:N"])

    def cell(kind: str, **mark: object) -> Any:
        wanted = cells.transform_filter(alt.FieldOneOfPredicate("kind", kind.split()))
        return wanted.mark_point(opacity=1, yOffset=mark_down, **mark)

    lower = alt.layer(
        back,
        cell("clear", size=10, fill=GREY, stroke=GREY, shape="circle"),
        cell("flagged late", size=110, fill=INK, strokeWidth=0, shape="triangle-down"),
        cell("gone", size=90, fill=PAPER, stroke=INK, strokeWidth=1.5, shape="triangle-down"),
        cell("late", size=340, fill=None, stroke=INK, strokeWidth=1.5, shape="circle"),
        said,
        silent,
        key,
    )
    columns = {
        "session": say("charts.session"),
        "alliance": say("charts.alliance"),
        "limit": say("matrix.limit_title"),
        "flags": say("matrix.flagged_by"),
    }
    chart = layered(
        upper,
        lower,
        height=bottom,
        room={"left": 4, "right": 12, "top": 10, "bottom": 4},
        read=("ratings", columns),
    ).resolve_scale(y="independent")
    return for_narrow(cast(alt.LayerChart, chart), narrow_bottom)
