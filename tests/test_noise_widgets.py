"""Lines to tap and the truth about them; noise rates; the lowest who come up again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.charts.cases.noise import rates_tables, rates_words
from alliance_widgets.rules import DropSD
from alliance_widgets.ruptures.noise import noise_cases
from alliance_widgets.widgets.rules.noise_lab import REPLICATES

GIVEAWAYS = ("dice", "noise", "truth:", "none of", "nothing happened", "simulat", "random")


@pytest.fixture
def work(tmp_path: Path) -> aw.WorkFile:
    return aw.WorkFile(tmp_path / "work.json")


def press(widget: Any, kind: str) -> None:
    widget._request = {"kind": kind, "count": widget._answered + 1}


def push(lab: aw.RegressionToTheMean, name: str) -> None:
    lab.controls._request = {"name": name, "count": lab.controls._answered + 1}


def sent_to_the_page(widget: Any) -> str:
    """The state of this widget and of all inside it, as a page gets it."""
    told = [widget.get_state()]
    told += [child.get_state() for child in getattr(widget, "children", ())]
    for state in told:
        state.pop("_esm", None)
        state.pop("words", None)
    return json.dumps(told, default=str).lower() + repr(widget).lower()


class TestTapTheRuptures:
    def test_nothing_gives_it_away_before_the_truth(self, work: aw.WorkFile) -> None:
        taps = aw.TapTheRuptures(seed=2, work=work)
        taps.tapped = [1, 4]
        said = sent_to_the_page(taps)
        assert not [word for word in GIVEAWAYS if word in said]
        assert not any(line["marks"] or line["said"] for line in taps._lines)

    def test_each_line_is_said_in_numbers(self, work: aw.WorkFile) -> None:
        taps = aw.TapTheRuptures(seed=2, work=work)
        third = taps.lines.query("client == 'Line 3'")["alliance"].to_numpy()
        low = int(third.argmin())
        expected = (
            f"Line 3: from {third[0]:.1f} to {third[-1]:.1f}, "
            f"lowest {third[low]:.1f} at session {low + 1}"
        )
        assert taps._lines[2]["spoken"] == expected

    def test_the_lines_are_the_dice_of_the_seed_on_the_scale(self, work: aw.WorkFile) -> None:
        taps = aw.TapTheRuptures(seed=5, work=work)
        thrown = noise_cases(10, 0, 0.3, 4.0, None, 12, 5).round(2).clip(1, 5)
        np.testing.assert_allclose(taps.lines["alliance"].to_numpy().reshape(12, 10), thrown)
        wild = aw.TapTheRuptures(
            key="wild", work=work, settings={"noise_sd": 2, "n_sessions": 20, "level": 4.5}
        )
        assert wild.lines["alliance"].between(1, 5).all()
        assert wild.lines["alliance"].max() == 5
        assert len(wild.lines) == 240

    def test_the_truth_says_none_and_what_the_rule_marks(self, work: aw.WorkFile) -> None:
        taps = aw.TapTheRuptures(seed=1, rule="reliable_drop", work=work)
        flagged = sorted({int(c.removeprefix("Line ")) for c in taps.flags["client"]})
        assert taps.flagged == flagged
        assert 0 < len(flagged) < 12
        hit, miss = flagged[0], next(n for n in range(1, 13) if n not in flagged)
        taps.tapped = [hit, miss]
        press(taps, "show")
        assert taps.shown
        assert taps.message.startswith("None. All twelve are dice")
        assert f"in {len(flagged)} of the 12." in taps.message
        assert "You tapped 2 lines." in taps.message
        assert "Of those that you tapped it marks 1." in taps.message
        marked = [i + 1 for i, line in enumerate(taps._lines) if line["marks"]]
        assert marked == flagged
        assert repr(taps).endswith(taps.message)

    def test_the_flags_are_those_of_the_rule(self, work: aw.WorkFile) -> None:
        taps = aw.TapTheRuptures(seed=1, work=work)
        expected = aw.flag_sessions(taps.lines, "drop_sd")
        pd.testing.assert_frame_equal(
            taps.flags.sort_values(["client", "session"], ignore_index=True),
            expected.sort_values(["client", "session"], ignore_index=True),
            check_dtype=False,
        )
        taps.rule = "sudden_drop"
        press(taps, "show")
        assert "sudden drop" in taps.message

    def test_new_dice_throw_other_lines_and_hide_the_truth(self, work: aw.WorkFile) -> None:
        taps = aw.TapTheRuptures(seed=1, work=work)
        first = taps.lines
        press(taps, "dice")
        assert taps.round == 0
        taps.tapped = [2]
        press(taps, "show")
        press(taps, "dice")
        assert (taps.round, taps.tapped, taps.shown, taps.known) == (1, [], False, True)
        assert not taps.lines.equals(first)
        assert taps.message == "These are 12 new lines; none is tapped yet."

    def test_what_was_tapped_is_there_again(self, tmp_path: Path) -> None:
        taps = aw.TapTheRuptures(key="05/taps", work=aw.WorkFile(tmp_path / "w.json"))
        taps._tapped = [3, 11]
        press(taps, "show")
        again = aw.TapTheRuptures(key="05/taps", work=aw.WorkFile(tmp_path / "w.json"))
        assert again.tapped == again._tapped == [3, 11]
        assert again.shown
        assert again.message == taps.message
        other = aw.TapTheRuptures(key="00/taps", work=aw.WorkFile(tmp_path / "w.json"))
        assert (other.tapped, other.shown) == ([], False)

    def test_the_dice_of_a_later_round_are_there_again(self, tmp_path: Path) -> None:
        taps = aw.TapTheRuptures(key="x", work=aw.WorkFile(tmp_path / "w.json"))
        taps.shown = True
        taps.next_settings = {"n_sessions": 20, "noise_sd": 0.5}
        taps.new_dice()
        again = aw.TapTheRuptures(key="x", work=aw.WorkFile(tmp_path / "w.json"))
        pd.testing.assert_frame_equal(again.lines, taps.lines)
        assert len(again.lines) == 240

    @pytest.mark.parametrize(
        "kept",
        [
            {"round": "many", "tapped": "all", "shown": 1, "settings": []},
            {"round": -1, "tapped": [0, 13, 2.0, True, None], "settings": {"noise_sd": "much"}},
            {"round": True, "settings": {"n_sessions": 10**9}},
            {},
        ],
    )
    def test_a_work_file_with_nonsense_counts_as_none(
        self, work: aw.WorkFile, kept: dict[str, Any]
    ) -> None:
        work.record("taps", "taps", value=kept)
        taps = aw.TapTheRuptures(work=work)
        assert (taps.round, taps.tapped, taps.shown) == (0, [], False)
        assert len(taps.lines) == 120

    def test_a_page_cannot_tap_what_is_not_there(self, work: aw.WorkFile) -> None:
        taps = aw.TapTheRuptures(work=work)
        taps._tapped = [12, 0, 13, "3", 3.5, 12]
        assert taps.tapped == [12]

    def test_faults_are_named_together(self, work: aw.WorkFile) -> None:
        with pytest.raises(aw.RuleError, match=r"(?s)seed is -1.*cannot be thrown"):
            aw.TapTheRuptures(seed=-1, work=work, settings={"noise_sd": -1})
        with pytest.raises(aw.RuleError, match="no rule"):
            aw.TapTheRuptures(rule="drop", work=work)
        with pytest.raises(aw.QuestionError, match="key is blank"):
            aw.TapTheRuptures(key=" ", work=work)


class TestPlantedAmongTheTwelve:
    @pytest.fixture
    def taps(self, work: aw.WorkFile) -> aw.TapTheRuptures:
        return aw.TapTheRuptures(seed=3, planted=3, work=work)

    def test_the_page_hears_nothing_of_it_before_the_truth(self, taps: aw.TapTheRuptures) -> None:
        taps.tapped = [4]
        said = sent_to_the_page(taps)
        assert not [word for word in (*GIVEAWAYS, "hit", "alarm", "missed") if word in said]
        assert not any(line["planted"] or line["said"] for line in taps._lines)

    def test_the_planted_sessions_are_lower_by_their_depth_and_the_rest_are_dice(
        self, taps: aw.TapTheRuptures
    ) -> None:
        dice = noise_cases(10, 0, 0.3, 4.0, None, 12, 3).round(2).clip(1, 5).ravel()
        lower = taps.lines.assign(by=dice - taps.lines["alliance"].to_numpy())
        assert len(taps.ruptures) == 3
        for rupture in taps.ruptures.itertuples():
            there = lower["client"].eq(rupture.client)
            there &= lower["session"].between(rupture.onset, rupture.last)
            assert lower.loc[there, "by"].between(0, rupture.depth + 0.011).all()
            assert lower.loc[there, "by"].max() == pytest.approx(rupture.depth, abs=0.011)
            lower = lower[~there]
        assert lower["by"].eq(0).all()

    def test_hits_and_false_alarms_both_count_yours_and_the_rules(
        self, taps: aw.TapTheRuptures
    ) -> None:
        planted = [int(line.removeprefix("Line ")) for line in taps.ruptures["client"]]
        calm = [line for line in range(1, 13) if line not in planted]
        taps.tapped = [*planted[:2], *calm[:3]]
        press(taps, "show")
        assert taps.hits == planted[:2]
        assert taps.false_alarms == calm[:3]
        named = f"{planted[0]}, {planted[1]} and {planted[2]}"
        assert taps.message.startswith(f"Ruptures were planted in 3 lines: {named}.")
        assert "You tapped 5 lines. Hits: 2 of 3. False alarms: 3." in taps.message
        right = len({*taps.flagged} & {*planted})
        wrong = len(taps.flagged) - right
        assert f"Its hits: {right} of 3. Its false alarms: {wrong}." in taps.message
        said = [line["said"].split(";")[0] for line in taps._lines]
        assert [i + 1 for i, each in enumerate(said) if each == "a hit"] == planted[:2]
        assert [i + 1 for i, each in enumerate(said) if each == "missed"] == planted[2:]
        assert [i + 1 for i, each in enumerate(said) if each == "a false alarm"] == calm[:3]
        framed = {i + 1: line["planted"] for i, line in enumerate(taps._lines) if line["planted"]}
        expected = zip(planted, taps.ruptures["onset"], taps.ruptures["last"], strict=True)
        assert framed == {line: [first - 1, last - 1] for line, first, last in expected}

    @pytest.mark.parametrize(
        ("tapped", "said"),
        [
            ([], "You tapped none: no false alarm, and none of the planted ruptures found"),
            (list(range(1, 13)), "You tapped all 12: every planted rupture found (3 of 3), and 9"),
        ],
    )
    def test_neither_none_nor_all_is_the_answer(
        self, taps: aw.TapTheRuptures, tapped: list[int], said: str
    ) -> None:
        taps.tapped = tapped
        press(taps, "show")
        assert said in taps.message

    def test_how_many_a_later_throw_holds_cannot_be_known_from_the_first(
        self, taps: aw.TapTheRuptures
    ) -> None:
        counts = []
        for _ in range(30):
            taps.new_dice()
            counts.append(len(taps.ruptures))
        assert min(counts) == 0
        assert max(counts) == 6
        while len(taps.ruptures):
            taps.new_dice()
        press(taps, "show")
        assert taps.message.startswith("None. All twelve are dice")

    def test_what_was_tapped_before_the_truth_stands_after_it(
        self, taps: aw.TapTheRuptures
    ) -> None:
        taps._tapped = [1, 4]
        assert not taps._settled
        press(taps, "show")
        taps._tapped = [4, 10, 12]
        assert taps.tapped == taps._tapped == [1, 4]
        assert taps._settled

    def test_it_is_there_again_with_what_was_planted(self, tmp_path: Path) -> None:
        taps = aw.TapTheRuptures(key="05/twelve", planted=3, work=aw.WorkFile(tmp_path / "w.json"))
        taps.new_dice()
        taps._tapped = [2]
        press(taps, "show")
        again = aw.TapTheRuptures(key="05/twelve", planted=3, work=aw.WorkFile(tmp_path / "w.json"))
        pd.testing.assert_frame_equal(again.ruptures, taps.ruptures)
        assert again.message == taps.message

    def test_taps_from_before_anything_was_planted_open_on_the_dice_they_were_made_on(
        self, work: aw.WorkFile
    ) -> None:
        old = {"round": 0, "tapped": [3, 11], "shown": True}
        settings = {"n_sessions": 10, "autocorrelation": 0.0, "noise_sd": 0.3, "level": 4.0}
        work.record("taps", "05/twelve", value={**old, "settings": settings})
        taps = aw.TapTheRuptures(seed=3, key="05/twelve", planted=3, work=work)
        assert (taps.tapped, taps.shown) == ([3, 11], True)
        assert taps.message.startswith("None. All twelve are dice")
        dice = noise_cases(10, 0, 0.3, 4.0, None, 12, 3).round(2).clip(1, 5)
        np.testing.assert_allclose(taps.lines["alliance"].to_numpy().reshape(12, 10), dice)
        assert len(taps.ruptures) == 0

    def test_old_taps_of_nothing_are_no_reason_for_dice_without_ruptures(
        self, work: aw.WorkFile
    ) -> None:
        work.record("taps", "taps", value={"round": 0, "tapped": [], "shown": False})
        assert len(aw.TapTheRuptures(planted=3, work=work).ruptures) == 3

    @pytest.mark.parametrize("planted", [-1, 13, 2.0, "3", True])
    def test_an_impossible_number_of_ruptures_is_named(
        self, work: aw.WorkFile, planted: Any
    ) -> None:
        with pytest.raises(aw.RuleError, match="number of planted ruptures is"):
            aw.TapTheRuptures(planted=planted, work=work)
        work.record("taps", "kept", value={"tapped": [1], "planted": planted})
        assert len(aw.TapTheRuptures(key="kept", planted=2, work=work).ruptures) == 2


def strictness(lab: aw.NoiseLab) -> list[dict[str, str]]:
    """How strict the rule can be, as it is offered."""
    return next(item["options"] for item in lab.controls.items if item["name"] == "strict")


class TestNoiseLab:
    def test_the_rest_comes_only_after_the_truth(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(work=work)
        assert lab.children == (lab.taps, lab.coded)
        assert lab.rates is None
        assert not [word for word in GIVEAWAYS if word in sent_to_the_page(lab)]
        press(lab.taps, "show")
        assert lab.children == (lab.taps, lab.controls, lab.chart, lab.coded)
        press(lab.taps, "dice")
        assert len(lab.children) == 4

    def test_the_rates_are_those_of_false_alarms(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(seed=4, work=work)
        lab.taps.shown = True
        values = {"rule": "reliable_drop", "sessions": 8, "spill": "little", "noise": 0.25}
        lab.controls.values = {**lab.controls.values, **values}
        expected = aw.false_alarms("reliable_drop", 8, 0.3, 0.25, replicates=REPLICATES, seed=4)
        pd.testing.assert_series_equal(lab.rates, expected)
        assert f"at least one: {100 * expected['any_flag']:.1f} %" in repr(lab)
        assert f"give or take {196 * expected['standard_error']:.1f}" in repr(lab)
        icons = lab.chart.tables["icons"]["kind"].value_counts()
        assert icons["flagged"] == round(100 * expected["any_flag"])
        assert icons["back"] == round(100 * expected["repaired_episodes"])
        assert lab.taps.rule == aw.rules.ReliableDrop()

    def test_the_figures_of_the_default_are_the_known_ones_10_000_cases(
        self, work: aw.WorkFile
    ) -> None:
        lab = aw.NoiseLab(work=work)
        lab.taps.shown = True
        assert lab.rates["any_flag"] == pytest.approx(0.99, abs=0.01)
        assert lab.rates["repaired_episodes"] == pytest.approx(0.64, abs=0.02)
        assert "Of 100 clients to whom nothing happened, 99 get at least one" in repr(lab)

    def test_how_strict_a_rule_is_can_be_chosen_for_each_rule_in_its_own_unit(
        self, work: aw.WorkFile
    ) -> None:
        lab = aw.NoiseLab(work=work, known=True)
        assert [each["label"] for each in strictness(lab)] == [
            "1 own SD",
            "1.5 own SDs",
            "2 own SDs",
        ]
        lab.controls.values = {**lab.controls.values, "strict": "2"}
        assert lab.taps.rule == aw.rules.DropSD(k=2)
        assert lab.rates["any_flag"] == pytest.approx(0.65, abs=0.02)  # 10,000 cases: SE .005
        # The page sends the new rule with the old rule's number.
        lab.controls._values = {**lab.controls.values, "rule": "reliable_drop"}
        assert lab.controls.values["strict"] == "0.9"
        assert lab.taps.rule == aw.rules.ReliableDrop()
        labels = [each["label"] for each in strictness(lab)]
        assert labels[0] == "1.21 points (reliability 0.7)"
        lab.controls.values = {**lab.controls.values, "strict": "0.7"}
        assert lab.taps.rule == aw.rules.ReliableDrop(reliability=0.7)
        lab.controls.values = {**lab.controls.values, "rule": "cusum"}
        assert "strict" not in {item["name"] for item in lab.controls.items}
        assert lab.taps.rule == aw.rules.CUSUM()

    def test_a_rule_of_ones_own_keeps_its_number(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(rule=aw.rules.IMRChart(sigmas=2.5), work=work, known=True)
        assert lab.controls.values["strict"] == "2.5"
        options = [each["value"] for each in strictness(lab)]
        assert options == ["2", "2.5", "3"]
        assert lab.taps.rule == aw.rules.IMRChart(sigmas=2.5)

    def test_who_knows_already_has_nothing_to_tap_and_lines_that_follow(
        self, work: aw.WorkFile
    ) -> None:
        lab = aw.NoiseLab(work=work, known=True)
        assert lab.taps._told
        assert lab.taps.shown
        assert "Tap every line" not in lab.taps._legend
        assert "You tapped" not in lab.taps.message
        lab.controls.values = {**lab.controls.values, "sessions": 6}
        assert len(lab.taps.lines) == 72
        assert "6 sessions each" in lab.taps._legend
        press(lab.taps, "dice")
        assert lab.taps.shown

    def test_it_is_said_why_nobody_can_know_how_episodes_go_on(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(work=work, known=True)
        lab.controls.values = {**lab.controls.values, "sessions": 4}
        assert "None of them has three sessions still to come" in repr(lab)
        assert "too few" not in repr(lab)
        assert "No possible rupture has three" in " ".join(lab.chart.tables["heads"]["word"])
        lab.controls.values = {**lab.controls.values, "sessions": 30}
        assert "(at least one: 100.0 %; 10,000" in repr(lab)

    def test_new_dice_have_the_settings_of_the_controls(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(work=work)
        lab.taps.shown = True
        before = lab.taps.lines
        lab.controls.values = {**lab.controls.values, "sessions": 6, "spill": "much"}
        pd.testing.assert_frame_equal(lab.taps.lines, before)
        press(lab.taps, "dice")
        assert len(lab.taps.lines) == 72
        assert lab.taps.settings["autocorrelation"] == 0.6

    def test_a_rule_that_cannot_flag_in_so_few_sessions_says_so(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(rule="sd_chart", work=work)
        lab.taps.shown = True
        assert "not one gets a possible rupture by the SD chart rule" in repr(lab)
        assert "needs at least 11 sessions before it can flag anything" in repr(lab)
        lab.controls.values = {**lab.controls.values, "sessions": 11}
        assert "needs at least" not in repr(lab)

    def test_of_too_few_flags_it_is_not_said_how_they_go_on(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(rule="imr_chart", work=work)
        lab.taps.shown = True
        assert 0 < lab.rates["any_flag"] < 0.05
        assert "too few to say how they go on" in repr(lab)
        assert "back up" not in repr(lab)

    def test_every_rule_answers_without_a_missing_number(self, work: aw.WorkFile) -> None:
        lab = aw.NoiseLab(work=work)
        lab.taps.shown = True
        for name in aw.rules.rule_names():
            for sessions in (4, 12):
                lab.controls.values = {**lab.controls.values, "rule": name, "sessions": sessions}
                assert "nan" not in repr(lab).lower()

    def test_an_own_rule_is_offered_and_the_lab_comes_back_as_it_was(
        self, work: aw.WorkFile
    ) -> None:
        lab = aw.NoiseLab(rule=DropSD(k=1.5), key="own", work=work)
        lab.taps.shown = True
        assert lab.controls.values["rule"] == "own"
        again = aw.NoiseLab(rule=DropSD(k=1.5), key="own", work=work)
        assert again.rates is not None
        assert len(again.children) == 4


class TestRateWords:
    rates = pd.Series(
        {
            **{"any_flag": 0.1734, "mean_flags": 0.19, "repaired_episodes": 0.382},
            **{"repaired_cases": 0.225, "open_cases": 0.305, "standard_error": 0.0038},
        }
    )

    def test_natural_frequencies_and_the_margin(self) -> None:
        words = rates_words(self.rates, "control chart", 10, 10_000)
        assert "nothing happened, 17 get at least one possible rupture" in words
        assert "17.3 %, give or take 0.7; 10,000 simulated clients" in words
        assert "38 are back up within these three" in words
        assert "22 are back up after each of theirs, 48 are not, and of 30 nobody can" in words

    @pytest.mark.parametrize(
        ("share", "said"),
        [(0.002, "fewer than 1 get"), (0.01, "1 gets"), (0.9961, "more than 99 get"), (1, "100")],
    )
    def test_nearly_none_is_not_none(self, share: float, said: str) -> None:
        words = rates_words(self.rates.replace(0.1734, share), "control chart", 10, 10_000)
        assert f"nothing happened, {said}" in words

    def test_too_few_episodes_are_said_and_not_drawn(self) -> None:
        lost = self.rates.mask(self.rates.index.str.contains("repaired|open"))
        assert "too few to say how they go on" in rates_words(lost, "control chart", 10, 10_000)
        tables = rates_tables(lost)
        assert len(tables["icons"]) == 100
        assert len(tables["counts"]) == 2

    def test_the_counts_of_a_field_are_a_hundred(self) -> None:
        counts = rates_tables(self.rates)["counts"]["clients"].tolist()
        assert counts == [17, 83, 38, 62]


class TestRegressionToTheMean:
    def test_both_buttons_show_the_same_rise(self, work: aw.WorkFile) -> None:
        lab = aw.RegressionToTheMean(work=work)
        assert "supervision" not in repr(lab)
        push(lab, "send")
        sent, rise = repr(lab), lab.rise
        assert rise > 0.2
        assert f"{rise:.2f} higher" in sent
        assert "dice" not in sent
        assert "nothing was done" not in sent
        push(lab, "nobody")
        assert lab.rise == rise
        assert f"{rise:.2f} higher" in repr(lab)
        assert "the same dice" in repr(lab)
        assert f"{lab.five['usual'].mean():.2f}" in repr(lab)
        assert lab.pressed == ["send", "nobody"]

    def test_the_future_is_not_in_the_page_before(self, work: aw.WorkFile) -> None:
        lab = aw.RegressionToTheMean(work=work)
        assert not [word for word in GIVEAWAYS if word in sent_to_the_page(lab)]
        assert lab.chart.tables["lines"]["session"].max() == 3
        push(lab, "nobody")
        assert lab.chart.tables["lines"]["session"].max() == 6

    def test_the_five_are_the_lowest_of_session_3(self, work: aw.WorkFile) -> None:
        lab = aw.RegressionToTheMean(seed=3, work=work)
        then = lab.ratings.query("session == 3").set_index("client")["alliance"]
        after = lab.ratings.query("session == 4").set_index("client")["alliance"]
        assert set(lab.five["client"]) == set(then.nsmallest(5).index)
        assert lab.five["after"].tolist() == after[lab.five["client"]].tolist()
        assert lab.rise == pytest.approx((lab.five["after"] - lab.five["then"]).mean())

    def test_new_clients_begin_again_and_all_is_kept(self, tmp_path: Path) -> None:
        lab = aw.RegressionToTheMean(work=aw.WorkFile(tmp_path / "w.json"))
        before = lab.five
        push(lab, "send")
        push(lab, "again")
        assert (lab.pressed, lab.round) == ([], 1)
        assert not lab.five.equals(before)
        push(lab, "nobody")
        again = aw.RegressionToTheMean(work=aw.WorkFile(tmp_path / "w.json"))
        assert (again.pressed, again.round) == (["nobody"], 1)
        assert repr(again) == repr(lab)

    def test_nonsense_in_the_work_file_counts_as_none(self, work: aw.WorkFile) -> None:
        work.record("regression", "regression", value={"round": [], "pressed": ["all", 3]})
        lab = aw.RegressionToTheMean(work=work)
        assert (lab.pressed, lab.round) == ([], 0)

    def test_a_fall_is_called_a_fall(self, work: aw.WorkFile) -> None:
        lab = aw.RegressionToTheMean(work=work)
        while lab.rise >= 0:
            lab.round += 1
        push(lab, "send")
        assert f"{abs(lab.five['after'].mean() - lab.five['then'].mean()):.2f} lower" in repr(lab)

    def test_faults_are_named(self, work: aw.WorkFile) -> None:
        with pytest.raises(aw.QuestionError, match="key is blank"):
            aw.RegressionToTheMean(key="", work=work)
        with pytest.raises(aw.QuestionError, match="seed is 'x'"):
            aw.RegressionToTheMean(seed="x", work=work)  # type: ignore[arg-type]


def test_who_has_tapped_elsewhere_gets_the_whole_lab_at_once(work: aw.WorkFile) -> None:
    lab = aw.NoiseLab(key="again", known=True, work=work)
    assert lab.rates is not None
    assert lab.taps.shown
    assert lab.taps.tapped == []


class TestBaseRateLab:
    @pytest.fixture
    def figures(self) -> dict[str, pd.Series]:
        names = ["right", "found", "base_rate", "hits_with", "marks_with", "marks_without"]
        quiet = pd.Series([np.nan, 0, 0.1, 0, 0, 0], index=names)
        sharp = pd.Series([0.5, 0.6, 0.1, 0.9, 0.9, 0.1], index=names)
        return {"sharp": sharp, "quiet": quiet}

    def test_it_begins_at_the_clinics_own_rate_and_shows_both_hundreds(
        self, figures: dict[str, pd.Series]
    ) -> None:
        lab = aw.BaseRateLab(figures)
        assert lab.controls.values == {"rule": "sharp", "one_in": 10}
        assert lab.right == pytest.approx(0.5)
        assert lab.chart.tables["counts"]["clients"].tolist() == [50, 50, 60, 40]
        icons = lab.chart.tables["icons"]["kind"].value_counts()
        assert icons.to_dict() == {"right": 50, "wrong": 50, "found": 60, "missed": 40}
        assert "one client in 10 has a planted rupture" in repr(lab)
        assert "{" not in repr(lab)

    def test_a_clinics_own_rate_is_not_rounded(self, figures: dict[str, pd.Series]) -> None:
        figures["sharp"]["base_rate"] = 0.152
        lab = aw.BaseRateLab({"sharp": figures["sharp"]})
        assert lab.controls.values["one_in"] == 7
        assert lab.controls.items[1]["said"] == {"7": "one in 6.6, as here"}
        assert lab.right == pytest.approx(0.152 * 0.9 / (0.152 * 0.9 + 0.848 * 0.1))
        assert "one client in 6.6 has a planted rupture" in repr(lab)
        lab.controls._values = {**lab.controls.values, "one_in": 8}
        assert "one client in 8 has a planted rupture" in repr(lab)

    def test_rarer_ruptures_make_fewer_marks_right_and_leave_what_is_found(
        self, figures: dict[str, pd.Series]
    ) -> None:
        lab = aw.BaseRateLab(figures)
        shares = []
        for one_in in (2, 5, 20, 100):
            lab.controls._values = {**lab.controls.values, "one_in": one_in}
            shares.append(lab.right)
            assert lab.found == 0.6
            assert lab.chart.tables["counts"]["clients"].tolist()[0] == round(100 * lab.right)
        assert shares == sorted(shares, reverse=True)
        assert shares[-1] == pytest.approx(0.009 / (0.009 + 0.099))
        assert "8 stand where one begins. Of 100 planted ruptures it marks 60" in repr(lab)

    def test_a_rule_that_marks_nobody_is_said_and_not_drawn(
        self, figures: dict[str, pd.Series]
    ) -> None:
        lab = aw.BaseRateLab(figures, rule="quiet")
        assert "marks nobody here" in repr(lab)
        assert len(lab.chart.tables["icons"]) == 100
        assert "nan" not in repr(lab).lower()

    def test_faults_are_named(self, figures: dict[str, pd.Series]) -> None:
        with pytest.raises(aw.QuestionError, match="no rule to show"):
            aw.BaseRateLab({})
        with pytest.raises(aw.QuestionError, match="no rule loud here; there are: sharp, quiet"):
            aw.BaseRateLab(figures, rule="loud")
        with pytest.raises(aw.QuestionError, match="Nothing was planted in the clinic of the rule"):
            aw.BaseRateLab({"none": figures["sharp"].replace(0.1, 0)})
