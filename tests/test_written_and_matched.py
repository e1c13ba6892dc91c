"""Two kinds of question: a text in one's own words, and rows that each go with a choice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from question_marks import marks
from traitlets import TraitError

import alliance_widgets as aw
from alliance_widgets.widgets.questions.kinds import Match, NoAnswer, Written
from alliance_widgets.words import say

WRITTEN = """
["me/goodbye"]
kind = "text"
question = "Your last sentence:"
lines = 3
most = 200
explanation = "What others wrote."
"""
MATCH = """
["me/match"]
kind = "match"
question = "Which is which?"
choices = ["A", "B", "C"]
because = "Width tells how much is known."
rows = [
  { name = "adults", row = "adults", right = "A", feedback = "Many studies, a narrow interval." },
  { name = "youth", row = "young people", right = "C", feedback = "Few studies, a wide one." },
]
"""
FIT = {"adults": "A", "youth": "C"}


@pytest.fixture
def asked(tmp_path: Path) -> Any:
    def asking(text: str, key: str, **given: Any) -> aw.Question:
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return aw.ask(key, file=path, **given)

    return asking


def press(question: aw.Question, entered: Any) -> None:
    told = {"kind": "check", "count": question._answered + 1, "entered": entered}
    question._handle_custom_msg({"press": told}, [])


# ---- a text ----------------------------------------------------------------------------------


def test_a_text_is_kept_as_it_was_written_and_back_when_it_is_asked_again(
    asked: Any, tmp_path: Path
) -> None:
    work = aw.WorkFile(tmp_path / "work.json")
    question = asked(WRITTEN, "me/goodbye", work=work)
    assert (question._ask["kind"], question._ask["lines"]) == ("text", 3)
    press(question, "  Keep the sheets.\r\nOr burn them. 😀 \n")
    assert question.answer == "Keep the sheets.\nOr burn them. 😀"
    assert (question.correct, question.tries, question.message) == (None, 1, "Noted.")
    again = asked(WRITTEN, "me/goodbye", work=aw.WorkFile(work.path))
    assert again.answer == again._entered == question.answer


@pytest.mark.parametrize("entered", ["", "  \n\t ", None, 3, ["a"], {"a": 1}])
def test_nothing_written_is_no_answer(asked: Any, entered: Any) -> None:
    question = asked(WRITTEN, "me/goodbye")
    press(question, entered)
    assert question.message == say("question.write_first")
    assert (question.answer, question.tries) == (None, 0)


def test_a_text_of_ten_thousand_signs_is_refused_in_words_and_stays_in_the_box(asked: Any) -> None:
    question, long = asked(WRITTEN, "me/goodbye"), "x" * 10_000
    press(question, long)
    assert "10000 signs, and up to 200 are kept" in question.message
    assert question.answer is None
    assert question._entered == long
    with pytest.raises(TraitError, match="10000 signs"):
        question.answer = long
    assert Written(most=10_000).read(long) == long


def test_a_text_that_tells_who_somebody_is_is_kept_with_the_usual_reminder(asked: Any) -> None:
    question = asked(WRITTEN, "me/goodbye")
    press(question, "Dear Mr Miller, call me: 030 1234567")
    assert question.answer.startswith("Dear Mr Miller")
    assert aw.warn_identifying(question.answer) in question.message


def test_before_a_text_is_out_of_reach_the_reminder_comes_first_and_once(asked: Any) -> None:
    question = asked(WRITTEN, "me/goodbye")
    reveal = aw.Reveal(question, lambda: "shown")
    for text in ("Call me at 0170 1234567.", "I am called Peter."):
        press(question, text)
        assert question.message.startswith(aw.warn_identifying(text) or "?")
        assert question.message.endswith("press once more to keep it as it is.")
        assert (question.answer, question.done, question._locked) == (None, False, False)
    press(question, "I am called Peter.")
    assert (question.answer, question._locked) == ("I am called Peter.", True)
    assert reveal.question.done


def test_a_text_that_tells_nobody_is_kept_at_once(asked: Any) -> None:
    question = asked(WRITTEN, "me/goodbye")
    aw.Reveal(question, lambda: "shown")
    press(question, "Thank you for the sheets.")
    assert question.answer == "Thank you for the sheets."


def test_a_text_with_html_is_only_a_text(asked: Any) -> None:
    question, html = asked(WRITTEN, "me/goodbye"), "<img src=x onerror=alert(1)> & <b>"
    press(question, html)
    assert question.answer == html
    assert question.message == "Noted."


def test_what_others_wrote_is_shown_after_the_text_and_named_as_that(asked: Any) -> None:
    question = asked(WRITTEN, "me/goodbye")
    shown = aw.Reveal(question)
    assert question._buttons[0]["label"] == say("question.keep_and_see")
    assert not shown.revealed
    press(question, "Goodbye.")
    assert shown.revealed
    assert question.message == "Noted."
    assert "What others wrote." in shown.children[1].value


# ---- rows and choices ------------------------------------------------------------------------


def test_rows_are_matched_with_choices_and_each_wrong_one_is_explained(
    asked: Any, tmp_path: Path
) -> None:
    work = aw.WorkFile(tmp_path / "work.json")
    question = asked(MATCH, "me/match", work=work)
    assert [name for name, _ in question._ask["levels_of"]] == ["A", "B", "C"]
    press(question, {"youth": "B", "adults": "A"})
    assert (question.correct, question.answer) == (False, {"adults": "A", "youth": "B"})
    assert question.message.startswith("1 of 2 fit.\nFew studies, a wide one.")
    assert marks(question) == {"adults": "✓ fits", "youth": "✗ not so"}  # to be tried again
    assert "narrow" not in question.message
    press(question, FIT)
    assert (question.correct, question.tries) == (True, 2)
    assert question.message == "Right.\nWidth tells how much is known."
    assert marks(question) == {"adults": "✓ fits", "youth": "✓ fits"}
    assert asked(MATCH, "me/match", work=aw.WorkFile(work.path)).answer == FIT


def test_a_prediction_tells_the_whole_solution(asked: Any) -> None:
    question = asked(MATCH, "me/match")
    aw.Reveal(question, "a chart")
    assert marks(question) == {}
    press(question, {"adults": "B", "youth": "C"})
    assert question.message.startswith("1 of 2 fit. The answer: adults: A; young people: C.\n")
    assert marks(question) == {"adults": "✗ not so: right is A", "youth": "✓ fits"}
    assert "adults: B; young people: C" in question.description


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (None, "2 of the 2 are not matched yet."),
        ({}, "2 of the 2"),
        ({"adults": "A"}, "1 of the 2 are not matched yet."),
        ({"adults": "D", "youth": "A"}, "'D' is none of the answers. They are: A, B, C."),
        ({"adults": ["A"], "youth": "A"}, "['A'] is none"),
        ({"love": "A"}, "is none of the answers"),
        ("A", "'A' is none of the answers"),
        ([1], "[1] is none of the answers"),
    ],
)
def test_what_is_no_full_match_is_said_and_takes_no_try(
    asked: Any, entered: Any, said: str
) -> None:
    question = asked(MATCH, "me/match")
    press(question, entered)
    assert said in question.message
    assert (question.answer, question.tries) == (None, 0)
    with pytest.raises(NoAnswer):
        question.kind.read(entered)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MATCH.replace('right = "A"', 'right = "D"'), "the right one for 'adults' is 'D', and"),
        (MATCH.replace('name = "youth"', 'name = "adults"'), "'adults' stands there twice"),
        (MATCH.replace('"B"', '"A"'), "'A' stands there twice"),
        (MATCH.replace('right = "A", ', ""), "the field “right” is missing"),
        (MATCH.replace('row = "adults"', 'row = " "'), "' ' stands there; expected a text"),
        (MATCH.replace("because", "becuase"), "there is no field “becuase”; is “because” meant?"),
        (WRITTEN.replace("lines = 3", "lines = 0"), "0 stands there; expected at least 1"),
        (WRITTEN.replace("most = 200", 'most = "many"'), "'many' stands there; expected"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_place(asked: Any, text: str, said: str) -> None:
    with pytest.raises(aw.QuestionError) as caught:
        asked(text, "me/match" if "match" in text else "me/goodbye")
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_neither_takes_its_answer_from_the_cell(asked: Any) -> None:
    for text, key in ((MATCH, "me/match"), (WRITTEN, "me/goodbye")):
        with pytest.raises(aw.QuestionError, match="takes no right"):
            asked(text, key, right="A")


def test_a_match_made_by_hand_names_every_fault_of_it() -> None:
    with pytest.raises(aw.QuestionError) as caught:
        Match({"a": " "}, ("A", "A"), {"a": "B"}, {})
    assert len(caught.value.problems) == 4


def test_a_translation_keeps_the_names_and_the_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alliance_widgets.lessons import texts

    (tmp_path / "me_a_lesson.toml").write_text(MATCH, encoding="utf-8")
    (tmp_path / "de").mkdir()
    german = '["me/match"]\nquestion = "Was ist was?"\nrows = [\n'
    german += '  { row = "Erwachsene", feedback = "Viele Studien." },\n  { row = "Junge" },\n]\n'
    (tmp_path / "de" / "me_a_lesson.toml").write_text(german, encoding="utf-8")
    monkeypatch.setattr(texts, "_folder", lambda: tmp_path)
    monkeypatch.setenv("ALLIANCE_LANGUAGE", "de")
    texts._of_the_kit.cache_clear()
    question = aw.ask("me/match")
    texts._of_the_kit.cache_clear()
    assert question._ask["rows"] == [["adults", "Erwachsene"], ["youth", "Junge"]]
    question.answer = {"adults": "C", "youth": "C"}
    assert "Viele Studien." in question.message
