"""Small whole numbers packed into one text of letters and digits, and taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

__all__ = ["Packed", "Packing", "as_text", "as_whole"]

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PLACES = 6  # decimals that a number keeps, and zeros at its end that take no room
GROUP = 16  # a whole number is written in digits of this size, each with a sign that more follow
MOST_GROUPS = 10


def as_text(number: int, least: int = 0) -> str:
    """A whole number in letters and digits, which no chat takes for anything else."""
    found = []
    while number:
        number, digit = divmod(number, len(DIGITS))
        found.append(DIGITS[digit])
    return "".join(reversed(found)).rjust(least, DIGITS[0])


def as_whole(text: str) -> int:
    """The number that `as_text` wrote."""
    number = 0
    for sign in text:
        number = number * len(DIGITS) + DIGITS.index(sign)
    return number


class Packing:
    """Takes numbers in, each below a limit that the reader knows, and gives one number."""

    def __init__(self) -> None:
        self._fields: list[tuple[int, int]] = []

    def put(self, value: int, limit: int) -> None:
        """One of the numbers from 0 to `limit` - 1."""
        if not 0 <= value < limit:
            raise ValueError(f"{value} is not below {limit}")
        self._fields.append((value, limit))

    def put_one_of(self, value: object, known: Sequence[object]) -> None:
        """One of these things, or none of them."""
        self.put(known.index(value) + 1 if value in known else 0, len(known) + 1)

    def put_whole(self, value: int) -> None:
        """A whole number of any size, 0 or above; the small ones take least room."""
        while True:
            value, digit = divmod(value, GROUP)
            self.put(digit, GROUP)
            self.put(int(value > 0), 2)
            if not value:
                return

    def put_number(self, value: float, digits: int) -> None:
        """A number, to so many digits and at most six decimals."""
        _, many, exponent = Decimal(f"{value:.{digits}g}").normalize().as_tuple()
        power = min(max(int(exponent), -PLACES), PLACES)
        whole = round(int("".join(map(str, many))) * 10.0 ** (int(exponent) - power))
        self.put(power + PLACES, 2 * PLACES + 1)
        self.put(int(value < 0), 2)
        self.put_whole(min(whole, GROUP**MOST_GROUPS - 1))

    @property
    def number(self) -> int:
        """All of it, as one number."""
        number = 1  # so that no zero is lost at the front
        for value, limit in reversed(self._fields):
            number = number * limit + value
        return number


class Packed:
    """Gives the numbers back, in the order in which they were put in.

    Raises `ValueError` where there are fewer than are asked for.
    """

    def __init__(self, number: int) -> None:
        self._left = number

    def take(self, limit: int) -> int:
        """The next number, which is below `limit`."""
        if self._left < 1:
            raise ValueError("nothing is left")
        self._left, value = divmod(self._left, limit)
        return value

    def take_one_of(self, known: Sequence[str]) -> str | None:
        """The next thing of these; None if it was none of them."""
        place = self.take(len(known) + 1)
        return known[place - 1] if place else None

    def take_whole(self) -> int:
        """The next whole number."""
        number, size = 0, 1
        for _ in range(MOST_GROUPS):
            number += self.take(GROUP) * size
            size *= GROUP
            if not self.take(2):
                return number
        raise ValueError("too large a number")

    def take_number(self) -> float:
        """The next number."""
        power, negative = self.take(2 * PLACES + 1) - PLACES, self.take(2)
        number = float(Decimal(self.take_whole()).scaleb(power))
        return -number if negative else number

    @property
    def is_empty(self) -> bool:
        """Whether everything has been taken."""
        return self._left == 1
