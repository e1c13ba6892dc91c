"""One student's answers, beliefs, pictures and own words as one page that needs nothing else.

It comes from the entries alone: no clock, no name of a file, no order in which something was
merged. So the same work gives the same bytes on every computer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import pandas as pd

from alliance_widgets.classwork.gradebook import lesson_questions, progress_of
from alliance_widgets.classwork.handin.markup import element, table, text
from alliance_widgets.classwork.handin.picture import lines_picture
from alliance_widgets.classwork.pool import Pool
from alliance_widgets.classwork.students import Student
from alliance_widgets.errors import AllianceError
from alliance_widgets.lessons.texts import Fields, question_text
from alliance_widgets.tables.instruments import instrument
from alliance_widgets.tables.ratings import RATERS
from alliance_widgets.words import language, say

__all__ = ["MARKED", "page_of"]

MARKED = "<!DOCTYPE html>\n<!-- alliance_widgets hand-in -->\n"
"""How every page begins: by this a pool knows it, and passes it over."""

NOTHING_FROM_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'"
MOST_PICTURES = 40


def page_of(student: Student, code: str) -> str:
    """The whole page, with the hand-in code at its top."""
    pool = Pool([student])
    title = say("handin.title", student=student.code)
    style = (resources.files(__package__) / "style.css").read_text("utf-8")
    head = (
        element("meta", charset="utf-8")
        + element("meta", http_equiv="Content-Security-Policy", content=NOTHING_FROM_OUTSIDE)
        + element("meta", name="viewport", content="width=device-width, initial-scale=1")
        + element("title", text(title))
        + element("style", style)
    ).replace("</meta>", "")
    body = "".join(
        [
            element("h1", text(title)),
            element("p", text(say("handin.code")) + " " + element("span", code, class_="code")),
            element("p", text(say("handin.about")), class_="soft"),
            _progress(student),
            *_beliefs(pool.beliefs),
            *_lessons(pool),
            *_ratings(pool.ratings),
        ]
    )
    page = element("head", f"\n{head}\n") + "\n" + element("body", element("main", body))
    return MARKED + element("html", page, lang=language()) + "\n"


def _progress(student: Student) -> str:
    rows = [
        [lesson, text(say("handin.of", n=done, of=asked)), str(tries)]
        for lesson, (done, asked, tries) in progress_of(student).items()
    ]
    heads = [text(say(f"handin.{name}")) for name in ("lesson", "answered", "tries")]
    return table(text(say("handin.progress")), heads, rows)


def _beliefs(beliefs: pd.DataFrame) -> Iterator[str]:
    """Each claim with what was believed of it first and last."""
    if beliefs.empty:
        return
    yield element("h2", text(say("handin.beliefs")))
    first = beliefs.drop_duplicates("claim").set_index("claim")["first_level"]
    last = beliefs.drop_duplicates("claim", keep="last").set_index("claim")["level"]
    rows = [
        [text(say(f"beliefs.claim.{claim}")), *(_level(told[claim]) for told in (first, last))]
        for claim in first.index
    ]
    heads = [text(say(f"handin.{name}")) for name in ("claim", "first", "last")]
    yield table(text(say("handin.beliefs_then_now")), heads, rows)


def _level(level: str) -> str:
    return text(say(f"beliefs.level.{level}"))


def _lessons(pool: Pool) -> Iterator[str]:
    """Each lesson's answers, lines and texts, in the order in which they are asked."""
    given: dict[str, list[str]] = {}
    for row in pool.answers.to_dict("records"):
        given.setdefault(str(row["question"]), []).append(_answer(row))
    for name, rows in pool.predictions[pool.predictions["place"].notna()].groupby("question"):
        given.setdefault(str(name), []).append(_sketch(rows))
    for row in pool.predictions.dropna(subset=["percent_sure"]).to_dict("records"):
        given[str(row["question"])] = [_forecast(row)]
    for row in pool.texts.to_dict("records"):
        given.setdefault(str(row["question"]), []).append(_own_words(row))
    for name, rows in pool.marks.groupby("activity"):
        given.setdefault(str(name), []).append(_marks(rows))
    order = {key: n for asked in lesson_questions().values() for n, key in enumerate(asked)}
    lesson = ""
    for key in sorted(given, key=lambda key: (key.partition("/")[0], order.get(key, 999), key)):
        if key.partition("/")[0] != lesson:
            lesson = key.partition("/")[0]
            tasks = lesson == "task"
            title = say("handin.of_tasks") if tasks else say("handin.lesson_n", lesson=lesson)
            yield element("h2", text(title))
        heading = element("h3", text(_asked(key)))
        yield element("section", heading + "".join(given[key]), class_="asked")


def _asked(key: str) -> str:
    """The question in words; of what is asked elsewhere the key."""
    kind, *parts = key.split("/")
    if kind == "task" and len(parts) >= 3 and (task := _task_asked(*parts)):
        return task
    fields = _fields(key)
    return str(fields.get("question") or key)


def _task_asked(task: str, *rest: str) -> str:
    """What a task asked, and of whose data; empty for a task that is none of the kit's."""
    try:
        about, asked = say(f"tasks.title_of.{task}"), say(f"tasks.short.{task}.{rest[-1]}")
    except KeyError:
        return ""
    return say("handin.task", title=about, seed="/".join(rest[:-1]), asked=asked)


