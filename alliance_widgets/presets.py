"""The state of a lab as a short code: typed on another machine, it gives the same picture there.

A code is the lab's short name and, in groups of four, the letters and digits of a number
("NOISE-0HG4-2T8M-1"). The letters that are taken for one another (I, L, O, U) do not occur; small
letters, blanks and dashes make no difference. It holds what is chosen, five characters that say
what the picture's figures are, and two that find a typing error.

No page, no widget: which settings a lab has, the lab says.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import pandas as pd

from alliance_widgets.arguments import as_shown
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = [
    "Chosen",
    "Flag",
    "Listed",
    "Pick",
    "Setting",
    "Steps",
    "Whole",
    "check_seed",
    "code_of",
    "figures_of",
    "read",
]

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TAKEN_FOR = str.maketrans("ILO", "110")
VERSION = 0
PRIME = 1021  # below 32², so that two signs hold what is left of a division by it
CHECK, FIGURES = 2, 3  # signs
GROUP, LONGEST = 4, 200
FINEST, AWAY = 1e-4, 0.377  # figures are told apart by this much, at edges where none of them lies

Chosen: TypeAlias = dict[str, Any]
"""What is chosen in a lab, by name: each a value that its `Setting` knows."""

Digits = list[tuple[int, int]]
"""A number from 0 and how many it could have been, several times."""


class Setting(Protocol):
    """One thing a lab lets somebody choose, as numbers and back."""

    def digits(self, value: object) -> Digits:
        """The value as digits; raises `ValueError` for what is no choice."""

    def value(self, take: Digit) -> Any:
        """The value from digits; `take(n)` gives the next, of `n` possible ones."""


class Digit(Protocol):
    """Gives the next digit."""

    def __call__(self, radix: int) -> int: ...


@dataclass(frozen=True)
class Pick:
    """One of these values."""

    options: tuple[Any, ...]

    def digits(self, value: object) -> Digits:
        """Its place."""
        return [(self.options.index(value), len(self.options))]

    def value(self, take: Digit) -> Any:
        """The value at that place."""
        return self.options[take(len(self.options))]


def Flag() -> Pick:
    """Yes or no."""
    return Pick((False, True))


@dataclass(frozen=True)
class Steps:
    """A number from `low` to `high` in steps."""

    low: float
    high: float
    step: float

    @property
    def _most(self) -> int:
        return round((self.high - self.low) / self.step)

    def digits(self, value: Any) -> Digits:
        """Which step it is."""
        place = round((value - self.low) / self.step)
        if not 0 <= place <= self._most or not math.isclose(
            self.low + place * self.step, value, abs_tol=self.step / 100
        ):
            raise ValueError(value)
        return [(place, self._most + 1)]

    def value(self, take: Digit) -> Any:
        """The number, whole where all of them are."""
        whole = all(float(each).is_integer() for each in (self.low, self.step))
        number = self.low + take(self._most + 1) * self.step
        return round(number) if whole else round(number, 10)


@dataclass(frozen=True)
class Whole:
    """A whole number from 0 on; the smaller, the shorter its code."""

    def digits(self, value: object) -> Digits:
        """How many sixteens it takes, then each of them."""
        if type(value) is not int or not 0 <= value < 16**8:
            raise ValueError(value)
        parts = [int(sign, 16) for sign in f"{value:x}"]
        return [(len(parts), 9), *((each, 16) for each in parts)]

    def value(self, take: Digit) -> Any:
        """The number."""
        total = 0
        for _ in range(take(9)):
            total = 16 * total + take(16)
        return total


@dataclass(frozen=True)
class Listed:
    """Some of these values, each at most once, in an order."""

    options: tuple[Any, ...]

    def digits(self, value: Any) -> Digits:
        """How many, and the place of each among those that are left."""
        left, made = [*self.options], [(len(value), len(self.options) + 1)]
        for each in value:
            made.append((left.index(each), len(left)))
            left.remove(each)
        return made

    def value(self, take: Digit) -> Any:
        """The values in their order."""
        left = [*self.options]
        return [left.pop(take(len(left))) for _ in range(take(len(self.options) + 1))]


# ---- writing -------------------------------------------------------------------------------------


def code_of(lab: str, settings: Mapping[str, Setting], values: Chosen, figures: str) -> str:
    """The code of a lab with these values, whose picture has these figures (`figures_of`)."""
    digits = [(VERSION, 8)]
    try:
        for name, setting in settings.items():
            digits += setting.digits(values[name])
    except (ValueError, KeyError):
        raise AllianceError([say("presets.own", name=name)]) from None
    number = 0
    for digit, radix in reversed(digits):
        number = number * radix + digit
    signs = _signs(number) + figures
    return "-".join([lab, *_groups(signs + _check(lab, signs))])


def figures_of(tables: Iterable[pd.DataFrame]) -> str:
    """Three signs for all numbers in these tables, the same on every machine.

    What differs in the last digits that a processor computes makes no difference; words do not
    count, as another language says others.
    """
    found = hashlib.sha256()
    for table in tables:
        numbers = table.select_dtypes(include=["number", "bool"]).astype("float64")
        coarse = (numbers.to_numpy() / FINEST + AWAY).ravel()
        found.update(",".join("-" if x != x else f"{math.floor(x)}" for x in coarse).encode())
        found.update(f"|{numbers.shape}".encode())
    number = int.from_bytes(found.digest()[:4], "big") % 32**FIGURES
    return _signs(number).rjust(FIGURES, SIGNS[0])


# ---- reading -------------------------------------------------------------------------------------


def read(lab: str, settings: Mapping[str, Setting], code: object) -> tuple[Chosen, str]:
    """What a code of this lab says: the values by name, and the figures its picture must have.

    Raises `AllianceError` that names why it cannot be taken: mistyped, of another lab, of a newer
    version, or with choices that are not there.
    """
    named, signs = _taken_apart(code)
    if _check(named, signs[:-CHECK]) != signs[-CHECK:]:
        raise AllianceError([say("presets.mistyped", code=as_shown(code))])
    if named != lab:
        raise AllianceError([say("presets.other_lab", lab=lab, given=named)])
    number = 0
    for sign in signs[: -CHECK - FIGURES]:
        number = 32 * number + SIGNS.index(sign)

    def take(radix: int) -> int:
        nonlocal number
        number, digit = divmod(number, radix)
        return digit

    if take(8) != VERSION:
        raise AllianceError([say("presets.newer")])
    try:
        values = {name: setting.value(take) for name, setting in settings.items()}
    except (IndexError, ZeroDivisionError):
        raise AllianceError([say("presets.not_here")]) from None
    if number:
        raise AllianceError([say("presets.not_here")])
    return values, signs[-CHECK - FIGURES : -CHECK]


def check_seed(asked: int, here: int) -> None:
    """Raise `AllianceError` where a code is of other dice than those of a lab that keeps work."""
    if asked != here:
        raise AllianceError([say("presets.other_dice", asked=asked, here=here)])


def _taken_apart(code: object) -> tuple[str, str]:
    """The lab's name and the signs behind it."""
    if isinstance(code, str) and len(code) <= LONGEST:
        found = re.fullmatch(r"\s*([A-Za-z]+)[\s\-–—:]+([0-9A-Za-z\s\-–—]+)", code)
        if found:
            signs = re.sub(r"[\s\-–—]", "", found[2]).upper().translate(TAKEN_FOR)
            if len(signs) > CHECK + FIGURES and not {*signs} - {*SIGNS}:
                return found[1].upper(), signs
    raise AllianceError([say("presets.no_code", given=as_shown(code))])


# ---- signs ---------------------------------------------------------------------------------------


def _signs(number: int) -> str:
    signs = ""
    while number or not signs:
        number, digit = divmod(number, 32)
        signs = SIGNS[digit] + signs
    return signs


def _groups(signs: str) -> Iterator[str]:
    return (signs[place : place + GROUP] for place in range(0, len(signs), GROUP))


def _check(lab: str, signs: Sequence[str]) -> str:
    """Two signs that no single wrong sign, and no two that changed places, leave as they are.

    Each sign counts by its place, and `PRIME` divides no product of a place and a difference.
    """
    named = int.from_bytes(hashlib.sha256(lab.encode()).digest()[:4], "big")
    total = named + sum(place * SIGNS.index(sign) for place, sign in enumerate(signs, 1))
    return _signs(total % PRIME).rjust(CHECK, SIGNS[0])
