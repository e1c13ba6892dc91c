"""A lesson runs by itself when it is opened or its kernel restarts: its shipped cells, and once."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import nbformat
import pytest
from conftest import PATIENCE, TOKEN, Lab
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Page, WebSocketRoute, expect

pytestmark = pytest.mark.browser

SHIPPED = Path(__file__).parents[2] / "notebooks"
FIRST = "00_start_here.ipynb"
WIDGET = "application/vnd.jupyter.widget-view+json"


def shipped(name: str = FIRST) -> NotebookNode:
    return nbformat.read(SHIPPED / name, as_version=4)


def put(lab: Lab, notebook: NotebookNode, name: str = "lesson.ipynb") -> str:
    nbformat.write(notebook, lab.folder / "notebooks" / name)
    return f"notebooks/{name}"


def leaves(name: str) -> str:
    """Code of a stranger: it leaves a file behind when it is run."""
    return f"open({name!r}, 'w').write('ran')"


def ran(lab: Lab, name: str) -> bool:
    return (lab.folder / "notebooks" / name).exists()


def lesson(page: Page, state: str) -> None:
    page.locator(f"[data-aw-lesson={state}]:visible").wait_for(timeout=3 * PATIENCE)


class Sent(list[str]):
    """The ids of the cells that a page gave to its kernels, in order, whoever asked for it."""

    def __init__(self, page: Page) -> None:
        page.on("websocket", lambda socket: socket.on("framesent", self.note))

    def note(self, frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
        if '"execute_request"' in text:
            self.extend(re.findall(r'"cellId": ?"([^"]+)"', text))


def code_cells(notebook: NotebookNode) -> list[str]:
    return [cell.id for cell in notebook.cells if cell.cell_type == "code"]


def scrolled(page: Page) -> int:
    return page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")


@pytest.mark.parametrize("app", ["lab/tree", "notebooks"])
def test_a_shipped_lesson_runs_once_stays_at_the_top_and_leaves_nothing_to_save(
    lab: Lab, page: Page, app: str
) -> None:
    before = shipped()
    sent = Sent(page)
    path = lab.folder / put(lab, before)
    as_it_was = path.read_bytes()
    page.goto(f"{lab.address}/{app}/notebooks/lesson.ipynb?token={TOKEN}&reset")
    lesson(page, "ready")
    expect(page.locator(".aw-form").first).to_be_visible()
    expect(page.locator(".aw-chart[data-ready='true']").first).to_be_visible()
    page.wait_for_timeout(1_000)
    assert sent == code_cells(before)
    assert scrolled(page) == 0
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    expect(page.locator(".aw-run-all")).to_be_hidden()
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    assert path.read_bytes() == as_it_was


class TestAgain:
    def test_after_a_reload_and_after_each_way_to_restart_every_cell_runs_once(
        self, lab: Lab, page: Page
    ) -> None:
        notebook = shipped()
        sent, once = Sent(page), code_cells(notebook)
        lab.open(page, put(lab, notebook))
        lesson(page, "ready")
        page.reload()
        lesson(page, "ready")
        page.locator(".aw-form").first.wait_for()
        assert sent == 2 * once

        self.restart(page, "Restart Kernel…")
        expect(page.locator(".jp-Notebook")).to_contain_text("Noor's tenth hour")
        assert sent == 3 * once

        self.restart(page, "Restart Kernel and Run All Cells…")
        page.wait_for_timeout(3_000)
        assert sent == 4 * once

    def test_a_student_who_runs_all_while_the_lesson_starts_gets_it_whole(
        self, lab: Lab, page: Page
    ) -> None:
        # Not by `open`: an idle kernel may be one that has run all of it.
        page.goto(f"{lab.address}/lab/tree/{put(lab, shipped())}?token={TOKEN}&reset")
        lesson(page, "running")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        lesson(page, "ready")
        expect(page.locator(".aw-form")).to_have_count(3)

    @staticmethod
    def restart(page: Page, how: str) -> None:
        page.evaluate(
            "document.querySelectorAll('.aw-form').forEach((form) => (form.dataset.old = 1))"
        )
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.get_by_role("menuitem", name=re.compile(f"^{how}")).click()
        page.get_by_role("button", name="Confirm Kernel Restart").click()
        page.locator(".aw-form:not([data-old])").nth(2).wait_for(timeout=2 * PATIENCE)
        lesson(page, "ready")

    def test_a_kernel_that_died_is_replaced_and_the_lesson_is_there_again(
        self, lab: Lab, page: Page
    ) -> None:
        lab.open(page, put(lab, shipped()))
        lesson(page, "ready")
        expect(page.locator(".aw-voice", has_text="The lesson is ready.")).to_have_count(1)
        bond = "input[type=range][name=bond]"
        page.locator(bond).first.focus()
        os.kill(kernel_in(lab.folder / "notebooks"), signal.SIGKILL)
        expect(page.locator(".aw-form .aw-ended").first).to_be_visible()
        called = page.locator("[role=alert].aw-voice")
        expect(called).to_have_text(
            "The notebook's kernel has stopped. The lesson starts again by itself; what was saved "
            "is kept."
        )
        page.get_by_role("button", name="Ok", exact=True).click()  # JupyterLab's own word on it
        expect(page.locator(".aw-ended:visible")).to_have_count(0, timeout=PATIENCE)
        lesson(page, "ready")
        expect(page.locator(".aw-form")).to_have_count(3)
        expect(page.locator(".aw-voice", has_text="The lesson is ready.")).to_have_count(1)
        expect(page.locator(bond).first).to_be_focused()

    def test_a_kernel_that_dies_while_the_lesson_starts_is_not_tried_for_ever(
        self, lab: Lab, page: Page
    ) -> None:
        # Not by `open`: an idle kernel may be one that has run all of it.
        page.goto(f"{lab.address}/lab/tree/{put(lab, shipped())}?token={TOKEN}&reset")
        lesson(page, "running")
        os.kill(kernel_in(lab.folder / "notebooks"), signal.SIGKILL)
        page.get_by_role("button", name="Ok", exact=True).click()
        lesson(page, "stopped")
        page.get_by_role("button", name="Start the lesson").click()
        lesson(page, "ready")


def kernel_in(folder: Path) -> int:
    """The process of the kernel that works in `folder`."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
            if "ipykernel_launcher" in command and (process / "cwd").readlink() == folder:
                return int(process.name)
        except OSError:
            continue
    raise AssertionError(f"no kernel works in {folder}")


