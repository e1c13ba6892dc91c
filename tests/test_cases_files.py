"""Files as people have them: what is read from them, or what is said and what to do."""

from __future__ import annotations

import io
import sys

import pandas as pd
import pytest

from alliance_widgets.errors import CourseError, RatingError
from alliance_widgets.tables.courses import read_courses
from alliance_widgets.tables.ratings import check_ratings, read_ratings

HEAD = "client,session,alliance"


def read(text, **how):
    return read_ratings(text if isinstance(text, bytes) else text.encode(), **how)


def problems(text, **how):
    with pytest.raises(RatingError) as caught:
        read(text, **how)
    return list(caught.value.problems)


def rows(table, *columns):
    return table[list(columns or ("client", "session", "alliance"))].to_numpy().tolist()


TWO = [["A", 1, 3.5], ["A", 2, 4.0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD},note\nA,1,3,5,\nA,2,4,\n", ["row 2 has 5 cells"]),
        (f"{HEAD},note\nA,1,3,5,\nA,2,4,5,\n", ["row 2 has 5 cells", "row 3 has 5 cells"]),
        (f"{HEAD},note\nA,1,3,5\nA,2,4\n", ["row 2 has 4 cells, and other rows 3"]),
        (f"{HEAD},note,\nA,1,3,5,\nA,2,4,\n", ["row 2 has 5 cells, and other rows 4"]),
        (f"{HEAD}\n1,1,3,5\n2,1,4,5\n", ["row 2 has 4 cells", "row 3 has 4 cells"]),
        (f"{HEAD}\nA,1,3,\nA,2,4\n", ["row 2 has 4 cells, the last of them blank"]),
    ],
)
def test_cells_that_a_decimal_comma_may_have_split_are_never_read(text, said):
    found = problems(text)
    assert [problem[: len(start)] for problem, start in zip(found, said, strict=True)] == said
    assert all("decimal comma" in problem and "semicolons" in problem for problem in found)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD},note\nA,1,3.5,late\nA,2,4\n",
        f"{HEAD},note\nA,1,3.5,7\nA,2,4\n",
        f'{HEAD},note\nA,1,"3,5",7\nA,2,4\n',
    ],
)
def test_short_rows_are_read_where_no_decimal_comma_can_have_split_a_cell(text):
    assert rows(read(text)) == TWO


def test_nobody_is_told_to_save_with_semicolons_what_is_saved_with_semicolons():
    [problem] = problems("client;session;alliance\nA;1;3,5;x\nA;2;4\n")
    assert "row 2 has 4 cells" in problem
    assert "semicolon" not in problem
    assert "decimal" not in problem


@pytest.mark.parametrize("between", [";", "\t", "|"])
@pytest.mark.parametrize(
    "above", ["Ergebnisse, Ambulanz, 2024\n", "Ratings 2024{0}{0}\n{0}{0}\n", "\n"]
)
def test_the_separator_is_found_by_all_lines(between, above):
    text = above.format(between) + f"{HEAD}\nA,1,3.5\nA,2,4\n".replace(",", between)
    row = text.split("client")[0].count("\n") + 1
    text = text.replace("3.5", "3,5")
    if above != "\n":
        [problem] = problems(text)
        assert problem.startswith(f"row 1 does not look like the header, and row {row} does.")
        assert f"header={row}" in problem
    assert rows(read(text, header=row)) == TWO


def test_a_title_above_courses_is_said_too():
    text = b"Kurse\nclient;sessions_attended;ending\nA;9;completed\n"
    with pytest.raises(CourseError, match="row 1 does not look like the header, and row 2 does"):
        read_courses(text)
    assert read_courses(text, header=2)["sessions_attended"].tolist() == [9]
    with pytest.raises(CourseError, match="there is nothing in row 7"):
        read_courses(text, header=7)


@pytest.mark.parametrize(
    "text",
    [
        '"","client","session","alliance"\n"1","A",1,3.5\n"2","A",2,4\n',
        '"","client","session","alliance"\n"3","A",1,3.5\n"17","A",2,4\n',
        '"";"client";"session";"alliance"\n"1";"A";1;3,5\n"2";"A";2;4\n',
        '"client" "session" "alliance"\n"1" "A" 1 3.5\n"2" "A" 2 4\n',
        "client\tsession\talliance\n1\tA\t1\t3.5\n2\tA\t2\t4\n",
        ",client,session,alliance\n0,A,1,3.5\n1,A,2,4\n",
    ],
)
def test_row_names_of_r_and_of_pandas_are_left_out(text):
    table = read(text)
    assert rows(table) == TWO
    assert list(table.columns) == ["client", "session", "rater", "alliance"]


