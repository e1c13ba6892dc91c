"""A simulated clinic as tables: what its records show, and what was planted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.simulate.draws import Draws, Purpose
from alliance_widgets.simulate.knobs import Knobs
from alliance_widgets.simulate.people import People
from alliance_widgets.simulate.sessions import Course
from alliance_widgets.tables.columns import Mask

Text = pd.api.extensions.ExtensionArray

__all__ = ["Clinic", "Truth", "as_clinic"]

RELIABLE_CHANGE = 6
"""In points of the CORE-10, as commonly used; not checked against a paper."""

TRAITS = (
    "trait",
    "trait_z",
    "therapist_effect",
    "ease",
    "growth",
    "symptoms",
    "improvement",
)
MARKS = ("onset", "repaired")


@dataclass(frozen=True, eq=False)
class Truth:
    """What was planted in a simulated clinic, and with which settings.

    `world`, `seed`, `do_alliance` and `knobs` make the same clinic again. Alliance in points of the
    1–5 scale, symptoms in points of a 0–40 total.

    Parameters
    ----------
    world : str
        The world, as in `simulate_clinic`.
    seed : int
        The dice.
    do_alliance : float
        The intervention: points added to the true alliance of every session.
    knobs : Knobs
        All other settings.
    clients : DataFrame
        One row per client: `client`, `therapist`; `trait` (usual alliance before any growth) and
        `trait_z` (the same in SDs from the mean); `therapist_effect` (what the therapist adds to
        it); `ease` (interpersonal ease in SDs, the confounder); `growth` (alliance gained per unit
        of log session number); `symptoms` (true, at session 1); `improvement` (their fall per
        session at this client's trait and ease).
    sessions : DataFrame
        One row per client and attended session: `client`, `session`; `alliance` (true, not rounded,
        not cut off at the ends) and its parts `fluctuation`, `rupture` (depth of the open rupture,
        0 if none), `bonus` (from repairs so far), `relief` (from symptoms that fell), `event` (true
        while something in the client's life weighs on them); `rating` (what the client marked,
        missing if not rated); `symptoms` (true) and `symptoms_rating`; `dropout_hazard` and
        `completion_hazard` (the chances, for a client who attended this session, of leaving after
        it and, having stayed, of completing with it).
    ruptures : DataFrame
        One row per planted rupture: `client`, `onset`, `depth`, `repair_session` (missing if it was
        still open when the client's last session was over), `repaired`.
    """

    world: str
    seed: int
    do_alliance: float
    knobs: Knobs
    clients: pd.DataFrame
    sessions: pd.DataFrame
    ruptures: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Clinic:
    """A simulated clinic: `ratings` and `courses` as a real one keeps them, and the `truth`.

    Parameters
    ----------
    ratings : DataFrame
        One row per attended session, as `check_ratings` gives it.
    courses : DataFrame
        One row per client, as `check_courses` gives it.
    truth : Truth
        What was planted, and with which settings; no real clinic has it.
    """

    ratings: pd.DataFrame
    courses: pd.DataFrame
    truth: Truth


def as_clinic(
    run: tuple[str, int, float], knobs: Knobs, people: People, course: Course, draws: Draws
) -> Clinic:
    """The tables of a run (its world, seed and intervention)."""
    client = _names("C", 5, draws.n)
    therapist = _names("T", 3, int(people.therapist[-1]) + 1).take(people.therapist)
    of_row = pd.Series(client.take(course.client))
    sessions = {name: pd.Series(values, copy=False) for name, values in course.sessions.items()}
    ratings = {
        "client": of_row,
        "session": sessions["session"],
        "rater": _chosen(("client",), np.zeros(len(of_row), dtype=np.intp)),
        "alliance": sessions["rating"],
        "symptoms": sessions["symptoms_rating"],
    }
    clients = {"client": client, "therapist": therapist}
    for name in TRAITS:
        clients[name] = getattr(people, name)
    planted = {name: values for name, values in sessions.items() if name not in MARKS}
    truth = Truth(
        *run,
        knobs=knobs,
        clients=pd.DataFrame(clients),
        sessions=pd.DataFrame({"client": of_row, **planted}, copy=False),
        ruptures=_ruptures(client, course),
    )
    courses = _courses(client, therapist, knobs, course, draws)
    return Clinic(pd.DataFrame(ratings, copy=False), courses, truth)


def _courses(
    client: Text, therapist: Text, knobs: Knobs, course: Course, draws: Draws
) -> pd.DataFrame:
    """How each course ended, by several definitions, each drawn given what truly happened."""
    left = course.dropped_out

    def happens(purpose: Purpose, if_left: float, if_completed: float) -> Mask:
        return draws.uniform(purpose)[0] < np.where(left, if_left, if_completed)

    missed = happens(
        Purpose.LAST_APPOINTMENT, knobs.missed_if_dropped_out, knobs.missed_if_completed
    )
    seen = happens(
        Purpose.THERAPIST_VIEW,
        knobs.seen_as_dropout_if_dropped_out,
        knobs.seen_as_dropout_if_completed,
    )
    plan = np.searchsorted((0.25, 0.75), draws.uniform(Purpose.PLAN)[0])
    plans = np.ceil(knobs.max_sessions * np.array((0.5, 0.75, 1))).astype(np.int64)
    turn, _ = draws.uniform(Purpose.ENDING_BY)
    mutual = knobs.mutual_if_completed
    completed_by = np.searchsorted((mutual, (1 + mutual) / 2), turn, side="right")
    left_by = np.where(turn < knobs.outside_if_dropped_out, 3, 1)
    by = np.where(left, left_by, completed_by)
    first = course.sessions["symptoms_rating"][np.cumsum(course.attended) - course.attended]
    changed = first - course.symptoms_end >= RELIABLE_CHANGE
    return pd.DataFrame(
        {
            "client": client,
            "sessions_attended": course.attended,
            "ending": _chosen(("completed", "dropped_out"), left),
            "missed_last": pd.array(missed, dtype="boolean"),
            "therapist_view": _chosen(("completed", "dropped_out"), seen),
            "planned_sessions": pd.array(plans[plan], dtype="Int64"),
            "reliable_change": pd.array(changed, dtype="boolean"),
            "ending_by": _chosen(("mutual", "client", "therapist", "outside"), by),
            "therapist": therapist,
            "symptoms_first": first,
            "symptoms_last": course.symptoms_end,
        }
    )


def _ruptures(client: Text, course: Course) -> pd.DataFrame:
    """One row per planted rupture; the next repair of the same client is its repair."""
    sessions = course.sessions
    onset, repair = np.flatnonzero(sessions["onset"]), np.flatnonzero(sessions["repaired"])
    whose = course.client[onset]
    following = np.append(repair, -1)[np.searchsorted(repair, onset)]
    repaired = (following >= 0) & (course.client[following] == whose)
    repair_session = pd.Series(sessions["session"][following]).astype("Int64").where(repaired)
    return pd.DataFrame(
        {
            "client": client.take(whose),
            "onset": sessions["session"][onset],
            "depth": sessions["rupture"][onset],
            "repair_session": repair_session,
            "repaired": repaired,
        }
    )


def _names(letter: str, digits: int, n: int) -> Text:
    """C00001, C00002, ..."""
    name = f"{letter}{{:0{digits}}}"
    return pd.array([*map(name.format, range(1, n + 1))], dtype="str")


def _chosen(words: tuple[str, ...], which: npt.NDArray[Any]) -> Text:
    """For each number the word at that place."""
    return pd.array(words, dtype="str").take(which.astype(np.intp))
