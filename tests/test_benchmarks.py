"""Bounds that hold on a loaded machine: ratios of two things done in turn, never seconds alone.

`make bench` measures all of it, closer. Here stands what one careless line can make several times
as dear; each bound lies well above what is measured, and well below such a line.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.rules import ObservedSessions, ReliableDrop, rule_names

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import _figures
import import_time
import pool as pool_benchmark
import rules as rule_benchmark
from simulated_class import class_of

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
RUNS = 7
CLIENTS = 5_000


def ratio_of(one: Callable[[], object], other: Callable[[], object], runs: int = RUNS) -> float:
    """The time of one in units of the other, on the processor: done in turn, the median ratio."""
    ratios = []
    for _ in range(runs):
        start = time.process_time()
        one()
        turned = time.process_time()
        other()
        ratios.append((turned - start) / (time.process_time() - turned))
    return statistics.median(ratios)


@pytest.fixture(scope="module")
def ratings() -> pd.DataFrame:
    table = rule_benchmark.noisy_sessions(CLIENTS)
    return table.assign(rater="client")


def test_the_kit_adds_little_to_the_imports_that_everybody_pays() -> None:
    """Measured 1.04, bound of the benchmark 1.05; difflib alone would be .005, Altair .8."""
    assert import_time.import_ratio(5) < 1.08


def test_what_is_slow_to_load_stays_out() -> None:
    assert import_time.loaded_without_need() == []


def test_checking_ratings_costs_little_more_than_looking_at_their_clients(ratings) -> None:
    """The bound of the benchmark is 2; one pass row by row in Python is far above it."""
    fresh = iter([ratings.copy() for _ in range(RUNS)])
    clients = ratings["client"]
    assert ratio_of(lambda: aw.check_ratings(next(fresh)), lambda: pd.factorize(clients)) < 4


def test_a_checked_table_is_not_checked_again(ratings) -> None:
    checked = aw.check_ratings(ratings)
    anew = iter([ratings.copy() for _ in range(RUNS)])
    assert ratio_of(lambda: aw.check_ratings(checked), lambda: aw.check_ratings(next(anew))) < 0.8


def test_every_rule_is_timed() -> None:
    assert {rule.name for rule in rule_benchmark.RULES} == {*rule_names()}


def test_a_rule_judges_no_slower_than_the_same_line_of_pandas(ratings) -> None:
    """The bound of the benchmark is 1."""
    rule = ReliableDrop()
    judged = rule.judge(ObservedSessions(ratings))["flagged"]
    assert np.array_equal(judged, rule_benchmark.flags_with_pandas(ratings, rule))
    taken = ratio_of(
        lambda: rule.judge(ObservedSessions(ratings)),
        lambda: rule_benchmark.flags_with_pandas(ratings, rule),
    )
    assert taken < 1.5


def test_a_change_moves_one_table_and_never_the_form() -> None:
    noor = aw.load_data("single_cases").query("client == 'Noor'")
    view = aw.ChartView(aw.charts.alliance_trajectory(noor.query("session < 10")))
    form = json.dumps(view._form)
    tables = dict(view._tables)
    changed = aw.charts.trajectory_tables(aw.charts.read_case(noor))
    view.update(**changed)
    assert json.dumps(view._form) == form
    moved = [name for name in changed if view._tables[name] is not tables.get(name)]
    assert "ratings" in moved
    bytes_moved = len(json.dumps([view._tables[name] for name in moved]))
    assert bytes_moved < 0.6 * len(json.dumps(aw.charts.alliance_trajectory(noor).to_dict()))


def test_altair_is_loaded_without_grammars_that_nobody_asks_for() -> None:
    """They take two seconds of the three that a first chart would; who asks is still answered."""
    code = (
        "import sys, alliance_widgets, altair\n"
        "print('rfc3987_syntax.syntax_helpers' in sys.modules)\n"
        "from jsonschema import FormatChecker\n"
        "checker = FormatChecker(['iri'])\n"
        "print(*(checker.conforms(each, 'iri') for each in ('https://example.org/ä', 'no iri')))"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert said == ["False", "True", "False"]


def test_reading_a_class_takes_time_that_grows_with_the_class() -> None:
    """Four times the students took 2.3 to 2.8 times; every file against every other takes 16."""
    few, many = ({f"{each.code}.json": each.file for each in class_of(n)} for n in (8, 32))
    pool_benchmark.pooled(few)
    growth = ratio_of(lambda: pool_benchmark.pooled(many), lambda: pool_benchmark.pooled(few), 3)
    assert growth < 6


@pytest.mark.parametrize(("value", "within"), [(1.0, True), (1.01, False), (float("nan"), False)])
def test_a_figure_is_within_its_bound_or_over(value: float, within: bool, monkeypatch) -> None:
    monkeypatch.delenv(_figures.KEPT_IN, raising=False)
    figure = _figures.Figure("time", value, 1.0)
    assert figure.within == within
    assert ("within" if within else "OVER") in _figures.table_of([figure])
    assert _figures.report([_figures.Figure("other", 0.5, 1.0), figure]) == int(not within)


def test_a_benchmark_without_figures_has_failed() -> None:
    assert _figures.report([]) == 1


def test_one_over_its_bound_keeps_no_other_from_running(tmp_path: Path) -> None:
    """`python benchmarks` runs them all, names what broke, and fails at its end."""
    for name in ("__main__.py", "_figures.py"):
        (tmp_path / name).write_text((BENCHMARKS / name).read_text("utf-8"), "utf-8")
    line = "import sys; from _figures import Figure, report; sys.exit(report([Figure({}, 1)]))"
    (tmp_path / "a_slow.py").write_text(line.format("'slow', 2"))
    (tmp_path / "b_broken.py").write_text("raise SystemExit(3)")
    (tmp_path / "c_quick.py").write_text(line.format("'quick', 1"))
    ran = subprocess.run([sys.executable, tmp_path], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    table = ran.stdout.partition("== all")[2]
    assert "slow" in table
    assert "quick" in table
    assert "b_broken broke before its end" in table
    assert "2 figures, 1 over their bounds" in table
