"""The widget in which a student codes a dialogue: nothing told before, and all of it after."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import traitlets as tl
from hypothesis import given
from hypothesis import strategies as st

import alliance_widgets as aw
from alliance_widgets.dialogues import Coded

ALL = aw.vignettes()
KNOWN = {marker.name: marker for marker in aw.markers()}


@pytest.fixture
def path(own_work_folder: Path) -> Path:
    return own_work_folder / "mine.json"


def opened(path: Path, **settings: Any) -> aw.VignetteReader:
    """A reader as after a restart: nothing of an earlier one is in memory."""
    return aw.VignetteReader(work=aw.WorkFile(path), **settings)


def on_the_page(reader: aw.VignetteReader) -> str:
    """All that a page knows of the reader, as text, without code and the work's copy."""
    widgets = [each for each in (reader.controls, reader.form, reader.report, reader.chart) if each]
    state = [each.get_state() for each in widgets]
    for each in state:
        del each["_esm"]
    return json.dumps(state, default=repr, ensure_ascii=False) + repr(reader)


def code(reader: aw.VignetteReader, vignette: Any, **other: Any) -> None:
    """Code it as its author did, save for what is given."""
    reader.vignette = vignette.id
    chosen = {
        "marker": vignette.marker,
        "onset": vignette.onset,
        "strategy": vignette.advice[0].strategy,
        **other,
    }
    for name, value in chosen.items():
        setattr(reader, name, value)
    reader.commit()


def secrets(vignette: Any) -> list[str]:
    told = [each.why for each in vignette.advice]
    told += [each.feedback for each in vignette.codings.values()]
    return [*told, vignette.rating_note, vignette.nobody_knows, "The author"]


class TestBeforeTheCommit:
    @pytest.mark.parametrize("vignette", ALL, ids=lambda each: each.id)
    def test_the_page_knows_the_dialogue_and_nothing_of_what_comes_after(
        self, path: Path, vignette: Any
    ) -> None:
        reader = opened(path)
        reader.vignette = vignette.id
        told = on_the_page(reader)
        assert [turn.text for turn in vignette.turns if turn.text not in told] == []
        assert [secret for secret in secrets(vignette) if secret in told] == []
        assert '"alliance"' not in told
        assert reader.form._truth is None
        assert len(reader.children) == 2
        assert reader.answers.empty

    def test_a_commit_shows_nothing_of_the_next_vignette(self, path: Path) -> None:
        reader = opened(path)
        code(reader, ALL[0])
        assert len(reader.children) == 4
        reader.form.press("next")
        assert len(reader.children) == 2
        told = on_the_page(reader)
        assert [secret for secret in secrets(ALL[1])[:-2] if secret in told] == []

    def test_a_difference_is_announced_before_the_dialogue_and_nothing_else_is(
        self, path: Path
    ) -> None:
        reader = opened(path)
        noted = []
        for vignette in ALL:
            reader.vignette = vignette.id
            noted.append(bool(reader.form.asked["note"]))
        assert noted == [vignette.turns_on_difference for vignette in ALL]
        assert sum(noted) >= 3


