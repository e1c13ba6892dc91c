"""What lesson 05 says of rules, noise and planted ruptures: fast in one clinic, proved in twenty.

Clinics of 10,000 clients, world "causal", seeds 100 to 119 where twenty are proved; 1,600 planted
ruptures each, so that a share of them has a standard error of .0125 at most.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.rules import DropSD, IMRChart, PointDrop, ReliableDrop
from alliance_widgets.ruptures.hits import right_at
from alliance_widgets.simulate.steady import lowest_at, steady_clients

RULES = {
    "one_sd": DropSD(k=1),
    "two_sd": DropSD(k=2),
    "reliable": ReliableDrop(),
    "two_sigma": IMRChart(sigmas=2),
    "three_sigma": IMRChart(sigmas=3),
}
TABLE = pd.DataFrame(
    {
        "right": [0.08, 0.19, 0.58, 0.17, 0.26],
        "found": [0.75, 0.47, 0.53, 0.48, 0.20],
        "marked_in_vain": [0.75, 0.32, 0.06, 0.30, 0.08],
    },
    index=list(RULES),
)
TWENTY = range(100, 120)
CLIENTS = 10_000


@cache
def clinic(seed: int, **knobs: float) -> aw.Clinic:
    return aw.simulate_clinic(CLIENTS, "causal", seed=seed, **knobs)


def figures(planted: aw.Clinic, rule: object) -> pd.Series:
    return aw.hits_and_false_alarms(planted.ratings, planted.truth.ruptures, rule)


@cache
def table(seed: int) -> pd.DataFrame:
    """A row per rule; the clinic itself is not kept."""
    planted = aw.simulate_clinic(CLIENTS, "causal", seed=seed)
    return pd.DataFrame({name: figures(planted, rule) for name, rule in RULES.items()}).T


def early_share(planted: aw.Clinic) -> float:
    return (aw.flag_sessions(planted.ratings, RULES["three_sigma"])["session"] <= 3).mean()


class TestTheTableOfTheClinic:
    def test_it_is_that_of_the_clinic_on_the_page(self) -> None:
        np.testing.assert_array_equal(table(19)[TABLE.columns].round(2), TABLE)

    @pytest.mark.prove
    def test_twenty_other_clinics_give_each_figure_within_five_of_a_hundred(self) -> None:
        for seed in TWENTY:
            assert (table(seed)[TABLE.columns] - TABLE).abs().max().max() <= 0.05, seed

    @pytest.mark.prove
    def test_in_all_of_them_the_reliable_drop_is_right_most_often(self) -> None:
        for seed in TWENTY:
            right = table(seed)["right"]
            assert right["reliable"] > right.drop("reliable").max() + 0.25, seed


class TestWhyTheReliableDropDoesBest:
    """Its limit lies between the wobble and the depth: move either, and the advantage goes."""

    def test_undisturbed_ratings_hardly_ever_fall_so_far_from_one_session_to_the_next(self) -> None:
        sessions = clinic(19).truth.sessions
        by_client = sessions.groupby("client")
        undisturbed = sessions["rupture"].eq(0) & by_client["rupture"].shift().eq(0)
        falls = -by_client["rating"].diff()[undisturbed].dropna()
        assert len(falls) > 50_000
        assert (falls > RULES["reliable"].threshold).mean() < 0.01

    def test_planted_ruptures_are_0_9_deep_on_average(self) -> None:
        depth = clinic(19).truth.ruptures["depth"]
        assert depth.mean() == pytest.approx(0.9, abs=0.04)  # SD .45, 1,643 of them: SE .011

    def test_a_number_out_of_the_air_does_as_well(self) -> None:
        given = figures(clinic(19), PointDrop(points=0.9))
        assert given["right"] == pytest.approx(0.83, abs=0.03)
        assert given["found"] == pytest.approx(0.40, abs=0.04)

    def test_shallower_ruptures_are_found_less(self) -> None:
        given = figures(clinic(19, rupture_depth=0.5), RULES["reliable"])
        assert given["found"] == pytest.approx(0.23, abs=0.04)

    def test_where_ratings_wobble_more_its_marks_are_mostly_wrong(self) -> None:
        given = figures(clinic(19, session_sd=0.40), RULES["reliable"])
        assert given["right"] == pytest.approx(0.17, abs=0.02)

    @pytest.mark.prove
    def test_all_of_this_holds_over_twenty_clinics(self) -> None:
        shallow, lively, apart, air = [], [], [], []
        for seed in TWENTY:
            found = aw.simulate_clinic(CLIENTS, "causal", seed=seed, rupture_depth=0.5)
            shallow.append(figures(found, RULES["reliable"])["found"])
            wobbles = aw.simulate_clinic(CLIENTS, "causal", seed=seed, session_sd=0.40)
            lively.append(figures(wobbles, RULES["reliable"])["right"])
            apart.append(lively[-1] - figures(wobbles, RULES["three_sigma"])["right"])
            as_it_is = aw.simulate_clinic(CLIENTS, "causal", seed=seed)
            air.append(figures(as_it_is, PointDrop(points=0.9))[["right", "found"]])
        assert np.mean(shallow) == pytest.approx(0.23, abs=0.01)
        assert np.ptp(shallow) < 0.07
        assert np.mean(lively) == pytest.approx(0.17, abs=0.01)
        assert np.ptp(lively) < 0.04
        assert np.abs(apart).max() < 0.04  # “no better than the three-sigma chart”
        assert min(apart) < 0 < max(apart)
        np.testing.assert_allclose(np.mean(air, axis=0), [0.83, 0.40], atol=0.01)


class TestTheChartAndTheFirstSessions:
    def test_growth_is_what_makes_the_first_sessions_look_low(self) -> None:
        grows, level = clinic(19), clinic(19, growth_mean=0.0, growth_sd=0.0)
        everywhere = (level.ratings.dropna(subset=["alliance"])["session"] <= 3).mean()
        assert early_share(grows) == pytest.approx(0.44, abs=0.01)
        assert early_share(level) == pytest.approx(0.24, abs=0.04)
        assert early_share(level) < everywhere + 0.02

    @pytest.mark.prove
    def test_it_is_so_in_twenty_clinics(self) -> None:
        grown, flat, in_open_ones = [], [], []
        for seed in TWENTY:
            planted = aw.simulate_clinic(CLIENTS, "causal", seed=seed)
            grown.append(early_share(planted))
            marks = aw.flag_sessions(planted.ratings, RULES["three_sigma"])
            truth = marks.merge(planted.truth.sessions, on=["client", "session"])
            in_open_ones.append((truth["rupture"] > 0).mean())
            without = {"growth_mean": 0.0, "growth_sd": 0.0}
            flat.append(early_share(aw.simulate_clinic(CLIENTS, "causal", seed=seed, **without)))
        assert np.abs(np.array(grown) - 0.44).max() <= 0.05
        assert np.abs(np.array(in_open_ones) - 0.38).max() <= 0.05
        assert np.mean(flat) == pytest.approx(0.24, abs=0.015)
        assert max(flat) < min(grown) - 0.1


class TestHowRare:
    SAID = {2: 0.80, 20: 0.32, 100: 0.09}  # noqa: RUF012

    def test_the_figures_of_the_page(self) -> None:
        given = table(19).loc["reliable"]
        for one_in, share in self.SAID.items():
            assert right_at(given, 1 / one_in) == pytest.approx(share, abs=0.005)
        assert 1 / given["base_rate"] == pytest.approx(6.6, abs=0.05)

    @pytest.mark.prove
    def test_they_hold_in_twenty_clinics(self) -> None:
        for seed in TWENTY:
            given = table(seed).loc["reliable"]
            for one_in, share in self.SAID.items():
                assert right_at(given, 1 / one_in) == pytest.approx(share, abs=0.025), seed


class TestWhatTheFeedbackSaysOfNoise:
    """20,000 clients of ten sessions: standard errors of .004 or less."""

    def test_one_step_in_four_is_as_large_as_an_own_sd(self) -> None:
        noise = np.random.default_rng(0).standard_normal((20_000, 10))
        own = noise.std(axis=1, ddof=1, keepdims=True)
        large = np.diff(noise, axis=1) <= -own
        assert large.mean() == pytest.approx(0.26, abs=0.01)
        assert 1 - (1 - large.mean()) ** 9 == pytest.approx(0.93, abs=0.01)
        assert large.any(axis=1).mean() == pytest.approx(0.99, abs=0.005)

    @pytest.mark.parametrize(
        ("window", "recover", "back"),
        [(3, 0.75, 0.65), (1, 0.75, 0.34), (3, 1.0, 0.46), (3, 0.5, 0.83), (3, 1e-9, 0.99)],
    )
    def test_every_misreading_of_back_up_has_its_own_figure(
        self, window: int, recover: float, back: float
    ) -> None:
        given = aw.false_alarms(RULES["one_sd"], 10, window=window, recover=recover)
        assert given["repaired_episodes"] == pytest.approx(back, abs=0.012)

    @pytest.mark.parametrize(
        ("wobble", "spill", "share"),
        [
            *[(0.25, 0.0, 0.20), (0.8 * 0.1**0.5, 0.0, 0.21), (0.26, 0.3, 0.10)],
            *[(0.30, 0.0, 0.38), (0.40, 0.0, 0.68)],
        ],
    )
    def test_the_reliable_drop_marks_by_the_wobble_alone(
        self, wobble: float, spill: float, share: float
    ) -> None:
        given = aw.false_alarms("reliable_drop", 10, spill, wobble)
        assert given["any_flag"] == pytest.approx(share, abs=0.01)

    @pytest.mark.prove
    def test_the_figures_of_noise_hold_over_twenty_seeds(self) -> None:
        for seed in range(20):
            ten = [aw.false_alarms(rule, 10, seed=seed)["any_flag"] for rule in RULES.values()]
            np.testing.assert_allclose(ten, [0.99, 0.65, 0.38, 0.17, 0.01], atol=0.015)
            cases = aw.false_alarms(RULES["two_sd"], 10, seed=seed)
            shares = cases[["repaired_cases", "open_cases"]]
            np.testing.assert_allclose(shares, [0.40, 0.26], atol=0.015)
            whole = aw.false_alarms(RULES["one_sd"], 10, seed=seed)["repaired_episodes"]
            half = aw.false_alarms(RULES["one_sd"], 10, seed=seed, recover=0.5)
            assert whole == pytest.approx(0.65, abs=0.012)
            assert half["repaired_episodes"] == pytest.approx(0.83, abs=0.012)


def test_the_five_lowest_rise_in_nearly_every_throw() -> None:
    rises = []
    for seed in range(100):
        ratings, _ = steady_clients(seed=seed)
        wide = ratings.pivot_table("alliance", "client", "session")
        five = wide.loc[lowest_at(ratings, 3, 5)]
        rises.append((five[4] - five[3]).mean())
    assert np.mean(np.array(rises) > 0) >= 0.95
    assert np.mean(rises) == pytest.approx(0.47, abs=0.05)  # SD .2 over throws: SE .02
