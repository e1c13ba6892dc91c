"""A sketch of arrows: placed, kept, drawn as it is placed, and set beside what was planted."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from traitlets import TraitError

import alliance_widgets as aw
from alliance_widgets.charts import REASONS, arrow_sketches
from alliance_widgets.charts.clinics.arrows import arrows_form, arrows_tables
from alliance_widgets.simulate import WORLDS
from alliance_widgets.widgets.clinics.arrow_sketch import PLANTED


def press(sketch: aw.ArrowSketch, ticked: Any) -> None:
    question = sketch.question
    count = question._answered + 1
    press = {"kind": "check", "count": count, "entered": ticked}
    question._handle_custom_msg({"press": press}, [])


def test_arrows_appear_as_they_are_ticked_and_count_once_they_are_kept() -> None:
    sketch = aw.ArrowSketch()
    assert "no arrow yet" in sketch.chart.description
    sketch.question.set_state({"_entered": ["event"]})
    assert len(sketch.chart.tables["shafts"]) == 2
    assert "an event → leaving" in sketch.chart.description
    assert sketch.reasons == ()
    press(sketch, ["reverse", "keeps"])
    assert sketch.reasons == ("keeps", "reverse")
    assert sketch.question.message == "Noted."


def test_what_was_placed_is_there_again_after_a_restart() -> None:
    press(aw.ArrowSketch(work=aw.WorkFile()), ["person", "reverse"])
    again = aw.ArrowSketch(work=aw.WorkFile())
    assert again.reasons == ("person", "reverse")
    assert len(again.chart.tables["shafts"]) == 3


@pytest.mark.parametrize("ticked", [[], None, "keeps", ["love"], [3], {"keeps": 1}])
def test_what_is_no_sketch_is_said_and_keeps_nothing(ticked: Any) -> None:
    sketch = aw.ArrowSketch()
    press(sketch, ticked)
    assert sketch.reasons == ()
    assert sketch.question.message
    with pytest.raises(TraitError):
        sketch.question.answer = ["love"]


def test_beside_it_stands_what_was_planted_in_the_three_clinics() -> None:
    sketch = aw.ArrowSketch()
    press(sketch, ["keeps"])
    chart = sketch.beside_the_clinics()
    assert json.dumps(chart.to_dict())
    assert chart.description.startswith("Your sketch: alliance → leaving. ")
    assert set(PLANTED) == set(WORLDS) - {"no_effect"}
    assert "event" in PLANTED["shared_events"]
    assert not any("reverse" in reasons for reasons in PLANTED.values())


def test_nothing_of_what_was_planted_reaches_the_page_with_the_sketch() -> None:
    sketch = aw.ArrowSketch()
    known = repr([repr(getattr(sketch.question, name)) for name in sketch.question.keys])
    assert "Clinic" not in known + sketch.chart.description


def test_arrows_end_short_of_the_words_and_never_cover_one_another() -> None:
    tables = arrows_tables({"all": REASONS, "one": ["keeps"]})
    shafts = tables["shafts"]
    assert len(shafts) == 7
    assert not shafts.duplicated().any()
    length = np.hypot(shafts["x2"] - shafts["x"], shafts["y2"] - shafts["y"])
    assert (length > 0.8).all()
    forth, back = shafts.iloc[0], shafts.iloc[5]
    assert forth["y"] != back["y"]
    assert np.sign(forth["x2"] - forth["x"]) == -np.sign(back["x2"] - back["x"])
    assert tables["sketches"]["drawn"].tolist()[1] == "alliance → leaving"


def test_a_form_is_built_once_and_an_unknown_reason_is_refused() -> None:
    assert arrows_form(4) is arrows_form(4)
    assert "datasets" not in arrows_form(1).to_dict()
    with pytest.raises(aw.AllianceError, match="there is no reason luck"):
        arrow_sketches({"mine": ["luck"]})
