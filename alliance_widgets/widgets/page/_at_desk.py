"""Boxes of several parts that keep work: they settle before they answer, and say when they go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alliance_widgets.widgets.page.runtime import Described

__all__ = ["AtDesk"]


class AtDesk(Described):
    """A box at a `WorkDesk`; `desk` is None where nothing is kept."""

    desk: Any = None
    _settling = False

    @contextmanager
    def _settle(self) -> Iterator[None]:
        """Several parts change together; the page sees only the end of it."""
        before, self._settling = self._settling, True
        try:
            yield
        finally:
            self._settling = before

    def close(self) -> None:
        """Leave the page, and stop hearing of the work file."""
        if self.desk is not None:
            self.desk.forget(self)
        super().close()  # type: ignore[misc]