def test_of_two_lessons_the_one_behind_starts_when_it_is_looked_at(lab: Lab, page: Page) -> None:
    second = put(lab, shipped("09_two_worlds.ipynb"), "second.ipynb")
    lab.open(page, put(lab, shipped()))
    lesson(page, "ready")
    page.get_by_role("listitem", name="second.ipynb").dblclick()
    lesson(page, "ready")
    expect(page.locator("[data-aw-lesson=ready]")).to_have_count(2)
    page.wait_for_timeout(2_000)  # JupyterLab writes down what is open
    page.goto(f"{lab.address}/lab/tree/{second}?token={TOKEN}")
    lesson(page, "ready")
    expect(page.locator("[data-aw-lesson]")).to_have_count(2)
    expect(page.locator("[data-aw-lesson=opening]")).to_be_hidden()
    page.get_by_role("tab", name="lesson.ipynb").click()
    lesson(page, "ready")
    expect(page.locator("[data-aw-lesson=ready]")).to_have_count(2)


class TestForeign:
    def test_a_foreign_notebook_that_calls_itself_a_lesson_runs_nothing_until_it_is_asked(
        self, lab: Lab, page: Page
    ) -> None:
        sly = new_code_cell(leaves("foreign.txt"), metadata={"tags": ["check"]})
        notebook = new_notebook(cells=[sly], metadata=shipped().metadata)
        lab.open(page, put(lab, notebook))
        lesson(page, "asking")
        page.wait_for_timeout(3_000)
        assert not ran(lab, "foreign.txt")
        expect(page.locator(".jp-CodeCell .cm-content")).to_contain_text("foreign.txt")
        page.get_by_role("button", name="Start the lesson").click()
        lesson(page, "ready")
        assert ran(lab, "foreign.txt")

    def test_in_a_shipped_lesson_foreign_and_changed_cells_wait_and_the_others_run(
        self, lab: Lab, page: Page
    ) -> None:
        notebook = shipped()
        sly = new_code_cell(leaves("sly.txt"), metadata={"tags": ["check"]})
        notebook.cells.insert(2, sly)
        changed = next(c for c in notebook.cells if c.source == "aw.CaseBook()")
        changed.source += f"; {leaves('changed.txt')}"
        lab.open(page, put(lab, notebook))
        lesson(page, "ready")
        expect(page.locator(".aw-form")).to_have_count(2)
        assert not ran(lab, "sly.txt")
        assert not ran(lab, "changed.txt")
        expect(page.locator(".aw-lesson-said")).to_have_text("2 parts wait for you.")
        waiting = page.locator(".jp-CodeCell", has=page.get_by_role("button", name="Run it"))
        expect(waiting.locator("visible=true").locator(".cm-content")).to_have_count(2)
        page.get_by_role("button", name="Run it").first.click()
        expect(page.locator(".aw-lesson-said")).to_have_text("One part waits for you.")
        assert ran(lab, "sly.txt")
        assert not ran(lab, "changed.txt")

    def test_what_cannot_run_before_a_changed_cell_waits_with_it_and_shows_no_fault(
        self, lab: Lab, page: Page
    ) -> None:
        notebook = shipped("03_the_path_of_the_alliance.ipynb")
        data = next(cell for cell in notebook.cells if cell.cell_type == "code")
        data.source = "# mine\n" + data.source
        lab.open(page, put(lab, notebook))
        lesson(page, "ready")
        expect(page.locator("[data-mime-type*=error]")).to_have_count(0)
        expect(page.locator(".aw-lesson-said")).to_contain_text("parts wait for you")

    def test_a_file_beside_a_lesson_does_not_stand_in_for_a_package(
        self, lab: Lab, page: Page
    ) -> None:
        folder = lab.folder / "notebooks" / "parcel"
        folder.mkdir(exist_ok=True)
        for module in ("alliance_widgets", "pandas", "numexpr", "mine"):
            (folder / f"{module}.py").write_text(f"open('{module}.txt', 'w').close()")
        lab.open(page, put(lab, shipped(), "parcel/lesson.ipynb"))
        lesson(page, "ready")
        expect(page.locator(".aw-form")).to_have_count(3)
        assert list(folder.glob("*.txt")) == []

    def test_a_notebook_that_is_no_lesson_is_left_alone(self, lab: Lab, page: Page) -> None:
        sent = Sent(page)
        cell = next(c for c in shipped().cells if c.cell_type == "code")
        lab.open(page, lab.write_notebook("own.ipynb", cell.source, leaves("own.txt")))
        page.wait_for_timeout(3_000)
        assert sent == []
        expect(page.locator("[data-aw-lesson], .aw-lesson-bar")).to_have_count(0)


