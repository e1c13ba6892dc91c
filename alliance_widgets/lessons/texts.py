"""A question's texts and figures, found by its key and checked before anything is made of them.

A lesson's file is named by its number ("04_ruptures_and_repairs.toml" holds "04/fall"). A
translation is a file of the same name in a folder named by the language; it holds texts alone.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeAlias

from alliance_widgets.arguments import as_shown, is_text_among, nearest
from alliance_widgets.errors import QuestionError
from alliance_widgets.lessons.faults import faults_of
from alliance_widgets.words import language, say

__all__ = ["Fields", "QuestionText", "lesson_files", "question_text", "read_questions"]

Fields: TypeAlias = Mapping[str, Any]
"""What a file says of one thing, as `schema.json` names it."""
LISTS = {"answers": "answer", "feedback": "say", "rows": "row"}
"""The fields that are lists of tables; an answer's own text is its name in the work file."""


@dataclass(frozen=True)
class QuestionText:
    """What a file says of one question: `fields` as in `schema.json`."""

    key: str
    file: str
    fields: Fields

    def fault(self, problem: str) -> str:
        """A problem with the place where it is mended."""
        return say("lessons.fault", file=self.file, asked=self.key, problem=problem)


def lesson_files() -> dict[str, Traversable]:
    """The files of the lessons, by the number that their keys begin with."""
    files = sorted(_folder().iterdir(), key=lambda file: file.name)
    return {file.name.partition("_")[0]: file for file in files if file.name.endswith(".toml")}


def question_text(key: str, file: str | os.PathLike[str] | None = None) -> QuestionText:
    """The question of that key, from the lessons' own files or from `file`.

    Raises `QuestionError` for a key that is not there, naming those that are like it, and for a
    file with faults, naming each by question and field.
    """
    if file is not None:
        path = _own(file)
        name, questions = path.name, read_questions(path)
    else:
        lesson = str(key).partition("/")[0]
        name, questions = _of_the_kit(lesson, language())
    if not is_text_among(key, questions):
        raise QuestionError([_unknown(key, name, file is None, questions)])
    return QuestionText(key, name, questions[key])


def read_questions(
    file: Traversable, original: Mapping[str, object] | None = None
) -> dict[str, dict[str, object]]:
    """All questions of a file by key; of a translation, with all else from its `original`."""
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise QuestionError([say("lessons.no_toml", file=file.name, reason=fault)]) from None
    faults: list[str] = []
    if original is not None:
        read, faults = _translated(read, original)
    if faults := faults + faults_of(read):
        raise QuestionError([say("lessons.in_file", file=file.name, fault=each) for each in faults])
    return read


@cache
def _of_the_kit(lesson: str, code: str) -> tuple[str, dict[str, dict[str, object]]]:
    """A lesson's file by name, and its questions in that language as far as it has them."""
    file = lesson_files().get(lesson)
    if file is None:
        return "", {}
    questions = read_questions(file)
    other = _folder() / code / file.name
    if other.is_file():
        questions |= read_questions(other, questions)
    return file.name, questions


def _own(file: Any) -> Path:
    """The path of a file of one's own; `QuestionError` for what is no path, or leads to none."""
    try:
        path = Path(file)
        there = path.is_file()
    except (TypeError, ValueError, OSError):
        there = False
    if not there:
        raise QuestionError([say("lessons.no_file", file=as_shown(file))])
    return path


def _folder() -> Traversable:
    return resources.files("alliance_widgets.lessons")


def _unknown(key: object, name: str, of_the_kit: bool, questions: Mapping[str, object]) -> str:
    """That there is no such question, and which are nearest by name."""
    known = list(questions)
    if of_the_kit and not known:
        known = [each for file in lesson_files().values() for each in read_questions(file)]
    near = nearest(str(key), known, n=3) or known[:20]
    given = {"asked": as_shown(key), "near": ", ".join(f'"{each}"' for each in near)}
    return say("lessons.unknown", file=name or say("lessons.all_files"), **given)


def _translated(
    read: Mapping[str, Any], original: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The questions of a translation in the form of the original, and what does not fit to it."""
    found, faults = {}, []
    for key, texts in read.items():
        if key not in original:
            near = nearest(key, original, n=3) or list(original)
            faults.append(say("lessons.translated_key", asked=key, near=", ".join(near)))
            continue
        found[key] = {**original[key], **texts}
        for field, text in LISTS.items():
            pairs = _pairs(texts.get(field), original[key].get(field, ()))
            if pairs is None:
                counts = {"asked": key, "field": field, "n": len(original[key].get(field, ()))}
                faults.append(say("lessons.translated_count", **counts))
            elif pairs:
                found[key][field] = [_worded(new, old, text) for new, old in pairs]
    return found, faults


def _pairs(new: Any, old: Any) -> list[tuple[dict[str, Any], dict[str, Any]]] | None:
    """Translated tables beside the original ones; None if they are not as many."""
    if new is None:
        return []
    tables = isinstance(new, list) and all(isinstance(each, dict) for each in new)
    return list(zip(new, old, strict=True)) if tables and len(new) == len(old) else None


def _worded(new: dict[str, object], old: dict[str, object], text: str) -> dict[str, object]:
    kept = {"kept_as": old.get("kept_as", old[text])} if text == "answer" else {}
    return {**old, **new, **kept}
