"""Merging loses nothing, in whatever order; nor do writers at once, however they interleave."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workfile_disk import Disk, disk_in_memory

from alliance_widgets.workfile import Document, Entry, WorkFile, merge
from alliance_widgets.workfile.document import as_key, plain
from alliance_widgets.workfile.reading import read_work

few = settings(max_examples=150, deadline=None)
texts = st.text(max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
entries = st.builds(
    lambda id, counter, writer, at, data: Entry.of(id, counter, writer, at, plain(data)),
    st.sampled_from(["rating//Noor/1/client", "rating//Noor/2/client", "answer/q1"]),
    st.integers(1, 4),
    st.sampled_from(["a", "b", "c"]),
    st.none() | st.just("2026-01-05T13:02:11Z"),
    st.none() | st.dictionaries(texts, values, max_size=3),
)
documents = st.lists(entries, max_size=8).map(Document)


@few
@given(documents, documents, documents)
def test_merging_is_commutative_associative_and_idempotent(a, b, c):
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, a) == a
    assert merge(a, b).to_bytes() == merge(b, a).to_bytes()
    assert merge(a, b).shown == merge(b, a).shown


@few
@given(documents, documents)
def test_merging_loses_no_version_and_shows_the_highest(a, b):
    both = merge(a, b)
    assert both.lines.keys() == a.lines.keys() | b.lines.keys()
    for id, shown in both.shown.items():
        assert shown == both.versions(id)[-1]
        assert shown.counter == max(each.counter for each in both.versions(id))


@few
@given(documents)
def test_what_is_written_is_strict_json_and_read_back_the_same(document):
    raw = document.to_bytes()

    def no_constant(name):
        raise AssertionError(name)

    assert len(json.loads(raw, parse_constant=no_constant)["entries"]) == len(document)
    assert 0 <= document.size - len(raw) <= 2
    reading = read_work(raw)
    assert (reading.kind, Document(reading.entries)) == ("work", document)
    assert read_work(raw, document.lines) == reading


@few
@given(documents)
def test_a_file_that_another_program_laid_out_anew_is_the_same_file(document):
    indented = json.dumps(json.loads(document.to_bytes()), indent=2)
    reading = read_work(b"\xef\xbb\xbf" + indented.replace("\n", "\r\n").encode())
    assert Document(reading.entries) == document


@few
@given(documents, st.integers(0, 400))
def test_of_a_file_that_breaks_off_every_whole_line_is_taken(document, cut):
    raw = document.to_bytes()
    part = raw[: max(len(raw) - 1 - cut, 60)]
    whole = [line for line in document.lines if f"{line}," in part.decode(errors="replace")]
    reading = read_work(part)
    assert {entry.line for entry in reading.entries} >= set(whole)
    assert Document(reading.entries).lines.keys() <= document.lines.keys()


def test_the_same_version_with_other_contents_keeps_both_and_all_agree_which_is_shown():
    one, other = (Entry.of("answer/q", 1, "a", None, {"value": v}) for v in "xy")
    both = merge(Document([one]), Document([other]))
    assert len(both) == 2
    assert both.shown["answer/q"].data == {"value": "y"}
    assert both == merge(Document([other]), Document([one]))


@given(st.lists(texts, min_size=1, max_size=4), st.lists(texts, min_size=1, max_size=4))
def test_different_keys_have_different_ids_and_come_back_from_them(one, other):
    assert (as_key("mark", one) == as_key("mark", other)) == (one == other)
    assert Entry.of(as_key("mark", one), 1, "a", None, {}).key == tuple(one)


# ---- writers at once ---------------------------------------------------------------------------

actions = st.one_of(
    st.tuples(st.just("rate"), st.integers(1, 3), st.integers(1, 5)),
    st.tuples(st.just("rate"), st.integers(1, 3), st.integers(1, 5)),
    st.tuples(st.just("remove"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["undo", "redo", "flush", "restart", "break", "mend"])),
    st.tuples(st.just("upload"), st.integers(0, 2)),
)
steps = st.lists(
    st.tuples(st.integers(0, 2), actions, st.none() | st.tuples(st.integers(0, 2), actions)),
    max_size=12,
)
layouts = st.sampled_from([(0, 0), (0, 1), (0, 0, 0), (0, 0, 1), (0, 1, 2)])


class Writers:
    """Two or three open work files, on one disk file or on several."""

    def __init__(self, disk: Disk, layout: tuple[int, ...]) -> None:
        self.disk = disk
        self.paths = [Path(f"/nowhere/{name}.json") for name in layout]
        self.open = [WorkFile(path) for path in self.paths]
        self.promised: dict[Path, set[str]] = {path: set() for path in self.paths}

    def do(self, writer: int, action: tuple) -> None:
        writer %= len(self.open)
        work, path = self.open[writer], self.paths[writer]
        key = ("", "Noor", str(action[1]) if len(action) > 1 else "", "client")
        match action[0]:
            case "rate":
                work.record("rating", key, alliance=action[2])
                if not self.disk.held and self.disk.meanwhile is None:
                    assert work.get("rating", key) == {"alliance": action[2]}
            case "remove":
                work.remove("rating", key)
                assert work.get("rating", key) is None
            case "undo":
                work.undo()
            case "redo":
                work.redo()
            case "flush":
                work.flush()
            case "restart":
                self.open[writer] = work = WorkFile(path)
            case "break":
                self.disk.broken.add(path)
            case "mend":
                self.disk.broken.discard(path)
            case "upload":
                other = self.open[action[1] % len(self.open)]
                known = set(other._kept.document.lines)
                if known:
                    assert work.merge_bytes(other.download_bytes()).refused == ()
                assert work._kept.document.lines.keys() >= known
        if work.saved:
            self.promised[path] |= work._kept.document.lines.keys()
        self.check()

    def check(self) -> None:
        for path, promised in self.promised.items():
            if path in self.disk.files:
                reading = read_work(self.disk.files[path][1])
                assert reading.kind == "work"
                assert {entry.line for entry in reading.entries} >= promised
            else:
                assert not promised

    def end(self) -> None:
        """Mend everything, merge everything with everything: all see the same, nothing is lost."""
        self.disk.broken.clear()
        for writer in range(len(self.open)):
            self.do(writer, ("flush",))
            assert self.open[writer].saved
        known = set().union(
            *(work._kept.document.lines for work in self.open), *self.promised.values()
        )
        for work in [*self.open, *self.open]:
            for other in self.open:
                if len(other._kept.document):
                    work.merge_bytes(other.download_bytes())
            assert work.flush()
            assert work.unsaved == 0
        for work in self.open:
            assert work._kept.document.lines.keys() == known
            assert work._kept.document == self.open[0]._kept.document
            assert work.entries("rating") == self.open[0].entries("rating")


def interleave(layout, plan) -> None:
    with disk_in_memory() as disk:
        writers = Writers(disk, layout)
        for writer, action, other in plan:
            if other is not None and (other[0] - writer) % len(layout):
                disk.meanwhile = lambda other=other: writers.do(*other)
            writers.do(writer, action)
            disk.meanwhile = None
        writers.end()


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(layouts, steps)
def test_two_and_three_writers_lose_nothing_however_they_interleave(layout, plan):
    interleave(layout, plan)


@pytest.mark.prove
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(layouts, steps)
def test_ten_thousand_interleavings_lose_nothing(layout, plan):
    interleave(layout, plan)


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_three_processes_saving_at_once_lose_nothing(tmp_path):
    path, each, children = tmp_path / "work.json", 40, []
    for writer in range(3):
        child = os.fork()
        if not child:
            failed = 1
            try:
                work = WorkFile(path)
                saved = [work.record("mark", (writer, n), by=writer) for n in range(each)]
                saved += [work.record("mark", "common", by=writer, n=n) for n in range(5)]
                failed = int(not all(saved))
            finally:
                os._exit(failed)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    work = WorkFile(path)
    assert len(work.entries("mark")) == 3 * each + 1
    assert len(work.history("mark", "common")) == 15
    assert [entry.counter for entry in work.history("mark", "common")] == sorted(
        {entry.counter for entry in work.history("mark", "common")}
    )
    assert sorted(os.listdir(tmp_path)) == [".work.json.lock", "work.json"]
