"""Every test keeps its work in a folder of its own, and draws the same examples everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: nothing here is held to a time.
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, max_examples=40, **CALM)  # of `make test`
settings.register_profile("new", **CALM)
settings.load_profile(os.environ.get("EXAMPLES", "same"))


@pytest.fixture(autouse=True)
def own_work_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLIANCE_WORK", str(tmp_path / "my_work"))
    return tmp_path / "my_work"
