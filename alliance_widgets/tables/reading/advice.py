"""What a table of ratings without the needed columns may be instead, and what to do with it."""

from __future__ import annotations

from alliance_widgets.tables.given import GivenTable
from alliance_widgets.tables.reading.dates import holds_dates
from alliance_widgets.tables.reading.numbered import NumberedColumns, numbered_columns
from alliance_widgets.tables.reading.unfolding import client_column, sets_of_sessions
from alliance_widgets.words import say

__all__ = ["advice_on_ratings"]

INSTRUMENTS = {4: "srs", 5: "arm_5", 12: "wai_sr", 19: "haq_ii", 36: "wai_36"}  # by their items
SESSION_NAMES = ("s", "session", "sitzung", "t", "visit", "week", "w", "time", "alliance")


def advice_on_ratings(given: GivenTable) -> dict[str, tuple[str, ...]]:
    """Sentences, each with the columns that are lacking no more if it is followed.

    A wide table, items of a questionnaire, dates in place of sessions; none if it is none of
    these.
    """
    if "alliance" not in given:
        names = list(given.columns)
        sessions = [] if "session" in given else sets_of_sessions(names)
        if sessions:
            return _to_unfold(sessions[0], names)
        sets = [each for each in numbered_columns(names) if len(each.names) > 1]
        if sets:
            return _to_score(max(sets, key=lambda each: len(each.names)))
    if "session" not in given:
        for name, column in given.columns.items():
            if name not in given.known and holds_dates(column):
                return {say("ratings.dates", column=name): ("session",)}
    return {}


def _to_unfold(sessions: NumberedColumns, names: list[str]) -> dict[str, tuple[str, ...]]:
    who = [name for name in client_column(names)[:1] if name != "client"]
    called = "".join(f', client="{name}"' for name in who)
    advice: dict[str, tuple[str, ...]] = {
        say("ratings.wide", columns=sessions.in_words, client=called): (
            "client",
            "session",
            "alliance",
        )
    }
    n = len(sessions.names)
    if sessions.beginning not in SESSION_NAMES and n in INSTRUMENTS:
        advice[say("ratings.or_items", example=INSTRUMENTS[n])] = ()
    return advice


def _to_score(items: NumberedColumns) -> dict[str, tuple[str, ...]]:
    example = INSTRUMENTS.get(len(items.names), "wai_sr")
    return {say("ratings.items", columns=items.in_words, example=example): ("alliance",)}
