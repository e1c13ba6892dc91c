"""The classic mistakes about alliance and dropout, in simulated clinics whose truth is known."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.rules import ReliableDrop

pytestmark = pytest.mark.prove
simulate = pytest.importorskip("alliance_widgets.simulate")

RULE = ReliableDrop(sd=0.7)  # a drop of more than .61, as the worlds were calibrated with
PARTS = ["early", "alliance_between", "alliance_within"]


@cache
def clinic(world: str, n: int, seed: int):
    return simulate.simulate_clinic(n, world=world, seed=seed)


def d_of(values: pd.Series, courses: pd.DataFrame) -> float:
    """Stayers' mean minus dropouts' mean, in pooled SDs, of one value per client."""
    left = courses.set_index("client")["ending"].reindex(values.index) == "dropped_out"
    groups = values[~left].dropna(), values[left].dropna()
    squares = sum(((group - group.mean()) ** 2).sum() for group in groups)
    sd = np.sqrt(squares / (len(groups[0]) + len(groups[1]) - 2))
    return float((groups[0].mean() - groups[1].mean()) / sd)


def mean_over_seeds(measure, seeds: range) -> tuple[float, float]:
    values = [measure(seed) for seed in seeds]
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def whole_course_d(world: str, seed: int) -> float:
    """Mistake 1: the mean of all sessions, however many a client had."""
    here = clinic(world, 20_000, seed)
    return d_of(here.ratings.groupby("client")["alliance"].mean(), here.courses)


def landmark_d(world: str, seed: int) -> float:
    """The mean by session 3, of those still there, against what happened after."""
    here = clinic(world, 20_000, seed)
    table = aw.landmark(here.ratings, here.courses, 3, rule=RULE).set_index("client")
    return d_of(table["alliance"], here.courses)


def last_session_d(seed: int) -> float:
    """Mistake 2: the last rating, whenever that was."""
    here = clinic("causal", 20_000, seed)
    last = here.ratings.dropna(subset="alliance").sort_values("session").groupby("client")
    return d_of(last["alliance"].last(), here.courses)


SEEDS = range(6)  # of 20 000 clients each; the SE of a mean d is about .01


def test_the_whole_courses_mean_overstates_what_a_landmark_shows() -> None:
    wrong, _ = mean_over_seeds(lambda seed: whole_course_d("causal", seed), SEEDS)
    right, _ = mean_over_seeds(lambda seed: landmark_d("causal", seed), SEEDS)
    assert wrong == pytest.approx(0.62, abs=0.06)
    assert right == pytest.approx(0.46, abs=0.08)
    assert wrong - right > 0.05


def test_without_any_effect_a_landmark_shows_none() -> None:
    right, se = mean_over_seeds(lambda seed: landmark_d("no_effect", seed), SEEDS)
    assert abs(right) < max(4 * se, 0.05)


def test_the_last_rating_overstates_even_more() -> None:
    wrong, _ = mean_over_seeds(last_session_d, SEEDS)
    assert wrong == pytest.approx(0.69, abs=0.06)


def test_lasting_long_enough_for_a_label_looks_like_protection_where_nothing_protects() -> None:
    # 60 000 clients, seed 0: standard errors from .002 to .007.
    here = clinic("no_effect", 60_000, 0)
    ever = aw.dropout_by_pattern(here.ratings, here.courses, rule=RULE)["share"]
    np.testing.assert_allclose(ever, [0.247, 0.079, 0.064, 0.131], atol=0.025)
    assert ever[2] < ever[0] / 2
    assert ever[1] < ever[0] / 2


def test_at_a_landmark_all_four_rows_are_alike_where_nothing_protects() -> None:
    # 60 000 clients, seed 0: standard errors from .0015 to .011.
    here = clinic("no_effect", 60_000, 0)
    then = aw.dropout_by_pattern(here.ratings, here.courses, 6, rule=RULE)
    np.testing.assert_allclose(then["share"], [0.090, 0.093, 0.076, 0.078], atol=0.03)
    overall = then["dropped_out"].sum() / then["clients"].sum()
    assert (then["lower"] - 0.01 < overall).all()
    assert (overall < then["upper"] + 0.01).all()


def fitted(world: str, n: int, seed: int, terms: list[str], so_far: bool = True) -> pd.DataFrame:
    here = clinic(world, n, seed)
    rule = RULE if "open_rupture" in terms else None
    table = aw.person_period(here.ratings, here.courses, rule=rule, so_far=so_far)
    if "planted" in terms:
        planted = here.truth.sessions.assign(planted=lambda t: t["rupture"] > 0)
        table = table.merge(planted[["client", "session", "planted"]], on=["client", "session"])
    return aw.fit_hazard(table, terms).set_index("term")


def within(*run: object, **options: bool) -> float:
    return float(fitted(*run, **options).loc["alliance_within", "coefficient"])


def test_in_the_causal_world_the_within_part_is_clearly_negative() -> None:
    # 30 000 clients, seeds 0, 1 and 2; the standard error of one fit is .06 to .08.
    without, _ = mean_over_seeds(lambda seed: within("causal", 30_000, seed, PARTS), range(3))
    planted, _ = mean_over_seeds(
        lambda seed: within("causal", 30_000, seed, [*PARTS, "planted"]), range(3)
    )
    found, _ = mean_over_seeds(
        lambda seed: within("causal", 30_000, seed, [*PARTS, "open_rupture"]), range(3)
    )
    assert without == pytest.approx(-1.13, abs=0.15)
    assert planted == pytest.approx(-0.59, abs=0.15)
    assert without < found < planted


def test_in_the_confounded_world_the_within_part_is_nothing() -> None:
    # 20 000 clients, six seeds; the standard error of the mean is about .04.
    mean, _ = mean_over_seeds(lambda seed: within("confounded", 20_000, seed, PARTS), SEEDS)
    assert abs(mean) < 0.13


def test_between_clients_both_worlds_look_alike() -> None:
    terms = [*PARTS, "open_rupture"]
    causal = fitted("causal", 30_000, 0, terms).loc["alliance_between", "coefficient"]
    confounded = fitted("confounded", 20_000, 0, terms).loc["alliance_between", "coefficient"]
    assert causal == pytest.approx(-0.73, abs=0.1)
    assert confounded == pytest.approx(-0.79, abs=0.1)


def test_a_mean_that_knows_the_future_finds_an_effect_where_there_is_none() -> None:
    # 20 000 clients, six seeds; the standard error of the mean is about .03.
    mean, _ = mean_over_seeds(
        lambda seed: within("confounded", 20_000, seed, PARTS, so_far=False), SEEDS
    )
    assert mean == pytest.approx(0.62, abs=0.15)


def test_raising_the_alliance_helps_only_where_it_matters() -> None:
    def dropout(world: str, **do: float) -> float:
        here = simulate.simulate_clinic(20_000, world=world, seed=0, **do)
        return float((here.courses["ending"] == "dropped_out").mean())

    assert dropout("causal") - dropout("causal", do_alliance=0.5) == pytest.approx(0.054, abs=0.015)
    assert dropout("confounded") == dropout("confounded", do_alliance=0.5)


def test_one_minus_retention_overstates_what_the_clinic_sees() -> None:
    here = clinic("causal", 20_000, 0)
    kept = aw.retention(here.courses)["retention"].iloc[-1]
    curves = aw.cumulative_incidence(here.courses).set_index(["ending", "session"])["incidence"]
    seen = (here.courses["ending"] == "dropped_out").mean()
    assert curves["dropped_out"].iloc[-1] == pytest.approx(seen, abs=1e-9)
    assert 1 - kept > seen + 0.02
