"""Entries of any kind, kept in one file: recorded, removed, taken back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from alliance_widgets.arguments import as_shown, check_text
from alliance_widgets.errors import WorkFileError
from alliance_widgets.words import say
from alliance_widgets.workfile.document import Data, Entry, Key, as_key, plain
from alliance_widgets.workfile.kept import KeptDocument
from alliance_widgets.workfile.student import count_work

__all__ = ["Change", "Entries", "KeyGiven", "work_place"]

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
    before: Data | None
    after: Data | None


class Entries:
    """The entries of one file; everything recorded here is on the disk when the call comes back.

    `WorkFile` is one of these that knows of ratings, and can be downloaded and merged.
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
        lines = self._kept.document.lines
        return count_work(lines[line] for line in self._kept.pending)

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

    def record(self, kind: str, key: KeyGiven, /, **data: object) -> bool:
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

    def keep_draft(self, kind: str, key: KeyGiven, /, **data: object) -> bool:
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

    def entries(self, kind: str) -> dict[Key, Data]:
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

    def get(self, kind: str, key: KeyGiven, /) -> Data | None:
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

    def can_undo(self, kind: str | None = None, key: KeyStart = ()) -> bool:
        """Whether `undo` would find anything to take back.

        Parameters
        ----------
        kind : str, optional
            Leaves alone what is of another kind.
        key : sequence, optional
            The beginning of a key, as in `undo`.

        Returns
        -------
        bool
            False where `undo` would only say that there is nothing.
        """
        return bool(_concerned(self._done, kind, key))

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
        mine = _concerned(back, kind, key)
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
                    said = say("workfile.changed_elsewhere")
                    if not turned or said not in self._kept.notices:
                        self._kept.notices.append(said)
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


def _concerned(steps: Sequence[Step], kind: str | None, key: KeyStart) -> list[Step]:
    """Those of the steps all of whose entries are of that kind and begin with that key."""

    def is_one(entry: Entry) -> bool:
        parts = zip(key, entry.key, strict=False)
        return kind in (None, entry.kind) and all(p is None or str(p) == q for p, q in parts)

    return [step for step in steps if all(is_one(entry) for entry, _ in step)]


def _entry(kind: str, key: KeyGiven, data: Mapping[str, object] | None) -> tuple[str, Any]:
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
