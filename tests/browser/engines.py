"""Three engines, driven alike: Chromium by Playwright; Firefox and WebKit, as Debian has them.

These two speak the commands of WebDriver: Firefox as Marionette, over a socket, and WebKit over
HTTP through its own driver. Nothing is fetched: who has no such browser is told which is missing.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import socketserver
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import playwright.sync_api

GTK_PYTHON = "/usr/bin/python3"  # Debian's own, for which Debian has GTK
WEBKIT = Path(__file__).with_name("webkit_browser.py")
# What Chromium asks of its maker by itself, whatever page it shows.
CHROMIUMS_OWN = re.compile(
    r"\b(accounts\.google|clients2\.google|(content-autofill|update)\.googleapis)\.com\b"
)
QUIET: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Outside(socketserver.ThreadingTCPServer):
    """Stands for every other machine: notes what is asked of one, and answers nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Asked)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Asked(socketserver.StreamRequestHandler):
    """One request to another machine."""

    server: Outside

    def handle(self) -> None:
        line = self.rfile.readline().decode(errors="replace").strip()
        if not CHROMIUMS_OWN.search(line):
            self.server.asked.extend([line] if line else [])  # unused, a connection asks nothing


@contextlib.contextmanager
def outside() -> Iterator[Outside]:
    """What a browser takes for the rest of the world."""
    with Outside() as world:
        threading.Thread(target=world.serve_forever, daemon=True).start()
        yield world
        world.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(attempt: Callable[[], Any], seconds: float, what: str) -> Any:
    """What `attempt()` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if found := attempt():
                return found
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.2)


class Engine:
    """One browser with one page, on a folder in which it keeps what it keeps."""

    def go(self, address: str) -> None:
        raise NotImplementedError

    def run(self, script: str, *arguments: object) -> Any:
        """What the script returns in the page."""
        raise NotImplementedError

    def press(self, selector: str, key: str) -> None:
        """Press a key with the first element of that selector in focus."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def wait(self, script: str, seconds: float = 60) -> Any:
        """What the script returns as soon as it returns something."""
        try:
            return until(lambda: self.run(script), seconds, script)
        except TimeoutError as late:
            raise TimeoutError(f"{script}\n{self.run(SEEN)}") from late


class Chromium(Engine):
    """The browser that the other tests drive, by `launch`, Playwright's own start of it."""

    def __init__(self, launch: Callable[..., Any], home: Path, world: Outside) -> None:
        self.context = launch(home, proxy={"server": world.address, "bypass": "127.0.0.1"})
        self.context.set_default_timeout(300_000)
        (self.page,) = self.context.pages

    def go(self, address: str) -> None:
        self.page.goto(address)

    def run(self, script: str, *arguments: object) -> Any:
        try:
            return self.page.evaluate(
                f"(given) => (function () {{ {script} }})(...given)", arguments
            )
        except playwright.sync_api.Error as fault:
            between = "context was destroyed" in str(fault)
            raise (ConnectionError if between else RuntimeError)(str(fault)) from None

    def press(self, selector: str, key: str) -> None:
        self.page.focus(selector)
        self.page.keyboard.press("Enter" if key == ENTER else key)

    def close(self) -> None:
        self.context.close()


