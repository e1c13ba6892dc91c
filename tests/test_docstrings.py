"""Every public name says in numpydoc's sections what it takes, gives back, raises and holds.

`make lint` runs this. `numpydoc lint` reads files: it asks the same of every helper, and does not
see the constructor of a dataclass. Here numpydoc's validation is given the names that a person can
look up, with the checks of `pyproject.toml`; what it does not look at is asked beside it.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from numpydoc.docscrape import NumpyDocString, get_doc_object
from numpydoc.hooks.validate_docstrings import parse_config
from numpydoc.validate import validate

import alliance_widgets as aw
from alliance_widgets import dialogues, errors, simulate, workfile
from alliance_widgets.errors import RatingError

CHECKS = parse_config(Path(__file__).parent.parent)["checks"]
ROOMS = (aw, aw.rules, aw.recovery, aw.widgets, simulate)
GIVEN_BACK = (
    *(workfile.Change, workfile.Entry, workfile.Upload),
    *(dialogues.Marker, dialogues.Vignette, dialogues.Turn),
    *(dialogues.Coding, dialogues.Advice, dialogues.Reply),
    *(aw.charts.CaseReading, aw.charts.Picture),
)
LEFT_OUT = re.compile(r".*?(, optional)?(?:, default (.+))?")
OTHERS_ERRORS = {"TraitError", "ValueError"}
CONSTRUCTORS = ("__init__", "__post_init__")


def _classes_and_functions() -> Iterator[Any]:
    for room in ROOMS:
        for name in room.__all__:
            found = getattr(room, name)
            if inspect.isclass(found) or inspect.isfunction(found):
                yield found
    for name in aw.charts.__all__:
        if name.islower():
            yield getattr(aw.charts, name)
    yield from GIVEN_BACK


def _made_of(owner: type) -> list[type]:
    """The class and those of the kit that it is divided into, apart from the parts of a page."""
    divided = [
        base
        for base in owner.__mro__[1:]
        if base.__module__.startswith("alliance_widgets.")
        and not base.__module__.startswith("alliance_widgets.widgets.page")
        and base not in PUBLIC.values()
    ]
    return [owner, *divided]


def _members(owner: type) -> Iterator[tuple[str, Any]]:
    """A class's own methods and properties; what a public class above it promises, it keeps."""
    above = [base for base in owner.__mro__[1:] if base in PUBLIC.values()]
    for name, member in [pair for base in _made_of(owner) for pair in vars(base).items()]:
        plain = getattr(member, "__func__", member)
        looked_up = inspect.isfunction(plain) or isinstance(plain, property)
        if looked_up and not name.startswith("_") and not any(hasattr(b, name) for b in above):
            yield f"{owner.__qualname__}.{name}", plain


PUBLIC = {found.__qualname__: found for found in _classes_and_functions()}
CLASSES = {name: found for name, found in PUBLIC.items() if inspect.isclass(found)}
MEMBERS = {name: member for owner in CLASSES.values() for name, member in _members(owner)}
CALLED = {name: each for name, each in MEMBERS.items() if inspect.isfunction(each)}


def faults_of(documented: Any) -> list[str]:
    """What numpydoc finds; a constructor is asked about in the class that wrote it."""
    written = [*map(vars, _made_of(documented))] if inspect.isclass(documented) else []
    made_above = bool(written) and not any({"__init__", "__new__"} & {*each} for each in written)
    parsed = get_doc_object(documented, config={"show_class_members": False})
    return [
        f"{code}: {said}"
        for code, said in validate(parsed)["errors"]
        if code in CHECKS and not (code == "PR01" and made_above)
    ]


