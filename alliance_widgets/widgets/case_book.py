"""One case under the hand: its line, the form for its next session, and what a rule says."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.errors import AllianceError, RatingError
from alliance_widgets.ratings import check_ratings
from alliance_widgets.ruptures import flag_sessions
from alliance_widgets.widgets.cells import close_earlier_run
from alliance_widgets.widgets.chart_view import ChartView
from alliance_widgets.widgets.session_rating_form import ROWS, SessionRatingForm
from alliance_widgets.words import say

__all__ = ["CaseBook"]


class CaseBook(ipw.Box):
    """Rate the next session of a case and see its line, as fast as the hand moves.

    `ratings` holds the sessions saved so far, `flags` those that `rule` flags among them
    (`None` where the rule cannot judge),
    `draft` the value of the alliance now in the form (not saved yet). `rule` may be changed.

    Raises `RatingError` for faulty ratings, or for ratings of more than one client.

    Read with care: a possible rupture is what one rule noticed in numbers; what happened in the
    room is not in them.
    """

    ratings = tl.Instance(pd.DataFrame, read_only=True)
    flags = tl.Instance(pd.DataFrame, allow_none=True, read_only=True)
    draft = tl.Float(None, allow_none=True, read_only=True)
    rule = tl.Any("reliable_drop", help="A rupture rule, or its name.")

    def __init__(
        self,
        ratings: pd.DataFrame,
        *,
        rater: str = "client",
        rows: tuple[str, ...] = ROWS,
        **traits: Any,
    ) -> None:
        from alliance_widgets import charts

        self._charts = charts
        checked = check_ratings(ratings)
        clients = checked["client"].unique()
        if len(clients) != 1:
            raise RatingError([say("casebook.one_client", n=len(clients))])
        self.client, self.rater = str(clients[0]), rater
        self.form = SessionRatingForm(rater=rater, rows=rows, actions=("save", "undo"))
        self.chart = ChartView()
        self.chart.layout.flex = "3 1 460px"
        self.form.layout.flex = "2 1 320px"
        for part in (self.chart, self.form):
            part.layout.min_width = "0"
        super().__init__(children=(self.chart, self.form), **traits)
        self.layout = ipw.Layout(display="flex", flex_flow="row wrap", width="100%")
        self._saved: list[int] = []
        self.set_trait("ratings", checked)
        self._next_session()
        self.chart.chart = charts.alliance_trajectory(checked, self.rule, rater)
        self._redraw()
        self.form.observe(lambda _change: self._redraw(), "value")
        self.form.on_action(self._act)
        close_earlier_run(self)

    def __repr__(self) -> str:
        return self.chart.description

    @tl.observe("rule", "ratings")
    def _judge(self, _change: Any) -> None:
        if self.ratings is None:
            return
        try:
            flags = flag_sessions(self.ratings, self.rule, self.rater)
        except AllianceError as fault:
            self.set_trait("flags", None)
            self.chart.message = str(fault)
            return
        self.set_trait("flags", flags)
        self._redraw()

    def _act(self, kind: str) -> None:
        {"save": self._save, "undo": self._undo}[kind]()

    def _next_session(self) -> None:
        own = self.ratings[self.ratings["rater"] == self.rater]
        self.form.session = int(own["session"].max()) + 1 if len(own) else 1

    def _drafted(self) -> pd.DataFrame:
        """The saved sessions and, if anything is touched, the one in the form."""
        touched = {name: value for name, value in self.form.value.items() if value is not None}
        alliance = sum(touched.values()) / len(touched) if touched else None
        self.set_trait("draft", alliance)
        if alliance is None:
            return self.ratings
        row = {
            **{"client": self.client, "session": self.form.session, "rater": self.rater},
            **{"alliance": alliance, **touched},
        }
        return pd.concat([self.ratings, pd.DataFrame([row])], ignore_index=True)

    def _redraw(self) -> None:
        drafted = self._drafted()
        charts = self._charts
        try:
            reading = charts.read_case(drafted, self.rule, self.rater)
        except AllianceError as fault:
            self.chart.message = str(fault)
            return
        unsaved = None if self.draft is None else (self.client, self.form.session)
        with self.chart.hold_sync():
            self.chart.update(**charts.trajectory_tables(reading, draft=unsaved))
            self.chart.description = charts.describe(reading)
            self.chart.headline = charts.compare_last_session(reading)

    def _save(self) -> None:
        if self.draft is None:
            self.form.message = say("casebook.nothing_rated")
            return
        blank = [name for name, value in self.form.value.items() if value is None]
        session = self.form.session
        if blank and self._asked != (session, tuple(blank)):
            self._asked = (session, tuple(blank))
            labels = [say(f"form.{name}.label") for name in blank]
            self.form.message = say("casebook.leave_blank", rows=say("casebook.and").join(labels))
            return
        self.set_trait("ratings", check_ratings(self._drafted()))
        self._saved.append(session)
        self._next_session()
        self.form.value = dict.fromkeys(self.form.value)
        self.form.message = say("casebook.saved", session=session)

    def _undo(self) -> None:
        if not self._saved:
            self.form.message = say("casebook.nothing_to_undo")
            return
        session = self._saved.pop()
        mine = (self.ratings["session"] == session) & (self.ratings["rater"] == self.rater)
        row = self.ratings[mine].iloc[0]
        self.set_trait("ratings", self.ratings[~mine].reset_index(drop=True))
        self._next_session()
        self.form.value = {
            name: None if pd.isna(row.get(name)) else float(row[name]) for name in self.form.value
        }
        self.form.message = say("casebook.undone", session=session)

    _asked: tuple[int, tuple[str, ...]] | None = None
