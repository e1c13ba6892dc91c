"""Firefox and WebKit, as Debian has them, driven without a package for it.

Both speak the commands of WebDriver: Firefox as Marionette, over a socket, and WebKit over HTTP
through its own driver. Nothing is fetched: who has no such browser is told which is missing.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MINI_BROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"


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
        time.sleep(0.5)


class Engine:
    """One browser with one page. `command` takes a command of WebDriver by name and by path."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def command(self, named: str, path: tuple[str, str], body: dict[str, Any]) -> Any:
        raise NotImplementedError

    def go(self, address: str) -> None:
        self.command("WebDriver:Navigate", ("POST", "url"), {"url": address})

    def run(self, script: str, *arguments: object) -> Any:
        """What the script returns in the page."""
        body = {"script": script, "args": list(arguments)}
        return self.command("WebDriver:ExecuteScript", ("POST", "execute/sync"), body)

    def press(self, selector: str, key: str) -> None:
        """Press a key with the first element of that selector in focus."""
        self.run("document.querySelector(arguments[0]).focus()", selector)
        steps = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        body = {"actions": [{"type": "key", "id": "keys", "actions": steps}]}
        self.command("WebDriver:PerformActions", ("POST", "actions"), body)

    def picture(self) -> bytes:
        """What is on the screen, as PNG."""
        found = self.command("WebDriver:TakeScreenshot", ("GET", "screenshot"), {"full": False})
        return base64.b64decode(found)

    def wait(self, script: str, seconds: float = 60) -> Any:
        """What the script returns as soon as it returns something."""
        return until(lambda: self.run(script), seconds, f"{script}\n{self.run(SEEN)}")

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


SEEN = "return document.body.innerText.slice(0, 2000)"


class Firefox(Engine):
    """Debian's Firefox ESR on a profile that stays; it can reach this machine alone."""

    SETTINGS = {  # noqa: RUF012
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "network.proxy.no_proxies_on": "127.0.0.1",
        "datareporting.policy.dataSubmissionEnabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "dom.disable_beforeunload": True,
    }

    def __init__(self, profile: Path) -> None:
        profile.mkdir(exist_ok=True)
        port = free_port()
        settings = {**self.SETTINGS, "marionette.port": port}
        lines = [f'user_pref("{k}", {json.dumps(v)});' for k, v in settings.items()]
        (profile / "user.js").write_text("\n".join(lines), "utf-8")
        command = ["firefox-esr", "--headless", "--no-remote", "--marionette"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        home = {**os.environ, "HOME": str(profile)}
        super().__init__(
            subprocess.Popen([*command, "--profile", str(profile)], env=home, **quiet)  # type: ignore[call-overload]
        )
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


class WebKit(Engine):
    """WebKitGTK's own small browser. Under its driver it keeps nothing when it is closed."""

    def __init__(self, display: str) -> None:
        port = free_port()
        (browser, *_) = Path("/").glob(MINI_BROWSER[1:])
        environment = {
            **os.environ,
            **{
                "DISPLAY": display,
                "LIBGL_ALWAYS_SOFTWARE": "1",
                "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
            },
            **{"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
            **{"no_proxy": "127.0.0.1"},
        }
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        super().__init__(
            subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=environment, **quiet)  # type: ignore[call-overload]
        )
        self.address = f"http://127.0.0.1:{port}/session"
        options = {"binary": str(browser), "args": ["--automation"]}
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
            raise RuntimeError(fault.read().decode()[:2000]) from None

    def command(self, _named: str, path: tuple[str, str], body: dict[str, Any]) -> Any:
        method, where = path
        return self._ask(method, f"{self.address}/{where}", None if method == "GET" else body)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._ask("DELETE", self.address, None)
        super().close()


def missing(engine: str) -> str:
    """Which program of that engine is not on this machine; nothing if all are."""
    programs = {"firefox": ["firefox-esr"], "webkit": ["WebKitWebDriver", "Xvfb"]}[engine]
    absent = [program for program in programs if shutil.which(program) is None]
    if engine == "webkit" and not list(Path("/").glob(MINI_BROWSER[1:])):
        absent.append("MiniBrowser")
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
