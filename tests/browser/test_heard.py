"""What a screen reader says: every sentence of a whole case, in order."""

from __future__ import annotations

import pytest
from conftest import PATIENCE, Lab
from playwright.sync_api import Page, expect

import alliance_widgets as aw

pytestmark = [pytest.mark.browser, pytest.mark.prove]

# Every text that a live region comes to hold, in the order in which it does.
LISTEN = """() => {
  const regions = "[aria-live], [role=status], [role=alert]";
  const last = new WeakMap();
  window.heard = [];
  new MutationObserver((changes) => {
    const nodes = changes.map(({ target: at }) => at.nodeType === 1 ? at : at.parentElement);
    for (const region of new Set(nodes.map((node) => node?.closest(regions)).filter(Boolean))) {
      const text = region.textContent.trim();
      if (text && text !== last.get(region)) window.heard.push(text);
      last.set(region, text);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
WAITING = "The notebook does not answer yet"  # true of a loaded machine, and no part of the case
LEVELS = (4, 4, 4, 2, 4, 4, 4, 4, 4, 4)


def test_every_sentence_of_a_whole_case_is_known_and_in_order(lab: Lab, page: Page) -> None:
    cells = ("import alliance_widgets as aw", 'aw.CaseBook.of_story("Dragan")')
    lab.open(page, lab.write_notebook("heard.ipynb", *cells))
    lab.run_all(page)
    page.locator(".aw-form").wait_for(timeout=PATIENCE)
    expect(page.locator(".aw-form .aw-status")).to_contain_text("Nothing is recorded yet")
    page.evaluate(LISTEN)
    hours = aw.load_data("story_hours").query("client == 'Dragan'").set_index("session")["hour"]

    def heard(last: str) -> list[str]:
        """All that was said since, once a sentence was said that begins so."""
        page.wait_for_function(
            "last => window.heard.some((text) => text.startsWith(last))", arg=last
        )
        page.wait_for_timeout(1_000)  # and nothing after it
        texts = page.evaluate("window.heard.splice(0)")
        return [text for text in texts if not text.startswith(WAITING)]

    def opened(session: int) -> str:
        return f"Session {session}, as the client. {hours[session]}"

    page.locator("input[type=range][name=goals]").focus()
    for session, level in enumerate(LEVELS, start=1):
        # Three digits, two tabs and Enter, and nothing but the line is heard meanwhile.
        for key in (str(level), "Tab", str(level), "Tab", str(level)):
            page.keyboard.press(key)
        said = heard(f"Session {session}: ")
        assert all(each.startswith(f"Session {session}: ") for each in said), said
        page.keyboard.press("Enter")
        saved = f"Session {session} is on the line."
        after, *rest = heard(saved)
        assert rest == [saved]
        over = session == len(LEVELS)
        assert (
            after.startswith("The story is told. All hours")
            if over
            else after == opened(session + 1)
        )
    page.get_by_role("button", name="Undo", exact=True).press("Enter")
    back = "Session 10 is back in the form, as you had rated it."
    assert heard(back)[:2] == [opened(10), back]
    page.get_by_role("button", name="Save session 10", exact=True).press("Enter")
    saved = "Session 10 is on the line."
    assert heard(saved)[1:] == [saved]
    page.locator(".aw-grid summary").press("Enter")
    page.get_by_label("Bond, session 4", exact=True).fill("3")
    page.keyboard.press("Enter")
    corrected = "Session 4 is corrected."
    assert heard(corrected)[0] == corrected
