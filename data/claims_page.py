"""Write `docs/claims.md`, the map of the claims, from `claims.csv`.

python data/claims_page.py
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_widgets.tables.datasets import load_data
from alliance_widgets.words import say

HERE = Path(__file__).parent
WRITTEN = HERE.parent / "docs" / "claims.md"
NOTEBOOKS = "../notebooks"
VERDICTS = ("supported", "partly", "not_shown", "opinion")
REFRAIN = "agree"
"""The sentence that follows the claims, and is none of the nineteen."""

OPENING = """\
# Nineteen claims about the alliance, and a refrain

Written by `make data` from `data/claims.csv`; change that file, not this one. For each claim:
where the lessons teach it, the question that tests it (by its key), and how well it is backed by
what this workbook could find. Lesson 12 shows the same table beside what the student believed
before and believes now.

{meanings}

| # | what is said | verdict | what it rests on | taught in | tested by |
|---|---|---|---|---|---|
"""


def claims_page(claims: pd.DataFrame) -> str:
    """The map as Markdown: a numbered row per claim, and the refrain as the last."""
    rows = claims.to_dict("records")
    meanings = "\n".join(f"- {say(f'verdicts.meaning.{each}')}" for each in VERDICTS)
    listed = [row for row in rows if row["claim"] != REFRAIN]
    lines = [_line(str(n), row) for n, row in enumerate(listed, 1)]
    lines += [_line("", row) for row in rows if row["claim"] == REFRAIN]
    return OPENING.format(meanings=meanings) + "\n".join(lines) + "\n"


def _line(number: str, row: Mapping[Any, Any]) -> str:
    taught = f"[{row['lesson'][:2]}, {row['heading']}]({NOTEBOOKS}/{row['lesson']}.ipynb)"
    verdict = say(f"verdicts.verdict.{row['verdict']}")
    cells = (number, row["statement"], verdict, row["why"], taught, f"`{row['tested']}`")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    WRITTEN.write_text(claims_page(load_data("claims")), encoding="utf-8", newline="\n")
