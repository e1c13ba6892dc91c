"""How fast every rule judges, against pandas' groupby and against one bare pass over the column.

    python benchmarks/rules.py [CLIENTS]

Ratings are checked and in order before the clock starts, as they are when `flag_sessions` has
read them; what is timed is finding the clients and judging every session, in seconds of the
processor, so that other work on the machine matters little. "pandas" is the same arithmetic
written with groupby().transform() and its like, where it can be so written, and must flag the
same sessions. "bare pass" is one NumPy pass over the column (two columns read, one written).

Bounds: never slower than pandas, and from 0.1 to 5 million ratings no more than 1.2 times the
time per rating.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from _figures import Figure, report

from alliance_widgets.rules import (
    CUSUM,
    EWMA,
    BelowCutoff,
    DropSD,
    IMRChart,
    ObservedSessions,
    PointDrop,
    ReliableDrop,
    Rule,
    SDChart,
    SuddenDrop,
    TrendResidual,
)

SESSIONS = 20
RATIO, GROWTH = 1.0, 1.2
SMALL, LARGE = 100_000, 5_000_000
LOOKS = 4
TIE = 1e-9
RULES: tuple[Rule, ...] = (
    DropSD(),
    DropSD(scale="pooled"),
    DropSD(scale="larger"),
    ReliableDrop(),
    IMRChart(),
    IMRChart(limits="first", first=8),
    IMRChart(limits="expanding"),
    SDChart(),
    EWMA(),
    EWMA(center=4, sigma=0.3),
    CUSUM(),
    CUSUM(center=4, sigma=0.3),
    TrendResidual(),
    TrendResidual(degree=2),
    SuddenDrop(0.7),
    PointDrop(),
    BelowCutoff(3),
)


def noisy_sessions(n_clients: int, seed: int = 0) -> pd.DataFrame:
    """Rated sessions of clients around their own level, one in twelve unrated, seed 0."""
    random = np.random.default_rng(seed)
    level = random.normal(3.85, 0.6, (n_clients, 1))
    scores = np.clip(level + random.normal(0, 0.35, (n_clients, SESSIONS)), 1, 5)
    scores = np.round(scores * 12) / 12
    scores[random.random(scores.shape) < 1 / 12] = np.nan
    clients = pd.Series([f"c{i:06d}" for i in range(n_clients)], dtype="str")
    table = pd.DataFrame(
        {
            "client": clients.repeat(SESSIONS).array,
            "session": np.tile(np.arange(1, SESSIONS + 1), n_clients),
            "alliance": scores.ravel(),
        }
    )
    return table.dropna(subset="alliance", ignore_index=True)


def flags_with_pandas(table: pd.DataFrame, rule: Rule) -> pd.Series | None:
    """Which sessions are flagged, as one writes it with groupby; None where one cannot."""
    score = table["alliance"]
    cases = score.groupby(table["client"], sort=False)
    if isinstance(rule, ReliableDrop):
        return cases.shift() - score > rule.threshold + TIE
    if isinstance(rule, PointDrop):
        return cases.shift() - score >= rule.points - TIE
    if isinstance(rule, DropSD):
        own = cases.transform("std")
        if rule.scale != "person":
            degrees = (cases.transform("size") - 1) / cases.transform("size")
            squared = ((score - cases.transform("mean")) ** 2).sum()
            pooled = np.sqrt(squared / degrees.sum())
            if rule.scale == "pooled":
                return cases.shift() - score >= rule.k * pooled - TIE
            own = own.clip(lower=pooled)
        return (cases.shift() - score >= rule.k * own - TIE) & (own > TIE)
    if isinstance(rule, SDChart):
        return score < cases.transform("mean") - rule.sigmas * cases.transform("std") - TIE
    if isinstance(rule, IMRChart):
        return _chart_with_pandas(table, rule)
    if isinstance(rule, TrendResidual) and rule.degree == 1:
        return _line_with_pandas(table, rule)
    return None


def _chart_with_pandas(table: pd.DataFrame, rule: IMRChart) -> pd.Series:
    score, client = table["alliance"], table["client"]
    cases = score.groupby(client, sort=False)
    moves = cases.diff().abs()
    place = cases.cumcount()
    if rule.limits == "expanding":
        n = place.where(place >= 5)
        mean = (cases.cumsum() - score) / n
        move = (moves.fillna(0).groupby(client, sort=False).cumsum() - moves) / (n - 1)
    elif rule.limits == "first":
        used = (place < rule.first) & (cases.transform("size") >= rule.first)
        mean = score.where(used).groupby(client, sort=False).transform("mean")
        move = moves.where(used).groupby(client, sort=False).transform("mean")
    else:
        mean = cases.transform("mean")
        move = moves.groupby(client, sort=False).transform("mean")
    return (score < mean - rule.sigmas * move / 1.128 - TIE) & (move > TIE)


def _line_with_pandas(table: pd.DataFrame, rule: TrendResidual) -> pd.Series:
    score, client = table["alliance"], table["client"]

    def summed(column: pd.Series, how: str) -> pd.Series:
        return column.groupby(client, sort=False).transform(how)

    n = summed(score, "size")
    away, u = score - summed(score, "mean"), table["session"] - summed(table["session"], "mean")
    miss = away - summed(u * away, "sum") / summed(u * u, "sum") * u
    error = np.sqrt(summed(miss * miss, "sum") / (n - 2))
    return (miss < -rule.k * error - TIE) & (n >= 6)


def best_of(times: int, work: Callable[[], object]) -> float:
    """The shortest time in seconds."""
    spent = []
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def per_million(table: pd.DataFrame, work: Callable[[], object], times: int) -> float:
    """Seconds for a million ratings."""
    return best_of(times, work) / len(table) * 1e6


def judging(table: pd.DataFrame, rule: Rule) -> Callable[[], object]:
    """The rule's whole work: the sessions are new each time, so nothing is remembered."""
    return lambda: rule.judge(ObservedSessions(table))


