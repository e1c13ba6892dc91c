"""Bare Altair charts on a cell's last line are drawn by the kit's own runtime.

Altair's default way of showing a chart loads JavaScript from the internet, which hospital
networks and offline laptops do not have. Any other renderer that a person enables wins:
`alt.renderers.enable("html")` goes back to Altair's own.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["draw_bare_charts"]


def _mimebundle(chart: Any, **options: Any) -> Any:
    import altair as alt

    if alt.renderers.active != "default":
        return chart._repr_mimebundle_(**options)
    from alliance_widgets.widgets import ChartView

    return ChartView(chart)._repr_mimebundle_(**options)


def draw_bare_charts() -> None:
    """Ask IPython, if it runs, to show charts through `ChartView`; Altair itself stays unloaded."""
    shell_module = sys.modules.get("IPython")
    shell = shell_module.get_ipython() if shell_module else None
    if shell is None:
        return
    shell.display_formatter.mimebundle_formatter.for_type_by_name(
        "altair.vegalite.v6.api", "TopLevelMixin", _mimebundle
    )
