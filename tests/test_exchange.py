"""An uploaded file: whose it is is asked; a text with a name is shown before it is handed in."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

import alliance_widgets as aw
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.workfile import WorkFile


@pytest.fixture
def desk(own_work_folder: Path) -> WorkDesk:
    desk = WorkDesk.of(own_work_folder / "alliance_work.json")
    with desk.changing() as work:
        work.record("answer", "04/ama", value="yes")
    return desk


@pytest.fixture
def theirs(tmp_path: Path) -> WorkFile:
    work = WorkFile(tmp_path / "theirs.json")
    work.record("answer", "04/sam", value="<b>no</b>")
    work.record("answer", "04/fall", value=2)
    return work


def say(desk: WorkDesk, kind: str, told: str | None = None, content: bytes = b"") -> None:
    """What the page sends."""
    message = {"kind": kind, "count": desk.answered + 1, **({} if told is None else {"told": told})}
    desk._handle_custom_msg(message, [memoryview(gzip.compress(content))] if content else [])
    assert desk.answered == message["count"]


def choices(desk: WorkDesk) -> list[str]:
    return [each["kind"] for each in desk.asks.get("choices", [])]


def test_the_page_shows_the_code_and_the_download_carries_it(desk: WorkDesk) -> None:
    assert desk.student == desk.work.student
    assert desk.file_name == f"alliance_work_{desk.student}.json"
    say(desk, "code", "Amber finch 27")
    assert desk.student == "amber-finch-27"
    assert desk.file_name == "alliance_work_amber-finch-27.json"
    say(desk, "code", "Noor")
    assert desk.student == "amber-finch-27"
    assert "never a name" in desk.message
    say(desk, "code", "")
    assert desk.student != "amber-finch-27"


def test_another_student_s_file_is_not_merged_before_it_is_said_whose_it_is(
    desk: WorkDesk, theirs: WorkFile
) -> None:
    say(desk, "upload", content=theirs.download_bytes())
    assert choices(desk) == ["mine", "apart", "drop"]
    assert theirs.student in desk.asks["text"]
    assert len(desk.work) == 1
    say(desk, "choose", "drop")
    assert choices(desk) == []
    assert len(desk.work) == 1
    say(desk, "choose", "mine")  # a late press on what is asked no more
    assert len(desk.work) == 1


def test_two_of_one_s_own_merge_under_the_code_of_the_larger(
    desk: WorkDesk, theirs: WorkFile
) -> None:
    mine = desk.student
    say(desk, "upload", content=theirs.download_bytes())
    say(desk, "choose", "mine")
    assert len(desk.work) == 3
    assert desk.student == theirs.student
    assert "2 entries were added" in desk.message
    assert mine in desk.message
    say(desk, "upload", content=theirs.download_bytes())
    assert choices(desk) == []  # it is known by now


def test_somebody_else_s_work_is_read_apart(desk: WorkDesk, theirs: WorkFile) -> None:
    before = desk.work.path.read_bytes()
    say(desk, "upload", content=theirs.download_bytes())
    say(desk, "choose", "apart")
    assert desk.work.path.read_bytes() == before
    folder = desk.work.path.parent / "others"
    file, page = (folder / f"alliance_work_{theirs.student}.{end}" for end in ("json", "html"))
    assert len(WorkFile(file)) == 2
    assert "&lt;b&gt;no&lt;/b&gt;" in page.read_text("utf-8")
    assert page.name in desk.message
    assert WorkFile(desk.work.path).notices == ()


def test_one_s_own_copy_is_merged_without_a_word_more(desk: WorkDesk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes(desk.work.download_bytes())
    WorkFile(copy).record("answer", "04/fall", value=2)
    say(desk, "upload", content=copy.read_bytes())
    assert desk.asks == {}
    assert desk.message == "1 entry was added to your work. 1 stays as it is here."


@pytest.mark.parametrize("content", [b"{}", b"no work", b""])
def test_what_is_no_work_is_refused_as_before(desk: WorkDesk, content: bytes) -> None:
    say(desk, "upload", content=content)
    assert desk.asks == {}
    assert "Nothing was changed" in desk.message


def test_hand_in_gives_the_page_the_zip_that_python_writes(desk: WorkDesk) -> None:
    say(desk, "hand_in")
    assert desk.handed_name == f"hand_in_{desk.student}.zip"
    assert desk.handed == aw.hand_in(desk.work).read_bytes()
    assert desk.handed_count == 1
    with zipfile.ZipFile(io.BytesIO(desk.handed)) as packed:
        assert len(packed.namelist()) == 2


def test_a_name_in_a_text_is_shown_before_anything_is_handed_in(desk: WorkDesk) -> None:
    with desk.changing() as work:
        work.record("answer", "12/to_noor", value="My name is Ann.", written=True)
    say(desk, "hand_in")
    assert desk.handed_count == 0
    assert choices(desk) == ["anyway", "drop"]
    assert "My name is Ann." in desk.asks["text"]
    say(desk, "choose", "drop")
    assert desk.handed_count == 0
    say(desk, "hand_in")
    say(desk, "choose", "anyway")
    assert desk.handed_count == 1


def test_the_class_code_is_shown_on_demand(desk: WorkDesk) -> None:
    say(desk, "class_code")
    assert desk.class_code == aw.class_code(desk.work)


@pytest.mark.parametrize("told", [None, 5, "x" * 30_000, "mine", ["mine"]])
def test_a_strange_page_changes_nothing(desk: WorkDesk, told: object) -> None:
    before = desk.work.path.read_bytes()
    for kind in ("choose", "nonsense"):
        desk._handle_custom_msg({"kind": kind, "told": told, "count": 1}, [])
    assert desk.work.path.read_bytes() == before
