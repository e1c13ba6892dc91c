"""A lesson's question, made from its texts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from alliance_widgets.arguments import as_shown
from alliance_widgets.errors import QuestionError
from alliance_widgets.lessons.texts import Fields, QuestionText, question_text
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.questions.kinds import (
    Choice,
    Kind,
    Match,
    Number,
    Session,
    Written,
)
from alliance_widgets.widgets.questions.number_units import Range
from alliance_widgets.widgets.questions.question import Question
from alliance_widgets.widgets.questions.trajectory_sketch import TrajectorySketch
from alliance_widgets.words import say

__all__ = ["ask", "kind_of"]

TAKES = {
    "choice": {"right"},
    "match": set(),
    "number": {"right"},
    "session": {"right", "case"},
    "sketch": {"truth", "case"},
    "text": set(),
}
"""What a question can get from the cell, by its kind."""


def ask(
    key: str,
    *,
    file: str | os.PathLike[str] | None = None,
    right: object = None,
    case: object = None,
    truth: object = None,
    work: WorkGiven = None,
) -> Question:
    """The question of that key, with the texts, answers and figures of its lesson's file.

    Parameters
    ----------
    key : str
        The lesson's number, a slash and the question's name: "04/fall". Under it the work file
        keeps the answer.
    file : path, optional
        A file of questions of one's own (TOML, written like those of the lessons); its path
        begins at the notebook's folder. If left out, the question is one of the lessons'.
    right : number, str or list of int, optional
        The right answer where a cell has to compute it: a number in the question's unit, the text
        of an answer, or the numbers of sessions. It stands in for the one in the file.
    case : pandas.DataFrame, int or list of int, optional
        For a session or a sketch: one client's ratings, how many sessions there are, or their
        numbers.
    truth : DataFrame, list of float or callable, optional
        For a sketch: the line to compare with, one number per session on the sketch's scale, or a
        function that makes it after the commit.
    work : WorkFile, optional
        Where the answer is kept; the student's own work file if left out.

    Returns
    -------
    Question
        The question as a widget; for a line to be drawn a `TrajectorySketch`.

    Raises
    ------
    QuestionError
        For a key that is not there, naming those that are like it, and for a faulty file, naming
        each fault by file, question and field, with its fix.

    Notes
    -----
    Read with care: a key is the name of the answer in students' work files. A key that is changed
    or used for another question makes saved answers those of something else.
    """
    found = question_text(key, file)
    fields, kind = found.fields, str(found.fields["kind"])
    given = {"right": right, "case": case, "truth": truth}
    unfit = [n for n, value in given.items() if value is not None and n not in TAKES[kind]]
    if unfit:
        faults = [say("lessons.takes_no", kind=kind, name=name) for name in unfit]
        raise QuestionError([found.fault(each) for each in faults])
    told = {name: fields[name] for name in ("hints", "confidence", "explanation") if name in fields}
    try:
        if kind == "sketch":
            return _sketch(found, case, truth, work=work, **told)
        return Question(key, fields["question"], _kind(fields, right, case), work=work, **told)
    except QuestionError as fault:
        raise QuestionError([found.fault(each) for each in fault.problems]) from None


def kind_of(found: QuestionText) -> Kind:
    """How a question of a file is asked and judged, without a page; sketches have no such kind."""
    return _kind(found.fields, None, None)


def _kind(fields: Fields, right: Any, case: Any) -> Kind:
    making: dict[str, Callable[[Fields, Any, Any], Kind]] = {
        "choice": _choice,
        "match": _match,
        "number": _number,
        "session": _session,
        "text": _written,
    }
    return making[fields["kind"]](fields, right, case)


def _choice(fields: Fields, right: Any, _case: object) -> Choice:
    answers = fields["answers"]
    marked = [each["answer"] for each in answers if each.get("right", False)]
    if len(marked) > 1:
        raise QuestionError([say("lessons.many_right", n=len(marked))])
    kept_as = {each["answer"]: each["kept_as"] for each in answers if "kept_as" in each}
    _refuse_twice(each["answer"] for each in answers)
    _refuse_twice(kept_as.get(each["answer"], each["answer"]) for each in answers)
    feedback = {each["answer"]: each.get("feedback", "") for each in answers}
    return Choice(feedback, next(iter(marked), None) if right is None else right, kept_as)


def _match(fields: Fields, _right: object, _case: object) -> Match:
    rows, choices = fields["rows"], tuple(fields["choices"])
    _refuse_twice(each["name"] for each in rows)
    _refuse_twice(choices)
    text, right, feedback = (
        {each["name"]: each[field] for each in rows} for field in ("row", "right", "feedback")
    )
    return Match(text, choices, right, feedback, fields.get("because", ""))


def _written(fields: Fields, _right: object, _case: object) -> Written:
    return Written(**{name: fields[name] for name in ("lines", "most") if name in fields})


def _number(fields: Fields, right: Any, _case: object) -> Number:
    said = [(_range(each), each["say"]) for each in fields.get("feedback", ())]
    _refuse_twice(each for each, _ in said)
    between = _range(fields["between"]) if "between" in fields else None
    names = ("right", "within", "unit", "because", "told")
    settings = {name: fields[name] for name in names if name in fields}
    if right is not None:
        settings["right"] = right
    return Number(**settings, feedback=dict(said), between=between)


def _session(fields: Fields, right: Any, case: Any) -> Session:
    case = fields.get("sessions") if case is None else case
    if case is None:
        raise QuestionError([say("lessons.no_case")])
    said = [(each["session"], each["say"]) for each in fields.get("feedback", ())]
    _refuse_twice(each for each, _ in said)
    right = fields.get("right") if right is None else right
    return Session.of(case, right, dict(said), fields.get("because", ""))


def _sketch(found: QuestionText, case: Any, truth: Any, **settings: Any) -> TrajectorySketch:
    fields = found.fields
    case = fields.get("sessions") if case is None else case
    if case is None:
        raise QuestionError([say("lessons.no_case")])
    settings |= {name: fields[name] for name in ("low", "high", "name") if name in fields}
    text = fields.get("question", "")
    return TrajectorySketch(case, key=found.key, text=text, truth=truth, **settings)


def _range(ends: Fields) -> Range:
    return ends.get("from"), ends.get("to")


def _refuse_twice(given: Iterable[object]) -> None:
    """Raise `QuestionError` for what stands in a list more than once."""
    twice = [each for each, count in Counter(given).items() if count > 1]
    if twice:
        raise QuestionError([say("lessons.twice", given=as_shown(each)) for each in twice])
