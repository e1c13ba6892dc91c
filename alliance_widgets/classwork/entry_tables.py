"""The entries of many students as tables: one row per thing that somebody gave.

What does not hold what belongs there, as a file changed by hand can, makes no row.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeGuard

import pandas as pd

from alliance_widgets.classwork.students import Student, Told
from alliance_widgets.dialogues.practice import ROUNDS, Try
from alliance_widgets.lessons.beliefs import CLAIMS, CONFIDENCE, LEVELS, SURE
from alliance_widgets.lessons.texts import lesson_files, read_questions
from alliance_widgets.spotting.marks import Marks
from alliance_widgets.tables.columns import normal_name
from alliance_widgets.tables.ratings import RATERS, SUBSCALES, check_ratings
from alliance_widgets.tables.session_rating import RatingKey
from alliance_widgets.workfile.privacy import warn_identifying
from alliance_widgets.workfile.rating_entries import rating_fault

__all__ = [
    "answer_rows",
    "answer_table",
    "belief_table",
    "mark_table",
    "prediction_table",
    "rating_table",
    "text_table",
    "written_rows",
]

MOST_SESSIONS = 1000
MOST_TRIES = 100_000
Row = dict[str, Any]


# ---- ratings -----------------------------------------------------------------------------------


def rating_table(students: Sequence[Student]) -> pd.DataFrame:
    """The session ratings, each student's as their own `WorkFile.ratings_of` shows them."""
    rows: dict[str, list[Row]] = {}
    for student in students:
        for entry in student.document.of_kind("rating"):
            if rating_fault(entry) is None:
                data = dict(entry.data or {})
                scale = str(data.get("instrument", "own"))
                key = {"student": student.code, **RatingKey.of(entry.key).columns}
                others = {n: v for n, v in data.items() if normal_name(n) not in FIRST}
                rated = {name: data.get(name) for name in SCORES}
                rows.setdefault(scale, []).append({**key, **rated, "instrument": scale, **others})
    if not rows:
        kinds = {"session": "int64", **dict.fromkeys(SCORES, "float64")}
        return pd.DataFrame({n: pd.Series([], dtype=kinds.get(n, "str")) for n in FIRST})
    table = pd.concat([_checked(pd.DataFrame(each)) for each in rows.values()], ignore_index=True)
    rater = table["rater"].map({rater: n for n, rater in enumerate(RATERS)})
    place = table[["student", "case", "client", "session"]].assign(rater=rater)
    order = place.sort_values([*place], kind="stable").index
    return table.loc[order].reset_index(drop=True)


SCORES = (*SUBSCALES, "alliance")
FIRST = ("student", "case", "client", "session", "rater", *SCORES, "instrument")


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """Ratings on one instrument, checked as any are; one client of one student is one client."""
    people = table.groupby(["student", "case", "client"], sort=False).ngroup()
    given = table[["session", "rater", *SCORES, "instrument"]].assign(
        client="c" + people.astype(str)
    )
    checked = check_ratings(given, missing=[])
    return table.assign(**{name: checked[name].to_numpy() for name in ("session", *SCORES)})


# ---- answers -----------------------------------------------------------------------------------


def answer_table(students: Sequence[Student]) -> pd.DataFrame:
    """One row per student and question that was answered or skipped."""
    return _table(_ANSWERS, students, "answer", answer_rows)


_ANSWERS = {
    **{"student": "str", "question": "str", "lesson": "str", "value": "str", "number": "float64"},
    **{"correct": "boolean", "confidence": "str", "tries": "Int64", "hints": "Int64"},
    **{"skipped": "bool", "prediction": "bool", "first_value": "str", "first_number": "float64"},
    **{"first_correct": "boolean", "first_confidence": "str", "at": "str"},
}


def answer_rows(told: Told) -> Iterator[Row]:
    """The row of an answer; none for what is a text, a line, a forecast or beliefs."""
    value, skipped = told.last.get("value"), told.last.get("skipped") is True
    if (value is None and not skipped) or _kind(told) != "answer":
        return
    if isinstance(value, dict) and told.last.get("committed") is False:
        return  # the coding of a vignette that is not committed yet
    first = told.first
    yield {
        "question": told.question,
        "lesson": told.lesson,
        "value": _as_text(value),
        "number": _number(value),
        "correct": _flag(told.last.get("correct")),
        "confidence": _word(told.last.get("confidence"), CONFIDENCE),
        "tries": max(_count(told.last.get("tries")), int(value is not None)),
        "hints": _count(told.last.get("hints")),
        "skipped": skipped and value is None,
        "prediction": told.last.get("prediction") is True,
        "first_value": _as_text(first.get("value")),
        "first_number": _number(first.get("value")),
        "first_correct": _flag(first.get("correct")),
        "first_confidence": _word(first.get("confidence"), CONFIDENCE),
        "at": told.at,
    }


