"""What a reader made of a vignette: which marker, from where on, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from alliance_widgets.dialogues.parts import Marker, Vignette
from alliance_widgets.words import say

__all__ = ["Coded"]

FIELDS = ("onset", "family", "marker", "strategy")  # as they are asked


@dataclass(frozen=True)
class Coded:
    """A reader's coding; what is not chosen yet is None.

    `family` is "withdrawal" or "confrontation", `marker` and `strategy` are names of markers,
    `onset` the number of the client's turn at which the marker begins.
    """

    family: str | None = None
    marker: str | None = None
    onset: int | None = None
    strategy: str | None = None

    @classmethod
    def of(cls, entered: object, vignette: Vignette, known: Mapping[str, Marker]) -> Coded:
        """What a page, a file or a program says, as far as it can be said of this vignette.

        A marker decides its family where none was chosen, and goes where another one was.
        """
        told = entered if isinstance(entered, Mapping) else {}
        marker, strategy, onset = (told.get(name) for name in ("marker", "strategy", "onset"))
        if not _is_one(marker, known) or known[marker].family == "resolution":
            marker = None
        family = told.get("family")
        if family not in ("withdrawal", "confrontation"):
            family = known[marker].family if marker else None
        if marker and known[marker].family != family:
            marker = None
        if not _is_one(strategy, known) or known[strategy].family != "resolution":
            strategy = None
        at_client = [turn.number for turn in vignette.turns if turn.speaker == "client"]
        if type(onset) is not int or onset not in at_client:
            onset = None
        return cls(family, marker, onset, strategy)

    @property
    def data(self) -> dict[str, Any]:
        """The coding as plain values, for a page or a file."""
        return {name: getattr(self, name) for name in FIELDS}

    @property
    def answered(self) -> bool:
        """Whether anything is chosen."""
        return any(value is not None for value in self.data.values())

    def faults(self) -> list[str]:
        """What is still to be chosen, in words; nothing once the coding is complete."""
        missing = [say(f"reader.missing.{name}") for name in FIELDS if getattr(self, name) is None]
        return [say("reader.incomplete", missing=", ".join(missing))] if missing else []


def _is_one(name: object, known: Mapping[str, Marker]) -> TypeGuard[str]:
    return isinstance(name, str) and name in known
