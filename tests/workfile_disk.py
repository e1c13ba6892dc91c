"""A disk in memory with the manners of the real one: whole replacements, a lock, faults on call."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from alliance_widgets.workfile import kept


class Disk:
    def __init__(self) -> None:
        self.files: dict[Path, tuple[int, bytes]] = {}
        self.changes = 0
        self.broken: set[Path] = set()
        self.meanwhile: Callable[[], object] | None = None
        self.held = False

    def put(self, path: Path, content: bytes) -> None:
        self.changes += 1
        self.files[path] = (self.changes, content)


class Storage:
    disk: Disk

    def __init__(self, path: Path) -> None:
        self.path = path

    def signature(self) -> int | None:
        return self.disk.files[self.path][0] if self.path in self.disk.files else None

    def read(self, most: int) -> tuple[bytes, int]:
        signature, content = self.disk.files[self.path]
        return content[: most + 1], signature

    @contextlib.contextmanager
    def locked(self, _patience: float | None = None) -> Iterator[None]:
        # Somebody else is quicker to the lock, after this writer has already looked at the file.
        meanwhile, self.disk.meanwhile = self.disk.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        assert not self.disk.held
        self.disk.held = True
        try:
            yield
        finally:
            self.disk.held = False

    def replace(self, content: bytes) -> int:
        assert self.disk.held
        if self.path in self.disk.broken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.disk.put(self.path, content)
        return self.disk.changes

    def refuses(self) -> str:
        return ""

    def not_kept(self) -> str:
        return ""

    def waits(self) -> bool:
        return False

    def set_aside(self, label: str) -> Path:
        aside = self.path.with_name(f"{label}-{self.disk.changes}")
        self.disk.files[aside] = self.disk.files[self.path]
        return aside


@contextlib.contextmanager
def disk_in_memory() -> Iterator[Disk]:
    class Here(Storage):
        disk = Disk()

    with mock.patch.object(kept, "Storage", Here):
        yield Here.disk
