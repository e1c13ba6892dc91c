"""The tasks: what is drawn from a seed, and what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from alliance_widgets.dropout.definitions import dropout_by_definition
from alliance_widgets.dropout.grouping import grouped_courses, left_by_group
from alliance_widgets.dropout.kaplan_meier import retention
from alliance_widgets.rules import DropSD, ReliableDrop
from alliance_widgets.ruptures.episodes import find_ruptures, flag_sessions
from alliance_widgets.ruptures.noise import false_alarms
from alliance_widgets.simulate import simulate_clinic
from alliance_widgets.tasks.asked import Asked, Task
from alliance_widgets.words import say

__all__ = ["TASKS", "dice_of", "made_task"]

CLIENTS = 240
LANDMARK, LATE = 3, 8
ROUNDED, READ_OFF = 0.5, 1.0
REPLICATES = 10_000  # as many as the noise lab throws
MOST_DICE = 1_000_000


def dice_of(name: str, seed: str) -> int:
    """The dice of a task: another task, or another student, throws others."""
    drawn = hashlib.sha256(f"{name}/{seed}".encode()).digest()
    return int.from_bytes(drawn[:6], "big") % MOST_DICE


def made_task(name: str, seed: str) -> Task:
    """The task of that name with the data and the questions of that seed."""
    dice = dice_of(name, seed)
    asked, held = TASKS[name](dice)
    return Task(name, seed, dice, tuple(asked), **held)


def _asked(task: str, name: str, right: float, within: float, unit: str, **facts: object) -> Asked:
    return Asked(name, say(f"tasks.{task}.{name}", **facts), float(right), within, unit)


# ---- who leaves ----------------------------------------------------------------------------------


def _dropout(dice: int) -> tuple[list[Asked], dict[str, object]]:
    """A clinic of its own: who leaves, by whose definition, and in which third."""
    clinic = simulate_clinic(CLIENTS, "causal", seed=dice, dropout_intercept=-3.2)
    ratings, courses = clinic.ratings, clinic.courses
    missed = dropout_by_definition(courses).set_index("client")["missed_last"]
    curve = retention(courses).set_index("session")["retention"]
    thirds = left_by_group(grouped_courses(ratings, courses, "landmark_third", LANDMARK))
    share = thirds.set_index("group")["share"]
    gone = courses.loc[courses["ending"] == "dropped_out", "sessions_attended"]
    unit = "of 100"
    asked = [
        _asked("dropout", "left", 100 * len(gone) / len(courses), ROUNDED, unit),
        _asked("dropout", "missed", 100 * missed.astype(float).mean(), ROUNDED, unit),
        _asked("dropout", "staying", 100 * curve[curve.index <= LATE].iloc[-1], 1.5, unit, at=LATE),
        _asked("dropout", "lowest", 100 * share["lowest"], ROUNDED, unit, at=LANDMARK),
        _asked("dropout", "highest", 100 * share["highest"], ROUNDED, unit, at=LANDMARK),
    ]
    return asked, {"tables": {"ratings": ratings, "courses": courses}}


# ---- one case ------------------------------------------------------------------------------------


def _ruptures(dice: int) -> tuple[list[Asked], dict[str, object]]:
    """A case of its own, in which the two rules do not say the same."""
    ratings, episode = _case(dice)
    reliable = flag_sessions(ratings, ReliableDrop())
    own = flag_sessions(ratings, DropSD())
    pre, trough = float(episode["pre"]), float(episode["trough"])
    asked = [
        _asked("ruptures", "first", reliable["session"].min(), 0, "(session)"),
        _asked("ruptures", "marked", len(reliable), 0, "sessions"),
        _asked("ruptures", "own", len(own), 0, "sessions"),
        _asked("ruptures", "fall", pre - trough, 0.05, "points"),
        _asked("ruptures", "back", episode["repair_session"], 0, "(session)"),
    ]
    return asked, {"tables": {"ratings": ratings}}


def _case(dice: int) -> tuple[pd.DataFrame, pd.Series]:
    """The first client of a clinic whose possible rupture is back up and whose marks differ."""
    for clinic in range(dice, dice + 50):
        made = simulate_clinic(120, "causal", seed=clinic, missing_rate=0)
        lengths = made.ratings.groupby("client")["session"].max()
        rated = made.ratings[made.ratings["client"].isin(lengths[lengths.between(10, 16)].index)]
        rated = rated[rated["alliance"].notna().groupby(rated["client"]).transform("all")]
        episodes = find_ruptures(rated, ReliableDrop())
        back = episodes[episodes["repair_session"].notna()].drop_duplicates("client")
        counts = [flag_sessions(rated, rule)["client"].value_counts() for rule in RULES]
        differ = [
            row for _, row in back.iterrows() if counts[0][row["client"]] < counts[1][row["client"]]
        ]
        if differ:
            theirs = rated[rated["client"] == differ[0]["client"]]
            columns = ["client", "session", "alliance"]
            return theirs[columns].assign(client=say("tasks.client")).reset_index(
                drop=True
            ), differ[0]
    raise AssertionError(dice)  # no seed of a million is like that


RULES = (ReliableDrop(), DropSD())


# ---- pure noise ----------------------------------------------------------------------------------


def _noise(dice: int) -> tuple[list[Asked], dict[str, object]]:
    """Settings of its own for the noise lab: what a rule finds where nothing happened."""
    random = np.random.default_rng((dice, 1))
    sessions = int(random.integers(8, 21))
    noise = float(random.choice([0.25, 0.3, 0.35, 0.4]))
    spill = str(random.choice(["not", "little"]))
    settings = {"sessions": sessions, "noise": noise, "spill": spill}
    thrown = {"n_sessions": sessions, "noise_sd": noise, "level": 4.0}
    thrown["autocorrelation"] = {"not": 0.0, "little": 0.3}[spill]
    found = {
        name: false_alarms(rule, **thrown, replicates=REPLICATES, seed=dice)  # type: ignore[arg-type]
        for name, rule in (("reliable", ReliableDrop()), ("own", DropSD(k=2)))
    }
    facts = {
        "sessions": sessions,
        "noise": f"{noise:g}",
        "spill": say(f"tasks.spilling.{spill}"),
    }
    reliable, own = found["reliable"], found["own"]
    asked = [
        _asked("noise", "reliable", 100 * reliable["any_flag"], READ_OFF, "of 100", **facts),
        _asked("noise", "back", 100 * reliable["repaired_cases"], READ_OFF, "of 100"),
        _asked("noise", "open", 100 * reliable["open_cases"], READ_OFF, "of 100"),
        _asked("noise", "own", 100 * own["any_flag"], READ_OFF, "of 100"),
    ]
    return asked, {"settings": settings}


Made = Callable[[int], tuple[list[Asked], dict[str, Any]]]
TASKS: Mapping[str, Made] = MappingProxyType(
    {"dropout": _dropout, "ruptures": _ruptures, "noise": _noise}
)
"""The tasks by name."""
