"""The work file as the rest of the kit sees it: record, remove, undo, merge, download."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from alliance_widgets.csv_files import to_csv_text
from alliance_widgets.errors import WorkFileError
from alliance_widgets.instruments import instrument as instrument_named
from alliance_widgets.words import say
from alliance_widgets.workfile.document import CURRENT, Document, Entry, Key, as_key, plain
from alliance_widgets.workfile.rating_entries import (
    instruments_used,
    rating_data,
    rating_fault,
    ratings_table,
)
from alliance_widgets.workfile.reading import MOST_BYTES, Reading, read_work, refuse
from alliance_widgets.workfile.storage import Signature, Storage, reason

__all__ = ["Change", "Upload", "WorkFile"]

LONGEST_ENTRY = 200_000  # bytes
LONGEST_ID = 2000
HIGHEST_COUNTER = 10**15
HIGHEST_UPLOADED = 10**12  # leaves room above whatever a file from elsewhere claims
MOST_BESIDE = 9
MOST_FAULTS_SAID = 5

KeyGiven = str | int | Iterable[str | int]


class Change(NamedTuple):
    """What an undo or redo did to one entry; None stands for not being there."""

    kind: str
    key: Key
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Upload:
    """What merging a file did to the entries that are shown here, by number, and in words.

    `conflicts` counts entries that claim to be the same version and differ; both are kept.
    `refused` says of each entry that could not be understood why. `saved`: is all of it on disk?
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    conflicts: int
    refused: tuple[str, ...]
    saved: bool
    sentence: str


class _Closed(Exception):
    """The file at the path may not be written; the message says why."""


