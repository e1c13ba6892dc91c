"""How fast `simulate_clinic` is, against a Python loop over clients with the same model.

    python benchmarks/simulate.py [CLIENTS]

The loop twice: as one writes it with NumPy, every number of a client drawn in advance (so that an
intervention changes nothing else, as in the kit), and on bare Python floats with numbers drawn when
they are asked for, the reference of the tests, which cannot give that promise and is about as fast
as Python gets. Both make all the tables that the kit makes. They run on a fifth of the clients and
their time is scaled up; all must find the same share of dropouts, give or take chance.

Exits 1 unless simulate_clinic takes at most 2 % of the time of the loop with NumPy, and ten times
the clients at most thirteen times the time (the caches of a machine are not linear).
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from _figures import Figure, report

from alliance_widgets.simulate import WORLDS, Knobs, simulate_clinic

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import plain_clinic

SHARE_OF_LOOP, TIMES_FOR_TEN = 0.02, 13


def one_client_with_numpy(knobs: Knobs, rng: np.random.Generator) -> tuple:
    """What `plain_clinic.one_client` gives, as one writes it with NumPy."""
    n = knobs.max_sessions + 1
    therapist_effect, ease, own, growth, start, improvement = rng.normal(size=6)
    mood, noises, end_noise = rng.normal(size=n), rng.normal(size=n), rng.normal()
    begins, repairs, turns, leaving, completing, unrated = rng.random((6, n))
    depths = rng.gamma(knobs.rupture_shape, knobs.rupture_depth / knobs.rupture_shape, n)

    therapist_effect = knobs.therapist_sd * therapist_effect
    loading = knobs.ease_in_trait
    distance = therapist_effect + knobs.client_sd * (loading * ease + np.sqrt(1 - loading**2) * own)
    trait_z = distance / np.hypot(knobs.therapist_sd, knobs.client_sd)
    person = {
        "trait": knobs.mean_alliance + distance,
        "trait_z": trait_z,
        "therapist_effect": therapist_effect,
        "ease": ease,
        "growth": knobs.growth_mean + knobs.growth_sd * growth,
        "symptoms": knobs.symptoms_mean + knobs.symptoms_sd * start,
        "improvement": knobs.improvement_mean
        + knobs.improvement_sd * improvement
        - knobs.trait_on_symptoms * trait_z
        - knobs.ease_on_symptoms * ease,
    }
    symptoms, rupture, bonus, relief, event = person["symptoms"], 0.0, 0.0, 0.0, False
    onset_log_odds = knobs.rupture_intercept + knobs.trait_on_rupture * trait_z
    rows = []
    for t in range(1, n):
        if t == 1:
            fluctuation = knobs.session_sd * mood[t]
            noise = knobs.symptom_noise_sd * noises[t]
        else:
            share = knobs.autocorrelation
            fluctuation = share * fluctuation + np.sqrt(1 - share**2) * knobs.session_sd * mood[t]
            share = knobs.symptom_autocorrelation
            noise = share * noise + np.sqrt(1 - share**2) * knobs.symptom_noise_sd * noises[t]
        if rupture > 0:
            if repairs[t] < knobs.repair_rate:
                rupture, bonus = 0.0, bonus + knobs.repair_bonus
        elif t > 1 and begins[t] < 1 / (1 + np.exp(-onset_log_odds)):
            rupture = depths[t]
        event = turns[t] >= knobs.event_end_rate if event else turns[t] < knobs.event_rate
        distance = person["growth"] * np.log(t) + fluctuation - rupture + bonus + relief
        distance += knobs.event_on_alliance * event
        rating = np.round((person["trait"] + distance) * knobs.steps_per_point)
        rating = min(max(rating / knobs.steps_per_point, 1.0), 5.0)
        rated_symptoms = min(max(np.round(symptoms + noise), 0), 40)
        log_odds = (
            knobs.dropout_intercept
            + knobs.early_on_dropout * (t <= knobs.early_sessions)
            + knobs.trait_on_dropout * trait_z
            + knobs.session_on_dropout * distance / knobs.session_sd
            + knobs.rupture_on_dropout * (rupture > 0)
            + knobs.ease_on_dropout * ease
            + knobs.event_on_dropout * event
        )
        dropout = 1 / (1 + np.exp(-log_odds))
        log_odds = (
            knobs.completion_intercept
            + knobs.session_number_on_completion * t
            + knobs.recovery_on_completion * (rated_symptoms < knobs.recovered_below)
        )
        completion = 1 / (1 + np.exp(-log_odds))
        if t == knobs.max_sessions:
            dropout, completion = 0.0, 1.0
        leaves = leaving[t] < dropout
        completes = not leaves and completing[t] < completion
        rated = 1 - knobs.missing_rate
        if leaves:
            rated *= 1 - knobs.missing_before_dropout
        rows.append(
            {
                "session": t,
                "alliance": person["trait"] + distance,
                "rating": rating if unrated[t] < rated else np.nan,
                "fluctuation": fluctuation,
                "rupture": rupture,
                "bonus": bonus,
                "relief": relief,
                "event": event,
                "symptoms": symptoms,
                "symptoms_rating": rated_symptoms,
                "dropout_hazard": dropout,
                "completion_hazard": completion,
            }
        )
        fall = person["improvement"] - knobs.session_on_symptoms * distance
        symptoms = symptoms - fall
        relief = knobs.relief_carried * relief + knobs.relief_on_alliance * fall
        if leaves or completes:
            break
    share = knobs.symptom_autocorrelation
    noise = share * noise + np.sqrt(1 - share**2) * knobs.symptom_noise_sd * end_noise
    end = min(max(np.round(symptoms + noise), 0), 40)
    return person, rows, "dropped_out" if leaves else "completed", end


class Luck:
    """The numbers of one client, drawn when they are asked for."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def uniform(self, _purpose: str, _session: int = 0) -> float:
        return self.rng.random()

    def normal(self, _purpose: str, _session: int = 0) -> float:
        return self.rng.standard_normal()

    def gamma(self, shape: float, _purpose: str, _session: int) -> float:
        return self.rng.standard_gamma(shape) / shape


