"""Rules side by side on one case: who flags what, and what was knowable when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import ipywidgets as ipw
import numpy as np
import pandas as pd
import traitlets as tl

from alliance_widgets import rules as rule_kinds
from alliance_widgets.arguments import as_shown, is_text_among
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import ReliableDrop, Rule
from alliance_widgets.ruptures.agreement import agreement_of, names_of, rule_agreement
from alliance_widgets.tables.instruments import instrument_of
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.runtime import Described
from alliance_widgets.widgets.rules.rule_choice import FIRST, presets
from alliance_widgets.words import say

__all__ = ["RuleComparator"]

RELIABILITIES = (0.70, 0.80, 0.90)
SPREADS = (0.4, 1.2, 0.1)
"""SDs between people that the slider goes through: from, to, step."""
DISAGREED = "Lucía"  # of the invented cases, the one that the four rules see in most ways
THIS, ALL = "this", "all"
COLUMNS = ["pair", "sessions", "both", "neither", "one", "words"]
CHANGES = ["rule", "session", "then", "now"]
FLAGS = ["rule", "client", "session", "alliance", "reference", "limit"]


class RuleComparator(Described, ipw.VBox):
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

    Raises
    ------
    RatingError
        For faulty ratings and a client who is not there.
    RuleError
        For an unknown rule.
    """

    flags = tl.Instance(pd.DataFrame, read_only=True)
    agreement = tl.Instance(pd.DataFrame, read_only=True)
    changes = tl.Instance(pd.DataFrame, read_only=True)

    def __init__(
        self,
        ratings: pd.DataFrame | None = None,
        client: str | None = None,
        rules: Sequence[str | Rule] | None = None,
        rater: str = "client",
    ) -> None:
        from alliance_widgets import charts

        self._charts = charts
        self._rated, client = _given(ratings, client, rater)
        given = [presets().get(each, each) for each in FIRST] if rules is None else _listed(rules)
        self._first = [rule_kinds.rule(each) for each in given]
        kinds = {rule.name for rule in self._first}
        self._more = [
            presets().get(name) or rule_kinds.rule(name)
            for name in rule_kinds.rule_names()
            if name not in kinds
        ]
        self._rows: dict[tuple[str, str, Rule], Any] = {}
        self._over_all: dict[tuple[Rule, ...], pd.DataFrame] = {}
        self._busy = False
        scale = instrument_of(self._rated)
        self._forms = {  # made at once, so that no movement waits for one
            more: charts.matrix_form(len(self._shown(more)), scale.low, scale.high).to_dict()
            for more in (False, True)
        }
        self.controls = Controls(
            self._pickers(),
            say("comparator.about"),
            **{"client": client, "more": False, "focus": names_of(self._first)[0]},
            **self._asked(),
        )
        low, high = self._ends(client)
        self.known = Controls(
            [self._slider(low, high), *self._scopes()], say("comparator.moment"), known=high
        )
        if len(self._clients) > 1:
            self.known.values = {**self.known.values, "scope": THIS}
        self.chart = ChartView(self._forms[False])
        titles = {name: say(f"comparator.column.{name}") for name in COLUMNS}
        self.table = FoldedTable(say("comparator.agreement"), titles)
        super().__init__(children=(self.controls, self.known, self.chart, self.table))
        self._answer()
        self.controls.observe(self._choose, "values")
        self.known.observe(self._answer, "values")
        close_earlier_run(self)

    def __repr__(self) -> str:
        return self.chart.message or self.chart.description

    @property
    def threshold(self) -> float | None:
        """The drop in points that the reliable drop asks for; None if it is not among the rules."""
        asked = [rule for rule in self._rules().values() if isinstance(rule, ReliableDrop)]
        return asked[0].threshold if asked else None

    # ---- what can be chosen ------------------------------------------------------------------

    @property
    def _clients(self) -> list[str]:
        return self._rated["client"].unique().tolist()

    def _pickers(self) -> list[make.Item]:
        items = []
        if len(self._clients) > 1:
            names = [(name, name) for name in self._clients]
            items.append(make.choice("client", say("casebook.case"), names))
        items.append(self._focus_picker(False))
        if self._reliability():
            known = sorted({*map(_text, RELIABILITIES), _text(self._reliability())})
            label = say("comparator.reliability")
            items.append(make.choice("reliability", label, [(each, each) for each in known]))
            low, high, step = SPREADS
            ends = min(low, self._asked()["spread"]), max(high, self._asked()["spread"])
            label, unit = say("comparator.spread"), say("comparator.spread_unit", value="{value}")
            items.append(make.slider("spread", label, *ends, step, unit))
        if self._more:
            items.append(make.check("more", say("casebook.more_rules")))
        return items

    def _focus_picker(self, more: bool) -> make.Item:
        shown = self._shown(more)
        titles = self._charts.rule_titles(dict(zip(names_of(shown), shown, strict=True)))
        return make.choice("focus", say("comparator.focus"), titles.items())

    def _slider(self, low: int, high: int) -> make.Item:
        item = make.slider("known", say("comparator.known"), low, high, 1)
        return {**item, "disabled": low == high}

    def _scopes(self) -> list[make.Item]:
        if len(self._clients) < 2:
            return []
        options = [
            (THIS, say("comparator.this")),
            (ALL, say("comparator.all", n=len(self._clients))),
        ]
        return [make.choice("scope", say("comparator.over"), options)]

    def _reliable(self) -> ReliableDrop | None:
        """The reliable drop among the rules, with the settings it was given."""
        own = [rule for rule in self._first + self._more if isinstance(rule, ReliableDrop)]
        return own[0] if own else None

    def _reliability(self) -> float | None:
        own = self._reliable()
        return own.reliability if own else None

    def _asked(self) -> dict[str, Any]:
        """The two numbers that the reliable drop rests on, as the controls hold them."""
        own = self._reliable()
        return {"reliability": _text(own.reliability), "spread": own.sd} if own else {}

    def _ends(self, client: str) -> tuple[int, int]:
        sessions = self._case(client).dropna(subset="alliance")["session"]
        return (int(sessions.min()), int(sessions.max())) if len(sessions) else (1, 1)

    # ---- what follows from it ----------------------------------------------------------------

    def _case(self, client: str) -> pd.DataFrame:
        return self._rated[self._rated["client"] == client]

    def _shown(self, more: bool) -> list[Rule]:
        """The rules in their rows, with the settings they were given."""
        return self._first + (self._more if more else [])

    def _rules(self) -> dict[str, Rule]:
        """The rules that are shown now, by name, with the two numbers that are chosen."""
        values = self.controls.values
        shown = self._shown(values["more"])
        names = names_of(shown)
        asked = self._asked()
        changed: dict[str, Any] = {}
        if asked and values["reliability"] != asked["reliability"]:
            changed["reliability"] = float(values["reliability"])
        if asked and values["spread"] != asked["spread"]:
            changed["sd"] = round(float(values["spread"]), 2)
        if changed:
            shown = [
                replace(rule, **changed) if isinstance(rule, ReliableDrop) else rule
                for rule in shown
            ]
        return dict(zip(names, shown, strict=True))

    def _read(self) -> list[Any]:
        """What every shown rule says of the case, each worked out once."""
        client, rules = self.controls.values["client"], self._rules()
        missing = {n: rule for n, rule in rules.items() if (client, n, rule) not in self._rows}
        if missing:
            case, others = self._case(client), self._rated[self._rated["client"] != client]
            for row in self._charts.rule_rows(case, missing, others):
                self._rows[client, row.name, missing[row.name]] = row
        return [self._rows[client, name, rule] for name, rule in rules.items()]

    def _choose(self, change: Any) -> None:
        """A case, a rule or a reliability: what depends on it first, then all of it at once."""
        before, now = change["old"], change["new"]
        self._busy = True
        with self.controls.hold_sync(), self.known.hold_sync():
            if before["more"] != now["more"]:
                picker = self._focus_picker(now["more"])
                self.controls.items = [
                    picker if item["name"] == "focus" else item for item in self.controls.items
                ]
                if now["focus"] not in names_of(self._shown(now["more"])):
                    first = names_of(self._first)[0]
                    self.controls.values = {**self.controls.values, "focus": first}
                self.chart.chart = self._forms[now["more"]]
            if before["client"] != now["client"]:
                low, high = self._ends(now["client"])
                self.known.items = [self._slider(low, high), *self._scopes()]
                self.known.values = {**self.known.values, "known": high}
        self._busy = False
        self._answer()

    def _answer(self, _change: Any = None) -> None:
        if self._busy:
            return
        values = self.controls.values
        rows = self._read()
        known = int(self.known.values["known"])
        case = self._case(values["client"])
        rule = self._rules()[values["focus"]]
        with self.controls.hold_sync(), self.chart.hold_sync():
            self.controls.note = self._note(rule)
            self.controls.warning = rule.trap
            self.known.note = say("comparator.marks")
            if case["alliance"].isna().all():
                self.chart.description = self.chart.message = say("describe.no_ratings")
            else:
                tables = self._charts.matrix_tables(case, rows, known, values["focus"])
                self.chart.update(**tables)
                self.chart.description = self._charts.matrix_words(case, rows, known)
        self._tell(rows, known)

    def _note(self, rule: Rule) -> str:
        asked = [each for each in self._rules().values() if isinstance(each, ReliableDrop)]
        said = [
            say(
                "comparator.threshold",
                points=f"{each.threshold:.2f}",
                reliability=_text(each.reliability),
                sd=f"{each.sd:g}",
                wobble=f"{each.wobble:.2f}",
            )
            for each in asked[:1]
        ]
        return " ".join([rule.explanation, *said])

    def _tell(self, rows: Sequence[Any], known: int) -> None:
        """The result tables, for who reads them in code, and the folded one."""
        client = self.controls.values["client"]
        moments = {row.name: row.hindsight.at(known) for row in rows if row.hindsight is not None}
        flags, changes = [], []
        for name, now in moments.items():
            flags += [
                (name, client, *each[:-1])
                for each in zip(
                    now.sessions, now.alliance, now.reference, now.limit, now.flagged, strict=True
                )
                if each[-1]
            ]
            changes += [(name, session, False, True) for session in now.late]
            changes += [(name, session, True, False) for session in now.gone]
        self.set_trait("flags", pd.DataFrame(flags, columns=FLAGS))
        self.set_trait("changes", pd.DataFrame(changes, columns=CHANGES))
        self.set_trait("agreement", self._agreement(moments))
        over_all = self.known.values.get("scope") == ALL
        able = {name for name, now in moments.items() if over_all or now.can_flag}
        self._show_agreement({row.name: row.title for row in rows if row.name in able}, over_all)

    def _agreement(self, moments: dict[str, Any]) -> pd.DataFrame:
        if self.known.values.get("scope") != ALL or not moments:
            # A client's first session, which most rules cannot judge, does not count.
            flags = np.array([now.flagged[1:] for now in moments.values()], dtype=bool).T
            return agreement_of(list(moments), flags.reshape(-1, len(moments)))
        judging = tuple(rule for name, rule in self._rules().items() if name in moments)
        if judging not in self._over_all:
            rater = self._rated["rater"].iloc[0]
            self._over_all[judging] = rule_agreement(self._rated, judging, rater)
        return self._over_all[judging]

    def _show_agreement(self, titles: dict[str, str], over_all: bool) -> None:
        rows = [
            (
                say(
                    "comparator.pair", one=titles[each["rule"]], other=_lower(titles[each["other"]])
                ),
                *(each["sessions"], each["both"], each["neither"]),
                each["only_rule"] + each["only_other"],
                _in_words(each["kappa"]),
            )
            for each in self.agreement.to_dict("records")
            if each["rule"] in titles and each["other"] in titles
        ]
        note = say("comparator.note_all" if over_all else "comparator.note")
        self.table.put(pd.DataFrame(rows, columns=COLUMNS), note)


