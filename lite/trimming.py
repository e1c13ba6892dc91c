"""What of a wheel goes into the site: no tests, no stubs, no parts that a browser cannot load."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from pathlib import Path

COMPILED = re.compile(r"\.(so|pyd)$")
# Everything in these is data or code that only tests and builds of the package itself read.
LEFT_OUT = re.compile(
    r"/tests?/|/conftest\.py$|\.(pyx|pxd|pxi|c|cpp|h|a|f|f90|map|md|rst)$|/examples/"
    r"|^statsmodels/datasets/.*(?<!\.py)$"
    r"|^numpy/(_pyinstaller|typing/tests)/|^numpy/ma/testutils|/libopenblas\.so\.a$"
    r"|^scipy/(io|odr|cluster|misc|datasets|differentiate)/|_sobol_direction_numbers"
    r"|\.data/scripts/|\.data/data/"
    r"|^IPython/sphinxext/|^scipy/optimize/_highspy/.*\.hpp$"
    r"|^dateutil/zoneinfo/.*\.gz$|^IPython/testing/plugin/|/libqsturng/make_tbls"
    r"|/_test_\w+\.cpython-|/_\w+_tests?\.cpython-|^patsy/test_"
    r"|^narwhals/(_dask|_spark_like|_ibis|testing)/"
    # Of the languages that Pygments colours, Python.
    r"|^pygments/lexers/(?!__init__|_mapping|python|special)"
)
KEPT = re.compile(r"^scipy/io/__init__")
# Files that stand in for a package's own; each says why.
INSTEAD = Path(__file__).parent / "instead"
# Packages of many parts, of which a lesson needs few: a part is loaded when it is first named.
LATE = ("ipywidgets/widgets/__init__.py", "ipywidgets/__init__.py")
STUBS_NEEDED = ("alliance_widgets/",)  # lazy_loader reads the names of a package from its stub

# For a compiled module that no browser can load: its names are there, and raise when called.
STAND_IN = '''"""Compiled in the original; this build has no such part."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def missing(*_arguments, **_options):
        raise NotImplementedError(f"{__name__}.{name} needs a compiled part that no browser has")

    class Missing(type):
        def __getattr__(cls, attribute):
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            return missing

    return Missing(name, (), {"__init__": missing})
'''

LATE_NAMES = '''"""Each name comes with its module when it is first asked for."""

from importlib import import_module


def __getattr__(name):
    if name not in _places:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{_places[name]}", __name__), name)
    return found


def __dir__():
    return sorted({*globals(), *_places})

'''
ALL_WIDGETS = b"from .widgets import *"
LATE_WIDGETS = b"""from . import widgets
from .widgets import Widget

__all__ = widgets.__all__


def __getattr__(name):
    return getattr(widgets, name)"""


def _record_line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"


def _wanted(name: str) -> bool:
    if name.endswith((".pyi", "py.typed")):
        return name.startswith(STUBS_NEEDED)
    return bool(KEPT.search(name)) or not LEFT_OUT.search(name)


def _content(name: str, wheel: zipfile.ZipFile) -> bytes:
    """What stands in the site under that name."""
    if (INSTEAD / name).is_file():
        return (INSTEAD / name).read_bytes()
    content = wheel.read(name)
    if name == LATE[0]:
        return late_names(content)
    return content.replace(ALL_WIDGETS, LATE_WIDGETS) if name == LATE[1] else content


def late_names(source: bytes) -> bytes:
    """An `__init__` that only takes names from its modules, so that each comes when it is asked."""
    found = re.findall(r"^from \.(\w+) import (.+)$", source.decode(), re.MULTILINE)
    places = {name: module for module, names in found for name in re.split(r",\s*", names)}
    return f"{LATE_NAMES}\n_places = {places!r}\n__all__ = list(_places)\n".encode()


def trimmed(wheel: Path, folder: Path, *, stand_ins: bool) -> Path:
    """The wheel without what the site does not need, under `folder`.

    `stand_ins`: its compiled parts are another machine's. Where the package has the same in Python
    (`_speedups`), the part is left out; else a module stands in whose names raise when called.
    """
    name, version, *tags = wheel.name.removesuffix(".whl").split("-")
    if stand_ins:
        tags = ["py3", "none", "any"]
    made = folder / "-".join([name, version, *tags[-3:]])
    made = made.with_name(made.name + ".whl")
    record, at = [], ""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:

        def put(name: str, content: bytes) -> None:
            moment = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))  # the same bytes in every build
            moment.external_attr = 0o644 << 16
            new.writestr(moment, content, zipfile.ZIP_DEFLATED, 9)
            record.append(_record_line(name, content))

        for each in sorted(old.namelist()):
            if each.endswith(".dist-info/RECORD"):
                at = each
            elif each.endswith("/") or not _wanted(each):
                continue
            elif stand_ins and COMPILED.search(each):
                if "_speedups" not in each:
                    put(re.sub(r"\.[^/]*$", ".py", each), STAND_IN.encode())
            elif stand_ins and each.endswith(".dist-info/WHEEL"):
                put(each, b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            else:
                put(each, _content(each, old))
        put(at, "\n".join([*record, f"{at},,", ""]).encode())
    return made
