// A page and a model for tests: a cheap DOM, and a kernel that only notes what it is sent.

import { Window } from "happy-dom";

const window = new Window();
for (const name of [
  "document",
  "Element",
  "HTMLElement",
  "HTMLInputElement",
  "CustomEvent",
  "KeyboardEvent",
  "Event",
  "MutationObserver",
  "Node",
  "NodeFilter",
  "ResizeObserver",
  "sessionStorage",
])
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
for (const name of [
  "addEventListener",
  "removeEventListener",
  "getComputedStyle",
  "matchMedia",
  "requestAnimationFrame",
  "cancelAnimationFrame",
])
  Object.defineProperty(globalThis, name, { value: window[name].bind(window), configurable: true });

export const { document } = globalThis;

/**
 * A model with these traits; `sent` and `saved` hold what the page said to its kernel.
 * @returns {any}
 */
export function modelOf(traits) {
  const listeners = new Map();
  return {
    traits: { ...traits },
    sent: [],
    saved: 0,
    get(name) {
      if (!(name in this.traits)) throw new Error(`the model has no trait ${name}`);
      return this.traits[name];
    },
    set(name, value) {
      this.traits[name] = value;
    },
    save_changes() {
      this.saved += 1;
    },
    send(content) {
      this.sent.push(content);
    },
    on(event, act) {
      listeners.set(event, [...(listeners.get(event) ?? []), act]);
    },
    off(event, act) {
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((each) => each !== act),
      );
    },
    /** What the kernel does: change traits, and then tell the page of each. */
    tell(changed) {
      Object.assign(this.traits, changed);
      for (const name of Object.keys(changed)) for (const act of listeners.get(`change:${name}`) ?? []) act();
    },
    listening: () => [...listeners.values()].flat().length,
  };
}

/** The traits that every pressed part has. */
export const kit = { _runtime: "r", _desk: "", _answered: 0, _taken: true, description: "" };

/** Words that name themselves. */
export const words = new Proxy({}, { get: (_words, name) => String(name) });

/** The traits of a question that nobody has answered. */
export const asking = {
  ...kit,
  place: "",
  message: "",
  _saved: {},
  _entered: null,
  _confidence: "",
  _hints: [],
  _buttons: [],
  _outcome: "",
  _marks: [],
  prediction: false,
  _locked: false,
  _truth: null,
};

/** Settled when the page has drawn what it was told. */
export const frame = () => new Promise((resolve) => setImmediate(() => requestAnimationFrame(resolve)));
