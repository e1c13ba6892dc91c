"""`python lite/serve.py`: serve the site on this machine and open it. Any other server does too."""

from __future__ import annotations

import argparse
import functools
import http.server
import webbrowser
from pathlib import Path

SITE = Path(__file__).parent.parent / "build" / "site"
PORT = 8765  # always the same: what a browser keeps belongs to the address with its port


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files, packed where a packed copy is there, each of the type that browsers insist on."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".ipynb": "application/json",
        ".webmanifest": "application/manifest+json",
    }

    def send_head(self):  # type: ignore[no-untyped-def]
        place = Path(self.translate_path(self.path))
        packed = place.with_name(place.name + ".gz")
        self.packed = "gzip" in self.headers.get("Accept-Encoding", "") and packed.is_file()
        if not self.packed or not place.is_file():
            return super().send_head()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(place)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(packed.stat().st_size))
        self.end_headers()
        return packed.open("rb")

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # asked again, and rarely sent again
        super().end_headers()

    def log_message(self, *_message: object) -> None:
        """Nothing: the address is all that is said."""


def server(folder: Path, port: int = 0) -> http.server.ThreadingHTTPServer:
    """A server of `folder` on this machine alone; port 0 takes a free one."""
    handler = functools.partial(Handler, directory=str(folder))
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    with server(SITE, given.port) as site:
        address = f"http://127.0.0.1:{site.server_address[1]}/"
        print(address, flush=True)
        if not given.no_browser:
            webbrowser.open(address)
        try:
            site.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
