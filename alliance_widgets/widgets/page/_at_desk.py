"""Boxes of several parts that keep work."""

from __future__ import annotations

from typing import Any

from alliance_widgets.widgets.page.runtime import Described

__all__ = ["AtDesk"]


class AtDesk(Described):
    """A box at a `WorkDesk`; `desk` is None where nothing is kept."""

    desk: Any = None

    def close(self) -> None:
        """Leave the page, and stop hearing of the work file."""
        if self.desk is not None:
            self.desk.forget(self)
        super().close()  # type: ignore[misc]
