"""CSV files as spreadsheets write them in any country: read as text, cell by cell.

What a cell means is not decided here. Every fault of the file is named with the row it has in a
spreadsheet, where the header is row 1.
"""

from __future__ import annotations

import csv
import io
import re
from os import PathLike
from pathlib import Path
from typing import IO, Any

import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["MOST_BYTES", "Source", "read_cells", "to_csv_text"]

MOST_BYTES = 20_000_000

Source = str | PathLike[str] | bytes | bytearray | memoryview | IO[Any]

_OTHER_KINDS = {
    b"PK\x03\x04": "csv.workbook",
    b"\xd0\xcf\x11\xe0": "csv.workbook",
    b"%PDF": "csv.binary",
    b"\x89PNG": "csv.binary",
    b"\xff\xd8\xff": "csv.binary",
    b"\x1f\x8b": "csv.binary",
}
_WEB_PAGE = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml)", re.IGNORECASE)
_ANNOUNCED = re.compile(r'"?sep=(.)"?[ \t]*(\r\n|\r|\n)', re.IGNORECASE)
_FORMULA = re.compile(r"(?='*[=+\-@\t\r])")
_NEUTRALISED = re.compile(r"'(?='*[=+\-@\t\r])")


def read_cells(source: Source, error: type[AllianceError]) -> pd.DataFrame:
    """Every cell of a CSV file as text; the index is the row in a spreadsheet (header: row 1).

    `source` is a path, bytes, or an open text or binary file. Comma, semicolon or tab between
    cells; UTF-8, UTF-16 with its mark, or Windows-1252; a first line `sep=;` is understood.
    Blank cells are missing; blank rows, trailing blank columns and a nameless row counter at
    the left are left out. An apostrophe that `to_csv_text` put before a formula is taken away.

    Raises `error` for a file that is not there, above 20 MB, empty, no text, or no table, and
    names every row with more cells than the header.
    """
    name = _name(source)
    text = _decoded(_raw(source, name, error), name, error)
    if not text.strip("\r\n\t ,;"):
        raise error([say("csv.empty", name=name)])
    if _WEB_PAGE.match(text):
        raise error([say("csv.web_page", name=name)])
    full = {
        number: cells
        for number, cells in enumerate(_rows(text, name, error), 1)
        if any(cell.strip() for cell in cells)
    }
    if len(full) < 2:
        raise error([say("csv.only_header", name=name)])
    header, *rows = full.values()
    numbers = list(full)[1:]
    names = [_NEUTRALISED.sub("", cell.strip(), count=1) for cell in header]
    while not names[-1]:
        names.pop()
    width = len(names)
    faults = [
        say("csv.too_many_cells", row=number, n=len(cells), expected=width)
        for number, cells in zip(numbers, rows, strict=True)
        if any(cell.strip() for cell in cells[width:])
    ]
    columns = {}
    for place, name_ in enumerate(names):
        values = [_cell(row[place]) if place < len(row) else None for row in rows]
        if name_:
            columns[place] = values
        elif any(value is not None for value in values) and not _counts(values, place):
            faults.append(say("csv.nameless", n=place + 1))
    if faults:
        raise error(faults)
    table = pd.DataFrame(columns, index=numbers, dtype="str")
    return table.set_axis([names[place] for place in columns], axis=1)


def to_csv_text(table: pd.DataFrame) -> str:
    """The table as CSV text that no spreadsheet takes for a program.

    A text cell or column name that begins with =, +, -, @, a tab or a carriage return gets an
    apostrophe in front (numbers stay as they are); `read_cells` takes it away again, so that
    what is read is what was written.
    """
    safe = table.copy()
    for place, kind in enumerate(table.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            safe.isetitem(
                place, [_neutralised(cell) for cell in table.iloc[:, place].astype(object)]
            )
    safe.columns = pd.Index([_neutralised(name) for name in table.columns])
    return str(safe.to_csv(index=False, lineterminator="\r\n"))


def _neutralised(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _cell(text: str) -> str | None:
    if text.startswith("'"):
        text = _NEUTRALISED.sub("", text, count=1)
    return text if text.strip() else None


def _counts(values: list[str | None], place: int) -> bool:
    """Whether this is the row counter that a table saved with its index has at the left."""
    return place == 0 and values == [str(number) for number in range(len(values))]


def _name(source: Source) -> str:
    name = source if isinstance(source, str | PathLike) else getattr(source, "name", None)
    return Path(name).name if isinstance(name, str | PathLike) else say("csv.the_file")


def _raw(source: Source, name: str, error: type[AllianceError]) -> bytes | str:
    if isinstance(source, bytes | bytearray | memoryview):
        raw: Any = bytes(source)
    elif isinstance(source, str | PathLike):
        raw = _from_disk(Path(source), error)
    elif hasattr(source, "read"):
        raw = source.read(MOST_BYTES + 1)
    else:
        raise error([say("csv.no_source", kind=type(source).__name__)])
    if len(raw) > MOST_BYTES:
        raise error([say("csv.too_large", name=name, limit=_megabytes(MOST_BYTES))])
    return raw


def _from_disk(path: Path, error: type[AllianceError]) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            problem = say("csv.folder", path=path)
        elif not path.is_file():
            problem = say("csv.no_file", path=path)
        elif size > MOST_BYTES:
            sizes = {"size": _megabytes(size), "limit": _megabytes(MOST_BYTES)}
            problem = say("csv.too_large_by_size", name=path.name, **sizes)
        else:
            return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        problem = say("csv.not_found", path=path, folder=Path.cwd())
    except PermissionError:
        problem = say("csv.no_permission", path=path)
    except (OSError, ValueError) as fault:
        problem = say("csv.unreadable", path=repr(str(path))[:80], fault=fault)
    raise error([problem])


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"


def _decoded(raw: bytes | str, name: str, error: type[AllianceError]) -> str:
    if isinstance(raw, str):
        return raw.removeprefix("\ufeff")
    for start, sentence in _OTHER_KINDS.items():
        if raw.startswith(start):
            raise error([say(sentence, name=name)])
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    if b"\x00" in raw:
        raise error([say("csv.binary", name=name)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _rows(text: str, name: str, error: type[AllianceError]) -> list[list[str]]:
    """The rows as a spreadsheet counts them; a first line `sep=` is not one of them."""
    announced = _ANNOUNCED.match(text)
    table = text[announced.end() :] if announced else text
    between = announced[1] if announced else _separator(table)
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(table, newline=""), delimiter=between, strict=True))
    except csv.Error:
        raise error([say("csv.quotes", name=name, row=len(rows) + 1)]) from None
    return rows


def _separator(text: str) -> str:
    """Comma, semicolon or tab: the one that the header has most of, outside quotation marks."""
    header = re.split(r"[\r\n]", text.lstrip("\r\n;,\t "), maxsplit=1)[0]
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=bare.count)
