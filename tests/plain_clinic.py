"""One client of the simulated clinic at a time, straight from the model's equations.

Written to be read, not to be fast, and without a look at the package's simulator. `draw` gives
the random numbers: `draw.uniform(purpose, session)`, `draw.normal(purpose, session)` and
`draw.gamma(shape, purpose, session)` (mean 1), where a purpose is a name such as "DROPOUT".
"""

import math


def chance(log_odds):
    return 1 / (1 + math.exp(-log_odds))


def marked(symptoms):
    return min(max(round(symptoms), 0), 40)


def traits(knobs, draw):
    """Who this client is."""
    therapist_effect = knobs.therapist_sd * draw.normal("THERAPIST")
    ease = draw.normal("EASE")
    loading = knobs.ease_in_trait
    own = knobs.client_sd * (loading * ease + math.sqrt(1 - loading**2) * draw.normal("TRAIT"))
    spread = math.sqrt(knobs.therapist_sd**2 + knobs.client_sd**2)
    trait_z = (therapist_effect + own) / spread
    improvement = knobs.improvement_mean + knobs.improvement_sd * draw.normal("IMPROVEMENT")
    return {
        "trait": knobs.mean_alliance + therapist_effect + own,
        "trait_z": trait_z,
        "therapist_effect": therapist_effect,
        "ease": ease,
        "growth": knobs.growth_mean + knobs.growth_sd * draw.normal("GROWTH"),
        "symptoms": knobs.symptoms_mean + knobs.symptoms_sd * draw.normal("SYMPTOMS"),
        "improvement": improvement
        - knobs.trait_on_symptoms * trait_z
        - knobs.ease_on_symptoms * ease,
    }


def next_value(before, share, new, session):
    return new if session == 1 else share * before + math.sqrt(1 - share**2) * new


def one_client(knobs, draw, do_alliance=0.0):
    """The traits, a list of sessions (dicts), the ending, and the end assessment."""
    person = traits(knobs, draw)
    fluctuation = noise = rupture = bonus = relief = 0.0
    event = False
    symptoms = person["symptoms"]
    sessions = []
    for session in range(1, knobs.max_sessions + 1):
        new = knobs.session_sd * draw.normal("FLUCTUATION", session)
        fluctuation = next_value(fluctuation, knobs.autocorrelation, new, session)
        new = knobs.symptom_noise_sd * draw.normal("NOISE", session)
        noise = next_value(noise, knobs.symptom_autocorrelation, new, session)

        if rupture > 0:
            if draw.uniform("RUPTURE", session) < knobs.repair_rate:
                rupture, bonus = 0.0, bonus + knobs.repair_bonus
        elif session > 1:
            log_odds = knobs.rupture_intercept + knobs.trait_on_rupture * person["trait_z"]
            if draw.uniform("RUPTURE", session) < chance(log_odds):
                depth = draw.gamma(knobs.rupture_shape, "DEPTH", session)
                rupture = knobs.rupture_depth * depth

        turn = draw.uniform("EVENT", session)
        event = turn >= knobs.event_end_rate if event else turn < knobs.event_rate

        distance = (
            person["growth"] * math.log(session)
            + fluctuation
            - rupture
            + bonus
            + relief
            + knobs.event_on_alliance * event
            + do_alliance
        )
        alliance = person["trait"] + distance
        rating = round(alliance * knobs.steps_per_point) / knobs.steps_per_point
        rated_symptoms = marked(symptoms + noise)

        if session == knobs.max_sessions:
            leaving, completing = 0.0, 1.0
        else:
            leaving = chance(
                knobs.dropout_intercept
                + knobs.early_on_dropout * (session <= knobs.early_sessions)
                + knobs.trait_on_dropout * person["trait_z"]
                + knobs.session_on_dropout * distance / knobs.session_sd
                + knobs.rupture_on_dropout * (rupture > 0)
                + knobs.ease_on_dropout * person["ease"]
                + knobs.event_on_dropout * event
            )
            completing = chance(
                knobs.completion_intercept
                + knobs.session_number_on_completion * session
                + knobs.recovery_on_completion * (rated_symptoms < knobs.recovered_below)
            )
        leaves = draw.uniform("DROPOUT", session) < leaving
        completes = not leaves and draw.uniform("COMPLETION", session) < completing
        rated = 1 - knobs.missing_rate
        if leaves:
            rated *= 1 - knobs.missing_before_dropout
        sessions.append(
            {
                "session": session,
                "alliance": alliance,
                "rating": min(max(rating, 1.0), 5.0)
                if draw.uniform("UNRATED", session) < rated
                else math.nan,
                "fluctuation": fluctuation,
                "rupture": rupture,
                "bonus": bonus,
                "relief": relief,
                "event": event,
                "symptoms": symptoms,
                "symptoms_rating": rated_symptoms,
                "dropout_hazard": leaving,
                "completion_hazard": completing,
            }
        )
        fall = person["improvement"] - knobs.session_on_symptoms * distance
        symptoms -= fall
        relief = knobs.relief_carried * relief + knobs.relief_on_alliance * fall
        if leaves or completes:
            break
    new = knobs.symptom_noise_sd * draw.normal("FLUCTUATION", 0)
    end = marked(symptoms + next_value(noise, knobs.symptom_autocorrelation, new, session=2))
    return person, sessions, "dropped_out" if leaves else "completed", end
