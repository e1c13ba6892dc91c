"""The work file: what is recorded is there, once, as it was entered, and can be taken back."""

from __future__ import annotations

import json
import stat
import sys
from datetime import date, datetime

import jsonschema
import numpy as np
import pandas as pd
import pytest

from alliance_widgets import check_ratings, read_ratings
from alliance_widgets.errors import InstrumentError, RatingError, WorkFileError
from alliance_widgets.words import say
from alliance_widgets.workfile import Entry, WorkFile, kept, reading, warn_identifying
from alliance_widgets.workfile.reading import schema

HOSTILE = ["<script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "+1", "@SUM(A1)", "-2+3",
           "{brace} %s", "a\nb\r\n\tc\u2028d\x00", "Zoë 🙂 \"quoted\" \\", ""]  # fmt: skip


@pytest.fixture
def work(tmp_path):
    return WorkFile(tmp_path / "work.json")


def rate(work, session=1, **columns):
    return work.record_rating(
        **{"client": "Noor", "session": session, "goals": 4, "tasks": 3.5, "bond": 4.5} | columns
    )


def again(work):
    return WorkFile(work.path)


# ---- ratings -----------------------------------------------------------------------------------


def test_a_recorded_rating_is_in_the_file_and_in_a_table_that_passes_the_check(work):
    assert work.saved
    assert rate(work, note="late")
    rate(work, 2, rater="Therapist", bond=None)
    for one in (work, again(work)):
        table = one.ratings
        assert list(table.columns) == [
            *["client", "session", "rater", "goals", "tasks", "bond", "alliance", "instrument"],
            "note",
        ]
        assert table["rater"].tolist() == ["client", "therapist"]
        assert table["alliance"].tolist() == pytest.approx([4, np.nan], nan_ok=True)
        assert table["instrument"].tolist() == ["own", "own"]
        pd.testing.assert_frame_equal(
            check_ratings(table)[list(table.columns)], table, check_dtype=False
        )


def test_without_ratings_the_table_has_the_columns_and_no_rows(work):
    table = work.ratings
    assert table.empty
    assert {"client", "session", "rater", "alliance", "instrument"} <= set(table.columns)
    assert str(table["session"].dtype) == "int64"


def test_a_session_rated_again_is_corrected_and_never_doubled(work):
    rate(work)
    rate(work, goals=2, client=" Noor ")
    assert work.ratings["goals"].tolist() == [2]
    assert [entry.data["goals"] for entry in work.history("rating", ("", "Noor", 1, "client"))] == [
        *[4, 2]
    ]


def test_the_same_rating_again_changes_nothing(work):
    rate(work)
    before = work.path.read_bytes()
    assert rate(work)
    assert work.path.read_bytes() == before


def test_a_faulty_rating_is_refused_in_words_and_not_recorded(work):
    with pytest.raises(RatingError, match="bond is 9; expected a number from 1 to 5"):
        rate(work, bond=9)
    with pytest.raises(RatingError, match="client is blank"):
        rate(work, client="")
    with pytest.raises(InstrumentError, match="no instrument 'nonsense'"):
        rate(work, instrument="nonsense")
    assert len(work) == 0
    assert not work.path.exists()


def test_a_session_without_numbers_is_one_that_was_skipped(work):
    work.record_rating(client="Noor", session=3)
    assert work.ratings["session"].tolist() == [3]
    assert work.ratings["alliance"].isna().all()


def test_a_removed_rating_is_gone_and_undo_brings_it_back(work):
    rate(work)
    work.remove_rating("Noor", 1)
    assert again(work).ratings.empty
    (change,) = work.undo()
    assert (change.kind, change.before, change.after["goals"]) == ("rating", None, 4)
    assert again(work).ratings["goals"].tolist() == [4]


