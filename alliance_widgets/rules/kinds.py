"""The rules of the kit, and each by its name: a file with a rule in this folder is all it takes.

Named here are those that `aw.rules` promises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alliance_widgets.arguments import nearest
from alliance_widgets.errors import RuleError
from alliance_widgets.rules.base import Rule
from alliance_widgets.rules.charts import IMRChart, SDChart
from alliance_widgets.rules.cutoff import BelowCutoff
from alliance_widgets.rules.drops import DropSD, PointDrop, ReliableDrop
from alliance_widgets.rules.memory import CUSUM, EWMA
from alliance_widgets.rules.sessions import ObservedSessions
from alliance_widgets.rules.sudden import SuddenDrop
from alliance_widgets.rules.trend import TrendResidual
from alliance_widgets.words import say

__all__ = [
    "CUSUM",
    "EWMA",
    "BelowCutoff",
    "DropSD",
    "IMRChart",
    "ObservedSessions",
    "PointDrop",
    "ReliableDrop",
    "Rule",
    "SDChart",
    "SuddenDrop",
    "TrendResidual",
    "rule",
    "rule_names",
]

_ORDER = (
    *("drop_sd", "reliable_drop", "imr_chart", "sd_chart", "ewma"),
    *("cusum", "trend_residual", "sudden_drop", "point_drop", "below_cutoff"),
)
"""In which they are offered; a rule that is not listed comes after these."""


def _kinds(base: type[Rule] = Rule) -> Iterator[type[Rule]]:
    """Every class of this folder that has a name for people, whoever imports it."""
    for kind in base.__subclasses__():
        if "name" in vars(kind) and kind.__module__.startswith(f"{__package__}."):
            yield kind
        yield from _kinds(kind)


def _place(kind: type[Rule]) -> int:
    return _ORDER.index(kind.name) if kind.name in _ORDER else len(_ORDER)


for _module in iter_modules([str(Path(__file__).parent)]):
    import_module("." + _module.name, __package__)
_BY_NAME: dict[str, type[Rule]] = {kind.name: kind for kind in sorted(_kinds(), key=_place)}


def rule_names() -> tuple[str, ...]:
    """The names that `rule` knows.

    Returns
    -------
    tuple of str
        One snake_case name per rule of the kit, such as "imr_chart".
    """
    return tuple(_BY_NAME)


def rule(name_or_rule: str | Rule) -> Rule:
    """The rule of that name with its default settings; a rule is given back as it is.

    Parameters
    ----------
    name_or_rule : str or Rule
        A name from `rule_names()`, or a rule.

    Returns
    -------
    Rule
        The rule, frozen: other settings make another rule.

    Raises
    ------
    RuleError
        For an unknown name (with the nearest known one) and for a rule that has a setting without
        default.
    """
    if isinstance(name_or_rule, Rule):
        return name_or_rule
    known = ", ".join(_BY_NAME)
    if not isinstance(name_or_rule, str):
        raise RuleError([say("rules.not_a_rule", given=repr(name_or_rule), known=known)])
    if name_or_rule not in _BY_NAME:
        near = nearest(name_or_rule.lower(), _BY_NAME, n=1)
        key = "rules.unknown_near" if near else "rules.unknown"
        raise RuleError([say(key, name=repr(name_or_rule), near="".join(near), known=known)])
    kind = _BY_NAME[name_or_rule]
    needs = [setting.name for setting in fields(kind) if setting.default is MISSING]
    if needs:
        example = f"{kind.__name__}({', '.join(f'{setting}=...' for setting in needs)})"
        settings = ", ".join(needs)
        raise RuleError(
            [say("rules.no_default", name=name_or_rule, settings=settings, example=example)]
        )
    return kind()
