"""Session ratings: one shape, or every fault in words."""

import numpy as np
import pandas as pd
import pytest

from alliance_widgets.errors import RatingError
from alliance_widgets.tables import columns
from alliance_widgets.tables.ratings import RATERS, check_ratings, coded_ratings, of_rater


def table(**columns):
    return pd.DataFrame({"client": ["C07", "C07"], "session": [1, 2], "alliance": 4.0} | columns)


def problems_of(ratings):
    with pytest.raises(RatingError) as caught:
        check_ratings(ratings)
    return list(caught.value.problems)


def test_a_plain_table_comes_back_in_the_promised_shape():
    checked = check_ratings(table(note=["a", "b"]))
    assert {name: str(kind) for name, kind in checked.dtypes.items()} == {
        **{"client": "str", "session": "int64", "rater": "str"},
        **{"alliance": "float64", "note": "str"},
    }
    assert checked["rater"].tolist() == ["client", "client"]


def test_the_table_given_is_never_changed():
    given = table(rater=[" Therapist", None], bond=["3,5", ""]).set_index(pd.Index([5, 5]))
    before = given.copy(deep=True)
    checked = check_ratings(given)
    checked["alliance"] = 0.0
    pd.testing.assert_frame_equal(given, before)


def test_a_checked_table_is_checked_again_without_change():
    once = check_ratings(table(rater=["observer", ""], instrument="WAI-SR", x=[1, 2]))
    pd.testing.assert_frame_equal(check_ratings(once), once)


@pytest.mark.parametrize(
    ("clients", "text"),
    [
        (["007", " 7 "], ["007", "7"]),
        ([7, 8], ["7", "8"]),
        ([7.0, 8.5], ["7", "8.5"]),
        (["NA", "<b>Noor</b>"], ["NA", "<b>Noor</b>"]),
        (["=1+1", "{brace}"], ["=1+1", "{brace}"]),
        (pd.Categorical(["b", "a"]), ["b", "a"]),
    ],
)
def test_clients_are_text(clients, text):
    assert check_ratings(table(client=clients))["client"].tolist() == text


@pytest.mark.parametrize("sessions", [[3.0, 4.0], ["3", " 4.0"], pd.array([3, 4], dtype="Int64")])
def test_whole_sessions_are_accepted_however_they_are_typed(sessions):
    assert check_ratings(table(session=sessions))["session"].tolist() == [3, 4]


@pytest.mark.parametrize("session", [0, -1, 2.5, 1001, 10_000, None, "two", np.inf])
def test_other_sessions_are_faults(session):
    (problem,) = problems_of(table(session=pd.Series([1, session], dtype=object)))
    assert problem.startswith("row 2 (client C07")
    assert problem.endswith("expected a whole number from 1 to 1000.")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[
            ("3,5", 3.5),
            ("+3,25", 3.25),
            (" 3.5 ", 3.5),
            ("1,250", 1.25),
            (".5e1", 5),
            (3, 3),
            ("+4", 4),
        ],
        *[(blank, None) for blank in ("", "NA", "n/a", "NaN", "-", ".", None, np.nan, pd.NA)],
    ],
)
def test_numbers_are_read_as_people_write_them(written, value):
    checked = check_ratings(table(bond=pd.Series([1, written], dtype=object)))
    assert checked["bond"].iloc[1] == pytest.approx(np.nan if value is None else value, nan_ok=True)


@pytest.mark.parametrize(
    "bond", [0, 0.99, 5.01, 9, "9", "four", "0x3", "1_0", True, [4], np.inf, "1.234,5", "3 4"]
)
def test_what_is_no_number_on_the_scale_is_a_fault(bond):
    (problem,) = problems_of(table(bond=pd.Series([bond, 3], dtype=object)))
    assert problem.startswith("row 1 (client C07, session 1): bond is ")
    assert problem.endswith("; expected a number from 1 to 5, or a blank cell.")


@pytest.mark.parametrize(
    "bond",
    [
        "03-May",
        "5-Mar",
        "2026-05-03",
        "03.05.2026",
        "Mai 03",
        "3. Mai",
        "03. Mrz",
        "3/5/2026",
        "03.05.",
    ],
)
def test_numbers_that_a_spreadsheet_took_for_dates_are_named_so(bond):
    (problem,) = problems_of(table(bond=pd.Series([bond, 3], dtype=object)))
    assert "looks like a date" in problem
    assert "enter the value again" in problem


def test_a_column_of_dates_is_not_read_as_numbers():
    dates = pd.to_datetime(["1970-01-01", "1970-01-01"])
    assert len(problems_of(table(bond=dates))) == 2


@pytest.mark.parametrize("kind", ["float32", "Float32", "float64"])
def test_a_number_in_single_precision_is_the_number_that_was_written(kind):
    table = check_ratings(
        {"client": "a", "session": [1, 2], "alliance": pd.array([4, 3.7], dtype=kind)}
    )
    assert table["alliance"].tolist() == [4, 3.7]


