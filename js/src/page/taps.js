// Small lines to tap: each a check box over its drawing, and what became of it under it.

import { foldedDesk } from "./desk.js";
import { element, enterTicks, polite, uniqueId } from "../pieces/dom.js";
import { LeftAnswer } from "../pieces/leftover.js";
import { Part, shown } from "../pieces/part.js";

/** @import { TapsPress, TapsSets, TapsTraits } from "./protocol.ts" */

const width = 120;
const height = 64;
const edge = { x: 8, y: 8 };
const signs = { hit: "✓", false_alarm: "✗", missed: "○" };

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** One line on the whole scale, whose ends stand beside it as text: a mark under each of the sessions in `marks`, and a frame around
 * those from the first to the last of `planted`. */
function drawing({ scores, marks, planted }, { low, high }) {
  const x = (i) => edge.x + ((width - 2 * edge.x) * i) / Math.max(1, scores.length - 1);
  const y = (score) => edge.y + ((height - 2 * edge.y) * (high - score)) / (high - low);
  const grid = [low, (low + high) / 2, high].map((at) =>
    svg("line", { class: "aw-gridline", x1: 0, x2: width, y1: y(at), y2: y(at) }),
  );
  const path = scores.map((score, i) => `${i ? "L" : "M"}${x(i)},${y(score)}`).join("");
  const dots = scores.map((score, i) =>
    svg("circle", { class: "aw-rated", cx: x(i), cy: y(score), r: scores.length > 15 ? 1.8 : 2.6 }),
  );
  const flags = marks.map((i) => {
    const [at, under] = [x(i), y(scores[i]) + 6];
    return svg("path", { class: "aw-flag", d: `M${at - 5},${under}h10l-5,8z` });
  });
  const room = scores.length > 1 ? Math.min(8, (x(1) - x(0)) / 2) : 8;
  const frames = planted.length
    ? [
        svg("rect", {
          ...{ class: "aw-planted", x: x(planted[0]) - room, y: 2, height: height - 4, rx: 4 },
          width: x(planted[1]) - x(planted[0]) + 2 * room,
        }),
      ]
    : [];
  const box = { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" };
  const line = svg("path", { class: "aw-rated", d: path });
  const ends = [high, low].map((at) =>
    element("span", { class: "aw-end", "aria-hidden": "true" }, String(at)),
  );
  return [...ends, svg("svg", box, ...frames, ...grid, line, ...dots, ...flags)];
}

/** @extends {Part<TapsTraits, TapsSets, TapsPress>} */
class Taps extends Part {
  constructor(model, words) {
    super(model, words);
    this.tiles = [];
    this.legend = element("legend", {});
    this.grid = element("div", { class: "aw-tiles" });
    this.key = element("p", { class: "aw-tiles-key" });
    this.fieldset = element("fieldset", {}, this.legend, this.key, this.grid);
    this.buttons = element("div", { class: "aw-buttons" });
    this.message = polite("p", { class: "aw-message", role: "status", tabindex: "-1" });
    this.score = element("table", { class: "aw-score", "aria-hidden": "true", hidden: true });
    this.left = new LeftAnswer(this);
    this.desk = foldedDesk(model, words);
    this.root = element(
      "div",
      { class: "aw-controls aw-taps", onkeydown: enterTicks },
      this.fieldset,
      this.message,
      this.score,
      this.buttons,
      this.left.root,
      this.desk?.root,
    );
  }

  mount(host) {
    const { model } = this;
    this.follow(host, {
      "change:_lines": () => this.build(),
      "change:_tapped": () => this.show(),
      "change:_settled": () => this.keepPlace(() => this.show()),
      "change:_legend": () => this.show(),
      "change:_buttons": () => this.keepPlace(() => this.showButtons()),
      "change:message": () => this.waits || this.tell(model.get("message")),
      "change:place": () => this.left.offer(),
      "change:_saved": () => this.left.settle(),
    });
    this.build();
    this.showButtons();
    this.tell(model.get("message"));
    this.left.offer();
    this.desk?.mount();
  }

  /** Tiles keep their place, and the focus, for as long as there are as many lines. */
  build() {
    const lines = this.model.get("_lines");
    if (lines.length !== this.tiles.length) {
      this.tiles = lines.map((_, i) => this.tile(i + 1));
      this.grid.replaceChildren(...this.tiles.map(({ root }) => root));
    }
    const scale = this.model.get("_scale");
    lines.forEach((line, i) => {
      const { picture, spoken, values, word } = this.tiles[i];
      picture.replaceChildren(...drawing(line, scale));
      spoken.textContent = line.spoken;
      values.textContent = line.values;
      word.dataset.said = line.said;
      word.dataset.verdict = line.verdict;
    });
    const seen = (kind) => lines.some((line) => line[kind].length > 0);
    this.key.replaceChildren(
      ...(seen("marks") ? [element("span", {}, this.words.taps_key_marks)] : []),
      ...(seen("planted") ? [element("span", { class: "aw-of-planted" }, this.words.taps_key_truth)] : []),
    );
    this.show();
  }

  tile(number) {
    const [name, said, all] = [uniqueId("line"), uniqueId("said"), uniqueId("values")];
    const input = element("input", {
      ...{ type: "checkbox", name: `line-${number}`, onchange: () => this.toggle() },
      ...{ "aria-labelledby": name, "aria-describedby": `${said} ${all}` },
    });
    const picture = element("span", { class: "aw-tile-line" });
    const spoken = element("span", { class: "aw-voice", id: name });
    const values = element("span", { class: "aw-voice", id: all });
    const word = element("span", { class: "aw-tile-word", id: said });
    const top = element("span", { class: "aw-tile-number", "aria-hidden": "true" }, String(number));
    const root = element("label", { class: "aw-tile" }, input, top, picture, spoken, values, word);
    return { root, input, picture, spoken, values, word };
  }

  show() {
    const told = this.model.get("_told");
    const settled = told || this.model.get("_settled");
    this.root.classList.toggle("aw-told", told);
    this.legend.textContent = this.model.get("_legend");
    const tapped = new Set(this.model.get("_tapped"));
    this.tiles.forEach((tile, i) => {
      tile.input.checked = tapped.has(i + 1);
      tile.input.disabled = settled;
      this.say(tile);
    });
  }

  /** Of the truth the first line is seen in words, and the tally as figures; heard is all of it. */
  tell(sentence) {
    super.tell(sentence);
    const [truth, tally] = sentence.split("\n");
    this.score.hidden = !tally;
    if (!tally) return;
    this.message.replaceChildren(truth, element("span", { class: "aw-heard" }, `\n${tally}`));
    const { words } = this;
    const row = (tag, { who, ...found }) =>
      element("tr", {}, element("th", {}, who), element(tag, {}, found.hits), element(tag, {}, found.alarms));
    const rows = this.model.get("_score").map((each) => row("td", each));
    this.score.replaceChildren(
      row("th", { who: "", hits: words.taps_hits, alarms: words.taps_alarms }),
      ...rows,
    );
  }

  /** All of it is heard; seen is the verdict, since the drawing shows the rest. */
  say({ root, input, word }) {
    const { words } = this;
    const { said, verdict } = word.dataset;
    root.dataset.verdict = verdict;
    const tapped = input.checked ? words.taps_tapped : words.taps_not;
    const heard = [this.model.get("_told") ? "" : tapped, said].filter(Boolean).join("; ");
    word.replaceChildren(element("span", { class: "aw-heard" }, heard));
    if (!verdict) return;
    const [judged] = said.split("; ");
    const look = { class: "aw-verdict", "data-right": String(verdict === "hit"), "aria-hidden": "true" };
    word.append(element("span", look, `${signs[verdict]} ${judged}`));
  }

  /** The tile answers at once; the kernel hears of it afterwards. */
  toggle() {
    this.tiles.forEach((tile) => this.say(tile));
    this.model.set("_tapped", this.tapped);
    this.model.save_changes();
  }

  get tapped() {
    return this.tiles.flatMap(({ input }, i) => (input.checked ? [i + 1] : []));
  }

  // ---- what is on this page only -----------------------------------------------------------

  get title() {
    return this.model.get("_legend");
  }

  get open() {
    return !(this.model.get("_told") || this.model.get("_settled"));
  }

  standing() {
    const { tapped: value } = this;
    return { value, lines: value.length ? [`${this.words.taps_tapped}: ${value.join(", ")}`] : [] };
  }

  saved() {
    return this.model.get("_saved");
  }

  putBack({ value }) {
    this.tiles.forEach(({ input }, i) => (input.checked = value.includes(i + 1)));
    this.toggle();
    this.tiles[0]?.input.focus();
  }

  keepHere() {
    this.left.keep();
  }

  end() {
    if (this.over) return;
    super.end();
    this.left.end();
  }

  showButtons() {
    const wanted = this.model.get("_buttons");
    this.buttons.replaceChildren(
      ...wanted.map(({ kind, label, primary }) =>
        element(
          "button",
          {
            ...{ type: "button", class: primary ? "aw-button aw-primary" : "aw-button" },
            ...{ "data-kind": kind, onclick: () => this.request(kind) },
          },
          label,
        ),
      ),
    );
  }

  request(kind) {
    this.press({ kind, tapped: this.model.get("_tapped") });
  }

  heard({ kind }) {
    this.asked = kind;
  }

  /** The truth, under as many of its lines as there is room for; new dice begin at the first line. */
  answered() {
    this.tell(this.model.get("message"));
    if (!this.root.contains(document.activeElement)) return;
    if (this.asked === "dice") this.tiles[0]?.input.focus();
    else (this.score.hidden ? this.message : this.score).scrollIntoView?.({ block: "end" });
  }
}

export const taps = shown(Taps);
