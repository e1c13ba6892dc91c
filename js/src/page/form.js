// The rating form: native inputs, unset until touched, nothing typed is ever thrown away.

import { Desk, folded } from "./desk.js";
import {
  element,
  fill,
  isTouched,
  keepChildren,
  keepOnScroll,
  listening,
  polite,
  uniqueId,
  unsaidBeside,
} from "../pieces/dom.js";
import { fits, marksOf, refusal } from "../pieces/numbers.js";
import { leaveAt, leftAt, leftBeside, Leftover } from "../pieces/leftover.js";
import { nextHeading, onward } from "../pieces/onward.js";
import { newNumber, Part, shown } from "../pieces/part.js";

/** @import { FormPress, FormSets, FormTraits, RatedItem, RatedRow } from "./protocol.ts" */

const rest = 1000;
const typingRest = 700;
const pause = 1000; // milliseconds after which a hand begins anew
const changes = /^(.|Enter|Delete|Backspace|Home|End|Arrow.*|Page.*)$/; // keys that would change a form
const sameNumber = 1500; // milliseconds between two signs of one number typed on a slider

/** A number box and what it says of a number that is not on the scale. */
class NumberBox {
  /**
   * @param {RatedRow | RatedItem} row
   * @param {string} label
   * @param {Record<string, string>} words
   */
  constructor(row, label, words, { set, kept, beside = false }) {
    this.row = row;
    this.words = words;
    this.set = set;
    this.kept = kept;
    const messageId = uniqueId("field");
    this.input = element("input", {
      type: "number",
      class: "aw-number",
      inputmode: "decimal",
      min: row.low,
      max: row.high,
      step: row.step,
      "aria-label": label,
      "aria-describedby": messageId,
      oninput: () => this.typed(false),
      onchange: () => this.typed(true),
      onkeydown: (event) => this.enter(event),
    });
    if (beside) this.input.tabIndex = -1; // its slider is where Tab stops, and takes the same digits
    this.message = element("p", { class: "aw-field-message", id: messageId, "aria-live": "polite" });
  }

  /** What is being typed is taken once the hand rests: the 3 on the way to 3.25 is not meant. */
  typed(finished) {
    const { input } = this;
    clearTimeout(this.typing);
    if (!finished) {
      this.typing = setTimeout(() => this.typed(true), typingRest);
      return;
    }
    if (input.value === "" && !input.validity.badInput) {
      this.take(null);
      return;
    }
    const number = input.valueAsNumber;
    if (fits(number, this.row)) this.take(number);
    else this.complain(input.value);
  }

  /** Chromium does not submit from a number box inside a notebook by itself. */
  enter(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (key.length === 1 && !/[\d.,+\-eE]/.test(key) && !(ctrlKey || metaKey || altKey))
      this.complain(key, false); // the browser swallows letters without a word
    if (key !== "Enter") return;
    event.preventDefault();
    this.typed(true);
    this.input.form?.requestSubmit();
  }

  take(value) {
    this.settle();
    this.set(value);
  }

  complain(entered, inTheBox = true) {
    this.message.textContent = refusal(entered, this.kept(), this.row, this.words);
    if (inTheBox) this.input.setAttribute("aria-invalid", "true");
  }

  settle() {
    this.input.removeAttribute("aria-invalid");
    this.message.textContent = "";
  }

  get wrong() {
    return this.input.hasAttribute("aria-invalid");
  }
}

