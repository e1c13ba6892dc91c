// A chart that stays: its form is embedded once, and from then on only its tables change.

import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import { Handler } from "vega-tooltip";

import { download, element, fill, isTouched, onUnsaid, quietVoice } from "../pieces/dom.js";
import { boxOf } from "../pieces/here.js";
import { inLines } from "../pieces/lines.js";
import { Menu } from "../pieces/menu.js";
import { Motion } from "../pieces/motion.js";
import { changedCells, csvText, htmlTable, rowsOf, spokenRow, tabbedText } from "../pieces/table.js";
import { followTheme, recolour, themeConfig } from "../pieces/theme.js";
import { coloursOf, onDark } from "../pieces/tokens.js";

/** @import { ChartMessage, ChartTraits } from "./protocol.ts" */
/** @import { Model, Words } from "../pieces/model.ts" */

const reach = 30; // pixels from a place that still count as a click on it

const inThePage = (address) => /^(data|blob):/.test(String(address).trim());

/** A Vega loader that reads nothing from any address: no other machine's, and not this server's. */
function homeLoader(words) {
  const loader = vega.loader();
  const stay = (address) => {
    if (!inThePage(address)) throw new Error(fill(words.chart_no_internet, { address }));
  };
  /** A link is followed in a tab of its own, and never to this server, which knows the student. */
  const link = (address, options) => {
    const { origin, protocol } = new URL(address, document.baseURI);
    if (!/^(https?|mailto):$/.test(protocol) || origin === location.origin) stay("");
    return sanitize.call(loader, address, { ...options, target: "_blank", rel: "noopener noreferrer" });
  };
  const { load, sanitize } = loader;
  loader.load = async (address, options) => {
    stay(address);
    return load.call(loader, address, options);
  };
  loader.sanitize = async (address, options) => {
    if (options?.context === "href") return link(address, options);
    stay(address);
    return sanitize.call(loader, address, options);
  };
  return loader;
}

/**
 * A compiled form whose labels stand on a rim of `paper`, clear of the lines and points under them.
 * A label that has a rim of its own, or is written in paper on a colour, stays as it is.
 */
function withHalos(spec, paper) {
  const around = (mark) => {
    const drawn = mark.encode?.update ?? {};
    if (mark.type === "group") return [{ ...mark, marks: mark.marks?.flatMap(around) }];
    if (mark.type !== "text" || drawn.stroke || drawn.fill?.value === paper) return [mark];
    const rim = { stroke: { value: paper }, strokeWidth: { value: 3 }, strokeJoin: { value: "round" } };
    const encode = { ...mark.encode, update: { ...drawn, ...rim } };
    return [{ ...mark, name: mark.name && `${mark.name}_rim`, interactive: false, encode }, mark];
  };
  return { ...spec, marks: spec.marks?.flatMap(around) };
}

const besides = 420; // pixels a plot needs to have its names beside it; in a narrower one they stand inside
const leastWide = 120; // and what a drawing has, whatever stands around it
const gap = 20; // between two small charts
const roomHere = 4; // around the mark that is read
const farAbove = 1_000_000; // pixels: higher than any lesson
const pinned = 0.5; // of the height of a page, at the most, for a drawing that stays in view
const axisWide = 60; // what an axis takes, until it is drawn

/** The kit's own forms have the width of their page; whether this is one of them. */
const isOwn = (form) => Boolean(form.usermeta?.alliance) && form.width === "container";

const takesNarrow = (form) => form.params?.some(({ name }) => name === "narrow");

/** The room that a form keeps on its right for names, on a page of that width. */
const roomRight = (form, page) => (takesNarrow(form) && page < besides ? 12 : (form.padding?.right ?? 0));

/** A form whose titles under it are no wider than a narrow page. */
const withShortLines = (form) =>
  JSON.parse(JSON.stringify(form), (key, value) =>
    key === "x" && typeof value?.title === "string" ? { ...value, title: inLines(value.title) } : value,
  );

/**
 * An own form for a page of that width. Names that reach into the room on the right do not move the
 * drawing: how wide it is follows from the page and the axis alone.
 */
