"""Session ratings from a file: what a spreadsheet did to them, and back."""

import io

import pandas as pd
import pytest

from alliance_widgets.errors import InstrumentError, RatingError
from alliance_widgets.tables.ratings import check_ratings, read_ratings
from alliance_widgets.tables.reading.csv_files import to_csv_text


def test_a_file_names_rows_as_a_spreadsheet_does():
    with pytest.raises(RatingError) as caught:
        read_ratings(b"client;session;bond;alliance\n\nC07;4;03. Mai;4\nC07;5;9;3,5\n")
    assert [problem.split(",")[0] for problem in caught.value.problems] == [
        "row 3 (client C07",
        "row 4 (client C07",
    ]


def test_a_german_spreadsheet_reads_like_an_american_one():
    american = read_ratings(b"Client,Session,Alliance,age\n007,1,3.5,40\n007,2,NA,41\n")
    german = read_ratings("Client;Session;Alliance;age\n007;1;3,5;40\n007;2;;41\n".encode("utf-16"))
    pd.testing.assert_frame_equal(american, german)
    assert american["client"].tolist() == ["007", "007"]


def test_a_client_called_na_is_a_client():
    assert read_ratings(b"client,session,alliance\nNA,1,3\n")["client"].tolist() == ["NA"]


def test_a_table_survives_the_way_through_csv():
    clients = ["007", "NA", "=cmd|' /C calc'!A0", "<script>", 'a "quoted", b', "Zoë"]
    whole = check_ratings(
        pd.DataFrame(
            {
                **{"client": clients, "session": range(1, 7), "rater": "therapist"},
                **{"instrument": "wai_s", "bond": [None, 1, 2, 3, 4, 5], "alliance": 10 / 3},
                **{"ward": ["01", "02", "3", None, "4", "5"], "age": range(40, 46)},
                **{"late": [True, False] * 3, "mood": [0.1, None, -2, 3, 4, 5]},
            }
        )
    )
    back = read_ratings(to_csv_text(whole).encode())
    pd.testing.assert_frame_equal(back, whole)
    pd.testing.assert_frame_equal(read_ratings(io.StringIO(whole.to_csv())), whole)


def test_reading_with_an_instrument_adds_it():
    text = "client,session,alliance\na,1,7\n"
    assert read_ratings(io.StringIO(text), instrument="WAI-S")["instrument"].tolist() == ["wai_s"]
    with pytest.raises(InstrumentError):
        read_ratings(io.StringIO(text), instrument="wai")
    contradiction = io.StringIO("client,session,alliance,instrument\na,1,3,wai_sr\n")
    with pytest.raises(RatingError, match="says wai_sr, and you asked for wai_s"):
        read_ratings(contradiction, instrument="wai_s")


def test_an_instrument_of_ones_own_travels_by_name(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text('title = "Ours"\nitems = 1\nlow = 0\nhigh = 100\nstep = 1\n')
    read = read_ratings(b"client,session,alliance\na,1,99\n", instrument=path)
    assert check_ratings(read)["instrument"].tolist() == ["ours"]
