"""Lesson 02: what a mean difference says of pairs, what a pen hides, and how far ratings wobble."""

from __future__ import annotations

import nbformat
import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.rules import ReliableDrop
from alliance_widgets.tables.datasets import travelling_folder

LESSON = nbformat.read(travelling_folder("notebooks") / "02_rate_a_session.ipynb", 4)
PROSE = "\n".join(cell.source for cell in LESSON.cells if cell.cell_type == "markdown")
PAIRS = 200_000


def therapist_higher(agreement: float, difference: float = 0.41, seed: int = 0) -> float:
    """Of 100 thrown pairs, in how many the second rating is above the first; SE about .1."""
    spread = [[1, agreement], [agreement, 1]]
    rated = np.random.default_rng(seed).multivariate_normal([difference, 0], spread, PAIRS)
    return float(100 * (rated[:, 1] > rated[:, 0]).mean())


@pytest.mark.parametrize(("agreement", "told"), [(0.0, 39), (0.32, 36), (0.46, 35)])
def test_so_many_pairs_go_against_the_average(agreement: float, told: int) -> None:
    assert therapist_higher(agreement) == pytest.approx(told, abs=0.75)
    assert str(told) in PROSE


def test_the_question_takes_what_any_likely_agreement_gives() -> None:
    judge = aw.ask("02/chairs").kind.judge
    for agreement in (0.0, 0.2, 0.32, 0.46, 0.6):
        assert judge(round(therapist_higher(agreement))).correct
    assert not judge(round(therapist_higher(0.32, difference=0))).correct
    assert not judge(round(therapist_higher(0.32, difference=0.82))).correct


def far_apart(each: int, seed: int = 0) -> float:
    """Of 100 pairs of means of so many ratings, how many lie half a point apart; SE about .1."""
    dice = np.random.default_rng(seed).normal(0, ReliableDrop().wobble, (PAIRS, 2, each))
    first, second = dice.mean(axis=2).T
    return float(100 * (np.abs(first - second) >= 0.5).mean())


def test_two_ratings_of_one_hour_lie_so_far_apart() -> None:
    assert far_apart(1) == pytest.approx(16, abs=0.75)
    assert far_apart(3) == pytest.approx(2, abs=0.75)
    assert aw.ask("02/twice").kind.judge(round(far_apart(1))).correct
    assert "**16 of 100 pairs**" in PROSE


def pens(seed: int, slope: float, shift: float) -> pd.DataFrame:
    """Deep planted ruptures as a pen marks them, a case each, up to the session of the rupture."""
    truth = aw.simulate_clinic(400, seed=seed).truth
    deep = truth.ruptures.query("depth > 1").drop_duplicates("client")
    hours = truth.sessions.merge(deep[["client", "onset"]]).query("session <= onset")
    marked = (3 + slope * (hours["alliance"] - 3) + shift).clip(1, 5).mul(12).round().div(12)
    return hours.assign(alliance=marked)[["client", "session", "alliance", "onset"]]


def found(seed: int, slope: float, shift: float = 0.0, rule: str = "reliable_drop") -> float:
    """Of 100 deep ruptures, how many the rule marks in the hour itself."""
    cases = pens(seed, slope, shift)
    flagged = aw.flag_sessions(cases, rule).merge(cases, on=["client", "session"])
    return 100 * (flagged["session"] == flagged["onset"]).sum() / cases["client"].nunique()


def test_a_narrow_pen_hides_deep_ruptures_from_a_rule_in_points() -> None:
    assert found(0, slope=1) > 90
    assert found(0, slope=0.4) < 25
    assert found(0, slope=1, shift=0.3) > 80  # generous, and not narrow


def test_a_rule_in_own_sds_sees_them_whatever_the_pen() -> None:
    wide, narrow = (found(0, slope, rule="drop_sd") for slope in (1, 0.4))
    assert narrow == pytest.approx(wide, abs=10)


@pytest.mark.prove
def test_it_does_so_in_twenty_clinics() -> None:
    shown = np.array([[found(seed, slope) for slope in (1, 0.4)] for seed in range(20)])
    assert shown[:, 0].min() > shown[:, 1].max() + 30
