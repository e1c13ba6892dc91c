// A lesson runs when it is opened, and when its kernel was started again: each shipped cell once.

import { hasFailed, isCode, isEmpty, isShipped, quietSaved } from "./cells.js";
import { cutFor } from "../pieces/pulse.js";
import { Place } from "./place.js";

// A file beside a lesson (pandas.py) must not stand in for a package while a lesson runs unasked.
const NO_FOLDER =
  '__import__("sys").path[:] = [p for p in __import__("sys").path' +
  ' if p not in ("", __import__("os").getcwd())]';
const FOLDER_LAST = '__import__("sys").path.append("")';
const OVER = ["restarting", "autorestarting"];

// JupyterLab's own commands that restart and then run cells, by menu, toolbar and palette.
const RESTART_AND_RUN = /^(runmenu|notebook):restart-(and-)?run/;
let theirs = Promise.resolve(); // settled when the latest of them has run: a lesson runs what it left

/** Hear when JupyterLab itself runs cells after a restart. */
export function heed({ commandExecuted }) {
  commandExecuted.connect((_, { id, result }) => {
    if (RESTART_AND_RUN.test(id)) theirs = result.catch(() => undefined);
  });
}

// anywidget gives a widget's code two seconds to load, and hears nothing of the kernel if it took longer.
const GAVE_UP = /^\[anywidget\] Failed to initialize/;
let givenUp = 0; // so many widgets, on this page
addEventListener("unhandledrejection", ({ reason }) => {
  if (GAVE_UP.test(reason?.message)) givenUp += 1;
});

const silently = (kernel, code) =>
  kernel
    .requestExecute({ code, silent: true, store_history: false, stop_on_error: false })
    .done.catch(() => undefined); // a kernel that is gone needs no path

/** Whether a kernel has widgets already, of an earlier visit of this page. */
const hasWidgets = (kernel) =>
  kernel.requestCommInfo({ target_name: "jupyter.widget" }).then(
    ({ content }) => Object.keys(content.comms ?? {}).length > 0,
    () => false,
  );

/** @returns {Promise<void>} */
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// What ipywidgets' renderer writes where a widget is to come, or never came.
const NOT_YET = /^(Loading|Error displaying) widget/;

/** How many of what `cells` show are widgets without a view. */
const undrawn = (cells) =>
  cells
    .flatMap(({ node }) => [...node.querySelectorAll(".jp-OutputArea-output")])
    .filter((output) => !output.childElementCount && NOT_YET.test(output.textContent)).length;

/** Settled when `node` is on the screen for the first time. */
const seen = (node) =>
  new Promise((/** @type {(value?: void) => void} */ done) => {
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      done();
    });
    watch.observe(node);
  });

/** What a student has made of a notebook: everything in it but what running leaves. */
const written = (model) =>
  JSON.stringify(
    [...model.cells].map(({ type, sharedModel, metadata }) => {
      const { trusted, execution, ...kept } = metadata;
      return [type, sharedModel.getSource(), kept];
    }),
  );

export class Running {
  /** `tell` hears of every change: what `state` and `waiting` are now. */
  constructor({ panel, context, kit, tell }) {
    this.panel = panel;
    this.context = context;
    this.kit = kit;
    this.tell = tell;
    this.session = context.sessionContext;
    this.model = context.model;
    this.notebook = panel.content;
    this.place = new Place(panel.content);
    // "opening", "running", then "ready" or "failed"; "asking" where nothing was shipped, "stopped"
    // where the kernel ended in mid-run, "gone" where the server no longer knows it, "unheard" where the
    // page lost what it told, "elsewhere" where another window ran the lesson in this kernel,
    // "kernelless" where there is none that speaks Python.
    this.state = "opening";
    this.turn = 0; // a run that is not the latest one says nothing any more
    this.waiting = new Set(); // cells that were not shipped: they run when the student runs them
    this.scheduled = new Set(); // cells that this kernel was given, by whomever
    this.cut = false; // from the kernel, for longer than a moment
    this.kernel = null;
    /** @type {Promise<boolean> | boolean} */
    this.revisited = false;
    this.listen();
  }

  get cells() {
    return this.notebook.widgets.filter((cell) => isCode(cell) && !isEmpty(cell));
  }

