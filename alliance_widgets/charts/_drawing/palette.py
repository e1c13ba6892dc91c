"""The colours, shapes and dashes of the kit: never colour alone, readable on light and dark.

What each colour means stands beside it in `alliance_widgets/tokens.json`, which the page reads too.
"""

from __future__ import annotations

import json
from importlib.resources import files

__all__ = [
    "ACCENT",
    "BAND",
    "COMPLETED",
    "FAINT",
    "GREY",
    "GROUPS",
    "INK",
    "LEAD",
    "LEFT",
    "NOTE",
    "NO_RIM",
    "PAPER",
    "RATERS",
    "SMALL",
    "SPAN",
    "usermeta",
]

_TOKENS = json.loads(files("alliance_widgets").joinpath("tokens.json").read_text("utf-8"))
_COLOURS: dict[str, dict[str, str]] = _TOKENS["colours"]
_LIGHT = {name: colour["light"] for name, colour in _COLOURS.items()}

PAPER, INK, GREY, FAINT = (_LIGHT[name] for name in ("paper", "ink", "grey", "faint"))
BAND, SPAN = _LIGHT["band"], _LIGHT["span"]
ACCENT = _LIGHT["accent"]
LEFT, COMPLETED = _LIGHT["left"], _LIGHT["completed"]

# Of a word that no line crosses: the page puts no rim of its paper around it.
NO_RIM = "transparent"

# Pixels: of ticks and of what stands under them, of words and figures that are read, and of those
# that are read first.
SMALL: int = _TOKENS["type"]["small"]
NOTE: int = _TOKENS["type"]["note"]
LEAD: int = _TOKENS["type"]["lead"]

# rater -> (line colour, text colour, dash, point shape)
_LOOKS = {
    "client": ("accent", [1, 0], "circle"),
    "therapist": ("therapist", [7, 4], "square"),
    "observer": ("observer", [2, 3], "triangle-up"),
}
RATERS: dict[str, tuple[str, str, list[int], str]] = {
    rater: (_LIGHT[colour], _LIGHT[f"{rater}_text"], dash, shape)
    for rater, (colour, dash, shape) in _LOOKS.items()
}

# Groups of clients, in this order: a colour that is read as a line and as text, dash, point shape.
GROUPS: tuple[tuple[str, list[int], str], ...] = (
    (_LIGHT["first"], [1, 0], "circle"),
    (_LIGHT["second"], [7, 4], "square"),
    (_LIGHT["third"], [2, 3], "triangle-up"),
    (_LIGHT["fourth"], [9, 3, 2, 3], "diamond"),
    (GREY, [4, 2], "triangle-down"),
    (INK, [1, 3], "cross"),
)


def usermeta(table: str, columns: dict[str, str]) -> dict[str, object]:
    """What the page needs to know beside the form: the table a person reads.

    By it the page knows the form as the kit's own, and shows its colours on dark as tokens.json has
    them.
    """
    named = [{"field": field, "title": title} for field, title in columns.items()]
    return {"alliance": {"table": {"name": table, "columns": named}}}
