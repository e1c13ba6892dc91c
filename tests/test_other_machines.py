"""What a browser's Python has otherwise, tried on this machine: each stands in one place."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import alliance_widgets as aw
from alliance_widgets import repeating
from alliance_widgets.widgets.page import _cells
from alliance_widgets.workfile import locks


@pytest.fixture
def whole_numbers_of_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy as the kit meets it on a 32-bit machine: no count of 64 bits is taken for a length."""
    real = np.repeat

    def repeat(values: Any, times: Any, *rest: Any, **named: Any) -> Any:
        asks = sys._getframe(1).f_globals["__name__"]
        counts = np.asarray(times)
        of_64_bits = isinstance(times, np.ndarray) and not np.can_cast(counts, np.int32, "safe")
        if asks.startswith(("alliance_widgets", __name__)) and of_64_bits:
            raise TypeError("Cannot cast array data from int64 to int32 according to 'safe'")
        return real(values, times, *rest, **named)

    monkeypatch.setattr(np, "repeat", repeat)
    machine = SimpleNamespace(repeat=repeat, asarray=np.asarray, intp=np.int32)
    monkeypatch.setattr(repeating, "np", machine)


@pytest.mark.usefixtures("whole_numbers_of_32_bits")
def test_no_length_is_counted_in_whole_numbers_that_the_machine_does_not_have() -> None:
    with pytest.raises(TypeError, match="int64"):
        np.repeat([1, 2], np.array([1, 2], dtype=np.int64))
    assert repeating.repeated(np.array([1, 2]), np.array([1, 2])).tolist() == [1, 2, 2]
    clinic = aw.simulate_clinic(60, seed=3)
    assert len(aw.person_period(clinic.ratings, clinic.courses)) > 60
    tomasz = aw.load_data("single_cases").query("client == 'Tomasz'")
    assert len(aw.find_ruptures(tomasz)) > 0
    assert len(aw.compare_rules(tomasz, ["reliable_drop", "imr_chart"])) > 0


def test_where_no_other_process_is_no_lock_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    work = aw.WorkFile(tmp_path / "work.json")
    for session in (1, 2):
        assert work.record_rating(client="Noor", session=session, goals=4, tasks=4, bond=4)
    assert [file.name for file in tmp_path.iterdir()] == ["work.json"]
    assert locks.alone()


def test_a_kernel_with_one_channel_tells_what_it_answers() -> None:
    said = {"header": {"msg_type": "execute_request"}}
    assert _cells._asked_with(SimpleNamespace(get_parent=lambda: said)) is said
    assert _cells._asked_with(SimpleNamespace(get_parent=lambda _channel: said)) is said
