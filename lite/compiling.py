"""Runs in Pyodide, under Node: `jobs` are zip files to be compiled, and where to put them."""

import base64
import hashlib
import importlib.util
import marshal
import re
import warnings
import zipfile

UNCHECKED = 0b01  # by hash, and nobody looks whether the source is newer: there is none beside it


def compiled(name, source, optimize=0):
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    head = importlib.util.MAGIC_NUMBER + UNCHECKED.to_bytes(4, "little")
    return head + importlib.util.source_hash(source) + marshal.dumps(code)


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"


def convert(old, new, add, optimize, root, skip):
    """Every module of the zip file `old` as compiled code in `new`; 2 leaves out docstrings."""
    record, at = [], None

    def put(name, content):
        moment = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
        moment.external_attr = 0o644 << 16
        target.writestr(moment, content, zipfile.ZIP_DEFLATED, 9)
        record.append(record_line(name, content))

    with zipfile.ZipFile("/disk" + old) as source, zipfile.ZipFile("/disk" + new, "w") as target:
        for name, text in add.items():
            put(name + "c", compiled(root + name, text.encode()))
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name.endswith(".dist-info/RECORD"):
                at = name
            elif name.endswith("/") or (skip and re.match(skip, name)):
                continue
            elif name.endswith(".py"):
                try:
                    code = compiled(root + name, content, optimize)
                except (SyntaxError, ValueError):  # a template, or a test of bad code
                    put(name, content)
                    continue
                put(name + "c", code)
            else:
                put(name, content)
        if at:
            put(at, "\n".join([*record, f"{at},,", ""]).encode())


warnings.simplefilter("ignore", SyntaxWarning)
for job in jobs:  # noqa: F821
    convert(**job)
