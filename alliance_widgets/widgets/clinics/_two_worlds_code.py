"""The code of the clinics of `TwoWorlds`: which they are, and not how far somebody has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.presets import Chosen, Setting, Whole
from alliance_widgets.simulate.studies import ThreeClinics
from alliance_widgets.widgets.clinics._two_worlds_steps import FIRST
from alliance_widgets.widgets.page._codes import WithCode
from alliance_widgets.words import say

__all__ = ["ClinicsCode"]


class ClinicsCode(WithCode):
    """What stands in the code: the seed and the number of clients."""

    seed: int
    n: int
    _clinics: ThreeClinics

    def _settings(self) -> Mapping[str, Setting]:
        return {"seed": Whole(), "n": Whole()}

    def _chosen(self) -> Chosen:
        return {"seed": self.seed, "n": self.n}

    def _go_to(self, values: Chosen) -> None:
        if values["n"] != self.n:
            raise AllianceError([say("presets.other_size", asked=values["n"], here=self.n)])
        self.seed = values["seed"]

    def _pictured(self) -> Iterable[pd.DataFrame]:
        told = [self._clinics.report(letter) for letter in FIRST.letters]
        return [pd.DataFrame([(each.r, each.d, each.dropout, *each.thirds) for each in told])]
