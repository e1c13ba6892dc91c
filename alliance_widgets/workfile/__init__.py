"""The student's own saved work: one file that survives everything, and merges with any other."""

from alliance_widgets.workfile.document import Document, Entry, merge
from alliance_widgets.workfile.privacy import warn_identifying
from alliance_widgets.workfile.work_file import Change, Upload, WorkFile

__all__ = ["Change", "Document", "Entry", "Upload", "WorkFile", "merge", "warn_identifying"]
