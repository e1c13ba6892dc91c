"""The line and its words: specs and sentences, read rather than looked at."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets import charts
from alliance_widgets.charts.cases.trajectory_form import trajectory_form
from alliance_widgets.words import say


def case(*scores: float | None, client: str = "A", rater: str = "client") -> pd.DataFrame:
    table = pd.DataFrame({"client": client, "session": range(1, len(scores) + 1), "rater": rater})
    return table.assign(alliance=pd.Series(scores, dtype="float64"))


V = case(4.0, 4.1, 4.0, 4.2, 2.8, 4.1, 4.2, 4.3, 4.2, 4.3)


def scales(spec: dict, channel: str) -> list[dict]:
    return [
        layer["encoding"][channel]["scale"]
        for layer in spec["layer"]
        if "scale" in layer.get("encoding", {}).get(channel, {})
    ]


def test_the_axis_shows_the_whole_scale() -> None:
    spec = charts.alliance_trajectory(V).to_dict()
    assert {tuple(scale["domain"]) for scale in scales(spec, "y")} == {(1, 5)}
    seven = V.assign(instrument="wai_36")
    spec = charts.alliance_trajectory(seven, rule="imr_chart").to_dict()
    assert {tuple(scale["domain"]) for scale in scales(spec, "y")} == {(1, 7)}


def test_a_missing_session_is_a_gap() -> None:
    points = charts.trajectory_tables(case(4, None, 4, 4))["ratings"]
    assert points["session"].tolist() == [1, 3, 4]
    assert points["stretch"].tolist() == [1, 2, 2]


def test_gaps_are_named_where_a_page_has_room_for_the_words() -> None:
    def named(*scores: float | None) -> dict[float, str]:
        marks = charts.trajectory_tables(case(*scores), rule=None)["marks"]
        return dict(zip(marks["session"], marks["kind"], strict=True))

    far = named(4, None, 4, 4, 4, 4, 4, 4, None, 4)
    assert far == {2: "gap", 9: "gap"}
    assert named(4, None, 4, 4, 4, None, 4, 4, 4, 4) == {2: "gap", 6: "other_gap"}
    assert named(4, None, 4, None, 4, 4, 4, 4, 4, 4) == {2: "gap"}


def test_two_raters_and_two_clients_are_lines_of_their_own() -> None:
    both = pd.concat([case(4, 4), case(4, 3, rater="therapist"), case(3, 3, client="B")])
    points = charts.trajectory_tables(both)["ratings"]
    assert points["stretch"].nunique() == 3
    assert charts.trajectory_tables(both)["ends"]["line"].tolist() == ["A", "B", "A"]


def test_lines_are_named_at_their_ends_apart_from_each_other() -> None:
    ends = charts.trajectory_tables(
        pd.concat([case(4, 4.0), case(4, 4.05, rater="therapist"), case(4, 4.1, rater="observer")])
    )["ends"]
    assert ends["line"].tolist() == ["Client", "Therapist", "Observer"]
    assert (ends["at"].diff().dropna() >= 0.24 - 1e-9).all()


def test_raters_differ_in_dash_and_shape_as_well_as_colour() -> None:
    spec = charts.alliance_trajectory(V).to_dict()
    for channel in ("strokeDash", "shape"):
        (scale,) = scales(spec, channel)
        assert len({str(each) for each in scale["range"]}) == 3


def test_marks_say_in_words_what_they_are() -> None:
    marks = charts.trajectory_tables(V)["marks"]
    assert marks[["session", "kind", "word"]].values.tolist() == [
        [5, "rupture", "possible rupture"],
        [6, "back", "back up"],
    ]
    marks = charts.trajectory_tables(V.head(5))["marks"]
    assert marks["word"].tolist() == ["possible rupture", "open: the record ends"]


def test_the_noise_band_lies_around_the_session_before_and_inside_the_scale() -> None:
    limits = charts.trajectory_tables(case(4.0, 4.5, 1.2))["limits"]
    assert limits["session"].tolist() == [2, 3]
    assert limits["limit"].tolist() == pytest.approx([4 - 0.701231, 4.5 - 0.701231], abs=1e-6)
    assert limits["above"].tolist() == pytest.approx([4.701231, 5.0], abs=1e-6)


@pytest.mark.parametrize("low", [1.0, 1.5, 2.4, 3.0])
def test_marks_stay_inside_the_picture(low: float) -> None:
    for marks in (
        charts.trajectory_tables(case(5.0, 5.0, low))["marks"],
        charts.trajectory_tables(case(5.0, low, 5.0))["marks"],
    ):
        height = (marks["alliance"] - 1) / 4 * 300
        under = marks["side"] == 0
        words = height - marks["away"] - 15 * np.sign(marks["away"]) * under
        lines = marks["label"].str.count("\n") * np.where(under, 16, 8)
        assert (words - lines).between(8, 300).all(), marks
        signs = height - np.where(under, marks["away"], marks["below"])
        assert signs.between(8, 300).all(), marks


def test_a_pile_of_names_stays_on_the_scale_and_a_crowd_has_none() -> None:
    crowd = pd.concat([case(5, 5, client=f"c{i}") for i in range(13)])
    ends = charts.trajectory_tables(crowd[crowd["client"] < "c13"].query("client < 'c12'"))["ends"]
    assert ends["at"].max() <= 5
    assert (ends["at"].diff().dropna() >= 0.24 - 1e-9).all()
    assert charts.trajectory_tables(crowd)["ends"].empty


def test_a_draft_of_one_rater_leaves_the_other_s_point_full() -> None:
    both = pd.concat([case(4, 4), case(4, 4, rater="therapist")])
    points = charts.trajectory_tables(both, draft=("A", 2))["ratings"]
    assert points.loc[points["draft"], "rater"].tolist() == ["client"]


def test_an_unknown_or_absent_rater_is_named() -> None:
    with pytest.raises(aw.RatingError, match="the raters are client, therapist, observer"):
        charts.describe(V, rater="nurse")
    with pytest.raises(aw.RatingError, match="nothing here is rated by the therapist"):
        charts.alliance_trajectory(V, rater="therapist")


def test_a_rule_that_cannot_judge_yet_does_not_call_a_drop_noise() -> None:
    assert charts.compare_last_session(case(4, 4, 1.2), "imr_chart") == (
        "2.8 lower than the rating before."
    )


def test_a_level_below_a_chart_s_limit_is_said_even_on_the_way_up() -> None:
    said = charts.compare_last_session(
        case(4.4, 4.4, 4.4, 4.4, 4.4, 4.4, 4.4, 2.0, 2.1), "imr_chart"
    )
    assert said == (
        "0.1 higher than the rating before, and still below the limit of the control chart rule: "
        "the possible rupture of session 8 goes on."
    )


def test_a_draft_is_hollow_and_nothing_else_is() -> None:
    points = charts.trajectory_tables(V, draft=("A", 10))["ratings"]
    assert points.loc[points["draft"], "session"].tolist() == [10]


def test_a_rule_in_points_refuses_another_scale_in_words() -> None:
    with pytest.raises(aw.RuleError, match="go from 1 to 7"):
        charts.alliance_trajectory(V.assign(instrument="wai_36"))
    charts.alliance_trajectory(V.assign(instrument="wai_36"), rule=None)


def test_the_chart_carries_its_description_and_its_readable_table() -> None:
    spec = charts.alliance_trajectory(V).to_dict()
    assert spec["description"] == charts.describe(V)
    table = spec["usermeta"]["alliance"]["table"]
    assert table["name"] == "ratings"
    assert {column["field"] for column in table["columns"]} <= set(spec["datasets"]["ratings"][0])


def test_the_form_is_built_once_and_knows_no_data() -> None:
    assert trajectory_form() is trajectory_form()
    assert "datasets" not in trajectory_form().to_dict()


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ((3.8, 4.0, 4.4), "The client's rating rises from 3.8 to 4.4 over three sessions."),
        (
            (4.4, None, 3.8),
            "The client's rating falls from 4.4 to 3.8 over two sessions; session 2 has no rating.",
        ),
        (
            (3.75, 2.5, None, None, 4.25),
            "The client's rating starts at 3.75, is lowest at session 2 (2.5) and ends at 4.25, "
            "over three sessions; two sessions in between have no rating.",
        ),
        (
            (3.0, 4.5, 3.5),
            "The client's rating starts at 3.0, is highest at session 2 (4.5) and ends at 3.5, "
            "over three sessions.",
        ),
        (
            (4.0, 4.1, 3.0, 2.9),
            "The client's rating falls from 4.0 to 2.9 over four sessions, most of it between "
            "sessions 2 and 3.",
        ),
        (
            (3.0, 4.25, 2.0, 3.5),
            "The client's rating starts at 3.0 and ends at 3.5, over four sessions; it is lowest "
            "at session 3 (2.0), highest at session 2 (4.25).",
        ),
        ((4.0, 4.0), "The client's rating stays near 4.0 over two sessions."),
        ((4.25,), "The client's rating is 4.25 in session 1, the only one shown."),
    ],
)
def test_a_line_in_words(scores: tuple[float | None, ...], sentence: str) -> None:
    assert charts.describe(case(*scores), rule=None) == sentence


def test_possible_ruptures_in_words_name_their_rule() -> None:
    said = charts.describe(V)
    assert "One possible rupture (reliable drop rule): at session 5, back up by session 6." in said
    said = charts.describe(case(4.0, 4.1, 4.0, 4.2, 4.1, 2.9))
    assert "at session 6, open: the record ends." in said
    said = charts.describe(case(4.0, 4.1, 4.2, 4.1, 4.2, 3.0, 3.0, 2.9, 3.1, 3.0))
    assert "at session 6, not back up within three sessions." in said
    assert charts.describe(case(4, 4, 4)).endswith("No possible rupture by the reliable drop rule.")


def test_a_rule_that_cannot_flag_yet_says_so() -> None:
    said = charts.describe(case(4, 4, 4, 1), rule="imr_chart")
    assert "needs at least 5 sessions before it can flag anything; this case has 4" in said


def test_nothing_rated_yet_is_a_sentence_too() -> None:
    assert charts.describe(case(None, None)) == say("describe.no_ratings")


def test_several_clients_in_words() -> None:
    said = charts.describe(pd.concat([V, case(4, 4, client="B")]))
    assert said == (
        "The means are all near 4.0. 2 lines, with 2 to 10 rated sessions each. "
        "1 of 2 have at least one possible rupture (reliable drop rule)."
    )


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (4.0, "The same as the rating before."),
        (4.4, "0.4 higher than the rating before."),
        (3.7, "0.3 lower than the rating before: could be noise."),
        (3.2988, "0.7 lower than the rating before: could be noise."),
        (
            2.9,
            "1.1 lower than the rating before: more than noise usually does; "
            "possible rupture (reliable drop rule).",
        ),
    ],
)
def test_the_sentence_under_the_line(last: float, sentence: str) -> None:
    assert charts.compare_last_session(case(3.9, 4.0, last)) == sentence


def test_the_sentence_under_the_line_says_that_it_is_back_up() -> None:
    fallen = [4.0, 4.0, 2.5]
    assert charts.compare_last_session(case(*fallen, 3.8)) == (
        "1.3 higher than the rating before: back up after the possible rupture at session 3."
    )
    # Not up far enough, and not for the first time.
    assert charts.compare_last_session(case(*fallen, 3.0)) == "0.5 higher than the rating before."
    # As the line has it: a second fall before the first is back up begins nothing new.
    again = "2.0 lower than the rating before: the possible rupture of session 2 goes on."
    assert charts.compare_last_session(case(4, 2, 3, 1)) == again
    assert charts.trajectory_tables(case(4, 2, 3, 1))["marks"]["kind"].tolist() == [
        "rupture",
        "open",
    ]
    assert (
        charts.compare_last_session(case(*fallen, 3.8, 4.0)) == "0.2 higher than the rating before."
    )


def test_two_hundred_sessions_and_a_single_one_are_drawn() -> None:
    long = case(*[3 + (i % 7) / 4 for i in range(200)])
    assert len(charts.trajectory_tables(long)["ratings"]) == 200
    charts.alliance_trajectory(long).to_dict()
    charts.alliance_trajectory(case(4.0)).to_dict()


def test_the_input_is_never_changed() -> None:
    shuffled = V.sample(frac=1, random_state=1)
    before = shuffled.copy(deep=True)
    assert charts.describe(shuffled) == charts.describe(V)
    pd.testing.assert_frame_equal(shuffled, before)


def test_a_line_that_comes_back_is_not_said_to_have_stayed() -> None:
    table = pd.DataFrame({"client": "a", "session": range(1, 6), "alliance": [4, 4, 2.5, 3.5, 4.0]})
    assert charts.describe(table, rule=None) == (
        "The client's rating starts at 4.0, is lowest at session 3 (2.5) and ends at 4.0, "
        "over five sessions."
    )
    wavy = table.assign(alliance=[4, 4.4, 4, 3.6, 4])
    assert charts.describe(wavy, rule=None) == (
        "The client's rating ends near where it began, at 4.0, over five sessions; "
        "in between it was between 3.6 and 4.4."
    )
    calm = table.assign(alliance=[4, 4.25, 4, 3.75, 4])
    assert charts.describe(calm, rule=None).startswith("The client's rating stays near 4.0")


def test_the_name_of_the_usual_level_keeps_clear_of_the_ratings():
    cases = aw.load_data("single_cases").query("rater == 'client'")
    for client in ("Sam", "Tomasz", "Ama"):
        case = cases[cases["client"] == client]
        usual = charts.trajectory_tables(charts.read_case(case, None), usual=True)["usual"]
        named = usual[usual["word"] != ""].iloc[0]
        beside = case.set_index("session")["alliance"].loc[named["session"] :].head(3)
        assert (beside - named["at"]).abs().min() > 0.15
        assert usual["level"].to_numpy() == pytest.approx(case["alliance"].mean())


def test_over_a_narrow_drawing_the_usual_level_has_a_row_of_its_own():
    cases = aw.load_data("single_cases").query("client == 'Tomasz'")
    of_band = 1  # the names of the first two lines stand in row 0
    for rule, raters, row in (
        ("reliable_drop", ["client", "therapist"], of_band + 1),
        (None, ["client", "therapist"], 1),
        ("reliable_drop", ["client"], 0),  # beside the one name; the band's is above it
    ):
        reading = charts.read_case(cases[cases["rater"].isin(raters)], rule)
        tables = charts.trajectory_tables(reading, usual=True)
        assert tables["limits"].empty == (rule is None)
        assert set(tables["usual"]["row"]) == {row}, (rule, raters)


def test_a_source_of_et_al_is_cited_so_in_a_forest() -> None:
    published = aw.evidence("outcome_family").query("source.str.startswith('Welmers')")
    labels = json.dumps(charts.forest(published).to_dict(), ensure_ascii=False)
    assert "Welmers-van de Poll et al. (2018)" in labels
    assert "& ." not in labels


def test_shapes_are_counted_those_that_nobody_has_as_well() -> None:
    paths = pd.DataFrame({"shape": ["stable", "stable", "too_short", "rising"]})
    chart = aw.charts.shape_counts(paths)
    assert [row["clients"] for row in chart.to_dict()["datasets"]["counts"]] == [2, 1, 0, 0, 0, 1]
    assert chart.description.startswith("Of 4 clients 1 has a path with a shape.")
    for none in (V, paths.head(0)):
        with pytest.raises(aw.AllianceError, match="no shapes to count"):
            aw.charts.shape_counts(none)
