"""Controls over a chart: the base of the small laboratories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page._codes import CodeLine, WithCode
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.runtime import Described

if TYPE_CHECKING:
    from alliance_widgets.charts import Picture

__all__ = ["Lab"]


class Lab(WithCode, Described, ipw.VBox):
    """Controls over a chart, or over two: what is chosen changes what they show.

    What has to stand before a code can be taken is made before `_begin_with(code)`.
    """

    def __init__(self, controls: Controls, *, two: bool = False) -> None:
        self.controls, self.chart = controls, ChartView()
        self.under = ChartView() if two else None
        follows = [(view, "_tables") for view in self._views()]
        self.coded = CodeLine(self, follows=follows)
        super().__init__(children=(self.controls, *self._views(), self.coded))
        self._redraw()
        self.controls.observe(self._redraw, "values")
        close_earlier_run(self)

    def __repr__(self) -> str:
        return " ".join(view.description for view in self._views())

    def _views(self) -> tuple[ChartView, ...]:
        return (self.chart,) if self.under is None else (self.chart, self.under)

    def _begin_with(self, code: str | None) -> None:
        """Go to the picture of this code, if there is one."""
        if code is not None:
            self.code = code

    def _pictured(self) -> Iterable[pd.DataFrame]:
        return [table for view in self._views() for table in view.tables.values()]

    def _redraw(self, _change: object = None) -> None:
        """Show what follows from what is chosen."""
        raise NotImplementedError

    def _show(self, picture: Picture, under: Picture | None = None) -> None:
        self.chart.show(picture)
        if self.under is not None and under is not None:
            self.under.show(under)
