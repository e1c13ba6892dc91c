// A line drawn over sessions by mouse, finger or key, and beside it, later, the line that was rated.

import { element, fill, uniqueId } from "./dom.js";
import { inWords, known } from "./numbers.js";
import { Picture } from "./picture.js";
import { htmlTable } from "./table.js";

/** @import { SketchAsk } from "../page/protocol.ts" */

const bigStep = 5;

/** The numbers in what a person typed or pasted: 3.5 4, or 3,5 4, or 3, 4. */
function numbersIn(text) {
  const parts = /[\s;]/.test(text.trim()) ? text.trim().split(/[\s;]+/) : text.trim().split(",");
  return parts.filter(Boolean).map((part) => {
    const plain = part.replace(/,$/, "").replace(",", ".");
    return { part, number: /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN };
  });
}

export class Sketch {
  /** @param {SketchAsk} ask @param {Record<string, string>} words @param {() => void} changed */
  constructor(ask, words, changed) {
    this.ask = ask;
    this.words = words;
    this.changed = changed;
    /** @type {(number | null)[]} */
    this.truth = [];
    this.locked = false;
    this.place = 0;
    /** @type {(number | null)[]} */
    this.values = ask.sessions.map(() => null);
    this.build();
  }

  build() {
    const { ask, words } = this;
    // Not in the fold: what stands in a closed one is heard by nobody.
    this.said = element("p", { class: "aw-field-message", "aria-live": "polite" });
    this.helpId = uniqueId("help");
    this.picture = new Picture(ask, words.sketch_here);
    this.keys = element("div", {
      class: "aw-sketch-keys",
      role: "group",
      "aria-label": fill(words.sketch_plot, { ...ask, first: ask.sessions[0], last: ask.sessions.at(-1) }),
      "aria-describedby": this.helpId,
    });
    this.sliders = ask.sessions.map((session, i) => this.slider(session, i));
    this.describe(this.sliders[0]); // where Tab comes to first
    this.keys.append(...this.sliders);
    this.plot = element("div", { class: "aw-sketch-plot" }, this.picture.root, this.keys);
    this.reading = element("p", { class: "aw-sketch-reading", "aria-hidden": "true" });
    this.tools = element(
      "div",
      { class: "aw-sketch-tools" },
      element("p", { class: "aw-note", id: this.helpId }, words.sketch_help),
      this.typing(),
      this.said,
    );
    this.filler = element(
      "button",
      { type: "button", class: "aw-button aw-quiet", hidden: true, onclick: () => this.fillGaps() },
      words.sketch_fill,
    );
    this.top = element(
      "div",
      { class: "aw-sketch-top" },
      this.reading,
      this.filler,
      element(
        "button",
        { type: "button", class: "aw-button aw-quiet", onclick: () => this.clear() },
        words.sketch_clear,
      ),
    );
    this.tableBox = element("div", { class: "aw-table", tabindex: "0", role: "group", hidden: true });
    this.tableBox.setAttribute("aria-label", words.chart_table_name);
    this.tableButton = element(
      "button",
      {
        type: "button",
        class: "aw-button aw-opens",
        "aria-expanded": "false",
        onclick: () => this.toggleTable(),
      },
      words.chart_show_table,
    );
    this.after = element(
      "div",
      { hidden: true },
      element("div", { class: "aw-tools" }, this.tableButton),
      this.tableBox,
    );
    this.root = element(
      "div",
      { class: "aw-sketch", onpaste: (event) => this.pasted(event) },
      this.top,
      this.plot,
      this.tools,
    );
    const { root } = this.picture;
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) root.addEventListener(kind, (event) => this.up(event));
  }

  /** The point of one session for keys and screen readers: native, over the drawing, unseen. */
  slider(session, i) {
    const { low, high, step } = this.ask;
    return element("input", {
      type: "range",
      min: low,
      max: high,
      step,
      tabindex: i === 0 ? "0" : "-1",
      "aria-label": fill(this.words.sketch_session, { session }),
      "aria-orientation": "vertical",
      oninput: ({ target }) => this.set(i, Number(target.value)),
      onkeydown: (event) => this.key(event, i),
      onfocus: () => this.goTo(i),
      onblur: () => this.paint(),
    });
  }

  typing() {
    const { words } = this;
    this.typed = element("input", {
      type: "text",
      class: "aw-number",
      autocomplete: "off",
      "aria-label": words.sketch_typed,
      onkeydown: (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        this.take(this.typed.value);
      },
    });
    const use = { type: "button", class: "aw-button", onclick: () => this.take(this.typed.value) };
    return element(
      "details",
      { class: "aw-detail" },
      element("summary", {}, words.sketch_type),
      element("p", { "aria-hidden": "true" }, words.sketch_typed),
      element("div", { class: "aw-typed" }, this.typed, element("button", use, words.sketch_take)),
    );
  }

  mount() {
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.plot);
  }

  unmount() {
    this.sizes.disconnect();
  }

  get value() {
    return [...this.values];
  }

  /** The drawn line in words. */
  get lines() {
    const { sessions, x_title } = this.ask;
    const points = sessions.flatMap((session, i) =>
      known(this.values[i]) ? [`${session}: ${inWords(this.values[i])}`] : [],
    );
    return points.length ? [`${x_title} ${points.join(", ")}`] : [];
  }

  set value(values) {
    const next = values ?? this.ask.sessions.map(() => null);
    if (next.length !== this.values.length) return; // of another line, before the lesson was changed
    if (this.stroking || JSON.stringify(next) === JSON.stringify(this.values)) return;
    if (this.values.some(known) && !next.some(known)) requestAnimationFrame(() => this.tellEmpty());
    this.values = [...next];
    this.paint();
  }

  tellEmpty() {
    this.said.textContent = this.words.sketch_start;
  }

  /** The rated line, once it may be seen, and whether the drawing is finished. */
  showTruth(truth, locked) {
    const value = this.ask.sessions.some((_, i) => known(truth[i]));
    this.truth = truth;
    this.locked = locked || value;
    this.tools.hidden = this.locked;
    // A hidden help would still be read out, of keys that do nothing any more.
    for (const each of [this.keys, this.sliders[0]]) this.describe(each);
    this.top.hidden = this.locked;
    this.after.hidden = !value;
    if (!value && !this.tableBox.hidden) this.toggleTable();
    else if (value && !this.tableBox.hidden) this.fillTable();
    this.paint();
  }

  describe(each) {
    if (this.locked) each?.removeAttribute("aria-describedby");
    else each?.setAttribute("aria-describedby", this.helpId);
  }

  // ---- drawing ---------------------------------------------------------------------------

  down(event) {
    if (this.locked || event.button !== 0) return;
    event.preventDefault();
    this.picture.root.setPointerCapture(event.pointerId);
    this.stroking = true;
    this.last = undefined;
    this.stroke(event);
  }

  move(event) {
    if (this.stroking) this.stroke(event);
  }

  up(event) {
    if (!this.stroking) return;
    this.stroking = false;
    this.tellSliders();
    this.changed();
    this.sliders[this.picture.at(event).i]?.focus({ preventScroll: true });
  }

  /** Set the session under the hand, and those that a fast hand passed over. */
  stroke(event) {
    const now = this.picture.at(event);
    const from = this.last ?? now;
    const way = Math.sign(now.i - from.i);
    for (let i = from.i; way && i !== now.i; i += way) {
      const share = (i - from.i) / (now.i - from.i);
      if (i !== from.i) this.values[i] = this.picture.fit(from.value + share * (now.value - from.value));
    }
    this.values[now.i] = now.value;
    this.last = now;
    this.place = now.i;
    this.said.textContent = "";
    this.paint();
    this.changed();
  }

  set(i, value) {
    if (this.locked) {
      this.paint();
      return;
    }
    this.values[i] = value === null ? null : this.picture.fit(value);
    this.said.textContent = "";
    this.paint();
    this.changed();
  }

  clear() {
    this.values = this.ask.sessions.map(() => null);
    this.tellEmpty();
    this.paint();
    this.changed();
  }

  /** The places that are not drawn. */
  get gaps() {
    return this.values.flatMap((value, i) => (known(value) ? [] : [i]));
  }

  /** Go on level before and after the line, and straight from one of its pieces to the next. */
  fillGaps() {
    const { values } = this;
    const drawn = values.flatMap((value, i) => (known(value) ? [i] : []));
    const between = (i) => {
      const [from, to] = [drawn.findLast((at) => at < i), drawn.find((at) => at > i)];
      if (from === undefined || to === undefined) return values[from ?? to];
      return values[from] + ((i - from) / (to - from)) * (values[to] - values[from]);
    };
    const { gaps, ask } = this;
    const [first] = gaps;
    this.values = values.map((value, i) => (known(value) ? value : this.picture.fit(between(i))));
    const sessions = gaps.map((i) => ask.sessions[i]).join(", ");
    this.said.textContent = fill(this.words.sketch_filled, { sessions });
    this.paint();
    this.changed();
    this.sliders[first]?.focus({ preventScroll: true }); // the button is gone
  }

  /** What a point that is not drawn yet starts from: its neighbour, or the middle. */
  start(i) {
    const near = [this.values[i], this.values[i - 1], this.values[i + 1]].find(known);
    return near ?? this.picture.fit((this.ask.low + this.ask.high) / 2);
  }

  key(event, i) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const { step, low, high } = this.ask;
    const end = this.sliders.length - 1;
    const go = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: end }[key];
    const up = { ArrowUp: 1, ArrowDown: -1, PageUp: bigStep, PageDown: -bigStep }[key];
    const digit = /^\d$/.test(key) ? Number(key) : undefined;
    if (go !== undefined) this.sliders[Math.min(end, Math.max(0, go))].focus();
    else if (up !== undefined) this.set(i, this.start(i) + (known(this.values[i]) ? up * step : 0));
    else if (key === "Delete" || key === "Backspace") this.set(i, null);
    else if (digit === undefined) return;
    else if (digit >= low && digit <= high) this.set(i, digit);
    event.preventDefault();
  }

  goTo(i) {
    this.place = i;
    this.sliders.forEach((slider, at) => (slider.tabIndex = at === i ? 0 : -1));
    this.paint();
  }

  pasted(event) {
    if (event.target === this.typed || this.locked) return;
    event.preventDefault();
    this.typed.closest("details").open = true;
    this.typed.value = event.clipboardData?.getData("text") ?? "";
    this.take(this.typed.value);
  }

  /** Take typed or pasted numbers, all of them or none. */
  take(text) {
    const { ask, words } = this;
    const n = ask.sessions.length;
    const given = numbersIn(text.slice(0, 10_000));
    const bad = given.find(({ number }) => !(number >= ask.low && number <= ask.high));
    if (bad || !given.length) {
      const entered = (bad?.part ?? "").slice(0, 40);
      this.said.textContent = fill(words.sketch_bad_number, { ...ask, entered, n });
      return;
    }
    if (given.length > n) {
      this.said.textContent = fill(words.sketch_too_many, { given: given.length, n });
      return;
    }
    this.values = ask.sessions.map((_, i) => (given[i] ? this.picture.fit(given[i].number) : null));
    this.said.textContent = fill(words.sketch_taken, { given: given.length, n });
    this.paint();
    this.changed();
  }

  // ---- the picture -----------------------------------------------------------------------

  paint() {
    const width = this.plot.clientWidth;
    if (!width) return;
    const focused = this.sliders.indexOf(/** @type {HTMLInputElement} */ (document.activeElement));
    const { values: drawn, truth: rated } = this;
    this.picture.paint({ width, drawn, rated, focused, open: !this.locked });
    this.tellSliders();
  }

  /** Every slider says what stands at its session; they lie where their points are. */
  tellSliders() {
    const { ask, words } = this;
    const middle = (ask.low + ask.high) / 2;
    const word = (value) => (known(value) ? inWords(value) : words.sketch_none);
    this.sliders.forEach((slider, i) => {
      const value = this.values[i];
      slider.value = String(value ?? middle);
      slider.style.left = `${this.picture.x(i) - 12}px`;
      let text = known(value)
        ? fill(words.sketch_value, { value: inWords(value), high: ask.high })
        : words.sketch_unset;
      if (this.truth.length)
        text = fill(words.sketch_read, {
          ...ask,
          drawn: word(value),
          rated: word(this.truth[i]),
        });
      slider.setAttribute("aria-valuetext", text);
      slider.setAttribute("aria-readonly", String(this.locked));
    });
    const { length } = this.gaps;
    this.filler.hidden = this.locked || this.stroking || !length || length === this.values.length;
    const value = this.values[this.place];
    this.reading.textContent = known(value)
      ? fill(words.sketch_at, { session: ask.sessions[this.place], value: inWords(value) })
      : this.values.some(known)
        ? ""
        : words.sketch_start;
  }

  // ---- as a table ------------------------------------------------------------------------

  fillTable() {
    const { ask, words } = this;
    const rows = ask.sessions.map((session, i) => ({
      session,
      drawn: this.values[i],
      rated: this.truth[i],
    }));
    const columns = [
      { field: "session", title: ask.x_title },
      { field: "drawn", title: ask.yours },
      { field: "rated", title: ask.name },
    ];
    const caption = fill(words.sketch_table, { n: rows.length });
    this.tableBox.replaceChildren(htmlTable({ rows, columns }, caption));
  }

  toggleTable() {
    const open = this.tableBox.hidden;
    if (open) this.fillTable();
    this.tableBox.hidden = !open;
    this.tableButton.textContent = open ? this.words.chart_hide_table : this.words.chart_show_table;
    this.tableButton.setAttribute("aria-expanded", String(open));
  }
}
