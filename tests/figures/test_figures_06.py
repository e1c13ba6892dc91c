"""The figures of lesson 06 and what makes them: each is seen to go when its cause is switched off.

The fast ones: one or two clinics of 5 000 clients, seed 0. Those marked `prove` hold the figures
that the lesson says of the simulated world itself, over seeds 0 to 19.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw

NINE = pd.DataFrame(
    {
        "client": ["Aiko", "Bola", "Carmen"] * 3,
        "x": [2.0, 3, 4, 3, 4, 5, 4, 5, 6],
        "y": [20.0, 24, 28, 18, 22, 26, 16, 20, 24],
    }
)
NO_GROWTH = {"growth_mean": 0.0, "growth_sd": 0.0}
WITHIN = ["early", "alliance_between", "alliance_within"]
SEEDS = range(20)


@cache
def slope(world: str, compare: str, n: int = 5_000, seed: int = 0, **knobs: float) -> float:
    """Symptoms at the next session on alliance, by one of the four comparisons."""
    return slope_of(aw.simulate_clinic(n, world, seed=seed, **knobs).ratings, compare)


def slope_of(ratings: pd.DataFrame, compare: str) -> float:
    later = ratings.groupby("client")["symptoms"].shift(-1)
    pairs = ratings.assign(x=ratings["alliance"], y=later).dropna(subset=["x", "y"])
    return aw.charts.slopes_tables(pairs, compare)[1]


def above_usual(seed: int, so_far: bool, n: int = 60_000, **knobs: float) -> float:
    """Log odds of leaving per point above the usual level, in a world where it does nothing."""
    clinic = aw.simulate_clinic(n, "confounded", seed=seed, **knobs)
    table = aw.person_period(clinic.ratings, clinic.courses, rule=None, so_far=so_far)
    return float(aw.fit_hazard(table, WITHIN).set_index("term").loc["alliance_within"].iloc[0])


def test_the_mixture_does_not_depend_on_how_many_sessions_there_are() -> None:
    many = pd.concat([NINE] * 5, ignore_index=True)
    slopes = [aw.charts.slopes_tables(many, by)[1] for by in ("all", "between", "within")]
    assert slopes == pytest.approx([1, 4, -2])


def test_the_mixture_depends_on_how_far_apart_the_clients_are() -> None:
    usual = NINE.groupby("client")[["x", "y"]].transform("mean")
    apart = NINE.assign(**(NINE[["x", "y"]] + usual - usual.mean()))
    slopes = [aw.charts.slopes_tables(apart, by)[1] for by in ("all", "between", "within")]
    assert slopes == pytest.approx([2.8, 4, -2])


@pytest.mark.parametrize("world", ["no_effect", "confounded", "shared_events"])
def test_where_the_alliance_does_nothing_the_slope_within_clients_is_drift_alone(
    world: str,
) -> None:
    # standard errors about .07 and .05
    assert -1.1 < slope(world, "within") < -0.5
    assert slope(world, "session") == pytest.approx(0, abs=0.15)


def test_without_growth_of_the_alliance_there_is_no_drift_to_be_mistaken() -> None:
    assert abs(slope("no_effect", "within", **NO_GROWTH)) < 0.25
    assert slope("no_effect", "session", **NO_GROWTH) == pytest.approx(0, abs=0.15)


def test_without_a_fall_of_the_symptoms_neither() -> None:
    still = {"improvement_mean": 0.0, "improvement_sd": 0.0}
    assert abs(slope("no_effect", "within", **still)) < 0.2


def test_where_the_alliance_acts_something_is_left() -> None:
    assert slope("causal", "within") == pytest.approx(-2.4, abs=0.3)
    assert slope("causal", "session") == pytest.approx(-1.07, abs=0.15)
    without = [slope("causal", by, **NO_GROWTH) for by in ("within", "session")]
    assert without[0] == pytest.approx(without[1], abs=0.25)


def test_the_slope_is_that_of_a_regression_with_a_level_for_each_client_and_session() -> None:
    ratings = aw.simulate_clinic(60, "causal", seed=2).ratings
    later = ratings.groupby("client")["symptoms"].shift(-1)
    pairs = ratings.assign(x=ratings["alliance"], y=later).dropna(subset=["x", "y"])
    levels = pd.get_dummies(pairs[["client", "session"]].astype("str"), dtype=float)
    design = np.column_stack([pairs["x"], levels])
    plain = np.linalg.lstsq(design, pairs["y"], rcond=None)[0][0]
    assert slope_of(ratings, "session") == pytest.approx(plain)


def test_the_slope_that_the_question_gives_is_no_answer_to_it() -> None:
    judge = aw.ask("06/clinic").kind.judge
    assert judge(-1.2).correct
    for given in (-2.4, -2.0, -0.7, 0.0, 1.2, -3.0):
        verdict = judge(given)
        assert verdict.correct is False
        assert "too high" not in verdict.feedback
        assert "too low" not in verdict.feedback


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("06/nine", "1 point higher"),
        ("06/future", "too early to say"),
        ("06/scale", "cannot be known from the ratings"),
    ],
)
def test_the_answer_that_the_data_allow_is_the_right_one(key: str, right: str) -> None:
    question = aw.ask(key)
    assert question.kind.right == right


@pytest.mark.prove
def test_the_slopes_of_the_two_clinics_hold_over_seeds() -> None:
    # 5 000 clients each; the SD from seed to seed is about .10, .07, .05 and .04
    for world, compare, told in (
        ("causal", "within", -2.4),
        ("causal", "session", -1.1),
        ("no_effect", "within", -0.8),
        ("no_effect", "session", 0.0),
    ):
        found = np.array([slope(world, compare, seed=seed) for seed in SEEDS])
        assert found.mean() == pytest.approx(told, abs=0.05), (world, compare)
        assert np.abs(found - told).max() < 0.25, (world, compare)


@pytest.mark.prove
def test_between_two_hundred_clients_the_slope_is_a_matter_of_luck() -> None:
    found = [slope("causal", "between", n=200, seed=seed) for seed in SEEDS]
    assert (round(min(found), 1), round(max(found), 1)) == (-2.6, 0.5)


@pytest.mark.prove
def test_a_mean_that_knows_the_future_makes_a_half_in_every_draw() -> None:
    # 60 000 clients, standard error .045 each; found .42 to .61, mean .52
    future = np.array([above_usual(seed, so_far=False) for seed in SEEDS])
    assert (future.min().round(1), future.max().round(1)) == (0.4, 0.6)
    known = np.array([above_usual(seed, so_far=True) for seed in SEEDS])
    assert known.mean() == pytest.approx(0.04, abs=0.04)
    assert np.abs(known).max() < 0.2


@pytest.mark.prove
def test_the_future_creeps_in_by_the_growth_of_the_alliance() -> None:
    # four draws of 60 000, standard error of the mean .022; found -.02 to -.06
    found = [above_usual(seed, so_far=False, **NO_GROWTH) for seed in range(4)]
    assert abs(np.mean(found)) < 0.1
