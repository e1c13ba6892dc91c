"""How fast curves and person-periods are, against statsmodels and against one pandas merge.

    python benchmarks/dropout.py [CLIENTS]

`retention` by three groups against statsmodels called directly, group by group, for the curve
alone; `person_period` on ten ratings per client against one merge of two tables of the same rows
on client and session. Bounds: 1.5 and 2.0 times, for 100 000 clients and a million rows, with
open ruptures and without, rows in order and shuffled. Exits with 1 if a bound is missed.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from _figures import Figure, report
from statsmodels.duration.survfunc import SurvfuncRight

from alliance_widgets.dropout import person_period, retention

SESSIONS = 20  # the longest course; ten on average
TIMES = 7


def clinic(n_clients: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ratings in quarter points, one in twelve missing, and courses in three treatments."""
    random = np.random.default_rng(seed)
    clients = np.array([f"c{i:06d}" for i in range(n_clients)], dtype=object)
    attended = random.integers(1, SESSIONS, n_clients)
    owner = np.repeat(np.arange(n_clients), attended)
    session = np.arange(len(owner)) - np.repeat(np.cumsum(attended) - attended, attended) + 1
    scores = random.normal(3.85, 0.6, n_clients)[owner] + random.normal(0, 0.35, len(owner))
    scores = np.round(np.clip(scores, 1, 5) * 4) / 4
    scores[random.random(len(owner)) < 1 / 12] = np.nan
    ratings = pd.DataFrame(
        {"client": clients[owner], "session": session, "rater": "client", "alliance": scores}
    )
    courses = pd.DataFrame(
        {
            "client": clients,
            "sessions_attended": attended,
            "ending": random.choice(["completed", "dropped_out", "ongoing"], n_clients),
            "treatment": random.choice(["CBT", "dynamic", "supportive"], n_clients),
        }
    )
    return ratings, courses


def curves_by_statsmodels(courses: pd.DataFrame) -> list[SurvfuncRight]:
    """One curve per treatment, as one writes it in a notebook."""
    return [
        SurvfuncRight(group["sessions_attended"], group["ending"] == "dropped_out")
        for _, group in courses.groupby("treatment")
    ]


def seconds(works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The shortest time of each, measured in turn so that a busy machine is fair to all."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(TIMES):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", type=int, nargs="?", default=100_000)
    ratings, courses = clinic(parser.parse_args().clients)
    other = ratings[["client", "session"]].assign(symptoms=10.0)
    shuffled = ratings.sample(frac=1, random_state=0, ignore_index=True)
    spent = seconds(
        {
            "statsmodels": lambda: curves_by_statsmodels(courses),
            "retention": lambda: retention(courses, by="treatment"),
            "merge": lambda: ratings.merge(other, on=["client", "session"], how="left"),
            "person_period, no ruptures": lambda: person_period(ratings, courses, rule=None),
            "person_period": lambda: person_period(ratings, courses),
            "merge, rows shuffled": lambda: shuffled.merge(
                other, on=["client", "session"], how="left"
            ),
            "person_period, rows shuffled": lambda: person_period(shuffled, courses),
        }
    )
    rows = [
        ("retention", "statsmodels", 1.5),
        ("person_period, no ruptures", "merge", 2.0),
        ("person_period", "merge", 2.0),
        ("person_period, rows shuffled", "merge, rows shuffled", 2.0),
    ]
    table = pd.DataFrame(
        [(name, spent[name], than, spent[than], bound) for name, than, bound in rows],
        columns=["what", "seconds", "than", "its seconds", "bound"],
    ).assign(ratio=lambda t: t["seconds"] / t["its seconds"])
    print(f"{len(courses)} clients, {len(ratings)} ratings; best of {TIMES}")
    print(table.round(3).to_string(index=False))
    return report(
        Figure(f"{name} / {than}", spent[name] / spent[than], bound) for name, than, bound in rows
    )


if __name__ == "__main__":
    sys.exit(main())
