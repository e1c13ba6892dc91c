"""Items are known by their numbers or not at all, and a table of columns by its names."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from alliance_widgets.errors import RatingError
from alliance_widgets.tables.courses import check_courses
from alliance_widgets.tables.instruments import instrument
from alliance_widgets.tables.ratings import check_ratings
from alliance_widgets.tables.scoring import score

FORM = [6, 2, 2, 2, 6, 7, 5, 1, 5, 1, 3, 4]  # the twelve responses in the order of the form
SCORES = score(FORM, "wai_s")
ALPHABETICAL = sorted(range(1, 13), key=str)  # 1, 10, 11, 12, 2, ...


def form(name, order=ALPHABETICAL, first=1):
    return pd.DataFrame({name.format(n - 1 + first): [FORM[n - 1]] for n in order})


def test_the_form_is_scored_by_hand():
    reversed_items = instrument("wai_s").reversed
    total = sum(8 - r if i in reversed_items else r for i, r in enumerate(FORM, 1))
    assert SCORES["total"].tolist() == [total]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    "name", ["WAI_{}", "item_{}", "q{}", "{}", "WAI {:02}", "wai{}_pre", "Frage {}", "column_{}"]
)
def test_items_are_known_by_the_number_in_their_names(name, first):
    pd.testing.assert_frame_equal(score(form(name, first=first), "wai_s"), SCORES)


def test_a_row_of_a_table_keeps_the_names_of_its_items():
    table = form("WAI_{}")
    for row in (table.iloc[0], table.iloc[0].to_dict(), table.to_dict("records")):
        pd.testing.assert_frame_equal(score(row, "wai_s"), SCORES)


def test_a_file_of_responses_is_scored(tmp_path):
    path = tmp_path / "responses.csv"
    form("WAI_{}").assign(client="007").to_csv(path, sep=";", index=False)
    scored = score(path, "wai_s")
    assert scored["client"].tolist() == ["007"]
    assert scored["total"].tolist() == SCORES["total"].tolist()


def test_items_named_by_subscale_and_number_count_where_the_order_agrees():
    names = [f"{'gtb'[n % 3]}_{n}" for n in range(1, 13)]
    table = pd.DataFrame([FORM], columns=names)
    pd.testing.assert_frame_equal(score(table, "wai_s"), SCORES)
    with pytest.raises(RatingError, match="has 12 items"):
        score(table[names[::-1]], "wai_s")


def test_a_stray_column_among_the_items_is_no_item():
    table = form("WAI_{}")
    table.insert(3, "age", 4)
    assert score(table, "wai_s")["total"].tolist() == SCORES["total"].tolist()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([f"q{i}" for i in range(1, 13)] + [f"item_{i}" for i in range(1, 13)], "same item: q1"),
        ([f"A{i}" for i in range(1, 13)] + [f"B{i}" for i in range(1, 13)], "A1 … A12; B1 … B12"),
        (
            [f"q{i}" for i in range(1, 13)] + [f"q{i}_post" for i in range(1, 13)],
            "more than one set",
        ),
        ([f"WAI_{i}" for i in range(1, 13)] + ["q1", "q2"], "more than one set"),
        (["item_1", "item_01"] + [f"item_{i}" for i in range(3, 13)], "item_1, item_01"),
        ([f"WAI_{i}" for i in range(1, 12)] + ["age"], "columns for 11"),
        ([f"WAI_{i}" for i in range(1, 37)], "columns for 36"),
        ([*"abcdefghijkl"], "Name them by their numbers"),
        ([None] * 12, "Name them by their numbers"),
    ],
)
def test_items_that_cannot_be_told_are_refused_in_words(columns, said):
    with pytest.raises(RatingError, match=said):
        score(pd.DataFrame([[3] * len(columns)], columns=columns), "wai_s")


RATINGS = {"client": ["007", "B"], "session": [1, 2], "alliance": [3.5, None]}
COURSES = {"client": ["007"], "sessions_attended": [3], "ending": ["completed"]}


class Interchange:
    """Speaks the dataframe interchange protocol and nothing else."""

    def __init__(self, table):
        self.table = table

    def __dataframe__(self, **how):
        return self.table.__dataframe__(**how)


class Stream:
    """Speaks Arrow's protocol and nothing else."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


class ToPandas:
    def __init__(self, columns):
        self.columns = columns

    def to_pandas(self):
        return pd.DataFrame(self.columns)


def tables_of(columns):
    import narwhals
    import polars

    table = polars.DataFrame(columns)
    yield from (table, table.lazy(), narwhals.from_native(table), Stream(table), ToPandas(columns))


@pytest.mark.parametrize("which", range(5))
def test_a_table_of_columns_of_any_kind_keeps_its_names(which):
    ratings, courses, items = (
        [*tables_of(columns)][which]
        for columns in (RATINGS, COURSES, form("WAI_{}").to_dict("list"))
    )
    checked = check_ratings(ratings)
    pd.testing.assert_frame_equal(checked, check_ratings(pd.DataFrame(RATINGS)))
    assert check_courses(courses)["sessions_attended"].tolist() == [3]
    pd.testing.assert_frame_equal(score(items, "wai_s"), SCORES)


@pytest.mark.skipif(not hasattr(pd.DataFrame, "__dataframe__"), reason="pandas gave it up")
def test_the_interchange_protocol_is_understood():
    table = check_ratings(Interchange(pd.DataFrame(RATINGS)))
    pd.testing.assert_frame_equal(table, check_ratings(pd.DataFrame(RATINGS)))


def test_arrow_tables_and_results_of_duckdb_keep_their_names():
    pyarrow = pytest.importorskip("pyarrow")
    rows = pyarrow.table(RATINGS)
    kinds = [rows, rows.to_reader()]
    duckdb = pytest.importorskip("duckdb")
    kinds += [duckdb.sql("select * from rows"), duckdb.connect().execute("select * from rows")]
    for kind in kinds:
        assert check_ratings(kind)["client"].tolist() == ["007", "B"]


def test_a_table_that_cannot_be_read_here_is_refused_by_its_kind():
    class Frame:
        def to_pandas(self):
            raise ImportError

    for check in (check_ratings, check_courses, lambda given: score(given, "wai_s")):
        with pytest.raises(ValueError, match="this Frame is a table that cannot be read here"):
            check(Frame())


def test_a_table_without_names_is_told_so():
    with pytest.raises(RatingError, match="the columns have no names"):
        check_ratings(pd.DataFrame([["A", 1, 3]]))
    assert score(pd.DataFrame([FORM]), "wai_s").equals(SCORES)
    assert score(np.array([FORM]), "wai_s").equals(SCORES)


def test_no_library_for_tables_is_loaded_with_the_kit(tmp_path):
    import subprocess

    names = ("narwhals", "polars", "openpyxl", "pyreadstat")
    code = f"import alliance_widgets, sys; print([m for m in {names} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
