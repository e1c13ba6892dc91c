"""Questions without a page: answers are assigned, or entered and sent by request."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import ipywidgets as ipw
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _instances
from question_marks import marks
from traitlets import TraitError

import alliance_widgets as aw
from alliance_widgets.charts import compare_sketch
from alliance_widgets.widgets.page import _cells as cells
from alliance_widgets.widgets.questions.kinds import (
    Choice,
    NoAnswer,
    Number,
    Session,
    Several,
    Verdict,
)
from alliance_widgets.widgets.questions.question import CONFIDENCE
from alliance_widgets.words import say

OPTIONS = {
    "the client": "One person cannot rupture alone.",
    "both": "It happens between the two.",
    "the therapist": "Guilt is not what the word is about.",
}
HTML = "<b onclick=alert(1)>bold</b> & <script>"


def who(**settings: Any) -> aw.Question:
    return aw.Question.choice("04/who", "Who ruptures?", OPTIONS, "both", **settings)


def press(question: aw.Question, kind: str, **entered: Any) -> None:
    """What the page does when a button is pressed."""
    press = {"kind": kind, "count": question._answered + 1, **entered}
    question._handle_custom_msg({"press": press}, [])


def told(widget: ipw.Widget) -> str:
    """Everything that the page knows of a widget."""
    return json.dumps({name: repr(getattr(widget, name)) for name in widget.keys})


def page_knows() -> str:
    return " ".join(told(w) for w in list(_instances.values()) if w.comm is not None)


def labels(question: aw.Question) -> list[str]:
    return [button["label"] for button in question._buttons]


@pytest.fixture
def work() -> aw.WorkFile:
    return aw.WorkFile()


@pytest.fixture
def noor() -> pd.DataFrame:
    return aw.load_data("single_cases").query("client == 'Noor'")


class TestAnswering:
    def test_a_wrong_answer_names_the_misconception_and_may_be_answered_again(self) -> None:
        question = who()
        press(question, "check", entered="the client")
        assert question.message == (
            "Not so.\nOne person cannot rupture alone. You may answer again."
        )
        assert (question.answer, question.correct, question.tries) == ("the client", False, 1)
        press(question, "check", entered="both")
        assert question.message == "Right.\nIt happens between the two."
        assert (question.correct, question.tries, question.done) == (True, 2, True)

    def test_to_assign_is_to_commit(self) -> None:
        question = who()
        question.answer = "both"
        assert (question.correct, question.tries, question._entered) == (True, 1, "both")
        assert question.message.startswith("Right.")

    def test_the_same_answer_again_is_no_new_try(self) -> None:
        question = who()
        for _ in range(3):
            press(question, "check", entered="the client")
        assert question.tries == 1

    @pytest.mark.parametrize("entered", [None, "", "nobody", 3, ["both"], {"a": 1}])
    def test_what_is_no_answer_is_said_and_changes_nothing(self, entered: object) -> None:
        question = who()
        press(question, "check", entered=entered)
        assert question.message
        assert (question.answer, question.tries, question.done) == (None, 0, False)

    def test_a_program_that_assigns_what_is_no_answer_is_told(self) -> None:
        question = who()
        with pytest.raises(TraitError, match="none of the answers"):
            question.answer = "nobody"
        assert question.answer is None

    def test_an_opinion_is_noted_and_neither_right_nor_wrong(self) -> None:
        question = aw.Question.choice("o", "How many?", ["None", "Two"])
        assert labels(question) == ["Keep my answer"]
        press(question, "check", entered="Two")
        assert (question.correct, question.message, question.answer) == (None, "Noted.", "Two")

    def test_a_number_of_which_none_is_right_is_told_beside_what_is_said_elsewhere(self) -> None:
        said = "You said {answer}; the rule says 0.7."
        question = aw.Question.number("o", "How far?", unit="points", because=said)
        question.prediction = True
        press(question, "check", entered="1")
        assert question.message == "Your answer is noted. You said 1; the rule says 0.7."
        assert (question.correct, question._marks) == (None, [])

    def test_hints_come_one_by_one_and_end_with_the_right_answer(self) -> None:
        question = who(hints=["first", "second"])
        assert question._hints == []
        assert "Hint 1 of 2" in labels(question)
        press(question, "hint")
        assert question._hints == ["first"]
        assert "Hint 2 of 2" in labels(question)
        press(question, "check", entered="both")
        assert labels(question) == ["Check my answer"]
        press(question, "hint")
        assert (question._hints, question.hints_used) == (["first"], 1)

    def test_confidence_goes_with_the_answer(self, work: aw.WorkFile) -> None:
        question = who(confidence=True, work=work)
        assert [level for level, _ in question._ask["levels"]] == list(CONFIDENCE)
        press(question, "check", entered="both", confidence="certain")
        assert question.confidence == "certain"
        assert work.get("answer", "04/who")["confidence"] == "certain"
        press(question, "check", entered="both", confidence="guess")
        assert (question.confidence, question.tries) == ("guess", 1)
        assert work.get("answer", "04/who")["confidence"] == "guess"
        press(question, "check", entered="both", confidence="very")
        assert question.confidence == "guess"

    def test_a_press_that_no_button_offers_does_nothing_and_is_answered(self) -> None:
        question = who()
        for kind in ("skip", "again", "hint", "explode"):
            press(question, kind, entered="both")
        assert (question.answer, question.done, question._answered) == (None, False, 4)

    def test_nothing_of_the_feedback_reaches_the_page_before_the_answer(self) -> None:
        question = who(hints=["Think of two."])
        assert "guilt" not in told(question).lower()
        assert "happens" not in told(question)
        assert "Think of two" not in told(question)
        question.answer = "the therapist"
        assert "Guilt" in told(question)
        assert "happens" not in told(question)

    def test_its_plain_text_is_the_question_and_then_what_was_said(self) -> None:
        question = who()
        assert repr(question) == "Question: Who ruptures?"
        question.answer = "both"
        assert repr(question) == (
            "Question: Who ruptures? Answer: both. Right.\nIt happens between the two."
        )


class TestKinds:
    @pytest.mark.parametrize(
        ("entered", "read"),
        [
            ("0.7", 0.7),
            ("0,7", 0.7),
            (" -3 ", -3.0),
            ("−3", -3.0),
            ("12 %", 12.0),
            (".5", 0.5),
            (7, 7.0),
            ("0,125", 0.125),
        ],
    )
    def test_a_number_is_read_as_people_write_it(self, entered: object, read: float) -> None:
        assert Number(unit="%", between=(None, None)).read(entered) == read

    @pytest.mark.parametrize(
        "entered",
        ["abc", "1,000", "1.000,5", "1e9", "nan", "inf", "--1", "9" * 400, True, [1], math.nan],
    )
    def test_what_can_be_misread_is_not_read(self, entered: object) -> None:
        with pytest.raises(NoAnswer, match="no number that can be read"):
            Number().read(entered)

    @given(st.floats(-10, 10), st.floats(0, 1))
    def test_a_number_is_right_within_its_tolerance_only(self, off: float, within: float) -> None:
        judged = Number(0.28, within=within).judge(0.28 + off).correct
        if abs(abs(off) - within) > 1e-8:
            assert judged is (abs(off) <= within)

    @pytest.mark.parametrize(("answer", "right"), [(0.65, True), (0.75, True), (0.76, False)])
    def test_both_ends_of_the_tolerance_are_right(self, answer: float, right: bool) -> None:
        assert Number(0.7, within=0.05).judge(answer).correct is right

    def test_feedback_by_range_and_else_by_direction(self) -> None:
        ranges = {(None, 0.0): "No size is negative.", (0.5, 1): "That is the misquote."}
        number = Number(0.28, within=0.02, feedback=ranges, because="k = 295.")
        assert number.judge(-1).feedback == "No size is negative."
        assert number.judge(0.5).feedback == "That is the misquote."
        assert number.judge(0.27).feedback == "k = 295."
        assert number.judge(0.2).feedback == "Your number is too low."
        assert number.judge(2).feedback == "Your number is too high."
        assert Number(feedback=ranges).judge(0.6) == Verdict(None, "That is the misquote.")

    def test_a_session_of_the_case_is_picked(self, noor: pd.DataFrame) -> None:
        question = aw.Question.session(
            "s", "Where?", noor, 10, feedback={9: "That is the one before."}, because="It falls."
        )
        assert question._ask["sessions"] == list(range(1, 11))
        press(question, "check", entered="9")
        assert (question.answer, question.correct) == (9, False)
        assert "That is the one before." in question.message
        press(question, "check", entered="4")
        assert "another session than 4" in question.message
        press(question, "check", entered="10")
        assert (question.correct, question.message) == (True, "Right.\nIt falls.")
        with pytest.raises(TraitError, match="no session of this case"):
            question.answer = 11

    def test_several_sessions_can_be_right_and_none(self) -> None:
        assert Session.of([2, 4, 6], (2, 4)).judge(4).correct is True
        assert Session.of(3).judge(1).correct is None

    def test_several_are_an_opinion_in_the_order_in_which_they_stand(self) -> None:
        several = Several({"a": "First", "b": "Second", "c": "Third"})
        assert several.read(["c", "a", "c"]) == ["a", "c"]
        assert several.judge(["a"]).correct is None
        with pytest.raises(NoAnswer, match="at least one"):
            several.read([])
        with pytest.raises(NoAnswer, match="none of the answers"):
            several.read(["d"])
        with pytest.raises(aw.QuestionError) as caught:
            Several({"a": " "})
        assert len(caught.value.problems) == 2

    def test_every_fault_of_a_question_is_named_at_once(self) -> None:
        with pytest.raises(aw.QuestionError) as caught:
            Choice.of({"a": "", "b": "", " ": "x"}, "c")
        assert len(caught.value.problems) == 4
        with pytest.raises(aw.QuestionError) as caught:
            Number(math.nan, within=-1, feedback={(2, 1): "x"})
        assert len(caught.value.problems) == 3
        with pytest.raises(aw.QuestionError) as caught:
            aw.Question("", " ", Choice.of("ab"), hints=["", "x"])
        assert len(caught.value.problems) == 3

    def test_feedback_that_would_scold_the_right_number_is_refused(self) -> None:
        with pytest.raises(aw.QuestionError, match="would also be said to the right answer"):
            Number(0.28, within=0.02, feedback={(0.29, 1): "too high"})
        with pytest.raises(aw.QuestionError, match="would also be said to the right answer"):
            Number(3, feedback={(3, 4): "too high"})

    def test_a_region_may_begin_where_the_right_numbers_end(self) -> None:
        number = Number(9, within=4, feedback={(0, 5): "too low", (13, 30): "a", (30, 100): "b"})
        judged = [number.judge(answer) for answer in (5, 13, 13.0001, 30, 30.0001)]
        assert [verdict.correct for verdict in judged] == [True, True, False, False, False]
        assert [verdict.feedback for verdict in judged[2:]] == ["a", "a", "b"]

    @given(st.floats(0, 100))
    def test_regions_written_as_29_9_and_30_leave_no_gap(self, answer: float) -> None:
        regions = {(0, 4.99): "low", (13.1, 29.9): "high", (30, 100): "far"}
        judged = Number(9, within=4, unit="of 100", feedback=regions).judge(answer)
        wanted = (
            "low" if answer < 5 else "" if answer <= 13 else "high" if answer <= 29.9 else "far"
        )
        if not 0 < answer < 1:  # that may be a share, and is told so
            assert judged.feedback == wanted or judged.correct or 29.9 < answer < 30

    @pytest.mark.parametrize("unit", ["%", "of 100", "clients of 100", "per cent"])
    @pytest.mark.parametrize("written", ["9 %", "9%", "9", "9 of 100", "9,0 %", "9 percent"])
    def test_per_cent_is_read_in_each_of_its_names(self, unit: str, written: str) -> None:
        assert Number(9, unit=unit).read(written) == 9

    def test_per_cent_is_no_number_where_none_was_asked_for(self) -> None:
        for unit in ("points", "(r)", "sessions", "of 4", ""):
            with pytest.raises(NoAnswer, match="no number"):
                Number(unit=unit).read("9 %")
        assert Number(unit="of 4").read("3 of 4") == 3

    @pytest.mark.parametrize(
        ("number", "impossible", "said"),
        [
            (Number(9, unit="of 100"), 101, "the highest it can be is 100."),
            (Number(9, unit="%"), "150 %", "the highest it can be is 100."),
            (Number(9, unit="%"), -7, "−7 is not possible: the lowest it can be is 0."),
            (Number(3, unit="of 4"), 5, "the highest it can be is 4."),
            (Number(11, unit="sessions"), 0, "the lowest it can be is 1."),
            (Number(unit="points", between=(0, 4)), 37, "the highest it can be is 4."),
            (Number(0.28, unit="(r)"), 1.2, "the highest it can be is 1."),
            (Number(0.28, unit="(r)"), 28, "If you mean hundredths, write 0.28."),
        ],
    )
    def test_an_impossible_number_is_named_and_is_no_answer(
        self, number: Number, impossible: Any, said: str
    ) -> None:
        with pytest.raises(NoAnswer, match=re.escape(said)):
            number.read(impossible)

    def test_an_impossible_number_takes_no_try_and_reveals_nothing(self) -> None:
        reveal = aw.Reveal(aw.Question.number("n", "?", 9, unit="of 100"), "behind it")
        press(reveal.question, "check", entered="101")
        assert "can be is 100" in reveal.question.message
        assert (reveal.revealed, reveal.question.tries) == (False, 0)

    def test_a_right_answer_beyond_the_ends_of_its_unit_lifts_them(self) -> None:
        assert Number(-5, unit="%").read("-7") == -7
        with pytest.raises(aw.QuestionError, match="does not lie between"):
            Number(-5, unit="%", between=(0, 100))
        with pytest.raises(aw.QuestionError, match="the lower one first"):
            Number(between=(4, 0))

    @pytest.mark.parametrize(
        ("unit", "right", "entered", "said"),
        [
            ("%", 7.7, 0.077, "You have it as a share: 7.7 %."),
            ("of 100", 65, 0.65, "You have it as a share: 65 of 100."),
            ("points", 56, 0.56, "You have it as a share: 56 points."),
            ("", 0.77, 77, "You have it in hundredths: as a share it is 0.77."),
        ],
    )
    def test_a_right_answer_in_the_wrong_unit_is_told_so(
        self, unit: str, right: float, entered: float, said: str
    ) -> None:
        judged = Number(right, within=0.1 * right, unit=unit).judge(entered)
        assert (judged.correct, judged.feedback) == (False, said)

    def test_what_may_be_a_share_is_answered_as_one_too(self) -> None:
        number = Number(7.7, within=0.8, unit="%", feedback={(25, 30): "That is r itself."})
        assert number.judge(0.278).feedback == (
            "As it stands that is 0.278 %, less than one in a hundred. "
            "Read as a share it is 27.8 %. That is r itself."
        )
        assert number.judge(0.5).feedback.endswith("50 %. Your number is too high.")
        assert Number(0.5, within=0.1, unit="%").judge(0.45).correct
        assert Number(3, unit="points").judge(0.5).feedback == "Your number is too low."

    @pytest.mark.parametrize("case", [0, [], "12", [1, 1], [0], [1.5], None, 10**9])
    def test_sessions_that_are_none_are_refused(self, case: object) -> None:
        with pytest.raises(aw.QuestionError):
            Session.of(case)

    def test_a_right_session_that_the_case_lacks_is_refused(self) -> None:
        with pytest.raises(aw.QuestionError, match="session 9 is named"):
            Session.of(8, 9)


class TestWorkFile:
    def test_an_answer_is_there_again_after_a_restart(self, work: aw.WorkFile) -> None:
        first = who(hints=["h"], confidence=True, work=work)
        press(first, "hint")
        press(first, "check", entered="the client", confidence="fairly_sure")
        again = who(hints=["h"], confidence=True, work=aw.WorkFile())
        names = ("answer", "tries", "confidence", "hints_used", "message", "correct", "_hints")
        assert [getattr(again, n) for n in names] == [getattr(first, n) for n in names]
        assert again._confidence == "fairly_sure"
        press(again, "check", entered="both")
        assert again.tries == 2

    def test_to_restore_records_nothing(self, work: aw.WorkFile) -> None:
        who(work=work).answer = "both"
        before = work.path.read_bytes()
        who(work=aw.WorkFile())
        assert work.path.read_bytes() == before

    def test_what_another_notebook_answers_is_shown_here(self, work: aw.WorkFile) -> None:
        here, other = who(work=work), who(work=aw.WorkFile())
        other.answer = "the client"
        other.answer = "both"
        here.desk.look()
        assert (here.answer, here.tries, here.done) == ("both", 2, True)

    def test_two_copies_of_one_question_in_a_notebook_agree(self, work: aw.WorkFile) -> None:
        one, two = who(work=work), who(work=work)
        one.answer = "both"
        assert (two.answer, two.tries) == ("both", 1)

    def test_news_of_other_work_leave_what_stands_in_the_inputs_alone(
        self, work: aw.WorkFile
    ) -> None:
        question = who(work=work)
        question.answer = "the client"
        question._entered = "both"
        aw.Question.choice("other", "?", "ab", work=work).answer = "a"
        assert (question._entered, question.answer) == ("both", "the client")

    def test_an_answer_that_is_taken_back_is_no_try(self, work: aw.WorkFile) -> None:
        question = who(work=work)
        question.answer = "both"
        question.answer = None
        assert (question.tries, question.done, question.correct) == (1, False, None)
        assert who(work=aw.WorkFile()).tries == 1

    def test_an_undone_answer_is_open_again(self, work: aw.WorkFile) -> None:
        question = who(work=work)
        question.answer = "both"
        with question.desk.changing():
            work.undo("answer")
        assert (question.answer, question.done, question.message) == (None, False, "")

    def test_every_answer_stays_in_the_history(self, work: aw.WorkFile) -> None:
        question = who(work=work)
        for answer in ("the client", "the therapist", "both"):
            question.answer = answer
        kept = [entry.data["value"] for entry in work.history("answer", "04/who")]
        assert kept == ["the client", "the therapist", "both"]

    @pytest.mark.parametrize(
        "data",
        [
            {"value": "an option of an older version", "tries": 2},
            {"value": {"a": [1]}, "tries": -4, "hints": 99, "confidence": "??", "skipped": "yes"},
            {"something": "else"},
            {"value": 3, "tries": True, "hints": "many"},
        ],
    )
    def test_what_is_no_answer_to_this_question_counts_as_none(
        self, work: aw.WorkFile, data: dict
    ) -> None:
        work.record("answer", "04/who", **data)
        question = who(work=work, hints=["h"])
        assert (question.answer, question.confidence, question.done) == (None, None, False)
        assert question.hints_used <= 1
        question.answer = "both"
        assert work.get("answer", "04/who")["value"] == "both"

    def test_a_closed_question_hears_nothing_more(self, work: aw.WorkFile) -> None:
        closed, other = who(work=work), who(work=work)
        closed.close()
        other.answer = "both"
        assert closed.answer is None


class TestReveal:
    def test_show_is_called_only_after_the_commit(self, noor: pd.DataFrame) -> None:
        calls: list[int] = []

        def show() -> Any:
            calls.append(1)
            return aw.charts.alliance_trajectory(noor)

        reveal = aw.Reveal(who(), show)
        assert (calls, reveal.revealed, reveal.children) == ([], False, (reveal.question,))
        assert labels(reveal.question) == ["Commit to see the answer", "Show me without guessing"]
        press(reveal.question, "check", entered="")
        assert calls == []
        press(reveal.question, "check", entered="both")
        assert (calls, reveal.revealed) == ([1], True)
        assert isinstance(reveal.children[1], aw.ChartView)
        assert labels(reveal.question) == []
        assert reveal.question._locked

    def test_shown_without_a_guess_is_remembered_and_no_answer(self, work: aw.WorkFile) -> None:
        reveal = aw.Reveal(who(work=work), "Both.")
        press(reveal.question, "skip")
        assert (reveal.revealed, reveal.question.answer) == (True, None)
        assert reveal.question.message == "The answer: both.\nShown without a guess."
        again = aw.Reveal(who(work=aw.WorkFile()), "Both.")
        assert (again.revealed, again.question.skipped, again.question.tries) == (True, True, 0)

    def test_who_committed_in_an_earlier_run_sees_it_at_once(self, work: aw.WorkFile) -> None:
        who(work=work).answer = "the client"
        assert aw.Reveal(who(work=aw.WorkFile()), "Both.").revealed

    def test_what_is_committed_in_another_notebook_is_shown_here(self, work: aw.WorkFile) -> None:
        here = aw.Reveal(who(work=work), "Both.")
        who(work=aw.WorkFile()).answer = "both"
        here.question.desk.look()
        assert here.revealed

    def test_an_undone_commit_hides_it_again(self, work: aw.WorkFile) -> None:
        reveal = aw.Reveal(who(work=work), "Both.")
        reveal.question.answer = "both"
        with reveal.question.desk.changing():
            work.undo("answer")
        assert (reveal.revealed, reveal.children) == (False, (reveal.question,))
        reveal.question.answer = "both"
        assert len(reveal.children) == 2

    @pytest.mark.parametrize("how", ["itself", "made"])
    def test_widgets_charts_and_texts_can_be_shown(self, how: str) -> None:
        chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x")
        button = ipw.Button(description="x")
        for content, kind in ((chart, aw.ChartView), (HTML, ipw.HTML), (button, ipw.Button)):
            key = ("reveal", kind.__name__)
            question = aw.Question.choice(key, "?", ["a", "b"])
            reveal = aw.Reveal(question, content if how == "itself" else lambda c=content: c)
            question.answer = "a"
            assert isinstance(reveal.children[1], kind)

    def test_a_text_that_looks_like_html_stays_text(self) -> None:
        reveal = aw.Reveal(who(), HTML)
        reveal.question.answer = "both"
        assert "<script>" not in reveal.children[1].value
        assert "&lt;script&gt;" in reveal.children[1].value

    def test_what_cannot_be_shown_is_refused_in_words(self) -> None:
        with pytest.raises(aw.QuestionError, match="a int cannot be shown"):
            aw.Reveal(who(), 3)
        with pytest.raises(aw.QuestionError, match="a str is no question"):
            aw.Reveal("Who?", "Both.")
        reveal = aw.Reveal(who(), lambda: 3)
        reveal.question.answer = "both"
        assert "a int cannot be shown" in reveal.children[1].value

    def test_a_function_that_fails_is_said_and_raised_and_the_answer_kept(
        self, work: aw.WorkFile
    ) -> None:
        reveal = aw.Reveal(who(work=work), lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reveal.question.answer = "both"
        assert "could not be made (ZeroDivisionError" in reveal.children[1].value
        assert work.get("answer", "04/who")["value"] == "both"

    @pytest.mark.parametrize(("asked", "built"), [("1", 1), ("", 0), ("0", 0)])
    def test_with_everything_built_solutions_cannot_rot_and_nothing_shows_earlier(
        self, monkeypatch: pytest.MonkeyPatch, asked: str, built: int
    ) -> None:
        monkeypatch.setenv("ALLIANCE_BUILD_ALL", asked)
        calls: list[int] = []

        def show() -> str:
            calls.append(1)
            return "Both."

        reveal = aw.Reveal(who(), show)
        assert (len(calls), reveal.revealed, len(reveal.children)) == (built, False, 1)
        reveal.question.answer = "both"
        assert len(calls) == 1
        if built:
            with pytest.raises(ZeroDivisionError):
                aw.Reveal(who(), lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                aw.TrajectorySketch(3, key="rot", truth=lambda: 1 / 0)

    def test_nothing_of_the_answer_is_in_any_model_before(self) -> None:
        said = {"a": "xylophone-a", "b": "xylophone-b"}
        question = aw.Question.choice("x", "?", said, "b", hints=["xylophone-hint"])
        aw.Reveal(question, lambda: ipw.Label(value="xylophone-answer"))
        assert "xylophone" not in page_knows()
        press(question, "check", entered="a")
        assert {"xylophone-a", "xylophone-answer"} <= set(
            re.findall(r"xylophone-\w+", page_knows())
        )
        assert "xylophone-b" not in page_knows()

    def test_a_cell_run_again_leaves_nothing_behind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cells, "_made", {})
        monkeypatch.setattr(cells, "_running_cell", lambda: ("c", 1))
        reveal = aw.Reveal(who(), lambda: ipw.Label(value="shown"))
        reveal.question.answer = "both"
        shown = reveal.children[1]
        monkeypatch.setattr(cells, "_running_cell", lambda: ("c", 2))
        again = aw.Reveal(who(), lambda: ipw.Label(value="shown"))
        assert reveal.comm is None
        assert shown.comm is None
        assert again.revealed


TRUTH = [3.0, 3.2, 3.4, 3.6]


def test_a_prediction_that_was_wrong_is_told_the_answer(work: aw.WorkFile) -> None:
    asked = [
        aw.Question.number("n", "How many?", right=97, within=3, unit="%", work=work),
        aw.Question.choice("c", "Which?", {"a": "No.", "b": ""}, right="b", work=work),
        aw.Question.session("s", "When?", 4, right=3, work=work),
    ]
    for question, wrong, answer in zip(asked, (25, "a", 1), ("97 %", "b", "3"), strict=True):
        aw.Reveal(question, "behind it")
        question.answer = wrong
        assert question.message.startswith(f"Not so. The answer: {answer}.\n")


class TestMarks:
    """What is said beside an answer, and what is right only where nothing can be tried more."""

    def test_before_an_answer_there_is_none(self) -> None:
        for committed in (False, True):
            question = who()
            question.prediction = committed
            press(question, "check", entered="")
            assert marks(question) == {}

    def test_a_wrong_try_is_marked_and_the_right_one_is_not(self) -> None:
        question = who()
        question.answer = "the client"
        assert marks(question) == {"the client": "✗ not so"}
        question.answer = "both"
        assert marks(question) == {"both": "✓ right"}

    def test_a_committed_wrong_choice_shows_both(self) -> None:
        question = who()
        aw.Reveal(question, "behind it")
        question.answer = "the client"
        assert marks(question) == {"the client": "✗ not so", "both": "✓ right"}
        assert aw.Reveal(who(), "again").question._marks == question._marks

    def test_who_looks_without_a_guess_is_told_too(self) -> None:
        question = who()
        aw.Reveal(question, "behind it")
        press(question, "skip", entered="")
        assert marks(question) == {"both": "✓ right"}
        assert question.message == "The answer: both.\nShown without a guess."

    def test_an_opinion_has_no_marks(self) -> None:
        question = aw.Question.choice("04/o", "Which?", ["a", "b"])
        aw.Reveal(question, "behind it")
        question.answer = "a"
        assert marks(question) == {}
        assert "The answer" not in question.message

    @pytest.mark.parametrize(
        ("given", "committed", "mark", "said"),
        [
            (25, False, "✗ not so", "Not so.\nYour number is too low. You may answer again."),
            (25, True, "✗ not so: right is 97 %", "Not so. The answer: 97 %.\n"),
            (97, True, "✓ right", "Right.\nNearly all."),
            (95, False, "✓ right", "Right.\nNearly all."),
            (95, True, "✓ right, near enough: 97 %", "Right, near enough. The answer: 97 %.\nN"),
        ],
    )
    def test_a_number(self, given: int, committed: bool, mark: str, said: str) -> None:
        question = aw.Question.number("n", "?", right=97, within=3, unit="%", because="Nearly all.")
        question.prediction = committed
        question.answer = given
        assert marks(question) == {"": mark}
        assert question.message.startswith(said)

    def test_a_verdict_that_nothing_follows_has_a_line_of_its_own_too(self) -> None:
        question = aw.Question.number("n", "?", right=97, within=3, unit="%")
        question.prediction = True
        question.answer = 95
        assert question.message == "Right, near enough. The answer: 97 %.\n"

    def test_every_right_session_is_marked(self) -> None:
        question = aw.Question.session("s", "When?", 5, right=[4, 2])
        aw.Reveal(question, "behind it")
        question.answer = 1
        assert marks(question) == {"1": "✗ not so", "2": "✓ right", "4": "✓ right"}

    def test_what_is_known_less_exactly_than_the_number_is_told_so(self) -> None:
        question = aw.ask("01/names")
        aw.Reveal(question, "behind it")
        question.answer = 0.1
        assert question.message.startswith("Not so. The answer: above .64.\n")
        assert marks(question) == {"": "✗ not so: right is above .64"}


class TestTrajectorySketch:
    def test_the_rated_line_comes_only_with_the_commit(self) -> None:
        sketch = aw.TrajectorySketch(4, key="d", truth=TRUTH)
        assert (sketch.sessions, sketch._truth, sketch.comparison) == ((1, 2, 3, 4), [], "")
        assert "3.4" not in told(sketch)
        press(sketch, "check", entered=[3, 3, 3, 3])
        assert sketch.answer == [3.0, 3.0, 3.0, 3.0]
        assert sketch._truth == TRUTH
        assert sketch.message == sketch.comparison == compare_sketch([3] * 4, TRUTH)

    def test_a_function_is_asked_for_the_line_only_then(self) -> None:
        calls: list[int] = []

        def truth() -> Sequence[float]:
            calls.append(1)
            return TRUTH

        sketch = aw.TrajectorySketch(4, key="d", truth=truth)
        assert calls == []
        sketch.answer = TRUTH
        sketch.answer = [1, 1, 1, 1]
        assert calls == [1]

    def test_a_drawing_with_gaps_is_asked_about_once(self) -> None:
        sketch = aw.TrajectorySketch(6, key="d", truth=[3.0] * 6)
        gaps = [3, None, None, 3, 3, None]
        press(sketch, "check", entered=gaps)
        assert sketch.message.startswith(
            "Your line leaves out, by session: 2–3, 6 (ringed on the axis)."
        )
        assert (sketch.answer, sketch._truth) == (None, [])
        press(sketch, "check", entered=[3, None, 3, 3, 3, None])
        assert "leaves out, by session: 2, 6" in sketch.message
        press(sketch, "check")
        assert sketch.answer == [3.0, None, 3.0, 3.0, 3.0, None]
        assert "2 sessions are not compared" in sketch.message

    def test_an_empty_drawing_is_no_answer(self) -> None:
        sketch = aw.TrajectorySketch(3, key="d")
        for entered in (None, [None] * 3):
            press(sketch, "check", entered=entered)
            assert sketch.message == say("sketch.nothing_drawn")
        assert sketch.answer is None

    @pytest.mark.parametrize(
        "nonsense",
        ["3 3 3", [3, 3], [3, 3, 9], [3, 3, "x"], [3, 3, True], [3, 3, [3]], 7, [3, 3, math.inf]],
    )
    def test_nonsense_is_refused_in_words(self, nonsense: object) -> None:
        sketch = aw.TrajectorySketch(3, key="d")
        press(sketch, "check", entered=nonsense)
        assert "expected a list of 3 numbers from 1 to 5" in sketch.message
        with pytest.raises(TraitError, match="expected a list of 3 numbers"):
            sketch.answer = nonsense
        assert sketch.answer is None

    @pytest.mark.parametrize("n", [1, 40])
    def test_one_session_and_forty_work(self, n: int) -> None:
        sketch = aw.TrajectorySketch(n, key=("d", n), truth=[2.0] * n)
        sketch.answer = [3.0] * n
        assert len(sketch._truth) == n
        assert "nan" not in sketch.comparison

    def test_ratings_are_the_sessions_and_the_line(self, noor: pd.DataFrame) -> None:
        client = noor[noor["rater"] == "client"]
        sketch = aw.TrajectorySketch(noor.sample(frac=1, random_state=1), key="d", name="Noor")
        sketch.answer = [3] * 10
        assert sketch._truth == client.sort_values("session")["alliance"].tolist()
        assert sketch._ask["name"] == "Noor"
        therapist = aw.TrajectorySketch(noor, key="t", rater="therapist")
        assert therapist._ask["name"] == "Therapist"
        therapist.answer = [3] * 10
        assert therapist._truth != sketch._truth

    def test_a_session_nobody_rated_is_a_gap_in_the_line(self, noor: pd.DataFrame) -> None:
        sketch = aw.TrajectorySketch(range(9, 13), key="d", truth=noor)
        sketch.answer = [3, 3, 3, 3]
        assert sketch._truth[2:] == [None, None]
        assert "2 sessions are not compared" in sketch.comparison

    def test_the_drawing_comes_back_with_the_line(self, work: aw.WorkFile) -> None:
        aw.TrajectorySketch(4, key="d", truth=TRUTH, work=work).answer = [2, None, 3, 3]
        again = aw.TrajectorySketch(4, key="d", truth=TRUTH, work=aw.WorkFile())
        assert again.answer == again._entered == [2.0, None, 3.0, 3.0]
        assert again._truth == TRUTH
        assert again.comparison

    def test_a_drawing_over_another_number_of_sessions_is_not_taken(
        self, work: aw.WorkFile
    ) -> None:
        aw.TrajectorySketch(4, key="d", work=work).answer = [2, 2, 3, 3]
        assert aw.TrajectorySketch(5, key="d", work=work).answer is None

    def test_it_can_be_drawn_again_with_the_line_hidden(self, work: aw.WorkFile) -> None:
        sketch = aw.TrajectorySketch(4, key="d", truth=TRUTH, work=work)
        sketch.answer = [1, 1, 1, 1]
        assert labels(sketch) == ["Draw again"]
        press(sketch, "again")  # a line that was committed is not lost by one press
        assert sketch.answer == [1, 1, 1, 1]
        assert "This takes your line away" in sketch.message
        press(sketch, "again")
        assert (sketch.answer, sketch._truth, sketch._entered, sketch.done) == (
            None,
            [],
            None,
            False,
        )
        press(sketch, "check", entered=[2, 2, 2, 2])
        assert sketch.tries == 2
        assert len(work.history("answer", "d")) == 3

    def test_it_shows_itself_without_a_drawing_too(self) -> None:
        sketch = aw.TrajectorySketch(4, key="d", truth=TRUTH)
        press(sketch, "skip")
        assert (sketch._truth, sketch.comparison, sketch.answer) == (TRUTH, "", None)
        assert "skip" not in [b["kind"] for b in aw.TrajectorySketch(4, key="e")._buttons]

    def test_in_a_reveal_it_is_committed_once(self) -> None:
        reveal = aw.Reveal(aw.TrajectorySketch(4, key="d", truth=TRUTH), "There it was.")
        assert labels(reveal.question) == ["Commit to see the answer", "Show me without guessing"]
        press(reveal.question, "check", entered=TRUTH)
        assert (reveal.revealed, labels(reveal.question)) == (True, [])

    @pytest.mark.parametrize(
        ("settings", "fault"),
        [
            ({"low": 5, "high": 1}, "the lower one first"),
            ({"truth": [3.0, 3.0]}, "has 2 numbers"),
            ({"truth": [3.0, 3.0, 7.0]}, "goes from 3.0 to 7.0"),
            ({"truth": "333"}, "no list of numbers"),
            ({"truth": [3.0, 3.0, "x"]}, "no list of numbers"),
            ({"key": ""}, "the key is blank"),
            ({"text": " "}, "the text is blank"),
        ],
    )
    def test_faulty_settings_are_refused(self, settings: dict, fault: str) -> None:
        with pytest.raises(aw.QuestionError, match=fault):
            aw.TrajectorySketch(3, **{"key": "d", **settings})

    def test_ratings_of_several_clients_are_no_line(self) -> None:
        with pytest.raises(aw.QuestionError, match="one client"):
            aw.TrajectorySketch(aw.load_data("single_cases"), key="d")

    def test_a_function_that_gives_no_line_is_said(self) -> None:
        sketch = aw.TrajectorySketch(3, key="d", truth=lambda: [1.0])
        sketch.answer = [3, 3, 3]
        assert "has 1 numbers" in sketch.message


hundredths = st.integers(100, 500).map(lambda n: n / 100)
pairs = st.lists(st.tuples(hundredths, hundredths), min_size=2, max_size=12)


class TestCompareSketch:
    def test_rise_height_and_the_furthest_session_are_said(self) -> None:
        said = compare_sketch([3.0, 3.3, 3.6], [2.9, 2.5, 3.0])
        assert said == (
            "From the first to the last session you drew it rising by 0.6; it rises by 0.1. "
            "On average your line is 0.5 too high, furthest off at session 2 (0.8 too high)."
        )

    def test_too_low_and_falling(self) -> None:
        said = compare_sketch([3.0, 2.0], [4.0, 4.0], sessions=[7, 9])
        assert said == (
            "From the first to the last session "
            "you drew it falling by 1.0; it ends where it starts. "
            "On average your line is 1.5 too low, furthest off at session 9 (2.0 too low)."
        )

    def test_errors_that_cancel_out_are_not_called_right(self) -> None:
        said = compare_sketch([2.0, 4.0], [4.0, 2.0])
        assert "has the right height, and is 2.0 away from session to session" in said

    def test_the_same_line_one_session_and_none(self) -> None:
        assert compare_sketch(TRUTH, TRUTH) == say("sketch.same")
        assert compare_sketch([3], [3.4]) == "At session 1 you drew 3.0; it is 3.4."
        assert "nothing to compare" in compare_sketch([None, 3], [3, math.nan])
        assert "nothing to compare" in compare_sketch([], [])

    def test_only_sessions_on_both_lines_count(self) -> None:
        said = compare_sketch([5, None, 3, 3], [None, 1, 3, 4])
        assert said.startswith(
            "From the first to the last session "
            "you drew it ending where it starts; it rises by 1.0."
        )
        assert said.endswith("2 sessions are not compared: they are not on both lines.")

    def test_lines_of_another_length_and_no_numbers_are_refused(self) -> None:
        with pytest.raises(aw.QuestionError, match="the drawn line has 1 numbers"):
            compare_sketch([1], [1, 2])
        with pytest.raises(aw.QuestionError, match="no list of numbers"):
            compare_sketch(["x"], [1])

    @given(pairs)
    def test_the_height_that_is_said_is_the_mean_difference(
        self, both: list[tuple[float, float]]
    ) -> None:
        drawn, rated = zip(*both, strict=True)
        mean = sum(a - b for a, b in both) / len(both)
        said = compare_sketch(drawn, rated)
        height = re.search(r"On average your line is (\S+) too (high|low)", said)
        if height is None:
            assert abs(mean) < 0.05 + 1e-9
            assert "right height" in said or "the same at every session" in said
        else:
            assert float(height[1]) * (1 if height[2] == "high" else -1) == pytest.approx(
                mean, abs=0.0501
            )


def test_html_in_every_text_stays_text(work: aw.WorkFile) -> None:
    question = aw.Question.choice(
        ("html", HTML), HTML, {HTML: HTML, "b": HTML}, "b", hints=[HTML], work=work
    )
    press(question, "hint")
    question.answer = HTML
    assert question._ask["text"] == question._ask["options"][0] == question._hints[0] == HTML
    assert HTML in question.message
    assert aw.Question.choice(("html", HTML), HTML, {HTML: HTML, "b": HTML}, "b").answer == HTML


def test_questions_are_kept_where_the_student_s_work_is(own_work_folder: Path) -> None:
    who().answer = "both"
    kept = json.loads((own_work_folder / "alliance_work.json").read_text("utf-8"))["entries"]
    assert [entry["id"] for entry in kept] == ["answer/04%2Fwho", "student/code"]
    assert kept[0]["data"] == {
        "value": "both",
        "correct": True,
        "tries": 1,
        "hints": 0,
        "confidence": None,
        "skipped": False,
    }
