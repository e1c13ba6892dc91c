"""Make the simulated tables again, byte for byte, with the data dictionary and the map of claims.

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

import claims_page
import dictionary
import pandas as pd

from alliance_widgets.simulate import simulate_clinic
from alliance_widgets.tables.datasets import load_data

HERE = Path(__file__).parent

Tables = dict[str, pd.DataFrame]

PRACTICE_SEED, WORLD_SEED = 2024, 11

WORLDS = {"causal": "A", "confounded": "B", "shared_events": "C"}
"""Each world with the letter that its clients' names begin with."""

WORLD_CLIENTS = 600


def practice_clinic() -> Tables:
    """One clinic of the causal world: 200 clients of 10 therapists."""
    clinic = simulate_clinic(200, world="causal", seed=PRACTICE_SEED, clients_per_therapist=20)
    return {"practice_clinic_ratings": clinic.ratings, "practice_clinic_courses": clinic.courses}


def worlds() -> Tables:
    """Three worlds of 600 clients each, below one another, and no client's name twice."""
    tables: dict[str, list[pd.DataFrame]] = {"worlds_ratings": [], "worlds_courses": []}
    for world, letter in WORLDS.items():
        clinic = simulate_clinic(WORLD_CLIENTS, world=world, seed=WORLD_SEED)
        for name, table in (("worlds_ratings", clinic.ratings), ("worlds_courses", clinic.courses)):
            names = letter + table["client"].str[-4:]
            renamed = table.assign(client=names)
            if "therapist" in table:
                renamed["therapist"] = letter + table["therapist"].str[-2:]
            renamed.insert(0, "world", world)
            tables[name].append(renamed)
    return {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}


RECIPES: dict[str, Callable[[], Tables]] = {
    "practice_clinic": practice_clinic,
    "worlds": worlds,
}
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
    files[claims_page.WRITTEN] = claims_page.claims_page(load_data("claims")).encode("utf-8")
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
