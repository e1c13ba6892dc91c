"""How fast DropoutExplorer answers, in the kernel, on 2 000 clients.

Every control is moved through all it offers; what is timed is the assignment, with everything
that follows from it: figures, tables, words and the messages to the page; in seconds of the
processor, so that other work on the machine matters little.

    python benchmarks/explorers.py
"""

from __future__ import annotations

import statistics
import sys
import time
from itertools import product

from _figures import Figure, report

import alliance_widgets as aw

CLIENTS = 2_000
BOUND = 200.0  # milliseconds
REPEATS = 3


def moves(explorer: aw.DropoutExplorer) -> dict[str, list[dict[str, object]]]:
    """By control, the values to be assigned one after another."""
    items = {item["name"]: item for item in explorer.controls.items}
    options = {
        name: [option["value"] for option in items[name]["options"]]
        for name in ("definition", "by", "view")
    }
    return {
        **{name: [{name: value} for value in values] for name, values in options.items()},
        "landmark": [
            {"by": by, "landmark": session}
            for by, session in product(("landmark_third", "landmark_pattern"), range(1, 13))
        ],
        "overstated": [{"view": "endings", "overstated": on} for on in (True, False)],
    }


def timed(change: dict[str, object], explorer: aw.DropoutExplorer) -> float:
    start = time.process_time()
    explorer.values = change
    return 1000 * (time.process_time() - start)


def main() -> int:
    clinic = aw.simulate_clinic(CLIENTS, "causal", seed=0)
    taken: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        explorer = aw.DropoutExplorer(clinic)  # nothing is remembered from the run before
        explorer.values = {"by": "first_third"}  # loads the statistics library, once per kernel
        for control, changes in moves(explorer).items():
            taken.setdefault(control, []).extend(timed(change, explorer) for change in changes)
    print(f"{'control':<12}{'changes':>8}{'median ms':>11}{'worst ms':>10}")
    for control, times in taken.items():
        print(f"{control:<12}{len(times):>8}{statistics.median(times):>11.1f}{max(times):>10.1f}")
    return report(
        Figure(f"DropoutExplorer, {control}: median", statistics.median(times), BOUND, "ms")
        for control, times in taken.items()
    )


if __name__ == "__main__":
    sys.exit(main())
