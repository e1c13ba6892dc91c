// The rating form: native inputs, unset until touched, nothing typed is ever thrown away.

import { element, fill, uniqueId } from "./dom.js";
import { followTheme } from "./theme.js";

const tolerance = 1e-9;

/** One thing to rate: a slider and a number box that always say the same. */
class Row {
  constructor(row, words, changed) {
    Object.assign(this, { row, words, changed, value: null });
    const { name, label, sentence, low, high, step } = row;
    const sentenceId = uniqueId("sentence");
    const sliderId = uniqueId("slider");
    const messageId = uniqueId("field");
    this.slider = element("input", {
      type: "range",
      id: sliderId,
      name,
      min: low,
      max: high,
      step,
      "aria-describedby": sentenceId,
      oninput: () => this.set(Number(this.slider.value)),
      onpointerup: ({ button }) =>
        button === 0 && this.value === null && this.set(Number(this.slider.value)),
      onkeydown: (event) => this.digit(event),
    });
    this.box = element("input", {
      type: "number",
      class: "aw-number",
      inputmode: "decimal",
      min: low,
      max: high,
      step,
      "aria-label": fill(words.form_number, { label }),
      "aria-describedby": messageId,
      oninput: () => this.typed(false),
      onchange: () => this.typed(true),
    });
    this.message = element("p", { class: "aw-field-message", id: messageId, "aria-live": "polite" });
    const marks = [];
    for (let mark = low; mark <= high + tolerance; mark += Math.max(1, (high - low) / 10))
      marks.push(element("span", {}, String(mark)));
    this.root = element(
      "div",
      { class: "aw-row" },
      element("label", { class: "aw-label", for: sliderId }, label),
      element("p", { class: "aw-sentence", id: sentenceId }, sentence),
      element(
        "div",
        { class: "aw-scale" },
        this.slider,
        element("div", { class: "aw-marks", "aria-hidden": "true" }, ...marks),
        element(
          "div",
          { class: "aw-ends", "aria-hidden": "true" },
          element("span", {}, row.low_word),
          element("span", {}, row.high_word),
        ),
      ),
      this.box,
      this.message,
    );
    this.show(null);
  }

  /** A whole number typed on the slider sets it: faster than thirteen arrow presses. */
  digit(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^\d$/.test(event.key)) return;
    const number = Number(event.key);
    event.preventDefault();
    if (number >= this.row.low && number <= this.row.high) this.set(number);
    else this.complain(number, false);
  }

  typed(finished) {
    if (this.box.value === "" && !this.box.validity.badInput) {
      if (finished) this.set(null);
      return;
    }
    const number = this.box.valueAsNumber;
    if (this.fits(number)) this.set(number, this.box);
    else if (finished || number > this.row.high) this.complain(this.box.value);
  }

  fits(number) {
    const { low, high, step } = this.row;
    const steps = (number - low) / step;
    return (
      number >= low && number <= high && Math.abs(steps - Math.round(steps)) < tolerance
    );
  }

  complain(entered, inTheBox = true) {
    const { label, low, high, step } = this.row;
    const kept = this.value === null ? this.words.form_unset : String(this.value);
    this.message.textContent = fill(this.words.form_bad_number, {
      entered: entered === "" ? this.words.form_not_a_number : entered,
      label, low, high, step, kept,
    });
    if (inTheBox) this.box.setAttribute("aria-invalid", "true");
  }

  set(value, source) {
    this.show(value, source);
    this.changed(this.row.name, value);
  }

  /** Show `value`; the box a person is typing in keeps its own text. */
  show(value, source) {
    this.value = value;
    const unset = value === null || value === undefined;
    this.slider.value = unset ? (this.row.low + this.row.high) / 2 : value;
    this.slider.classList.toggle("aw-unset", unset);
    this.slider.setAttribute(
      "aria-valuetext",
      unset
        ? this.words.form_unset
        : fill(this.words.form_value, { value, high: this.row.high }),
    );
    if (source !== this.box) this.box.value = unset ? "" : value;
    this.box.removeAttribute("aria-invalid");
    this.message.textContent = "";
  }
}

