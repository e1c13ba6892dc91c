"""When nbval runs the lessons, what waits for an answer is made too, so that it cannot rot."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("nbval", False) or config.getoption("nbval_lax", False):
        os.environ["ALLIANCE_BUILD_ALL"] = "1"
