"""A work file that a hand or another program changed: one bad entry costs one entry."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from every_class import classes_of, every_class, takes_work
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.spotting import cases_of
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.widgets.questions.kinds import Match, Written
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


MATCH = Match({"a": "one", "b": "two"}, ("A", "B"), {"a": "A", "b": "B"}, {"a": "No.", "b": "No."})
NOOR = cases_of(two_cases())[0].id


def worlds_at_the_end(work: WorkFile) -> aw.TwoWorlds:
    work.record("setting", ("09/worlds", 1000, 1, "steps"), value=5)
    return aw.TwoWorlds(n=1_000, work=work)


# Each widget that restores something, and the entries it restores it from.
WIDGETS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "book": (
        lambda work: aw.CaseBook(work=work),
        (
            entry("setting", "case", ""),
            entry("setting", "rater", ""),
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
    "practice": (
        lambda work: aw.ReplyPractice(work=work),
        (
            entry("setting", "practice", "practice"),
            *(entry("text", "practice", "weekend", round) for round in ("first", "again")),
            entry("text", "practice", "sunday", "first"),
        ),
    ),
    "spotter": (
        lambda work: aw.RuptureSpotter(ratings=two_cases(), work=work),
        (entry("setting", "spotter", "spotter", "own"), entry("mark", "spotter", NOOR)),
    ),
    "noise": (lambda work: aw.NoiseLab(work=work), (entry("taps", "noise-lab"),)),
    "task": (
        lambda work: aw.task("noise", 1, work=work),
        (entry("taps", "task", "noise", "1"), entry("answer", "task", "noise", "1", "back")),
    ),
    "worlds": (
        lambda work: aw.TwoWorlds(n=1_000, work=work),
        (
            entry("setting", "09/worlds", 1000, 1, "steps"),
            entry("setting", "09/worlds", 1000, 1, "seed"),
            entry("answer", "09/worlds", 1000, 1, "A"),
            entry("answer", "09/worlds", 1000, 1, "B"),
        ),
    ),
    # The forecasts, and all that the third clinic shows, come only when the steps are taken.
    "worlds at the end": (
        worlds_at_the_end,
        tuple(entry("answer", "09/worlds", 1000, 1, letter) for letter in "ABC"),
    ),
    "choice": (
        lambda work: aw.Question.choice("q", "Which?", {"a": "yes", "b": "no"}, "a", work=work),
        (entry("answer", "q"),),
    ),
    "number": (
        lambda work: aw.Question.number("q", "How many?", 3, because="so", work=work),
        (entry("answer", "q"),),
    ),
    "session": (
        lambda work: aw.Question.session("q", "When?", 12, work=work),
        (entry("answer", "q"),),
    ),
    "prediction": (
        lambda work: aw.Question.number("q", "How many?", prediction=True, work=work),
        (entry("answer", "q"),),
    ),
    "beliefs": (lambda work: aw.Beliefs(work=work), (entry("answer", "00/beliefs"),)),
    "arrows": (lambda work: aw.ArrowSketch(work=work), (entry("answer", "09/arrows"),)),
    "written": (
        lambda work: aw.Question("q", "What do you say?", Written(), work=work),
        (entry("answer", "q"),),
    ),
    "match": (
        lambda work: aw.Question("q", "Which is which?", MATCH, work=work),
        (entry("answer", "q"),),
    ),
    "sketch": (
        lambda work: aw.TrajectorySketch(
            aw.load_data("single_cases").query("client == 'Noor'"), key="s", work=work
        ),
        (entry("answer", "s"),),
    ),
}

TRIED: dict[str, set[type]] = {}

WORDS = ("value", "items", "note", "goals", "tasks", "bond", "alliance", "instrument", "round")
MORE = ("tapped", "shown", "settings", "pressed", "vignette", "case", "marker", "onset", "tries")
MORE += ("moment", "text", "checks", "order")
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


def stands_up(name: str, payload: list[Any], uploaded: bool) -> None:
    """The widget is built from such a file, or goes on when one is uploaded to it."""
    make, ids = WIDGETS[name]
    bad = dict(zip(ids, payload, strict=False))
    with tempfile.TemporaryDirectory() as folder:
        work = work_file(Path(folder) / "alliance_work.json", {} if uploaded else bad)
        desk = WorkDesk.of(work)
        widget = make(work)
        TRIED[name] = classes_of(widget)
        try:
            if uploaded:
                desk.upload(work_file(Path(folder) / "other.json", bad).path.read_bytes())
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


hostile = st.tuples(
    st.sampled_from(sorted(WIDGETS)), st.lists(payloads, min_size=1, max_size=6), st.booleans()
)


@given(hostile)
@settings(**SETTINGS)
def test_no_file_keeps_a_widget_from_being_built(file: tuple[str, list[Any], bool]) -> None:
    stands_up(*file)


@pytest.mark.prove
@given(hostile)
@settings(**{**SETTINGS, "max_examples": 5_000})
def test_five_thousand_hostile_files(file: tuple[str, list[Any], bool]) -> None:
    stands_up(*file)


def test_every_widget_that_restores_something_is_tried() -> None:
    restoring = {kind for kind in every_class() if takes_work(kind)} - {WorkDesk}
    for name in {*WIDGETS} - {*TRIED}:
        TRIED[name] = classes_of(WIDGETS[name][0](WorkFile()))
    assert len(restoring) == 13
    assert {kind.__name__ for kind in restoring - {*chain(*TRIED.values())}} == set()


STEPS = ("09/worlds", 1000, 1, "steps")

# By widget, what an entry of each kind holds that does not belong there.
MALFORMED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("book", entry("setting", "case", ""), {"value": 7}),
    ("book", entry("setting", "rater", ""), {"value": "nurse"}),
    ("book", entry("setting", "fast_entry"), {"value": "yes"}),
    ("story", entry("draft", "story Noor", "Noor", 10, "client"), {"items": []}),
    ("taps", entry("taps", "taps"), {"value": "x"}),
    ("taps", entry("taps", "taps"), {"value": {"round": -1}}),
    ("taps", entry("taps", "taps"), {"value": {"tapped": [3, 99]}}),
    ("noise", entry("taps", "noise-lab"), {"value": {"settings": {"noise_sd": "x"}}}),
    ("regression", entry("regression", "regression"), {}),
    ("regression", entry("regression", "regression"), {"value": {"pressed": ["send", "x"]}}),
    ("worlds", entry("setting", *STEPS), {"value": 9}),
    ("worlds", entry("setting", *STEPS), {"value": True}),
    ("worlds", entry("setting", *STEPS[:3], "seed"), {"value": -1}),
    ("worlds at the end", entry("answer", *STEPS[:3], "A"), {"value": 101}),
    ("choice", entry("answer", "q"), {"value": "c"}),
    ("choice", entry("answer", "q"), {"value": "a", "tries": "x"}),
    ("number", entry("answer", "q"), {"value": [3]}),
    ("session", entry("answer", "q"), {"value": 13}),
    ("prediction", entry("answer", "q"), {"value": None, "skipped": "yes"}),
    ("beliefs", entry("answer", "00/beliefs"), {"value": {"warmth": "maybe"}}),
    ("arrows", entry("answer", "09/arrows"), {"value": ["keeps", "luck"]}),
    ("written", entry("answer", "q"), {"value": "x" * 3000}),
    ("match", entry("answer", "q"), {"value": {"a": "A"}}),
    ("sketch", entry("answer", "s"), {"value": [3.0]}),
    ("spotter", entry("mark", "spotter", NOOR), {"ruptures": 3}),
    ("spotter", entry("mark", "spotter", NOOR), {"ruptures": [5], "committed": "yes"}),
    ("spotter", entry("setting", "spotter", "spotter", "own"), {"case": "x"}),
    ("spotter", entry("setting", "spotter", "spotter", "own"), {"case": True}),
    ("reader", entry("answer", "vignettes", aw.vignettes()[0].id), {"value": 3}),
    ("reader", entry("setting", "reader", "vignettes"), {"vignette": ["x"]}),
    ("reader", entry("setting", "reader", "vignettes"), {"vignette": "no such one"}),
    ("practice", entry("setting", "practice", "practice"), {"moment": ["x"]}),
    ("practice", entry("text", "practice", "weekend", "first"), {}),
    ("practice", entry("text", "practice", "weekend", "first"), {"value": "I went past it."}),
    (
        "practice",
        entry("text", "practice", "weekend", "again"),
        {"value": {"text": "Hm.", "checks": {"warmth": "yes"}}, "order": 3},
    ),
)


@pytest.mark.parametrize(("name", "id", "data"), MALFORMED)
def test_an_entry_that_does_not_hold_what_belongs_there_is_named_once(
    name: str, id: str, data: dict[str, Any], tmp_path: Path
) -> None:
    work = work_file(tmp_path / "alliance_work.json", {id: data})
    WIDGETS[name][0](work)
    message = WorkDesk.of(work).message
    assert f"The entry {id} does not hold what belongs there" in message
    WIDGETS[name][0](work)
    assert WorkDesk.of(work).message.count("does not hold") <= 1
    kept = json.loads(work.path.read_text())["entries"]
    assert data in [each["data"] for each in kept if each["id"] == id]


def test_every_kind_of_entry_that_is_restored_has_a_malformed_one() -> None:
    kinds = {id.split("/")[0] for _make, ids in WIDGETS.values() for id in ids}
    assert kinds - {"rating"} == {id.split("/")[0] for _name, id, _data in MALFORMED}


def test_a_case_that_other_ratings_had_is_no_bad_entry(tmp_path: Path) -> None:
    """Of the student's own table there were seven cases, and now there are two."""
    work = work_file(
        tmp_path / "alliance_work.json",
        {entry("setting", "spotter", "spotter", "own"): {"case": 7}},
    )
    spotter = aw.RuptureSpotter(ratings=two_cases(), work=work)
    assert (spotter.case, spotter.desk.message) == (1, "")


