"""Which of the files are one student's: doubles, earlier copies, two computers, two with one code.

Two files are one student's if they had the same code at some time and share anything that was
written: an entry, or the open notebook that wrote it. A code alone is not enough, for it can be
typed in; and files that share all but the code are copies of one another whatever they are called.
A class code tells less than a file: what a student's files lack is taken from it.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from alliance_widgets.classwork.problems import Problem, problem
from alliance_widgets.workfile.document import Document, Entry
from alliance_widgets.workfile.student import NOBODY, STUDENT, STUDENT_ID, code_of, codes_of

__all__ = ["TAGS", "Student", "Submitted", "Told", "sorted_out", "tag_of"]

TAGS = 2**20  # what tells two students with one code apart

FEW = 2  # files that lack each other's entries, as one student's two computers give
# Writers of files of the first version, and of codes that follow from the work: everybody's.
OF_NOBODY = {NOBODY, "version1"}


@dataclass(frozen=True, eq=False)
class Submitted:
    """One file with work in it, or one class code: that has the `tag` of whoever wrote it."""

    name: str
    entries: tuple[Entry, ...]
    whole: bool = True
    tag: int | None = None

    @cached_property
    def lines(self) -> frozenset[str]:
        """What identifies its content."""
        return frozenset(entry.line for entry in self.entries)

    @cached_property
    def codes(self) -> set[str]:
        """Every student code that it ever had."""
        return codes_of(self.entries)

    @cached_property
    def traces(self) -> frozenset[str]:
        """What two files of one student have in common: entries, and who wrote them."""
        work = [entry for entry in self.entries if entry.kind != STUDENT]
        return frozenset([*(e.line for e in work), *({e.writer for e in self.entries} - OF_NOBODY)])


class Told(NamedTuple):
    """What the versions of one entry tell: its key, what it holds last, and held first.

    `versions` is what it held at any time, oldest first.
    """

    key: tuple[str, ...]
    last: Mapping[str, Any]
    first: Mapping[str, Any]
    versions: tuple[Mapping[str, object], ...]
    at: str | None

    @classmethod
    def of(cls, shown: Entry, versions: Sequence[Entry]) -> Told:
        """From the version that is shown and all that there were, oldest first."""
        told = tuple(version.data for version in versions if version.data)
        last = shown.data or {}
        first = next((data for data in told if data.get("value") is not None), last)
        return cls(shown.key, last, first, told, shown.at)

    @property
    def question(self) -> str:
        """The key as one text: "04/fall"."""
        return "/".join(self.key)

    @property
    def lesson(self) -> str:
        """The number of the lesson that the key begins with."""
        return self.question.partition("/")[0]


@dataclass(frozen=True, eq=False)
class Student:
    """One student's work, from all that was handed in of it."""

    code: str
    document: Document
    sources: tuple[Submitted, ...] = ()

    @property
    def files(self) -> list[str]:
        """What was handed in, by name."""
        return [each.name for each in self.sources]

    @cached_property
    def versions(self) -> dict[str, list[Entry]]:
        """Every version of every entry by its id, oldest first."""
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.document.lines.values(), key=lambda each: each.order):
            found.setdefault(entry.id, []).append(entry)
        return found

    def told(self, kind: str) -> list[Told]:
        """What is told by every shown entry of that kind, by its id."""
        found = sorted(self.document.of_kind(kind), key=lambda entry: entry.id)
        return [Told.of(entry, self.versions[entry.id]) for entry in found]


def sorted_out(handed_in: Iterable[Submitted]) -> tuple[list[Student], list[Problem]]:
    """The students by code, and what is to be said of the files; the order of files is of no
    matter but for which of two equal ones is called the double. Of one student's class codes the
    last counts."""
    problems: list[Problem] = []
    files, codes = [], {}
    for each in handed_in:
        if each.tag is None:
            files.append(each)
        else:
            codes[frozenset(each.codes), each.tag] = each
    groups = _groups(_without_doubles(sorted(files, key=lambda each: each.name), problems))
    for group in groups:
        heads = _heads(group, problems)
        if len(heads) > FEW:
            names = ", ".join(file.name for file in heads[:4])
            problems += [problem(f.name, "many_of_one", n=len(heads), files=names) for f in heads]
    _add_codes(groups, codes.values())
    return _named([(_document(group), group) for group in groups], problems), problems


