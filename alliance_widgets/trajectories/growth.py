"""The growth curve of many clients at once: a mixed model, for the curious."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from alliance_widgets.errors import RatingError
from alliance_widgets.tables.ratings import of_rater
from alliance_widgets.words import say

__all__ = ["growth_curve"]

FEWEST_CLIENTS = 5
"""Fewer clients with three ratings than this say nothing about how slopes differ."""

NO_DIFFERENCE = 1e-4
"""A variance between clients this small beside the residual's is at the edge of what can be fitted:
0, or slopes that follow from the intercepts."""


def growth_curve(ratings: pd.DataFrame, rater: str = "client") -> pd.DataFrame:
    """Three rows: how the average client starts, how the alliance moves, and what is left over.

    Columns `term`, `estimate`, `se`, `lower`, `upper` and `sd`. `intercept`: the alliance expected
    at session 1, with its standard error and 95 % interval; `sd` is how far clients' own
    intercepts lie apart. `slope`: the same in points per session. `residual`: only an `sd`, how far
    ratings lie from their client's own line. A linear mixed model with a random intercept and a
    random slope per client, correlated, fitted by restricted maximum likelihood (statsmodels'
    `MixedLM`); time is the session number minus 1. Scores in the ratings' own units.

    Read with care: the model takes ratings after a client has left as missing at random. If those
    who leave were on their way down, the curve shows a path that nobody took to the end.

    Source: Laird & Ware (1982). Raises `RatingError` for ratings that break their contract or lack
    this rater, with fewer than 5 clients who have three ratings, and where all ratings are equal.
    Warns (`RuntimeWarning`) where the search did not settle, or found no difference
    between clients.
    """
    rated = of_rater(ratings, rater).dropna(subset="alliance")
    lasting = int((rated.groupby("client")["alliance"].size() >= 3).sum())
    if lasting < FEWEST_CLIENTS:
        raise RatingError([say("trajectories.few_clients", n=lasting, fewest=FEWEST_CLIENTS)])
    if np.isclose(rated["alliance"].min(), rated["alliance"].max()):
        raise RatingError([say("trajectories.all_equal")])

    from statsmodels.regression.mixed_linear_model import MixedLM

    # In sessions the slopes' variance is tiny beside the intercepts', and the search for it gets
    # lost; in units of the sessions' spread both are of a size.
    unit = rated["session"].std()
    time = np.column_stack([np.ones(len(rated)), (rated["session"] - 1) / unit])
    model = MixedLM(rated["alliance"].to_numpy(), time, rated["client"], exog_re=time)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said below in words
        fit = model.fit(method=["bfgs", "lbfgs", "powell"])
    variance = np.diag(fit.cov_re)
    if not fit.converged or np.linalg.eigvalsh(fit.cov_re).min() < NO_DIFFERENCE * fit.scale:
        warnings.warn(say("trajectories.unsettled"), RuntimeWarning, stacklevel=2)
    per_session = np.array([1, 1 / unit])
    estimate, se = fit.fe_params * per_session, fit.bse_fe * per_session
    sds = np.sqrt(np.maximum(variance, 0)) * per_session
    margin = 1.959964 * se
    return pd.DataFrame(
        {
            "term": pd.array(["intercept", "slope", "residual"], dtype="str"),
            "estimate": [*estimate, np.nan],
            "se": [*se, np.nan],
            "lower": [*(estimate - margin), np.nan],
            "upper": [*(estimate + margin), np.nan],
            "sd": [*sds, np.sqrt(fit.scale)],
        }
    )
