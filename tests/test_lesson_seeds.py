"""No lesson's checks break when its seeds are changed: what they hold is the text's own dice."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
SEED = re.compile(r"seed=(\d+)")


def cells_of(path: Path) -> list[tuple[bool, str]]:
    """Every code cell, with whether it holds the checks."""
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    return [("check" in c.metadata.get("tags", []), c.source) for c in cells]


SEEDED = [p for p in LESSONS if any(SEED.search(s) for check, s in cells_of(p) if not check)]


@pytest.mark.prove
@pytest.mark.parametrize("shift", [1, 100])
@pytest.mark.parametrize("path", SEEDED, ids=lambda path: path.stem)
def test_a_lesson_s_checks_hold_with_other_seeds(
    path: Path, shift: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("ALLIANCE_WORK", str(tmp_path))
    names: dict[str, object] = {}
    for check, source in cells_of(path):
        if check:
            for node in ast.parse(source).body:
                exec(compile(ast.Module([node], []), path.name, "exec"), names)
        else:
            moved = SEED.sub(lambda found: f"seed={int(found[1]) + shift}", source)
            exec(compile(moved, path.name, "exec"), names)


def test_checks_that_are_waived_are_so_for_other_dice_alone() -> None:
    """What is waived is what the text says of one clinic; it is held to that clinic."""
    for path in SEEDED:
        [checks] = [source for check, source in cells_of(path) if check]
        if " or other" in checks:
            assert re.search(r"^other = not .*(seed|equals)", checks, re.MULTILINE), path.name
