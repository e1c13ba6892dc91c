"""What is wrong with a pile of work files, file by file, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from alliance_widgets.words import say

__all__ = ["KINDS", "Problem", "problem", "problem_table", "shown_name"]

LONGEST_NAME = 160
KINDS = (
    *("link", "deep", "no_file", "unreadable", "too_large", "many", "broken_zip", "broken_in_zip"),
    *("climbs_out", "locked", "no_more", "damaged", "ruined", "empty", "foreign", "newer"),
    *("doubled", "earlier", "made_whole", "one_code", "many_of_one"),
    *("code_damaged", "code_of_another_version", "code_again", "code_earlier"),
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Problem(NamedTuple):
    """A file that was left out, or read in part, or in which something is odd.

    `kind` is one word for it ("damaged"), `problem` says it in words.
    """

    file: str
    kind: str
    problem: str


def problem(file: str, kind: str, **values: Any) -> Problem:
    """That something of this kind is wrong with a file."""
    return Problem(shown_name(file), kind, say(f"pool.{kind}", **values))


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """One row per problem: `file`, `kind`, `problem`; by file."""
    rows = sorted(dict.fromkeys(problems))
    return pd.DataFrame(rows, columns=[*Problem._fields], dtype="str")


def shown_name(name: str) -> str:
    """A file's name as it can stand in a sentence: on one line, without signs that nobody sees."""
    text = re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", "\ufffd", name
    )
    if len(text) <= LONGEST_NAME:
        return text
    half = LONGEST_NAME // 2
    return f"{text[:half]}…{text[-half:]}"
