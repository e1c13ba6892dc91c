"""The code of a lab: the same picture elsewhere, or a refusal that says why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets import presets
from alliance_widgets.presets import SIGNS, Flag, Listed, Pick, Steps, Whole, code_of, read
from alliance_widgets.words import say

SETTINGS = {
    "rule": Pick(("drop_sd", "imr_chart", "point_drop")),
    "open": Flag(),
    "noise": Steps(0.1, 0.6, 0.05),
    "seed": Whole(),
    "pressed": Listed(("send", "nobody", "again")),
}
CHOSEN = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(SETTINGS["rule"].options),
        "open": st.booleans(),
        "noise": st.integers(2, 12).map(lambda n: round(n * 0.05, 10)),
        "seed": st.integers(0, 16**8 - 1),
        "pressed": st.permutations(["send", "nobody", "again"]).flatmap(
            lambda order: st.integers(0, 3).map(lambda n: order[:n])
        ),
    }
)


@given(CHOSEN)
def test_what_was_chosen_comes_back(values: dict[str, Any]) -> None:
    assert read("LAB", SETTINGS, code_of("LAB", SETTINGS, values, "0A7")) == (values, "0A7")


@given(CHOSEN, st.data())
def test_no_single_wrong_sign_and_no_two_changed_places_are_taken(
    values: dict[str, Any], data: st.DataObject
) -> None:
    code = code_of("LAB", SETTINGS, values, "0A7")
    places = [i for i, sign in enumerate(code) if sign in SIGNS and i > 3]
    one = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from(SIGNS.replace(code[one], "")))
    wrong = [code[:one] + other + code[one + 1 :]]
    two = data.draw(st.sampled_from(places))
    if code[one] != code[two]:
        signs = [*code]
        signs[one], signs[two] = signs[two], signs[one]
        wrong.append("".join(signs))
    for each in wrong:
        with pytest.raises(aw.AllianceError, match="typing error"):
            read("LAB", SETTINGS, each)


def test_small_letters_blanks_and_letters_taken_for_others_make_no_difference() -> None:
    values = {"rule": "imr_chart", "open": True, "noise": 0.3, "seed": 33, "pressed": ["nobody"]}
    code = code_of("LAB", SETTINGS, values, "100")
    signs = code.partition("-")[2].replace("0", "o").replace("1", "l").lower()
    assert read("LAB", SETTINGS, f"  lab {signs.replace('-', ' ')} ")[0] == values


def test_figures_are_the_same_whatever_the_last_digits_and_the_words() -> None:
    table = pd.DataFrame({"share": [0.125, 0.3, np.nan], "word": ["a", "b", "c"]})
    other = table.assign(share=table["share"] + 1e-12, word="ein anderes")
    assert presets.figures_of([table]) == presets.figures_of([other])
    assert presets.figures_of([table]) != presets.figures_of([table.assign(share=[0.126, 0.3, 0])])


def test_a_code_of_a_newer_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "VERSION", 1)
    code = code_of("LAB", {"open": Flag()}, {"open": True}, "000")
    monkeypatch.undo()
    with pytest.raises(aw.AllianceError, match="newer version"):
        read("LAB", {"open": Flag()}, code)


@pytest.mark.parametrize("code", ["", "NOISE", "4", None, 7, "LAB-0", "x" * 10_000, "LAB-!!!!!!"])
def test_what_is_no_code_is_refused_in_words(code: Any) -> None:
    with pytest.raises(aw.AllianceError, match="no code of a picture"):
        read("LAB", SETTINGS, code)


# ---- the labs ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clinic() -> aw.Clinic:
    return aw.simulate_clinic(300, seed=3)


def hits(clinic: aw.Clinic) -> pd.Series:
    return aw.hits_and_false_alarms(clinic.ratings, clinic.truth.ruptures, "imr_chart")


Make = Callable[..., Any]
ANALYSES = {"rows": lambda table: float(len(table)), "mean": lambda t: t["alliance"].mean()}


@pytest.fixture
def labs(clinic: aw.Clinic, tmp_path: Path) -> dict[str, tuple[Make, Callable[[Any], None]]]:
    """By class: how it is made, and a hand that moves it."""
    works = iter(range(10_000))

    def work() -> aw.WorkFile:
        return aw.WorkFile(tmp_path / f"{next(works)}.json")

    def choose(**values: Any) -> Callable[[Any], None]:
        def move(lab: Any) -> None:
            lab.controls.values = {**lab.controls.values, **values}

        return move

    def press(lab: Any, *names: str) -> None:
        for name in names:
            lab._press(name)

    def noise(lab: Any) -> None:
        lab.taps.new_dice()
        choose(rule="imr_chart", strict="2", sessions=17, spill="much", noise=0.45)(lab)

    points = pd.DataFrame({"client": list("aabb"), "x": [1, 2.0, 3, 4], "y": [2, 1.0, 4, 3]})
    cases = aw.load_data("single_cases")
    mehmet = cases.query("client == 'Mehmet' and rater == 'client'")
    figures = {"chart": hits(clinic)}
    return {
        "BaseRateLab": (lambda **k: aw.BaseRateLab(figures, **k), choose(one_in=40)),
        "ClimbSwitches": (lambda **k: aw.ClimbSwitches(500, **k), choose(growth=False)),
        "DiceFits": (
            lambda **k: aw.DiceFits(mehmet, **k),
            lambda lab: press(lab, "hundred", "again"),
        ),
        "DropoutExplorer": (
            lambda **k: aw.DropoutExplorer(clinic, **k),
            choose(by="landmark_third", view="curve", landmark=4),
        ),
        "ManyAnalyses": (
            lambda **k: aw.ManyAnalyses(ANALYSES, {"c": clinic.ratings}, "n", 0, 1, **k),
            lambda lab: [lab._try("1"), lab._try("0")],
        ),
        "NoiseLab": (lambda **k: aw.NoiseLab(5, work=work(), known=True, **k), noise),
        "PathFit": (lambda **k: aw.PathFit(cases, **k), choose(client="Minh", first="8")),
        "PrizeGiving": (
            lambda **k: aw.PrizeGiving(**k),
            lambda lab: [press(lab, "others", "next", "next"), choose(differ=True)(lab)],
        ),
        "RegressionToTheMean": (
            lambda **k: aw.RegressionToTheMean(2, work=work(), **k),
            lambda lab: press(lab, "again", "nobody"),
        ),
        "RuleComparator": (
            lambda **k: aw.RuleComparator(**k),
            lambda lab: [
                choose(client="Ama", more=True, focus="ewma")(lab),
                setattr(lab.known, "values", {**lab.known.values, "known": 7}),
            ],
        ),
        "ThreeSlopes": (
            lambda **k: aw.ThreeSlopes(points, "x", "y", **k),
            choose(compare="within"),
        ),
        "TwoWorlds": (
            lambda **k: aw.TwoWorlds(1, 1_000, work=work(), **k),
            lambda lab: setattr(lab, "seed", 4),
        ),
        "WhoIsMissing": (
            lambda **k: aw.WhoIsMissing(clinic.ratings, clinic.courses, **k),
            choose(who="completers"),
        ),
    }


def pictured(lab: Any) -> list[dict[str, list[Any]]]:
    return [table.to_dict("list") for table in lab._pictured()]


NAMES = (
    *("BaseRateLab", "ClimbSwitches", "DiceFits", "DropoutExplorer", "ManyAnalyses", "NoiseLab"),
    *("PathFit", "PrizeGiving", "RegressionToTheMean", "RuleComparator", "ThreeSlopes"),
    *("TwoWorlds", "WhoIsMissing"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_code_gives_the_picture_that_it_was_of(name: str, labs: dict[str, Any]) -> None:
    make, move = labs[name]
    moved = make()
    plain = moved.code
    move(moved)
    code = moved.code
    assert code != plain
    assert code.startswith(f"{moved.code_name}-")
    assert len(code) <= 40
    for other in (make(), make(code=code)):
        other.code = code
        assert pictured(other) == pictured(moved)
        assert other.code == code
        other.code = plain
        assert other.code == plain


@pytest.mark.parametrize("name", NAMES)
def test_every_lab_is_tried_and_has_a_name_of_its_own(name: str, labs: dict[str, Any]) -> None:
    from alliance_widgets.widgets.page._codes import WithCode

    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    assert all(hasattr(aw, each) for each in NAMES)  # each is loaded when it is named
    kinds = [each for each in below(WithCode) if hasattr(each, "code_name")]
    assert {each.__name__ for each in kinds} == {*NAMES} == {*labs}
    assert len({each.code_name for each in kinds}) == len(kinds)
    assert getattr(aw, name) in kinds


def test_on_other_data_it_refuses_and_stays_as_it_was(clinic: aw.Clinic) -> None:
    lab = aw.DropoutExplorer(clinic, view="curve")
    other = aw.DropoutExplorer(aw.simulate_clinic(300, seed=4), by="first_third")
    before = other.code
    with pytest.raises(aw.AllianceError, match="not those of the picture"):
        other.code = lab.code
    assert other.code == before
    with pytest.raises(aw.AllianceError, match="another lab"):
        other.code = aw.PrizeGiving().code


def test_a_code_of_other_dice_names_them(tmp_path: Path) -> None:
    first, other = (aw.RegressionToTheMean(n, work=aw.WorkFile(tmp_path / f"{n}")) for n in (1, 2))
    with pytest.raises(aw.AllianceError, match=r"seed 1.*seed 2"):
        other.code = first.code


def test_before_the_truth_a_code_gives_the_lines_and_hides_the_rest(tmp_path: Path) -> None:
    told = aw.NoiseLab(3, known=True, work=aw.WorkFile(tmp_path / "a.json"))
    told.taps.new_dice()
    told.controls.values = {**told.controls.values, "sessions": 20}
    fresh = aw.NoiseLab(code=told.code, work=aw.WorkFile(tmp_path / "b.json"))
    assert fresh.controls is not None  # later dice are thrown by who knows of the first
    asked = aw.NoiseLab(3, work=aw.WorkFile(tmp_path / "c.json"))
    plain = aw.NoiseLab(3, known=True, work=aw.WorkFile(tmp_path / "d.json"))
    plain.controls.values = {**plain.controls.values, "rule": "imr_chart", "strict": "3"}
    asked.code = plain.code
    assert asked.controls is None
    assert asked.rates is None
    asked.taps.shown = True
    assert asked.controls.values["rule"] == "imr_chart"
    assert asked.code == plain.code


# ---- on the page ---------------------------------------------------------------------------------


def press(controls: Any, name: str, count: int = 1) -> None:
    controls._hear_press(controls, {"press": {"name": name, "count": count}}, [])


def test_a_press_shows_the_code_and_a_move_takes_it_away(clinic: aw.Clinic) -> None:
    lab = aw.DropoutExplorer(clinic)
    press(lab.coded, "show")
    assert lab.coded.values["code"] == lab.code
    lab.values = {"view": "curve"}
    assert lab.coded.values["code"] == ""


def test_a_typed_code_is_gone_to_and_a_wrong_one_is_said(clinic: aw.Clinic) -> None:
    lab, other = aw.DropoutExplorer(clinic), aw.DropoutExplorer(clinic, view="endings")
    lab.coded.set_state({"_values": {"code": f" {other.code.lower()} "}})
    assert lab.code == other.code
    lab.coded.set_state({"_values": {"code": other.code[:-1] + "X"}})
    assert "typing error" in lab.coded.message
    assert lab.code == other.code


@pytest.mark.parametrize("name", NAMES)
def test_a_lab_takes_the_code_that_the_address_of_its_page_names(
    name: str, labs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from alliance_widgets.widgets.page import _codes

    make, move = labs[name]
    moved = make()
    move(moved)

    async def page(code: str) -> Any:
        monkeypatch.setattr(_codes, "asked", [code])
        lab = make()
        before = lab.code
        await asyncio.sleep(0)  # its cell has run
        return before, lab

    before, lab = asyncio.run(page(moved.code.lower().replace("-", " ")))
    assert lab.code == moved.code != before
    assert lab.coded.message == say("presets.went")
    before, lab = asyncio.run(page(f"{moved.code}1"))
    assert lab.code == before
    assert "typing error" in lab.coded.message
    before, lab = asyncio.run(page("OTHER-0HG4-2T8M-1"))
    assert (lab.code, lab.coded.message) == (before, "")