function toWidth(form, page) {
  const params = form.params?.map((each) =>
    each.name === "narrow" ? { ...each, value: page < besides } : each,
  );
  return {
    ...(page < besides ? withShortLines(form) : form),
    params,
    height: (page < besides && form.usermeta.alliance.narrow_height) || form.height,
    width: Math.max(leastWide, page - axisWide - roomRight(form, page)),
    autosize: { type: "pad", resize: page < besides }, // where names are listed over a drawing, one more comes
    padding: { ...form.padding, right: 0 },
  };
}

/** In how many columns a page has room for the small charts of an own form; undefined of any other. */
function columnsOn(form, page) {
  if (!form.usermeta?.alliance || !form.columns) return undefined;
  return Math.max(1, Math.min(form.columns, Math.floor((page - axisWide / 2) / (form.spec.width + gap))));
}

/** How wide each of so many small charts beside one another is: together they fill the page. */
const eachOf = (columns, page) => Math.floor((page - gap) / columns) - gap;

/** A form as a page of that width shows it. */
function fitted(form, page) {
  if (isOwn(form)) return toWidth(form, page);
  const columns = columnsOn(form, page);
  if (!columns) return form;
  return { ...form, columns, spec: { ...form.spec, width: eachOf(columns, page) } };
}

/** A Vega-Lite or Vega form as a running view, without `eval`. */
function makeView({ form, tables, theme, words, options }) {
  const themed = theme === "dark" && form.usermeta?.alliance ? recolour(form, onDark) : form;
  /** @type {any} */
  const config = themeConfig(theme);
  const isVega = /\/schema\/vega\//.test(form.$schema ?? "");
  const datasets = {};
  for (const [name, table] of Object.entries(tables)) datasets[name] = rowsOf(table.columns);
  const spec = isVega
    ? themed
    : compile({ ...themed, datasets: { ...themed.datasets, ...datasets } }, { config }).spec;
  const written = form.usermeta?.alliance ? withHalos(spec, coloursOf(theme).paper) : spec;
  const parsed = vega.parse(written, isVega ? config : undefined, { ast: true });
  return new vega.View(parsed, {
    expr: expressionInterpreter,
    loader: homeLoader(words),
    renderer: "svg",
    ...options,
  });
}

class Chart {
  /**
   * @param {Model<ChartTraits, object, ChartMessage>} model
   * @param {Words} words
   */
  constructor(model, words) {
    this.model = model;
    this.words = words;
    this.revision = 0;
    this.shown = {}; // table name -> the table that the view holds
    this.rows = {}; // table name -> the rows of it that were put into the view
    this.work = Promise.resolve();
    this.faults = [];
    this.logger = vega.logger(vega.Warn, "warn", (_method, _level, said) => {
      this.faults.push(...said.filter((part) => part instanceof Error));
    });
    this.build();
  }

  build() {
    const { words } = this;
    this.plot = element("div", { class: "aw-plot" });
    this.motion = new Motion(this.plot);
    this.voice = quietVoice();
    this.caption = element("p", { class: "aw-caption" });
    this.opening = element("span", {});
    this.rest = element("span", {});
    this.describe = element("p", { class: "aw-describe" }, this.opening, this.rest);
    this.inWords = element(
      "details",
      { class: "aw-in-words" },
      element("summary", {}, words.chart_in_words),
      this.describe,
    );
    this.here = element("div", { class: "aw-here", "aria-hidden": "true", hidden: true });
    this.frame = element(
      "div",
      {
        class: "aw-frame",
        role: "application",
        tabindex: "0",
        "aria-label": words.chart_name,
        "aria-roledescription": words.chart_role,
        onkeydown: (event) => this.walk(event),
      },
      this.plot,
      this.here,
    );
    this.headline = element("p", { class: "aw-headline", hidden: true });
    this.error = element("p", { class: "aw-error", role: "alert", hidden: true });
    this.reading = element("p", { class: "aw-reading", "aria-live": "polite" });
    this.tableBox = element("div", { class: "aw-table", tabindex: "0", hidden: true, role: "group" });
    this.tableBox.setAttribute("aria-label", words.chart_table_name);
    this.menu = new Menu(words.chart_save, [
      [words.chart_show_table, () => this.toggleTable()],
      [words.chart_png, () => this.save("png")],
      [words.chart_svg, () => this.save("svg")],
      [words.chart_csv, () => this.save("csv")],
      [words.chart_copy, () => this.copy()],
    ]);
    this.said = element("p", { class: "aw-said", role: "status", "aria-live": "polite" });
    this.root = element(
      "div",
      { class: "aw-chart", "data-ready": "false", "data-revision": "0" },
      this.frame,
      this.error,
      this.reading,
      this.headline,
      this.caption,
      element("div", { class: "aw-foot" }, this.inWords, this.menu.root),
      this.voice.region,
      this.said,
      this.tableBox,
    );
  }

