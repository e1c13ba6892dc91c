"""The shape of each client's path, with its reasons."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.errors import RuleError
from alliance_widgets.rules import ReliableDrop
from alliance_widgets.rules.base import unless_above_zero
from alliance_widgets.rules.sessions import TIE
from alliance_widgets.tables.columns import Numbers
from alliance_widgets.tables.ratings import CodedRatings, coded_ratings, of_rater
from alliance_widgets.trajectories.fits import PathFits, fit_paths
from alliance_widgets.words import say

__all__ = ["SHAPES", "explain_shape", "fitted_paths", "shape_reasons", "summarise_trajectories"]

SHAPES = ("stable", "rising", "falling", "u_shaped", "inverted_u", "too_short")

FEWEST_FOR_A_LINE, FEWEST_FOR_A_CURVE = 4, 6
MARGIN = 0.15
"""A turning point counts in the middle 70 % of the course: not within this share of an end."""

SMALLEST_SHOWN = 0.005
"""A change that would be shown as 0.00 is said to be none."""


def summarise_trajectories(
    ratings: pd.DataFrame, reliable_change: float | None = None, rater: str = "client"
) -> pd.DataFrame:
    """One row per client, by client: what the path of the alliance looks like from afar.

    Time is the session number, so an unrated session leaves a gap and does not move the later ones.
    A line needs 4 rated sessions and a quadratic 6.

    The shape is the first that holds: `too_short`: fewer than 4 rated sessions; `rising` or
    `falling`: the line changes by more than `reliable_change` from the first to the last rated
    session, and the quadratic is not better by AICc; `u_shaped`: the quadratic opens upwards, its
    turning point lies in the middle 70 % of the course, and it lies more than `reliable_change`
    below the curve at both ends; `inverted_u`: the mirror image; `stable`: everything else.
    `shape_reasons` gives the figures behind it.

    The shapes follow the types of Kivlighan & Shaughnessy (2000), who clustered clients over four
    sessions; the rule and its settings are this kit's.

    Read with care: `stable` says that no shape held, not that nothing changed. A noisy path, a
    short one, and a bent climb (better drawn as a curve, which turns too late for a U) all land
    there: of 5 000 simulated clients who truly rise by 1.1 in a straight line over 12 sessions
    (noise SD .25) 10 % do, since by chance the quadratic is now and then better.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    reliable_change : float, optional
        What a change must exceed, in points of the ratings' own scale, above 0. Left out .7012, for
        the 1–5 scale (between-person SD .8, reliability .90, as in the reliable-drop rule).
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client`; `sessions`, how many were rated (0 for a client whom this rater never
        rated); `mean` and `sd` (n - 1) of the ratings; `slope`, points per session along the
        least-squares line; `curvature`, the coefficient of session² in the least-squares quadratic,
        both missing with too few sessions; and `shape`: `rising`, `falling`, `u_shaped`,
        `inverted_u`, `stable` or `too_short`.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        For a `reliable_change` that is no number above 0, or that is needed because the ratings
        have another range than 1 to 5.
    """
    fits, least = _fits(ratings, reliable_change, rater)
    return pd.DataFrame(
        {
            "client": pd.array(fits.clients, dtype="str"),
            "sessions": fits.count.astype(np.int64),
            "mean": fits.mean,
            "sd": fits.sd,
            "slope": np.where(fits.count >= FEWEST_FOR_A_LINE, fits.slope, np.nan),
            "curvature": np.where(fits.count >= FEWEST_FOR_A_CURVE, fits.curvature, np.nan),
            "shape": _shapes(fits, least),
        }
    )


def shape_reasons(
    ratings: pd.DataFrame, reliable_change: float | None = None, rater: str = "client"
) -> pd.DataFrame:
    """One row per client, by client: the figures from which its shape follows.

    `explain_shape` puts a row into words.

    Read with care: AICc (Hurvich & Tsai, 1989) compares the two fits with one another; both can
    be poor.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    reliable_change : float, optional
        What change and depths must exceed, as in `summarise_trajectories`.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client`; `sessions`, how many were rated; `first_session` and `last_session`, the
        numbers of the first and last rated; `change`, what the line gains between them;
        `aicc_difference`, AICc of the line minus AICc of the quadratic (above 0 the quadratic is
        better); `vertex`, the session number at which the quadratic turns; `vertex_from` and
        `vertex_to`, between which it must lie to count; `depth_first` and `depth_last`, how far the
        turning point lies below the curve at the first and last rated session (negative: above);
        `reliable_change`; and `shape`. Scores in the ratings' own units. Missing where a client has
        too few sessions.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    RuleError
        For an impossible `reliable_change`, or one that is needed, as in `summarise_trajectories`.
    """
    fits, least = _fits(ratings, reliable_change, rater)
    line, curve = fits.count >= FEWEST_FOR_A_LINE, fits.count >= FEWEST_FOR_A_CURVE
    earliest, latest = _middle(fits)
    return pd.DataFrame(
        {
            "client": pd.array(fits.clients, dtype="str"),
            "sessions": fits.count.astype(np.int64),
            "first_session": pd.Series(fits.first).astype("Int64"),
            "last_session": pd.Series(fits.last).astype("Int64"),
            "change": np.where(line, fits.change, np.nan),
            "aicc_difference": np.where(curve, fits.aicc_difference, np.nan),
            "vertex": np.where(curve, fits.vertex, np.nan),
            "vertex_from": earliest,
            "vertex_to": latest,
            "depth_first": np.where(curve, fits.depth(fits.first), np.nan),
            "depth_last": np.where(curve, fits.depth(fits.last), np.nan),
            "reliable_change": least,
            "shape": _shapes(fits, least),
        }
    )


def explain_shape(reasons: pd.Series | pd.DataFrame) -> str:
    """Why a client's path has its shape, in two or three sentences.

    Parameters
    ----------
    reasons : Series or DataFrame
        One row of `shape_reasons`: the row itself, or a table of that one row.

    Returns
    -------
    str
        The sentences.

    Raises
    ------
    RuleError
        For anything but one such row.
    """
    row = reasons.iloc[0] if isinstance(reasons, pd.DataFrame) and len(reasons) == 1 else reasons
    if not isinstance(row, pd.Series) or not {"shape", "depth_last"} <= set(row.index):
        raise RuleError([say("trajectories.one_row")])
    shown = {str(name): value for name, value in row.items()}
    shown |= {"least": FEWEST_FOR_A_LINE, "needed": FEWEST_FOR_A_CURVE, "n": shown["sessions"]}
    shown |= {name: abs(shown[name]) for name in ("depth_first", "depth_last")}
    shown["size"] = abs(shown["change"])
    return " ".join(say(f"trajectories.why.{key}", **shown) for key in _reasons(shown))


def fitted_paths(ratings: pd.DataFrame, rater: str = "client") -> pd.DataFrame:
    """One row per rated session, by client and session: the rating, the line and the quadratic.

    Read with care: a quadratic through three sessions is always perfect and through four nearly
    so; the shape rule asks for 6.

    Parameters
    ----------
    ratings : DataFrame
        Session ratings, as `check_ratings` takes them.
    rater : {"client", "therapist", "observer"}, default "client"
        Whose ratings.

    Returns
    -------
    DataFrame
        Columns `client`, `session`, `alliance`, `line` and `curve`, the heights of the
        least-squares line and quadratic, in the ratings' own units; missing below 2 and 3 rated
        sessions.

    Raises
    ------
    RatingError
        For ratings that break their contract or lack this rater.
    """
    rated = of_rater(ratings, rater)[["client", "session", "alliance"]]
    observed = rated.dropna(subset="alliance", ignore_index=True)
    client, clients = pd.factorize(observed["client"])
    session, alliance = observed["session"].to_numpy("float64"), observed["alliance"].to_numpy()
    fits = PathFits(clients.tolist(), client, session, alliance)
    return observed.assign(line=fits.line, curve=fits.curve)


def _fits(
    ratings: pd.DataFrame, reliable_change: float | None, rater: str
) -> tuple[PathFits, float]:
    if reliable_change is not None:
        problems = unless_above_zero("trajectories", "reliable_change", reliable_change)
        if problems:
            raise RuleError(problems)
    rated = coded_ratings(ratings, rater)
    return fit_paths(rated), _reliable_change(rated, reliable_change)


def _reliable_change(rated: CodedRatings, given: float | None) -> float:
    if given is not None:
        return float(given)
    scale = rated.scale
    if (scale.low, scale.high) != (1, 5):
        low, high = f"{scale.low:g}", f"{scale.high:g}"
        raise RuleError(
            [say("trajectories.other_range", instrument=scale.name, low=low, high=high)]
        )
    return ReliableDrop().threshold


def _middle(fits: PathFits) -> tuple[Numbers, Numbers]:
    """The session numbers between which a turning point counts."""
    margin = MARGIN * (fits.last - fits.first)
    return fits.first + margin, fits.last - margin


def _shapes(fits: PathFits, least: float) -> pd.Series:
    enough = fits.count >= FEWEST_FOR_A_CURVE
    bent = enough & (fits.aicc_difference > TIE)
    straight = (np.abs(fits.change) > least + TIE) & ~bent
    earliest, latest = _middle(fits)
    turns = enough & (fits.vertex >= earliest - TIE) & (fits.vertex <= latest + TIE)
    depths = np.stack([fits.depth(fits.first), fits.depth(fits.last)])
    conditions = {
        "too_short": fits.count < FEWEST_FOR_A_LINE,
        "rising": straight & (fits.slope > 0),
        "falling": straight & (fits.slope < 0),
        "u_shaped": turns & (depths.min(axis=0) > least + TIE),
        "inverted_u": turns & (depths.max(axis=0) < -least - TIE),
    }
    words = np.select(list(conditions.values()), list(conditions), default="stable")
    return pd.Series(words.astype(object), dtype="str")


def _reasons(row: dict[str, Any]) -> list[str]:
    """The sentences that hold for a client, in the order in which the shape was decided."""
    if row["shape"] in ("too_short", "u_shaped", "inverted_u"):
        return [row["shape"]]
    moves = "flat" if row["size"] < SMALLEST_SHOWN else "up" if row["change"] > 0 else "down"
    far = row["size"] > row["reliable_change"] + TIE
    if row["shape"] in ("rising", "falling"):
        tried = row["sessions"] >= FEWEST_FOR_A_CURVE
        return [moves, "more", "straight" if tried else "no_curve"]
    return [moves, *(["more", "bent"] if far else ["less"]), _why_no_turn(row), "stable"]


def _why_no_turn(row: dict[str, Any]) -> str:
    """Which condition of a U, or of its mirror image, is not met."""
    if row["sessions"] < FEWEST_FOR_A_CURVE:
        return "no_curve"
    if math.isnan(row["vertex"]):
        return "no_turn"
    if not row["first_session"] < row["vertex"] < row["last_session"]:
        return "turns_beyond"
    if not row["vertex_from"] - TIE <= row["vertex"] <= row["vertex_to"] + TIE:
        return "turns_outside"
    return "shallow"
