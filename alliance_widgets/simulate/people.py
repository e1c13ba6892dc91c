"""Who comes to a simulated clinic: what stays the same about each client through all sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alliance_widgets.simulate.draws import Draws, Purpose
from alliance_widgets.simulate.knobs import Knobs
from alliance_widgets.tables.columns import Numbers

__all__ = ["People", "draw_people"]


@dataclass(frozen=True, eq=False)
class People:
    """One value per client: see `Truth.clients` for what each means."""

    therapist: npt.NDArray[np.int64]
    therapist_effect: Numbers
    ease: Numbers
    trait: Numbers
    trait_z: Numbers
    growth: Numbers
    symptoms: Numbers
    improvement: Numbers


def draw_people(knobs: Knobs, draws: Draws) -> People:
    """The clients of a clinic; a therapist's clients are neighbours in the table."""
    therapist = np.arange(draws.n) // knobs.clients_per_therapist
    effects = knobs.therapist_sd * draws.normal(Purpose.THERAPIST)[0]
    ease, other = draws.normal(Purpose.EASE_AND_TRAIT)
    growth, improvement = draws.normal(Purpose.GROWTH_AND_IMPROVEMENT)
    symptoms, _ = draws.normal(Purpose.SYMPTOMS)
    own = np.sqrt(1 - knobs.ease_in_trait**2) * other
    distance = effects[therapist] + knobs.client_sd * (knobs.ease_in_trait * ease + own)
    spread = np.sqrt(knobs.therapist_sd**2 + knobs.client_sd**2)
    trait_z = distance / spread if spread > 0 else np.zeros(draws.n)
    return People(
        therapist=therapist,
        therapist_effect=effects[therapist],
        ease=ease,
        trait=knobs.mean_alliance + distance,
        trait_z=trait_z,
        growth=knobs.growth_mean + knobs.growth_sd * growth,
        symptoms=knobs.symptoms_mean + knobs.symptoms_sd * symptoms,
        improvement=knobs.improvement_mean
        + knobs.improvement_sd * improvement
        - knobs.trait_on_symptoms * trait_z
        - knobs.ease_on_symptoms * ease,
    )
