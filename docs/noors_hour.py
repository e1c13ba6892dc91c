"""Write `noors-hour.html`: Noor's tenth hour and her nine ratings on one sheet of A4, for paper."""

from __future__ import annotations

from pathlib import Path

import alliance_widgets as aw

SHEET = Path(__file__).parent / "noors-hour.html"
LEFT, TOP, WIDE, HIGH = 70, 20, 560, 300

STORY = (
    "In the tenth hour Noor began to tell about a quarrel with her sister. Her therapist smiled, "
    "glanced at the notes, and came back to last week's exercise. Noor said “sure”, and not much "
    "more until the end."
)
ASKED = (
    "Put point 10 where Noor would have put it. Do not talk yet.",
    "Compare with your neighbour. Whose point is lower, and what in the story made it so?",
    "How far would it have to fall before you asked Noor about it? Draw that line.",
)


def place(session: float, alliance: float) -> tuple[float, float]:
    """Where a rating stands on the sheet."""
    return LEFT + WIDE * (session - 0.5) / 10, TOP + HIGH * (5 - alliance) / 4


def grid() -> str:
    """The grid, and the nine ratings on it."""
    noor = aw.load_data("single_cases").query("client == 'Noor' and rater == 'client'")
    first = noor[noor["session"] < 10]
    points = [place(*row) for row in first[["session", "alliance"]].dropna().to_numpy().tolist()]
    words = {1: "1 weak", 2: "2", 3: "3", 4: "4", 5: "5 strong"}
    parts = []
    for level, word in words.items():
        _, y = place(1, level)
        parts.append(f'<line x1="{LEFT}" x2="{LEFT + WIDE}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{word}</text>')
    for session in range(1, 11):
        x, _ = place(session, 1)
        parts.append(
            f'<text x="{x:.1f}" y="{TOP + HIGH + 22}" text-anchor="middle">{session}</text>'
        )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{line}"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for x, y in points]
    ends = [f"{value:.2f}" for value in first["alliance"].tolist()]
    said = f"Noor's ratings of nine hours: {', '.join(ends)}"
    size = f"0 0 {LEFT + WIDE + 10} {TOP + HIGH + 50}"
    return f'<svg viewBox="{size}" role="img" aria-label="{said}">{"".join(parts)}</svg>'


def sheet() -> str:
    """The whole page."""
    asked = "".join(f"<li>{each}</li>" for each in ASKED)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Noor's tenth hour, on paper</title>
<style>
@page {{ size: A4; margin: 18mm; }}
body {{ font: 12pt/1.5 Georgia, "DejaVu Serif", serif; color: #111; }}
body {{ max-width: 170mm; margin: 8mm auto; }}
svg {{ width: 100%; }}
line {{ stroke: #bbb; }}
text {{ font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #111; }}
polyline {{ fill: none; stroke: #111; stroke-width: 2; }}
circle {{ fill: #111; }}
footer {{ font-size: 9pt; color: #444; }}
</style>
<h1>Noor's tenth hour</h1>
<p>{STORY}</p>
{grid()}
<ol>{asked}</ol>
<p>The line shows how Noor rated nine hours, from 1 to 5. The tenth is missing.</p>
<footer>Noor is invented. Teaching material of the alliance workbook, CC BY 4.0; not for real
clients. In lesson 00 the same hour moves under your hand.</footer>
</html>
"""


if __name__ == "__main__":
    SHEET.write_text(sheet(), "utf-8")
