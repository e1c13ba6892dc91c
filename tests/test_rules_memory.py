"""The smoothed line and the running sum."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_widgets.rules import CUSUM, EWMA, DropSD, IMRChart, PointDrop, ReliableDrop
from alliance_widgets.ruptures.episodes import (
    find_ruptures,
    flag_sessions,
    rule_limits,
    session_limits,
)

PATHS = json.loads((Path(__file__).parent / "data/worked_paths.json").read_text("utf-8"))["series"]
SERIES = {name: path["alliance"] for name, path in PATHS.items()}
SIGMA = 0.2 / 1.128
"""Of the erosion case, whose every step is 0.2."""


def cases(*series):
    rows = [
        (f"c{i:06d}", session, score)
        for i, scores in enumerate(series)
        for session, score in enumerate(scores, 1)
    ]
    return pd.DataFrame(rows, columns=["client", "session", "alliance"])


def flags(scores, chosen):
    return flag_sessions(cases(scores), chosen)["session"].tolist()


def test_erosion_is_seen_by_the_rules_that_remember_and_by_no_rule_of_drops():
    erosion = SERIES["erosion"]
    for silent in (DropSD(k=1), DropSD(k=2), ReliableDrop(), PointDrop(0.7)):
        assert flags(erosion, silent) == []
    assert flags(erosion, EWMA()) == [10]
    assert flags(erosion, CUSUM()) == [9, 10]
    known_from_the_start = {"center": 4.4, "sigma": 0.3}
    assert flags(erosion, EWMA(**known_from_the_start)) == [5, 6, 7, 8, 9, 10]
    assert flags(erosion, CUSUM(**known_from_the_start)) == [5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(
    ("name", "smoothed", "summed"),
    [
        ("clear_V", [], []),
        ("step_unrepaired", [10], [7, 8, 9, 10]),
        ("last_session", [], []),
        ("erosion", [10], [9, 10]),
        ("ceiling", [], [7, 8]),
        ("all_equal", [], []),
    ],
)
def test_worked_cases(name, smoothed, summed):
    assert flags(SERIES[name], EWMA()) == smoothed
    assert flags(SERIES[name], CUSUM()) == summed


def test_the_smoothed_line_by_hand():
    judged = session_limits(cases([4.0, 3.0, 2.0]), EWMA(0.5, 1, center=4, sigma=0.5))
    # smoothed 4, 3.5, 2.75; limits 4 - .5·√(1/3·(1 - .5^2t)) = 3.75, 3.720, 3.714
    width = [0.5 * math.sqrt((1 - 0.5 ** (2 * t)) / 3) for t in (1, 2, 3)]
    before = [4, 4, 3.5]
    limits = [(4 - w - 0.5 * b) / 0.5 for w, b in zip(width, before, strict=True)]
    assert width[0] == pytest.approx(0.25)
    assert judged["reference"].tolist() == [4, 4, 4]
    assert judged["limit"].tolist() == pytest.approx(limits)
    assert judged["limit"].tolist() == pytest.approx([3.5, 3.440983, 3.927178], abs=1e-6)
    assert judged["flagged"].tolist() == [False, True, True]


def test_the_running_sum_by_hand():
    judged = session_limits(
        cases([3.5, 3.5, 5.0, 3.5, 3.5, 3.5]), CUSUM(0.5, 2, center=4, sigma=0.4)
    )
    # what is short, less .2: .3, .3, -1.2, .3, .3, .3; the sum: .3, .6, 0, .3, .6, .9 against .8
    assert judged["limit"].tolist() == pytest.approx([3, 3.3, 3.6, 3, 3.3, 3.6])
    assert judged["flagged"].tolist() == [False] * 5 + [True]


def test_without_center_and_sigma_both_come_from_the_client():
    erosion = SERIES["erosion"]
    for kind in (EWMA, CUSUM):
        own = session_limits(cases(erosion), kind())
        given = session_limits(cases(erosion), kind(center=3.5, sigma=SIGMA))
        pd.testing.assert_frame_equal(own, given)
        assert own["reference"].to_numpy() == pytest.approx(3.5)


def test_with_full_weight_the_smoothed_line_is_the_control_chart():
    for scores in SERIES.values():
        smoothed = session_limits(cases(scores), EWMA(weight=1, sigmas=2))
        pd.testing.assert_frame_equal(smoothed, session_limits(cases(scores), IMRChart(sigmas=2)))


def test_a_value_on_the_limit_is_not_flagged():
    assert flags([3.0], EWMA(weight=1, sigmas=2, center=4, sigma=0.5)) == []
    assert flags([3.0], EWMA(weight=1, sigmas=1.99, center=4, sigma=0.5)) == [1]
    for level in (1.1, 2.3, 3.7):
        assert flags([level] * 3, CUSUM(0, 3, center=level + 0.1, sigma=0.1)) == []
        assert flags([level] * 3, CUSUM(0, 2.99, center=level + 0.1, sigma=0.1)) == [3]


def test_the_sum_never_goes_below_nothing_and_goes_on_after_a_flag():
    rule = CUSUM(0, 1, center=4, sigma=0.5)
    assert flags([5.0] * 9 + [3.6, 3.6], rule) == [11]
    assert flags([3.0, 3.0, 3.0, 4.0, 5.0, 5.0, 5.0], rule) == [1, 2, 3, 4, 5, 6]


def test_unrated_sessions_are_passed_over():
    for rule in (EWMA(0.4, 1, 4, 0.3), CUSUM(0.5, 2, 4, 0.3)):
        gap = cases([4.0, np.nan, 3.5, 3.5, np.nan, np.nan, 3.0])
        dense = session_limits(cases([4.0, 3.5, 3.5, 3.0]), rule)
        judged = session_limits(gap, rule)
        assert judged["session"].tolist() == [1, 3, 4, 7]
        columns = ["reference", "limit", "flagged"]
        pd.testing.assert_frame_equal(judged[columns], dense[columns])


@pytest.mark.parametrize("kind", [EWMA, CUSUM])
def test_cases_of_different_lengths_do_not_touch(kind):
    random = np.random.default_rng(3)
    series = [list(random.uniform(1, 5, n)) for n in (1, 9, 4, 9, 2, 12)]
    together = session_limits(cases(*series), kind(center=3.5))
    for i, scores in enumerate(series):
        alone = session_limits(cases(scores), kind(center=3.5))
        mine = together[together["client"] == f"c{i:06d}"].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine.drop(columns="client"), alone.drop(columns="client"))


@pytest.mark.parametrize("level", [4.0, 4.1, 3.3])
@pytest.mark.parametrize("rule", [EWMA(), CUSUM(), EWMA(center=4.5), CUSUM(center=4.5)], ids=repr)
def test_ratings_without_moves_are_not_judged_by_a_sigma_of_their_own(rule, level):
    judged = session_limits(cases([level] * 8), rule)
    assert not judged["flagged"].any()
    assert judged["limit"].isna().all()


@pytest.mark.parametrize("rule", [EWMA(center=4.5, sigma=0.3), CUSUM(center=4.5, sigma=0.3)])
def test_with_a_sigma_given_ratings_without_moves_are_judged(rule):
    assert flags([3.0] * 8, rule)


def test_one_episode_starts_where_a_run_of_flags_does():
    found = find_ruptures(cases(SERIES["step_unrepaired"]), "cusum")
    assert found["onset"].tolist() == []  # session 7 is as low as session 6: nothing to fall from
    found = find_ruptures(cases(SERIES["erosion"]), "cusum")
    assert found["onset"].tolist() == [9]


OWN = [
    *(EWMA(weight, sigmas) for weight in (0.1, 0.2, 0.5, 0.9, 1) for sigmas in (0.5, 1, 2, 3, 4)),
    *(CUSUM(k, h) for k in (0, 0.5, 1, 2) for h in (0.5, 1.128, 2, 4, 6)),
    *(EWMA(weight, 2, sigma=sigma) for weight in (0.2, 0.6) for sigma in (0.2, 0.8, 1.5)),
    *(CUSUM(0.5, 4, sigma=sigma) for sigma in (0.2, 0.8, 1.5)),
    *(EWMA(weight, 3, 4, sigma) for weight in (0.1, 0.2, 1) for sigma in (0.3, 0.9, 1.5)),
    *(CUSUM(0.5, 4, center, 0.5) for center in (1.5, 2, 4)),
]
LONGEST = 9


@pytest.mark.parametrize("rule", OWN, ids=repr)
def test_fewest_sessions_by_trying_every_series(rule):
    needed = rule_limits(cases([4.0]), rule)["needed"][0]
    values = (1, 5) if pd.isna(needed) or needed > 6 else (1, 3, 5)
    needed = math.inf if pd.isna(needed) else needed
    longest = min(needed, LONGEST)
    for n in range(max(1, longest - 1), longest + 1):
        table = cases(*itertools.product(values, repeat=n))
        assert bool(session_limits(table, rule)["flagged"].any()) == (n >= needed)


@pytest.mark.parametrize("rule", [EWMA(0.2, 20), EWMA(0.05, 12), CUSUM(2, 60), CUSUM(0.5, 90)])
def test_fewest_sessions_of_long_cases_by_trying_every_step(rule):
    needed = int(rule_limits(cases([4.0]), rule)["needed"][0])
    assert needed > 9
    for n in (needed - 1, needed):
        steps = [[first] * m + [6 - first] * (n - m) for m in range(1, n) for first in (1, 5)]
        assert bool(session_limits(cases(*steps), rule)["flagged"].any()) == (n == needed)


@pytest.mark.parametrize("rule", [EWMA(), EWMA(0.5, 2), CUSUM(), CUSUM(1, 2)], ids=repr)
def test_one_session_fewer_than_needed_flags_nothing_in_many_random_cases(rule):
    """20 000 cases of one session fewer, seed 5: steep steps, slow walks and plain noise."""
    needed = int(rule_limits(cases([4.0]), rule)["needed"][0])
    random = np.random.default_rng(5)
    shape = (10_000, needed - 1)
    noise = random.normal(3, 1, shape)
    steps = (
        5.0 - 4 * (random.random(shape) < 0.3).cumsum(axis=1) / 3 + random.normal(0, 0.01, shape)
    )
    scores = np.clip(np.concatenate([noise, steps]), 1, 5)
    table = pd.DataFrame(
        {
            "client": np.repeat([f"c{i}" for i in range(len(scores))], needed - 1),
            "session": np.tile(np.arange(1, needed), len(scores)),
            "alliance": scores.ravel(),
        }
    )
    assert flag_sessions(table, rule).empty


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        (EWMA(), 5),
        (CUSUM(), 5),
        (EWMA(center=4), 2),
        (CUSUM(center=4), 2),
        (EWMA(center=4, sigma=0.3), 1),
        (EWMA(center=1), None),
        (CUSUM(center=1), None),
        (EWMA(center=1, sigma=0.3), None),
        (EWMA(center=4, sigma=3), None),
        (EWMA(center=4, sigma=2.9), 16),
        (CUSUM(center=4, sigma=6), None),
        (CUSUM(center=4, sigma=1), 2),
        (EWMA(sigma=4), None),
        (CUSUM(sigma=8), None),
        (EWMA(sigmas=1e9), None),
    ],
    ids=repr,
)
def test_fewest_sessions(rule, needed):
    found = rule_limits(cases([4.0]), rule)["needed"][0]
    assert (None if pd.isna(found) else found) == needed


@pytest.mark.parametrize("kind", [EWMA, CUSUM])
def test_with_only_the_center_given_two_nearly_equal_scores_can_be_flagged(kind):
    assert flags([1.001, 1.0], kind(center=4))
    assert flags([1.0], kind(center=4)) == []


@pytest.mark.parametrize("rule", [EWMA(center=1), CUSUM(center=1)])
def test_what_can_never_flag_is_said_so(rule):
    assert "can flag nothing" in rule.cannot_flag(20, None)
    assert flags([1.0, 1.25, 1.0] * 9, rule) == []
