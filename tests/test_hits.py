"""What a rule's marks are worth where the truth is known, and ruptures planted into noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.rules import PointDrop
from alliance_widgets.ruptures.hits import hits_and_false_alarms, right_at
from alliance_widgets.simulate.planted import plant_ruptures

RATINGS = pd.DataFrame(
    {
        "client": np.repeat(["A", "B", "C", "D"], 4),
        "session": np.tile([1, 2, 3, 4], 4),
        "alliance": [4, 2.5, 4, 4, 4, 4, 2.5, 4, 4, 2.5, 4, 2.5, 4, 4, 4, 4],
    }
)
PLANTED = pd.DataFrame({"client": ["A", "A", "B"], "onset": [2, 4, 2]})


def test_every_share_has_its_own_denominator() -> None:
    figures = hits_and_false_alarms(RATINGS, PLANTED, PointDrop(points=1))
    assert figures.to_dict() == {
        "right": 1 / 4,  # marks: A2, B3, C2, C4
        "found": 1 / 3,
        "marked_in_vain": 1 / 2,  # C, of C and D
        "base_rate": 1 / 2,
        "hits_with": 1 / 2,
        "marks_with": 1.0,
        "marks_without": 1.0,
    }


def test_a_share_of_nothing_is_missing() -> None:
    nowhere = hits_and_false_alarms(RATINGS, PLANTED.head(0), PointDrop(points=1))
    assert np.isnan(nowhere["found"])
    assert (nowhere["right"], nowhere["base_rate"]) == (0, 0)
    silent = hits_and_false_alarms(RATINGS, PLANTED, PointDrop(points=3))
    assert np.isnan(silent["right"])
    assert np.isnan(right_at(silent, 0.5))


def test_at_its_own_base_rate_it_is_the_clinics_own_share() -> None:
    clinic = aw.simulate_clinic(1_000, "causal", seed=1)
    figures = hits_and_false_alarms(clinic.ratings, clinic.truth.ruptures, "reliable_drop")
    assert right_at(figures, figures["base_rate"]) == pytest.approx(figures["right"])


def test_a_base_rate_that_was_really_made_gives_what_was_computed() -> None:
    clinic = aw.simulate_clinic(20_000, "causal", seed=5)
    ruptures = clinic.truth.ruptures
    figures = hits_and_false_alarms(clinic.ratings, ruptures, "reliable_drop")
    clients = pd.Series(clinic.ratings["client"].unique())
    calm = clients[~clients.isin(ruptures["client"])]
    some = clients[clients.isin(ruptures["client"])].iloc[: len(calm) // 19]  # one in twenty
    kept = clinic.ratings[clinic.ratings["client"].isin([*calm, *some])]
    rare = hits_and_false_alarms(kept, ruptures[ruptures["client"].isin(some)], "reliable_drop")
    assert rare["base_rate"] == pytest.approx(0.05, abs=0.001)
    assert rare["found"] == pytest.approx(figures["found"], abs=0.04)  # 900 clients: SE .017
    assert rare["right"] == pytest.approx(right_at(figures, 0.05), abs=0.03)
    assert rare["right"] < figures["right"] - 0.2


@pytest.mark.parametrize("base_rate", [0, -0.1, 1.01, "rare", True, float("nan")])
def test_an_impossible_base_rate_is_named(base_rate: object) -> None:
    figures = hits_and_false_alarms(RATINGS, PLANTED, PointDrop(points=1))
    with pytest.raises(aw.RuleError, match="base_rate is"):
        right_at(figures, base_rate)  # type: ignore[arg-type]


def test_faulty_truth_is_named_with_its_fix() -> None:
    with pytest.raises(aw.RatingError, match="no column onset"):
        hits_and_false_alarms(RATINGS, PLANTED.drop(columns="onset"))
    with pytest.raises(aw.RatingError, match="client X, of whom there are no ratings"):
        hits_and_false_alarms(RATINGS, PLANTED.replace("B", "X"))


def test_ruptures_are_planted_where_the_truth_says_and_the_noise_is_left_alone() -> None:
    noise = np.zeros((200, 10))
    low, truth = plant_ruptures(noise, 120, 1)
    assert not noise.any()
    assert truth["case"].is_unique
    assert truth["onset"].between(3, 9).all()
    assert truth["last"].between(truth["onset"], 9).all()
    assert truth["depth"].between(0.8, 1.3).all()
    expected = np.zeros_like(noise)
    for case, onset, last, depth in truth.itertuples(index=False):
        expected[case, onset - 1 : last] = -depth
    np.testing.assert_array_equal(low, expected)


@pytest.mark.parametrize("sessions", [2, 3, 4, 5])
def test_in_a_short_record_a_rupture_has_a_session_to_fall_from(sessions: int) -> None:
    low, truth = plant_ruptures(np.zeros((50, sessions)), 50, 2)
    assert len(truth) == 50
    assert not low[:, 0].any()
    assert truth["last"].max() <= sessions