  listen() {
    const { executionScheduled, executed } = this.kit.actions;
    const onScheduled = (_, { notebook, cell }) => {
      if (notebook === this.notebook) this.scheduled.add(cell);
    };
    const onExecuted = (_, { notebook, cell }) => {
      if (notebook === this.notebook && this.waiting.delete(cell)) this.tell();
    };
    executionScheduled.connect(onScheduled);
    executed.connect(onExecuted);
    this.panel.disposed.connect(() => {
      executionScheduled.disconnect(onScheduled);
      executed.disconnect(onExecuted);
    });
    this.session.statusChanged.connect((_, status) => this.heard(status));
    this.session.connectionStatusChanged.connect((_, status) => this.connected(status === "connected"));
    this.session.iopubMessage.connect((_, message) => this.overhear(message));
    this.context.saveState.connect((_, state) => {
      if (state === "completed") this.saved = written(this.model);
    });
  }

  /** What this lesson holds now: `shipped` cells, and others, which wait. */
  sort() {
    const shipped = this.cells.filter((cell) => isShipped(cell, this.kit.shipped));
    this.waiting = new Set(this.cells.filter((cell) => !shipped.includes(cell)));
    return shipped;
  }

  become(state) {
    this.state = state;
    this.tell();
  }

  /** As soon as the notebook is there: nothing has run yet. */
  open() {
    this.saved = written(this.model);
    const shipped = this.sort();
    this.cells.forEach(quietSaved);
    this.nothingToSave();
    this.become(shipped.length ? "opening" : "asking");
    void this.begin();
  }

  /** What ran by itself is no change of the student's: where that is all, there is none to save. */
  nothingToSave() {
    if (written(this.model) === this.saved) this.model.dirty = false;
  }

  async begin() {
    await Promise.all([this.session.ready, seen(this.panel.node)]);
    this.session.kernelChanged.connect((_, { newValue }) => void this.take(newValue));
    const kernel = this.session.session?.kernel;
    if (kernel) await this.take(kernel);
    else this.become("kernelless");
  }

  /** A kernel that this lesson has not run in. */
  async take(kernel) {
    if (!kernel || kernel === this.kernel || this.panel.isDisposed) return;
    this.kernel = kernel;
    kernel.disposed.connect(() => void this.lose(kernel));
    this.scheduled.clear();
    this.revisited = hasWidgets(kernel);
    const turn = (this.turn += 1);
    const { language_info: language } = await kernel.info;
    await theirs;
    if (turn !== this.turn) return;
    if (language.name === "python") await this.run();
    else this.become("kernelless");
  }

  /** The server was started anew, or ended this kernel: none will come of itself. */
  async lose(kernel) {
    await wait(cutFor);
    if (this.panel.isDisposed || this.kernel !== kernel) return;
    clearTimeout(this.cutting);
    this.cut = false;
    this.turn += 1;
    this.become("gone");
  }

  heard(status) {
    if (OVER.includes(status)) {
      // What ended its kernel while it ran by itself would end the next one too.
      const died = status === "autorestarting" && this.state === "running";
      this.restarted = died ? "ask" : (this.restarted ?? "run");
      this.turn += 1;
      this.scheduled.clear();
      this.revisited = false;
      this.release ??= holdHeights(this.cells);
      this.place.hold();
    } else if (status === "dead" && this.kernel) {
      void this.lose(this.kernel);
    } else if (status === "idle" && this.restarted && this.kernel) {
      const [next, turn] = [this.restarted, this.turn];
      this.restarted = undefined;
      if (next === "ask") this.stop();
      else {
        this.become("running");
        void theirs.then(() => (turn === this.turn ? this.run() : undefined));
      }
    }
  }

  /**
   * Another window has opened this lesson: its cells run in the same kernel, and what they had made for
   * this page ends.
   */
  overhear({ header, parent_header, content }) {
    if (header.msg_type !== "execute_input" || this.state !== "ready") return;
    if (parent_header.session === this.kernel?.clientId) return;
    if (this.cells.some(({ model }) => model.sharedModel.getSource() === content.code))
      this.become("elsewhere");
  }

  /** The connection comes and goes: a cut is told once it has lasted, and that it is over. */
  connected(connected) {
    clearTimeout(this.cutting);
    if (connected === !this.cut) return;
    const turn = () => {
      this.cut = !connected;
      this.tell();
    };
    if (connected) turn();
    else this.cutting = setTimeout(turn, cutFor);
  }

  stop() {
    this.release = this.release?.();
    this.become("stopped");
  }

  /** Run the shipped cells that this kernel has not been given yet. */
  async run() {
    if (this.panel.isDisposed) return;
    const shipped = this.sort();
    if (!shipped.length) return this.become("asking");
    const due = shipped.filter((cell) => !this.scheduled.has(cell));
    for (const cell of this.scheduled) this.waiting.delete(cell);
    await this.unasked(due);
  }

