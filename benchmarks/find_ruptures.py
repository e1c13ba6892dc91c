"""How fast `find_ruptures` is, against the plain reference of the tests in a groupby().apply().

    python benchmarks/find_ruptures.py [CLIENTS]

Both must find the same episodes. Aims: 20 times faster at 50 000 clients of 20 sessions, and
ten times the rows in at most twelve times the time.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_widgets.rules import IMRChart, ReliableDrop, Rule
from alliance_widgets.ruptures import find_ruptures

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import plain_reference as plain

SESSIONS = 20
WINDOW, RECOVER = 3, 0.75


def noisy_ratings(n_clients: int, seed: int = 0) -> pd.DataFrame:
    """Clients around their own level, in quarter points, with one session in twelve unrated."""
    random = np.random.default_rng(seed)
    level = random.normal(3.85, 0.6, (n_clients, 1))
    scores = np.clip(level + random.normal(0, 0.35, (n_clients, SESSIONS)), 1, 5)
    scores = np.round(scores * 4) / 4
    scores[random.random(scores.shape) < 1 / 12] = np.nan
    clients = [f"c{i:06d}" for i in range(n_clients)]
    return pd.DataFrame(
        {
            "client": np.repeat(clients, SESSIONS),
            "session": np.tile(np.arange(1, SESSIONS + 1), n_clients),
            "rater": "client",
            "alliance": scores.ravel(),
        }
    )


def one_client_at_a_time(ratings: pd.DataFrame, rule: Rule) -> int:
    """How many episodes the plain reference finds."""

    def episodes(rows: pd.DataFrame) -> list[tuple]:
        case = list(zip(rows["session"].tolist(), rows["alliance"].tolist(), strict=True))
        if isinstance(rule, IMRChart):
            starts = plain.run_starts(plain.below_moving_range_limit(case, rule.sigmas, 1.128))
        else:
            starts = plain.drops_of_more_than(case, rule.threshold)
        return plain.episodes(case, starts, WINDOW, RECOVER)

    observed = ratings.dropna(subset=["alliance"]).sort_values(["client", "session"])
    columns = observed.groupby("client")[["session", "alliance"]]
    return sum(map(len, columns.apply(episodes)))


def best_of(times: int, work: Callable[[], int]) -> tuple[float, int]:
    """The shortest time in seconds, and what came of the work."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        spent.append(time.perf_counter() - start)
    return min(spent), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", type=int, nargs="?", default=50_000)
    n_clients = parser.parse_args().clients
    large = noisy_ratings(n_clients)
    small = large.head(n_clients // 10 * SESSIONS)
    rows = []
    for rule in (ReliableDrop(), IMRChart(sigmas=2)):
        tenth, _ = best_of(3, lambda rule=rule: len(find_ruptures(small, rule)))
        whole, found = best_of(3, lambda rule=rule: len(find_ruptures(large, rule)))
        plainly, expected = best_of(1, lambda rule=rule: one_client_at_a_time(large, rule))
        if found != expected:
            raise SystemExit(f"{rule}: {found} episodes, the plain reference has {expected}")
        rows.append((rule.name, found, tenth, whole, whole / tenth, plainly, plainly / whole))
    columns = ["rule", "episodes", "tenth s", "whole s", "growth", "plain s", "times faster"]
    print(f"{n_clients} clients, {len(large)} rows")
    print(pd.DataFrame(rows, columns=columns).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
