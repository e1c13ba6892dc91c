"""What a student hands in: the page and the work file in one zip, bound by a code."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tempfile
import zipfile
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from alliance_widgets.arguments import as_shown
from alliance_widgets.classwork.entry_tables import rating_table, text_table
from alliance_widgets.classwork.gradebook import progress_of
from alliance_widgets.classwork.handin.page import page_of
from alliance_widgets.classwork.pool import document_of
from alliance_widgets.classwork.students import Student
from alliance_widgets.errors import AllianceWarning, WorkFileError, warn
from alliance_widgets.words import say
from alliance_widgets.workfile.document import Document
from alliance_widgets.workfile.privacy import warn_identifying
from alliance_widgets.workfile.storage import reason
from alliance_widgets.workfile.student import code_of
from alliance_widgets.workfile.work_file import WorkFile

__all__ = ["HandIn", "code_for", "hand_in", "hand_in_of"]

ALWAYS = (1980, 1, 1, 0, 0, 0)  # the time that stands in the zip: no clock is in its bytes
LONGEST_QUOTE = 80


@dataclass(frozen=True)
class HandIn:
    """What is handed in: the zip's `name` and bytes, the `page` in it, and the `code` of both.

    `warnings` are the texts that seem to tell who somebody is, each in a sentence.
    """

    name: str
    zip: bytes
    page: str
    code: str
    warnings: tuple[str, ...]


def hand_in(
    work: WorkFile | str | PathLike[str] | None = None,
    folder: str | PathLike[str] | None = None,
) -> Path:
    """Write what a student hands in into one zip: a page to read, and the work file.

    The page shows the answers with how sure somebody was, first and last beliefs, lines and texts;
    it opens without the internet and prints. Both come from the work file alone, so that the same
    work gives the same bytes on every computer. The hand-in code on the page belongs to just this
    work: how many of the questions are answered, and a mark that any change makes another.

    Read with care: a text that seems to tell who somebody is is warned of, and handed in as it
    stands; change it first.

    Parameters
    ----------
    work : WorkFile or path, optional
        The work; the student's own work file if left out.
    folder : path, optional
        Where the zip is written; if left out, where the work file is.

    Returns
    -------
    Path
        The zip, named by the student code; an earlier one is replaced.

    Raises
    ------
    WorkFileError
        For a `work` or `folder` that is none, and where the disk refuses.

    Warns
    -----
    AllianceWarning
        Naming each text that seems to tell who somebody is.
    """
    opened = work if isinstance(work, WorkFile) else WorkFile(work)
    made = hand_in_of(document_of(opened))
    if made.warnings:
        warn(AllianceWarning(made.warnings))
    if not isinstance(folder, str | PathLike | None):
        given = as_shown(folder)
        raise WorkFileError([say("arguments.path", name="folder", given=given)])
    place = opened.path.parent if folder is None else Path(folder).expanduser()
    try:
        place.mkdir(parents=True, exist_ok=True)
        _replace(place / made.name, made.zip)
    except (OSError, ValueError) as fault:
        said = reason(fault) if isinstance(fault, OSError) else str(fault)
        raise WorkFileError([say("handin.not_written", name=made.name, reason=said)]) from None
    return place / made.name


def hand_in_of(document: Document) -> HandIn:
    """What is handed in of that work."""
    student = Student(code_of(document) or say("handin.nobody"), document)
    code, file = code_for(student), document.to_bytes()
    page = page_of(student, code)
    html = f"answers_{student.code}.html"
    packed = _zipped({f"alliance_work_{student.code}.json": file, html: page.encode()})
    return HandIn(f"hand_in_{student.code}.zip", packed, page, code, _warnings(student))


def code_for(student: Student) -> str:
    """The hand-in code: answered and asked, and a mark of every entry in the work."""
    progress = progress_of(student).values()
    done, asked = sum(each[0] for each in progress), sum(each[1] for each in progress)
    digest = hashlib.sha256(b"hand-in\n" + student.document.to_bytes()).digest()
    mark = base64.b32encode(digest).decode()[:10]
    return f"{done}-{asked}-{mark[:5]}-{mark[5:]}"


def _warnings(student: Student) -> tuple[str, ...]:
    """A sentence for each text that seems to tell who somebody is."""
    texts = text_table([student])
    told = list(zip(texts["question"], texts["text"], strict=True))
    ratings = rating_table([student])
    if "note" in ratings:
        noted = ratings.dropna(subset=["note"])
        told += zip(noted["client"], noted["note"].astype(str), strict=True)
    found = []
    for place, written in told:
        sentence = warn_identifying(written)
        if sentence is not None:
            quoted = " ".join(written.split())
            short = quoted if len(quoted) <= LONGEST_QUOTE else f"{quoted[:LONGEST_QUOTE]}…"
            found.append(say("handin.identifying", place=place, text=short, warning=sentence))
    return tuple(found)


def _zipped(files: dict[str, bytes]) -> bytes:
    """The files in one zip; nothing but names and contents is in its bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, raw in files.items():
            info = zipfile.ZipInfo(name, ALWAYS)
            info.create_system, info.external_attr = 3, 0o600 << 16
            packed.writestr(info, raw, zipfile.ZIP_STORED)  # packers differ between computers
    return target.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Make `content` the file in one step: nobody hands in half of it."""
    handle, name = tempfile.mkstemp(".tmp", f".{path.name}.", path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
