"""What one person answered, thing by thing: changed as often as one likes, committed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Answer", "Answers"]


class Answer(Protocol):
    """Marks in a case, or the coding of a dialogue."""

    @property
    def data(self) -> dict[str, Any]:
        """The answer as plain values, for a page or a file."""

    @property
    def answered(self) -> bool:
        """Whether anything was said."""

    def faults(self) -> list[str]:
        """What has to be said or mended before it can be committed, in words."""


@dataclass(frozen=True)
class Answers:
    """The answers by the id of what they are to, and the ids of those that are committed."""

    given: Mapping[str, Any] = field(default_factory=dict)
    committed: frozenset[str] = frozenset()

    def with_one(self, id: str, answer: Answer, *, committed: bool) -> Answers:
        """These, with that answer to that thing."""
        done = self.committed | {id} if committed else self.committed - {id}
        return Answers({**self.given, id: answer}, done)

    @property
    def done(self) -> dict[str, Any]:
        """The committed answers: they stand."""
        return {id: answer for id, answer in self.given.items() if id in self.committed}
