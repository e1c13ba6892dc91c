"""Thirty simulated students' work files, and what is in them by an account of its own.

Nothing of the kit is used here: the files are written line by line as docs/work-file.md says, and
beside each line stands in a plain list what a reader must find.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

CHOICES = {
    "02/card": ("A", "B", "C"),
    "04/ama": ("yes", "no, too few", "cannot be said"),
    "11/winner": ("the best", "the luckiest", "nobody"),
}
NUMBERS = {"04/lucia": 4.0, "05/own_sd": 87.0, "08/waiting": 12.5}
CLAIMS = ("warmth", "ruptures", "addiction", "goodbye", "stays")
LEVELS = ("certainly_true", "rather_true", "unsure", "rather_false", "certainly_false")
SURE = ("guess", "fairly_sure", "certain")
WORDS = ("amber-finch", "blue-otter", "calm-raven", "green-owl", "silver-newt", "teal-lynx")


@dataclass
class Simulated:
    """One student: a file being written, and the account of it, by table."""

    code: str
    writer: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    account: dict[str, list[tuple]] = field(default_factory=dict)

    def write(self, *key: Any, kind: str = "answer", **data: Any) -> None:
        id = "/".join([kind, *(quote(str(part), safe="") for part in key)])
        n = len(self.lines) + 1
        at = f"2026-10-05T{10 + n // 60:02}:{n % 60:02}:11Z"
        self.lines.append(
            {"id": id, "counter": n, "writer": self.writer, "at": at, "data": data or None}
        )

    def expect(self, table: str, *row: Any) -> None:
        self.account.setdefault(table, []).append((self.code, *row))

    @property
    def file(self) -> bytes:
        lines = ",\n".join(json.dumps(e, ensure_ascii=False, sort_keys=True) for e in self.lines)
        head = '{"kit":"alliance_widgets","schema_version":2,"entries":['
        return f"{head}\n{lines}\n]}}\n".encode()


def class_of(n: int = 30, seed: int = 1) -> list[Simulated]:
    """That many students, each with a code, a writer and a hand of their own."""
    dice = random.Random(seed)
    codes = [f"{word}-{number}" for number in range(10, 100) for word in WORDS][:n]
    return [_student(code, dice) for code in codes]


def _student(code: str, dice: random.Random) -> Simulated:
    made = Simulated(code, f"{dice.getrandbits(48):012x}")
    made.write("code", kind="student", code=code)
    _rate(made, dice)
    for question, options in CHOICES.items():
        if dice.random() < 0.9:
            _answer(made, question, options[0], [dice.choice(options) for _ in "ab"], dice)
    for question, right in NUMBERS.items():
        if dice.random() < 0.9:
            _answer(made, question, right, [right, round(dice.uniform(0, 99), 1)], dice)
    _predict(made, dice)
    _mark(made, dice)
    _believe(made, dice)
    _write_texts(made, dice)
    return made


def _rate(made: Simulated, dice: random.Random) -> None:
    for session in range(1, 11):
        for rater in ("client", "therapist"):
            parts = [dice.randrange(4, 21) / 4 for _ in range(3)]
            mean = sum(parts) / 3
            values = dict(zip(("goals", "tasks", "bond"), parts, strict=True))
            key = ("02 pair", "Robin", session, rater)
            if dice.random() < 0.2:  # corrected later: the first version does not count
                made.write(*key, kind="rating", instrument="own", alliance=1.0, **values)
            made.write(*key, kind="rating", instrument="own", alliance=mean, **values)
            made.expect("ratings", "02 pair", "Robin", session, rater, *parts, round(mean, 9))


def _answer(made: Simulated, key: str, right: Any, given: list[Any], dice: random.Random) -> None:
    if dice.random() < 0.1:
        made.write(key, value=None, correct=None, tries=0, hints=0, confidence=None, skipped=True)
        made.expect("answers", key, None, None, None, 0, True, None, None, None)
        return
    told = [(value, value == right, dice.choice(SURE)) for value in given]
    for tries, (value, correct, sure) in enumerate(told, 1):
        made.write(
            key, value=value, correct=correct, tries=tries, hints=0, confidence=sure, skipped=False
        )
    (first, first_correct, first_sure), (last, correct, sure) = told[0], told[-1]
    row = (_text(last), correct, sure, len(told), False, _text(first), first_correct, first_sure)
    made.expect("answers", key, *row)


def _predict(made: Simulated, dice: random.Random) -> None:
    line = [None if dice.random() < 0.2 else dice.randrange(4, 21) / 4 for _ in range(8)]
    line[0] = 3.0
    made.write("03/mean", value=line, correct=None, tries=1, hints=0, confidence=None)
    for place, value in enumerate(line, 1):
        if value is not None:
            made.expect("predictions", "03/mean", place, value, None)
    many, sure = float(dice.randrange(101)), dice.choice(("50", "70", "100"))
    made.write("09/worlds", 1000, 1, "a", value=many, correct=None, tries=1, confidence=sure)
    made.expect("predictions", "09/worlds/1000/1/a", None, many, int(sure))


def _mark(made: Simulated, dice: random.Random) -> None:
    for case in ("Noor 1a2b", "a/b", "simulated 3"):
        ruptures = sorted(dice.sample(range(2, 9), dice.randrange(3)))
        repairs = [n + 1 for n in ruptures[:1] if n + 1 not in ruptures]
        told = {"ruptures": ruptures, "repairs": repairs, "none": not ruptures}
        made.write("05/spotter", case, kind="mark", **told, committed=True)
        for n in ruptures:
            made.expect("marks", "05/spotter", case, n, None, "rupture")
        for n in repairs:
            made.expect("marks", "05/spotter", case, n, None, "back_up")
        if not ruptures:
            made.expect("marks", "05/spotter", case, None, None, "none")
    tapped = sorted(dice.sample(range(1, 13), dice.randrange(4)))
    state = {"round": 1, "tapped": tapped, "shown": True, "settings": {}, "planted": 3}
    made.write("05/twelve", kind="taps", value=state)
    for line in tapped or [None]:
        mark = "none" if line is None else "tapped"
        made.expect("marks", "05/twelve", "round 2", None, line, mark)


def _believe(made: Simulated, dice: random.Random) -> None:
    for question, when in (("00/beliefs", "before"), ("12/beliefs", "after")):
        first = {claim: dice.choice(LEVELS) for claim in CLAIMS[:3]}
        last = {claim: dice.choice(LEVELS) for claim in CLAIMS}
        for value in (first, last):
            made.write(question, value=value, correct=None, tries=1, confidence=None)
        for claim, level in last.items():
            made.expect("beliefs", question, when, claim, level, first.get(claim, level))


def _write_texts(made: Simulated, dice: random.Random) -> None:
    text = dice.choice(["We end next week.", "=1+1", "<script>alert(1)</script>", "Zoë 🙂\nx"])
    made.write("12/to_noor", value=text, correct=None, tries=1, skipped=False)
    made.expect("texts", "12/to_noor", "", text)
    reply = {"text": f"I hear you, {dice.randrange(100)}.", "checks": {"stays": "yes"}}
    made.write("11/practice", "market", "first", kind="text", value=reply, order=1)
    made.expect("texts", "11/practice/market", "first", reply["text"])
    draft = {"text": "not said yet", "checks": {}}
    made.write("11/practice", "market", "again", kind="text", value=draft, order=0)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def all_expected(students: list[Simulated], table: str) -> Iterator[tuple]:
    """The rows of one table, of all students."""
    for student in students:
        yield from student.account.get(table, ())
