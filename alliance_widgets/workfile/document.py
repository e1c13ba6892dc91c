"""What is kept: versions of entries, which are only ever added, so that any two files merge.

A document is a set of versions. Nothing in it is changed or taken away: a correction, a removal
and an undo are new versions of the same entry, and of an entry's versions the one with the highest
counter is shown. Merging is the union of two sets; that is why order, repetition and grouping
make no difference to it and why it loses nothing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

from alliance_widgets.arguments import as_shown
from alliance_widgets.errors import WorkFileError
from alliance_widgets.words import say

__all__ = [
    "CURRENT",
    "HEADER",
    "KIT",
    "PLAUSIBLE",
    "Data",
    "Document",
    "Entry",
    "Key",
    "as_key",
    "merge",
    "plain",
]

Data: TypeAlias = dict[str, Any]
"""What an entry holds, as JSON has it."""
KIT = "alliance_widgets"
PLAUSIBLE = 10**9  # the highest counter that many years of work could come to
CURRENT = 2  # the schema version that this kit writes
HEADER = f'{{"kit":"{KIT}","schema_version":{CURRENT},"entries":['
FOOTER = "]}"

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one entry.

    Parameters
    ----------
    id : str
        What it is about: kind and key.
    counter : int
        Which version it is, together with `writer`.
    writer : str
        Who wrote it: one running notebook.
    at : str or None
        When it was recorded, for display only.
    data : mapping or None
        What was recorded; None where it says that the entry was removed.
    line : str
        The version as text, and the whole of its identity: two versions are the same if their lines
        are.

    Attributes
    ----------
    kind : str
    key : tuple of str
    order : tuple
    """

    id: str
    counter: int
    writer: str
    at: str | None
    data: Mapping[str, Any] | None
    line: str

    @classmethod
    def of(
        cls, id: str, counter: int, writer: str, at: str | None, data: Mapping[str, object] | None
    ) -> Entry:
        """The version with these fields.

        Parameters
        ----------
        id : str
            What it is about: kind and key.
        counter : int
            Which version it is, together with `writer`.
        writer : str
            Who wrote it.
        at : str or None
            When it was recorded.
        data : mapping or None
            What was recorded; None where the entry was removed.

        Returns
        -------
        Entry
            With its `line`.

        Raises
        ------
        ValueError
            Where `data` cannot be strict JSON.
        """
        shown = f',"at":{_json(at)}' if at is not None else ""
        line = (
            f'{{"id":{_json(id)},"counter":{counter},"writer":{_json(writer)}{shown}'
            f',"data":{_json(data)}}}'
        )
        return cls(id, counter, writer, at, data, line)

    @property
    def kind(self) -> str:
        """ "rating", "answer", ...: the first part of the id."""
        return self.id.partition("/")[0]

    @property
    def key(self) -> Key:
        """What the entry is about, as it was given, in texts."""
        return tuple(unquote(part) for part in self.id.split("/")[1:])

    @property
    def order(self) -> tuple[int, str, str]:
        """The greatest of an entry's versions is shown: counter, then writer, then content."""
        return self.counter, self.writer, self.line


class Document:
    """A set of versions, and which of them is shown for each entry."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.lines: dict[str, Entry] = {}
        self.shown: dict[str, Entry] = {}
        self.highest = 0
        self.size = len(HEADER) + len(FOOTER) + 3  # in bytes, or one or two fewer
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> bool:
        """Take in a version; whether it was new."""
        if entry.line in self.lines:
            return False
        self.lines[entry.line] = entry
        self.size += len(entry.line.encode()) + 2
        if entry.counter <= PLAUSIBLE:  # one that a hand wrote does not use up everybody's room
            self.highest = max(self.highest, entry.counter)
        there = self.shown.get(entry.id)
        if there is None or entry.order > there.order:
            self.shown[entry.id] = entry
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.lines.keys() == other.lines.keys()

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self.lines)

    def of_kind(self, kind: str) -> list[Entry]:
        """The shown, not removed entries of that kind, in the order in which they were recorded."""
        found = [e for e in self.shown.values() if e.kind == kind and e.data is not None]
        return sorted(found, key=lambda entry: entry.order)

    def versions(self, id: str) -> list[Entry]:
        """Every version of one entry; the last is the one that is shown."""
        found = (entry for entry in self.lines.values() if entry.id == id)
        return sorted(found, key=lambda entry: entry.order)

    def to_bytes(self) -> bytes:
        """The document as it stands in the file: strict JSON, one version to a line, in order.

        Equal documents give equal bytes.
        """
        ordered = sorted(self.lines.values(), key=lambda entry: entry.order)
        lines = ",\n".join([entry.line for entry in ordered])
        return f"{HEADER}\n{lines}\n{FOOTER}\n".encode()


def merge(a: Document, b: Document) -> Document:
    """A new document with every version of both."""
    return Document([*a.lines.values(), *b.lines.values()])


def as_key(kind: str, key: str | int | Iterable[str | int]) -> str:
    """The id of the entry of that kind and key: readable, and different for different keys.

    Raises `WorkFileError` for a kind that is no word and for what is no key.
    """
    if not isinstance(kind, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
        raise WorkFileError([say("workfile.kind", kind=as_shown(kind))])
    try:
        parts = (key,) if isinstance(key, str | int) else tuple(key)
    except TypeError:
        raise WorkFileError([say("workfile.no_key", kind=kind, given=as_shown(key))]) from None
    return "/".join([kind, *(quote(_whole(str(part)), safe="") for part in parts)])


def plain(value: object) -> Any:
    """`value` as strict JSON can hold it; what is not a number (NaN, inf, NA) becomes None.

    Numbers of numpy become numbers, dates text, and whatever holds several values a list. Raises
    `WorkFileError` for anything else.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_whole(str(name)): plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    raise WorkFileError([say("workfile.cannot_keep", kind=type(value).__name__)])


def _whole(text: str) -> str:
    """The text with half characters, which no file can hold, made whole or replaced."""
    if text.isascii():
        return str(text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _json(value: object) -> str:
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    try:
        text.encode()
    except UnicodeEncodeError:  # half characters, from a file that somebody else wrote
        return json.dumps(value, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text
