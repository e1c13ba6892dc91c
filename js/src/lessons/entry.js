// A prebuilt extension of JupyterLab and Notebook 7, in the shape in which they load one: a
// module-federation container with one module, the plugin.

import { showCover } from "./cover.js";
import style from "./lessons.css";
import { lessonParts, properties } from "../pieces/tokens.js";
import { fitBars } from "./phone.js";
import { heed, Running } from "./running.js";
import { siteOf } from "./site.js";
import { guardReaders, LessonView, isRead } from "./view.js";

const NAME = "alliance-lessons";
const NARROW = "(max-width: 1000px)";
const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
let shared;

/** A module that JupyterLab shares with its extensions. */
async function sharedModule(name) {
  const [version] = Object.values(shared[name]);
  return (await version.get())();
}

/** What the build wrote: the hash of every shipped cell, and the words. Without it nothing runs. */
async function shippedWithTheKit() {
  const answer = await fetch(new URL("lessons.json", here), { cache: "no-cache" });
  return answer.json();
}

async function prepare() {
  const [{ cells, lessons, others, words, site: about }, { NotebookActions }, { Widget }] = await Promise.all(
    [shippedWithTheKit(), sharedModule("@jupyterlab/notebook"), sharedModule("@lumino/widgets")],
  );
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(properties(lessonParts, `[data-jp-theme-light="false"] ${lessonParts}`) + style);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  guardReaders();
  const site = siteOf({ site: about }, here);
  const showCover = site && (() => site.go("index.html")); // a page of its own
  return {
    shipped: new Set(cells),
    lessons,
    others,
    words,
    actions: NotebookActions,
    Widget,
    site,
    showCover,
  };
}

/** Let a notebook that says it is a lesson be one; every other notebook is left alone. */
async function attend(panel, context, prepared, opened) {
  const [kit] = await Promise.all([prepared, context.ready]);
  if (panel.isDisposed || !context.model.getMetadata("alliance")?.lesson) return;
  let view;
  const running = new Running({ panel, context, kit, tell: () => view?.tell() });
  view = new LessonView({ panel, kit, running });
  running.open();
  opened();
}

const plugin = {
  id: `${NAME}:lessons`,
  description: "Lessons of the alliance workbook run when they are opened, with their code folded.",
  autoStart: true,
  activate: (app) => {
    const prepared = prepare();
    heed(app.commands);
    let fitted = false;
    const fit = () => {
      if (!fitted) void app.restored.then(() => fitBars(app.shell));
      fitted = true;
    };
    const opened = () => {
      if (matchMedia(NARROW).matches) app.shell.collapseLeft?.(); // the list of files would cover the lesson
      fit();
    };
    void prepared
      .then(({ site }) => (site ? undefined : showCover(app, prepared, location.pathname, fit)))
      .catch(console.error);
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel, context) => void attend(panel, context, prepared, opened).catch(console.error),
    });
  },
};

/**
 * JupyterLab's box about a lost connection takes the keys of whoever is typing: where a lesson is looked at,
 * that says so itself, it stays away. A hub's box, which offers to start a server again, is left to the hub.
 */
async function quietly() {
  const { IConnectionLost, ConnectionLost } = await sharedModule("@jupyterlab/application");
  return {
    id: `${NAME}:connection`,
    description: "A lesson that is looked at says itself that the connection to the server is lost.",
    autoStart: true,
    provides: IConnectionLost,
    activate:
      () =>
      async (...lost) => {
        if (!isRead()) await ConnectionLost(...lost);
      },
  };
}

const isOnHub = () =>
  Boolean(JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}").hubPrefix);

(globalThis._JUPYTERLAB ??= {})[NAME] = {
  init: (scope) => {
    shared = scope;
  },
  get: async () => {
    const plugins = isOnHub() ? [plugin] : [plugin, await quietly()];
    return () => ({ __esModule: true, default: plugins });
  },
};
