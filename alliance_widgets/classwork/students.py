"""Which of the files are one student's: doubles, earlier copies, two computers, two with one code.

Two files are one student's if they had the same code at some time and share anything that was
written: an entry, or the open notebook that wrote it. A code alone is not enough, for it can be
typed in; and files that share all but the code are copies of one another whatever they are called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from alliance_widgets.classwork.problems import Problem, problem
from alliance_widgets.workfile.document import Document, Entry
from alliance_widgets.workfile.student import NOBODY, STUDENT, code_of, codes_of

__all__ = ["Student", "Submitted", "Told", "sorted_out"]

FEW = 2  # files that lack each other's entries, as one student's two computers give
# Writers of files of the first version, and of codes that follow from the work: everybody's.
OF_NOBODY = {NOBODY, "version1"}


@dataclass(frozen=True, eq=False)
class Submitted:
    """One file with work in it."""

    name: str
    entries: tuple[Entry, ...]
    whole: bool = True

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
    """One student's work, from all files of it."""

    code: str
    document: Document
    files: tuple[str, ...]

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


def sorted_out(files: Iterable[Submitted]) -> tuple[list[Student], list[Problem]]:
    """The students by code, and what is to be said of the files; the order of files is of no
    matter but for which of two equal ones is called the double."""
    problems: list[Problem] = []
    groups = _groups(_without_doubles(sorted(files, key=lambda each: each.name), problems))
    found = []
    for group in groups:
        document = Document(entry for file in group for entry in file.entries)
        heads = _heads(group, problems)
        if len(heads) > FEW:
            names = ", ".join(file.name for file in heads[:4])
            problems += [problem(f.name, "many_of_one", n=len(heads), files=names) for f in heads]
        found.append((code_of(document) or "", document, group))
    return _named(found, problems), problems


def _without_doubles(files: Sequence[Submitted], problems: list[Problem]) -> list[Submitted]:
    first: dict[frozenset[str], Submitted] = {}
    for file in files:
        there = first.setdefault(file.lines, file)
        if there is not file:
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
        elif file.whole:
            problems.append(problem(file.name, "earlier", other=later.name))
    return heads


def _named(
    found: Sequence[tuple[str, Document, list[Submitted]]], problems: list[Problem]
) -> list[Student]:
    """The students, each under a code of their own: one that two have is told apart and said."""
    count, given = Counter(code for code, _, _ in found), Counter[str]()
    students = []
    for code, document, group in sorted(found, key=lambda each: (each[0], _beginning(each[1]))):
        given[code] += 1
        name = code if given[code] == 1 else f"{code} ({given[code]})"
        if count[code] > 1:
            others = [f.name for c, _, g in found for f in g if c == code and g is not group]
            said = {"code": code, "name": name, "others": ", ".join(sorted(others)[:4])}
            problems += [problem(file.name, "one_code", **said) for file in group]
        students.append(Student(name, document, tuple(file.name for file in group)))
    return students


def _beginning(document: Document) -> tuple[int, str, str]:
    """What came first in it: an order that no name of a file changes."""
    return min((entry.order for entry in document.lines.values()), default=(0, "", ""))
