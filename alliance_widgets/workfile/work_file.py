"""The work file as the rest of the kit sees it: record, remove, undo, merge, download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from alliance_widgets.arguments import as_shown, check_text, check_whole
from alliance_widgets.errors import WorkFileError
from alliance_widgets.tables.instruments import instrument as instrument_named
from alliance_widgets.tables.reading.csv_files import to_csv_text
from alliance_widgets.tables.session_rating import RatingKey
from alliance_widgets.words import say
from alliance_widgets.workfile.document import PLAUSIBLE, Document, Entry, as_key
from alliance_widgets.workfile.entries import Entries
from alliance_widgets.workfile.rating_entries import instruments_used, ratings_data, ratings_table
from alliance_widgets.workfile.reading import MOST_BYTES, Reading, read_work, refuse
from alliance_widgets.workfile.student import (
    STUDENT,
    STUDENT_ID,
    code_in,
    code_of,
    codes_of,
    shown_work,
)
from alliance_widgets.workfile.student_codes import drawn_code, read_code

__all__ = ["Upload", "WorkFile"]


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


class WorkFile(Entries):
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
    student : str
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

    @property
    def status(self) -> str:
        """How things stand, in a sentence: saved when, or not, and then why and what to do."""
        if self.fault:
            if self.unsaved:
                return say("workfile.unsaved", n=self.unsaved, reason=self.fault)
            return self.fault
        if self.unsaved:
            return say("workfile.not_yet", n=self.unsaved)
        if self._kept.waits():
            return say("workfile.browser.waiting")
        if self._kept.saved_at is not None:
            drafts = self._kept.document.of_kind("draft")
            is_draft = bool(drafts) and drafts[-1].counter == self._kept.document.highest
            key = "workfile.draft_kept" if is_draft else "workfile.saved"
            return say(key, time=f"{self._kept.saved_at:%H:%M}")
        n = len(self)
        return say("workfile.opened", n=n) if n else say("workfile.nothing")

    @property
    def student(self) -> str:
        """The code that tells this student's file from others: two words and a number.

        It is drawn by chance and says nothing about the person. A file of an earlier kit has the
        one that follows from its first entry. See `change_student`.
        """
        return code_of(self._kept.document) or self._kept.drawn

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

    def record_rating(self, **columns: object) -> bool:
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

    def record_ratings(self, ratings: pd.DataFrame | Mapping[str, Sequence[object]]) -> bool:
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
                said = say("workfile.instruments", shown=titles[0], others=others)
                if said not in self._kept.notices:
                    self._kept.notices.append(said)
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

    def change_student(self, code: str | None = None) -> bool:
        """Give this work another student code; whether that is on disk.

        Read with care: work that was handed in under the old code is known to be the same
        student's, since the file keeps every code that it had.

        Parameters
        ----------
        code : str, optional
            One that the kit drew elsewhere, such as "amber-finch-27"; left out, a new one is drawn.

        Returns
        -------
        bool
            Whether it is on disk.

        Raises
        ------
        WorkFileError
            For what is no code, such as a name.
        """
        given = drawn_code() if code is None else read_code(check_text("code", code, WorkFileError))
        if given is None:
            raise WorkFileError([say("workfile.student.no_code", given=as_shown(code))])
        return self._set([(STUDENT_ID, {"code": given})], undoable=False)

    def another_student(self, data: bytes | bytearray | memoryview | str) -> str | None:
        """The code of the other student whose work `data` holds; None where nothing says so.

        A copy of this work is nobody else's, whatever its code is by now. Where nothing is
        recorded here yet, all work is taken for one's own.

        Parameters
        ----------
        data : bytes or str
            What a work file holds.

        Returns
        -------
        str or None
            As the file gives it, or as it follows from its first entry.
        """
        raw = data.encode() if isinstance(data, str) else bytes(data)
        self.flush()
        return self._another_student(read_work(raw, self._kept.document.lines))

    def download_bytes(self) -> bytes:
        """All of the work, also what could not be saved, as the bytes of a work file.

        Returns
        -------
        bytes
            A file that `merge_bytes` takes.
        """
        self.flush()
        here = self._kept.document
        if not here.lines:
            return here.to_bytes()
        return Document([*here.lines.values(), *self._kept.naming()]).to_bytes()

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

        Of a damaged file every whole entry is taken. Work that had another student code is
        one with this from now on, under one of the two codes; the sentence says so.

        Read with care: another student's work cannot be taken out again once it is merged; ask
        `another_student` first.

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
        other = self._another_student(reading)
        taken = _reachable(reading.entries, document.lines.values())
        reached = {entry.line for entry in taken}
        out_of_reach = [entry for entry in reading.entries if entry.line not in reached]
        refused = list(reading.faults)
        refused += [say("workfile.counter_too_high", id=entry.id[:80]) for entry in out_of_reach]
        new = {entry.line: entry for entry in taken if entry.line not in document.lines}
        if document.size + sum(len(line.encode()) + 2 for line in new) > MOST_BYTES:
            raise WorkFileError([say("workfile.upload.full", limit=MOST_BYTES // 1_000_000)])
        ids = dict.fromkeys(entry.id for entry in taken if entry.kind != STUDENT)
        before = [self._kept.data(id) for id in ids]
        work = [entry for entry in new.values() if entry.kind != STUDENT]
        conflicts = _same_version(document.lines.values(), work)
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
        if other is not None:
            sentence += " " + say("workfile.upload.two_codes", other=other, code=self.student)
        if not saved:
            sentence += " " + self.status
        return Upload(**counts, refused=tuple(refused), saved=saved, sentence=sentence)

    def _another_student(self, reading: Reading) -> str | None:
        here = self._kept.document.lines.values()
        if not len(self) or codes_of(reading.entries) & codes_of(here):
            return None
        return code_in(reading.entries)

    def __len__(self) -> int:
        return len(shown_work(self._kept.document))

    def __repr__(self) -> str:
        return f"WorkFile({str(self.path)!r}): {self.status}"

    def _instruments_named(self) -> set[object]:
        shown = self._kept.document.shown.values()
        return {
            str(entry.data.get("instrument", "own"))
            for entry in shown
            if entry.data is not None and entry.kind == "rating"
        }


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
