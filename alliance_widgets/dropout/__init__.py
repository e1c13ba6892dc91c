"""Who leaves, when, and what goes with it.

One row per client (courses) and one per session (ratings) go in; tables come out. Where a
number could mislead, the function that gives it says how.
"""

from alliance_widgets.dropout.competing import cumulative_incidence
from alliance_widgets.dropout.definitions import (
    definition_agreement,
    dropout_by_definition,
    dropout_definitions,
)
from alliance_widgets.dropout.hazards import fit_cox, fit_hazard
from alliance_widgets.dropout.kaplan_meier import compare_retention, retention
from alliance_widgets.dropout.landmarks import dropout_by_pattern, landmark
from alliance_widgets.dropout.person_periods import person_period

__all__ = [
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
]
