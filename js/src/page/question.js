// A question: native inputs, one button, an answer to every answer.

import { foldedDesk } from "./desk.js";
import { Dialogue } from "../pieces/dialogue.js";
import { element, enterTicks, fill, keepChildren, polite, uniqueId } from "../pieces/dom.js";
import { LeftAnswer } from "../pieces/leftover.js";
import { Marks } from "../pieces/marks.js";
import { Hundred } from "../pieces/hundred.js";
import { together } from "../pieces/numbers.js";
import { Part, shown } from "../pieces/part.js";
import { Sketch } from "../pieces/sketch.js";
import { TextBox } from "../pieces/textbox.js";
import { Write } from "../pieces/write.js";

/** What the label of a box or button says. */
const named = (input) =>
  input.getAttribute("aria-label") ?? input.closest("label").querySelector("span").textContent;

/** The presses that give an answer; one of them is refused where none can be read. */
const commits = new Set(["check", "commit"]);

/** What is asked: its last line; what it rests on stands before, and back. */
function asked(text) {
  const lines = together(text).split("\n");
  const last = lines.pop();
  return lines.length ? [element("span", { class: "aw-premise" }, `${lines.join("\n")} `), last] : [last];
}
/** @import { Mark, QuestionPress, QuestionSets, QuestionTraits } from "./protocol.ts" */

/** A mark in words beside what it is about; the message below has said it aloud already. */
const verdict = ({ right, says }) =>
  element(
    "span",
    { class: "aw-verdict", "data-right": String(right) },
    " ",
    element("span", { "aria-hidden": "true" }, right ? "✓ " : "✗ "),
    together(says),
  );

/** Radio buttons, as rows of text or as a strip of session numbers. */
class Radios {
  constructor(options, kind, changed) {
    const name = uniqueId("answer");
    this.spoken = options.map(([, , spoken]) => spoken);
    this.inputs = options.map(([value]) =>
      element("input", { type: "radio", name, value, onchange: () => changed() }),
    );
    this.root = element(
      "div",
      { class: kind },
      ...options.map(([, label, spoken], i) => {
        if (spoken) this.inputs[i].setAttribute("aria-label", spoken);
        return element(
          "label",
          { class: "aw-option" },
          this.inputs[i],
          element("span", {}, together(String(label))),
        );
      }),
    );
  }

  get value() {
    return this.inputs.find((input) => input.checked)?.value ?? "";
  }

  /** What stands there, in lines for a person. */
  get lines() {
    return this.inputs.filter((input) => input.checked).map(named);
  }

  set value(value) {
    for (const input of this.inputs) input.checked = value !== null && input.value === String(value);
  }

  /** @param {Mark[]} marks */
  mark(marks) {
    this.inputs.forEach((input, i) => {
      const label = input.closest("label");
      label.querySelector(".aw-verdict")?.remove();
      const mark = marks.find(({ at }) => at === input.value);
      if (mark) label.append(verdict(mark));
      const spoken = this.spoken[i];
      if (spoken) input.setAttribute("aria-label", mark ? `${spoken}, ${mark.says}` : spoken);
    });
  }
}

/** Check boxes, of which as many are ticked as one likes. */
class Checks {
  constructor(options, changed) {
    this.inputs = options.map(([value]) =>
      element("input", { type: "checkbox", value, onchange: () => changed() }),
    );
    this.root = element(
      "div",
      { class: "aw-options", onkeydown: enterTicks },
      ...options.map(([, label], i) =>
        element("label", { class: "aw-option" }, this.inputs[i], element("span", {}, label)),
      ),
    );
  }

  get value() {
    return this.inputs.filter((input) => input.checked).map((input) => input.value);
  }

  get lines() {
    return this.inputs.filter((input) => input.checked).map(named);
  }

  set value(value) {
    for (const input of this.inputs) input.checked = value?.includes(input.value) ?? false;
  }
}

/** Statements, each with a strip of the same answers. */
class Rows {
  constructor({ rows, levels_of: levels }, changed) {
    this.rows = rows.map(([name, text]) => ({ name, text, ...this.row(text, levels, changed) }));
    const letters = levels.every(([, label]) => label.length === 1);
    const look = letters ? "aw-rows aw-letters" : "aw-rows";
    this.root = element("div", { class: look }, ...this.rows.map(({ root }) => root));
  }

