"""The practice of replies: what was written, when the replies are seen, and what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import traitlets as tl
from hypothesis import given
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.dialogues import Practice, Step, Try
from alliance_widgets.dialogues.practice import CRITERIA, MOST_SAID, MOST_TYPED

ALL = aw.vignettes()
IDS = [each.id for each in ALL]
CHECKS = dict.fromkeys(CRITERIA, "yes")
SAID = Try("I went past something.", CHECKS)


def done(*moments: str) -> Practice:
    """With a first try committed at each of these, one after the other."""
    practice = Practice(("a", "b", "c"))
    for moment in moments:
        practice = practice.put(moment, SAID).committed(moment)
    return practice


class TestATry:
    @pytest.mark.parametrize(
        "told",
        [None, 3, "text", [], {}, {"text": None}, {"text": ["x"]}, {"text": "x" * 10_001}],
    )
    def test_what_is_no_text_or_far_too_long_is_none(self, told: Any) -> None:
        assert Try.of(told) is None

    @given(
        st.text(max_size=20),
        st.dictionaries(
            st.sampled_from([*CRITERIA, "warmth", ""]),
            st.sampled_from(["yes", "no", "maybe", None, True, 3, [], {}]),
        ),
    )
    def test_whatever_is_told_comes_back_as_it_was_taken(self, text: str, checks: dict) -> None:
        written = Try.of({"text": text, "checks": checks, "order": 7})
        assert written is not None
        assert (written.text, written.committed) == (text, False)
        assert Try.of(written.data) == written
        assert {*written.checks} <= {*CRITERIA}
        assert {*written.checks.values()} <= {"yes", "no"}

    def test_only_known_criteria_and_answers_are_taken(self) -> None:
        checks = {"stays": "yes", "free": "maybe", "warmth": "yes", "mine": ["no"]}
        written = Try.of({"text": "Hm.", "checks": checks, "order": 4})
        assert written is not None
        assert (written.checks, written.order) == ({"stays": "yes"}, 0)

    def test_all_that_is_missing_is_said_at_once(self) -> None:
        said = Try("  \n", {"stays": "no"}).missing()
        assert said[0].startswith("Write first")
        assert "neither defends" in said[1]
        assert "stays with" not in said[1]
        assert SAID.missing() == []

    @pytest.mark.parametrize("length", [MOST_SAID, MOST_SAID + 1, MOST_TYPED])
    def test_a_speech_is_kept_and_not_committed(self, length: int) -> None:
        written = Try.of({"text": "x" * length, "checks": CHECKS})
        assert written is not None
        assert len(written.text) == length
        assert bool(written.missing()) == (length > MOST_SAID)


class TestThePractice:
    def test_a_moment_goes_from_writing_to_seen_to_writing_again_to_done(self) -> None:
        practice = Practice(("a", "b"))
        steps = [practice.step("a")]
        for act in (
            lambda p: p.put("a", SAID).committed("a"),
            lambda p: p.put("b", SAID).committed("b").repeated("a"),
            lambda p: p.put("a", Try("And now?", CHECKS)).committed("a"),
        ):
            practice = act(practice)
            steps.append(practice.step("a"))
        assert steps == [Step.WRITING, Step.SEEN, Step.WRITING_AGAIN, Step.DONE]
        assert [(m, r, t.text) for m, r, t in practice.done()] == [
            ("a", "first", SAID.text),
            ("a", "again", "And now?"),
            ("b", "first", SAID.text),
        ]

    def test_the_second_try_waits_for_another_moment_or_for_the_last_one(self) -> None:
        assert not done("a").can_repeat("a")
        assert done("a", "b").can_repeat("a")
        assert not done("a", "b").can_repeat("b")
        assert not done("a", "b").can_repeat("c")
        assert all(done("c", "a", "b").can_repeat(moment) for moment in "abc")
        assert done("a").repeated("a") == done("a")

    def test_a_committed_try_stays_as_it_is(self) -> None:
        practice = done("a")
        assert practice.put("a", Try("Better so.")) == practice
        assert practice.committed("a") == practice
        again = done("a", "b").repeated("a")
        assert again.at("a", "again") == Try()
        assert again.put("a", Try("Better so.")).at("a", "first").text == SAID.text

    def test_what_is_not_complete_is_not_committed(self) -> None:
        practice = Practice(("a",)).put("a", Try("Hm."))
        assert practice.committed("a") == practice
        assert Practice(("a",)).committed("a").step("a") is Step.WRITING

    def test_what_is_kept_of_it_gives_the_same_again(self) -> None:
        practice = done("a", "b").repeated("a").put("a", Try("Draft", {"free": "no"}))
        entries = dict(practice.since(Practice(practice.moments)))
        assert Practice(practice.moments).restored(entries) == (practice, [])
        assert [*practice.since(practice)] == []

    @pytest.mark.parametrize(
        "entry",
        [
            {},
            {"value": 3},
            {"value": {"text": "x" * 10_001, "checks": {}}},
            {"value": {"text": "Hm.", "checks": {"warmth": "yes"}}, "order": 0},
            {"value": {"text": "Hm.", "checks": {}}, "order": 1},
            {"value": SAID.data, "order": True},
            {"value": SAID.data, "order": -1},
            {"value": SAID.data, "order": 10**9},
            {"value": SAID.data, "order": "1"},
        ],
    )
    def test_what_a_hand_wrote_into_the_file_commits_nothing(self, entry: dict) -> None:
        practice, unfit = Practice(("a",)).restored({("a", "first"): entry})
        assert practice.step("a") is Step.WRITING
        assert unfit == [("a", "first")]


# ---- the widget ---------------------------------------------------------------------------------


@pytest.fixture
def path(own_work_folder: Path) -> Path:
    return own_work_folder / "mine.json"


def opened(path: Path, **settings: Any) -> aw.ReplyPractice:
    """As after a restart: nothing of an earlier one is in memory."""
    return aw.ReplyPractice(work=aw.WorkFile(path), **settings)


def write(practice: aw.ReplyPractice, moment: str, text: str = SAID.text, **checks: str) -> None:
    """As the page does it: the text is told, then the button is pressed."""
    practice.moment = moment
    practice.form._entered = {"text": text, "checks": {**CHECKS, **checks}}
    practice.form.press("commit")


def on_the_page(practice: aw.ReplyPractice) -> str:
    """All that a page knows, as text, without code and the work's copy."""
    state = [w.get_state() for w in (practice.controls, practice.form, practice.report)]
    for each in state:
        del each["_esm"]
    return json.dumps(state, default=repr, ensure_ascii=False) + repr(practice)


