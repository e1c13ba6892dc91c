"""No text of a lesson, of its charts or of its widgets holds the answer to a question further down.

The lessons are run cell by cell, nothing is answered, and what stands there is read in order:
prose, folded prose too, and the description, headline and message of whatever a cell shows.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import altair as alt
import ipywidgets as ipw
import pytest
from lesson_asks import LESSONS, asked_in, cells_of

from alliance_widgets.lessons.texts import lesson_files, read_questions

SPOKEN = ("headline", "description", "message", "note", "warning", "story")
FIGURE = re.compile(r"\d[\d.]* (?:of 100|%|percentage points|points)")
LEAST_WORDS = 4  # of a sentence; a shorter one is said of many things
ALSO = {  # what tells the answer in other words than those said after it
    "08/competing": ("as likely to drop out", "as likely to leave", "cannot drop out"),
}

Question = dict[str, Any]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[*_`#>|]", "", text)).lower().strip(" .")


def sentences(text: str) -> Iterator[str]:
    for each in re.split(r"(?<=[.?!])\s+", text):
        if len(each.split()) >= LEAST_WORDS:
            yield each


def has(text: str, told: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(told)}(?!\w)", text) is not None


def said_after(question: Question) -> list[str]:
    """All that is said once the question is answered, whatever the answer was."""
    replies = [*question.get("answers", ()), *question.get("feedback", ())]
    texts = [each.get("feedback", each.get("say", "")) for each in replies]
    rows = [each.get("because", "") for each in question.get("rows", ()) if isinstance(each, dict)]
    return [*texts, *rows, question.get("because", ""), question.get("explanation", "")]


def answers_of(question: Question, before: Iterable[str]) -> set[str]:
    """What gives the answer away: the number with its unit, the right option, what is said after.

    The name of an option gives nothing away where those of wrong ones stand there as well.
    """
    told: set[str] = {each for text in said_after(question) for each in sentences(text)}
    unit = question.get("unit", "").strip("()")
    if question["kind"] == "number" and "right" in question:
        told |= {f"{question['right']:g} {unit}", f"{question['right']:g}{unit}"} if unit else set()
    options = question.get("answers", ())
    right = [each for each in options if each.get("right")]
    wrong = [plain(each["answer"]) for each in options if not each.get("right")]
    if not any(has(text, each) for text in before for each in wrong):
        told |= {each["answer"] for each in right if len(each["answer"].split()) >= 3}
    for text in [*(each.get("feedback", "") for each in right), question.get("because", "")]:
        told.update(FIGURE.findall(text))
    asked = plain(question.get("question", ""))
    return {plain(each) for each in told if not has(asked, plain(each))}


def given_away(read: Iterable[tuple[str, str]], questions: dict[str, Question]) -> list[str]:
    """Of what is read in order, ("ask", key) or (where, text): each answer that came too early."""
    found, before = [], []
    for where, text in read:
        if where != "ask":
            before.append((where, plain(text)))
            continue
        told_by = answers_of(questions[text], [each for _, each in before])
        for told in [*told_by, *ALSO.get(text, ())]:
            found += [f"{text}: “{told}” stands in {at}" for at, each in before if has(each, told)]
    return found


def texts_of(shown: object) -> Iterator[tuple[str, str]]:
    """What a person reads and hears of what a cell shows, where nothing is answered yet."""
    if isinstance(shown, ipw.Widget):
        for name in SPOKEN:
            text = getattr(shown, name, "")
            if isinstance(text, str) and text:
                yield f"{name} of {type(shown).__name__}", text
        for child in getattr(shown, "children", ()):
            yield from texts_of(child)
    elif isinstance(shown, alt.TopLevelMixin):
        yield "a chart", str(shown.to_dict().get("description", ""))


def read_in_order(lesson: Path) -> Iterator[tuple[str, str]]:
    names: dict[str, Any] = {}
    for cell in cells_of(lesson):
        if cell.cell_type == "markdown":
            yield "prose", cell.source
            continue
        if "check" in cell.metadata.get("tags", ()):
            continue
        yield from (("ask", key) for key in asked_in(cell.source))
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, lesson.stem, "exec"), names)
        if isinstance(last, ast.Expr):
            yield from texts_of(
                eval(compile(ast.Expression(last.value), lesson.stem, "eval"), names)
            )


@pytest.mark.prove
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_no_text_before_a_question_holds_its_answer(
    lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLIANCE_BUILD_ALL", raising=False)
    read = list(read_in_order(lesson))
    questions = read_questions(lesson_files()[lesson.stem[:2]])
    assert [text for where, text in read if where == "ask"] == list(questions)
    assert len(read) > 2 * len(questions), "the lesson was not read"
    assert given_away(read, questions) == []


@pytest.mark.parametrize(
    "planted",
    [
        "In this clinic they lie **56 percentage points** apart.",
        "So many lie 56 percentage points apart",
        "6 % came once at most; 62 % came less often than was planned.",
        "The highest share is 62 %.",
    ],
)
def test_an_answer_planted_before_its_question_is_found(planted: str) -> None:
    questions = read_questions(lesson_files()["08"])
    assert given_away([("prose", planted), ("ask", "08/apart")], questions) != []
    assert given_away([("ask", "08/apart"), ("prose", planted)], questions) == []


def test_the_name_of_an_option_gives_it_away_only_by_itself() -> None:
    questions = read_questions(lesson_files()["08"])
    right = "Who stays long has a birthday in it more often."
    both = f"{right} Birthdays strengthen the alliance."
    assert given_away([("prose", right), ("ask", "08/birthday")], questions) != []
    assert given_away([("prose", both), ("ask", "08/birthday")], questions) == []
