"""A class's work as tables, from any pile of work files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from os import PathLike

import pandas as pd

from alliance_widgets.arguments import check_text
from alliance_widgets.classwork import entry_tables
from alliance_widgets.classwork.class_codes import class_code_of, codes_in, looks_like_chat
from alliance_widgets.classwork.pile import Pile
from alliance_widgets.classwork.problems import Problem, problem, problem_table, shown_name
from alliance_widgets.classwork.students import Student, Submitted, sorted_out
from alliance_widgets.errors import WorkFileError
from alliance_widgets.tables.reading.csv_files import to_csv_text
from alliance_widgets.workfile.document import CURRENT, Document
from alliance_widgets.workfile.reading import MOST_BYTES, read_work
from alliance_widgets.workfile.student import count_work, shown_work
from alliance_widgets.workfile.work_file import WorkFile

__all__ = ["Pool", "class_code", "document_of", "joined", "pool", "pool_codes"]


class Pool:
    """The work of a class as tables, each with the student's code in a column `student`.

    `pool` makes one. The tables are the same whatever the files are called and in whatever order
    they lie. Where nobody did such a thing a table has its columns and no rows.

    Read with care: these are the students who handed something in. Who did not may differ from
    them in just what is looked at.

    Parameters
    ----------
    students : iterable of Student
        Each with a code and a document.
    problems : iterable of Problem, optional
        What was wrong with the files; nothing if left out.

    Attributes
    ----------
    ratings : DataFrame
        One row per student, case, client, session and rater: `student`, `case`, `client`,
        `session`, `rater`, `goals`, `tasks`, `bond`, `alliance` (in units of the `instrument`),
        `instrument`, and what else was recorded with them, such as `note`. A row without numbers
        is a session that was skipped.
    answers : DataFrame
        One row per student and question that was answered, or looked at without an answer:
        `student`, `question` (its key, "04/fall"), `lesson` ("04"), `value` (the last answer as
        text), `number` (the same as a number, in the question's unit), `correct` (missing for an
        opinion), `confidence` ("guess", "fairly_sure", "certain" or missing), `tries`, `hints`,
        `skipped`, `prediction` (whether something waited for it), `first_value`, `first_number`,
        `first_correct`, `first_confidence`, and `at` (when). Who may try again ends with the right
        answer: what a class believed stands in the first one.
    predictions : DataFrame
        One row per student and prediction, committed before what it is about was seen: `student`,
        `question`, `lesson`, `place` (in a drawn line the place of its session, from 1; else
        missing), `value` (as text), `number`, `confidence`, `percent_sure` (50 to 100, of
        forecasts) and `at`. An answer that something waited for stands here and in `answers`.
    marks : DataFrame
        One row per session marked as a rater would, and per tapped line: `student`, `activity`
        (its key, "05/spotter"), `case`, `session`, `line` (the number of a tapped line), `mark`
        ("rupture", "back_up", "tapped", or "none" where a case was judged to have none),
        `committed` (whether the truth has been seen since) and `at`.
    beliefs : DataFrame
        One row per student, time of asking and claim: `student`, `question`, `when` ("before" or
        "after" the lessons), `claim`, `level` ("rather_true"), `belief` ("true", "false" or
        missing), `sure` ("certain", "rather" or missing), `first_level` (before it was changed at
        this time of asking) and `at`.
    texts : DataFrame
        One row per text in a student's own words: `student`, `question`, `lesson`, `round`
        ("first" or "again" of a practised reply), `text`, `identifying` (whether it looks as if it
        tells who somebody is) and `at`. It is what somebody typed: show it as text, never as HTML.
    students : DataFrame
        One row per student: `student`, `files` (their names) and `entries` (how many are shown).
    problems : DataFrame
        One row per thing that is wrong with a file: `file`, `kind` (one word) and `problem`.
    """

    def __init__(self, students: Iterable[Student], problems: Iterable[Problem] = ()) -> None:
        self._students = sorted(students, key=lambda each: each.code)
        self._problems = tuple(problems)
        self.problems = problem_table(self._problems)

    def __len__(self) -> int:
        return len(self._students)

    def __repr__(self) -> str:
        return f"Pool: {len(self)} students, {len(self.problems)} problems"

    @cached_property
    def students(self) -> pd.DataFrame:
        """Who handed in, and how much."""
        rows = [
            (each.code, ", ".join(each.files), len(shown_work(each.document)))
            for each in self._students
        ]
        table = pd.DataFrame(rows, columns=["student", "files", "entries"])
        return table.astype({"student": "str", "files": "str", "entries": "int64"})

    def gradebook(self) -> pd.DataFrame:
        """What a gradebook can take: one row per student and lesson.

        Read with care: minutes are counted from one saved change to the next, by the clock of the
        student's computer, and pauses above five minutes are left out; neither they nor tries
        measure effort. Whoever can edit a file can change them.

        Returns
        -------
        DataFrame
            `code` (the student's), `lesson`, `tries`, `minutes`, `complete` ("yes" if every
            question was answered), `answered` and `questions` (how many), and `hand_in_code`, which
            is the one on the page that was handed in if the file is the same.
        """
        from alliance_widgets.classwork.gradebook import gradebook_table
        from alliance_widgets.classwork.handin.bundle import code_for

        codes = {each.code: code_for(each) for each in self._students}
        return gradebook_table(self._students, codes)

    def gradebook_csv(self) -> str:
        """`gradebook()` as CSV text, in which nothing is a spreadsheet formula.

        Returns
        -------
        str
            A line with the names of the columns, then one per student and lesson.
        """
        return to_csv_text(self.gradebook())

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """The session ratings."""
        return entry_tables.rating_table(self._students)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """What was answered."""
        return entry_tables.answer_table(self._students)

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """What was predicted."""
        return entry_tables.prediction_table(self._students)

    @cached_property
    def marks(self) -> pd.DataFrame:
        """What was marked and tapped."""
        return entry_tables.mark_table(self._students)

    @cached_property
    def beliefs(self) -> pd.DataFrame:
        """What was believed of the claims."""
        return entry_tables.belief_table(self._students)

    @cached_property
    def texts(self) -> pd.DataFrame:
        """What was written."""
        return entry_tables.text_table(self._students)


def pool(folder_or_zip: str | PathLike[str] | bytes | Mapping[str, bytes]) -> Pool:
    """The work of a class, from the files as they were handed in; nothing there is changed.

    Takes the download of a learning platform as it comes: nested, zipped, renamed, doubled, cut
    off, of earlier versions of the kit, among other programs' files. What was left out or read in
    part is named in `problems`. Files of one student are merged: those that had one student code
    and share anything that was written.

    Read with care: two students with one code are told apart, and named in `problems`; one student
    with two codes counts twice.

    Parameters
    ----------
    folder_or_zip : path, bytes, or mapping of str to bytes
        A folder, a zip, a work file, what one of these holds, or files' contents by name.

    Returns
    -------
    Pool
        With the tables `ratings`, `answers`, `predictions`, `marks`, `beliefs`, `texts`, `students`
        and `problems`.

    Raises
    ------
    WorkFileError
        For a source that is none, or leads to nothing.
    """
    pile = Pile(folder_or_zip)
    handed_in, problems = [], []
    for name, raw in pile.files():
        taken, said = _read(name, raw)
        text = raw.decode("utf-8", "replace") if said and said[0].kind == "foreign" else ""
        if looks_like_chat(text):
            place = f"{_braced(shown_name(name))}, line {{line}}"
            taken, said = codes_in(text, place_of=place)
        handed_in += taken
        problems += said
    return _pooled(handed_in, [*pile.problems, *problems])


def joined(pools: Iterable[Pool]) -> Pool:
    """Several pools as one: who stands in two of them counts once, with all that either has."""
    pools = [*pools]
    handed_in = [each for one in pools for student in one._students for each in student.sources]
    return _pooled(handed_in, [each for one in pools for each in one._problems])


def _pooled(handed_in: Iterable[Submitted], problems: Sequence[Problem]) -> Pool:
    students, sorting = sorted_out(handed_in)
    whole = {each.file for each in sorting if each.kind == "made_whole"}
    left = [each for each in problems if each.kind != "damaged" or each.file not in whole]
    return Pool(students, [*left, *sorting])


def pool_codes(chat: str) -> Pool:
    """The work of a class, from the class codes in a chat that was copied as it stands.

    Every line without a class code is passed over; a line with a damaged one is named in
    `problems` ("line 7"), as is one from another version of the workbook. Of one student's codes
    the last counts.

    Read with care: a class code holds less than a file: of the tables `texts` is empty, no answer
    says when it was given, and of ratings only those of Noor's tenth hour are there.

    Parameters
    ----------
    chat : str
        The text.

    Returns
    -------
    Pool
        With the same tables as `pool` gives.

    Raises
    ------
    WorkFileError
        For a `chat` that is no text.
    """
    told, problems = codes_in(check_text("chat", chat, WorkFileError))
    return _pooled(told, problems)


def class_code(work: WorkFile | str | PathLike[str] | None = None) -> str:
    """A student's answers as one line of letters and digits, to be pasted into a class's chat.

    It holds answers with how sure somebody was, beliefs, taps, marks and the ratings of Noor's
    tenth hour, the student code, and no text of the student's own. `pool_codes` reads it.

    Read with care: whoever sees who pasted it can find out what that person answered.

    Parameters
    ----------
    work : WorkFile or path, optional
        The work; the student's own work file if left out.

    Returns
    -------
    str
        Fewer than 300 letters and digits.

    Raises
    ------
    WorkFileError
        For a `work` that is none.
    """
    return class_code_of(document_of(work))


def document_of(work: WorkFile | str | PathLike[str] | None) -> Document:
    """All that is recorded in a work file."""
    opened = work if isinstance(work, WorkFile) else WorkFile(work)
    return Document(read_work(opened.download_bytes()).entries)


OF_A_HAND_IN = b"<!DOCTYPE html>\n<!-- alliance_widgets hand-in -->"


def _read(name: str, raw: bytes) -> tuple[list[Submitted], list[Problem]]:
    """The work in a file, and what is wrong with it."""
    if raw.startswith(OF_A_HAND_IN):  # the page that lies beside the work file
        return [], []
    reading = read_work(_as_utf8(raw))
    values = {"limit": MOST_BYTES // 1_000_000, "version": reading.version, "current": CURRENT}
    if reading.kind == "damaged" and reading.entries:
        said = [problem(name, "damaged", n=count_work(reading.entries))]
        return [Submitted(name, reading.entries, whole=False)], said
    if reading.kind == "work" and reading.entries:
        return [Submitted(name, reading.entries)], []
    kind = {"work": "empty", "damaged": "ruined", "unreadable": "foreign"}
    return [], [problem(name, kind.get(reading.kind, reading.kind), **values)]


def _as_utf8(raw: bytes) -> bytes:
    """What an editor of Windows saved as Unicode, in the encoding of a work file."""
    if raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return raw
    return raw[: 2 * MOST_BYTES].decode("utf-16", errors="replace").encode()


def _braced(name: str) -> str:
    return name.replace("{", "{{").replace("}", "}}")
