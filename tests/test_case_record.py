"""Given sessions and over them the student's own, one record."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.tables.session_rating import SessionRating
from alliance_widgets.workfile.case_record import CaseRecord

SCORES = {"goals": 3.0, "tasks": 3.5, "bond": 4.0}
RATING = SessionRating(SCORES)


@pytest.fixture
def work(own_work_folder: Path) -> aw.WorkFile:
    return aw.WorkFile(own_work_folder / "w.json")


@pytest.fixture
def noor() -> pd.DataFrame:
    return aw.load_data("single_cases").query("client == 'Noor'")


def csv(*lines: str) -> bytes:
    return "\n".join(("client,session,alliance", *lines)).encode()


def test_without_anything_there_is_an_empty_table_that_has_the_columns(work: aw.WorkFile) -> None:
    record = CaseRecord(work)
    assert record.ratings.empty
    assert {"client", "session", "rater", "alliance"} <= set(record.ratings)
    assert record.clients == []
    assert record.next_session("Case 1", "client") == 1


def test_the_alliance_is_the_mean_of_what_was_rated(work: aw.WorkFile) -> None:
    record = CaseRecord(work)
    record.save(record.key("Case 1", 1, "client"), SessionRating({**SCORES, "bond": None}))
    row = record.ratings.iloc[0]
    assert (row["alliance"], pd.isna(row["bond"])) == (3.25, True)
    assert record.next_session("Case 1", "client") == 2


def test_the_student_s_rating_stands_over_the_given_one_until_it_is_removed(
    work: aw.WorkFile, noor: pd.DataFrame
) -> None:
    record = CaseRecord(work, noor, "lesson")
    record.save(record.key("Noor", 10, "client"), RATING)
    tenth = record.ratings.query("session == 10 and rater == 'client'")
    assert tenth["alliance"].tolist() == [3.5]
    assert len(record.ratings) == len(noor)
    record.remove(record.key("Noor", 10, "client"))
    assert record.ratings.query("session == 10 and rater == 'client'")["goals"].tolist() == (
        noor.query("session == 10 and rater == 'client'")["goals"].tolist()
    )


def test_two_studies_of_one_client_do_not_meet(work: aw.WorkFile, noor: pd.DataFrame) -> None:
    one = CaseRecord(work, noor, "one")
    one.save(one.key("Noor", 11, "client"), RATING)
    assert CaseRecord(work, noor, "two").next_session("Noor", "client") == 11
    assert CaseRecord(work, noor, "one").next_session("Noor", "client") == 12
    assert CaseRecord(work).clients == []


def test_undo_is_held_to_this_rater_of_this_case(work: aw.WorkFile) -> None:
    record = CaseRecord(work)
    record.save(record.key("Case 1", 1, "client"), RATING)
    record.save(record.key("Case 1", 1, "therapist"), RATING)
    record.save(record.key("Case 2", 1, "client"), RATING)
    assert [c.key for c in record.undo("Case 1", "client")] == [("", "Case 1", "1", "client")]
    assert record.undo("Case 1", "client") == ()
    assert len(record.ratings) == 2


def test_a_csv_file_adds_what_is_new_and_is_undone_in_one_step(work: aw.WorkFile) -> None:
    record = CaseRecord(work)
    rating = SessionRating(dict.fromkeys(SCORES, 3.0))
    record.save(record.key("Case 1", 1, "client"), rating)
    assert record.import_csv(csv("x,1,3", "x,2,4", "x,3,4.5"), "Case 1") == (2, 1)
    assert record.ratings["alliance"].tolist() == [3, 4, 4.5]
    record.undo("Case 1", "client")
    assert record.ratings["alliance"].tolist() == [3]
    assert record.import_csv(csv("x,1,3"), "Case 1") == (0, 1)


def test_a_csv_file_that_contradicts_what_is_rated_adds_nothing(work: aw.WorkFile) -> None:
    record = CaseRecord(work)
    record.import_csv(csv("x,1,3", "x,2,4"), "Case 1")
    with pytest.raises(aw.RatingError) as caught:
        record.import_csv(csv("x,1,1", "x,2,1", "x,3,5"), "Case 1")
    assert len(caught.value.problems) == 2
    assert record.ratings["alliance"].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (csv("x,1,3", "y,1,4"), "a case is one client, and this table has 2"),
        (csv("x,1,9"), "alliance is 9"),
        (b"client,session,alliance,instrument\nx,1,6,wai_s\n", "WAI-S"),
        (b"\x00\x01", "not a text file"),
    ],
)
def test_a_csv_file_that_does_not_fit_is_refused_in_words(
    work: aw.WorkFile, content: bytes, sentence: str
) -> None:
    record = CaseRecord(work)
    with pytest.raises(aw.RatingError, match=sentence):
        record.import_csv(content, "Case 1")
    assert record.ratings.empty


def test_without_a_work_file_nothing_is_recorded(noor: pd.DataFrame) -> None:
    record = CaseRecord(None, noor)
    assert len(record.ratings) == len(noor)
    with pytest.raises(aw.RatingError, match="can only be looked at"):
        record.save(record.key("Noor", 11, "client"), RATING)
