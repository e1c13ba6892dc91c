"""What a page sends never raises and is never kept unless it fits; the page is always answered."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import ipywidgets as ipw
import pandas as pd
import pytest
from every_class import classes_of, every_class

import alliance_widgets as aw
from alliance_widgets.widgets.page._seam import MOST_TEXT, Pressed, Seam, plain_enough
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.questions.kinds import Match, Written
from alliance_widgets.workfile import WorkFile

Message = dict[str, Any]


def noor() -> pd.DataFrame:
    return aw.load_data("single_cases").query("client == 'Noor' and session < 10")


def courses() -> pd.DataFrame:
    return pd.DataFrame({"client": ["Noor"], "sessions_attended": [9], "ending": ["dropped_out"]})


def points() -> pd.DataFrame:
    numbers = {"x": [1.0, 2.0, 3.0, 2.0], "y": [3.0, 2.0, 2.5, 1.0], "session": [1, 2, 1, 2]}
    return pd.DataFrame({"client": ["A", "A", "B", "B"], **numbers})


def figures() -> pd.Series:
    planted = pd.DataFrame({"client": ["Noor"], "onset": [5]})
    return aw.hits_and_false_alarms(noor(), planted, aw.rules.PointDrop(points=0.5))


def worlds_at_the_end(work: WorkFile) -> aw.TwoWorlds:
    """With the forecasts, which are asked only on the way."""
    place = ("09/worlds", 1000, 1)
    work.record("setting", (*place, "steps"), value=5)
    for letter in "ABC":
        work.record("answer", (*place, letter), value=30, confidence="60", tries=1)
    return aw.TwoWorlds(n=1_000, work=work)


def practice_seen(work: WorkFile) -> aw.ReplyPractice:
    """With the replies of one moment, which are there only after a try."""
    checks = dict.fromkeys(("stays", "undefended", "free", "mine"), "yes")
    said = {"text": "I went past something.", "checks": checks}
    work.record("text", ("practice", "weekend", "first"), value=said, order=1)
    return aw.ReplyPractice(work=work)


# Every widget of the kit, with all that it is made of.
MAKERS: dict[str, Callable[[WorkFile], ipw.Widget]] = {
    "book": lambda work: aw.CaseBook(noor(), work),
    "form": lambda _work: aw.SessionRatingForm(actions=("save", "undo", "skip")),
    "chart": lambda _work: aw.ChartView(aw.charts.alliance_trajectory(noor())),
    "fold": lambda _work: FoldedTable("Figures", {"a": "A"}),
    "report": lambda _work: Report(),
    "explorer": lambda _work: aw.DropoutExplorer(noor(), courses()),
    "missing": lambda _work: aw.WhoIsMissing(noor(), courses()),
    "fit": lambda _work: aw.PathFit(noor()),
    "slopes": lambda _work: aw.ThreeSlopes(points(), "x", "y"),
    "analyses": lambda _work: aw.ManyAnalyses(
        {"mean": lambda table: table["y"].mean()}, {"four": points()}, "mean", 1, 5
    ),
    "board": lambda _work: aw.ClassBoard(),
    "task": lambda work: aw.task("noise", 1, work=work),
    "climb": lambda _work: aw.ClimbSwitches(200, dropout_intercept=-3.2),
    "dice": lambda _work: aw.DiceFits(aw.load_data("single_cases").query("client == 'Mehmet'")),
    "prizes": lambda _work: aw.PrizeGiving(),
    "base rate": lambda _work: aw.BaseRateLab({"drop": figures()}),
    "worlds at the end": worlds_at_the_end,
    "worlds": lambda work: aw.TwoWorlds(n=1_000, work=work),
    "taps": lambda work: aw.TapTheRuptures(work=work),
    "regression": lambda work: aw.RegressionToTheMean(work=work),
    "noise": lambda work: aw.NoiseLab(work=work),
    "comparator": lambda _work: aw.RuleComparator(noor()),
    "reader": lambda work: aw.VignetteReader(work=work),
    "practice": lambda work: aw.ReplyPractice(work=work),
    "practice seen": practice_seen,
    "spotter": lambda work: aw.RuptureSpotter(ratings=noor(), work=work),
    "choice": lambda work: aw.Question.choice("c", "Which?", ["a", "b"], work=work),
    "number": lambda work: aw.Question.number("n", "How many?", work=work),
    "session": lambda work: aw.Question.session("s", "When?", noor(), work=work),
    "sketch": lambda work: aw.TrajectorySketch(noor(), key="k", work=work),
    "beliefs": lambda work: aw.Beliefs(work=work),
    "arrows": lambda work: aw.ArrowSketch(work=work),
    "written": lambda work: aw.Question("w", "What do you say?", Written(), work=work),
    "match": lambda work: aw.Question(
        "m",
        "Which is which?",
        Match({"a": "one", "b": "two"}, ("A", "B"), {"a": "A", "b": "B"}, {"a": "No.", "b": "No."}),
        work=work,
    ),
    "verdicts": lambda work: aw.Verdicts(
        aw.Beliefs(work=work), aw.Beliefs("12/beliefs", work, again=True)
    ),
    "prediction": lambda work: aw.Question.number("p", "How many?", prediction=True, work=work),
    "reveal": lambda work: aw.Reveal(aw.Question.choice("r", "?", ["a", "b"], work=work), "text"),
}


def seams(widget: ipw.Widget) -> Iterator[Seam]:
    """The widget and everything in it that is the kit's own."""
    if isinstance(widget, Seam):
        yield widget
    desk = getattr(widget, "desk", None)
    if isinstance(desk, WorkDesk):
        yield desk
    for child in getattr(widget, "children", ()):
        yield from seams(child)


