"""The line: a case's alliance over its sessions, with what a rule makes of it.

The chart comes in two halves. `trajectory_form.py` has the drawing, built once; `trajectory_tables`
is pure pandas and can be called at every movement of a slider. `alliance_trajectory` puts both
together into one Altair chart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from alliance_widgets.charts._drawing.palette import RATERS
from alliance_widgets.charts._drawing.picture import Form, Picture, WrittenForm
from alliance_widgets.charts._drawing.reading import CaseReading, read_case
from alliance_widgets.charts._drawing.sentences import describe
from alliance_widgets.charts.cases.marks import (
    MARKS,
    Kind,
    Mark,
    Told,
    coming_ring,
    gap_words,
    kinds_found,
    placed,
    told_ring,
)
from alliance_widgets.rules import Rule
from alliance_widgets.words import say

if TYPE_CHECKING:
    import altair as alt

__all__ = ["alliance_trajectory", "empty_picture", "trajectory_picture", "trajectory_tables"]

NAME_HEIGHT = 0.06  # how much of the scale a line's name takes up
ENDS = ["line", "rater", "session", "alliance", "at", "key", "own"]
NEAR = 2  # sessions before the one in the form: words there leave its ring's no room
NAME_SHARE = 0.28  # of the way from the first session to the last, that the band's name lies over
MOST_NAMES = 12
LIMITS = ["session", "limit", "above", "label", "name"]
USUAL = ["session", "level", "word", "at", "row"]
POINTS = ["client", "rater", "session", "alliance", "line", "stretch", "draft", "note"]


def alliance_trajectory(
    ratings: pd.DataFrame, rule: str | Rule | None = "reliable_drop", rater: str = "client"
) -> alt.LayerChart:
    """Alliance over the sessions of a case, on the instrument's whole scale.

    Each rater has a line named at its end; a session without a rating is a gap. Several clients
    become one line each.

    Read with care: a mark says that this rule noticed something, not that a rupture took place.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rule : str, Rule or None, default "reliable_drop"
        Its limits, the band that could be noise, and the possible ruptures and recoveries are drawn
        too; None draws the lines alone.
    rater : {"client", "therapist", "observer"}, default "client"
        In whose ratings the rule looks.

    Returns
    -------
    Altair chart
        Its description is what `describe` says.

    Raises
    ------
    RatingError
        For faulty ratings.
    RuleError
        For a rule that cannot judge them.
    """
    return cast("alt.LayerChart", trajectory_picture(read_case(ratings, rule, rater)).chart())


def trajectory_picture(
    reading: CaseReading,
    draft: tuple[str, int] | None = None,
    usual: bool = False,
    coming: int | None = None,
    told: Told | None = None,
) -> Picture:
    """`alliance_trajectory`, taken apart; the options as in `trajectory_tables`."""
    form = _form(reading.low, reading.high, reading.several)
    tables = trajectory_tables(reading, draft=draft, usual=usual, coming=coming, told=told)
    return Picture(form, tables, describe(reading))


def empty_picture(low: float, high: float, session: int, words: str) -> Picture:
    """The same drawing before anything is rated: a ring where `session` comes, on the scale."""
    columns = {"ratings": POINTS, "ends": ENDS, "limits": LIMITS, "usual": USUAL}
    tables = {name: pd.DataFrame(columns=fields) for name, fields in columns.items()}
    marks = pd.DataFrame([coming_ring(low, high, session)], columns=MARKS)
    return Picture(_form(low, high, False), {**tables, "marks": marks}, words)


@lru_cache(maxsize=16)
def _form(low: float, high: float, several: bool) -> Form | WrittenForm:
    """The drawing; of one case on the kit's own scale as it is written out beside this file."""

    def drawn() -> Form:
        from alliance_widgets.charts.cases.trajectory_form import trajectory_form

        return trajectory_form(low, high, several)

    if several or (low, high) != (1, 5):
        return drawn()
    return WrittenForm("cases/trajectory_form.json", drawn)


