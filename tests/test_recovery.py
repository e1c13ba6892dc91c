"""Ways of being back after a fall: by hand, and against the definitions one client at a time."""

from fractions import Fraction

import numpy as np
import pandas as pd
import plain_reference as plain
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import IMRChart, PointDrop, SDChart
from alliance_widgets.ruptures.recovery import AboveLimit, RegainShare, ReturnTo, WithinSD, recovery

POINT_SEVEN = PointDrop(0.7)
CLEAR_V = [4.0, 4.1, 4.0, 4.2, 2.8, 4.1, 4.2, 4.3, 4.2, 4.3]
STEP = [4.0, 4.1, 4.2, 4.1, 4.2, 3.0, 3.0, 2.9, 3.1, 3.0]


def one_case(scores, sessions=None):
    numbers = sessions or range(1, len(scores) + 1)
    return pd.DataFrame({"client": "c01", "session": list(numbers), "alliance": scores})


def ends(scores, recover, rule=POINT_SEVEN, sessions=None, window=3):
    found = aw.find_ruptures(one_case(scores, sessions), rule, window, recover)
    found = found.astype({"repair_session": object}).replace({pd.NA: None})
    columns = ["onset", "repair_session", "status"]
    return list(found[columns].itertuples(index=False, name=None))


def test_a_number_is_short_for_the_share_to_regain():
    for table in (one_case(CLEAR_V), one_case(STEP)):
        for share in (0.25, 0.5, 0.75, 1):
            pd.testing.assert_frame_equal(
                aw.find_ruptures(table, POINT_SEVEN, recover=RegainShare(share)),
                aw.find_ruptures(table, POINT_SEVEN, recover=share),
            )
    assert recovery(0.5) == RegainShare(0.5)
    assert recovery(1) == RegainShare(1.0)


def test_return_to_a_share_of_the_score_before():
    assert ends([4.0, 3.0, 3.79, 3.8], ReturnTo(0.95)) == [(2, 4, "repaired")]
    assert ends([4.0, 3.0, 3.6], ReturnTo(0.9)) == [(2, 3, "repaired")]
    assert ends([4.0, 3.0, 3.59], ReturnTo(0.9)) == [(2, None, "open")]
    assert ends([4.0, 3.0, 3.99, 3.9, 3.5, 4.0], ReturnTo(1)) == [(2, None, "unrepaired")]
    assert ends([4.0, 3.0, 3.99, 3.9, 4.0], ReturnTo(1)) == [(2, 5, "repaired")]


def test_a_share_of_the_score_before_does_not_hang_on_the_depth_of_the_fall():
    assert ends([4.0, 3.0, 2.0, 3.6], ReturnTo(0.9)) == [(2, 4, "repaired")]
    assert ends([4.0, 3.0, 3.0, 3.6], ReturnTo(0.9)) == [(2, 4, "repaired")]
    assert ends([4.0, 3.0, 2.0, 3.59], ReturnTo(0.9)) == [(2, None, "open")]


def test_return_to_within_some_of_the_clients_own_sds():
    # mean 3.5, squared distances .25 .25 .25 .25, SD √(1/3) = .577: back from 4 - .577 = 3.423
    assert ends([4.0, 3.0, 3.0, 4.0], WithinSD(1)) == [(2, 4, "repaired")]
    # mean 3.35, squares .4225 .1225 .1225 .0025 .0025, SD √(.6725/4) = .410: back from 3.590
    scores = [4.0, 3.0, 3.0, 3.4, 3.4]
    assert ends(scores, WithinSD(1)) == [(2, None, "unrepaired")]
    assert ends(scores, WithinSD(1.4)) == [(2, None, "unrepaired")]
    assert ends(scores, WithinSD(1.5)) == [(2, 4, "repaired")]


def test_a_score_exactly_m_sds_below_is_back():
    # mean 3, squares 1 1 1 0 1 0 0 = 4 over 6, SD .8165; m = √1.5 makes m·SD exactly 1
    scores = [4.0, 2.0, 2.0, 3.0, 4.0, 3.0, 3.0]
    assert ends(scores, WithinSD(np.sqrt(1.5)))[0] == (2, 4, "repaired")
    assert ends(scores, WithinSD(np.sqrt(1.5) - 1e-6))[0] == (2, 5, "repaired")


def test_above_the_lower_limit_of_a_chart():
    # 4.02 - 2·.3448 = 3.330
    assert ends(CLEAR_V, AboveLimit(IMRChart(2))) == [(5, 6, "repaired")]
    # mean 3.56; moving ranges .1 .1 .1 .1 1.2 0 .1 .2 .1 = 2/9; limit 3.56 - 2·.197 = 3.166
    assert ends(STEP, AboveLimit(IMRChart(2))) == [(6, None, "unrepaired")]
    # 3.56 - 3·.197 = 2.969: session 7 is above but no higher than the sixth, 9 is
    assert ends(STEP, AboveLimit(IMRChart(3))) == [(6, 9, "repaired")]
    assert ends(STEP, AboveLimit("imr_chart")) == [(6, 9, "repaired")]
    assert ends(STEP, AboveLimit()) == [(6, 9, "repaired")]


