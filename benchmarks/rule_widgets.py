"""How long the kernel takes to answer a movement of `RuleComparator` and of `NoiseLab`.

    python benchmarks/rule_widgets.py [ROUNDS]

Every control is moved in turn, from the assignment to the last trait that is set,
in seconds of the processor, so that other work on the machine matters little.
Bounds: `NoiseLab` 200 ms for its worst answer, every rule and every number of sessions among them
and none of them remembered; `RuleComparator` 30 ms in the median, which is what is left of the
50 ms from key press to repaint of `live_chart.py` when the page has had its 20. Its worst is shown
without a bound: it holds what else the machine did meanwhile.
"""

import argparse
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable

os.environ["ALLIANCE_WORK"] = tempfile.mkdtemp()

import pandas as pd
from _figures import Figure, report

import alliance_widgets as aw
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.rules.noise_lab import REPLICATES, _rates

LAB, COMPARATOR = 200.0, 30.0  # milliseconds
Row = tuple[str, str, float, float, float | None]


def moved(controls: Controls, name: str, values: Iterable, before: Callable[[], None]) -> list:
    """Milliseconds for each of the values, none of which is there already."""
    spent = []
    for value in values:
        if controls.values[name] == value:
            continue
        before()
        start = time.process_time()
        controls.values = {**controls.values, name: value}
        spent.append(1000 * (time.process_time() - start))
    return spent


def row(widget: str, control: str, spent: list[float], bound: float, worst: bool) -> Row:
    """A row of the table, with whether its bound is for the median or for the worst."""
    most = max(spent)
    middle = statistics.median(spent)
    return widget, control, middle, most, (most if worst else middle) / bound


def comparator_rows(rounds: int) -> list[Row]:
    """Every control of a comparator on the invented cases, with four rules and with all ten."""
    rows = []
    for more in (False, True):
        comparator = aw.RuleComparator()
        name = f"RuleComparator, {10 if more else 4} rules"
        comparator.controls.values = {**comparator.controls.values, "more": more}
        offered = {item["name"]: item for item in comparator.controls.items}
        for control in ("focus", "reliability"):
            values = [option["value"] for option in offered[control]["options"]]
            spent = moved(comparator.controls, control, values * rounds, lambda: None)
            rows.append(row(name, control, spent, COMPARATOR, worst=False))
        sessions = [*range(1, 10), *range(8, 0, -1)]
        spent = moved(comparator.known, "known", sessions * rounds, lambda: None)
        rows.append(row(name, "known", spent, COMPARATOR, worst=False))
        clients = [option["value"] for option in offered["client"]["options"]]
        forget = comparator._rows.clear
        spent = moved(comparator.controls, "client", clients * rounds, forget)
        rows.append(row(name, "client, never seen", spent, COMPARATOR, worst=False))
        spent = moved(comparator.controls, "scope", ["all", "this"] * rounds, lambda: None)
        rows.append(row(name, "scope", spent, COMPARATOR, worst=False))
    comparator = aw.RuleComparator()
    spent = moved(comparator.controls, "more", [True, False] * rounds, lambda: None)
    rows.append(row("RuleComparator", "more", spent, COMPARATOR, worst=False))
    return rows


def lab_rows(rounds: int) -> list[Row]:
    """Every control of a noise lab whose lines follow, under every rule, nothing remembered."""
    lab = aw.NoiseLab(known=True)
    values = {
        "sessions": (4, 10, 20, 30),
        "spill": ("little", "much", "not"),
        "noise": (0.1, 0.6, 0.3),
        "level": (2.0, 4.5, 4.0),
    }
    spent: dict[str, list[float]] = {"rule": []}
    for rule, _ in itertools.product(aw.rules.rule_names(), range(rounds)):
        spent["rule"] += moved(lab.controls, "rule", ["drop_sd", rule], _rates.cache_clear)
        for name, each in values.items():
            spent.setdefault(name, [])
            spent[name] += moved(lab.controls, name, each, _rates.cache_clear)
    return [row("NoiseLab", name, each, LAB, worst=True) for name, each in spent.items()]


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    rounds = parser.parse_args().rounds
    rows = comparator_rows(rounds) + lab_rows(rounds)
    table = pd.DataFrame(rows, columns=["widget", "control", "median ms", "worst ms", "/ bound"])
    print(f"bounds: NoiseLab, worst {LAB:.0f} ms, {REPLICATES} simulated clients an answer;")
    print(f"RuleComparator, median {COMPARATOR:.0f} ms")
    numbers = {"median ms": "{:.1f}".format, "worst ms": "{:.1f}".format}
    print(table.to_string(index=False, formatters=numbers, float_format="%.2f"))
    return report(
        Figure(f"{name}, {control}: of its bound", part, 1) for name, control, *_, part in rows
    )


if __name__ == "__main__":
    sys.exit(main())
