"""Class codes: one short line that survives a chat, and gives the tables that the file gives."""

from __future__ import annotations

import random
import re
import string
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.classwork import catalogue, class_codes
from alliance_widgets.classwork.catalogue import Asked, questions
from alliance_widgets.classwork.packing import Packed, Packing, as_text, as_whole
from alliance_widgets.errors import WorkFileError
from alliance_widgets.lessons.beliefs import CLAIMS, CONFIDENCE, LEVELS
from alliance_widgets.workfile import WorkFile

HELD = ("ratings", "answers", "predictions", "marks", "beliefs")


def answer_to(asked: Asked, dice: random.Random) -> Any:
    if asked.kind == "choice":
        return dice.choice(asked.options)
    if asked.kind == "match":
        return {row: dice.choice(asked.options) for row in asked.rows}
    return dice.choice([dice.randrange(101), round(dice.uniform(-1, 1), 2), 7.5])


def a_student(path: Path, seed: int, share: float = 0.5) -> WorkFile:
    """A work file with that share of all that a code can hold."""
    dice = random.Random(seed)
    work = WorkFile(path)
    for asked in questions():
        if dice.random() < share:
            for tries in range(1, dice.choice((2, 2, 3))):
                given = {"value": answer_to(asked, dice), "confidence": dice.choice(CONFIDENCE)}
                right = dice.choice([None, True, False])
                told = {"tries": tries, "hints": 0, "skipped": False, "prediction": True}
                work.record("answer", asked.key, **given, correct=right, **told)
    for question in ("00/beliefs", "12/beliefs"):
        work.record("answer", question, value={CLAIMS[0]: "unsure"})
        work.record("answer", question, value={c: dice.choice([*LEVELS]) for c in CLAIMS})
    for key in ("00/taps", "05/twelve"):
        tapped = sorted(dice.sample(range(1, 13), 3))
        work.record("taps", key, value={"round": 2, "tapped": tapped, "shown": True})
    for rater in ("client", "therapist"):
        scores = {name: dice.randrange(4, 21) / 4 for name in ("goals", "tasks", "bond")}
        work.record_rating(case="story Noor", client="Noor", session=10, rater=rater, **scores)
    for n, (case, sessions) in enumerate(class_codes._cases()):
        marks = {"ruptures": [sessions[1]] if n % 2 else [], "repairs": [], "none": not n % 2}
        work.record("mark", ("05/spotter", case), **marks, committed=True)
    return work


def without_time(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="at", errors="ignore").reset_index(drop=True)


@pytest.mark.parametrize("seed", range(3))
def test_a_code_gives_the_tables_that_the_file_gives(seed: int, tmp_path: Path) -> None:
    work = a_student(tmp_path / "work.json", seed)
    line = aw.class_code(work)
    assert re.fullmatch("[0-9A-Za-z]{100,299}", line)
    assert aw.class_code(work.path) == line
    told, filed = aw.pool_codes(line), aw.pool(work.path)
    assert told.problems.empty
    for name in HELD:
        pd.testing.assert_frame_equal(
            without_time(getattr(told, name)), without_time(getattr(filed, name))
        )
    assert len(told.answers) > 20
    assert told.texts.empty


def test_an_hour_that_was_rated_in_the_lesson_is_in_the_code(tmp_path: Path) -> None:
    book = aw.CaseBook.of_story("Noor", work=tmp_path / "work.json")
    book.form.value = {"goals": 2.5, "tasks": 3.0, "bond": 1.25}
    book.form._request = {"kind": "save", "count": book.form._answered + 1}
    told = aw.pool_codes(aw.class_code(tmp_path / "work.json")).ratings
    assert told[["client", "session", "rater"]].to_numpy().tolist() == [["Noor", 10, "client"]]
    assert told[["goals", "tasks", "bond"]].to_numpy().tolist() == [[2.5, 3, 1.25]]


def cut_file(work: WorkFile, lines: int) -> bytes:
    """The file as a broken transfer leaves it, with the code and so much of the work."""
    return b"\n".join(work.download_bytes().splitlines()[: lines + 1])[:-9]


def counts(pool: aw.Pool) -> list[int]:
    return [len(getattr(pool, name)) for name in HELD]


def test_a_class_code_gives_what_a_cut_file_lacks_whichever_comes_first(tmp_path: Path) -> None:
    work = a_student(tmp_path / "work.json", 1)
    line, cut = aw.class_code(work), cut_file(work, 12)
    whole = counts(aw.pool_codes(line))
    alone = aw.pool({"cut.json": cut})
    assert len(alone) == 1
    assert sum(counts(alone)) < sum(whole) / 2
    for sources in ((cut, line), (line, cut)):
        board = aw.ClassBoard()
        for source in sources:
            board.paste(source) if isinstance(source, str) else board.add({"cut.json": source})
        assert counts(board.pool) == whole
    assert counts(aw.pool({"cut.json": cut, "chat.txt": line.encode()})) == whole


