"""How strict a rule is: the one number that most let somebody choose, as a picker has it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from alliance_widgets.rules import ReliableDrop, Rule
from alliance_widgets.words import say

__all__ = ["options_of", "set_to", "strictness_of"]

NUMBERS: dict[str, tuple[str, tuple[float, ...]]] = {
    "drop_sd": ("k", (1.0, 1.5, 2.0)),
    "reliable_drop": ("reliability", (0.70, 0.80, 0.90)),
    "point_drop": ("points", (0.5, 1.0, 1.5)),
    "imr_chart": ("sigmas", (2.0, 3.0)),
    "sd_chart": ("sigmas", (2.0, 3.0)),
}
"""By rule: the setting that decides, and what is usual."""


def strictness_of(rule: Rule) -> str:
    """The rule's own number, as an option's value; empty for a rule with no such number."""
    return _text(getattr(rule, NUMBERS[rule.name][0])) if rule.name in NUMBERS else ""


def options_of(rule: Rule) -> list[tuple[str, str]]:
    """Value and label of what is usual for this rule, with its own number among them."""
    if rule.name not in NUMBERS:
        return []
    setting, usual = NUMBERS[rule.name]
    numbers = sorted({*usual, float(getattr(rule, setting))})
    return [(_text(number), _label(set_to(rule, _text(number)), number)) for number in numbers]


def set_to(rule: Rule, value: str) -> Rule:
    """The rule with the number of that option; a rule without such a number as it is."""
    if rule.name not in NUMBERS:
        return rule
    changed: Any = {NUMBERS[rule.name][0]: float(value)}
    return replace(rule, **changed)


def _label(rule: Rule, number: float) -> str:
    points = f"{rule.threshold:.2f}" if isinstance(rule, ReliableDrop) else ""
    return say(f"strictness.{rule.name}", n=number, number=_text(number), points=points)


def _text(number: float) -> str:
    return f"{number:g}"
