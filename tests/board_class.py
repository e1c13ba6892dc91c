"""Thirty simulated students who answer questions of the lessons, and plain lists of what they did.

Nothing of the kit is used: files are written as docs/work-file.md says, and the lessons' answers
are read from their TOML files as plain text.
"""

from __future__ import annotations

import json
import random
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

LESSONS = Path(__file__).parent.parent / "alliance_widgets" / "lessons"
CLAIMS = ("warmth", "ruptures", "addiction", "goodbye", "stays", "early", "first_hour")
LEVELS = ("certainly_true", "rather_true", "unsure", "rather_false", "certainly_false")
WORDS = ("amber-finch", "blue-otter", "calm-raven", "green-owl", "silver-newt", "teal-lynx")
SURE = ("guess", "fairly_sure", "certain")


@dataclass
class Member:
    """A student's file, line by line, and beside it the account of what was done."""

    code: str
    writer: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    first: dict[str, tuple[Any, bool | None, str]] = field(default_factory=dict)
    unsaid: set[str] = field(default_factory=set)
    believed: dict[str, dict[str, str]] = field(default_factory=dict)
    rated: dict[tuple[str, str], float] = field(default_factory=dict)
    marked: dict[str, list[int]] = field(default_factory=dict)
    wrote: list[str] = field(default_factory=list)

    def write(self, *key: Any, kind: str = "answer", **data: Any) -> None:
        id = "/".join([kind, *(quote(str(part), safe="") for part in key)])
        n = len(self.lines) + 1
        at = f"2026-10-05T{10 + n // 60:02}:{n % 60:02}:11Z"
        entry = {"id": id, "counter": n, "writer": self.writer, "at": at, "data": data}
        self.lines.append(entry)

    @property
    def file(self) -> bytes:
        lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in self.lines)
        head = '{"kit":"alliance_widgets","schema_version":2,"entries":['
        return f"{head}\n{lines}\n]}}\n".encode()


def lesson_questions() -> dict[str, dict[str, Any]]:
    """Every question of the lessons, as its file has it."""
    found = {}
    for file in sorted(LESSONS.glob("*.toml")):
        found |= tomllib.loads(file.read_text("utf-8"))
    return found


def board_class(n: int = 30, seed: int = 1) -> list[Member]:
    """That many students; the first questions of a lesson are answered by more than the last."""
    dice, questions = random.Random(seed), lesson_questions()
    codes = [f"{word}-{number}" for number in range(10, 100) for word in WORDS][:n]
    return [_member(code, dice, questions) for code in codes]


def _member(code: str, dice: random.Random, questions: dict[str, dict[str, Any]]) -> Member:
    made = Member(code, f"{dice.getrandbits(48):012x}")
    made.write("code", kind="student", code=code)
    reaches = dice.choice(["03", "05", "08", "12", "12"])
    for key, fields in questions.items():
        if key[:2] <= reaches and dice.random() < 0.85:
            _answer(made, key, fields, dice)
    made.believed["before"] = {claim: dice.choice(LEVELS) for claim in CLAIMS}
    made.write("00/beliefs", value=made.believed["before"], correct=None, tries=1)
    if reaches == "12":
        made.believed["after"] = {claim: dice.choice(LEVELS) for claim in CLAIMS[:5]}
        made.write("12/beliefs", value=made.believed["after"], correct=None, tries=1)
    for rater in ("client", "therapist"):
        if dice.random() < 0.9:
            parts = [dice.randrange(4, 21) / 4 for _ in range(3)]
            made.rated["Noor", rater] = sum(parts) / 3
            named = dict(zip(("goals", "tasks", "bond"), parts, strict=True))
            key = ("story Noor", "Noor", 10, rater)
            made.write(*key, kind="rating", instrument="own", alliance=sum(parts) / 3, **named)
    for case in ("Case A 0011aabb", "Case B 2233ccdd"):
        begun = sorted(dice.sample(range(2, 9), dice.randrange(3)))
        made.marked[case] = begun
        told = {"ruptures": begun, "repairs": [], "none": not begun, "committed": True}
        made.write("05/spotter", case, kind="mark", **told)
    return made


def _answer(made: Member, key: str, fields: dict[str, Any], dice: random.Random) -> None:
    kind = fields["kind"]
    if kind in ("sketch", "text"):
        if kind == "text":
            made.wrote.append(f"My own words, {made.code[-2:]}: <b>{dice.randrange(1000)}</b>")
            made.write(key, value=made.wrote[-1], correct=None, tries=1)
        return
    if dice.random() < 0.1:
        made.unsaid.add(key)
        made.write(key, value=None, correct=None, tries=0, skipped=True)
        return
    value, right = _drawn(fields, dice)
    sure = dice.choice(SURE)
    made.first[key] = (value, right, sure)
    told = {"confidence": sure, "hints": 0, "skipped": False}
    made.write(key, value=value, correct=right, tries=1, **told)
    if right is False and dice.random() < 0.6:  # a second try, which is no belief any more
        again, correct = _drawn(fields, dice)
        made.write(key, value=again, correct=correct, tries=2, **told)


def _drawn(fields: dict[str, Any], dice: random.Random) -> tuple[Any, bool | None]:
    kind = fields["kind"]
    if kind == "choice":
        each = dice.choice(fields["answers"])
        judged = any(one.get("right") for one in fields["answers"])
        return each.get("kept_as", each["answer"]), bool(each.get("right")) if judged else None
    if kind == "match":
        chosen = {row["name"]: dice.choice(fields["choices"]) for row in fields["rows"]}
        return chosen, all(chosen[row["name"]] == row["right"] for row in fields["rows"])
    if kind == "session":
        session = dice.randrange(2, 10)
        right = fields.get("right")
        known = [right] if isinstance(right, int) else right
        return session, None if known is None else session in known
    number = float(dice.randrange(0, 101))
    right = fields.get("right")
    return number, None if right is None else abs(number - right) <= fields.get("within", 0)
