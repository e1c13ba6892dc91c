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

/** Where the latest thing stands that was done in a lesson; undefined where nothing was. */
function stoppedAt(places, entries) {
  const headings = new Map(places.map(({ key, under }) => [encodeURIComponent(key), under]));
  let latest;
  for (const { id, counter, data } of entries.values()) {
    const [kind, key] = String(id).split("/", 2);
    const isWork = data !== null && kind !== "setting" && headings.has(key);
    if (isWork && (!latest || counter > latest.counter)) latest = { counter, heading: headings.get(key) };
  }
  return latest?.heading;
}

/** How far a lesson is: whether it is begun, its questions answered, and where the student stopped. */
export function progress({ questions, places }, entries) {
  const isAnswered = ({ key }) => {
    const value = entries.get(`answer/${encodeURIComponent(key)}`)?.data?.value;
    return value !== undefined && value !== null;
  };
  const answered = questions.filter(isAnswered).length;
  const n = questions.length;
  const heading = stoppedAt(places, entries);
  return { begun: heading !== undefined, answered, n, done: n > 0 && answered === n, heading };
}

/** The same in words; nothing where the lesson is not begun. */
export function farInWords(words, { begun, answered, n, done, heading }) {
  if (done) return words.done;
  if (!begun) return "";
  return fill(answered ? words.begun : words.stopped_at, { answered, n, heading });
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
    this.list = element("ol", { class: "aw-cover-list", "aria-label": words.cover_list });
    this.more = element("ol", { class: "aw-cover-list", "aria-label": words.cover_others });
    return element(
      "div",
      { class: "aw-cover", role: "region", "aria-label": words.cover_title },
      element(
        "div",
        { class: "aw-cover-page" },
        element("h1", {}, words.cover_title),
        element("p", { class: "aw-cover-about" }, words.cover_about),
        this.go,
        this.list,
        this.more,
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
    this.next = (states.find(({ done }) => !done) ?? states[0])?.lesson;
    this.go.textContent =
      begun && this.next ? fill(this.words.go_on, { title: this.next.title }) : this.words.begin;
    this.list.replaceChildren(...states.map((state) => this.card(state)));
    const others = this.others.filter(({ file }) => files.includes(file));
    this.more.replaceChildren(...others.map((other) => this.other(other)));
    this.more.hidden = !others.length;
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
      element("h2", {}, this.link(lesson)),
      element("p", {}, kind),
      far ? element("p", { class: "aw-cover-far" }, far) : null,
    );
  }

  /** A notebook that is no lesson: a class in one, tasks, and what is the instructor's. */
  other(notebook) {
    return element(
      "li",
      { class: "aw-cover-card" },
      element("h2", {}, this.link(notebook)),
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
