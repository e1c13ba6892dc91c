"""Marked tasks by seed: the same data everywhere, and right answers that follow from them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.tasks import TASKS, made_task, marked_tasks


@pytest.fixture
def work(tmp_path: Path) -> aw.WorkFile:
    return aw.WorkFile(tmp_path / "work.json")


@pytest.mark.parametrize("name", [*TASKS])
def test_a_seed_is_a_task_and_another_seed_another(name: str, work: aw.WorkFile) -> None:
    one, again, other = (aw.task(name, seed, work=work) for seed in (7, "7", 8))
    pd.testing.assert_frame_equal(one.sheet, again.sheet)
    assert one.sheet["right"].tolist() != other.sheet["right"].tolist()
    if one.ratings is not None:
        pd.testing.assert_frame_equal(one.ratings, again.ratings)


def test_a_student_code_is_a_seed_however_it_is_typed(work: aw.WorkFile) -> None:
    typed = [aw.task("noise", code, work=work) for code in ("amber-finch-27", " Amber finch 27 ")]
    assert {each.task.dice for each in typed} == {typed[0].task.dice}
    assert typed[0].questions[0].key == ("task", "noise", "amber-finch-27", "reliable")


def counted(courses: pd.DataFrame, who: Any) -> float:
    return 100 * sum(map(who, courses.itertuples())) / len(courses)


def kaplan_meier(courses: pd.DataFrame, last: int) -> float:
    """Counted session by session, by hand."""
    staying = 1.0
    for session in range(1, last + 1):
        there = [c for c in courses.itertuples() if c.sessions_attended >= session]
        left = [c for c in there if c.sessions_attended == session and c.ending == "dropped_out"]
        staying *= 1 - len(left) / len(there) if there else 1
    return 100 * staying


@pytest.mark.parametrize("seed", [1, 2, "amber-finch-27"])
def test_the_clinic_s_answers_equal_a_count_by_hand(seed: Any, work: aw.WorkFile) -> None:
    sheet = aw.task("dropout", seed, work=work)
    right = sheet.sheet.set_index("question")["right"]
    courses = sheet.courses
    assert right["left"] == pytest.approx(counted(courses, lambda c: c.ending == "dropped_out"))
    assert right["missed"] == pytest.approx(counted(courses, lambda c: c.missed_last))
    assert right["staying"] == pytest.approx(kaplan_meier(courses, 8))
    early = sheet.ratings[sheet.ratings["session"] <= 3]
    means = early.groupby("client")["alliance"].mean().dropna()
    there = courses[(courses["sessions_attended"] >= 3) & courses["client"].isin(means.index)]
    ranked = there.assign(mean=there["client"].map(means)).sort_values("mean")
    third = len(ranked) / 3
    for name, rows in (("lowest", ranked.head(int(third))), ("highest", ranked.tail(int(third)))):
        share = 100 * (rows["ending"] == "dropped_out").mean()
        assert right[name] == pytest.approx(share, abs=8)  # ties at the edge of a third move it


@pytest.mark.parametrize("seed", [1, 2, "amber-finch-27"])
def test_the_case_s_answers_equal_a_count_by_hand(seed: Any, work: aw.WorkFile) -> None:
    sheet = aw.task("ruptures", seed, work=work)
    right = sheet.sheet.set_index("question")["right"]
    line = sheet.ratings["alliance"].tolist()
    threshold = 1.96 * 2**0.5 * 0.8 * 0.1**0.5
    falls = [n for n in range(1, len(line)) if line[n - 1] - line[n] > threshold]
    assert (right["first"], right["marked"]) == (falls[0] + 1, len(falls))
    mean = sum(line) / len(line)
    spread = (sum((each - mean) ** 2 for each in line) / (len(line) - 1)) ** 0.5
    assert right["own"] == sum(line[n - 1] - line[n] >= spread for n in range(1, len(line)))
    assert right["own"] > right["marked"]
    before, trough = line[falls[0] - 1], int(right["back"]) - 1
    assert right["fall"] == pytest.approx(before - min(line[falls[0] : trough]), abs=0.05)
    assert line[trough] >= before - 0.25 * right["fall"] - 1e-9


def test_the_lab_shows_what_is_asked(work: aw.WorkFile) -> None:
    sheet = aw.task("noise", 3, work=work)
    sheet.lab.controls.values = {**sheet.lab.controls.values, **sheet.task.settings}
    right = sheet.sheet.set_index("question")["right"]
    assert right["reliable"] == 100 * sheet.lab.rates["any_flag"]
    assert right["back"] == 100 * sheet.lab.rates["repaired_cases"]


def test_nothing_on_the_page_says_what_is_right(work: aw.WorkFile) -> None:
    sheet = aw.task("dropout", 1, work=work)
    for asked, right in zip(sheet.questions, sheet.sheet["right"], strict=True):
        asked.answer = round(right)
        assert asked.correct is None
        wrong = asked.message
        asked.answer = 1
        assert asked.message == wrong


def test_answers_are_marked_within_what_rounding_can_do(work: aw.WorkFile) -> None:
    sheet = aw.task("dropout", 1, work=work)
    right = sheet.sheet.set_index("question")["right"]
    given = {"left": round(right["left"]), "missed": round(right["missed"]) + 1, "staying": "none"}
    marked = sheet.check(given).set_index("question")["correct"]
    assert marked["left"]
    assert not marked["missed"]
    assert marked[["staying", "lowest", "highest"]].isna().all()


def test_a_class_s_work_is_marked_by_seed(work: aw.WorkFile) -> None:
    one, two = aw.task("noise", 1, work=work), aw.task("noise", 2, work=work)
    rows = [
        ("/".join(sheet.task.key_of(asked)), round(asked.right))
        for sheet in (one, two)
        for asked in sheet.task.asked
    ]
    pool = SimpleNamespace(answers=pd.DataFrame(rows, columns=["question", "number"]))
    for sheet in (one, two):
        assert sheet.check(pool)["correct"].all()
    for strange in (3, "x", None, pd.DataFrame({"a": [1]})):
        with pytest.raises(aw.QuestionError, match="Answers are a mapping"):
            one.check(strange)


def test_the_board_marks_each_student_by_their_own_data(tmp_path: Path) -> None:
    """Three students, one of whom answered with another's data: against each one's own sheet."""
    wrong, files = {"amber-finch-27": 0, "easy-acorn-60": 1, "mild-pelican-80": 4}, {}
    for code, n_wrong in wrong.items():
        mine = aw.WorkFile(tmp_path / code / "work.json")
        mine.change_student(code)
        seed = None if code != "mild-pelican-80" else "easy-acorn-60"
        sheet = aw.task("noise", seed, work=mine)
        assert sheet.task.seed == (seed or code)
        for place, asked in enumerate(sheet.questions):
            asked.answer = round(sheet.task.asked[place].right) + 3 * (place < n_wrong)
        files[f"{code}.json"] = mine.download_bytes()
    board = aw.ClassBoard(files)
    marked = board.check_tasks()
    assert (~marked["correct"]).groupby(marked["student"]).sum().to_dict() == wrong
    rows = pd.DataFrame(board.marked._columns).set_index("student")
    assert rows["right"].to_dict() == {code: f"{4 - n} of 4" for code, n in wrong.items()}
    assert "easy-acorn-60" in rows.loc["mild-pelican-80", "task"]
    assert "✗" not in rows.loc["amber-finch-27", "given"]
    board.add({"odd.json": b"{"})
    assert not board.marked._columns["student"]


def test_the_board_says_why_it_has_no_task_to_check() -> None:
    board = aw.ClassBoard()
    board.tools._press_handlers[0]("mark")
    assert "takes the work files" in board.tools.message


def test_a_file_with_a_thousand_seeds_keeps_nobody_waiting() -> None:
    keys = [f"task/noise/{n}/own" for n in range(1000)] + ["task/none/1/own", "task/noise/own"]
    table = pd.DataFrame({"student": "a-b-1", "question": keys, "number": 1.0, "at": "2026"})
    assert set(marked_tasks(table)["seed"]) == {"997", "998", "999"}


def test_the_data_of_a_student_who_answered_nothing_yet_are_the_same_tomorrow(
    work: aw.WorkFile,
) -> None:
    sheet = aw.task("noise", work=work)
    again = aw.WorkFile(work.path)
    assert (sheet.task.seed, len(again)) == (again.student, 0)


@pytest.mark.parametrize("seed", [-1, 1.5, "", "x" * 61, True, ["a"]])
def test_an_impossible_seed_is_refused_in_words(seed: Any, work: aw.WorkFile) -> None:
    with pytest.raises(aw.QuestionError, match="seed of a task"):
        aw.task("noise", seed, work=work)


def test_an_unknown_task_is_refused_with_those_that_are_there(work: aw.WorkFile) -> None:
    with pytest.raises(aw.QuestionError, match="ruptures"):
        aw.task("dropouts", 1, work=work)


@pytest.mark.prove
@pytest.mark.parametrize("name", [*TASKS])
def test_every_seed_gives_questions_that_can_be_answered(name: str) -> None:
    for seed in range(200):
        made = made_task(name, str(seed))
        assert made.sheet["right"].notna().all(), seed
        if name == "dropout":
            assert made.sheet["right"].between(1, 99).all(), seed
