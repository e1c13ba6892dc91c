"""Lesson 04: what the rules need before they can speak, and the numbers behind a threshold."""

from __future__ import annotations

import nbformat
import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.lessons.texts import question_text
from alliance_widgets.rules import ReliableDrop
from alliance_widgets.tables.datasets import travelling_folder

LESSON = nbformat.read(travelling_folder("notebooks") / "04_ruptures_and_repairs.ipynb", 4)
PROSE = "\n".join(cell.source for cell in LESSON.cells if cell.cell_type == "markdown")


def one_fall(n: int) -> pd.DataFrame:
    scores = [5.0] * (n - 1) + [1.0]
    return pd.DataFrame({"client": "x", "session": range(1, n + 1), "alliance": scores})


@pytest.mark.parametrize(("n", "most"), [(10, 2.85), (11, 3.02)])
def test_no_session_lies_farther_from_the_mean_than_n_minus_1_over_root_n(
    n: int, most: float
) -> None:
    assert (n - 1) / n**0.5 == pytest.approx(most, abs=0.005)
    fall = one_fall(n)["alliance"]
    assert (fall.mean() - fall.min()) / fall.std() == pytest.approx((n - 1) / n**0.5)
    scores = np.random.default_rng(0).exponential(size=(20_000, n)) ** 4  # as lopsided as can be
    away = np.abs(scores - scores.mean(axis=1, keepdims=True)).max(axis=1)
    assert (away / scores.std(axis=1, ddof=1)).max() < (n - 1) / n**0.5 + 1e-9


def test_ten_cannot_and_eleven_can() -> None:
    assert [len(aw.flag_sessions(one_fall(n), "sd_chart")) for n in (10, 11)] == [0, 1]
    assert "(n − 1) / √n" in PROSE
    asked = question_text("04/eleven").fields
    assert "√" not in repr(asked)  # the formula stands in a fold


def test_the_threshold_rests_on_two_numbers_and_the_wobble_they_expect() -> None:
    told = {(0.8, 0.7): 1.21, (0.8, 0.8): 0.99, (0.8, 0.9): 0.70, (0.6, 0.9): 0.53}
    for (sd, reliability), points in told.items():
        rule = ReliableDrop(sd=sd, reliability=reliability)
        assert rule.threshold == pytest.approx(points, abs=0.005)
        assert f"{points:.2f}" in PROSE
    assert ReliableDrop().wobble == pytest.approx(0.253, abs=0.0005)
    fall = aw.ask("04/fall")
    fall.answer = 1
    assert f"more than {ReliableDrop().threshold:.2f}" in fall.message


def test_a_wobble_of_that_size_between_two_sessions_is_marked_once_in_forty() -> None:
    rule = ReliableDrop()
    dice = np.random.default_rng(1).normal(0, rule.wobble, (200_000, 2))
    marked = (dice[:, 0] - dice[:, 1] > rule.threshold).mean()
    assert marked == pytest.approx(1 / 40, abs=0.0015)  # standard error .00035


def test_each_mark_is_followed_by_words_to_say() -> None:
    for who in ("in the hour after the mark", "to Lucía", "to Ama", "to Sam", "to Jun"):
        assert who in PROSE
    assert PROSE.count("one could say") >= 4


def test_no_mark_of_a_rule_is_called_a_rupture_or_a_repair_in_a_table() -> None:
    rows = [line for line in PROSE.splitlines() if line.startswith("|")]
    assert rows
    for row in rows:
        assert "repaired" not in row
        assert "rupture" not in row.replace("possible rupture", "")
