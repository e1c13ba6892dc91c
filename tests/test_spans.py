"""A line with shaded stretches: what the drawing holds, and marks that a person made."""

from __future__ import annotations

import pytest

import alliance_widgets as aw
from alliance_widgets import charts
from alliance_widgets.charts.cases.spans import span_form, span_table
from alliance_widgets.charts.cases.trajectory_form import trajectory_form


def layers(spec: dict) -> list[tuple[str, str]]:
    return [(each["mark"]["type"], each["data"]["name"]) for each in spec["layer"]]


def test_stretches_are_shaded_over_the_band_and_under_the_line_and_named_on_top() -> None:
    drawn = layers(span_form().to_dict())
    shade = drawn.index(("rect", "spans"))
    assert drawn.index(("area", "limits")) < shade < drawn.index(("line", "ratings"))
    assert drawn[-1] == ("text", "spans")
    assert len(drawn) == len(layers(trajectory_form().to_dict())) + 2


def test_only_a_form_that_asks_for_it_tells_what_was_picked() -> None:
    for pick, told in ((True, "session"), (False, None)):
        ours = span_form(1, 5, pick=pick).to_dict()["usermeta"]["alliance"]
        assert ours.get("pick") == told
        assert ours["table"]["name"] == "ratings"
    assert "pick" not in trajectory_form().to_dict()["usermeta"]["alliance"]


def test_a_name_begins_where_there_is_room_for_it() -> None:
    table = span_table([(2, 3, "early"), (9, 10, "late")], range(1, 11))
    assert table["side"].tolist() == ["left", "right"]
    assert span_table([]).empty


@pytest.mark.parametrize("rule", [None, "reliable_drop"])
def test_marks_made_by_hand_stand_in_place_of_a_rules(rule: str | None) -> None:
    tomasz = aw.load_data("single_cases").query("client == 'Tomasz' and rater == 'client'")
    by_hand = [("Tomasz", 3, "rupture"), ("Tomasz", 8, "back")]
    tables = charts.trajectory_tables(tomasz, rule, by_hand=by_hand)
    assert tables["marks"][["session", "kind"]].values.tolist() == [[3, "rupture"], [8, "back"]]
    notes = tables["ratings"].set_index("session")["note"]
    assert notes[notes != ""].to_dict() == {3: "possible rupture", 8: "back up"}
    assert charts.trajectory_tables(tomasz, "reliable_drop")["marks"]["session"].tolist() == [5, 6]
