"""Where the marks of a line stand: no line, ring or axis runs through their words."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Any

from alliance_widgets.charts._drawing.reading import CaseReading
from alliance_widgets.words import say

__all__ = [
    "MARKS",
    "Kind",
    "Mark",
    "Told",
    "coming_ring",
    "gap_words",
    "kinds_found",
    "placed",
    "told_ring",
]

Kind = tuple[str, int, str]  # client, session, and "rupture", "back" or "open"
Mark = dict[str, Any]
Told = tuple[int, float]  # a session, and what the story's own rater said of it

AWAY = 18  # pixels from a point to its mark above or below it
APART, NARROW_APART = 0.35, 0.55  # of a line: from one word at its foot to the next
BELOW = 0.19  # of the scale: what a mark and two lines of words take up
RING = 0.27  # of the scale: how far below a point a ring is in the way of its mark
# What a word beside a point takes of the line's length: on a page, and on a narrow one.
BESIDE, NARROW_BESIDE = 0.33, 0.7
FLOOR, FOOT = 0.06, 16  # of the scale: where a word beside a point would lie on the axis; pixels
EDGE, LOWER = 0.09, 14  # of the scale: this near a word lies on a limit; pixels down from there
UNDER, NARROW_UNDER = 0.1, 0.18  # of the scale: what a mark alone takes up under its point
LOW, HIGH = 0.31, 0.75  # of a narrow scale: what mark and word take up, and of any under one above
# `label` is what is written: of a rupture with which the record ends, both; it `leans` to the left
# where the limit falls into its way on the right. Mark and word stand `away` pixels below their
# point; where `side` is -1 or 1 the word stands to its left or right, and the mark `below` it. The
# others are the same on a narrow page.
MARKS = [
    *("client", "session", "alliance", "kind", "word", "label"),
    *("side", "away", "below", "narrow_side", "narrow_away", "narrow_below", "narrow_word"),
    "leans",
]


def _mark(client: str, session: float, alliance: float, kind: str, word: str, away: int) -> Mark:
    under = {"side": 0, "away": away, "narrow_side": 0, "narrow_away": away}
    under |= {"below": away, "narrow_below": away, "narrow_word": True, "leans": False}
    at = {"client": client, "session": session, "alliance": alliance}
    return {**at, "kind": kind, "word": word, "label": word, **under}


def coming_ring(low: float, high: float, session: int) -> Mark:
    """Where the point of a session comes that nobody has rated: midway, as its sliders stand."""
    word = say("charts.mark.next", session=session)
    return _mark("", session, (low + high) / 2, "ring", word, AWAY)


def told_ring(told: Told) -> Mark:
    """What the story's own rater said: its name stands among those of the lines."""
    return _mark("", *told, "ring", "", AWAY)


def gap_words(reading: CaseReading) -> list[Mark]:
    """A word at the foot of one line's gaps, in the middle of each that has room for it.

    Of the kind `other_gap` is one that a narrow page has no room for.
    """
    sessions = [] if reading.several else reading.judged["session"].tolist()
    marks: list[Mark] = []
    last = {"gap": -math.inf, "other_gap": -math.inf}
    for before, after in pairwise(sessions):
        middle, length = (before + after) / 2, sessions[-1] - sessions[0]
        if after == before + 1 or middle - max(last.values()) <= APART * length:
            continue
        kind = "gap" if middle - last["gap"] > NARROW_APART * length else "other_gap"
        last[kind] = middle
        marks.append(_mark("", middle, reading.low, kind, say("charts.mark.gap"), -1))
    return marks


def kinds_found(reading: CaseReading) -> list[Kind]:
    """Where an episode starts, where the score is back, where the record ends."""
    if reading.judgement is None:
        return []
    judged, found = reading.judged, reading.judgement.ruptures
    last = dict(zip(judged["client"].tolist(), judged["session"].tolist(), strict=True))
    episodes = zip(
        *(found[name].tolist() for name in ("client", "onset", "repair_session", "status")),
        strict=True,
    )
    kinds = []
    for client, onset, back, status in episodes:
        kinds.append((client, onset, "rupture"))
        if status == "repaired":
            kinds.append((client, int(back), "back"))
        elif status == "open":
            kinds.append((client, last[client], "open"))
    return kinds


