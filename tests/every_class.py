"""Every class of the kit that a page talks to, so that no test can forget a new one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from typing import Any

import alliance_widgets as aw
from alliance_widgets.widgets.page._seam import Seam


def every_class() -> set[type]:
    """What is made of `Seam` in any module of the kit."""
    for module in pkgutil.walk_packages(aw.__path__, "alliance_widgets."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    left, found = [Seam], set()
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        module = sys.modules.get(kind.__module__)
        kits = kind.__module__.startswith("alliance_widgets.")
        if kits and getattr(module, kind.__name__, None) is kind:  # not a test's copy of it
            found.add(kind)
    return found


def takes_work(kind: type) -> bool:
    """Whether it is made with a work file of its own."""
    return "__init__" in vars(kind) and "work" in inspect.signature(kind.__init__).parameters


def classes_of(widget: Any) -> set[type]:
    """The classes of the widget and of everything in it, with what they are made of."""
    found = {*type(widget).__mro__}
    for child in getattr(widget, "children", ()):
        found |= classes_of(child)
    return found
