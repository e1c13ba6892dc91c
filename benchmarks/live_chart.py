"""How fast a live chart is in a real JupyterLab, and what twenty charts cost a page.

    python benchmarks/live_chart.py [CHANGES]

From the key press on a slider of the rating form to the repaint, one way after the other in every
round, so that whatever else the machine does slows all of them alike:

- the kit: `CaseBook`, form, table, chart and sentence, whose chart stays while its tables change;
- Altair's own `JupyterChart`, offline, given a newly built `alliance_trajectory` at each change;
- a bare echo: the kernel only writes the number into a label.

Aims: at most 0.30 of the time of `JupyterChart` and 1.45 times that of the echo, and no more bytes
over the web socket than `JupyterChart`. Then twenty charts in one box: their browser side must run
once, and each may add 5 kB to its own form and data.
"""

import argparse
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from _figures import Figure, report
from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))
from conftest import PATIENCE, QUIET, Lab

WARM_UP = 4
TWENTY = 20
REST = 250  # milliseconds for what follows a repaint: late messages, an idle kernel

SETUP = """\
import ipywidgets as ipw
import alliance_widgets as aw
noor = aw.load_data("single_cases").query("client == 'Noor'")
read, saved, session = aw.charts.alliance_trajectory, noor.query("session < 10"), 10"""
KIT = "aw.CaseBook(saved)"
JUPYTER_CHART = """\
import altair as alt
import pandas as pd
alt.JupyterChart.enable_offline()
form = aw.SessionRatingForm(session=session)
view = alt.JupyterChart(read(saved))
def redraw(change):
    touched = {name: value for name, value in change["new"].items() if value is not None}
    alliance = sum(touched.values()) / len(touched)
    row = {"client": "Noor", "session": session, "rater": "client", "alliance": alliance, **touched}
    view.chart = read(pd.concat([saved, pd.DataFrame([row])], ignore_index=True))
form.observe(redraw, "value")
ipw.VBox([form, view])"""
ECHO = """\
label = ipw.Label("-")
echoing = aw.SessionRatingForm(session=session)
echoing.observe(lambda change: setattr(label, "value", str(change["new"]["bond"])), "value")
ipw.VBox([echoing, label])"""

# way: its cell, what is watched there, and what of the watched says that it has been repainted
WAYS = {
    "kit": (1, ".aw-chart", "attributes"),
    "JupyterChart": (2, ".vega-embed", "menu"),
    "bare echo": (3, ".widget-label", "text"),
}

# vega-embed adds its menu when the chart has been drawn; the kit then counts up `data-revision`.
WATCH = """
([cell, watched, sign]) => {
  const output = document.querySelectorAll(".jp-Notebook .jp-Cell")[cell];
  const slider = output.querySelector(".aw-form input[name=bond]");
  const signs = {
    attributes: (changes) => changes.some((each) => each.attributeName === "data-revision"),
    menu: (changes) =>
      changes.some((each) => [...each.addedNodes].some((node) => node.tagName === "DETAILS")),
    text: () => true,
  };
  window.repainted = new Promise((resolve, reject) => {
    let pressed;
    setTimeout(() => reject(new Error(`${watched} was not repainted`)), 20_000);
    const note = () => (pressed = performance.now());
    slider.addEventListener("keydown", note, { capture: true, once: true });
    const observer = new MutationObserver((changes) => {
      if (pressed === undefined || !signs[sign](changes)) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - pressed));
    });
    observer.observe(output.querySelector(watched), {
      attributes: sign === "attributes", childList: true, characterData: true, subtree: true,
    });
  });
  slider.focus({ preventScroll: true });
}
"""

TWENTY_CHARTS = f"""\
many = [aw.ChartView(read(noor.query("session < @n"))) for n in range(4, {4 + TWENTY})]
ipw.VBox(many)"""
OWN = """\
import json
models = [model.model_id for view in many for model in (view, view.layout)]
print("own", sum(len(json.dumps([view._form, view._tables])) for view in many), *models)"""

# Each evaluation of the runtime adds its style sheet to the page, and its key to the global object.
EVALUATIONS = """
() => [
  document.adoptedStyleSheets.filter((sheet) =>
    [...sheet.cssRules].some(({ cssText }) => cssText.includes("aw-chart"))).length,
  Object.getOwnPropertySymbols(globalThis).filter(({ description }) =>
    description?.startsWith("alliance-widgets")).length,
]
"""