def trajectory_tables(
    ratings: pd.DataFrame | CaseReading,
    rule: str | Rule | None = "reliable_drop",
    rater: str = "client",
    draft: tuple[str, int] | None = None,
    usual: bool = False,
    by_hand: Iterable[Kind] | None = None,
    coming: int | None = None,
    told: Told | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables that `trajectory_form` draws, from ratings or from a `CaseReading`.

    Parameters
    ----------
    ratings : DataFrame or CaseReading
        Session ratings, as `check_ratings` takes them, or what `read_case` made of them.
    rule : str, Rule or None, default "reliable_drop"
        The rule whose marks and limits are drawn; None draws neither. A `CaseReading` has its own.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings. A `CaseReading` has its own.
    draft : tuple of str and int, optional
        Client and session of a rating that is not saved yet and is drawn hollow.
    usual : bool, default False
        Whether the mean of one client's ratings is drawn as this client's usual level.
    by_hand : iterable of tuples, optional
        Marks that a person made, (client, session, "rupture", "back" or "open"), drawn in place of
        the rule's.
    coming : int, optional
        The session that is to be rated: a ring keeps its place.
    told : tuple of int and float, optional
        A session and what the story's own rater rated in it: a ring with its name.

    Returns
    -------
    dict of str to DataFrame
        `ratings` (one row per rated session), `ends` (each line's name at its last point), `marks`
        (possible ruptures, recoveries, open ends and gaps), `limits` (per session what the rule
        compares with) and `usual`.

    Raises
    ------
    RatingError
        For faulty ratings.
    RuleError
        For a rule that cannot judge them.
    """
    reading = read_case(ratings, rule, rater)
    # Lists, not columns: pandas' fixed costs on a dozen rows are what a moving slider would feel.
    found = kinds_found(reading) if by_hand is None else by_hand
    if draft:  # of a session that is not saved yet nobody asks whether the record ends with it
        found = [kind for kind in found if kind != (*draft, "open")]
    marks = placed(reading, found, told)
    points = _points(reading, marks, draft)
    rings = [] if coming is None else [coming_ring(reading.low, reading.high, coming)]
    for ring in rings:
        if any(mark["label"] and mark["session"] >= ring["session"] - NEAR for mark in marks):
            ring["label"] = ""
    if told:
        rings.append(told_ring(told))
    return {
        "ratings": pd.DataFrame(points),
        "ends": _ends(points, reading, told),
        "marks": pd.DataFrame([*marks, *gap_words(reading), *rings], columns=MARKS),
        "limits": _limits(reading),
        "usual": _usual(reading, told) if usual else pd.DataFrame(columns=USUAL),
    }


def _points(
    reading: CaseReading, marks: list[Mark], draft: tuple[str, int] | None
) -> dict[str, list[Any]]:
    """Every rated session as columns: which line and which unbroken stretch of it, and its note."""
    rated = {name: reading.rated[name].tolist() for name in ("client", "rater", "session")}
    places = list(zip(*rated.values(), strict=True))
    stretch, number, last = [], 0, None
    for client, rater, session in places:
        number += (client, rater, session - 1) != last
        last = (client, rater, session)
        stretch.append(number)
    notes: dict[tuple[str, str, int], list[str]] = {}
    for mark in marks:
        notes.setdefault((mark["client"], reading.rater, mark["session"]), []).append(mark["word"])
    words = {rater: say(f"charts.rater.{rater}") for rater in RATERS}
    line = rated["client"] if reading.several else [words[rater] for rater in rated["rater"]]
    return {
        **rated,
        "alliance": reading.rated["alliance"].tolist(),
        "line": line,
        "stretch": stretch,
        "draft": [
            (client, session) == draft and rater == reading.rater
            for client, rater, session in places
        ],
        "note": [", ".join(notes.get(place, ())) for place in places],
    }


def _ends(points: dict[str, list[Any]], reading: CaseReading, told: Told | None) -> pd.DataFrame:
    """One row per line at its last point, `at` moved apart where two names come close together.

    `key` counts them from the lowest on, for a list of the names; the ring of what the story told
    is `own` to no line, and the last of them.
    """
    lines = zip(points["client"], points["rater"], strict=True)
    last = {line: place for place, line in enumerate(lines)}
    if len(last) > MOST_NAMES:
        return pd.DataFrame(columns=ENDS)
    named = [[*(points[name][place] for name in ENDS[:4]), True] for place in last.values()]
    if told:
        named.append([say("charts.mark.told"), reading.rater, *told, False])
    named.sort(key=lambda row: row[3])
    heights = [row[3] for row in named]
    gap = NAME_HEIGHT * reading.span
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + gap)
    for i in reversed(range(len(heights))):  # and back down, where the pile rose above the scale
        heights[i] = min(heights[i], reading.high - gap * (len(heights) - 1 - i))
    keys = iter(range(len(last)))
    rows = [
        [*row[:4], height, next(keys) if row[4] else len(last), row[4]]
        for row, height in zip(named, heights, strict=True)
    ]
    return pd.DataFrame(rows, columns=ENDS)


def _usual(reading: CaseReading, told: Told | None) -> pd.DataFrame:
    """A line at one client's mean, with its name where the ratings leave most room.

    `row` is how many rows of other names its own has to clear where they are listed over a drawing.
    """
    sessions, scores = (reading.judged[name].tolist() for name in ("session", "alliance"))
    if reading.several or len(scores) < 2:
        return pd.DataFrame(columns=USUAL)
    level = sum(scores) / len(scores)
    away = 0.13 * (reading.high - reading.low) / 4  # of the name's middle from the line

    def room(place: tuple[int, int]) -> float:
        first, side = place
        found: float = min(abs(score - level - side * away) for score in scores[first : first + 3])
        return found

    places = [(first, side) for first in range(max(len(scores) - 2, 1)) for side in (1, -1)]
    first, side = max(places, key=room)
    names = len(set(reading.rated["rater"].tolist())) + (told is not None)
    # The name of what could be noise ends the row above the first one.
    row = max(math.ceil(names / 2), 1 + reading.has_limits) if names > 1 else 0
    named = [sessions[first], level, say("charts.usual"), level + side * away, row]
    ends = [[session, level, "", level, row] for session in (sessions[0], sessions[-1])]
    return pd.DataFrame([ends[0], named, ends[1]], columns=USUAL)


def _limits(reading: CaseReading) -> pd.DataFrame:
    """Per session the rule's limit, and as far above the reference: between them could be noise.

    `label` is where the band's name stands: where it is clear of the lines and of the limit. Under
    the band it points up to it.
    """
    if reading.judgement is None or not reading.has_limits:
        return pd.DataFrame(columns=LIMITS)
    judged = reading.judgement.limits
    reference, limit = judged["reference"].to_numpy(float), judged["limit"].to_numpy(float)
    known = np.isfinite(reference) & np.isfinite(limit)
    above = np.clip(2 * reference - limit, reading.low, reading.high)[known]
    limit = np.clip(limit, reading.low, reading.high)[known]
    sessions = judged["session"].to_numpy()[known]
    label = np.full(len(limit), np.nan)
    name: list[str | None] = [None] * len(limit)
    if len(limit) > 2:
        place, height = _roomiest(reading, sessions, limit, above)
        label[place] = height
        word = say("charts.could_be_noise")
        name[place] = word if height > limit[place] else f"↑ {word}"
    return pd.DataFrame(dict(zip(LIMITS, (sessions, limit, above, label, name), strict=True)))


def _roomiest(reading: CaseReading, sessions: Any, limit: Any, above: Any) -> tuple[int, float]:
    """From which session on, and how high, a name lies in the band and clear of every line.

    Only where the band has no room for it, or a line runs across, it stands under the limit.
    """
    lines: dict[str, dict[int, float]] = {}
    rated_by = (reading.rated[name].tolist() for name in ("rater", "session", "alliance"))
    for rater, at, score in zip(*rated_by, strict=True):
        lines.setdefault(rater, {})[at] = score
    line = NAME_HEIGHT * reading.span
    places = []
    sessions, limit, above = sessions.tolist(), limit.tolist(), above.tolist()
    spans = 1 + math.ceil(NAME_SHARE * (sessions[-1] - 1))
    for first in range(max(len(limit) - spans, 0) + 1):
        part = slice(first, first + spans)
        runs = [[run[at] for at in sessions[part] if at in run] for run in lines.values()]
        rated = [score for run in runs for score in run]
        edges = [*limit[part], *above[part]]
        floor, ceiling = max(limit[part]), min(above[part])
        between = sorted({floor, ceiling, *(each for each in rated if floor < each < ceiling)})
        inside = [(low + high) / 2 for low, high in pairwise(between)] if floor < ceiling else []
        beneath = max(min(limit[part]) - line, reading.low + line / 2)
        for height in (*inside, beneath):
            room = min(abs(height - each) for each in (*rated, *edges))
            clear = not any(run and min(run) < height < max(run) for run in runs)
            fits = height != beneath and room > 0.55 * line
            places.append((clear, fits, min(room, 2 * line), -first, height))
    *_, first, height = max(places)
    return -first, float(height)
