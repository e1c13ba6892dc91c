"""One row per client and session: nothing from the future, and models that say when they cannot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.dropout.checked import _quickly
from alliance_widgets.rules import DropSD, IMRChart, PointDrop, ReliableDrop

RATINGS = pd.DataFrame(
    {
        "client": ["b", "b", "b", "b", "b", "a", "a", "a"],
        "session": [1, 2, 3, 4, 5, 1, 2, 3],
        "alliance": [4.0, 4.5, np.nan, 2.0, 4.5, np.nan, 3.0, 2.0],
    }
)
COURSES = pd.DataFrame(
    {
        "client": ["a", "never", "b"],
        "sessions_attended": [3, 0, 6],
        "ending": ["completed", "dropped_out", "dropped_out"],
    }
)


def sentence(work: Callable[[], object]) -> str:
    with pytest.raises(aw.AllianceError) as caught:
        work()
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def random_clinic(n: int, seed: int, longest: int = 10) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ratings in quarter points, one in eight missing, and courses that end at random."""
    random = np.random.default_rng(seed)
    attended = random.integers(0, longest + 1, n)
    attended[0] = longest
    owner = np.repeat(np.arange(n), attended)
    session = np.arange(len(owner)) - np.repeat(np.cumsum(attended) - attended, attended) + 1
    score = np.round(np.clip(random.normal(3.8, 0.6, len(owner)), 1, 5) * 4) / 4
    score[random.random(len(owner)) < 1 / 8] = np.nan
    clients = np.array([f"c{i}" for i in range(n)])
    ratings = pd.DataFrame({"client": clients[owner], "session": session, "alliance": score})
    ending = random.choice(["completed", "dropped_out", "ongoing"], n)
    return ratings, pd.DataFrame(
        {"client": clients, "sessions_attended": attended, "ending": ending}
    )


def one_by_one(ratings: pd.DataFrame, courses: pd.DataFrame, threshold: float) -> list[tuple]:
    """The same rows by plain loops over clients and sessions, for a drop of more than so much."""
    rows = []
    for course in courses.itertuples():
        mine = ratings[ratings["client"] == course.client]
        scores = dict(zip(mine["session"], mine["alliance"], strict=True))
        seen, pre, lowest = [], None, None
        for session in range(1, course.sessions_attended + 1):
            score = scores.get(session, np.nan)
            if score == score:
                if pre is None and seen and seen[-1] - score > threshold:
                    pre, lowest = seen[-1], score
                elif pre is not None:
                    lowest = min(lowest, score)
                    if score - lowest >= 0.75 * (pre - lowest) - 1e-9:
                        pre = None
                seen.append(score)
            mean = np.mean(seen) if seen else np.nan
            last = session == course.sessions_attended and course.ending == "dropped_out"
            rows.append((course.client, session, mean, score - mean, pre is not None, last))
    return rows


def test_the_rows_hold_what_was_known_by_then() -> None:
    table = aw.person_period(RATINGS, COURSES)
    assert table["client"].tolist() == ["a"] * 3 + ["b"] * 6
    assert table["session"].tolist() == [1, 2, 3, 1, 2, 3, 4, 5, 6]
    assert table["rated"].tolist() == [False, True, True, True, True, False, True, True, False]
    nan = np.nan
    np.testing.assert_allclose(
        table["alliance_between"], [nan, 3, 2.5, 4, 4.25, 4.25, 3.5, 3.75, 3.75]
    )
    np.testing.assert_allclose(
        table["alliance_within"], [nan, 0, -0.5, 0, 0.25, nan, -1.5, 0.75, nan]
    )
    assert table["early"].tolist() == [True] * 6 + [False] * 3
    assert table["open_rupture"].tolist() == [
        *(False, False, True),
        *(False, False, False, True, False, False),
    ]
    assert table["event"].tolist() == [False] * 8 + [True]


def test_carrying_keeps_the_last_observed_rating() -> None:
    table = aw.person_period(RATINGS, COURSES, carry=True)
    np.testing.assert_allclose(
        table["alliance_within"], [np.nan, 0, -0.5, 0, 0.25, 0.25, -1.5, 0.75, 0.75]
    )


def test_no_client_carries_a_rating_of_another() -> None:
    courses = COURSES.iloc[[2, 0]]  # the client without a first rating comes second
    ratings = RATINGS.assign(alliance=RATINGS["alliance"].where(RATINGS["session"] != 1))
    table = aw.person_period(ratings, courses, carry=True, so_far=False)
    assert table.loc[table["session"] == 1, "alliance_within"].isna().all()
    assert table.loc[table["session"] > 1, "alliance_within"].notna().all()


def test_the_mean_of_the_whole_course_is_there_to_be_seen_through() -> None:
    table = aw.person_period(RATINGS, COURSES, so_far=False)
    np.testing.assert_allclose(table["alliance_between"], [2.5] * 3 + [3.75] * 6)