def test_what_the_kit_itself_wrote_is_never_called_unfit(tmp_path: Path) -> None:
    """Every widget is used, and made again from the file it left."""
    path = tmp_path / "alliance_work.json"
    work = WorkFile(path)
    used(work)
    again = WorkFile(path)
    for make, _ids in WIDGETS.values():
        make(again)
    assert "does not hold" not in WorkDesk.of(again).message


def used(work: WorkFile) -> None:
    """Something done in every widget."""
    taps = aw.TapTheRuptures(work=work)
    taps.tapped, taps.shown = [3, 1], True
    noise = aw.NoiseLab(work=work)
    noise.taps.shown = True
    noise.controls.values = {**noise.controls.values, "sessions": 20, "noise": 0.5}
    noise.taps.new_dice()
    aw.RegressionToTheMean(work=work).pressed = ["nobody", "send"]
    reader = aw.VignetteReader(work=work)
    reader.marker, reader.onset, reader.strategy = aw.vignettes()[0].marker, 2, "explore"
    reader.commit()
    reader.vignette = aw.vignettes()[3].id
    practice = aw.ReplyPractice(work=work)
    practice.text = "I went past something."
    practice.checks = dict.fromkeys(("stays", "undefended", "free", "mine"), "no")
    practice.commit()
    practice.moment = aw.vignettes()[1].id
    practice.text = "You brought me"
    spotter = aw.RuptureSpotter(ratings=two_cases(), work=work)
    spotter.ruptures = [5]
    spotter.commit()
    spotter.case = 2
    worlds = aw.TwoWorlds(n=1_000, work=work)
    worlds._act("fit")
    for asked in worlds._page.forecasts.values():
        asked._confidence, asked.answer = "60", 30
    aw.Beliefs(work=work).answer = {"warmth": "unsure"}
    aw.ArrowSketch(work=work).question.answer = ["keeps"]
    book = aw.CaseBook(work=work)
    book.form.fast_entry = True
    book.form.value = dict.fromkeys(("goals", "tasks", "bond"), 4.0)
    book.form._rested += 1


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
