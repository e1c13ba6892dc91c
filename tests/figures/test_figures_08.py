"""The figures of lesson 08 and what makes them: each is seen to go when its cause is switched off.

The fast ones: the lesson's own clinics. Those marked `prove` hold what the lesson says of other
clinics of the same kind, over seeds 0 to 19: 2 000 clients as in its first half, 20 000 as in its
second.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.charts.clinics.retention import retention_words

SEEDS = range(20)
NO_GROWTH = {"growth_mean": 0.0, "growth_sd": 0.0}
ALL_RATED = {"missing_rate": 0.0, "missing_before_dropout": 0.0}
SOONER = {"completion_intercept": -3.4}
NEVER = {"completion_intercept": -40.0, "recovery_on_completion": 0.0}


@cache
def clinic(n: int, world: str, seed: int, **knobs: float) -> aw.Clinic:
    return aw.simulate_clinic(n, world, seed=seed, **knobs)


def thirds(here: aw.Clinic) -> pd.DataFrame:
    """Of 100 in each third of the first rating: dropped out, and dropped out after session 1."""
    rated = aw.landmark(here.ratings, here.courses, 1).dropna(subset=["third"])
    ever = rated["ending"] == "dropped_out"
    once = ever & (rated["sessions_attended"] == 1)
    shares = pd.DataFrame({"ever": ever, "once": once}).groupby(rated["third"], observed=True)
    return 100 * shares.mean()


def dropped(here: aw.Clinic) -> float:
    return 100 * float((here.courses["ending"] == "dropped_out").mean())


def one_minus_the_curve(here: aw.Clinic) -> float:
    return 100 * float(1 - aw.retention(here.courses)["retention"].iloc[-1])


def three_ways(here: aw.Clinic) -> list[float]:
    """d of stayers against leavers: by the whole course, the last rating, the first three."""
    ratings, courses = here.ratings, here.courses
    by_client = ratings.dropna(subset=["alliance"]).groupby("client")["alliance"]
    landmark = aw.landmark(ratings, courses, 3).set_index("client")["alliance"]
    usual = (by_client.mean(), by_client.last(), landmark)
    return [float(aw.dropout_difference(each, courses)["d"]) for each in usual]


class TestDroppingOut:
    def test_a_form_left_empty_hides_some_who_leave_after_the_first_hour(self) -> None:
        seen, everybody = (thirds(clinic(2_000, "causal", 8, **k)) for k in ({}, ALL_RATED))
        assert (everybody["once"] > seen["once"]).all()
        assert (everybody["ever"] > seen["ever"]).all()
        same = clinic(2_000, "causal", 8, **ALL_RATED).courses["sessions_attended"]
        assert same.equals(clinic(2_000, "causal", 8).courses["sessions_attended"])

    def test_some_who_came_once_had_completed(self) -> None:
        once = clinic(2_000, "causal", 8).courses.query("sessions_attended == 1")["ending"]
        assert once.value_counts().to_dict() == {"dropped_out": 82, "completed": 32}

    def test_who_completes_sooner_is_not_there_to_drop_out(self) -> None:
        usual, sooner = (clinic(2_000, "causal", 8, **k) for k in ({}, SOONER))
        assert (round(dropped(usual)), round(dropped(sooner))) == (19, 15)
        assert (round(one_minus_the_curve(usual)), round(one_minus_the_curve(sooner))) == (24, 22)
        assert aw.retention(sooner.courses)["at_risk"].iloc[-1] == 15

    def test_where_nobody_completes_one_minus_the_curve_is_the_share_that_drops_out(self) -> None:
        never = clinic(2_000, "causal", 8, **NEVER)
        assert (never.courses.query("ending == 'completed'")["sessions_attended"] == 16).all()
        assert one_minus_the_curve(never) == pytest.approx(dropped(never))
        assert round(dropped(never)) == 23

    def test_the_curve_is_wrong_about_it_where_those_who_complete_were_the_less_likely_to_leave(
        self,
    ) -> None:
        # 20 000 clients: a strong trait lowers symptoms much, and low symptoms end treatment
        knobs = {"trait_on_symptoms": -2.0, "trait_on_dropout": -1.2, "recovery_on_completion": 5.0}
        off = {"completion_intercept": -40.0, "recovery_on_completion": 0.0}
        said = one_minus_the_curve(clinic(20_000, "causal", 0, **knobs))
        true = dropped(clinic(20_000, "causal", 0, **{**knobs, **off}))
        assert said > true + 2


class TestWhenTheAllianceWasMeasured:
    def test_without_growth_the_course_is_no_longer_a_matter_of_its_length(self) -> None:
        # 20 000 clients, seed 0; standard errors about .02
        grown = three_ways(clinic(20_000, "no_effect", 0))
        level = three_ways(clinic(20_000, "no_effect", 0, **NO_GROWTH))
        assert np.round(grown, 2).tolist() == [0.04, 0.07, 0.01]
        assert max(level[:2]) < 0.02
        acts = three_ways(clinic(20_000, "causal", 0, **NO_GROWTH))
        assert (round(acts[0], 2), acts[2]) == (0.56, pytest.approx(0.53, abs=0.02))

    def test_a_birthday_in_treatment_protects_like_any_event_that_takes_time(self) -> None:
        courses = clinic(20_000, "no_effect", 0).courses
        week = np.random.default_rng(0).integers(1, 53, len(courses))
        leave = courses["ending"].eq("dropped_out").groupby(week <= courses["sessions_attended"])
        assert leave.mean()[True] < 0.6 * leave.mean()[False]


LESSON = Path(__file__).parents[2] / "notebooks" / "08_alliance_and_dropout.ipynb"


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [("08/apart", 56, (10, 40, 62, 80)), ("08/waiting", 7, (0, 3, 14, 22, 60))],
)
def test_every_wrong_number_meets_its_misconception(
    key: str, right: float, wrong: tuple[float, ...]
) -> None:
    judge = aw.ask(key).kind.judge
    assert judge(right).correct
    told = [judge(each) for each in wrong]
    assert not any(verdict.correct for verdict in told)
    assert len({verdict.feedback for verdict in told}) == len(wrong)
    assert not any("Your number is" in verdict.feedback for verdict in told)


def test_nothing_above_a_question_gives_its_answer_away() -> None:
    cells = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text("utf-8"))["cells"]]
    asked = next(n for n, text in enumerate(cells) if '"08/competing"' in text)
    caption = retention_words(aw.retention(clinic(2_000, "causal", 8).courses))
    for text in (*cells[:asked], caption):
        assert "15 of 100" not in text
        assert "cannot drop out" not in text
        assert "one minus" not in text.lower()


@pytest.mark.prove
def test_what_the_first_half_says_of_other_clinics() -> None:
    ever, apart, sooner, gap = [], [], [], []
    for seed in SEEDS:
        here = aw.simulate_clinic(2_000, "causal", seed=seed)
        ever.append(thirds(here)["ever"].tolist())
        rates = 100 * aw.dropout_definitions(here.courses)["rate"]
        apart.append(rates.max() - rates.min())
        sooner.append(dropped(here) - dropped(aw.simulate_clinic(2_000, seed=seed, **SOONER)))
        never = dropped(aw.simulate_clinic(2_000, seed=seed, **NEVER))
        gap.append(one_minus_the_curve(here) - never)
    lost = np.array(ever)
    assert (np.diff(lost, axis=1) < 0).all()
    assert (round(lost[:, 0].min()), round(lost[:, 0].max())) == (21, 30)
    assert (round(lost[:, 2].min()), round(lost[:, 2].max())) == (9, 13)
    assert (round(min(apart)), round(max(apart))) == (54, 58)
    assert min(sooner) > 2
    assert abs(np.mean(gap)) < 0.6  # standard error .2
    assert np.abs(gap).max() < 2


@pytest.mark.prove
def test_what_the_second_half_says_of_other_clinics() -> None:
    acts, nothing, lost, rows, then = [], [], [], [], []
    for seed in SEEDS:
        here = aw.simulate_clinic(20_000, "causal", seed=seed)
        acts.append(three_ways(here))
        gone = here.courses.query("ending == 'dropped_out'")["sessions_attended"]
        lost.append(100 * (gone < 3).mean())
        null = aw.simulate_clinic(20_000, "no_effect", seed=seed)
        nothing.append(three_ways(null))
        rows.append(100 * aw.dropout_by_pattern(null.ratings, null.courses)["share"])
        then.append(100 * aw.dropout_by_pattern(null.ratings, null.courses, 6)["share"])
    assert np.mean(acts, axis=0) == pytest.approx([0.63, 0.68, 0.52], abs=0.02)
    assert (np.array(acts)[:, 0] > np.array(acts)[:, 2] + 0.05).all()
    assert np.round(np.max(nothing, axis=0), 2).tolist() == [0.09, 0.10, 0.05]
    assert 35 < min(lost) < max(lost) < 39
    none, back, not_back, open_ = np.array(rows).T
    assert (none > 2 * np.maximum(back, not_back)).all()
    assert (open_ < none).all()
    assert not_back.mean() < back.mean() + 1
    small = np.array(then)[:, 2]
    assert (round(small.min()), round(small.max())) == (4, 12)
