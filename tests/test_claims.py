"""The claims: one table; each is taught and tested where it says, and shown beside beliefs."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from lesson_asks import keys_of

import alliance_widgets as aw
from alliance_widgets.widgets.questions.beliefs import CLAIMS
from alliance_widgets.widgets.questions.verdicts import VERDICTS, then_and_now
from alliance_widgets.words import say

ROOT = Path(__file__).parent.parent
TABLE = aw.load_data("claims")
ROWS = TABLE.to_dict("records")
PAGE = (ROOT / "docs" / "claims.md").read_text("utf-8")
each = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["claim"])


def lesson_of(key: str) -> Path | None:
    """The notebook whose number a question's key begins with; None where it is not written yet."""
    return next(iter((ROOT / "notebooks").glob(f"{key[:2]}_*.ipynb")), None)


def test_there_are_nineteen_claims_and_a_refrain_eight_of_them_main_and_ten_asked() -> None:
    assert (len(TABLE), TABLE["claim"].iloc[-1]) == (20, "agree")
    assert (TABLE["main"].sum(), TABLE["asked"].sum()) == (8, 10)
    assert not TABLE["main"].iloc[-1]
    assert (TABLE["asked"] | ~TABLE["main"]).all(), "a main claim is one that was asked"
    assert set(TABLE["verdict"]) == {*VERDICTS}


def test_the_claims_that_are_asked_are_the_beliefs_in_their_own_words() -> None:
    asked = TABLE[TABLE["asked"].astype(bool)].set_index("claim")["statement"]
    assert set(asked.index) == {*CLAIMS}
    for claim, statement in asked.items():
        assert statement == say(f"beliefs.claim.{claim}")


@each
def test_a_claim_is_taught_under_the_heading_that_its_row_names(row: dict) -> None:
    lesson = ROOT / "notebooks" / f"{row['lesson']}.ipynb"
    cells = nbformat.read(lesson, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert row["heading"] in re.findall(r"(?m)^#+ (?:\d\. )?(.+)$", text)


@each
def test_a_claim_is_tested_by_a_question_that_its_lesson_asks(row: dict) -> None:
    lesson = lesson_of(row["tested"])
    assert lesson is not None
    assert row["tested"] in keys_of(lesson)


@each
def test_the_map_has_a_row_for_the_claim(row: dict) -> None:
    [line] = [line for line in PAGE.splitlines() if f"| {row['statement']} |" in line]
    assert f"| {say('verdicts.verdict.' + row['verdict'])} |" in line
    assert f"`{row['tested']}`" in line
    link = f"[{row['lesson'][:2]}, {row['heading']}](../notebooks/{row['lesson']}.ipynb)"
    assert link in line


def test_the_map_numbers_nineteen_claims_and_ends_with_the_refrain() -> None:
    numbers = re.findall(r"(?m)^\| (\d*) ?\|", PAGE)
    assert numbers == [*map(str, range(1, 20)), ""]
    for verdict in VERDICTS:
        assert say(f"verdicts.meaning.{verdict}") in PAGE


# ---- beside what was believed ----------------------------------------------------------------


def rows_of(verdicts: aw.Verdicts) -> dict[str, list[str]]:
    """Every row that is shown, open and folded, by its claim."""
    tables = [block for block in verdicts.blocks if block["kind"] == "table"]
    for fold in (block for block in verdicts.blocks if block["kind"] == "fold"):
        tables += [block for block in fold["blocks"] if block["kind"] == "table"]
    return {row[0]: row[1:] for table in tables for row in table["rows"]}


@pytest.fixture
def both() -> tuple[aw.Beliefs, aw.Beliefs]:
    return aw.Beliefs(), aw.Beliefs(key="12/beliefs", again=True)


def test_every_claim_is_there_once_eight_of_them_open(both: tuple[aw.Beliefs, aw.Beliefs]) -> None:
    verdicts = aw.Verdicts(*both)
    assert [*rows_of(verdicts)] == TABLE.sort_values("main", ascending=False, kind="stable")[
        "statement"
    ].tolist()
    [opened] = [block for block in verdicts.blocks if block["kind"] == "table"]
    assert len(opened["rows"]) == 8


def test_then_now_and_verdict_stand_side_by_side_and_follow_the_answers(
    both: tuple[aw.Beliefs, aw.Beliefs],
) -> None:
    then, now = both
    verdicts = aw.Verdicts(then, now)
    assert verdicts.description.startswith(say("verdicts.only_now"))
    then.answer = {"strongest": "certainly_true", "goodbye": "unsure", "early": "rather_true"}
    now.answer = {"strongest": "rather_false", "goodbye": "unsure"}
    assert verdicts.description.startswith(say("verdicts.moved", moved=1, n=2))
    shown = rows_of(verdicts)
    strongest = TABLE.set_index("claim").loc["strongest"]
    sign = {"sign": "○ not shown", "said": "not shown", "kind": "verdict"}
    assert shown[strongest["statement"]] == [
        *("certainly true", "rather false", sign, strongest["why"], "07")
    ]
    assert shown[say("beliefs.claim.early")][:2] == ["rather true", "–"]
    assert verdicts.table.set_index("claim").loc["goodbye", ["then", "now"]].tolist() == [
        *("unsure", "unsure")
    ]


def test_what_lesson_00_kept_is_found_again_and_nothing_is_needed(tmp_path: Path) -> None:
    work = aw.WorkFile(tmp_path / "work.json")
    aw.Beliefs(work=work).answer = {"warmth": "rather_true"}
    again = aw.WorkFile(work.path)
    later = aw.Beliefs(work=again), aw.Beliefs("12/beliefs", again, again=True)
    later[1].answer = {"warmth": "unsure"}
    shown = rows_of(aw.Verdicts(*later))
    assert shown[say("beliefs.claim.warmth")][:2] == ["rather true", "no idea"]


def test_once_closed_it_hears_of_no_answer(both: tuple[aw.Beliefs, aw.Beliefs]) -> None:
    verdicts = aw.Verdicts(*both)
    verdicts.close()
    verdicts.close()
    before = verdicts.blocks
    both[1].answer = {"warmth": "unsure"}
    assert verdicts.blocks == before


@pytest.mark.parametrize("given", [None, {}, "00/beliefs", pd.DataFrame()])
def test_what_is_no_beliefs_is_refused_in_words(given: object) -> None:
    with pytest.raises(aw.QuestionError, match="expected what aw"):
        aw.Verdicts(aw.Beliefs(), given)


def test_a_belief_of_a_claim_that_is_not_there_changes_nothing() -> None:
    table = then_and_now(TABLE, {"love": "unsure"}, None)
    assert table[["then", "now"]].isna().all().all()


@pytest.mark.parametrize("again", ["yes", 1, None])
def test_whether_beliefs_are_asked_again_is_true_or_false(again: object) -> None:
    with pytest.raises(aw.QuestionError):
        aw.Beliefs(again=again)


def test_asked_again_they_have_a_text_of_their_own() -> None:
    assert aw.Beliefs(again=True).text == say("beliefs.ask_again") != aw.Beliefs().text
