"""Ten beliefs: one click each, kept together, and read again by later lessons."""

from __future__ import annotations

from typing import Any

import pytest
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