def test_a_file_that_comes_after_its_class_code_counts_whole(tmp_path: Path) -> None:
    work = a_student(tmp_path / "work.json", 2)
    line = aw.class_code(work)
    work.record("answer", "04/own", value="in my own words", correct=None)
    work.record_rating(case="story Noor", client="Noor", session=9, goals=2, tasks=2, bond=2)
    board = aw.ClassBoard()
    board.paste(line)
    board.add(work.path)
    filed = aw.pool(work.path)
    for name in (*HELD, "texts"):
        pd.testing.assert_frame_equal(getattr(board.pool, name), getattr(filed, name))


def test_a_file_and_a_class_code_of_two_with_one_student_code_are_told_apart(
    tmp_path: Path,
) -> None:
    mine, other = (a_student(tmp_path / f"{n}.json", n, share=0.3) for n in (3, 4))
    for work in (mine, other):
        work.change_student("amber-finch-27")
    both = aw.pool({"mine.json": mine.download_bytes(), "c.txt": aw.class_code(other).encode()})
    assert [*both.students["student"]] == ["amber-finch-27", "amber-finch-27 (2)"]
    assert len(both.answers) == sum(len(aw.pool(work.path).answers) for work in (mine, other))
    assert [*both.problems["kind"]] == ["one_code", "one_code"]


def test_a_whole_file_ends_the_asking_for_the_damaged_one(tmp_path: Path) -> None:
    work = a_student(tmp_path / "work.json", 5)
    cut = {"cut.json": cut_file(work, 12)}
    board = aw.ClassBoard(cut)
    assert [*board.pool.problems["kind"]] == ["damaged"]
    board.add({"whole.json": work.download_bytes()})
    assert [*board.pool.problems["kind"]] == ["made_whole"]
    assert board.pool.problems["file"][0] == "cut.json"


def test_the_work_of_all_lessons_is_shorter_than_300(tmp_path: Path) -> None:
    work = a_student(tmp_path / "work.json", 7, share=1.0)
    line = aw.class_code(work)
    assert len(line) < 300
    told, filed = aw.pool_codes(line).answers, aw.pool(work.path).answers
    same = [*("student", "question", "correct", "tries", "first_correct", "first_confidence")]
    pd.testing.assert_frame_equal(told[same], filed[same])
    near = pd.Series(told["first_number"]).round(2)
    pd.testing.assert_series_equal(near, filed["first_number"].round(2))


def test_the_longest_that_can_be_is_shorter_than_300(tmp_path: Path) -> None:
    work, dice = a_student(tmp_path / "work.json", 8, share=0), random.Random(4)
    for asked in questions():
        both = (-123456.789, 999999.123456) if asked.kind == "number" else (None, None)
        for tries, value in enumerate(both, 1):
            told = {"confidence": CONFIDENCE[-tries], "correct": False, "tries": tries}
            given = answer_to(asked, dice) if value is None else value
            work.record("answer", asked.key, value=given, **told)
    line = aw.class_code(work)
    assert len(line) < 300
    answers = aw.pool_codes(line).answers
    assert len(answers) == len(questions())
    numbers = answers.dropna(subset=["first_number"])["first_number"]
    assert len(numbers) == 24
    assert (numbers / -123456.789 - 1).abs().max() < 0.01


def test_nothing_recorded_has_a_code_too(tmp_path: Path) -> None:
    line = aw.class_code(tmp_path)
    pool = aw.pool_codes(line)
    assert len(pool) == 1
    assert pool.answers.empty
    assert not (tmp_path / "alliance_work.json").exists()


# ---- the chat ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("class")
    return [aw.class_code(a_student(folder / f"{n}.json", n, 0.3)) for n in range(4)]


