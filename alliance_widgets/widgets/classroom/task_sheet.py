"""A task by seed: data of one's own, the lab to look at them, and questions without feedback."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as ipw
import pandas as pd

from alliance_widgets.arguments import as_shown, check_choice
from alliance_widgets.errors import QuestionError
from alliance_widgets.tasks import TASKS, Task, checked, made_task
from alliance_widgets.widgets.clinics.dropout_explorer import DropoutExplorer
from alliance_widgets.widgets.page import report as make
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.page.runtime import OfParts
from alliance_widgets.widgets.questions.question import Question
from alliance_widgets.widgets.rules.noise_lab import NoiseLab
from alliance_widgets.widgets.rules.rule_comparator import RuleComparator
from alliance_widgets.words import say

__all__ = ["TaskSheet", "task"]

MOST_SEED = 60  # signs


def task(name: str, seed: object = None, *, work: WorkGiven = None) -> TaskSheet:
    """A marked task: simulated data of one's own, and what is asked about them.

    Whoever has the name and the seed has the same data, questions and right answers, on any
    machine: hand out one seed to each student, or let the student code be the seed.

    Read with care: the right answers are one call away for a student who writes code, as they are
    for you. What can be marked beside them is the sentence that says what they mean.

    Parameters
    ----------
    name : {"dropout", "ruptures", "noise"}
        Who leaves a clinic and by whose definition; one case and two rules; what a rule finds in
        pure noise.
    seed : int or str, optional
        A number, or a student code such as "amber-finch-27"; left out, the code of the student's
        own work file.
    work : WorkFile or path, optional
        Where the answers are kept; the student's own work file if left out.

    Returns
    -------
    TaskSheet
        The data, the lab to look at them, and the questions, which say nothing of right or wrong.
        For the instructor `sheet` holds the right answers and `check` marks what was given.

    Raises
    ------
    QuestionError
        For an unknown task, and a seed that is neither a whole number from 0 nor a short text.
    """
    check_choice("name", name, tuple(TASKS), QuestionError)
    return TaskSheet(made_task(name, _seed_of(seed, work)), work=work)


class TaskSheet(OfParts, ipw.VBox):
    """A task as its student sees it, with an answer sheet and a checker for the instructor.

    Made by `task`. Nothing on the page says whether an answer is right.

    Read with care: `sheet` is for the instructor; nothing hides it from who asks for it.

    Parameters
    ----------
    task : Task
        What was drawn.
    work : WorkFile or path, optional
        Where the answers are kept; the student's own work file if left out.

    Attributes
    ----------
    ratings, courses : DataFrame or None
        The data, where the task has such a table.
    questions : tuple of Question
        As they stand on the page.
    sheet : DataFrame
    """

    def __init__(self, task: Task, *, work: WorkGiven = None) -> None:
        self.task = task
        self.ratings, self.courses = task.tables.get("ratings"), task.tables.get("courses")
        self.head, self.lab = Report(), self._made_lab(work)
        self.head.show(self._said(), self._title)
        self.questions = tuple(
            Question.number(
                self.task.key_of(each), each.text, unit=each.unit, between=each.between, work=work
            )
            for each in task.asked
        )
        super().__init__(children=(self.head, self.lab, *self.questions))
        close_earlier_run(self)

    def __repr__(self) -> str:
        return " ".join([self.head.description, *(each.text for each in self.questions)])

    @property
    def sheet(self) -> pd.DataFrame:
        """The answer sheet: one row per question.

        Columns `question`, `text`, `right`, `within` (how far an answer may lie from it) and
        `unit`.
        """
        return self.task.sheet

    def check(self, given: object) -> pd.DataFrame:
        """Mark answers: those handed over, or those of this seed in a class's work.

        Parameters
        ----------
        given : mapping of str to number, Pool, or DataFrame
            Answers by the question's name in `sheet`; or what `pool` gives, or its `answers`.

        Returns
        -------
        DataFrame
            One row per question: `question`, `right`, `within`, `unit`, `given`, and `correct`,
            missing where nothing was given.

        Raises
        ------
        QuestionError
            For anything else.
        """
        answers = getattr(given, "answers", given)
        if isinstance(answers, pd.DataFrame) and {"question", "number"} <= {*answers.columns}:
            names = {"/".join(self.task.key_of(each)): each.name for each in self.task.asked}
            mine = answers[answers["question"].isin(names)].drop_duplicates("question", keep="last")
            answers = dict(zip(mine["question"].map(names), mine["number"], strict=True))
        if not isinstance(answers, Mapping):
            raise QuestionError([say("tasks.no_answers", given=as_shown(given))])
        return checked(self.task, answers)

    @property
    def _title(self) -> str:
        title = say(f"tasks.title_of.{self.task.name}")
        return say("tasks.title", title=title, seed=self.task.seed)

    def _said(self) -> list[make.Block]:
        name = self.task.name
        about = say(f"tasks.about.{name}", **self._facts())
        note = say("tasks.kept")
        return [
            make.heading(self._title),
            *(make.text(about), make.note(note)),
        ]

    def _facts(self) -> dict[str, object]:
        settings = self.task.settings
        if not settings:
            return {"clients": 0 if self.courses is None else len(self.courses)}
        spill = say(f"tasks.spilling.{settings['spill']}")
        return {**settings, "noise": f"{settings['noise']:g}", "spill": spill}

    def _made_lab(self, work: WorkGiven) -> DropoutExplorer | RuleComparator | NoiseLab:
        """The lab from which the answers can be read."""
        if self.courses is not None:
            return DropoutExplorer(self.ratings, self.courses)
        if self.ratings is not None:
            return RuleComparator(self.ratings)
        key = ("task", self.task.name, self.task.seed)
        return NoiseLab(self.task.dice, "reliable_drop", key, known=True, work=work)


def _seed_of(seed: object, work: WorkGiven) -> str:
    """The seed as a text: a number, or a student code as it is usually written."""
    if seed is None:
        seed = _own_code(work)
    if type(seed) is int and seed >= 0:
        return str(seed)
    if isinstance(seed, str) and 0 < len(" ".join(seed.split())) <= MOST_SEED:
        return "-".join(seed.lower().replace("-", " ").split())
    raise QuestionError([say("tasks.seed", given=as_shown(seed))])


def _own_code(work: WorkGiven) -> str:
    """The student's own code, on the disk from now on: the data hang on it."""
    from alliance_widgets.widgets.page.desk import WorkDesk

    mine = WorkDesk.of(work).work
    code = str(mine.student)
    if not len(mine):
        mine.change_student(code)
    return code
