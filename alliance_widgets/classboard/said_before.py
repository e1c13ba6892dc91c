"""How a class answered, as one small file: what `Reveal` shows to those who answer later.

The board writes it, the instructor puts it beside the lessons. It holds counts and no codes, and
no question that fewer than five answered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alliance_widgets.classboard.questions import Answered
from alliance_widgets.classboard.shares import FEWEST, Share, share_of
from alliance_widgets.errors import WorkFileError
from alliance_widgets.words import say

__all__ = ["CLASS_FILE", "read_class_file", "written_class"]

CLASS_FILE = "class_answers.json"
KIT, VERSION = "alliance_widgets class", 1
MOST_BYTES, MOST_OPTIONS, MOST_TEXT, MOST_STUDENTS = 2_000_000, 200, 2_000, 100_000


class _Newer(Exception):
    """The file is of a version that is not known here."""


def written_class(shown: Iterable[Answered]) -> str:
    """The text of the file."""
    questions = {
        each.key: {"n": each.n, "options": [[o.told, o.given.count] for o in each.options]}
        for each in shown
        if each.enough
    }
    document = {"kit": KIT, "version": VERSION, "questions": questions}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_class_file(
    key: str, path: str | os.PathLike[str] = CLASS_FILE
) -> list[tuple[str, Share]] | None:
    """What a class answered to a question, as far as the file says it; None if it says nothing.

    Raises `WorkFileError` for a file that is there and cannot be read, in words.
    """
    file = Path(path)
    try:
        if not file.is_file():
            return None
        if file.stat().st_size > MOST_BYTES:
            raise ValueError
        document = json.loads(file.read_text(encoding="utf-8-sig"))
        if not isinstance(document, dict) or document.get("kit") != KIT:
            raise ValueError
        if document.get("version") != VERSION:
            raise _Newer
        questions = document["questions"]
        return _options(questions[key]) if key in questions else None
    except _Newer:
        raise WorkFileError([say("said_before.newer", file=file.name)]) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise WorkFileError([say("said_before.damaged", file=file.name)]) from None


def _options(told: Mapping[str, Any]) -> list[tuple[str, Share]] | None:
    """The options with their shares, checked; None for a question that too few answered."""
    n, listed = told["n"], told["options"]
    if not _is_count(n) or not isinstance(listed, list) or len(listed) > MOST_OPTIONS:
        raise ValueError
    for text, count in listed:
        fits = isinstance(text, str) and len(text) <= MOST_TEXT and _is_count(count) and count <= n
        if not fits:
            raise ValueError
    return (
        [(text, share_of(count, n)) for text, count in listed] if n >= FEWEST and listed else None
    )


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST_STUDENTS
