"""The lessons in a student's folder: brought up to date, never at the cost of the student's own.

Beside them stands what was put there last (`.shipped.json`): a lesson that is still so was not
changed by the student, and a newer one takes its place. A changed one is kept beside the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

__all__ = ["Mended", "mend_lessons"]

RECORD = ".shipped.json"
WORK = "my_work"
INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class Mended:
    """How many lessons were new, were replaced, and were changed by the student and so kept."""

    copied: int = 0
    replaced: int = 0
    kept: int = 0


def mend_lessons(source: Traversable, target: Path, *, instructor: bool = False) -> Mended:
    """Bring the lessons in `target` up to those in `source`; gives how many were touched, and how.

    What is the instructor's comes only if that is said. A folder that is `source` itself is left
    as it is. The work file is never touched; one that
    was kept beside `source` comes along where `target` has none yet.
    """
    if isinstance(source, Path) and source.resolve() == target.resolve():
        return Mended()
    target.mkdir(parents=True, exist_ok=True)
    record = _read_record(target)
    done = {"copied": 0, "replaced": 0, "kept": 0}
    for name, content in _lessons(source):
        if name.startswith(f"{INSTRUCTOR}/") and not instructor:
            continue
        how = _mend(target / name, content, record.get(name))
        if how is not None:
            done[how] += 1
        record[name] = _written(content) or ""
    _write_record(target, record)
    _bring_work(source, target)
    return Mended(**done)


def _lessons(source: Traversable, under: str = "") -> Iterator[tuple[str, bytes]]:
    """The path below `source` and the content of every lesson in it."""
    for entry in sorted(source.iterdir(), key=lambda each: each.name):
        if entry.is_dir() and not entry.name.startswith((".", "_")) and entry.name != WORK:
            yield from _lessons(entry, f"{under}{entry.name}/")
        elif entry.name.endswith(".ipynb"):
            yield f"{under}{entry.name}", entry.read_bytes()


def _mend(place: Path, content: bytes, shipped: str | None) -> str | None:
    """Put a lesson where it belongs, if that is needed; says which of `Mended` it was."""
    if not os.path.lexists(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(place, content)
        return "copied"
    mine = place.read_bytes()
    there, new = _written(mine), _written(content)
    # The same, or changed by the student since this very lesson was put there: nothing is newer.
    if there is not None and new in (there, shipped):
        return None
    if there is None or there != shipped:
        _write_whole(_beside(place, mine), mine)
        _write_whole(place, content)
        return "kept"
    _write_whole(place, content)
    return "replaced"


def _written(content: bytes) -> str | None:
    """One hash over what was written in a notebook, whatever running left; none for no notebook."""
    try:
        notebook = json.loads(content)
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
        told = json.dumps([cells, notebook["metadata"].get("alliance")])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return hashlib.sha256(told.encode()).hexdigest()


def _beside(place: Path, mine: bytes) -> Path:
    """Where the student's own copy goes: a name that is free, or already holds just that."""
    count = 1
    while True:
        label = "yours" if count == 1 else f"yours {count}"
        own = place.with_name(f"{place.stem} ({label}){place.suffix}")
        if not own.exists() or own.read_bytes() == mine:
            return own
        count += 1


def _write_whole(place: Path, content: bytes) -> None:
    """Write a file so that it is there whole, or as it was."""
    waiting = place.with_name(f".{place.name}.new")
    try:
        with waiting.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(waiting, place)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise


def _read_record(target: Path) -> dict[str, str]:
    try:
        found = json.loads((target / RECORD).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_record(target: Path, record: dict[str, str]) -> None:
    if record != _read_record(target):
        _write_whole(target / RECORD, json.dumps(record, indent=1).encode())


def _bring_work(source: Traversable, target: Path) -> None:
    kept = source / WORK
    if isinstance(kept, Path) and kept.is_dir() and not (target / WORK).exists():
        shutil.copytree(kept, target / f".{WORK}.new", dirs_exist_ok=True)
        os.replace(target / f".{WORK}.new", target / WORK)
