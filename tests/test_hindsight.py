"""What was knowable at each session: every rule on the case cut off there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.rules import IMRChart, PointDrop, ReliableDrop, SuddenDrop
from alliance_widgets.ruptures.hindsight import hindsight
from alliance_widgets.simulate.steady import lowest_at, steady_clients

ALL_RULES = [
    {"sudden_drop": SuddenDrop(0.7), "below_cutoff": aw.rules.BelowCutoff(3)}.get(name)
    or aw.rules.rule(name)
    for name in aw.rules.rule_names()
]
SCORES = st.lists(st.integers(4, 20).map(lambda quarter: quarter / 4), min_size=1, max_size=14)


def case(scores: list[float], sessions: list[int] | None = None) -> pd.DataFrame:
    numbers = sessions or list(range(1, len(scores) + 1))
    return pd.DataFrame({"client": "a", "session": numbers, "alliance": scores})


class TestEveryMomentIsTheCutOffSeries:
    @pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
    @settings(max_examples=25, deadline=None)
    @given(scores=SCORES)
    def test_flags_limits_and_needs(self, rule: aw.rules.Rule, scores: list[float]) -> None:
        table = case(scores)
        (past,) = hindsight(table, [rule])
        for known in table["session"]:
            now = past.at(known)
            cut = aw.session_limits(table[table["session"] <= known], rule)
            needs = aw.rule_limits(table[table["session"] <= known], rule).iloc[0]
            assert now.flagged == cut["flagged"].tolist()
            np.testing.assert_allclose(now.limit, cut["limit"], equal_nan=True)
            np.testing.assert_allclose(now.reference, cut["reference"], equal_nan=True)
            assert now.can_flag == needs["can_flag"]
            assert now.sessions == cut["session"].tolist()

    @settings(max_examples=25, deadline=None)
    @given(scores=SCORES)
    def test_a_rule_without_look_ahead_takes_nothing_back(self, scores: list[float]) -> None:
        rules = [ReliableDrop(), PointDrop(), IMRChart(limits="expanding")]
        for past in hindsight(case(scores), rules):
            assert past.at(len(scores)).late == past.at(len(scores)).gone == []

    def test_missed_sessions_are_passed_over(self) -> None:
        (past,) = hindsight(case([4, 4, 2.5], [1, 2, 6]), [ReliableDrop()])
        assert past.at(5).sessions == [1, 2]
        assert past.at(6).flags == [6]
        assert past.at(0).sessions == []

    def test_a_pooled_spread_knows_the_other_clients_from_the_start(self) -> None:
        rule = aw.rules.DropSD(k=1, scale="pooled")
        mine = case([4, 3.6, 4, 4.1, 3.4])
        others = case([2, 4, 2, 4]).assign(client="b")
        (past,) = hindsight(mine, [rule], others)
        for known in range(1, 6):
            cut = pd.concat([mine[mine["session"] <= known], others])
            judged = aw.session_limits(cut, rule).query("client == 'a'")
            assert past.at(known).flagged == judged["flagged"].tolist()
            np.testing.assert_allclose(past.at(known).limit, judged["limit"], equal_nan=True)
        assert past.at(5).flags == []
        (alone,) = hindsight(mine, [rule])
        assert alone.at(5).flags == [2, 5]


class TestVerdictsThatChange:
    def test_a_chart_of_the_whole_case_flags_tomasz_only_later(self) -> None:
        tomasz = aw.load_data("single_cases").query("client == 'Tomasz' and rater == 'client'")
        (past,) = hindsight(tomasz, [IMRChart()])
        assert past.at_the_time == [False] * 10
        assert past.at(10).flags == past.at(10).late == [5]
        assert past.at(10).gone == []

    def test_a_slow_slide_is_flagged_and_then_taken_back(self) -> None:
        ama = aw.load_data("single_cases").query("client == 'Ama' and rater == 'client'")
        (past,) = hindsight(ama, [IMRChart()])
        assert past.at(7).flags == [7]
        assert past.at(10).gone == [7, 8]
        assert past.at(10).flags == [9, 10]

    def test_a_case_without_ratings_has_moments_without_sessions(self) -> None:
        (past,) = hindsight(case([3.0])[:0], [ReliableDrop()])
        assert past.at(3).sessions == past.at(3).flags == []
        assert not past.at(3).can_flag


class TestSteadyClients:
    def test_the_same_seed_gives_the_same_clients_on_the_scale(self) -> None:
        ratings, truth = steady_clients(seed=4)
        again, _ = steady_clients(seed=4)
        pd.testing.assert_frame_equal(ratings, again)
        assert ratings["alliance"].between(1, 5).all()
        assert aw.check_ratings(ratings).shape[0] == 240
        assert truth["client"].tolist() == sorted(ratings["client"].unique())

    def test_nothing_changes_from_session_to_session_n_20_000(self) -> None:
        ratings, truth = steady_clients(n_clients=20_000, level=3, seed=1)
        means = ratings.groupby("session")["alliance"].mean()
        assert means.to_numpy() == pytest.approx(3, abs=0.015)
        away = ratings["alliance"].to_numpy() - np.repeat(truth["usual"].to_numpy(), 6)
        assert away.std() == pytest.approx(0.4, abs=0.005)
        assert truth["usual"].std() == pytest.approx(0.35, abs=0.006)

    def test_the_lowest_rise_by_what_was_chance_in_them_n_20_000(self) -> None:
        ratings, _ = steady_clients(n_clients=20_000, level=3, seed=2)
        lowest = lowest_at(ratings, 3, 2_500)
        theirs = ratings[ratings["client"].isin(lowest)].groupby("session")["alliance"].mean()
        chance = 0.4**2 / (0.4**2 + 0.35**2)
        fallen = 3 - theirs[3]
        assert theirs[4] - theirs[3] == pytest.approx(chance * fallen, abs=0.03)
        assert theirs[2] == pytest.approx(theirs[4], abs=0.03)

    def test_lowest_first(self) -> None:
        table = pd.DataFrame(
            {"client": list("abcd"), "session": 3, "alliance": [4.0, 2.0, 3.0, 2.0]}
        )
        assert lowest_at(table, 3, 3) == ["b", "d", "c"]
