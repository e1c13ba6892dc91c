"""From an opened page to the first own rating on the line, against bare JupyterLab.

    python benchmarks/first_rating.py [ROUNDS]

One way after the other in every round, in one running JupyterLab, each time in a new page and with
a new kernel, the first round thrown away (warm):

- the kit: lesson 00 is opened and starts by itself, nothing is pressed, and one key on Noor's first
  slider moves the point of the line;
- bare JupyterLab: a notebook of one cell is opened and run, and `2` stands under it.

Aim: at most 1.5 times the time of bare JupyterLab.
"""

import argparse
import shutil
import statistics
import sys
import time
from pathlib import Path

from _figures import Figure, report
from live_chart import browser_and_lab
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))
from conftest import PATIENCE, TOKEN, Lab

LESSON = Path(__file__).parent.parent / "notebooks" / "00_start_here.ipynb"
BOUND = 1.5


def kit(browser: Browser, lab: Lab) -> float:
    """Seconds until the drawn line holds the rating that a key press made."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    start = time.perf_counter()
    page.goto(f"{lab.address}/lab/tree/notebooks/{LESSON.name}?token={TOKEN}&reset")
    slider = page.locator(".aw-form input[type=range]").first
    slider.wait_for(timeout=PATIENCE)
    slider.focus()
    page.keyboard.press("3")
    page.locator(".aw-headline").first.get_by_text("than the rating before").wait_for()
    taken = time.perf_counter() - start
    page.close()
    return taken


def bare(browser: Browser, lab: Lab) -> float:
    """Seconds until the output of one trivial cell is there."""
    path = lab.write_notebook("bare.ipynb", "1 + 1")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    start = time.perf_counter()
    lab.open(page, path)
    lab.run_all(page)
    page.locator(".jp-OutputArea-output").get_by_text("2").wait_for(timeout=PATIENCE)
    taken = time.perf_counter() - start
    page.close()
    return taken


def main() -> int:
    """Print the table; 1 if the bound is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    rounds = parser.parse_args().rounds
    found: dict[str, list[float]] = {"kit": [], "bare JupyterLab": []}
    with browser_and_lab() as (browser, lab):
        (lab.folder / "notebooks").mkdir(exist_ok=True)
        shutil.copy(LESSON, lab.folder / "notebooks")
        for _ in range(rounds + 1):
            for name, way in (("kit", kit), ("bare JupyterLab", bare)):
                lab.forget_work()
                found[name].append(way(browser, lab))
    taken = {name: statistics.median(times[1:]) for name, times in found.items()}
    print(f"{f'page open to there, median of {rounds}, warm':<44} {'s':>6}")
    print(f"{'kit: the first own rating on the line':<44} {taken['kit']:6.2f}")
    print(f"{'bare JupyterLab: one trivial cell':<44} {taken['bare JupyterLab']:6.2f}")
    ratio = taken["kit"] / taken["bare JupyterLab"]
    return report([Figure("first own rating / one trivial cell", ratio, BOUND)])


if __name__ == "__main__":
    sys.exit(main())
