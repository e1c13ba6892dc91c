"""Cases as a student meets them: the sessions that are given, and over them the student's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from alliance_widgets.errors import RatingError
from alliance_widgets.tables.instruments import Instrument, instrument, instrument_of
from alliance_widgets.tables.ratings import SUBSCALES, check_ratings, read_ratings
from alliance_widgets.tables.reading.csv_files import Source
from alliance_widgets.tables.session_rating import RatingKey, SessionRating
from alliance_widgets.words import say
from alliance_widgets.workfile.document import Entry, as_key
from alliance_widgets.workfile.entries import Change
from alliance_widgets.workfile.rating_entries import rating_fault, ratings_table
from alliance_widgets.workfile.work_file import WorkFile

__all__ = ["CaseRecord"]

SAME = 1e-9


class CaseRecord:
    """The cases of one case study: `given` ratings, and what is rated in the work file.

    `study` tells the same client in two lessons apart. Without `given` the cases are the
    student's own. Where both rated the same session, the student's rating stands.

    Raises `RatingError` for faulty `given` ratings.
    """

    def __init__(
        self,
        work: WorkFile | None,
        given: pd.DataFrame | None = None,
        study: str = "",
        scale: str | Instrument | None = None,
    ) -> None:
        self.work, self.study = work, study
        self.given = None if given is None else check_ratings(given)
        told = "own" if scale is None else scale
        self.scale = instrument(told) if self.given is None else instrument_of(self.given)

    @property
    def ratings(self) -> pd.DataFrame:
        """All sessions that are given or rated, by client, session and rater; may have no rows."""
        own = self._own()
        if self.given is None:
            return own
        if own.empty:
            return self.given
        if "instrument" not in self.given:
            own = own.drop(columns="instrument")
        key = ["client", "session", "rater"]
        both = pd.concat([self.given, own], ignore_index=True)
        return both.drop_duplicates(key, keep="last").sort_values(key, ignore_index=True)

    @property
    def clients(self) -> list[str]:
        """The given clients in the order they came, then the student's own."""
        given = [] if self.given is None else self.given["client"].unique().tolist()
        own = [] if self.work is None else self._own()["client"].unique().tolist()
        return list(dict.fromkeys([*map(str, given), *map(str, own)]))

    def next_session(self, client: str, rater: str) -> int:
        """The session after the last one that this rater rated or skipped."""
        ratings = self.ratings
        mine = ratings[(ratings["client"] == client) & (ratings["rater"] == rater)]
        return int(mine["session"].max()) + 1 if len(mine) else 1

    def key(self, client: str, session: int, rater: str) -> RatingKey:
        """Under what a session of these cases is recorded."""
        return RatingKey(self.study, client, session, rater)

    def own(self, key: RatingKey) -> SessionRating | None:
        """What the student recorded for one session, or None; no rating at all counts as None."""
        data = None if self.work is None else self.work.get("rating", key)
        if data is None or rating_fault(Entry(as_key("rating", key), 0, "", None, data, "")):
            return None
        return SessionRating.of(data)

    def save(self, key: RatingKey, rating: SessionRating) -> bool:
        """Record one session; whether it is on disk."""
        columns = {**rating.columns, "instrument": self.scale.name, **key.columns}
        return self._work().record_rating(**columns)

    def remove(self, key: RatingKey) -> bool:
        """Remove what the student recorded for one session; what was given there is back."""
        return self._work().remove("rating", key)

    def undo(self, client: str, rater: str) -> tuple[Change, ...]:
        """Take back what this rater last recorded or removed for this client in this study."""
        return self._work().undo("rating", (self.study, client, None, rater))

    def can_undo(self, client: str, rater: str) -> bool:
        """Whether there is anything that `undo` would take back."""
        return self._work().can_undo("rating", (self.study, client, None, rater))

    def import_csv(self, source: Source, client: str) -> tuple[int, int]:
        """Add the sessions of a CSV file to this client: how many were new, how many were there.

        All or nothing, and undone in one step. Raises `RatingError` for a file with faults, with
        another instrument, of more than one client, or with other numbers for a session that is
        rated already: it names every one of them.
        """
        table = read_ratings(source)
        found = instrument_of(table)
        if found.name != self.scale.name:
            raise RatingError(
                [say("caserecord.other_instrument", found=found.title, here=self.scale.title)]
            )
        people = table["client"].unique()
        if len(people) > 1:
            raise RatingError([say("case.one_client", n=len(people))])
        table = table.assign(client=client, case=self.study, instrument=self.scale.name)
        there = self.ratings
        there = there[there["client"] == client].set_index(["session", "rater"])
        keys = list(zip(table["session"], table["rater"], strict=True))
        known = [key in there.index for key in keys]
        rated = [name for name in (*SUBSCALES, "alliance") if name in table]
        problems = [
            say("caserecord.import_differs", session=session, rater=say(f"raters.{rater}"))
            for (session, rater), row, again in zip(
                keys, table[rated].to_dict("records"), known, strict=True
            )
            if again and not _same(row, there.loc[(session, rater)])
        ]
        if problems:
            raise RatingError(problems)
        new = table[[not again for again in known]]
        if len(new):
            self._work().record_ratings(new)
        return len(new), sum(known)

    def _own(self) -> pd.DataFrame:
        if self.work is None:
            return ratings_table((), self.scale.name, self.study)
        return self.work.ratings_of(self.scale.name, self.study)

    def _work(self) -> WorkFile:
        if self.work is None:
            raise RatingError([say("caserecord.read_only")])
        return self.work


def _same(row: Mapping[Any, Any], there: Any) -> bool:
    """Whether two records say the same wherever the new one says anything."""
    return all(
        pd.isna(value) or (pd.notna(there.get(name)) and abs(value - there[name]) < SAME)
        for name, value in row.items()
    )
