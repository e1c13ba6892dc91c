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
    r"|^jedi/third_party/django-stubs/|^IPython/sphinxext/|^scipy/optimize/_highspy/.*\.hpp$"
    r"|^dateutil/zoneinfo/.*\.gz$|^IPython/testing/plugin/|/libqsturng/make_tbls"
    r"|/_test_\w+\.cpython-|/_\w+_tests?\.cpython-|^patsy/test_"
    r"|^narwhals/(_dask|_spark_like|_ibis|testing)/"
    # Of the languages that Pygments colours, Python.
    r"|^pygments/lexers/(?!__init__|_mapping|python|special)"
)
KEPT = re.compile(r"^scipy/io/__init__")
# IPython's terminal is loaded with IPython, and prompt_toolkit with it: no browser has a terminal.
INSTEAD = {
    "IPython/terminal/embed.py": b'''"""No terminal in a browser, and so nothing to embed."""


def embed(*_arguments, **_options):
    raise NotImplementedError("IPython.embed needs a terminal")
'''
}
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


def _record_line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"


def _wanted(name: str) -> bool:
    if name.endswith((".pyi", "py.typed")):
        return name.startswith(STUBS_NEEDED)
    return bool(KEPT.search(name)) or not LEFT_OUT.search(name)


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
                put(each, INSTEAD.get(each) or old.read(each))
        put(at, "\n".join([*record, f"{at},,", ""]).encode())
    return made