class TestCoding:
    def test_all_four_have_to_be_chosen_and_what_lacks_is_named_at_once(self, path: Path) -> None:
        reader = opened(path)
        reader.form.press("commit")
        for lacking in ("withdrawal or confrontation", "the marker", "the turn", "what you would"):
            assert lacking in reader.form.message
        reader.family, reader.onset = "withdrawal", 4
        with pytest.raises(aw.QuestionError, match="Still to choose: the marker, what you would"):
            reader.commit()

    def test_a_marker_brings_its_family_and_another_family_takes_it_back(self, path: Path) -> None:
        reader = opened(path)
        reader.marker = "denial"
        assert reader.family == "withdrawal"
        reader.family = "confrontation"
        assert reader.marker is None

    def test_what_the_page_enters_is_read_as_a_strangers(self, path: Path) -> None:
        reader = opened(path)
        reader.form._entered = {"family": "withdrawal", "marker": "denial", "onset": 4}
        assert (reader.family, reader.marker, reader.onset) == ("withdrawal", "denial", 4)
        reader.form._entered = {"family": [1], "marker": "explore", "onset": 99, "strategy": {}}
        assert reader._now == Coded()

    @given(
        st.dictionaries(
            st.sampled_from(["family", "marker", "onset", "strategy"]),
            st.none() | st.integers() | st.booleans() | st.text() | st.sampled_from(list(KNOWN)),
        )
    )
    def test_whatever_is_told_becomes_a_coding_of_this_vignette(self, told: dict) -> None:
        coded = Coded.of(told, ALL[0], KNOWN)
        assert coded.marker is None or KNOWN[coded.marker].family == coded.family
        assert coded.strategy is None or KNOWN[coded.strategy].family == "resolution"
        assert coded.onset is None or coded.onset in range(1, 13)
        assert Coded.of(coded.data, ALL[0], KNOWN) == coded

    def test_what_cannot_be_chosen_is_refused_and_nothing_changes(self, path: Path) -> None:
        reader = opened(path)
        for name, value in (("marker", "explore"), ("onset", 13), ("strategy", "denial")):
            with pytest.raises(tl.TraitError, match="cannot be chosen here"):
                setattr(reader, name, value)
            assert getattr(reader, name) is None
        with pytest.raises(tl.TraitError, match="there are: weekend, sunday"):
            reader.vignette = "monday"

    def test_a_committed_coding_stays(self, path: Path) -> None:
        reader = opened(path)
        code(reader, ALL[0])
        with pytest.raises(tl.TraitError, match="is committed"):
            reader.onset = 6
        reader.form._entered = {"family": "confrontation"}
        assert reader.marker == ALL[0].marker
        assert reader.desk.work.undo() == ()
        assert reader.form.buttons == ["next"]

    def test_the_picker_names_the_vignettes_and_those_that_are_coded(self, path: Path) -> None:
        reader = opened(path)
        code(reader, ALL[1])
        reader.controls.values = {"vignette": ALL[2].id}
        assert reader.vignette == ALL[2].id
        labels = [option["label"] for option in reader.controls.items[0]["options"]]
        assert [label.endswith("(coded)") for label in labels] == [False, True] + [False] * 6


