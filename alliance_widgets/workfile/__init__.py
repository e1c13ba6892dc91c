"""The student's own saved work: one file that survives everything, and merges with any other."""

from alliance_widgets.workfile.browser_store import on_news
from alliance_widgets.workfile.document import Document, Entry, merge
from alliance_widgets.workfile.entries import Change, KeyGiven, work_place
from alliance_widgets.workfile.privacy import on_public_server, warn_identifying
from alliance_widgets.workfile.reading import MOST_BYTES
from alliance_widgets.workfile.work_file import Upload, WorkFile

__all__ = [
    "MOST_BYTES",
    "Change",
    "Document",
    "Entry",
    "KeyGiven",
    "Upload",
    "WorkFile",
    "merge",
    "on_news",
    "on_public_server",
    "warn_identifying",
    "work_place",
]