def test_a_widget_of_an_earlier_visit_is_its_text_until_the_live_one_is_there(
    lab: Lab, page: Page
) -> None:
    notebook = shipped()
    for cell in notebook.cells:
        if "CaseBook" in cell.source and cell.cell_type == "code":
            saved = {"text/plain": "A line, in words.", WIDGET: {"model_id": "gone"}}
            cell.outputs = [new_output("display_data", saved)]
    changed = next(c for c in notebook.cells if c.source == "aw.CaseBook()")
    changed.source += "  # mine"
    lab.open(page, put(lab, notebook))
    expect(page.get_by_text("A line, in words.").last).to_be_attached()
    lesson(page, "ready")
    # The changed cell waits, and keeps its words; the others are live.
    expect(page.get_by_text("A line, in words.")).to_have_count(1)
    expect(page.locator(".aw-form")).to_have_count(2)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)


def test_cells_and_their_buttons_are_called_by_their_heading_at_every_visit(
    lab: Lab, page: Page
) -> None:
    path = put(lab, shipped("08_alliance_and_dropout.ipynb"))
    lab.open(page, path)
    lesson(page, "ready")
    page.reload()
    lesson(page, "ready")
    three = [f"Skip this part: The waiting trick, {n} of 3" for n in (1, 2, 3)]
    expect(page.get_by_role("button", name=three[-1], exact=True)).to_be_attached()
    label = "all => all.map((each) => each.getAttribute('aria-label'))"
    names = page.locator(".aw-lesson-skip:visible").evaluate_all(label)
    assert names[-3:] == three
    assert len(names) == len({*names})
    assert not [name for name in names if not re.search(r": \w", name or "")]
    cells = page.locator(".jp-Cell:visible").evaluate_all(label)
    assert cells[0] == "Who leaves, and by whose definition?"
    assert not [name for name in cells if "Cell Content" in name]


GIVES_UP = """const timeout = AbortSignal.timeout.bind(AbortSignal);
window.given = 0;
AbortSignal.timeout = (wait) => timeout((window.given += 1) <= %d ? 0 : wait);"""


@pytest.mark.parametrize(("times", "state"), [(3, "ready"), (1_000, "unheard")])
def test_a_lesson_whose_widgets_the_page_gave_up_on_runs_once_more_and_then_says_so(
    lab: Lab, page: Page, times: int, state: str
) -> None:
    """anywidget gives up after two seconds, as on a slow machine; here at once, so many times."""
    page.add_init_script(GIVES_UP % times)
    sent = Sent(page)
    lab.open(page, put(lab, shipped()))
    lesson(page, "ready")
    for _ in range(100):
        if len(sent) == 2 * len(code_cells(shipped())):
            break
        page.wait_for_timeout(200)
    lesson(page, state)
    page.wait_for_timeout(4_000)
    lesson(page, state)
    assert sent == 2 * code_cells(shipped())
    if state == "ready":
        expect(page.locator(".aw-form legend").first).to_contain_text("Session 10")


