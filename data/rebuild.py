"""Make the simulated tables again, byte for byte, and the data dictionary with them.

python data/rebuild.py           write them
python data/rebuild.py --check   write nothing; exit with 1 if a file would change
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import dictionary
import pandas as pd

HERE = Path(__file__).parent

Tables = dict[str, pd.DataFrame]

RECIPES: dict[str, Callable[[], Tables]] = {}
"""Per data set, what makes its tables, each by its name in the data package."""

DECIMALS = 4


def as_csv(table: pd.DataFrame) -> bytes:
    """The table as it stands in a file: UTF-8, no index, four decimals, `true` and `false`."""
    shown = table.copy()
    for name, column in table.items():
        if pd.api.types.is_bool_dtype(column):
            shown[name] = column.astype("boolean").map({True: "true", False: "false"})
        elif pd.api.types.is_float_dtype(column):
            shown[name] = [_number(value) for value in column]
    text = io.StringIO()
    shown.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode("utf-8")


def _number(value: float) -> str:
    if pd.isna(value):
        return ""
    rounded = round(value, DECIMALS) + 0.0  # no -0
    return f"{rounded:.{DECIMALS}f}".rstrip("0").rstrip(".")


def made() -> dict[Path, bytes]:
    """Every file that is made by a program, with what has to stand in it."""
    package = json.loads((HERE / "datapackage.json").read_text(encoding="utf-8"))
    paths = {resource["name"]: HERE / resource["path"] for resource in package["resources"]}
    tables = {name: table for recipe in RECIPES.values() for name, table in recipe().items()}
    files = {paths[name]: as_csv(table) for name, table in tables.items()}
    return {**files, dictionary.WRITTEN: dictionary.dictionary(package).encode("utf-8")}


def main() -> int:
    """Write or check every file; 1 if a checked one differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args().check
    differing = 0
    for path, content in made().items():
        same = path.is_file() and path.read_bytes() == content
        differing += not same
        if not same and not check:
            path.write_bytes(content)
        state = "unchanged" if same else "differs" if check else "written"
        print(f"{path.relative_to(HERE.parent).as_posix()}: {state}, {len(content)} bytes")
    return int(check and differing > 0)


if __name__ == "__main__":
    sys.exit(main())
