"""The twelve lines of a round: thrown dice, some with a planted rupture, and what was tapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import judge
from alliance_widgets.ruptures.noise import noise_cases
from alliance_widgets.simulate.planted import plant_ruptures
from alliance_widgets.words import say

__all__ = [
    "HIGH",
    "LINES",
    "LOW",
    "MOST_ROUNDS",
    "SETTINGS",
    "Thrown",
    "can_be_planted",
    "can_be_thrown",
    "planted_in",
]

LINES = 12
LOW, HIGH = 1.0, 5.0
MOST_ROUNDS = 10_000
PLANTING, HOW_MANY = 2, 3  # dice of their own: what is planted must not hang on the noise
SETTINGS: dict[str, float] = {
    **{"n_sessions": 10, "autocorrelation": 0.0},
    **{"noise_sd": 0.3, "level": 4.0},
}
RANGES = {
    **{"n_sessions": (2, 60), "autocorrelation": (-0.95, 0.95)},
    **{"noise_sd": (0, 2), "level": (LOW, HIGH)},
}


@dataclass(frozen=True, eq=False)
class Thrown:
    """Lines from these dice, with ruptures planted in so many of them."""

    seed: int
    settings: Mapping[str, float]
    planted: int = 0

    @cached_property
    def _both(self) -> tuple[np.ndarray, pd.DataFrame]:
        chosen = {**self.settings, "n_sessions": int(self.settings["n_sessions"])}
        thrown = noise_cases(**chosen, step=None, replicates=LINES, seed=self.seed)  # type: ignore[arg-type]
        thrown, planted = plant_ruptures(thrown, self.planted, (PLANTING, self.seed))
        return np.clip(np.round(thrown, 2), LOW, HIGH), planted

    @property
    def scores(self) -> np.ndarray:
        """One row per line, one column per session, 1 to 5."""
        return self._both[0]

    @property
    def lines(self) -> pd.DataFrame:
        """The lines as ratings: `client` ("Line 1", ...), `session`, `alliance`."""
        sessions = self.scores.shape[1]
        return pd.DataFrame(
            {
                "client": np.repeat([say("taps.line", i=i + 1) for i in range(LINES)], sessions),
                "session": np.tile(np.arange(1, sessions + 1), LINES),
                "alliance": self.scores.ravel(),
            }
        )

    @property
    def ruptures(self) -> pd.DataFrame:
        """What was planted: `client`, `onset`, `last`, `depth`, by line."""
        planted = self._both[1]
        lines = [say("taps.line", i=case + 1) for case in planted["case"]]
        columns = ["client", "onset", "last", "depth"]
        return planted.drop(columns="case").assign(client=lines)[columns]

    @cached_property
    def held(self) -> dict[int, tuple[int, int]]:
        """The lines in which a rupture was planted, with its first and last session."""
        planted = self._both[1]
        spans = zip(planted["onset"].tolist(), planted["last"].tolist(), strict=True)
        return dict(zip((planted["case"] + 1).tolist(), spans, strict=True))

    def flags(self, rule: Rule) -> pd.DataFrame:
        """What a rule says of every session, in the order of the lines."""
        return judge(self.lines, rule).limits

    def marks(self, rule: Rule) -> list[list[int]]:
        """Per line the places of the sessions that a rule flags, from 0."""
        flagged = self.flags(rule)["flagged"].to_numpy(dtype=bool)
        return [np.flatnonzero(line).tolist() for line in flagged.reshape(LINES, -1)]


def planted_in(throw: int, seed: int, at_first: int) -> int:
    """How many ruptures are planted in a later throw: up to twice as many as in the first."""
    draw = np.random.default_rng((HOW_MANY, seed, throw))
    return min(int(draw.integers(2 * at_first + 1)), LINES)


def can_be_thrown(settings: Mapping[str, Any]) -> bool:
    """Whether dice with these settings can be thrown."""
    return set(settings) == set(RANGES) and all(
        isinstance(settings[name], int | float)
        and not isinstance(settings[name], bool)
        and low <= settings[name] <= high
        for name, (low, high) in RANGES.items()
    )


def can_be_planted(planted: object) -> bool:
    """Whether ruptures can be planted in so many of the lines."""
    return type(planted) is int and 0 <= planted <= LINES
