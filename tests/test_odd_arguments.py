"""Whatever a student hands to the kit: an answer, or a sentence that says what to mend.

Every public function and every widget of the package's root is called with one or two of its
arguments replaced by something odd. Anything but a result or an `AllianceError` is a failure, and
so is a warning of numpy, pandas or Python: a figure made of nothing is no answer.
"""

from __future__ import annotations

import datetime
import gc
import inspect
import io
import math
import warnings
from collections.abc import Callable
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alliance_widgets as aw


@cache
def clinic() -> aw.Clinic:
    return aw.simulate_clinic(60, seed=4)


@cache
def rows() -> pd.DataFrame:
    return aw.person_period(clinic().ratings, clinic().courses)


def points() -> pd.DataFrame:
    return pd.DataFrame({"client": list("aabb"), "x": [1, 2.0, 3, 4], "y": [2, 1.0, 4, 3]})


def question() -> aw.Question:
    return aw.Question.choice("04/odd", "Who?", {"One": "No.", "Both": "Yes."}, right="Both")


def ratings() -> pd.DataFrame:
    return clinic().ratings


def courses() -> pd.DataFrame:
    return clinic().courses


def csv(table: pd.DataFrame) -> io.BytesIO:
    return io.BytesIO(table.to_csv(index=False).encode())


def found() -> pd.Series:
    planted = clinic().truth.ruptures
    return aw.hits_and_false_alarms(ratings(), planted, rule="imr_chart")


def kept() -> pd.DataFrame:
    each = np.linspace(3, 4, 12)
    return pd.DataFrame({"client": "A", "session": np.arange(1, 13), "alliance": each})


RATED: dict[str, Any] = {"ratings": ratings, "rater": "client"}
RULED = {**RATED, "rule": "reliable_drop"}
EPISODES = {**RULED, "window": 3, "recover": 0.75}
BOTH: dict[str, Any] = {"ratings": ratings, "courses": courses}

