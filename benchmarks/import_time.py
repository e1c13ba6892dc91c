"""What the kit and its first widget add to the packages that every widget needs anyway.

    python benchmarks/import_time.py [RUNS]

Fresh interpreters; in each first `import pandas, ipywidgets, anywidget`, then the kit of this
checkout, in seconds of the processor. One after the other in one interpreter, so that whatever else
the machine does slows both alike: the ratio hardly moves where the seconds double. Aim: a twentieth
more at most, with Altair and the statistics libraries not loaded. Above it, the slowest modules are
named.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from _figures import Figure, report

NEEDED = "import pandas, ipywidgets, anywidget"
KIT = "import alliance_widgets as aw; aw.CaseBook; aw.find_ruptures"
MUST_STAY_OUT = ("altair", "scipy", "statsmodels")
BOUND = 1.05
LISTED = 12
HERE = f"import sys; sys.path.insert(0, {str(Path(__file__).parent.parent)!r})"
TIMED = f"""{HERE}
from time import process_time as now
start = now()
{NEEDED}
needed = now()
{KIT}
print(needed - start, now() - needed)
"""


def run(code: str, *options: str) -> subprocess.CompletedProcess:
    """Run `code` in an interpreter that knows this checkout and what is installed."""
    command = [sys.executable, "-I", *options, "-c", code]
    # As on a student's machine: compiled files are kept, for the kit as for everybody else.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=kept)


def seconds() -> tuple[float, float]:
    """How long the packages take that are needed anyway, and the kit after them."""
    needed, kit = map(float, run(TIMED).stdout.split())
    return needed, kit


def import_ratio(runs: int) -> float:
    """Everything with the kit, in units of everything without it: the median of fresh runs."""
    seconds()  # bytecode and the disk's cache are there from now on
    return statistics.median(1 + kit / needed for needed, kit in (seconds() for _ in range(runs)))


def loaded_without_need() -> list[str]:
    """Which of the packages that must stay out are loaded with the kit all the same."""
    code = f"{HERE}; {KIT}; print(*(sys.modules.keys() & {MUST_STAY_OUT!r}))"
    return run(code).stdout.split()


def slowest_modules() -> list[tuple[int, str]]:
    """What the kit loads beyond the packages it needs: microseconds of its own, and the module."""
    mark = "print('--', file=sys.stderr, flush=True)"
    code = f"{HERE}; {NEEDED}; {mark}; {KIT}"
    report = run(code, "-X", "importtime").stderr.partition("\n--\n")[2]
    lines = (line.removeprefix("import time:").split("|") for line in report.splitlines())
    return sorted(((int(own), name.strip()) for own, _, name in lines), reverse=True)[:LISTED]


def main() -> int:
    """Print the table; 1 if the kit adds more than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=int, nargs="?", default=21)
    ratio = import_ratio(parser.parse_args().runs)
    loaded = loaded_without_need()
    if ratio > BOUND:
        print("slowest modules of the kit, milliseconds of their own:")
        for microseconds, name in slowest_modules():
            print(f"{microseconds / 1e3:8.1f}  {name}")
    return report(
        [
            Figure(f"{KIT} / without", ratio, BOUND),
            Figure(f"loaded of {', '.join(MUST_STAY_OUT)}", len(loaded), 0, "of 3"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
