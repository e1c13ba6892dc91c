"""What the worlds are like: planted chances come out, published figures hold, worlds differ.

N and seed stand in each test; tolerances are four standard errors or the calibration's own.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.simulate import Clinic

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))
import calibrate
import clinic_measures as measures


@pytest.fixture(scope="module")
def causal() -> Clinic:
    return aw.simulate_clinic(30_000, "causal", seed=5)


def ends_of_sessions(clinic: Clinic) -> pd.DataFrame:
    """The planted sessions, with what followed each: `leaves`, `completes`."""
    ended = measures.courses(clinic)
    sessions = clinic.truth.sessions
    last = sessions["session"] == sessions["client"].map(ended["sessions_attended"])
    left = sessions["client"].map(ended["left"])
    return sessions.assign(leaves=last & left, completes=last & ~left)


def assert_shares_match(happened: pd.Series, chance: pd.Series, by: pd.Series) -> None:
    """In every group the share is the mean chance, within four standard errors."""
    groups = pd.DataFrame({"happened": happened, "chance": chance}).groupby(by)
    variance = (chance * (1 - chance)).groupby(by).sum()
    miss = groups["happened"].sum() - groups["chance"].sum()
    assert (miss.abs() <= 4 * np.sqrt(variance) + 1e-9).all()


@pytest.mark.parametrize("event", ["leaves", "completes"])
@pytest.mark.parametrize("world", ["causal", "shared_events"])
def test_of_those_still_there_as_many_leave_or_complete_as_was_planted(
    world: str, event: str
) -> None:
    sessions = ends_of_sessions(aw.simulate_clinic(30_000, world, seed=5))
    if event == "completes":
        sessions = sessions[~sessions["leaves"]]
    hazard = {"leaves": "dropout_hazard", "completes": "completion_hazard"}[event]
    assert_shares_match(sessions[event], sessions[hazard], sessions["session"])
    tenth = sessions[hazard].rank(pct=True).mul(10).round()
    assert_shares_match(sessions[event], sessions[hazard], tenth)


def test_hazards_drawn_without_asking_who_is_still_there_would_inflate_dropout(
    causal: Clinic,
) -> None:
    left = (causal.courses["ending"] == "dropped_out").mean()
    hazards = causal.truth.sessions.groupby("session")["dropout_hazard"]
    of_all_who_came = hazards.mean().sum()
    of_those_still_there = hazards.sum().sum() / len(causal.courses)
    assert left == pytest.approx(of_those_still_there, abs=0.009)
    assert of_all_who_came > 1.3 * left


def test_a_rupture_begins_and_is_repaired_with_its_planted_chance(causal: Clinic) -> None:
    sessions, knobs = causal.truth.sessions, causal.truth.knobs
    before = sessions.groupby("client")["rupture"].shift()
    was_open, was_calm = before > 0, before == 0
    repaired = (sessions["rupture"] == 0)[was_open]
    assert repaired.mean() == pytest.approx(knobs.repair_rate, abs=0.02)
    trait = sessions["client"].map(causal.truth.clients.set_index("client")["trait_z"])
    chance = 1 / (1 + np.exp(-(knobs.rupture_intercept + knobs.trait_on_rupture * trait)))
    tenth = trait.rank(pct=True).mul(10).round()
    begins = sessions["rupture"] > 0
    assert_shares_match(begins[was_calm], chance[was_calm], tenth[was_calm])
    assert not begins[sessions["session"] == 1].any()
    depth = causal.truth.ruptures["depth"]
    assert depth.mean() == pytest.approx(0.9, abs=0.03)
    assert depth.std() == pytest.approx(0.45, abs=0.03)


def test_the_true_alliance_is_the_sum_of_its_planted_parts() -> None:
    truth = aw.simulate_clinic(3_000, "shared_events", seed=2, relief_on_alliance=0.3).truth
    people = truth.clients.set_index("client")
    sessions = truth.sessions
    whose = sessions["client"]
    parts = (
        whose.map(people["trait"])
        + whose.map(people["growth"]) * np.log(sessions["session"])
        + sessions["fluctuation"]
        - sessions["rupture"]
        + sessions["bonus"]
        + sessions["relief"]
        + truth.knobs.event_on_alliance * sessions["event"]
    )
    assert np.allclose(sessions["alliance"], parts, rtol=0, atol=1e-9)


def test_spreads_and_carry_over_are_as_set(causal: Clinic) -> None:
    people, sessions = causal.truth.clients, causal.truth.sessions
    by_therapist = people.groupby("therapist")["therapist_effect"]
    assert by_therapist.nunique().eq(1).all()
    assert by_therapist.first().std() == pytest.approx(0.22, abs=0.02)
    own = people["trait"] - people["therapist_effect"]
    assert (own.mean(), own.std()) == pytest.approx((3.85, 0.62), abs=0.015)
    assert people["trait_z"].std() == pytest.approx(1, abs=0.03)
    assert sessions["fluctuation"].std() == pytest.approx(0.26, abs=0.003)
    before = sessions.groupby("client")["fluctuation"].shift()
    assert sessions["fluctuation"].corr(before) == pytest.approx(0.3, abs=0.01)
    confounded = aw.simulate_clinic(30_000, "confounded", seed=5).truth.clients
    own = confounded["trait"] - confounded["therapist_effect"]
    assert own.corr(confounded["ease"]) == pytest.approx(0.8, abs=0.01)


def test_ratings_go_missing_most_of_all_before_leaving(causal: Clinic) -> None:
    sessions = ends_of_sessions(causal)
    unrated = sessions["rating"].isna()
    assert unrated[~sessions["leaves"]].mean() == pytest.approx(0.08, abs=0.003)
    assert unrated[sessions["leaves"]].mean() == pytest.approx(1 - 0.92 * 0.65, abs=0.03)


def test_events_come_last_and_go_as_set() -> None:
    sessions = aw.simulate_clinic(20_000, "shared_events", seed=6).truth.sessions
    first = sessions["session"] == 1
    assert sessions.loc[first, "event"].mean() == pytest.approx(0.05, abs=0.007)
    before = sessions.groupby("client")["event"].shift()
    assert sessions.loc[before == True, "event"].mean() == pytest.approx(0.5, abs=0.02)  # noqa: E712
    assert sessions.loc[before == False, "event"].mean() == pytest.approx(0.05, abs=0.003)  # noqa: E712


def test_the_optional_columns_are_drawn_as_documented(causal: Clinic) -> None:
    courses = causal.courses
    left = courses["ending"] == "dropped_out"
    assert courses["missed_last"].groupby(left).mean().tolist() == pytest.approx(
        [0.08, 0.75], abs=0.03
    )
    seen = courses["therapist_view"] == "dropped_out"
    assert seen.groupby(left).mean().tolist() == pytest.approx([0.12, 0.85], abs=0.025)
    plans = courses["planned_sessions"].value_counts(normalize=True)
    assert plans[[8, 12, 16]].tolist() == pytest.approx([0.25, 0.5, 0.25], abs=0.012)
    by = courses.groupby(left)["ending_by"].value_counts(normalize=True)
    assert by[False].to_dict() == pytest.approx(
        {"mutual": 0.8, "client": 0.1, "therapist": 0.1}, abs=0.012
    )
    assert by[True].to_dict() == pytest.approx({"client": 0.9, "outside": 0.1}, abs=0.02)
    changed = courses["symptoms_first"] - courses["symptoms_last"] >= 6
    assert courses["reliable_change"].tolist() == changed.tolist()


@pytest.fixture(scope="module", params=calibrate.CALIBRATED)
def twelve_runs(request: pytest.FixtureRequest) -> tuple[str, pd.DataFrame]:
    return request.param, calibrate.runs(request.param)


@pytest.mark.parametrize("target", calibrate.TARGETS, ids=lambda target: target.figure)
def test_twelve_runs_of_2000_give_the_published_figure(
    twelve_runs: tuple[str, pd.DataFrame], target: calibrate.Target
) -> None:
    world, figures = twelve_runs
    assert len(figures) == 12
    mean = figures[target.figure].mean()
    assert target.holds(world, mean), f"{world}: {mean:.3f} not in {target.allowed(world)}"


def test_where_nothing_acts_nothing_is_associated() -> None:
    figures = calibrate.runs("no_effect").mean()
    assert figures[["outcome_r", "within_lag"]].abs().max() < 0.02
    assert abs(figures["dropout_d"]) < 0.06


@pytest.mark.parametrize(
    ("world", "before", "after"), [("causal", 0.192, 0.138), ("no_effect", 0.208, 0.208)]
)
def test_raising_the_alliance_keeps_clients_only_where_it_acts(
    world: str, before: float, after: float
) -> None:
    for points, expected in ((0, before), (0.5, after)):
        clinic = aw.simulate_clinic(60_000, world, seed=1, do_alliance=points)
        left = (clinic.courses["ending"] == "dropped_out").mean()
        assert left == pytest.approx(expected, abs=0.007)


@pytest.mark.parametrize("world", ["confounded", "shared_events", "no_effect"])
def test_where_the_alliance_does_nothing_raising_it_changes_nothing_else(world: str) -> None:
    usual, raised = (
        aw.simulate_clinic(5_000, world, seed=1, do_alliance=points) for points in (0, 0.5)
    )
    pd.testing.assert_frame_equal(usual.courses, raised.courses)
    pd.testing.assert_frame_equal(usual.truth.ruptures, raised.truth.ruptures)
    apart = ["alliance", "rating"]
    pd.testing.assert_frame_equal(
        usual.truth.sessions.drop(columns=apart), raised.truth.sessions.drop(columns=apart)
    )
    shift = raised.truth.sessions["alliance"] - usual.truth.sessions["alliance"]
    assert np.allclose(shift, 0.5, rtol=0, atol=1e-9)
    rise = raised.ratings["alliance"] - usual.ratings["alliance"]
    assert rise.dropna().between(0, 0.5 + 1e-9).all()
    assert rise.mean() > 0.3


def test_an_intervention_acts_on_the_very_same_people_and_events() -> None:
    usual, raised = (
        aw.simulate_clinic(5_000, "causal", seed=1, do_alliance=points) for points in (0, 0.5)
    )
    pd.testing.assert_frame_equal(usual.truth.clients, raised.truth.clients)
    first = [clinic.truth.sessions.query("session == 1") for clinic in (usual, raised)]
    shift = first[1]["alliance"].to_numpy() - first[0]["alliance"].to_numpy()
    assert np.allclose(shift, 0.5, rtol=0, atol=1e-9)
    stay = [clinic.courses["ending"] != "dropped_out" for clinic in (usual, raised)]
    assert (stay[1] & ~stay[0]).sum() > 150


@pytest.mark.parametrize(
    ("relief", "expected"),
    [(0.0, (0, 0, 0, 0)), (0.3, (0, 0.09, 0.14, 0.16)), (0.5, (0, 0.15, 0.22, 0.24))],
)
def test_relief_alone_makes_late_alliance_look_like_a_predictor(
    relief: float, expected: tuple
) -> None:
    clinic = aw.simulate_clinic(20_000, "no_effect", seed=1, relief_on_alliance=relief)
    found = [measures.outcome_r(clinic, session) for session in (1, 3, 8, 12)]
    assert found == pytest.approx(expected, abs=0.04)


def test_ratings_that_leavers_did_not_live_to_give_inflate_the_difference() -> None:
    clinic = aw.simulate_clinic(60_000, "causal", seed=1)
    ratings, ended = measures.rated(clinic), measures.courses(clinic)
    later = ended["sessions_attended"] > 3
    whole = measures.difference(ratings.mean(axis=1), ended["left"])
    last = measures.difference(ratings.ffill(axis=1).iloc[:, -1], ended["left"])
    landmark = measures.difference(ratings.loc[later, 3], ended.loc[later, "left"])
    assert (whole, last, landmark) == pytest.approx((0.62, 0.69, 0.46), abs=0.05)
    everybody = measures.outcome_r(clinic)
    assert measures.outcome_r(clinic, completers=True) < everybody - 0.02


@pytest.mark.parametrize(
    ("world", "with_open", "low", "high"),
    [
        ("causal", False, -1.5, -0.8),
        ("confounded", True, -0.4, 0.4),
        ("shared_events", True, -1.3, -0.5),
    ],
)
def test_one_clinic_shows_which_worlds_have_an_association_within_clients(
    world: str, with_open: bool, low: float, high: float
) -> None:
    clinic = aw.simulate_clinic(20_000, world, seed=1)
    found = measures.within_hazard(clinic, with_open)
    assert found["se"] < 0.11
    assert low < found["coefficient"] < high


@pytest.mark.prove
@pytest.mark.parametrize(
    ("world", "expected"),
    [("causal", -0.59), ("confounded", 0.0), ("shared_events", -0.90), ("no_effect", 0.0)],
)
def test_over_six_seeds_the_hazard_within_clients_is_as_each_world_has_it(
    world: str, expected: float
) -> None:
    fits = [
        measures.within_hazard(aw.simulate_clinic(20_000, world, seed))["coefficient"]
        for seed in range(1, 7)
    ]
    assert np.mean(fits) == pytest.approx(expected, abs=4 * 0.1 / np.sqrt(6))


@pytest.mark.prove
def test_the_calibration_page_is_what_the_script_writes() -> None:
    assert calibrate.page() == calibrate.PAGE.read_text(encoding="utf-8")


def test_the_calibration_page_shows_no_missed_target() -> None:
    text = calibrate.PAGE.read_text(encoding="utf-8")
    assert all(target.says in text for target in calibrate.TARGETS)
    assert calibrate.MISSED not in text