  mount(host) {
    host.append(this.root);
    this.unfollow = followTheme(this.root, () => this.queue(() => this.embed()));
    this.sizes = new ResizeObserver(() => {
      this.fit();
      // Pinned to the foot of a phone's view, this much of it is above the edge; the rest hangs below.
      const hang = Math.min(0, pinned * innerHeight - this.root.offsetHeight);
      host.style.setProperty("--hang", `${hang}px`);
      this.tellHeight(host.parentElement);
      this.watchControls(host, hang);
    });
    this.sizes.observe(this.plot);
    this.sizes.observe(this.root);
    this.unasked = onUnsaid(this.root, () => this.voice.take());
    const { model } = this;
    this.changes = {
      "change:_form": () => this.queue(() => this.embed()),
      "change:_tables": () => this.queue(() => this.refresh()),
      "change:description": () => this.describeAnew(),
      "change:headline": () => this.describeAnew(true),
      "change:message": () => this.showMessage(),
    };
    for (const [event, act] of Object.entries(this.changes)) model.on(event, act);
    this.showMessage();
    this.showWords();
    this.told = sentencesOf(model.get("description")); // a page just opened says nothing of itself
    this.queue(() => atLeisure(this.root));
    this.queue(() => this.embed());
  }

  /** Where a line is pinned over its form, what has the focus there stays clear of it. */
  tellHeight(book) {
    const high = this.root.offsetHeight;
    if (high === this.high || !book?.classList.contains("aw-book") || innerWidth > 1000) return;
    this.high = high;
    book.style.setProperty("--pinned", `${high}px`);
  }

  unmount() {
    for (const [event, act] of Object.entries(this.changes)) this.model.off(event, act);
    this.unfollow();
    this.unasked();
    this.sizes.disconnect();
    this.pinning?.disconnect();
    this.voice.silence();
    this.view?.finalize();
    this.gone = true;
    // Whoever still holds the old output holds an empty figure, not a drawing and its data.
    this.view = this.work = undefined;
    this.shown = this.rows = {};
    this.root.replaceChildren();
    this.root.remove();
  }

  /**
   * A drawing is pinned once the first of the controls over it is in view: else it would cover them.
   * Where all of them and the drawing fit into the view one scrolls to both, and none is pinned.
   */
  watchControls(host, hang) {
    const rows = [...(host.parentElement?.querySelectorAll(":scope > * > .aw-controls") ?? [])];
    const first = rows[0]?.querySelector(".aw-control");
    const above = Math.round(this.root.offsetHeight + hang);
    const view = host.closest(".jp-WindowedPanel-outer"); // where the lesson scrolls, below the bars
    const room = (view?.clientHeight ?? innerHeight) - above;
    const fits = rows.reduce((height, { offsetHeight }) => height + offsetHeight, 0) <= room;
    if (first === this.control && above === this.above && fits === this.fits) return;
    this.control = first;
    this.above = above;
    this.fits = fits;
    this.pinning?.disconnect();
    host.classList.remove("aw-pins");
    if (!first || fits) return;
    // What was scrolled out above counts as seen: a jump from there to below it crosses one line.
    this.pinning = new IntersectionObserver(
      (seen) => host.classList.toggle("aw-pins", seen.at(-1).intersectionRatio === 1),
      { root: view, rootMargin: `${farAbove}px 0px -${above}px 0px`, threshold: [0, 1] },
    );
    this.pinning.observe(first);
  }

