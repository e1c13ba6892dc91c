"""The catalogue: every key that the code says is there, and every key there is said."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from said_keys import PACKAGE, PUT_IN, put_together, said_by
from test_layers import HEIGHT, room_of

from alliance_widgets import words
from alliance_widgets.words import browser_words, say

ROOT = Path(__file__).parent.parent
CATALOGUE = tomllib.loads((ROOT / "alliance_widgets/words/en.toml").read_text("utf-8"))
# The extension and the site have tables of their own: test_lessons_extension.py, test_site.py.
PAGE = [f for f in (ROOT / "js/src").rglob("*.js") if f.parent.name not in ("lessons", "site")]
JAVASCRIPT = "\n".join(f.read_text("utf-8") for f in PAGE)


OWNERS = {
    **{"board": "classboard", "said_before": "classboard"},
    **{"leagues": "simulate", "practice": "dialogues", "verdicts": "widgets.questions"},
    **{"describe": "charts._drawing", "charts": "charts._drawing"},
    **dict.fromkeys(("paths", "tally", "sketch", "matrix", "multiples"), "charts.cases"),
    **dict.fromkeys(("noiselab", "baserate", "regression", "shapecounts"), "charts.cases"),
    **dict.fromkeys(("climb", "analyses", "arrows", "clinics", "forest"), "charts.clinics"),
    **dict.fromkeys(("icons", "incidence", "retention", "shares", "definitions"), "charts.clinics"),
    **dict.fromkeys(("table", "csv", "ratings", "raters", "wide", "courses"), "tables"),
    **dict.fromkeys(("datasets", "instruments", "score", "matching", "case"), "tables"),
    **dict.fromkeys(("recovery", "agreement", "noise", "hits"), "ruptures"),
    **dict.fromkeys(("reader", "vignettes"), "dialogues"),
    **{"observed": "effects", "caserecord": "workfile", "spotter": "spotting"},
    **dict.fromkeys(("widgets", "form", "handing"), "widgets.page"),
    **dict.fromkeys(("question", "forecast", "reveal"), "widgets.questions"),
    **dict.fromkeys(("comparator", "taps", "strictness", "rulechoice"), "widgets.rules"),
    **{"casebook": "widgets.cases", "worlds": "widgets.clinics", "explorer": "widgets.clinics"},
    **{"pool": "classwork", "handin": "classwork", "beliefs": "lessons"},
    **{"start": "__main__", "browser": "widgets.page"},
    **{"lesson_view": "__main__", "site": "__main__"},
}
"""The room that the words of a table belong to, where it has another name."""


def keys(table: dict, path: str = "") -> list[str]:
    found = []
    for name, entry in table.items():
        if isinstance(entry, dict) and set(entry) != {"one", "other"}:
            found += keys(entry, f"{path}{name}.")
        else:
            found.append(f"{path}{name}")
    return found


def leaves(table: dict) -> list[str]:
    """Every sentence below `table`."""
    inner = [leaves(entry) if isinstance(entry, dict) else [str(entry)] for entry in table.values()]
    return [text for texts in inner for text in texts]


MODULES = sorted((ROOT / "alliance_widgets").rglob("*.py"))
# The page says [browser]; the extension and the site take theirs with them when they are built.
ELSEWHERE = ("browser.", "lesson_view.", "site.")


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    """The keys that the code says, each with the modules that say it."""
    found: dict[str, set[str]] = {}
    for file in MODULES:
        whole, together = said_by(file, CATALOGUE)
        for key in whole.union(*map(put_together, together)):
            found.setdefault(key, set()).add(
                room_of(file.relative_to(PACKAGE).with_suffix("").parts)
            )
    return found


@pytest.mark.parametrize("file", MODULES, ids=lambda f: f.relative_to(PACKAGE).as_posix())
def test_what_is_put_into_a_key_is_listed(file: Path) -> None:
    strange = said_by(file, CATALOGUE)[1] - {*PUT_IN}
    assert not strange, "write the keys out, or list what is put in in PUT_IN of said_keys.py"


def test_every_key_that_is_said_is_there(said: dict[str, set[str]]) -> None:
    assert {*said} - {*keys(CATALOGUE)} == set()


def test_every_key_that_is_there_is_said(said: dict[str, set[str]]) -> None:
    assert {key for key in keys(CATALOGUE) if not key.startswith(ELSEWHERE)} - {*said} == set()


def test_nothing_is_listed_that_no_module_puts_together() -> None:
    assert {*PUT_IN} - set().union(*(said_by(file, CATALOGUE)[1] for file in MODULES)) == set()


def test_every_call_says_a_key_that_can_be_read(said: dict[str, set[str]]) -> None:
    """Also one that does not look like a key; what comes in a name is written out elsewhere."""
    known = {*keys(CATALOGUE)}
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name == "say" and isinstance(key := node.args[0], ast.Constant):
                assert key.value in said, f"{file.name}, line {node.lineno}: {key.value}"
                assert key.value in known, f"{file.name}, line {node.lineno}"


@pytest.mark.parametrize("table", CATALOGUE)
def test_no_layer_says_the_words_of_a_later_one(table: str, said: dict[str, set[str]]) -> None:
    rooms = {room for key, rooms in said.items() if key.startswith(f"{table}.") for room in rooms}
    owner = OWNERS.get(table, table)
    assert owner in HEIGHT, f"say in OWNERS which room the words of [{table}] belong to"
    for room in rooms:
        assert HEIGHT[owner] <= HEIGHT[room], (
            f"{room} says words of [{table}], which belong to {owner}: move them to a table of "
            "its own, or of a room below both."
        )


def test_the_browser_says_the_same_keys_as_the_catalogue_gives_it() -> None:
    assert set(re.findall(r"words\.([a-z_]+)", JAVASCRIPT)) == set(browser_words())


def test_the_browser_code_holds_no_sentence_of_its_own() -> None:
    texts = re.findall(r'textContent = "([^"]+)"', JAVASCRIPT)
    assert texts == []


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"charts\.nonsense"):
        say("charts.nonsense")


def test_a_count_chooses_the_form() -> None:
    assert say("errors.more", n=1) == "and 1 more"
    assert say("errors.more", n=3) == "and 3 more"


def test_another_language_is_used_where_it_has_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    german = {"charts": {"session": "Sitzung"}, "browser": {"chart_name": "Diagramm"}}
    english = words._catalogue("en")
    monkeypatch.setattr(words, "_catalogue", lambda code: german if code == "de" else english)
    monkeypatch.setenv("ALLIANCE_LANGUAGE", "de")
    assert say("charts.session") == "Sitzung"
    assert say("charts.alliance") == "Alliance"
    assert browser_words()["chart_name"] == "Diagramm"
    assert browser_words()["form_unset"] == "not rated yet"


@pytest.mark.parametrize(
    "key", [k for k in keys(CATALOGUE) if k.startswith(("describe", "charts"))]
)
def test_a_dip_is_only_ever_a_possible_rupture(key: str) -> None:
    entry = words._find(CATALOGUE, key)
    text = " ".join(entry.values()) if isinstance(entry, dict) else entry
    assert not re.search(r"(?<!possible )\bruptures?\b", text.lower())


def test_no_advice_fetches_the_kit_by_a_name_that_anybody_could_take() -> None:
    """The README installs from the folder, so advice to install or to update says so too."""
    texts = leaves(CATALOGUE)
    advice = [text for text in texts if "pip install" in text]
    assert advice
    for text in advice:
        assert re.search(r"pip install[^.]*alliance[-_]widgets", text) is None, text
    for text in (text for text in texts if "newer version of the kit" in text):
        assert "README" in text