@pytest.mark.parametrize("seed", range(4))
def test_whole_columns_agree_with_plain_loops(seed: int) -> None:
    ratings, courses = random_clinic(60, seed)
    table = aw.person_period(ratings, courses, rule=PointDrop(0.6))
    expected = pd.DataFrame(one_by_one(ratings, courses, 0.6 - 1e-9))
    assert table["client"].tolist() == expected[0].tolist()
    for column, place in (("session", 1), ("alliance_between", 2), ("alliance_within", 3)):
        np.testing.assert_allclose(table[column], expected[place], atol=1e-12)
    assert table["open_rupture"].tolist() == expected[4].tolist()
    assert table["event"].tolist() == expected[5].tolist()


RULES = [
    *(ReliableDrop(), PointDrop(0.5), DropSD(k=1), DropSD(k=1, scale="pooled")),
    *(IMRChart(sigmas=2), IMRChart(sigmas=2, limits="expanding")),
]


@pytest.mark.parametrize("rule", RULES, ids=repr)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(1, 9))
def test_cutting_off_the_future_changes_no_row_before_it(rule: object, seed: int, cut: int) -> None:
    ratings, courses = random_clinic(12, seed)
    whole = aw.person_period(ratings, courses, rule=rule)
    known = ratings[ratings["session"] <= cut]
    if not known["alliance"].notna().any():
        return
    stopped = courses["sessions_attended"] > cut
    then = courses.assign(
        sessions_attended=courses["sessions_attended"].clip(upper=cut),
        ending=courses["ending"].mask(stopped, "ongoing"),
    )
    before = whole[whole["session"] <= cut].reset_index(drop=True)
    pd.testing.assert_frame_equal(aw.person_period(known, then, rule=rule), before)


def test_a_rule_that_looks_ahead_is_asked_again_after_every_session() -> None:
    # The whole record's limits flag session 3; by then, with three ratings, nothing can be.
    ratings = pd.DataFrame(
        {
            "client": "c",
            "session": range(1, 11),
            "alliance": [4.0, 4.1, 2.8, 2.9, 4.2, 4.1, 4.2, 4.1, 4.2, 4.1],
        }
    )
    courses = pd.DataFrame({"client": ["c"], "sessions_attended": [10], "ending": ["completed"]})
    rule = IMRChart(sigmas=2)
    assert 3 in aw.flag_sessions(ratings, rule)["session"].tolist()
    table = aw.person_period(ratings, courses, rule=rule).set_index("session")
    assert not table.loc[3, "open_rupture"]


@pytest.mark.parametrize("rule", [ReliableDrop(), IMRChart(sigmas=2)], ids=repr)
def test_row_order_index_and_writing_change_nothing(rule: object) -> None:
    ratings, courses = random_clinic(40, 3)
    plain = aw.person_period(ratings, courses, rule=rule)
    shuffled = ratings.sample(frac=1, random_state=1)
    before = shuffled.copy()
    pd.testing.assert_frame_equal(aw.person_period(shuffled, courses, rule=rule), plain)
    pd.testing.assert_frame_equal(shuffled, before)
    written = ratings.rename(columns={"client": " Client "}).assign(instrument="own")
    pd.testing.assert_frame_equal(aw.person_period(written, courses, rule=rule), plain)


@pytest.mark.parametrize(
    "spoilt",
    [
        RATINGS.assign(session=1),
        RATINGS.assign(session=0),
        RATINGS.assign(session=RATINGS["session"] + 0.5),
        RATINGS.assign(alliance=5.5),
        RATINGS.assign(bond=0.5),
        RATINGS.assign(rater="somebody"),
        RATINGS.assign(client=[None, *RATINGS["client"][1:]]),
    ],
)
def test_no_faulty_ratings_slip_past_the_short_check(spoilt: pd.DataFrame) -> None:
    with pytest.raises(aw.RatingError) as long_way:
        aw.check_ratings(spoilt)
    with pytest.raises(aw.RatingError) as here:
        aw.person_period(spoilt, COURSES)
    assert here.value.problems == long_way.value.problems


def test_tidy_ratings_take_the_short_way_and_all_others_the_long_one() -> None:
    assert _quickly(RATINGS, COURSES, "client") is not None
    assert _quickly(RATINGS.assign(rater="client"), COURSES, "client") is not None
    for other in (
        RATINGS.assign(rater="therapist"),
        RATINGS.assign(instrument="own"),
        RATINGS.assign(client=RATINGS["client"] + " "),
        RATINGS.assign(goals=4.0, tasks=4.0, bond=4.0),
        RATINGS.astype({"session": "float64"}),
        [*RATINGS.to_dict("records")],
    ):
        assert _quickly(other, COURSES, "client") is None
    assert _quickly(RATINGS, COURSES, "therapist") is None


def test_a_missing_alliance_is_made_of_its_parts_on_every_way() -> None:
    parts = RATINGS.assign(goals=3.0, tasks=3.0, bond=3.0)
    table = aw.person_period(parts, COURSES)
    assert table.loc[table["client"] == "a", "alliance"].iloc[0] == 3


