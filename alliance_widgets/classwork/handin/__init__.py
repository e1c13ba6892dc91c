"""One student's work as a page to read and a file to count, bound to one another by a code."""

from alliance_widgets.classwork.handin.bundle import HandIn, hand_in, hand_in_of

__all__ = ["HandIn", "hand_in", "hand_in_of"]
