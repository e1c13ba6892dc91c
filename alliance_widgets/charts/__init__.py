"""A table becomes an Altair chart, with its own words. This is where Altair is loaded."""

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
from alliance_widgets.charts.sentences import compare_last_session, describe
from alliance_widgets.charts.sketch import compare_sketch
from alliance_widgets.charts.trajectory import (
    alliance_trajectory,
    trajectory_form,
    trajectory_tables,
)

__all__ = [
    "CaseReading",
    "alliance_trajectory",
    "compare_last_session",
    "compare_sketch",
    "describe",
    "fit_form",
    "fit_tables",
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
    "rule_matrix",
    "rule_rows",
    "rule_titles",
    "slopes_form",
    "slopes_tables",
    "small_multiples",
    "trajectory_form",
    "trajectory_tables",
]
