"""The files in `data/` keep what `datapackage.json` says, cell by cell; nothing is undocumented."""

from __future__ import annotations

import copy
import csv
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text("utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}

Rows = list[dict[str, str]]

CELLS = {
    "string": (".*", str),
    "integer": (r"-?\d+", int),
    "number": (r"-?\d+(\.\d+)?", float),
    "boolean": ("true|false", lambda text: text == "true"),
}


def rows_of(resource: dict[str, Any]) -> Rows:
    with (DATA / resource["path"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of one row, its missing cells left out."""
    names = {"minimum", "maximum", "enum", "pattern"}
    properties = {
        field["name"]: {
            "type": field["type"],
            **{k: v for k, v in field.get("constraints", {}).items() if k in names},
        }
        for field in schema["fields"]
    }
    required = [f["name"] for f in schema["fields"] if f.get("constraints", {}).get("required")]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def faults(
    resource: dict[str, Any], rows: Rows, others: dict[str, Rows] | None = None
) -> list[str]:
    """What breaks the schema, in a few words each."""
    schema = resource["schema"]
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    validator = jsonschema.Draft202012Validator(json_schema(schema))
    found = []
    if any(list(row) != list(kinds) for row in rows):
        found.append("columns")
    for number, row in enumerate(rows, 1):
        there = {k: text for k, text in row.items() if text not in schema["missingValues"]}
        meant: dict[str, Any] = {}
        for name, text in there.items():
            pattern, kind = CELLS[kinds.get(name, "string")]
            if re.fullmatch(pattern, text):
                meant[name] = kind(text)
            else:
                found.append(f"row {number}: type of {name}")
        found += [f"row {number}: {fault.message}" for fault in validator.iter_errors(meant)]
    keys = [tuple(row.get(name) for name in schema["primaryKey"]) for row in rows]
    if len(set(keys)) < len(keys):
        found.append("primary key")
    for field in schema["fields"]:
        values = [row.get(field["name"]) for row in rows]
        if field.get("constraints", {}).get("unique") and len(set(values)) < len(values):
            found.append("unique")
    for key in schema.get("foreignKeys", []):
        there = key["reference"]
        target = (
            rows_of(RESOURCES[there["resource"]]) if others is None else others[there["resource"]]
        )
        known = {tuple(row[name] for name in there["fields"]) for row in target}
        if not {tuple(row[name] for name in key["fields"]) for row in rows} <= known:
            found.append("foreign key")
    return found


@pytest.mark.parametrize("name", RESOURCES)
def test_every_cell_keeps_the_schema_of_its_table(name: str) -> None:
    rows = rows_of(RESOURCES[name])
    assert rows
    assert faults(RESOURCES[name], rows) == []


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("alliance", "5.1", "maximum"),
        ("alliance", "0.9", "minimum"),
        ("alliance", "NA", "type of alliance"),
        ("session", "1.5", "type of session"),
        ("session", "0", "minimum"),
        ("session", "", "required"),
        ("rater", "supervisor", "one of"),
        ("client", "", "required"),
        ("client", "Nobody", "foreign key"),
        ("session", "2", "primary key"),
        ("comment", "x", "columns"),
    ],
)
def test_a_planted_fault_is_found(column: str, value: str, fault: str) -> None:
    rows = copy.deepcopy(rows_of(RESOURCES["single_cases"]))
    rows[0][column] = value
    assert any(fault in found for found in faults(RESOURCES["single_cases"], rows))


@pytest.mark.parametrize("name", RESOURCES)
def test_every_table_and_every_column_is_documented(name: str) -> None:
    resource = RESOURCES[name]
    for key in ("title", "description", "sources", "licenses"):
        assert resource[key], key
    assert resource["licenses"][0]["path"].startswith("https://")
    assert (resource["format"], resource["encoding"]) == ("csv", "utf-8")
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert set(resource["schema"]["primaryKey"]) <= set(fields)
    for field in fields.values():
        assert field["description"].endswith("."), field["name"]
        assert field["type"] in CELLS
        assert field["type"] not in ("integer", "number") or field["unit"], field["name"]


def test_files_have_unix_line_ends_and_no_byte_order_mark() -> None:
    for resource in RESOURCES.values():
        content = (DATA / resource["path"]).read_bytes()
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\n")


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(DATA))
    spec = importlib.util.spec_from_file_location(f"data_{name}", DATA / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_programs_make_is_committed_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild = script("rebuild", monkeypatch)
    files = rebuild.made()
    assert ROOT / "docs" / "data.md" in files
    for path, content in files.items():
        assert path.read_bytes() == content, f"{path.name} differs: run `make data`"


def test_rebuilding_writes_only_what_differs_and_checking_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rebuild = script("rebuild", monkeypatch)
    written = tmp_path / "docs" / "data.md"
    written.parent.mkdir()
    monkeypatch.setattr(rebuild, "HERE", tmp_path / "data")
    monkeypatch.setattr(rebuild, "made", lambda: {written: b"new\n"})
    for arguments, code, after in (
        (["--check"], 1, None),
        ([], 0, b"new\n"),
        (["--check"], 0, b"new\n"),
    ):
        monkeypatch.setattr(sys, "argv", ["rebuild.py", *arguments])
        assert rebuild.main() == code
        assert (written.read_bytes() if written.exists() else None) == after
    assert "differs" in capsys.readouterr().out


def test_a_made_table_is_written_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild = script("rebuild", monkeypatch)
    table = pd.DataFrame(
        {
            "client": ["Lucía", "a,b"],
            "session": pd.array([1, None], dtype="Int64"),
            "alliance": [25 / 6, None],
            "bond": [10.0, -0.00001],
            "left": pd.array([True, None], dtype="boolean"),
            "early": [True, False],
        }
    )
    before = table.copy(deep=True)
    expected = (
        'client,session,alliance,bond,left,early\nLucía,1,4.1667,10,true,true\n"a,b",,,0,,false\n'
    )
    assert rebuild.as_csv(table).decode("utf-8") == expected
    pd.testing.assert_frame_equal(table, before)


def test_the_dictionary_names_every_table_column_unit_and_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = script("dictionary", monkeypatch).dictionary(PACKAGE)
    for resource in RESOURCES.values():
        assert f"## {resource['name']}\n" in text
        for field in resource["schema"]["fields"]:
            [line] = [
                row
                for row in text.split(f"## {resource['name']}\n")[1].split("\n## ")[0].splitlines()
                if row.startswith(f"| `{field['name']}` |")
            ]
            assert field["description"] in line
            assert field.get("unit", "") in line
    assert "THE SOFTWARE IS PROVIDED" in text