def one_client_with_floats(knobs: Knobs, rng: np.random.Generator) -> tuple:
    """The reference of the tests."""
    return plain_clinic.one_client(knobs, Luck(rng))


def ruptures_in(client: str, rows: list[dict]) -> Iterator[dict]:
    """The planted ruptures of a client."""
    before = 0.0
    found: dict = {}
    for row in rows:
        if row["rupture"] and not before:
            found = {"client": client, "onset": row["session"], "depth": row["rupture"]}
            yield found
        elif before and not row["rupture"]:
            found["repair_session"] = row["session"]
        before = row["rupture"]


def clinic_by_loop(one_client: Callable, n_clients: int, knobs: Knobs) -> list[pd.DataFrame]:
    """Courses, ratings and the three tables of the truth, as simulate_clinic makes them."""
    courses, people, sessions, ruptures = [], [], [], []
    for number in range(n_clients):
        client, rng = f"C{number + 1:05d}", np.random.default_rng([0, number])
        person, rows, ending, end = one_client(knobs, rng)
        people.append({"client": client, **person})
        sessions += [{"client": client, **row} for row in rows]
        ruptures += ruptures_in(client, rows)
        first, left = rows[0]["symptoms_rating"], ending == "dropped_out"
        missed, viewed, by, plan = rng.random(4).tolist()
        courses.append(
            {
                "client": client,
                "sessions_attended": len(rows),
                "ending": ending,
                "missed_last": missed < (0.75 if left else 0.08),
                "therapist_view": "dropped_out"
                if viewed < (0.85 if left else 0.12)
                else "completed",
                "planned_sessions": (8, 12, 12, 16)[int(plan * 4)],
                "reliable_change": first - end >= 6,
                "ending_by": ("outside" if by < 0.1 else "client")
                if left
                else ("mutual" if by < 0.8 else "client" if by < 0.9 else "therapist"),
                "therapist": f"T{number // knobs.clients_per_therapist + 1:03d}",
                "symptoms_first": first,
                "symptoms_last": end,
            }
        )
    planted = pd.DataFrame(sessions)
    columns = {"rating": "alliance", "symptoms_rating": "symptoms"}
    ratings = planted[["client", "session", *columns]].rename(columns=columns)
    ratings.insert(2, "rater", "client")
    return [pd.DataFrame(courses), ratings, pd.DataFrame(people), planted, pd.DataFrame(ruptures)]


def clinic_of_the_kit(n_clients: int) -> list[pd.DataFrame]:
    """The same five tables."""
    clinic = simulate_clinic(n_clients)
    truth = clinic.truth
    return [clinic.courses, clinic.ratings, truth.clients, truth.sessions, truth.ruptures]


def seconds(times: int, work: Callable[[], list[pd.DataFrame]]) -> tuple[float, float]:
    """The shortest time on the processor, and the share dropping out."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        courses, *_ = work()
        spent.append(time.process_time() - start)
    return min(spent), float((courses["ending"] == "dropped_out").mean())


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", type=int, nargs="?", default=10_000)
    n = parser.parse_args().clients
    part = max(n // 5, 1)
    simulate_clinic(10)  # loads scipy
    kit, share = seconds(15, lambda: clinic_of_the_kit(n))
    large, _ = seconds(3, lambda: clinic_of_the_kit(10 * n))
    loops = []
    for one_client in (one_client_with_numpy, one_client_with_floats):
        spent, found = seconds(
            2, lambda one=one_client: clinic_by_loop(one, part, WORLDS["causal"])
        )
        loops.append(spent * n / part)
        if abs(share - found) > 5 * np.sqrt(0.16 / part):
            raise SystemExit(f"not the same model: {share:.3f} and {found:.3f} drop out")
    with_numpy, with_floats = loops
    bound, ratio = f"{SHARE_OF_LOOP * with_numpy:.3f}", f"{kit / with_numpy:.4f} of the loop"
    rows = [
        (f"{n} clients, loop with NumPy", with_numpy, "", ""),
        (f"{n} clients, loop on bare floats", with_floats, "", ""),
        (f"{n} clients, simulate_clinic", kit, bound, ratio),
        ("", kit, "", f"{kit / with_floats:.4f} of the loop on bare floats"),
        (
            f"{10 * n} clients, simulate_clinic",
            large,
            f"{TIMES_FOR_TEN * kit:.3f}",
            f"{large / kit:.1f} times a tenth of them",
        ),
    ]
    shown = pd.DataFrame(rows, columns=["way", "seconds", "bound", "ratio"])
    print(shown.to_string(index=False, formatters={"seconds": "{:.3f}".format}))
    return report(
        [
            Figure("simulate_clinic / loop with NumPy", kit / with_numpy, SHARE_OF_LOOP),
            Figure("ten times the clients, in times the time", large / kit, TIMES_FOR_TEN),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
