"""The widget in which a student marks possible ruptures: pressed, assigned, restarted, compared."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import traitlets as tl

import alliance_widgets as aw
from alliance_widgets.words import say

PACKAGE = Path(aw.__file__).parent
GIVEAWAYS = re.compile(
    r"planted|simulat|own SDs|reliable|control chart|sudden drop|kappa|vignette|Mehmet"
    r"|(?-i:C00\d)",  # a client's name; small letters could be a model's id
    re.I,
)


@pytest.fixture
def path(own_work_folder: Path) -> Path:
    return own_work_folder / "mine.json"


def opened(path: Path, **settings: Any) -> aw.RuptureSpotter:
    """A spotter as after a restart: nothing of an earlier one is in memory."""
    return aw.RuptureSpotter(work=aw.WorkFile(path), **settings)


def on_the_page(spotter: aw.RuptureSpotter) -> str:
    """All that a page knows of the spotter, as text, without code, words and the work's copy."""
    state = [
        {
            name: value
            for name, value in each.get_state().items()
            if isinstance(value, str | dict | list)
        }
        for each in (spotter.chart, spotter.form, spotter.report)
    ]
    for each in state:
        del each["_esm"]
    return json.dumps(state, default=repr)


def texts(entry: Any) -> list[str]:
    """Every text in a table of the catalogue."""
    return (
        [entry] if isinstance(entry, str) else [t for each in entry.values() for t in texts(each)]
    )


def number_of(spotter: aw.RuptureSpotter, wanted: str) -> int:
    """The number of the first case that is "calm", "ruptured" or "unknown"."""
    for number, case in enumerate(spotter._cases, 1):
        kind = "unknown" if case.planted is None else "ruptured" if len(case.planted) else "calm"
        if kind == wanted:
            return number
    raise LookupError(wanted)


def truth_of(spotter: aw.RuptureSpotter) -> tuple[list[int], list[int]]:
    planted = spotter._cases[spotter.case - 1].planted
    return planted["onset"].tolist(), planted["repair_session"].dropna().astype(int).tolist()


def mark_as_planted(spotter: aw.RuptureSpotter) -> None:
    spotter.case = number_of(spotter, "ruptured")
    onsets, backs = truth_of(spotter)
    spotter.ruptures = onsets
    spotter.repairs = [back for back in backs if back in spotter._cases[spotter.case - 1].markable]


class TestBeforeTheCommit:
    @pytest.mark.parametrize("wanted", ["calm", "ruptured", "unknown"])
    def test_nothing_the_page_knows_gives_truth_or_rules_away(
        self, path: Path, wanted: str
    ) -> None:
        spotter = opened(path)
        spotter.case = number_of(spotter, wanted)
        spotter.ruptures = [spotter._cases[spotter.case - 1].markable[2]]
        told = on_the_page(spotter) + repr(spotter)
        assert "possible rupture" in told
        assert GIVEAWAYS.findall(told) == []
        assert spotter.report.blocks == []
        assert spotter.comparison.empty
        assert spotter.agreement.empty
        spotter.commit()
        assert GIVEAWAYS.findall(on_the_page(spotter)) != []
        spotter.case = number_of(spotter, "calm" if wanted != "calm" else "ruptured")
        assert GIVEAWAYS.findall(on_the_page(spotter) + repr(spotter)) == []

    def test_a_second_raters_marks_are_not_seen_before_the_own_ones(
        self, path: Path, own_work_folder: Path
    ) -> None:
        other = opened(own_work_folder / "theirs.json")
        other.no_rupture = True
        other.commit()
        mine = opened(path)
        assert "0 of it you have committed" in mine.compare(own_work_folder / "theirs.json")
        assert mine.marks.empty
        assert "econd rater" not in on_the_page(mine) + repr(mine)
        mine.ruptures = [4]
        mine.commit()
        assert mine.marks["rater"].tolist() == ["you", "second_rater"]
        assert "Second rater" in on_the_page(mine)


