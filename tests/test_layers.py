"""Imports point one way: a layer never imports from a later one."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "alliance_widgets"
LAYERS = (
    ("words", "mending"),
    ("errors",),
    ("arguments", "repeating"),
    ("presets",),
    ("lessons",),
    ("tables",),
    ("rules",),
    ("ruptures",),
    ("dialogues", "dropout", "effects", "trajectories"),
    ("simulate", "workfile"),
    ("spotting", "tasks"),
    ("classwork",),
    ("classboard",),
    ("charts._drawing",),
    ("charts.cases",),
    ("charts.clinics",),
    ("charts",),
    ("widgets.page",),
    ("widgets.questions",),
    ("widgets.rules",),
    ("widgets.cases", "widgets.clinics", "widgets.raters"),
    ("widgets.classroom",),
    ("widgets",),
    ("__init__", "__main__", "_bare_charts", "_late_grammars"),
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
PARENTS = {f"alliance_widgets.{name.split('.')[0]}" for name in HEIGHT if "." in name}
PAGE_LIBRARIES = {"ipywidgets", "traitlets", "IPython", "anywidget"}


def room_of(module: Sequence[str]) -> str:
    """The room that a module stands in, by its path below the package."""
    inner = ".".join(module[:2])
    return inner if inner in HEIGHT else module[0]


def part_of(file: Path) -> str:
    return room_of(file.relative_to(PACKAGE).with_suffix("").parts)


def imported(file: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "alliance_widgets":
            found += [(node.lineno, f"alliance_widgets.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module in PARENTS:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, node.module or ""))
    return found


@pytest.mark.parametrize(
    "file", sorted(PACKAGE.rglob("*.py")), ids=lambda f: f.relative_to(PACKAGE).as_posix()
)
def test_a_layer_imports_only_from_layers_before_it(file: Path) -> None:
    mine = part_of(file)
    assert mine in HEIGHT, f"{file.name}: give the new room a place in LAYERS of this test"
    for line, name in imported(file):
        words = name.split(".")
        if words[0] == "alliance_widgets" and len(words) > 1:
            other = room_of(words[1:])
            assert HEIGHT[other] <= HEIGHT[mine], (
                f"{file.name}, line {line}: {mine} may not import {other}, a later layer. "
                "Move the shared piece down, or pass it in as an argument."
            )
        if HEIGHT[mine] <= HEIGHT["charts"]:
            assert words[0] not in PAGE_LIBRARIES, (
                f"{file.name}, line {line}: {mine} must work without a page; {words[0]} belongs "
                "in alliance_widgets/widgets."
            )


def test_the_page_has_one_file_on_each_side_of_the_seam() -> None:
    kernel = {file.stem for file in (PACKAGE / "widgets" / "page").glob("[!_]*.py")}
    page = {file.stem for file in (PACKAGE.parent / "js" / "src" / "page").glob("*.[jt]s")}
    assert kernel == page, (
        "widgets/page and js/src/page hold the two sides of each part under one name; what only "
        "one side needs is private there (_name.py) or stands in js/src/pieces. Not matched: "
        f"{sorted(kernel ^ page)}."
    )


def test_importing_the_kit_is_quiet_and_loads_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import alliance_widgets, sys; "
        "print([m for m in ('altair', 'scipy', 'statsmodels') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("[]\n", "")
    assert list(tmp_path.iterdir()) == []