/** One thing to rate: a slider and a number box that always say the same. */
class Row {
  /**
   * @param {RatedRow} row
   * @param {Record<string, string>} words
   */
  constructor(row, words, { changed, next }) {
    this.row = row;
    this.words = words;
    this.changed = changed;
    this.next = next;
    /** @type {number | null} */
    this.value = null;
    this.typed = ""; // on the slider, of a number that may go on
    this.last = 0;
    const { name, label, sentence, low, high, step } = row;
    const sentenceId = uniqueId("sentence");
    const sliderId = uniqueId("slider");
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
        button === 0 && (this.value === null || this.box.wrong) && this.set(Number(this.slider.value)),
      onkeydown: (event) => this.key(event),
      onblur: () => this.leave(),
    });
    const putBack = (value) => this.set(value);
    keepOnScroll(this.slider, () => this.value, putBack);
    this.box = new NumberBox(row, fill(words.form_number, { label }), words, {
      set: (value) => this.set(value, this.box),
      kept: () => this.value,
      beside: true,
    });
    this.root = element(
      "div",
      { class: "aw-row" },
      element(
        "div",
        { class: "aw-head" },
        element("label", { class: "aw-label", for: sliderId }, label),
        element("p", { class: "aw-sentence", id: sentenceId }, sentence),
      ),
      element(
        "div",
        { class: "aw-scale" },
        this.slider,
        element(
          "div",
          { class: "aw-marks", "aria-hidden": "true" },
          ...marksOf(row).map((mark) => element("span", {}, String(mark))),
        ),
        element(
          "div",
          { class: "aw-ends", "aria-hidden": "true" },
          element("span", {}, row.low_word),
          element("span", {}, row.high_word),
        ),
      ),
      this.box.input,
      this.box.message,
    );
    this.show(null);
  }

  /** A number typed on the slider sets it: faster than thirteen arrow presses. */
  key(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (key === "Delete" || key === "Backspace") {
      event.preventDefault();
      this.typed = "";
      this.set(null);
    } else if (/^[\d.,]$/.test(key)) {
      event.preventDefault();
      this.sign(key === "," ? "." : key, event.timeStamp);
    } else if (key.length > 1) this.typed = "";
  }

  /** One more sign of what is typed: 3 is taken at once, and 3.25 once it is whole. */
  sign(sign, at) {
    const going = this.typed && at - this.last < sameNumber ? this.typed : "";
    this.last = at;
    const joined = going + sign;
    this.typed = going && (going.includes(".") || sign === "." || this.fits(joined)) ? joined : sign;
    if (this.typed.endsWith(".")) return;
    if (this.fits(this.typed)) {
      this.set(Number(this.typed));
      this.next(this);
    } else if (!this.onTheWay()) {
      this.box.complain(Number(this.typed), false);
      this.typed = "";
    }
  }

  /** A number that was left half typed is said not to be taken. */
  leave() {
    if (this.typed && !this.fits(this.typed)) this.box.complain(Number(this.typed), false);
    this.typed = "";
  }

  fits(typed) {
    return fits(Number(typed), this.row);
  }

  /** Whether one more digit makes a step of the scale of it, as 5 makes 3.25 of 3.2. */
  onTheWay() {
    return this.typed.includes(".") && [..."123456789"].some((digit) => this.fits(this.typed + digit));
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
      unset ? this.words.form_unset : fill(this.words.form_value, { value, high: this.row.high }),
    );
    if (source !== this.box) this.box.input.value = unset ? "" : value;
    this.box.settle();
  }
}

/** The items behind the rows, folded away: a number box each. */
class Items {
  constructor(detail, words, changed) {
    // All of them, always: what the kernel need not complete it does not send back.
    this.values = Object.fromEntries(detail.items.map(({ name }) => [name, null]));
    this.boxes = detail.items.map((item) => {
      const box = new NumberBox(item, item.label, words, {
        set: (value) => {
          this.values[item.name] = value;
          changed();
        },
        kept: () => this.values[item.name] ?? null,
      });
      box.input.name = item.name;
      return box;
    });
    this.root = element(
      "details",
      { class: "aw-detail" },
      element("summary", {}, words.form_more_detail),
      element("p", {}, detail.note),
      element(
        "div",
        { class: "aw-items" },
        ...detail.items.map((item, i) =>
          element(
            "div",
            { class: "aw-item" },
            element("span", { "aria-hidden": "true" }, item.label),
            this.boxes[i].input,
            this.boxes[i].message,
          ),
        ),
      ),
    );
  }

  show(values) {
    for (const { input, row, ...box } of this.boxes) {
      const value = values[row.name] ?? null;
      if ((this.values[row.name] ?? null) === value) continue;
      this.values[row.name] = value;
      input.value = value ?? "";
      input.removeAttribute("aria-invalid");
      box.message.textContent = "";
    }
  }
}

