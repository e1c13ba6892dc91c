"""Rules side by side on one case: who flags what, and what was knowable when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ipywidgets as ipw
import numpy as np
import pandas as pd
import traitlets as tl

from alliance_widgets.arguments import as_shown, is_text_among
from alliance_widgets.charts.cases.matrix import RuleRow, matrix_picture, prepare_matrix, rule_rows
from alliance_widgets.errors import AllianceError, RatingError
from alliance_widgets.presets import Chosen, Pick, Setting, Whole
from alliance_widgets.rules import ReliableDrop, Rule
from alliance_widgets.ruptures.agreement import agreement_of, names_of, rule_agreement
from alliance_widgets.ruptures.hindsight import Moment
from alliance_widgets.tables.datasets import load_data
from alliance_widgets.tables.instruments import instrument_of
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page._codes import CodeLine, WithCode, settings_of
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.runtime import Change, Described
from alliance_widgets.widgets.rules import _comparator_words as words
from alliance_widgets.widgets.rules._shelf import Shelf, changes_of, flags_of
from alliance_widgets.words import say

__all__ = ["RuleComparator"]

DISAGREED = "Lucía"  # of the invented cases, the one that the four rules see in most ways


class RuleComparator(WithCode, Described, ipw.VBox):
    """Rules side by side on one case at a time, and what each knew at each session.

    With “Known up to session” before the end every rule judges the case as if it ended there. A
    rule that cannot judge ratings of this range says so in its row. Assign `controls.values` and
    `known.values` to move what the page moves.

    Read with care: whoever tries four rules and reports the one that flags has tested four times;
    and the marks at the end of a case are not those that somebody in the room could have had.

    Parameters
    ----------
    ratings : DataFrame, optional
        Session ratings of any number of clients, of whom one is chosen; the invented cases if left
        out.
    client : str, optional
        The client to begin with.
    rules : sequence of str or Rule, optional
        The rules to begin with. Left out, the four that differ in kind: a drop in own SDs, a
        reliable drop, a control chart, a sudden drop; “More rules” adds the rest of the kit's.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings are judged.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    flags : DataFrame
        What `compare_rules` gives for the rules and sessions that are shown; read-only, as are all
        that follow.
    agreement : DataFrame
        What `rule_agreement` gives, for this case or for all.
    changes : DataFrame
        The verdicts that were otherwise when their session was the last one known: `rule`,
        `session`, `then` and `now`.
    threshold : float or None
    controls, known : Controls
        What can be chosen, and up to which session the case is known.
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    RatingError
        For faulty ratings and a client who is not there.
    RuleError
        For an unknown rule.
    """

    code_name = "RULES"

    flags = tl.Instance(pd.DataFrame, read_only=True)
    agreement = tl.Instance(pd.DataFrame, read_only=True)
    changes = tl.Instance(pd.DataFrame, read_only=True)

    def __init__(
        self,
        ratings: pd.DataFrame | None = None,
        client: str | None = None,
        rules: Sequence[str | Rule] | None = None,
        rater: str = "client",
        *,
        code: str | None = None,
    ) -> None:
        self._rated, client = _given(ratings, client, rater)
        self._clients = self._rated["client"].unique().tolist()
        self._shelf = Shelf.of(rules)
        self._rows: dict[tuple[str, str, Rule], RuleRow] = {}
        self._over_all: dict[tuple[Rule, ...], pd.DataFrame] = {}
        both = (len(self._shelf.shown(more)) for more in (False, True))
        prepare_matrix(both, instrument_of(self._rated))
        self.controls = Controls(
            words.pickers(self._shelf, self._clients),
            say("comparator.about"),
            **{"client": client, "more": False, "focus": names_of(self._shelf.first)[0]},
            **self._shelf.asked,
            **({"scope": words.THIS} if len(self._clients) > 1 else {}),
        )
        low, high = self._ends(client)
        self.controls.note_title = say("comparator.does")
        self.known = Controls(words.known_items(low, high), say("comparator.moment"), known=high)
        self.known.note = say("comparator.slide")
        self.chart = ChartView()
        self.table = FoldedTable(say("comparator.agreement"), words.column_titles())
        self.coded = CodeLine(self, follows=[(self.chart, "_tables")])
        # What is moved most stands first, with its drawing right after it on a phone.
        beside = ipw.VBox((self.known, self.chart, self.controls))
        beside.add_class("aw-beside")
        super().__init__(children=(beside, self.table, self.coded))
        self.add_class("aw-lab")
        self._redraw()
        self.controls.observe(self._choose, "values")
        self.known.observe(self._redraw, "values")
        if code is not None:
            self.code = code
        close_earlier_run(self)

    def __repr__(self) -> str:
        return self.chart.message or self.chart.description

    @property
    def threshold(self) -> float | None:
        """The drop in points that the reliable drop asks for; None if it is not among the rules."""
        asked = [rule for rule in self._rules().values() if isinstance(rule, ReliableDrop)]
        return asked[0].threshold if asked else None

    # ---- the code ----------------------------------------------------------------------------

    def _settings(self) -> Mapping[str, Setting]:
        settings = {
            **settings_of([*self.controls.items, *self.known.items]),
            "focus": Pick(tuple(names_of(self._shelf.shown(True)))),
            "known": Whole(),
        }
        if len(self._clients) > 1:
            settings["client"] = Pick(tuple(self._clients))
        return dict(sorted(settings.items()))

    def _chosen(self) -> Chosen:
        values = {**self.controls.values, **self.known.values}
        return {name: values[name] for name in self._settings()}

    def _go_to(self, values: Chosen) -> None:
        client = values.get("client", self.controls.values["client"])
        low, high = self._ends(client)
        if not low <= values["known"] <= high:
            raise AllianceError([say("presets.not_here")])
        moment = {name: each for name, each in values.items() if name in self.known.values}
        chosen = {name: each for name, each in values.items() if name not in moment}
        with self._settle():
            self.controls.values = {**self.controls.values, **chosen}
            self.known.values = {**self.known.values, **moment}
        self._redraw()

    def _pictured(self) -> Iterable[pd.DataFrame]:
        return self.chart.tables.values()

    # ---- what follows from what is chosen ----------------------------------------------------

    def _case(self, client: str) -> pd.DataFrame:
        return self._rated[self._rated["client"] == client]

    def _ends(self, client: str) -> tuple[int, int]:
        sessions = self._case(client).dropna(subset="alliance")["session"]
        return (int(sessions.min()), int(sessions.max())) if len(sessions) else (1, 1)

    def _rules(self) -> dict[str, Rule]:
        return self._shelf.chosen(self.controls.values)

    def _read(self) -> list[RuleRow]:
        """What every shown rule says of the case, each worked out once."""
        client, rules = self.controls.values["client"], self._rules()
        missing = {n: rule for n, rule in rules.items() if (client, n, rule) not in self._rows}
        if missing:
            case, others = self._case(client), self._rated[self._rated["client"] != client]
            for row in rule_rows(case, missing, others):
                self._rows[client, row.name, missing[row.name]] = row
        return [self._rows[client, name, rule] for name, rule in rules.items()]

    def _choose(self, change: Change) -> None:
        """A case, a rule or a reliability: what depends on it first, then all of it at once."""
        before, now = change["old"], change["new"]
        moved = "" if self._settling else self._moved(before, now)
        with self._settle(), self.controls.hold_sync(), self.known.hold_sync():
            if before["more"] != now["more"]:
                picker = words.focus_picker(self._shelf, now["more"])
                self.controls.items = [
                    picker if item["name"] == "focus" else item for item in self.controls.items
                ]
                if now["focus"] not in names_of(self._shelf.shown(now["more"])):
                    first = names_of(self._shelf.first)[0]
                    self.controls.values = {**self.controls.values, "focus": first}
            if before["client"] != now["client"]:
                self._keep_hidden(before["client"], now["client"])
            if moved:
                self.controls.values = {**self.controls.values, "focus": moved}
        self._redraw()

    def _keep_hidden(self, before: str, now: str) -> None:
        """Another case is known up to the same session, or to its end as the one before was."""
        known, (low, high) = self.known.values["known"], self._ends(now)
        to_the_end = known == self._ends(before)[1]
        self.known.items = words.known_items(low, high)
        self.known.values = {"known": high if to_the_end else min(max(known, low), high)}

    def _moved(self, before: Mapping[str, object], now: Mapping[str, object]) -> str:
        """The rule whose numbers were moved: it is looked at, so that its limit is seen to move."""
        if all(before[name] == now[name] for name in self._shelf.asked):
            return ""
        asked = (name for name, rule in self._rules().items() if isinstance(rule, ReliableDrop))
        return next(asked, "")

    def _redraw(self, _change: object = None) -> None:
        if self._settling:
            return
        values, rows = self.controls.values, self._read()
        known = int(self.known.values["known"])
        case, rules = self._case(values["client"]), self._rules()
        with self.controls.hold_sync(), self.chart.hold_sync():
            self.controls.note = words.note(rules[values["focus"]], rules)
            self.controls.warning = rules[values["focus"]].trap
            if case["alliance"].isna().all():
                self.chart.description = self.chart.message = say("describe.no_ratings")
            else:
                self.chart.show(matrix_picture(case, rows, known, values["focus"]))
        self._tell(rows, known)

    def _tell(self, rows: Sequence[RuleRow], known: int) -> None:
        """The result tables, for who reads them in code, and the folded one."""
        moments = {row.name: row.hindsight.at(known) for row in rows if row.hindsight is not None}
        over_all = self.controls.values.get("scope") == words.ALL
        self.set_trait("flags", flags_of(moments, self.controls.values["client"]))
        self.set_trait("changes", changes_of(moments))
        self.set_trait("agreement", self._agreement(moments, over_all))
        able = {name for name, now in moments.items() if over_all or now.can_flag}
        titles = {row.name: row.title for row in rows if row.name in able}
        note = say("comparator.note_all") if over_all else say("comparator.note")
        self.table.put(words.agreement_rows(self.agreement, titles), note)

    def _agreement(self, moments: dict[str, Moment], over_all: bool) -> pd.DataFrame:
        if not over_all or not moments:
            # A client's first session, which most rules cannot judge, does not count.
            flags = np.array([now.flagged[1:] for now in moments.values()], dtype=bool).T
            return agreement_of(list(moments), flags.reshape(-1, len(moments)))
        judging = tuple(rule for name, rule in self._rules().items() if name in moments)
        if judging not in self._over_all:
            rater = self._rated["rater"].iloc[0]
            self._over_all[judging] = rule_agreement(self._rated, judging, rater)
        return self._over_all[judging]


def _given(
    ratings: pd.DataFrame | None, client: str | None, rater: str
) -> tuple[pd.DataFrame, str]:
    """The rows of that rater, and the client to begin with."""
    rated = of_rater(load_data("single_cases") if ratings is None else ratings, rater)
    clients = rated["client"].unique().tolist()
    if client is None:
        client = DISAGREED if ratings is None else clients[0]
    if not is_text_among(client, clients):
        known = ", ".join(clients[:20])
        raise RatingError([say("comparator.no_client", client=as_shown(client), known=known)])
    return rated, client
