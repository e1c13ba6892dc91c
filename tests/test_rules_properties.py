"""Whole-column arithmetic against the plain reference, and what must not matter."""

from fractions import Fraction

import numpy as np
import pandas as pd
import plain_reference as plain
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_widgets.rules import (
    CUSUM,
    EWMA,
    BelowCutoff,
    DropSD,
    IMRChart,
    PointDrop,
    ReliableDrop,
    SDChart,
    SuddenDrop,
    TrendResidual,
    rule_names,
)
from alliance_widgets.rules import sessions as observed_sessions
from alliance_widgets.ruptures.episodes import (
    case_patterns,
    find_ruptures,
    flag_sessions,
    rule_limits,
    session_limits,
)

MOVING_RANGE = Fraction("1.128")


def pooled_variance(cases):
    degrees = sum(len(case) - 1 for case in cases)
    return sum(plain.squared_distances(case) for case in cases) / degrees if degrees else 0


def flags_by_sd(k, scale):
    def flags(case, cases):
        own = plain.squared_distances(case) / (len(case) - 1) if len(case) > 1 else 0
        pooled = pooled_variance(cases)
        variance = {"person": own, "pooled": pooled, "larger": max(own, pooled)}[scale]
        return plain.drops_of_k_sd(case, Fraction(k), variance)

    return flags


def flags_by_chart(sigmas, **limits):
    return lambda case, _: plain.below_moving_range_limit(
        case, Fraction(sigmas), MOVING_RANGE, **limits
    )


T_QUANTILES = {2: Fraction("4.302652730"), 3: Fraction("3.182446305"), 4: Fraction("2.776445105")}


def exact(**settings):
    return {name: Fraction(str(value)) for name, value in settings.items()}


def flags_by_smoothing(**settings):
    asked = exact(**settings)
    return lambda case, _: plain.below_smoothed_limit(case, constant=MOVING_RANGE, **asked)


def flags_by_running_sum(**settings):
    asked = exact(**settings)
    return lambda case, _: plain.above_running_sum(case, constant=MOVING_RANGE, **asked)


def flags_by_trend(k, degree):
    return lambda case, _: plain.below_trend(case, Fraction(k), degree)


def flags_by_sudden_drop(**settings):
    asked = exact(**settings)
    return lambda case, _: plain.sudden_drops(case, quantiles=T_QUANTILES, **asked)


# A rule of the first kind may start an episode at any flag, one of the second where a run begins.
DROPS = [
    (ReliableDrop(), lambda case, _: plain.drops_of_more_than(case, Fraction("0.70123"))),
    (
        ReliableDrop(sd=1, reliability=0.5, z=0.75),
        lambda case, _: plain.drops_of_more_than(case, Fraction("0.75")),
    ),
    (PointDrop(0.75), lambda case, _: plain.drops_of_at_least(case, Fraction("0.75"))),
    (DropSD(k=1), flags_by_sd("1", "person")),
    (DropSD(k=2), flags_by_sd("2", "person")),
    (DropSD(k=1.5, scale="pooled"), flags_by_sd("1.5", "pooled")),
    (DropSD(k=1, scale="larger"), flags_by_sd("1", "larger")),
    (SuddenDrop(0.75), flags_by_sudden_drop(cutoff=0.75, floor=1)),
    (SuddenDrop(0.25, floor=0), flags_by_sudden_drop(cutoff=0.25, floor=0)),
    (SuddenDrop(0.25, floor=1), flags_by_sudden_drop(cutoff=0.25, floor=1)),
]
LEVELS = [
    (IMRChart(), flags_by_chart("3")),
    (IMRChart(sigmas=1), flags_by_chart("1")),
    (IMRChart(sigmas=1.128), flags_by_chart("1.128")),
    (IMRChart(0.75, limits="first", first=4), flags_by_chart("0.75", limits="first", first=4)),
    (IMRChart(sigmas=1.5, limits="expanding"), flags_by_chart("1.5", limits="expanding")),
    (SDChart(sigmas=1), lambda case, _: plain.below_sd_limit(case, Fraction(1))),
    (SDChart(sigmas=2), lambda case, _: plain.below_sd_limit(case, Fraction(2))),
    (EWMA(), flags_by_smoothing(weight=0.2, sigmas=3)),
    (EWMA(weight=0.4, sigmas=1), flags_by_smoothing(weight=0.4, sigmas=1)),
    (EWMA(weight=1, sigmas=1.128), flags_by_smoothing(weight=1, sigmas=1.128)),
    (EWMA(0.3, 2, 4, 0.25), flags_by_smoothing(weight=0.3, sigmas=2, center=4, sigma=0.25)),
    (EWMA(0.3, 2, center=3.5), flags_by_smoothing(weight=0.3, sigmas=2, center=3.5)),
    (EWMA(0.3, 2, sigma=0.25), flags_by_smoothing(weight=0.3, sigmas=2, sigma=0.25)),
    (CUSUM(), flags_by_running_sum(allowance=0.5, decision=4)),
    (CUSUM(0, 1.128), flags_by_running_sum(allowance=0, decision=1.128)),
    (CUSUM(0.5, 2, 4, 0.25), flags_by_running_sum(allowance=0.5, decision=2, center=4, sigma=0.25)),
    (CUSUM(0.25, 2, center=4), flags_by_running_sum(allowance=0.25, decision=2, center=4)),
    (CUSUM(0.25, 2, sigma=0.5), flags_by_running_sum(allowance=0.25, decision=2, sigma=0.5)),
    (TrendResidual(), flags_by_trend("2", 1)),
    (TrendResidual(k=1), flags_by_trend("1", 1)),
    (TrendResidual(degree=2), flags_by_trend("2", 2)),
    (TrendResidual(k=1, degree=2), flags_by_trend("1", 2)),
    (BelowCutoff(2.5), lambda case, _: plain.below(case, Fraction("2.5"))),
    (BelowCutoff(4), lambda case, _: plain.below(case, Fraction(4))),
]
RULES = [rule for rule, _ in DROPS + LEVELS]


