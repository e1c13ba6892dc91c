"""The charts of dropout and of evidence: their tables, their words, and what they refuse."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.charts.clinics.icons import icons_tables
from alliance_widgets.charts.clinics.incidence import incidence_tables, incidence_words
from alliance_widgets.charts.clinics.retention import retention_tables, retention_words
from alliance_widgets.charts.clinics.shares import shares_tables


@pytest.fixture(scope="module")
def clinic() -> aw.Clinic:
    return aw.simulate_clinic(600, "causal", seed=4)


# Ten clients: two leave after session 1, one after 3; completions in between.
TEN = pd.DataFrame(
    {
        "client": list("abcdefghij"),
        "sessions_attended": [1, 1, 2, 2, 3, 3, 4, 4, 4, 4],
        "ending": ["dropped_out", "dropped_out", "completed", "completed", "dropped_out"]
        + ["completed"] * 5,
    }
)


class TestRetentionCurve:
    def test_the_numbers_under_the_curve_are_those_still_counted(self) -> None:
        tables = retention_tables(aw.retention(TEN))
        counts = tables["counts"].set_index("session")["clients"]
        assert counts.to_dict() == {0: 10, 1: 10, 2: 8, 3: 6, 4: 4}
        curve = tables["curves"].set_index("session")["retention"]
        np.testing.assert_allclose(curve, [1, 0.8, 0.8, 0.8 * 5 / 6, 0.8 * 5 / 6])

    def test_a_group_that_is_gone_counts_zero(self) -> None:
        two = TEN.assign(group=["x"] * 4 + ["y"] * 6)
        tables = retention_tables(aw.retention(two, by="group"))
        counts = tables["counts"].set_index(["group", "session"])["clients"]
        assert (counts["x", 3], counts["y", 4]) == (0, 4)

    def test_names_at_the_ends_never_touch(self, clinic: aw.Clinic) -> None:
        four = clinic.courses.assign(group=np.resize(list("abcd"), 600))
        ends = retention_tables(aw.retention(four, by="group"))["ends"]
        heights = np.sort(ends["at"])
        assert (np.diff(heights) >= 0.07 - 1e-9).all()
        assert heights[0] >= 0.02 - 1e-9

    def test_the_words_say_of_how_many(self) -> None:
        said = retention_words(aw.retention(TEN))
        start = (
            "Not dropped out (completers counted until they end), after session 4, "
            "by Kaplan–Meier: all 67 of 100. "
        )
        assert said.startswith(start)
        assert "Counted at the start and at the end: all 10 and 4." in said

    def test_a_group_that_ends_earlier_is_said_to(self) -> None:
        two = TEN.assign(group=["x"] * 4 + ["y"] * 6)
        said = retention_words(aw.retention(two, by="group"))
        assert "x 50 of 100, followed to 2; y " in said
        assert "x 4 and 2; y " in said

    def test_a_curve_is_named_for_what_it_estimates(self) -> None:
        leave = TEN.assign(ending="dropped_out")
        names = {"not_left": "Not dropped out", "still_there": "Still in treatment"}
        for courses, share in ((TEN, "not_left"), (leave, "still_there")):
            table = aw.retention(courses)
            assert aw.charts.retention_share(table) == share
            chart = aw.charts.retention_curve(table)
            assert chart.description.startswith(names[share])
            titles = set(re.findall(r'"title": "([^"]*)"', json.dumps(chart.to_dict())))
            assert titles & set(names.values()) == {names[share]}

    def test_the_words_say_what_completing_does_and_leave_the_rest_to_be_found_out(self) -> None:
        said = retention_words(aw.retention(TEN))
        assert "(completers counted until they end)" in said
        assert "one minus" not in said
        leave = TEN.assign(ending="dropped_out")
        assert "complete" not in retention_words(aw.retention(leave))

    def test_what_is_no_table_of_retention_is_refused(self) -> None:
        with pytest.raises(aw.CourseError, match=r"lacks .*at_risk"):
            aw.charts.retention_curve(TEN)
        many = TEN.assign(group=list("abcdefghij"))
        with pytest.raises(aw.CourseError, match="one to 6 groups; here are 10"):
            aw.charts.retention_curve(aw.retention(many, by="group"))


class TestIncidenceCurve:
    def test_the_bands_fill_to_a_hundred_per_cent(self, clinic: aw.Clinic) -> None:
        bands = incidence_tables(aw.cumulative_incidence(clinic.courses))["bands"]
        np.testing.assert_allclose(bands.groupby("session")["share"].sum(), 1)
        assert (bands["share"] >= 0).all()

    def test_the_lowest_band_is_what_the_clinic_sees(self, clinic: aw.Clinic) -> None:
        bands = incidence_tables(aw.cumulative_incidence(clinic.courses))["bands"]
        gone = bands[bands["band"] == "dropped_out"]
        seen = (clinic.courses["ending"] == "dropped_out").mean()
        assert gone["share"].iloc[-1] == pytest.approx(seen)
        # a step is drawn to the next row: the last one needs a row after it to be seen at all
        assert gone["share"].iloc[-2] == pytest.approx(seen)
        assert gone["session"].iloc[-1] > gone["session"].iloc[-2] == 16

    def test_one_minus_the_curve_is_drawn_and_said_only_on_demand(self) -> None:
        incidence, kept = aw.cumulative_incidence(TEN), aw.retention(TEN)
        assert incidence_tables(incidence)["curve"].empty
        tables = incidence_tables(incidence, retention=kept)
        assert tables["curve"]["overstated"].iloc[-1] == pytest.approx(1 / 3)
        said = incidence_words(tables)
        assert "30 have dropped out by session 4, 70 completed, 0 are still in treatment" in said
        assert "One minus the curve of staying says 33" in said
        assert "if those who completed had been as likely to leave as the rest" in said

    def test_of_several_groups_one_has_to_be_named(self) -> None:
        two = aw.cumulative_incidence(TEN.assign(group=["x"] * 4 + ["y"] * 6), by="group")
        with pytest.raises(aw.CourseError, match="The groups are: x, y"):
            aw.charts.incidence_curve(two)
        tables = incidence_tables(two, group="x")
        gone = tables["bands"][tables["bands"]["band"] == "dropped_out"]
        assert gone["share"].iloc[-1] == pytest.approx(0.5)


class TestForest:
    def test_a_mark_that_could_not_be_checked_is_hollow_and_said(self) -> None:
        chart = aw.charts.forest(aw.evidence("outcome"))
        rows = pd.DataFrame(chart.datasets["effects"])
        assert rows["hollow"].tolist() == [True, True, True, False, False]
        assert "3 of them, drawn hollow" in chart.description
        assert rows["label"].iloc[0].endswith("Horvath & Symonds (1991)")
        assert rows["label"].iloc[-1] == "Flückiger et al. (2018)|face to face"
        assert rows["weight"].iloc[-2] == "190 studies, 14,000 people"
        assert rows["weight"].iloc[-1] == ""
        assert rows["source"].iloc[-1].endswith("doi 10.1037/pst0000172")
        assert chart.description.startswith("All 5 lie above 0, from .21 to .28.")

    def test_each_row_has_its_figures_and_what_all_are_about_is_named_once(self) -> None:
        chart = aw.charts.forest(aw.evidence("outcome"))
        values = [row["value"] for row in chart.datasets["names"]]
        assert values == [".26", ".22", ".21", ".28 [.25, .30]", ".28 [.26, .30]"]
        assert json.dumps(chart.to_dict()).count('alliance and outcome"') == 5 + 1
        exact = aw.charts.forest(aw.evidence("outcome").tail(2))
        values = [row["value"] for row in exact.datasets["names"]]
        assert values == [".275 [.250, .300]", ".278 [.256, .299]"]
        assert exact.description.startswith("Both lie above 0, from .28 to .28.")
        trained = aw.charts.forest(aw.evidence("repair_training"))
        assert trained.datasets["names"][1]["value"] == ".11 [−.09, .30]"
        found, row_by_row = trained.description.split(" Row by row: ")
        assert found == "Of 2 intervals one holds 0: with a comparison group."
        assert row_by_row.endswith("6 studies, 276 people: .11 [−.09, .30].")
        many = aw.charts.forest(aw.synthetic_studies(k=20, seed=2))
        assert "Row by row" not in many.description

    def test_the_diamond_is_as_wide_as_the_interval(self) -> None:
        studies = aw.synthetic_studies(k=20, seed=2)
        pooled = aw.pool_effects(studies)
        chart = aw.charts.forest(studies, pooled)
        diamond = pd.DataFrame(chart.datasets["diamond"])["effect"]
        assert (diamond.min(), diamond.max()) == (pooled["lower"], pooled["upper"])
        following = chart.datasets["next"][0]
        assert following["lower"] == pooled["prediction_lower"]

    def test_intervals_of_studies_are_fishers(self) -> None:
        studies = pd.DataFrame({"study": ["one"], "n": [28], "r": [0.5]})
        row = aw.charts.forest(studies).datasets["effects"][0]
        # atanh(.5) = .5493, SE = 1/5: from .1573 to .9413, back by tanh
        assert (round(row["lower"], 3), round(row["upper"], 3)) == (0.156, 0.736)

    def test_measures_are_never_mixed(self) -> None:
        with pytest.raises(aw.AllianceError, match="several ways"):
            aw.charts.forest(aw.evidence("dropout"))
        with pytest.raises(aw.AllianceError, match="study, n and r"):
            aw.charts.forest(pd.DataFrame({"x": [1]}))
        with pytest.raises(aw.AllianceError, match="no effect to draw"):
            aw.charts.forest(aw.evidence("outcome").head(0))


def _area(corners: pd.DataFrame) -> float:
    """How many icons lie inside of these corners: the area, by Gauss's formula."""
    x, y = corners["x"].to_numpy(), corners["y"].to_numpy()
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


