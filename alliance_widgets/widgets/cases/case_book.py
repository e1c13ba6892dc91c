"""Cases under the hand: the line, the form for the next session, the sessions so far, a rule."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.arguments import check_flag, is_text_among
from alliance_widgets.errors import AllianceError, RatingError
from alliance_widgets.tables.datasets import load_data
from alliance_widgets.tables.instruments import Instrument
from alliance_widgets.tables.ratings import RATERS, SUBSCALES, check_ratings, unknown_rater
from alliance_widgets.widgets.cases import _case_words as words
from alliance_widgets.widgets.cases._read_case import ReadCase
from alliance_widgets.widgets.cases.case_line import CaseLine
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.form import SessionRatingForm
from alliance_widgets.widgets.page.grid import SessionGrid
from alliance_widgets.words import say

__all__ = ["CaseBook"]


class CaseBook(ReadCase):
    """Rate the sessions of a case and see its line, as fast as the hand moves.

    What was rated is kept in the work file, and is there again when the notebook is opened again. A
    rule that cannot judge is said in place of the chart.

    Read with care: a possible rupture is what one rule noticed in numbers; what happened in the
    room is not in them.

    Parameters
    ----------
    ratings : DataFrame, optional
        The sessions of all its cases, as `check_ratings` takes them; the student's own are laid
        over them. Left out, the cases are the student's own.
    work : WorkFile or path, optional
        Where the student's ratings are kept; the student's own work file if left out.
    rater : {"client", "therapist", "observer"}, default "client"
        Who rates.
    study : str, optional
        The name under which the work file keeps these cases: the same client in two lessons needs
        two.
    instrument : str or Instrument, optional
        On which the student rates; left out, that of `ratings`, else the kit's own.
    rows : tuple of str, default ("goals", "tasks", "bond")
        The rows of the form.
    hours : DataFrame, optional
        What happened, said in the form: columns client, session, hour.
    told_after : DataFrame, optional
        Ratings that are told once the student has rated the same session.
    read_only : bool, default False
        Whether there is no form and no work file, for a look at the cases of a data set.
    **traits : traits by name
        Any trait of the widget, such as `client` or `rule`.

    Attributes
    ----------
    ratings : DataFrame
        The sessions of all cases, given and the student's own; read-only.
    flags : DataFrame or None
        The sessions of the shown case that `rule` flags, as `flag_sessions` gives them; None where
        it cannot judge.
    draft : float or None
        The alliance that stands in the form, on the instrument's scale; None while nothing is
        touched.
    rule : str, Rule or None
        The rule; None for the lines alone. Can be assigned, as can all that follow.
    client : str
        The case that is shown.
    rater : str
        Whose sessions are in the form.
    hide_future : bool
        Whether nothing after the session in the form is shown.
    blind : bool
        Whether nobody's line but the rater's own is shown.
    form : SessionRatingForm
        The form.
    chart : ChartView
        The line.

    Raises
    ------
    RatingError
        For faulty ratings and an unknown rater.
    """

    def __init__(
        self,
        ratings: pd.DataFrame | None = None,
        work: WorkGiven = None,
        *,
        rater: str = "client",
        study: str | None = None,
        instrument: str | Instrument | None = None,
        rows: tuple[str, ...] = SUBSCALES,
        hours: pd.DataFrame | None = None,
        told_after: pd.DataFrame | None = None,
        read_only: bool = False,
        **traits: Any,
    ) -> None:
        # What keeps work comes with the first book, not with the kit.
        from alliance_widgets.widgets.cases.case_entry import CaseEntry
        from alliance_widgets.widgets.page.desk import WorkDesk
        from alliance_widgets.workfile.case_record import CaseRecord

        if not is_text_among(rater, RATERS):
            raise RatingError([unknown_rater(rater)])
        check_flag("read_only", read_only)
        self.desk = None if read_only else WorkDesk.of(work)
        if study is None:
            study = "" if ratings is None else "sample"
        self.record = CaseRecord(self.desk and self.desk.work, ratings, study, instrument)
        self._told_after = None if told_after is None else check_ratings(told_after)
        self._told_hours = hours is not None
        scale = self.record.scale
        # One layout for all parts: a page keeps every one that it was told of.
        plain = ipw.Layout()
        actions = ("save", "undo", "skip")
        self.form = SessionRatingForm(scale, rater, rows=rows, actions=actions, layout=plain)
        self.chart = CaseLine(layout=plain)
        self.grid = SessionGrid(self.form.scales, layout=plain)
        self.controls = Controls([], say("casebook.about"), layout=plain)
        # Under a story's line stands what one tries next; what two raters need opens.
        self.tools = Controls(words.tools(False), say("casebook.tools"), layout=plain, blind=False)
        self.tools.title = say("casebook.more") if self._told_hours else ""
        self.shape = FoldedTable(say("casebook.shape"), {}) if read_only else None
        self.entry = None
        clients = self.record.clients or [say("casebook.case_name", n=1)]
        with self._settle():
            super().__init__(
                layout=ipw.Layout(width="100%"),
                **{"client": clients[0], "rater": rater, **traits},
            )
            if self.desk is not None:
                self.entry = CaseEntry(self.record, self.desk, self.form, hours, self._told_after)
                self.form.keep_work_at(self.desk)
                self.desk.keep(self.form, "fast_entry", "setting", "fast_entry", draft=True)
                self.desk.keep(self, "client", "setting", ("case", study), draft=True)
                # Of two notebooks each goes on as the rater it was.
                key = ("rater", study)
                self.desk.keep(self, "rater", "setting", key, draft=True, news=False)
            self._lay_out()
        self._turn_to()
        self._listen()
        close_earlier_run(self)

    @classmethod
    def of_story(cls, client: str, work: WorkGiven = None, **options: Any) -> CaseBook:
        """The invented case of that name, hour by hour: told in the form, rated by the student.

        What the story's people rated in those hours is said once the student has rated them.

        Parameters
        ----------
        client : str
            The name, as in the table `story_hours`.
        work : WorkFile or path, optional
            Where the ratings are kept; the student's own work file if left out.
        **options : settings by name
            What else `CaseBook` takes.

        Returns
        -------
        CaseBook
            With `hours` and `told_after` filled in.

        Raises
        ------
        AllianceError
            For a client of whom no hours are told.
        """
        hours = load_data("story_hours")
        mine = hours[hours["client"] == client]
        if mine.empty:
            known = ", ".join(hours["client"].unique())
            raise AllianceError([say("casebook.no_story", client=client, known=known)])
        case = load_data("single_cases").query("client == @client")
        is_told = case["session"].isin(mine["session"])
        given, told = case[~is_told], case[is_told]
        return cls(
            given if len(given) else None,
            work,
            hours=mine,
            told_after=told if len(told) else None,
            **{"study": f"story {client}", "client": client, **options},
        )

    def __repr__(self) -> str:
        return f"{self.chart.description} {self.chart.shape}".strip()

    def close(self) -> None:
        """Leave the page, and stop hearing of the work file."""
        form = getattr(self, "form", None)  # none where the book was refused while it was made
        if form is not None and self.desk is not None:
            self.desk.forget(form)
        super().close()

    # ---- what is on the page ---------------------------------------------------------------

    def _lay_out(self) -> None:
        # A story is rated at once; elsewhere it is chosen first what, and as whom.
        above = [] if self._told_hours else [self.controls.add_class("aw-book-choices")]
        under = [] if above else [self.controls]
        below = ipw.VBox([self.grid, *under, self.shape or self.tools], layout=self.form.layout)
        close_earlier_run(below)
        # By key and by ear in the order in which it stands: the line, the form, and what is below.
        line = self.chart.add_class("aw-book-line")
        self.children = (*above, line, *self._entered(), below.add_class("aw-book-below"))
        self.add_class("aw-book")

    def _entered(self) -> list[ipw.DOMWidget]:
        return [self.form.add_class("aw-book-form")] if self.entry else []

    def _listen(self) -> None:
        self.controls.observe(self._choose, "values")
        if self.desk is None:
            return
        self.form.observe(self._touch, "value")
        self.form.on_action(self._act)
        self.form.on_rest(self.entry.keep_draft)
        self.grid.on_correct(lambda *what: self._after_grid(self.entry.correct(*what)))
        self.grid.on_remove(lambda session: self._after_grid(self.entry.remove(session)))
        self.controls.on_press(lambda _name: self._new_case())
        self.tools.observe(self._choose, "values")
        self.tools.on_press(lambda _name: self._reveal())
        self.tools.on_file(lambda _name, content: self._import(content))
        self.desk.watch(self, self._take_in)

    # ---- reading ---------------------------------------------------------------------------

    @tl.observe("client", "rater")
    def _turn_to(self, _change: object = None) -> None:
        """Another case, or another chair: its line, and its next session in the form."""
        if self._settling:
            return
        said = ""
        if self.entry:
            if self.entry.client:
                self.entry.keep_draft()
            with self._settle(), self.form.hold_sync():  # what is read out is of one hour
                self.form.rater, self.entry.client = self.rater, self.client
                said = self.entry.open_session()
        self._refresh()
        self.form.message, self.grid.message, self.tools.message = said, "", ""

    def _take_in(self, _change: object = None) -> None:
        """The work changed elsewhere: show it, and leave alone what stands in the form."""
        if self.entry.settling or self._settling:
            return
        if self.entry.draft is None:
            with self._settle():
                self.entry.open_session()
        self._refresh()

    # ---- entering --------------------------------------------------------------------------

    def _touch(self, _change: object) -> None:
        if not self.form.handed_back:
            self.form.message = self.grid.message = ""
        self._redraw()

    def _act(self, kind: str) -> bool:
        try:
            with self._settle():
                if kind in ("save", "blank"):
                    said = self.entry.save(self.form.rating, blank=kind == "blank")
                else:
                    said = self.entry.undo() if kind == "undo" else self.entry.skip()
        except AllianceError as fault:
            said, self.entry.saved = str(fault), False
        self._refresh()
        self.form.message, self.grid.message = said, ""
        return kind not in ("save", "blank") or bool(self.entry.saved)

    def _after_grid(self, sentence: str) -> None:
        self._take_in()
        self.grid.message = sentence

    def _import(self, content: bytes) -> None:
        said = self.entry.import_csv(content)
        self._take_in()
        self.tools.message = said

    def _new_case(self) -> None:
        self.client = words.new_name(self.record.clients)

    def _reveal(self) -> None:
        if self._view.case.dropna(subset=["alliance"])["rater"].nunique() < 2:
            self.tools.message = say("casebook.nothing_to_reveal")
            return
        self.blind = self.hide_future = False
        self.tools.message = say("casebook.revealed")
