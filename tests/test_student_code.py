"""Who is who: a code of two words and a number, never a name, that survives every merge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alliance_widgets.errors import WorkFileError
from alliance_widgets.workfile import Document, Entry, WorkFile
from alliance_widgets.workfile.student_codes import FIRST, SECOND, drawn_code, is_code, read_code

DATA = Path(__file__).parent / "data"


@pytest.fixture
def work(tmp_path: Path) -> WorkFile:
    return WorkFile(tmp_path / "work.json")


def rate(work: WorkFile, session: int = 1) -> None:
    work.record_rating(client="Noor", session=session, alliance=4)


def without_code(work: WorkFile) -> bytes:
    """The same work as a kit wrote it that knew of no codes."""
    entries = work._kept.document.lines.values()
    return Document(entry for entry in entries if entry.kind != "student").to_bytes()


def test_the_words_of_the_codes_are_those_that_class_codes_count_on() -> None:
    assert len({*FIRST}) == len({*SECOND}) == 128
    assert not {*FIRST} & {*SECOND}
    assert all(word.isascii() and word.isalpha() and word.islower() for word in (*FIRST, *SECOND))
    assert len({drawn_code() for _ in range(200)}) > 190


@pytest.mark.parametrize("typed", ["amber-finch-27", " Amber Finch 27 ", "AMBER_FINCH27"])
def test_a_code_is_read_however_a_hand_types_it(typed: str) -> None:
    assert read_code(typed) == "amber-finch-27"


@pytest.mark.parametrize(
    "name",
    ["Noor", "noor-finch-27", "amber-finch-7", "amber-finch-100", "amber-finch-٢٧", "", "<b>-x-10"],
)
def test_nothing_else_becomes_a_code(work: WorkFile, name: str) -> None:
    rate(work)
    before = work.student
    with pytest.raises(WorkFileError, match="never a name"):
        work.change_student(name)
    assert work.student == before
    assert not is_code(name)


def test_the_code_is_there_before_the_first_entry_and_is_kept_with_it(work: WorkFile) -> None:
    code = work.student
    assert is_code(code)
    assert not work.path.exists()
    rate(work)
    assert WorkFile(work.path).student == work.student == code
    assert len(work) == 1  # it is no entry of the student's
    assert work.undo() != ()
    assert work.undo() == ()
    assert work.student == code


def test_two_notebooks_that_begin_at_once_agree_on_one_code(tmp_path: Path) -> None:
    one, other = (WorkFile(tmp_path / "work.json") for _ in range(2))
    rate(one)
    rate(other, 2)
    one.flush()
    assert one.student == other.student == WorkFile(one.path).student


def test_an_older_file_has_the_same_code_wherever_it_is_opened(tmp_path: Path) -> None:
    rate(begun := WorkFile(tmp_path / "begun.json"))
    for old in (without_code(begun), (DATA / "work_version_1.json").read_bytes()):
        for name in ("one.json", "other.json"):
            (tmp_path / name).write_bytes(old)
        one, other = WorkFile(tmp_path / "one.json"), WorkFile(tmp_path / "other.json")
        assert one.student == other.student
        assert (tmp_path / "one.json").read_bytes() == old  # a look writes nothing
        assert one.another_student(other.download_bytes()) is None
        rate(one, 7)
        rate(other, 8)
        assert one.student == other.student
        assert one.another_student(other.download_bytes()) is None


def test_a_kit_that_knows_of_no_codes_keeps_the_code(work: WorkFile) -> None:
    """To it the code is an entry of a kind that it has no widget for."""
    rate(work)
    file = json.loads(work.path.read_bytes())
    assert file["schema_version"] == 2
    (entry,) = (each for each in file["entries"] if each["id"] == "student/code")
    assert set(entry) == {"id", "counter", "writer", "at", "data"}


def test_a_changed_code_is_the_same_student_s(work: WorkFile, tmp_path: Path) -> None:
    rate(work)
    earlier = work.download_bytes()
    assert work.change_student("Amber finch 27")
    assert WorkFile(work.path).student == "amber-finch-27"
    assert work.another_student(earlier) is None
    later = work.download_bytes()
    (tmp_path / "earlier.json").write_bytes(earlier)
    assert WorkFile(tmp_path / "earlier.json").another_student(later) is None
    assert work.change_student()
    assert work.student != "amber-finch-27"


def test_the_work_of_another_student_is_told_from_one_s_own(tmp_path: Path) -> None:
    mine, theirs = WorkFile(tmp_path / "mine.json"), WorkFile(tmp_path / "theirs.json")
    rate(theirs)
    assert mine.another_student(theirs.download_bytes()) is None  # nothing is recorded here yet
    rate(mine)
    assert mine.another_student(theirs.download_bytes()) == theirs.student
    assert mine.another_student(without_code(theirs)) is not None
    assert mine.another_student(mine.download_bytes()) is None
    assert mine.another_student(b"no work at all") is None


def test_what_is_merged_all_the_same_is_said(tmp_path: Path) -> None:
    mine, theirs = WorkFile(tmp_path / "mine.json"), WorkFile(tmp_path / "theirs.json")
    rate(mine)
    rate(theirs, 2)
    codes = {mine.student, theirs.student}
    done = mine.merge_bytes(theirs.download_bytes())
    assert done.added == 1
    assert done.unchanged == done.conflicts == 0
    assert theirs.student in done.sentence
    theirs.merge_bytes(mine.download_bytes())
    assert mine.student == theirs.student
    assert mine.student in codes
    assert mine.another_student(theirs.download_bytes()) is None


def test_work_brought_into_an_empty_file_brings_its_code(tmp_path: Path) -> None:
    before, now = WorkFile(tmp_path / "before.json"), WorkFile(tmp_path / "now.json")
    rate(before)
    assert now.merge_bytes(before.download_bytes()).sentence == "1 entry was added to your work."
    assert now.student == before.student
    assert now.download_bytes() == before.download_bytes()


@pytest.mark.parametrize("data", [None, {"code": "<script>"}, {"code": 5}, {"name": "Noor"}])
def test_a_code_that_a_hand_spoilt_is_none_and_is_mended(work: WorkFile, data: dict | None) -> None:
    rate(work)
    code = work.student
    entry = Entry.of("student/code", 9, "hand", None, data)
    spoilt = Document([*work._kept.document.lines.values(), entry])
    work.path.write_bytes(spoilt.to_bytes())
    opened = WorkFile(work.path)
    assert opened.student == code
    rate(opened, 2)
    assert WorkFile(work.path).student == code
    assert opened._kept.document.shown["student/code"].data == {"code": code}
