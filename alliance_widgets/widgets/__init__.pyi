from .cases.case_book import CaseBook as CaseBook
from .classroom.class_board import ClassBoard as ClassBoard
from .classroom.task_sheet import task as task
from .clinics.arrow_sketch import ArrowSketch as ArrowSketch
from .clinics.climb_switches import ClimbSwitches as ClimbSwitches
from .clinics.dice_fits import DiceFits as DiceFits
from .clinics.dropout_explorer import DropoutExplorer as DropoutExplorer
from .clinics.many_analyses import ManyAnalyses as ManyAnalyses
from .clinics.path_labs import (
    PathFit as PathFit,
)
from .clinics.path_labs import (
    ThreeSlopes as ThreeSlopes,
)
from .clinics.path_labs import (
    WhoIsMissing as WhoIsMissing,
)
from .clinics.prize_giving import PrizeGiving as PrizeGiving
from .clinics.two_worlds import TwoWorlds as TwoWorlds
from .page.chart import ChartView as ChartView
from .page.form import SessionRatingForm as SessionRatingForm
from .questions.ask import ask as ask
from .questions.beliefs import Beliefs as Beliefs
from .questions.question import Question as Question
from .questions.reveal import Reveal as Reveal
from .questions.trajectory_sketch import TrajectorySketch as TrajectorySketch
from .questions.verdicts import Verdicts as Verdicts
from .raters.reply_practice import ReplyPractice as ReplyPractice
from .raters.rupture_spotter import RuptureSpotter as RuptureSpotter
from .raters.vignette_reader import VignetteReader as VignetteReader
from .rules.base_rate_lab import BaseRateLab as BaseRateLab
from .rules.noise_lab import NoiseLab as NoiseLab
from .rules.regression_lab import RegressionToTheMean as RegressionToTheMean
from .rules.rule_comparator import RuleComparator as RuleComparator
from .rules.tap_ruptures import TapTheRuptures as TapTheRuptures
