"""Which questions the lessons ask, cell by cell; a lesson is a notebook with a number."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import nbformat

LESSONS = sorted((Path(__file__).parent.parent / "notebooks").rglob("[0-9]*.ipynb"))


def cells_of(lesson: Path) -> list[nbformat.NotebookNode]:
    return list(nbformat.read(lesson, as_version=4).cells)


def asked_in(source: str) -> Iterator[str]:
    """The keys that a cell's code gives to `aw.ask`, in the order in which they stand there."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    asks = [call for call in calls if ast.unparse(call.func) == "aw.ask"]
    for call in sorted(asks, key=lambda call: (call.lineno, call.col_offset)):
        yield ast.literal_eval(call.args[0])


def keys_of(lesson: Path) -> list[str]:
    code = [cell.source for cell in cells_of(lesson) if cell.cell_type == "code"]
    return [key for source in code for key in asked_in(source)]
