// The start page: every lesson as a card, how far the student has come, and one button to go on.

import { element, fill } from "../pieces/dom.js";

const ID = "alliance-lessons-cover";
const FOLDER = "notebooks";
const INSTRUCTOR = "instructor";
const WORK = "my_work/alliance_work.json";
const SHOWN = "alliance-widgets: the start page was shown";

/** Every entry as the work file shows it now, by id; a damaged file shows none. */
export function shownEntries(text) {
  const shown = new Map();
  try {
    for (const entry of JSON.parse(text).entries) {
      const known = shown.get(entry.id);
      if (!known || known.counter < entry.counter) shown.set(entry.id, entry);
    }
  } catch {
    shown.clear();
  }
  return shown;
}

/** What was done in the places of a lesson, by key: each entry as its `kind`, `counter` and `data`, and the
 * session and the rater that the id of a rating names. */
function workIn(places, entries) {
  const found = new Map(places.map(({ key }) => [encodeURIComponent(key), []]));
  for (const { id, counter, data } of entries.values()) {
    const [kind, key, _client, session, rater] = String(id).split("/");
    if (data !== null && kind !== "setting") found.get(key)?.push({ kind, counter, data, session, rater });
  }
  return found;
}

/** Whether that is an answer, or none was wanted; lines that were told; what was committed or written. */
function isFinished({ kind, data }) {
  if ("committed" in data) return data.committed === true;
  if (kind === "taps") return Boolean(data.value?.shown || data.value?.round);
  return kind === "text" || (kind === "answer" && (data.skipped === true || (data.value ?? null) !== null));
}

/** Whether as many hours are rated, by as many raters, as the part asks for. */
const areRated = (work, rated) =>
  Object.entries(rated).every(([each, n]) => {
    const ratings = work.filter(({ kind }) => kind === "rating");
    return new Set(ratings.map((one) => one[each])).size >= n;
  });

/**
 * How far a lesson is: how many of its parts are done, and where (under which heading, with which entry) the
 * student stopped; `at` is undefined where nothing is begun.
 */
export function progress({ parts, places }, entries) {
  const work = workIn(places, entries);
  const isDone = ({ key, rated }) => {
    const here = work.get(encodeURIComponent(key));
    return rated ? areRated(here, rated) : here.some(isFinished);
  };
  const finished = parts.filter(isDone).length;
  let at, heading;
  for (const { key, under } of places)
    for (const { counter } of work.get(encodeURIComponent(key)))
      if (at === undefined || counter > at) [at, heading] = [counter, under];
  const n = parts.length;
  return { begun: at !== undefined, finished, n, done: n > 0 && finished === n, at, heading };
}

/** Which of the lessons, as they are far, comes next: the one that was worked in last, or what follows it. */
export function nextOf(states) {
  const begun = states.filter((state) => state.begun).sort((one, other) => other.at - one.at);
  const from = Math.max(0, states.indexOf(begun[0]));
  return [...states.slice(from), ...states].find(({ done }) => !done) ?? states[0];
}

/** How far a lesson is in words; nothing where it is not begun. */
export function farInWords(words, { begun, finished, n, done, heading }) {
  if (!begun) return "";
  return fill(done ? words.done : finished ? words.begun : words.stopped_at, { finished, n, heading });
}

/** Cards that belong together, under their heading. */
export function group(heading, ...nodes) {
  const cards = element("ol", { class: "aw-cover-list", "aria-label": heading }, ...nodes);
  return { cards, root: element("section", { class: "aw-cover-group" }, element("h2", {}, heading), cards) };
}

/** What stands in the server's folder of lessons: their files, and the student's work as text. */
async function lookAt(contents) {
  const names = async (path) => {
    const found = await contents.get(path, { content: true });
    return found.type === "directory" ? found.content.map(({ name }) => name) : [];
  };
  const files = await names(FOLDER).catch(() => []);
  if (files.includes(INSTRUCTOR)) {
    const theirs = await names(`${FOLDER}/${INSTRUCTOR}`).catch(() => []);
    files.push(...theirs.map((name) => `${INSTRUCTOR}/${name}`));
  }
  const [folder, file] = WORK.split("/");
  const hasWork = files.includes(folder) && (await names(`${FOLDER}/${folder}`)).includes(file);
  const work = hasWork
    ? await contents.get(`${FOLDER}/${WORK}`, { type: "file", format: "text", content: true }).then(
        ({ content }) => content,
        () => "", // what cannot be read keeps nobody from the lessons
      )
    : "";
  return { files, work };
}

