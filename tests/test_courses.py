"""The contract of courses of treatment."""

from __future__ import annotations

import pandas as pd
import pytest

import alliance_widgets as aw

GOOD = {"client": "A", "sessions_attended": 3, "ending": "completed"}


def faults(given: object) -> tuple[str, ...]:
    with pytest.raises(aw.CourseError) as caught:
        aw.read_courses(given) if isinstance(given, bytes) else aw.check_courses(given)
    return caught.value.problems


def test_every_fault_is_listed_by_row() -> None:
    problems = faults(
        b"client;sessions_attended;ending;missed_last\n"
        b"A;-1;completed;yes\n;2;dropped out;no\nC;2,5;ongoing;perhaps\nC;1;left;\nE;;;\n"
    )
    assert [p.split(":")[0] for p in problems] == [
        "row 2 (client A)",
        "row 3 (client ?)",
        "row 4 (client C)",
        "row 4 (client C)",
        "row 5 (client C)",
        "row 5 (client C)",
        "row 6 (client E)",
        "row 6 (client E)",
    ]


def test_the_table_that_comes_back() -> None:
    courses = aw.check_courses(
        [
            {**GOOD, "missed_last": "No", "therapist_view": "completed", "therapist": "T1"},
            {**GOOD, "client": 7, "ending": "Dropped Out", "missed_last": 1, "ending_by": "client"},
        ]
    )
    assert courses["client"].tolist() == ["A", "7"]
    assert courses["ending"].tolist() == ["completed", "dropped_out"]
    assert courses["sessions_attended"].dtype == "int64"
    assert courses["missed_last"].tolist() == [False, True]
    assert courses["ending_by"].isna().tolist() == [True, False]
    assert courses["therapist"].tolist()[0] == "T1"


def test_a_client_who_never_came_is_a_course_of_no_sessions() -> None:
    assert aw.check_courses([{**GOOD, "sessions_attended": 0}])["sessions_attended"].tolist() == [0]


@pytest.mark.parametrize("nothing", [None, [], pd.DataFrame()])
def test_nothing_at_all_is_answered_in_words(nothing: object) -> None:
    assert faults(nothing)


def test_the_given_table_is_not_changed() -> None:
    given = pd.DataFrame([{**GOOD, "ending": " Completed "}])
    before = given.copy(deep=True)
    aw.check_courses(given)
    pd.testing.assert_frame_equal(given, before)