# Each function with right arguments; what is callable is asked for its value at each call.
CALLS: dict[str, dict[str, Any]] = {
    "ArrowSketch": {"key": "09/odd"},
    "BaseRateLab": {
        "figures": lambda: {"imr_chart": found()},
        "rule": None,
    },
    "Beliefs": {"key": "00/odd", "again": False, "claims": ("warmth",)},
    "CaseBook": {"ratings": ratings, "rater": "client", "instrument": None, "read_only": True},
    "ChartView": {"chart": None},
    "ClassBoard": {"source": None},
    "ClimbSwitches": {"n_clients": 60, "world": "causal", "seed": 2, "last": 12},
    "DiceFits": {"kept": kept, "rater": "client", "seed": 0},
    "DropoutExplorer": BOTH,
    "ManyAnalyses": {
        "analyses": lambda: {"one": lambda table: float(len(table))},
        "data": lambda: {"clinic": ratings()},
        **{"figure": "rows", "low": 0.0, "high": 1.0, "decimals": 2},
    },
    "NoiseLab": {"seed": 0, "rule": "drop_sd", "key": "noise", "known": False},
    "PathFit": {**RATED, "client": None},
    "Question.choice": {"key": "04/odd", "text": "Who?", "options": lambda: {"A": "", "B": ""}},
    "Question.number": {"key": "04/odd", "text": "How many?", "right": 3, "within": 1},
    "PrizeGiving": {"seed": 0, "therapist_sd": 0.22},
    "RegressionToTheMean": {"seed": 0, "key": "regression"},
    "ReplyPractice": {"key": "practice"},
    "Reveal": {"question": question, "show": lambda: "shown"},
    "RuleComparator": {**RATED, "client": None, "rules": lambda: ["imr_chart"]},
    "RuptureSpotter": {"seed": 0, "ratings": None, "key": "spotter"},
    "SessionRatingForm": {
        **{"instrument": "own", "rater": "client", "session": 1},
        **{"rows": ("goals", "tasks", "bond"), "actions": ("save",)},
    },
    "TapTheRuptures": {"seed": 0, "rule": "drop_sd", "key": "taps", "settings": None},
    "ThreeSlopes": {"points": points, "x": "alliance", "y": "outcome", "named": True},
    "TrajectorySketch": {"sessions": 8, "low": 1, "high": 5, "key": "03/odd", "text": "Draw."},
    "TwoWorlds": {"seed": 1, "n": 300, "key": "09/odd"},
    "Verdicts": {"then": lambda: aw.Beliefs("00/odd"), "now": lambda: aw.Beliefs("12/odd")},
    "VignetteReader": {"key": "vignettes"},
    "WhoIsMissing": {**BOTH, "last": 12},
    "WorkFile": {"path": None},
    "task": {"name": "ruptures", "seed": 1},
    "ask": {"key": "04/fall", "file": None, "right": None},
    "case_patterns": EPISODES,
    "check_courses": {"table": courses},
    "check_ratings": {"table": ratings},
    "class_code": {"work": None},
    "climb_parts": {**BOTH, "first": 1, "last": 12, "rater": "client"},
    "compare_retention": {"courses": courses, "by": "therapist"},
    "compare_rules": {**RATED, "rules": lambda: ["imr_chart", "drop_sd"]},
    "convert_effect": {"value": 0.3, "from_": "r", "to": "d", "base_rate": 0.5},
    "cumulative_incidence": {"courses": courses, "by": None, "interval": "log-log"},
    "definition_agreement": {"courses": courses, "dose": 8},
    "dropout_by_definition": {"courses": courses, "dose": 8},
    "dropout_by_pattern": {**BOTH, **EPISODES, "session": 3},
    "dropout_definitions": {"courses": courses, "dose": 8},
    "dropout_difference": {
        "scores": lambda: ratings().groupby("client")["alliance"].mean(),
        "courses": courses,
    },
    "evidence": {"topic": None},
    "explain_shape": {"reasons": lambda: aw.shape_reasons(ratings()).iloc[0]},
    "false_alarms": {
        **{"rule": "drop_sd", "n_sessions": 8, "autocorrelation": 0.2, "noise_sd": 0.3},
        **{"level": 4.0, "step": 0.25, "replicates": 50, "seed": 0, "window": 3, "recover": 0.75},
    },
    "find_ruptures": EPISODES,
    "find_scoring_errors": {
        **{"responses": lambda: [[3] * 12], "reported": lambda: {"total": [36]}},
        **{"instrument": "wai_sr", "within": 0.005},
    },
    "fit_cox": {"table": rows, "terms": ("alliance_between", "alliance_within")},
    "fit_hazard": {"table": rows, "terms": ("alliance_between", "alliance_within")},
    "fitted_paths": RATED,
    "flag_sessions": RULED,
    "from_wide": {"table": lambda: aw.to_wide(ratings()), "client": None, "columns": None},
    "growth_curve": RATED,
    "hand_in": {"work": None, "folder": None},
    "hits_and_false_alarms": {
        **{"ratings": ratings, "planted": lambda: clinic().truth.ruptures, "rule": "imr_chart"},
    },
    "instrument": {"name": "own"},
    "landmark": {**BOTH, **EPISODES, "session": 3},
    "load_data": {"name": "single_cases"},
    "markers": {"family": "withdrawal"},
    "mean_over_time": {**BOTH, "who": "everyone", "rater": "client"},
    "outcome_correlation": {**BOTH, "session": 3, "rater": "client"},
    "person_period": {
        **{**BOTH, "rule": "reliable_drop", "recover": 0.75, "so_far": True, "carry": False},
        "rater": "client",
    },
    "pool": {"folder_or_zip": lambda: {"work.json": b"{}"}},
    "pool_codes": {"chat": "nothing"},
    "pool_effects": {
        "studies": lambda: aw.synthetic_studies(8, seed=1),
        "method": "reml",
    },
    "read_courses": {"path_or_buffer": lambda: csv(courses())},
    "read_ratings": {"path_or_buffer": lambda: csv(ratings()), "instrument": None},
    "retention": {"courses": courses, "by": None, "interval": "log-log"},
    "risk_by_third": {"d": 0.55, "base_rate": 0.2},
    "rule_agreement": {**RATED, "rules": lambda: ["imr_chart", "drop_sd"]},
    "rule_limits": RULED,
    "score": {"responses": lambda: [[3] * 12], "instrument": "wai_sr"},
    "session_limits": RULED,
    "shape_reasons": {**RATED, "reliable_change": None},
    "simulate_clinic": {"n_clients": 5, "world": "causal", "seed": 0, "do_alliance": 0.0},
    "simulate_leagues": {"clients_each": 8, "years": 2, "therapist_sd": 0.2, "seed": 0},
    "simulate_trials": {
        **{"therapists": 4, "clients_each": 5, "leaving": 0.2, "leaving_trained": None},
        **{"between": 0.05, "trials": 10, "seed": 0},
    },
    "split_within_between": {**RATED, "so_far": False},
    "summarise_trajectories": {**RATED, "reliable_change": None},
    "synthetic_studies": {"k": 5, "mean_z": 0.3, "tau": 0.1, "n": 100, "seed": 0},
    "to_wide": {"ratings": ratings, "column": "alliance", "rater": "client"},
    "vignettes": {},
    "whereabouts": {**BOTH, "rater": "client"},
    "warn_identifying": {"text": "nothing"},
}

