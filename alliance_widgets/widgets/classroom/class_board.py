"""A class for a projector: what all answered, believed, rated, marked and wrote, and no names."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import ipywidgets as ipw
import pandas as pd
import traitlets as tl

from alliance_widgets.arguments import check_choice
from alliance_widgets.charts.clinics.retention import retention_picture
from alliance_widgets.classboard.figures import ClassFigures, Pooled
from alliance_widgets.classboard.said_before import CLASS_FILE, written_class
from alliance_widgets.errors import AllianceError, WorkFileError
from alliance_widgets.tasks import marked_tasks
from alliance_widgets.widgets.classroom import _board_words as words
from alliance_widgets.widgets.classroom._board_sources import Sources, by_name
from alliance_widgets.widgets.classroom._board_state import BoardState, Topic
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._cells import close_earlier_run, made_earlier
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.page.fold import FoldedTable
from alliance_widgets.widgets.page.intake import Intake
from alliance_widgets.widgets.page.report import Report
from alliance_widgets.widgets.page.runtime import Change, OfParts
from alliance_widgets.words import say

__all__ = ["ClassBoard"]

LARGE = {"labelFontSize": 18, "titleFontSize": 20}


class ClassBoard(OfParts, ipw.VBox):
    """How a class answered, believed, rated, marked, stayed and wrote, for a projector.

    A question with the share of every answer, how many gave one, and a 95 % interval (Wilson); the
    right answer waits behind a button. Questions come in the order of how many were certain of a
    wrong answer. Files are read from a folder or a zip, dropped on the page or chosen there; a chat
    with class codes is pasted as it is. There are no codes and no names on it, and nothing of fewer
    than five students.

    Read with care: the class is no sample of anything, and the interval says how much would vary
    if it were one; and who did not hand anything in may differ in just what is looked at.

    Parameters
    ----------
    source : Pool, path, bytes, or mapping of str to bytes, optional
        What `pool` gives or takes; left out, the board waits for files or a chat. Where the page
        was loaded again, or the cell run again, it still has what was brought to it.

    Attributes
    ----------
    topic : {"questions", "beliefs", "hours", "marks", "staying", "texts"}
        What is shown; can be assigned, as can the two that follow.
    place : int
        Which of the topic's items, from 0.
    shown : bool
        Whether the right answer is shown.
    pool : Pool
        The work behind it, with `problems`; read-only, as are those that follow.
    items : list of str
        The topic's items by name.
    figures : DataFrame

    Raises
    ------
    WorkFileError
        For a source that is none.
    """

    topic = tl.Unicode(Topic.QUESTIONS.value)
    place = tl.Int(0)
    shown = tl.Bool(False)

    def __init__(self, source: object = None) -> None:
        before = made_earlier(ClassBoard) if source is None else None
        self._sources: Sources = before._sources if before else Sources.of(source)
        self._state: BoardState = before._state if before else BoardState()
        self._class = ClassFigures(self._sources.pool)
        self.controls = Controls([], say("board.about"), topic=self.topic, item="0")
        self.report, self.chart = Report(_large=True), ChartView()
        self.stage = ipw.VBox((self.report,))
        labels = {name: say(f"board.intake.{name}") for name in ("drop", "choose", "paste", "take")}
        self.intake = Intake(labels, say("board.intake.about"))
        presses = [make.button(name, say(f"board.{name}")) for name in ("mark", "write")]
        self.tools = Controls(presses, say("board.tools"))
        self.tools.note = say("board.tools_note")
        titles = {"file": say("board.file"), "problem": say("board.problem")}
        self.problems = FoldedTable(say("board.problems"), titles)
        heads = {name: say(f"board.task.{name}") for name in ("student", "task", "right", "given")}
        self.marked = FoldedTable(say("board.tasks"), heads)
        parts = (self.controls, self.stage, self.intake, self.problems, self.marked, self.tools)
        with self._settle():
            super().__init__(children=parts)
        self._render()
        self.controls.observe(self._choose, "values")
        self.controls.on_press(self._press)
        self.tools.on_press(self._use)
        self.intake.on_files(lambda files: self.add(by_name(files)))
        self.intake.on_text(self.paste)
        close_earlier_run(self)

    def close(self) -> None:
        """Leave the page, with the chart that may not be on it now."""
        if chart := getattr(self, "chart", None):  # none where its source was refused
            chart.close()
        super().close()

    def __repr__(self) -> str:
        return self.report.description

    # ---- what a program reads --------------------------------------------------------------

    @property
    def pool(self) -> Pooled:
        """The work behind the board, as `pool` gives it."""
        return self._sources.pool

    @property
    def items(self) -> list[str]:
        """The items of the topic, by name."""
        return words.names_of(self._class, self._state)

    @property
    def figures(self) -> pd.DataFrame:
        """The shares that are shown now: one row per bar.

        Columns `label`, `name` (of the bar, where a row has two), `count`, `n`, `share`, `lower`
        and `upper` (0 to 1; 95 % interval, Wilson).
        """
        return words.figures_of(self._class, self._state)

    # ---- more work -------------------------------------------------------------------------

    def add(self, source: object) -> None:
        """Read more work into the board.

        Parameters
        ----------
        source : Pool, path, bytes, or mapping of str to bytes
            What `pool` gives or takes.
        """
        before = self._class.n
        self._sources = self._sources.with_files(source)
        self._heard(before)

    def paste(self, chat: str) -> None:
        """Read the class codes out of a chat into the board; what is no code is passed over.

        Parameters
        ----------
        chat : str
            The chat, with all that stands in it.
        """
        before = self._class.n
        self._sources = self._sources.with_chat(chat)
        self._heard(before)

    def write_class_file(self, path: str | PathLike[str] = CLASS_FILE) -> Path:
        """Write how the class answered into a file for the students' folder of lessons.

        Beside the lessons it lets `Reveal` say, after a commit, what others said. It holds counts
        of questions that at least five answered, and no codes.

        Parameters
        ----------
        path : path, default "class_answers.json"
            Where it is written; the name stays as it is where students keep it.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        WorkFileError
            Where no question has five answers, and where it cannot be written.
        """
        if not self._class.questions:
            raise WorkFileError([say("board.nothing_to_write")])
        file = Path(path)
        try:
            file.write_text(written_class(self._class.questions), encoding="utf-8")
        except OSError as fault:
            raise WorkFileError([say("board.not_written", file=file, reason=fault)]) from None
        return file

    def check_tasks(self) -> pd.DataFrame:
        """Mark what was handed in to tasks, every student's by the seed of their own data.

        The page lists it folded, by student code. Of one task at most three seeds of a student
        are marked, those answered last.

        Read with care: a student who answered with another's data is marked by those data; the
        seed says whose they are.

        Returns
        -------
        DataFrame
            One row per question: `student`, `task`, `seed`, `question`, `given`, `right`,
            `within`, and `correct`, missing where nothing was given.
        """
        table = marked_tasks(self.pool.answers)
        note = say("board.tasks_note") if len(table) else ""
        self.marked.put(words.tasks_of(table), note)
        return table

    # ---- hands -----------------------------------------------------------------------------

    @tl.validate("topic")
    def _known_topic(self, proposal: Change) -> str:
        names = tuple(each.value for each in Topic)
        return check_choice("topic", proposal["value"], names, AllianceError)

    @tl.observe("topic", "place", "shown")
    def _assigned(self, change: Change) -> None:
        if self._settling:
            return
        if change["name"] == "shown":
            state = self._state if self.shown == self._state.shown else self._state.turned()
        else:
            place = self.place if change["name"] == "place" else 0
            state = self._state.at(Topic(self.topic), place)
        self._go(state)

    def _choose(self, change: Change) -> None:
        if self._settling:
            return
        topic = Topic(change["new"]["topic"])
        place = 0 if topic != self._state.topic else int(change["new"]["item"])
        self._go(self._state.at(topic, place))

    def _press(self, name: str) -> None:
        state, items = self._state, words.items_of(self._class, self._state)
        acts = {
            "back": lambda: state.moved(-1, len(items)),
            "on": lambda: state.moved(1, len(items)),
            "show": state.turned,
            "hide": lambda: state.without(items[state.place].text) if items else state,
            "unhide": state.with_all,
        }
        self._go(acts[name]())

    def _use(self, name: str) -> None:
        if name == "write":
            self.tools.message = say("board.written", file=self.write_class_file().name)
            return
        table = self.check_tasks()
        n = table["student"].nunique()
        self.tools.message = say("board.tasks_marked", n=n) if n else say("board.no_tasks")

    def _go(self, state: BoardState) -> None:
        self._state = state
        self._render()

    def _heard(self, before: int) -> None:
        self._class = ClassFigures(self._sources.pool)
        self._render()
        left_out = len(self.pool.problems)
        self.marked.put(words.tasks_of(marked_tasks(self.pool.answers.iloc[:0])))
        now = {"now": self._class.n, "more": self._class.n - before}
        self.intake.message = say("board.heard", n=left_out, **now)

    # ---- the page --------------------------------------------------------------------------

    def _render(self) -> None:
        names = self.items
        place = min(max(self._state.place, 0), max(len(names) - 1, 0))
        if place != self._state.place:
            self._state = BoardState(self._state.topic, place, hidden=self._state.hidden)
        state = self._state
        with self._settle(), self.controls.hold_sync():
            self.topic, self.place, self.shown = state.topic.value, state.place, state.shown
            self.controls.items = words.controls_of(self._class, state, names)
            self.controls.values = {"topic": state.topic.value, "item": str(state.place)}
        self.report.show(words.blocks_of(self._class, state), say("board.label"))
        self.problems.put(self.pool.problems[["file", "problem"]], say("board.problems_note"))
        self._draw(state.topic is Topic.STAYING and bool(names))

    def _draw(self, drawn: bool) -> None:
        """The curve of staying, where that is the topic."""
        if drawn:
            curve = self._class.retention
            picture = retention_picture(curve, "lesson")
            form = words.of_a_class(picture.spec())
            with self.chart.hold_sync():
                self.chart.chart = {**form, "config": {**form.get("config", {}), "axis": LARGE}}
                self.chart.update(**words.of_a_class(picture.tables))
                self.chart.description = words.of_a_class(picture.words)
        parts = (self.report, self.chart) if drawn else (self.report,)
        if self.stage.children != parts:
            self.stage.children = parts
