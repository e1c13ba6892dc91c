"""What the practice of replies asks, says and shows, from the state of what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from alliance_widgets.dialogues import Practice, Step, Turn, Vignette
from alliance_widgets.dialogues.practice import CHECKED, CRITERIA, MOST_SAID, MOST_TYPED, ROUNDS
from alliance_widgets.widgets.page import controls as control
from alliance_widgets.widgets.page import report as make
from alliance_widgets.widgets.page.protocol import Button
from alliance_widgets.words import say
from alliance_widgets.workfile import warn_identifying

__all__ = ["ask", "blocks", "buttons", "choices", "message", "talk", "try_table"]


def ask(vignette: Vignette, number: int, n: int, *, again: bool = False) -> dict[str, object]:
    """The talk up to its pause, a box, and the criteria."""
    note = ""
    if vignette.turns_on_difference:
        note = say("reader.content_note", difference=_difference(vignette.difference))
    return {
        "kind": "write",
        "text": say("reader.legend", number=number, n=n, title=vignette.title),
        "setting": vignette.setting,
        "note": note,
        "turns_label": say("practice.turns"),
        "turns": [
            {"number": t.number, "speaker": t.speaker, "who": _who(t, vignette), "text": t.text}
            for t in _until_pause(vignette)
        ],
        "box": say("practice.box_again" if again else "practice.box"),
        "help": say("practice.help"),
        "most": MOST_TYPED,
        "counted": say("practice.counted", n="{n}", most=MOST_SAID),
        "checks": say("practice.checks"),
        "rows": [(name, say(f"practice.criterion.{name}")) for name in CRITERIA],
        "levels_of": [(level, say(f"practice.level.{level}")) for level in CHECKED],
    }


def talk(vignette: Vignette) -> list[str]:
    """The setting and the turns up to the pause, as lines."""
    turns = [f"{t.number} {_who(t, vignette)}: {t.text}" for t in _until_pause(vignette)]
    return [vignette.title, vignette.setting, *turns]


def choices(vignettes: Iterable[Vignette], practice: Practice) -> list[dict[str, Any]]:
    """The picker: each moment, and how often it was tried."""
    options = []
    for number, each in enumerate(vignettes, 1):
        tried = say(f"practice.tried.{sum(practice.at(each.id, r).committed for r in ROUNDS)}")
        label = say("reader.option", number=number, title=each.title, done=tried)
        options.append((each.id, label))
    return [control.choice("moment", say("practice.moment"), options)]


def buttons(practice: Practice, moment: str) -> list[Button]:
    """What can be pressed now. While there are replies to read, nothing else comes first."""
    at = practice.moments.index(moment)
    found: list[Button] = []
    writing = practice.step(moment) in (Step.WRITING, Step.WRITING_AGAIN)
    repeat = practice.can_repeat(moment)
    if writing:
        found.append({"kind": "commit", "label": say("practice.commit"), "primary": True})
    if repeat:
        found.append({"kind": "again", "label": say("practice.again")})
    if at < len(practice.moments) - 1:
        found.append({"kind": "next", "label": say("practice.next")})
    if at:
        found.append({"kind": "previous", "label": say("practice.previous")})
    return found


def message(practice: Practice, moment: str) -> str:
    """How far one is with all of them, or with this one; or that a text seems to name somebody."""
    written = practice.at(moment, practice.round(moment))
    warning = (warn_identifying(written.text) if written.text else None) or ""
    if not written.committed:
        return warning
    done = [round for _, round, _ in practice.done()]
    counts = {"first": done.count("first"), "again": done.count("again")}
    said = [warning, say("practice.below")]
    said.append(say("practice.progress", n=len(practice.moments), **counts))
    if practice.step(moment) is Step.SEEN:
        said.append(say("practice.ready" if practice.can_repeat(moment) else "practice.later"))
    return " ".join(each for each in said if each)


def blocks(vignette: Vignette, practice: Practice, ways: Mapping[str, str]) -> list[dict[str, Any]]:
    """The student's two tries, if there are two, and the three authored replies."""
    found = [*_two_tries(vignette.id, practice)]
    found.append(make.text(say("practice.three")))
    for reply in vignette.replies:
        found += [
            make.heading(ways[reply.strategy]),
            make.text(say("practice.says", who=say("reader.therapist"), text=reply.therapist)),
            make.text(say("practice.says", who=vignette.client, text=reply.client)),
            make.note(say("practice.may_cost", cost=reply.may_cost)),
        ]
    found.append(make.note(f"{vignette.nobody_knows} {say('reader.invented_replies')}"))
    return found


def _two_tries(moment: str, practice: Practice) -> Iterator[dict[str, object]]:
    if practice.step(moment) is not Step.DONE:
        return
    first, again = (practice.at(moment, round) for round in ROUNDS)
    yield make.heading(say("practice.two_tries"))
    yield make.text(say("practice.first", text=first.text.strip()))
    yield make.text(say("practice.second", text=again.text.strip()))
    both = {name: (first.checks[name], again.checks[name]) for name in CRITERIA}
    rows = [
        (say(f"practice.short.{name}"), *(say(f"practice.level.{level}") for level in levels))
        for name, levels in both.items()
    ]
    columns = [say("practice.criterion_column"), *(say(f"practice.round.{r}") for r in ROUNDS)]
    yield make.table(say("practice.your_checks"), columns, rows)
    yield make.note(say("practice.no_effect"))


def try_table(practice: Practice) -> pd.DataFrame:
    """One row per committed try: `moment`, `round`, `text` and a column for each criterion."""
    rows = [
        (moment, round, written.text, *(written.checks[name] for name in CRITERIA))
        for moment, round, written in practice.done()
    ]
    return pd.DataFrame(rows, columns=["moment", "round", "text", *CRITERIA]).astype("str")


def _until_pause(vignette: Vignette) -> tuple[Turn, ...]:
    return vignette.turns[: vignette.pause]


def _who(turn: Turn, vignette: Vignette) -> str:
    return vignette.client if turn.speaker == "client" else say("reader.therapist")


def _difference(name: str) -> str:
    """The difference in words; one of somebody's own vignettes as it is called there."""
    try:
        return say(f"reader.difference.{name}")
    except KeyError:
        return name
