"""What a rater marked in one case: where possible ruptures begin, and where it is back up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alliance_widgets.words import say

__all__ = ["Marks"]


@dataclass(frozen=True)
class Marks:
    """Sessions at which a possible rupture begins (`ruptures`) and at which it is over (`repairs`).

    `none` is the answer that there is no possible rupture, which is not the same as no answer.
    """

    ruptures: tuple[int, ...] = ()
    repairs: tuple[int, ...] = ()
    none: bool = False

    @classmethod
    def of(cls, entered: object, sessions: Collection[int]) -> Marks:
        """What a page, a file or a program says, as far as it is about these sessions.

        A session has one mark at most, and marks count more than “none”.
        """
        told = entered if isinstance(entered, Mapping) else {}
        ruptures = _numbers(told.get("ruptures"), sessions)
        repairs = _numbers(told.get("repairs"), sessions)
        repairs = tuple(session for session in repairs if session not in ruptures)
        none = told.get("none") is True and not ruptures and not repairs
        return cls(ruptures, repairs, none)

    @property
    def answered(self) -> bool:
        """Whether anything is marked, or “none” was said."""
        return self.none or bool(self.ruptures or self.repairs)

    @property
    def data(self) -> dict[str, Any]:
        """The marks as plain lists, for a page or a file."""
        return {
            "ruptures": list(self.ruptures),
            "repairs": list(self.repairs),
            "none": self.none,
        }

    def after_a_click(self, session: int) -> Marks:
        """Once marks a possible rupture, again that it is back up, a third time nothing."""
        ruptures, repairs = {*self.ruptures} - {session}, {*self.repairs} - {session}
        if session in self.ruptures:
            repairs.add(session)
        elif session not in self.repairs:
            ruptures.add(session)
        return Marks(tuple(sorted(ruptures)), tuple(sorted(repairs)))

    def faults(self) -> list[str]:
        """What still has to be said or mended before this is an answer, in words."""
        if not self.answered:
            return [say("spotter.nothing_marked")]
        found, under_way = [], False
        for session in sorted((*self.ruptures, *self.repairs)):
            if session in self.repairs and not under_way:
                found.append(say("spotter.back_from_nothing", session=session))
            under_way = session in self.ruptures
        return found

    def episodes(self) -> list[tuple[int, int | None]]:
        """Each possible rupture with the session at which it is over, None if it never is."""
        found: list[tuple[int, int | None]] = []
        for session in sorted((*self.ruptures, *self.repairs)):
            if session in self.ruptures:
                found.append((session, None))
            elif found and found[-1][1] is None:
                found[-1] = (found[-1][0], session)
        return found


def _numbers(value: object, sessions: Collection[int]) -> tuple[int, ...]:
    """The sessions among these that are listed in `value`, each once, in order."""
    listed = value if isinstance(value, Iterable) and not isinstance(value, str) else ()
    given = {each for each in listed if isinstance(each, int) and not isinstance(each, bool)}
    return tuple(session for session in sorted(sessions) if session in given)
