"""The four worlds as settings, and how a person's own settings join them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from alliance_widgets.arguments import nearest
from alliance_widgets.errors import SimulationError
from alliance_widgets.simulate.draws import MOST_SEEDS
from alliance_widgets.simulate.knobs import FARTHEST, Knobs, shortened, unless_fits
from alliance_widgets.words import say

__all__ = ["WORLDS", "chosen_knobs", "faults_of_run"]

MOST_CLIENTS = 10_000_000

WORLDS: Mapping[str, Knobs] = MappingProxyType(
    {
        "causal": Knobs(
            dropout_intercept=-4.40,
            trait_on_dropout=-0.42,
            session_on_dropout=-0.15,
            rupture_on_dropout=1.0,
            trait_on_symptoms=-0.075,
            session_on_symptoms=-1.6,
            relief_on_alliance=0.02,
        ),
        "confounded": Knobs(
            dropout_intercept=-4.50,
            ease_in_trait=0.8,
            ease_on_dropout=-0.80,
            ease_on_symptoms=-0.165,
            relief_on_alliance=0.02,
        ),
        "shared_events": Knobs(
            dropout_intercept=-4.70,
            ease_in_trait=0.8,
            ease_on_dropout=-0.72,
            ease_on_symptoms=-0.17,
            relief_on_alliance=0.02,
            event_rate=0.05,
            event_on_alliance=-0.45,
            event_on_dropout=1.6,
        ),
        "no_effect": Knobs(),
    }
)
"""The settings of each world; `simulate_clinic` says what makes them differ."""


def chosen_knobs(world: str, given: Mapping[str, Any], faults: Sequence[str] = ()) -> Knobs:
    """The knobs of a world, with those given in place of its own.

    Raises `SimulationError` naming an unknown world, every unknown knob (with the nearest name),
    every impossible value, and the `faults` that were found before.
    """
    problems = [*faults]
    if not isinstance(world, str) or world not in WORLDS:
        problems.append(_unknown("simulate.unknown_world", world, WORLDS))
    known = {knob.name: knob.metadata for knob in fields(Knobs)}
    strange = [name for name in given if name not in known]
    problems += [_unknown("simulate.unknown_knob", name, known) for name in strange]
    if strange:
        problems.append(say("simulate.knobs", known=", ".join(known)))
    for name, value in given.items():
        if name in known:
            problems += unless_fits(name, value, **known[name])
    if problems:
        raise SimulationError(problems)
    return replace(WORLDS[world], **given)


def faults_of_run(n_clients: object, seed: object, do_alliance: object) -> list[str]:
    """What is impossible about the size, the seed or the intervention of a run."""
    return [
        *unless_fits("n_clients", n_clients, 1, MOST_CLIENTS, whole=True),
        *unless_fits("seed", seed, 0, MOST_SEEDS - 1, whole=True),
        *unless_fits("do_alliance", do_alliance, -FARTHEST, FARTHEST),
    ]


def _unknown(key: str, name: object, known: Collection[str]) -> str:
    near = nearest(str(name).lower(), known, n=1, cutoff=0.5)
    hint = say("simulate.near", name=repr(near[0])) if near else ""
    return say(key, name=shortened(name), near=hint, known=", ".join(known))
