"""Whole-column arithmetic against the plain reference, and what must not matter."""

from fractions import Fraction

import numpy as np
import pandas as pd
import plain_reference as plain
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_widgets.rules import DropSD, IMRChart, PointDrop, ReliableDrop, SDChart
from alliance_widgets.ruptures import (
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
]
CHARTS = [
    (IMRChart(), flags_by_chart("3")),
    (IMRChart(sigmas=1), flags_by_chart("1")),
    (IMRChart(sigmas=1.128), flags_by_chart("1.128")),
    (IMRChart(sigmas=1.5, limits="first", first=3), flags_by_chart("1.5", limits="first", first=3)),
    (IMRChart(sigmas=1.5, limits="expanding"), flags_by_chart("1.5", limits="expanding")),
    (SDChart(sigmas=1), lambda case, _: plain.below_sd_limit(case, Fraction(1))),
    (SDChart(sigmas=2), lambda case, _: plain.below_sd_limit(case, Fraction(2))),
]
RULES = [rule for rule, _ in DROPS + CHARTS]

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


@pytest.mark.parametrize(("rule", "flags"), DROPS + CHARTS, ids=lambda value: repr(value)[:60])
@given(
    cases=many_cases,
    window=st.integers(1, 6),
    recover=st.sampled_from(["0.25", "0.5", "0.6", "0.75", "1"]),
    shuffle=st.integers(0, 99),
)
@settings(max_examples=50, deadline=None)
def test_whole_columns_say_what_the_plain_reference_says(
    rule, flags, cases, window, recover, shuffle
):
    table, exact = table_of(cases, shuffle), observed(cases)
    is_chart = isinstance(rule, IMRChart | SDChart)
    flagged, found, patterns = [], [], []
    for i, case in enumerate(exact):
        flagged_here = flags(case, exact)
        starts = plain.run_starts(flagged_here) if is_chart else flagged_here
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
    assert able["sessions"].tolist() == [len(case) for case in exact]
    assert able.loc[seen["client"].unique(), "can_flag"].all()


@pytest.mark.parametrize("rule", RULES, ids=repr)
@given(cases=many_cases, shift=st.sampled_from([-1.5, -0.1, 0.1, 1 / 3, 0.7, 1.1]))
@settings(max_examples=15, deadline=None)
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


@pytest.mark.parametrize("rule", RULES, ids=repr)
@given(cases=many_cases, shuffle=st.integers(0, 999))
@settings(max_examples=8, deadline=None)
def test_order_and_index_of_the_rows_do_not_matter(rule, cases, shuffle):
    table, shuffled = table_of(cases), table_of(cases, shuffle)
    shuffled.index = pd.Index([7] * len(shuffled))
    for function in (find_ruptures, case_patterns, session_limits, rule_limits):
        pd.testing.assert_frame_equal(function(table, rule), function(shuffled, rule))


@pytest.mark.parametrize("rule", RULES, ids=repr)
@given(cases=many_cases)
@settings(max_examples=8, deadline=None)
def test_the_names_of_the_clients_do_not_matter(rule, cases):
    table = table_of(cases)
    names = {f"c{i}": f"z{len(cases) - i}" for i in range(len(cases))}
    renamed = table.assign(client=table["client"].map(names))
    for function, order in [(find_ruptures, ["client", "onset"]), (case_patterns, ["client"])]:
        expected = function(table, rule)
        expected = expected.assign(client=expected["client"].map(names).astype("str"))
        expected = expected.sort_values(order, ignore_index=True)
        pd.testing.assert_frame_equal(function(renamed, rule), expected)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if getattr(rule, "scale", "person") == "person"], ids=repr
)
@given(cases=many_cases)
@settings(max_examples=8, deadline=None)
def test_a_client_is_judged_alone(rule, cases):
    table = table_of(cases)
    for function in (find_ruptures, case_patterns, session_limits, rule_limits):
        alone = [function(part, rule) for _, part in table.groupby("client")]
        together = function(table, rule)
        pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


@given(case=one_case(), later=st.lists(quarters, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_expanding_limits_and_drops_in_points_never_look_ahead(case, later):
    longer = case + [(case[-1][0] + i, score) for i, score in enumerate(later, 1)]
    for rule in (IMRChart(sigmas=1.5, limits="expanding"), ReliableDrop(), PointDrop(0.75)):
        then, now = session_limits(table_of([case]), rule), session_limits(table_of([longer]), rule)
        pd.testing.assert_frame_equal(then, now.head(len(then)))
