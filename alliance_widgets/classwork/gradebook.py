"""What a gradebook can take: one row per student and lesson, in numbers that anybody can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import pairwise

import pandas as pd

from alliance_widgets.classwork.entry_tables import answer_rows
from alliance_widgets.classwork.students import Student
from alliance_widgets.lessons.texts import Fields, lesson_files, read_questions
from alliance_widgets.workfile.document import Entry

__all__ = ["gradebook_table", "lesson_questions", "progress_of"]

LONGEST_PAUSE = 300.0  # seconds: who stays away longer was doing something else
TIMED = ("answer", "mark", "taps", "text")
BELIEFS = {"00": "00/beliefs", "12": "12/beliefs"}


@cache
def lesson_questions() -> Mapping[str, Mapping[str, Fields]]:
    """The questions of each lesson by its number: key to texts and figures, in order."""
    return {lesson: read_questions(file) for lesson, file in lesson_files().items()}


def progress_of(student: Student) -> dict[str, tuple[int, int, int]]:
    """By lesson: how many of its questions were answered, how many it has, and how many tries."""
    given = student.told("answer")
    tries = {row["question"]: row["tries"] for told in given for row in answer_rows(told)}
    done = {*tries, *(told.question for told in given if told.last.get("value"))}
    progress = {}
    for lesson, asked in lesson_questions().items():
        keys = [*asked, *([BELIEFS[lesson]] if lesson in BELIEFS else [])]
        answered = sum(key in done for key in keys)
        progress[lesson] = answered, len(keys), sum(tries.get(key, 0) for key in keys)
    return progress


def gradebook_table(students: Sequence[Student], codes: Mapping[str, str]) -> pd.DataFrame:
    """One row per student and lesson; `codes` are the students' hand-in codes."""
    rows = []
    for student in students:
        minutes = _minutes(student.document.lines.values())
        for lesson, (answered, questions, tries) in progress_of(student).items():
            complete = "yes" if answered == questions else "no"
            counts = (tries, minutes.get(lesson, 0.0), complete, answered, questions)
            rows.append((student.code, lesson, *counts, codes.get(student.code, "")))
    columns = ["code", "lesson", "tries", "minutes", "complete", "answered", "questions"]
    return pd.DataFrame(rows, columns=[*columns, "hand_in_code"])


def _minutes(entries: Iterable[Entry]) -> dict[str, float]:
    """By lesson: the time from one saved change to the next, longer pauses left out."""
    times: dict[str, set[float]] = {}
    for entry in entries:
        at = _seconds(entry.at) if entry.kind in TIMED else None
        if at is not None and entry.key:
            times.setdefault(entry.key[0].partition("/")[0], set()).add(at)
    found = {}
    for lesson, seconds in times.items():
        ordered = sorted(seconds)
        gaps = [later - earlier for earlier, later in pairwise(ordered)]
        found[lesson] = round(sum(gap for gap in gaps if gap <= LONGEST_PAUSE) / 60, 1)
    return found


def _seconds(at: str | None) -> float | None:
    try:
        return None if at is None else datetime.fromisoformat(at).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