def test_other_instruments_are_refused_by_a_rule_in_points_and_served_by_another() -> None:
    ratings = RATINGS.assign(instrument="wai_s")
    with pytest.raises(aw.RuleError, match="1–5"):
        aw.person_period(ratings, COURSES)
    assert "open_rupture" in aw.person_period(ratings, COURSES, rule="drop_sd")
    assert "open_rupture" not in aw.person_period(ratings, COURSES, rule=None)


def test_nobody_who_came_is_answered_in_words() -> None:
    nobody = COURSES.assign(sessions_attended=0)
    assert "no client attended any session" in sentence(lambda: aw.person_period(RATINGS, nobody))


def sessions_that_depend(n: int, seed: int) -> pd.DataFrame:
    """Sessions with log odds of leaving -2 + 0.8·early - 1·between - 0.5·within, each drawn."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "client": [f"c{i}" for i in range(n)],
            "session": random.integers(1, 7, n),
            "alliance_between": random.normal(0, 1, n),
            "alliance_within": random.normal(0, 1, n),
        }
    ).assign(early=lambda t: t["session"] <= 3)
    odds = -2 + 0.8 * table["early"] - table["alliance_between"] - 0.5 * table["alliance_within"]
    return table.assign(event=random.random(n) < 1 / (1 + np.exp(-odds)))


TERMS = ["early", "alliance_between", "alliance_within"]


def test_the_coefficients_put_in_come_out() -> None:
    fit = aw.fit_hazard(sessions_that_depend(40_000, seed=1), TERMS).set_index("term")
    for term, truth in zip(["intercept", *TERMS], [-2, 0.8, -1, -0.5], strict=True):
        assert abs(fit.loc[term, "coefficient"] - truth) < 3 * fit.loc[term, "se"]
    assert fit["se"].max() < 0.05
    assert (fit["odds_ratio"] == np.exp(fit["coefficient"])).all()
    np.testing.assert_allclose(
        np.log(fit["upper"]) - np.log(fit["lower"]), 2 * 1.959964 * fit["se"], rtol=1e-6
    )


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    # 300 tables of 400 sessions, seeds 0..299: 95 % ± 3 standard errors of 1.26 points.
    covered = []
    for seed in range(300):
        fit = aw.fit_hazard(sessions_that_depend(400, seed), TERMS).set_index("term")
        ends = np.log(fit.loc["alliance_between", ["lower", "upper"]].to_numpy(float))
        covered.append(ends[0] <= -1 <= ends[1])
    assert abs(np.mean(covered) - 0.95) < 0.038


def test_rows_without_a_value_are_left_out_and_counted() -> None:
    table = sessions_that_depend(500, seed=2)
    holes = table.assign(alliance_within=table["alliance_within"].mask(table.index < 40))
    fit = aw.fit_hazard(holes, TERMS)
    pd.testing.assert_frame_equal(
        fit.drop(columns="left_out"), aw.fit_hazard(table[40:], TERMS).drop(columns="left_out")
    )
    assert fit["left_out"].eq(40).all()
    assert fit["rows"].eq(460).all()


TABLE = sessions_that_depend(300, seed=3)


@pytest.mark.parametrize("fit", [aw.fit_hazard, aw.fit_cox])
@pytest.mark.parametrize(
    ("table", "terms", "words"),
    [
        (TABLE.assign(event=False), TERMS[1:], "nobody leaves in these 300 sessions"),
        (TABLE.assign(event=True), TERMS[1:], "every one of these 300 sessions"),
        (TABLE.assign(alliance_within=0.0), TERMS[1:], "the term alliance_within is the same"),
        (TABLE, ["alliance_between", "mood"], "there is no column 'mood'"),
        (TABLE, [], "there are no terms"),
        (TABLE, ["alliance_within"] * 2, "alliance_within is named more than once"),
        (TABLE.assign(sum=lambda t: t[TERMS[1]] + t[TERMS[2]]), [*TERMS[1:], "sum"], "worked out"),
        (TABLE.assign(left=lambda t: t["event"] * 2.0), ["left"], "the term left tells"),
        (
            TABLE.assign(safe=lambda t: ~t["event"] & (t.index % 5 == 0)),
            ["alliance_between", "safe"],
            "the term safe tells",
        ),
    ],
)
def test_what_cannot_be_estimated_is_answered_in_words(
    fit: Callable, table: pd.DataFrame, terms: list[str], words: str
) -> None:
    assert words in sentence(lambda: fit(table, terms))


def test_cox_refuses_what_all_at_a_session_share() -> None:
    assert "the term early is the same" in sentence(lambda: aw.fit_cox(TABLE, TERMS))


def test_words_become_one_term_per_word_but_the_first() -> None:
    table = TABLE.assign(treatment=np.where(TABLE.index % 3, "CBT", "dynamic"))
    fit = aw.fit_hazard(table, ["alliance_between", "treatment"])
    assert fit["term"].tolist() == ["intercept", "alliance_between", "treatment[dynamic]"]
