"""Twelve lines: tap the real ruptures, then see the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import traitlets as tl

from alliance_widgets import rules
from alliance_widgets.arguments import as_shown, check_flag
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import Rule
from alliance_widgets.ruptures.episodes import judge
from alliance_widgets.ruptures.noise import noise_cases
from alliance_widgets.simulate.planted import plant_ruptures
from alliance_widgets.widgets.page.protocol import Button, Line
from alliance_widgets.widgets.page.taps import Taps, known_lines
from alliance_widgets.widgets.questions.question import Key, question_key
from alliance_widgets.widgets.rules.rule_choice import presets
from alliance_widgets.words import say

__all__ = ["SETTINGS", "TapTheRuptures", "as_rule"]

LINES = 12
LOW, HIGH = 1.0, 5.0
MOST_ROUNDS = 10_000
PLANTING, HOW_MANY = 2, 3  # dice of their own: what is planted must not hang on the noise
SETTINGS: dict[str, float] = {
    **{"n_sessions": 10, "autocorrelation": 0.0},
    **{"noise_sd": 0.3, "level": 4.0},
}
RANGES = {
    **{"n_sessions": (2, 60), "autocorrelation": (-0.95, 0.95)},
    **{"noise_sd": (0, 2), "level": (LOW, HIGH)},
}


VERDICTS = {
    **{(True, True): "hit", (True, False): "false_alarm"},
    **{(False, True): "missed", (False, False): ""},
}
"""What a line is called: by whether it was tapped, and whether it holds a planted rupture."""


class TapTheRuptures(Taps):
    """Twelve small lines, each a check box: which of them hold a real rupture? Then the truth.

    On the page nothing more can be tapped once the truth is shown. A work file of the time when
    nothing was planted opens with the dice that were tapped then.

    Read with care: to tap nothing is to raise no false alarm, and to find nothing. The tally of
    hits means as little alone as that of false alarms. And fold the cell, which tells the truth.

    Parameters
    ----------
    seed : int, default 0
        The dice.
    rule : str or Rule, default "drop_sd"
        What judges the lines when the truth is shown.
    key : str, int, or several of them, default "taps"
        The name under which the work file keeps what was tapped.
    work : WorkFile or path, optional
        Where it is kept; the student's own work file if left out.
    settings : mapping of str to float, optional
        The settings of the dice, as in `false_alarms`: `n_sessions`, `autocorrelation`, `noise_sd`,
        `level`.
    told : bool, default False
        Whether the truth is told at once and there is nothing to tap, for those who have tapped
        elsewhere.
    planted : int, default 0
        In how many of the lines a rupture was planted in the first throw; in a later one it is any
        number from none to twice as many, so that who knows the first knows nothing.

    Attributes
    ----------
    tapped : list of int
        The numbers of the tapped lines, from 1; can be assigned, as can the three that follow.
    shown : bool
        Whether the truth is shown.
    round : int
        How often new lines were thrown.
    rule : Rule
        What judges the lines.
    state : dict
        What the work file keeps.
    settings : dict of str to float
        The settings of the dice of this round.
    message : str
        The truth, read out politely.
    place : str
        Where the taps of this round are kept.
    known : bool
    lines : DataFrame
    ruptures : DataFrame
    flags : DataFrame
    flagged : list of int
    hits : list of int
    false_alarms : list of int

    Raises
    ------
    RuleError
        For an unknown rule, settings that no dice can have or an impossible `planted`.
    QuestionError
        For a blank key.
    """

    tapped = tl.List(tl.Int(), help="The tapped lines, from 1.")
    shown = tl.Bool(False, help="Whether the truth is shown.")
    round = tl.Int(0, help="How often new lines were thrown.")
    rule = tl.Any(help="The rule, or its name, that judges the lines when the truth is shown.")
    state = tl.Dict(help="What the work file keeps.")

    def __init__(
        self,
        seed: int = 0,
        rule: str | Rule = "drop_sd",
        key: Key = "taps",
        *,
        work: Any = None,
        settings: Mapping[str, float] | None = None,
        told: bool = False,
        planted: int = 0,
    ) -> None:
        from alliance_widgets.widgets.page.desk import WorkDesk

        self.seed, self.key = seed, question_key(key)
        check_flag("told", told, RuleError)
        if settings is not None and not isinstance(settings, Mapping):
            given = as_shown(settings)
            raise RuleError([say("arguments.mapping", name="settings", given=given)])
        self.settings = {**SETTINGS, **(settings or {})}
        problems = []
        if type(seed) is not int or seed < 0:
            problems.append(say("taps.seed", given=repr(seed)))
        if not _possible(self.settings):
            problems.append(say("taps.settings", given=repr(self.settings)))
        if not _fits_in(planted):
            problems.append(say("taps.planted", given=repr(planted), most=LINES))
        if problems:
            raise RuleError(problems)
        self.planted = self._planted_now = planted
        self.next_settings: Mapping[str, float] = {}
        self._quiet = True
        scale = {"low": LOW, "high": HIGH}
        super().__init__(rule=as_rule(rule), _scale=scale, _told=told, shown=told)
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
        """The lines of this round: `client` ("Line 1", ...), `session`, `alliance` (1 to 5)."""
        scores = self._thrown()[0]
        lines, sessions = scores.shape
        return pd.DataFrame(
            {
                "client": np.repeat([say("taps.line", i=i + 1) for i in range(lines)], sessions),
                "session": np.tile(np.arange(1, sessions + 1), lines),
                "alliance": scores.ravel(),
            }
        )

    @property
    def ruptures(self) -> pd.DataFrame:
        """What was planted in this round: `client`, `onset`, `last`, `depth`, by line."""
        planted = self._thrown()[1]
        lines = [say("taps.line", i=case + 1) for case in planted["case"]]
        return planted.drop(columns="case").assign(client=lines)[
            ["client", "onset", "last", "depth"]
        ]

    @property
    def hits(self) -> list[int]:
        """The numbers of the tapped lines in which a rupture was planted."""
        held = self._held()
        return [line for line in self.tapped if line in held]

    @property
    def false_alarms(self) -> list[int]:
        """The numbers of the tapped lines in which nothing happened."""
        held = self._held()
        return [line for line in self.tapped if line not in held]

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
            self._planted_now = self._planted_in(self.round)

    def set_next(self, settings: Mapping[str, float]) -> None:
        """The settings of the next throw; where there is nothing to tap, of this one too.

        Parameters
        ----------
        settings : mapping of str to float
            As in `TapTheRuptures`.
        """
        self.next_settings = settings
        if self._told and {**self.settings, **settings} != self.settings:
            self.settings = {**self.settings, **settings}
            with self._together():
                pass

    # ---- traits ------------------------------------------------------------------------------

    @tl.validate("tapped")
    def _only_lines(self, proposal: Any) -> list[int]:
        return known_lines(proposal["value"], LINES)

    @tl.validate("rule")
    def _known_rule(self, proposal: Any) -> Rule:
        return as_rule(proposal["value"])

    @tl.validate("state")
    def _known_state(self, proposal: Any) -> dict[str, Any]:
        given = proposal["value"]
        rounds, tapped, settings = (given.get(n) for n in ("round", "tapped", "settings"))
        whole = type(rounds) is int and 0 <= rounds <= MOST_ROUNDS
        dice = {**self.settings, **settings} if isinstance(settings, dict) else self.settings
        kept = {
            "round": rounds if whole else 0,
            "tapped": known_lines(tapped if isinstance(tapped, list) else [], LINES),
            "shown": given.get("shown") is True,
            "settings": dice if _possible(dice) else self.settings,
        }
        begun = bool(kept["round"] or kept["tapped"] or kept["shown"])
        planted = given.get("planted", 0 if begun else self.planted)
        return {**kept, "planted": planted if _fits_in(planted) else self.planted}

    @tl.observe("state")
    def _restore(self, change: Any) -> None:
        if self._quiet:
            return
        kept = change["new"]
        before, self._quiet = self._quiet, True
        self.settings, self._planted_now = kept["settings"], kept["planted"]
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
        if self._quiet or change["new"] == self.tapped:
            return
        if self.shown:
            self._tapped = list(self.tapped)  # what was tapped before the truth stands
        else:
            self.tapped = change["new"]

    def _press(self, kind: str) -> None:
        if kind == "show":
            self.shown = True
        else:
            self.new_dice()

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Several traits changed as one: kept and shown once."""
        before, self._quiet = self._quiet, True
        try:
            yield
            told = {"round": self.round, "tapped": self.tapped, "shown": self.shown}
            dice = {"settings": dict(self.settings), "planted": self._planted_now}
            self.state = {**told, **dice}
        finally:
            self._quiet = before
        self._show()

    # ---- what the page shows -----------------------------------------------------------------

    def _thrown(self) -> tuple[np.ndarray, pd.DataFrame]:
        """The twelve lines, and what was planted in them."""
        chosen = {**self.settings, "n_sessions": int(self.settings["n_sessions"])}
        dice = self.seed + self.round
        thrown = noise_cases(**chosen, step=None, replicates=LINES, seed=dice)  # type: ignore[arg-type]
        thrown, planted = plant_ruptures(thrown, self._planted_now, (PLANTING, dice))
        return np.clip(np.round(thrown, 2), LOW, HIGH), planted

    def _planted_in(self, throw: int) -> int:
        """How many ruptures are planted in a later throw."""
        draw = np.random.default_rng((HOW_MANY, self.seed, throw))
        return min(int(draw.integers(2 * self.planted + 1)), LINES)

    def _held(self) -> dict[int, tuple[int, int]]:
        """The lines in which a rupture was planted, with its first and last session."""
        planted = self._thrown()[1]
        spans = zip(planted["onset"].tolist(), planted["last"].tolist(), strict=True)
        return dict(zip((planted["case"] + 1).tolist(), spans, strict=True))

    def _marks(self) -> list[list[int]]:
        """Per line the places of its flagged sessions, from 0."""
        limits = judge(self.lines, self.rule).limits["flagged"].to_numpy(dtype=bool)
        return [np.flatnonzero(line).tolist() for line in limits.reshape(LINES, -1)]

    def _show(self) -> None:
        scores = self._thrown()[0]
        marks = self._marks() if self.shown else [[] for _ in scores]
        held = self._held() if self.shown else {}
        sessions = scores.shape[1]
        lines: list[Line] = [
            {
                "scores": line.tolist(),
                "marks": marked,
                "planted": [session - 1 for session in held.get(i + 1, ())],
                "spoken": _spoken(i + 1, line),
                "said": self._said(i + 1, marked, held) if self.shown else "",
            }
            for i, (line, marked) in enumerate(zip(scores, marks, strict=True))
        ]
        buttons = [_button("dice")] if self.shown else [_button("show", primary=True)]
        key = "taps.legend_told" if self._told else "taps.legend"
        legend = say(key, n=LINES, sessions=sessions)
        message = self._truth(marks, held) if self.shown else ""
        before, self._quiet = self._quiet, True
        with self.hold_sync():
            said = {"legend": legend, "message": message}
            self._put(lines, self.tapped, buttons, settled=self.shown, **said)
            self._saved = {"value": list(self.tapped)}
            if self.desk is not None:
                self.place = f"{self.desk.place_of('taps', self.key)} / {self.round}"
            said_of_taps = legend, _tally(self.tapped), message
            self.description = " ".join(each for each in said_of_taps if each)
        self._quiet = before

    def _said(self, line: int, marked: list[int], held: Mapping[int, tuple[int, int]]) -> str:
        """What is under a line once the truth is shown."""
        parts = []
        if held and not self._told:
            verdict = VERDICTS[line in self.tapped, line in held]
            parts += [say(f"taps.{verdict}")] if verdict else []
        if line in held:
            first, last = held[line]
            parts.append(say("taps.held", n=last - first + 1, first=first, last=last))
        return "; ".join([*parts, _flags_said(marked)])

    def _truth(self, marks: list[list[int]], held: Mapping[int, tuple[int, int]]) -> str:
        found = [i + 1 for i, marked in enumerate(marks) if marked]
        found_key = "found" if found else "found_none"
        judged = say(f"taps.{found_key}", n=len(found), rule=self.rule.title, lines=LINES)
        if held:
            return " ".join(self._truth_of(held, found, judged))
        if self._told:
            return judged
        both = [line for line in self.tapped if line in found]
        yours = "yours" if self.tapped else "yours_none"
        said = [say("taps.truth"), say(f"taps.{yours}", n=len(self.tapped)), judged]
        if self.tapped and found:
            said.append(say("taps.both", n=len(both)))
        return " ".join(said)

    def _truth_of(
        self, held: Mapping[int, tuple[int, int]], found: list[int], judged: str
    ) -> Iterator[str]:
        """The truth where ruptures were planted: hits and false alarms, yours and the rule's."""
        named = _joined([str(line) for line in held])
        yield say("taps.truth_planted", n=len(held), lines=named, calm=LINES - len(held))
        if not self._told:
            hits, alarms = len(self.hits), len(self.false_alarms)
            tally = {"hits": hits, "planted": len(held), "alarms": alarms}
            whole = len(self.tapped) in (0, LINES)
            key = ("tally_none", "tally_all")[bool(self.tapped)] if whole else "tally_some"
            yield say(f"taps.{key}", n=len(self.tapped), **tally)
        yield judged
        if found:
            right = len([line for line in found if line in held])
            yield say("taps.rule_tally", hits=right, planted=len(held), alarms=len(found) - right)


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
    return rules.rule(presets().get(given, given) if isinstance(given, str) else given)


def _button(kind: str, *, primary: bool = False) -> Button:
    return {"kind": kind, "label": say(f"taps.{kind}"), "primary": primary}


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


def _fits_in(planted: Any) -> bool:
    """Whether ruptures can be planted in so many of the lines."""
    return type(planted) is int and 0 <= planted <= LINES


def _tally(tapped: list[int]) -> str:
    return say("taps.tally", n=len(tapped), lines=", ".join(map(str, tapped))) if tapped else ""
