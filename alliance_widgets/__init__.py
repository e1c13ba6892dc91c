"""The alliance workbook's kit: rate sessions, see ruptures and repairs, doubt what rules say.

>>> import alliance_widgets as aw
>>> cases = aw.load_data("single_cases")
>>> aw.find_ruptures(cases, rule="reliable_drop")

Teaching material: nothing here says anything about a real client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from alliance_widgets import rules, widgets
from alliance_widgets.courses import check_courses, read_courses
from alliance_widgets.datasets import data_sets, load_data
from alliance_widgets.errors import (
    AllianceError,
    CourseError,
    InstrumentError,
    QuestionError,
    RatingError,
    RuleError,
    WorkFileError,
)
from alliance_widgets.instruments import Instrument, instrument, instruments
from alliance_widgets.ratings import check_ratings, read_ratings
from alliance_widgets.ruptures import (
    case_patterns,
    find_ruptures,
    flag_sessions,
    rule_limits,
    session_limits,
)
from alliance_widgets.scoring import score
from alliance_widgets.widgets import (
    CaseBook,
    ChartView,
    Question,
    Reveal,
    SessionRatingForm,
    TrajectorySketch,
    draw_bare_charts,
)

if TYPE_CHECKING:
    from alliance_widgets import charts
    from alliance_widgets.workfile import WorkFile, warn_identifying

__all__ = [
    "AllianceError",
    "CaseBook",
    "ChartView",
    "CourseError",
    "Instrument",
    "InstrumentError",
    "Question",
    "QuestionError",
    "RatingError",
    "Reveal",
    "RuleError",
    "SessionRatingForm",
    "TrajectorySketch",
    "WorkFile",
    "WorkFileError",
    "case_patterns",
    "charts",
    "check_courses",
    "check_ratings",
    "data_sets",
    "find_ruptures",
    "flag_sessions",
    "instrument",
    "instruments",
    "load_data",
    "read_courses",
    "read_ratings",
    "rule_limits",
    "rules",
    "score",
    "session_limits",
    "warn_identifying",
    "widgets",
]

__version__ = "0.1.0"

draw_bare_charts()


def __getattr__(name: str) -> Any:
    # Altair doubles the time this package takes to import, so it is loaded with the first chart;
    # the work file is loaded when somebody has work to keep.
    if name == "charts":
        return import_module("alliance_widgets.charts")
    if name in ("WorkFile", "warn_identifying"):
        return getattr(import_module("alliance_widgets.workfile"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