def unnamed_errors(documented: Any) -> set[str]:
    """The kit's errors that its body, or a class's constructor, raises and its docstring hides."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(documented))).body[0]
    bodies = [tree]
    if isinstance(tree, ast.ClassDef):
        bodies = [each for each in tree.body if getattr(each, "name", "") in CONSTRUCTORS]
    calls = [
        node.exc
        for body in bodies
        for node in ast.walk(body)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]
    raised = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    named = {each.type for each in sections_of(documented)["Raises"]}
    return (raised & {*errors.__all__}) - named


def sections_of(documented: Any) -> NumpyDocString:
    return NumpyDocString(inspect.getdoc(documented) or "")


@pytest.mark.parametrize("name", [*PUBLIC, *MEMBERS])
def test_numpydoc_has_nothing_to_say(name: str) -> None:
    assert faults_of({**PUBLIC, **MEMBERS}[name]) == []


@pytest.mark.parametrize("name", [*PUBLIC, *CALLED])
def test_what_may_be_left_out_says_what_it_is_then(name: str) -> None:
    """A default that is told is the real one; None, "" and the like are told as optional."""
    documented = {**PUBLIC, **CALLED}[name]
    defaults = {
        each.name: each.default for each in inspect.signature(documented).parameters.values()
    }
    for entry in sections_of(documented)["Parameters"]:
        optional, told = LEFT_OUT.fullmatch(entry.type).groups()
        for each in entry.name.split(", "):
            default = defaults.get(each, inspect.Parameter.empty)
            left_out = default is not inspect.Parameter.empty
            assert left_out == bool(optional or told), each
            assert told is None or ast.literal_eval(told) == default, each


@pytest.mark.parametrize("name", [*PUBLIC, *CALLED])
def test_what_is_raised_is_named(name: str) -> None:
    assert unnamed_errors({**PUBLIC, **CALLED}[name]) == set()


@pytest.mark.parametrize("name", [*PUBLIC, *CALLED])
def test_what_is_named_can_be_raised(name: str) -> None:
    sections = sections_of({**PUBLIC, **CALLED}[name])
    named = {each.type for title in ("Raises", "Warns") for each in sections[title]}
    assert named <= {*errors.__all__} | OTHERS_ERRORS


@pytest.mark.parametrize("name", [*PUBLIC, *MEMBERS])
def test_what_is_raised_or_warned_of_has_its_section(name: str) -> None:
    prose = " ".join(sections_of({**PUBLIC, **MEMBERS}[name])["Extended Summary"])
    assert not re.search(r"\b(Raises|Warns) (what|`|\(`)", prose)


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_lists_what_can_be_read_from_it(name: str) -> None:
    owner = CLASSES[name]
    sections = sections_of(owner)
    listed = {
        each
        for title in ("Parameters", "Attributes")
        for entry in sections[title]
        for each in entry.name.split(", ")
    }
    traits = {trait for trait in _own_traits(owner) if not trait.startswith("_")}
    properties = {each.split(".")[1] for each in MEMBERS if each.startswith(f"{name}.")}
    properties -= {each.split(".")[1] for each in CALLED}
    assert traits | properties <= listed


@pytest.mark.parametrize("name", CLASSES)
def test_a_listed_attribute_is_there(name: str) -> None:
    owner = CLASSES[name]
    code = "".join(inspect.getsource(each) for each in owner.__mro__ if _of_the_kit(each))
    known = {*dir(owner), *inspect.get_annotations(owner)}
    for entry in sections_of(owner)["Attributes"]:
        for each in entry.name.split(", "):
            assert each in known or re.search(rf"\bself\.{each}\b", code)


@pytest.mark.parametrize("name", CLASSES)
def test_a_listed_attribute_is_described_there_or_as_a_property(name: str) -> None:
    for entry in sections_of(CLASSES[name])["Attributes"]:
        listed = entry.name.split(", ")
        held = [inspect.getattr_static(CLASSES[name], each, None) for each in listed]
        assert entry.desc or all(isinstance(each, property | cached_property) for each in held)


def _own_traits(owner: type) -> list[str]:
    return [*owner.class_own_traits()] if hasattr(owner, "class_own_traits") else []


def _of_the_kit(owner: type) -> bool:
    return owner.__module__.startswith(aw.__name__)


def _count(clients: int, sessions: int) -> int:
    if sessions < 0:
        raise RatingError([""])
    return clients * sessions


CLIENTS = "clients : int\n    How many clients.\n"
SESSIONS = "sessions : int\n    How many sessions.\n"
SOUND = f"""Count the rows.

Parameters
----------
{CLIENTS}{SESSIONS}
Returns
-------
int
    How many rows.

Raises
------
RatingError
    For fewer than none.
"""


@pytest.mark.filterwarnings("ignore:Unknown section")
@pytest.mark.parametrize(
    ("sound", "damaged", "code"),
    [
        (CLIENTS + SESSIONS, SESSIONS + CLIENTS, "PR03"),
        (CLIENTS, "", "PR01"),
        (SESSIONS, "", "PR01"),
        ("clients : int", "client : int", "PR02"),
        ("clients : int", "clients", "PR04"),
        ("    How many clients.\n", "", "PR07"),
        ("Returns\n-------\nint\n    How many rows.\n\n", "", "RT01"),
        ("    How many rows.\n", "", "RT03"),
        ("Returns\n-------", "Gives\n-----", "GL06"),
        ("Count the rows.\n", "", "SS01"),
        (SOUND[SOUND.index("Raises") :], "", "RatingError"),
    ],
)
def test_damage_is_found(sound: str, damaged: str, code: str, monkeypatch: Any) -> None:
    def found() -> str:
        return " ".join([*faults_of(_count), *unnamed_errors(_count)])

    monkeypatch.setattr(_count, "__doc__", SOUND)
    assert found() == ""
    assert sound in SOUND
    monkeypatch.setattr(_count, "__doc__", SOUND.replace(sound, damaged))
    assert code in found()


def test_a_misplaced_section_is_found(monkeypatch: Any) -> None:
    first, second = SOUND.index("Parameters"), SOUND.index("Returns")
    turned = SOUND[:first] + SOUND[second:] + "\n" + SOUND[first:second].rstrip() + "\n"
    monkeypatch.setattr(_count, "__doc__", turned)
    assert any(fault.startswith("GL07") for fault in faults_of(_count))


def test_the_names_are_seen() -> None:
    assert {"find_ruptures", "EWMA", "WorkFile", "Knobs", "ReturnTo", "rule"} <= {*PUBLIC}
    assert {"Question.choice", "WorkFile.undo", "TapTheRuptures.lines"} <= {*MEMBERS}
    assert len(PUBLIC) > 110
    assert len(CALLED) > 40
