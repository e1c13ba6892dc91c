import itertools
import math
from dataclasses import FrozenInstanceError, dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from alliance_widgets import rules
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import (
    CUSUM,
    EWMA,
    BelowCutoff,
    DropSD,
    IMRChart,
    ObservedSessions,
    PointDrop,
    ReliableDrop,
    SDChart,
    SuddenDrop,
    TrendResidual,
    rule,
    rule_names,
)
from alliance_widgets.ruptures.episodes import rule_limits, session_limits

CLEAR_V = [4.0, 4.1, 4.0, 4.2, 2.8, 4.1, 4.2, 4.3, 4.2, 4.3]
STEP = [4.0, 4.1, 4.2, 4.1, 4.2, 3.0, 3.0, 2.9, 3.1, 3.0]
LAST_SESSION = [4.0, 4.1, 4.0, 4.2, 4.1, 2.9]
EROSION = [4.4, 4.2, 4.0, 3.8, 3.6, 3.4, 3.2, 3.0, 2.8, 2.6]
CEILING = [5.0] * 6 + [4.9] + [5.0] * 5
ALL_EQUAL = [4.0] * 8


def cases(*series):
    rows = [
        (f"c{i:06d}", session, score)
        for i, scores in enumerate(series)
        for session, score in enumerate(scores, 1)
    ]
    return pd.DataFrame(rows, columns=["client", "session", "alliance"])


def flags(scores, chosen):
    judged = session_limits(cases(scores), chosen)
    return judged.loc[judged["flagged"], "session"].tolist()


@pytest.mark.parametrize(
    ("scores", "one_sd", "two_sd", "reliable", "imr_2", "imr_3", "sd_2", "sd_3"),
    [
        pytest.param(CLEAR_V, [5], [5], [5], [5], [5], [5], [], id="clear V"),
        pytest.param(STEP, [6], [6], [6], [6, 7, 8, 9, 10], [8], [], [], id="step"),
        pytest.param(LAST_SESSION, [6], [6], [6], [6], [6], [6], [], id="last session"),
        pytest.param(EROSION, [], [], [], [8, 9, 10], [9, 10], [], [], id="erosion"),
        pytest.param(CEILING, [7], [7], [], [7], [7], [7], [7], id="ceiling"),
        pytest.param(ALL_EQUAL, [], [], [], [], [], [], [], id="all equal"),
    ],
)
def test_worked_cases(scores, one_sd, two_sd, reliable, imr_2, imr_3, sd_2, sd_3):
    assert flags(scores, DropSD(k=1)) == one_sd
    assert flags(scores, DropSD(k=2)) == two_sd
    assert flags(scores, ReliableDrop()) == reliable
    assert flags(scores, IMRChart(sigmas=2)) == imr_2
    assert flags(scores, IMRChart(sigmas=3)) == imr_3
    assert flags(scores, SDChart(sigmas=2)) == sd_2
    assert flags(scores, SDChart(sigmas=3)) == sd_3


@pytest.mark.parametrize(
    ("scores", "chosen", "reference", "limit"),
    [
        (CLEAR_V, IMRChart(sigmas=3), 4.02, 2.985721),
        (CLEAR_V, IMRChart(sigmas=2), 4.02, 3.330481),
        (CLEAR_V, SDChart(sigmas=3), 4.02, 2.694858),
        (STEP, IMRChart(sigmas=3), 3.56, 2.968983),
        (STEP, SDChart(sigmas=2), 3.56, 2.370416),
        (LAST_SESSION, IMRChart(sigmas=3), 3.883333, 2.979078),
        (EROSION, IMRChart(sigmas=3), 3.5, 2.968085),
        (CEILING, IMRChart(sigmas=3), 4.991667, 4.943311),
        (CEILING, SDChart(sigmas=3), 4.991667, 4.905064),
    ],
)
def test_chart_limits_of_the_worked_cases(scores, chosen, reference, limit):
    judged = session_limits(cases(scores), chosen)
    assert judged["reference"].to_numpy() == pytest.approx(reference, abs=5e-7)
    assert judged["limit"].to_numpy() == pytest.approx(limit, abs=5e-7)


def test_drop_limits_lie_one_threshold_below_the_previous_observed_score():
    judged = session_limits(cases(CLEAR_V), DropSD(k=2))
    assert math.isnan(judged["reference"][0])
    assert math.isnan(judged["limit"][0])
    assert judged["reference"][4] == 4.2
    assert judged["limit"][4] == pytest.approx(4.2 - 2 * 0.441714, abs=2e-6)


