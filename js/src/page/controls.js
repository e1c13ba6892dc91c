// A row of controls: native selects, check boxes, sliders, boxes and buttons, each with its label.

import { foldedDesk } from "./desk.js";
import { element, fill, keepOnScroll, polite, uniqueId } from "../pieces/dom.js";
import { Part, shown } from "../pieces/part.js";

/** @import { ControlsPress, ControlsSets, ControlsTraits } from "./protocol.ts" */

const makers = {
  choice(_item, change) {
    const input = element("select", { onchange: () => change(input.value) });
    const option = ({ value, label }) => element("option", { value }, label);
    const show = (now) => {
      const groups = {};
      for (const each of now.options) (groups[each.group ?? ""] ??= []).push(option(each));
      const filled = Object.entries(groups).flatMap(([group, options]) =>
        group ? [element("optgroup", { label: group }, ...options)] : options,
      );
      input.replaceChildren(...filled);
      input.classList.toggle(
        "aw-long",
        now.options.some(({ label }) => label.length > 30),
      );
    };
    return { input, show, put: (value) => (input.value = value) };
  },
  check(_item, change) {
    const input = element("input", { type: "checkbox", onchange: () => change(input.checked) });
    return { input, put: (value) => (input.checked = value) };
  },
  range(item, change) {
    const input = element("input", {
      type: "range",
      min: item.low,
      max: item.high,
      step: item.step,
      oninput: () => change(Number(input.value)),
    });
    const output = element("output", { "aria-live": "off" }); // the slider itself says it
    const decimals = String(item.step).split(".")[1]?.length ?? 0; // “1.0 points”, as long as “0.9 points”
    const put = (value) => {
      input.value = value;
      output.textContent =
        item.said?.[value] ?? fill(item.unit ?? "{value}", { value: value.toFixed(decimals) });
      input.setAttribute("aria-valuetext", output.textContent);
    };
    const standing = () => Number(input.value);
    const putBack = (value) => {
      put(value);
      change(value);
    };
    keepOnScroll(input, standing, putBack);
    return { input, put, beside: output };
  },
  typed(item, change) {
    const input = element("input", {
      type: "text",
      maxlength: item.most,
      autocomplete: "off",
      spellcheck: "false",
      onchange: () => change(input.value),
    });
    return { input, put: (value) => (input.value = value) };
  },
  button(item, _change, press) {
    const kind = item.primary ? "aw-button aw-primary" : "aw-button";
    const label = document.createTextNode(item.label);
    const input = element("button", { type: "button", class: kind, onclick: press }, label);
    const tick = element("span", { class: "aw-done" });
    if (item.done !== null) {
      input.classList.add("aw-ticks");
      input.append(tick);
    }
    const show = ({ done, label: said }) => {
      if (label.data !== said) label.data = said;
      tick.textContent = done ? "✓" : "";
      if (done) tick.role = "img";
      else tick.removeAttribute("role");
      tick.setAttribute("aria-label", done ?? "");
    };
    return { input, show, put: () => {} };
  },
  /** A button that asks for a file and hands its bytes to the kernel. */
  file(item, _change, _press, hand) {
    const chooser = element("input", {
      type: "file",
      accept: item.accept,
      hidden: true,
      "aria-label": item.label,
      onchange: () => {
        const [file] = chooser.files;
        chooser.value = "";
        if (file) hand(item, file);
      },
    });
    const input = element(
      "button",
      { type: "button", class: "aw-button", onclick: () => chooser.click() },
      item.label,
    );
    return { input, put: () => {}, beside: chooser };
  },
};

/** @extends {Part<ControlsTraits, ControlsSets, ControlsPress>} */
class Controls extends Part {
  constructor(model, words) {
    super(model, words);
    this.made = {};
    this.boxes = {};
    this.items = element("div", { class: "aw-items-row" });
    this.rest = element("div", { class: "aw-items-row" });
    this.restFold = element("details", {}, element("summary", {}, words.controls_rest), this.rest);
    const title = model.get("title");
    const row = title ? element("details", {}, element("summary", {}, title), this.items) : this.items;
    this.note = element("p", { class: "aw-note" });
    const noteTitle = model.get("note_title");
    this.noteFold = noteTitle
      ? element("details", {}, element("summary", {}, noteTitle), this.note)
      : this.note;
    this.warning = element("p", { class: "aw-note" });
    this.foldTitle = element("summary", {});
    this.fold = element("details", {}, this.foldTitle, this.warning);
    this.message = polite("p", { class: "aw-said", tabindex: "-1" });
    this.root = element(
      "div",
      { class: "aw-controls", role: "group" },
      row,
      this.restFold,
      this.noteFold,
      this.fold,
      this.message,
    );
  }

