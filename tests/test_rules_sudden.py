"""The sudden drop, and the fixed cut-off."""

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from alliance_widgets.rules import BelowCutoff, SuddenDrop
from alliance_widgets.rules.sudden import T_QUANTILES
from alliance_widgets.ruptures.episodes import (
    find_ruptures,
    flag_sessions,
    rule_limits,
    session_limits,
)

WORKED = json.loads((Path(__file__).parent / "data/worked_rules.json").read_text("utf-8"))
DROPS = {case["name"]: case for case in WORKED["sudden_drops"]}


def one_case(scores, sessions=None, client="c01"):
    numbers = sessions if sessions is not None else range(1, len(scores) + 1)
    return pd.DataFrame({"client": client, "session": list(numbers), "alliance": scores})


def flags(scores, rule, sessions=None):
    return flag_sessions(one_case(scores, sessions), rule)["session"].tolist()


@pytest.mark.parametrize("name", DROPS)
def test_worked_cases(name):
    case = DROPS[name]
    rule = SuddenDrop(case["cutoff"], case["floor"])
    assert flags(case["before"] + case["after"], rule) == ([4] if case["flagged"] else [])


def test_the_figures_of_the_worked_case():
    case = DROPS["large in all three ways"]
    sides = case["before"], case["after"]
    assert [np.mean(side) for side in sides] == pytest.approx(
        [case["mean_before"], case["mean_after"]]
    )
    assert T_QUANTILES[4] == pytest.approx(case["t"], abs=5e-7)
    assert T_QUANTILES[4] * case["pooled_sd"] == pytest.approx(case["must_exceed"], abs=5e-7)


def test_the_quantiles_are_those_of_students_t():
    assert pytest.approx(T_QUANTILES, abs=1e-9) == {df: stats.t.ppf(0.975, df) for df in (2, 3, 4)}


def test_a_quarter_is_counted_from_the_floor():
    scores = DROPS["a quarter of what lies above the floor"]
    scores = scores["before"] + scores["after"]
    from_one = session_limits(one_case(scores), SuddenDrop(0.7, floor=1))
    from_zero = session_limits(one_case(scores), SuddenDrop(0.7, floor=0))
    assert from_one["limit"][3] == pytest.approx(4.5 - 0.25 * 3.5)
    assert from_zero["limit"][3] == pytest.approx(4.5 - 0.25 * 4.5)


@pytest.mark.parametrize("level", [4.0, 4.1, 4.7, 3.3])
def test_a_drop_equal_to_the_cutoff_counts(level):
    low = level - 0.95
    assert flags([level] * 3 + [low] * 3, SuddenDrop(0.95)) == [4]
    assert flags([level] * 3 + [low] * 3, SuddenDrop(0.951)) == []


@pytest.mark.parametrize(("floor", "high", "low"), [(1, 4.2, 3.4), (0, 4.4, 3.3), (1, 3.4, 2.8)])
def test_a_drop_of_exactly_a_quarter_counts(floor, high, low):
    assert flags([high] * 3 + [low] * 3, SuddenDrop(0.1, floor)) == [4]
    assert flags([high] * 3 + [low + 0.001] * 3, SuddenDrop(0.1, floor)) == []


@pytest.mark.parametrize(
    ("before", "after"), [(3, 3), (3, 2), (2, 3), (2, 2)], ids=lambda n: f"{n} values"
)
def test_the_third_criterion_asks_for_t_times_the_pooled_sd(before, after):
    """Each side is its mean ± .35 (and the mean itself); only the distance of the means varies."""
    wobble = {2: [0.35, -0.35], 3: [0.35, 0.0, -0.35]}
    degrees = before + after - 2
    pooled = 0.35 * np.sqrt(4 / degrees)
    t = {4: 2.776, 3: 3.182, 2: 4.303}[degrees]

    def scores(distance):
        high = [4.3 - move for move in wobble[before]]
        return high + [4.3 - distance + move for move in wobble[after]]

    rule = SuddenDrop(0.01, floor=1)
    assert flags(scores(t * pooled + 0.001), rule) == [before + 1]
    assert flags(scores(t * pooled - 0.001), rule) == []


