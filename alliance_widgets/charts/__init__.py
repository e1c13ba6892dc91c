"""A table becomes an Altair chart, with its own words. This is where Altair is loaded."""

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
from alliance_widgets.charts.spans import span_form, span_table
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
    "mean_form",
    "mean_tables",
    "mean_words",
    "read_case",
    "slopes_form",
    "slopes_tables",
    "span_form",
    "span_table",
    "trajectory_form",
    "trajectory_tables",
]
