"""Instruments: structure and keys; and scores, against figures worked out elsewhere."""

import numpy as np
import pandas as pd
import pytest

from alliance_widgets.errors import InstrumentError, RatingError
from alliance_widgets.tables.instruments import Instrument, instrument, instrument_of, instruments
from alliance_widgets.tables.scoring import score

NAMES = ["own", "wai_sr", "wai_s", "wai_36", "haq_ii", "srs", "arm_5"]
NAMES += ["ors", "core_10", "phq_9", "oq_45"]


def test_every_promised_instrument_is_there():
    assert set(NAMES) <= set(instruments()["name"])


@pytest.mark.parametrize("name", ["wai_36", "wai_s", "wai_sr", "srs", "ors", "own"])
def test_subscales_share_out_all_items(name):
    scale = instrument(name)
    together = sorted(item for items in scale.subscales.values() for item in items)
    assert together == list(range(1, scale.items + 1))


def test_the_default_is_the_kits_own_scale():
    own = instrument()
    assert (own.name, own.low, own.high, own.step, own.licensed) == ("own", 1, 5, 0.25, False)


@pytest.mark.parametrize("name", ["WAI-SR", " wai sr ", "wai_sr"])
def test_names_are_found_whatever_their_capitals(name):
    assert instrument(name).name == "wai_sr"


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(InstrumentError, match=r"Near it: .*wai_sr"):
        instrument("wai_rs")
    with pytest.raises(InstrumentError, match="no instrument 'None'"):
        instrument(None)


def test_only_keys_from_memory_are_unverified():
    table = instruments().set_index("name").loc[NAMES]
    assert set(table.index[~table["verified"]]) == {"wai_s", "wai_36"}
    cutoffs = table.dropna(subset="cutoff")
    assert cutoffs["cutoff"].to_dict() == {"srs": 36, "ors": 25, "core_10": 11, "phq_9": 10}
    assert set(cutoffs.index[cutoffs["cutoff_verified"]]) == {"srs", "core_10"}


OWN_FILE = """
title = "Three questions"
items = 3
low = 0
high = 4
step = 1
reversed = [2]
subscales = { bond = [1, 2], pace = [3] }
"""


def test_an_instrument_of_ones_own_is_known_by_its_file_name(tmp_path):
    path = tmp_path / "Three.toml"
    path.write_text(OWN_FILE.replace("Three questions", "Drei Fragen für später"), "utf-8")
    scale = instrument(path)
    assert scale == instrument(str(path)) == instrument("three")
    assert instrument_of(pd.DataFrame({"instrument": ["three"]})) == scale
    assert score([4, 0, 1], scale).iloc[0].to_dict() == {
        "total": 9,
        "alliance": 3,
        "bond": 8,
        "pace": 1,
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("items = true", ["items is True; expected a whole number"]),
        ("low = nan", ["it goes from nan to 4"]),
        ("low = 9\nstep = 0", ["it goes from 9 to 4"]),
        ("step = 5", ["step is 5"]),
        ("low = -inf", ["it goes from -inf to 4"]),
        ("reversed = [0]", ["reversed names item 0; items are numbered from 1 to 3"]),
        ('reversed = ["2"]', ["reversed is ['2']; expected a list of item numbers"]),
        ("subscales = { bond = 3 }", ["subscales is {'bond': 3}; expected a table"]),
        ("subscales = { bond = [] }", ["bond has no items"]),
        ("subscales = { total = [1] }", ["no subscale can be called total"]),
        ("subscales = { a = [1], b = [1, 7] }", ["b names item 7", "item 1 stands in more"]),
        ("reverse = [2]\ntitle = 3", ["did you mean reversed", "title is 3; expected text"]),
        ('total = "median"', ["total is 'median'; expected one of sum, mean"]),
    ],
)
def test_every_fault_of_a_file_is_named(tmp_path, lines, said):
    keys = {line.split(" = ")[0] for line in lines.split("\n")}
    kept = [line for line in OWN_FILE.strip().split("\n") if line.split(" = ")[0] not in keys]
    path = tmp_path / "faulty.toml"
    path.write_text("\n".join([*kept, lines]))
    with pytest.raises(InstrumentError) as caught:
        instrument(path)
    assert len(caught.value.problems) == len(said)
    for problem, part in zip(caught.value.problems, said, strict=True):
        assert part in problem


def test_an_empty_file_lacks_every_needed_field(tmp_path):
    path = tmp_path / "empty.toml"
    path.touch()
    with pytest.raises(InstrumentError) as caught:
        instrument(path)
    assert len(caught.value.problems) == 5


