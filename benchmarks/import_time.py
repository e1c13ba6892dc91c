"""What the kit and its first widget add to the packages that every widget needs anyway.

    python benchmarks/import_time.py [RUNS]

Fresh interpreters, in turn with `import pandas, ipywidgets, anywidget`; medians. Aim: a twentieth
more at most, with Altair and the statistics libraries not loaded. Above it, the slowest modules are
named.
"""

import argparse
import os
import statistics
import subprocess
import sys

NEEDED = "import pandas, ipywidgets, anywidget"
KIT = "import alliance_widgets as aw; aw.CaseBook; aw.find_ruptures"
MUST_STAY_OUT = ("altair", "scipy", "statsmodels")
BOUND = 1.05
LISTED = 12


def run(code: str, *options: str) -> subprocess.CompletedProcess:
    """Run `code` in an interpreter that knows nothing but what is installed."""
    command = [sys.executable, "-I", *options, "-c", code]
    # As on a student's machine: compiled files are kept, for the kit as for everybody else.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=kept)


def seconds(imports: str) -> float:
    """How long `imports` take in a fresh interpreter, its own start left out."""
    clock = "from time import perf_counter as now"
    return float(run(f"{clock}; start = now(); {imports}; print(now() - start)").stdout)


def loaded_without_need() -> list[str]:
    """Which of the packages that must stay out are loaded with the kit all the same."""
    code = f"{KIT}; import sys; print(*(sys.modules.keys() & {MUST_STAY_OUT!r}))"
    return run(code).stdout.split()


def slowest_modules() -> list[tuple[int, str]]:
    """What the kit loads beyond the packages it needs: microseconds of its own, and the module."""
    mark = "import sys; print('--', file=sys.stderr, flush=True)"
    report = run(f"{NEEDED}; {mark}; {KIT}", "-X", "importtime").stderr.partition("\n--\n")[2]
    lines = (line.removeprefix("import time:").split("|") for line in report.splitlines())
    return sorted(((int(own), name.strip()) for own, _, name in lines), reverse=True)[:LISTED]


def main() -> int:
    """Print the table; 1 if the kit adds more than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=int, nargs="?", default=21)
    runs = parser.parse_args().runs
    taken: dict[str, list[float]] = {NEEDED: [], KIT: []}
    for imports in taken:
        seconds(imports)  # bytecode and the disk's cache are there from now on
    for i in range(runs):
        for imports in (NEEDED, KIT) if i % 2 else (KIT, NEEDED):
            taken[imports].append(seconds(imports))
    median = {imports: statistics.median(times) for imports, times in taken.items()}
    ratio = median[KIT] / median[NEEDED]
    print(f"{'median of ' + str(runs):<60} {'ms':>7} {'ratio':>6} {'bound':>6}")
    print(f"{NEEDED:<60} {median[NEEDED] * 1e3:7.0f} {1:6.2f}")
    verdict = "PASS" if ratio <= BOUND else "over"
    print(f"{KIT[:60]:<60} {median[KIT] * 1e3:7.0f} {ratio:6.2f} {BOUND:6.2f}  {verdict}")
    loaded = loaded_without_need()
    names = ", ".join(MUST_STAY_OUT)
    print(f"not loaded: {names}  {'over: ' + ', '.join(loaded) if loaded else 'PASS'}")
    if ratio > BOUND:
        print("\nslowest modules beyond those, milliseconds of their own:")
        for microseconds, name in slowest_modules():
            print(f"{microseconds / 1e3:8.1f}  {name}")
    return int(ratio > BOUND or bool(loaded))


if __name__ == "__main__":
    sys.exit(main())
