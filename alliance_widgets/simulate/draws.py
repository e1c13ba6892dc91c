"""Every random number of a clinic, keyed by seed, purpose and session.

The stream of one purpose and one session holds two numbers per client, in the order of the
clients. So client 7 gets the same numbers in a clinic of 50 and of 5000, with 10 sessions or with
16, and whatever else is set: two runs of one seed differ by nothing but what was changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from alliance_widgets.tables.columns import Numbers

__all__ = ["MOST_SEEDS", "Clients", "Draws", "Purpose", "as_chance", "as_gamma"]

MOST_SEEDS = 2**64

Clients = npt.NDArray[np.intp]
"""The places of some clients in the clinic, 0 for the first."""

_FINEST = 2.0**40

BEYOND = 700
"""Log odds of no more chance than a float can tell from 0."""


class Purpose(IntEnum):
    """What numbers are drawn for. The values are part of every clinic: never renumber them."""

    THERAPIST = 1
    EASE_AND_TRAIT = 2
    GROWTH_AND_IMPROVEMENT = 3
    SYMPTOMS = 4
    PLAN = 5
    LAST_APPOINTMENT = 6
    THERAPIST_VIEW = 7
    ENDING_BY = 8
    FLUCTUATION_AND_NOISE = 9
    RUPTURE_AND_DEPTH = 10
    EVENT = 11
    DROPOUT_AND_COMPLETION = 12
    UNRATED = 13


@dataclass(frozen=True)
class Draws:
    """The random numbers of `n` clients under one seed, two per purpose, session and client.

    Raw output of the counter-based generator Philox, whose stream NumPy guarantees (what a
    `Generator` makes of it may change with NumPy's version), turned into other distributions by
    their inverse. `of` chooses clients by their places.
    """

    seed: int
    n: int

    def uniform(
        self, purpose: Purpose, session: int = 0, of: Clients | slice = slice(None)
    ) -> tuple[Numbers, Numbers]:
        """Two independent numbers per client, uniform between 0 and 1 (never 0, never 1)."""
        key = (int(purpose) << 96) | (session << 64) | self.seed
        raw = np.random.Philox(key=key).random_raw(self.n)[of]
        halves = raw.astype("<u8", copy=False).view("<u4")
        return _uniform(halves[0::2]), _uniform(halves[1::2])

    def normal(
        self, purpose: Purpose, session: int = 0, of: Clients | slice = slice(None)
    ) -> tuple[Numbers, Numbers]:
        """Two independent standard normal numbers per client."""
        from scipy.special import ndtri

        first, second = self.uniform(purpose, session, of)
        return settled(ndtri(first)), settled(ndtri(second))


def as_gamma(uniform: Numbers, shape: float) -> Numbers:
    """Gamma distributed numbers with mean 1 from uniform ones."""
    from scipy.special import gammaincinv

    return settled(gammaincinv(shape, uniform) / shape)


def as_chance(log_odds: npt.NDArray[np.floating]) -> Numbers:
    """Chances from their log odds."""
    return settled(1 / (1 + np.exp(np.clip(-log_odds, None, BEYOND))))


def settled(numbers: Numbers) -> Numbers:
    """The numbers to twelve decimals or so, written over the ones given.

    Logarithms and exponentials may differ in their last digit between machines; what is
    computed from settled numbers by plain arithmetic does not.
    """
    numbers *= _FINEST
    np.rint(numbers, out=numbers)
    numbers /= _FINEST
    return numbers


def _uniform(whole: npt.NDArray[np.uint32]) -> Numbers:
    numbers = whole.astype(np.float64)
    numbers += 0.5
    numbers *= 2.0**-32
    return numbers
