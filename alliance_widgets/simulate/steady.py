"""Clients to whom nothing happens, and what becomes of those who were lowest once."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["lowest_at", "steady_clients"]

LEVEL, BETWEEN, NOISE = 3.9, 0.35, 0.4


def steady_clients(
    n_clients: int = 40,
    n_sessions: int = 6,
    level: float = LEVEL,
    between_sd: float = BETWEEN,
    noise_sd: float = NOISE,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Session ratings of clients in whom nothing ever changes, and the truth about them.

    The first table has `client`, `session` and `alliance` on the 1–5 scale; the second has
    `client` and `usual`, the level that the client's ratings scatter around from the first
    session to the last (mean `level`, SD `between_sd` between clients, SD `noise_sd` from session
    to session; scores beyond the ends of the scale are put at its ends).

    Read with care: of those who are lowest in one session, some are low always and the rest had a
    bad hour. The second part is over in the next session, whatever anybody does.
    """
    random = np.random.default_rng(seed)
    usual = np.clip(random.normal(level, between_sd, n_clients), 1, 5)
    scores = usual[:, np.newaxis] + random.normal(0, noise_sd, (n_clients, n_sessions))
    names = [f"C{number:02d}" for number in range(1, n_clients + 1)]
    ratings = pd.DataFrame(
        {
            "client": np.repeat(names, n_sessions),
            "session": np.tile(np.arange(1, n_sessions + 1), n_clients),
            "alliance": np.clip(scores, 1, 5).round(2).ravel(),
        }
    )
    return ratings, pd.DataFrame({"client": names, "usual": usual})


def lowest_at(ratings: pd.DataFrame, session: int, n: int = 5) -> list[str]:
    """The `n` clients with the lowest alliance at that session, the lowest first."""
    then = ratings[ratings["session"] == session].sort_values(["alliance", "client"])
    return then["client"].head(n).tolist()
