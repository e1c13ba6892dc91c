"""Clinics that report the same: fit, predict what raising the alliance would do, and intervene."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.errors import AllianceError
from alliance_widgets.widgets.clinics import two_worlds_words as words
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.runtime import Described
from alliance_widgets.widgets.questions.forecast import Forecast
from alliance_widgets.widgets.questions.question import Key, builds_all
from alliance_widgets.words import say

__all__ = ["TwoWorlds"]

LOOK, FITTED, INTERVENED, MET, FITTED_THIRD, DONE = range(6)


class TwoWorlds(Described, ipw.VBox):
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

    Raises
    ------
    SimulationError
        For an impossible `seed` or an `n` not from 1,000 to 50,000.
    """

    seed = tl.Int(1, help="Which clinics; the next ones have the next seed.")
    step = tl.Int(LOOK, read_only=True)

    _made = False

    def __init__(self, seed: int = 1, n: int = 6_000, work: Any = None, key: Key = "09/worlds"):
        from alliance_widgets.simulate.studies import ThreeClinics
        from alliance_widgets.widgets.page.desk import WorkDesk

        self._clinics, self._first_seed = ThreeClinics(n, seed), seed
        self.n = n
        self._key = (key,) if isinstance(key, str | int) else tuple(key)
        self._work, self._desk = work, WorkDesk.of(work)
        self._parts: dict[str, ipw.Widget] = {}
        self._forecasts: dict[str, Forecast] = {}
        self._quiet = True
        wide = ipw.Layout(width="100%", overflow="visible")
        self._steps = ipw.VBox(layout=wide)
        self._more = self._more_clinics()
        # What is added at the end of one box leaves all before it as it is, and the focus there.
        super().__init__(children=(self._steps, self._more), layout=wide)
        kept = self._kept("seed", seed)
        self._desk.restore("setting", self._entry("seed"), lambda: setattr(self, "seed", kept))
        self._quiet = False
        self._open()
        self._made = True
        self._desk.watch(self, self._restore)
        close_earlier_run(self)

    def close(self) -> None:
        """Leave the page, and stop hearing of the work file."""
        if self._made:
            self._desk.forget(self)
            self._drop_parts()
            self._steps.close()
            self._more.close()
        super().close()

    def __repr__(self) -> str:
        told = [words.describe_reports(self._reports(self._met()), self.n)]
        told += [words.fit_summary(self._fits(each)) for each in self._fitted()]
        told += [
            self._intervention_text(each) for each in ("AB", "C") if each in self._intervened()
        ]
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
        for letter in self._met():
            report = self._clinics.report(letter)
            row = {
                "clinic": _name(letter),
                "clients": self.n,
                **{"r": report.r, "d": report.d, "dropout": report.dropout},
                **dict(zip(("lowest", "middle", "highest"), report.thirds, strict=True)),
            }
            fitted = any(letter in letters for letters in self._fitted())
            fit = self._clinics.fit(letter) if fitted else None
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
                _name(letter),
                words.of_hundred(self._clinics.report(letter).dropout),
                math.nan if asked.answer is None else asked.answer,
                math.nan if asked.confidence is None else float(asked.confidence),
                asked.skipped,
            )
            for letter, asked in self._forecasts.items()
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
        for letter in self._intervened():
            done = self._clinics.intervention(letter)
            shares = done.before / done.clients, done.after / done.clients
            world = self._clinics.world(letter)
            rows.append((_name(letter), world, self.n, *shares, done.changed))
        columns = ["clinic", "world", "clients", "before", "after", "courses_changed"]
        return pd.DataFrame(rows, columns=columns)

    # ---- what has been reached -------------------------------------------------------------

    def _met(self) -> str:
        return "ABC" if self.step >= MET else "AB"

    def _predicted(self, letters: str) -> bool:
        return all(each in self._forecasts and self._forecasts[each].done for each in letters)

    def _fitted(self) -> tuple[str, ...]:
        """The clinics that have been fitted, as they were fitted together."""
        return ("AB", "C")[: (self.step >= FITTED) + (self.step >= FITTED_THIRD)]

    def _intervened(self) -> str:
        if self.step < INTERVENED or not self._predicted("AB"):
            return ""
        return "ABC" if self.step >= DONE and self._predicted("C") else "AB"

    # ---- steps -----------------------------------------------------------------------------

    def _act(self, name: str) -> None:
        """A button was pressed: do its step, if it is this step's turn."""
        acts = {
            "fit": (FITTED, ""),
            "intervene": (INTERVENED, "AB"),
            "third": (MET, ""),
            "fit_third": (FITTED_THIRD, ""),
            "intervene_third": (DONE, "C"),
        }
        if name == "other":
            self.seed += 1
        elif name == "first":
            if self.seed == self._first_seed:
                self._more.message = say("worlds.at_first")
            self.seed = self._first_seed
        else:
            to, needed = acts[name]
            self._check_turn(to, needed)
            self._go(max(to, self.step))

    def _check_turn(self, to: int, needed: str) -> None:
        missing = [letter for letter in needed if not self._predicted(letter)]
        if self.step < to - 1:
            early = ("fit_first", "fit_first", "intervene_first", "meet_first", "fit_first")
            raise AllianceError([say(f"worlds.{early[self.step]}")])
        if missing:
            told = [say("worlds.predict_first", clinic=_name(letter)) for letter in missing]
            raise AllianceError(told)

    def _go(self, step: int) -> None:
        if step != self.step:
            self.set_trait("step", step)
            self._keep("steps", step)
        self._render()

    @tl.validate("seed")
    def _possible_seed(self, proposal: Any) -> int:
        self._clinics = replace(self._clinics, seed=proposal["value"])
        return int(proposal["value"])

    @tl.observe("seed")
    def _other_clinics(self, _change: Any) -> None:
        if not self._quiet:
            self._keep("seed", self.seed)
            self._drop_parts()
            self._open()

    # ---- the work file ---------------------------------------------------------------------

    def _entry(self, what: str) -> tuple[str | int, ...]:
        """Where the work file keeps it: the chosen seed by the first one, all else by the seed."""
        seed = self._first_seed if what == "seed" else self.seed
        return (*self._key, self.n, seed, what)

    def _kept(self, what: str, otherwise: int) -> int:
        """The number that the work file holds; anything that cannot be one counts as none."""
        ends = (LOOK, DONE) if what == "steps" else (0, math.inf)

        def fits(value: Any) -> bool:
            return type(value) is int and ends[0] <= value <= ends[1]

        value = self._desk.value_of("setting", self._entry(what), "value", fits)
        return otherwise if value is None else int(value)

    def _keep(self, what: str, value: int) -> None:
        with self._desk.changing() as work:
            work.record("setting", self._entry(what), value=value)

    def _restore(self, _change: Any = None) -> None:
        """Take over the steps that an earlier run, or another notebook, has taken."""
        step = self._kept("steps", LOOK)
        if step != self.step:
            self.set_trait("step", step)
            self._render()

    # ---- the page --------------------------------------------------------------------------

    def _open(self) -> None:
        """Begin with the clinics of this seed, at the step that was reached with them."""
        self.set_trait("step", self._kept("steps", LOOK))
        self._more.note = f"{say('worlds.these', seed=self.seed)} {say('worlds.teaching')}"
        self._render()
        if builds_all():
            self._first_two(all_of_it=True)
            self._third_clinic(all_of_it=True)

    def _drop_parts(self, ending: str = "") -> None:
        gone = [name for name in self._parts if name.endswith(ending)]
        for part in [self._parts.pop(name) for name in gone]:
            part.close()
        if not ending:
            for asked in self._forecasts.values():
                asked.close()
            self._forecasts = {}

    def _render(self) -> None:
        """Show what has been reached; what comes later is not made yet, so no page can know it."""
        shown = self._first_two()
        if self.step >= MET and self._intervened():
            shown += self._third_clinic()
        if tuple(shown) != self._steps.children:
            self._steps.children = tuple(shown)

    def _first_two(self, all_of_it: bool = False) -> list[ipw.Widget]:
        shown = self._study("", "AB", self.step >= FITTED or all_of_it)
        if self._intervened() or all_of_it:
            shown += self._outcome("", "AB")
            shown.append(self._text("planted", self._planted))
            shown.append(self._button("third"))
        return shown

    def _third_clinic(self, all_of_it: bool = False) -> list[ipw.Widget]:
        self._button("third").message = say("worlds.meet")
        shown = self._study("_third", "C", self.step >= FITTED_THIRD or all_of_it)
        if "C" in self._intervened() or all_of_it:
            shown += self._outcome("_third", "C")
            shown.append(self._text("closing", self._closing))
        return shown

    def _study(self, part: str, letters: str, fitted: bool) -> list[ipw.Widget]:
        """The figures, the curves and the fit of these clinics, and what is asked of them."""
        beside = "ABC" if part else "AB"
        table = self._text(
            f"figures{part}", lambda: words.report_table(self._reports(beside), self.n)
        )
        fit = self._button(f"fit{part}")
        shown = [table, self._curves(f"curves{part}", beside), fit]
        if not part:
            looking = words.paragraphs([say("worlds.looking")])
            shown.insert(1, self._text("looking", lambda: looking))
        if fitted:
            fit.message = words.fit_summary(self._fits(letters))
            said = self._text(f"fitted{part}", lambda: self._fit_html(letters))
            shown += [said, self._asked(letters)]
            if self._predicted(letters):
                shown.append(self._button(f"intervene{part}"))
        return shown

    def _outcome(self, part: str, letters: str) -> list[ipw.Widget]:
        """A hundred clients before and after, with the prediction between them."""

        def made() -> ChartView:
            from alliance_widgets import charts

            view = ChartView(charts.hundreds_form(len(letters)))
            view.update(**charts.hundreds_tables(counts))
            view.description = self._intervention_text(letters)
            return view

        counts = words.hundreds(self._done(letters), self._said(letters))
        self._button(f"intervene{part}").message = words.in_short(counts)
        return [self._part(f"{letters}_hundreds", made)]

    def _part(self, name: str, make_it: Callable[[], Any]) -> Any:
        if name not in self._parts:
            self._parts[name] = make_it()
        return self._parts[name]

    def _text(self, name: str, html_of: Callable[[], str]) -> ipw.Widget:
        return self._part(name, lambda: ipw.HTML(html_of()))

    def _button(self, name: str) -> Controls:
        def made() -> Controls:
            word = name.removesuffix("_third") if name != "third" else name
            button = make.button(name, say(f"worlds.{word}"), primary=True)
            controls = Controls([button], say("worlds.steps"))
            controls.note = say(f"worlds.{word}_note") if word == name else ""
            controls.on_press(self._act)
            return controls

        return self._part(name, made)

    def _more_clinics(self) -> Controls:
        names = ("other", "first")
        buttons = [make.button(name, say(f"worlds.{name}_clinics")) for name in names]
        controls = Controls(buttons, say("worlds.more"))
        controls.on_press(self._act)
        return controls

    def _curves(self, name: str, letters: str) -> ipw.Widget:
        def made() -> ChartView:
            from alliance_widgets import charts

            curves = {_name(letter): self._clinics.report(letter).curves for letter in letters}
            view = ChartView(charts.clinics_form(tuple(curves)))
            view.update(**charts.clinics_tables(curves))
            view.description = charts.clinics_words(curves)
            return view

        return self._part(name, made)

    def _asked(self, letters: str) -> ipw.Widget:
        """The questions for a prediction, side by side where there is room."""
        for letter in letters:
            if letter not in self._forecasts:
                self._forecasts[letter] = self._forecast(letter)
        held = tuple(self._forecasts[letter] for letter in letters)
        row = ipw.Layout(display="flex", flex_flow="row wrap", width="100%", overflow="visible")
        return self._part(f"ask_{letters}", lambda: ipw.Box(held, layout=row))

    def _forecast(self, letter: str) -> Forecast:
        def answered(_change: Any) -> None:
            self._drop_parts("C_hundreds" if letter == "C" else "AB_hundreds")  # it shows this
            self._render()

        now = words.of_hundred(self._clinics.report(letter).dropout)
        text = say("worlds.ask", clinic=_name(letter), now=now)
        asked = Forecast((*self._key, self.n, self.seed, letter), text, work=self._work)
        asked.layout = ipw.Layout(flex="1 1 340px", min_width="0", max_width="100%")
        asked.observe(answered, ["done", "answer"])
        return asked

    # ---- what it says ----------------------------------------------------------------------

    def _intervention_text(self, letters: str) -> str:
        return words.intervention_text(self._done(letters), self._said(letters))

    def _fit_html(self, letters: str) -> str:
        fits = self._fits(letters)
        return words.paragraphs(words.fit_texts(fits, self.n)) + words.terms_tables(fits)

    def _planted(self) -> str:
        worlds = {_name(letter): self._clinics.world(letter) for letter in "AB"}
        texts = words.planted_text(worlds, self._fits("AB"))
        return words.paragraphs(texts, say("worlds.planted"))

    def _closing(self) -> str:
        texts = words.closing_text(_name("C"), self._clinics.world("C"), self._clinics.fit("C"))
        return words.paragraphs(texts, say("worlds.closing_title"))

    def _reports(self, letters: str) -> dict[str, Any]:
        return {_name(letter): self._clinics.report(letter) for letter in letters}

    def _fits(self, letters: str) -> dict[str, pd.DataFrame]:
        return {_name(letter): self._clinics.fit(letter) for letter in letters}

    def _done(self, letters: str) -> dict[str, Any]:
        return {_name(letter): self._clinics.intervention(letter) for letter in letters}

    def _said(self, letters: str) -> dict[str, tuple[float | None, str | None]]:
        asked = {_name(letter): self._forecasts[letter] for letter in letters}
        return {name: (each.answer, each.confidence) for name, each in asked.items()}


def _name(letter: str) -> str:
    return say("worlds.clinic", letter=letter)
