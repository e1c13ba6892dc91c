// The first thing that a lesson's page runs: Python starts while JupyterLab is still loading, and the
// beginning of the lesson can be read meanwhile.

import style from "./early.css";
import { told } from "./progress.js";
import { hear } from "./store.js";

const own = /** @type {HTMLScriptElement} */ (document.currentScript);
const from = (address) => new URL(address, own.src);

/** The worker in which Python runs, made now; whoever makes one of that address gets this one. */
function startPython(address) {
  if (globalThis.crossOriginIsolated) return; // there JupyterLite takes another worker
  const Real = globalThis.Worker;
  const early = new Real(address, { type: "module" });
  globalThis.Worker = /** @type {any} */ (
    function Worker(asked, options) {
      if (String(asked) !== address.href) return new Real(asked, options);
      globalThis.Worker = Real; // a second Python is a new one
      return early;
    }
  );
  globalThis.Worker.prototype = Real.prototype;
}

const loaded = new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
const isThere = () =>
  document.querySelector(".jp-RenderedMarkdown h1, .jp-NotebookPanel .jp-mod-error, .jp-Dialog");

/** The lesson's first paragraphs, until JupyterLab shows them itself. */
async function showBeginning(lesson) {
  const answer = await fetch(from(`prose/${lesson}.html`));
  const text = await answer.text(); // written by the build from the lesson itself
  await loaded;
  if (!answer.ok || isThere()) return;
  const page = document.createElement("main");
  page.className = "aw-early";
  page.innerHTML = text;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.body.append(page);
  const header = page.querySelector("header");
  const words = JSON.parse(header.dataset.words);
  tell = (message) => {
    header.textContent = told(words, message) ?? header.textContent;
  };
  const watch = new MutationObserver(() => {
    if (!isThere()) return;
    watch.disconnect();
    page.remove();
  });
  watch.observe(document.body, { childList: true, subtree: true });
}

/** What is done with what Python tells of its loading; the lesson's bar reads the last of it too. */
let tell = (_message) => {};
hear((message) => {
  if (!message.stage && !message.cut) return;
  /** @type {any} */ (globalThis).alliancePython = message;
  tell(message);
});

startPython(from(own.dataset.worker));
const lesson = new URLSearchParams(location.search).get("path")?.match(/^([\w-]+)\.ipynb$/)?.[1];
if (lesson) void showBeginning(lesson).catch(() => undefined); // then it is read a little later
