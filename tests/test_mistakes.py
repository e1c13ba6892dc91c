"""The sixteen classic mistakes, each made and undone in a few lines of public functions.

What a lesson shows: 6 000 clients, seed 1, unless a test says otherwise; tolerances are about four
standard errors, or those of the worked figure. The same with more clients and seeds, where a
figure needs them, is in `test_classic_mistakes.py` and at the end, marked `prove`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw

N, SEED = 6_000, 1
PARTS = ["early", "alliance_between", "alliance_within"]


@cache
def clinic(world: str, n: int = N, seed: int = SEED, **knobs: float) -> aw.Clinic:
    return aw.simulate_clinic(n, world, seed=seed, **knobs)


def test_1_the_mean_of_all_sessions_mixes_times_of_those_who_left_with_others() -> None:
    ratings, courses = clinic("causal").ratings, clinic("causal").courses
    all_sessions = ratings.groupby("client")["alliance"].mean()
    by_session_3 = aw.landmark(ratings, courses, 3).set_index("client")["alliance"]
    wrong = aw.dropout_difference(all_sessions, courses)
    right = aw.dropout_difference(by_session_3, courses)
    assert wrong["d"] == pytest.approx(0.62, abs=0.13)
    assert right["d"] == pytest.approx(0.46, abs=0.16)
    assert wrong["d"] > right["d"]


def test_1_where_nothing_acts_the_landmark_finds_nothing() -> None:
    ratings, courses = clinic("no_effect").ratings, clinic("no_effect").courses
    by_session_3 = aw.landmark(ratings, courses, 3).set_index("client")["alliance"]
    right = aw.dropout_difference(by_session_3, courses)
    assert right["lower"] < 0 < right["upper"]


def test_2_the_last_rating_knows_most_of_the_leaving() -> None:
    ratings, courses = clinic("causal").ratings, clinic("causal").courses
    last = ratings.dropna(subset=["alliance"]).groupby("client")["alliance"].last()
    by_session_3 = aw.landmark(ratings, courses, 3).set_index("client")["alliance"]
    wrong = aw.dropout_difference(last, courses)["d"]
    assert wrong == pytest.approx(0.69, abs=0.13)
    assert wrong > aw.dropout_difference(by_session_3, courses)["d"] + 0.08


def test_3_who_waits_long_enough_gets_a_label_and_looks_safe() -> None:
    ratings, courses = clinic("no_effect").ratings, clinic("no_effect").courses
    ever = aw.dropout_by_pattern(ratings, courses).set_index("pattern")
    then = aw.dropout_by_pattern(ratings, courses, session=6).set_index("pattern")
    assert ever.loc["no_rupture", "share"] > 2 * ever.loc[["repaired", "unrepaired"], "share"].max()
    assert (then["lower"] < 0.1).all()
    assert (then["upper"] > 0.095).all()


def test_4_the_same_r_and_raising_the_alliance_helps_in_one_world_only() -> None:
    before = [
        (clinic(w).courses["ending"] == "dropped_out").mean() for w in ("causal", "confounded")
    ]
    after = [
        (clinic(w, do_alliance=0.5).courses["ending"] == "dropped_out").mean()
        for w in ("causal", "confounded")
    ]
    assert (before[0], after[0]) == (
        pytest.approx(0.192, abs=0.02),
        pytest.approx(0.138, abs=0.018),
    )
    assert before[1] == after[1] == pytest.approx(0.1952, abs=0.02)
    r = [
        aw.outcome_correlation(clinic(w).ratings, clinic(w).courses)["r"]
        for w in ("causal", "confounded")
    ]
    assert r == pytest.approx([0.278, 0.278], abs=0.06)


NINE = pd.DataFrame(
    {
        "client": list("aaabbbccc"),
        "session": [1, 2, 3] * 3,
        "alliance": [2.0, 3.0, 4.0, 3.0, 4.0, 5.0, 4.0, 5.0, 6.0],
        "symptoms": [20.0, 18.0, 16.0, 24.0, 22.0, 20.0, 28.0, 26.0, 24.0],
        "instrument": "wai_36",  # items from 1 to 7
    }
)


def test_5_nine_points_have_one_slope_between_clients_another_within_and_a_mixture() -> None:
    parts = aw.split_within_between(NINE)
    own = NINE.groupby("client")["symptoms"].transform("mean")
    pooled = np.polyfit(NINE["alliance"], NINE["symptoms"], 1)[0]
    within = np.polyfit(parts["alliance_within"], NINE["symptoms"] - own, 1)[0]
    between = np.polyfit(parts["alliance_between"], own, 1)[0]
    assert (within, pooled, between) == pytest.approx((-2, 1, 4))


@pytest.mark.parametrize(
    ("world", "low", "high"), [("causal", -1.7, -0.3), ("confounded", -0.75, 0.75)]
)
def test_5_one_slope_for_everything_hides_what_goes_on_within_clients(
    world: str, low: float, high: float
) -> None:
    table = aw.person_period(clinic(world).ratings, clinic(world).courses)
    pooled = aw.fit_hazard(table, ["early", "alliance", "open_rupture"]).set_index("term")
    parts = aw.fit_hazard(table).set_index("term")["coefficient"]
    assert pooled.loc["alliance", "coefficient"] == pytest.approx(-0.68, abs=0.2)
    assert parts["alliance_between"] == pytest.approx(-0.76, abs=0.25)
    assert low < parts["alliance_within"] < high


@pytest.mark.parametrize(
    ("rule", "share"), [("drop_sd", 0.99), (aw.rules.DropSD(k=2), 0.65), ("imr_chart", 0.01)]
)
def test_6_a_drop_in_own_sds_flags_cases_that_are_nothing_but_noise(
    rule: object, share: float
) -> None:
    assert aw.false_alarms(rule, n_sessions=10)["any_flag"] == pytest.approx(share, abs=0.01)


def test_7_noise_repairs_itself() -> None:
    half, most = (
        aw.false_alarms("drop_sd", n_sessions=20, recover=recover)["repaired_episodes"]
        for recover in (0.5, 0.75)
    )
    assert half == pytest.approx(0.83, abs=0.04)
    assert most == pytest.approx(0.64, abs=0.04)
    nothing = clinic("no_effect", rupture_intercept=-40, dropout_intercept=-40)
    patterns = aw.case_patterns(nothing.ratings, "drop_sd")["pattern"]
    assert (patterns == "repaired").sum() > 0.15 * len(patterns)
    assert nothing.truth.ruptures.empty


TEN = pd.DataFrame(
    {
        "client": list("abcdefghij"),
        "sessions_attended": [1, 2, 2, 3, 4, 5, 6, 6, 8, 10],
        "ending": [
            *("dropped_out", "dropped_out", "ongoing", "dropped_out", "completed", "dropped_out"),
            *("completed", "completed", "dropped_out", "completed"),
        ],
    }
)


def dropout_two_ways(courses: pd.DataFrame) -> tuple[float, float]:
    """One minus retention, and the cumulative incidence beside completion, at the end."""
    wrong = 1 - aw.retention(courses)["retention"].iloc[-1]
    curve = aw.cumulative_incidence(courses).query("ending == 'dropped_out'")
    return wrong, curve["incidence"].iloc[-1]


def test_8_one_minus_retention_counts_departures_that_did_not_happen() -> None:
    assert dropout_two_ways(TEN) == pytest.approx((0.726, 0.543), abs=5e-4)


@pytest.mark.parametrize("shipped", [True, False])
def test_8_in_a_clinic_the_incidence_is_the_share_that_left_and_the_other_is_more(
    shipped: bool,
) -> None:
    courses = aw.load_data("practice_clinic").courses if shipped else clinic("causal").courses
    wrong, right = dropout_two_ways(courses)
    assert right == pytest.approx((courses["ending"] == "dropped_out").mean())
    assert wrong > right + 0.02


def test_9_relief_alone_makes_a_late_alliance_a_good_predictor() -> None:
    relief = clinic("no_effect", relief_on_alliance=0.5)
    r = [
        aw.outcome_correlation(relief.ratings, relief.courses, session=session)["r"]
        for session in (1, 3, 8, 12)
    ]
    assert r == pytest.approx([0, 0.15, 0.22, 0.24], abs=0.075)
    assert r[0] < r[1] < r[2]


def test_10_completers_show_less_than_everybody() -> None:
    ratings, courses = clinic("causal").ratings, clinic("causal").courses
    everybody = aw.outcome_correlation(ratings, courses)["r"]
    completers = aw.outcome_correlation(ratings, courses.query("ending == 'completed'"))["r"]
    assert (everybody, completers) == (
        pytest.approx(0.278, abs=0.05),
        pytest.approx(0.244, abs=0.05),
    )
    assert completers < everybody


def test_11_an_r_of_28_hundredths_is_eight_percent_and_three_faces_say_what_that_means() -> None:
    assert aw.convert_effect(0.278, "r", "r2") == pytest.approx(0.077, abs=5e-4)
    thirds = aw.risk_by_third(0.55, base_rate=0.197)["risk"]
    assert (100 * thirds).round().tolist() == [30, 18, 11]
    assert aw.convert_effect(0.55, "d", "auc") == pytest.approx(0.65, abs=0.005)


def test_12_some_who_drop_out_are_well() -> None:
    courses = clinic("causal").courses
    well = (courses["symptoms_last"] < 11).groupby(courses["ending"]).mean()
    better = courses["reliable_change"].groupby(courses["ending"]).mean()
    # of 1 156 who left; standard error .011
    assert well["dropped_out"] == pytest.approx(0.168, abs=0.045)
    assert better["dropped_out"] == pytest.approx(0.21, abs=0.05)
    assert well["completed"] > well["dropped_out"]


def with_habit(here: aw.Clinic) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each client marks every form, the first one too, a little rosier or gloomier than others."""
    habit = np.random.default_rng(0).normal(scale=0.5, size=len(here.courses))
    by_client = pd.Series(habit, index=here.courses["client"])
    rosy = here.ratings["alliance"] + here.ratings["client"].map(by_client)
    forms = {name: here.courses[name] - 4 * habit for name in ("symptoms_first", "symptoms_last")}
    return here.ratings.assign(alliance=rosy.clip(1, 5)), here.courses.assign(**forms)


