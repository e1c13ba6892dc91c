"""Make a mistake on purpose: the same data by one analysis after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from alliance_widgets.arguments import as_shown, check_number, check_text, check_whole
from alliance_widgets.charts.clinics.analyses import analyses_picture
from alliance_widgets.errors import QuestionError
from alliance_widgets.presets import Chosen, Listed, Setting
from alliance_widgets.tables.matching import matched_quietly
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._lab import Lab
from alliance_widgets.widgets.page.controls import Controls, Item
from alliance_widgets.widgets.questions.question import builds_all
from alliance_widgets.words import coefficient, figure, of_coefficient, say

__all__ = ["ManyAnalyses"]

MOST = 1e12
COLUMNS = ["analysis", "data", "value", "shown"]


class ManyAnalyses(Lab):
    """Buttons, one for each analysis; a press adds its figure for each data set to the chart.

    Nothing is computed before its button is pressed, and nothing twice.

    Read with care: every analysis answers some question. The dots show that they differ; which
    question was meant, no dot can say.

    Parameters
    ----------
    analyses : mapping of str to function of one argument
        Names, and what takes a data set and gives a number.
    data : mapping of str to data set
        Up to three names and data sets, for example simulated clinics whose truth is known.
    figure : str
        What the number is called.
    low : float
        The lower end of its axis.
    high : float
        The upper end of its axis.
    decimals : int, default 2
        With how many decimals it is written.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    tried : DataFrame
        What was pressed: one row per analysis and data set with columns `analysis`, `data` and
        `value`, and how it is written.
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    QuestionError
        Without analyses, for no data set or more than three, and for other settings that cannot be.
    """

    code_name = "TRIED"

    def __init__(
        self,
        analyses: Mapping[str, Callable[[object], float]],
        data: Mapping[str, object],
        figure: str,
        low: float,
        high: float,
        decimals: int = 2,
        *,
        code: str | None = None,
    ) -> None:
        for name, given in (("analyses", analyses), ("data", data)):
            if not isinstance(given, Mapping) or not all(isinstance(each, str) for each in given):
                raise QuestionError([say("arguments.mapping", name=name, given=as_shown(given))])
        if not analyses or not 1 <= len(data) <= 3:
            raise QuestionError([say("analyses.wrong", analyses=len(analyses), data=len(data))])
        check_text("figure", figure, QuestionError)
        low = check_number("low", low, -MOST, MOST, error=QuestionError)
        high = check_number("high", high, -MOST, MOST, error=QuestionError)
        decimals = check_whole("decimals", decimals, 0, 15, error=QuestionError)
        self._analyses, self._data = dict(analyses), dict(data)
        self._figure, self._decimals, self._ends = figure, decimals, (low, high)
        self.tried = pd.DataFrame([], columns=COLUMNS).astype({"value": float})
        super().__init__(Controls(self._buttons(), say("analyses.try")))
        self.controls.on_press(self._try)
        self._begin_with(code)
        if builds_all():
            for name in self._analyses:
                self._figures(name)

    def _buttons(self) -> list[Item]:
        """A button for each analysis, with a tick where it was pressed."""
        tried = set(self.tried["analysis"])
        return [
            make.button(str(n), name, done=say("analyses.done") if name in tried else "")
            for n, name in enumerate(self._analyses)
        ]

    def _settings(self) -> Mapping[str, Setting]:
        return {"tried": Listed(tuple(self._analyses))}

    def _chosen(self) -> Chosen:
        return {"tried": [*dict.fromkeys(self.tried["analysis"].tolist())]}

    def _go_to(self, values: Chosen) -> None:
        self.tried = self.tried.head(0)
        self._redraw()
        for name in values["tried"]:
            self._try(str([*self._analyses].index(name)))

    def _try(self, pressed: str) -> None:
        name = list(self._analyses)[int(pressed)]
        others = self.tried[self.tried["analysis"] != name]
        again = self.tried[self.tried["analysis"] == name]
        new = self._figures(name) if again.empty else again
        self.tried = pd.concat([others, new], ignore_index=True) if len(others) else new
        self._redraw()

    def _figures(self, name: str) -> pd.DataFrame:
        rows = []
        for data, content in self._data.items():
            with matched_quietly():  # an analysis may leave clients out: that is what it is about
                value = float(self._analyses[name](content))
            written = coefficient if of_coefficient(self._figure) else figure
            shown = written(round(value, self._decimals) + 0, f".{self._decimals}f")
            rows.append((name, data, value, shown))
        return pd.DataFrame(rows, columns=COLUMNS)

    def _redraw(self, _change: object = None) -> None:
        rows, data = tuple(self._analyses), tuple(self._data)
        self.controls.items = self._buttons()
        self._show(analyses_picture(self.tried, rows, data, self._figure, self._ends))