def test_the_third_criterion_is_stricter_than_a_t_test():
    """Both pairs of sides differ at .05; only the first by more than t pooled SDs."""
    before, after = [4.6, 4.0, 4.3], [3.3, 3.7, 3.5]
    assert stats.ttest_ind(before, after).pvalue < 0.05
    assert flags(before + after, SuddenDrop(0.7)) == [4]
    before, after = [4.8, 4.0, 4.4], [3.4, 3.0, 3.8]
    assert stats.ttest_ind(before, after).pvalue < 0.05
    assert flags(before + after, SuddenDrop(0.7)) == []


def test_sides_of_equal_scores_have_no_spread_and_any_fall_stands_out():
    assert flags([4.0, 4.0, 4.0, 2.0, 2.0, 2.0], SuddenDrop(0.7)) == [4]
    assert flags([4.0] * 6, SuddenDrop(0.001)) == []


def test_a_dip_that_is_back_at_once_is_no_sudden_drop():
    assert flags([4.0, 4.1, 4.0, 4.2, 2.8, 4.1, 4.2, 4.3], SuddenDrop(0.7)) == []


def test_two_observed_sessions_are_needed_on_each_side():
    rule = SuddenDrop(0.7)
    judged = session_limits(one_case([4.5, 4.5, 2.0, 2.0, 2.0]), rule)
    assert judged["limit"].isna().tolist() == [True, True, False, False, True]
    assert judged["flagged"].tolist() == [False, False, True, False, False]
    assert flags([4.5, 2.0, 2.0, 2.0], rule) == []
    assert flags([4.5, 4.5, 4.5, 2.0], rule) == []
    assert flags([4.5, 4.5, 2.0, 2.0], rule) == [3]


def test_unrated_sessions_are_passed_over():
    rule = SuddenDrop(0.7)
    gaps = [4.3, np.nan, 4.4, 4.5, np.nan, 3.0, 3.1, np.nan, 3.2]
    assert flags(gaps, rule) == [6]
    assert find_ruptures(one_case(gaps), rule)[["pre_session", "pre"]].to_numpy().tolist() == [
        [4, 4.5]
    ]


def test_a_neighbouring_client_lends_no_session():
    table = pd.concat([one_case([4.5, 4.5], client="a"), one_case([2.0, 2.0, 2.0], client="b")])
    assert flag_sessions(table, SuddenDrop(0.7)).empty
    table = pd.concat([one_case([4.5, 4.5, 2.0], client="a"), one_case([2.0], client="b")])
    assert flag_sessions(table, SuddenDrop(0.7)).empty


def test_fewest_sessions_of_a_sudden_drop_by_trying_every_series():
    for cutoff, needed in [(0.7, 4), (4, 4), (4.01, None)]:
        rule = SuddenDrop(cutoff)
        found = rule_limits(one_case([4.0]), rule)["needed"][0]
        assert (None if pd.isna(found) else found) == needed
        for n in (3, 4):
            table = pd.concat(
                one_case(scores, client=f"c{i:03d}")
                for i, scores in enumerate(itertools.product((1, 3, 5), repeat=n))
            )
            assert flag_sessions(table, rule).empty == (n != needed)
    assert "can flag nothing" in rule.cannot_flag(9, None)


def test_below_the_cutoff_is_below_it():
    judged = session_limits(one_case([3.5, 3.0, 2.9, 2.0, 4.0, 1.0]), BelowCutoff(3))
    assert judged["flagged"].tolist() == [False, False, True, True, False, True]
    assert set(judged["limit"]) == set(judged["reference"]) == {3.0}
    for level in (1.1, 2.2, 3.3):
        assert flags([level], BelowCutoff(level)) == []
        assert flags([0.1 * 3 + level - 0.3], BelowCutoff(level)) == []


def test_an_episode_below_the_cutoff_starts_with_the_run():
    scores = [3.5, 2.9, 2.0, 4.0, 4.0, 1.0]
    found = find_ruptures(one_case(scores), BelowCutoff(3))
    assert found["onset"].tolist() == [2, 6]
    assert find_ruptures(one_case([2.5, 2.0, 1.5]), BelowCutoff(3)).empty


def test_fewest_sessions_below_a_cutoff():
    assert rule_limits(one_case([1.0]), BelowCutoff(1.25))["needed"].tolist() == [1]
    assert flags([1.0], BelowCutoff(1.25)) == [1]
    never = rule_limits(one_case([1.0]), BelowCutoff(1))
    assert never["needed"].isna().all()
    assert flags([1.0], BelowCutoff(1)) == []
    assert "can flag nothing" in BelowCutoff(1).cannot_flag(1, None)