def test_files_that_are_no_instrument_are_refused(tmp_path):
    (tmp_path / "broken.toml").write_text("low = = 3")
    (tmp_path / "wai_sr.toml").write_text(OWN_FILE)
    for path, said in [
        ("broken.toml", "could not be read"),
        ("absent.toml", "could not be read"),
        ("wai_sr.toml", "the kit has an instrument wai_sr already"),
    ]:
        with pytest.raises(InstrumentError, match=said):
            instrument(tmp_path / path)


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
        ("phq_9", 3, {"total": 27}),
    ],
)
def test_constant_responses(name, response, expected):
    scored = score([[response] * instrument(name).items], name).iloc[0]
    assert scored[list(expected)].to_dict() == pytest.approx(expected)


def test_rising_responses_to_the_wai_sr():
    scored = score([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2], "wai_sr").iloc[0]
    assert scored[["tasks", "bond", "goals", "total"]].tolist() == [10, 14, 9, 33]


def test_four_lines_of_the_srs():
    assert score([9.1, 8.7, 9.4, 8.6], "srs")["total"].tolist() == pytest.approx([35.8])


def test_one_missing_response_in_four_is_prorated_two_are_not():
    one, two = [4.0] * 12, [4.0] * 12
    one[0], one[1] = np.nan, 2  # tasks: items 1, 2, 10, 12
    two[0] = two[1] = np.nan
    scored = score([one, two], "wai_sr")
    assert scored["tasks"].iloc[0] == pytest.approx(4 * 10 / 3)
    assert scored["total"].iloc[0] == pytest.approx(32 + 4 * 10 / 3)
    assert scored.iloc[1].isna().to_dict() == {
        **dict.fromkeys(("total", "alliance", "tasks"), True),
        **dict.fromkeys(("goals", "bond"), False),
    }


def test_four_of_nineteen_may_be_missing_and_five_may_not():
    responses = np.full((2, 19), 6.0)
    responses[0, :4] = responses[1, :5] = np.nan
    assert score(responses, "haq_ii")["total"].isna().tolist() == [False, True]


def test_a_missing_reversed_response_is_prorated_after_turning():
    responses = [6.0] * 19
    responses[3] = np.nan  # reversed; the other fourteen plain items are 6, four reversed ones 1
    total = score([responses], "haq_ii")["total"].iloc[0]
    assert total == pytest.approx((14 * 6 + 4 * 1) * 19 / 18)


def test_items_are_found_by_name_and_other_columns_stay():
    table = pd.DataFrame({"client": ["007"], "Item_2": [2], "q1": [1], "item 4": [4], "3": ["3"]})
    scored = score(table.set_index(pd.Index([9])), "srs")
    assert scored.iloc[0].to_dict() == {
        **{"client": "007", "total": 10, "alliance": 2.5},
        **{"relationship": 1, "goals": 2, "approach": 3, "overall": 4},
    }
    assert list(table.columns) == ["client", "Item_2", "q1", "item 4", "3"]


@pytest.mark.parametrize("named", ["wai_{}", "x{}", "{}"])
@pytest.mark.parametrize("first", [0, 1])
def test_columns_of_a_table_of_ratings_are_no_items(named, first):
    form = [5, 4, 4, 5, 3, 5, 4, 4, 2, 4, 5, 1]
    items = {named.format(first + i): [answer] for i, answer in enumerate(form)}
    table = pd.DataFrame({"client": ["007"], "session": [3], **items})
    plain = score(form, instrument="wai_sr")
    pd.testing.assert_frame_equal(score(table, "wai_sr")[plain.columns], plain)
    assert list(score(table, "wai_sr").columns[:2]) == ["client", "session"]
    pd.testing.assert_frame_equal(score(pd.Series(form), "wai_sr"), plain)


def test_every_impossible_response_is_named():
    with pytest.raises(RatingError) as caught:
        score([[1, 2, 3, 11], ["x", True, -1, None]], "srs")
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "row 1, item 4 is 11",
        "row 2, item 1 is x",
        "row 2, item 2 is True",
        "row 2, item 3 is -1",
    ]


def test_a_wrong_number_of_items_is_refused():
    with pytest.raises(RatingError, match="has 12 items, and here are columns for 3"):
        score([[1, 2, 3]], "wai_sr")
    for nothing in ([], None, 3):
        with pytest.raises(RatingError, match="no responses"):
            score(nothing, "wai_sr")


def test_an_instrument_object_is_an_instrument():
    parts = {"pair": (1, 2), "last": (3,)}
    scale = Instrument("trio", "Trio", 3, low=1, high=4, step=1, total="mean", subscales=parts)
    assert instrument(scale) is scale is instrument("trio")
    assert score([[1, 2, 3]], scale).iloc[0].to_list() == [2, 2, 1.5, 3]
