"""CSV as spreadsheets in any country write it: read as text, every doubt said in words."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["LIMIT", "read_text_table", "to_csv_text"]

LIMIT = 20_000_000  # bytes; a table for teaching has some hundred thousand at most

_DELIMITERS = ",;\t"
_OTHER_KINDS = {
    b"PK\x03\x04": "csv.workbook",
    b"\xd0\xcf\x11\xe0": "csv.workbook",
    b"%PDF": "csv.binary",
    b"\x89PNG": "csv.binary",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_text_table(source: Any, error: type[AllianceError]) -> tuple[pd.DataFrame, list[int]]:
    """A table of text, one column per header (trimmed, lower case), and each row's line number.

    `source` is a path, an open file, or bytes. Comma, semicolon and tab are told apart by the
    header; UTF-8 with or without mark, UTF-16 with mark and Windows Latin are decoded. Lines with
    nothing in them are left out; the numbers are those a spreadsheet shows, the header being 1.

    Raises `error` with every fault for what cannot be such a table: no file, a folder, more than
    `LIMIT` bytes, an Excel workbook or other binary file, a web page, no rows, two columns of one
    name, a row with more cells than the header.
    """
    text = _decode(_read(source, error), error)
    delimiter = _delimiter(text)
    if text[:4].lower() == "sep=":
        delimiter = text[4:5]
        text = "\n" + text.split("\n", 1)[-1]
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise error([say("csv.unreadable", fault=fault)]) from None
    numbered = [(n, line) for n, line in enumerate(lines, 1) if any(cell.strip() for cell in line)]
    if not numbered:
        raise error([say("csv.empty")])
    (_, header), *rows = numbered
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    problems = [
        say("csv.twice", name=name)
        for name in dict.fromkeys(names)
        if name and names.count(name) > 1
    ]
    problems += [
        say("csv.too_wide", row=n, cells=len(line), columns=len(names))
        for n, line in rows
        if any(cell.strip() for cell in line[len(names) :])
    ]
    if not rows:
        problems.append(say("csv.only_header", columns=", ".join(names)))
    if problems:
        raise error(problems)
    width = len(names)
    cells = [[*line[:width], *[""] * (width - len(line))] for _, line in rows]
    table = pd.DataFrame(cells, columns=names, dtype="str")
    return table[[name for name in names if name]], [n for n, _ in rows]


def _read(source: Any, error: type[AllianceError]) -> bytes:
    if isinstance(source, bytes | bytearray):
        data = bytes(source)
    elif hasattr(source, "read"):
        data = source.read(LIMIT + 1)
        data = data.encode() if isinstance(data, str) else data
    elif isinstance(source, str | Path):
        path = Path(source)
        try:
            if path.stat().st_size > LIMIT:
                raise error([_too_large(path.stat().st_size)])
            data = path.read_bytes()
        except OSError as fault:
            key = "csv.folder" if path.is_dir() else "csv.not_found"
            key = key if path.is_dir() or not path.exists() else "csv.no_access"
            raise error([say(key, path=path, fault=fault.strerror)]) from None
    else:
        raise error([say("csv.no_source", given=type(source).__name__)])
    if len(data) > LIMIT:
        raise error([_too_large(len(data))])
    return data


def _too_large(size: int) -> str:
    return say("csv.too_large", size=f"{size / 1e6:.0f}", limit=f"{LIMIT / 1e6:.0f}")


def _decode(data: bytes, error: type[AllianceError]) -> str:
    for start, key in _OTHER_KINDS.items():
        if data.startswith(start):
            raise error([say(key)])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data:
        raise error([say("csv.binary")])
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise error([say("csv.binary")])
    if text.lstrip()[:14].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise error([say("csv.web_page")])
    return text


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=header.count)


def to_csv_text(table: pd.DataFrame) -> str:
    """The table as CSV that a spreadsheet opens harmlessly: an apostrophe stops text from running.

    Numbers stay numbers. Reading the text back gives the same table, save that such an apostrophe
    stays in front of the text it made harmless.
    """

    def harmless(cell: Any) -> Any:
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell

    texts = table.select_dtypes(exclude=["number", "bool", "datetime", "timedelta"]).columns
    safe = table.assign(**{name: table[name].astype(object).map(harmless) for name in texts})
    return safe.rename(columns=harmless).to_csv(index=False, lineterminator="\r\n")
