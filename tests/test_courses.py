"""Courses of treatment: one shape, or every fault in words."""

import pandas as pd
import pytest

from alliance_widgets.errors import CourseError
from alliance_widgets.tables.courses import check_courses, read_courses
from alliance_widgets.tables.reading.csv_files import to_csv_text


def table(**columns):
    plain = {
        "client": ["a", "b"],
        "sessions_attended": [0, 9],
        "ending": ["dropped_out", "completed"],
    }
    return pd.DataFrame(plain | columns)


def problems_of(courses):
    with pytest.raises(CourseError) as caught:
        check_courses(courses)
    return list(caught.value.problems)


def test_a_full_table_comes_back_in_the_promised_shape():
    checked = check_courses(
        table(
            missed_last=["yes", None],
            therapist_view=["Dropped out", None],
            planned_sessions=[12, None],
            reliable_change=[1, 0],
            ending_by=["client", "MUTUAL"],
            therapist=["T1", "T2"],
        )
    )
    assert {name: str(kind) for name, kind in checked.dtypes.items()} == {
        **{"client": "str", "sessions_attended": "int64", "ending": "str"},
        **{"missed_last": "boolean", "therapist_view": "str", "planned_sessions": "Int64"},
        **{"reliable_change": "boolean", "ending_by": "str", "therapist": "str"},
    }
    assert checked["missed_last"].tolist() == [True, pd.NA]
    assert checked["therapist_view"].iloc[0] == "dropped_out"
    assert checked["ending_by"].tolist() == ["client", "mutual"]
    pd.testing.assert_frame_equal(check_courses(checked), checked)


def test_six_clients_with_every_definition_are_accepted():
    clients = pd.DataFrame(
        {
            "client": list("abcdef"),
            "sessions_attended": [2, 2, 9, 9, 1, 14],
            "ending": "completed",
            "missed_last": [True, False, True, False, False, False],
            "therapist_view": ["dropped_out", "completed"] * 3,
            "reliable_change": ["no", "yes", "y", "n", "TRUE", 0],
        }
    )
    assert check_courses(clients)["reliable_change"].tolist() == [
        False,
        True,
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (
            {"sessions_attended": [-1, 2]},
            "row 1 (client a): sessions_attended is -1; expected a whole number from 0 to 1000.",
        ),
        (
            {"sessions_attended": [1, None]},
            "row 2 (client b): sessions_attended is blank; expected a whole number from 0 to 1000.",
        ),
        (
            {"planned_sessions": [0, 5]},
            "row 1 (client a): planned_sessions is 0; expected a whole number from 1 to 1000.",
        ),
        (
            {"ending": ["quit", "completed"]},
            "row 1 (client a): ending is quit; expected one of completed, dropped_out, ongoing.",
        ),
        (
            {"ending": [None, "completed"]},
            "row 1 (client a): ending is blank; expected one of completed, dropped_out, ongoing.",
        ),
        (
            {"therapist_view": ["ongoing", None]},
            "row 1 (client a): therapist_view is ongoing; expected one of completed, dropped_out.",
        ),
        (
            {"missed_last": ["maybe", None]},
            "row 1 (client a): missed_last is maybe; expected yes or no, or a blank cell.",
        ),
        (
            {"client": [" ", "b"]},
            "row 1: client is blank; give every row a client, for example a pseudonym.",
        ),
        (
            {"client": ["7", 7.0]},
            "rows 1, 2: client 7 is there more than once; keep one row per client.",
        ),
    ],
)
def test_each_fault_is_said_with_its_row_and_its_mending(columns, problem):
    assert problems_of(table(**columns)) == [problem]


def test_a_wrong_header_says_what_is_there_and_what_is_needed():
    columns, rename = problems_of(table().rename(columns={"sessions_attended": "sessions attend"}))
    assert "client, sessions_attended and ending are needed" in columns
    assert rename == "Is 'sessions attend' meant to be 'sessions_attended'? Then rename it."


def test_every_fault_of_a_file_is_listed_by_its_row_in_the_spreadsheet():
    with pytest.raises(CourseError) as caught:
        read_courses(b"client;Sessions attended;ending\na;x;gone\n;3;ongoing\n")
    assert [problem[:5] for problem in caught.value.problems] == ["row 2", "row 2", "row 3"]


def test_a_table_survives_the_way_through_csv():
    whole = check_courses(
        table(
            client=["007", "=1"], planned_sessions=[4, None], missed_last=[None, "yes"], ward=[1, 2]
        )
    )
    pd.testing.assert_frame_equal(read_courses(to_csv_text(whole).encode()), whole)


def test_the_table_given_is_never_changed():
    given = table(missed_last=["yes", "no"])
    before = given.copy(deep=True)
    checked = check_courses(given)
    checked["ending"] = "ongoing"
    pd.testing.assert_frame_equal(given, before)
