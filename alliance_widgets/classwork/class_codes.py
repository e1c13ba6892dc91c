"""A student's work as one line to paste into a chat, and a class's work out of a whole chat.

A class code holds what a board shows: answers with how sure somebody was, the first and the last of
each; beliefs before and after; tapped lines; marked cases; the ratings of Noor's tenth hour. No
text of the student's own, no time, and nothing of a person but the student code. It is packed, not
locked: whoever has the kit can read it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from alliance_widgets.classwork.catalogue import (
    BELIEFS,
    RATED,
    TAPPED,
    Asked,
    fingerprint,
    questions,
)
from alliance_widgets.classwork.packing import DIGITS, Packed, Packing, as_text, as_whole
from alliance_widgets.classwork.problems import Problem, problem
from alliance_widgets.classwork.students import TAGS, Student, Submitted, tag_of
from alliance_widgets.lessons.beliefs import CLAIMS, CONFIDENCE, LEVELS
from alliance_widgets.spotting.cases import drawn_cases
from alliance_widgets.tables.ratings import RATERS, SUBSCALES
from alliance_widgets.workfile.document import Document, Entry, as_key
from alliance_widgets.workfile.student import STUDENT_ID, code_of
from alliance_widgets.workfile.student_codes import FIRST, LOWEST, SECOND, is_code

__all__ = ["LONGEST", "class_code_of", "codes_in", "looks_like_chat"]

LONGEST = 299
BEGINS = "AW1"  # the kit, and the way in which it packs
LINES, ROUNDS = 12, 8
STEPS = [None, *(n / 4 for n in range(4, 21))]  # of a rating: none, or 1 to 5 by quarters
SPOTTER = "05/spotter"


@dataclass(frozen=True)
class Detail:
    """How much of the work a code tells: last answers beside the first ones, digits of a number,
    tries up to which they are counted, marked cases."""

    last: bool
    digits: int
    tries: int
    marks: bool


# Tried in turn until the line is short enough; the last one always is.
DETAIL = (
    Detail(last=True, digits=6, tries=16, marks=True),
    Detail(last=False, digits=6, tries=16, marks=True),
    Detail(last=False, digits=4, tries=4, marks=True),
    Detail(last=False, digits=3, tries=4, marks=False),
)
_LOOKS = re.compile(r"(?<![0-9A-Za-z])AW1[0-9A-Za-z]{6,}", re.IGNORECASE)
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


def class_code_of(document: Document) -> str:
    """The class code of that work: one line of letters and digits, shorter than 300."""
    for n, detail in enumerate(DETAIL):
        packing = Packing()
        packing.put(n, len(DETAIL))
        _put_all(packing, document, detail)
        line = BEGINS + as_text(fingerprint(), 3) + as_text(packing.number)
        line += as_text(_checksum(line), 6)
        if len(line) <= LONGEST:
            break
    return line


def codes_in(chat: str, place_of: str = "line {line}") -> tuple[list[Submitted], list[Problem]]:
    """What the class codes in a chat hold, and what is wrong with some of its lines.

    Lines without a code are passed over. Of one student's codes the last counts. `place_of` is
    what a line is called.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, int], tuple[str, Submitted]] = {}
    for number, line in enumerate(_UNSEEN.sub("", chat).splitlines(), 1):
        place = place_of.format(line=number)
        for match in _LOOKS.finditer(line):
            kind = _unreadable(match[0])
            if kind:
                problems.append(problem(place, kind))
                continue
            try:
                code, tag, entries = _unpacked(match[0])
            except ValueError:  # one that a hand made: its checksum is right, and it holds nothing
                problems.append(problem(place, "code_damaged"))
                continue
            earlier = found.pop((code, tag), None)
            if earlier is not None:
                same = earlier[0] == match[0]
                kind = "code_again" if same else "code_earlier"
                problems.append(problem(earlier[1].name, kind, line=number))
            found[code, tag] = match[0], Submitted(place, entries, tag=tag)
    return [each for _, each in found.values()], problems


def looks_like_chat(text: str) -> bool:
    """Whether anything in it looks like a class code."""
    return _LOOKS.search(_UNSEEN.sub("", text)) is not None


# ---- one line ----------------------------------------------------------------------------------


def _unreadable(line: str) -> str:
    """What is wrong with what looks like a class code, as the kind of a problem; empty if
    nothing is."""
    sound = len(line) > 12 and line[:-6].startswith(BEGINS)
    if not sound or as_text(_checksum(line[:-6]), 6) != line[-6:] or len(line) > LONGEST:
        return "code_damaged"
    return "" if as_whole(line[3:6]) == fingerprint() else "code_of_another_version"


def _unpacked(line: str) -> tuple[str, int, tuple[Entry, ...]]:
    packed = Packed(as_whole(line[6:-6]))
    detail = DETAIL[packed.take(len(DETAIL))]
    writing = _Writing()
    code, tag = _take_all(packed, writing, detail)
    writing.writer = f"{tag:05x}{code.replace('-', '')}"[:40]
    writing.write(STUDENT_ID, {"code": code})
    return code, tag, writing.entries


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode()) % len(DIGITS) ** 6