/** @extends {Part<FormTraits, FormSets, FormPress>} */
class Form extends Part {
  constructor(model, words) {
    super(model, words);
    this.typed = 0;
    this.touched = false;
    this.handedBack = false;
    this.did = ""; // the kind of the latest press
    /** @type {string[]} typed while that was on its way, for the hour that it opens */
    this.early = [];
    this.missed = false; // something that was typed then was not taken,
    this.missedAt = -Infinity; // the last of it at this time
    /** @type {boolean | undefined} */
    this.back = undefined;
    /** @type {Record<string, HTMLElement>} */
    this.made = {};
    this.legend = element("legend", {});
    const storyId = uniqueId("story");
    this.story = element("p", { class: "aw-story", id: storyId });
    this.voice = polite("div", { class: "aw-voice" });
    this.rows = element("div", { class: "aw-rows" });
    this.detail = element("div", {});
    const fastId = uniqueId("fast");
    this.fast = element("input", {
      type: "checkbox",
      id: fastId,
      name: "fast_entry",
      onchange: () => this.put("fast_entry", this.fast.checked),
    });
    const fastLabel = element("label", { for: fastId }, words.form_fast);
    this.faster = element("div", { class: "aw-check" }, this.fast, fastLabel);
    const inside = [this.legend, this.story, this.rows, this.faster];
    this.fieldset = element("fieldset", { "aria-describedby": storyId }, ...inside);
    const noteId = uniqueId("note");
    const noteWarningId = uniqueId("note-warning");
    this.noteWarning = polite("p", { class: "aw-field-message", id: noteWarningId });
    this.note = element("textarea", {
      id: noteId,
      name: "note",
      rows: 2,
      maxlength: 2000,
      "aria-describedby": noteWarningId,
      oninput: () => this.changed(),
    });
    this.remark = element(
      "details",
      { class: "aw-detail" },
      element("summary", {}, words.form_note),
      element("label", { for: noteId }, words.form_note_help),
      this.note,
      this.noteWarning,
    );
    this.more = element("div", { class: "aw-more" }, this.detail, this.remark);
    this.message = polite("p", { class: "aw-message", role: "status", tabindex: "-1" });
    this.buttons = element("div", { class: "aw-buttons" });
    this.blank = element("button", {
      type: "button",
      class: "aw-button",
      onclick: () => this.request("blank"),
    });
    this.ask = element("div", { class: "aw-buttons aw-blank", hidden: true }, this.blank);
    this.onward = onward(words.form_onward, () => this.root);
    this.left = new Leftover(words, {
      save: () => this.saveLeft(),
      drop: () => this.dropLeft(),
      labels: () => Object.fromEntries(this.fields.map(({ row }) => [row.name, row.label])),
    });
    this.root = element(
      "form",
      {
        class: "aw-form",
        novalidate: true,
        onsubmit: (event) => this.submit(event),
        onkeydown: (event) => this.shortcut(event),
      },
      this.fieldset,
      this.onward,
      this.buttons,
      this.message,
      this.ask,
      this.left.root,
      this.voice,
      this.more,
    );
  }

  mount(host) {
    const { model } = this;
    this.follow(host, {
      "change:_rows": () => this.build(),
      "change:_detail": () => this.build(),
      "change:_value": () => this.show(),
      "change:_items": () => this.show(),
      "change:_heard": () => this.show(),
      "change:_legend": () => this.turn(),
      "change:session": () => this.turn(),
      "change:place": () => this.offerLeft(),
      "change:story": () => this.turn(),
      "change:finished": () => this.turn(),
      "change:fast_entry": () => this.label(),
      "change:note": () => this.show(),
      "change:_note_warning": () => this.warn(),
      "change:_buttons": () => this.turn(),
      "change:offer": () => this.offerBlank(),
      "change:message": () => this.hear(),
    });
    this.at = model.get("session");
    this.build();
    this.label();
    this.buildButtons();
    this.offerBlank();
    this.hear();
    this.sayKept();
    this.offerLeft();
    if (model.get("_desk")) {
      const desk = new Desk(
        model,
        this.words,
        (sentence) => this.tell(sentence),
        () => this.hear(),
      );
      this.ended.after(desk.refused);
      this.desk = desk;
      this.work = folded(desk, this.words);
      this.root.append(this.work);
      this.desk.mount();
    }
  }