def test_a_nameless_column_that_counts_nothing_is_no_row_name():
    assert "column 1 holds values" in problems(",client,session,alliance\nx,A,1,3\ny,A,2,4\n")[0]
    assert "column 1 holds values" in problems(",client,session,alliance\n9,A,1,3\n2,A,2,4\n")[0]


@pytest.mark.parametrize("name", ["Mean", "Mittelwert", "Summe", "Gesamt:", "TOTAL", "Grand Total"])
def test_a_summary_row_is_no_client(name):
    [problem] = problems(f"{HEAD}\nA,1,3.5\nA,2,4\n{name},2,3.75\n")
    assert problem.startswith(f"row 4 (client {name}, session 2): client is {name}, as the row")
    with pytest.raises(CourseError, match=f"row 3.*client is {name}"):
        read_courses(f"client,sessions_attended,ending\nA,9,completed\n{name},9,ongoing\n".encode())


def test_summary_rows_between_clients_and_short_ones_beside_long_ones_are_found():
    found = problems(f"{HEAD}\nA,1,3\nA Total,1,3\nMean,1,3\nMax,1,3\n")
    assert [problem.split(")")[0] for problem in found] == [
        "row 3 (client A Total, session 1",
        "row 4 (client Mean, session 1",
        "row 5 (client Max, session 1",
    ]


def test_max_and_min_are_names_of_people():
    assert read(f"{HEAD}\nMax,1,3\nMin,1,4\n")["client"].tolist() == ["Max", "Min"]


def test_what_spss_writes_for_missing_is_missing():
    assert read(f"{HEAD}\nA,1,#NULL!\nA,2,3\n")["alliance"].isna().tolist() == [True, False]
    given = pd.DataFrame({"client": "A", "session": [1, 2], "alliance": ["#NULL!", 3]})
    assert check_ratings(given)["alliance"].isna().tolist() == [True, False]


def test_codes_for_missing_are_asked_about_and_taken_for_what_they_are():
    text = f"{HEAD}\nA,1,4\nA,2,99\nA,3,-9\nA,4,3\n"
    hint, *faults = problems(text)
    assert hint.startswith("-9, 99 look like codes for a missing rating.")
    assert "missing=[-9, 99]" in hint
    assert len(faults) == 2
    assert read(text, missing=[-9, 99])["alliance"].isna().tolist() == [False, True, True, False]


def test_a_longer_scale_is_not_taken_for_codes():
    hint, *_ = problems(f"{HEAD}\nA,1,4\nA,2,9\nA,3,7\nA,4,6\n")
    assert hint.startswith("the ratings run from 4 to 9")
    hint, other, *_ = problems(f"{HEAD}\nA,1,40\nA,2,38\nA,3,999\n")
    assert hint.startswith("999 looks like a code")
    assert other.startswith("the ratings run from 38 to 40")


@pytest.mark.parametrize("code", [99, 998, 999])
def test_a_count_of_sessions_that_is_a_code_is_asked_about(code):
    text = (
        f"client,sessions_attended,ending\nA,9,completed\nB,6,ongoing\nC,{code},ongoing\n".encode()
    )
    with pytest.raises(CourseError, match=rf"row 4 \(client C\): sessions_attended is {code}, far"):
        read_courses(text)
    assert read_courses(text, missing=[])["sessions_attended"].tolist() == [9, 6, code]
    [problem] = problems(f"{HEAD}\nA,1,4\nA,{code},4\n")
    assert problem.startswith(f"row 3 (client A, session {code}): session is {code}, far more")


def test_ninety_nine_sessions_among_eighty_are_sessions():
    text = b"client,sessions_attended,ending\nA,80,completed\nB,99,ongoing\n"
    assert read_courses(text)["sessions_attended"].tolist() == [80, 99]


def test_a_rater_whom_nobody_knows_stands_twice_with_nobody():
    found = problems(f"{HEAD},rater\nA,1,3.5,patient\nA,1,3,Therapeut\n")
    assert [problem.split("; ")[0] for problem in found] == [
        "row 2 (client A, session 1): rater is patient",
        "row 3 (client A, session 1): rater is Therapeut",
    ]


@pytest.mark.parametrize(
    ("text", "column", "sessions"),
    [
        ("client,date,alliance\nA,2024-01-10,4\nA,2024-01-03,3\n", "date", [2, 1]),
        ("client,session,alliance\nA,03.01.2024,4\nA,02.02.2024,3\n", "session", [1, 2]),
        ("client,Visit,alliance\nA,01/13/2024,4\nA,01/02/2024,3\n", "visit", [2, 1]),
        ("client,Visit,alliance\nA,13/01/2024,4\nA,01/02/2024,3\n", "visit", [1, 2]),
        ("client,day,alliance\nA,45300,4\nA,45294,3\nB,45300,3\n", "day", [2, 1, 1]),
        ("client,day,alliance\nA,3 Feb 2024,4\nA,31 Jan 2024,3\n", "day", [2, 1]),
    ],
)
def test_dates_are_numbered_within_a_client_on_request(text, column, sessions):
    assert read(text, dates=column)["session"].tolist() == sessions
    said = " ".join(problems(text))
    assert "enter the value again" not in said
    if column != "visit":
        assert "sessions are numbered 1, 2, 3, ... within each client" in said
        assert 'dates="' in said


