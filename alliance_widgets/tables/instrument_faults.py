"""What is wrong with the description of an instrument, in words: every fault, each with its fix.

`instrument.schema.json` beside this file says what each field means, for editors that read it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from alliance_widgets.arguments import as_shown, nearest
from alliance_widgets.tables.ratings import SUBSCALES
from alliance_widgets.words import say

__all__ = ["FIELDS", "NEEDED", "faults_of"]

MOST_ITEMS = 200
FARTHEST = 2**53  # beyond it a float would round a whole number
RESERVED = ("total", "alliance", "client", "session", "rater", "instrument")
FIELDS = {  # each with the kind of value it takes
    **dict.fromkeys(("title", "licence", "measures", "total"), "text"),
    **dict.fromkeys(("low", "high", "step", "cutoff"), "number"),
    **dict.fromkeys(("verified", "cutoff_verified", "licensed", "scored"), "flag"),
    **{"items": "whole", "reversed": "numbers", "subscales": "parts", "sizes": "counts"},
    **{"statements": "texts"},
}
NEEDED = ("title", "items", "low", "high", "step")
CHOICES = {"total": ("sum", "mean"), "measures": ("alliance", "outcome")}


def faults_of(name: str, entry: Mapping[str, object]) -> list[str]:
    """Every fault of a description; what has no fault of its own is held against the rest."""
    faults = [("missing", {"field": f, "kind": _kind(f)}) for f in NEEDED if f not in entry]
    good: dict[str, object] = {}
    for field, value in entry.items():
        if field not in FIELDS:
            near = nearest(str(field), FIELDS, n=1)
            key = "unknown_field_near" if near else "unknown_field"
            names = {"near": "".join(near), "known": ", ".join(FIELDS)}
            faults.append((key, {"field": as_shown(field).strip("'\""), **names}))
        elif not _is_kind(value, FIELDS[field]):
            shown = {"value": as_shown(value), "kind": _kind(field)}
            faults.append(("wrong_type", {"field": field, **shown}))
        else:
            good[field] = value
    for check in (_scale, _choices, _parts, _reversed, _sizes, _cutoff, _statements):
        faults += check(good)
    return [say(f"instruments.{key}", name=name, **values) for key, values in faults]


Given: TypeAlias = Mapping[str, Any]
Fault = tuple[str, dict[str, Any]]


def _scale(given: Given) -> Iterator[Fault]:
    """Title, number of items, range and step."""
    if "title" in given and not given["title"].strip():
        yield "blank", {"field": "title"}
    if "items" in given and not 1 <= given["items"] <= MOST_ITEMS:
        yield "items", {"items": given["items"], "most": MOST_ITEMS}
    low, high, step = (given.get(each) for each in ("low", "high", "step"))
    if low is None or high is None:
        return
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        yield "range", {"low": low, "high": high}
    elif step is not None and not 0 < step <= high - low:
        yield "step", {"step": step}
    elif step is not None and not _leads_there(high - low, step):
        yield "uneven", {"step": step, "low": f"{low:g}", "high": f"{high:g}"}


def _leads_there(way: float, step: float) -> bool:
    """Whether steps of that size end where the way ends."""
    steps = way / step
    return math.isfinite(steps) and abs(steps - round(steps)) <= 1e-6


def _choices(given: Mapping[str, object]) -> Iterator[Fault]:
    for setting, choices in CHOICES.items():
        if given.get(setting, choices[0]) not in choices:
            value = as_shown(given[setting])
            yield "one_of", {"setting": setting, "value": value, "choices": ", ".join(choices)}


def _parts(given: Given) -> Iterator[Fault]:
    """The subscales by name and by the numbers of their items."""
    parts = given.get("subscales", {})
    for part in [*parts, *given.get("sizes", {})]:
        if part.strip().lower() in RESERVED:
            yield "reserved", {"part": part}
        elif part not in SUBSCALES and part.strip().lower() in SUBSCALES:
            yield "spelled", {"part": part, "row": part.strip().lower()}
        elif not part.strip():
            yield "no_name", {}
    for part, numbers in parts.items():
        if not numbers:
            yield "no_items", {"part": part}
        yield from _strange(part, numbers, given)
    together = [number for numbers in parts.values() for number in numbers]
    twice = sorted({number for number in together if together.count(number) > 1})
    if twice:
        yield "item_twice", {"numbers": ", ".join(map(str, twice))}


def _reversed(given: Given) -> Iterator[Fault]:
    numbers = given.get("reversed", ())
    yield from _strange("reversed", numbers, given)
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        yield "reversed_twice", {"numbers": ", ".join(map(str, twice))}


def _strange(part: str, numbers: Any, given: Given) -> Iterator[Fault]:
    """Numbers that are no items; where nobody knows how many there are, those below 1."""
    items = given.get("items", math.inf)
    if not 1 <= items <= MOST_ITEMS:
        items = math.inf
    strange = [n for n in dict.fromkeys(numbers) if not 1 <= n <= items]
    if strange:
        last = items if items < math.inf else MOST_ITEMS
        yield "numbers", {"numbers": ", ".join(map(str, strange)), "part": part, "items": last}


def _sizes(given: Given) -> Iterator[Fault]:
    """Subscales of which only the number of items is known."""
    sizes = given.get("sizes", {})
    for part in sizes:
        if part in given.get("subscales", {}):
            yield "size_and_items", {"part": part}
        if sizes[part] < 1:
            yield "no_items", {"part": part}
    items = given.get("items", math.inf)
    if sum(size for size in sizes.values() if size > 0) > items >= 1:
        yield "sizes", {"sum": sum(sizes.values()), "items": items}


def _cutoff(given: Given) -> Iterator[Fault]:
    cutoff = given.get("cutoff")
    if cutoff is None or any(each not in given for each in ("items", "low", "high")):
        return
    summed = given.get("total") != "mean"
    times = given["items"] if summed else 1
    least, most = times * given["low"], times * given["high"]
    if least < most and not least <= cutoff <= most:
        kind = "cutoff" if summed else "cutoff_of_mean"
        yield kind, {"cutoff": cutoff, "least": f"{least:g}", "most": f"{most:g}"}


def _statements(given: Given) -> Iterator[Fault]:
    """What the items say, in one's own words."""
    said = given.get("statements")
    if not said:
        return
    if given.get("licensed"):
        yield "licensed_statements", {}
    if "items" in given and len(said) != given["items"]:
        yield "statements", {"n": len(said), "items": given["items"]}
    blank = [str(number) for number, text in enumerate(said, 1) if not text.strip()]
    if blank:
        yield "blank_statement", {"numbers": ", ".join(blank)}


def _kind(field: str) -> str:
    return say(f"instruments.kind.{FIELDS[field]}")


def _is_kind(value: Any, kind: str) -> bool:
    if kind == "text":
        return isinstance(value, str)
    if kind == "flag":
        return isinstance(value, bool)
    if kind in ("numbers", "texts"):
        each_kind = "whole" if kind == "numbers" else "text"
        return isinstance(value, list | tuple) and all(_is_kind(each, each_kind) for each in value)
    if kind in ("parts", "counts"):
        each_kind = "numbers" if kind == "parts" else "whole"
        named = isinstance(value, Mapping) and all(isinstance(part, str) for part in value)
        return named and all(_is_kind(each, each_kind) for each in value.values())
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= FARTHEST
    return whole or (kind == "number" and isinstance(value, float))