def test_a_drop_rule_has_no_chart_of_its_own():
    # mean 3.803; moving ranges .8 .05 .05 in 15: limit 3.803 - 3·.0532 = 3.644
    scores = [4.0] * 12 + [3.2, 3.25, 3.2, 3.2]
    assert ends(scores, AboveLimit()) == [(13, None, "unrepaired")]


def test_a_chart_rule_brings_its_own_limit():
    assert ends(STEP, AboveLimit(), IMRChart(2)) == [(6, None, "unrepaired")]
    assert ends(STEP, AboveLimit("imr_chart"), IMRChart(2)) == [(6, 9, "repaired")]
    assert ends(CLEAR_V, AboveLimit(), SDChart(2)) == [(5, 6, "repaired")]


def test_a_score_on_the_limit_is_not_below_it():
    # first three: mean 25/6, moving ranges 1 and 1; limit 25/6 - 1 = 19/6
    on_limit = IMRChart(sigmas=1.128, limits="first", first=3)
    scores = [4.5, 3.5, 4.5, 2.0, 19 / 6 - 1e-6, 19 / 6, 3.5]
    assert ends(scores, AboveLimit(), on_limit) == [(4, 6, "repaired")]


def test_without_a_rise_nobody_is_back():
    small = PointDrop(0.1)
    for lenient in (ReturnTo(0.5), WithinSD(9), AboveLimit(), RegainShare(1e-12)):
        assert ends([4.0, 3.8, 3.8, 3.7, 3.6], lenient, small) == [(2, None, "unrepaired")]
        assert ends([4.0, 3.8, 3.8, 3.9, 3.8], lenient, small)[0] == (2, 4, "repaired")


@pytest.mark.parametrize("recover", [ReturnTo(1), WithinSD(0.01), AboveLimit(IMRChart(0.01)), 1.0])
def test_a_record_that_ends_before_the_window_is_open_whatever_counts_as_back(recover):
    assert ends([4.0, 4.0, 4.0, 3.0, 3.0, 3.0], recover) == [(4, None, "open")]
    assert ends([4.0, 4.0, 4.0, 3.0, 3.0, 3.0, 3.0], recover) == [(4, None, "unrepaired")]
    assert ends([4.0, 4.0, 3.0], recover) == [(3, None, "open")]
    assert ends([4.0, 4.0, 4.0, 3.0], recover, sessions=[1, 2, 3, 9]) == [(4 + 5, None, "open")]
    assert ends([4.0, 4.0, 3.0, 3.0], recover, sessions=[1, 2, 3, 6]) == [(3, None, "unrepaired")]


def test_an_episode_that_the_chart_cannot_judge_is_open_not_unrepaired():
    expanding = AboveLimit(IMRChart(limits="expanding"))
    assert ends([4.0, 3.0, 3.5, 3.4, 3.3, 3.3, 3.3], expanding) == [(2, None, "open")]
    table = one_case([4.0, 3.0, 3.5, 3.4, 3.3, 3.3, 3.3])
    assert aw.case_patterns(table, POINT_SEVEN, recover=expanding)["pattern"].tolist() == ["open"]
    short = AboveLimit(IMRChart(limits="first", first=9))
    assert ends([4.0, 3.0, 3.5, 3.4, 3.3, 3.3, 3.3], short) == [(2, None, "open")]


def test_the_pattern_follows_the_way_of_being_back():
    table = one_case([4.0, 3.0, 3.6, 3.6, 3.6, 3.6])
    pattern = {
        recover: aw.case_patterns(table, POINT_SEVEN, recover=recover)["pattern"][0]
        for recover in (0.5, 0.75, ReturnTo(0.9), ReturnTo(0.95))
    }
    assert list(pattern.values()) == ["repaired", "unrepaired", "repaired", "unrepaired"]


def test_inner_and_outer_search_say_the_same():
    table = one_case(STEP)
    judged = aw.ruptures.episodes.judge(table.assign(rater="client"), POINT_SEVEN, 4, ReturnTo(0.7))
    pd.testing.assert_frame_equal(
        judged.ruptures, aw.find_ruptures(table, POINT_SEVEN, 4, ReturnTo(0.7))
    )
    assert judged.ruptures["status"].tolist() == ["repaired"]


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: ReturnTo(0), "ReturnTo: share is 0, expected a number above 0 and at most 1"),
        (lambda: ReturnTo(1.2), "ReturnTo: share is 1.2"),
        (lambda: ReturnTo("all"), "ReturnTo: share is 'all'"),
        (lambda: RegainShare(float("nan")), "RegainShare: share is nan"),
        (lambda: WithinSD(0), "WithinSD: m is 0, expected a number above 0"),
        (lambda: WithinSD(True), "WithinSD: m is True"),
        (lambda: AboveLimit(POINT_SEVEN), "AboveLimit: chart is PointDrop.*imr_chart or sd_chart"),
        (lambda: AboveLimit("drop_sd"), "AboveLimit: chart is 'drop_sd'"),
        (lambda: AboveLimit("imr_chat"), "Did you mean 'imr_chart'"),
        (lambda: AboveLimit(3), "3 is not a rule"),
    ],
)
def test_impossible_settings_say_what_is_allowed(make, fault):
    with pytest.raises(RuleError, match=fault):
        make()


