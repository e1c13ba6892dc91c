"""Ten beliefs: one click each, kept together, and read again by later lessons."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lesson_asks import LESSONS, cells_of
from traitlets import TraitError

import alliance_widgets as aw
from alliance_widgets.widgets.questions.beliefs import CLAIMS, LEVELS


def press(beliefs: aw.Beliefs, chosen: Any) -> None:
    count = beliefs._answered + 1
    press = {"kind": "check", "count": count, "entered": chosen}
    beliefs._handle_custom_msg({"press": press}, [])


def test_ten_claims_are_asked_each_with_the_same_five_answers() -> None:
    asked = aw.Beliefs()._ask
    assert [name for name, _ in asked["rows"]] == list(CLAIMS)
    assert len({text for _, text in asked["rows"]}) == len(CLAIMS) == 10
    assert [level for level, _ in asked["levels_of"]] == list(LEVELS)


def test_they_are_kept_under_a_key_that_other_lessons_read() -> None:
    press(aw.Beliefs(), {"strongest": "certainly_true", "warmth": "unsure"})
    kept = aw.WorkFile().get("answer", "00/beliefs")["value"]
    assert kept == {"warmth": "unsure", "strongest": "certainly_true"}
    again = aw.Beliefs()
    assert again.answer == kept
    assert again._entered == kept
    row = again.table.set_index("claim").loc["strongest"]
    assert (row["belief"], row["sure"]) == ("true", "certain")
    assert again.table["belief"].notna().sum() == 1


def test_some_of_them_can_be_answered_and_all_can_be_changed() -> None:
    beliefs = aw.Beliefs()
    press(beliefs, {"early": "rather_false"})
    assert beliefs.message.startswith("Noted. 1 of 10 are answered")
    assert beliefs.correct is None
    press(beliefs, dict.fromkeys(CLAIMS, "rather_true"))
    assert "10 of 10" in beliefs.message
    assert beliefs.tries == 2
    assert "rather true" in beliefs.description
    assert "{" not in beliefs.description


@pytest.mark.parametrize(
    "chosen", [None, {}, [], "yes", {"love": "unsure"}, {"early": "maybe"}, {"early": [1]}]
)
def test_what_is_no_belief_is_said_and_keeps_nothing(chosen: Any) -> None:
    beliefs = aw.Beliefs()
    press(beliefs, chosen)
    assert beliefs.message
    assert beliefs.answer is None
    with pytest.raises(TraitError):
        beliefs.answer = {"early": "maybe"}


# ---- asked again in a lesson ------------------------------------------------------------------

AGAIN = {"again": True, "claims": ["strongest", "early"]}


def test_a_lesson_asks_its_own_claims_again_and_then_tells_what_lesson_00_was_told() -> None:
    press(aw.Beliefs(), {"strongest": "certainly_true", "warmth": "unsure"})
    later = aw.Beliefs("07/beliefs", **AGAIN)
    assert [name for name, _ in later._ask["rows"]] == list(later.table["claim"])
    assert (list(later.table["claim"]), later.answer) == (["strongest", "early"], None)
    assert "certainly" not in later.message + later.description
    press(later, {"strongest": "rather_false", "early": "unsure"})
    assert later.message == (
        "Noted. 2 of 2 are answered. In lesson 00 you said: certainly true; –."
    )
    assert aw.Beliefs("07/beliefs", **AGAIN).message == later.message
    assert aw.Beliefs().answer == {"warmth": "unsure", "strongest": "certainly_true"}


def test_one_claim_alone_is_asked_in_the_singular_and_not_counted() -> None:
    one = aw.Beliefs("01/beliefs", again=True, claims=["warmth"])
    assert one.text == "Lesson 00 asked you this. What do you believe of it now?"
    press(one, {"warmth": "rather_true"})
    assert one.message == "Noted."
    assert aw.Beliefs("07/beliefs", **AGAIN).text.startswith("Lesson 00 asked you these.")


@pytest.mark.parametrize("kept", ["yes", 3, [], {"love": "unsure"}, {"early": "maybe"}, {}])
def test_what_lesson_00_cannot_have_been_told_is_not_told_again(kept: Any) -> None:
    aw.WorkFile().record("answer", "00/beliefs", value=kept)
    later = aw.Beliefs("07/beliefs", **AGAIN)
    press(later, {"early": "unsure"})
    assert later.message == "Noted. 1 of 2 are answered."


@pytest.mark.parametrize("claims", ["warmth", [], ["love"], ["warmth", None], [[]], 3, {}])
def test_claims_that_are_none_are_refused_with_those_that_there_are(claims: Any) -> None:
    with pytest.raises(aw.QuestionError) as refused:
        aw.Beliefs("01/beliefs", again=True, claims=claims)
    [problem] = refused.value.problems
    assert all(repr(claim) in problem for claim in CLAIMS)


def test_behind_what_waits_for_them_the_verdicts_tell_and_not_the_message() -> None:
    press(aw.Beliefs(), {"warmth": "unsure"})
    now = aw.Beliefs("12/beliefs", again=True)
    aw.Reveal(now, lambda: aw.Verdicts(aw.Beliefs(), now))
    press(now, {"warmth": "rather_true"})
    assert now.message == "Your answer is noted. 1 of 10 are answered."
    assert now._locked


def test_each_claim_is_asked_again_in_the_lesson_that_teaches_or_tests_it() -> None:
    asked: dict[str, set[str]] = {}
    for lesson in LESSONS:
        for cell in cells_of(lesson):
            for key, named in re.findall(
                r'aw\.Beliefs\("(\d\d)/beliefs".*claims=(\[.*?\])', cell.source
            ):
                assert key == lesson.stem[:2]
                asked |= {claim: asked.get(claim, set()) | {key} for claim in json.loads(named)}
    rows = aw.load_data("claims").query("asked").set_index("claim")
    told = rows["lesson"].str[:2].to_dict()
    assert asked == {claim: {lesson} for claim, lesson in told.items() if lesson != "12"}