class TestIconArray:
    def test_as_many_icons_are_filled_as_leave(self) -> None:
        chart = aw.charts.icon_array(aw.risk_by_third(0.55, 0.197))
        icons = pd.DataFrame(chart.datasets["icons"])
        assert len(icons) == 300
        assert icons.groupby(icons["x"] // 13)["does"].sum().tolist() == [30, 18, 11]
        assert chart.description.startswith(
            "Of 100 clients like these, 30 leave (weakest third), 18 (middle third), "
        )

    def test_shares_by_name_and_by_pattern(self, clinic: aw.Clinic) -> None:
        said = aw.charts.icon_array({"mine": 0.2}).description
        assert "20 leave (mine). The others do not: 80." in said
        four = aw.dropout_by_pattern(clinic.ratings, clinic.courses)
        heads = pd.DataFrame(aw.charts.icon_array(four).datasets["heads"])
        assert heads["group"].iloc[0] == "no possible rupture"
        assert len(heads) == four["share"].notna().sum()

    def test_what_somebody_expected_stands_behind_its_group(self) -> None:
        shares = {"a": 0.05, "b": 0.09}
        chart = aw.charts.icon_array(shares, guess={"a": None, "b": 60})
        corners = pd.DataFrame(chart.datasets["guessed"])
        assert corners["group"].unique().tolist() == ["b"]
        assert corners["x"].min() >= 12.5  # around icons of the second hundred
        assert _area(corners) == 60
        for many in (0, 4, 10, 47, 100):
            corners = icons_tables(shares, guesses={"b": many})["guessed"]
            assert _area(corners) == many
        heads = pd.DataFrame(chart.datasets["heads"])
        assert heads["long_word"].tolist() == ["5 of 100 leave", "9 of 100 leave\nyou said 60"]
        assert "You said 60 of b" in chart.description
        assert heads["long_key"].tolist() == ["■ leave\u2003○ stay\u2003┄ your guess", ""]
        assert icons_tables(shares, "rise")["heads"]["long_key"][0] == "■ rise\u2003○ the others"
        assert "You said" not in aw.charts.icon_array(shares, guess={"b": None}).description
        with pytest.raises(aw.AllianceError, match=r"(?s)none of the groups here: a, b.*0 to 100"):
            aw.charts.icon_array(shares, guess={"c": 3, "b": 101})

    def test_every_fault_is_named(self) -> None:
        with pytest.raises(aw.AllianceError) as caught:
            aw.charts.icon_array({"a": 1.2, "b": -0.1})
        assert len(caught.value.problems) == 2
        with pytest.raises(aw.AllianceError, match="one to 4 groups; here are 0"):
            aw.charts.icon_array({})
        with pytest.raises(aw.AllianceError, match="needs a column risk or share"):
            aw.charts.icon_array(pd.DataFrame({"x": [1]}))


def test_an_empty_group_is_said_and_has_no_dot() -> None:
    rows = pd.DataFrame(
        {
            "group": ["some", "none"],
            "clients": [10, 0],
            "left": [3, 0],
            "share": [0.3, np.nan],
            "lower": [0.1, np.nan],
            "upper": [0.6, np.nan],
        }
    )
    tables = shares_tables(rows)
    assert tables["shares"]["word"].tolist() == ["30 of 100 (of 10)", "nobody in this group"]
    assert tables["all"]["word"].tolist() == ["everybody: 30 of 100"]
