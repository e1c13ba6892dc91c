"""Who leaves, by whose definition, compared with whom: the groups and the explorer."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.dropout.grouping import GROUPINGS, grouped_courses, left_by_group


@pytest.fixture(scope="module")
def clinic() -> aw.Clinic:
    return aw.simulate_clinic(400, "causal", seed=2)


@pytest.fixture
def explorer(clinic: aw.Clinic) -> aw.DropoutExplorer:
    return aw.DropoutExplorer(clinic)


def courses(*endings: str, sessions: int = 4) -> pd.DataFrame:
    names = [f"c{n}" for n in range(len(endings))]
    return pd.DataFrame({"client": names, "sessions_attended": sessions, "ending": endings})


def rated(table: pd.DataFrame) -> pd.DataFrame:
    rows = [(c, s, 3 + 0.1 * s) for c in table["client"] for s in (1, 2, 3)]
    return pd.DataFrame(rows, columns=["client", "session", "alliance"])


class TestGroups:
    def test_patterns_are_those_of_dropout_by_pattern_ever_and_by_a_landmark(
        self, clinic: aw.Clinic
    ) -> None:
        for by, session in (("ever_pattern", None), ("landmark_pattern", 5)):
            known = aw.dropout_by_pattern(clinic.ratings, clinic.courses, session)
            grouped = grouped_courses(clinic.ratings, clinic.courses, by, session or 1)
            found = left_by_group(grouped)
            assert found["group"].tolist() == known["pattern"].tolist()
            np.testing.assert_array_equal(found["clients"], known["clients"])
            np.testing.assert_allclose(found["share"], known["share"])
            np.testing.assert_allclose(found["upper"], known["upper"])

    def test_thirds_of_the_first_rating_leave_out_who_did_not_rate_it(
        self, clinic: aw.Clinic
    ) -> None:
        grouped = grouped_courses(clinic.ratings, clinic.courses, "first_third")
        first = clinic.ratings.query("session == 1")["alliance"].notna().sum()
        assert len(grouped) == first
        assert grouped["group"].cat.categories.tolist() == ["lowest", "middle", "highest"]

    @pytest.mark.parametrize("definition", ["ending", "intake_only", "no_reliable_change"])
    def test_the_definition_decides_who_left(self, clinic: aw.Clinic, definition: str) -> None:
        grouped = grouped_courses(clinic.ratings, clinic.courses, definition=definition)
        named = aw.dropout_definitions(clinic.courses).set_index("definition")
        assert left_by_group(grouped)["left"].tolist() == [named.loc[definition, "dropped_out"]]

    def test_who_is_ongoing_is_not_counted(self) -> None:
        table = courses("dropped_out", "completed", "ongoing")
        assert left_by_group(grouped_courses(None, table))["clients"].tolist() == [2]

    def test_a_column_with_few_values_makes_groups(self) -> None:
        table = courses("dropped_out", "completed").assign(treatment=["talk", None])
        grouped = grouped_courses(None, table.assign(treatment=["talk", "walk"]), "treatment")
        assert left_by_group(grouped)["group"].tolist() == ["talk", "walk"]
        with pytest.raises(aw.CourseError, match="no grouping 'treatment'"):
            grouped_courses(None, table, "treatment")

    def test_faults_are_said(self, clinic: aw.Clinic) -> None:
        with pytest.raises(aw.CourseError, match="there are no ratings"):
            grouped_courses(None, clinic.courses, "first_third")
        with pytest.raises(aw.CourseError, match="These can: ending"):
            grouped_courses(None, courses("completed"), definition="therapist")


class TestExplorer:
    def test_the_words_name_definition_rater_base_rate_and_association(
        self, explorer: aw.DropoutExplorer
    ) -> None:
        explorer.values = {"by": "first_third"}
        said = repr(explorer)
        left = int(explorer.table["left"].sum())
        share = round(100 * left / int(explorer.table["clients"].sum()))
        assert f"Of 100 clients {share} count as dropped out: recorded as dropped out." in said
        assert "(rated by the client)" in said
        assert "is associated with" in said or "no larger than chance" in said
        explorer.values = {"definition": "intake_only"}
        assert "count as dropped out: one session at most" in repr(explorer)

    def test_always_four_rows_for_ruptures(self, explorer: aw.DropoutExplorer) -> None:
        for by in ("ever_pattern", "landmark_pattern"):
            explorer.values = {"by": by}
            assert explorer.table["group"].tolist() == [
                *("no_rupture", "repaired", "unrepaired", "open")
            ]

    def test_what_is_wrong_is_folded_away_until_it_is_asked_for(
        self, explorer: aw.DropoutExplorer
    ) -> None:
        explorer.values = {"by": "ever_pattern"}
        assert "no chance to get these labels" in explorer.controls.warning
        assert "no chance" not in repr(explorer)
        assert explorer.controls.warning_title == "What is wrong with this picture?"

    def test_the_landmark_is_offered_only_where_it_does_something(
        self, explorer: aw.DropoutExplorer
    ) -> None:
        assert "landmark" not in [item["name"] for item in explorer.controls.items]
        explorer.values = {"by": "landmark_pattern", "landmark": 3}
        assert "landmark" in [item["name"] for item in explorer.controls.items]
        early = explorer.table["clients"].sum()
        explorer.values = {"landmark": 9}
        assert explorer.table["clients"].sum() < early

    def test_a_landmark_says_what_it_costs(self, explorer: aw.DropoutExplorer) -> None:
        left = explorer._courses.query("ending == 'dropped_out'")["sessions_attended"]
        for by in ("landmark_third", "landmark_pattern"):
            explorer.values = {"by": by, "landmark": 3}
            price = (
                f"{(left < 3).sum()} of the {len(left)} who dropped out had left before session 3"
            )
            assert price in repr(explorer)
        explorer.values = {"by": "first_third"}
        assert "had left before" not in repr(explorer)

    def test_no_combination_shows_a_nan_or_a_warning(self, explorer: aw.DropoutExplorer) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for by, definition, view, over in itertools.product(
                GROUPINGS, ("ending", "intake_only"), ("shares", "curve", "endings"), (0, 1)
            ):
                explorer.values = {
                    **{"by": by, "definition": definition, "view": view},
                    "overstated": bool(over),
                }
                assert explorer.chart.message == ""
                assert "nan" not in repr(explorer).lower().replace("another", "")

    def test_a_slider_moves_data_and_never_the_form(self, explorer: aw.DropoutExplorer) -> None:
        explorer.values = {"by": "landmark_pattern", "landmark": 3}
        form, rows = explorer.chart.chart, explorer.chart.tables["shares"]
        explorer.values = {"landmark": 4}
        assert explorer.chart.chart is form
        assert not explorer.chart.tables["shares"].equals(rows)

    def test_all_definitions_stand_side_by_side_with_how_far_apart_they_are(
        self, clinic: aw.Clinic
    ) -> None:
        explorer = aw.DropoutExplorer(clinic, every=True)
        rates = aw.dropout_definitions(clinic.courses)["rate"].sort_values()
        assert explorer.table["share"].tolist() == pytest.approx(rates.tolist())
        assert [item["name"] for item in explorer.controls.items] == ["every"]
        apart = f"{100 * (rates.max() - rates.min()):.0f}"
        assert f"{apart} percentage points apart" in repr(explorer)
        assert explorer.chart.tables["apart"]["word"].tolist() == [f"{apart} points apart"]
        explorer.values = {"every": False}
        assert "count as dropped out: recorded as dropped out" in repr(explorer)

    def test_everybody_is_marked_only_beside_groups(self, explorer: aw.DropoutExplorer) -> None:
        assert explorer.chart.tables["all"].empty
        explorer.values = {"by": "ever_pattern"}
        assert len(explorer.chart.tables["all"]) == 1

    def test_definitions_that_the_columns_do_not_allow_are_named_with_the_column(self) -> None:
        explorer = aw.DropoutExplorer(None, courses("dropped_out", "completed"))
        assert "needs the column therapist_view" in explorer.controls.note
        offered = next(i for i in explorer.controls.items if i["name"] == "definition")
        assert "therapist" not in [option["value"] for option in offered["options"]]

    def test_two_raters_can_be_chosen_between(self, clinic: aw.Clinic) -> None:
        both = pd.concat(
            [
                clinic.ratings,
                clinic.ratings.assign(
                    rater="therapist", alliance=clinic.ratings["alliance"].to_numpy()[::-1]
                ),
            ]
        )
        explorer = aw.DropoutExplorer(both, clinic.courses, by="first_third")
        before = explorer.table["left"].tolist()
        explorer.values = {"rater": "therapist"}
        assert "rated by the therapist" in repr(explorer)
        assert explorer.table["left"].tolist() != before


@pytest.mark.parametrize(
    "endings",
    [
        ["completed"] * 6,
        ["dropped_out"] * 6,
        ["dropped_out", "completed"],
        ["dropped_out"],
    ],
    ids=["nobody left", "everybody left", "two clients", "one client"],
)
@pytest.mark.parametrize("view", ["shares", "curve", "endings"])
@pytest.mark.parametrize("by", GROUPINGS)
def test_odd_clinics_give_a_right_result_or_a_sentence(
    endings: list[str], view: str, by: str
) -> None:
    table = courses(*endings)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explorer = aw.DropoutExplorer(rated(table), table, view=view, by=by, landmark=2)
    assert "nan" not in repr(explorer).lower()
    assert explorer.table["left"].sum() == endings.count("dropped_out")


def test_everyone_ongoing_is_a_sentence() -> None:
    explorer = aw.DropoutExplorer(None, courses("ongoing", "ongoing"))
    assert explorer.chart.message.startswith("By this definition nobody's treatment has ended")
    assert explorer.table.empty
    explorer.values = {"definition": "intake_only"}
    assert explorer.chart.message == ""


def test_a_landmark_after_the_last_session_is_a_sentence() -> None:
    table = courses("dropped_out", "completed", "completed")
    explorer = aw.DropoutExplorer(rated(table), table, by="landmark_third", landmark=9)
    assert "the longest course has 4" in explorer.chart.message
    explorer.values = {"landmark": 3}
    assert explorer.chart.message == ""


def test_ratings_of_other_clients_are_a_sentence_and_no_courses_an_error() -> None:
    table = courses("dropped_out", "completed")
    strangers = rated(table).assign(client=lambda rows: "x" + rows["client"])
    explorer = aw.DropoutExplorer(strangers, table, by="first_third")
    assert "No client of the courses has a rating" in explorer.chart.message
    with pytest.raises(aw.CourseError, match="give ratings and courses"):
        aw.DropoutExplorer(strangers)


def test_who_did_not_rate_in_time_is_said_to_be_in_no_third(clinic: aw.Clinic) -> None:
    explorer = aw.DropoutExplorer(clinic, by="first_third")
    unrated = 400 - int(explorer.table["clients"].sum())
    assert unrated > 0
    assert f"{unrated} clients who did not rate in time are in no group." in repr(explorer)
    explorer.values = {"by": "ever_pattern"}
    assert "in no group" not in repr(explorer)


def test_how_treatments_end_is_said_to_be_of_all_groups(clinic: aw.Clinic) -> None:
    explorer = aw.DropoutExplorer(clinic, by="ever_pattern", view="endings")
    assert "All groups together: Of 100 clients" in repr(explorer)


@pytest.mark.parametrize("given", [np.array(3.0), 7, "ratings"])
def test_what_is_no_table_of_ratings_is_refused_in_words(given: object) -> None:
    courses = aw.simulate_clinic(50, seed=1).courses
    with pytest.raises(aw.RatingError):
        aw.DropoutExplorer(given, courses)
