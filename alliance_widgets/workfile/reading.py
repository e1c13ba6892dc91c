"""What the bytes of a file are: our work, damaged work, or somebody else's file.

A file is read line by line, since every version has a line of its own: lines that are known
already need no second look, and in a damaged file every line that is whole still counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from alliance_widgets.errors import WorkFileError
from alliance_widgets.words import say
from alliance_widgets.workfile.document import CURRENT, FOOTER, HEADER, KIT, Data, Entry
from alliance_widgets.workfile.migrations import migrate

__all__ = ["MOST_BYTES", "Reading", "is_plainly_sound", "read_work", "refuse", "schema"]

MOST_BYTES = 20_000_000

Kind = Literal["work", "damaged", "empty", "unreadable", "foreign", "newer", "too_large"]


@dataclass(frozen=True)
class Reading:
    """`entries` is what could be read, `faults` says in words what in it could not.

    `kind` is "work" (whole and ours), "damaged" (ours; `entries` is what is left of it), "empty",
    "unreadable" (no JSON, nothing of ours in it), "foreign" (another program's), "newer" (of a
    later kit) or "too_large". `version` is the schema version it was written in.
    """

    kind: Kind
    entries: tuple[Entry, ...] = ()
    faults: tuple[str, ...] = ()
    version: int = CURRENT


def read_work(raw: bytes, known: Mapping[str, Entry] | None = None) -> Reading:
    """What `raw` is. `known` are versions by their lines, which need not be checked again."""
    known = known or {}
    if len(raw) > MOST_BYTES:
        return Reading("too_large")
    text = raw.decode("utf-8-sig", errors="replace")
    if not text.strip("\0 \t\r\n"):
        return Reading("damaged" if raw.strip() else "empty")
    lines = [line.strip("\r ,") for line in text.rstrip().split("\n")]
    if lines[0] == HEADER and lines[-1] == FOOTER:
        return _reading(_each(lines[1:-1], known), known)
    try:
        file = _parsed(text)
    except ValueError:
        if any(f'"{KIT}"' in line for line in lines[:5]):
            return _salvaged(lines, known)
        return Reading("unreadable")
    if not isinstance(file, dict) or file.get("kit") != KIT:
        return Reading("foreign")
    version = file.get("schema_version")
    if type(version) is not int or version < 1:
        return _reading(_list(file.get("entries")), known, whole=False)
    if version > CURRENT:
        return Reading("newer", version=version)
    return _reading(_list(migrate(file).get("entries")), known, version)


def _reading(
    candidates: Iterable[Any],
    known: Mapping[str, Entry],
    version: int = CURRENT,
    whole: bool = True,
) -> Reading:
    entries, faults = [], []
    for n, candidate in enumerate(candidates, 1):
        if isinstance(candidate, Entry):
            entries.append(candidate)
            continue
        fault = _fault(n, candidate)
        if fault is None:
            try:
                at = candidate.get("at")
                data = candidate["data"]
                entry = Entry.of(
                    candidate["id"], candidate["counter"], candidate["writer"], at, data
                )
            except (ValueError, RecursionError):
                fault = _field_fault(n, "data", candidate["data"])
            else:
                entries.append(known.get(entry.line, entry))
        if fault is not None:
            faults.append(fault)
    kind: Kind = "work" if whole and not faults else "damaged"
    return Reading(kind, tuple(entries), tuple(faults), version)


def _each(lines: Iterable[str], known: Mapping[str, Entry]) -> Iterable[object]:
    """What each line holds: a version that is known, or whatever JSON it is."""
    for line in lines:
        if line in known:
            yield known[line]
        elif line:
            try:
                yield _parsed(line)
            except ValueError:
                yield None


def _salvaged(lines: list[str], known: Mapping[str, Entry]) -> Reading:
    """Every whole line of a file that is ours and damaged, of this version or of the first."""
    found = [each for each in _each(lines, known) if isinstance(each, Entry | dict)]
    old = [row for row in found if isinstance(row, dict) and "id" not in row and "client" in row]
    if old and len(old) == len(found):
        file = migrate({"kit": KIT, "schema_version": 1, "ratings": old})
        return _reading(file["entries"], known, version=1, whole=False)
    return _reading(found, known, whole=False)


def _parsed(text: str) -> object:
    """The JSON in `text`; NaN, which earlier programs may have written, is None."""
    try:
        return json.loads(text, parse_constant=lambda _name: None)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _list(entries: object) -> list[object]:
    return entries if isinstance(entries, list) else [entries]


def is_plainly_sound(candidate: Any) -> bool:
    """Whether the envelope of an entry follows the schema as those that the kit writes do.

    The schema itself judges all others: it is some ten times as slow, and a class has thousands.
    """
    if not isinstance(candidate, dict) or not _NEEDED <= candidate.keys() <= _KNOWN:
        return False
    id, counter, writer = candidate["id"], candidate["counter"], candidate["writer"]
    at, data = candidate.get("at", ""), candidate["data"]
    texts = isinstance(id, str) and isinstance(writer, str) and isinstance(at, str)
    return (
        texts
        and type(counter) is int
        and 1 <= counter <= 10**15
        and (data is None or isinstance(data, dict))
        and len(id) <= 2000
        and len(writer) <= 40
        and len(at) <= 40
        and _ID.fullmatch(id) is not None
        and _WRITER.fullmatch(writer) is not None
    )


_NEEDED = {"id", "counter", "writer", "data"}
_KNOWN = _NEEDED | {"at"}
_ID = re.compile(r"[a-z][a-z0-9_]*(?:/[A-Za-z0-9_.~%-]*)+")
_WRITER = re.compile(r"[a-z0-9]+")


@cache
def schema() -> Data:
    """The JSON Schema of the present version."""
    text = (resources.files("alliance_widgets.workfile") / "schema.json").read_text("utf-8")
    return dict(json.loads(text))


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator, validators  # slow to load: with the first need

    whole = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _checker, value: type(value) is int
    )
    strict = validators.extend(Draft202012Validator, type_checker=whole)
    return strict(schema()["$defs"]["entry"])


def _fault(n: int, candidate: object) -> str | None:
    """What is wrong with the envelope of the n-th entry, in words; None if nothing is."""
    if is_plainly_sound(candidate):
        return None
    if _validator().is_valid(candidate):
        return None
    if not isinstance(candidate, dict):
        return say("workfile.no_entry", number=n)
    fields = schema()["$defs"]["entry"]
    missing = [name for name in fields["required"] if name not in candidate]
    if missing:
        return say("workfile.field_missing", number=n, field=missing[0])
    unknown = [name for name in candidate if name not in fields["properties"]]
    if unknown:
        return say("workfile.field_unknown", number=n, field=_short(unknown[0]))
    error = next(_validator().iter_errors(candidate))
    return _field_fault(n, str(error.path[0]), candidate[error.path[0]])


def _field_fault(n: int, field: str, value: object) -> str:
    expected = say(f"workfile.expected.{field}")
    return say("workfile.field", number=n, field=field, value=_short(value), expected=expected)


def _short(value: object) -> str:
    try:
        text = " ".join((value if isinstance(value, str) else repr(value)).split())
    except RecursionError:
        text = type(value).__name__
    return text if len(text) <= 40 else text[:39] + "…"


def refuse(reading: Reading) -> None:
    """Raise `WorkFileError` for what holds no work at all."""
    if reading.kind in ("work", "damaged") and (reading.entries or reading.kind == "work"):
        return
    if reading.kind == "damaged":
        raise WorkFileError([say("workfile.upload.damaged"), *reading.faults])
    values = {"limit": MOST_BYTES // 1_000_000, "version": reading.version, "current": CURRENT}
    raise WorkFileError([say(f"workfile.upload.{reading.kind}", **values)])
