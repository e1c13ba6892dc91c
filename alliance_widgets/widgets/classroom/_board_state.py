"""Where a board stands: the topic, the place in it, and what has been shown or hidden."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

__all__ = ["BoardState", "Topic"]


class Topic(StrEnum):
    """What a board shows; a member's value is its name in words and in code."""

    QUESTIONS = "questions"  # how the class answered, and behind a press what is right
    BELIEFS = "beliefs"  # a claim before and after, of the same students
    HOURS = "hours"  # one hour as many rated it, from each chair
    MARKS = "marks"  # where raters say that something begins, and how far they agree
    STAYING = "staying"  # who still answers, lesson by lesson
    TEXTS = "texts"  # what somebody wrote, one at a time


@dataclass(frozen=True)
class BoardState:
    """The place in the topic, whether the right answer is shown, and which texts are hidden."""

    topic: Topic = Topic.QUESTIONS
    place: int = 0
    shown: bool = False
    hidden: frozenset[str] = field(default_factory=frozenset)

    def at(self, topic: Topic, place: int) -> BoardState:
        """Elsewhere; a right answer is never shown unasked."""
        if (topic, place) == (self.topic, self.place):
            return self
        return replace(self, topic=topic, place=place, shown=False)

    def moved(self, step: int, n: int) -> BoardState:
        """So many places on among `n`, from the last to the first and back."""
        return self.at(self.topic, (self.place + step) % n) if n else self

    def turned(self) -> BoardState:
        """The right answer shown, or hidden again."""
        return replace(self, shown=not self.shown)

    def without(self, text: str) -> BoardState:
        """This text hidden."""
        return replace(self, hidden=self.hidden | {text})

    def with_all(self) -> BoardState:
        """All hidden texts back."""
        return replace(self, hidden=frozenset())