def test_the_alliance_is_the_mean_only_of_all_three():
    rows = [
        {"client": "a", "session": 1, "goals": 3, "tasks": 4, "bond": 5},
        {"client": "a", "session": 2, "goals": 3, "tasks": 4},
        {"client": "a", "session": 3},
    ]
    assert check_ratings(rows)["alliance"].tolist() == pytest.approx(
        [4, np.nan, np.nan], nan_ok=True
    )


def test_an_alliance_that_was_given_is_kept_and_a_missing_one_filled():
    checked = check_ratings(table(goals=3, tasks=3, bond=3, alliance=[4.5, None]))
    assert checked["alliance"].tolist() == [4.5, 3]


def test_a_session_that_nobody_rated_stays_missing_and_not_0():
    checked = check_ratings(table(alliance=[4, None]))
    assert checked["session"].tolist() == [1, 2]
    assert np.isnan(checked["alliance"].iloc[1])


def test_values_between_steps_are_accepted():
    edges = [1 - 1e-10, 5 + 1e-10]  # what sums of decimals make of 1 and 5
    assert check_ratings(table(alliance=edges))["alliance"].tolist() == edges
    assert check_ratings(table(alliance=[3.4167, 4.999]))["alliance"].tolist() == [3.4167, 4.999]


def test_headers_are_found_whatever_their_capitals_and_blanks():
    given = table().set_axis([" Client", "SESSION ", "Alliance"], axis=1).assign(**{"My Note": 1})
    assert list(check_ratings(given).columns) == [
        "client",
        "session",
        "rater",
        "alliance",
        "My Note",
    ]


def test_a_wrong_header_says_what_is_there_what_is_needed_and_what_may_be_meant():
    columns, rename = problems_of(table().rename(columns={"client": "Klient"}))
    assert "columns client, session and alliance are needed" in columns
    assert "The columns here are: Klient, session, alliance." in columns
    assert rename == "Is 'Klient' meant to be 'client'? Then rename it."


def test_two_of_three_parts_are_not_enough_for_a_header():
    assert "are needed" in problems_of(table(goals=3, tasks=3).drop(columns="alliance"))[0]


def test_a_column_that_is_there_twice_is_a_fault():
    twice = pd.concat(
        [table(), table().rename(columns={"alliance": "Alliance"})[["Alliance"]]], axis=1
    )
    assert "column alliance is there more than once" in problems_of(twice)[0]


@pytest.mark.parametrize("value", ["Client", " THERAPIST ", "observer", None, ""])
def test_raters_are_found_whatever_their_capitals(value):
    expected = str(value or "client").strip().lower()
    assert check_ratings(table(rater=[value, "observer"]))["rater"].iloc[0] == expected


def test_an_unknown_rater_is_a_fault():
    (problem,) = problems_of(table(rater=["patient", "client"]))
    assert problem.endswith("rater is patient; expected one of client, therapist, observer.")


def test_a_session_rated_twice_by_one_rater_is_a_fault_and_by_two_is_not():
    (problem,) = problems_of(table(session=1))
    assert problem.startswith("rows 1, 2: client C07, session 1 is there more than once")
    assert len(check_ratings(table(session=1, rater=["client", "therapist"]))) == 2


def test_rows_with_faulty_sessions_or_clients_are_not_called_the_same():
    assert len(problems_of(table(session=2.5))) == 2
    assert len(problems_of(table(session=1, client=[None, None]))) == 2


def test_every_fault_is_listed_in_the_order_of_the_rows():
    given = table(
        client=["C07", None], session=[1, 2.5], bond=[9, 3], rater=["me", ""], tasks=["x", 3]
    )
    assert [problem.split(";")[0] for problem in problems_of(given)] == [
        "row 1 (client C07, session 1): rater is me",
        "row 1 (client C07, session 1): tasks is x",
        "row 1 (client C07, session 1): bond is 9",
        "row 2 (session 2.5): client is blank",
        "row 2 (session 2.5): session is 2.5",
    ]


def test_ten_thousand_faults_are_all_kept_and_few_are_shown():
    n = 10_000
    given = pd.DataFrame({"client": "a", "session": range(1, n + 1), "alliance": 4})
    with pytest.raises(RatingError) as caught:
        check_ratings(given)
    assert len(caught.value.problems) == n - 1000
    assert len(str(caught.value).splitlines()) < 30


@pytest.mark.parametrize(
    ("nothing", "said"),
    [
        (None, "only None"),
        ("ratings.csv", "use read_ratings"),
        (7, "a int cannot be read as a table"),
        ([], "no rows"),
        (pd.DataFrame(columns=["client", "session", "alliance"]), "no rows"),
    ],
)
def test_what_is_no_table_is_refused(nothing, said):
    with pytest.raises(RatingError, match=said):
        check_ratings(nothing)


def test_a_list_of_dicts_and_a_dict_of_lists_are_tables():
    rows = table().to_dict("records")
    pd.testing.assert_frame_equal(check_ratings(rows), check_ratings(table()))
    pd.testing.assert_frame_equal(check_ratings(table().to_dict("list")), check_ratings(table()))


