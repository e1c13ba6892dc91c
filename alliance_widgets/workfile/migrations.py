"""Work files of earlier versions of the kit, brought up to the present layout step by step.

A migration takes the whole file, as parsed, one version further. It depends on nothing but the
file: the same old file, migrated on two computers, gives the same entries, which then merge.
What it does not understand it passes on as it is, to be refused in words by the check that follows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alliance_widgets.workfile.document import CURRENT, KIT, Data, as_key

__all__ = ["migrate"]


def migrate(file: Data) -> Data:
    """The file in the layout of version `CURRENT`; `file` is of that version or an earlier one."""
    while file["schema_version"] < CURRENT:
        file = _STEPS[file["schema_version"]](file)
    return file


def _from_1_to_2(file: Data) -> Data:
    """Version 1 was a flat list of ratings and a table of answers, without writers and counters.

    Where a session stands twice in it the later one counts, as it did then.
    """
    entries: list[Any] = []

    def add(kind: str, key: tuple[Any, ...], data: Data) -> None:
        entry = {"id": as_key(kind, key), "counter": len(entries) + 1, "writer": "version1"}
        entries.append({**entry, **said_when, "data": data})

    saved = file.get("saved")
    said_when = {"at": saved} if isinstance(saved, str) else {}
    ratings = file.get("ratings", [])
    for row in ratings if isinstance(ratings, list) else [ratings]:
        if isinstance(row, dict) and "client" in row and "session" in row:
            key = (row.pop(name, other) for name, other in _RATING_KEY.items())
            add("rating", tuple(key), {"instrument": "own", **row})
        else:
            entries.append(row)
    answers = file.get("answers", {})
    if isinstance(answers, dict):
        for question, answer in answers.items():
            add("answer", (question,), {"value": answer})
    else:
        entries.append(answers)
    return {"kit": KIT, "schema_version": 2, "entries": entries}


_RATING_KEY = {"case": "", "client": "", "session": "", "rater": "client"}

_STEPS: dict[int, Callable[[Data], Data]] = {1: _from_1_to_2}
