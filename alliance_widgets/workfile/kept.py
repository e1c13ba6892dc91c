"""A document and the file it is kept in: taken in before it is written, and written at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from alliance_widgets.errors import WorkFileError
from alliance_widgets.words import say
from alliance_widgets.workfile.copies import notices_of_copies
from alliance_widgets.workfile.document import CURRENT, Document, Entry
from alliance_widgets.workfile.rating_entries import rating_fault, rating_remark
from alliance_widgets.workfile.reading import MOST_BYTES, Reading, read_work
from alliance_widgets.workfile.storage import Signature, Storage, is_there, reason
from alliance_widgets.workfile.student import STUDENT_ID, count_work, first_code
from alliance_widgets.workfile.student_codes import drawn_code

__all__ = ["KeptDocument"]

LONGEST_ENTRY = 200_000  # bytes
HIGHEST_COUNTER = 10**15
MOST_BESIDE = 9
LOCK_REST = 30.0  # seconds in which a lock that was not got once is not waited for again
MOST_FAULTS_SAID = 5


class _Closed(Exception):
    """The file at the path may not be written; the message says why."""


class KeptDocument:
    """A document in memory that is never behind its file.

    `save` makes a change on top of what the file holds and writes all of it. No disk fault is
    raised: what could not be written stays in `pending`, `fault` says why, and `notices` list
    what happened to the file.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._store = Storage(home)
        self._beside = 1
        self._seen: Signature | None = None
        self._closed = ""
        self._set_aside = ""
        self._no_wait_before = 0.0
        self.drawn = drawn_code()  # the student's code, where the work has none yet
        self._waited = False  # whether something was in memory only while `fault` stood
        self.document = Document()
        self.writer = secrets.token_hex(6)
        self.pending: set[str] = set()
        self.fault = ""
        self.notices: list[str] = []
        self.saved_at: datetime | None = None
        if not is_there(home) and is_there(self._name_beside(2)):
            self._go_beside()  # where earlier work went when another program's file was here
        self.flush()
        self.notices += notices_of_copies(self.path, home, self.document.lines)

    @property
    def path(self) -> Path:
        """Where the document is kept."""
        return self._store.path

    def add(self, id: str, data: Mapping[str, object] | None) -> Entry | None:
        """A new version of one entry, in memory; None if it would say nothing new.

        Raises `WorkFileError` for what is too deep or too large to be kept.
        """
        shown = self.document.shown.get(id)
        if shown is None and data is None:
            return None
        counter = max(self.document.highest, shown.counter if shown is not None else 0) + 1
        if counter > HIGHEST_COUNTER:
            raise WorkFileError([say("workfile.counters")])
        try:
            if shown is not None:
                same = Entry.of(id, shown.counter, shown.writer, shown.at, data)
                if same.line == shown.line:
                    return None
            entry = Entry.of(id, counter, self.writer, _now(), data)
        except (ValueError, RecursionError):
            raise WorkFileError([say("workfile.too_deep", kind=id.partition("/")[0])]) from None
        size = len(entry.line.encode())
        if size > LONGEST_ENTRY:
            limit = LONGEST_ENTRY // 1000
            raise WorkFileError([say("workfile.too_long", size=size // 1000, limit=limit)])
        new = [entry] if id == STUDENT_ID else [*self.naming(), entry]
        if self.document.size + sum(len(each.line.encode()) + 2 for each in new) > MOST_BYTES:
            raise WorkFileError([say("workfile.full", limit=MOST_BYTES // 1_000_000)])
        for each in new:
            self.document.add(each)
            self.pending.add(each.line)
        return entry

    def naming(self) -> list[Entry]:
        """The entry that gives this work its student code; none if it has one."""
        entry = first_code(self.document, self.drawn, self.writer, _now())
        return [] if entry is None else [entry]

    def merge(self, entries: Iterable[Entry]) -> None:
        """Take in entries from elsewhere, in memory; the next save writes them."""
        new = list(entries)
        self._take_in(new)
        self.pending |= {entry.line for entry in new}

    def data(self, id: str) -> Mapping[str, Any] | None:
        """What the shown version of an entry holds; None if it is not there."""
        entry = self.document.shown.get(id)
        return None if entry is None else entry.data

    def flush(self) -> bool:
        """Take in what is new in the file and write what is not in it; whether all is on disk."""
        try:
            self._look()
        except _Closed as closed:
            return self._end(str(closed))
        except OSError as error:
            return self._end(reason(error))
        if self.pending or self._set_aside == "damaged":
            return self.save()
        return self._end(self._store.refuses())

    def waits(self) -> bool:
        """Whether a browser's store has yet to take what was written."""
        return self._store.waits()

    def says(self, id: str, data: Mapping[str, object] | None) -> bool:
        """Whether the entry says just that already."""
        shown = self.document.shown.get(id)
        if shown is None:
            return data is None
        try:
            return Entry.of(id, shown.counter, shown.writer, shown.at, data).line == shown.line
        except (ValueError, RecursionError):
            return False

    def save(self, change: Callable[[], None] | None = None) -> bool:
        """Under the lock: take in the file, make the change on top of it, write.

        Where the disk refuses the change is made in memory all the same.
        """
        waiting = [change] if change is not None else []
        fault = ""
        try:
            while True:
                store = self._store
                with store.locked(self._patience()):
                    self._look()
                    if store is not self._store:
                        continue
                    while waiting:
                        waiting.pop()()
                    if self.pending or self._set_aside:
                        self._write()
                    break
        except _Closed as closed:
            fault = str(closed)
        except OSError as error:
            fault = reason(error)
            if isinstance(error, TimeoutError) and self._patience() is None:
                self._no_wait_before = monotonic() + LOCK_REST
        while waiting:
            waiting.pop()()
        return self._end(fault or self._store.not_kept())

    def _patience(self) -> float | None:
        """How long to wait for the lock: not at all, for a while after a wait in vain."""
        return 0.0 if monotonic() < self._no_wait_before else None

    def _end(self, fault: str) -> bool:
        if fault and fault != self.fault:
            self.notices.append(fault)
        self._waited = self._waited or bool(fault and self.pending)
        if self._waited and not fault and not self.pending:
            self._waited = False
            self.notices.append(say("workfile.saved_again"))
        self.fault = fault
        return not self.pending

    def _write(self) -> None:
        if self._set_aside:
            aside = self._store.set_aside(self._set_aside)
            self._set_aside = ""
            self.notices.append(say("workfile.set_aside", name=aside.name))
        self._seen = self._store.replace(self.document.to_bytes())
        self.pending.clear()
        self.saved_at = datetime.now()

    def _look(self) -> None:
        """Take in what the file holds, unless it is what was last read or written here."""
        signature = self._store.signature()
        if signature != self._seen:
            self._closed = self._set_aside = ""
            if signature is None:
                self.notices.append(say("workfile.gone", name=self.path.name))
                self.pending = set(self.document.lines)
                self._seen = None
            else:
                raw, self._seen = self._store.read(MOST_BYTES)
                self._understand(read_work(raw, self.document.lines))
        if self._closed:
            raise _Closed(self._closed)

    def _understand(self, reading: Reading) -> None:
        """What follows from what the file turned out to be."""
        name = self.path.name
        there = {entry.line for entry in reading.entries}
        known = self.document.lines
        lost = count_work(known[line] for line in known.keys() - self.pending - there)
        self._take_in(reading.entries)
        self.pending = self.document.lines.keys() - there
        if reading.kind in ("newer", "too_large"):
            values = {"version": reading.version, "current": CURRENT, "name": name}
            limit = MOST_BYTES // 1_000_000
            self._closed = say(f"workfile.closed.{reading.kind}", **values, limit=limit)
        elif reading.kind == "foreign" or (
            reading.kind == "unreadable" and self.path.suffix.lower() != ".json"
        ):
            if self._beside == MOST_BESIDE:
                self._closed = say("workfile.closed.foreign", name=self._home.name)
                return
            self._go_beside()
            self.notices.append(say("workfile.beside", name=name, beside=self.path.name))
            self._look()
        elif reading.kind in ("damaged", "unreadable"):
            self._set_aside = "damaged"
            left = count_work(reading.entries)
            self.notices.append(say("workfile.damaged", name=name, n=left))
            self.notices += reading.faults[:MOST_FAULTS_SAID]
        elif reading.kind == "empty":
            self.notices.append(say("workfile.empty", name=name))
        elif reading.version < CURRENT:
            self._set_aside = f"version-{reading.version}"
            self.notices.append(say("workfile.older", name=name, version=reading.version))
        if lost and reading.kind == "work":
            self.notices.append(say("workfile.replaced", n=lost))

    def _go_beside(self) -> None:
        """Another program's file is never touched: go on under the next name beside it."""
        self._beside += 1
        self._store, self._seen = Storage(self._name_beside(self._beside)), None

    def _name_beside(self, n: int) -> Path:
        return self._home.with_name(f"{self._home.stem}-{n}.json")

    def _take_in(self, entries: Iterable[Entry]) -> None:
        new = [entry for entry in entries if self.document.add(entry)]
        shown = [entry for entry in new if entry.kind == "rating" and entry.data is not None]
        faults = [fault for fault in map(rating_fault, shown) if fault is not None]
        if faults:
            self.notices.append(say("workfile.left_out", n=len(faults), first=faults[0]))
        remarks = [said for said in map(rating_remark, shown) if said is not None]
        if remarks:
            self.notices.append(say("workfile.not_the_mean", n=len(remarks), first=remarks[0]))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
