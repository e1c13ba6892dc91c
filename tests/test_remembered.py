"""A table that was read is not read again, and one that was changed since is."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.tables import ratings as read
from alliance_widgets.tables._remembered import Remembered


def rated() -> pd.DataFrame:
    return pd.DataFrame(
        {"client": ["A", "A", "B"], "session": [1, 2, 1], "alliance": [3.0, 4.0, 2.0]}
    )


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each look at a whole table."""
    seen: list[int] = []
    look = read._read_anew
    monkeypatch.setattr(
        read, "_read_anew", lambda *given: (seen.append(1), look(*given))[1], raising=True
    )
    return seen


def test_a_chain_of_calls_looks_at_a_table_once(looks: list[int]) -> None:
    checked = aw.check_ratings(rated())
    aw.find_ruptures(checked)
    aw.split_within_between(checked)
    assert aw.check_ratings(checked).equals(checked)
    assert len(looks) == 1


def changed_cell(table: pd.DataFrame) -> None:
    table.loc[1, "session"] = 1


def changed_column(table: pd.DataFrame) -> None:
    table["session"] = 1


def changed_text(table: pd.DataFrame) -> None:
    table.iloc[2, table.columns.get_loc("client")] = " "


def changed_within(table: pd.DataFrame) -> None:
    table["session"] *= 0


@pytest.mark.parametrize("change", [changed_cell, changed_column, changed_text, changed_within])
@pytest.mark.parametrize("checked_first", [True, False])
def test_a_table_that_was_changed_is_judged_anew(change, checked_first: bool) -> None:
    table = aw.check_ratings(rated()) if checked_first else rated()
    aw.find_ruptures(table)
    change(table)
    with pytest.raises(aw.RatingError):
        aw.find_ruptures(table)


def test_what_is_given_back_shares_nothing_with_what_was_given() -> None:
    given = rated()
    first = aw.check_ratings(given)
    second = aw.check_ratings(first)
    given.loc[0, "alliance"] = 5.0
    first.loc[1, "alliance"] = 5.0
    assert first["alliance"].tolist() == [3.0, 5.0, 2.0]
    assert second["alliance"].tolist() == [3.0, 4.0, 2.0]
    assert aw.check_ratings(first)["alliance"].tolist() == [3.0, 5.0, 2.0]


def test_the_index_of_a_checked_table_does_not_come_back() -> None:
    checked = aw.check_ratings(rated())
    checked.index = pd.Index([7, 8, 9])
    assert aw.check_ratings(checked).index.tolist() == [0, 1, 2]


def test_only_tables_that_are_still_there_are_remembered_and_only_a_few() -> None:
    known: Remembered[int] = Remembered(most=2)
    tables = [rated() for _ in range(3)]
    for number, table in enumerate(tables):
        known.keep(table, number)
    assert [known.of(table) for table in tables] == [None, 1, 2]
    del table, tables[1]
    gc.collect()
    assert len(known._kept) == 1


def test_a_column_that_is_no_plain_array_is_as_good_as_changed() -> None:
    known: Remembered[str] = Remembered()
    table = rated().astype({"session": "Int64"})
    known.keep(table, "seen")
    assert known.of(table) is None
    plain = rated()
    known.keep(plain, "seen")
    assert known.of(plain) == "seen"
    assert np.array_equal(plain, rated())
