"""How fast the kernel answers who marks cases and codes dialogues, work saved on disk.

    python benchmarks/rater_widgets.py [ROUNDS]

`RuptureSpotter`: a mark, the next case, a commit that shows truth and rules over all eight cases.
`VignetteReader`: a choice, the next dialogue, a commit. Medians over all cases and rounds; the
first round is thrown away (warm). Seconds of the processor, so that other work on the machine
matters little; what a save waits for the disk stands in `workfile.py`. Bounds: 100 ms for what a
hand does again and again, 300 ms for a commit.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from _figures import Figure, report

import alliance_widgets as aw

BOUNDS = {"mark": 100, "next case": 100, "commit marks": 300}
BOUNDS |= {"choose": 100, "next dialogue": 100, "commit coding": 300}

Times = dict[str, list[float]]


def timed(times: Times, name: str, act) -> None:
    start = time.process_time()
    act()
    times[name].append((time.process_time() - start) * 1000)


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
        for name, value in (
            ("marker", vignette.marker),
            ("onset", vignette.onset),
            ("strategy", "explore"),
        ):
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
    print("worst ms: " + ", ".join(f"{name} {max(times[name]):.0f}" for name in BOUNDS))
    return report(
        Figure(f"{name}: median", statistics.median(times[name]), bound, "ms")
        for name, bound in BOUNDS.items()
    )


if __name__ == "__main__":
    sys.exit(main())
