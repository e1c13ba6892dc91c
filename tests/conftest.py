"""Every test keeps its work in a folder of its own, never in the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_work_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLIANCE_WORK", str(tmp_path / "my_work"))
    return tmp_path / "my_work"
