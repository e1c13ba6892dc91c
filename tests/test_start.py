"""`python -m alliance_widgets start FOLDER`, the build hook, and the addresses."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from alliance_widgets import __main__ as start

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_jupyterlab_opens_at_the_first_lesson_with_our_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    command = start.lab_command(tmp_path, tmp_path / "lab", ["--port=1"])
    assert "--LabApp.default_url=/lab" in command
    assert {"--allow-root", "--no-browser"} <= set(command)
    assert command[-1] == "--port=1"
    assert "open the address that JupyterLab prints below" in capsys.readouterr().out


def test_without_jupyterlab_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert start.main(["start", str(tmp_path)]) == 1
    assert 'pip install ".[lab]"' in capsys.readouterr().err


def test_the_lab_settings_keep_focus_and_quiet() -> None:
    settings = json.loads(
        (resources.files("alliance_widgets") / "lab/overrides.json").read_text("utf-8")
    )
    assert settings["@jupyterlab/notebook-extension:tracker"]["windowingMode"] == "none"
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"]["saveState"] is False


def build_hook() -> Any:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    return hook


def test_the_bundle_is_not_built_twice_and_is_when_a_source_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hook = build_hook()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.js").write_text("1")
    monkeypatch.setattr(hook, "SOURCES", tmp_path)
    first = hook.fingerprint()
    (tmp_path / "src" / "a.js").write_bytes(b"1")
    assert hook.fingerprint() == first
    (tmp_path / "src" / "a.js").write_text("2")
    assert hook.fingerprint() != first
    assert not hook.is_built(first)
    changed = hook.fingerprint()
    (tmp_path / "build.mjs").write_text("1")
    assert hook.fingerprint() != changed


def test_what_only_checks_the_page_s_code_does_not_build_it_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hook = build_hook()
    monkeypatch.setattr(hook, "SOURCES", tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.js").write_text("1")
    first = hook.fingerprint()
    for name in ("biome.json", "tsconfig.json", "test/a.test.js", "node_modules/b/src/b.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    assert hook.fingerprint() == first


def test_the_repository_s_address_stands_once() -> None:
    address = PROJECT["urls"]["Repository"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f'repository-code: "{address}"' in citation
    assert f"version: {PROJECT['version']}" in citation
    name = address.removeprefix("https://github.com/")
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for line in page.read_text("utf-8").splitlines():
            if "mybinder.org" in line or "github.com" in line:
                assert name in line, f"{page.name}: {line}"


def test_locks_name_no_host() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "js/package-lock.json"):
        text = lock.read_text("utf-8")
        assert "--index-url" not in text
        assert '"resolved"' not in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ending_it_from_outside_ends_jupyterlab_too(tmp_path: Path) -> None:
    lab = "import os, time; open('lab.pid', 'w').write(str(os.getpid())); time.sleep(60)"
    code = (
        "import sys; from pathlib import Path; import alliance_widgets.__main__ as main\n"
        f"main.lab_command = lambda *_: [sys.executable, '-c', {lab!r}]\n"
        "main.start(Path('.'), [])"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    noted = tmp_path / "lab.pid"
    deadline = time.monotonic() + 30
    while not (noted.exists() and noted.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.terminate()
    process.wait(timeout=30)
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)
