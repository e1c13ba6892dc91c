"""Boxes of several parts that keep work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from alliance_widgets.widgets.page.runtime import Described

if TYPE_CHECKING:
    import os

    from alliance_widgets.workfile import WorkFile

__all__ = ["AtDesk", "WorkGiven"]

WorkGiven: TypeAlias = "WorkFile | str | os.PathLike[str] | None"
"""Where work is kept: a work file or its path; the student's own if left out."""


class AtDesk(Described):
    """A box at a `WorkDesk`; `desk` is None where nothing is kept."""

    desk: Any = None

    def close(self) -> None:
        """Leave the page, and stop hearing of the work file."""
        if self.desk is not None:
            self.desk.forget(self)
        super().close()  # type: ignore[misc]
