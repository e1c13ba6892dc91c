import numpy as np
import pandas as pd
import pytest

from alliance_widgets.errors import RatingError, RuleError
from alliance_widgets.rules import (
    CUSUM,
    EWMA,
    BelowCutoff,
    IMRChart,
    PointDrop,
    SuddenDrop,
    TrendResidual,
)
from alliance_widgets.ruptures.episodes import (
    case_patterns,
    find_ruptures,
    flag_sessions,
    rule_limits,
    session_limits,
)

CLEAR_V = [4.0, 4.1, 4.0, 4.2, 2.8, 4.1, 4.2, 4.3, 4.2, 4.3]
STEP = [4.0, 4.1, 4.2, 4.1, 4.2, 3.0, 3.0, 2.9, 3.1, 3.0]
LAST_SESSION = [4.0, 4.1, 4.0, 4.2, 4.1, 2.9]
EROSION = [4.4, 4.2, 4.0, 3.8, 3.6, 3.4, 3.2, 3.0, 2.8, 2.6]
CEILING = [5.0] * 6 + [4.9] + [5.0] * 5
ALL_EQUAL = [4.0] * 8
POINT_SEVEN = PointDrop(0.7)
EVERY_FUNCTION = [flag_sessions, session_limits, rule_limits, find_ruptures, case_patterns]


def one_case(scores, client="c01", sessions=None):
    numbers = sessions or range(1, len(scores) + 1)
    return pd.DataFrame({"client": client, "session": list(numbers), "alliance": scores})


def episodes(scores, rule=POINT_SEVEN, sessions=None, **search):
    found = find_ruptures(one_case(scores, sessions=sessions), rule, **search)
    found = found.astype({"repair_session": object}).replace({pd.NA: None})
    return list(found.drop(columns="client").itertuples(index=False, name=None))


def statuses(scores, rule=POINT_SEVEN, sessions=None, **search):
    found = episodes(scores, rule, sessions, **search)
    return [(episode[0], episode[5], episode[6]) for episode in found]


@pytest.mark.parametrize(
    ("window", "recover"), [(3, 0.75), (3, 0.5), (5, 0.75)], ids=["w3 75%", "w3 50%", "w5 75%"]
)
def test_worked_cases(window, recover):
    search = {"window": window, "recover": recover}
    step = "open" if window == 5 else "unrepaired"
    assert episodes(CLEAR_V, **search) == [(5, 4, 4.2, 5, 2.8, 6, "repaired")]
    assert episodes(STEP, **search) == [(6, 5, 4.2, 8, 2.9, None, step)]
    assert episodes(LAST_SESSION, **search) == [(6, 5, 4.1, 6, 2.9, None, "open")]
    for silent in (EROSION, CEILING, ALL_EQUAL):
        assert episodes(silent, **search) == []


def test_the_patterns_of_the_worked_cases():
    table = pd.concat(
        [
            one_case(CLEAR_V, "V"),
            one_case(STEP, "step"),
            one_case(LAST_SESSION, "last"),
            one_case(EROSION, "erosion"),
            one_case([3.0], "once"),
        ]
    )
    assert case_patterns(table, POINT_SEVEN).set_index("client")["pattern"].to_dict() == {
        "V": "repaired",
        "erosion": "no_rupture",
        "last": "open",
        "once": "no_rupture",
        "step": "unrepaired",
    }
    assert case_patterns(table, POINT_SEVEN, window=5)["pattern"].tolist()[-1] == "open"


@pytest.mark.parametrize(
    ("scores", "pattern"),
    [
        ([5, 3, 5, 3], "open"),
        ([5, 3, 3, 3, 3, 4.5, 3], "unrepaired"),
        ([5, 3, 5, 3, 3, 3, 3], "unrepaired"),
        ([5, 3, 5, 5, 3, 5, 5], "repaired"),
    ],
)
def test_the_worst_episode_names_the_case(scores, pattern):
    assert case_patterns(one_case(scores), POINT_SEVEN)["pattern"].tolist() == [pattern]


