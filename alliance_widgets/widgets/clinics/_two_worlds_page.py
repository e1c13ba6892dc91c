"""What `TwoWorlds` shows, step by step: a part is made when it is first shown, and stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import ipywidgets as ipw

from alliance_widgets.charts import Picture
from alliance_widgets.charts.clinics.courses import clinics_picture, hundreds_picture
from alliance_widgets.widgets.clinics import two_worlds_words as words
from alliance_widgets.widgets.clinics._two_worlds_steps import (
    FIRST,
    THIRD,
    Reached,
    Step,
    Study,
    clinic_name,
)
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.questions.forecast import Forecast
from alliance_widgets.words import say

if TYPE_CHECKING:
    import pandas as pd

    from alliance_widgets.simulate.studies import Intervention, Report, ThreeClinics

__all__ = ["WorldsPage"]

Part = TypeVar("Part", bound=ipw.Widget)
Said = dict[str, tuple[float | None, str | None]]


class WorldsPage:
    """The parts for the clinics of one seed; no part exists before its step, so no page knows it.

    `act` hears the name of a button, `forecast` makes the question about a clinic.
    """

    def __init__(
        self,
        clinics: ThreeClinics,
        act: Callable[[str], None],
        forecast: Callable[[str], Forecast],
    ) -> None:
        self._clinics, self._act, self._forecast = clinics, act, forecast
        self.parts: dict[tuple[str, Study], ipw.Widget] = {}
        self.forecasts: dict[str, Forecast] = {}
        self.step = Step.LOOK

    @property
    def reached(self) -> Reached:
        """The step, and which predictions are made."""
        done = [letter for letter, asked in self.forecasts.items() if asked.done]
        return Reached(self.step, frozenset(done))

    def close(self) -> None:
        """Leave the page."""
        for part in (*self.parts.values(), *self.forecasts.values()):
            part.close()

    def forget_outcome(self, letter: str) -> None:
        """Draw the outcome anew when it is next shown: another prediction stands in it."""
        study = THIRD if letter in THIRD.letters else FIRST
        if part := self.parts.pop(("hundreds", study), None):
            part.close()

    def shown(self) -> list[ipw.Widget]:
        """The parts of all that has been reached, in order."""
        shown = self._first_two()
        if self.reached.has_intervened(FIRST) and self.reached.met == THIRD.beside:
            self._button("third", FIRST).message = say("worlds.meet")
            shown += self._third_clinic()
        return shown

    def build_all(self) -> None:
        """Make every part there will be."""
        self._first_two(all_of_it=True)
        self._third_clinic(all_of_it=True)

    def reports(self, letters: tuple[str, ...]) -> dict[str, Report]:
        """What a study of each of these clinics reports, by its name."""
        return {clinic_name(letter): self._clinics.report(letter) for letter in letters}

    def fits(self, study: Study) -> dict[str, pd.DataFrame]:
        """The fit of each clinic of a study, by its name."""
        return {clinic_name(letter): self._clinics.fit(letter) for letter in study.letters}

    def intervention_text(self, study: Study) -> str:
        """What the intervention did in these clinics, and what had been predicted."""
        return words.intervention_text(*self._came(study))

    # ---- parts -----------------------------------------------------------------------------

    def _first_two(self, all_of_it: bool = False) -> list[ipw.Widget]:
        shown = self._study(FIRST, all_of_it)
        looking = self._text("looking", FIRST, lambda: words.paragraphs([say("worlds.looking")]))
        shown.insert(1, looking)
        if self.reached.has_intervened(FIRST) or all_of_it:
            shown += [self._outcome(FIRST), self._text("told", FIRST, lambda: self._told(FIRST))]
            shown.append(self._button("third", FIRST))
        return shown

    def _third_clinic(self, all_of_it: bool = False) -> list[ipw.Widget]:
        shown = self._study(THIRD, all_of_it)
        if self.reached.has_intervened(THIRD) or all_of_it:
            shown += [self._outcome(THIRD), self._text("told", THIRD, lambda: self._told(THIRD))]
        return shown

    def _study(self, study: Study, all_of_it: bool) -> list[ipw.Widget]:
        """The figures, the curves and the fit of these clinics, and what is asked of them."""
        reports = self.reports(study.beside)
        table = self._text("figures", study, lambda: words.report_table(reports, self._clinics.n))
        fit = self._button(study.fit, study)
        shown = [table, self._curves(study, reports), fit]
        if self.reached.has_fitted(study) or all_of_it:
            fits = self.fits(study)
            fit.message = words.fit_summary(fits)
            said = self._text("fitted", study, lambda: words.fit_page(fits, self._clinics.n))
            shown += [said, self._asked(study)]
            if self.reached.has_predicted(study):
                shown.append(self._button(study.intervene, study))
        return shown

    def _outcome(self, study: Study) -> ChartView:
        """A hundred clients before and after, with the prediction between them."""
        counts = words.hundreds(*self._came(study))

        def made() -> ChartView:
            return _drawn(hundreds_picture(counts, self.intervention_text(study)))

        self._button(study.intervene, study).message = words.in_short(counts)
        return self._part("hundreds", study, made)

    def _part(self, name: str, study: Study, make_it: Callable[[], Part]) -> Part:
        if (name, study) not in self.parts:
            self.parts[name, study] = make_it()
        part: Part = self.parts[name, study]
        return part

    def _text(self, name: str, study: Study, html_of: Callable[[], str]) -> ipw.Widget:
        return self._part(name, study, lambda: ipw.HTML(html_of()))

    def _button(self, name: str, study: Study) -> Controls:
        def made() -> Controls:
            label, note = words.button(name)
            controls = Controls([make.button(name, label, primary=True)], say("worlds.steps"))
            controls.note = note
            controls.on_press(self._act)
            return controls

        return self._part(name, study, made)

    def _curves(self, study: Study, reports: Mapping[str, Report]) -> ChartView:
        def made() -> ChartView:
            curves = {name: report.curves for name, report in reports.items()}
            return _drawn(clinics_picture(curves))

        return self._part("curves", study, made)

    def _asked(self, study: Study) -> ipw.Widget:
        """The questions for a prediction, side by side where there is room."""
        for letter in study.letters:
            if letter not in self.forecasts:
                self.forecasts[letter] = self._forecast(letter)
        held = tuple(self.forecasts[letter] for letter in study.letters)
        row = ipw.Layout(display="flex", flex_flow="row wrap", width="100%", overflow="visible")
        return self._part("ask", study, lambda: ipw.Box(held, layout=row))

    # ---- what the words are about ----------------------------------------------------------

    def _told(self, study: Study) -> str:
        """What was planted in these clinics."""
        fits, letters = self.fits(study), study.letters
        worlds = {clinic_name(letter): self._clinics.world(letter) for letter in letters}
        if study is FIRST:
            return words.paragraphs(words.planted_text(worlds, fits), say("worlds.planted"))
        ((name, world),) = worlds.items()
        texts = words.closing_text(name, world, fits[name])
        return words.paragraphs(texts, say("worlds.closing_title"))

    def _came(self, study: Study) -> tuple[dict[str, Intervention], Said]:
        """What the intervention did in each clinic, and what had been said, by its name."""
        done, said = {}, {}
        for letter in study.letters:
            name, asked = clinic_name(letter), self.forecasts[letter]
            done[name] = self._clinics.intervention(letter)
            said[name] = asked.answer, asked.confidence
        return done, said


def _drawn(picture: Picture) -> ChartView:
    view = ChartView()
    view.show(picture)
    return view
