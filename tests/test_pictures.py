"""Every chart is a `Picture`: a sound form, the tables that it names, and words."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets import charts
from alliance_widgets.charts import Picture, cases, clinics
from alliance_widgets.charts.cases.matrix import matrix_picture, rule_rows
from alliance_widgets.charts.cases.multiples import multiples_picture
from alliance_widgets.charts.cases.noise import (
    base_rate_picture,
    rates_picture,
    regression_picture,
)
from alliance_widgets.charts.cases.paths import fit_picture, mean_picture, slopes_picture
from alliance_widgets.charts.cases.shape_counts import counts_picture
from alliance_widgets.charts.cases.spans import span_picture
from alliance_widgets.charts.cases.tally import tally_picture
from alliance_widgets.charts.cases.trajectory import empty_picture, trajectory_picture
from alliance_widgets.charts.clinics.analyses import analyses_picture
from alliance_widgets.charts.clinics.arrows import arrows_picture
from alliance_widgets.charts.clinics.climb import climb_picture, places_picture
from alliance_widgets.charts.clinics.courses import clinics_picture, hundreds_picture
from alliance_widgets.charts.clinics.definitions import definitions_picture
from alliance_widgets.charts.clinics.forest import forest_picture
from alliance_widgets.charts.clinics.icons import icons_picture
from alliance_widgets.charts.clinics.incidence import incidence_picture
from alliance_widgets.charts.clinics.leagues import league_picture
from alliance_widgets.charts.clinics.retention import retention_picture
from alliance_widgets.charts.clinics.shares import shares_picture
from alliance_widgets.dropout.grouping import grouped_courses, left_by_definition, left_by_group
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.trajectories import climb_parts, mean_over_time, whereabouts
from alliance_widgets.widgets import ChartView

CLINIC = aw.simulate_clinic(80, seed=3)
RATED = of_rater(CLINIC.ratings)
ONE = RATED[RATED["client"] == RATED["client"].value_counts().index[0]]
POINTS = pd.DataFrame({"client": list("aabb"), "x": [1.0, 2, 3, 5], "y": [2.0, 1, 4, 3]})
THROWS = pd.DataFrame({4: [60.0, 80], 12: [20.0, 30]})
TRIED = pd.DataFrame([("mean", "A", 0.4, "0.4", "0.4 (A)")])
TRIED.columns = ["analysis", "data", "value", "shown", "word"]
HUNDREDS = pd.DataFrame({"clinic": ["A"], "now": [30], "said": [20.0], "then": [25]})


@lru_cache
def pictures() -> dict[str, Picture]:
    """One of each kind, under the name of the function that makes it."""
    read = charts.read_case(ONE)
    kept, none = aw.retention(CLINIC.courses), grouped_courses(RATED, CLINIC.courses, "none")
    everyone, parts = mean_over_time(RATED, CLINIC.courses), climb_parts(RATED, CLINIC.courses)
    thirds = grouped_courses(RATED, CLINIC.courses, "first_third")
    rates = aw.false_alarms("drop_sd", 10, replicates=20)
    lowest = RATED["client"].unique().tolist()[:5]
    league = aw.simulate_leagues(years=3, therapists=4, seed=1)
    rows = rule_rows(ONE, {"reliable_drop": aw.rules.ReliableDrop()})
    made = [
        (analyses_picture, TRIED, ("mean", "median"), ("A",), "difference", (-1.0, 1.0)),
        (arrows_picture, {"mine": ["keeps"]}),
        (base_rate_picture, "drop_sd", 10, 0.3, 0.6),
        (climb_picture, parts, parts, 12, (), 0.6),
        (clinics_picture, {"A": aw.retention(thirds, by="group")}),
        (counts_picture, pd.Series(["stable", "rising"])),
        (definitions_picture, left_by_definition(CLINIC.courses)),
        (empty_picture, 1, 5, 2, "Rate session 2."),
        (fit_picture, ONE, 4),
        (forest_picture, aw.evidence("outcome")),
        (hundreds_picture, HUNDREDS, "Of a hundred, thirty leave."),
        (icons_picture, {"low": 0.3}, "leave", "", "clients"),
        (incidence_picture, aw.cumulative_incidence(CLINIC.courses)),
        (league_picture, league, ["Aylin", "Bogdan", "Chiara", "Desmond"], 3, 2),
        (matrix_picture, ONE, rows),
        (mean_picture, everyone, everyone, "everyone"),
        (multiples_picture, RATED[RATED["client"].isin(lowest)], "drop_sd", 3),
        (places_picture, whereabouts(RATED, CLINIC.courses)),
        (rates_picture, rates, "drop in own SDs", 10, 20),
        (regression_picture, RATED, lowest, 3, 6, "Five were lowest at session 3."),
        (retention_picture, kept),
        (shares_picture, left_by_group(none), "A share of all left."),
        (slopes_picture, POINTS, "all", ("x", "y")),
        (span_picture, read, [(2, 3, "this hour")]),
        (tally_picture, THROWS, pd.Series({4: 90.0, 12: 40.0}), "Noor"),
        (trajectory_picture, read),
    ]
    return {make.__name__: make(*given) for make, *given in made}


def makers() -> Iterator[str]:
    for room in (cases, clinics):
        for module in pkgutil.iter_modules(room.__path__):
            names = importlib.import_module(f"{room.__name__}.{module.name}").__all__
            yield from (name for name in names if name.endswith("_picture"))


def data_of(form: Any) -> set[str]:
    """The names of the data in it."""
    if isinstance(form, list):
        return set().union(*map(data_of, form))
    if not isinstance(form, dict):
        return set()
    named = form.get("data")
    own = {named["name"]} if isinstance(named, dict) and "name" in named else set()
    return own.union(*(data_of(each) for name, each in form.items() if name != "usermeta"))


def test_every_kind_is_looked_at() -> None:
    assert {*makers()} == {*pictures()}


@pytest.mark.parametrize("name", [*makers()])
def test_a_picture_is_sound(name: str) -> None:
    """`ChartView` does not have Altair validate forms again, so here each is."""
    shown = pictures()[name]
    form = shown.form.to_dict()
    assert form == shown.spec()
    assert "datasets" not in form
    read = form["usermeta"]["alliance"]["table"]["name"]
    assert data_of(form) | {read} == {*shown.tables}
    assert shown.words.endswith(".")
    chart = shown.chart().to_dict()
    assert chart["description"] == shown.words
    assert {*chart["datasets"]} == {*shown.tables}
    assert shown.form.to_dict() == form


@pytest.mark.parametrize("name", [*makers()])
def test_what_a_reader_reads_is_in_it(name: str) -> None:
    """The table that stands for the chart, and its columns, which have names for people."""
    named = pictures()[name].spec()["usermeta"]["alliance"]["table"]
    fields = {column["field"] for column in named["columns"]}
    assert fields
    assert fields <= {*pictures()[name].tables[named["name"]]}


def test_a_view_takes_the_form_only_where_it_is_another_one() -> None:
    view, read = ChartView(), charts.read_case(ONE)
    first = trajectory_picture(read)
    view.show(first)
    form = view._form
    view.show(trajectory_picture(read, usual=True).adding("", "And more."))
    assert view._form is form
    assert view.description == f"{first.words} And more."
    assert {*view.tables} == {*first.tables}
    view.show(pictures()["span_picture"])
    assert view._form is not form
    assert "spans" in view.tables
