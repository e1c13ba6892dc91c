"""Excel workbooks and SPSS files, cell by cell as the text that a CSV file would hold.

Each needs a library that the kit does without: openpyxl, pyreadstat. Where it is not there the
error names it, and the way round it.
"""

from __future__ import annotations

import datetime
import io
import re
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.columns import normal_name
from alliance_widgets.words import say

__all__ = ["NumberedRows", "spss_rows", "workbook_rows"]

NumberedRows = tuple[list[int], list[list[str]]]

MOST_UNPACKED = 200_000_000  # bytes
IDENTITY = ("client", "rater", "instrument")  # what a merged cell may stand for in every row


def workbook_rows(
    raw: bytes,
    sheet: str | int | None,
    known: Collection[str],
    name: str,
    error: type[AllianceError],
) -> NumberedRows:
    """The rows of one sheet of an .xlsx workbook, each with its number there; the first sheet if
    `sheet` is None, else the one of that name or number (from 1).

    A date is written as 2024-01-31, a number as it is kept and not as it is shown, save that one
    shown with leading zeros keeps them and that a percentage under a `known` column keeps its
    sign. A formula gives the value that Excel worked out. A cell merged over several rows stands
    in each of them where it holds text or names a client; other merged cells are refused.

    Raises `error` for what is no such workbook, a sheet that is not there, and where openpyxl is
    not.
    """
    _refuse_other_archives(raw, name, error)
    try:
        import openpyxl
    except ImportError:
        raise error([say("csv.no_openpyxl", name=name)]) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw))
        page = _page(book, sheet, name, error)
        values = page
        if any(cell.data_type == "f" for row in page.iter_rows() for cell in row):
            values = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)[page.title]
    except AllianceError:
        raise
    except Exception:  # openpyxl raises whatever its parsers do
        raise error([say("csv.broken_workbook", name=name)]) from None
    return _cells_of(page, values, known, error)


def _refuse_other_archives(raw: bytes, name: str, error: type[AllianceError]) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inside = {each.filename for each in archive.infolist()}
            size = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        raise error([say("csv.broken_workbook", name=name)]) from None
    if "xl/workbook.xml" not in inside:
        sentence = "csv.workbook" if {"content.xml", "xl/workbook.bin"} & inside else "csv.archive"
        raise error([say(sentence, name=name)])
    if size > MOST_UNPACKED:
        limit = f"{MOST_UNPACKED / 1_000_000:.0f} MB"
        raise error([say("csv.too_large", name=name, limit=limit)])


def _page(book: Any, sheet: str | int | None, name: str, error: type[AllianceError]) -> Any:
    pages = book.worksheets
    if not pages:
        raise error([say("csv.broken_workbook", name=name)])
    if sheet is None:
        return pages[0]
    named = {page.title.strip().casefold(): page for page in pages}
    wanted = str(sheet).strip().casefold()
    if wanted in named:
        return named[wanted]
    if isinstance(sheet, int) and not isinstance(sheet, bool) and 1 <= sheet <= len(pages):
        return pages[sheet - 1]
    there = ", ".join(page.title for page in pages)
    raise error([say("csv.no_sheet", name=name, sheet=str(sheet)[:40], there=there)])


def _cells_of(
    page: Any, values: Any, known: Collection[str], error: type[AllianceError]
) -> NumberedRows:
    faults: list[str] = []
    rows: list[list[str]] = []
    names: list[str] = []
    for cells in page.iter_rows(min_row=1, min_col=1):
        row = []
        for place, cell in enumerate(cells):
            value = (
                values.cell(cell.row, cell.column).value if cell.data_type == "f" else cell.value
            )
            if cell.data_type == "f" and value is None:
                faults.append(say("csv.formula", cell=cell.coordinate))
            shown_as = str(getattr(cell, "number_format", "") or "")
            is_known = place < len(names) and names[place] in known
            row.append(_text(value, shown_as, is_known))
        rows.append(row)
        if sum(normal_name(cell) in known for cell in row) > sum(name in known for name in names):
            names = [normal_name(cell) for cell in row]
    faults += _fill_merged(page, rows, names, known)
    if faults:
        raise error(faults)
    return [*range(1, len(rows) + 1)], rows


def _fill_merged(
    page: Any, rows: list[list[str]], names: list[str], known: Collection[str]
) -> Iterator[str]:
    """Write what a merged cell holds into each of its rows; a fault for one that holds a number."""
    for merged in page.merged_cells.ranges:
        first = rows[merged.min_row - 1][merged.min_col - 1]
        if merged.max_row == merged.min_row or not first.strip():
            continue  # a title across columns, or nothing
        name = names[merged.min_col - 1] if merged.min_col <= len(names) else ""
        number = re.fullmatch(r"[\d.,%-]+", first.strip()) is not None
        if name not in IDENTITY and (number or name in known):
            yield say("csv.merged", cells=str(merged), value=first[:40])
            continue
        for row in rows[merged.min_row - 1 : merged.max_row]:
            row[merged.min_col - 1] = first


def _text(value: object, shown_as: str = "", known: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return str(value.date()) if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, int | float):
        if isinstance(value, float) and value != value:
            return ""
        if known and shown_as.endswith("%"):
            return f"{100 * value:.10g}%"
        if isinstance(value, float):
            # What is worked out in binary (3.5000000000000004) is not what anybody entered.
            value = int(value) if value.is_integer() else float(f"{value:.15g}")
        return str(value).zfill(len(shown_as)) if re.fullmatch("0{2,}", shown_as) else str(value)
    return str(value)


def spss_rows(
    raw: bytes, labelled: Collection[str], name: str, error: type[AllianceError]
) -> NumberedRows:
    """The rows of an SPSS file below a row 0 with the variables' names, numbered as its cases.

    Numbers are as they are kept, save in the columns of `labelled`, where value labels are said.
    What was declared as missing is blank. Raises `error` for a damaged file and where pyreadstat
    is not there.
    """
    try:
        import pyreadstat
    except ImportError:
        raise error([say("csv.no_pyreadstat", name=name)]) from None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "table.sav"
        place.write_bytes(raw)
        try:
            table, about = pyreadstat.read_sav(str(place))
        except Exception:  # of its own kinds, by the reader of the file's format
            raise error([say("csv.broken_spss", name=name)]) from None
    columns: list[list[str]] = []
    for column in table.columns:
        labels = about.variable_value_labels.get(column, {})
        use = labels if normal_name(column) in labelled else {}
        columns.append([_text(use.get(value, value)) for value in table[column].tolist()])
    rows = [list(row) for row in zip(*columns, strict=True)]
    return [*range(len(rows) + 1)], [[str(name) for name in table.columns], *rows]