class TestMarking:
    def test_sessions_that_nobody_rated_are_said_not_to_be_there(self, path: Path) -> None:
        spotter = opened(path)
        gaps = 0
        for number, case in enumerate(spotter._cases, 1):
            spotter.case = number
            missing = {*range(case.sessions[0], case.sessions[-1])} - {*case.sessions}
            listed = ", ".join(map(str, sorted(missing)))
            hint = spotter.form._ask["hint"]
            assert hint.endswith(f"{listed}, which the client did not rate.") == bool(missing)
            gaps += bool(missing)
        assert gaps

    def test_a_mark_moves_line_words_and_page_and_none_takes_them_back(self, path: Path) -> None:
        spotter = opened(path)
        spotter.ruptures = [4]
        spotter.repairs = [6]
        assert spotter.chart.tables["marks"]["kind"].tolist() == ["rupture", "back", "gap"]
        assert "a possible rupture at session 4, back up at session 6" in repr(spotter)
        assert spotter.form._entered == {"ruptures": [4], "repairs": [6], "none": False}
        spotter.no_rupture = True
        assert (spotter.ruptures, spotter.repairs) == ([], [])
        assert spotter.chart.tables["marks"]["kind"].tolist() == ["gap"]
        spotter.ruptures = [4]
        assert not spotter.no_rupture
        spotter.repairs = [4]
        assert (spotter.ruptures, spotter.repairs) == ([], [4])

    def test_clicks_on_the_line_and_ticks_in_the_form_come_to_the_same(self, path: Path) -> None:
        spotter = opened(path)
        for session in (4, 6, 6):
            spotter.chart._hear(None, {"pick": session}, [])
        assert (spotter.ruptures, spotter.repairs) == ([4], [6])
        spotter.form._entered = {"ruptures": [5], "repairs": [6], "none": False}
        assert (spotter.ruptures, spotter.repairs) == ([5], [6])
        first = spotter._cases[0].sessions[0]
        spotter.chart._hear(None, {"pick": first}, [])
        assert spotter.form.message == say("spotter.no_mark", session=first)
        for strange in (first, 999, "x", None, [4]):
            spotter.chart._hear(None, {"pick": strange}, [])
        spotter.form._entered = {"ruptures": [first, 999, "7"], "repairs": 3}
        assert (spotter.ruptures, spotter.repairs) == ([], [])

    def test_no_answer_and_a_back_up_from_nothing_are_refused_in_words(self, path: Path) -> None:
        spotter = opened(path)
        spotter.form.press("commit")
        assert "Nothing is marked yet" in spotter.form.message
        spotter.repairs = [4]
        with pytest.raises(aw.QuestionError, match="session 4 has no possible rupture before it"):
            spotter.commit()
        assert not spotter.committed

    def test_a_tick_and_a_press_in_one_message_count_in_that_order(self, path: Path) -> None:
        spotter = opened(path)
        entered = {"ruptures": [4], "repairs": [], "none": False}
        press = {"kind": "commit", "count": 1, "entered": entered}
        spotter.form._handle_custom_msg({"press": press}, [])
        assert (spotter.ruptures, spotter.committed) == ([4], True)

    def test_what_cannot_be_marked_is_said_with_what_can(self, path: Path) -> None:
        spotter = opened(path)
        with pytest.raises(tl.TraitError, match="the sessions 1, 99 cannot be marked"):
            spotter.ruptures = [1, 99]
        assert spotter.ruptures == []
        with pytest.raises(tl.TraitError, match="from 1 to 8"):
            spotter.case = 9

    def test_committed_marks_stay(self, path: Path) -> None:
        spotter = opened(path)
        spotter.ruptures = [4]
        spotter.form.press("commit")
        assert spotter.committed
        with pytest.raises(tl.TraitError, match="is committed"):
            spotter.ruptures = [5]
        spotter.chart._hear(None, {"pick": 5}, [])
        spotter.form._entered = {"ruptures": [6], "repairs": [], "none": False}
        spotter.form.press("commit")
        assert spotter.ruptures == [4]
        assert spotter.form.buttons == ["next"]
        assert spotter.desk.work.undo() == ()

    def test_the_buttons_lead_through_the_row_and_end_at_its_ends(self, path: Path) -> None:
        spotter = opened(path)
        assert spotter.form.buttons == ["commit", "next"]
        for number in range(2, 9):
            spotter.form.press("next")
            assert f"Case {number} of 8" in spotter.form.asked["text"]
        assert spotter.form.buttons == ["commit", "previous"]
        spotter.form.press("next")
        assert spotter.case == 8


