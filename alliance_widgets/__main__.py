"""`python -m alliance_widgets start FOLDER`: the lessons in a folder, open in JupyterLab."""

from __future__ import annotations

import argparse
import errno
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from alliance_widgets.mending import Mended, mend_lessons
from alliance_widgets.tables.datasets import travelling_folder
from alliance_widgets.words import say


def told(mended: Mended, folder: Path) -> str:
    """What was done to the lessons, in one sentence; empty where nothing was."""
    renewed = mended.replaced + mended.kept
    if mended.kept:
        return say("start.renewed_beside", n=renewed, kept=mended.kept, folder=folder)
    if renewed:
        return say("start.renewed", n=renewed, folder=folder)
    return say("start.copied", n=mended.copied, folder=folder) if mended.copied else ""


def why_not(fault: OSError, folder: Path) -> str:
    """Why the lessons could not be written, and what to do, in one sentence."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return say("start.disk_full", folder=folder)
    if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return say("start.read_only", folder=folder)
    if isinstance(fault, (NotADirectoryError, FileExistsError, IsADirectoryError)):
        return say("start.in_the_way", path=fault.filename or folder)
    return say("start.not_written", folder=folder, fault=fault.strerror or fault)


def lab_command(folder: Path, settings: Path, options: Sequence[str]) -> list[str]:
    """How JupyterLab is started on `folder`; `options` are passed on and win."""
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        "--LabApp.default_url=/lab",
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


def start(folder: Path, options: Sequence[str], *, instructor: bool = False) -> int:
    """Bring the lessons in `folder` up to date and run JupyterLab there until it is stopped."""
    if importlib.util.find_spec("jupyterlab") is None:
        print(say("start.no_lab"), file=sys.stderr)
        return 1
    folder = folder.expanduser().resolve()
    try:
        lessons = travelling_folder("notebooks")
        mended = mend_lessons(lessons, folder / "notebooks", instructor=instructor)
    except OSError as fault:
        print(why_not(fault, folder), file=sys.stderr)
        return 1
    if sentence := told(mended, folder):
        print(sentence)
    print(say("start.opening", folder=folder), flush=True)
    # A python3 kernel of the user's own must not stand in for this environment's.
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    with resources.as_file(resources.files("alliance_widgets") / "lab") as settings:
        server = subprocess.Popen(lab_command(folder, settings, options), env=environment)
        # Who ends this process from outside means JupyterLab, which would else go on alone.
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        while True:
            try:
                status = server.wait()
                break
            except KeyboardInterrupt:
                pass  # JupyterLab heard it too: it asks first, and stops when told twice
    if status > 0:
        print(say("start.ended"), file=sys.stderr)
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m alliance_widgets")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("start", help=say("start.usage"), epilog=say("start.options"))
    starting.add_argument("folder", type=Path, help=say("start.folder"))
    starting.add_argument("--instructor", action="store_true", help=say("start.instructor"))
    given, options = parser.parse_known_args(arguments)
    return start(given.folder, options, instructor=given.instructor)


if __name__ == "__main__":
    sys.exit(main())
