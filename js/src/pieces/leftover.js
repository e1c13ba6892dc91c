// What was entered and is not saved yet, kept in this tab until it is: a kernel may end first.

import { download, element, fill, listening, polite } from "./dom.js";
import { csvText } from "./table.js";

const name = (place) => `alliance-widgets unsaved: ${place}`;

const isSession = (entry) => Number.isInteger(entry?.session);
const isAnswer = (entry) => Array.isArray(entry?.lines) && "value" in entry;

/** The entries left over at `place`, oldest first. A tab without a store of its own keeps none. */
export function leftAt(place, fits = isSession) {
  try {
    const found = JSON.parse(sessionStorage.getItem(name(place)) ?? "[]");
    return Array.isArray(found) ? found.filter(fits) : [];
  } catch {
    return [];
  }
}

/** The clients and raters of the same book for whom entries are left over elsewhere. */
export function leftBeside(place) {
  const [client, rater] = place.split(" / ").slice(-2);
  const book = place.slice(0, -` / ${client} / ${rater}`.length);
  if (!book) return [];
  try {
    return Object.keys(sessionStorage)
      .filter((key) => key.startsWith(name(`${book} / `)) && key !== name(place))
      .map((key) => key.slice(name(book).length + " / ".length))
      .filter((rest) => rest.split(" / ").length === 2 && leftAt(`${book} / ${rest}`).length);
  } catch {
    return [];
  }
}

export function leaveAt(place, entries) {
  try {
    if (entries.length) sessionStorage.setItem(name(place), JSON.stringify(entries));
    else sessionStorage.removeItem(name(place));
  } catch {
    // full or forbidden: they are on the page all the same, to be copied from there
  }
}

/** What is on this page only: named, to be taken in again, copied, downloaded or dropped. */
class Left {
  constructor(words, { save, drop, called }) {
    this.words = words;
    this.called = called;
    /** @type {any[]} */
    this.entries = [];
    this.text = element("p", {});
    this.list = element("ul", {});
    this.saver = this.button(called.save, save);
    this.dropper = this.button(called.drop, drop);
    this.copied = element("p", { class: "aw-said", role: "status", "aria-live": "polite" });
    this.voice = polite("div", { class: "aw-only-heard" });
    this.root = element(
      "div",
      { class: "aw-left aw-always", role: "group", "aria-label": words.left_name, hidden: true },
      this.text,
      this.list,
      (this.buttons = element(
        "div",
        { class: "aw-buttons" },
        this.saver,
        this.button(words.left_copy, () => this.copy()),
        this.button(called.download, () => this.download()),
        this.dropper,
      )),
      this.copied,
      this.voice,
    );
  }

  /**
   * What a person reads of an entry.
   * @param {any} _entry
   * @returns {string[]}
   */
  linesOf(_entry) {
    return [];
  }

  /** All entries as the text of a file. */
  get plain() {
    return "";
  }

  button(label, act) {
    return element("button", { type: "button", class: "aw-button", onclick: act }, label);
  }

  /** Show these entries under `sentence`; with `over` they can only be taken along. */
  show(entries, sentence, over = false) {
    this.entries = entries;
    this.text.textContent = sentence;
    const lines = entries.flatMap((entry) => this.linesOf(entry));
    this.list.replaceChildren(...lines.map((line) => element("li", {}, line)));
    this.copied.textContent = "";
    this.saver.hidden = this.dropper.hidden = over;
    this.root.hidden = !entries.length;
    this.buttons.hidden = false;
    this.speak(entries.length ? `${sentence} ${lines.join("; ")}` : "");
  }

  /** Read it out once the region is listened to; nothing takes back what was about to be said. */
  speak(said) {
    clearTimeout(this.speaking);
    this.voice.textContent = "";
    if (said) this.speaking = setTimeout(() => (this.voice.textContent = said), listening);
  }

  /** Where else entries wait: they are offered there. */
  point(sentence) {
    this.show([], sentence);
    this.root.hidden = false;
    this.buttons.hidden = true;
    this.speak(sentence);
  }

