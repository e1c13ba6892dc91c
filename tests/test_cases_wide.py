"""One row per client and a column per session: recognised, read, and made again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.errors import RatingError


def read(text, **how):
    return aw.read_ratings(text.encode(), **how)


def said(text, **how):
    with pytest.raises(RatingError) as caught:
        read(text, **how)
    return list(caught.value.problems)


def sessions(table):
    return [[*row] for row in table[["client", "session", "alliance"]].fillna(0).to_numpy()]


LONG = [["7", 1, 3], ["7", 2, 4], ["7", 3, 0], ["7", 10, 4.5], ["9", 1, 3.5]]


@pytest.mark.parametrize(
    "header", ["ID;s1;s10;s2;s3", "client;WAI_1;WAI_10;WAI_2;WAI_3", "Patient;1;10;2;3"]
)
def test_a_wide_file_is_read_by_the_numbers_in_its_names(header):
    text = f"{header}\n7;3;4,5;4;\n9;3,5;;;\n"
    assert sessions(read(text, wide=True)) == LONG
    *_, advice = [problem for problem in said(text) if "wide" in problem]
    assert "read_ratings(..., wide=True)" in advice
    assert "from_wide(table" in advice
    client = header.split(";")[0]
    assert (f'client="{client}"' in advice) == (client != "client")


def test_advice_for_a_wide_table_gives_what_it_says():
    table = pd.DataFrame({"ID": [7, 9], "s1": [3, 3.5], "s10": [4.5, None], "s2": [4, None]})
    long = aw.check_ratings(aw.from_wide(table, client="ID"))
    assert sessions(long) == [["7", 1, 3], ["7", 2, 4], ["7", 10, 4.5], ["9", 1, 3.5]]


def test_without_a_column_for_the_client_rows_are_numbered():
    table = read("WAI_1,WAI_2\n1,3\n2,4\n", wide=True)
    assert sessions(table) == [["1", 1, 1], ["1", 2, 3], ["2", 1, 2], ["2", 2, 4]]


def test_subscales_and_other_columns_come_along():
    table = read("client,arm,goals_1,tasks_1,bond_1,goals_2\nA,CBT,3,4,5,1\n", wide=True)
    assert table["arm"].tolist() == ["CBT", "CBT"]
    assert table["goals"].tolist() == [3, 1]
    assert table["alliance"].iloc[0] == 4
    assert table["bond"].isna().tolist() == [False, True]


def test_months_in_the_middle_of_names_are_numbers_too():
    table = pd.DataFrame(
        {"treatment": ["TAU", "BtB"], "bdi.pre": [29, 32], "bdi.2m": [2, 16], "bdi.8m": [None, 20]}
    )
    long = aw.from_wide(table)
    assert long["session"].tolist() == [2, 2, 8]
    assert long["alliance"].tolist() == [2, 16, 20]
    assert long["bdi.pre"].tolist() == [29, 32, 32]


def test_one_of_several_sets_is_chosen_by_its_beginning_or_by_a_list():
    text = "client,WAI_1,WAI_2,PHQ_1,PHQ_2\nA,3,4,5,1\n"
    [problem] = said(text, wide=True)
    assert 'wide="WAI_"' in problem
    assert sessions(read(text, wide="WAI_")) == [["A", 1, 3], ["A", 2, 4]]
    table = pd.DataFrame({"client": ["A"], "first": [3], "last": [4], "age": [40]})
    assert sessions(aw.from_wide(table, columns=["first", "last"])) == [["A", 1, 3], ["A", 2, 4]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("client,age\nA,40\n", "no columns that are numbered as sessions"),
        ("client,item_1,item_2\nA,3,4\n", "no columns that are numbered as sessions"),
        ("client,session,s1,s2\nA,1,3,4\n", "has a row for each session already"),
        ("client,s1,s01\nA,1,3\n", "more than one column stands for the same session: s1, s01"),
        ("client,s0,s1\nA,1,3\n", "numbered from 0"),
        ("client,s1,s2\nA,1,3\nA,2,3\n", "these stand more than once: A"),
        ("ID,Patient,s1,s2\n1,A,1,3\n", "could name the client: ID, Patient"),
        ("ID,s1,s2\n1,1,3\nMean,1,3\n", "client is Mean"),
    ],
)
def test_what_is_not_wide_or_not_clear_is_refused(text, sentence):
    assert sentence in " ".join(said(text, wide=True))


def test_faults_of_a_wide_file_name_its_rows():
    [problem] = said("ID,s1,s2\n\n1,3,9.5\n", wide=True)
    assert problem.startswith("row 3 (client 1, session 2): alliance is 9.5")


def test_twelve_numbered_columns_may_be_items_and_columns_beside_a_session_are():
    header = ",".join(f"WAI_{i}" for i in range(1, 13))
    wide, items = said(f"ID,{header}\n1{',3' * 12}\n")[1:]
    assert "wide=True" in wide
    assert 'score(table, "wai_sr")' in items
    [items] = said("client,session,item_1,item_2,item_3\nA,1,5,6,4\n")[1:]
    assert "item_1 … item_3 look like the items of a questionnaire: score(" in items


def test_nothing_is_said_of_wide_tables_where_only_a_name_is_wrong():
    found = said("client,sesion,alliance,dose_1,dose_2\nA,1,3,1,1\n")
    assert found[1:] == ["Is 'sesion' meant to be 'session'? Then rename it."]


def test_a_client_without_any_rating_keeps_a_row():
    table = aw.from_wide(pd.DataFrame({"client": ["A", "B"], "s1": [np.nan, 3], "s2": [np.nan, 4]}))
    assert sessions(table) == [["A", 1, 0], ["B", 1, 3], ["B", 2, 4]]


def test_to_wide_gives_a_row_per_client_of_one_rater():
    ratings = aw.load_data("single_cases")
    wide = aw.to_wide(ratings, "bond", rater="therapist")
    theirs = ratings[ratings["rater"] == "therapist"].set_index(["client", "session"])["bond"]
    assert wide["client"].tolist() == sorted(theirs.index.unique("client"))
    for (client, session), bond in theirs.items():
        cell = wide.set_index("client").loc[client, f"session_{session}"]
        assert cell == bond or (np.isnan(cell) and np.isnan(bond))
    with pytest.raises(RatingError, match="no column mood"):
        aw.to_wide(ratings, "mood")


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["A", "007", "Zoë"]), st.integers(1, 12)),
    st.integers(4, 20).map(lambda quarters: quarters / 4),
    min_size=1,
)


@settings(deadline=None)
@given(CELLS)
def test_from_wide_undoes_to_wide(cells):
    ratings = pd.DataFrame(
        [(*key, value, "T" + key[0]) for key, value in cells.items()],
        columns=["client", "session", "alliance", "therapist"],
    )
    back = aw.from_wide(aw.to_wide(ratings))
    rated = back.dropna(subset="alliance").set_index(["client", "session"])
    assert rated["alliance"].to_dict() == cells
    assert (rated["therapist"] == "T" + rated.index.get_level_values("client")).all()