  row(text, levels, changed) {
    const radios = new Radios(levels, "aw-sessions", changed);
    const id = uniqueId("row");
    const named = { role: "radiogroup", "aria-labelledby": id };
    const head = element("p", { id }, text);
    return { radios, head, root: element("div", named, head, radios.root) };
  }

  get value() {
    const chosen = this.rows.filter(({ radios }) => radios.value !== "");
    return Object.fromEntries(chosen.map(({ name, radios }) => [name, radios.value]));
  }

  /** Where the first row without an answer begins. */
  get gap() {
    return this.rows.find(({ radios }) => radios.value === "")?.radios.inputs[0];
  }

  get lines() {
    return this.rows.flatMap(({ text, radios }) => radios.lines.map((line) => `${text} ${line}`));
  }

  set value(value) {
    for (const { name, radios } of this.rows) radios.value = value?.[name] ?? null;
  }

  /** A row's mark is about what was checked there: chosen anew, it has none. */
  mark(marks, checked) {
    for (const { name, head, radios } of this.rows) {
      head.querySelector(".aw-verdict")?.remove();
      const mark = marks.find(({ at }) => at === name);
      const told = mark && radios.value === (checked?.[name] ?? "");
      if (told) head.append(verdict(mark));
      for (const input of radios.inputs)
        input.closest("label").classList.toggle("aw-right", Boolean(told) && input.value === mark.answer);
    }
  }
}

/** A box for a number, read by the kernel, so that 0,7 and 12 % are numbers too. */
class NumberLine {
  constructor({ unit }, words, changed) {
    this.unit = unit;
    const label = unit ? fill(words.question_in_unit, { unit }) : words.question_number;
    this.input = element("input", {
      type: "text",
      class: "aw-number",
      inputmode: "decimal",
      autocomplete: "off",
      "aria-label": label,
      oninput: () => this.move(this.value, changed),
    });
    const beside = unit && element("span", { class: "aw-unit", "aria-hidden": "true" }, unit);
    this.line = element("div", { class: "aw-number-line" }, this.input, beside || undefined);
    this.root = element("div", {}, this.line);
    if (!/(^|\D)100$/.test(unit ?? "")) return;
    this.hundred = new Hundred(
      () => this.value,
      (value) => this.move(value, changed),
    );
    const how = element("span", { class: "aw-note", "aria-hidden": "true" }, words.question_hundred);
    this.root.classList.add("aw-of-hundred");
    this.root.prepend(this.hundred.root);
    this.line.append(how);
  }

  move(value, changed) {
    this.value = value;
    changed();
  }

  /** The mark is about the number that was checked: with another in the box there is none. */
  mark([mark], checked) {
    this.line.querySelector(".aw-verdict")?.remove();
    if (mark && this.value === (checked ?? "")) this.line.append(verdict(mark));
  }

  /** What stands there is none of the numbers asked for; why stands in the element of that id. */
  set refused(why) {
    const said = { "aria-invalid": why && "true", "aria-describedby": why };
    for (const [name, value] of Object.entries(said))
      if (value) this.input.setAttribute(name, value);
      else this.input.removeAttribute(name);
  }

  get value() {
    return this.input.value;
  }

  get lines() {
    return this.value ? [`${this.value} ${this.unit ?? ""}`.trim()] : [];
  }

  set value(value) {
    if (this.input.value !== (value ?? "")) this.input.value = value ?? "";
    this.hundred?.show(this.value);
  }
}

