"""Every benchmark in turn, then one table of all figures; ends with 1 if one is over its bound.

    python benchmarks [NAME ...]

Each runs in an interpreter of its own, so that nothing that one loads helps the next. One that
breaks is named at the end, as one over its bound is; none keeps the others from running.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _figures import KEPT_IN, Figure, table_of

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent


def names() -> list[str]:
    """All benchmarks, by their files."""
    return sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


def figures_of(name: str) -> tuple[list[Figure], int]:
    """Run one; what it measured, and what it ended with."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "figures"
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        settings = {KEPT_IN: str(kept), "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, str(FOLDER / f"{name}.py")]
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=False)
        lines = kept.read_text("utf-8").splitlines() if kept.exists() else []
    return [Figure(**json.loads(line)) for line in lines], ended.returncode


def run_all(chosen: Sequence[str]) -> int:
    """Run these, then print their figures together."""
    found, broken = [], []
    for name in chosen:
        print(f"\n== {name}", flush=True)
        figures, ended = figures_of(name)
        found += figures
        if not figures or (ended and all(figure.within for figure in figures)):
            broken.append(name)
    over = [figure for figure in found if not figure.within]
    print(f"\n== all\n{table_of(found)}")
    print(f"{len(found)} figures, {len(over)} over their bounds")
    for name in broken:
        print(f"{name} broke before its end")
    return int(bool(over or broken))


def main() -> int:
    """The named benchmarks, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *names()], default=[])
    return run_all(parser.parse_args().names or names())


if __name__ == "__main__":
    sys.exit(main())
