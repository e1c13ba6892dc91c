// How the kernel does: running, cut off from this page, or gone. One watch per kernel and page.

import { element } from "./dom.js";

/** @import { Manager, Words } from "./model.ts" */

const over = ["restarting", "autorestarting", "terminating", "dead"];
const ended = new Set(); // what ended kernels had sent to this page, by the id of their runtime
const watches = new WeakMap();
export const cutFor = 2_000; // milliseconds until a cut is one: a restart, or a lid that was shut, is none
const SAID = 10_000; // milliseconds until a sentence is heard

/** What a screen reader says at once; once per page and end, however many parts have to stop. */
let alarm;
function callOut(sentence) {
  alarm ??= document.body.appendChild(element("div", { class: "aw-voice", role: "alert" }));
  if (alarm.textContent === sentence) return;
  alarm.textContent = sentence;
  setTimeout(() => (alarm.textContent = ""), SAID); // the next end is called out again
}

/** Listen to a kernel as JupyterLab and Notebook know it. */
function watchOf(kernel) {
  if (watches.has(kernel)) return watches.get(kernel);
  const watch = { listeners: new Set(), left: false, cut: kernel.connectionStatus === "disconnected" };
  const tell = () => [...watch.listeners].forEach((listener) => listener());
  kernel.statusChanged?.connect((_kernel, status) => {
    if (!over.includes(status)) return;
    watch.listeners.forEach((listener) => listener.end(status));
    tell();
  });
  // A page that is closed, or takes another kernel, lets go of this one, which may run on.
  kernel.disposed?.connect(() => {
    watch.left = true;
    tell();
  });
  kernel.connectionStatusChanged?.connect((_kernel, status) => {
    watch.cut = status !== "connected";
    tell();
  });
  watches.set(kernel, watch);
  return watch;
}

/** Whether a lesson will run again by itself: not where its kernel died of it, nor where it stays away. */
const comesBack = (status, lesson) =>
  status === "restarting" || (status === "autorestarting" && lesson.dataset.awLesson !== "running");

/**
 * The pulse of the kernel that made `model`: `gone` and `cut`; `heard` is called when one of them
 * changed. A kernel that was started again is another one: what the first had made stays gone.
 */
export class Pulse {
  /**
   * @param {{ get(name: "_runtime"): string, widget_manager?: Manager }} model
   * @param {Words} words
   * @param {() => void} heard
   * @param {HTMLElement} host where it stands: in a lesson, or not
   */
  constructor(model, words, heard, host) {
    this.runtime = model.get("_runtime");
    const kernel = model.widget_manager?.kernel;
    this.watch = kernel ? watchOf(kernel) : undefined;
    if (kernel && over.slice(2).includes(kernel.status)) ended.add(this.runtime);
    this.goneWords = words.kernel_gone;
    /** @type {{ (): void, end?: (status: string) => void }} */
    this.listener = () => {
      if (this.watch?.left && host.closest("[data-aw-lesson]")) this.goneWords = words.lesson_gone;
      heard();
    };
    this.callOut = () => callOut(this.goneWords);
    this.listener.end = (status) => {
      const lesson = host.closest("[data-aw-lesson]");
      if (lesson) this.goneWords = comesBack(status, lesson) ? words.lesson_restarts : words.lesson_gone;
      ended.add(this.runtime);
      this.callOut();
    };
    this.watch?.listeners.add(this.listener);
  }

  get gone() {
    return ended.has(this.runtime) || (this.watch?.left ?? false);
  }

  get cut() {
    return this.watch?.cut ?? false;
  }

  stop() {
    this.watch?.listeners.delete(this.listener);
  }
}
