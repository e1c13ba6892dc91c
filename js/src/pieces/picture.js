// The drawing of a sketch: axes, the drawn and the rated line, and what stands where.

import { inWords, known } from "./numbers.js";

/** @import { SketchAsk } from "../page/protocol.ts" */

const height = 280;
const bottom = 40;
const left = 72;
const beside = 74; // pixels right of the plot for the lines' names,
const narrow = 360; // which stand in a row above it where the whole is narrower than this
const inset = 12;
const ring = 10; // around the point that the keys are at,
const clear = ring + 5; // and where a line's name begins beside its last point
const apart = 16; // pixels between two names at the lines' ends

/**
 * The sessions that have their figure in a drawing so wide: in even steps. Where a step near at hand
 * divides the way from first to last, both are among them; else where one divides the last, all that it
 * divides, and the first if it is as far from them; else steps from the first on, and the last.
 */
export function figured(sessions, width) {
  const [first, last] = [sessions[0], sessions.at(-1)];
  const way = last - first;
  const least = Math.max(1, Math.ceil((way * 24) / Math.max(24, width)));
  const steps = [0, 1, 2].map((more) => least + more);
  const even = steps.find((step) => way % step === 0);
  if (even) return sessions.filter((n) => (n - first) % even === 0);
  const round = steps.find((step) => last % step === 0);
  if (round) {
    const begins = round - (first % round) >= least;
    return sessions.filter((n) => n % round === 0 || (n === first && begins));
  }
  return sessions.filter((n) => n === last || ((n - first) % least === 0 && last - n >= least));
}

/** An SVG element with attributes and children. */
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** The picture of one sketch; `paint` draws it anew, `x`, `y` and `at` say what lies where. */
export class Picture {
  /**
   * @param {SketchAsk} ask
   * @param {string} here what an empty plot says
   */
  constructor(ask, here) {
    this.ask = ask;
    this.here = here;
    this.width = 0;
    this.drawn = [];
    this.rated = [];
    this.root = svg("svg", { "aria-hidden": "true", height });
  }

  /** Draw both lines at this width; `focused` is the place that the keys are at, or -1. */
  paint({ width, drawn, rated, focused, open }) {
    this.width = width;
    this.drawn = drawn;
    this.rated = rated;
    this.root.setAttribute("width", width);
    this.root.classList.toggle("aw-open", open);
    this.root.replaceChildren(
      ...this.axes(),
      ...(open && !drawn.some(known) ? this.invitation() : []),
      ...(open && drawn.some(known) ? this.missing() : []),
      ...(focused >= 0 ? this.focusMark(focused) : []),
      ...this.line(rated, "aw-rated"),
      ...this.line(drawn, "aw-drawn"),
      ...this.names(),
    );
  }

  /** What stands in a plot in which nothing is drawn yet: where a line would begin, and a word. */
  invitation() {
    const { low, high } = this.ask;
    const y = this.y((low + high) / 2);
    const middle = (left + this.right) / 2;
    return [
      svg("circle", { class: "aw-drawn", cx: this.x(0), cy: y, r: 7, "stroke-dasharray": "3 3" }),
      svg("text", { class: "aw-here-word", x: middle, y: y - 14, "text-anchor": "middle" }, this.here),
    ];
  }

  /** A ring on the axis for every session that the line leaves out. */
  missing() {
    const left = this.ask.sessions.map((_, i) => i).filter((i) => !known(this.drawn[i]));
    const ringed = { class: "aw-missing", cy: height - bottom, r: 6 };
    return left.map((i) => svg("circle", { ...ringed, cx: this.x(i) }));
  }

  /** Where a session stands. */
  x(i) {
    const { sessions } = this.ask;
    const [first, last] = [sessions[0], sessions.at(-1)];
    const share = last === first ? 0.5 : (sessions[i] - first) / (last - first);
    return left + inset + share * Math.max(0, this.right - left - 2 * inset);
  }

  /** Where the plot ends. */
  get right() {
    return this.width - (this.width < narrow ? 4 : beside);
  }

  /** Where the scale ends. */
  get top() {
    return this.width < narrow ? 34 : 14;
  }

  y(value) {
    const { low, high } = this.ask;
    return this.top + ((high - value) / (high - low)) * (height - this.top - bottom);
  }

  /** The session nearest to a place on the screen, and the value at its height. */
  at({ clientX, clientY }) {
    const box = this.root.getBoundingClientRect();
    const far = this.ask.sessions.map((_, i) => Math.abs(this.x(i) - (clientX - box.left)));
    const { low, high } = this.ask;
    const share = (clientY - box.top - this.top) / (height - this.top - bottom);
    return { i: far.indexOf(Math.min(...far)), value: this.fit(high - share * (high - low)) };
  }

  /** The nearest step on the scale. */
  fit(value) {
    const { low, high, step } = this.ask;
    const steps = Math.round((Math.min(high, Math.max(low, value)) - low) / step);
    return Math.round((low + steps * step) * 1e6) / 1e6;
  }

