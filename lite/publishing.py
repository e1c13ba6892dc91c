"""What stands around JupyterLite's app: the cover, the list of files, and what is left out."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
import shutil
import tomllib
from pathlib import Path
from string import Template
from typing import Any

import mistune
from fetching import HERE
from packing import FIRST

ROOT = HERE.parent
OURS = "alliance-lessons"
MOST_BYTES, MOST_OF_A_FILE = 60_000_000, 25_000_000
# What JupyterLite's archive brings for other apps, and for its own builds.
LEFT_OUT = (
    *("doc", "service-worker.js", "package.json"),
    *("rspack.config.js", "rspack.config.analyze.js", "rspack.config.watch.js"),
    "notebooks/package.json",
    "extensions/@jupyterlite/pyodide-kernel-extension/static/pypi",
)
MAIN, ICON = '<link id="jupyter-lite-main"', "../icon-120x120.png"
PACKED = {".js", ".mjs", ".wasm", ".json", ".css", ".html", ".ipynb", ".svg", ".ttf", ".eot"}
# Every browser that runs the lessons reads woff2.
OLD_FONTS = {".svg", ".eot", ".ttf", ".woff"}
# Parts of JupyterLab that are fetched only for what no lesson has: Mermaid's diagrams, JupyterLab's
# own Vega (the kit brings one), a terminal, and what colours other languages than Python.
NEVER_ASKED = re.compile(
    r"org\.eclipse\.elk|cytoscape|dagre|xterm-helper-textarea|katex-html|vega-lite/v\d"
    r"|mermaid(?:.*mermaid){5}|vega(?:.*vega){9}|xterm.*xterm"
    r'|name:"(?:cpp|php|rust|java|sql)"',
    re.DOTALL,
)


def words() -> dict[str, dict[str, str]]:
    text = (ROOT / "alliance_widgets" / "words" / "en.toml").read_text("utf-8")
    catalogue = tomllib.loads(text)
    return {name: catalogue[name] for name in ("site", "lesson_view")}


def binder_link() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    repository = project["urls"]["Repository"].removeprefix("https://github.com/")
    return f"https://mybinder.org/v2/gh/{repository}/v{project['version']}?urlpath=lab"


def leave_out(site: Path) -> None:
    """Nothing that no page of the site asks for."""
    for name in LEFT_OUT:
        place = site / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    for file in [*site.rglob("*.map"), *site.rglob("stats.json")]:
        file.unlink()
    for file in (site / "build").iterdir():
        old_font = file.suffix in OLD_FONTS and file.name.startswith("fa-")
        if old_font or (file.suffix == ".js" and _is_never_asked(file)):
            file.unlink()


def _is_never_asked(chunk: Path) -> bool:
    """Whether this part of JupyterLab is fetched only for what no lesson has."""
    size = chunk.stat().st_size
    return 30_000 < size < 2_000_000 and bool(NEVER_ASKED.search(chunk.read_text("utf-8")))


def files_of(site: Path) -> dict[str, int]:
    """Every file of the site, with its size."""
    found = sorted(file for file in site.rglob("*") if file.is_file() and file.suffix != ".gz")
    return {file.relative_to(site).as_posix(): file.stat().st_size for file in found}


def build_name(site: Path) -> str:
    """One name for all that is in the site: another content, another name."""
    digest = hashlib.sha256()
    for name in files_of(site):
        digest.update(name.encode() + hashlib.sha256((site / name).read_bytes()).digest())
    return digest.hexdigest()[:16]


def settle_lessons(site: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Tell our extension that it is in a site; gives what the kit says of the lessons."""
    place = site / "extensions" / OURS / "static" / "lessons.json"
    kit: dict[str, Any] = json.loads(place.read_text("utf-8"))
    kit["site"] = {"words": said["site"]}
    place.write_text(json.dumps(kit), "utf-8")
    return kit


def fresh_lessons(site: Path) -> None:
    """A copy of a lesson that a browser keeps belongs to the lessons it was made from: others have
    a store of another name, so that no old copy hides a new lesson."""
    digest = hashlib.sha256()
    for lesson in sorted((site / "files").glob("*.ipynb")):
        digest.update(lesson.read_bytes())
    place = site / "jupyter-lite.json"
    settings = json.loads(place.read_text("utf-8"))
    data = settings["jupyter-config-data"]
    data["contentsStorageName"] = f"alliance-workbook lessons {digest.hexdigest()[:12]}"
    place.write_text(json.dumps(settings, indent=1), "utf-8")


def same_times(site: Path) -> None:
    """When the lessons were copied is no part of them: the same lessons are the same build."""
    place = site / "api" / "contents" / "all.json"
    listing = json.loads(place.read_text("utf-8"))
    listing["content"].sort(key=lambda each: each["name"])
    for each in (listing, *listing["content"]):
        each["created"] = each["last_modified"] = "2020-01-01T00:00:00Z"
    place.write_text(json.dumps(listing, indent=1), "utf-8")