def test_reliable_drop_thresholds():
    assert ReliableDrop().threshold == pytest.approx(0.701231, abs=5e-7)
    assert ReliableDrop(sd=10.5, reliability=0.961).threshold == pytest.approx(5.7477, abs=5e-5)


@pytest.mark.parametrize("scores", [[4.0, 3.3, 4.0, 4.0], [4.7, 4.0], [3.3, 2.6], [1.7, 1.0]])
def test_a_drop_equal_to_the_threshold_counts_for_inclusive_rules_only(scores):
    strict = ReliableDrop(sd=1, reliability=0.5, z=0.7)
    assert strict.threshold == pytest.approx(0.7, abs=1e-12)
    assert flags(scores, PointDrop(0.7)) == [2]
    assert flags(scores, strict) == []
    assert flags(scores, ReliableDrop(sd=1, reliability=0.5, z=0.699)) == [2]
    assert flags(scores, PointDrop(0.701)) == []


def test_a_drop_equal_to_k_sd_counts():
    assert flags([4.5, 3.5, 4.0], DropSD(k=2)) == [2]
    assert flags([4.6, 3.5, 4.05], DropSD(k=2)) == [2]
    assert flags([4.5, 3.5, 4.0], DropSD(k=2.001)) == []


def test_a_score_on_the_chart_limit_is_not_flagged():
    at_the_limit = IMRChart(sigmas=1.128 * 2.25)
    assert session_limits(cases([4, 4, 4, 3]), at_the_limit)["limit"][3] == pytest.approx(3)
    assert flags([4, 4, 4, 3], at_the_limit) == []
    for level, dip in [(1.1, 1.0), (2.5, 1.8), (4.1, 3.8), (4.8, 4.7)]:
        assert flags([level] * 3 + [dip], at_the_limit) == []
    assert flags([4, 4, 4, 3], IMRChart(sigmas=1.128 * 2.24)) == [4]
    assert flags([4, 4, 4, 3], SDChart(sigmas=1.5)) == []
    assert flags([4, 4, 4, 3], SDChart(sigmas=1.49)) == [4]


@pytest.mark.parametrize("name", ["drop_sd", "imr_chart", "sd_chart"])
@pytest.mark.parametrize("level", [4.0, 4.1, 3.3])
def test_ratings_without_spread_are_not_judged(name, level):
    judged = session_limits(cases([level] * 8), name)
    assert not judged["flagged"].any()
    assert judged["limit"].isna().all()


def test_pooled_sd():
    table = cases([3.0, 3.2, 3.4], [4.0, 4.4], [2.0, 2.0, 2.0, 2.0])
    judged = session_limits(table, DropSD(k=1, scale="pooled"))
    gap = (judged["reference"] - judged["limit"]).dropna().to_numpy()
    assert len(gap) == 6
    assert gap == pytest.approx(0.163299, abs=5e-7)


def test_the_larger_sd_is_chosen_client_by_client():
    table = cases([3.0, 3.2, 3.4], [4.0, 4.4], [2.0, 2.0, 2.0, 2.0])
    judged = session_limits(table, DropSD(k=1, scale="larger"))
    gap = (judged["reference"] - judged["limit"]).groupby(judged["client"]).max().to_numpy()
    assert gap == pytest.approx([0.2, 0.282843, 0.163299], abs=5e-7)


def test_limits_from_the_first_sessions():
    scores = [4.0, 4.5, 4.0, 4.5, 2.0, 4.0]
    judged = session_limits(cases(scores), IMRChart(sigmas=2, limits="first", first=4))
    assert judged["reference"].to_numpy() == pytest.approx(4.25)
    assert judged["limit"].to_numpy() == pytest.approx(4.25 - 2 * 0.5 / 1.128)
    assert judged.loc[judged["flagged"], "session"].tolist() == [5]


def test_a_case_shorter_than_its_first_sessions_is_not_judged():
    judged = session_limits(
        cases([4.0, 4.5, 2.0], CLEAR_V), IMRChart(sigmas=0.5, limits="first", first=4)
    )
    short = judged["client"] == "c000000"
    assert judged.loc[short, "limit"].isna().all()
    assert not judged.loc[short, "flagged"].any()
    assert judged.loc[~short, "limit"].notna().all()


