"""Copies of the work file that lie beside it: what sync programs make of two computers' work."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from alliance_widgets.words import say
from alliance_widgets.workfile.document import Entry
from alliance_widgets.workfile.reading import MOST_BYTES, read_work
from alliance_widgets.workfile.student import STUDENT, codes_of

__all__ = ["notices_of_copies"]

MOST_COPIES = 20

# What the kit itself sets aside, and says so when it does.
_SET_ASIDE = re.compile(r"\.(damaged|version-\d+)\.\d{4}-\d\d-\d\d-\d{6}(-\d+)?$")


def notices_of_copies(path: Path, home: Path, known: Mapping[str, Entry]) -> list[str]:
    """A sentence for each file in the folder that is named after the work file, as are
    "alliance_work (conflicted copy).json" and "alliance_work-LAPTOP.json", and holds work: how
    many of its entries are not `known` here, and the upload that merges them; of work with another
    student code, that it may be somebody else's."""
    notices = []
    for copy in _named_alike(path, home):
        with contextlib.suppress(OSError):
            with open(copy, "rb") as file:
                reading = read_work(file.read(MOST_BYTES + 1), known)
            if reading.kind in ("work", "damaged"):
                new = [entry for entry in reading.entries if entry.line not in known]
                n = sum(entry.kind != STUDENT for entry in new)
                mine, theirs = codes_of(known.values()), codes_of(reading.entries)
                if n and mine and not theirs & mine:
                    other = ", ".join(sorted(theirs))
                    notices.append(
                        say("workfile.copy_of_another", name=copy.name, n=n, other=other)
                    )
                elif n:
                    notices.append(say("workfile.copy", name=copy.name, n=n))
                else:
                    notices.append(say("workfile.copy_known", name=copy.name))
    return notices


def _named_alike(path: Path, home: Path) -> Iterator[Path]:
    stem = re.escape(home.stem.casefold())
    alike = re.compile(rf"(?:.*[^\w])?{stem}(?:[\W_].*)?\.json(?:[\W_].*)?", re.DOTALL)
    found = []
    with contextlib.suppress(OSError, ValueError):
        for file in path.parent.iterdir():
            own = file.name in (path.name, home.name) or file.name.startswith(".")
            own = own or _SET_ASIDE.search(file.stem) is not None
            if not own and alike.fullmatch(file.name.casefold()) and file.is_file():
                found.append(file)
    yield from sorted(found)[:MOST_COPIES]
