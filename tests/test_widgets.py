"""Widgets without a page: traits are set and read, buttons are pressed by request."""

from __future__ import annotations

import errno
from pathlib import Path

import altair as alt
import ipywidgets as ipw
import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import MimeBundleFormatter
from traitlets import TraitError

import alliance_widgets as aw
from alliance_widgets import _bare_charts as bare_charts
from alliance_widgets.widgets.page import _cells as cells
from alliance_widgets.widgets.page import controls as make
from alliance_widgets.widgets.page import runtime
from alliance_widgets.words import say
from alliance_widgets.workfile import storage


@pytest.fixture
def noor() -> pd.DataFrame:
    return aw.load_data("single_cases").query("client == 'Noor' and session < 10")


@pytest.fixture
def book(noor: pd.DataFrame) -> aw.CaseBook:
    return aw.CaseBook(noor)


def press(form: aw.SessionRatingForm, kind: str) -> None:
    """What the page does when a button is pressed."""
    form._request = {"kind": kind, "count": form._answered + 1}


def enter(form: aw.SessionRatingForm, **typed: object) -> None:
    """What the page does while a hand moves rows, items and note."""
    form.set_state({"_typed": {"session": form.session, "change": form._heard + 1, **typed}})


def send(widget: object, press: dict, *buffers: bytes) -> None:
    """What the page does with a press: a message of its own."""
    widget._handle_custom_msg({"press": press}, [memoryview(each) for each in buffers])


def correct(grid: object, **what: object) -> None:
    """What the page does when a number in the table is corrected."""
    send(grid, {"kind": "correct", "count": grid._answered + 1, **what})


def rings(book: aw.CaseBook) -> list[tuple[int, float]]:
    """Where the line has a ring without a word: what the story's own rater said."""
    marks = book.chart.tables["marks"]
    told = marks[(marks["kind"] == "ring") & (marks["word"] == "")]
    return list(zip(told["session"], told["alliance"], strict=True))


def import_csv(book: aw.CaseBook, content: bytes) -> None:
    send(book.tools, {"file": "import", "count": book.tools._answered + 1}, content)


class TestChartView:
    def test_update_moves_tables_and_leaves_the_form(self, noor: pd.DataFrame) -> None:
        view = aw.ChartView(aw.charts.alliance_trajectory(noor))
        form, tables = view._form, view._tables
        view.update(ends=view.tables["ends"].assign(at=2.0))
        assert view._form is form
        assert view._tables["ends"]["columns"]["at"] == [2.0, 2.0]
        assert view._tables["ends"]["revision"] == tables["ends"]["revision"] + 1
        assert view._tables["ratings"] is tables["ratings"]

    def test_a_table_that_is_the_same_is_not_sent_again(self, noor: pd.DataFrame) -> None:
        view = aw.ChartView(aw.charts.alliance_trajectory(noor))
        before = view._tables
        view.update(**view.tables)
        assert view._tables == before

    def test_a_chart_of_the_same_form_with_other_data_is_painted_anew(
        self, noor: pd.DataFrame
    ) -> None:
        view = aw.ChartView(aw.charts.alliance_trajectory(noor))
        form, before = view._form, view._tables["ratings"]["revision"]
        view.chart = aw.charts.alliance_trajectory(noor.query("session < 9"))
        assert view._form == form
        assert view._tables["ratings"]["revision"] == before + 1

    def test_missing_values_and_times_become_plain_json(self) -> None:
        view = aw.ChartView()
        view.update(
            t=pd.DataFrame(
                {
                    "a": [1.5, float("nan")],
                    "b": pd.array([1, None], dtype="Int64"),
                    "c": pd.to_datetime(["2026-01-01", None]),
                    "d": pd.Categorical(["x", None]),
                }
            )
        )
        columns = view._tables["t"]["columns"]
        assert columns["a"] == [1.5, None]
        assert columns["b"] == [1, None]
        assert columns["d"] == ["x", None]
        assert columns["c"][0] == "2026-01-01"

    def test_it_reads_as_its_description(self, noor: pd.DataFrame) -> None:
        view = aw.ChartView(aw.charts.alliance_trajectory(noor))
        bundle = view._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        assert data["text/plain"] == view.description == aw.charts.describe(noor)

    def test_a_chart_of_somebody_else_and_an_empty_one_work_too(self) -> None:
        table = pd.DataFrame({"x": [1, 2]})
        view = aw.ChartView(alt.Chart(table).mark_point().encode(x="x"))
        assert [len(t) for t in view.tables.values()] == [2]
        assert "without a description" in view.description
        assert aw.ChartView().description == "An empty chart."

    def test_data_that_are_no_table_stay_in_the_form(self) -> None:
        chart = {"mark": "point", "datasets": {"csv": "a,b\n1,2", "t": [{"x": 1e-7}]}}
        view = aw.ChartView(chart)
        assert view._form["datasets"] == {"csv": "a,b\n1,2"}
        assert view._tables["t"]["columns"] == {"x": [1e-7]}
        with pytest.raises(Exception):  # noqa: B017, PT011
            view.update(t=object())
        assert list(view.tables) == ["t"]

    def test_all_views_of_a_kernel_share_one_runtime(self) -> None:
        first, second = aw.ChartView(), aw.SessionRatingForm()
        assert first._runtime == second._runtime
        assert first._runtime == runtime._Runtime.shared().model_id

    def test_a_page_that_lost_the_runtime_gets_a_new_copy(self) -> None:
        view = aw.ChartView()
        lost = view._runtime
        view._handle_custom_msg("runtime", [])
        assert view._runtime != lost
        assert aw.ChartView()._runtime == view._runtime
        assert view._runtime == runtime._Runtime.shared().model_id


