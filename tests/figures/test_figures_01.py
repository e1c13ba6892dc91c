"""Lesson 01: two clinics with one table of correlations, and five sheets with one slip each."""

from __future__ import annotations

import itertools
import re

import nbformat
import numpy as np
import pytest

import alliance_widgets as aw
from alliance_widgets.tables.datasets import travelling_folder

LESSON = nbformat.read(travelling_folder("notebooks") / "01_what_is_the_alliance.ipynb", 4)
PROSE = "\n".join(cell.source for cell in LESSON.cells if cell.cell_type == "markdown")
R, TIED, N = 0.28, 0.5, 20_000


def clinics(seed: int, precision: float = TIED) -> list[np.ndarray]:
    """Empathy, alliance and outcome of the two clinics, thrown and not made exact; SE about .007.

    `precision` is how reliably the forms of the second clinic measure empathy.
    """
    a, b, c, d = np.random.default_rng(seed).normal(size=(4, N))
    alliance = TIED * a + (1 - TIED**2) ** 0.5 * b
    does = R / (1 + TIED) * (a + alliance)
    one = [a, alliance, does + (1 - 2 * R**2 / (1 + TIED)) ** 0.5 * c]
    forms = [precision**0.5 * a + (1 - precision) ** 0.5 * error for error in (b, d)]
    effect = R / TIED**0.5
    return [np.array(one), np.array([*forms, effect * a + (1 - effect**2) ** 0.5 * c])]


def figures(parts: np.ndarray) -> list[float]:
    """Each alone, both together, and what is left of the alliance given empathy."""
    tied = np.corrcoef(parts)
    of = np.linalg.inv(tied)
    left = -of[1, 2] / (of[1, 1] * of[2, 2]) ** 0.5
    return [tied[0, 2], tied[1, 2], (1 - 1 / of[2, 2]) ** 0.5, left]


def test_the_figures_follow_from_three_correlations() -> None:
    both = R * (2 / (1 + TIED)) ** 0.5
    left = R * (1 - TIED) / ((1 - R**2) * (1 - TIED**2)) ** 0.5
    assert [round(x, 2) for x in (both, left, R / (1 + TIED))] == [0.32, 0.17, 0.19]
    for told in ("from .32 to .28", "by 0.19 SD", "by r = .17"):
        assert told in PROSE
    assert round((2 * R**2) ** 0.5, 2) == 0.40  # were the two unrelated
    judge = aw.ask("01/both").kind.judge
    assert judge(round(both, 2)).correct
    assert [judge(x).correct for x in (0.28, 0.40, 0.56)] == [False] * 3


@pytest.mark.parametrize("which", [0, 1])
def test_thrown_clinics_have_them(which: int) -> None:
    assert figures(clinics(0)[which]) == pytest.approx([0.28, 0.28, 0.32, 0.17], abs=0.025)


def test_what_is_left_in_the_second_goes_with_the_imprecision_of_its_forms() -> None:
    left = [figures(clinics(0, precision)[1])[3] for precision in (0.5, 0.8, 0.999)]
    assert left[0] > left[1] + 0.02 > left[2] + 0.04
    assert left[2] == pytest.approx(0, abs=0.03)


@pytest.mark.prove
def test_twenty_draws_of_both_clinics_agree() -> None:
    drawn = np.array([[figures(parts) for parts in clinics(seed)] for seed in range(20)])
    told = np.array([[0.28, 0.28, 0.323, 0.168]] * 2)
    assert drawn.mean(axis=0) == pytest.approx(told, abs=0.006)
    assert np.abs(drawn - told).max() < 0.03


def sheets() -> dict[int, tuple[list[float | None], str]]:
    """The answers and what was reported, as the lesson's tables have them."""
    rows = re.findall(r"(?m)^\| \*\*(\d)\*\* \| (.+?) \|$", PROSE)
    cells = {int(sheet): row.split(" | ") for sheet, row in rows}
    return {
        sheet: ([None if c == "–" else float(c) for c in row[:-1]], row[-1])
        for sheet, row in cells.items()
    }


ERRORS = {
    1: "turned_from_top",
    2: "blank_as_zero",
    3: "other_unit",
    4: "not_reversed",
    5: "other_key",
}


def test_each_sheet_as_printed_has_the_error_that_is_asked_for_and_no_other() -> None:
    found = {}
    for sheet, (answers, said) in sheets().items():
        form = "wai_sr" if len(answers) == 12 else "own_items"
        named = dict(re.findall(r"(\w+) (\d+)", said)) or {"total": said}
        reported = {name: [float(figure)] for name, figure in named.items()}
        slips = aw.find_scoring_errors([answers], reported, form)
        found[sheet] = "/".join(sorted(set(slips["error"])))
    assert found == ERRORS


def test_the_right_answers_of_the_five_sheets_are_five_different_ones() -> None:
    places = []
    for sheet in ERRORS:
        kind = aw.ask(f"01/sheet_{sheet}").kind
        places.append([*kind.feedback].index(kind.right))
    assert sorted(places) == [0, 1, 2, 3, 4]


def test_in_the_mean_of_three_rows_two_opposite_hours_are_one() -> None:
    means = [aw.score([hour], "own")["alliance"].iloc[0] for hour in ([3, 2, 5], [3, 5, 2])]
    assert means == pytest.approx([10 / 3] * 2)


def test_the_totals_are_in_another_order_than_the_places_on_the_forms() -> None:
    totals = {"client": 30, "therapist": 58, "observer": 22}
    ends = {"client": (0, 40), "therapist": (12, 84), "observer": (6, 30)}
    far = {who: (x - ends[who][0]) / (ends[who][1] - ends[who][0]) for who, x in totals.items()}
    orders = [sorted(by, key=lambda who, by=by: -by[who]) for by in (totals, far)]
    assert orders == [["therapist", "client", "observer"], ["client", "observer", "therapist"]]
    assert all(a != b for a, b in itertools.pairwise(far.values()))
