from . import charts as charts
from . import rules as rules
from . import widgets as widgets
from .classwork.handin import (
    hand_in as hand_in,
)
from .classwork.pool import (
    Pool as Pool,
)
from .classwork.pool import (
    class_code as class_code,
)
from .classwork.pool import (
    pool as pool,
)
from .classwork.pool import (
    pool_codes as pool_codes,
)
from .dialogues import markers as markers
from .dialogues import vignettes as vignettes
from .dropout import (
    compare_retention as compare_retention,
)
from .dropout import (
    cumulative_incidence as cumulative_incidence,
)
from .dropout import (
    definition_agreement as definition_agreement,
)
from .dropout import (
    dropout_by_definition as dropout_by_definition,
)
from .dropout import (
    dropout_by_pattern as dropout_by_pattern,
)
from .dropout import (
    dropout_definitions as dropout_definitions,
)
from .dropout import (
    fit_cox as fit_cox,
)
from .dropout import (
    fit_hazard as fit_hazard,
)
from .dropout import (
    landmark as landmark,
)
from .dropout import (
    person_period as person_period,
)
from .dropout import (
    retention as retention,
)
from .effects import (
    convert_effect as convert_effect,
)
from .effects import (
    dropout_difference as dropout_difference,
)
from .effects import (
    evidence as evidence,
)
from .effects import (
    outcome_correlation as outcome_correlation,
)
from .effects import (
    pool_effects as pool_effects,
)
from .effects import (
    risk_by_third as risk_by_third,
)
from .effects import (
    synthetic_studies as synthetic_studies,
)
from .errors import (
    AllianceError as AllianceError,
)
from .errors import (
    AllianceWarning as AllianceWarning,
)
from .errors import (
    CourseError as CourseError,
)
from .errors import (
    FitWarning as FitWarning,
)
from .errors import (
    InstrumentError as InstrumentError,
)
from .errors import (
    MatchWarning as MatchWarning,
)
from .errors import (
    QuestionError as QuestionError,
)
from .errors import (
    RatingError as RatingError,
)
from .errors import (
    RuleError as RuleError,
)
from .errors import (
    SimulationError as SimulationError,
)
from .errors import (
    WorkFileError as WorkFileError,
)
from .ruptures import recovery as recovery
from .ruptures.agreement import compare_rules as compare_rules
from .ruptures.agreement import rule_agreement as rule_agreement
from .ruptures.episodes import (
    case_patterns as case_patterns,
)
from .ruptures.episodes import (
    find_ruptures as find_ruptures,
)
from .ruptures.episodes import (
    flag_sessions as flag_sessions,
)
from .ruptures.episodes import (
    rule_limits as rule_limits,
)
from .ruptures.episodes import (
    session_limits as session_limits,
)
from .ruptures.hits import hits_and_false_alarms as hits_and_false_alarms
from .ruptures.noise import false_alarms as false_alarms
from .simulate import (
    Clinic as Clinic,
)
from .simulate import simulate_clinic as simulate_clinic
from .simulate import (
    simulate_leagues as simulate_leagues,
)
from .simulate import (
    simulate_trials as simulate_trials,
)
from .tables.courses import check_courses as check_courses
from .tables.courses import read_courses as read_courses
from .tables.datasets import data_sets as data_sets
from .tables.datasets import load_data as load_data
from .tables.instruments import (
    Instrument as Instrument,
)
from .tables.instruments import (
    instrument as instrument,
)
from .tables.instruments import (
    instruments as instruments,
)
from .tables.ratings import check_ratings as check_ratings
from .tables.ratings import read_ratings as read_ratings
from .tables.scoring import score as score
from .tables.scoring_errors import find_scoring_errors as find_scoring_errors
from .tables.wide import (
    from_wide as from_wide,
)
from .tables.wide import (
    to_wide as to_wide,
)
from .trajectories import (
    climb_parts as climb_parts,
)
from .trajectories import (
    explain_shape as explain_shape,
)
from .trajectories import (
    fitted_paths as fitted_paths,
)
from .trajectories import (
    growth_curve as growth_curve,
)
from .trajectories import (
    mean_over_time as mean_over_time,
)
from .trajectories import (
    shape_reasons as shape_reasons,
)
from .trajectories import (
    split_within_between as split_within_between,
)
from .trajectories import (
    summarise_trajectories as summarise_trajectories,
)
from .trajectories import (
    whereabouts as whereabouts,
)
from .widgets import (
    ArrowSketch as ArrowSketch,
)
from .widgets import (
    BaseRateLab as BaseRateLab,
)
from .widgets import (
    Beliefs as Beliefs,
)
from .widgets import (
    CaseBook as CaseBook,
)
from .widgets import (
    ChartView as ChartView,
)
from .widgets import (
    ClassBoard as ClassBoard,
)
from .widgets import (
    ClimbSwitches as ClimbSwitches,
)
from .widgets import (
    DiceFits as DiceFits,
)
from .widgets import (
    DropoutExplorer as DropoutExplorer,
)
from .widgets import (
    ManyAnalyses as ManyAnalyses,
)
from .widgets import (
    NoiseLab as NoiseLab,
)
from .widgets import (
    PathFit as PathFit,
)
from .widgets import (
    PrizeGiving as PrizeGiving,
)
from .widgets import (
    Question as Question,
)
from .widgets import (
    RegressionToTheMean as RegressionToTheMean,
)
from .widgets import (
    ReplyPractice as ReplyPractice,
)
from .widgets import (
    Reveal as Reveal,
)
from .widgets import (
    RuleComparator as RuleComparator,
)
from .widgets import (
    RuptureSpotter as RuptureSpotter,
)
from .widgets import (
    SessionRatingForm as SessionRatingForm,
)
from .widgets import (
    TapTheRuptures as TapTheRuptures,
)
from .widgets import (
    ThreeSlopes as ThreeSlopes,
)
from .widgets import (
    TrajectorySketch as TrajectorySketch,
)
from .widgets import (
    TwoWorlds as TwoWorlds,
)
from .widgets import (
    Verdicts as Verdicts,
)
from .widgets import (
    VignetteReader as VignetteReader,
)
from .widgets import (
    WhoIsMissing as WhoIsMissing,
)
from .widgets import ask as ask
from .widgets import task as task
from .workfile import WorkFile as WorkFile
from .workfile import warn_identifying as warn_identifying

__version__: str