def tag_of(entries: Iterable[Entry]) -> int:
    """What that work begins with, as a number: another one for another student."""
    first = min((entry.order for entry in entries if entry.id != STUDENT_ID), default=None)
    return 0 if first is None else zlib.crc32(first[2].encode()) % TAGS


def _add_codes(groups: list[list[Submitted]], codes: Iterable[Submitted]) -> None:
    """Each class code to the files that begin as it does; where there are none it stands alone."""
    of_files = [
        (group, tag_of(entry for file in group for entry in file.entries)) for group in groups
    ]
    for each in codes:
        fit = (g for g, tag in of_files if tag == each.tag and _coded(g) & each.codes)
        group = next(fit, None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)


def _coded(group: Iterable[Submitted]) -> set[str]:
    return set().union(*(each.codes for each in group))


def _document(group: Sequence[Submitted]) -> Document:
    """All that the files hold, and of a class code what is in none of them."""
    entries = [entry for each in group if each.tag is None for entry in each.entries]
    there = {entry.id for entry in entries}
    told = (entry for each in group if each.tag is not None for entry in each.entries)
    return Document([*entries, *(entry for entry in told if entry.id not in there)])


def _without_doubles(files: Sequence[Submitted], problems: list[Problem]) -> list[Submitted]:
    first: dict[frozenset[str], Submitted] = {}
    for file in files:
        there = first.setdefault(file.lines, file)
        if there is not file and there.name != file.name:  # else the very file was handed in again
            problems.append(problem(file.name, "doubled", other=there.name))
    return [*first.values()]


def _groups(files: Sequence[Submitted]) -> list[list[Submitted]]:
    """Files that are one student's, joined one by one through what two of them share."""
    groups: list[tuple[set[str], set[str], list[Submitted]]] = []
    for file in files:
        mine = [g for g in groups if g[0] & file.codes and g[1] & file.traces]
        codes, traces, members = set(file.codes), set(file.traces), [file]
        for group in mine:
            codes |= group[0]
            traces |= group[1]
            members = [*group[2], *members]
        groups = [g for g in groups if g not in mine] + [(codes, traces, members)]
    return [sorted(members, key=lambda each: each.name) for _, _, members in groups]


def _heads(group: Sequence[Submitted], problems: list[Problem]) -> list[Submitted]:
    """The files whose work is not all in another; the others are said to be earlier copies."""
    heads = []
    for file in group:
        later = next((o for o in group if o is not file and file.lines < o.lines), None)
        if later is None:
            heads.append(file)
        else:
            kind = "earlier" if file.whole else "made_whole"
            problems.append(problem(file.name, kind, other=later.name))
    return heads


def _named(
    found: Sequence[tuple[Document, list[Submitted]]], problems: list[Problem]
) -> list[Student]:
    """The students, each under a code of their own: one that two have is told apart and said."""
    coded = [(code_of(document) or "", document, group) for document, group in found]
    count, given = Counter(code for code, _, _ in coded), Counter[str]()
    students = []
    for code, document, group in sorted(coded, key=lambda each: (each[0], _beginning(each[1]))):
        given[code] += 1
        name = code if given[code] == 1 else f"{code} ({given[code]})"
        if count[code] > 1:
            others = [f.name for c, _, g in coded for f in g if c == code and g is not group]
            said = {"code": code, "name": name, "others": ", ".join(sorted(others)[:4])}
            problems += [problem(each.name, "one_code", **said) for each in group]
        students.append(Student(name, document, tuple(group)))
    return students


def _beginning(document: Document) -> tuple[int, str, str]:
    """What came first in it: an order that no name of a file changes."""
    return min((entry.order for entry in document.lines.values()), default=(0, "", ""))
