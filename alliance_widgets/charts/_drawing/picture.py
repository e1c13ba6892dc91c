"""What every chart is: how it is drawn, the tables in it, and the same in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Form", "Picture", "WrittenForm", "spec_of"]

Form: TypeAlias = "alt.LayerChart | alt.FacetChart"
KEPT = 64
_specs: dict[int, tuple[Form | WrittenForm, dict[str, object]]] = {}


class WrittenForm:
    """A form that was written out beforehand: a page has it at once, and Altair is not loaded.

    Whatever else is asked of it, the chart that `draw` makes answers.
    """

    def __init__(self, file: str, draw: Callable[[], Form]) -> None:
        self._file, self._draw = file, draw

    @cached_property
    def drawn(self) -> Form:
        """The same as an Altair chart."""
        return self._draw()

    def to_dict(self, **_options: object) -> dict[str, object]:
        """The form as Vega-Lite has it."""
        text = (resources.files("alliance_widgets.charts") / self._file).read_text("utf-8")
        spec: dict[str, object] = json.loads(text)
        return spec

    def __getattr__(self, name: str) -> Any:
        return getattr(self.drawn, name)


def spec_of(form: Form | WrittenForm) -> dict[str, object]:
    """The form as Vega-Lite has it, written out once: forms are made once and never changed.

    It is not validated again: the tests look at every form, and Altair takes 60 ms for it.
    """
    if id(form) not in _specs:
        while len(_specs) >= KEPT:
            _specs.pop(next(iter(_specs)))
        _specs[id(form)] = form, form.to_dict(validate=False)
    return _specs[id(form)][1]


@dataclass(frozen=True, eq=False)
class Picture:
    """A chart taken apart, so that a page can keep it and change only what changes.

    `ChartView.show` takes one: tables and words go to the page each time, the form when it is
    another one. Forms know no data and are made once, so a slider moves tables alone.

    Read with care: `words` are what somebody hears who cannot see the chart; a number that only
    the drawing shows is lost to them.

    Parameters
    ----------
    form : Altair chart
        How it is drawn: marks, scales and titles, with the data by their names.
    tables : mapping of str to DataFrame
        The tables that the form names.
    words : str
        What it shows, in sentences.
    """

    form: Form | WrittenForm
    tables: Mapping[str, pd.DataFrame]
    words: str

    def spec(self) -> dict[str, object]:
        """The form as a page takes it.

        Returns
        -------
        dict
            Vega-Lite, without data.
        """
        return spec_of(self.form)

    def adding(self, *sentences: str) -> Picture:
        """The same picture, of which more is said.

        Parameters
        ----------
        *sentences : str
            What follows the words; empty ones are left out.

        Returns
        -------
        Picture
            Another one, with the same form and tables.
        """
        return replace(self, words=" ".join(each for each in (self.words, *sentences) if each))

    def chart(self) -> Form:
        """A chart that needs no widget to be shown.

        Returns
        -------
        Altair chart
            A copy of the form that holds its tables and says what it shows.
        """
        chart: Form = self.form.copy()
        chart.datasets = {
            name: table.astype(object).where(table.notna(), None).to_dict("records")
            for name, table in self.tables.items()
        }
        chart.description = self.words
        return chart
