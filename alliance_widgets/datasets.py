"""The tables that travel with the kit."""

from __future__ import annotations

import difflib
import json
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["data_sets", "load_data", "travelling_folder"]


def travelling_folder(name: str) -> Traversable:
    """The folder `data` or `notebooks`: inside an installed package, or in the checkout."""
    inside = resources.files("alliance_widgets") / name
    if inside.is_dir():
        return inside
    return Path(__file__).parent.parent / name


def _resources() -> dict[str, dict[str, Any]]:
    package = json.loads((travelling_folder("data") / "datapackage.json").read_text("utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


def data_sets() -> pd.DataFrame:
    """One row per shipped table: `name`, `title`, `description` and `licence`."""
    rows = [
        (r["name"], r["title"], r["description"], r["licenses"][0]["name"])
        for r in _resources().values()
    ]
    return pd.DataFrame(rows, columns=["name", "title", "description", "licence"])


def load_data(name: str) -> pd.DataFrame:
    """A shipped table by its name in `data_sets()`, with the types its data package declares.

    Raises `AllianceError` for a name that is not shipped.
    """
    known = _resources()
    if name not in known:
        near = difflib.get_close_matches(str(name), known, n=1) or list(known)
        raise AllianceError([say("datasets.unknown", name=name, near=", ".join(near))])
    resource = known[name]
    fields = resource["schema"]["fields"]
    with (travelling_folder("data") / resource["path"]).open("r", encoding="utf-8") as file:
        return pd.read_csv(
            file,
            dtype={field["name"]: _kind(field) for field in fields},
            keep_default_na=False,
            na_values=resource["schema"]["missingValues"],
        )


def _kind(field: dict[str, Any]) -> str:
    if field["type"] == "integer":
        return "int64" if field.get("constraints", {}).get("required") else "Int64"
    return {"string": "str", "number": "float64", "boolean": "boolean"}[field["type"]]
