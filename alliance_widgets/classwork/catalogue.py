"""What a class code can hold: the lessons' questions in their order, and how an answer is packed.

A code says which catalogue it was written with. Where a question, an answer or their order has
changed since, it is refused and not misread.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from alliance_widgets.classwork.packing import Packed, Packing
from alliance_widgets.lessons.beliefs import CLAIMS, LEVELS
from alliance_widgets.lessons.texts import lesson_files, read_questions

__all__ = ["BELIEFS", "TAPPED", "Asked", "fingerprint", "questions"]

BELIEFS = ("00/beliefs", "12/beliefs")
TAPPED = ("00/taps", "05/twelve")
RATED = (("story Noor", "Noor", "10"),)  # as the case book of a story keeps it
FINGERPRINTS = 62**3
NUMBERS = ("number", "session")


@dataclass(frozen=True)
class Asked:
    """A question whose answer is one of `options`, one of them for each of `rows`, or a number."""

    key: str
    kind: str
    options: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    def holds(self, value: Any) -> bool:
        """Whether this is an answer that a code can hold."""
        if self.kind == "choice":
            return isinstance(value, str) and value in self.options
        if self.kind == "match":
            known = isinstance(value, dict) and {*value} == {*self.rows}
            return known and all(isinstance(v, str) and v in self.options for v in value.values())
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and abs(value) < 1e9

    def put(self, packing: Packing, value: Any, digits: int) -> None:
        """Pack an answer."""
        if self.kind in NUMBERS:
            packing.put_number(value, digits)
            return
        for each in [value] if self.kind == "choice" else [value[row] for row in self.rows]:
            packing.put(self.options.index(each), len(self.options))

    def take(self, packed: Packed) -> Any:
        """The answer that was packed, as a work file keeps it."""
        if self.kind in NUMBERS:
            number = packed.take_number()
            return int(number) if self.kind == "session" else number
        if self.kind == "choice":
            return self.options[packed.take(len(self.options))]
        return {row: self.options[packed.take(len(self.options))] for row in self.rows}


@cache
def questions() -> tuple[Asked, ...]:
    """The questions of all lessons that have a short answer, in order."""
    return tuple(
        _asked(key, fields)
        for file in lesson_files().values()
        for key, fields in read_questions(file).items()
        if fields["kind"] in ("choice", "match", *NUMBERS)
    )


@cache
def fingerprint() -> int:
    """A number that is another one when a question or an answer of the catalogue is another."""
    told = [questions(), CLAIMS, tuple(LEVELS), BELIEFS, TAPPED, RATED]
    return zlib.crc32(repr(told).encode()) % FINGERPRINTS


def _asked(key: str, fields: Any) -> Asked:
    if fields["kind"] == "choice":
        kept = tuple(each.get("kept_as", each["answer"]) for each in fields["answers"])
        return Asked(key, "choice", kept)
    if fields["kind"] == "match":
        rows: Sequence[Any] = fields["rows"]
        return Asked(key, "match", tuple(fields["choices"]), tuple(each["name"] for each in rows))
    return Asked(key, fields["kind"])