class WorkFile:
    """A student's work: everything recorded here is on the disk when the call comes back.

    `path` is `my_work/alliance_work.json` if it is left out; the environment variable
    `ALLIANCE_WORK` names another folder, and a `path` that is a folder holds a file of that name.
    Nothing is written before something is recorded. Several notebooks may have the same file
    open: each sees what the others saved whenever it saves itself.

    No disk fault is ever raised: `saved` is False then, `status` says why and what to do,
    `unsaved` counts what is only in memory, and the next save that works writes all of it.
    `notices` are the sentences about whatever else happened to the file.
    """

    def __init__(self, path: str | PathLike[str] | None = None) -> None:
        self._home = _place(path)
        self._store = Storage(self._home)
        self._beside = 1
        self._writer = secrets.token_hex(6)
        self._document = Document()
        self._pending: set[str] = set()
        self._seen: Signature | None = None
        self._closed = ""
        self._set_aside = ""
        self._fault = ""
        self._notices: list[str] = []
        self._saved_at: datetime | None = None
        self._done: list[tuple[Entry, Mapping[str, Any] | None]] = []
        self._undone: list[tuple[Entry, Mapping[str, Any] | None]] = []
        if not self._home.exists() and self._name_beside(2).exists():
            self._go_beside()  # where earlier work went when another program's file was here
        self.flush()

    @property
    def path(self) -> Path:
        """Where the work is saved. Another name beside it if a file of another program is there."""
        return self._store.path

    @property
    def saved(self) -> bool:
        """Whether everything recorded here is on the disk."""
        return not self._pending

    @property
    def unsaved(self) -> int:
        """How many versions of entries are in memory only."""
        return len(self._pending)

    @property
    def status(self) -> str:
        """How things stand, in a sentence: saved when, or not, and then why and what to do."""
        if self._fault:
            if self._pending:
                return say("workfile.unsaved", n=self.unsaved, reason=self._fault)
            return self._fault
        if self._pending:
            return say("workfile.not_yet", n=self.unsaved)
        if self._saved_at is not None:
            return say("workfile.saved", time=f"{self._saved_at:%H:%M}")
        n = sum(entry.data is not None for entry in self._document.shown.values())
        return say("workfile.opened", n=n) if n else say("workfile.nothing")

    @property
    def fault(self) -> str:
        """Why the last save did not succeed, in words; empty if it did."""
        return self._fault

    @property
    def notices(self) -> tuple[str, ...]:
        """What happened to the file, in words, oldest first: set aside, replaced, not writable."""
        return tuple(self._notices)

    @property
    def ratings(self) -> pd.DataFrame:
        """The session ratings, a table that passes `check_ratings`: `client`, `session`, `rater`,
        `goals`, `tasks`, `bond`, `alliance`, `instrument`, and what else was recorded with them.

        No rows if nothing is rated. Ratings on another instrument do not stand beside these, for
        their numbers do not compare: see `ratings_of`.
        """
        return self.ratings_of()

    def ratings_of(self, instrument: str | None = None, case: str | None = None) -> pd.DataFrame:
        """The ratings on one instrument, and of one case if it is named.

        Without `instrument` those on the kit's own scale or, if there are none, on the instrument
        used most. Raises `InstrumentError` for an unknown one.
        """
        name = None if instrument is None else instrument_named(instrument).name
        return ratings_table(self._document.of_kind("rating"), name, case)

    def record_rating(self, **columns: Any) -> bool:
        """Record one session: `client`, `session`, and what was rated; whether it is on disk.

        `rater` is `client` if left out, `instrument` the kit's own; `case` may say which case
        study the client belongs to; other columns are kept with the rating. Recorded again, the
        same case, client, session and rater is corrected, never doubled; a session recorded
        without numbers is one that was skipped.

        Raises `RatingError` or `InstrumentError`, naming every fault; nothing is recorded then.
        """
        key, data = rating_data(columns)
        saved = self._set("rating", key, data)
        if any(data["instrument"] != other for other in self._instruments_named()):
            used = instruments_used(self._document.of_kind("rating"))
            titles = [instrument_named(name).title for name in used]
            if len(used) > 1:
                others = ", ".join(titles[1:])
                self._say_once(say("workfile.instruments", shown=titles[0], others=others))
        return saved

    def remove_rating(
        self, client: str | int, session: int, rater: str = "client", case: str = ""
    ) -> bool:
        """Remove one session's rating; whether that is on disk. `undo` brings it back."""
        return self.remove("rating", (case, str(client).strip(), int(session), rater))

    def record(self, kind: str, key: KeyGiven, /, **data: Any) -> bool:
        """Record `data` as the entry of that kind and key; whether it is on disk.

        `kind` is a word ("prediction", "answer", "mark", "setting"); `key` is what the entry is
        about, one text or number or several: `record("mark", ("Noor", 5), rupture=True)`. What
        was there is superseded and kept in `history`. The same data again change nothing.

        Raises `WorkFileError` for what cannot be kept: a kind that is no word, an object that has
        no plain form, an entry above 200 kB, more than a file holds (20 MB).
        """
        return self._set(kind, key, data)

    def remove(self, kind: str, key: KeyGiven, /) -> bool:
        """Remove an entry; whether that is on disk. It stays in `history`; `undo` brings it back.

        Raises `WorkFileError` for a kind that is no word.
        """
        return self._set(kind, key, None)

    def entries(self, kind: str) -> dict[Key, dict[str, Any]]:
        """The data of every entry of that kind by its key (a tuple of texts), as recorded."""
        return {
            entry.key: deepcopy(dict(entry.data or {})) for entry in self._document.of_kind(kind)
        }

    def get(self, kind: str, key: KeyGiven, /) -> dict[str, Any] | None:
        """The data of one entry; None if it is not there."""
        entry = self._document.shown.get(as_key(kind, key))
        return None if entry is None or entry.data is None else deepcopy(dict(entry.data))

    def history(self, kind: str, key: KeyGiven, /) -> list[Entry]:
        """Every version of one entry that was ever recorded; the last is the one shown."""
        return self._document.versions(as_key(kind, key))

    def undo(self) -> Change | None:
        """Take back what was recorded or removed here last; what changed, or None.

        The entry becomes what it was before, which is a new version like any other. An entry that
        somebody else has changed since stays as they left it, and `notices` says so. What was
        recorded before this notebook was started is not undone.
        """
        return self._turn(self._done, self._undone, "workfile.nothing_to_undo")

    def redo(self) -> Change | None:
        """Take back the last `undo`, unless something was recorded since; what changed, or None."""
        return self._turn(self._undone, self._done, "workfile.nothing_to_redo")

    def flush(self) -> bool:
        """Look at the file, take in what is new in it, and write what is not in it yet.

        Whether everything is on the disk then. Every record does this by itself; call it to see
        what other notebooks saved, or to try again after a fault.
        """
        try:
            self._look()
        except _Closed as closed:
            return self._end(str(closed))
        except OSError as error:
            return self._end(reason(error))
        if self._pending or self._set_aside == "damaged":
            return self._save()
        return self._end("")

    def download_bytes(self) -> bytes:
        """All of the work, also what could not be saved, as the bytes of a work file."""
        self.flush()
        return self._document.to_bytes()

    def to_csv(self, instrument: str | None = None, case: str | None = None) -> str:
        """`ratings_of(instrument, case)` as CSV text, in which nothing is a spreadsheet formula."""
        return to_csv_text(self.ratings_of(instrument, case))

    def merge_bytes(self, data: bytes | bytearray | memoryview | str) -> Upload:
        """Merge a downloaded work file into this one; what that did, by number and in words.

        Of a damaged file every whole entry is taken. Raises `WorkFileError`, and changes nothing,
        if the file holds no work: above 20 MB (found before it is read), another program's, of a
        newer version of the kit, no text.
        """
        raw = data.encode() if isinstance(data, str) else bytes(data)
        reading = read_work(raw, self._document.lines)
        refuse(reading)
        self.flush()
        taken = [entry for entry in reading.entries if entry.counter <= HIGHEST_UPLOADED]
        refused = list(reading.faults)
        refused += [
            say("workfile.counter_too_high", id=entry.id[:80])
            for entry in reading.entries
            if entry.counter > HIGHEST_UPLOADED
        ]
        new = {entry.line: entry for entry in taken if entry.line not in self._document.lines}
        if self._document.size + sum(len(line.encode()) + 2 for line in new) > MOST_BYTES:
            raise WorkFileError([say("workfile.upload.full", limit=MOST_BYTES // 1_000_000)])
        ids = dict.fromkeys(entry.id for entry in taken)
        before = [self._data(id) for id in ids]
        conflicts = _same_version(self._document.lines.values(), new.values())
        self._take_in(new.values())
        self._pending |= new.keys()
        steps = [*zip(before, (self._data(id) for id in ids), strict=True)]
        saved = self._save() if new else self.saved
        counts = {
            "added": sum(old is None and now is not None for old, now in steps),
            "updated": sum(None not in (old, now) and old is not now for old, now in steps),
            "removed": sum(old is not None and now is None for old, now in steps),
            "unchanged": sum(old is not None and old is now for old, now in steps),
            "conflicts": conflicts,
        }
        sentence = _in_words(counts, reading, refused)
        if not saved:
            sentence += " " + self.status
        return Upload(**counts, refused=tuple(refused), saved=saved, sentence=sentence)

    def __len__(self) -> int:
        return sum(entry.data is not None for entry in self._document.shown.values())

    def __repr__(self) -> str:
        return f"WorkFile({str(self.path)!r}): {self.status}"

    # ---- recording -------------------------------------------------------------------------

    def _set(self, kind: str, key: KeyGiven, data: Mapping[str, Any] | None) -> bool:
        if not isinstance(kind, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
            raise WorkFileError([say("workfile.kind", kind=repr(kind)[:60])])
        id = as_key(kind, key)
        if len(id) > LONGEST_ID or "/" not in id:
            raise WorkFileError([say("workfile.key", kind=kind)])
        try:
            kept = None if data is None else plain(data)
        except RecursionError:
            raise WorkFileError([say("workfile.too_deep", kind=kind)]) from None

        def change() -> None:
            before = self._data(id)
            entry = self._add(id, kept)
            if entry is not None:
                self._done.append((entry, before))
                self._undone.clear()

        return self._save(change)

    def _add(self, id: str, data: Mapping[str, Any] | None) -> Entry | None:
        """A new version of one entry, in memory; None if it would say nothing new."""
        shown = self._document.shown.get(id)
        if shown is None and data is None:
            return None
        counter = self._document.highest + 1
        if counter > HIGHEST_COUNTER:
            raise WorkFileError([say("workfile.counters")])
        try:
            if shown is not None:
                same = Entry.of(id, shown.counter, shown.writer, shown.at, data)
                if same.line == shown.line:
                    return None
            entry = Entry.of(id, counter, self._writer, _now(), data)
        except (ValueError, RecursionError):
            raise WorkFileError([say("workfile.too_deep", kind=id.partition("/")[0])]) from None
        size = len(entry.line.encode())
        if size > LONGEST_ENTRY:
            limit = LONGEST_ENTRY // 1000
            raise WorkFileError([say("workfile.too_long", size=size // 1000, limit=limit)])
        if self._document.size + size + 2 > MOST_BYTES:
            raise WorkFileError([say("workfile.full", limit=MOST_BYTES // 1_000_000)])
        self._document.add(entry)
        self._pending.add(entry.line)
        return entry

    def _turn(
        self,
        back: list[tuple[Entry, Mapping[str, Any] | None]],
        forth: list[tuple[Entry, Mapping[str, Any] | None]],
        nothing: str,
    ) -> Change | None:
        if not back:
            self._notices.append(say(nothing))
            return None
        mine, before = back.pop()
        changes: list[Change] = []

        def change() -> None:
            versions = self._document.versions(mine.id)
            if any(v.order > mine.order and v.writer != self._writer for v in versions):
                self._notices.append(say("workfile.changed_elsewhere"))
                return
            now = self._data(mine.id)
            entry = self._add(mine.id, before)
            if entry is not None:
                forth.append((entry, now))
                kept = [None if data is None else deepcopy(dict(data)) for data in (now, before)]
                changes.append(Change(mine.kind, mine.key, *kept))

        self._save(change)
        return changes[0] if changes else None

    def _instruments_named(self) -> set[Any]:
        shown = self._document.shown.values()
        return {
            str(entry.data.get("instrument", "own"))
            for entry in shown
            if entry.data is not None and entry.kind == "rating"
        }

    def _data(self, id: str) -> Mapping[str, Any] | None:
        entry = self._document.shown.get(id)
        return None if entry is None else entry.data

    # ---- the file --------------------------------------------------------------------------

    def _save(self, change: Callable[[], None] | None = None) -> bool:
        """Under the lock: take in the file, make the change on top of it, write.

        Where the disk refuses the change is made in memory all the same.
        """
        waiting = [change] if change is not None else []
        fault = ""
        try:
            while True:
                store = self._store
                with store.locked():
                    self._look()
                    if store is not self._store:
                        continue
                    while waiting:
                        waiting.pop()()
                    if self._pending or self._set_aside:
                        self._write()
                    break
        except _Closed as closed:
            fault = str(closed)
        except OSError as error:
            fault = reason(error)
        while waiting:
            waiting.pop()()
        return self._end(fault)

    def _end(self, fault: str) -> bool:
        if fault and fault != self._fault:
            self._notices.append(fault)
        if self._fault and not fault and not self._pending:
            self._notices.append(say("workfile.saved_again"))
        self._fault = fault
        return self.saved

    def _write(self) -> None:
        if self._set_aside:
            aside = self._store.set_aside(self._set_aside)
            self._set_aside = ""
            self._notices.append(say("workfile.set_aside", name=aside.name))
        self._seen = self._store.replace(self._document.to_bytes())
        self._pending.clear()
        self._saved_at = datetime.now()

    def _look(self) -> None:
        """Take in what the file holds, unless it is what was last read or written here."""
        signature = self._store.signature()
        if signature != self._seen:
            self._closed = self._set_aside = ""
            if signature is None:
                self._notices.append(say("workfile.gone", name=self.path.name))
                self._pending = set(self._document.lines)
                self._seen = None
            else:
                raw, self._seen = self._store.read(MOST_BYTES)
                self._understand(read_work(raw, self._document.lines))
        if self._closed:
            raise _Closed(self._closed)

    def _understand(self, reading: Reading) -> None:
        """What follows from what the file turned out to be."""
        name = self.path.name
        there = {entry.line for entry in reading.entries}
        lost = len(self._document.lines.keys() - self._pending - there)
        self._take_in(reading.entries)
        self._pending = self._document.lines.keys() - there
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
            self._notices.append(say("workfile.beside", name=name, beside=self.path.name))
            self._look()
        elif reading.kind in ("damaged", "unreadable"):
            self._set_aside = "damaged"
            self._notices.append(say("workfile.damaged", name=name, n=len(reading.entries)))
            self._notices += reading.faults[:MOST_FAULTS_SAID]
        elif reading.kind == "empty":
            self._notices.append(say("workfile.empty", name=name))
        elif reading.version < CURRENT:
            self._set_aside = f"version-{reading.version}"
            self._notices.append(say("workfile.older", name=name, version=reading.version))
        if lost and reading.kind == "work":
            self._notices.append(say("workfile.replaced", n=lost))

    def _go_beside(self) -> None:
        """Another program's file is never touched: go on under the next name beside it."""
        self._beside += 1
        self._store, self._seen = Storage(self._name_beside(self._beside)), None

    def _name_beside(self, n: int) -> Path:
        return self._home.with_name(f"{self._home.stem}-{n}.json")

    def _take_in(self, entries: Iterable[Entry]) -> None:
        new = [entry for entry in entries if self._document.add(entry)]
        shown = [entry for entry in new if entry.kind == "rating" and entry.data is not None]
        faults = [fault for fault in map(rating_fault, shown) if fault is not None]
        if faults:
            self._notices.append(say("workfile.left_out", n=len(faults), first=faults[0]))

    def _say_once(self, sentence: str) -> None:
        if sentence not in self._notices:
            self._notices.append(sentence)


def _place(path: str | PathLike[str] | None) -> Path:
    name = "alliance_work.json"
    if path is None:
        return Path(os.environ.get("ALLIANCE_WORK") or "my_work").absolute() / name
    place = Path(path).expanduser().absolute()
    return place / name if place.is_dir() else place


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _same_version(here: Iterable[Entry], new: Iterable[Entry]) -> int:
    """How many of the new ones claim to be a version that is here, with other contents."""
    known = {(entry.id, entry.counter, entry.writer) for entry in here}
    return sum((entry.id, entry.counter, entry.writer) in known for entry in new)


def _in_words(counts: Mapping[str, int], reading: Reading, refused: list[str]) -> str:
    said = [say("workfile.upload.added", n=counts["added"])]
    said += [
        say(f"workfile.upload.{name}", n=counts[name])
        for name in ("updated", "removed", "unchanged", "conflicts")
        if counts[name]
    ]
    if reading.kind == "damaged":
        said.append(say("workfile.upload.partly"))
    if refused:
        said.append(say("workfile.upload.refused", n=len(refused), first=refused[0]))
    return " ".join(said)