def test_a_lesson_whose_widgets_never_reached_the_page_runs_once_more(lab: Lab, page: Page) -> None:
    """A page can miss what a kernel that is slow to come opens: its outputs stand unfilled."""
    lost: list[str] = []

    def connect(kernel: WebSocketRoute) -> None:
        server = kernel.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            tells = re.search("comm_open|comm_info_reply", text)
            if tells and len(sent) <= len(code_cells(shipped())):
                lost.append(tells[0])
            else:
                kernel.send(message)

        server.on_message(pass_on)

    sent = Sent(page)
    page.route_web_socket(re.compile("/api/kernels/"), connect)
    lab.open(page, put(lab, shipped()))
    expect(page.locator(".aw-form legend").first).to_contain_text(
        "Session 10", timeout=3 * PATIENCE
    )
    lesson(page, "ready")
    assert {*lost} == {"comm_open", "comm_info_reply"}
    assert sent == 2 * code_cells(shipped())
    expect(page.get_by_text(re.compile("Loading widget|Error displaying"))).to_have_count(0)


def test_a_lesson_that_was_closed_is_opened_again_with_its_kernel_running(
    lab: Lab, page: Page
) -> None:
    page.goto(f"{lab.address}/lab/tree/{put(lab, shipped())}?token={TOKEN}&reset")
    lesson(page, "ready")
    page.locator(".lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon").last.click()
    expect(page.locator(".jp-Notebook")).to_have_count(0, timeout=PATIENCE)
    page.locator(".jp-DirListing-item", has_text="lesson.ipynb").dblclick()
    lesson(page, "ready")
    page.locator("input[name=bond]").first.focus()
    page.keyboard.press("2")
    expect(page.locator(".aw-headline").first).to_contain_text("1.83 lower", timeout=PATIENCE)
    expect(page.get_by_text("kernel has stopped")).to_have_count(0)


def test_no_key_takes_a_part_of_a_lesson_away_or_shows_its_source(lab: Lab, page: Page) -> None:
    lab.open(page, put(lab, shipped()))
    lesson(page, "ready")
    cells = page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()
    page.locator(".jp-RenderedMarkdown p:visible").first.click()
    for key in (
        "ArrowDown",
        "ArrowDown",
        "x",
        "d",
        "d",
        "a",
        "b",
        "v",
        "m",
        "y",
        "Shift+M",
        "Enter",
    ):
        page.keyboard.press(key)
    page.locator(".aw-lesson-view .aw-form .aw-number").first.click()
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.wait_for_timeout(500)
    expect(cells).to_have_count(before)
    expect(page.locator(".jp-MarkdownCell .cm-editor:visible")).to_have_count(0)
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)


def test_a_lesson_opened_in_another_window_says_so_here_and_can_be_taken_back(
    lab: Lab, page: Page
) -> None:
    """Two windows share a kernel: what the one runs takes the parts of the other away."""
    path = lab.folder / put(lab, shipped("03_the_path_of_the_alliance.ipynb"))
    address = f"{lab.address}/notebooks/notebooks/{path.name}?token={TOKEN}"
    page.goto(address)
    lesson(page, "ready")
    other = page.context.new_page()
    other.goto(address)
    lesson(other, "ready")
    notice = page.locator(".aw-lesson-notice")
    expect(notice).to_contain_text("opened in another window")
    lesson(page, "elsewhere")
    expect(other.locator(".aw-question").first).to_be_visible()
    notice.get_by_role("button", name="Start the lesson").click()
    lesson(page, "ready")
    expect(page.locator(".aw-question").first).to_be_visible()
    lesson(other, "elsewhere")
    expect(notice).to_be_hidden()


def test_a_lesson_whose_server_was_started_anew_says_so_and_goes_on_at_a_button(
    lab: Lab, page: Page
) -> None:
    """The server knows nothing of the page's kernel: running cells would do nothing, unsaid."""
    page.goto(f"{lab.address}/lab/tree/{put(lab, shipped())}?token={TOKEN}&reset")
    lesson(page, "ready")
    page.locator(".aw-form input[type=range]").first.focus()
    page.keyboard.press("4")
    lab.stop()
    bar = page.locator(".aw-lesson-said")
    expect(bar).to_have_text("The connection is gone: leave this page open.", timeout=PATIENCE)
    lab.start()
    lesson(page, "gone")
    expect(bar).to_be_empty()
    ended = page.locator(".aw-form .aw-ended").first
    expect(ended).to_contain_text("Press “Start the lesson”")
    left = page.locator(".aw-form .aw-left").first
    expect(left).to_contain_text("Goals 4")
    page.locator(".aw-lesson-notice").get_by_role("button", name="Start the lesson").click()
    lesson(page, "ready")
    expect(page.locator(".aw-ended:visible")).to_have_count(0)
    expect(left).to_contain_text("Entered in this tab before")
    expect(left).to_contain_text("Goals 4")
    expect(left.get_by_role("button", name="Save these now")).to_be_focused()
    heard = left.locator(".aw-only-heard")
    expect(heard).to_contain_text("not known to be saved: Session 10: Goals 4")