# ---- predictions -------------------------------------------------------------------------------


def prediction_table(students: Sequence[Student]) -> pd.DataFrame:
    """One row per student and prediction; of a drawn line one per place in it."""
    table = _table(_PREDICTIONS, students, "answer", _prediction_rows)
    others = _table(_PREDICTIONS, students, "prediction", _other_predictions)
    if others.empty:
        return table
    whole = pd.concat([table, others], ignore_index=True)
    return whole.sort_values(["student", "question", "place"], kind="stable", ignore_index=True)


_PREDICTIONS = {
    **{"student": "str", "question": "str", "lesson": "str", "place": "Int64", "value": "str"},
    **{"number": "float64", "confidence": "str", "percent_sure": "Int64", "at": "str"},
}


def _prediction_rows(told: Told) -> Iterator[Row]:
    kind, value = _kind(told), told.last.get("value")
    predicted = kind == "answer" and told.last.get("prediction") is True
    if value is not None and (kind in ("sketch", "forecast") or predicted):
        yield from _predicted(told, value)


def _other_predictions(told: Told) -> Iterator[Row]:
    if told.last.get("value") is not None:
        yield from _predicted(told, told.last["value"])


def _predicted(told: Told, value: Any) -> Iterator[Row]:
    sure = told.last.get("confidence")
    row = {
        "question": told.question,
        "lesson": told.lesson,
        "confidence": _word(sure, CONFIDENCE),
        "percent_sure": int(sure) if isinstance(sure, str) and sure in SURE else None,
        "at": told.at,
    }
    if _is_line(value):
        for place, drawn in enumerate(value, 1):
            if drawn is not None:
                yield {**row, "place": place, "value": _as_text(drawn), "number": _number(drawn)}
    else:
        yield {**row, "place": None, "value": _as_text(value), "number": _number(value)}


# ---- marks -------------------------------------------------------------------------------------


def mark_table(students: Sequence[Student]) -> pd.DataFrame:
    """One row per mark in a case or tapped line; of what was judged to be without one, "none"."""
    marked = _table(_MARKS, students, "mark", _mark_rows)
    tapped = _table(_MARKS, students, "taps", _tap_rows)
    if tapped.empty:
        return marked
    return pd.concat([marked, tapped], ignore_index=True)


_MARKS = {
    **{"student": "str", "activity": "str", "case": "str", "session": "Int64", "line": "Int64"},
    **{"mark": "str", "committed": "bool", "at": "str"},
}


def _mark_rows(told: Told) -> Iterator[Row]:
    """Marks of a case; the last part of the key is the case."""
    activity, case = "/".join(told.key[:-1]), told.key[-1]
    listed = [told.last.get(name) for name in ("ruptures", "repairs")]
    given = [n for each in listed if isinstance(each, list) for n in each if type(n) is int]
    marks = Marks.of(told.last, {n for n in given if 1 <= n <= MOST_SESSIONS})
    row: Row = {"activity": activity, "case": case, "line": None, "at": told.at}
    row["committed"] = told.last.get("committed") is True
    for session in marks.ruptures:
        yield {**row, "session": session, "mark": "rupture"}
    for session in marks.repairs:
        yield {**row, "session": session, "mark": "back_up"}
    if marks.none:
        yield {**row, "session": None, "mark": "none"}


def _tap_rows(told: Told) -> Iterator[Row]:
    """Tapped lines of the round that stands; only what was tapped before the truth is kept."""
    state = told.last.get("value")
    if not isinstance(state, dict):
        return
    shown, told_of = state.get("shown") is True, state.get("tapped")
    tapped = [n for n in told_of if type(n) is int] if isinstance(told_of, list) else []
    lines = sorted({n for n in tapped if 1 <= n <= MOST_SESSIONS})
    row: Row = {"activity": told.question, "case": f"round {_count(state.get('round')) + 1}"}
    row |= {"session": None, "committed": shown, "at": told.at}
    for line in lines:
        yield {**row, "line": line, "mark": "tapped"}
    if shown and not lines:
        yield {**row, "line": None, "mark": "none"}


# ---- beliefs -----------------------------------------------------------------------------------


def belief_table(students: Sequence[Student]) -> pd.DataFrame:
    """One row per student, time of asking and claim."""
    return _table(_BELIEFS, students, "answer", _belief_rows)


