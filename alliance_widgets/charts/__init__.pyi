from ._drawing.reading import CaseReading as CaseReading
from ._drawing.reading import read_case as read_case
from ._drawing.sentences import compare_last_session as compare_last_session
from ._drawing.sentences import describe as describe
from .cases.matrix import (
    matrix_form as matrix_form,
)
from .cases.matrix import (
    matrix_tables as matrix_tables,
)
from .cases.matrix import (
    matrix_words as matrix_words,
)
from .cases.matrix import (
    rule_matrix as rule_matrix,
)
from .cases.matrix import (
    rule_rows as rule_rows,
)
from .cases.matrix import (
    rule_titles as rule_titles,
)
from .cases.multiples import (
    multiples_form as multiples_form,
)
from .cases.multiples import (
    multiples_tables as multiples_tables,
)
from .cases.multiples import (
    small_multiples as small_multiples,
)
from .cases.noise import (
    base_rate_form as base_rate_form,
)
from .cases.noise import (
    base_rate_tables as base_rate_tables,
)
from .cases.noise import (
    base_rate_words as base_rate_words,
)
from .cases.noise import (
    rates_form as rates_form,
)
from .cases.noise import (
    rates_tables as rates_tables,
)
from .cases.noise import (
    rates_words as rates_words,
)
from .cases.noise import (
    regression_form as regression_form,
)
from .cases.noise import (
    regression_tables as regression_tables,
)
from .cases.paths import (
    fit_form as fit_form,
)
from .cases.paths import (
    fit_tables as fit_tables,
)
from .cases.paths import (
    mean_form as mean_form,
)
from .cases.paths import (
    mean_tables as mean_tables,
)
from .cases.paths import (
    mean_words as mean_words,
)
from .cases.paths import (
    slopes_form as slopes_form,
)
from .cases.paths import (
    slopes_tables as slopes_tables,
)
from .cases.sketch import compare_sketch as compare_sketch
from .cases.spans import span_form as span_form
from .cases.spans import span_table as span_table
from .cases.tally import (
    tally_form as tally_form,
)
from .cases.tally import (
    tally_tables as tally_tables,
)
from .cases.tally import (
    tally_words as tally_words,
)
from .cases.trajectory import (
    alliance_trajectory as alliance_trajectory,
)
from .cases.trajectory import (
    trajectory_form as trajectory_form,
)
from .cases.trajectory import (
    trajectory_tables as trajectory_tables,
)
from .clinics.analyses import analyses_form as analyses_form
from .clinics.analyses import analyses_words as analyses_words
from .clinics.arrows import (
    REASONS as REASONS,
)
from .clinics.arrows import (
    arrow_sketches as arrow_sketches,
)
from .clinics.arrows import (
    arrows_form as arrows_form,
)
from .clinics.arrows import (
    arrows_tables as arrows_tables,
)
from .clinics.arrows import (
    arrows_words as arrows_words,
)
from .clinics.climb import (
    climb_form as climb_form,
)
from .clinics.climb import (
    climb_tables as climb_tables,
)
from .clinics.climb import (
    climb_words as climb_words,
)
from .clinics.climb import (
    places_form as places_form,
)
from .clinics.climb import (
    places_tables as places_tables,
)
from .clinics.climb import (
    places_words as places_words,
)
from .clinics.courses import (
    clinics_form as clinics_form,
)
from .clinics.courses import (
    clinics_tables as clinics_tables,
)
from .clinics.courses import (
    clinics_words as clinics_words,
)
from .clinics.courses import (
    hundreds_form as hundreds_form,
)
from .clinics.courses import (
    hundreds_tables as hundreds_tables,
)
from .clinics.forest import forest as forest
from .clinics.icons import icon_array as icon_array
from .clinics.incidence import (
    incidence_curve as incidence_curve,
)
from .clinics.incidence import (
    incidence_form as incidence_form,
)
from .clinics.incidence import (
    incidence_tables as incidence_tables,
)
from .clinics.incidence import (
    incidence_words as incidence_words,
)
from .clinics.leagues import (
    league_form as league_form,
)
from .clinics.leagues import (
    league_tables as league_tables,
)
from .clinics.leagues import (
    league_words as league_words,
)
from .clinics.retention import (
    retention_curve as retention_curve,
)
from .clinics.retention import (
    retention_form as retention_form,
)
from .clinics.retention import (
    retention_share as retention_share,
)
from .clinics.retention import (
    retention_tables as retention_tables,
)
from .clinics.retention import (
    retention_words as retention_words,
)
from .clinics.shares import shares_form as shares_form
from .clinics.shares import shares_tables as shares_tables
