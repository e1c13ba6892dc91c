"""Each of five known errors is found in what somebody reported, and only where it was made."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.errors import AllianceError, RatingError

OWN = [5, 4, 4, 2, 5, 5]


def errors(responses: object, instrument: str = "own_items", **reported: float) -> list[str]:
    found = aw.find_scoring_errors([responses], reported, instrument)
    return found["error"].tolist()


def test_right_scores_have_no_row() -> None:
    right = aw.score([OWN, [3] * 6], "own_items")
    found = aw.find_scoring_errors([OWN, [3] * 6], right, "own_items")
    assert found.empty
    assert list(found.columns) == ["row", "score", "reported", "right", "error", "words"]
    assert aw.find_scoring_errors([OWN], {"total": [4.5]}, "own_items").empty


@pytest.mark.parametrize(
    ("responses", "instrument", "reported", "error"),
    [
        (OWN, "own_items", {"total": 25 / 6}, "not_reversed"),
        ([4, 4, 5, 1, 3, 3], "own_items", {"total": 23 / 6}, "turned_from_top"),
        ([5] * 12, "wai_s", {"total": 60}, "not_reversed or other_key"),  # the WAI-SR turns nothing
        ([5] * 12, "wai_s", {"total": 54}, "turned_from_top"),
        (
            [4, 4, 5, 3, 5, 3, 5, 1, 4, 5, 3, 4],
            "wai_sr",
            {"goals": 14, "tasks": 13, "bond": 19, "total": 46},
            "other_key",
        ),
        ([4, 4, None, 2, 5, 5], "own_items", {"total": 22 / 6}, "blank_as_zero"),
        (["", 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4], "wai_sr", {"tasks": 12}, "blank_as_zero"),
        ([5, 5, 4, 2, 4, 4], "own_items", {"total": 26}, "other_unit"),
        ([4] * 11 + [3], "wai_sr", {"total": 47 / 12}, "other_unit"),
        ([4] * 11 + [3], "wai_sr", {"alliance": 47}, "other_unit"),
    ],
)
def test_each_error_is_named(
    responses: list[object], instrument: str, reported: dict[str, float], error: str
) -> None:
    found = set(errors(responses, instrument, **reported))
    assert found == {error}


def test_a_blank_reversed_response_that_was_filled_and_then_turned_is_seen() -> None:
    responses: list[float | None] = [6.0] * 19
    responses[3] = None
    filled = 14 * 6 + 4 * 1 + 7
    assert errors(responses, "haq_ii", total=filled) == ["blank_as_zero"]


def test_a_score_that_could_not_be_given_is_said_so() -> None:
    [row] = aw.find_scoring_errors(
        [[4, 4, None, 2, 5, 5]], {"total": 4.0}, "own_items"
    ).itertuples()
    assert np.isnan(row.right)
    assert "there is no such score" in row.words


def test_what_no_known_error_makes_is_not_guessed() -> None:
    found = aw.find_scoring_errors([OWN], {"total": 1.11}, "own_items")
    assert found["error"].isna().tolist() == [True]
    assert "None of the five" in found["words"].iloc[0]


def test_one_error_has_to_make_all_wrong_scores_of_a_row() -> None:
    both = errors(OWN, total=25 / 6, tasks=3.0)
    assert both == ["not_reversed", "not_reversed"]
    mixed = aw.find_scoring_errors([OWN], {"total": 25 / 6, "tasks": 1.5}, "own_items")
    assert mixed["error"].isna().all()


def test_an_error_that_can_be_made_in_two_ways_is_named_once() -> None:
    [several] = errors([None, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4], "wai_sr", tasks=12.0)
    assert several == "blank_as_zero"  # filled in before turning, or after


def test_a_sentence_names_row_score_and_both_figures() -> None:
    found = aw.find_scoring_errors([[3] * 6, OWN], {"total": [3, 4.17]}, "own_items")
    assert found["row"].tolist() == [2]
    assert found["words"].iloc[0].startswith("Row 2, total: 4.17 is reported, and 4.5 is right.")


def test_a_table_of_forms_and_a_table_of_scores_are_taken() -> None:
    forms = pd.DataFrame([OWN], columns=[f"item_{n}" for n in range(1, 7)]).assign(client="007")
    scores = pd.DataFrame({"client": ["007"], " Total ": ["4,17"]})
    assert aw.find_scoring_errors(forms, scores, "own_items")["error"].tolist() == ["not_reversed"]


def test_what_was_rounded_is_right_within_what_is_said() -> None:
    forms = [[4, 4, 4, 2, 4, 3]]  # 23 / 6
    assert aw.find_scoring_errors(forms, {"total": 3.83}, "own_items").empty
    assert len(aw.find_scoring_errors(forms, {"total": 3.8}, "own_items")) == 1
    assert aw.find_scoring_errors(forms, {"total": 3.8}, "own_items", within=0.05).empty


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(RatingError) as caught:
        aw.find_scoring_errors([OWN], {"total": ["x", "much"]}, "own_items")
    first, *others = caught.value.problems
    assert "2 rows of scores are reported, and there are 1" in first
    assert [each.split(";")[0] for each in others] == ["row 1, total is x", "row 2, total is much"]
    with pytest.raises(RatingError, match="none of the columns reported is a score: sum"):
        aw.find_scoring_errors([OWN], {"sum": [4]}, "own_items")
    with pytest.raises(AllianceError, match="within"):
        aw.find_scoring_errors([OWN], {"total": [4]}, "own_items", within=-1)


whole_forms = st.lists(st.integers(1, 7), min_size=12, max_size=12)


@settings(deadline=None)
@given(whole_forms)
def test_what_score_gives_is_never_called_an_error(form: list[int]) -> None:
    assert aw.find_scoring_errors([form], aw.score([form], "wai_s"), "wai_s").empty


@settings(deadline=None)
@given(whole_forms, st.sampled_from(["not_reversed", "turned_from_top"]))
def test_an_error_that_was_made_is_among_those_named(form: list[int], error: str) -> None:
    numbers = np.array(form, dtype=float)
    if error == "turned_from_top":
        numbers[[3, 9]] = 7 - numbers[[3, 9]]
    reported = float(numbers.sum())
    assume(reported != aw.score([form], "wai_s")["total"].iloc[0])
    [named] = errors(form, "wai_s", total=reported)
    assert error in named.split(" or ")
