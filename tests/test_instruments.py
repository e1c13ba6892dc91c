"""Instruments: structure, keys and scoring, against worked figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import alliance_widgets as aw


@pytest.mark.parametrize(
    ("name", "response", "expected"),
    [
        ("wai_36", 6, {"total": 160, "tasks": 52, "bond": 60, "goals": 48}),
        ("wai_s", 5, {"total": 56, "tasks": 20, "bond": 20, "goals": 16}),
        ("wai_sr", 4, {"total": 48, "tasks": 16, "bond": 16, "goals": 16, "alliance": 4}),
        ("haq_ii", 6, {"total": 89}),
        ("core_10", 4, {"total": 32}),
        ("oq_45", 4, {"total": 144}),
        ("arm_5", 7, {"total": 5.8, "alliance": 5.8}),
    ],
)
def test_constant_responding_gives_the_published_totals(
    name: str, response: int, expected: dict[str, float]
) -> None:
    items = aw.instrument(name).items
    scores = aw.score([[response] * items], name).iloc[0]
    assert {key: pytest.approx(scores[key]) for key in expected} == expected


def test_ascending_responses_show_which_items_belong_together() -> None:
    scores = aw.score([[1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]], "wai_sr").iloc[0]
    assert scores[["tasks", "bond", "goals", "total"]].tolist() == [10, 14, 9, 33]


def test_four_lines_add_up() -> None:
    assert aw.score([[9.1, 8.7, 9.4, 8.6]], "srs")["total"][0] == pytest.approx(35.8)


def test_one_item_of_four_may_be_missing_and_two_may_not() -> None:
    row: list[float | None] = [4] * 12
    row[0] = None
    assert aw.score([row], "wai_sr")["tasks"][0] == 16
    row[1] = None
    scores = aw.score([row], "wai_sr").iloc[0]
    assert np.isnan(scores["tasks"])
    assert np.isnan(scores["total"])
    assert scores["bond"] == 16


def test_every_response_off_the_scale_is_named() -> None:
    with pytest.raises(aw.InstrumentError) as caught:
        aw.score([[4] * 12, [4] * 10 + [9, "x"]], "wai_sr")
    assert [p.split(":")[0] for p in caught.value.problems] == ["row 2, item 11", "row 2, item 12"]
    with pytest.raises(aw.InstrumentError, match="has 12 items, and these responses have 3"):
        aw.score([[1, 2, 3]], "wai_sr")


def test_subscales_of_the_working_alliance_inventories_share_the_items_out() -> None:
    for name in ("wai_36", "wai_s", "wai_sr"):
        scale = aw.instrument(name)
        items = sorted(n for numbers in scale.subscales.values() for n in numbers)
        assert items == list(range(1, scale.items + 1))


def test_an_unknown_name_is_answered_with_a_near_one() -> None:
    with pytest.raises(aw.InstrumentError, match="wai_sr"):
        aw.instrument("wai-srs")


def test_an_instrument_of_ones_own_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title="Mine"\nitems=2\nlow=0\nhigh=3\nstep=1\nlicence="mine"\nreversed=[2]\n')
    assert aw.score([[3, 0]], file)["total"][0] == 6
    file.write_text("items=2\nlow=3\nhigh=1\nstep=1\nsubscale={a=[1]}\n")
    with pytest.raises(aw.InstrumentError) as caught:
        aw.instrument(file)
    assert len(caught.value.problems) == 3
    assert "did you mean subscales?" in str(caught.value)


def test_the_list_names_the_keys_that_could_not_be_checked() -> None:
    known = aw.instruments().set_index("name")
    assert not known.loc["wai_36", "verified"]
    assert known.loc["wai_sr", "verified"]
    assert set(known.index) >= {"own", "srs", "ors", "phq_9", "arm_5"}
