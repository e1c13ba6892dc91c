"""The rules that are compared, with the settings they were given and those that are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from alliance_widgets import rules as rule_kinds
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import ReliableDrop, Rule
from alliance_widgets.ruptures.agreement import names_of
from alliance_widgets.ruptures.hindsight import Moment
from alliance_widgets.widgets.rules.rule_choice import FIRST, presets
from alliance_widgets.words import say

__all__ = ["CHANGES", "FLAGS", "Shelf", "changes_of", "flags_of", "two_places"]

CHANGES = ["rule", "session", "then", "now"]
FLAGS = ["rule", "client", "session", "alliance", "reference", "limit"]


@dataclass(frozen=True)
class Shelf:
    """The rules to begin with, and the rest of the kit's."""

    first: tuple[Rule, ...]
    more: tuple[Rule, ...]

    @classmethod
    def of(cls, rules: object) -> Shelf:
        """With these rules first; the four that differ in kind if there are none."""
        given = [presets().get(each, each) for each in FIRST] if rules is None else _listed(rules)
        first = tuple(rule_kinds.rule(each) for each in given)
        others = [name for name in rule_kinds.rule_names() if name not in {r.name for r in first}]
        return cls(first, tuple(presets().get(n) or rule_kinds.rule(n) for n in others))

    def shown(self, more: bool) -> list[Rule]:
        """The rules in their rows, with the settings they were given."""
        return [*self.first, *(self.more if more else ())]

    @property
    def asked(self) -> dict[str, Any]:
        """The two numbers that the reliable drop among them rests on, as controls hold them."""
        for rule in self.shown(True):
            if isinstance(rule, ReliableDrop):
                return {"reliability": two_places(rule.reliability), "spread": rule.sd}
        return {}

    def chosen(self, values: Mapping[str, Any]) -> dict[str, Rule]:
        """The rules that are shown, by name, with the two numbers that are chosen."""
        shown, asked = self.shown(values["more"]), self.asked
        names = names_of(shown)
        changed: dict[str, Any] = {}
        if asked and values["reliability"] != asked["reliability"]:
            changed["reliability"] = float(values["reliability"])
        if asked and values["spread"] != asked["spread"]:
            changed["sd"] = round(float(values["spread"]), 2)
        shown = [replace(r, **changed) if isinstance(r, ReliableDrop) else r for r in shown]
        return dict(zip(names, shown, strict=True))


def flags_of(moments: Mapping[str, Moment], client: str) -> pd.DataFrame:
    """The sessions that each rule flags at its moment of a case."""
    flags = [
        (name, client, *each[:-1])
        for name, now in moments.items()
        for each in zip(
            now.sessions, now.alliance, now.reference, now.limit, now.flagged, strict=True
        )
        if each[-1]
    ]
    return pd.DataFrame(flags, columns=FLAGS)


def changes_of(moments: Mapping[str, Moment]) -> pd.DataFrame:
    """The verdicts that were otherwise when their session was the last one known."""
    changes = [
        (name, session, not came, came)
        for name, now in moments.items()
        for sessions, came in ((now.late, True), (now.gone, False))
        for session in sessions
    ]
    return pd.DataFrame(changes, columns=CHANGES)


def two_places(number: float | None) -> str:
    """A reliability as the controls say it."""
    return f"{number:.2f}"


def _listed(rules: object) -> list[Any]:
    """The rules that were given; one alone is a list of one."""
    if isinstance(rules, str | Rule):
        return [rules]
    if not isinstance(rules, Iterable) or not (given := list(rules)):
        raise RuleError([say("agreement.no_rule")])
    return given
