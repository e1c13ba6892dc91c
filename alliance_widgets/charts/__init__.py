"""A table becomes an Altair chart, with its own words. This is where Altair is loaded."""

from alliance_widgets.charts.analyses import analyses_form, analyses_words
from alliance_widgets.charts.arrows import (
    REASONS,
    arrow_sketches,
    arrows_form,
    arrows_tables,
    arrows_words,
)
from alliance_widgets.charts.clinics import (
    clinics_form,
    clinics_tables,
    clinics_words,
    hundreds_form,
    hundreds_tables,
)
from alliance_widgets.charts.forest import forest
from alliance_widgets.charts.icons import icon_array
from alliance_widgets.charts.incidence import (
    incidence_curve,
    incidence_form,
    incidence_tables,
    incidence_words,
)
from alliance_widgets.charts.matrix import (
    matrix_form,
    matrix_tables,
    matrix_words,
    rule_matrix,
    rule_rows,
    rule_titles,
)
from alliance_widgets.charts.multiples import (
    multiples_form,
    multiples_tables,
    small_multiples,
)
from alliance_widgets.charts.noise import (
    rates_form,
    rates_tables,
    rates_words,
    regression_form,
    regression_tables,
)
from alliance_widgets.charts.paths import (
    fit_form,
    fit_tables,
    mean_form,
    mean_tables,
    mean_words,
    slopes_form,
    slopes_tables,
)
from alliance_widgets.charts.reading import CaseReading, read_case
from alliance_widgets.charts.retention import (
    retention_curve,
    retention_form,
    retention_tables,
    retention_words,
)
from alliance_widgets.charts.sentences import compare_last_session, describe
from alliance_widgets.charts.shares import shares_form, shares_tables
from alliance_widgets.charts.sketch import compare_sketch
from alliance_widgets.charts.spans import span_form, span_table
from alliance_widgets.charts.trajectory import (
    alliance_trajectory,
    trajectory_form,
    trajectory_tables,
)

__all__ = [
    "REASONS",
    "CaseReading",
    "alliance_trajectory",
    "analyses_form",
    "analyses_words",
    "arrow_sketches",
    "arrows_form",
    "arrows_tables",
    "arrows_words",
    "clinics_form",
    "clinics_tables",
    "clinics_words",
    "compare_last_session",
    "compare_sketch",
    "describe",
    "fit_form",
    "fit_tables",
    "forest",
    "hundreds_form",
    "hundreds_tables",
    "icon_array",
    "incidence_curve",
    "incidence_form",
    "incidence_tables",
    "incidence_words",
    "matrix_form",
    "matrix_tables",
    "matrix_words",
    "mean_form",
    "mean_tables",
    "mean_words",
    "multiples_form",
    "multiples_tables",
    "rates_form",
    "rates_tables",
    "rates_words",
    "read_case",
    "regression_form",
    "regression_tables",
    "retention_curve",
    "retention_form",
    "retention_tables",
    "retention_words",
    "rule_matrix",
    "rule_rows",
    "rule_titles",
    "shares_form",
    "shares_tables",
    "slopes_form",
    "slopes_tables",
    "small_multiples",
    "span_form",
    "span_table",
    "trajectory_form",
    "trajectory_tables",
]
