// A dialogue to read turn by turn, and to code: what it shows, where it begins, what to do.

import { element, enterTicks, uniqueId } from "./dom.js";

/** @import { Codes, DialogueAsk, Turn } from "../page/protocol.ts" */

/** A native select with its label and, under it, what the chosen one means. */
class Chooser {
  /** @param {Codes} codes @param {() => void} changed */
  constructor({ name, label, options, empty }, changed) {
    const id = uniqueId(name);
    this.options = options;
    this.empty = empty;
    this.meaning = element("p", { class: "aw-meaning", id: `${id}-meaning` });
    this.input = element("select", {
      id,
      name,
      "aria-describedby": this.meaning.id,
      onchange: () => {
        this.explain();
        changed();
      },
    });
    this.root = element(
      "div",
      { class: "aw-coding" },
      element("div", { class: "aw-control" }, element("label", { for: id }, label), this.input),
      this.meaning,
    );
    this.offer(() => true);
  }

  /** Offer only some of the options; a choice that is not among them is taken back. */
  offer(among) {
    const { value } = this.input;
    const offered = this.options.filter(among);
    this.input.replaceChildren(
      element("option", { value: "" }, this.empty),
      ...offered.map((option) => element("option", { value: option.value }, option.label)),
    );
    this.input.value = offered.some((option) => option.value === value) ? value : "";
    this.explain();
  }

  explain() {
    const chosen = this.options.find(({ value }) => value === this.input.value);
    this.meaning.textContent = chosen?.meaning ?? "";
    this.meaning.hidden = !chosen;
  }

  set value(value) {
    this.input.value = value ?? "";
    if (this.input.selectedIndex < 0) this.input.value = "";
    this.explain();
  }

  get value() {
    return this.input.value || null;
  }
}

/**
 * One turn of a talk, with what else stands beside it.
 * @param {Turn & { id?: string }} said
 * @param {(HTMLElement | undefined)[]} beside
 * @returns {HTMLLIElement}
 */
export const turn = ({ number, who, speaker, text, id }, ...beside) =>
  element(
    "li",
    { class: `aw-turn aw-${speaker}`, value: number },
    element("span", { class: "aw-turn-number", "aria-hidden": "true" }, String(number)),
    element("p", { id }, element("strong", {}, who), element("span", {}, text)),
    ...beside,
  );

export class Dialogue {
  /** @param {DialogueAsk} ask @param {() => void} changed */
  constructor(ask, changed) {
    const { setting, note, turns, begins, families, family, marker, strategy } = ask;
    const name = uniqueId("onset");
    this.ask = ask;
    this.turns = turns.map((each) => {
      const { number, speaker } = each;
      const id = uniqueId("turn");
      const input = element("input", {
        type: "radio",
        name,
        value: number,
        "aria-label": `${begins}: ${number}`,
        "aria-describedby": id,
        onchange: () => changed(),
      });
      const mark = element("label", { class: "aw-begins" }, input, element("span", {}, begins));
      const said = element("p", { class: "aw-turn-author", hidden: true });
      const root = turn({ ...each, id }, speaker === "client" ? mark : undefined, said);
      return { number, input, said, root };
    });
    this.marker = new Chooser(marker, changed);
    this.strategy = new Chooser(strategy, changed);
    const kind = uniqueId("family");
    this.families = families.map(({ value }) =>
      element("input", {
        type: "radio",
        name: kind,
        value,
        onchange: () => {
          this.offer();
          changed();
        },
      }),
    );
    const kinds = families.map(({ label, meaning }, i) =>
      element(
        "label",
        { class: "aw-option" },
        this.families[i],
        element("span", {}, element("strong", {}, label), ` ${meaning}`),
      ),
    );
    this.root = element(
      "div",
      { class: "aw-dialogue", onkeydown: enterTicks },
      element("p", { class: "aw-setting" }, setting),
      note ? element("p", { class: "aw-content-note" }, note) : undefined,
      element("p", { class: "aw-setting" }, ask.help),
      element("ol", { class: "aw-turns", "aria-label": ask.turns_label }, ...this.turns.map((t) => t.root)),
      element("p", { id: kind, class: "aw-strip-name" }, family),
      element("div", { class: "aw-options", role: "radiogroup", "aria-labelledby": kind }, ...kinds),
      this.marker.root,
      this.strategy.root,
      element("p", { class: "aw-source" }, ask.source),
    );
    this.offer();
  }

  /** Only the markers of the chosen kind. */
  offer() {
    const { family } = this;
    this.marker.offer((option) => option.family === family);
    this.marker.root.hidden = !family;
  }

  get family() {
    return this.families.find((input) => input.checked)?.value ?? null;
  }

  get value() {
    const onset = this.turns.find(({ input }) => input.checked)?.number ?? null;
    return { family: this.family, marker: this.marker.value, onset, strategy: this.strategy.value };
  }

  /** The first of what is asked that has no answer. */
  get gap() {
    if (!this.turns.some(({ input }) => input.checked))
      return this.root.querySelector(".aw-turns input:not(:disabled)");
    if (!this.family) return this.families[0];
    return this.marker.value ? this.strategy.input : this.marker.input;
  }

  get lines() {
    const family = this.families.find((input) => input.checked);
    const turn = this.turns.find(({ input }) => input.checked);
    const chosen = [this.marker, this.strategy].filter(({ value }) => value);
    return [
      ...(turn ? [turn.input.getAttribute("aria-label")] : []),
      ...(family ? [family.closest("label").querySelector("strong").textContent] : []),
      ...chosen.map(({ input }) => input.selectedOptions[0].label),
    ];
  }

  set value(value) {
    for (const input of this.families) input.checked = input.value === value?.family;
    this.offer();
    this.marker.value = value?.marker;
    this.strategy.value = value?.strategy;
    for (const { number, input } of this.turns) input.checked = number === value?.onset;
  }

  /** After the commit: where the author says that it begins. The text stays readable. */
  showTruth(truth, locked) {
    for (const { number, said, root } of this.turns) {
      const here = truth?.onset === number;
      root.classList.toggle("aw-author-here", here);
      said.textContent = here ? truth.says : "";
      said.hidden = !here;
    }
    for (const { input } of this.turns) input.disabled = locked;
    for (const input of [...this.families, this.marker.input, this.strategy.input]) input.disabled = locked;
  }
}
