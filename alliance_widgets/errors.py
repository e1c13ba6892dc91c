"""What the kit raises when a table, a file or a setting breaks its contract."""

from __future__ import annotations

from collections.abc import Sequence

from alliance_widgets.words import say

__all__ = [
    "AllianceError",
    "CourseError",
    "InstrumentError",
    "QuestionError",
    "RatingError",
    "RuleError",
    "SimulationError",
    "WorkFileError",
]

MOST_SHOWN = 20


class AllianceError(ValueError):
    """Something a caller can mend. `problems` lists every fault, each with its fix, in words.

    The message shows the first twenty and counts the rest.
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