class TestAfterTheCommit:
    @pytest.mark.parametrize("vignette", ALL, ids=lambda each: each.id)
    def test_the_authors_coding_the_strategies_and_the_rating_are_told(
        self, path: Path, vignette: Any
    ) -> None:
        reader = opened(path)
        code(reader, vignette)
        told = reader.report.description
        assert "You coded the same" in told
        assert "at the same turn" in told
        assert "You chose what the author would try first" in told
        for secret in (vignette.codings[vignette.marker].feedback, vignette.rating_note):
            assert secret in told
        assert vignette.nobody_knows in told
        assert "r = .11, 95 % interval −.09 to .30" in told
        assert reader.form._truth["onset"] == vignette.onset
        hour = reader.chart.tables["spans"].iloc[0]
        assert (hour["start"], hour["end"]) == (vignette.session, vignette.session)

    @pytest.mark.parametrize("vignette", ALL, ids=lambda each: each.id)
    def test_what_is_said_of_the_rating_is_what_the_rule_finds(
        self, path: Path, vignette: Any
    ) -> None:
        reader = opened(path)
        code(reader, vignette)
        flagged = set(aw.flag_sessions(vignette.ratings)["session"])
        told = reader.report.description
        assert ("possible rupture (reliable drop rule)." in told) == (vignette.session in flagged)
        later = flagged & {vignette.session + ahead for ahead in (1, 2, 3)}
        counts = [vignette.session in flagged, bool(later) and vignette.session not in flagged]
        now, soon = map(int, counts)
        assert f"In {now} of them the client's rating falls in the hour itself" in told
        assert f"in {soon} within the three sessions after it" in told
        assert f"in {1 - now - soon} it does nothing of the kind" in told

    def test_over_all_eight_the_rating_shows_nothing_in_half_of_the_hours(self, path: Path) -> None:
        reader = opened(path)
        for vignette in ALL:
            code(reader, vignette)
        told = reader.report.description
        shows = [vignette.rating_shows for vignette in ALL]
        assert f"in {shows.count('nothing')} it does nothing of the kind" in told
        assert f"In {shows.count('drop')} of them" in told

    @pytest.mark.parametrize("vignette", ALL, ids=lambda each: each.id)
    def test_another_marker_has_its_own_answer_and_another_strategy_is_not_called_wrong(
        self, path: Path, vignette: Any
    ) -> None:
        other = "defending_self" if vignette.family == "withdrawal" else "abstract_talk"
        reader = opened(path)
        first = next(turn.number for turn in vignette.turns if turn.speaker == "client")
        code(reader, vignette, marker=other, strategy="link_to_others", onset=first)
        told = reader.report.description
        assert vignette.codings[other].feedback in told
        assert "That makes it different, not wrong." in told
        away = vignette.onset - first
        assert f"You set its beginning at turn {first}, {away} turns earlier." in told
        assert [each.why for each in vignette.advice if each.why not in told] == []
        assert "wrong" not in told.replace("different, not wrong", "")
        assert reader.answers["verdict"].tolist() == ["other_family"]

    def test_a_marker_begins_in_what_the_client_says(self, path: Path) -> None:
        reader = opened(path)
        with pytest.raises(Exception, match="onset is 1, and that cannot be chosen here"):
            reader.onset = 1
        assert reader.onset is None
        reader.onset = 2
        assert reader.onset == 2

    def test_answers_hold_the_reader_beside_the_author(self, path: Path) -> None:
        reader = opened(path)
        code(reader, ALL[2], marker="denial", onset=2)
        row = reader.answers.iloc[0]
        assert row.tolist() == [
            *("fridge", "withdrawal", "denial", 2, ALL[2].advice[0].strategy),
            *("withdrawal", "story_or_topic_change", 4, "also"),
        ]


class TestWork:
    def test_codings_drafts_and_place_are_there_again_after_a_restart(self, path: Path) -> None:
        first = opened(path)
        code(first, ALL[0], onset=6)
        first.vignette = ALL[3].id
        first.marker = "denial"
        again = opened(path)
        assert (again.vignette, again.marker, again.committed) == (ALL[3].id, "denial", False)
        again.vignette = ALL[0].id
        assert (again.onset, again.committed, len(again.children)) == (6, True, 4)
        pd.testing.assert_frame_equal(again.answers, first.answers)

    def test_the_work_file_holds_kind_answer_under_key_and_vignette(self, path: Path) -> None:
        reader = opened(path)
        code(reader, ALL[0])
        ((key, data),) = aw.WorkFile(path).entries("answer").items()
        assert key == ("vignettes", "weekend")
        assert data["committed"] is True
        assert data["value"]["marker"] == "appeasing"

    def test_nonsense_in_the_work_file_commits_nothing(self, path: Path) -> None:
        work = aw.WorkFile(path)
        work.record("answer", ("vignettes", "weekend"), value={"marker": "denial"}, committed=True)
        work.record("answer", ("vignettes", "sunday"), value=[1], committed=True)
        work.record("setting", ("reader", "vignettes"), vignette="monday")
        reader = opened(path)
        assert (reader.vignette, reader.marker, reader.committed) == ("weekend", "denial", False)
        assert reader.answers.empty

    def test_every_side_is_built_where_the_lessons_are_tested(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALLIANCE_BUILD_ALL", "1")
        built = []
        made = aw.VignetteReader._results
        monkeypatch.setattr(
            aw.VignetteReader,
            "_results",
            lambda self, shown, coded: built.append(shown.id) or made(self, shown, coded),
        )
        reader = opened(path)
        assert built == [each.id for each in ALL]
        assert len(reader.children) == 2
