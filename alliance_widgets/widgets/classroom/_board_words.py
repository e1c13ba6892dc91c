"""What a board says: of each topic its items, and of each item the blocks that a room can read."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alliance_widgets.classboard.beliefs import ORDER, Believed
from alliance_widgets.classboard.figures import ClassFigures, Said
from alliance_widgets.classboard.hours import Chair, Hour
from alliance_widgets.classboard.marks import MarkedCase
from alliance_widgets.classboard.questions import Answered, Option
from alliance_widgets.classboard.shares import FEWEST, Share
from alliance_widgets.errors import QuestionError
from alliance_widgets.lessons.texts import question_text
from alliance_widgets.widgets.classroom._board_state import BoardState, Topic
from alliance_widgets.widgets.page import controls
from alliance_widgets.widgets.page import report as make
from alliance_widgets.widgets.page.controls import Item
from alliance_widgets.widgets.page.report import Block
from alliance_widgets.widgets.questions._others import share_bar
from alliance_widgets.words import coefficient, say

__all__ = [
    "Bars",
    "blocks_of",
    "controls_of",
    "figures_of",
    "items_of",
    "names_of",
    "of_a_class",
    "tasks_of",
]

LONGEST = 60
Bars = list[tuple[str, str, Share]]
"""Label, name of the bar ("" where a row has one), and the share."""


@dataclass(frozen=True)
class Page:
    """The blocks of an item, and every share in it."""

    blocks: list[Block]
    bars: Bars


def items_of(figures: ClassFigures, state: BoardState) -> Sequence[Any]:
    """What can be looked at in the topic."""
    if state.topic is Topic.TEXTS:
        return [each for each in figures.texts if each.text not in state.hidden]
    if state.topic is Topic.STAYING:
        return [figures.retention] if len(figures.retention) else []
    listed: dict[Topic, Sequence[Any]] = {
        Topic.QUESTIONS: figures.questions,
        Topic.BELIEFS: figures.beliefs,
        Topic.HOURS: figures.hours,
        Topic.MARKS: figures.marked,
    }
    return listed[state.topic]


def names_of(figures: ClassFigures, state: BoardState) -> list[str]:
    """The items by name, as a picker lists them."""
    return [_named(each, place) for place, each in enumerate(items_of(figures, state), 1)]


def blocks_of(figures: ClassFigures, state: BoardState) -> list[Block]:
    """What is shown now."""
    return _page(figures, state).blocks


def figures_of(figures: ClassFigures, state: BoardState) -> pd.DataFrame:
    """The shares that are shown now: `label`, `name`, `count`, `n`, `share`, `lower`, `upper`."""
    rows = [
        (label, name, each.count, each.n, each.share, *each.interval)
        for label, name, each in _page(figures, state).bars
    ]
    columns = ["label", "name", "count", "n", "share", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns)


def controls_of(figures: ClassFigures, state: BoardState, names: Sequence[str]) -> list[Item]:
    """What can be chosen and pressed now."""
    topics = [(each.value, say(f"board.topic.{each}")) for each in Topic]
    picked = [(str(place), name) for place, name in enumerate(names)]
    items = [controls.choice("topic", say("board.show"), topics)]
    if picked and state.topic is not Topic.STAYING:
        items.append(controls.choice("item", say("board.which"), picked))
        items += [controls.button(name, say(f"board.{name}")) for name in ("back", "on")]
    if state.topic is Topic.QUESTIONS and picked:
        label = say("board.hide_right" if state.shown else "board.show_right")
        items.append(controls.button("show", label, primary=True))
    if state.topic is Topic.TEXTS:
        items += _for_texts(figures, state, bool(picked))
    return items


def _for_texts(figures: ClassFigures, state: BoardState, any_left: bool) -> list[Item]:
    items = []
    if any_left:
        text = items_of(figures, state)[state.place]
        if text.identifying:
            items.append(controls.button("show", say("board.uncover")))
        items.append(controls.button("hide", say("board.hide_text")))
    if state.hidden:
        items.append(controls.button("unhide", say("board.unhide")))
    return items


# ---- pages ---------------------------------------------------------------------------------------


def _page(figures: ClassFigures, state: BoardState) -> Page:
    items = items_of(figures, state)
    if not items:
        return Page(_nothing(figures, state), [])
    item = items[min(state.place, len(items) - 1)]
    pages: dict[Topic, Callable[[Any, BoardState], Page]] = {
        Topic.QUESTIONS: _question,
        Topic.BELIEFS: _belief,
        Topic.HOURS: _hour,
        Topic.MARKS: _marks,
        Topic.STAYING: _staying,
        Topic.TEXTS: _text,
    }
    return pages[state.topic](item, state)


def _nothing(figures: ClassFigures, state: BoardState) -> list[Block]:
    """Why nothing is shown: too few, or nobody did it."""
    if state.topic is Topic.TEXTS and state.hidden and figures.texts:
        return [make.text(say("board.all_hidden"))]
    if figures.n < FEWEST:
        few = say("board.too_few", fewest=FEWEST, n=figures.n)
    else:
        most = figures.most_at_one(state.topic)
        few = say("board.too_few_here", fewest=FEWEST, n=figures.n, most=most)
    return [make.heading(say(f"board.topic.{state.topic}")), make.text(few)]


def _question(each: Answered, state: BoardState) -> Page:
    rows, bars = [], []
    for option in each.options:
        mark = say("board.right") if state.shown and option.right else ""
        certain = say("board.certain", n=option.certain) if state.shown and option.certain else ""
        label = option.told if state.shown else option.text
        rows.append((label, mark, [share_bar(option.given, more=certain)]))
        bars.append((label, "", option.given))
    caption = say("board.answers", n=each.n)
    if each.unsaid:
        caption = f"{caption} {say('board.unsaid', n=each.unsaid)}"
    if each.kind == "match":
        caption = f"{caption} {say('board.matched')}"
    blocks = [make.heading(each.text), make.bars(caption, rows)]
    return Page([*blocks, *(_told(each) if state.shown else [])], bars)


def _told(each: Answered) -> list[Block]:
    """What is said once the right answer is shown: how sure the wrong ones were, and of what."""
    if not each.can_be_wrong:
        return [make.text(say("board.opinion"))]
    blocks = [make.text(each.right)] if each.right else []
    if each.said_sure:
        sure = each.sure_and_wrong
        blocks.append(make.text(say("board.sure_and_wrong", n=sure.count, of=sure.n)))
    else:
        blocks.append(make.note(say("board.never_asked_how_sure")))
    given = [slip for slip in each.slips if slip.given.count]
    if given:
        most = max(given, key=lambda slip: (slip.certain, slip.given.count))
        blocks += _behind(most)
    return blocks


def _behind(slip: Option) -> list[Block]:
    if not slip.feedback:
        return []
    return [make.text(say("board.behind", answer=slip.text, feedback=slip.feedback))]


def _belief(each: Believed, _state: BoardState) -> Page:
    names = (say("board.before"), say("board.after")) if each.after else ("",)
    rows, bars = [], []
    for place, level in enumerate(ORDER):
        label = say(f"beliefs.level.{level}")
        shares = [side[place] for side in (each.before, each.after) if side]
        pairs = list(zip(names, shares, strict=True))
        rows.append((label, "", [share_bar(share, name) for name, share in pairs]))
        bars += [(label, name, share) for name, share in pairs]
    caption = say("board.paired" if each.after else "board.before_only", n=each.n)
    blocks = [make.heading(say(f"beliefs.claim.{each.claim}")), make.bars(caption, rows)]
    if each.after:
        moved = {"less": each.less, "more": each.more, "same": each.same}
        blocks.append(make.text(say("board.moved", n=each.n, **moved)))
    return Page([*blocks, make.note(say("board.no_right_belief"))], bars)


def _hour(hour: Hour, _state: BoardState) -> Page:
    rows, bars = [], []
    spans = zip(hour.edges, hour.edges[1:], strict=False)
    for place, (low, high) in enumerate(spans):
        label = say("board.span", low=f"{low:g}", high=f"{high:g}")
        named = [(say(f"board.chair.{chair.rater}"), chair.bins[place]) for chair in hour.chairs]
        rows.append((label, "", [share_bar(share, name) for name, share in named]))
        bars += [(label, name, share) for name, share in named]
    said = [make.text(_middle(chair)) for chair in hour.chairs]
    heading = make.heading(say("board.hour", client=hour.client, session=hour.session))
    note = make.note(say("board.hour_note"))
    return Page([heading, make.bars(say("board.hour_caption"), rows), *said, note], bars)


def _middle(chair: Chair) -> str:
    numbers = {
        name: f"{getattr(chair, name):.2f}"
        for name in ("median", "lower_quarter", "upper_quarter", "lowest", "highest")
    }
    chair_name = say(f"board.chair.{chair.rater}").capitalize()
    return say("board.middle", chair=chair_name, n=chair.n, **numbers)


def _marks(case: MarkedCase, _state: BoardState) -> Page:
    named = [(say("board.session", session=session), share) for session, share in case.sessions]
    named.append((say("board.no_mark"), case.none))
    caption = say("board.marked", n=case.n)
    rows = [(label, "", [share_bar(share)]) for label, share in named]
    blocks = [make.heading(_case_name(case)), make.bars(caption, rows), make.text(_agreed(case))]
    if not case.whole:
        blocks.append(make.note(say("board.not_whole")))
    return Page(blocks, [(label, "", share) for label, share in named])


def _agreed(case: MarkedCase) -> str:
    """Agreement beyond chance in words, with the figure behind them."""
    if math.isnan(case.kappa):
        return say("board.kappa.none")
    said = say(f"board.kappa.{_level(case.kappa)}", kappa=coefficient(case.kappa))
    lower, upper = case.interval
    if math.isnan(lower):
        return said
    span = {"n": case.n, "lower": coefficient(lower), "upper": coefficient(upper)}
    words = {
        "low": say(f"board.agree.{_level(lower)}"),
        "high": say(f"board.agree.{_level(upper)}"),
    }
    alike = "alike" if words["low"] == words["high"] else "apart"
    return f"{said} {say(f'board.others_{alike}', **span, **words)}"


def _level(kappa: float) -> str:
    """In a word how far that is beyond chance."""
    bounds = ((0.05, "chance"), (0.4, "some"), (0.75, "fair"), (1 - 1e-9, "good"), (2.0, "full"))
    return next(name for bound, name in bounds if kappa < bound)


def _staying(table: pd.DataFrame, _state: BoardState) -> Page:
    last = table.iloc[-1]
    n = int(table["at_risk"].iloc[0])
    said = say(
        "board.stayed",
        **{"n": n, "lesson": int(last["session"]), "percent": f"{100 * last['retention']:.0f}"},
    )
    heading = make.heading(say("board.topic.staying"))
    return Page([heading, make.text(said), make.note(say("board.stayed_note"))], [])


def _text(said: Said, state: BoardState) -> Page:
    covered = said.identifying and not state.shown
    text = say("board.identifying") if covered else said.text
    return Page([make.note(_asked(said.question)), make.text(text)], [])


def of_a_class(said: Any) -> Any:
    """A chart's form, words or table, with students where a clinic has clients."""
    if isinstance(said, str):
        for name in ("still_there", "at_risk", "head"):
            said = said.replace(say(f"retention.{name}"), say(f"board.curve.{name}"))
        return said.replace(say("retention.lesson").lower(), say("board.curve.lesson"))
    if isinstance(said, pd.DataFrame):
        return said.assign(word=said["word"].map(of_a_class)) if "word" in said else said
    if isinstance(said, dict):
        return {name: of_a_class(each) for name, each in said.items()}
    return [of_a_class(each) for each in said] if isinstance(said, list) else said