  /** One thing after another; a fault is said in words and the next change is still tried. */
  queue(task) {
    this.work = this.work.then(() => (this.gone ? undefined : task())).catch((fault) => this.fail(fault));
    return this.work;
  }

  async embed() {
    this.view?.finalize();
    this.view = undefined;
    const form = this.model.get("_form");
    if (!form || !Object.keys(form).length) {
      this.plot.replaceChildren();
      this.painted();
      return;
    }
    const tables = this.model.get("_tables");
    this.rows = {}; // the form holds copies
    // While a theme changes JupyterLab hides the page: it comes back as wide as it was.
    this.page = this.plot.clientWidth || this.page || 640;
    const tooltip = new Handler({ theme: this.root.dataset.theme, sanitize: plainText });
    this.view = makeView({
      form: fitted(form, this.page),
      tables,
      theme: this.root.dataset.theme,
      words: this.words,
      options: { container: this.plot, hover: true, tooltip: quiet(tooltip), logger: this.logger },
    });
    this.shown = tables;
    this.row = undefined;
    this.frame.classList.toggle("aw-picks", Boolean(this.pickField));
    if (this.pickField) this.view.addEventListener("click", (event) => this.pickAt(event));
    await this.run();
    await this.settle();
    const drawing = this.plot.querySelector("svg");
    drawing?.setAttribute("aria-hidden", "true");
    for (const name of ["role", "aria-label", "aria-roledescription"]) this.plot.removeAttribute(name); // the frame around it says all this, in better words
    this.showMessage();
    this.painted();
    if (this.root.closest(".aw-arrives") && !this.arrived) this.motion.arrive();
    this.arrived = true;
    this.fit(); // the page may have been hidden, and so without a width, while a theme changed
  }

  /** Put into the running view what changed of its tables since it was last painted. */
  async refresh() {
    if (!this.view) return this.embed();
    const tables = this.model.get("_tables");
    const known = new Set(Object.keys(this.shown));
    for (const [name, { revision, columns }] of Object.entries(tables)) {
      if (!known.has(name)) return this.embed();
      const was = this.shown[name];
      if (was.revision === revision || !holds(this.view, name)) continue;
      this.view.change(name, this.changesOf(name, was.columns, columns));
    }
    this.shown = tables;
    this.motion.look();
    await this.run();
    this.painted();
    this.motion.show();
    return undefined;
  }

  /** What becomes of the rows in the view: each keeps its place, so that its mark stays and moves. */
  changesOf(name, was, columns) {
    const [rows, held] = [rowsOf(columns), this.rows[name]];
    const cells = held && changedCells(was, columns);
    const changes = vega.changeset();
    if (!cells) {
      this.rows[name] = rows;
      return changes.remove(vega.truthy).insert(rows);
    }
    for (const [i, field, value] of cells) changes.modify(held[i], field, value);
    const fresh = rows.slice(held.length);
    this.rows[name] = [...held.slice(0, rows.length), ...fresh];
    return changes.remove(held.slice(rows.length)).insert(fresh);
  }

  /** Draw; what Vega only notes in its log (data it could not load) is a fault here. */
  async run() {
    this.faults.length = 0;
    await this.view.runAsync();
    if (this.faults.length) throw this.faults[0];
  }

  painted() {
    // Who picks places while walking goes on from the same place, and hears what became of it.
    if (!this.pickField || document.activeElement !== this.frame) this.row = undefined;
    this.readRow();
    if (!this.tableBox.hidden) this.fillTable();
    this.root.classList.toggle("aw-empty", isOwn(this.model.get("_form")) && !this.readable().rows.length);
    this.root.dataset.revision = String((this.revision += 1));
    this.root.dataset.ready = "true";
  }

  fail(fault) {
    this.view?.finalize();
    this.view = undefined;
    this.plot.replaceChildren();
    this.error.textContent = fill(this.words.chart_failed, { reason: fault?.message ?? fault });
    this.error.hidden = false;
    this.root.dataset.ready = "true";
  }

