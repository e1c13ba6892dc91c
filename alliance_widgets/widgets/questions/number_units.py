"""What the unit of a number question says: its ends, how people write it, and its hundredths."""

from __future__ import annotations

import math
import re
from numbers import Real

__all__ = ["Range", "holds", "in_hundredths", "limits_of", "number_in", "one_in_hundred"]

Range = tuple[float | None, float | None]

HUNDREDTHS = re.compile(r"^%|^per ?cent|\bof 100$")
PERHAPS_HUNDREDTHS = "points"  # of per cent, or of a scale
PER_CENT = ("%", "per cent", "percent", "of 100")
COUNTED = re.compile(r"clients|ratings|times|weeks")
CORRELATION = re.compile(r"\(?r\)?$")
OF_SO_MANY = re.compile(r"\bof (\d+)$")


def in_hundredths(unit: str) -> bool:
    """Whether the unit is per cent, under one of its names."""
    return HUNDREDTHS.search(unit) is not None


def limits_of(unit: str, right: float | None = None) -> Range:
    """The least and the most that can be answered in that unit; None where it has no end.

    A share ends at 0 and at 100 % (or at the `of 4` it is counted in), an r at −1 and 1; a count
    begins at 0, sessions at 1. A `right` answer beyond these, such as a change of −5 %, says that
    they do not hold.
    """
    found: Range = (None, None)
    if of := OF_SO_MANY.search(unit):
        found = (0.0, float(of[1]))
    elif re.match(r"%|per ?cent", unit):
        found = (0.0, 100.0)
    elif CORRELATION.match(unit):
        found = (-1.0, 1.0)
    elif unit in ("sessions", "hours"):
        found = (1.0, None)
    elif COUNTED.match(unit):
        found = (0.0, None)
    return found if right is None or holds(found, right) else (None, None)


def holds(given: Range, number: float) -> bool:
    """Whether a number lies in a range, both ends included."""
    low, high = given
    return (low is None or low <= number) and (high is None or number <= high)


def one_in_hundred(answer: float, unit: str) -> float | None:
    """What an answer would be if it were a share and the unit counts hundredths: 0.07 as 7."""
    maybe = in_hundredths(unit) or unit == PERHAPS_HUNDREDTHS
    return round(100 * answer, 10) if maybe and 0 < answer < 1 else None


def number_in(entered: object, unit: str = "") -> float | None:
    """A number, or text as people type it: 0.7, 0,7, 12 %, −3; None for anything else.

    The unit may stand behind it, and so may a per cent sign where hundredths are asked for.
    1,000 and 1.000,5 stay unread: they are different numbers in different countries.
    """
    if isinstance(entered, Real) and not isinstance(entered, bool):
        return float(entered) if math.isfinite(entered) else None
    if not isinstance(entered, str):
        return None
    text = entered.strip().replace("−", "-")
    endings = (unit, *(PER_CENT if in_hundredths(unit) else ()))
    ending = next((each for each in endings if each and text.endswith(each)), "")
    text = text.removesuffix(ending).strip()
    if not re.fullmatch(r"[+-]?(\d{1,15}([.,]\d{0,15})?|[.,]\d{1,15})", text):
        return None
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        return None
    return float(text.replace(",", "."))
