"""Dice thrown in place of ratings, and how well a line and a curve fit the first of them."""

from __future__ import annotations

import numpy as np

from alliance_widgets.tables.columns import Numbers

__all__ = ["explained_shares", "throw_dice"]

LOWEST, STEP, FACES, PARTS = 3.0, 0.25, 6, 3
"""Each die shows one of six quarter steps from 3 on; goals, tasks and bond have a die each."""


def throw_dice(n: int, n_sessions: int, seed: int = 0) -> Numbers:
    """`n` rows of `n_sessions` ratings, each the mean of three dice from 3 to 4.25.

    With one seed the first rows are the same, however many are thrown.

    Read with care: nothing happened to anybody here, and still every row goes up and down.
    """
    faces = np.random.default_rng(seed).integers(0, FACES, (n, n_sessions, PARTS))
    found: Numbers = LOWEST + STEP * faces.mean(axis=2)
    return found


def explained_shares(scores: Numbers, degree: int) -> Numbers:
    """Of each row, the share of its ups and downs that its own polynomial accounts for (R²).

    `scores` are rows of equally spaced sessions without a gap; `degree` is 1 for a line and 2
    for a curve. A row without ups and downs is fitted perfectly: 1.

    Read with care: in pure noise the share is degree / (sessions - 1) on average, which is two
    thirds for a curve through four.
    """
    time = np.arange(scores.shape[1])
    basis, _ = np.linalg.qr(np.vander(time, degree + 1).astype(float))
    away = scores - scores.mean(axis=1, keepdims=True)
    whole = (away**2).sum(axis=1)
    fitted = ((away @ basis) ** 2).sum(axis=1)
    level = whole < 1e-12
    share = np.where(level, 1.0, fitted / np.where(level, 1.0, whole))
    return np.minimum(share, 1.0)