def growth_of(rule: Rule, small: pd.DataFrame, large: pd.DataFrame) -> float:
    """Time per rating in the large table, in units of that in the small one.

    Other work on the machine only ever adds to a time, so one that is too long is taken again.
    """
    bound = GROWTH * per_million(small, judging(small, rule), 9)
    best = np.inf
    for _ in range(LOOKS):
        best = min(best, per_million(large, judging(large, rule), 2))
        if best <= bound:
            break
    return GROWTH * best / bound


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", type=int, nargs="?", default=50_000)
    table = noisy_sessions(parser.parse_args().clients)
    score, other = table["alliance"].to_numpy(), np.random.default_rng(1).random(len(table))
    bare = per_million(table, lambda: score - other, 9)
    small = noisy_sessions(SMALL * 12 // 11 // SESSIONS)
    large = noisy_sessions(LARGE * 12 // 11 // SESSIONS)
    rows, figures = [], []
    for rule in RULES:
        seconds = per_million(table, judging(table, rule), 5)
        expected = flags_with_pandas(table, rule)
        ratio = np.nan
        if expected is not None:
            if not np.array_equal(expected, rule.judge(ObservedSessions(table))["flagged"]):
                raise SystemExit(f"{rule}: pandas flags other sessions")
            pandas = per_million(table, lambda rule=rule: flags_with_pandas(table, rule), 3)
            ratio = seconds / pandas
        growth = growth_of(rule, small, large)
        rows.append((str(rule), seconds, ratio, seconds / bare, growth))
        if expected is not None:
            figures.append(Figure(f"{rule} / pandas", ratio, RATIO))
        figures.append(Figure(f"{rule}: time per rating, large table / small", growth, GROWTH))
    columns = ["rule", "s per million", "/ pandas", "/ bare pass", "growth"]
    shown = pd.DataFrame(rows, columns=columns)
    print(f"{table['client'].nunique()} clients, {len(table)} ratings; bounds: {RATIO}, {GROWTH}")
    print(f"growth: time per rating with {len(large)} ratings / with {len(small)}")
    formats = {"s per million": "{:.4f}".format, "/ bare pass": "{:.0f}".format}
    print(shown.to_string(index=False, na_rep="-", formatters=formats, float_format="%.2f"))
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
