"""All that a board can show of a class, worked out when it is first asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import pandas as pd

from alliance_widgets.classboard.beliefs import Believed, believed
from alliance_widgets.classboard.hours import Hour, hours
from alliance_widgets.classboard.marks import MarkedCase, marked_cases
from alliance_widgets.classboard.questions import Answered, asked_questions
from alliance_widgets.classboard.shares import FEWEST
from alliance_widgets.classboard.staying import class_retention
from alliance_widgets.lessons.beliefs import CLAIMS

__all__ = ["ClassFigures", "Pooled", "Said"]


@dataclass(frozen=True)
class Said:
    """A text in somebody's own words, without whose they are."""

    question: str
    text: str
    identifying: bool


class Pooled(Protocol):
    """The work of a class, as `aw.pool` gives it or several of these joined."""

    @property
    def ratings(self) -> pd.DataFrame: ...

    @property
    def answers(self) -> pd.DataFrame: ...

    @property
    def predictions(self) -> pd.DataFrame: ...

    @property
    def marks(self) -> pd.DataFrame: ...

    @property
    def beliefs(self) -> pd.DataFrame: ...

    @property
    def texts(self) -> pd.DataFrame: ...

    @property
    def problems(self) -> pd.DataFrame: ...


@dataclass(frozen=True, eq=False)
class ClassFigures:
    """What a class's work comes to; `pool` has the tables that `aw.pool` gives."""

    pool: Pooled

    @cached_property
    def n(self) -> int:
        """How many students handed something in."""
        tables = (self.pool.answers, self.pool.ratings, self.pool.marks, self.pool.beliefs)
        return len(set().union(*(table["student"].unique() for table in tables)))

    def most_at_one(self, topic: str) -> int:
        """How many students did the one thing of a topic that most of them did."""
        table, by = {
            "questions": (self.pool.answers, ["question"]),
            "beliefs": (self.pool.beliefs, ["when", "claim"]),
            "hours": (self.pool.ratings, ["case", "client", "session", "rater"]),
            "marks": (self.pool.marks, ["activity", "case"]),
            "staying": (self.pool.answers, ["lesson"]),
            "texts": (self.pool.texts, ["question"]),
        }[topic]
        counts = table.groupby(by, dropna=False)["student"].nunique()
        return int(counts.max()) if len(counts) else 0

    @cached_property
    def questions(self) -> list[Answered]:
        """Confident misconceptions first."""
        return asked_questions(self.pool.answers)

    @cached_property
    def beliefs(self) -> list[Believed]:
        """By claim."""
        return believed(self.pool.beliefs, CLAIMS)

    @cached_property
    def hours(self) -> list[Hour]:
        """The hours that many rated."""
        return hours(self.pool.ratings)

    @cached_property
    def marked(self) -> list[MarkedCase]:
        """The cases that many marked."""
        return marked_cases(self.pool.marks)

    @cached_property
    def retention(self) -> pd.DataFrame:
        """The class's own curve of staying."""
        return class_retention(self.pool.answers)

    @cached_property
    def texts(self) -> list[Said]:
        """Texts by question, in an order that says nothing of who wrote them."""
        texts = self.pool.texts
        counts = texts.groupby("question")["student"].nunique()
        enough = texts[texts["question"].isin(counts[counts >= FEWEST].index)]
        said = [Said(*each) for each in enough[["question", "text", "identifying"]].to_numpy()]
        return sorted(said, key=lambda each: (each.question, _shuffled(each.text)))


def _shuffled(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
