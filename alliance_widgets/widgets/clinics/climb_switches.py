"""A clinic whose mean climbs, and a switch for every cause that could make it climb."""

from __future__ import annotations

import math
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from alliance_widgets.charts.clinics.climb import climb_picture
from alliance_widgets.errors import SimulationError
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._lab import Lab
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.words import say

__all__ = ["ClimbSwitches"]

SWITCHES = MappingProxyType(
    {
        "growth": {"growth_mean": 0.0, "growth_sd": 0.0},
        "leaving": {
            **{"trait_on_dropout": 0.0, "session_on_dropout": 0.0, "rupture_on_dropout": 0.0},
            **{"ease_on_dropout": 0.0, "event_on_dropout": 0.0},
        },
        "completing": {"completion_intercept": -40.0},
        "blanks": {"missing_rate": 0.0, "missing_before_dropout": 0.0},
    }
)
"""What can be switched off, and the knobs of `simulate_clinic` that do it."""


class ClimbSwitches(Lab):
    """What the climb of a clinic's mean is made of, with each cause there or switched off.

    Switching a cause off runs the same clinic again, with the same dice and without it.

    Read with care: only where one can switch a cause off and see its part go may one say
    “because”. In a real clinic there is no such switch.

    Parameters
    ----------
    n_clients : int, default 12000
        How many clients, as in `simulate_clinic`.
    world : {"causal", "confounded", "shared_events", "no_effect"}, default "causal"
        The world, as in `simulate_clinic`.
    seed : int, default 2
        The dice.
    last : int, default 12
        The climb is that from session 1 to this one.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.
    **knobs : numbers
        Further settings of `simulate_clinic`.

    Attributes
    ----------
    controls : Controls
        Assign `controls.values` to move the switches.
    parts : DataFrame
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    SimulationError
        For an impossible clinic.
    RatingError
        If nobody rated both sessions.
    """

    code_name = "CLIMB"

    def __init__(
        self,
        n_clients: int = 12_000,
        world: str = "causal",
        seed: int = 2,
        last: int = 12,
        *,
        code: str | None = None,
        **knobs: object,
    ) -> None:
        self._last = last
        self._clinic: dict[str, Any] = {"n_clients": n_clients, "world": world, "seed": seed}
        self._knobs = knobs
        self._run = lru_cache(maxsize=None)(self._run_without)
        whole = self.parts_without()["points"].sum()
        self._high = max(math.ceil(14 * whole) / 10, 0.2)
        items = [make.check(name, say(f"climb.switch.{name}")) for name in SWITCHES]
        controls = Controls(items, say("climb.switches"), **dict.fromkeys(SWITCHES, True))
        super().__init__(controls)
        self._begin_with(code)

    @property
    def parts(self) -> pd.DataFrame:
        """The parts of the climb that is shown now, as `climb_parts` gives them."""
        return self.parts_without(*self._off())

    def parts_without(self, *causes: str) -> pd.DataFrame:
        """The parts of the climb without these causes: growth, leaving, completing, blanks.

        Parameters
        ----------
        *causes : str
            What is switched off; none, for the whole climb.

        Returns
        -------
        DataFrame
            As `climb_parts` gives it.

        Raises
        ------
        SimulationError
            For an unknown cause.
        """
        unknown = [cause for cause in causes if cause not in SWITCHES]
        if unknown:
            known = ", ".join(SWITCHES)
            raise SimulationError([say("climb.unknown", name=repr(unknown[0]), known=known)])
        return self._run(tuple(name for name in SWITCHES if name in causes))

    def _off(self) -> tuple[str, ...]:
        return tuple(name for name in SWITCHES if not self.controls.values[name])

    def _run_without(self, off: tuple[str, ...]) -> pd.DataFrame:
        from alliance_widgets.simulate import simulate_clinic
        from alliance_widgets.trajectories import climb_parts

        changed = {knob: value for name in off for knob, value in SWITCHES[name].items()}
        clinic = simulate_clinic(**{**self._clinic, **self._knobs, **changed})
        return climb_parts(clinic.ratings, clinic.courses, last=self._last)

    def _redraw(self, _change: object = None) -> None:
        shown = self.parts, self.parts_without(), self._last, self._off(), self._high
        self._show(climb_picture(*shown))
