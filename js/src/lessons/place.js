// Where the focus was in a lesson: it comes back there when what had it was made anew.

const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
const PATIENCE = 3_000; // milliseconds until what a run brought is drawn
const SETTLED = 1_500; // and until it has its height

/** What is the same in a control and in the one that was made in its place. */
const nameOf = (node) =>
  [node.tagName, node.name, node.type === "radio" && node.value, node.ariaLabel ?? node.textContent].join();

/** Whether nobody sent the focus where it is: to the page as a whole, or to `cell` as a whole. */
const isLost = (cell) => [document.body, cell.node].includes(document.activeElement);

const LEFT = ".aw-left:not([hidden]) button:not([hidden])";

/** @returns {Promise<void>} settled when no dialogue of JupyterLab's is open any more */
const dialogueClosed = () =>
  new Promise((done) => {
    const look = () => (document.querySelector(".jp-Dialog") ? setTimeout(look, 100) : done());
    look();
  });

export class Place {
  constructor(notebook) {
    this.notebook = notebook;
    notebook.node.addEventListener("focusin", ({ target }) => this.note(target));
  }

  note(target) {
    const cell = this.notebook.widgets.find(({ node }) => node.contains(target));
    // The word that a part has ended takes the focus of what was in it.
    if (!cell || this.held || target.closest(".aw-ended")) return;
    // A menu of JupyterLab's gives the focus back to the cell as a whole: the place in it is kept.
    if (target !== cell.node) this.name = nameOf(target);
    else if (cell !== this.cell) this.name = "";
    this.cell = cell;
  }

  /** From now on the focus goes where nobody sends it. */
  hold() {
    this.held = true;
  }

  async bringBack() {
    if (!this.held) return;
    await dialogueClosed();
    const cell = this.cell && !this.cell.isDisposed ? this.cell : this.notebook.widgets[0];
    const until = Date.now() + PATIENCE;
    let stop;
    while (isLost(cell) && !stop && Date.now() < until) {
      // What was entered and not saved is offered there, and comes first.
      const same = (each) => nameOf(each) === this.name;
      stop = cell.node.querySelector(LEFT) ?? [...cell.node.querySelectorAll(STOPS)].find(same);
      if (!this.name) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    this.held = false;
    if (!isLost(cell) || this.notebook.isDisposed || !this.notebook.isVisible) return;
    stop?.focus();
    if (isLost(cell)) cell.node.focus();
    // What is drawn above it since moves it out of the view.
    const show = () => document.activeElement === stop && stop.scrollIntoView({ block: "nearest" });
    show();
    setTimeout(show, SETTLED);
  }
}
