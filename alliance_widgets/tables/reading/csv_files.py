"""Tables in files, CSV as spreadsheets write it in any country: read as text, cell by cell.

What a cell means is not decided here. Every fault of the file is named with the row it has in a
spreadsheet, where the header is row 1.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Collection, Sequence
from os import PathLike
from pathlib import Path
from typing import IO, Any

import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.columns import normal_name
from alliance_widgets.tables.reading.encodings import decoded
from alliance_widgets.tables.reading.numbered import numbered_columns
from alliance_widgets.tables.reading.workbooks import spss_rows, workbook_rows
from alliance_widgets.words import say

__all__ = ["MOST_BYTES", "Source", "read_cells", "to_csv_text"]

MOST_BYTES = 20_000_000
MOST_TITLES = 20  # rows among which the header is looked for
SAMPLE = 50_000  # characters by which the separator is told

Source = str | PathLike[str] | bytes | bytearray | memoryview | IO[Any]

_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "csv.workbook",
    b"PAR1": "csv.parquet",
    b"<stata_dta>": "csv.stata",
    b"%PDF": "csv.binary",
    b"\x89PNG": "csv.binary",
    b"\xff\xd8\xff": "csv.binary",
    b"\x1f\x8b": "csv.binary",
}
_SEPARATORS = (",", ";", "\t", "|", " ")
_QUOTED = re.compile(r'"[^"]*"')
_DECIMALS = re.compile(r"\s*[+-]?\d*[.,]\d+\s*", re.ASCII)
_WEB_PAGE = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml)", re.IGNORECASE)
_ANNOUNCED = re.compile(r'"?sep=(.)"?[ \t]*(\r\n|\r|\n)', re.IGNORECASE)
_FORMULA = re.compile(r"(?='*[=+\-@\t\r])")
_NEUTRALISED = re.compile(r"'(?='*[=+\-@\t\r])")


def read_cells(
    source: Source,
    error: type[AllianceError],
    *,
    known: Collection[str] = (),
    labelled: Collection[str] = (),
    header: int | None = None,
    sheet: str | int | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """Every cell of a table in a file as text; the index is the row in a spreadsheet (header: 1).

    `source` is a path, bytes, or an open text or binary file. Of a CSV file: comma, semicolon,
    tab, pipe or blank between cells; UTF-8, UTF-16, Windows-1252, or the `encoding` that is
    named; a first line `sep=;` is understood. Of an Excel workbook (.xlsx) the first sheet, or
    `sheet`; an SPSS file (.sav), whose index is the case's number and whose value labels are said
    in the columns of `labelled`. Blank cells and #NULL! are missing; blank rows, trailing blank
    columns, a nameless row counter at the left and R's row names are left out. An apostrophe that
    `to_csv_text` put before a formula is taken away.

    The names stand in the row `header`, else in the first that is not blank; if the first has
    none of the `known` names and a later one has, it is refused. Raises `error` for that, for a
    file that is not there, above 20 MB, empty, no text, or no table, and names every row whose
    cells may have slipped into other columns.
    """
    name = _name(source)
    raw = _raw(source, name, error)
    numbers, rows, between = _all_rows(raw, known, labelled, sheet, encoding, name, error)
    filled = [bool(row) and (row[0] > " " or any(map(str.strip, row))) for row in rows]
    if not all(filled):
        numbers = list(itertools.compress(numbers, filled))
        rows = list(itertools.compress(rows, filled))
    if not rows:
        raise error([say("csv.empty", name=name)])
    place = _place_of_header(numbers, rows, known, header, error)
    names, numbers, rows = rows[place], numbers[place + 1 :], rows[place + 1 :]
    if not rows:
        raise error([say("csv.only_header", name=name)])
    widths = {*map(len, rows)}
    names = _without_row_names(names, rows, widths, between)
    faults = _slipped(names, rows, numbers, widths, between)
    if faults:
        raise error(faults)
    return _as_columns(names, rows, numbers, min(widths), error)


def _as_columns(
    header: list[str],
    rows: list[list[str]],
    numbers: Sequence[int],
    least: int,
    error: type[AllianceError],
) -> pd.DataFrame:
    """The cells under their names; rows shorter than the header are filled up."""
    names = [_NEUTRALISED.sub("", cell.strip(), count=1) for cell in header]
    while not names[-1]:
        names.pop()
    width = len(names)
    if least < width:
        rows = [row + [""] * (width - len(row)) for row in rows]
    columns: dict[int, Any] = {}
    faults = []
    for place in range(width):
        cells = _meant([row[place] for row in rows])
        if names[place]:
            columns[place] = cells
        elif any(cells) and not (place == 0 and _counts(cells, names)):
            faults.append(say("csv.nameless", n=place + 1))
    if faults:
        raise error(faults)
    table = pd.DataFrame(columns, index=pd.Index(numbers), dtype="str")
    return table.set_axis([names[place] for place in columns], axis=1)


def _meant(values: Sequence[str]) -> Sequence[str | None]:
    """The cells of a column with the blank ones missing and what was neutralised as it was."""
    changed: dict[str, str | None] = {}
    for text in set(values):
        if not text.strip() or text == "#NULL!":
            changed[text] = None
        elif text.startswith("'"):
            changed[text] = _NEUTRALISED.sub("", text, count=1)
    return [changed.get(text, text) for text in values] if changed else values


def _place_of_header(
    numbers: Sequence[int],
    rows: list[list[str]],
    known: Collection[str],
    header: int | None,
    error: type[AllianceError],
) -> int:
    """The place of the row with the names; refuses a title that stands above it."""
    if header is not None:
        if header not in numbers:
            raise error([say("csv.no_header_row", header=header)])
        return numbers.index(header)
    if known and not _is_header(rows[0], known, few=True):
        for place in range(1, min(MOST_TITLES, len(rows))):
            if _is_header(rows[place], known):
                raise error([say("csv.title_above", first=numbers[0], row=numbers[place])])
    return 0


def _is_header(cells: list[str], known: Collection[str], few: bool = False) -> bool:
    """Whether a row holds names that mean something, or numbered ones; one will do if `few`."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < 2:
        return False
    found = len({normal_name(cell) for cell in filled} & set(known))
    numbered = [each for each in numbered_columns(filled) if each.beginning]
    return found >= (1 if few else 2) or any(len(each.names) >= 2 for each in numbered)


