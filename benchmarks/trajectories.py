"""How fast `summarise_trajectories` is, against one `groupby().agg(["mean", "std"])`.

    python benchmarks/trajectories.py [CLIENTS]

Twenty sessions per client in quarter points, one in twelve unrated, with rater and the three parts;
the same rows in order and shuffled; the best of nine runs, the two ways in turn. Both must find the
same means and SDs. Aim: at most three times as long as the groupby. A tenth of the rows is timed
too: what fits the processor's cache runs a little faster per row, so this is shown, not bound.
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from _figures import Figure, report

from alliance_widgets.trajectories import summarise_trajectories

SESSIONS = 20
RUNS = 9
BOUND = 3.0


def noisy_ratings(n_clients: int, seed: int = 0) -> pd.DataFrame:
    """Clients around their own level and slope."""
    random = np.random.default_rng(seed)
    time_ = np.arange(1, SESSIONS + 1)
    level = random.normal(3.7, 0.6, (n_clients, 1)) + random.normal(0.03, 0.04, (n_clients, 1)) * (
        time_ - 1
    )
    parts = {}
    unrated = random.random((n_clients, SESSIONS)) < 1 / 12
    for name in ("goals", "tasks", "bond"):
        scores = np.clip(level + random.normal(0, 0.4, (n_clients, SESSIONS)), 1, 5)
        parts[name] = np.where(unrated, np.nan, np.round(scores * 4) / 4).ravel()
    return pd.DataFrame(
        {
            "client": np.repeat([f"c{i:06d}" for i in range(n_clients)], SESSIONS),
            "session": np.tile(time_, n_clients),
            "rater": "client",
            **parts,
            "alliance": sum(parts.values()) / 3,
        }
    )


def groupby(ratings: pd.DataFrame) -> pd.DataFrame:
    """What the bound is counted in."""
    return ratings.groupby("client")["alliance"].agg(["mean", "std"])


def in_turn(*ways: Callable[[], object]) -> list[float]:
    """The shortest time of each way: a busy machine only ever adds to it."""
    spent: list[list[float]] = [[] for _ in ways]
    for _ in range(RUNS):
        for way, seconds in zip(ways, spent, strict=True):
            start = time.perf_counter()
            way()
            seconds.append(time.perf_counter() - start)
    return [min(seconds) for seconds in spent]


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", type=int, nargs="?", default=50_000)
    n_clients = parser.parse_args().clients
    ordered = noisy_ratings(n_clients)
    shuffled = ordered.sample(frac=1, random_state=0)
    found, expected = summarise_trajectories(shuffled), groupby(ordered)
    if not np.allclose(found[["mean", "sd"]], expected, atol=1e-9, equal_nan=True):
        raise SystemExit("the two ways do not find the same means and SDs")
    tenth = ordered.head(n_clients // 10 * SESSIONS)
    rows = []
    for name, ratings in (("in order", ordered), ("shuffled", shuffled)):
        one, other = in_turn(
            lambda r=ratings: summarise_trajectories(r), lambda r=ratings: groupby(r)
        )
        rows.append((f"{name}: groupby", other, np.nan, np.nan))
        rows.append((f"{name}: summarise_trajectories", one, BOUND * other, one / other))
    long, short = in_turn(
        lambda: summarise_trajectories(ordered), lambda: summarise_trajectories(tenth)
    )
    rows.append(("a tenth of the rows", short, np.nan, np.nan))
    rows.append(("all rows, in tenths", long, np.nan, long / short))
    shown = pd.DataFrame(rows, columns=["what", "seconds", "bound", "ratio"])
    print(f"{n_clients} clients, {len(ordered)} rows, best of {RUNS} runs")
    numbers = {"seconds": "{:.3f}", "bound": "{:.3f}", "ratio": "{:.2f}"}
    print(
        shown.to_string(
            index=False, na_rep="", formatters={k: v.format for k, v in numbers.items()}
        ).replace("nan", "   ")
    )
    return report(
        Figure(f"{name} / groupby", ratio, BOUND)
        for name, _, bound, ratio in rows
        if not np.isnan(bound)
    )


if __name__ == "__main__":
    sys.exit(main())
