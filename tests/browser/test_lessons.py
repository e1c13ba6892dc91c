"""Every lesson as a student opens it: it runs, without fault, and no answer before its question."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import PATIENCE, Lab, heard_by
from playwright.sync_api import Page, expect

from alliance_widgets.lessons.texts import lesson_files, read_questions

pytestmark = pytest.mark.browser

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
# What stands on the page before anything was answered: charts that are no answer, and questions.
OPEN = {
    "00_start_here": (3, 2),
    "01_what_is_the_alliance": (1, 12),
    "02_rate_a_session": (1, 7),
    "03_the_path_of_the_alliance": (5, 6),
    "04_ruptures_and_repairs": (4, 6),
    "05_the_noise_lab": (2, 6),
    "06_within_or_between": (3, 5),
    "07_alliance_and_outcome": (5, 8),
    "08_alliance_and_dropout": (2, 6),
    "09_two_worlds": (2, 6),
    "10_does_the_treatment_matter": (2, 8),
    "11_who_builds_strong_alliances": (0, 6),
    "12_saying_goodbye": (0, 14),
}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_shows_everything_but_the_answers(lab: Lab, page: Page, lesson: Path) -> None:
    heard = heard_by(page)
    shutil.copy(lesson, lab.folder / "notebooks" / lesson.name)
    lab.open(page, f"notebooks/{lesson.name}")
    lab.run_all(page)
    widgets = ".aw-form, .aw-question, .aw-chart"
    page.locator(widgets).first.wait_for(timeout=PATIENCE)
    page.locator(".jp-StatusBar-Widget").get_by_text("| Idle").wait_for(timeout=PATIENCE)
    shown, asked = OPEN[lesson.stem]
    expect(page.locator(".aw-chart")).to_have_count(shown, timeout=PATIENCE)
    expect(page.locator(".aw-question")).to_have_count(asked, timeout=PATIENCE)
    errors = (
        "[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText[data-mime-type*=error]"
    )
    assert page.locator(errors).all_inner_texts() == []
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs.get_by_text("Error displaying widget")).to_have_count(0)
    sent = b"".join(heard).decode("utf-8", "replace")
    asked = [each["question"] for each in questions(lesson) if "question" in each]
    assert all(longest_piece(text) in sent for text in asked[:1]), "the page was not heard"
    shown = page.locator(".jp-Notebook").inner_text()
    for text in answering(lesson):
        assert longest_piece(text) not in sent + shown


def questions(lesson: Path) -> list[dict[str, Any]]:
    return list(read_questions(lesson_files()[lesson.stem[:2]]).values())


def answering(lesson: Path) -> list[str]:
    """Every text of a lesson's questions that belongs after an answer, or after a press."""
    texts = []
    for fields in questions(lesson):
        said = [*fields.get("answers", ()), *fields.get("feedback", ())]
        texts += [each.get("feedback", each.get("say", "")) for each in said]
        texts += [
            fields.get("because", ""),
            fields.get("explanation", ""),
            *fields.get("hints", ()),
        ]
    return [text for text in texts if text]


def longest_piece(text: str) -> str:
    """What of a text is written in the same way on a page, in HTML and in a message."""
    return max(re.split(r'["&<>{}\\\\\n]', text), key=len)


def test_the_texts_of_a_lesson_are_found_for_the_test_above() -> None:
    found = {lesson.stem[:2]: len(answering(lesson)) for lesson in LESSONS}
    assert found["03"] == 17
    assert min(found.values()) >= 5


def test_the_last_line_of_the_first_lesson_opens_the_next_one(lab: Lab, page: Page) -> None:
    lab.open(page, f"notebooks/{LESSONS[0].name}")
    lab.run_all(page)
    page.get_by_role("link", name="What would you have rated?").last.click()
    tab = page.locator(".lm-TabBar-tab.lm-mod-current", has_text="02_rate_a_session")
    expect(tab).to_be_visible()
    lab.run_all(page)


@pytest.mark.parametrize("size", [(1280, 800), (768, 1024), (320, 740)])
def test_the_first_line_its_sentence_and_each_slider_are_in_one_view(
    lab: Lab, page: Page, size: tuple[int, int]
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    shutil.copy(LESSONS[0], lab.folder / "notebooks" / LESSONS[0].name)
    lab.open(page, f"notebooks/{LESSONS[0].name}")
    page.locator("[data-aw-lesson=ready]:visible").wait_for(timeout=3 * PATIENCE)
    book = page.locator(".aw-book").first
    bars = page.locator(".jp-SideBar:visible")
    expect(bars).to_have_count(0 if width == 320 else 2)
    if width == 1280:  # before anything is touched or scrolled
        expect(book.locator("input[name=goals]")).to_be_in_viewport()
    for name in ("goals", "tasks", "bond"):
        book.locator(f"input[name={name}]").focus()
        page.keyboard.press("2")
    expect(book.locator(".aw-headline")).to_contain_text("1.83 lower")
    for part in (".aw-plot", ".aw-headline", "input[name=bond]"):
        names = 0.05 if (part, width) == (".aw-plot", 320) else 0  # the lines' names may pass away
        expect(book.locator(part)).to_be_in_viewport(ratio=0.9 - names)
    under_the_middle = "(at) => { const box = at.getBoundingClientRect(); return at.contains("
    under_the_middle += "document.elementFromPoint(box.left + box.width / 2, box.top + 9)); }"
    assert book.locator("input[name=bond]").evaluate(under_the_middle)  # nothing lies over it
    if width == 320:  # the line leaves the form more than half of the page, and the bars come back
        line = "at => at.getBoundingClientRect().bottom - document.querySelector("
        line += "'.jp-Notebook').getBoundingClientRect().top"
        assert book.locator(".aw-book-line").evaluate(line) < 0.5 * 615
        page.set_viewport_size({"width": 1280, "height": 800})
        expect(bars).to_have_count(2)