class TestResults:
    def test_who_marks_what_was_planted_found_it_all(self, path: Path) -> None:
        spotter = opened(path)
        mark_as_planted(spotter)
        spotter.commit()
        mine = spotter.comparison.query("rater == 'you'").iloc[0]
        n = len(truth_of(spotter)[0])
        assert (mine["planted"], mine["hits"], mine["misses"], mine["false_alarms"]) == (n, n, 0, 0)
        assert mine["repairs_found"] == mine["repairs_planted"]
        assert f"You marked {n} of {n} planted" in spotter.form.message
        assert spotter.chart.tables["spans"]["start"].tolist() == truth_of(spotter)[0]
        first = spotter.agreement.iloc[0]
        assert (first["rule"], first["other"], first["kappa"]) == ("you", "planted", 1.0)

    def test_a_case_without_a_rupture_makes_none_the_right_answer(self, path: Path) -> None:
        spotter = opened(path)
        spotter.case = number_of(spotter, "calm")
        spotter.no_rupture = True
        spotter.commit()
        assert "Nothing was planted in this case, and you marked nothing" in spotter.form.message
        assert "Of 1 case in which nothing was planted you left 1 alone" in repr(spotter)
        assert spotter.marks.iloc[0][["mark", "committed"]].tolist() == ["none", True]

    def test_a_mark_in_a_calm_case_is_a_false_alarm(self, path: Path) -> None:
        spotter = opened(path)
        spotter.case = number_of(spotter, "calm")
        spotter.ruptures = [4]
        spotter.commit()
        assert "Your mark at session 4 is a false alarm" in spotter.form.message

    def test_where_no_truth_is_known_it_says_so_and_counts_no_hits(self, path: Path) -> None:
        spotter = opened(path)
        spotter.case = number_of(spotter, "unknown")
        spotter.ruptures = [4]
        spotter.commit()
        assert "Nobody knows what truly happened" in spotter.form.message
        assert spotter.comparison["hits"].isna().all()
        assert "planted" not in spotter.agreement["other"].tolist()
        heads = [row[0] for row in spotter.report.blocks[3]["rows"]]
        assert heads[0] == "You"

    def test_the_rules_rows_are_what_find_ruptures_gives(self, path: Path) -> None:
        spotter = opened(path)
        for number in range(1, 9):
            spotter.case = number
            spotter.no_rupture = True
            spotter.commit()
        for name in ("drop_sd", "reliable_drop", "imr_chart"):
            counted = spotter.comparison.query("rater == @name").set_index("case")["marked"]
            assert len(counted) == 8
            for number, case in enumerate(spotter._cases, 1):
                assert counted[number] == len(aw.find_ruptures(case.rated, name))

    def test_the_matrix_shows_each_sign_at_its_session_and_says_it(self, path: Path) -> None:
        spotter = opened(path)
        mark_as_planted(spotter)
        spotter.commit()
        matrix = next(block for block in spotter.report.blocks if block["kind"] == "table")
        truth, mine = matrix["rows"][:2]
        for onset in truth_of(spotter)[0]:
            place = matrix["columns"].index(str(onset))
            assert truth[place]["said"] == "rupture planted"
            assert mine[place]["said"] == "possible rupture begins"

    @pytest.mark.parametrize("table", ["spotter", "reader"])
    def test_only_what_was_planted_is_called_a_rupture(self, table: str) -> None:
        words = tomllib.loads((PACKAGE / "words/en.toml").read_text("utf-8"))[table]
        bare = [
            text for text in texts(words) if re.search(r"(?<!possible )\brupture", text.lower())
        ]
        of_the_truth = re.compile("plant|points deep|without a rupture")
        assert [text for text in bare if not of_the_truth.search(text.lower())] == []
        assert len(texts(words)) > 50

    def test_every_side_is_built_where_the_lessons_are_tested(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALLIANCE_BUILD_ALL", "1")
        spotter = opened(path)
        assert set(spotter._words._rules) == {case.id for case in spotter._cases}
        assert GIVEAWAYS.findall(on_the_page(spotter) + repr(spotter)) == []


class TestWork:
    def test_marks_case_and_commits_are_there_again_after_a_restart(self, path: Path) -> None:
        first = opened(path)
        first.ruptures = [4]
        first.repairs = [5]
        first.commit()
        first.case = 2
        first.no_rupture = True
        again = opened(path)
        assert (again.case, again.no_rupture, again.committed) == (2, True, False)
        again.case = 1
        assert (again.ruptures, again.repairs, again.committed) == ([4], [5], True)
        assert again.report.blocks
        pd.testing.assert_frame_equal(again.marks, first.marks)
        pd.testing.assert_frame_equal(again.comparison, first.comparison)

    def test_the_work_file_holds_kind_mark_under_key_and_case(self, path: Path) -> None:
        spotter = opened(path)
        spotter.ruptures = [4]
        spotter.commit()
        ((key, data),) = aw.WorkFile(path).entries("mark").items()
        assert key == ("spotter", spotter._cases[0].id)
        assert data == {"ruptures": [4], "repairs": [], "none": False, "committed": True}

    def test_another_seed_and_another_key_have_marks_of_their_own(self, path: Path) -> None:
        spotter = opened(path)
        spotter.ruptures = [4]
        assert opened(path, key="again").marks.empty
        assert opened(path, seed=1).marks.empty

    def test_marks_of_other_ratings_or_of_nonsense_are_passed_by(self, path: Path) -> None:
        table = pd.DataFrame({"client": "a", "session": range(1, 6), "alliance": 4.0})
        spotter = opened(path, ratings=table)
        spotter.ruptures = [3]
        assert opened(path, ratings=table.assign(alliance=3.5)).marks.empty
        work = aw.WorkFile(path)
        for nonsense in ({"ruptures": "x"}, {"repairs": [3], "committed": True}, {"none": 1}):
            work.record("mark", ("spotter", spotter._cases[0].id), **nonsense)
            assert not opened(path, ratings=table).committed

    def test_what_another_notebook_committed_is_shown_at_the_next_look(self, path: Path) -> None:
        here, there = opened(path), opened(path)
        there.ruptures = [4]
        there.commit()
        here.desk.look()
        assert here.committed
        here.close()
        there.case = 2
        there.no_rupture = True
        here.desk.look()
        assert not here.no_rupture


class TestSecondRater:
    @pytest.fixture
    def theirs(self, own_work_folder: Path) -> Path:
        path = own_work_folder / "theirs.json"
        other = opened(path)
        other.ruptures = [5]
        other.commit()
        other.case = 2
        other.no_rupture = True
        other.commit()
        other.case = 3
        other.ruptures = [4]
        return path

    def test_both_stand_side_by_side_with_their_agreement_and_nothing_is_merged(
        self, path: Path, theirs: Path
    ) -> None:
        mine = opened(path)
        mine.ruptures = [5]
        mine.commit()
        before = path.read_bytes(), theirs.read_bytes()
        said = mine.compare(theirs)
        assert (path.read_bytes(), theirs.read_bytes()) == before
        assert "committed 2 of these cases; 1 of them you have committed too" in said
        pair = mine.agreement.query("rule == 'you' and other == 'second_rater'").iloc[0]
        assert (pair["both"], pair["kappa"]) == (1, 1.0)
        assert "on 1 both of you say" in repr(mine)
        assert opened(path).marks["rater"].unique().tolist() == ["you"]

    def test_bytes_from_the_page_do_the_same(self, path: Path, theirs: Path) -> None:
        mine = opened(path)
        file = {"file": "second", "count": 1}
        mine.tools._handle_custom_msg({"press": file}, [theirs.read_bytes()])
        assert "committed 2 of these cases" in mine.tools.message

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "the file is empty"),
            (b"%PDF-1.7", "this is no work file"),
            (b'{"kit": "another"}', "another program"),
            (b'{"kit":"alliance_widgets","schema_version":99,"entries":[]}', "newer version"),
            (b'{"kit":"alliance_widgets","schema_version":2,"entries":[]}', "no committed marks"),
        ],
    )
    def test_a_bad_file_is_refused_in_words_and_the_marks_compared_before_stay(
        self, path: Path, theirs: Path, content: bytes, says: str
    ) -> None:
        mine = opened(path)
        mine.no_rupture = True
        mine.commit()
        mine.compare(theirs)
        shown = mine.marks
        with pytest.raises(aw.WorkFileError, match=says):
            mine.compare(content)
        press = {"file": "second", "count": 2}
        mine.tools._handle_custom_msg({"press": press}, [content or b" "])
        assert mine.tools.message
        pd.testing.assert_frame_equal(mine.marks, shown)

    def test_the_own_file_a_missing_one_and_other_cases_are_refused(
        self, path: Path, theirs: Path
    ) -> None:
        mine = opened(path)
        mine.no_rupture = True
        mine.commit()
        with pytest.raises(aw.WorkFileError, match="your own marks"):
            mine.compare(path)
        with pytest.raises(aw.WorkFileError, match=r"absent\.json could not be read"):
            mine.compare(path.with_name("absent.json"))
        with pytest.raises(aw.WorkFileError, match="no committed marks of these 8 cases"):
            opened(path, seed=1).compare(theirs)


