"""Tables of columns that are no pandas DataFrame, made one with their column names kept."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

__all__ = ["Unreadable", "as_frame"]


class Unreadable(Exception):
    """A table of columns that cannot be made a DataFrame here, such as for want of a library."""


def as_frame(given: object) -> pd.DataFrame | None:
    """`given` as a DataFrame if it is a table of columns with names; None if it is something else.

    Understood are polars, pyarrow, modin, DuckDB's results, whatever can make a DataFrame of
    itself (`to_pandas`), and whatever speaks the dataframe interchange protocol or Arrow's.

    Raises `Unreadable` for one that says it is such a table and cannot be read.
    """
    if isinstance(given, pd.DataFrame):
        return given
    ways = list(_ways(given))
    for way in ways:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the ways that pandas is about to give up
                made = way()
        except Exception:  # whatever another library raises: the next way may do
            continue
        if isinstance(made, pd.DataFrame):
            return made
    if ways:
        raise Unreadable
    return None


def _ways(given: object) -> Iterator[Callable[[], object]]:
    if isinstance(given, type | pd.Series | str | bytes):
        return
    if "duckdb" in type(given).__module__ and hasattr(given, "df"):
        yield given.df
    if hasattr(given, "__narwhals_dataframe__") or hasattr(given, "__narwhals_lazyframe__"):
        yield lambda: _by_column(given)
    elif _has(given, "columns", "__arrow_c_stream__", "__dataframe__", "collect"):
        yield lambda: _through_narwhals(given)
    for name in ("to_pandas", "toPandas", "to_dataframe"):
        if callable(getattr(given, name, None)):
            yield getattr(given, name)
    if hasattr(given, "__dataframe__"):
        yield lambda: pd.api.interchange.from_dataframe(given)
    if hasattr(given, "__arrow_c_stream__"):
        yield lambda: getattr(pd.DataFrame, "from_arrow")(given)  # noqa: B009
        yield lambda: _through_polars(given)


def _has(given: object, *names: str) -> bool:
    return any(hasattr(type(given), name) for name in names)  # a property may cost, or warn


def _through_narwhals(given: object) -> pd.DataFrame | None:
    import narwhals  # comes with Altair; not with the package

    frame = narwhals.from_native(given, pass_through=True)
    if isinstance(frame, narwhals.LazyFrame):
        frame = frame.collect()
    return _by_column(frame) if isinstance(frame, narwhals.DataFrame) else None


def _through_polars(given: Any) -> pd.DataFrame | None:
    import polars

    return _through_narwhals(polars.DataFrame(given))


def _by_column(frame: Any) -> pd.DataFrame:
    """Column by column, as plain values: needs neither pandas' nor Arrow's help."""
    if hasattr(frame, "collect"):
        frame = frame.collect()
    columns = {str(name): pd.Series(frame[name].to_list()) for name in frame.columns}
    return pd.DataFrame(columns)
