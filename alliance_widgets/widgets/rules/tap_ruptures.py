"""Twelve lines: tap the real ruptures, then see the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import traitlets as tl

from alliance_widgets import rules
from alliance_widgets.errors import QuestionError, RuleError
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import judge
from alliance_widgets.ruptures.noise import noise_cases
from alliance_widgets.widgets.page._seam import Pressed
from alliance_widgets.widgets.page.runtime import KitWidget
from alliance_widgets.widgets.questions.question import Key
from alliance_widgets.widgets.rules.rule_choice import PRESETS
from alliance_widgets.words import say

__all__ = ["SETTINGS", "TapTheRuptures", "as_rule"]

LINES = 12
LOW, HIGH = 1.0, 5.0
MOST_ROUNDS = 10_000
SETTINGS: dict[str, float] = {
    **{"n_sessions": 10, "autocorrelation": 0.0},
    **{"noise_sd": 0.3, "level": 4.0},
}
RANGES = {
    **{"n_sessions": (2, 60), "autocorrelation": (-0.95, 0.95)},
    **{"noise_sd": (0, 2), "level": (LOW, HIGH)},
}


class TapTheRuptures(Pressed, KitWidget):
    """Twelve small lines, each a check box: which of them hold a real rupture? Then the truth.

    `seed` chooses the dice, `rule` is what judges them when the truth is shown; `key` is the name
    under which the work file (`work`; the student's own if left out) keeps what was tapped.
    `settings` are those of the dice: `n_sessions`, `autocorrelation`, `noise_sd`, `level`.
    `told` is for who has tapped elsewhere: the truth is told at once, there is nothing to tap.

    `tapped` are the numbers of the tapped lines, from 1; `shown` says whether the truth is shown;
    `round` counts the throws. All three can be assigned. `lines` is the table of the twelve lines
    (`client` is "Line 1", ...), `flags` what the rule flags in them (`client`, `session`, ...),
    `flagged` the numbers of the lines with at least one flag.

    Raises `RuleError` for an unknown rule or settings that no dice can have, `QuestionError` for
    a blank key.

    Read with care: whoever reads this line knows the truth already; fold the cell.
    """

    part = "taps"
    page_sets = ("_tapped",)

    tapped = tl.List(tl.Int(), help="The tapped lines, from 1.")
    shown = tl.Bool(False, help="Whether the truth is shown.")
    round = tl.Int(0, help="How often new lines were thrown.")
    rule = tl.Any(help="The rule, or its name, that judges the lines when the truth is shown.")
    state = tl.Dict(help="What the work file keeps.")
    message = tl.Unicode(help="The truth, read out politely.").tag(sync=True)

    _legend = tl.Unicode().tag(sync=True)
    _told = tl.Bool(False).tag(sync=True)
    _lines: tl.List[Any] = tl.List().tag(sync=True)
    _scale = tl.Dict({"low": LOW, "high": HIGH}).tag(sync=True)
    _tapped: tl.List[Any] = tl.List().tag(sync=True)
    _buttons: tl.List[Any] = tl.List().tag(sync=True)

    def __init__(
        self,
        seed: int = 0,
        rule: str | Rule = "drop_sd",
        key: Key = "taps",
        *,
        work: Any = None,
        settings: Mapping[str, float] | None = None,
        told: bool = False,
    ) -> None:
        from alliance_widgets.widgets.page.desk import WorkDesk

        self.seed, self.key = seed, key if isinstance(key, str | int) else tuple(key)
        if not str(self.key).strip() or self.key == ():
            raise QuestionError([say("question.key")])
        self.settings = {**SETTINGS, **(settings or {})}
        problems = []
        if type(seed) is not int or seed < 0:
            problems.append(say("taps.seed", given=repr(seed)))
        if not _possible(self.settings):
            problems.append(say("taps.settings", given=repr(self.settings)))
        if problems:
            raise RuleError(problems)
        self.next_settings: Mapping[str, float] = {}
        self._quiet = True
        super().__init__(rule=as_rule(rule), _told=told, shown=told)
        self._quiet = False
        desk = WorkDesk.of(work)
        self.keep_work_at(desk)
        desk.keep(self, "state", "taps", self.key, draft=True)
        self._show()

    @property
    def known(self) -> bool:
        """Whether the truth has been shown once, in this round or an earlier one."""
        return self._told or self.shown or self.round > 0

    @property
    def lines(self) -> pd.DataFrame:
        """The lines of this round: `client`, `session`, `alliance`."""
        scores = self._scores()
        lines, sessions = scores.shape
        return pd.DataFrame(
            {
                "client": np.repeat([say("taps.line", i=i + 1) for i in range(lines)], sessions),
                "session": np.tile(np.arange(1, sessions + 1), lines),
                "alliance": scores.ravel(),
            }
        )

    @property
    def flags(self) -> pd.DataFrame:
        """What the rule flags in the lines, one row per session, in the order of the lines."""
        judged = judge(self.lines, self.rule).limits
        return judged[judged["flagged"]].drop(columns="flagged").reset_index(drop=True)

    @property
    def flagged(self) -> list[int]:
        """The numbers of the lines in which the rule flags something."""
        return [i + 1 for i, marks in enumerate(self._marks()) if marks]

    def new_dice(self) -> None:
        """Throw twelve new lines, with `next_settings` if there are any."""
        self.settings = {**self.settings, **self.next_settings}
        with self._together():
            self.round, self.tapped, self.shown = self.round + 1, [], self._told

    def set_next(self, settings: Mapping[str, float]) -> None:
        """The settings of the next throw; where there is nothing to tap, of this one too."""
        self.next_settings = settings
        if self._told and {**self.settings, **settings} != self.settings:
            self.settings = {**self.settings, **settings}
            with self._together():
                pass

    # ---- traits ------------------------------------------------------------------------------

    @tl.validate("tapped", "_tapped")
    def _known_lines(self, proposal: Any) -> list[int]:
        """What a page or a file says is never trusted: only numbers of lines, each once."""
        return sorted({n for n in proposal["value"] if type(n) is int and 1 <= n <= LINES})

    @tl.validate("rule")
    def _known_rule(self, proposal: Any) -> Rule:
        return as_rule(proposal["value"])

    @tl.validate("state")
    def _known_state(self, proposal: Any) -> dict[str, Any]:
        given = proposal["value"]
        rounds, tapped, settings = (given.get(n) for n in ("round", "tapped", "settings"))
        whole = type(rounds) is int and 0 <= rounds <= MOST_ROUNDS
        dice = {**self.settings, **settings} if isinstance(settings, dict) else self.settings
        return {
            "round": rounds if whole else 0,
            "tapped": self._known_lines({"value": tapped if isinstance(tapped, list) else []}),
            "shown": given.get("shown") is True,
            "settings": dice if _possible(dice) else self.settings,
        }

    @tl.observe("state")
    def _restore(self, change: Any) -> None:
        if self._quiet:
            return
        kept = change["new"]
        before, self._quiet = self._quiet, True
        self.settings = kept["settings"]
        self.round, self.tapped = kept["round"], kept["tapped"]
        self.shown = kept["shown"] or self._told
        self._quiet = before
        self._show()

    @tl.observe("tapped", "shown", "round")
    def _changed(self, _change: Any) -> None:
        if not self._quiet:
            with self._together():
                pass

    @tl.observe("rule")
    def _judge(self, _change: Any) -> None:
        if not self._quiet:
            self._show()

    @tl.observe("_tapped")
    def _tap(self, change: Any) -> None:
        if not self._quiet and change["new"] != self.tapped:
            self.tapped = change["new"]

    @tl.observe("_request")
    def _act(self, change: Any) -> None:
        press = change["new"]
        offered = [each["kind"] for each in self._buttons]
        known = press.get("kind") in offered
        try:
            with self.hold_sync():
                if known and press["kind"] == "show":
                    self.shown = True
                elif known:
                    self.new_dice()
        finally:
            self._answer(press.get("count"), taken=known)

    def _take_press(self, press: dict[str, Any], buffers: list[bytes]) -> None:
        if isinstance(press.get("tapped"), list):
            self._tapped = press["tapped"]  # what was tapped when the button was pressed
        super()._take_press(press, buffers)

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Several traits changed as one: kept and shown once."""
        before, self._quiet = self._quiet, True
        try:
            yield
            told = {"round": self.round, "tapped": self.tapped, "shown": self.shown}
            self.state = {**told, "settings": dict(self.settings)}
        finally:
            self._quiet = before
        self._show()

    # ---- what the page shows -----------------------------------------------------------------

    def _scores(self) -> np.ndarray:
        chosen = {**self.settings, "n_sessions": int(self.settings["n_sessions"])}
        thrown = noise_cases(**chosen, step=None, replicates=LINES, seed=self.seed + self.round)  # type: ignore[arg-type]
        return np.clip(np.round(thrown, 2), LOW, HIGH)

    def _marks(self) -> list[list[int]]:
        """Per line the places of its flagged sessions, from 0."""
        limits = judge(self.lines, self.rule).limits["flagged"].to_numpy(dtype=bool)
        return [np.flatnonzero(line).tolist() for line in limits.reshape(LINES, -1)]

    def _show(self) -> None:
        scores = self._scores()
        marks = self._marks() if self.shown else [[] for _ in scores]
        sessions = scores.shape[1]
        with self.hold_sync():
            legend = "taps.legend_told" if self._told else "taps.legend"
            self._legend = say(legend, n=LINES, sessions=sessions)
            self._lines = [
                {
                    "scores": line.tolist(),
                    "marks": marked,
                    "spoken": _spoken(i + 1, line),
                    "said": _said(marked) if self.shown else "",
                }
                for i, (line, marked) in enumerate(zip(scores, marks, strict=True))
            ]
            before, self._quiet = self._quiet, True
            self._tapped = list(self.tapped)
            self._quiet = before
            self._buttons = [_button("dice")] if self.shown else [_button("show", primary=True)]
            self.message = self._truth(marks) if self.shown else ""
            self.description = " ".join(
                each for each in (self._legend, _tally(self.tapped), self.message) if each
            )

    def _truth(self, marks: list[list[int]]) -> str:
        found = [i + 1 for i, marked in enumerate(marks) if marked]
        both = [line for line in self.tapped if line in found]
        found_key = "found" if found else "found_none"
        judged = say(f"taps.{found_key}", n=len(found), rule=self.rule.title, lines=LINES)
        if self._told:
            return judged
        yours = "yours" if self.tapped else "yours_none"
        said = [say("taps.truth"), say(f"taps.{yours}", n=len(self.tapped)), judged]
        if self.tapped and found:
            said.append(say("taps.both", n=len(both)))
        return " ".join(said)


def _possible(settings: Mapping[str, Any]) -> bool:
    """Whether dice with these settings can be thrown."""
    return set(settings) == set(RANGES) and all(
        isinstance(settings[name], int | float)
        and not isinstance(settings[name], bool)
        and low <= settings[name] <= high
        for name, (low, high) in RANGES.items()
    )


def as_rule(given: Any) -> Rule:
    """The rule of that name, with a picker's settings where it has none of its own."""
    return rules.rule(PRESETS.get(given, given) if isinstance(given, str) else given)


def _button(kind: str, *, primary: bool = False) -> dict[str, Any]:
    return {"kind": kind, "label": say(f"taps.{kind}"), "primary": primary}


def _spoken(number: int, line: np.ndarray) -> str:
    low = int(line.argmin())
    ends = {"start": f"{line[0]:.1f}", "end": f"{line[-1]:.1f}"}
    return say("taps.spoken", i=number, low=f"{line[low]:.1f}", session=low + 1, **ends)


def _said(marked: list[int]) -> str:
    """What is under a line once the truth is shown."""
    sessions = ", ".join(str(place + 1) for place in marked)
    return say("taps.flags", n=len(marked), sessions=sessions) if marked else say("taps.flags_none")


def _tally(tapped: list[int]) -> str:
    return say("taps.tally", n=len(tapped), lines=", ".join(map(str, tapped))) if tapped else ""