  /** A half entered hour that a kernel which was started again has kept is told to who was at it. */
  sayKept() {
    const kept = this.model.get("message");
    if (!kept || !isTouched()) return;
    this.voice.setAttribute("aria-live", "polite");
    this.saying = setTimeout(() => (this.voice.textContent = kept), listening);
  }

  unmount() {
    super.unmount();
    clearTimeout(this.saying);
    clearTimeout(this.resting);
  }

  /** The kernel has another session in the form; while presses wait the page is ahead of it. */
  turn() {
    if (this.waits || this.over) return;
    this.at = this.model.get("session");
    this.keepPlace(() => {
      this.label();
      this.buildButtons();
    });
  }

  label() {
    const legend = fill(this.model.get("_labels").legend ?? "", { session: this.at });
    const story = this.model.get("story");
    const changed = this.legend.textContent !== legend || this.story.textContent !== story;
    this.opens ||= Boolean(this.legend.textContent && changed);
    this.legend.textContent = legend;
    this.story.textContent = story;
    if (!this.waits) this.callOutHour();
    this.story.hidden = !story;
    const finished = this.model.get("finished");
    for (const part of [this.faster, this.rows, this.more]) part.hidden = finished;
    this.root.parentElement?.classList.toggle("aw-finished", finished);
    this.onward.hidden = !finished || !nextHeading(this.root);
    this.fast.checked = this.model.get("fast_entry");
  }

  /** The hour that was opened, after what is said of the press that opened it. */
  callOutHour() {
    if (!this.opens) return;
    this.opens = false;
    // Of an hour that was saved the line is heard to the end, and of one that was passed over no more.
    const line = this.did === "save" || this.did === "skip" ? unsaidBeside(this.root) : "";
    const hour = `${this.legend.textContent}. ${this.story.textContent}`.trim();
    const told = this.did === "skip" ? hour : `${line} ${hour}`.trim();
    queueMicrotask(() => (this.voice.textContent = told));
  }

  build() {
    const did = {
      changed: () => this.changed(),
      next: (row) => this.next(row),
    };
    this.fields = this.model.get("_rows").map((row) => new Row(row, this.words, did));
    this.rows.replaceChildren(...this.fields.map((field) => field.root));
    const detail = this.model.get("_detail");
    const open = this.items?.root.open;
    this.items = detail.items?.length ? new Items(detail, this.words, () => this.changed()) : undefined;
    this.detail.replaceChildren(...(this.items ? [this.items.root] : []));
    if (this.items && open) this.items.root.open = true;
    this.show();
  }

  buildButtons() {
    const wanted = this.model.get("_buttons");
    const made = wanted.map(({ kind, primary }) => {
      const button = (this.made[kind] ??= element(
        "button",
        primary
          ? { type: "submit", class: "aw-button aw-primary" }
          : { type: "button", class: "aw-button", onclick: () => this.request(kind) },
      ));
      button.textContent = this.named(kind);
      return button;
    });
    this.buttons.hidden = made.length === 0;
    keepChildren(this.buttons, made);
  }

  /** What the button of that kind is called, for the session in the page's form. */
  named(kind) {
    return fill(this.model.get("_labels")[kind] ?? kind, { session: this.at });
  }

  /** The one way to save a session with rows left blank: a button that says which. */
  offerBlank() {
    if (this.waits) return; // it is offered once the press is answered, and can be pressed then
    const offer = this.model.get("offer");
    this.keepPlace(() => {
      this.blank.textContent = offer;
      this.ask.hidden = !offer;
    });
  }

  /** With fast entry on, a digit also goes to the next row; after the last one, to Save. */
  next(row) {
    if (!this.fast.checked) return;
    const after = this.fields[this.fields.indexOf(row) + 1];
    (after?.slider ?? this.buttons.querySelector(".aw-primary"))?.focus();
  }

