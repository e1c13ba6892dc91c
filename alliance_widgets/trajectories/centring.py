"""Each rating in two parts: the client's usual level, and the distance of this session from it."""

from __future__ import annotations

import pandas as pd

from alliance_widgets.tables.ratings import by_rater

__all__ = ["split_within_between"]


def split_within_between(
    ratings: pd.DataFrame, so_far: bool = False, rater: str = "client"
) -> pd.DataFrame:
    """The rater's checked ratings, in the order given, plus `alliance_between` and
    `alliance_within`, in the ratings' own units.

    `alliance_between` is the client's usual level: the mean of all the client's ratings, or with
    `so_far=True` the mean of those up to and including this session (by session number, whatever
    the order of the rows). `alliance_within` is the rating minus that level: above 0 is better
    than usual *for this client*. A session without a rating has a level, as far as one is known,
    and no `alliance_within`.

    Read with care: the mean of the whole course knows the future. Used to say who leaves after
    session 3, it brings in ratings that exist only for those who stayed; take `so_far=True` there
    (a client's first rating then is its own level, and its `alliance_within` is 0). And the mean of
    a few sessions is itself uncertain: differences between clients look smaller than they are.

    Source: person-mean centring as discussed by Wang & Maxwell (2015), with their warning not to
    detrend blindly. Raises `RatingError` for ratings that break their contract or lack this rater.
    """
    rated = by_rater(ratings, rater)
    if so_far:
        in_order = rated.sort_values("session", kind="stable")
        in_order["rated"] = in_order["alliance"].notna().astype("float64")
        known = in_order.fillna({"alliance": 0}).groupby("client")[["alliance", "rated"]].cumsum()
        level = known["alliance"] / known["rated"].where(known["rated"] > 0)
    else:
        level = rated.groupby("client")["alliance"].transform("mean")
    return rated.assign(alliance_between=level, alliance_within=rated["alliance"] - level)
