"""How long each control of `TwoWorlds` takes in the kernel.

    python benchmarks/two_worlds.py [CLIENTS]

A press on every button and a committed prediction, on clinics that were never made before: eight
seeds, so nothing comes from what is kept; the libraries are loaded. Aim: 200 ms at 2 000 clients.
Then the widget as lesson 09 opens it, 6 000 clients in each clinic, in a fresh interpreter with
Altair and SciPy still to be loaded. Aim: 2 s. All in seconds of the processor, so that other work
on the machine matters little.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _figures import Figure, report

import alliance_widgets as aw

SEEDS = range(100, 108)
BOUND = 200.0  # milliseconds
OPENED = 2.0  # seconds
OPENING = """
import tempfile, time
import alliance_widgets as aw
with tempfile.TemporaryDirectory() as folder:
    work = aw.WorkFile(folder + "/work.json")
    start = time.process_time()
    lab = aw.TwoWorlds(work=work)
    print(time.process_time() - start)
"""
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


def opening(times: int = 5) -> float:
    """Seconds that opening takes in a fresh interpreter."""
    command = [sys.executable, "-c", OPENING]
    said = [subprocess.check_output(command, text=True) for _ in range(times)]
    return statistics.median(map(float, said))


def main() -> int:
    """Print a row per control; 1 if one is too slow at 2 000 clients."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", nargs="?", type=int, default=2_000)
    n = parser.parse_args().clients
    spent: dict[str, list[float]] = {step: [] for step in STEPS}
    with tempfile.TemporaryDirectory() as folder:
        work = aw.WorkFile(Path(folder) / "work.json")
        lab = aw.TwoWorlds(seed=SEEDS[0] - 1, n=n, work=work)
        act(lab, "other")
        for _ in SEEDS:
            for step in STEPS:
                start = time.process_time()
                act(lab, step)
                spent[step].append(time.process_time() - start)
    print(f"{n:,} clients in each clinic, {len(SEEDS)} seeds")
    print("worst ms: " + ", ".join(f"{step} {1e3 * max(all_):.0f}" for step, all_ in spent.items()))
    figures = [Figure("TwoWorlds opened in a fresh interpreter, processor", opening(), OPENED, "s")]
    for step, all_ in spent.items():
        middle = 1e3 * statistics.median(all_)
        figures.append(Figure(f"TwoWorlds, {step}: median at {n:,}", middle, BOUND, "ms"))
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