def _fields(key: str) -> Fields:
    lesson = key.partition("/")[0]
    if key not in lesson_questions().get(lesson, {}):
        return {}
    return question_text(key).fields


def _answer(row: Mapping[object, object]) -> str:
    if row["skipped"]:
        return element("p", text(say("handin.skipped")))
    unit = str(_fields(str(row["question"])).get("unit", ""))
    told = []
    if row["first_value"] != row["value"]:
        told.append(("first_answer", _in_words(row, "first_", unit)))
    told.append(("answer", _in_words(row, "", unit)))
    told.append(("tries", str(row["tries"])))
    inner = "".join(
        element("dt", text(say(f"handin.{name}"))) + element("dd", text(said))
        for name, said in told
    )
    return element("dl", inner)


def _in_words(row: Mapping[Any, Any], which: str, unit: str) -> str:
    """An answer, whether it is right, and how sure somebody was of it."""
    value, correct, sure = (row[f"{which}{name}"] for name in ("value", "correct", "confidence"))
    number = pd.notna(row[f"{which}number"])
    parts = [f"{value} {unit}".strip() if number else _listed(str(value))]
    if pd.notna(correct):
        parts.append(say("handin.right" if correct else "handin.not_right"))
    if pd.notna(sure):
        parts.append(say(f"handin.sure.{sure}"))
    return " · ".join(parts)


def _listed(value: str) -> str:
    """What holds several values, as lists and names; any other text as it is."""
    if value[:1] not in ("{", "["):
        return value
    try:
        told = json.loads(value)
    except ValueError:
        return value
    if isinstance(told, dict):
        return "; ".join(f"{name}: {each}" for name, each in told.items())
    return ", ".join(map(str, told)) if isinstance(told, list) else value


def _forecast(row: Mapping[object, object]) -> str:
    said = say("handin.forecast", value=row["value"], percent=row["percent_sure"])
    return element("p", text(said))


def _sketch(rows: pd.DataFrame) -> str:
    fields = _fields(str(rows["question"].iloc[0]))
    low, high = float(fields.get("low", 1)), float(fields.get("high", 5))
    inside = rows[rows["number"].between(low, high)]
    line = dict(zip(inside["place"].astype(int), inside["number"], strict=True))
    drawn = ", ".join(f"{value:g}" for value in line.values())
    said = say("handin.drawn", values=drawn)
    picture = lines_picture({say("handin.your_line"): line}, low, high, said, say("handin.session"))
    return picture + element("p", text(said), class_="soft")


def _own_words(row: Mapping[object, object]) -> str:
    shown = element("blockquote", text(str(row["text"])))
    if row["round"]:
        return element("p", text(say(f"handin.round.{row['round']}"))) + shown
    return shown


def _marks(rows: pd.DataFrame) -> str:
    told = []
    for case, marked in rows.groupby("case", sort=False):
        parts = []
        for mark, each in marked.groupby("mark", sort=False):
            places = each["session"].fillna(each["line"]).dropna().astype(int).tolist()
            numbers = ", ".join(map(str, sorted(places)))
            parts.append(say(f"handin.mark.{mark}", numbers=numbers))
        told.append(element("dt", text(str(case))) + element("dd", text("; ".join(parts))))
    return element("dl", "".join(told))


def _ratings(ratings: pd.DataFrame) -> Iterator[str]:
    """Each rated case as a picture and in a table."""
    if ratings.empty:
        return
    yield element("h2", text(say("handin.ratings")))
    for n, (key, rows) in enumerate(ratings.groupby(["case", "client", "instrument"])):
        case, client, scale = map(str, key)
        if n == MOST_PICTURES:
            yield element("p", text(say("handin.more_cases", n=MOST_PICTURES)))
            return
        yield element("section", "".join(_case(case, client, scale, rows)), class_="asked")


def _case(case: str, client: str, name: str, rows: pd.DataFrame) -> Iterator[str]:
    title = f"{client} ({case})" if case else client
    yield element("h3", text(title))
    try:
        scale = instrument(name)
    except AllianceError:  # the rating could not stand in the table then
        return
    lines = {}
    for rater in RATERS:
        rated = rows[(rows["rater"] == rater) & rows["alliance"].notna()]
        if len(rated):
            told = zip(rated["session"].astype(int), rated["alliance"], strict=True)
            lines[say(f"handin.rater.{rater}")] = dict(told)
    said = say("handin.line", title=title, raters=", ".join(lines), low=scale.low, high=scale.high)
    yield lines_picture(lines, scale.low, scale.high, said, say("handin.session"))
    columns = [c for c in ("goals", "tasks", "bond", "alliance") if rows[c].notna().any()]
    notes = "note" in rows and rows["note"].notna().any()
    heads = [say("handin.session"), say("handin.rated_by"), *(say(f"handin.{c}") for c in columns)]
    cells = [
        [
            str(row["session"]),
            text(say(f"handin.rater.{row['rater']}")),
            *("–" if pd.isna(row[c]) else f"{row[c]:.3g}" for c in columns),
            *([text(str(row["note"])) if pd.notna(row["note"]) else ""] if notes else []),
        ]
        for row in rows.to_dict("records")
    ]
    heads += [say("handin.note")] if notes else []
    yield table(text(title), [text(head) for head in heads], cells)
