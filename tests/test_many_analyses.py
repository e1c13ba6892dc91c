"""Several analyses of the same data, tried one after another."""

from __future__ import annotations

import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.words import say

ONE, TWO = pd.Series([1.0, 2.0, 6.0]), pd.Series([0.0, -2.0, -4.0])


def press(lab: aw.ManyAnalyses, n: int) -> None:
    lab.controls._request = {"name": str(n), "count": lab.controls._answered + 1}


@pytest.fixture
def lab() -> aw.ManyAnalyses:
    analyses = {"the mean": pd.Series.mean, "the median": pd.Series.median}
    return aw.ManyAnalyses(analyses, {"Clinic A": ONE, "Clinic B": TWO}, "points", -5, 5)


def test_nothing_stands_on_the_chart_before_a_button_was_pressed(lab: aw.ManyAnalyses) -> None:
    assert lab.tried.empty
    assert lab.chart.tables["tried"].empty
    assert lab.chart.headline == ""
    assert repr(lab) == say("analyses.none_yet")


def test_a_press_adds_the_figure_of_every_data_set_and_says_it(lab: aw.ManyAnalyses) -> None:
    press(lab, 0)
    assert lab.tried["value"].tolist() == [3, -2]
    assert repr(lab) == (
        "With “the mean” it is 3.00 (Clinic A) and −2.00 (Clinic B). On the axis: points."
    )
    assert [item["done"] for item in lab.controls._items] == ["shown", ""]
    press(lab, 1)
    assert lab.tried["value"].tolist() == [3, -2, 2, -2]
    assert lab.chart.tables["tried"]["shown"].tolist() == ["3.00", "−2.00", "2.00", "−2.00"]


def test_what_was_tried_is_not_computed_again_but_said_again() -> None:
    calls = []
    lab = aw.ManyAnalyses(
        {"count": lambda data: calls.append(data) or 1.0, "sum": sum}, {"A": [1, 2]}, "n", 0, 3
    )
    for n in (0, 1, 0):
        press(lab, n)
    assert len(calls) == 1
    assert lab.tried["analysis"].tolist() == ["sum", "count"]
    assert repr(lab).startswith("With “count”")


@pytest.mark.parametrize("data", [{}, dict.fromkeys("abcd", ONE)])
def test_too_few_or_too_many_data_sets_are_refused_in_words(data: dict) -> None:
    with pytest.raises(aw.QuestionError, match="one to three data sets"):
        aw.ManyAnalyses({"the mean": pd.Series.mean}, data, "points", 0, 1)


def test_a_figure_that_rounds_to_nothing_has_no_sign() -> None:
    lab = aw.ManyAnalyses({"tiny": lambda _: -0.001}, {"A": None}, "r", -1, 1)
    press(lab, 0)
    assert repr(lab).startswith("With “tiny” it is .00 (A).")
