"""Who leaves: worked cases, groups, definitions, landmarks, and tables with nothing to say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_widgets as aw

ENDINGS = {"drop": "dropped_out", "complete": "completed", "ongoing": "ongoing"}


def courses_of(*rows: tuple[int, str], **columns: list) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client": [f"c{i}" for i in range(len(rows))],
            "sessions_attended": [sessions for sessions, _ in rows],
            "ending": [ENDINGS[ending] for _, ending in rows],
            **columns,
        }
    )


def ratings_of(*cases: list[float | None]) -> pd.DataFrame:
    rows = [
        (f"c{i}", session, score)
        for i, case in enumerate(cases)
        for session, score in enumerate(case, start=1)
    ]
    return pd.DataFrame(rows, columns=["client", "session", "alliance"])


TEN = courses_of(
    *[(1, "drop"), (2, "drop"), (2, "ongoing"), (3, "drop"), (4, "complete"), (5, "drop")],
    *[(6, "complete"), (6, "complete"), (8, "drop"), (10, "complete")],
)
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


def sentence(work: Callable[[], object]) -> str:
    with pytest.raises(aw.AllianceError) as caught:
        work()
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_the_worked_case_leaves_as_computed_by_hand() -> None:
    curve = aw.retention(TEN).set_index("session")["retention"]
    known = {1: 0.9, 2: 0.8, 3: 0.685714, 4: 0.685714, 5: 0.548571, 6: 0.548571, 8: 0.274286}
    assert {s: round(curve[s], 6) for s in known} == known
    assert 1 - curve.iloc[-1] == pytest.approx(0.725714, abs=1e-6)


def test_the_worked_case_ends_as_computed_by_hand() -> None:
    curves = aw.cumulative_incidence(TEN).set_index(["ending", "session"])["incidence"]
    known = {1: 0.1, 2: 0.2, 3: 0.314286, 4: 0.314286, 5: 0.428571, 6: 0.428571, 8: 0.542857}
    assert {s: round(curves["dropped_out", s], 6) for s in known} == known
    assert curves["dropped_out", 10] == pytest.approx(0.542857, abs=1e-6)
    assert curves["completed", 10] == pytest.approx(0.457143, abs=1e-6)


def test_without_completions_one_minus_retention_is_the_incidence_of_dropout() -> None:
    courses = TEN.assign(ending=TEN["ending"].replace("completed", "ongoing"))
    curves = aw.cumulative_incidence(courses)
    dropout = curves.loc[curves["ending"] == "dropped_out"].reset_index(drop=True)
    retained = aw.retention(courses)
    np.testing.assert_allclose(1 - retained["retention"], dropout["incidence"], atol=1e-12)


COURSES = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(list(ENDINGS)), st.sampled_from("xyz")),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(COURSES)
def test_dropout_completion_and_staying_make_up_everybody(rows: list) -> None:
    courses = courses_of(*[row[:2] for row in rows], g=[row[2] for row in rows])
    curves = aw.cumulative_incidence(courses, by="g")
    ended = curves.groupby(["group", "session"])["incidence"].sum()
    assert ended.between(-1e-12, 1 + 1e-12).all()
    dropout = curves[curves["ending"] == "dropped_out"].reset_index(drop=True)
    retained = aw.retention(courses, by="g")
    assert (1 - retained["retention"] >= dropout["incidence"] - 1e-12).all()
    for table, share in ((retained, "retention"), (curves, "incidence")):
        known = table.dropna()
        assert (known["lower"] <= known[share] + 1e-12).all()
        assert (known[share] <= known["upper"] + 1e-12).all()
        assert known["lower"].ge(0).all()
        assert known["upper"].le(1).all()


@settings(max_examples=30, deadline=None)
@given(COURSES, st.randoms(use_true_random=False))
def test_row_order_index_and_writing_change_nothing(rows: list, random: object) -> None:
    courses = courses_of(*[row[:2] for row in rows], g=[row[2] for row in rows])
    order = list(range(len(courses)))
    random.shuffle(order)
    written = courses.iloc[order].rename(columns={"sessions_attended": " Sessions Attended"})
    written = written.assign(ending=written["ending"].str.upper())
    before = written.copy()
    for measure in (aw.retention, aw.cumulative_incidence):
        pd.testing.assert_frame_equal(measure(courses, by="g"), measure(written, by="g"))
    pd.testing.assert_frame_equal(written, before)


def test_every_session_has_a_row_and_who_never_came_leaves_at_session_0() -> None:
    curve = aw.retention(courses_of((0, "drop"), (0, "ongoing"), (4, "drop"), (7, "ongoing")))
    assert curve["session"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert curve["at_risk"].tolist() == [4, 2, 2, 2, 2, 1, 1, 1]
    assert curve["left"].tolist() == [1, 0, 0, 0, 1, 0, 0, 0]
    assert curve["retention"].tolist() == [0.75] * 4 + [0.375] * 4
    assert aw.retention(TEN)["session"].tolist() == list(range(1, 11))


def test_groups_keep_their_names_and_their_order() -> None:
    thirds = pd.Categorical(
        ["lowest"] * 4 + ["highest"] * 6, categories=["lowest", "middle", "highest"], ordered=True
    )
    assert aw.retention(TEN.assign(t=thirds), by="t")["group"].unique().tolist() == [
        *("lowest", "highest"),
    ]
    number = aw.retention(TEN.assign(n=[30, 4] * 5), by="n")
    assert number["group"].unique().tolist() == [4, 30]
    assert aw.retention(TEN)["group"].unique().tolist() == ["all"]


def test_nobody_dropping_out_is_a_flat_curve() -> None:
    courses = courses_of((3, "complete"), (5, "complete"), (4, "ongoing"))
    assert aw.retention(courses)["retention"].eq(1).all()
    incidence = aw.cumulative_incidence(courses).set_index(["ending", "session"])["incidence"]
    assert incidence["dropped_out"].eq(0).all()
    assert incidence["completed", 5] == pytest.approx(1)


def test_everybody_dropping_out_ends_at_nobody() -> None:
    courses = courses_of((1, "drop"), (2, "drop"), (2, "drop"))
    curve = aw.retention(courses).set_index("session")
    assert curve.loc[2, "retention"] == 0
    assert np.isnan(curve.loc[2, "lower"])
    assert aw.cumulative_incidence(courses)["incidence"].iloc[-2] == pytest.approx(1)


def test_everyone_ongoing_is_nobody_gone() -> None:
    courses = courses_of((3, "ongoing"), (5, "ongoing"))
    assert aw.retention(courses)["retention"].eq(1).all()
    assert aw.cumulative_incidence(courses)["incidence"].eq(0).all()
    assert "nobody here has dropped out" in sentence(
        lambda: aw.compare_retention(courses.assign(g=["a", "b"]), by="g")
    )


def test_one_client_per_group_has_curves_and_a_test_or_a_sentence() -> None:
    courses = courses_of((2, "drop"), (5, "drop"), g=["a", "b"])
    assert aw.retention(courses, by="g")["retention"].tolist() == [1, 0, 1, 1, 1, 1, 0]
    # One departure with both there: observed 1, expected 1/2, variance 1/4.
    test = aw.compare_retention(courses, by="g")
    assert test.to_dict() == pytest.approx({"chi2": 1.0, "df": 1, "p": 0.317311}, abs=1e-6)
    together = courses_of((2, "drop"), (2, "drop"), g=["a", "b"])
    assert "cannot be compared" in sentence(lambda: aw.compare_retention(together, by="g"))


def test_groups_never_there_together_cannot_be_compared() -> None:
    courses = courses_of((1, "ongoing"), (2, "ongoing"), (5, "drop"), (6, "drop"), g=list("aabb"))
    assert "cannot be compared" in sentence(lambda: aw.compare_retention(courses, by="g"))


def test_faults_of_grouping_are_named_with_their_fix() -> None:
    some = TEN.assign(g=["a", None] * 5)
    assert "5 clients have no value in the column g: c1, c3" in sentence(
        lambda: aw.retention(some, by="g")
    )
    assert "The columns here are: client, sessions" in sentence(lambda: aw.retention(TEN, by="x"))
    assert "one group only (a)" in sentence(lambda: aw.compare_retention(TEN.assign(g="a"), by="g"))
    assert "expected one of log-log, log, plain" in sentence(
        lambda: aw.retention(TEN, interval="exact")
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        TEN.assign(sessions_attended=-1),
        TEN.assign(client="same"),
        TEN.assign(client=["c1", "c1 ", *"abcdefgh"]),
        TEN.assign(client=[*"abcdefgh", "c1", "c1 "]),
        TEN.assign(client=[" c1", *"abcdefgh", "c1"]),
        TEN.assign(client=[None, *"abcdefghi"]),
        TEN.assign(client=["", *"abcdefghi"]),
        TEN.assign(ending="left"),
        TEN.assign(therapist_view="left"),
        TEN.assign(planned_sessions=pd.array([0] * 10, dtype="Int64")),
        TEN.assign(missed_last="perhaps"),
        TEN.assign(Ending="completed"),
        TEN.iloc[:0],
    ],
)
def test_no_faulty_courses_slip_past_the_short_check(spoilt: pd.DataFrame) -> None:
    with pytest.raises(aw.CourseError) as long_way:
        aw.check_courses(spoilt)
    with pytest.raises(aw.CourseError) as here:
        aw.retention(spoilt)
    assert here.value.problems == long_way.value.problems


def test_six_clients_drop_out_by_every_definition() -> None:
    table = aw.dropout_definitions(SIX).set_index("definition")
    assert {name: (*who,) for name, who in table["who"].items() if who} == {
        "therapist": ("a", "d", "e"),
        "missed_last": ("a", "c"),
        "median_split": ("a", "b", "e"),
        "intake_only": ("e",),
        "min_dose_8": ("a", "b", "e"),
        "no_reliable_change": ("a", "d", "e", "f"),
    }
    assert table["rate"].round(6).dropna().tolist() == [
        *(0.0, 0.5, 0.333333, 0.5, 0.166667, 0.5, 0.666667),
    ]
    assert table.loc["planned_sessions", "missing_column"] == "planned_sessions"
    assert table["missing_column"].ne("").sum() == 1
    assert not table["meaning"].eq("").any()


def test_definitions_do_not_judge_who_may_still_come() -> None:
    courses = courses_of(
        *[(1, "ongoing"), (9, "ongoing"), (3, "drop"), (0, "drop"), (12, "complete")],
        (11, "ongoing"),
        planned_sessions=[10, 8, 10, 10, None, 20],
        reliable_change=[False, True, None, False, True, None],
    )
    judged = aw.dropout_by_definition(courses, dose=6).set_index("client")
    words = {True: "yes", False: "no"}
    shown = judged.apply(lambda column: column.map(words).astype(object))
    shown = shown.where(judged.notna(), "?").agg(" ".join)
    assert shown.to_dict() == {
        "ending": "? ? yes yes no ?",
        "median_split": "? no no yes no no",  # below 3, the median of 0, 3 and 12
        "intake_only": "? no no yes no no",
        "min_dose_6": "? no yes yes no no",
        "planned_sessions": "? no yes yes ? ?",
        "no_reliable_change": "? no ? yes no ?",
    }
    table = aw.dropout_definitions(courses, dose=6).set_index("definition")
    assert table.loc["min_dose_6", ["judged", "dropped_out", "rate"]].tolist() == [5, 2, 0.4]
    assert "expected a whole number" in sentence(lambda: aw.dropout_definitions(TEN, dose=0))


def test_agreement_between_definitions_is_cohens_kappa() -> None:
    pairs = aw.definition_agreement(SIX).set_index(["first", "second"])
    # therapist a d e, missed_last a c: agree on a, b, f; chance (1/2)(1/3) + (1/2)(2/3) = 1/2.
    assert pairs.loc[("therapist", "missed_last"), "agreement"] == pytest.approx(0.5)
    assert pairs.loc[("therapist", "missed_last"), "kappa"] == pytest.approx(0)
    # therapist a d e, no change a d e f: agree on 5; chance 1/2·2/3 + 1/2·1/3 = 1/2.
    assert pairs.loc[("therapist", "no_reliable_change"), "kappa"] == pytest.approx(2 / 3)
    assert pairs.loc[("median_split", "min_dose_8"), "kappa"] == 1
    assert np.isnan(pairs.loc[("ending", "therapist"), "kappa"])


LANDMARK_RATINGS = ratings_of(
    [4.0, 4.0, 2.0, 4.0, 4.0],  # down at 3, back at 4
    [4.0, 4.0, 2.0, 2.0, 2.0, 2.0, 4.0],  # down at 3, not back by 6
    [4.0, 3.0, None, 2.0],
    [None, None],
    [3.0, 3.0, 3.0],
)
LANDMARK_COURSES = courses_of(
    *[(5, "drop"), (7, "complete"), (4, "ongoing"), (3, "drop"), (3, "complete")]
)


def test_a_landmark_knows_what_was_known_by_then_and_what_became_of_them() -> None:
    table = aw.landmark(LANDMARK_RATINGS, LANDMARK_COURSES, 3).set_index("client")
    assert table.index.tolist() == ["c0", "c1", "c2", "c3", "c4"]
    assert table["sessions_after"].tolist() == [2, 4, 1, 0, 0]
    assert table["ending"].tolist() == LANDMARK_COURSES["ending"].tolist()
    assert table["rated"].tolist() == [3, 3, 2, 0, 3]
    np.testing.assert_allclose(table["alliance"], [10 / 3, 10 / 3, 3.5, np.nan, 3])
    np.testing.assert_allclose(table["alliance_last"], [2, 2, 3, np.nan, 3])
    assert table["pattern"].tolist() == ["open", "open", "open", "no_rupture", "no_rupture"]
    assert table["third"].tolist()[4] == "lowest"
    assert pd.isna(table["third"].iloc[3])
    later = aw.landmark(LANDMARK_RATINGS, LANDMARK_COURSES, 6).set_index("client")
    assert later["pattern"].to_dict() == {"c1": "unrepaired"}


def test_a_landmark_is_blind_to_the_future() -> None:
    known = LANDMARK_RATINGS[LANDMARK_RATINGS["session"] <= 4]
    for rule in ("reliable_drop", "imr_chart", "drop_sd"):
        pd.testing.assert_frame_equal(
            aw.landmark(known, LANDMARK_COURSES, 4, rule=rule),
            aw.landmark(LANDMARK_RATINGS, LANDMARK_COURSES, 4, rule=rule),
        )


def test_a_landmark_is_a_table_of_courses_whose_curves_begin_at_it() -> None:
    table = aw.landmark(LANDMARK_RATINGS, LANDMARK_COURSES, 4)
    curves = aw.retention(table, by="pattern")
    assert curves.loc[curves["session"] < 4, "retention"].eq(1).all()
    assert set(curves["group"]) == {"open", "repaired"}


def test_thirds_are_equal_in_size_and_in_order() -> None:
    scores = np.linspace(1, 5, 30)
    ratings = ratings_of(*[[score] for score in scores])
    table = aw.landmark(ratings, courses_of(*[(2, "drop")] * 30), 1)
    assert table["third"].tolist() == ["lowest"] * 10 + ["middle"] * 10 + ["highest"] * 10


def test_dropout_by_pattern_always_has_the_four_rows() -> None:
    ever = aw.dropout_by_pattern(LANDMARK_RATINGS, LANDMARK_COURSES)
    assert ever["pattern"].tolist() == ["no_rupture", "repaired", "unrepaired", "open"]
    assert ever["clients"].tolist() == [2, 1, 1, 1]
    assert ever["dropped_out"].tolist() == [1, 1, 0, 0]
    assert ever["share"].tolist() == [0.5, 1, 0, 0]
    # Wilson's interval for 1 of 2.
    assert ever.loc[0, ["lower", "upper"]].tolist() == pytest.approx([0.094531, 0.905469], abs=1e-6)
    then = aw.dropout_by_pattern(LANDMARK_RATINGS, LANDMARK_COURSES, 6)
    assert then["clients"].tolist() == [0, 0, 1, 0]
    assert np.isnan(then.loc[0, "share"])
    assert np.isnan(then.loc[0, "lower"])


@pytest.mark.parametrize(
    ("session", "words"),
    [(8, "the longest course has 7"), (0, "whole number from 1 on"), (2.5, "whole number")],
)
def test_an_impossible_landmark_is_answered_in_words(session: object, words: str) -> None:
    assert words in sentence(lambda: aw.landmark(LANDMARK_RATINGS, LANDMARK_COURSES, session))


BOTH_TABLES = (
    lambda r, c: aw.landmark(r, c, 1),
    lambda r, c: aw.dropout_by_pattern(r, c),
    lambda r, c: aw.person_period(r, c),
)


@pytest.mark.parametrize("work", BOTH_TABLES)
def test_ratings_and_courses_without_each_other_are_told_apart(work: Callable) -> None:
    strangers = LANDMARK_RATINGS.assign(client=LANDMARK_RATINGS["client"] + "x")
    blank = LANDMARK_RATINGS.assign(alliance=np.nan)
    late = LANDMARK_RATINGS.assign(session=LANDMARK_RATINGS["session"] + 1)
    assert "no client of the courses has a rating" in sentence(
        lambda: work(strangers, LANDMARK_COURSES)
    )
    assert "no client of the courses has a rating" in sentence(
        lambda: work(blank, LANDMARK_COURSES)
    )
    assert "4 clients have ratings after the last session attended: c0, c1, c2, c4" in sentence(
        lambda: work(late, LANDMARK_COURSES)
    )
    with pytest.raises(aw.RatingError, match="therapist"):
        aw.person_period(LANDMARK_RATINGS, LANDMARK_COURSES, rater="therapist")


def test_clients_with_a_course_alone_stay_and_ratings_alone_are_left_out() -> None:
    some = LANDMARK_COURSES.iloc[[4, 0]]
    only = LANDMARK_RATINGS[LANDMARK_RATINGS["client"] == "c0"]
    assert aw.landmark(only, some, 2)["client"].tolist() == ["c4", "c0"]
    theirs = LANDMARK_RATINGS[LANDMARK_RATINGS["client"].isin(some["client"])]
    table = aw.person_period(LANDMARK_RATINGS, some)
    assert table["client"].unique().tolist() == ["c4", "c0"]
    pd.testing.assert_frame_equal(table, aw.person_period(theirs, some))
    twice = pd.concat([theirs, LANDMARK_RATINGS[LANDMARK_RATINGS["client"] == "c2"]])
    pd.testing.assert_frame_equal(table, aw.person_period(twice, some))
    assert aw.dropout_by_pattern(LANDMARK_RATINGS, some)["clients"].sum() == 2


def test_a_course_column_that_the_landmark_needs_is_refused() -> None:
    assert "rename it" in sentence(
        lambda: aw.landmark(LANDMARK_RATINGS, LANDMARK_COURSES.assign(third=1), 2)
    )


def test_another_raters_ratings_are_left_out() -> None:
    both = pd.concat(
        [
            LANDMARK_RATINGS.assign(rater="client"),
            LANDMARK_RATINGS.assign(rater="therapist", alliance=1.0),
        ]
    )
    for work in BOTH_TABLES:
        pd.testing.assert_frame_equal(
            work(both, LANDMARK_COURSES), work(LANDMARK_RATINGS, LANDMARK_COURSES)
        )
    theirs = aw.person_period(both, LANDMARK_COURSES, rater="therapist")
    assert theirs["alliance"].dropna().eq(1).all()


def test_a_curve_is_the_one_that_statsmodels_draws() -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    courses = aw.load_data("practice_clinic").courses
    expected = SurvfuncRight(
        courses["sessions_attended"].astype(int), courses["ending"] == "dropped_out"
    )
    found = aw.retention(courses, interval="plain").set_index("session").loc[expected.surv_times]
    np.testing.assert_allclose(found["retention"], expected.surv_prob, rtol=1e-12)
    se = (found["retention"] - found["lower"]) / 1.959963984540054
    inside = found["lower"] > 0
    np.testing.assert_allclose(se[inside], expected.surv_prob_se[inside], rtol=1e-9)
    assert inside.sum() > 5
