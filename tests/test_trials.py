"""Trials of a training, with therapists as units: the truth that was planted comes out."""

from __future__ import annotations

import numpy as np
import pytest

import alliance_widgets as aw


def test_there_is_one_row_per_trial_and_the_same_for_the_same_seed() -> None:
    one, two = (aw.simulate_trials(8, 10, trials=50, seed=3) for _ in range(2))
    assert one.equals(two)
    assert not one.equals(aw.simulate_trials(8, 10, trials=50, seed=4))
    assert one["trial"].tolist() == list(range(1, 51))
    assert one[["p_clients", "p_therapists"]].stack().between(0, 1).all()


def test_the_planted_shares_and_the_planted_likeness_within_therapists_come_out() -> None:
    trials = aw.simulate_trials(40, 20, leaving=0.3, leaving_trained=0.1, between=0.1, trials=4_000)
    assert trials["untrained"].mean() == pytest.approx(0.3, abs=0.003)
    assert trials["trained"].mean() == pytest.approx(0.1, abs=0.003)
    # of 400 clients who count as 400 / (1 + 19 × .1)
    expected = np.sqrt(0.3 * 0.7 / 400 * (1 + 19 * 0.1))
    assert trials["untrained"].std() == pytest.approx(expected, rel=0.05)


def test_p_values_are_those_of_the_usual_tests() -> None:
    from scipy.stats import ttest_ind
    from statsmodels.stats.proportion import proportions_ztest

    trial = aw.simulate_trials(4, 50, trials=1, seed=2).iloc[0]
    counts = [round(100 * trial["trained"]), round(100 * trial["untrained"])]
    assert trial["p_clients"] == pytest.approx(proportions_ztest(counts, [100, 100])[1])
    shares = np.array([[[0.1, 0.2, 0.4], [0.3, 0.3, 0.5]]])
    from alliance_widgets.simulate.trials import _p_of_therapists

    assert _p_of_therapists(shares)[0] == pytest.approx(ttest_ind(*shares[0]).pvalue)


def test_trials_without_any_spread_have_a_p_value_too() -> None:
    trials = aw.simulate_trials(4, 1, leaving=0.01, trials=500)
    assert trials[["p_clients", "p_therapists"]].notna().all(axis=None)
    assert (trials.query("trained == untrained")["p_clients"] == 1).all()


def test_every_impossible_number_is_named_at_once() -> None:
    with pytest.raises(aw.SimulationError) as caught:
        aw.simulate_trials(2, 0, leaving=1.5, between=0)
    assert len(caught.value.problems) == 5
    with pytest.raises(aw.SimulationError, match="expected an even number"):
        aw.simulate_trials(5, 10)
    with pytest.raises(aw.SimulationError, match="at most 20,000,000 clients"):
        aw.simulate_trials(1_000, 1_000)
