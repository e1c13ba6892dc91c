"""A notebook cell that is run again closes the widgets its earlier run made.

ipywidgets keeps every widget alive for as long as the kernel lives, so ten runs of one cell
would leave ten charts behind, each still answering.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

from ipywidgets import Box, Widget
from ipywidgets.widgets.widget import _instances

__all__ = ["close_earlier_run", "made_earlier"]

Made = TypeVar("Made", bound=Widget)

# cell id -> (count of the run, the widgets that run made)
_made: dict[str, tuple[int, list[Widget]]] = {}


def _running_cell() -> tuple[str, int] | None:
    """The id of the cell now running and the count of this run, where the front end tells."""
    shell_module = sys.modules.get("IPython")
    shell = shell_module.get_ipython() if shell_module else None
    kernel = getattr(shell, "kernel", None)
    if shell is None or kernel is None:
        return None
    parent = _asked_with(kernel) or {}
    if parent.get("header", {}).get("msg_type") != "execute_request":
        return None
    cell = parent.get("metadata", {}).get("cellId")
    return (cell, shell.execution_count) if cell else None


def _asked_with(kernel: Any) -> Any:
    """The message that the kernel answers now. A browser's kernel has one channel, and no name for
    it."""
    try:
        return kernel.get_parent("shell")
    except TypeError:
        return kernel.get_parent()


def close_earlier_run(widget: Widget) -> None:
    """Note that the cell now running made `widget`; close what its earlier run had made."""
    cell = _running_cell()
    if cell is None:
        return
    name, count = cell
    earlier_count, earlier = _made.get(name, (count, []))
    if earlier_count != count:
        _close(earlier)
        earlier = []
    _made[name] = (count, [*earlier, widget])


def made_earlier(kind: type[Made]) -> Made | None:
    """What the earlier run of the cell now running made of that kind, if it is still there."""
    cell = _running_cell()
    if cell is None:
        return None
    name, count = cell
    made_count, made = _made.get(name, (count, []))
    if made_count == count:
        return None
    return next((each for each in made if isinstance(each, kind)), None)


def _close(widgets: list[Widget]) -> None:
    """Close the widgets, and take them out of the boxes that hold them.

    A box with a closed child cannot tell its state, and then a page that is loaded again gets
    no widget of this kernel back at all.
    """
    for box in [each for each in _instances.values() if isinstance(each, Box)]:
        left = tuple(child for child in box.children if child not in widgets)
        if len(left) < len(box.children):
            box.children = left
    for old in widgets:
        layout = getattr(old, "layout", None)
        old.close()
        if layout is not None:
            layout.close()
