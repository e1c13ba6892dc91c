"""The tables that travel with the kit."""

from __future__ import annotations

import json
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import pandas as pd

from alliance_widgets.arguments import as_shown, nearest
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["DataSet", "data_sets", "load_data", "travelling_folder"]

Resource: TypeAlias = dict[str, Any]
"""What `datapackage.json` says of one table."""


def travelling_folder(name: str) -> Traversable:
    """The folder `data` or `notebooks`: inside an installed package, or in the checkout."""
    inside = resources.files("alliance_widgets") / name
    if inside.is_dir():
        return inside
    return Path(__file__).parent.parent.parent / name


def _resources() -> dict[str, Resource]:
    package = json.loads((travelling_folder("data") / "datapackage.json").read_text("utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


class DataSet(SimpleNamespace):
    """Tables that belong together, each under its name: a clinic's `.ratings` and `.courses`."""

    def __repr__(self) -> str:
        rows = (
            say("datasets.table", name=name, n=len(table)) for name, table in vars(self).items()
        )
        return "\n".join(rows)


def data_sets() -> pd.DataFrame:
    """One row per shipped table: `name`, `title`, `description`, `licence` and `data_set`.

    Returns
    -------
    DataFrame
        All text. `data_set` names the set that a table belongs to, for those that come as a set,
        and is missing elsewhere.
    """
    rows = [
        (r["name"], r["title"], r["description"], r["licenses"][0]["name"], r.get("set"))
        for r in _resources().values()
    ]
    table = pd.DataFrame(rows, columns=["name", "title", "description", "licence", "data_set"])
    return table.astype({"data_set": "str"})


def load_data(name: str) -> Any:
    """A shipped table by its name in `data_sets()`, with the types its data package declares.

    Parameters
    ----------
    name : str
        The name of a table, or of a set (`data_set`).

    Returns
    -------
    DataFrame, or a namespace of DataFrames
        The table; of a set all its tables at once, each under its own name:
        `load_data("practice_clinic").ratings`.

    Raises
    ------
    AllianceError
        For a name that is not shipped.
    """
    known = _resources()
    if not isinstance(name, str):
        shown = as_shown(name)
        raise AllianceError([say("datasets.unknown", name=shown, near=", ".join(_names(known)))])
    together = {r["table"]: r for r in known.values() if r.get("set") == name}
    if together:
        return DataSet(**{table: _read(resource) for table, resource in together.items()})
    if name not in known:
        names = _names(known)
        near = nearest(str(name), names, n=1) or names
        raise AllianceError([say("datasets.unknown", name=name, near=", ".join(near))])
    return _read(known[name])


def _names(known: dict[str, Resource]) -> list[str]:
    """Every name that can be asked for: those of sets and those of tables."""
    return list(dict.fromkeys([*(r.get("set", own) for own, r in known.items()), *known]))


def _read(resource: Resource) -> pd.DataFrame:
    fields = resource["schema"]["fields"]
    with (travelling_folder("data") / resource["path"]).open("r", encoding="utf-8") as file:
        return pd.read_csv(
            file,
            dtype={field["name"]: _kind(field) for field in fields},
            keep_default_na=False,
            na_values=resource["schema"]["missingValues"],
        )


def _kind(field: Resource) -> str:
    if field["type"] == "integer":
        return "int64" if field.get("constraints", {}).get("required") else "Int64"
    return {"string": "str", "number": "float64", "boolean": "boolean"}[field["type"]]
