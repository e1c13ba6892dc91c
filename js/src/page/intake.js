// A place for files, dropped or chosen, and a box for what was pasted.

import { element, fill, polite } from "../pieces/dom.js";
import { Part, shown } from "../pieces/part.js";

/** @import { IntakePress, IntakeTraits } from "./protocol.ts" */

/** @extends {Part<IntakeTraits, {}, IntakePress>} */
class Intake extends Part {
  constructor(model, words) {
    super(model, words);
    const { drop, choose, paste, take } = model.get("_labels");
    this.chooser = element("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-label": choose,
      onchange: () => {
        const files = [...this.chooser.files];
        this.chooser.value = "";
        void this.hand(files);
      },
    });
    const button = element(
      "button",
      { type: "button", class: "aw-button", onclick: () => this.chooser.click() },
      choose,
    );
    this.place = element("div", { class: "aw-drop" }, element("p", {}, drop), button, this.chooser);
    this.box = element("textarea", { "aria-label": paste, rows: 4, placeholder: paste });
    const send = element("button", { type: "button", class: "aw-button", onclick: () => this.paste() }, take);
    this.message = polite("p", { class: "aw-said" });
    const text = element("div", { class: "aw-paste" }, this.box, send);
    this.root = element("div", { class: "aw-intake", role: "group" }, this.place, text, this.message);
  }

  mount(host) {
    this.root.setAttribute("aria-label", this.model.get("description"));
    this.follow(host, { "change:message": () => this.say() });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"])
      this.place.addEventListener(kind, (event) => this.drag(event));
    this.say();
  }

  /** JupyterLab would take a dropped file for its own list of files. */
  drag(event) {
    event.preventDefault();
    event.stopPropagation();
    this.place.classList.toggle("aw-over-it", event.type === "dragenter" || event.type === "dragover");
    if (event.type === "drop" && !this.over) void this.hand([...event.dataTransfer.files]);
  }

  /** Files in parcels that a message can carry; one that is larger is named and left out. */
  async hand(files) {
    const most = this.model.get("most_bytes");
    const small = files.filter(({ size }) => size <= most);
    const parcels = [[]];
    let room = most;
    for (const file of small) {
      if (file.size > room) {
        parcels.push([]);
        room = most;
      }
      parcels.at(-1).push(file);
      room -= file.size;
    }
    for (const [place, parcel] of parcels.entries()) {
      const buffers = await Promise.all(parcel.map((file) => file.arrayBuffer()));
      const names = parcel.map(({ name }) => name);
      if (names.length) this.press({ names, more: place + 1 < parcels.length }, buffers);
    }
    const large = files.filter(({ size }) => size > most).map(({ name }) => name);
    if (large.length)
      this.tell(fill(this.words.intake_too_large, { names: large.join(", "), limit: most / 1e6 }));
  }

  paste() {
    if (!this.box.value.trim()) return;
    const text = new TextEncoder().encode(this.box.value);
    if (text.length > this.model.get("most_bytes")) {
      this.tell(fill(this.words.intake_too_large, { names: "…", limit: this.model.get("most_bytes") / 1e6 }));
      return;
    }
    this.press({ names: [], more: false }, [text.buffer]);
  }

  heard(press, taken) {
    if (taken && !press.names.length) this.box.value = "";
  }

  answered() {
    this.say();
  }

  say() {
    if (!this.late && !this.over) this.tell(this.model.get("message"));
  }
}

export const intake = shown(Intake);
