"""What is said of twelve tapped lines: under each of them, and of all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alliance_widgets.rules import Rule
from alliance_widgets.widgets.page.protocol import Line, Score, Verdict
from alliance_widgets.widgets.rules._thrown import LINES, Thrown
from alliance_widgets.words import say

__all__ = ["Telling", "tally"]


@dataclass(frozen=True, eq=False)
class Telling:
    """The lines, what was tapped, and whether the truth stands under them.

    Where it is `told` to who has tapped elsewhere, nothing is said of hits.
    """

    thrown: Thrown
    tapped: Sequence[int]
    rule: Rule
    shown: bool
    told: bool

    @property
    def lines(self) -> list[Line]:
        """Each line as the page shows it."""
        scores = self.thrown.scores
        marks = self.thrown.marks(self.rule) if self.shown else [[] for _ in scores]
        held = self.thrown.held if self.shown else {}
        return [
            {
                "scores": line.tolist(),
                "marks": marked,
                "planted": [session - 1 for session in held.get(i + 1, ())],
                "spoken": _spoken(i + 1, line),
                "values": say("taps.values", values=", ".join(f"{each:.1f}" for each in line)),
                "said": self._said(i + 1, marked) if self.shown else "",
                "verdict": self._verdict(i + 1) if self.shown else "",
            }
            for i, (line, marked) in enumerate(zip(scores, marks, strict=True))
        ]

    @property
    def legend(self) -> str:
        """What is to be done with them."""
        values = {"n": LINES, "sessions": self.thrown.scores.shape[1]}
        return say("taps.legend_told", **values) if self.told else say("taps.legend", **values)

    @property
    def truth(self) -> str:
        """What is said once the truth is shown; nothing before."""
        if not self.shown:
            return ""
        truth, *tally = self._truth()
        return "\n".join([truth, " ".join(tally)]) if self.score else " ".join([truth, *tally])

    @property
    def score(self) -> list[Score]:
        """What of the truth is seen as figures: hits and false alarms, by hand and by the rule."""
        if self.told or not (self.shown and self.thrown.held):
            return []
        return [
            _score(say("taps.you"), self.tapped, self.thrown.held),
            _score(self.rule.title, self._found, self.thrown.held),
        ]

    @property
    def _found(self) -> list[int]:
        return [i + 1 for i, marked in enumerate(self.thrown.marks(self.rule)) if marked]

    def _said(self, line: int, marked: list[int]) -> str:
        held, parts = self.thrown.held, []
        if verdict := self._verdict(line):
            parts.append(say(f"taps.{verdict}"))
        if line in held:
            first, last = held[line]
            parts.append(say("taps.held", n=last - first + 1, first=first, last=last))
        return "; ".join([*parts, _flags_said(marked)])

    def _verdict(self, line: int) -> Verdict:
        if self.told or not self.thrown.held:
            return ""
        if line in self.tapped:
            return "hit" if line in self.thrown.held else "false_alarm"
        return "missed" if line in self.thrown.held else ""

    def _truth(self) -> Iterator[str]:
        held, n, found = self.thrown.held, len(self.tapped), self._found
        values = {"n": len(found), "rule": self.rule.title, "lines": LINES}
        judged = say("taps.found", **values) if found else say("taps.found_none", **values)
        if held:
            named = _joined([str(line) for line in held])
            yield say("taps.truth_planted", n=len(held), lines=named, calm=LINES - len(held))
            if not self.told:
                yield self._own_tally()
        elif not self.told:
            yield say("taps.truth")
            yield say("taps.yours", n=n) if n else say("taps.yours_none", n=n)
        yield judged
        right = len([line for line in found if line in held])
        if held and found:
            yield say("taps.rule_tally", hits=right, planted=len(held), alarms=len(found) - right)
        if not held and not self.told and n and found:
            yield say("taps.both", n=len([line for line in self.tapped if line in found]))

    def _own_tally(self) -> str:
        held, n = self.thrown.held, len(self.tapped)
        hits = len([line for line in self.tapped if line in held])
        values = {"n": n, "hits": hits, "planted": len(held), "alarms": n - hits}
        if n == 0:
            return say("taps.tally_none", **values)
        return say("taps.tally_all", **values) if n == LINES else say("taps.tally_some", **values)


def _score(who: str, found: Sequence[int], held: Mapping[int, object]) -> Score:
    hits = len([line for line in found if line in held])
    calm = LINES - len(held)
    right, wrong = (
        say("taps.of", n=n, all=all_) for n, all_ in ((hits, len(held)), (len(found) - hits, calm))
    )
    return {"who": who, "hits": right, "alarms": wrong}


def tally(tapped: Sequence[int]) -> str:
    """What was tapped, in words."""
    return say("taps.tally", n=len(tapped), lines=", ".join(map(str, tapped))) if tapped else ""


def _spoken(number: int, line: np.ndarray) -> str:
    low = int(line.argmin())
    ends = {"start": f"{line[0]:.1f}", "end": f"{line[-1]:.1f}"}
    return say("taps.spoken", i=number, low=f"{line[low]:.1f}", session=low + 1, **ends)


def _flags_said(marked: list[int]) -> str:
    sessions = ", ".join(str(place + 1) for place in marked)
    return say("taps.flags", n=len(marked), sessions=sessions) if marked else say("taps.flags_none")


def _joined(parts: list[str]) -> str:
    """Parts as a sentence has them: with a word before the last."""
    *others, last = parts
    return say("taps.and", others=", ".join(others), last=last) if others else last
