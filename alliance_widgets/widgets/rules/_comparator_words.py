"""What the rule comparator says: its controls, the note on a rule, how far two rules agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_widgets.charts.cases.matrix import rule_titles
from alliance_widgets.rules import ReliableDrop, Rule
from alliance_widgets.ruptures.agreement import names_of
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.rules._shelf import Shelf, two_places
from alliance_widgets.words import coefficient, say

__all__ = [
    "ALL",
    "COLUMNS",
    "THIS",
    "agreement_rows",
    "column_titles",
    "focus_picker",
    "known_items",
    "note",
    "pickers",
]

RELIABILITIES = (0.70, 0.80, 0.90)
SPREADS = (0.4, 1.2, 0.1)
"""SDs between people that the slider goes through: from, to, step."""
THIS, ALL = "this", "all"
COLUMNS = ["pair", "sessions", "both", "neither", "one", "words"]


def pickers(shelf: Shelf, clients: Sequence[str]) -> list[make.Item]:
    """What can be chosen."""
    items = []
    if len(clients) > 1:
        names = [(name, name) for name in clients]
        items.append(make.choice("client", say("case.picker"), names))
    items.append(focus_picker(shelf, False))
    if asked := shelf.asked:
        known = sorted({*map(two_places, RELIABILITIES), asked["reliability"]})
        label = say("comparator.reliability")
        reliability = make.choice("reliability", label, [(each, each) for each in known])
        items.append(make.seldom(reliability))
        low, high, step = SPREADS
        ends = min(low, asked["spread"]), max(high, asked["spread"])
        label, unit = say("comparator.spread"), say("comparator.spread_unit", value="{value}")
        items.append(make.seldom(make.slider("spread", label, *ends, step, unit)))
    if shelf.more:
        items.append(make.check("more", say("rulechoice.more_rules")))
    if len(clients) > 1:
        this, every = say("comparator.this"), say("comparator.all", n=len(clients))
        over = make.choice("scope", say("comparator.over"), [(THIS, this), (ALL, every)])
        items.append(make.seldom(over))
    return items


def focus_picker(shelf: Shelf, more: bool) -> make.Item:
    """Which of the shown rules is explained."""
    shown = shelf.shown(more)
    titles = rule_titles(dict(zip(names_of(shown), shown, strict=True)))
    return make.choice("focus", say("comparator.focus"), titles.items())


def known_items(low: int, high: int) -> list[make.Item]:
    """Up to which session the case is known."""
    known = make.slider("known", say("comparator.known"), low, high, 1)
    return [{**known, "disabled": low == high}]


def note(rule: Rule, rules: Mapping[str, Rule]) -> str:
    """What a rule does, and what the reliable drop among the rules asks for."""
    asked = [each for each in rules.values() if isinstance(each, ReliableDrop)]
    said = [
        say(
            "comparator.threshold",
            points=f"{each.threshold:.2f}",
            reliability=two_places(each.reliability),
            sd=f"{each.sd:g}",
            wobble=f"{each.wobble:.2f}",
        )
        for each in asked[:1]
    ]
    return " ".join([rule.explanation, *said])


def column_titles() -> dict[str, str]:
    """What the columns of the folded table are called."""
    return {name: say(f"comparator.column.{name}") for name in COLUMNS}


def agreement_rows(agreement: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """How far each two of these rules agree, in words."""
    rows = [
        (
            say("comparator.pair", one=titles[each["rule"]], other=_lower(titles[each["other"]])),
            *(each["sessions"], each["both"], each["neither"]),
            each["only_rule"] + each["only_other"],
            _in_words(each["kappa"]),
        )
        for each in agreement.to_dict("records")
        if each["rule"] in titles and each["other"] in titles
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _lower(title: str) -> str:
    """A title within a sentence: "SD chart" and the like stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _in_words(kappa: float) -> str:
    """How far two rules agree beyond chance, in words and as a number."""
    if kappa != kappa:
        return say("comparator.kappa.none")
    key = "full" if kappa > 1 - 1e-9 else "more" if kappa > 0.005 else "same"
    key = "less" if kappa < -0.005 else key
    return say(f"comparator.kappa.{key}", kappa=coefficient(kappa))
