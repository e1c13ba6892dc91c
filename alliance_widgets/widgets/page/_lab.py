"""Controls over a chart: the base of the small laboratories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as ipw
import pandas as pd

from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page._codes import CodeLine, WithCode
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.runtime import Described

__all__ = ["Lab"]


class Lab(WithCode, Described, ipw.VBox):
    """Controls over a chart, or over two: what is chosen changes tables and words.

    What has to stand before a code can be taken is made before `_begin_with(code)`.
    """

    def __init__(self, form: Any, controls: Controls, under: Any = None) -> None:
        self.controls, self.chart = controls, ChartView(form)
        self.under = None if under is None else ChartView(under)
        views = (self.chart,) if self.under is None else (self.chart, self.under)
        follows = [(view, "_tables") for view in views]
        self.coded = CodeLine(self, follows=follows)
        super().__init__(children=(self.controls, *views, self.coded))
        self._redraw()
        self.controls.observe(self._redraw, "values")
        close_earlier_run(self)

    def __repr__(self) -> str:
        views = (self.chart,) if self.under is None else (self.chart, self.under)
        return " ".join(view.description for view in views)

    def _begin_with(self, code: str | None) -> None:
        """Go to the picture of this code, if there is one."""
        if code is not None:
            self.code = code

    def _pictured(self) -> Iterable[pd.DataFrame]:
        views = (self.chart,) if self.under is None else (self.chart, self.under)
        return [table for view in views for table in view.tables.values()]

    def _redraw(self, _change: Any = None) -> None:
        raise NotImplementedError

    def _show(self, tables: dict[str, pd.DataFrame], description: str) -> None:
        _put(self.chart, tables, description)

    def _show_under(self, tables: dict[str, pd.DataFrame], description: str) -> None:
        if self.under is not None:
            _put(self.under, tables, description)


def _put(view: ChartView, tables: dict[str, pd.DataFrame], description: str) -> None:
    with view.hold_sync():
        view.update(**tables)
        view.description = description
