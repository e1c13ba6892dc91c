"""The simulated clinic: its shape, its random numbers, and what was planted in it."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
from dataclasses import Field, fields, replace
from statistics import NormalDist

import numpy as np
import pandas as pd
import plain_clinic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.stats import gamma

import alliance_widgets as aw
from alliance_widgets.simulate import WORLDS, Knobs, simulate_clinic
from alliance_widgets.simulate.draws import Draws, Purpose, _uniform

# Everything acts on everything, and ruptures, events and full scales are common.
STORMY = {
    "max_sessions": 20,
    "clients_per_therapist": 7,
    "ease_in_trait": -0.4,
    "rupture_intercept": -1.5,
    "repair_rate": 0.3,
    "rupture_shape": 2.5,
    "event_rate": 0.2,
    "event_on_alliance": -0.3,
    "event_on_dropout": 0.4,
    "trait_on_symptoms": -0.1,
    "ease_on_symptoms": -0.2,
    "relief_on_alliance": 0.1,
    "ease_on_dropout": -0.3,
    "steps_per_point": 4,
    "mean_alliance": 4.4,
    "symptom_autocorrelation": -0.2,
    "missing_rate": 0.25,
}


PAIRS = {
    name: (purpose, place)
    for purpose in Purpose
    for place, name in enumerate(purpose.name.split("_AND_"))
}


class Luck:
    """The numbers of one client among `draws.n`, for the reference of one client."""

    def __init__(self, draws: Draws, client: int, therapist: int) -> None:
        self.draws, self.client, self.therapist = draws, client, therapist

    def uniform(self, purpose: str, session: int = 0) -> float:
        place = self.therapist if purpose == "THERAPIST" else self.client
        pair, which = PAIRS[purpose]
        return float(self.draws.uniform(pair, session, np.array([place]))[which][0])

    def normal(self, purpose: str, session: int = 0) -> float:
        return NormalDist().inv_cdf(self.uniform(purpose, session))

    def gamma(self, shape: float, purpose: str, session: int) -> float:
        return float(gamma.ppf(self.uniform(purpose, session), shape, scale=1 / shape))


def planted_ruptures(client: str, sessions: list[dict]) -> list[tuple]:
    found: list[tuple] = []
    before = 0.0
    for row in sessions:
        if row["rupture"] and not before:
            found.append((client, row["session"], row["rupture"], math.nan))
        if before and not row["rupture"]:
            found[-1] = (*found[-1][:3], row["session"])
        before = row["rupture"]
    return found


@pytest.mark.parametrize(
    ("world", "knobs", "do_alliance"),
    [*((world, {}, 0.0) for world in WORLDS), ("causal", STORMY, 0.0), ("causal", STORMY, 0.7)],
)
def test_every_client_is_what_the_plain_equations_make_of_the_same_luck(
    world: str, knobs: dict, do_alliance: float
) -> None:
    n, seed = 40, 11
    clinic = simulate_clinic(n, world, seed, do_alliance=do_alliance, **knobs)
    settings_ = replace(WORLDS[world], **knobs)
    draws = Draws(seed, n)
    people, rows, endings, ruptures = [], [], [], []
    for place, client in enumerate(clinic.courses["client"]):
        luck = Luck(draws, place, place // settings_.clients_per_therapist)
        person, sessions, ending, end = plain_clinic.one_client(settings_, luck, do_alliance)
        people.append({"client": client, **person})
        rows += [{"client": client, **row} for row in sessions]
        ruptures += planted_ruptures(client, sessions)
        endings.append((client, len(sessions), ending, sessions[0]["symptoms_rating"], end))
    truth, close = clinic.truth, {"check_dtype": False, "rtol": 0, "atol": 1e-9}
    assert_frame_equal(truth.clients.drop(columns="therapist"), pd.DataFrame(people), **close)
    assert_frame_equal(truth.sessions, pd.DataFrame(rows), **close)
    names = ["client", "sessions_attended", "ending", "symptoms_first", "symptoms_last"]
    assert list(clinic.courses[names].itertuples(index=False, name=None)) == endings
    expected = pd.DataFrame(ruptures, columns=["client", "onset", "depth", "repair_session"])
    expected["repaired"] = expected["repair_session"].notna()
    found = truth.ruptures.astype({"repair_session": "float64"})
    assert_frame_equal(found, expected.astype(found.dtypes), **close)
    observed = truth.sessions[["client", "session", "rating", "symptoms_rating"]]
    shown = clinic.ratings.drop(columns="rater").set_axis(observed.columns, axis=1)
    assert_frame_equal(shown, observed)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("n_clients", [1, 300])
def test_ratings_and_courses_are_already_what_the_checks_give_back(
    world: str, n_clients: int
) -> None:
    clinic = simulate_clinic(n_clients, world, seed=3)
    assert_frame_equal(aw.check_ratings(clinic.ratings), clinic.ratings)
    assert_frame_equal(aw.check_courses(clinic.courses), clinic.courses)


def test_each_client_has_a_course_and_a_row_for_every_session_attended() -> None:
    clinic = simulate_clinic(500, seed=4)
    numbers = clinic.ratings.groupby("client")["session"].agg(["min", "max", "size"])
    attended = clinic.courses.set_index("client")["sessions_attended"]
    assert (numbers["min"] == 1).all()
    assert numbers["max"].tolist() == numbers["size"].tolist() == attended.tolist()
    assert attended.max() == 16
    assert set(clinic.courses["ending"][(attended == 16).to_numpy()]) == {"completed"}
    assert clinic.courses["therapist"].nunique() == 25
    assert clinic.courses["client"].tolist() == clinic.truth.clients["client"].tolist()


def test_ratings_stand_on_the_steps_of_the_scale_and_inside_it() -> None:
    high = simulate_clinic(2_000, seed=1, mean_alliance=4.9)
    rated = high.ratings["alliance"].dropna()
    assert rated.max() == 5
    assert np.allclose(rated * 12, np.rint(rated * 12), rtol=0, atol=1e-9)
    low = simulate_clinic(2_000, seed=1, mean_alliance=1, steps_per_point=4)
    rated = low.ratings["alliance"].dropna()
    assert rated.min() == 1
    assert (rated * 4 == np.rint(rated * 4)).all()
    assert low.ratings["symptoms"].between(0, 40).all()
    assert high.truth.sessions["alliance"].max() > 5


@given(few=st.integers(1, 40), more=st.integers(1, 200), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=15, deadline=None)
def test_a_client_is_the_same_whatever_the_size_of_the_clinic(
    few: int, more: int, seed: int
) -> None:
    small = simulate_clinic(few, "shared_events", seed, **STORMY | {"max_sessions": 9})
    large = simulate_clinic(few + more, "shared_events", seed, **STORMY | {"max_sessions": 9})
    assert_frame_equal(large.courses.head(few), small.courses)
    known = small.courses["client"]
    for name in ("clients", "sessions", "ruptures"):
        table = getattr(large.truth, name)
        here = table[table["client"].isin(known)].reset_index(drop=True)
        assert_frame_equal(here, getattr(small.truth, name))


def test_fifty_clients_are_the_first_fifty_of_five_thousand() -> None:
    small, large = simulate_clinic(50, seed=9), simulate_clinic(5_000, seed=9)
    assert_frame_equal(large.ratings.head(len(small.ratings)), small.ratings)
    assert_frame_equal(large.courses.head(50), small.courses)


def test_a_longer_treatment_begins_as_the_shorter_one_did() -> None:
    short, long = (simulate_clinic(300, seed=9, max_sessions=n) for n in (5, 30))
    parts = ["client", "session", "alliance", "symptoms", "rupture"]
    beginning = long.truth.sessions.query("session <= 5")[parts].reset_index(drop=True)
    assert_frame_equal(short.truth.sessions[parts], beginning)


def test_another_seed_gives_other_clients() -> None:
    one, other = (simulate_clinic(200, seed=seed).truth.clients["trait"] for seed in (1, 2))
    assert not np.isin(one, other).any()
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.25


def test_streams_of_different_purposes_and_sessions_are_unrelated() -> None:
    draws = Draws(seed=3, n=4_000)
    streams = [
        number
        for purpose in Purpose
        for session in (0, 1, 16)
        for number in draws.uniform(purpose, session)
    ]
    standard = (np.array(streams) - 0.5) * math.sqrt(12)
    r = standard @ standard.T / 4_000 - np.eye(len(streams))
    assert np.abs(r).max() < 5 / math.sqrt(4_000)
    assert np.abs(standard.mean(axis=1)).max() < 5 / math.sqrt(4_000)


def test_no_uniform_number_is_0_or_1() -> None:
    ends = _uniform(np.array([0, 2**32 - 1], dtype=np.uint32))
    assert 0 < ends[0] < 2.0**-32
    assert 1 - 2.0**-32 < ends[1] < 1


def test_writing_into_the_ratings_leaves_the_truth_as_it_is() -> None:
    clinic = simulate_clinic(20, seed=8)
    before = clinic.truth.sessions.copy(deep=True)
    clinic.ratings["alliance"] = clinic.ratings["alliance"].fillna(1)
    clinic.ratings.loc[:, "session"] += 1
    clinic.ratings.loc[0, "client"] = "nobody"
    assert_frame_equal(clinic.truth.sessions, before)


PINNED = {
    "causal": "71bc143f267d37a4ebc19285b797692e9266ce0f6ae5c25ae985e4755e0a4f2a",
    "confounded": "b3eca5f0f2c01e3491b926eeb1e8c501206900f9ce793341db5fa1aa4946dff0",
    "shared_events": "0f0386a3c366e9420b6e0534c73dae90c1a0845ca5e687f0f9a9819f88640e93",
    "no_effect": "36e55f372b7a003ab5cddc7bc8477a056613f3c657171d39e87a948f130d22b7",
}


@pytest.mark.parametrize("world", WORLDS)
def test_a_seed_gives_the_very_same_clinic_on_every_machine(world: str) -> None:
    clinic = simulate_clinic(100, world, seed=2024)
    tables = clinic.ratings, clinic.courses, clinic.truth.ruptures.round(6)
    text = "".join(table.to_csv(index=False, lineterminator="\n") for table in tables)
    assert hashlib.sha256(text.encode()).hexdigest() == PINNED[world]


def test_what_makes_a_clinic_stands_in_its_truth_and_makes_it_again() -> None:
    clinic = simulate_clinic(30, "confounded", seed=5, do_alliance=0.2, repair_rate=0.1)
    truth = clinic.truth
    assert (truth.world, truth.seed, truth.do_alliance) == ("confounded", 5, 0.2)
    assert truth.knobs == replace(WORLDS["confounded"], repair_rate=0.1)
    knobs = {knob.name: getattr(truth.knobs, knob.name) for knob in fields(truth.knobs)}
    again = simulate_clinic(30, truth.world, truth.seed, do_alliance=truth.do_alliance, **knobs)
    assert_frame_equal(again.truth.sessions, truth.sessions)


def test_the_simulator_is_loaded_with_the_first_clinic_and_not_before() -> None:
    code = (
        "import alliance_widgets as aw, sys; name = 'alliance_widgets.simulate'; "
        "before = name in sys.modules; aw.simulate_clinic(1); aw.Clinic; "
        "print(before, name in sys.modules, 'statsmodels' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True", "False"]


def problems_of(*args: object, **knobs: object) -> list[str]:
    with pytest.raises(aw.SimulationError) as caught:
        simulate_clinic(*args, **knobs)  # type: ignore[arg-type]
    return list(caught.value.problems)


def test_an_unknown_knob_is_named_with_the_nearest_one_and_the_list() -> None:
    near, known = problems_of(10, terapist_sd=1)
    assert near == "there is no knob 'terapist_sd'. Did you mean 'therapist_sd'?"
    assert all(knob.name in known for knob in fields(Knobs))
    assert problems_of(10, zzz=1)[0] == "there is no knob 'zzz'."


def test_an_unknown_world_is_named_with_the_nearest_one_and_the_list() -> None:
    assert problems_of(10, "casual") == [
        "there is no world 'casual'. Did you mean 'causal'? The worlds are: causal, confounded, "
        "shared_events, no_effect."
    ]
    assert "no world ['causal']" in problems_of(10, ["causal"])[0]


@pytest.mark.parametrize(
    ("given_", "problem"),
    [
        ({"n_clients": 0}, "n_clients is 0; expected a whole number from 1 to 10000000."),
        ({"n_clients": 2.5}, "n_clients is 2.5; expected a whole number from 1 to 10000000."),
        ({"n_clients": True}, "n_clients is True; expected a whole number from 1 to 10000000."),
        ({"seed": -1}, f"seed is -1; expected a whole number from 0 to {2**64 - 1}."),
        ({"seed": 2**64}, f"seed is {2**64}; expected a whole number from 0 to {2**64 - 1}."),
        ({"do_alliance": math.nan}, "do_alliance is nan; expected a number from -1000 to 1000."),
        ({"growth_mean": "much"}, "growth_mean is 'much'; expected a number from -1000 to 1000."),
        ({"growth_sd": 10**400}, f"growth_sd is 1{'0' * 38}…; expected a number from 0 to 1000."),
        ({"session_sd": 0}, "session_sd is 0; expected a number from 0.001 to 1000."),
        ({"client_sd": -0.1}, "client_sd is -0.1; expected a number from 0 to 1000."),
        ({"repair_rate": 1.01}, "repair_rate is 1.01; expected a number from 0 to 1."),
        (
            {"autocorrelation": 1},
            "autocorrelation is 1; expected a number between -1 and 1, both left out.",
        ),
        ({"max_sessions": 0}, "max_sessions is 0; expected a whole number from 1 to 1000."),
        ({"mean_alliance": math.inf}, "mean_alliance is inf; expected a number from 1 to 5."),
        ({"missing_rate": None}, "missing_rate is None; expected a number from 0 to 1."),
    ],
)
def test_an_impossible_value_is_named_with_what_is_possible(given_: dict, problem: str) -> None:
    assert problems_of(**{"n_clients": 5} | given_) == [problem]


def test_all_faults_are_named_at_once() -> None:
    problems = problems_of(-1, "causl", "x", do_alliance=None, repair=1, event_rate=3)
    assert [problem.split()[0] for problem in problems[:3]] == ["n_clients", "seed", "do_alliance"]
    assert len(problems) == 7
    with pytest.raises(aw.SimulationError) as caught:
        Knobs(client_sd=-1, repair_rate=9)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("knob", fields(Knobs), ids=lambda knob: knob.name)
def test_every_knob_changes_the_clinic(knob: Field) -> None:
    usual = STORMY | {"trait_on_dropout": 0.2}
    start = simulate_clinic(400, "shared_events", 1, **usual)
    value = getattr(start.truth.knobs, knob.name)
    moved = value + (3 if knob.metadata.get("whole") else 0.3)
    moved = moved if moved < knob.metadata["high"] else value - 0.2
    other = simulate_clinic(400, "shared_events", 1, **usual | {knob.name: moved})
    same = start.ratings.equals(other.ratings) and start.courses.equals(other.courses)
    assert not same


def test_a_clinic_without_any_spread_or_change_is_flat() -> None:
    spreads = [knob.name for knob in fields(Knobs) if knob.name.endswith("_sd")]
    flat = dict.fromkeys(spreads, 0.0) | {"session_sd": 0.001, "growth_mean": 0}
    calm = {"rupture_intercept": -100, "missing_rate": 0, "missing_before_dropout": 0}
    clinic = simulate_clinic(50, "no_effect", 1, **flat, **calm, mean_alliance=3.75)
    assert set(clinic.ratings["alliance"]) == {3.75}
    assert (clinic.truth.clients["trait_z"] == 0).all()
