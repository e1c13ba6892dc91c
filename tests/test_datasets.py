"""The shipped tables are what their data package says they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import alliance_widgets as aw
from alliance_widgets.datasets import travelling_folder

PACKAGE = json.loads((travelling_folder("data") / "datapackage.json").read_text("utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}


def test_every_file_in_the_folder_is_described() -> None:
    files = {f.name for f in Path(str(travelling_folder("data"))).glob("*.csv")}
    assert files == {resource["path"] for resource in RESOURCES.values()}


@pytest.mark.parametrize("name", RESOURCES)
def test_a_table_has_the_columns_and_the_ranges_it_declares(name: str) -> None:
    table, schema = aw.load_data(name), RESOURCES[name]["schema"]
    assert list(table.columns) == [field["name"] for field in schema["fields"]]
    assert not table.duplicated(schema["primaryKey"]).any()
    for field in schema["fields"]:
        column, limits = table[field["name"]], field.get("constraints", {})
        assert not limits.get("required") or column.notna().all()
        assert column.dropna().ge(limits.get("minimum", column.min())).all()
        assert column.dropna().le(limits.get("maximum", column.max())).all()
        assert column.dropna().isin(limits.get("enum", column)).all()


def test_the_sample_cases_keep_the_ratings_contract() -> None:
    cases = aw.load_data("single_cases")
    aw.check_ratings(cases)
    parts = cases[["goals", "tasks", "bond"]]
    assert ((parts * 4) % 1 == 0).all(axis=None)
    assert (parts.mean(axis=1) - cases["alliance"]).abs().max() < 0.001


def test_every_case_has_a_story() -> None:
    cases, stories = aw.load_data("single_cases"), aw.load_data("single_case_stories")
    assert set(cases["client"]) == set(stories["client"])


def test_what_the_stories_promise_is_what_the_default_rule_finds() -> None:
    patterns = aw.case_patterns(aw.load_data("single_cases")).set_index("client")["pattern"]
    assert patterns.to_dict() == {
        "Noor": "open",
        "Tomasz": "repaired",
        "Ama": "no_rupture",
        "Lucía": "unrepaired",
        "Jun": "no_rupture",
        "Sam": "open",
    }


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(aw.AllianceError, match=r"single_cases"):
        aw.load_data("single_case")


def test_data_sets_lists_them_all() -> None:
    assert list(aw.data_sets()["name"]) == list(RESOURCES)
