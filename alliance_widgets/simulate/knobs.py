"""What can be set in a simulated clinic, and which values make sense."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from numbers import Integral, Real
from typing import Any

from alliance_widgets.errors import SimulationError
from alliance_widgets.tables.given import MOST_SESSIONS, number_in_words
from alliance_widgets.words import say

__all__ = ["FARTHEST", "Knobs", "shortened", "unless_fits"]


LONGEST_VALUE = 40

FARTHEST = 1000
"""No number of a clinic makes sense beyond this, and far beyond it floats overflow."""


def _number(default: float, low: float = -FARTHEST, high: float = FARTHEST) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


def _inside(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "open": True})


def _share(default: float) -> Any:
    return _number(default, 0, 1)


def _whole(default: int, most: int) -> Any:
    return field(default=default, metadata={"low": 1, "high": most, "whole": True})


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """All settings of a simulated clinic; the defaults make the world `no_effect`.

    Alliance in points of the 1–5 scale, symptoms in points of a 0–40 total (as the CORE-10 has),
    time in sessions. A knob called `x_on_y` is the slope of y on x, with its sign: on rupture,
    dropout and completion in log odds per session, on symptoms in points per session. Chances and
    shares run from 0 to 1. What x is:

    - `trait`: a client's usual alliance, in SDs from the mean of all; it is the mean plus what
      the therapist adds (`therapist_sd`) plus what the client brings (`client_sd`), of which
      `ease_in_trait` is the correlation with interpersonal ease;
    - `ease`: interpersonal ease in SDs, a common cause wherever it acts on more than one thing;
    - `session`: how far one session's true alliance is from the client's trait, in points on
      symptoms and in units of `session_sd` on dropout;
    - `rupture`: 1 while a rupture is open; `event`: 1 while an event lasts; `early`: 1 in the
      first `early_sessions`; `recovery`: 1 while rated symptoms are below `recovered_below`;
    - `relief`: the fall of true symptoms since the session before, in points; of what it added to
      the alliance the share `relief_carried` is still there a session later.

    True alliance = trait + growth·ln(session) + fluctuation - open rupture + bonus + relief +
    event. The fluctuation is a first-order autoregression. A rupture begins, from session 2 on,
    with a chance whose log odds are `rupture_intercept` at an average trait; its depth is gamma
    distributed with mean `rupture_depth` and shape `rupture_shape`; in each later session it is
    repaired with chance `repair_rate`, which adds `repair_bonus` for good. An event begins with
    chance `event_rate` and ends with `event_end_rate`. True symptoms fall by `improvement` per
    session, and are marked with autocorrelated noise. Leaving after a session comes before
    completing with it. A session is not rated with chance `missing_rate`; the last one before
    leaving also with `missing_before_dropout`.

    Read with care: that a world fits the published figures does not make it true; other worlds
    fit as well.

    Parameters
    ----------
    max_sessions : int, default 16
        The last possible session.
    clients_per_therapist : int, default 20
        How many clients a therapist has.
    mean_alliance : float, default 3.85
        The mean of the clients' usual alliance, 1 to 5.
    therapist_sd : float, default 0.22
        SD of what therapists add to it.
    client_sd : float, default 0.62
        SD of what clients bring to it.
    ease_in_trait : float, default 0
        Correlation of what the client brings with interpersonal ease, -1 to 1.
    growth_mean : float, default 0.06
        Mean alliance gained per unit of log session number.
    growth_sd : float, default 0.05
        SD of that gain between clients.
    session_sd : float, default 0.26
        SD of the fluctuation from session to session.
    autocorrelation : float, default 0.3
        How much of the fluctuation carries over to the next session, between -1 and 1.
    steps_per_point : int, default 12
        In how many steps a rating divides a point of the scale.
    rupture_intercept : float, default -4
        Log odds that a rupture begins, at an average trait.
    trait_on_rupture : float, default -0.5
        Slope of rupture on the trait.
    rupture_depth : float, default 0.9
        Mean depth of a rupture, in points.
    rupture_shape : float, default 4
        Shape of the gamma distribution of depths; the larger, the more alike.
    repair_rate : float, default 0.6
        Chance that an open rupture is repaired in a later session.
    repair_bonus : float, default 0.05
        What a repair adds to the alliance for good, in points.
    event_rate : float, default 0
        Chance that an event begins in a session.
    event_end_rate : float, default 0.5
        Chance that an event ends.
    event_on_alliance : float, default 0
        What an event adds to the alliance while it lasts, in points.
    symptoms_mean : float, default 19.7
        Mean of the true symptoms at session 1, 0 to 40.
    symptoms_sd : float, default 6.5
        Their SD between clients.
    improvement_mean : float, default 0.55
        Mean fall of the true symptoms per session.
    improvement_sd : float, default 0.25
        SD of that fall between clients.
    symptom_noise_sd : float, default 2
        SD of the noise with which symptoms are marked.
    symptom_autocorrelation : float, default 0.3
        How much of that noise carries over to the next session, between -1 and 1.
    trait_on_symptoms : float, default 0
        Slope of symptoms on the trait.
    session_on_symptoms : float, default 0
        Slope of symptoms on the session's distance from the trait, per point.
    ease_on_symptoms : float, default 0
        Slope of symptoms on interpersonal ease.
    relief_on_alliance : float, default 0
        What a point of fallen symptoms adds to the alliance, in points.
    relief_carried : float, default 0.5
        The share of it that is still there a session later, between -1 and 1.
    dropout_intercept : float, default -4.2
        Log odds of leaving after a session, where nothing else counts.
    early_on_dropout : float, default 1
        What is added to them in the first sessions.
    early_sessions : int, default 3
        How many sessions are the first ones.
    trait_on_dropout : float, default 0
        Slope of dropout on the trait.
    session_on_dropout : float, default 0
        Slope of dropout on the session's distance from the trait, per `session_sd`.
    rupture_on_dropout : float, default 0
        What an open rupture adds to the log odds of leaving.
    ease_on_dropout : float, default 0
        Slope of dropout on interpersonal ease.
    event_on_dropout : float, default 0
        What an event adds to the log odds of leaving.
    completion_intercept : float, default -4.6
        Log odds of completing with a session, where nothing else counts.
    session_number_on_completion : float, default 0.22
        What each session number adds to them.
    recovery_on_completion : float, default 1.2
        What is added to them while rated symptoms are low.
    recovered_below : float, default 11
        Below how many points rated symptoms are low.
    missing_rate : float, default 0.08
        Chance that a session is not rated.
    missing_before_dropout : float, default 0.35
        Chance that the last session before leaving is not rated.
    missed_if_dropped_out : float, default 0.75
        Chance that the last appointment was missed, of those who left.
    missed_if_completed : float, default 0.08
        The same, of those who completed.
    seen_as_dropout_if_dropped_out : float, default 0.85
        Chance that the therapist calls it dropping out, of those who left.
    seen_as_dropout_if_completed : float, default 0.12
        The same, of those who completed.
    outside_if_dropped_out : float, default 0.1
        Chance that something outside ended it, of those who left.
    mutual_if_completed : float, default 0.8
        Chance that it ended by mutual agreement, of those who completed.

    Raises
    ------
    SimulationError
        Its `problems` name every impossible value.
    """

    max_sessions: int = _whole(16, MOST_SESSIONS)
    clients_per_therapist: int = _whole(20, 1_000_000)

    mean_alliance: float = _number(3.85, 1, 5)
    therapist_sd: float = _number(0.22, 0)
    client_sd: float = _number(0.62, 0)
    ease_in_trait: float = _number(0.0, -1, 1)
    growth_mean: float = _number(0.06)
    growth_sd: float = _number(0.05, 0)
    session_sd: float = _number(0.26, 0.001)
    autocorrelation: float = _inside(0.3, -1, 1)
    steps_per_point: int = _whole(12, 1000)

    rupture_intercept: float = _number(-4.0)
    trait_on_rupture: float = _number(-0.5)
    rupture_depth: float = _number(0.9, 0.01)
    rupture_shape: float = _number(4.0, 0.01)
    repair_rate: float = _share(0.6)
    repair_bonus: float = _number(0.05)

    event_rate: float = _share(0.0)
    event_end_rate: float = _share(0.5)
    event_on_alliance: float = _number(0.0)

    symptoms_mean: float = _number(19.7, 0, 40)
    symptoms_sd: float = _number(6.5, 0)
    improvement_mean: float = _number(0.55)
    improvement_sd: float = _number(0.25, 0)
    symptom_noise_sd: float = _number(2.0, 0)
    symptom_autocorrelation: float = _inside(0.3, -1, 1)
    trait_on_symptoms: float = _number(0.0)
    session_on_symptoms: float = _number(0.0)
    ease_on_symptoms: float = _number(0.0)
    relief_on_alliance: float = _number(0.0)
    relief_carried: float = _inside(0.5, -1, 1)

    dropout_intercept: float = _number(-4.2)
    early_on_dropout: float = _number(1.0)
    early_sessions: int = _whole(3, MOST_SESSIONS)
    trait_on_dropout: float = _number(0.0)
    session_on_dropout: float = _number(0.0)
    rupture_on_dropout: float = _number(0.0)
    ease_on_dropout: float = _number(0.0)
    event_on_dropout: float = _number(0.0)

    completion_intercept: float = _number(-4.6)
    session_number_on_completion: float = _number(0.22)
    recovery_on_completion: float = _number(1.2)
    recovered_below: float = _number(11.0)

    missing_rate: float = _share(0.08)
    missing_before_dropout: float = _share(0.35)

    missed_if_dropped_out: float = _share(0.75)
    missed_if_completed: float = _share(0.08)
    seen_as_dropout_if_dropped_out: float = _share(0.85)
    seen_as_dropout_if_completed: float = _share(0.12)
    outside_if_dropped_out: float = _share(0.1)
    mutual_if_completed: float = _share(0.8)

    def __post_init__(self) -> None:
        problems = [sentence for knob in fields(self) for sentence in self._faults(knob)]
        if problems:
            raise SimulationError(problems)

    def _faults(self, knob: Field[object]) -> list[str]:
        return unless_fits(knob.name, getattr(self, knob.name), **knob.metadata)


def unless_fits(
    name: str, value: object, low: float, high: float, whole: bool = False, open: bool = False
) -> list[str]:
    """No sentence, or one that says which values `name` can have; `open` leaves the ends out."""
    kind = Integral if whole else Real
    if isinstance(value, kind) and not isinstance(value, bool):
        number: Any = value  # compared as it is: a float would round a large whole number
        if low < number < high or (number in (low, high) and not open):
            return []
    which = "whole" if whole else "between" if open else "from_to"
    expected = say(f"simulate.{which}", low=_shown(low), high=_shown(high))
    return [say("simulate.impossible", name=name, value=shortened(value), expected=expected)]


def shortened(value: object) -> str:
    """`value` as Python writes it, short enough for a sentence."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _shown(bound: float) -> str:
    return str(bound) if isinstance(bound, int) else number_in_words(bound)
