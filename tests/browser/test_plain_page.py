"""The runtime on a page without Jupyter, under a content-security policy that forbids `eval`."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import alliance_widgets as aw

pytestmark = pytest.mark.browser

STATIC = Path(aw.__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; connect-src 'self'"
)
HTML = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>plain</title><body><div id="controls"></div><div id="chart"></div><div id="form"></div>
<div id="grid"></div>
<script type="module" src="page.js"></script></body></html>"""
SCRIPT = """
import stub from "./stub.js";
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
const state = await (await fetch("state.json")).json();
const code = new DataView(await (await fetch("runtime.bin")).arrayBuffer());
const carrier = { get: (name) => ({ code, words: state.words })[name] };
const show = (part, el) => {
  const held = { ...state[part], _hash: "plain", _runtime: "r", _part: part };
  const model = {
    get: (name) => held[name], set: (name, value) => { held[name] = value; },
    on() {}, off() {}, save_changes() {}, send() {},
    widget_manager: { get_model: async () => carrier },
  };
  return stub.render({ model, el: document.getElementById(el) });
};
for (const part of ["controls", "chart", "form", "grid"]) await show(part, part);
try { window.tried = new Function("return 'allowed'")(); } catch { window.tried = "refused"; }
"""


def state() -> str:
    noor = aw.load_data("single_cases").query("client == 'Noor'")
    book = aw.CaseBook(noor, read_only=True)
    book.grid.opened = True
    keep = {"chart": book.chart, "controls": book.controls, "grid": book.grid}
    keep["form"] = aw.SessionRatingForm(actions=("save", "undo", "skip"))
    told = {part: {k: getattr(w, k) for k in w.keys if k != "layout"} for part, w in keep.items()}
    from alliance_widgets.words import browser_words

    return json.dumps({**told, "words": browser_words()}, default=str)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    files = {
        "/": ("text/html", HTML.encode()),
        "/page.js": ("text/javascript", SCRIPT.encode()),
        "/stub.js": ("text/javascript", (STATIC / "stub.js").read_bytes()),
        "/runtime.bin": ("application/octet-stream", (STATIC / "runtime.js.gz").read_bytes()),
        "/state.json": ("application/json", state().encode()),
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = files.get(self.path, ("text/plain", b""))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_chart_and_form_work_without_eval(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".aw-chart[data-ready='true']")).to_be_visible()
    expect(page.locator(".mark-line path[stroke-width='2.5']").first).to_be_visible()
    page.locator("input[name=bond]").focus()
    page.keyboard.press("4")
    expect(page.locator("input[name=bond]")).to_have_attribute("aria-valuetext", "4 of 5")
    assert page.evaluate("window.tried") == "refused"
    (by_the_test,) = page.evaluate("window.refused")
    assert "eval" in by_the_test


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_clipped(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    expect(page.locator(".aw-chart[data-ready='true']")).to_be_visible()
    page.get_by_text("More detail").click()
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for box in page.locator("button, select, summary, .aw-detail input").all():
        place = box.bounding_box()
        if place is not None:
            assert place["x"] >= 0, box
            assert place["x"] + place["width"] <= width, box
    for name in ("goals", "tasks", "bond"):
        box = page.locator(f"input[name={name}]").bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
