"""The cases to mark, the marks, and how they are counted: no page and no widget."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

import alliance_widgets as aw
from alliance_widgets import spotting
from alliance_widgets.spotting import Case, Marks

SESSIONS = tuple(range(2, 13))


def case(planted: list[tuple[int, int | None]] | None, sessions: int = 12) -> Case:
    """A case of so many sessions with ruptures planted at (onset, repair)."""
    table = {"client": "a", "session": range(1, sessions + 1), "alliance": 4.0}
    rated = aw.check_ratings(pd.DataFrame(table))
    if planted is None:
        return Case("made", rated)
    truth = pd.DataFrame(planted, columns=["onset", "repair_session"])
    truth["repair_session"] = truth["repair_session"].astype("Int64")
    return Case("made", rated, truth.assign(depth=0.9))


marks = st.builds(
    lambda placed, none: Marks.of(
        {
            "ruptures": [s for s, kind in placed.items() if kind == "rupture"],
            "repairs": [s for s, kind in placed.items() if kind == "repair"],
            "none": none,
        },
        SESSIONS,
    ),
    st.dictionaries(st.sampled_from(SESSIONS), st.sampled_from(["rupture", "repair"])),
    st.booleans(),
)


class TestCases:
    @pytest.mark.parametrize("seed", range(12))
    def test_six_of_eight_have_a_known_truth_and_two_to_four_of_those_a_rupture(
        self, seed: int
    ) -> None:
        cases = spotting.drawn_cases(seed)
        known = [each for each in cases if each.planted is not None]
        assert (len(cases), len(known)) == (8, 6)
        assert 2 <= sum(len(each.planted) > 0 for each in known) <= 4
        assert len({each.id for each in cases}) == 8
        unknown = [each.name.split()[0] for each in cases if each.planted is None]
        assert sorted(unknown) == ["single", "vignette"]

    @pytest.mark.parametrize("seed", range(12))
    def test_every_planted_rupture_has_a_rating_where_it_begins_and_just_before(
        self, seed: int
    ) -> None:
        for each in spotting.drawn_cases(seed):
            for onset in [] if each.planted is None else each.planted["onset"]:
                assert {onset - 1, onset} <= set(each.sessions)
                assert onset in each.markable

    def test_truth_and_ratings_are_the_simulators_own(self) -> None:
        clinic = aw.simulate_clinic(400, "no_effect", seed=3, rupture_intercept=-2.6)
        known = [each for each in spotting.drawn_cases(3) if each.planted is not None]
        for each in known:
            client = each.name.split()[-1]
            ratings = clinic.ratings[clinic.ratings["client"] == client].dropna(subset=["alliance"])
            assert each.rated["alliance"].tolist() == ratings["alliance"].tolist()
            assert each.sessions == tuple(ratings["session"])
            planted = clinic.truth.ruptures[clinic.truth.ruptures["client"] == client]
            assert each.planted["onset"].tolist() == planted["onset"].tolist()
            assert (
                each.planted["repair_session"].fillna(0).tolist()
                == planted["repair_session"].fillna(0).tolist()
            )

    def test_a_seed_gives_the_same_cases_again_and_another_seed_others(self) -> None:
        ids = [[each.id for each in spotting.drawn_cases(seed)] for seed in (5, 5, 6)]
        assert ids[0] == ids[1]
        assert not set(ids[0]) & set(ids[2])

    def test_the_id_follows_the_ratings(self) -> None:
        one, other = case([]), case([])
        assert one.id == other.id
        moved = Case("made", one.rated.assign(alliance=4.25))
        assert moved.id != one.id

    def test_an_impossible_seed_is_refused_in_words(self) -> None:
        with pytest.raises(aw.SimulationError, match="seed"):
            spotting.drawn_cases(-1)

    def test_own_ratings_become_one_case_per_client_with_three_rated_sessions(self) -> None:
        table = pd.DataFrame(
            {
                "client": ["a", "a", "a", "b", "b", "b"],
                "session": [3, 1, 2, 1, 2, 3],
                "alliance": [3.0, 4.0, 3.5, 4.0, None, 3.0],
            }
        )
        (only,) = spotting.cases_of(table)
        assert (only.name, only.sessions, only.markable) == ("a", (1, 2, 3), (2, 3))
        assert only.planted is None
        with pytest.raises(aw.RatingError, match="no client has 3 sessions"):
            spotting.cases_of(table.query("client == 'b'"))


class TestMarks:
    @given(marks, st.sampled_from(SESSIONS))
    def test_three_clicks_on_a_session_leave_its_marks_as_they_were(
        self, before: Marks, session: int
    ) -> None:
        after = before
        for _ in range(3):
            after = after.after_a_click(session)
        assert (after.ruptures, after.repairs) == (before.ruptures, before.repairs)

    def test_clicks_go_from_possible_rupture_to_back_up_to_nothing(self) -> None:
        once = Marks(none=True).after_a_click(5)
        assert once == Marks((5,))
        assert once.after_a_click(5) == Marks((), (5,))
        assert once.after_a_click(5).after_a_click(5) == Marks()

    @given(marks)
    def test_what_is_written_down_reads_the_same(self, made: Marks) -> None:
        assert Marks.of(made.data, SESSIONS) == made

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_whatever_a_page_or_a_file_says_becomes_marks_of_this_case(self, told: object) -> None:
        for each in (
            Marks.of(told, SESSIONS),
            Marks.of({"ruptures": told, "repairs": told, "none": told}, SESSIONS),
        ):
            assert {*each.ruptures, *each.repairs} <= {*SESSIONS}
            assert not {*each.ruptures} & {*each.repairs}
            assert not (each.none and each.ruptures)

    def test_a_session_that_is_told_both_marks_has_the_first(self) -> None:
        both = {"ruptures": [4, 6], "repairs": [6, 7], "none": True}
        assert Marks.of(both, SESSIONS) == Marks((4, 6), (7,))

    def test_no_answer_is_not_the_answer_none(self) -> None:
        assert not Marks().answered
        assert Marks().faults()
        assert Marks(none=True).answered
        assert not Marks(none=True).faults()

    @pytest.mark.parametrize(
        ("ruptures", "repairs", "wrong"),
        [
            ((5,), (6,), []),
            ((5, 9), (6, 10), []),
            ((5, 6), (8,), []),
            ((), (4,), [4]),
            ((5,), (4, 6), [4]),
            ((5,), (6, 8), [8]),
        ],
    )
    def test_back_up_needs_something_before_it(
        self, ruptures: tuple, repairs: tuple, wrong: list
    ) -> None:
        faults = Marks(ruptures, repairs).faults()
        assert [int(fault.split("session ")[1].split()[0]) for fault in faults] == wrong

    def test_a_possible_rupture_ends_with_the_back_up_before_the_next_one(self) -> None:
        assert Marks((3, 5, 9), (6, 7)).episodes() == [(3, None), (5, 6), (9, None)]


class TestScores:
    @pytest.mark.parametrize(
        ("marked", "hits", "misses", "false_alarms"),
        [
            (Marks((4,)), (4,), (9,), ()),
            (Marks((6,)), (6,), (9,), ()),  # still open
            (Marks((7,)), (), (4, 9), (7,)),  # repaired by then
            (Marks((3,)), (), (4, 9), (3,)),
            (Marks((4, 5, 12)), (4, 12), (), ()),  # the second in one rupture counts as neither
            (Marks(none=True), (), (4, 9), ()),
        ],
    )
    def test_a_mark_hits_from_the_beginning_to_the_session_before_the_repair(
        self, marked: Marks, hits: tuple, misses: tuple, false_alarms: tuple
    ) -> None:
        found = spotting.score(case([(4, 7), (9, None)]), marked)
        assert (found.hits, found.misses, found.false_alarms) == (hits, misses, false_alarms)

    @pytest.mark.parametrize(("back", "found"), [(5, 0), (6, 1), (7, 1), (8, 1), (10, 0)])
    def test_a_repair_is_found_within_one_session(self, back: int, found: int) -> None:
        scored = spotting.score(case([(4, 7)]), Marks((4,), (back,)))
        assert (scored.repairs_planted, scored.repairs_found) == (1, found)

    def test_the_repair_of_a_rupture_that_was_missed_is_not_asked_for(self) -> None:
        scored = spotting.score(case([(4, 7)]), Marks((10,), (11,)))
        assert (scored.repairs_planted, scored.repairs_found) == (0, 0)

    @given(marks)
    def test_hits_and_misses_are_all_that_was_planted(self, made: Marks) -> None:
        known = case([(3, 5), (8, None)])
        found = spotting.score(known, made)
        assert len(found.hits) + len(found.misses) == 2
        assert {*found.hits, *found.false_alarms} <= {*made.ruptures}
        assert found.repairs_found <= found.repairs_planted <= len(found.hits)

    def test_cases_of_unknown_truth_count_marks_and_nothing_else(self) -> None:
        known, unknown = case([(4, 7)]), Case("other", case(None).rated)
        mine = {known.id: Marks((4,)), unknown.id: Marks((5, 8))}
        table = spotting.comparison_table([(1, known), (2, unknown)], {"you": mine})
        assert table["marked"].tolist() == [1, 2]
        assert table["hits"].isna().tolist() == [False, True]
        sums = spotting.so_far(table).iloc[0]
        assert (sums["cases"], sums["planted"], sums["hits"], sums["marked"]) == (1, 1, 1, 1)

    def test_a_calm_case_is_left_alone_or_not(self) -> None:
        calm, other = case([]), Case("other", case(None).rated, case([]).planted)
        mine = {calm.id: Marks(none=True), other.id: Marks((5,))}
        sums = spotting.so_far(
            spotting.comparison_table([(1, calm), (2, other)], {"you": mine})
        ).iloc[0]
        assert (sums["calm"], sums["left_alone"], sums["false_alarms"]) == (2, 1, 1)


class TestRulesAsRaters:
    def test_a_rule_marks_where_its_episodes_begin_and_end(self) -> None:
        tomasz = aw.load_data("single_cases").query("client == 'Tomasz'")
        (made,) = spotting.cases_of(tomasz)
        by_name = {each.rule.name: each.marks for each in spotting.rule_marks(made)}
        assert list(by_name) == ["drop_sd", "reliable_drop", "imr_chart", "sudden_drop"]
        assert by_name["reliable_drop"] == Marks((5,), (6,))
        assert by_name["sudden_drop"] == Marks(none=True)

    def test_a_rule_that_cannot_flag_so_short_a_case_says_so(self) -> None:
        (chart,) = [
            each
            for each in spotting.rule_marks(case([], sessions=4))
            if each.rule.name == "imr_chart"
        ]
        assert chart.marks is None
        assert "5" in chart.why_not

    def test_a_rule_in_points_refuses_another_scale_and_the_others_go_on(self) -> None:
        table = {"client": "a", "session": range(1, 11), "instrument": "wai_s"}
        scores = [5.0, 5.5, 5.25, 5.5, 5.75, 3.0, 5.5, 5.25, 5.5, 5.75]
        (made,) = spotting.cases_of(pd.DataFrame({**table, "alliance": scores}))
        found = {each.rule.name: each for each in spotting.rule_marks(made)}
        assert found["reliable_drop"].marks is None
        assert "1–5" in found["reliable_drop"].why_not
        assert found["drop_sd"].marks == Marks((6,), (7,))

    def test_a_constant_case_is_marked_by_no_rule(self) -> None:
        assert {each.marks for each in spotting.rule_marks(case([]))} == {Marks(none=True)}


class TestAgreement:
    def test_kappa_is_cohens_over_all_sessions_but_the_first(self) -> None:
        rng = np.random.default_rng(11)
        rows = case([])
        cases = [Case(f"c{i}", rows.rated) for i in range(6)]
        flags = {
            who: {each.id: {s for s in SESSIONS if rng.random() < share} for each in cases}
            for who, share in (("you", 0.3), ("other", 0.4))
        }
        made = {
            who: {id: Marks(tuple(sorted(found))) for id, found in theirs.items()}
            for who, theirs in flags.items()
        }
        pair = spotting.agreement(cases, made).iloc[0]
        pairs = [
            (s in flags["you"][each.id], s in flags["other"][each.id])
            for each in cases
            for s in SESSIONS
        ]
        table = pd.crosstab(*zip(*pairs, strict=True)).to_numpy()
        assert pair["sessions"] == 66
        assert [[pair["neither"], pair["only_other"]], [pair["only_rule"], pair["both"]]] == (
            table.tolist()
        )
        assert pair["kappa"] == pytest.approx(cohens_kappa(table).kappa)

    def test_only_cases_that_both_marked_count_and_without_any_there_are_no_rows(self) -> None:
        one, other = case([]), Case("other", case([]).rated)
        mine, theirs = {one.id: Marks((4,)), other.id: Marks((4,))}, {other.id: Marks((4,))}
        pair = spotting.agreement([one, other], {"you": mine, "second": theirs}).iloc[0]
        assert (pair["sessions"], pair["both"]) == (11, 1)
        none = spotting.agreement([one], {"you": mine, "second": theirs})
        assert (len(none), "kappa" in none) == (0, True)
