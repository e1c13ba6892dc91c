"""Whatever happens to the disk or the file: said in words at once, kept in memory, saved later."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_widgets import check_ratings
from alliance_widgets.errors import WorkFileError
from alliance_widgets.workfile import Document, Entry, WorkFile, kept, reading, storage, work_file
from alliance_widgets.workfile.document import as_key, plain
from alliance_widgets.workfile.reading import read_work

OLD = Path(__file__).parent / "data/work_version_1.json"
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "work.json"


@pytest.fixture
def work(path):
    work = WorkFile(path)
    mark(work, 1)
    return work


def mark(work, n, **data):
    return work.record("mark", n, **({"value": n} | data))


def marks(work):
    return sorted(int(key) for (key,) in work.entries("mark"))


def on_disk(path):
    """What stands in the file, read without the kit."""
    file = json.loads(Path(path).read_bytes())
    marked = [entry["id"] for entry in file["entries"] if entry["id"].startswith("mark/")]
    return sorted(int(id.split("/")[1]) for id in marked)


def says_not_saved(work, unsaved, reason):
    assert not work.saved
    assert work.unsaved == unsaved
    assert work.status.startswith("Not saved: ")
    assert reason in work.status
    assert "Download my work" in work.status
    assert reason in work.notices[-1]
    assert {entry.line for entry in read_work(work.download_bytes()).entries} == set(
        work._kept.document.lines
    )


def says_saved_again(work, wanted):
    assert work.saved
    assert work.status.startswith("Saved ")
    assert work.notices[-1].startswith("Saved again")
    assert marks(WorkFile(work.path)) == wanted
    assert [p for p in work.path.parent.iterdir() if p.suffix == ".tmp"] == []


def in_a_child(task):
    """Run `task` in a process of its own and fail if it fails."""
    child = os.fork()
    if not child:
        code = 1
        try:
            task()
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0


def fill(disk):
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 512)
    return filler


@contextmanager
def small_disk(folder, size="64k"):
    folder.mkdir()
    mounted = sys.platform == "linux" and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if not mounted or mounted.returncode:
        pytest.skip("a small disk can be mounted by root on Linux only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


# ---- the disk ----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_mount_without_mount(monkeypatch):
    if shutil.which("mount") is None:
        monkeypatch.setattr(sys.modules[__name__], "small_disk", lambda _: pytest.skip("no mount"))


def test_a_full_disk(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        work = WorkFile(disk / "work.json")
        mark(work, 1)
        filler = fill(disk)
        assert not mark(work, 2)
        assert not mark(work, 3)
        says_not_saved(work, 2, "The disk is full")
        assert on_disk(work.path) == [1]
        filler.unlink()
        assert mark(work, 4)
        says_saved_again(work, [1, 2, 3, 4])


@UNIX
def test_a_write_that_stops_half_way(path):
    def task():
        import resource

        work = WorkFile(path)
        mark(work, 1)
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))
        assert not mark(work, 2, text="x" * 2000)
        says_not_saved(work, 1, "The disk is full")
        assert on_disk(path) == [1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        assert work.flush()
        says_saved_again(work, [1, 2])

    in_a_child(task)


def test_a_read_only_disk(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        work = WorkFile(disk / "work.json")
        mark(work, 1)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert not mark(work, 2)
        says_not_saved(work, 1, "read-only")
        opened = WorkFile(disk / "work.json")
        assert marks(opened) == [1]
        assert opened.saved
        new = WorkFile(disk / "folder/new.json")
        assert not mark(new, 1)
        says_not_saved(new, 1, "read-only")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert work.flush()
        says_saved_again(work, [1, 2])


@UNIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("locked_out", ["folder", "file"])
def test_no_permission(tmp_path, locked_out):
    folder = tmp_path / "theirs"
    work = WorkFile(folder / "work.json")
    mark(work, 1)

    def task():
        for parent in [folder, *folder.parents][:-1]:
            if parent.stat().st_uid == 0 and "pytest" in str(parent):
                parent.chmod(0o755)
        if locked_out == "folder":
            work.path.chmod(0o644)
        os.seteuid(65534)
        other = WorkFile(work.path)
        assert marks(other) == ([1] if locked_out == "folder" else [])
        assert not mark(other, 2)
        says_not_saved(other, 1, "may not be written to")
        os.seteuid(0)
        assert other.flush()
        says_saved_again(other, [1, 2])

    in_a_child(task)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.ESTALE])
@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_every_step_of_a_save_may_fail(work, monkeypatch, code, call):
    def refuse(*_args, **_options):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(storage.os, call, refuse)
        assert not mark(work, 2)
        says_not_saved(work, 1, "")
    assert on_disk(work.path) == [1]
    assert mark(work, 3)
    says_saved_again(work, [1, 2, 3])


def test_a_save_that_is_interrupted_by_hand_leaves_nothing_behind(work, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(storage.os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            mark(work, 2)
    assert work.unsaved == 1
    assert sorted(p.name for p in work.path.parent.iterdir()) == [".work.json.lock", "work.json"]
    assert work.flush()
    assert on_disk(work.path) == [1, 2]


@UNIX
def test_a_lock_that_another_process_holds(work, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(storage, "LOCK_SECONDS", 0.2)
    theirs, ours = os.pipe()
    release_theirs, release_ours = os.pipe()
    child = os.fork()
    if not child:
        with FileLock(work.path.with_name(".work.json.lock")):
            os.write(ours, b"held")
            os.read(release_theirs, 1)
        os._exit(0)
    assert os.read(theirs, 4) == b"held"
    assert not mark(work, 2)
    says_not_saved(work, 1, "held the work file for 0.2 seconds")
    os.write(release_ours, b"x")
    os.waitpid(child, 0)
    assert work.flush()
    says_saved_again(work, [1, 2])
    for end in (theirs, ours, release_theirs, release_ours):
        os.close(end)


def test_a_disk_that_knows_no_locks(work, monkeypatch):
    import filelock

    def unknown(*_args, **_options):
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", unknown)
    assert mark(work, 2)
    assert on_disk(work.path) == [1, 2]
    assert not work.path.with_name(".work.json.softlock").exists()


def test_a_folder_where_the_file_should_be(tmp_path):
    work = WorkFile(tmp_path / "work.json")
    (tmp_path / "work.json").mkdir()
    assert not mark(work, 1)
    says_not_saved(work, 1, "")
    (tmp_path / "work.json").rmdir()
    assert work.flush()
    says_saved_again(work, [1])


# ---- underneath --------------------------------------------------------------------------------


def test_a_file_that_is_deleted_underneath_is_written_again(work):
    work.path.unlink()
    assert work.flush()
    assert any("no longer where it was" in notice for notice in work.notices)
    assert on_disk(work.path) == [1]


def test_a_folder_that_is_deleted_underneath_is_made_again(tmp_path):
    work = WorkFile(tmp_path / "a/b/work.json")
    mark(work, 1)
    shutil.rmtree(tmp_path / "a")
    assert mark(work, 2)
    assert "no longer where it was" in work.notices[-1]
    assert on_disk(work.path) == [1, 2]


def test_a_file_that_is_replaced_by_an_older_copy_gets_back_what_it_lacks(work):
    older = work.path.read_bytes()
    mark(work, 2)
    mark(work, 3)
    work.path.write_bytes(older)
    assert work.flush()
    assert "replaced by another copy that lacks 2 entries" in work.notices[-1]
    assert on_disk(work.path) == [1, 2, 3]


def test_a_file_that_is_replaced_by_another_students_is_merged(work, tmp_path):
    other = WorkFile(tmp_path / "other.json")
    mark(other, 7)
    shutil.copy(other.path, work.path)
    assert mark(work, 2)
    assert "lacks 1 entry" in work.notices[-1]
    assert on_disk(work.path) == [1, 2, 7]


@pytest.mark.parametrize("hours", [-1, 1, -24 * 365])
def test_a_clock_that_is_set_changes_nothing(work, monkeypatch, hours):
    from datetime import UTC, datetime, timedelta

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(hours=hours)

    mark(work, 1, value="first")
    with monkeypatch.context() as set_back:
        set_back.setattr(kept, "datetime", Clock)
        mark(work, 1, value="second")
        stamp = (datetime.now(UTC) + timedelta(hours=hours)).timestamp()
        os.utime(work.path, (stamp, stamp))
        other = WorkFile(work.path)
        mark(other, 1, value="third")
    assert work.flush()
    assert work.get("mark", 1) == {"value": "third"}
    assert [entry.data["value"] for entry in work.history("mark", 1)][1:] == [
        *["first", "second", "third"]
    ]


def test_a_link_to_a_file_elsewhere_stays_a_link(tmp_path):
    (tmp_path / "synced").mkdir()
    link = tmp_path / "work.json"
    try:
        link.symlink_to(tmp_path / "synced/real.json")
    except OSError:
        pytest.skip("links are not allowed here")
    mark(WorkFile(link), 1)
    assert link.is_symlink()
    assert on_disk(tmp_path / "synced/real.json") == [1]


def test_what_a_killed_process_left_half_written_is_swept_away_and_nothing_else(tmp_path):
    path = tmp_path / "work[1].json"
    left = tmp_path / ".work[1].json.abc.tmp"
    others = [tmp_path / name for name in (".work1.json.abc.tmp", "abc.tmp", "work[1].json.tmp")]
    for file in (left, *others):
        file.write_text('{"kit":"alliance_widg')
    mark(WorkFile(path), 1)
    assert not left.exists()
    assert all(file.exists() for file in others)


# ---- damaged, old, new, and other programs' files ----------------------------------------------


def the_aside(path, label="damaged"):
    (aside,) = path.parent.glob(f"{path.stem}.{label}.*{path.suffix}")
    return aside


def test_a_truncated_file_is_set_aside_and_its_whole_lines_go_on(work):
    for n in range(2, 6):
        mark(work, n)
    broken = work.path.read_bytes()[:-40]
    work.path.write_bytes(broken)
    opened = WorkFile(work.path)
    assert marks(opened) == [1, 2, 3, 4]
    assert "was damaged; 4 entries in it could still be read" in opened.notices[0]
    aside = the_aside(work.path)
    assert aside.read_bytes() == broken
    assert aside.name in opened.notices[1]
    assert on_disk(work.path) == [1, 2, 3, 4]
    assert WorkFile(work.path).notices == ()


def test_a_file_damaged_underneath_is_made_whole_from_memory(work):
    mark(work, 2)
    work.path.write_bytes(b'{"kit":"alliance_widgets","schema\0\0\0\0')
    assert mark(work, 3)
    assert on_disk(work.path) == [1, 2, 3]
    assert the_aside(work.path).read_bytes().endswith(b"\0")


@pytest.mark.parametrize("junk", [b"\0" * 4096, b"{", b"[1, 2", b"\xff\xfe\x00", b"hello"])
def test_junk_in_the_place_of_the_work_is_set_aside_too(work, junk):
    work.path.write_bytes(junk)
    opened = WorkFile(work.path)
    assert "damaged" in opened.notices[0]
    assert the_aside(work.path).read_bytes() == junk
    assert on_disk(work.path) == []
    assert work.flush()
    assert on_disk(work.path) == [1]


def test_what_is_set_aside_never_takes_the_place_of_something_earlier(work):
    for n in range(12):
        work.path.write_bytes(b"{" * (n + 1))
        work.flush()
    sizes = {file.stat().st_size for file in work.path.parent.glob("work.damaged.*.json")}
    assert sizes == set(range(1, 13))


def test_a_disk_without_links_gets_a_copy(work, monkeypatch):
    def unknown(*_args):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(storage.os, "link", unknown)
    for junk in (b"{", b"{{"):
        work.path.write_bytes(junk)
        assert work.flush()
    asides = sorted(work.path.parent.glob("work.damaged.*"), key=lambda f: f.stat().st_size)
    assert [aside.read_bytes() for aside in asides] == [b"{", b"{{"]


def test_a_damaged_file_that_cannot_be_set_aside_stays_where_it_is(work, monkeypatch):
    work.path.write_bytes(b'{"kit":"alliance_widgets"')

    def refuse(*_args):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as broken:
        broken.setattr(storage.tempfile, "mkstemp", refuse)
        assert not work.flush()
        says_not_saved(work, 1, "read-only")
    assert work.path.read_bytes() == b'{"kit":"alliance_widgets"'
    assert work.flush()
    assert on_disk(work.path) == [1]


def test_an_empty_file_is_begun_anew_and_said_so(path):
    path.write_bytes(b"")
    work = WorkFile(path)
    assert "was empty" in work.notices[0]
    assert mark(work, 1)
    assert on_disk(path) == [1]


def test_a_file_of_version_1_is_brought_up_to_date_and_kept(path):
    shutil.copy(OLD, path)
    work = WorkFile(path)
    assert "earlier version of the kit" in work.notices[0]
    table = work.ratings
    assert table["client"].tolist() == ["Zoë", "Noor", "Noor", "Noor", "Noor"]
    assert table["session"].tolist() == [1, 1, 2, 2, 3]
    assert table["goals"].tolist() == [5, 3.5, 4, 4.5, 2.5]
    assert table["tasks"].isna().tolist() == [False, False, True, False, False]
    assert [v.data["note"] for v in work.history("rating", ("clinic", "Noor", 3, "client"))] == [
        *["=late & <i>quiet</i>", "rated again"]
    ]
    assert work.get("answer", "sure") == {"value": 3}
    assert path.read_bytes() == OLD.read_bytes()
    assert mark(work, 1)
    assert the_aside(path, "version-1").read_bytes() == OLD.read_bytes()
    assert json.loads(path.read_bytes())["schema_version"] == 2
    assert len(WorkFile(path)) == len(work) == 8


def test_the_same_old_file_on_two_computers_is_the_same_work(path, tmp_path):
    shutil.copy(OLD, path)
    shutil.copy(OLD, tmp_path / "other.json")
    work, other = WorkFile(path), WorkFile(tmp_path / "other.json")
    upload = work.merge_bytes(other.download_bytes())
    assert (upload.added, upload.updated, upload.unchanged) == (0, 0, 7)
    assert work.merge_bytes(OLD.read_bytes()).unchanged == 7


@given(st.integers(1, len(OLD.read_bytes().rstrip()) - 1))
@settings(max_examples=60, deadline=None)
def test_of_a_half_written_file_of_version_1_every_whole_line_counts(cut):
    part = OLD.read_bytes()[:cut]
    found = read_work(part)
    if found.kind == "damaged":
        whole = sum(line.startswith(b"{") and b"}" in line for line in part.split(b"\n")[1:])
        assert len(found.entries) == whole
        assert all(entry.kind == "rating" for entry in found.entries)
    else:
        assert cut < 30  # it does not even say what it is


def test_a_half_written_file_of_version_1_is_set_aside_and_its_whole_rows_go_on(path):
    path.write_bytes(OLD.read_bytes()[:700])
    work = WorkFile(path)
    assert work.ratings["session"].tolist() == [1, 2, 2, 3]
    assert the_aside(path).read_bytes() == OLD.read_bytes()[:700]
    assert json.loads(path.read_bytes())["schema_version"] == 2


def test_a_file_of_a_newer_version_is_left_untouched(path):
    newer = b'{"kit":"alliance_widgets","schema_version":3,"things":[]}'
    path.write_bytes(newer)
    work = WorkFile(path)
    assert work.status.startswith("work.json was written by a newer version of the kit")
    assert not mark(work, 1)
    says_not_saved(work, 1, "as its README says")
    assert path.read_bytes() == newer
    path.rename(path.with_name("newer.json"))
    assert work.flush()
    says_saved_again(work, [1])


def test_a_file_of_more_than_20_mb_is_left_untouched(path, monkeypatch):
    with path.open("wb") as file:
        file.truncate(100_000_000)
    monkeypatch.setattr(reading.json, "loads", None)
    work = WorkFile(path)
    assert "is above 20 MB" in work.status
    assert not mark(work, 1)
    assert path.stat().st_size == 100_000_000


@pytest.mark.parametrize("name", ["work.json", "notes.txt"])
def test_another_programs_file_is_never_touched_and_work_goes_on_beside_it(tmp_path, name):
    theirs = tmp_path / name
    content = b'{"cells": [], "nbformat": 4}' if name == "work.json" else b"Dear diary"
    theirs.write_bytes(content)
    (tmp_path / f"{theirs.stem}-2.json").write_bytes(b"[]")
    work = WorkFile(theirs)
    assert "a file of another program and is left alone" in work.notices[0]
    assert work.path.name == f"{theirs.stem}-3.json"
    assert mark(work, 1)
    assert theirs.read_bytes() == content
    assert marks(WorkFile(theirs)) == [1]


def test_another_programs_file_that_appears_underneath_is_not_touched_either(work):
    work.path.write_bytes(b'{"theirs": 1}')
    theirs = work.path
    assert mark(work, 2)
    assert work.saved
    assert theirs.read_bytes() == b'{"theirs": 1}'
    assert on_disk(theirs.with_name("work-2.json")) == [1, 2]
    theirs.unlink()
    assert marks(WorkFile(theirs)) == [1, 2]


def test_where_every_name_is_taken_it_says_so(path):
    for name in ("work", *(f"work-{n}" for n in range(2, 10))):
        path.with_name(f"{name}.json").write_bytes(b"[]")
    work = WorkFile(path)
    assert not mark(work, 1)
    says_not_saved(work, 1, "taken by files of other programs")


# ---- bad entries and bad uploads ---------------------------------------------------------------

GOOD = {"id": "mark/5", "counter": 5, "writer": "w", "data": {"value": 5}}
WRONG = [
    ({"counter": "5"}, "counter is 5; expected a whole number"),
    ({"counter": 5.0}, "counter is 5.0; expected a whole number"),
    ({"counter": True}, "counter is True"),
    ({"counter": -1}, "counter is -1"),
    ({"counter": 10**40}, "counter is 1000"),
    ({"id": 7}, "id is 7"),
    ({"id": "../../etc/passwd"}, "id is ../../etc/passwd"),
    ({"id": "<script>alert(1)</script>"}, "id is <script>"),
    ({"writer": "=1+1"}, "writer is =1+1"),
    ({"writer": None}, "writer is None"),
    ({"data": [1]}, "data is [1]"),
    ({"data": "{0} %s"}, "data is {0} %s"),
    ({"at": 5}, "at is 5"),
    ({"name": "me"}, "there is no field name"),
]


def document(*entries, **top):
    return json.dumps({"kit": "alliance_widgets", "schema_version": 2, "entries": entries} | top)


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_an_entry_with_a_wrong_type_is_named_and_the_others_are_taken(work, wrong, said):
    upload = work.merge_bytes(document({**GOOD, **wrong}, GOOD))
    assert (upload.added, len(upload.refused)) == (1, 1)
    assert said in upload.refused[0]
    assert upload.refused[0] in upload.sentence
    assert "What was whole" in upload.sentence or "what was whole" in upload.sentence
    assert on_disk(work.path) == [1, 5]


@pytest.mark.parametrize(("wrong", "said"), WRONG[:4])
def test_a_wrong_entry_in_the_file_itself_is_set_aside_with_it(path, wrong, said):
    path.write_text(document({**GOOD, **wrong}, GOOD))
    work = WorkFile(path)
    assert marks(work) == [5]
    assert any(said in notice for notice in work.notices)
    assert said.split("; ")[0].split(" is ")[1] in the_aside(path).read_text().replace(
        "true", "True"
    )


@pytest.mark.parametrize("entry", [None, 5, "x", [], {}, {"id": "mark/5"}])
def test_what_is_no_entry_is_named(work, entry):
    upload = work.merge_bytes(document(entry, GOOD))
    assert upload.refused[0].startswith("entry 1")
    assert upload.added == 1


def test_a_counter_that_leaves_no_room_is_refused(work):
    upload = work.merge_bytes(document({**GOOD, "counter": 10**15}))
    assert "counter is too high" in upload.refused[0]
    assert mark(work, 2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "file is empty"),
        (b" \n", "file is empty"),
        (b"hello", "no work file"),
        (b"PK\x03\x04", "no work file"),
        (b"[1, 2", "no work file"),
        (b"[" * 100_000, "no work file"),
        (b"null", "another program"),
        (b'{"cells": []}', "another program"),
        (b"[]", "another program"),
        (document(schema_version=99), "newer version"),
        (document(schema_version="2"), "no entry in it is whole"),
        (document(schema_version=True), "no entry in it is whole"),
        (b'{"kit":"alliance_widgets","schema_version":2,"ent', "no entry in it is whole"),
        (b'{"kit":"alliance_widgets"}', "no entry in it is whole"),
        (document(entries="x"), "no entry in it is whole"),
        (b"x" * 100_000_001, "above 20 MB"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_an_upload_that_holds_no_work_is_refused_in_words(work, data, said):
    before = work.path.read_bytes()
    with pytest.raises(WorkFileError, match=said):
        work.merge_bytes(data)
    assert work.path.read_bytes() == before


def test_an_upload_of_100_mb_is_refused_before_it_is_read(work, monkeypatch):
    monkeypatch.setattr(reading.json, "loads", None)
    with pytest.raises(WorkFileError, match="above 20 MB"):
        work.merge_bytes(b" " * 100_000_001)


def test_an_upload_that_would_overfill_the_file_changes_nothing(work, tmp_path, monkeypatch):
    other = WorkFile(tmp_path / "other.json")
    mark(other, 2, text="x" * 1000)
    monkeypatch.setattr(work_file, "MOST_BYTES", 1200)
    with pytest.raises(WorkFileError, match="together are above"):
        work.merge_bytes(other.download_bytes())
    assert marks(work) == [1]


def test_a_truncated_upload_gives_its_whole_lines(work, tmp_path):
    other = WorkFile(tmp_path / "other.json")
    for n in range(2, 6):
        mark(other, n)
    upload = work.merge_bytes(other.download_bytes()[:-30])
    assert upload.added == 3
    assert "The file was damaged" in upload.sentence


def test_the_same_id_with_other_contents_keeps_both(work):
    mine, _code = json.loads(work.path.read_bytes())["entries"]
    upload = work.merge_bytes(document({**mine, "data": {"value": "other"}}))
    assert upload.conflicts == 1
    assert "both are kept" in upload.sentence
    assert len(WorkFile(work.path).history("mark", 1)) == 2


def test_an_upload_that_cannot_be_saved_is_kept_in_memory_and_says_so(work, monkeypatch):
    def refuse(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(storage.os, "fsync", refuse)
        upload = work.merge_bytes(document(GOOD))
    assert not upload.saved
    assert "1 entry was added" in upload.sentence
    assert "Not saved: The disk is full" in upload.sentence
    assert marks(work) == [1, 5]
    assert work.flush()
    assert on_disk(work.path) == [1, 5]


@pytest.mark.parametrize(
    ("id", "data", "said"),
    [
        ("rating/Noor", {}, "not the key of a rating"),
        ("rating//%20/1/client", {}, "client is blank"),
        ("rating//Noor/one/client", {}, "session is one"),
        ("rating//Noor/01/client", {}, "session is 01"),
        ("rating//Noor/0/client", {}, "session is 0"),
        ("rating//Noor/²/client", {}, "id is"),
        ("rating//Noor/%C2%B2/client", {}, "session is ²"),
        ("rating//Noor/1001/client", {}, "session is 1001"),
        (f"rating//Noor/{'9' * 900}/client", {}, "session is 999"),
        ("rating//Noor/1/patient", {}, "rater is patient"),
        ("rating//Noor/1/client", {"bond": 9}, "bond is 9"),
        ("rating//Noor/1/client", {"bond": "4"}, "bond is 4; expected a number from 1 to 5"),
        ("rating//Noor/1/client", {"bond": True}, "bond is True"),
        ("rating//Noor/1/client", {"instrument": "nonsense"}, "no alliance instrument nonsense"),
        ("rating//Noor/1/client", {"instrument": "phq_9"}, "no alliance instrument phq_9"),
        ("rating//Noor/1/client", {"instrument": "/etc/passwd.toml"}, "no alliance instrument"),
        ("rating//Noor/1/client", {"instrument": ["own"]}, "no alliance instrument"),
    ],
)
def test_a_rating_that_cannot_stand_in_the_table_is_kept_and_said_so(work, id, data, said):
    good = {**GOOD, "id": "rating//Ben/1/client", "data": {"alliance": 4}}
    upload = work.merge_bytes(document({**good, "id": id, "data": data}, good))
    assert said in " ".join((*upload.refused, *work.notices))
    assert work.ratings["client"].tolist() == ["Ben"]
    assert WorkFile(work.path).ratings["client"].tolist() == ["Ben"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
nearly = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["rating//Noor/1/client", "rating//Noor/2/client", "mark/1"]),
        "counter": st.integers(1, 3) | anything,
        "writer": st.just("w") | anything,
        "data": st.dictionaries(
            st.sampled_from(
                ["client", "Session", "alliance", "bond", "goals", "instrument", "case", "x"]
            ),
            st.floats(1, 5) | anything,
        ),
    }
)


@given(st.lists(anything | nearly, max_size=4), anything)
@settings(max_examples=300, deadline=None)
def test_whatever_is_in_a_file_it_is_read_or_refused_in_words(entries, answers):
    for text in (
        document(*entries),
        document(entries=answers),
        document(schema_version=1, ratings=entries, answers=answers),
        document(schema_version=answers),
        json.dumps(answers),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = read_work(text.encode())
        for entry in found.entries:
            json.loads(entry.line, parse_constant=pytest.fail)
        table = work_file.ratings_table(Document(found.entries).of_kind("rating"))
        assert len(table) <= len(found.entries)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_it_fail(raw):
    assert read_work(raw).entries == ()


names = st.text(max_size=4) | st.sampled_from(
    [
        "7",
        "7.0",
        "007",
        "nan",
        "NA",
        "-",
        " x",
        "x\u00a0",
        "\ufeffx",
        "x",
        "x (a)",
        "client ",
        "Bond",
    ]
)
ratings = st.builds(
    lambda case, client, session, data: Entry.of(
        as_key("rating", (case, client, session, "client")), 1, "w", None, plain(data)
    ),
    st.sampled_from(["", "a", "b"]),
    names,
    st.integers(0, 2),
    st.dictionaries(names | st.sampled_from(["alliance", "bond", "case"]), st.floats(1, 5) | names),
)


@given(st.lists(ratings, max_size=6))
@settings(max_examples=200, deadline=None)
def test_whatever_clients_and_columns_are_called_the_table_passes_the_check(entries):
    table = work_file.ratings_table(Document(entries).of_kind("rating"))
    if len(table):
        check_ratings(table)


# ---- counters and locks ------------------------------------------------------------------------


@pytest.mark.parametrize("evil", [10**9, 10**9 + 1, 10**12, 10**15])
def test_no_upload_makes_later_work_impossible_to_carry_over(tmp_path, evil):
    work = WorkFile(tmp_path / "here.json")
    with suppress(WorkFileError):
        work.merge_bytes(document({**GOOD, "counter": evil}))
    for n in (1, 2, 5, 6):
        assert mark(work, n)
        assert mark(work, n, again=True)
    elsewhere = WorkFile(tmp_path / "elsewhere.json")
    upload = elsewhere.merge_bytes(work.download_bytes())
    assert upload.refused == ()
    assert marks(elsewhere) == [1, 2, 5, 6]
    assert elsewhere.get("mark", 5) == {"value": 5, "again": True}
    mark(elsewhere, 5, third=True)
    assert not work.merge_bytes(elsewhere.download_bytes()).refused
    assert work.get("mark", 5)["third"]


def test_a_rating_whose_parts_contradict_its_mean_is_kept_and_said(work):
    parts = dict.fromkeys(("goals", "tasks", "bond"), 1)
    odd = {**parts, "alliance": 5, "instrument": "own"}
    rating = {**GOOD, "id": "rating//A/1/client", "data": odd}
    work.merge_bytes(
        document(rating, {**rating, "id": "rating//A/2/client", "data": {**odd, "alliance": 1.04}})
    )
    said = [notice for notice in work.notices if "contradict" in notice]
    assert said == [
        "1 rating contradicts itself: client A, session 1: the alliance is 5.00, and the mean of "
        "its parts is 1.00; both stand as they are."
    ]
    assert work.ratings["alliance"].tolist() == [5.0, 1.04]


class Waits:
    """Counts the locks that are asked for, and how long each asks to wait."""

    def __init__(self, monkeypatch, *, held=False):
        self.asked = []
        real = storage.Storage.locked

        def locked(store, patience=None):
            self.asked.append(patience)
            if held:
                raise TimeoutError
            return real(store, patience)

        monkeypatch.setattr(storage.Storage, "locked", locked)


def test_what_changes_nothing_takes_no_lock(work, monkeypatch):
    waits = Waits(monkeypatch)
    assert work.drop_draft("draft", "none")
    assert mark(work, 1)
    assert work.remove("mark", 99)
    assert waits.asked == []
    assert mark(work, 2)
    assert len(waits.asked) == 1


def test_a_lock_that_was_waited_for_in_vain_is_not_waited_for_again_for_a_while(work, monkeypatch):
    waits = Waits(monkeypatch, held=True)
    assert not mark(work, 2)
    assert not mark(work, 3)
    assert not work.flush()
    assert waits.asked == [None, 0.0, 0.0]
    assert "held the work file" in work.status
    later = kept.monotonic() + kept.LOCK_REST + 1
    monkeypatch.setattr(kept, "monotonic", lambda: later)
    assert not mark(work, 4)
    assert waits.asked[3] is None


@UNIX
def test_a_folder_that_cannot_be_written_is_said_before_anything_is_entered(tmp_path, monkeypatch):
    real = os.access
    closed = tmp_path / "closed"
    closed.mkdir()
    monkeypatch.setattr(
        storage.os,
        "access",
        lambda place, *how, **who: place != closed and real(place, *how, **who),
    )
    monkeypatch.setattr(storage.os, "supports_effective_ids", set())
    work = WorkFile(closed / "my_work" / "work.json")
    assert "may not be written to" in work.status
    assert WorkFile(tmp_path / "open" / "work.json").status == "Nothing is recorded yet."