class TestOwnRatings:
    def test_a_table_becomes_cases_without_a_truth(self, path: Path) -> None:
        few = aw.load_data("single_cases").query("client in ['Noor', 'Tomasz']")
        spotter = opened(path, ratings=few)
        assert "of 2" in spotter.form.asked["text"]
        assert "Tomasz" not in on_the_page(spotter)
        spotter.case = 2
        spotter.ruptures = [5]
        spotter.repairs = [6]
        spotter.commit()
        assert "This was Tomasz" in repr(spotter)
        found = spotter.comparison.set_index("rater")["marked"]
        assert (found["you"], found["reliable_drop"]) == (1, 1)

    def test_another_scale_is_drawn_whole_and_the_rules_in_points_say_why_not(
        self, path: Path
    ) -> None:
        scores = [5.0, 5.5, 5.25, 5.5, 5.75, 3.0, 5.5, 5.25]
        table = {"client": "a", "session": range(1, 9), "instrument": "wai_s", "alliance": scores}
        spotter = opened(path, ratings=pd.DataFrame(table))
        assert '"domain": [1, 7]' in json.dumps(spotter.chart._form).replace(".0", "")
        spotter.no_rupture = True
        spotter.commit()
        assert "Rule: reliable drop, says nothing here." in repr(spotter)

    def test_faulty_and_too_few_ratings_are_refused_in_words(self, path: Path) -> None:
        with pytest.raises(aw.RatingError, match="9"):
            opened(path, ratings=pd.DataFrame({"client": ["a"], "session": [1], "alliance": [9]}))
        with pytest.raises(aw.RatingError, match="no client has 3 sessions"):
            opened(path, ratings=pd.DataFrame({"client": ["a"], "session": [1], "alliance": [4]}))
        with pytest.raises(aw.SimulationError):
            opened(path, seed=-1)
