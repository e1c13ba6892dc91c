"""Questions and what waits behind them, in a real JupyterLab: by mouse, by key, restarted."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, Lab, charts, heard_by
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

# What must not be in the page before the answer stands in these cells backwards. The line's first
# value has more digits than the time of a message has, which the page hears too.
CELLS = (
    "import alliance_widgets as aw\nback = lambda text: text[::-1]\n"
    "noor = aw.load_data('single_cases').query(\"client == 'Noor'\")",
    "options = {'One': back('gnorw-terces'), 'Two': back('thgir-terces')}\n"
    "aw.Question.choice(f'{KEY}/who', 'How many does it take?', options, 'Two',"
    " hints=[back('tnih-terces')], confidence=True)",
    "aw.Question.number(f'{KEY}/r', 'How large?', 0.28, within=0.02, unit='(r)',"
    " because=back('rebmun-terces'))",
    "guess = aw.Question.session(f'{KEY}/at', 'At which session?', noor)\n"
    "aw.Reveal(guess, lambda: aw.ChartView(aw.charts.alliance_trajectory(noor),"
    " headline=back('trahc-terces')))",
    "aw.TrajectorySketch(5, key=f'{KEY}/line', text='Draw it.',"
    " truth=lambda: [float(back('1234521.2')), 2.5, 3.0, 3.5, 3.625], name='Rated')",
)


def opened(lab: Lab, page: Page, key: str) -> Locator:
    """The four questions of a fresh notebook, under names of their own."""
    cells = [cell.replace("{KEY}", key) for cell in CELLS]
    lab.open(page, lab.write_notebook(f"{key}.ipynb", *cells))
    lab.run_all(page)
    return painted(page)


def painted(page: Page) -> Locator:
    page.locator(".aw-sketch svg text").first.wait_for(timeout=PATIENCE)
    questions = page.locator(".aw-question")
    expect(questions).to_have_count(4)
    return questions


def message(question: Locator) -> Locator:
    return question.locator(".aw-message")


def press(question: Locator, name: str) -> None:
    question.get_by_role("button", name=name).click()


def draw(page: Page, sketch: Locator) -> None:
    """From the lower left to the upper right, in one stroke."""
    svg = sketch.locator(".aw-sketch-plot svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 62, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 80, box["y"] + 60, steps=8)
    page.mouse.up()


def draw_by_finger(page: Page, sketch: Locator) -> None:
    """One stroke across, by touch."""
    svg = sketch.locator(".aw-sketch-plot svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: float) -> None:
        at = [{"x": box["x"] + x, "y": box["y"] + 150} for x in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", 62)
    for x in range(100, int(box["width"]) - 60, 60):
        touch("touchMove", x)
    touch("touchMove", box["width"] - 80)
    touch("touchEnd")


def test_after_run_all_nothing_of_an_answer_has_reached_the_page(lab: Lab, page: Page) -> None:
    heard = heard_by(page)
    choice, number, at, sketch = opened(lab, page, "spoil").all()
    page.wait_for_timeout(500)
    lesson = page.locator(".jp-NotebookPanel").inner_html()
    everything = lesson.encode() + b"".join(heard)
    assert b"How many does it take?" in everything
    assert b"secret-" not in everything
    assert b"2.1254321" not in everything
    expect(charts(page)).to_have_count(0)

    press(choice, "Hint 1 of 1")
    expect(choice.locator(".aw-hints li")).to_have_text("secret-hint")
    choice.get_by_label("One").check()
    choice.get_by_label("How sure are you?").select_option("certain")
    press(choice, "Check my answer")
    expect(message(choice)).to_have_text("Not so. secret-wrong You may answer again.")
    expect(choice.locator(".aw-verdict")).to_have_text("✗ not so")
    choice.get_by_label("Two").check()
    press(choice, "Check my answer")
    expect(message(choice)).to_have_text("Right. secret-right")
    expect(choice.locator(".aw-verdict")).to_have_text("✓ right")
    expect(choice.get_by_role("radio", name="Two right")).to_be_checked()
    number.get_by_role("textbox").fill("much")
    press(number, "Check my answer")
    expect(message(number)).to_contain_text("“much” is no number that can be read here.")
    number.get_by_role("textbox").fill("0,27")
    press(number, "Check my answer")
    expect(message(number)).to_have_text("Right. secret-number")
    at.get_by_label("Session 9", exact=True).check()
    press(at, "Commit to see the answer")
    expect(charts(page).locator(".aw-headline")).to_have_text("secret-chart")
    expect(at.get_by_label("Session 3")).to_be_disabled()
    draw(page, sketch)
    press(sketch, "Commit my line")
    expect(message(sketch)).to_contain_text("it rises by 1.5")
    expect(sketch.locator("circle.aw-rated")).to_have_count(5)
    expect(sketch.locator("circle.aw-drawn")).to_have_count(5)
    sketch.get_by_role("button", name="Show as table").click()
    assert "2.13" in sketch.locator(".aw-table tbody tr").first.inner_text()


def test_the_keyboard_alone_answers_and_draws_and_a_restart_brings_it_back(
    lab: Lab, page: Page
) -> None:
    choice, number, at, sketch = opened(lab, page, "keys").all()
    keys = page.keyboard
    choice.get_by_label("One").focus()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(message(choice)).to_have_text("Right. secret-right")
    number.get_by_role("textbox").focus()
    keys.type("0.9")
    keys.press("Enter")
    expect(message(number)).to_contain_text("Your number is too high.")
    at.get_by_role("button", name="Show me without guessing").focus()
    keys.press("Enter")
    expect(message(at)).to_have_text("Shown without a guess.")
    expect(message(at)).to_be_focused()

    points = sketch.get_by_role("slider")
    expect(points).to_have_count(5)
    points.first.focus()
    expect(points.first).to_have_attribute("aria-valuetext", "not drawn yet")
    keys.press("3")
    expect(points.first).to_have_attribute("aria-valuetext", "3 of 5")
    keys.press("ArrowRight")
    expect(points.nth(1)).to_be_focused()
    for _ in range(3):  # the first press takes over the neighbour's height
        keys.press("ArrowUp")
    expect(points.nth(1)).to_have_attribute("aria-valuetext", "3.2 of 5")
    keys.press("End")
    keys.press("4")
    keys.press("PageDown")
    expect(points.nth(4)).to_have_attribute("aria-valuetext", "3.5 of 5")
    keys.press("Enter")
    expect(message(sketch)).to_contain_text("Your line leaves out, by session: 3–4")
    expect(sketch.locator(".aw-missing")).to_have_count(2)
    expect(sketch.get_by_role("button", name="Fill the gaps")).to_be_visible()
    keys.press("Enter")
    said = "From the first to the last session you drew it rising by 0.5; it rises by 1.5."
    expect(message(sketch)).to_contain_text(said)
    points.nth(2).focus()
    expect(points.nth(2)).to_have_attribute("aria-valuetext", "Your line: none. Rated: 3.")
    keys.press("ArrowUp")
    expect(points.nth(2)).to_have_attribute("aria-valuetext", "Your line: none. Rated: 3.")

    lab.restart(page)
    choice, number, at, sketch = painted(page).all()
    expect(message(choice)).to_have_text("Right. secret-right")
    expect(choice.get_by_label("Two")).to_be_checked()
    expect(number.get_by_role("textbox")).to_have_value("0.9")
    expect(message(at)).to_have_text("Shown without a guess.")
    charts(page).first.wait_for()
    expect(message(sketch)).to_contain_text(said)
    expect(sketch.locator("circle.aw-drawn")).to_have_count(3)


def test_axe_finds_nothing_to_mend_and_nothing_is_clipped_before_and_after(
    lab: Lab, page: Page
) -> None:
    choice, number, at, sketch = opened(lab, page, "axe").all()
    found = []

    def look(theme: str) -> None:
        lab.theme(page, theme)
        expect(choice).to_have_attribute("data-theme", theme.lower())
        found.extend(Axe().run(page, context=".aw-question").response["violations"])

    look("Dark")
    look("Light")
    press(choice, "Hint 1 of 1")
    expect(choice.locator(".aw-hints li")).to_be_visible()  # until then it takes nothing else
    choice.get_by_label("One").check()
    press(choice, "Check my answer")
    number.get_by_role("textbox").fill("0.5")
    press(number, "Check my answer")
    at.get_by_label("Session 4", exact=True).check()
    press(at, "Commit to see the answer")
    charts(page).first.wait_for()
    draw_by_finger(page, sketch)
    expect(sketch.locator("circle.aw-drawn")).to_have_count(5)
    sketch.get_by_text("Type the numbers instead").click()
    typed = sketch.get_by_label("One number per session")
    typed.fill("2 2,5 drei")
    typed.press("Enter")
    expect(sketch.locator(".aw-field-message")).to_contain_text("“drei” is no number from 1 to 5")
    typed.fill("2 2,5 3 3,5 4")
    typed.press("Enter")
    expect(sketch.locator(".aw-field-message")).to_have_text("5 of 5 sessions are drawn.")
    press(sketch, "Commit my line")
    expect(message(sketch)).to_contain_text("you drew it rising by 2.0")
    look("Dark")
    look("Light")
    assert found == [], json.dumps(found, indent=1)[:3000]

    page.keyboard.press("Control+b")
    for width in (1280, 768, 420):
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(300)
        for question in (choice, number, at, sketch):
            assert question.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
        for option in [*choice.locator(".aw-option").all(), *at.locator(".aw-option").all()]:
            box = option.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["width"] >= 44


def test_nothing_in_a_question_is_ever_html(lab: Lab, page: Page) -> None:
    page.on("dialog", lambda _dialog: pytest.fail("a text was run as HTML"))
    cells = (
        "import alliance_widgets as aw\nbad = '<img src=x onerror=alert(1)>'",
        "question = aw.Question.choice('html', bad, {bad: bad, 'b': bad}, 'b', hints=[bad])\n"
        "aw.Reveal(question, bad)",
        "aw.TrajectorySketch(1, key='one', text=bad, name=bad, truth=[2.0])",
    )
    lab.open(page, lab.write_notebook("html.ipynb", *cells))
    lab.run_all(page)
    question, sketch = page.locator(".aw-question").first, page.locator(".aw-question").nth(1)
    sketch.wait_for(timeout=PATIENCE)
    press(question, "Hint 1 of 1")
    expect(question.locator(".aw-hints li")).to_have_count(1)
    question.get_by_role("radio").first.check()
    press(question, "Commit")
    expect(message(question)).to_contain_text("<img src=x")
    sketch.get_by_role("slider").focus()
    page.keyboard.press("4")
    press(sketch, "Commit my line")
    expect(message(sketch)).to_have_text("At session 1 you drew 4.0; it is 2.0.")
    expect(page.get_by_text("<img src=x").first).to_be_visible()
    assert page.locator(".jp-OutputArea img").count() == 0


def test_beliefs_and_arrows_are_placed_by_key_and_back_after_a_restart(
    lab: Lab, page: Page
) -> None:
    cells = "import alliance_widgets as aw\naw.Beliefs('b/all')", "aw.ArrowSketch('b/arrows')"
    path = lab.write_notebook("beliefs.ipynb", *cells)
    lab.open(page, path)
    lab.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)
    rows = page.get_by_role("radiogroup")
    expect(rows).to_have_count(10)
    rows.nth(9).get_by_label("rather false").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep my answer").first.press("Enter")
    expect(page.get_by_text("1 of 10 are answered")).to_be_visible()

    page.get_by_label("Who has made up their mind").focus()
    page.keyboard.press("Enter")  # ticks the box, and keeps nothing yet
    expect(charts(page)).to_contain_text("leaving → alliance")
    page.get_by_role("button", name="Keep my answer").last.press("Enter")
    expect(page.locator(".aw-message").last).to_have_text("Noted.")
    found = Axe().run(page, context=".jp-OutputArea").response["violations"]
    found += Axe().run(page, context=".jp-Cell:last-child .jp-OutputArea").response["violations"]
    assert found == [], json.dumps(found, indent=1)[:3000]

    lab.open(page, path)
    lab.run_all(page)
    charts(page).first.wait_for(timeout=PATIENCE)
    expect(rows.nth(9).get_by_label("rather false")).to_be_checked()
    expect(page.get_by_label("Who has made up their mind")).to_be_checked()
    expect(charts(page)).to_contain_text("leaving → alliance")


def test_a_hundred_is_filled_by_hand_and_by_the_box_and_a_scroll_fills_nothing(
    lab: Lab, page: Page
) -> None:
    guess = (
        "aw.Question.number('hundred', 'How many?', 20, within=2, unit='of 100', prediction=True)"
    )
    other = "aw.Question.number('share', 'How much?', 0.5, within=0.1, unit='%')"
    lab.open(
        page, lab.write_notebook("hundred.ipynb", "import alliance_widgets as aw", guess, other)
    )
    lab.run_all(page)
    question = page.locator(".aw-question").first
    hundred, box = question.locator(".aw-hundred"), question.locator(".aw-number")
    hundred.wait_for(timeout=PATIENCE)
    expect(page.locator(".aw-hundred")).to_have_count(1)  # a share in per cent cannot be counted
    filled = question.locator(".aw-hundred .aw-in")
    expect(filled).to_have_count(0)
    hundred.scroll_into_view_if_needed()
    at = hundred.bounding_box()
    assert at is not None
    column, row = at["width"] / 10, at["height"] / 10

    def place(columns: float, rows: float) -> tuple[float, float]:
        return at["x"] + columns * column, at["y"] + rows * row

    # In the fifth row the eighth: four whole rows and eight.
    page.mouse.move(*place(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*place(7.5, 4.5), steps=4)
    page.mouse.up()
    expect(box).to_have_value("48")
    expect(filled).to_have_count(48)
    page.mouse.click(*place(0.5, 0.5))
    expect(box).to_have_value("1")
    page.mouse.move(*place(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*place(-1, 0.5), steps=2)
    page.mouse.up()
    expect(box).to_have_value("0")
    box.fill("12,6")
    expect(filled).to_have_count(13)
    box.fill("many")
    expect(filled).to_have_count(0)
    # A finger that goes on to scroll has set nothing.
    box.fill("30")
    finger = page.context.new_cdp_session(page)
    for kind, rows in (("touchStart", 1), ("touchMove", -1), ("touchMove", -6), ("touchEnd", None)):
        points = [] if rows is None else [dict(zip("xy", place(5.5, rows), strict=True))]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(box).to_have_value("30")
    press(question, "Commit to see the answer")
    expect(question.locator(".aw-verdict")).to_contain_text("right is 20 of 100")
    expect(hundred).to_be_hidden()
    assert Axe().run(page, ".aw-question").violations_count == 0


@pytest.mark.prove
def test_a_guess_that_was_not_committed_is_offered_again_after_a_reload(
    lab: Lab, page: Page
) -> None:
    guess = "aw.Question.number('typed', 'How many?', 20, within=2, unit='of 100', prediction=True)"
    lab.open(page, lab.write_notebook("typed.ipynb", "import alliance_widgets as aw", guess))
    lab.run_all(page)
    box = page.locator(".aw-question .aw-number")
    box.fill("33")
    page.wait_for_timeout(500)
    page.reload()
    lab.run_all(page)
    press(page.locator(".aw-question"), "Put it back in")
    expect(box).to_have_value("33")
    expect(box).to_be_focused()
