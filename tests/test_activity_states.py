"""What the activities decide, without a page: frozen states and their transitions."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.rules import DropSD, ReliableDrop
from alliance_widgets.spotting import Marks
from alliance_widgets.tables.session_rating import SessionRating
from alliance_widgets.widgets.cases._case_view import CaseView
from alliance_widgets.widgets.clinics._two_worlds_steps import (
    FIRST,
    LEADS_TO,
    THIRD,
    Reached,
    Step,
)
from alliance_widgets.widgets.questions._given import Given
from alliance_widgets.widgets.questions.kinds import Choice
from alliance_widgets.widgets.raters._answers import Answers
from alliance_widgets.widgets.rules._shelf import Shelf
from alliance_widgets.widgets.rules._thrown import LINES, SETTINGS, Thrown
from alliance_widgets.words import say

CHOICE = Choice({"both": "Yes.", "the client": "One alone cannot."}, "both")
LEVELS = ("guess", "certain")
ANYTHING = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=5)
SINGLE = aw.load_data("single_cases")


class TestStepsOfTheClinics:
    def test_each_button_is_refused_until_the_step_before_it_is_done(self) -> None:
        everybody = frozenset("ABC")
        for button, to in LEADS_TO.items():
            for step in Step:
                refused = Reached(step, everybody).refusals(button)
                assert bool(refused) == (step < to - 1), (button, step)

    @pytest.mark.parametrize(
        ("step", "key"),
        [
            (Step.LOOK, "worlds.fit_first"),
            (Step.FITTED, "worlds.intervene_first"),
            (Step.INTERVENED, "worlds.meet_first"),
            (Step.MET, "worlds.fit_first"),
        ],
    )
    def test_a_refusal_names_what_comes_next(self, step: Step, key: str) -> None:
        assert Reached(step, frozenset("ABC")).refusals("intervene_third") == [say(key)]

    def test_no_world_is_told_without_the_predictions_whatever_a_file_says(self) -> None:
        for predicted in ("", "A", "B", "AC"):
            assert Reached(Step.DONE, frozenset(predicted)).intervened() == ()
        assert Reached(Step.DONE, frozenset("AB")).intervened() == ("A", "B")
        assert Reached(Step.DONE, frozenset("ABC")).intervened() == ("A", "B", "C")
        assert not Reached(Step.MET, frozenset("ABC")).has_intervened(THIRD)
        assert Reached(Step.INTERVENED, frozenset("AB")).has_intervened(FIRST)


class TestAnswersOneByOne:
    def test_a_commit_stands_beside_drafts_and_the_earlier_state_is_left(self) -> None:
        before = Answers().with_one("a", Marks((3,)), committed=False)
        after = before.with_one("b", Marks(none=True), committed=True)
        assert (before.done, after.done) == ({}, {"b": Marks(none=True)})
        assert after.given["a"] == Marks((3,))
        with pytest.raises(FrozenInstanceError):
            after.committed = frozenset()  # type: ignore[misc]


class TestGivenAnswers:
    @given(
        st.fixed_dictionaries(
            {},
            optional={
                **dict.fromkeys(("value", "tries", "hints", "confidence", "skipped"), ANYTHING)
            },
        )
    )
    def test_whatever_an_entry_says_becomes_a_sound_answer(self, entry: dict) -> None:
        given, _ = Given.of(entry, CHOICE, LEVELS, 2)
        assert given.answer in (None, "both", "the client")
        assert given.tries >= (given.answer is not None)
        assert 0 <= given.hints <= 2
        assert given.confidence in (None, *LEVELS)
        assert not (given.skipped and given.answer)
        assert Given.of(given.entry, CHOICE, LEVELS, 2) == (given, True)

    def test_what_can_be_pressed_follows_from_what_was_given(self) -> None:
        asked = Given(CHOICE)
        kinds = [each["kind"] for each in asked.buttons(1, prediction=True)]
        assert kinds == ["check", "hint", "skip"]
        assert Given(CHOICE, "both").buttons(1, prediction=True) == []
        assert [b["kind"] for b in Given(CHOICE, "both").buttons(1, prediction=False)] == ["check"]


class TestWhatMayBeSeenOfACase:
    def view(self, **settings: object) -> CaseView:
        told = SINGLE.query("client == 'Noor' and session > 5")
        rest = SINGLE.query("client == 'Noor' and session <= 5")
        place = {"client": "Noor", "rater": "client", "session": 4}
        return CaseView(rest, told, **{**place, **settings})  # type: ignore[arg-type]

    def test_the_future_the_others_and_the_story_stay_hidden(self) -> None:
        view = self.view(blind=True, hide_future=True)
        assert {*view.visible["rater"]} == {"client"}
        assert view.visible["session"].max() == 4
        assert (view.hidden, view.told.empty) == (0, True)
        assert self.view(hide_future=True).hidden == 1

    def test_what_others_rated_is_told_once_the_rater_has_rated_the_session(self) -> None:
        mine = SINGLE.query("client == 'Noor' and rater == 'client' and session <= 7")
        view = self.view()
        seen = CaseView(mine, view.told_after, "Noor", "client", 8)
        assert {*seen.told["session"]} == {6, 7}
        assert "therapist" in {*seen.visible["rater"]}

    def test_a_draft_stands_in_for_its_session_and_nothing_else(self) -> None:
        view = self.view()
        drafted = view.with_draft(SessionRating({"goals": 1.0, "bond": None}), "own")
        row = drafted.query("session == 4 and rater == 'client'")
        assert row["alliance"].tolist() == [1.0]
        assert len(drafted) == len(view.visible)
        assert view.with_draft(SessionRating({"goals": None}), "own") is view.visible


class TestThrownLines:
    def test_the_same_dice_give_the_same_lines_and_marks_of_a_rule(self) -> None:
        one, again = (Thrown(3, SETTINGS, planted=4) for _ in range(2))
        assert (one.scores == again.scores).all()
        assert len(one.held) == 4
        assert len(one.lines) == LINES * SETTINGS["n_sessions"]
        flagged = one.flags(DropSD()).query("flagged")["client"].tolist()
        marks = one.marks(DropSD())
        assert [say("taps.line", i=i + 1) for i, m in enumerate(marks) for _ in m] == flagged


class TestTheShelfOfRules:
    def test_the_two_numbers_that_are_chosen_reach_the_reliable_drop_alone(self) -> None:
        shelf = Shelf.of(["drop_sd", ReliableDrop(sd=0.8, reliability=0.9)])
        values = {"more": False, **shelf.asked}
        as_given = shelf.chosen(values)
        assert list(as_given.values()) == list(shelf.first)
        changed = shelf.chosen({**values, "reliability": "0.70", "spread": 0.5})
        assert changed["reliable_drop"] == ReliableDrop(sd=0.5, reliability=0.7)
        assert changed["drop_sd"] == as_given["drop_sd"]

    def test_every_rule_of_the_kit_is_on_it_once(self) -> None:
        names = [rule.name for rule in Shelf.of(None).shown(True)]
        assert sorted(names) == sorted(aw.rules.rule_names())


def test_no_state_needs_a_page() -> None:
    view = CaseView(SINGLE, None, "Noor", "client", 1)
    states = (view, Thrown(0, SETTINGS), Shelf.of(None), Reached(Step.LOOK), Answers())
    for state in states:
        assert not hasattr(state, "comm")
        with pytest.raises(FrozenInstanceError):
            state.anything = 1  # type: ignore[union-attr]
    assert isinstance(view.case, pd.DataFrame)
