"""The line of one case, and what is said of it, redrawn from rows alone."""

from __future__ import annotations

from typing import Any

import pandas as pd

from alliance_widgets.errors import AllianceError
from alliance_widgets.tables.ratings import RATERS
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.words import say

__all__ = ["CaseLine"]


def _shape(rows: pd.DataFrame, rater: str) -> str:
    """The shape of the line and why it is called so; nothing on a scale without thresholds."""
    from alliance_widgets.trajectories import explain_shape, shape_reasons

    try:
        return explain_shape(shape_reasons(rows, rater=rater).iloc[0])
    except AllianceError:
        return ""


def _chairs(rated: pd.DataFrame, session: int) -> str:
    """Two raters' words on the same session, and how far apart; nothing for one or three."""
    both = rated[rated["session"] == session].set_index("rater")["alliance"]
    if len(both) != 2:
        return ""
    told = [
        say("casebook.by", rater=say(f"raters.{rater}"), value=f"{both[rater]:.2f}")
        for rater in RATERS
        if rater in both.index
    ]
    apart = f"{abs(both.iloc[0] - both.iloc[1]):.2f}"
    return say("casebook.apart", ratings=say("case.and").join(told), apart=apart)


class CaseLine(ChartView):
    """A `ChartView` of one case's trajectory; `draw` moves its tables and rewrites its words."""

    shape = ""

    def draw(
        self,
        rows: pd.DataFrame,
        rule: Any,
        rater: str,
        draft: tuple[str, int] | None = None,
        told: tuple[int, float] | None = None,
        explore: bool = False,
        hidden: int = 0,
        first: tuple[float, float, int] | None = None,
        in_story: bool = False,
        so_far: tuple[int, int] | None = None,
    ) -> None:
        """Show these checked sessions of a client; `draft` is hollow.

        `told` is a session and what the same chair rated in it in the story, drawn as a ring.
        `hidden` is how many later sessions are not shown. With `explore` the client's usual level
        is drawn too, and `shape` says the shape of the line with its reasons. `first` is the scale
        and the session in the form: until it is rated a ring stands for its point. With `in_story`
        others rated the same sessions, and are told as these are rated. `so_far` is how
        many rows of how many the draft is the mean of, while it is not all of them.

        What a rule or a table is at fault in is said in place of the chart.
        """
        # Altair comes with the first line, not with the name of a case book.
        from alliance_widgets.charts._drawing.reading import read_checked
        from alliance_widgets.charts._drawing.sentences import (
            falls_in_words,
            raters_in_words,
            ruptures_in_words,
        )
        from alliance_widgets.charts.cases.trajectory import trajectory_picture

        if rows["alliance"].isna().all():
            if first is None:
                self._say_instead(say("describe.no_ratings"), described=True)
            else:
                self._invite(*first)
            return
        try:
            rated = bool((rows["rater"] == rater).any())
            reading = read_checked(rows, rule if rated else None, rater)
        except AllianceError as fault:
            self._say_instead(str(fault))
            return
        with self.hold_sync():
            unseen = say("casebook.hidden", n=hidden) if hidden else ""
            unsaved = say("describe.unsaved", session=draft[1]) if draft else ""
            coming = first[2] if first and not draft else None
            picture = trajectory_picture(reading, draft, explore, coming, told)
            ringed = say("describe.told", session=told[0], value=f"{told[1]:.1f}") if told else ""
            # A press that told them has said so itself, and one that took them back says only that.
            self._aside = [*raters_in_words(reading)[1:], ringed] if in_story else []
            self.show(picture.adding(falls_in_words(reading), ringed, unsaved, unseen))
            self.shape = _shape(rows, rater) if explore and rated else ""
            judged = explore and reading.judgement
            marked = ruptures_in_words(judged) if judged else ""
            self.headline = marked if explore else self._last(reading, so_far)

    def _last(self, reading: Any, so_far: tuple[int, int] | None) -> str:
        from alliance_widgets.charts import compare_last_session

        sentence = compare_last_session(reading)
        if len(reading.judged):
            session = int(reading.judged["session"].iloc[-1])
            if len(reading.judged) == 1:
                sentence = _chairs(reading.rated, session) or sentence
            values = {"session": session, "sentence": sentence}
            if so_far is None:
                return say("casebook.headline", **values)
            rated, rows = so_far
            return say("casebook.so_far", n=rated, rows=rows, **values)
        return sentence

    def notes(self, rater: str) -> dict[int, str]:
        """What is marked at each session of that rater: "possible rupture", "back up"."""
        points = self.tables.get("ratings")
        if self.message or points is None or points.empty:
            return {}
        theirs = points[points["rater"] == rater]
        return dict(zip(theirs["session"].tolist(), theirs["note"].tolist(), strict=True))

    def _invite(self, low: float, high: float, session: int) -> None:
        """The empty drawing, as large as the line will be: nothing jumps with the first point."""
        from alliance_widgets.charts.cases.trajectory import empty_picture

        self.shape, invited = "", say("casebook.first_point", session=session)
        with self.hold_sync():
            self.show(empty_picture(low, high, session, f"{say('describe.no_ratings')} {invited}"))
            self.headline = invited

    def _say_instead(self, sentence: str, *, described: bool = False) -> None:
        self.shape = ""
        with self.hold_sync():
            self.message = sentence
            self.headline = ""
            self.description = sentence if described else ""
