"""What lesson 00 says of a hundred lines, beyond its seed, and with the cause switched off."""

from __future__ import annotations

import pytest

import alliance_widgets as aw

PATTERNS = ["open", "no_rupture"]


def left_later(session: int, seed: int = 0, **knobs: float) -> list[float]:
    """Of 100 still there at a session who leave later: after a drop still open, and without."""
    clinic = aw.simulate_clinic(20_000, seed=seed, **knobs)
    table = aw.dropout_by_pattern(clinic.ratings, clinic.courses, session)
    return (100 * table.set_index("pattern")["share"])[PATTERNS].tolist()


def gap(**knobs: float) -> float:
    """How many more of 100 leave after a drop, over two clinics of 20,000; SE about 1."""
    found = [left_later(10, seed, **knobs) for seed in (0, 1)]
    return sum(fallen - level for fallen, level in found) / len(found)


def test_the_difference_is_there_because_both_causes_were_planted() -> None:
    planted = gap()
    without_ruptures = gap(rupture_on_dropout=0)
    without_any = gap(rupture_on_dropout=0, session_on_dropout=0, trait_on_dropout=0)
    assert planted > without_ruptures + 1
    assert planted > 2.5 > 1.5 > without_any


def test_most_of_those_who_leave_have_left_before_session_10() -> None:
    courses = aw.simulate_clinic(20_000).courses.query("ending == 'dropped_out'")
    assert (courses["sessions_attended"] < 10).mean() > 0.75


@pytest.mark.prove
def test_twenty_clinics_lie_where_the_lesson_says() -> None:
    for seed in range(20):  # 20,000 clients each, about 400 with such a drop
        fallen, level = left_later(10, seed)
        assert 6 <= round(fallen) <= 11
        assert round(level) == 5
        fallen, level = left_later(3, seed)
        assert 18 <= round(fallen) <= 24
        assert round(level) in (13, 14)