def test_expanding_limits_know_only_what_came_before():
    scores = [4.0, 4.5, 4.0, 4.5, 4.0, 2.0, 2.0]
    judged = session_limits(cases(scores), IMRChart(sigmas=3, limits="expanding"))
    assert judged["limit"].isna().tolist() == [True] * 5 + [False] * 2
    assert judged["reference"][5] == pytest.approx(4.2)
    assert judged["limit"][5] == pytest.approx(4.2 - 3 * 0.5 / 1.128)
    assert judged["limit"][6] == pytest.approx(23 / 6 - 3 * 0.8 / 1.128)
    assert judged["flagged"].tolist() == [False] * 5 + [True, False]


def test_a_flat_base_judges_nothing():
    scores = [4.0] * 6 + [1.0]
    assert flags(scores, IMRChart(limits="expanding")) == []
    assert flags(scores, IMRChart(limits="first", first=5)) == []
    assert flags(scores, IMRChart()) == [7]


@pytest.mark.parametrize(
    ("chosen", "needed"),
    [
        (IMRChart(sigmas=2), 4),
        (IMRChart(sigmas=3), 5),
        (SDChart(sigmas=2), 6),
        (SDChart(sigmas=3), 11),
        (IMRChart(sigmas=0.5), 2),
        (IMRChart(limits="expanding"), 6),
        (IMRChart(limits="first", first=3), 4),
        (IMRChart(limits="first", first=8), 8),
        (ReliableDrop(), 2),
        (PointDrop(), 2),
        (DropSD(k=1), 2),
        (DropSD(k=2), 3),
        (DropSD(k=3), 6),
    ],
)
def test_fewest_sessions(chosen, needed):
    table = cases([4.0] * (needed - 1), [4.0] * needed)
    limits = rule_limits(table, chosen)
    assert limits["needed"].tolist() == [needed, needed]
    assert limits["sessions"].tolist() == [needed - 1, needed]
    assert limits["can_flag"].tolist() == [False, True]


@pytest.mark.parametrize("sigmas", [0.3, 0.5, 0.564, 1, 1.5, 1.504, 2, 2.5, 2.538, 3, 3.6, 4])
def test_fewest_sessions_of_a_moving_range_chart_by_trying_every_series(sigmas):
    check_by_trying_every_series(IMRChart(sigmas=sigmas))


@pytest.mark.parametrize("sigmas", [0.5, 0.7, 1, 1.2, 1.5, 1.9, 2, 2.1])
def test_fewest_sessions_of_an_sd_chart_by_trying_every_series(sigmas):
    check_by_trying_every_series(SDChart(sigmas=sigmas))


@pytest.mark.parametrize("k", [0.5, 1, 1.5, 2, 2.1, 2.4495, 3])
def test_fewest_sessions_of_a_drop_in_own_sds_by_trying_every_series(k):
    check_by_trying_every_series(DropSD(k=k))


@pytest.mark.parametrize("first", [2, 4, 5, 6])
def test_fewest_sessions_with_limits_from_the_first_by_trying_every_series(first):
    check_by_trying_every_series(IMRChart(sigmas=3, limits="first", first=first), [1, 4.75, 5])


def check_by_trying_every_series(chosen, values=(1, 3, 5)):
    needed = int(rule_limits(cases([4.0]), chosen)["needed"][0])
    assert needed <= 8
    for n in (needed - 1, needed):
        table = cases(*itertools.product(values, repeat=n))
        assert bool(session_limits(table, chosen)["flagged"].any()) == (n == needed)


def test_an_interior_dip_needs_eight_sessions_for_three_sigmas():
    def with_dip(n):
        return [4.0] * (n - 2) + [1.0, 4.0]

    assert flags(with_dip(7), IMRChart()) == []
    assert flags(with_dip(8), IMRChart()) == [7]


@pytest.mark.parametrize("n", [3, 5, 8, 12])
def test_no_score_lies_further_out_than_the_theorem_says(n):
    sd = {3: 1.154701, 5: 1.788854, 8: 2.474874, 12: 3.175426}[n]
    dip = [4.0] * (n - 1) + [1.0]
    assert flags(dip, SDChart(sigmas=sd - 1e-4)) == [n]
    assert flags(dip, SDChart(sigmas=sd + 1e-4)) == []


