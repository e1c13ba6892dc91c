"""CSV as spreadsheets in any country write it."""

import csv
import io

import pandas as pd
import pytest

from alliance_widgets.errors import CourseError, RatingError
from alliance_widgets.tables.reading import csv_files
from alliance_widgets.tables.reading.csv_files import read_cells, to_csv_text

PLAIN = "client,session,alliance\nC01,1,3.5\nC01,2,4\n"
ROWS = [["C01", "1", "3.5"], ["C01", "2", "4"]]


def read(source):
    return read_cells(source, RatingError)


def problem_of(source):
    with pytest.raises(RatingError) as caught:
        read(source)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    "source",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        "sep=;\n" + PLAIN.replace(",", ";"),
        "\ufeff" + PLAIN,
        PLAIN + "\n\n,,\n",
        PLAIN.replace("\n", ",,\n"),
        '"client","session","alliance"\n"C01","1","3.5"\n"C01","2","4"\n',
        ",client,session,alliance\n0,C01,1,3.5\n1,C01,2,4\n",
    ],
)
def test_every_layout_of_one_table_reads_the_same(source):
    cells = read(io.StringIO(source, newline=""))
    assert list(cells.columns) == ["client", "session", "alliance"]
    assert cells.to_numpy().tolist() == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_of_one_table_reads_the_same(encoding):
    cells = read("client;alliance\nZoë Müller;3,5\n".encode(encoding))
    assert cells.to_dict("list") == {"client": ["Zoë Müller"], "alliance": ["3,5"]}


def test_the_index_is_the_row_in_the_spreadsheet():
    cells = read(b'client,note\n\nC01,"two\nlines"\n,\nC02,x\n')
    assert list(cells.index) == [3, 5]
    assert list(read(b"sep=;\nclient;note\nC01;x\n").index) == [2]


def test_separators_inside_quotation_marks_are_not_counted():
    cells = read(b'"a,b,c,d";"e,f,g";h\n1;2;3\n')
    assert list(cells.columns) == ["a,b,c,d", "e,f,g", "h"]


def test_blank_cells_and_short_rows_are_missing():
    cells = read(b"client,session,alliance\nC01,1\nC02, ,NA\n")
    assert cells.isna().to_numpy().tolist() == [[False, False, True], [False, True, False]]


def test_paths_bytes_and_open_files_are_read(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text(PLAIN)
    with path.open("rb") as binary:
        for source in (path, str(path), PLAIN.encode(), memoryview(PLAIN.encode()), binary):
            assert read(source).to_numpy().tolist() == ROWS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n;;\n", "is empty"),
        (b"client,session,alliance\n", "one line only"),
        (b"PK\x03\x04rest of a workbook", "Excel workbook.*Save As"),
        (b"\x89PNG\r\n\x1a\n", "not a text file"),
        (b"client,\x00\x01\x02", "not a text file"),
        (b"<!DOCTYPE html><p>client,session", "web page"),
        (b'client,alliance\nC01,3\n"C02,4\nC03,5\n', "from row 3 on, a quotation mark"),
        (b"client,\nC01,7\n", None),
        (b"client,,alliance\nC01,0,3\n", "column 2 holds values and has no name"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, said):
    if said is None:
        said = "2 cells, and the header only 1"
    with pytest.raises(RatingError, match=said):
        read(content)


def test_every_row_with_too_many_cells_is_named():
    with pytest.raises(RatingError) as caught:
        read(b"client,alliance\nC01,3,5\nC02,4\nC03,2,5,\n")
    assert [problem[:17] for problem in caught.value.problems] == [
        "row 2 has 3 cells",
        "row 4 has 4 cells",
    ]
    assert "decimal comma" in caught.value.problems[0]


def test_a_file_of_50_mb_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(csv_files.Path, "read_bytes", lambda _path: pytest.fail("was read"))
    assert "large.csv has 50 MB, and at most 20 MB" in problem_of(path)


def test_large_bytes_and_endless_streams_are_refused():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert size > 0, "asked for everything"
            return b"x" * size

    assert "above 20 MB" in problem_of(Endless())
    assert "above 20 MB" in problem_of(b"x" * 20_000_001)


def test_paths_that_lead_nowhere_are_refused(tmp_path):
    assert f"there is no file {tmp_path / 'no.csv'}" in problem_of(tmp_path / "no.csv")
    assert "is a folder" in problem_of(tmp_path)
    assert "could not be read" in problem_of("client\x00")
    assert "could not be read" in problem_of("x" * 5000)
    assert "no ordinary file" in problem_of("/dev/zero")
    assert "a int is no CSV file" in problem_of(7)


def test_a_file_without_permission_is_refused(tmp_path, monkeypatch):
    def refuse(_path):
        raise PermissionError

    path = tmp_path / "locked.csv"
    path.write_text(PLAIN)
    monkeypatch.setattr(csv_files.Path, "read_bytes", refuse)
    assert "may not be read" in problem_of(path)


def test_the_error_is_the_kind_that_was_asked_for():
    with pytest.raises(CourseError, match="empty"):
        read_cells(b"", CourseError)


FORMULAS = ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''+1", "'quoted'", "<b>&</b>"]


def test_formulas_are_neutralised_and_come_back():
    table = pd.DataFrame({"=client": FORMULAS, "x": -1.5})
    text = to_csv_text(table)
    names, *rows = csv.reader(io.StringIO(text, newline=""))
    assert names == ["'=client", "x"]
    assert [first for first, _ in rows if first[0] in "=+-@\t\r"] == []
    assert {second for _, second in rows} == {"-1.5"}
    back = read(text.encode())
    assert back["=client"].tolist() == FORMULAS
    assert list(table["=client"]) == FORMULAS