def test_both_raters_of_a_day_rated_one_session_and_the_dates_stay():
    text = f"{HEAD},rater\n"
    text += "A,2024-01-03,3,client\nA,2024-01-03,4,therapist\nA,2024-01-01,5,client\n"
    table = read(text, dates="session")
    assert rows(table, "session", "rater", "date") == [
        [2, "client", "2024-01-03"],
        [2, "therapist", "2024-01-03"],
        [1, "client", "2024-01-01"],
    ]


def test_dates_that_cannot_be_told_are_refused():
    [unclear] = problems("client,date,alliance\nA,03/04/2024,4\nA,01/02/2024,3\n", dates="date")
    assert "03/04/2024" in unclear
    assert "2024-01-31" in unclear
    found = problems("client,date,alliance\nA,2024-02-31,4\nA,,3\n", dates="date")
    assert ["expected a date" in problem for problem in found] == [True, True]
    [twice] = problems("client,date,alliance\nA,2024-01-03,4\nA,2024-01-03,3\n", dates="date")
    assert twice.startswith("rows 2, 3: client A, session 1 is there more than once")
    assert "no column day" in problems(f"{HEAD}\nA,1,3\n", dates="day")[0]
    assert (
        "there is a column session already"
        in problems(f"{HEAD},date\nA,1,3,2024-01-03\n", dates="date")[0]
    )


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        ("client,data,alliance", []),
        ("client,dose,alliance", []),
        ("client,sesion,alliance", ["Is 'sesion' meant to be 'session'? Then rename it."]),
        ("Patient,Sitzung,alliance", ["'Patient' meant to be 'client'", "'Sitzung' meant to be"]),
    ],
)
def test_advice_on_a_header_is_right_or_absent(header, advice):
    _columns, *said = problems(f"{header}\nA,1,3\n")
    assert len(said) == len(advice)
    assert all(part in sentence for part, sentence in zip(advice, said, strict=True))


def test_names_that_look_alike_are_alike():
    for name in ("cli\u200bent", "ｃｌｉｅｎｔ", "\ufeffclient", "client\u00a0"):
        assert rows(read(f"{name},session,alliance\nA,1,3.5\nA,2,4\n")) == TWO


def test_an_index_that_holds_the_client_is_named():
    given = pd.DataFrame({"client": ["A"], "session": 1, "alliance": 3}).set_index("client")
    with pytest.raises(RatingError, match=r"client is in the index .* table\.reset_index\(\)"):
        check_ratings(given)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read(encoding):
    assert read("client;alliance;session\nZoë;3,5;1\n".encode(encoding))["client"].tolist() == [
        "Zoë"
    ]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        *[("mac_roman", name) for name in ("Zoë", "René", "Müller", "Ömer", "Mädchen")],
        *[("cp850", name) for name in ("König", "Müller", "Märta")],
        *[
            ("gbk", "张三"),
            ("gbk", "王"),
            ("big5", "陳"),
            ("cp1251", "Иванов"),
            ("shift_jis", "山田"),
        ],
    ],
)
def test_letters_of_another_system_are_refused_with_the_way_out(encoding, name):
    raw = f"client;session;alliance\n{name};1;3,5\nA;2;4\n".encode(encoding)
    [problem] = problems(raw)
    assert f'encoding="{encoding}" says {name}' in problem
    assert read(raw, encoding=encoding)["client"].tolist() == [name, "A"]


@pytest.mark.parametrize(
    "name",
    ["Müller", "Pääkkönen", "L’Été – ça «va»", "naïve café…", "O’Brien", "¿Qué?", "ØRSTED", "½ €"],
)
def test_letters_of_windows_are_still_believed(name):
    raw = f"client;session;alliance;note\nA;1;3,5;{name}\n".encode("cp1252")
    assert read(raw)["note"].tolist() == [name]


def test_an_encoding_that_is_not_there_or_not_right_is_said():
    assert "there is no encoding klingon" in problems(f"{HEAD}\nA,1,3\n", encoding="klingon")[0]
    raw = f"{HEAD}\nZoë,1,3\n".encode("cp1252")
    assert "is not in the encoding utf-8" in problems(raw, encoding="utf-8")[0]


