"""Write calibration.md: what the simulated worlds give beside the published figures.

    python docs/calibrate.py [FILE]

About two minutes on two cores.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from clinic_measures import (
    courses,
    difference,
    outcome_r,
    rated,
    study,
    within_hazard,
)

import alliance_widgets as aw

PAGE = Path(__file__).with_name("calibration.md")
WORLDS = ("causal", "confounded", "shared_events", "no_effect")
CALIBRATED = WORLDS[:3]
RUNS, CLIENTS = 12, 2_000
HAZARD_SEEDS, HAZARD_CLIENTS = range(1, 7), 20_000
LARGE, LARGE_SEED = 60_000, 1
MISSED = "✗"


@dataclass(frozen=True)
class Target:
    """A published figure; `bounds` are for worlds in which something else is expected."""

    figure: str
    says: str
    value: float
    tolerance: float
    source: str
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)

    def allowed(self, world: str) -> tuple[float, float]:
        """Between which values the mean over all runs must lie."""
        usual = (self.value - self.tolerance, self.value + self.tolerance)
        return self.bounds.get(world, usual)

    def holds(self, world: str, mean: float) -> bool:
        """Whether it does."""
        low, high = self.allowed(world)
        return low <= mean <= high


SHARF, LARSSON = "Sharf et al. (2010)", "Larsson et al. (2018), by another rule"
OUTCOME = "alliance at session 3 with outcome, r"
EARLY = "dropout and mean alliance of sessions 1 to 3, d"
LAG = "alliance in a session and symptoms in the next, within clients, β"
NO_LAG = (-0.02, 0.02)
TARGETS = (
    Target("outcome_r", OUTCOME, 0.278, 0.03, "Flückiger et al. (2018)"),
    Target("dropout", "share dropping out", 0.197, 0.02, "Swift & Greenberg (2012)"),
    Target("dropout_d", EARLY, 0.55, 0.10, SHARF),
    Target("ceiling", "SDs from mean to ceiling, session 3", 1.48, 0.15, "Meier (2024)"),
    Target("none", "cases without a possible rupture", 0.745, 0.05, LARSSON),
    Target("repaired", "cases whose possible ruptures are repaired", 0.147, 0.05, LARSSON),
    Target("not_repaired", "other cases with possible ruptures", 0.107, 0.05, LARSSON),
    Target(
        "symptoms",
        "symptoms at session 1, CORE-10",
        19.7,
        0.5,
        "Barkham et al. (2013), second hand",
    ),
    Target(
        "within_lag",
        LAG,
        math.nan,
        math.nan,
        "sign only; Falkenström et al. (2019)",
        {"causal": (-math.inf, -0.04), "confounded": NO_LAG, "shared_events": NO_LAG},
    ),
    Target("between_share", "share of variance between clients", 0.775, 0.075, "high; no figure"),
    Target(
        "by_session_3",
        "share of dropouts gone by session 3",
        0.525,
        0.075,
        "“mostly early”; no figure",
    ),
    Target("lowest", "dropout, lowest third at session 1", 0.296, 0.04, SHARF),
    Target("middle", "dropout, middle third", 0.184, 0.04, SHARF),
    Target("highest", "dropout, highest third", 0.111, 0.04, SHARF),
)


def runs(world: str, n_runs: int = RUNS, n_clients: int = CLIENTS) -> pd.DataFrame:
    """All figures of the table, one row per run; the seeds are 0, 1, ..."""
    return pd.DataFrame([study(n_clients, world, seed) for seed in range(n_runs)])


def calibration_rows(by_world: dict[str, pd.DataFrame]) -> list[list[str]]:
    """The main table: target, tolerance and source, and mean (SD) in each world."""
    rows = []
    for target in TARGETS:
        aim = (
            ["below 0", "below −.04"]
            if math.isnan(target.value)
            else [
                f"{target.value:g}",
                f"±{target.tolerance:g}",
            ]
        )
        cells = []
        for world, table in by_world.items():
            mean, sd = table[target.figure].mean(), table[target.figure].std()
            missed = world in CALIBRATED and not target.holds(world, mean)
            cells.append(f"{mean:z.3f} ({sd:z.3f}){f' {MISSED}' if missed else ''}")
        rows.append([target.says, *aim, target.source, *cells])
    for figure, says in (("sessions", "sessions attended, mean"), ("sessions_sd", "… SD")):
        cells = [f"{by_world[world][figure].mean():z.2f}" for world in by_world]
        rows.append([says, "not matched", "", "", *cells])
    return rows


def hazard_rows() -> list[list[str]]:
    """The slope within clients in the hazard of leaving, per world: mean over seeds (its SE)."""
    rows = []
    for world in WORLDS:
        clinics = [aw.simulate_clinic(HAZARD_CLIENTS, world, seed) for seed in HAZARD_SEEDS]
        row = [world]
        for with_open in (True, False):
            fits = pd.DataFrame([within_hazard(clinic, with_open) for clinic in clinics])
            se = np.sqrt((fits["se"] ** 2).mean() / len(fits))
            row.append(f"{fits['coefficient'].mean():z.2f} ({se:.2f})")
        rows.append(row)
    return rows


def intervention_rows() -> list[list[str]]:
    """Dropout as it is and with half a point of alliance more in every session."""
    rows = []
    for world in WORLDS:
        pair = [
            aw.simulate_clinic(LARGE, world, LARGE_SEED, do_alliance=points) for points in (0, 0.5)
        ]
        before, after = (courses(clinic)["left"] for clinic in pair)
        changed = int((pair[0].courses != pair[1].courses).any(axis=1).sum())
        rows.append([world, f"{before.mean():z.4f}", f"{after.mean():z.4f}", f"{changed}"])
    return rows


def reverse_rows() -> list[list[str]]:
    """Alliance and outcome where only symptoms act on the alliance."""
    rows = []
    for relief in (0, 0.3, 0.5):
        clinic = aw.simulate_clinic(20_000, "no_effect", 1, relief_on_alliance=relief)
        cells = [f"{outcome_r(clinic, session):z.2f}" for session in (1, 3, 8, 12)]
        rows.append([f"{relief:g}", *cells])
    return rows


def mistake_rows() -> list[list[str]]:
    """What a study finds when it uses ratings that not everybody lived to give."""
    rows = []
    for world in ("causal", "no_effect"):
        clinic = aw.simulate_clinic(LARGE, world, LARGE_SEED)
        ratings, ended = rated(clinic), courses(clinic)
        later = ended["sessions_attended"] > 3
        rows.append(
            [
                world,
                f"{difference(ratings.mean(axis=1), ended['left']):z.2f}",
                f"{difference(ratings.ffill(axis=1).iloc[:, -1], ended['left']):z.2f}",
                f"{difference(ratings.loc[later, 3], ended.loc[later, 'left']):z.2f}",
                f"{outcome_r(clinic):z.3f}",
                f"{outcome_r(clinic, completers=True):z.3f}",
            ]
        )
    return rows


def as_table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page() -> str:
    """The whole page."""
    by_world = {world: runs(world) for world in WORLDS}
    parts = (Path(__file__).parent / "calibration.template.md").read_text(encoding="utf-8")
    return parts.format(
        runs=RUNS,
        clients=f"{CLIENTS:,}".replace(",", " "),
        hazard_clients=f"{HAZARD_CLIENTS:,}".replace(",", " "),
        hazard_seeds=len(HAZARD_SEEDS),
        large=f"{LARGE:,}".replace(",", " "),
        large_seed=LARGE_SEED,
        calibration=as_table(
            ["figure", "target", "tolerance", "source", *WORLDS], calibration_rows(by_world)
        ),
        hazard=as_table(
            ["world", "with the open rupture", "without it"],
            hazard_rows(),
        ),
        intervention=as_table(
            ["world", "dropout", "dropout, alliance + 0.5", "courses that changed"],
            intervention_rows(),
        ),
        reverse=as_table(
            ["`relief_on_alliance`", "session 1", "session 3", "session 8", "session 12"],
            reverse_rows(),
        ),
        mistakes=as_table(
            [
                "world",
                "d, mean of all sessions",
                "d, last rating",
                "d, session 3, leaving later",
                "r, all clients",
                "r, completers",
            ],
            mistake_rows(),
        ),
    )


def main() -> None:
    """Write the page; exit 1 if a figure is out of its tolerance."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    text = page()
    target.write_text(text, encoding="utf-8")
    sys.exit(MISSED in text)


if __name__ == "__main__":
    main()
