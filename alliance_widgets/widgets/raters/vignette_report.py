"""What came of coding a vignette: two codings, two ideas, and what the client's rating did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from alliance_widgets.charts import Picture, compare_last_session, read_case
from alliance_widgets.charts.cases.spans import span_picture
from alliance_widgets.dialogues import Coded, Marker, Turn, Vignette
from alliance_widgets.ruptures.episodes import flag_sessions
from alliance_widgets.widgets.page import report
from alliance_widgets.words import say

__all__ = ["answer_table", "blocks", "dialogue_ask", "hour_picture", "so_far", "speaker"]

RULE = "reliable_drop"
SOON = 3  # sessions after the hour in which a later fall is still looked for


def speaker(vignette: Vignette, turn: Turn) -> str:
    """Who says this turn."""
    return vignette.client if turn.speaker == "client" else say("reader.therapist")


def dialogue_ask(
    vignette: Vignette, number: int, n: int, known: Iterable[Marker]
) -> dict[str, Any]:
    """The dialogue, one of `n`, and what is asked of it, as the page knows them."""
    markers = list(known)
    signs = [each for each in markers if each.family != "resolution"]
    ways = [each for each in markers if each.family == "resolution"]
    note = ""
    if vignette.turns_on_difference:
        note = say("reader.content_note", difference=_difference(vignette.difference))
    return {
        "kind": "dialogue",
        "text": say("reader.legend", number=number, n=n, title=vignette.title),
        "setting": vignette.setting,
        "note": note,
        "help": say("reader.onset_help"),
        "turns_label": say("reader.turns"),
        "turns": [
            {"number": t.number, "speaker": t.speaker, "who": speaker(vignette, t), "text": t.text}
            for t in vignette.turns
        ],
        "begins": say("reader.begins"),
        "family": say("reader.family"),
        "families": [
            {"value": f, "label": say(f"reader.{f}"), "meaning": say(f"reader.{f}_means")}
            for f in ("withdrawal", "confrontation")
        ],
        "marker": {**_options("marker", signs), "label": say("reader.marker")},
        "strategy": {**_options("strategy", ways), "label": say("reader.strategy")},
        "source": markers[0].source,
    }


def _options(name: str, markers: list[Marker]) -> dict[str, object]:
    options = [
        {"value": each.name, "label": each.title, "meaning": each.sign, "family": each.family}
        for each in markers
    ]
    return {"name": name, "empty": say("reader.choose"), "options": options}


def _difference(name: str) -> str:
    """The difference in words; one of somebody's own vignettes as it is called there."""
    try:
        return say(f"reader.difference.{name}")
    except KeyError:
        return name


def blocks(vignette: Vignette, coded: Coded, known: Mapping[str, Marker]) -> list[dict[str, Any]]:
    """The author's coding and ideas beside the reader's, and the ratings in words."""
    return [
        report.heading(say("reader.heading_coding")),
        *map(report.text, _coding(vignette, coded, known)),
        report.heading(say("reader.heading_strategy")),
        *map(report.text, _strategy(vignette, coded, known)),
        report.note(f"{vignette.advice[0].basis} {vignette.nobody_knows}"),
        report.heading(say("reader.heading_rating")),
        *map(report.text, _rating(vignette)),
        report.note(say("reader.invented")),
    ]


def _coding(vignette: Vignette, coded: Coded, known: Mapping[str, Marker]) -> Iterator[str]:
    right = vignette.codings[vignette.marker]
    yield say(
        "reader.author",
        family=vignette.family,
        marker=known[vignette.marker].title,
        onset=vignette.onset,
        why=right.feedback,
    )
    theirs = vignette.codings[str(coded.marker)]
    key = "reader.same_marker" if theirs.verdict == "marker" else "reader.other_marker"
    said = [say(key, marker=known[theirs.marker].title, feedback=theirs.feedback)]
    apart = int(coded.onset or 0) - vignette.onset
    if apart:
        way = say("reader.earlier" if apart < 0 else "reader.later")
        said.append(say("reader.onset_apart", n=abs(apart), yours=coded.onset, way=way))
    else:
        said.append(say("reader.same_onset"))
    if apart or theirs.verdict != "marker":
        said.append(say("reader.two_readers"))
    yield " ".join(said)


def _strategy(vignette: Vignette, coded: Coded, known: Mapping[str, Marker]) -> Iterator[str]:
    standing = {each.strategy: each for each in vignette.advice}
    mine = standing.get(str(coded.strategy))
    key = "other" if mine is None else {"best": "same"}.get(mine.standing, mine.standing)
    title, why = known[str(coded.strategy)].title, mine.why if mine else ""
    yield say(f"reader.{key}_strategy", strategy=title, why=why)
    for each in sorted(vignette.advice, key=lambda advice: advice.standing != "best"):
        if each is not mine:
            key = "first_choice" if each.standing == "best" else "also_plausible"
            yield say(f"reader.{key}", strategy=known[each.strategy].title, why=each.why)


def _rating(vignette: Vignette) -> Iterator[str]:
    then = vignette.ratings[vignette.ratings["session"] <= vignette.session]
    sentence = compare_last_session(then, RULE)
    yield say("reader.in_this_hour", session=vignette.session, sentence=sentence)
    hour, after = _falls(vignette)
    if not hour:
        if after:
            yield say("reader.nothing_but_later", session=after[0])
        else:
            yield say("reader.nothing_then")
    yield vignette.rating_note


def _falls(vignette: Vignette) -> tuple[bool, list[int]]:
    """Whether the rule marks the client's rating in this hour, and which sessions soon after."""
    flagged = flag_sessions(vignette.ratings, RULE)["session"].tolist()
    soon = range(vignette.session + 1, vignette.session + SOON + 1)
    return vignette.session in flagged, [session for session in flagged if session in soon]


def so_far(coded: Iterable[Vignette], n: int) -> str:
    """In how many of the hours coded the client's rating shows anything, in a sentence."""
    falls = [_falls(vignette) for vignette in coded]
    hour = sum(now for now, _ in falls)
    later = sum(bool(after) and not now for now, after in falls)
    values = {"hour": hour, "later": later, "nothing": len(falls) - hour - later}
    return say("reader.so_far", n=len(falls), all=n, **values)


def hour_picture(vignette: Vignette) -> Picture:
    """The client's course, with this hour shaded."""
    hour = (vignette.session, vignette.session, say("reader.this_hour"))
    return span_picture(read_case(vignette.ratings, RULE), [hour])


def answer_table(coded: Iterable[tuple[Vignette, Coded]]) -> pd.DataFrame:
    """One row per committed vignette: `vignette`, the reader's `family`, `marker`, `onset` and
    `strategy`, the author's `author_family`, `author_marker` and `author_onset`, and `verdict`.
    """
    rows = [
        (
            *(vignette.id, answer.family, answer.marker, answer.onset, answer.strategy),
            *(vignette.family, vignette.marker, vignette.onset),
            vignette.codings[str(answer.marker)].verdict,
        )
        for vignette, answer in coded
    ]
    columns = ["vignette", "family", "marker", "onset", "strategy"]
    columns += ["author_family", "author_marker", "author_onset", "verdict"]
    kinds = {name: "int64" if name.endswith("onset") else "str" for name in columns}
    return pd.DataFrame(rows, columns=columns).astype(kinds)
