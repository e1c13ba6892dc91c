"""A prize for the best therapist, year after year: who wins, and what becomes of the winner."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from alliance_widgets.arguments import check_whole
from alliance_widgets.charts.clinics.leagues import league_picture
from alliance_widgets.errors import SimulationError
from alliance_widgets.presets import Chosen, Setting, Steps, Whole
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._lab import Lab
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.words import say

__all__ = ["PrizeGiving"]

NAMES = ["Aylin", "Bogdan", "Chiara", "Desmond", "Esi", "Farid", "Greta", "Hiro", "Ines", "Jamal"]
YEARS, MOST_SEEDS = 6, 1_000_000
CASELOADS = (8, 16, 32, 64)


class PrizeGiving(Lab):
    """Ten invented therapists in order of their clients' ratings; new clients come every year.

    The prize goes to the highest mean. All ten are alike until “therapists differ” is ticked.

    Read with care: where somebody is first in every league table, being first shows nothing.

    Parameters
    ----------
    seed : int, default 0
        The dice.
    therapist_sd : float, default 0.22
        SD of what therapists add where they differ, in points of the 1–5 scale.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    year : int
        The last year shown.
    league : DataFrame
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    SimulationError
        For an impossible seed or SD.
    """

    code_name = "PRIZE"

    def __init__(
        self, seed: int = 0, therapist_sd: float = 0.22, *, code: str | None = None
    ) -> None:
        self._seed = check_whole("seed", seed, 0, MOST_SEEDS, SimulationError)
        self._sd, self.year = therapist_sd, 1
        cases = [(str(n), say("leagues.clients", n=n)) for n in CASELOADS]
        items = [
            self._onward(),
            make.choice("clients", say("leagues.each"), cases),
            make.check("differ", say("leagues.differ")),
            make.button("others", say("leagues.others")),
        ]
        controls = Controls(items, say("leagues.about"), clients=str(CASELOADS[0]), differ=False)
        self._drawn(True)
        super().__init__(controls)
        self.controls.on_press(self._press)
        self._begin_with(code)

    def _settings(self) -> Mapping[str, Setting]:
        return {**super()._settings(), "seed": Whole(), "year": Steps(1, YEARS, 1)}

    def _chosen(self) -> Chosen:
        values = self.controls.values
        chosen = {"clients": values["clients"], "differ": values["differ"]}
        return {**chosen, "seed": self._seed, "year": self.year}

    def _go_to(self, values: Chosen) -> None:
        self._seed, self.year = min(values["seed"], MOST_SEEDS), values["year"]
        with self._settle():
            super()._go_to({"clients": values["clients"], "differ": values["differ"]})
        self._redraw()

    @property
    def league(self) -> pd.DataFrame:
        """All years of these ten, as `simulate_leagues` gives them, with `name`."""
        table = self._drawn(self.controls.values["differ"])
        return table.assign(name=[NAMES[number - 1] for number in table["therapist"].tolist()])

    def _drawn(self, differ: object) -> pd.DataFrame:
        from alliance_widgets.simulate import simulate_leagues

        controls = getattr(self, "controls", None)
        each = int(controls.values["clients"]) if controls else CASELOADS[0]
        sd = self._sd if differ else 0.0
        return simulate_leagues(each, YEARS, sd, therapists=len(NAMES), seed=self._seed)

    def _press(self, name: str) -> None:
        if name == "others":
            self._seed, self.year = self._seed + 1, 1
        else:
            self.year = self.year % YEARS + 1
        self._redraw()

    def _onward(self) -> make.Item:
        """The button to the next year, or from the last one back to the first."""
        label = say("leagues.again") if self.year == YEARS else say("leagues.next")
        return make.button("next", label, primary=True)

    def _redraw(self, _change: object = None) -> None:
        league = self.league
        over = self.year == YEARS
        truth = self._truth(league) if over else ""
        picture = league_picture(league, NAMES, YEARS, self.year)
        # The last prize is read over the truth about it.
        self.chart.headline = f"{picture.words.partition('. ')[0]}. {truth}" if over else ""
        with self.controls.hold_sync():
            self.controls.items = [self._onward(), *self.controls.items[1:]]
            self.controls.note = say("leagues.over", years=YEARS) if over else ""
        self._show(picture.adding(truth))

    def _truth(self, league: pd.DataFrame) -> str:
        """What was planted; said when the last year is over."""
        prizes = league.loc[league["place"] == 1, "name"]
        if not self.controls.values["differ"]:
            return say("leagues.alike", winners=prizes.nunique(), years=YEARS)
        best = league.sort_values("adds")["name"].iloc[-1]
        won = int((prizes == best).sum())
        return say("leagues.in_truth", best=best, won=won, years=YEARS)
