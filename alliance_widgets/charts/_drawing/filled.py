"""A form with its tables in it: a chart that needs no widget to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

__all__ = ["filled"]


def filled(form: Any, tables: Mapping[str, pd.DataFrame], description: str) -> Any:
    """A copy of `form` that holds its tables and says what it shows."""
    chart = form.copy()
    chart.datasets = {
        name: table.astype(object).where(table.notna(), None).to_dict("records")
        for name, table in tables.items()
    }
    chart.description = description
    return chart
