"""A table of figures, folded under its title."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import traitlets as tl

from alliance_widgets.widgets.page.chart import columns_of
from alliance_widgets.widgets.page.runtime import KitWidget

__all__ = ["FoldedTable"]


class FoldedTable(KitWidget):
    """A table under a title that opens it; `put` changes its rows and the `note` above them."""

    part = "fold"

    title = tl.Unicode().tag(sync=True)
    note = tl.Unicode().tag(sync=True)

    _titles = tl.Dict().tag(sync=True)
    _columns = tl.Dict().tag(sync=True)

    def __init__(self, title: str, columns: Mapping[str, str], **traits: object) -> None:
        super().__init__(title=title, description=title, _titles=dict(columns), **traits)

    def put(self, table: pd.DataFrame, note: str = "") -> None:
        """Show these rows: of the columns that were named when this was made."""
        with self.hold_sync():
            self._columns = columns_of(table[list(self._titles)])
            self.note = note
