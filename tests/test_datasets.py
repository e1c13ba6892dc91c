"""The shipped tables are what their data package says they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.tables.datasets import travelling_folder

PACKAGE = json.loads((travelling_folder("data") / "datapackage.json").read_text("utf-8"))
FIRST_SIX_CASES = "144fb840be77ba8fd06027eea4908d7d53d122667c9458757bfed66d8fd4ed6c"
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}


def test_every_file_in_the_folder_is_described() -> None:
    files = {f.name for f in Path(str(travelling_folder("data"))).glob("*.csv")}
    assert files == {resource["path"] for resource in RESOURCES.values()}


@pytest.mark.parametrize("name", RESOURCES)
def test_a_loaded_table_has_the_declared_columns_types_and_rows(name: str) -> None:
    table, resource = aw.load_data(name), RESOURCES[name]
    fields = resource["schema"]["fields"]
    kinds = {"string": "str", "number": "float64", "boolean": "boolean"}
    assert list(table.columns) == [field["name"] for field in fields]
    for field in fields:
        whole = "int64" if field.get("constraints", {}).get("required") else "Int64"
        assert table[field["name"]].dtype == kinds.get(field["type"], whole)
    text = (Path(str(travelling_folder("data"))) / resource["path"]).read_text("utf-8")
    assert len(table) == text.count("\n") - 1


def test_the_sample_cases_keep_the_ratings_contract() -> None:
    cases = aw.load_data("single_cases")
    aw.check_ratings(cases)
    rated = cases.dropna(subset=["alliance"])
    parts = rated[["goals", "tasks", "bond"]]
    assert ((parts * 4) % 1 == 0).all(axis=None)
    assert (parts.mean(axis=1) - rated["alliance"]).abs().max() < 0.001
    unrated = cases[cases["alliance"].isna()]
    assert unrated[["goals", "tasks", "bond"]].isna().all(axis=None)
    assert unrated[["client", "session"]].to_numpy().tolist() == [["Mateo", 6]]


def test_every_case_has_a_story() -> None:
    cases, stories = aw.load_data("single_cases"), aw.load_data("single_case_stories")
    assert set(cases["client"]) == set(stories["client"])


def test_every_story_and_every_point_is_one_sentence_or_two() -> None:
    stories = aw.load_data("single_case_stories")
    assert stories[["story", "point"]].map(lambda text: text[-1] in ".?").all(axis=None)
    assert stories["story"].str.len().max() <= 120
    assert not stories.duplicated("story").any()


def test_what_the_stories_promise_is_what_the_default_rule_finds() -> None:
    patterns = aw.case_patterns(aw.load_data("single_cases")).set_index("client")["pattern"]
    assert patterns.to_dict() == {
        "Noor": "open",
        "Tomasz": "repaired",
        "Ama": "no_rupture",
        "Lucía": "unrepaired",
        "Jun": "no_rupture",
        "Sam": "open",
        "Mehmet": "no_rupture",
        "Thandiwe": "no_rupture",
        "Aroha": "no_rupture",
        "Toni": "repaired",
        "Sascha": "no_rupture",
        "Minh": "no_rupture",
        "Leila": "no_rupture",
        "Mateo": "no_rupture",
    }


def test_the_first_six_cases_are_what_the_lessons_were_written_for() -> None:
    text = (Path(str(travelling_folder("data"))) / "single_cases.csv").read_bytes()
    first = text[: text.index(b"Mehmet,1,")]
    assert hashlib.sha256(first).hexdigest() == FIRST_SIX_CASES


def test_the_shapes_of_the_cases_are_those_their_stories_tell() -> None:
    cases = aw.load_data("single_cases")
    shapes = aw.summarise_trajectories(cases).set_index("client")["shape"]
    assert shapes["Thandiwe"] == "u_shaped"
    assert shapes["Aroha"] == "inverted_u"
    assert shapes[["Mehmet", "Minh", "Mateo", "Leila"]].eq("stable").all()
    assert aw.shape_reasons(cases).set_index("client").loc["Ama", "change"] < -1.4


def test_a_rule_in_own_ups_and_downs_finds_episodes_in_the_thrown_dice() -> None:
    mehmet = aw.load_data("single_cases").query("client == 'Mehmet'")
    assert len(aw.flag_sessions(mehmet, "drop_sd")) >= 2
    throws = (mehmet[["goals", "tasks", "bond"]] - 3) / 0.25
    assert throws.isin(range(6)).all(axis=None)


def test_toni_and_sascha_differ_in_nothing_but_their_use_of_the_scale() -> None:
    cases = aw.load_data("single_cases").set_index("client")[["goals", "tasks", "bond"]]
    toni, sascha = cases.loc["Toni"].to_numpy(), cases.loc["Sascha"].to_numpy()
    assert (toni - 3.5 == 3 * (sascha - 3.5)).all()
    assert toni.mean() == sascha.mean() == 3.5
    pair = aw.load_data("single_cases").query("client in ['Toni', 'Sascha']")
    assert aw.flag_sessions(pair)["client"].tolist() == ["Toni"]
    assert aw.flag_sessions(pair, "drop_sd")["session"].tolist() == [6, 6]


def test_only_leilas_therapist_rates_a_possible_rupture() -> None:
    leila = aw.load_data("single_cases").query("client == 'Leila'")
    assert aw.find_ruptures(leila, rater="client").empty
    assert aw.find_ruptures(leila, rater="therapist")["onset"].tolist() == [6]


def test_in_the_real_trial_those_who_left_are_missing_the_week_after() -> None:
    weeks = aw.load_data("opioid_retention_weekly").sort_values(["treatment", "week"])
    for _, trial in weeks.groupby("treatment"):
        assert trial["week"].tolist() == list(range(1, 25))
        stayed = trial["in_treatment_at_start"] - trial["last_dose_this_week"]
        assert trial["in_treatment_at_start"].tolist()[1:] == stayed.tolist()[:-1]
    firsts = weeks.query("week == 1").set_index("treatment")["in_treatment_at_start"]
    assert firsts.to_dict() == {"Methadone": 520, "Outpatient BUP": 727}


def test_the_real_trial_says_what_it_is_not() -> None:
    resource = RESOURCES["opioid_retention_weekly"]
    assert "hold no alliance" in resource["description"]
    assert "week 24 a last dose is completion, not leaving" in resource["description"]
    assert resource["licenses"][0]["name"] == "MIT"
    assert "The above copyright notice and this permission notice" in resource["notice"]


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(aw.AllianceError, match=r"single_cases"):
        aw.load_data("single_case")


@pytest.fixture
def clinic_of_two_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def resource(table: str, column: str) -> dict:
        (tmp_path / f"{table}.csv").write_text(f"client,{column}\nNA,1\n007,\n", "utf-8")
        fields = [{"name": "client", "type": "string"}, {"name": column, "type": "integer"}]
        schema = {"fields": fields, "missingValues": [""], "primaryKey": ["client"]}
        about = {"title": "t", "description": "d", "licenses": [{"name": "CC-BY-4.0"}]}
        names = {"name": f"clinic_{table}", "set": "clinic", "table": table}
        return {**names, **about, "path": f"{table}.csv", "schema": schema}

    package = {"resources": [resource("ratings", "session"), resource("courses", "attended")]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), "utf-8")
    monkeypatch.setattr(
        "alliance_widgets.tables.datasets.travelling_folder", lambda _name: tmp_path
    )


@pytest.mark.usefixtures("clinic_of_two_tables")
def test_tables_that_belong_together_come_together_or_one_by_one() -> None:
    clinic = aw.load_data("clinic")
    assert clinic.ratings["client"].tolist() == ["NA", "007"]
    assert clinic.ratings["session"].tolist() == [1, pd.NA]
    pd.testing.assert_frame_equal(clinic.courses, aw.load_data("clinic_courses"))
    assert repr(clinic) == ".ratings: 2 rows\n.courses: 2 rows"
    assert aw.data_sets()["data_set"].tolist() == ["clinic", "clinic"]
    with pytest.raises(aw.AllianceError, match=r"Shipped are: clinic\."):
        aw.load_data("clinik")


def test_data_sets_lists_them_all() -> None:
    assert list(aw.data_sets()["name"]) == list(RESOURCES)
