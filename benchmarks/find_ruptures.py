"""How fast `find_ruptures` is, against the same rule in a groupby().apply().

    python benchmarks/find_ruptures.py [CLIENTS]

Per client twice: as one writes it with pandas (on a tenth of the clients, time scaled up), and as
bare Python loops over lists, the reference of the tests (on all). All must find the same number of
episodes. Aims: 20 times faster than with pandas at 50 000 clients of 20 sessions, and ten times
the rows in at most twelve times the time.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from _figures import Figure, report

from alliance_widgets.rules import IMRChart, ReliableDrop, Rule
from alliance_widgets.ruptures.episodes import find_ruptures
from alliance_widgets.tables.ratings import check_ratings, of_rater

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


def one_client_with_pandas(case: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """The episodes of one client, as one would write them in a notebook."""
    scores = case.dropna(subset=["alliance"]).set_index("session")["alliance"].sort_index()
    previous = scores.shift()
    if isinstance(rule, IMRChart):
        sigma = scores.diff().abs().mean() / 1.128
        flagged = scores < scores.mean() - rule.sigmas * sigma
        starts = scores.index[flagged & ~flagged.shift(fill_value=False) & (scores < previous)]
    else:
        starts = scores.index[previous - scores > rule.threshold]
    found, resume = [], 0
    for onset in starts:
        if onset < resume:
            continue
        pre, seen = previous[onset], scores.loc[onset : onset + WINDOW]
        trough = seen.cummin()
        repairs = seen.index[seen - trough >= RECOVER * (pre - trough)]
        resume = (repairs[0] if len(repairs) else onset + WINDOW) + 1
        if len(repairs):
            status = "repaired"
        else:
            status = "open" if scores.index[-1] < onset + WINDOW else "unrepaired"
        found.append((onset, pre, seen.loc[: resume - 1].idxmin(), status))
    return pd.DataFrame(found, columns=["onset", "pre", "trough_session", "status"])


def one_client_with_lists(case: pd.DataFrame, rule: Rule) -> list[tuple]:
    """The episodes of one client by the reference of the tests."""
    rows = sorted(zip(case["session"].tolist(), case["alliance"].tolist(), strict=True))
    rows = [(session, score) for session, score in rows if score == score]
    if isinstance(rule, IMRChart):
        starts = plain.run_starts(plain.below_moving_range_limit(rows, rule.sigmas, 1.128))
    else:
        starts = plain.drops_of_more_than(rows, rule.threshold)
    return plain.episodes(rows, starts, WINDOW, RECOVER)


def episodes_by_apply(ratings: pd.DataFrame, one_client: Callable, rule: Rule) -> int:
    """How many episodes `one_client` finds, client by client."""
    columns = ratings.groupby("client")[["session", "alliance"]]
    return int(columns.apply(lambda case: len(one_client(case, rule))).sum())


def best_of(times: int, work: Callable[[], int]) -> tuple[float, int]:
    """The shortest time in seconds, and what came of the work."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        spent.append(time.perf_counter() - start)
    return min(spent), found


def _checking(ratings: pd.DataFrame) -> Figure:
    """`check_ratings` on a table it has not seen, in turn with pandas' own look at one column."""
    ratios = []
    for _ in range(7):
        anew = ratings.copy()
        start = time.perf_counter()
        check_ratings(anew)
        checked = time.perf_counter()
        pd.factorize(ratings["client"])
        ratios.append((checked - start) / (time.perf_counter() - checked))
    return Figure("check_ratings / factorize of the clients", statistics.median(ratios), 2.0)


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", type=int, nargs="?", default=50_000)
    n_clients = parser.parse_args().clients
    ratings = noisy_ratings(n_clients)
    tenth = ratings.head(n_clients // 10 * SESSIONS)
    checking, _ = best_of(3, lambda: len(of_rater(ratings)))
    figures = [_checking(ratings)]
    rows = []
    for rule in (ReliableDrop(), IMRChart(sigmas=2)):

        def columns(table: pd.DataFrame, rule: Rule = rule) -> int:
            return len(find_ruptures(table, rule, WINDOW, RECOVER))

        short, few = best_of(3, lambda: columns(tenth))
        long, many = best_of(3, lambda: columns(ratings))
        pandas, few_expected = best_of(
            1, lambda rule=rule: episodes_by_apply(tenth, one_client_with_pandas, rule)
        )
        lists, expected = best_of(
            1, lambda rule=rule: episodes_by_apply(ratings, one_client_with_lists, rule)
        )
        if (many, few) != (expected, few_expected):
            raise SystemExit(f"{rule}: {many} and {few} episodes, not {expected}, {few_expected}")
        rows += [
            (rule.name, "find_ruptures", long, 1.0),
            (rule.name, "  of it, checking the ratings", checking, checking / long),
            (rule.name, "  on a tenth of the clients", short, short / long),
            (rule.name, "groupby().apply(), pandas", pandas * 10, pandas * 10 / long),
            (rule.name, "groupby().apply(), bare lists", lists, lists / long),
        ]
        figures += [
            Figure(f"{rule.name}: find_ruptures / groupby().apply()", long / (pandas * 10), 1 / 20),
            Figure(f"{rule.name}: ten times the rows, in times the time", long / short, 12),
        ]
    print(f"{n_clients} clients, {len(ratings)} rows")
    shown = pd.DataFrame(rows, columns=["rule", "way", "seconds", "ratio"])
    print(
        shown.to_string(
            index=False, formatters={"seconds": "{:.3f}".format, "ratio": "{:.2f}".format}
        )
    )
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