def test_clients_of_one_name_in_two_cases_are_told_apart(work):
    rate(work, case="a")
    assert work.ratings["client"].tolist() == ["Noor"]
    rate(work, case="b", goals=2)
    rate(work, client="Noor (a)")
    rate(work, client="Ben", case="b")
    assert sorted(work.ratings["client"]) == ["Ben", "Noor (a)", "Noor (a)*", "Noor (b)"]
    assert work.ratings_of(case="b")["client"].tolist() == ["Ben", "Noor"]


def test_ratings_on_another_instrument_stand_in_a_table_of_their_own(work):
    rate(work, instrument="WAI-S", goals=7)
    assert work.ratings["instrument"].tolist() == ["wai_s"]
    rate(work, 2)
    assert work.ratings["instrument"].tolist() == ["own"]
    assert work.ratings_of("wai_s")["goals"].tolist() == [7]
    assert any("several instruments" in notice for notice in work.notices)
    with pytest.raises(InstrumentError):
        work.ratings_of("nonsense")


def test_an_instrument_of_ones_own_is_shown_once_its_file_is_read(work, tmp_path):
    scale = tmp_path / "smileys.toml"
    scale.write_text('title = "Smileys"\nitems = 3\nlow = 0\nhigh = 2\nstep = 1\n')
    rate(work, instrument=scale, goals=0, tasks=1, bond=2)
    assert work.ratings["instrument"].tolist() == ["smileys"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_comes_back_as_it_was_entered_and_no_spreadsheet_runs_it(work, text):
    rate(work, client="x" + text, note=text, case=text)
    work.record("answer", text, text=text, **{text or "blank": [text]})
    table = again(work).ratings
    assert table["note"].tolist() == [text]
    assert table["client"].tolist() == [("x" + text).strip()]
    assert again(work).get("answer", text)["text"] == text
    csv = work.to_csv()
    for cell in csv.replace("\r\n", "\n").replace(",", "\n").split("\n"):
        assert not cell.lstrip('"').startswith(("=", "+", "@"))


def test_the_csv_of_the_ratings_reads_back_as_the_ratings(work):
    rate(work, note="=1+1")
    rate(work, 2, note="fine")
    back = read_ratings(work.to_csv().encode())
    pd.testing.assert_frame_equal(back[list(work.ratings.columns)], work.ratings, check_dtype=False)


# ---- other kinds -------------------------------------------------------------------------------


def test_predictions_answers_marks_and_settings_fit_in_without_a_new_version(work):
    work.record("prediction", "08_who_leaves", choice="a", confidence=0.7)
    work.record("answer", ("04", 2), value=[1, 2], ok=True)
    work.record("mark", ("Noor", 5, "client"), rupture=True)
    work.record("setting", "theme", value=None)
    for one in (work, again(work)):
        assert one.get("prediction", "08_who_leaves") == {"choice": "a", "confidence": 0.7}
        assert one.entries("mark") == {("Noor", "5", "client"): {"rupture": True}}
        assert one.get("setting", "theme") == {"value": None}
        assert one.get("setting", "font") is None
        assert len(one) == 4
    jsonschema.validate(json.loads(work.path.read_bytes()), schema())


def test_entries_are_copies(work):
    work.record("answer", "q", value=[1])
    work.entries("answer")[("q",)]["value"].append(2)
    work.get("answer", "q")["value"].append(2)
    assert work.get("answer", "q") == {"value": [1]}


def test_numbers_of_numpy_and_pandas_are_kept_and_what_is_none_is_null(work):
    work.record(
        *("answer", "q"),
        **{"a": np.float64(1.5), "b": np.int64(3), "c": np.bool_(True), "d": float("nan")},
        **{"e": pd.NA, "f": pd.NaT, "g": np.array([1.0, np.nan]), "h": np.float32("inf")},
        **{"i": date(2026, 1, 5), "j": pd.Series([1, 2]), "k": (1, "x"), "l": np.datetime64("NaT")},
        **{"m": datetime(2026, 1, 5, 13, 2), "n": {1: {"deep": None}}, "o": np.str_("s")},
    )
    assert again(work).get("answer", "q") == {
        **{"a": 1.5, "b": 3, "c": True, "d": None, "e": None, "f": None, "g": [1.0, None]},
        **{"h": None, "i": "2026-01-05", "j": [1, 2], "k": [1, "x"], "l": None},
        **{"m": "2026-01-05T13:02:00", "n": {"1": {"deep": None}}, "o": "s"},
    }
    assert b"NaN" not in work.path.read_bytes()


def test_half_characters_are_made_whole(work):
    work.record("answer", "\ud83d\ude42 \ud800", text="\ud83d\ude42 \udfff")
    assert again(work).entries("answer") == {("🙂 �",): {"text": "🙂 �"}}


@pytest.mark.parametrize(
    ("kind", "key", "data", "said"),
    [
        ("Answer", "q", {}, "cannot be a kind"),
        ("a/b", "q", {}, "cannot be a kind"),
        (3, "q", {}, "cannot be a kind"),
        ("answer", (), {}, "key of this answer"),
        ("answer", "q" * 3000, {}, "key of this answer"),
        ("answer", "q", {"value": object()}, "A object cannot be kept"),
        ("answer", "q", {"value": {1, 2}}, "A set cannot be kept"),
        ("answer", "q", {"value": "x" * 200_001}, "holds 200 kB at most"),
        ("answer", "q", {"value": 10**5000}, "too large a number"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(work, kind, key, data, said):
    with pytest.raises(WorkFileError, match=said):
        work.record(kind, key, **data)
    assert (len(work), work.unsaved) == (0, 0)


def test_what_holds_itself_is_refused(work):
    endless: list = []
    endless.append(endless)
    with pytest.raises(WorkFileError, match="nested too deeply"):
        work.record("answer", "q", value=endless)


def test_a_full_work_file_says_so_and_keeps_what_it_has(work, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 2000)
    work.record("answer", "a", text="x" * 1000)
    with pytest.raises(WorkFileError, match="work file is full"):
        work.record("answer", "b", text="x" * 1000)
    assert list(again(work).entries("answer")) == [("a",)]


# ---- undo --------------------------------------------------------------------------------------


def test_undo_goes_back_step_by_step_and_redo_forth(work):
    for goals in (1, 2, 3):
        rate(work, goals=goals)
    work.remove_rating("Noor", 1)
    seen = []
    for step in (*[work.undo] * 4, *[work.redo] * 4):
        step()
        seen.append(work.ratings["goals"].tolist())
        assert again(work).ratings["goals"].tolist() == seen[-1]
    assert seen == [[3], [2], [1], [], [1], [2], [3], []]


def test_a_new_record_ends_what_can_be_redone(work):
    rate(work)
    work.undo()
    rate(work, 2)
    assert work.redo() == ()
    assert work.notices[-1] == "There is nothing to redo."


def test_with_nothing_to_undo_it_says_so(work):
    assert not work.can_undo()
    assert work.undo() == ()
    assert "nothing to undo" in work.notices[-1]


def test_undo_leaves_alone_what_another_window_has_changed_since(work):
    rate(work, 1)
    rate(work, 2)
    other = again(work)
    rate(other, 2, goals=1)
    assert work.undo() == ()
    assert "changed in another window" in work.notices[-1]
    assert again(work).ratings["goals"].tolist() == [4, 1]
    assert work.undo()[0].key == ("", "Noor", "1", "client")
    assert again(work).ratings["session"].tolist() == [2]


def test_a_table_of_sessions_is_saved_and_undone_in_one_step(work):
    rate(work, 1)
    writes = work.revision
    table = pd.DataFrame({"client": "Noor", "session": [2, 3, 4], "bond": 3.0, "alliance": 3.5})
    assert work.record_ratings(table)
    assert work.revision == writes + 3
    assert again(work).ratings["session"].tolist() == [1, 2, 3, 4]
    assert [change.key[2] for change in work.undo()] == ["2", "3", "4"]
    assert again(work).ratings["session"].tolist() == [1]
    assert len(work.redo()) == 3
    assert again(work).ratings["bond"].tolist()[1:] == [3.0] * 3


def test_one_faulty_row_keeps_out_the_whole_table(work):
    with pytest.raises(RatingError, match="row 2"):
        work.record_ratings({"client": ["A", "A"], "session": [1, 2], "alliance": [3, 9]})
    assert len(work) == 0


def test_undo_can_be_held_to_one_kind_and_one_case(work):
    rate(work, 1)
    rate(work, 1, case="other")
    work.record("answer", "q1", value="bond")
    assert work.undo("rating", ("", "Noor"))[0].key == ("", "Noor", "1", "client")
    assert work.undo("rating", ("", "Noor")) == ()
    assert work.get("answer", "q1") == {"value": "bond"}
    assert work.redo("answer") == ()
    assert work.undo()[0].kind == "answer"
    assert work.undo()[0].key[0] == "other"


def test_a_draft_is_kept_and_undo_does_not_stop_at_it(work):
    rate(work, 1)
    work.keep_draft("draft", "Noor", bond=2)
    assert again(work).get("draft", "Noor") == {"bond": 2}
    assert work.undo()[0].kind == "rating"
    work.drop_draft("draft", "Noor")
    assert again(work).get("draft", "Noor") is None


# ---- several notebooks -------------------------------------------------------------------------


def test_two_windows_see_each_other_and_the_later_save_is_shown(work):
    other = again(work)
    rate(work, 1)
    rate(other, 2)
    assert other.ratings["session"].tolist() == [1, 2]
    work.flush()
    assert work.ratings["session"].tolist() == [1, 2]
    for n in range(5):
        rate(other, 3 + n)
    rate(other, 1, goals=1)
    rate(work, 1, goals=5)
    assert again(work).ratings["goals"].tolist()[0] == 5


def test_an_upload_says_what_it_did(work, tmp_path):
    other = WorkFile(tmp_path / "other.json")
    for one in (work, other):
        rate(one, 1)
    rate(other, 1, goals=1)
    rate(other, 2)
    rate(other, 3)
    other.remove_rating("Noor", 3)
    upload = work.merge_bytes(other.download_bytes())
    assert (upload.added, upload.updated, upload.removed, upload.unchanged) == (1, 1, 0, 0)
    assert upload.saved
    assert upload.sentence.startswith("1 entry was added to your work. 1 was brought up to date")
    assert again(work).ratings["goals"].tolist() == [1, 4]
    assert len(work.history("rating", ("", "Noor", 1, "client"))) == 3
    upload = work.merge_bytes(memoryview(other.download_bytes()))
    assert (upload.added, upload.updated, upload.unchanged) == (0, 0, 2)
    assert upload.sentence == "0 entries were added to your work. 2 stay as they are here."


def test_work_opened_twice_on_a_server_merges_both_ways(work, tmp_path):
    other = WorkFile(tmp_path / "other.json")
    rate(work, 1)
    rate(other, 1, goals=1)
    work.merge_bytes(other.download_bytes())
    other.merge_bytes(work.download_bytes())
    assert work.path.read_bytes() == other.path.read_bytes()
    assert work.ratings["goals"].tolist() == other.ratings["goals"].tolist()


# ---- the file ----------------------------------------------------------------------------------


def test_the_default_place_is_a_folder_beside_the_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALLIANCE_WORK", raising=False)
    work = WorkFile()
    assert list(tmp_path.iterdir()) == []
    rate(work)
    monkeypatch.chdir("/")
    rate(work, 2)
    assert (tmp_path / "my_work/alliance_work.json").is_file()
    monkeypatch.setenv("ALLIANCE_WORK", str(tmp_path / "elsewhere"))
    assert WorkFile().path == (tmp_path / "elsewhere/alliance_work.json").resolve()
    assert WorkFile(tmp_path).path == (tmp_path / "alliance_work.json").resolve()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_may_read_the_file(work):
    rate(work)
    assert stat.S_IMODE(work.path.stat().st_mode) == 0o600
    work.path.chmod(0o644)
    rate(work, 2)
    assert stat.S_IMODE(work.path.stat().st_mode) == 0o600


def test_the_status_is_a_sentence(work):
    assert work.status == "Nothing is recorded yet."
    rate(work)
    assert work.status == f"Saved {work._kept.saved_at:%H:%M} on this computer."
    work.keep_draft("draft", "Ana", value=3)
    assert work.status.endswith("is kept as a draft.")
    work.drop_draft("draft", "Ana")
    assert work.status.startswith("Saved ")
    assert again(work).status == say("workfile.opened")
    assert str(work.path) in repr(work)


def test_every_save_adds_one_line_and_the_first_the_student_code(work):
    for session in range(1, 21):
        rate(work, session)
    sizes = []
    for n in range(10):
        rate(work, 1, goals=1 + n % 2)
        sizes.append(work.path.stat().st_size)
    assert len(work.path.read_text().splitlines()) == 33
    assert max(np.diff(sizes)) < 250


def test_a_save_with_no_change_writes_nothing(work):
    rate(work)
    before = work.path.stat()
    assert work.flush()
    assert work.path.stat() == before


def test_the_file_follows_its_schema_and_the_schema_is_strict_about_the_envelope(work):
    rate(work)
    file = json.loads(work.path.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(file, schema())
    for strange in ({"name": "me"}, {"counter": 0}, {"id": "no key"}, {"data": []}):
        wrong = {**file, "entries": [{**file["entries"][0], **strange}]}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema())


ENVELOPES = {
    "id": ("rating//a/1/client", "rating", "Rating/a", "a/b\n", "a/ b", "a/" + "b" * 2000, 5, None),
    "counter": (1, 0, 10**15, 10**15 + 1, True, 1.0, "1", None),
    "writer": ("ab12", "", "AB", "a b", "a\n", "a" * 41, 5, None),
    "at": ("2026", "a" * 41, 5, None),
    "data": ({}, {"a": [1]}, None, [], "x"),
}


@pytest.mark.parametrize("field", [*ENVELOPES, "other"])
def test_what_is_taken_as_sound_without_the_schema_is_sound_to_it(field):
    """And of entries as the kit writes them nothing is left to the slower judge."""
    sound = {name: values[0] for name, values in ENVELOPES.items()}
    judge = reading._validator()
    for value in ENVELOPES.get(field, (1,)):
        entry = sound | {field: value}
        if reading.is_plainly_sound(entry):
            assert judge.is_valid(entry)
        without = {name: each for name, each in entry.items() if name != field}
        assert (
            reading.is_plainly_sound(without)
            == judge.is_valid(without)
            == (field in ("at", "other"))
        )
    assert reading.is_plainly_sound(sound)


def test_nothing_in_the_file_tells_who_the_person_is(work):
    rate(work)
    entry, code = json.loads(work.path.read_bytes())["entries"]
    assert code["data"] == {"code": work.student}
    assert set(entry) == {"id", "counter", "writer", "at", "data"}
    assert entry["at"].endswith("Z")  # not even a time zone
    assert again(work)._kept.writer != work._kept.writer


def test_an_entry_tells_its_kind_and_key():
    entry = Entry.of("rating/a%2Fb/Zo%C3%AB/3/client", 1, "w", None, {})
    assert (entry.kind, entry.key) == ("rating", ("a/b", "Zoë", "3", "client"))


# ---- privacy -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("write to noor.b@example.org", "an e-mail address"),
        ("call +49 170 1234567 today", "a telephone number"),
        ("call 0170 123 45 67", "a telephone number"),
        ("(555) 123-4567", "a telephone number"),
        ("born 3.5.1990", "a date of birth"),
        ("1990-05-03", "a date of birth"),
        ("her date of birth", "a date of birth"),
        ("case 20231234", "a long number"),
        ("My name is noor", "a name"),
        ("her name's Noor", "a name"),
        ("Dr. Müller came too", "a name"),
        ("Mrs Okafor", "a name"),
    ],
)
def test_identifying_details_are_warned_of(text, sign):
    assert sign in warn_identifying(text)


@pytest.mark.parametrize(
    "text",
    [
        *["", "Alliance fell from 4.25 to 3.5 in session 12.", "the dr was late", "=SUM(A1:A3)"],
        *["r = .28, k = 295, n = 30,000", "3/5 sessions, 10-12 weeks", "we agreed on 3.333333"],
        "She said it is the 2nd time in 2024.",
    ],
)
def test_ordinary_notes_are_not(text):
    assert warn_identifying(text) is None


def test_a_warning_takes_no_time_on_a_very_long_text():
    assert warn_identifying("a@" * 500_000) is None
    assert warn_identifying("1 " * 500_000) is None


def test_a_tilde_in_the_setting_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("ALLIANCE_WORK", "~/work")
    assert WorkFile().path == (tmp_path / "work" / "alliance_work.json").resolve()
    assert WorkFile("~/mine/a.json").path == (tmp_path / "mine" / "a.json").resolve()


@pytest.mark.parametrize("name", ["x" * 300, "x" * 250 + ".json", "a\0b.json", "a/" + "b" * 5000])
def test_a_name_that_the_disk_refuses_is_said_and_the_work_is_kept(tmp_path, name):
    work = WorkFile(f"{tmp_path}/{name}")
    assert work.record_rating(client="A", session=1, alliance=3) is False
    assert "does not take this file name" in work.status
    assert len(work.ratings) == 1
    assert b'"rating/' in work.download_bytes()


def test_what_is_no_path_is_refused_in_words():
    with pytest.raises(WorkFileError, match="path is 5"):
        WorkFile(5)


COPIES = (
    *(
        "alliance_work (conflicted copy).json",
        "alliance_work-LAPTOP.json",
        "alliance_work (1).json",
    ),
    *("alliance_work.sync-conflict-20260501-101500-ABCDEFG.json", "Copy of alliance_work.json"),
    *("alliance_work (Annas in Konflikt stehende Kopie 2026-05-01).json", "alliance_work 2.json"),
)


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_that_a_sync_program_made_is_named_with_the_upload(tmp_path, name):
    path = tmp_path / "alliance_work.json"
    other = WorkFile(tmp_path / "other" / "alliance_work.json")
    other.record_rating(client="Noor", session=2, alliance=4)
    WorkFile(path).record_rating(client="Noor", session=1, alliance=3)
    (tmp_path / name).write_bytes(other.download_bytes())
    work = WorkFile(path)
    [notice] = work.notices
    assert name in notice
    assert "1 entry in it is not here" in notice
    assert "Upload my work" in notice
    work.merge_bytes((tmp_path / name).read_bytes())
    [notice] = WorkFile(path).notices
    assert "Everything in it is here already" in notice


def test_files_of_another_name_and_what_was_set_aside_are_no_copies(tmp_path):
    path = tmp_path / "work.json"
    content = WorkFile(tmp_path / "other.json")
    content.record_rating(client="Noor", session=2, alliance=4)
    WorkFile(path).record_rating(client="Noor", session=1, alliance=3)
    names = ["homework.json", "work.damaged.2026-05-01-101500.json", "workbook.json", "work.csv"]
    for name in names:
        (tmp_path / name).write_bytes(content.download_bytes())
    (tmp_path / "work (1).json").write_text('{"kit": "another"}')
    assert WorkFile(path).notices == ()