def book(*pages, formats=(), merged=()):
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    for i, (title, cells) in enumerate(pages):
        page = workbook.active if i == 0 else workbook.create_sheet()
        page.title = title
        for row in cells:
            page.append(row)
    for cell, shown in dict(formats).items():
        workbook.active[cell].number_format = shown
    for cells in merged:
        workbook.active.merge_cells(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


NAMES = ["client", "session", "alliance", "note"]


def test_the_first_sheet_of_a_workbook_is_read_or_the_one_that_is_named():
    raw = book(
        ("Notizen", [["nothing here"], ["at all"]]),
        ("Ratings", [NAMES, ["A", 1, 3.5, None], ["A", 2, 4.0, None]]),
    )
    for sheet in ("Ratings", " ratings", 2):
        assert rows(read(raw, sheet=sheet)) == TWO
    assert "columns client, session and alliance are needed" in problems(raw)[0]
    assert "no sheet Kurse; its sheets are: Notizen, Ratings" in problems(raw, sheet="Kurse")[0]


def test_cells_of_a_workbook_mean_what_they_are():
    day = pd.Timestamp("2024-01-03").to_pydatetime()
    raw = book(
        (
            "A",
            [
                [*NAMES, "share"],
                [7, 1.0, 3.5, day, 0.75],
                [None, 2, 4, None, 0.5],
                ["B", 1, 5, "x", 1],
            ],
        ),
        formats={"A2": "000", "E2": "0%", "E3": "0.0%"},
        merged=["A2:A3"],
    )
    table = read(raw)
    assert table["client"].tolist() == ["007", "007", "B"]
    assert table["session"].tolist() == [1, 2, 1]
    assert table["share"].tolist() == [0.75, 0.5, 1]
    assert table["note"].fillna("").tolist() == ["2024-01-03", "", "x"]


@pytest.mark.parametrize(
    ("cells", "more", "said"),
    [
        ([NAMES, ["A", 1, 0.8]], {"formats": {"C2": "0%"}}, "alliance is 80%"),
        ([NAMES, ["A", 1, pd.Timestamp("2024-05-03").to_pydatetime()]], {}, "looks like a date"),
        ([NAMES, ["A", 1, 3.5], ["A", 2, None]], {"merged": ["C2:C3"]}, "cells C2:C3 are merged"),
        ([NAMES, ["A", 1, "=1+2"]], {}, "cell C2 holds a formula that was never worked out"),
        ([["Ratings"], [], NAMES, ["A", 1, 3]], {}, "row 1 does not .* row 3 does"),
        ([NAMES, [], ["A", 1, 9]], {}, r"row 3 \(client A, session 1\): alliance is 9"),
    ],
)
def test_what_a_workbook_cannot_mean_is_said_by_its_cell_or_row(cells, more, said):
    raw = book(("A", cells), **more)
    with pytest.raises(RatingError, match=said):
        read(raw)


def test_the_value_that_excel_worked_out_is_read():
    raw = book(("A", [NAMES, ["A", 1, "=7/2", "x"]]))
    with_value = _with_cached_value(raw, "3.5")
    assert read(with_value)["alliance"].tolist() == [3.5]


def _with_cached_value(raw, value):
    """The workbook as Excel saves it: with what the formula gives beside the formula."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                assert b"<v></v>" in content or b"<v />" in content or b"<v/>" in content
                for empty in (b"<v></v>", b"<v />", b"<v/>"):
                    content = content.replace(empty, f"<v>{value}</v>".encode())
            new.writestr(name, content)
    return out.getvalue()


def test_a_workbook_without_openpyxl_is_named_with_the_fix(monkeypatch):
    raw = book(("A", [NAMES, ["A", 1, 3]]))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    [problem] = problems(raw)
    assert "pip install openpyxl" in problem
    assert "CSV UTF-8" in problem


def test_an_spss_file_is_read_with_its_labels_and_its_missing_values(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    path = tmp_path / "ratings.sav"
    pyreadstat.write_sav(
        pd.DataFrame(
            {"Client": ["007", "A"], "session": [1.0, 2], "rater": [1.0, 2], "alliance": [3.5, 99]}
        ),
        path,
        variable_value_labels={"rater": {1: "client", 2: "therapist"}},
        missing_ranges={"alliance": [99]},
    )
    for source in (path, path.read_bytes()):
        table = read_ratings(source)
        assert rows(table, "client", "session", "rater") == [
            ["007", 1, "client"],
            ["A", 2, "therapist"],
        ]
        assert table["alliance"].fillna(0).tolist() == [3.5, 0]
    assert "could not be opened" in problems(path.read_bytes()[:40])[0]


def test_an_spss_file_without_pyreadstat_is_named_with_the_fix(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    assert "pip install pyreadstat" in problems(b"$FL2@(#) SPSS DATA FILE")[0]


def test_other_programs_files_are_named():
    assert "pandas.read_parquet" in problems(b"PAR1....")[0]
    assert "pandas.read_stata" in problems(b"<stata_dta><header>")[0]
    assert "Save As" in problems(b"\xd0\xcf\x11\xe0....")[0]
