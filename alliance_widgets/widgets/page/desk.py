"""A student's work as all widgets of a notebook share it: saved when, download, upload, news."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import traitlets as tl
from ipywidgets import Widget

from alliance_widgets.errors import AllianceError, WorkFileError
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page._exchange import Exchange
from alliance_widgets.widgets.page._seam import ONE_AT_A_TIME, Seam, fits
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.words import say
from alliance_widgets.workfile import (
    MOST_BYTES,
    KeyGiven,
    WorkFile,
    on_news,
    on_public_server,
    work_place,
)
from alliance_widgets.workfile.document import as_key

__all__ = ["WorkDesk"]

# Above this the page's copy could be cut off by the server's limit on what a kernel may send.
MOST_COPY = 1_500_000  # bytes, compressed
# What assigning a value of the wrong kind, or reading one in an entry, comes to.
RESTORE_FAULTS = (tl.TraitError, AllianceError, KeyError, TypeError, ValueError, AttributeError)
IDLE_SECONDS = 360  # a public session ends after some ten idle minutes


class WorkDesk(Seam, Widget):
    """One work file under the eyes of a page, shared by every widget that keeps work in it.

    `status` says what is saved, `message` what last happened to the file, `revision` grows when
    the work changed, here or in another notebook. The page holds a compressed copy, so that
    “Download my work” also works when the kernel is gone. Open one with `WorkDesk.of(work)`.

    A widget restores and records a trait with one line:

    >>> WorkDesk.of(work).keep(form, "fast_entry", "setting", "fast_entry")
    """

    part = "desk"

    status = tl.Unicode(read_only=True).tag(sync=True)
    message = tl.Unicode().tag(sync=True)
    unsaved = tl.Bool(False, read_only=True).tag(sync=True)
    refused = tl.Bool(False, read_only=True, help="The disk takes nothing.").tag(sync=True)
    revision = tl.Int(-1, read_only=True)
    public = tl.Bool(False).tag(sync=True)
    idle_after = tl.Int(IDLE_SECONDS, help="Seconds without a hand on the page.").tag(sync=True)

    copy = tl.Bytes(read_only=True).tag(sync=True)
    file_name = tl.Unicode().tag(sync=True)
    most_bytes = tl.Int(MOST_BYTES).tag(sync=True)
    student = tl.Unicode(read_only=True).tag(sync=True)
    asks = tl.Dict(help="A text and the choices to it, while an answer is waited for.").tag(
        sync=True
    )
    class_code = tl.Unicode().tag(sync=True)
    handed = tl.Bytes(help="The zip that is handed in, once it is asked for.").tag(sync=True)
    handed_name = tl.Unicode().tag(sync=True)
    handed_count = tl.Int(0).tag(sync=True)
    answered = tl.Int(0).tag(sync=True)
    heard = tl.Int(0).tag(sync=True)

    _by_place: ClassVar[dict[Path, WorkFile]] = {}
    _desks: ClassVar[dict[int, WorkDesk]] = {}  # by the identity of the work each of them holds

    def __init__(self, work: WorkFile, **traits: object) -> None:
        self.work = work
        self._watching: list[tuple[tl.HasTraits, Callable[[object], None]]] = []
        self._told = 0
        self._unfit: set[str] = set()  # ids of entries that could not be restored
        self.exchange = Exchange(self)
        super().__init__(**{"public": on_public_server(), **traits})
        self._refresh()
        self.on_msg(self._hear)
        on_news(self.look)

    @classmethod
    def of(cls, work: WorkGiven = None) -> WorkDesk:
        """The desk of that work file, one per file and kernel; the student's own if left out."""
        if not isinstance(work, WorkFile):
            place = work_place(work)
            work = cls._by_place.setdefault(place, cls._by_place.get(place) or WorkFile(work))
        if id(work) not in cls._desks:
            cls._desks[id(work)] = cls(work)
        return cls._desks[id(work)]

    @contextmanager
    def changing(self) -> Iterator[WorkFile]:
        """The work file, to record in or to undo; the page hears of it afterwards."""
        with ONE_AT_A_TIME:
            self.message = ""
            try:
                yield self.work
            finally:
                self._refresh()

    def keep(
        self,
        owner: tl.HasTraits,
        trait: str,
        kind: str,
        key: KeyGiven,
        *,
        draft: bool = False,
        news: bool = True,
    ) -> None:
        """Restore `owner.trait` from the work, now and when `news` comes in; record its changes.

        `draft` says that `undo` should not stop at it. Without `news` no other notebook changes it.
        """
        record = self.work.keep_draft if draft else self.work.record

        def restore(_change: object = None) -> None:
            data = self.work.get(kind, key)
            if data is None or data.get("value") == getattr(owner, trait):
                return
            taken = self.restore(kind, key, lambda: setattr(owner, trait, data["value"]))
            if taken and not _holds(getattr(owner, trait), data["value"]):
                self.name_unfit(kind, key)  # the trait put right what it could

        def note(change: Change) -> None:
            data = self.work.get(kind, key)
            if data is None or data.get("value") != change["new"]:
                with self.changing():
                    record(kind, key, value=change["new"])

        restore()
        owner.observe(note, trait)
        if news:
            self.watch(owner, restore)

    def restore(self, kind: str, key: KeyGiven, take: Callable[[], object]) -> bool:
        """Call `take()`, which restores an entry; whether it could.

        An entry that cannot be restored, because a hand or another program changed it, is as good
        as not there: it stays in the file, and `message` names it once.
        """
        try:
            take()
        except RESTORE_FAULTS:
            self.name_unfit(kind, key)
            return False
        return True

    def value_of(self, kind: str, key: KeyGiven, name: str, fits: Callable[[object], bool]) -> Any:
        """What the entry holds under `name`; None where there is no entry, or nothing that fits.

        What does not fit is as good as not there, and named like an entry that is not restored.
        """
        data = self.work.get(kind, key)
        value = None if data is None else data.get(name)
        if data is None or fits(value):
            return value
        self.name_unfit(kind, key)
        return None

    def name_unfit(self, kind: str, key: KeyGiven) -> None:
        """Say, once, that this entry does not hold what belongs there and counts as absent."""
        id = as_key(kind, key)
        if id not in self._unfit:
            self._unfit.add(id)
            self.message = f"{self.message} {say('workfile.unfit', id=id[:80])}".strip()

    def place_of(self, kind: str, key: KeyGiven) -> str:
        """A name for where an entry is kept, by which nobody can tell what the entry is about.

        A key may say more than a page may know: of whom the case is, or what is planted in it.
        """
        place = f"{self.work.path.name} / {as_key(kind, key)}"
        return hashlib.sha256(place.encode()).hexdigest()[:24]

    def watch(self, owner: tl.HasTraits, handler: Callable[[object], None]) -> None:
        """Call `handler(change)` whenever the work has changed, until `forget(owner)`."""
        self.observe(handler, "revision")
        self._watching.append((owner, handler))

    def forget(self, owner: tl.HasTraits) -> None:
        """Tell `owner`, which leaves the page, of nothing any more."""
        gone = [pair for pair in self._watching if pair[0] is owner]
        self._watching = [pair for pair in self._watching if pair[0] is not owner]
        for _, handler in gone:
            self.unobserve(handler, "revision")

    def look(self) -> None:
        """Take in what other notebooks saved meanwhile."""
        with ONE_AT_A_TIME:
            self.work.flush()
            self._refresh()

    def upload(self, content: bytes) -> None:
        """Merge a downloaded work file; `message` says what that did, or why it was refused.

        Of another student's file nothing is merged before `exchange.choose`; `asks` asks then.
        """
        self._exchanged(lambda: self.exchange.upload(content))

    def _exchanged(self, act: Callable[[], None]) -> None:
        with ONE_AT_A_TIME:
            try:
                act()
            except WorkFileError as fault:
                self.message = str(fault)
            self._refresh()

    def reopen(self) -> None:
        """Send this desk to the page anew, under another model id."""
        self.close()
        self._model_id = None
        self.open()

    def _refresh(self) -> None:
        news = self.work.notices[self._told :]
        self._told = len(self.work.notices)
        with self.hold_sync():
            self.set_trait("status", self.work.status)
            self.set_trait("unsaved", not self.work.saved)
            self.set_trait("refused", bool(self.work.fault))
            self.set_trait("student", self.work.student)
            self.file_name = f"{self.work.path.stem}_{self.work.student}.json"
            if news:
                self.message = " ".join([*([self.message] if self.message else []), *news])
            if self.work.revision != self.revision:
                packed = gzip.compress(self.work.download_bytes(), 5, mtime=0)
                self.set_trait("copy", packed if len(packed) <= MOST_COPY else b"")
                self.set_trait("revision", self.work.revision)

    def _hear(self, _widget: Any, content: Any, buffers: Any) -> None:
        from alliance_widgets.widgets.page.protocol import DeskMessage  # with the first message

        if not fits(content, DeskMessage):
            return
        kind = content["kind"]
        if kind == "ping":
            self.heard += 1
        elif kind == "look":
            self.look()
            return
        acts = {
            "upload": lambda: self.exchange.upload(_unpacked(buffers)),
            "choose": lambda: self.exchange.choose(content.get("told", "")),
            "hand_in": self.exchange.hand_in,
            "class_code": self.exchange.tell_class_code,
            "code": lambda: self.exchange.change_code(content.get("told", "")),
        }
        if kind in acts:
            try:
                self._exchanged(acts[kind])
            finally:
                if "count" in content:
                    self.answered = content["count"]


def _holds(now: object, told: object) -> bool:
    """Whether everything an entry told stands now; a name it does not know may be left out."""
    if isinstance(now, Mapping) and isinstance(told, Mapping):
        return all(_holds(now[name], told[name]) for name in now if name in told)
    return bool(now == told)


def _unpacked(buffers: Any) -> bytes:
    """What the page sent, compressed; never more than a work file may hold, and one byte."""
    packed = bytes(buffers[0]) if buffers else b""
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        return packed
