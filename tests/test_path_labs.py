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
            heights = fits.loc[fits["fit"] == fit, "height"]
            made = np.polyfit(first["session"], first["alliance"], degree)
            assert heights.tolist() == pytest.approx(np.polyval(made, rated["session"]).tolist())
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