def test_13_one_persons_way_of_marking_ties_what_is_not_tied() -> None:
    nothing = clinic("no_effect")
    fair = aw.outcome_correlation(nothing.ratings, nothing.courses, given=())["r"]
    same_pen = aw.outcome_correlation(*with_habit(nothing), given=())["r"]
    given_the_first = aw.outcome_correlation(*with_habit(nothing))["r"]
    assert abs(fair) < 0.06
    assert same_pen == pytest.approx(0.15, abs=0.06)
    assert given_the_first == pytest.approx(0.04, abs=0.055)
    assert given_the_first < same_pen / 2


SIX = pd.DataFrame(
    {
        "client": list("abcdef"),
        "sessions_attended": [2, 2, 9, 9, 1, 14],
        "ending": "completed",
        "missed_last": [True, False, True, False, False, False],
        "therapist_view": [
            *("dropped_out", "completed", "completed"),
            *("dropped_out", "dropped_out", "completed"),
        ],
        "reliable_change": [False, True, True, False, False, False],
    }
)


def test_14_six_clients_have_any_rate_from_one_to_four_of_six() -> None:
    rates = aw.dropout_definitions(SIX).set_index("definition")["rate"].drop("ending").dropna()
    assert (rates.min(), rates.max()) == pytest.approx((1 / 6, 4 / 6))


