"""r of alliance and outcome, d of alliance and dropout: what a study of one clinic would report."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw


@pytest.fixture(scope="module")
def clinic() -> aw.Clinic:
    return aw.simulate_clinic(400, "causal", seed=4)


def without(values: np.ndarray, given: np.ndarray) -> np.ndarray:
    """What is left of the values when a line through `given` is taken off."""
    return values - np.polyval(np.polyfit(given, values, 1), given)


def test_r_is_the_correlation_of_what_the_first_symptoms_leave(clinic: aw.Clinic) -> None:
    found = aw.outcome_correlation(clinic.ratings, clinic.courses)
    third = clinic.ratings.query("session == 3")[["client", "alliance"]]
    both = clinic.courses.merge(third, on="client").dropna(subset=["alliance"])
    first = both["symptoms_first"].to_numpy(float)
    alliance = without(both["alliance"].to_numpy(), first)
    better = -without(both["symptoms_last"].to_numpy(float), first)
    assert found["r"] == pytest.approx(np.corrcoef(alliance, better)[0, 1], abs=1e-12)
    assert found["n"] == len(both)
    assert found["lower"] < found["r"] < found["upper"]
    width = np.arctanh(found["upper"]) - np.arctanh(found["lower"])
    assert width == pytest.approx(2 * 1.959964 / np.sqrt(len(both) - 4), abs=1e-6)


def test_nothing_held_constant_is_the_plain_correlation(clinic: aw.Clinic) -> None:
    found = aw.outcome_correlation(clinic.ratings, clinic.courses, given=())
    third = clinic.ratings.query("session == 3").set_index("client")["alliance"]
    alliance = clinic.courses["client"].map(third)
    assert found["r"] == pytest.approx(alliance.corr(-clinic.courses["symptoms_last"]), abs=1e-12)
    width = np.arctanh(found["upper"]) - np.arctanh(found["lower"])
    assert width == pytest.approx(2 * 1.959964 / np.sqrt(found["n"] - 3), abs=1e-6)


def test_columns_of_courses_and_of_that_sessions_ratings_can_be_held_constant(
    clinic: aw.Clinic,
) -> None:
    names = ("symptoms_first", "symptoms", "planned_sessions")
    found = aw.outcome_correlation(clinic.ratings, clinic.courses, given=names)
    third = clinic.ratings.query("session == 3")[["client", "alliance", "symptoms"]]
    both = clinic.courses.merge(third, on="client")
    both = both[["alliance", "symptoms_last", *names]].dropna().astype(float)
    # The partial correlation another way: from the inverse of the correlation matrix.
    inverse = np.linalg.inv(np.corrcoef(both.to_numpy(), rowvar=False))
    r = -inverse[0, 1] / np.sqrt(inverse[0, 0] * inverse[1, 1])
    assert found["r"] == pytest.approx(-r, abs=1e-10)
    assert found["n"] == len(both)


def test_what_is_held_constant_twice_counts_once(clinic: aw.Clinic) -> None:
    once = aw.outcome_correlation(clinic.ratings, clinic.courses)
    twice = aw.outcome_correlation(clinic.ratings, clinic.courses, given=["symptoms_first"] * 2)
    pd.testing.assert_series_equal(once, twice)


def test_columns_that_are_nowhere_are_all_named(clinic: aw.Clinic) -> None:
    with pytest.raises(aw.CourseError) as caught:
        aw.outcome_correlation(clinic.ratings, clinic.courses, given=["mood", "weather"])
    assert len(caught.value.problems) == 2
    assert "mood" in caught.value.problems[0]


def test_an_outcome_that_is_all_held_constant_leaves_nothing(clinic: aw.Clinic) -> None:
    with pytest.raises(aw.AllianceError, match="do not differ"):
        aw.outcome_correlation(clinic.ratings, clinic.courses, given=["symptoms_last"])


def test_only_clients_with_a_course_count(clinic: aw.Clinic) -> None:
    completed = clinic.courses.query("ending == 'completed'")
    found = aw.outcome_correlation(clinic.ratings, completed)
    assert found["n"] < aw.outcome_correlation(clinic.ratings, clinic.courses)["n"]
    assert found["n"] <= len(completed)


def test_the_order_of_rows_and_their_index_say_nothing(clinic: aw.Clinic) -> None:
    mixed = clinic.courses.sample(frac=1, random_state=1), clinic.ratings.sample(frac=1)
    again = aw.outcome_correlation(mixed[1], mixed[0])
    pd.testing.assert_series_equal(again, aw.outcome_correlation(clinic.ratings, clinic.courses))


@pytest.mark.parametrize("column", ["symptoms_first", "symptoms_last"])
def test_a_missing_measure_is_named(clinic: aw.Clinic, column: str) -> None:
    with pytest.raises(aw.CourseError, match=column):
        aw.outcome_correlation(clinic.ratings, clinic.courses.drop(columns=column))


def test_too_few_or_too_equal_clients_are_refused_in_words(clinic: aw.Clinic) -> None:
    with pytest.raises(aw.AllianceError, match="at least 5"):
        aw.outcome_correlation(clinic.ratings, clinic.courses.head(4))
    with pytest.raises(aw.AllianceError, match="session 99"):
        aw.outcome_correlation(clinic.ratings, clinic.courses, session=99)
    with pytest.raises(aw.AllianceError, match="do not differ"):
        aw.outcome_correlation(clinic.ratings.assign(alliance=4.0), clinic.courses)


COURSES = pd.DataFrame(
    {
        "client": list("abcdefg"),
        "sessions_attended": 5,
        "ending": ["completed"] * 3 + ["dropped_out"] * 3 + ["ongoing"],
    }
)
SCORES = pd.Series([4.0, 5.0, 3.0, 2.0, 3.0, 4.0, 1.0], index=list("abcdefg"))


def test_d_is_the_difference_in_pooled_standard_deviations() -> None:
    found = aw.dropout_difference(SCORES, COURSES)
    assert found["d"] == pytest.approx(1.0)
    assert (found["completed"], found["dropped_out"]) == (3, 3)
    se = np.sqrt(6 / 9 + 1 / 12)
    assert found["upper"] - found["lower"] == pytest.approx(2 * 1.959964 * se, abs=1e-6)


def test_clients_without_a_score_or_a_course_are_left_out() -> None:
    more = pd.concat([SCORES, pd.Series([9.0, np.nan], index=["stranger", "h"])])
    course = {"client": "h", "sessions_attended": 1, "ending": "completed"}
    found = aw.dropout_difference(more, pd.concat([COURSES, pd.DataFrame([course])]))
    pd.testing.assert_series_equal(found, aw.dropout_difference(SCORES, COURSES))


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (SCORES.to_frame("alliance"), "DataFrame"),
        (SCORES.astype(str), "numbers"),
        (SCORES.head(3), "0 dropped out"),
        (SCORES.rename({"b": "a"}), "client a has more than one score"),
        (SCORES * 0 + 3, "do not differ"),
    ],
)
def test_scores_that_say_nothing_are_refused_in_words(scores: pd.Series, said: str) -> None:
    with pytest.raises(aw.AllianceError, match=said):
        aw.dropout_difference(scores, COURSES)


@pytest.mark.parametrize("reliability", [0.9, 0.6])
def test_unreliable_ratings_shrink_r_by_the_root_of_their_reliability(reliability: float) -> None:
    # 10 000 clients, seed 1; the two r share all but the added noise, standard error about .008
    here = aw.simulate_clinic(10_000, "causal", seed=1, missing_rate=0)
    third = here.ratings.query("session == 3").assign(alliance=lambda t: 3 + t["alliance"] / 10)
    noise = third["alliance"].std() * np.sqrt(1 / reliability - 1)
    drawn = np.random.default_rng(0).normal(0, noise, len(third))
    fair = aw.outcome_correlation(third, here.courses)["r"]
    noisy = third.assign(alliance=third["alliance"] + drawn)
    assert fair == pytest.approx(0.27, abs=0.05)
    found = aw.outcome_correlation(noisy, here.courses)["r"]
    assert found == pytest.approx(fair * np.sqrt(reliability), abs=0.025)
