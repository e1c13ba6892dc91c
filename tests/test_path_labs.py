"""Who is missing from a mean, what fits a few sessions, and three slopes from one cloud."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw


@pytest.fixture(scope="module")
def clinic() -> aw.Clinic:
    return aw.load_data("practice_clinic")


NINE = pd.DataFrame(
    {
        "client": np.repeat(["Aiko", "Bola", "Carmen"], 3),
        "x": [2, 3, 4, 3, 4, 5, 4, 5, 6],
        "y": [20, 18, 16, 24, 22, 20, 28, 26, 24],
    }
)


class TestMeanOverTime:
    small = pd.DataFrame(
        {
            "client": ["a", "a", "b", "b", "c"],
            "session": [1, 2, 1, 2, 1],
            "alliance": [2.0, 3.0, 3.0, 4.0, 4.0],
        }
    )
    courses = pd.DataFrame(
        {
            "client": ["a", "b", "c"],
            "sessions_attended": [2, 2, 1],
            "ending": ["completed", "dropped_out", "dropped_out"],
        }
    )

    def test_everyone_is_whoever_is_still_there(self) -> None:
        means = aw.mean_over_time(self.small)
        assert means.to_dict("list") == {"session": [1, 2], "mean": [3.0, 3.5], "clients": [3, 2]}

    def test_completers_are_those_whose_course_says_so(self) -> None:
        means = aw.mean_over_time(self.small, self.courses, "completers")
        assert means["mean"].tolist() == [2.0, 3.0]
        with pytest.raises(aw.RatingError, match="who completed stands in the courses"):
            aw.mean_over_time(self.small, who="completers")

    def test_weighting_counts_each_third_as_at_the_start_and_stops_where_one_is_gone(self) -> None:
        assert aw.mean_over_time(self.small, who="weighted")["session"].tolist() == [1]
        stays = pd.concat(
            [self.small, pd.DataFrame({"client": ["c"], "session": [2], "alliance": [5.0]})]
        )
        twice = pd.concat([stays.assign(client=stays["client"] + n) for n in "12"])
        lost = twice[(twice["client"] != "a1") | (twice["session"] == 1)]
        means = aw.mean_over_time(lost, who="weighted").set_index("session")["mean"]
        # thirds by first rating: a 2 -> 3, b 3 -> 4, c 4 -> 5; one of the lowest is missing at 2
        assert means.tolist() == pytest.approx([3.0, 4.0])
        plain = aw.mean_over_time(lost).set_index("session")["mean"]
        assert plain[2] == pytest.approx((3 + 4 + 4 + 5 + 5) / 5)

    def test_an_unknown_lens_is_named(self) -> None:
        with pytest.raises(aw.RatingError, match="everyone, same, completers, weighted"):
            aw.mean_over_time(self.small, who="me")


class TestLabs:
    def test_the_lens_changes_the_mean_and_the_words(self, clinic: aw.Clinic) -> None:
        lab = aw.WhoIsMissing(clinic.ratings, clinic.courses)
        everyone = lab.means
        lab.controls.values = {"who": "completers"}
        assert lab.means["mean"].iloc[0] > everyone["mean"].iloc[0]
        assert "is not in this line at all" in repr(lab)
        assert set(lab.chart.tables["means"]["who"]) == {"shown", "everyone"}

    def test_four_sessions_leave_a_curve_one_thing_to_get_wrong(self) -> None:
        lab = aw.PathFit(aw.load_data("single_cases"))
        lab.controls.values = {"client": "Tomasz", "first": "4"}
        rated = aw.load_data("single_cases").query("client == 'Tomasz' and rater == 'client'")
        first = rated.head(4)
        for degree, fit in ((1, "line"), (2, "curve")):
            fits = lab.chart.tables["fits"]
            drawn = fits[fits["fit"] == fit]  # often enough for a curve to look like one
            assert len(drawn) > 4 * len(rated)
            assert drawn["session"].agg(["min", "max"]).tolist() == [1, 10]
            made = np.polyfit(first["session"], first["alliance"], degree)
            expected = np.polyval(made, drawn["session"])
            assert drawn["height"].tolist() == pytest.approx(expected.tolist())
        assert "could have got wrong: 1." in repr(lab)
        assert lab.chart.tables["ratings"]["used"].sum() == 4
        lab.controls.values = {"client": "Tomasz", "first": "12"}
        assert "Through the first 10 rated sessions" in repr(lab)

    def test_a_drift_that_all_share_is_told_from_what_goes_together_within_a_client(self) -> None:
        # y = 3 x + level of the client + 7 per session, and x drifts too
        x = np.array([1.0, 2, 4, 2, 2, 3, 1, 3, 3])
        table = pd.DataFrame(
            {"client": np.repeat(list("abc"), 3), "session": [1, 2, 3] * 3, "x": x}
        )
        table["y"] = 3 * x + np.repeat([10, 30, 20], 3) + 7 * table["session"]
        drift_only = table.assign(y=7.0 * table["session"])
        kept = [0, 1, 2, 4, 5, 6, 7]  # nobody needs a row at every session
        for rows in (table, table.iloc[kept], table.sample(frac=1, random_state=0)):
            assert aw.charts.slopes_tables(rows, "session")[1] == pytest.approx(3)
            assert aw.charts.slopes_tables(rows, "within")[1] > 5
        assert aw.charts.slopes_tables(drift_only, "session")[1] == pytest.approx(0)
        assert aw.charts.slopes_tables(drift_only, "within")[1] > 2

    def test_the_session_is_held_constant_only_where_sessions_are_known(
        self, clinic: aw.Clinic
    ) -> None:
        offered = aw.ThreeSlopes(NINE, "Alliance", "Symptoms").controls.items[0]["options"]
        assert len(offered) == 3
        points = clinic.ratings.rename(columns={"alliance": "x", "symptoms": "y"})
        lab = aw.ThreeSlopes(points, "Alliance", "Symptoms", named=False)
        assert lab.chart.tables["drift"].empty
        lab.controls.values = {"compare": "session"}
        assert "session held constant" in repr(lab)
        drift = lab.chart.tables["drift"]
        assert drift["session"].is_monotonic_increasing
        assert drift["y"].iloc[-1] < drift["y"].iloc[0]
        assert drift.loc[drift["word"] != "", "word"].iloc[0] == "session 1"

    def test_where_every_client_moves_alike_nothing_is_left_to_compare(self) -> None:
        lab = aw.ThreeSlopes(NINE.assign(session=[1, 2, 3] * 3), "Alliance", "Symptoms")
        lab.controls.values = {"compare": "session"}
        assert np.isnan(lab.slope)
        assert "Nothing is left to compare" in repr(lab)
        assert lab.chart.tables["lines"].empty

    def test_a_missing_session_column_is_named(self) -> None:
        with pytest.raises(aw.RatingError, match="no column 'session'"):
            aw.charts.slopes_tables(NINE, "session")

    def test_short_and_constant_cases_are_fitted_without_a_warning(self) -> None:
        table = pd.DataFrame({"client": "a", "session": [1, 2], "alliance": [4.0, 4.0]})
        assert "Through the first 2 rated sessions" in repr(aw.PathFit(table))

    @pytest.mark.parametrize(
        ("compare", "slope"), [("all", 1.0), ("between", 4.0), ("within", -2.0)]
    )
    def test_nine_points_have_three_slopes(self, compare: str, slope: float) -> None:
        lab = aw.ThreeSlopes(NINE, "Alliance", "Symptoms")
        lab.controls.values = {"compare": compare}
        assert lab.slope == pytest.approx(slope)
        assert f"{slope:+.2f}".replace("-", "−") in repr(lab)
        lines = lab.chart.tables["lines"]
        for _, line in lines.groupby("line"):
            ends = line.sort_values("x")
            rise = (ends["y"].iloc[-1] - ends["y"].iloc[0]) / (
                ends["x"].iloc[-1] - ends["x"].iloc[0]
            )
            assert rise == pytest.approx(slope)


class TestClimbParts:
    ratings = pd.DataFrame(
        {
            "client": ["a", "a", "b", "b", "c", "d", "e", "f"],
            "session": [1, 3, 1, 3, 1, 1, 1, 3],
            "alliance": [3.0, 4.0, 4.0, 4.5, 2.0, 5.0, 1.5, 2.5],
        }
    )
    courses = pd.DataFrame(
        {
            "client": list("abcdef"),
            "sessions_attended": [3, 3, 1, 2, 3, 3],
            "ending": ["completed", "ongoing", "dropped_out", "completed", "ongoing", "completed"],
        }
    )

    def parts(self) -> pd.Series:
        return aw.climb_parts(self.ratings, self.courses, last=3).set_index("part")["points"]

    def test_each_part_is_what_a_hand_would_find(self) -> None:
        # a and b rated both: 3.5, then 4.25. c left, d completed, e left form 3 blank, f form 1.
        assert self.parts().to_dict() == pytest.approx(
            {
                "growth": 0.75,
                "completed": (3.5 - 5) / 5,
                "dropped_out": (3.5 - 2) / 5,
                "ongoing": 0,
                "unrated": (3.5 - 1.5) / 5 + (11 / 3 - 4.25),
            }
        )

    def test_the_parts_add_up_to_the_climb_of_the_mean(self, clinic: aw.Clinic) -> None:
        means = aw.mean_over_time(clinic.ratings).set_index("session")["mean"]
        for first, last in ((1, 12), (2, 9)):
            parts = aw.climb_parts(clinic.ratings, clinic.courses, first, last)
            assert parts["points"].sum() == pytest.approx(means[last] - means[first])
        by_hand = {"growth": 0.171, "completed": -0.034, "dropped_out": 0.058, "unrated": 0.059}
        found = aw.climb_parts(clinic.ratings, clinic.courses).set_index("part")["points"]
        assert found[list(by_hand)].to_dict() == pytest.approx(by_hand, abs=5e-4)

    def test_who_has_not_come_so_far_is_neither_gone_nor_blank(self) -> None:
        early = self.courses.assign(
            sessions_attended=[3, 3, 1, 2, 2, 3], ending=[*self.courses["ending"][:5], "completed"]
        )
        parts = aw.climb_parts(self.ratings, early, last=3).set_index("part")
        assert parts.loc["ongoing"].tolist() == [1, pytest.approx((3.5 - 1.5) / 5)]

    def test_faults_are_named(self) -> None:
        with pytest.raises(aw.RatingError, match="from an earlier to a later session"):
            aw.climb_parts(self.ratings, self.courses, 3, 3)
        with pytest.raises(aw.RatingError, match="nobody rated both session 1 and session 2"):
            aw.climb_parts(self.ratings, self.courses, 1, 2)
        late = self.courses.assign(sessions_attended=1)
        with pytest.raises(aw.CourseError, match="after the last session attended"):
            aw.climb_parts(self.ratings, late, last=3)

    def test_everybody_is_somewhere_in_every_session(self, clinic: aw.Clinic) -> None:
        here = aw.whereabouts(self.ratings, self.courses)
        assert here.to_numpy().tolist() == [
            [1, 5, 1, 0, 0, 0],
            [2, 0, 5, 0, 1, 0],
            [3, 3, 1, 1, 1, 0],
        ]
        places = aw.whereabouts(clinic.ratings, clinic.courses).set_index("session")
        assert (places.sum(axis=1) == 200).all()
        means = aw.mean_over_time(clinic.ratings).set_index("session")["clients"]
        assert (places["rated"] == means).all()

    def test_the_same_people_are_those_of_both_ends(self) -> None:
        means = aw.mean_over_time(self.ratings, who="same")
        assert means.to_dict("list") == {
            "session": [1, 3],
            "mean": [3.5, 4.25],
            "clients": [2, 2],
        }
        with pytest.raises(aw.RatingError, match="nobody rated both"):
            aw.mean_over_time(self.ratings.query("client in ['c', 'f']"), who="same")


class TestWhereEverybodyIs:
    def test_under_the_mean_stand_those_who_are_not_in_it(self, clinic: aw.Clinic) -> None:
        lab = aw.WhoIsMissing(clinic.ratings, clinic.courses)
        assert lab.places["session"].max() == 12
        last = lab.under.tables["places"].query("session == 12").set_index("place")
        assert last["clients"].to_dict() == {
            **{"rated": 79, "unrated": 5, "completed": 84, "dropped_out": 32}
        }
        assert last["top"].max() == 200
        names = lab.under.tables["names"]
        assert names["word"].str.contains("dropped out: 32").any()
        assert names["at"].is_monotonic_increasing
        assert names["at"].diff().min() > 10  # two names never on one another
        lab.controls.values = {"who": "same"}
        assert "65 clients who rated both" in lab.chart.description
        assert lab.means["clients"].iloc[[0, -1]].tolist() == [65, 65]

    def test_colour_is_not_alone(self, clinic: aw.Clinic) -> None:
        lab = aw.WhoIsMissing(clinic.ratings, clinic.courses)
        width = (lab.under.tables["places"].eval("right - left")).groupby(
            lab.under.tables["places"]["place"]
        )
        assert width.max()["rated"] > 1.4 * width.max()["dropped_out"]
        assert {"completed", "dropped out", "form left blank", "rated"} <= set(
            lab.under.tables["places"]["name"]
        )


class TestClimbSwitches:
    @pytest.fixture
    def lab(self) -> aw.ClimbSwitches:
        return aw.ClimbSwitches(2_000, dropout_intercept=-3.2)

    def test_switching_a_cause_off_runs_the_clinic_without_it(self, lab: aw.ClimbSwitches) -> None:
        before = lab.parts
        lab.controls.values = {**lab.controls.values, "growth": False}
        without = aw.simulate_clinic(
            2_000, "causal", seed=2, dropout_intercept=-3.2, growth_mean=0, growth_sd=0
        )
        expected = aw.climb_parts(without.ratings, without.courses)
        pd.testing.assert_frame_equal(lab.parts, expected)
        assert "Switched off: nobody's alliance grows." in repr(lab)
        shown = lab.chart.tables["parts"].set_index("part")
        assert shown.loc["growth", "as_it_is"] == pytest.approx(before["points"][0], abs=1e-4)
        assert shown.loc["climb", "points"] == pytest.approx(expected["points"].sum(), abs=1e-4)
        lab.controls.values = dict.fromkeys(lab.controls.values, True)
        pd.testing.assert_frame_equal(lab.parts, before)
        assert "Switched off" not in repr(lab)

    def test_every_switch_is_named_and_an_unknown_one_is_refused(
        self, lab: aw.ClimbSwitches
    ) -> None:
        assert [item["name"] for item in lab.controls.items] == list(lab.controls.values)
        with pytest.raises(aw.SimulationError, match="growth, leaving, completing, blanks"):
            lab.parts_without("wobble")


class TestDice:
    @pytest.fixture
    def lab(self) -> aw.DiceFits:
        return aw.DiceFits(aw.load_data("single_cases").query("client == 'Mehmet'"))

    def test_new_dice_draw_another_line_and_count(self, lab: aw.DiceFits) -> None:
        assert lab.count == 0
        assert "64 % of the ups and downs of 12 sessions" in repr(lab)
        first = lab.chart.tables["ratings"]["alliance"].tolist()
        lab.controls._request = {"name": "again", "count": 1}
        second = lab.chart.tables["ratings"]["alliance"].tolist()
        assert lab.count == 1
        assert first != second
        share = np.polyval(np.polyfit(range(4), second[:4], 2), range(4))
        away = np.array(second[:4]) - np.mean(second[:4])
        rest = ((np.array(second[:4]) - share) ** 2).sum()
        assert lab.throws[4].iloc[0] == pytest.approx(100 * (1 - rest / (away**2).sum()))
        assert f"the curve for {lab.throws[4].iloc[0]:.0f} %" in lab.chart.description

    def test_a_hundred_more_have_a_middle_that_falls_with_the_sessions(
        self, lab: aw.DiceFits
    ) -> None:
        lab.controls._request = {"name": "hundred", "count": 1}
        assert lab.count == 100
        middles = lab.under.tables["middles"].set_index("sessions")["curve"]
        assert middles.is_monotonic_decreasing
        assert middles.to_dict() == pytest.approx(lab.throws.median().to_dict())
        assert "In the middle one of 100 throws" in repr(lab)
        assert lab.under.tables["throws"]["newest"].sum() == 4

    def test_it_ends_somewhere_and_takes_one_whole_case(self, lab: aw.DiceFits) -> None:
        lab.count = 10_000
        assert lab.count == 600
        lab.controls._request = {"name": "again", "count": 2}
        assert "would not move the middle" in lab.controls.message
        minh = aw.load_data("single_cases").query("client == 'Minh'")
        with pytest.raises(aw.RatingError, match="sessions 1 to 12"):
            aw.DiceFits(minh)