def _without_row_names(
    header: list[str], rows: list[list[str]], widths: set[int], between: str
) -> list[str]:
    """The header with a nameless cell in front where R's `write.table` left one out.

    Between commas that cannot be told from a decimal comma in every row, and is not done.
    """
    one_more = widths == {len(header) + 1} and between not in ("", ",") and header[-1].strip()
    return ["", *header] if one_more and _ascending([row[0] for row in rows]) else header


def _slipped(
    header: list[str],
    rows: list[list[str]],
    numbers: Sequence[int],
    widths: set[int],
    between: str,
) -> list[str]:
    """A fault for each row whose cells may stand under other names than they belong to."""
    width = len(header)
    while not header[width - 1].strip():
        width -= 1
    least = min(widths)
    if widths == {width}:
        return []
    many = "csv.too_many_commas" if between == "," else "csv.too_many_cells"
    faults = [
        say(
            many if any(map(str.strip, row[width:])) else "csv.blank_too_many",
            row=number,
            n=len(row),
            expected=width,
        )
        for number, row in zip(numbers, rows, strict=True)
        if any(map(str.strip, row[width:])) or (len(row) > len(header) and between in ", ")
    ]
    if not faults and between == "," and len(widths) > 1 and _no_decimals(rows):
        faults = [
            say("csv.uneven_commas", row=number, n=len(row), others=least)
            for number, row in zip(numbers, rows, strict=True)
            if len(row) > least and _whole_beside_whole(row)
        ]
    return faults


def _no_decimals(rows: list[list[str]]) -> bool:
    """Whether no number is written so that its decimals cannot be taken for another cell."""
    return not any(_DECIMALS.fullmatch(cell) for row in rows for cell in row)


def _whole_beside_whole(row: list[str]) -> bool:
    """Whether the last two cells that hold something could be one number with a decimal comma."""
    filled = [cell.strip() for cell in row]
    while filled and not filled[-1]:
        filled.pop()
    return len(filled) > 2 and all(cell.isdecimal() for cell in filled[-2:])


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


