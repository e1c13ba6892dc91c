"""Page and kernel say the same: the protocol's two texts, the widgets, and the page's code."""

from __future__ import annotations

import re
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import anywidget
import pytest
from ipywidgets import Widget

import alliance_widgets as aw
from alliance_widgets.widgets.page import protocol
from alliance_widgets.widgets.page._seam import fields, fits
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.grid import SessionGrid
from alliance_widgets.widgets.page.intake import Intake
from alliance_widgets.widgets.page.protocol import PARTS, FormPress, GridPress, Typed
from alliance_widgets.widgets.page.question import AskForm
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.page.runtime import _Runtime
from alliance_widgets.widgets.page.taps import Taps

PAGE = Path(__file__).parent.parent / "js" / "src"
PLAIN = {Any: "any", str: "string", bool: "boolean", bytes: "DataView", NoneType: "null"}
PLAIN |= {int: "number", float: "number"}
SAID = {n: each for n, each in vars(protocol).items() if n[:1].isupper() and not n.isupper()}
TABLES = {
    name: each
    for name, each in SAID.items()
    if is_typeddict(each) and each.__module__ == protocol.__name__
}
NAMED = dict, list, Literal, Union, UnionType
ALIASES = {n: e for n, e in SAID.items() if get_origin(e) in NAMED}
ROW = {"name": "bond", "label": "Bond", "low": 1, "high": 5, "step": 0.25}
WIDGETS = {
    "chart": lambda: aw.ChartView(),
    "controls": lambda: Controls([], ""),
    "desk": lambda: WorkDesk.of(None),
    "fold": lambda: FoldedTable("Figures", {}),
    "form": lambda: aw.SessionRatingForm(),
    "grid": lambda: SessionGrid([ROW]),
    "intake": lambda: Intake({}, "Files"),
    "question": lambda: AskForm({"kind": "number", "unit": "", "text": "?"}),
    "report": lambda: Report(),
    "runtime": _Runtime.shared,
    "taps": lambda: Taps(_scale={"low": 1, "high": 5}),
}


def typescript(kind: Any, *, spelled: bool = False) -> str:
    """The type as TypeScript writes it; an alias by its name, if it is not to be spelled out."""
    origin, inner = get_origin(kind), get_args(kind)
    for name, alias in ALIASES.items():
        if kind == alias and not spelled:
            return name
    if origin is NotRequired:
        return typescript(inner[0])
    if origin is Literal:
        return " | ".join(
            str(each).lower() if isinstance(each, bool) else f'"{each}"' for each in inner
        )
    if origin in (Union, UnionType):
        return " | ".join(map(typescript, inner))
    if origin is list:
        each = typescript(inner[0])
        return f"({each})[]" if "|" in each else f"{each}[]"
    if origin is tuple:
        return f"[{', '.join(map(typescript, inner))}]"
    if origin is dict:
        return f"Record<string, {typescript(inner[1])}>"
    return PLAIN.get(kind) or kind.__name__


def kernel_s_table(table: type) -> dict[str, str]:
    """Name, with "?" if it may be left out, to TypeScript's type: of all that the table has."""
    hints = get_type_hints(table, include_extras=True)
    return {
        f"{name}?" if get_origin(kind) is NotRequired else name: typescript(kind)
        for name, kind in hints.items()
    }


def page_s_text() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What stands in protocol.ts: its interfaces, with what they inherit, and its aliases."""
    text = (PAGE / "page" / "protocol.ts").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    tables: dict[str, dict[str, str]] = {}
    for name, bases, body in re.findall(
        r"export interface (\w+)(?: extends ([\w, ]+?))? \{(.*?)\n\}", text, re.DOTALL
    ):
        tables[name] = {}
        for base in filter(None, bases.split(", ")):
            tables[name] |= tables[base]
        tables[name] |= dict(re.findall(r"^  (\w+\??): (.+);$", body, re.MULTILINE))
    aliases = {
        name: " ".join(kind.split()).removeprefix("| ")
        for name, kind in re.findall(r"export type (\w+) =(.*?);", text, re.DOTALL)
    }
    return tables, aliases


def test_both_texts_of_the_protocol_say_the_same() -> None:
    tables, aliases = page_s_text()
    how = "say it in widgets/page/protocol.py and in js/src/page/protocol.ts alike: "
    assert sorted(tables) == sorted(TABLES), how + str(sorted({*tables} ^ {*TABLES}))
    for name, table in TABLES.items():
        assert tables[name] == kernel_s_table(table), how + name
    assert aliases == {n: typescript(e, spelled=True) for n, e in ALIASES.items()}, how


def test_every_table_is_some_part_s() -> None:
    used = {table.__name__ for part in PARTS.values() for table in part if table is not None}
    ends = ("Traits", "Sets", "Press", "Message")
    named = {name for name in TABLES if name.endswith(ends)} - {"Press"}
    assert used == named, "a table of a part stands in PARTS"
    for name, part in PARTS.items():
        for table in filter(None, part):
            assert table.__name__.startswith(name.capitalize())
        assert fields(part.sets).items() <= fields(part.traits).items()
        assert part.press is None or {"count", "after"} <= {*fields(part.press)}


def test_every_part_has_a_widget_that_is_looked_at() -> None:
    assert {*WIDGETS} == {*PARTS}, "show one of it in WIDGETS"


@pytest.mark.parametrize("name", PARTS)
def test_a_part_s_widget_shows_these_traits_and_no_others(name: str) -> None:
    widget = WIDGETS[name]()
    plain = anywidget.AnyWidget() if "_part" in widget.keys else Widget()
    shown = {*widget.keys} - {*plain.keys} - {"_esm"}
    assert shown == {*fields(PARTS[name].traits)}
    plain.close()


@pytest.mark.parametrize(
    "make",
    [
        lambda: aw.Question.choice("c", "Which?", ["a", "b"]),
        lambda: aw.TrajectorySketch(4, key="k"),
        lambda: aw.TapTheRuptures(),
    ],
)
def test_an_activity_shows_what_its_part_does(make: Any) -> None:
    widget = make()
    assert {*fields(PARTS[widget.part].traits)} <= {*widget.keys}
    assert {*widget.keys} <= {*fields(PARTS[widget.part].traits), *anywidget.AnyWidget().keys}
    for trait, kind in fields(PARTS[widget.part].traits).items():
        assert shown_fits(getattr(widget, trait), kind), f"{trait} is not what the protocol says"


@pytest.mark.parametrize("name", PARTS)
def test_what_a_widget_shows_is_of_the_types_that_are_written(name: str) -> None:
    widget = WIDGETS[name]()
    for trait, kind in fields(PARTS[name].traits).items():
        assert shown_fits(getattr(widget, trait), kind), f"{trait} is not what the protocol says"


def shown_fits(value: Any, kind: Any) -> bool:
    """Like `fits`, for what a kernel sends: tuples and truth values are written out too."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is NotRequired:
        return shown_fits(value, inner[0])
    if origin is tuple:
        return len(value) == len(inner) and all(map(shown_fits, value, inner))
    if origin is list:
        return isinstance(value, list) and all(shown_fits(each, inner[0]) for each in value)
    if origin in (Union, UnionType):
        return any(shown_fits(value, each) for each in inner)
    if origin is Literal:
        return value in inner
    if is_typeddict(kind):
        known = fields(kind)
        needed = {n for n, each in known.items() if get_origin(each) is not NotRequired}
        return (
            isinstance(value, dict)
            and needed <= {*value} <= {*known}
            and all(shown_fits(each, known[name]) for name, each in value.items())
        )
    return fits(value, kind)


