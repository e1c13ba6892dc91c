"""The vignettes: sound in form, humane in words, and with ratings that do what is said of them."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import alliance_widgets as aw
from alliance_widgets.dialogues import Marker, Vignette
from alliance_widgets.tables.datasets import travelling_folder

FILES = ["markers", "vignettes", "vignette_turns", "vignette_codings", "vignette_strategies"]
FILES += ["vignette_replies", "vignette_ratings"]
MARKERS = {marker.name: marker for marker in aw.markers()}
VIGNETTES = aw.vignettes()
each = pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette.id)
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"


def texts(vignette: Vignette) -> list[str]:
    return [
        *(turn.text for turn in vignette.turns),
        *(coding.feedback for coding in vignette.codings.values()),
        *(advice.why for advice in vignette.advice),
        *(text for r in vignette.replies for text in (r.therapist, r.client, r.may_cost)),
        *(vignette.title, vignette.setting, vignette.rating_note),
    ]


EVERY_TEXT = [text for vignette in VIGNETTES for text in texts(vignette)]
EVERY_TEXT += [text for m in MARKERS.values() for text in (m.title, m.sign, m.example)]


def change_at(vignette: Vignette, session: int) -> float:
    ratings = vignette.ratings
    rated = ratings[ratings["rater"] == "client"].set_index("session")["alliance"]
    return rated[session] - rated[session - 1]


def flagged(vignette: Vignette, rater: str = "client") -> list[int]:
    return list(aw.flag_sessions(vignette.ratings, "reliable_drop", rater=rater)["session"])


def test_there_are_eight_with_both_families_and_both_ways_it_may_go() -> None:
    assert len(VIGNETTES) == 8
    families = [vignette.family for vignette in VIGNETTES]
    assert families.count("withdrawal") >= 3
    assert families.count("confrontation") >= 3
    for family in ("withdrawal", "confrontation"):
        repairs = {v.therapist_repairs for v in VIGNETTES if v.family == family}
        assert repairs == {True, False}
    assert sum(vignette.therapist_repairs for vignette in VIGNETTES) == 4


def test_names_titles_markers_and_lengths_of_talk_vary() -> None:
    for name in ("id", "client", "title", "marker", "setting"):
        assert len({getattr(vignette, name) for vignette in VIGNETTES}) == 8
    assert len({vignette.client[0] for vignette in VIGNETTES}) >= 7
    assert len({len(vignette.turns) for vignette in VIGNETTES}) >= 3
    others = set(aw.load_data("single_cases")["client"])
    assert not others & {vignette.client for vignette in VIGNETTES}


def test_at_least_three_turn_on_difference_and_not_all_do() -> None:
    differences = [v.difference for v in VIGNETTES if v.turns_on_difference]
    assert len(set(differences)) == len(differences) >= 3
    assert len(differences) < len(VIGNETTES)


def test_once_it_is_the_therapist_who_belongs_to_a_minority() -> None:
    hour = next(vignette for vignette in VIGNETTES if vignette.difference == "origin")
    assert "his parents came from" in hour.setting
    slight = hour.turns[hour.onset - 1]
    assert (slight.speaker, "where you come from" in slight.text) == ("client", True)
    own = next(reply for reply in hour.replies if reply.strategy == "own_your_part")
    assert "stung" in own.therapist
    assert "uncalled for" in own.client
    assert "for him to decide" in next(a.why for a in hour.advice if a.strategy == own.strategy)


def test_nobody_is_said_to_know_more_than_the_interval() -> None:
    for vignette in VIGNETTES:
        assert "at most" not in vignette.nobody_knows
        assert "from a little harm to a good effect" in vignette.nobody_knows


@each
def test_turns_are_8_to_12_and_alternate(vignette: Vignette) -> None:
    assert 8 <= len(vignette.turns) <= 12
    assert [turn.number for turn in vignette.turns] == list(range(1, len(vignette.turns) + 1))
    assert all(one.speaker != other.speaker for one, other in pairwise(vignette.turns))
    assert {turn.speaker for turn in vignette.turns} == {"client", "therapist"}


@each
def test_one_marker_begins_at_a_turn_of_the_client_after_some_talk(vignette: Vignette) -> None:
    onset, pause = vignette.turns[vignette.onset - 1], vignette.turns[vignette.pause - 1]
    assert (onset.speaker, pause.speaker) == ("client", "client")
    assert 3 <= vignette.onset <= vignette.pause < len(vignette.turns)
    own = [coding for coding in vignette.codings.values() if coding.verdict == "marker"]
    assert [coding.marker for coding in own] == [vignette.marker]
    assert f"turn {vignette.onset}" in own[0].feedback
    assert vignette.family == MARKERS[vignette.marker].family


@each
def test_every_marker_a_reader_may_choose_is_answered(vignette: Vignette) -> None:
    choices = {name for name, marker in MARKERS.items() if marker.family != "resolution"}
    assert set(vignette.codings) == choices
    for name, coding in vignette.codings.items():
        assert coding.marker == name
        same_family = MARKERS[name].family == vignette.family
        if coding.verdict in ("family", "other_family"):
            assert (coding.verdict == "family") == same_family
    verdicts = {coding.verdict for coding in vignette.codings.values()}
    assert verdicts == {"marker", "also", "family", "other_family"}


@each
def test_turns_that_feedback_speaks_of_are_there(vignette: Vignette) -> None:
    told = [coding.feedback for coding in vignette.codings.values()]
    told += [advice.why for advice in vignette.advice]
    numbers = {int(number) for number in re.findall(r"turn (\d+)", " ".join(told))}
    assert numbers
    assert numbers <= {turn.number for turn in vignette.turns}


@each
def test_words_that_feedback_quotes_are_said_in_the_talk(vignette: Vignette) -> None:
    talk = " ".join(turn.text for turn in vignette.turns)
    for coding in vignette.codings.values():
        for quoted in re.findall("“([^”]+)”", coding.feedback):
            assert quoted.rstrip(",.?").lower() in talk.lower()


@each
def test_every_strategy_is_known_and_one_of_them_is_best(vignette: Vignette) -> None:
    known = {marker.name for marker in aw.markers("resolution")}
    standings = [advice.standing for advice in vignette.advice]
    assert standings.count("best") == 1
    assert standings.count("plausible") >= 2
    assert {advice.strategy for advice in vignette.advice} <= known
    assert all("opinion" in advice.basis for advice in vignette.advice)
    assert {reply.strategy for reply in vignette.replies} == {"clarify", "explore", "own_your_part"}
    assert {reply.strategy for reply in vignette.replies} <= known


def test_every_reply_has_a_price_of_its_own() -> None:
    costs = [reply.may_cost for vignette in VIGNETTES for reply in vignette.replies]
    assert len(set(costs)) == 3 * len(VIGNETTES)
    assert all(40 <= len(cost) <= 180 for cost in costs)
    assert not [cost for cost in costs if re.search(r"\b(best|better)\b", cost)]


def test_no_strategy_is_best_everywhere() -> None:
    best = {a.strategy for v in VIGNETTES for a in v.advice if a.standing == "best"}
    assert len(best) >= 3


@each
def test_the_note_gives_the_interval_and_names_no_winner(vignette: Vignette) -> None:
    assert re.search(r"r = \.11, 95 % interval −\.09 to \.30", vignette.nobody_knows)


@each
def test_the_ratings_are_a_course_of_6_to_12_sessions_in_quarter_steps(vignette: Vignette) -> None:
    ratings = aw.check_ratings(vignette.ratings)
    assert set(ratings["client"]) == {vignette.client}
    for _rater, rows in ratings.groupby("rater"):
        assert 6 <= len(rows) <= 12
        assert list(rows["session"]) == list(range(1, len(rows) + 1))
    parts = ratings[["goals", "tasks", "bond"]]
    assert ((parts * 4) % 1 == 0).all(axis=None)
    assert (parts.mean(axis=1) - ratings["alliance"]).abs().max() < 0.001
    assert 2 <= vignette.session < ratings["session"].max()


@each
def test_the_setting_names_the_session_that_it_is(vignette: Vignette) -> None:
    named = [word for word in ORDINALS.split() if re.search(rf"\b{word} hour", vignette.setting)]
    assert named == [ORDINALS.split()[vignette.session - 1]]


@each
def test_the_rating_does_what_is_said_of_it(vignette: Vignette) -> None:
    expected = {
        "nothing": [],
        "drop": [vignette.session],
        "later_drop": [vignette.session + 1],
    }
    assert flagged(vignette) == expected[vignette.rating_shows]
    if vignette.rating_shows != "drop":
        assert abs(change_at(vignette, vignette.session)) <= 0.25
    if vignette.rating_shows == "later_drop":
        assert change_at(vignette, vignette.session + 1) < -0.70


def test_half_show_nothing_and_one_shows_a_session_late() -> None:
    shows = [vignette.rating_shows for vignette in VIGNETTES]
    counts = {name: shows.count(name) for name in ("nothing", "drop", "later_drop")}
    assert counts == {"nothing": 4, "drop": 3, "later_drop": 1}


def test_neither_family_nor_repair_tells_what_the_rating_does() -> None:
    for family in ("withdrawal", "confrontation"):
        assert {"nothing", "drop"} <= {v.rating_shows for v in VIGNETTES if v.family == family}
    for repairs in (True, False):
        shows = {v.rating_shows for v in VIGNETTES if v.therapist_repairs is repairs}
        assert {"nothing", "drop"} <= shows


def test_what_the_notes_say_of_the_ratings_holds() -> None:
    by_id = {vignette.id: vignette for vignette in VIGNETTES}
    for name in ("weekend", "market", "letter"):
        assert change_at(by_id[name], by_id[name].session) == 0
    episodes = aw.find_ruptures(aw.load_data("vignette_ratings"), "reliable_drop")
    found = episodes.set_index("client")[["onset", "repair_session", "status"]]
    assert found["status"].to_dict() == {
        "Beatriz": "open",
        "Ingrid": "unrepaired",
        "Kwame": "open",
        "Marek": "repaired",
    }
    assert found.loc["Marek", "repair_session"] == by_id["sunday"].session + 1
    assert flagged(by_id["sunday"], "therapist") == [4]
    assert flagged(by_id["two_stops"], "therapist") == [9]
    assert flagged(by_id["front_door"], "therapist") == []
    assert -1 < change_at(by_id["front_door"], 5) < -0.9
    assert by_id["front_door"].ratings["session"].max() == 7
    for name, part in (("front_door", "bond"), ("five_breaths", "tasks")):
        hour = by_id[name].session
        rows = by_id[name].ratings.query("rater == 'client'").set_index("session")
        falls = rows.loc[hour, ["goals", "tasks", "bond"]] - rows.loc[hour - 1]
        assert falls[["goals", "tasks", "bond"]].astype(float).idxmin() == part


def test_some_therapists_rate_too() -> None:
    raters = [set(vignette.ratings["rater"]) for vignette in VIGNETTES]
    assert 0 < sum("therapist" in there for there in raters) < len(VIGNETTES)
    assert all("client" in there for there in raters)


def test_no_text_speaks_of_suicide_or_self_harm() -> None:
    words = r"suicid|kill|\bdie|\bdying|\bdead|death|harm|overdos|\bcut (my|him|her)"
    words += r"|hang(ed|ing) (my|him|her)|end it all|not be here|better off without"
    assert [text for text in EVERY_TEXT if re.search(words, text.lower())] == []


def test_no_text_has_the_form_of_a_questionnaire_item() -> None:
    form = r"\bmy therapist\b|\btherapist and i\b"
    form += r"|\bi (feel|believe|am confident) (that )?(my|the|he|she|we)\b"
    assert [text for text in EVERY_TEXT if re.search(form, text.lower())] == []


def test_no_text_is_longer_than_one_reads_in_a_breath_or_blank_or_untidy() -> None:
    for text in EVERY_TEXT:
        assert 2 <= len(text) <= 260, text
        assert text == " ".join(text.split())
        assert '"' not in text
    assert max(len(turn.text) for v in VIGNETTES for turn in v.turns) <= 210


def test_turns_are_uneven_as_talk_is() -> None:
    for vignette in VIGNETTES:
        words = [len(turn.text.split()) for turn in vignette.turns]
        assert max(words) >= 3 * min(words)


def test_every_marker_of_the_list_is_there_and_none_is_called_verified() -> None:
    counts = {f: len(aw.markers(f)) for f in ("withdrawal", "confrontation", "resolution")}
    assert counts == {"withdrawal": 7, "confrontation": 7, "resolution": 10}
    assert all(isinstance(marker, Marker) and not marker.verified for marker in aw.markers())
    assert "could not check" in MARKERS["denial"].source
    for field in ("title", "sign", "example"):
        assert len({getattr(marker, field) for marker in aw.markers()}) == 24


def test_an_example_is_no_line_of_a_vignette() -> None:
    talk = {turn.text for vignette in VIGNETTES for turn in vignette.turns}
    assert not talk & {marker.example for marker in aw.markers()}


def test_an_unknown_family_is_answered_with_those_there_are() -> None:
    with pytest.raises(aw.AllianceError, match="withdrawal, confrontation, resolution"):
        aw.markers("rupture")


def test_a_family_is_found_whatever_its_capitals() -> None:
    assert aw.markers(" Withdrawal ") == aw.markers("withdrawal")


def test_what_is_read_twice_is_equal_and_not_shared() -> None:
    one, other = aw.vignettes()[0], aw.vignettes()[0]
    assert one == other
    assert hash(one) == hash(other)
    one.ratings.loc[:, "alliance"] = 1.0
    assert (other.ratings["alliance"] > 1).all()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        file = Path(str(travelling_folder("data"))) / f"{name}.csv"
        shutil.copy(file, tmp_path / file.name)
    return tmp_path


def change(folder: Path, name: str, **cells: object) -> None:
    """Set cells in the first row of a file of that folder."""
    table = pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False)
    for column, value in cells.items():
        table.loc[0, column] = str(value)
    table.to_csv(folder / f"{name}.csv", index=False)


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(aw.AllianceError) as caught:
        aw.vignettes(folder)
    return caught.value.problems


def test_a_folder_of_ones_own_is_read_like_the_shipped_one(folder: Path) -> None:
    assert aw.vignettes(folder) == VIGNETTES
    change(folder, "vignettes", title="Something else", difference="")
    assert aw.vignettes(folder)[0].title == "Something else"
    assert not aw.vignettes(folder)[0].turns_on_difference


def test_rows_in_any_order_make_the_same_turns(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_turns.csv", dtype="str")
    table.sample(frac=1, random_state=3).to_csv(folder / "vignette_turns.csv", index=False)
    assert [v.turns for v in aw.vignettes(folder)] == [v.turns for v in VIGNETTES]


def test_every_faulty_cell_of_every_file_is_named_at_once(folder: Path) -> None:
    change(folder, "vignettes", marker="sulking", onset="early", therapist_repairs="perhaps")
    change(folder, "vignette_turns", speaker="interpreter", text="", turn=13)
    change(folder, "vignette_strategies", strategy="denial", standing="worst")
    change(folder, "vignette_ratings", bond=9)
    said = problems(folder)
    assert len(said) == 9
    for file, words in (
        (
            "vignettes",
            "row 2 (client Denise, session 4): marker is sulking; expected one of",
        ),
        ("vignettes", "onset is early; expected a whole number from 1 to 12"),
        ("vignettes", "therapist_repairs is perhaps; expected yes or no"),
        ("vignette_turns", "speaker is interpreter; expected one of client, therapist"),
        ("vignette_turns", "text is blank; expected some text"),
        ("vignette_turns", "turn is 13; expected a whole number from 1 to 12"),
        ("vignette_strategies", "strategy is denial; expected one of clarify"),
        ("vignette_strategies", "standing is worst; expected one of best, plausible"),
        ("vignette_ratings", "bond is 9"),
    ):
        assert any(each.startswith(f"{file}.csv: ") and words in each for each in said), words


def test_a_file_that_lacks_a_column_or_is_not_there_is_named(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_turns.csv").drop(columns=["speaker", "text"])
    table.to_csv(folder / "vignette_turns.csv", index=False)
    (folder / "vignette_replies.csv").unlink()
    said = problems(folder)
    assert [each for each in said if "the column speaker is missing" in each]
    assert [each for each in said if "the column text is missing" in each]
    assert [each for each in said if each.startswith("vignette_replies.csv: there is no file")]
    assert len(said) == 3


def test_a_row_that_stands_twice_is_named(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_turns.csv", dtype="str")
    pd.concat([table, table.head(1)]).to_csv(folder / "vignette_turns.csv", index=False)
    (said,) = problems(folder)
    assert "weekend, 1 is there more than once" in said
    assert f"rows 2, {len(table) + 2}" in said


def test_a_faulty_list_of_markers_is_named_first(folder: Path) -> None:
    change(folder, "markers", family="sulking", verified="")
    said = problems(folder)
    assert [each.split(": ", 1)[0] for each in said] == ["markers.csv", "markers.csv"]


def shorter(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_turns.csv")
    kept = table[(table["vignette"] != "weekend") | (table["turn"] <= 7)]
    kept.to_csv(folder / "vignette_turns.csv", index=False)


def without_a_reply(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_replies.csv")
    table.iloc[1:].to_csv(folder / "vignette_replies.csv", index=False)


def without_plausible_strategies(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_strategies.csv")
    table.drop(index=[1, 2]).to_csv(folder / "vignette_strategies.csv", index=False)


def with_a_gap_in_the_numbers(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_turns.csv")
    table = table.drop(index=[8, 9])
    table.to_csv(folder / "vignette_turns.csv", index=False)


def unrated(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_ratings.csv")
    kept = table[(table["client"] != "Denise") | (table["session"] != 4)]
    kept.to_csv(folder / "vignette_ratings.csv", index=False)


def rated_by_the_therapist(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_ratings.csv")
    table.loc[(table["client"] == "Denise") & (table["session"] == 4), "rater"] = "therapist"
    table.to_csv(folder / "vignette_ratings.csv", index=False)


def left_blank(folder: Path) -> None:
    table = pd.read_csv(folder / "vignette_ratings.csv")
    hour = (table["client"] == "Denise") & (table["session"] == 4)
    table.loc[hour, ["goals", "tasks", "bond", "alliance"]] = None
    table.to_csv(folder / "vignette_ratings.csv", index=False)


def test_a_strategy_is_no_marker_of_a_client(folder: Path) -> None:
    change(folder, "vignettes", marker="clarify")
    change(folder, "vignette_codings", marker="explore")
    said = problems(folder)
    assert ["marker is clarify" in said[0], "marker is explore" in said[1]] == [True, True]


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (shorter, "the vignette weekend has 7 turns; expected 8 to 12"),
        (with_a_gap_in_the_numbers, "numbered 1, 2, 3, 4, 5, 6, 7, 8, 11, 12"),
        (lambda f: change(f, "vignette_turns", speaker="client"), "in turn 2 the client speaks"),
        (lambda f: change(f, "vignettes", onset=5), "onset is 5, which is no turn of the client"),
        (lambda f: change(f, "vignettes", pause=12, onset=12), None),
        (lambda f: change(f, "vignettes", pause=7), "pause is 7, which is no turn of the client"),
        (lambda f: change(f, "vignettes", pause=2), "pauses at turn 2, before the marker begins"),
        (lambda f: change(f, "vignette_codings", marker="appeasing"), "its own marker, appeasing"),
        (
            lambda f: change(f, "vignette_strategies", standing="plausible"),
            "called best: 0, plausible: 3",
        ),
        (without_plausible_strategies, "called best: 1, plausible: 0"),
        (without_a_reply, "weekend lacks a reply for: clarify"),
        (lambda f: change(f, "vignettes", session=12), "Denise has not rated session 12"),
        (unrated, "Denise has not rated session 4"),
        (rated_by_the_therapist, "Denise has not rated session 4"),
        (left_blank, "Denise has not rated session 4"),
        (
            lambda f: change(f, "vignette_codings", vignette="weekened"),
            "vignette_codings.csv: the vignette weekened does not stand in vignettes.csv",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(folder: Path, break_it, words: str | None) -> None:
    break_it(folder)
    if words is None:
        assert aw.vignettes(folder)[0].pause == 12
    else:
        assert [problem for problem in problems(folder) if words in problem]
        assert len(problems(folder)) == 1
