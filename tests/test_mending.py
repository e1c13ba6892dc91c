"""A second start brings lessons up to date and keeps what the student changed."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from alliance_widgets import __main__ as start
from alliance_widgets import mending
from alliance_widgets.mending import Mended, mend_lessons
from alliance_widgets.tables.datasets import travelling_folder


def notebook(*sources: str, ran: bool = False) -> bytes:
    cells = [
        {"cell_type": "code", "source": each, "outputs": [1] if ran else [], "metadata": {}}
        for each in sources
    ]
    return json.dumps({"cells": cells, "metadata": {"alliance": {"lesson": "1"}}}).encode()


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    folder = tmp_path / "kit"
    (folder / "more").mkdir(parents=True)
    (folder / "1.ipynb").write_bytes(notebook("1"))
    (folder / "more" / "2.ipynb").write_bytes(notebook("2"))
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return tmp_path / "student" / "notebooks"


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_first_start_copies_all_and_a_second_touches_nothing(kit: Path, mine: Path) -> None:
    assert mend_lessons(kit, mine) == Mended(copied=2)
    assert names(mine) == [".shipped.json", "1.ipynb", "more/2.ipynb"]
    before = {name: (mine / name).stat().st_mtime_ns for name in names(mine)}
    assert mend_lessons(kit, mine) == Mended()
    assert {name: (mine / name).stat().st_mtime_ns for name in names(mine)} == before


def test_a_lesson_that_was_only_run_is_replaced_by_a_newer_one(kit: Path, mine: Path) -> None:
    mend_lessons(kit, mine)
    (mine / "1.ipynb").write_bytes(notebook("1", ran=True))
    assert mend_lessons(kit, mine) == Mended()
    (kit / "1.ipynb").write_bytes(notebook("1 mended"))
    assert mend_lessons(kit, mine) == Mended(replaced=1)
    assert (mine / "1.ipynb").read_bytes() == notebook("1 mended")
    assert "1 (yours).ipynb" not in names(mine)


def test_a_changed_lesson_stays_until_a_newer_one_comes_and_then_stands_beside_it(
    kit: Path, mine: Path
) -> None:
    mend_lessons(kit, mine)
    (mine / "1.ipynb").write_bytes(notebook("mine"))
    assert mend_lessons(kit, mine) == Mended()
    assert (mine / "1.ipynb").read_bytes() == notebook("mine")
    for version, own in ((1, "1 (yours).ipynb"), (2, "1 (yours 2).ipynb")):
        written = notebook(f"mine {version}")
        (mine / "1.ipynb").write_bytes(written)
        (kit / "1.ipynb").write_bytes(notebook(f"newer {version}"))
        assert mend_lessons(kit, mine) == Mended(kept=1)
        assert (mine / "1.ipynb").read_bytes() == notebook(f"newer {version}")
        assert (mine / own).read_bytes() == written
    assert mend_lessons(kit, mine) == Mended()


@pytest.mark.parametrize("there", [notebook("old or mine"), notebook("1")[:20], b"", b"[]"])
def test_in_a_folder_without_a_record_whatever_differs_is_kept(
    kit: Path, mine: Path, there: bytes
) -> None:
    mine.mkdir(parents=True)
    (mine / "1.ipynb").write_bytes(there)
    assert mend_lessons(kit, mine) == Mended(copied=1, kept=1)
    assert (mine / "1 (yours).ipynb").read_bytes() == there
    assert (mine / "1.ipynb").read_bytes() == notebook("1")


def test_a_lesson_that_was_cut_off_is_made_whole_again(kit: Path, mine: Path) -> None:
    mend_lessons(kit, mine)
    (mine / "1.ipynb").write_bytes(notebook("1")[:20])
    assert mend_lessons(kit, mine) == Mended(kept=1)
    assert (mine / "1.ipynb").read_bytes() == notebook("1")
    assert mend_lessons(kit, mine) == Mended()


def test_the_work_file_is_left_alone_and_comes_along_into_a_folder_without_one(
    kit: Path, mine: Path
) -> None:
    (kit / "my_work").mkdir()
    (kit / "my_work" / "alliance_work.json").write_text("before")
    mend_lessons(kit, mine)
    work = mine / "my_work" / "alliance_work.json"
    assert work.read_text() == "before"
    work.write_text("since")
    mend_lessons(kit, mine)
    assert work.read_text() == "since"


def test_the_kit_s_own_folder_is_left_as_it_is(kit: Path) -> None:
    before = names(kit)
    assert mend_lessons(kit, kit) == Mended()
    assert names(kit) == before


@pytest.mark.parametrize("number", range(1, 12))
def test_a_fault_at_any_write_leaves_every_lesson_whole(
    kit: Path, mine: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    mend_lessons(kit, mine)
    (mine / "1.ipynb").write_bytes(notebook("mine"))
    for name in ("1.ipynb", "more/2.ipynb"):
        (kit / name).write_bytes(notebook("newer"))
    count = 0

    def full(real):
        def call(*given):
            nonlocal count
            count += 1
            if count == number:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*given)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(mending.os, "fsync", full(os.fsync))
        patch.setattr(mending.os, "replace", full(os.replace))
        try:
            mend_lessons(kit, mine)
        except OSError:
            assert count == number
    whole = [notebook(source) for source in ("1", "2", "mine", "newer")]
    lessons = [name for name in names(mine) if name.endswith(".ipynb")]
    assert all((mine / name).read_bytes() in whole for name in lessons)
    assert not [name for name in names(mine) if name.endswith(".new")]
    mend_lessons(kit, mine)
    assert (mine / "1.ipynb").read_bytes() == (mine / "more/2.ipynb").read_bytes()
    assert (mine / "1 (yours).ipynb").read_bytes() == notebook("mine")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "Nothing may be written"),
        (errno.EACCES, "Nothing may be written"),
        (errno.EIO, "could not be written"),
    ],
)
def test_what_keeps_the_lessons_from_being_written_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, number: int, said: str
) -> None:
    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(mending.os, "replace", fails)
    assert start.start(tmp_path / "new", []) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "start FOLDER" in told


@pytest.mark.parametrize("kind", ["the folder", "notebooks", "a lesson"])
def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path, capsys, kind: str) -> None:
    folder = tmp_path / "mine"
    if kind == "a lesson":
        wrong = folder / "notebooks" / "00_start_here.ipynb"
        wrong.mkdir(parents=True)
    else:
        wrong = folder if kind == "the folder" else folder / "notebooks"
        wrong.parent.mkdir(parents=True, exist_ok=True)
        wrong.write_text("a file")
    assert start.start(folder, []) == 1
    assert "Move it away" in capsys.readouterr().err


def test_what_was_done_is_one_sentence(tmp_path: Path) -> None:
    assert start.told(Mended(), tmp_path) == ""
    assert start.told(Mended(copied=8), tmp_path).startswith("Copied 8 lessons")
    assert start.told(Mended(copied=1, replaced=2), tmp_path).startswith("Renewed 2 lessons")
    assert "changed 1 of them" in start.told(Mended(replaced=2, kept=1), tmp_path)


def test_the_real_lessons_are_copied(tmp_path: Path) -> None:
    done = mend_lessons(travelling_folder("notebooks"), tmp_path)
    assert done.copied == len(list(tmp_path.rglob("*.ipynb"))) > 0
    assert not (tmp_path / "instructor").exists()  # the key is not for a student's folder
    assert mend_lessons(travelling_folder("notebooks"), tmp_path, instructor=True).copied == 2
    assert (tmp_path / "instructor" / "answer_key.ipynb").is_file()
