"""The lessons keep the house rules, and nbval really compares what it is asked to."""

from __future__ import annotations

import ast
import dis
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.name[0].isdigit()]
WIDEST = 100
LONGEST_SEEN, LONGEST_FOLDED = 12, 16  # lines; the checks at the end are as long as they must be
BINDING = {"STORE_NAME", "STORE_GLOBAL"}


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_committed_as_the_house_rules_say(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["language_info"]["name"] == "python"
    assert "widgets" not in notebook.metadata
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "You will be able to" in text
    assert "You can now" in text
    assert "on Monday" in text
    assert "teaching material" in text.lower()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        compared = "nbval-check-output" in tags(cell)
        assert bool(cell.outputs) == compared, cell.source
        assert (cell.execution_count is not None) == compared, cell.source
        assert all(output.output_type == "stream" for output in cell.outputs)


def is_folded(cell: nbformat.NotebookNode) -> bool:
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden", False))


def code_of(path: Path) -> list[nbformat.NotebookNode]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_can_be_read_where_it_stands(path: Path) -> None:
    """What a student sees is short and plain; a helper may be defined in a folded cell."""
    for cell in code_of(path):
        lines, nodes = cell.source.splitlines(), [*ast.walk(ast.parse(cell.source))]
        assert max(map(len, lines)) <= WIDEST, cell.source
        assert not any(";" in line.partition("#")[0] for line in lines), "one statement a line"
        assert not any(_names_a_lambda(node) for node in nodes), "a helper with a name is a def"
        if "check" not in tags(cell):
            assert len(lines) <= (LONGEST_FOLDED if is_folded(cell) else LONGEST_SEEN), cell.source
        if not is_folded(cell):
            assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in nodes)


def _names_a_lambda(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_question_stands_in_the_file_of_its_lesson(path: Path) -> None:
    for cell in code_of(path):
        assert "aw.Question" not in cell.source, "write it into alliance_widgets/lessons"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_checks_stand_together_folded_at_the_end(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    [checks] = [cell for cell in cells if "check" in tags(cell)]
    assert checks is cells[-1]
    assert is_folded(checks)
    assert checks.source.startswith("# What the text says, checked\n")
    elsewhere = [c.source for c in cells if c.cell_type == "code" and c is not checks]
    assert not any("assert " in source for source in elsewhere)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_name_means_one_thing_in_a_lesson(path: Path) -> None:
    """What waits behind a question is made late, and the checks come last, of the same names."""
    seen: dict[str, str] = {}
    for cell in code_of(path):
        for name in bound_in(cell.source):
            assert seen.setdefault(name, cell.id) == cell.id, f"{name} is given two meanings"


def bound_in(source: str) -> set[str]:
    """The names that a cell gives a meaning in the notebook."""
    code = compile(source, "cell", "exec")
    return {each.argval for each in dis.get_instructions(code) if each.opname in BINDING}


def test_names_are_seen_wherever_they_are_bound() -> None:
    source = "import os as o\na, b = c = 1, 2\nfor d in 'x': pass\ndef e(f): g = 1\n"
    assert bound_in(source + "[h for h in 'x']\n(i := 1)\na['j'] = 1\n") == {*"oabcdei"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_one_title_and_its_headings_skip_no_level(path: Path) -> None:
    texts = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"]
    levels = [len(each) for each in re.findall(r"^(#+) ", "\n".join(texts), re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= level + 1 for level, later in pairwise(levels))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_opens_ready_and_leads_on(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata["alliance"]["lesson"] == path.name[:2]
    assert "Error displaying widget" not in path.read_text("utf-8")
    first, *_, last = (c.source for c in notebook.cells if c.cell_type == "markdown")
    assert "Run All" not in first.split("\n\n")[1]
    # Where no extension starts the lesson one quiet line says what to do; the extension hides it.
    assert first.splitlines()[-1].startswith('<p class="aw-run-all">')
    asked = [c.source for c in notebook.cells if "Run All" in c.source]
    assert asked == [first]
    leads = re.search(r"\*\*Where next\?\*\*.*\]\((?P<file>.+\.ipynb)\)", last)
    assert leads is not None
    assert (path.parent / leads["file"]).is_file()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_line_that_a_folded_cell_shows_is_short_and_gives_no_answer_away(path: Path) -> None:
    for cell in code_of(path):
        if is_folded(cell):
            first = cell.source.splitlines()[0]
            assert "right=" not in first
            assert len(first) <= 70, "JupyterLab does not wrap it, and the page would be wider"


def run_nbval(path: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env"]
    options = ["-p", "no:cacheprovider", "--nbval-cell-timeout=60", "-q", str(path)]
    return subprocess.run(
        [*command, *options], cwd=path.parent, capture_output=True, text=True, check=False
    )


def with_compared_output() -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
    """The first lesson with a cell whose printed figures nbval compares, and that cell."""
    for path in LESSONS:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if "nbval-check-output" in tags(cell) and re.search(r"\d", cell.outputs[0].text):
                return notebook, cell
    raise AssertionError("no lesson compares a printed figure")


def another_digit(found: re.Match[str]) -> str:
    return str((int(found[0]) + 1) % 10)


@pytest.mark.parametrize("planted", ["printed", "checked"])
def test_a_wrong_figure_planted_in_a_lesson_makes_nbval_fail(tmp_path: Path, planted: str) -> None:
    if planted == "printed":
        notebook, cell = with_compared_output()
        cell.outputs[0].text = re.sub(r"\d", another_digit, cell.outputs[0].text, count=1)
    else:
        notebook = nbformat.read(ROOT / "notebooks/00_start_here.ipynb", as_version=4)
        cell = next(c for c in notebook.cells if "check" in tags(c))
        assert "0.70" in cell.source
        cell.source = cell.source.replace("0.70", "0.71")
    path = tmp_path / "planted.ipynb"
    nbformat.write(notebook, path)
    run = run_nbval(path)
    assert run.returncode == 1, run.stdout
    assert "1 failed" in run.stdout


def test_nbval_makes_what_waits_behind_a_question(tmp_path: Path) -> None:
    source = "import alliance_widgets as aw\nguess = aw.Question.choice('k', '?', 'ab')\n"
    cell = nbformat.v4.new_code_cell(source + "aw.Reveal(guess, lambda: 1 / 0)")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    folder = tmp_path / "lessons"
    folder.mkdir()
    nbformat.write(notebook, folder / "rotten.ipynb")
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = run_nbval(folder / "rotten.ipynb")
    assert run.returncode == 1, run.stdout
    assert "ZeroDivisionError" in run.stdout
