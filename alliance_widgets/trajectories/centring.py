"""Each rating in two parts: the client's usual level, and the distance of this session from it.

And what is left of that distance once every client's drift with the sessions is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_widgets.arguments import check_flag
from alliance_widgets.errors import RatingError
from alliance_widgets.tables.ratings import by_rater
from alliance_widgets.words import say

__all__ = ["hold_session_constant", "split_within_between"]


def split_within_between(
    ratings: pd.DataFrame, so_far: bool = False, rater: str = "client"
) -> pd.DataFrame:
    """The rater's checked ratings plus each client's usual level and the distance from it.

    Read with care: the mean of the whole course knows the future. Used to say who leaves after
    session 3, it brings in ratings that exist only for those who stayed; take `so_far=True` there
    (a client's first rating then is its own level, and its `alliance_within` is 0). The mean of
    a few sessions is itself uncertain: differences between clients look smaller than they are. And
    whatever drifts with the sessions stays in `alliance_within`: two columns that both drift go
    together within clients, also where neither acts on the other; `hold_session_constant` takes
    the drift out.

    Source: person-mean centring as discussed by Wang & Maxwell (2015), with their warning not to
    detrend blindly.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    so_far : bool, default False
        Whether the usual level is the mean of the ratings up to and including each session (by
        session number, whatever the order of the rows), not that of all the client's ratings.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        This rater's rows in the order given, with two columns more, in the ratings' own units.
        `alliance_between` is the client's usual level, `alliance_within` the rating minus that
        level: above 0 is better than usual *for this client*. A session without a rating has a
        level, as far as one is known, and no `alliance_within`.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    """
    check_flag("so_far", so_far)
    rated = by_rater(ratings, rater)
    if so_far:
        in_order = rated.sort_values("session", kind="stable")
        in_order["rated"] = in_order["alliance"].notna().astype("float64")
        known = in_order.fillna({"alliance": 0}).groupby("client")[["alliance", "rated"]].cumsum()
        level = known["alliance"] / known["rated"].where(known["rated"] > 0)
    else:
        level = rated.groupby("client")["alliance"].transform("mean")
    return rated.assign(alliance_between=level, alliance_within=rated["alliance"] - level)


def hold_session_constant(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """These columns, in their own units, without what a client or a session has in common.

    `table` has columns client, session and those named, without gaps. A value says how far a
    session is from this client's usual level, beyond what is usual at that session number. The
    slope of one such column on another is the slope within clients, session held constant.

    Read with care: it takes out what drifts alike in everybody, not what one client's own weeks
    have in common. Where every client moves alike from session to session nothing is left.

    Raises `RatingError` for a column that is not there. Method: a level for every client and one
    for every session, by least squares (two-way fixed effects).
    """
    missing = [name for name in ("client", "session", *columns) if name not in table]
    if missing:
        found = ", ".join(map(str, table.columns))
        raise RatingError([say("trajectories.no_column", column=c, found=found) for c in missing])
    clients = table["client"]
    sessions = pd.get_dummies(table["session"], dtype=float)
    design = (sessions - sessions.groupby(clients).transform("mean")).to_numpy()
    away = table[list(columns)].astype(float)
    away = away - away.groupby(clients).transform("mean")
    squares = design.T @ design  # a few sessions wide, and never of full rank
    drift = design @ np.linalg.lstsq(squares, design.T @ away.to_numpy(), rcond=1e-10)[0]
    return pd.DataFrame(away.to_numpy() - drift, index=table.index, columns=list(columns))
