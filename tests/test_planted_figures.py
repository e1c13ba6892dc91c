"""Every figure that a lesson's check cell compares is planted wrong, one at a time.

The lesson runs once in a kernel. Then each assertion of its check cell is run again for every
number it compares with, that number changed; one that still holds would let a wrong figure pass.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

LESSONS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.ipynb"))


def compared(node: ast.expr) -> Iterator[ast.Constant]:
    """The numbers that stand in what an assertion compares with `==`, outside of any call."""
    if isinstance(node, ast.Compare) and all(isinstance(op, ast.Eq) for op in node.ops):
        for side in (node.left, *node.comparators):
            yield from _numbers(side)
    elif isinstance(node, ast.BoolOp):  # of `... or other` the other holds with other dice only
        for part in node.values:
            yield from compared(part)


def _numbers(node: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield node
    elif isinstance(node, ast.UnaryOp):
        yield from _numbers(node.operand)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        for each in node.elts:
            yield from _numbers(each)
    elif isinstance(node, ast.Dict):
        for each in node.values:
            yield from _numbers(each)


def planted(source: str) -> Iterator[str | list[str]]:
    """The statements of a check cell in order; an assertion is followed by its wrong versions."""
    for statement in ast.parse(source).body:
        yield ast.unparse(statement)
        if isinstance(statement, ast.Assert):
            yield [*_wrong(statement)]


def _wrong(statement: ast.Assert) -> Iterator[str]:
    for place in range(len([*compared(statement.test)])):
        changed = copy.deepcopy(statement)
        number = [*compared(changed.test)][place]
        number.value = not number.value if isinstance(number.value, bool) else number.value + 1
        yield ast.unparse(changed)


RUN_THEM = """
import json as _json
_kept = []
for _step in _json.loads({steps!r}):
    if isinstance(_step, str):
        exec(_step)
        continue
    for _wrong in _step:
        try:
            exec(_wrong)
        except AssertionError:
            continue
        _kept.append(_wrong)
print(_json.dumps(_kept))
"""


def test_a_wrong_version_changes_one_compared_number() -> None:
    source = "a = 3\nassert a == 3 and round(a, 2) == [3, -1] and a < 9"
    assert [*planted(source)][1:] == [
        "assert a == 3 and round(a, 2) == [3, -1] and (a < 9)",
        [
            "assert a == 4 and round(a, 2) == [3, -1] and (a < 9)",
            "assert a == 3 and round(a, 2) == [4, -1] and (a < 9)",
            "assert a == 3 and round(a, 2) == [3, -2] and (a < 9)",
        ],
    ]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[] if path.name[:2] == "01" else [pytest.mark.prove])
        for path in LESSONS
    ],
    ids=lambda path: path.stem[:2],
)
def test_no_wrong_figure_passes_the_checks_of_a_lesson(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLIANCE_WORK", str(tmp_path))
    notebook = nbformat.read(path, as_version=4)
    (checks,) = [c for c in notebook.cells if "check" in c.metadata.get("tags", [])]
    steps = [*planted(checks.source)]
    assert sum(len(step) for step in steps if isinstance(step, list)) >= 3
    checks.source = RUN_THEM.format(steps=json.dumps(steps))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": path.parent}}).execute()
    assert json.loads(checks.outputs[-1].text.splitlines()[-1]) == []  # a lesson may print, too