def placed(reading: CaseReading, given: Iterable[Kind], told: Told | None = None) -> list[Mark]:
    """Each mark with its words, where there is room for it."""
    kinds, judged = set(given), reading.judged
    places = zip(judged["client"].tolist(), judged["session"].tolist(), strict=True)
    score = dict(zip(places, judged["alliance"].tolist(), strict=True))
    ends: dict[str, tuple[int, int]] = {}
    for client, session in score:
        ends[client] = (ends.get(client, (session, session))[0], session)
    limits = _limits(reading)
    marks = []
    for client, session, kind in sorted(kinds, key=lambda each: (each[:2], each[2] == "open")):
        value = score[client, session]
        share = (value - reading.low) / reading.span
        mark = _mark(client, session, value, kind, say(f"charts.mark.{kind}"), AWAY)
        if kind == "back":
            away = AWAY if share > HIGH else -AWAY
            mark |= {"away": away, "narrow_away": away}
        else:
            first, last = ends[client]
            along = (session - first) / (last - first) if last > first else 1.0
            ring = _ring_below(value, session, told, reading.span)
            mark |= _around(share, along, ring=ring) | _said(client, session, kind, kinds)
            mark |= _clear_of(limits, mark, reading.span)
        marks.append(mark)
    return marks


def _limits(reading: CaseReading) -> dict[tuple[str, int], float]:
    """The limit of the rule at each session that has one."""
    if reading.judgement is None:
        return {}
    judged = reading.judgement.limits
    columns = (judged[name].tolist() for name in ("client", "session", "limit"))
    return {(client, at): limit for client, at, limit in zip(*columns, strict=True)}


def _clear_of(limits: dict[tuple[str, int], float], mark: Mark, span: float) -> Mark:
    """How a word leaves the edge of the band: to the left or, beside a point, lower."""
    client, session, value = mark["client"], mark["session"], mark["alliance"]
    after = limits.get((client, session + 1), math.nan)
    before = [limits.get((client, at), math.nan) for at in range(session - 4, session)]
    on_edge = any(abs(limit - value) < EDGE * span for limit in before)
    lower = on_edge and mark["narrow_side"] < 0 <= mark["narrow_away"]
    return {
        "leans": not mark["side"] and after < value,
        "narrow_away": LOWER if lower else mark["narrow_away"],
    }


def _ring_below(value: float, session: int, told: Told | None, span: float) -> bool:
    return told is not None and told[0] == session and 0 <= (value - told[1]) / span < RING


def _around(share: float, along: float, *, ring: bool) -> Mark:
    """Under the point or, where it has no room there, beside it: no falling line comes from there.

    The mark stays at its session, over the point where there is no room under it. On a narrow page
    a word that has room neither under its mark nor beside it is left to the sentence.

    `share` is the point's height, `along` how far along the line it is; both from 0 to 1.
    """
    beside = 0 if share > FLOOR else -FOOT  # clear of the axis
    side = 0 if share >= BELOW and not ring else -1 if along >= BESIDE else 1
    narrow = -1 if along >= NARROW_BESIDE else 1 if along <= 1 - NARROW_BESIDE else 0
    narrow_below = -AWAY if share < NARROW_UNDER or ring else AWAY
    return {
        "side": side,
        "away": beside if side else AWAY,
        "below": -AWAY if share < UNDER or ring else AWAY,
        "narrow_side": narrow,
        "narrow_away": beside if narrow else narrow_below,
        "narrow_below": narrow_below,
        "narrow_word": narrow != 0 or share >= LOW,
    }


def _said(client: str, session: int, kind: str, kinds: Collection[Kind]) -> dict[str, str]:
    """One mark for a rupture with which the record ends, and both words under it."""
    if kind == "rupture" and (client, session, "open") in kinds:
        return {"label": f"{say('charts.mark.rupture')}\n{say('charts.mark.open')}"}
    return {"label": ""} if kind == "open" and (client, session, "rupture") in kinds else {}
