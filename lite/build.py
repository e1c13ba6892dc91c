"""Build the site: `python lite/build.py` writes `build/site`, which any server can serve."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from distributing import distribute
from fetching import HERE
from publishing import (
    faults,
    files_of,
    fresh_lessons,
    leave_out,
    pack,
    same_times,
    start_early,
    write_cover,
)

ROOT = HERE.parent
CACHE = ROOT / "build" / "site-cache"
SITE = ROOT / "build" / "site"
MAKING = ROOT / "build" / "site-making"  # a build that was cut off leaves no half a site
EXTENSIONS = Path(sysconfig.get_path("data")) / "share" / "jupyter" / "labextensions"
APP = "notebooks"


def kit_wheel() -> Path:
    """The kit as it stands in this checkout, with its page and its extension built."""
    folder = CACHE / "kit"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    quiet = ["--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*command, *quiet], check=True)
    return next(folder.glob("*.whl"))


def recipe() -> Path:
    """The folder that JupyterLite builds from: always a new one, for its cache drops settings."""
    folder = CACHE / "lite"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "contents").mkdir(parents=True)
    for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(lesson, folder / "contents")
    shutil.copy(HERE / "jupyter-lite.json", folder)
    settings = json.loads((ROOT / "alliance_widgets" / "lab" / "overrides.json").read_text("utf-8"))
    settings |= json.loads((HERE / "overrides.json").read_text("utf-8"))
    (folder / "overrides.json").write_text(json.dumps(settings), "utf-8")
    return folder


def build_lite(folder: Path) -> None:
    """JupyterLite's single-document app, with the widgets' extension and ours."""
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--no-sourcemaps"]
    options = ["--apps", APP, "--no-unused-shared-packages", "--no-libarchive"]
    options += ["--contents", "contents", "--output-dir", str(MAKING)]
    options += ["--LiteBuildConfig.federated_extensions", str(ROOT / "build" / "labextension")]
    done = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"jupyter lite build failed:\n{done.stdout}\n{done.stderr}")


def main() -> None:
    """Everything in its order."""
    CACHE.mkdir(parents=True, exist_ok=True)
    kit = kit_wheel()
    shutil.rmtree(MAKING, ignore_errors=True)
    build_lite(recipe())
    distribute(CACHE, kit, EXTENSIONS, MAKING / "static" / "pyodide")
    leave_out(MAKING)
    start_early(MAKING)
    fresh_lessons(MAKING)
    same_times(MAKING)
    write_cover(MAKING, ROOT / "build" / "site-pages")
    if found := faults(MAKING):
        raise SystemExit("The site is not right:\n" + "\n".join(found))
    pack(MAKING)
    sizes = files_of(MAKING)
    shutil.rmtree(SITE, ignore_errors=True)
    MAKING.rename(SITE)
    print(f"{SITE}: {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
