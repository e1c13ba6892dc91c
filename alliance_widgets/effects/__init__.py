"""What has been published, and what a published number means in other terms."""

from alliance_widgets.effects.conversion import convert_effect, risk_by_third
from alliance_widgets.effects.observed import dropout_difference, outcome_correlation
from alliance_widgets.effects.pooling import pool_effects, synthetic_studies
from alliance_widgets.effects.published import evidence

__all__ = [
    "convert_effect",
    "dropout_difference",
    "evidence",
    "outcome_correlation",
    "pool_effects",
    "risk_by_third",
    "synthetic_studies",
]