def knows_a_point_of_the_scale(rule):
    return isinstance(rule, SuddenDrop | BelowCutoff) or getattr(rule, "center", None) is not None


SHIFT_FREE = [rule for rule in RULES if not knows_a_point_of_the_scale(rule)]
SCALE_FREE = [rule for rule in RULES if not rule.in_points]
WITHOUT_LOOK_AHEAD = [
    rule
    for rule in RULES
    if isinstance(rule, ReliableDrop | PointDrop | BelowCutoff)
    or getattr(rule, "limits", None) == "expanding"
    or None not in (getattr(rule, "center", None), getattr(rule, "sigma", None))
]
WITH_LOOK_AHEAD = [rule for rule in RULES if rule not in WITHOUT_LOOK_AHEAD]


def test_every_rule_is_held_to_the_plain_reference():
    assert {rule.name for rule in RULES} == {*rule_names()}, "put it into DROPS or LEVELS"


quarters = st.integers(4, 20).map(lambda n: n / 4)
steady = st.lists(st.sampled_from([4.0, 4.0, 4.0, 4.25, 3.0, 1.0]), min_size=1, max_size=14)
lively = st.lists(quarters, min_size=1, max_size=14)
constant = st.builds(lambda score, n: [score] * n, quarters, st.integers(1, 9))


