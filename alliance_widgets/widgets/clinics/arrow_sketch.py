"""A sketch of what is behind an association, placed arrow by arrow and set beside the truth."""

from __future__ import annotations

import ipywidgets as ipw

from alliance_widgets.charts import REASONS, arrow_sketches
from alliance_widgets.charts.clinics.arrows import arrows_picture
from alliance_widgets.widgets.page._at_desk import WorkGiven
from alliance_widgets.widgets.page._cells import close_earlier_run
from alliance_widgets.widgets.page.chart import ChartView
from alliance_widgets.widgets.page.runtime import OfParts
from alliance_widgets.widgets.questions.kinds import NoAnswer, Several
from alliance_widgets.widgets.questions.question import Question
from alliance_widgets.words import say
from alliance_widgets.workfile import KeyGiven

__all__ = ["ArrowSketch"]

PLANTED = {
    "causal": ("keeps",),
    "confounded": ("person",),
    "shared_events": ("person", "event"),
}
"""The reasons that are at work in the worlds of `TwoWorlds`."""


class ArrowSketch(OfParts, ipw.VBox):
    """Reasons why a stronger alliance and staying go together: tick them, and the arrows appear.

    Four reasons: the alliance keeps people (`keeps`); something about the person (`person`), or an
    event (`event`), does both; or the decision to leave lowers the alliance (`reverse`).

    Read with care: it is an opinion, and nothing in the data of a clinic draws these arrows.

    Parameters
    ----------
    key : str, int, or several of them, default "09/arrows"
        The name under which the work file keeps the reasons.
    work : WorkFile or path, optional
        Where they are kept; the student's own work file if left out.

    Attributes
    ----------
    reasons : tuple of str
    question : Question
        What is asked.
    chart : ChartView
        The arrows, of what is ticked at the moment.
    """

    def __init__(self, key: KeyGiven = "09/arrows", work: WorkGiven = None) -> None:
        labels = {name: say(f"arrows.reason.{name}") for name in REASONS}
        self.question = Question(key, say("arrows.ask"), Several(labels), work=work)
        self.chart = ChartView()
        wide = ipw.Layout(width="100%", overflow="visible")
        super().__init__(children=(self.question, self.chart), layout=wide)
        self.question.observe(self._draw, ["_entered", "answer"])
        self._draw()
        close_earlier_run(self)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that were kept; none before that."""
        return tuple(self.question.answer or ())

    def beside_the_clinics(self) -> object:
        """The kept sketch, and what was planted in the three clinics of `TwoWorlds`, as a chart.

        Returns
        -------
        Altair chart
            Four small sketches beside one another.
        """
        planted = {say(f"arrows.planted.{world}"): made for world, made in PLANTED.items()}
        mine = {say("arrows.alone"): self.reasons}
        return arrow_sketches({**mine, **planted}, note=say("arrows.beside_note"))

    def __repr__(self) -> str:
        return f"{self.question!r} {self.chart.description}"

    def _draw(self, _change: object = None) -> None:
        """Draw what is ticked at the moment, kept or not."""
        try:
            ticked = self.question.kind.read(self.question._entered)
        except NoAnswer:
            ticked = []
        self.chart.show(arrows_picture({say("arrows.alone"): ticked}))