def test_recovery_exactly_reached_is_a_repair():
    assert statuses([4.0, 3.0, 3.75]) == [(2, 3, "repaired")]
    assert statuses([4.0, 3.0, 3.74]) == [(2, None, "open")]
    assert statuses([3.0, 1.2, 2.55]) == [(2, 3, "repaired")]
    assert statuses([3.1, 1.4, 2.675]) == [(2, 3, "repaired")]
    assert statuses([4.1, 2.7, 3.4], recover=0.5) == [(2, 3, "repaired")]
    assert statuses([4.1, 2.7, 4.1], recover=1) == [(2, 3, "repaired")]
    assert statuses([4.1, 2.7, 4.09], recover=1) == [(2, None, "open")]


def test_recovery_is_counted_from_the_lowest_score_so_far():
    assert episodes([4.0, 3.0, 2.0, 3.4, 3.5]) == [(2, 1, 4.0, 3, 2.0, 5, "repaired")]


def test_of_two_equal_troughs_the_earlier_is_named():
    assert episodes([4.0, 3.0, 3.0, 3.0, 3.1])[0][3:5] == (2, 3.0)
    assert episodes([4.0, 1.1 + 2.2, 3.3, 3.3, 3.4])[0][3] == 2


def test_a_later_fall_outside_the_window_does_not_deepen_the_trough():
    assert episodes([4.0, 3.0, 3.0, 3.0, 3.1, 2.6])[0][3:5] == (2, 3.0)


def test_the_window_ends_with_its_last_session():
    in_time = [4.0, 3.0, 3.0, 3.0, 4.0]
    too_late = [4.0, 3.0, 3.0, 3.0, 3.0, 4.0]
    assert statuses(in_time) == [(2, 5, "repaired")]
    assert statuses(too_late) == [(2, None, "unrepaired")]
    assert statuses(too_late, window=4) == [(2, 6, "repaired")]
    assert statuses(in_time, window=1) == [(2, None, "unrepaired")]


def test_an_episode_is_open_until_the_window_has_been_seen_to_its_end():
    assert statuses([4.0, 3.0, 3.0, 3.0]) == [(2, None, "open")]
    assert statuses([4.0, 3.0, 3.0, 3.0, 3.0]) == [(2, None, "unrepaired")]
    assert statuses([4.0, 3.0, 3.0], sessions=[1, 2, 5]) == [(2, None, "unrepaired")]
    assert statuses([4.0, 3.0, 3.0], sessions=[1, 2, 4]) == [(2, None, "open")]


def test_the_window_counts_session_numbers_not_ratings():
    assert statuses([4.0, 3.0, 4.0], sessions=[1, 2, 5]) == [(2, 5, "repaired")]
    assert statuses([4.0, 3.0, 4.0], sessions=[1, 2, 6]) == [(2, None, "unrepaired")]


def test_previous_is_the_last_observed_session():
    assert episodes([4.0, 3.0], sessions=[3, 7]) == [(7, 3, 4.0, 7, 3.0, None, "open")]


def test_an_unrated_row_is_the_same_as_no_row():
    gap = [4.0, np.nan, 3.0, np.nan, 3.0, 4.0, np.nan]
    without = [(s, x) for s, x in enumerate(gap, 1) if not np.isnan(x)]
    numbers, scores = zip(*without, strict=True)
    assert episodes(gap) == episodes(list(scores), sessions=numbers)
    assert episodes(gap) == [(3, 1, 4.0, 3, 3.0, 6, "repaired")]


def test_an_unrated_last_session_does_not_end_the_window():
    assert statuses([4.0, 3.0, 3.0, 3.0, np.nan]) == [(2, None, "open")]


def test_a_drop_inside_an_open_window_belongs_to_the_same_episode():
    assert statuses([5.0, 4.0, 3.0, 3.0, 3.0, 2.0]) == [
        (2, None, "unrepaired"),
        (6, None, "open"),
    ]


def test_the_search_goes_on_right_after_a_repair():
    assert statuses([5.0, 4.0, 5.0, 4.0, 5.0]) == [(2, 3, "repaired"), (4, 5, "repaired")]


def test_the_session_of_the_repair_starts_no_episode():
    found = episodes([5.0, 2.0, 4.5, 3.5, 4.5], PointDrop(1))
    assert [episode[:3] for episode in found] == [(2, 1, 5.0), (4, 3, 4.5)]


