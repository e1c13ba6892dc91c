"""What reading a class costs beside reading its files.

    python benchmarks/pool.py [STUDENTS]

A class's files as simulated for the tests: pooled, with all six tables and the gradebook, beside
parsing the same files as JSON. Aim: thirty files in 5 seconds, and time that grows with the class.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path
from time import perf_counter as now

from _figures import Figure, report

import alliance_widgets as aw

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from simulated_class import class_of

TABLES = ("ratings", "answers", "predictions", "marks", "beliefs", "texts")
AIM_SECONDS, AIM_TIMES, AIM_GROWTH, RUNS = 5.0, 150.0, 1.5, 5


def pooled(files: dict[str, bytes]) -> None:
    """The class with everything that a board and a gradebook ask for."""
    pool = aw.pool(files)
    for name in TABLES:
        getattr(pool, name)
    pool.gradebook()


def seconds(task, *arguments) -> float:
    start = now()
    task(*arguments)
    return now() - start


def main() -> int:
    """Print the table; 1 if a class takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("students", type=int, nargs="?", default=30)
    n = parser.parse_args().students
    few, many = ({f"{s.code}.json": s.file for s in class_of(k)} for k in (n, 4 * n))
    pooled(few)
    taken = [seconds(pooled, few) for _ in range(RUNS)]
    parsed = [seconds(lambda: [json.loads(raw) for raw in few.values()]) for _ in range(RUNS)]
    one, plain, four = statistics.median(taken), statistics.median(parsed), seconds(pooled, many)
    return report(
        [
            Figure(f"a class of {n} with all its tables", one, AIM_SECONDS, "s"),
            Figure("the same / parsing its files", one / plain, AIM_TIMES),
            Figure(f"time per student, {4 * n} / {n}", four / 4 / one, AIM_GROWTH),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
