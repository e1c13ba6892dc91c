"""Rules side by side: which flags which session, and how far they agree beyond chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets import rules as rule_kinds
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import Rule
from alliance_widgets.rules.sessions import Numbers, ratio
from alliance_widgets.ruptures.episodes import limits
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.words import say

__all__ = ["agreement_of", "compare_rules", "marks_agreement", "names_of", "rule_agreement"]

Rules = str | Rule | Iterable[str | Rule]
Counts = npt.NDArray[np.int64]


def compare_rules(ratings: pd.DataFrame, rules: Rules, rater: str = "client") -> pd.DataFrame:
    """One row per session that a rule flags, rule after rule in the order given.

    Read with care: several rules are several chances to flag a session. Choose the rule before
    seeing the case; a flag is a possible rupture by that rule.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rules : str, Rule, or several of them
        Names from `rules.rule_names()`, or rules with settings of one's own.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `rule` (its name; where one kind of rule stands there with several settings, with
        those that differ: `drop_sd(k=2)`), then `client`, `session`, `alliance`, `reference` and
        `limit` as in `flag_sessions`. `table.attrs["agreement"]` holds what `rule_agreement` gives.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        Naming every rule which is unknown or cannot judge these ratings.
    """
    judged = _judged(of_rater(ratings, rater), rules)
    flagged = [table[table["flagged"]].drop(columns="flagged") for table in judged.values()]
    repeated = np.repeat(list(judged), [len(table) for table in flagged])
    together = pd.concat(flagged, ignore_index=True)
    together.insert(0, "rule", pd.Series(repeated, dtype="str"))
    together.attrs["agreement"] = _Attached(_agreement(judged))
    return together


def rule_agreement(ratings: pd.DataFrame, rules: Rules, rater: str = "client") -> pd.DataFrame:
    """One row per pair of rules: on how many sessions they say the same.

    Read with care: flags are rare, so raw agreement is high whatever the rules do, and kappa hangs
    on how rare they are; sessions of one client are not independent. Two rules that agree can be
    wrong together.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rules : str, Rule, or several of them
        Names from `rules.rule_names()`, or rules with settings of one's own.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `rule` and `other`; `sessions`, how many both judged: every observed session but
        each client's first, which for most rules has nothing to be compared with; of these `both`,
        `neither`, `only_rule` and `only_other` were flagged; and `kappa`, Cohen's (1960): the
        agreement beyond what two rules with these shares of flags reach by chance, as a share of
        what is possible beyond it. 1 is full agreement, 0 what chance gives; missing where both
        flag none of the sessions or both all, since then nothing lies beyond chance.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        Naming every rule which is unknown or cannot judge these ratings.
    """
    return _agreement(_judged(of_rater(ratings, rater), rules))


def marks_agreement(marked: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What `rule_agreement` gives, for marks that somebody made by hand.

    `marked` has a table for each rater, by name: `client`, `session` and `flagged`, the same
    observed sessions in the same order, by client and session.
    """
    return _agreement(dict(marked))


class _Attached(pd.DataFrame):
    """A table that can travel in `attrs`.

    pandas compares `attrs` where tables are concatenated or merged; a plain table answers cell by
    cell, which is no answer there.
    """

    @property
    def _constructor(self) -> type[_Attached]:
        return _Attached

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return isinstance(other, _Attached) and self.equals(other)

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    __hash__ = None


def _judged(rated: pd.DataFrame, rules: Rules) -> dict[str, pd.DataFrame]:
    """What `session_limits` gives, under each rule's name among these."""
    problems: list[str] = []
    chosen = _chosen(rules, problems)
    tables = []
    for rule in chosen:
        try:
            tables.append(limits(rated, rule))
        except RuleError as fault:
            problems += fault.problems
    if problems:
        raise RuleError(list(dict.fromkeys(problems)))
    return dict(zip(names_of(chosen), tables, strict=True))


def _chosen(rules: Any, problems: list[str]) -> list[Rule]:
    given = (
        [rules] if isinstance(rules, str | Rule) or not isinstance(rules, Iterable) else [*rules]
    )
    if not given:
        problems.append(say("agreement.no_rule"))
    chosen = []
    for rule in given:
        try:
            chosen.append(rule_kinds.rule(rule))
        except RuleError as fault:
            problems += fault.problems
    return chosen


def names_of(rules: Sequence[Rule]) -> list[str]:
    """Each rule's name; with the settings in which it differs from others of its kind here."""
    names: list[str] = []
    for rule in rules:
        alike = [other for other in rules if type(other) is type(rule)]
        settings = [
            f"{setting.name}={_short(getattr(rule, setting.name))}"
            for setting in fields(rule)
            if any(getattr(rule, setting.name) != getattr(other, setting.name) for other in alike)
        ]
        names.append(f"{rule.name}({', '.join(settings)})" if settings else rule.name)
    again = pd.Series(names).groupby(names).cumcount() + 1
    return [name if n == 1 else f"{name} ({n})" for name, n in zip(names, again, strict=True)]


def _short(setting: object) -> str:
    return f"{setting:g}" if isinstance(setting, float) else repr(setting)


def _agreement(judged: dict[str, pd.DataFrame]) -> pd.DataFrame:
    tables = list(judged.values())
    client = tables[0]["client"]
    later = (client == client.shift()).to_numpy(dtype=bool)
    flags = [table["flagged"].to_numpy(dtype=bool)[later] for table in tables]
    return agreement_of(list(judged), np.column_stack(flags))


def agreement_of(names: Sequence[str], flags: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """What `rule_agreement` gives, from whether each session (row) was flagged by each rule."""
    pairs = list(combinations(range(len(names)), 2))
    one, other = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    shared = _shared_flags(flags)
    alone = np.diag(shared)
    both, only_rule = shared[one, other], alone[one] - shared[one, other]
    only_other = alone[other] - both
    neither = len(flags) - both - only_rule - only_other
    return pd.DataFrame(
        {
            "rule": pd.array([names[i] for i in one], dtype="str"),
            "other": pd.array([names[i] for i in other], dtype="str"),
            "sessions": np.full(len(pairs), len(flags), dtype=np.int64),
            "both": both,
            "neither": neither,
            "only_rule": only_rule,
            "only_other": only_other,
            "kappa": _kappa(both, neither, only_rule, only_other),
        }
    )


def _shared_flags(flags: npt.NDArray[np.bool_]) -> Counts:
    """How many sessions each two rules both flag; each rule's own flags in the diagonal."""
    return np.array([(flags & column[:, None]).sum(axis=0) for column in flags.T], dtype=np.int64)


def _kappa(both: Counts, neither: Counts, only_rule: Counts, only_other: Counts) -> Numbers:
    """(observed - chance) / (1 - chance), its fractions cleared so that no rounding is left."""
    a, b, c, d = (count.astype(np.float64) for count in (both, only_rule, only_other, neither))
    return ratio(2 * (a * d - b * c), (a + b) * (b + d) + (a + c) * (c + d))