def _neutralised(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _counts(values: Sequence[str | None], names: list[str]) -> bool:
    """Whether a nameless column at the left is a row counter, or what is left of one."""
    counts = [str(number) for number in range(len(values) + 1)]
    whole = list(values) in (counts[:-1], counts[1:])
    return whole or ("client" in map(normal_name, names) and _ascending(values))


def _ascending(values: Sequence[str | None]) -> bool:
    texts = [value for value in values if value is not None and value.isdecimal()]
    if len(texts) < len(values):
        return False
    numbers = [*map(int, texts)]
    return all(one < next_one for one, next_one in itertools.pairwise(numbers))


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
    found: bytes | str = raw
    return found


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


def _all_rows(
    raw: bytes | str,
    known: Collection[str],
    labelled: Collection[str],
    sheet: str | int | None,
    encoding: str | None,
    name: str,
    error: type[AllianceError],
) -> tuple[Sequence[int], list[list[str]], str]:
    """The rows' numbers, the rows, and what stands between cells; nothing in a workbook."""
    if isinstance(raw, bytes):
        if raw.startswith(b"PK\x03\x04"):
            return *workbook_rows(raw, sheet, known, name, error), ""
        if raw.startswith((b"$FL2", b"$FL3")):
            return *spss_rows(raw, labelled, name, error), ""
        for start, sentence in _OTHER_KINDS.items():
            if raw.startswith(start):
                raise error([say(sentence, name=name)])
        text = decoded(raw, encoding, name, error)
    else:
        text = raw.removeprefix("\ufeff")
    if not text.strip("\r\n\t ,;|"):
        raise error([say("csv.empty", name=name)])
    if _WEB_PAGE.match(text):
        raise error([say("csv.web_page", name=name)])
    announced = _ANNOUNCED.match(text)
    table = text[announced.end() :] if announced else text
    between = announced[1] if announced else _separator(table, known)
    rows = _rows(table, between, name, error)
    return range(1, len(rows) + 1), rows, between


def _rows(table: str, between: str, name: str, error: type[AllianceError]) -> list[list[str]]:
    """The rows as a spreadsheet counts them; a first line `sep=` is not one of them."""
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(table, newline=""), delimiter=between, strict=True))
    except csv.Error:
        raise error([say("csv.quotes", name=name, row=len(rows) + 1)]) from None
    return rows


def _separator(text: str, known: Collection[str]) -> str:
    """What stands between cells, by all of the first lines: what makes a header of one of them,
    else what stands in most of them, and most often in the first."""
    lines = _first_lines(text)
    if not lines:
        return ","
    by_names = {
        each: max(_names_in(line, each, known) for line in lines[:MOST_TITLES])
        for each in _SEPARATORS
    }
    best = max(_SEPARATORS, key=by_names.__getitem__)
    if by_names[best] >= 2:
        return best
    bare = [_QUOTED.sub("", line) for line in lines]
    counts = {each: [line.count(each) for line in bare] for each in _SEPARATORS}
    if not any(counts[each][0] for each in _SEPARATORS[:-1]) and lines[0].startswith('"'):
        return " " if all(counts[" "]) else ","  # R's write.table
    return max(
        _SEPARATORS[:-1],
        key=lambda each: (sum(map(bool, counts[each])), counts[each][0], max(counts[each])),
    )


def _first_lines(text: str) -> list[str]:
    """The first lines that hold something; a line break within quotation marks ends none."""
    start = _QUOTED.sub(lambda cell: re.sub(r"[\r\n]", " ", cell[0]), text[:SAMPLE])
    lines = [line for line in re.split(r"[\r\n]+", start) if line.strip(",;\t| ")]
    return lines[:-1] if len(text) > SAMPLE and len(lines) > 1 else lines


def _names_in(line: str, between: str, known: Collection[str]) -> int:
    """How many different known names a line holds between these separators."""
    cells = next(csv.reader([line], delimiter=between), [])
    return len({normal_name(cell) for cell in cells} & set(known))