def test_14_a_clinic_has_the_rate_of_the_definition_chosen_last() -> None:
    rates = aw.dropout_definitions(aw.load_data("practice_clinic").courses)["rate"]
    assert rates.max() > 3 * rates.min()


def small_studies(k: int) -> tuple[pd.Series, pd.Series]:
    """The r of so many studies of about 50 clients, and of those noticed; the truth is .15."""
    studies = aw.synthetic_studies(k=k, mean_z=0.151, tau=0, n=50)
    noticed = np.arctanh(studies["r"]) > 1.96 / np.sqrt(studies["n"] - 3)
    return studies["r"], studies.loc[noticed, "r"]


def test_15_small_studies_that_find_something_find_too_much() -> None:
    # 2 000 studies; standard error of the mean of all .003, of those noticed .004
    everything, found = small_studies(2_000)
    assert everything.mean() == pytest.approx(0.15, abs=0.015)
    assert found.mean() == pytest.approx(0.35, abs=0.02)
    assert found.min() > 0.15
    assert len(found) / len(everything) == pytest.approx(0.18, abs=0.035)


def test_16_a_mean_that_knows_the_future_finds_what_is_not_there() -> None:
    ratings, courses = clinic("confounded").ratings, clinic("confounded").courses
    wrong, right = (
        aw.fit_hazard(aw.person_period(ratings, courses, rule=None, so_far=so_far), PARTS)
        .set_index("term")
        .loc["alliance_within"]
        for so_far in (False, True)
    )
    # standard errors .14 and .17
    assert wrong["coefficient"] == pytest.approx(0.62, abs=0.5)
    assert wrong["lower"] > 1
    assert right["lower"] < 1 < right["upper"]


@pytest.mark.prove
def test_12_the_share_of_leavers_who_are_well_with_many_clients() -> None:
    # 60 000 clients, seed 0; about 11 500 leave, standard error .0035
    courses = clinic("causal", 60_000, 0).courses
    well = (courses["symptoms_last"] < 11).groupby(courses["ending"]).mean()
    assert well["dropped_out"] == pytest.approx(0.168, abs=0.014)


@pytest.mark.prove
def test_13_same_source_inflation_with_many_clients() -> None:
    # 60 000 clients, seed 0; standard error .004
    nothing = clinic("no_effect", 60_000, 0)
    assert aw.outcome_correlation(nothing.ratings, nothing.courses)["r"] == pytest.approx(
        0, abs=0.017
    )
    same_pen = aw.outcome_correlation(*with_habit(nothing), given=())["r"]
    assert same_pen == pytest.approx(0.153, abs=0.016)
    assert aw.outcome_correlation(*with_habit(nothing))["r"] == pytest.approx(0.042, abs=0.018)


@pytest.mark.prove
def test_15_winners_curse_with_many_studies() -> None:
    # 100 000 studies; standard errors .0005 and .0005
    everything, found = small_studies(100_000)
    assert everything.mean() == pytest.approx(0.147, abs=0.004)  # the mean of r, not of Fisher's z
    assert found.mean() == pytest.approx(0.347, abs=0.004)


def test_the_hundred_lines_of_the_first_lesson() -> None:
    # 20 000 clients, the default seed: the lesson asks for 9 of 100, give or take 4.
    here = clinic("causal", 20_000, 0)
    then = aw.dropout_by_pattern(here.ratings, here.courses, 10).set_index("pattern")["share"]
    assert (100 * then[["open", "no_rupture"]]).round().tolist() == [9, 5]
