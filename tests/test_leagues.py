"""League tables of therapists, and the prize for who is first in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.charts.clinics.leagues import league_form
from alliance_widgets.simulate import Knobs


def wide(**settings: float) -> pd.DataFrame:
    """Means of two years side by side, as distances from the year's mean."""
    leagues = aw.simulate_leagues(years=2, leagues=2_000, seed=5, **settings)
    means = leagues.pivot_table("mean", ["league", "therapist"], "year")
    return means - means.groupby("league").transform("mean")


class TestLeagues:
    def test_it_has_a_row_per_league_year_and_therapist_and_every_place_once(self) -> None:
        table = aw.simulate_leagues(8, 3, 0.22, therapists=5, leagues=4, seed=2)
        assert len(table) == 60
        assert not table.duplicated(["league", "year", "therapist"]).any()
        for _, year in table.groupby(["league", "year"]):
            assert sorted(year["place"]) == [1, 2, 3, 4, 5]
            assert year.sort_values("place")["mean"].is_monotonic_decreasing
        assert table.groupby(["league", "therapist"])["adds"].nunique().eq(1).all()
        assert table["mean"].between(1, 5).all()

    def test_where_all_are_alike_a_year_says_nothing_about_the_next(self) -> None:
        years = wide()
        assert abs(years[1].corr(years[2])) < 0.03

    @pytest.mark.parametrize("n", [8, 16, 32, 64])
    def test_where_they_differ_it_says_as_much_as_the_spreads_promise(self, n: int) -> None:
        knobs, years = Knobs(), wide(clients_each=n, therapist_sd=0.22)
        noise = (knobs.client_sd**2 + knobs.session_sd**2) / n
        expected = 0.22**2 / (0.22**2 + noise)
        assert years[1].corr(years[2]) == pytest.approx(expected, abs=0.03)

    def test_the_winner_s_lead_shrinks_by_that_much(self) -> None:
        years = wide(clients_each=8, therapist_sd=0.22)
        winners = years.loc[years.groupby("league")[1].idxmax()]
        assert winners[1].mean() == pytest.approx(0.46, abs=0.02)
        assert winners[2].mean() / winners[1].mean() == pytest.approx(0.455, abs=0.05)

    def test_more_clients_keep_the_clients_that_were_there(self) -> None:
        few, more = (aw.simulate_leagues(n, 1, leagues=300, seed=1)["mean"] for n in (32, 64))
        assert few.corr(more) == pytest.approx(np.sqrt(0.5), abs=0.04)

    def test_every_impossible_setting_is_named(self) -> None:
        for settings in ({"clients_each": 0}, {"therapists": 1}, {"therapist_sd": -1}):
            with pytest.raises(aw.SimulationError, match=next(iter(settings))):
                aw.simulate_leagues(**settings)
        with pytest.raises(aw.SimulationError, match="ratings would be drawn"):
            aw.simulate_leagues(1_000, 100, leagues=1_000)


class TestThePrize:
    def test_nothing_of_the_next_year_is_on_the_page_before_it_is_asked_for(self) -> None:
        prize = aw.PrizeGiving()
        assert set(prize.chart.tables["places"]["year"]) == {1}
        assert "Year 1: the prize goes to Ines" in repr(prize)
        assert "truth" not in repr(prize)

    def test_the_winner_of_year_1_is_followed_to_the_end_and_then_the_truth_is_told(self) -> None:
        prize = aw.PrizeGiving()

        def go_on() -> None:
            prize.controls._request = {"name": "next", "count": prize.controls._answered + 1}

        for _ in range(5):
            go_on()
        assert prize.year == 6
        places = prize.chart.tables["places"].query("name == 'Ines'")["place"].tolist()
        assert places == [1, 2, 9, 1, 10, 3]
        assert set(prize.chart.tables["places"].query("first")["name"]) == {"Ines"}
        assert "these ten are alike" in repr(prize)
        assert "In 6 years 4 of them" in repr(prize)
        winner, truth = prize.chart.headline.split(". ")[:2]
        assert winner.startswith("Year 6: the prize goes to ")
        assert truth == "And now the truth: these ten are alike"
        assert prize.controls.items[0]["label"] == "From year 1 again"
        go_on()
        assert (prize.year, prize.chart.headline) == (1, "")
        assert prize.controls.items[0]["label"] == "Next year"

    def test_where_they_differ_the_best_is_named_with_the_prizes(self) -> None:
        prize = aw.PrizeGiving()
        prize.controls.values = {"clients": "64", "differ": True}
        prize.year = 6
        prize._redraw()
        league = prize.league
        best = league.sort_values("adds")["name"].iloc[-1]
        won = (league.query("place == 1")["name"] == best).sum()
        assert f"{best} adds most to the alliance, and had the prize in {won} of 6" in repr(prize)

    def test_other_therapists_begin_again_with_year_1(self) -> None:
        prize = aw.PrizeGiving()
        prize._press("next")
        before = prize.league
        prize._press("others")
        assert prize.year == 1
        assert not prize.league["mean"].equals(before["mean"])

    def test_the_first_place_is_on_top_and_has_a_sign_and_not_a_colour_only(self) -> None:
        form = league_form(10, 6).to_dict()
        top, bottom = form["layer"][0]["encoding"]["y"]["scale"]["domain"][::-1]
        assert top < 1 < 10 < bottom
        assert any(layer["mark"].get("shape") == "diamond" for layer in form["layer"])