def _belief_rows(told: Told) -> Iterator[Row]:
    if _kind(told) != "beliefs":
        return
    value = told.last["value"]
    values = (each.get("value") for each in told.versions)
    earlier = [each for each in values if _is_beliefs(each)]
    when = "before" if told.lesson == "00" else "after"
    for claim in CLAIMS:
        if claim in value:
            belief, sure = LEVELS[value[claim]]
            yield {
                **{"question": told.question, "when": when, "claim": claim, "at": told.at},
                **{"level": value[claim], "belief": belief, "sure": sure},
                "first_level": next(each[claim] for each in earlier if claim in each),
            }


_BELIEFS = {
    **{"student": "str", "question": "str", "when": "str", "claim": "str", "level": "str"},
    **{"belief": "str", "sure": "str", "first_level": "str", "at": "str"},
}


# ---- texts -------------------------------------------------------------------------------------


def text_table(students: Sequence[Student]) -> pd.DataFrame:
    """One row per text in a student's own words; notes on ratings stand with the ratings."""
    answers = _table(_TEXTS, students, "answer", written_rows)
    practised = _table(_TEXTS, students, "text", _practice_rows)
    if practised.empty:
        return answers
    whole = pd.concat([answers, practised], ignore_index=True)
    return whole.sort_values(["student", "question"], kind="stable", ignore_index=True)


_TEXTS = {
    **{"student": "str", "question": "str", "lesson": "str", "round": "str", "text": "str"},
    **{"identifying": "bool", "at": "str"},
}


def written_rows(told: Told) -> Iterator[Row]:
    """The row of a text; none for any other answer."""
    if _kind(told) == "text" and (text := str(told.last.get("value")).strip()):
        yield _text_row(told, told.question, "", text)


def _practice_rows(told: Told) -> Iterator[Row]:
    """Committed tries at what to say; the last part of the key is the round."""
    question, round = "/".join(told.key[:-1]), told.key[-1]
    written, order = Try.of(told.last.get("value")), told.last.get("order")
    if written and written.text.strip() and type(order) is int and order > 0 and round in ROUNDS:
        yield _text_row(told, question, round, written.text.strip())


def _text_row(told: Told, question: str, round: str, text: str) -> Row:
    place = {"question": question, "lesson": told.lesson, "round": round, "at": told.at}
    return {**place, "text": text, "identifying": warn_identifying(text) is not None}


# ---- what an entry is --------------------------------------------------------------------------


def _kind(told: Told) -> str:
    """What sort of answer it is: to a question, a line, a forecast, a text, or beliefs."""
    value, sure = told.last.get("value"), told.last.get("confidence")
    if _is_beliefs(value):
        return "beliefs"
    if isinstance(value, str) and (told.last.get("written") is True or _asks_for_text(told)):
        return "text"
    if isinstance(sure, str) and sure in SURE:
        return "forecast"
    return "sketch" if _is_line(value) else "answer"


def _asks_for_text(told: Told) -> bool:
    """Whether the lesson's question of that key is one for a text; or looks like one.

    A file that an earlier kit wrote does not say what was asked.
    """
    kind = _kinds().get(told.question)
    value = str(told.last.get("value"))
    looks = told.last.get("correct") is None and (len(value) > 120 or "\n" in value)
    return looks if kind is None else kind == "text"


@cache
def _kinds() -> dict[str, str]:
    """The kind of every question of the lessons, by its key."""
    files = lesson_files().values()
    return {key: str(each["kind"]) for file in files for key, each in read_questions(file).items()}


def _is_beliefs(value: object) -> TypeGuard[dict[str, str]]:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            n in CLAIMS and isinstance(each, str) and each in LEVELS for n, each in value.items()
        )
    )


def _is_line(value: object) -> bool:
    """Whether it is a drawn line: numbers, and gaps between them."""
    return (
        isinstance(value, list)
        and len(value) <= MOST_SESSIONS
        and any(each is not None for each in value)
        and all(each is None or not math.isnan(_number(each)) for each in value)
    )


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    number = _number(value)
    if not math.isnan(number):
        return f"{number:.12g}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        return math.nan
    return float(value)


def _count(value: object) -> int:
    return value if type(value) is int and 0 <= value <= MOST_TRIES else 0


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _word(value: object, known: Iterable[str]) -> str | None:
    return value if isinstance(value, str) and value in known else None


# ---- rows of all students ----------------------------------------------------------------------


def _table(
    columns: Mapping[str, str],
    students: Sequence[Student],
    kind: str,
    rows_of: Callable[[Told], Iterator[Row]],
) -> pd.DataFrame:
    """The rows of every shown entry of that kind, by student and question."""
    rows = [
        {"student": student.code, **row}
        for student in students
        for told in student.told(kind)
        for row in rows_of(told)
    ]
    return _typed(rows, columns)


def _typed(rows: Sequence[Row], columns: Mapping[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return table.astype(dict(columns)).reset_index(drop=True)
