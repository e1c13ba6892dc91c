"""A work file that a hand or another program changed: one bad entry costs one entry."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.spotting import cases_of
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.workfile import WorkFile
from alliance_widgets.workfile.document import as_key

WHO_RATES = ("client", "Case 1", "therapist")
SETTINGS = {"max_examples": 500, "deadline": None, "suppress_health_check": [*HealthCheck]}

Maker = Callable[[WorkFile], Any]


def entry(kind: str, *key: Any) -> str:
    return as_key(kind, key if len(key) != 1 else key[0])


def two_cases() -> Any:
    cases = aw.load_data("single_cases")
    return cases[cases["client"].isin(cases["client"].unique()[:2])]


NOOR = cases_of(two_cases())[0].id

# Each widget that restores something, and the entries it restores it from.
WIDGETS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "book": (
        lambda work: aw.CaseBook(work=work),
        (
            entry("setting", "case", ""),
            entry("setting", "fast_entry"),
            entry("draft", "", "Case 1", 2, "client"),
            entry("draft", "", "7", 1, "client"),
            entry("rating", "", "Case 1", 2, "client"),
            entry("rating", "", "Case 1", 1, "therapist"),
        ),
    ),
    "story": (
        lambda work: aw.CaseBook.of_story("Noor", work=work),
        (
            entry("setting", "case", "story Noor"),
            entry("draft", "story Noor", "Noor", 10, "client"),
            entry("rating", "story Noor", "Noor", 10, "client"),
        ),
    ),
    "taps": (lambda work: aw.TapTheRuptures(work=work), (entry("taps", "taps"),)),
    "regression": (
        lambda work: aw.RegressionToTheMean(work=work),
        (entry("regression", "regression"),),
    ),
    "reader": (
        lambda work: aw.VignetteReader(work=work),
        (
            entry("setting", "reader", "vignettes"),
            *(entry("answer", "vignettes", each.id) for each in aw.vignettes()[:2]),
        ),
    ),
    "spotter": (
        lambda work: aw.RuptureSpotter(ratings=two_cases(), work=work),
        (entry("setting", "spotter", "spotter", "own"), entry("mark", "spotter", NOOR)),
    ),
    "choice": (
        lambda work: aw.Question.choice("q", "Which?", {"a": "yes", "b": "no"}, "a", work=work),
        (entry("answer", "q"),),
    ),
    "number": (
        lambda work: aw.Question.number("q", "How many?", 3, because="so", work=work),
        (entry("answer", "q"),),
    ),
    "sketch": (
        lambda work: aw.TrajectorySketch(
            aw.load_data("single_cases").query("client == 'Noor'"), key="s", work=work
        ),
        (entry("answer", "s"),),
    ),
}

WORDS = ("value", "items", "note", "goals", "tasks", "bond", "alliance", "instrument", "round")
MORE = ("tapped", "shown", "settings", "pressed", "vignette", "case", "marker", "onset", "tries")
KNOWN = (*WORDS, *MORE, "ruptures", "repairs", "none", "committed", "confidence", "hints", "1")
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 9),
    st.sampled_from([10**15, -(10**15), 10**300, 1e308, -0.0, 2.5]),
    st.sampled_from(
        ["", "Case 1", "client", "own", "wai_s", "x" * 3000, "=1+1", "\u0000", "\ud7ff"]
    ),
)
payloads = st.dictionaries(
    st.sampled_from(KNOWN),
    st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KNOWN), inner, max_size=4)
        ),
        max_leaves=8,
    ),
    max_size=5,
)
SOUND = {"goals": 3.0, "tasks": 3.0, "bond": 3.0, "alliance": 3.0, "instrument": "own"}


def work_file(path: Path, bad: dict[str, Any]) -> WorkFile:
    """A file with one sound rating and these entries beside it, as a hand could write it."""
    entries = [
        {"id": id, "counter": n, "writer": "evil", "data": data}
        for n, (id, data) in enumerate(bad.items(), 2)
    ]
    sound = {"id": entry("rating", "", "Sound", 1, "client"), "counter": 1, "writer": "me"}
    entries.insert(0, {**sound, "data": SOUND})
    file = {"kit": "alliance_widgets", "schema_version": 2, "entries": entries}
    path.write_text(json.dumps(file), encoding="utf-8")
    return WorkFile(path)


def stands_up(name: str, payload: list[Any]) -> None:
    make, ids = WIDGETS[name]
    bad = dict(zip(ids, payload, strict=False))
    with tempfile.TemporaryDirectory() as folder:
        work = work_file(Path(folder) / "alliance_work.json", bad)
        desk = WorkDesk.of(work)
        widget = make(work)
        try:
            assert work.ratings_of("own").query("client == 'Sound'")["alliance"].tolist() == [3.0]
            work.record("answer", "later", value=1)
            again = WorkFile(work.path)
            assert again.get("answer", "later") == {"value": 1}
            kept = {
                each["id"]: each["data"]
                for each in json.loads(work.path.read_text())["entries"]
                if each["writer"] == "evil"
            }
            assert kept == bad
        finally:
            widget.close()
            WorkDesk._desks.pop(id(work), None)
            desk.close()


hostile = st.tuples(st.sampled_from(sorted(WIDGETS)), st.lists(payloads, min_size=1, max_size=6))


@given(hostile)
@settings(**SETTINGS)
def test_no_file_keeps_a_widget_from_being_built(file: tuple[str, list[Any]]) -> None:
    stands_up(*file)


@pytest.mark.prove
@given(hostile)
@settings(**{**SETTINGS, "max_examples": 5_000})
def test_five_thousand_hostile_files(file: tuple[str, list[Any]]) -> None:
    stands_up(*file)


MALFORMED = {
    "book": (entry("setting", "case", ""), {"value": 7}),
    "story": (entry("draft", "story Noor", "Noor", 10, "client"), {"items": []}),
    "taps": (entry("taps", "taps"), {"value": "x"}),
    "regression": (entry("regression", "regression"), {}),
    "choice": (entry("answer", "q"), {"value": "c"}),
    "spotter": (entry("mark", "spotter", NOOR), {"ruptures": 3}),
    "reader": (entry("answer", "vignettes", aw.vignettes()[0].id), {"value": 3}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_an_entry_that_does_not_hold_what_belongs_there_is_named_once(
    name: str, tmp_path: Path
) -> None:
    id, data = MALFORMED[name]
    work = work_file(tmp_path / "alliance_work.json", {id: data})
    WIDGETS[name][0](work)
    message = WorkDesk.of(work).message
    assert f"The entry {id} does not hold what belongs there" in message
    WIDGETS[name][0](work)
    assert message.count("does not hold") == 1


def test_a_bad_client_in_an_upload_is_said_and_the_next_session_can_be_saved(
    tmp_path: Path,
) -> None:
    work = WorkFile(tmp_path / "alliance_work.json")
    book = aw.CaseBook(work=work)
    other = work_file(tmp_path / "other.json", {entry("setting", "case", ""): {"value": 7}})
    book.desk.upload(other.path.read_bytes())
    assert "2 entries were added" in book.desk.message
    assert "setting/case/" in book.desk.message
    book.form.value = dict.fromkeys(("goals", "tasks", "bond"), 4.0)
    book.form._request = {"kind": "save", "count": 1}
    assert (book.form.message, book.form.session) == ("Session 1 is on the line.", 2)
    assert aw.CaseBook(work=WorkFile(work.path)).form.session == 2
