"""The terms of a model as numbers in units of their own spread, or every fault in them in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.columns import number_of
from alliance_widgets.words import say

__all__ = ["Units", "design"]

Numbers = npt.NDArray[np.float64]

NEEDED = ("client", "session", "event")

ROUNDING = 1e-13  # values that differ by less than this share of their size do not differ


def design(table: object, terms: object) -> tuple[pd.DataFrame, Numbers, pd.DataFrame]:
    """The terms as numbers, the events, and the rows used; faults in words."""
    if not isinstance(table, pd.DataFrame):
        raise AllianceError([say("dropout.no_rows", given=type(table).__name__)])
    wanted = _names(terms)
    columns = [str(name) for name in table.columns]
    missing = [name for name in dict.fromkeys((*NEEDED, *wanted)) if name not in columns]
    if missing or not wanted:
        found = ", ".join(columns)
        raise AllianceError(
            [say("dropout.no_term", column=name, found=found) for name in missing]
            or [say("dropout.no_terms")]
        )
    chosen = list(dict.fromkeys((*NEEDED, *wanted)))
    twice = [name for name in dict.fromkeys(wanted) if wanted.count(name) > 1]
    problems = [say("dropout.term_twice", term=name) for name in twice]
    double = [name for name in chosen if columns.count(name) > 1]
    problems += [say("table.column_twice", column=name) for name in double]
    if problems:
        raise AllianceError(problems)
    table = table.set_axis(columns, axis=1)
    used = table.dropna(subset=chosen).reset_index(drop=True)
    _check_values(used, wanted)
    event = used["event"].to_numpy(dtype=float)
    if not len(used) or not event.any():
        raise AllianceError([say("dropout.no_events", n=len(used))])
    if event.all():
        raise AllianceError([say("dropout.all_events", n=len(used))])
    numbers = pd.concat([_as_terms(used[name]) for name in wanted], axis=1)
    still = [str(name) for name in numbers if _is_constant(numbers[name].to_numpy())]
    if still:
        raise AllianceError([say("dropout.constant", term=name) for name in still])
    return numbers, event, used


def _names(terms: object) -> list[str]:
    if isinstance(terms, str):
        return [terms]
    if not isinstance(terms, Iterable):
        raise AllianceError([say("dropout.no_terms")])
    wanted = list(terms)
    if not all(isinstance(name, str) for name in wanted):
        raise AllianceError([say("dropout.no_terms")])
    return wanted


def _check_values(used: pd.DataFrame, wanted: list[str]) -> None:
    """Raise for every column that holds what it cannot."""
    problems = [] if _is_yes_or_no(used["event"]) else [_about_events(used["event"])]
    for name in wanted:
        column = used[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            continue
        if column.dtype.kind in "biuf":
            infinite = ~np.isfinite(column.to_numpy("float64", na_value=np.nan))
            if infinite.any():
                problems.append(say("dropout.infinite", term=name, n=int(infinite.sum())))
        elif column.dtype.kind not in "OTUS" and column.dtype != "str":
            problems.append(say("dropout.odd_term", term=name, kind=str(column.dtype)))
        elif not all(isinstance(value, str) for value in column.unique()):
            problems.append(say("dropout.mixed_term", term=name))
        elif name != "session" and _are_decimals(column.unique()):
            problems.append(say("dropout.text_term", term=name, value=column.iloc[0]))
    if problems:
        raise AllianceError(problems)


def _is_yes_or_no(event: pd.Series) -> bool:
    if event.dtype.kind == "b":
        return True
    if event.dtype.kind not in "iufO":
        return False
    return all(
        isinstance(value, bool | int | float | np.bool_ | np.number) and value in (0, 1)
        for value in event.unique()
    )


def _about_events(event: pd.Series) -> str:
    values = ", ".join(repr(value) for value in event.unique()[:5].tolist())
    return say("dropout.odd_events", values=values)


def _are_decimals(texts: Iterable[str]) -> bool:
    """Whether all these are numbers and some are broken: measures, and no codes of groups."""
    numbers = [number_of(text) for text in texts]
    if not numbers or any(np.isnan(number) for number in numbers):
        return False
    return any(not float(number).is_integer() for number in numbers)


def _is_constant(values: Numbers) -> bool:
    """Whether the values differ by no more than the rounding of their size."""
    return bool(np.ptp(values / np.abs(values).max()) < ROUNDING) if values.any() else True


def _as_terms(column: pd.Series) -> pd.DataFrame:
    if column.dtype.kind in "biuf" and not isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype("float64").to_frame()
    words = pd.get_dummies(column, drop_first=True, dtype=float)
    if words.empty:
        return pd.DataFrame({column.name: np.zeros(len(column))})
    return words.rename(columns={word: f"{column.name}[{word}]" for word in words})


@dataclass(frozen=True, eq=False)
class Units:
    """The terms brought to mean 0 and SD 1 (`standard`), and the way back to their own units."""

    names: list[str]
    standard: Numbers
    mean: Numbers
    sd: Numbers

    @classmethod
    def of(cls, terms: pd.DataFrame) -> Units:
        given = terms.to_numpy("float64")
        size = np.abs(given).max(axis=0)  # first, so that no square overflows
        scaled = given / size
        mean, sd = scaled.mean(axis=0), scaled.std(axis=0)
        names = [str(name) for name in terms]
        return cls(names, (scaled - mean) / sd, mean * size, sd * size)

    def back(self, coefficients: Numbers, covariance: Numbers) -> tuple[Numbers, Numbers]:
        """Coefficients and standard errors per unit; with an intercept where there is one more."""
        slopes = np.diag(1 / self.sd)
        turn = slopes
        if len(coefficients) > len(self.sd):
            turn = np.block(
                [
                    [np.ones((1, 1)), -(self.mean / self.sd)[None]],
                    [np.zeros((len(slopes), 1)), slopes],
                ]
            )
        with np.errstate(all="ignore"):
            spread = np.sqrt(np.diag(covariance))
            se = np.sqrt(np.einsum("ij,jk,ik->i", turn, covariance, turn))
            se[-len(self.sd) :] = spread[-len(self.sd) :] / self.sd
            return turn @ coefficients, se
