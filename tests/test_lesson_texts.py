"""The questions of the lessons as texts: whole, asked where they belong, faults said in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from lesson_asks import LESSONS, keys_of

import alliance_widgets as aw
from alliance_widgets.lessons import texts
from alliance_widgets.lessons.faults import schema
from alliance_widgets.lessons.texts import lesson_files, question_text, read_questions
from alliance_widgets.words import say

FILES = {file.name.removesuffix(".toml"): file for file in lesson_files().values()}
CHOICE = """
["me/who"]
kind = "choice"
question = "Who ruptures?"
hints = ["Count them."]
confidence = true
explanation = "Two people, one alliance."

[["me/who".answers]]
answer = "the client"
feedback = "One person cannot rupture alone."

[["me/who".answers]]
answer = "both"
right = true
"""
NUMBER = """
["me/share"]
kind = "number"
question = "How much?"
right = 7.7
within = 0.8
unit = "%"
between = { from = 0, to = 50 }
because = "r times r."

[["me/share".feedback]]
from = 25
to = 30
say = "That is r itself."

[["me/share".feedback]]
to = 6.89
say = "More."
"""
SESSION = """
["me/at"]
kind = "session"
question = "When?"
sessions = 5
right = [3, 4]
because = "There it falls."

[["me/at".feedback]]
session = 2
say = "There it rises."
"""
SKETCH = """
["me/line"]
kind = "sketch"
question = "Draw it."
sessions = 3
low = 0
high = 10
name = "Rated"
"""


@pytest.fixture
def own(tmp_path: Path) -> Any:
    """A function that writes a file of questions and asks the first of them."""

    def asking(text: str, key: str = "", **given: Any) -> aw.Question:
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        found = re.search(r'\["(.+?)"\]', text)
        return aw.ask(key or (found[1] if found else "me/who"), file=path, **given)

    return asking


def problems(asking: Any, *args: Any, **given: Any) -> tuple[str, ...]:
    with pytest.raises(aw.QuestionError) as caught:
        asking(*args, **given)
    return caught.value.problems


# ---- the lessons' own files ------------------------------------------------------------------


def test_each_lesson_has_its_file_under_its_own_name() -> None:
    assert list(FILES) == [lesson.stem for lesson in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_what_a_lesson_asks_stands_in_its_file_and_nothing_there_is_never_asked(
    lesson: Path,
) -> None:
    asked, written = keys_of(lesson), list(read_questions(FILES[lesson.stem]))
    assert asked == written, "in the order of the lesson, each once"
    assert {key.partition("/")[0] for key in written} == {lesson.stem[:2]}


@pytest.mark.parametrize("key", [key for lesson in LESSONS for key in keys_of(lesson)])
def test_each_question_of_the_lessons_can_be_asked(key: str) -> None:
    question, text = aw.ask(key), question_text(key)
    assert question.key == key
    assert question.text == text.fields.get("question", say("sketch.text"))
    assert list(question.hints) == text.fields.get("hints", [])


def test_the_right_answer_of_a_choice_is_explained_as_well() -> None:
    for file in FILES.values():
        for key, fields in read_questions(file).items():
            for each in fields.get("answers", ()):
                judged = any(other.get("right") for other in fields["answers"])
                assert each.get("feedback") or not judged, f"{key}: {each['answer']}"


def test_no_text_carries_marks_that_the_page_would_show_as_they_stand() -> None:
    for file in lesson_files().values():
        shown = file.read_text("utf-8")
        assert re.findall(r"[*`]+\w[^*`\n]*[*`]+|</?\w+>", shown) == [], file.name


def test_every_translation_fits_to_its_lesson() -> None:
    folder = Path(texts.__file__).parent
    for file in folder.glob("*/*.toml"):
        assert file.stem in FILES
        read_questions(file, read_questions(FILES[file.stem]))


def test_the_schema_is_one_and_says_of_every_field_what_it_means() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    plain = {"kind", "question", "answer", "say", "session"}
    for name in ("choice", "answer", "number", "region", "session", "session_feedback", "sketch"):
        for field, rule in schema()["$defs"][name]["properties"].items():
            pointed = schema()["$defs"].get(str(rule.get("$ref", "")).rpartition("/")[2], {})
            assert field in plain or "description" in {**pointed, **rule}, f"{name}.{field}"


# ---- files of one's own ----------------------------------------------------------------------


def test_a_choice_is_as_its_file_says(own: Any) -> None:
    question = own(CHOICE)
    assert (question.key, question.text) == ("me/who", "Who ruptures?")
    assert question.kind.right == "both"
    assert question.kind.feedback["the client"] == "One person cannot rupture alone."
    assert question.hints == ("Count them.",)
    assert question.explanation == "Two people, one alliance."
    assert [level for level, _ in question._ask["levels"]] == ["guess", "fairly_sure", "certain"]


def test_a_number_is_as_its_file_says(own: Any) -> None:
    judge = own(NUMBER).kind.judge
    assert own(NUMBER).kind.limits == (0, 50)
    assert (judge(8).correct, judge(8).feedback) == (True, "r times r.")
    assert judge(28).feedback == "That is r itself."
    assert judge(3).feedback == "More."
    assert judge(40).feedback == say("question.too_high")


def test_a_session_is_as_its_file_says(own: Any) -> None:
    kind = own(SESSION).kind
    assert (kind.sessions, kind.right) == ((1, 2, 3, 4, 5), {3, 4})
    assert (kind.judge(4).feedback, kind.judge(2).feedback) == (
        "There it falls.",
        "There it rises.",
    )


def test_a_sketch_is_as_its_file_says(own: Any) -> None:
    sketch = own(SKETCH, truth=[1, 2, 10])
    assert isinstance(sketch, aw.TrajectorySketch)
    assert (sketch.text, sketch.sessions) == ("Draw it.", (1, 2, 3))
    sketch.answer = [0, 2, 10]
    assert sketch._truth == [1, 2, 10]


def test_what_a_cell_computes_stands_in_for_what_the_file_says(own: Any) -> None:
    rated = pd.DataFrame({"client": "x", "session": [2, 4], "alliance": [3.0, 4.0]})
    both = CHOICE.replace("right = true", 'feedback = "Each alone cannot."')
    assert own(both, right="the client").kind.right == "the client"
    assert own(NUMBER, right=8).kind.right == 8
    at = own(SESSION.replace("session = 2", "session = 4"), case=[3, 4, 9], right=9)
    assert (at.kind.sessions, at.kind.right) == ((3, 4, 9), {9})
    drawn = own(SKETCH.replace("sessions = 3\n", ""), case=rated)
    assert drawn.sessions == (2, 4)


def test_a_file_that_was_corrected_is_read_again(own: Any) -> None:
    assert own(CHOICE).text == "Who ruptures?"
    assert own(CHOICE.replace("Who ruptures?", "Who repairs?")).text == "Who repairs?"


def test_a_file_may_begin_with_the_mark_that_some_editors_write(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(CHOICE, encoding="utf-8-sig")
    assert aw.ask("me/who", file=str(path)).text == "Who ruptures?"


# ---- faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "near"),
    [("04/fal", '"04/fall"'), ("4/fall", '"04/fall"'), ("04/nonsense", '"04/'), ("", '"00/')],
)
def test_an_unknown_key_names_those_that_are_like_it(key: str, near: str) -> None:
    [problem] = problems(aw.ask, key)
    assert f"there is no question {key!r}" in problem
    assert near in problem


@pytest.mark.parametrize("key", [None, 4, ["04", "fall"], ("04", "fall")])
def test_a_key_of_another_kind_is_none(key: Any) -> None:
    assert "there is no question" in problems(aw.ask, key)[0]


NO_QUESTION = CHOICE.replace('question = "Who ruptures?"\n', "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NO_QUESTION, "question “me/who”: the field “question” is missing; add it."),
        (
            CHOICE.replace("\nquestion", "\nqestion"),
            "question “me/who”: there is no field “qestion”; is “question” meant? Known are: ",
        ),
        (
            CHOICE.replace("feedback", "feedbak"),
            "question “me/who”, field “answers 1”: there is no field “feedbak”; is “feedback”",
        ),
        (
            CHOICE.replace("hints", "unit = '%'\nhints"),
            "question “me/who”: there is no field “unit”; leave it out. Known are: kind, ",
        ),
        (
            CHOICE.replace('"choice"', '"chioce"'),
            'field “kind”: \'chioce\' stands there; expected one of these: "choice", "match"',
        ),
        (CHOICE.replace('kind = "choice"\n', ""), "the field “kind” is missing"),
        (
            CHOICE.replace("confidence = true", 'confidence = "yes"'),
            "field “confidence”: 'yes' stands there; expected true or false",
        ),
        (CHOICE.replace('["Count them."]', '"Count them."'), "expected a list"),
        (CHOICE.replace("Count them.", " "), "field “hints 1”: ' ' stands there; expected a text"),
        (
            NUMBER.replace("= 7.7", '= "7.7"'),
            "field “right”: '7.7' stands there; expected a",
        ),
        (NUMBER.replace("= 0.8", "= -1"), "field “within”: -1 stands there; expected at least 0"),
        (NUMBER.replace("from = 0, to = 50", ""), "field “between”: {} stands there; expected at"),
        (
            NUMBER.replace("= 25", '= "25"'),
            "field “feedback 1 from”: '25' stands there",
        ),
        (SESSION.replace("[3, 4]", "[3.5]"), "field “right 1”: 3.5 stands there; expected a whole"),
        ('["me/x"]\nkind = "choice"\nquestion = "?"\nanswers = []', "expected at least 2 of them"),
        ('kind = "choice"', "'kind' is no key; expected the number of the lesson, a slash"),
        ('["me/x"]\nkind = "number', "own.toml cannot be read as TOML:"),
        ("", "own.toml, it holds no question; begin one with its key"),
    ],
)
def test_a_fault_of_a_file_names_file_question_field_and_fix(
    own: Any, text: str, said: str
) -> None:
    found = problems(own, text)
    assert any(said in problem for problem in found), found
    assert all(problem.startswith("own.toml") for problem in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CHOICE.replace("feedback =", "#"), "the answer 'the client' has no feedback"),
        (CHOICE.replace("feedback", "right = true\nfeedback"), "2 answers are marked as right"),
        (CHOICE.replace("the client", "both"), "'both' stands there twice"),
        (CHOICE.replace("right =", 'kept_as = "the client"\nright ='), "'the client' stands there"),
        (NUMBER.replace("= 25", "= 8"), "the feedback for (8, 30) would also be said to the right"),
        (NUMBER.replace("= 25", "= 31"), "the range (31, 30) of a feedback is not two numbers"),
        (NUMBER.replace("= 7.7", "= nan"), "right is nan; expected a number"),
        (SESSION.replace("session = 2", "session = 6"), "6"),
        (SESSION.replace("sessions = 5\n", ""), "how many sessions there are is missing"),
        (SKETCH.replace("sessions = 3\n", ""), "how many sessions there are is missing"),
        (SKETCH.replace("low = 0", "low = 10"), "low is 10"),
    ],
)
def test_a_question_that_contradicts_itself_is_named_with_its_file(
    own: Any, text: str, said: str
) -> None:
    found = problems(own, text)
    assert any(said in problem for problem in found), found
    assert all(re.match(r"own\.toml, question “me/\w+”: ", problem) for problem in found)


def test_all_faults_of_a_file_are_named_at_once(own: Any) -> None:
    text = NO_QUESTION.replace("feedback", "feedbak") + NUMBER.replace("= 7.7", '= "7.7"')
    assert len(problems(own, text)) == 3


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (CHOICE, {"case": 3}),
        (NUMBER, {"truth": [1]}),
        (SKETCH, {"right": 1}),
        (SESSION, {"truth": 1}),
    ],
)
def test_what_a_question_does_not_take_is_refused(
    own: Any, text: str, given: dict[str, Any]
) -> None:
    [problem] = problems(own, text, **given)
    assert f"takes no {next(iter(given))} from the cell" in problem


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone.toml"
    assert "there is no file" in problems(aw.ask, "me/who", file=path)[0]
    assert "gone.toml" in problems(aw.ask, "me/who", file="gone.toml")[0]


@pytest.mark.parametrize("text", [CHOICE, NUMBER, SESSION])
@pytest.mark.parametrize("right", ["soon", [[1]], object(), float("nan"), pd.NA, -1, True])
def test_a_right_answer_that_can_be_none_is_refused_in_words(
    own: Any, text: str, right: Any
) -> None:
    assert problems(own, text, right=right)[0].startswith("own.toml, question “me/")


# ---- answers that are worded anew, and translations ------------------------------------------


def kept(work: aw.WorkFile, key: str) -> Any:
    return work.get("answer", key)["value"]


def test_an_answer_that_is_worded_anew_keeps_its_name_in_the_work_file(
    own: Any, tmp_path: Path
) -> None:
    work = aw.WorkFile(tmp_path / "work.json")
    own(CHOICE, work=work).answer = "both"
    worded = CHOICE.replace('"both"', '"the two of them"\nkept_as = "both"')
    again = own(worded, work=work)
    assert (again.answer, again.correct) == ("the two of them", True)
    again.answer = "the client"
    again.answer = "the two of them"
    assert kept(work, "me/who") == "both"


@pytest.fixture
def in_german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lesson "me" and its folder of German texts; German is spoken."""
    (tmp_path / "me_a_lesson.toml").write_text(CHOICE + NUMBER, encoding="utf-8")
    (tmp_path / "de").mkdir()
    monkeypatch.setattr(texts, "_folder", lambda: tmp_path)
    monkeypatch.setenv("ALLIANCE_LANGUAGE", "de")
    texts._of_the_kit.cache_clear()
    yield tmp_path / "de" / "me_a_lesson.toml"
    texts._of_the_kit.cache_clear()


