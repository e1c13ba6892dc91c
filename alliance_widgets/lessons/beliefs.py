"""What is believed of the claims, and how sure somebody is: the names that a work file keeps."""

__all__ = ["CLAIMS", "CONFIDENCE", "LEVELS", "SURE"]

CLAIMS = (
    *("warmth", "ruptures", "addiction", "goodbye", "stays"),
    *("early", "every_treatment", "first_hour", "therapists", "strongest"),
)
"""The claims, by the names under which the work file keeps what was believed of them."""

LEVELS = {
    "certainly_true": ("true", "certain"),
    "rather_true": ("true", "rather"),
    "unsure": (None, None),
    "rather_false": ("false", "rather"),
    "certainly_false": ("false", "certain"),
}
"""What can be said to a claim, as a belief and how sure of it."""

CONFIDENCE = ("guess", "fairly_sure", "certain")
"""How sure one can be of an answer."""

SURE = ("50", "60", "70", "80", "90", "100")
"""How sure one can be of a prediction, in percent."""