class Cover {
  constructor({ app, kit }) {
    this.app = app;
    this.words = kit.words;
    this.lessons = kit.lessons;
    this.others = kit.others;
    this.page = new kit.Widget({ node: this.draw() });
    this.page.onAfterShow = () => void this.refresh();
    this.page.onActivateRequest = () => this.go.focus({ preventScroll: true });
    this.page.id = ID;
    this.page.title.label = this.words.cover;
    this.page.title.closable = true;
  }

  draw() {
    const { words } = this;
    this.go = element("button", { type: "button", class: "aw-lesson-button aw-lesson-primary" });
    this.go.addEventListener("click", () => this.open(this.next));
    this.list = group(words.cover_list);
    this.more = group(words.cover_others);
    return element(
      "div",
      { class: "aw-cover", role: "region", "aria-label": words.cover_title },
      element(
        "div",
        { class: "aw-cover-page" },
        element("h1", {}, words.cover_title),
        element("p", { class: "aw-cover-about" }, words.cover_about),
        this.go,
        this.list.root,
        this.more.root,
      ),
    );
  }

  /** Show what is there now; whether there is any lesson. */
  async refresh() {
    const { files, work } = await lookAt(this.app.serviceManager.contents);
    const entries = shownEntries(work || '{"entries": []}');
    const there = this.lessons.filter(({ file }) => files.includes(file));
    const states = there.map((lesson) => ({ lesson, ...progress(lesson, entries) }));
    const begun = states.some((state) => state.begun);
    this.next = nextOf(states)?.lesson;
    this.go.textContent =
      begun && this.next ? fill(this.words.go_on, { title: this.next.title }) : this.words.begin;
    this.list.cards.replaceChildren(...states.map((state) => this.card(state)));
    const others = this.others.filter(({ file }) => files.includes(file));
    this.more.cards.replaceChildren(...others.map((other) => this.other(other)));
    this.more.root.hidden = !others.length;
    return there.length > 0;
  }

  card(state) {
    const { words } = this;
    const { lesson } = state;
    const kind = fill(lesson.core ? words.core : words.deepen, lesson);
    const far = farInWords(words, state);
    return element(
      "li",
      { class: `aw-cover-card ${lesson.core ? "aw-cover-core" : ""} ${state.done ? "aw-cover-done" : ""}` },
      element("span", { class: "aw-cover-number", "aria-hidden": "true" }, lesson.lesson),
      element("h3", {}, this.link(lesson)),
      element("p", {}, kind),
      far ? element("p", { class: "aw-cover-far" }, far) : null,
    );
  }

  /** A notebook that is no lesson: a class in one, tasks, and what is the instructor's. */
  other(notebook) {
    return element(
      "li",
      { class: "aw-cover-card" },
      element("h3", {}, this.link(notebook)),
      element("p", {}, this.words.others[notebook.about] ?? ""),
    );
  }

  link(notebook) {
    const link = element("a", { href: `${this.base}/tree/${FOLDER}/${notebook.file}` }, notebook.title);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab of the browser
      event.preventDefault();
      this.open(notebook);
    });
    return link;
  }

  get base() {
    const { baseUrl, appUrl } = this.app.serviceManager.serverSettings;
    return baseUrl.replace(/\/$/, "") + appUrl;
  }

  open(lesson) {
    if (lesson) void this.app.commands.execute("docmanager:open", { path: `${FOLDER}/${lesson.file}` });
  }
}

/** Whether the address asks for a document: then that is what is shown, and not the start page. */
const asksForDocument = (address) => /\/tree\//.test(address);

/** Once per tab of the browser: a page that is loaded again shows what it showed. */
function isFirstLook() {
  try {
    const first = !sessionStorage.getItem(SHOWN);
    sessionStorage.setItem(SHOWN, "yes");
    return first;
  } catch {
    return true;
  }
}

/**
 * Put the start page where JupyterLab opens, if lessons are there; gives what brings it back, and
 * nothing where the program has no place for it (Notebook shows one document per tab). Where there are
 * lessons, `fit` is called to make room for them.
 */
export async function showCover(app, prepared, address, fit) {
  const kit = await prepared;
  if (!app.shell.collapseLeft) return;
  const cover = new Cover({ app, kit });
  const add = (activate) => {
    if (!cover.page.isAttached) app.shell.add(cover.page, "main", { mode: "tab-before", activate });
  };
  const show = () => {
    add(true);
    app.shell.activateById(ID);
  };
  kit.showCover = () => void cover.refresh().then(show);
  await app.restored;
  if (!(await cover.refresh())) {
    kit.showCover = undefined;
    return;
  }
  fit();
  if (!asksForDocument(address) && isFirstLook()) {
    show();
    app.shell.collapseLeft();
  } else add(false); // so that whoever closes a lesson is among the lessons
}
