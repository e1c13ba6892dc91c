"""The work as widgets share it: one desk per file, restored and recorded in one line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import traitlets as tl

import alliance_widgets as aw
from alliance_widgets.widgets.page.desk import WorkDesk
from alliance_widgets.workfile import on_public_server


class Knob(tl.HasTraits):
    turned = tl.Int(0)


@pytest.fixture
def desk(own_work_folder: Path) -> WorkDesk:
    return WorkDesk.of(own_work_folder / "alliance_work.json")


def elsewhere(desk: WorkDesk) -> aw.WorkFile:
    """The same file as another notebook has it open."""
    return aw.WorkFile(desk.work.path)


def test_one_file_has_one_desk_in_a_kernel(desk: WorkDesk) -> None:
    assert WorkDesk.of() is desk
    assert WorkDesk.of(desk.work) is desk
    assert WorkDesk.of(desk.work.path) is desk
    assert WorkDesk.of(desk.work.path.with_name("other.json")) is not desk


def test_a_change_is_on_disk_and_on_the_page_when_it_is_over(desk: WorkDesk) -> None:
    assert desk.status == "Nothing is recorded yet."
    with desk.changing() as work:
        work.record("answer", "q1", value="bond")
    assert desk.status.startswith("Saved ")
    assert not desk.unsaved
    assert gzip.decompress(desk.copy) == desk.work.path.read_bytes()
    assert elsewhere(desk).get("answer", "q1") == {"value": "bond"}


def test_a_trait_is_restored_and_recorded_with_one_line(desk: WorkDesk) -> None:
    knob = Knob()
    desk.keep(knob, "turned", "setting", "knob")
    knob.turned = 3
    assert elsewhere(desk).get("setting", "knob") == {"value": 3}
    later = Knob()
    desk.keep(later, "turned", "setting", "knob")
    assert later.turned == 3


def test_what_another_notebook_saved_reaches_the_trait_at_the_next_look(desk: WorkDesk) -> None:
    knob = Knob()
    desk.keep(knob, "turned", "setting", "knob")
    elsewhere(desk).record("setting", "knob", value=7)
    assert knob.turned == 0
    desk._handle_custom_msg({"kind": "look"}, [])
    assert knob.turned == 7
    desk.forget(knob)
    elsewhere(desk).record("setting", "knob", value=8)
    desk.look()
    assert knob.turned == 7


def test_an_upload_merges_and_says_what_it_did(desk: WorkDesk, tmp_path: Path) -> None:
    other = aw.WorkFile(tmp_path / "other.json")
    other.record_rating(client="A", session=1, alliance=3)
    packed = gzip.compress(other.download_bytes())
    desk._handle_custom_msg({"kind": "upload", "count": 4}, [memoryview(packed)])
    assert desk.message == "1 entry was added to your work."
    assert desk.answered == 4
    assert len(desk.work.ratings) == 1


@pytest.mark.parametrize(
    ("packed", "sentence"),
    [
        (b"", "the file is empty"),
        (b"no gzip", "no work file"),
        (gzip.compress(b"{}"), "another program"),
        (gzip.compress(b" " * 30_000_000), "above 20 MB"),
    ],
    ids=["empty", "no gzip", "another program", "too large"],
)
def test_an_upload_that_is_no_work_is_refused_and_answered(
    desk: WorkDesk, packed: bytes, sentence: str
) -> None:
    desk._handle_custom_msg({"kind": "upload", "count": 1}, [packed] if packed else [])
    assert sentence in desk.message
    assert desk.answered == 1
    assert len(desk.work) == 0


def test_what_happened_to_the_file_is_said(desk: WorkDesk) -> None:
    with desk.changing() as work:
        work.record("answer", "q1", value=1)
    desk.work.path.unlink()
    with desk.changing() as work:
        work.record("answer", "q2", value=2)
    assert "no longer where it was" in desk.message
    with desk.changing() as work:
        work.record("answer", "q3", value=3)
    assert desk.message == ""


def test_a_ping_is_heard_and_an_unknown_message_is_not(desk: WorkDesk) -> None:
    for kind in ("ping", "nonsense", "ping"):
        desk._handle_custom_msg({"kind": kind}, [])
    assert desk.heard == 2


def test_a_page_that_lost_its_models_gets_the_desk_anew(desk: WorkDesk) -> None:
    form = aw.SessionRatingForm()
    form.keep_work_at(desk)
    lost = form._desk
    form._handle_custom_msg("runtime", [])
    assert form._desk == desk.model_id != lost


@pytest.mark.parametrize(
    ("environment", "public"),
    [
        ({}, False),
        ({"JUPYTERHUB_USER": "someone"}, False),
        ({"BINDER_LAUNCH_HOST": "https://example.org/"}, True),
        ({"BINDER_REPO_URL": "x", "ALLIANCE_PUBLIC": "no"}, False),
        ({"ALLIANCE_PUBLIC": "Yes "}, True),
    ],
)
def test_a_public_server_says_so_in_its_environment(environment: dict, public: bool) -> None:
    assert on_public_server(environment) is public
