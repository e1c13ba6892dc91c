"""A case book as students use it: ten sessions by mouse and by key, corrected, undone, kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, open_work
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

DRAGAN = ("import alliance_widgets as aw", 'book = aw.CaseBook.of_story("Dragan")', "book")
OWN = ("import alliance_widgets as aw", "aw.CaseBook()")
ROWS = ("goals", "tasks", "bond")
NOTHING_YET = "Rate session 1: move a slider, and its point comes here."
# A steady case with one bad hour, the sixth, and back up in the next.
TEN = [(4, 4, 4)] * 5 + [(2, 2, 3)] + [(4, 4, 4)] * 4


def open_book(lab: Lab, page: Page, *cells: str, name: str = "book.ipynb") -> None:
    lab.open(page, lab.write_notebook(name, *cells))
    lab.run_all(page)
    page.locator(".aw-form").first.wait_for(timeout=PATIENCE)
    page.locator(".aw-status").get_by_text(" ").first.wait_for()


def slider(page: Page | Locator, name: str) -> Locator:
    return page.locator(f".aw-form input[type=range][name={name}]")


def message(page: Page) -> Locator:
    return page.locator(".aw-form .aw-message")


def rate_by_key(page: Page, values: tuple[int, ...]) -> None:
    for name, value in zip(ROWS, values, strict=True):
        slider(page, name).focus()
        page.keyboard.press(str(value))
    page.keyboard.press("Enter")


def on_file(lab: Lab) -> dict[str, dict]:
    """What the work file shows for each rating: client/session/rater -> data."""
    shown: dict[str, dict] = {}
    for entry in json.loads(lab.work.read_text())["entries"]:
        if entry["id"].startswith("rating/"):
            shown[entry["id"].split("/", 2)[2]] = entry["data"]
    return {key: data for key, data in shown.items() if data is not None}


def test_ten_sessions_by_keyboard_alone_corrected_undone_and_there_again(
    lab: Lab, page: Page
) -> None:
    open_book(lab, page, *DRAGAN)
    slider(page, "goals").focus()
    for session, values in enumerate(TEN, start=1):
        goals, tasks, bond = map(str, values)
        for key in (goals, "Tab", tasks, "Tab", bond):  # a row is one stop
            page.keyboard.press(key)
        if session == 2:  # on the button the hand goes on, too
            page.locator(".aw-form button[type=submit]").press("Enter")
        else:
            page.keyboard.press("Enter")
        expect(message(page)).to_have_text(f"Session {session} is on the line.")
        if session < len(TEN):
            page.wait_for_function("document.activeElement.name === 'goals'")
    expect(message(page)).to_be_focused()
    plot = page.locator(".aw-plot")
    expect(plot).to_contain_text("possible rupture")
    expect(plot).to_contain_text("back up")
    expect(page.locator(".aw-describe")).to_contain_text("at session 6, back up by session 7")

    page.locator(".aw-grid summary").press("Enter")
    second = page.get_by_label("Bond, session 2", exact=True)
    second.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(page.locator(".aw-grid .aw-said")).to_have_text("Session 2 is corrected.")
    expect(page.locator(".aw-status")).to_contain_text("Saved")
    remove = page.get_by_role("button", name="Remove session 3")
    remove.press("Enter")
    expect(page.locator(".aw-grid .aw-said")).to_contain_text("Session 3 is removed")
    expect(page.get_by_role("button", name="Remove session 3")).to_have_count(0)
    expect(page.get_by_role("button", name="Remove session 4")).to_be_focused()
    page.get_by_role("button", name="Undo", exact=True).press("Enter")
    expect(message(page)).to_have_text("Session 3 is as it was before.")
    expect(page.get_by_role("button", name="Remove session 3")).to_have_count(1)
    kept = on_file(lab)
    assert len(kept) == 10
    assert kept["Dragan/2/client"]["bond"] == 2.5
    assert kept["Dragan/3/client"]["alliance"] == 4

    lab.stop()
    page.goto("about:blank")
    lab.start()
    lab.open(page, "notebooks/book.ipynb")
    lab.run_all(page)
    expect(page.locator(".aw-describe")).to_contain_text(
        "at session 6, back up by session 7", timeout=PATIENCE
    )
    expect(page.locator(".aw-form legend")).to_have_text("The story is told")
    page.locator(".aw-grid summary").click()
    expect(page.get_by_label("Bond, session 2", exact=True)).to_have_value("2.5")
    assert on_file(lab) == kept


def test_ten_sessions_by_mouse(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    for session, values in enumerate(TEN, start=1):
        for name, value in zip(ROWS, values, strict=True):
            box = slider(page, name).bounding_box()
            assert box is not None
            share = 13 + (value - 1) / 4 * (box["width"] - 26)  # the thumb stays on the track
            slider(page, name).click(position={"x": share, "y": box["height"] / 2})
        page.get_by_role("button", name=f"Save session {session}", exact=True).click()
        expect(message(page)).to_have_text(f"Session {session} is on the line.")
    assert [data["alliance"] for data in on_file(lab).values()] == [
        pytest.approx(sum(values) / 3) for values in TEN
    ]
    expect(page.locator(".aw-plot")).to_contain_text("back up")


def test_fast_entry_needs_four_keys_a_session_and_is_remembered(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    page.get_by_label("Fast entry").check()
    slider(page, "goals").focus()
    for session in (1, 2, 3):
        for key in ("4", "3", "5", "Enter"):
            page.keyboard.press(key)
        expect(message(page)).to_have_text(f"Session {session} is on the line.")
        page.wait_for_function("document.activeElement.name === 'goals'")
    lab.run_all(page)
    expect(page.get_by_role("button", name="Save session 4")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_label("Fast entry")).to_be_checked()


def test_what_was_half_entered_is_there_after_the_kernel_was_lost(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    slider(page, "tasks").focus()
    page.keyboard.press("2")
    expect(page.locator(".aw-status")).to_contain_text("kept as a draft")
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel and Run All Cells…").click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(message(page)).to_contain_text("half done", timeout=PATIENCE)
    expect(slider(page, "tasks")).to_have_attribute("aria-valuetext", "2 of 5")
    assert on_file(lab) == {}


def test_a_skipped_session_is_a_gap_and_never_a_number(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    rate_by_key(page, (4, 4, 4))
    expect(message(page)).to_have_text("Session 1 is on the line.")
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(message(page)).to_contain_text("Session 2 is skipped")
    rate_by_key(page, (4, 4, 4))
    expect(message(page)).to_have_text("Session 3 is on the line.")
    assert on_file(lab)["Dragan/2/client"]["alliance"] is None
    expect(page.locator(".aw-describe")).to_contain_text("; session 2 has no rating.")


def test_a_faulty_number_in_the_table_is_said_and_the_last_one_kept(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    rate_by_key(page, (4, 4, 4))
    page.locator(".aw-grid summary").click()
    box = page.get_by_label("Bond, session 1", exact=True)
    for wrong in ("6", "3.3", "e"):
        box.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(wrong)
        page.keyboard.press("Enter")
        expect(page.locator(".aw-grid .aw-said")).to_contain_text("Bond, session 1")
        expect(page.locator(".aw-grid .aw-said")).to_contain_text("is not on this scale")
        expect(box).to_have_value("4")
        expect(box).to_be_focused()
    assert on_file(lab)["Dragan/1/client"]["bond"] == 4


def test_two_raters_rate_blind_and_are_revealed_together(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    page.get_by_text("Two raters, or a file").click()
    page.get_by_label("Rate blind").check()
    rate_by_key(page, (2, 2, 2))
    expect(message(page)).to_have_text("Session 1 is on the line.")
    page.get_by_role("button", name="Show both lines").click()
    expect(page.get_by_text("There is nothing to compare yet")).to_be_visible()
    page.get_by_label("Rate as").select_option("therapist")
    expect(page.locator(".aw-form legend")).to_have_text("Session 1, as the therapist")
    expect(page.locator(".aw-headline")).to_have_text(NOTHING_YET)
    rate_by_key(page, (5, 5, 5))
    expect(message(page)).to_have_text("Session 1 is on the line.")
    expect(page.locator(".aw-plot")).not_to_contain_text("Client")
    page.get_by_role("button", name="Show both lines").click()
    expect(page.locator(".aw-plot")).to_contain_text("Client")
    expect(page.locator(".aw-plot")).to_contain_text("Therapist")
    expect(page.get_by_label("Rate blind")).not_to_be_checked()


def test_own_cases_and_a_csv_file(lab: Lab, page: Page, tmp_path: Path) -> None:
    open_book(lab, page, *OWN)
    expect(page.locator(".aw-headline")).to_have_text(NOTHING_YET)
    page.get_by_role("button", name="New case").click()
    rate_by_key(page, (3, 3, 3))
    expect(message(page)).to_have_text("Session 1 is on the line.")
    page.get_by_role("button", name="New case").click()
    expect(page.locator("select[name=client]")).to_have_value("Case 2")
    said = page.locator(".aw-controls .aw-said").last

    def add(text: str) -> None:
        file = tmp_path / "sessions.csv"
        file.write_text(text, encoding="utf-8")
        page.locator("input[type=file][accept*=csv]").set_input_files(file)

    add("client,session,alliance\n<b>x</b>,1,3\n<b>x</b>,2,4\n")
    expect(said).to_have_text("2 sessions were added to Case 2.")
    expect(page.get_by_role("button", name="Save session 3")).to_be_visible()
    add("client,session,alliance\nx,2,4\nx,3,4.5\n")
    expect(said).to_contain_text("1 session was added to Case 2. 1 was there already")
    add("client,session,alliance\nx,2,1\nx,4,3\n")
    expect(said).to_contain_text("session 2 (client) is rated already, with other numbers")
    add("client,session,alliance,instrument\nx,5,6,wai_s\n")
    expect(said).to_contain_text("WAI-S (Tracey & Kokotovic 1989)")
    expect(page.get_by_role("button", name="Save session 4")).to_be_visible()
    assert len(on_file(lab)) == 4
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(message(page)).to_have_text("Session 3 is as it was before.")
    assert len(on_file(lab)) == 3


def test_the_rule_picker_marks_the_line_and_says_what_it_does(lab: Lab, page: Page) -> None:
    open_book(
        lab,
        page,
        "import alliance_widgets as aw",
        "aw.CaseBook(aw.load_data('single_cases').query(\"client in ['Ama', 'Jun']\"))",
    )
    expect(page.locator(".aw-describe")).to_contain_text("No possible rupture")
    page.get_by_label("Rule", exact=True).select_option("imr_chart")
    expect(page.locator(".aw-describe")).to_contain_text("possible rupture (control chart rule)")
    expect(page.locator(".aw-controls .aw-note").first).to_contain_text("3 sigmas")
    page.get_by_label("Case", exact=True).select_option("Jun")
    expect(page.locator(".aw-form legend")).to_have_text("Session 11, as the client")
    expect(page.locator(".aw-describe")).to_contain_text("No possible rupture")


def test_the_items_of_a_licensed_instrument_are_numbers_to_be_read_elsewhere(
    lab: Lab, page: Page
) -> None:
    open_book(lab, page, OWN[0], 'aw.CaseBook(instrument="wai_sr", rule=None)')
    page.get_by_text("More detail").click()
    items = page.locator(".aw-detail").first
    expect(items).to_contain_text("Item 12: read from your own licensed copy")
    expect(items).to_contain_text("use needs permission")
    for item in (3, 5, 7, 9):
        items.locator(f"input[name='{item}']").fill("4" if item != 9 else "5")
    expect(slider(page, "bond")).to_have_attribute("aria-valuetext", "4.25 of 5")
    expect(slider(page, "goals")).to_have_attribute("aria-valuetext", "not rated yet")


def test_two_hundred_sessions_of_a_client_called_html(lab: Lab, page: Page) -> None:
    page.on("dialog", lambda _dialog: pytest.fail("the name was run as HTML"))
    name = "<img src=x onerror=alert(1)>"
    table = f"dict(client={name!r}, session=range(1, 201), alliance=[4.0, 3.5] * 100)"
    open_book(
        lab,
        page,
        "import alliance_widgets as aw, pandas as pd",
        f"aw.CaseBook(pd.DataFrame({table}))",
    )
    expect(page.locator(".aw-grid summary")).to_have_text(
        f"200 sessions of {name}, rated by the client"
    )
    rate_by_key(page, (4, 4, 4))
    expect(message(page)).to_have_text("Session 201 is on the line.")
    assert page.locator(".aw-grid img, .aw-chart img, .aw-form img").count() == 0


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_in_any_state_of_the_book(lab: Lab, page: Page, theme: str) -> None:
    open_book(lab, page, *OWN)
    if theme == "Dark":
        lab.theme(page, theme)
    found = []

    def look(state: str) -> None:
        for part in (".aw-chart", ".aw-controls", ".aw-form", ".aw-grid"):
            faults = Axe().run(page, context=part).response["violations"]
            found.extend((state, part, f["id"], f["nodes"][0]["html"][:300]) for f in faults)

    look("empty")
    slider(page, "bond").focus()
    page.keyboard.press("2")
    expect(page.locator(".aw-headline")).to_be_visible()
    page.get_by_label("Tasks, as a number").fill("9")
    expect(page.locator(".aw-field-message").nth(1)).to_contain_text("not on this scale")
    page.get_by_text("More detail").click()
    look("half filled")
    page.get_by_label("Tasks, as a number").fill("3")
    slider(page, "goals").focus()
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(message(page)).to_have_text("Session 1 is on the line.")
    page.locator(".aw-grid summary").click()
    page.get_by_text("How this rule misleads").first.click()
    page.get_by_label("Rate blind").check()
    page.get_by_role("button", name="Show both lines").click()
    look("saved")
    lab.theme(page, "Light")
    assert found == []


def test_a_note_warns_of_what_tells_who_somebody_is_and_is_kept(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    page.get_by_text("A note", exact=True).click()
    note = page.get_by_label("What you want to remember of this hour.")
    note.fill("<b>quiet</b> at the end; Dr. Meier called")
    expect(page.get_by_text("This looks like a name.")).to_be_visible()
    rate_by_key(page, (4, 4, 4))
    expect(message(page)).to_have_text("Session 1 is on the line.")
    expect(note).to_have_value("")
    assert on_file(lab)["Dragan/1/client"]["note"] == "<b>quiet</b> at the end; Dr. Meier called"
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(note).to_have_value("<b>quiet</b> at the end; Dr. Meier called")


def test_names_roles_and_values_for_a_screen_reader(lab: Lab, page: Page) -> None:
    open_book(lab, page, *DRAGAN)
    form = page.locator(".aw-form")
    expect(form.get_by_role("group", name="Session 1, as the client")).to_be_visible()
    bond = form.get_by_role("slider", name="Bond")
    expect(bond).to_have_attribute("aria-valuetext", "not rated yet")
    expect(bond).to_have_accessible_description(
        "I felt at ease with my therapist and taken seriously."
    )
    bond.focus()
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    expect(bond).to_have_attribute("aria-valuetext", "4.25 of 5")
    expect(form.get_by_role("spinbutton", name="Bond, as a number")).to_have_value("4.25")
    page.keyboard.press("Delete")
    expect(bond).to_have_attribute("aria-valuetext", "not rated yet")
    open_work(page)
    for label in ("Save session 1", "Undo", "Download my work", "Upload my work"):
        expect(form.get_by_role("button", name=label, exact=True)).to_be_visible()
    for name in ("Rate as", "Rule"):
        expect(page.get_by_role("combobox", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [768, 1280])
def test_nothing_is_clipped_in_jupyterlab(lab: Lab, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    open_book(lab, page, *DRAGAN)
    if width < 1000:
        page.keyboard.press("Control+b")  # the file browser folds away
    rate_by_key(page, (4, 4, 4))
    expect(message(page)).to_have_text("Session 1 is on the line.")
    page.locator(".aw-grid summary").click()
    page.get_by_text("More detail").click()
    charts(page).first.wait_for()
    page.wait_for_timeout(500)
    clipped = page.evaluate(
        """() => [...document.querySelectorAll(
             ".aw-form *, .aw-controls *, .aw-grid :not(.aw-table *), .aw-chart :not(svg *)")]
          .filter((e) => e.offsetParent && !e.matches(".aw-voice, input, select"))
          .filter((e) => e.scrollWidth > e.clientWidth + 1)
          .filter((e) => getComputedStyle(e).overflowX !== "visible")
          .map((e) => e.className + ": " + e.textContent.slice(0, 40))"""
    )
    assert clipped == []
