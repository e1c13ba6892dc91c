"""Twelve lines: tap the real ruptures, then see the truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import traitlets as tl

from alliance_widgets import rules
from alliance_widgets.arguments import as_shown, check_flag
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import Rule
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page.protocol import Button
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.widgets.page.taps import Taps, known_lines
from alliance_widgets.widgets.questions.question import question_key
from alliance_widgets.widgets.rules._taps_words import Telling, tally
from alliance_widgets.widgets.rules._thrown import (
    HIGH,
    LINES,
    LOW,
    MOST_ROUNDS,
    SETTINGS,
    Thrown,
    can_be_planted,
    can_be_thrown,
    planted_in,
)
from alliance_widgets.widgets.rules.rule_choice import presets
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["SETTINGS", "TapTheRuptures", "as_rule"]


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
        The truth, read out politely; before it, that the lines are new.
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
        key: KeyGiven = "taps",
        *,
        work: WorkGiven = None,
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
        if not can_be_thrown(self.settings):
            problems.append(say("taps.settings", given=repr(self.settings)))
        if not can_be_planted(planted):
            problems.append(say("taps.planted", given=repr(planted), most=LINES))
        if problems:
            raise RuleError(problems)
        self.planted = self._planted_now = planted
        self.next_settings: Mapping[str, float] = {}
        scale = {"low": LOW, "high": HIGH}
        with self._settle():
            super().__init__(rule=as_rule(rule), _scale=scale, _told=told, shown=told)
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
        return self._thrown.lines

    @property
    def ruptures(self) -> pd.DataFrame:
        """What was planted in this round: `client`, `onset`, `last`, `depth`, by line."""
        return self._thrown.ruptures

    @property
    def hits(self) -> list[int]:
        """The numbers of the tapped lines in which a rupture was planted."""
        held = self._thrown.held
        return [line for line in self.tapped if line in held]

    @property
    def false_alarms(self) -> list[int]:
        """The numbers of the tapped lines in which nothing happened."""
        held = self._thrown.held
        return [line for line in self.tapped if line not in held]

    @property
    def flags(self) -> pd.DataFrame:
        """What the rule flags in the lines, one row per session, in the order of the lines."""
        judged = self._thrown.flags(self.rule)
        return judged[judged["flagged"]].drop(columns="flagged").reset_index(drop=True)

    @property
    def flagged(self) -> list[int]:
        """The numbers of the lines in which the rule flags something."""
        return [i + 1 for i, marks in enumerate(self._thrown.marks(self.rule)) if marks]

    def new_dice(self) -> None:
        """Throw twelve new lines, with `next_settings` if there are any."""
        self.settings = {**self.settings, **self.next_settings}
        with self._settle():
            self.round, self.tapped, self.shown = self.round + 1, [], self._told
            self._planted_now = planted_in(self.round, self.seed, self.planted)
        self._changed()

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
            self._changed()

    # ---- traits ------------------------------------------------------------------------------

    @tl.validate("tapped")
    def _only_lines(self, proposal: Change) -> list[int]:
        return known_lines(proposal["value"], LINES)

    @tl.validate("rule")
    def _known_rule(self, proposal: Change) -> Rule:
        return as_rule(proposal["value"])

    @tl.validate("state")
    def _known_state(self, proposal: Change) -> dict[str, Any]:
        given = proposal["value"]
        rounds, tapped, settings = (given.get(n) for n in ("round", "tapped", "settings"))
        whole = type(rounds) is int and 0 <= rounds <= MOST_ROUNDS
        dice = {**self.settings, **settings} if isinstance(settings, dict) else self.settings
        kept = {
            "round": rounds if whole else 0,
            "tapped": known_lines(tapped if isinstance(tapped, list) else [], LINES),
            "shown": given.get("shown") is True,
            "settings": dice if can_be_thrown(dice) else self.settings,
        }
        begun = bool(kept["round"] or kept["tapped"] or kept["shown"])
        planted = given.get("planted", 0 if begun else self.planted)
        return {**kept, "planted": planted if can_be_planted(planted) else self.planted}

    @tl.observe("state")
    def _restore(self, change: Change) -> None:
        if self._settling:
            return
        kept = change["new"]
        with self._settle():
            self.settings, self._planted_now = kept["settings"], kept["planted"]
            self.round, self.tapped = kept["round"], kept["tapped"]
            self.shown = kept["shown"] or self._told
        self._show()

    @tl.observe("tapped", "shown", "round")
    def _changed(self, _change: object = None) -> None:
        """What was tapped, shown or thrown: kept and shown once."""
        if self._settling:
            return
        told = {"round": self.round, "tapped": self.tapped, "shown": self.shown}
        dice = {"settings": dict(self.settings), "planted": self._planted_now}
        with self._settle():
            self.state = {**told, **dice}
        self._show()

    @tl.observe("_tapped")
    def _tap(self, change: Change) -> None:
        if self._settling or change["new"] == self.tapped:
            return
        if self.shown:
            self._tapped = list(self.tapped)  # what was tapped before the truth stands
        else:
            self.tapped = change["new"]

    def _pressed(self, kind: str) -> None:
        if kind == "show":
            self.shown = True
        else:
            self.new_dice()

    # ---- what the page shows -----------------------------------------------------------------

    @property
    def _thrown(self) -> Thrown:
        return Thrown(self.seed + self.round, self.settings, self._planted_now)

    @tl.observe("rule")
    def _show(self, _change: object = None) -> None:
        if self._settling:
            return
        told = Telling(self._thrown, self.tapped, self.rule, self.shown, self._told)
        show: Button = {"kind": "show", "label": say("taps.show"), "primary": True}
        dice: Button = {"kind": "dice", "label": say("taps.dice"), "primary": False}
        with self._settle(), self.hold_sync():
            anew = say("taps.thrown", n=LINES) if self.round and not self.tapped else ""
            said = {"legend": told.legend, "message": told.truth or anew}
            buttons = [dice if self.shown else show]
            score, settled = told.score, self.shown
            self._put(told.lines, self.tapped, buttons, score=score, settled=settled, **said)
            self._saved = {"value": list(self.tapped)}
            if self.desk is not None:
                self.place = f"{self.desk.place_of('taps', self.key)} / {self.round}"
            parts = told.legend, tally(self.tapped), told.truth.replace("\n", " ")
            self.description = " ".join(each for each in parts if each)


def as_rule(given: Any) -> Rule:
    """The rule of that name, with a picker's settings where it has none of its own."""
    return rules.rule(presets().get(given, given) if isinstance(given, str) else given)
