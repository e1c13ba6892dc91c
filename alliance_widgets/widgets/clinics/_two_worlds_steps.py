"""How far somebody has come with the clinics of `TwoWorlds`, and what may be done next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from alliance_widgets.words import say

__all__ = ["FIRST", "LEADS_TO", "THIRD", "Reached", "Step", "Study", "clinic_name"]


class Step(IntEnum):
    """The last thing that was done. The number of a step is how many were."""

    LOOK = 0  # the figures of the first two clinics are there to be looked at
    FITTED = 1  # their fit is shown, and what is predicted is asked
    INTERVENED = 2  # their worlds are told, and what the intervention did
    MET = 3  # the figures of the third clinic stand beside them
    FITTED_THIRD = 4
    DONE = 5  # nothing is left to be told


@dataclass(frozen=True)
class Study:
    """Clinics that are fitted, asked about and intervened upon together; their two buttons."""

    letters: tuple[str, ...]
    beside: tuple[str, ...]  # the clinics whose figures stand side by side
    fit: str
    intervene: str
    fitted: Step
    intervened: Step


FIRST = Study(("A", "B"), ("A", "B"), "fit", "intervene", Step.FITTED, Step.INTERVENED)
THIRD = Study(("C",), ("A", "B", "C"), "fit_third", "intervene_third", Step.FITTED_THIRD, Step.DONE)
LEADS_TO = {
    **{study.fit: study.fitted for study in (FIRST, THIRD)},
    **{study.intervene: study.intervened for study in (FIRST, THIRD)},
    "third": Step.MET,
}
"""What each button does."""


@dataclass(frozen=True)
class Reached:
    """A step, and the letters of the clinics whose prediction is made or skipped."""

    step: Step
    predicted: frozenset[str] = frozenset()

    @property
    def met(self) -> tuple[str, ...]:
        """The clinics whose figures are known."""
        return (THIRD if self.step >= Step.MET else FIRST).beside

    def has_predicted(self, study: Study) -> bool:
        """Whether nothing is left to be predicted there."""
        return self.predicted >= {*study.letters}

    def has_fitted(self, study: Study) -> bool:
        """Whether its fit was made."""
        return self.step >= study.fitted

    def has_intervened(self, study: Study) -> bool:
        """Whether its worlds may be told: never without the predictions, whatever a file says."""
        before = study is FIRST or self.has_intervened(FIRST)
        return before and self.step >= study.intervened and self.has_predicted(study)

    def intervened(self) -> tuple[str, ...]:
        """The clinics whose worlds may be told."""
        return tuple(
            x for study in (FIRST, THIRD) if self.has_intervened(study) for x in study.letters
        )

    def refusals(self, button: str) -> list[str]:
        """Why a button cannot be pressed yet, in words."""
        if self.step < LEADS_TO[button] - 1:
            first = {
                Step.INTERVENED: say("worlds.intervene_first"),
                Step.MET: say("worlds.meet_first"),
            }
            return [first.get(Step(self.step + 1), say("worlds.fit_first"))]
        needed: Iterable[str] = next(
            (study.letters for study in (FIRST, THIRD) if study.intervene == button), ()
        )
        missing = [letter for letter in needed if letter not in self.predicted]
        return [say("worlds.predict_first", clinic=clinic_name(each)) for each in missing]


def clinic_name(letter: str) -> str:
    """ "Clinic A"."""
    return say("worlds.clinic", letter=letter)