class _Writing:
    """Entries as a work file has them, one after the other."""

    def __init__(self) -> None:
        self.writer = "0"
        self._told: list[tuple[str, Mapping[str, object]]] = []

    def write(self, id: str, data: Mapping[str, object]) -> None:
        """One more version of an entry."""
        self._told.append((id, data))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them."""
        told = enumerate(self._told, 1)
        return tuple(Entry.of(id, n, self.writer, None, data) for n, (id, data) in told)


# ---- all that a code holds ---------------------------------------------------------------------


def _put_all(packing: Packing, document: Document, detail: Detail) -> None:
    student = Student(code_of(document) or "", document)
    code = student.code if is_code(student.code) else f"{FIRST[0]}-{SECOND[0]}-{LOWEST}"
    first, second, number = code.split("-")
    packing.put(FIRST.index(first), len(FIRST))
    packing.put(SECOND.index(second), len(SECOND))
    packing.put(int(number) - LOWEST, 90)
    packing.put(tag_of(document.lines.values()), TAGS)
    told = {each.question: [*each.versions] for each in student.told("answer")}
    for asked in questions():
        _put_answer(packing, asked, told.get(asked.key, []), detail)
    for question in BELIEFS:
        _put_beliefs(packing, [each.get("value") for each in told.get(question, [])])
    shown = document.shown
    for key in TAPPED:
        entry = shown.get(as_key("taps", key))
        _put_taps(packing, None if entry is None or entry.data is None else entry.data.get("value"))
    for case, client, session in RATED:
        for rater in RATERS:
            entry = shown.get(as_key("rating", (case, client, session, rater)))
            _put_rating(packing, None if entry is None else entry.data)
    marked = {e.key[1]: e.data or {} for e in document.of_kind("mark") if _spotted(e)}
    _put_marks(packing, marked if detail.marks else {})


def _take_all(packed: Packed, writing: _Writing, detail: Detail) -> tuple[str, int]:
    first, second = FIRST[packed.take(len(FIRST))], SECOND[packed.take(len(SECOND))]
    code = f"{first}-{second}-{packed.take(90) + LOWEST}"
    tag = packed.take(TAGS)
    for asked in questions():
        for data in _take_answer(packed, asked, detail):
            writing.write(as_key("answer", asked.key), data)
    for question in BELIEFS:
        for value in _take_beliefs(packed):
            writing.write(as_key("answer", question), {"value": value})
    for key in TAPPED:
        state = _take_taps(packed)
        if state is not None:
            writing.write(as_key("taps", key), {"value": state})
    for case, client, session in RATED:
        for rater in RATERS:
            rated = _take_rating(packed)
            if rated is not None:
                writing.write(as_key("rating", (case, client, session, rater)), rated)
    for case, data in _take_marks(packed):
        writing.write(as_key("mark", (SPOTTER, case)), data)
    return code, tag


# ---- answers -----------------------------------------------------------------------------------

CORRECT = (None, True, False)
GIVEN = ("value", "correct", "confidence")
NOTHING, SKIPPED, ANSWERED = range(3)


def _put_answer(
    packing: Packing, asked: Asked, told: list[Mapping[str, object]], detail: Detail
) -> None:
    given = [data for data in told if asked.holds(data.get("value"))]
    last = told[-1] if told else {}
    skipped = last.get("skipped") is True and last.get("value") is None
    answered = bool(given) and given[-1] is last
    packing.put(ANSWERED if answered else SKIPPED if skipped else NOTHING, 3)
    if answered or skipped:
        packing.put(int(last.get("prediction") is True), 2)
    if not answered:
        return
    packing.put(min(max(_whole(last.get("tries")), 1), detail.tries) - 1, detail.tries)
    _put_given(packing, asked, given[0], detail.digits)
    changed = any(given[0].get(name) != last.get(name) for name in GIVEN)
    packing.put(int(changed), 2)
    if changed and detail.last:
        _put_given(packing, asked, last, detail.digits)
    elif changed:
        packing.put(_place(last.get("correct"), CORRECT), len(CORRECT))


def _put_given(packing: Packing, asked: Asked, data: Mapping[str, object], digits: int) -> None:
    asked.put(packing, data["value"], digits)
    packing.put(_place(data.get("correct"), CORRECT), len(CORRECT))
    packing.put_one_of(data.get("confidence"), CONFIDENCE)


def _take_answer(packed: Packed, asked: Asked, detail: Detail) -> Iterator[dict[str, object]]:
    state = packed.take(3)
    if state == NOTHING:
        return
    both = {"hints": 0, "skipped": state == SKIPPED, "prediction": bool(packed.take(2))}
    if state == SKIPPED:
        yield {"value": None, "tries": 0, **both}
        return
    tries = packed.take(detail.tries) + 1
    first = {**_take_given(packed, asked), **both}
    if not packed.take(2):
        yield {**first, "tries": tries}
        return
    yield {**first, "tries": 1}
    if detail.last:
        yield {**_take_given(packed, asked), **both, "tries": tries}
    else:  # what it was is not told, only whether it was right
        correct = CORRECT[packed.take(len(CORRECT))]
        yield {**first, "value": UNTOLD, "correct": correct, "confidence": None, "tries": tries}


UNTOLD = "…"
"""Stands for a last answer that had no room in the code."""


def _take_given(packed: Packed, asked: Asked) -> dict[str, object]:
    value = asked.take(packed)
    correct = CORRECT[packed.take(len(CORRECT))]
    return {"value": value, "correct": correct, "confidence": packed.take_one_of(CONFIDENCE)}


def _place(value: Any, known: tuple[Any, ...]) -> int:
    return next((n for n, each in enumerate(known) if each is value), 0)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


# ---- beliefs, taps, ratings, marks -------------------------------------------------------------


def _put_beliefs(packing: Packing, told: list[object]) -> None:
    """The first and the last level of each claim; what was never changed takes no more room."""
    fit = [each for each in told if isinstance(each, dict)]
    last = fit[-1] if told and fit and told[-1] is fit[-1] else {}
    packing.put(int(bool(last)), 2)
    if not last:
        return
    levels = tuple(LEVELS)
    for claim in CLAIMS:
        level = last.get(claim)
        packing.put_one_of(level, levels)
        first = next((each[claim] for each in fit if each.get(claim) in levels), level)
        packing.put(int(level in levels and first != level), 2)
        if level in levels and first != level:
            packing.put_one_of(first, levels)


def _take_beliefs(packed: Packed) -> Iterator[dict[str, str]]:
    if not packed.take(2):
        return
    first, last, levels = {}, {}, tuple(LEVELS)
    for claim in CLAIMS:
        level, changed = packed.take_one_of(levels), packed.take(2)
        before = packed.take_one_of(levels) if changed else level
        if level is not None and before is not None:
            first[claim], last[claim] = before, level
    if first != last:
        yield first
    if last:
        yield last


def _put_taps(packing: Packing, state: Any) -> None:
    there = isinstance(state, dict) and isinstance(state.get("tapped"), list)
    packing.put(int(there), 2)
    if there:
        packing.put(int(state.get("shown") is True), 2)
        packing.put(min(max(_whole(state.get("round")), 0), ROUNDS - 1), ROUNDS)
        for line in range(1, LINES + 1):
            packing.put(int(line in state["tapped"]), 2)


def _take_taps(packed: Packed) -> dict[str, object] | None:
    if not packed.take(2):
        return None
    shown, played = bool(packed.take(2)), packed.take(ROUNDS)
    tapped = [line for line in range(1, LINES + 1) if packed.take(2)]
    return {"round": played, "tapped": tapped, "shown": shown}


def _put_rating(packing: Packing, data: Mapping[str, object] | None) -> None:
    rated = data is not None and data.get("instrument", "own") == "own"
    values = [data.get(name) for name in SUBSCALES] if data is not None and rated else []
    steps = [n if n in STEPS and not isinstance(n, bool) else None for n in values]
    packing.put(int(rated), 2)
    for value in steps:
        packing.put(STEPS.index(value), len(STEPS))


def _take_rating(packed: Packed) -> dict[str, object] | None:
    if not packed.take(2):
        return None
    scores = {name: STEPS[packed.take(len(STEPS))] for name in SUBSCALES}
    known = [value for value in scores.values() if value is not None]
    mean = sum(known) / len(known) if known else None
    return {"instrument": "own", **scores, "alliance": mean}


@cache
def _cases() -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The cases of the lesson that are marked, each with the sessions that can be marked."""
    return tuple((case.id, case.markable) for case in drawn_cases(0))


def _spotted(entry: Entry) -> bool:
    committed = (entry.data or {}).get("committed") is True
    return committed and len(entry.key) == 2 and entry.key[0] == SPOTTER


def _put_marks(packing: Packing, marked: Mapping[str, Mapping[str, object]]) -> None:
    packing.put(int(bool(marked)), 2)
    for id, sessions in _cases() if marked else ():
        data = marked.get(id)
        packing.put(int(data is not None), 2)
        listed = [(data or {}).get(name) for name in ("ruptures", "repairs")]
        ruptures, repairs = (each if isinstance(each, list) else [] for each in listed)
        for session in sessions if data is not None else ():
            packing.put(1 if session in ruptures else 2 if session in repairs else 0, 3)


def _take_marks(packed: Packed) -> Iterator[tuple[str, dict[str, object]]]:
    if not packed.take(2):
        return
    for id, sessions in _cases():
        if packed.take(2):
            marks = {session: packed.take(3) for session in sessions}
            ruptures, repairs = ([s for s, mark in marks.items() if mark == n] for n in (1, 2))
            none = not ruptures and not repairs
            told = {"ruptures": ruptures, "repairs": repairs, "none": none}
            yield id, {**told, "committed": True}
