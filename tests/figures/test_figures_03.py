"""Lesson 03: what the climb of a mean is made of, and what dice do, beyond the seeds it shows.

The clinic of the lesson: 12 000 clients of the causal world with dropout_intercept -3.2, seed 2.
Tolerances are about four standard deviations over seeds; each cause is also switched off.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.trajectories.dice import explained_shares, throw_dice
from alliance_widgets.widgets.clinics.climb_switches import SWITCHES

N, SEED = 12_000, 2
MANY_LEAVE = {"dropout_intercept": -3.2}
SEEDS = range(20)


@cache
def points(*off: str, n: int = N, seed: int = SEED, world: str = "causal") -> pd.Series:
    """The parts of the climb, without the causes that are off."""
    knobs = {knob: value for name in off for knob, value in SWITCHES[name].items()}
    here = aw.simulate_clinic(n, world, seed=seed, **{**MANY_LEAVE, **knobs})
    return aw.climb_parts(here.ratings, here.courses).set_index("part")["points"]


def test_half_of_the_climb_is_growth_and_half_is_who_dropped_out() -> None:
    parts = points()
    assert parts["growth"] == pytest.approx(0.14, abs=0.02)
    assert parts["dropped_out"] == pytest.approx(0.14, abs=0.03)
    assert parts[["completed", "unrated"]].abs().max() < 0.03


@pytest.mark.parametrize(
    ("cause", "part"), [("growth", "growth"), ("leaving", "dropped_out"), ("blanks", "unrated")]
)
def test_a_cause_that_is_switched_off_takes_its_part_with_it_and_leaves_the_other(
    cause: str, part: str
) -> None:
    without = points(cause)
    assert without[part] == pytest.approx(0, abs=0.02)
    for other in {"growth", "dropped_out"} - {part}:
        assert without[other] == pytest.approx(points()[other], abs=0.02)


def test_nobody_grows_and_the_mean_climbs() -> None:
    assert points("growth").sum() > 0.1
    assert abs(points("growth", "leaving").sum()) < 0.03
    assert abs(points(*SWITCHES).sum()) < 0.02


def test_the_usual_clinic_has_the_same_growth_and_a_third_of_the_leaving() -> None:
    here = aw.simulate_clinic(N, "causal", seed=SEED)
    parts = aw.climb_parts(here.ratings, here.courses).set_index("part")["points"]
    assert parts["growth"] == pytest.approx(0.14, abs=0.02)
    assert parts["dropped_out"] == pytest.approx(0.05, abs=0.02)


@pytest.mark.prove
def test_over_twenty_clinics_both_halves_keep_their_size() -> None:
    parts = pd.DataFrame([points(seed=seed) for seed in SEEDS])
    assert parts.mean()[["growth", "dropped_out"]].round(2).tolist() == [0.14, 0.14]
    halves = parts[["growth", "dropped_out"]].to_numpy()
    assert (halves.min() > 0.11, halves.max() < 0.18) == (True, True)
    assert parts[["completed", "unrated"]].abs().max(axis=None) < 0.03
    whole = parts.sum(axis=1)
    assert (whole - parts["growth"] > 0.3 * whole).all()


@pytest.mark.prove
def test_over_twenty_clinics_no_growth_still_climbs_and_no_selection_does_not_add() -> None:
    still = [points("growth", seed=seed).sum() for seed in SEEDS]
    fair = [points("leaving", seed=seed) for seed in SEEDS]
    neither = [points("growth", "leaving", seed=seed).sum() for seed in SEEDS]
    assert min(still) > 0.12
    assert np.mean(still) == pytest.approx(0.16, abs=0.015)
    assert max(abs(each["dropped_out"]) for each in fair) < 0.03
    assert np.mean(neither) == pytest.approx(0, abs=0.015)


@pytest.mark.prove
def test_over_twenty_clinics_five_times_the_growth_makes_many_paths_rise() -> None:
    def rising(seed: int, growth: float) -> int:
        here = aw.simulate_clinic(200, "causal", seed=seed, growth_mean=growth)
        return int((aw.summarise_trajectories(here.ratings)["shape"] == "rising").sum())

    pairs = [(rising(seed, 0.06), rising(seed, 0.3)) for seed in SEEDS]
    assert all(fast > 2 * slow for slow, fast in pairs)


@pytest.mark.parametrize("n", [4, 6, 8, 12])
def test_a_curve_through_noise_accounts_for_two_of_n_minus_one_on_average(n: int) -> None:
    shares = explained_shares(throw_dice(20_000, 12, seed=3)[:, :n], 2)
    assert shares.mean() == pytest.approx(2 / (n - 1), abs=0.01)  # standard error .002
    normal = np.random.default_rng(3).normal(size=(20_000, n))
    assert explained_shares(normal, 1).mean() == pytest.approx(1 / (n - 1), abs=0.01)


def test_the_share_is_that_of_the_least_squares_fit() -> None:
    scores = throw_dice(5, 8, seed=1)
    time = np.arange(8)
    for row, share in zip(scores, explained_shares(scores, 2), strict=True):
        rest = row - np.polyval(np.polyfit(time, row, 2), time)
        assert share == pytest.approx(1 - (rest**2).sum() / ((row - row.mean()) ** 2).sum())
    assert explained_shares(np.full((1, 6), 4.0), 2).tolist() == [1.0]


def test_four_dice_look_like_a_curve_and_twelve_do_not() -> None:
    throws = throw_dice(20_000, 12, seed=4)
    at_four, at_twelve = (explained_shares(throws[:, :n], 2) for n in (4, 12))
    assert np.median(at_four) == pytest.approx(0.75, abs=0.02)
    assert (at_four > 0.9).mean() == pytest.approx(1 / 3, abs=0.02)
    assert np.median(at_twelve) == pytest.approx(0.14, abs=0.01)
    assert (at_twelve > 0.9).mean() < 0.001


def test_mehmet_is_one_throw_in_a_hundred() -> None:
    mehmet = aw.load_data("single_cases").query("client == 'Mehmet'")["alliance"].to_numpy()
    own = explained_shares(mehmet[None, :], 2)[0]
    assert own == pytest.approx(0.64, abs=0.005)
    throws = explained_shares(throw_dice(40_000, 12, seed=5), 2)
    assert (throws >= own).mean() == pytest.approx(0.0105, abs=0.002)  # standard error .0005


def test_with_one_seed_the_first_throws_are_the_same_however_many_are_thrown() -> None:
    assert (throw_dice(3, 12, seed=7) == throw_dice(600, 12, seed=7)[:3]).all()


def test_a_throw_is_the_mean_of_three_dice_in_quarter_steps_from_3() -> None:
    throws = throw_dice(4_000, 12, seed=7)
    assert (throws.min(), throws.max()) == (3, 4.25)
    pips = 12 * (throws - 3)  # three dice of 0 to 5 quarters, added up
    assert np.unique(pips.round(9)).tolist() == list(range(16))
    assert pips.mean() == pytest.approx(7.5, abs=0.07)  # standard error .014
