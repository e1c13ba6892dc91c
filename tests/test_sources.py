"""Whatever a lesson, a text of the kit or a docstring cites stands in `data/sources.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import alliance_widgets as aw

ROOT = Path(__file__).parent.parent
SOURCES = aw.load_data("sources").fillna("")

NAME = r"\b(?:(?:[Vv]an|[Dd]e|Del|Lev) )?[A-ZÄÅÉÖÜØ][\w’-]+(?: de Poll)?"
CITED = re.compile(
    rf"({NAME}(?:, {NAME})*(?:,? (?:&|and) {NAME})?|{NAME} et al\.?)(?:['’]s)?"
    r"(?:, | \(| )((?:18|19|20)\d\d)\b"
)
MIRROR = re.compile(r"PMC\d+|docslib|scribd|researchgate|deepdyve|booksci", re.I)
NO_AUTHORS = {"January", "February", "March", "April", "May", "June", "July", "August"}
NO_AUTHORS |= {"September", "October", "November", "December", "Copyright", "Library", "WCAG"}


def _texts() -> Iterator[tuple[str, str]]:
    """Everything that may cite a paper, under the name of its file."""
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        yield path.name, "\n".join(cell.source for cell in cells)
    kinds = {"docs": ("*.md", "*.py"), "alliance_widgets": ("*.py", "*.toml"), "data": ("*.csv",)}
    paths = [
        p for folder, ends in kinds.items() for end in ends for p in (ROOT / folder).rglob(end)
    ]
    paths += [ROOT / "README.md", ROOT / "data" / "datapackage.json"]
    for path in sorted(paths):
        if path.name != "sources.csv":
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


TEXTS = dict(_texts())


def authors(words: str) -> list[str]:
    """The authors of a citation or a row, one by one; `et al.` is the last of them."""
    words = re.sub(r" et al\.?$", ", et al.", " ".join(words.split()))
    return [name for name in re.split(r", | & | and ", words.replace(", &", " &")) if name]


def faults_of(text: str) -> list[str]:
    """What is wrong with the citations of a text."""
    faults = []
    for named, year in CITED.findall(" ".join(text.split())):
        cited = authors(named)
        if cited[0] in NO_AUTHORS:
            continue
        here = SOURCES[SOURCES["year"] == int(year)]
        rows = [row for row in here["authors"].map(authors) if row[0] == cited[0]]
        if not rows:
            faults.append(f"{named} {year}: no such source")
        elif cited[-1] != "et al.":
            faults += [] if cited in rows else [f"{named} {year}: the authors are {rows}"]
        elif all(len(row) == 2 and row[1] != "et al." for row in rows):
            faults.append(f"{named} {year}: of two authors name both")
    return faults


@pytest.mark.parametrize("name", TEXTS)
def test_every_citation_has_its_row(name: str) -> None:
    assert faults_of(TEXTS[name]) == []


@pytest.mark.parametrize("name", TEXTS)
def test_no_site_stands_in_for_a_paper(name: str) -> None:
    assert MIRROR.findall(TEXTS[name]) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("as found before (Nobody et al., 2011)", "no such source"),
        ("r = .278 (Flückiger et al., 2017)", "no such source"),
        ("Horvath and Symonds (1999)", "no such source"),
        ("(Sharf & Diener, 2010)", "the authors are"),
        ("(Swift et al., 2012)", "name both"),
    ],
)
def test_a_planted_fault_is_found(text: str, fault: str) -> None:
    [found] = faults_of(text)
    assert fault in found


@pytest.mark.parametrize(
    "text",
    [
        "(Flückiger et al., 2018, *Psychotherapy*; Swift & Greenberg, 2012)",
        "Eubanks, Muran & Safran, 2018",
        "those of Swift and\n    Greenberg (2012) and Larsson et al. (2018)",
        "thresholds are Gumz et al.'s (2012)",
        "Welmers-van de Poll et al. (2018)",
        "on 3 March 2020",
    ],
)
def test_a_good_citation_is_none(text: str) -> None:
    assert faults_of(text) == []


def test_citations_are_seen_at_all() -> None:
    seen = [found for text in TEXTS.values() for found in CITED.findall(" ".join(text.split()))]
    assert len(seen) > 60


def test_a_key_is_first_author_and_year() -> None:
    plain = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "-": "_", " ": "_"})
    for row in SOURCES.itertuples():
        first = authors(row.authors)[0].lower().translate(plain)
        assert first.startswith(row.key[:-5]), row.key
        assert row.key.endswith(f"_{row.year}")


def test_no_paper_is_there_twice() -> None:
    dois = SOURCES.loc[SOURCES["doi"] != "", "doi"].str.lower()
    assert not dois.duplicated().any()
    assert not SOURCES.duplicated(["authors", "year"]).any()


def test_a_figure_is_verified_only_if_paper_or_abstract_was_read() -> None:
    effects = aw.load_data("published_effects")
    read = effects["source"].map(SOURCES.set_index("key")["read"])
    assert read.notna().all()
    assert not (effects["verified"] & (read == "secondary")).any()


def test_the_words_of_a_source_are_built_from_its_row() -> None:
    said = aw.evidence("dropout")["source"].iloc[0]
    assert said == (
        "Sharf, Primavera & Diener (2010), Psychotherapy, 47, 637–645, doi 10.1037/a0021175"
    )
    assert pd.Series(aw.evidence()["source"]).str.contains("nan").sum() == 0
