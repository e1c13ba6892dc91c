"""One file on a disk: locked, read, replaced whole or not at all, and set aside.

A file is written beside itself, brought to the disk, and then takes the old one's place in one
step, so that whoever reads sees the old file or the new one, and never a half.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

from alliance_widgets.words import say
from alliance_widgets.workfile.locks import held

__all__ = ["LOCK_SECONDS", "Signature", "Storage", "is_there", "reason"]

LOCK_SECONDS = 5.0
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
BINARY = getattr(os, "O_BINARY", 0)
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}

Signature = tuple[int, int, int, int]


class Keeper(Protocol):
    """Who keeps what this disk does not keep, and says in `fault` when it cannot."""

    fault: str

    def wrote(self, path: Path) -> None:
        """A file was written."""

    def waits_for(self, path: Path) -> bool:
        """Whether what was written there is not kept yet."""


class Storage:
    """The file at `path`; every method raises `OSError` where the disk refuses."""

    keeper: ClassVar[Keeper | None] = None  # in a browser: `browser_store`

    def __init__(self, path: Path) -> None:
        try:
            self.path = Path(os.path.realpath(path))
        except (OSError, ValueError):  # a name that no disk takes: said when it is used
            self.path = Path(os.path.abspath(path))
        self._swept = False

    def signature(self) -> Signature | None:
        """What changes whenever the file does, whatever the clock says; None if it is not there."""
        try:
            return _signature(os.stat(self.path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError as fault:  # a zero byte in the name
            raise OSError(errno.EINVAL, str(fault)) from None

    def read(self, most: int) -> tuple[bytes, Signature]:
        """The first `most` bytes and one more, and the signature that belongs to them."""
        with open(self.path, "rb") as file:
            signature = _signature(os.fstat(file.fileno()))
            return file.read(most + 1), signature

    @contextlib.contextmanager
    def locked(self, patience: float | None = None) -> Iterator[None]:
        """Hold the file against other processes; makes the folder if it is not there.

        Raises `TimeoutError` after `patience` seconds, or five.
        """
        seconds = LOCK_SECONDS if patience is None else patience
        self.signature()  # a name that the disk refuses is refused here
        self._make_folder()
        with held(self.path, seconds):
            if not self._swept:
                self._sweep()
            yield

    def refuses(self) -> str:
        """Why nothing can be written here, in words, as far as that is known without trying."""
        if not_kept := self.not_kept():
            return not_kept
        folder = self.path.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        as_who = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
        writable = os.access(folder, os.W_OK | os.X_OK, **as_who)
        return "" if writable or not folder.is_dir() else say("workfile.reason.forbidden")

    def not_kept(self) -> str:
        """Why a browser's store took nothing when it was last asked, in words."""
        return self.keeper.fault if self.keeper is not None else ""

    def waits(self) -> bool:
        """Whether what was written is on a disk that goes with the page, and nowhere else yet."""
        return self.keeper is not None and self.keeper.waits_for(self.path)

    def replace(self, content: bytes) -> Signature:
        """Make `content` the file, for nobody else to read; once back, it is on the disk."""
        handle, name = tempfile.mkstemp(".tmp", self._temporary, self.path.parent)
        try:
            with open(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            signature = _replaced(name, self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        _to_disk(self.path.parent)
        if self.keeper is not None:
            self.keeper.wrote(self.path)
        return signature

    def set_aside(self, label: str) -> Path:
        """Keep the file as it is under a dated name of its own; the file itself stays too."""
        stamp = f"{datetime.now():%Y-%m-%d-%H%M%S}"
        for n in range(1, 1000):
            again = f"-{n}" if n > 1 else ""
            name = f"{self.path.stem}.{label}.{stamp}{again}{self.path.suffix}"
            aside = self.path.with_name(name)
            try:
                os.link(self.path, aside)
            except FileExistsError:
                continue
            except (OSError, AttributeError):  # a disk or a system without links: a copy
                if not _copied(self.path, aside):
                    continue
            _to_disk(aside.parent)
            return aside
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self.path))

    @property
    def _temporary(self) -> str:
        return f".{self.path.name}."

    def _make_folder(self) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _to_disk(folder.parent)

    def _sweep(self) -> None:
        """Delete what a killed process left half-written. Under the lock nobody is writing."""
        for left in self.path.parent.glob(f"{glob.escape(self._temporary)}*.tmp"):
            with contextlib.suppress(OSError):
                left.unlink()
        self._swept = True


def is_there(path: Path) -> bool:
    """Whether something is at `path`; nothing is under a name that the disk refuses."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def reason(error: OSError) -> str:
    """Why the disk refused, and what to do, in words."""
    if isinstance(error, TimeoutError):
        return say("workfile.reason.locked", seconds=f"{LOCK_SECONDS:g}")
    if error.errno in FULL:
        return say("workfile.reason.full")
    if error.errno in FORBIDDEN:
        return say("workfile.reason.forbidden")
    if error.errno in (errno.ENAMETOOLONG, errno.EINVAL):
        return say("workfile.reason.name")
    if error.errno in (errno.EISDIR, errno.ENOTDIR, errno.EEXIST):
        return say("workfile.reason.no_file")
    return say("workfile.reason.other", fault=error.strerror or type(error).__name__)


def _signature(found: os.stat_result) -> Signature:
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_dev


def _replaced(name: str, path: Path) -> Signature:
    """Put the new file in the old one's place. Windows refuses while somebody reads the old one,
    such as a virus scanner: then again, for up to half a second."""
    signature = _signature(os.stat(name))
    for left in reversed(range(11 if sys.platform == "win32" else 1)):
        try:
            os.replace(name, path)
            break
        except PermissionError:
            if not left:
                raise
            time.sleep(0.05)
    return signature


def _copied(path: Path, aside: Path) -> bool:
    """A copy on the disk; False if the name is taken."""
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    except FileExistsError:
        return False
    with open(handle, "wb") as target, open(path, "rb") as source:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    return True


def _to_disk(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows and some network disks have no such call."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that may be written and not listed
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS):
            raise
    finally:
        os.close(handle)
