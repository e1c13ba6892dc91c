"""A chart that stays on the page while its tables change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import traitlets as tl

from alliance_widgets.arguments import as_shown
from alliance_widgets.errors import AllianceError
from alliance_widgets.widgets.page._seam import fits, said_by
from alliance_widgets.widgets.page.runtime import KitWidget
from alliance_widgets.words import say

if TYPE_CHECKING:
    from alliance_widgets.charts import Picture

__all__ = ["ChartView", "columns_of"]


def columns_of(table: pd.DataFrame) -> dict[str, list[Any]]:
    """A table as plain JSON columns: missing values become null, times become text."""
    columns: dict[str, list[Any]] = {}
    for name, column in table.items():
        kind, nullable = column.dtype.kind, not isinstance(column.dtype, np.dtype)
        values: list[Any] = (column.astype(str) if kind in "mM" else column).tolist()
        if kind == "f":
            values = [
                None if value is pd.NA or not math.isfinite(value) else float(f"{value:.9g}")
                for value in values
            ]
        elif nullable or kind not in "iub":
            values = [None if value is pd.NA or value != value else value for value in values]
        columns[str(name)] = values
    return columns


def _as_table(records: Any) -> pd.DataFrame:
    return records if isinstance(records, pd.DataFrame) else pd.DataFrame.from_records(records)


class ChartView(KitWidget):
    """An Altair chart that stays: `chart` sets its form, `update` changes its tables.

    A live change should move data, never the form: `view.update(ratings=table)` sends only the
    table, and the page repaints the same chart. All state is in synced traits, so a second view,
    or a page loaded again, shows the present.

    Read with care: `update` replaces a table whole; rows left out are gone from the picture.

    Parameters
    ----------
    chart : Altair chart, or Vega-Lite form as a dict, optional
        What is shown; left out, nothing is yet.
    **traits : traits by name
        Any trait of the widget, such as `message` or `layout`.

    Attributes
    ----------
    headline : str
        A short sentence in large type, read out politely.
    message : str
        A sentence to show in place of the chart; `update` takes it away.
    chart : Altair chart or dict
    tables : dict of str to DataFrame

    Raises
    ------
    AllianceError
        For a `chart` that is none.

    Examples
    --------
    >>> view = ChartView(alliance_trajectory(ratings))
    >>> view.update(**trajectory_tables(ratings_with_one_more))
    """

    part = "chart"
    large = ("_form", "_tables")

    _form = tl.Dict().tag(sync=True)
    _tables = tl.Dict().tag(sync=True)
    _aside: tl.List[Any] = tl.List().tag(sync=True)  # what of the description is not called out
    headline = tl.Unicode(help="A short sentence in large type, read out politely.").tag(sync=True)
    message = tl.Unicode(help="A sentence to show in place of the chart.").tag(sync=True)

    def __init__(self, chart: object = None, **traits: object) -> None:
        self._frames: dict[str, pd.DataFrame] = {}
        self._chart: object = None
        self._pick_handlers: list[Callable[[object], None]] = []
        # All in the message that opens the widget: a second one would cost each chart half a kB.
        super().__init__(**{**self._take(chart), **traits})

    @property
    def chart(self) -> Any:
        """The chart whose form is shown: an Altair chart, or a Vega-Lite form as a dict."""
        return getattr(self._chart, "drawn", self._chart)

    @chart.setter
    def chart(self, chart: object) -> None:
        with self.hold_sync():
            for name, value in self._take(chart).items():
                self.set_trait(name, value)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables now shown, by the name the form knows them by."""
        return dict(self._frames)

    def update(self, **tables: pd.DataFrame) -> None:
        """Swap the named tables; the form, the other tables and the view stay as they are.

        Parameters
        ----------
        **tables : DataFrame
            Each whole, under the name that the form knows it by.
        """
        sent = self._sent({name: _as_table(table) for name, table in tables.items()})
        self._frames = {**self._frames, **tables}
        with self.hold_sync():
            self._tables = {**self._tables, **sent}
            self.message = ""

    def show(self, picture: Picture) -> None:
        """Show a picture: its tables and its words, and its form where that is another one.

        Parameters
        ----------
        picture : Picture
            What is shown from now on. Pictures of one form are shown by moving tables alone.
        """
        with self.hold_sync():
            if picture.form is not self._chart:
                for name, value in self._take(picture.spec()).items():
                    self.set_trait(name, value)
                self._chart = picture.form
            self.update(**picture.tables)
            self.description = picture.words

    def on_pick(self, handler: Callable[[object], None]) -> None:
        """Call `handler(value)` when a person picks a place of the chart, by click or by key.

        The form names the field whose value is told, in `usermeta["alliance"]["pick"]`.

        Parameters
        ----------
        handler : function of one argument
            What is called with the value of the place that was picked.
        """
        self._pick_handlers.append(handler)

    def _hear(self, widget: Any, content: Any, buffers: Any) -> None:
        super()._hear(widget, content, buffers)
        if fits(content, said_by(self.part).message):
            for handler in self._pick_handlers:
                handler(content["pick"])

    def _take(self, chart: object) -> dict[str, object]:
        """Keep `chart`; give the traits that show it."""
        form = {} if chart is None else dict(chart if isinstance(chart, Mapping) else _spec(chart))
        self._chart = chart
        data = form.pop("datasets", {})
        self._frames = {name: _as_table(rows) for name, rows in data.items() if _is_table(rows)}
        if len(self._frames) < len(data):  # text and shapes, which are not tables, stay as they are
            form["datasets"] = {name: data[name] for name in data if name not in self._frames}
        described = form.pop("description", None) or form.get("title")
        if not isinstance(described, str):
            described = say("widgets.chart_undescribed" if form else "widgets.chart_empty")
        return {
            "_form": form,
            "_tables": self._sent(self._frames),
            "description": described,
            "message": "",
        }

    def _sent(self, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
        """Tables as the page takes them, with a revision that grows when a table changes."""
        sent = {}
        for name, table in tables.items():
            columns, held = columns_of(table), self._tables.get(name)
            if held is None or held["columns"] != columns:
                sent[name] = {"revision": held["revision"] + 1 if held else 1, "columns": columns}
            else:
                sent[name] = held
        return sent


def _is_table(rows: object) -> bool:
    return isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)


def _spec(chart: object) -> dict[str, object]:
    table = isinstance(chart, pd.DataFrame | pd.Series)
    if table or isinstance(chart, type) or not hasattr(chart, "to_dict"):
        raise AllianceError([say("charts.no_chart", given=as_shown(chart))])
    spec: dict[str, object] = chart.to_dict()
    return spec
