"""How fast the kernel answers who marks cases and codes dialogues, work saved on disk included.

    python benchmarks/rater_widgets.py [ROUNDS]

`RuptureSpotter`: a mark, the next case, a commit that shows truth and rules over all eight cases.
`VignetteReader`: a choice, the next dialogue, a commit. Medians over all cases and rounds; the
first round is thrown away (warm). Bounds: 100 ms for what a hand does again and again, 300 ms for
a commit.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import alliance_widgets as aw

BOUNDS = {"mark": 100, "next case": 100, "commit marks": 300}
BOUNDS |= {"choose": 100, "next dialogue": 100, "commit coding": 300}

Times = dict[str, list[float]]


def timed(times: Times, name: str, act) -> None:
    start = time.perf_counter()
    act()
    times[name].append((time.perf_counter() - start) * 1000)


def mark_all(times: Times, place: Path) -> None:
    spotter = aw.RuptureSpotter(work=aw.WorkFile(place))
    for number in range(1, 9):
        session = spotter.chart.tables["ratings"]["session"].iloc[3]
        timed(times, "mark", lambda at=session: spotter.set_trait("ruptures", [int(at)]))
        timed(times, "commit marks", spotter.commit)
        if number < 8:
            timed(times, "next case", lambda: spotter.form.press("next"))
    spotter.close()


def code_all(times: Times, place: Path) -> None:
    reader = aw.VignetteReader(work=aw.WorkFile(place))
    for number, vignette in enumerate(aw.vignettes(), 1):
        for name, value in (("marker", vignette.marker), ("onset", 2), ("strategy", "explore")):
            timed(times, "choose", lambda n=name, v=value: reader.set_trait(n, v))
        timed(times, "commit coding", reader.commit)
        if number < 8:
            timed(times, "next dialogue", lambda: reader.form.press("next"))
    reader.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    rounds = parser.parse_args().rounds
    times: Times = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for n in range(rounds + 1):
            if n == 1:
                times.clear()
            mark_all(times, Path(folder) / f"marks{n}.json")
            code_all(times, Path(folder) / f"codings{n}.json")
    print(f"{'':16}{'median ms':>10}{'worst ms':>10}{'bound ms':>10}{'ratio':>8}")
    missed = False
    for name, bound in BOUNDS.items():
        median, worst = statistics.median(times[name]), max(times[name])
        missed |= median > bound
        print(f"{name:16}{median:10.1f}{worst:10.1f}{bound:10d}{median / bound:8.2f}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
