"""Rules side by side: flags, names, and agreement beyond chance, by hand and by recount."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.errors import RatingError, RuleError
from alliance_widgets.rules import DropSD, IMRChart, PointDrop, ReliableDrop, SDChart

CLEAR_V = [4.0, 4.1, 4.0, 4.2, 2.8, 4.1, 4.2, 4.3, 4.2, 4.3]
STEP = [4.0, 4.1, 4.2, 4.1, 4.2, 3.0, 3.0, 2.9, 3.1, 3.0]
EROSION = [4.4, 4.2, 4.0, 3.8, 3.6, 3.4, 3.2, 3.0, 2.8, 2.6]
FLAG_COLUMNS = ["rule", "client", "session", "alliance", "reference", "limit"]
PAIR_COLUMNS = [
    *("rule", "other", "sessions", "both", "neither", "only_rule", "only_other", "kappa")
]


def one_case(scores, client="c01"):
    return pd.DataFrame(
        {"client": client, "session": range(1, len(scores) + 1), "alliance": scores}
    )


def three_cases():
    return pd.concat([one_case(STEP, "step"), one_case(CLEAR_V, "V"), one_case(EROSION, "slow")])


def flags_of(table, rule):
    rows = table[table["rule"] == rule]
    return list(zip(rows["client"], rows["session"], strict=True))


def test_each_rule_flags_what_it_flags_alone():
    kinds = {
        "reliable_drop": "reliable_drop",
        "imr_chart": IMRChart(sigmas=2),
        "sd_chart": "sd_chart",
        "drop_sd": DropSD(),
    }
    seen = aw.compare_rules(three_cases(), list(kinds.values()))
    assert seen.columns.tolist() == FLAG_COLUMNS
    assert seen.index.tolist() == list(range(len(seen)))
    assert [str(kind) for kind in seen.dtypes] == ["str", "str", "int64"] + ["float64"] * 3
    assert seen["rule"].unique().tolist() == ["reliable_drop", "imr_chart", "drop_sd"]
    for name, rule in kinds.items():
        alone = aw.flag_sessions(three_cases(), rule)
        mine = seen[seen["rule"] == name].drop(columns="rule").reset_index(drop=True)
        mine.attrs.clear()
        pd.testing.assert_frame_equal(mine, alone)


def test_the_worked_cases_side_by_side():
    seen = aw.compare_rules(three_cases(), ["reliable_drop", IMRChart(2), "sd_chart"])
    assert flags_of(seen, "reliable_drop") == [("V", 5), ("step", 6)]
    assert flags_of(seen, "imr_chart") == [
        *[("V", 5)],
        *[("slow", session) for session in (8, 9, 10)],
        *[("step", session) for session in (6, 7, 8, 9, 10)],
    ]
    assert flags_of(seen, "sd_chart") == []


def test_agreement_counted_by_hand():
    # 27 sessions but the first three. Flags: reliable drop V5 step6; chart V5 slow8-10 step6-10.
    # both 2, only the chart 7, only the drop 0, neither 18.
    # observed 20/27; chance (2·9 + 25·18)/27² = 468/729; kappa (540 - 468)/(729 - 468) = 72/261
    pair = aw.rule_agreement(three_cases(), ["reliable_drop", IMRChart(2)])
    assert pair.columns.tolist() == PAIR_COLUMNS
    assert [str(kind) for kind in pair.dtypes] == ["str", "str"] + ["int64"] * 5 + ["float64"]
    row = pair.iloc[0]
    assert row.tolist()[:7] == ["reliable_drop", "imr_chart", 27, 2, 18, 0, 7]
    assert row["kappa"] == pytest.approx(72 / 261, abs=1e-15)


def test_as_much_agreement_as_chance_gives_is_zero():
    low, chart = [3.0, 4.0, 3.0, 2.0, 2.0], IMRChart(1.128, limits="first", first=3)
    assert aw.flag_sessions(one_case(low), PointDrop(1))["session"].tolist() == [3, 4]
    assert aw.flag_sessions(one_case(low), chart)["session"].tolist() == [4, 5]
    # of sessions 2-5: both 1, only the drop 1, only the chart 1, neither 1: observed .5, chance .5
    assert aw.rule_agreement(one_case(low), [PointDrop(1), chart])["kappa"].tolist() == [0.0]


def test_flags_that_never_meet_have_a_kappa_below_zero():
    table = pd.concat([one_case([4.0, 3.0, 3.0], "a"), one_case([4.0, 4.0, 3.5], "b")])
    seen = aw.compare_rules(table, [PointDrop(1), SDChart(1)])
    assert flags_of(seen, "point_drop") == [("a", 2)]
    assert flags_of(seen, "sd_chart") == [("b", 3)]
    # of four sessions neither 2: observed .5, chance (1 + 9)/16 = .625
    kappa = seen.attrs["agreement"]["kappa"].tolist()
    assert kappa == [pytest.approx((0.5 - 0.625) / (1 - 0.625), abs=1e-15)]


def test_kappa_is_missing_where_nothing_lies_beyond_chance():
    quiet = one_case([4.0] * 6)
    kappa = aw.rule_agreement(quiet, ["reliable_drop", "imr_chart"])
    assert kappa[["sessions", "neither"]].to_numpy().tolist() == [[5, 5]]
    assert kappa["kappa"].isna().all()
    falling = one_case([5.0, 4.0, 3.0])
    both_all = aw.rule_agreement(falling, [PointDrop(1), PointDrop(0.5)])
    assert both_all["both"].tolist() == [2]
    assert both_all["kappa"].isna().all()


def test_kappa_is_zero_where_only_one_rule_ever_flags():
    pair = aw.rule_agreement(one_case(CLEAR_V), [PointDrop(1), SDChart(3)])
    assert pair[["both", "only_rule", "only_other"]].to_numpy().tolist() == [[0, 1, 0]]
    assert pair["kappa"].tolist() == [0.0]


def test_a_flagged_first_session_is_in_the_flags_and_not_in_the_agreement():
    table = one_case([1.0] + [4.0] * 9)
    seen = aw.compare_rules(table, ["imr_chart", "reliable_drop"])
    assert flags_of(seen, "imr_chart") == [("c01", 1)]
    pair = seen.attrs["agreement"]
    assert pair[["sessions", "both", "only_rule", "neither"]].to_numpy().tolist() == [[9, 0, 0, 9]]


def test_one_session_cases_give_empty_tables_of_the_right_shape():
    for table in (one_case([4.0]), one_case([np.nan, np.nan])):
        seen = aw.compare_rules(table, ["imr_chart", "drop_sd"])
        assert seen.empty
        assert seen.columns.tolist() == FLAG_COLUMNS
        assert [str(kind) for kind in seen.dtypes] == ["str", "str", "int64"] + ["float64"] * 3
        pair = seen.attrs["agreement"]
        assert pair.iloc[0, 2:7].tolist() == [0] * 5
        assert pair["kappa"].isna().all()


def test_the_agreement_comes_with_the_flags():
    rules = ["reliable_drop", IMRChart(2), DropSD(), "sd_chart"]
    told = aw.compare_rules(three_cases(), rules).attrs["agreement"]
    pd.testing.assert_frame_equal(pd.DataFrame(told), aw.rule_agreement(three_cases(), rules))
    names = ["reliable_drop", "imr_chart", "drop_sd", "sd_chart"]
    pairs = list(zip(told["rule"], told["other"], strict=True))
    assert pairs == list(combinations(names, 2))


def test_flags_with_their_agreement_can_be_put_together_and_merged():
    rules = ["reliable_drop", IMRChart(2)]
    one = aw.compare_rules(three_cases(), rules)
    other = aw.compare_rules(one_case(STEP, "again"), rules)
    assert len(pd.concat([one, other])) == len(one) + len(other)
    assert len(one.merge(one, on=["client", "session"])) == 2 * 2**2 + 7
    doubled = pd.concat([one, one])
    pd.testing.assert_frame_equal(doubled.attrs["agreement"], one.attrs["agreement"])
    assert one.attrs["agreement"] != other.attrs["agreement"]


def test_a_rule_is_named_with_the_settings_that_tell_it_from_others_of_its_kind():
    rules = [
        DropSD(1.0),
        DropSD(2.5),
        DropSD(1, scale="pooled"),
        IMRChart(2),
        PointDrop(1),
        PointDrop(1),
        ReliableDrop(reliability=0.8),
        ReliableDrop(reliability=0.7),
    ]
    pairs = aw.rule_agreement(one_case(CLEAR_V), rules)
    assert list(dict.fromkeys([*pairs["rule"], *pairs["other"]])) == [
        "drop_sd(k=1, scale='person')",
        "drop_sd(k=2.5, scale='person')",
        "drop_sd(k=1, scale='pooled')",
        "imr_chart",
        "point_drop",
        "point_drop (2)",
        "reliable_drop(reliability=0.8)",
        "reliable_drop(reliability=0.7)",
    ]
    assert len(pairs) == 8 * 7 / 2


@pytest.mark.parametrize("function", [aw.compare_rules, aw.rule_agreement])
def test_one_rule_alone_has_nobody_to_agree_with(function):
    alone = function(one_case(CLEAR_V), "reliable_drop")
    pairs = alone if function is aw.rule_agreement else alone.attrs["agreement"]
    assert pairs.empty
    assert pairs.columns.tolist() == PAIR_COLUMNS
    assert [str(kind) for kind in pairs.dtypes] == ["str", "str"] + ["int64"] * 5 + ["float64"]
    pd.testing.assert_frame_equal(alone, function(one_case(CLEAR_V), [ReliableDrop()]))
    pd.testing.assert_frame_equal(alone, function(one_case(CLEAR_V), iter([ReliableDrop()])))


@pytest.mark.parametrize("function", [aw.compare_rules, aw.rule_agreement])
def test_every_rule_that_cannot_judge_is_named(function):
    table = one_case(CLEAR_V).assign(instrument="haq_ii")
    with pytest.raises(RuleError) as told:
        function(table, ["reliable_drop", "imr_chat", "drop_sd", PointDrop(2), 7])
    problems = told.value.problems
    assert len(problems) == 4
    for words in ("'imr_chat'. Did you mean 'imr_chart'", "7 is not a rule"):
        assert any(words in problem for problem in problems)
    for title in ("reliable drop", "drop in points"):
        assert any(f"The {title} rule counts points of a 1–5 scale" in p for p in problems)


@pytest.mark.parametrize("function", [aw.compare_rules, aw.rule_agreement])
def test_no_rule_at_all_is_an_error_in_words(function):
    with pytest.raises(RuleError, match="There is no rule to compare"):
        function(one_case(CLEAR_V), [])
    with pytest.raises(RuleError, match="None is not a rule"):
        function(one_case(CLEAR_V), None)


@pytest.mark.parametrize("function", [aw.compare_rules, aw.rule_agreement])
def test_other_raters_are_left_out(function):
    rules = ["reliable_drop", IMRChart(2)]
    client = one_case(CLEAR_V).assign(rater="client")
    therapist = one_case(STEP).assign(rater="therapist")
    both = pd.concat([therapist, client])
    pd.testing.assert_frame_equal(function(both, rules), function(client, rules))
    seen = function(both, rules, rater="therapist")
    pd.testing.assert_frame_equal(seen, function(one_case(STEP), rules))
    with pytest.raises(RatingError):
        function(client, rules, rater="observer")


def test_the_ratings_given_are_not_changed():
    table = three_cases()[::-1].assign(note="kept")
    before = table.copy(deep=True)
    aw.compare_rules(table, ["imr_chart", "drop_sd"])
    pd.testing.assert_frame_equal(table, before)


# --- whatever the ratings -----------------------------------------------------------------------

RULES = [PointDrop(1), ReliableDrop(), DropSD(1), DropSD(2), IMRChart(1), SDChart(1)]
tables = st.lists(
    st.lists(
        st.integers(4, 20).map(lambda n: n / 4) | st.just(float("nan")), min_size=1, max_size=12
    ),
    min_size=1,
    max_size=5,
).map(lambda cases: pd.concat([one_case(case, f"c{i}") for i, case in enumerate(cases)]))


@given(table=tables)
@settings(max_examples=25, deadline=None)
def test_agreement_is_what_a_recount_of_the_flags_says(table):
    pairs = aw.rule_agreement(table, RULES)
    observed = table.dropna()
    later = observed[observed.duplicated("client")]
    sessions = set(zip(later["client"], later["session"], strict=True))
    flags = []
    for rule in RULES:
        seen = aw.flag_sessions(table, rule)
        flags.append(set(zip(seen["client"], seen["session"], strict=True)) & sessions)
    for row, (one, other) in zip(pairs.itertuples(), combinations(flags, 2), strict=True):
        n = len(sessions)
        counts = (n, len(one & other), n - len(one | other), len(one - other), len(other - one))
        assert (row.sessions, row.both, row.neither, row.only_rule, row.only_other) == counts
        if n == 0:
            assert np.isnan(row.kappa)
            continue
        chance = (len(one) * len(other) + (n - len(one)) * (n - len(other))) / n**2
        if chance == 1:
            assert np.isnan(row.kappa)
        else:
            agreed = (row.both + row.neither) / n
            assert row.kappa == pytest.approx((agreed - chance) / (1 - chance), abs=1e-12)


@given(table=tables, shuffle=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_order_and_index_of_the_rows_do_not_matter(table, shuffle):
    shuffled = table.sample(frac=1, random_state=shuffle)
    shuffled.index = pd.Index([3] * len(shuffled))
    for function in (aw.compare_rules, aw.rule_agreement):
        pd.testing.assert_frame_equal(function(table, RULES), function(shuffled, RULES))


@given(table=tables, order=st.permutations(range(len(RULES))))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_rules_only_turns_the_tables_round(table, order):
    turned = [RULES[i] for i in order]
    by = ["rule", "client", "session"]
    one, other = (
        aw.compare_rules(table, rules).sort_values(by, ignore_index=True)
        for rules in (RULES, turned)
    )
    one.attrs.clear()
    other.attrs.clear()
    pd.testing.assert_frame_equal(one, other)
    straight = {
        frozenset((row.rule, row.other)): row
        for row in aw.rule_agreement(table, RULES).itertuples()
    }
    for row in aw.rule_agreement(table, turned).itertuples():
        same = straight[frozenset((row.rule, row.other))]
        only = (row.only_rule, row.only_other)
        assert (row.both, row.neither) == (same.both, same.neither)
        assert (only if row.rule == same.rule else only[::-1]) == (same.only_rule, same.only_other)
        np.testing.assert_equal(row.kappa, same.kappa)


@pytest.mark.parametrize("rule", RULES, ids=repr)
@given(table=tables)
@settings(max_examples=12, deadline=None)
def test_a_rule_agrees_fully_with_itself_or_has_nothing_to_agree_on(rule, table):
    pair = aw.rule_agreement(table, [rule, rule]).iloc[0]
    assert (pair["only_rule"], pair["only_other"]) == (0, 0)
    nothing = 0 in (pair["both"], pair["neither"])
    assert np.isnan(pair["kappa"]) if nothing else pair["kappa"] == 1