def test_many_episodes_of_one_case_are_all_found():
    scores = [4.0] + [3.0, 4.0] * 40
    found = find_ruptures(one_case(scores), POINT_SEVEN)
    assert found["onset"].tolist() == list(range(2, 82, 2))
    assert (found["status"] == "repaired").all()


def test_an_episode_stays_inside_its_client():
    table = pd.concat([one_case([4.0, 3.0], "a"), one_case([4.0, 4.0, 2.0], "b")])
    found = find_ruptures(table, POINT_SEVEN)
    assert found[["client", "onset", "pre", "status"]].to_numpy().tolist() == [
        ["a", 2, 4.0, "open"],
        ["b", 3, 4.0, "open"],
    ]


def test_a_chart_starts_one_episode_per_run_of_flags():
    assert flag_sessions(one_case(STEP), IMRChart(sigmas=2))["session"].tolist() == [*range(6, 11)]
    assert statuses(STEP, IMRChart(sigmas=2)) == [(6, None, "unrepaired")]
    assert episodes(EROSION, "imr_chart") == [(9, 8, 3.0, 10, 2.6, None, "open")]


def test_a_flagged_first_session_has_nothing_to_fall_from():
    scores = [1.0] + [4.0] * 9
    assert flag_sessions(one_case(scores), "imr_chart")["session"].tolist() == [1]
    assert episodes(scores, "imr_chart") == []
    after_another = pd.concat([one_case([4.0, 4.0], "a"), one_case(scores, "b")])
    assert find_ruptures(after_another, "imr_chart").empty


def test_a_flagged_session_above_the_one_before_starts_no_episode():
    rising = [3.75, 3.0, 3.75, 3.0, 2.0, 2.0, 2.25, 2.25, 2.25]
    expanding = IMRChart(sigmas=1.128, limits="expanding")
    judged = session_limits(one_case(rising), expanding)
    start = judged.index[judged["flagged"]][0]
    assert judged["alliance"][start] >= judged["alliance"][start - 1]
    assert episodes(rising, expanding) == []


def test_flagged_sessions_come_with_what_they_were_compared_with():
    flagged = flag_sessions(one_case(CLEAR_V), POINT_SEVEN)
    assert flagged.columns.tolist() == ["client", "session", "alliance", "reference", "limit"]
    assert flagged.to_numpy().tolist() == [["c01", 5, 2.8, 4.2, 3.5]]
    assert flagged.index.tolist() == [0]


EVERY_RULE = [
    *("reliable_drop", "drop_sd", "imr_chart", "sd_chart", "point_drop"),
    *("ewma", "cusum", "trend_residual"),
    EWMA(center=4, sigma=0.3),
    CUSUM(center=4, sigma=0.3),
    TrendResidual(degree=2),
    SuddenDrop(0.7),
    BelowCutoff(3),
]
EXPECTED_TYPES = {
    flag_sessions: ["str", "int64", "float64", "float64", "float64"],
    session_limits: ["str", "int64", "float64", "float64", "float64", "bool"],
    rule_limits: ["str", "int64", "Int64", "bool"],
    find_ruptures: ["str", "int64", "int64", "float64", "int64", "float64", "Int64", "str"],
    case_patterns: ["str", "str"],
}
EXPECTED_COLUMNS = {
    flag_sessions: ["client", "session", "alliance", "reference", "limit"],
    session_limits: ["client", "session", "alliance", "reference", "limit", "flagged"],
    rule_limits: ["client", "sessions", "needed", "can_flag"],
    find_ruptures: [
        *("client", "onset", "pre_session", "pre", "trough_session", "trough"),
        *("repair_session", "status"),
    ],
    case_patterns: ["client", "pattern"],
}


