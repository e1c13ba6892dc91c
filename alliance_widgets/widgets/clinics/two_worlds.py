"""Clinics that report the same: fit, predict what raising the alliance would do, and intervene."""

from __future__ import annotations

import math
from dataclasses import replace

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.errors import AllianceError
from alliance_widgets.presets import read
from alliance_widgets.simulate.studies import ThreeClinics
from alliance_widgets.widgets.clinics import two_worlds_words as words
from alliance_widgets.widgets.clinics._two_worlds_code import ClinicsCode
from alliance_widgets.widgets.clinics._two_worlds_page import WorldsPage
from alliance_widgets.widgets.clinics._two_worlds_steps import (
    FIRST,
    LEADS_TO,
    THIRD,
    Reached,
    Step,
    clinic_name,
)
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._at_desk import AtDesk, WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page._codes import CodeLine
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.widgets.questions.forecast import Forecast
from alliance_widgets.widgets.questions.question import builds_all
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["TwoWorlds"]


class TwoWorlds(ClinicsCode, AtDesk, ipw.VBox):
    """Two clinics with the same figures and, later, a third; what would a stronger alliance do?

    Step by step, each shown when the one before is done: look at the figures; fit the chance of
    leaving; predict, for each clinic, how many of a hundred would leave if every alliance were
    half a point stronger, and commit; intervene; and the same again with Clinic C. Predictions and
    steps are kept, apart for each seed and `n`.

    Read with care: that two worlds can be made to report the same does not say which of them, or
    what mixture, a real clinic is like.

    Parameters
    ----------
    seed : int, default 1
        From which it is drawn which clinic is which world.
    n : int, default 6000
        The number of clients of each clinic, 1,000 to 50,000: with 6,000 the fit tells the first
        two apart in 59 of 60 draws, with 2,000 in 44.
    work : WorkFile or path, optional
        Where predictions and steps are kept; the student's own work file if left out.
    key : str, int, or several of them, default "09/worlds"
        The name under which they are kept.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    seed : int
        Which clinics; the next ones have the next seed.
    step : int
        How many steps are done; read-only.
    n : int
        The number of clients of each clinic.
    figures : DataFrame
    predictions : DataFrame
    answer : DataFrame
    code : str
        The code of the clinics: typed or assigned elsewhere, it gives the same ones. How far
        somebody has come with them, and what was predicted, it does not say.

    Raises
    ------
    SimulationError
        For an impossible `seed` or an `n` not from 1,000 to 50,000.
    """

    code_name = "WORLDS"

    seed = tl.Int(1, help="Which clinics; the next ones have the next seed.")
    step = tl.Int(Step.LOOK, read_only=True)

    def __init__(
        self,
        seed: int = 1,
        n: int = 6_000,
        work: WorkGiven = None,
        key: KeyGiven = "09/worlds",
        *,
        code: str | None = None,
    ):
        from alliance_widgets.widgets.page.desk import WorkDesk

        if code is not None:
            told = read(self.code_name, self._settings(), code)[0]
            seed, n = told["seed"], told["n"]

        self._clinics, self._first_seed = ThreeClinics(n, seed), seed
        self.n = n
        self._key = (key,) if isinstance(key, str | int) else tuple(key)
        self._work, self.desk = work, WorkDesk.of(work)
        wide = ipw.Layout(width="100%", overflow="visible")
        self._steps = ipw.VBox(layout=wide)
        self._more = _more_clinics()
        self._more.on_press(self._act)
        with self._settle():
            # What is added at the end of one box leaves all before it as it is, and the focus.
            self.coded = CodeLine(self, follows=[(self, "seed")])
            super().__init__(children=(self._steps, self._more, self.coded), layout=wide)
            kept = self._kept("seed", seed)
            self.desk.restore("setting", self._entry("seed"), lambda: setattr(self, "seed", kept))
        self._open()
        self.desk.watch(self, self._restore)
        if code is not None:
            self.code = code
        close_earlier_run(self)

    def close(self) -> None:
        """Leave the page, and stop hearing of the work file."""
        if page := getattr(self, "_page", None):  # none where it was refused while it was made
            page.close()
            self._steps.close()
            self._more.close()
            self.coded.close()
        super().close()

    def __repr__(self) -> str:
        reached, page = self._reached, self._page
        told = [words.describe_reports(page.reports(reached.met), self.n)]
        studies = FIRST, THIRD
        told += [words.fit_summary(page.fits(s)) for s in studies if reached.has_fitted(s)]
        told += [page.intervention_text(s) for s in studies if reached.has_intervened(s)]
        return "\n".join([*told, say("worlds.teaching")])

    # ---- what a program reads --------------------------------------------------------------

    @property
    def figures(self) -> pd.DataFrame:
        """One row per clinic met: what a study reports, and the fit once it was made.

        Columns `clinic`, `clients`, `r`, `d`, `dropout` and, by third of the clients, `lowest`,
        `middle`, `highest` (shares that drop out, 0 to 1), and, missing before the fit, `between`,
        `between_se`, `within`, `within_se` in log odds.
        """
        rows = []
        for letter in self._reached.met:
            report = self._clinics.report(letter)
            row = {
                "clinic": clinic_name(letter),
                "clients": self.n,
                **{"r": report.r, "d": report.d, "dropout": report.dropout},
                **dict(zip(("lowest", "middle", "highest"), report.thirds, strict=True)),
            }
            study = THIRD if letter in THIRD.letters else FIRST
            fit = self._clinics.fit(letter) if self._reached.has_fitted(study) else None
            for part in ("between", "within"):
                term = f"alliance_{part}"
                row[part] = math.nan if fit is None else fit.loc[term, "coefficient"]
                row[f"{part}_se"] = math.nan if fit is None else fit.loc[term, "se"]
            rows.append(row)
        return pd.DataFrame(rows)

    @property
    def predictions(self) -> pd.DataFrame:
        """One row per clinic asked about: what was predicted, and how sure.

        Columns `clinic`, `now`, `predicted` (both of a hundred), `confidence` in percent,
        `skipped`.
        """
        rows = [
            (
                clinic_name(letter),
                words.of_hundred(self._clinics.report(letter).dropout),
                math.nan if asked.answer is None else asked.answer,
                math.nan if asked.confidence is None else float(asked.confidence),
                asked.skipped,
            )
            for letter, asked in self._page.forecasts.items()
        ]
        columns = ["clinic", "now", "predicted", "confidence", "skipped"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def answer(self) -> pd.DataFrame:
        """One row per clinic intervened upon: its world, and what the intervention did.

        Columns `clinic`, `world`, `clients`, `before`, `after` (shares that leave, 0 to 1),
        `courses_changed`.
        """
        rows = []
        for letter in self._reached.intervened():
            done = self._clinics.intervention(letter)
            shares = done.before / done.clients, done.after / done.clients
            world = self._clinics.world(letter)
            rows.append((clinic_name(letter), world, self.n, *shares, done.changed))
        columns = ["clinic", "world", "clients", "before", "after", "courses_changed"]
        return pd.DataFrame(rows, columns=columns)

    # ---- steps -----------------------------------------------------------------------------

    @property
    def _reached(self) -> Reached:
        return self._page.reached

    def _act(self, name: str) -> None:
        """A button was pressed: do its step, if it is this step's turn."""
        if name == "other":
            self.seed += 1
        elif name == "first":
            if self.seed == self._first_seed:
                self._more.message = say("worlds.at_first")
            self.seed = self._first_seed
        else:
            if refusals := self._reached.refusals(name):
                raise AllianceError(refusals)
            if LEADS_TO[name] > self.step:
                self._go(LEADS_TO[name])
                self._keep("steps", self.step)
            self._render()

    @tl.validate("seed")
    def _possible_seed(self, proposal: Change) -> int:
        self._clinics = replace(self._clinics, seed=proposal["value"])
        return int(proposal["value"])

    @tl.observe("seed")
    def _other_clinics(self, _change: object = None) -> None:
        if not self._settling:
            self._keep("seed", self.seed)
            self._page.close()
            self._open()

    # ---- the work file ---------------------------------------------------------------------

    def _entry(self, what: str) -> tuple[str | int, ...]:
        """Where the work file keeps it: the chosen seed by the first one, all else by the seed."""
        seed = self._first_seed if what == "seed" else self.seed
        return (*self._key, self.n, seed, what)

    def _kept(self, what: str, otherwise: int) -> int:
        """The number that the work file holds; anything that cannot be one counts as none."""
        ends = (Step.LOOK, Step.DONE) if what == "steps" else (0, math.inf)

        def fits(value: object) -> bool:
            return type(value) is int and ends[0] <= value <= ends[1]

        value = self.desk.value_of("setting", self._entry(what), "value", fits)
        return otherwise if value is None else int(value)

    def _keep(self, what: str, value: int) -> None:
        with self.desk.changing() as work:
            work.record("setting", self._entry(what), value=value)

    def _restore(self, _change: object = None) -> None:
        """Take over the steps that an earlier run, or another notebook, has taken."""
        step = self._kept("steps", Step.LOOK)
        if step != self.step:
            self._go(step)
            self._render()

    def _go(self, step: int) -> None:
        self.set_trait("step", int(step))
        self._page.step = Step(step)

    # ---- the page --------------------------------------------------------------------------

    def _open(self) -> None:
        """Begin with the clinics of this seed, at the step that was reached with them."""
        self._page = WorldsPage(self._clinics, self._act, self._forecast)
        self._go(self._kept("steps", Step.LOOK))
        self._more.note = f"{say('worlds.these', seed=self.seed)} {say('worlds.teaching')}"
        self._render()
        if builds_all():
            self._page.build_all()

    def _render(self) -> None:
        """Show what has been reached."""
        shown = tuple(self._page.shown())
        if shown != self._steps.children:
            self._steps.children = shown

    def _forecast(self, letter: str) -> Forecast:
        """The question for what the intervention would do in that clinic."""

        def answered(_change: object) -> None:
            self._page.forget_outcome(letter)
            self._render()

        now = words.of_hundred(self._clinics.report(letter).dropout)
        text = say("worlds.ask", clinic=clinic_name(letter), now=now)
        asked = Forecast((*self._key, self.n, self.seed, letter), text, work=self._work)
        asked.layout = ipw.Layout(flex="1 1 340px", min_width="0", max_width="100%")
        asked.observe(answered, ["done", "answer"])
        return asked


def _more_clinics() -> Controls:
    other = make.button("other", say("worlds.other_clinics"))
    return Controls([other, make.button("first", say("worlds.first_clinics"))], say("worlds.more"))
