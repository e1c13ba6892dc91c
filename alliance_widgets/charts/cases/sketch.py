"""A line drawn before looking, compared in words with the line that was there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from alliance_widgets.errors import QuestionError
from alliance_widgets.words import say

__all__ = ["compare_sketch"]

SAME = 0.05  # what is less is nothing once it is said with one decimal


def compare_sketch(
    sketch: Sequence[float | None],
    truth: Sequence[float | None],
    sessions: Sequence[int] | None = None,
) -> str:
    """How a drawn line differs from the rated one: its change, its height, where it is furthest.

    Only sessions on both lines are compared, and the first and the last of them say how much each
    line rises.

    Read with care: the rise counts the first and the last session alone; a line that dips and
    comes back "ends where it starts".

    Parameters
    ----------
    sketch : sequence of float or None
        The drawn line, in units of the rating scale, one number per session; None or NaN for a
        session that was not drawn.
    truth : sequence of float or None
        The rated line, likewise.
    sessions : sequence of int, optional
        The numbers of the sessions; 1, 2, 3, ... if left out.

    Returns
    -------
    str
        A few sentences.

    Raises
    ------
    QuestionError
        If the lengths differ or something is no number.
    """
    drawn, rated = _numbers(sketch), _numbers(truth)
    places = np.arange(1, len(rated) + 1) if sessions is None else np.asarray(list(sessions))
    if not len(drawn) == len(rated) == len(places):
        lengths = {"drawn": len(drawn), "rated": len(rated), "sessions": len(places)}
        raise QuestionError([say("sketch.lengths", **lengths)])
    both = np.isfinite(drawn) & np.isfinite(rated)
    drawn, rated, places = drawn[both], rated[both], places[both]
    if not len(drawn):
        return say("sketch.nothing_to_compare")
    off = np.round(drawn - rated, 9)
    if len(drawn) == 1:
        values = {"drawn": _tenths(drawn[0]), "rated": _tenths(rated[0])}
        parts = [say("sketch.one", session=places[0], **values)]
    elif (np.abs(off) < SAME).all():
        parts = [say("sketch.same")]
    else:
        moves = {"drawn": _move("drawn", drawn), "rated": _move("rated", rated)}
        parts = [say("sketch.moves", **moves), _height(off, places)]
    if not both.all():
        parts.append(say("sketch.left_out", n=int((~both).sum())))
    return " ".join(parts)


def _numbers(line: Sequence[float | None]) -> npt.NDArray[np.float64]:
    def number(value: Any) -> float:
        return np.nan if value is None else float(value)

    try:
        return np.array([number(value) for value in line], dtype=np.float64)
    except (TypeError, ValueError):
        raise QuestionError([say("sketch.no_numbers", given=repr(line)[:80])]) from None


def _tenths(value: float) -> str:
    """With one decimal, a half up, as by hand: 0.35 is 0.4 and 0.05 is 0.1."""
    return f"{math.floor(value * 10 + 0.5 + 1e-9) / 10:.1f}"


def _move(line: str, values: npt.NDArray[np.float64]) -> str:
    """ "rising by 0.6" of the drawn line, "rises by 0.1" of the rated one."""
    change = float(np.round(values[-1] - values[0], 9))
    if abs(change) < SAME:
        return say(f"sketch.{line}.level")
    way = "up" if change > 0 else "down"
    return say(f"sketch.{line}.{way}", size=_tenths(abs(change)))


def _height(off: npt.NDArray[np.float64], places: npt.NDArray[Any]) -> str:
    """How far the drawn line lies off, on average and where it is furthest."""
    mean, furthest = float(off.mean()), int(np.abs(off).argmax())
    values = {
        "mean": _tenths(abs(mean)),
        "distance": _tenths(np.abs(off).mean()),
        "session": int(places[furthest]),
        "most": _tenths(abs(off[furthest])),
        "way": say("sketch.too_high" if off[furthest] > 0 else "sketch.too_low"),
    }
    if abs(mean) < SAME:
        return say("sketch.right_height", **values)
    return say("sketch.high" if mean > 0 else "sketch.low", **values)
