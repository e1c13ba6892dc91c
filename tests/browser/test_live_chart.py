"""One story under the hand, and the chart runtime, in a real JupyterLab."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, choose, revision
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

LESSON = "notebooks/noor.ipynb"
STORY = ("import alliance_widgets as aw", 'aw.CaseBook.of_story("Noor")')
IMPORTS = "import altair as alt, pandas as pd, ipywidgets as ipw\nimport alliance_widgets as aw"
NOOR = "noor = aw.load_data('single_cases').query(\"client == 'Noor' and session < 10\")"
FOREIGN = """
table = pd.DataFrame({"x": [1, 2, 3], "y": [1.0, 3.0, 2.0]})
alt.Chart(table).mark_line().encode(x="x", y="y")
"""
RUNTIMES = """() => Object.getOwnPropertySymbols(globalThis)
  .filter((s) => s.description?.startsWith("alliance-widgets")).length"""


@pytest.fixture
def lesson(lab: Lab, page: Page) -> Page:
    lab.open(page, lab.write_notebook("noor.ipynb", *STORY))
    lab.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)
    return page


def slider(page: Page, name: str) -> Locator:
    return page.locator(f".aw-form input[type=range][name={name}]")


def save(page: Page) -> None:
    """Ctrl+S, which must reach JupyterLab even while a slider has the focus."""
    page.locator(".jp-mod-dirty").first.wait_for()
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)


def open_cells(lab: Lab, page: Page, name: str, *cells: str, count: int = 1) -> None:
    lab.open(page, lab.write_notebook(name, *cells))
    lab.run_all(page)
    charts(page).nth(count - 1).wait_for(timeout=PATIENCE)


def line_ends(page: Page) -> str:
    """The drawn path of the client's line."""
    return page.locator(".mark-line path[stroke-width='2.5']").first.get_attribute("d") or ""


def test_a_key_moves_the_line_the_marks_and_the_sentence(lesson: Page) -> None:
    before = line_ends(lesson)
    expect(lesson.locator(".aw-plot")).to_contain_text("session 10")  # a ring keeps its place
    bond = slider(lesson, "bond")
    assert bond.get_attribute("aria-valuetext") == "not rated yet"
    bond.focus()
    lesson.keyboard.press("2")
    headline = lesson.locator(".aw-headline")
    expect(headline).to_contain_text("1.83 lower")
    expect(headline).to_contain_text("possible rupture (reliable drop rule)")
    expect(lesson.locator(".aw-plot")).to_contain_text("possible rupture")
    expect(lesson.locator(".aw-plot")).not_to_contain_text("session 10")  # the ring has gone
    assert line_ends(lesson) != before
    for _ in range(5):
        lesson.keyboard.press("ArrowRight")
    said = "Session 10, 1 of 3 rated: 0.58 lower than the rating before: could be noise."
    expect(headline).to_have_text(said)
    expect(lesson.locator(".aw-plot")).not_to_contain_text("possible rupture")
    assert bond.get_attribute("aria-valuetext") == "3.25 of 5"


def test_the_mouse_moves_the_line_too(lesson: Page) -> None:
    goals = slider(lesson, "goals")
    goals.scroll_into_view_if_needed()
    box = goals.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    lesson.mouse.move(box["x"] + box["width"] / 2, middle)
    lesson.mouse.down()
    lesson.mouse.move(box["x"] + 2, middle, steps=12)
    lesson.mouse.up()
    expect(lesson.locator(".aw-headline")).to_contain_text("2.83 lower")
    assert goals.input_value() == "1"


def test_a_click_on_an_unset_slider_rates_the_middle(lesson: Page) -> None:
    tasks = slider(lesson, "tasks")
    tasks.click()
    expect(tasks).to_have_attribute("aria-valuetext", "3 of 5")


def test_a_number_off_the_scale_is_refused_in_words(lesson: Page) -> None:
    slider(lesson, "bond").focus()
    lesson.keyboard.press("4")
    box = lesson.get_by_label("Bond, as a number")
    box.fill("6")
    box.press("Tab")
    expect(lesson.locator(".aw-field-message").nth(2)).to_contain_text(
        "Bond: 6 is not on this scale. It goes from 1 to 5 in steps of 0.25. It now stands at: 4."
    )
    assert slider(lesson, "bond").input_value() == "4"


