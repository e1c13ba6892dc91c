"""What types may not say: `Any` where nobody knows better, and a module kept on an instance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "alliance_widgets"
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_PER_100_LINES = 1
"""What is only looked at is an `object`; what has a shape has a name: `Data`, `Change`."""


def uses_of_any(code: str) -> int:
    """How often `Any` is said, where it is imported not counted."""
    return sum(isinstance(n, ast.Name) and n.id == "Any" for n in ast.walk(ast.parse(code)))


def modules_kept(code: str) -> Iterator[int]:
    """The lines on which something is put on `self` that was imported as a module."""
    for function in ast.walk(ast.parse(code)):
        if not isinstance(function, ast.FunctionDef):
            continue
        inner = [*ast.walk(function)]
        plain = {
            (each.asname or each.name).split(".")[0]
            for node in inner
            if isinstance(node, ast.Import)
            for each in node.names
        }
        ours = {
            each.asname or each.name
            for node in inner
            if isinstance(node, ast.ImportFrom) and is_package(node.module or "")
            for each in node.names
            if is_package(f"{node.module}.{each.name}")
        }
        for node in inner:
            if isinstance(node, ast.Assign) and any(map(is_on_self, all_targets(node))):
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                if {v.id for v in values if isinstance(v, ast.Name)} & (plain | ours):
                    yield node.lineno


def all_targets(node: ast.Assign) -> list[ast.expr]:
    return [
        each
        for target in node.targets
        for each in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]


def is_on_self(target: ast.expr) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == "self"
    )


def is_package(module: str) -> bool:
    """Whether it is a module or a package of the kit."""
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_any_is_said_seldom() -> None:
    texts = [file.read_text("utf-8") for file in FILES]
    lines = sum(text.count("\n") for text in texts)
    assert 100 * sum(map(uses_of_any, texts)) / lines <= MOST_PER_100_LINES


def test_no_module_is_kept_on_an_instance() -> None:
    """Types are lost on the way: an editor knows nothing of what `self._charts` can do."""
    kept = [
        f"{file.relative_to(PACKAGE)}, line {line}"
        for file in FILES
        for line in modules_kept(file.read_text("utf-8"))
    ]
    assert kept == []


@pytest.mark.parametrize(
    "line",
    [
        "from alliance_widgets import charts",
        "from alliance_widgets import charts as drawn",
        "import math",
    ],
)
def test_a_kept_module_is_found(line: str) -> None:
    name = line.split()[-1]
    code = f"class Lab:\n  def __init__(self):\n    {line}\n    self._x, self._n = {name}, 0\n"
    assert [*modules_kept(code)] == [4]
    other = code.replace(f"= {name},", f"= {name}.tau,")
    assert [*modules_kept(other)] == []


def test_any_is_counted() -> None:
    assert uses_of_any("from typing import Any\ndef f(a: Any, b: list[Any]) -> int: ...") == 2
