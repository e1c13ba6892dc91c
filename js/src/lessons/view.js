// The lesson as a page to read: one column, the code folded, and a button that brings it back.

import { element, fill, quietVoice, uniqueId } from "../pieces/dom.js";
import { hasFailed, isCheck, isEmpty, isShipped } from "./cells.js";

import paper from "./print.css";
import { printLesson } from "./print.js";
import { markRaters } from "./raters.js";
import { boxTables } from "./tables.js";
import { explainTerms, keepTogether } from "./terms.js";

const KEPT = "alliance-widgets: show the code";
const views = new Set();
/** @type {ReturnType<typeof quietVoice> | undefined} of the page: the lesson that is looked at speaks */
let voice;

const codeWanted = () => {
  try {
    return localStorage.getItem(KEPT) === "yes";
  } catch {
    return false;
  }
};

/** Every lesson on this page shows its code, or none does; remembered in this browser. */
function wantCode(wanted) {
  try {
    localStorage.setItem(KEPT, wanted ? "yes" : "no");
  } catch {
    // forbidden: then it holds until the page is closed
  }
  for (const view of views) view.showCode(wanted);
}

const button = (label, act, kind = "") =>
  element("button", { type: "button", class: `aw-lesson-button ${kind}`, onclick: act }, label);

/** A button of the bar says `label`; on a narrow page all of them say less, and fit beside one another. */
function relabel(control, label, short) {
  control.setAttribute("aria-label", label);
  const said = [element("span", { class: "aw-long" }, label), element("span", { class: "aw-short" }, short)];
  control.replaceChildren(...said);
  return control;
}

const OF_A_CHART = [".aw-tools > :first-child", ".aw-in-words > summary"];

/** What is called alike all through a lesson says where it belongs, and which it is of several there. */
function nameEach(nodes, place) {
  if (!place) return;
  for (const [i, node] of nodes.entries()) {
    const label = (node.textContent ?? "").replace("▾", "").trim();
    const which = nodes.length > 1 ? ` (${i + 1})` : "";
    node.setAttribute("aria-label", `${label}: ${place}${which}`);
  }
}

export class LessonView {
  constructor({ panel, kit, running }) {
    this.panel = panel;
    this.kit = kit;
    this.running = running;
    this.words = kit.words;
    this.strips = new Map();
    this.notebook = panel.content;
    // Cells off the screen stay in the page: for focus, for screen readers, and for printing.
    this.notebook.notebookConfig = { ...this.notebook.notebookConfig, windowingMode: "none" };
    this.addBar();
    this.addNotice();
    if (kit.site) kit.site.tell = () => this.tell();
    views.add(this);
    panel.disposed.connect(() => views.delete(this));
    panel.model.cells.changed.connect(() => this.dress());
    this.showCode(codeWanted());
    this.dress();
    this.explain();
  }

