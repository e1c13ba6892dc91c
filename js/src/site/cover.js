// The first page of the site: what this is, the lessons as cards, and what storing them would take.

import style from "../lessons/lessons.css";
import { farInWords, group, nextOf, progress, shownEntries } from "../lessons/cover.js";
import { element, fill } from "../pieces/dom.js";
import pageStyle from "./site.css";
import { keeps, load } from "./store.js";

const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
const addressOf = (file) => `notebooks/index.html?path=${file}`;

/** Where the address leads: `?lesson=04`, with a lab's `code` if it names one; else nowhere. */
export function asked(search, files) {
  const said = new URLSearchParams(search);
  const [wanted, code] = [said.get("lesson"), said.get("code")];
  const found = files.find(({ lesson, file }) => wanted && (lesson === wanted || file === `${wanted}.ipynb`));
  return found && addressOf(found.file) + (code ? `&code=${encodeURIComponent(code)}` : "");
}

async function entriesKept() {
  const bytes = await load();
  return shownEntries(bytes ? new TextDecoder().decode(bytes) : '{"entries": []}');
}

function card(words, lesson, entries) {
  const state = progress(lesson, entries);
  const far = farInWords(words, state);
  const node = element(
    "li",
    { class: `aw-cover-card ${state.done ? "aw-cover-done" : ""}` },
    element("span", { class: "aw-cover-number", "aria-hidden": "true" }, lesson.lesson),
    element("h3", {}, element("a", { href: addressOf(lesson.file) }, lesson.title)),
    element("p", {}, fill(lesson.core ? words.core : words.deepen, lesson)),
    far ? element("p", { class: "aw-cover-far" }, far) : null,
  );
  return { ...state, node, lesson };
}

/** A notebook that is no lesson: a class in one, and tasks. */
const other = (words, { file, title, about }) =>
  element(
    "li",
    { class: "aw-cover-card" },
    element("h3", {}, element("a", { href: addressOf(file) }, title)),
    element("p", {}, words.others[about] ?? ""),
  );

/** What can be stored for use without a network, and how far that is. */
class Offline {
  constructor(words, about) {
    this.words = words;
    this.about = about;
    this.said = element("p", { role: "status" });
    const label = fill(words.offline_store, { all: megabytes(about.all) });
    this.button = element("button", { type: "button", class: "aw-lesson-button", hidden: true }, label);
    this.button.addEventListener("click", () => void this.store());
    this.node = element("div", { class: "aw-cover-offline" }, this.button, this.said);
    void this.begin();
  }

  async begin() {
    try {
      await navigator.serviceWorker.register("offline.js");
      const { active } = await navigator.serviceWorker.ready;
      this.worker = active;
      this.button.hidden = false;
      navigator.serviceWorker.addEventListener("message", ({ data }) => this.hear(data));
      this.worker.postMessage({ ask: "how far" });
    } catch {
      this.said.textContent = this.words.offline_none;
    }
  }

  store() {
    this.button.disabled = true;
    this.worker.postMessage({ ask: "store" });
  }

  hear({ stored, all, ready, reason }) {
    const { words } = this;
    if (ready) {
      this.button.hidden = true;
      this.said.textContent = words.offline_ready;
    } else if (reason) {
      this.button.disabled = false;
      this.said.textContent = fill(words.offline_full, { reason });
    } else if (this.button.disabled) {
      this.said.textContent = fill(words.offline_storing, { n: megabytes(stored), all: megabytes(all) });
    }
  }
}

async function show() {
  const about = await (await fetch("cover.json", { cache: "no-cache" })).json();
  const { words, lessons, others } = about;
  const wanted = asked(location.search, about.files);
  if (wanted) return location.replace(wanted);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style + pageStyle);
  document.adoptedStyleSheets = [sheet];
  const entries = await entriesKept();
  const cards = lessons.map((lesson) => card(words, lesson, entries));
  const begun = cards.some((card) => card.begun);
  const next = nextOf(cards).lesson;
  const label = begun ? fill(words.go_on, { title: next.title }) : words.begin;
  const page = element(
    "div",
    { class: "aw-cover-page" },
    element("h1", {}, words.cover_title),
    element("p", { class: "aw-cover-about" }, words.cover_about),
    element("p", { class: "aw-cover-about" }, words.about),
    (await keeps()) ? null : element("p", { class: "aw-cover-warning", role: "alert" }, words.no_store),
    element("a", { class: "aw-lesson-button aw-lesson-primary", href: addressOf(next.file) }, label),
    element("p", { class: "aw-cover-small" }, fill(words.size, { first: megabytes(about.sent) })),
    group(words.cover_list, ...cards.map(({ node }) => node)).root,
    group(words.cover_others, ...others.map((each) => other(words, each))).root,
    new Offline(words, about).node,
    element("p", { class: "aw-cover-small" }, element("a", { href: about.binder }, words.binder)),
  );
  document.getElementById("cover").replaceChildren(page);
}

if (globalThis.document?.getElementById("cover")) void show();
