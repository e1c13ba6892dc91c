"""What a call was given, judged before it is used: no wrong kind gets as far as a raw error.

Each `check_` returns its argument, or raises `error` with a sentence that says what was expected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any, TypeGuard

import numpy as np

from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = [
    "are_names",
    "as_shown",
    "check_choice",
    "check_flag",
    "check_number",
    "check_text",
    "check_whole",
    "is_number",
    "is_text_among",
    "nearest",
]

LONGEST = 60


def as_shown(value: object) -> str:
    """The value as Python writes it, on one line and short enough for a sentence."""
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def is_text_among(value: object, choices: Iterable[str]) -> bool:
    """Whether it is one of these words; a table or a list never is."""
    return isinstance(value, str) and value in choices


def nearest(name: str, known: Iterable[str], n: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most `n` of the `known` names that are written most like `name`, the nearest first."""
    from difflib import get_close_matches  # with the first name that is unknown

    return get_close_matches(name, known, n, cutoff)


def are_names(value: object) -> bool:
    """Whether it is a list or tuple of texts; a text alone is none."""
    return isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a finite number that a float can hold; True and False are none."""
    if not isinstance(value, Real) or isinstance(value, bool | np.bool_):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def check_choice(
    name: str, value: object, choices: Sequence[str], error: type[AllianceError] = AllianceError
) -> str:
    """One of the words in `choices`."""
    if not is_text_among(value, choices):
        known = ", ".join(f'"{choice}"' for choice in choices)
        raise error([say("arguments.choice", name=name, given=as_shown(value), known=known)])
    return str(value)


def check_flag(name: str, value: object, error: type[AllianceError] = AllianceError) -> bool:
    """True or False, and nothing that is merely taken for one."""
    if not isinstance(value, bool | np.bool_):
        raise error([say("arguments.flag", name=name, given=as_shown(value))])
    return bool(value)


def check_text(name: str, value: object, error: type[AllianceError] = AllianceError) -> str:
    """A text."""
    if not isinstance(value, str):
        raise error([say("arguments.text", name=name, given=as_shown(value))])
    return value


def check_number(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    error: type[AllianceError] = AllianceError,
) -> float:
    """A finite number from `low` to `high`."""
    if not (is_number(value) and low <= value <= high):
        key = "arguments.number" if math.isinf(low) and math.isinf(high) else "arguments.from_to"
        ends = {"low": f"{low:g}", "high": f"{high:g}"}
        raise error([say(key, name=name, given=as_shown(value), **ends)])
    return float(value)


def check_whole(
    name: str,
    value: Any,
    low: int,
    high: int | None = None,
    error: type[AllianceError] = AllianceError,
) -> int:
    """A whole number from `low` on, up to `high` if there is one."""
    good = isinstance(value, Integral) and not isinstance(value, bool | np.bool_)
    if not (good and low <= int(value) and (high is None or int(value) <= high)):
        key = "arguments.whole" if high is None else "arguments.whole_from_to"
        raise error([say(key, name=name, given=as_shown(value), low=low, high=high)])
    return int(value)
