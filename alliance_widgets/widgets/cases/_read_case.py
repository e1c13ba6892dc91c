"""A case as it is read: its line, the sessions under it, and what can be chosen over it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.errors import AllianceError
from alliance_widgets.ruptures.episodes import flag_sessions
from alliance_widgets.tables.ratings import RATERS
from alliance_widgets.widgets.cases import _case_words as words
from alliance_widgets.widgets.cases._case_view import CaseView
from alliance_widgets.widgets.cases.case_line import CaseLine
from alliance_widgets.widgets.page._at_desk import AtDesk
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.form import SessionRatingForm
from alliance_widgets.widgets.page.grid import SessionGrid
from alliance_widgets.widgets.page.runtime import Change
from alliance_widgets.widgets.rules.rule_choice import RuleChoice

if TYPE_CHECKING:
    from alliance_widgets.workfile.case_record import CaseRecord

__all__ = ["ReadCase"]


class ReadCase(AtDesk, ipw.Box):
    """The sessions of one case at a time; `entry` is None where they can only be looked at.

    `CaseBook` makes the parts and says where sessions come from; all that follows from a choice
    or from another record is here.
    """

    ratings = tl.Instance(pd.DataFrame, (), read_only=True)
    flags = tl.Instance(pd.DataFrame, allow_none=True, read_only=True)
    draft = tl.Float(None, allow_none=True, read_only=True)
    rule = tl.Any("reliable_drop", help="A rupture rule, its name, or None.")
    client = tl.Unicode(help="The case that is shown.")
    rater = tl.Enum(RATERS, default_value="client")
    hide_future = tl.Bool(True, help="Show nothing after the session in the form.")
    blind = tl.Bool(False, help="Show nobody's line but the rater's own.")

    record: CaseRecord
    form: SessionRatingForm
    chart: CaseLine
    grid: SessionGrid
    controls: Controls
    tools: Controls
    shape: FoldedTable | None
    entry: Any  # a CaseEntry, or None
    _told_after: pd.DataFrame | None
    _told_hours: bool
    _seen: CaseView | None = None

    def _list_controls(self) -> None:
        picked, entered = RuleChoice(self.rule), self.entry is not None
        clients = list(dict.fromkeys([*self.record.clients, self.client]))
        own = entered and not self._told_hours and self.record.given is None
        items = words.pickers(picked, clients, own=own, entered=entered)
        named = {item["name"] for item in items}
        chosen: dict[str, Any] = {"client": self.client, "rater": self.rater, "rule": picked.key}
        chosen["hide_future"] = self.hide_future
        with self.controls.hold_sync():
            self.controls.items = items
            self.controls.values = {n: value for n, value in chosen.items() if n in named}
            self.controls.note, self.controls.warning = picked.explanation, picked.trap
        self.tools.items = words.tools(self.blind)
        self.tools.values = {"blind": self.blind}

    def _choose(self, change: Change) -> None:
        picked = RuleChoice(self.rule)
        for name, value in change["new"].items():
            if name == "rule":
                if value != picked.key:
                    self.rule = picked.rule_of(value)
            elif getattr(self, name) != value:
                setattr(self, name, value)

    @tl.observe("rule", "hide_future", "blind")
    def _look_again(self, _change: object = None) -> None:
        if not self._settling:
            self._refresh()

    @property
    def _view(self) -> CaseView:
        """What may be seen now; the same view until that changes, as a slider asks many times."""
        seen = self.blind, self.entry is not None and self.hide_future
        told, session = self._told_after, self.form.session
        now = CaseView(self.ratings, told, self.client, self.rater, session, *seen)
        if self._seen is None or not now.shows_the_same(self._seen):
            self._seen = now
        return self._seen

    def _refresh(self) -> None:
        """Read the record again and show everything that follows from it."""
        self.set_trait("ratings", self.record.ratings)
        case, flags = self._view.case, None
        # What a rule cannot judge is said in place of the chart.
        with suppress(AllianceError):
            if self.rule is not None and (case["rater"] == self.rater).any():
                flags = flag_sessions(case, self.rule, self.rater)
        self.set_trait("flags", flags)
        self._redraw()
        self._list_sessions()
        self._list_controls()

    def _redraw(self) -> None:
        if self._settling:
            return
        view, draft, explore = self._view, self.form.rating, self.entry is None
        self.set_trait("draft", draft.alliance)
        drafted = None if self.draft is None else (self.client, view.session)
        told = view.ringed if drafted is None else None
        rows = view.with_draft(draft, self.record.scale.name)
        shown = drafted, told, explore, view.hidden
        scale = self.record.scale
        is_asked = not (explore or self.form.finished)
        first = (scale.low, scale.high, view.session) if is_asked else None
        in_story, so_far = self._told_after is not None, words.so_far(draft.scores)
        self.chart.draw(rows, self.rule, self.rater, *shown, first, in_story, so_far)
        if self.shape:
            self.shape.put(pd.DataFrame(), self.chart.shape)

    def _list_sessions(self) -> None:
        """The sessions of this case and rater in the table under the chart."""
        view, record = self._view, self.record
        sessions = view.case["session"].unique().tolist()
        own = {n for n in sessions if record.own(record.key(self.client, n, self.rater))}
        marked, entered = self.chart.notes(self.rater), self.entry is not None
        rows = words.session_rows(view, self.form.value, own, marked, entered)
        self.grid.show(rows, words.table_title(view, rows))