def test_saving_and_undoing_a_session(lesson: Page) -> None:
    for name, digit in (("goals", "3"), ("tasks", "3"), ("bond", "2")):
        slider(lesson, name).focus()
        lesson.keyboard.press(digit)
    lesson.keyboard.press("Enter")
    expect(lesson.locator(".aw-message")).to_have_text("Session 10 is on the line.")
    expect(lesson.locator(".aw-form legend")).to_have_text("The story is told")
    expect(lesson.get_by_role("button", name="Save session")).to_have_count(0)
    lesson.get_by_role("button", name="Undo").press("Enter")
    expect(lesson.get_by_role("button", name="Save session 10")).to_be_visible()
    expect(slider(lesson, "bond")).to_have_attribute("aria-valuetext", "2 of 5")


def test_a_half_filled_session_is_asked_about(lesson: Page) -> None:
    slider(lesson, "bond").focus()
    lesson.keyboard.press("3")
    blank = lesson.get_by_role("button", name="Save with Goals and Tasks left blank")
    for _ in range(2):  # the same press again asks again
        lesson.get_by_role("button", name="Save session 10").press("Enter")
        expect(lesson.locator(".aw-message")).to_contain_text("Goals and Tasks: not rated yet.")
        expect(blank).to_be_visible()
        expect(slider(lesson, "goals")).to_be_focused()
        expect(slider(lesson, "goals")).to_be_in_viewport()
        expect(lesson.locator(".aw-message")).to_be_in_viewport()
    lesson.keyboard.press("3")
    expect(blank).to_have_count(0)
    lesson.keyboard.press("Enter")
    lesson.get_by_role("button", name="Save with Tasks left blank").press("Enter")
    expect(lesson.locator(".aw-message")).to_have_text("Session 10 is on the line.")
    expect(lesson.locator(".aw-message")).to_be_focused()  # the story is told: no row is left


def test_a_screen_reader_hears_little_while_a_slider_moves(lesson: Page) -> None:
    lesson.evaluate("""() => {
      window.heard = [];
      const note = (list) => list.forEach((change) => {
        const region = change.target.parentElement?.closest?.("[aria-live]") ??
          change.target.closest?.("[aria-live]");
        if (region?.textContent) window.heard.push(region.textContent);
      });
      new MutationObserver(note).observe(document.querySelector(".jp-Notebook"),
        { subtree: true, childList: true, characterData: true });
    }""")
    slider(lesson, "bond").focus()
    lesson.keyboard.press("1")
    for _ in range(19):
        lesson.keyboard.press("ArrowRight")
    expect(slider(lesson, "bond")).to_have_attribute("aria-valuetext", "5 of 5")
    lesson.wait_for_timeout(1500)
    heard = lesson.evaluate("window.heard")
    assert 1 <= len(heard) <= 2, heard
    assert heard[-1] == "Session 10, 1 of 3 rated: 1.17 higher than the rating before."


def test_a_reload_with_the_kernel_alive_shows_everything_again(lab: Lab, lesson: Page) -> None:
    slider(lesson, "bond").focus()
    lesson.keyboard.press("2")
    expect(lesson.locator(".aw-headline")).to_contain_text("1.83 lower")
    save(lesson)
    lab.open(lesson, LESSON, reset=False)
    charts(lesson).first.wait_for(timeout=PATIENCE)
    expect(lesson.locator(".aw-headline")).to_contain_text("1.83 lower")
    expect(slider(lesson, "bond")).to_have_attribute("aria-valuetext", "2 of 5")


def test_two_notebooks_with_two_kernels_share_one_runtime(lab: Lab, page: Page) -> None:
    first = lab.write_notebook("one.ipynb", IMPORTS, NOOR, "aw.charts.alliance_trajectory(noor)")
    second = lab.write_notebook("two.ipynb", IMPORTS, NOOR, "aw.charts.alliance_trajectory(noor)")
    for name in (first, second):
        if name == first:
            lab.open(page, first)
        else:
            page.get_by_role("listitem", name="two.ipynb").dblclick()
            page.locator(".lm-TabBar-tab.lm-mod-current").filter(has_text="two.ipynb").wait_for()
            page.wait_for_timeout(3000)
        lab.run_all(page)
        visible = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .aw-chart[data-ready='true']")
        visible.wait_for(timeout=PATIENCE)
    assert page.evaluate(RUNTIMES) == 1


def test_after_the_server_was_stopped_run_all_brings_everything_back(lab: Lab, page: Page) -> None:
    lab.open(page, lab.write_notebook("noor.ipynb", *STORY))
    lab.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)
    save(page)
    lab.stop()
    page.goto("about:blank")
    lab.start()
    lab.open(page, LESSON)
    lab.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)
    slider(page, "bond").focus()
    page.keyboard.press("2")
    expect(page.locator(".aw-headline")).to_contain_text("1.83 lower")


