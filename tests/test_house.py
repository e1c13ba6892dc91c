"""The house: no class of the kit is several at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "alliance_widgets"
MOST_LINES = 200  # without docstrings, which say more the better a thing is known
MOST_METHODS = 20  # properties among them

Place = tuple[str, ast.ClassDef]


def classes() -> Iterator[Place]:
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield file.relative_to(PACKAGE).as_posix(), node


def lines_of_code(node: ast.ClassDef) -> int:
    """The lines from `class` to the end, without those of docstrings."""
    documented = [
        each.body[0]
        for each in ast.walk(node)
        if isinstance(each, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(each) is not None
    ]
    told = sum(int(text.end_lineno or 0) - text.lineno + 1 for text in documented)
    return int(node.end_lineno or 0) - node.lineno + 1 - told


@pytest.mark.parametrize(("file", "node"), [pytest.param(*p, id=p[1].name) for p in classes()])
def test_a_class_is_one_thing(file: str, node: ast.ClassDef) -> None:
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    lines = lines_of_code(node)
    fix = (
        f"{file}: {node.name} has {lines} lines and {len(methods)} methods. Move what needs no "
        "page into a frozen state beside it, and its sentences into words."
    )
    assert lines <= MOST_LINES, fix
    assert len(methods) <= MOST_METHODS, fix


def test_the_measure_counts_what_it_says() -> None:
    text = 'class A:\n    """One.\n\n    Two.\n    """\n\n    def f(self):\n        """F."""\n'
    (node,) = ast.parse(text + "        return 1\n").body
    assert isinstance(node, ast.ClassDef)
    assert lines_of_code(node) == 4
