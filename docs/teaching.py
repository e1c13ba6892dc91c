"""What instructors look up, written from the lessons' own texts: run it after changing a question.

It writes `misconceptions.md` and, in `plans.md`, the table of minutes by section. A test holds both
to the lessons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alliance_widgets.lessons.texts import lesson_files, read_questions

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
MISCONCEPTIONS, PLANS = ROOT / "docs" / "misconceptions.md", ROOT / "docs" / "plans.md"
BEGIN, END = "<!-- minutes: written by docs/teaching.py -->", "<!-- end of the minutes -->"
WORDS_A_MINUTE, A_QUESTION, AN_ACTIVITY = 180, 1.0, 3.0
ACTIVITIES = (
    *("CaseBook", "NoiseLab", "RuptureSpotter", "TapTheRuptures", "VignetteReader", "Beliefs"),
    *("TwoWorlds", "DropoutExplorer", "RuleComparator", "RegressionToTheMean", "ReplyPractice"),
    *("ArrowSketch", "PrizeGiving", "ClimbSwitches", "WhoIsMissing", "ManyAnalyses", "Verdicts"),
    *("PathFit", "DiceFits", "ThreeSlopes", "BaseRateLab"),
)


def misconceptions() -> str:
    """The wrong answers of every question, with what is said to each."""
    parts = [
        "# Misconceptions by question\n",
        "Written by `docs/teaching.py` from the lessons' own texts; change those, not this page.\n",
        "For each question of the lessons: what is right, and what is behind each wrong answer. On",
        "the class board the questions come in the order of how many were certain of a wrong one.",
    ]
    for number, file in lesson_files().items():
        told = [_question(key, fields) for key, fields in read_questions(file).items()]
        if any(told):
            parts += [f"\n## Lesson {number}", *filter(None, told)]
    return "\n".join(parts) + "\n"


def _question(key: str, fields: dict[str, Any]) -> str:
    rows = [*_wrong(fields)]
    if not rows:
        return ""
    asked = " ".join(fields["question"].split())
    lines = [f"\n### `{key}`: {asked}\n", f"Right: {_right(fields)}\n"]
    lines += ["| answer | what is behind it |", "|---|---|"]
    return "\n".join([*lines, *(f"| {_cell(a)} | {_cell(said)} |" for a, said in rows)])


def _wrong(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kind = fields["kind"]
    if kind == "choice" and any(each.get("right") for each in fields["answers"]):
        for each in fields["answers"]:
            if not each.get("right"):
                yield each["answer"], each.get("feedback", "")
    elif kind == "match":
        for each in fields["rows"]:
            yield each["row"], each["feedback"]
    elif kind == "number" and "right" in fields:
        for each in fields.get("feedback", ()):
            low, high = each.get("from"), each.get("to")
            yield _range(low, high), each["say"]


def _right(fields: dict[str, Any]) -> str:
    if fields["kind"] == "choice":
        return next(each["answer"] for each in fields["answers"] if each.get("right"))
    if fields["kind"] == "match":
        return "; ".join(f"{each['row']}: {each['right']}" for each in fields["rows"])
    near = f", give or take {fields['within']:g}" if fields.get("within") else ""
    return f"{fields['right']:g} {fields.get('unit', '')}".strip().replace("-", "−") + near


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# ---- minutes -------------------------------------------------------------------------------------


def minutes() -> str:
    """Minutes by section, estimated from what has to be read, answered and moved."""
    lines = [
        "| lesson | section | words | questions | activities | about |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for file in LESSONS:
        total = 0.0
        for title, words, questions, activities in _sections(file):
            about = words / WORDS_A_MINUTE + questions * A_QUESTION + activities * AN_ACTIVITY
            total += about
            lines.append(
                f"| {file.name[:2]} | {title} | {words} | {questions} | {activities} "
                f"| {max(round(about), 1)} |"
            )
        lines.append(f"| **{file.name[:2]}** | **all of it** | | | | **{round(total)}** |")
    return "\n".join(lines)


def _sections(file: Path) -> Iterator[tuple[str, int, int, int]]:
    cells = json.loads(file.read_text("utf-8"))["cells"]
    title, words, questions, activities = "Before the first heading", 0, 0, 0
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            if "check" not in cell["metadata"].get("tags", []):
                questions += len(set(re.findall(r"aw\.ask\(\"([^\"]+)\"", source)))
                activities += sum(source.count(f"aw.{name}(") for name in ACTIVITIES)
                activities += source.count("aw.CaseBook.")
            continue
        for line in source.splitlines():
            if heading := re.match(r"#{2,3} (.+)", line):
                if words or questions or activities:
                    yield title, words, questions, activities
                title, words, questions, activities = heading[1], 0, 0, 0
            else:
                words += len(re.findall(r"\w+", re.sub(r"<[^>]+>|\([^)]*\.ipynb[^)]*\)", "", line)))
    yield title, words, questions, activities


def with_minutes(text: str) -> str:
    """`plans.md` with its table brought up to date."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{minutes()}\n\n{END}{after}"


def main() -> None:
    """Write both pages."""
    MISCONCEPTIONS.write_text(misconceptions(), "utf-8")
    PLANS.write_text(with_minutes(PLANS.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
