"""Invented clinics whose truth is known, so that every rule and figure can be tested on them."""

from __future__ import annotations

from alliance_widgets.simulate.clinic import Clinic, Truth, as_clinic
from alliance_widgets.simulate.draws import Draws
from alliance_widgets.simulate.knobs import Knobs
from alliance_widgets.simulate.leagues import simulate_leagues
from alliance_widgets.simulate.people import draw_people
from alliance_widgets.simulate.sessions import run_sessions
from alliance_widgets.simulate.trials import simulate_trials
from alliance_widgets.simulate.worlds import WORLDS, chosen_knobs, faults_of_run

__all__ = [
    "WORLDS",
    "Clinic",
    "Knobs",
    "Truth",
    "simulate_clinic",
    "simulate_leagues",
    "simulate_trials",
]


def simulate_clinic(
    n_clients: int,
    world: str = "causal",
    seed: int = 0,
    *,
    do_alliance: float = 0.0,
    **knobs: object,
) -> Clinic:
    """An invented clinic: its `ratings`, its `courses`, and the `truth` that was planted.

    Four worlds, much alike in what a study would report (`docs/calibration.md`):

    - `causal`: a stronger alliance lowers symptoms and the chance of leaving; an open rupture
      raises it.
    - `confounded`: the alliance does nothing. A client's interpersonal ease makes for a stronger
      alliance, for fewer symptoms and for staying.
    - `shared_events`: the alliance does nothing. As `confounded`, and now and then something in a
      client's life lowers the alliance and raises the chance of leaving for as long as it lasts.
    - `no_effect`: nothing depends on the alliance, nor it on anything else.

    All random numbers are fixed by `seed`, purpose, session and client before anything happens, so
    two runs with one seed differ by nothing but what was set, and client C00007 is the same person,
    with the same luck, in a clinic of 10 and of 10 000. The time grows with the number of clients.

    Read with care: a world that reproduces published figures is one way in which they can come
    about. Here every dependence was put in by hand; in a real clinic nobody has the `truth`.

    The figures matched are those of Flückiger et al. (2018), Sharf et al. (2010), Swift and
    Greenberg (2012) and Larsson et al. (2018). The reliable change of 6 points on the CORE-10 is
    commonly used; we could not check it against the paper.

    Parameters
    ----------
    n_clients : int
        How many clients, 1 to 10 000 000.
    world : {"causal", "confounded", "shared_events", "no_effect"}, default "causal"
        How the alliance and the outcome hang together.
    seed : int, default 0
        The dice.
    do_alliance : float, default 0
        An intervention: so many points are added to the true alliance of every session.
    **knobs : numbers
        Any setting of `alliance_widgets.simulate.Knobs`, in the place of the world's own:
        `simulate_clinic(200, repair_rate=.2)`.

    Returns
    -------
    Clinic
        `ratings` passes `check_ratings`: one row per attended session, `alliance` in steps of 1/12
        from 1 to 5, missing where the client did not rate (often before leaving), and `symptoms`, a
        whole number from 0 to 40 marked at the beginning of each session. `courses` passes
        `check_courses`; beside `ending` (whoever is there in the last possible session has
        completed) it has

        - `missed_last`, whether the last appointment that was made was missed, drawn given the
          ending (knobs `missed_if_...`);
        - `therapist_view`, the therapist's own word for the ending, drawn likewise
          (`seen_as_dropout_if_...`);
        - `planned_sessions`, agreed at the outset: half, three quarters or all of `max_sessions`
          for 1, 2 and 1 of 4 clients, at random; no ending depends on it;
        - `reliable_change`, whether symptoms fell by at least 6 points from first to last;
        - `ending_by`: who leaves does so by own choice or because of something outside
          (`outside_if_dropped_out`), who completes by mutual agreement (`mutual_if_completed`),
          else by the client's or the therapist's wish, equally often;
        - `therapist`, `symptoms_first` (marked at session 1) and `symptoms_last` (at an end
          assessment one session later than the last; in this clinic those who left come too).

        `truth` is described in `alliance_widgets.simulate.Truth`.

    Raises
    ------
    SimulationError
        Its `problems` name every unknown knob (with the nearest name and the list) and every
        impossible value.
    """
    faults = faults_of_run(n_clients, seed, do_alliance)
    chosen = chosen_knobs(world, knobs, faults)
    draws = Draws(int(seed), int(n_clients))
    people = draw_people(chosen, draws)
    course = run_sessions(chosen, people, draws, float(do_alliance))
    return as_clinic((world, int(seed), float(do_alliance)), chosen, people, course, draws)