  showWords() {
    const headline = this.model.get("headline");
    this.headline.textContent = headline;
    this.headline.hidden = !headline;
    const description = this.model.get("description");
    const [first] = sentencesOf(description);
    // What stands as the caption above is not read once more, unless a headline stands in its place.
    this.opening.textContent = first;
    this.opening.hidden = !headline;
    this.rest.textContent = description.slice(first.length);
    // The same words stay as they are: the lesson may have explained a term in them.
    if (this.first !== first) this.caption.textContent = first;
    this.first = first;
    this.hideTold();
    this.frame.setAttribute("aria-label", `${this.words.chart_name}. ${first}`);
    // In words of its own: a browser finds no description in a box that is closed.
    const keys = this.pickField ? this.words.chart_pick : "";
    this.frame.setAttribute("aria-description", `${description.slice(first.length)} ${keys}`.trim());
    this.tableBox.setAttribute("aria-label", `${this.words.chart_table_name}. ${first}`);
  }

  describeAnew(headline = false) {
    this.showWords();
    this.headlineMoved ||= headline;
    if (isTouched()) this.voice.say(() => (this.isHeard() ? this.news() : ""));
  }

  /** Of charts that follow from one press the one is heard that is seen; where none is, the next one. */
  isHeard() {
    if (isInView(this.root)) return true;
    const hand = document.activeElement;
    const part = this.root.closest(".jp-OutputArea-output");
    if (!hand || !part?.contains(hand)) return false;
    const charts = [...part.querySelectorAll(".aw-chart")].filter((each) => each.checkVisibility());
    const after = (/** @type {Element} */ each) =>
      hand.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
    return !charts.some(isInView) && charts.find(after) === this.root;
  }

  /**
   * What is to be spoken: the headline where it changed; else how the description of another line
   * begins, without what was said before, and of the same line what was not said yet, as after a save,
   * which changes nothing. Where what is said is only turned around what stands first now is heard.
   * The rest stands under “In words”.
   */
  news() {
    const [lead] = this.told;
    const known = new Set(this.told);
    this.told = sentencesOf(this.model.get("description"));
    const moved = this.headlineMoved && this.model.get("headline");
    this.headlineMoved = false;
    if (moved) return moved;
    const aside = this.model.get("_aside");
    const fresh = this.told.filter((each) => !known.has(each) && !aside.includes(each));
    if (this.told[0] === lead) return fresh.join(" ");
    const [first, second] = this.told;
    return known.has(first) || known.has(second) || !second ? first : `${first} ${second}`;
  }

  /** A sentence from the kernel that stands in place of the chart, while there is one. */
  showMessage() {
    const message = this.model.get("message");
    this.hideTold();
    this.frame.hidden = Boolean(message);
    this.error.textContent = message;
    this.error.hidden = !message;
    // Having nothing to show yet is no fault, and not to be called out.
    this.error.setAttribute("role", message === this.model.get("description") ? "note" : "alert");
  }

  /** The caption says the one thing to see; what stands elsewhere already is not said again. */
  hideTold() {
    const description = this.model.get("description");
    const instead = Boolean(description) && description === this.model.get("message");
    this.caption.hidden = instead || Boolean(this.model.get("headline"));
    this.inWords.hidden = instead || (description === this.first && !this.caption.hidden);
  }

  fit() {
    const form = this.model.get("_form");
    const page = this.plot.clientWidth;
    if (!this.view || !page) return;
    const columns = columnsOn(form, page);
    if (columns !== columnsOn(form, this.page)) this.queue(() => this.embed());
    else if (columns && Math.abs(page - this.page) >= 2) {
      this.page = page;
      this.queue(() => this.view?.signal("child_width", eachOf(columns, page)).runAsync());
    }
    if (form.width !== "container") return;
    if (this.turns(page) || Math.abs(page - this.page) >= 2) this.queue(() => this.settle());
  }

  /** Whether a page so wide takes the other kind of drawing than it had: names beside it, or over it. */
  turns(page) {
    return page < besides !== this.page < besides;
  }

