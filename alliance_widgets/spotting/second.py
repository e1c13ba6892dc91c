"""A second rater's work file: read for its marks, and for nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from os import PathLike
from pathlib import Path

from alliance_widgets.errors import WorkFileError
from alliance_widgets.spotting.cases import Case
from alliance_widgets.spotting.marks import Marks
from alliance_widgets.words import say
from alliance_widgets.workfile import MOST_BYTES, Document
from alliance_widgets.workfile.reading import read_work, refuse

__all__ = ["read_marks"]

Given = str | PathLike[str] | bytes | bytearray | memoryview


def read_marks(
    given: Given, key: str, cases: Sequence[Case], own: Collection[str] = ()
) -> dict[str, Marks]:
    """The committed marks of these cases in a work file, by the id of the case.

    `given` is the file's path or its bytes; `own` are lines of one's own file, so that it is not
    taken for somebody else's. The file is only read.

    Raises `WorkFileError` if it cannot be read or holds no work, holds no committed marks of
    these cases, or is one's own.
    """
    reading = read_work(_bytes(given))
    refuse(reading)
    by_id = {case.id: case for case in cases}
    found, lines = {}, set()
    for entry in Document(reading.entries).of_kind("mark"):
        case = by_id.get(entry.key[-1]) if entry.key[:-1] == (key,) else None
        data = entry.data or {}
        if case is None or data.get("committed") is not True:
            continue
        marks = Marks.of(data, case.markable)
        if marks.answered:
            found[case.id] = marks
            lines.add(entry.line)
    if not found:
        raise WorkFileError([say("spotter.second.no_marks", n=len(cases))])
    if lines <= set(own):
        raise WorkFileError([say("spotter.second.own_file")])
    return found


def _bytes(given: Given) -> bytes:
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)
    path = Path(given).expanduser()
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise WorkFileError(
            [say("spotter.second.not_readable", name=path.name, reason=reason)]
        ) from None