def test_with_a_pooled_sd_the_other_clients_sessions_count():
    table = cases([5.0, 3.0], [4.0] * 7)
    chosen = DropSD(k=3, scale="pooled")
    assert rule_limits(table, chosen)["needed"].tolist() == [2, 5]
    assert session_limits(table, chosen)["flagged"].tolist()[:2] == [False, True]
    assert rule_limits(table[:6], chosen)["needed"].tolist() == [3, 5]
    assert not session_limits(table[:6], chosen)["flagged"].any()
    assert rule_limits(table, DropSD(k=3, scale="larger"))["needed"].tolist() == [6, 6]


@pytest.mark.parametrize("chosen", [PointDrop(4.1), ReliableDrop(sd=10.5, reliability=0.961)])
def test_a_drop_larger_than_the_scale_never_flags(chosen):
    limits = rule_limits(cases([5.0, 1.0] * 10), chosen)
    assert limits["needed"].isna().all()
    assert not limits["can_flag"].any()
    assert "can flag nothing" in chosen.cannot_flag(20, limits["needed"][0])


def test_a_drop_of_the_whole_scale_can_flag():
    assert rule_limits(cases([5.0, 1.0]), PointDrop(4))["can_flag"].all()
    assert flags([5.0, 1.0], PointDrop(4)) == [2]


def test_why_nothing_can_be_flagged_in_words():
    assert IMRChart().cannot_flag(4, 5) == (
        "A control chart with 3 sigmas needs at least 5 sessions before it can flag anything; "
        "this case has 4."
    )


NEED_A_CUTOFF = {"sudden_drop": SuddenDrop, "below_cutoff": BelowCutoff}


def test_the_names_of_the_rules():
    assert rule_names() == (
        *("drop_sd", "reliable_drop", "imr_chart", "sd_chart", "ewma", "cusum"),
        *("trend_residual", "sudden_drop", "point_drop", "below_cutoff"),
    )
    assert all(name in rules.__all__ for name in ("EWMA", "CUSUM", "SuddenDrop", "BelowCutoff"))


def test_every_rule_answers_to_its_name_with_defaults():
    defaults = {
        "drop_sd": DropSD(k=1, scale="person"),
        "reliable_drop": ReliableDrop(sd=0.8, reliability=0.90, z=1.96),
        "imr_chart": IMRChart(sigmas=3, limits="all", first=None),
        "sd_chart": SDChart(sigmas=3),
        "ewma": EWMA(weight=0.2, sigmas=3, center=None, sigma=None),
        "cusum": CUSUM(allowance=0.5, decision=4, center=None, sigma=None),
        "trend_residual": TrendResidual(k=2, degree=1),
        "point_drop": PointDrop(points=1),
    }
    alone = [name for name in rule_names() if name not in NEED_A_CUTOFF]
    assert {name: rule(name) for name in alone} == defaults


@pytest.mark.parametrize(("name", "kind"), NEED_A_CUTOFF.items())
def test_a_rule_with_a_cutoff_of_your_own_asks_for_it(name, kind):
    with pytest.raises(
        RuleError, match=rf"no default for cutoff.*{kind.__name__}\(cutoff=\.\.\.\)"
    ):
        rule(name)
    assert rule(kind(cutoff=2)).cutoff == 2


def test_a_rule_is_given_back_as_it_is():
    chosen = PointDrop(0.5)
    assert rule(chosen) is chosen


@pytest.mark.parametrize(
    ("name", "near"),
    [("imr_chrat", "imr_chart"), ("reliable-drop", "reliable_drop"), ("PointDrop", "point_drop")],
)
def test_a_misspelt_name_is_told_the_nearest(name, near):
    with pytest.raises(RuleError, match=f"Did you mean '{near}'"):
        rule(name)


def test_a_name_far_from_all_is_told_all():
    with pytest.raises(RuleError, match="drop_sd, reliable_drop, imr_chart") as told:
        rule("zzz")
    assert "Did you mean" not in str(told.value)


@pytest.mark.parametrize("thing", [None, 3, PointDrop, ["imr_chart"]])
def test_something_that_is_no_rule_is_refused_in_words(thing):
    with pytest.raises(RuleError, match="is not a rule"):
        rule(thing)


