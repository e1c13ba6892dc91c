"""Entering sessions: from the form into the record, and back out of it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd

from alliance_widgets.errors import RatingError
from alliance_widgets.tables.session_rating import RatingKey, SessionRating
from alliance_widgets.widgets.cases._case_words import story_told
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.widgets.page.form import SessionRatingForm
from alliance_widgets.words import say
from alliance_widgets.workfile import WorkFile
from alliance_widgets.workfile.case_record import CaseRecord

__all__ = ["CaseEntry"]


class CaseEntry:
    """One client's sessions on their way from a form into a record.

    What is done says how it went: each method gives the sentence for the student. What cannot
    be recorded raises an `AllianceError`, and nothing is changed then.
    """

    def __init__(
        self,
        record: CaseRecord,
        desk: WorkDesk,
        form: SessionRatingForm,
        hours: pd.DataFrame | None = None,
        told_after: pd.DataFrame | None = None,
    ) -> None:
        self.record, self.desk, self.form = record, desk, form
        self.client = ""
        self.settling = False  # while a change of the work file is our own
        self._hours = {} if hours is None else _by_session(hours)
        self._told_after = told_after
        self._asked: tuple[object, ...] | None = None
        self._left_blank: tuple[object, ...] | None = None  # what `save` asked about last
        self._brought_back: tuple[RatingKey, SessionRating] | None = None
        form.goes_on(self.late)
        self.saved = False  # whether the last `save` recorded what stood in the form

    @property
    def draft(self) -> float | None:
        """The alliance that stands in the form, not saved yet; None while nothing is rated."""
        return self.form.rating.alliance

    @property
    def key(self) -> RatingKey:
        """Under what the session in the form is recorded."""
        return self.record.key(self.client, self.form.session, self.form.rater)

    def open_session(self) -> str:
        """Put the session after the last one into the form, with what was half done there."""
        session = self.record.next_session(self.client, self.form.rater)
        name = self.desk.work.path.name
        story = self._hours.get(self.client, {})
        with self.form.hold_sync():  # what is read out is of one hour
            self.form.place = " / ".join([name, self.record.study, self.client, self.form.rater])
            self.form.session = session
            self.form.finished = bool(story) and session > max(story)
            self.form.story = self._hour(session)
            self.form.clear()
        draft = self.desk.work.get("draft", self.key)
        if draft is None:
            return self._told_of(session - 1)

        def fill() -> None:
            self.form.fill(draft["value"], draft.get("items"), draft.get("note", ""))

        if self.desk.restore("draft", self.key, fill):
            return say("casebook.draft_kept", session=session)
        self.form.clear()
        return self.desk.message

    def _hour(self, session: int) -> str:
        """What happened in that hour, or that nothing more is told."""
        story = self._hours.get(self.client)
        if not story:
            return ""
        over = f"{self._told(max(story))} {say('casebook.story_over')}".strip()
        return story.get(session, over)

    def _told_of(self, session: int) -> str:
        """`_told`, but of the last hour: where the story is over it stands in the story's place."""
        return "" if self.form.finished else self._told(session)

    def _told(self, session: int) -> str:
        """What the story's people rated in a session that is rated now."""
        if self._told_after is None:
            return ""
        told = self._told_after
        mine = told[(told["client"] == self.client) & (told["session"] == session)]
        return story_told(mine, self.client, self.form.rater)

    def keep_draft(self) -> None:
        """Keep what stands in the form, should the computer be closed before it is saved."""
        with self._recording() as work:
            if self.draft is None and not self.form.note.strip():
                work.drop_draft("draft", self.key)
            else:
                kept = {name: getattr(self.form, name) for name in ("value", "items", "note")}
                work.keep_draft("draft", self.key, **kept)

    def save(self, rating: SessionRating, *, blank: bool = False) -> str:
        """Record the session in the form and open the next.

        Of a half-filled one the form asks, and it is recorded with `blank` alone, and only while
        the rows that were asked about are the ones without a rating.
        """
        key, session = self.key, self.key.session
        self.saved = False
        if not rating.is_rated:
            return say("casebook.nothing_rated")
        unset = tuple(name for name, value in rating.scores.items() if value is None)
        if unset and not (blank and self._left_blank == (key, unset)):
            self._left_blank = key, unset
            rows = say("case.and").join(say(f"form.{name}.label") for name in unset)
            self.form.offer = say("form.blank", rows=rows)
            return say("casebook.leave_blank", rows=rows)
        if self._brought_back and self._brought_back[0] == key:
            rating = replace(rating, others=self._brought_back[1].others)
        with self._recording() as work:
            work.flush()
            there = self.record.own(key)
            if there is not None and not self._confirmed("elsewhere", session, there):
                level = there.alliance
                shown = say("form.unset") if level is None else f"{level:.2f}"
                return say("casebook.saved_elsewhere", session=session, alliance=shown)
            self.record.save(key, rating)
            work.drop_draft("draft", key)
        self._asked, self._left_blank, self.saved = None, None, True
        self.open_session()
        return self._recorded("saved", session)

    def late(self, session: int, values: dict[str, float | None]) -> bool:
        """Of a press on a session that has left the form: whether these ratings are recorded."""
        there = self.record.own(self.record.key(self.client, session, self.form.rater))
        known = there is not None and {**there.scores, **values} == there.scores
        if known:
            self.form.message = say("casebook.saved", session=session)
        return known

    def skip(self) -> str:
        """Record that the session in the form was not rated, and open the next."""
        session, begun = self.form.session, self.draft is not None or self.form.note.strip()
        self.keep_draft()
        with self._recording():
            self.record.save(self.key, SessionRating(dict.fromkeys(self.form.value)))
        self.open_session()
        return self._recorded("skipped_draft" if begun else "was_skipped", session)

    def _recorded(self, what: str, session: int) -> str:
        """What was done, whether the disk refused it, and what the story tells of that hour now.

        Why the disk refused it is the desk's to say.
        """
        done = say(f"casebook.{what}", session=session)
        if not self.desk.work.saved:
            done = say("casebook.not_in_file", done=done)
        return f"{done} {self._told_of(session)}".strip()

    def undo(self) -> str:
        """Take back what was done last; a session that was saved is back in the form."""
        back = self._brought_back[1].scores if self._brought_back else {}
        if self.draft is not None and self.form.value != back:
            return say("casebook.draft_first", session=self.form.session)
        if not self.record.can_undo(self.client, self.form.rater):
            return say("casebook.nothing_to_undo")  # said here, and not by every part of the page
        with self._recording():
            changes = self.record.undo(self.client, self.form.rater)
        if not changes:
            return ""
        last, key = changes[-1], RatingKey.of(changes[-1].key)
        before = SessionRating.of(last.before or {})
        self.form.clear()
        self.open_session()
        recorded = len(changes) == 1 and last.after is None
        if recorded and not before.is_rated and self.key == key and self.draft is not None:
            self._brought_back = key, self.form.rating
            return say("casebook.skip_undone", session=key.session)
        if not recorded or not before.is_rated:
            return say("casebook.undone_elsewhere", n=len(changes), session=key.session)
        scores, items = dict(before.scores), dict(before.items)
        self.desk.restore("rating", key, lambda: self.form.fill(scores, items, before.note))
        self._brought_back = key, replace(self.form.rating, others=before.others)
        self.keep_draft()
        return say("casebook.undone", session=key.session)

    def correct(self, session: int, column: str, value: float | None) -> str:
        """Put another number, or none, in the place of one that is recorded."""
        key = self.record.key(self.client, session, self.form.rater)
        there = self.record.own(key)
        if there is None or column not in self.form.value:
            raise RatingError([say("casebook.not_yours", session=session)])
        with self._recording():
            self.record.save(key, self.form.sheet.corrected(there, column, value))
        return say("casebook.corrected", session=session)

    def remove(self, session: int) -> str:
        """Take a recorded session out."""
        with self._recording():
            self.record.remove(self.record.key(self.client, session, self.form.rater))
        return say("casebook.removed", session=session)

    def import_csv(self, content: bytes) -> str:
        """Add the sessions of a CSV file."""
        with self._recording():
            new, known = self.record.import_csv(content, self.client)
        key = "casebook.imported" if new else "casebook.imported_none"
        said = say(key, n=new, client=self.client)
        return f"{said} {say('casebook.imported_known', n=known)}" if known else said

    def _confirmed(self, *question: object) -> bool:
        """Whether this very question was asked the last time, and Save was pressed again."""
        again = self._asked == question
        self._asked = None if again else question
        return again

    @contextmanager
    def _recording(self) -> Iterator[WorkFile]:
        before, self.settling = self.settling, True
        try:
            with self.desk.changing() as work:
                yield work
        finally:
            self.settling = before


def _by_session(hours: pd.DataFrame) -> dict[str, dict[int, str]]:
    """Client to session to what happened in it."""
    told: dict[str, dict[int, str]] = {}
    for client, session, hour in hours[["client", "session", "hour"]].itertuples(index=False):
        told.setdefault(str(client), {})[int(session)] = str(hour)
    return told
