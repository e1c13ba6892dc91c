"""Two tables that hardly mean the same clients say so, once, with the writing that comes near."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.tables.matching import tell_unmatched


def ratings_of(clients: list[str]) -> pd.DataFrame:
    random = np.random.default_rng(3)
    table = pd.DataFrame({"client": np.repeat(clients, 4), "session": [1, 2, 3, 4] * len(clients)})
    return table.assign(alliance=random.uniform(2, 5, len(table)).round(1))


def courses_of(clients: list[str]) -> pd.DataFrame:
    random = np.random.default_rng(4)
    n = len(clients)
    return pd.DataFrame(
        {
            "client": clients,
            "sessions_attended": 4,
            "ending": random.choice(["completed", "dropped_out"], n),
            "symptoms_first": random.normal(20, 3, n),
            "symptoms_last": random.normal(10, 3, n),
        }
    )


WITH_ZEROS = [f"{n:03d}" for n in range(81, 121)]  # 081 to 120: 21 of 40 lose no zero

WORKS = [
    aw.person_period,
    lambda ratings, courses: aw.landmark(ratings, courses, 2),
    aw.dropout_by_pattern,
    lambda ratings, courses: aw.dropout_by_pattern(ratings, courses, 2),
    aw.outcome_correlation,
    aw.mean_over_time,
    lambda ratings, courses: aw.mean_over_time(ratings, courses, "completers"),
    aw.WhoIsMissing,
    aw.DropoutExplorer,
]
MODELS = WORKS[:-1]


@pytest.mark.parametrize("work", WORKS)
def test_each_function_on_two_tables_warns_once_with_counts_examples_and_near_writing(
    work: Callable,
) -> None:
    ratings = ratings_of([name.lstrip("0") for name in WITH_ZEROS])
    with pytest.warns(aw.MatchWarning) as caught:
        work(ratings, courses_of(WITH_ZEROS))
    assert len(caught) == 1
    assert caught[0].filename == __file__
    alone, unrated, near, _ = caught[0].message.problems
    assert alone.startswith("19 of 40 clients with ratings have no course: “81”, “82”")
    assert unrated.startswith("19 of 40 clients who came to a session have no row")
    assert "“81” is “081” in the courses (zeros in front)" in near


@pytest.mark.parametrize("work", MODELS)
def test_each_function_refuses_where_fewer_than_half_match(work: Callable) -> None:
    names = [f"{n:03d}" for n in range(1, 121)]
    with pytest.raises(aw.CourseError, match="fewer than half") as caught:
        work(ratings_of([name.lstrip("0") for name in names]), courses_of(names))
    text = str(caught.value)
    assert "21 of 120 clients stand in both tables" in text
    assert "“1” is “001”" in text
    assert len(text) < 1500


def test_the_explorer_says_in_the_place_of_the_chart_what_refuses() -> None:
    names = [f"{n:03d}" for n in range(1, 121)]
    explorer = aw.DropoutExplorer(ratings_of([n.lstrip("0") for n in names]), courses_of(names))
    explorer.values = {"by": "ever_pattern"}
    assert "21 of 120 clients stand in both tables" in explorer.chart.message
    assert explorer.table.empty


@pytest.mark.parametrize("work", WORKS)
def test_tables_of_the_same_clients_give_no_warning(work: Callable) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        work(ratings_of(WITH_ZEROS), courses_of(WITH_ZEROS))


@pytest.mark.parametrize("work", MODELS)
def test_clients_left_out_on_purpose_are_told_and_never_refused(work: Callable) -> None:
    with pytest.warns(aw.MatchWarning, match="30 of 40 clients with ratings have no course"):
        work(ratings_of(WITH_ZEROS), courses_of(WITH_ZEROS[:10]))
    with pytest.warns(aw.MatchWarning, match="30 of 40 clients who came"):
        work(ratings_of(WITH_ZEROS[:10]), courses_of(WITH_ZEROS))


def test_who_never_came_is_not_missed() -> None:
    courses = courses_of([*WITH_ZEROS, "never"])
    courses.loc[40, "sessions_attended"] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        aw.person_period(ratings_of(WITH_ZEROS), courses)


def test_a_client_rated_by_another_rater_only_is_not_missed() -> None:
    ratings = ratings_of(WITH_ZEROS)
    ratings["rater"] = np.where(ratings["client"] == "120", "therapist", "client")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = aw.person_period(ratings, courses_of(WITH_ZEROS))
    assert not rows.loc[rows["client"] == "120", "rated"].any()


MUELLER = "Müller"


@pytest.mark.parametrize(
    ("rated", "course", "how"),
    [
        ("7", "007", "zeros in front"),
        ("7.0", "7", "zeros in front"),
        ("K7", "K007", "zeros in front"),
        ("c12", "C12", "capitals"),
        ("STRASSE", "straße", "capitals"),
        ("C 12", "C12", "blanks"),
        ("C-12", "C12", "signs between letters and digits"),
        ("C\u200b12", "C12", "a character that cannot be seen"),
        ("\ufeffC12", "C12", "a character that cannot be seen"),
        (unicodedata.normalize("NFD", MUELLER), MUELLER, "the same letters, stored differently"),
        ("Ｃ１２", "C12", "the same letters, stored differently"),
        ("C\u00a012", "C12", "blanks"),
        ("ｃ 012", "C12", "the same letters, stored differently, blanks, capitals, zeros in front"),
    ],
)
def test_a_near_writing_is_named_with_what_differs(rated: str, course: str, how: str) -> None:
    others = ["a", "b", "c"]
    with pytest.warns(aw.MatchWarning, match="one of them is there in another writing") as caught:
        tell_unmatched([*others, rated], courses_of([*others, course]))
    near = next(each for each in caught[0].message.problems if "another writing" in each)
    assert near.endswith(f"is “{course}” in the courses ({how}).")


@pytest.mark.parametrize(("rated", "course"), [("1-12", "11-2"), ("70", "7"), ("Jo", "Joe")])
def test_other_clients_are_never_taken_for_a_near_writing(rated: str, course: str) -> None:
    others = ["a", "b", "c"]
    with pytest.warns(aw.MatchWarning) as caught:
        tell_unmatched([*others, rated], courses_of([*others, course]))
    assert "another writing" not in str(caught[0].message)


def test_scores_of_clients_without_a_course_are_told_too() -> None:
    scores = ratings_of(WITH_ZEROS).groupby("client")["alliance"].mean()
    with pytest.warns(aw.MatchWarning, match="one of 40 clients with a score has no course"):
        aw.dropout_difference(scores, courses_of(WITH_ZEROS[1:]))
    shorter = scores.rename(index=lambda name: str(int(name)))
    with pytest.raises(aw.CourseError, match="zeros in front"):
        aw.dropout_difference(shorter.head(30), courses_of(WITH_ZEROS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        aw.dropout_difference(scores.head(20), courses_of(WITH_ZEROS))
