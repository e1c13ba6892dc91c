"""What a student wrote at moments at which something goes wrong: each twice, with time between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from alliance_widgets.words import say

__all__ = ["CHECKED", "CRITERIA", "MOST_SAID", "MOST_TYPED", "ROUNDS", "Practice", "Step", "Try"]

CRITERIA = ("stays", "undefended", "free", "mine")
CHECKED = ("yes", "no")
ROUNDS = ("first", "again")
MOST_SAID = 600  # characters that somebody can say, and somebody else can hear
MOST_TYPED = 10_000  # characters that are kept while they are being shortened
MOST_COMMITS = 100_000

Place = tuple[str, str]
"""A moment and a round."""


class Step(Enum):
    """How far a student is with one moment."""

    WRITING = "writing"
    """An empty box, or a draft; no authored reply is seen."""
    SEEN = "seen"
    """The first try stands beside three authored replies."""
    WRITING_AGAIN = "writing_again"
    """A second empty box, or a draft; the replies are out of sight again."""
    DONE = "done"
    """Both tries stand beside the replies."""


@dataclass(frozen=True)
class Try:
    """One reply in the student's words.

    `checks` says "yes" or "no" to each criterion that was checked, `order` which of all commits
    this was, from 1; 0 while it is being written.
    """

    text: str = ""
    checks: Mapping[str, str] = field(default_factory=dict, hash=False)
    order: int = 0

    @classmethod
    def of(cls, told: Any) -> Try | None:
        """What a page, a file or a program says; None if it is no text, or far too long a one."""
        text = told.get("text") if isinstance(told, Mapping) else None
        if not isinstance(text, str) or len(text) > MOST_TYPED:
            return None
        given = told.get("checks")
        answers = given if isinstance(given, Mapping) else {}
        checks = {name: answers.get(name) for name in CRITERIA}
        return cls(text, {name: str(each) for name, each in checks.items() if each in CHECKED})

    @property
    def data(self) -> dict[str, Any]:
        """Text and checks as plain values, for a page or a file."""
        return {"text": self.text, "checks": dict(self.checks)}

    @property
    def committed(self) -> bool:
        """Whether it is said, and stays as it is."""
        return self.order > 0

    def missing(self) -> list[str]:
        """What keeps it from being committed, in sentences; nothing once it is complete."""
        length, found = len(self.text.strip()), []
        if not length:
            found.append(say("practice.no_text"))
        elif length > MOST_SAID:
            found.append(say("practice.too_long", n=length, most=MOST_SAID))
        unchecked = [say(f"practice.short.{n}") for n in CRITERIA if n not in self.checks]
        if unchecked:
            found.append(say("practice.unchecked", checks="; ".join(unchecked)))
        return found


@dataclass(frozen=True)
class Practice:
    """All tries of a student, by moment and round ("first", "again").

    Read with care: two tries of one person show no effect of anything; time, the replies seen
    meanwhile and the wish to have improved all lie between them.
    """

    moments: tuple[str, ...]
    tries: Mapping[Place, Try] = field(default_factory=dict, hash=False)

    def step(self, moment: str) -> Step:
        """How far the student is with this moment."""
        if not self.at(moment, "first").committed:
            return Step.WRITING
        if (moment, "again") not in self.tries:
            return Step.SEEN
        return Step.DONE if self.at(moment, "again").committed else Step.WRITING_AGAIN

    def round(self, moment: str) -> str:
        """The round that is written now, or was written last."""
        early = self.step(moment) in (Step.WRITING, Step.SEEN)
        return "first" if early else "again"

    def at(self, moment: str, round: str) -> Try:
        """The try of that round; an empty one if there is none."""
        return self.tries.get((moment, round), Try())

    def can_repeat(self, moment: str) -> bool:
        """Whether it is later: another moment was committed since, or none is left."""
        if self.step(moment) is not Step.SEEN:
            return False
        since = self.at(moment, "first").order
        others = [self.at(each, "first").order for each in self.moments if each != moment]
        return all(others) or any(order > since for order in others)

    def put(self, moment: str, written: Try) -> Practice:
        """The same with this draft in the round that is written now."""
        if self.at(moment, self.round(moment)).committed:
            return self
        return self._with(moment, self.round(moment), replace(written, order=0))

    def repeated(self, moment: str) -> Practice:
        """The same with an empty second try, if it is time for one."""
        return self._with(moment, "again", Try()) if self.can_repeat(moment) else self

    def committed(self, moment: str) -> Practice:
        """The same with the try that is written now committed, if nothing is missing."""
        written = self.at(moment, self.round(moment))
        if written.committed or written.missing():
            return self
        order = 1 + max((each.order for each in self.tries.values()), default=0)
        return self._with(moment, self.round(moment), replace(written, order=order))

    def done(self) -> Iterator[tuple[str, str, Try]]:
        """What was committed: moment, round and try, in the order of the moments."""
        for moment in self.moments:
            for round in ROUNDS:
                if self.at(moment, round).committed:
                    yield moment, round, self.at(moment, round)

    def _with(self, moment: str, round: str, written: Try) -> Practice:
        return replace(self, tries={**self.tries, (moment, round): written})

    # ---- the work file ---------------------------------------------------------------------

    @property
    def places(self) -> list[Place]:
        """Every moment with every round: where a try may be kept."""
        return [(moment, round) for moment in self.moments for round in ROUNDS]

    def since(self, earlier: Practice) -> Iterator[tuple[Place, dict[str, Any]]]:
        """What is to be kept of it that was not in an earlier one: place and entry."""
        for place, written in self.tries.items():
            if earlier.tries.get(place) != written:
                yield place, {"value": written.data, "order": written.order}

    def restored(self, entries: Mapping[Place, Mapping[str, Any]]) -> tuple[Practice, list[Place]]:
        """The same moments with the tries that were kept, and the places of what is none."""
        tries, unfit = {}, []
        for place, entry in entries.items():
            written, order = Try.of(entry.get("value")), entry.get("order", 0)
            whole = type(order) is int and 0 <= order <= MOST_COMMITS
            if written and whole and order and not written.missing():
                written = replace(written, order=order)
            if written:
                tries[place] = written
            if not written or written.data != entry["value"] or written.order != order:
                unfit.append(place)
        return replace(self, tries=tries), unfit
