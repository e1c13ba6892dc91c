"""The work file as the rest of the kit sees it: record, remove, undo, merge, download."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from alliance_widgets.arguments import as_shown, check_text, check_whole
from alliance_widgets.errors import WorkFileError
from alliance_widgets.tables.instruments import instrument as instrument_named
from alliance_widgets.tables.reading.csv_files import to_csv_text
from alliance_widgets.tables.session_rating import RatingKey
from alliance_widgets.words import say
from alliance_widgets.workfile.document import PLAUSIBLE, Entry, Key, as_key, plain
from alliance_widgets.workfile.kept import KeptDocument
from alliance_widgets.workfile.rating_entries import instruments_used, ratings_data, ratings_table
from alliance_widgets.workfile.reading import MOST_BYTES, Reading, read_work, refuse

__all__ = ["Change", "KeyGiven", "Upload", "WorkFile", "work_place"]

LONGEST_ID = 2000

KeyGiven = str | int | Iterable[str | int]
KeyStart = Sequence[str | int | None]
# What one call recorded: each entry, and the data that stood there before.
Step = Sequence[tuple[Entry, Mapping[str, Any] | None]]


class Change(NamedTuple):
    """What an undo or redo did to one entry; None stands for not being there.

    Parameters
    ----------
    kind : str
        The entry's kind.
    key : tuple of str
        What the entry is about.
    before : dict or None
        Its data before.
    after : dict or None
        Its data now.
    """

    kind: str
    key: Key
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Upload:
    """What merging a file did to the entries that are shown here, by number, and in words.

    Parameters
    ----------
    added : int
        How many entries were not here before.
    updated : int
        How many are another version now.
    removed : int
        How many are gone now.
    unchanged : int
        How many are as they were.
    conflicts : int
        How many claim to be the same version and differ; both are kept.
    refused : tuple of str
        Of each entry that could not be understood, why.
    saved : bool
        Whether all of it is on disk.
    sentence : str
        All of this in words.
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    conflicts: int
    refused: tuple[str, ...]
    saved: bool
    sentence: str


