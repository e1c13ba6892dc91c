"""What a rule finds where there is nothing to find: cases of pure noise, by simulation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from alliance_widgets import rules
from alliance_widgets.arguments import is_number
from alliance_widgets.errors import RuleError
from alliance_widgets.rules import Rule
from alliance_widgets.rules.base import unless_above_zero, unless_whole
from alliance_widgets.rules.sessions import Numbers, ratio
from alliance_widgets.ruptures.episodes import RECOVER, WINDOW, judge, patterns
from alliance_widgets.ruptures.recovery import Recovery, recovery
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.words import say

__all__ = ["false_alarms", "noise_cases"]

MOST_RATINGS = 20_000_000
"""More at once than this would fill the memory of a small computer."""


LARGEST = 1e9
"""No scale is wider."""


def false_alarms(
    rule: str | Rule,
    n_sessions: int,
    autocorrelation: float = 0.0,
    noise_sd: float = 0.3,
    level: float = 4.0,
    step: float | None = None,
    replicates: int = 20_000,
    seed: int = 0,
    window: int = WINDOW,
    recover: float | Recovery = RECOVER,
) -> pd.Series:
    """What the rule finds in cases without any rupture: a Series of six figures.

    Each case is a stationary first-order process: the SD is that of every session, the first too.
    Ratings are not cut off at the ends of a scale: near its ceiling real noise is smaller and
    lopsided. For a rule that compares with the previous session every flagged case has an episode;
    a chart may flag a first session, which starts none.

    Read with care: a rule in points depends on `noise_sd` (a reliable drop flags 1 % of ten
    sessions at .16 and 55 % at .35), one in own SDs does not; and episodes are not cases, so the
    share of episodes repaired must never be set beside a published share of cases.

    Parameters
    ----------
    rule : str or Rule
        A name from `rules.rule_names()`, or a rule with settings of one's own.
    n_sessions : int
        How many observed sessions each case has.
    autocorrelation : float, default 0
        The share of a session's noise that carries over to the next, between -1 and 1.
    noise_sd : float, default 0.3
        The SD of the normal noise, in points of the scale.
    level : float, default 4
        The true alliance of every session, in points of the scale.
    step : float, optional
        To whose multiples the ratings are rounded; left out, they are not rounded.
    replicates : int, default 20000
        How many cases are simulated.
    seed : int, default 0
        The dice; the same seed gives the same cases.
    window : int, default 3
        How many sessions after the onset a repair is looked for, as in `find_ruptures`.
    recover : float or Recovery, default 0.75
        What counts as back, as in `find_ruptures`.

    Returns
    -------
    Series
        - `any_flag`: of all cases, the share with at least one flagged session.
        - `mean_flags`: flagged sessions per case, over all cases.
        - `repaired_episodes`: of the cases' first episodes that have at least `window` sessions
          still to come (one per case at most), the share repaired.
        - `repaired_cases`: of the cases with at least one episode, the share whose pattern
          (`case_patterns`) is `repaired`.
        - `open_cases`: of the same cases, the share whose pattern is `open`. Leaving these out, the
          share repaired is `repaired_cases / (1 - open_cases)`; all others are `unrepaired`.
        - `standard_error`: of `any_flag`, from the number of cases simulated.

        Shares run from 0 to 1; a share of nothing is missing.

    Raises
    ------
    RuleError
        Naming the rule if it is unknown, and every impossible setting.
    """
    chosen, back = _checked(
        rule, n_sessions, autocorrelation, noise_sd, level, step, replicates, seed, window, recover
    )
    cases = noise_cases(n_sessions, autocorrelation, noise_sd, level, step, replicates, seed)
    judged = judge(_rated(cases), chosen, window, back)
    flags = judged.limits["flagged"].to_numpy(dtype=bool).reshape(cases.shape).sum(axis=1)
    found = judged.ruptures
    first = found.drop_duplicates("client")
    first = first[first["onset"] <= int(n_sessions) - int(window)]
    pattern = patterns(pd.Series(found["client"].unique()), found)
    any_flag = float((flags > 0).mean())
    return pd.Series(
        {
            "any_flag": any_flag,
            "mean_flags": flags.mean(),
            "repaired_episodes": _share(first["status"], "repaired"),
            "repaired_cases": _share(pattern, "repaired"),
            "open_cases": _share(pattern, "open"),
            "standard_error": math.sqrt(any_flag * (1 - any_flag) / replicates),
        },
        name=chosen.name,
    )


def noise_cases(
    n_sessions: int,
    autocorrelation: float,
    noise_sd: float,
    level: float,
    step: float | None,
    replicates: int,
    seed: int,
) -> Numbers:
    """The ratings that `false_alarms` judges: one row per case, one column per session."""
    noise = np.random.default_rng(seed).standard_normal((replicates, n_sessions))
    if autocorrelation:
        fresh = math.sqrt(1 - autocorrelation**2)
        for session in range(1, n_sessions):
            noise[:, session] *= fresh
            noise[:, session] += autocorrelation * noise[:, session - 1]
    noise *= noise_sd
    noise += level
    return noise if step is None else np.round(noise / step) * step


def _rated(cases: Numbers) -> pd.DataFrame:
    replicates, n_sessions = cases.shape
    return pd.DataFrame(
        {
            "client": np.repeat(np.arange(replicates), n_sessions),
            "session": np.tile(np.arange(1, n_sessions + 1), replicates),
            "alliance": cases.ravel(),
        }
    )


def _share(column: pd.Series, value: str) -> float:
    return float(ratio(int((column == value).sum()), len(column)))


def _checked(
    rule: str | Rule,
    n_sessions: int,
    autocorrelation: float,
    noise_sd: float,
    level: float,
    step: float | None,
    replicates: int,
    seed: int,
    window: int,
    recover: str | float | Recovery,
) -> tuple[Rule, Recovery]:
    problems: list[str] = []
    chosen = back = None
    try:
        chosen = rules.rule(rule)
    except RuleError as fault:
        problems += fault.problems
    problems += _unless_whole_up_to("n_sessions", n_sessions, MOST_SESSIONS)
    problems += _unless_whole_up_to("replicates", replicates, MOST_RATINGS)
    if not problems and n_sessions * replicates > MOST_RATINGS:
        most = MOST_RATINGS // n_sessions
        problems.append(say("noise.too_many", replicates=replicates, most=most, n=n_sessions))
    if not (is_number(autocorrelation) and -1 < autocorrelation < 1):
        problems.append(say("noise.autocorrelation", value=repr(autocorrelation)))
    if not (is_number(noise_sd) and 0 <= noise_sd <= LARGEST):
        problems.append(say("noise.noise_sd", value=repr(noise_sd)))
    if not (is_number(level) and abs(level) <= LARGEST):
        problems.append(say("noise.level", value=repr(level)))
    elif chosen is not None and chosen.in_points and not 1 <= level <= 5:
        problems.append(say("noise.other_range", title=chosen.title, value=repr(level)))
    if step is not None:
        problems += unless_above_zero("false_alarms", "step", step)
    problems += unless_whole("false_alarms", "seed", seed, least=0)
    problems += unless_whole("false_alarms", "window", window, least=1)
    try:
        back = recovery(recover)
    except RuleError as fault:
        problems += fault.problems
    if problems or chosen is None or back is None:
        raise RuleError(problems)
    return chosen, back


def _unless_whole_up_to(setting: str, value: int, most: int) -> list[str]:
    if not unless_whole("", "", value, least=1) and value <= most:
        return []
    return [say("noise.whole", setting=setting, value=repr(value), most=f"{most:,}")]