# ---- the page's code --------------------------------------------------------------------------

SHARED = ("stub.js", "pieces/part.js", "pieces/pulse.js", "page/desk.js")
CODE = {name: (PAGE / name).read_text("utf-8") for name in SHARED}


def names_in(text: str, call: str) -> set[str]:
    return {*re.findall(rf'\bmodel\b[^;\n]*?\.{call}\(\s*"(\w+)"', text)}


@pytest.mark.parametrize("name", sorted({*PARTS} - {"desk", "runtime"}))
def test_the_page_s_part_reads_and_sets_what_is_in_the_protocol(name: str) -> None:
    text = (PAGE / "page" / f"{name}.js").read_text("utf-8")
    part = PARTS[name]
    traits, sets = {*fields(part.traits)}, {*fields(part.sets)}
    read = names_in(text, "get") | {*re.findall(r'"change:(\w+)"', text)}
    assert read, "nothing is read any more: mend this test"
    assert read <= traits, f"not in {part.traits.__name__}: {sorted(read - traits)}"
    set_there = names_in(text, "set") | {*re.findall(r'\.put\("(\w+)"', text)}
    assert set_there == sets, f"a page sets {sorted(set_there)} and may set {sorted(sets)}"
    shared = set().union(*(names_in(each, "get") for each in CODE.values()))
    unread = traits - sets - read - shared - {"description"}  # which a printout shows too
    assert not unread, f"sent for nobody: {sorted(unread)}"


# ---- the one validator ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "taken"),
    [
        ({"count": 1, "kind": "remove", "session": 3}, GridPress, True),
        ({"count": 1, "kind": "remove", "session": 3, "value": None}, GridPress, True),
        ({"count": 1, "kind": "remove", "session": 3, "newer": "page"}, GridPress, True),
        ({"count": 1, "kind": "remove"}, GridPress, False),
        ({"count": 1, "kind": "remove", "session": True}, GridPress, False),
        ({"count": 1, "kind": "remove", "session": -3}, GridPress, False),
        ({"count": 1, "kind": ["remove"], "session": 3}, GridPress, False),
        ({"count": 1, "kind": "correct", "session": 3, "value": False}, GridPress, False),
        ({"count": 1, "kind": "correct", "session": 3, "value": "4"}, GridPress, False),
        ({"count": 1, "kind": "save", "session": 3, "value": {}}, FormPress, True),
        ({"count": 1, "kind": "save", "session": 3, "value": []}, FormPress, False),
        ({"note": 3}, Typed, False),
        ({}, Typed, True),
        ([], Typed, False),
        ([1, 2], list[int], True),
        ([1, 2.5], list[int], False),
        ({1: None}, dict[str, float | None], False),
    ],
)
def test_what_fits_the_protocol_is_taken_and_nothing_else(
    value: Any, kind: Any, taken: bool
) -> None:
    assert fits(value, kind) is taken


def test_a_press_that_does_not_fit_is_answered_and_not_acted_on() -> None:
    grid, heard = SessionGrid([ROW]), []
    grid.on_remove(heard.append)
    grid.show([{"session": 3, "own": True, "values": {"bond": 4.0}, "note": ""}], "Sessions")
    for count, session in enumerate(("3", 3.5, None, 3), start=1):
        press = {"kind": "remove", "session": session, "count": count, "later": 1}
        grid._handle_custom_msg({"press": press}, [])
        assert (grid._answered, grid._taken) == (count, session == 3)
    assert heard == [3]
    assert "later" not in grid._request