def test_a_rule_without_a_default_asks_for_its_setting(monkeypatch):
    @dataclass(frozen=True)
    class BelowMark(PointDrop):
        mark: float = field(kw_only=True)
        name: ClassVar[str] = "below_mark"

    monkeypatch.setitem(rules._BY_NAME, "below_mark", BelowMark)
    with pytest.raises(RuleError, match=r"no default for mark.*BelowMark\(mark=\.\.\.\)"):
        rule("below_mark")


@pytest.mark.parametrize(
    ("kind", "settings", "faults"),
    [
        (ReliableDrop, {"sd": -1}, ["sd is -1, expected a number above 0"]),
        (ReliableDrop, {"sd": 0}, ["sd is 0"]),
        (ReliableDrop, {"reliability": 1.2}, ["reliability is 1.2, expected a number from 0 to 1"]),
        (ReliableDrop, {"reliability": -0.1}, ["reliability is -0.1"]),
        (ReliableDrop, {"sd": -1, "reliability": 2, "z": 0}, ["sd is -1", "reliability", "z is 0"]),
        (ReliableDrop, {"sd": math.nan}, ["sd is nan"]),
        (ReliableDrop, {"sd": "wide"}, ["sd is 'wide'"]),
        (PointDrop, {"points": 0}, ["points is 0, expected a number above 0"]),
        (PointDrop, {"points": math.inf}, ["points is inf"]),
        (PointDrop, {"points": True}, ["points is True"]),
        (DropSD, {"k": -2, "scale": "own"}, ["k is -2", '"person", "pooled", "larger"']),
        (IMRChart, {"sigmas": 0}, ["sigmas is 0, expected a number above 0"]),
        (IMRChart, {"sigmas": -3, "limits": "last"}, ["sigmas", 'one of "all", "first"']),
        (IMRChart, {"limits": "first"}, ["first is None, expected a whole number, 2 or more"]),
        (IMRChart, {"limits": "first", "first": 1}, ["first is 1"]),
        (IMRChart, {"limits": "first", "first": 2.5, "sigmas": 0}, ["sigmas", "first is 2.5"]),
        (IMRChart, {"first": 5}, ['first is 5, but only limits="first" uses it']),
        (SDChart, {"sigmas": None}, ["sigmas is None"]),
        (EWMA, {"weight": 0}, ["weight is 0, expected a number above 0 and at most 1"]),
        (EWMA, {"weight": 1.01, "sigmas": 0}, ["weight is 1.01", "sigmas is 0"]),
        (EWMA, {"center": 0.9}, ["center is 0.9, expected a score of the 1–5 scale"]),
        (
            EWMA,
            {"center": 5.1, "sigma": 0},
            ["center is 5.1", "sigma is 0, expected a number abov"],
        ),
        (CUSUM, {"allowance": -0.1}, ["allowance is -0.1, expected a number, 0 or more"]),
        (CUSUM, {"decision": 0, "center": "high"}, ["decision is 0", "center is 'high'"]),
        (CUSUM, {"sigma": math.nan, "allowance": True}, ["allowance is True", "sigma is nan"]),
        (TrendResidual, {"k": 0, "degree": 3}, ["k is 0", "degree is 3, expected 1 (a line) or 2"]),
        (TrendResidual, {"degree": 0}, ["degree is 0"]),
        (TrendResidual, {"degree": 1.0}, ["degree is 1.0"]),
        (TrendResidual, {"degree": True}, ["degree is True"]),
        (SuddenDrop, {"cutoff": 0}, ["cutoff is 0, expected a number above 0"]),
        (
            SuddenDrop,
            {"cutoff": -1, "floor": 2},
            ["cutoff", "floor is 2, expected a number from 0"],
        ),
        (BelowCutoff, {"cutoff": 0.5}, ["cutoff is 0.5, expected a score of the 1–5 scale"]),
        (BelowCutoff, {"cutoff": 5.5}, ["cutoff is 5.5"]),
    ],
)
def test_impossible_settings_are_all_named_with_what_is_allowed(kind, settings, faults):
    with pytest.raises(RuleError) as told:
        kind(**settings)
    assert len(told.value.problems) == len(faults)
    for problem, fault in zip(told.value.problems, faults, strict=True):
        assert fault in problem
        assert problem.startswith(kind.name)