def test_the_instrument_sets_the_range():
    checked = check_ratings(table(instrument=" WAI-S", alliance=7))
    assert checked["instrument"].tolist() == ["wai_s", "wai_s"]
    assert "from 1 to 6" in problems_of(table(instrument="haq_ii", alliance=[7, 6]))[-1]


def test_ratings_of_another_range_are_told_to_name_their_instrument():
    many = pd.DataFrame({"client": "a", "session": range(1, 31), "alliance": [6, 6, *[3] * 28]})
    assert len(problems_of(many)) == 2  # two slips in thirty are not another scale
    hint, *rows = problems_of(table(alliance=[6, 7]))
    assert "run from 6 to 7" in hint
    assert "column instrument" in hint
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["wai_s", "wai_sr"], "names several (wai_s, wai_sr)"),
        (["wai_s", None], "one row has no instrument, row 2 (client C07, session 2)"),
        (["wai_rs", "wai_rs"], "no instrument 'wai_rs'"),
        (["phq_9", "phq_9"], "PHQ-9 measures symptoms or wellbeing, not the alliance"),
    ],
)
def test_a_table_has_one_instrument_of_the_alliance(names, said):
    assert said in problems_of(table(instrument=names))[0]


def test_a_blank_instrument_column_means_the_kits_own():
    assert "instrument" not in check_ratings(table(instrument=None))


def test_of_rater_gives_one_raters_rows_in_order():
    given = table(client=["b", "c"], rater=["therapist", "client"])
    both = pd.concat([given, table(client="a", session=[3, 1])])
    theirs = of_rater(both)
    assert theirs["client"].tolist() == ["a", "a", "c"]
    assert theirs["session"].tolist() == [1, 3, 2]
    assert list(theirs.index) == [0, 1, 2]
    assert of_rater(both, " Therapist")["client"].tolist() == ["b"]


def test_of_rater_says_who_rated():
    with pytest.raises(
        RatingError, match="nothing here is rated by the observer; there are ratings by: client"
    ):
        of_rater(table(), "observer")
    with pytest.raises(RatingError, match="no rater 'patient'; the raters are client, therapist"):
        of_rater(table(), "patient")


def untidy_ratings(seed):
    """Names as text with blanks around and as numbers, raters in capitals, rows in any order."""
    random = np.random.default_rng(seed)
    rows = [
        (client, session, rater, score)
        for client in (" Noor", "Noor ", "7", "007", "Ama")
        for session in range(1, 6)
        for rater in ("client", " Therapist", None)
        for score in (random.choice([1, 2.5, np.nan, 5]),)
    ]
    given = pd.DataFrame(rows, columns=["client", "session", "rater", "alliance"])
    mean_same = given.assign(
        client=given["client"].str.strip(), rater=given["rater"].str.strip().fillna("client")
    )
    once = ~mean_same.duplicated(["client", "session", "rater"])
    return given[once].sample(frac=1, random_state=seed)


@pytest.mark.parametrize("rater", RATERS[:2])
def test_coded_ratings_are_the_tables_rows_as_numbers(rater):
    for seed in range(10):
        given = untidy_ratings(seed)
        coded = coded_ratings(given, rater)
        assert coded.clients == ["007", "7", "Ama", "Noor"]
        back = pd.DataFrame(
            {
                "client": np.array(coded.clients)[coded.client],
                "session": coded.session,
                "alliance": coded.alliance,
            }
        ).sort_values(["client", "session"], ignore_index=True)
        expected = of_rater(given, rater)[["client", "session", "alliance"]]
        pd.testing.assert_frame_equal(back, expected, check_dtype=False)


def test_clients_of_other_raters_are_not_among_the_coded_ones():
    both = table(client=["b", "a"], rater=["therapist", "client"])
    assert coded_ratings(both).clients == ["a"]
    assert coded_ratings(both, "therapist").client.tolist() == [0]


def test_a_row_that_stands_twice_is_found_far_apart_and_under_a_name_with_blanks():
    given = untidy_ratings(3)
    given["client"] = given["client"].where(given["client"] != " Noor", "Noor")
    again = given.iloc[[4]].assign(client=lambda rows: " " + rows["client"])
    [problem] = problems_of(pd.concat([given, again]))
    assert f"5, {len(given) + 1}" in problem


def test_a_long_table_is_checked_as_whole_columns(monkeypatch):
    looked_at = []
    monkeypatch.setattr(columns, "number_of", lambda text: looked_at.append(text) or float(text))
    n = 50_000
    long = pd.DataFrame({"client": np.arange(n) // 10, "session": np.arange(n) % 10 + 1})
    assert check_ratings(long.assign(alliance="4"))["alliance"].eq(4).all()
    assert looked_at == ["4"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567),
        ("12 345", 12345),
        ("−2", -2),
    ],
)
def test_thousands_are_understood_where_they_cannot_be_mistaken(written, number):
    assert columns.number_of(written) == number
