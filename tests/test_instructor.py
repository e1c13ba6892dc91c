"""What instructors look up follows from the lessons, and nothing of it is a real client's."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from lesson_asks import LESSONS, cells_of
from lesson_minutes import activities_of

import alliance_widgets as aw
from alliance_widgets.classboard.answer_key import answer_key
from alliance_widgets.lessons.texts import lesson_files, read_questions

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import noors_hour  # noqa: E402
import teaching  # noqa: E402


def test_the_misconceptions_are_those_of_the_lessons() -> None:
    how = "run docs/teaching.py"
    assert teaching.MISCONCEPTIONS.read_text("utf-8") == teaching.misconceptions(), how


def test_the_minutes_are_those_of_the_lessons() -> None:
    text = teaching.PLANS.read_text("utf-8")
    assert text == teaching.with_minutes(text), "run docs/teaching.py"
    for file in teaching.LESSONS:
        assert f"| **{file.name[:2]}** |" in text


def test_every_feedback_of_a_wrong_answer_is_on_the_page() -> None:
    page = teaching.MISCONCEPTIONS.read_text("utf-8")
    for file in lesson_files().values():
        for key, fields in read_questions(file).items():
            judged = any(each.get("right") for each in fields.get("answers", ()))
            wrong = [each for each in fields.get("answers", ()) if judged and not each.get("right")]
            for each in wrong:
                assert " ".join(each["feedback"].split()).replace("|", "\\|") in page, key


def test_every_activity_of_the_lessons_has_its_minutes() -> None:
    calls = [call for file in LESSONS for call in activities_of(cells_of(file))]
    shown = {re.split(r"[.(]", call)[0] for call in calls if call[0].isupper()} - {"Reveal"}
    assert shown == {*teaching.ACTIVITIES}, "name them in ACTIVITIES of docs/teaching.py"


def test_every_lesson_is_planned() -> None:
    plans = teaching.PLANS.read_text("utf-8")
    table = plans.partition("## Lesson by lesson")[2].partition("## Minutes")[0]
    rows = re.findall(r"^\| (\d\d) \|(.+)\|$", table, re.MULTILINE)
    assert [lesson for lesson, _ in rows] == [file.name[:2] for file in teaching.LESSONS]
    assert all(len(row.split("|")) == 4 and all(map(str.strip, row.split("|"))) for _, row in rows)


def test_sections_that_are_cut_are_sections() -> None:
    plans = teaching.PLANS.read_text("utf-8")
    for file in teaching.LESSONS:
        row = next(line for line in plans.splitlines() if line.startswith(f"| {file.name[:2]} | “"))
        titles = {title.lower() for title, *_ in teaching._sections(file)}
        for cut in re.findall(r"\*([^*]+)\*", row.rsplit("|", 2)[1]):
            assert any(cut.lower().strip("…") in title for title in titles), (file.name, cut)


def test_noor_s_sheet_has_her_nine_ratings_and_not_the_tenth() -> None:
    page = noors_hour.SHEET.read_text("utf-8")
    assert page == noors_hour.sheet(), "run docs/noors_hour.py"
    assert page.count("<circle") == 9
    assert "2.7" not in page
    assert not re.search(r"(src|href)=|https?:|<script", page)
    hours = aw.load_data("story_hours").query("client == 'Noor' and session == 10")
    assert noors_hour.STORY.split(". ")[1] in hours["hour"].item()


@pytest.fixture(scope="module")
def key() -> pd.DataFrame:
    return answer_key()


def test_the_key_has_every_question_and_its_right_answer(key: pd.DataFrame) -> None:
    asked = [name for file in lesson_files().values() for name in read_questions(file)]
    assert key["question"].tolist() == asked


def test_a_right_answer_of_the_key_is_right_where_it_is_asked(
    key: pd.DataFrame, tmp_path: Path
) -> None:
    work = aw.WorkFile(tmp_path / "work.json")
    for row in key[key["right"] != "opinion"].itertuples():
        if row.kind in ("choice", "number"):
            question = aw.ask(row.question, work=work)
            question.answer = row.right if row.kind == "choice" else row.number
            assert question.correct, row.question


def test_no_page_for_the_instructor_names_a_person_or_a_machine() -> None:
    pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / "notebooks" / "instructor").glob("*.ipynb")]
    for page in pages:
        assert not re.search(r"/(home|root|work|Users)/\w", page.read_text("utf-8")), page.name