  /** The kernel's word on what is rated, unless the hand has moved on since. */
  show() {
    if (this.frame !== undefined || this.waits || this.over) return;
    if (this.model.get("_heard") < this.typed) return;
    this.touched = false;
    const value = this.model.get("_value");
    const moved = document.activeElement?.closest?.(".aw-detail"); // an item was rated instead
    for (const field of this.fields) {
      const next = value[field.row.name] ?? null;
      if (next !== field.value) field.show(next);
      else if (field.box.wrong && moved) field.show(next);
    }
    this.items?.show(this.model.get("_items"));
    if (this.note.value !== this.model.get("note")) this.note.value = this.model.get("note");
    if (this.note.value) this.remark.open = true;
    this.warn();
  }

  warn() {
    this.noteWarning.textContent = this.model.get("_note_warning");
  }

  /**
   * @template {keyof FormSets} Name
   * @param {Name} name
   * @param {FormSets[Name]} value
   */
  put(name, value) {
    this.model.set(name, value);
    this.model.save_changes();
  }

  /** At most one message per frame; ipywidgets holds later ones until the kernel has answered. */
  changed() {
    this.touched = true;
    this.frame ??= requestAnimationFrame(() => this.send());
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.put("_rested", this.model.get("_rested") + 1), rest);
  }

  /** What stands in the form, and for which session. */
  entered() {
    return {
      session: this.at,
      place: this.model.get("place"),
      value: Object.fromEntries(this.fields.map(({ row, value }) => [row.name, value])),
      items: this.items ? { ...this.items.values } : {},
      note: this.note.value,
    };
  }

  send() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.typed = newNumber();
    this.put("_typed", {
      ...this.entered(),
      change: this.typed,
      ...(this.handedBack && { handed_back: true }),
    });
    this.handedBack = false;
  }

  /**
   * Ctrl+Enter, which elsewhere runs the cell again and would empty the form, saves too; and Enter on
   * a slider, from which Firefox sends no form by itself.
   */
  shortcut(event) {
    if (event.target === this.note && !event.ctrlKey && !event.metaKey) return;
    const saves = event.ctrlKey || event.metaKey || event.shiftKey || event.target.type === "range";
    if (event.key !== "Enter" || !saves) return;
    if (event.defaultPrevented) return;
    event.preventDefault();
    this.root.requestSubmit();
  }

  submit(event) {
    event.preventDefault();
    this.saveNow();
  }

  saveNow() {
    if (this.model.get("_buttons").some(({ primary }) => primary)) this.request("save");
  }

  /** Whether the next session can be entered before the kernel has answered: nothing is asked. */
  goesOn(kind) {
    const whole = this.fields.every(({ value }) => value !== null);
    return kind === "save" && whole && this.model.get("_goes_on") && !this.model.get("story");
  }

  request(kind) {
    if (this.over) return;
    const boxes = [...this.fields.map((field) => field.box), ...(this.items?.boxes ?? [])];
    const wrong = boxes.find((box) => box.wrong);
    if (saves(kind) && wrong) {
      wrong.input.focus();
      return;
    }
    // Only a whole session queues behind another: whatever else it is, the kernel has to answer it.
    if (this.waits && (this.stands || !this.goesOn(kind))) {
      this.tell(`${this.waiting()} ${this.words.form_first}`);
      return;
    }
    clearTimeout(this.resting);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    // By key, or from the rows: on to the next session. A pointer stays where it is.
    const inRows = this.fast.checked || this.rows.contains(document.activeElement);
    const goesOn = inRows || this.buttons.querySelector(":focus-visible") !== null;
    this.back = kind === "blank" || (kind === "save" && goesOn);
    this.did = kind;
    this.stands = !this.goesOn(kind);
    this.root.classList.toggle("aw-stands", this.stands);
    this.press({ kind, ...this.entered(), ...this.onTop() });
    this.touched = false;
    if (!this.stands) this.goOn();
    if (this.late) this.sayWaiting(); // with the session that is in the form now
    this.keepLeft();
  }

  /** Which press this one builds on: it counts only if that one did. */
  onTop() {
    const before = this.pending.at(-1);
    return before ? { after: before.press.count } : {};
  }

  /** The next session, empty, while the one before is on its way. */
  goOn() {
    this.at += 1;
    for (const field of this.fields) field.show(null);
    this.items?.show({});
    this.note.value = "";
    this.noteWarning.textContent = "";
    this.label();
    this.buildButtons();
    if (this.back) {
      this.fields[0]?.slider.focus({ preventScroll: true });
      this.showHour();
    }
    // The kernel must not take what stood here before for what stands here now.
    this.send();
  }

  /** While a press has to be answered first, the form takes nothing. */
  shut(event) {
    if (super.shut()) return true;
    return this.waits && this.stands && !this.buttons.contains(event.target);
  }

  guard(event) {
    const keys = event.type === "keydown" && !(event.ctrlKey || event.metaKey || event.altKey);
    if (!keys || this.over || !this.typesAhead(event)) return void super.guard(event);
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * What a quick hand types before a save is answered is for the next hour, and is kept in its order, up to
   * the Enter that saves that hour too. Once the answer is late the whole run is refused, to its end: what
   * is left of it would rate the wrong row, or the wrong hour.
   */
  typesAhead({ key, shiftKey, target, timeStamp }) {
    if (this.more.contains(target)) return false;
    const sign = /^[\d.,]$/.test(key);
    const ofRun = sign || key === "Enter" || (key === "Tab" && !shiftKey);
    if (ofRun && timeStamp - this.missedAt < pause) {
      this.missedAt = timeStamp;
      return true;
    }
    if (!this.waits || !this.stands || !this.back) return false;
    if (sign && this.late) this.miss(timeStamp);
    else if (sign || (ofRun && this.early.length)) this.early.push(key);
    else return false;
    return true;
  }

  /** Nothing of what is being typed is taken, and that is said. */
  miss(now) {
    this.early = [];
    this.missedAt = now;
    this.missed = true;
    this.tell(`${this.waiting()} ${this.words.form_missed}`);
  }

  /** Once the answer is there: that what was typed before it is not. */
  tellMissed() {
    if (!this.missed) return;
    this.missed = false;
    const missed = fill(this.words.form_missed_since, { session: this.at });
    this.tell(`${this.message.textContent} ${missed}`.trim());
  }

  /** What cannot be taken while a press waits is said. */
  refuse(/** @type {any} */ { type, key }) {
    if (this.over || !["keydown", "pointerdown"].includes(type)) return;
    if (type === "pointerdown" || changes.test(key)) this.tell(`${this.waiting()} ${this.words.form_first}`);
  }

  /** Rate the hour that was opened with what was typed meanwhile, and save it where that was pressed too. */
  takeEarly() {
    let place = 0;
    const at = () => this.fields[place]?.slider ?? this.made.save;
    while (this.early.length) {
      const key = this.early.shift();
      const before = this.fields[place]?.value;
      if (key === "Enter") {
        at().focus({ preventScroll: true });
        this.saveNow();
        return;
      }
      if (key === "Tab") place += 1;
      else this.fields[place]?.sign(key, performance.now());
      if (this.fast.checked && this.fields[place]?.value !== before) place += 1;
    }
    at().focus({ preventScroll: true });
    this.showHour();
  }

  waiting() {
    const sessions = this.pending.map(({ press }) => press.session);
    if (this.stands) return super.waiting();
    const words = this.pulse.cut ? this.words.form_cut : this.words.form_waiting;
    return fill(words, { sessions: [...new Set(sessions)].join(", "), next: this.at });
  }

  sayWaiting() {
    super.sayWaiting();
    if (this.waits && !this.over) this.desk?.hold(this.words.desk_waiting);
    if (this.early.length) this.miss(performance.now());
  }

  /** Refused: this press and all that were made on top of it are not saved, and are handed back. */
  heard(press, taken) {
    if (press.kind !== "save" || taken || this.stands) return;
    const later = this.pending.map((each) => each.press).filter(({ kind }) => kind === "save");
    this.pending = [];
    const standing = this.touched ? [this.entered()] : [];
    // A press on the session that the kernel has in the form stands there again, in the kernel's words.
    const mine = press.session === this.model.get("session") ? [] : [press];
    this.back = false;
    this.refused = [...(this.refused ?? []), ...mine, ...later, ...standing].map(plain);
  }

  rested() {
    const { refused, back, stands } = this;
    this.stands = false;
    this.refused = undefined;
    this.root.classList.remove("aw-stands");
    this.desk?.hold("");
    if (refused) this.touched = false;
    const ahead = this.at === this.model.get("session");
    if (!ahead || refused || stands || !this.touched) {
      this.typed = 0;
      if (this.frame !== undefined) cancelAnimationFrame(this.frame);
      this.frame = undefined;
      super.rested();
      this.turn();
      this.show();
    } else {
      super.rested();
      this.tellRestored();
    }
    this.offerBlank();
    this.hear();
    this.tellBrought(refused);
    this.callOutHour();
    const blank = this.fields.filter(({ value }) => value === null);
    const empty = blank.length === this.fields.length;
    // What is asked about a row that was left out is answered at that row, not by the same press again.
    if (stands && !this.model.get("_taken") && blank.length && this.root.contains(document.activeElement))
      blank[0].slider.focus();
    const finished = this.model.get("finished");
    if (back && stands && empty && !finished) {
      this.back = false;
      this.keepLeft();
      this.takeEarly();
      return this.tellMissed();
    }
    this.missed ||= this.early.length > 0;
    this.early = [];
    this.back = false;
    this.tellMissed();
    if (finished) this.showEnd();
    if (refused?.length) this.left.show([...this.left.entries, ...refused], this.words.left_refused);
    this.keepLeft();
  }

  /** Which of those that were on this page only are saved now, and which stands in the form. */
  tellBrought(refused) {
    const { saved, back } = this.brought ?? {};
    this.brought = undefined;
    if (refused || !saved?.length) return;
    const said = [fill(this.words.left_saved, { sessions: saved.join(", ") })];
    if (back) said.push(fill(this.words.left_back, { session: back }));
    this.tell(said.join(" "));
  }

  /** What was handed back behind the saves is told once more: before them it is of another session. */
  tellRestored() {
    if (!this.restored) return;
    this.restored = false;
    this.handedBack = true;
    this.send();
  }

  /** The line beside this form, or over it. */
  get line() {
    /** @type {HTMLElement | null | undefined} */
    const line = this.root.closest(".aw-book")?.querySelector(".aw-book-line");
    return line;
  }

  /** Which session is next, and what happened in it, in view: under the line, where that stays. */
  showHour() {
    const { line } = this;
    const look = line && getComputedStyle(line);
    const over = look?.position === "sticky" ? line.offsetHeight + Number.parseFloat(look.top) : 0;
    this.legend.style.scrollMarginTop = `${over + 12}px`;
    this.legend.scrollIntoView?.({ block: "nearest" });
  }

  /** After the last hour the button that was pressed is gone: the focus goes on, and the message is heard. */
  goToMessage() {
    const over = this.model.get("finished") && !this.onward.hidden;
    if (over) this.onward.focus({ preventScroll: true });
    else super.goToMessage();
  }

  /** The line with what the story told last: on a narrow page it has passed away. */
  showEnd() {
    const here = this.root.contains(document.activeElement);
    if (here && !this.onward.hidden) this.onward.focus({ preventScroll: true });
    this.line?.scrollIntoView?.({ block: "nearest" });
  }

  tell(sentence) {
    super.tell(sentence);
    // What is said of a press is seen where it was pressed, and a question about it, too.
    const hand = /** @type {HTMLElement} */ (document.activeElement);
    if (!sentence || !this.root.contains(hand)) return;
    this.message.scrollIntoView?.({ block: "nearest" });
    // A long sentence may push what the hand is on out of the view.
    hand.scrollIntoView?.({ block: "nearest" });
    this.showRefusal();
  }

  /** That the disk takes nothing stands above the form, and from the first press on below its message. */
  showRefusal() {
    const refused = this.desk?.refused;
    if (!refused || refused.hidden) return;
    if (this.message.nextSibling !== refused) this.message.after(refused);
    refused.scrollIntoView?.({ block: "nearest" });
  }

  hear() {
    if (this.waits || this.over) return;
    // What was said of the file is not talked over by what went well in the form.
    const said = [this.model.get("message"), this.desk?.desk?.get("message")];
    this.tell([...new Set(said.filter(Boolean))].join(" "));
  }

  // ---- what is on this page only -----------------------------------------------------------

  /** Keep in this tab what is not known to be saved. */
  keepLeft(standing = []) {
    const place = this.model.get("place");
    if (!place || !this.model.get("_goes_on")) return;
    const pressed = this.pending.filter(({ press }) => saves(press.kind));
    leaveAt(place, [...this.left.entries, ...pressed.map(({ press }) => plain(press)), ...standing]);
  }

  keepHere() {
    this.keepLeft(this.touched ? [this.entered()] : []);
  }

  /** What an earlier kernel, or an earlier look at this page, left unsaved. */
  offerLeft() {
    if (this.over) return;
    const stands = JSON.stringify(plain(this.entered()));
    const found = leftAt(this.model.get("place")).filter((each) => JSON.stringify(plain(each)) !== stands);
    this.left.show(found, this.words.left_offered);
    const beside = found.length ? [] : leftBeside(this.model.get("place"));
    if (!beside.length) return;
    const places = beside.map((each) => each.replace(" / ", ", ")).join("; ");
    this.left.point(fill(this.words.left_beside, { places }));
  }

  /** Save them one after the other; what is not a whole session goes back into the form. */
  saveLeft() {
    if (this.waits) return void this.tell(`${this.waiting()} ${this.words.form_first}`);
    const entries = this.left.entries;
    const whole = entries.filter(({ value }) => Object.values(value).every((number) => number !== null));
    const half = entries.filter((entry) => !whole.includes(entry));
    const here = half.find(({ session }) => session === this.at + whole.length && !this.touched);
    this.left.show(
      half.filter((entry) => entry !== here),
      this.words.left_offered,
    );
    this.brought = { saved: whole.map(({ session }) => session), back: here?.session };
    for (const entry of whole) {
      const { session, value, items, note } = entry;
      this.stands = false;
      const place = this.model.get("place");
      this.press({ kind: "save", session, value, items, note, place, ...this.onTop() });
    }
    if (whole.length) this.at = Math.max(this.at, whole.at(-1).session + 1);
    if (here) {
      this.fillIn(here);
      this.at = here.session;
      this.handedBack = true; // what is said of the saves is not over with it
      this.restored = true;
      this.changed();
    }
    this.label();
    this.buildButtons();
    this.keepLeft();
    (this.fields.find(({ value }) => value === null) ?? this.fields[0])?.slider.focus();
  }

  fillIn({ value, items, note }) {
    for (const field of this.fields) field.show(value[field.row.name] ?? null);
    this.items?.show(items ?? {});
    this.note.value = note ?? "";
  }

  dropLeft() {
    this.left.show([], "");
    this.keepLeft();
    this.fields[0]?.slider.focus();
  }

  /** The kernel is gone: what stands here and was not saved can be taken along. */
  end() {
    if (this.over) return;
    clearTimeout(this.resting);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    const pressed = this.pending.filter(({ press }) => saves(press.kind)).map(({ press }) => press);
    const empty = Object.values(this.entered().value).every((number) => number === null);
    const kept = JSON.stringify(plain(this.entered())) === JSON.stringify(plain(pressed.at(-1) ?? {}));
    const standing = (empty && !this.note.value) || kept ? [] : [this.entered()];
    super.end();
    if (this.work) this.work.open = true; // what is kept can only be taken along now
    const entries = [...this.left.entries, ...pressed, ...standing].map(plain);
    this.left.entries = [];
    this.pending = [];
    const place = this.model.get("place");
    if (place && this.model.get("_goes_on")) leaveAt(place, entries);
    this.left.show(entries, this.words.left_ended, true);
  }

  endedWords() {
    return this.pulse.goneWords;
  }
}

/** Whether a press of that kind records the session in the form. */
const saves = (kind) => kind === "save" || kind === "blank";

/** An entry as it is kept and compared: without the number of its press. */
const plain = (/** @type {Partial<FormPress>} */ { session, value, items, note }) => ({
  session,
  value,
  items: Object.fromEntries(Object.entries(items ?? {}).filter(([, number]) => number !== null)),
  note: note ?? "",
});

export const form = shown(Form);
