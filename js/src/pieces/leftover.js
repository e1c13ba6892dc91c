// What was entered and is not saved yet, kept in this tab until it is: a kernel may end first.

import { download, element, fill } from "./dom.js";
import { csvText } from "./table.js";

const name = (place) => `alliance-widgets unsaved: ${place}`;

/** The entries left over at `place`, oldest first. A tab without a store of its own keeps none. */
export function leftAt(place) {
  try {
    const found = JSON.parse(sessionStorage.getItem(name(place)) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => Number.isInteger(each?.session)) : [];
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

/** Sessions that are on this page only: named with their numbers, to be saved, copied or dropped. */
export class Leftover {
  constructor(words, { save, drop, labels }) {
    this.words = words;
    this.labels = labels;
    this.entries = [];
    this.text = element("p", {});
    this.list = element("ul", {});
    this.saver = this.button(words.left_save, save);
    this.dropper = this.button(words.left_drop, drop);
    this.copied = element("p", { class: "aw-said", role: "status", "aria-live": "polite" });
    this.root = element(
      "div",
      { class: "aw-left aw-always", role: "group", "aria-label": words.left_name, hidden: true },
      this.text,
      this.list,
      element(
        "div",
        { class: "aw-buttons" },
        this.saver,
        this.button(words.left_copy, () => this.copy()),
        this.button(words.left_download, () => this.download()),
        this.dropper,
      ),
      this.copied,
    );
  }

  button(label, act) {
    return element("button", { type: "button", class: "aw-button", onclick: act }, label);
  }

  /** Show these entries under `sentence`; with `over` they can only be taken along. */
  show(entries, sentence, over = false) {
    this.entries = entries;
    this.text.textContent = sentence;
    this.list.replaceChildren(...entries.map((entry) => element("li", {}, this.line(entry))));
    this.copied.textContent = "";
    this.saver.hidden = this.dropper.hidden = over;
    this.root.hidden = !entries.length;
  }

  line({ session, value, note, items }) {
    const rated = Object.entries(value).map(
      ([row, number]) => `${this.labels()[row] ?? row} ${number ?? this.words.form_unset}`,
    );
    const byItem = Object.entries(items ?? {}).filter(([, number]) => number !== null);
    const more = byItem.map(([item, number]) => fill(this.words.left_item, { item, number }));
    const parts = [...rated, ...more, ...(note ? [`“${note}”`] : [])].join(", ");
    return fill(this.words.left_line, { session, parts });
  }

  get csv() {
    const rows = this.entries.map(({ session, value, note }) => ({ session, ...value, note }));
    const fields = ["session", ...Object.keys(this.entries[0]?.value ?? {}), "note"];
    return csvText({ rows, columns: fields.map((field) => ({ field, title: field })) });
  }

  download() {
    download("not_saved.csv", new Blob(["\uFEFF", this.csv], { type: "text/csv" }));
    this.copied.textContent = this.words.left_downloaded;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.csv);
      this.copied.textContent = this.words.left_copied;
    } catch {
      this.copied.textContent = this.words.left_not_copied;
    }
  }
}
