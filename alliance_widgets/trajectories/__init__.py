"""The path of the alliance: each client's line, curve and shape, and who is compared with whom."""

from __future__ import annotations

from alliance_widgets.trajectories.centring import hold_session_constant, split_within_between
from alliance_widgets.trajectories.climb import PARTS, PLACES, climb_parts, whereabouts
from alliance_widgets.trajectories.growth import growth_curve
from alliance_widgets.trajectories.missing import MEANS, mean_over_time
from alliance_widgets.trajectories.shapes import (
    SHAPES,
    explain_shape,
    fitted_paths,
    shape_reasons,
    summarise_trajectories,
)

__all__ = [
    "MEANS",
    "PARTS",
    "PLACES",
    "SHAPES",
    "climb_parts",
    "explain_shape",
    "fitted_paths",
    "growth_curve",
    "hold_session_constant",
    "mean_over_time",
    "shape_reasons",
    "split_within_between",
    "summarise_trajectories",
    "whereabouts",
]
