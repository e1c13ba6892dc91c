"""Controls over a chart: the base of the small laboratories."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
import pandas as pd

from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.runtime import Described

__all__ = ["Lab"]


class Lab(Described, ipw.VBox):
    """Controls over a chart: what is chosen changes the chart's tables and its words."""

    def __init__(self, form: Any, controls: Controls) -> None:
        self.controls, self.chart = controls, ChartView(form)
        super().__init__(children=(self.controls, self.chart))
        self._answer()
        self.controls.observe(self._answer, "values")
        close_earlier_run(self)

    def __repr__(self) -> str:
        return self.chart.description

    def _answer(self, _change: Any = None) -> None:
        raise NotImplementedError

    def _show(self, tables: dict[str, pd.DataFrame], description: str) -> None:
        with self.chart.hold_sync():
            self.chart.update(**tables)
            self.chart.description = description
