"""The alliance workbook's kit: rate sessions, see ruptures and repairs, doubt what rules say.

>>> import alliance_widgets as aw
>>> cases = aw.load_data("single_cases")
>>> aw.find_ruptures(cases, rule="reliable_drop")

Teaching material: nothing here says anything about a real client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from alliance_widgets import recovery, rules, widgets
from alliance_widgets.courses import check_courses, read_courses
from alliance_widgets.datasets import data_sets, load_data
from alliance_widgets.errors import (
    AllianceError,
    CourseError,
    InstrumentError,
    QuestionError,
    RatingError,
    RuleError,
    SimulationError,
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
from alliance_widgets.wide import from_wide, to_wide
from alliance_widgets.widgets import (
    CaseBook,
    ChartView,
    DropoutExplorer,
    ManyAnalyses,
    NoiseLab,
    PathFit,
    Question,
    RegressionToTheMean,
    Reveal,
    RuleComparator,
    RuptureSpotter,
    SessionRatingForm,
    TapTheRuptures,
    ThreeSlopes,
    TrajectorySketch,
    TwoWorlds,
    VignetteReader,
    WhoIsMissing,
    draw_bare_charts,
)

if TYPE_CHECKING:
    from alliance_widgets import charts
    from alliance_widgets.agreement import (
        compare_rules,
        rule_agreement,
    )
    from alliance_widgets.dialogues import (
        markers,
        vignettes,
    )
    from alliance_widgets.dropout import (
        compare_retention,
        cumulative_incidence,
        definition_agreement,
        dropout_by_definition,
        dropout_by_pattern,
        dropout_definitions,
        fit_cox,
        fit_hazard,
        landmark,
        person_period,
        retention,
    )
    from alliance_widgets.effects import (
        convert_effect,
        dropout_difference,
        evidence,
        outcome_correlation,
        pool_effects,
        risk_by_third,
        synthetic_studies,
    )
    from alliance_widgets.noise import (
        false_alarms,
    )
    from alliance_widgets.simulate import (
        Clinic,
        simulate_clinic,
    )
    from alliance_widgets.trajectories import (
        explain_shape,
        fitted_paths,
        growth_curve,
        mean_over_time,
        shape_reasons,
        split_within_between,
        summarise_trajectories,
    )
    from alliance_widgets.workfile import (
        WorkFile,
        warn_identifying,
    )

__all__ = [
    "AllianceError",
    "CaseBook",
    "ChartView",
    "Clinic",
    "CourseError",
    "DropoutExplorer",
    "Instrument",
    "InstrumentError",
    "ManyAnalyses",
    "NoiseLab",
    "PathFit",
    "Question",
    "QuestionError",
    "RatingError",
    "RegressionToTheMean",
    "Reveal",
    "RuleComparator",
    "RuleError",
    "RuptureSpotter",
    "SessionRatingForm",
    "SimulationError",
    "TapTheRuptures",
    "ThreeSlopes",
    "TrajectorySketch",
    "TwoWorlds",
    "VignetteReader",
    "WhoIsMissing",
    "WorkFile",
    "WorkFileError",
    "case_patterns",
    "charts",
    "check_courses",
    "check_ratings",
    "compare_retention",
    "compare_rules",
    "convert_effect",
    "cumulative_incidence",
    "data_sets",
    "definition_agreement",
    "dropout_by_definition",
    "dropout_by_pattern",
    "dropout_definitions",
    "dropout_difference",
    "evidence",
    "explain_shape",
    "false_alarms",
    "find_ruptures",
    "fit_cox",
    "fit_hazard",
    "fitted_paths",
    "flag_sessions",
    "from_wide",
    "growth_curve",
    "instrument",
    "instruments",
    "landmark",
    "load_data",
    "markers",
    "mean_over_time",
    "outcome_correlation",
    "person_period",
    "pool_effects",
    "read_courses",
    "read_ratings",
    "recovery",
    "retention",
    "risk_by_third",
    "rule_agreement",
    "rule_limits",
    "rules",
    "score",
    "session_limits",
    "shape_reasons",
    "simulate_clinic",
    "split_within_between",
    "summarise_trajectories",
    "synthetic_studies",
    "to_wide",
    "vignettes",
    "warn_identifying",
    "widgets",
]

# What takes a while to load is loaded when somebody first asks for it: Altair with the first
# chart, the work file with the first work to keep, the simulator with the first clinic.
_LATER = {
    "agreement": ("compare_rules", "rule_agreement"),
    "dialogues": ("markers", "vignettes"),
    "dropout": (
        "compare_retention",
        "cumulative_incidence",
        "definition_agreement",
        "dropout_by_definition",
        "dropout_by_pattern",
        "dropout_definitions",
        "fit_cox",
        "fit_hazard",
        "landmark",
        "person_period",
        "retention",
    ),
    "effects": (
        "convert_effect",
        "dropout_difference",
        "evidence",
        "outcome_correlation",
        "pool_effects",
        "risk_by_third",
        "synthetic_studies",
    ),
    "noise": ("false_alarms",),
    "simulate": ("Clinic", "simulate_clinic"),
    "trajectories": (
        "explain_shape",
        "fitted_paths",
        "growth_curve",
        "mean_over_time",
        "shape_reasons",
        "split_within_between",
        "summarise_trajectories",
    ),
    "workfile": ("WorkFile", "warn_identifying"),
}

__version__ = "0.1.0"

draw_bare_charts()


def __getattr__(name: str) -> Any:
    if name == "charts":
        return import_module("alliance_widgets.charts")
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module(f"alliance_widgets.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