def _listed(rules: Any) -> list[Any]:
    """The rules that were given; one alone is a list of one."""
    if isinstance(rules, str | Rule):
        return [rules]
    if not isinstance(rules, Iterable) or not (given := list(rules)):
        raise RuleError([say("agreement.no_rule")])
    return given


def _given(
    ratings: pd.DataFrame | None, client: str | None, rater: str
) -> tuple[pd.DataFrame, str]:
    """The rows of that rater, and the client to begin with."""
    from alliance_widgets.errors import RatingError
    from alliance_widgets.tables.datasets import load_data

    rated = of_rater(load_data("single_cases") if ratings is None else ratings, rater)
    clients = rated["client"].unique().tolist()
    if client is None:
        client = DISAGREED if ratings is None else clients[0]
    if not is_text_among(client, clients):
        known = ", ".join(clients[:20])
        raise RatingError([say("comparator.no_client", client=as_shown(client), known=known)])
    return rated, client


def _text(reliability: float | None) -> str:
    return f"{reliability:.2f}"


def _lower(title: str) -> str:
    """A title within a sentence: "SD chart" and the like stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _in_words(kappa: float) -> str:
    """How far two rules agree beyond chance, in words and as a number."""
    if kappa != kappa:
        return say("comparator.kappa.none")
    key = "full" if kappa > 1 - 1e-9 else "more" if kappa > 0.005 else "same"
    key = "less" if kappa < -0.005 else key
    return say(f"comparator.kappa.{key}", kappa=f"{kappa:.2f}".replace("-", "−"))