  /** Give a drawing the page, an own one what its axis and the names beside it leave of it. */
  async settle() {
    const form = this.model.get("_form");
    const page = this.plot.clientWidth || this.page;
    if (!this.view || form.width !== "container") return;
    // Drawn while the page was hidden, it may be of another kind than its page.
    const turned = isOwn(form) && this.turns(page);
    this.page = page;
    if (turned) {
      await this.embed();
      return;
    }
    if (!isOwn(form)) {
      if (Math.abs(page - this.view.width()) >= 2) await this.view.width(page).runAsync();
      return;
    }
    // Twice: what the axis takes may change with the width that it leaves.
    for (let turn = 0; turn < 2 && this.view; turn += 1) {
      const left = this.view.origin()[0] + /** @type {any} */ (this.view.padding()).left;
      const width = Math.max(leastWide, Math.floor(page - left - roomRight(form, page)));
      if (width === this.view.width()) return;
      await this.view.width(width).runAsync();
    }
  }

  /** What a person reads: the table the form names for it, or the first one there is. */
  readable() {
    const form = this.model.get("_form");
    const tables = this.model.get("_tables");
    const named = form.usermeta?.alliance?.table;
    if (named && tables[named.name])
      return { rows: rowsOf(tables[named.name].columns), columns: named.columns };
    const name = Object.keys(tables)[0];
    const rows = name ? rowsOf(tables[name].columns) : this.view ? firstData(this.view) : [];
    const fields = rows.length ? Object.keys(rows[0]).filter((f) => !f.startsWith("Symbol(")) : [];
    return { rows, columns: fields.map((field) => ({ field, title: field })) };
  }

  fillTable() {
    const readable = this.readable();
    const caption = fill(this.words.chart_table_caption, { n: readable.rows.length });
    this.tableBox.replaceChildren(htmlTable(readable, caption));
  }

  toggleTable() {
    const open = this.tableBox.hidden;
    if (open) this.fillTable();
    this.tableBox.hidden = !open;
    this.menu.buttons[0].textContent = open ? this.words.chart_hide_table : this.words.chart_show_table;
    if (open) this.tableBox.focus(); // what was asked for may lie below the view
  }

  /** The table as a spreadsheet takes it. */
  async copy() {
    const { words } = this;
    try {
      await navigator.clipboard.writeText(tabbedText(this.readable()));
      this.said.textContent = words.chart_copied;
    } catch {
      this.said.textContent = words.chart_not_copied;
    }
  }

  /** Arrow keys read the chart row by row. */
  walk(event) {
    if (["Enter", " "].includes(event.key) && event.target === this.frame && this.pickField) {
      const row = this.readable().rows[this.row];
      if (row) this.pick(row);
      event.preventDefault();
      return;
    }
    if (event.key === " ") event.preventDefault(); // else the page scrolls away from the chart
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const jump = { Home: 0, End: Infinity }[event.key];
    if ((step === undefined && jump === undefined) || event.target !== this.frame) return;
    event.preventDefault();
    event.stopPropagation();
    const { rows } = this.readable();
    if (!rows.length) return;
    const wanted = jump ?? (this.row ?? (step > 0 ? -1 : rows.length)) + step;
    this.row = Math.min(Math.max(wanted, 0), rows.length - 1);
    this.readRow();
  }

  readRow() {
    const { rows, columns } = this.row === undefined ? { rows: [], columns: [] } : this.readable();
    const row = rows[this.row];
    this.reading.textContent = row ? spokenRow(row, columns) : "";
    this.pointAt(row, columns);
  }

