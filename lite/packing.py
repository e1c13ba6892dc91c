"""What every lesson needs before its first form, in one file that a browser unpacks by itself.

Its beginning says what follows: four bytes of length, a list in JSON of packages and of files with
their sizes, and the files one after the other; all of it packed as one (`first.mjs` reads it).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FIRST = "first.pack"


def with_needs(names: Iterable[str], packages: Mapping[str, Any]) -> list[str]:
    """These packages and all that they need, by name."""
    found: set[str] = set()
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += packages[name]["depends"]
    return sorted(found)


def packed(names: Iterable[str], wheels: Iterable[Path]) -> bytes:
    """One file of all that stands in the wheels."""
    files, contents = [], []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for each in archive.namelist():
                if each.endswith("/"):
                    continue
                if ".data/" in each:
                    raise SystemExit(f"{wheel.name}: {each} belongs beside the packages")
                contents.append(archive.read(each))
                files.append([each, len(contents[-1])])
    listing = json.dumps({"packages": list(names), "files": files}).encode()
    plain = len(listing).to_bytes(4, "little") + listing + b"".join(contents)
    return gzip.compress(plain, 9, mtime=0)


def pack_first(python: Path, packages: dict[str, Any], names: Iterable[str]) -> None:
    """Put what these packages need into one file instead of wheels, and say so of each."""
    first = with_needs(names, packages)
    wheels = [python / packages[name]["file_name"] for name in first]
    content = packed(first, wheels)
    (python / FIRST).write_bytes(content)
    for name, wheel in zip(first, wheels, strict=True):
        packages[name] |= {"file_name": FIRST, "sha256": hashlib.sha256(content).hexdigest()}
        wheel.unlink()