class WorkFile:
    """A student's work: everything recorded here is on the disk when the call comes back.

    Nothing is written before something is recorded. Several notebooks may have the same file open:
    each sees what the others saved whenever it saves itself.

    No disk fault is ever raised: `saved` is False then, `status` says why and what to do,
    `unsaved` counts what is only in memory, and the next save that works writes all of it.
    `notices` are the sentences about whatever else happened to the file.

    Parameters
    ----------
    path : path, optional
        The file, or a folder that holds a file `alliance_work.json`. Left out, that file in
        `my_work`, or in the folder that the environment variable `ALLIANCE_WORK` names.

    Attributes
    ----------
    path : Path
    ratings : DataFrame
    saved : bool
    unsaved : int
    status, fault : str
    notices : tuple of str
    revision : int

    Raises
    ------
    WorkFileError
        For a `path` that is none.
    """

    def __init__(self, path: str | PathLike[str] | None = None) -> None:
        self._kept = KeptDocument(work_place(path))
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def path(self) -> Path:
        """Where the work is saved. Another name beside it if a file of another program is there."""
        return self._kept.path

    @property
    def saved(self) -> bool:
        """Whether everything recorded here is on the disk."""
        return not self._kept.pending

    @property
    def unsaved(self) -> int:
        """How many versions of entries are in memory only."""
        return len(self._kept.pending)

    @property
    def status(self) -> str:
        """How things stand, in a sentence: saved when, or not, and then why and what to do."""
        if self.fault:
            if self.unsaved:
                return say("workfile.unsaved", n=self.unsaved, reason=self.fault)
            return self.fault
        if self.unsaved:
            return say("workfile.not_yet", n=self.unsaved)
        if self._kept.saved_at is not None:
            return say("workfile.saved", time=f"{self._kept.saved_at:%H:%M}")
        n = len(self)
        return say("workfile.opened", n=n) if n else say("workfile.nothing")

    @property
    def fault(self) -> str:
        """Why the last save did not succeed, in words; empty if it did."""
        return self._kept.fault

    @property
    def notices(self) -> tuple[str, ...]:
        """What happened to the file, in words, oldest first: set aside, replaced, not writable."""
        return tuple(self._kept.notices)

    @property
    def revision(self) -> int:
        """How many versions of entries are known: it grows whenever anything changes."""
        return len(self._kept.document.lines)

    @property
    def ratings(self) -> pd.DataFrame:
        """The session ratings, a table that passes `check_ratings`.

        Columns `client`, `session`, `rater`, `goals`, `tasks`, `bond`, `alliance`, `instrument`,
        and what else was recorded with them.

        No rows if nothing is rated. Ratings on another instrument do not stand beside these, for
        their numbers do not compare: see `ratings_of`.
        """
        return self.ratings_of()

    def ratings_of(self, instrument: str | None = None, case: str | None = None) -> pd.DataFrame:
        """The ratings on one instrument, and of one case if it is named.

        Parameters
        ----------
        instrument : str, optional
            The instrument. Left out, the kit's own scale or, if there are no ratings on it, the
            instrument used most.
        case : str, optional
            The case study whose clients are kept; left out, all of them.

        Returns
        -------
        DataFrame
            As `ratings`; no rows if nothing is rated.

        Raises
        ------
        InstrumentError
            For an unknown instrument.
        """
        name = None if instrument is None else instrument_named(instrument).name
        return ratings_table(self._kept.document.of_kind("rating"), name, case)

    def record_rating(self, **columns: Any) -> bool:
        """Record one session: `client`, `session`, and what was rated; whether it is on disk.

        Recorded again, the same case, client, session and rater is corrected, never doubled; a
        session recorded without numbers is one that was skipped.

        Parameters
        ----------
        **columns : numbers and texts
            The columns of `check_ratings`, one value each: `client`, `session`, `goals`, `tasks`,
            `bond` or `alliance`; `rater` is `client` if left out, `instrument` the kit's own;
            `case` may say which case study the client belongs to; other columns are kept with the
            rating.

        Returns
        -------
        bool
            Whether it is on disk.

        Raises
        ------
        RatingError
            Naming every fault; nothing is recorded then.
        InstrumentError
            For an unknown instrument; nothing is recorded then.
        """
        return self.record_ratings({name: [value] for name, value in columns.items()})

    def record_ratings(self, ratings: pd.DataFrame | Mapping[str, Sequence[Any]]) -> bool:
        """Record a whole table of sessions, saved and undone in one step; whether it is on disk.

        Parameters
        ----------
        ratings : DataFrame or mapping of str to sequence
            One row per session, with columns as in `record_rating`.

        Returns
        -------
        bool
            Whether it is on disk.

        Raises
        ------
        RatingError
            Naming every fault; a single faulty row keeps out all of them.
        InstrumentError
            For an unknown instrument; nothing is recorded then.
        """
        rows = ratings_data(ratings)
        saved = self._set([(as_key("rating", key), data) for key, data in rows])
        if self._instruments_named() - {data["instrument"] for _, data in rows}:
            used = instruments_used(self._kept.document.of_kind("rating"))
            titles = [instrument_named(name).title for name in used]
            if len(used) > 1:
                others = ", ".join(titles[1:])
                self._say_once(say("workfile.instruments", shown=titles[0], others=others))
        return saved

    def remove_rating(
        self, client: str | int, session: int, rater: str = "client", case: str = ""
    ) -> bool:
        """Remove one session's rating; whether that is on disk. `undo` brings it back.

        Parameters
        ----------
        client : str or int
            Whose session.
        session : int
            Which one, from 1.
        rater : {"client", "therapist", "observer"}, default "client"
            Who rated it.
        case : str, optional
            The case study that the client belongs to, if the rating was recorded with one.

        Returns
        -------
        bool
            Whether that is on disk.

        Raises
        ------
        WorkFileError
            For a session that is no whole number from 1 on.
        """
        number = check_whole("session", session, 1, error=WorkFileError)
        return self.remove("rating", RatingKey(case, str(client).strip(), number, rater))

    def record(self, kind: str, key: KeyGiven, /, **data: Any) -> bool:
        """Record `data` as the entry of that kind and key; whether it is on disk.

        What was there is superseded and kept in `history`. The same data again change nothing.

        Parameters
        ----------
        kind : str
            A word in small letters ("prediction", "answer", "mark", "setting").
        key : str, int, or several of them
            What the entry is about: `record("mark", ("Noor", 5), rupture=True)`.
        **data : anything with a plain form
            What is kept: numbers, texts, true and false, lists and dicts of them.

        Returns
        -------
        bool
            Whether it is on disk.

        Raises
        ------
        WorkFileError
            For what cannot be kept: a kind that is no word, an object that has no plain form, an
            entry above 200 kB, more than a file holds (20 MB).
        """
        return self._set([_entry(kind, key, data)])

    def keep_draft(self, kind: str, key: KeyGiven, /, **data: Any) -> bool:
        """As `record`, for what is on its way to being recorded: `undo` does not stop at it.

        Parameters
        ----------
        kind : str
            A word in small letters.
        key : str, int, or several of them
            What the entry is about.
        **data : anything with a plain form
            What is kept.

        Returns
        -------
        bool
            Whether it is on disk.

        Raises
        ------
        WorkFileError
            As `record`.
        """
        return self._set([_entry(kind, key, data)], undoable=False)

    def drop_draft(self, kind: str, key: KeyGiven, /) -> bool:
        """As `remove`, for what `keep_draft` kept.

        Parameters
        ----------
        kind : str
            A word in small letters.
        key : str, int, or several of them
            What the entry is about.

        Returns
        -------
        bool
            Whether that is on disk.

        Raises
        ------
        WorkFileError
            As `remove`.
        """
        return self._set([_entry(kind, key, None)], undoable=False)

    def remove(self, kind: str, key: KeyGiven, /) -> bool:
        """Remove an entry; whether that is on disk. It stays in `history`; `undo` brings it back.

        Parameters
        ----------
        kind : str
            A word in small letters.
        key : str, int, or several of them
            What the entry is about.

        Returns
        -------
        bool
            Whether that is on disk.

        Raises
        ------
        WorkFileError
            For a kind that is no word.
        """
        return self._set([_entry(kind, key, None)])

    def entries(self, kind: str) -> dict[Key, dict[str, Any]]:
        """The data of every entry of that kind by its key (a tuple of texts), as recorded.

        Parameters
        ----------
        kind : str
            A word in small letters.

        Returns
        -------
        dict of tuple of str to dict
            A copy: changing it changes nothing that is kept.

        Raises
        ------
        WorkFileError
            For a kind that is no text.
        """
        check_text("kind", kind, WorkFileError)
        return {
            entry.key: deepcopy(dict(entry.data or {}))
            for entry in self._kept.document.of_kind(kind)
        }

    def get(self, kind: str, key: KeyGiven, /) -> dict[str, Any] | None:
        """The data of one entry; None if it is not there.

        Parameters
        ----------
        kind : str
            A word in small letters.
        key : str, int, or several of them
            What the entry is about.

        Returns
        -------
        dict or None
            A copy: changing it changes nothing that is kept.

        Raises
        ------
        WorkFileError
            For what is no kind or no key.
        """
        entry = self._kept.document.shown.get(as_key(kind, key))
        return None if entry is None or entry.data is None else deepcopy(dict(entry.data))

    def history(self, kind: str, key: KeyGiven, /) -> list[Entry]:
        """Every version of one entry that was ever recorded; the last is the one shown.

        Parameters
        ----------
        kind : str
            A word in small letters.
        key : str, int, or several of them
            What the entry is about.

        Returns
        -------
        list of Entry
            Oldest first, each with its `data` (None where it was removed) and `at`, when it was
            recorded; empty if there never was one.

        Raises
        ------
        WorkFileError
            For what is no kind or no key.
        """
        return self._kept.document.versions(as_key(kind, key))

    def undo(self, kind: str | None = None, key: KeyStart = ()) -> tuple[Change, ...]:
        """Take back what was recorded or removed here last; what changed, empty if nothing.

        The entries become what they were before, which is a new version like any other. An entry
        that somebody else has changed since stays as they left it, and `notices` says so. What was
        recorded before this notebook was started is not undone.

        Parameters
        ----------
        kind : str, optional
            Leaves alone what is of another kind.
        key : sequence, optional
            The beginning of a key (None for any part); leaves alone what concerns anything else.

        Returns
        -------
        tuple of Change
            One per entry; empty if there was nothing to take back.
        """
        return self._turn(self._done, self._undone, "workfile.nothing_to_undo", kind, key)

    def redo(self, kind: str | None = None, key: KeyStart = ()) -> tuple[Change, ...]:
        """Take back the last `undo`, unless something was recorded since; what changed.

        Parameters
        ----------
        kind : str, optional
            Leaves alone what is of another kind.
        key : sequence, optional
            The beginning of a key, as in `undo`.

        Returns
        -------
        tuple of Change
            One per entry; empty if there was nothing to take back.
        """
        return self._turn(self._undone, self._done, "workfile.nothing_to_redo", kind, key)

    def flush(self) -> bool:
        """Look at the file, take in what is new in it, and write what is not in it yet.

        Every record does this by itself; call it to see what other notebooks saved, or to try again
        after a fault.

        Returns
        -------
        bool
            Whether everything is on the disk then.
        """
        return self._kept.flush()

    def download_bytes(self) -> bytes:
        """All of the work, also what could not be saved, as the bytes of a work file.

        Returns
        -------
        bytes
            A file that `merge_bytes` takes.
        """
        self.flush()
        return self._kept.document.to_bytes()

    def to_csv(self, instrument: str | None = None, case: str | None = None) -> str:
        """`ratings_of(instrument, case)` as CSV text, in which nothing is a spreadsheet formula.

        Parameters
        ----------
        instrument : str, optional
            The instrument, as in `ratings_of`.
        case : str, optional
            The case study, as in `ratings_of`.

        Returns
        -------
        str
            A line with the names of the columns, then one per session.

        Raises
        ------
        InstrumentError
            For an unknown instrument.
        """
        return to_csv_text(self.ratings_of(instrument, case))

    def merge_bytes(self, data: bytes | bytearray | memoryview | str) -> Upload:
        """Merge a downloaded work file into this one; what that did, by number and in words.

        Of a damaged file every whole entry is taken.

        Parameters
        ----------
        data : bytes or str
            What a work file holds.

        Returns
        -------
        Upload
            How many entries were added, changed, removed or refused, and a sentence.

        Raises
        ------
        WorkFileError
            If the file holds no work: above 20 MB (found before it is read), another program's, of
            a newer version of the kit, no text. Nothing is changed then.
        """
        raw = data.encode() if isinstance(data, str) else bytes(data)
        document = self._kept.document
        reading = read_work(raw, document.lines)
        refuse(reading)
        self.flush()
        taken = _reachable(reading.entries, document.lines.values())
        reached = {entry.line for entry in taken}
        out_of_reach = [entry for entry in reading.entries if entry.line not in reached]
        refused = list(reading.faults)
        refused += [say("workfile.counter_too_high", id=entry.id[:80]) for entry in out_of_reach]
        new = {entry.line: entry for entry in taken if entry.line not in document.lines}
        if document.size + sum(len(line.encode()) + 2 for line in new) > MOST_BYTES:
            raise WorkFileError([say("workfile.upload.full", limit=MOST_BYTES // 1_000_000)])
        ids = dict.fromkeys(entry.id for entry in taken)
        before = [self._kept.data(id) for id in ids]
        conflicts = _same_version(document.lines.values(), new.values())
        self._kept.merge(new.values())
        steps = [*zip(before, (self._kept.data(id) for id in ids), strict=True)]
        saved = self._kept.save() if new else self.saved
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
        return sum(entry.data is not None for entry in self._kept.document.shown.values())

    def __repr__(self) -> str:
        return f"WorkFile({str(self.path)!r}): {self.status}"

    def _set(self, entries: Sequence[tuple[str, Any]], *, undoable: bool = True) -> bool:
        def change() -> None:
            step: list[tuple[Entry, Mapping[str, Any] | None]] = []
            for id, data in entries:
                before = self._kept.data(id)
                entry = self._kept.add(id, data)
                if entry is not None:
                    step.append((entry, before))
            if step and undoable:
                self._done.append(step)
                self._undone.clear()

        looked = self.saved and self.flush()  # looking at the file takes no lock
        if looked and not self.fault and all(self._kept.says(*entry) for entry in entries):
            return True
        return self._kept.save(change)

    def _turn(
        self,
        back: list[Step],
        forth: list[Step],
        nothing: str,
        kind: str | None,
        key: KeyStart,
    ) -> tuple[Change, ...]:
        def concerned(entry: Entry) -> bool:
            parts = zip(key, entry.key, strict=False)
            return kind in (None, entry.kind) and all(p is None or str(p) == q for p, q in parts)

        mine = [step for step in back if all(concerned(entry) for entry, _ in step)]
        if not mine:
            self._kept.notices.append(say(nothing))
            return ()
        step = mine[-1]
        back.remove(step)
        changes: list[Change] = []

        def change() -> None:
            turned: list[tuple[Entry, Mapping[str, Any] | None]] = []
            for entry, before in step:
                versions = self._kept.document.versions(entry.id)
                if any(v.order > entry.order and v.writer != self._kept.writer for v in versions):
                    self._say_once(say("workfile.changed_elsewhere"), again=not turned)
                    continue
                now = self._kept.data(entry.id)
                newer = self._kept.add(entry.id, before)
                if newer is not None:
                    turned.append((newer, now))
                    kept = [None if d is None else deepcopy(dict(d)) for d in (now, before)]
                    changes.append(Change(entry.kind, entry.key, *kept))
            if turned:
                forth.append(turned)

        self._kept.save(change)
        return tuple(changes)

    def _instruments_named(self) -> set[Any]:
        shown = self._kept.document.shown.values()
        return {
            str(entry.data.get("instrument", "own"))
            for entry in shown
            if entry.data is not None and entry.kind == "rating"
        }

    def _say_once(self, sentence: str, *, again: bool = False) -> None:
        if again or sentence not in self._kept.notices:
            self._kept.notices.append(sentence)


def _entry(kind: str, key: KeyGiven, data: Mapping[str, Any] | None) -> tuple[str, Any]:
    """Id and plain data of an entry; raises `WorkFileError` for what cannot be kept."""
    id = as_key(kind, key)
    if len(id) > LONGEST_ID or "/" not in id:
        raise WorkFileError([say("workfile.key", kind=kind)])
    try:
        return id, None if data is None else plain(data)
    except RecursionError:
        raise WorkFileError([say("workfile.too_deep", kind=kind)]) from None


def work_place(path: str | PathLike[str] | None = None) -> Path:
    """Where `WorkFile(path)` begins to look for its file."""
    name = "alliance_work.json"
    if path is None:
        return _at_home(os.environ.get("ALLIANCE_WORK") or "my_work").absolute() / name
    if not isinstance(path, str | PathLike):
        raise WorkFileError([say("arguments.path", name="path", given=as_shown(path))])
    place = _at_home(path).absolute()
    try:
        return place / name if place.is_dir() else place
    except (OSError, ValueError):  # a name that the disk refuses: the save says so
        return place


def _at_home(path: str | PathLike[str]) -> Path:
    """The path with ~ as the home folder, which no shell expands in a setting."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # nobody's home
        return Path(path)


def _reachable(new: Iterable[Entry], here: Iterable[Entry]) -> list[Entry]:
    """The entries whose counters the kit can have come to, in the order of these.

    Above what is plausible a counter counts only on top of the one below it: that is how the kit
    itself goes on from there, and what a hand wrote cannot use up the room above it.
    """
    steps = {(entry.id, entry.counter) for entry in here if entry.counter > PLAUSIBLE}
    taken = []
    for entry in sorted(new, key=lambda entry: entry.counter):
        on_top = (entry.id, entry.counter - 1) in steps or (entry.id, entry.counter) in steps
        if entry.counter <= PLAUSIBLE + 1 or on_top:
            taken.append(entry)
            steps.add((entry.id, entry.counter))
    return taken


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
