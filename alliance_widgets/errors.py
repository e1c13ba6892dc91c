"""What the kit raises when a table, a file or a setting breaks its contract, and warns of."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence

from alliance_widgets.words import say

__all__ = [
    "AllianceError",
    "AllianceWarning",
    "CourseError",
    "FitWarning",
    "InstrumentError",
    "MatchWarning",
    "QuestionError",
    "RatingError",
    "RuleError",
    "SimulationError",
    "WorkFileError",
    "warn",
]

MOST_SHOWN = 20


class AllianceError(ValueError):
    """Something a caller can mend. `problems` lists every fault, each with its fix, in words.

    The message shows the first twenty and counts the rest.

    Parameters
    ----------
    problems : sequence of str
        The faults, a sentence or more each.

    Attributes
    ----------
    problems : tuple of str
        All of them, also those that the message only counts.
    """

    opening = "errors.opening"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        shown = [*self.problems[:MOST_SHOWN]]
        if len(self.problems) > MOST_SHOWN:
            shown.append(say("errors.more", n=len(self.problems) - MOST_SHOWN))
        super().__init__(say(self.opening) + "\n  " + "\n  ".join(shown))


class RatingError(AllianceError):
    """The table of session ratings breaks its contract."""

    opening = "errors.ratings"


class CourseError(AllianceError):
    """The table of courses of treatment breaks its contract."""

    opening = "errors.courses"


class InstrumentError(AllianceError):
    """An instrument is unknown, or its description is incomplete."""

    opening = "errors.instruments"


class RuleError(AllianceError):
    """A rupture rule has impossible settings, or ratings it cannot judge."""

    opening = "errors.rules"


class SimulationError(AllianceError):
    """A simulated clinic has an unknown world or knob, or an impossible setting."""

    opening = "errors.simulation"


class QuestionError(AllianceError):
    """A question is incomplete or contradicts itself, or what it should show cannot be shown."""

    opening = "errors.questions"


class WorkFileError(AllianceError):
    """Something cannot be kept in the work file, or an uploaded file holds no work."""

    opening = "errors.workfile"


class AllianceWarning(UserWarning):
    """A result that is given and must be read with care. `problems` says why, in words.

    Parameters
    ----------
    problems : sequence of str
        What to read with care, a sentence or more each.

    Attributes
    ----------
    problems : tuple of str
        The same sentences.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n  ".join(self.problems))


class MatchWarning(AllianceWarning):
    """Some clients stand in one of two tables only, so the result is about the others."""


class FitWarning(AllianceWarning, RuntimeWarning):
    """A model was fitted, and some of what it says is rough or at the edge of what can be."""


def warn(warning: AllianceWarning) -> None:
    """Warn, at the line outside the kit that called it, wherever in the kit this stands."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and _of_the_kit(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    warnings.warn(warning, stacklevel=level)


def _of_the_kit(module: str) -> bool:
    return module.partition(".")[0] == __name__.partition(".")[0]