GERMAN = """
["me/who"]
question = "Wer bricht?"
answers = [
  { answer = "die Klientin", feedback = "Niemand bricht allein." },
  { answer = "beide" },
]
"""


def test_a_translation_is_asked_and_its_answers_are_kept_under_the_names_of_the_original(
    in_german: Path, tmp_path: Path
) -> None:
    in_german.write_text(GERMAN, encoding="utf-8")
    work = aw.WorkFile(tmp_path / "work.json")
    question = aw.ask("me/who", work=work)
    assert question.text == "Wer bricht?"
    assert (question.kind.right, list(question.hints)) == ("beide", ["Count them."])
    question.answer = "die Klientin"
    assert "Niemand bricht allein." in question.message
    assert kept(work, "me/who") == "the client"
    assert aw.ask("me/who", work=work).answer == "die Klientin"
    assert aw.ask("me/share").text == "How much?", "what is not translated is asked in English"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GERMAN.replace("me/who", "me/wer"), "question “me/wer” is translated, and the original"),
        (GERMAN.replace('  { answer = "beide" },\n', ""), "the original has 2 there"),
        (GERMAN.replace("question =", "frage ="), "there is no field “frage”"),
        ('["me/share"]\nfeedback = "Mehr."', "the original has 2 there"),
    ],
)
def test_a_translation_that_does_not_fit_says_so(in_german: Path, text: str, said: str) -> None:
    in_german.write_text(text, encoding="utf-8")
    found = problems(aw.ask, "me/who")
    assert any(said in problem for problem in found), found


def test_what_a_question_explains_afterwards_is_what_a_reveal_shows(own: Any) -> None:
    shown = aw.Reveal(own(CHOICE))
    assert "Two people" not in json.dumps([repr(child) for child in shown.children])
    shown.question.answer = "both"
    assert "Two people, one alliance." in shown.children[1].value
    with pytest.raises(aw.QuestionError, match="there is nothing to show"):
        aw.Reveal(own(NUMBER))