  /** The terms of the prose, once it is there; a text that is written anew has its own. */
  explain() {
    const seen = new Set();
    let timer;
    const look = () => {
      /** @type {NodeListOf<HTMLElement>} A text is in its box a moment after the box */
      const fresh = this.notebook.node.querySelectorAll(".jp-RenderedMarkdown:not([data-aw-terms], :empty)");
      for (const prose of fresh) {
        prose.dataset.awTerms = "";
        markRaters(prose, this.words.raters);
        boxTables(prose, this.words.table);
        keepTogether(prose);
        explainTerms(prose, this.words.terms, seen);
      }
      this.nameCells();
      // A caption is written anew with what it says, and explains its own.
      for (const caption of this.notebook.node.querySelectorAll(".aw-caption:not(:has(.aw-term))"))
        explainTerms(caption, this.words.terms, new Set());
    };
    const watch = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(look, 400);
    });
    watch.observe(this.notebook.node, { childList: true, subtree: true });
    this.panel.disposed.connect(() => watch.disconnect());
  }

  addBar() {
    this.said = element("span", { class: "aw-lesson-said" });
    const { words } = this;
    this.toggle = button("", () => wantCode(this.folded));
    this.back = relabel(
      button("", () => this.kit.showCover?.()),
      words.all_lessons,
      words.all_lessons_short,
    );
    const bar = new this.kit.Widget({
      node: element(
        "div",
        { class: "aw-lesson-bar", role: "region", "aria-label": words.bar },
        this.back,
        this.said,
        relabel(
          button("", () => this.print()),
          words.print,
          words.print_short,
        ),
        this.toggle,
      ),
    });
    this.panel.contentHeader.addWidget(bar);
  }

  addNotice() {
    const id = uniqueId("notice");
    this.reason = element("p", { role: "status", id });
    this.starter = button(this.words.start, () => void this.running.runEverything(), "aw-lesson-primary");
    this.starter.setAttribute("aria-describedby", id);
    this.notice = element("div", { class: "aw-lesson-notice", hidden: true }, this.reason, this.starter);
    this.panel.node.append(this.notice);
  }

  print() {
    printLesson(this.notebook.node, this.panel.title.label, paper);
  }

  get folded() {
    return this.panel.hasClass("aw-lesson-view");
  }

  showCode(shown) {
    this.panel.toggleClass("aw-lesson-view", !shown);
    this.panel.toolbar.setHidden(!shown);
    const { hide_code, show_code, code_short } = this.words;
    relabel(this.toggle, shown ? hide_code : show_code, code_short);
  }

  /** What the bar, the notice and each cell say now. */
  tell() {
    const { state, waiting, cut } = this.running;
    const starting = state === "opening" || state === "running";
    const left = waiting.size === 1 ? this.words.one_waits : this.words.some_wait;
    const waits = waiting.size && state === "ready" ? fill(left, { n: waiting.size }) : "";
    this.back.hidden = !this.kit.showCover;
    this.panel.node.dataset.awLesson = state;
    const said = this.kit.site?.said(starting) ?? (starting ? this.words.starting : "");
    this.panel.toggleClass("aw-lesson-cut", cut);
    this.said.textContent = cut ? this.words.cut : starting ? said : waits || said;
    this.speak(state);
    const { asking, stopped, gone, failed, unheard, elsewhere, kernelless } = this.words;
    const reason = { asking, stopped, gone, failed, unheard, elsewhere, kernelless }[state];
    this.notice.hidden = !reason;
    this.reason.textContent = reason ?? "";
    this.starter.hidden = state === "kernelless";
    this.dress();
    // Whoever was in a part that has ended is far from the one button that goes on.
    const at = document.activeElement;
    if (state === "gone" && (at === document.body || at?.closest(".aw-ended"))) this.starter.focus();
  }

  /** What the bar says is heard once, and once that the lesson is ready: of the one that is looked at. */
  speak(state) {
    const said = this.said.textContent;
    const { cut } = this.running;
    const ready = state === "ready" && this.before !== "ready" && this.words.ready;
    const again = this.wasCut && !cut && state !== "gone" && this.words.back;
    this.before = state;
    this.wasCut = cut;
    if (!this.panel.isVisible) return;
    const news = said !== this.spoken && (cut ? this.words.cut_heard : said);
    const sentence = [again, ready, news].filter(Boolean).join(" ");
    this.spoken = said;
    if (!sentence) return;
    voice ??= quietVoice();
    if (!voice.region.isConnected) document.body.append(voice.region);
    voice.say(() => sentence);
  }

  dress() {
    for (const cell of this.notebook.widgets)
      if (cell.model.type === "code") this.dressCell(cell);
      else cell.toggleClass("aw-lesson-then", cell.model.getMetadata("tags")?.includes("then") ?? false);
  }

  /** Fold what was shipped; what was not stays in sight, and says that it waits. */
  dressCell(cell) {
    const shipped = isShipped(cell, this.kit.shipped);
    const strip = this.stripOf(cell);
    cell.toggleClass("aw-lesson-folded", shipped);
    cell.toggleClass("aw-lesson-check", shipped && isCheck(cell) && !hasFailed(cell));
    strip.handle.hidden = !shipped;
    strip.waits.hidden = strip.run.hidden = !this.running.waiting.has(cell) || isEmpty(cell);
  }

  stripOf(cell) {
    if (this.strips.has(cell)) return this.strips.get(cell);
    const strip = {
      handle: button(this.words.handle, () => this.openCode(cell, strip), "aw-lesson-handle"),
      skip: button(this.words.skip, () => cell.node.nextElementSibling?.focus(), "aw-lesson-skip"),
      waits: element("span", {}, this.words.waits),
      run: button(this.words.run_it, () => this.run(cell)),
    };
    strip.handle.setAttribute("aria-expanded", "false");
    strip.handle.setAttribute("aria-label", this.words.handle_name);
    const { handle, skip, waits, run } = strip;
    const node = element("div", { class: "aw-lesson-strip" }, skip, waits, run, handle);
    this.strips.set(cell, strip);
    cell.disposed.connect(() => this.strips.delete(cell));
    void cell.ready.then(() => cell.node.querySelector(":scope > .jp-Cell-inputWrapper")?.before(node));
    return strip;
  }

  /**
   * Each cell, and the two buttons of a part, are called by the heading that they stand under; parts
   * under one heading by their number too.
   */
  nameCells() {
    const parts = new Map();
    let under = "";
    for (const cell of this.notebook.widgets) {
      cell.node.setAttribute("role", "article"); // of JupyterLab's feed of cells: else its name is not told
      if (cell.model.type === "code") {
        if (!cell.hasClass("aw-lesson-check")) parts.set(cell, under);
        continue;
      }
      const heading = [...cell.node.querySelectorAll(".jp-RenderedMarkdown :is(h1, h2, h3)")].at(-1);
      if (heading) under = heading.textContent.replace("¶", "").trim();
      if (under) cell.node.setAttribute("aria-label", under);
    }
    const { words } = this;
    for (const [cell, heading] of parts) {
      if (!heading) continue;
      const beside = [...parts.keys()].filter((other) => parts.get(other) === heading);
      const place = { heading, n: beside.indexOf(cell) + 1, of: beside.length };
      const name = beside.length > 1 ? fill(words.part_of, place) : heading;
      const { handle, skip } = this.strips.get(cell) ?? {};
      handle?.setAttribute("aria-label", `${words.handle_name}: ${name}`);
      skip?.setAttribute("aria-label", `${words.skip}: ${name}`);
      cell.node.setAttribute("aria-label", name);
      for (const kind of OF_A_CHART) nameEach([...cell.node.querySelectorAll(kind)], name);
    }
    const folds = [...this.notebook.node.querySelectorAll(".jp-MarkdownCell summary")];
    const said = folds.map(({ textContent }) => textContent);
    const alike = folds.filter((_, i) => said.filter((text) => text === said[i]).length > 1);
    for (const { node } of this.notebook.widgets)
      nameEach(
        alike.filter((fold) => node.contains(fold)),
        node.getAttribute("aria-label"),
      );
  }

  openCode(cell, { handle }) {
    const opened = cell.node.classList.toggle("aw-lesson-opened");
    handle.setAttribute("aria-expanded", String(opened));
    if (opened) cell.inputHidden = false;
  }

  run(cell) {
    void this.kit.actions.runCells(this.notebook, [cell], this.panel.sessionContext);
  }
}

