"""Cases under the hand: the line, the form for the next session, the sessions so far, a rule."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.arguments import check_flag, is_text_among
from alliance_widgets.errors import AllianceError, RatingError
from alliance_widgets.ruptures.episodes import flag_sessions
from alliance_widgets.tables.datasets import load_data
from alliance_widgets.tables.instruments import Instrument
from alliance_widgets.tables.ratings import RATERS, SUBSCALES, check_ratings, unknown_rater
from alliance_widgets.widgets.cases.case_line import CaseLine
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._at_desk import AtDesk
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.form import SessionRatingForm
from alliance_widgets.widgets.page.grid import SessionGrid
from alliance_widgets.widgets.rules.rule_choice import RuleChoice
from alliance_widgets.words import say

__all__ = ["CaseBook"]


class CaseBook(AtDesk, ipw.Box):
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

    ratings = tl.Instance(pd.DataFrame, (), read_only=True)
    flags = tl.Instance(pd.DataFrame, allow_none=True, read_only=True)
    draft = tl.Float(None, allow_none=True, read_only=True)
    rule = tl.Any("reliable_drop", help="A rupture rule, its name, or None.")
    client = tl.Unicode(help="The case that is shown.")
    rater = tl.Enum(RATERS, default_value="client")
    hide_future = tl.Bool(True, help="Show nothing after the session in the form.")
    blind = tl.Bool(False, help="Show nobody's line but the rater's own.")

    def __init__(
        self,
        ratings: pd.DataFrame | None = None,
        work: Any = None,
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
        # The work file is loaded when somebody has work to keep, not with the package.
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
        self._told_case = hours is not None
        self._settling = True
        scale = self.record.scale
        self.form = SessionRatingForm(scale, rater, rows=rows, actions=("save", "undo", "skip"))
        self.chart = CaseLine(scale.low, scale.high)
        self.grid = SessionGrid(self.form.scales)
        self.controls = Controls([], say("casebook.about"))
        self.tools = Controls(_tools(False), say("casebook.tools"), blind=False)
        self.shape = FoldedTable(say("casebook.shape"), {}) if read_only else None
        self.entry: Any = None
        clients = self.record.clients or [say("casebook.case_name", n=1)]
        super().__init__(
            layout=ipw.Layout(display="flex", flex_flow="row wrap", width="100%"),
            **{"client": clients[0], "rater": rater, **traits},
        )
        if self.desk is not None:
            self.entry = CaseEntry(self.record, self.desk, self.form, hours)
            self.form.keep_work_at(self.desk)
            self.desk.keep(self.form, "fast_entry", "setting", "fast_entry", draft=True)
            self.desk.keep(self, "client", "setting", ("case", study), draft=True)
        self._lay_out()
        self._settling = False
        self._turn_to()
        self._listen()
        close_earlier_run(self)

    @classmethod
    def of_story(cls, client: str, work: Any = None, **options: Any) -> CaseBook:
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
        _lay(self.controls, flex="1 1 100%", min_width="0")
        last = [self.shape] if self.shape else [self.tools]
        left = [self.chart, self.grid, *last]
        column = {"display": "flex", "flex_flow": "column", "flex": "3 1 460px", "min_width": "0"}
        line = ipw.Box(left, layout=ipw.Layout(**column, order="1"))
        close_earlier_run(line)
        _lay(self.form, flex="2 1 320px", min_width="0", order="2")
        # By key the form comes before the line's many buttons; to the eye the line comes first.
        self.children = (self.controls, *([self.form] if self.entry else []), line)

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

    def _list_controls(self) -> None:
        picked = RuleChoice(self.rule)
        clients = list(dict.fromkeys([*self.record.clients, self.client]))
        own = self.entry and not self._told_case and self.record.given is None
        items: list[dict[str, Any]] = []
        values: dict[str, Any] = {"rule": picked.key}
        if own or len(clients) > 1:
            cases = [(name, name) for name in clients]
            items.append(make.choice("client", say("casebook.case"), cases))
            values["client"] = self.client
        if own:
            items.append(make.button("new_case", say("casebook.new_case")))
        if self.entry:
            raters = [(name, say(f"charts.rater.{name}")) for name in RATERS]
            items.append(make.choice("rater", say("casebook.rate_as"), raters))
            values["rater"] = self.rater
        items.append(make.choice("rule", say("casebook.rule"), picked.options))
        if self.entry:
            items.append(make.check("hide_future", say("casebook.hide_future")))
            values["hide_future"] = self.hide_future
        with self.controls.hold_sync():
            self.controls.items = items
            self.controls.values = values
            self.controls.note, self.controls.warning = picked.explanation, picked.trap
        self.tools.items = _tools(self.blind)
        self.tools.values = {"blind": self.blind}

    def _choose(self, change: Any) -> None:
        picked = RuleChoice(self.rule)
        for name, value in change["new"].items():
            if name == "rule":
                if value != picked.key:
                    self.rule = picked.rule_of(value)
            elif getattr(self, name) != value:
                setattr(self, name, value)

    # ---- reading ---------------------------------------------------------------------------

    @tl.observe("client", "rater")
    def _turn_to(self, _change: Any = None) -> None:
        """Another case, or another chair: its line, and its next session in the form."""
        if self._settling:
            return
        said = ""
        if self.entry:
            if self.entry.client:
                self.entry.keep_draft()
            with self._settle():
                self.form.rater, self.entry.client = self.rater, self.client
                said = self.entry.open_session()
        self._refresh()
        self.form.message, self.grid.message, self.tools.message = said, "", ""

    @tl.observe("rule", "hide_future", "blind")
    def _look_again(self, _change: Any = None) -> None:
        if not self._settling:
            self._refresh()

    def _take_in(self, _change: Any = None) -> None:
        """The work changed elsewhere: show it, and leave alone what stands in the form."""
        if self.entry.busy or self._settling:
            return
        if self.entry.draft is None:
            with self._settle():
                self.entry.open_session()
        self._refresh()

    def _refresh(self) -> None:
        """Read the record again and show everything that follows from it."""
        self.set_trait("ratings", self.record.ratings)
        case = self._case()
        flags = None
        try:
            if self.rule is not None and (case["rater"] == self.rater).any():
                flags = flag_sessions(case, self.rule, self.rater)
        except AllianceError:
            flags = None  # said in place of the chart
        self.set_trait("flags", flags)
        self._redraw()
        self._list_sessions()
        self._list_controls()

    def _case(self) -> pd.DataFrame:
        return self.ratings[self.ratings["client"] == self.client]

    def _visible(self) -> pd.DataFrame:
        """The sessions of the shown case that may be seen now."""
        shown = self._case()
        told = self._told()
        if len(told):
            told = told[told["rater"] != self.rater]
            shown = pd.concat([shown, told], ignore_index=True)
            shown = shown.drop_duplicates(["session", "rater"])
        if self.blind:
            shown = shown[shown["rater"] == self.rater]
        if self.entry and self.hide_future:
            shown = shown[shown["session"] <= self.form.session]
        return shown

    def _told(self) -> pd.DataFrame:
        """The ratings of the story for sessions that the student has rated."""
        if self._told_after is None:
            return pd.DataFrame()
        told, mine = self._told_after, self._case()
        rated = mine.loc[mine["rater"] == self.rater, "session"]
        return told[(told["client"] == self.client) & told["session"].isin(rated)]

    def _drafted(self) -> pd.DataFrame:
        """What may be seen and, if anything is touched, the session in the form."""
        visible = self._visible()
        self.set_trait("draft", self.entry.draft if self.entry else None)
        if self.draft is None:
            return visible
        touched = {name: value for name, value in self.form.value.items() if value is not None}
        row = {
            **{"client": self.client, "session": self.form.session, "rater": self.rater},
            **{"alliance": self.draft, **touched},
        }
        if "instrument" in visible:
            row["instrument"] = self.record.scale.name
        others = visible[
            (visible["session"] != self.form.session) | (visible["rater"] != self.rater)
        ]
        added = pd.DataFrame([row])
        return added if others.empty else pd.concat([others, added], ignore_index=True)

    def _redraw(self) -> None:
        if self._settling:
            return
        rows = self._drafted()
        draft = None if self.draft is None else (self.client, self.form.session)
        explore = self.entry is None
        case = self._case()
        later = case.loc[case["session"] > self.form.session, "session"].nunique()
        hidden = 0 if explore or self.blind or not self.hide_future else int(later)
        told = self._story_told()
        self.chart.draw(rows, self.rule, self.rater, draft, told, explore, hidden)
        if self.shape:
            self.shape.put(pd.DataFrame(), self.chart.shape)

    def _story_told(self) -> str:
        """ "In the story Noor rated it 2.7 and the therapist rated it 4.3." once it may be said."""
        told = self._told()
        if told.empty or self.draft is not None:
            return ""
        last = told[told["session"] == told["session"].max()].set_index("rater")["alliance"]
        parts = []
        for rater in [each for each in RATERS if each in last.index]:
            key = "casebook.told_client" if rater == "client" else "casebook.told_by"
            who = {"client": self.client, "rater": say(f"form.rater.{rater}")}
            parts.append(say(key, **who, value=f"{last[rater]:.1f}"))
        return say("casebook.told", ratings=say("casebook.and").join(parts))

    def _list_sessions(self) -> None:
        """The sessions of this case and rater in the table under the chart."""
        shown = self._visible()
        mine = shown[shown["rater"] == self.rater].sort_values("session")
        notes, rows = self.chart.notes(self.rater), []
        for row in mine.to_dict("records"):
            session = int(row["session"])
            own = self.record.own(self.record.key(self.client, session, self.rater)) is not None
            rated = (*self.form.value, "alliance")
            values = {
                name: None if pd.isna(row.get(name, None)) else float(row[name]) for name in rated
            }
            note = notes.get(session, "")
            if all(value is None for value in values.values()):
                note = say("casebook.skipped")
            elif self.entry and not own and not note:
                note = say("casebook.given")
            rows.append({"session": session, "own": own, "values": values, "note": note})
        who = {"client": self.client, "rater": say(f"form.rater.{self.rater}")}
        skipped = sum(row["note"] == say("casebook.skipped") for row in rows)
        own = any(row["own"] for row in rows)
        key = "casebook.grid_own" if own else "casebook.grid"
        title = say(key, n=len(rows) - skipped, **who)
        if skipped:
            title = say("casebook.grid_skipped", n=skipped, title=title)
        self.grid.show(rows, title)

    # ---- entering --------------------------------------------------------------------------

    def _touch(self, _change: Any) -> None:
        self.form.message = self.grid.message = ""
        self._redraw()

    def _act(self, kind: str) -> bool:
        try:
            with self._settle():
                if kind == "save":
                    said = self.entry.save(self.form.rating)
                else:
                    said = self.entry.undo() if kind == "undo" else self.entry.skip()
        except AllianceError as fault:
            said, self.entry.saved = str(fault), False
        self._refresh()
        self.form.message, self.grid.message = said, ""
        return kind != "save" or bool(self.entry.saved)

    def _after_grid(self, sentence: str) -> None:
        self._take_in()
        self.grid.message = sentence

    def _import(self, content: bytes) -> None:
        said = self.entry.import_csv(content)
        self._take_in()
        self.tools.message = said

    def _new_case(self) -> None:
        known, n = self.record.clients, 1
        while say("casebook.case_name", n=n) in known:
            n += 1
        self.client = say("casebook.case_name", n=n)

    def _reveal(self) -> None:
        if self._case().dropna(subset=["alliance"])["rater"].nunique() < 2:
            self.tools.message = say("casebook.nothing_to_reveal")
            return
        self.blind = self.hide_future = False
        self.tools.message = say("casebook.revealed")


def _lay(widget: ipw.DOMWidget, **how: str) -> None:
    """Change the layout that a widget has: another in its place would leave this one behind."""
    with widget.layout.hold_sync():
        for name, value in how.items():
            setattr(widget.layout, name, value)


def _tools(blind: bool) -> list[dict[str, Any]]:
    """What stands under the line: two raters, whose lines are shown again together, and a file."""
    return [
        make.check("blind", say("casebook.blind")),
        *([make.button("reveal", say("casebook.reveal"))] if blind else []),
        make.file("import", say("casebook.import_csv"), ".csv,.tsv,.txt,text/csv"),
    ]
