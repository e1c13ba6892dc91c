"""A chart and a form under the hand."""

from alliance_widgets.widgets.arrow_sketch import ArrowSketch
from alliance_widgets.widgets.bare_charts import draw_bare_charts
from alliance_widgets.widgets.beliefs import Beliefs
from alliance_widgets.widgets.case_book import CaseBook
from alliance_widgets.widgets.chart_view import ChartView
from alliance_widgets.widgets.dropout_explorer import DropoutExplorer
from alliance_widgets.widgets.many_analyses import ManyAnalyses
from alliance_widgets.widgets.noise_lab import NoiseLab
from alliance_widgets.widgets.path_labs import PathFit, ThreeSlopes, WhoIsMissing
from alliance_widgets.widgets.question import Question
from alliance_widgets.widgets.regression_lab import RegressionToTheMean
from alliance_widgets.widgets.reveal import Reveal
from alliance_widgets.widgets.rule_comparator import RuleComparator
from alliance_widgets.widgets.rupture_spotter import RuptureSpotter
from alliance_widgets.widgets.session_rating_form import SessionRatingForm
from alliance_widgets.widgets.tap_ruptures import TapTheRuptures
from alliance_widgets.widgets.trajectory_sketch import TrajectorySketch
from alliance_widgets.widgets.two_worlds import TwoWorlds
from alliance_widgets.widgets.vignette_reader import VignetteReader

__all__ = [
    "ArrowSketch",
    "Beliefs",
    "CaseBook",
    "ChartView",
    "DropoutExplorer",
    "ManyAnalyses",
    "NoiseLab",
    "PathFit",
    "Question",
    "RegressionToTheMean",
    "Reveal",
    "RuleComparator",
    "RuptureSpotter",
    "SessionRatingForm",
    "TapTheRuptures",
    "ThreeSlopes",
    "TrajectorySketch",
    "TwoWorlds",
    "VignetteReader",
    "WhoIsMissing",
    "draw_bare_charts",
]
