"""What can be concluded from a line: episodes, their recovery, and what noise alone does."""

from alliance_widgets.ruptures import recovery

__all__ = ["recovery"]