/** Whether a lesson is looked at: it says itself when the connection is cut. */
export const isRead = () => [...views].some(({ panel }) => panel.isVisible);

const inView = (target, what) =>
  target instanceof Element ? target.closest(`.aw-lesson-view ${what}`) : null;

/**
 * A page that is read is not a notebook that is edited: one key must not delete a cell that nobody
 * sees, nor a double click turn a paragraph into its source. Inside an opened cell all is as it was.
 */
export function guardReaders() {
  addEventListener(
    "keydown",
    ({ target, key, ctrlKey, metaKey, altKey }) => {
      // JupyterLab gives the first cell the focus: a ring around it is for those who move by key.
      if (key === "Tab" || key === "Enter") document.documentElement.classList.add("aw-lesson-keys");
      if (!(target instanceof Element) || !inView(target, ".jp-Notebook")) return;
      const typing = inView(target, ".cm-editor");
      const plain = !(ctrlKey || metaKey || altKey);
      // On what has the focus itself: shortcuts that ask for it are found before any parent is looked at.
      target.toggleAttribute("data-lm-suppress-shortcuts", plain && !typing);
    },
    { capture: true },
  );
  addEventListener(
    "dblclick",
    (event) => inView(event.target, ".jp-MarkdownCell") && event.stopPropagation(),
    { capture: true },
  );
}
