"""The growth curve of many clients at once: a mixed model, for the curious."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alliance_widgets.errors import FitWarning, RatingError, warn
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.trajectories.mixed import fit_mixed_line
from alliance_widgets.words import say

__all__ = ["growth_curve"]

FEWEST_CLIENTS = 5
"""Fewer clients with three ratings than this say nothing about how slopes differ."""


def growth_curve(ratings: pd.DataFrame, rater: str = "client") -> pd.DataFrame:
    """Three rows: how the average client starts, how the alliance moves, and what is left over.

    A linear mixed model with a random intercept and a random slope per client, correlated, fitted
    by restricted maximum likelihood: from several starts and by two searches in turn until the
    likelihood no longer rises, as R's lme4 finds it; time is the session number minus 1.

    Read with care: the model takes ratings after a client has left as missing at random. If those
    who leave were on their way down, the curve shows a path that nobody took to the end.

    Source: Laird & Ware (1982).

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `term`, `estimate`, `se`, `lower`, `upper` and `sd`, in the ratings' own units.
        `intercept`: the alliance expected at session 1, with its standard error and 95 % interval;
        `sd` is how far clients' own intercepts lie apart. `slope`: the same in points per session.
        `residual`: only an `sd`, how far ratings lie from their client's own line.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater, with fewer than 5 clients who have
        three ratings, where all ratings are equal, all of one session, or every client's lie on a
        straight line.

    Warns
    -----
    FitWarning
        Where the best fit lies at an edge of what can be: clients who do not differ in where they
        start or how they move, or whose starts and slopes go together without exception; small
        clinics often give that.
    """
    rated = of_rater(ratings, rater).dropna(subset="alliance")
    lasting = int((rated.groupby("client")["alliance"].size() >= 3).sum())
    if lasting < FEWEST_CLIENTS:
        raise RatingError([say("trajectories.few_clients", n=lasting, fewest=FEWEST_CLIENTS)])
    if np.isclose(rated["alliance"].min(), rated["alliance"].max()):
        raise RatingError([say("trajectories.all_equal")])

    client, _ = pd.factorize(rated["client"])
    time = rated["session"].to_numpy("float64") - 1
    if np.isclose(time.min(), time.max()):
        raise RatingError([say("trajectories.one_session")])
    fit = fit_mixed_line(client, time, rated["alliance"].to_numpy("float64"))
    if fit is None:
        raise RatingError([say("trajectories.exact_lines")])
    doubts = [] if fit.settled else [say("trajectories.unsettled")]
    doubts += [say(f"trajectories.edge.{fit.edge}")] if fit.edge else []
    if doubts:
        warn(FitWarning(doubts))
    se = np.sqrt(np.diag(fit.covariance))
    margin = 1.959964 * se
    return pd.DataFrame(
        {
            "term": pd.array(["intercept", "slope", "residual"], dtype="str"),
            "estimate": [*fit.coefficients, np.nan],
            "se": [*se, np.nan],
            "lower": [*(fit.coefficients - margin), np.nan],
            "upper": [*(fit.coefficients + margin), np.nan],
            "sd": [*np.sqrt(np.maximum(np.diag(fit.between), 0)), np.sqrt(fit.residual)],
        }
    )