# ---- names ---------------------------------------------------------------------------------------


def _named(item: Any, place: int) -> str:
    if isinstance(item, Answered):
        return _short(f"{item.key[:2]}: {item.text}")
    if isinstance(item, Believed):
        return _short(say(f"beliefs.claim.{item.claim}"))
    if isinstance(item, Hour):
        return _short(say("board.hour", client=item.client, session=item.session))
    if isinstance(item, MarkedCase):
        return _short(_case_name(item))
    if isinstance(item, Said):
        return _short(say("board.text", i=place, asked=_asked(item.question)))
    return say("board.topic.staying")


def _case_name(case: MarkedCase) -> str:
    """The case without the checksum behind its name."""
    name = case.case.rpartition(" ")[0] or case.case
    return say("board.case", case=name)


def _asked(key: str) -> str:
    """The question as it was asked; of an activity without one, its key."""
    try:
        return str(question_text(key).fields.get("question", key))
    except QuestionError:
        return key


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# ---- tasks ---------------------------------------------------------------------------------------


def tasks_of(marked: pd.DataFrame) -> pd.DataFrame:
    """What was handed in to tasks, a row a student and task: `student`, `task`, `right`, `given`.

    `marked` is what `marked_tasks` gives.
    """
    rows = [
        (student, _task_name(*map(str, (student, task, seed))), _right_of(each), _given_to(each))
        for (student, task, seed), each in marked.groupby(["student", "task", "seed"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["student", "task", "right", "given"])


def _task_name(student: str, task: str, seed: str) -> str:
    title = say(f"tasks.title_of.{task}")
    return title if seed == student else say("board.task.data_of", title=title, seed=seed)


def _right_of(each: pd.DataFrame) -> str:
    right = int(each["correct"].fillna(False).sum())
    return say("board.task.right_of", n=right, of=len(each))


def _given_to(each: pd.DataFrame) -> str:
    return "; ".join(_one_given(row) for row in each.itertuples())


def _one_given(row: Any) -> str:
    asked, right = (
        say(f"tasks.short.{row.task}.{row.question}"),
        f"{row.right:.1f}".removesuffix(".0"),
    )
    if row.correct is pd.NA:
        return say("board.task.not_given", asked=asked, right=right)
    told = "was_right" if row.correct else "was_wrong"
    return say(f"board.task.{told}", asked=asked, given=f"{row.given:g}", right=right)