class Driven(Engine):
    """A browser in a process. `command` takes a command of WebDriver by name and by path."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def command(self, named: str, path: tuple[str, str], body: dict[str, Any]) -> Any:
        raise NotImplementedError

    def go(self, address: str) -> None:
        self.command("WebDriver:Navigate", ("POST", "url"), {"url": address})

    def run(self, script: str, *arguments: object) -> Any:
        body = {"script": script, "args": list(arguments)}
        return self.command("WebDriver:ExecuteScript", ("POST", "execute/sync"), body)

    def press(self, selector: str, key: str) -> None:
        self.run("document.querySelector(arguments[0]).focus()", selector)
        steps = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        body = {"actions": [{"type": "key", "id": "keys", "actions": steps}]}
        self.command("WebDriver:PerformActions", ("POST", "actions"), body)

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


ENTER = "\ue007"  # as WebDriver writes the key
SEEN = "return document.body.innerText.slice(0, 2000)"


class Firefox(Driven):
    """Debian's Firefox ESR."""

    SETTINGS = {  # noqa: RUF012
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.no_proxies_on": "127.0.0.1",
        "datareporting.policy.dataSubmissionEnabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "dom.disable_beforeunload": True,
        # What Firefox would ask of its maker by itself.
        "services.settings.server": "data:,#remote-settings-dummy/v1",
        "media.gmp-manager.updateEnabled": False,
    }

    def __init__(self, profile: Path, world: Outside) -> None:
        profile.mkdir(exist_ok=True)
        port = free_port()
        settings = {**self.SETTINGS, "marionette.port": port}
        settings |= {
            f"network.proxy.{kind}_port": world.server_address[1] for kind in ("http", "ssl")
        }
        lines = [f'user_pref("{k}", {json.dumps(v)});' for k, v in settings.items()]
        (profile / "user.js").write_text("\n".join(lines), "utf-8")
        command = ["firefox-esr", "--headless", "--no-remote", "--marionette"]
        home = {**os.environ, "HOME": str(profile), "MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
        super().__init__(subprocess.Popen([*command, "--profile", str(profile)], env=home, **QUIET))
        self.socket = until(
            lambda: socket.create_connection(("127.0.0.1", port)), 120, "Firefox did not start"
        )
        self.socket.settimeout(300)
        self.said = self.socket.makefile("rb")
        self._hear()
        self.n = 0
        self.command("WebDriver:NewSession", ("", ""), {})

    def _hear(self) -> Any:
        length = b""
        while (byte := self.said.read(1)) != b":":
            if not byte:
                raise ConnectionError("Firefox is gone")
            length += byte
        return json.loads(self.said.read(int(length)))

    def command(self, named: str, _path: tuple[str, str], body: dict[str, Any]) -> Any:
        self.n += 1
        asked = json.dumps([0, self.n, named, body])
        self.socket.sendall(f"{len(asked.encode())}:{asked}".encode())
        _, _, fault, found = self._hear()
        if fault:
            raise RuntimeError(f"{fault['error']}: {fault['message']}")
        return found["value"] if isinstance(found, dict) and "value" in found else found

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.command("Marionette:Quit", ("", ""), {"flags": ["eAttemptQuit"]})
            self.process.wait(60)
        super().close()


class WebKit(Driven):
    """WebKitGTK in a browser of ours, which keeps what the page keeps."""

    def __init__(self, display: str, home: Path, world: Outside) -> None:
        port = free_port()
        environment = {
            **os.environ,
            **{
                "DISPLAY": display,
                "LIBGL_ALWAYS_SOFTWARE": "1",
                "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
            },
            **{f"{kind}_proxy": f"http://{world.address}" for kind in ("http", "https")},
            "no_proxy": "127.0.0.1",
        }
        super().__init__(
            subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=environment, **QUIET)
        )
        self.address = f"http://127.0.0.1:{port}/session"
        options = {"binary": GTK_PYTHON, "args": [str(WEBKIT), str(home)]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = until(
            lambda: self._ask("POST", self.address, wanted), 120, "WebKit did not start"
        )
        self.address += f"/{session['sessionId']}"
        self._ask("POST", f"{self.address}/timeouts", {"pageLoad": 300_000, "script": 300_000})

    def _ask(self, method: str, address: str, body: dict[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.loads(answer.read())["value"]
        except urllib.error.HTTPError as fault:
            said = fault.read().decode()[:2000]
            # While one page follows another there is none to answer: asked again, there is.
            between = "Could not parse script result" in said
            raise (ConnectionError if between else RuntimeError)(said) from None

    def command(self, _named: str, path: tuple[str, str], body: dict[str, Any]) -> Any:
        method, where = path
        return self._ask(method, f"{self.address}/{where}", None if method == "GET" else body)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._ask("DELETE", self.address, None)
        super().close()


def missing(engine: str) -> str:
    """Which program of that engine is not on this machine; nothing if all are."""
    programs = {
        "chromium": [],
        "firefox": ["firefox-esr"],
        "webkit": ["WebKitWebDriver", "Xvfb", GTK_PYTHON],
    }[engine]
    absent = [program for program in programs if shutil.which(program) is None]
    has_gtk = [GTK_PYTHON, "-c", "import gi; gi.require_version('WebKit2', '4.1')"]
    if (
        engine == "webkit"
        and not absent
        and subprocess.run(has_gtk, check=False, **QUIET).returncode
    ):
        absent.append(f"WebKit 4.1 for {GTK_PYTHON}")
    return ", ".join(absent)


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees, for a browser that needs one."""
    number = f":{free_port() % 10_000 + 100}"
    command = ["Xvfb", number, "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        place = Path(f"/tmp/.X11-unix/X{number[1:]}")
        until(place.exists, 20, "no screen")
        yield number
    finally:
        server.terminate()
        server.wait()
