"""How rare ruptures are, and what that makes of the same rule's marks."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from alliance_widgets.arguments import as_shown, is_text_among
from alliance_widgets.charts.cases.noise import base_rate_picture
from alliance_widgets.errors import QuestionError
from alliance_widgets.ruptures.hits import right_at
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page._lab import Lab
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.words import say

__all__ = ["BaseRateLab"]

COMMONEST, RAREST = 2, 100


class BaseRateLab(Lab):
    """A hundred marks of a rule, the right ones filled, while ruptures become rarer.

    A slider says in one of how many clients a rupture was planted, and begins where these figures'
    own clinic has it.

    Read with care: clients with and without a rupture stay as they are, only how many there are
    of each changes. In a real clinic nobody knows how many that is.

    Parameters
    ----------
    figures : mapping of str to Series
        Rules by name with what `hits_and_false_alarms` gives for each.
    rule : str, optional
        The rule to begin with; the first of `figures` if left out.
    code : str, optional
        The code of a picture to begin with, as the attribute `code` gives it.

    Attributes
    ----------
    right : float
        The share of the marks that would be right, 0 to 1.
    found : float
        The share of the planted ruptures that the rule marks, 0 to 1.
    controls : Controls
        What can be chosen (`controls.values`).
    code : str
        The code of the picture, which gives the same one where it is typed or assigned.

    Raises
    ------
    QuestionError
        Without figures, for a rule that is not among them, and for a clinic in which nothing was
        planted.
    """

    code_name = "RARE"

    def __init__(
        self,
        figures: Mapping[str, pd.Series],
        rule: str | None = None,
        *,
        code: str | None = None,
    ) -> None:
        if not isinstance(figures, Mapping) or not all(map(_are_figures, figures.values())):
            given = as_shown(figures)
            raise QuestionError([say("baserate.no_figures", given=given)])
        problems = [] if figures else [say("baserate.none")]
        if figures and rule is not None and not is_text_among(rule, figures):
            known = ", ".join(map(str, figures))
            problems.append(say("baserate.unknown", rule=str(rule), known=known))
        problems += [
            say("baserate.nothing", rule=name)
            for name, each in figures.items()
            if not each["base_rate"] > 0
        ]
        if problems:
            raise QuestionError(problems)
        self._figures = dict(figures)
        self.right = self.found = float("nan")
        first = rule or next(iter(self._figures))
        own = 1 / self._figures[first]["base_rate"]
        rules = [(name, name) for name in self._figures]
        unit = say("baserate.unit", value="{value}")
        self._start = start = min(max(round(own), COMMONEST), RAREST)
        rarer = make.slider("one_in", say("baserate.one_in"), COMMONEST, RAREST, 1, unit)
        said = {str(start): say("baserate.here", own=f"{round(own, 1):g}")}
        items = [make.choice("rule", say("rulechoice.rule"), rules), {**rarer, "said": said}]
        controls = Controls(items, say("baserate.about"), rule=first, one_in=start)
        controls.note = say("baserate.note")
        super().__init__(controls)
        self._begin_with(code)

    def _redraw(self, _change: object = None) -> None:
        values = self.controls.values
        figures, one_in = self._figures[values["rule"]], int(values["one_in"])
        # Where the slider stands first it is as in the clinic itself, and not rounded.
        share = figures["base_rate"] if one_in == self._start else 1 / one_in
        self.right, self.found = right_at(figures, share), float(figures["found"])
        said = f"{round(1 / share, 1):g}" if one_in == self._start else str(one_in)
        self._show(base_rate_picture(values["rule"], said, self.right, self.found))


def _are_figures(each: object) -> bool:
    """Whether this can be what `hits_and_false_alarms` gives."""
    needed = {"base_rate", "found", "hits_with", "marks_with", "marks_without"}
    return isinstance(each, pd.Series) and needed <= {*each.index}
