"""What a screen reader says: every sentence of a whole case, in order."""

from __future__ import annotations

import pytest
from conftest import PATIENCE, Lab
from playwright.sync_api import Page, expect

import alliance_widgets as aw

pytestmark = [pytest.mark.browser, pytest.mark.prove]

# Every text that a live region comes to hold, in the order in which it does.
LISTEN = """() => {
  // What a control shows of itself is no news, and its figure says that it is none.
  const spoken = ":is([role=status], [role=alert], output):not([aria-live])";
  const regions = `:is([aria-live=polite], [aria-live=assertive], ${spoken})`;
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
FIRST = "The first rating: there is no earlier one to compare it with."
SAME = "The same as the rating before."
FALL = (
    "2.0 lower than the rating before: more than noise usually does; possible rupture "
    "(reliable drop rule)."
)
RATED = (  # what is entered, and what is said of it before it is saved
    *((4, FIRST), (4, SAME), (4, SAME), (2, FALL)),
    (4, "2.0 higher than the rating before: back up after the possible rupture at session 4."),
    *[(4, SAME)] * 5,
)
# What the rule says of it is as before the correction, and not said once more.
CORRECTED = (
    "The client's rating starts at 4.0, is lowest at session 4 (2.33) and ends at 4.0, over ten "
    "sessions."
)


def test_every_sentence_of_a_whole_case_is_known_and_in_order(lab: Lab, page: Page) -> None:
    cells = ("import alliance_widgets as aw", 'aw.CaseBook.of_story("Dragan")')
    lab.open(page, lab.write_notebook("heard.ipynb", *cells))
    lab.run_all(page)
    page.locator(".aw-form").wait_for(timeout=PATIENCE)
    expect(page.locator(".aw-form .aw-status")).to_contain_text("Nothing is recorded yet")
    page.evaluate(LISTEN)
    hours = aw.load_data("story_hours").query("client == 'Dragan'").set_index("session")["hour"]

    def heard(last: str) -> list[str]:
        """All that was said since, once `last` was."""
        page.wait_for_function("last => window.heard.includes(last)", arg=last)
        page.wait_for_timeout(1_800)  # longer than a chart waits for the hand: nothing after it
        texts = page.evaluate("window.heard.splice(0)")
        return [text for text in texts if not text.startswith(WAITING)]

    def opened(session: int) -> str:
        return f"Session {session}, as the client. {hours[session]}"

    over = "The story is told. Undo takes the last hour back into the form."
    page.locator("input[type=range][name=goals]").focus()
    for session, (level, sentence) in enumerate(RATED, start=1):
        # Three digits, two tabs and Enter, and nothing but the line is heard meanwhile.
        for key in (str(level), "Tab", str(level), "Tab", str(level)):
            page.keyboard.press(key)
        said = f"Session {session}: {sentence}"
        assert heard(said) == [said]
        page.keyboard.press("Enter")
        after = over if session == len(RATED) else opened(session + 1)
        assert heard(after) == [f"Session {session} is on the line.", after]
    page.get_by_role("button", name="Undo", exact=True).press("Enter")
    unsaved = "Session 10 stands in the form and is not saved yet."
    back = "Session 10 is back in the form, as you had rated it."
    assert heard(unsaved) == [back, opened(10), unsaved]
    page.get_by_role("button", name="Save session 10", exact=True).press("Enter")
    assert heard(over) == ["Session 10 is on the line.", over]
    page.locator(".aw-grid summary").press("Enter")
    page.get_by_label("Bond, session 4", exact=True).fill("3")
    page.keyboard.press("Enter")
    assert heard(CORRECTED) == ["Session 4 is corrected.", CORRECTED]


def test_the_rule_that_is_chosen_is_the_one_that_is_heard(lab: Lab, page: Page) -> None:
    cells = ("import alliance_widgets as aw", "aw.RuleComparator(client='Lucía')")
    lab.open(page, lab.write_notebook("heard_rules.ipynb", *cells))
    lab.run_all(page)
    page.locator(".aw-chart[data-ready=true]").wait_for(timeout=PATIENCE)
    page.evaluate(LISTEN)
    chosen = page.get_by_label("Show the limit of")
    chosen.focus()
    for known in (9, 8):
        page.get_by_label("Known up to session").fill(str(known))
        page.wait_for_timeout(3_000)
        page.evaluate("window.heard.splice(0)")
        chosen.focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"):
            page.keyboard.press(key)
            caption = page.locator(".aw-caption")
            rule = chosen.locator("option:checked").text_content()
            expect(caption).to_contain_text(str(rule))
            page.wait_for_timeout(2_500)
            said = page.evaluate("window.heard.splice(0)")
            assert [text.split(". ")[0].rstrip(".") for text in said] == [
                str(caption.text_content()).rstrip(".")
            ], (known, key, said)


def test_what_becomes_of_a_file_is_heard_once_where_it_was_given(lab: Lab, page: Page) -> None:
    cells = [f'aw.CaseBook.of_story("{client}")' for client in ("Noor", "Dragan")]
    lab.open(page, lab.write_notebook("file.ipynb", "import alliance_widgets as aw", *cells))
    lab.run_all(page)
    forms = page.locator(".aw-form")
    forms.nth(1).wait_for(timeout=PATIENCE)
    page.locator("input[type=range][name=goals]").first.focus()
    for key in ("4", "Tab", "4", "Tab", "4", "Enter"):
        page.keyboard.press(key)
    expect(forms.first.locator(".aw-message")).to_have_text("Session 10 is on the line.")
    page.evaluate(LISTEN)
    lab.work.with_name("copy.json").write_bytes(lab.work.read_bytes())
    files = forms.first.locator("input[type=file][accept*=json]")
    files.set_input_files(lab.work.with_name("copy.json"))
    said = "0 entries were added to your work. 1 stays as it is here."
    expect(forms.first.locator(".aw-message")).to_have_text(said)
    page.wait_for_timeout(1_800)
    assert page.evaluate("window.heard") == [said]
    expect(forms.nth(1).locator(".aw-message")).to_have_text("")


def test_an_answer_of_an_earlier_day_is_silent_until_a_hand_is_on_its_part(
    lab: Lab, page: Page
) -> None:
    ask = "aw.Question.number('silent', 'How many?', 20, within=2, unit='of 100', prediction=True)"
    cells = ("import alliance_widgets as aw", ask)
    name = lab.write_notebook("silent.ipynb", *cells)
    lab.open(page, name)
    lab.run_all(page)
    box, message = page.locator(".aw-question .aw-number"), page.locator(".aw-question .aw-message")
    box.fill("40")
    expect(message).to_have_attribute("aria-live", "polite")
    box.press("Enter")
    expect(page.locator(".aw-verdict")).to_contain_text("right is 20 of 100")
    lab.open(page, name)
    lab.run_all(page)
    expect(page.locator(".aw-verdict")).to_contain_text("right is 20 of 100", timeout=PATIENCE)
    expect(message).not_to_have_text("")
    page.wait_for_timeout(1_500)
    expect(message).to_have_attribute("aria-live", "off")
    page.locator(".aw-question summary").first.click()
    expect(message).to_have_attribute("aria-live", "polite")
