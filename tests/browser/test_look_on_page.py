"""The look as a page has it: widths, the ring of the focus, forced colours, the order of Tab.

With the environment variable ALLIANCE_PICTURES naming a folder, the pictures of docs/look.md are
written there.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import PATIENCE, Lab, charts, clipped
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.prove]

CELLS = (
    "import alliance_widgets as aw\nclinic = aw.simulate_clinic(300, 'causal', seed=8)",
    "aw.CaseBook.of_story('Noor')",
    "first = aw.landmark(clinic.ratings, clinic.courses, session=1).dropna(subset=['third'])\n"
    "aw.charts.retention_curve(aw.retention(first, by='third'))",
    "aw.charts.incidence_curve(aw.cumulative_incidence(clinic.courses))",
    "aw.ask('08/birthday')",
)
LABS = (
    "import alliance_widgets as aw\ncases = aw.load_data('single_cases')",
    "aw.CaseBook.of_story('Noor')",
    "aw.NoiseLab()",
    "aw.RuleComparator(cases)",
    "aw.DropoutExplorer(aw.simulate_clinic(200, 'causal', seed=8))",
)
TABLED = [
    Path(__file__).parents[2] / "notebooks" / name
    for name in (
        "01_what_is_the_alliance.ipynb",
        "08_alliance_and_dropout.ipynb",
    )
]
LEAST = 120  # pixels that a drawing has, however narrow the page


def open_page(lab: Lab, page: Page) -> None:
    lab.open(page, lab.write_notebook("look.ipynb", *CELLS))
    lab.run_all(page)
    page.locator(".aw-question").wait_for(timeout=PATIENCE)
    expect(charts(page)).to_have_count(3, timeout=PATIENCE)


def drawn(page: Page) -> list[dict[str, float]]:
    """Of each chart: the page's width for it, its drawing's, and that of the plot in it."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".aw-chart")].map((chart) => ({
             page: chart.querySelector(".aw-plot").clientWidth,
             whole: Number(chart.querySelector("svg").getAttribute("width")),
             plot: chart.querySelector("svg .background").getBoundingClientRect().width,
           }))"""
    )


def keep(part: Locator, name: str) -> None:
    if not (folder := os.environ.get("ALLIANCE_PICTURES")):
        return
    page, size = part.page, part.page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": 1600})  # all of it in one view
    part.scroll_into_view_if_needed()
    page.wait_for_timeout(1_000)
    box = part.bounding_box() or {}
    upper = {**box, "height": min(box["height"], 790)}  # what is below is seldom wanted
    page.screenshot(path=Path(folder) / f"{name}.png", clip=upper)
    page.set_viewport_size(size)


def channels(colour: str) -> list[float]:
    return [float(part) for part in re.findall(r"[\d.]+", colour)[:3]]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 between two computed colours."""

    def light(colour: str) -> float:
        parts = [channel / 255 for channel in channels(colour)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_charts_keep_a_width_of_their_own_at_every_width_and_through_a_theme(
    lab: Lab, page: Page
) -> None:
    open_page(lab, page)
    for width, files in ((1280, True), (768, True), (320, False)):
        page.set_viewport_size({"width": width, "height": 1000})
        if not files:
            page.keyboard.press("Control+b")
        page.wait_for_timeout(1_500)
        for each in drawn(page):
            assert each["whole"] <= 1.1 * each["page"], (width, each)  # it is scaled to fit
            assert each["plot"] >= min(LEAST, 0.5 * each["page"]), (width, each)
        keep(page.locator(".aw-chart").nth(1), f"curve-{width}")
    before = drawn(page)
    for theme in ("Dark", "Light"):
        page.set_viewport_size({"width": 1280, "height": 1000})
        page.wait_for_timeout(1_000)
        before = drawn(page)
        lab.theme(page, theme)
        page.wait_for_timeout(3_000)
        for now, then in zip(drawn(page), before, strict=True):
            assert now == pytest.approx(then, abs=2), theme
        keep(page.locator(".aw-book"), f"case-{theme.lower()}")
        keep(page.locator(".aw-chart").nth(2), f"endings-{theme.lower()}")
        keep(page.locator(".aw-question"), f"question-{theme.lower()}")


RING = """() => {
  const focused = document.activeElement;
  const at = focused.closest(".aw-scale") ?? focused; // a slider's ring goes around its marks
  const look = getComputedStyle(at);
  let ground = at.parentElement;
  const behind = (node) => getComputedStyle(node).backgroundColor;
  while (ground.parentElement && behind(ground) === "rgba(0, 0, 0, 0)")
    ground = ground.parentElement;
  return {
    ring: look.outlineColor,
    ground: behind(ground),
    width: parseFloat(look.outlineWidth),
    offset: parseFloat(look.outlineOffset),
  };
}"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_whatever_has_the_focus_has_a_ring_that_is_seen(lab: Lab, page: Page, theme: str) -> None:
    open_page(lab, page)
    if theme == "Dark":
        lab.theme(page, theme)
    places = (".aw-primary", ".aw-buttons .aw-button:not(.aw-primary)", "select", "summary")
    inputs = ("input[type=range]", "input[type=checkbox]", "input[type=radio]", ".aw-frame")
    for place in (*places, *inputs):
        parts = f":is(.aw-form, .aw-question, .aw-controls, .aw-chart) {place}:visible"
        page.locator(parts).first.focus()
        page.keyboard.press("Shift")  # by key, not by mouse
        found: dict[str, Any] = page.evaluate(RING)
        assert found["width"] >= 3, place
        assert found["offset"] >= 2, place
        assert contrast(found["ring"], found["ground"]) >= 4.5, (place, found)
    lab.theme(page, "Light")


def test_under_forced_colours_a_chart_is_read_and_a_choice_is_seen(
    lab: Lab, browser: Browser
) -> None:
    context = browser.new_context(
        forced_colors="active", color_scheme="dark", viewport={"width": 1280, "height": 1000}
    )
    page = context.new_page()
    open_page(lab, page)
    canvas = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for fill in page.locator(".aw-plot svg .role-axis-label text").evaluate_all(
        "all => all.map((text) => getComputedStyle(text).fill)"
    ):
        assert contrast(fill, canvas) >= 4.5
    primary = page.locator(".aw-primary:visible").first
    ground = primary.evaluate("(at) => getComputedStyle(at).backgroundColor")
    assert contrast(ground, canvas) >= 3
    context.close()


def test_tab_goes_through_a_case_in_the_order_in_which_it_stands(lab: Lab, page: Page) -> None:
    open_page(lab, page)
    page.locator(".aw-book .aw-frame").focus()
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                """() => {
                  const at = document.activeElement;
                  if (at.closest(".aw-chart")) return "chart";
                  if (at.closest(".aw-form")) return at.name || "form";
                  return at.closest(".aw-grid, .aw-controls") ? "below" : "elsewhere";
                }"""
            )
        )
    order = list(dict.fromkeys(stops))
    rows = ["goals", "tasks", "bond", "fast_entry"]
    assert order[: len(rows) + 1] == ["chart", *rows]
    assert stops.count("bond") == 1


# Of each choice in view: what of it has less room than it takes, beside the arrow and the padding.
CUT = """() => [...document.querySelectorAll(".aw-control select")]
  .filter((select) => select.checkVisibility())
  .flatMap((select) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = getComputedStyle(select).font;
    const isCut = (label) => pen.measureText(label).width > select.clientWidth - 36;
    return [...select.options].map(({ label }) => label).filter(isCut);
  })"""
TRACKS = """() => [...document.querySelectorAll(".aw-items-row")].map((row) => new Set(
  [...row.querySelectorAll(".aw-range input")].map((it) => it.clientWidth)).size)"""


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_choice_track_or_menu_is_cut(lab: Lab, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    lab.open(page, lab.write_notebook("labs.ipynb", *LABS))
    if width < 1280:
        page.keyboard.press("Control+b")
    lab.run_all(page)
    expect(page.locator(".aw-controls select").last).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".aw-range input").first).to_be_visible(timeout=PATIENCE)
    for rule in page.locator(".aw-controls select:visible").filter(has_text="Reliable drop").all():
        rule.select_option(label="Reliable drop")  # how strict it is takes the longest words
    page.wait_for_timeout(2_000)
    assert page.evaluate(CUT) == []
    assert max(page.evaluate(TRACKS)) == 1  # in one row all are of one length
    assert clipped(page) == []
    for opener in page.locator(".aw-tools > .aw-button:visible").all():
        opener.click()
        box = page.locator(".aw-menu:visible").bounding_box() or {}
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")


def answered_on_a_phone(lab: Lab, page: Page, lesson: str, asked: str, number: int) -> None:
    """The lesson, one of its questions answered, so that what waits for that is there."""
    page.set_viewport_size({"width": 320, "height": 740})
    shutil.copy(TABLED[0].with_name(lesson), lab.folder / "notebooks" / lesson)
    lab.open(page, f"notebooks/{lesson}")
    lab.run_all(page)
    question = page.locator(".aw-question").filter(has_text=asked)
    question.locator("input").first.fill(str(number), timeout=PATIENCE)
    question.locator(".aw-primary").click()


def test_on_a_phone_a_drawing_stays_in_view_while_what_it_shows_is_changed(
    lab: Lab, page: Page
) -> None:
    answered_on_a_phone(lab, page, "05_the_noise_lab.ipynb", "Of 100 such marks in pure noise", 50)
    slider = page.get_by_label("Sessions", exact=True)
    row = page.locator(".widget-vbox > *").filter(has=slider)
    drawing = row.locator("xpath=following-sibling::*").locator(".aw-plot svg").first
    for control in (slider, page.get_by_label("How strict")):
        control.focus()
        expect(drawing).to_be_in_viewport(ratio=0.5)
        expect(control).to_be_in_viewport(ratio=0.9)
        top = drawing.bounding_box()["y"]
        assert control.bounding_box()["y"] + control.bounding_box()["height"] <= top
    # And a line that is marked stays at the head, over the marks, until they are committed.
    marks = page.locator(".aw-question").filter(has_text="where would you mark")
    line = marks.locator("xpath=../preceding-sibling::*").locator(".aw-plot svg")
    last = marks.get_by_role("checkbox", name="No possible rupture in this case")
    last.focus()
    expect(line).to_be_in_viewport(ratio=0.9)
    expect(last).to_be_in_viewport(ratio=0.9)
    box = line.bounding_box()
    assert last.bounding_box()["y"] >= box["y"] + box["height"]


def test_on_a_phone_a_drawing_is_in_view_at_each_of_the_controls_over_it(
    lab: Lab, page: Page
) -> None:
    answered_on_a_phone(lab, page, "04_ruptures_and_repairs.ipynb", "mark session 6", 3)
    last = page.get_by_label("Known up to session").first
    last.scroll_into_view_if_needed(timeout=PATIENCE)
    lab_of_rules = page.locator(".aw-beside").filter(has=last)
    drawing = lab_of_rules.locator(".aw-plot svg").first
    drawing.wait_for(timeout=PATIENCE)
    first = lab_of_rules.locator("select").first
    outer = page.locator(".jp-WindowedPanel-outer")
    top = outer.bounding_box()["y"]
    first.evaluate("(select) => select.scrollIntoView({ block: 'start' })")
    # As a finger does, little by little, until the slider that comes last is under the bars.
    while last.bounding_box()["y"] > top + 60:
        page.wait_for_timeout(120)
        expect(drawing).to_be_in_viewport(ratio=0.4)
        outer.evaluate("(view) => (view.scrollTop += 30)")


def test_on_a_phone_a_pinned_drawing_never_covers_the_controls_over_it(
    lab: Lab, page: Page
) -> None:
    answered_on_a_phone(lab, page, "03_the_path_of_the_alliance.ipynb", "such dice", 50)
    thrown = page.get_by_role("button", name="A hundred more")
    drawing = page.locator(".widget-vbox").filter(has=thrown).last.locator(".aw-plot svg").first
    drawing.wait_for(timeout=PATIENCE)
    thrown.scroll_into_view_if_needed()
    outer = page.locator(".jp-WindowedPanel-outer")
    seen = 0
    for step in range(-400, 401, 50):
        outer.evaluate(f"(view) => (view.scrollTop += {-400 if step == -400 else 50})")
        page.wait_for_timeout(150)
        button, picture = thrown.bounding_box(), drawing.bounding_box()
        assert button is not None
        assert picture is not None
        seen += 0 < button["y"] < 700
        assert button["y"] + button["height"] <= picture["y"] + 1, (step, button, picture)
    assert seen > 5


@pytest.mark.parametrize("lesson", TABLED, ids=lambda lesson: lesson.stem)
def test_on_a_phone_the_tables_of_a_lesson_stand_in_it_whole(
    lab: Lab, page: Page, lesson: Path
) -> None:
    page.set_viewport_size({"width": 320, "height": 740})
    shutil.copy(lesson, lab.folder / "notebooks" / lesson.name)
    lab.open(page, f"notebooks/{lesson.name}")
    lab.run_all(page)
    boxes = page.locator(".aw-table-box")
    expect(boxes.first).to_be_attached()
    assert (
        boxes.evaluate_all("all => all.filter((it) => it.scrollWidth > it.clientWidth + 1).length")
        == 0
    )