def test_the_chart_follows_the_theme_live(lab: Lab, lesson: Page) -> None:
    chart, line = charts(lesson).first, lesson.locator(".mark-line path[stroke-width='2.5']")
    expect(line.first).to_have_attribute("stroke", "#0072B2")
    lab.theme(lesson, "Dark")
    expect(chart).to_have_attribute("data-theme", "dark")
    expect(line.first).to_have_attribute("stroke", "#56B4E9")
    assert chart.locator("svg").bounding_box()["width"] > 300
    lab.theme(lesson, "Light")
    expect(line.first).to_have_attribute("stroke", "#0072B2")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_to_mend(lab: Lab, lesson: Page, theme: str) -> None:
    if theme == "Dark":
        lab.theme(lesson, theme)
    slider(lesson, "bond").focus()
    lesson.keyboard.press("2")
    choose(lesson, "Show as table")
    expect(lesson.locator(".aw-chart .aw-table table")).to_be_visible()
    found = []
    for part in (".aw-chart", ".aw-controls", ".aw-form", ".aw-grid"):
        found += Axe().run(lesson, context=part).response["violations"]
    lab.theme(lesson, "Light")
    assert found == [], json.dumps(found, indent=1)[:3000]


def test_the_chart_is_read_by_key_and_as_a_table(lesson: Page) -> None:
    frame = lesson.locator(".aw-frame").first
    frame.focus()
    lesson.keyboard.press("End")
    reading = lesson.locator(".aw-reading").first
    expect(reading).to_have_text("Rated by: Therapist, Session: 9, Rating: 4.25")
    # And the frame is around that point, and no other.
    here = lesson.locator(".aw-here").first.bounding_box()
    assert here is not None
    around = [here["x"], here["y"], here["x"] + here["width"], here["y"] + here["height"]]
    points = (
        lesson.locator(".aw-plot")
        .first.locator(".mark-symbol path")
        .evaluate_all(
            """(points, [left, top, right, bottom]) => points
                 .map((it) => it.getBoundingClientRect())
                 .filter((it) => it.width > 4 && it.left >= left && it.right <= right)
                 .filter((it) => it.top >= top && it.bottom <= bottom).length""",
            around,
        )
    )
    assert points == 1
    lesson.keyboard.press("Home")
    expect(reading).to_have_text("Rated by: Client, Session: 1, Rating: 3.25")
    opener = lesson.get_by_role("button", name="Save this chart").first
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    lesson.get_by_role("button", name="Show as table").press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "false")
    assert lesson.locator(".aw-chart .aw-table tbody tr").count() == 18
    choose(lesson, "Hide table")
    expect(lesson.locator(".aw-chart .aw-table")).to_be_hidden()


def saved(page: Page, button: str) -> bytes:
    with page.expect_download() as waiting:
        choose(page, button)
    return Path(waiting.value.path()).read_bytes()


def test_pictures_and_csv_are_made_in_the_page(lesson: Page) -> None:
    assert saved(lesson, "Save as PNG").startswith(b"\x89PNG")
    assert b"possible" not in saved(lesson, "Save as SVG")
    text = saved(lesson, "Save as CSV").decode("utf-8-sig").splitlines()
    assert text[0] == "Rated by,Session,Rating,Note"
    assert text[1] == "Client,1,3.25,"


def test_a_client_name_that_is_html_or_a_formula_stays_text(lab: Lab, page: Page) -> None:
    name = "=1+1<img src=x onerror=alert(1)>"
    table = f"pd.DataFrame({{'client': [{name!r}, 'B'], 'session': 1, 'alliance': [3.0, 4.0]}})"
    page.on("dialog", lambda _dialog: pytest.fail("the name was run as HTML"))
    open_cells(
        lab, page, "html.ipynb", IMPORTS, f"aw.charts.alliance_trajectory({table}, rule=None)"
    )
    choose(page, "Show as table")
    expect(page.locator(".aw-table tbody th").first).to_have_text(name)
    assert page.locator(".aw-chart img").count() == 0
    assert "'=1+1<img" in saved(page, "Save as CSV").decode("utf-8-sig")


def test_bare_charts_and_those_of_others_are_drawn_offline(lab: Lab, page: Page) -> None:
    open_cells(lab, page, "bare.ipynb", IMPORTS, FOREIGN)
    expect(page.locator(".aw-plot path[aria-roledescription='line mark']")).to_be_visible()


