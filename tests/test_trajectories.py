"""Lines, curves, shapes and levels: worked figures, other libraries, and properties."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.trajectories import SHAPES

WORKED = json.loads((Path(__file__).parent / "data" / "worked_paths.json").read_text("utf-8"))
RELIABLE_CHANGE = 1.96 * np.sqrt(2) * 0.8 * np.sqrt(0.1)


def ratings_of(**cases: list[float | None]) -> pd.DataFrame:
    """One client per keyword; None is a session that nobody rated."""
    rows = [
        (client, session, score)
        for client, scores in cases.items()
        for session, score in enumerate(scores, 1)
    ]
    return pd.DataFrame(rows, columns=["client", "session", "alliance"])


def many_clients(n: int, seed: int, longest: int = 16) -> pd.DataFrame:
    """Clients of every length with bends, gaps and noise."""
    random = np.random.default_rng(seed)
    session = np.tile(np.arange(1, longest + 1), n)
    client = np.repeat(np.arange(n), longest)
    share = (session - 1) / (longest - 1)
    slope, bend = random.normal(0, 1.2, n)[client], random.normal(0, 5, n)[client]
    turn = random.uniform(0, 1, n)[client]
    scores = 3 + slope * (share - 0.5) + bend * ((share - turn) ** 2 - 0.2)
    scores = np.clip(scores + random.normal(0, 0.2, len(client)), 1, 5)
    scores[random.random(len(client)) < 0.1] = np.nan
    kept = session <= random.integers(1, longest + 1, n)[client]
    table = pd.DataFrame({"client": client.astype(str), "session": session, "alliance": scores})
    return table[kept]


def shape_by_hand(case: pd.DataFrame) -> str:
    """The rule as it is written down, with numpy and statsmodels, one client at a time."""
    from statsmodels.regression.linear_model import OLS

    case = case.dropna(subset="alliance").sort_values("session")
    t, x, n = case["session"].to_numpy(float), case["alliance"].to_numpy(), len(case)
    if n < 4:
        return "too_short"
    slope = np.polyfit(t, x, 1)[0]

    def aicc(degree: int) -> float:
        fit = OLS(x, np.vander(t, degree + 1)).fit()
        k = degree + 2
        return -2 * fit.llf + 2 * k + 2 * k * (k + 1) / (n - k - 1)

    bent = n >= 6 and aicc(2) < aicc(1)
    if abs(slope) * (t[-1] - t[0]) > RELIABLE_CHANGE and not bent:
        return "rising" if slope > 0 else "falling"
    if n >= 6:
        a, b, c = np.polyfit(t, x, 2)
        vertex = -b / (2 * a)
        edge = 0.15 * (t[-1] - t[0])
        ends = np.polyval([a, b, c], [t[0], t[-1]]) - np.polyval([a, b, c], vertex)
        if t[0] + edge <= vertex <= t[-1] - edge:
            if a > 0 and (ends > RELIABLE_CHANGE).all():
                return "u_shaped"
            if a < 0 and (ends < -RELIABLE_CHANGE).all():
                return "inverted_u"
    return "stable"


@pytest.mark.parametrize("name", WORKED["series"])
def test_the_worked_series_have_the_worked_figures(name: str) -> None:
    worked = WORKED["series"][name]
    ratings = ratings_of(**{name: worked["alliance"]})
    found = aw.summarise_trajectories(ratings).iloc[0]
    figures = [
        worked["mean"],
        worked["sd"],
        worked["line"]["slope"],
        worked["quadratic"]["coef"][2],
    ]
    assert found[["mean", "sd", "slope", "curvature"]].tolist() == pytest.approx(figures, abs=1e-6)


@pytest.mark.parametrize("name", WORKED["series"])
def test_the_fitted_paths_are_the_worked_line_and_quadratic(name: str) -> None:
    worked = WORKED["series"][name]
    fitted = aw.fitted_paths(ratings_of(**{name: worked["alliance"]}))
    t = fitted["session"].to_numpy()
    line = worked["line"]["intercept"] + worked["line"]["slope"] * t
    assert fitted["line"].to_numpy() == pytest.approx(line, abs=2e-5)
    curve = np.polynomial.polynomial.polyval(t, worked["quadratic"]["coef"])
    assert fitted["curve"].to_numpy() == pytest.approx(curve, abs=2e-4)
    for which, parameters in (("line", 2), ("curve", 3)):
        residual = fitted["alliance"] - fitted[which]
        spread = np.sqrt((residual**2).sum() / (len(t) - parameters))
        expected = worked["line" if which == "line" else "quadratic"]["s_e"]
        assert spread == pytest.approx(expected, abs=1e-6)


def test_the_worked_series_have_the_shapes_that_the_rule_gives_them() -> None:
    ratings = ratings_of(**{name: case["alliance"] for name, case in WORKED["series"].items()})
    shapes = aw.summarise_trajectories(ratings).set_index("client")["shape"]
    assert shapes.to_dict() == {
        "all_equal": "stable",
        "ceiling": "stable",
        "clear_V": "stable",
        "erosion": "falling",
        "last_session": "falling",
        "step_unrepaired": "falling",
    }


def test_shapes_follow_the_rule_as_it_is_written_down_for_1500_clients() -> None:
    ratings = many_clients(1500, seed=11)
    found = aw.summarise_trajectories(ratings).set_index("client")["shape"]
    by_hand = {str(client): shape_by_hand(case) for client, case in ratings.groupby("client")}
    assert found.to_dict() == by_hand
    assert set(found) == set(SHAPES)
    assert found.value_counts().min() >= 15


def test_line_and_quadratic_agree_with_polyfit_for_every_client() -> None:
    ratings = many_clients(300, seed=12)
    found = aw.summarise_trajectories(ratings).set_index("client")
    for client, case in ratings.dropna().groupby("client"):
        row, t, x = found.loc[client], case["session"], case["alliance"]
        assert row["sessions"] == len(case)
        assert row["mean"] == pytest.approx(x.mean(), abs=1e-9)
        assert row["sd"] == pytest.approx(x.std(), abs=1e-9, nan_ok=True)
        assert np.isnan(row["slope"]) == (len(case) < 4)
        assert np.isnan(row["curvature"]) == (len(case) < 6)
        if len(case) >= 4:
            assert row["slope"] == pytest.approx(np.polyfit(t, x, 1)[0], abs=1e-9)
        if len(case) >= 6:
            assert row["curvature"] == pytest.approx(np.polyfit(t, x, 2)[0], abs=1e-9)


def test_aicc_difference_vertex_and_depths_agree_with_statsmodels() -> None:
    from statsmodels.regression.linear_model import OLS

    ratings = many_clients(120, seed=13)
    reasons = aw.shape_reasons(ratings).set_index("client")
    checked = 0
    for client, case in ratings.dropna().groupby("client"):
        if len(case) < 6:
            assert reasons.loc[client, ["aicc_difference", "vertex", "depth_first"]].isna().all()
            continue
        row, t, n = reasons.loc[client], case["session"].to_numpy(float), len(case)
        fits = [
            OLS(case["alliance"].to_numpy(), np.vander(t, degree + 1)).fit() for degree in (1, 2)
        ]
        line, curve = (
            -2 * fit.llf + 2 * k + 2 * k * (k + 1) / (n - k - 1)
            for fit, k in zip(fits, (3, 4), strict=True)
        )
        a, b, _ = fits[1].params
        ends = fits[1].predict(np.vander([t[0], t[-1], -b / (2 * a)], 3))
        assert row["aicc_difference"] == pytest.approx(line - curve, abs=1e-6)
        assert row["vertex"] == pytest.approx(-b / (2 * a), rel=1e-6)
        assert row["depth_first"] == pytest.approx(ends[0] - ends[2], rel=1e-6, abs=1e-9)
        assert row["depth_last"] == pytest.approx(ends[1] - ends[2], rel=1e-6, abs=1e-9)
        assert row["change"] == pytest.approx(fits[0].params[0] * (t[-1] - t[0]), abs=1e-9)
        checked += 1
    assert checked >= 60


quarter_points = st.integers(4, 20).map(lambda quarters: quarters / 4)
paths = st.lists(quarter_points | st.none(), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), paths, min_size=1), st.randoms())
def test_order_of_rows_index_and_other_clients_do_not_matter(cases, random) -> None:
    ratings = ratings_of(**cases)
    shuffled = ratings.sample(frac=1, random_state=random.randrange(1000))
    whole = aw.shape_reasons(ratings)
    pd.testing.assert_frame_equal(aw.shape_reasons(shuffled), whole, rtol=1e-7, atol=1e-7)
    pd.testing.assert_frame_equal(
        aw.summarise_trajectories(shuffled), aw.summarise_trajectories(ratings), atol=1e-9
    )
    for client, scores in cases.items():
        alone = aw.summarise_trajectories(ratings_of(**{client: scores}))
        among = aw.summarise_trajectories(ratings).query("client == @client")
        pd.testing.assert_frame_equal(alone, among.reset_index(drop=True), atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(paths, st.integers(0, 30))
def test_starting_later_moves_nothing_but_the_vertex(scores, later) -> None:
    ratings = ratings_of(a=scores)
    moved = ratings.assign(session=ratings["session"] + later)
    before, after = aw.shape_reasons(ratings), aw.shape_reasons(moved)
    same = ["change", "aicc_difference", "depth_first", "depth_last", "shape"]
    pd.testing.assert_frame_equal(after[same], before[same], rtol=1e-6, atol=1e-6)
    assert after["vertex"].iloc[0] == pytest.approx(
        before["vertex"].iloc[0] + later, rel=1e-6, abs=1e-6, nan_ok=True
    )


@settings(max_examples=60, deadline=None)
@given(paths)
def test_turned_upside_down_every_shape_becomes_its_mirror_image(scores) -> None:
    mirror = {"rising": "falling", "u_shaped": "inverted_u"}
    mirror |= {after: before for before, after in mirror.items()}
    ratings = ratings_of(a=scores)
    found = aw.summarise_trajectories(ratings).iloc[0]
    turned = aw.summarise_trajectories(ratings.assign(alliance=6 - ratings["alliance"])).iloc[0]
    assert turned["shape"] == mirror.get(found["shape"], found["shape"])
    for name in ("slope", "curvature"):
        assert turned[name] == pytest.approx(-found[name], abs=1e-9, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(paths)
def test_on_a_wider_scale_with_a_wider_reliable_change_the_shape_is_the_same(scores) -> None:
    own = ratings_of(a=scores)
    wider = own.assign(alliance=1 + (own["alliance"] - 1) * 1.5, instrument="wai_s")
    before = aw.summarise_trajectories(own).iloc[0]
    after = aw.summarise_trajectories(wider, reliable_change=1.5 * RELIABLE_CHANGE).iloc[0]
    assert after["shape"] == before["shape"]
    for name in ("sd", "slope", "curvature"):
        assert after[name] == pytest.approx(1.5 * before[name], abs=1e-9, nan_ok=True)


def test_a_line_counts_only_above_the_reliable_change() -> None:
    just_enough, too_little = ([2 + step * s for s in range(10)] for step in (0.0781, 0.0778))
    found = aw.summarise_trajectories(ratings_of(a=just_enough, b=too_little))
    assert found["shape"].tolist() == ["rising", "stable"]


def test_a_change_equal_to_the_reliable_change_does_not_count() -> None:
    ratings = ratings_of(a=[2 + s / 4 for s in range(5)])
    shapes = [
        aw.summarise_trajectories(ratings, reliable_change=change)["shape"].iloc[0]
        for change in (1.0, 0.999)
    ]
    assert shapes == ["stable", "rising"]


@pytest.mark.parametrize(
    ("turn", "shape"), [(2.3, "stable"), (2.4, "u_shaped"), (8.6, "u_shaped"), (8.7, "stable")]
)
def test_a_curve_must_turn_in_the_middle_seventy_per_cent(turn: float, shape: str) -> None:
    scores = [1 + 0.05 * (s - turn) ** 2 for s in range(1, 11)]
    found = aw.shape_reasons(ratings_of(a=scores), reliable_change=0.05).iloc[0]
    assert found["shape"] == shape
    assert (found["vertex_from"], found["vertex_to"]) == pytest.approx((2.35, 8.65))


def test_a_curve_must_be_deep_from_both_ends() -> None:
    scores = [2 + 0.05 * (s - 4) ** 2 for s in range(1, 11)]
    shapes = [
        aw.summarise_trajectories(ratings_of(a=scores), reliable_change=least)["shape"].iloc[0]
        for least in (0.44, 0.46)
    ]
    assert shapes == ["u_shaped", "stable"]


def test_in_a_bent_climb_no_shape_holds_and_the_reason_says_so() -> None:
    reasons = aw.shape_reasons(ratings_of(a=[2 + np.log(s) for s in range(1, 11)]))
    assert reasons["shape"].tolist() == ["stable"]
    assert reasons["aicc_difference"].iloc[0] > 2
    words = aw.explain_shape(reasons)
    assert "rises by 2.07" in words
    assert "a curve fits it clearly better than the line" in words
    assert "No shape held" in words
    assert "stable" not in words


def test_one_straight_climb_in_ten_is_called_stable_by_chance() -> None:
    n, sessions = 5000, 12
    random = np.random.default_rng(1)
    scores = 3 + 0.1 * np.arange(sessions) + random.normal(0, 0.25, (n, sessions))
    ratings = pd.DataFrame(
        {
            "client": np.repeat(np.arange(n), sessions),
            "session": np.tile(np.arange(1, sessions + 1), n),
            "alliance": np.clip(scores, 1, 5).ravel(),
        }
    )
    shares = aw.summarise_trajectories(ratings)["shape"].value_counts(normalize=True)
    assert shares["stable"] == pytest.approx(0.10, abs=0.02)
    assert shares["rising"] == pytest.approx(0.90, abs=0.02)


def test_time_is_the_session_number_so_a_gap_leaves_the_line_where_it_was() -> None:
    full = [2 + 0.1 * s for s in range(12)]
    gappy = [score if s not in (3, 4, 8) else None for s, score in enumerate(full)]
    found = aw.summarise_trajectories(ratings_of(full=full, gappy=gappy)).set_index("client")
    assert found["slope"].tolist() == pytest.approx([0.1, 0.1])
    assert found["sessions"].tolist() == [12, 9]
    reasons = aw.shape_reasons(ratings_of(gappy=gappy))
    assert reasons["change"].iloc[0] == pytest.approx(1.1)


def test_short_constant_and_unrated_clients_have_rows_without_warnings() -> None:
    ratings = ratings_of(
        flat=[4.0] * 8, four=[4, 4, 4, 4], none=[None, None], one=[3.5], three=[1, 3, 5], two=[1, 5]
    )
    with np.errstate(all="raise"):
        found = aw.summarise_trajectories(ratings).set_index("client")
    assert found["sessions"].to_dict() == {
        **{"flat": 8, "four": 4, "none": 0, "one": 1, "three": 3, "two": 2}
    }
    assert found["shape"].to_dict() == {
        **dict.fromkeys(("flat", "four"), "stable"),
        **dict.fromkeys(("none", "one", "three", "two"), "too_short"),
    }
    assert np.isnan(found.loc["none", "mean"])
    assert np.isnan(found.loc[["none", "one"], "sd"]).all()
    assert found.loc["flat", ["sd", "slope", "curvature"]].tolist() == pytest.approx([0, 0, 0])
    reasons = aw.shape_reasons(ratings)
    assert reasons["first_session"].isna().tolist() == (reasons["client"] == "none").tolist()
    for _, row in reasons.iterrows():
        assert "nan" not in aw.explain_shape(row)


def test_what_comes_back_has_the_promised_types_and_the_input_is_unchanged() -> None:
    ratings = many_clients(20, seed=14)
    before = ratings.copy(deep=True)
    found = aw.summarise_trajectories(ratings)
    assert found.columns.tolist() == [
        *("client", "sessions", "mean", "sd", "slope", "curvature", "shape")
    ]
    assert found.dtypes.astype(str).tolist() == ["str", "int64", *["float64"] * 4, "str"]
    assert found["client"].is_monotonic_increasing
    aw.shape_reasons(ratings), aw.fitted_paths(ratings)
    aw.split_within_between(ratings, so_far=True)
    pd.testing.assert_frame_equal(ratings, before)


def test_only_the_wanted_rater_counts() -> None:
    both = pd.concat(
        [
            ratings_of(a=[2, 2.5, 3, 3.5, 4]).assign(rater="client"),
            ratings_of(a=[4, 4, 4, 4, 4], b=[3, 3]).assign(rater="therapist"),
        ]
    )
    assert aw.summarise_trajectories(both)["shape"].tolist() == ["rising"]
    theirs = aw.summarise_trajectories(both, rater="therapist")
    assert theirs["shape"].tolist() == ["stable", "too_short"]
    assert aw.split_within_between(both, rater="therapist")["alliance_between"].tolist() == [
        *[4] * 5,
        *[3] * 2,
    ]
    for call in (
        aw.summarise_trajectories,
        aw.shape_reasons,
        aw.fitted_paths,
        aw.split_within_between,
        aw.growth_curve,
    ):
        with pytest.raises(aw.RatingError, match="observer"):
            call(both, rater="observer")


def test_ratings_of_another_range_are_refused_in_words_unless_the_change_is_given() -> None:
    wai = ratings_of(a=[2, 3, 4, 5, 6, 7]).assign(instrument="wai_s")
    with pytest.raises(aw.RuleError, match=r"wai_s.*1 to 7.*reliable_change="):
        aw.summarise_trajectories(wai)
    with pytest.raises(aw.RuleError, match="1 to 7"):
        aw.shape_reasons(wai)
    assert aw.summarise_trajectories(wai, reliable_change=1.2)["shape"].tolist() == ["rising"]
    assert aw.fitted_paths(wai)["line"].tolist() == pytest.approx([2, 3, 4, 5, 6, 7])
    on_one_to_five = ratings_of(a=[2, 3, 4, 5]).assign(instrument="wai_sr")
    assert aw.summarise_trajectories(on_one_to_five)["shape"].tolist() == ["rising"]


@pytest.mark.parametrize("change", [0, -1, np.nan, np.inf, "much", True])
def test_an_impossible_reliable_change_is_refused(change: object) -> None:
    with pytest.raises(aw.RuleError, match="above 0"):
        aw.summarise_trajectories(ratings_of(a=[1, 2, 3, 4]), reliable_change=change)


def test_faulty_ratings_are_refused_with_every_fault() -> None:
    faulty = ratings_of(a=[1, 9, 7])
    for call in (aw.summarise_trajectories, aw.fitted_paths, aw.split_within_between):
        with pytest.raises(aw.RatingError) as fault:
            call(faulty)
        assert sum("row" in problem for problem in fault.value.problems) >= 2


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([3.0], "Only 1 session is rated; a line needs 4."),
        (
            [2, 2.5, 3, 3.5, 4],
            "rises by 2.00. That is more than a reliable change (0.70). No curve",
        ),
        ([4, 3.5, 3.25, 2.75, 2.5, 2], "falls by 1.93. That is more than a reliable change"),
        ([4, 3, 2.25, 2, 2, 2.25, 3, 4], "turns at session 4.5, 2.08 below its start"),
        ([2, 3, 3.75, 4, 4, 3.75, 3, 2], "turns at session 4.5, 2.08 above its start"),
        ([3, 3, 3, 3], "hardly moves. That is no more than a reliable change (0.70). No curve"),
        ([3.0] * 7, "The curve does not turn."),
        ([3, 3.25, 3.5, 3.6, 3.7, 3.65], "turns at session 5.3, too near an end to count"),
        ([3, 3.25, 3.5, 3.5, 3.5, 3.25], "at session 4.0; it is 0.55 away from its start there"),
        ([3, 3.1, 3.2, 3.25, 3.3, 3.4, 3.6], "does not turn between the first and the last"),
    ],
)
def test_the_reason_is_said_in_words(scores: list[float], words: str) -> None:
    reasons = aw.shape_reasons(ratings_of(a=scores))
    assert words in aw.explain_shape(reasons)
    assert aw.explain_shape(reasons.iloc[0]) == aw.explain_shape(reasons)


@pytest.mark.parametrize("given_", [None, "Noor", pd.Series({"shape": "rising"})])
def test_only_a_row_of_reasons_can_be_put_into_words(given_: object) -> None:
    with pytest.raises(aw.RuleError, match="shape_reasons"):
        aw.explain_shape(given_)
    with pytest.raises(aw.RuleError, match="single row"):
        aw.explain_shape(aw.shape_reasons(ratings_of(a=[1, 2], b=[1, 2])))


def test_nine_points_have_three_slopes() -> None:
    worked = WORKED["within_between"]
    nine = ratings_of(**dict(zip("abc", worked["alliance"], strict=True)))
    nine["outcome"] = np.ravel(worked["outcome"])
    split = aw.split_within_between(nine.assign(alliance=nine["alliance"] - 1))
    usual = split.groupby("client")[["alliance_between", "outcome"]].mean()

    def slope(x: pd.Series, y: pd.Series) -> float:
        return float(np.polyfit(x, y, 1)[0])

    assert slope(split["alliance_within"], split["outcome"]) == pytest.approx(
        worked["slope_within"]
    )
    assert slope(usual["alliance_between"], usual["outcome"]) == pytest.approx(
        worked["slope_between"]
    )
    assert slope(split["alliance"], split["outcome"]) == pytest.approx(worked["slope_pooled"])


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), paths, min_size=1), st.booleans(), st.randoms())
def test_level_and_distance_add_up_and_stay_with_their_rows(cases, so_far, random) -> None:
    ratings = ratings_of(**cases).sample(frac=1, random_state=random.randrange(1000))
    split = aw.split_within_between(ratings.assign(note=range(len(ratings))), so_far=so_far)
    assert split["note"].tolist() == list(range(len(ratings)))
    assert split["client"].tolist() == ratings["client"].tolist()
    for row in split.itertuples():
        case = ratings[ratings["client"] == row.client]
        known = case[case["session"] <= row.session] if so_far else case
        assert row.alliance_between == pytest.approx(known["alliance"].mean(), nan_ok=True)
        assert row.alliance_within == pytest.approx(
            row.alliance - row.alliance_between, nan_ok=True
        )


def test_what_comes_later_changes_nothing_that_was_known_so_far() -> None:
    ratings = many_clients(40, seed=15)
    early = ratings[ratings["session"] <= 4]
    whole = aw.split_within_between(ratings, so_far=True)
    whole = whole[whole["session"] <= 4].reset_index(drop=True)
    pd.testing.assert_frame_equal(whole, aw.split_within_between(early, so_far=True))
    knowing = aw.split_within_between(ratings)
    knowing = knowing[knowing["session"] <= 4].reset_index(drop=True)
    assert not np.allclose(
        knowing["alliance_between"], whole["alliance_between"], equal_nan=True, atol=0.01
    )


def growing_clients(n: int, seed: int) -> pd.DataFrame:
    """Intercepts N(3.5, .5), slopes N(.05, .04), residual SD .3, ten sessions, two unrated."""
    random = np.random.default_rng(seed)
    t = np.arange(10)
    scores = (
        random.normal(3.5, 0.5, (n, 1))
        + random.normal(0.05, 0.04, (n, 1)) * t
        + random.normal(0, 0.3, (n, 10))
    )
    scores[:, [3, 7]] = np.nan
    table = ratings_of(**{f"c{i}": list(row) for i, row in enumerate(scores)})
    return table.assign(alliance=table["alliance"].clip(1, 5))


def test_the_growth_curve_finds_the_planted_figures_in_400_clients_within_four_errors() -> None:
    curve = aw.growth_curve(growing_clients(400, seed=16)).set_index("term")
    for term, planted in (("intercept", 3.5), ("slope", 0.05)):
        assert abs(curve.loc[term, "estimate"] - planted) < 4 * curve.loc[term, "se"]
        assert curve.loc[term, "lower"] < curve.loc[term, "estimate"] < curve.loc[term, "upper"]
    assert curve["sd"].tolist() == pytest.approx([0.5, 0.04, 0.3], rel=0.15)
    assert curve.loc["intercept", "se"] == pytest.approx(0.5 / 20, rel=0.2)


def test_with_complete_records_the_growth_curve_has_the_closed_form_of_the_textbook() -> None:
    n, sessions = 80, 8
    random = np.random.default_rng(17)
    t = np.arange(sessions)
    scores = 3.4 + random.normal(0, 0.4, (n, 1)) + random.normal(0.02, 0.05, (n, 1)) * t
    scores += random.normal(0, 0.2, scores.shape)
    design = np.column_stack([np.ones(sessions), t])
    own = np.linalg.lstsq(design, scores.T, rcond=None)[0].T
    residual = ((scores - own @ design.T) ** 2).sum() / (n * (sessions - 2))
    spread = np.cov(own.T)
    between = spread - residual * np.linalg.inv(design.T @ design)
    ratings = ratings_of(**{f"c{i}": list(row) for i, row in enumerate(scores)})
    curve = aw.growth_curve(ratings.sample(frac=1, random_state=3))
    assert curve["estimate"].iloc[:2].tolist() == pytest.approx(own.mean(axis=0), abs=1e-6)
    assert curve["se"].iloc[:2].tolist() == pytest.approx(np.sqrt(np.diag(spread) / n), rel=1e-3)
    sds = np.sqrt([*np.diag(between), residual])
    assert curve["sd"].tolist() == pytest.approx(sds, rel=1e-3)


def test_a_growth_curve_needs_clients_ratings_and_differences() -> None:
    with pytest.raises(aw.RatingError, match="at least 5 clients"):
        aw.growth_curve(growing_clients(4, seed=18))
    with pytest.raises(aw.RatingError, match="nothing to fit"):
        aw.growth_curve(growing_clients(6, seed=18).assign(alliance=4.0))


def test_a_growth_curve_without_differences_between_slopes_says_so() -> None:
    wobble = np.array([0.2, -0.3, 0.1, 0.3, -0.3])  # the same for all: their slopes are equal
    same = ratings_of(**{f"c{i}": list(2.5 + i / 10 + wobble) for i in range(8)})
    with pytest.warns(aw.FitWarning, match="no difference between clients in how they move"):
        curve = aw.growth_curve(same)
    assert curve["term"].tolist() == ["intercept", "slope", "residual"]


def test_sessions_of_a_client_stand_in_order_in_the_fitted_paths() -> None:
    fitted = aw.fitted_paths(many_clients(30, seed=20))
    for _, case in fitted.groupby("client"):
        assert all(earlier < later for earlier, later in pairwise(case["session"]))
    assert fitted["alliance"].notna().all()
    counts = fitted.groupby("client")["session"].transform("size")
    assert (fitted["line"].isna() == (counts < 2)).all()
    assert (fitted["curve"].isna() == (counts < 3)).all()
