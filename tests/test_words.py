"""The catalogue: every key that the code says is there, and every key there is said."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from alliance_widgets import words
from alliance_widgets.words import browser_words, say

ROOT = Path(__file__).parent.parent
CATALOGUE = tomllib.loads((ROOT / "alliance_widgets/words/en.toml").read_text("utf-8"))
PYTHON = "\n".join(f.read_text("utf-8") for f in (ROOT / "alliance_widgets").rglob("*.py"))
# The extension in js/src/lessons has a table of its own: tests/test_lessons_extension.py.
PAGE = [f for f in (ROOT / "js/src").rglob("*.js") if f.parent.name != "lessons"]
JAVASCRIPT = "\n".join(f.read_text("utf-8") for f in PAGE)


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


def test_every_key_the_code_says_is_in_the_catalogue() -> None:
    said = set(re.findall(r'(?:say\(|opening = |key = |else )"([a-z_]+(?:\.[a-z_]+)+)"', PYTHON))
    assert len(said) > 40
    assert said <= set(keys(CATALOGUE))


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
