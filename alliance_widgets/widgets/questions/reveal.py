"""Predict, commit, then see."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as ipw
import traitlets as tl

from alliance_widgets.errors import AllianceError, QuestionError
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.page.runtime import Described
from alliance_widgets.widgets.questions._others import others_said
from alliance_widgets.widgets.questions.question import Question, builds_all
from alliance_widgets.words import say

__all__ = ["Reveal"]


class Reveal(Described, ipw.Box):
    """A question, and what is shown once it was answered, or asked for without an answer.

    Whoever committed in an earlier run, as the work file says, sees it at once. With the
    environment variable `ALLIANCE_BUILD_ALL=1`, which the tests of the lessons set, it is made at
    once, and shown no earlier.

    Where the file `class_answers.json`, which a `ClassBoard` writes, stands beside the notebook,
    what a class answered is shown too, after an answer and never instead of one.

    Read with care: a widget that exists already is not drawn before, but the page knows it; give
    a function that makes it.

    Parameters
    ----------
    question : Question
        What is asked; it becomes a `prediction`.
    show : function without arguments, widget, Altair chart, or str, optional
        What is shown, or a function that makes it; the question's `explanation` if left out.
        A function is called only then: under “Run All” nothing that it makes is in the page
        before.
    **traits : traits by name
        Any trait of an ipywidgets box, such as `layout`.

    Attributes
    ----------
    question : Question
        The question; read-only.
    revealed : bool
        Whether it is shown; read-only.

    Raises
    ------
    QuestionError
        For a question that is none and for what cannot be shown.
    """

    question = tl.Instance(Question, read_only=True)
    revealed = tl.Bool(False, read_only=True)

    _view: ipw.Widget | None = None
    _said: Report | None = None
    _following = False

    def __init__(self, question: Question, show: Any = None, **traits: object) -> None:
        if not isinstance(question, Question):
            raise QuestionError([say("reveal.question", given=type(question).__name__)])
        if show is None:
            if not question.explanation:
                raise QuestionError([say("reveal.nothing")])
            show = question.explanation
        if not _can_be_shown(show) and not callable(show):
            raise QuestionError([say("reveal.cannot_show", given=type(show).__name__)])
        self._show = show
        column = {"display": "flex", "flex_flow": "column", "width": "100%"}
        super().__init__(
            children=(question,), **{"layout": ipw.Layout(**column, overflow="visible"), **traits}
        )
        self.set_trait("question", question)
        question.prediction = True
        if builds_all():
            self._make()
        question.observe(self._follow, "done")
        self._following = True
        self._follow()
        close_earlier_run(self)

    def close(self) -> None:
        """Leave the page, with what was made to be shown."""
        if self._following:
            self._following = False
            self.question.unobserve(self._follow, "done")
        if self._view is not None and self._view is not self._show:
            self._view.close()
        if self._said is not None:
            self._said.close()
        super().close()

    def __repr__(self) -> str:
        shown = [repr(self._view)] if self.revealed and isinstance(self._view, Described) else []
        return " ".join([repr(self.question), *shown])

    def _follow(self, change: object = None) -> None:
        """Show it or, where an answer was taken back, hide it."""
        fault = None
        children: tuple[ipw.Widget, ...] = (self.question,)
        if self.question.done and not self.revealed:
            try:
                shown = self._make()
                if change is not None and isinstance(shown, ChartView):
                    shown.add_class("aw-arrives")  # it was waited for
            except Exception as caught:
                fault, shown = caught, _text(_reason(caught))
            children = (self.question, shown, *self._others())
        if self.question.done != self.revealed:
            self.children = children
        self.set_trait("revealed", self.question.done)
        if fault is not None and not isinstance(fault, AllianceError):
            raise fault

    def _others(self) -> tuple[ipw.Widget, ...]:
        """How a class answered, where its file stands beside the lesson; nothing without one."""
        if self._said is None:
            blocks = others_said(self.question.key)
            if not blocks:
                return ()
            self._said = Report()
            self._said.show(blocks, say("said_before.heading"))
        return (self._said,)

    def _make(self) -> ipw.Widget:
        """What is shown, made when it is first asked for."""
        if self._view is None:
            made = self._show if _can_be_shown(self._show) else self._show()
            if not _can_be_shown(made):
                raise QuestionError([say("reveal.cannot_show", given=type(made).__name__)])
            self._view = _as_widget(made)
        return self._view


def _can_be_shown(content: object) -> bool:
    return isinstance(content, ipw.Widget | str) or hasattr(content, "to_dict")


def _as_widget(content: object) -> ipw.Widget:
    if isinstance(content, ipw.Widget):
        return content
    return _text(content) if isinstance(content, str) else ChartView(content)


def _text(text: str) -> ipw.Widget:
    """A text with its headings (###), and with what somebody says (“…”) set apart from them."""
    lines = "".join(_line(line) for line in text.strip().splitlines())
    said = ipw.HTML(f"<div>{lines}</div>")
    said.add_class("aw-told-after")
    return said


def _line(line: str) -> str:
    if line.startswith("### "):
        look, line = "font-weight: 600", line.removeprefix("### ")
    elif line.startswith("“") and line.endswith("”"):
        look = "margin: 4px 0; padding-left: 12px; border-left: 3px solid currentColor"
    else:
        look = "min-height: 0.8em"
    return f'<div style="{look}">{html.escape(line)}</div>'


def _reason(fault: Exception) -> str:
    if isinstance(fault, AllianceError):
        return str(fault)
    return say("reveal.failed", fault=f"{type(fault).__name__}: {fault}")