@pytest.mark.parametrize("function", EVERY_FUNCTION)
@pytest.mark.parametrize("rule", EVERY_RULE, ids=repr)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "scores", [CLEAR_V, ALL_EQUAL, [4.0], [np.nan, np.nan]], ids=["found", "none", "one", "unrated"]
)
def test_columns_and_types_whatever_is_found(function, rule, scores):
    result = function(one_case(scores), rule)
    assert result.columns.tolist() == EXPECTED_COLUMNS[function]
    assert [str(kind) for kind in result.dtypes] == EXPECTED_TYPES[function]
    assert result.index.tolist() == list(range(len(result)))
    if np.isnan(scores[0]):
        assert result.empty


@pytest.mark.parametrize("function", EVERY_FUNCTION)
def test_the_ratings_given_are_not_changed(function):
    table = one_case(STEP)[::-1].assign(note="kept")
    before = table.copy(deep=True)
    function(table, "imr_chart")
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("function", EVERY_FUNCTION)
def test_other_raters_are_left_out(function):
    client = one_case(CLEAR_V).assign(rater="client")
    therapist = one_case(STEP).assign(rater="therapist")
    both = pd.concat([therapist, client])
    pd.testing.assert_frame_equal(function(both), function(client))
    pd.testing.assert_frame_equal(function(both, rater="therapist"), function(one_case(STEP)))


@pytest.mark.parametrize("function", EVERY_FUNCTION)
def test_a_rater_without_ratings_is_an_error(function):
    with pytest.raises(RatingError):
        function(one_case(CLEAR_V), rater="observer")


@pytest.mark.parametrize("function", EVERY_FUNCTION)
@pytest.mark.parametrize(
    "rule",
    [
        *("reliable_drop", "point_drop"),
        SuddenDrop(0.7),
        BelowCutoff(3),
        *(kind(center=4) for kind in (EWMA, CUSUM)),
        *(kind(sigma=0.3) for kind in (EWMA, CUSUM)),
    ],
    ids=repr,
)
def test_rules_in_points_refuse_another_range(function, rule):
    table = one_case(CLEAR_V).assign(instrument="haq_ii")
    with pytest.raises(RuleError, match=r"1–5 scale, and these ratings .* go from"):
        function(table, rule)


@pytest.mark.parametrize("function", EVERY_FUNCTION)
@pytest.mark.parametrize(
    "rule", ["drop_sd", "imr_chart", "sd_chart", "ewma", "cusum", "trend_residual"]
)
def test_rules_in_own_ups_and_downs_take_any_range(function, rule):
    table = one_case(CLEAR_V).assign(instrument="haq_ii")
    pd.testing.assert_frame_equal(function(table, rule), function(one_case(CLEAR_V), rule))


@pytest.mark.parametrize("function", EVERY_FUNCTION)
def test_an_unknown_rule_is_an_error(function):
    with pytest.raises(RuleError, match="Did you mean 'imr_chart'"):
        function(one_case(CLEAR_V), "imr_chat")


@pytest.mark.parametrize("function", [find_ruptures, case_patterns])
@pytest.mark.parametrize(
    ("search", "faults"),
    [
        ({"window": 0}, ["window is 0, expected a whole number, 1 or more"]),
        ({"window": 2.5}, ["window is 2.5"]),
        ({"recover": 0}, ["recover is 0, expected a number above 0 and at most 1"]),
        ({"recover": 1.01}, ["recover is 1.01"]),
        ({"window": -1, "recover": float("nan")}, ["window is -1", "recover is nan"]),
    ],
)
def test_impossible_searches_are_all_named(function, search, faults):
    with pytest.raises(RuleError) as told:
        function(one_case(CLEAR_V), **search)
    assert len(told.value.problems) == len(faults)
    for problem, fault in zip(told.value.problems, faults, strict=True):
        assert fault in problem


def test_a_window_longer_than_any_case_is_allowed():
    assert statuses(STEP, window=10**30) == [(6, None, "open")]
    assert statuses(CLEAR_V, window=np.int64(500)) == [(5, 6, "repaired")]


def test_clients_come_in_order_as_text():
    table = pd.concat([one_case([4.0, 3.0, 4.0, 3.0], name) for name in ("10", "9", "007")])
    found = find_ruptures(table, POINT_SEVEN)
    assert found["client"].tolist() == ["007", "007", "10", "10", "9", "9"]
    assert found["onset"].tolist() == [2, 4] * 3
