"""The page `docs/instruments.md`: its table is the kit's, its file is good, its lines run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import alliance_widgets as aw
from alliance_widgets.tables import instruments
from alliance_widgets.tables.instrument_faults import FIELDS

PAGE = (Path(__file__).parent.parent / "docs" / "instruments.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
LINES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def forget_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instruments, "_read_here", {})


def row_of(scale: aw.Instrument) -> list[str]:
    """An instrument as the page's table has it."""
    parts = [f"{name} {', '.join(map(str, items))}" for name, items in scale.subscales.items()]
    parts += [f"{name} ({n} items)" for name, n in scale.sizes.items()]
    badge = ("† " if scale.scored else "‡ ") if scale.badge else ""
    unknown = "none" if scale.scored else "not known here"
    cutoff = "none" if scale.cutoff is None else f"{scale.cutoff:g}"
    unsure = " †" if scale.cutoff is not None and not scale.cutoff_verified else ""
    return [
        f"`{scale.name}`",
        f"{badge}{scale.title}",
        f"{scale.items}, {scale.low:g} to {scale.high:g}",
        "; ".join(parts).replace("_", " ") or "one total",
        ", ".join(map(str, scale.reversed)) or unknown,
        scale.total,
        f"{cutoff}{unsure}",
    ]


def test_the_table_of_the_page_is_what_the_kit_knows() -> None:
    known = {f"`{scale.name}`": row_of(scale) for scale in instruments.known_instruments().values()}
    assert {row[0]: row for row in ROWS if len(row) == 7} == known


def test_the_badges_of_the_page_are_those_of_the_kit() -> None:
    told = " ".join(PAGE.split())
    for scale in instruments.known_instruments().values():
        assert scale.badge.removesuffix(".").replace("this key", "this") in told


def test_every_field_of_a_file_is_explained() -> None:
    explained = {name for row in ROWS if len(row) == 3 for name in re.findall(r"`(\w+)`", row[0])}
    assert set(FIELDS) <= explained


def test_the_example_is_read_and_every_line_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "four_sentences.toml").write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(LINES) == 2
    there = {"aw": aw}
    for line in LINES:
        exec(line, there)
    scored = aw.score([[4, 5, 2, 4]], "four_sentences").iloc[0]
    assert scored[["goals", "tasks", "bond", "total"]].tolist() == [4, 4.5, 4, 4.25]


def test_the_five_errors_of_the_page_are_those_that_are_looked_for() -> None:
    named = {row[0].strip("`") for row in ROWS if len(row) == 2 and row[0] != "`error`"}
    sheets = [[4, 4, 5, 1, 3, 3], [4, 4, None, 2, 5, 5], [5, 5, 4, 2, 4, 4], [5, 4, 4, 2, 5, 5]]
    found = aw.find_scoring_errors(sheets, {"total": [3.83, 3.67, 26, 4.17]}, "own_items")
    assert named == {*found["error"], "other_key"}