  download() {
    const { name, type } = this.called.file;
    download(name, new Blob(["\uFEFF", this.plain], { type }));
    this.copied.textContent = this.called.downloaded;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.plain);
      this.copied.textContent = this.words.left_copied;
    } catch {
      this.copied.textContent = this.words.left_not_copied;
    }
  }
}

/** Sessions, with their numbers. */
export class Leftover extends Left {
  constructor(words, { labels, save, drop }) {
    const called = {
      ...{ save: words.left_save, drop: words.left_drop, download: words.left_download },
      ...{ downloaded: words.left_downloaded, file: { name: "not_saved.csv", type: "text/csv" } },
    };
    super(words, { save, drop, called });
    this.labels = labels;
  }

  linesOf({ session, value, note, items }) {
    const rated = Object.entries(value).map(
      ([row, number]) => `${this.labels()[row] ?? row} ${number ?? this.words.form_unset}`,
    );
    const byItem = Object.entries(items ?? {}).filter(([, number]) => number !== null);
    const more = byItem.map(([item, number]) => fill(this.words.left_item, { item, number }));
    const parts = [...rated, ...more, ...(note ? [`“${note}”`] : [])].join(", ");
    return [fill(this.words.left_line, { session, parts })];
  }

  get plain() {
    const rows = this.entries.map(({ session, value, note }) => ({ session, ...value, note }));
    const fields = ["session", ...Object.keys(this.entries[0]?.value ?? {}), "note"];
    return csvText({ rows, columns: fields.map((field) => ({ field, title: field })) });
  }
}

/**
 * What stands in the inputs of `part` and is not known to be saved. The part says what stands there
 * (`standing`: a value and the lines that a person reads), what of it is kept (`saved`), whether it
 * can be changed (`open`), what it is called (`title`), and puts an entry back (`putBack`).
 */
export class LeftAnswer extends Left {
  constructor(part) {
    const { words } = part;
    const called = {
      ...{ save: words.left_put, drop: words.left_drop_one, download: words.left_download_text },
      ...{ downloaded: words.left_downloaded_text },
      file: { name: "not_saved.txt", type: "text/plain" },
    };
    super(words, { save: () => this.put(), drop: () => this.drop(), called });
    this.part = part;
  }

  get place() {
    return this.part.model.get("place");
  }

  linesOf({ lines }) {
    return lines;
  }

  get plain() {
    const lines = this.entries.flatMap((entry) => this.linesOf(entry));
    return [this.part.title, ...lines].join("\n");
  }

  /** The kernel is gone: what was offered and not put back is still left over, too. */
  end() {
    this.show(this.keep(), this.words.left_ended_one, true);
  }

  /** What stands there and is not saved, kept in this tab. */
  keep() {
    const { part } = this;
    const standing = part.standing();
    const isNew = standing.lines.length && !same(standing, part.saved());
    const entries = isNew ? [standing] : this.entries;
    if (entries.length && this.place) leaveAt(this.place, entries);
    return entries;
  }

  /** What an earlier kernel left unsaved here; there is nothing to offer where it stands already. */
  offer() {
    const { part, place } = this;
    if (part.over || !place) return;
    const standing = part.standing();
    const found = leftAt(place, isAnswer).filter((entry) => !same(entry, standing));
    this.show(part.open ? found : [], this.words.left_offered);
    if (!this.entries.length) leaveAt(place, []);
  }

  /** Back into the inputs: it is left over until it is answered there. */
  put() {
    const [entry] = this.entries;
    this.show([], "");
    this.part.putBack(entry);
  }

  drop() {
    this.show([], "");
    leaveAt(this.place, []);
    this.part.message.focus();
  }

  /** What stood in the inputs was answered: it is left over no more. */
  settle() {
    if (this.place && !this.entries.length) leaveAt(this.place, []);
  }
}

/** Whether two entries hold the same; of how sure one is, where it was asked. */
const same = (one, other) =>
  JSON.stringify([one.value, one.confidence ?? ""]) === JSON.stringify([other.value, other.confidence ?? ""]);
