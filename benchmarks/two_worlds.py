"""How long each control of `TwoWorlds` takes in the kernel.

    python benchmarks/two_worlds.py [CLIENTS]

A press on every button and a committed prediction, on clinics that were never made before: eight
seeds, so nothing comes from what is kept; the libraries are loaded. Aim: 200 ms at 2 000 clients.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import alliance_widgets as aw

SEEDS = range(100, 108)
BOUND = 0.2  # seconds
STEPS = ("fit", "A", "B", "intervene", "third", "fit_third", "C", "intervene_third", "other")


def act(lab: aw.TwoWorlds, step: str) -> None:
    """What the page does at that step."""
    if len(step) == 1:
        asked = lab._page.forecasts[step]
        press = {"kind": "check", "count": asked._answered + 1}
        press |= {"entered": "15", "confidence": "80"}
        asked._handle_custom_msg({"press": press}, [])
        return
    rows = [part for part in (*lab._page.parts.values(), lab._more) if hasattr(part, "items")]
    row = next(row for row in rows if any(item["name"] == step for item in row.items))
    row._handle_custom_msg({"press": {"name": step, "count": row._answered + 1}}, [])
    if row.message.startswith("This needs attention"):
        raise SystemExit(f"{step}: {row.message}")


def main() -> int:
    """Print a row per control; 1 if one is too slow at 2 000 clients."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", nargs="?", type=int, default=2_000)
    n = parser.parse_args().clients
    spent: dict[str, list[float]] = {step: [] for step in STEPS}
    with tempfile.TemporaryDirectory() as folder:
        work = aw.WorkFile(Path(folder) / "work.json")
        start = time.perf_counter()
        lab = aw.TwoWorlds(seed=SEEDS[0] - 1, n=n, work=work)
        opened = time.perf_counter() - start
        act(lab, "other")
        for _ in SEEDS:
            for step in STEPS:
                start = time.perf_counter()
                act(lab, step)
                spent[step].append(time.perf_counter() - start)
    print(f"{n:,} clients in each clinic, {len(SEEDS)} seeds; opened in {opened:.2f} s (once)")
    print(f"{'control':<18}{'median':>9}{'worst':>9}{'bound':>9}{'ratio':>8}")
    slow = False
    for step, seconds in spent.items():
        median, worst = statistics.median(seconds), max(seconds)
        slow |= n <= 2_000 and median > BOUND
        print(
            f"{step:<18}{1000 * median:>6.0f} ms{1000 * worst:>6.0f} ms{1000 * BOUND:>6.0f} ms"
            f"{median / BOUND:>8.2f}"
        )
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
