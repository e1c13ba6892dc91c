"""A line over sessions as SVG, drawn from numbers alone: the same bytes wherever it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from alliance_widgets.classwork.handin.markup import element, text

__all__ = ["lines_picture"]

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 40, 96, 12, 34
SHAPES = ("circle", "square", "triangle")
GAP = 13  # between two names at the lines' ends

Point = tuple[float, float]
Placing = Callable[[float, float], Point]


def lines_picture(
    lines: Mapping[str, Mapping[int, float]], low: float, high: float, said: str, x_title: str
) -> str:
    """Lines by name, each a value by session, on the whole scale from `low` to `high`.

    Each has a shape and a dash of its own, and its name at its end; `said` is the picture in words.
    """
    sessions = sorted({session for line in lines.values() for session in line})
    if not sessions:
        return ""
    first, last = sessions[0], max(sessions[-1], sessions[0] + 1)

    def place(session: float, value: float) -> Point:
        x = LEFT + (session - first) / (last - first) * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return round(x, 1), round(y, 1)

    parts = [*_grid(low, high, place), *_ticks(sessions, low, place)]
    parts.append(
        element("text", text(x_title), x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 4, class_="axis")
    )
    ends: list[tuple[float, str, int]] = []
    for n, (name, line) in enumerate(lines.items()):
        points = [place(session, value) for session, value in sorted(line.items())]
        if points:
            parts += _line(points, n % len(SHAPES))
            ends.append((points[-1][1], name, n % len(SHAPES)))
    parts += _names(ends)
    inner = element("title", text(said)) + "".join(parts)
    return element("svg", inner, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=said)


def _grid(low: float, high: float, place: Placing) -> list[str]:
    steps = 4
    values = [low + (high - low) * n / steps for n in range(steps + 1)]
    parts = []
    for value in values:
        _, y = place(0, value)
        parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(element("text", f"{value:g}", x=LEFT - 8, y=y + 4, class_="tick end"))
    return parts


def _ticks(sessions: Sequence[int], low: float, place: Placing) -> list[str]:
    step = max(1, len(sessions) // 12)
    return [
        element("text", str(n), x=place(n, low)[0], y=HEIGHT - BOTTOM + 15, class_="tick")
        for n in sessions[::step]
    ]


def _line(points: Sequence[Point], n: int) -> list[str]:
    told = " ".join(f"{x:g},{y:g}" for x, y in points)
    marks = [_mark(x, y, n) for x, y in points]
    return [element("polyline", points=told, class_=f"line s{n}"), *marks]


def _mark(x: float, y: float, n: int) -> str:
    if SHAPES[n] == "circle":
        return element("circle", cx=x, cy=y, r=4, class_=f"mark s{n}")
    if SHAPES[n] == "square":
        return element("rect", x=x - 4, y=y - 4, width=8, height=8, class_=f"mark s{n}")
    corners = f"{x:g},{y - 5:g} {x - 5:g},{y + 4:g} {x + 5:g},{y + 4:g}"
    return element("polygon", points=corners, class_=f"mark s{n}")


def _names(ends: Sequence[tuple[float, str, int]]) -> list[str]:
    """The names at the lines' ends, moved apart where they would stand on one another."""
    parts: list[str] = []
    lowest = float(-GAP)
    for y, name, n in sorted(ends):
        lowest = max(y + 4, lowest + GAP)
        shown = name if len(name) <= 14 else f"{name[:13]}…"
        parts.append(
            element(
                "text", text(shown), x=WIDTH - RIGHT + 8, y=round(lowest, 1), class_=f"name s{n}"
            )
        )
    return parts