class Traffic:
    """What has crossed a page's web sockets, either way, since it was last cleared."""

    def __init__(self, page: Page) -> None:
        self.frames: list[bytes] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, self._keep)

    def _keep(self, payload: str | bytes) -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)

    def bytes_of(self, models: Iterable[str]) -> int:
        """The bytes of all messages that open or change these models."""
        named = re.compile(f'"comm_id": ?"({"|".join(models)})"'.encode())
        return sum(len(frame) for frame in self.frames if named.search(frame))


@contextmanager
def browser_and_lab() -> Iterator[tuple[Browser, Lab]]:
    """Chromium and a JupyterLab on an empty folder, both closed at the end."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        student, home = Path(folder, "student"), Path(folder, "home")
        student.mkdir()
        home.mkdir()
        lab = Lab(student, home)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
            try:
                lab.start()
                yield browser, lab
            finally:
                lab.stop()
                browser.close()


def run_notebook(browser: Browser, lab: Lab, name: str, *cells: str) -> tuple[Page, Traffic]:
    """A notebook of these cells, run in a page tall enough to show all of it."""
    page = browser.new_page(viewport={"width": 1280, "height": 2600})
    traffic = Traffic(page)
    lab.open(page, lab.write_notebook(name, *cells))
    lab.run_all(page)
    return page, traffic


def one_change(page: Page, way: str, key: str, traffic: Traffic) -> tuple[float, int]:
    """Press `key` on that way's slider: milliseconds to the repaint, and bytes in all."""
    traffic.frames.clear()
    page.evaluate(WATCH, WAYS[way])
    page.keyboard.press(key)
    taken = page.evaluate("() => window.repainted")
    page.wait_for_timeout(REST)
    return taken, sum(map(len, traffic.frames))


def measure_changes(browser: Browser, lab: Lab, changes: int) -> dict[str, tuple[float, float]]:
    """Per way the median milliseconds and the median bytes of a change."""
    cells = (SETUP, KIT, JUPYTER_CHART, ECHO)
    page, traffic = run_notebook(browser, lab, "live.ipynb", *cells)
    for cell, watched, _ in WAYS.values():
        shown = page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(watched)
        shown.first.wait_for(timeout=PATIENCE)
    page.locator(".aw-grid summary").click()  # the table of sessions stands open, too
    page.wait_for_timeout(2000)
    found: dict[str, list[tuple[float, int]]] = {way: [] for way in WAYS}
    names = list(WAYS)
    for i in range(WARM_UP + changes):
        turned = names[i % 3 :] + names[: i % 3]
        key = "ArrowRight" if i // 2 % 2 else "ArrowLeft"
        for way in turned:
            found[way].append(one_change(page, way, key, traffic))
    page.close()
    return {
        way: tuple(statistics.median(column) for column in zip(*taken[WARM_UP:], strict=True))
        for way, taken in found.items()
    }


def measure_twenty(browser: Browser, lab: Lab) -> tuple[list[int], float, float]:
    """Evaluations of the browser side, and per chart the bytes of its own and those beyond."""
    page, traffic = run_notebook(browser, lab, "twenty.ipynb", SETUP, TWENTY_CHARTS, OWN)
    page.locator(".aw-chart[data-ready='true']").nth(TWENTY - 1).wait_for(timeout=PATIENCE)
    said = page.locator(".jp-OutputArea-output").get_by_text(re.compile(r"^own \d+"))
    own, *models = said.inner_text(timeout=PATIENCE).split()[1:]
    page.wait_for_timeout(REST)
    evaluations = page.evaluate(EVALUATIONS)
    page.close()
    crossed = traffic.bytes_of(models)
    return evaluations, int(own) / TWENTY, (crossed - int(own)) / TWENTY


def main() -> int:
    """Print the tables; 1 if a bound is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("changes", type=int, nargs="?", default=120)
    changes = parser.parse_args().changes
    with browser_and_lab() as (browser, lab):
        ways = measure_changes(browser, lab, changes)
        evaluations, own, beyond = measure_twenty(browser, lab)

    print(f"{f'key press to repaint, median of {changes}':<34} {'ms':>7} {'bytes':>7}")
    for way, (taken, crossed) in ways.items():
        print(f"{way:<34} {taken:7.1f} {crossed:7.0f}")
    kit, other, echo = (ways[way] for way in WAYS)
    figures = [
        Figure("time, kit / JupyterChart", kit[0] / other[0], 0.30),
        Figure("time, kit / bare echo", kit[0] / echo[0], 1.45),
        Figure("bytes, kit / JupyterChart", kit[1] / other[1], 1.0),
        Figure("times the browser side ran", max(evaluations), 1),
        Figure("per chart beyond form and data", beyond / 1e3, 5, "kB"),
    ]
    print(f"{TWENTY} charts in one box: form and data {own / 1e3:.1f} kB each")
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
