"""Rules side by side on one case: who flags what, what was knowable when, how far they agree."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.charts.cases.matrix import matrix_words, rule_rows
from alliance_widgets.rules import DropSD, IMRChart, ReliableDrop, SDChart
from alliance_widgets.widgets.rules.rule_choice import FIRST, presets
from alliance_widgets.words import coefficient, say

CASES = aw.load_data("single_cases")
FOUR = [presets().get(name, name) for name in FIRST]


def choose(comparator: aw.RuleComparator, **values: Any) -> None:
    comparator.controls.values = {**comparator.controls.values, **values}


def know(comparator: aw.RuleComparator, **values: Any) -> None:
    comparator.known.values = {**comparator.known.values, **values}


@pytest.fixture
def comparator() -> aw.RuleComparator:
    return aw.RuleComparator()


def row(comparator: aw.RuleComparator, name: str) -> pd.Series:
    return comparator.chart.tables["rows"].set_index("name").loc[name]


class TestFlags:
    def test_the_first_case_is_one_on_which_the_four_rules_disagree(
        self, comparator: aw.RuleComparator
    ) -> None:
        found = comparator.flags.groupby("rule")["session"].agg(list).to_dict()
        assert found.keys() == set(FIRST)
        assert found["imr_chart"] == [8, 9] != found["drop_sd"] == [6]

    def test_they_are_what_compare_rules_gives_for_the_known_sessions(self) -> None:
        comparator = aw.RuleComparator(CASES, client="Ama")
        choose(comparator, more=True)
        all_rules = [presets().get(row, row) for row in comparator.chart.tables["rows"]["name"]]
        ama = CASES.query("client == 'Ama'")
        for known in range(1, 11):
            know(comparator, known=known)
            expected = aw.compare_rules(ama[ama["session"] <= known], all_rules)
            pd.testing.assert_frame_equal(
                comparator.flags, expected, check_dtype=False, check_names=False
            )

    def test_agreement_is_that_of_the_known_sessions_or_of_all_cases(
        self, comparator: aw.RuleComparator
    ) -> None:
        lucia = CASES.query("client == 'Lucía'")
        for known in (1, 6, 9):
            know(comparator, known=known)
            expected = aw.rule_agreement(lucia[lucia["session"] <= known], FOUR)
            pd.testing.assert_frame_equal(comparator.agreement, expected)
        choose(comparator, scope="all")
        pd.testing.assert_frame_equal(comparator.agreement, aw.rule_agreement(CASES, FOUR))
        assert "every case" in comparator.table.note

    def test_results_cannot_be_assigned(self, comparator: aw.RuleComparator) -> None:
        for name in ("flags", "agreement", "changes"):
            with pytest.raises(Exception, match="read-only"):
                setattr(comparator, name, pd.DataFrame())

    def test_agreement_is_said_in_words(self, comparator: aw.RuleComparator) -> None:
        words = dict(
            zip(comparator.table._columns["pair"], comparator.table._columns["words"], strict=True)
        )
        assert words["Drop in own SDs and reliable drop"] == "full agreement (1.00)"
        assert words["Reliable drop and control chart"] == "less than chance (−.24)"
        choose(comparator, client="Jun")
        assert "what chance gives (.00)" in comparator.table._columns["words"]
        choose(comparator, scope="all")
        kappa = comparator.agreement.set_index(["rule", "other"])["kappa"]
        assert 0 < kappa["drop_sd", "reliable_drop"] < 1
        words = f"more than chance ({coefficient(kappa['drop_sd', 'reliable_drop'])})"
        assert comparator.table._columns["words"][0] == words
        choose(comparator, scope="this")
        choose(comparator, client="Thandiwe")
        said = set(comparator.table._columns["words"])
        assert said == {"no figure: there is nothing to agree on beyond chance"}

    def test_a_rule_that_can_flag_nothing_is_not_compared_in_the_table(
        self, comparator: aw.RuleComparator
    ) -> None:
        choose(comparator, more=True)  # Lucía has eight rated sessions, the SD chart needs eleven
        assert "SD chart" in comparator.chart.tables["rows"]["label"].tolist()
        pairs = " ".join(comparator.table._columns["pair"])
        assert "SD chart" not in pairs
        assert "Running sum" in pairs or "running sum" in pairs
        choose(comparator, scope="all")
        assert "SD chart" in " ".join(comparator.table._columns["pair"])

    def test_many_sessions_are_said_as_a_range(self, comparator: aw.RuleComparator) -> None:
        choose(comparator, more=True)
        rows = comparator.chart.tables["rows"].set_index("label")["said"]
        assert rows["Fixed cut-off"].endswith("6–9")

    def test_other_raters_and_own_rules(self) -> None:
        rules = [DropSD(k=1), DropSD(k=2), ReliableDrop(reliability=0.85)]
        comparator = aw.RuleComparator(CASES, client="Noor", rules=rules, rater="therapist")
        titles = comparator.chart.tables["rows"]["label"].tolist()
        assert titles == ["Drop in own SDs (k=1)", "Drop in own SDs (k=2)", "Reliable drop"]
        assert comparator.threshold == pytest.approx(1.96 * math.sqrt(2) * 0.8 * math.sqrt(0.15))
        choose(comparator, reliability="0.70")
        assert comparator.threshold == pytest.approx(1.2146, abs=1e-4)


class TestHideTheFuture:
    def test_words_begin_with_the_rule_that_is_looked_at(
        self, comparator: aw.RuleComparator
    ) -> None:
        know(comparator, known=8)
        for name, row in comparator.chart.tables["rows"].set_index("name").iterrows():
            choose(comparator, focus=name)
            first, known, *_ = comparator.chart.description.split(". ")
            assert first.startswith(row["label"])
            assert known == "Known are the sessions up to 8; 1 later one is hidden"

    def test_words_say_that_a_verdict_came_only_later(self) -> None:
        comparator = aw.RuleComparator(client="Tomasz")
        later = "Session 5 was not flagged when it was the last one known; it is now."
        assert row(comparator, "imr_chart")["later"] == later
        assert later in repr(comparator)
        cells = comparator.chart.tables["cells"].query("name == 'imr_chart' and session == 5")
        assert cells["kind"].tolist() == ["late"]
        assert comparator.changes.to_dict("records") == [
            {"rule": "imr_chart", "session": 5, "then": False, "now": True}
        ]
        know(comparator, known=5)
        assert comparator.changes.empty
        assert row(comparator, "imr_chart")["later"] == ""
        assert "Known are the sessions up to 5; 5 later ones are hidden." in repr(comparator)

    def test_words_say_that_a_verdict_was_taken_back(self) -> None:
        comparator = aw.RuleComparator(client="Ama")
        later = "Sessions 7 and 8 were flagged when each was the last one known; they are not now."
        assert row(comparator, "imr_chart")["later"] == later
        kinds = comparator.chart.tables["cells"].query("name == 'imr_chart'")["kind"].tolist()
        assert kinds[6:] == ["gone", "gone", "flagged", "flagged"]

    def test_nothing_of_the_future_is_in_the_page(self, comparator: aw.RuleComparator) -> None:
        know(comparator, known=4)
        tables = comparator.chart.tables
        for name in ("ratings", "cells", "limits", "marks"):
            assert tables[name]["session"].max() <= 4 or tables[name].empty
        assert tables["now"]["session"].tolist() == [4]
        assert tables["span"]["session"].tolist() == [1, 9]

    def test_a_future_that_is_hidden_stays_so_in_another_case(
        self, comparator: aw.RuleComparator
    ) -> None:
        know(comparator, known=4)
        choose(comparator, client="Mehmet")
        assert comparator.known.values["known"] == 4
        words = comparator.chart.description
        assert "Known are the sessions up to 4; 8 later ones are hidden." in words
        know(comparator, known=12)
        choose(comparator, client="Lucía")
        assert comparator.known.values["known"] == 9
        assert comparator.chart.description.split(". ")[1] == "All 8 rated sessions are known"

    def test_a_new_case_whose_future_was_shown_is_shown_to_its_end(
        self, comparator: aw.RuleComparator
    ) -> None:
        form = comparator.chart._form
        know(comparator, known=4)
        choose(comparator, client="Minh")
        assert comparator.known.values["known"] == 4
        choose(comparator, client="Mehmet")
        assert comparator.known.values["known"] == 12
        assert comparator.known.items[0]["high"] == 12
        assert comparator.chart._form is form


class TestLimits:
    def test_the_limit_of_the_chosen_rule_is_drawn_and_the_others_wait(
        self, comparator: aw.RuleComparator
    ) -> None:
        choose(comparator, focus="imr_chart")
        limits = comparator.chart.tables["limits"]
        assert set(limits.loc[limits["focus"], "name"]) == {"imr_chart"}
        assert set(limits["name"]) == set(FIRST)
        lucia = CASES.query("client == 'Lucía'")
        expected = aw.session_limits(lucia, "imr_chart")["limit"].tolist()
        assert limits.loc[limits["focus"], "limit"].tolist() == pytest.approx(expected)
        marks = comparator.chart.tables["marks"]
        assert marks.loc[marks["focus"], "session"].tolist() == [8, 9]
        assert marks.loc[marks["name"] == "sudden_drop", "session"].tolist() == [6]
        assert "3 sigmas below the client's mean" in comparator.controls.note
        assert comparator.controls.warning == IMRChart().trap

    def test_whoever_moves_what_the_reliable_drop_rests_on_sees_its_limit_move(
        self, comparator: aw.RuleComparator
    ) -> None:
        for moved in ({"reliability": "0.80"}, {"spread": 0.6}):
            choose(comparator, focus="imr_chart")
            choose(comparator, **moved)
            assert comparator.controls.values["focus"] == "reliable_drop"
            limits = comparator.chart.tables["limits"]
            assert set(limits.loc[limits["focus"], "name"]) == {"reliable_drop"}
        choose(comparator, focus="drop_sd")
        kept = comparator.code
        choose(comparator, reliability="0.90", spread=0.8)
        comparator.code = kept
        assert comparator.controls.values["focus"] == "drop_sd"
        other = aw.RuleComparator(client="Lucía", rules=["drop_sd", "imr_chart"])
        assert other.controls.values["focus"] == "drop_sd"

    @pytest.mark.parametrize(
        ("reliability", "points"), [("0.70", "1.21"), ("0.80", "0.99"), ("0.90", "0.70")]
    )
    def test_the_reliable_drop_says_its_threshold(
        self, comparator: aw.RuleComparator, reliability: str, points: str
    ) -> None:
        choose(comparator, reliability=reliability)
        assert f"a drop of more than {points} points" in comparator.controls.note
        assert "not the reliability of a change in one person" in comparator.controls.note
        rule = ReliableDrop(reliability=float(reliability))
        assert comparator.threshold == pytest.approx(rule.threshold)
        lucia = CASES.query("client == 'Lucía'")
        found = comparator.flags.query("rule == 'reliable_drop'")["session"].tolist()
        assert found == aw.flag_sessions(lucia, rule)["session"].tolist()

    @pytest.mark.parametrize(
        ("spread", "points", "wobble"), [(0.6, "0.53", "0.19"), (0.8, "0.70", "0.25")]
    )
    def test_it_rests_on_the_spread_between_people_as_much(
        self, comparator: aw.RuleComparator, spread: float, points: str, wobble: str
    ) -> None:
        choose(comparator, spread=spread)
        assert f"a spread of {spread:g} between people" in comparator.controls.note
        assert f"a drop of more than {points} points" in comparator.controls.note
        assert f"a wobble of {wobble} points" in comparator.controls.note
        assert comparator.threshold == pytest.approx(ReliableDrop(sd=spread).threshold)
        choose(comparator, reliability="0.80")
        both = ReliableDrop(sd=spread, reliability=0.80)
        assert comparator.threshold == pytest.approx(both.threshold)

    def test_a_wider_spread_unmarks_what_a_narrow_one_marks(
        self, comparator: aw.RuleComparator
    ) -> None:
        marked = []
        for spread in (0.6, 1.2):
            choose(comparator, client="Lucía", spread=spread, reliability="0.70")
            found = comparator.flags.query("rule == 'reliable_drop'")["session"].tolist()
            rule = ReliableDrop(sd=spread, reliability=0.70)
            lucia = CASES.query("client == 'Lucía'")
            assert found == aw.flag_sessions(lucia, rule)["session"].tolist()
            marked.append(found)
        assert marked == [[6], []]

    def test_a_rule_that_cannot_flag_says_so_and_draws_no_limit(self) -> None:
        comparator = aw.RuleComparator(client="Tomasz", rules=[SDChart(), "imr_chart"])
        told = row(comparator, "sd_chart")
        assert told["silent"] == "needs 11 sessions, has 10"
        assert "needs at least 11 sessions before it can flag anything" in told["verdict"]
        assert "needs at least 11 sessions" in repr(comparator)
        assert "sd_chart" not in set(comparator.chart.tables["limits"]["name"])
        know(comparator, known=4)
        assert row(comparator, "imr_chart")["silent"] == "needs 5 sessions, has 4"

    def test_more_rules_add_the_rest_and_take_it_away(self, comparator: aw.RuleComparator) -> None:
        choose(comparator, more=True)
        names = comparator.chart.tables["rows"]["name"].tolist()
        assert names[:4] == list(FIRST)
        assert set(names) == set(aw.rules.rule_names())
        choose(comparator, focus="cusum")
        choose(comparator, more=False)
        assert comparator.controls.values["focus"] == FIRST[0]
        assert comparator.chart.tables["rows"]["name"].tolist() == list(FIRST)
        offered = [item for item in comparator.controls.items if item["name"] == "focus"]
        assert [option["value"] for option in offered[0]["options"]] == list(FIRST)


ODD = {
    "one session": pd.DataFrame({"client": "a", "session": [1], "alliance": [4.0]}),
    "no rating": pd.DataFrame({"client": "a", "session": [1, 2], "alliance": [np.nan] * 2}),
    "constant": pd.DataFrame({"client": "a", "session": range(1, 9), "alliance": 4.0}),
    "another range": pd.DataFrame(
        {
            **{"client": "a", "session": range(1, 7), "instrument": "wai_s"},
            "alliance": [6.0, 6.5, 6.0, 3.0, 6.0, 6.5],
        }
    ),
}


class TestOddCases:
    @pytest.mark.parametrize("table", ODD.values(), ids=ODD)
    def test_words_and_no_warning(self, table: pd.DataFrame) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            comparator = aw.RuleComparator(table)
            choose(comparator, more=True)
            know(comparator, known=comparator.known.items[0]["low"])
            repr(comparator)
        shown = [comparator.chart.description, comparator.controls.note, comparator.table.note]
        shown += (
            comparator.chart.tables["rows"].astype(str).to_numpy().ravel().tolist()
            if ("rows" in comparator.chart.tables)
            else []
        )
        shown += comparator.table._columns["words"]
        assert not any("nan" in text.lower() for text in shown)
        assert list(comparator.flags) == [
            "rule",
            "client",
            "session",
            "alliance",
            "reference",
            "limit",
        ]

    def test_no_rating_is_said_in_place_of_the_chart(self) -> None:
        comparator = aw.RuleComparator(ODD["no rating"])
        assert comparator.chart.message == repr(comparator) == say("describe.no_ratings")
        assert comparator.flags.empty

    def test_one_case_has_nothing_to_slide_and_another_case_has(self) -> None:
        comparator = aw.RuleComparator(ODD["one session"])
        assert comparator.known.items[0]["disabled"]
        assert not aw.RuleComparator().known.items[0]["disabled"]

    def test_a_rule_in_points_says_that_it_cannot_judge_another_range(self) -> None:
        comparator = aw.RuleComparator(ODD["another range"])
        told = row(comparator, "reliable_drop")
        assert told["silent"] == "cannot judge ratings of this range"
        assert "these ratings (wai_s) go from 1 to 7" in told["verdict"]
        assert set(comparator.flags["rule"]) <= {"drop_sd", "imr_chart"}
        know(comparator, known=4)
        assert row(comparator, "drop_sd")["verdict"] == "possible rupture at session 4."

    def test_an_unknown_client_is_named_with_the_known_ones(self) -> None:
        with pytest.raises(aw.RatingError, match=r"no client 'Nour'.*Ama, Aroha"):
            aw.RuleComparator(client="Nour")

    def test_an_unknown_rule_is_named(self) -> None:
        with pytest.raises(aw.RuleError, match="Did you mean 'drop_sd'"):
            aw.RuleComparator(rules=["drop_ds"])


class TestRuleMatrix:
    def test_the_chart_holds_the_whole_scale_its_data_and_its_words(self) -> None:
        lucia = CASES.query("client == 'Lucía'")
        chart = aw.charts.rule_matrix(lucia, FOUR)
        spec = chart.to_dict()
        assert spec["description"].startswith("Drop in own SDs for Lucía: ")
        assert [1, 5] in [
            layer["encoding"]["y"]["scale"]["domain"]
            for layer in _layers(spec)
            if "domain" in layer.get("encoding", {}).get("y", {}).get("scale", {})
        ]
        assert len(chart.datasets["rows"]) == 4

    def test_several_clients_are_refused(self) -> None:
        with pytest.raises(aw.RatingError, match="a case is one client"):
            aw.charts.rule_matrix(CASES)

    def test_a_mark_is_only_ever_a_possible_rupture(self) -> None:
        lucia = CASES.query("client == 'Lucía' and rater == 'client'")
        rows = rule_rows(lucia, {"drop_sd": DropSD()})
        words = matrix_words(lucia, rows)
        known = "All 8 rated sessions are known."
        assert words == f"Drop in own SDs for Lucía: possible rupture at session 6. {known}"


class TestSmallMultiples:
    def test_one_line_each_and_the_flags_of_the_rule(self) -> None:
        chart = aw.charts.small_multiples(CASES, "drop_sd")
        rows = pd.DataFrame(chart.datasets["ratings"])
        flagged = rows.loc[rows["flagged"], ["client", "session"]]
        expected = aw.flag_sessions(CASES, "drop_sd")[["client", "session"]]
        assert flagged.to_numpy().tolist() == expected.to_numpy().tolist()
        assert "10 of 14 have at least one possible rupture" in chart.to_dict()["description"]
        assert chart.to_dict()["spec"]["layer"][0]["encoding"]["y"]["scale"]["domain"] == [1, 5]

    def test_without_a_rule_nothing_is_flagged(self) -> None:
        chart = aw.charts.small_multiples(CASES)
        assert not pd.DataFrame(chart.datasets["ratings"])["flagged"].any()

    def test_too_many_clients_are_refused(self) -> None:
        many = aw.load_data("practice_clinic").ratings
        with pytest.raises(aw.RatingError, match="give 60 at most"):
            aw.charts.small_multiples(many)

    def test_no_rating_is_said(self) -> None:
        chart = aw.charts.small_multiples(ODD["no rating"], "drop_sd")
        assert chart.description == say("describe.no_ratings")


def _layers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    inner = spec.get("layer", [])
    return [spec, *(deep for layer in inner for deep in _layers(layer))]