def test_a_whole_chat_is_read_and_what_cannot_be_is_named_by_line(lines: list[str]) -> None:
    chat = "\n".join(
        [
            "[10:02] Ms K: please paste your codes",
            f"[10:03] A: {lines[0]} done!",
            lines[1][:60],
            f"D: 👍 \u200b{lines[2][:40]}\u200b{lines[2][40:]}",
            f"> {lines[1].lower()}",
            f"{lines[1][:30]}x{lines[1][31:]}",
            f"A: again {lines[0]}",
            "AW1 is what it begins with; AWFUL1234567",
            f"({lines[3]}), {lines[1]}.",
        ]
    )
    pool = aw.pool_codes(chat)
    assert len(pool) == 4
    assert dict(zip(pool.problems["file"], pool.problems["kind"], strict=True)) == {
        **{"line 2": "code_again", "line 3": "code_damaged"},
        **{"line 5": "code_damaged", "line 6": "code_damaged"},
    }
    windows = aw.pool_codes(chat.replace("\n", "\r\n"))
    pd.testing.assert_frame_equal(windows.answers, pool.answers)


def test_the_later_of_a_student_s_codes_counts(tmp_path: Path) -> None:
    work = WorkFile(tmp_path / "work.json")
    work.record("answer", "04/lucia", value=3, tries=1)
    early = aw.class_code(work)
    work.record("answer", "04/lucia", value=5, tries=2)
    pool = aw.pool_codes(f"{early}\n{aw.class_code(work)}")
    assert pool.answers[["first_number", "number"]].to_numpy().tolist() == [[3, 5]]
    assert pool.problems["kind"].tolist() == ["code_earlier"]


def test_two_students_with_one_code_are_told_apart(tmp_path: Path) -> None:
    told = []
    for n in (3, 5):
        work = WorkFile(tmp_path / f"{n}.json")
        work.record("answer", "04/lucia", value=n)
        work.change_student("amber-finch-27")
        told.append(aw.class_code(work))
    pool = aw.pool_codes("\n".join(told))
    assert pool.answers["student"].tolist() == ["amber-finch-27", "amber-finch-27 (2)"]
    assert pool.problems["kind"].tolist() == ["one_code", "one_code"]


def test_a_chat_among_the_files_adds_those_who_gave_no_file(
    tmp_path: Path, lines: list[str]
) -> None:
    work = a_student(tmp_path / "work.json", 11)
    chat = "\n".join([*lines[:2], aw.class_code(work), lines[2][:60]])
    pool = aw.pool({"work.json": work.download_bytes(), "chat {1}.txt": chat.encode()})
    assert len(pool) == 3
    assert pool.problems["file"].tolist() == ["chat {1}.txt, line 4"]


def test_any_one_sign_changed_is_found(lines: list[str]) -> None:
    dice = random.Random(1)
    for line in lines:
        for _ in range(50):
            at = dice.randrange(3, len(line))
            sign = dice.choice([s for s in string.ascii_letters + string.digits if s != line[at]])
            pool = aw.pool_codes(line[:at] + sign + line[at + 1 :])
            assert len(pool) == 0
            assert len(pool.problems) == 1


def test_a_code_of_other_questions_is_refused_by_name(
    lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_codes, "fingerprint", lambda: (catalogue.fingerprint() + 1) % 62**3)
    pool = aw.pool_codes(lines[0])
    assert pool.problems["kind"].tolist() == ["code_of_another_version"]


@pytest.mark.parametrize("chat", [None, 5, b"AW1", ["AW1"]])
def test_what_is_no_chat_is_refused_in_words(chat: object) -> None:
    with pytest.raises(WorkFileError):
        aw.pool_codes(chat)  # type: ignore[arg-type]


def test_a_forged_code_harms_nobody() -> None:
    """Anybody can compute a checksum: what comes out then is refused or is an answer like any."""
    dice = random.Random(3)
    for size in (1, 5, 40, 200):
        for _ in range(20):
            body = "".join(dice.choices(string.digits, k=size))
            line = "AW1" + as_text(catalogue.fingerprint(), 3) + body
            line += as_text(class_codes._checksum(line), 6)
            pool = aw.pool_codes(line)
            assert len(pool) + len(pool.problems) == 1
            assert len(pool.answers) <= len(questions())


# ---- packing -----------------------------------------------------------------------------------


def test_numbers_come_out_as_they_went_in() -> None:
    dice = random.Random(5)
    for _ in range(200):
        fields = [(dice.randrange(n), n) for n in dice.choices(range(1, 300), k=30)]
        numbers = [round(dice.uniform(-1000, 1000), dice.randrange(4)) for _ in range(10)]
        packing = Packing()
        for value, limit in fields:
            packing.put(value, limit)
        for number in numbers:
            packing.put_number(number, 9)
        packed = Packed(as_whole(as_text(packing.number)))
        assert [packed.take(limit) for _, limit in fields] == [value for value, _ in fields]
        assert [packed.take_number() for _ in numbers] == numbers
        assert packed.is_empty
        packed.take(2)
        with pytest.raises(ValueError, match="nothing is left"):
            packed.take(2)
