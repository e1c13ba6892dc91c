"""A pile of files as somebody hands it in: a folder, a zip, zips in it; only ever read.

Nothing is unpacked to a disk, no link is followed, and there is an end to how much is read, so
that a file made to harm costs no more than a large one.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import IO, Any

from alliance_widgets.arguments import as_shown
from alliance_widgets.classwork.problems import Problem, problem
from alliance_widgets.errors import WorkFileError
from alliance_widgets.words import say
from alliance_widgets.workfile.document import KIT
from alliance_widgets.workfile.reading import MOST_BYTES

__all__ = ["Pile"]

MEGABYTE = 1_000_000
MOST_FILES = 2_000
MOST_IN_ALL = 300 * MEGABYTE  # bytes that come out of files and zips together
MOST_ZIP = 100 * MEGABYTE  # bytes of a zip within a zip
MOST_LISTED = 8 * MEGABYTE  # bytes of a zip's own list of files
HEAD = 4_096  # bytes by which a film or a program is known from a text
DEEPEST_ZIP, DEEPEST_FOLDER = 4, 30
END_OF_ZIP = 22  # bytes of the record with which a zip ends, before its comment
# Zips by nature, and no pile of files to anybody.
DOCUMENTS = {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".whl", ".sav"}
OF_A_SYSTEM = {"__MACOSX", "thumbs.db", "desktop.ini"}
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)

RAW = (bytes, bytearray, memoryview)
Source = str | PathLike[str] | bytes | Mapping[str, bytes]


@dataclass
class Pile:
    """What is in `source`: a folder, a zip or another file, its bytes, or files by their names.

    `files()` gives one after the other as name and bytes; `problems` then says what was left out.

    Raises `WorkFileError` where there is nothing at all.
    """

    source: Any
    problems: list[Problem] = field(default_factory=list)
    _read: int = 0
    _count: int = 0

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each file's name and bytes, in the order of the names."""
        given = self.source
        if isinstance(given, Mapping):
            unfit = [n for n, raw in given.items() if not isinstance(raw, RAW)]
            if unfit or not all(isinstance(name, str) for name in given):
                raise WorkFileError([say("pool.source", given=as_shown(given))])
            for name in sorted(given):
                yield from self._taken(name, bytes(given[name]), 0)
        elif isinstance(given, RAW):
            yield from self._taken("", bytes(given), 0)
        else:
            path = _path(given)
            if path.is_dir():
                yield from self._folder(path, "", 0)
            else:
                yield from self._file(path, path.name)

    # ---- folders ---------------------------------------------------------------------------

    def _folder(self, folder: Path, under: str, depth: int) -> Iterator[tuple[str, bytes]]:
        try:
            found = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as fault:
            self._say(under or folder.name, "unreadable", reason=fault.strerror)
            return
        for path in found:
            name = f"{under}{path.name}"
            if not self._room(name):
                return  # no further look into a whole computer
            if path.name.startswith(".") or path.name.casefold() in _OF_A_SYSTEM:
                continue
            if path.is_symlink():
                self._say(name, "link")
            elif not path.is_dir():
                yield from self._file(path, name)
            elif depth == DEEPEST_FOLDER:
                self._say(name, "deep")
            else:
                yield from self._folder(path, f"{name}/", depth + 1)

    def _file(self, path: Path, name: str) -> Iterator[tuple[str, bytes]]:
        """A file on the disk: a zip is read piece by piece, however large it is."""
        if not self._room(name):
            return
        try:
            handle = os.open(path, os.O_RDONLY | _CAREFULLY)
            with open(handle, "rb") as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode):
                    self._say(name, "no_file")
                elif _is_zip(file, name):
                    yield from self._zip(file, found.st_size, name, 0)
                elif found.st_size > MOST_BYTES:
                    self._say(name, "too_large", limit=MOST_BYTES // MEGABYTE)
                else:
                    head = file.read(HEAD)
                    rest = b"" if _is_no_text(head) else file.read(MOST_BYTES)
                    yield from self._counted(name, head + rest)
        except OSError as fault:
            self._say(name, "unreadable", reason=fault.strerror or type(fault).__name__)

    # ---- zips ------------------------------------------------------------------------------

    def _taken(self, name: str, raw: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
        """Bytes that may be a zip."""
        if not self._room(name):
            return
        file = io.BytesIO(raw)
        if _is_zip(file, name):
            if depth == DEEPEST_ZIP:
                self._say(name, "deep")
            else:
                yield from self._zip(file, len(raw), name, depth)
        elif len(raw) > MOST_BYTES:
            self._say(name, "too_large", limit=MOST_BYTES // MEGABYTE)
        else:
            yield from self._counted(name, raw)

    def _zip(
        self, file: IO[bytes], size: int, name: str, depth: int
    ) -> Iterator[tuple[str, bytes]]:
        if _listed(file, size) > MOST_LISTED:
            self._say(name, "many")
            return
        try:
            packed = zipfile.ZipFile(file)
        except BROKEN:
            self._say(name, "broken_zip")
            return
        with packed:
            for member in sorted(packed.infolist(), key=lambda each: each.filename):
                parts = member.filename.replace("\\", "/").split("/")
                hidden = any(p.startswith(".") and p not in (".", "..") for p in parts)
                if not self._room(name):
                    return
                if member.is_dir() or hidden or _OF_A_SYSTEM & {p.casefold() for p in parts}:
                    continue
                inner = f"{name}/{member.filename}" if name else member.filename
                if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
                    self._say(inner, "climbs_out")
                elif stat.S_ISLNK(member.external_attr >> 16):
                    self._say(inner, "link")
                elif member.flag_bits & 1:
                    self._say(inner, "locked")
                else:
                    raw = self._unpacked(packed, member, inner)
                    if raw is not None:
                        yield from self._taken(inner, raw, depth + 1)

    def _unpacked(
        self, packed: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
    ) -> bytes | None:
        """A member's bytes; never more than may be, whatever the zip says of its size."""
        try:
            with packed.open(member) as file:
                raw = file.read(MOST_BYTES + 1)
                if len(raw) > MOST_BYTES and raw[:4] == b"PK\x03\x04":
                    raw += file.read(MOST_ZIP - len(raw) + 1)
        except (*BROKEN, RuntimeError):
            self._say(name, "broken_in_zip")
            return None
        self._read += len(raw)
        if len(raw) > (MOST_ZIP if raw[:4] == b"PK\x03\x04" else MOST_BYTES):
            self._say(name, "too_large", limit=MOST_BYTES // MEGABYTE)
            return None
        return raw

    # ---- limits ----------------------------------------------------------------------------

    def _counted(self, name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
        self._count += 1
        self._read += len(raw)
        yield name, raw

    def _room(self, name: str) -> bool:
        """Whether more can be read; says once that no more is."""
        if self._count < MOST_FILES and self._read < MOST_IN_ALL:
            return True
        if not any(each.kind == "no_more" for each in self.problems):
            limits = {"files": MOST_FILES, "limit": MOST_IN_ALL // MEGABYTE}
            self._say(name, "no_more", **limits)
        return False

    def _say(self, name: str, kind: str, **values: object) -> None:
        self.problems.append(problem(name, kind, **values))


_OF_A_SYSTEM = {name.casefold() for name in OF_A_SYSTEM}
# A link that was put there meanwhile is not followed, and a pipe not waited for.
_CAREFULLY = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def _path(given: object) -> Path:
    """Where the pile lies; `WorkFileError` for what is no place, or leads to nothing."""
    if not isinstance(given, str | PathLike) or not str(given).strip():
        raise WorkFileError([say("pool.source", given=as_shown(given))])
    try:
        path = Path(os.path.realpath(Path(given).expanduser()))
        there = path.exists()
    except (OSError, ValueError, RuntimeError):
        there = False
    if not there:
        raise WorkFileError([say("pool.nothing_there", given=as_shown(given))])
    return path


def _is_zip(file: IO[bytes], name: str) -> bool:
    """Whether it begins as a zip does, and is no document of another program."""
    begins = file.read(4)
    file.seek(0)
    return begins in (b"PK\x03\x04", b"PK\x05\x06") and Path(name).suffix.lower() not in DOCUMENTS


def _is_no_text(head: bytes) -> bool:
    """Whether a file begins as no text does; a work file in which a disk left gaps is known."""
    marked = head[:2] in (b"\xff\xfe", b"\xfe\xff") or KIT.encode() in head
    return b"\0" in head and not marked


def _listed(file: IO[bytes], size: int) -> int:
    """How large a zip says that its list of files is; read before anything takes it in."""
    span = min(size, 65_535 + END_OF_ZIP)
    file.seek(size - span)
    tail = file.read(span)
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    record = tail[at : at + END_OF_ZIP] if at >= 0 else b""
    return int.from_bytes(record[12:16], "little") if len(record) == END_OF_ZIP else 0
