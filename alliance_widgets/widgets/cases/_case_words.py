"""What a case book says: its controls, the story once it may be told, the table under the line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from alliance_widgets.tables.ratings import RATERS
from alliance_widgets.widgets.cases._case_view import CaseView
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.rules.rule_choice import RuleChoice
from alliance_widgets.words import say

__all__ = ["new_name", "pickers", "session_rows", "so_far", "story_told", "table_title", "tools"]


def pickers(
    picked: RuleChoice, clients: Sequence[str], *, own: bool, entered: bool
) -> list[make.Item]:
    """What stands over the line: `own` cases can be added to, and sessions `entered`."""
    items: list[make.Item] = []
    if own or len(clients) > 1:
        cases = [(name, name) for name in clients]
        items.append(make.choice("client", say("case.picker"), cases))
    if own:
        items.append(make.button("new_case", say("casebook.new_case")))
    if entered:
        raters = [(name, say(f"charts.rater.{name}")) for name in RATERS]
        items.append(make.choice("rater", say("casebook.rate_as"), raters))
    items.append(make.choice("rule", say("rulechoice.rule"), picked.options))
    if entered:
        items.append(make.check("hide_future", say("casebook.hide_future")))
    return items


def tools(blind: bool) -> list[make.Item]:
    """What stands under the line: two raters, whose lines are shown again together, and a file."""
    return [
        make.check("blind", say("casebook.blind")),
        *([make.button("reveal", say("casebook.reveal"))] if blind else []),
        make.file("import", say("casebook.import_csv"), ".csv,.tsv,.txt,text/csv"),
    ]


def new_name(known: Collection[str]) -> str:
    """A name for another case."""
    n = 1
    while say("casebook.case_name", n=n) in known:
        n += 1
    return say("casebook.case_name", n=n)


def story_told(told: pd.DataFrame, client: str, chair: str) -> str:
    """ "In the story Noor rated it 2.7 (the ring) and the therapist rated it 4.3."

    `told` has what the story's people rated in one session; the ring is drawn for one `chair`.
    """
    parts = []
    rated = told.set_index("rater")["alliance"]
    for rater in [each for each in RATERS if each in rated.index]:
        value = f"{rated[rater]:.1f}"
        if rater == "client":
            part = say("casebook.told_client", client=client, value=value)
        else:
            part = say("casebook.told_by", rater=say(f"raters.{rater}"), value=value)
        parts.append(say("casebook.ringed", told=part) if rater == chair else part)
    return say("casebook.told", ratings=say("case.and").join(parts)) if parts else ""


def session_rows(
    view: CaseView,
    rows: Collection[str],
    own: Collection[int],
    marked: dict[int, str],
    entered: bool,
) -> list[dict[str, object]]:
    """The rater's sessions for the table: `own` can be corrected, `marked` by the rule."""
    mine = view.visible[view.visible["rater"] == view.rater].sort_values("session")
    made = []
    for row in mine.to_dict("records"):
        session = int(row["session"])
        values = {
            name: None if pd.isna(row.get(name)) else float(row[name])
            for name in (*rows, "alliance")
        }
        note = marked.get(session, "")
        if all(value is None for value in values.values()):
            note = say("casebook.skipped")
        elif entered and session not in own and not note:
            note = say("casebook.given")
        made.append({"session": session, "own": session in own, "values": values, "note": note})
    return made


def so_far(scores: Mapping[str, float | None]) -> tuple[int, int] | None:
    """How many rows of how many a session is rated on, while it is some and not all of them."""
    rated = sum(score is not None for score in scores.values())
    return (rated, len(scores)) if 0 < rated < len(scores) else None


def table_title(view: CaseView, rows: Sequence[dict[str, object]]) -> str:
    """The line that opens and closes the table."""
    who = {"client": view.client, "rater": say(f"raters.{view.rater}")}
    skipped = sum(row["note"] == say("casebook.skipped") for row in rows)
    values = {"n": len(rows) - skipped, **who}
    own = any(row["own"] for row in rows)
    title = say("casebook.grid_own", **values) if own else say("casebook.grid", **values)
    return say("casebook.grid_skipped", n=skipped, title=title) if skipped else title
