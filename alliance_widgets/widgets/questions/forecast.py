"""A prediction: how many of a hundred, and how sure of it, from a coin toss to certain."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets as tl

from alliance_widgets.lessons.beliefs import SURE
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page.protocol import Button
from alliance_widgets.widgets.questions.kinds import NoAnswer, Number
from alliance_widgets.widgets.questions.question import Question
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["SURE", "Forecast"]


class Forecast(Question):
    """A question for how many of a hundred; committed once, with a `confidence` of 50 to 100 %.

    `answer` is the number, `confidence` one of `SURE` as text. From the page neither is taken
    without the other; a program may assign `answer` alone. Everything else is as in `Question`.
    """

    levels: ClassVar[tuple[str, ...]] = SURE
    needs_confidence = True
    confidence = tl.Enum(SURE, default_value=None, allow_none=True)

    def __init__(self, key: KeyGiven, text: str, *, work: WorkGiven = None, **traits: Any) -> None:
        kind = Number(unit=say("forecast.unit"), between=(0, 100))
        super().__init__(key, text, kind, confidence=True, work=work, **traits)
        self.prediction = True

    def _offered(self) -> list[Button]:
        offered = super()._offered()
        for button in offered:
            if button["kind"] == "check":
                button["label"] = say("forecast.commit")
        return offered

    def _read_entered(self) -> object:
        number = super()._read_entered()
        if self._confidence not in self.levels:
            raise NoAnswer(say("forecast.sure_first"))
        return number
