"""Dice thrown in the open, and how well a line and a curve fit them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from alliance_widgets.arguments import check_whole
from alliance_widgets.charts.cases.paths import fit_picture
from alliance_widgets.charts.cases.tally import tally_picture
from alliance_widgets.errors import RatingError
from alliance_widgets.presets import Chosen, Setting, Steps
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._lab import Lab
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.words import say

__all__ = ["DiceFits"]

FIRST = (4, 6, 8, 12)
SESSIONS = FIRST[-1]
MOST = 600
"""Throws that are drawn at most."""


class DiceFits(Lab):
    """A case kept from many throws of dice, and as many new throws as one likes beside it.

    “New dice” throws twelve sessions, “A hundred more” a hundred lines; through the first 4, 6, 8
    or 12 sessions of each goes a curve.

    Read with care: a case that was picked because it looks like something is no example of dice.

    Parameters
    ----------
    kept : DataFrame
        The ratings of the one case, twelve sessions, all rated; its line is shown first.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.
    seed : int, default 0
        The dice.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    count : int
    throws : DataFrame
    controls : Controls
        How many sessions the curve sees (`controls.values`).
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    RatingError
        For faulty ratings, and unless they are one case of twelve rated sessions.
    """

    code_name = "DICE"

    def __init__(
        self,
        kept: pd.DataFrame,
        rater: str = "client",
        seed: int = 0,
        *,
        code: str | None = None,
    ) -> None:
        from alliance_widgets.trajectories.dice import throw_dice

        self._count = 0
        self._kept = of_rater(kept, rater)
        seed = check_whole("seed", seed, 0)
        rated = self._kept.dropna(subset=["alliance"])
        if rated["session"].tolist() != list(range(1, SESSIONS + 1)):
            raise RatingError([say("tally.one_case", sessions=SESSIONS)])
        self._name = str(self._kept["client"].iloc[0])
        self._scores = throw_dice(MOST, SESSIONS, seed)
        self._shares = self._shares_of(self._scores)
        self._own = self._shares_of(rated["alliance"].to_numpy()[None, :]).iloc[0]
        items = [
            make.choice("first", say("paths.first"), [(str(n), str(n)) for n in FIRST]),
            make.button("again", say("tally.again"), primary=True),
            make.button("hundred", say("tally.hundred")),
        ]
        controls = Controls(items, say("tally.about"), first=str(FIRST[0]))
        super().__init__(controls, two=True)
        self.controls.on_press(self._press)
        self._begin_with(code)

    def _settings(self) -> Mapping[str, Setting]:
        return {**super()._settings(), "count": Steps(0, MOST, 1)}

    def _chosen(self) -> Chosen:
        return {"first": self.controls.values["first"], "count": self.count}

    def _go_to(self, values: Chosen) -> None:
        super()._go_to({"first": values["first"]})
        self.count = values["count"]

    @staticmethod
    def _shares_of(scores: Any) -> pd.DataFrame:
        from alliance_widgets.trajectories.dice import explained_shares

        return pd.DataFrame({n: 100 * explained_shares(scores[:, :n], 2) for n in FIRST})

    @property
    def count(self) -> int:
        """How many lines have been thrown; assign it to throw."""
        return self._count

    @count.setter
    def count(self, count: int) -> None:
        self._count = min(max(int(count), 0), MOST)
        self._redraw()

    @property
    def throws(self) -> pd.DataFrame:
        """What the curve accounts for in each line thrown so far, in per cent.

        One row per throw, and a column for each number of sessions that the curve saw.
        """
        return self._shares.head(self._count)

    def _press(self, name: str) -> None:
        if self._count == MOST:
            raise RatingError([say("tally.enough", most=MOST)])
        self.count = self._count + (1 if name == "again" else 100)

    def _redraw(self, _change: object = None) -> None:
        shown = self._kept
        if self._count:
            scores = self._scores[self._count - 1]
            shown = pd.DataFrame({"session": range(1, SESSIONS + 1), "alliance": scores})
        self._show(
            fit_picture(shown, int(self.controls.values["first"])),
            tally_picture(self.throws, self._own, self._name),
        )
