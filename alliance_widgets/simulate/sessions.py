"""The sessions of a simulated clinic: one step from session to session for all clients at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from alliance_widgets.repeating import repeated
from alliance_widgets.simulate.draws import Clients, Draws, Purpose, as_chance, as_gamma
from alliance_widgets.simulate.knobs import Knobs
from alliance_widgets.simulate.people import People
from alliance_widgets.tables.columns import Mask, Numbers

__all__ = ["Course", "run_sessions"]

LOWEST, HIGHEST = 1.0, 5.0
MOST_SYMPTOMS = 40.0

Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Course:
    """What happened.

    By client: `attended`, `dropped_out`, and `symptoms_end`, rated at the end assessment. By
    attended session, client after client: `client`, whose it is, and the columns `sessions`.
    """

    attended: npt.NDArray[np.int64]
    dropped_out: Mask
    symptoms_end: npt.NDArray[np.int64]
    client: Clients
    sessions: Columns


def run_sessions(knobs: Knobs, people: People, draws: Draws, do_alliance: float) -> Course:
    """Everything that happens from the first session until all have left or completed.

    A session's chances of leaving and of completing hold for those who attended it: whoever has
    left or completed is not asked again. Nobody leaves after the last possible session; those
    still there have completed.
    """
    there = _first_caseload(knobs, people)
    attended, dropped_out = np.zeros(draws.n, dtype=np.int64), np.zeros(draws.n, dtype=bool)
    symptoms, noise = np.zeros(draws.n), np.zeros(draws.n)
    rated_before_leaving = (1 - knobs.missing_rate) * (1 - knobs.missing_before_dropout)
    steps: list[Columns] = []
    present: list[Clients] = []
    for session in range(1, knobs.max_sessions + 1):
        here = there.clients
        step = _attend(knobs, there, draws, session, do_alliance)
        turn, next_turn = draws.uniform(Purpose.DROPOUT_AND_COMPLETION, session, here)
        leaves = turn < step["dropout_hazard"]
        completes = next_turn < step["completion_hazard"]
        unrated = draws.uniform(Purpose.UNRATED, session, here)[0] >= np.where(
            leaves, rated_before_leaving, 1 - knobs.missing_rate
        )
        step["rating"][unrated] = np.nan
        steps.append(step)
        present.append(here)
        ends = leaves | completes
        gone = here[ends]
        attended[gone], dropped_out[gone] = session, leaves[ends]
        symptoms[gone], noise[gone] = there.symptoms[ends], there.symptom_noise[ends]
        there = there.only(~ends)
        if not there.clients.size:
            break
    first_row = np.cumsum(attended) - attended
    rows = np.concatenate([first_row[here] + number for number, here in enumerate(present)])
    order = np.empty_like(rows)
    order[rows] = np.arange(len(rows))
    noise = _symptom_drift(
        knobs, noise, draws.normal(Purpose.FLUCTUATION_AND_NOISE)[0], first=False
    )
    return Course(
        attended=attended,
        dropped_out=dropped_out,
        symptoms_end=_marked(symptoms + noise),
        client=repeated(np.arange(draws.n), attended),
        sessions={name: _gathered(name, steps, order) for name in tuple(steps[0])},
    )


@dataclass(eq=False)
class _Caseload:
    """The clients still in treatment, and what each brings from one session into the next."""

    clients: Clients
    trait: Numbers
    growth: Numbers
    improvement: Numbers
    onset_hazard: Numbers
    leaning: Numbers
    symptoms: Numbers
    fluctuation: Numbers
    symptom_noise: Numbers
    rupture: Numbers
    bonus: Numbers
    relief: Numbers
    event: Mask

    def only(self, staying: Mask) -> _Caseload:
        """These clients, without the others."""
        kept = np.flatnonzero(staying)
        return _Caseload(*(getattr(self, name.name).take(kept) for name in fields(self)))


def _first_caseload(knobs: Knobs, people: People) -> _Caseload:
    n = len(people.trait)
    none = np.zeros(n)
    rupture = knobs.rupture_intercept + knobs.trait_on_rupture * people.trait_z
    leaning = (
        knobs.dropout_intercept
        + knobs.trait_on_dropout * people.trait_z
        + knobs.ease_on_dropout * people.ease
    )
    return _Caseload(
        clients=np.arange(n),
        trait=people.trait,
        growth=people.growth,
        improvement=people.improvement,
        onset_hazard=as_chance(rupture),
        leaning=leaning,
        symptoms=people.symptoms,
        fluctuation=none,
        symptom_noise=none,
        rupture=none,
        bonus=none,
        relief=none,
        event=np.zeros(n, dtype=bool),
    )


def _attend(
    knobs: Knobs, there: _Caseload, draws: Draws, session: int, do_alliance: float
) -> Columns:
    """One session of everybody there: what it was like, and the chances of what follows it.

    Leaves in `there` what the next session starts from.
    """
    mood, noise = draws.normal(Purpose.FLUCTUATION_AND_NOISE, session, there.clients)
    there.fluctuation = _drift(
        there.fluctuation, knobs.autocorrelation, knobs.session_sd * mood, first=session == 1
    )
    there.symptom_noise = _symptom_drift(knobs, there.symptom_noise, noise, first=session == 1)
    onset, repaired = _ruptures(knobs, there, draws, session)
    if knobs.event_rate:
        turn = draws.uniform(Purpose.EVENT, session, there.clients)[0]
        there.event = np.where(there.event, turn >= knobs.event_end_rate, turn < knobs.event_rate)

    from_trait = (
        there.growth * round(math.log(session), 12)
        + there.fluctuation
        - there.rupture
        + there.bonus
        + there.relief
        + knobs.event_on_alliance * there.event
        + do_alliance
    )
    alliance = there.trait + from_trait
    rating = np.rint(alliance * knobs.steps_per_point) / knobs.steps_per_point
    symptoms_rating = _marked(there.symptoms + there.symptom_noise)
    last = session == knobs.max_sessions
    leaving = (
        there.leaning
        + knobs.early_on_dropout * (session <= knobs.early_sessions)
        + knobs.session_on_dropout / knobs.session_sd * from_trait
        + knobs.rupture_on_dropout * (there.rupture > 0)
        + knobs.event_on_dropout * there.event
    )
    completing = (
        knobs.completion_intercept
        + knobs.session_number_on_completion * session
        + knobs.recovery_on_completion * (symptoms_rating < knobs.recovered_below)
    )
    step: Columns = {
        "session": np.full(len(alliance), session),
        "alliance": alliance,
        "rating": np.clip(rating, LOWEST, HIGHEST),
        "fluctuation": there.fluctuation,
        "rupture": there.rupture,
        "onset": onset,
        "repaired": repaired,
        "bonus": there.bonus,
        "relief": there.relief,
        "event": there.event,
        "symptoms": there.symptoms,
        "symptoms_rating": symptoms_rating,
        "dropout_hazard": np.zeros(len(alliance)) if last else as_chance(leaving),
        "completion_hazard": np.ones(len(alliance)) if last else as_chance(completing),
    }
    fall = there.improvement - knobs.session_on_symptoms * from_trait
    there.symptoms = there.symptoms - fall
    there.relief = knobs.relief_carried * there.relief + knobs.relief_on_alliance * fall
    return step


def _ruptures(knobs: Knobs, there: _Caseload, draws: Draws, session: int) -> tuple[Mask, Mask]:
    """Whose rupture begins and whose is repaired in this session; none begins in the first.

    A rupture can begin where none was open, and can be repaired from the next session on.
    """
    was_open = there.rupture > 0
    turn, depth = draws.uniform(Purpose.RUPTURE_AND_DEPTH, session, there.clients)
    repaired = was_open & (turn < knobs.repair_rate)
    onset = ~was_open & (turn < there.onset_hazard) & (session > 1)
    there.bonus = there.bonus + knobs.repair_bonus * repaired
    there.rupture = np.where(repaired, 0.0, there.rupture)
    there.rupture[onset] = knobs.rupture_depth * as_gamma(depth[onset], knobs.rupture_shape)
    return onset, repaired


def _drift(before: Numbers, share: float, new: Numbers, first: bool) -> Numbers:
    """The next value of a first-order autoregression whose spread stays the same."""
    return new if first else share * before + math.sqrt(1 - share**2) * new


def _symptom_drift(knobs: Knobs, before: Numbers, normal: Numbers, first: bool) -> Numbers:
    new = knobs.symptom_noise_sd * normal
    return _drift(before, knobs.symptom_autocorrelation, new, first)


def _marked(symptoms: Numbers) -> npt.NDArray[np.int64]:
    """The whole number that a questionnaire shows."""
    return np.clip(np.rint(symptoms), 0, MOST_SYMPTOMS).astype(np.int64)


def _gathered(name: str, steps: list[Columns], order: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    """One column of all sessions, which were written session by session, client after client."""
    return np.concatenate([step.pop(name) for step in steps]).take(order)
