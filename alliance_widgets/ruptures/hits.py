"""What a rule's marks are worth where the truth is known: how many are right, and what is found."""

from __future__ import annotations

import pandas as pd

from alliance_widgets.arguments import as_shown
from alliance_widgets.errors import RatingError, RuleError
from alliance_widgets.rules import Rule
from alliance_widgets.rules.base import unless_share
from alliance_widgets.rules.sessions import ratio
from alliance_widgets.ruptures.episodes import flag_sessions
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.words import say

__all__ = ["hits_and_false_alarms", "right_at"]


def hits_and_false_alarms(
    ratings: pd.DataFrame, planted: pd.DataFrame, rule: str | Rule = "reliable_drop"
) -> pd.Series:
    """What the rule's marks are worth where the truth is known: a Series of seven figures.

    Read with care: `right` and `found` have different denominators, and `right` depends on how
    rare ruptures are (`right_at`): no rule has it as a property of its own.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them; the client's are judged.
    planted : DataFrame
        One row per planted rupture with `client` and `onset`, the session in which it begins, as
        `truth.ruptures` of a simulated clinic has; clients of whom it has no row have none.
    rule : str or Rule, default "reliable_drop"
        The rule whose marks are held against the truth.

    Returns
    -------
    Series
        - `right`: of all marks, the share that stand where a planted rupture begins.
        - `found`: of all planted ruptures, the share with a mark where they begin (those that begin
          in a session that nobody rated are never found, and count).
        - `marked_in_vain`: of the clients without any planted rupture, the share with at least one
          mark.
        - `base_rate`: of all clients, the share with at least one planted rupture.
        - `hits_with`, `marks_with`: marks that are right, and all marks, per client with a planted
          rupture.
        - `marks_without`: marks per client without.

        Shares run from 0 to 1; a share of nothing is missing.

    Raises
    ------
    RatingError
        For ratings that break their contract, or if `planted` lacks a column or has clients without
        ratings.
    RuleError
        For an unknown rule or one in points of another scale than the ratings'.
    """
    clients = pd.Index(of_rater(ratings)["client"].unique())
    onsets = _checked(planted, clients)
    marks = flag_sessions(ratings, rule)[["client", "session"]]
    hits = len(marks.merge(onsets))
    ruptured = clients.isin(onsets["client"])
    of_ruptured = marks["client"].isin(onsets["client"])
    n_with, n_without = int(ruptured.sum()), int((~ruptured).sum())
    in_vain = marks.loc[~of_ruptured, "client"].nunique()
    return pd.Series(
        {
            "right": ratio(hits, len(marks)),
            "found": ratio(hits, len(onsets)),
            "marked_in_vain": ratio(in_vain, n_without),
            "base_rate": ratio(n_with, len(clients)),
            "hits_with": ratio(hits, n_with),
            "marks_with": ratio(int(of_ruptured.sum()), n_with),
            "marks_without": ratio(int((~of_ruptured).sum()), n_without),
        },
        dtype=float,
    )


def right_at(figures: pd.Series, base_rate: float) -> float:
    """Of all marks the share that would be right if that share of the clients had a rupture.

    `figures` are those of `hits_and_false_alarms`: clients with a planted rupture and clients
    without stay as they are there, only how many there are of each changes. At their own
    `base_rate` it is `right` itself. Missing where the rule marks nobody.

    Read with care: what the rule finds (`found`) does not change with the base rate.

    Raises `RuleError` for a base rate that is no share above 0 and up to 1.
    """
    problems = unless_share("right_at", "base_rate", base_rate)
    if problems:
        raise RuleError(problems)
    hits = base_rate * figures["hits_with"]
    marks = base_rate * figures["marks_with"] + (1 - base_rate) * figures["marks_without"]
    return float(ratio(hits, marks))


def _checked(planted: pd.DataFrame, clients: pd.Index) -> pd.DataFrame:
    """`client` and `session` of the planted ruptures; a fault is named in words."""
    if not isinstance(planted, pd.DataFrame):
        raise RatingError([say("arguments.table", name="planted", given=as_shown(planted))])
    missing = [name for name in ("client", "onset") if name not in planted]
    if missing:
        raise RatingError([say("hits.columns", missing=", ".join(missing))])
    onsets = planted[["client", "onset"]].rename(columns={"onset": "session"})
    unknown = onsets.loc[~onsets["client"].isin(clients), "client"].unique()
    if len(unknown):
        raise RatingError([say("hits.unknown", n=len(unknown), client=unknown[0])])
    return onsets