NO_ARGUMENTS = {"data_sets", "instruments", "vignettes"}
MADE_BY_THE_KIT = {"Clinic", "Instrument", "Pool", "Question"}
"""Parts that functions of the kit return or that its class methods make."""


def public() -> set[str]:
    things = {name: getattr(aw, name) for name in aw.__all__}
    plain = {name for name, thing in things.items() if not inspect.ismodule(thing)}
    return {
        name
        for name in plain
        if not (inspect.isclass(things[name]) and issubclass(things[name], Exception))
    }


def test_every_public_function_and_widget_is_tried() -> None:
    tried = {name.partition(".")[0] for name in CALLS}
    assert public() - tried <= NO_ARGUMENTS | MADE_BY_THE_KIT
    assert tried <= public()


def one_of_each(table: Callable[[], pd.DataFrame]) -> list[Any]:
    """A table with one thing wrong, in the ways in which tables go wrong."""
    given = table()
    number = given.select_dtypes("number").columns[-1]
    first = given.columns[0]
    return [
        given.head(0),
        given.head(1),
        given.tail(2),
        given[[first]],
        given.to_numpy(),
        given.to_dict("list"),
        given.set_axis(range(given.shape[1]), axis=1),
        given.assign(**{number: np.nan}),
        given.assign(**{number: np.inf}),
        given.assign(**{number: "high"}),
        given.assign(**{number: given[number].iloc[0]}),
        given.assign(**{first: None}),
        given.assign(**{first: "same"}),
        given.assign(**{first: [[1]] * len(given)}),
        pd.concat([given, given]),
        pd.concat([given, given], axis=1),
        given.astype("object"),
        given.iloc[::-1].set_index(first),
        given.convert_dtypes(),
        given[first],
        given.T,
    ]


@cache
def tables() -> list[Any]:
    return [
        wrong
        for table in (ratings, courses, rows, points)
        for wrong in [table(), *one_of_each(table)]
    ]


PLAIN: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 7, 10**9, -(10**30), 0.5, -0.0, 1.5, 1e308, 5e-324),
    *(float("nan"), float("inf"), float("-inf"), 3 + 4j, np.int64(3), np.float32(0.2), np.bool_(1)),
    *(pd.NA, pd.NaT, datetime.date(2020, 5, 3), datetime.timedelta(3), 10**400),
    *(
        "",
        " ",
        "client",
        "observer",
        "Therapist",
        "0,5",
        ".10",
        "nan",
        "inf",
        "-3",
        "yes",
        "müller",
    ),
    *("imr_chart", "causal", "own", "wai_sr", "x" * 300, "a\x00b", "a\nb", "\ud800", "…/..", "{}"),
    *(b"", b"client", (), (1,), [], [None], [1, 2, 3], ["imr_chart"], ["a", "a"], [[1], [2, 3]]),
    *({}, {"client": [1]}, {"a": 1}, {1, 2}, frozenset(), range(3), object, print, len, ...),
    *(np.array([]), np.array(3.0), np.zeros((2, 2)), np.array(["a"]), np.array([None])),
    *(pd.Series(dtype=float), pd.Series([1, 2, 3]), pd.Series(["a"]), pd.Series([np.inf, 1.0])),
    *(pd.Series([0.1, 0.2], index=["C00001", "C00002"]), pd.Index(["a"]), pd.DataFrame()),
    *(pd.DataFrame({"a": [1]}), pd.DataFrame({("a", "b"): [1]}), pd.DataFrame([[1, 2]])),
    *(pd.DataFrame({"r": [".1", ",2"], "n": [10, 20]}), pd.DataFrame({"r": [2.0], "n": [3]})),
    *(pd.DataFrame({"effect": [0.1, 0.1], "se": [0.0, np.inf]}), Path("no such file"), Path(".")),
]


def odd() -> st.SearchStrategy[Any]:
    """Something odd: a plain thing, a table with something wrong, or what hypothesis thinks of."""
    return st.one_of(
        st.sampled_from(PLAIN),
        st.sampled_from(range(len(tables()))).map(lambda place: tables()[place]),
        st.floats() | st.integers() | st.text(max_size=20) | st.binary(max_size=20),
        st.lists(st.floats() | st.text(max_size=5) | st.none(), max_size=4),
        st.dictionaries(st.text(max_size=8), st.floats() | st.lists(st.integers()), max_size=3),
    )


