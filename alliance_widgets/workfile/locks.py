"""A file held against other processes, where there can be any."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

__all__ = ["held"]

POLL_SECONDS = 0.01


def alone() -> bool:
    """Whether no other process can reach this disk: a browser gives each page one of its own."""
    return sys.platform == "emscripten"


@contextlib.contextmanager
def held(path: Path, seconds: float) -> Iterator[None]:
    """Hold the file at `path`, through a lock file beside it.

    Raises `TimeoutError` after that many seconds.
    """
    if alone():
        yield
        return
    from filelock import FileLock, SoftFileLock

    place = path.with_name(f".{path.name}.lock")
    with contextlib.ExitStack() as stack:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about disks without locks; the soft kind serves
            try:
                stack.enter_context(FileLock(place).acquire(seconds, POLL_SECONDS))
            except NotImplementedError:
                # Under another name: for a soft lock the file's being there is the lock.
                soft = SoftFileLock(place.with_suffix(".softlock"))
                stack.enter_context(soft.acquire(seconds, POLL_SECONDS))
        yield
