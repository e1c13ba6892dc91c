"""`python -m alliance_widgets start FOLDER`: the lessons in a folder, open in JupyterLab."""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from alliance_widgets.tables.datasets import travelling_folder
from alliance_widgets.words import say

FIRST_LESSON = "00_start_here.ipynb"


def copy_lessons(source: Traversable, target: Path) -> int:
    """Copy the lessons into `target`, never over a file that is there; gives how many were new."""
    target.mkdir(parents=True, exist_ok=True)
    copied = 0
    for entry in source.iterdir():
        if entry.is_dir() and not entry.name.startswith((".", "_")) and entry.name != "my_work":
            copied += copy_lessons(entry, target / entry.name)
        elif entry.name.endswith(".ipynb") and not (target / entry.name).exists():
            (target / entry.name).write_bytes(entry.read_bytes())
            copied += 1
    return copied


def lab_command(folder: Path, settings: Path, options: Sequence[str]) -> list[str]:
    """How JupyterLab is started on `folder`; `options` are passed on and win."""
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/notebooks/{FIRST_LESSON}",
        f"--LabApp.app_settings_dir={settings}",
        # A kernel that died is said on the page within three seconds: look for it every second.
        "--KernelRestarter.time_to_dead=1.0",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        print(say("start.no_display"), flush=True)
        command.append("--no-browser")
    return [*command, *options]


def start(folder: Path, options: Sequence[str]) -> int:
    """Copy what is missing into `folder` and run JupyterLab there until it is stopped."""
    if importlib.util.find_spec("jupyterlab") is None:
        print(say("start.no_lab"), file=sys.stderr)
        return 1
    folder = folder.expanduser().resolve()
    copied = copy_lessons(travelling_folder("notebooks"), folder / "notebooks")
    if copied:
        print(say("start.copied", n=copied, folder=folder))
    print(say("start.opening", folder=folder), flush=True)
    # A python3 kernel of the user's own must not stand in for this environment's.
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    with resources.as_file(resources.files("alliance_widgets") / "lab") as settings:
        server = subprocess.Popen(lab_command(folder, settings, options), env=environment)
        # Who ends this process from outside means JupyterLab, which would else go on alone.
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                pass  # JupyterLab heard it too: it asks first, and stops when told twice


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m alliance_widgets")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start", help=say("start.usage"), epilog=say("start.options"))
    starting.add_argument("folder", type=Path, help=say("start.folder"))
    given, options = parser.parse_known_args(arguments)
    return start(given.folder, options)


if __name__ == "__main__":
    sys.exit(main())