def test_the_ends_of_what_is_allowed():
    assert ReliableDrop(reliability=1).threshold == 0
    assert flags([4.0, 4.0, 3.9], ReliableDrop(reliability=1)) == [3]
    assert ReliableDrop(reliability=0).threshold == pytest.approx(1.96 * math.sqrt(2) * 0.8)
    assert IMRChart(limits="first", first=np.int64(2)).first == 2


def test_rules_do_not_change():
    with pytest.raises(FrozenInstanceError):
        PointDrop().points = 2


@pytest.mark.parametrize(
    "chosen",
    [
        *(rule(name) for name in rule_names() if name not in NEED_A_CUTOFF),
        EWMA(center=4, sigma=0.3),
        CUSUM(center=4, sigma=0.3),
        TrendResidual(degree=2),
        SuddenDrop(cutoff=0.7),
        BelowCutoff(cutoff=3),
        DropSD(scale="pooled"),
        DropSD(scale="larger"),
        IMRChart(limits="first", first=4),
        IMRChart(limits="expanding"),
    ],
    ids=repr,
)
def test_every_rule_speaks_and_says_possible_rupture(chosen):
    assert chosen.title
    assert "possible rupture" in chosen.explanation
    for sentence in (chosen.explanation, chosen.trap, chosen.cannot_flag(1, 5)):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "rupture" not in sentence.replace("possible rupture", "")
    assert "at least 5 sessions" in chosen.cannot_flag(1, 5)
    for heading in ("Mechanism:", "Formula:", "Source:", "Trap:"):
        assert heading in type(chosen).__doc__


def test_the_settings_stand_in_the_explanation():
    assert "counts 20 %" in EWMA().explanation
    assert "more than 3 of its own sigmas below the client's mean" in EWMA().explanation
    assert "usual step between neighbouring sessions" in CUSUM().explanation
    given = CUSUM(allowance=0.25, decision=5, center=4.1, sigma=0.35).explanation
    for part in ("5 sigmas", "below 4.1", "0.25 sigmas", "sigma is 0.35 points"):
        assert part in given
    assert "straight line" in TrendResidual(k=2.5).explanation
    assert "2.5 times" in TrendResidual(k=2.5, degree=2).explanation
    assert "curve" in TrendResidual(degree=2).explanation
    assert "0.7 points" in SuddenDrop(0.7).explanation
    assert "25 % of what lay above 1" in SuddenDrop(0.7).explanation
    assert "below 3 on" in BelowCutoff(3).explanation


def test_reliability_between_people_is_not_said_to_be_of_change_in_one_person():
    said = " ".join(ReliableDrop.__doc__.split())
    assert "reliability between people is not reliability of change in one person" in said


def test_parts_hold_whole_clients_in_order_and_lose_none(monkeypatch):
    table = cases([4.0] * 3, [3.0], [2.0] * 9, [1.0], [5.0] * 4)
    for size, expected in {1: 5, 2: 5, 3: 3, 4: 3, 5: 2, 10: 2, 17: 1, 18: 1}.items():
        monkeypatch.setattr(rules.sessions, "PART", size)
        whole = ObservedSessions(table)
        parts = list(whole.parts())
        assert len(parts) == expected
        pd.testing.assert_frame_equal(pd.concat([part.table for part in parts]), table)
        assert np.concatenate([part.counts for part in parts]).tolist() == [3, 1, 9, 1, 4]
        assert all(part.whole is whole for part in parts)
        for part in parts:
            afresh = ObservedSessions(part.table)
            assert part.first_rows.tolist() == afresh.first_rows.tolist()


def test_arithmetic_inside_each_client():
    sessions = ObservedSessions(cases([4.0, 3.0], [2.0], [1.0, 2.0, 5.0]))
    assert sessions.counts.tolist() == [2, 1, 3]
    assert sessions.place.tolist() == [1, 2, 1, 1, 2, 3]
    assert sessions.case.tolist() == [0, 0, 1, 2, 2, 2]
    assert sessions.total(sessions.alliance).tolist() == [7, 2, 8]
    assert sessions.total_before(sessions.alliance).tolist() == [0, 4, 0, 0, 1, 3]
    assert [rows.tolist() for rows in sessions.place_by_place()] == [[3, 0, 2], [4, 1], [5]]
    assert sessions.moves.tolist() == [0, 1, 0, 0, 1, 3]
    assert np.isnan(sessions.previous).tolist() == [True, False, True, True, False, False]
