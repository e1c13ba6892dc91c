"""What lesson 09 says, beyond its seed, and with the cause switched off."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

import alliance_widgets as aw
from alliance_widgets.simulate.studies import ThreeClinics
from alliance_widgets.words import say

LESSON = Path(__file__).parents[2] / "notebooks/09_two_worlds.ipynb"
TEXT = "\n".join(cell.source for cell in nbformat.read(LESSON, as_version=4).cells)


def found(n: int, units: str = "p_clients", **settings: float) -> float:
    """Of 100 trials with 200 clients and `n` therapists, how many find a difference."""
    trials = aw.simulate_trials(n, 200 // n, **{"trials": 4_000, **settings})
    return float(100 * (trials[units] < 0.05).mean())


def test_a_training_that_does_nothing_is_found_to_work_by_who_counts_clients() -> None:
    # 4,000 trials each, SE below .73 of 100
    assert found(4) == pytest.approx(30, abs=2.5)
    assert found(10) == pytest.approx(16, abs=2)
    assert found(40) == pytest.approx(7.5, abs=1.5)


@pytest.mark.parametrize("n", [4, 10, 40])
def test_the_reason_is_that_therapists_differ(n: int) -> None:
    assert found(n, between=0.001) == pytest.approx(5, abs=1.3)  # SE .34
    assert found(n, "p_therapists") == pytest.approx(5, abs=1.3)


def test_what_the_lesson_says_an_experiment_answers_is_the_training() -> None:
    closing = say("worlds.closing")
    assert "does this training keep clients?" in TEXT
    assert "whether this training keeps clients, and not by itself that the alliance" in closing
    assert "nothing but the alliance" not in closing + TEXT
    assert "**exclusion**" in TEXT
    assert "come close when no experiment" not in TEXT


def test_the_one_sentence_for_monday_claims_no_association_within_clients_with_leaving() -> None:
    may_say = next(line for line in TEXT.splitlines() if line.startswith("- You may say"))
    assert "when clients are compared with one another" in may_say
    assert "Within clients the published work is about symptoms" in may_say


def test_the_curves_are_named_as_what_they_are() -> None:
    assert say("clinics.still_there") == "Not dropped out"
    said = say("clinics.words", clinics="")
    assert said.startswith("Not dropped out (completers counted until they end)")


@pytest.mark.prove
def test_twenty_draws_of_the_three_clinics_give_what_the_lesson_says_of_them() -> None:
    for seed in range(20):  # 6,000 clients each
        clinics = ThreeClinics(6_000, seed)
        for letter in "ABC":
            world, report = clinics.world(letter), clinics.report(letter)
            done = clinics.intervention(letter)
            assert 0.24 <= round(report.r, 2) <= 0.30
            assert 18 <= round(done.before / 60) <= 21
            if world == "causal":
                assert 18 <= round(done.before / 60) <= 20
                assert round(done.after / 60) in (13, 14)
            else:
                assert done.changed == 0
            clear = clinics.fit(letter).loc["alliance_within", "upper"] < 1
            assert clear == (world != "confounded")


@pytest.mark.prove
def test_twenty_seeds_of_trials_give_what_the_lesson_says_of_them() -> None:
    for seed in range(20):  # 4,000 trials each, SE below .8 of 100
        for n, told in ((4, 30), (10, 16), (40, 7.5)):
            assert found(n, seed=seed) == pytest.approx(told, abs=3)
        for (n, each), told in (((40, 5), 13), ((400, 5), 78), ((40, 50), 35)):
            trials = aw.simulate_trials(n, each, leaving_trained=0.14, trials=2_000, seed=seed)
            noticed = 100 * (trials["p_therapists"] < 0.05).mean()  # SE below 1.1
            assert noticed == pytest.approx(told, abs=4)