def test_there_are_moments_enough_and_enough_turn_on_difference() -> None:
    assert len(ALL) >= 6
    assert sum(each.turns_on_difference for each in ALL) >= 3
    minority_therapist = [each for each in ALL if each.difference == "origin"]
    assert [("you" in r.may_cost) for each in minority_therapist for r in each.replies].count(True)


class TestBeforeTheReplies:
    @pytest.mark.parametrize("vignette", ALL, ids=IDS)
    def test_the_page_knows_the_talk_up_to_the_moment_and_nothing_after_it(
        self, path: Path, vignette: Any
    ) -> None:
        practice = opened(path, moment=vignette.id)
        told = on_the_page(practice)
        before, after = vignette.turns[: vignette.pause], vignette.turns[vignette.pause :]
        assert [turn.text for turn in before if turn.text not in told] == []
        assert [turn.text for turn in after if turn.text in told] == []
        secrets = [text for r in vignette.replies for text in (r.therapist, r.client, r.may_cost)]
        assert [text for text in secrets if text in told] == []
        assert vignette.nobody_knows not in told

    def test_a_difference_is_announced_and_the_second_try_hides_the_replies_again(
        self, path: Path
    ) -> None:
        practice = opened(path)
        write(practice, "market")
        assert ALL[5].replies[1].therapist in on_the_page(practice)
        write(practice, "letter")
        practice.moment = "market"
        practice.again()
        assert (practice.step, practice.text) == ("writing_again", "")
        told = on_the_page(practice)
        assert "turns on a difference" in told
        assert ALL[5].replies[1].therapist not in told
        assert SAID.text not in told

    def test_it_says_where_the_text_goes(self, path: Path) -> None:
        told = on_the_page(opened(path))
        assert "Nobody marks this" in told
        assert "kept in your work file, and goes nowhere unless you hand that file on" in told


