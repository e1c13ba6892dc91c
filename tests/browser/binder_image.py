"""Binder's image without Docker: what repo2docker would run, run on a virtual environment.

repo2docker freezes its base as a conda lock. Here the Python packages of that lock come from
PyPI, at the same versions; what only conda has (the C libraries, Node, Python's own micro
version) is named in `BinderImage.conda_only`. The steps that follow are those of the Dockerfile
that repo2docker prints.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKED = re.compile(r"/(?P<name>[^/]+)-(?P<version>[^/-]+)-(?P<build>[^/-]+)\.(?:conda|tar\.bz2)#")
# Packages that PyPI knows by another name; conda gives Python packages a build name `py...`.
ON_PYPI = {
    "brotli-python": "brotli",
    "jupyterhub-base": "jupyterhub",
    "nbconvert-core": "nbconvert",
    "python-fastjsonschema": "fastjsonschema",
}
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: \\)?$", re.MULTILINE)


class ImageError(RuntimeError):
    """A step that Binder would take failed; the message ends with what it printed."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(requirements: str) -> dict[str, str]:
    """Package name to version, for every pin that holds on all systems."""
    return {normal(name): version for name, version in PINNED.findall(requirements)}


def clean_environment() -> dict[str, str]:
    """This process's environment without what would let another installation shine through."""
    foreign = ("PYTHON", "VIRTUAL_ENV", "JUPYTER", "IPYTHON", "ALLIANCE", "COV")
    return {k: v for k, v in os.environ.items() if not k.startswith(foreign)}


def run(what: str, command: list[str | Path], **options) -> str:
    options = {"env": clean_environment(), **options}
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    if done.returncode != 0:
        raise ImageError(f"{what} failed:\n{done.stdout[-6000:]}")
    return done.stdout


def read_lock(lock: str) -> tuple[dict[str, str], list[str]]:
    """The Python packages of a conda lock by their name on PyPI, and what only conda has."""
    found = [match.groupdict() for match in LOCKED.finditer(lock)]
    python = {
        normal(ON_PYPI.get(p["name"], p["name"])): p["version"]
        for p in found
        if p["build"].startswith("py")
    }
    rest = [f"{p['name']} {p['version']}" for p in found if not p["build"].startswith("py")]
    return python, rest


class BinderImage:
    """The folder of a session (`repository`) and the environment in it (`python`)."""

    def __init__(self, folder: Path) -> None:
        self.repository, self.prefix = folder / "jovyan", folder / "environment"
        self.tools, self.npm = folder / "tools", folder / "npm"
        self.python = self.prefix / "bin" / "python"
        self.dockerfile = self.version = self.lock = ""
        self.base: dict[str, str] = {}
        self.conda_only: list[str] = []

    def build(self) -> None:
        checkout = self.repository.with_name("checkout")
        self._install_repo2docker()
        self._check_out(checkout)
        self._parse(checkout)
        self._copy_what_the_image_gets(checkout)
        self._make_base()
        for step in self.steps():
            run(f"Binder's step `{step}`", ["bash", "-c", step], **self.inside())

    def _install_repo2docker(self) -> None:
        run("Making an environment for repo2docker", [sys.executable, "-m", "venv", self.tools])
        pip = [self.tools / "bin/python", "-m", "pip", "install", "--quiet", "jupyter-repo2docker"]
        run("Installing jupyter-repo2docker from PyPI (the proof needs it)", pip)

    def _check_out(self, target: Path) -> None:
        """What a commit of the working tree would hold: new files too, ignored ones not."""
        listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = run("Listing the checkout's files", listing, cwd=ROOT).split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target / name)

    def _parse(self, checkout: Path) -> None:
        """Binder's own user is 1000; as root repo2docker would otherwise take 0."""
        user = ["--user-id=1000", "--user-name=jovyan"]
        command = [self.tools / "bin/jupyter-repo2docker", "--no-build", "--debug", *user, "."]
        self.dockerfile = run("jupyter-repo2docker --no-build --debug .", command, cwd=checkout)
        found = re.search(r"environment-2epy-2d(\d+)-2e(\d+)-2d", self.dockerfile)
        if found is None:
            raise ImageError("repo2docker's Dockerfile names no frozen base:\n" + self.dockerfile)
        self.version = ".".join(found.groups())
        (folder,) = (self.tools / "lib").glob("python3*/site-packages/repo2docker")
        frozen = folder / f"buildpacks/conda/environment.py-{self.version}-linux-64.lock"
        self.lock = frozen.read_text("utf-8")
        self.base, self.conda_only = read_lock(self.lock)

    def _copy_what_the_image_gets(self, checkout: Path) -> None:
        """As repo2docker packs the build context: all but what `.dockerignore` names."""
        script = (
            "from docker.utils.build import exclude_paths; from pathlib import Path\n"
            "ignored = Path('binder/.dockerignore').read_text().split()\n"
            "print('\\n'.join(exclude_paths('.', ignored)))"
        )
        command = [self.tools / "bin/python", "-c", script]
        for name in run("Reading .dockerignore", command, cwd=checkout).splitlines():
            if (checkout / name).is_file():
                (self.repository / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(checkout / name, self.repository / name)

    def _interpreter(self) -> str:
        if self.version == f"{sys.version_info.major}.{sys.version_info.minor}":
            return sys.executable
        found = shutil.which(f"python{self.version}")
        if found is None:
            raise ImageError(f"Binder's base has Python {self.version}; this machine has none.")
        return found

    def _make_base(self) -> None:
        run("Making the base's environment", [self._interpreter(), "-m", "venv", self.prefix])
        wanted = self.prefix / "base.txt"
        wanted.write_text("".join(f"{name}=={v}\n" for name, v in self.base.items()), "utf-8")
        pip = [self.python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", wanted]
        run("Installing the base that repo2docker freezes", pip)
        run("The base alone: pip check", [self.python, "-m", "pip", "check"])
        self.npm.mkdir()
        (self.npm / "npmrc").write_text(f"prefix={self.npm}\n", "utf-8")

    def steps(self) -> list[str]:
        """The commands of the Dockerfile that touch our folder, in its order."""
        return re.findall(r"^RUN (.*binder/.*)$", self.dockerfile, re.MULTILINE)

    def inside(self) -> dict:
        """Where and with what environment a command runs in the image."""
        environment = {
            **clean_environment(),
            "PATH": f"{self.prefix / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.repository),
            "REPO_DIR": str(self.repository),
            "NB_PYTHON_PREFIX": str(self.prefix),
            "KERNEL_PYTHON_PREFIX": str(self.prefix),
            "NPM_CONFIG_GLOBALCONFIG": str(self.npm / "npmrc"),
        }
        return {"cwd": self.repository, "env": environment}

    def installed(self) -> dict[str, str]:
        command = [self.python, "-m", "pip", "list", "--format=freeze"]
        return pins(run("Listing the image's packages", command))