class Form {
  constructor(model, words) {
    Object.assign(this, { model, words, count: 0 });
    this.legend = element("legend", {});
    this.rows = element("div", { class: "aw-rows" });
    this.fieldset = element("fieldset", {}, this.legend, this.rows);
    this.message = element("p", { class: "aw-message", "aria-live": "polite", role: "status" });
    this.status = element("p", { class: "aw-status" });
    this.buttons = element("div", { class: "aw-buttons" });
    this.root = element(
      "form",
      {
        class: "aw-form",
        novalidate: true,
        onsubmit: (event) => this.submit(event),
      },
      this.fieldset,
      this.message,
      this.buttons,
      this.status,
    );
  }

  mount(host) {
    host.append(this.root);
    this.unfollow = followTheme(this.root);
    const { model } = this;
    this.changes = {
      "change:_rows": () => this.build(),
      "change:_value": () => this.show(),
      "change:_legend": () => this.label(),
      "change:_buttons": () => this.buildButtons(),
      "change:message": () => this.say(model.get("message")),
      "change:status": () => (this.status.textContent = model.get("status")),
      "change:_answered": () => this.answered(),
    };
    for (const [event, act] of Object.entries(this.changes)) model.on(event, act);
    this.build();
    this.label();
    this.buildButtons();
    this.say(model.get("message"));
    this.status.textContent = model.get("status");
  }

  unmount() {
    for (const [event, act] of Object.entries(this.changes)) this.model.off(event, act);
    this.unfollow();
    clearTimeout(this.patience);
  }

  label() {
    this.legend.textContent = this.model.get("_legend");
  }

  build() {
    this.fields = this.model
      .get("_rows")
      .map((row) => new Row(row, this.words, (name, value) => this.changed(name, value)));
    this.rows.replaceChildren(...this.fields.map((field) => field.root));
    this.show();
  }

  buildButtons() {
    const wanted = this.model.get("_buttons");
    const kinds = wanted.map(({ kind }) => kind).join();
    if (kinds === this.kinds) {
      // The same buttons under new names: the focus stays where it is.
      wanted.forEach(({ label }, i) => (this.buttons.children[i].textContent = label));
      return;
    }
    this.kinds = kinds;
    const made = wanted.map(({ kind, label, primary }) =>
      element(
        "button",
        primary
          ? { type: "submit", class: "aw-button aw-primary" }
          : { type: "button", class: "aw-button", onclick: () => this.request(kind) },
        label,
      ),
    );
    this.buttons.hidden = made.length === 0;
    this.buttons.replaceChildren(...made);
  }

  /** The kernel's word on what is rated, unless the hand has moved on since. */
  show() {
    if (this.frame !== undefined) return;
    const value = this.model.get("_value");
    for (const field of this.fields) {
      const next = value[field.row.name] ?? null;
      if (next !== field.value) field.show(next);
    }
  }

  /** At most one message per frame; ipywidgets holds later ones until the kernel has answered. */
  changed() {
    this.frame ??= requestAnimationFrame(() => this.send());
  }

  send() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.model.set("_value", Object.fromEntries(this.fields.map((f) => [f.row.name, f.value])));
    this.model.save_changes();
  }

  submit(event) {
    event.preventDefault();
    if (this.model.get("_buttons").some(({ primary }) => primary)) this.request("save");
  }

  request(kind) {
    if (this.count > this.model.get("_answered")) return; // the press before is not answered yet
    const wrong = this.fields.find((field) => field.box.hasAttribute("aria-invalid"));
    if (kind === "save" && wrong) {
      wrong.box.focus();
      return;
    }
    this.count = Math.max(this.count, this.model.get("_answered")) + 1;
    this.model.set("_request", { kind, count: this.count });
    this.send();
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.say(this.words.form_waiting), 700);
  }

  answered() {
    if (this.model.get("_answered") < this.count) return;
    clearTimeout(this.patience);
    this.say(this.model.get("message"));
  }

  say(sentence) {
    if (this.message.textContent !== sentence) this.message.textContent = sentence;
  }
}

/** Show the model's rating form in `el`; returns what takes it away again. */
export function form({ model, el }, words) {
  const view = new Form(model, words);
  view.mount(el);
  return () => view.unmount();
}
