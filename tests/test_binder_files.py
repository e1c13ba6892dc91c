"""The files that Binder builds from, and the badge that opens what it built."""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
START_PAGE = "lab"
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE
)
# Binder's base brings these, and starts them; another version there breaks it.
SERVER = {
    *("jupyterlab", "jupyterlab-server", "jupyter-server"),
    *("jupyterhub", "notebook", "ipykernel", "jupyter-client"),
}


def entries(file: Path) -> list[re.Match[str]]:
    return list(ENTRY.finditer(file.read_text("utf-8")))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", each)[0].lower().replace("_", "-") for each in requirements}


@pytest.mark.parametrize("name", ["requirements.txt", "build.txt"])
def test_every_package_is_pinned_hashed_and_the_one_the_tests_ran_with(name: str) -> None:
    tested = {(e["name"], e["version"]) for e in entries(ROOT / "requirements.lock")}
    pinned = entries(BINDER / name)
    assert pinned
    for entry in pinned:
        assert "--hash=sha256:" in entry["rest"], entry["name"]
        assert (entry["name"], entry["version"]) in tested
    lines = (BINDER / name).read_text("utf-8").splitlines()
    assert len(pinned) == sum(bool(re.match(r"[^\s#]", line)) for line in lines)


def test_requirements_hold_what_the_kit_needs_and_neither_server_nor_test_tools() -> None:
    pinned = {entry["name"] for entry in entries(BINDER / "requirements.txt")}
    assert pinned >= names(PROJECT["dependencies"])
    extras = PROJECT["optional-dependencies"]
    assert pinned.isdisjoint(SERVER | names(extras["lab"]) | names(extras["test"]))


def test_the_build_tools_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = names(project["build-system"]["requires"])
    assert wanted == names(project["dependency-groups"]["build"])
    assert {entry["name"] for entry in entries(BINDER / "build.txt")} >= wanted


def test_the_python_that_binder_is_asked_for_is_the_oldest_we_take() -> None:
    asked = (BINDER / "runtime.txt").read_text("utf-8").strip()
    assert PROJECT["requires-python"] == asked.replace("python-", ">=")


def test_post_build_stops_at_the_first_fault() -> None:
    script = BINDER / "postBuild"
    lines = script.read_text("utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    if sys.platform != "win32":
        assert os.access(script, os.X_OK)


def test_the_server_opens_the_first_lesson_however_it_is_started() -> None:
    settings = json.loads((BINDER / "jupyter_server_config.json").read_text("utf-8"))
    assert {app: of["default_url"] for app, of in settings.items()} == {
        "LabApp": f"/{START_PAGE}",
        "ServerApp": f"/{START_PAGE}",
    }


def test_the_badge_opens_the_first_lesson_of_this_version_in_this_repository() -> None:
    repository = PROJECT["urls"]["Repository"].removeprefix("https://github.com/")
    link = f"https://mybinder.org/v2/gh/{repository}/v{PROJECT['version']}?urlpath={START_PAGE}"
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    links = [re.findall(r"https://mybinder\.org/v2/[^\s)>]*", p.read_text("utf-8")) for p in pages]
    assert links[0] == [link]
    assert {each for found in links for each in found} == {link}
