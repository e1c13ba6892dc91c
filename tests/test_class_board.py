"""The board: every figure equals a count made without the kit, and nothing tells who it was."""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from board_class import CLAIMS, LEVELS, Member, board_class, lesson_questions

import alliance_widgets as aw
from alliance_widgets.classboard.marks import kappa_interval, kappa_of
from alliance_widgets.classboard.said_before import CLASS_FILE, read_class_file
from alliance_widgets.classboard.shares import share_of
from alliance_widgets.widgets.classroom._board_state import BoardState, Topic
from alliance_widgets.widgets.page import _cells as cells
from alliance_widgets.words import say

QUESTIONS = lesson_questions()


@pytest.fixture(scope="module")
def members() -> list[Member]:
    return board_class(30)


@pytest.fixture(scope="module")
def folder(members: list[Member], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A download as it comes: thirty files, one of them doubled, one damaged, one not ours."""
    place = tmp_path_factory.mktemp("class")
    for each in members:
        (place / f"{each.code} work.json").write_bytes(each.file)
    (place / "copy of the first.json").write_bytes(members[0].file)
    (place / "notes.json").write_text('{"something": "else"}')
    (place / "broken.json").write_bytes(b'{"kit":"alliance_widgets","schema_version":2,"ent')
    return place


@pytest.fixture(scope="module")
def pooled(folder: Path) -> aw.Pool:
    return aw.pool(folder)


@pytest.fixture
def board(pooled: aw.Pool) -> aw.ClassBoard:
    return aw.ClassBoard(pooled)


def wilson(k: int, n: int) -> tuple[float, float]:
    """By the roots of the equation it comes from: the shares from which k of n is 1.96 SE away."""
    z = 1.959963984540054
    a, b, c = 1 + z * z / n, -(2 * k / n + z * z / n), (k / n) ** 2
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    return max((-b - root) / (2 * a), 0), min((-b + root) / (2 * a), 1)


def shown(board: aw.ClassBoard) -> dict[tuple[str, str], tuple[int, int]]:
    """Count and n by label and bar, once share and interval are what they must be."""
    rows = board.figures
    for row in rows.itertuples():
        assert row.share == row.count / row.n
        assert (row.lower, row.upper) == pytest.approx(wilson(row.count, row.n), abs=1e-12)
    return {(row.label, row.name): (row.count, row.n) for row in rows.itertuples()}


def answers_of(members: list[Member], key: str) -> list[tuple[Any, bool | None, str]]:
    return [each.first[key] for each in members if key in each.first]


def askable(members: list[Member]) -> list[str]:
    kinds = ("choice", "number", "session", "match")
    return [
        key
        for key, fields in QUESTIONS.items()
        if fields["kind"] in kinds and len(answers_of(members, key)) >= 5
    ]


# ---- every figure --------------------------------------------------------------------------------


def test_every_question_s_every_figure_equals_a_count_by_hand(
    board: aw.ClassBoard, members: list[Member]
) -> None:
    seen = set()
    for place in range(len(board.items)):
        board.place = place
        item = board._class.questions[place]
        key, fields = item.key, QUESTIONS[item.key]
        seen.add(key)
        given = answers_of(members, key)
        counts, n = Counter(json.dumps(value) for value, *_ in given), len(given)
        assert item.unsaid == sum(key in each.unsaid for each in members)
        figures = shown(board)
        assert {total for _, total in figures.values()} == {n}
        if fields["kind"] == "choice":
            want = {
                (each["answer"], ""): (counts[json.dumps(each.get("kept_as", each["answer"]))], n)
                for each in fields["answers"]
            }
            assert figures == want
        elif fields["kind"] == "match":
            want = {
                (row["row"], ""): (
                    sum(value[row["name"]] == row["right"] for value, *_ in given),
                    n,
                )
                for row in fields["rows"]
            }
            assert figures == want
        else:
            assert sum(count for count, _ in figures.values()) == n
            for (label, _), (count, _) in figures.items():
                numbers = label.removesuffix(fields.get("unit", "")).strip().split(" to ")
                low, high = float(numbers[0]), float(numbers[-1])
                inside = [v for v, *_ in given if (v == low if low == high else low <= v < high)]
                closing = [v for v, *_ in given if low != high and v == high]
                assert count in (len(inside), len(inside) + len(closing))
    assert seen == {*askable(members)}


def test_confident_misconceptions_come_first(board: aw.ClassBoard, members: list[Member]) -> None:
    def sure(key: str) -> float:
        given = answers_of(members, key)
        return sum(c is False and s == "certain" for _, c, s in given) / len(given)

    keys = [each.key for each in board._class.questions]
    assert [sure(key) for key in keys] == sorted((sure(key) for key in keys), reverse=True)
    assert sure(keys[0]) > sure(keys[-1])


def test_the_right_answer_waits_for_a_press(board: aw.ClassBoard) -> None:
    place = next(
        n
        for n, each in enumerate(board._class.questions)
        if each.kind == "choice" and each.can_be_wrong
    )
    board.place = place
    assert not any(row["mark"] for row in bars_of(board))
    assert "certain" not in board.report.description
    press(board.controls, "show")
    right = [row["label"] for row in bars_of(board) if row["mark"]]
    fields = QUESTIONS[board._class.questions[place].key]
    assert right == [each["answer"] for each in fields["answers"] if each.get("right")]
    press(board.controls, "on", 2)
    assert not board.shown


def test_what_is_to_be_matched_waits_for_a_press_too(board: aw.ClassBoard) -> None:
    places = [n for n, each in enumerate(board._class.questions) if each.kind == "match"]
    assert places
    for place in places:
        rows = QUESTIONS[board._class.questions[place].key]["rows"]
        board.place = place
        assert [row["label"] for row in bars_of(board)] == [row["row"] for row in rows]
        board.shown = True
        whole = [f"{row['row']} → {row['right']}" for row in rows]
        assert [row["label"] for row in bars_of(board)] == whole
        assert say("board.opinion") not in board.report.description


def test_of_a_number_it_is_said_what_is_right_and_what_is_behind_a_wrong_one(
    board: aw.ClassBoard, members: list[Member]
) -> None:
    told = 0
    for place, item in enumerate(board._class.questions):
        fields = QUESTIONS[item.key]
        if item.kind != "number" or fields.get("right") is None:
            continue
        board.place = place
        assert f"Right is {fields['right']:g}" not in board.report.description
        board.shown = True
        said = board.report.description
        assert f"Right is {fields['right']:g}" in said, item.key
        wrong = [value for value, correct, _ in answers_of(members, item.key) if correct is False]
        spans = [
            each
            for each in fields.get("feedback", ())
            if any(each.get("from", -1e9) <= value <= each.get("to", 1e9) for value in wrong)
        ]
        assert any(each["say"] in said for each in spans) == bool(spans), item.key
        assert sum(slip.given.count for slip in item.slips) <= item.wrong == len(wrong)
        told += bool(spans)
    assert told > 5


def test_where_nobody_said_how_sure_nothing_is_said_of_the_sure() -> None:
    files = {}
    for member in board_class(6):
        text = member.file.decode()
        files[f"{member.code}.json"] = re.sub(r'"confidence": ?"[a-z_]+", ?', "", text).encode()
    board = aw.ClassBoard(files)
    board.place = next(n for n, each in enumerate(board._class.questions) if each.can_be_wrong)
    board.shown = True
    assert say("board.never_asked_how_sure") in board.report.description
    assert "certain, and wrong" not in board.report.description


def test_of_many_students_who_did_different_things_it_is_said_how_many_did_one() -> None:
    files = {}
    for place, member in enumerate(board_class(6)):
        one = Member(member.code, f"{place:012x}")
        one.write("code", kind="student", code=member.code)
        one.write("04/lucia" if place < 3 else "04/eleven", value=3, correct=True, tries=1)
        files[f"{member.code}.json"] = one.file
    said = aw.ClassBoard(files).report.description
    assert said.count("6 students are on the board") == 1
    assert "at most 3 did" in said


def test_what_was_brought_is_there_when_the_page_is_loaded_again(
    members: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 1
    monkeypatch.setattr(cells, "_running_cell", lambda: ("board", count))
    first = aw.ClassBoard()
    first.add({f"{each.code}.json": each.file for each in members})
    first.topic = "hours"
    shown, count = first.figures, 2
    again = aw.ClassBoard()
    assert first.comm is None
    assert again.topic == "hours"
    pd.testing.assert_frame_equal(again.figures, shown)
    count = 3
    assert len(aw.ClassBoard({}).pool.students) == 0


def test_what_is_said_of_the_sure_and_wrong_is_counted(
    board: aw.ClassBoard, members: list[Member]
) -> None:
    for place, item in enumerate(board._class.questions):
        if item.kind != "choice" or not item.can_be_wrong:
            continue
        board.place, board.shown = place, True
        given = answers_of(members, item.key)
        wrong = sum(correct is False and sure == "certain" for _, correct, sure in given)
        said = board.report.description
        assert f"{wrong} of {len(given)} w" in said, item.key


def test_beliefs_are_those_of_the_same_students_before_and_after(
    board: aw.ClassBoard, members: list[Member]
) -> None:
    board.topic = "beliefs"
    assert len(board.items) == len(CLAIMS)
    for place, claim in enumerate(CLAIMS):
        board.place = place
        said = [each.believed for each in members if claim in each.believed["before"]]
        both = [each for each in said if claim in each.get("after", {})]
        asked = board._class.beliefs[place]
        figures = [*shown(board).values()]
        if claim in CLAIMS[:5]:
            assert len(both) >= 5
            want = [
                (sum(each[when][claim] == level for each in both), len(both))
                for level in LEVELS
                for when in ("before", "after")
            ]
            moves = [
                LEVELS.index(each["after"][claim]) - LEVELS.index(each["before"][claim])
                for each in both
            ]
            assert (asked.less, asked.more, asked.same) == (
                sum(m > 0 for m in moves), sum(m < 0 for m in moves), sum(m == 0 for m in moves),
            )  # fmt: skip
        else:
            want = [
                (sum(each["before"][claim] == level for each in said), len(said))
                for level in LEVELS
            ]
        assert figures == want


def test_an_hour_s_ratings_are_counted_from_each_chair(
    board: aw.ClassBoard, members: list[Member]
) -> None:
    board.topic = "hours"
    assert board.items == ["Noor, session 10"]
    figures = shown(board)
    for rater, name in (("client", "as the client"), ("therapist", "as the therapist")):
        scores = [each.rated["Noor", rater] for each in members if ("Noor", rater) in each.rated]
        for n in range(8):
            low, high = 1 + n / 2, 1.5 + n / 2
            inside = [s for s in scores if low <= s < high or (n == 7 and s == 5)]
            assert figures[f"{low:g} to {high:g}", name] == (len(inside), len(scores))
        chair = next(c for c in board._class.hours[0].chairs if c.rater == rater)
        assert (chair.lowest, chair.highest) == (min(scores), max(scores))
        assert chair.median == pytest.approx(pd.Series(scores).median())


def test_agreement_equals_that_of_all_pairs(board: aw.ClassBoard, members: list[Member]) -> None:
    board.topic = "marks"
    for place, case in enumerate(("Case A 0011aabb", "Case B 2233ccdd")):
        board.place = place
        begun = [each.marked[case] for each in members]
        last = max(max(each, default=0) for each in begun)
        figures = shown(board)
        for session in sorted({n for each in begun for n in each}):
            count = sum(session in each for each in begun)
            assert figures[f"Begins at session {session}", ""] == (count, 30)
        assert figures["No possible rupture", ""] == (sum(not each for each in begun), 30)
        tables = [[session in each for session in range(2, last + 1)] for each in begun]
        pairs = [*combinations(tables, 2)]
        agree = sum(a == b for x, y in pairs for a, b in zip(x, y, strict=True))
        observed = agree / (len(pairs) * (last - 1))
        share = sum(map(sum, tables)) / (len(tables) * (last - 1))
        chance = share**2 + (1 - share) ** 2
        assert board._class.marked[place].kappa == pytest.approx((observed - chance) / (1 - chance))


def test_the_class_s_curve_is_kaplan_and_meier_s(
    board: aw.ClassBoard, members: list[Member]
) -> None:
    board.topic = "staying"
    lessons = Counter(lesson for each in members for lesson in {key[:2] for key in each.first})
    held = sorted(lesson for lesson, n in lessons.items() if n >= 5)
    last = [max(held.index(key[:2]) + 1 for key in each.first) for each in members if each.first]
    staying, curve = 1.0, {}
    for session in range(1, len(held) + 1):
        there = sum(n >= session for n in last)
        gone = sum(n == session for n in last) if session < len(held) else 0
        staying *= 1 - gone / there
        curve[session] = (there, gone, staying)
    table = board._class.retention
    for row in table.itertuples():
        there, gone, staying = curve[row.session]
        assert (row.at_risk, row.left) == (there, gone)
        assert row.retention == pytest.approx(staying)
    assert board.chart in board.stage.children
    page = json.dumps(board.chart.get_state(), default=str)
    assert "lient" not in board.chart.description
    assert "Still in treatment" not in page
    assert board.chart.tables["head"]["word"].tolist() == ["Students still counted:"]
    assert f"after lesson {len(held)}:" in board.chart.description


# ---- nobody is told ------------------------------------------------------------------------------


def everything(board: aw.ClassBoard) -> str:
    """All that the page is sent, but for the folded list of files."""
    parts = [board.controls, board.report, board.chart, board.intake, board.tools]
    return json.dumps([part.get_state() for part in parts], default=str, ensure_ascii=False)


def test_no_code_is_on_the_board(board: aw.ClassBoard, members: list[Member]) -> None:
    for topic in Topic:
        board.topic = topic.value
        for place in range(max(len(board.items), 1)):
            board.place = place
            page = everything(board)
            assert not [each.code for each in members if each.code in page]


def test_texts_stand_one_at_a_time_and_can_be_hidden(
    board: aw.ClassBoard, members: list[Member]
) -> None:
    board.topic = "texts"
    wrote = {text for each in members for text in each.wrote}
    read = []
    for place in range(len(board.items)):
        board.place = place
        read.append(board.report.blocks[-1]["text"])
    assert {*read} == wrote
    assert len(read) == len(board.items)
    board.place = 0
    text = board.report.blocks[-1]["text"]
    press(board.controls, "hide")
    assert text not in everything(board)
    press(board.controls, "unhide", 2)
    assert len(board.items) == len(read)


def test_the_order_of_texts_does_not_follow_the_students(board: aw.ClassBoard) -> None:
    texts = board.pool.texts
    by_student = texts.sort_values(["question", "student"])["text"].tolist()
    assert [each.text for each in board._class.texts] != by_student


@pytest.mark.parametrize("n", [0, 1, 4])
def test_of_fewer_than_five_nothing_is_shown_and_it_says_why(n: int) -> None:
    files = {f"{each.code}.json": each.file for each in board_class(30)[:n]}
    board = aw.ClassBoard(files) if files else aw.ClassBoard()
    for topic in Topic:
        board.topic = topic.value
        assert board.items == []
        assert board.figures.empty
        assert "fewer than 5 students" in board.report.description
        assert f"Handed in: {n}." in board.report.description
    with pytest.raises(aw.WorkFileError, match="nothing to write"):
        board.write_class_file()


def test_a_text_that_may_tell_who_somebody_is_is_covered() -> None:
    members = board_class(6)
    for each in members:
        each.write("12/to_noor", value="Call me on 0171 5550199, anna.b@uni.example", correct=None,
                   tries=1)  # fmt: skip
    board = aw.ClassBoard({f"{each.code}.json": each.file for each in members})
    board.topic = "texts"
    place = next(n for n, each in enumerate(board._class.texts) if each.identifying)
    board.place = place
    assert "5550199" not in everything(board)
    press(board.controls, "show")
    assert "5550199" in everything(board)


# ---- where the work comes from -------------------------------------------------------------------


def press(controls: Any, name: str, count: int = 1) -> None:
    controls._hear_press(controls, {"press": {"name": name, "count": count}}, [])


def bars_of(board: aw.ClassBoard) -> list[dict[str, Any]]:
    return next(block["rows"] for block in board.report.blocks if block["kind"] == "bars")


def test_a_folder_a_mapping_and_dropped_files_give_the_same_board(
    folder: Path, members: list[Member]
) -> None:
    of_folder, dropped = aw.ClassBoard(folder), aw.ClassBoard()
    names = [f"{n}.json" for n in range(len(members))]
    parcels = [members[:12], members[12:]]
    for count, part in enumerate(parcels, 1):
        sent = {"names": names[: len(part)], "more": count < 2, "count": count}
        dropped.intake._hear_press(dropped.intake, {"press": sent}, [m.file for m in part])
    for topic in Topic:
        of_folder.topic = dropped.topic = topic.value
        assert of_folder.items == dropped.items
        pd.testing.assert_frame_equal(of_folder.figures, dropped.figures)
    assert "30 students" in dropped.intake.message


def test_a_student_s_file_that_comes_again_is_not_counted_again(members: list[Member]) -> None:
    board = aw.ClassBoard({"a.json": members[0].file, "b.json": members[1].file})
    board.add({each.code: each.file for each in members})
    assert board._class.n == 30
    before = board.figures
    board.add({"again.json": members[3].file})
    pd.testing.assert_frame_equal(board.figures, before)


def test_a_pasted_chat_is_read_and_what_cannot_be_is_listed(
    members: list[Member], folder: Path
) -> None:
    lines = [aw.class_code(folder / f"{each.code} work.json") for each in members[:9]]
    chat = "\n".join(
        ["Hello all", *lines[:8], "12:01 Ben: " + lines[8], lines[0][:-2] + "xx", "bye"]
    )
    board = aw.ClassBoard()
    board.intake._hear_press(
        board.intake, {"press": {"names": [], "more": False, "count": 1}}, [chat.encode()]
    )
    assert board._class.n == 9
    assert len(board.pool.problems) == 1
    assert board.intake._taken


def test_what_was_left_out_is_listed_by_file(board: aw.ClassBoard) -> None:
    assert {"broken.json", "notes.json"} <= {*board.pool.problems["file"]}
    assert board.problems._columns["file"] == board.pool.problems["file"].tolist()


def test_what_is_no_source_is_refused_and_a_page_is_told_why() -> None:
    with pytest.raises(aw.AllianceError):
        aw.ClassBoard("no/such/folder")
    board = aw.ClassBoard()
    sent = {"names": ["x.json"], "more": False, "count": 1}
    board.intake._hear_press(board.intake, {"press": sent}, [b"nothing"])
    assert "needs a look" in board.intake.message
    board.intake._hear_press(board.intake, {"press": {**sent, "count": 2}}, [])
    assert not board.intake._taken


# ---- what others said ----------------------------------------------------------------------------


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def revealed(key: str) -> aw.Reveal:
    shown = aw.Reveal(aw.ask(key, work=aw.WorkFile("own.json")), "shown")
    assert len(shown.children) == 1
    answer = QUESTIONS[key]["answers"][0]["answer"]
    shown.question.answer = answer
    return shown


KEY = next(key for key, fields in QUESTIONS.items() if fields["kind"] == "choice")


def test_after_a_commit_a_student_sees_how_the_class_answered(
    board: aw.ClassBoard, members: list[Member], beside: Path
) -> None:
    file = board.write_class_file()
    assert file.name == CLASS_FILE
    text = (beside / CLASS_FILE).read_text("utf-8")
    assert not [each.code for each in members if each.code in text]
    shown = revealed(KEY)
    rows = next(b["rows"] for b in shown.children[-1].blocks if b["kind"] == "bars")
    given = answers_of(members, KEY)
    assert [row["bars"][0]["share"] for row in rows] == [
        sum(value == each.get("kept_as", each["answer"]) for value, *_ in given) / len(given)
        for each in QUESTIONS[KEY]["answers"]
    ]


def test_without_the_file_nothing_is_shown(beside: Path) -> None:
    assert not list(beside.glob("class*"))
    assert len(revealed(KEY).children) == 2


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"kit": "other"}',
        '{"kit": "alliance_widgets class", "version": 1}',
        '{"kit": "alliance_widgets class", "version": 1, "questions": {"KEY": 3}}',
        '{"kit": "alliance_widgets class", "version": 1, "questions": {"KEY": {"n": 9, "options": [["a", 10]]}}}',  # noqa: E501
        '{"kit": "alliance_widgets class", "version": 1, "questions": {"KEY": {"n": -1, "options": []}}}',  # noqa: E501
    ],
)
def test_a_damaged_file_is_said_in_words(text: str, beside: Path) -> None:
    (beside / CLASS_FILE).write_text(text.replace("KEY", KEY))
    shown = revealed(KEY)
    assert "cannot be read" in shown.children[-1].description
    assert shown.revealed


def test_a_file_of_a_newer_version_is_named(beside: Path) -> None:
    (beside / CLASS_FILE).write_text('{"kit": "alliance_widgets class", "version": 2}')
    assert "another version" in revealed(KEY).children[-1].description


def test_a_question_that_four_answered_says_nothing_whoever_wrote_the_file(beside: Path) -> None:
    told = {"n": 4, "options": [["a", 4]]}
    document = {"kit": "alliance_widgets class", "version": 1, "questions": {KEY: told}}
    (beside / CLASS_FILE).write_text(json.dumps(document))
    assert read_class_file(KEY) is None


def test_a_faulty_file_of_any_kind_never_raises_anything_else(beside: Path) -> None:
    dice = random.Random(0)
    good = json.dumps({"kit": "alliance_widgets class", "version": 1,
                       "questions": {KEY: {"n": 9, "options": [["a", 4], ["b", 5]]}}})  # fmt: skip
    for _ in range(300):
        place, sign = dice.randrange(len(good)), dice.choice('{}[]":,0a-')
        (beside / CLASS_FILE).write_text(good[:place] + sign + good[place + dice.randrange(3) :])
        with suppress(aw.WorkFileError):
            read_class_file(KEY)


# ---- parts ---------------------------------------------------------------------------------------


def test_kappa_of_a_worked_example() -> None:
    # Three raters, four sessions, marked by 3, 0, 1 and 0 of them.
    observed = (1 + 1 + 1 / 3 + 1) / 4
    chance = (4 / 12) ** 2 + (8 / 12) ** 2
    assert kappa_of([3, 0, 1, 0], 3) == pytest.approx((observed - chance) / (1 - chance))
    assert math.isnan(kappa_of([0, 0], 5))
    assert math.isnan(kappa_of([], 5))
    assert kappa_of([5, 0, 5], 5) == 1


def test_kappa_s_interval_covers_what_another_class_would_agree() -> None:
    """By simulation: students are drawn; 400 classes, error of a share 1.1 %."""
    chances = np.array([0.05] * 7 + [0.6, 0.8, 0.3])
    pairs = (chances**2 + (1 - chances) ** 2).mean()
    share = chances.mean()
    chance = share**2 + (1 - share) ** 2
    true = (pairs - chance) / (1 - chance)
    dice = np.random.default_rng(0)
    for n in (5, 30):
        spans = [kappa_interval(dice.random((n, 10)) < chances) for _ in range(400)]
        assert 0.92 < np.mean([low <= true <= high for low, high in spans]) < 0.985


def test_kappa_s_interval_equals_a_jackknife_written_out() -> None:
    marks = np.random.default_rng(3).random((6, 9)) < 0.3
    without = [kappa_of(np.delete(marks, i, axis=0).sum(axis=0), 5) for i in range(6)]
    mean = sum(without) / 6
    error = (5 / 6 * sum((each - mean) ** 2 for each in without)) ** 0.5
    kappa = kappa_of(marks.sum(axis=0), 6)
    reach = 2.570582 * error  # t with 5 degrees of freedom
    assert kappa_interval(marks) == pytest.approx((max(kappa - reach, -1), min(kappa + reach, 1)))
    for nothing in (np.ones((5, 4)), np.zeros((5, 4)), np.eye(2), np.ones((5, 0))):
        assert all(map(math.isnan, kappa_interval(nothing.astype(bool))))


def test_wilson_s_interval_of_a_published_example() -> None:
    # Newcombe (1998): 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611.
    assert share_of(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert share_of(0, 20).interval == pytest.approx((0, 0.1611), abs=5e-5)


def test_a_state_never_shows_the_right_answer_unasked() -> None:
    state = BoardState().turned()
    assert state.shown
    assert not state.moved(1, 3).shown
    assert not state.at(Topic.BELIEFS, 0).shown
    assert state.moved(-1, 3).place == 2
    assert BoardState().moved(1, 0) == BoardState()
