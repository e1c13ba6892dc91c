"""Clinics studied as a researcher would, and then intervened upon as only a simulation allows.

What takes a while is done once per clinic (world, size and seed) and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from alliance_widgets.dropout import fit_hazard, landmark, person_period, retention
from alliance_widgets.effects import dropout_difference, outcome_correlation
from alliance_widgets.errors import SimulationError
from alliance_widgets.simulate.clinic import Clinic
from alliance_widgets.simulate.knobs import unless_fits
from alliance_widgets.simulate.worlds import faults_of_run

__all__ = ["LETTERS", "Intervention", "Report", "ThreeClinics"]

LETTERS = ("A", "B", "C")

FEWEST_STUDIED = 1_000
"""With fewer, some term of the fit has no finite estimate in one clinic of twenty."""
MOST_STUDIED = 50_000
KEPT = 12
POINTS = 0.5


@dataclass(frozen=True)
class Report:
    """What a study of a clinic would report, before anybody asks what is behind it.

    `r` (alliance at session 3 with outcome), `d` (mean alliance of sessions 1 to 3 with dropout),
    `dropout` (share), `thirds` (dropout of the lowest, middle and highest third by alliance at
    session 1) and `curves` (retention of these thirds).
    """

    r: float
    d: float
    dropout: float
    thirds: tuple[float, float, float]
    curves: pd.DataFrame


@dataclass(frozen=True)
class Intervention:
    """How many of `clients` dropped out before and after the alliance was raised by `points`.

    `kept` left before and not after; `changed` counts the clients whose course (its length or its
    ending) is another one.
    """

    points: float
    clients: int
    before: int
    after: int
    kept: int
    changed: int


@dataclass(frozen=True)
class ThreeClinics:
    """Clinics A, B and C of `n` clients each; what each of them is, is drawn from `seed`.

    A and B are the worlds `causal` and `confounded`, in an order that the letters do not tell; C
    is `shared_events`. Raises `SimulationError`, naming every fault of `n` and `seed`.
    """

    n: int
    seed: int

    def __post_init__(self) -> None:
        problems = [
            *unless_fits("n", self.n, FEWEST_STUDIED, MOST_STUDIED, whole=True),
            *faults_of_run(1, self.seed, 0.0),
        ]
        if problems:
            raise SimulationError(problems)

    def world(self, letter: str) -> str:
        """Which world that clinic is."""
        worlds = ["causal", "confounded"]
        np.random.default_rng([self.seed, 9]).shuffle(worlds)
        return dict(zip(LETTERS, [*worlds, "shared_events"], strict=True))[letter]

    def report(self, letter: str) -> Report:
        """What a study of that clinic would report."""
        return _report(self.world(letter), self.n, self.seed)

    def fit(self, letter: str) -> pd.DataFrame:
        """The discrete-time hazard of leaving in that clinic, indexed by term."""
        return _fit(self.world(letter), self.n, self.seed)

    def intervention(self, letter: str) -> Intervention:
        """The same clients with the same luck, and half a point more alliance in every session."""
        return _intervention(self.world(letter), self.n, self.seed)


@lru_cache(maxsize=3)
def _clinic(world: str, n: int, seed: int) -> Clinic:
    from alliance_widgets.simulate import simulate_clinic

    return simulate_clinic(n, world, seed=seed)


@lru_cache(maxsize=KEPT)
def _report(world: str, n: int, seed: int) -> Report:
    clinic = _clinic(world, n, seed)
    ratings, courses = clinic.ratings, clinic.courses
    early = ratings[ratings["session"] <= 3].groupby("client")["alliance"].mean()
    by_third = landmark(ratings, courses, session=1).dropna(subset=["third"])
    left = (by_third["ending"] == "dropped_out").groupby(by_third["third"], observed=True).mean()
    return Report(
        r=float(outcome_correlation(ratings, courses)["r"]),
        d=float(dropout_difference(early, courses)["d"]),
        dropout=float((courses["ending"] == "dropped_out").mean()),
        thirds=(float(left["lowest"]), float(left["middle"]), float(left["highest"])),
        curves=retention(by_third, by="third"),
    )


@lru_cache(maxsize=KEPT)
def _fit(world: str, n: int, seed: int) -> pd.DataFrame:
    clinic = _clinic(world, n, seed)
    return fit_hazard(person_period(clinic.ratings, clinic.courses)).set_index("term")


@lru_cache(maxsize=KEPT)
def _intervention(world: str, n: int, seed: int, points: float = POINTS) -> Intervention:
    from alliance_widgets.simulate import simulate_clinic

    before = _clinic(world, n, seed).courses
    after = simulate_clinic(n, world, seed=seed, do_alliance=points).courses
    left, leaves = before["ending"] == "dropped_out", after["ending"] == "dropped_out"
    other = (left != leaves) | (before["sessions_attended"] != after["sessions_attended"])
    return Intervention(
        points=points,
        clients=n,
        before=int(left.sum()),
        after=int(leaves.sum()),
        kept=int((left & ~leaves).sum()),
        changed=int(other.sum()),
    )