  mount(host) {
    const { model } = this;
    this.follow(host, {
      "change:_items": () => this.build(),
      "change:_values": () => this.show(),
      "change:note": () => this.say(),
      "change:warning": () => this.say(),
      "change:message": () => this.say(),
    });
    this.build();
    this.say();
    this.desk = foldedDesk(model, this.words);
    if (this.desk) this.root.append(this.desk.root);
    this.desk?.mount();
  }

  /** A control stays as it is, and keeps the focus, for as long as it is among those wanted. */
  build() {
    const wanted = this.model.get("_items");
    this.root.setAttribute("aria-label", this.model.get("description"));
    const before = { made: this.made, boxes: this.boxes };
    this.made = {};
    this.boxes = {};
    for (const item of wanted) {
      const { options: _, done, ...rest } = /** @type {any} */ (item);
      // A button that says something else now is the same button.
      const layout = JSON.stringify([
        { ...rest, label: rest.kind === "button" || rest.label },
        done === null,
      ]);
      const kept = before.boxes[item.name]?.layout === layout;
      if (kept) this.made[item.name] = before.made[item.name];
      const box = kept ? before.boxes[item.name].box : this.make(item);
      this.boxes[item.name] = { layout, box };
    }
    this.fill(this.items, (item) => !("seldom" in item));
    this.fill(this.rest, (item) => "seldom" in item);
    this.restFold.hidden = !this.rest.children.length;
    for (const item of wanted) this.made[item.name].show?.(item);
    this.show();
  }

  /** Those of the controls that stand in this row. */
  fill(row, its) {
    const wanted = this.model.get("_items").filter(its);
    const boxes = wanted.map(({ name }) => this.boxes[name].box);
    const there = [...row.children];
    if (boxes.length === there.length && boxes.every((box, place) => box === there[place])) return;
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const had = row.contains(focused);
    row.replaceChildren(...boxes);
    if (row.contains(focused)) focused.focus({ preventScroll: true });
    else if (had) this.message.focus(); // what was pressed is gone: what came of it is said there
  }

  make(item) {
    const control = makers[item.kind](
      item,
      (value) => this.change(item.name, value),
      () => this.request(item.name),
      (which, file) => this.hand(which, file),
    );
    this.made[item.name] = control;
    const { input, beside } = control;
    if (item.disabled) input.disabled = true;
    if (item.kind === "button" || item.kind === "file")
      return element("div", { class: "aw-control aw-act" }, input, beside);
    input.id = uniqueId(item.name);
    input.name = item.name;
    const label = element("label", { for: input.id }, item.label);
    const parts = item.kind === "check" ? [input, label] : [label, input, beside];
    return element("div", { class: `aw-control aw-${item.kind}` }, ...parts);
  }

  show() {
    if (this.over) return;
    const values = { ...this.model.get("_values"), ...this.moved };
    for (const [name, control] of Object.entries(this.made)) if (name in values) control.put(values[name]);
  }

  /** The last value of a frame is what is sent. */
  change(name, value) {
    this.made[name].put(value);
    this.moved = { ...this.moved, [name]: value };
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.model.set("_values", { ...this.model.get("_values"), ...this.moved });
      this.moved = undefined;
      this.model.save_changes();
    });
  }

  /** A press brings along what is chosen, which may still be on its way. */
  request(name) {
    this.press({ name, values: { ...this.model.get("_values"), ...this.moved } });
  }

  async hand(item, file) {
    if (file.size > item.most_bytes) {
      this.tell(fill(this.words.desk_upload_too_large, { limit: item.most_bytes / 1e6 }));
      return;
    }
    this.press({ file: item.name }, [await file.arrayBuffer()]);
  }

  answered() {
    this.say();
  }

  say() {
    this.note.textContent = this.model.get("note");
    this.noteFold.hidden = !this.model.get("note");
    this.foldTitle.textContent = this.model.get("warning_title") || this.words.controls_trap;
    this.warning.textContent = this.model.get("warning");
    this.fold.hidden = !this.model.get("warning");
    if (!this.late && !this.over) this.tell(this.model.get("message"));
  }
}

export const controls = shown(Controls);
