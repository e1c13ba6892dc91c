"""Lesson 11: what its tables of therapists and its two clinics show, on other dice, and why.

The fast tests have 2,000 leagues of ten therapists (seed 5: the standard error of an r is below
.01) and one pair of clinics of 20,000 clients (seed 12, the lesson's own). The one marked `prove`
has twenty pairs of clinics, seeds 0 to 19: every one stays within the tolerance.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw

N, SEEDS = 20_000, range(20)


@cache
def leagues(sd: float, clients_each: int = 8, seed: int = 5) -> pd.DataFrame:
    """Two years side by side: `mean`, from the mean of the league's year, and `place`."""
    table = aw.simulate_leagues(clients_each, 2, sd, leagues=2_000, seed=seed)
    wide = table.pivot_table(["mean", "place"], ["league", "therapist"], "year")
    wide["mean"] = wide["mean"] - wide["mean"].groupby("league").transform("mean")
    return wide


def next_year(sd: float, **settings: int) -> tuple[float, float]:
    """Of 100 winners, so many are first again, and in the upper half."""
    places = leagues(sd, **settings)["place"]
    then = places.loc[places[1] == 1, 2]
    return 100 * float((then == 1).mean()), 100 * float((then <= 5).mean())


@cache
def files(world: str, seed: int = 12) -> pd.DataFrame:
    """One row per client: the alliance at session 3 and how much better the end is."""
    clinic = aw.simulate_clinic(N, world, seed=seed)
    early = clinic.ratings.query("session == 3")[["client", "alliance"]].dropna()
    table = clinic.courses.merge(early, on="client")
    line = np.polyfit(table["symptoms_first"], table["symptoms_last"], 1)
    better = np.polyval(line, table["symptoms_first"]) - table["symptoms_last"]
    return table.assign(better=better, rates=np.arange(len(table)) % 2 == 0)


def everybody(table: pd.DataFrame) -> float:
    return float(table["alliance"].corr(table["better"]))


def inside(table: pd.DataFrame) -> float:
    columns = table[["alliance", "better"]]
    apart = columns - columns.groupby(table["therapist"]).transform("mean")
    return float(apart["alliance"].corr(apart["better"]))


def across(table: pd.DataFrame, judged: bool = False) -> float:
    """Therapists by the ratings of half of their clients, and the ends of the other half.

    With `judged` the same half gives both.
    """
    rated = table[table["rates"]].groupby("therapist")["alliance"].mean()
    ends = table[table["rates"] == judged].groupby("therapist")["better"].mean()
    return float(rated.corr(ends))


class TestThePrize:
    @pytest.mark.parametrize("seed", [5, 6, 7])
    def test_where_all_are_alike_the_winner_is_anywhere_next_year(self, seed: int) -> None:
        assert next_year(0.0, seed=seed) == pytest.approx((10, 50), abs=3)

    @pytest.mark.parametrize("seed", [5, 6, 7])
    def test_where_they_differ_the_prize_says_something_and_not_much(self, seed: int) -> None:
        assert next_year(0.22, seed=seed) == pytest.approx((27, 77), abs=3)

    @pytest.mark.parametrize(("n", "r"), [(8, 0.45), (16, 0.63), (32, 0.77), (64, 0.87)])
    def test_two_years_agree_as_far_as_clients_outweigh_the_dice(self, n: int, r: float) -> None:
        differ, alike = leagues(0.22, n)["mean"], leagues(0.0, n)["mean"]
        assert differ[1].corr(differ[2]) == pytest.approx(r, abs=0.02)
        assert alike[1].corr(alike[2]) == pytest.approx(0, abs=0.02)

    def test_the_lead_shrinks_by_the_r_of_the_two_years(self) -> None:
        wide = leagues(0.22)
        lead = wide["mean"][wide["place"][1] == 1].mean()
        assert lead.tolist() == pytest.approx([0.46, 0.21], abs=0.015)
        assert lead[2] / lead[1] == pytest.approx(0.45, abs=0.04)


class TestWhosePart:
    def test_over_all_and_inside_the_two_clinics_are_alike(self) -> None:
        for way in (everybody, inside):
            assert way(files("causal")) == pytest.approx(way(files("confounded")), abs=0.03)

    def test_between_therapists_they_are_not(self) -> None:
        assert across(files("causal")) == pytest.approx(0.11, abs=0.005)
        assert across(files("confounded")) == pytest.approx(0.0, abs=0.005)

    def test_the_same_clients_show_what_they_brought_and_not_what_the_therapist_adds(self) -> None:
        assert across(files("confounded"), judged=True) > 0.15

    @pytest.mark.prove
    def test_in_twenty_pairs_of_clinics(self) -> None:
        acts, brings = ([across(files(w, s)) for s in SEEDS] for w in ("causal", "confounded"))
        assert min(acts) == pytest.approx(0.07, abs=0.005)
        assert max(acts) == pytest.approx(0.19, abs=0.005)
        assert min(brings) == pytest.approx(-0.05, abs=0.005)
        assert max(brings) == pytest.approx(0.04, abs=0.005)
        assert np.mean(acts) == pytest.approx(0.13, abs=0.02)
        assert np.mean(brings) == pytest.approx(0.0, abs=0.02)
        for seed in SEEDS:
            for way in (everybody, inside):
                assert 0.24 < way(files("causal", seed)) < 0.30
                assert 0.24 < way(files("confounded", seed)) < 0.30
