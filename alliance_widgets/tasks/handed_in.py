"""What a class handed in to its tasks, each student's marked by the seed of their own data."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from alliance_widgets.tasks.asked import Task, checked
from alliance_widgets.tasks.kinds import TASKS, made_task

__all__ = ["MOST_SEEDS", "marked_tasks"]

MOST_SEEDS = 3
"""So many seeds of one task are marked for one student: a forged file keeps nobody waiting."""
COLUMNS = ["student", "task", "seed", "question", "given", "right", "within", "correct"]


def marked_tasks(answers: pd.DataFrame) -> pd.DataFrame:
    """One row per student, task, seed and question of it; `answers` are those of a pool.

    Columns `student`, `task`, `seed`, `question`, `given`, `right`, `within` and `correct`, the
    last missing where nothing was given. Read with care: the seed of the data need not be the code
    of the student.
    """
    made: dict[tuple[str, str], Task] = {}
    rows = []
    for student, task, seed, given in _handed_in(answers):
        if (task, seed) not in made:
            made[task, seed] = made_task(task, seed)
        marked = checked(made[task, seed], given)
        rows.append(marked.assign(student=student, task=task, seed=seed)[COLUMNS])
    empty = pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    return pd.concat(rows, ignore_index=True) if rows else empty


def _handed_in(answers: pd.DataFrame) -> Iterator[tuple[str, str, str, dict[str, float]]]:
    """Student, task, seed, and the answers by the question's name, of the last seeds."""
    parts = answers["question"].str.extract(r"^task/([^/]+)/(.+)/([^/]+)$")
    told = answers.assign(task=parts[0], seed=parts[1], name=parts[2])
    told = told[told["task"].isin(list(TASKS))].sort_values("at", kind="stable")
    for (student, task), rows in told.groupby(["student", "task"], sort=True):
        for seed in rows["seed"].drop_duplicates(keep="last").tail(MOST_SEEDS):
            mine = rows[rows["seed"] == seed].drop_duplicates("name", keep="last")
            yield (
                str(student),
                str(task),
                str(seed),
                dict(zip(mine["name"], mine["number"], strict=True)),
            )
