"""Which rules a picker offers: four that differ in kind, then the rest."""

from __future__ import annotations

from functools import cache

from alliance_widgets import rules
from alliance_widgets.errors import AllianceError
from alliance_widgets.words import say

__all__ = ["FIRST", "RuleChoice", "presets"]

FIRST = ("drop_sd", "reliable_drop", "imr_chart", "sudden_drop")
NONE, OWN = "none", "own"


@cache
def presets() -> dict[str, rules.Rule]:
    """What stands in a picker for a rule that has no default settings, by its name."""
    cutoff = round(rules.ReliableDrop().threshold, 2)
    return {
        "sudden_drop": rules.SuddenDrop(cutoff=cutoff, floor=1),
        "below_cutoff": rules.BelowCutoff(cutoff=3),
    }


class RuleChoice:
    """A rule as a picker shows it: `key` of what is chosen, `options` to choose from,
    and in words what the chosen rule does (`explanation`) and how it misleads (`trap`).

    A rule with settings of its own is offered under its title, beside those with default settings
    and the presets of rules that have none.
    """

    def __init__(self, rule: str | rules.Rule | None) -> None:
        self._rules = {name: presets().get(name) or rules.rule(name) for name in rules.rule_names()}
        try:
            chosen = None if rule is None else rules.rule(rule)
        except AllianceError as fault:
            self.key, self.explanation, self.trap, self._own = NONE, str(fault), "", None
            return
        named = [name for name, each in self._rules.items() if each == chosen]
        self._own = chosen if chosen is not None and not named else None
        self.key = NONE if chosen is None else (named[0] if named else OWN)
        self.explanation = "" if chosen is None else chosen.explanation
        self.trap = "" if chosen is None else chosen.trap

    @property
    def options(self) -> list[tuple[str, ...]]:
        """Value, label and, for the rest, the name of their group."""
        more = say("rulechoice.more_rules")
        rest = [name for name in self._rules if name not in FIRST]
        made: list[tuple[str, ...]] = [(name, _title(self._rules[name])) for name in FIRST]
        if self._own is not None:
            made.insert(0, (OWN, say("rulechoice.own_rule", title=_title(self._own))))
        made += [(name, _title(self._rules[name]), more) for name in rest]
        return [*made, (NONE, say("rulechoice.no_rule"), more)]

    def rule_of(self, key: str) -> str | rules.Rule | None:
        """What a chosen option stands for: a rule's name, a rule with its settings, or None."""
        if key == OWN:
            return self._own
        return None if key == NONE else presets().get(key, key)


def _title(rule: rules.Rule) -> str:
    return rule.title[:1].upper() + rule.title[1:]
