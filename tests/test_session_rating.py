"""A session's rating as a value: through form, record and file, and back, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.tables.session_rating import RatingKey, SessionRating
from alliance_widgets.widgets.page._sheet import RatingSheet
from alliance_widgets.workfile.case_record import CaseRecord

SCALE = st.none() | st.floats(1, 5)
SCORES = st.fixed_dictionaries(dict.fromkeys(("goals", "tasks", "bond"), SCALE))
ITEMS = st.dictionaries(st.sampled_from("123456"), st.floats(1, 5))
NOTES = st.sampled_from(["", "She came late.", "=1+1"])
OTHERS = st.dictionaries(
    st.sampled_from(["mood", "item_x", "item_1"]), st.sampled_from(["calm", "", "2 of 3", None])
)
OWN = RatingSheet(aw.instrument("own"), ("goals", "tasks", "bond"))


@given(SCORES, ITEMS, NOTES, OTHERS, SCALE)
def test_what_an_entry_holds_is_what_a_rating_gives_back(
    scores: dict, items: dict, note: str, others: dict, alliance: float | None
) -> None:
    rating = SessionRating(scores, items, note, others, alliance)
    again = SessionRating.of(rating.columns)
    assert again.columns == rating.columns
    assert SessionRating.of(again.columns) == again


def test_the_alliance_is_the_mean_of_what_is_rated_unless_it_stands_there() -> None:
    assert SessionRating({"goals": 3.0, "tasks": 4.0, "bond": None}).alliance == 3.5
    assert SessionRating({"goals": 3.0}, alliance=2.0).alliance == 2.0
    assert SessionRating({"goals": None}).alliance is None


def test_a_key_goes_to_the_file_and_back(own_work_folder: Path) -> None:
    work = aw.WorkFile(own_work_folder / "w.json")
    record = CaseRecord(work, study="a/b")
    key = record.key("Noor", 12, "therapist")
    record.save(key, SessionRating({"goals": 3.0}))
    [entry] = work.entries("rating")
    assert RatingKey.of(entry) == key == RatingKey("a/b", "Noor", 12, "therapist")


@given(SCORES, st.sampled_from(["goals", "tasks", "bond"]), SCALE)
def test_a_correction_touches_one_row_and_the_items_behind_it(
    scores: dict, row: str, value: float | None
) -> None:
    items = {str(n): 3.0 for n in range(1, 7)}
    by_items = dict.fromkeys(scores, 3.0)
    kept = OWN.corrected(SessionRating(by_items, items, "note", {"mood": "calm"}), row, value)
    assert kept.scores == {**by_items, row: value}
    assert (kept.note, kept.others) == ("note", {"mood": "calm"})
    behind = {str(n) for n in OWN.scored_by.subscales[row]}
    moved = behind if value is None or abs(value - 3.0) > 1e-6 else set()
    assert {n for n, number in kept.items.items() if number is None} == moved


def test_correcting_to_what_stands_there_changes_nothing() -> None:
    alone = SessionRating(dict.fromkeys(("goals", "tasks", "bond")), alliance=4.2)
    assert OWN.corrected(alone, "bond", None) is alone


@pytest.mark.parametrize("value", [True, "4", 0.9, 5.1, float("nan"), None, [4]])
def test_what_is_no_number_on_the_scale_counts_as_unset(value: object) -> None:
    assert OWN.scores_of({"goals": value, "nonsense": 3})["goals"] is None
    assert set(OWN.items_of({"1": value, "7": 3}).values()) == {None}
