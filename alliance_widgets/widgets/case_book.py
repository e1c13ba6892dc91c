"""One case under the hand: its line, the form for its next session, and what a rule says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.errors import AllianceError, RatingError
from alliance_widgets.instruments import instrument_of
from alliance_widgets.ratings import check_ratings
from alliance_widgets.ruptures import flag_sessions
from alliance_widgets.widgets.cells import close_earlier_run
from alliance_widgets.widgets.chart_view import ChartView
from alliance_widgets.widgets.runtime import Described
from alliance_widgets.widgets.session_rating_form import ROWS, SessionRatingForm
from alliance_widgets.words import say

__all__ = ["CaseBook"]


class CaseBook(Described, ipw.Box):
    """Rate the next session of a case and see its line, as fast as the hand moves.

    `ratings` holds the sessions saved so far, `flags` those that `rule` flags among them (`None`
    where the rule cannot judge), `draft` the alliance that stands in the form (`None` while
    nothing is touched). `rule` may be changed; `None` draws the lines alone.

    Raises `RatingError` for faulty ratings, or for ratings of more than one client. A rule that
    cannot judge them is said in place of the chart.

    Read with care: a possible rupture is what one rule noticed in numbers; what happened in the
    room is not in them.
    """

    ratings = tl.Instance(pd.DataFrame, (), read_only=True)
    flags = tl.Instance(pd.DataFrame, allow_none=True, read_only=True)
    draft = tl.Float(None, allow_none=True, read_only=True)
    rule = tl.Any("reliable_drop", help="A rupture rule, its name, or None.")

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
        self._saved: list[int] = []
        self._asked: tuple[int, tuple[str, ...]] | None = None
        self._brought_back: dict[str, float | None] = {}
        self._settling = False
        scale = instrument_of(checked)
        self.form = SessionRatingForm(scale, rater, rows=rows, actions=("save", "undo"))
        self.chart = ChartView(charts.alliance_trajectory(checked, rule=None))
        self.form.layout.flex, self.chart.layout.flex = "2 1 320px", "3 1 460px"
        self.form.layout.min_width = self.chart.layout.min_width = "0"
        layout = {"display": "flex", "flex_flow": "row wrap", "width": "100%"}
        super().__init__(
            children=(self.chart, self.form), **{"layout": ipw.Layout(**layout), **traits}
        )
        self.set_trait("ratings", checked)
        self._next_session()
        self.form.observe(self._touch, "value")
        self.form.on_action(self._act)
        close_earlier_run(self)

    def __repr__(self) -> str:
        return self.chart.description

    @tl.observe("rule", "ratings")
    def _judge(self, _change: Any) -> None:
        if self.ratings.empty:
            return
        flags = None
        try:
            if self.rule is not None and self._is_rated(self.ratings):
                flags = flag_sessions(self.ratings, self.rule, self.rater)
        except AllianceError as fault:
            self._say_instead(fault)
            return
        finally:
            self.set_trait("flags", flags)
        self._redraw()

    def _act(self, kind: str) -> None:
        {"save": self._save, "undo": self._undo}[kind]()

    def _touch(self, _change: Any) -> None:
        self.form.message = ""
        self._redraw()

    def _is_rated(self, ratings: pd.DataFrame) -> bool:
        return bool((ratings["rater"] == self.rater).any())

    def _next_session(self) -> None:
        own = self.ratings.loc[self.ratings["rater"] == self.rater, "session"]
        self.form.session = int(own.max()) + 1 if len(own) else 1

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
        if "instrument" in self.ratings:
            row["instrument"] = self.form.instrument.name
        return pd.concat([self.ratings, pd.DataFrame([row])], ignore_index=True)

    def _redraw(self) -> None:
        if self._settling:
            return
        charts, drafted = self._charts, self._drafted()
        try:
            rule = self.rule if self._is_rated(drafted) else None
            reading = charts.read_case(drafted, rule, self.rater)
        except AllianceError as fault:
            self._say_instead(fault)
            return
        unsaved = None if self.draft is None else (self.client, self.form.session)
        with self.chart.hold_sync():
            self.chart.update(**charts.trajectory_tables(reading, draft=unsaved))
            self.chart.description = charts.describe(reading)
            self.chart.headline = charts.compare_last_session(reading)

    def _say_instead(self, fault: AllianceError) -> None:
        with self.chart.hold_sync():
            self.chart.message = str(fault)
            self.chart.headline = self.chart.description = ""

    @contextmanager
    def _settle(self) -> Iterator[None]:
        """Form and ratings change together; the page sees only the end of it."""
        self._settling = True
        try:
            yield
        finally:
            self._settling = False
        self._redraw()

    def _save(self) -> None:
        if self.draft is None:
            self.form.message = say("casebook.nothing_rated")
            return
        session = self.form.session
        blank = tuple(name for name, value in self.form.value.items() if value is None)
        if blank and self._asked != (session, blank):
            self._asked = (session, blank)
            labels = [say(f"form.{name}.label") for name in blank]
            self.form.message = say("casebook.leave_blank", rows=say("casebook.and").join(labels))
            return
        with self._settle():
            ratings = check_ratings(self._drafted())
            self.form.value = dict.fromkeys(self.form.value)
            self.set_trait("ratings", ratings)
            self._next_session()
        self._asked = None
        self._saved.append(session)
        self.form.message = say("casebook.saved", session=session)

    def _undo(self) -> None:
        if self.draft is not None and self.form.value != self._brought_back:
            self.form.message = say("casebook.draft_first", session=self.form.session)
            return
        if not self._saved:
            self.form.message = say("casebook.nothing_to_undo")
            return
        session = self._saved.pop()
        mine = (self.ratings["session"] == session) & (self.ratings["rater"] == self.rater)
        row = self.ratings[mine].iloc[0]
        with self._settle():
            self.set_trait("ratings", self.ratings[~mine].reset_index(drop=True))
            self._next_session()
            self.form.value = {
                name: None if pd.isna(row.get(name)) else float(row[name])
                for name in self.form.value
            }
        self._asked, self._brought_back = None, self.form.value
        self.form.message = say("casebook.undone", session=session)
