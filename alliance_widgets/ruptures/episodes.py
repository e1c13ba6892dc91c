"""What a rule finds: flagged sessions, and episodes that are repaired, unrepaired or open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from alliance_widgets import rules
from alliance_widgets.errors import RuleError
from alliance_widgets.rules.base import Rule, unless_whole
from alliance_widgets.rules.sessions import TIE, ObservedSessions
from alliance_widgets.tables.instruments import Instrument, instrument_of
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.words import say

if TYPE_CHECKING:
    from alliance_widgets.ruptures.recovery import Aim, Recovery

__all__ = [
    "Judgement",
    "case_patterns",
    "episodes",
    "find_ruptures",
    "flag_sessions",
    "judge",
    "limits",
    "other_range",
    "patterns",
    "rule_limits",
    "session_limits",
]

WINDOW, RECOVER = 3, 0.75

Rows = npt.NDArray[np.intp]


def flag_sessions(
    ratings: pd.DataFrame, rule: str | Rule = "reliable_drop", rater: str = "client"
) -> pd.DataFrame:
    """One row per session that the rule flags, by client and session.

    Read with care: a flag is a possible rupture by this one rule; noise alone raises flags too.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rule : str or Rule, default "reliable_drop"
        A name from `rules.rule_names()`, or a rule with settings of one's own.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client`, `session`, `alliance`, `reference` (what the session is compared with: the
        last observed score, or a chart's centre line) and `limit` (the score below which, for an
        inclusive rule at which, a session is flagged); scores in the instrument's own units.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        For an unknown rule or one in points of another scale than the ratings'.
    """
    judged = session_limits(ratings, rule, rater)
    return judged[judged["flagged"]].drop(columns="flagged").reset_index(drop=True)


def session_limits(
    ratings: pd.DataFrame, rule: str | Rule = "reliable_drop", rater: str = "client"
) -> pd.DataFrame:
    """One row per observed session: what a chart needs to draw the rule beside the line.

    Read with care: unless the rule says otherwise, limits are drawn with knowledge of the whole
    case; during treatment nobody has that.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rule : str or Rule, default "reliable_drop"
        A name from `rules.rule_names()`, or a rule with settings of one's own.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client`, `session`, `alliance`, `reference`, `limit` and `flagged`, by client and
        session, as in `flag_sessions`. `limit` is missing where the rule cannot judge: a first
        session, a case too short for its chart, ratings without any spread.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        For an unknown rule or one in points of another scale than the ratings'.
    """
    return limits(of_rater(ratings, rater), rule)


def limits(rated: pd.DataFrame, rule: str | Rule = "reliable_drop") -> pd.DataFrame:
    """What `session_limits` gives, for rows as `of_rater` gives them: checked, in order.

    Raises `RuleError` as `session_limits` does.
    """
    chosen, sessions = _observed(rated, rule)
    return _limits(sessions, chosen.judge(sessions))


def rule_limits(
    ratings: pd.DataFrame, rule: str | Rule = "reliable_drop", rater: str = "client"
) -> pd.DataFrame:
    """One row per client: could this rule have flagged anything in a case of this length?

    For charts with limits from the same sessions `needed` is for a flat line with one dip at its
    end; for a 3-sigma moving-range chart that is 5, and 8 for a dip further in.

    Read with care: "nothing flagged" means little where `can_flag` is false, and not much where
    it has only just become true.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rule : str or Rule, default "reliable_drop"
        A name from `rules.rule_names()`, or a rule with settings of one's own.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client`, `sessions` (observed), `needed` (the exact smallest number of sessions
        with which any flag is possible, whatever the scores; missing if no number is enough) and
        `can_flag` (true or false).

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        For an unknown rule or one in points of another scale than the ratings'.
    """
    chosen, sessions = _prepare(ratings, rule, rater)
    needed = chosen.needed(sessions)
    return pd.DataFrame(
        {
            "client": _clients(sessions),
            "sessions": sessions.counts,
            "needed": _whole_or_missing(needed),
            "can_flag": sessions.counts >= needed,
        }
    )


def find_ruptures(
    ratings: pd.DataFrame,
    rule: str | Rule = "reliable_drop",
    window: int = WINDOW,
    recover: float | Recovery = RECOVER,
    rater: str = "client",
) -> pd.DataFrame:
    """One row per episode, a V whose right arm is looked for, by client and onset.

    The search goes on after the repair or after the window, so a further drop inside an open window
    belongs to the same episode. A client's first observed session starts no episode (there is
    nothing to fall from), nor does a flagged session that is not below the one before it.

    Read with care: of the first falls in pure noise with three sessions still to come, 58 to 64 %
    count as repaired at `recover=0.75` (`false_alarms`); a repair shows a return of the
    rating, not what two people did.

    The V and its recovery follow the family of rules begun by Stiles et al. (2004) and Strauss et
    al. (2006); window and share of recovery are this kit's settings, not theirs.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rule : str or Rule, default "reliable_drop"
        What says where an episode may start: a name from `rules.rule_names()`, or a rule with
        settings of one's own.
    window : int, default 3
        How many sessions after the onset a repair is looked for, 1 or more. It counts session
        numbers, not ratings; unrated sessions are passed over.
    recover : float or Recovery, default 0.75
        The share of the fall that must be regained, above 0 and up to 1. Other ways of being back
        stand in `aw.recovery`: `ReturnTo(share=.95)` (to a share of the score before),
        `WithinSD(m=1)` (to within m of the client's SDs of it), `AboveLimit()` (above the lower
        limit of a control chart).
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client`; `onset`, the session where the rule says an episode may start;
        `pre_session` and `pre`, the last observed session before it and its score; `trough_session`
        and `trough`, the lowest score from the onset to the repair or the end of the window (the
        earlier of two equal ones); `repair_session`, the first observed session up to `onset +
        window` that has gained at least `recover`·(pre - lowest so far), missing if there is none;
        and `status`: `repaired`, `open` (the client's last observed session comes before `onset +
        window`, so nobody can know) or `unrepaired`. Scores in the instrument's own units.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        For an unknown rule or one in points of another scale than the ratings', a `window` below 1,
        or a `recover` that is neither a share in (0, 1] nor one of these.
    """
    return episodes(of_rater(ratings, rater), rule, window, recover)


def episodes(
    rated: pd.DataFrame,
    rule: str | Rule = "reliable_drop",
    window: int = WINDOW,
    recover: float | Recovery = RECOVER,
) -> pd.DataFrame:
    """What `find_ruptures` gives, for rows as `of_rater` gives them: checked, in order, one rater.

    Clients may be numbers here. Raises `RuleError` as `find_ruptures` does.
    """
    back = _check_search(window, recover)
    chosen, sessions = _observed(rated, rule)
    return _episodes(sessions, chosen, chosen.judge(sessions), window, back)


def case_patterns(
    ratings: pd.DataFrame,
    rule: str | Rule = "reliable_drop",
    window: int = WINDOW,
    recover: float | Recovery = RECOVER,
    rater: str = "client",
) -> pd.DataFrame:
    """One row per client with at least one observed rating: `client` and `pattern`.

    `unrepaired` if any episode is; else `open` if any is; else `repaired` if there was one; else
    `no_rupture`. A client with a single rating is there too, as `no_rupture`.

    Read with care: a case must last to earn a label, so patterns set against dropout favour every
    label but the first, even where the alliance has no effect (immortal time).

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rule : str or Rule, default "reliable_drop"
        What says where an episode may start.
    window : int, default 3
        How many sessions after the onset a repair is looked for, as in `find_ruptures`.
    recover : float or Recovery, default 0.75
        What counts as back, as in `find_ruptures`.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client` and `pattern` (`no_rupture`, `repaired`, `unrepaired` or `open`).

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        As `find_ruptures`, for an impossible rule, `window` or `recover`.
    """
    back = _check_search(window, recover)
    chosen, sessions = _prepare(ratings, rule, rater)
    found = _episodes(sessions, chosen, chosen.judge(sessions), window, back)
    clients = _clients(sessions)
    return pd.DataFrame({"client": clients, "pattern": patterns(clients, found)})


def patterns(clients: pd.Series, found: pd.DataFrame) -> pd.Series:
    """The pattern of each of the `clients`, from the episodes that `find_ruptures` gives."""
    pattern = pd.Series("no_rupture", index=clients.index, dtype="str")
    for status in ("repaired", "open", "unrepaired"):  # the later one wins
        having = found.loc[found["status"] == status, "client"]
        pattern = pattern.mask(clients.isin(having), status)
    return pattern


@dataclass(frozen=True, eq=False)
class Judgement:
    """Everything one rule says about the ratings of one rater.

    `limits` and `ruptures` are what `session_limits` and `find_ruptures` give one by one.
    """

    rule: Rule
    sessions: ObservedSessions
    limits: pd.DataFrame
    ruptures: pd.DataFrame

    @cached_property
    def why_not(self) -> str:
        """Why the rule can flag nothing in the first case, in a sentence; empty where it can."""
        rated, needed = int(self.sessions.counts[0]), float(self.rule.needed(self.sessions)[0])
        if rated >= needed:
            return ""
        return self.rule.cannot_flag(rated, int(needed) if np.isfinite(needed) else None)


def judge(
    rated: pd.DataFrame,
    rule: str | Rule = "reliable_drop",
    window: int = WINDOW,
    recover: float | Recovery = RECOVER,
) -> Judgement:
    """All that the rule says, from one look at rows that are in order.

    For a page that redraws at every movement of a hand: `rated` is taken as `of_rater` gives it,
    checked, of one rater, by client and session; clients may be numbers. Raises `RuleError` as
    `find_ruptures` does.
    """
    back = _check_search(window, recover)
    chosen, sessions = _observed(rated, rule)
    verdict = chosen.judge(sessions)
    return Judgement(
        rule=chosen,
        sessions=sessions,
        limits=_limits(sessions, verdict),
        ruptures=_episodes(sessions, chosen, verdict, window, back),
    )


def _prepare(ratings: pd.DataFrame, rule: str | Rule, rater: str) -> tuple[Rule, ObservedSessions]:
    return _observed(of_rater(ratings, rater), rule)


def _observed(rated: pd.DataFrame, rule: str | Rule) -> tuple[Rule, ObservedSessions]:
    chosen = rules.rule(rule)
    scale = instrument_of(rated)
    fault = other_range(chosen, scale)
    if fault:
        raise RuleError([fault])
    columns = {name: rated[name].array for name in ("client", "session", "alliance")}
    known = rated["alliance"].notna().to_numpy()
    if not known.all():
        columns = {name: column[known] for name, column in columns.items()}
    return chosen, ObservedSessions(pd.DataFrame(columns, copy=False))


def other_range(rule: Rule, scale: Instrument) -> str:
    """Why the rule cannot judge ratings on that scale; empty if it can."""
    if not rule.in_points or (scale.low, scale.high) == (1, 5):
        return ""
    ends = {"low": f"{scale.low:g}", "high": f"{scale.high:g}"}
    return say("rules.other_range", title=rule.title, instrument=scale.name, **ends)


def _check_search(window: object, recover: object) -> Recovery:
    from alliance_widgets.ruptures.recovery import recovery  # its kinds are made when needed

    problems = unless_whole("find_ruptures", "window", window, least=1)
    try:
        back = recovery(recover)
    except RuleError as fault:
        raise RuleError([*problems, *fault.problems]) from None
    if problems:
        raise RuleError(problems)
    return back


def _clients(sessions: ObservedSessions) -> pd.Series:
    return sessions.table["client"].take(sessions.first_rows).reset_index(drop=True)


def _limits(sessions: ObservedSessions, verdict: pd.DataFrame) -> pd.DataFrame:
    columns = {**sessions.table, **verdict}
    return pd.DataFrame({name: columns[name].array for name in columns if name != "start"})


def _episodes(
    sessions: ObservedSessions, rule: Rule, verdict: pd.DataFrame, window: int, recover: Recovery
) -> pd.DataFrame:
    falls = sessions.previous - sessions.alliance > TIE  # never so for a first session
    onset = np.flatnonzero(verdict["start"].to_numpy(dtype=bool) & falls)
    from alliance_widgets.ruptures.recovery import Falls

    aim = recover.aim(Falls(sessions, onset, rule, verdict["limit"].to_numpy()))
    trough, repair, resume, unknown = _follow(sessions, onset, window, aim)
    kept = _one_after_the_other(sessions.case[onset], onset, resume)
    onset, trough, repair, unknown = onset[kept], trough[kept], repair[kept], unknown[kept]

    number, score = sessions.session, sessions.alliance
    repaired = repair >= 0
    last = number[sessions.first_rows + sessions.counts - 1][sessions.case[onset]]
    status = np.where(unknown | (last - number[onset] < window), "open", "unrepaired")
    return pd.DataFrame(
        {
            "client": sessions.table["client"].take(onset).array,
            "onset": number[onset],
            "pre_session": number[onset - 1],
            "pre": score[onset - 1],
            "trough_session": number[trough],
            "trough": score[trough],
            "repair_session": _whole_or_missing(np.where(repaired, number[repair], np.nan)),
            "status": pd.array(np.where(repaired, "repaired", status), dtype="str"),
        }
    )


def _follow(
    sessions: ObservedSessions, onset: Rows, window: int, aim: Aim
) -> tuple[Rows, Rows, Rows, npt.NDArray[np.bool_]]:
    """What becomes of every possible onset, all at once, one session further at a time.

    Gives the rows of trough and repair (-1: none) and the row where the search goes on, and
    whether a session in between could not be judged.
    """
    number, score = sessions.session, sessions.alliance
    end = (sessions.first_rows + sessions.counts)[sessions.case[onset]]
    trough, repair, resume = onset, np.full_like(onset, -1), onset + 1
    unknown = np.zeros(len(onset), dtype=bool)
    for ahead in range(1, window + 1):
        following = (repair < 0) & (onset + ahead < end)
        row = np.where(following, onset + ahead, onset)
        following &= number[row] - number[onset] <= window
        if not following.any():
            break
        now = score[row]
        trough = np.where(following & (now < score[trough] - TIE), row, trough)
        needed = aim(row, trough)
        back = following & (now > score[trough] + TIE) & (now >= needed - TIE)
        repair = np.where(back, row, repair)
        resume = np.where(following, row + 1, resume)
        unknown |= following & np.isnan(needed)
    return trough, repair, resume, unknown


def _one_after_the_other(case: Rows, onset: Rows, resume: Rows) -> npt.NDArray[np.bool_]:
    """Which onsets are left when each client's search passes over what an earlier one covers.

    Each round keeps one onset of every client that still has one.
    """
    kept = np.zeros(len(onset), dtype=bool)
    following = np.searchsorted(onset, resume)
    current = np.flatnonzero(np.diff(case, prepend=-1))
    while current.size:
        kept[current] = True
        ahead = following[current]
        there = ahead < len(onset)
        current, ahead = current[there], ahead[there]
        current = ahead[case[ahead] == case[current]]
    return kept


def _whole_or_missing(values: npt.NDArray[np.float64]) -> pd.arrays.IntegerArray:
    known = np.isfinite(values)
    return pd.arrays.IntegerArray(np.where(known, values, 0).astype(np.int64), ~known)