def called(name: str) -> Callable[..., Any]:
    thing: Any = aw
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


MOST_WORK = 500
"""A clinic or a simulation larger than this is right, and takes its time."""

SIZES = (
    "n",
    "therapists",
    "clients_each",
    "trials",
    "n_clients",
    "replicates",
    "k",
    "n_sessions",
    "window",
)


def is_work(name: str, value: Any) -> bool:
    try:
        return name in SIZES and bool(value > MOST_WORK)
    except (TypeError, ValueError):
        return False


def try_oddly(name: str, data: st.DataObject, folder: Path) -> None:
    right = CALLS[name]
    replaced = data.draw(st.sets(st.sampled_from(sorted(right)), min_size=1, max_size=2))
    arguments = {key: data.draw(odd(), label=key) for key in sorted(replaced)}
    arguments = {key: value for key, value in arguments.items() if not is_work(key, value)}
    for key, value in right.items():
        if key not in arguments:
            lazily = callable(value) and not (name == "Reveal" and key == "show")
            arguments[key] = value() if lazily else value
    with chdir(folder), warnings.catch_warnings():  # a word may be a path, and make a folder
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", aw.AllianceWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        try:
            called(name)(**arguments)
        except aw.AllianceError as fault:
            problems: tuple[Any, ...] = fault.problems
        else:
            return
    assert problems
    assert all(isinstance(problem, str) and problem for problem in problems)


def examples(many: int) -> settings:
    return settings(
        max_examples=many,
        deadline=None,
        database=None,
        suppress_health_check=[*HealthCheck],
    )


METHODS: dict[str, dict[str, Any]] = {
    "record_rating": {"client": "A", "session": 1, "alliance": 3.0, "rater": "client"},
    "record_ratings": {"ratings": lambda: ratings().head(3)},
    "remove_rating": {"client": "A", "session": 1, "rater": "client", "case": ""},
    "record": {"kind": "mark", "key": "k"},
    "keep_draft": {"kind": "mark", "key": "k"},
    "remove": {"kind": "mark", "key": "k"},
    "get": {"kind": "mark", "key": "k"},
    "history": {"kind": "mark", "key": "k"},
    "undo": {"kind": "mark", "key": "k"},
    "entries": {"kind": "mark"},
    "ratings_of": {"instrument": "own"},
}


@pytest.mark.parametrize("name", METHODS)
def test_a_work_file_answers_odd_arguments_in_words(name: str, tmp_path: Path) -> None:
    work, right = aw.WorkFile(tmp_path / "work.json"), METHODS[name]
    for replaced in right:
        for value in [*PLAIN, *tables()]:
            given = {key: each() if callable(each) else each for key, each in right.items()}
            given[replaced] = value
            places = [given.pop(key) for key in ("kind", "key") if key in given]
            problems: tuple[Any, ...] = ("none",)
            try:
                getattr(work, name)(*places, **given)
            except aw.AllianceError as fault:
                problems = fault.problems
            assert problems
            assert all(isinstance(problem, str) and problem for problem in problems)


NAMES = [name for name, right in CALLS.items() if right]
LARGE = {"CaseBook", "ReplyPractice", "RuptureSpotter", "VignetteReader"}
"""Widgets that take half a second to build; they get a third of the calls of the others."""


def shares(calls: int) -> dict[str, int]:
    """How many calls each function gets, so that all together are at least so many."""
    weights = {name: 1 if name in LARGE else 3 for name in NAMES}
    part = calls / sum(weights.values())
    return {name: math.ceil(part * weight) for name, weight in weights.items()}


ORDINARY, TO_PROVE = shares(2_000), shares(20_000)


@pytest.mark.parametrize("name", NAMES)
def test_odd_arguments_get_an_answer_or_a_sentence(name: str, tmp_path: Path) -> None:
    @examples(ORDINARY[name])
    @given(st.data())
    def tried(data: st.DataObject) -> None:
        try_oddly(name, data, tmp_path)

    tried()


@pytest.mark.prove
@pytest.mark.parametrize("name", NAMES)
def test_many_odd_arguments_get_an_answer_or_a_sentence(name: str, tmp_path: Path) -> None:
    @examples(TO_PROVE[name])
    @given(st.data())
    def tried(data: st.DataObject) -> None:
        try_oddly(name, data, tmp_path)

    tried()


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_case_book_that_was_refused_leaves_without_a_word() -> None:
    for _ in range(3):
        with pytest.raises(aw.AllianceError):
            aw.CaseBook(pd.DataFrame({"client": ["a"], "session": ["x"], "alliance": [3]}))
    gc.collect()
