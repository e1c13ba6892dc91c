"""What a save costs beyond one fsync, and that file and time grow linearly.

    python benchmarks/workfile.py [SAVES]

For work files of several sizes: record one more rating, in turn with a plain write and fsync of the
same bytes on the same disk; medians. Aim: at 5 000 entries at most 50 ms beyond that fsync, also
when another notebook saved in between, and bytes per entry that do not grow with the file.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter as now

from _figures import Figure, report

from alliance_widgets.workfile import Entry, WorkFile
from alliance_widgets.workfile.document import Document

SIZES = (1250, 2500, 5000, 10_000)
AIM_AT, AIM_MS = 5000, 50.0
GROWTH = 1.02  # bytes per entry, largest file to smallest
SLOPE = 1.5  # milliseconds per entry, largest file to AIM_AT


def work_file_of(path: Path, entries: int) -> WorkFile:
    """A work file with that many ratings, ten sessions to a client."""
    made = Document()
    for n in range(1, entries + 1):
        id = f"rating/clinic/client-{n // 10:05}/{n % 10 + 1}/client"
        data = {
            "instrument": "own",
            "goals": 3.25,
            "tasks": 4.5,
            "bond": n % 5 + 1.0,
            "alliance": 3.5,
        }
        made.add(Entry.of(id, n, "0123456789ab", "2026-01-05T13:02:11Z", data))
    path.write_bytes(made.to_bytes())
    return WorkFile(path)


def milliseconds(task, *arguments, **options) -> float:
    start = now()
    task(*arguments, **options)
    return (now() - start) * 1e3


def plain_write(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def measure(folder: Path, entries: int, saves: int) -> dict[str, float]:
    """Medians over `saves` for a work file of that size."""
    path = folder / f"{entries}.json"
    start = now()
    work = work_file_of(path, entries)
    opened = (now() - start) * 1e3
    other = WorkFile(path)
    taken: dict[str, list[float]] = {"alone": [], "shared": [], "fsync": []}
    rating = {"client": "new", "goals": 3.0, "tasks": 4.0, "bond": 4.5}
    work.record_rating(**rating, session=1000)
    for n in range(saves):
        taken["fsync"].append(milliseconds(plain_write, folder / "plain", path.read_bytes()))
        taken["alone"].append(milliseconds(work.record_rating, **rating, session=2 * n + 1))
        other.record_rating(**rating, session=2 * n + 2)
        taken["shared"].append(milliseconds(work.record_rating, **rating, session=2 * n + 1, x=n))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    bytes_per_entry = path.stat().st_size / (entries + 3 * saves + 1)
    return {**medians, "bytes": bytes_per_entry, "opened": opened}


def main() -> int:
    """Print the table; 1 if a save costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("saves", type=int, nargs="?", default=31)
    saves = parser.parse_args().saves
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        measure(Path(folder), 10, 3)  # modules and caches are warm from now on
        found = {entries: measure(Path(folder), entries, saves) for entries in SIZES}
    print(
        f"median of {saves}, ms    save  one fsync  beyond  after another's save  bytes per entry"
    )
    for entries, row in found.items():
        beyond, shared = row["alone"] - row["fsync"], row["shared"] - row["fsync"]
        print(
            f"{entries:>6} entries  {row['alone']:9.1f} {row['fsync']:10.1f} {beyond:7.1f} "
            f"{shared:21.1f} {row['bytes']:16.1f}"
        )
    aim = found[AIM_AT]
    worst = max(aim["alone"], aim["shared"]) - aim["fsync"]
    growth = found[SIZES[-1]]["bytes"] / found[SIZES[0]]["bytes"]
    slope = (found[SIZES[-1]]["alone"] / SIZES[-1]) / (aim["alone"] / AIM_AT)
    return report(
        [
            Figure(f"a save at {AIM_AT} entries, beyond one fsync", worst, AIM_MS, "ms"),
            Figure("bytes per entry, largest file / smallest", growth, GROWTH),
            Figure(f"time per entry, largest file / {AIM_AT}", slope, SLOPE),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
