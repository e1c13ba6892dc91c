"""League tables: therapists in order of what their clients rated, year after year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_widgets.arguments import check_number, check_whole
from alliance_widgets.errors import SimulationError
from alliance_widgets.simulate.draws import MOST_SEEDS
from alliance_widgets.simulate.knobs import FARTHEST, Knobs
from alliance_widgets.words import say

__all__ = ["simulate_leagues"]

MOST_RATINGS = 20_000_000
CLIENTS_DRAWN = 64  # so that the first eight clients are the same, whoever comes after them


def simulate_leagues(
    clients_each: int = 8,
    years: int = 2,
    therapist_sd: float = 0.0,
    *,
    therapists: int = 10,
    leagues: int = 1,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per league, year and therapist: the mean of that year's ratings, and the place.

    Clients are new every year, and come to therapists by the dice. A rating is the mean of all,
    what the therapist adds, what the client brings and the session's wobble, with the spreads that
    `simulate_clinic` has, rounded and cut off as there.

    Read with care: a league table always has a first place, also where everybody is alike.

    Parameters
    ----------
    clients_each : int, default 8
        How many clients each therapist has in a year.
    years : int, default 2
        How many years.
    therapist_sd : float, default 0
        SD of what therapists add, in points of the 1–5 scale; 0 where all are alike.
    therapists : int, default 10
        How many therapists a league has, from 2 on.
    leagues : int, default 1
        How many leagues, each with therapists of its own.
    seed : int, default 0
        The dice.

    Returns
    -------
    DataFrame
        `league`, `year` and `therapist` from 1 on; `mean`, the mean rating in points of the 1–5
        scale; `place`, 1 for the highest mean of that year; `adds`, what the therapist truly adds.

    Raises
    ------
    SimulationError
        For a setting that cannot be, or more ratings than there is room for.
    """
    whole = {"clients_each": (clients_each, 1), "years": (years, 1), "therapists": (therapists, 2)}
    for name, (value, low) in {**whole, "leagues": (leagues, 1)}.items():
        check_whole(name, value, low, MOST_RATINGS, SimulationError)
    check_whole("seed", seed, 0, MOST_SEEDS, SimulationError)
    sd = check_number("therapist_sd", therapist_sd, 0, FARTHEST, SimulationError)
    drawn = max(int(clients_each), CLIENTS_DRAWN)
    n = int(leagues) * int(years) * int(therapists) * drawn
    if n > MOST_RATINGS:
        raise SimulationError([say("leagues.too_many", n=n, most=MOST_RATINGS)])
    knobs, random = Knobs(), np.random.default_rng(seed)
    adds = sd * random.normal(size=(leagues, 1, therapists))
    spread = np.hypot(knobs.client_sd, knobs.session_sd)
    own = spread * random.normal(size=(leagues, years, therapists, drawn))[..., :clients_each]
    steps = knobs.steps_per_point
    ratings = np.round((knobs.mean_alliance + adds[..., np.newaxis] + own) * steps) / steps
    means = ratings.clip(1, 5).mean(axis=-1)
    places = 1 + np.argsort(np.argsort(-means, axis=-1, kind="stable"), axis=-1, kind="stable")
    index = np.indices(means.shape).reshape(3, -1) + 1
    return pd.DataFrame(
        {
            **dict(zip(("league", "year", "therapist"), index, strict=True)),
            "mean": means.ravel(),
            "place": places.ravel(),
            "adds": np.broadcast_to(adds, means.shape).ravel(),
        }
    )