@pytest.mark.parametrize("recover", ["repaired", None, 0, 1.5, True, ReturnTo])
@pytest.mark.parametrize("function", [aw.find_ruptures, aw.case_patterns])
def test_what_is_no_way_of_being_back_is_named_with_the_window(function, recover):
    with pytest.raises(RuleError) as told:
        function(one_case(CLEAR_V), POINT_SEVEN, 0, recover)
    assert len(told.value.problems) == 2
    assert "window is 0" in told.value.problems[0]
    assert f"recover is {recover!r}, expected a number above 0" in told.value.problems[1]
    assert "ReturnTo(share=...), WithinSD(m=...) or AboveLimit()" in told.value.problems[1]


def test_a_person_deals_with_them_by_value():
    assert ReturnTo() == ReturnTo(share=0.95)
    assert WithinSD() == WithinSD(m=1)
    assert len({ReturnTo(), ReturnTo(0.95), WithinSD(), AboveLimit(), AboveLimit()}) == 3
    with pytest.raises(AttributeError):
        ReturnTo().share = 0.5
    assert aw.recovery.ReturnTo is ReturnTo


# --- against the definitions, in exact fractions ------------------------------------------------


def returned_to(share):
    def back(case, onset, i, _trough):
        return case[i][1] >= share * case[onset - 1][1]

    return back


def within_sd(m):
    def back(case, onset, i, _trough):
        short = case[onset - 1][1] - case[i][1]
        return short <= 0 or short**2 * (len(case) - 1) <= m**2 * plain.squared_distances(case)

    return back


def not_below_moving_range_limit(sigmas, **limits):
    least = {"all": 0, "first": 0, "expanding": 5}[limits.get("limits", "all")]
    first = limits.get("first")

    def back(case, _onset, i, _trough):
        base = case[:i] if least else case[:first]
        if len(base) < max(2, least, first or 0) or all(score == base[0][1] for _, score in base):
            return None
        flags = plain.below_moving_range_limit(case, sigmas, Fraction("1.128"), **limits)
        return i not in flags

    return back


def not_below_sd_limit(sigmas):
    return lambda case, _onset, i, _trough: i not in plain.below_sd_limit(case, sigmas)


WAYS = [
    (ReturnTo(0.9), returned_to(Fraction("0.9"))),
    (ReturnTo(0.75), returned_to(Fraction("0.75"))),
    (WithinSD(1), within_sd(1)),
    (WithinSD(0.5), within_sd(Fraction("0.5"))),
    (AboveLimit(), not_below_moving_range_limit(3)),
    (AboveLimit(IMRChart(0.75)), not_below_moving_range_limit(Fraction("0.75"))),
    (
        AboveLimit(IMRChart(1, limits="first", first=3)),
        not_below_moving_range_limit(1, limits="first", first=3),
    ),
    (
        AboveLimit(IMRChart(1, limits="expanding")),
        not_below_moving_range_limit(1, limits="expanding"),
    ),
    (AboveLimit(SDChart(0.5)), not_below_sd_limit(Fraction("0.5"))),
]

quarters = st.integers(4, 20).map(lambda n: n / 4)


@st.composite
def rated_case(draw):
    """Sessions with gaps and their scores."""
    scores = draw(st.lists(quarters, min_size=1, max_size=14))
    steps = st.lists(st.sampled_from([1, 1, 1, 2, 3]), min_size=len(scores), max_size=len(scores))
    numbers = np.cumsum(draw(steps))
    return [(int(session), score) for session, score in zip(numbers, scores, strict=True)]


def named(value):
    return getattr(value, "__name__", repr(value)[:60])


@pytest.mark.parametrize(("recover", "back"), WAYS, ids=named)
@given(
    cases=st.lists(rated_case(), min_size=1, max_size=5),
    window=st.integers(1, 6),
    shuffle=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_whole_columns_say_what_the_definition_says(recover, back, cases, window, shuffle):
    rows = [(f"c{i}", session, score) for i, case in enumerate(cases) for session, score in case]
    table = pd.DataFrame(rows, columns=["client", "session", "alliance"])
    table = table.sample(frac=1, random_state=shuffle)
    expected, patterns = [], []
    for i, case in enumerate(cases):
        exact = [(session, Fraction(score)) for session, score in case]
        starts = plain.drops_of_at_least(exact, Fraction("0.75"))
        found = plain.episodes_until(
            exact, starts, window, lambda *where, exact=exact: back(exact, *where)
        )
        expected += [(f"c{i}", *episode) for episode in found]
        patterns.append(plain.pattern(found))
    seen = aw.find_ruptures(table, PointDrop(0.75), window, recover)
    seen = seen.astype({"repair_session": object}).replace({pd.NA: None})
    assert list(seen.itertuples(index=False, name=None)) == expected
    cases_seen = aw.case_patterns(table, PointDrop(0.75), window, recover)
    assert cases_seen["pattern"].tolist() == patterns