  axes() {
    const { low, high, low_word, high_word, x_title, y_title, sessions } = this.ask;
    const { right } = this;
    const floor = height - bottom;
    const middle = (this.top + floor) / 2;
    const parts = [];
    for (let tick = 0; tick <= 4; tick += 1) {
      const value = low + ((high - low) * tick) / 4;
      const y = this.y(value);
      parts.push(svg("line", { class: "aw-gridline", x1: left, x2: right, y1: y, y2: y }));
      const label = svg("text", { class: "aw-tick", x: left - 8, y: y + 4, "text-anchor": "end" });
      const word = { 0: low_word, 4: high_word }[tick] ?? "";
      label.textContent = `${word} ${inWords(value)}`.trim();
      parts.push(label);
    }
    const shown = figured(sessions, right - left - 2 * inset);
    for (const session of sessions) {
      const x = this.x(sessions.indexOf(session));
      parts.push(svg("line", { class: "aw-gridline", x1: x, x2: x, y1: floor, y2: floor + 5 }));
      if (!shown.includes(session)) continue;
      const label = svg("text", { class: "aw-tick", x, y: floor + 18, "text-anchor": "middle" });
      label.textContent = session;
      parts.push(label);
    }
    const titles = [
      svg("text", { class: "aw-axis", x: (left + right) / 2, y: height - 4, "text-anchor": "middle" }),
      svg("text", {
        class: "aw-axis",
        "text-anchor": "middle",
        transform: `translate(11 ${middle}) rotate(-90)`,
      }),
    ];
    titles[0].textContent = x_title;
    titles[1].textContent = y_title;
    return [...parts, ...titles];
  }

  /** A line with a gap wherever there is no number, and its points. */
  line(values, kind) {
    const parts = [];
    let path = "";
    values.forEach((value, i) => {
      if (!known(value)) return;
      const [x, y] = [this.x(i), this.y(value)];
      path += `${i && known(values[i - 1]) ? "L" : "M"}${x},${y}`;
      parts.push(svg("circle", { class: kind, cx: x, cy: y, r: values.length > 25 ? 2.5 : 4.5 }));
    });
    return [svg("path", { class: kind, d: path }), ...parts];
  }

  focusMark(i) {
    const [x, y] = [this.x(i), this.y(this.drawn[i] ?? (this.ask.low + this.ask.high) / 2)];
    const ends = { y1: this.top, y2: height - bottom };
    return [
      svg("line", { class: "aw-here", x1: x, x2: x, ...ends }),
      svg("circle", { class: "aw-here", cx: x, cy: y, r: ring }),
    ];
  }

  /** Each line's name at its end, moved apart where they end close together. */
  names() {
    /** @type {[(number | null)[], string, string, string][]} */
    const lines = [
      [this.drawn, this.ask.yours, "aw-drawn", "○ "],
      [this.rated, this.ask.name, "aw-rated", "● "],
    ];
    const ends = lines
      .map(([values, name, kind, stroke]) => ({
        ...{ name, kind, stroke, lines: broken(name) },
        ...{ values, i: values.findLastIndex(known) },
      }))
      .filter(({ i }) => i >= 0);
    return this.width < narrow ? this.inARow(ends) : this.besideEnds(ends);
  }

  /** The names in a row above the plot, each after a stroke of its line. */
  inARow(ends) {
    const text = svg("text", { class: "aw-name", x: 0, y: 14 });
    for (const { name, kind, stroke } of ends) {
      const part = svg("tspan", { class: `aw-name ${kind}`, dx: text.children.length ? 12 : 0 });
      part.textContent = stroke + name;
      text.append(part);
    }
    return [text];
  }

  besideEnds(given) {
    const ends = given.map((end) => ({ ...end, y: this.y(end.values[end.i]) })).sort((a, b) => a.y - b.y);
    if (ends.length === 2) {
      const lack = apart * ends[0].lines.length - (ends[1].y - ends[0].y);
      if (lack > 0) {
        ends[0].y -= lack / 2;
        ends[1].y += lack / 2;
      }
    }
    const lowest = height - bottom + 8;
    return ends.map(({ lines, kind, y, i }) => {
      const x = this.x(i) + clear;
      const top = Math.min(y, lowest - apart * (lines.length - 1)) + 4;
      const text = svg("text", { class: `aw-name ${kind}`, x, y: Math.max(this.top, top) });
      text.append(
        ...lines.map((line, n) => {
          const part = svg("tspan", { x, dy: n ? apart : 0 });
          part.textContent = line;
          return part;
        }),
      );
      return text;
    });
  }
}

/** A name in lines short enough for the margin. */
function broken(name) {
  const lines = [];
  for (const word of name.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 10) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, 3).map((line) => (line.length > 11 ? `${line.slice(0, 10)}…` : line));
}
