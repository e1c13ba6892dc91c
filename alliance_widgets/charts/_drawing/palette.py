"""The colours, shapes and dashes of the kit: never colour alone, readable on light and dark."""

from __future__ import annotations

__all__ = ["BAND", "DARK", "GREY", "GROUPS", "INK", "PAPER", "RATERS", "SPAN", "usermeta"]

PAPER = "#FFFFFF"
INK = "#262626"
GREY = "#767676"
BAND = "#EDEDED"
SPAN = "#F6E7C1"

# rater -> (line colour, text colour, dash, point shape); Okabe and Ito's colours, which people
# with the common kinds of colour blindness can tell apart.
RATERS: dict[str, tuple[str, str, list[int], str]] = {
    "client": ("#0072B2", "#0068A3", [1, 0], "circle"),
    "therapist": ("#D55E00", "#A84A00", [7, 4], "square"),
    "observer": ("#00664B", "#005C44", [2, 3], "triangle-up"),
}

# Groups of clients, in this order: line colour, dash, point shape.
GROUPS: tuple[tuple[str, list[int], str], ...] = (
    ("#0072B2", [1, 0], "circle"),
    ("#D55E00", [7, 4], "square"),
    ("#00664B", [2, 3], "triangle-up"),
    ("#A0527E", [9, 3, 2, 3], "diamond"),
    ("#767676", [4, 2], "triangle-down"),
    ("#262626", [1, 3], "cross"),
)

# How a form made for light paper is shown on dark: the browser swaps these, one for one.
DARK = {
    PAPER: "#1B1B1B",
    INK: "#E8E8E8",
    GREY: "#A6A6A6",
    BAND: "#333333",
    SPAN: "#4A3F22",
    "#0072B2": "#56B4E9",
    "#0068A3": "#7CC6F0",
    "#D55E00": "#FF8A3D",
    "#A84A00": "#FFA366",
    "#00664B": "#3FC79A",
    "#005C44": "#6BD6B4",
    "#A0527E": "#E39AC7",
}


def usermeta(table: str, columns: dict[str, str]) -> dict[str, object]:
    """What the page needs to know beside the form: the table a person reads, the dark colours."""
    named = [{"field": field, "title": title} for field, title in columns.items()]
    return {"alliance": {"table": {"name": table, "columns": named}, "dark": DARK}}
