"""The ratings contract: what is taken, and how every fault is named at once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.csv_files import LIMIT, to_csv_text
from alliance_widgets.ratings import of_rater


def faults(given: object) -> tuple[str, ...]:
    reader = aw.read_ratings if isinstance(given, bytes | Path) else aw.check_ratings
    with pytest.raises(aw.RatingError) as caught:
        reader(given)
    return caught.value.problems


def test_every_fault_is_listed_by_row_with_its_fix() -> None:
    problems = faults(
        b"client,session,alliance\nA,1,9\n,2,4\nA,0,4\nA,2.5,4\nA,4,\nA,5,4\nA,5,3\nA,x,4\nA,7,hm\n"
    )
    assert [p.split(":")[0] for p in problems] == [
        "row 2 (client A, session 1)",
        "row 3 (client ?, session 2)",
        "row 4 (client A, session 0)",
        "row 5 (client A, session 2.5)",
        "row 8 (client A, session 5)",
        "row 9 (client A, session x)",
        "row 10 (client A, session 7)",
    ]
    assert "alliance is 9; expected a number from 1 to 5" in problems[0]
    assert "keep one row" in problems[4]


def test_a_long_list_of_faults_stays_readable_and_loses_none() -> None:
    table = pd.DataFrame({"client": "A", "session": range(1, 101), "alliance": 9})
    with pytest.raises(aw.RatingError) as caught:
        aw.check_ratings(table)
    assert len(caught.value.problems) == 100
    assert str(caught.value).endswith("and 80 more")


def test_a_half_filled_row_is_a_session_that_was_not_rated() -> None:
    rated = aw.check_ratings(
        [
            {"client": "A", "session": 1, "goals": 4, "tasks": 3, "bond": 5},
            {"client": "A", "session": 2, "goals": 4, "tasks": None, "bond": 5},
        ]
    )
    assert rated["alliance"].tolist()[0] == 4
    assert np.isnan(rated["alliance"].tolist()[1])


def test_the_contract_of_the_table_that_comes_back() -> None:
    given = pd.DataFrame(
        {" Client ": ["007", 7], "SESSION": ["3", 4.0], "alliance": [4, "3,5"], "room": ["a", "b"]},
        index=[5, 5],
    )
    before = given.copy(deep=True)
    rated = aw.check_ratings(given)
    pd.testing.assert_frame_equal(given, before)
    assert rated["client"].tolist() == ["007", "7"]
    assert rated["session"].dtype == "int64"
    assert rated["alliance"].tolist() == [4.0, 3.5]
    assert rated["rater"].tolist() == ["client", "client"]
    assert rated["room"].tolist() == ["a", "b"]
    assert rated.index.tolist() == [0, 1]


@pytest.mark.parametrize("rater", ["Therapist", " therapist ", "THERAPIST"])
def test_raters_are_known_however_they_are_written(rater: str) -> None:
    rated = aw.check_ratings([{"client": "A", "session": 1, "rater": rater, "alliance": 4}])
    assert rated["rater"].tolist() == ["therapist"]


def test_an_unknown_rater_is_named() -> None:
    (problem,) = faults([{"client": "A", "session": 1, "rater": "mother", "alliance": 4}])
    assert "rater is 'mother'; expected one of client, therapist, observer" in problem


def test_a_wrong_header_says_what_is_there_and_what_to_rename() -> None:
    problems = faults(b"klient,session,aliance\nA,1,4\n")
    assert "there is no column client; the columns are: klient, session, aliance." in problems[0]
    assert "Rename klient to it?" in problems[0]
    assert "no column alliance" in problems[1]


def test_ratings_of_another_range_need_their_instrument() -> None:
    seven = pd.DataFrame({"client": "A", "session": [1, 2], "alliance": [6.0, 7.0]})
    assert "from 1 to 5 (The kit's own session scale)" in faults(seven)[0]
    assert len(aw.check_ratings(seven.assign(instrument="wai_36"))) == 2
    assert "mixes instruments" in faults(seven.assign(instrument=["wai_36", "haq_ii"]))[0]
    assert "no instrument 'wai_37'" in faults(seven.assign(instrument="wai_37"))[0]


def test_ten_thousand_sessions_are_surely_a_slip_and_a_thousand_are_not() -> None:
    case = pd.DataFrame({"client": "A", "session": range(1, 10_001), "alliance": 4.0})
    assert len(faults(case)) == 9_000
    assert len(aw.check_ratings(case.head(1000))) == 1000


@pytest.mark.parametrize("nothing", [None, [], pd.DataFrame(), {"client": [], "session": []}])
def test_nothing_at_all_is_answered_in_words(nothing: object) -> None:
    assert all(problem for problem in faults(nothing))


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "=cmd|'/c calc'!A1", "+49", "@SUM(1)", "-x", "\tx"]
)
def test_a_name_that_is_html_or_a_formula_is_text_and_leaves_harmlessly(name: str) -> None:
    rated = aw.check_ratings([{"client": name, "session": 1, "alliance": 4}])
    assert rated["client"].tolist() == [name.strip()]
    cell = pd.read_csv(io.StringIO(to_csv_text(rated)))["client"][0]
    assert cell == name.strip() or cell == "'" + name.strip()
    assert not cell.startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_any_country_is_read(encoding: str, delimiter: str) -> None:
    number = '"3,5"' if delimiter == "," else "3,5"
    lines = [["Client", "Session", "Alliance"], ["Lucía", "1", number], ["Lucía", "2", "NA"]]
    text = "\r\n".join(delimiter.join(line) for line in lines) + "\r\n\r\n"
    rated = aw.read_ratings(text.encode(encoding))
    assert rated["client"].tolist() == ["Lucía", "Lucía"]
    assert rated["alliance"].tolist()[0] == 3.5
    assert np.isnan(rated["alliance"].tolist()[1])


@pytest.mark.parametrize("blank", ["", "NA", "n/a", "NaN", "-", ".", "null"])
def test_a_blank_is_missing_and_never_zero(blank: str) -> None:
    rated = aw.read_ratings(f"client;session;alliance\nA;1;{blank}\n".encode())
    assert rated["alliance"].isna().all()


@pytest.mark.parametrize(
    "date", ["03-May", "May-03", "3. Mai", "2026-05-03", "03.05.2026", "3/5/26", "2026-05-03 00:00"]
)
def test_a_date_that_a_spreadsheet_made_is_named_as_one(date: str) -> None:
    (problem,) = faults(f"client;session;alliance\nA;1;{date}\n".encode())
    assert (
        f"alliance is '{date}', which is a date: a spreadsheet turned a number into it" in problem
    )


def test_a_timestamp_in_a_number_column_is_a_date_too() -> None:
    table = [{"client": "A", "session": 1, "alliance": pd.Timestamp("2026-05-03")}]
    assert "which is a date" in faults(table)[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n \n", "the file is empty"),
        (b"client,session,alliance\n", "no rows under it"),
        (b"PK\x03\x04 and more", "Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "not a text file"),
        (b"a\0b", "not a text file"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"client,client,session,alliance\nA,B,1,4\n", "the column client is there twice"),
        (b"client,session,alliance\nA,1,3,5\n", "row 2: it has 4 cells"),
    ],
)
def test_a_file_that_is_no_table_of_ratings_is_refused_in_words(data: bytes, words: str) -> None:
    assert words in faults(data)[0]


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    assert "the file has 50 MB; up to 20 MB" in faults(large)[0]
    assert "up to 20 MB" in faults(b"x" * (LIMIT + 1))[0]


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert "there is no file" in faults(tmp_path / "none.csv")[0]
    assert "is a folder" in faults(tmp_path)[0]


def test_what_is_written_is_read_back_the_same() -> None:
    table = aw.check_ratings(
        pd.DataFrame(
            {"client": ["007", "Lucía"], "session": [1, 2], "alliance": [3.25, None]}
        ).assign(instrument="wai_sr", rater="observer")
    )
    pd.testing.assert_frame_equal(aw.read_ratings(to_csv_text(table).encode()), table)


def test_an_instrument_can_be_named_while_reading() -> None:
    rated = aw.read_ratings(b"client,session,alliance\nA,1,7\n", instrument="wai_36")
    assert rated["instrument"].tolist() == ["wai_36"]


def test_rows_of_other_raters_are_left_out_and_none_left_is_said() -> None:
    table = pd.DataFrame(
        {"client": "A", "session": [2, 1, 1], "rater": ["client", "client", "observer"]}
    ).assign(alliance=4.0)
    assert of_rater(table)["session"].tolist() == [1, 2]
    with pytest.raises(aw.RatingError, match="no rating by the therapist; the table has ratings"):
        of_rater(table, "therapist")
