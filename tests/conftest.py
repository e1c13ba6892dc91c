"""Every test keeps its work in a folder of its own, and draws the same examples everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("new")
settings.load_profile(os.environ.get("EXAMPLES", "same"))


@pytest.fixture(autouse=True)
def own_work_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLIANCE_WORK", str(tmp_path / "my_work"))
    return tmp_path / "my_work"
