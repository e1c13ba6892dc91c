"""The alliance with outcome, and with leaving: what studies report, by statsmodels and by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import alliance_widgets as aw


@pytest.fixture(scope="module")
def clinic() -> aw.Clinic:
    return aw.simulate_clinic(400, "causal", seed=5)


def courses(**columns: list) -> pd.DataFrame:
    return pd.DataFrame({"client": list("abcdef"), "sessions_attended": 3, **columns})


class TestOutcomeCorrelation:
    def test_it_is_the_correlation_of_what_a_regression_on_first_symptoms_leaves(
        self, clinic: aw.Clinic
    ) -> None:
        here = clinic.ratings.query("session == 3").dropna(subset=["alliance"])
        both = here[["client", "alliance"]].merge(clinic.courses, on="client")
        rest = [
            smf.ols(f"{name} ~ symptoms_first", both).fit().resid
            for name in ("alliance", "symptoms_last")
        ]
        r = aw.outcome_correlation(clinic.ratings, clinic.courses)
        assert r == pytest.approx(-np.corrcoef(*rest)[0, 1], abs=1e-9)

    def test_an_ending_takes_only_those(self, clinic: aw.Clinic) -> None:
        kept = clinic.courses.query("ending == 'completed'")
        r = aw.outcome_correlation(clinic.ratings, clinic.courses, ending="completed")
        assert r == aw.outcome_correlation(clinic.ratings, kept)
        assert r != aw.outcome_correlation(clinic.ratings, clinic.courses)

    def test_where_there_is_none_it_is_missing(self, clinic: aw.Clinic) -> None:
        assert math.isnan(aw.outcome_correlation(clinic.ratings, clinic.courses, session=99))
        flat = clinic.ratings.assign(alliance=3.0)
        assert math.isnan(aw.outcome_correlation(flat, clinic.courses))

    def test_every_fault_is_named(self, clinic: aw.Clinic) -> None:
        bare = clinic.courses.drop(columns=["symptoms_first", "symptoms_last"])
        with pytest.raises(aw.CourseError) as caught:
            aw.outcome_correlation(clinic.ratings, bare, ending="cured")
        assert len(caught.value.problems) == 3
        assert "one of completed, dropped_out, ongoing" in str(caught.value)


class TestLeaverDifference:
    ended = courses(ending=["completed"] * 2 + ["ongoing"] + ["dropped_out"] * 3)
    scores = pd.Series([4.0, 5, 3, 2, 3, 1], index=list("abcdef"))

    def test_it_is_the_difference_in_pooled_standard_deviations(self) -> None:
        # stayed 4, 5, 3 and left 2, 3, 1: means 4 and 2, both variances 1
        assert aw.leaver_difference(self.scores, self.ended) == pytest.approx(2)

    def test_groups_of_unequal_size_are_pooled_by_their_degrees_of_freedom(self) -> None:
        scores = self.scores.drop("f")  # stayed 4, 5, 3 (variance 1), left 2, 3 (variance .5)
        pooled = math.sqrt((2 * 1 + 1 * 0.5) / 3)
        assert aw.leaver_difference(scores, self.ended) == pytest.approx((4 - 2.5) / pooled)

    def test_who_has_no_score_or_no_course_is_left_out(self) -> None:
        more = pd.concat([self.scores, pd.Series({"x": 100.0, "y": None})])
        assert aw.leaver_difference(more, self.ended) == pytest.approx(2)

    def test_where_there_is_none_it_is_missing(self) -> None:
        assert math.isnan(aw.leaver_difference(self.scores * 0, self.ended))
        assert math.isnan(aw.leaver_difference(self.scores.head(4), self.ended))