class TestWriting:
    def test_nothing_is_committed_before_it_is_written_and_checked(self, path: Path) -> None:
        practice = opened(path)
        practice.form.press("commit")
        assert "Write first what you would say" in practice.form.message
        assert "Still to check: stays with" in practice.form.message
        with pytest.raises(aw.QuestionError, match="Still to check"):
            practice.commit()
        assert practice.step == "writing"

    def test_ten_thousand_characters_are_named_and_none_is_lost(self, path: Path) -> None:
        practice = opened(path)
        write(practice, "weekend", "No. " * 2_500)
        assert "has 9999 characters, which nobody could listen to" in practice.form.message
        assert (practice.step, len(practice.text)) == ("writing", 10_000)
        assert len(opened(path).text) == 10_000
        practice.form._entered = {"text": "y" * 10_001, "checks": {}}
        assert len(practice.text) == 10_000
        assert practice.form._entered["text"] == practice.text

    def test_html_is_kept_as_the_text_that_it_is(self, path: Path) -> None:
        practice, html = opened(path), "<img src=x onerror=alert(1)> {text} </script>"
        write(practice, "weekend", html)
        write(practice, "sunday")
        practice.moment = "weekend"
        practice.again()
        write(practice, "weekend", html)
        assert f"First: {html}" in practice.report.description
        assert opened(path).tries["text"].tolist()[:2] == [html, html]

    @pytest.mark.parametrize(
        ("text", "seen"),
        [
            ("My name is Anna Keller, I am sorry.", "a name"),
            ("Dr. Weber told me.", "a name"),
            ("Write to me: a.b@example.org", "an e-mail address"),
        ],
    )
    def test_what_may_tell_who_somebody_is_is_warned_of_and_kept(
        self, path: Path, text: str, seen: str
    ) -> None:
        practice = opened(path)
        practice.form._entered = {"text": text, "checks": {}}
        assert f"This looks like {seen}" in practice.form.message
        write(practice, "weekend", text)
        assert f"This looks like {seen}" in practice.form.message
        assert practice.tries["text"].tolist() == [text]

    def test_it_can_be_assigned_and_refuses_what_it_does_not_know(self, path: Path) -> None:
        practice = opened(path)
        practice.text = "Denise, wait."
        practice.checks = {"stays": "no"}
        for name, value in (("checks", {"warmth": "yes"}), ("text", "x" * 10_001)):
            with pytest.raises(tl.TraitError, match=f"{name}: expected a text of at most"):
                setattr(practice, name, value)
        assert (practice.text, practice.checks) == ("Denise, wait.", {"stays": "no"})
        with pytest.raises(tl.TraitError, match="there are: weekend, sunday"):
            practice.moment = "monday"
        write(practice, "weekend")
        with pytest.raises(tl.TraitError, match="this try is kept and stays as it is"):
            practice.text = "Better so."
        practice.form._entered = {"text": "Better so.", "checks": CHECKS}
        assert practice.text == SAID.text


