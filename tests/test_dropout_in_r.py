"""Curves, tests and models agree with R's `survival` on the worked cases in tests/data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_widgets.dropout import (
    compare_retention,
    cumulative_incidence,
    fit_cox,
    fit_hazard,
    retention,
)

DATA = Path(__file__).parent / "data"
COURSES = pd.read_csv(DATA / "survival_courses.csv")
SESSIONS = pd.read_csv(DATA / "survival_sessions.csv")
EXPECTED = pd.read_csv(DATA / "survival_expected.csv", comment="#")
CASES = list(COURSES["case"].unique())
COUNTS = ("at_risk", "left")


def courses_of(case: str) -> pd.DataFrame:
    return COURSES[COURSES["case"] == case].drop(columns="case")


def expected_of(case: str, group: str, quantity: str) -> pd.Series:
    rows = EXPECTED[(EXPECTED["case"] == case) & (EXPECTED["quantity"] == quantity)]
    values = rows[rows["group"] == group].set_index("session")["value"]
    assert len(values) > 0, (case, group, quantity)
    return values


def assert_agrees(found: pd.DataFrame, column: str, expected: pd.Series) -> None:
    got = found.set_index("session")[column]
    assert list(got.index) == list(expected.index)
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6, equal_nan=True)


def assert_ends_agree(found: pd.DataFrame, share: str, end: str, expected: pd.Series) -> None:
    """Where the share is neither 0 nor 1: there R has no standard, or none that it keeps to."""
    inside = found[share].between(1e-9, 1 - 1e-9).to_numpy()
    assert_agrees(found[inside], end, expected[inside])
    assert not found.loc[inside, end].isna().any()


@pytest.mark.parametrize("case", CASES)
def test_retention_and_numbers_at_risk_are_rs(case: str) -> None:
    courses = courses_of(case)
    curves = pd.concat([retention(courses), retention(courses, by="group")])
    for group, found in curves.groupby("group"):
        for column in (*COUNTS, "retention"):
            assert_agrees(found, column, expected_of(case, str(group), column))
        for end in ("lower", "upper"):
            expected = expected_of(case, str(group), f"retention {end} log-log")
            assert_ends_agree(found, "retention", end, expected)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["log", "plain"])
def test_the_other_intervals_of_retention_are_rs(case: str, kind: str) -> None:
    found = retention(courses_of(case), interval=kind)
    for end in ("lower", "upper"):
        assert_agrees(found, end, expected_of(case, "all", f"retention {end} {kind}"))


@pytest.mark.parametrize("case", CASES)
def test_incidences_and_their_intervals_are_rs(case: str) -> None:
    courses = courses_of(case)
    curves = pd.concat([cumulative_incidence(courses), cumulative_incidence(courses, by="group")])
    for (group, ending), found in curves.groupby(["group", "ending"]):
        assert_agrees(found, "incidence", expected_of(case, str(group), str(ending)))
        for end in ("lower", "upper"):
            expected = expected_of(case, str(group), f"{ending} {end} log-log")
            assert_ends_agree(found, "incidence", end, expected)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["log", "plain"])
def test_the_other_intervals_of_incidences_are_rs(case: str, kind: str) -> None:
    curves = cumulative_incidence(courses_of(case), interval=kind)
    for ending, found in curves.groupby("ending"):
        for end in ("lower", "upper"):
            expected = expected_of(case, "all", f"{ending} {end} {kind}")
            assert_ends_agree(found, "incidence", end, expected)


@pytest.mark.parametrize("case", CASES)
def test_the_log_rank_test_is_rs(case: str) -> None:
    test = compare_retention(courses_of(case), by="group")
    for name in ("chi2", "df", "p"):
        expected = EXPECTED[(EXPECTED["case"] == case) & (EXPECTED["quantity"] == name)]
        assert test[name] == pytest.approx(expected["value"].item(), abs=1e-6)


@pytest.mark.parametrize("entry", [0, 3])
@pytest.mark.parametrize("terms", [["alliance"], ["alliance", "treatment"]])
@pytest.mark.parametrize(("model", "fit"), [("cox", fit_cox), ("logit", fit_hazard)])
def test_models_with_changing_alliance_and_late_entry_are_rs(
    model: str, fit: object, terms: list[str], entry: int
) -> None:
    found = fit(SESSIONS[SESSIONS["session"] > entry], terms).set_index("term")
    ours = {
        "(Intercept)": "intercept",
        "treatmentdynamic": "treatment[dynamic]",
        "treatmentsupportive": "treatment[supportive]",
    }
    label = f"sessions after {entry}"
    rows = EXPECTED[(EXPECTED["case"] == label) & (EXPECTED["group"] == " + ".join(terms))]
    rows = rows[rows["quantity"].str.startswith(model)]
    assert len(rows) == 2 * len(found)
    for quantity, value in zip(rows["quantity"], rows["value"], strict=True):
        _, column, term = quantity.split(" ", 2)
        assert found.loc[ours.get(term, term), column] == pytest.approx(value, abs=1e-4)


def test_the_cases_hold_what_they_were_made_for() -> None:
    ties = courses_of("ties")
    assert (ties["sessions_attended"] == 0).any()
    assert ties.groupby("sessions_attended").size().max() > 5
    assert "dropped_out" not in set(courses_of("eventless").query("group == 'c'")["ending"])
    assert set(courses_of("all_leave")["ending"]) == {"dropped_out"}
    degrees = EXPECTED[EXPECTED["quantity"] == "df"].set_index("case")["value"]
    assert degrees["too_short"] == courses_of("too_short")["group"].nunique() - 2