TRIED: dict[str, set[type]] = {}

# What others are made of, and no widget by itself.
BASES = {"AtDesk", "Asking", "Described", "KitWidget", "Lab", "Seam"}


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


SCALARS = [None, True, False, 0, 1, -1, 2, 5, 10**400, 2**60, 1.5, float("nan"), float("inf")]
TEXTS = [
    "",
    "a",
    "save",
    "undo",
    "skip",
    "check",
    "remove",
    "correct",
    "\x00",
    "x" * (MOST_TEXT + 1),
]
SHAPES = [[], {}, [[]], {"value": None}, {"": {}}, deep(40), ["x"] * 6000, {"kind": ["save"]}]
NAMES = ["kind", "count", "name", "session", "value", "values", "items", "note", "entered", "after"]
NAMES += ["confidence", "file", "tapped", "place", "change", "press", "pick", "runtime", "goals"]


def anything(dice: random.Random, depth: int = 0) -> Any:
    kind = dice.randrange(6 if depth < 3 else 4)
    if kind < 2:
        return dice.choice(SCALARS)
    if kind == 2:
        return dice.choice(TEXTS)
    if kind == 3:
        return dice.choice(SHAPES)
    if kind == 4:
        return [anything(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(NAMES): anything(dice, depth + 1) for _ in range(dice.randrange(5))}


def malformed(dice: random.Random, widget: Any) -> Any:
    """A message as no page of the kit would send it, or nearly as one would."""
    kind = dice.randrange(10)
    if kind == 0:
        return anything(dice)
    if kind == 1:
        return {"content": anything(dice)}
    if kind == 2:
        data = {"method": dice.choice(["update", "custom", "request_state", 3, None]), "x": 1}
    elif kind < 6:
        names = dice.sample(list(widget.keys), k=min(3, len(widget.keys)))
        names += [dice.choice(["nonsense", "comm", "keys", "_trait_values"])]
        data = {"method": "update", "state": {name: anything(dice) for name in names}}
        data |= dice.choice([{}, {"buffer_paths": anything(dice)}])
    elif kind == 6:
        data = {"method": "custom", "content": anything(dice)}
    else:
        press = {name: anything(dice) for name in dice.sample(NAMES, k=5)}
        press |= {"kind": dice.choice([*TEXTS, anything(dice)]), "count": anything(dice)}
        data = {"method": "custom", "content": {"press": press}}
    return {"content": {"data": data}, "buffers": dice.choice([[], [memoryview(b"x")]])}


def attack(dice: random.Random, name: str, work: WorkFile, messages: int) -> None:
    made = MAKERS[name](work)
    TRIED[name] = classes_of(made)
    parts = list(seams(made))
    for _ in range(messages):
        part = dice.choice(parts)
        if getattr(part, "comm", None) is None:  # a part that its owner took away meanwhile
            continue
        message = malformed(dice, part)
        part._handle_msg(message)
    for part in parts:
        if isinstance(part, Pressed) and part.comm is not None:
            press = {"kind": "nothing", "name": "nothing", "count": 2**52}
            part._handle_msg(
                {"content": {"data": {"method": "custom", "content": {"press": press}}}}
            )
            assert part._answered == 2**52, f"{name}: the page is not answered any more"
        for trait in part.keys:
            assert trait in part.page_sets or trait.startswith("_") or plain(getattr(part, trait))
    made.close()


def plain(value: Any) -> bool:
    """Nothing that a message brought along stands in a trait that is not the page's to set."""
    return not (isinstance(value, str) and len(value) > MOST_TEXT)


def only_sound(work: WorkFile) -> None:
    """Nothing stands in the file that could not have been entered."""
    again = WorkFile(work.path)
    for row in again.ratings.to_dict("records"):
        for name in ("goals", "tasks", "bond"):
            assert pd.isna(row[name]) or 1 <= row[name] <= 5
    text = work.path.read_text("utf-8") if work.path.is_file() else ""
    assert "x" * 1000 not in text


@pytest.mark.parametrize("name", MAKERS)
def test_malformed_messages_raise_nothing_and_leave_nothing(name: str) -> None:
    work = WorkFile()
    attack(random.Random(f"ordinary {name}"), name, work, 40)
    only_sound(work)


def test_every_class_that_a_page_talks_to_is_tried() -> None:
    for name in {*MAKERS} - {*TRIED}:
        TRIED[name] = classes_of(MAKERS[name](WorkFile()))
    untried = every_class() - {WorkDesk} - {*chain(*TRIED.values())}
    assert {kind.__name__ for kind in untried} <= BASES
    assert {kind.__name__ for kind in every_class()} >= BASES


@pytest.mark.prove
@pytest.mark.parametrize("name", MAKERS)
def test_ten_thousand_malformed_messages(name: str) -> None:
    work = WorkFile()
    attack(random.Random(f"proof {name}"), name, work, 10_000 // len(MAKERS) + 1)
    only_sound(work)


def test_a_page_sets_only_what_is_its_to_set() -> None:
    form = aw.SessionRatingForm()
    rows, message = form._rows, form.message
    form.set_state({"_rows": ["x"], "message": "saved!", "_value": {"goals": 5}, "session": 7})
    assert (form._rows, form.message, form.session) == (rows, message, 1)
    assert form.value["goals"] is None
    form.set_state({"_typed": {"session": 1, "value": {"goals": 2}}})
    assert form.value["goals"] == 2.0


def test_a_press_counts_once_however_often_it_comes_and_only_on_what_it_builds_on() -> None:
    book = aw.CaseBook()
    form, value = book.form, dict.fromkeys(("goals", "tasks", "bond"), 3)

    def press(count: int, session: int, **more: Any) -> None:
        told = {"kind": "save", "count": count, "session": session, "value": value, **more}
        form._handle_custom_msg({"press": told}, [])

    press(2, 2, after=1)  # the first one is still on its way
    assert (form._answered, len(book.ratings)) == (0, 0)
    press(1, 1)  # and now the one that waited for it
    assert (form._answered, len(book.ratings)) == (2, 2)
    press(1, 1)
    press(2, 2, after=1)
    press(2, 2, after=1)
    assert book.ratings["session"].tolist() == [1, 2]
    press(3, 9)
    assert (form._answered, form._taken) == (3, False)
    assert form.message == "Session 9 was not saved: session 3 is in the form now."
    press(4, 3, after=3)  # built on one that was not taken
    assert (form._answered, form._taken, len(book.ratings)) == (4, False, 2)
    press(5, 2)  # it is there already, with these numbers
    assert (form._taken, form.message) == (True, "Session 2 is on the line.")


@pytest.mark.parametrize("value", [deep(13), ["x"] * 5001, "x" * 20_001, 2**60, b"bytes", {1, 2}])
def test_what_no_hand_can_have_made_is_not_plain(value: Any) -> None:
    assert not plain_enough(value)
    assert not plain_enough({"value": value})
