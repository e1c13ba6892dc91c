"""The distance from the client's own trend."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_widgets.rules import TrendResidual
from alliance_widgets.ruptures.episodes import flag_sessions, rule_limits, session_limits

PATHS = json.loads((Path(__file__).parent / "data/worked_paths.json").read_text("utf-8"))["series"]


def one_case(scores, sessions=None, client="c01"):
    numbers = sessions if sessions is not None else range(1, len(scores) + 1)
    return pd.DataFrame({"client": client, "session": list(numbers), "alliance": scores})


def flags(scores, rule, sessions=None):
    return flag_sessions(one_case(scores, sessions), rule)["session"].tolist()


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("degree", [1, 2])
def test_line_curve_and_usual_distance_of_the_worked_cases(name, degree):
    path = PATHS[name]
    n = np.arange(1, len(path["alliance"]) + 1)
    line, curve = path["line"], path["quadratic"]
    if degree == 1:
        fitted, s_e = line["intercept"] + line["slope"] * n, line["s_e"]
    else:
        fitted, s_e = np.polynomial.polynomial.polyval(n, curve["coef"]), curve["s_e"]
    judged = session_limits(one_case(path["alliance"]), TrendResidual(k=1.5, degree=degree))
    assert judged["reference"].to_numpy() == pytest.approx(fitted, abs=6e-5)
    if s_e:
        gap = judged["reference"] - judged["limit"]
        assert gap.to_numpy() == pytest.approx(1.5 * s_e, abs=2e-6)
    else:
        assert judged["limit"].isna().all()
        assert not judged["flagged"].any()


def test_flags_of_the_worked_cases():
    found = {name: flags(path["alliance"], TrendResidual()) for name, path in PATHS.items()}
    assert found == {
        "clear_V": [5],
        "step_unrepaired": [],
        "last_session": [],
        "erosion": [],
        "ceiling": [7],
        "all_equal": [],
    }


def test_a_slow_slide_is_the_trend_itself():
    slide = np.array(PATHS["erosion"]["alliance"])
    assert flags(slide, TrendResidual(k=0.5)) == []
    slide[4] -= 0.5
    assert flags(slide, TrendResidual()) == [5]


@pytest.mark.parametrize("degree", [1, 2])
def test_fewer_than_six_observed_sessions_are_not_judged(degree):
    rule = TrendResidual(k=0.1, degree=degree)
    five = session_limits(one_case([4.0, 4.5, 1.0, 4.2, 4.4]), rule)
    assert five[["reference", "limit"]].isna().all(axis=None)
    unrated = session_limits(one_case([4.0, 4.5, np.nan, 1.0, 4.2, 4.4]), rule)
    assert unrated[["reference", "limit"]].isna().all(axis=None)
    six = session_limits(one_case([4.0, 4.5, 1.0, 4.2, 4.4, 4.1]), rule)
    assert six[["reference", "limit"]].notna().all(axis=None)
    assert six["flagged"].any()


def test_the_trend_is_in_session_numbers_not_in_places():
    sessions = [1, 2, 3, 4, 9, 10, 11]
    scores = [1 + 0.3 * session for session in sessions]
    judged = session_limits(one_case(scores, sessions), TrendResidual())
    assert judged["reference"].to_numpy() == pytest.approx(scores)
    assert judged["limit"].isna().all()


@pytest.mark.parametrize("degree", [1, 2])
def test_the_fit_is_that_of_polyfit_for_any_sessions(degree):
    """200 cases of 6 to 30 sessions with gaps, seed 2, to 1e-9."""
    random = np.random.default_rng(2)
    parts = []
    for i in range(200):
        n = int(random.integers(6, 31))
        sessions = np.sort(random.choice(np.arange(1, 60), n, replace=False))
        parts.append(one_case(random.uniform(1, 5, n), sessions, f"c{i:03d}"))
    judged = session_limits(pd.concat(parts), TrendResidual(k=1, degree=degree))
    for part, (_, mine) in zip(parts, judged.groupby("client"), strict=True):
        fit = np.polynomial.Polynomial.fit(part["session"], part["alliance"], degree)
        fitted = fit(part["session"].to_numpy())
        misfit = ((part["alliance"] - fitted) ** 2).sum()
        error = np.sqrt(misfit / (len(part) - degree - 1))
        assert mine["reference"].to_numpy() == pytest.approx(fitted, abs=1e-9)
        assert mine["limit"].to_numpy() == pytest.approx(fitted - error, abs=1e-9)


def most_telling_cases(sessions, degree):
    """Per session the scores whose residual there is as large, in usual distances, as can be.

    With M the matrix that makes residuals of scores, the residual at t is M_t·y; among scores
    whose residuals have length 1 it is longest for y = M_t / |M_t|.
    """
    powers = np.vander(np.asarray(sessions, dtype=float) - np.mean(sessions), degree + 1)
    makes_residuals = np.eye(len(sessions)) - powers @ np.linalg.pinv(powers)
    return [3 - column / np.abs(column).max() for column in makes_residuals]


def can_be_flagged(sessions, rule):
    several = pd.concat(
        one_case(scores, sessions, f"c{i:02d}")
        for i, scores in enumerate(most_telling_cases(sessions, rule.degree))
    )
    return not flag_sessions(several, rule).empty


@pytest.mark.parametrize(
    ("k", "degree", "needed"),
    [(2, 1, 7), (2, 2, 9), (1, 1, 6), (1, 2, 6), (1.8, 1, 6), (1.82, 1, 7), (3, 1, 12), (3, 2, 14)],
)
def test_fewest_sessions_in_a_row(k, degree, needed):
    rule = TrendResidual(k=k, degree=degree)
    for n in (needed - 1, needed):
        limits = rule_limits(one_case([4.0] * n), rule)
        assert limits["needed"].tolist() == [needed]
        assert limits["can_flag"].tolist() == [n == needed]
        assert can_be_flagged(range(1, n + 1), rule) == (n == needed)


@pytest.mark.parametrize("degree", [1, 2])
def test_no_case_one_session_too_short_is_ever_flagged(degree):
    """20 000 cases of noise with dips of every depth, seed 4."""
    random = np.random.default_rng(4)
    rule = TrendResidual(degree=degree)
    n = int(rule_limits(one_case([4.0]), rule)["needed"][0]) - 1
    scores = 4.5 + random.normal(0, 0.1, (20_000, n)) * random.random((20_000, 1))
    scores[np.arange(20_000), random.integers(0, n, 20_000)] -= random.uniform(0, 3, 20_000)
    table = pd.DataFrame(
        {
            "client": np.repeat([f"c{i}" for i in range(20_000)], n),
            "session": np.tile(np.arange(1, n + 1), 20_000),
            "alliance": np.clip(scores, 1, 5).ravel(),
        }
    )
    assert flag_sessions(table, rule).empty


@pytest.mark.parametrize("degree", [1, 2])
@pytest.mark.parametrize("k", [1.9, 2, 2.03, 2.2])
def test_with_gaps_the_clients_own_session_numbers_decide(k, degree):
    """20 patterns of 5 to 11 sessions, seed 8."""
    rule = TrendResidual(k=k, degree=degree)
    random = np.random.default_rng(8)
    in_a_row = rule_limits(one_case([4.0]), rule)["needed"][0]
    for _ in range(20):
        n = int(random.integers(5, 12))
        sessions = np.sort(random.choice(np.arange(1, 20), n, replace=False))
        limits = rule_limits(one_case([4.0] * n, sessions), rule).iloc[0]
        assert limits["can_flag"] == can_be_flagged(sessions, rule)
        assert limits["needed"] in (in_a_row, n, n + 1)


def test_a_distance_that_no_case_of_a_million_sessions_reaches_is_never_flagged():
    rule = TrendResidual(k=5000)
    limits = rule_limits(one_case([4.0] * 9), rule)
    assert limits["needed"].isna().all()
    assert "can flag nothing" in rule.cannot_flag(9, limits["needed"][0])