  /** A frame around what is read, for who walks with the keys and sees the drawing. */
  pointAt(row, columns) {
    const fields = columns.map(({ field }) => field);
    const box = row && this.view && boxOf(/** @type {any} */ (this.view.scenegraph()).root, row, fields);
    this.here.hidden = !box;
    if (!box) return;
    const padding = /** @type {any} */ (this.view.padding());
    const [x, y] = this.view.origin();
    const [svg, frame] = [this.plot.querySelector("svg"), this.frame].map((it) => it.getBoundingClientRect());
    const left = svg.left - frame.left + padding.left + x + box.left - roomHere;
    const top = svg.top - frame.top + padding.top + y + box.top - roomHere;
    const [width, height] = [box.width + 2 * roomHere, box.height + 2 * roomHere];
    Object.assign(this.here.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
  }

  /** The field whose value is told when somebody picks a place of this chart, if it has one. */
  get pickField() {
    return this.model.get("_form").usermeta?.alliance?.pick;
  }

  /** The place nearest to a click, to the left or right of it: a point alone is a small target. */
  pickAt(event) {
    const scale = this.view.scale("x");
    const box = this.plot.querySelector("svg").getBoundingClientRect();
    const at =
      event.clientX - box.left - /** @type {any} */ (this.view.padding()).left - this.view.origin()[0];
    const away = (row) => Math.abs(scale(row[this.pickField]) - at);
    const [nearest] = [...this.readable().rows].sort((a, b) => away(a) - away(b));
    if (nearest && away(nearest) <= reach) this.pick(nearest);
  }

  pick(row) {
    this.model.send({ pick: row[this.pickField] });
  }

  async save(kind) {
    if (kind === "csv") {
      // Excel reads a file as UTF-8 only if it begins with this mark.
      const mark = "\uFEFF";
      this.keep("chart.csv", new Blob([mark, csvText(this.readable())], { type: "text/csv" }));
      return;
    }
    try {
      await this.picture(kind);
    } catch (fault) {
      this.error.textContent = fill(this.words.chart_failed, { reason: fault.message });
      this.error.hidden = false;
    }
  }

  keep(name, blob) {
    download(name, blob);
    this.said.textContent = fill(this.words.chart_kept, { name });
  }

  /** The chart as a picture file, always in the light theme, on white: for slides and papers. */
  async picture(kind) {
    /** @type {Record<string, any>} */
    const form = { ...this.model.get("_form"), background: "white" };
    if (isOwn(form)) Object.assign(form, toWidth(form, Math.max(480, this.plot.clientWidth)));
    else if (form.width === "container") form.width = Math.max(320, this.plot.clientWidth);
    const still = makeView({
      form,
      tables: this.model.get("_tables"),
      theme: "light",
      words: this.words,
      options: { renderer: "none" },
    });
    await still.runAsync();
    if (kind === "svg") {
      const text = await still.toSVG();
      this.keep("chart.svg", new Blob([text], { type: "image/svg+xml" }));
    } else {
      const canvas = await still.toCanvas(2);
      canvas.toBlob((blob) => this.keep("chart.png", blob), "image/png");
    }
    still.finalize();
  }
}

/** A drawing out of view lets the hand go first: a page just opened can be used before all is drawn. */
const atLeisure = (/** @type {Element} */ node) =>
  new Promise((/** @type {(value?: unknown) => void} */ done) => {
    if (isInView(node)) done();
    else if (globalThis.requestIdleCallback) requestIdleCallback(done, { timeout: 2_000 });
    else setTimeout(done, 200);
  });

const isInView = (/** @type {Element} */ node) => {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

const sentencesOf = (/** @type {string} */ text) => text.split(/(?<=\.) /);

/** A tooltip that shows a field called "image" as text too, unless its picture is in the page. */
const quiet =
  ({ call }) =>
  (handler, event, item, value) => {
    if (!value?.image || /^data:image\//.test(value.image)) return call(handler, event, item, value);
    const { image, ...rest } = value;
    return call(handler, event, item, { ...rest, "image\u200b": String(image) });
  };

/** A tooltip's value as text: nothing in the data is ever read as HTML. */
const plainText = (value) => String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Whether the form of this view has a use for a table of that name. */
function holds(view, name) {
  try {
    return Boolean(view.data(name));
  } catch {
    return false;
  }
}

function firstData(view) {
  const held = Object.entries(view.getState({ data: vega.truthy, signals: vega.falsy }).data ?? {});
  const [, rows] = held.find(([name, data]) => name !== "root" && data?.length) ?? [];
  return rows ?? [];
}

/** Show the model's chart in `el`; returns what takes it away again. */
export function chart(/** @type {{ model: any, el: HTMLElement }} */ { model, el }, words) {
  const view = new Chart(model, words);
  view.mount(el);
  return () => view.unmount();
}
