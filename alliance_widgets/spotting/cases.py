"""The cases to mark: simulated ones, whose ruptures were planted, and ones nobody knows all of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from zlib import crc32

import numpy as np
import pandas as pd

from alliance_widgets.dialogues import vignettes
from alliance_widgets.errors import RatingError
from alliance_widgets.simulate import Clinic, simulate_clinic
from alliance_widgets.tables.datasets import load_data
from alliance_widgets.tables.instruments import instrument_of
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.words import say

__all__ = ["Case", "cases_of", "drawn_cases"]

SIMULATED = 6
FEWEST, MOST = 8, 14  # sessions: long enough to have a usual level, short enough to take in
CLINIC = 400
OFTEN = -2.6  # log odds of a rupture per session, so that a case with one is no rarity
MARKABLE = 3  # rated sessions: one to fall from, one that is low, one that is back


@dataclass(frozen=True, eq=False)
class Case:
    """One client's ratings to mark: `rated` has the client's rated sessions in order.

    `planted` has the ruptures that a simulator put in (`onset`, `repair_session`, `depth`), and
    is None where nobody knows what truly happened. `id` names case and ratings: the same ratings
    give the same id on every computer. `about` says, once it may be known, whose case it was.
    """

    name: str
    rated: pd.DataFrame = field(repr=False)
    planted: pd.DataFrame | None = field(default=None, repr=False)
    about: str = ""

    @cached_property
    def id(self) -> str:
        """The name and a checksum of sessions and ratings."""
        pairs = zip(self.sessions, self.rated["alliance"].tolist(), strict=True)
        text = ";".join(f"{session}:{value:.3f}" for session, value in pairs)
        return f"{self.name} {crc32(text.encode()):08x}"

    @property
    def sessions(self) -> tuple[int, ...]:
        """The rated sessions."""
        return tuple(self.rated["session"].tolist())

    @property
    def markable(self) -> tuple[int, ...]:
        """The sessions that can be marked: all but the first, which has nothing before it."""
        return self.sessions[1:]

    @property
    def low(self) -> float:
        """The weakest rating its scale has."""
        return float(instrument_of(self.rated).low)

    @property
    def high(self) -> float:
        """The strongest rating its scale has."""
        return float(instrument_of(self.rated).high)


def drawn_cases(seed: int) -> tuple[Case, ...]:
    """Eight cases in mixed order, the same for the same seed.

    Six are simulated, with two to four in which at least one rupture was planted and the others
    without any; one is of the shipped single cases and one of the vignettes' clients, of which no
    truth exists.

    Raises `SimulationError` for a seed that is none.
    """
    clinic = simulate_clinic(CLINIC, "no_effect", seed=seed, rupture_intercept=OFTEN)
    draw = np.random.default_rng([seed, 6])
    ruptured, calm = _long_enough(clinic)
    n = int(draw.integers(2, 5))
    chosen = [*draw.choice(ruptured, n, False), *draw.choice(calm, SIMULATED - n, False)]
    cases = [_simulated(clinic, str(client), seed) for client in chosen]
    shipped = (_single_cases(), _vignette_cases())
    cases += [each[int(draw.integers(len(each)))] for each in shipped]
    return tuple(cases[place] for place in draw.permutation(len(cases)))


def cases_of(ratings: pd.DataFrame) -> tuple[Case, ...]:
    """A case for each client of a table with at least three sessions that the client rated.

    Raises `RatingError` for faulty ratings, and where no client has so many.
    """
    found = _of_table(of_rater(ratings, "client"))
    if not found:
        raise RatingError([say("spotter.too_short", fewest=MARKABLE)])
    return found


def _of_table(rated: pd.DataFrame) -> tuple[Case, ...]:
    known = rated.dropna(subset=["alliance"])
    clients = known.groupby("client", sort=False)
    return tuple(
        Case(str(name), rows.reset_index(drop=True), about=say("spotter.about.given", client=name))
        for name, rows in clients
        if len(rows) >= MARKABLE
    )


def _long_enough(clinic: Clinic) -> tuple[list[str], list[str]]:
    """Clients with and without a planted rupture that ratings can show: those of a fair length,
    with at most one session unrated, and rated where a rupture begins and just before."""
    ratings, truth = clinic.ratings, clinic.truth.ruptures
    count = ratings.groupby("client")["alliance"].agg(["size", "count"])
    fair = count.index[count["size"].between(FEWEST, MOST) & (count["size"] - count["count"] <= 1)]
    unrated = ratings.loc[ratings["alliance"].isna(), ["client", "session"]]
    missing = set(unrated.itertuples(index=False, name=None))
    hidden = {
        client
        for client, onset in zip(truth["client"], truth["onset"], strict=True)
        if {(client, onset), (client, onset - 1)} & missing
    }
    with_any = set(truth["client"])
    ruptured = [client for client in fair if client in with_any and client not in hidden]
    return ruptured, [client for client in fair if client not in with_any]


def _simulated(clinic: Clinic, client: str, seed: int) -> Case:
    rows = clinic.ratings.query("client == @client").drop(columns="symptoms")
    planted = clinic.truth.ruptures.query("client == @client")
    return Case(
        f"simulated {seed} {client}",
        of_rater(rows, "client").dropna(subset=["alliance"]).reset_index(drop=True),
        planted[["onset", "repair_session", "depth"]].reset_index(drop=True),
        say("spotter.about.simulated", seed=seed),
    )


def _single_cases() -> tuple[Case, ...]:
    points = load_data("single_case_stories").set_index("client")["point"]
    cases = _of_table(of_rater(load_data("single_cases"), "client"))
    return tuple(
        Case(
            f"single {case.name}",
            case.rated,
            about=say("spotter.about.single", client=case.name, point=points[case.name]),
        )
        for case in cases
        if len(case.sessions) >= FEWEST - 1
    )


def _vignette_cases() -> tuple[Case, ...]:
    return tuple(
        Case(
            f"vignette {each.id}",
            case.rated,
            about=say("spotter.about.vignette", client=each.client, title=each.title),
        )
        for each in vignettes()
        for case in _of_table(of_rater(each.ratings, "client"))
    )
