"""A table becomes an Altair chart, with its own words. This is where Altair is loaded."""

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
    "read_case",
    "trajectory_form",
    "trajectory_tables",
]
