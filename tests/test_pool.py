"""A class's files become tables: any pile, every figure by another account, nothing written."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from simulated_class import Simulated, all_expected, class_of

import alliance_widgets as aw
from alliance_widgets.classwork import pile
from alliance_widgets.errors import WorkFileError
from alliance_widgets.workfile import Document, WorkFile
from alliance_widgets.workfile.reading import read_work

DATA = Path(__file__).parent / "data"
COLUMNS = {
    "ratings": ["case", "client", "session", "rater", "goals", "tasks", "bond", "alliance"],
    "answers": [
        *("question", "value", "correct", "confidence", "tries", "skipped"),
        *("first_value", "first_correct", "first_confidence"),
    ],
    "predictions": ["question", "place", "number", "percent_sure"],
    "marks": ["activity", "case", "session", "line", "mark"],
    "beliefs": ["question", "when", "claim", "level", "first_level"],
    "texts": ["question", "round", "text"],
}
KINDS = ("damaged", "ruined", "foreign", "newer", "doubled", "earlier")


@pytest.fixture(scope="module")
def students() -> list[Simulated]:
    return class_of(30)


def rows_of(pool: aw.Pool, table: str) -> Counter:
    """The rows as plain values; missing is None, whole numbers are whole."""
    found = getattr(pool, table)[["student", *COLUMNS[table]]].astype(object)
    rows = found.where(found.notna(), None).itertuples(index=False, name=None)
    return Counter(tuple(round(v, 9) if isinstance(v, float) else v for v in row) for row in rows)


def tables_of(pool: aw.Pool) -> dict[str, pd.DataFrame]:
    return {name: getattr(pool, name) for name in COLUMNS}


def assert_same(one: aw.Pool, other: aw.Pool) -> None:
    for name, table in tables_of(one).items():
        pd.testing.assert_frame_equal(table, getattr(other, name))


def kinds(pool: aw.Pool) -> dict[str, str]:
    return dict(zip(pool.problems["file"], pool.problems["kind"], strict=True))


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            packed.writestr(name, raw)
    return target.getvalue()


def as_handed_in(students: list[Simulated], folder: Path) -> dict[str, str]:
    """A learning platform's download: by person, renamed, nested, zipped; and what is wrong in it,
    by file. Three files are broken, two of another version, one is there twice."""
    folder.mkdir()
    wrong = {}
    for n, student in enumerate(students):
        inside = folder / f"Person {n}_4711_assignsubmission_file"
        inside.mkdir()
        if n % 5 == 0:
            named = zipped({f"mine/alliance_work_{student.code}.json": student.file})
            (inside / "hand_in.zip").write_bytes(named)
        elif n % 5 == 1:
            (inside / "work(1).txt").write_bytes(student.file)
        else:
            (inside / f"alliance_work_{student.code}.json").write_bytes(student.file)
    (folder / "broken_1.json").write_bytes(b'{"kit":"alliance_widgets","schema_version":2,"ent')
    (folder / "broken_2.json").write_bytes(zipped({"x.json": students[0].file})[:900])
    (folder / "essay.pdf").write_bytes(b"%PDF-1.7 nothing of ours")
    later = students[1].file.replace(b'"schema_version":2', b'"schema_version":3')
    (folder / "newer.json").write_bytes(later)
    (folder / "older.json").write_bytes((DATA / "work_version_1.json").read_bytes())
    (folder / "zz again.json").write_bytes(students[2].file)
    wrong |= {"broken_1.json": "ruined", "broken_2.json": "broken_zip", "essay.pdf": "foreign"}
    return wrong | {"newer.json": "newer", "zz again.json": "doubled"}


# ---- the tables --------------------------------------------------------------------------------


def test_every_table_of_thirty_files_is_what_an_account_of_its_own_says(
    students: list[Simulated], tmp_path: Path
) -> None:
    wrong = as_handed_in(students, tmp_path / "class")
    pool = aw.pool(tmp_path / "class")
    older = ({*pool.students["student"]} - {each.code for each in students}).pop()
    assert len(pool) == 31
    for table in COLUMNS:
        expected = Counter(all_expected(students, table))
        assert sum(expected.values()) > 100 or table == "texts"
        found = Counter({row: n for row, n in rows_of(pool, table).items() if row[0] != older})
        assert found == expected, table
    assert pool.ratings.query("student == @older")["session"].tolist() == [1, 1, 2, 2, 3]
    assert kinds(pool) == wrong


def test_a_zip_and_a_folder_and_any_order_of_names_give_the_same(
    students: list[Simulated], tmp_path: Path
) -> None:
    as_handed_in(students, tmp_path / "class")
    from_folder = aw.pool(str(tmp_path / "class"))
    shutil.make_archive(str(tmp_path / "class"), "zip", tmp_path / "class")
    assert_same(from_folder, aw.pool(tmp_path / "class.zip"))
    assert_same(from_folder, aw.pool((tmp_path / "class.zip").read_bytes()))
    files = {f"{1000 - n}.json": each.file for n, each in enumerate(students)}
    old = {"0.json": (DATA / "work_version_1.json").read_bytes()}
    assert_same(from_folder, aw.pool(old | files))
    inner = zipped({"b/c.zip": zipped(files), "old": old["0.json"]})
    assert_same(from_folder, aw.pool({"a.zip": inner}))


def test_the_ratings_are_those_that_the_student_s_own_work_file_shows(tmp_path: Path) -> None:
    work = WorkFile(tmp_path / "work.json")
    work.record_rating(client="007", session=9, goals=4, tasks=3, bond=2, note="=late")
    work.record_rating(client="007", session=3, case="b", alliance=2, rater="therapist")
    work.record_rating(client="Zoë", session=2)
    table = aw.pool(work.path).ratings
    assert table["client"].tolist() == ["007", "Zoë", "007"]
    assert table["session"].tolist() == [9, 2, 3]
    assert table["alliance"].isna().tolist() == [False, True, False]
    assert table["note"].tolist()[0] == "=late"
    assert set(table["student"]) == {work.student}


def test_what_the_widgets_keep_is_in_the_tables(tmp_path: Path) -> None:
    work = WorkFile(tmp_path / "work.json")
    asked = aw.ask("04/ama", work=work)
    wrong = next(o for o in asked.kind.feedback if o != asked.kind.right)
    asked.answer = wrong
    asked.answer = asked.kind.right
    predicted = aw.Reveal(aw.ask("04/lucia", work=work), "seen").question
    predicted.answer = 3
    aw.ask("12/to_noor", work=work).answer = "Call me on 0170 123 45 67."
    aw.TrajectorySketch(3, key="03/mean", work=work).answer = [1, None, 3]
    aw.Beliefs(work=work).answer = {"warmth": "unsure"}
    taps = aw.TapTheRuptures(key="05/twelve", work=work)
    taps.tapped = [2, 5]
    taps.shown = True
    spotter = aw.RuptureSpotter(work=work, key="05/spotter")
    spotter.no_rupture = True
    spotter.commit()
    pool = aw.pool(work.path)
    [ama, lucia] = pool.answers.to_dict("records")
    assert (ama["first_value"], ama["value"], ama["tries"]) == (wrong, asked.kind.right, 2)
    assert (ama["first_correct"], ama["correct"], ama["prediction"]) == (False, True, False)
    assert (lucia["number"], lucia["value"], lucia["prediction"]) == (3.0, "3", True)
    assert pool.predictions["question"].tolist() == ["03/mean", "03/mean", "04/lucia"]
    assert pool.texts["identifying"].tolist() == [True]
    assert pool.beliefs[["claim", "level"]].to_numpy().tolist() == [["warmth", "unsure"]]
    assert pool.marks["mark"].tolist() == ["none", "tapped", "tapped"]
    assert pool.problems.empty


def test_nothing_handed_in_gives_tables_with_columns_and_no_rows(
    students: list[Simulated], tmp_path: Path
) -> None:
    nothing, something = aw.pool(tmp_path), aw.pool({"a": students[0].file})
    for name, table in tables_of(nothing).items():
        assert table.empty
        assert [*table] == [*getattr(something, name)]
        assert table.dtypes.to_dict() == getattr(something, name).dtypes.to_dict()
    assert nothing.students.empty
    assert nothing.problems.empty


# ---- whose work it is --------------------------------------------------------------------------


def test_two_files_of_one_student_merge(tmp_path: Path) -> None:
    one = WorkFile(tmp_path / "one.json")
    one.record("answer", "04/ama", value="yes")
    before = one.download_bytes()
    (tmp_path / "other.json").write_bytes(before)
    other = WorkFile(tmp_path / "other.json")
    one.record("answer", "04/sam", value="no")
    other.record("answer", "04/fall", value=2)
    pool = aw.pool({"b": one.download_bytes(), "c": other.download_bytes(), "a": before})
    assert pool.answers["question"].tolist() == ["04/ama", "04/fall", "04/sam"]
    assert pool.students["files"].tolist() == ["a, b, c"]
    assert kinds(pool) == {"a": "earlier"}


def test_a_student_who_changed_the_code_counts_once(tmp_path: Path) -> None:
    work = WorkFile(tmp_path / "work.json")
    work.record("answer", "04/ama", value="yes")
    before = work.download_bytes()
    work.change_student("amber finch 27")
    pool = aw.pool({"a": before, "b": work.download_bytes()})
    assert pool.students["student"].tolist() == ["amber-finch-27"]
    assert kinds(pool) == {"a": "earlier"}


def test_two_students_with_one_code_are_told_apart_and_named(tmp_path: Path) -> None:
    files = {}
    for name, answer in (("a.json", "yes"), ("b.json", "no")):
        work = WorkFile(tmp_path / name)
        work.record("answer", "04/ama", value=answer)
        work.change_student("amber-finch-27")
        files[name] = work.download_bytes()
    pool, turned = aw.pool(files), aw.pool({"b": files["a.json"], "a": files["b.json"]})
    assert pool.students["student"].tolist() == ["amber-finch-27", "amber-finch-27 (2)"]
    assert kinds(pool) == {"a.json": "one_code", "b.json": "one_code"}
    assert "amber-finch-27 (2)" in " ".join(pool.problems["problem"])
    assert_same(pool, turned)


def test_a_class_that_began_from_one_file_is_not_made_one_student_in_silence(
    tmp_path: Path,
) -> None:
    first = WorkFile(tmp_path / "first.json")
    first.record("setting", "prepared", value=1)
    files = {}
    for n in range(3):
        (tmp_path / f"{n}.json").write_bytes(first.download_bytes())
        work = WorkFile(tmp_path / f"{n}.json")
        work.record("answer", "04/ama", value=str(n))
        files[f"{n}.json"] = work.download_bytes()
    pool = aw.pool(files)
    assert len(pool) == 1
    assert {*pool.problems["kind"]} == {"many_of_one"}
    assert pool.problems["file"].tolist() == ["0.json", "1.json", "2.json"]


def test_files_without_a_code_are_told_apart_by_what_is_in_them(students: list[Simulated]) -> None:
    def old(student: Simulated) -> bytes:
        entries = read_work(student.file).entries
        return Document(entry for entry in entries if entry.kind != "student").to_bytes()

    pool = aw.pool({str(n): old(each) for n, each in enumerate(students)})
    assert len(pool) == 30
    assert pool.problems.empty


# ---- any pile ----------------------------------------------------------------------------------


def test_a_cut_off_file_gives_what_is_whole_in_it(students: list[Simulated]) -> None:
    raw = students[0].file
    pool = aw.pool({"cut.json": raw[: len(raw) // 5]})
    assert kinds(pool) == {"cut.json": "damaged"}
    assert 5 < len(pool.ratings) < 20
    whole = aw.pool({"cut.json": raw[: len(raw) // 2], "whole.json": raw})
    assert_same(whole, aw.pool({"whole.json": raw}))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_saved_again_is_read(
    students: list[Simulated], encoding: str
) -> None:
    again = students[0].file.decode().replace("\n", "\r\n").encode(encoding)
    pretty = json.dumps(json.loads(students[1].file), indent=2).encode(encoding)
    pool = aw.pool({"a": again, "b": pretty})
    assert_same(pool, aw.pool({"a": students[0].file, "b": students[1].file}))
    assert pool.problems.empty


def test_a_zip_made_to_do_harm_costs_no_more_than_a_large_one(
    students: list[Simulated], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pile, "MOST_IN_ALL", 60_000_000)
    zeros = zipped({"zeros": bytes(30_000_000)})
    assert len(zeros) < 40_000
    bomb = zipped({f"{n}.zip": zeros for n in range(1000)})
    pool = aw.pool({"bomb.zip": bomb})
    assert len(pool) == 0
    assert {*pool.problems["kind"]} == {"too_large", "no_more"}
    assert len(pool.problems) < 10
    within = zipped({"a.json": students[0].file})
    for _ in range(10):
        within = zipped({"deeper.zip": within})
    assert [*kinds(aw.pool({"deep.zip": within})).values()] == ["deep"]


def test_a_zip_with_too_long_a_list_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pile, "MOST_LISTED", 2_000)
    many = zipped({f"{n}.json": b"" for n in range(100)})
    assert kinds(aw.pool({"many.zip": many})) == {"many.zip": "many"}


def test_names_that_climb_out_links_and_locks_are_named_and_left_alone(
    students: list[Simulated], tmp_path: Path
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name in ("../up.json", "/etc/x.json", "a/../../up.json", "C:\\x.json"):
            packed.writestr(name, students[0].file)
        link = zipfile.ZipInfo("link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    raw = bytearray(target.getvalue())
    pool = aw.pool({"a.zip": bytes(raw)})
    assert len(pool) == 0
    assert Counter(kinds(pool).values()) == {"climbs_out": 4, "link": 1}
    assert [*tmp_path.iterdir()] == []
    locked = bytearray(zipped({"a.json": students[0].file}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(sign) + at] |= 1
    assert [*kinds(aw.pool({"b.zip": bytes(locked)})).values()] == ["locked"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_links_and_pipes_in_a_folder_are_not_followed(
    students: list[Simulated], tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.json").write_bytes(students[0].file)
    inside = tmp_path / "class"
    inside.mkdir()
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "file.json").symlink_to(tmp_path / "outside" / "a.json")
    (inside / "round").symlink_to(inside)
    os.mkfifo(inside / "pipe.json")
    pool = aw.pool(inside)
    assert len(pool) == 0
    assert kinds(pool) == {
        **dict.fromkeys(("folder", "file.json", "round"), "link"),
        "pipe.json": "no_file",
    }


def test_a_file_of_a_hundred_megabytes_is_named_and_not_read(tmp_path: Path) -> None:
    with open(tmp_path / "large.json", "wb") as file:
        file.truncate(100_000_000)
    (tmp_path / "less.json").write_bytes(bytes(20_000_001))
    pool = aw.pool(tmp_path)
    assert kinds(pool) == {"large.json": "too_large", "less.json": "too_large"}
    assert kinds(aw.pool({"a": bytes(20_000_001)})) == {"a": "too_large"}


def test_a_wrong_folder_is_not_looked_through_to_its_end(
    students: list[Simulated], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where somebody gives the folder in which all they have lies."""
    monkeypatch.setattr(pile, "MOST_FILES", 20)
    for n in range(60):
        (tmp_path / f"{n:02}").mkdir()
        (tmp_path / f"{n:02}" / "notes.txt").write_bytes(b"nothing")
    (tmp_path / "00" / "work.json").write_bytes(students[0].file)
    listed: list[str] = []
    real = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: listed.append(path.name) or real(path))
    pool = aw.pool(tmp_path)
    assert len(pool) == 1
    assert len(listed) < 25
    assert "no_more" in {*pool.problems["kind"]}