/** A box for a few sentences; Enter begins a new line there, and the button keeps them. */
const askers = {
  choice: ({ options }, _words, changed) =>
    new Radios(
      options.map((option) => [option, option]),
      "aw-options",
      changed,
    ),
  session: ({ sessions }, words, changed) =>
    new Radios(
      sessions.map((session) => [session, session, fill(words.sketch_session, { session })]),
      "aw-sessions",
      changed,
    ),
  several: ({ options }, _words, changed) => new Checks(options, changed),
  rows: (ask, _words, changed) => new Rows(ask, changed),
  number: (ask, words, changed) => new NumberLine(ask, words, changed),
  text: ({ lines }, words, changed) =>
    new TextBox({ rows: lines, "aria-label": words.question_text }, changed),
  sketch: (ask, words, changed) => new Sketch(ask, words, changed),
  marks: (ask, _words, changed) => new Marks(ask, changed),
  dialogue: (ask, _words, changed) => new Dialogue(ask, changed),
  write: (ask, _words, changed) => new Write(ask, new Rows(ask, changed), changed),
};

/** @extends {Part<QuestionTraits, QuestionSets, QuestionPress>} */
class Question extends Part {
  constructor(model, words) {
    super(model, words);
    const ask = model.get("_ask");
    this.asker = askers[ask.kind](ask, words, () => this.changed());
    this.fieldset = element(
      "fieldset",
      {},
      element("legend", {}, ...asked(ask.text)),
      this.asker.root,
      this.sureness(ask.levels),
    );
    this.hints = element("ol", { class: "aw-hints", "aria-label": words.question_hints });
    this.hintRegion = polite("div", {}, this.hints);
    this.after = element("div", {}, this.asker.after);
    const id = uniqueId("said");
    this.message = polite("p", { id, class: "aw-message", role: "status", tabindex: "-1" });
    this.buttons = element("div", { class: "aw-buttons" });
    this.before = element("p", { class: "aw-before" }, words.question_before);
    this.left = new LeftAnswer(this);
    this.root = element(
      "form",
      {
        class: "aw-question",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          const first = this.model.get("_buttons").find(({ primary }) => primary);
          if (first) this.request(first.kind);
        },
      },
      this.before,
      this.fieldset,
      this.hintRegion,
      this.buttons,
      this.message,
      this.after,
      this.left.root,
    );
  }

  /** “How sure are you?”, where the question asks for it. */
  sureness(levels) {
    if (!levels.length) return undefined;
    const id = uniqueId("sure");
    this.sure = element(
      "select",
      { id, name: "confidence", onchange: () => this.changed() },
      element("option", { value: "" }, this.words.question_unsaid),
      ...levels.map(([value, label]) => element("option", { value }, label)),
    );
    return element(
      "div",
      { class: "aw-control" },
      element("label", { for: id }, this.words.question_confidence),
      this.sure,
    );
  }

  mount(host) {
    const { model } = this;
    const show = () => this.keepPlace(() => this.show());
    this.follow(host, {
      "change:_ask": () => this.askAnew(),
      "change:_entered": show,
      "change:_confidence": show,
      "change:_truth": show,
      "change:_marks": () => this.mark(),
      "change:_locked": show,
      "change:prediction": show,
      "change:_hints": () => this.showHints(),
      "change:_buttons": () => this.keepPlace(() => this.showButtons()),
      "change:_outcome": () => this.say(),
      "change:message": () => this.say(),
      "change:place": () => this.left.offer(),
      "change:_saved": () => this.left.settle(),
    });
    this.asker.mount?.();
    this.show();
    this.showHints();
    this.showButtons();
    this.say();
    this.left.offer();
    this.desk = foldedDesk(model, this.words);
    if (this.desk) this.root.append(this.desk.root);
    this.desk?.mount();
  }

  unmount() {
    super.unmount();
    this.asker.unmount?.();
  }

  /** Another question in the same place, such as the next case of a row. */
  askAnew() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    const ask = this.model.get("_ask");
    const turned = this.root.contains(document.activeElement);
    this.asker.unmount?.();
    this.asker = askers[ask.kind](ask, this.words, () => this.changed());
    const legend = element("legend", { tabindex: "-1" }, ...asked(ask.text));
    const inside = [legend, this.asker.root, this.sureness(ask.levels)];
    this.fieldset.replaceChildren(...inside.filter(Boolean));
    this.after.replaceChildren(...[this.asker.after].filter(Boolean));
    this.asker.mount?.();
    this.show();
    if (!turned) return;
    // Who turned the page here goes on at its head, not below its end.
    legend.focus({ preventScroll: true });
    (this.root.closest(".widget-vbox") ?? this.root).scrollIntoView({ block: "start" });
  }

  /** The kernel's word on the answer, unless the hand has moved on since. */
  show() {
    const waits = this.model.get("prediction");
    this.before.hidden = !waits || this.model.get("_ask").kind === "text";
    this.root.classList.toggle("aw-waits", waits && !this.model.get("_locked"));
    if (this.frame !== undefined || this.sending || this.asker.untold) return;
    this.asker.value = this.model.get("_entered");
    const locked = this.model.get("_locked");
    if (this.sure) {
      this.sure.value = this.model.get("_confidence");
      this.sure.disabled = locked;
    }
    // A drawing that is finished is still read point by point, and as a table; a text is copied.
    if (this.asker.showTruth) this.showTruth(locked);
    else this.fieldset.disabled = locked;
    // What was shown to who did not answer has no empty box beside it.
    this.root.classList.toggle("aw-unanswered", locked && !this.asker.lines.length);
    this.mark();
  }

  /** The rated line beside the drawn one: what is said to it stands under it, before what is pressed. */
  showTruth(locked) {
    const ask = this.model.get("_ask");
    const truth = this.model.get("_truth");
    this.asker.showTruth(truth, locked);
    const told = "done" in ask && Array.isArray(truth) && truth.length > 0;
    this.fieldset.querySelector("legend").replaceChildren(...asked((told && ask.done) || ask.text));
    const place = told ? this.after : this.hintRegion;
    if (place.nextElementSibling !== this.buttons) place.after(this.buttons);
  }

  /** What is right and what is not, beside each answer. */
  mark() {
    this.asker.mark?.(this.model.get("_marks"), this.model.get("_saved").value);
    this.sayOnce();
  }

  showHints() {
    const hints = this.model.get("_hints");
    const shown = this.hints.children.length;
    if (hints.length < shown) this.hints.replaceChildren();
    this.hints.append(...hints.slice(this.hints.children.length).map((hint) => element("li", {}, hint)));
    this.hints.hidden = hints.length === 0;
  }

  /** Buttons stay, and keep the focus, for as long as their kinds do. */
  showButtons() {
    const wanted = this.model.get("_buttons");
    const there = /** @type {HTMLElement[]} */ ([...this.buttons.children]);
    const kept = Object.fromEntries(there.map((b) => [b.dataset.kind, b]));
    /** @type {Element[]} */
    const buttons = wanted.map(({ kind, label, primary, small }) => {
      const stays = kept[kind]?.classList.contains("aw-primary") === Boolean(primary);
      const button = stays ? kept[kind] : this.button(kind, primary, small);
      button.textContent = label;
      return button;
    });
    keepChildren(this.buttons, buttons);
    this.buttons.hidden = !buttons.length;
  }

  button(kind, primary, small) {
    const size = primary ? "aw-primary" : small ? "aw-quiet" : "";
    const press = primary ? { type: "submit" } : { type: "button", onclick: () => this.request(kind) };
    return element("button", { class: `aw-button ${size}`, "data-kind": kind, ...press });
  }

  changed() {
    this.mark();
    if (this.refused) this.tell(""); // it may be put right by now
    this.asker.refused = "";
    this.frame ??= requestAnimationFrame(() => this.send());
  }

  send() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    // Setting the one tells of it before the other is set, and would take that back on the page.
    this.sending = true;
    this.asker.sent?.();
    this.model.set("_entered", this.asker.value);
    if (this.sure) this.model.set("_confidence", this.sure.value);
    this.sending = false;
    this.model.save_changes();
  }

  request(kind) {
    if (this.waits) {
      // The press before is not answered yet: another one waits, the same again does not count.
      if (kind !== this.asked) this.next = kind;
      return;
    }
    this.asked = kind;
    this.saidBefore = this.message.textContent;
    this.send();
    const sure = this.sure ? { confidence: this.sure.value } : {};
    this.press({ kind, entered: this.asker.value, ...sure });
  }

  /** Until it is answered, what was pressed on stands as it is. */
  shut(event) {
    return super.shut() || (this.waits && this.fieldset.contains(event.target));
  }

  answered() {
    this.say();
    const said = this.message.textContent;
    if (commits.has(this.asked) && said && said === this.saidBefore) this.message.append("\u00a0"); // heard again
    const gone = this.goToGap();
    const at = document.activeElement;
    if (this.asked === "again" && !said && (at === this.message || at === document.body)) this.begin();
    // What is said of a press is seen where it was pressed; what was drawn and is true, before it, whole.
    if (this.message.textContent && !gone) this.message.scrollIntoView({ block: "nearest" });
    const truth = this.asker.showTruth && this.model.get("_truth");
    if (Array.isArray(truth) && truth.length) this.asker.root.scrollIntoView({ block: "nearest" });
    const { next } = this;
    this.next = undefined;
    if (next && this.model.get("_buttons").some(({ kind }) => kind === next)) this.request(next);
  }

  get refused() {
    const { model } = this;
    if (!commits.has(this.asked) || model.get("_locked")) return false;
    return Boolean(model.get("message") && !model.get("_outcome"));
  }

  /** Who committed nothing, or what cannot be, goes on where it is put right. */
  goToGap() {
    if (!this.refused || !this.root.contains(document.activeElement)) return false;
    if (this.model.get("_ask").kind === "sketch") return false; // its gaps are left by committing once more
    this.begin();
    return true;
  }

  /** Whether the number can be read, and only how sure one is of it is not said where it has to be. */
  get lacksSure() {
    const many = Number(String(this.asker.value).replace(",", "."));
    const read = this.asker.lines.length > 0 && many >= 0 && many <= 100;
    return Boolean(this.model.get("_ask").sure) && read && this.sure?.value === "";
  }

  /** Where an answer is begun, or goes on. */
  begin() {
    const first = this.asker.gap ?? this.fieldset.querySelector("input, select, textarea");
    const place = this.lacksSure ? this.sure : first;
    place?.focus();
    if (place?.type === "text") place.select(); // typed over
    place?.scrollIntoView?.({ block: "nearest" });
  }

  // ---- what is on this page only -----------------------------------------------------------

  get title() {
    return this.model.get("_ask").text;
  }

  get open() {
    return !this.model.get("_locked");
  }

  get staysHere() {
    return this.open;
  }

  standing() {
    const sure = this.sure?.value && this.sure.selectedOptions[0].label;
    const lines = [...this.asker.lines, ...(sure ? [`${this.words.question_confidence} ${sure}`] : [])];
    return { value: this.asker.value, confidence: this.sure?.value ?? "", lines };
  }

  /** What of it the kernel has kept, as these inputs say it. */
  saved() {
    const { value, confidence } = this.model.get("_saved");
    const standing = this.asker.value;
    this.asker.value = value ?? null;
    const kept = { value: this.asker.value, confidence };
    this.asker.value = standing;
    return kept;
  }

  putBack({ value, confidence }) {
    this.asker.value = value;
    if (this.sure) this.sure.value = confidence ?? "";
    this.changed();
    /** @type {HTMLElement | null} */
    const first = this.root.querySelector("textarea, input:not([type=file]), select");
    first?.focus();
  }

  keepHere() {
    this.left.keep();
  }

  end() {
    if (this.over) return;
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    super.end();
    this.left.end();
  }

  say() {
    if (this.late || this.over) return;
    this.tell(together(this.model.get("message")));
    this.asker.refused = this.refused && !this.lacksSure ? this.message.id : "";
    this.message.dataset.outcome = this.refused ? "refused" : this.model.get("_outcome");
    this.sayOnce();
  }

  /** What a mark beside the answer says is heard in the message, and not read there once more. */
  sayOnce() {
    const said = this.message.textContent;
    const [verdict, ...rest] = said.split("\n");
    const twice = rest.length > 0 && this.root.querySelector(".aw-verdict") !== null;
    this.message.classList.toggle("aw-only-heard", twice && !rest.join("").trim());
    if (twice === (this.message.firstElementChild !== null)) return;
    const heard = element("span", { class: "aw-heard" }, `${verdict}\n`);
    this.message.replaceChildren(...(twice ? [heard, rest.join("\n")] : [said]));
  }
}

export const question = shown(Question);