def test_a_chart_that_asks_the_internet_says_so_in_words(lab: Lab, page: Page) -> None:
    far = "alt.Chart('https://example.org/d.csv').mark_point().encode(x='x:Q', y='y:Q')"
    open_cells(lab, page, "far.ipynb", IMPORTS, far)
    expect(page.locator(".aw-error")).to_contain_text("reads nothing from an address")


def test_a_cell_run_again_closes_its_earlier_charts(lab: Lab, page: Page) -> None:
    counted = (
        "print('alive:', sum(isinstance(w, aw.ChartView) for w in ipw.Widget.widgets.values()))"
    )
    open_cells(
        lab, page, "again.ipynb", IMPORTS, NOOR, "aw.charts.alliance_trajectory(noor)", counted
    )
    for _ in range(2):
        lab.run_all(page)
        page.wait_for_timeout(1500)
    expect(page.locator(".jp-OutputArea-output").get_by_text("alive: 1")).to_be_visible()


def test_a_second_view_and_a_late_one_show_the_present(lab: Lab, page: Page) -> None:
    cells = (
        "view = aw.ChartView(aw.charts.alliance_trajectory(noor))",
        "more = pd.concat([noor, noor.tail(1).assign(session=10, rater='client', alliance=2.0)])",
        "view.update(**aw.charts.trajectory_tables(more))",
        "ipw.VBox([view, view])",
    )
    open_cells(lab, page, "late.ipynb", IMPORTS, NOOR, *cells, count=2)
    for place in range(2):
        expect(page.locator(".aw-plot").nth(place)).to_contain_text("possible rupture")


def test_twenty_charts_share_one_runtime(lab: Lab, page: Page) -> None:
    box = "ipw.VBox([aw.ChartView(aw.charts.alliance_trajectory(noor)) for _ in range(20)])"
    open_cells(lab, page, "twenty.ipynb", IMPORTS, NOOR, box, count=20)
    assert page.evaluate(RUNTIMES) == 1


def test_only_data_moves_on_a_live_change(lesson: Page) -> None:
    lesson.evaluate("document.querySelector('.aw-plot svg').dataset.mine = 'kept'")
    earlier = revision(charts(lesson).first)
    slider(lesson, "bond").focus()
    lesson.keyboard.press("2")
    expect(lesson.locator(".aw-headline")).to_contain_text("1.83 lower")
    assert revision(charts(lesson).first) > earlier
    expect(lesson.locator(".aw-plot svg")).to_have_attribute("data-mine", "kept")


def test_the_lesson_works_in_notebook_7(lab: Lab, page: Page) -> None:
    lab.write_notebook("noor.ipynb", *STORY)
    page.goto(f"{lab.address}/notebooks/{LESSON}?token=browser-tests")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(3000)
    lab.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)
    slider(page, "bond").focus()
    page.keyboard.press("2")
    expect(page.locator(".aw-headline")).to_contain_text("1.83 lower")


NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
AWAY = "http://127.0.0.1:9/a.png"


def own_chart(lab: Lab, page: Page, mark: str, encoding: str, **columns: str) -> None:
    """A student's chart of one large point, with these columns beside its place."""
    table = {"x": [1], "y": [1], **{name: [value] for name, value in columns.items()}}
    form = f"alt.Chart(pd.DataFrame({table!r})).{mark}.encode(x='x:Q', y='y:Q', {encoding})"
    open_cells(lab, page, "own.ipynb", IMPORTS, f"aw.ChartView({form})")