def test_what_a_system_leaves_behind_is_passed_over(students: list[Simulated]) -> None:
    junk = {"__MACOSX/._a.json": b"x", ".DS_Store": b"x", "a/Thumbs.db": b"x", "d/.~lock": b"x"}
    pool = aw.pool({"a.zip": zipped({**junk, "d/a.json": students[0].file})})
    assert len(pool) == 1
    assert pool.problems.empty


def test_every_problem_is_in_words_and_names_its_file() -> None:
    name = "x\u202egnp\n.json"
    pool = aw.pool({name: b"nothing", "y" * 500: b""})
    assert pool.problems["problem"].str.len().min() > 20
    assert pool.problems["file"].tolist() == ["x�gnp�.json", "y" * 80 + "…" + "y" * 80]


@pytest.mark.parametrize("given", [None, 5, ["a"], {"a": "text"}, {5: b""}, "no/such/place", ""])
def test_what_is_no_pile_is_refused_in_words(given: object) -> None:
    with pytest.raises(WorkFileError):
        aw.pool(given)


# ---- the instructor's folder -------------------------------------------------------------------


def test_the_folder_is_only_read(students: list[Simulated], tmp_path: Path) -> None:
    """Not a byte, not a name, not a time of change; and nothing is opened to be written."""
    as_handed_in(students, tmp_path / "class")

    def state() -> list[tuple]:
        found = sorted((tmp_path / "class").rglob("*"))
        return [
            (str(p), p.stat().st_mtime_ns, p.stat().st_size, p.read_bytes() if p.is_file() else b"")
            for p in found
        ]

    before = state()
    opened: list[tuple] = []
    watching = True

    def watch(event: str, arguments: tuple) -> None:
        if watching and event in ("open", "os.remove", "os.rename", "os.mkdir", "os.link"):
            opened.append((event, *arguments))

    sys.addaudithook(watch)
    aw.pool(tmp_path / "class")
    watching = False
    assert state() == before
    inside = [each for each in opened if str(tmp_path) in str(each[1])]
    assert len(inside) > 30
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    assert all(each[0] == "open" and not each[3] & writing for each in inside)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_cannot_be_written_is_read(students: list[Simulated], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(students[0].file)
    tmp_path.chmod(0o555)
    try:
        assert len(aw.pool(tmp_path)) == 1
    finally:
        tmp_path.chmod(0o755)


# ---- files from another hand -------------------------------------------------------------------

ODD = [None, True, -1, 1e400, 10**400, "x", "", [], {}, [[None]], {"a": 1}, ["a", 1], [1, "b"], "٣"]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_nothing_that_an_entry_can_hold_keeps_the_others_out(
    students: list[Simulated], odd: object
) -> None:
    made = Simulated("blue-otter-11", "abc")
    made.write("code", kind="student", code=odd)
    made.write("05/spotter", "case", kind="mark", ruptures=odd, repairs=odd, none=odd)
    made.write("05/twelve", kind="taps", value=odd)
    made.write("05/twelve", kind="taps", value={"round": odd, "tapped": odd, "shown": odd})
    made.write("11/practice", "market", "first", kind="text", value=odd, order=odd)
    made.write("11/practice", kind="text", value={"text": odd}, order=1)
    made.write(kind="text/", value=odd)
    for n, name in enumerate(("value", "confidence", "tries", "correct", "skipped", "prediction")):
        made.write(f"q/{n}", **{"value": "v", "confidence": "certain", name: odd})
    made.write("00/beliefs", value={"warmth": odd})
    made.write("p", kind="prediction", value=odd, confidence=odd)
    made.write("", "Noor", 1, "client", kind="rating", alliance=odd, student=odd, case=odd)
    made.write("", "Noor", 2, "client", kind="rating", alliance=3, Session=odd, _place=odd)
    pool = aw.pool({"odd.json": made.file, "good.json": students[0].file})
    good = aw.pool({"good.json": students[0].file})
    for name, table in tables_of(pool).items():
        kept = table[table["student"] == students[0].code].reset_index(drop=True)
        expected = getattr(good, name)
        pd.testing.assert_frame_equal(kept[[*expected]], expected, check_dtype=False)
