"""How fast `simulate_clinic` is, against a Python loop over clients with the same model.

    python benchmarks/simulate.py [CLIENTS]

The loop is the reference of the tests: plain equations, one client and one session at a time, with
a NumPy generator for each client, and the same tables at the end. It runs on a fifth of the
clients, and its time is scaled up. Both must find the same share of dropouts, give or take chance.
Exits 1 unless simulate_clinic takes at most 2 % of the loop's time, and ten times the clients at
most thirteen times the time (the caches of a machine are not linear).
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_widgets.simulate import WORLDS, Knobs, simulate_clinic

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import plain_clinic

SHARE_OF_LOOP, TIMES_FOR_TEN = 0.02, 13


class Luck:
    """The random numbers of one client, drawn when they are asked for."""

    def __init__(self, seed: int, client: int) -> None:
        self.generator = np.random.default_rng([seed, client])

    def uniform(self, _purpose: str, _session: int = 0) -> float:
        return self.generator.random()

    def normal(self, _purpose: str, _session: int = 0) -> float:
        return self.generator.standard_normal()

    def gamma(self, shape: float, _purpose: str, _session: int) -> float:
        return self.generator.standard_gamma(shape) / shape


def clinic_by_loop(n_clients: int, knobs: Knobs, seed: int = 0) -> pd.DataFrame:
    """The courses; ratings and truth are made too, since simulate_clinic makes them."""
    people, sessions, ruptures, courses = [], [], [], []
    for number in range(n_clients):
        client, luck = f"C{number + 1:05d}", Luck(seed, number)
        person, rows, ending, end = plain_clinic.one_client(knobs, luck)
        people.append({"client": client, **person})
        before = 0.0
        for row in rows:
            sessions.append({"client": client, **row})
            if row["rupture"] and not before:
                ruptures.append(
                    {"client": client, "onset": row["session"], "depth": row["rupture"]}
                )
            elif before and not row["rupture"]:
                ruptures[-1]["repair_session"] = row["session"]
            before = row["rupture"]
        first, left = rows[0]["symptoms_rating"], ending == "dropped_out"
        viewed = luck.uniform("THERAPIST_VIEW") < (0.85 if left else 0.12)
        whose = luck.uniform("ENDING_BY")
        courses.append(
            {
                "client": client,
                "sessions_attended": len(rows),
                "ending": ending,
                "missed_last": luck.uniform("LAST_APPOINTMENT") < (0.75 if left else 0.08),
                "therapist_view": "dropped_out" if viewed else "completed",
                "planned_sessions": (8, 12, 12, 16)[int(luck.uniform("PLAN") * 4)],
                "reliable_change": first - end >= 6,
                "ending_by": "client" if left or whose > 0.8 else "mutual",
                "therapist": f"T{number // knobs.clients_per_therapist + 1:03d}",
                "symptoms_first": first,
                "symptoms_last": end,
            }
        )
    for table in (people, ruptures):
        pd.DataFrame(table)
    planted = pd.DataFrame(sessions)
    columns = {"rating": "alliance", "symptoms_rating": "symptoms"}
    ratings = planted[["client", "session", "rating", "symptoms_rating"]].rename(columns=columns)
    ratings.insert(2, "rater", "client")
    return pd.DataFrame(courses)


def seconds(times: int, work: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    """The shortest time, and what came of the work."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        made = work()
        spent.append(time.process_time() - start)
    return min(spent), made


def main() -> None:
    """Print the table; exit 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clients", type=int, nargs="?", default=10_000)
    n = parser.parse_args().clients
    part = max(n // 5, 1)
    simulate_clinic(10)  # loads scipy
    fast, courses = seconds(15, lambda: simulate_clinic(n).courses)
    large, _ = seconds(3, lambda: simulate_clinic(10 * n).courses)
    slow, few = seconds(2, lambda: clinic_by_loop(part, WORLDS["causal"]))
    slow *= n / part
    shares = [(table["ending"] == "dropped_out").mean() for table in (courses, few)]
    if abs(shares[0] - shares[1]) > 5 * np.sqrt(0.16 / part):
        raise SystemExit(f"not the same model: {shares} drop out")
    rows = [
        (f"loop over {n} clients", slow, "", ""),
        (f"simulate_clinic({n})", fast, f"{SHARE_OF_LOOP * slow:.3f}", f"{fast / slow:.4f}"),
        (f"simulate_clinic({10 * n})", large, f"{TIMES_FOR_TEN * fast:.3f}", f"{large / fast:.1f}"),
    ]
    shown = pd.DataFrame(rows, columns=["way", "seconds", "bound", "ratio"])
    print(shown.to_string(index=False, formatters={"seconds": "{:.3f}".format}))
    sys.exit(fast > SHARE_OF_LOOP * slow or large > TIMES_FOR_TEN * fast)


if __name__ == "__main__":
    main()