class TestAfterwards:
    @pytest.mark.parametrize("vignette", ALL, ids=IDS)
    def test_three_replies_are_there_each_with_an_answer_and_a_price(
        self, path: Path, vignette: Any
    ) -> None:
        practice = opened(path)
        write(practice, vignette.id)
        told = practice.report.description
        for reply in vignette.replies:
            assert f"Therapist: {reply.therapist}" in told
            assert f"{vignette.client}: {reply.client}" in told
            assert f"What it may cost: {reply.may_cost}" in told
        headings = [b["text"] for b in practice.report.blocks if b["kind"] == "heading"]
        assert headings == ["Clear up a misunderstanding", "Own your part", "Explore what is felt"]

    def test_nobody_knows_which_is_best_and_no_try_is_judged(self, path: Path) -> None:
        practice = opened(path)
        write(practice, "market", stays="no")
        told = practice.report.description
        assert "Nobody knows which reply is best" in told
        assert "r = .11, 95 % interval −.09 to .30" in told
        write(practice, "letter", stays="yes")
        assert practice.form.message == (
            "Kept. The three replies stand below. Tried: 2 of 8 moments, 0 of them twice. "
            "When you have tried another moment, this one can be written once more."
        )
        assert (practice.form._outcome, practice.form._truth) == ("", None)

    def test_the_second_try_stands_beside_the_first_and_claims_no_effect(self, path: Path) -> None:
        practice = opened(path)
        write(practice, "market", mine="no")
        assert practice.form.buttons == ["next", "previous"]
        assert "When you have tried another moment" in practice.form.message
        write(practice, "letter")
        practice.moment = "market"
        assert practice.form.buttons == ["again", "next", "previous"]
        practice.form.press("again")
        write(practice, "market", "Selam, I talked about you.")
        told = practice.report.description
        assert f"First: {SAID.text}" in told
        assert "Second: Selam, I talked about you." in told
        assert "what changed it, nobody can" in told
        (table,) = [b for b in practice.report.blocks if b["kind"] == "table"]
        assert table["rows"][-1] == ["leaves with you what is yours", "not yet", "yes"]
        assert "Tried: 2 of 8 moments, 1 of them twice." in practice.form.message

    def test_the_picker_says_how_often_each_was_tried(self, path: Path) -> None:
        practice = opened(path)
        write(practice, "weekend")
        write(practice, "sunday")
        practice.moment = "weekend"
        practice.again()
        write(practice, "weekend")
        labels = [option["label"] for option in practice.controls.items[0]["options"]]
        assert [label.rpartition("(")[2] for label in labels[:2]] == ["tried twice)", "tried)"]
        practice.controls.values = {"moment": "letter"}
        assert (practice.moment, practice.step) == ("letter", "writing")


class TestWork:
    def test_both_tries_the_draft_and_the_place_are_there_after_a_restart(self, path: Path) -> None:
        first = opened(path)
        write(first, "weekend")
        write(first, "sunday")
        first.moment = "weekend"
        first.again()
        write(first, "weekend", "The boiler.")
        first.moment = "fridge"
        first.form._entered = {"text": "Five we", "checks": {"free": "no"}}
        again = opened(path)
        assert (again.moment, again.text, again.checks) == ("fridge", "Five we", {"free": "no"})
        assert again.tries["text"].tolist() == [SAID.text, "The boiler.", SAID.text]
        again.moment = "weekend"
        assert (again.step, len(again.children)) == ("done", 3)
        assert again.desk.message == ""

    def test_the_file_holds_kind_text_under_key_moment_and_round(self, path: Path) -> None:
        practice = opened(path, key="11/practice")
        write(practice, "weekend")
        ((key, data),) = aw.WorkFile(path).entries("text").items()
        assert key == ("11/practice", "weekend", "first")
        assert data == {"value": {"text": SAID.text, "checks": CHECKS}, "order": 1}
        assert aw.WorkFile(path).entries("answer") == {}

    def test_a_commit_is_not_taken_back(self, path: Path) -> None:
        practice = opened(path)
        write(practice, "weekend")
        assert practice.desk.work.undo() == ()
        assert practice.step == "seen"

    def test_what_was_written_in_another_notebook_is_taken_over(self, path: Path) -> None:
        here, there = opened(path), opened(path)
        write(there, "weekend")
        here.desk.look()
        assert (here.step, here.text) == ("seen", SAID.text)

    def test_every_side_is_built_where_the_lessons_are_tested(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from alliance_widgets.widgets.raters import practice_report

        monkeypatch.setenv("ALLIANCE_BUILD_ALL", "1")
        built, made = [], practice_report.blocks
        monkeypatch.setattr(
            practice_report,
            "blocks",
            lambda shown, *more: built.append(shown.id) or made(shown, *more),
        )
        practice = opened(path)
        assert built == IDS
        assert len(practice.children) == 2