def start_early(site: Path) -> None:
    """Let Python start while JupyterLab is still loading, and the lesson be read meanwhile."""
    settings = json.loads((site / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    kernel = settings["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    python = site / "static" / "pyodide"
    # The kernel fetches what its own list does not name; what the site has not, it does not need.
    options = {k: v for k, v in kernel["loadPyodideOptions"].items() if k != "packages"}
    start = Template((HERE / "start.mjs").read_text("utf-8"))
    whole = base64.b64encode(hashlib.sha256((python / FIRST).read_bytes()).digest()).decode()
    text = start.substitute(options=json.dumps(options), first=FIRST, integrity=f"sha256-{whole}")
    (python / "start.mjs").write_text(text, "utf-8")
    shutil.copy(HERE / "first.mjs", python)
    folder = site / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    (worker,) = folder.glob("comlink.worker.*.js")
    begin = (
        'import("../../../../static/pyodide/start.mjs").then((m) => m.begin()).catch(() => {});\n'
    )
    worker.write_text(begin + worker.read_text("utf-8"), "utf-8")
    address = worker.relative_to(site).as_posix()
    early = f'<script src="../early.js" data-worker="{address}"></script>'
    title = f"<title>{words()['lesson_view']['cover_title']}</title>"
    page = site / "notebooks" / "index.html"
    text = page.read_text("utf-8")
    for old, new in (
        ("<html>", '<html lang="en">'),
        ("<title>Jupyter Notebook - Notebooks</title>", f'{title}<link rel="icon" href="{ICON}">'),
        (MAIN, f"{early}\n    {MAIN}"),
    ):
        if old not in text:
            raise SystemExit(f"JupyterLite's page is another one now: there is no {old}")
        text = text.replace(old, new)
    page.write_text(text, "utf-8")


def write_prose(site: Path, said: dict[str, Any]) -> None:
    """What stands in each lesson before its first code, as a page can show it at once."""
    folder = site / "prose"
    folder.mkdir()
    words, loading = html.escape(json.dumps(said["site"])), html.escape(said["site"]["loading"])
    header = f'<header role="status" data-words="{words}">{loading}</header>'
    in_html = mistune.create_markdown(escape=False, plugins=["table"])
    for lesson in (site / "files").glob("*.ipynb"):
        cells = json.loads(lesson.read_text("utf-8"))["cells"]
        kinds = [cell["cell_type"] for cell in cells]
        first = cells[: kinds.index("code") if "code" in kinds else len(cells)]
        prose = "\n\n".join("".join(cell["source"]) for cell in first)
        text = f"{header}<div>{in_html(prose)}</div>"
        (folder / f"{lesson.stem}.html").write_text(text, "utf-8")


def sent(site: Path) -> int:
    """How many bytes all of it is as it is sent, where a packed copy is sent if there is one."""
    files = {name: site / name for name in files_of(site)}
    packed = {name: file.with_name(file.name + ".gz") for name, file in files.items()}
    return sum((packed[n] if packed[n].is_file() else files[n]).stat().st_size for n in files)


def write_cover(site: Path, pages: Path) -> None:
    """The first page, its list of lessons, and what makes it a page that can be installed."""
    said = words()
    kit = settle_lessons(site, said)
    write_prose(site, said)
    for name in ("cover.js", "store.js", "offline.js", "early.js"):
        shutil.copy(pages / name, site / name)
    title, old = said["lesson_view"]["cover_title"], said["site"]["old"]
    text = Template((HERE / "index.template.html").read_text("utf-8")).substitute(
        title=title, about=said["lesson_view"]["cover_about"], old=json.dumps(old), old_plain=old
    )
    (site / "index.html").write_text(text, "utf-8")
    manifest = {
        "name": title,
        "short_name": title,
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "icons": [
            {"src": f"./icon-{size}x{size}.png", "type": "image/png", "sizes": f"{size}x{size}"}
            for size in (120, 512)
        ],
    }
    (site / "manifest.webmanifest").write_text(json.dumps(manifest), "utf-8")
    names = sorted(file.name for file in (site / "files").glob("*.ipynb"))
    pack(site)
    cover = {
        "words": said["lesson_view"] | said["site"],
        "lessons": kit["lessons"],
        "others": [other for other in kit["others"] if other["file"] in names],
        "files": [{"lesson": re.split(r"_|\.", name)[0], "file": name} for name in names],
        "binder": binder_link(),
        "all": sum(files_of(site).values()),
        "sent": sent(site),
    }
    (site / "cover.json").write_text(json.dumps(cover), "utf-8")
    listing = {"build": build_name(site), "files": files_of(site)}
    (site / "files.json").write_text(json.dumps(listing), "utf-8")
    (site / ".nojekyll").touch()


def pack(site: Path) -> None:
    """A packed copy beside what packs well and has none, for servers that hand it out."""
    for name in files_of(site):
        file = site / name
        packed = file.with_name(file.name + ".gz")
        if file.suffix in PACKED and file.stat().st_size > 1_000 and not packed.is_file():
            packed.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def faults(site: Path) -> list[str]:
    """What is wrong with a site, in words; nothing, if it may be published."""
    found = []
    python = site / "static" / "pyodide"
    packages = json.loads((python / "pyodide-lock.json").read_text("utf-8"))["packages"]
    for name, about in packages.items():
        file = python / about["file_name"]
        if not file.is_file():
            found.append(f"{name}: {file.name} is not there")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != about["sha256"]:
            found.append(f"{name}: {file.name} is another file than the lock says")
        found += [f"{name} needs {each}" for each in about["depends"] if each not in packages]
    settings = json.loads((site / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    kernel = settings["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    if not kernel.get("disablePyPIFallback"):
        found.append("a package that is not there would be asked of PyPI")
    if not str(kernel.get("pyodideUrl", "")).startswith("./"):
        found.append("Pyodide would be asked of another machine")
    sizes = files_of(site)
    if sum(sizes.values()) > MOST_BYTES:
        found.append(f"the site has {sum(sizes.values()) / 1e6:.1f} MB")
    found += [f"{name} has {n / 1e6:.1f} MB" for name, n in sizes.items() if n > MOST_OF_A_FILE]
    return found