  async unasked(due) {
    const { kernel } = this;
    const turn = (this.turn += 1);
    const before = givenUp;
    this.release ??= holdHeights(due);
    this.become("running");
    let well = true;
    void silently(kernel, NO_FOLDER);
    if (this.kit.site) await silently(kernel, this.kit.site.bring);
    try {
      well = (await this.inTurn(due, turn)) || (await this.ranElsewhere(due));
    } catch {
      well = false; // the kernel is gone
    }
    if (turn === this.turn) this.release = this.release?.();
    if (this.panel.isDisposed || turn !== this.turn) return;
    void silently(kernel, FOLDER_LAST);
    this.nothingToSave();
    this.become(well ? "ready" : "failed");
    void this.place.bringBack();
    if (well) await this.heardAll(due, turn, before);
  }

  /**
   * A lesson some of whose widgets the page gave up on, or never drew, runs once more, by when it has
   * come to rest. On a page that is visited again it gives up on the widgets of the visit before, and
   * nothing is lost.
   */
  async heardAll(due, turn, before) {
    const over = () => turn !== this.turn || this.panel.isDisposed;
    await wait(SETTLED);
    let left = undrawn(due);
    for (let still = 0; left && still < PATIENCE && !over(); still += SETTLED) {
      await wait(SETTLED); // a slow machine draws one after the other
      const now = undrawn(due);
      if (now < left) still = 0;
      left = now;
    }
    const lost = givenUp !== before && !(await this.revisited);
    if (over() || !(lost || left)) return;
    if (this.again === this.kernel) return this.become("unheard");
    this.again = this.kernel;
    for (const cell of due) this.scheduled.delete(cell);
    await this.run();
  }

  /**
   * Up to the first cell that waits all at once. After it one by one: a cell that may need what has
   * not run is left waiting too when it fails, and the others go on.
   */
  async inTurn(due, turn) {
    const places = this.notebook.widgets;
    const first = Math.min(...[...this.waiting].map((cell) => places.indexOf(cell)), places.length);
    const before = due.filter((cell) => places.indexOf(cell) < first);
    const well = await (this.kit.site ? this.giveEach(before) : this.give(before));
    for (const cell of well ? due.slice(before.length) : []) {
      if (turn !== this.turn) return false;
      if (!isShipped(cell, this.kit.shipped)) continue; // changed while the ones before it ran
      if (!(await this.give([cell]))) this.setBack(cell);
    }
    return well;
  }

  /**
   * Whoever runs a cell that is about to run by itself takes its answer away from this lesson: it did
   * run. Known once the kernel has done all that it was asked before.
   */
  async ranElsewhere(due) {
    await silently(this.kernel, "");
    return due.every((cell) => !cell.isDisposed && cell.model.executionCount && !hasFailed(cell));
  }

  setBack(cell) {
    if (cell.isDisposed || !hasFailed(cell)) return;
    cell.model.clearExecution();
    this.waiting.add(cell);
    this.tell();
  }

  /** In a site one Python answers the hand and runs the lesson: between two cells the hand's turn is. */
  async giveEach(cells) {
    for (const cell of cells) {
      const at = document.activeElement;
      const ran = this.give([cell]);
      if (at instanceof HTMLElement && at.isConnected) at.focus({ preventScroll: true }); // the notebook took it
      if (!(await ran)) return false;
    }
    return true;
  }

  give(cells) {
    if (!cells.length) return Promise.resolve(true);
    return this.kit.actions.runCells(this.notebook, cells, this.session);
  }

  /** In a new kernel: a server that was started anew knows nothing of this lesson's session either. */
  async beginAnew() {
    this.become("running");
    this.place.hold();
    (this.place.cell ?? this.notebook.widgets[0]).node.focus(); // the button is gone
    try {
      await this.session.sessionManager.refreshRunning();
      await this.session.changeKernel({ name: this.session.prevKernelName });
    } catch {
      this.become("gone"); // the server is away again
    }
  }

  /** The student asks: everything runs, whoever wrote it; in a new kernel what was shipped. */
  async runEverything() {
    if (this.state === "gone") return this.beginAnew();
    const turn = (this.turn += 1);
    this.become("running");
    const well = await this.give(this.cells).catch(() => false);
    if (!this.panel.isDisposed && turn === this.turn) this.become(well ? "ready" : "failed");
  }
}

const PATIENCE = 10_000; // milliseconds without one more widget drawn, until those left are lost
const SETTLED = 2_500; // milliseconds until what a run brought is drawn, or was given up

/** Keep the room that cells take while their outputs are made again, so that the page does not jump. */
function holdHeights(cells) {
  const held = cells.map((cell) => cell.node).filter((node) => node.offsetHeight);
  for (const node of held) node.style.minHeight = `${node.offsetHeight}px`;
  return () => void setTimeout(() => held.forEach((node) => (node.style.minHeight = "")), SETTLED);
}