@st.composite
def one_case(draw):
    """Sessions with gaps, some without a score, at least one with."""
    scores = draw(steady | lively | constant)
    numbers = np.cumsum(
        draw(st.lists(st.sampled_from([1, 1, 1, 2, 3]), min_size=len(scores), max_size=len(scores)))
    )
    unrated = draw(st.sets(st.integers(1, len(scores)), max_size=len(scores) // 2))
    return [
        (int(session), np.nan if 0 < i in unrated else score)
        for i, (session, score) in enumerate(zip(numbers, scores, strict=True))
    ]


many_cases = st.lists(one_case(), min_size=1, max_size=5)


def table_of(cases, shuffle=None):
    rows = [(f"c{i}", session, score) for i, case in enumerate(cases) for session, score in case]
    table = pd.DataFrame(rows, columns=["client", "session", "alliance"])
    return table if shuffle is None else table.sample(frac=1, random_state=shuffle)


def observed(cases):
    return [
        [(session, Fraction(score)) for session, score in case if not np.isnan(score)]
        for case in cases
    ]


def as_plain(found):
    found = found.astype({"repair_session": object}).replace({pd.NA: None})
    return list(found.itertuples(index=False, name=None))


def named(value):
    return getattr(value, "__name__", repr(value)[:60])


@pytest.mark.parametrize(("rule", "flags"), DROPS + LEVELS, ids=named)
@given(
    cases=many_cases,
    window=st.integers(1, 6),
    recover=st.sampled_from(["0.25", "0.5", "0.6", "0.75", "1"]),
    shuffle=st.integers(0, 99),
)
@settings(max_examples=15, deadline=None)
def test_whole_columns_say_what_the_plain_reference_says(
    rule, flags, cases, window, recover, shuffle
):
    table, exact_cases = table_of(cases, shuffle), observed(cases)
    starts_with_runs = rule in [level for level, _ in LEVELS]
    flagged, found, patterns = [], [], []
    for i, case in enumerate(exact_cases):
        flagged_here = flags(case, exact_cases)
        starts = plain.run_starts(flagged_here) if starts_with_runs else flagged_here
        found_here = plain.episodes(case, starts, window, Fraction(recover))
        flagged += [(f"c{i}", case[position][0]) for position in flagged_here]
        found += [(f"c{i}", *episode) for episode in found_here]
        patterns.append((f"c{i}", plain.pattern(found_here)))
    search = {"window": window, "recover": float(recover)}
    seen = flag_sessions(table, rule)
    assert list(zip(seen["client"], seen["session"], strict=True)) == flagged
    assert as_plain(find_ruptures(table, rule, **search)) == found
    assert list(case_patterns(table, rule, **search).itertuples(index=False, name=None)) == patterns
    able = rule_limits(table, rule).set_index("client")
    assert able["sessions"].tolist() == [len(case) for case in exact_cases]
    assert able.loc[seen["client"].unique(), "can_flag"].all()


@given(
    rule=st.sampled_from(SHIFT_FREE),
    cases=many_cases,
    shift=st.sampled_from([-1.5, -0.1, 0.1, 1 / 3, 0.7, 1.1]),
)
@settings(max_examples=100, deadline=None)
def test_moving_all_scores_together_changes_no_flag_and_no_episode(rule, cases, shift):
    table = table_of(cases)
    table["alliance"] = 2.5 + (table["alliance"] - 1) / 4  # leaves room on the scale
    moved = table.assign(alliance=table["alliance"] + shift)
    scores = ["pre", "trough"]
    before, after = find_ruptures(table, rule), find_ruptures(moved, rule)
    pd.testing.assert_frame_equal(before.drop(columns=scores), after.drop(columns=scores))
    np.testing.assert_allclose(after[scores] - shift, before[scores], atol=1e-9)
    limits = [session_limits(t, rule) for t in (table, moved)]
    assert limits[0]["flagged"].tolist() == limits[1]["flagged"].tolist()
    np.testing.assert_allclose(limits[1]["limit"] - shift, limits[0]["limit"], atol=1e-9)


@pytest.mark.parametrize(
    ("rule", "moved_rule"),
    [
        (EWMA(0.3, 2, 4, 0.25), EWMA(0.3, 2, 4.5, 0.25)),
        (CUSUM(0.5, 2, 4, 0.25), CUSUM(0.5, 2, 4.5, 0.25)),
        (BelowCutoff(3), BelowCutoff(3.5)),
    ],
    ids=repr,
)
@given(cases=many_cases)
@settings(max_examples=15, deadline=None)
def test_moving_the_scores_and_a_rules_own_point_together_changes_no_flag(rule, moved_rule, cases):
    table = table_of(cases)
    table["alliance"] = 2.5 + (table["alliance"] - 1) / 4
    moved = table.assign(alliance=table["alliance"] + 0.5)
    before, after = session_limits(table, rule), session_limits(moved, moved_rule)
    assert before["flagged"].tolist() == after["flagged"].tolist()
    np.testing.assert_allclose(after["limit"] - 0.5, before["limit"], atol=1e-9)


@given(
    rule=st.sampled_from(SCALE_FREE),
    cases=many_cases,
    factor=st.sampled_from([0.1, 1 / 3, 0.7, 0.9]),
)
@settings(max_examples=100, deadline=None)
def test_stretching_the_scores_stretches_the_limits_and_changes_no_flag(rule, cases, factor):
    table = table_of(cases)
    stretched = table.assign(alliance=1 + factor * (table["alliance"] - 1))
    before, after = session_limits(table, rule), session_limits(stretched, rule)
    assert before["flagged"].tolist() == after["flagged"].tolist()
    for column in ("reference", "limit"):
        expected = 1 + factor * (before[column] - 1)
        np.testing.assert_allclose(after[column], expected, atol=1e-9)


@given(rule=st.sampled_from(RULES), cases=many_cases, part=st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_a_long_table_judged_in_parts_is_judged_the_same(rule, cases, part):
    table = table_of(cases)
    whole = session_limits(table, rule)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observed_sessions, "PART", part)
        in_parts = session_limits(table, rule)
        ruptures = find_ruptures(table, rule)
    pd.testing.assert_frame_equal(whole, in_parts)
    pd.testing.assert_frame_equal(ruptures, find_ruptures(table, rule))


@given(rule=st.sampled_from(RULES), cases=many_cases, shuffle=st.integers(0, 999))
@settings(max_examples=50, deadline=None)
def test_order_and_index_of_the_rows_do_not_matter(rule, cases, shuffle):
    table, shuffled = table_of(cases), table_of(cases, shuffle)
    shuffled.index = pd.Index([7] * len(shuffled))
    for function in (find_ruptures, case_patterns, session_limits, rule_limits):
        pd.testing.assert_frame_equal(function(table, rule), function(shuffled, rule))


@given(rule=st.sampled_from(RULES), cases=many_cases)
@settings(max_examples=50, deadline=None)
def test_the_names_of_the_clients_do_not_matter(rule, cases):
    table = table_of(cases)
    names = {f"c{i}": f"z{len(cases) - i}" for i in range(len(cases))}
    renamed = table.assign(client=table["client"].map(names))
    for function, order in [(find_ruptures, ["client", "onset"]), (case_patterns, ["client"])]:
        expected = function(table, rule)
        expected = expected.assign(client=expected["client"].map(names).astype("str"))
        expected = expected.sort_values(order, ignore_index=True)
        pd.testing.assert_frame_equal(function(renamed, rule), expected)


@given(
    rule=st.sampled_from([rule for rule in RULES if getattr(rule, "scale", "person") == "person"]),
    cases=many_cases,
)
@settings(max_examples=40, deadline=None)
def test_a_client_is_judged_alone(rule, cases):
    table = table_of(cases)
    for function in (find_ruptures, case_patterns, session_limits, rule_limits):
        alone = [function(part, rule) for _, part in table.groupby("client")]
        together = function(table, rule)
        pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


later_scores = st.lists(quarters, min_size=1, max_size=6)


def continued(case, later):
    return case + [(case[-1][0] + i, score) for i, score in enumerate(later, 1)]


@given(rule=st.sampled_from(WITHOUT_LOOK_AHEAD), case=one_case(), later=later_scores)
@settings(max_examples=120, deadline=None)
def test_a_rule_without_look_ahead_says_the_same_when_the_future_is_cut_off(rule, case, later):
    then = session_limits(table_of([case]), rule)
    now = session_limits(table_of([continued(case, later)]), rule)
    pd.testing.assert_frame_equal(then, now.head(len(then)))


@pytest.mark.parametrize("rule", WITH_LOOK_AHEAD, ids=repr)
def test_every_other_rule_knows_the_future(rule):
    random = np.random.default_rng(1)
    jumps = random.choice([0, 0, 0, 1], (100, 12)) * random.normal(0, 1, (100, 12))
    paths = np.clip(3 + jumps.cumsum(axis=1) + random.normal(0, 0.1, jumps.shape), 1, 5)
    cases = [list(enumerate(path, start=1)) for path in paths]
    whole = session_limits(table_of(cases), rule)
    changed = 0
    for cut in (2, 5, 8):
        begun = session_limits(table_of([case[:cut] for case in cases]), rule)
        both = begun.merge(whole, on=["client", "session"])
        changed += (both["flagged_x"] != both["flagged_y"]).sum()
    assert changed > 0


@given(case=one_case(), later=later_scores)
@settings(max_examples=60, deadline=None)
def test_a_sudden_drop_is_settled_two_observed_sessions_later(case, later):
    rule = SuddenDrop(0.25)
    then = session_limits(table_of([case]), rule).iloc[:-2]
    now = session_limits(table_of([continued(case, later)]), rule)
    pd.testing.assert_frame_equal(then, now.head(len(then)))


@given(rule=st.sampled_from(RULES), cases=many_cases)
@settings(max_examples=100, deadline=None)
def test_only_a_score_below_its_limit_is_flagged(rule, cases):
    judged = session_limits(table_of(cases), rule)
    below = judged["alliance"] < judged["limit"] + 2e-9
    assert below[judged["flagged"]].all()
    if not isinstance(rule, SuddenDrop):
        surely = judged["alliance"] < judged["limit"] - 2e-9
        assert judged.loc[surely, "flagged"].all()