class TestBareCharts:
    def test_a_bare_chart_is_drawn_by_the_kit(self) -> None:
        chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x")
        bundle = bare_charts._mimebundle(chart)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        assert "application/vnd.jupyter.widget-view+json" in data

    def test_altair_s_own_way_comes_back_with_one_line(self) -> None:
        chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x")
        with alt.renderers.enable("json"):
            data = bare_charts._mimebundle(chart)
        assert "widget-view" not in str(data.keys() if isinstance(data, dict) else data[0].keys())

    def test_ipython_is_told_by_name_without_loading_altair(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        formatter = MimeBundleFormatter()

        class Shell:
            class display_formatter:
                mimebundle_formatter = formatter

        monkeypatch.setattr("IPython.get_ipython", lambda: Shell)
        bare_charts.draw_bare_charts()
        assert formatter.lookup_by_type("altair.vegalite.v6.api.TopLevelMixin")
        chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x")
        assert formatter.lookup(chart) is bare_charts._mimebundle


class TestCells:
    def test_a_cell_run_again_closes_what_its_earlier_run_made(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = {"now": ("cell-a", 1)}
        monkeypatch.setattr(cells, "_running_cell", lambda: run["now"])
        first, second = aw.ChartView(), aw.ChartView()
        box = ipw.VBox([first, ipw.HBox([second])])
        run["now"] = ("cell-b", 2)
        other = aw.ChartView()
        run["now"] = ("cell-a", 3)
        again = aw.ChartView()
        assert ipw.Widget.get_manager_state()["state"]
        alive = [w.comm is not None for w in (first, second, other, again)]
        assert alive == [False, False, True, True]
        assert [len(each.children) for each in (box, box.children[0])] == [1, 0]


class TestSessionRatingForm:
    def test_nothing_is_rated_until_it_is_touched(self) -> None:
        form = aw.SessionRatingForm()
        assert form.value == {"goals": None, "tasks": None, "bond": None}

    def test_what_the_page_sends_arrives_and_what_is_set_is_shown(self) -> None:
        form = aw.SessionRatingForm()
        enter(form, value={"goals": 3, "tasks": None, "bond": 2.25})
        assert form.value == {"goals": 3.0, "tasks": None, "bond": 2.25}
        form.value = {"goals": 4.0, "tasks": 4.0, "bond": None}
        assert form._value == form.value

    @pytest.mark.parametrize("strange", [0.9, 5.1, "4", True, [], float("nan")])
    def test_what_is_not_on_the_scale_never_becomes_a_rating(self, strange: object) -> None:
        form = aw.SessionRatingForm()
        enter(form, value={"goals": strange, "tasks": 3, "nonsense": 3})
        assert form.value == {"goals": None, "tasks": 3.0, "bond": None}

    def test_a_program_that_assigns_what_is_off_the_scale_is_told(self) -> None:
        form = aw.SessionRatingForm()
        form.value = {"goals": np.float32(3), "bond": np.int64(4)}
        assert form.value == {"goals": 3.0, "tasks": None, "bond": 4.0}
        with pytest.raises(TraitError, match=r"goals=9: not a number from 1 to 5"):
            form.value = {"goals": 9}

    def test_unknown_rows_and_raters_are_named_together(self) -> None:
        with pytest.raises(aw.RatingError) as caught:
            aw.SessionRatingForm(rater="nurse", rows=("bond", "empathy"))
        assert len(caught.value.problems) == 2

    def test_legend_sentences_and_button_follow_session_and_rater(self) -> None:
        form = aw.SessionRatingForm(rater="therapist", session=4)
        assert form._legend == "Session 4, as the therapist"
        assert form._buttons[0]["label"] == "Save session 4"
        as_therapist = [row["sentence"] for row in form._rows]
        form.rater = "observer"
        assert form._legend == "Session 4, as the observer"
        assert as_therapist != [row["sentence"] for row in form._rows]

    def test_an_instrument_gives_range_and_step(self) -> None:
        row = aw.SessionRatingForm("wai_36")._rows[0]
        assert (row["low"], row["high"], row["step"]) == (1, 7, 0.25)

    def test_value_and_press_in_one_message_are_taken_in_order(self, book: aw.CaseBook) -> None:
        form, value = book.form, {"goals": 2.0, "tasks": 2.0, "bond": 2.0}
        for count in (1, 2):
            send(form, {"kind": "save", "count": count, "session": form.session, "value": value})
            assert set(form.value.values()) == set(form._value.values()) == {None}
        assert book.ratings["session"].max() == 11

    def test_a_press_is_answered_even_if_a_handler_fails(self) -> None:
        form = aw.SessionRatingForm(actions=("save", "undo"))
        heard: list[str] = []
        form.on_action(heard.append)
        press(form, "save")
        assert (heard, form._answered) == (["save"], 1)
        form.on_action(lambda _kind: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            press(form, "undo")
        assert form._answered == 2


class TestItems:
    def test_our_own_six_statements_give_the_rows(self) -> None:
        form = aw.SessionRatingForm()
        enter(form, items={"5": 4, "6": 5})
        assert form.value == {"goals": None, "tasks": None, "bond": 4.5}
        enter(form, items={**form.items, "3": 5, "4": 1})  # the fourth is turned round
        assert form.value["tasks"] == 5.0
        assert "counts the other way" in form._detail["items"][3]["label"]

    def test_half_of_a_pair_rates_nothing(self) -> None:
        form = aw.SessionRatingForm()
        enter(form, items={"1": 4})
        assert form.value["goals"] is None

    def test_a_row_moved_by_hand_lets_go_of_its_items(self) -> None:
        form = aw.SessionRatingForm()
        enter(form, items={"1": 4, "2": 4, "5": 2, "6": 2})
        enter(form, value={**form.value, "goals": 1.25})
        assert form.value["goals"] == 1.25
        assert {n for n, value in form.items.items() if value is not None} == {"5", "6"}

    def test_a_licensed_instrument_shows_numbers_and_its_note(self) -> None:
        form = aw.SessionRatingForm("wai_s")
        assert form._detail["items"][11]["label"] == "Item 12: read from your own licensed copy"
        assert "use needs permission" in form._detail["note"]
        enter(form, items={"4": 1, "6": 7, "10": 1, "11": 7})  # 4 and 10 are reversed
        assert form.value["goals"] == 7.0

    def test_one_item_in_four_may_be_missing(self) -> None:
        form = aw.SessionRatingForm("wai_sr")
        enter(form, items={"3": 4, "5": 4, "7": 5})
        assert form.value["bond"] == pytest.approx(13 / 3, abs=1e-4)

    def test_a_form_by_itself_keeps_what_was_saved(self) -> None:
        form = aw.SessionRatingForm(session=4)
        form.value = {"goals": 3.0, "tasks": None, "bond": 4.0}
        press(form, "save")
        assert form.saved == {"goals": 3.0, "tasks": None, "bond": 4.0}
        assert "Session 4 is rated" in form.message


class TestControls:
    def made(self) -> make.Controls:
        items = [
            make.choice("fruit", "Fruit", [("a", "Apple"), ("b", "Berry", "More")]),
            make.check("ripe", "Ripe"),
            make.slider("size", "Size", 0, 10, 1),
            make.button("eat", "Eat"),
            make.file("load", "Load", ".csv"),
        ]
        return make.Controls(items, "Fruit", fruit="a", ripe=False, size=3)

    def test_what_the_page_says_is_taken_where_it_fits(self) -> None:
        controls = self.made()
        controls._values = {"fruit": "b", "ripe": True, "size": 7}
        assert controls.values == {"fruit": "b", "ripe": True, "size": 7}
        controls._values = {"fruit": "<b>", "ripe": 1, "size": 11, "nonsense": 1}
        assert controls.values == {"fruit": "b", "ripe": True, "size": 7}

    def test_a_press_and_a_file_reach_their_handlers_and_faults_become_words(self) -> None:
        controls, heard = self.made(), []
        controls.on_press(heard.append)
        controls.on_file(lambda name, content: heard.append((name, content)))
        controls._request = {"name": "eat", "count": 1}
        controls._request = {"name": "nonsense", "count": 2}
        send(controls, {"file": "load", "count": 3}, b"x")
        send(controls, {"file": "eat", "count": 4}, b"x")
        assert heard == ["eat", ("load", b"x")]
        assert (controls._answered, controls._taken) == (4, False)

        def refuse(_name: str) -> None:
            raise aw.RatingError(["a sentence"])

        controls.on_press(refuse)
        controls._request = {"name": "eat", "count": 5}
        assert "a sentence" in controls.message
        assert controls._answered == 5


class TestCaseBook:
    def test_sessions_are_there_again_in_the_next_kernel(self, noor: pd.DataFrame) -> None:
        book = aw.CaseBook(noor)
        book.form.value = {"goals": 2.0, "tasks": 3.0, "bond": 2.5}
        press(book.form, "save")
        again = aw.CaseBook(noor, aw.WorkFile(book.desk.work.path))
        assert again.form.session == 11
        assert again.ratings.equals(book.ratings)
        assert again.flags["session"].tolist() == [10]

    def test_a_draft_is_there_again_and_is_no_rating(self, noor: pd.DataFrame) -> None:
        book = aw.CaseBook(noor)
        enter(book.form, value={"goals": 2.0, "tasks": None, "bond": None})
        book.form._rested += 1
        again = aw.CaseBook(noor, aw.WorkFile(book.desk.work.path))
        assert again.form.value["goals"] == 2.0
        assert "half done" in again.form.message
        assert len(again.ratings) == len(noor)
        press(again.form, "save")
        press(again.form, "blank")
        assert aw.WorkFile(book.desk.work.path).entries("draft") == {}

    def test_a_note_is_kept_with_its_session_and_warns_of_what_tells_who_somebody_is(
        self, book: aw.CaseBook
    ) -> None:
        book.form.value = {"goals": 4.0, "tasks": 4.0, "bond": 4.0}
        book.form.note = "=1+1 She came late, call 030 1234567"
        assert "a telephone number" in book.form._note_warning
        book.form._rested += 1
        press(book.form, "save")
        assert (book.form.note, book.form._note_warning) == ("", "")
        assert book.ratings.query("session == 10")["note"].tolist() == [
            "=1+1 She came late, call 030 1234567"
        ]
        assert "'=1+1" in book.desk.work.to_csv()
        book.grid._request = {
            **{"kind": "correct", "session": 10, "name": "bond", "value": 3.0, "count": 1}
        }
        assert book.ratings.query("session == 10")["note"].notna().all()
        press(book.form, "undo")
        press(book.form, "undo")
        assert book.form.note.startswith("=1+1")

    def test_a_correction_in_the_table_moves_the_line(self, book: aw.CaseBook) -> None:
        book.form.value = {"goals": 4.0, "tasks": 4.0, "bond": 4.0}
        press(book.form, "save")
        book.grid._request = {
            **{"kind": "correct", "session": 10, "name": "bond", "value": 1.0, "count": 1}
        }
        assert book.ratings.query("session == 10")["alliance"].tolist() == [3.0]
        assert book.flags["session"].tolist() == [10]
        book.grid._request = {
            **{"kind": "correct", "session": 9, "name": "bond", "value": 1.0, "count": 2}
        }
        assert book.ratings.query("session == 9 and rater == 'client'")["bond"].tolist() == [4.0]
        book.grid._request = {"kind": "remove", "session": 10, "count": 3}
        assert book.form.session == 10
        press(book.form, "undo")
        assert book.ratings.query("session == 10")["alliance"].tolist() == [3.0]

    def test_a_correction_leaves_alone_what_else_was_recorded_with_the_session(
        self, book: aw.CaseBook
    ) -> None:
        book.form.items = {str(n): 4.0 for n in range(1, 7)}
        scored = book.form.value
        book.form.note = "She came late."
        press(book.form, "save")
        correct(book.grid, session=10, name="bond", value=2.0)
        row = book.ratings.query("session == 10").iloc[0]
        assert row[["goals", "tasks", "bond"]].tolist() == [scored["goals"], scored["tasks"], 2.0]
        assert row[["item_1", "item_2", "item_3", "item_4"]].tolist() == [4.0] * 4
        assert row.reindex(["item_5", "item_6"]).isna().all()  # they say otherwise than the row now
        assert row["note"] == "She came late."

    def test_a_correction_keeps_columns_that_no_form_knows(self) -> None:
        book = aw.CaseBook()
        import_csv(book, b"client,session,goals,tasks,bond,mood\nx,1,3,4,4,calm\n")
        correct(book.grid, session=1, name="goals", value=5.0)
        assert book.ratings[["goals", "mood"]].to_numpy().tolist() == [[5.0, "calm"]]
        press(book.form, "undo")
        press(book.form, "undo")
        press(book.form, "save")
        assert book.ratings[["goals", "mood"]].to_numpy().tolist() == [[3.0, "calm"]]

    def test_a_row_that_is_not_in_the_form_outlives_a_correction(self) -> None:
        book = aw.CaseBook(rows=("bond",))
        import_csv(book, b"client,session,goals,tasks,bond\nx,1,3,4,5\n")
        correct(book.grid, session=1, name="bond", value=2.0)
        assert book.ratings[["goals", "tasks", "bond", "alliance"]].to_numpy().tolist() == [
            [3.0, 4.0, 2.0, 3.0]
        ]

    def test_clearing_an_empty_box_does_not_take_an_alliance_that_stands_alone(self) -> None:
        book = aw.CaseBook()
        import_csv(book, b"client,session,alliance\nx,1,4.2\n")
        correct(book.grid, session=1, name="bond", value=None)
        assert book.ratings["alliance"].tolist() == [4.2]

    def test_the_story_is_told_only_after_the_hour_was_rated(self) -> None:
        book = aw.CaseBook.of_story("Noor")
        assert book.ratings["session"].max() == 9
        assert "sister" in book.form.story
        told = "In the story Noor rated it 2.7 (the ring) and the therapist rated it 4.3."
        state = str([w.get_state() for w in (book.chart, book.form, book.grid, book.controls)])
        assert "4.333" not in state
        assert "2.667" not in state
        book.form.value = {"goals": 3.0, "tasks": 3.0, "bond": 3.0}
        assert rings(book) == []
        press(book.form, "save")
        assert book.form.story == f"{told} {say('casebook.story_over')}"
        assert rings(book) == [(10, pytest.approx(2.667, abs=0.001))]
        ringed = say("describe.told", session=10, value="2.7")
        assert ringed in book.chart.description
        # The press has said it: the chart does not call it out once more.
        assert book.chart._aside[-1] == ringed
        assert all(each in book.chart.description for each in book.chart._aside)
        press(book.form, "undo")  # it stands in the form again: the ring would be in its way
        assert rings(book) == []

    def test_the_ring_is_of_the_chair_that_rates(self) -> None:
        book = aw.CaseBook.of_story("Noor", rater="therapist")
        while not book.form.finished:
            book.form.value = {"goals": 3.0, "tasks": 3.0, "bond": 3.0}
            press(book.form, "save")
        assert rings(book) == [(10, pytest.approx(4.333, abs=0.001))]
        assert "the therapist rated it 4.3 (the ring)" in book.form.story

    def test_what_an_hour_in_the_middle_was_rated_is_said_of_its_save(self) -> None:
        two = pd.DataFrame({"client": "x", "session": [1, 2], "hour": ["one", "two"]})
        told = pd.DataFrame(
            {"client": "x", "session": [1, 2], "rater": "client", "alliance": [2.5, 4.0]}
        )
        book = aw.CaseBook(client="x", study="two hours", hours=two, told_after=told)
        assert book.form.message == ""
        book.form.value = {"goals": 3.0, "tasks": 3.0, "bond": 3.0}
        press(book.form, "save")
        story = "In the story x rated it 2.5 (the ring)."
        assert book.form.message == f"{say('casebook.saved', session=1)} {story}"
        assert rings(book) == [(1, 2.5)]
        again = aw.CaseBook(client="x", study="two hours", hours=two, told_after=told)
        assert again.form.message == story

    def test_after_the_last_hour_nothing_is_saved_and_undo_opens_it_again(self) -> None:
        book = aw.CaseBook.of_story("Noor")
        form, whole = book.form, {"goals": 4.0, "tasks": 4.0, "bond": 4.0}
        form.value = whole
        press(form, "save")
        last = form.session - 1
        assert form.finished
        assert [each["kind"] for each in form._buttons] == ["undo"]
        form.value = whole
        press(form, "save")
        assert book.ratings["session"].max() == last
        form.clear()
        press(form, "undo")
        assert (form.session, form.finished) == (last, False)
        assert [each["kind"] for each in form._buttons] == ["save", "undo", "skip"]

    def test_the_future_is_hidden_while_somebody_else_rates(self, noor: pd.DataFrame) -> None:
        book = aw.CaseBook(noor, rater="observer")
        assert book.chart.tables["ratings"]["session"].max() == 1
        book.hide_future = False
        assert book.chart.tables["ratings"]["session"].max() == 9

    def test_a_book_to_look_at_has_no_form_and_no_file(self, own_work_folder: Path) -> None:
        book = aw.CaseBook(aw.load_data("single_cases"), read_only=True)
        assert book.desk is None
        assert book.form not in book.children
        book.controls.values = {**book.controls.values, "rule": "imr_chart", "client": "Ama"}
        assert book.flags["session"].tolist() == [9, 10]
        assert not own_work_folder.exists()

    def test_a_rule_with_own_settings_stands_first_in_the_picker(self, noor: pd.DataFrame) -> None:
        book = aw.CaseBook(noor, rule=aw.rules.PointDrop(points=0.5))
        picker = next(item for item in book.controls.items if item["name"] == "rule")
        assert picker["options"][0]["label"] == "Drop in points (your settings)"
        assert book.controls.values["rule"] == "own"
        book.controls.values = {**book.controls.values, "rule": "none"}
        assert book.rule is None
        assert book.flags is None

    def test_the_picker_offers_four_rules_that_differ_in_kind_and_folds_the_rest(
        self, noor: pd.DataFrame
    ) -> None:
        book = aw.CaseBook(noor)
        picker = next(item for item in book.controls.items if item["name"] == "rule")
        unfolded = [option["value"] for option in picker["options"] if not option.get("group")]
        assert unfolded == ["drop_sd", "reliable_drop", "imr_chart", "sudden_drop"]
        offered = {option["value"] for option in picker["options"]}
        assert offered == {*aw.rules.rule_names(), "none"}

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("sudden_drop", aw.rules.SuddenDrop(cutoff=0.7, floor=1)),
            ("below_cutoff", aw.rules.BelowCutoff(cutoff=3)),
        ],
    )
    def test_a_rule_without_default_settings_is_picked_with_a_preset(
        self, noor: pd.DataFrame, name: str, rule: aw.rules.Rule
    ) -> None:
        book = aw.CaseBook(noor, hide_future=False)
        book.controls.values = {**book.controls.values, "rule": name}
        assert book.rule == rule
        assert book.controls.values["rule"] == name
        assert book.controls.note == rule.explanation
        assert f"{rule.title} rule" in book.chart.description
        pd.testing.assert_frame_equal(book.flags, aw.flag_sessions(book.ratings, rule))

    def test_an_unknown_story_is_named_with_those_there_are(self) -> None:
        with pytest.raises(aw.AllianceError, match="There are stories of: Noor"):
            aw.CaseBook.of_story("Nobody")

    def test_a_slider_moves_the_last_point_and_the_sentence(self, book: aw.CaseBook) -> None:
        book.form.value = {"goals": None, "tasks": None, "bond": 2.0}
        points = book.chart.tables["ratings"]
        drafted = points[points["draft"]]
        assert drafted[["session", "alliance"]].values.tolist() == [[10, 2.0]]
        assert book.chart.headline.startswith("Session 10, 1 of 3 rated: 1.83 lower")
        # Whether the record ends with it is asked of a session that is saved, and not before.
        marks = book.chart.tables["marks"]
        assert marks[["session", "kind"]].values.tolist() == [[10, "rupture"]]
        assert len(book.ratings) == 18
        book.form.value = dict.fromkeys(("goals", "tasks", "bond"), 2.0)
        assert book.chart.headline.startswith("Session 10: 1.83 lower")

    def test_save_puts_the_session_on_the_line_and_undo_takes_it_back(
        self, book: aw.CaseBook
    ) -> None:
        book.form.value = {"goals": 2.0, "tasks": 3.0, "bond": 2.5}
        press(book.form, "save")
        saved = book.ratings.query("session == 10")
        assert saved[["goals", "tasks", "bond", "alliance"]].values.tolist() == [[2, 3, 2.5, 2.5]]
        assert book.flags["session"].tolist() == [10]
        assert book.form.session == 11
        assert set(book.form.value.values()) == {None}
        press(book.form, "undo")
        assert book.form.session == 10
        assert book.form.value == {"goals": 2.0, "tasks": 3.0, "bond": 2.5}
        assert len(book.ratings) == 18
        assert book.flags.empty
        press(book.form, "undo")
        assert "Nothing to undo" in book.form.message
        notices = " ".join(book.entry.desk.work.notices)
        assert "nothing to undo" not in notices  # every part on the page would say it too

    def test_blanks_are_saved_by_a_button_that_names_them_alone(self, book: aw.CaseBook) -> None:
        press(book.form, "save")
        assert "Nothing is rated yet" in book.form.message
        assert book.form.offer == ""
        book.form.value = {"goals": None, "tasks": 3.0, "bond": 4.0}
        for _ in range(3):  # as often as one likes: the same press never leaves anything blank
            press(book.form, "save")
            assert "Goals: not rated yet" in book.form.message
            assert book.form.offer == "Save with Goals left blank"
            assert len(book.ratings) == 18
        press(book.form, "blank")
        saved = book.ratings.query("session == 10").iloc[0]
        assert pd.isna(saved["goals"])
        assert saved["alliance"] == 3.5
        assert book.form.offer == ""
        assert book.form.session == 11

    def test_only_the_rows_that_were_asked_about_are_left_blank(self, book: aw.CaseBook) -> None:
        book.form.value = {"goals": None, "tasks": 3.0, "bond": 4.0}
        press(book.form, "blank")  # nobody has asked yet
        assert book.form.offer == "Save with Goals left blank"
        book.form.value = {"goals": None, "tasks": 3.0, "bond": None}
        assert book.form.offer == ""
        press(book.form, "blank")
        assert book.form.offer == "Save with Goals and Bond left blank"
        assert len(book.ratings) == 18
        book.form.value = {"goals": 2.0, "tasks": 3.0, "bond": 4.0}
        press(book.form, "blank")  # all of them are rated meanwhile: nothing is left to ask
        assert book.ratings.query("session == 10")["goals"].tolist() == [2.0]

    def test_undo_never_throws_away_what_stands_in_the_form(self, book: aw.CaseBook) -> None:
        book.form.value = {"goals": 2.0, "tasks": 3.0, "bond": 2.5}
        press(book.form, "save")
        book.form.value = {"goals": 4.0, "tasks": None, "bond": None}
        press(book.form, "undo")
        assert "Session 11 stands in the form, not saved yet" in book.form.message
        assert book.form.value["goals"] == 4.0

    def test_saving_never_shows_a_fault_on_the_way(self, book: aw.CaseBook) -> None:
        seen: list[str] = []
        book.chart.observe(lambda change: seen.append(change["new"]), "message")
        book.form.value = {"goals": 2.0, "tasks": 3.0, "bond": 2.5}
        press(book.form, "save")
        press(book.form, "undo")
        assert seen == []

    def test_a_rule_can_be_chosen_from_the_start(self, noor: pd.DataFrame) -> None:
        book = aw.CaseBook(noor, rule="imr_chart")
        assert "control chart rule" in book.chart.description
        assert aw.CaseBook(noor, rule=None).flags is None

    def test_ratings_of_an_instrument_keep_it_and_its_scale(self, noor: pd.DataFrame) -> None:
        book = aw.CaseBook(noor.assign(instrument="wai_36"), rule="imr_chart")
        assert book.form._rows[0]["high"] == 7
        book.form.value = {"goals": 6.0, "tasks": 6.0, "bond": 6.0}
        press(book.form, "save")
        assert set(book.ratings["instrument"]) == {"wai_36"}
        assert "Choose a rule" in aw.CaseBook(noor.assign(instrument="wai_36")).chart.message

    def test_a_new_rater_starts_with_the_first_session(self, noor: pd.DataFrame) -> None:
        book = aw.CaseBook(noor, rater="observer")
        assert book.form.session == 1
        book.form.value = {"goals": 3.0, "tasks": 3.0, "bond": 3.0}
        points = book.chart.tables["ratings"]
        assert points.loc[points["draft"], "rater"].tolist() == ["observer"]

    def test_its_plain_text_is_the_whole_description(self, book: aw.CaseBook) -> None:
        bundle = book._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        assert data["text/plain"] == book.chart.description
        assert len(data["text/plain"]) > 110

    def test_another_rule_judges_at_once(self, book: aw.CaseBook) -> None:
        book.form.value = {"goals": 2.0, "tasks": 2.0, "bond": 2.0}
        book.rule = "imr_chart"
        assert "control chart rule" in book.chart.description

    def test_a_rule_that_cannot_judge_is_said_in_place_of_the_chart(
        self, noor: pd.DataFrame
    ) -> None:
        book = aw.CaseBook(noor)
        book.rule = "nonsense"
        assert "There is no rule 'nonsense'" in book.chart.message
        assert (book.chart.headline, book.chart.description, book.flags) == ("", "", None)
        book.rule = "point_drop"
        assert book.chart.message == ""

    @pytest.mark.parametrize(
        ("raters", "said"),
        [
            (
                {"therapist": 3.33, "client": 4.0},
                "Session 1: the client rated 4.00 and the therapist rated 3.33, 0.67 points apart.",
            ),
            ({"client": 4.0}, "Session 1: The first rating: there is no earlier one to compare it"),
        ],
    )
    def test_a_first_session_on_two_lines_says_how_far_apart(
        self, raters: dict[str, float], said: str
    ) -> None:
        rows = [("x", 1, rater, value) for rater, value in raters.items()]
        table = pd.DataFrame(rows, columns=["client", "session", "rater", "alliance"])
        assert aw.CaseBook(table).chart.headline.startswith(said)

    def test_several_clients_are_several_cases(self) -> None:
        book = aw.CaseBook(aw.load_data("single_cases"))
        clients = [option["value"] for option in book.controls.items[0]["options"]]
        assert clients == aw.load_data("single_cases")["client"].unique().tolist()
        book.client = clients[1]
        assert set(book.chart.tables["ratings"]["client"]) == {clients[1]}


class TestKeptWhileSkippedOrUnsaved:
    def test_a_book_made_anew_goes_on_as_the_rater_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "work.json"
        book, beside = aw.CaseBook(work=path), aw.CaseBook(work=path)
        book.rater = "therapist"
        book.form.fill({"goals": 2.0, "tasks": None, "bond": None})
        book.entry.keep_draft()
        beside._take_in()
        assert beside.rater == "client"  # what one notebook rates as turns no other
        again = aw.CaseBook(work=path)
        assert (again.rater, again.form.value["goals"]) == ("therapist", 2.0)

    def test_skip_keeps_what_was_entered_and_undo_brings_it_back(self, book: aw.CaseBook) -> None:
        book.form.fill({"goals": 2.0, "tasks": None, "bond": 4.0}, note="late again")
        press(book.form, "skip")
        assert "kept as a draft; Undo brings it back" in book.form.message
        assert (book.form.session, book.form.note) == (11, "")
        press(book.form, "undo")
        assert (book.form.session, book.form.note) == (10, "late again")
        assert book.form.value == {"goals": 2.0, "tasks": None, "bond": 4.0}
        assert "with what you had entered" in book.form.message
        press(book.form, "skip")
        press(book.form, "undo")  # what was brought back is no hindrance to another undo
        assert book.form.value["goals"] == 2.0

    def test_skip_of_an_empty_session_says_nothing_of_a_draft(self, book: aw.CaseBook) -> None:
        press(book.form, "skip")
        assert "draft" not in book.form.message
        press(book.form, "undo")
        assert "as it was before" in book.form.message

    def test_what_is_on_the_line_and_not_on_the_disk_is_not_called_saved(
        self, book: aw.CaseBook, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_given: object) -> None:
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(storage.Storage, "replace", refuse)
        book.form.value = {"goals": 4.0, "tasks": 4.0, "bond": 4.0}
        press(book.form, "save")
        assert book.form.message == say(
            "casebook.not_in_file", done=say("casebook.saved", session=10)
        )
        assert "The disk is full" in book.desk.message
        press(book.form, "skip")
        assert book.form.message.endswith("It is not in the work file.")
        assert "is skipped" in book.form.message

    def test_session_story_and_values_of_an_hour_reach_the_page_in_one_message(self) -> None:
        book = aw.CaseBook.of_story("Noor")
        form = book.form
        sent: list[dict[str, object]] = []
        form._send = lambda message, **_buffers: sent.append(message)
        form.value = {"goals": 4.0, "tasks": 4.0, "bond": 4.0}
        for kind in ("save", "undo"):
            sent.clear()
            press(form, kind)
            states = [each["state"] for each in sent if each["method"] == "update"]
            [told] = [state for state in states if "story" in state]
            assert told["session"] == form.session
            assert told["story"] == form.story
            assert told["_legend"] == form._legend

    def test_items_and_rows_that_come_in_one_message_are_all_taken(self) -> None:
        form = aw.SessionRatingForm()
        rows = {"goals": 2, "tasks": 3, "bond": None}
        enter(form, value=rows, items={"5": 4, "6": 5})
        assert form.value == {"goals": 2.0, "tasks": 3.0, "bond": 4.5}

    def test_a_book_made_twenty_times_leaves_nothing_behind(
        self, noor: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run, alive = {"now": ("book", 0)}, []
        monkeypatch.setattr(cells, "_running_cell", lambda: run["now"])
        for count in range(1, 21):
            run["now"] = ("book", count)
            aw.CaseBook(noor)
            alive.append(len(ipw.Widget.widgets))
        assert alive[2] == alive[-1]
