"""The noise lab: how many possible ruptures a rule finds where nothing happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.charts.cases.noise import rates_picture
from alliance_widgets.presets import Chosen, Pick, Setting, Steps, Whole, check_seed, read
from alliance_widgets.rules import Rule
from alliance_widgets.rules.sessions import ObservedSessions
from alliance_widgets.ruptures.noise import false_alarms
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page._codes import CodeLine, WithCode, settings_of
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.runtime import OfParts
from alliance_widgets.widgets.rules._thrown import MOST_ROUNDS
from alliance_widgets.widgets.rules.rule_choice import NONE, RuleChoice
from alliance_widgets.widgets.rules.strictness import options_of, set_to, strictness_of
from alliance_widgets.widgets.rules.tap_ruptures import SETTINGS, TapTheRuptures, as_rule
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["NoiseLab"]

REPLICATES = 10_000
SPILLS = {"not": 0.0, "little": 0.3, "much": 0.6}
SESSIONS = (4, 30)
DICE = ("sessions", "spill", "noise", "level")
ENOUGH = 500
"""Flagged clients: of fewer it is not said how their episodes go on."""


class NoiseLab(WithCode, OfParts, ipw.VBox):
    """Twelve lines to tap; then the truth, and how often a rule finds what is not there.

    When the truth has been shown, and no earlier, the rest appears: controls for the rule, how
    strict it is, the number of sessions, how far a bad week spills into the next, the noise and the
    usual level, and two fields of a hundred. “New dice” throws twelve lines with the settings of
    the controls.

    Read with care: the share of *episodes* that are back up must not be set beside a published
    share of *clients*; and report the noise share for your own rule, length and unit.

    Parameters
    ----------
    seed : int, default 0
        The dice.
    rule : str or Rule, default "drop_sd"
        The rule to begin with.
    key : str, int, or several of them, default "noise-lab"
        The name under which the work file keeps what was tapped.
    known : bool, default False
        Whether the truth and the rest are there at once, for those who have tapped elsewhere.
    work : WorkFile or path, optional
        Where it is kept; the student's own work file if left out.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    rates : Series or None
        What `false_alarms` gives with these settings, from `replicates` simulated clients; None
        before the truth. Read-only.
    taps : TapTheRuptures
        The lines to tap.
    controls : Controls or None
        What can be chosen (`controls.values`); None before the truth.
    settings : dict of str to float
    code : str
        The code of lines and figures, which gives the same ones where it is typed or assigned;
        what the truth hides, it shows no earlier.

    Raises
    ------
    RuleError
        For an unknown rule.
    QuestionError
        For a blank key.
    """

    code_name = "NOISE"

    rates = tl.Instance(pd.Series, allow_none=True, read_only=True)
    replicates = REPLICATES

    def __init__(
        self,
        seed: int = 0,
        rule: str | Rule = "drop_sd",
        key: KeyGiven = "noise-lab",
        *,
        known: bool = False,
        work: WorkGiven = None,
        code: str | None = None,
    ) -> None:
        self._choice = RuleChoice(as_rule(rule))
        if code is not None:
            seed = read(self.code_name, self._settings(), code)[0]["seed"]
        self.seed = seed
        self.taps = TapTheRuptures(seed, rule, key, work=work, told=known)
        self._wanted: Chosen = {}
        self._known = known
        self.controls: Controls | None = None
        self.chart: ChartView | None = None
        self.coded = CodeLine(self, follows=[(self.taps, "state"), (self, "rates")])
        super().__init__(children=(self.taps, self.coded))
        self.taps.observe(self._follow, ["shown", "round"])
        self._follow()
        if code is not None:
            self.code = code
        close_earlier_run(self)

    def __repr__(self) -> str:
        said = [repr(self.taps)]
        if self.chart is not None:
            said.append(self.chart.description)
        return " ".join(said)

    def _follow(self, _change: object = None) -> None:
        """Build the rest when the truth is known: before, the page must hear nothing of it."""
        if self.controls is not None or not self.taps.known:
            return
        self._ruled = self._choice.key
        kept = self.taps.settings
        spills = {value: name for name, value in SPILLS.items()}
        self.controls = Controls(
            self._items(self.taps.rule),
            say("noiselab.about"),
            rule=self._choice.key,
            strict=strictness_of(self.taps.rule),
            sessions=int(min(max(kept["n_sessions"], SESSIONS[0]), SESSIONS[1])),
            spill=spills.get(kept["autocorrelation"], "not"),
            noise=float(kept["noise_sd"]),
            level=float(kept["level"]),
        )
        self._take_wanted()
        self.controls.note = say("noiselab.note")
        self.chart = ChartView()
        self._redraw()
        rest = (self.controls, self.chart)
        parts = (*rest, self.taps) if self._known else (self.taps, *rest)
        self.children = (*parts, self.coded)
        self.controls.observe(self._redraw, "values")

    def _items(self, rule: Rule) -> list[make.Item]:
        rules = [option for option in self._choice.options if option[0] != NONE]
        spills = [(name, say(f"noiselab.spilling.{name}")) for name in SPILLS]
        unit = say("noiselab.noise_unit", value="{value}")
        strict = options_of(rule)
        return [
            make.slider("sessions", say("noiselab.sessions"), *SESSIONS, 1),
            make.slider("noise", say("noiselab.noise"), 0.1, 0.6, 0.05, unit),
            make.choice("rule", say("rulechoice.rule"), rules),
            *([make.choice("strict", say("noiselab.strict"), strict)] if strict else []),
            make.choice("spill", say("noiselab.spill"), spills),
            make.slider("level", say("noiselab.level"), 2, 4.5, 0.1),
        ]

    @property
    def settings(self) -> dict[str, float]:
        """What the controls say of the dice, as `false_alarms` names it."""
        return dict(SETTINGS) if self.controls is None else _dice(self.controls.values)

    # ---- the code ----------------------------------------------------------------------------

    def _settings(self) -> Mapping[str, Setting]:
        keys = [option[0] for option in self._choice.options if option[0] != NONE]
        rules = {key: as_rule(self._choice.rule_of(key)) for key in keys}
        strict = [
            (key, value) for key, rule in rules.items() for value in dict(options_of(rule)) or ("",)
        ]
        dice = {item["name"]: item for item in self._items(next(iter(rules.values())))}
        controls = settings_of(dice[name] for name in DICE)
        return {
            **{"seed": Whole(), "round": Steps(0, MOST_ROUNDS, 1), "rule": Pick(tuple(strict))},
            **controls,
            **{f"thrown_{name}": setting for name, setting in controls.items()},
        }

    def _chosen(self) -> Chosen:
        values = self._now()
        spills = {value: name for name, value in SPILLS.items()}
        thrown = self.taps.settings
        return {
            **{"seed": self.seed, "round": self.taps.round},
            **{"rule": (values["rule"], values["strict"])},
            **{name: values[name] for name in DICE},
            "thrown_sessions": int(thrown["n_sessions"]),
            "thrown_spill": spills.get(thrown["autocorrelation"]),
            **{"thrown_noise": thrown["noise_sd"], "thrown_level": thrown["level"]},
        }

    def _now(self) -> Chosen:
        """What the controls say, or will say when they are there."""
        if self.controls is not None:
            return dict(self.controls.values)
        first = {"rule": self._choice.key, "strict": strictness_of(self.taps.rule)}
        dice = {"sessions": 10, "spill": "not", "noise": 0.3, "level": 4.0}
        return {**first, **dice, **self._wanted}

    def _go_to(self, values: Chosen) -> None:
        check_seed(values["seed"], self.seed)
        thrown = _dice({name: values[f"thrown_{name}"] for name in DICE})
        state = self.taps.state
        now = (state.get("round", 0), dict(self.taps.settings))
        if now != (values["round"], thrown):
            kept = {"round": values["round"], "tapped": [], "shown": False, "settings": thrown}
            self.taps.state = {**kept, "planted": self.taps.planted}
        rule, strict = values["rule"]
        self._wanted = {"rule": rule, "strict": strict, **{name: values[name] for name in DICE}}
        if self.controls is not None:
            self._take_wanted()
            self._redraw()

    def _take_wanted(self) -> None:
        """Let the controls say what a code said before they were there."""
        if self.controls is None or not self._wanted:
            return
        rule = as_rule(self._choice.rule_of(self._wanted["rule"]))
        self._ruled = self._wanted["rule"]
        with self._settle(), self.controls.hold_sync():
            self.controls.items = self._items(rule)
            self.controls.values = {**self.controls.values, **self._wanted}

    def _pictured(self) -> Iterable[pd.DataFrame]:
        values = self._now()
        rule = set_to(as_rule(self._choice.rule_of(values["rule"])), values["strict"])
        rates = _rates(rule, tuple(_dice(values).items()), self.seed)
        return [self.taps.lines, rates.to_frame()]

    # ---- what follows ------------------------------------------------------------------------

    def _redraw(self, _change: object = None) -> None:
        controls, chart = self.controls, self.chart
        if controls is None or chart is None or self._settling:
            return
        with controls.hold_sync():
            rule = self._rule(controls)
        settings = self.settings
        rates = _rates(rule, tuple(settings.items()), self.seed)
        needed = _needed(rule, int(settings["n_sessions"]))
        with chart.hold_sync(), controls.hold_sync():
            shown = rates.copy()
            if rates["any_flag"] * REPLICATES < ENOUGH:
                shown[["repaired_episodes", "repaired_cases", "open_cases"]] = float("nan")
            n = int(settings["n_sessions"])
            chart.show(rates_picture(shown, rule.title, n, REPLICATES).adding(needed))
            controls.warning = rule.trap
        self.set_trait("rates", rates)
        if self.taps.rule != rule:
            self.taps.rule = rule
        self.taps.set_next(settings)

    def _rule(self, controls: Controls) -> Rule:
        """The chosen rule; another one comes with its own choice of how strict it is."""
        key = controls.values["rule"]
        rule = as_rule(self._choice.rule_of(key))
        if key != self._ruled:
            self._ruled = key
            controls.items = self._items(rule)
            with self._settle():
                controls.values = {**controls.values, "strict": strictness_of(rule)}
        return set_to(rule, controls.values["strict"])


def _dice(values: Chosen) -> dict[str, float]:
    """What controls say of the dice, as `false_alarms` names it."""
    return {
        "n_sessions": int(values["sessions"]),
        "autocorrelation": SPILLS[values["spill"]],
        "noise_sd": float(values["noise"]),
        "level": float(values["level"]),
    }


@lru_cache(maxsize=256)
def _rates(rule: Rule, settings: tuple[tuple[str, float], ...], seed: int) -> pd.Series:
    return false_alarms(rule, **dict(settings), replicates=REPLICATES, seed=seed)  # type: ignore[arg-type]


def _needed(rule: Rule, n_sessions: int) -> str:
    """Why the rule could flag nothing in cases of this length; empty if it could."""
    case = pd.DataFrame(
        {"client": "", "session": range(1, n_sessions + 1), "alliance": 3.0},
    )
    needed = float(rule.needed(ObservedSessions(case))[0])
    if n_sessions >= needed:
        return ""
    return rule.cannot_flag(n_sessions, None if needed == float("inf") else int(needed))
