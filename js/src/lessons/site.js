// A lesson of the site, in a page of its own with Python in the browser: what it says while that
// loads, where its work is kept, and where its links lead.

import { told } from "../site/progress.js";
import { hear, keeps } from "../site/store.js";

const NEWER = "alliance-workbook: newer than the last download";
const SILENCE = 60_000;

const isNewer = () => {
  try {
    return localStorage.getItem(NEWER) === "yes";
  } catch {
    return false;
  }
};

const setNewer = (newer) => {
  try {
    if (newer) localStorage.setItem(NEWER, "yes");
    else localStorage.removeItem(NEWER);
  } catch {
    // forbidden: then there is no reminder
  }
};

/** What the lesson's Python runs first: it brings the work from the browser's store. */
export const bringing = (address) =>
  `import alliance_widgets.workfile.browser_store as _kept\nawait _kept.start(${JSON.stringify(address)})\ndel _kept`;

/** And what it runs where the address of the page names a lab's picture by its code. */
export const asking = (code) =>
  code
    ? `\nimport alliance_widgets.widgets.page._codes as _codes\n_codes.asked[:] = [${JSON.stringify(code)}]\ndel _codes`
    : "";

export class Site {
  /** @type {(() => void) | undefined} what hears of every change of what is said */ tell;

  /** `root` is the address of the site, `words` are what it says. */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.loading = words.loading;
    this.leaving = this.waiting = this.keepsNothing = this.cut = false;
    document.documentElement.classList.add("aw-site");
    const code = new URLSearchParams(location.search).get("code");
    this.bring = bringing(new URL("store.js", root).href) + asking(code);
    hear((message) => this.hear(message));
    addEventListener("alliance-downloaded", () => {
      setNewer(false);
      this.tell?.();
    });
    addEventListener("beforeunload", (event) => {
      if (this.waiting || (!this.leaving && isNewer())) event.preventDefault();
    });
    document.addEventListener("click", (event) => this.follow(event), { capture: true });
    this.wait();
    void keeps().then((kept) => {
      this.keepsNothing = !kept;
      this.tell?.();
    });
    // What was told before this was here (`early.js`).
    const before = /** @type {any} */ (globalThis).alliancePython;
    if (before) this.hear(before);
  }

  /** What the bar says while the lesson starts, and afterwards. */
  said(starting) {
    if (this.keepsNothing) return this.words.no_store;
    if (starting || this.cut) return this.loading;
    return isNewer() ? this.words.newer : this.words.kept;
  }

  hear(message) {
    if (message.kept) setNewer(true);
    this.waiting = message.waiting ?? (this.waiting && !message.kept);
    const said = told(this.words, message);
    if (said) {
      if (!this.cut) this.loading = said;
      if (message.cut) {
        this.cut = true; // whatever comes after it: the page wants to be loaded again
        clearTimeout(this.patience);
      } else this.wait();
    }
    this.tell?.();
  }

  /** A download that was cut off says nothing: so this does. */
  wait() {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      if (document.querySelector(".jp-OutputArea-output")) return; // Python is there, and works
      this.loading = this.words.silent;
      this.tell?.();
    }, SILENCE);
  }

  /** A link to another lesson opens it in this tab, which then needs no second Python beside it. */
  follow(event) {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const file = decodeURIComponent(link.href).match(/([\w-]+\.ipynb)(?:[?#].*)?$/)?.[1];
    if (!file || new URL(link.href).origin !== location.origin) return;
    event.preventDefault();
    event.stopPropagation();
    this.go(`notebooks/index.html?path=${file}`);
  }

  go(where) {
    this.leaving = true; // the work is kept, and the next page shows it
    location.assign(new URL(where, this.root));
  }
}

/** The site of this page; undefined where the page comes from a server of Jupyter. */
export const siteOf = (kit, here) => kit.site && new Site(new URL("../../../", here), kit.site.words);
