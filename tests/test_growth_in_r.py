"""The growth curve agrees with R's lme4 in sixty small clinics, half of them at an edge."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.trajectories.mixed import fit_mixed_line

DATA = Path(__file__).parent / "data"
RATINGS = pd.read_csv(DATA / "growth_ratings.csv")
EXPECTED = pd.read_csv(DATA / "growth_expected.csv", comment="#").pivot_table(
    index="clinic", columns="quantity", values="value"
)
EVERY_TIME = 12  # clinics that every `make test` tries; the others are `prove`
CLINICS = [
    clinic if place < EVERY_TIME else pytest.param(clinic, marks=pytest.mark.prove)
    for place, clinic in enumerate(EXPECTED.index)
]


def ratings_of(clinic: int) -> pd.DataFrame:
    return RATINGS.loc[RATINGS["clinic"] == clinic, ["client", "session", "alliance"]]


def fitted(ratings: pd.DataFrame) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", aw.FitWarning)
        return aw.growth_curve(ratings).set_index("term")


@pytest.mark.parametrize("clinic", CLINICS)
def test_estimates_standard_errors_and_spreads_are_lme4s(clinic: int) -> None:
    found, expected = fitted(ratings_of(clinic)), EXPECTED.loc[clinic]
    for term in ("intercept", "slope"):
        assert found.loc[term, "estimate"] == pytest.approx(expected[term], abs=1e-6)
        assert found.loc[term, "se"] == pytest.approx(expected[f"{term} se"], abs=1e-6)
        assert found.loc[term, "sd"] == pytest.approx(expected[f"{term} sd"], abs=1e-5)
    assert found.loc["residual", "sd"] == pytest.approx(expected["residual sd"], abs=1e-6)


@pytest.mark.parametrize("clinic", CLINICS)
def test_the_likelihood_is_as_high_as_lme4s_at_its_best(clinic: int) -> None:
    ratings = ratings_of(clinic)
    client, _ = pd.factorize(ratings["client"])
    time = ratings["session"].to_numpy("float64") - 1
    found = fit_mixed_line(client, time, ratings["alliance"].to_numpy())
    assert found is not None
    assert found.settled
    assert found.deviance == pytest.approx(EXPECTED.loc[clinic, "deviance"], abs=1e-6)


@pytest.mark.parametrize("clinic", CLINICS)
def test_a_clinic_at_an_edge_warns_where_lme4_calls_the_fit_singular(clinic: int) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        aw.growth_curve(ratings_of(clinic))
    told = [each for each in caught if issubclass(each.category, aw.FitWarning)]
    assert len(told) == len(caught) == int(EXPECTED.loc[clinic, "singular"])
    assert all(each.filename == __file__ for each in told)


def test_the_cases_hold_what_they_were_made_for() -> None:
    assert len(CLINICS) >= 40
    assert 10 <= EXPECTED["singular"].sum() <= 40
    assert RATINGS.groupby("clinic")["client"].nunique().between(5, 14).all()


@pytest.mark.parametrize("factor", [0.001, 0.05, 1.0, 20.0])
def test_the_unit_of_the_scores_changes_the_figures_and_nothing_else(factor: float) -> None:
    ratings = ratings_of(CLINICS[0])
    client, _ = pd.factorize(ratings["client"])
    time, score = ratings["session"].to_numpy("float64"), ratings["alliance"].to_numpy()
    one, other = (fit_mixed_line(client, time, score * by) for by in (1, factor))
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(other.coefficients, one.coefficients * factor, rtol=1e-6)
    np.testing.assert_allclose(other.between, one.between * factor**2, rtol=1e-5)
    assert other.residual == pytest.approx(one.residual * factor**2, rel=1e-6)


def test_a_small_clinic_with_complete_records_has_the_closed_form() -> None:
    # Five clients of eight sessions in quarter points, where a search once stopped early.
    rows = [
        [1.25, 1.5, 1.25, 1.5, 1.5, 1.5, 1.75, 1.75],
        [4.25, 4.25, 4.5, 4.5, 4.5, 4.5, 4.75, 4.75],
        [2.25, 2.25, 2.25, 2.25, 2.5, 2.5, 2.5, 2.5],
        [2.75, 2.75, 2.75, 3.0, 2.75, 3.0, 3.0, 3.25],
        [3.25, 3.25, 3.25, 3.25, 3.25, 3.25, 3.25, 3.5],
    ]
    scores = np.array(rows)
    design = np.column_stack([np.ones(8), np.arange(8)])
    own = np.linalg.lstsq(design, scores.T, rcond=None)[0].T
    ratings = pd.DataFrame(
        {
            "client": np.repeat(list("abcde"), 8),
            "session": np.tile(np.arange(1, 9), 5),
            "alliance": scores.ravel(),
        }
    )
    found = fitted(ratings)
    assert found["estimate"].iloc[:2].tolist() == pytest.approx(own.mean(axis=0), abs=1e-8)
    exact = np.sqrt(np.diag(np.cov(own.T)) / 5)
    assert found["se"].iloc[:2].tolist() == pytest.approx(exact, rel=1e-6)


def test_lines_without_any_residual_are_refused_in_words() -> None:
    random = np.random.default_rng(2)
    clients = np.repeat([f"c{i}" for i in range(6)], 5)
    session = np.tile(np.arange(1, 6), 6)
    start, slope = np.repeat(random.uniform(2, 3, 6), 5), np.repeat(random.uniform(0, 0.3, 6), 5)
    exact = pd.DataFrame(
        {"client": clients, "session": session, "alliance": start + slope * session}
    )
    with pytest.raises(aw.RatingError, match="exactly on a straight line"):
        aw.growth_curve(exact)
