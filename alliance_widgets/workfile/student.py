"""Whose work a document is: the code that it carries, and the codes that it carried before.

The code is an entry like any other, so that a file written by an earlier kit can hold it, and an
earlier kit keeps it. Work without one has the code that follows from its first entry: the same
old file has the same code on every computer.
"""

from __future__ import annotations

from collections.abc import Iterable

from alliance_widgets.workfile.document import Document, Entry
from alliance_widgets.workfile.student_codes import code_from, is_code

__all__ = [
    "STUDENT",
    "STUDENT_ID",
    "code_in",
    "code_of",
    "codes_of",
    "count_work",
    "first_code",
    "given_code",
    "shown_work",
]

STUDENT = "student"
STUDENT_ID = "student/code"
NOBODY = "0"  # the writer of a code that followed from the work: the least of all writers


def given_code(entry: Entry | None) -> str | None:
    """The code that an entry gives; None if it gives none."""
    data = entry.data if entry is not None and entry.id == STUDENT_ID else None
    code = None if data is None else data.get("code")
    return str(code) if is_code(code) else None


def count_work(entries: Iterable[Entry]) -> int:
    """How many of these a student recorded; the code is none of them."""
    return sum(entry.kind != STUDENT for entry in entries)


def shown_work(document: Document) -> list[Entry]:
    """The entries that a document shows; the code is none of them."""
    shown = document.shown.values()
    return [entry for entry in shown if entry.data is not None and entry.kind != STUDENT]


def code_of(document: Document) -> str | None:
    """The code of the work in a document; None if there is no work."""
    shown = given_code(document.shown.get(STUDENT_ID))
    return shown if shown is not None else code_in(document.lines.values())


def code_in(entries: Iterable[Entry]) -> str | None:
    """The code that these entries have: the last one that was given, or the one that follows."""
    entries = list(entries)
    given = [entry for entry in entries if given_code(entry)]
    if given:
        return given_code(max(given, key=lambda entry: entry.order))
    return _following(entries)


def codes_of(entries: Iterable[Entry]) -> set[str]:
    """Every code that these entries ever had: more than one where it was changed, or two merged."""
    entries = list(entries)
    found = {code for entry in entries if (code := given_code(entry))}
    following = None if found else _following(entries)
    return found if following is None else {following}


def first_code(document: Document, drawn: str, writer: str, at: str) -> Entry | None:
    """The entry that gives a document its code: the one that follows from its work or, where there
    is none yet, the one that was drawn; None if it has one."""
    if given_code(document.shown.get(STUDENT_ID)) is not None:
        return None
    shown = document.shown.get(STUDENT_ID)
    if shown is not None:  # spoilt by a hand
        data = {"code": code_of(document) or drawn}
        return Entry.of(STUDENT_ID, shown.counter + 1, writer, at, data)
    following = code_of(document)
    if following is None:
        return Entry.of(STUDENT_ID, 1, writer, at, {"code": drawn})
    return Entry.of(STUDENT_ID, 1, NOBODY, None, {"code": following})


def _following(entries: Iterable[Entry]) -> str | None:
    """The code that follows from the first entry."""
    first = min((e for e in entries if e.kind != STUDENT), key=lambda e: e.order, default=None)
    return None if first is None else code_from(first.line)
