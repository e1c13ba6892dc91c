"""Clinics that report the same, step by step: pressed and assigned, without a page.

Clinics of 2 000 clients unless a test says otherwise; nothing here depends on a lucky seed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances
from traitlets import TraitError

import alliance_widgets as aw
from alliance_widgets.charts.clinics import courses
from alliance_widgets.simulate import WORLDS
from alliance_widgets.simulate.studies import ThreeClinics
from alliance_widgets.widgets.clinics import two_worlds_words as words
from alliance_widgets.widgets.clinics._two_worlds_steps import FIRST, THIRD
from alliance_widgets.widgets.page.controls import Controls
from alliance_widgets.widgets.questions.forecast import SURE, Forecast
from alliance_widgets.words import say

N = 2_000


@pytest.fixture(autouse=True)
def an_empty_page() -> Iterator[None]:
    Widget.close_all()
    yield
    Widget.close_all()


def make(**settings: Any) -> aw.TwoWorlds:
    return aw.TwoWorlds(**{"n": N, **settings})


def controls_with(lab: aw.TwoWorlds, name: str) -> Controls | None:
    shown = [*lab._steps.children, *lab.children]
    rows = [each for each in shown if isinstance(each, Controls)]
    return next((row for row in rows if any(i["name"] == name for i in row.items)), None)


def press(lab: aw.TwoWorlds, name: str) -> str:
    """What the page does when a button is pressed; what is said to it."""
    row = controls_with(lab, name)
    assert row is not None, f"no button {name} on the page"
    row._handle_custom_msg({"press": {"name": name, "count": row._answered + 1}}, [])
    return row.message


def commit(lab: aw.TwoWorlds, letter: str, number: str, sure: str = "80") -> Forecast:
    asked = lab._page.forecasts[letter]
    answer(asked, "check", entered=number, confidence=sure)
    return asked


def answer(asked: Forecast, kind: str, **entered: Any) -> None:
    """What the page does when a button under a question is pressed."""
    press = {"kind": kind, "count": asked._answered + 1, **entered}
    asked._handle_custom_msg({"press": press}, [])


def walk(lab: aw.TwoWorlds, to: str = "intervene_third") -> None:
    """All steps, up to and with one."""
    for step in ("fit", "AB", "intervene", "third", "fit_third", "C", "intervene_third"):
        if step in ("AB", "C"):
            for letter in step:
                commit(lab, letter, "15")
        else:
            press(lab, step)
        if step == to:
            return


def everything_sent() -> str:
    """All state of all widgets that a page could know of."""
    alive = [each for each in list(_instances.values()) if each.comm is not None]
    return " ".join(json.dumps({key: repr(getattr(w, key)) for key in w.keys}) for w in alive)


def texts(lab: aw.TwoWorlds) -> str:
    return " ".join(getattr(each, "value", "") for each in lab._steps.children)


class TestSteps:
    def test_one_step_after_the_other_comes_onto_the_page(self) -> None:
        lab = make()
        assert controls_with(lab, "intervene") is None
        assert not lab._page.forecasts
        assert "Within clients" in press(lab, "fit")
        assert set(lab._page.forecasts) == {"A", "B"}
        assert controls_with(lab, "intervene") is None
        commit(lab, "A", "15")
        assert controls_with(lab, "intervene") is None
        commit(lab, "B", "20")
        assert "of 100 leave" in press(lab, "intervene")
        press(lab, "third")
        assert len(lab.figures) == 3
        assert press(lab, "fit_third").startswith("Clinic C, within clients:")
        commit(lab, "C", "12")
        press(lab, "intervene_third")
        assert "An experiment helps" in texts(lab)
        assert lab.step == 5

    def test_what_is_on_the_page_stays_there_as_it_is_when_a_step_is_added(self) -> None:
        lab = make()
        seen: tuple[Any, ...] = ()
        for step in ("fit", "AB", "intervene", "third", "fit_third", "C", "intervene_third"):
            for each in step if step in ("AB", "C") else (step,):
                commit(lab, each, "15") if len(each) == 1 else press(lab, each)
                assert lab._steps.children[: len(seen)] == seen
                seen = lab._steps.children

    @pytest.mark.parametrize("name", ["intervene", "third", "fit_third", "intervene_third"])
    def test_a_step_asked_for_too_early_is_refused_in_words(self, name: str) -> None:
        lab = make()
        with pytest.raises(aw.AllianceError, match="Press Fit first"):
            lab._act(name)
        assert lab.step == 0
        assert lab.answer.empty

    def test_intervening_without_a_prediction_names_the_clinics(self) -> None:
        lab = make()
        press(lab, "fit")
        commit(lab, "B", "15")
        with pytest.raises(aw.AllianceError, match="for Clinic A first") as fault:
            lab._act("intervene")
        assert "Clinic B" not in str(fault.value)

    def test_a_step_pressed_again_changes_nothing(self) -> None:
        lab = make()
        walk(lab)
        before = lab._steps.children
        for name in ("fit", "intervene", "third", "fit_third", "intervene_third"):
            press(lab, name)
        assert lab._steps.children == before
        assert lab.step == 5

    def test_everything_can_be_seen_without_guessing(self) -> None:
        lab = make()
        press(lab, "fit")
        for letter in "AB":
            asked = lab._page.forecasts[letter]
            answer(asked, "skip")
        press(lab, "intervene")
        assert lab.predictions["skipped"].all()
        assert "You said" not in repr(lab)
        assert len(lab.answer) == 2


class TestNothingIsGivenAway:
    def test_no_state_no_text_and_no_table_names_a_world_before_it_was_intervened_upon(
        self,
    ) -> None:
        lab = make()
        walk(lab, "AB")
        known = everything_sent() + repr(lab) + str(lab.figures) + str(lab.predictions)
        assert not [world for world in WORLDS if world in known]
        assert "ease with people" not in known
        assert "exactly as before" not in known
        assert lab.answer.empty
        assert list(lab.figures["clinic"]) == ["Clinic A", "Clinic B"]

    def test_the_third_clinic_is_not_made_before_it_is_met_and_not_told_before_the_end(
        self,
    ) -> None:
        lab = make()
        walk(lab, "intervene")
        known = everything_sent() + repr(lab)
        assert "Clinic C reports" in known  # the invitation, and nothing else of it
        assert "at risk, Clinic C" not in known
        press(lab, "third")
        press(lab, "fit_third")
        commit(lab, "C", "12")
        known = everything_sent() + repr(lab) + str(lab.figures) + str(lab.answer)
        assert "shared_events" not in known
        assert "events in life" not in known
        assert list(lab.answer["clinic"]) == ["Clinic A", "Clinic B"]

    def test_the_letters_do_not_tell_the_worlds(self) -> None:
        first = [ThreeClinics(1_000, seed).world("A") for seed in range(200)]
        assert 70 < first.count("causal") < 130
        assert {*first} == {"causal", "confounded"}
        assert all(ThreeClinics(1_000, seed).world("C") == "shared_events" for seed in range(20))

    def test_the_fit_is_missing_from_the_figures_until_it_is_made(self) -> None:
        lab = make()
        parts = ["between", "between_se", "within", "within_se"]
        assert lab.figures[parts].isna().all(axis=None)
        press(lab, "fit")
        assert lab.figures[parts].notna().all(axis=None)


class TestFigures:
    def test_they_are_those_of_the_public_functions(self) -> None:
        lab = make(seed=3)
        walk(lab)
        for row in lab.figures.merge(lab.answer, on="clinic").itertuples():
            clinic = aw.simulate_clinic(N, row.world, seed=3)
            assert row.r == aw.outcome_correlation(clinic.ratings, clinic.courses)["r"]
            early = clinic.ratings.query("session <= 3").groupby("client")["alliance"].mean()
            assert row.d == aw.dropout_difference(early, clinic.courses)["d"]
            left = clinic.courses["ending"] == "dropped_out"
            assert row.dropout == row.before == left.mean()
            fit = aw.fit_hazard(aw.person_period(clinic.ratings, clinic.courses)).set_index("term")
            assert row.within == fit.loc["alliance_within", "coefficient"]
            assert row.between_se == fit.loc["alliance_between", "se"]
            raised = aw.simulate_clinic(N, row.world, seed=3, do_alliance=0.5).courses
            assert row.after == (raised["ending"] == "dropped_out").mean()
            changed = (raised["sessions_attended"] != clinic.courses["sessions_attended"]) | (
                raised["ending"] != clinic.courses["ending"]
            )
            assert row.courses_changed == changed.sum()

    @pytest.mark.parametrize("seed", range(4))
    def test_raising_the_alliance_helps_in_one_clinic_and_changes_not_one_course_in_the_others(
        self, seed: int
    ) -> None:
        lab = make(seed=seed)
        walk(lab)
        answer = lab.answer.set_index("world")
        causal = answer.loc["causal"]
        # of 2 000 clients: 5 of 100 fewer, SE of the difference below 1 of 100
        assert causal["before"] - causal["after"] == pytest.approx(0.054, abs=0.025)
        others = answer.drop("causal")
        assert (others["courses_changed"] == 0).all()
        assert (others["before"] == others["after"]).all()

    def test_the_words_hold_the_figures(self) -> None:
        lab = make()
        walk(lab)
        said = repr(lab)
        for row in lab.answer.itertuples():
            assert f"{round(N * row.before):,} of {N:,} clients dropped out" in said
        before, after = (
            aw.simulate_clinic(N, "causal", seed=1, do_alliance=points).courses["ending"]
            for points in (0, 0.5)
        )
        kept = ((before == "dropped_out") & (after != "dropped_out")).sum()
        assert f"{kept} clients who had left now stay." in said
        assert said.count("exactly as before. Not one client's course") == 2
        assert "You said 15, 80 % sure" in said
        assert "about a real person" in said

    def test_predictions_are_there_as_they_were_made(self) -> None:
        lab = make()
        press(lab, "fit")
        assert lab.predictions["predicted"].isna().all()
        commit(lab, "A", "14,5", "90")
        first = lab.predictions.iloc[0]
        assert (first["predicted"], first["confidence"], first["skipped"]) == (14.5, 90.0, False)
        assert first["now"] == round(100 * lab.figures["dropout"][0])


class TestForecast:
    @pytest.mark.parametrize("entered", ["", "many", "101", "-1", None])
    def test_what_is_not_so_many_of_a_hundred_is_refused_in_words(self, entered: Any) -> None:
        asked = Forecast("f", "How many?")
        answer(asked, "check", entered=entered, confidence="80")
        assert asked.message
        assert not asked.done

    @pytest.mark.parametrize("sure", ["", "certain", "55"])
    def test_it_asks_how_sure(self, sure: str) -> None:
        asked = Forecast("f", "How many?")
        answer(asked, "check", entered="15", confidence=sure)
        assert asked.message == say("forecast.sure_first")
        assert not asked.done
        assert [level for level, _ in asked._ask["levels"]] == list(SURE)

    def test_it_is_committed_once(self) -> None:
        asked = Forecast("f", "How many?")
        asked.answer = 0
        assert asked._locked
        assert asked.kind.read("100") == 100
        with pytest.raises(TraitError):
            asked.answer = 100.5


class TestKept:
    def test_steps_and_predictions_are_there_again_after_a_restart(self) -> None:
        work = aw.WorkFile()
        lab = make(work=work)
        walk(lab, "fit_third")
        again = make(work=aw.WorkFile(work.path))
        assert again.step == lab.step == 4
        pd.testing.assert_frame_equal(again.predictions, lab.predictions)
        pd.testing.assert_frame_equal(again.answer, lab.answer)
        pd.testing.assert_frame_equal(again.figures, lab.figures)
        assert repr(again) == repr(lab)
        assert len(again._steps.children) == len(lab._steps.children)
        for mine, theirs in zip(again._steps.children, lab._steps.children, strict=True):
            assert getattr(mine, "message", "") == getattr(theirs, "message", "")

    def test_other_clinics_have_steps_and_predictions_of_their_own(self) -> None:
        work = aw.WorkFile()
        lab = make(work=work)
        walk(lab, "intervene")
        first = repr(lab)
        press(lab, "other")
        assert (lab.seed, lab.step, lab.answer.empty) == (2, 0, True)
        assert repr(lab) != first
        press(lab, "fit")
        assert lab.predictions["predicted"].isna().all()
        assert make(work=aw.WorkFile(work.path)).seed == 2
        press(lab, "first")
        assert (lab.seed, repr(lab)) == (1, first)
        assert press(lab, "first") == say("worlds.at_first")

    def test_another_notebook_with_the_same_work_takes_the_steps_too(self) -> None:
        work = aw.WorkFile()
        here, there = make(work=work), make(work=work)
        walk(here, "intervene")
        assert there.step == here.step
        assert repr(there) == repr(here)

    def test_a_prediction_taken_back_takes_its_answer_back(self) -> None:
        work = aw.WorkFile()
        lab = make(work=work)
        walk(lab, "intervene")
        work.remove("answer", ("09/worlds", N, 1, "A"))
        lab.desk.look()
        assert lab.answer.empty
        assert controls_with(lab, "third") is None
        assert "You said" not in repr(lab)
        commit(lab, "A", "7")
        hundreds = [each for each in lab._steps.children if isinstance(each, aw.ChartView)][1]
        assert hundreds.tables["counts"]["said"].tolist() == [7, 15]
        assert "You said 7" in hundreds.description

    @pytest.mark.parametrize("value", ["5", -1, 99, True, None, [1]])
    def test_a_step_that_cannot_be_counts_as_none_or_gives_nothing_away(self, value: Any) -> None:
        work = aw.WorkFile()
        work.record("setting", ("09/worlds", N, 1, "steps"), value=value)
        work.record("setting", ("09/worlds", N, 1, "seed"), value=-5)
        lab = make(work=work)
        assert lab.seed == 1
        assert lab.answer.empty

    def test_keys_keep_two_of_them_apart(self) -> None:
        work = aw.WorkFile()
        walk(make(work=work, key=("one", "page")), "intervene")
        assert make(work=work, key="another").step == 0

    def test_once_closed_it_is_gone_with_all_it_made_and_hears_nothing(self) -> None:
        work = aw.WorkFile()
        lab = make(work=work)
        desk = lab.desk
        walk(lab)
        lab.close()
        left = [w for w in _instances.values() if w.comm is not None]
        assert not [
            w for w in left if isinstance(w, aw.TwoWorlds | Controls | aw.ChartView | Forecast)
        ]
        with desk.changing():
            work.record("setting", ("09/worlds", N, 1, "steps"), value=1)
        assert lab.step == 5


class TestBadInput:
    @pytest.mark.parametrize("n", [0, 999, 50_001, 2_000.5, "many", True, None])
    def test_an_impossible_number_of_clients_is_refused_in_words(self, n: Any) -> None:
        with pytest.raises(aw.SimulationError, match="from 1000 to 50"):
            make(n=n)

    def test_every_fault_is_named_at_once(self) -> None:
        with pytest.raises(aw.SimulationError) as fault:
            make(n=3, seed=-1)
        assert len(fault.value.problems) == 2

    def test_a_seed_assigned_must_be_one(self) -> None:
        lab = make()
        with pytest.raises(aw.SimulationError):
            lab.seed = -1
        assert lab.seed == 1

    @pytest.mark.parametrize("seed", range(12))
    def test_the_fewest_clients_allowed_can_be_fitted(self, seed: int) -> None:
        clinics = ThreeClinics(1_000, seed)
        for letter in "ABC":
            assert np.isfinite(clinics.fit(letter)["se"]).all()
            assert len(clinics.report(letter).thirds) == 3


def fit_of(coefficient: float, se: float) -> pd.DataFrame:
    rows = {
        "term": ["alliance_between", "alliance_within"],
        "coefficient": [-0.8, coefficient],
        "se": [0.1, se],
    }
    table = pd.DataFrame(rows).set_index("term").assign(rows=9, events=3, left_out=0)
    return table.assign(
        odds_ratio=np.exp(table["coefficient"]),
        lower=np.exp(table["coefficient"] - 1.96 * table["se"]),
        upper=np.exp(table["coefficient"] + 1.96 * table["se"]),
    )


CLEAR, OPEN, ABOVE = fit_of(-0.9, 0.2), fit_of(-0.1, 0.2), fit_of(0.9, 0.2)


class TestWords:
    @pytest.mark.parametrize(
        ("fits", "said"),
        [
            ((CLEAR, OPEN), "a clear association in Clinic A; in Clinic B there may be none"),
            ((OPEN, CLEAR), "a clear association in Clinic B; in Clinic A there may be none"),
            ((CLEAR, CLEAR), "a clear association in Clinic A, Clinic B"),
            ((OPEN, OPEN), "no association in any"),
            ((CLEAR,), "Clinic A, within clients: the whole interval lies below 1"),
            ((OPEN,), "Clinic A, within clients: the interval includes 1"),
            ((ABOVE,), "Clinic A, within clients: the whole interval lies above 1"),
        ],
    )
    def test_a_fit_is_said_as_it_came_out(self, fits: tuple[Any, ...], said: str) -> None:
        by_name = dict(zip(("Clinic A", "Clinic B"), fits, strict=False))
        assert said in words.fit_summary(by_name)

    @pytest.mark.parametrize(
        ("first", "second", "apart"),
        [(CLEAR, OPEN, True), (OPEN, OPEN, False), (CLEAR, CLEAR, False), (OPEN, CLEAR, False)],
    )
    def test_a_draw_that_misleads_is_said_to(self, first: Any, second: Any, apart: bool) -> None:
        worlds = {"Clinic A": "causal", "Clinic B": "confounded"}
        text = words.planted_text(worlds, {"Clinic A": first, "Clinic B": second})[-1]
        assert ("told the two apart: it was clear" in text) is apart
        assert ("the test misleads" in text) is not apart
        assert "59 apart" in text

    def test_the_closing_words_do_not_claim_what_this_draw_does_not_show(self) -> None:
        clear = " ".join(words.closing_text("Clinic C", "shared_events", CLEAR))
        unclear = " ".join(words.closing_text("Clinic C", "shared_events", OPEN))
        assert "was clear, and yet" in clear
        assert "is not clear, though it was planted" in unclear
        assert "experiment" in clear
        assert "r = .11 [−.09, .30]" in unclear

    def test_the_published_effect_it_names_is_the_one_in_the_evidence(self) -> None:
        table = aw.evidence("repair_training")
        row = table[table["finding"].str.contains("comparison")].iloc[0]
        assert (row["effect"], row["lower"], row["upper"], row["k"]) == (0.11, -0.09, 0.3, 6)
        assert row["source"].startswith("Eubanks, Muran & Safran (2018)")

    @pytest.mark.parametrize(
        ("number", "sure", "said"),
        [
            (14.0, "80", "You said 14, 80 % sure: within two"),
            (16.0, None, "You said 16: within two"),
            (22.0, "100", "You said 22, 100 % sure: 8 too many"),
            (4.0, None, "You said 4: 10 too few"),
            (None, None, ""),
        ],
    )
    def test_a_prediction_is_set_beside_what_came(
        self, number: float | None, sure: str | None, said: str
    ) -> None:
        assert words._said(number, sure, 14.3).startswith(said)

    def test_names_are_text_and_never_html(self) -> None:
        table = words.report_table({"<b>A": ThreeClinics(1_000, 0).report("A")}, 1_000)
        assert "<b>" not in table
        assert "&lt;b&gt;A" in table


class TestPictures:
    def test_every_curve_begins_with_everybody_and_ends_where_retention_does(self) -> None:
        report = ThreeClinics(N, 1).report("A")
        tables = courses.clinics_tables({"Clinic A": report.curves})
        curves = tables["curves"].groupby("third")
        assert (curves["retention"].first() == 1).all()
        last = report.curves.groupby("group", observed=True)["retention"].last()
        assert curves["retention"].last()[last.index].tolist() == last.tolist()
        counted = tables["at_risk"].set_index("session")["word"]
        at_risk = report.curves.query("session == 12")["at_risk"].sum()
        assert counted[12] == f"{at_risk:,}"

    def test_a_hundred_are_drawn_and_as_many_filled_as_leave(self) -> None:
        rows = [("Clinic A", 19, 15.0, 14), ("Clinic B", 20, np.nan, 20)]
        counts = pd.DataFrame(rows, columns=["clinic", "now", "said", "then"])
        tables = courses.hundreds_tables(counts)
        icons = tables["icons"]
        assert len(icons) == 500  # five hundreds: one prediction was not made
        assert icons["leaves"].sum() == 19 + 15 + 14 + 20 + 20
        assert not icons.duplicated(["x", "y"]).any()
        assert "nothing" in tables["names"]["word"].tolist()

    def test_forms_are_built_once_and_know_no_data(self) -> None:
        assert courses.hundreds_form(2) is courses.hundreds_form(2)
        form = courses.clinics_form(("Clinic A", "Clinic B"))
        assert form is courses.clinics_form(("Clinic A", "Clinic B"))
        assert "datasets" not in form.to_dict()
        low, high = form.to_dict()["layer"][0]["encoding"]["y"]["scale"]["domain"]
        assert low < 0  # the numbers at risk stand under the curves
        assert high == 1

    @pytest.mark.parametrize(("least", "floor"), [(0.6, 0.5), (0.5, 0.25), (0.26, 0)])
    def test_an_axis_that_does_not_begin_at_nothing_says_so(
        self, least: float, floor: float
    ) -> None:
        told = {"session": [1, 16], "at_risk": [10, 9], "left": [1, 1], "retention": [0.9, least]}
        thirds = ("lowest", "middle", "highest")
        curves = {"Clinic A": pd.concat([pd.DataFrame(told).assign(group=each) for each in thirds])}
        assert courses.clinics_floor(curves) == floor
        spec = courses.clinics_picture(curves).form.to_dict()
        share = spec["layer"][0]["encoding"]["y"]
        assert ("axis from" in share["title"]) == bool(floor)
        assert share["scale"]["domain"][0] < floor
        assert courses.clinics_tables(curves)["at_risk"]["retention"].max() < floor


def test_what_waits_is_made_under_nbval_and_shown_no_earlier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALLIANCE_BUILD_ALL", "1")
    lab = make()
    assert {("told", FIRST), ("told", THIRD), ("hundreds", THIRD)} <= set(lab._page.parts)
    assert lab.step == 0
    assert len(lab._steps.children) == 4


def draws_told_apart(n: int, seeds: range) -> tuple[int, int]:
    """How many pairs of clinics the within part tells apart; in how many third ones it is clear."""
    apart = third = 0
    for seed in seeds:
        clinics = ThreeClinics(n, seed)
        clear = {clinics.world(x): words.clearly_below(clinics.fit(x)) for x in "ABC"}
        apart += clear["causal"] and not clear["confounded"]
        third += clear["shared_events"]
    return apart, third


@pytest.mark.prove
def test_the_page_says_truly_how_often_a_draw_of_clients_misleads() -> None:
    assert draws_told_apart(6_000, range(60)) == (59, 59)
    assert draws_told_apart(2_000, range(60))[0] == 44
