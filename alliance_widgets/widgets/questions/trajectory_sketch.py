"""Draw the line before looking at it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import traitlets as tl

from alliance_widgets.arguments import check_text, is_number
from alliance_widgets.charts import compare_sketch
from alliance_widgets.errors import AllianceError, QuestionError
from alliance_widgets.widgets.page.protocol import Button
from alliance_widgets.widgets.questions._given import Given
from alliance_widgets.widgets.questions.kinds import NoAnswer, Verdict, session_numbers
from alliance_widgets.widgets.questions.question import Question, builds_all
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["TrajectorySketch"]

STEPS = 40  # from one end of the scale to the other, by key and by hand

Line = list[float | None]


@dataclass(frozen=True)
class Sketch:
    """A line over sessions, one number each, None for a session that is left out."""

    sessions: tuple[int, ...]
    low: float
    high: float
    name: str
    done: str

    def __post_init__(self) -> None:
        ends = self.low, self.high
        if not all(map(is_number, ends)) or self.low >= self.high:
            raise QuestionError([say("sketch.scale", low=repr(self.low), high=repr(self.high))])

    opinion = True

    @property
    def solution(self) -> str:
        return ""

    def page(self) -> dict[str, Any]:
        return {
            **{"kind": "sketch", "sessions": list(self.sessions), "name": self.name},
            **{"low": self.low, "high": self.high, "step": (self.high - self.low) / STEPS},
            **{"low_word": say("charts.weak"), "high_word": say("charts.strong")},
            **{"x_title": say("charts.session"), "y_title": say("charts.alliance")},
            **{"yours": say("sketch.yours"), "done": self.done},
        }

    def read(self, entered: object) -> Line:
        if entered is None:
            raise NoAnswer(say("sketch.nothing_drawn"))
        numbers = entered.tolist() if hasattr(entered, "tolist") else entered
        if not isinstance(numbers, list | tuple) or len(numbers) != len(self.sessions):
            raise NoAnswer(self._refusal())
        line = [self._value(number) for number in numbers]
        if all(value is None for value in line):
            raise NoAnswer(say("sketch.nothing_drawn"))
        return line

    def shown(self, answer: Line) -> Line:
        return answer

    def spoken(self, answer: Line) -> str:
        return ", ".join("–" if value is None else f"{value:g}" for value in answer)

    def judge(self, _answer: Line) -> Verdict:
        return Verdict(None)

    def gaps(self, line: Line) -> str:
        """The sessions that are not drawn, in words: "3 to 5, 9"; empty if all are."""
        runs: list[list[int]] = []
        for place, (session, value) in enumerate(zip(self.sessions, line, strict=True)):
            if value is None:
                if place and line[place - 1] is None:
                    runs[-1][1:] = [session]
                else:
                    runs.append([session])
        return ", ".join("–".join(str(end) for end in run) for run in runs)

    def _value(self, number: object) -> float | None:
        if number is None or (isinstance(number, float) and math.isnan(number)):
            return None
        if not is_number(number) or not self.low <= number <= self.high:
            raise NoAnswer(self._refusal())
        return round(float(number), 9)

    def _refusal(self) -> str:
        ends = {"low": f"{self.low:g}", "high": f"{self.high:g}"}
        return say("sketch.not_a_line", n=len(self.sessions), **ends)


class TrajectorySketch(Question):
    """A line over sessions, drawn by hand or key and committed; then the rated line appears in it.

    A line with gaps is asked about once.

    Read with care: how near a sketch comes says how usual this case is, not how good the guess.

    Parameters
    ----------
    sessions : int, sequence of int, or DataFrame
        How many sessions there are, their numbers, or one client's ratings, which are then also
        what is compared with.
    low : float, default 1
        The lower end of the scale.
    high : float, default 5
        The upper end of the scale.
    key : str, int, or several of them
        The name under which the work file keeps the line; never reuse or change it.
    text : str, optional
        The question; the kit's own if left out.
    truth : sequence of numbers, DataFrame, or function without arguments, optional
        What is compared with: one number per session (None where there is none), a table of one
        client's ratings, or a function that makes one of these and is called only after the commit.
        Left out, and without ratings in `sessions`, the line stands alone.
    name : str, optional
        What is written at the end of the rated line.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings are compared with.
    **settings : settings by name
        `hints`, `confidence` and `work`, as in `Question`.

    Attributes
    ----------
    answer : list of float or None
        The drawn line, one number per session and None where nothing was drawn; None before the
        commit.
    comparison : str
        The difference in words; empty before the commit.

    Raises
    ------
    QuestionError
        For a scale, sessions or a line to compare with that do not fit.
    """

    comparison = tl.Unicode(read_only=True)

    _truth: tl.List[Any] = tl.List().tag(sync=True)

    def __init__(
        self,
        sessions: Any,
        low: float = 1,
        high: float = 5,
        *,
        key: KeyGiven,
        text: str = "",
        truth: Any = None,
        name: str = "",
        rater: str = "client",
        **settings: Any,
    ) -> None:
        check_text("text", text, QuestionError)
        given = sessions if truth is None and hasattr(sessions, "columns") else truth
        self._rater, self._source = rater, given
        self._line: Line | None = None
        self._asked: object = None
        self._sure = False
        name = name or say(f"charts.rater.{rater}")
        done = "" if text else say("sketch.done", name=name)
        kind = Sketch(session_numbers(sessions), low, high, name, done)
        self._sketch, self.sessions = kind, kind.sessions
        if given is not None and (builds_all() or not callable(given)):
            self._line = self._read_truth(kind)
        super().__init__(key, text or say("sketch.text"), kind, **settings)

    def _read_entered(self) -> Line:
        """What is drawn; a line with gaps is asked about, and taken if it is sent again."""
        line = self._sketch.read(self._entered)
        gaps = self._sketch.gaps(line)
        if gaps and self._asked != line:
            self._asked = line
            raise NoAnswer(say("sketch.gaps", sessions=gaps))
        self._asked = None
        return line

    def _show(self) -> None:
        shown = self.answer is not None or self.skipped
        with self.hold_sync():
            said = ""
            try:
                self._truth = self._rated() if shown else []
                if self._truth and self.answer is not None:
                    said = compare_sketch(self.answer, self._truth, self.sessions)
            except AllianceError as fault:  # of a function that was called only now
                said = str(fault)
            self.set_trait("comparison", said)
            super()._show()

    def _rated(self) -> Line:
        if self._line is None and self._source is not None:
            self._line = self._read_truth(self._sketch)
        return self._line or []

    def _offered(self) -> list[Button]:
        if self._locked:
            return []
        if self.answer is not None or self.skipped:
            return [{"kind": "again", "label": say("sketch.again")}]
        offered = super()._offered()
        offered[0]["label"] = say("question.predict" if self.prediction else "sketch.commit")
        if self._source is not None and not self.prediction:
            offered.append({"kind": "skip", "label": say("question.skip"), "small": True})
        return offered

    def _again(self) -> None:
        """Take the line back, once it was asked for twice: it goes from the work file too."""
        if self.answer is not None and not self._sure:
            self._sure, self.message = True, say("sketch.sure")
            return
        super()._again()

    def _said(self, given: Given) -> str:
        self._sure = False
        return self.comparison or super()._said(given)

    def _read_truth(self, kind: Sketch) -> Line:
        """The line to compare with, one number per session, checked."""
        made = self._source() if callable(self._source) else self._source
        if hasattr(made, "columns"):
            made = _rated_by(made, self._rater, kind.sessions)
        made = made.tolist() if hasattr(made, "tolist") else made
        if not isinstance(made, Sequence) or isinstance(made, str):
            raise QuestionError([say("sketch.truth_numbers")])
        if len(made) != len(kind.sessions):
            lengths = {"given": len(made), "n": len(kind.sessions)}
            raise QuestionError([say("sketch.truth_length", **lengths)])
        line: Line = []
        for value in made:
            if value is None or value != value:
                line.append(None)
            elif is_number(value):
                line.append(float(value))
            else:
                raise QuestionError([say("sketch.truth_numbers")])
        known = [value for value in line if value is not None]
        if known and not kind.low <= min(known) <= max(known) <= kind.high:
            ends = {"least": min(known), "most": max(known), "low": kind.low, "high": kind.high}
            raise QuestionError([say("sketch.truth_scale", **ends)])
        return line


def _rated_by(ratings: object, rater: str, sessions: Sequence[int]) -> Line:
    """One client's alliance at these sessions, as that rater saw it."""
    from alliance_widgets.tables.ratings import of_rater

    rated = of_rater(ratings, rater)
    if rated["client"].nunique() != 1:
        raise QuestionError([say("sketch.truth_numbers")])
    by_session = rated.set_index("session")["alliance"].reindex(list(sessions))
    return [None if value != value else float(value) for value in by_session.tolist()]
