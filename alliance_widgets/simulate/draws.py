"""Every random number of a clinic, keyed by seed, purpose and session.

The stream of one purpose and one session holds one number per client, in the order of the
clients. So client 7 gets the same numbers in a clinic of 50 and of 5000, with 10 sessions or with
16, and whatever else is set: two runs of one seed differ by nothing but what was changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from alliance_widgets.columns import Numbers

__all__ = ["MOST_SEEDS", "Clients", "Draws", "Purpose", "settled"]

MOST_SEEDS = 2**64

Clients = npt.NDArray[np.intp]
"""The places of some clients in the clinic, 0 for the first."""

_FINEST = 2.0**40


class Purpose(IntEnum):
    """What a number is drawn for. The values are part of every clinic: never renumber them."""

    THERAPIST = 1
    EASE = 2
    TRAIT = 3
    GROWTH = 4
    SYMPTOMS = 5
    IMPROVEMENT = 6
    PLAN = 7
    LAST_APPOINTMENT = 8
    THERAPIST_VIEW = 9
    ENDING_BY = 10
    FLUCTUATION = 11
    SYMPTOM_NOISE = 12
    RUPTURE = 13
    DEPTH = 14
    REPAIR = 15
    EVENT = 16
    DROPOUT = 17
    COMPLETION = 18
    UNRATED = 19
    UNRATED_LAST = 20


@dataclass(frozen=True)
class Draws:
    """The random numbers of `n` clients under one seed.

    Raw output of the counter-based generator Philox, whose stream NumPy guarantees (a
    `Generator`'s normal numbers may change with its version), turned into other distributions
    by their inverse.
    """

    seed: int
    n: int

    def uniform(
        self, purpose: Purpose, session: int = 0, of: Clients | slice = slice(None)
    ) -> Numbers:
        """One number between 0 and 1, both ends left out, for each client of `of`."""
        key = (int(purpose) << 96) | (session << 64) | self.seed
        raw = np.random.Philox(key=key).random_raw(self.n)[of]
        return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52

    def normal(
        self, purpose: Purpose, session: int = 0, of: Clients | slice = slice(None)
    ) -> Numbers:
        """One standard normal number for each client of `of`."""
        from scipy.special import ndtri

        return settled(ndtri(self.uniform(purpose, session, of)))

    def gamma(self, shape: float, purpose: Purpose, session: int, of: Clients | slice) -> Numbers:
        """One gamma number with mean 1 for each client of `of`."""
        from scipy.special import gammaincinv

        return settled(gammaincinv(shape, self.uniform(purpose, session, of)) / shape)


def settled(numbers: Numbers) -> Numbers:
    """The numbers to twelve decimals or so.

    Logarithms and exponentials may differ in their last digit between machines; what is
    computed from settled numbers by plain arithmetic does not.
    """
    return np.rint(numbers * _FINEST) / _FINEST