def asked_of(page: Page) -> list[str]:
    """The addresses that this page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


@pytest.mark.parametrize("address", [AWAY, "/logout", "a.png", "//127.0.0.1:9/a.png"])
def test_a_tooltip_shows_the_address_of_a_picture_and_asks_for_nothing(
    lab: Lab, page: Page, address: str
) -> None:
    own_chart(lab, page, "mark_circle(size=20000)", "tooltip=['image:N']", image=address)
    asked = asked_of(page)
    page.locator(".aw-plot .mark-symbol path").first.hover()
    tooltip = page.locator("#vg-tooltip-element")
    expect(tooltip).to_contain_text(address)
    expect(tooltip.locator("img")).to_have_count(0)
    assert [url for url in asked if "a.png" in url or "logout" in url] == []


def test_a_picture_that_is_in_the_table_itself_is_shown(lab: Lab, page: Page) -> None:
    own_chart(lab, page, "mark_circle(size=20000)", "tooltip=['image:N']", image=NOTHING)
    page.locator(".aw-plot .mark-symbol path").first.hover()
    expect(page.locator("#vg-tooltip-element img")).to_have_attribute("src", NOTHING)


@pytest.mark.parametrize("address", [AWAY, "/logout", "/api/contents?x=.json", "/files/a.png"])
def test_no_picture_of_a_chart_is_asked_for_not_even_of_this_server(
    lab: Lab, page: Page, address: str
) -> None:
    asked = asked_of(page)
    own_chart(lab, page, "mark_image(width=50, height=50)", "url='url:N'", url=address)
    page.wait_for_timeout(500)
    assert [url for url in asked if url.endswith((address, "/a.png"))] == []
    assert page.evaluate("fetch('/api/kernels').then((answer) => answer.status)") == 200


def test_a_chart_that_asks_this_server_for_its_data_says_so_in_words(lab: Lab, page: Page) -> None:
    chart = "alt.Chart('/api/contents?x=.json').mark_point().encode(x='a:Q')"
    open_cells(lab, page, "server.ipynb", IMPORTS, f"aw.ChartView({chart})")
    expect(page.locator(".aw-error")).to_contain_text("neither in the internet nor on this server")


def test_a_link_opens_a_tab_of_its_own_that_knows_nothing_of_this_one(lab: Lab, page: Page) -> None:
    link = "http://127.0.0.1:9/x"
    own_chart(lab, page, "mark_circle(size=20000)", "href='href:N'", href=link)
    page.context.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body="<p>x</p>"))
    here = page.url
    with page.expect_popup() as opened:
        page.locator(".aw-plot .mark-symbol path").first.click()
    assert opened.value.evaluate("opener") is None
    assert page.url == here


def test_a_link_to_this_server_is_not_followed(lab: Lab, page: Page) -> None:
    own_chart(lab, page, "mark_circle(size=20000)", "href='href:N'", href="/logout")
    here = page.url
    page.locator(".aw-plot .mark-symbol path").first.click()
    page.wait_for_timeout(500)
    assert (page.url, len(page.context.pages)) == (here, 1)
    assert page.evaluate("fetch('/api/kernels').then((answer) => answer.status)") == 200


MOTIONS = """() => {
  window.motions = 0;
  const count = () => {
    const here = document.getAnimations().filter(({ effect }) => effect.target.closest(".aw-plot"));
    window.motions = Math.max(window.motions, here.length);
    requestAnimationFrame(count);
  };
  count();
}"""


@pytest.mark.parametrize("wish", ["no-preference", "reduce"])
def test_what_moves_is_seen_to_move_unless_the_system_says_otherwise(
    lesson: Page, wish: str
) -> None:
    lesson.emulate_media(reduced_motion=wish)
    lesson.evaluate(MOTIONS)
    bond = slider(lesson, "bond")
    bond.focus()
    lesson.keyboard.press("4")
    expect(lesson.locator(".aw-headline")).to_contain_text("higher")
    lesson.wait_for_timeout(1_000)
    before = line_ends(lesson)
    lesson.evaluate("window.motions = 0")
    lesson.keyboard.press("1")
    expect(lesson.locator(".aw-headline")).to_contain_text("lower")
    drawn = line_ends(lesson)
    assert drawn != before
    lesson.wait_for_timeout(1_000)
    assert line_ends(lesson) == drawn, "the drawing is finished before anything moves"
    moved = lesson.evaluate("window.motions")
    assert (moved > 1) == (wish == "no-preference"), moved


@pytest.mark.parametrize("wish", ["no-preference", "reduce"])
def test_what_answers_a_guess_is_counted_once_unless_the_system_says_otherwise(
    lab: Lab, page: Page, wish: str
) -> None:
    page.emulate_media(reduced_motion=wish)
    guess = (
        "how = aw.Question.number('counted', 'How many?', 40, within=2, unit='of 100')\n"
        "aw.Reveal(how, lambda: aw.charts.icon_array({'all': .4}, guess={'all': how.answer}))"
    )
    lab.open(page, lab.write_notebook("counted.ipynb", IMPORTS, guess))
    lab.run_all(page)
    page.evaluate(MOTIONS)
    page.locator(".aw-question .aw-number").fill("20")
    page.keyboard.press("Enter")
    page.locator(".aw-plot .counted_marks > *").nth(39).wait_for()
    page.wait_for_timeout(1_500)
    assert (page.evaluate("window.motions") > 20) == (wish == "no-preference")
    # Restored, or drawn for another theme, it stands there at once.
    page.evaluate("window.motions = 0")
    lab.theme(page, "Dark")
    page.locator(".aw-chart[data-theme=dark] .counted_marks > *").nth(39).wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("window.motions") == 0
