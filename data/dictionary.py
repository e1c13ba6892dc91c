"""Write `docs/data.md`, the data dictionary, from `datapackage.json`.

python data/dictionary.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WRITTEN = HERE.parent / "docs" / "data.md"

OPENING = """\
# Data dictionary

Written by `python data/dictionary.py` from `data/datapackage.json` (a [Frictionless Data
Package](https://datapackage.org)); change that file, not this one. In a notebook
`aw.data_sets()` lists the tables and `aw.load_data("{first}")` opens one.

{description}
"""


def dictionary(package: dict[str, Any]) -> str:
    """The dictionary of a data package as Markdown."""
    resources = package["resources"]
    opening = OPENING.format(first=resources[0]["name"], description=package["description"])
    listed = [f"- [`{r['name']}`](#{r['name']}): {r['title']}" for r in resources]
    parts = [opening, "\n".join(listed) + "\n", *map(_table, resources)]
    return "\n".join(parts)


def _table(resource: dict[str, Any]) -> str:
    schema = resource["schema"]
    lines = [
        f"## {resource['name']}",
        "",
        f"**{resource['title']}.** {resource['description']}",
        "",
    ]
    lines += ["| column | what it holds | type | unit | values | missing |"]
    lines += ["|---|---|---|---|---|---|"]
    lines += [_column(field, schema) for field in schema["fields"]]
    lines += ["", f"- File: `data/{resource['path']}`"]
    lines += [f"- One row per {', '.join(f'`{name}`' for name in schema['primaryKey'])}"]
    for key in schema.get("foreignKeys", []):
        there = key["reference"]
        lines += [
            f"- `{key['fields'][0]}` is described in `{there['resource'] or resource['name']}`"
        ]
    lines += [f"- Source: {_linked(source)}" for source in resource["sources"]]
    lines += [f"- Licence: {_linked(licence)}" for licence in resource["licenses"]]
    if "notice" in resource:
        quoted = "\n".join(f"> {line}".rstrip() for line in resource["notice"].splitlines())
        lines += ["", quoted]
    return "\n".join([*lines, ""])


def _column(field: dict[str, Any], schema: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    missing = "no" if limits.get("required") else ", ".join(map(_shown, schema["missingValues"]))
    unit = field.get("unit", "")
    cells = (
        f"`{field['name']}`",
        field["description"],
        field["type"],
        unit,
        _values(limits),
        missing,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _values(limits: dict[str, Any]) -> str:
    if "enum" in limits:
        return ", ".join(f"`{value}`" for value in limits["enum"])
    low, high = limits.get("minimum"), limits.get("maximum")
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"{low} or more"
    return f"{high} or less" if high is not None else ""


def _shown(value: str) -> str:
    return f"`{value}`" if value else "blank"


def _linked(named: dict[str, str]) -> str:
    return f"[{named['title']}]({named['path']})" if "path" in named else named["title"]


if __name__ == "__main__":
    package = json.loads((HERE / "datapackage.json").read_text(encoding="utf-8"))
    WRITTEN.write_text(dictionary(package), encoding="utf-8", newline="\n")
